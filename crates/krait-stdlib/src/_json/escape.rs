//! Python text as JSON strings.

use krait_runtime::types::str::StrBuilder;
use krait_unicode::wtf8;

use crate::prelude::*;

/// What a byte becomes in a JSON string: 0 for itself, `u` for `\u00XX`, else the letter behind
/// the backslash.
static ESCAPES: [u8; 256] = {
    let mut table = [0; 256];
    let mut b = 0;
    while b < 0x20 {
        table[b] = b'u';
        b += 1;
    }
    table[b'"' as usize] = b'"';
    table[b'\\' as usize] = b'\\';
    table[0x08] = b'b';
    table[0x0C] = b'f';
    table[b'\n' as usize] = b'n';
    table[b'\r' as usize] = b'r';
    table[b'\t' as usize] = b't';
    table
};

/// The number of leading bytes that need no escape.
fn plain_prefix(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .position(|&b| ESCAPES[b as usize] != 0)
        .unwrap_or(bytes.len())
}

fn push_escape(out: &mut StrBuilder, b: u8) {
    match ESCAPES[b as usize] {
        b'u' => push_unit(out, u16::from(b)),
        letter => out.push_ascii(&[b'\\', letter]),
    }
}

/// `\uXXXX`
fn push_unit(out: &mut StrBuilder, unit: u16) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let digit = |shift: u16| HEX[(unit >> shift & 15) as usize];
    out.push_ascii(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]);
}

/// `s` in quotes; only what JSON demands is escaped.
pub fn push_quoted(out: &mut StrBuilder, s: Gc<Str>) {
    let mut rest = s.as_bytes();
    out.push_ascii(b"\"");
    loop {
        let plain = plain_prefix(rest);
        if s.is_ascii() {
            out.push_ascii(&rest[..plain])
        } else {
            out.push_wtf8(&rest[..plain])
        }
        let Some(&b) = rest.get(plain) else { break };
        push_escape(out, b);
        rest = &rest[plain + 1..];
    }
    out.push_ascii(b"\"");
}

/// `s` in quotes, with everything but printable ASCII escaped.
pub fn push_quoted_ascii(out: &mut StrBuilder, s: Gc<Str>) {
    let mut rest = s.as_bytes();
    out.push_ascii(b"\"");
    loop {
        let plain = rest
            .iter()
            .position(|&b| b >= 0x7F || ESCAPES[b as usize] != 0)
            .unwrap_or(rest.len());
        out.push_ascii(&rest[..plain]);
        rest = &rest[plain..];
        match rest.first() {
            None => break,
            Some(&b) if b < 0x7F => {
                push_escape(out, b);
                rest = &rest[1..];
            }
            Some(_) => {
                let (code, len) = wtf8::decode_at(rest, 0);
                push_code(out, code);
                rest = &rest[len..];
            }
        }
    }
    out.push_ascii(b"\"");
}

fn push_code(out: &mut StrBuilder, code: u32) {
    match u16::try_from(code) {
        Ok(unit) => push_unit(out, unit),
        Err(_) => {
            let c = code - 0x1_0000;
            push_unit(out, 0xD800 | (c >> 10) as u16);
            push_unit(out, 0xDC00 | (c & 0x3FF) as u16);
        }
    }
}
