//! Statements.

use krait_runtime::native::{Cx, PyResult, Value};
use krait_syntax::ast::{self, ElifElseClause, ExceptHandler, Stmt};
use krait_syntax::{Ranged, TextRange};

use super::Build;
use crate::modules::_ast::table::Node;

impl Build<'_> {
    pub(super) fn body(&self, cx: &mut Cx, body: &[Stmt]) -> PyResult<Value> {
        self.list(cx, body, |cx, s| self.stmt(cx, s))
    }

    /// The body of a module, class or function, whose docstring may be left out.
    pub(super) fn documented(&self, cx: &mut Cx, body: &[Stmt]) -> PyResult<Value> {
        let is_doc = |s: &Stmt| {
            s.as_expr_stmt()
                .is_some_and(|s| s.value.is_string_literal_expr())
        };
        match body.split_first() {
            Some((first, rest))
                if self.optimize.is_some_and(|level| level >= 2) && is_doc(first) =>
            {
                if rest.is_empty() {
                    let pass = self.make(cx, Node::Pass, first.range(), &[])?;
                    return Ok(cx.new_list(&[pass]));
                }
                self.body(cx, rest)
            }
            _ => self.body(cx, body),
        }
    }

    fn stmt(&self, cx: &mut Cx, stmt: &Stmt) -> PyResult<Value> {
        cx.check_native_stack()?;
        let range = stmt.range();
        match stmt {
            Stmt::FunctionDef(s) => self.function(cx, s),
            Stmt::ClassDef(s) => self.class(cx, s),
            Stmt::TypeAlias(s) => {
                let name = self.expr(cx, &s.name)?;
                let params = self.type_params(cx, s.type_params.as_deref())?;
                let value = self.expr(cx, &s.value)?;
                self.make(cx, Node::TypeAlias, range, &[name, params, value])
            }
            Stmt::For(_)
            | Stmt::While(_)
            | Stmt::If(_)
            | Stmt::With(_)
            | Stmt::Match(_)
            | Stmt::Try(_) => self.compound(cx, stmt),
            Stmt::Pass(_) => self.make(cx, Node::Pass, range, &[]),
            Stmt::Break(_) => self.make(cx, Node::Break, range, &[]),
            Stmt::Continue(_) => self.make(cx, Node::Continue, range, &[]),
            Stmt::Import(s) => {
                let names = self.aliases(cx, &s.names)?;
                self.make(cx, Node::Import, range, &[names])
            }
            Stmt::ImportFrom(s) => {
                let module = self.optional_name(cx, s.module.as_ref());
                let names = self.aliases(cx, &s.names)?;
                self.make(
                    cx,
                    Node::ImportFrom,
                    range,
                    &[module, names, Value::small(i64::from(s.level))],
                )
            }
            Stmt::Global(s) => {
                let names = self.names(cx, &s.names)?;
                self.make(cx, Node::Global, range, &[names])
            }
            Stmt::Nonlocal(s) => {
                let names = self.names(cx, &s.names)?;
                self.make(cx, Node::Nonlocal, range, &[names])
            }
            _ => self.simple(cx, stmt, range),
        }
    }

    /// Statements made of expressions.
    fn simple(&self, cx: &mut Cx, stmt: &Stmt, range: TextRange) -> PyResult<Value> {
        match stmt {
            Stmt::Return(s) => {
                let value = self.optional(cx, s.value.as_deref())?;
                self.make(cx, Node::Return, range, &[value])
            }
            Stmt::Delete(s) => {
                let targets = self.exprs(cx, &s.targets)?;
                self.make(cx, Node::Delete, range, &[targets])
            }
            Stmt::Assign(s) => {
                let targets = self.exprs(cx, &s.targets)?;
                let value = self.expr(cx, &s.value)?;
                let comment = self.comment_on_line(cx, range.end());
                self.make(cx, Node::Assign, range, &[targets, value, comment])
            }
            Stmt::AugAssign(s) => {
                let target = self.expr(cx, &s.target)?;
                let value = self.expr(cx, &s.value)?;
                self.make(
                    cx,
                    Node::AugAssign,
                    range,
                    &[target, self.operator(s.op), value],
                )
            }
            Stmt::AnnAssign(s) => {
                let target = self.expr(cx, &s.target)?;
                let annotation = self.expr(cx, &s.annotation)?;
                let value = self.optional(cx, s.value.as_deref())?;
                let simple = Value::small(i64::from(s.simple));
                self.make(
                    cx,
                    Node::AnnAssign,
                    range,
                    &[target, annotation, value, simple],
                )
            }
            Stmt::Raise(s) => {
                let exc = self.optional(cx, s.exc.as_deref())?;
                let cause = self.optional(cx, s.cause.as_deref())?;
                self.make(cx, Node::Raise, range, &[exc, cause])
            }
            Stmt::Assert(s) => {
                let test = self.expr(cx, &s.test)?;
                let msg = self.optional(cx, s.msg.as_deref())?;
                self.make(cx, Node::Assert, range, &[test, msg])
            }
            Stmt::Expr(s) => {
                let value = self.expr(cx, &s.value)?;
                self.make(cx, Node::Expr, range, &[value])
            }
            _ => Err(cx.system_error("the parser made a node that Python does not have")),
        }
    }

    /// Statements with bodies, without definitions.
    fn compound(&self, cx: &mut Cx, stmt: &Stmt) -> PyResult<Value> {
        let range = self.block_range(stmt.range());
        match stmt {
            Stmt::For(s) => {
                let target = self.expr(cx, &s.target)?;
                let iter = self.expr(cx, &s.iter)?;
                let body = self.body(cx, &s.body)?;
                let orelse = self.body(cx, &s.orelse)?;
                let comment = self.comment_on_line(cx, s.iter.end());
                let node = if s.is_async {
                    Node::AsyncFor
                } else {
                    Node::For
                };
                self.make(cx, node, range, &[target, iter, body, orelse, comment])
            }
            Stmt::While(s) => {
                let test = self.expr(cx, &s.test)?;
                let body = self.body(cx, &s.body)?;
                let orelse = self.body(cx, &s.orelse)?;
                self.make(cx, Node::While, range, &[test, body, orelse])
            }
            Stmt::If(s) => {
                let test = self.expr(cx, &s.test)?;
                let body = self.body(cx, &s.body)?;
                let orelse = self.clauses(cx, &s.elif_else_clauses)?;
                self.make(cx, Node::If, range, &[test, body, orelse])
            }
            Stmt::With(s) => {
                let items = self.list(cx, &s.items, |cx, item| {
                    let context = self.expr(cx, &item.context_expr)?;
                    let vars = self.optional(cx, item.optional_vars.as_deref())?;
                    self.classes
                        .make(cx, Node::WithItem, &[context, vars], None)
                })?;
                let body = self.body(cx, &s.body)?;
                let header_end = s
                    .items
                    .last()
                    .map_or(range.start(), |item| item.range.end());
                let comment = self.comment_on_line(cx, header_end);
                let node = if s.is_async {
                    Node::AsyncWith
                } else {
                    Node::With
                };
                self.make(cx, node, range, &[items, body, comment])
            }
            Stmt::Match(s) => {
                let subject = self.expr(cx, &s.subject)?;
                let cases = self.cases(cx, &s.cases)?;
                self.make(cx, Node::Match, range, &[subject, cases])
            }
            Stmt::Try(s) => self.try_stmt(cx, s),
            _ => self.simple(cx, stmt, range),
        }
    }

    /// `elif` is an `if` alone in an `else`.
    fn clauses(&self, cx: &mut Cx, clauses: &[ElifElseClause]) -> PyResult<Value> {
        let Some((first, rest)) = clauses.split_first() else {
            return Ok(cx.new_list(&[]));
        };
        let body = self.body(cx, &first.body)?;
        let Some(test) = &first.test else {
            return Ok(body);
        };
        let test = self.expr(cx, test)?;
        let orelse = self.clauses(cx, rest)?;
        let end = rest.last().unwrap_or(first).range.end();
        let range = self.block_range(TextRange::new(first.range.start(), end));
        let inner = self.make(cx, Node::If, range, &[test, body, orelse])?;
        Ok(cx.new_list(&[inner]))
    }

    fn try_stmt(&self, cx: &mut Cx, s: &ast::StmtTry) -> PyResult<Value> {
        let body = self.body(cx, &s.body)?;
        let handlers = self.list(cx, &s.handlers, |cx, ExceptHandler::ExceptHandler(h)| {
            let class = self.optional(cx, h.type_.as_deref())?;
            let name = self.optional_name(cx, h.name.as_ref());
            let body = self.body(cx, &h.body)?;
            self.make(
                cx,
                Node::ExceptHandler,
                self.block_range(h.range),
                &[class, name, body],
            )
        })?;
        let orelse = self.body(cx, &s.orelse)?;
        let last = self.body(cx, &s.finalbody)?;
        let node = if s.is_star { Node::TryStar } else { Node::Try };
        self.make(
            cx,
            node,
            self.block_range(s.range),
            &[body, handlers, orelse, last],
        )
    }

    fn aliases(&self, cx: &mut Cx, aliases: &[ast::Alias]) -> PyResult<Value> {
        self.list(cx, aliases, |cx, a| {
            let name = cx.intern(&a.name.id).value();
            let asname = self.optional_name(cx, a.asname.as_ref());
            self.make(cx, Node::Alias, a.range, &[name, asname])
        })
    }
}
