//! `yield`, `yield from` and `await`.

use krait_bytecode::{Intrinsic1, Op, flags};
use ruff_python_ast as ast;

use super::Compiler;
use super::unit::Val;
use crate::error::Compiled;
use crate::ir::Label;
use crate::scopes::ScopeKind;

impl<'a> Compiler<'a> {
    /// Begins a generator's or coroutine's code: returns the object, and from there on turns a
    /// StopIteration that escapes into a RuntimeError (PEP 479).
    pub(super) fn start_generator(&mut self) -> Option<Label> {
        let kinds = flags::CO_GENERATOR | flags::CO_COROUTINE | flags::CO_ASYNC_GENERATOR;
        let unit = self.u();
        if unit.flags & kinds == 0 {
            return None;
        }
        unit.emit1(Op::ReturnGenerator, 0);
        Some(self.guard_generator())
    }

    /// A StopIteration that leaves the body becomes a RuntimeError.
    pub(super) fn guard_generator(&mut self) -> Label {
        let unit = self.u();
        let handler = unit.body.label();
        let exc = unit.top;
        unit.reserve_max(exc);
        unit.body.guard(handler, exc);
        handler
    }

    /// Ends what [`Self::start_generator`] began.
    pub(super) fn end_generator(&mut self, handler: Option<Label>) {
        let Some(handler) = handler else { return };
        let unit = self.u();
        unit.body.unguard();
        unit.body.begin_cold();
        unit.body.place(handler);
        let exc = unit.first_temp;
        let before = std::mem::replace(&mut unit.body.pos, krait_bytecode::Position::NONE);
        unit.emit(
            Op::Intrinsic1,
            exc,
            exc,
            Intrinsic1::StopIterationError as u32,
        );
        unit.emit1(Op::Reraise, exc);
        unit.body.pos = before;
        unit.body.end_cold();
    }

    fn is_async_generator(&self) -> bool {
        self.unit().flags & flags::CO_ASYNC_GENERATOR != 0
    }

    pub(super) fn yield_expr(
        &mut self,
        node: &'a ast::ExprYield,
        want: Option<u32>,
    ) -> Compiled<Val> {
        if !self.in_function() {
            return self.error(node.range, "'yield' outside function");
        }
        let mark = self.unit().top;
        let value = match &node.value {
            Some(value) => self.expr_reg(value)?,
            None => self.materialize(Val::Const(krait_bytecode::Const::None)),
        };
        let dst = self.dst(mark, want);
        self.emit_yield(dst, value);
        Ok(Val::Reg(dst))
    }

    /// `dst = yield value`.
    pub(super) fn emit_yield(&mut self, dst: u32, mut value: u32) {
        if self.is_async_generator() {
            let wrapped = self.unit().top.max(value + 1);
            self.u().reserve_max(wrapped);
            self.u().emit(
                Op::Intrinsic1,
                wrapped,
                value,
                Intrinsic1::AsyncGenWrap as u32,
            );
            value = wrapped;
        }
        self.u().emit2(Op::Yield, dst, value);
    }

    pub(super) fn yield_from(
        &mut self,
        node: &'a ast::ExprYieldFrom,
        want: Option<u32>,
    ) -> Compiled<Val> {
        if !self.in_function() {
            return self.error(node.range, "'yield from' outside function");
        }
        if self.unit().is_async && self.unit().kind == ScopeKind::Function {
            return self.error(node.range, "'yield from' inside async function");
        }
        let mark = self.unit().top;
        let iterator = self.unit().top;
        let value = self.expr_reg(&node.value)?;
        self.u().top = iterator;
        self.u().reserve(iterator);
        self.u().emit2(Op::GetYieldFromIter, iterator, value);
        let result = self.delegate(iterator);
        Ok(self.finish_delegation(mark, iterator, result, want))
    }

    fn finish_delegation(
        &mut self,
        mark: u32,
        iterator: u32,
        result: u32,
        want: Option<u32>,
    ) -> Val {
        let dst = self.dst(mark, want);
        debug_assert!(want.is_some() || dst == iterator);
        self.u().mov(dst, result);
        Val::Reg(dst)
    }

    /// Runs `iterator` to its end, yielding what it yields; the result is in the new temporary
    /// behind it.
    fn delegate(&mut self, iterator: u32) -> u32 {
        let unit = self.u();
        let value = unit.alloc();
        let exc = unit.top;
        unit.reserve_max(exc);
        let (again, done, thrown) = (unit.body.label(), unit.body.label(), unit.body.label());
        unit.emit1(Op::LoadNone, value);
        unit.body.place(again);
        unit.emit_jump(Op::Send, value, iterator, done);
        unit.body.guard(thrown, exc);
        unit.emit(Op::Yield, value, value, iterator + 1);
        unit.body.unguard();
        unit.jump(again);
        unit.body.begin_cold();
        unit.body.place(thrown);
        unit.emit2(Op::CleanupThrow, value, exc);
        unit.jump(done);
        unit.body.end_cold();
        unit.body.place(done);
        value
    }

    pub(super) fn await_expr(
        &mut self,
        node: &'a ast::ExprAwait,
        want: Option<u32>,
    ) -> Compiled<Val> {
        let mark = self.unit().top;
        let value = self.expr_reg(&node.value)?;
        self.u().top = mark;
        Ok(self.await_value(value, 0, mark, want))
    }

    /// Awaits register `value`; `context` is 1 for `__aenter__`, 2 for `__aexit__`.
    pub(super) fn await_value(
        &mut self,
        value: u32,
        context: u32,
        mark: u32,
        want: Option<u32>,
    ) -> Val {
        self.u().top = mark;
        let iterator = self.u().alloc();
        self.u().emit(Op::GetAwaitable, iterator, value, context);
        let result = self.delegate(iterator);
        self.finish_delegation(mark, iterator, result, want)
    }

    /// Awaits the next item of asynchronous iterator `iterator`; the result is in a temporary.
    pub(super) fn await_next(&mut self, iterator: u32) -> u32 {
        let awaitable = self.u().alloc();
        self.u().emit2(Op::GetAnext, awaitable, iterator);
        self.delegate(awaitable)
    }
}
