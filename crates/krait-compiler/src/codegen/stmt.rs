//! Statements.

use krait_bytecode::{CommonConst, Intrinsic1, Op};
use krait_syntax::Mode;
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::Compiler;
use super::unit::{Block, Val};
use crate::error::Compiled;
use crate::fold;
use crate::scopes::{ScopeKind, block_range, definition_range};

/// CPython's bound on nested loops, `try` and `with` statements.
const MAX_BLOCKS: usize = 21;

impl<'a> Compiler<'a> {
    pub(super) fn body(&mut self, body: &'a [Stmt]) -> Compiled<()> {
        body.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    /// A body that may not be reached, as far as annotations are concerned.
    pub(super) fn conditional_body(&mut self, body: &'a [Stmt]) -> Compiled<()> {
        self.u().conditional_depth += 1;
        self.body(body)?;
        self.u().conditional_depth -= 1;
        Ok(())
    }

    pub(super) fn stmt(&mut self, stmt: &'a Stmt) -> Compiled<()> {
        self.deeper(|this| {
            this.set_pos(this.range_of(stmt));
            let mark = this.unit().top;
            this.stmt_inner(stmt)?;
            debug_assert_eq!(this.unit().top, mark, "a statement leaves no temporaries");
            Ok(())
        })
    }

    /// A statement's range as CPython has it.
    fn range_of(&self, stmt: &Stmt) -> TextRange {
        match stmt {
            Stmt::FunctionDef(node) => {
                definition_range(self.source, node.range, &node.decorator_list)
            }
            Stmt::ClassDef(node) => definition_range(self.source, node.range, &node.decorator_list),
            Stmt::For(_)
            | Stmt::While(_)
            | Stmt::If(_)
            | Stmt::With(_)
            | Stmt::Try(_)
            | Stmt::Match(_) => block_range(self.source, stmt.range()),
            _ => stmt.range(),
        }
    }

    fn stmt_inner(&mut self, stmt: &'a Stmt) -> Compiled<()> {
        match stmt {
            Stmt::FunctionDef(node) => self.function_def(node),
            Stmt::ClassDef(node) => self.class_def(node),
            Stmt::TypeAlias(node) => self.type_alias(node),
            Stmt::Return(node) => self.return_stmt(node),
            Stmt::Delete(node) => node.targets.iter().try_for_each(|t| self.delete(t)),
            Stmt::Assign(node) => self.assign(node),
            Stmt::AugAssign(node) => self.aug_assign(node),
            Stmt::AnnAssign(node) => self.ann_assign(node),
            Stmt::For(node) => self.for_stmt(node),
            Stmt::While(node) => self.while_stmt(node),
            Stmt::If(node) => self.if_stmt(node),
            Stmt::With(node) => self.with_stmt(node, 0),
            Stmt::Match(node) => self.match_stmt(node),
            Stmt::Raise(node) => self.raise_stmt(node),
            Stmt::Try(node) => self.try_stmt(node),
            Stmt::Assert(node) => self.assert_stmt(node),
            Stmt::Import(node) => self.import(node),
            Stmt::ImportFrom(node) => self.import_from(node),
            Stmt::Global(_) | Stmt::Nonlocal(_) => Ok(()),
            Stmt::Expr(node) => self.expr_stmt(node),
            Stmt::Pass(_) => {
                self.u().emit1(Op::Nop, 0);
                Ok(())
            }
            Stmt::Break(node) => self.break_stmt(node.range),
            Stmt::Continue(node) => self.continue_stmt(node.range),
            Stmt::IpyEscapeCommand(node) => self.error(node.range, "invalid syntax"),
        }
    }

    /// Enters a block that an exit may have to leave.
    pub(super) fn push_block(&mut self, block: Block<'a>, range: TextRange) -> Compiled<()> {
        if self.unit().blocks.len() >= MAX_BLOCKS {
            return self.error(range, "too many statically nested blocks");
        }
        self.u().blocks.push(block);
        Ok(())
    }

    fn expr_stmt(&mut self, node: &'a ast::StmtExpr) -> Compiled<()> {
        let mark = self.unit().top;
        let interactive = self.options.mode == Mode::Single && self.units.len() == 1;
        if interactive {
            let value = self.expr_reg(&node.value)?;
            let ignored = self.u().alloc();
            self.u()
                .emit(Op::Intrinsic1, ignored, value, Intrinsic1::Print as u32);
        } else if self.literal(&node.value).is_some() {
            self.u().emit1(Op::Nop, 0);
        } else if let Val::Const(_) = self.expr(&node.value)? {
            self.u().emit1(Op::Nop, 0);
        }
        self.u().top = mark;
        Ok(())
    }

    fn if_stmt(&mut self, node: &'a ast::StmtIf) -> Compiled<()> {
        let end = self.u().body.label();
        let mut next = self.u().body.label();
        self.condition(&node.test, next)?;
        self.conditional_body(&node.body)?;
        for clause in &node.elif_else_clauses {
            self.u().jump(end);
            self.u().body.place(next);
            next = self.u().body.label();
            if let Some(test) = &clause.test {
                self.set_pos(clause.range);
                self.condition(test, next)?;
            }
            self.conditional_body(&clause.body)?;
        }
        self.u().body.place(next);
        self.u().body.place(end);
        Ok(())
    }

    /// Jumps to `to` if `test` is false. The line of a constant test still counts for tracing.
    fn condition(&mut self, test: &'a Expr, to: crate::ir::Label) -> Compiled<()> {
        if let Some(value) = self.constant_value(test) {
            if fold::truth(&value) {
                self.u().emit1(Op::Nop, 0);
            } else {
                self.u().jump_with_line(to);
            }
            return Ok(());
        }
        self.jump_if(test, false, to)
    }

    fn return_stmt(&mut self, node: &'a ast::StmtReturn) -> Compiled<()> {
        let unit = self.unit();
        if matches!(unit.kind, ScopeKind::Module | ScopeKind::Class) {
            return self.error(node.range, "'return' outside function");
        }
        if node.value.is_some() && unit.is_async && unit.is_generator {
            return self.error(node.range, "'return' with value in async generator");
        }
        let mark = self.unit().top;
        let Some(value) = &node.value else {
            self.unwind_all(node.range)?;
            self.set_pos(node.range);
            self.u().emit1(Op::ReturnNone, 0);
            return Ok(());
        };
        let mut reg = match self.expr(value)? {
            Val::Reg(reg) => reg,
            Val::Const(value) => {
                self.unwind_all(node.range)?;
                self.set_pos(node.range);
                if value == krait_bytecode::Const::None {
                    self.u().emit1(Op::ReturnNone, 0);
                } else {
                    let reg = self.materialize(Val::Const(value));
                    self.u().emit1(Op::Return, reg);
                }
                self.u().top = mark;
                return Ok(());
            }
        };
        if self.unwinding_runs_code() && !self.unit().is_temp(reg) {
            let tmp = self.u().alloc();
            self.u().mov(tmp, reg);
            reg = tmp;
        }
        self.unwind_all(node.range)?;
        self.set_pos(node.range);
        self.u().emit1(Op::Return, reg);
        self.u().top = mark;
        Ok(())
    }

    fn raise_stmt(&mut self, node: &'a ast::StmtRaise) -> Compiled<()> {
        let mark = self.unit().top;
        match (&node.exc, &node.cause) {
            (None, _) => self.u().emit1(Op::RaiseCurrent, 0),
            (Some(exc), None) => {
                let is_call = exc.is_call_expr();
                let exc = self.expr_reg(exc)?;
                let last = self.u().body.last();
                let made = last.is_some_and(|i| i.op == Op::Call && i.a == exc && i.b == exc);
                self.u().emit2(Op::Raise, exc, u32::from(is_call && made));
            }
            (Some(exc), Some(cause)) => {
                let exc = self.operand(exc, &[cause])?;
                let cause = self.expr_reg(cause)?;
                self.u().emit2(Op::RaiseFrom, exc, cause);
            }
        }
        self.u().top = mark;
        Ok(())
    }

    fn assert_stmt(&mut self, node: &'a ast::StmtAssert) -> Compiled<()> {
        let always = match &*node.test {
            Expr::Tuple(tuple) => !tuple.elts.is_empty(),
            _ => false,
        };
        if always {
            self.warn(
                node.range,
                "assertion is always true, perhaps remove parentheses?",
            );
        }
        let mark = self.unit().top;
        let end = self.u().body.label();
        if self.options.optimize > 0 {
            // What may not stand here may not stand in an assertion either.
            if awaits(&node.test) || node.msg.as_deref().is_some_and(awaits) {
                self.u().jump(end);
            } else {
                return Ok(());
            }
        }
        self.jump_if(&node.test, true, end)?;
        let before = self.set_pos(node.test.range());
        match &node.msg {
            None => {
                let error = self.u().alloc();
                self.u()
                    .emit(Op::LoadCommon, error, 0, CommonConst::AssertionError as u32);
                self.u().emit1(Op::Raise, error);
            }
            Some(msg) => {
                let area = self.u().alloc_many(6);
                let callee = area + u32::from(krait_bytecode::CALL_AREA_CALLABLE);
                self.u().emit(
                    Op::LoadCommon,
                    callee,
                    0,
                    CommonConst::AssertionError as u32,
                );
                self.u().body.pos = before;
                self.expr_temp(msg)?;
                self.set_pos(node.test.range());
                self.u().emit(Op::Call, area, area, 1);
                self.u().emit2(Op::Raise, area, 1);
            }
        }
        self.u().body.place(end);
        self.u().body.pos = before;
        self.u().top = mark;
        Ok(())
    }
}

/// Whether an expression awaits something.
fn awaits(expr: &Expr) -> bool {
    ruff_python_ast::helpers::any_over_expr(expr, |e| match e {
        Expr::Await(_) => true,
        Expr::ListComp(e) => e.generators.iter().any(|g| g.is_async),
        Expr::SetComp(e) => e.generators.iter().any(|g| g.is_async),
        Expr::DictComp(e) => e.generators.iter().any(|g| g.is_async),
        _ => false,
    })
}
