//! Encoding and decoding text by the name of an encoding.

use crate::cx::Cx;
use crate::error::{PyResult, Raised};
use crate::object::Gc;
use crate::types::bytes::Bytes;
use crate::types::str::Str;
use crate::value::Value;

/// UnicodeEncodeError for a text that cannot be UTF-8.
#[cold]
pub fn surrogates_not_allowed(cx: &mut Cx, s: Gc<Str>) -> Raised {
    let is_surrogate = |c: &u32| krait_unicode::wtf8::is_surrogate(*c);
    let codes: Vec<u32> = krait_unicode::wtf8::to_utf32(s.as_bytes());
    let start = codes.iter().position(|c| is_surrogate(c)).unwrap_or(0);
    let run = codes[start..].iter().take_while(|c| is_surrogate(c)).count();
    unicode_encode_error(cx, "utf-8", s, start, start + run.max(1), "surrogates not allowed")
}

/// UnicodeEncodeError for the characters `start..end` of `s`.
#[cold]
pub fn unicode_encode_error(cx: &mut Cx, encoding: &str, s: Gc<Str>, start: usize, end: usize, reason: &str) -> Raised {
    let class = cx.types().unicode_encode_error;
    let encoding = cx.new_str(encoding);
    let reason = cx.new_str(reason);
    cx.error_with(class, &[encoding, s.value(), Value::small(start as i64), Value::small(end as i64), reason])
}

/// UnicodeDecodeError for the bytes `start..end` of `object`.
#[cold]
pub fn unicode_decode_error(cx: &mut Cx, encoding: &str, object: Gc<Bytes>, start: usize, end: usize, reason: &str) -> Raised {
    let class = cx.types().unicode_decode_error;
    let encoding = cx.new_str(encoding);
    let reason = cx.new_str(reason);
    cx.error_with(class, &[encoding, object.value(), Value::small(start as i64), Value::small(end as i64), reason])
}

impl Cx {
    /// `s.encode(encoding, errors)`; `None` for UTF-8 and `strict`.
    pub fn encode(&mut self, s: Gc<Str>, encoding: Option<&str>, errors: Option<&str>) -> PyResult<Value> {
        let _ = (encoding, errors);
        let text = self.utf8(s)?;
        Ok(Bytes::from_slice(self, text.as_bytes())?.value())
    }

    /// `bytes.decode(encoding, errors)`; `None` for UTF-8 and `strict`.
    pub fn decode(&mut self, bytes: &[u8], encoding: Option<&str>, errors: Option<&str>) -> PyResult<Value> {
        let _ = (encoding, errors);
        match std::str::from_utf8(bytes) {
            Ok(_) => Ok(Str::from_wtf8(self, bytes)?.value()),
            Err(_) => Err(self.value_error("invalid utf-8")),
        }
    }
}
