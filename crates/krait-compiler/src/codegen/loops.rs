//! Loops. The test (or the step to the next item) stands at the bottom, so that an iteration takes
//! one jump.

use krait_bytecode::Op;
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::Compiler;
use super::unit::Block;
use crate::error::Compiled;
use crate::fold;

impl<'a> Compiler<'a> {
    pub(super) fn while_stmt(&mut self, node: &'a ast::StmtWhile) -> Compiled<()> {
        let (body, test, orelse, end) = {
            let code = &mut self.u().body;
            (code.label(), code.label(), code.label(), code.label())
        };
        let constant = self
            .constant_value(&node.test)
            .map(|value| fold::truth(&value));
        let guards = self.unit().body.guards();
        self.push_block(
            Block::Loop {
                continue_to: test,
                break_to: end,
                guards,
            },
            node.range,
        )?;
        match constant {
            Some(true) => self.u().emit1(Op::Nop, 0),
            Some(false) => {
                self.u().emit1(Op::Nop, 0);
                self.u().jump(orelse);
            }
            None => self.u().jump(test),
        }
        self.u().body.place(body);
        if constant == Some(true) {
            self.u().body.place(test);
        }
        self.conditional_body(&node.body)?;
        match constant {
            None => {
                self.u().body.place(test);
                self.set_pos(node.test.range());
                self.jump_if(&node.test, true, body)?;
            }
            Some(true) => {
                self.set_pos(node.test.range());
                self.u().jump(body);
            }
            Some(false) => self.u().body.place(test),
        }
        self.u().blocks.pop();
        self.u().body.place(orelse);
        self.conditional_body(&node.orelse)?;
        self.u().body.place(end);
        Ok(())
    }

    /// Register for the loop's item: the target itself if it is a plain local. Otherwise a
    /// temporary, stored to the target at the beginning of the body.
    pub(super) fn loop_target(&mut self, target: &'a Expr) -> Compiled<u32> {
        if let Expr::Name(name) = target
            && let Some(local) = self.local_register(&name.id)
        {
            return Ok(local);
        }
        let mark = self.unit().top;
        let item = self.u().alloc();
        self.store_from(target, item)?;
        self.u().top = mark;
        self.u().reserve_max(mark);
        Ok(item)
    }

    /// What a loop with this target takes its items with.
    pub(super) fn next_item_op(&self, target: &Expr) -> Op {
        let elts = match target {
            Expr::Tuple(node) => &node.elts,
            Expr::List(node) => &node.elts,
            _ => return Op::ForIter,
        };
        match &elts[..] {
            [a, b] if !a.is_starred_expr() && !b.is_starred_expr() => Op::ForIterPair,
            _ => Op::ForIter,
        }
    }

    pub(super) fn for_stmt(&mut self, node: &'a ast::StmtFor) -> Compiled<()> {
        if node.is_async {
            return self.async_for(node);
        }
        let mark = self.unit().top;
        let iterable = self.iterable(&node.iter)?;
        self.u().top = mark;
        let iterator = self.u().alloc();
        let before = self.set_pos(node.iter.range());
        self.u().emit2(Op::GetIter, iterator, iterable);
        let (body, next, end) = {
            let code = &mut self.u().body;
            (code.label(), code.label(), code.label())
        };
        self.u().jump(next);
        let guards = self.unit().body.guards();
        self.push_block(
            Block::Loop {
                continue_to: next,
                break_to: end,
                guards,
            },
            node.range,
        )?;
        self.u().body.place(body);
        self.set_pos(node.target.range());
        let target = self.loop_target(&node.target)?;
        self.conditional_body(&node.body)?;
        self.u().body.place(next);
        self.set_pos(node.iter.range());
        let op = self.next_item_op(&node.target);
        self.u().emit_jump(op, target, iterator, body);
        self.u().blocks.pop();
        self.u().body.pos = before;
        self.u().top = mark;
        self.conditional_body(&node.orelse)?;
        self.u().body.place(end);
        Ok(())
    }

    fn async_for(&mut self, node: &'a ast::StmtFor) -> Compiled<()> {
        let mark = self.unit().top;
        let iterable = self.expr_reg(&node.iter)?;
        self.u().top = mark;
        let iterator = self.u().alloc();
        self.set_pos(node.iter.range());
        self.u().emit2(Op::GetAiter, iterator, iterable);
        let (next, orelse, end) = {
            let code = &mut self.u().body;
            (code.label(), code.label(), code.label())
        };
        let guards = self.unit().body.guards();
        self.push_block(
            Block::Loop {
                continue_to: next,
                break_to: end,
                guards,
            },
            node.range,
        )?;
        self.u().body.place(next);
        let inner = self.unit().top;
        let item = self.async_next(iterator, orelse);
        self.store_from(&node.target, item)?;
        self.u().top = inner;
        self.conditional_body(&node.body)?;
        self.set_pos(node.iter.range());
        self.u().jump(next);
        self.u().blocks.pop();
        self.u().top = mark;
        self.u().body.place(orelse);
        self.conditional_body(&node.orelse)?;
        self.u().body.place(end);
        Ok(())
    }

    pub(super) fn break_stmt(&mut self, range: TextRange) -> Compiled<()> {
        if self.leave_to_loop(range, |_, break_to| break_to)? {
            return Ok(());
        }
        self.error(range, "'break' outside loop")
    }

    pub(super) fn continue_stmt(&mut self, range: TextRange) -> Compiled<()> {
        if self.leave_to_loop(range, |continue_to, _| continue_to)? {
            return Ok(());
        }
        self.error(range, "'continue' not properly in loop")
    }
}
