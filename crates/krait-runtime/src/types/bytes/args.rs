//! Arguments of methods on bytes.

use crate::error::PyResult;
use crate::native::{Cx, Value};
use crate::object::Gc;
use crate::protocol::buffer::BytesArg;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::str::Str;

/// Bytes to search for: a bytes-like object or one byte as an int.
#[derive(Clone, Copy)]
pub enum Needle {
    Bytes(BytesArg),
    Byte(u8),
}

impl Needle {
    pub fn as_slice(&self) -> &[u8] {
        match self {
            Needle::Bytes(b) => b.as_slice(),
            Needle::Byte(b) => std::slice::from_ref(b),
        }
    }

    /// The needle in `v`; `refuse` makes the message for what is neither bytes nor an int.
    pub fn of(cx: &mut Cx, v: Value, refuse: impl FnOnce(&str) -> String) -> PyResult<Needle> {
        if cx.is_buffer(v) {
            return Ok(Needle::Bytes(BytesArg(cx.bytes_of(v)?)));
        }
        if !cx.is_index(v) {
            let got = cx.type_name(v);
            return Err(cx.type_error(refuse(&got)));
        }
        byte_value(cx, v).map(Needle::Byte)
    }
}

/// An int in range(0, 256).
pub fn byte_value(cx: &mut Cx, v: Value) -> PyResult<u8> {
    match cx.index_i64(v)?.and_then(|n| u8::try_from(n).ok()) {
        Some(b) => Ok(b),
        None => Err(cx.value_error("byte must be in range(0, 256)")),
    }
}

/// The one byte of a fill character argument.
pub fn fill_byte(cx: &mut Cx, v: Option<Value>, method: &str) -> PyResult<u8> {
    let Some(v) = v else { return Ok(b' ') };
    let (bytes, kind) = if let Some(b) = Gc::<Bytes>::from_value(v) {
        (b.as_bytes(), "bytes")
    } else if let Some(b) = Gc::<ByteArray>::from_value(v) {
        (b.as_bytes(), "bytearray")
    } else {
        let got = crate::protocol::text::shown_type(cx, v);
        return Err(cx.type_error(format!(
            "{method}() argument 2 must be a byte string of length 1, not {got}"
        )));
    };
    match bytes {
        [b] => Ok(*b),
        _ => {
            let n = bytes.len();
            Err(cx.type_error(format!("{method}(): argument 2 must be a byte string of length 1, not a {kind} object of length {n}")))
        }
    }
}

/// How `hex()` groups digits.
#[derive(Clone, Copy)]
pub struct HexGroups {
    separator: Option<u8>,
    /// Bytes of a group, counted from the end; negative: from the front.
    size: isize,
}

impl HexGroups {
    pub fn of(cx: &mut Cx, sep: Option<Value>, size: Option<i32>) -> PyResult<HexGroups> {
        let size = size.unwrap_or(1) as isize;
        let Some(sep) = sep else {
            return Ok(HexGroups {
                separator: None,
                size,
            });
        };
        if cx.len(sep)? != 1 {
            return Err(cx.value_error("sep must be length 1."));
        }
        let text = if let Some(s) = Gc::<Str>::from_value(sep) {
            s.as_bytes()
        } else if let Some(b) = Gc::<Bytes>::from_value(sep) {
            b.as_bytes()
        } else {
            return Err(cx.type_error("sep must be str or bytes."));
        };
        match text {
            [b] if b.is_ascii() => Ok(HexGroups {
                separator: Some(*b),
                size,
            }),
            _ => Err(cx.value_error("sep must be ASCII.")),
        }
    }
}

/// The digits of `bytes`, grouped.
pub fn hex(bytes: &[u8], groups: HexGroups) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let size = groups.size.unsigned_abs();
    let mut out = Vec::with_capacity(bytes.len() * 2);
    for (i, &b) in bytes.iter().enumerate() {
        if let Some(separator) = groups.separator
            && i > 0
            && size > 0
        {
            let done = if groups.size > 0 { bytes.len() - i } else { i };
            if done % size == 0 {
                out.push(separator);
            }
        }
        out.push(DIGITS[usize::from(b >> 4)]);
        out.push(DIGITS[usize::from(b & 15)]);
    }
    out
}

/// The bytes that the text of `fromhex` stands for.
pub fn parse_hex(cx: &mut Cx, v: Value) -> PyResult<Vec<u8>> {
    let text: Vec<u32> = if let Some(s) = Gc::<Str>::from_value(v) {
        krait_unicode::wtf8::to_utf32(s.as_bytes())
    } else if cx.is_buffer(v) {
        cx.bytes_like(v, |b| b.iter().map(|&b| u32::from(b)).collect())?
    } else {
        let got = cx.type_of(v).shown_name(cx);
        return Err(cx.type_error(format!(
            "fromhex() argument must be str or bytes-like, not {got}"
        )));
    };
    let digit = |code: Option<&u32>| {
        code.and_then(|&c| char::from_u32(c))
            .and_then(|c| c.to_digit(16))
    };
    let is_space = |code: u32| matches!(code, 0x09..=0x0D | 0x20);
    let mut out = Vec::with_capacity(text.len() / 2);
    let mut at = 0;
    loop {
        while text.get(at).is_some_and(|&c| is_space(c)) {
            at += 1;
        }
        if at >= text.len() {
            return Ok(out);
        }
        let wrong = match (digit(text.get(at)), digit(text.get(at + 1))) {
            (Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 2;
                continue;
            }
            (Some(_), None) if at + 1 >= text.len() => {
                return Err(cx.value_error(
                    "fromhex() arg must contain an even number of hexadecimal digits",
                ));
            }
            (Some(_), None) => at + 1,
            (None, _) => at,
        };
        return Err(cx.value_error(format!(
            "non-hexadecimal number found in fromhex() arg at position {wrong}"
        )));
    }
}
