//! Character maps: one byte per character, by a table or any mapping of the caller's.

use super::{DecodeError, EncodeError};
use crate::wtf8::{code_points, decode_at, push};

const UNDEFINED: &str = "character maps to <undefined>";

/// A failure of the map, or of the caller's lookup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CharmapError<Undefined, Lookup> {
    Undefined(Undefined),
    Lookup(Lookup),
}

/// Decodes by `lookup(byte, out)`, which appends a byte's text, or returns false for a byte that
/// has none. (U+FFFE in a table means "none".)
pub fn decode_charmap<E>(
    input: &[u8],
    at: usize,
    out: &mut Vec<u8>,
    mut lookup: impl FnMut(u8, &mut Vec<u8>) -> Result<bool, E>,
) -> Result<usize, CharmapError<DecodeError, E>> {
    for (start, byte) in input.iter().enumerate().skip(at) {
        if !lookup(*byte, out).map_err(CharmapError::Lookup)? {
            let error = DecodeError {
                start,
                end: start + 1,
                reason: UNDEFINED,
            };
            return Err(CharmapError::Undefined(error));
        }
    }
    Ok(input.len())
}

/// Encodes by `lookup(code point, out)`, which appends the bytes of a character, or returns false
/// for one that has none. A run of those is reported together.
pub fn encode_charmap<E>(
    text: &[u8],
    at: usize,
    out: &mut Vec<u8>,
    mut lookup: impl FnMut(u32, &mut Vec<u8>) -> Result<bool, E>,
) -> Result<(), CharmapError<EncodeError, E>> {
    let mut start = at;
    while start < text.len() {
        let (code, len) = decode_at(text, start);
        if lookup(code, out).map_err(CharmapError::Lookup)? {
            start += len;
            continue;
        }
        let mut end = start + len;
        let mut ignored = Vec::new();
        while end < text.len() {
            let (code, len) = decode_at(text, end);
            if lookup(code, &mut ignored).map_err(CharmapError::Lookup)? {
                break;
            }
            end += len;
        }
        return Err(CharmapError::Undefined(EncodeError {
            start,
            end,
            reason: UNDEFINED,
        }));
    }
    Ok(())
}

/// The inverse of a decoding table of up to 256 characters (`codecs.charmap_build`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodingMap {
    /// Sorted by code point.
    entries: Vec<(u32, u8)>,
}

impl EncodingMap {
    /// Inverts a table; U+FFFE stands for a byte without a character. Of characters that occur
    /// twice, the last byte counts.
    pub fn new(table: &[u8]) -> EncodingMap {
        let mut entries: Vec<(u32, u8)> = Vec::with_capacity(256);
        for (byte, code) in (0..=255).zip(code_points(table)) {
            if code != 0xFFFE {
                entries.push((code, byte));
            }
        }
        entries.reverse();
        entries.sort_by_key(|entry| entry.0);
        entries.dedup_by_key(|entry| entry.0);
        EncodingMap { entries }
    }

    /// The byte of a character.
    pub fn get(&self, code: u32) -> Option<u8> {
        let found = self
            .entries
            .binary_search_by_key(&code, |entry| entry.0)
            .ok()?;
        Some(self.entries[found].1)
    }

    /// A lookup for [`encode_charmap`].
    pub fn lookup(&self, code: u32, out: &mut Vec<u8>) -> Result<bool, std::convert::Infallible> {
        let byte = self.get(code);
        out.extend(byte);
        Ok(byte.is_some())
    }
}

/// The code points of a decoding table, for a lookup of [`decode_charmap`].
pub fn push_from_table(table: &[u32], byte: u8, out: &mut Vec<u8>) -> bool {
    match table.get(usize::from(byte)) {
        None | Some(0xFFFE) => false,
        Some(code) => {
            push(out, *code);
            true
        }
    }
}
