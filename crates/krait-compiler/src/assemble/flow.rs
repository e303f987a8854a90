//! The flow graph over labelled instructions, and the clean-ups that need it.

use krait_bytecode::{Effects, Op, Position};

use crate::ir::{Body, Handler, Inst, Item, Label, OF_LINE, Payload};

/// Instructions in layout order with labels resolved to indices.
pub(super) struct Graph {
    pub insts: Vec<Inst>,
    /// Index of the instruction each label stands before.
    pub labels: Vec<usize>,
    pub handlers: Vec<Handler>,
}

/// Whether a jump has a line of its own that nobody would see if `from` did its work: a `break`, say, which
/// tracing and coverage show.
fn shows_another_line(jump: &Inst, from: &Inst) -> bool {
    jump.b == OF_LINE && jump.pos.line != from.pos.line
}

impl Graph {
    pub fn new(body: &mut Body) -> Graph {
        let (items, label_count) = body.take_items();
        let mut insts = Vec::with_capacity(items.len());
        let mut labels = vec![usize::MAX; label_count as usize];
        for item in items {
            match item {
                Item::Inst(inst) => insts.push(inst),
                Item::Label(label) => labels[label.0 as usize] = insts.len(),
            }
        }
        Graph {
            insts,
            labels,
            handlers: std::mem::take(&mut body.handlers),
        }
    }

    pub fn target(&self, label: Label) -> usize {
        self.labels[label.0 as usize]
    }

    pub fn jump_target(&self, inst: &Inst) -> Option<usize> {
        match inst.payload {
            Payload::Jump(label) => Some(self.target(label)),
            _ => None,
        }
    }

    pub fn handler_target(&self, inst: &Inst) -> Option<(usize, u32)> {
        if !can_raise(inst.op) {
            return None;
        }
        let handler = self.handlers[inst.handler? as usize];
        Some((self.target(handler.label), handler.exc_reg))
    }

    /// Makes jumps to jumps go to the end of the chain; jumps to a return become the return.
    pub fn thread_jumps(&mut self) {
        for at in 0..self.insts.len() {
            let Payload::Jump(mut label) = self.insts[at].payload else {
                continue;
            };
            for _ in 0..16 {
                let Some(next) = self.insts.get(self.target(label)) else {
                    break;
                };
                match (next.op, next.payload) {
                    (Op::Jump | Op::JumpBack, Payload::Jump(further))
                        if !shows_another_line(next, &self.insts[at]) =>
                    {
                        label = further;
                    }
                    _ => break,
                }
            }
            self.insts[at].payload = Payload::Jump(label);
            if self.insts[at].op != Op::Jump {
                continue;
            }
            let Some(next) = self.insts.get(self.target(label)) else {
                continue;
            };
            if matches!(next.op, Op::Return | Op::ReturnNone) {
                let mut copy = *next;
                copy.handler = self.insts[at].handler;
                if is_implicit_return(&copy) {
                    copy.pos = self.insts[at].pos;
                }
                self.insts[at] = copy;
            }
        }
    }

    /// The position of the last instruction with one that leads to `at`.
    fn nearest_position(&self, at: usize) -> Position {
        self.insts[..at]
            .iter()
            .rev()
            .take_while(|inst| !inst.op.effects().contains(Effects::ENDS))
            .map(|inst| inst.pos)
            .find(|pos| pos.is_some())
            .unwrap_or(Position::NONE)
    }

    /// The end of a function belongs to the line that was executed last (PEP 626): every
    /// conditional jump to it gets a return of its own, and what is reached from the instruction
    /// before takes that one's position.
    pub fn place_implicit_returns(&mut self) {
        for at in 0..self.insts.len() {
            let inst = self.insts[at];
            let Some(target) = self.jump_target(&inst) else {
                continue;
            };
            let Some(end) = self.insts.get(target).filter(|end| is_implicit_return(end)) else {
                continue;
            };
            let mut copy = *end;
            copy.pos = inst.pos;
            let label = Label(self.labels.len() as u32);
            self.labels.push(self.insts.len());
            self.insts.push(copy);
            self.insts[at].payload = Payload::Jump(label);
        }
        for at in 1..self.insts.len() {
            if is_implicit_return(&self.insts[at]) {
                self.insts[at].pos = self.nearest_position(at);
            }
        }
    }

    /// A jump to an earlier instruction polls for signals and can raise: it is a JUMP_BACK from
    /// here on. Layout order does not change any more.
    pub fn mark_back_jumps(&mut self) {
        for at in 0..self.insts.len() {
            if self.insts[at].op == Op::Jump
                && self
                    .jump_target(&self.insts[at])
                    .is_some_and(|target| target <= at)
            {
                self.insts[at].op = Op::JumpBack;
            }
        }
    }

    /// `if not c: goto next; goto far; next:` becomes `if c: goto far`.
    pub fn invert_jumps_over_jumps(&mut self) {
        let mut keep = vec![true; self.insts.len()];
        let mut targeted = vec![0u32; self.insts.len() + 1];
        for inst in &self.insts {
            if let Some(target) = self.jump_target(inst) {
                targeted[target] += 1;
            }
        }
        for at in 0..self.insts.len().saturating_sub(1) {
            let (inst, next) = (&self.insts[at], &self.insts[at + 1]);
            let opposite = inverted(inst.op);
            let skips = self.jump_target(inst) == Some(at + 2);
            let is_jump = matches!(next.op, Op::Jump | Op::JumpBack);
            let merges = is_jump && targeted[at + 1] == 0 && !shows_another_line(next, inst);
            if opposite != inst.op && skips && merges {
                let payload = next.payload;
                keep[at + 1] = false;
                self.insts[at].op = opposite;
                self.insts[at].payload = payload;
            }
        }
        self.retain(&keep);
    }

    fn reachable(&self) -> Vec<bool> {
        let mut seen = vec![false; self.insts.len()];
        let mut work = vec![0];
        while let Some(at) = work.pop() {
            if at >= seen.len() || seen[at] {
                continue;
            }
            seen[at] = true;
            let inst = &self.insts[at];
            if !inst.op.effects().contains(Effects::ENDS) {
                work.push(at + 1);
            }
            work.extend(self.jump_target(inst));
            work.extend(self.handler_target(inst).map(|(target, _)| target));
        }
        seen
    }

    /// Drops the instructions for which `keep` is false and moves the labels.
    pub fn retain(&mut self, keep: &[bool]) {
        let mut new_index = Vec::with_capacity(keep.len() + 1);
        let mut count = 0;
        for &kept in keep {
            new_index.push(count);
            count += usize::from(kept);
        }
        new_index.push(count);
        for label in &mut self.labels {
            if *label != usize::MAX {
                *label = new_index[*label];
            }
        }
        let mut at = 0;
        self.insts.retain(|_| {
            at += 1;
            keep[at - 1]
        });
    }

    pub fn remove_unreachable(&mut self) {
        let keep = self.reachable();
        self.retain(&keep);
    }

    /// A NOP only marks a line for tracing: it goes where its neighbour marks the same line.
    pub fn remove_nops(&mut self) {
        let mut keep = vec![true; self.insts.len()];
        let mut before = 0;
        for (at, kept) in keep.iter_mut().enumerate().skip(1) {
            if self.insts[at].op == Op::Nop {
                let line = self.insts[at].pos.line;
                let same = |other: Option<&Inst>| other.is_some_and(|o| o.pos.line == line);
                let follows = !self.insts[before].op.effects().contains(Effects::ENDS);
                let marked =
                    same(self.insts.get(at + 1)) || follows && same(self.insts.get(before));
                *kept = line >= 0 && !marked;
            }
            if *kept {
                before = at;
            }
        }
        self.retain(&keep);
    }

    /// Drops jumps to the next instruction and moves of a register to itself. Of those
    /// that stand for a line a NOP stays.
    pub fn remove_idle_jumps(&mut self) {
        loop {
            let mut keep = vec![true; self.insts.len()];
            for (at, kept) in keep.iter_mut().enumerate() {
                let inst = &self.insts[at];
                match inst.op {
                    Op::Jump if self.jump_target(inst) == Some(at + 1) => {
                        *kept = inst.b == OF_LINE;
                        let inst = &mut self.insts[at];
                        (inst.op, inst.b, inst.payload) = (Op::Nop, 0, Payload::None);
                    }
                    Op::Move => *kept = inst.a != inst.b,
                    _ => {}
                }
            }
            let before = self.insts.len();
            self.retain(&keep);
            self.remove_nops();
            if self.insts.len() == before {
                return;
            }
        }
    }
}

pub(super) fn can_raise(op: Op) -> bool {
    op.effects().contains(Effects::RAISES)
}

/// The conditional jump with the opposite condition; the operation itself if there is none.
pub(super) fn inverted(op: Op) -> Op {
    macro_rules! pairs {
        ($($yes:ident $no:ident),* $(,)?) => {
            match op { $( Op::$yes => Op::$no, Op::$no => Op::$yes, )* other => other }
        };
    }
    pairs! {
        JumpIfLt JumpIfNotLt, JumpIfLe JumpIfNotLe, JumpIfEq JumpIfNotEq,
        JumpIfNe JumpIfNotNe, JumpIfGt JumpIfNotGt, JumpIfGe JumpIfNotGe,
        JumpIfLtImm JumpIfNotLtImm, JumpIfLeImm JumpIfNotLeImm, JumpIfEqImm JumpIfNotEqImm,
        JumpIfNeImm JumpIfNotNeImm, JumpIfGtImm JumpIfNotGtImm, JumpIfGeImm JumpIfNotGeImm,
        JumpIfIs JumpIfIsNot, JumpIfIn JumpIfNotIn, JumpIfTrue JumpIfFalse,
        JumpIfNone JumpIfNotNone,
    }
}

/// The return at the end of a function, which no statement stands for.
fn is_implicit_return(inst: &Inst) -> bool {
    inst.op == Op::ReturnNone && !inst.pos.is_some()
}
