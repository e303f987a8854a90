//! Generalized UTF-8: the form in which Krait keeps `str`.
//!
//! Every code point, surrogates included, is encoded by UTF-8's bit pattern. This is WTF-8 without
//! its rule that a pair of surrogates is joined: to Python `'\ud800\udc00'` has two characters and
//! differs from `'\U00010000'`, so a pair stays two sequences of three bytes. Text without
//! surrogates is plain UTF-8.
//!
//! Functions that take text assume that it is valid in this sense ([`validate`]); invalid bytes
//! give wrong code points or a panic, never undefined behaviour.

/// U+D800 to U+DFFF.
#[inline]
pub const fn is_surrogate(code: u32) -> bool {
    code & 0xFFFF_F800 == 0xD800
}

#[inline]
const fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

/// Whether all bytes are ASCII.
#[inline]
pub fn is_ascii(bytes: &[u8]) -> bool {
    bytes.is_ascii()
}

/// Length of the leading run of ASCII bytes.
pub fn ascii_prefix(bytes: &[u8]) -> usize {
    const CHUNK: usize = 32;
    let mut done = 0;
    for chunk in bytes.chunks_exact(CHUNK) {
        if !chunk.is_ascii() {
            break;
        }
        done += CHUNK;
    }
    let rest = &bytes[done..];
    done + rest
        .iter()
        .position(|byte| !byte.is_ascii())
        .unwrap_or(rest.len())
}

/// Bytes that a code point takes (1 to 4).
#[inline]
pub const fn encoded_len(code: u32) -> usize {
    match code {
        0..0x80 => 1,
        0x80..0x800 => 2,
        0x800..0x1_0000 => 3,
        _ => 4,
    }
}

/// Appends a code point. `code` must be below 0x110000.
#[inline]
pub fn push(out: &mut Vec<u8>, code: u32) {
    if code < 0x80 {
        out.push(code as u8);
    } else {
        let (bytes, len) = encode(code);
        out.extend_from_slice(&bytes[..len]);
    }
}

/// The bytes of a code point, and how many of them count.
#[inline]
pub const fn encode(code: u32) -> ([u8; 4], usize) {
    const fn tail(code: u32, shift: u32) -> u8 {
        0x80 | (code >> shift & 0x3F) as u8
    }
    match encoded_len(code) {
        1 => ([code as u8, 0, 0, 0], 1),
        2 => ([0xC0 | (code >> 6) as u8, tail(code, 0), 0, 0], 2),
        3 => (
            [0xE0 | (code >> 12) as u8, tail(code, 6), tail(code, 0), 0],
            3,
        ),
        _ => (
            [
                0xF0 | (code >> 18) as u8,
                tail(code, 12),
                tail(code, 6),
                tail(code, 0),
            ],
            4,
        ),
    }
}

/// Length of the sequence that starts with `lead`.
#[inline]
pub const fn sequence_len(lead: u8) -> usize {
    match lead {
        0..0x80 => 1,
        0x80..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    }
}

/// The code point at byte offset `at` and the length of its sequence.
#[inline]
pub fn decode_at(bytes: &[u8], at: usize) -> (u32, usize) {
    let lead = bytes[at];
    if lead < 0x80 {
        return (u32::from(lead), 1);
    }
    let tail = |index: usize| u32::from(bytes[at + index] & 0x3F);
    let lead_bits = u32::from(lead);
    match sequence_len(lead) {
        2 => ((lead_bits & 0x1F) << 6 | tail(1), 2),
        3 => ((lead_bits & 0x0F) << 12 | tail(1) << 6 | tail(2), 3),
        _ => (
            (lead_bits & 0x07) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3),
            4,
        ),
    }
}

/// The code point that ends before byte offset `end`, and the length of its sequence.
#[inline]
pub fn decode_before(bytes: &[u8], end: usize) -> (u32, usize) {
    let mut at = end - 1;
    while is_continuation(bytes[at]) {
        at -= 1;
    }
    decode_at(bytes, at)
}

/// Code points of a text, surrogates included.
#[derive(Clone, Debug)]
pub struct CodePoints<'a> {
    bytes: &'a [u8],
    front: usize,
    back: usize,
}

impl<'a> CodePoints<'a> {
    /// Byte offset of the next code point.
    #[inline]
    pub fn offset(&self) -> usize {
        self.front
    }

    /// The text not yet visited.
    #[inline]
    pub fn rest(&self) -> &'a [u8] {
        &self.bytes[self.front..self.back]
    }
}

impl Iterator for CodePoints<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        if self.front >= self.back {
            return None;
        }
        let (code, len) = decode_at(self.bytes, self.front);
        self.front += len;
        Some(code)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let bytes = self.back.saturating_sub(self.front);
        (bytes.div_ceil(4), Some(bytes))
    }
}

impl DoubleEndedIterator for CodePoints<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<u32> {
        if self.front >= self.back {
            return None;
        }
        let (code, len) = decode_before(self.bytes, self.back);
        self.back -= len;
        Some(code)
    }
}

/// Iterates over the code points of a text.
#[inline]
pub fn code_points(bytes: &[u8]) -> CodePoints<'_> {
    CodePoints {
        bytes,
        front: 0,
        back: bytes.len(),
    }
}

/// Number of code points.
pub fn count(bytes: &[u8]) -> usize {
    // Sums of u8 over at most 255 bytes, so that the loop becomes vector additions of bytes.
    bytes
        .chunks(192)
        .map(|chunk| {
            let starts: u8 = chunk
                .iter()
                .map(|byte| u8::from(!is_continuation(*byte)))
                .sum();
            usize::from(starts)
        })
        .sum()
}

/// Byte offset of the code point with index `index`; the length of the text if it has exactly
/// `index` code points, `None` if it has fewer.
pub fn offset_of(bytes: &[u8], index: usize) -> Option<usize> {
    const CHUNK: usize = 64;
    let mut left = index;
    let mut at = 0;
    while left >= CHUNK && bytes.len() - at > CHUNK {
        let starts = count(&bytes[at..at + CHUNK]);
        if starts > left {
            break;
        }
        left -= starts;
        at += CHUNK;
    }
    // By words: a boundary may lie inside a sequence, whose tail counts for what came before.
    while let Some(word) = bytes[at..].first_chunk() {
        let starts = start_bits(u64::from_le_bytes(*word));
        let n = starts.count_ones() as usize;
        if n > left {
            if starts == HIGH_BITS {
                return Some(at + left);
            }
            let rest = (0..left).fold(starts, |bits, _| bits & (bits - 1));
            return Some(at + rest.trailing_zeros() as usize / 8);
        }
        left -= n;
        at += 8;
    }
    while at < bytes.len() {
        if !is_continuation(bytes[at]) {
            if left == 0 {
                break;
            }
            left -= 1;
        }
        at += 1;
    }
    (left == 0).then_some(at)
}

const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// The high bits of those bytes of `word` that start a code point.
#[inline(always)]
const fn start_bits(word: u64) -> u64 {
    // Continuation bytes are 0b10xx_xxxx.
    !(word & (!word << 1)) & HIGH_BITS
}

/// The largest code point, or `None` for the empty text. Only the lead bytes are looked at.
pub fn max_code_point(bytes: &[u8]) -> Option<u32> {
    if bytes.is_ascii() {
        return bytes.iter().max().map(|byte| u32::from(*byte));
    }
    code_points(bytes).max()
}

/// Width in bytes of CPython's representation of the text: 1 (up to U+00FF), 2 or 4.
pub fn kind(bytes: &[u8]) -> usize {
    // U+0100 starts with byte C4, U+10000 with F0: the largest byte decides.
    match bytes.iter().max() {
        Some(0xF0..) => 4,
        Some(0xC4..) => 2,
        _ => 1,
    }
}

/// Whether the text contains surrogates, and so is not UTF-8.
pub fn has_surrogates(bytes: &[u8]) -> bool {
    if bytes.is_ascii() {
        return false;
    }
    bytes
        .windows(2)
        .any(|pair| pair[0] == 0xED && pair[1] >= 0xA0)
}

/// Borrows the text as `str`, if it has no surrogates.
pub fn as_str(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// Checks that bytes are valid text; gives the offset of the first wrong sequence otherwise.
pub fn validate(bytes: &[u8]) -> Result<(), usize> {
    let mut at = 0;
    loop {
        match std::str::from_utf8(&bytes[at..]) {
            Ok(_) => return Ok(()),
            Err(error) => at += error.valid_up_to(),
        }
        match bytes[at..] {
            [0xED, 0xA0..=0xBF, 0x80..=0xBF, ..] => at += 3,
            _ => return Err(at),
        }
    }
}

/// Builds text from code points.
pub fn from_code_points(codes: impl IntoIterator<Item = u32>) -> Vec<u8> {
    let codes = codes.into_iter();
    let mut out = Vec::with_capacity(codes.size_hint().0);
    for code in codes {
        push(&mut out, code);
    }
    out
}

/// UTF-16 code units. Lone surrogates stay; a pair of surrogate code points becomes a pair that
/// reads back as one character.
pub fn to_utf16(bytes: &[u8]) -> Vec<u16> {
    let mut units = Vec::with_capacity(bytes.len());
    for code in code_points(bytes) {
        if code < 0x1_0000 {
            units.push(code as u16);
        } else {
            let [high, low] = surrogate_pair(code);
            units.extend([high, low]);
        }
    }
    units
}

/// Text from UTF-16 code units; pairs are joined, lone surrogates stay.
pub fn from_utf16(units: &[u16]) -> Vec<u8> {
    let mut out = Vec::with_capacity(units.len());
    for unit in char::decode_utf16(units.iter().copied()) {
        push(
            &mut out,
            unit.map_or_else(|lone| u32::from(lone.unpaired_surrogate()), u32::from),
        );
    }
    out
}

/// The UTF-16 units of a code point above U+FFFF.
#[inline]
pub const fn surrogate_pair(code: u32) -> [u16; 2] {
    let rest = code - 0x1_0000;
    [0xD800 | (rest >> 10) as u16, 0xDC00 | (rest & 0x3FF) as u16]
}

/// UTF-32 code units: the code points.
pub fn to_utf32(bytes: &[u8]) -> Vec<u32> {
    code_points(bytes).collect()
}

/// Text from Latin-1 bytes.
pub fn from_latin1(bytes: &[u8]) -> Vec<u8> {
    if bytes.is_ascii() {
        return bytes.to_vec();
    }
    from_code_points(bytes.iter().map(|byte| u32::from(*byte)))
}
