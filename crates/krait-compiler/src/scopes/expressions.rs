//! First pass: expressions and the scopes they open.

use ruff_python_ast::{self as ast, Comprehension, Expr, ExprContext, InterpolatedStringElement};
use ruff_text_size::TextRange;

use super::build::Builder;
use super::{Part, ScopeKind, def};
use crate::error::{ASYNC_COMPREHENSION_OUTSIDE, Compiled, TOO_DEEP};
use crate::limits::{MAX_DEPTH, grow_stack};

impl<'a> Builder<'a> {
    pub(super) fn exprs(&mut self, exprs: &'a [Expr]) -> Compiled<()> {
        exprs.iter().try_for_each(|e| self.expr(e))
    }

    pub(super) fn expr(&mut self, expr: &'a Expr) -> Compiled<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(TOO_DEEP);
        }
        let result = grow_stack(|| self.expr_inner(expr));
        self.depth -= 1;
        result
    }

    fn expr_inner(&mut self, expr: &'a Expr) -> Compiled<()> {
        match expr {
            Expr::Name(node) => self.name(node),
            Expr::Attribute(node) => self.attribute(node),
            Expr::Call(node) => {
                self.expr(&node.func)?;
                self.arguments(&node.arguments)
            }
            Expr::BinOp(node) => self.binary_chain(node),
            Expr::BoolOp(node) => self.exprs(&node.values),
            Expr::UnaryOp(node) => self.expr(&node.operand),
            Expr::Compare(node) => {
                self.expr(&node.left)?;
                self.exprs(&node.comparators)
            }
            Expr::If(node) => {
                self.expr(&node.test)?;
                self.expr(&node.body)?;
                self.expr(&node.orelse)
            }
            Expr::Subscript(node) => {
                self.expr(&node.value)?;
                self.expr(&node.slice)
            }
            Expr::Slice(node) => {
                self.optional(node.lower.as_deref())?;
                self.optional(node.upper.as_deref())?;
                self.optional(node.step.as_deref())
            }
            Expr::Starred(node) => self.expr(&node.value),
            Expr::List(node) => self.exprs(&node.elts),
            Expr::Tuple(node) => self.exprs(&node.elts),
            Expr::Set(node) => self.exprs(&node.elts),
            Expr::Dict(node) => {
                for item in &node.items {
                    self.optional(item.key.as_ref())?;
                    self.expr(&item.value)?;
                }
                Ok(())
            }
            Expr::FString(node) => node.value.elements().try_for_each(|e| self.interpolated(e)),
            Expr::TString(node) => node.value.elements().try_for_each(|e| self.interpolated(e)),
            Expr::Named(node) => self.named(node),
            Expr::Lambda(node) => self.lambda(node),
            Expr::Await(node) => {
                self.forbid_in_annotation("await expression", node.range)?;
                self.may_await(node.range)?;
                self.expr(&node.value)?;
                self.awaits();
                Ok(())
            }
            Expr::Yield(node) => {
                self.yields(node.range)?;
                self.optional(node.value.as_deref())
            }
            Expr::YieldFrom(node) => {
                self.yields(node.range)?;
                self.expr(&node.value)
            }
            Expr::ListComp(node) => {
                let (kind, name) = (ScopeKind::ListComp, "<listcomp>");
                self.comprehension(
                    node,
                    kind,
                    name,
                    node.range,
                    &node.generators,
                    &[Some(&node.elt)],
                )
            }
            Expr::SetComp(node) => {
                let (kind, name) = (ScopeKind::SetComp, "<setcomp>");
                self.comprehension(
                    node,
                    kind,
                    name,
                    node.range,
                    &node.generators,
                    &[Some(&node.elt)],
                )
            }
            Expr::DictComp(node) => {
                let (kind, name) = (ScopeKind::DictComp, "<dictcomp>");
                let parts = [node.key.as_deref(), Some(&*node.value)];
                self.comprehension(node, kind, name, node.range, &node.generators, &parts)
            }
            Expr::Generator(node) => {
                let (kind, name) = (ScopeKind::Generator, "<genexpr>");
                self.comprehension(
                    node,
                    kind,
                    name,
                    node.range,
                    &node.generators,
                    &[Some(&node.elt)],
                )
            }
            Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::IpyEscapeCommand(_) => Ok(()),
        }
    }

    /// `a + b + c ...` nests to the left as deep as it has terms: walked in a loop.
    fn binary_chain(&mut self, node: &'a ast::ExprBinOp) -> Compiled<()> {
        let mut rights = vec![&*node.right];
        let mut left = &*node.left;
        while let Expr::BinOp(inner) = left {
            rights.push(&inner.right);
            left = &inner.left;
        }
        self.expr(left)?;
        rights
            .into_iter()
            .rev()
            .try_for_each(|right| self.expr(right))
    }

    fn name(&mut self, node: &'a ast::ExprName) -> Compiled<()> {
        match node.ctx {
            ExprContext::Load | ExprContext::Invalid if self.scope().keeps_no_names => Ok(()),
            ExprContext::Load | ExprContext::Invalid => {
                self.add(&node.id, def::USE, node.range)?;
                let scope = self.scope();
                // A call of `super` makes the implicit `__class__` available.
                if node.id == "super" && scope.kind.is_function_like() {
                    self.add("__class__", def::USE, node.range)?;
                }
                Ok(())
            }
            ExprContext::Store => self.bind(&node.id, node.range),
            ExprContext::Del => {
                self.check_debug(&node.id, true, node.range)?;
                self.add(&node.id, def::LOCAL | def::DELETED, node.range)
            }
        }
    }

    fn attribute(&mut self, node: &'a ast::ExprAttribute) -> Compiled<()> {
        match node.ctx {
            ExprContext::Store => self.check_debug(&node.attr.id, false, node.range)?,
            ExprContext::Del => self.check_debug(&node.attr.id, true, node.range)?,
            _ => {}
        }
        self.expr(&node.value)
    }

    pub(super) fn arguments(&mut self, arguments: &'a ast::Arguments) -> Compiled<()> {
        self.exprs(&arguments.args)?;
        for keyword in &arguments.keywords {
            if let Some(name) = &keyword.arg {
                self.check_debug(&name.id, false, keyword.range)?;
            }
        }
        arguments
            .keywords
            .iter()
            .try_for_each(|k| self.expr(&k.value))
    }

    fn interpolated(&mut self, element: &'a InterpolatedStringElement) -> Compiled<()> {
        let InterpolatedStringElement::Interpolation(node) = element else {
            return Ok(());
        };
        self.expr(&node.expression)?;
        match &node.format_spec {
            Some(spec) => spec.elements.iter().try_for_each(|e| self.interpolated(e)),
            None => Ok(()),
        }
    }

    /// Annotations and their like are evaluated at another time: what would act on the function
    /// around them has no place there.
    fn forbid_in_annotation(&self, what: &str, range: TextRange) -> Compiled<()> {
        let description = self.scope().description;
        if description.is_empty() {
            return Ok(());
        }
        Err(self.error(range, format!("{what} cannot be used within {description}")))
    }

    /// Notes that the scope awaits: it makes comprehensions asynchronous, and modules where that is
    /// allowed at top level.
    pub(super) fn awaits(&mut self) {
        let kind = self.scope().kind;
        self.scope_mut().is_coroutine |= kind.is_comprehension() || kind == ScopeKind::Module;
    }

    /// Whether `await` and its like may stand here. Inside a comprehension they may: that one is
    /// asynchronous then, which is asked where it ends.
    fn in_coroutine(&self) -> bool {
        let scope = self.scope();
        let kind = scope.kind;
        kind.is_comprehension()
            || kind == ScopeKind::Function && scope.is_coroutine
            || kind == ScopeKind::Module && self.top_level_await
    }

    fn may_await(&self, range: TextRange) -> Compiled<()> {
        if self.in_coroutine() {
            return Ok(());
        }
        let kind = self.scope().kind;
        let outside = match kind {
            ScopeKind::Module | ScopeKind::Class => "'await' outside function",
            _ => "'await' outside async function",
        };
        Err(self.error(range, outside))
    }

    /// For statements that are allowed in coroutines only.
    pub(super) fn needs_coroutine(&mut self, range: TextRange, otherwise: &str) -> Compiled<()> {
        if !self.in_coroutine() {
            return Err(self.error(range, otherwise));
        }
        self.awaits();
        Ok(())
    }

    fn yields(&mut self, range: TextRange) -> Compiled<()> {
        self.forbid_in_annotation("yield expression", range)?;
        let inside = match self.scope().kind {
            ScopeKind::ListComp => "'yield' inside list comprehension",
            ScopeKind::SetComp => "'yield' inside set comprehension",
            ScopeKind::DictComp => "'yield' inside dict comprehension",
            ScopeKind::Generator => "'yield' inside generator expression",
            _ => {
                self.scope_mut().is_generator = true;
                return Ok(());
            }
        };
        Err(self.error(range, inside))
    }

    fn named(&mut self, node: &'a ast::ExprNamed) -> Compiled<()> {
        self.forbid_in_annotation("named expression", node.range)?;
        if self.scope().comp_iter_expr > 0 {
            let msg = "assignment expression cannot be used in a comprehension iterable expression";
            return Err(self.error(node.range, msg));
        }
        let Expr::Name(target) = &*node.target else {
            return self.expr(&node.value);
        };
        self.check_debug(&target.id, false, target.range)?;
        if self.scope().kind.is_comprehension() {
            self.bind_walrus_outside(&target.id, target.range)?;
            return self.expr(&node.value);
        }
        self.scope_mut().has_walrus = true;
        self.expr(&node.value)?;
        self.bind(&target.id, target.range)
    }

    fn lambda(&mut self, node: &'a ast::ExprLambda) -> Compiled<()> {
        if let Some(parameters) = &node.parameters {
            self.defaults(parameters)?;
        }
        let before = self.enter(node, Part::Body, ScopeKind::Lambda, "<lambda>", node.range);
        if let Some(parameters) = &node.parameters {
            self.parameters(parameters)?;
        }
        self.expr(&node.body)?;
        self.current = before;
        Ok(())
    }

    fn comprehension<T>(
        &mut self,
        node: &T,
        kind: ScopeKind,
        name: &str,
        range: TextRange,
        generators: &'a [Comprehension],
        parts: &[Option<&'a Expr>],
    ) -> Compiled<()> {
        let Some((first, rest)) = generators.split_first() else {
            return Ok(());
        };
        // The outermost iterable is evaluated outside.
        self.scope_mut().comp_iter_expr += 1;
        self.expr(&first.iter)?;
        self.scope_mut().comp_iter_expr -= 1;
        let before = self.enter(node, Part::Body, kind, name, range);
        self.scope_mut().is_coroutine = first.is_async;
        self.add(".0", def::PARAM, range)?;
        self.comp_target(&first.target)?;
        self.exprs(&first.ifs)?;
        for generator in rest {
            self.scope_mut().is_coroutine |= generator.is_async;
            self.comp_target(&generator.target)?;
            self.scope_mut().comp_iter_expr += 1;
            self.expr(&generator.iter)?;
            self.scope_mut().comp_iter_expr -= 1;
            self.exprs(&generator.ifs)?;
        }
        for part in parts.iter().flatten() {
            self.expr(part)?;
        }
        let is_async = self.scope().is_coroutine;
        let is_walrus = self.scope().has_walrus;
        self.scope_mut().is_generator = kind == ScopeKind::Generator;
        self.current = before;
        self.scope_mut().has_walrus |= is_walrus;
        // A coroutine inside makes the comprehension around it one (PEP 530).
        if is_async && kind != ScopeKind::Generator {
            if !self.in_coroutine() {
                return Err(self.error(range, ASYNC_COMPREHENSION_OUTSIDE));
            }
            self.awaits();
        }
        Ok(())
    }

    fn comp_target(&mut self, target: &'a Expr) -> Compiled<()> {
        self.scope_mut().in_comp_iter_target = true;
        let result = self.expr(target);
        self.scope_mut().in_comp_iter_target = false;
        result
    }
}
