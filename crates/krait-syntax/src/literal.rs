//! Values of string and bytes literals, decoded from the source text.
//!
//! The AST's own values are Rust strings, which cannot hold the lone surrogates that Python's
//! literals can (`"\ud800"`), so every literal with a backslash is decoded again here. Values come
//! out as WTF-8: UTF-8 in which a lone surrogate is encoded like any other code point (three
//! bytes). Two surrogates written as two escapes stay two code points, as in CPython.

use std::borrow::Cow;

use ruff_python_ast::{BytesLiteral, InterpolatedStringLiteralElement, StringFlags, StringLiteral};
use ruff_text_size::{Ranged, TextRange};

use crate::source::Source;

/// Why the escapes of a literal cannot be decoded, with CPython's wording.
///
/// `start` and `end` count what CPython's codec sees: a character that is not ASCII counts as ten,
/// because it reaches the codec as `\UXXXXXXXX`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EscapeError {
    pub start: usize,
    pub end: usize,
    pub reason: &'static str,
}

/// The value of one part of a string literal, as WTF-8.
pub fn string_value<'a>(source: &'a Source, literal: &'a StringLiteral) -> Cow<'a, [u8]> {
    let body = source.slice(content_range(literal.range(), literal.flags));
    if literal.flags.prefix().is_raw() || !body.contains('\\') {
        return Cow::Borrowed(body.as_bytes());
    }
    Cow::Owned(unescape_string(body).unwrap_or_else(|_| literal.value.as_bytes().to_vec()))
}

/// The value of one part of a bytes literal.
pub fn bytes_value<'a>(source: &'a Source, literal: &'a BytesLiteral) -> Cow<'a, [u8]> {
    let body = source.slice(content_range(literal.range(), literal.flags));
    if literal.flags.prefix().is_raw() || !body.contains('\\') {
        return Cow::Borrowed(body.as_bytes());
    }
    Cow::Owned(unescape_bytes(body.as_bytes()).unwrap_or_else(|_| literal.value.to_vec()))
}

/// The value of a literal element of an f-string or t-string, as WTF-8. `raw` is the flag of the
/// string that the element is in.
pub fn interpolated_literal_value<'a>(
    source: &'a Source,
    element: &'a InterpolatedStringLiteralElement,
    raw: bool,
) -> Cow<'a, [u8]> {
    let body = source.slice(element.range());
    if raw || !body.contains('\\') {
        return match body.contains(['{', '}']) {
            false => Cow::Borrowed(body.as_bytes()),
            true => Cow::Owned(body.replace("{{", "{").replace("}}", "}").into_bytes()),
        };
    }
    let single = collapse_braces(body);
    Cow::Owned(unescape_string(&single).unwrap_or_else(|_| element.value.as_bytes().to_vec()))
}

fn content_range(range: TextRange, flags: impl StringFlags) -> TextRange {
    range
        .add_start(flags.opener_len())
        .sub_end(flags.closer_len())
}

/// Turns `{{` and `}}` into one brace each, except in the name of a `\N{...}` escape.
pub(crate) fn collapse_braces(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find(['{', '}', '\\']) {
        let bytes = rest.as_bytes();
        let mut end = at + 1;
        let mut skip = 0;
        if bytes[at] == b'\\' {
            end = match rest[at..].strip_prefix("\\N{").and_then(|r| r.find('}')) {
                Some(close) => at + "\\N{".len() + close + 1,
                // A backslash before a brace escapes nothing.
                None if matches!(bytes.get(at + 1), Some(b'{' | b'}')) => at + 1,
                None => at + 1 + rest[at + 1..].chars().next().map_or(0, char::len_utf8),
            };
        } else if bytes.get(at + 1) == Some(&bytes[at]) {
            skip = 1;
        }
        out.push_str(&rest[..end]);
        rest = &rest[end + skip..];
    }
    out.push_str(rest);
    out
}

/// Decodes the escapes of a string literal's body into WTF-8.
pub fn unescape_string(body: &str) -> Result<Vec<u8>, EscapeError> {
    StringDecoder {
        bytes: body.as_bytes(),
        body,
        at: 0,
        wide: 0,
        out: Vec::with_capacity(body.len()),
    }
    .run()
}

struct StringDecoder<'a> {
    bytes: &'a [u8],
    body: &'a str,
    at: usize,
    /// How many positions CPython's codec counts beyond our bytes so far.
    wide: isize,
    out: Vec<u8>,
}

impl StringDecoder<'_> {
    fn run(mut self) -> Result<Vec<u8>, EscapeError> {
        while let Some(&byte) = self.bytes.get(self.at) {
            if byte == b'\\' {
                self.escape()?;
            } else {
                let len = self.char_at(self.at).map_or(1, char::len_utf8);
                if len > 1 {
                    self.wide += 10 - len as isize;
                }
                self.out
                    .extend_from_slice(&self.bytes[self.at..self.at + len]);
                self.at += len;
            }
        }
        Ok(self.out)
    }

    fn char_at(&self, at: usize) -> Option<char> {
        self.body[at..].chars().next()
    }

    /// The position that the codec reports for a byte of the body.
    fn position(&self, at: usize) -> usize {
        (at as isize + self.wide) as usize
    }

    fn escape(&mut self) -> Result<(), EscapeError> {
        let start = self.at;
        self.at += 1;
        // A literal part of an f-string can end with a backslash, before a replacement field.
        let selector = self.bytes.get(self.at).copied();
        let Some(selector) = selector.filter(u8::is_ascii) else {
            // The codec sees `\u005c` for a backslash before a character that is not ASCII.
            self.out.push(b'\\');
            self.wide += 5;
            return Ok(());
        };
        self.at += 1;
        match selector {
            b'\n' => {}
            b'x' => self.hex(start, 2, "truncated \\xXX escape")?,
            b'u' => self.hex(start, 4, "truncated \\uXXXX escape")?,
            b'U' => self.hex(start, 8, "truncated \\UXXXXXXXX escape")?,
            b'N' => self.named(start)?,
            b'0'..=b'7' => {
                let (value, len) = octal(&self.bytes[self.at - 1..]);
                self.at += len - 1;
                push_code_point(&mut self.out, value);
            }
            _ => match simple_escape(selector) {
                Some(byte) => self.out.push(byte),
                None => self.out.extend_from_slice(&[b'\\', selector]),
            },
        }
        Ok(())
    }

    fn hex(
        &mut self,
        start: usize,
        digits: usize,
        truncated: &'static str,
    ) -> Result<(), EscapeError> {
        let mut value = 0u32;
        for _ in 0..digits {
            let digit = self.bytes.get(self.at).map(|b| char::from(*b).to_digit(16));
            let Some(Some(digit)) = digit else {
                return Err(self.error(start, self.at, truncated));
            };
            value = value << 4 | digit;
            self.at += 1;
        }
        if value > 0x10_FFFF {
            return Err(self.error(start, self.at, "illegal Unicode character"));
        }
        push_code_point(&mut self.out, value);
        Ok(())
    }

    fn named(&mut self, start: usize) -> Result<(), EscapeError> {
        const MALFORMED: &str = "malformed \\N character escape";
        if self.bytes.get(self.at) != Some(&b'{') {
            return Err(self.error(start, self.at, MALFORMED));
        }
        let name_start = self.at + 1;
        let Some(len) = self.body[name_start..].find('}') else {
            let end = self.bytes.len();
            let extra = wide_positions(&self.body[name_start..end]);
            return Err(self.error(start, end + extra, MALFORMED));
        };
        let name = &self.body[name_start..name_start + len];
        if name.is_empty() {
            return Err(self.error(start, name_start, MALFORMED));
        }
        self.at = name_start + len + 1;
        match krait_unicode::names::character(name) {
            Some(code) => {
                push_code_point(&mut self.out, code);
                Ok(())
            }
            None => {
                let end = self.at + wide_positions(name);
                Err(self.error(start, end, "unknown Unicode character name"))
            }
        }
    }

    fn error(&self, start: usize, end: usize, reason: &'static str) -> EscapeError {
        EscapeError {
            start: self.position(start),
            end: self.position(end),
            reason,
        }
    }
}

/// How many positions more than bytes the codec counts in the name of a character.
fn wide_positions(name: &str) -> usize {
    let mut wide = 0;
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        if !c.is_ascii() {
            wide += 10 - c.len_utf8();
        } else if c == '\\' && chars.next_if(char::is_ascii).is_none() {
            // `\u005c`, before a character that is not ASCII.
            wide += "u005c".len();
        }
    }
    wide
}

/// Decodes the escapes of a bytes literal's body; the error is the position of an invalid `\x`.
pub fn unescape_bytes(body: &[u8]) -> Result<Vec<u8>, usize> {
    let mut out = Vec::with_capacity(body.len());
    let mut at = 0;
    while let Some(&byte) = body.get(at) {
        at += 1;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some(&selector) = body.get(at) else {
            break;
        };
        at += 1;
        match selector {
            b'\n' => {}
            b'x' => {
                let digit = |i: usize| body.get(i).and_then(|b| char::from(*b).to_digit(16));
                match (digit(at), digit(at + 1)) {
                    (Some(high), Some(low)) => out.push((high << 4 | low) as u8),
                    _ => return Err(at - 2),
                }
                at += 2;
            }
            b'0'..=b'7' => {
                let (value, len) = octal(&body[at - 1..]);
                at += len - 1;
                out.push(value as u8);
            }
            _ => match simple_escape(selector) {
                Some(byte) => out.push(byte),
                None => out.extend_from_slice(&[b'\\', selector]),
            },
        }
    }
    Ok(out)
}

/// Up to three octal digits: their value and how many they are.
fn octal(digits: &[u8]) -> (u32, usize) {
    let run = digits
        .iter()
        .take(3)
        .take_while(|b| matches!(b, b'0'..=b'7'));
    run.fold((0, 0), |(value, len), b| {
        (value << 3 | u32::from(b - b'0'), len + 1)
    })
}

fn simple_escape(selector: u8) -> Option<u8> {
    Some(match selector {
        b'\\' | b'\'' | b'"' => selector,
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0C,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0B,
        _ => return None,
    })
}

/// Appends a code point, surrogates included, in (generalised) UTF-8.
fn push_code_point(out: &mut Vec<u8>, value: u32) {
    match char::from_u32(value) {
        Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None => out.extend_from_slice(&[
            0xE0 | (value >> 12) as u8,
            0x80 | (value >> 6 & 0x3F) as u8,
            0x80 | (value & 0x3F) as u8,
        ]),
    }
}

/// An escape that Python keeps as it is, and warns of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DubiousEscape {
    /// Byte offset of the backslash in the body.
    pub offset: usize,
    /// Bytes of the escape after the backslash.
    pub len: usize,
    /// An octal escape above `\377`, not an unknown letter.
    pub octal: bool,
}

/// The first escape of a body that deserves a warning.
pub(crate) fn first_dubious_escape(body: &str, is_bytes: bool) -> Option<DubiousEscape> {
    let bytes = body.as_bytes();
    let mut at = 0;
    while let Some(found) = body[at..].find('\\') {
        let offset = at + found;
        let selector = *bytes.get(offset + 1)?;
        let len = match selector {
            b'0'..=b'7' => {
                let (value, len) = octal(&bytes[offset + 1..]);
                if value > 0o377 {
                    return Some(DubiousEscape {
                        offset,
                        len,
                        octal: true,
                    });
                }
                len
            }
            b'\n' | b'x' => 1,
            b'u' | b'U' | b'N' if !is_bytes => 1,
            _ if simple_escape(selector).is_some() => 1,
            // CPython has replaced what is not ASCII before it looks.
            0x80.. => body[offset + 1..].chars().next().map_or(1, char::len_utf8),
            _ => {
                return Some(DubiousEscape {
                    offset,
                    len: 1,
                    octal: false,
                });
            }
        };
        at = offset + 1 + len;
    }
    None
}
