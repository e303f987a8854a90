//! Driving the kernels: what one cannot convert goes to the error handler.

use krait_unicode::codecs::{self as kernels, ByteOrder, DecodeError, EncodeError};

use super::handlers::{self, Handler};
use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::types::bytes::Bytes;
use crate::types::str::Str;
use crate::value::Value;

/// Encodings that need no registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Native {
    Utf8,
    Ascii,
    Latin1,
    /// `None`: native order with a byte order mark.
    Utf16(Option<ByteOrder>),
    Utf32(Option<ByteOrder>),
}

/// Whether CPython takes `name` for an encoding without a look at the registry.
pub(super) fn is_common(name: &str) -> bool {
    let mut normal = String::with_capacity(name.len());
    let mut gap = false;
    for b in name.bytes() {
        if !b.is_ascii_alphanumeric() && b != b'.' {
            gap = true;
            continue;
        }
        if gap && !normal.is_empty() {
            normal.push('_');
        }
        gap = false;
        normal.push(char::from(b.to_ascii_lowercase()));
    }
    if let Some(width) = normal.strip_prefix("utf") {
        return matches!(width.strip_prefix('_').unwrap_or(width), "8" | "16" | "32");
    }
    matches!(
        normal.as_str(),
        "ascii" | "us_ascii" | "latin1" | "latin_1" | "iso_8859_1" | "iso8859_1"
    )
}

impl Native {
    /// By any of the common spellings.
    pub fn from_name(name: &str) -> Option<Native> {
        if name == Native::Utf8.name() {
            return Some(Native::Utf8);
        }
        let mut normal = [0; 16];
        let mut len = 0;
        for b in name.bytes() {
            let b = match b {
                b'-' | b'_' | b' ' => continue,
                _ => b.to_ascii_lowercase(),
            };
            *normal.get_mut(len)? = b;
            len += 1;
        }
        Some(match &normal[..len] {
            b"utf8" | b"u8" | b"cp65001" => Native::Utf8,
            b"ascii" | b"usascii" | b"646" => Native::Ascii,
            b"latin1" | b"iso88591" | b"latin" | b"l1" | b"88591" => Native::Latin1,
            b"utf16" | b"u16" => Native::Utf16(None),
            b"utf16le" => Native::Utf16(Some(ByteOrder::Little)),
            b"utf16be" => Native::Utf16(Some(ByteOrder::Big)),
            b"utf32" | b"u32" => Native::Utf32(None),
            b"utf32le" => Native::Utf32(Some(ByteOrder::Little)),
            b"utf32be" => Native::Utf32(Some(ByteOrder::Big)),
            _ => return None,
        })
    }

    /// The name that errors show.
    pub fn name(self) -> &'static str {
        match self {
            Native::Utf8 => "utf-8",
            Native::Ascii => "ascii",
            Native::Latin1 => "latin-1",
            Native::Utf16(None) => "utf-16",
            Native::Utf16(Some(ByteOrder::Little)) => "utf-16-le",
            Native::Utf16(Some(ByteOrder::Big)) => "utf-16-be",
            Native::Utf32(None) => "utf-32",
            Native::Utf32(Some(ByteOrder::Little)) => "utf-32-le",
            Native::Utf32(Some(ByteOrder::Big)) => "utf-32-be",
        }
    }

    /// The bytes of `s`.
    pub fn encode(self, cx: &mut Cx, s: Gc<Str>, errors: Option<&str>) -> PyResult<Vec<u8>> {
        let name = self.name();
        match self {
            Native::Utf8 => encode_with(cx, name, s, errors, &kernels::encode_utf8, Vec::new()),
            Native::Ascii => encode_with(cx, name, s, errors, &kernels::encode_ascii, Vec::new()),
            Native::Latin1 => encode_with(cx, name, s, errors, &kernels::encode_latin1, Vec::new()),
            Native::Utf16(order) => {
                let mark = if order.is_none() {
                    0xFEFF_u16.to_ne_bytes().to_vec()
                } else {
                    Vec::new()
                };
                let order = order.unwrap_or(ByteOrder::NATIVE);
                let kernel = |text: &[u8], at: usize, out: &mut Vec<u8>| {
                    kernels::encode_utf16(text, at, order, out)
                };
                encode_with(cx, name, s, errors, &kernel, mark)
            }
            Native::Utf32(order) => {
                let mark = if order.is_none() {
                    0xFEFF_u32.to_ne_bytes().to_vec()
                } else {
                    Vec::new()
                };
                let order = order.unwrap_or(ByteOrder::NATIVE);
                let kernel = |text: &[u8], at: usize, out: &mut Vec<u8>| {
                    kernels::encode_utf32(text, at, order, out)
                };
                encode_with(cx, name, s, errors, &kernel, mark)
            }
        }
    }

    /// The text of `bytes`, and how many of them were used: all, unless `is_final` is false and
    /// an incomplete sequence ends them.
    pub fn decode(
        self,
        cx: &mut Cx,
        bytes: &[u8],
        errors: Option<&str>,
        is_final: bool,
    ) -> PyResult<(Value, usize)> {
        let name = self.name();
        // Errors name the order that was found.
        let name_of = |order| {
            if let Native::Utf16(_) = self {
                Native::Utf16(Some(order))
            } else {
                Native::Utf32(Some(order))
            }
            .name()
        };
        match self {
            Native::Utf8 => decode_with(cx, name, bytes, 0, errors, &|b, at, out: &mut Vec<u8>| {
                kernels::decode_utf8(b, at, is_final, out)
            }),
            Native::Ascii => decode_with(cx, name, bytes, 0, errors, &kernels::decode_ascii),
            Native::Latin1 => {
                let mut out = Vec::new();
                kernels::decode_latin1(bytes, &mut out);
                Ok((Str::from_wtf8(cx, &out)?.value(), bytes.len()))
            }
            Native::Utf16(order) => {
                let (order, start) = match order {
                    Some(order) => (order, 0),
                    None => {
                        kernels::utf16_byte_order(bytes).map_or((ByteOrder::NATIVE, 0), |o| (o, 2))
                    }
                };
                let kernel = |b: &[u8], at: usize, out: &mut Vec<u8>| {
                    kernels::decode_utf16(b, at, order, is_final, out)
                };
                decode_with(cx, name_of(order), bytes, start, errors, &kernel)
            }
            Native::Utf32(order) => {
                let (order, start) = match order {
                    Some(order) => (order, 0),
                    None => {
                        kernels::utf32_byte_order(bytes).map_or((ByteOrder::NATIVE, 0), |o| (o, 4))
                    }
                };
                let kernel = |b: &[u8], at: usize, out: &mut Vec<u8>| {
                    kernels::decode_utf32(b, at, order, is_final, out)
                };
                decode_with(cx, name_of(order), bytes, start, errors, &kernel)
            }
        }
    }
}

/// An encoder kernel: appends the text from a byte offset on, or says what it cannot encode.
pub type EncodeKernel<'a> = &'a dyn Fn(&[u8], usize, &mut Vec<u8>) -> Result<(), EncodeError>;

/// A decoder kernel: appends what it decodes from a byte offset on; gives where it stopped.
pub type DecodeKernel<'a> = &'a dyn Fn(&[u8], usize, &mut Vec<u8>) -> Result<usize, DecodeError>;

/// Encodes `s` by `kernel` behind what `out` holds; `name` is the encoding's in errors.
pub fn encode_with(
    cx: &mut Cx,
    name: &str,
    s: Gc<Str>,
    errors: Option<&str>,
    kernel: EncodeKernel<'_>,
    mut out: Vec<u8>,
) -> PyResult<Vec<u8>> {
    let handler = Handler::from_name(errors);
    // The multibyte codecs take bytes as well, but do not say so.
    let is_multibyte = name != "charmap" && Native::from_name(name).is_none();
    let expected = if is_multibyte { "str" } else { "str/bytes" };
    let text = s.as_bytes();
    let mut at = 0;
    while let Err(e) = kernel(text, at, &mut out) {
        at = match handlers::encode_native(handler, name, &text[e.start..e.end], kernel, &mut out) {
            Some(used) => e.start + used,
            None => {
                let error =
                    handlers::unicode_encode_error(cx, name, s, e.char_range(text), e.reason);
                let (replacement, next) =
                    handlers::call(cx, handler, errors, error, "encoding", expected)?;
                let next = handlers::position(cx, next, s.char_len())?;
                if let Some(b) = Gc::<Bytes>::from_value(replacement) {
                    out.extend_from_slice(b.as_bytes());
                } else if let Some(r) = Gc::<Str>::from_value(replacement)
                    && kernel(r.as_bytes(), 0, &mut out).is_err()
                {
                    return Err(error);
                }
                s.byte_offset(next)
            }
        };
    }
    Ok(out)
}

/// Decodes `bytes` from `start` on by `kernel`; `name` is the encoding's in errors.
pub fn decode_with(
    cx: &mut Cx,
    name: &str,
    bytes: &[u8],
    start: usize,
    errors: Option<&str>,
    kernel: DecodeKernel<'_>,
) -> PyResult<(Value, usize)> {
    let handler = Handler::from_name(errors);
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = start;
    let mut bytes = bytes;
    let mut object = None;
    let mut replaced = None;
    loop {
        let e = match kernel(bytes, at, &mut out) {
            Ok(end) => {
                // Where a handler replaced the object, all of the first one is used up.
                let end = replaced.unwrap_or(end);
                return Ok((Str::from_wtf8(cx, &out)?.value(), end));
            }
            Err(e) => e,
        };
        at = match handlers::decode_native(
            handler,
            name,
            &bytes[e.start..],
            e.end - e.start,
            &mut out,
        ) {
            Some(used) => e.start + used,
            None => {
                let before = match object {
                    Some(o) => o,
                    None => *object.insert(Bytes::from_slice(cx, bytes)?),
                };
                let error =
                    handlers::unicode_decode_error(cx, name, before, e.start..e.end, e.reason);
                let (replacement, next) =
                    handlers::call(cx, handler, errors, error, "decoding", "str")?;
                let after = handlers::decoded_object(cx, error)?;
                if after.value() != before.value() {
                    object = Some(after);
                    replaced.get_or_insert(bytes.len());
                    bytes = after.as_bytes();
                }
                let next = handlers::position(cx, next, bytes.len())?;
                if let Some(r) = Gc::<Str>::from_value(replacement) {
                    out.extend_from_slice(r.as_bytes());
                }
                next
            }
        };
    }
}
