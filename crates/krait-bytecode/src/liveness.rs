//! Liveness of registers: what the collector has to scan of a frame.

use crate::bitset::BitSet;
use crate::code::Code;
use crate::effects::Effects;
use crate::instr::{Instr, decode_at, jump_target};
use crate::registers::{Access, for_each_register};

/// Live registers at every instruction of a code object.
///
/// Named locals, cells and the namespace are always live; temporaries are live from their
/// definition to their last use.
#[derive(Debug)]
pub struct Liveness {
    /// Sets at the starts of basic blocks (of all instructions after which one begins).
    block_in: Vec<Option<BitSet>>,
    block_of: Vec<u32>,
}

/// Computes liveness of verified code.
pub fn liveness(code: &Code) -> Liveness {
    let mut leaders = BitSet::new(code.words.len() + 1);
    leaders.insert(0);
    let mut pc = 0;
    while let Some(instr) = decode_at(&code.words, pc) {
        pc = instr.next();
        if let Some(target) = jump_target(&code.words, &instr) {
            leaders.insert(target as usize);
            leaders.insert(pc);
        }
        if instr.op.effects().contains(Effects::ENDS) {
            leaders.insert(pc);
        }
    }
    code.exceptions
        .iter()
        .for_each(|e| leaders.insert(e.handler as usize));
    let starts: Vec<usize> = leaders.iter().filter(|&s| s < code.words.len()).collect();
    let mut block_of = vec![0; code.words.len()];
    for (at, &start) in starts.iter().enumerate() {
        let end = starts.get(at + 1).copied().unwrap_or(code.words.len());
        block_of[start..end].fill(start as u32);
    }
    let mut result = Liveness {
        block_in: vec![None; code.words.len()],
        block_of,
    };
    let mut changed = true;
    while changed {
        changed = false;
        for (at, &start) in starts.iter().enumerate().rev() {
            let end = starts.get(at + 1).copied().unwrap_or(code.words.len());
            let live = result.before(code, start, end, start);
            let known = result.block_in[start].get_or_insert_with(|| empty(code));
            changed |= known.union_with(&live);
        }
    }
    result
}

fn empty(code: &Code) -> BitSet {
    BitSet::new(usize::from(code.nregs))
}

impl Liveness {
    /// What is live before the instruction at word `pc`: live-in of it.
    pub fn live_in(&self, code: &Code, pc: usize) -> BitSet {
        let start = self.block_of[pc] as usize;
        let mut end = pc;
        while end < code.words.len() && self.block_of[end] as usize == start {
            end += 1;
        }
        let mut live = self.before(code, start, end, pc);
        (0..usize::from(code.first_temp())).for_each(|reg| live.insert(reg));
        live
    }

    /// What is live behind the instruction at word `pc`, or in its handler, and not written by it:
    /// what has to survive while it is suspended.
    pub fn live_out(&self, code: &Code, pc: usize) -> BitSet {
        let mut live = empty(code);
        let Some(instr) = decode_at(&code.words, pc) else {
            return live;
        };
        if !instr.op.effects().contains(Effects::ENDS) && instr.next() < code.words.len() {
            live = self.live_in(code, instr.next());
        }
        self.step_writes(code, &instr, &mut live);
        (0..usize::from(code.first_temp())).for_each(|reg| live.insert(reg));
        live
    }

    /// What a safepoint inside the instruction at `pc` has to keep: live-in, and what is live
    /// behind it and not defined by it.
    pub fn live_across(&self, code: &Code, pc: usize) -> BitSet {
        // What is live behind and not defined is live before, too.
        self.live_in(code, pc)
    }

    /// Walks a block backwards from `end` to `pc`.
    fn before(&self, code: &Code, start: usize, end: usize, pc: usize) -> BitSet {
        let mut instrs: Vec<Instr> = Vec::new();
        let mut at = start;
        while at < end {
            let Some(instr) = decode_at(&code.words, at) else {
                break;
            };
            at = instr.next();
            instrs.push(instr);
        }
        let mut live = empty(code);
        if let Some(last) = instrs.last()
            && !last.op.effects().contains(Effects::ENDS)
            && let Some(Some(next)) = self.block_in.get(end)
        {
            live.union_with(next);
        }
        for instr in instrs.iter().rev() {
            if instr.pc < pc {
                break;
            }
            self.step(code, instr, &mut live);
        }
        live
    }

    fn step(&self, code: &Code, instr: &Instr, live: &mut BitSet) {
        self.step_writes(code, instr, live);
        for_each_register(&code.words, instr, |reg, access| {
            if matches!(access, Access::Use | Access::UseRaw) {
                live.insert(reg as usize);
            }
        });
    }

    /// The part of `step` that undoes what the instruction writes, and adds what it may jump to.
    fn step_writes(&self, code: &Code, instr: &Instr, live: &mut BitSet) {
        let mut on_jump = None;
        if crate::registers::is_call(instr.op) {
            live.remove_from(usize::from(instr.b));
        }
        for_each_register(&code.words, instr, |reg, access| match access {
            Access::Def | Access::Kill | Access::Clobber => {
                live.remove(reg as usize);
            }
            Access::DefOnJump => on_jump = Some(reg as usize),
            _ => {}
        });
        if let Some(target) = jump_target(&code.words, instr)
            && let Some(Some(there)) = self.block_in.get(target as usize)
        {
            let mut there = there.clone();
            if let Some(reg) = on_jump {
                there.remove(reg);
            }
            live.union_with(&there);
        }
        if instr.op.effects().contains(Effects::RAISES)
            && let Some(handler) = code.handler_for(instr.pc as u32)
            && let Some(Some(there)) = self.block_in.get(handler.handler as usize)
        {
            let mut there = there.clone();
            there.remove(usize::from(handler.exc_reg));
            live.union_with(&there);
        }
    }
}
