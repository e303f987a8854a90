//! `TextIOWrapper`: writing.

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::object::Gc;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::str::Str;
use krait_runtime::value::Value;

use super::stringio::replace_newlines;
use super::textio::{self, TextRef, TextState};
use super::{buffered, buffered_types, text_codec, unsupported};
use crate::support::lock::Held;

/// Hands everything encoded to the buffer, which may use the stream meanwhile.
pub fn write_pending(cx: &mut Cx, t: TextRef, st: &mut Held<'_, TextState>) -> PyResult<()> {
    if st.pending.is_empty() {
        return Ok(());
    }
    let data = std::mem::take(&mut st.pending);
    let below = textio::buffer(cx, t)?;
    let result = st.outside(cx, |cx| match buffered_types::exact(cx, below) {
        Some(b) => {
            let mut held = buffered::enter(cx, &b, "write to closed file")?;
            buffered::write(cx, b, &mut held, &data)
        }
        None => {
            let bytes = Bytes::from_slice(cx, &data)?;
            cx.call_method_str(below, "write", &[bytes.value()])
                .map(|_| ())
        }
    });
    if st.pending.is_empty() {
        // The allocation is used again by the next write.
        st.pending = data;
        st.pending.clear();
    }
    result
}

/// Flushes the buffer below.
pub fn flush_buffer(cx: &mut Cx, t: TextRef) -> PyResult<()> {
    let below = textio::buffer(cx, t)?;
    match buffered_types::exact(cx, below) {
        Some(b) if b.writable.load(textio::ORDER) => buffered_types::flush_and_rewind(cx, b),
        _ => cx.call_method_str(below, "flush", &[]).map(|_| ()),
    }
}

fn encode(
    cx: &mut Cx,
    t: TextRef,
    st: &mut TextState,
    text: Gc<Str>,
    translated: Option<&[u8]>,
) -> PyResult<()> {
    if let Some((codec, policy)) = st.native {
        let before = st.pending.len();
        let result = text_codec::encode(
            cx,
            codec,
            policy,
            translated.unwrap_or(text.as_bytes()),
            &mut st.pending,
        );
        if result.is_err() {
            st.pending.truncate(before);
        }
        return result;
    }
    let text = match translated {
        Some(bytes) => Str::from_wtf8(cx, bytes)?,
        None => text,
    };
    let encoder = t.encoder.get();
    let v = cx.call_method_str(encoder, "encode", &[text.value()])?;
    let Some(bytes) = Gc::<Bytes>::from_value(v) else {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!("encoder should return a bytes object, not '{got}'")));
    };
    st.pending.extend_from_slice(bytes.as_bytes());
    Ok(())
}

/// `text.replace("\n", newline)` of a subclass of str, which may have its own.
fn replaced_by_method(cx: &mut Cx, text: Gc<Str>, newline: &str) -> PyResult<Gc<Str>> {
    let args = ["\n", newline].map(|s| cx.new_str(s));
    let text = cx.call_method_str(text.value(), "replace", &args)?;
    Gc::<Str>::from_value(text).ok_or_else(|| {
        let got = cx.type_name(text);
        cx.type_error(format!("replace() should return a str, not {got}"))
    })
}

/// `write(text)`; the fast path of `print`.
pub fn write(cx: &mut Cx, t: TextRef, text: Gc<Str>) -> PyResult<()> {
    let mut st = textio::enter(cx, &t)?;
    if !st.can_write {
        return Err(unsupported(cx, "not writable"));
    }
    let mut text = text;
    let replace = st.mode.replace_on_write();
    let has_newline = (replace.is_some() || st.line_buffering)
        && memchr::memchr(b'\n', text.as_bytes()).is_some();
    let replace = replace.filter(|_| has_newline);
    let mut translated = None;
    if let Some(newline) = replace {
        if text.is_exact() {
            translated = Some(replace_newlines(text.as_bytes(), newline.as_bytes()));
        } else {
            drop(st);
            text = replaced_by_method(cx, text, newline)?;
            st = textio::enter(cx, &t)?;
            if !st.can_write {
                return Err(unsupported(cx, "not writable"));
            }
        }
    }
    let bytes = text.as_bytes();
    let flush = st.line_buffering && (has_newline || memchr::memchr(b'\r', bytes).is_some());
    // Large texts are not copied behind small ones. The buffer may write to this stream itself.
    while !st.pending.is_empty() && st.pending.len() + bytes.len() > st.chunk_size {
        write_pending(cx, t, &mut st)?;
    }
    encode(cx, t, &mut st, text, translated.as_deref())?;
    if st.pending.len() >= st.chunk_size || flush || st.write_through {
        write_pending(cx, t, &mut st)?;
    }
    if st.snapshot.take().is_some() {
        st.set_decoded(Vec::new());
    }
    st.tail.clear();
    if let Some(n) = &mut st.newlines {
        n.reset();
    }
    drop(st);
    let decoder = t.decoder.get();
    if !decoder.is_none() {
        cx.call_method_str(decoder, "reset", &[])?;
    }
    if flush { flush_buffer(cx, t) } else { Ok(()) }
}

/// `flush()`.
pub fn flush(cx: &mut Cx, t: TextRef) -> PyResult<()> {
    {
        let mut st = textio::enter(cx, &t)?;
        st.telling = st.seekable;
        write_pending(cx, t, &mut st)?;
    }
    flush_buffer(cx, t)
}

/// Writes `text` to the stream `file` if that is natively possible: `false` means that the caller
/// has to call `file.write`.
pub fn try_write(cx: &mut Cx, file: Value, text: Gc<Str>) -> PyResult<bool> {
    match krait_runtime::native::NativeObj::<textio::TextIo>::from_value(file) {
        Some(t) if super::is_exactly(cx, file, &textio::SPEC) => write(cx, t, text).map(|()| true),
        _ => Ok(false),
    }
}
