//! Loading, storing and deleting names.

use std::borrow::Cow;

use krait_bytecode::{FunctionAttr, Op};
use ruff_python_ast::name::Name;

use super::Compiler;
use super::unit::{Place, Val};
use crate::error::Compiled;
use crate::mangle::mangle;
use crate::scopes::{Resolution, ScopeKind, def};

/// How a name is reached from the code being generated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Access {
    Local(u32),
    Deref(u32),
    Global,
    /// Entry of the namespace in register 0.
    Namespace,
    /// Class body: the namespace first, then the cell.
    NamespaceOrDeref(u32),
    /// Annotation scope in a class: its namespace (in the cell), then the globals.
    ClassOrGlobal(u32),
    /// The same, then a cell.
    ClassOrDeref(u32, u32),
}

impl<'a> Compiler<'a> {
    pub(super) fn mangle(&self, name: &str) -> Name {
        let unit = self.unit();
        let scope = unit.inlined.last().map_or(unit.scope, |i| i.scope);
        mangle(self.scope_of(scope).private.as_ref(), name)
    }

    /// Resolves a mangled name.
    pub(super) fn access(&self, name: &Name) -> Access {
        let unit = self.unit();
        let mut from_comprehension = false;
        for frame in unit.inlined.iter().rev() {
            from_comprehension = true;
            match self
                .scope_of(frame.scope)
                .symbol(name)
                .map(|s| s.resolution)
            {
                Some(Resolution::Local | Resolution::Cell) => match frame.places.get(name) {
                    Some(Place::Local(reg)) => return Access::Local(*reg),
                    Some(Place::Cell(reg)) => return Access::Deref(*reg),
                    None => return Access::Global,
                },
                Some(Resolution::GlobalExplicit) => return Access::Global,
                Some(Resolution::GlobalImplicit) | None => {
                    return if unit.kind == ScopeKind::Module {
                        Access::Namespace
                    } else {
                        Access::Global
                    };
                }
                Some(Resolution::Free) => {}
            }
        }
        self.access_in_unit(name, from_comprehension)
    }

    fn access_in_unit(&self, name: &Name, from_comprehension: bool) -> Access {
        let unit = self.unit();
        let scope = self.scope_of(unit.scope);
        let place = unit.places.get(name).copied();
        let Some(symbol) = scope.symbol(name) else {
            return match place {
                Some(Place::Cell(reg)) => Access::Deref(reg),
                Some(Place::Local(reg)) => Access::Local(reg),
                None if unit.kind.is_function_like() => Access::Global,
                None => Access::Namespace,
            };
        };
        let class_dict = || match unit.places.get("__classdict__") {
            Some(Place::Cell(reg)) if scope.sees_class => Some(*reg),
            _ => None,
        };
        if from_comprehension && let Some(Place::Cell(reg)) = place {
            return Access::Deref(reg);
        }
        match (symbol.resolution, place) {
            (Resolution::Cell, Some(Place::Cell(reg))) => Access::Deref(reg),
            (Resolution::Local, Some(Place::Local(reg))) => Access::Local(reg),
            (Resolution::Local, Some(Place::Cell(reg))) if unit.kind.is_function_like() => {
                Access::Deref(reg)
            }
            (Resolution::Free, Some(Place::Cell(reg))) => match class_dict() {
                _ if unit.kind == ScopeKind::Class => Access::NamespaceOrDeref(reg),
                Some(dict) if name != "__classdict__" => Access::ClassOrDeref(dict, reg),
                _ => Access::Deref(reg),
            },
            (Resolution::GlobalExplicit, _) => Access::Global,
            (Resolution::GlobalImplicit, _) if unit.kind.is_function_like() => {
                class_dict().map_or(Access::Global, Access::ClassOrGlobal)
            }
            _ => Access::Namespace,
        }
    }

    /// Whether reading local `reg` could find it unbound.
    fn may_be_unbound(&self, name: &Name, reg: u32) -> bool {
        let unit = self.unit();
        let is_param = reg < unit.first_local + unit.nparams;
        !is_param || self.scope_of(unit.scope).flags(name) & def::DELETED != 0
    }

    /// Loads a name as the source has it.
    pub(super) fn load_name(&mut self, name: &str, want: Option<u32>) -> Val {
        let name = self.mangle(name);
        self.load_mangled(&name, want)
    }

    pub(super) fn load_mangled(&mut self, name: &Name, want: Option<u32>) -> Val {
        let access = self.access(name);
        if let Access::Local(reg) = access {
            if self.may_be_unbound(name, reg) {
                self.u().emit1(Op::CheckBound, reg);
            }
            let Some(dst) = want else {
                return Val::Reg(reg);
            };
            self.u().mov(dst, reg);
            return Val::Reg(dst);
        }
        let unit = self.u();
        let dst = match want {
            Some(dst) => dst,
            None => unit.alloc(),
        };
        unit.reserve_max(dst);
        match access {
            Access::Local(_) => {}
            Access::Deref(cell) => unit.emit2(Op::LoadDeref, dst, cell),
            Access::Global => {
                let at = unit.body.name(name);
                unit.emit2(Op::LoadGlobal, dst, at);
            }
            Access::Namespace => {
                let at = unit.body.name(name);
                unit.emit(Op::LoadName, dst, 0, at);
            }
            Access::NamespaceOrDeref(cell) => unit.emit(Op::LoadFromDictOrDeref, dst, 0, cell),
            Access::ClassOrGlobal(dict) => {
                let at = unit.body.name(name);
                let tmp = unit.top.max(dst + u32::from(unit.is_temp(dst)));
                unit.reserve_max(tmp);
                unit.emit2(Op::LoadDeref, tmp, dict);
                unit.emit(Op::LoadFromDictOrGlobals, dst, tmp, at);
            }
            Access::ClassOrDeref(dict, cell) => {
                let tmp = unit.top.max(dst + u32::from(unit.is_temp(dst)));
                unit.reserve_max(tmp);
                unit.emit2(Op::LoadDeref, tmp, dict);
                unit.emit(Op::LoadFromDictOrDeref, dst, tmp, cell);
            }
        }
        Val::Reg(dst)
    }

    /// Register of a name that is a plain local: where its value can be computed directly.
    pub(super) fn local_register(&self, name: &str) -> Option<u32> {
        match self.access(&self.mangle(name)) {
            Access::Local(reg) => Some(reg),
            _ => None,
        }
    }

    /// `name = reg`.
    pub(super) fn store_name_reg(&mut self, name: &str, reg: u32) {
        let name = self.mangle(name);
        let access = self.access(&name);
        let unit = self.u();
        match access {
            Access::Local(dst) => unit.mov(dst, reg),
            Access::Deref(cell)
            | Access::NamespaceOrDeref(cell)
            | Access::ClassOrDeref(_, cell) => {
                unit.emit2(Op::StoreDeref, cell, reg);
            }
            Access::Global | Access::ClassOrGlobal(_) => {
                let at = unit.body.name(&name);
                unit.emit2(Op::StoreGlobal, reg, at);
            }
            Access::Namespace => {
                let at = unit.body.name(&name);
                unit.emit(Op::StoreName, 0, at, reg);
            }
        }
    }

    /// `del name`.
    pub(super) fn delete_name(&mut self, name: &str) {
        let name = self.mangle(name);
        let access = self.access(&name);
        let unit = self.u();
        match access {
            Access::Local(reg) => unit.emit1(Op::DeleteLocal, reg),
            Access::Deref(cell)
            | Access::NamespaceOrDeref(cell)
            | Access::ClassOrDeref(_, cell) => {
                unit.emit1(Op::DeleteDeref, cell);
            }
            Access::Global | Access::ClassOrGlobal(_) => {
                let at = unit.body.name(&name);
                unit.emit2(Op::DeleteGlobal, 0, at);
            }
            Access::Namespace => {
                let at = unit.body.name(&name);
                unit.emit2(Op::DeleteName, 0, at);
            }
        }
    }

    /// Unbinds the name of an `except ... as name` clause, which the body may have unbound.
    pub(super) fn unbind_name(&mut self, name: &str) {
        if let Some(reg) = self.local_register(name) {
            self.u().emit1(Op::Clear, reg);
            return;
        }
        let unit = self.u();
        let none = unit.alloc();
        unit.emit1(Op::LoadNone, none);
        self.store_name_reg(name, none);
        self.u().top = none;
        self.delete_name(name);
    }

    /// Register that holds the cell of a variable.
    pub(super) fn cell_register(&self, name: &Name) -> Option<u32> {
        let unit = self.unit();
        for frame in unit.inlined.iter().rev() {
            if let Some(Place::Cell(reg)) = frame.places.get(name) {
                return Some(*reg);
            }
        }
        match unit.places.get(name) {
            Some(Place::Cell(reg)) => Some(*reg),
            _ => None,
        }
    }

    /// Gives function `func` the cells that its code wants.
    pub(super) fn set_closure(&mut self, func: u32, free: &[krait_bytecode::Text]) -> Compiled<()> {
        if free.is_empty() {
            return Ok(());
        }
        let mark = self.unit().top;
        let first = self.cells_of(free);
        let unit = self.u();
        unit.emit(Op::BuildTuple, first, first, free.len() as u32);
        unit.emit(
            Op::SetFunctionAttr,
            func,
            first,
            FunctionAttr::Closure as u32,
        );
        unit.top = mark;
        Ok(())
    }

    /// The cells of variables that code to be made is free in, in new temporaries.
    pub(super) fn cells_of(&mut self, free: &[krait_bytecode::Text]) -> u32 {
        let first = self.u().alloc_many(free.len() as u32);
        for (at, name) in free.iter().enumerate() {
            let name: Cow<'_, str> = name.to_lossy();
            let cell = self.cell_register(&Name::new(&*name));
            let unit = self.u();
            match cell {
                Some(cell) => unit.emit2(Op::Move, first + at as u32, cell),
                None => unreachable!("{name} is free but has no cell around"),
            }
        }
        first
    }
}
