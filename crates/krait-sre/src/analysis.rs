//! What can be known of a program before it runs: which bytes may come next at its choices, and
//! how a search finds its candidates.
//!
//! Every answer is a superset of the truth, so that giving up (too much work, an operator that
//! cannot be foreseen) is always sound.

use memchr::memmem;

use crate::charset::{NonAscii, Scan};
use crate::compile::next_of;
use crate::constants::At;
use crate::inst::{Compiled, First, Inst, NONE, Pc, Retry};
use crate::prefilter::{Buckets, DEPTH, Few, Prefilter};

/// Instructions looked at per question.
const FUEL: usize = 600;
/// Ways into the program that the prefilter tells apart.
const MAX_WAYS: usize = 64;

/// Fills in all that [`crate::compile`] leaves open.
pub(crate) fn finish(c: &mut Compiled, wide: bool) {
    for pc in 0..c.insts.len() as Pc {
        match c.insts[pc as usize] {
            Inst::RepeatOne(i) | Inst::MinRepeatOne(i) => {
                let next = first(c, pc + 1, wide);
                c.singles[i as usize].next = next_of(&next);
                if let Inst::RepeatOne(_) = c.insts[pc as usize]
                    && may_be_possessive(c, i as usize, &next, wide)
                {
                    c.insts[pc as usize] = Inst::PossessiveOne(i);
                }
            }
            Inst::MaxUntil(i) | Inst::MinUntil(i) | Inst::PossessiveEnd(i) => {
                let (body, tail) = (c.loops[i as usize].body, c.loops[i as usize].tail);
                let body_next = next_of(&first(c, body, wide));
                let tail_next = next_of(&first(c, tail, wide));
                let this = &mut c.loops[i as usize];
                this.body_next = body_next;
                this.tail_next = tail_next;
            }
            Inst::Branch(i) => branch(c, i as usize, wide),
            _ => {}
        }
    }
    c.prefilter = prefilter(c, wide);
    c.retry = retry(c);
}

/// Sees a leading `.*`, with which the attempts at later places of the line only repeat a part of
/// what the first one tried. A group that is referred to makes them differ.
fn retry(c: &Compiled) -> Retry {
    let refers = |i: &Inst| matches!(i, Inst::GroupRef { .. } | Inst::GroupRefExists { .. });
    let lead = c.insts.iter().find(|i| !matches!(i, Inst::Mark(_)));
    let Some(Inst::RepeatOne(i) | Inst::MinRepeatOne(i) | Inst::PossessiveOne(i)) = lead else {
        return Retry::NextChar;
    };
    let single = &c.singles[*i as usize];
    if single.max != NONE || c.insts.iter().any(refers) {
        return Retry::NextChar;
    }
    match c.sets[single.set as usize].scan {
        Scan::All => Retry::Never,
        Scan::Until1(b'\n') => Retry::NextLine,
        _ => Retry::NextChar,
    }
}

/// A greedy repeat whose members cannot begin the continuation never profits from giving back.
fn may_be_possessive(c: &Compiled, single: usize, next: &First, wide: bool) -> bool {
    let set = &c.sets[c.singles[single].set as usize];
    set.first_bytes(wide)
        .is_some_and(|members| !members.iter().zip(next.bytes).any(|(&a, b)| a && b))
}

fn branch(c: &mut Compiled, index: usize, wide: bool) {
    let mut viable = Box::new([0; 257]);
    for (i, &alt) in c.branches[index].alts.iter().enumerate() {
        let first = first(c, alt, wide);
        for (mask, &b) in viable
            .iter_mut()
            .zip(first.bytes.iter().chain([&first.end]))
        {
            *mask |= u64::from(b) << i;
        }
    }
    c.branches[index].viable = viable;
}

fn first(c: &Compiled, pc: Pc, wide: bool) -> First {
    let mut walk = FirstWalk {
        c,
        wide,
        seen: Vec::new(),
        todo: vec![pc],
        out: First::EMPTY,
    };
    if walk.run().is_none() {
        First::ALL
    } else {
        walk.out
    }
}

struct FirstWalk<'c> {
    c: &'c Compiled,
    wide: bool,
    seen: Vec<Pc>,
    todo: Vec<Pc>,
    out: First,
}

impl FirstWalk<'_> {
    /// `None`: anything may come next.
    fn run(&mut self) -> Option<()> {
        let mut fuel = FUEL;
        while let Some(mut pc) = self.todo.pop() {
            loop {
                fuel = fuel.checked_sub(1)?;
                match self.step(pc)? {
                    Some(next) => pc = next,
                    None => break,
                }
            }
        }
        Some(())
    }

    /// Queues several ways, unless they were before.
    fn fork(&mut self, at: Pc, ways: &[Pc]) {
        if !self.seen.contains(&at) {
            self.seen.push(at);
            self.todo.extend_from_slice(ways);
        }
    }

    fn add_set(&mut self, set: u32) -> Option<()> {
        let bytes = self.c.sets[set as usize].first_bytes(self.wide)?;
        self.out.union(&First { bytes, end: false });
        Some(())
    }

    /// `Some(Some(pc))`: go on there; `Some(None)`: this way is done.
    fn step(&mut self, pc: Pc) -> Option<Option<Pc>> {
        let c = self.c;
        match c.insts[pc as usize] {
            Inst::Fail => {}
            // What ends an atomic body succeeds whatever follows: a choice in the body may not be
            // revised for the sake of what comes after it.
            Inst::Match | Inst::AssertEnd { .. } | Inst::AssertNotEnd { .. } => return None,
            Inst::AtomicEnd { .. } | Inst::PossessiveEnd(_) => return None,
            Inst::GroupRef { .. } => return None,
            Inst::Jump(to) => return Some(Some(to)),
            Inst::Byte(b) => self.out.bytes[usize::from(b)] = true,
            Inst::Str { start, .. } => {
                self.out.bytes[usize::from(c.literals[start as usize])] = true;
            }
            Inst::AnyAll => self.out.union(&First {
                bytes: [true; 256],
                end: false,
            }),
            Inst::Set(set) => self.add_set(set)?,
            Inst::At(At::EndString) => self.out.end = true,
            Inst::At(At::End | At::EndLine) => {
                self.out.end = true;
                self.out.bytes[usize::from(b'\n')] = true;
            }
            Inst::At(_) | Inst::Mark(_) | Inst::Atomic { .. } => return Some(Some(pc + 1)),
            Inst::GroupRefExists { no, .. } => self.fork(pc, &[pc + 1, no]),
            Inst::Branch(i) => self.fork(pc, &c.branches[i as usize].alts),
            Inst::RepeatOne(i) | Inst::MinRepeatOne(i) | Inst::PossessiveOne(i) => {
                let single = &c.singles[i as usize];
                if single.max > 0 {
                    self.add_set(single.set)?;
                }
                if single.min == 0 {
                    return Some(Some(pc + 1));
                }
            }
            Inst::LoopEnter(i) | Inst::PossessiveEnter(i) => {
                let this = &c.loops[i as usize];
                return Some(Some(if this.min > 0 { this.body } else { pc + 1 }));
            }
            Inst::MaxUntil(i) | Inst::MinUntil(i) | Inst::PossessiveNext(i) => {
                self.fork(pc, &[c.loops[i as usize].body, c.loops[i as usize].tail]);
            }
            Inst::Assert { slot, .. } => return Some(Some(assert_end(c, pc, slot))),
            Inst::AssertNot(i) => return Some(Some(c.nots[i as usize].after)),
        }
        Some(None)
    }
}

/// The instruction after the assertion that begins at `pc`.
fn assert_end(c: &Compiled, pc: Pc, slot: u32) -> Pc {
    let rest = &c.insts[pc as usize..];
    let end = rest
        .iter()
        .position(|i| matches!(i, Inst::AssertEnd { slot: s } if *s == slot));
    pc + end.unwrap_or(0) as Pc + 1
}

fn prefilter(c: &Compiled, wide: bool) -> Prefilter {
    let mut pc = 0;
    while let Inst::Mark(_) = c.insts[pc] {
        pc += 1;
    }
    match c.insts[pc] {
        Inst::At(At::Beginning | At::BeginningString) => return Prefilter::Anchored,
        Inst::At(At::BeginningLine) => return Prefilter::LineStart,
        _ => {}
    }
    let prefix = literal_prefix(c);
    if prefix.len() > 1 {
        return Prefilter::Literal(Box::new(memmem::Finder::new(&prefix).into_owned()));
    }
    let start = first(c, 0, wide);
    if start.end || start.bytes.iter().all(|&b| b) {
        return Prefilter::None;
    }
    let mut ways = Ways {
        c,
        wide,
        out: Vec::new(),
        fuel: FUEL,
    };
    let complete = ways.walk(0, Vec::new()).is_some();
    let buckets = if complete {
        ways.buckets().map(Box::new)
    } else {
        None
    };
    let bytes: Vec<u8> = (0..=255).filter(|&b| start.bytes[usize::from(b)]).collect();
    match (Few::new(&bytes), buckets) {
        // Several frequent bytes would stop the search at every other place.
        (Some(few), buckets) if bytes.len() == 1 || !bytes.iter().any(|b| is_frequent(*b)) => {
            Prefilter::Few(few, buckets)
        }
        (_, Some(buckets)) => Prefilter::Buckets(buckets),
        (Some(few), None) => Prefilter::Few(few, None),
        (None, None) => Prefilter::Table(Box::new(start.bytes)),
    }
}

/// Bytes so frequent in texts that stopping at each would be slow.
fn is_frequent(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b' ' || b >= 0x80
}

/// The bytes with which every match begins.
fn literal_prefix(c: &Compiled) -> Vec<u8> {
    let mut out = Vec::new();
    for inst in &c.insts {
        match *inst {
            Inst::Mark(_) => {}
            Inst::Byte(b) => out.push(b),
            Inst::Str { start, len } => {
                out.extend_from_slice(&c.literals[start as usize..(start + len) as usize]);
            }
            _ => break,
        }
    }
    out
}

/// Collects the ways a match may begin, as sequences of byte sets.
struct Ways<'c> {
    c: &'c Compiled,
    wide: bool,
    out: Vec<Vec<[bool; 256]>>,
    fuel: usize,
}

fn just(b: u8) -> [bool; 256] {
    let mut set = [false; 256];
    set[usize::from(b)] = true;
    set
}

impl Ways<'_> {
    /// Follows the program from `pc`; `None` when there are too many ways.
    fn walk(&mut self, mut pc: Pc, mut way: Vec<[bool; 256]>) -> Option<()> {
        let c = self.c;
        while way.len() < DEPTH {
            self.fuel = self.fuel.checked_sub(1)?;
            pc = match c.insts[pc as usize] {
                Inst::Fail => return Some(()),
                Inst::Byte(b) => {
                    way.push(just(b));
                    pc + 1
                }
                Inst::Str { start, len } => {
                    let literal = &c.literals[start as usize..(start + len) as usize];
                    way.extend(literal.iter().take(DEPTH - way.len()).map(|&b| just(b)));
                    pc + 1
                }
                Inst::Set(set) => {
                    if !self.push_set(set, &mut way) {
                        break;
                    }
                    pc + 1
                }
                Inst::At(_) | Inst::Mark(_) | Inst::Atomic { .. } | Inst::AtomicEnd { .. } => {
                    pc + 1
                }
                Inst::Jump(to) => to,
                Inst::Assert { slot, .. } => assert_end(c, pc, slot),
                Inst::AssertNot(i) => c.nots[i as usize].after,
                Inst::Branch(i) => {
                    for &alt in &c.branches[i as usize].alts {
                        self.walk(alt, way.clone())?;
                    }
                    return Some(());
                }
                Inst::RepeatOne(i) | Inst::MinRepeatOne(i) | Inst::PossessiveOne(i) => {
                    let single = &c.singles[i as usize];
                    if single.min == 0 {
                        self.walk(pc + 1, way.clone())?;
                    }
                    let mut exact = true;
                    for _ in 0..single.min.clamp(1, DEPTH) {
                        exact = exact && way.len() < DEPTH && self.push_set(single.set, &mut way);
                    }
                    if !exact || single.min != single.max {
                        break;
                    }
                    pc + 1
                }
                Inst::LoopEnter(i) | Inst::PossessiveEnter(i) => {
                    let this = &c.loops[i as usize];
                    if this.min == 0 {
                        self.walk(this.tail, way.clone())?;
                    }
                    this.body
                }
                _ => break,
            };
        }
        self.out.push(way);
        (self.out.len() <= MAX_WAYS).then_some(())
    }

    /// Adds a place; false if what follows it is not at a fixed distance.
    fn push_set(&self, set: u32, way: &mut Vec<[bool; 256]>) -> bool {
        let set = &self.c.sets[set as usize];
        let Some(bytes) = set.first_bytes(self.wide) else {
            return false;
        };
        way.push(bytes);
        !self.wide || set.non_ascii == NonAscii::None
    }

    /// Spreads the ways over the buckets, if that tells more than the first byte alone does.
    fn buckets(&self) -> Option<Buckets> {
        if self.out.iter().any(|w| w.len() < 2) {
            return None;
        }
        let mut masks = [[0; 256]; DEPTH];
        for (i, way) in self.out.iter().enumerate() {
            let bit = 1 << (i % 8);
            for (place, mask) in masks.iter_mut().enumerate() {
                for (b, m) in mask.iter_mut().enumerate() {
                    if way.get(place).is_none_or(|set| set[b]) {
                        *m |= bit;
                    }
                }
            }
        }
        Some(Buckets { masks })
    }
}
