//! Text in golden files: escaped as Python's `unicode_escape` codec does.

use krait_unicode::wtf8;

pub fn escape(text: &[u8]) -> String {
    let mut out = Vec::new();
    for code in wtf8::code_points(text) {
        match code {
            0x5C => out.extend(b"\\\\"),
            0x0A => out.extend(b"\\n"),
            0x0D => out.extend(b"\\r"),
            0x09 => out.extend(b"\\t"),
            0x20..0x7F => out.push(code as u8),
            _ => krait_unicode::escape::push_numeric_escape(&mut out, code),
        }
    }
    String::from_utf8(out).expect("ASCII")
}

pub fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let letter = rest.as_bytes()[at + 1];
        let len = match letter {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            _ => 0,
        };
        let digits = &rest[at + 2..at + 2 + len];
        let code = match letter {
            b'n' => 0x0A,
            b'r' => 0x0D,
            b't' => 0x09,
            b'\\' => 0x5C,
            _ => u32::from_str_radix(digits, 16).expect("hexadecimal digits"),
        };
        wtf8::push(&mut out, code);
        rest = &rest[at + 2 + len..];
    }
    out.extend_from_slice(rest.as_bytes());
    out
}
