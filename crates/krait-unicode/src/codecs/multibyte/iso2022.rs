//! ISO 2022: escape sequences designate character sets, in seven bits.

use super::double::{LATER, katakana};
use super::tables::{self, Cell, Pairs, Table, set};
use super::{DecodeStep, Decoded, EncodeStep, State, Trouble, byte, pair_code};

const ESC: u8 = 0x1B;
const SO: u8 = 0x0E;
const SI: u8 = 0x0F;

/// The mark of a set is the last byte of its escape sequence, with this bit if it has two bytes.
const DOUBLE: u8 = 0x80;
const ASCII: u8 = b'B';
const LATIN: u8 = b'A';
const GREEK: u8 = b'F';
const JISX0208: u8 = b'B' | DOUBLE;

/// In a state: the sets designated as G0 to G2, and flags.
const G1: usize = 1;
const FLAGS: usize = 4;
const SHIFTED: u8 = 1;
/// An escape sequence that is none of ours passes as it is.
const PASSING: u8 = 2;

/// Bytes of an escape sequence at most.
const MAX_ESCAPE: usize = 16;

/// How the characters of a set are found.
enum Content {
    Double(&'static Table),
    /// The first plane of JIS X 0213; pairs alone, or all; the edition of 2000 or of 2004.
    FirstPlane {
        pairs_only: bool,
        later: bool,
    },
    SecondPlane {
        later: bool,
    },
    /// ASCII with a yen sign and an overline.
    Roman,
    Katakana,
    /// Written only behind an escape of its own, in G2.
    High,
}

struct Designation {
    mark: u8,
    /// Which of G0 to G2 it is designated as.
    place: u8,
    content: Content,
}

pub struct Iso2022 {
    designations: &'static [Designation],
    /// SO and SI change between G0 and G1.
    shifts: bool,
    has_g2: bool,
    /// JIS X 0208 may be announced as a revision.
    revisions: bool,
}

const fn double(mark: u8, table: &'static Table) -> Designation {
    Designation {
        mark: mark | DOUBLE,
        place: 0,
        content: Content::Double(table),
    }
}

const fn single(mark: u8, place: u8, content: Content) -> Designation {
    Designation {
        mark,
        place,
        content,
    }
}

const fn first_plane(mark: u8, pairs_only: bool, later: bool) -> Designation {
    Designation {
        mark: mark | DOUBLE,
        place: 0,
        content: Content::FirstPlane { pairs_only, later },
    }
}

const fn second_plane(later: bool) -> Designation {
    Designation {
        mark: b'P' | DOUBLE,
        place: 0,
        content: Content::SecondPlane { later },
    }
}

const JIS: Designation = double(b'B', set::JISX0208);
const OLD_JIS: Designation = double(b'@', set::JISX0208);
const JISX0212: Designation = double(b'D', set::JISX0212);
const ROMAN: Designation = single(b'J', 0, Content::Roman);

const JAPANESE: Iso2022 = Iso2022 {
    designations: &[],
    shifts: false,
    has_g2: false,
    revisions: true,
};

pub static KR: Iso2022 = Iso2022 {
    designations: &[Designation {
        mark: b'C' | DOUBLE,
        place: 1,
        content: Content::Double(set::KSX1001),
    }],
    shifts: true,
    revisions: false,
    ..JAPANESE
};
pub static JP: Iso2022 = Iso2022 {
    designations: &[JIS, ROMAN, OLD_JIS],
    ..JAPANESE
};
pub static JP_1: Iso2022 = Iso2022 {
    designations: &[JIS, JISX0212, ROMAN, OLD_JIS],
    ..JAPANESE
};
pub static JP_2: Iso2022 = Iso2022 {
    designations: &[
        JIS,
        JISX0212,
        double(b'C', set::KSX1001),
        double(b'A', set::GB2312),
        ROMAN,
        OLD_JIS,
        single(LATIN, 2, Content::High),
        single(GREEK, 2, Content::High),
    ],
    has_g2: true,
    ..JAPANESE
};
pub static JP_2004: Iso2022 = Iso2022 {
    designations: &[
        first_plane(b'Q', true, true),
        JIS,
        first_plane(b'Q', false, true),
        second_plane(true),
    ],
    ..JAPANESE
};
pub static JP_3: Iso2022 = Iso2022 {
    designations: &[
        first_plane(b'O', true, false),
        JIS,
        first_plane(b'O', false, false),
        second_plane(false),
    ],
    ..JAPANESE
};
pub static JP_EXT: Iso2022 = Iso2022 {
    designations: &[
        JIS,
        JISX0212,
        ROMAN,
        single(b'I', 0, Content::Katakana),
        OLD_JIS,
    ],
    ..JAPANESE
};

pub fn start(state: &mut State, decoding: bool) {
    state[0] = ASCII;
    state[G1] = ASCII;
    if decoding {
        state[2] = ASCII;
    }
    state[FLAGS] &= !(SHIFTED | PASSING);
}

pub fn finish(state: &mut State, out: &mut Vec<u8>) {
    unshift(state, out);
    if state[0] != ASCII {
        out.extend([ESC, b'(', b'B']);
        state[0] = ASCII;
    }
}

fn unshift(state: &mut State, out: &mut Vec<u8>) {
    if state[FLAGS] & SHIFTED != 0 {
        out.push(SI);
        state[FLAGS] &= !SHIFTED;
    }
}

fn ends_escape(c: u8) -> bool {
    matches!(c, b'@'..=b'Z')
}

impl Iso2022 {
    pub fn decode(&self, state: &mut State, input: &[u8]) -> DecodeStep {
        let c = input[0];
        let as_it_is = Ok((1, Decoded::One(u32::from(c))));
        if state[FLAGS] & PASSING != 0 {
            if ends_escape(c) {
                state[FLAGS] &= !PASSING;
            }
            return as_it_is;
        }
        match c {
            ESC => match byte(input, 1)? {
                b'(' | b')' | b'$' | b'.' | b'&' => self.escape(state, input),
                b'N' if self.has_g2 => high(state[2], byte(input, 2)?),
                _ => {
                    state[FLAGS] |= PASSING;
                    as_it_is
                }
            },
            SI if self.shifts => {
                state[FLAGS] &= !SHIFTED;
                Ok((1, Decoded::Nothing))
            }
            SO if self.shifts => {
                state[FLAGS] |= SHIFTED;
                Ok((1, Decoded::Nothing))
            }
            b'\n' => {
                state[FLAGS] &= !SHIFTED;
                as_it_is
            }
            ..0x20 => as_it_is,
            0x80.. => Err(Trouble::Illegal(1)),
            _ => {
                let shifted = usize::from(state[FLAGS] & SHIFTED);
                match state[shifted] {
                    ASCII => as_it_is,
                    mark => self.designated(mark, input),
                }
            }
        }
    }

    fn designated(&self, mark: u8, input: &[u8]) -> DecodeStep {
        let width = if mark & DOUBLE == 0 { 1 } else { 2 };
        let Some(set) = self.designations.iter().find(|d| d.mark == mark) else {
            return Err(Trouble::Illegal(1));
        };
        byte(input, width - 1)?;
        match set.content.decode(input) {
            Cell::One(c) => Ok((width, Decoded::One(c))),
            Cell::Pair(a, b) => Ok((width, Decoded::Pair(a, b))),
            Cell::Empty | Cell::Hole => Err(Trouble::Illegal(width)),
        }
    }

    /// A sequence that designates a character set.
    fn escape(&self, state: &mut State, input: &[u8]) -> DecodeStep {
        let len = self.escape_len(input)?;
        let refused = Err(Trouble::Illegal(len));
        let (place, mark) = match input[1..len] {
            [b'$', mark] => (0, mark | DOUBLE),
            [b'(', mark] => (0, mark),
            [b')', mark] => (1, mark),
            [b'.', mark] if self.has_g2 => (2, mark),
            [b'$', b'(', mark] => (0, mark | DOUBLE),
            [b'$', b')', mark] => (1, mark | DOUBLE),
            [_, _, ESC, b'$', b'B'] if self.revisions => (0, JISX0208),
            _ => return refused,
        };
        if mark != ASCII && self.designations.iter().all(|d| d.mark != mark) {
            return refused;
        }
        state[place] = mark;
        Ok((len, Decoded::Nothing))
    }

    fn escape_len(&self, input: &[u8]) -> Result<usize, Trouble> {
        let mut at = 1;
        while at < MAX_ESCAPE {
            let c = byte(input, at)?;
            if ends_escape(c) {
                return Ok(at + 1);
            }
            if self.revisions && c == b'&' && input.get(at + 1) == Some(&b'@') {
                at += 2;
            }
            at += 1;
        }
        Err(Trouble::Illegal(1))
    }

    pub fn encode(
        &self,
        state: &mut State,
        text: &[u32],
        flush: bool,
        out: &mut Vec<u8>,
    ) -> EncodeStep {
        let c = text[0];
        if c < 0x80 {
            if state[0] != ASCII {
                out.extend([ESC, b'(', b'B']);
                state[0] = ASCII;
            }
            unshift(state, out);
            out.push(c as u8);
            return Ok(1);
        }
        for set in self.designations {
            if let Some((code, taken)) = set.content.encode(text, flush)? {
                designate(state, set, out);
                let [high, low] = code.to_be_bytes();
                if set.mark & DOUBLE != 0 {
                    out.push(high);
                }
                out.push(low);
                return Ok(taken);
            }
        }
        Err(Trouble::Illegal(1))
    }
}

/// Sees to it that what follows is in this set.
fn designate(state: &mut State, set: &Designation, out: &mut Vec<u8>) {
    let place = usize::from(set.place);
    if place == 0 {
        unshift(state, out);
    }
    if state[place] != set.mark {
        let bracket = if place == 0 { b'(' } else { b')' };
        let last = set.mark & !DOUBLE;
        if set.mark & DOUBLE == 0 {
            out.extend([ESC, bracket, last]);
        } else if place == 0 && matches!(last, b'@' | b'B') {
            out.extend([ESC, b'$', last]);
        } else {
            out.extend([ESC, b'$', bracket, last]);
        }
        state[place] = set.mark;
    }
    if place == 1 && state[FLAGS] & SHIFTED == 0 {
        out.push(SO);
        state[FLAGS] |= SHIFTED;
    }
}

/// A character of G2, behind ESC N.
fn high(set: u8, c: u8) -> DecodeStep {
    let high = c | 0x80;
    let found = match set {
        ASCII if c < 0x80 => Some(u32::from(c)),
        LATIN if c < 0x80 => Some(u32::from(high)),
        GREEK => greek(c ^ 0x80),
        _ => None,
    };
    match found {
        Some(c) => Ok((3, Decoded::One(c))),
        None => Err(Trouble::Illegal(3)),
    }
}

/// ISO 8859-7, as it was at first.
fn greek(c: u8) -> Option<u32> {
    Some(match c {
        0xA1 => 0x2018,
        0xA2 => 0x2019,
        0xAF => 0x2015,
        0xA4 | 0xA5 | 0xAA | 0xAE | 0xD2 | 0xFF => return None,
        ..0xB4 | 0xB7 | 0xBB | 0xBD => u32::from(c),
        _ => u32::from(c) - 0xB4 + 0x0384,
    })
}

/// The edition of 2000 lacks ten characters of its first plane, and has another in its second.
fn edition(cell: Cell, later: bool) -> Cell {
    match cell {
        Cell::One(0xFF5E) => Cell::One(0x7E),
        Cell::One(c) if !later && LATER.contains(&c) => Cell::Hole,
        cell => cell,
    }
}

impl Content {
    fn decode(&self, input: &[u8]) -> Cell {
        let c = input[0];
        let code = || u16::from_be_bytes([c, input[1]]);
        match self {
            Content::Double(table) => table.get(code()),
            Content::FirstPlane { later, .. } => match set::JISX0213_1.get(code()) {
                Cell::Empty => set::JISX0208.get(code()),
                cell => edition(cell, *later),
            },
            Content::SecondPlane { .. } => set::JISX0213_2.get(code()),
            Content::Roman => match c {
                0x5C => Cell::One(0xA5),
                0x7E => Cell::One(0x203E),
                _ => Cell::One(u32::from(c)),
            },
            Content::Katakana => katakana(c | 0x80).map_or(Cell::Empty, Cell::One),
            Content::High => Cell::Empty,
        }
    }

    /// The code, and the number of characters that it means.
    fn encode(&self, text: &[u32], flush: bool) -> Result<Option<(u16, usize)>, Trouble> {
        let c = text[0];
        let pairs: Pairs = match self {
            Content::FirstPlane { .. } => tables::JIS_PAIRS,
            _ => &[],
        };
        let code = match self {
            Content::Double(table) => table.code(c),
            Content::FirstPlane { pairs_only, later } => {
                if let Some(found) = pair_code(pairs, text, flush)? {
                    return Ok(Some(found));
                }
                let absent = *pairs_only || c == 0xFF5E || (!later && LATER.contains(&c));
                let found = || set::JISX0213_1.code(c).or_else(|| set::JISX0208.code(c));
                if absent { None } else { found() }
            }
            Content::SecondPlane { later } => match (c, later) {
                (0x9B1C, false) => None,
                (0x9B1D, false) => set::JISX0213_2.code(0x9B1C),
                _ => set::JISX0213_2.code(c),
            },
            Content::Roman => match c {
                0xA5 => Some(0x5C),
                0x203E => Some(0x7E),
                _ => None,
            },
            Content::Katakana => matches!(c, 0xFF61..=0xFF9F).then(|| (c - 0xFF61 + 0x21) as u16),
            Content::High => None,
        };
        Ok(code.map(|code| (code, 1)))
    }
}
