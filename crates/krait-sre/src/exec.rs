//! The backtracking matcher.
//!
//! There is no native recursion: a choice that may have to be revised is an entry of a stack of
//! choices, and what was written to slots (marks, loop counters) since then is on a second
//! stack, the trail, from which it is restored. Leaving an atomic group or an assertion throws
//! its choices away but keeps the trail, so that an older choice still restores everything.
//! While there is no choice at all nothing needs to be remembered.
//!
//! A choice says at which instruction it was made; the instruction says how it is revised.

use crate::chars;
use crate::constants::{At, Fold};
use crate::input::{back, count, decode, next, one, prev, skip_all, text_at};
use crate::inst::{Branch, Compiled, Inst, Loop, NONE, Next, Pc, Retry, Single};
use crate::{Interrupted, MatchError};

/// A point to return to.
#[derive(Clone, Copy, Debug)]
struct Choice {
    pc: Pc,
    /// Height of the trail when the choice was made.
    trail: u32,
    pos: usize,
    /// Repeats: the last position or what may still be taken; branches: alternatives left.
    aux: u64,
}

/// What a slot held before it was written.
#[derive(Clone, Copy, Debug)]
struct Undo {
    slot: u32,
    value: usize,
}

/// Bytes that the stacks of one match may take together.
const MEMORY_LIMIT: usize = 4 << 30;
/// Steps between two polls.
const POLL_INTERVAL: u32 = 1 << 16;

/// The working memory of a match and its result. Reusing one saves allocations.
#[derive(Debug, Default)]
pub struct Scratch {
    slots: Vec<usize>,
    choices: Vec<Choice>,
    trail: Vec<Undo>,
    span: (usize, usize),
    lastindex: usize,
    marks: usize,
}

impl Scratch {
    /// Byte positions of a group after a match (0 is the whole match), `None` if it took no part.
    pub fn byte_span(&self, group: usize) -> Option<(usize, usize)> {
        let Some(i) = group.checked_sub(1) else {
            return Some(self.span);
        };
        match self.slots[..self.marks].get(2 * i..2 * i + 2) {
            Some(&[from, to]) if from != NONE && to != NONE && from <= to => Some((from, to)),
            _ => None,
        }
    }

    /// Bytes of memory that are kept for the next match.
    pub fn byte_size(&self) -> usize {
        self.slots.capacity() * size_of::<usize>()
            + self.choices.capacity() * size_of::<Choice>()
            + self.trail.capacity() * size_of::<Undo>()
    }

    /// Number of the group that was closed last, if any was.
    pub fn lastindex(&self) -> Option<usize> {
        match self.slots.get(self.lastindex) {
            None | Some(&NONE) => None,
            Some(&n) => Some(n),
        }
    }
}

/// What a match must fulfil beyond the pattern.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Demand {
    /// End where the subject ends (`fullmatch`).
    pub to_end: bool,
    /// Not be empty.
    pub advance: bool,
}

pub(crate) type Poll<'p> = &'p mut dyn FnMut() -> Result<(), Interrupted>;

/// One search or match under way.
pub(crate) struct Exec<'m> {
    pub prog: &'m Compiled,
    /// The subject up to `endpos`.
    pub hay: &'m [u8],
    pub scratch: &'m mut Scratch,
    pub poll: Poll<'m>,
    pub budget: u32,
}

impl<'m> Exec<'m> {
    pub(crate) fn new(
        prog: &'m Compiled,
        hay: &'m [u8],
        scratch: &'m mut Scratch,
        poll: Poll<'m>,
    ) -> Self {
        scratch.slots.clear();
        scratch.slots.resize(prog.slots, NONE);
        scratch.lastindex = prog.lastindex;
        scratch.marks = prog.lastindex;
        Exec {
            prog,
            hay,
            scratch,
            poll,
            budget: POLL_INTERVAL,
        }
    }

    /// Looks for the first match at or after `from`.
    pub(crate) fn search<const WIDE: bool>(
        &mut self,
        from: usize,
        advance: bool,
    ) -> Result<bool, MatchError> {
        let mut pos = from;
        let mut demand = Demand {
            to_end: false,
            advance,
        };
        loop {
            let Some(at) = self.prog.prefilter.find(self.hay, pos) else {
                return Ok(false);
            };
            if self.hay.len() - at < self.prog.min_width {
                return Ok(false);
            }
            demand.advance &= at == from;
            if self.run::<WIDE>(at, demand)? {
                return Ok(true);
            }
            if at >= self.hay.len() {
                return Ok(false);
            }
            self.spend(1)?;
            pos = match self.prog.retry {
                Retry::NextChar => next::<WIDE>(self.hay, at),
                Retry::NextLine => match memchr::memchr(b'\n', &self.hay[at..]) {
                    Some(i) => at + i + 1,
                    None => return Ok(false),
                },
                Retry::Never => return Ok(false),
            };
        }
    }

    /// Tries to match at `from` only.
    pub(crate) fn match_at<const WIDE: bool>(
        &mut self,
        from: usize,
        demand: Demand,
    ) -> Result<bool, MatchError> {
        if self.hay.len() - from < self.prog.min_width {
            return Ok(false);
        }
        self.run::<WIDE>(from, demand)
    }

    #[inline]
    fn spend(&mut self, steps: usize) -> Result<(), MatchError> {
        match self.budget.checked_sub(steps as u32) {
            Some(left) => {
                self.budget = left;
                Ok(())
            }
            None => self.poll_now(),
        }
    }

    #[cold]
    fn poll_now(&mut self) -> Result<(), MatchError> {
        self.budget = POLL_INTERVAL;
        (self.poll)().map_err(|Interrupted| MatchError::Interrupted)
    }

    #[inline(always)]
    fn choose(&mut self, pc: Pc, pos: usize, aux: u64) -> Result<(), MatchError> {
        if self.scratch.choices.len() == self.scratch.choices.capacity() {
            self.grow()?;
        }
        let trail = self.scratch.trail.len() as u32;
        self.scratch.choices.push(Choice {
            pc,
            trail,
            pos,
            aux,
        });
        Ok(())
    }

    #[inline(always)]
    fn set_slot(&mut self, slot: usize, value: usize) -> Result<(), MatchError> {
        if !self.scratch.choices.is_empty() {
            if self.scratch.trail.len() == self.scratch.trail.capacity() {
                self.grow()?;
            }
            let old = self.scratch.slots[slot];
            self.scratch.trail.push(Undo {
                slot: slot as u32,
                value: old,
            });
        }
        self.scratch.slots[slot] = value;
        Ok(())
    }

    /// Makes room in both stacks.
    #[cold]
    #[inline(never)]
    fn grow(&mut self) -> Result<(), MatchError> {
        let Scratch { choices, trail, .. } = &mut *self.scratch;
        let used = size_of_val(&choices[..]) + size_of_val(&trail[..]);
        if used > MEMORY_LIMIT || trail.len() >= u32::MAX as usize / 2 {
            return Err(MatchError::OutOfMemory);
        }
        let oom = |_| MatchError::OutOfMemory;
        if choices.len() == choices.capacity() {
            choices.try_reserve(choices.len().max(64)).map_err(oom)?;
        }
        if trail.len() == trail.capacity() {
            trail.try_reserve(trail.len().max(64)).map_err(oom)?;
        }
        Ok(())
    }

    fn run<const WIDE: bool>(&mut self, start: usize, demand: Demand) -> Result<bool, MatchError> {
        self.scratch.choices.clear();
        self.scratch.trail.clear();
        self.scratch.slots[..=self.prog.lastindex].fill(NONE);
        let (mut pc, mut pos) = (0, start);
        loop {
            match self.forward::<WIDE>(pc, pos)? {
                Some(end) if self.accepts(start, end, demand) => {
                    self.scratch.span = (start, end);
                    return Ok(true);
                }
                _ => {}
            }
            self.spend(1)?;
            match self.backtrack::<WIDE>()? {
                Some(next) => (pc, pos) = next,
                None => return Ok(false),
            }
        }
    }

    fn accepts(&self, start: usize, end: usize, demand: Demand) -> bool {
        !(demand.to_end && end != self.hay.len() || demand.advance && end == start)
    }

    /// Runs until the pattern has matched (gives the end) or fails.
    fn forward<const WIDE: bool>(
        &mut self,
        mut pc: Pc,
        mut pos: usize,
    ) -> Result<Option<usize>, MatchError> {
        let prog = self.prog;
        let hay = self.hay;
        loop {
            match prog.insts[pc as usize] {
                Inst::Fail => return Ok(None),
                Inst::Match => return Ok(Some(pos)),
                Inst::Jump(to) => {
                    pc = to;
                    continue;
                }
                Inst::Byte(b) => {
                    if hay.get(pos) != Some(&b) {
                        return Ok(None);
                    }
                    pos += 1;
                }
                Inst::Str { start, len } => {
                    let literal = &prog.literals[start as usize..(start + len) as usize];
                    if !text_at(hay, pos, literal) {
                        return Ok(None);
                    }
                    pos += literal.len();
                }
                Inst::AnyAll => {
                    if pos >= hay.len() {
                        return Ok(None);
                    }
                    pos = next::<WIDE>(hay, pos);
                }
                Inst::Set(set) => match one::<WIDE>(&prog.sets[set as usize], hay, pos) {
                    Some(after) => pos = after,
                    None => return Ok(None),
                },
                Inst::At(at) => {
                    if !is_at::<WIDE>(at, hay, pos) {
                        return Ok(None);
                    }
                }
                Inst::Mark(slot) => self.mark(slot as usize, pos)?,
                Inst::GroupRef { group, fold } => {
                    match self.group_ref::<WIDE>(group as usize, fold, pos) {
                        Some(after) => pos = after,
                        None => return Ok(None),
                    }
                }
                Inst::GroupRefExists { group, no } => {
                    if self.scratch.byte_span(group as usize + 1).is_none() {
                        pc = no;
                        continue;
                    }
                }
                Inst::Branch(i) => {
                    let branch = &prog.branches[i as usize];
                    let viable = viable(branch, hay, pos);
                    match self.alternative(branch, pc, pos, viable)? {
                        Some(to) => pc = to,
                        None => return Ok(None),
                    }
                    continue;
                }
                Inst::RepeatOne(i) => {
                    let single = &prog.singles[i as usize];
                    let Some((least, most)) = self.take::<WIDE>(single, pos)? else {
                        return Ok(None);
                    };
                    match give_back::<WIDE>(&single.next, hay, least, most) {
                        Some(at) => {
                            if at > least {
                                self.choose(pc, at, least as u64)?;
                            }
                            pos = at;
                        }
                        None => return Ok(None),
                    }
                }
                Inst::PossessiveOne(i) => {
                    match self.take::<WIDE>(&prog.singles[i as usize], pos)? {
                        Some((_, most)) => pos = most,
                        None => return Ok(None),
                    }
                }
                Inst::MinRepeatOne(i) => {
                    let single = &prog.singles[i as usize];
                    let set = &prog.sets[single.set as usize];
                    let (n, at) = count::<WIDE>(set, hay, pos, single.min);
                    if n < single.min {
                        return Ok(None);
                    }
                    let left = if single.max == NONE {
                        NONE
                    } else {
                        single.max - n
                    };
                    match self.take_more::<WIDE>(pc, single, at, left)? {
                        Some(at) => pos = at,
                        None => return Ok(None),
                    }
                }
                Inst::LoopEnter(i) => {
                    let slot = prog.loops[i as usize].slot as usize;
                    self.set_slot(slot, 0)?;
                    self.set_slot(slot + 1, NONE)?;
                }
                Inst::MaxUntil(i) => match self.max_until(&prog.loops[i as usize], pc, pos)? {
                    Some(to) => {
                        pc = to;
                        continue;
                    }
                    None => return Ok(None),
                },
                Inst::MinUntil(i) => match self.min_until(&prog.loops[i as usize], pc, pos)? {
                    Some(to) => {
                        pc = to;
                        continue;
                    }
                    None => return Ok(None),
                },
                inst => match self.enclose::<WIDE>(inst, pc, pos)? {
                    Some(next) => {
                        (pc, pos) = next;
                        continue;
                    }
                    None => return Ok(None),
                },
            }
            pc += 1;
        }
    }

    /// The instructions that begin and end assertions, atomic groups and possessive loops: gives
    /// where to go on. Apart from [`Self::forward`] to keep that small.
    #[inline(never)]
    fn enclose<const WIDE: bool>(
        &mut self,
        inst: Inst,
        pc: Pc,
        pos: usize,
    ) -> Result<Option<(Pc, usize)>, MatchError> {
        let prog = self.prog;
        let height = self.scratch.choices.len();
        match inst {
            Inst::Assert { slot, back: n } => {
                let Some(at) = back::<WIDE>(self.hay, pos, n as usize) else {
                    return Ok(None);
                };
                self.scratch.slots[slot as usize] = height;
                self.scratch.slots[slot as usize + 1] = pos;
                return Ok(Some((pc + 1, at)));
            }
            Inst::AssertEnd { slot } => {
                self.cut(slot);
                return Ok(Some((pc + 1, self.scratch.slots[slot as usize + 1])));
            }
            Inst::AssertNot(i) => {
                let not = &prog.nots[i as usize];
                let Some(at) = back::<WIDE>(self.hay, pos, not.back as usize) else {
                    return Ok(Some((not.after, pos)));
                };
                self.scratch.slots[not.slot as usize] = height;
                self.choose(pc, pos, 0)?;
                return Ok(Some((pc + 1, at)));
            }
            Inst::AssertNotEnd { slot } => {
                self.cut_restoring(slot);
                return Ok(None);
            }
            Inst::Atomic { slot } => self.scratch.slots[slot as usize] = height,
            Inst::AtomicEnd { slot } => self.cut(slot),
            Inst::PossessiveEnter(i) => {
                let slot = prog.loops[i as usize].slot as usize;
                self.scratch.slots[slot..slot + 3].copy_from_slice(&[0, NONE, height]);
            }
            Inst::PossessiveNext(i) => {
                let to = self.possessive_next(&prog.loops[i as usize], pc, pos)?;
                return Ok(Some((to, pos)));
            }
            Inst::PossessiveEnd(i) => {
                let this = &prog.loops[i as usize];
                self.cut(this.slot + 2);
                self.spend(1)?;
                return Ok(Some((this.body - 1, pos)));
            }
            _ => return Ok(None),
        }
        Ok(Some((pc + 1, pos)))
    }

    /// Goes back to the last choice that has something left and takes it.
    fn backtrack<const WIDE: bool>(&mut self) -> Result<Option<(Pc, usize)>, MatchError> {
        let prog = self.prog;
        let hay = self.hay;
        while let Some(&choice) = self.scratch.choices.last() {
            self.undo(choice.trail as usize);
            let Choice { pc, pos, aux, .. } = choice;
            match prog.insts[pc as usize] {
                Inst::RepeatOne(i) => {
                    let single = &prog.singles[i as usize];
                    let least = aux as usize;
                    let to = prev::<WIDE>(hay, pos);
                    let at = give_back::<WIDE>(&single.next, hay, least, to);
                    match at {
                        Some(at) if at > least => self.revise(at, aux),
                        _ => self.drop_choice(),
                    }
                    if let Some(at) = at {
                        return Ok(Some((pc + 1, at)));
                    }
                }
                Inst::MinRepeatOne(i) => {
                    self.drop_choice();
                    let single = &prog.singles[i as usize];
                    let left = aux as usize;
                    if let Some(at) = one::<WIDE>(&prog.sets[single.set as usize], hay, pos) {
                        let left = if left == NONE { NONE } else { left - 1 };
                        if let Some(at) = self.take_more::<WIDE>(pc, single, at, left)? {
                            return Ok(Some((pc + 1, at)));
                        }
                    }
                }
                Inst::Branch(i) => {
                    self.drop_choice();
                    let branch = &prog.branches[i as usize];
                    if let Some(to) = self.alternative(branch, pc, pos, aux)? {
                        return Ok(Some((to, pos)));
                    }
                }
                Inst::MaxUntil(i) | Inst::PossessiveNext(i) => {
                    self.drop_choice();
                    return Ok(Some((prog.loops[i as usize].tail, pos)));
                }
                Inst::MinUntil(i) => {
                    self.drop_choice();
                    let this = &prog.loops[i as usize];
                    self.begin_iteration(this, pos)?;
                    return Ok(Some((this.body, pos)));
                }
                Inst::AssertNot(i) => {
                    self.drop_choice();
                    return Ok(Some((prog.nots[i as usize].after, pos)));
                }
                _ => self.drop_choice(),
            }
        }
        Ok(None)
    }

    fn undo(&mut self, height: usize) {
        let Scratch { trail, slots, .. } = &mut *self.scratch;
        for undo in trail.drain(height..).rev() {
            slots[undo.slot as usize] = undo.value;
        }
    }

    fn drop_choice(&mut self) {
        self.scratch.choices.pop();
    }

    fn revise(&mut self, pos: usize, aux: u64) {
        if let Some(choice) = self.scratch.choices.last_mut() {
            choice.pos = pos;
            choice.aux = aux;
        }
    }

    /// Throws away the choices made since the height noted in a slot.
    fn cut(&mut self, slot: u32) {
        let height = self.scratch.slots[slot as usize];
        self.scratch.choices.truncate(height);
        if height == 0 {
            self.scratch.trail.clear();
        }
    }

    /// Like [`Self::cut`], and restores what was written since.
    fn cut_restoring(&mut self, slot: u32) {
        let height = self.scratch.slots[slot as usize];
        if let Some(choice) = self.scratch.choices.get(height) {
            let trail = choice.trail as usize;
            self.undo(trail);
        }
        self.scratch.choices.truncate(height);
    }

    fn mark(&mut self, slot: usize, pos: usize) -> Result<(), MatchError> {
        if slot % 2 == 1 {
            self.set_slot(self.prog.lastindex, slot / 2 + 1)?;
        }
        self.set_slot(slot, pos)
    }

    /// Takes the first of the alternatives left; the others become a choice.
    #[inline(always)]
    fn alternative(
        &mut self,
        branch: &Branch,
        pc: Pc,
        pos: usize,
        left: u64,
    ) -> Result<Option<Pc>, MatchError> {
        if left == 0 {
            return Ok(None);
        }
        let rest = left & (left - 1);
        if rest != 0 {
            self.choose(pc, pos, rest)?;
        }
        Ok(Some(branch.alts[left.trailing_zeros() as usize]))
    }

    /// Takes as many characters as a repeat may; gives the positions after the fewest and the
    /// most.
    #[inline(always)]
    fn take<const WIDE: bool>(
        &mut self,
        single: &Single,
        pos: usize,
    ) -> Result<Option<(usize, usize)>, MatchError> {
        let set = &self.prog.sets[single.set as usize];
        let mut least = pos;
        if single.min > 0 {
            let (n, at) = count::<WIDE>(set, self.hay, pos, single.min);
            if n < single.min {
                return Ok(None);
            }
            least = at;
        }
        let most = if single.max == NONE {
            skip_all::<WIDE>(set, self.hay, least)
        } else {
            count::<WIDE>(set, self.hay, least, single.max - single.min).1
        };
        if most - pos >= 256 {
            self.spend((most - pos) / 256)?;
        }
        Ok(Some((least, most)))
    }

    /// Goes on from a lazy repeat at `pos`, which may take `left` more: finds the first place
    /// where the continuation has a chance.
    fn take_more<const WIDE: bool>(
        &mut self,
        pc: Pc,
        single: &Single,
        mut pos: usize,
        mut left: usize,
    ) -> Result<Option<usize>, MatchError> {
        let set = &self.prog.sets[single.set as usize];
        let hay = self.hay;
        let from = pos;
        while !single.next.admits(hay, pos) {
            if left == 0 {
                return Ok(None);
            }
            match one::<WIDE>(set, hay, pos) {
                Some(after) => pos = after,
                None => return Ok(None),
            }
            if left != NONE {
                left -= 1;
            }
        }
        self.spend((pos - from) / 64)?;
        if left > 0 {
            self.choose(pc, pos, left as u64)?;
        }
        Ok(Some(pos))
    }

    fn begin_iteration(&mut self, this: &Loop, pos: usize) -> Result<(), MatchError> {
        let slot = this.slot as usize;
        let n = self.scratch.slots[slot] + 1;
        self.set_slot(slot, n)?;
        self.set_slot(slot + 1, pos)
    }

    /// After an iteration of a greedy loop: where to go on.
    fn max_until(&mut self, this: &Loop, pc: Pc, pos: usize) -> Result<Option<Pc>, MatchError> {
        let slot = this.slot as usize;
        let n = self.scratch.slots[slot];
        let more = this.body_next.admits(self.hay, pos);
        self.spend(1)?;
        if n < this.min {
            if !more {
                return Ok(None);
            }
            // Below the minimum an empty iteration counts and leaves no trace of its position.
            self.set_slot(slot, n + 1)?;
            return Ok(Some(this.body));
        }
        let leave = this.tail_next.admits(self.hay, pos);
        if more && n < this.max && pos != self.scratch.slots[slot + 1] {
            if leave {
                self.choose(pc, pos, 0)?;
            }
            self.begin_iteration(this, pos)?;
            return Ok(Some(this.body));
        }
        Ok(leave.then_some(this.tail))
    }

    /// After an iteration of a lazy loop: where to go on.
    fn min_until(&mut self, this: &Loop, pc: Pc, pos: usize) -> Result<Option<Pc>, MatchError> {
        let slot = this.slot as usize;
        let n = self.scratch.slots[slot];
        let more = this.body_next.admits(self.hay, pos);
        self.spend(1)?;
        if n < this.min {
            if !more {
                return Ok(None);
            }
            self.set_slot(slot, n + 1)?;
            return Ok(Some(this.body));
        }
        let again = more && n < this.max && pos != self.scratch.slots[slot + 1];
        if this.tail_next.admits(self.hay, pos) {
            if again {
                self.choose(pc, pos, 0)?;
            }
            return Ok(Some(this.tail));
        }
        if again {
            self.begin_iteration(this, pos)?;
            return Ok(Some(this.body));
        }
        Ok(None)
    }

    /// Before an iteration of a possessive loop: where to go on. The slots of such a loop need
    /// no trail, for nothing can return into it.
    fn possessive_next(&mut self, this: &Loop, pc: Pc, pos: usize) -> Result<Pc, MatchError> {
        let slot = this.slot as usize;
        let n = self.scratch.slots[slot];
        if n >= this.min {
            if n >= this.max || pos == self.scratch.slots[slot + 1] {
                return Ok(this.tail);
            }
            if !this.body_next.admits(self.hay, pos) {
                return Ok(this.tail);
            }
            self.choose(pc, pos, 0)?;
            self.scratch.slots[slot + 1] = pos;
        }
        self.scratch.slots[slot] = n + 1;
        Ok(this.body)
    }

    fn group_ref<const WIDE: bool>(
        &self,
        group: usize,
        fold: Fold,
        mut pos: usize,
    ) -> Option<usize> {
        let hay = self.hay;
        let (mut from, to) = self.scratch.byte_span(group + 1)?;
        if fold == Fold::None {
            let text = hay.get(from..to)?;
            return text_at(hay, pos, text).then_some(pos + text.len());
        }
        while from < to {
            if pos >= hay.len() {
                return None;
            }
            let (a, after_a) = decode::<WIDE>(hay, from);
            let (b, after_b) = decode::<WIDE>(hay, pos);
            if chars::fold(a, fold) != chars::fold(b, fold) {
                return None;
            }
            (from, pos) = (after_a, after_b);
        }
        Some(pos)
    }
}

#[inline(always)]
fn viable(branch: &Branch, hay: &[u8], pos: usize) -> u64 {
    branch.viable[hay.get(pos).map_or(256, |&b| usize::from(b))]
}

/// The last position in `least..=most` from which the continuation has a chance.
#[inline(always)]
fn give_back<const WIDE: bool>(
    next: &Next,
    hay: &[u8],
    least: usize,
    most: usize,
) -> Option<usize> {
    match next {
        Next::Unknown => (most >= least).then_some(most),
        Next::Byte(b) => {
            let end = (most + 1).min(hay.len());
            memchr::memrchr(*b, hay.get(least..end)?).map(|i| least + i)
        }
        Next::OneOf(first) => {
            let mut at = most;
            loop {
                if at < least {
                    return None;
                }
                if first.admits(hay, at) {
                    return Some(at);
                }
                if at == 0 {
                    return None;
                }
                at = prev::<WIDE>(hay, at);
            }
        }
    }
}

fn is_at<const WIDE: bool>(at: At, hay: &[u8], pos: usize) -> bool {
    let boundary = |word: fn(u32) -> bool| {
        let before = pos > 0 && word(decode::<WIDE>(hay, prev::<WIDE>(hay, pos)).0);
        let after = pos < hay.len() && word(decode::<WIDE>(hay, pos).0);
        before != after
    };
    match at {
        At::Beginning | At::BeginningString => pos == 0,
        At::BeginningLine => pos == 0 || hay[pos - 1] == b'\n',
        At::End => pos == hay.len() || (pos + 1 == hay.len() && hay[pos] == b'\n'),
        At::EndLine => pos == hay.len() || hay[pos] == b'\n',
        At::EndString => pos == hay.len(),
        At::Boundary => boundary(chars::is_ascii_word),
        At::NonBoundary => !boundary(chars::is_ascii_word),
        At::LocBoundary => boundary(chars::is_loc_word),
        At::LocNonBoundary => !boundary(chars::is_loc_word),
        At::UniBoundary => boundary(chars::is_uni_word),
        At::UniNonBoundary => !boundary(chars::is_uni_word),
    }
}
