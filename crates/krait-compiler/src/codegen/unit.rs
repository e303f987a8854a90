//! The function being compiled: its registers, names and enclosing statements.

use std::collections::{BTreeSet, HashMap};

use krait_bytecode::{Const, Op, Position};
use ruff_python_ast::name::Name;
use ruff_python_ast::{Expr, Stmt};

use crate::ir::{Body, Label, OF_LINE, Payload};
use crate::scopes::{ScopeId, ScopeKind};

/// Where a variable of the function lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// A register.
    Local(u32),
    /// A cell held by a register.
    Cell(u32),
}

/// An inlined comprehension being compiled: its scope and its own variables.
pub(super) struct Inlined {
    pub scope: ScopeId,
    pub places: HashMap<Name, Place>,
}

/// A value while code is generated: not yet loaded, or in a register.
#[derive(Clone, Debug)]
pub(super) enum Val {
    Const(Const),
    Reg(u32),
}

/// A statement that an exit (`return`, `break`, `continue`) may have to leave.
pub(super) enum Block<'a> {
    Loop {
        continue_to: Label,
        break_to: Label,
        guards: usize,
    },
    /// `try` body without `finally`, or another statement that only counts as a level.
    Level,
    /// `try` body with `finally`.
    Finally { body: &'a [Stmt], guards: usize },
    /// `finally` body after an exception; the register holds the saved exception.
    FinallyEnd { saved: u32, guards: usize },
    /// `except` body; the name it binds is to be unbound.
    Handler {
        saved: u32,
        name: Option<&'a Name>,
        guards: usize,
    },
    /// `except*` body.
    HandlerStar,
    /// `with` body; the registers of the exit method and its self.
    With {
        exit_pair: u32,
        is_async: bool,
        guards: usize,
        pos: Position,
    },
}

/// A function (module, class body ...) under construction.
pub(super) struct Unit<'a> {
    pub scope: ScopeId,
    pub kind: ScopeKind,
    pub name: Name,
    pub qualname: String,
    pub firstlineno: i32,
    pub flags: u32,
    pub argcount: u32,
    pub posonly: u32,
    pub kwonly: u32,
    pub body: Body,
    pub varnames: Vec<Name>,
    pub hidden: Vec<bool>,
    pub first_local: u32,
    pub nparams: u32,
    pub places: HashMap<Name, Place>,
    pub cellvars: Vec<(Name, u32)>,
    pub freevars: Vec<Name>,
    pub first_free: u32,
    pub first_temp: u32,
    /// First register not in use.
    pub top: u32,
    pub max_top: u32,
    pub blocks: Vec<Block<'a>>,
    pub inlined: Vec<Inlined>,
    pub is_async: bool,
    pub is_generator: bool,
    /// A walrus may rebind locals within an expression.
    pub has_walrus: bool,
    /// Class: attributes that methods assign on `self`.
    pub static_attributes: BTreeSet<String>,
    /// Module or class: annotations for `__annotate__`, with their conditional index.
    pub annotations: Vec<(&'a Name, &'a Expr, Option<u32>)>,
    pub conditional_depth: u32,
    pub next_conditional: u32,
}

impl Unit<'_> {
    pub fn alloc(&mut self) -> u32 {
        let reg = self.top;
        self.set_top(reg + 1);
        reg
    }

    pub fn alloc_many(&mut self, count: u32) -> u32 {
        let reg = self.top;
        self.set_top(reg + count);
        reg
    }

    pub fn set_top(&mut self, top: u32) {
        self.top = top;
        self.max_top = self.max_top.max(top);
    }

    /// Makes sure that `reg` counts as used.
    pub fn reserve(&mut self, reg: u32) {
        if reg >= self.top {
            self.set_top(reg + 1);
        }
        self.max_top = self.max_top.max(reg + 1);
    }

    pub fn is_temp(&self, reg: u32) -> bool {
        reg >= self.first_temp
    }

    pub fn emit(&mut self, op: Op, a: u32, b: u32, c: u32) {
        self.body.push(op, [a, b, c], Payload::None);
    }

    pub fn emit1(&mut self, op: Op, a: u32) {
        self.emit(op, a, 0, 0);
    }

    /// The return at the end of a function: of the line that is executed last, whichever that is.
    pub fn implicit_return(&mut self) {
        let pos = std::mem::replace(&mut self.body.pos, Position::NONE);
        self.emit1(Op::ReturnNone, 0);
        self.body.pos = pos;
    }

    pub fn emit2(&mut self, op: Op, a: u32, b: u32) {
        self.emit(op, a, b, 0);
    }

    pub fn emit_jump(&mut self, op: Op, a: u32, b: u32, to: Label) {
        self.body.push(op, [a, b, 0], Payload::Jump(to));
    }

    pub fn jump(&mut self, to: Label) {
        self.emit_jump(Op::Jump, 0, 0, to);
    }

    /// A jump that stands for a line: a `break`, a `continue`, a test that is never true.
    pub fn jump_with_line(&mut self, to: Label) {
        self.emit_jump(Op::Jump, 0, OF_LINE, to);
    }

    /// `dst = value` in the shortest form.
    pub fn load_const(&mut self, dst: u32, value: Const) {
        self.reserve_max(dst);
        match value {
            Const::None => self.emit1(Op::LoadNone, dst),
            Const::True => self.emit1(Op::LoadTrue, dst),
            Const::False => self.emit1(Op::LoadFalse, dst),
            Const::Int(i) if i32::try_from(i).is_ok() => {
                let bits = i as i32 as u32;
                self.emit(Op::LoadInt, dst, bits & 0xffff, bits >> 16);
            }
            value => {
                let at = self.body.constant(value);
                self.body
                    .push(Op::LoadConst, [dst, 0, 0], Payload::Const(at));
            }
        }
    }

    /// Registers written without being allocated still belong to the window.
    pub fn reserve_max(&mut self, reg: u32) {
        self.max_top = self.max_top.max(reg + 1);
    }

    pub fn mov(&mut self, dst: u32, src: u32) {
        if dst != src {
            self.reserve_max(dst);
            self.emit2(Op::Move, dst, src);
        }
    }
}
