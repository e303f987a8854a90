//! The verifier: what handlers rely on, proved before code from anywhere runs.
//!
//! Proved of the instructions: every word is reached as part of exactly one instruction, operands
//! are in range, jumps and handlers hit instruction starts, nothing falls off the end, every
//! register that is read as bound has been written along all paths, and where a handler takes a list,
//! a cell or a new function for granted, it is one. Only code that begins as a generator yields.

mod contents;

use std::fmt;

use self::contents::Contents;

use crate::bitset::BitSet;
use crate::code::{Code, Const, flags};
use crate::effects::Effects;
use crate::enums::{CommonConst, FunctionAttr, Intrinsic1, Intrinsic2, SpecialMethod};
use crate::instr::{Instr, decode_at, jump_target};
use crate::ops::Op;
use crate::registers::{Access, for_each_register, is_call};
use crate::roles::{Extra, Role};

/// Why code was refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyError {
    /// Name of the code object.
    pub code: String,
    /// Word offset.
    pub pc: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}: {}", self.code, self.pc, self.message)
    }
}

impl std::error::Error for VerifyError {}

/// How deep code objects may nest in each other's constants.
const MAX_NESTING: usize = 200;

/// Checks a code object and all those in its constants.
pub fn verify(code: &Code) -> Result<(), VerifyError> {
    verify_nested(code, 0)
}

fn verify_nested(code: &Code, depth: usize) -> Result<(), VerifyError> {
    let verifier = Verifier { code };
    if depth > MAX_NESTING {
        return verifier.fail(0, "code objects nest too deeply");
    }
    verifier.shape()?;
    let starts = verifier.instructions()?;
    verifier.targets(&starts)?;
    verifier.generators()?;
    verifier.definedness()?;
    let mut work: Vec<&Const> = code.consts.iter().collect();
    while let Some(value) = work.pop() {
        match value {
            Const::Code(inner) => verify_nested(inner, depth + 1)?,
            Const::Tuple(items) | Const::FrozenSet(items) => work.extend(items),
            Const::Slice(parts) => work.extend(parts.iter()),
            _ => {}
        }
    }
    Ok(())
}

struct Verifier<'a> {
    code: &'a Code,
}

impl Verifier<'_> {
    fn fail<T>(&self, pc: usize, message: impl Into<String>) -> Result<T, VerifyError> {
        let code = self.code.qualname.to_lossy().into_owned();
        Err(VerifyError {
            code,
            pc,
            message: message.into(),
        })
    }

    /// The layout of registers and the counts of parameters.
    fn shape(&self) -> Result<(), VerifyError> {
        let code = self.code;
        let nregs = usize::from(code.nregs);
        let locals_end = usize::from(code.first_local) + code.varnames.len();
        let frees_end = usize::from(code.first_free) + code.freevars.len();
        let params = u64::from(code.argcount)
            + u64::from(code.kwonlyargcount)
            + u64::from(code.flags & flags::CO_VARARGS != 0)
            + u64::from(code.flags & flags::CO_VARKEYWORDS != 0);
        let ok = code.first_local <= 1
            && code.local_kinds.len() == code.varnames.len()
            && code.cell_regs.len() == code.cellvars.len()
            && locals_end <= usize::from(code.first_free)
            && frees_end <= nregs
            && code
                .cell_regs
                .iter()
                .all(|&r| r >= code.first_local && r < code.first_free)
            && code.posonlyargcount <= code.argcount
            && params <= code.varnames.len() as u64
            && (params == 0 || code.first_local == 0)
            && code.words.len() < i32::MAX as usize / 2;
        if ok {
            Ok(())
        } else {
            self.fail(0, "inconsistent register layout")
        }
    }

    /// Decodes everything; the result has a bit for each instruction start.
    fn instructions(&self) -> Result<BitSet, VerifyError> {
        let words = &self.code.words;
        let mut starts = BitSet::new(words.len() + 1);
        let mut pc = 0;
        let mut last = None;
        while pc < words.len() {
            let Some(instr) = decode_at(words, pc) else {
                return self.fail(pc, "not an instruction");
            };
            starts.insert(pc);
            self.operands(&instr)?;
            last = Some(instr.op);
            pc = instr.next();
        }
        match last {
            Some(op) if op.effects().contains(Effects::ENDS) => Ok(starts),
            _ => self.fail(pc, "falls off the end"),
        }
    }

    fn operands(&self, instr: &Instr) -> Result<(), VerifyError> {
        if instr.op.effects().contains(Effects::INTERNAL) {
            return self.fail(instr.pc, format!("{} is internal", instr.op.name()));
        }
        let info = instr.op.info();
        for (at, role) in info.roles.into_iter().enumerate() {
            let operand = instr.operand(at);
            let ok = match role {
                Role::None => operand == 0,
                Role::Name => usize::from(operand) < self.code.names.len(),
                _ => true,
            };
            if !ok {
                return self.fail(instr.pc, format!("operand {at} of {}", instr.op.name()));
            }
        }
        if !selector_is_known(instr) {
            return self.fail(instr.pc, format!("selector of {}", instr.op.name()));
        }
        for (at, extra) in info.extra.iter().enumerate() {
            let word = self.code.words[instr.pc + 1 + at];
            let ok = match extra {
                Extra::Const => self.constant_fits(instr, word),
                Extra::Cache => word == 0,
                Extra::JumpCache => word >> 32 == 0,
                Extra::Imm => word <= u64::from(u16::MAX),
            };
            if !ok {
                return self.fail(instr.pc, format!("extra word of {}", instr.op.name()));
            }
        }
        let mut highest = None;
        for_each_register(&self.code.words, instr, |reg, _| {
            highest = highest.max(Some(reg))
        });
        if highest.is_some_and(|reg| reg >= u32::from(self.code.nregs)) {
            return self.fail(
                instr.pc,
                format!("register of {} out of range", instr.op.name()),
            );
        }
        Ok(())
    }

    fn constant_fits(&self, instr: &Instr, index: u64) -> bool {
        let value = usize::try_from(index)
            .ok()
            .and_then(|i| self.code.consts.get(i));
        match instr.op {
            Op::MakeFunction => matches!(value, Some(Const::Code(_))),
            Op::MakeGenerator => match value {
                Some(Const::Code(inner)) => is_generator_expression(inner, instr.c, true),
                _ => false,
            },
            Op::CallExpression => match value {
                Some(Const::Code(inner)) => is_generator_expression(inner, instr.c, false),
                _ => false,
            },
            Op::CallKw | Op::CallKwMethod => match value {
                Some(Const::Tuple(names)) => names.iter().all(|n| matches!(n, Const::Str(_))),
                _ => false,
            },
            _ => value.is_some(),
        }
    }

    fn targets(&self, starts: &BitSet) -> Result<(), VerifyError> {
        let words = &self.code.words;
        let mut pc = 0;
        while let Some(instr) = decode_at(words, pc) {
            if let Some(target) = jump_target(words, &instr)
                && !usize::try_from(target).is_ok_and(|t| t < words.len() && starts.contains(t))
            {
                return self.fail(pc, "jump into the middle of an instruction");
            }
            if kw_names(self.code, &instr) > u64::from(instr.c) {
                return self.fail(pc, "more keyword names than arguments");
            }
            pc = instr.next();
        }
        let mut end = 0;
        for entry in &self.code.exceptions {
            let ok = entry.start >= end
                && entry.end > entry.start
                && entry.end as usize <= words.len()
                && starts.contains(entry.start as usize)
                && (entry.end as usize == words.len() || starts.contains(entry.end as usize))
                && starts.contains(entry.handler as usize)
                && (entry.handler as usize) < words.len()
                && entry.exc_reg < self.code.nregs
                && entry.exc_reg >= self.code.first_temp();
            if !ok {
                return self.fail(entry.start as usize, "malformed exception table");
            }
            end = entry.end;
        }
        Ok(())
    }

    /// RETURN_GENERATOR stands once, before anything that jumps or fails, in code that its flags call
    /// a generator; YIELD only in such code. COPY_FREE_VARS copies what the function's closure has.
    fn generators(&self) -> Result<(), VerifyError> {
        let code = self.code;
        let flags = flags::CO_GENERATOR | flags::CO_COROUTINE | flags::CO_ASYNC_GENERATOR;
        let is_generator = code.flags & flags != 0;
        let leaders = self.leaders();
        let (mut pc, mut begins, mut began) = (0, true, false);
        while let Some(instr) = decode_at(&code.words, pc) {
            let fails = match instr.op {
                Op::ReturnGenerator => began || !begins || leaders.contains(pc) || !is_generator,
                Op::Yield => !began,
                Op::CopyFreeVars => {
                    let (first, count) = (code.first_free, code.freevars.len());
                    !begins || instr.a != first || usize::from(instr.b) != count
                }
                _ => false,
            };
            if fails {
                return self.fail(pc, format!("misplaced {}", instr.op.name()));
            }
            began |= instr.op == Op::ReturnGenerator;
            begins &= matches!(instr.op, Op::Resume | Op::MakeCell | Op::CopyFreeVars)
                && !leaders.contains(pc);
            pc = instr.next();
        }
        if is_generator && !began {
            return self.fail(0, "a generator without RETURN_GENERATOR");
        }
        Ok(())
    }

    /// Forward analysis: which registers are bound along all paths, and what is known of them.
    fn definedness(&self) -> Result<(), VerifyError> {
        let code = self.code;
        let count = usize::from(code.nregs);
        let mut states: Vec<Option<State>> = vec![None; code.words.len()];
        let mut bound = BitSet::new(count);
        (0..code.nparams()).for_each(|reg| bound.insert(reg));
        if code.has_namespace() {
            bound.insert(0);
        }
        let contents = Contents::new(count);
        states[0] = Some(State { bound, contents });
        let leaders = self.leaders();
        let mut work = vec![0usize];
        while let Some(start) = work.pop() {
            let Some(mut state) = states[start].clone() else {
                continue;
            };
            let mut pc = start;
            while let Some(instr) = decode_at(&code.words, pc) {
                self.check_uses(&instr, &state)?;
                if instr.op.effects().contains(Effects::RAISES)
                    && let Some(handler) = code.handler_for(pc as u32)
                {
                    let mut caught = state.clone();
                    clobber_above(&instr, &mut caught);
                    caught.bound.insert(usize::from(handler.exc_reg));
                    caught.contents.forget(usize::from(handler.exc_reg));
                    meet(&mut states, handler.handler as usize, &caught, &mut work);
                }
                let target = jump_target(&code.words, &instr).map(|t| t as usize);
                if let Some(target) = target {
                    let mut taken = state.clone();
                    self.transfer(&instr, &mut taken, true);
                    meet(&mut states, target, &taken, &mut work);
                }
                self.transfer(&instr, &mut state, false);
                if instr.op.effects().contains(Effects::ENDS) {
                    break;
                }
                pc = instr.next();
                if leaders.contains(pc) {
                    meet(&mut states, pc, &state, &mut work);
                    break;
                }
            }
        }
        Ok(())
    }

    /// Starts of basic blocks.
    fn leaders(&self) -> BitSet {
        let words = &self.code.words;
        let mut leaders = BitSet::new(words.len() + 1);
        let mut pc = 0;
        while let Some(instr) = decode_at(words, pc) {
            if let Some(target) = jump_target(words, &instr) {
                leaders.insert(target as usize);
            }
            pc = instr.next();
        }
        self.code
            .exceptions
            .iter()
            .for_each(|e| leaders.insert(e.handler as usize));
        leaders
    }

    fn check_uses(&self, instr: &Instr, state: &State) -> Result<(), VerifyError> {
        let mut unbound = None;
        for_each_register(&self.code.words, instr, |reg, access| {
            if access == Access::Use && !state.bound.contains(reg as usize) {
                unbound = Some(reg);
            }
        });
        let name = instr.op.name();
        if let Some(reg) = unbound {
            return self.fail(
                instr.pc,
                format!("{name} reads r{reg}, which may be unbound"),
            );
        }
        match self.unproved(instr, &state.contents) {
            Some((reg, wanted)) => {
                self.fail(instr.pc, format!("{name} wants a {wanted:?} in r{reg}"))
            }
            None => Ok(()),
        }
    }

    fn transfer(&self, instr: &Instr, state: &mut State, jumps: bool) {
        clobber_above(instr, state);
        self.transfer_contents(instr, &mut state.contents, jumps);
        let bound = &mut state.bound;
        for_each_register(&self.code.words, instr, |reg, access| match access {
            Access::Def => bound.insert(reg as usize),
            Access::DefOnJump if jumps => bound.insert(reg as usize),
            Access::Kill | Access::Clobber => bound.remove(reg as usize),
            _ => {}
        });
    }
}

/// What is known at an instruction.
#[derive(Clone, Debug)]
struct State {
    bound: BitSet,
    contents: Contents,
}

/// Whether a generator of the code can be made of an iterator and cells, `given` in all.
fn is_generator_expression(code: &Code, given: u16, makes_generator: bool) -> bool {
    let kinds = flags::CO_GENERATOR | flags::CO_COROUTINE | flags::CO_ASYNC_GENERATOR;
    (code.flags & kinds != 0) == makes_generator
        && code.flags & (flags::CO_VARARGS | flags::CO_VARKEYWORDS) == 0
        && (code.argcount, code.kwonlyargcount) == (1, 0)
        && !code.has_namespace()
        && code.freevars.len() + 1 == usize::from(given)
}

fn kw_names(code: &Code, instr: &Instr) -> u64 {
    if !matches!(instr.op, Op::CallKw | Op::CallKwMethod) {
        return 0;
    }
    match code.consts.get(code.words[instr.pc + 1] as usize) {
        Some(Const::Tuple(names)) => names.len() as u64,
        _ => 0,
    }
}

fn selector_is_known(instr: &Instr) -> bool {
    let c = instr.c;
    match instr.op {
        Op::LoadCommon | Op::LoadCommonUnwatched => CommonConst::from_u16(c).is_some(),
        Op::SetFunctionAttr => FunctionAttr::from_u16(c).is_some(),
        Op::LoadSpecial => SpecialMethod::from_u16(c).is_some(),
        Op::Intrinsic1 => Intrinsic1::from_u16(c).is_some(),
        Op::Intrinsic2 => Intrinsic2::from_u16(c).is_some(),
        Op::Convert => (1..=3).contains(&c),
        Op::BuildInterpolation => c <= 3,
        Op::GetAwaitable => c <= 2,
        _ => true,
    }
}

/// A callee's window lies over everything from the call area on.
fn clobber_above(instr: &Instr, state: &mut State) {
    if is_call(instr.op) {
        state.bound.remove_from(usize::from(instr.b));
        state.contents.forget_from(usize::from(instr.b));
    }
}

fn meet(states: &mut [Option<State>], at: usize, state: &State, work: &mut Vec<usize>) {
    let changed = match &mut states[at] {
        Some(known) => {
            let fewer = known.bound.intersect_with(&state.bound);
            known.contents.meet(&state.contents) || fewer
        }
        empty => {
            *empty = Some(state.clone());
            true
        }
    };
    if changed {
        work.push(at);
    }
}
