//! Uuencoding, one line at a time.

/// A line's data: the length stands in its first character.
pub fn decode(text: &[u8]) -> Result<Vec<u8>, &'static str> {
    let mut chars = text.iter().copied();
    let first = chars.next().ok_or("Missing length byte")?;
    let len = (first.wrapping_sub(b' ') & 63) as usize;
    let mut out = Vec::with_capacity(len);
    let (mut bits, mut pending) = (0u32, 0);
    while out.len() < len {
        let value = match chars.next() {
            // Trailing spaces may have been stripped.
            None | Some(b'\n' | b'\r') => 0,
            Some(c @ b' '..=b'`') => (c - b' ') & 63,
            Some(_) => return Err("Illegal char"),
        };
        bits = bits << 6 | value as u32;
        pending += 6;
        if pending >= 8 {
            pending -= 8;
            out.push((bits >> pending) as u8);
            bits &= (1 << pending) - 1;
        }
    }
    if chars.any(|c| !matches!(c, b' ' | b'`' | b'\n' | b'\r')) {
        return Err("Trailing garbage");
    }
    Ok(out)
}

pub fn encode(bytes: &[u8], backtick: bool) -> Vec<u8> {
    let digit = |n: u32| match n & 63 {
        0 if backtick => b'`',
        n => n as u8 + b' ',
    };
    let mut out = vec![digit(bytes.len() as u32)];
    for group in bytes.chunks(3) {
        let at = |i: usize| group.get(i).copied().unwrap_or(0) as u32;
        let n = at(0) << 16 | at(1) << 8 | at(2);
        out.extend([digit(n >> 18), digit(n >> 12), digit(n >> 6), digit(n)]);
    }
    out.push(b'\n');
    out
}
