//! Searching bytes; `str` uses it on its UTF-8, where a match of whole characters is a match of
//! bytes and starts at a boundary.

use std::collections::TryReserveError;

use memchr::memmem;

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
pub fn find_all<'a>(hay: &'a [u8], needle: &'a [u8]) -> Box<dyn Iterator<Item = usize> + 'a> {
    match needle {
        [b] => Box::new(memchr::memchr_iter(*b, hay)),
        _ => Box::new(memmem::find_iter(hay, needle)),
    }
}

/// How many times `needle` (not empty) occurs in `hay`, not overlapping.
pub fn count(hay: &[u8], needle: &[u8]) -> usize {
    match needle {
        [b] => memchr::memchr_iter(*b, hay).count(),
        _ if needle.len() > hay.len() => 0,
        _ => memmem::find_iter(hay, needle).count(),
    }
}

/// `hay` with the first `max` occurrences of `from` (not empty) replaced by `to`; `None` if there
/// is none to replace. Fails if there is no memory for the result.
pub fn replace(
    hay: &[u8],
    from: &[u8],
    to: &[u8],
    max: usize,
) -> Result<Option<Vec<u8>>, TryReserveError> {
    if max == 0 || from.len() > hay.len() {
        return Ok(None);
    }
    let mut matches = find_all(hay, from).take(max).peekable();
    if matches.peek().is_none() {
        return Ok(None);
    }
    let mut out = Vec::new();
    out.try_reserve(hay.len())?;
    let mut done = 0;
    for at in matches {
        // What follows the last match always fits in if this does.
        out.try_reserve(hay.len() - done + to.len())?;
        out.extend_from_slice(&hay[done..at]);
        out.extend_from_slice(to);
        done = at + from.len();
    }
    out.extend_from_slice(&hay[done..]);
    Ok(Some(out))
}
