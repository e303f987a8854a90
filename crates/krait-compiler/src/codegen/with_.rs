//! `with` and `async with`.
//!
//! The call area for `__exit__` is set up at entry and stays allocated, so that leaving the block
//! only fills in the arguments.

use krait_bytecode::{Op, SpecialMethod};
use ruff_python_ast as ast;
use ruff_text_size::Ranged;

use super::Compiler;
use super::unit::Block;
use crate::error::Compiled;

const CALLABLE: u32 = krait_bytecode::CALL_AREA_CALLABLE as u32;
const ARGS: u32 = krait_bytecode::CALL_AREA_ARGS as u32;

impl<'a> Compiler<'a> {
    /// The statement from item `at` on.
    pub(super) fn with_stmt(&mut self, node: &'a ast::StmtWith, at: usize) -> Compiled<()> {
        if node.is_async && !self.allows_async() {
            return self.error(node.range, "'async with' outside async function");
        }
        let Some(item) = node.items.get(at) else {
            return self.conditional_body(&node.body);
        };
        let mark = self.unit().top;
        let area = self.u().alloc_many(ARGS + 3);
        let manager = self.expr_reg(&item.context_expr)?;
        let before = self.set_pos(item.context_expr.range());
        let pos = self.unit().body.pos;
        let (enter, exit) = if node.is_async {
            (SpecialMethod::AEnter, SpecialMethod::AExit)
        } else {
            (SpecialMethod::Enter, SpecialMethod::Exit)
        };
        self.u()
            .emit(Op::LoadSpecial, area + CALLABLE, manager, exit as u32);
        let call = self.unit().top;
        self.u().set_top(call + ARGS);
        self.u()
            .emit(Op::LoadSpecial, call + CALLABLE, manager, enter as u32);
        self.u().reserve_max(call + ARGS);
        self.u().emit(Op::CallMethod, call, call, 0);
        self.u().top = call + 1;
        if node.is_async {
            self.await_value(call, 1, call, None);
        }
        let guards = self.unit().body.guards();
        let regs = super::try_::HandlerRegs {
            exc: area + ARGS + 3,
            saved: area + ARGS + 4,
            second: area + ARGS + 5,
        };
        self.u().reserve_max(regs.second);
        let handler = self.u().body.label();
        let block = Block::With {
            area,
            is_async: node.is_async,
            guards,
            pos,
        };
        self.push_block(block, node.range)?;
        self.u().body.guard(handler, regs.exc);
        if let Some(target) = &item.optional_vars {
            self.u().body.pos = before;
            self.store_from(target, call)?;
        }
        self.u().top = area + ARGS + 3;
        self.u().body.pos = before;
        self.with_stmt(node, at + 1)?;
        self.u().body.unguard();
        self.u().blocks.pop();
        self.u().body.pos = pos;
        self.call_exit_normally(area, node.is_async);
        self.exit_after_exception(area, node.is_async, regs, handler);
        self.u().body.pos = before;
        self.u().top = mark;
        Ok(())
    }

    /// Calls the exit method of `area` with three times None.
    pub(super) fn call_exit_normally(&mut self, area: u32, is_async: bool) {
        let mark = self.unit().top;
        for at in 0..3 {
            self.u().emit1(Op::LoadNone, area + ARGS + at);
        }
        let result = self.u().alloc();
        self.u().emit(Op::CallMethod, result, area, 3);
        if is_async {
            self.await_value(result, 2, result, None);
        }
        self.u().top = mark;
    }

    fn exit_after_exception(
        &mut self,
        area: u32,
        is_async: bool,
        regs: super::try_::HandlerRegs,
        handler: crate::ir::Label,
    ) {
        let end = self.u().body.label();
        self.u().body.begin_cold();
        self.u().body.place(handler);
        let cleanup = self.begin_handling(regs);
        self.u().emit2(Op::ExcTriple, area + ARGS, regs.exc);
        let result = self.u().alloc();
        self.u().emit(Op::CallMethod, result, area, 3);
        if is_async {
            self.await_value(result, 2, result, None);
        }
        let again = self.u().body.label();
        self.u().emit_jump(Op::JumpIfFalse, result, 0, again);
        self.u().body.unguard();
        self.u().emit1(Op::PopExc, regs.saved);
        self.u().jump(end);
        self.u().body.guard(cleanup, regs.second);
        self.u().body.place(again);
        self.u().emit1(Op::Reraise, regs.exc);
        self.end_handling(regs, cleanup);
        self.u().body.end_cold();
        self.u().body.place(end);
    }
}
