//! Quoted-printable (RFC 2045, and RFC 2047 for headers).

#[derive(Clone, Copy)]
pub struct Options {
    pub tabs: bool,
    pub text: bool,
    pub header: bool,
}

/// Longest line, without its end.
const LINE: usize = 76;

fn hex_value(b: u8) -> Option<u8> {
    (b as char).to_digit(16).map(|d| d as u8)
}

pub fn decode(text: &[u8], header: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut i = 0;
    while i < text.len() {
        match text[i] {
            b'=' => {
                i += 1;
                match &text[i..] {
                    [] => {}
                    // A soft line break: everything up to the line's end.
                    [b'\n' | b'\r', ..] => {
                        while i < text.len() && text[i] != b'\n' {
                            i += 1;
                        }
                        i += 1;
                    }
                    [b'=', ..] => {
                        out.push(b'=');
                        i += 1;
                    }
                    [a, b, ..] if hex_value(*a).is_some() && hex_value(*b).is_some() => {
                        out.push(hex_value(*a).unwrap_or(0) << 4 | hex_value(*b).unwrap_or(0));
                        i += 2;
                    }
                    _ => out.push(b'='),
                }
            }
            b'_' if header => {
                out.push(b' ');
                i += 1;
            }
            b => {
                out.push(b);
                i += 1;
            }
        }
    }
    out
}

/// Whether the byte at `i` has to be written as `=XX`; `line` is the length of the line so far.
fn needs_quoting(bytes: &[u8], i: usize, line: usize, o: Options) -> bool {
    let b = bytes[i];
    let next = bytes.get(i + 1).copied();
    match b {
        b'=' => true,
        _ if b > 126 => true,
        b'_' if o.header => true,
        b'.' if line == 0 => matches!(next, None | Some(b'\n' | b'\r' | 0)),
        b'\r' | b'\n' => !o.text,
        b' ' if o.header && !o.tabs => next.is_none(),
        b' ' | b'\t' if o.tabs => true,
        b' ' | b'\t' => {
            next.is_none()
                || (o.text && matches!(next, Some(b'\n' | b'\r')) && ends_line(bytes, i + 1))
        }
        _ => b < 33,
    }
}

/// Whether a line ends at `i`.
fn ends_line(bytes: &[u8], i: usize) -> bool {
    bytes[i] == b'\n' || (bytes[i] == b'\r' && bytes.get(i + 1) == Some(&b'\n'))
}

pub fn encode(bytes: &[u8], o: Options) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    // The first line's end says what ends soft breaks.
    let crlf = bytes
        .iter()
        .position(|&b| b == b'\n')
        .is_some_and(|i| i > 0 && bytes[i - 1] == b'\r');
    let end: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 8);
    let (mut line, mut i) = (0, 0);
    while i < bytes.len() {
        let b = bytes[i];
        if o.text && matches!(b, b'\n' | b'\r') && ends_line(bytes, i) {
            out.extend_from_slice(end);
            i += if b == b'\r' { 2 } else { 1 };
            line = 0;
            continue;
        }
        let quoted = needs_quoting(bytes, i, line, o);
        let width = if quoted { 3 } else { 1 };
        let last = bytes.get(i + 1).is_none_or(|&n| n == b'\n');
        let full = line + width >= LINE;
        if full && (quoted || !last) {
            out.push(b'=');
            out.extend_from_slice(end);
            line = 0;
            continue;
        }
        if quoted {
            out.extend([b'=', DIGITS[(b >> 4) as usize], DIGITS[(b & 15) as usize]]);
        } else {
            out.push(if o.header && b == b' ' { b'_' } else { b });
        }
        line += width;
        i += 1;
    }
    out
}
