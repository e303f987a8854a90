//! What `bytes(...)` and `bytearray(...)` are made of.

use crate::error::PyResult;
use crate::native::{Cx, Value};
use crate::object::Kind;
use crate::object::{Gc, is_kind};
use crate::special::Special;
use crate::types::bytes::Bytes;
use crate::types::str::{Str, StrArg, text_arg};

/// The result of `bytes(source, encoding, errors)`.
pub fn new_bytes(
    cx: &mut Cx,
    source: Option<Value>,
    encoding: Option<Value>,
    errors: Option<Value>,
) -> PyResult<Gc<Bytes>> {
    let encoding = text_arg(cx, encoding, "bytes", "encoding")?;
    let errors = text_arg(cx, errors, "bytes", "errors")?;
    if let Some(encoded) = encoded(cx, source, encoding, errors)? {
        return Ok(encoded);
    }
    let Some(source) = source else {
        return Bytes::from_slice(cx, &[]);
    };
    if let Some(b) = Gc::<Bytes>::from_value(source)
        && b.is_exact()
    {
        return Ok(b);
    }
    if let Some(made) = cx.call_special(source, Special::Bytes, &[])? {
        return match Gc::<Bytes>::from_value(made) {
            Some(b) => Ok(b),
            None => {
                let got = cx.type_name(made);
                Err(cx.type_error(format!("__bytes__ returned non-bytes (type {got})")))
            }
        };
    }
    if Gc::<Str>::from_value(source).is_some() {
        return Err(cx.type_error("string argument without an encoding"));
    }
    if let Some(n) = size(cx, source)? {
        return match Bytes::alloc_zeroed(cx, None, n) {
            Ok((b, _)) if n > 0 => Ok(b),
            Ok(_) => Bytes::from_slice(cx, &[]),
            Err(e) => Err(e),
        };
    }
    let bytes = contents(cx, source, "bytes", "bytes must be in range(0, 256)")?;
    Bytes::from_slice(cx, &bytes)
}

/// The bytes of text that comes with an encoding; `None` if there are neither.
pub fn encoded(
    cx: &mut Cx,
    source: Option<Value>,
    encoding: Option<StrArg>,
    errors: Option<StrArg>,
) -> PyResult<Option<Gc<Bytes>>> {
    let text = source.and_then(Gc::<Str>::from_value);
    match (encoding, errors, text) {
        (None, None, _) => Ok(None),
        (None, Some(_), Some(_)) => Err(cx.type_error("string argument without an encoding")),
        (None, Some(_), None) => Err(cx.type_error("errors without a string argument")),
        (Some(_), _, None) => Err(cx.type_error("encoding without a string argument")),
        (Some(encoding), errors, Some(text)) => {
            let made = cx.encode(text, Some(encoding.as_str()), errors.map(StrArg::as_str))?;
            Ok(Gc::<Bytes>::from_value(made))
        }
    }
}

/// The size that an int argument asks for; `None` if `v` is none.
pub fn size(cx: &mut Cx, v: Value) -> PyResult<Option<usize>> {
    if !cx.is_index(v) {
        return Ok(None);
    }
    match cx.size_index(v) {
        Ok(n) if n < 0 => Err(cx.value_error("negative count")),
        Ok(n) => Ok(Some(n as usize)),
        // An `__index__` that refuses leaves it to the other ways.
        Err(e) if e.is(cx, cx.types().type_error) => Ok(None),
        Err(e) => Err(e),
    }
}

/// The bytes of a buffer or of an iterable of ints.
pub fn contents(cx: &mut Cx, v: Value, class: &str, out_of_range: &str) -> PyResult<Vec<u8>> {
    if cx.is_buffer(v) {
        return crate::protocol::buffer::to_vec(cx, v);
    }
    let it = int_iterator(cx, v, class)?;
    if class == "bytes" {
        cx.expected_len(v)?;
    }
    let mut out = Vec::new();
    while let Some(item) = cx.next(it)? {
        match cx.index_i64(item)?.and_then(|n| u8::try_from(n).ok()) {
            Some(b) => out.push(b),
            None => return Err(cx.value_error(out_of_range)),
        }
    }
    Ok(out)
}

/// An iterator over what should be ints; TypeError that names `class` if `v` has none.
pub fn int_iterator(cx: &mut Cx, v: Value, class: &str) -> PyResult<Value> {
    let iterator = match is_kind(v, Kind::Str) {
        true => None,
        false => match cx.iter(v) {
            Err(e) if e.is(cx, cx.types().type_error) => None,
            result => Some(result?),
        },
    };
    match iterator {
        Some(it) => Ok(it),
        None => {
            let got = cx.type_name(v);
            Err(cx.type_error(format!("cannot convert '{got}' object to {class}")))
        }
    }
}
