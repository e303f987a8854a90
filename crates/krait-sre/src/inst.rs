//! The form in which patterns are run: a flat list of decoded instructions and side tables.

use crate::charset::CharSet;
use crate::constants::{At, Fold};
use crate::prefilter::Prefilter;

/// Index into [`Compiled::insts`].
pub(crate) type Pc = u32;

/// No position: an unset mark, an unset loop position.
pub(crate) const NONE: usize = usize::MAX;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Inst {
    Fail,
    /// The whole pattern has matched.
    Match,
    Jump(Pc),
    Byte(u8),
    /// A run of bytes in [`Compiled::literals`].
    Str {
        start: u32,
        len: u32,
    },
    /// Any character: needs no table.
    AnyAll,
    Set(u32),
    At(At),
    /// Sets a mark slot. Odd slots close a group and update `lastindex`.
    Mark(u32),
    GroupRef {
        group: u32,
        fold: Fold,
    },
    GroupRefExists {
        group: u32,
        no: Pc,
    },
    Branch(u32),
    RepeatOne(u32),
    MinRepeatOne(u32),
    PossessiveOne(u32),
    LoopEnter(u32),
    MaxUntil(u32),
    MinUntil(u32),
    /// Lookahead or lookbehind by `back` characters; `slot` keeps stack height and position.
    Assert {
        slot: u32,
        back: u32,
    },
    AssertEnd {
        slot: u32,
    },
    /// Index into [`Compiled::nots`].
    AssertNot(u32),
    AssertNotEnd {
        slot: u32,
    },
    Atomic {
        slot: u32,
    },
    AtomicEnd {
        slot: u32,
    },
    PossessiveEnter(u32),
    PossessiveNext(u32),
    PossessiveEnd(u32),
}

/// Bytes that may come next on any way to a match, and whether the end of the text may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct First {
    pub bytes: [bool; 256],
    pub end: bool,
}

impl First {
    pub(crate) const EMPTY: First = First {
        bytes: [false; 256],
        end: false,
    };
    pub(crate) const ALL: First = First {
        bytes: [true; 256],
        end: true,
    };

    pub(crate) fn union(&mut self, other: &First) {
        for (a, b) in self.bytes.iter_mut().zip(other.bytes) {
            *a |= b;
        }
        self.end |= other.end;
    }

    pub(crate) fn is_all(&self) -> bool {
        self.end && self.bytes.iter().all(|&b| b)
    }

    pub(crate) fn count(&self) -> usize {
        self.bytes.iter().filter(|&&b| b).count()
    }

    #[inline(always)]
    pub(crate) fn admits(&self, hay: &[u8], pos: usize) -> bool {
        match hay.get(pos) {
            Some(&b) => self.bytes[usize::from(b)],
            None => self.end,
        }
    }
}

/// What is known of the text a continuation needs.
#[derive(Clone, Debug)]
pub(crate) enum Next {
    Unknown,
    /// Exactly this byte.
    Byte(u8),
    OneOf(Box<First>),
}

impl Next {
    #[inline(always)]
    pub(crate) fn admits(&self, hay: &[u8], pos: usize) -> bool {
        match self {
            Next::Unknown => true,
            Next::Byte(b) => hay.get(pos) == Some(b),
            Next::OneOf(first) => first.admits(hay, pos),
        }
    }
}

/// A repeat of one set; the continuation is the next instruction.
#[derive(Clone, Debug)]
pub(crate) struct Single {
    pub set: u32,
    pub min: usize,
    /// `NONE` for no limit.
    pub max: usize,
    pub next: Next,
}

/// A repeat of a longer body.
#[derive(Clone, Debug)]
pub(crate) struct Loop {
    /// Slots: `slot` counts iterations begun, `slot + 1` is where the last one began. A possessive
    /// loop uses `slot + 2` for the height of the backtrack stack.
    pub slot: u32,
    pub min: usize,
    pub max: usize,
    pub body: Pc,
    pub tail: Pc,
    pub body_next: Next,
    pub tail_next: Next,
}

/// An alternation: for each next byte (256: none) the alternatives worth trying, as a bit set.
#[derive(Clone, Debug)]
pub(crate) struct Branch {
    pub alts: Vec<Pc>,
    pub viable: Box<[u64; 257]>,
}

/// A negative assertion.
#[derive(Clone, Debug)]
pub(crate) struct Not {
    pub slot: u32,
    pub back: u32,
    /// Where to go on when the body does not match.
    pub after: Pc,
}

/// Where a search may go on after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Retry {
    NextChar,
    /// The pattern begins with `.*`: what failed here fails in the rest of the line, too.
    NextLine,
    /// The same with DOTALL.
    Never,
}

/// A program for one width of subject.
#[derive(Clone, Debug)]
pub(crate) struct Compiled {
    pub insts: Vec<Inst>,
    pub literals: Vec<u8>,
    pub sets: Vec<CharSet>,
    pub singles: Vec<Single>,
    pub loops: Vec<Loop>,
    pub branches: Vec<Branch>,
    pub nots: Vec<Not>,
    /// Slots of marks, of `lastindex`, of loops and of assertions.
    pub slots: usize,
    /// The slot that holds `lastindex`.
    pub lastindex: usize,
    /// Fewest characters of a match.
    pub min_width: usize,
    pub prefilter: Prefilter,
    pub retry: Retry,
}

impl Compiled {
    /// The program for a match whose start lies behind its end. CPython tries it: nothing is left
    /// to consume, but the end is not here either, and a repeated character does not match even
    /// zero times.
    pub(crate) fn beyond_end(&self) -> Compiled {
        let mut out = self.clone();
        for inst in &mut out.insts {
            if let Inst::At(At::End | At::EndLine | At::EndString)
            | Inst::RepeatOne(_)
            | Inst::MinRepeatOne(_)
            | Inst::PossessiveOne(_) = inst
            {
                *inst = Inst::Fail;
            }
        }
        out
    }
}
