//! Backslash escapes: `unicode_escape`, `raw_unicode_escape`, and those of `bytes` literals.

use super::DecodeError;
use crate::escape::push_numeric_escape;
use crate::names;
use crate::wtf8::{code_points, push};

/// The first escape of an input that is kept though it is not valid: CPython warns of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidEscape {
    /// Byte offset of the backslash.
    pub offset: usize,
    /// An octal escape above `\377`; else a backslash before a character that needs none.
    pub is_octal: bool,
}

/// Result of decoding escapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Escaped {
    /// Where the input that was not decoded begins.
    pub consumed: usize,
    pub invalid: Option<InvalidEscape>,
}

/// How an escape came out.
enum Outcome {
    /// `len` bytes were read.
    Read(usize),
    /// The same, with a warning due.
    Kept { len: usize, is_octal: bool },
    /// Wrong: `len` bytes belong to the error. `incomplete` if more input might mend it.
    Wrong {
        len: usize,
        reason: &'static str,
        incomplete: bool,
    },
}

const TRUNCATED_X: &str = "truncated \\xXX escape";
const TRUNCATED_U: &str = "truncated \\uXXXX escape";
const TRUNCATED_LONG_U: &str = "truncated \\UXXXXXXXX escape";

/// Up to `count` hexadecimal digits: value and how many there are.
fn hex_digits(text: &[u8], count: usize) -> (u32, usize) {
    let mut value = 0u32;
    let mut len = 0;
    for byte in text.iter().take(count) {
        let Some(digit) = char::from(*byte).to_digit(16) else {
            break;
        };
        value = value << 4 | digit;
        len += 1;
    }
    (value, len)
}

/// A numeric escape of `count` digits after the two bytes at the start of `rest`.
fn numeric(
    rest: &[u8],
    count: usize,
    truncated: &'static str,
    too_large: &'static str,
    out: &mut Vec<u8>,
) -> Outcome {
    let (value, len) = hex_digits(&rest[2..], count);
    if len < count {
        return Outcome::Wrong {
            len: 2 + len,
            reason: truncated,
            incomplete: 2 + len == rest.len(),
        };
    }
    if value >= 0x11_0000 {
        return Outcome::Wrong {
            len: 2 + len,
            reason: too_large,
            incomplete: false,
        };
    }
    push(out, value);
    Outcome::Read(2 + len)
}

/// Up to three octal digits after the backslash: value and count.
fn octal(rest: &[u8]) -> (u32, usize) {
    let digits = rest[1..]
        .iter()
        .take(3)
        .take_while(|byte| matches!(byte, b'0'..=b'7'));
    digits.fold((0, 0), |(value, len), digit| {
        (value << 3 | u32::from(digit - b'0'), len + 1)
    })
}

/// The character of a one-letter escape.
fn letter_escape(letter: u8) -> Option<u8> {
    Some(match letter {
        b'\\' | b'\'' | b'"' => letter,
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

/// `\N{name}` at the start of `rest`.
fn named(rest: &[u8], out: &mut Vec<u8>) -> Outcome {
    const MALFORMED: &str = "malformed \\N character escape";
    match rest.get(2) {
        None => {
            return Outcome::Wrong {
                len: 2,
                reason: MALFORMED,
                incomplete: true,
            };
        }
        Some(b'{') => {}
        Some(_) => {
            return Outcome::Wrong {
                len: 2,
                reason: MALFORMED,
                incomplete: false,
            };
        }
    }
    let Some(len) = rest[3..].iter().position(|byte| *byte == b'}') else {
        return Outcome::Wrong {
            len: rest.len(),
            reason: MALFORMED,
            incomplete: true,
        };
    };
    if len == 0 {
        return Outcome::Wrong {
            len: 3,
            reason: MALFORMED,
            incomplete: false,
        };
    }
    let name = std::str::from_utf8(&rest[3..3 + len]).ok();
    match name.and_then(names::character) {
        Some(code) => {
            push(out, code);
            Outcome::Read(4 + len)
        }
        None => Outcome::Wrong {
            len: 4 + len,
            reason: "unknown Unicode character name",
            incomplete: false,
        },
    }
}

/// Decodes one escape at the start of `rest`.
fn unicode_escape(rest: &[u8], out: &mut Vec<u8>) -> Outcome {
    const ILLEGAL: &str = "illegal Unicode character";
    let Some(letter) = rest.get(1).copied() else {
        return Outcome::Wrong {
            len: 1,
            reason: "\\ at end of string",
            incomplete: true,
        };
    };
    match letter {
        b'\n' => Outcome::Read(2),
        b'x' => numeric(rest, 2, TRUNCATED_X, ILLEGAL, out),
        b'u' => numeric(rest, 4, TRUNCATED_U, ILLEGAL, out),
        b'U' => numeric(rest, 8, TRUNCATED_LONG_U, ILLEGAL, out),
        b'N' => named(rest, out),
        b'0'..=b'7' => {
            let (value, len) = octal(rest);
            push(out, value);
            if value > 0o377 {
                Outcome::Kept {
                    len: 1 + len,
                    is_octal: true,
                }
            } else {
                Outcome::Read(1 + len)
            }
        }
        _ => match letter_escape(letter) {
            Some(byte) => {
                out.push(byte);
                Outcome::Read(2)
            }
            None => {
                out.push(b'\\');
                push(out, u32::from(letter));
                Outcome::Kept {
                    len: 2,
                    is_octal: false,
                }
            }
        },
    }
}

/// Decodes one backslash of `raw_unicode_escape`: only `\u` and `\U` count.
fn raw_unicode_escape(rest: &[u8], out: &mut Vec<u8>) -> Outcome {
    const TOO_LARGE: &str = "\\Uxxxxxxxx out of range";
    match rest.get(1).copied() {
        None => Outcome::Wrong {
            len: 1,
            reason: "\\ at end of string",
            incomplete: true,
        },
        Some(b'u') => numeric(rest, 4, TRUNCATED_U, TOO_LARGE, out),
        Some(b'U') => numeric(rest, 8, TRUNCATED_LONG_U, TOO_LARGE, out),
        Some(other) => {
            out.push(b'\\');
            push(out, u32::from(other));
            Outcome::Read(2)
        }
    }
}

fn decode(
    input: &[u8],
    mut at: usize,
    is_final: bool,
    out: &mut Vec<u8>,
    one: impl Fn(&[u8], &mut Vec<u8>) -> Outcome,
) -> Result<Escaped, DecodeError> {
    let mut invalid = None;
    while at < input.len() {
        if input[at] != b'\\' {
            push(out, u32::from(input[at]));
            at += 1;
            continue;
        }
        match one(&input[at..], out) {
            Outcome::Read(len) => at += len,
            Outcome::Kept { len, is_octal } => {
                invalid = invalid.or(Some(InvalidEscape {
                    offset: at,
                    is_octal,
                }));
                at += len;
            }
            Outcome::Wrong {
                incomplete: true, ..
            } if !is_final => break,
            Outcome::Wrong { len, reason, .. } => {
                return Err(DecodeError {
                    start: at,
                    end: at + len,
                    reason,
                });
            }
        }
    }
    Ok(Escaped {
        consumed: at,
        invalid,
    })
}

/// Decodes `unicode_escape`: Latin-1 with the escapes of `str` literals.
pub fn decode_unicode_escape(
    input: &[u8],
    at: usize,
    is_final: bool,
    out: &mut Vec<u8>,
) -> Result<Escaped, DecodeError> {
    decode(input, at, is_final, out, unicode_escape)
}

/// Decodes `raw_unicode_escape`: Latin-1 with `\u` and `\U`.
pub fn decode_raw_unicode_escape(
    input: &[u8],
    at: usize,
    is_final: bool,
    out: &mut Vec<u8>,
) -> Result<usize, DecodeError> {
    // A backslash that ends the input stands for itself.
    let one = |rest: &[u8], out: &mut Vec<u8>| {
        if is_final && rest.len() == 1 {
            out.push(b'\\');
            return Outcome::Read(1);
        }
        raw_unicode_escape(rest, out)
    };
    decode(input, at, is_final, out, one).map(|escaped| escaped.consumed)
}

/// Encodes as `unicode_escape`.
pub fn encode_unicode_escape(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for code in code_points(text) {
        match code {
            0x5C => out.extend(b"\\\\"),
            0x09 => out.extend(b"\\t"),
            0x0A => out.extend(b"\\n"),
            0x0D => out.extend(b"\\r"),
            0x20..0x7F => out.push(code as u8),
            _ => push_numeric_escape(&mut out, code),
        }
    }
    out
}

/// Encodes as `raw_unicode_escape`.
pub fn encode_raw_unicode_escape(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for code in code_points(text) {
        match u8::try_from(code) {
            Ok(byte) => out.push(byte),
            Err(_) => push_numeric_escape(&mut out, code),
        }
    }
    out
}

/// What [`decode_bytes_escape`] does with a wrong `\x` escape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EscapePolicy {
    Strict,
    /// Put a question mark.
    Replace,
    Ignore,
}

/// Why the escapes of bytes are wrong (ValueError).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BytesEscapeError {
    /// "Trailing \ in string"
    Trailing,
    /// "invalid \x escape at position N"
    InvalidHex(usize),
}

impl BytesEscapeError {
    /// CPython's message.
    pub fn message(self) -> String {
        match self {
            BytesEscapeError::Trailing => "Trailing \\ in string".to_owned(),
            BytesEscapeError::InvalidHex(at) => format!("invalid \\x escape at position {at}"),
        }
    }
}

/// Decodes the escapes of a `bytes` literal (`codecs.escape_decode`).
pub fn decode_bytes_escape(
    input: &[u8],
    policy: EscapePolicy,
) -> Result<(Vec<u8>, Option<InvalidEscape>), BytesEscapeError> {
    let mut out = Vec::with_capacity(input.len());
    let mut invalid = None;
    let mut at = 0;
    while at < input.len() {
        let rest = &input[at..];
        if rest[0] != b'\\' {
            out.push(rest[0]);
            at += 1;
            continue;
        }
        let letter = *rest.get(1).ok_or(BytesEscapeError::Trailing)?;
        match letter {
            b'\n' => at += 2,
            b'0'..=b'7' => {
                let (value, len) = octal(rest);
                if value > 0o377 {
                    invalid = invalid.or(Some(InvalidEscape {
                        offset: at,
                        is_octal: true,
                    }));
                }
                out.push(value as u8);
                at += 1 + len;
            }
            b'x' => {
                let (value, len) = hex_digits(&rest[2..], 2);
                match policy {
                    _ if len == 2 => out.push(value as u8),
                    EscapePolicy::Strict => return Err(BytesEscapeError::InvalidHex(at)),
                    EscapePolicy::Replace => out.push(b'?'),
                    EscapePolicy::Ignore => {}
                }
                at += 2 + len;
            }
            _ => {
                match letter_escape(letter) {
                    Some(byte) => out.push(byte),
                    None => {
                        invalid = invalid.or(Some(InvalidEscape {
                            offset: at,
                            is_octal: false,
                        }));
                        out.extend([b'\\', letter]);
                    }
                }
                at += 2;
            }
        }
    }
    Ok((out, invalid))
}
