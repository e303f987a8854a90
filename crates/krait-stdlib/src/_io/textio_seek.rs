//! `TextIOWrapper`: `tell` and `seek`.
//!
//! A position in a text stream is a cookie: the byte offset of a point where the decoder's state is
//! known, and how to get from there to the position. See the class `Cookie`.

use krait_runtime::cx::Cx;
use krait_runtime::error::{PyResult, Raised};
use krait_runtime::types::int::is_int;
use krait_runtime::value::Value;
use krait_unicode::wtf8;

use super::textio::{self, Snapshot, TextRef, TextState};
use super::textio_read::{decode, decoder_state, set_decoder_state};
use super::{iobase, os_error_message, textio_write, unsupported};

/// What the int that `tell` returns is made of: from bit 0, 64 bits each for the start position, the
/// decoder's flags, the bytes to feed and the characters to skip, then one that says whether the
/// decoder was told of the end.
#[derive(Default, Clone, Copy)]
struct Cookie {
    start: i64,
    flags: i64,
    feed: i64,
    skip: i64,
    need_eof: bool,
}

impl Cookie {
    fn pack(self, cx: &mut Cx) -> PyResult<Value> {
        if self.flags == 0 && self.feed == 0 && self.skip == 0 && !self.need_eof {
            return Ok(cx.new_int(self.start));
        }
        cx.new_int_from_limbs(
            false,
            &[
                self.start as u64,
                self.flags as u64,
                self.feed as u64,
                self.skip as u64,
                self.need_eof as u64,
            ],
        )
    }

    fn unpack(cx: &mut Cx, v: Value) -> PyResult<Cookie> {
        if let Some(n) = cx.index_i64(v)? {
            return Ok(Cookie {
                start: n,
                ..Cookie::default()
            });
        }
        let mut words = [0i64; 5];
        let (mask, mut rest) = (cx.new_uint(u64::MAX), v);
        for word in &mut words {
            let low = cx.binary(krait_runtime::special::Special::And, rest, mask)?;
            *word = match cx.index_i64(low)? {
                Some(n) => n,
                None => return Err(cx.overflow_error("Python int too large to convert to C long")),
            };
            rest = cx.binary(
                krait_runtime::special::Special::RShift,
                rest,
                Value::small(64),
            )?;
        }
        let [start, flags, feed, skip, need_eof] = words;
        Ok(Cookie {
            start,
            flags,
            feed,
            skip,
            need_eof: need_eof != 0,
        })
    }
}

pub fn tell(cx: &mut Cx, t: TextRef) -> PyResult<Value> {
    {
        let st = textio::enter(cx, &t)?;
        if !st.seekable {
            return Err(unsupported(cx, "underlying stream is not seekable"));
        }
        if !st.telling {
            return Err(os_error_message(
                cx,
                "telling position disabled by next() call",
            ));
        }
    }
    textio_write::flush(cx, t)?;
    let buffer = textio::buffer(cx, t)?;
    let position = cx.call_method_str(buffer, "tell", &[])?;
    let mut st = t.state.enter(cx, t.value())?;
    let Some(snapshot) = st.snapshot.clone() else {
        return Ok(position);
    };
    let Some(position) = cx.index_i64(position)? else {
        return Ok(position);
    };
    let start = Cookie {
        start: position - snapshot.input.len() as i64,
        flags: snapshot.flags,
        ..Cookie::default()
    };
    let skip = wtf8::count(&st.decoded[..st.used]);
    if skip == 0 {
        return start.pack(cx);
    }
    let saved = decoder_state(cx, t, &st)?;
    let saved_newlines = st.newlines.clone();
    let found = find_start(cx, t, &mut st, &snapshot, start, skip);
    set_decoder_state(cx, t, &mut st, &saved.0, saved.1)?;
    st.newlines = saved_newlines;
    found?.pack(cx)
}

/// How many characters come out of `input`, from the snapshot's state.
fn chars_of(
    cx: &mut Cx,
    t: TextRef,
    st: &mut TextState,
    flags: i64,
    input: &[u8],
) -> PyResult<usize> {
    set_decoder_state(cx, t, st, b"", flags)?;
    let text = decode(cx, t, st, input.to_vec(), false)?;
    Ok(wtf8::count(&text))
}

/// The nearest point before the position where the decoder holds nothing back.
fn find_start(
    cx: &mut Cx,
    t: TextRef,
    st: &mut TextState,
    snapshot: &Snapshot,
    start: Cookie,
    skip: usize,
) -> PyResult<Cookie> {
    let mut cookie = start;
    let mut left = skip;
    // A guess by the ratio of bytes to characters, then back until it fits.
    let mut guess = ((st.ratio * skip as f64) as usize).min(snapshot.input.len());
    let mut back = 1;
    while guess > 0 {
        let n = chars_of(cx, t, st, start.flags, &snapshot.input[..guess])?;
        if n <= skip {
            let (held, flags) = decoder_state(cx, t, st)?;
            if held.is_empty() {
                cookie.flags = flags;
                left -= n;
                break;
            }
            guess -= held.len().min(guess);
            back = 1;
        } else {
            guess -= back.min(guess);
            back *= 2;
        }
    }
    if guess == 0 {
        set_decoder_state(cx, t, st, b"", start.flags)?;
    }
    cookie.start = start.start + guess as i64;
    cookie.skip = left as i64;
    if left == 0 {
        return Ok(cookie);
    }
    let mut fed = 0i64;
    let mut decoded = 0;
    for &byte in &snapshot.input[guess..] {
        fed += 1;
        let text = decode(cx, t, st, vec![byte], false)?;
        decoded += wtf8::count(&text);
        let (held, flags) = decoder_state(cx, t, st)?;
        if held.is_empty() && decoded <= left {
            // A safe start further on.
            cookie = Cookie {
                start: cookie.start + fed,
                flags,
                ..Cookie::default()
            };
            left -= decoded;
            (fed, decoded) = (0, 0);
        }
        if decoded >= left {
            break;
        }
    }
    if decoded < left {
        let text = decode(cx, t, st, Vec::new(), true)?;
        decoded += wtf8::count(&text);
        cookie.need_eof = true;
        if decoded < left {
            return Err(os_error_message(
                cx,
                "can't reconstruct logical file position",
            ));
        }
    }
    Ok(Cookie {
        feed: fed,
        skip: left as i64,
        ..cookie
    })
}

#[cold]
fn no_relative(cx: &mut Cx, what: &str) -> Raised {
    unsupported(cx, what)
}

/// Forgets what was read ahead.
fn forget(st: &mut TextState) {
    st.set_decoded(Vec::new());
    st.snapshot = None;
}

fn reset_decoder(cx: &mut Cx, t: TextRef, st: &mut TextState) -> PyResult<()> {
    st.tail.clear();
    if let Some(n) = &mut st.newlines {
        n.pending_cr = false;
    }
    let decoder = t.decoder.get();
    if decoder.is_none() {
        Ok(())
    } else {
        cx.call_method_str(decoder, "reset", &[]).map(|_| ())
    }
}

fn reset_encoder(cx: &mut Cx, t: TextRef, at_start: bool) -> PyResult<()> {
    let encoder = t.encoder.get();
    if encoder.is_none() {
        return Ok(());
    }
    if at_start {
        cx.call_method_str(encoder, "reset", &[]).map(|_| ())
    } else {
        cx.call_method_str(encoder, "setstate", &[Value::small(0)])
            .map(|_| ())
    }
}

pub fn seek(cx: &mut Cx, t: TextRef, cookie: Value, whence: i32) -> PyResult<Value> {
    if textio::is_closed(cx, t)? {
        return Err(iobase::closed_error(cx));
    }
    if !t.state.enter(cx, t.value())?.seekable {
        return Err(unsupported(cx, "underlying stream is not seekable"));
    }
    let is_zero = cookie == Value::small(0);
    let cookie = match whence {
        1 if !is_zero => return Err(no_relative(cx, "can't do nonzero cur-relative seeks")),
        1 => {
            cx.call_method_str(t.value(), "flush", &[])?;
            cx.call_method_str(t.value(), "tell", &[])?
        }
        2 if !is_zero => return Err(no_relative(cx, "can't do nonzero end-relative seeks")),
        2 => {
            cx.call_method_str(t.value(), "flush", &[])?;
            let mut st = t.state.enter(cx, t.value())?;
            forget(&mut st);
            reset_decoder(cx, t, &mut st)?;
            drop(st);
            let buffer = textio::buffer(cx, t)?;
            let end = cx.call_method_str(buffer, "seek", &[Value::small(0), Value::small(2)])?;
            reset_encoder(cx, t, end == Value::small(0))?;
            return Ok(end);
        }
        0 => cookie,
        _ => return Err(cx.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))),
    };
    if !is_int(cookie) && !cx.is_index(cookie) {
        let got = cx.type_name(cookie);
        return Err(cx.type_error(format!(
            "'{got}' object cannot be interpreted as an integer"
        )));
    }
    if cx.lt(cookie, Value::small(0))? {
        let shown = cx.repr_string(cookie)?;
        return Err(cx.value_error(format!("negative seek position {shown}")));
    }
    cx.call_method_str(t.value(), "flush", &[])?;
    let place = Cookie::unpack(cx, cookie)?;
    let start = cx.new_int(place.start);
    let buffer = textio::buffer(cx, t)?;
    cx.call_method_str(buffer, "seek", &[start])?;
    restore(cx, t, buffer, place)?;
    reset_encoder(cx, t, place.start == 0 && place.flags == 0)?;
    Ok(cookie)
}

/// Brings the decoder from the start position to the position of the cookie.
fn restore(cx: &mut Cx, t: TextRef, buffer: Value, place: Cookie) -> PyResult<()> {
    let mut st = t.state.enter(cx, t.value())?;
    forget(&mut st);
    st.telling = st.seekable;
    if !st.can_read {
        return Ok(());
    }
    if place.start == 0 && place.flags == 0 {
        reset_decoder(cx, t, &mut st)?;
    } else {
        set_decoder_state(cx, t, &mut st, b"", place.flags)?;
    }
    st.snapshot = Some(Snapshot {
        flags: place.flags,
        input: Vec::new(),
    });
    if place.skip == 0 {
        return Ok(());
    }
    let v = cx.call_method_str(buffer, "read", &[Value::small(place.feed)])?;
    let input = cx.bytes_like(v, <[u8]>::to_vec)?;
    st.snapshot = Some(Snapshot {
        flags: place.flags,
        input: input.clone(),
    });
    let text = decode(cx, t, &mut st, input, place.need_eof)?;
    let Some(used) = wtf8::offset_of(&text, place.skip as usize) else {
        return Err(os_error_message(cx, "can't restore logical file position"));
    };
    st.set_decoded(text);
    st.used = used;
    Ok(())
}
