//! Layout, jump relaxation and the tables of a code object.

use std::collections::HashMap;

use krait_bytecode::{
    Const, ExceptionEntry, Extra, Op, PositionsBuilder, Role, encode as encode_word,
};

use super::Assembled;
use super::flow::{Graph, can_raise, inverted};
use crate::error::{CompileError, Compiled};
use crate::ir::{Body, Inst, Payload};

pub(super) fn encode(
    graph: Graph,
    body: Body,
    firstlineno: i32,
    keep_first_const: bool,
) -> Compiled<Assembled> {
    let (offsets, long) = layout(&graph);
    let mut consts = Consts::new(&body.consts, keep_first_const);
    let total = offsets[graph.insts.len()];
    if total > i32::MAX as usize / 2 {
        return Err(CompileError::TooLarge("function is too large"));
    }
    if body.names.len() > usize::from(u16::MAX) {
        return Err(CompileError::TooLarge("function uses too many names"));
    }
    let mut words = Vec::with_capacity(total);
    let mut positions = PositionsBuilder::new(firstlineno);
    for (at, inst) in graph.insts.iter().enumerate() {
        let start = words.len();
        let target = graph.jump_target(inst).map(|t| offsets[t] as i64);
        if long[at] {
            let (inverse, target) = (inverted(inst.op), target.unwrap_or_default());
            let skip = inverse.len() + Op::Jump.len();
            words.push(encode_word(
                inverse,
                inst.a as u16,
                inst.b as u16,
                skip as u16,
            ));
            words.extend(std::iter::repeat_n(0, inverse.len() - 1));
            push_jump(&mut words, 0, target, None);
        } else {
            push_instruction(&mut words, inst, target, &mut consts);
        }
        positions.push(words.len() - start, inst.pos);
    }
    let exceptions = exception_table(&graph, &offsets);
    Ok(Assembled {
        words,
        consts: consts.used,
        names: body.names,
        exceptions,
        positions: positions.finish(),
    })
}

fn is_jump16(op: Op) -> bool {
    op.info().roles[2] == Role::Jump16
}

/// Word offsets, and which short jumps have to be long.
fn layout(graph: &Graph) -> (Vec<usize>, Vec<bool>) {
    let mut long = vec![false; graph.insts.len()];
    loop {
        let mut offsets = Vec::with_capacity(graph.insts.len() + 1);
        let mut at = 0;
        for (inst, &long) in graph.insts.iter().zip(&long) {
            offsets.push(at);
            at += inst.op.len() + if long { Op::Jump.len() } else { 0 };
        }
        offsets.push(at);
        let mut changed = false;
        for (index, inst) in graph.insts.iter().enumerate() {
            if long[index] || !is_jump16(inst.op) {
                continue;
            }
            let Some(target) = graph.jump_target(inst) else {
                continue;
            };
            let distance = offsets[target] as i64 - offsets[index] as i64;
            if i16::try_from(distance).is_err() {
                long[index] = true;
                changed = true;
            }
        }
        if !changed {
            return (offsets, long);
        }
    }
}

fn push_jump(words: &mut Vec<u64>, a: u32, target: i64, op: Option<Op>) {
    let offset = target - words.len() as i64;
    let op = match op {
        None | Some(Op::Jump) if offset < 0 => Op::JumpBack,
        None => Op::Jump,
        Some(op) => op,
    };
    let bits = offset as i32 as u32;
    words.push(encode_word(op, a as u16, bits as u16, (bits >> 16) as u16));
}

fn push_instruction(
    words: &mut Vec<u64>,
    inst: &Inst,
    target: Option<i64>,
    consts: &mut Consts<'_>,
) {
    let info = inst.op.info();
    if info.roles[1] == Role::Jump32 {
        push_jump(words, inst.a, target.unwrap_or_default(), Some(inst.op));
        return;
    }
    let here = words.len() as i64;
    let offset = target.map_or(0, |t| t - here);
    let c = if is_jump16(inst.op) {
        offset as i16 as u16
    } else {
        inst.c as u16
    };
    words.push(encode_word(inst.op, inst.a as u16, inst.b as u16, c));
    for extra in info.extra {
        words.push(match (extra, inst.payload) {
            (Extra::Const, Payload::Const(at)) => u64::from(consts.index(at)),
            (Extra::Imm, Payload::Imm(value)) => value,
            (Extra::JumpCache, _) => u64::from(offset as i32 as u32),
            _ => 0,
        });
    }
}

/// Numbers the constants that are really used.
struct Consts<'a> {
    all: &'a [Const],
    used: Vec<Const>,
    number: HashMap<u32, u32>,
}

impl<'a> Consts<'a> {
    fn new(all: &'a [Const], keep_first: bool) -> Consts<'a> {
        let mut consts = Consts {
            all,
            used: Vec::new(),
            number: HashMap::new(),
        };
        if keep_first && !all.is_empty() {
            consts.index(0);
        }
        consts
    }

    fn index(&mut self, at: u32) -> u32 {
        let next = self.used.len() as u32;
        let number = *self.number.entry(at).or_insert(next);
        if number == next {
            self.used.push(self.all[at as usize].clone());
        }
        number
    }
}

fn exception_table(graph: &Graph, offsets: &[usize]) -> Vec<ExceptionEntry> {
    let mut table: Vec<ExceptionEntry> = Vec::new();
    let mut last_handler = None;
    for (at, inst) in graph.insts.iter().enumerate() {
        if !can_raise(inst.op) {
            continue;
        }
        let end = offsets[at + 1] as u32;
        let Some(number) = inst.handler else {
            last_handler = None;
            continue;
        };
        if last_handler == Some(number)
            && let Some(entry) = table.last_mut()
        {
            entry.end = end;
            continue;
        }
        let handler = graph.handlers[number as usize];
        table.push(ExceptionEntry {
            start: offsets[at] as u32,
            end,
            handler: offsets[graph.target(handler.label)] as u32,
            exc_reg: handler.exc_reg as u16,
        });
        last_handler = Some(number);
    }
    table
}
