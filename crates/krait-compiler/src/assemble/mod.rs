//! From labelled instructions to words: dead code, jumps, checks of locals, tables.

mod bound;
mod encode;
mod flow;

use krait_bytecode::{Const, ExceptionEntry, Positions, Text};

use crate::error::{CompileError, Compiled};
use crate::ir::Body;

/// What [`assemble`] makes: the parts of a code object that depend on the instructions.
pub(crate) struct Assembled {
    pub words: Vec<u64>,
    pub consts: Vec<Const>,
    pub names: Vec<Text>,
    pub exceptions: Vec<ExceptionEntry>,
    pub positions: Positions,
}

/// Registers, for the analysis of unbound locals.
#[derive(Clone, Copy)]
pub(crate) struct LocalRange {
    pub first: u32,
    pub count: u32,
    /// How many of them (from the first) a call fills.
    pub params: u32,
}

/// Finishes a function's code. `keep_first_const`: constant 0 is the docstring.
pub(crate) fn assemble(
    mut body: Body,
    locals: LocalRange,
    firstlineno: i32,
    keep_first_const: bool,
) -> Compiled<Assembled> {
    let mut graph = flow::Graph::new(&mut body);
    graph.thread_jumps();
    graph.place_implicit_returns();
    graph.mark_back_jumps();
    graph.remove_unreachable();
    graph.remove_nops();
    bound::remove_proven_checks(&mut graph, locals);
    graph.remove_idle_jumps();
    graph.invert_jumps_over_jumps();
    encode::encode(graph, body, firstlineno, keep_first_const)
}

/// The largest number of registers a function may have; leaves room for call areas.
pub(crate) const MAX_REGISTERS: u32 = 60_000;

pub(crate) const TOO_MANY_REGISTERS: CompileError =
    CompileError::TooLarge("function needs too many registers");
