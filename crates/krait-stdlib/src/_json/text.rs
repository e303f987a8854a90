//! JSON strings as Python text.

use krait_runtime::types::str::StrBuilder;

use super::decode_error;
use crate::prelude::*;

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = LOW << 7;

/// High bits of the bytes of `word` that are zero (and perhaps of some above the first such).
fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(LOW) & !word & HIGH
}

/// The offset of the next quote, backslash or control character at or after `at`; the length if
/// there is none.
pub fn next_special(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes
        .get(at..at + 8)
        .and_then(|c| <[u8; 8]>::try_from(c).ok())
    {
        let word = u64::from_le_bytes(chunk);
        let quotes = zero_bytes(word ^ (LOW * b'"' as u64));
        let slashes = zero_bytes(word ^ (LOW * b'\\' as u64));
        let controls = word.wrapping_sub(LOW * 0x20) & !word & HIGH;
        let found = quotes | slashes | controls;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(&b) = bytes.get(at) {
        if b < 0x20 || b == b'"' || b == b'\\' {
            break;
        }
        at += 1;
    }
    at
}

/// The string whose text starts at byte `start`, behind the opening quote, and the offset behind
/// the closing one.
pub fn scan(cx: &mut Cx, doc: Gc<Str>, start: usize, strict: bool) -> PyResult<(Gc<Str>, usize)> {
    let bytes = doc.as_bytes();
    let at = next_special(bytes, start);
    if bytes.get(at) == Some(&b'"') {
        return Ok((doc.slice_bytes(cx, start, at)?, at + 1));
    }
    scan_escaped(cx, doc, start, at, strict)
}

/// The general case; up to `at` everything is plain.
fn scan_escaped(
    cx: &mut Cx,
    doc: Gc<Str>,
    start: usize,
    at: usize,
    strict: bool,
) -> PyResult<(Gc<Str>, usize)> {
    let bytes = doc.as_bytes();
    let mut out = StrBuilder::new();
    let (mut from, mut at) = (start, at);
    loop {
        match bytes.get(at) {
            None => {
                return Err(decode_error(
                    cx,
                    "Unterminated string starting at",
                    doc,
                    start.saturating_sub(1),
                ));
            }
            Some(b'"') => {
                out.push_wtf8(&bytes[from..at]);
                let made = out.finish(cx)?;
                return Ok((Gc::from_value_unchecked(made), at + 1));
            }
            Some(b'\\') => {
                out.push_wtf8(&bytes[from..at]);
                match escape(bytes, at) {
                    Ok((code, next)) => {
                        out.push(code);
                        from = next;
                        at = next_special(bytes, next);
                    }
                    Err(Problem::Unterminated) => {
                        return Err(decode_error(
                            cx,
                            "Unterminated string starting at",
                            doc,
                            start.saturating_sub(1),
                        ));
                    }
                    Err(Problem::Escape) => {
                        return Err(decode_error(cx, "Invalid \\escape", doc, at));
                    }
                    Err(Problem::Unicode(position)) => {
                        return Err(decode_error(cx, "Invalid \\uXXXX escape", doc, position));
                    }
                }
            }
            Some(_) if strict => {
                return Err(decode_error(cx, "Invalid control character at", doc, at));
            }
            Some(_) => at = next_special(bytes, at + 1),
        }
    }
}

enum Problem {
    Unterminated,
    Escape,
    /// The offset of the `u`.
    Unicode(usize),
}

/// The character that the escape at `at` means, and the offset behind it.
fn escape(bytes: &[u8], at: usize) -> Result<(u32, usize), Problem> {
    let letter = *bytes.get(at + 1).ok_or(Problem::Unterminated)?;
    let code = match letter {
        b'"' | b'\\' | b'/' => letter,
        b'b' => 0x08,
        b'f' => 0x0C,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'u' => return unicode_escape(bytes, at + 1),
        _ => return Err(Problem::Escape),
    };
    Ok((u32::from(code), at + 2))
}

/// Four hexadecimal digits.
fn unit(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 4)?;
    digits
        .iter()
        .try_fold(0, |n, &d| Some(n << 4 | char::from(d).to_digit(16)?))
}

fn unicode_escape(bytes: &[u8], u: usize) -> Result<(u32, usize), Problem> {
    let first = unit(bytes, u + 1).ok_or(Problem::Unicode(u))?;
    let next = u + 5;
    let pair = (0xD800..0xDC00).contains(&first)
        && bytes.get(next..next + 2) == Some(b"\\u".as_slice())
        && bytes.len() >= next + 6;
    if !pair {
        return Ok((first, next));
    }
    match unit(bytes, next + 2) {
        None => Err(Problem::Unicode(next + 1)),
        Some(second @ 0xDC00..0xE000) => Ok((
            0x1_0000 + ((first - 0xD800) << 10 | (second - 0xDC00)),
            next + 6,
        )),
        Some(_) => Ok((first, next)),
    }
}
