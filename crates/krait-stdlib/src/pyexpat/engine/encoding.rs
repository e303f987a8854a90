//! Input encodings. The parser works on UTF-8; what comes in another encoding is transcoded as it arrives, and lengths
//! in the original are computed back from the characters, so that byte positions are those of the original.

use crate::pyexpat::engine::chars::is_char;

/// Stands in the parser's buffer for what is no character in the input's encoding; no scanner accepts it.
const NO_CHARACTER: u8 = 0xFF;

/// An encoding of bytes that each stand for one character.
pub type ByteMap = [Option<char>; 256];

/// How the input is encoded.
#[derive(Clone)]
pub enum Encoding {
    Utf8,
    Latin1,
    Ascii,
    Utf16Be,
    Utf16Le,
    Map(Box<ByteMap>),
}

/// An encoding that the parser knows by name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Known {
    Utf8,
    Latin1,
    Ascii,
    /// In either byte order.
    Utf16,
    Utf16Be,
    Utf16Le,
}

impl Known {
    pub fn from_name(name: &str) -> Option<Known> {
        const NAMES: &[(&str, Known)] = &[
            ("ISO-8859-1", Known::Latin1),
            ("US-ASCII", Known::Ascii),
            ("UTF-8", Known::Utf8),
            ("UTF-16", Known::Utf16),
            ("UTF-16BE", Known::Utf16Be),
            ("UTF-16LE", Known::Utf16Le),
        ];
        let known = NAMES.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        known.map(|&(_, k)| k)
    }

    pub fn is_wide(self) -> bool {
        matches!(self, Known::Utf16 | Known::Utf16Be | Known::Utf16Le)
    }

    /// The encoding, given no other hint of the byte order.
    pub fn encoding(self) -> Encoding {
        match self {
            Known::Utf8 => Encoding::Utf8,
            Known::Latin1 => Encoding::Latin1,
            Known::Ascii => Encoding::Ascii,
            Known::Utf16 | Known::Utf16Be => Encoding::Utf16Be,
            Known::Utf16Le => Encoding::Utf16Le,
        }
    }
}

/// What the first bytes of an entity say.
pub enum Detected {
    /// More bytes are needed.
    Unsure,
    /// It ends in what the first character should be told from.
    Torn,
    /// The encoding, and whether the text begins with a byte order mark.
    As(Encoding, bool),
}

/// Looks at the first bytes. `hint` is the encoding given from outside, `content` whether the entity is one that is
/// referred to in content: those trust the hint in more cases.
pub fn detect(bytes: &[u8], last: bool, hint: Option<Known>, content: bool) -> Detected {
    let fallback = hint.unwrap_or(Known::Utf8).encoding();
    let &[first, ref rest @ ..] = bytes else {
        return if last {
            Detected::As(fallback, false)
        } else {
            Detected::Unsure
        };
    };
    let Some(&second) = rest.first() else {
        let telling = matches!(first, 0xFE | 0xFF | 0xEF | 0 | b'<');
        return match (telling, last) {
            (true, false) => Detected::Unsure,
            (true, true) => Detected::Torn,
            _ => Detected::As(fallback, false),
        };
    };
    let trusts = |kinds: &[Known]| content && hint.is_some_and(|h| kinds.contains(&h));
    let wide = [Known::Utf16, Known::Utf16Be, Known::Utf16Le];
    match (first, second) {
        (0xFE, 0xFF) if !trusts(&[Known::Latin1]) => Detected::As(Encoding::Utf16Be, true),
        (0xFF, 0xFE) if !trusts(&[Known::Latin1]) => Detected::As(Encoding::Utf16Le, true),
        (b'<', 0) if !trusts(&wide[..2]) => Detected::As(Encoding::Utf16Le, false),
        (0xEF, 0xBB) if !trusts(&[Known::Latin1]) && !trusts(&wide) => match rest.get(1) {
            None if last => Detected::Torn,
            None => Detected::Unsure,
            Some(0xBF) => Detected::As(Encoding::Utf8, true),
            _ => Detected::As(fallback, false),
        },
        (0, _) if !trusts(&wide[2..]) => Detected::As(Encoding::Utf16Be, false),
        (_, 0) if !content => Detected::As(Encoding::Utf16Le, false),
        _ => Detected::As(fallback, false),
    }
}

/// Whether a map agrees with ASCII where XML depends on it.
pub fn is_usable(map: &ByteMap) -> bool {
    let free = |b: usize| match b as u8 {
        b'$' | b'@' | b'\\' | b'^' | b'`' | b'{' | b'}' | b'~' | 0x7F => true,
        b'\t' | b'\n' | b'\r' => false,
        b => b < 0x20,
    };
    map.iter().enumerate().all(|(i, &c)| {
        if i < 0x80 && !free(i) && c != Some(i as u8 as char) {
            return false;
        }
        match c.map(u32::from) {
            None => true,
            Some(c) if c < 0x80 => free(c as usize) || c as usize == i,
            Some(c) => c <= 0xFFFF,
        }
    })
}

fn push(out: &mut Vec<u8>, c: char) {
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

impl Encoding {
    pub fn is_wide(&self) -> bool {
        matches!(self, Encoding::Utf16Be | Encoding::Utf16Le)
    }

    pub fn is_utf8(&self) -> bool {
        matches!(self, Encoding::Utf8)
    }

    /// Appends `raw` to `out` as UTF-8. An incomplete character at its end goes to `rest`, which belongs in front of
    /// what comes next.
    pub fn decode(&self, raw: &[u8], out: &mut Vec<u8>, rest: &mut Vec<u8>) {
        match self {
            Encoding::Utf8 => out.extend_from_slice(raw),
            Encoding::Latin1 => raw.iter().for_each(|&b| push(out, b as char)),
            Encoding::Ascii => {
                out.extend(raw.iter().map(|&b| if b < 0x80 { b } else { NO_CHARACTER }))
            }
            Encoding::Map(map) => {
                for &b in raw {
                    match map[b as usize] {
                        Some(c) if is_char(c.into()) => push(out, c),
                        _ => out.push(NO_CHARACTER),
                    }
                }
            }
            Encoding::Utf16Be => decode_wide(raw, u16::from_be_bytes, out, rest),
            Encoding::Utf16Le => decode_wide(raw, u16::from_le_bytes, out, rest),
        }
    }

    /// How many bytes this piece of the parser's buffer had in the input.
    pub fn raw_len(&self, text: &[u8]) -> usize {
        let count = |f: fn(u8) -> usize| text.iter().map(|&b| f(b)).sum();
        match self {
            Encoding::Utf8 => text.len(),
            Encoding::Latin1 | Encoding::Ascii | Encoding::Map(_) => {
                count(|b| usize::from(b & 0xC0 != 0x80))
            }
            Encoding::Utf16Be | Encoding::Utf16Le => count(|b| match b {
                0x80..=0xBF => 0,
                0xF0..=0xF4 => 4,
                _ => 2,
            }),
        }
    }

    /// The input that this piece of the parser's buffer came from.
    pub fn encode(&self, text: &[u8]) -> Vec<u8> {
        if self.is_utf8() {
            return text.to_vec();
        }
        let mut out = Vec::with_capacity(text.len());
        for chunk in text.utf8_chunks() {
            for c in chunk.valid().chars() {
                self.encode_char(c, &mut out);
            }
            // What was no character is not remembered.
            for _ in chunk.invalid() {
                self.encode_char('?', &mut out);
            }
        }
        out
    }

    fn encode_char(&self, c: char, out: &mut Vec<u8>) {
        let mut units = [0; 2];
        match self {
            Encoding::Utf8 => push(out, c),
            Encoding::Latin1 | Encoding::Ascii => out.push(c as u8),
            Encoding::Map(map) => {
                let byte = map.iter().position(|&m| m == Some(c));
                out.push(byte.unwrap_or_default() as u8);
            }
            Encoding::Utf16Be => {
                for u in c.encode_utf16(&mut units) {
                    out.extend_from_slice(&u.to_be_bytes());
                }
            }
            Encoding::Utf16Le => {
                for u in c.encode_utf16(&mut units) {
                    out.extend_from_slice(&u.to_le_bytes());
                }
            }
        }
    }
}

fn decode_wide(raw: &[u8], unit: fn([u8; 2]) -> u16, out: &mut Vec<u8>, rest: &mut Vec<u8>) {
    let at = |i: usize| raw.get(i..i + 2).map(|b| unit([b[0], b[1]]));
    let mut i = 0;
    while let Some(u) = at(i) {
        let c = match u {
            0xD800..=0xDBFF => match at(i + 2) {
                None => break,
                Some(low @ 0xDC00..=0xDFFF) => {
                    i += 2;
                    let high = u32::from(u) - 0xD800;
                    char::from_u32(0x10000 + (high << 10) + (u32::from(low) - 0xDC00))
                }
                Some(_) => None,
            },
            _ => char::from_u32(u.into()),
        };
        match c {
            Some(c) => push(out, c),
            None => out.push(NO_CHARACTER),
        }
        i += 2;
    }
    rest.extend_from_slice(&raw[i..]);
}
