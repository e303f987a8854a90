//! Stepping over characters of narrow (one byte each) and wide (WTF-8) subjects.
//!
//! The functions are generic over `WIDE`, so that the matcher is compiled once for each. Text
//! that is not valid WTF-8 gives senseless matches but is never read out of bounds.

use crate::charset::{CharSet, NonAscii, Scan};

/// Decodes the character at `pos < hay.len()` and gives the position after it.
#[inline]
pub(crate) fn decode<const WIDE: bool>(hay: &[u8], pos: usize) -> (u32, usize) {
    let b0 = hay[pos];
    if !WIDE || b0 < 0x80 {
        return (u32::from(b0), pos + 1);
    }
    decode_wide(hay, pos)
}

fn decode_wide(hay: &[u8], pos: usize) -> (u32, usize) {
    let cont = |i: usize| u32::from(hay.get(pos + i).copied().unwrap_or(0x80) & 0x3F);
    let b0 = u32::from(hay[pos]);
    let (ch, len) = match b0 {
        0xC0..0xE0 => ((b0 & 0x1F) << 6 | cont(1), 2),
        0xE0..0xF0 => ((b0 & 0x0F) << 12 | cont(1) << 6 | cont(2), 3),
        0xF0.. => (
            (b0 & 0x07) << 18 | cont(1) << 12 | cont(2) << 6 | cont(3),
            4,
        ),
        _ => (b0, 1),
    };
    (ch, (pos + len).min(hay.len()))
}

/// The position after the character at `pos < hay.len()`.
#[inline]
pub(crate) fn next<const WIDE: bool>(hay: &[u8], pos: usize) -> usize {
    if !WIDE {
        return pos + 1;
    }
    let len = match hay[pos] {
        0..0xC0 => 1,
        0xC0..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0.. => 4,
    };
    (pos + len).min(hay.len())
}

/// The position of the character before `pos > 0`.
#[inline]
pub(crate) fn prev<const WIDE: bool>(hay: &[u8], pos: usize) -> usize {
    let mut pos = pos - 1;
    if WIDE {
        while pos > 0 && hay[pos] & 0xC0 == 0x80 {
            pos -= 1;
        }
    }
    pos
}

/// `count` characters back from `pos`, if there are so many.
pub(crate) fn back<const WIDE: bool>(hay: &[u8], mut pos: usize, count: usize) -> Option<usize> {
    if !WIDE {
        return pos.checked_sub(count);
    }
    for _ in 0..count {
        if pos == 0 {
            return None;
        }
        pos = prev::<WIDE>(hay, pos);
    }
    Some(pos)
}

/// Whether `text` stands at `pos`. Most texts are too short for a call of `memcmp` to pay.
#[inline(always)]
pub(crate) fn text_at(hay: &[u8], pos: usize, text: &[u8]) -> bool {
    match hay.get(pos..pos + text.len()) {
        Some(there) if text.len() <= 8 => there.iter().zip(text).all(|(a, b)| a == b),
        Some(there) => there == text,
        None => false,
    }
}

/// Matches one member of the set and gives the position after it.
#[inline(always)]
pub(crate) fn one<const WIDE: bool>(set: &CharSet, hay: &[u8], pos: usize) -> Option<usize> {
    let &b = hay.get(pos)?;
    if WIDE && b >= 0x80 {
        return one_wide(set, hay, pos);
    }
    let member = if set.scan == Scan::Dynamic {
        set.contains(u32::from(b))
    } else {
        set.table[usize::from(b)]
    };
    member.then_some(pos + 1)
}

fn one_wide(set: &CharSet, hay: &[u8], pos: usize) -> Option<usize> {
    match set.non_ascii {
        NonAscii::None => None,
        NonAscii::All => Some(next::<true>(hay, pos)),
        NonAscii::Ask => {
            let (ch, after) = decode::<true>(hay, pos);
            set.ask(ch).then_some(after)
        }
    }
}

/// Skips at most `max` members; gives their number and the position after them.
#[inline]
pub(crate) fn count<const WIDE: bool>(
    set: &CharSet,
    hay: &[u8],
    mut pos: usize,
    max: usize,
) -> (usize, usize) {
    let mut n = 0;
    while n < max {
        let Some(after) = one::<WIDE>(set, hay, pos) else {
            break;
        };
        pos = after;
        n += 1;
    }
    (n, pos)
}

/// Bytes looked at one by one before a vectorised search is started: most runs are short.
const SHORT: usize = 16;

/// Skips all members from `pos` on.
#[inline]
pub(crate) fn skip_all<const WIDE: bool>(set: &CharSet, hay: &[u8], pos: usize) -> usize {
    match set.scan {
        Scan::All => return hay.len(),
        Scan::Table if WIDE => return skip_table_wide(set, hay, pos),
        Scan::Table => return skip_table(set, hay, pos),
        Scan::Dynamic => return count::<WIDE>(set, hay, pos, usize::MAX).1,
        _ => {}
    }
    let rest = &hay[pos..];
    let table = &set.table;
    let outside = |b: u8| (!WIDE || b < 0x80) && !table[usize::from(b)];
    if let Some(i) = rest.iter().take(SHORT).position(|&b| outside(b)) {
        return pos + i;
    }
    if rest.len() <= SHORT {
        return hay.len();
    }
    let rest = &rest[SHORT..];
    let found = match set.scan {
        Scan::Until1(a) => memchr::memchr(a, rest),
        Scan::Until2(a, b) => memchr::memchr2(a, b, rest),
        Scan::Until3(a, b, c) => memchr::memchr3(a, b, c, rest),
        Scan::All | Scan::Table | Scan::Dynamic => None,
    };
    found.map_or(hay.len(), |i| pos + SHORT + i)
}

fn skip_table(set: &CharSet, hay: &[u8], pos: usize) -> usize {
    let table = &set.table;
    let rest = &hay[pos..];
    pos + rest
        .iter()
        .position(|&b| !table[usize::from(b)])
        .unwrap_or(rest.len())
}

fn skip_table_wide(set: &CharSet, hay: &[u8], mut pos: usize) -> usize {
    while let Some(after) = one::<true>(set, hay, pos) {
        pos = after;
    }
    pos
}
