//! From code list to [`Compiled`], checking everything on the way.
//!
//! A code list may come from anywhere (`_sre.compile` is callable), so that nothing in it is
//! believed: every operand, skip and nesting is checked, and a list that is not of the shape
//! `re._compiler` produces is refused. What comes out contains only indices that exist.

use crate::CodeError;
use crate::analysis;
use crate::charset::{CharSet, Item};
use crate::constants::{At, Category, Fold, MAXREPEAT, Op, info};
use crate::inst::{Branch, Compiled, First, Inst, Loop, NONE, Next, Not, Pc, Retry, Single};
use crate::prefilter::Prefilter;

/// Deepest nesting accepted: the compiler recurses once per level.
const MAX_DEPTH: usize = 2000;
/// Alternatives that one branch table can hold.
const BRANCH_WIDTH: usize = 64;

type Result<T> = std::result::Result<T, CodeError>;

struct Compiler<'c> {
    code: &'c [u32],
    groups: usize,
    wide: bool,
    out: Compiled,
    /// Literal bytes not yet emitted, so that neighbours become one string.
    pending: Vec<u8>,
    depth: usize,
}

pub(crate) fn compile(code: &[u32], groups: usize, wide: bool) -> Result<Compiled> {
    let lastindex = groups.checked_mul(2).filter(|&n| n < u32::MAX as usize / 2);
    let lastindex = lastindex.ok_or(CodeError::new("too many groups", 0))?;
    let out = Compiled {
        insts: Vec::with_capacity(code.len()),
        literals: Vec::new(),
        sets: Vec::new(),
        singles: Vec::new(),
        loops: Vec::new(),
        branches: Vec::new(),
        nots: Vec::new(),
        slots: lastindex + 1,
        lastindex,
        min_width: 0,
        prefilter: Prefilter::None,
        retry: Retry::NextChar,
    };
    let mut c = Compiler {
        code,
        groups,
        wide,
        out,
        pending: Vec::new(),
        depth: 0,
    };
    let mut at = 0;
    if code.first() == Some(&(Op::Info as u32)) {
        at = c.check_info()?;
    }
    let end = code
        .len()
        .checked_sub(1)
        .ok_or(CodeError::new("empty code", 0))?;
    if at > end || code[end] != Op::Success as u32 {
        return Err(CodeError::new("code does not end in SUCCESS", end));
    }
    c.block(at, end)?;
    c.emit(Inst::Match);
    let mut out = c.out;
    analysis::finish(&mut out, wide);
    Ok(out)
}

impl Compiler<'_> {
    fn word(&self, at: usize, end: usize) -> Result<u32> {
        if at < end {
            Ok(self.code[at])
        } else {
            Err(CodeError::new("code ends too early", at))
        }
    }

    /// Reads the skip at `at`: the absolute index it leads to, between `min` and `end`.
    fn skip(&self, at: usize, min: usize, end: usize) -> Result<usize> {
        let target = at.checked_add(self.word(at, end)? as usize);
        target
            .filter(|&t| t >= min && t <= end)
            .ok_or(CodeError::new("bad skip", at))
    }

    fn op(&self, at: usize, end: usize) -> Result<Op> {
        Op::from_code(self.word(at, end)?).ok_or(CodeError::new("unknown opcode", at))
    }

    fn expect(&self, at: usize, end: usize, op: Op) -> Result<()> {
        if self.op(at, end)? == op {
            Ok(())
        } else {
            Err(CodeError::new("missing terminator", at))
        }
    }

    fn emit(&mut self, inst: Inst) -> Pc {
        self.flush();
        self.push(inst)
    }

    fn push(&mut self, inst: Inst) -> Pc {
        self.out.insts.push(inst);
        self.here() - 1
    }

    /// Index of the next instruction (after [`Self::flush`]).
    fn here(&self) -> Pc {
        self.out.insts.len() as Pc
    }

    /// Ends the current literal; call before taking a jump target.
    fn flush(&mut self) -> Pc {
        match self.pending[..] {
            [] => {}
            [b] => {
                self.push(Inst::Byte(b));
            }
            _ => {
                let start = self.out.literals.len() as u32;
                let len = self.pending.len() as u32;
                self.out.literals.append(&mut self.pending);
                self.push(Inst::Str { start, len });
            }
        }
        self.pending.clear();
        self.here()
    }

    fn slots(&mut self, n: usize) -> u32 {
        let slot = self.out.slots;
        self.out.slots += n;
        slot as u32
    }

    /// Checks the INFO block and gives the index after it. The matcher looks for prefixes itself;
    /// only the least width is taken from here.
    fn check_info(&mut self) -> Result<usize> {
        let end = self.code.len();
        let after = self.skip(1, 5, end)?;
        let flags = self.word(2, after)?;
        if flags & !(info::PREFIX | info::LITERAL | info::CHARSET) != 0
            || flags & (info::PREFIX | info::CHARSET) == info::PREFIX | info::CHARSET
            || flags & (info::LITERAL | info::PREFIX) == info::LITERAL
        {
            return Err(CodeError::new("bad INFO flags", 2));
        }
        if self.word(3, after)? > self.word(4, after)? {
            return Err(CodeError::new("bad INFO widths", 3));
        }
        self.out.min_width = self.code[3] as usize;
        if flags & info::PREFIX != 0 {
            let len = self.word(5, after)? as usize;
            let skip = self.word(6, after)? as usize;
            let overlap = after
                .checked_sub(len)
                .filter(|_| len.checked_mul(2) == Some(after - 7));
            let overlap = overlap.ok_or(CodeError::new("bad INFO prefix", 5))?;
            if skip > len || self.code[overlap..after].iter().any(|&o| o as usize >= len) {
                return Err(CodeError::new("bad INFO prefix", 6));
            }
        } else if flags & info::CHARSET != 0 {
            self.charset(5, after)?;
        }
        Ok(after)
    }

    /// Compiles the sequence `at..end`.
    fn block(&mut self, mut at: usize, end: usize) -> Result<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(CodeError::new("nested too deeply", at));
        }
        while at < end {
            at = self.one(at, end)?;
        }
        self.depth -= 1;
        Ok(())
    }

    /// Compiles the operator at `at` and gives the index after it.
    fn one(&mut self, at: usize, end: usize) -> Result<usize> {
        let op = self.op(at, end)?;
        match op {
            Op::Failure => {
                self.emit(Inst::Fail);
                Ok(at + 1)
            }
            Op::Literal => {
                let ch = self.word(at + 1, end)?;
                self.literal(ch);
                Ok(at + 2)
            }
            Op::AnyAll => {
                self.emit(Inst::AnyAll);
                Ok(at + 1)
            }
            Op::At => {
                let code = At::from_code(self.word(at + 1, end)?);
                self.emit(Inst::At(
                    code.ok_or(CodeError::new("unknown position", at + 1))?,
                ));
                Ok(at + 2)
            }
            Op::Mark => {
                let slot = self.word(at + 1, end)?;
                if slot as usize >= self.out.lastindex {
                    return Err(CodeError::new("mark of no group", at + 1));
                }
                self.emit(Inst::Mark(slot));
                Ok(at + 2)
            }
            Op::GroupRef => self.group_ref(at, end, Fold::None),
            Op::GroupRefIgnore => self.group_ref(at, end, Fold::Ascii),
            Op::GroupRefLocIgnore => self.group_ref(at, end, Fold::Locale),
            Op::GroupRefUniIgnore => self.group_ref(at, end, Fold::Unicode),
            Op::GroupRefExists => self.conditional(at, end),
            Op::Branch => self.branch(at, end),
            Op::RepeatOne | Op::MinRepeatOne | Op::PossessiveRepeatOne => self.single(op, at, end),
            Op::Repeat | Op::PossessiveRepeat => self.repeat(op, at, end),
            Op::Assert | Op::AssertNot => self.assertion(op, at, end),
            Op::AtomicGroup => self.atomic(at, end),
            _ => {
                let (set, after) = self.set(at, end)?;
                self.emit(Inst::Set(set));
                Ok(after)
            }
        }
    }

    fn literal(&mut self, ch: u32) {
        if !self.wide {
            match u8::try_from(ch) {
                Ok(b) => self.pending.push(b),
                Err(_) => {
                    self.emit(Inst::Fail);
                }
            }
            return;
        }
        let cont = |shift: u32| 0x80 | (ch >> shift & 0x3F) as u8;
        match ch {
            0..0x80 => self.pending.push(ch as u8),
            0x80..0x800 => self.pending.extend([0xC0 | (ch >> 6) as u8, cont(0)]),
            0x800..0x10000 => self
                .pending
                .extend([0xE0 | (ch >> 12) as u8, cont(6), cont(0)]),
            0x10000..0x11_0000 => {
                self.pending
                    .extend([0xF0 | (ch >> 18) as u8, cont(12), cont(6), cont(0)]);
            }
            _ => {
                self.emit(Inst::Fail);
            }
        }
    }

    fn group(&self, at: usize, end: usize) -> Result<u32> {
        let group = self.word(at, end)?;
        if group as usize >= self.groups {
            return Err(CodeError::new("reference to no group", at));
        }
        Ok(group)
    }

    fn group_ref(&mut self, at: usize, end: usize, fold: Fold) -> Result<usize> {
        let group = self.group(at + 1, end)?;
        self.emit(Inst::GroupRef { group, fold });
        Ok(at + 2)
    }

    /// `GROUPREF_EXISTS group skip yes... [JUMP skip no...]`
    fn conditional(&mut self, at: usize, end: usize) -> Result<usize> {
        let group = self.group(at + 1, end)?;
        // The skip counts from the word before it.
        let no = self.skip(at + 2, at + 4, end + 1)? - 1;
        let test = self.emit(Inst::GroupRefExists { group, no: 0 });
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(CodeError::new("nested too deeply", at));
        }
        let mut i = at + 3;
        let mut after = no;
        while i < no {
            if i + 2 == no && self.code[i] == Op::Jump as u32 {
                after = self.skip(i + 1, no, end)?;
                break;
            }
            i = self.one(i, no)?;
        }
        self.flush();
        let no_pc = if i < no {
            let jump = self.push(Inst::Jump(0));
            let no_pc = self.here();
            self.block(no, after)?;
            let target = self.flush();
            self.out.insts[jump as usize] = Inst::Jump(target);
            no_pc
        } else {
            self.here()
        };
        self.out.insts[test as usize] = Inst::GroupRefExists { group, no: no_pc };
        self.depth -= 1;
        Ok(after)
    }

    /// `BRANCH {skip alternative... JUMP skip} 0`
    fn branch(&mut self, at: usize, end: usize) -> Result<usize> {
        let mut alts = Vec::new();
        let mut jumps = Vec::new();
        let mut i = at + 1;
        let mut after = None;
        let entry = self.emit(Inst::Fail);
        while self.word(i, end)? != 0 {
            let next = self.skip(i, i + 3, end)?;
            self.expect(next - 2, end, Op::Jump)?;
            let target = self.skip(next - 1, next, end)?;
            if *after.get_or_insert(target) != target {
                return Err(CodeError::new(
                    "alternatives end in different places",
                    next - 1,
                ));
            }
            alts.push(self.here());
            self.block(i + 1, next - 2)?;
            jumps.push(self.emit(Inst::Jump(0)));
            i = next;
        }
        if after.is_some_and(|t| t != i + 1) {
            return Err(CodeError::new(
                "alternatives do not end after the branch",
                i,
            ));
        }
        let entry_inst = self.branch_tables(alts);
        self.out.insts[entry as usize] = entry_inst;
        let target = self.here();
        for jump in jumps {
            self.out.insts[jump as usize] = Inst::Jump(target);
        }
        Ok(i + 1)
    }

    /// Makes a branch of the alternatives, chained if they are too many for one.
    fn branch_tables(&mut self, mut alts: Vec<Pc>) -> Inst {
        while alts.len() > BRANCH_WIDTH {
            let from = alts.len() - BRANCH_WIDTH;
            let rest = alts.split_off(from);
            let inst = self.branch_table(rest);
            alts.push(self.push(inst));
        }
        self.branch_table(alts)
    }

    fn branch_table(&mut self, alts: Vec<Pc>) -> Inst {
        self.out.branches.push(Branch {
            alts,
            viable: Box::new([0; 257]),
        });
        Inst::Branch(self.out.branches.len() as u32 - 1)
    }

    fn bounds(&self, at: usize, end: usize) -> Result<(usize, usize)> {
        let (min, max) = (self.word(at, end)?, self.word(at + 1, end)?);
        if min > max {
            return Err(CodeError::new("repeat with min above max", at));
        }
        Ok((
            min as usize,
            if max == MAXREPEAT { NONE } else { max as usize },
        ))
    }

    /// `REPEAT_ONE skip min max character SUCCESS`
    fn single(&mut self, op: Op, at: usize, end: usize) -> Result<usize> {
        let after = self.skip(at + 1, at + 5, end)?;
        let (min, max) = self.bounds(at + 2, end)?;
        self.expect(after - 1, end, Op::Success)?;
        let (set, body_end) = self.set(at + 4, after - 1)?;
        if body_end != after - 1 {
            return Err(CodeError::new("repeated character is not alone", at));
        }
        self.flush();
        self.out.singles.push(Single {
            set,
            min,
            max,
            next: Next::Unknown,
        });
        let index = self.out.singles.len() as u32 - 1;
        self.push(match op {
            Op::RepeatOne => Inst::RepeatOne(index),
            Op::MinRepeatOne => Inst::MinRepeatOne(index),
            _ => Inst::PossessiveOne(index),
        });
        Ok(after)
    }

    /// `REPEAT skip min max body... MAX_UNTIL|MIN_UNTIL` and
    /// `POSSESSIVE_REPEAT skip min max body... SUCCESS`
    fn repeat(&mut self, op: Op, at: usize, end: usize) -> Result<usize> {
        let last = self.skip(at + 1, at + 4, end)?;
        let (min, max) = self.bounds(at + 2, end)?;
        let index = self.out.loops.len() as u32;
        let until = match (op, self.op(last, end)?) {
            (Op::Repeat, Op::MaxUntil) => Inst::MaxUntil(index),
            (Op::Repeat, Op::MinUntil) => Inst::MinUntil(index),
            (Op::PossessiveRepeat, Op::Success) => Inst::PossessiveEnd(index),
            _ => return Err(CodeError::new("repeat without end", last)),
        };
        let possessive = op == Op::PossessiveRepeat;
        let slot = self.slots(3);
        self.flush();
        self.out.loops.push(Loop {
            slot,
            min,
            max,
            body: 0,
            tail: 0,
            body_next: Next::Unknown,
            tail_next: Next::Unknown,
        });
        // LoopEnter falls into a jump to the test at the end of the body; a possessive loop
        // tests before the body.
        let enter = self.push(if possessive {
            Inst::PossessiveEnter(index)
        } else {
            Inst::LoopEnter(index)
        });
        let test = self.push(if possessive {
            Inst::PossessiveNext(index)
        } else {
            Inst::Jump(0)
        });
        debug_assert_eq!(test, enter + 1);
        self.out.loops[index as usize].body = self.here();
        self.block(at + 4, last)?;
        let until = self.emit(until);
        if !possessive {
            self.out.insts[test as usize] = Inst::Jump(until);
        }
        self.out.loops[index as usize].tail = self.here();
        Ok(last + 1)
    }

    /// `ASSERT skip back body... SUCCESS`
    fn assertion(&mut self, op: Op, at: usize, end: usize) -> Result<usize> {
        let after = self.skip(at + 1, at + 4, end)?;
        let back = self.word(at + 2, end)?;
        if back > i32::MAX as u32 {
            return Err(CodeError::new("looks too much behind", at + 2));
        }
        self.expect(after - 1, end, Op::Success)?;
        let slot = self.slots(2);
        if op == Op::Assert {
            self.emit(Inst::Assert { slot, back });
            self.block(at + 3, after - 1)?;
            self.emit(Inst::AssertEnd { slot });
        } else {
            let index = self.out.nots.len();
            self.out.nots.push(Not {
                slot,
                back,
                after: 0,
            });
            self.emit(Inst::AssertNot(index as u32));
            self.block(at + 3, after - 1)?;
            self.emit(Inst::AssertNotEnd { slot });
            self.out.nots[index].after = self.here();
        }
        Ok(after)
    }

    /// `ATOMIC_GROUP skip body... SUCCESS`
    fn atomic(&mut self, at: usize, end: usize) -> Result<usize> {
        let after = self.skip(at + 1, at + 3, end)?;
        self.expect(after - 1, end, Op::Success)?;
        let slot = self.slots(1);
        self.emit(Inst::Atomic { slot });
        self.block(at + 2, after - 1)?;
        self.emit(Inst::AtomicEnd { slot });
        Ok(after)
    }

    /// Compiles an operator that consumes one character to a set.
    fn set(&mut self, at: usize, end: usize) -> Result<(u32, usize)> {
        let op = self.op(at, end)?;
        let (fold, invert) = match op {
            Op::InIgnore | Op::LiteralIgnore => (Fold::Ascii, false),
            Op::NotLiteralIgnore => (Fold::Ascii, true),
            Op::InLocIgnore | Op::LiteralLocIgnore => (Fold::Locale, false),
            Op::NotLiteralLocIgnore => (Fold::Locale, true),
            Op::InUniIgnore | Op::LiteralUniIgnore => (Fold::Unicode, false),
            Op::NotLiteralUniIgnore => (Fold::Unicode, true),
            Op::NotLiteral => (Fold::None, true),
            _ => (Fold::None, false),
        };
        let (items, after) = match op {
            Op::Failure => (vec![], at + 1),
            Op::AnyAll => (vec![Item::Negate], at + 1),
            Op::Any => (vec![Item::Negate, Item::Literal(10)], at + 1),
            Op::Category => (vec![Item::Category(self.category(at + 1, end)?)], at + 2),
            Op::Literal
            | Op::NotLiteral
            | Op::LiteralIgnore
            | Op::NotLiteralIgnore
            | Op::LiteralLocIgnore
            | Op::NotLiteralLocIgnore
            | Op::LiteralUniIgnore
            | Op::NotLiteralUniIgnore => (vec![Item::Literal(self.word(at + 1, end)?)], at + 2),
            Op::In | Op::InIgnore | Op::InLocIgnore | Op::InUniIgnore => {
                let after = self.skip(at + 1, at + 3, end)?;
                (self.charset(at + 2, after)?, after)
            }
            _ => return Err(CodeError::new("operator out of place", at)),
        };
        self.out
            .sets
            .push(CharSet::new(items, fold, invert, self.wide));
        Ok((self.out.sets.len() as u32 - 1, after))
    }

    fn category(&self, at: usize, end: usize) -> Result<Category> {
        Category::from_code(self.word(at, end)?).ok_or(CodeError::new("unknown category", at))
    }

    /// Decodes the set `at..end`, which must end in FAILURE.
    fn charset(&self, mut at: usize, end: usize) -> Result<Vec<Item>> {
        let last = end - 1;
        self.expect(last, end, Op::Failure)?;
        let mut items = Vec::new();
        while at < last {
            let op = self.op(at, last)?;
            at += 1;
            match op {
                Op::Negate => items.push(Item::Negate),
                Op::Literal => {
                    items.push(Item::Literal(self.word(at, last)?));
                    at += 1;
                }
                Op::Range | Op::RangeUniIgnore => {
                    let (lo, hi) = (self.word(at, last)?, self.word(at + 1, last)?);
                    items.push(match op {
                        Op::Range => Item::Range(lo, hi),
                        _ => Item::RangeUniIgnore(lo, hi),
                    });
                    at += 2;
                }
                Op::Category => {
                    items.push(Item::Category(self.category(at, last)?));
                    at += 1;
                }
                Op::Charset => {
                    let words = self.words(at, 8, last)?;
                    let mut bits = Box::new([0; 8]);
                    bits.copy_from_slice(words);
                    items.push(Item::Charset(bits));
                    at += 8;
                }
                Op::BigCharset => {
                    let (item, after) = self.big_charset(at, last)?;
                    items.push(item);
                    at = after;
                }
                _ => return Err(CodeError::new("operator out of place in a set", at - 1)),
            }
        }
        Ok(items)
    }

    fn words(&self, at: usize, len: usize, end: usize) -> Result<&[u32]> {
        let range = at..at.saturating_add(len);
        if range.end > end {
            return Err(CodeError::new("code ends too early", at));
        }
        Ok(&self.code[range])
    }

    /// `BIGCHARSET count map[64 words of 4 bytes] count * blocks[8 words]`
    fn big_charset(&self, at: usize, end: usize) -> Result<(Item, usize)> {
        let count = self.word(at, end)? as usize;
        let mut map = Box::new([0; 256]);
        for (chunk, word) in map.chunks_exact_mut(4).zip(self.words(at + 1, 64, end)?) {
            // The compiler casts a byte array to words of this machine.
            chunk.copy_from_slice(&word.to_ne_bytes());
        }
        if map.iter().any(|&b| usize::from(b) >= count) {
            return Err(CodeError::new("set refers to a missing block", at));
        }
        let blocks = self.words(at + 65, count.saturating_mul(8), end)?;
        Ok((
            Item::Big {
                map,
                blocks: blocks.into(),
            },
            at + 65 + blocks.len(),
        ))
    }
}

/// Turns an analysis result into what the matcher tests.
pub(crate) fn next_of(first: &First) -> Next {
    if first.is_all() {
        return Next::Unknown;
    }
    match (first.end, first.count()) {
        (false, 1) => {
            let byte = first.bytes.iter().position(|&b| b).unwrap_or(0);
            Next::Byte(byte as u8)
        }
        _ => Next::OneOf(Box::new(*first)),
    }
}
