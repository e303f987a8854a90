//! `repr` of `str` and `bytes`, and `ascii()`.

use crate::ctype::is_printable;
use crate::wtf8::{code_points, push};

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Appends `code` in `digits` lower-case hexadecimal digits.
fn push_hex(out: &mut Vec<u8>, code: u32, digits: u32) {
    for digit in (0..digits).rev() {
        out.push(HEX[(code >> (4 * digit) & 0xF) as usize]);
    }
}

/// Appends `\xXX`, `\uXXXX` or `\UXXXXXXXX`, the shortest that fits.
pub fn push_numeric_escape(out: &mut Vec<u8>, code: u32) {
    let (letter, digits) = match code {
        0..0x100 => (b'x', 2),
        0x100..0x1_0000 => (b'u', 4),
        _ => (b'U', 8),
    };
    out.extend([b'\\', letter]);
    push_hex(out, code, digits);
}

/// The quote that `repr` takes: `"` where the text has `'` and no `"`.
fn quote_for(text: &[u8]) -> u8 {
    if text.contains(&b'\'') && !text.contains(&b'"') {
        b'"'
    } else {
        b'\''
    }
}

/// Appends the escape of a character that has one of its own (or is the quote).
fn push_short_escape(out: &mut Vec<u8>, byte: u8, quote: u8) -> bool {
    let letter = match byte {
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        b'\\' => b'\\',
        _ if byte == quote => quote,
        _ => return false,
    };
    out.extend([b'\\', letter]);
    true
}

/// Whether a byte stands for itself in `repr`, whatever the quote.
#[inline(always)]
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'\'' | b'"' | b'\\')
}

fn quoted(text: &[u8], keep: impl Fn(u32) -> bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 2);
    if text.iter().fold(true, |all, byte| all & is_plain(*byte)) {
        out.push(b'\'');
        out.extend_from_slice(text);
        out.push(b'\'');
        return out;
    }
    let quote = quote_for(text);
    out.push(quote);
    for code in code_points(text) {
        if code < 0x80 && push_short_escape(&mut out, code as u8, quote) {
            continue;
        }
        if keep(code) {
            push(&mut out, code);
        } else {
            push_numeric_escape(&mut out, code);
        }
    }
    out.push(quote);
    out
}

/// `repr` of a `str`.
pub fn str_repr(text: &[u8]) -> Vec<u8> {
    quoted(text, is_printable)
}

/// `ascii` of a `str`.
pub fn str_ascii(text: &[u8]) -> Vec<u8> {
    quoted(text, |code| (0x20..0x7F).contains(&code))
}

/// `repr(text)` turned into ASCII, as `ascii()` does to the `repr` of any object: only what is
/// not ASCII is escaped.
pub fn to_ascii(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for code in code_points(text) {
        if code < 0x80 {
            out.push(code as u8);
        } else {
            push_numeric_escape(&mut out, code);
        }
    }
    out
}

/// `repr` of a `bytes`: `b'...'`.
pub fn bytes_repr(bytes: &[u8]) -> Vec<u8> {
    let quote = quote_for(bytes);
    let mut out = vec![b'b', quote];
    push_bytes(&mut out, bytes, quote);
    out.push(quote);
    out
}

/// `repr` of a `bytearray`. Unlike in `bytes`, `'` is escaped in double quotes, too.
pub fn bytearray_repr(bytes: &[u8]) -> Vec<u8> {
    let quote = quote_for(bytes);
    let mut out = b"bytearray(b".to_vec();
    out.push(quote);
    push_bytes(&mut out, bytes, b'\'');
    out.extend([quote, b')']);
    out
}

/// `codecs.escape_encode`: the contents of a `bytes` literal in single quotes.
pub fn escape_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    push_bytes(&mut out, bytes, b'\'');
    out
}

/// Appends bytes, escaped where they are not printable or are `quote`.
fn push_bytes(out: &mut Vec<u8>, bytes: &[u8], quote: u8) {
    for byte in bytes {
        if push_short_escape(out, *byte, quote) {
            continue;
        }
        if (0x20..0x7F).contains(byte) {
            out.push(*byte);
        } else {
            push_numeric_escape(out, u32::from(*byte));
        }
    }
}
