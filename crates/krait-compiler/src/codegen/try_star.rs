//! `try` with `except*` (PEP 654).

use krait_bytecode::{Intrinsic2, Op, Position};
use ruff_python_ast::{self as ast, ExceptHandler};

use super::Compiler;
use super::unit::Block;
use crate::error::Compiled;

impl<'a> Compiler<'a> {
    pub(super) fn try_star(&mut self, node: &'a ast::StmtTry) -> Compiled<()> {
        let regs = self.handler_regs();
        let (handler, end) = (self.u().body.label(), self.u().body.label());
        self.push_block(Block::Level, node.range)?;
        self.u().body.guard(handler, regs.exc);
        self.u().emit1(Op::Nop, 0);
        self.conditional_body(&node.body)?;
        self.u().body.unguard();
        self.u().blocks.pop();
        self.conditional_body(&node.orelse)?;
        self.u().body.begin_cold();
        self.u().body.place(handler);
        let cleanup = self.begin_handling(regs);
        // What is left of the group, and what the clauses raised. The pair for PREP_RERAISE_STAR
        // is the original exception and that list.
        let original = self.u().alloc();
        let raised = self.u().alloc();
        let rest = self.u().alloc();
        self.u().mov(original, regs.exc);
        self.u().mov(rest, regs.exc);
        self.u().emit(Op::BuildList, raised, raised, 0);
        for ExceptHandler::ExceptHandler(clause) in &node.handlers {
            self.except_star_clause(clause, rest, raised)?;
        }
        self.u().body.pos = Position::NONE;
        let done = self.u().body.label();
        self.u().emit2(Op::ListAppend, raised, rest);
        let prep = Intrinsic2::PrepReraiseStar as u32;
        self.u().emit(Op::Intrinsic2, rest, original, prep);
        self.u().emit_jump(Op::JumpIfNone, rest, 0, done);
        // Out of the guard: the saved exception is restored here.
        self.u().body.unguard();
        self.u().emit2(Op::PopExc, regs.saved, 1);
        self.u().emit1(Op::Reraise, rest);
        self.u().body.place(done);
        self.u().emit1(Op::PopExc, regs.saved);
        self.u().jump(end);
        self.u().body.guard(cleanup, regs.second);
        self.end_handling(regs, cleanup);
        self.u().body.end_cold();
        self.u().body.place(end);
        Ok(())
    }

    fn except_star_clause(
        &mut self,
        clause: &'a ast::ExceptHandlerExceptHandler,
        rest: u32,
        raised: u32,
    ) -> Compiled<()> {
        let mark = self.unit().top;
        let (next, failed) = (self.u().body.label(), self.u().body.label());
        self.set_pos(clause.range);
        let pair = self.u().alloc_many(2);
        if let Some(type_) = &clause.type_ {
            let wanted = self.expr_reg(type_)?;
            self.set_pos(clause.range);
            self.u().emit(Op::CheckEgMatch, pair, rest, wanted);
        }
        self.u().top = pair + 2;
        self.u().mov(rest, pair);
        self.u().emit_jump(Op::JumpIfNone, pair + 1, 0, next);
        let name = clause.name.as_ref().map(|name| &name.id);
        let exc = pair;
        self.u().body.guard(failed, exc);
        if let Some(name) = name {
            self.store_name_reg(name, pair + 1);
        }
        self.push_block(Block::HandlerStar, clause.range)?;
        self.conditional_body(&clause.body)?;
        self.u().blocks.pop();
        self.u().body.unguard();
        self.u().body.pos = Position::NONE;
        if let Some(name) = name {
            self.unbind_name(name);
        }
        self.u().jump(next);
        self.u().body.place(failed);
        // What the clause raised is kept: it is as if it got a name.
        self.u().emit1(Op::NameExc, exc);
        if let Some(name) = name {
            self.unbind_name(name);
        }
        self.u().emit2(Op::ListAppend, raised, exc);
        self.u().body.place(next);
        self.u().top = mark;
        Ok(())
    }
}
