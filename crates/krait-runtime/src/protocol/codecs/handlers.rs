//! Error handlers: the built-in ones without calls, as functions for `codecs.lookup_error`, and
//! calls of registered ones.

use std::ops::Range;

use krait_macros::pyfunctions;
use krait_unicode::escape::push_numeric_escape;
use krait_unicode::properties::Version;
use krait_unicode::wtf8::{self, code_points, is_surrogate};

use super::registry;
use super::transcode::EncodeKernel;
use crate::cx::Cx;
use crate::error::{PyResult, Raised};
use crate::native::NativeDef;
use crate::object::Gc;
use crate::types::bytes::Bytes;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::typeobj::Type;
use crate::value::Value;

/// An error handler by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handler {
    Strict,
    Ignore,
    Replace,
    BackslashReplace,
    XmlCharRefReplace,
    NameReplace,
    SurrogateEscape,
    SurrogatePass,
    /// Registered by a program.
    Other,
}

impl Handler {
    pub fn from_name(name: Option<&str>) -> Handler {
        match name {
            None | Some("strict") => Handler::Strict,
            Some("ignore") => Handler::Ignore,
            Some("replace") => Handler::Replace,
            Some("backslashreplace") => Handler::BackslashReplace,
            Some("xmlcharrefreplace") => Handler::XmlCharRefReplace,
            Some("namereplace") => Handler::NameReplace,
            Some("surrogateescape") => Handler::SurrogateEscape,
            Some("surrogatepass") => Handler::SurrogatePass,
            Some(_) => Handler::Other,
        }
    }
}

/// UnicodeEncodeError for a range of characters of `s`.
#[cold]
pub fn unicode_encode_error(
    cx: &mut Cx,
    encoding: &str,
    s: Gc<Str>,
    range: Range<usize>,
    reason: &str,
) -> Raised {
    let class = cx.types().unicode_encode_error;
    let args = [
        cx.new_str(encoding),
        s.value(),
        small(range.start),
        small(range.end),
        cx.new_str(reason),
    ];
    cx.error_with(class, &args)
}

/// UnicodeDecodeError for a range of bytes of `object`.
#[cold]
pub fn unicode_decode_error(
    cx: &mut Cx,
    encoding: &str,
    object: Gc<Bytes>,
    range: Range<usize>,
    reason: &str,
) -> Raised {
    let class = cx.types().unicode_decode_error;
    let args = [
        cx.new_str(encoding),
        object.value(),
        small(range.start),
        small(range.end),
        cx.new_str(reason),
    ];
    cx.error_with(class, &args)
}

/// UnicodeTranslateError for a range of characters of `s`.
#[cold]
pub fn unicode_translate_error(
    cx: &mut Cx,
    s: Gc<Str>,
    range: Range<usize>,
    reason: &str,
) -> Raised {
    let class = cx.types().unicode_translate_error;
    let args = [
        s.value(),
        small(range.start),
        small(range.end),
        cx.new_str(reason),
    ];
    cx.error_with(class, &args)
}

fn small(n: usize) -> Value {
    Value::small(n as i64)
}

/// What `handler` makes of characters that cannot be encoded, appended to `out`; gives how many
/// bytes of `text` it took. `None`: the handler has to be called (or raises).
pub(super) fn encode_native(
    handler: Handler,
    encoding: &str,
    text: &[u8],
    kernel: EncodeKernel<'_>,
    out: &mut Vec<u8>,
) -> Option<usize> {
    if handler == Handler::Ignore {
        return Some(text.len());
    }
    if handler == Handler::SurrogateEscape {
        return escaped_bytes(encoding, text, out);
    }
    if handler == Handler::SurrogatePass {
        return passed_surrogates(encoding, text, out);
    }
    let replacement = replacement_text(handler, text)?;
    let before = out.len();
    if kernel(&replacement, 0, out).is_ok() {
        return Some(text.len());
    }
    out.truncate(before);
    None
}

/// The text that a replacing handler puts in place of `text`.
fn replacement_text(handler: Handler, text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    for code in code_points(text) {
        match handler {
            Handler::Replace => out.push(b'?'),
            Handler::BackslashReplace => push_numeric_escape(&mut out, code),
            Handler::XmlCharRefReplace => out.extend_from_slice(format!("&#{code};").as_bytes()),
            Handler::NameReplace => match krait_unicode::names::name(code, Version::Current) {
                Some(name) => out.extend_from_slice(format!("\\N{{{name}}}").as_bytes()),
                None => push_numeric_escape(&mut out, code),
            },
            _ => return None,
        }
    }
    Some(out)
}

/// Bytes that `surrogateescape` hid in U+DC80 to U+DCFF; only for encodings of single bytes.
fn escaped_bytes(encoding: &str, text: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    if encoding.starts_with("utf-16") || encoding.starts_with("utf-32") {
        return None;
    }
    let before = out.len();
    out.extend(
        code_points(text)
            .take_while(|code| (0xDC80..=0xDCFF).contains(code))
            .map(|code| (code - 0xDC00) as u8),
    );
    // These surrogates take three bytes each in WTF-8.
    Some(3 * (out.len() - before)).filter(|&used| used > 0)
}

/// Surrogates written as if they were characters.
fn passed_surrogates(encoding: &str, text: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    if !code_points(text).all(is_surrogate) {
        return None;
    }
    let big =
        encoding.ends_with("be") || (cfg!(target_endian = "big") && !encoding.ends_with("le"));
    for code in code_points(text) {
        let unit = code as u16;
        match encoding.get(..6) {
            Some("utf-16") if big => out.extend(unit.to_be_bytes()),
            Some("utf-16") => out.extend(unit.to_le_bytes()),
            Some("utf-32") if big => out.extend(code.to_be_bytes()),
            Some("utf-32") => out.extend(code.to_le_bytes()),
            _ if encoding == "utf-8" => wtf8::push(out, code),
            _ => return None,
        }
    }
    Some(text.len())
}

/// What `handler` makes of the `len` bytes at the start of `bytes` that cannot be decoded; gives
/// how many it took. `None`: the handler has to be called (or raises).
pub(super) fn decode_native(
    handler: Handler,
    encoding: &str,
    bytes: &[u8],
    len: usize,
    out: &mut Vec<u8>,
) -> Option<usize> {
    match handler {
        Handler::Ignore => Some(len),
        Handler::Replace => {
            wtf8::push(out, 0xFFFD);
            Some(len)
        }
        Handler::BackslashReplace => {
            bytes[..len]
                .iter()
                .for_each(|&b| push_numeric_escape(out, u32::from(b)));
            Some(len)
        }
        Handler::SurrogateEscape => {
            let escaped = bytes[..len.min(4)]
                .iter()
                .take_while(|b| !b.is_ascii())
                .count();
            bytes[..escaped]
                .iter()
                .for_each(|&b| wtf8::push(out, 0xDC00 + u32::from(b)));
            (escaped > 0).then_some(escaped)
        }
        Handler::SurrogatePass => {
            let (code, used) = encoded_surrogate(encoding, bytes)?;
            wtf8::push(out, code);
            Some(used)
        }
        _ => None,
    }
}

/// A surrogate at the start of `bytes` in this encoding, and its length.
fn encoded_surrogate(encoding: &str, bytes: &[u8]) -> Option<(u32, usize)> {
    let big =
        encoding.ends_with("be") || (cfg!(target_endian = "big") && !encoding.ends_with("le"));
    let (code, used) = match (encoding.get(..6), bytes) {
        (Some("utf-16"), [a, b, ..]) => {
            let unit = if big {
                u16::from_be_bytes([*a, *b])
            } else {
                u16::from_le_bytes([*a, *b])
            };
            (u32::from(unit), 2)
        }
        (Some("utf-32"), [a, b, c, d, ..]) => {
            let unit = [*a, *b, *c, *d];
            (
                if big {
                    u32::from_be_bytes(unit)
                } else {
                    u32::from_le_bytes(unit)
                },
                4,
            )
        }
        _ if encoding == "utf-8" => match bytes {
            [0xED, 0xA0..=0xBF, 0x80..=0xBF, ..] => wtf8::decode_at(bytes, 0),
            _ => return None,
        },
        _ => return None,
    };
    is_surrogate(code).then_some((code, used))
}

/// Calls the handler for `error`: replacement and position to go on, see [`position`]. `expected` is what the
/// replacement has to be, in the words of an error.
pub(super) fn call(
    cx: &mut Cx,
    handler: Handler,
    name: Option<&str>,
    error: Raised,
    what: &str,
    expected: &str,
) -> PyResult<(Value, isize)> {
    if handler == Handler::Strict {
        return Err(error);
    }
    let function = registry::lookup_error(cx, name.unwrap_or("strict"))?;
    let result = cx.call(function, &[error.value()])?;
    let wrong = |cx: &mut Cx| {
        cx.type_error(format!(
            "{what} error handler must return ({expected}, int) tuple"
        ))
    };
    let Some(pair) = Gc::<Tuple>::from_value(result).filter(|t| t.len() == 2) else {
        return Err(wrong(cx));
    };
    let (text, next) = (pair.get(0), pair.get(1));
    let is_text = Gc::<Str>::from_value(text).is_some()
        || (what == "encoding" && Gc::<Bytes>::from_value(text).is_some());
    if !is_text || !cx.is_index(next) {
        return Err(wrong(cx));
    }
    Ok((text, cx.index_isize(next)?))
}

/// Where a handler said to go on in an object of length `len`; negative positions count from its end.
pub(super) fn position(cx: &mut Cx, next: isize, len: usize) -> PyResult<usize> {
    let at = if next < 0 {
        next.wrapping_add_unsigned(len)
    } else {
        next
    };
    match usize::try_from(at).ok().filter(|&at| at <= len) {
        Some(at) => Ok(at),
        None => Err(cx.index_error(format!("position {at} from error handler out of bounds"))),
    }
}

/// What is being decoded, which the handler may have replaced.
pub(super) fn decoded_object(cx: &mut Cx, error: Raised) -> PyResult<Gc<Bytes>> {
    let object = cx.get_attr_str(error.value(), "object")?;
    match Gc::<Bytes>::from_value(object) {
        Some(bytes) => Ok(bytes),
        None => Err(cx.type_error("UnicodeError 'object' attribute must be a bytes")),
    }
}

/// What the handler functions read of an exception.
struct Failure {
    class: FailureKind,
    encoding: String,
    object: Value,
    start: usize,
    end: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FailureKind {
    Encode,
    Decode,
    Translate,
}

impl Failure {
    fn of(cx: &mut Cx, exception: Value) -> PyResult<Failure> {
        let types = cx.types();
        let is = |cx: &Cx, class: Gc<Type>| cx.is_instance(exception, class);
        let class = if is(cx, types.unicode_encode_error) {
            FailureKind::Encode
        } else if is(cx, types.unicode_decode_error) {
            FailureKind::Decode
        } else if is(cx, types.unicode_translate_error) {
            FailureKind::Translate
        } else {
            return Err(unhandled(cx, exception));
        };
        let object = cx.get_attr_str(exception, "object")?;
        let encoding = match class {
            FailureKind::Translate => String::new(),
            _ => {
                let e = cx.get_attr_str(exception, "encoding")?;
                Gc::<Str>::from_value(e).map_or_else(String::new, |s| s.to_string_lossy())
            }
        };
        let len = match Gc::<Str>::from_value(object) {
            Some(s) => s.char_len(),
            None => Gc::<Bytes>::from_value(object).map_or(0, |b| b.len()),
        };
        let bound = |cx: &mut Cx, name: &str| -> PyResult<usize> {
            let v = cx.get_attr_str(exception, name)?;
            Ok((cx.clamped_index(v)?.max(0) as usize).min(len))
        };
        let start = bound(cx, "start")?;
        let end = bound(cx, "end")?.max(start);
        Ok(Failure {
            class,
            encoding: native_name(&encoding),
            object,
            start,
            end,
        })
    }

    /// The characters that could not be converted.
    fn text<'a>(&self) -> &'a [u8] {
        match Gc::<Str>::from_value(self.object) {
            Some(s) => &s.as_bytes()[s.byte_offset(self.start)..s.byte_offset(self.end)],
            None => &[],
        }
    }

    /// The bytes that could not be converted, and those behind them.
    fn bytes<'a>(&self) -> &'a [u8] {
        Gc::<Bytes>::from_value(self.object).map_or(&[], |b| &b.as_bytes()[self.start..])
    }
}

/// Encoding names as `Native::name` spells them.
fn native_name(name: &str) -> String {
    super::Native::from_name(name).map_or_else(|| name.to_owned(), |n| n.name().to_owned())
}

fn unhandled(cx: &mut Cx, exception: Value) -> Raised {
    let name = cx.type_name(exception);
    cx.type_error(format!("don't know how to handle {name} in error callback"))
}

fn reply(cx: &mut Cx, text: &[u8], next: usize) -> PyResult<Value> {
    let text = Str::from_wtf8(cx, text)?;
    Ok(cx.new_tuple(&[text.value(), small(next)]))
}

/// The exception as an error, for handlers that give up.
fn raise(cx: &mut Cx, exception: Value) -> Raised {
    match Gc::<crate::error::Exception>::from_value(exception) {
        Some(e) => Raised::new(e),
        None => cx.type_error("codec must pass exception instance"),
    }
}

struct HandlerFunctions;

#[pyfunctions]
impl HandlerFunctions {
    /// Implements the 'strict' error handling, which raises a UnicodeError on coding errors.
    #[py(sig = "(exception, /)")]
    fn strict_errors(cx: &mut Cx, exception: Value) -> PyResult<Value> {
        Err(raise(cx, exception))
    }

    /// Implements the 'ignore' error handling, which skips malformed data.
    #[py(sig = "(exception, /)")]
    fn ignore_errors(cx: &mut Cx, exception: Value) -> PyResult<Value> {
        let f = Failure::of(cx, exception)?;
        reply(cx, b"", f.end)
    }

    /// Implements the 'replace' error handling, which replaces malformed data with a replacement marker.
    #[py(sig = "(exception, /)")]
    fn replace_errors(cx: &mut Cx, exception: Value) -> PyResult<Value> {
        let f = Failure::of(cx, exception)?;
        let text = match f.class {
            FailureKind::Encode => "?".repeat(f.end - f.start),
            FailureKind::Decode => "\u{FFFD}".to_owned(),
            FailureKind::Translate => "\u{FFFD}".repeat(f.end - f.start),
        };
        reply(cx, text.as_bytes(), f.end)
    }

    /// Implements the 'xmlcharrefreplace' error handling, which replaces characters with XML references.
    #[py(sig = "(exception, /)")]
    fn xmlcharrefreplace_errors(cx: &mut Cx, exception: Value) -> PyResult<Value> {
        encode_only(cx, exception, Handler::XmlCharRefReplace)
    }

    /// Implements the 'backslashreplace' error handling, which replaces malformed data with escapes.
    #[py(sig = "(exception, /)")]
    fn backslashreplace_errors(cx: &mut Cx, exception: Value) -> PyResult<Value> {
        let f = Failure::of(cx, exception)?;
        let mut out = Vec::new();
        match f.class {
            FailureKind::Decode => f.bytes()[..f.end - f.start]
                .iter()
                .for_each(|&b| push_numeric_escape(&mut out, u32::from(b))),
            _ => code_points(f.text()).for_each(|c| push_numeric_escape(&mut out, c)),
        }
        reply(cx, &out, f.end)
    }

    /// Implements the 'namereplace' error handling, which replaces characters with \N{...} escapes.
    #[py(sig = "(exception, /)")]
    fn namereplace_errors(cx: &mut Cx, exception: Value) -> PyResult<Value> {
        encode_only(cx, exception, Handler::NameReplace)
    }

    /// Implements the 'surrogatepass' error handling, which passes lone surrogates through.
    #[py(sig = "(exception, /)")]
    fn surrogatepass_errors(cx: &mut Cx, exception: Value) -> PyResult<Value> {
        surrogate_handler(cx, exception, passed_surrogates, |f| {
            encoded_surrogate(&f.encoding, f.bytes()).map(|(c, n)| (vec![c], n))
        })
    }

    /// Implements the 'surrogateescape' error handling, which hides bytes in lone surrogates.
    #[py(sig = "(exception, /)")]
    fn surrogateescape_errors(cx: &mut Cx, exception: Value) -> PyResult<Value> {
        surrogate_handler(cx, exception, escaped_bytes, |f| {
            let bytes = &f.bytes()[..(f.end - f.start).min(4)];
            let codes: Vec<u32> = bytes
                .iter()
                .take_while(|b| !b.is_ascii())
                .map(|&b| 0xDC00 + u32::from(b))
                .collect();
            let n = codes.len();
            (n > 0).then_some((codes, n))
        })
    }
}

fn encode_only(cx: &mut Cx, exception: Value, handler: Handler) -> PyResult<Value> {
    let f = Failure::of(cx, exception)?;
    match replacement_text(handler, f.text()) {
        Some(text) if f.class == FailureKind::Encode => reply(cx, &text, f.end),
        _ => Err(unhandled(cx, exception)),
    }
}

fn surrogate_handler(
    cx: &mut Cx,
    exception: Value,
    encode: fn(&str, &[u8], &mut Vec<u8>) -> Option<usize>,
    decode: impl FnOnce(&Failure) -> Option<(Vec<u32>, usize)>,
) -> PyResult<Value> {
    let f = Failure::of(cx, exception)?;
    match f.class {
        FailureKind::Encode => {
            let mut out = Vec::new();
            if encode(&f.encoding, f.text(), &mut out).is_none() {
                return Err(raise(cx, exception));
            }
            let bytes = Bytes::from_slice(cx, &out)?;
            Ok(cx.new_tuple(&[bytes.value(), small(f.end)]))
        }
        FailureKind::Decode => match decode(&f) {
            Some((codes, used)) => {
                let text = wtf8::from_code_points(codes);
                reply(cx, &text, f.start + used)
            }
            None => Err(raise(cx, exception)),
        },
        FailureKind::Translate => Err(unhandled(cx, exception)),
    }
}

/// The built-in handlers as functions, by the names they are registered under.
pub const HANDLERS: &[(&str, &NativeDef)] = &[
    ("strict", &HandlerFunctions::DEFS[0]),
    ("ignore", &HandlerFunctions::DEFS[1]),
    ("replace", &HandlerFunctions::DEFS[2]),
    ("xmlcharrefreplace", &HandlerFunctions::DEFS[3]),
    ("backslashreplace", &HandlerFunctions::DEFS[4]),
    ("namereplace", &HandlerFunctions::DEFS[5]),
    ("surrogatepass", &HandlerFunctions::DEFS[6]),
    ("surrogateescape", &HandlerFunctions::DEFS[7]),
];
