//! Searching bytes; `str` uses it on its UTF-8, where a match of whole characters is a match of
//! bytes and starts at a boundary.

use std::collections::TryReserveError;

use memchr::memmem;

use super::copy_short;

/// Offset of the first `needle` in `hay`.
#[inline]
pub fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [] => Some(0),
        [b] => memchr::memchr(*b, hay),
        _ if needle.len() > hay.len() => None,
        _ if needle.len() == hay.len() => (hay == needle).then_some(0),
        _ => memmem::find(hay, needle),
    }
}

/// Offset of the last `needle` in `hay`.
#[inline]
pub fn rfind(hay: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [] => Some(hay.len()),
        [b] => memchr::memrchr(*b, hay),
        _ if needle.len() > hay.len() => None,
        _ => memmem::rfind(hay, needle),
    }
}

/// Offsets of `needle` (not empty) in `hay`, not overlapping, from the front.
pub fn find_all<'a>(hay: &'a [u8], needle: &'a [u8]) -> Matches<'a> {
    match needle {
        [b] => Matches::Byte(ByteMatches::new(hay, *b)),
        [.., last] if needle.len() <= SHORT => Matches::Short(ShortMatches {
            ends: ByteMatches::new(hay, *last),
            needle,
            from: 0,
        }),
        _ => Matches::Text(memmem::find_iter(hay, needle)),
    }
}

/// Needles up to this length are looked for by their last byte: no table is made first.
const SHORT: usize = 8;

/// See [`find_all`].
#[expect(
    clippy::large_enum_variant,
    reason = "one for each search, on the stack: a box would be an allocation"
)]
pub enum Matches<'a> {
    Byte(ByteMatches<'a>),
    Short(ShortMatches<'a>),
    Text(memmem::FindIter<'a, 'a>),
}

impl Iterator for Matches<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        match self {
            Matches::Byte(m) => m.next(),
            Matches::Short(m) => m.next(),
            Matches::Text(m) => m.next(),
        }
    }
}

/// Offsets of a byte. Where it is frequent, words of eight bytes are compared and each match costs a few
/// instructions; where it is not, `memchr` takes larger steps.
pub struct ByteMatches<'a> {
    hay: &'a [u8],
    byte: u8,
    /// Where the word begins that `found` is about: the high bit of each byte that matches.
    word: usize,
    found: u64,
    next: usize,
    misses: u32,
}

/// Words without a match after which `memchr` takes over.
const PATIENCE: u32 = 4;

impl<'a> ByteMatches<'a> {
    fn new(hay: &'a [u8], byte: u8) -> ByteMatches<'a> {
        ByteMatches {
            hay,
            byte,
            word: 0,
            found: 0,
            next: 0,
            misses: PATIENCE - 1,
        }
    }
}

/// The high bit of each byte of `word` that is zero.
#[inline(always)]
fn zero_bytes(word: u64) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    !(((word & LOW) + LOW) | word | LOW)
}

impl Iterator for ByteMatches<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.found == 0 {
            let rest = &self.hay[self.next..];
            let Some(word) = rest.first_chunk::<8>() else {
                let at = rest.iter().position(|b| *b == self.byte);
                let at = at.map(|i| self.next + i);
                self.next = at.map_or(self.hay.len(), |i| i + 1);
                return at;
            };
            let pattern = u64::from_ne_bytes([self.byte; 8]);
            self.word = self.next;
            self.found = zero_bytes(u64::from_le_bytes(*word) ^ pattern);
            self.next += 8;
            if self.found != 0 {
                self.misses = 0;
                break;
            }
            self.misses += 1;
            if self.misses >= PATIENCE {
                let skipped = memchr::memchr(self.byte, &self.hay[self.next..]);
                self.next = skipped.map_or(self.hay.len(), |i| self.next + i);
            }
        }
        let at = self.word + self.found.trailing_zeros() as usize / 8;
        self.found &= self.found - 1;
        Some(at)
    }
}

/// Offsets of a text of a few bytes: where its last byte stands, the others are compared.
pub struct ShortMatches<'a> {
    ends: ByteMatches<'a>,
    needle: &'a [u8],
    /// Where the next match may begin.
    from: usize,
}

/// Whether two texts of one length are the same; they are too short for a call.
#[inline(always)]
fn is_same(a: &[u8], b: &[u8]) -> bool {
    let mut i = 0;
    while i < b.len() && a[i] == b[i] {
        i += 1;
    }
    i == b.len()
}

impl Iterator for ShortMatches<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        let len = self.needle.len();
        loop {
            let end = self.ends.next()? + 1;
            if end >= self.from + len && is_same(&self.ends.hay[end - len..end], self.needle) {
                self.from = end;
                return Some(end - len);
            }
        }
    }
}

/// How many times `needle` (not empty) occurs in `hay`, not overlapping.
pub fn count(hay: &[u8], needle: &[u8]) -> usize {
    match needle {
        [b] => memchr::memchr_iter(*b, hay).count(),
        _ if needle.len() > hay.len() => 0,
        _ => find_all(hay, needle).count(),
    }
}

/// `hay` with the first `max` occurrences of `from` (not empty) replaced by `to`; `None` if there
/// is none to replace. Also how many there were. Fails if there is no memory for the result.
pub fn replace(
    hay: &[u8],
    from: &[u8],
    to: &[u8],
    max: usize,
) -> Result<Option<(Vec<u8>, usize)>, TryReserveError> {
    if max == 0 || from.len() > hay.len() {
        return Ok(None);
    }
    let n = count(hay, from).min(max);
    if n == 0 {
        return Ok(None);
    }
    let mut out: Vec<u8> = Vec::new();
    let size = (hay.len() - n * from.len()).saturating_add(n.saturating_mul(to.len()));
    out.try_reserve_exact(size)?;
    // The pieces make `size` bytes, unless another thread changes the text, a bytearray, meanwhile: then what
    // has no room is left out.
    let (mut written, mut done) = (0, 0);
    // SAFETY: nothing is written beyond `size` bytes, for which there is room.
    unsafe {
        let mut end = out.as_mut_ptr();
        for at in find_all(hay, from).take(n) {
            let piece = at - done + to.len();
            if piece > size - written {
                break;
            }
            end = copy_short(end, &hay[done..at]);
            end = copy_short(end, to);
            written += piece;
            done = at + from.len();
        }
        let rest = &hay[done..];
        let rest = &rest[..rest.len().min(size - written)];
        copy_short(end, rest);
        out.set_len(written + rest.len());
    }
    Ok(Some((out, n)))
}
