//! `with` and `async with`.
//!
//! `__exit__` and its self are looked up at entry and kept in two registers. The call area is made
//! when the block is left: a callee's window lies over everything behind its area, so the area must
//! be above all registers that are still needed.

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
        let Some(item) = node.items.get(at) else {
            return self.conditional_body(&node.body);
        };
        let mark = self.unit().top;
        let exit_pair = self.u().alloc_many(2);
        let manager = self.expr_reg(&item.context_expr)?;
        let before = self.set_pos(item.context_expr.range());
        let pos = self.unit().body.pos;
        let (enter, exit) = if node.is_async {
            (SpecialMethod::AEnter, SpecialMethod::AExit)
        } else {
            (SpecialMethod::Enter, SpecialMethod::Exit)
        };
        self.u()
            .emit(Op::LoadSpecial, exit_pair, manager, exit as u32);
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
            exc: exit_pair + 2,
            saved: exit_pair + 3,
            second: exit_pair + 4,
        };
        self.u().reserve_max(regs.second);
        let handler = self.u().body.label();
        let block = Block::With {
            exit_pair,
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
        self.u().top = exit_pair + 2;
        self.u().body.pos = before;
        self.with_stmt(node, at + 1)?;
        self.u().body.unguard();
        self.u().blocks.pop();
        self.u().body.pos = pos;
        self.call_exit_normally(exit_pair, node.is_async);
        self.exit_after_exception(exit_pair, node.is_async, regs, handler);
        self.u().body.pos = before;
        self.u().top = mark;
        Ok(())
    }

    /// A call area for `__exit__`, up to its arguments.
    fn exit_area(&mut self, exit_pair: u32) -> u32 {
        let area = self.u().alloc_many(ARGS + 3);
        self.u().emit2(Op::Move, area + CALLABLE, exit_pair);
        self.u().emit2(Op::Move, area + CALLABLE + 1, exit_pair + 1);
        area
    }

    /// Calls the exit method with three times None.
    pub(super) fn call_exit_normally(&mut self, exit_pair: u32, is_async: bool) {
        let mark = self.unit().top;
        let area = self.exit_area(exit_pair);
        for at in 0..3 {
            self.u().emit1(Op::LoadNone, area + ARGS + at);
        }
        self.u().emit(Op::CallMethod, area, area, 3);
        self.u().top = area + 1;
        if is_async {
            self.await_value(area, 2, area, None);
        }
        self.u().top = mark;
    }

    fn exit_after_exception(
        &mut self,
        exit_pair: u32,
        is_async: bool,
        regs: super::try_::HandlerRegs,
        handler: crate::ir::Label,
    ) {
        let end = self.u().body.label();
        self.u().body.begin_cold();
        self.u().body.place(handler);
        let cleanup = self.begin_handling(regs);
        let area = self.exit_area(exit_pair);
        self.u().emit2(Op::ExcTriple, area + ARGS, regs.exc);
        self.u().emit(Op::CallMethod, area, area, 3);
        self.u().top = area + 1;
        let result = area;
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
