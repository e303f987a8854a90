//! `TextIOWrapper`: reading.

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::object::Gc;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::str::Str;
use krait_runtime::value::Value;
use krait_unicode::wtf8;

use super::newline::{state_parts, universal_line_end};
use super::text_codec;
use super::textio::{self, NewlineMode, Snapshot, TextRef, TextState};
use super::{buffered, buffered_types, textio_write, unsupported};
use crate::support::lock::Held;

/// Decodes a chunk of input, newlines included.
pub fn decode(
    cx: &mut Cx,
    t: TextRef,
    st: &mut TextState,
    input: Vec<u8>,
    is_final: bool,
) -> PyResult<Vec<u8>> {
    let text = match st.native {
        Some((codec, policy)) => {
            let mut tail = std::mem::take(&mut st.tail);
            let input = if tail.is_empty() {
                input
            } else {
                tail.extend_from_slice(&input);
                tail
            };
            let (text, used) = text_codec::decode(cx, codec, policy, &input, is_final)?;
            st.tail = input[used..].to_vec();
            text
        }
        None => {
            let decoder = t.decoder.get();
            let bytes = Bytes::from_slice(cx, &input)?;
            let v =
                cx.call_method_str(decoder, "decode", &[bytes.value(), Value::bool(is_final)])?;
            text_codec::decoded_text(cx, v)?.as_bytes().to_vec()
        }
    };
    Ok(match &mut st.newlines {
        Some(n) => n.decode(text, is_final),
        None => text,
    })
}

/// State of the decoder: bytes it holds back, and flags.
pub fn decoder_state(cx: &mut Cx, t: TextRef, st: &TextState) -> PyResult<(Vec<u8>, i64)> {
    let (held, flags) = if st.native.is_some() {
        (st.tail.clone(), 0)
    } else {
        let decoder = t.decoder.get();
        let state = cx.call_method_str(decoder, "getstate", &[])?;
        let (buffer, flags) = state_parts(cx, state)?;
        (
            Gc::<Bytes>::from_value(buffer).map_or(Vec::new(), |b| b.as_bytes().to_vec()),
            flags,
        )
    };
    Ok(match &st.newlines {
        Some(n) => (held, flags << 1 | n.pending_cr as i64),
        None => (held, flags),
    })
}

pub fn set_decoder_state(
    cx: &mut Cx,
    t: TextRef,
    st: &mut TextState,
    held: &[u8],
    flags: i64,
) -> PyResult<()> {
    let flags = match &mut st.newlines {
        Some(n) => {
            n.pending_cr = flags & 1 != 0;
            flags >> 1
        }
        None => flags,
    };
    if st.native.is_some() {
        st.tail = held.to_vec();
        return Ok(());
    }
    let decoder = t.decoder.get();
    if held.is_empty() && flags == 0 {
        return cx.call_method_str(decoder, "reset", &[]).map(|_| ());
    }
    let (held, flags) = (cx.new_bytes(held), cx.new_int(flags));
    let state = cx.new_tuple(&[held, flags]);
    cx.call_method_str(decoder, "setstate", &[state])
        .map(|_| ())
}

fn bytes_from(cx: &mut Cx, v: Value, method: &str) -> PyResult<Vec<u8>> {
    if !cx.is_buffer(v) {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!(
            "underlying {method}() should have returned a bytes-like object, not '{got}'"
        )));
    }
    cx.bytes_like(v, <[u8]>::to_vec)
}

/// The next chunk of input; the buffer may use the stream while it reads.
fn read_input(
    cx: &mut Cx,
    t: TextRef,
    st: &mut Held<'_, TextState>,
    hint: usize,
) -> PyResult<Vec<u8>> {
    let size = st.chunk_size.max(hint);
    let method = if st.has_read1 { "read1" } else { "read" };
    let below = textio::buffer(cx, t)?;
    st.outside(cx, |cx| {
        if let Some(b) = buffered_types::exact(cx, below)
            && b.readable.load(textio::ORDER)
        {
            let mut held = buffered::enter(cx, &b, "read of closed file")?;
            return Ok(buffered::read_some(cx, b, &mut held, size as isize)?.unwrap_or_default());
        }
        let v = cx.call_method_str(below, method, &[Value::small(size as i64)])?;
        bytes_from(cx, v, method)
    })
}

/// Reads and decodes one more chunk behind what is still unread. `false` at the end of the file.
pub fn read_chunk(
    cx: &mut Cx,
    t: TextRef,
    st: &mut Held<'_, TextState>,
    hint_chars: usize,
) -> PyResult<bool> {
    if !st.can_read {
        return Err(unsupported(cx, "not readable"));
    }
    let before = if st.telling {
        Some(decoder_state(cx, t, st)?)
    } else {
        None
    };
    let hint = if hint_chars > 0 {
        (st.ratio.max(1.0) * hint_chars as f64) as usize
    } else {
        0
    };
    let input = read_input(cx, t, st, hint)?;
    let at_end = input.is_empty();
    let kept = before.map(|(mut held, flags)| {
        held.extend_from_slice(&input);
        Snapshot { flags, input: held }
    });
    let input_len = input.len();
    let text = decode(cx, t, st, input, at_end)?;
    let chars = wtf8::count(&text);
    st.ratio = if chars > 0 {
        input_len as f64 / chars as f64
    } else {
        0.0
    };
    let progress = !text.is_empty();
    st.set_decoded(text);
    if let Some(s) = kept {
        st.snapshot = Some(s);
    }
    Ok(!at_end || progress)
}

fn begin(cx: &mut Cx, t: TextRef, st: &mut Held<'_, TextState>) -> PyResult<()> {
    if !st.can_read {
        return Err(unsupported(cx, "not readable"));
    }
    textio_write::write_pending(cx, t, st)
}

fn take_rest(st: &mut TextState) -> Vec<u8> {
    if st.used == 0 {
        return std::mem::take(&mut st.decoded);
    }
    let rest = st.rest().to_vec();
    st.set_decoded(Vec::new());
    rest
}

fn read_all(cx: &mut Cx, t: TextRef, st: &mut Held<'_, TextState>) -> PyResult<Vec<u8>> {
    let below = textio::buffer(cx, t)?;
    let input = st.outside(cx, |cx| {
        if let Some(b) = buffered_types::exact(cx, below)
            && b.readable.load(textio::ORDER)
        {
            let mut held = buffered::enter(cx, &b, "read of closed file")?;
            return buffered::read_all(cx, b, &mut held);
        }
        let v = cx.call_method_str(below, "read", &[])?;
        if v.is_none() {
            return Ok(None);
        }
        bytes_from(cx, v, "read").map(Some)
    });
    let Some(input) = input? else {
        let class = cx.types().blocking_io_error;
        return Err(cx.error(class, "Read returned None."));
    };
    let decoded = decode(cx, t, st, input, true)?;
    let mut text = take_rest(st);
    st.snapshot = None;
    if text.is_empty() {
        return Ok(decoded);
    }
    text.extend_from_slice(&decoded);
    Ok(text)
}

/// `read(n)`; all if `n` is negative.
pub fn read(cx: &mut Cx, t: TextRef, n: isize) -> PyResult<Gc<Str>> {
    let mut st = textio::enter(cx, &t)?;
    begin(cx, t, &mut st)?;
    if n < 0 {
        let text = read_all(cx, t, &mut st)?;
        return Str::from_wtf8(cx, &text);
    }
    let mut left = n as usize;
    let mut out = Vec::new();
    loop {
        let rest = st.rest();
        let end = wtf8::offset_of(rest, left).unwrap_or(rest.len());
        let taken = if end == rest.len() {
            wtf8::count(rest)
        } else {
            left
        };
        out.extend_from_slice(&rest[..end]);
        st.used += end;
        left -= taken;
        if left == 0 || !read_chunk(cx, t, &mut st, left)? {
            break;
        }
    }
    Str::from_wtf8(cx, &out)
}

/// The end of the first line in `text`, searching from `from`; an offset behind the newline.
fn line_end(mode: NewlineMode, text: &[u8], from: usize) -> Option<usize> {
    match mode {
        NewlineMode::Translate | NewlineMode::Lf => {
            memchr::memchr(b'\n', &text[from..]).map(|i| from + i + 1)
        }
        NewlineMode::Cr => memchr::memchr(b'\r', &text[from..]).map(|i| from + i + 1),
        NewlineMode::CrLf => memchr::memmem::find(&text[from.saturating_sub(1)..], b"\r\n")
            .map(|i| from.saturating_sub(1) + i + 2),
        // A `\r` never ends a decoded chunk: it is held back.
        NewlineMode::Universal => universal_line_end(&text[from..]).map(|i| from + i),
    }
}

/// One line, at most `limit` characters unless that is negative. Empty at the end of the file.
pub fn read_line(
    cx: &mut Cx,
    t: TextRef,
    st: &mut Held<'_, TextState>,
    limit: isize,
) -> PyResult<Gc<Str>> {
    begin(cx, t, st)?;
    if limit < 0
        && let Some(end) = line_end(st.mode, st.rest(), 0)
    {
        let line = Str::from_wtf8(cx, &st.rest()[..end])?;
        st.used += end;
        return Ok(line);
    }
    let mut line: Vec<u8> = Vec::new();
    loop {
        // What was collected before has no complete line end.
        let searched = line.len();
        line.extend_from_slice(st.rest());
        let from = if st.mode == NewlineMode::CrLf {
            searched
        } else {
            searched.min(line.len())
        };
        let mut end = line_end(st.mode, &line, from);
        if limit >= 0
            && let Some(most) = wtf8::offset_of(&line, limit as usize)
            && end.is_none_or(|e| e > most)
        {
            end = Some(most);
        }
        if let Some(end) = end {
            st.used += end - searched.min(end);
            // A line end that began in the text collected before uses nothing of it again.
            line.truncate(end);
            break;
        }
        st.used = st.decoded.len();
        if !read_chunk(cx, t, st, 0)? {
            st.set_decoded(Vec::new());
            st.snapshot = None;
            break;
        }
    }
    Str::from_wtf8(cx, &line)
}

/// The next line of an iteration, `EMPTY` at the end. `tell` is disabled meanwhile: it would be slow.
pub fn next_line(cx: &mut Cx, t: TextRef) -> PyResult<Value> {
    let mut st = textio::enter(cx, &t)?;
    st.telling = false;
    let line = read_line(cx, t, &mut st, -1)?;
    if line.is_empty() {
        st.snapshot = None;
        st.telling = st.seekable;
        return Ok(Value::EMPTY);
    }
    Ok(line.value())
}
