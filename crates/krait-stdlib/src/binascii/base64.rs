//! Base64 (RFC 4648), lenient and strict.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Values of the alphabet's characters; 64 for everything else.
static VALUES: [u8; 256] = {
    let mut values = [64; 256];
    let mut i = 0;
    while i < 64 {
        values[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    values
};

pub fn encode(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len().div_ceil(3) * 4 + 1);
    let (groups, rest) = bytes.as_chunks::<3>();
    let digit = |n: u32, shift: u32| ALPHABET[(n >> shift & 63) as usize];
    for &[a, b, c] in groups {
        let n = (a as u32) << 16 | (b as u32) << 8 | c as u32;
        out.extend([digit(n, 18), digit(n, 12), digit(n, 6), digit(n, 0)]);
    }
    match *rest {
        [a] => {
            let n = (a as u32) << 16;
            out.extend([digit(n, 18), digit(n, 12), b'=', b'=']);
        }
        [a, b] => {
            let n = (a as u32) << 16 | (b as u32) << 8;
            out.extend([digit(n, 18), digit(n, 12), digit(n, 6), b'=']);
        }
        _ => {}
    }
    out
}

/// The data of `text`. Lenient decoding skips what is not in the alphabet, and padding with data behind it.
pub fn decode(text: &[u8], strict: bool) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 3);
    if strict && text.first() == Some(&b'=') {
        return Err("Leading padding not allowed".into());
    }
    // Characters of the current group of four, the bits not written yet, padding seen.
    let (mut position, mut bits, mut padding) = (0, 0u8, 0);
    for (i, &c) in text.iter().enumerate() {
        if c == b'=' {
            padding += 1;
            if position >= 2 && position + padding >= 4 {
                if strict && i + 1 < text.len() {
                    return Err(excess(text[i + 1]).into());
                }
                continue;
            }
            // One group of padding too many, or in the middle of nothing.
            if strict && position == 0 {
                return Err("Excess padding not allowed".into());
            }
            if strict && position == 1 {
                break;
            }
            continue;
        }
        let value = VALUES[c as usize];
        if value >= 64 {
            if strict {
                return Err("Only base64 data is allowed".into());
            }
            continue;
        }
        if strict && padding > 0 {
            return Err("Discontinuous padding not allowed".into());
        }
        padding = 0;
        match position {
            0 => bits = value,
            1 => {
                out.push(bits << 2 | value >> 4);
                bits = value & 15;
            }
            2 => {
                out.push(bits << 4 | value >> 2);
                bits = value & 3;
            }
            _ => {
                out.push(bits << 6 | value);
                bits = 0;
            }
        }
        position = (position + 1) % 4;
    }
    match position {
        0 => Ok(out),
        2.. if position + padding >= 4 => Ok(out),
        1 => Err(format!(
            "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than a multiple of 4",
            out.len() / 3 * 4 + 1
        )),
        _ => Err("Incorrect padding".into()),
    }
}

/// What is wrong with a character behind the padding.
fn excess(c: u8) -> &'static str {
    match c {
        b'=' => "Excess padding not allowed",
        c if VALUES[c as usize] < 64 => "Excess data after padding",
        _ => "Only base64 data is allowed",
    }
}
