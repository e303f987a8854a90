//! `try` with `except` and `finally`.
//!
//! A guarded body costs nothing. Handlers are out of line: the unwinder puts the exception into the
//! handler's register; PUSH_EXC makes it the one being handled, POP_EXC undoes that on every way
//! out, for a second exception by a guard around the handler itself.

use krait_bytecode::Op;
use ruff_python_ast::{self as ast, ExceptHandler};
use ruff_text_size::Ranged;

use super::Compiler;
use super::unit::Block;
use crate::error::Compiled;
use crate::ir::Label;

/// Registers of a handler.
#[derive(Clone, Copy)]
pub(super) struct HandlerRegs {
    /// The exception.
    pub exc: u32,
    /// The exception that was being handled before.
    pub saved: u32,
    /// A second exception, raised while handling.
    pub second: u32,
}

impl<'a> Compiler<'a> {
    pub(super) fn try_stmt(&mut self, node: &'a ast::StmtTry) -> Compiled<()> {
        if node.finalbody.is_empty() {
            return self.try_handlers(node);
        }
        let guards = self.unit().body.guards();
        let regs = self.handler_regs();
        let handler = self.u().body.label();
        let block = Block::Finally {
            body: &node.finalbody,
            guards,
        };
        self.push_block(block, node.range)?;
        self.u().body.guard(handler, regs.exc);
        if node.handlers.is_empty() {
            self.u().emit1(Op::Nop, 0);
            self.conditional_body(&node.body)?;
            self.conditional_body(&node.orelse)?;
        } else {
            self.try_handlers(node)?;
        }
        self.u().body.unguard();
        self.u().blocks.pop();
        self.quietly(|this| this.conditional_body(&node.finalbody))?;
        self.u().body.begin_cold();
        self.u().body.place(handler);
        let cleanup = self.begin_handling(regs);
        self.push_block(
            Block::FinallyEnd {
                saved: regs.saved,
                guards,
            },
            node.range,
        )?;
        self.conditional_body(&node.finalbody)?;
        self.u().blocks.pop();
        // Where the body ended is where the frame ends.
        if let Some(last) = node.finalbody.last() {
            self.set_pos(last.range());
        }
        self.u().body.unguard();
        self.u().emit2(Op::PopExc, regs.saved, 1);
        self.u().emit1(Op::Reraise, regs.exc);
        self.u().body.guard(cleanup, regs.second);
        self.end_handling(regs, cleanup);
        self.u().body.end_cold();
        Ok(())
    }

    /// Registers for a handler at the current level; the guarded body may use them too.
    pub(super) fn handler_regs(&mut self) -> HandlerRegs {
        let exc = self.unit().top;
        self.u().reserve_max(exc + 2);
        HandlerRegs {
            exc,
            saved: exc + 1,
            second: exc + 2,
        }
    }

    /// Begins a handler's code; exceptions from here on restore what was handled before.
    pub(super) fn begin_handling(&mut self, regs: HandlerRegs) -> Label {
        let unit = self.u();
        unit.set_top(regs.second + 1);
        unit.emit2(Op::PushExc, regs.saved, regs.exc);
        let cleanup = unit.body.label();
        unit.body.guard(cleanup, regs.second);
        cleanup
    }

    /// Ends a handler's code (which does not fall through).
    pub(super) fn end_handling(&mut self, regs: HandlerRegs, cleanup: Label) {
        let unit = self.u();
        unit.body.unguard();
        let before = std::mem::replace(&mut unit.body.pos, krait_bytecode::Position::NONE);
        unit.body.place(cleanup);
        unit.emit2(Op::PopExc, regs.saved, 1);
        unit.emit1(Op::Reraise, regs.second);
        unit.body.pos = before;
        unit.top = regs.exc;
    }

    fn try_handlers(&mut self, node: &'a ast::StmtTry) -> Compiled<()> {
        if node.is_star {
            return self.try_star(node);
        }
        self.check_default_last(node)?;
        let regs = self.handler_regs();
        let (handler, end) = (self.u().body.label(), self.u().body.label());
        self.push_block(Block::Level, node.range)?;
        self.u().body.guard(handler, regs.exc);
        self.u().emit1(Op::Nop, 0);
        self.conditional_body(&node.body)?;
        self.u().body.unguard();
        self.u().blocks.pop();
        self.conditional_body(&node.orelse)?;
        let guards = self.unit().body.guards();
        self.u().body.begin_cold();
        self.u().body.place(handler);
        self.u().body.pos = krait_bytecode::Position::NONE;
        let cleanup = self.begin_handling(regs);
        self.push_block(Block::Level, node.range)?;
        for ExceptHandler::ExceptHandler(clause) in &node.handlers {
            self.except_clause(clause, regs, guards, end)?;
        }
        // Where no clause matched, the last one tried is where the frame ends.
        let last = node.handlers.last().and_then(|h| h.as_except_handler());
        match last.and_then(|clause| clause.type_.as_deref()) {
            Some(type_) => drop(self.set_pos(type_.range())),
            None => self.u().body.pos = krait_bytecode::Position::NONE,
        }
        // Out of the guard: the saved exception is restored here.
        self.u().body.unguard();
        self.u().emit2(Op::PopExc, regs.saved, 1);
        self.u().emit1(Op::Reraise, regs.exc);
        self.u().body.guard(cleanup, regs.second);
        self.u().body.pos = krait_bytecode::Position::NONE;
        self.u().blocks.pop();
        self.end_handling(regs, cleanup);
        self.u().body.end_cold();
        self.u().body.place(end);
        Ok(())
    }

    fn check_default_last(&self, node: &'a ast::StmtTry) -> Compiled<()> {
        let Some((_, firsts)) = node.handlers.split_last() else {
            return Ok(());
        };
        for ExceptHandler::ExceptHandler(clause) in firsts {
            if clause.type_.is_none() {
                return self.error(clause.range, "default 'except:' must be last");
            }
        }
        Ok(())
    }

    fn except_clause(
        &mut self,
        clause: &'a ast::ExceptHandlerExceptHandler,
        regs: HandlerRegs,
        guards: usize,
        end: Label,
    ) -> Compiled<()> {
        let next = self.u().body.label();
        self.set_pos(clause.range);
        let mark = self.unit().top;
        if let Some(type_) = &clause.type_ {
            let wanted = self.expr_reg(type_)?;
            let before = self.set_pos(type_.range());
            let matches = self.unit().top;
            self.u().reserve_max(matches);
            self.u().emit(Op::CheckExcMatch, matches, regs.exc, wanted);
            self.u().emit_jump(Op::JumpIfFalse, matches, 0, next);
            self.u().body.pos = before;
            self.u().top = mark;
        }
        let name = clause.name.as_ref().map(|name| &name.id);
        let unbind = self.u().body.label();
        let third = mark;
        if let Some(name) = name {
            self.u().emit1(Op::NameExc, regs.exc);
            self.store_name_reg(name, regs.exc);
            self.u().reserve(third);
            self.u().body.guard(unbind, third);
        }
        let block = Block::Handler {
            saved: regs.saved,
            name,
            guards,
        };
        self.push_block(block, clause.range)?;
        self.conditional_body(&clause.body)?;
        self.u().blocks.pop();
        if name.is_some() {
            self.u().body.unguard();
        }
        self.u().body.pos = krait_bytecode::Position::NONE;
        self.u().emit1(Op::PopExc, regs.saved);
        if let Some(name) = name {
            self.unbind_name(name);
        }
        self.u().jump(end);
        if let Some(name) = name {
            self.u().body.place(unbind);
            self.unbind_name(name);
            self.u().emit1(Op::Reraise, third);
        }
        self.u().top = mark;
        self.u().body.place(next);
        Ok(())
    }
}
