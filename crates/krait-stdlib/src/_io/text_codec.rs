//! How a text stream decodes and encodes: natively for the usual encodings, else through the
//! incremental codecs of the `codecs` registry.

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::object::Gc;
use krait_runtime::protocol::codecs as errors;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::str::Str;
use krait_runtime::value::Value;
use krait_unicode::codecs::{self, DecodeError, EncodeError};
use krait_unicode::wtf8;

/// Encodings that need no codec object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Native {
    Utf8,
    Ascii,
    Latin1,
}

/// Error handlers that need no call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Policy {
    Strict,
    Ignore,
    Replace,
    SurrogateEscape,
    BackslashReplace,
}

impl Native {
    pub fn of(encoding: &str) -> Option<Native> {
        let normal: String = encoding
            .chars()
            .map(|c| {
                if c == '_' || c == ' ' {
                    '-'
                } else {
                    c.to_ascii_lowercase()
                }
            })
            .collect();
        match normal.as_str() {
            "utf-8" | "utf8" | "cp65001" => Some(Native::Utf8),
            "ascii" | "us-ascii" | "646" => Some(Native::Ascii),
            "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "l1" => Some(Native::Latin1),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Native::Utf8 => "utf-8",
            Native::Ascii => "ascii",
            Native::Latin1 => "latin-1",
        }
    }

    /// Decodes from `at` on; errors have the offset behind them in `end`.
    fn decode(
        self,
        input: &[u8],
        at: usize,
        is_final: bool,
        out: &mut Vec<u8>,
    ) -> Result<usize, DecodeError> {
        match self {
            Native::Utf8 => codecs::decode_utf8(input, at, is_final, out),
            Native::Ascii => codecs::decode_ascii(input, at, out),
            Native::Latin1 => {
                codecs::decode_latin1(&input[at..], out);
                Ok(input.len())
            }
        }
    }

    fn encode(self, text: &[u8], at: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        match self {
            Native::Utf8 => codecs::encode_utf8(text, at, out),
            Native::Ascii => codecs::encode_ascii(text, at, out),
            Native::Latin1 => codecs::encode_latin1(text, at, out),
        }
    }
}

impl Policy {
    pub fn of(errors: &str) -> Option<Policy> {
        Some(match errors {
            "strict" => Policy::Strict,
            "ignore" => Policy::Ignore,
            "replace" => Policy::Replace,
            "surrogateescape" => Policy::SurrogateEscape,
            "backslashreplace" => Policy::BackslashReplace,
            _ => return None,
        })
    }

    /// Text in place of undecodable bytes, and how many of them it stands for; `None`: an error.
    fn on_decode(self, bad: &[u8], out: &mut Vec<u8>) -> Option<usize> {
        match self {
            Policy::Strict => return None,
            Policy::Ignore => {}
            Policy::Replace => wtf8::push(out, 0xFFFD),
            Policy::SurrogateEscape => {
                let n = bad.iter().take_while(|&&b| b >= 0x80).count();
                if n == 0 {
                    return None;
                }
                bad[..n]
                    .iter()
                    .for_each(|&b| wtf8::push(out, 0xDC00 + b as u32));
                return Some(n);
            }
            Policy::BackslashReplace => bad
                .iter()
                .for_each(|b| out.extend_from_slice(format!("\\x{b:02x}").as_bytes())),
        }
        Some(bad.len())
    }

    /// Bytes in place of one character that cannot be encoded; `false`: an error.
    fn on_encode(self, code: u32, out: &mut Vec<u8>) -> bool {
        match self {
            Policy::Strict => return false,
            Policy::Ignore => {}
            Policy::Replace => out.push(b'?'),
            Policy::SurrogateEscape if (0xDC80..=0xDCFF).contains(&code) => {
                out.push((code - 0xDC00) as u8)
            }
            Policy::SurrogateEscape => return false,
            Policy::BackslashReplace => {
                let shown = match code {
                    0..=0xFF => format!("\\x{code:02x}"),
                    0x100..=0xFFFF => format!("\\u{code:04x}"),
                    _ => format!("\\U{code:08x}"),
                };
                out.extend_from_slice(shown.as_bytes());
            }
        }
        true
    }
}

/// Decodes `input`; returns the text and how many bytes were used (an incomplete sequence at the end
/// is left if `is_final` is false).
pub fn decode(
    cx: &mut Cx,
    codec: Native,
    policy: Policy,
    input: &[u8],
    is_final: bool,
) -> PyResult<(Vec<u8>, usize)> {
    let mut out = Vec::with_capacity(input.len() + 16);
    let mut at = 0;
    loop {
        match codec.decode(input, at, is_final, &mut out) {
            Ok(used) => return Ok((out, used)),
            Err(e) => match policy.on_decode(&input[e.start..e.end], &mut out) {
                Some(n) => at = e.start + n,
                None => {
                    let object = Bytes::from_slice(cx, input)?;
                    return Err(errors::unicode_decode_error(
                        cx,
                        codec.name(),
                        object,
                        e.start..e.end,
                        e.reason,
                    ));
                }
            },
        }
    }
}

/// Encodes the whole of `text` to the end of `out`.
pub fn encode(
    cx: &mut Cx,
    codec: Native,
    policy: Policy,
    text: &[u8],
    out: &mut Vec<u8>,
) -> PyResult<()> {
    let mut at = 0;
    while let Err(e) = codec.encode(text, at, out) {
        for code in wtf8::code_points(&text[e.start..e.end]) {
            if !policy.on_encode(code, out) {
                let object = Str::from_wtf8(cx, text)?;
                let range = e.char_range(text);
                return Err(errors::unicode_encode_error(
                    cx,
                    codec.name(),
                    object,
                    range,
                    e.reason,
                ));
            }
        }
        at = e.end;
        if at == text.len() {
            break;
        }
    }
    Ok(())
}

/// The `CodecInfo` of a text encoding.
pub fn lookup(cx: &mut Cx, encoding: &str) -> PyResult<Value> {
    let module = cx.import("_codecs")?;
    let name = cx.new_str(encoding);
    let info = cx.call_method_str(module, "lookup", &[name])?;
    if let Some(v) = cx.lookup_attr_str(info, "_is_text_encoding")?
        && !cx.is_true(v)?
    {
        return Err(cx.lookup_error(format!(
            "'{encoding}' is not a text encoding; use codecs.open() to handle arbitrary codecs"
        )));
    }
    Ok(info)
}

/// `info.incrementaldecoder(errors)` or `info.incrementalencoder(errors)`.
pub fn incremental(cx: &mut Cx, info: Value, factory: &str, errors: Value) -> PyResult<Value> {
    let f = cx.get_attr_str(info, factory)?;
    if f.is_none() {
        return Ok(f);
    }
    cx.call(f, &[errors])
}

/// The text that a decoder returned.
pub fn decoded_text(cx: &mut Cx, v: Value) -> PyResult<Gc<Str>> {
    match Gc::<Str>::from_value(v) {
        Some(s) => Ok(s),
        None => {
            let got = cx.type_name(v);
            Err(cx.type_error(format!(
                "decoder should return a string result, not '{got}'"
            )))
        }
    }
}
