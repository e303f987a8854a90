//! Removal of `CHECK_BOUND` where a local is certainly bound.
//!
//! Code generation checks a local wherever it is read. A forward data-flow analysis ("bound along
//! all paths") then removes the checks that cannot fail.

use krait_bytecode::{Op, Role};

use super::LocalRange;
use super::flow::{Graph, can_raise};
use crate::ir::Inst;

/// A set of locals.
#[derive(Clone, PartialEq, Eq)]
struct Bound(Vec<u64>);

impl Bound {
    fn set(&mut self, at: u32, value: bool) {
        let (word, bit) = (at as usize / 64, 1u64 << (at % 64));
        if value {
            self.0[word] |= bit;
        } else {
            self.0[word] &= !bit;
        }
    }

    fn has(&self, at: u32) -> bool {
        self.0[at as usize / 64] >> (at % 64) & 1 != 0
    }

    /// Intersects; true if anything changed.
    fn meet(&mut self, other: &Bound) -> bool {
        let mut changed = false;
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            changed |= *mine & !theirs != 0;
            *mine &= theirs;
        }
        changed
    }
}

pub(super) fn remove_proven_checks(graph: &mut Graph, locals: LocalRange) {
    if !graph.insts.iter().any(|inst| inst.op == Op::CheckBound) {
        return;
    }
    let states = solve(graph, locals);
    let mut keep = vec![true; graph.insts.len()];
    for block in states.iter() {
        let Some(mut state) = block.state.clone() else {
            continue;
        };
        let insts = &graph.insts[block.start..block.end];
        for (inst, kept) in insts.iter().zip(&mut keep[block.start..]) {
            if inst.op == Op::CheckBound {
                *kept = !state.has(inst.a - locals.first);
            }
            transfer(&mut state, inst, locals);
        }
    }
    graph.retain(&keep);
}

struct Block {
    start: usize,
    end: usize,
    state: Option<Bound>,
}

fn solve(graph: &Graph, locals: LocalRange) -> Vec<Block> {
    let (mut blocks, block_of) = split(graph);
    let words = locals.count as usize / 64 + 1;
    let mut entry = Bound(vec![0; words]);
    for at in 0..locals.params {
        entry.set(at, true);
    }
    if blocks.is_empty() {
        return blocks;
    }
    blocks[0].state = Some(entry);
    let mut work = vec![0];
    while let Some(current) = work.pop() {
        let (start, end) = (blocks[current].start, blocks[current].end);
        let Some(mut state) = blocks[current].state.clone() else {
            continue;
        };
        let mut flow_to = |blocks: &mut Vec<Block>, target: usize, state: &Bound| {
            let Some(&to) = block_of.get(target) else {
                return;
            };
            let changed = match &mut blocks[to].state {
                Some(known) => known.meet(state),
                empty => {
                    *empty = Some(state.clone());
                    true
                }
            };
            if changed {
                work.push(to);
            }
        };
        for at in start..end {
            let inst = &graph.insts[at];
            if can_raise(inst.op)
                && let Some((target, exc_reg)) = graph.handler_target(inst)
            {
                let _ = exc_reg; // a temporary, never a local
                flow_to(&mut blocks, target, &state);
            }
            if matches!(inst.op, Op::ForIter | Op::ForIterPair) {
                let mut taken = state.clone();
                define(&mut taken, inst.a, locals);
                if let Some(target) = graph.jump_target(inst) {
                    flow_to(&mut blocks, target, &taken);
                }
                continue;
            }
            transfer(&mut state, inst, locals);
            if let Some(target) = graph.jump_target(inst) {
                flow_to(&mut blocks, target, &state);
            }
        }
        let last = &graph.insts[end - 1];
        if !last.op.effects().contains(krait_bytecode::Effects::ENDS) {
            flow_to(&mut blocks, end, &state);
        }
    }
    blocks
}

/// Splits at jump targets and behind jumps.
fn split(graph: &Graph) -> (Vec<Block>, Vec<usize>) {
    let count = graph.insts.len();
    let mut leader = vec![false; count + 1];
    leader[0] = true;
    for (at, inst) in graph.insts.iter().enumerate() {
        if let Some(target) = graph.jump_target(inst) {
            leader[target] = true;
            leader[at + 1] = true;
        }
        if inst.op.effects().contains(krait_bytecode::Effects::ENDS) {
            leader[at + 1] = true;
        }
        if let Some((target, _)) = graph.handler_target(inst) {
            leader[target] = true;
        }
    }
    let mut blocks: Vec<Block> = Vec::new();
    let mut block_of = Vec::with_capacity(count);
    for (at, &leads) in leader.iter().enumerate().take(count) {
        if leads {
            if let Some(last) = blocks.last_mut() {
                last.end = at;
            }
            blocks.push(Block {
                start: at,
                end: count,
                state: None,
            });
        }
        block_of.push(blocks.len() - 1);
    }
    (blocks, block_of)
}

fn define(state: &mut Bound, reg: u32, locals: LocalRange) {
    if reg >= locals.first && reg < locals.first + locals.count {
        state.set(reg - locals.first, true);
    }
}

fn transfer(state: &mut Bound, inst: &Inst, locals: LocalRange) {
    let operands = [inst.a, inst.b, inst.c];
    for (role, reg) in inst.op.info().roles.into_iter().zip(operands) {
        let count = match role {
            Role::Def | Role::UseDef | Role::Check | Role::Cellify => 1,
            Role::Def2 => 2,
            Role::Def3 => 3,
            Role::DefB => inst.b,
            Role::DefC => inst.c,
            Role::DefEx => match inst.payload {
                crate::ir::Payload::Imm(after) => inst.c + 1 + after as u32,
                _ => 0,
            },
            Role::Kill | Role::KillChecked => {
                if reg >= locals.first && reg < locals.first + locals.count {
                    state.set(reg - locals.first, false);
                }
                continue;
            }
            _ => continue,
        };
        for reg in reg..reg + count {
            define(state, reg, locals);
        }
    }
}
