//! What is known of a register's content beyond its being bound. Handlers that fill a list, read a
//! cell or set an attribute of a new function do not look at what they are given: here is the proof.

use super::Verifier;
use crate::code::Const;
use crate::enums::{FunctionAttr, Intrinsic1};
use crate::instr::Instr;
use crate::ops::Op;
use crate::registers::{Access, for_each_register};
use crate::roles::CALL_AREA_ARGS;

/// What a register holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Content {
    /// Nothing is known, or it is unbound.
    Any,
    List,
    Set,
    Dict,
    Tuple,
    /// A tuple of cells.
    Cells,
    /// A tuple of str.
    Names,
    Str,
    Function,
    Cell,
}

impl Content {
    /// Whether what is known suffices for an instruction that wants `wanted`.
    fn is(self, wanted: Content) -> bool {
        let is_tuple = matches!(self, Content::Tuple | Content::Cells | Content::Names);
        self == wanted || wanted == Content::Any || (wanted == Content::Tuple && is_tuple)
    }

    fn of_constant(value: Option<&Const>) -> Content {
        match value {
            Some(Const::Str(_)) => Content::Str,
            Some(Const::Tuple(items)) if items.iter().all(|i| matches!(i, Const::Str(_))) => {
                Content::Names
            }
            Some(Const::Tuple(_)) => Content::Tuple,
            _ => Content::Any,
        }
    }
}

/// The contents of all registers.
#[derive(Clone, Debug)]
pub(super) struct Contents(Box<[Content]>);

impl Contents {
    pub(super) fn new(registers: usize) -> Contents {
        Contents(vec![Content::Any; registers].into())
    }

    pub(super) fn get(&self, register: usize) -> Content {
        self.0.get(register).copied().unwrap_or(Content::Any)
    }

    pub(super) fn forget(&mut self, register: usize) {
        self.0[register] = Content::Any;
    }

    pub(super) fn forget_from(&mut self, register: usize) {
        self.0
            .iter_mut()
            .skip(register)
            .for_each(|c| *c = Content::Any);
    }

    /// Keeps what `other` knows too; true if that changed anything.
    pub(super) fn meet(&mut self, other: &Contents) -> bool {
        let mut changed = false;
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            if mine != theirs && *mine != Content::Any {
                *mine = Content::Any;
                changed = true;
            }
        }
        changed
    }
}

/// Operands and the contents they must have.
fn wanted(instr: &Instr) -> [(u16, Content); 2] {
    use Content::{Any, Cell, Cells, Dict, Function, List, Names, Set, Str, Tuple};
    let (a, b, c) = (instr.a, instr.b, instr.c);
    let none = (a, Any);
    match instr.op {
        Op::ListAppend | Op::ListExtend => [(a, List), none],
        // SET_ADD looks for itself: the set of annotations reached stands under a name.
        Op::SetUpdate => [(a, Set), none],
        Op::MapAdd | Op::DictUpdate | Op::DictMerge => [(a, Dict), none],
        Op::ListToTuple => [(b, List), none],
        Op::LoadDeref => [(b, Cell), none],
        Op::StoreDeref | Op::DeleteDeref => [(a, Cell), none],
        Op::LoadFromDictOrDeref => [(c, Cell), none],
        Op::MatchKeys => [(c, Tuple), none],
        Op::MatchClass => [(b.saturating_add(2), Names), none],
        Op::FormatSpec => [(c, Str), none],
        Op::BuildTemplate => [(b, Tuple), (c, Tuple)],
        Op::Intrinsic1 => match Intrinsic1::from_u16(c) {
            Some(Intrinsic1::SubscriptGeneric | Intrinsic1::TypeAlias) => [(b, Tuple), none],
            _ => [none; 2],
        },
        Op::SetFunctionAttr => {
            let value = match FunctionAttr::from_u16(c) {
                Some(FunctionAttr::Closure) => Cells,
                _ => Any,
            };
            [(a, Function), (b, value)]
        }
        _ => [none; 2],
    }
}

impl Verifier<'_> {
    /// The register, and what the instruction wants in it, if that is not proved.
    pub(super) fn unproved(&self, instr: &Instr, contents: &Contents) -> Option<(u16, Content)> {
        let missing =
            |(register, wanted): &(u16, Content)| !contents.get(usize::from(*register)).is(*wanted);
        let parts = match instr.op {
            Op::BuildString => instr.c,
            _ => 0,
        };
        let part = (0..parts).map(|i| (instr.b.saturating_add(i), Content::Str));
        let cells = match instr.op {
            Op::MakeGenerator => 1..instr.c,
            Op::CallExpression => CALL_AREA_ARGS + 1..CALL_AREA_ARGS.saturating_add(instr.c),
            _ => 0..0,
        };
        let cell = cells.map(|i| (instr.b.saturating_add(i), Content::Cell));
        wanted(instr)
            .into_iter()
            .chain(part)
            .chain(cell)
            .find(missing)
    }

    /// Applies what the instruction writes.
    pub(super) fn transfer_contents(&self, instr: &Instr, contents: &mut Contents, jumps: bool) {
        let made = self.made(instr, contents);
        for_each_register(&self.code.words, instr, |register, access| match access {
            Access::Def | Access::Kill | Access::Clobber => {
                contents.forget(register as usize);
            }
            Access::DefOnJump if jumps => contents.forget(register as usize),
            _ => {}
        });
        if let Some((first, count, content)) = made {
            for register in first..first + count {
                if self.is_trusted(register, content) {
                    contents.0[usize::from(register)] = content;
                }
            }
        }
    }

    /// Registers that the instruction gives a known content.
    fn made(&self, instr: &Instr, contents: &Contents) -> Option<(u16, u16, Content)> {
        let one = |content| Some((instr.a, 1, content));
        match instr.op {
            Op::BuildList | Op::ListFor => one(Content::List),
            Op::BuildSet => one(Content::Set),
            Op::BuildMap => one(Content::Dict),
            Op::BuildTuple => {
                let mut items = instr.b..instr.b.saturating_add(instr.c);
                let is_cell = |r| contents.get(usize::from(r)) == Content::Cell;
                one(if items.all(is_cell) {
                    Content::Cells
                } else {
                    Content::Tuple
                })
            }
            Op::ListToTuple => one(Content::Tuple),
            Op::BuildString | Op::FormatSimple | Op::FormatSpec | Op::Convert => one(Content::Str),
            Op::MakeFunction => one(Content::Function),
            Op::MakeCell => one(Content::Cell),
            Op::CopyFreeVars => Some((instr.a, instr.b, Content::Cell)),
            Op::Move => one(contents.get(usize::from(instr.b))),
            Op::LoadConst => {
                let index = self.code.words[instr.pc + 1] as usize;
                one(Content::of_constant(self.code.consts.get(index)))
            }
            _ => None,
        }
    }

    /// Whether a register keeps what is put into it. Named locals can be written from outside at any
    /// call (PEP 667), through the cell if they have one.
    fn is_trusted(&self, register: u16, content: Content) -> bool {
        let code = self.code;
        let is_local = (code.first_local..code.first_free).contains(&register)
            && usize::from(register - code.first_local) < code.varnames.len();
        !is_local || (content == Content::Cell && code.cell_regs.contains(&register))
    }
}
