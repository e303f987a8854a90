//! First pass: statements and the scopes they open.

use std::collections::HashMap;

use krait_syntax::{Parsed, Source};
use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, ExceptHandler, Expr, Mod, Pattern, Stmt, TypeParam};
use ruff_text_size::{Ranged, TextRange};

use super::{CONDITIONAL, FORMAT, Part, Scope, ScopeId, ScopeKind, Scopes, address, def};
use crate::error::{CompileError, Compiled, scopes_error};
use crate::future::Futures;
use crate::mangle::Private;

pub(super) struct Builder<'a> {
    pub(super) source: &'a Source,
    pub(super) scopes: Vec<Scope>,
    by_node: HashMap<(usize, Part), ScopeId>,
    pub(super) current: ScopeId,
    futures: &'a Futures,
    future_annotations: bool,
    /// `await` may stand outside of functions.
    pub(super) top_level_await: bool,
    pub(super) depth: u32,
}

pub(super) fn build(parsed: &Parsed, futures: &Futures, top_level_await: bool) -> Compiled<Scopes> {
    let mut builder = Builder {
        source: &parsed.source,
        scopes: Vec::new(),
        by_node: HashMap::new(),
        current: 0,
        futures,
        future_annotations: futures.annotations,
        top_level_await,
        depth: 0,
    };
    match &parsed.ast {
        Mod::Module(module) => {
            builder.push_scope(ScopeKind::Module, "top", module.range, None);
            builder.scopes[0].has_docstring = docstring(&module.body).is_some();
            builder.body(&module.body)?;
        }
        Mod::Expression(module) => {
            builder.push_scope(ScopeKind::Module, "top", module.range, None);
            builder.expr(&module.body)?;
        }
    }
    Ok(Scopes {
        scopes: builder.scopes,
        by_node: builder.by_node,
        text_annotations: builder.future_annotations,
    })
}

/// The docstring expression of a body.
pub(crate) fn docstring(body: &[Stmt]) -> Option<&ast::ExprStringLiteral> {
    match body.first()? {
        Stmt::Expr(ast::StmtExpr { value, .. }) => value.as_string_literal_expr(),
        _ => None,
    }
}

impl<'a> Builder<'a> {
    pub(super) fn error(&self, range: TextRange, msg: impl Into<String>) -> CompileError {
        scopes_error(self.source, range, msg)
    }

    pub(super) fn scope(&self) -> &Scope {
        &self.scopes[self.current]
    }

    pub(super) fn scope_mut(&mut self) -> &mut Scope {
        &mut self.scopes[self.current]
    }

    fn push_scope(
        &mut self,
        kind: ScopeKind,
        name: &str,
        range: TextRange,
        parent: Option<ScopeId>,
    ) -> ScopeId {
        let id = self.scopes.len();
        let outer = parent.map(|p| &self.scopes[p]);
        let scope = Scope {
            kind,
            name: Name::new(name),
            parent,
            children: Vec::new(),
            symbols: Vec::new(),
            index: HashMap::new(),
            private: outer.and_then(|o| o.private.clone()),
            range,
            nested: outer.is_some_and(|o| o.nested || o.kind.is_function_like()),
            is_generator: false,
            is_coroutine: false,
            varargs: false,
            varkeywords: false,
            needs_class_cell: false,
            needs_class_dict: false,
            sees_class: false,
            inlined: false,
            has_conditional_annotations: false,
            annotations: None,
            has_docstring: false,
            is_method: false,
            has_walrus: false,
            comp_iter_expr: outer.map_or(0, |o| o.comp_iter_expr),
            in_comp_iter_target: false,
            description: "",
            directives: Vec::new(),
            conditional_depth: 0,
            has_annotation_statements: false,
            is_text: outer.is_some_and(|o| o.is_text),
            keeps_no_names: false,
        };
        self.scopes.push(scope);
        if let Some(parent) = parent {
            self.scopes[parent].children.push(id);
        }
        id
    }

    /// Opens the scope of a node's part and makes it current; the result is the scope before.
    pub(super) fn enter<T>(
        &mut self,
        node: &T,
        part: Part,
        kind: ScopeKind,
        name: &str,
        range: TextRange,
    ) -> ScopeId {
        let before = self.current;
        let id = self.push_scope(kind, name, range, Some(before));
        let callable = matches!(kind, ScopeKind::Lambda | ScopeKind::Generator);
        self.scopes[id].is_method = callable && self.scopes[before].kind == ScopeKind::Class;
        self.by_node.insert((address(node), part), id);
        self.current = id;
        before
    }

    /// For scopes that can see the class they stand in: notes the use of its namespace.
    pub(super) fn link_to_class(&mut self, before: ScopeId) -> Compiled<()> {
        let outer = &self.scopes[before];
        if outer.kind == ScopeKind::Class || outer.sees_class {
            let range = self.scope().range;
            self.scope_mut().sees_class = true;
            self.add("__classdict__", def::USE, range)?;
        }
        Ok(())
    }

    pub(super) fn body(&mut self, body: &'a [Stmt]) -> Compiled<()> {
        body.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    fn conditional(&mut self, body: &'a [Stmt]) -> Compiled<()> {
        self.scope_mut().conditional_depth += 1;
        // After an error the current scope is the one where it happened.
        self.body(body)?;
        self.scope_mut().conditional_depth -= 1;
        Ok(())
    }

    fn stmt(&mut self, stmt: &'a Stmt) -> Compiled<()> {
        match stmt {
            Stmt::FunctionDef(node) => self.function(node),
            Stmt::ClassDef(node) => self.class(node),
            Stmt::TypeAlias(node) => self.type_alias(node),
            Stmt::Return(node) => self.optional(node.value.as_deref()),
            Stmt::Delete(node) => node.targets.iter().try_for_each(|t| self.expr(t)),
            Stmt::Assign(node) => {
                node.targets.iter().try_for_each(|t| self.expr(t))?;
                self.expr(&node.value)
            }
            Stmt::AugAssign(node) => {
                self.expr(&node.target)?;
                self.expr(&node.value)
            }
            Stmt::AnnAssign(node) => self.ann_assign(node),
            Stmt::For(node) => {
                if node.is_async {
                    self.needs_coroutine(node.range, "'async for' outside async function")?;
                }
                self.expr(&node.target)?;
                self.expr(&node.iter)?;
                self.conditional(&node.body)?;
                self.conditional(&node.orelse)
            }
            Stmt::While(node) => {
                self.expr(&node.test)?;
                self.conditional(&node.body)?;
                self.conditional(&node.orelse)
            }
            Stmt::If(node) => {
                self.expr(&node.test)?;
                self.conditional(&node.body)?;
                for clause in &node.elif_else_clauses {
                    self.optional(clause.test.as_ref())?;
                    self.conditional(&clause.body)?;
                }
                Ok(())
            }
            Stmt::With(node) => {
                if node.is_async {
                    self.needs_coroutine(node.range, "'async with' outside async function")?;
                }
                for item in &node.items {
                    self.expr(&item.context_expr)?;
                    self.optional(item.optional_vars.as_deref())?;
                }
                self.conditional(&node.body)
            }
            Stmt::Match(node) => {
                self.expr(&node.subject)?;
                for case in &node.cases {
                    self.pattern(&case.pattern)?;
                    self.optional(case.guard.as_deref())?;
                    self.conditional(&case.body)?;
                }
                Ok(())
            }
            Stmt::Raise(node) => {
                self.optional(node.exc.as_deref())?;
                self.optional(node.cause.as_deref())
            }
            Stmt::Try(node) => self.try_stmt(node),
            Stmt::Assert(node) => {
                self.expr(&node.test)?;
                self.optional(node.msg.as_deref())
            }
            Stmt::Import(node) => node.names.iter().try_for_each(|alias| self.alias(alias)),
            Stmt::ImportFrom(node) => {
                node.names.iter().try_for_each(|alias| self.alias(alias))?;
                self.futures.check_place(node, self.source)
            }
            Stmt::Global(node) => self.global_or_nonlocal(&node.names, node.range, def::GLOBAL),
            Stmt::Nonlocal(node) => self.global_or_nonlocal(&node.names, node.range, def::NONLOCAL),
            Stmt::Expr(node) => self.expr(&node.value),
            Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) | Stmt::IpyEscapeCommand(_) => {
                Ok(())
            }
        }
    }

    pub(super) fn optional(&mut self, expr: Option<&'a Expr>) -> Compiled<()> {
        expr.map_or(Ok(()), |e| self.expr(e))
    }

    fn try_stmt(&mut self, node: &'a ast::StmtTry) -> Compiled<()> {
        self.conditional(&node.body)?;
        for ExceptHandler::ExceptHandler(handler) in &node.handlers {
            self.optional(handler.type_.as_deref())?;
            if let Some(name) = &handler.name {
                self.bind(&name.id, handler.range)?;
                // At the end of the handler it is deleted.
                self.add(&name.id, def::DELETED, handler.range)?;
            }
            self.conditional(&handler.body)?;
        }
        self.conditional(&node.orelse)?;
        self.conditional(&node.finalbody)
    }

    fn alias(&mut self, alias: &'a ast::Alias) -> Compiled<()> {
        if alias.name.id == "*" {
            if self.scope().kind != ScopeKind::Module {
                return Err(self.error(alias.range, "import * only allowed at module level"));
            }
            return Ok(());
        }
        let name: &str = match &alias.asname {
            Some(asname) => &asname.id,
            None => alias.name.id.split('.').next().unwrap_or_default(),
        };
        self.check_debug(name, false, alias.range)?;
        self.add(name, def::IMPORT, alias.range)
    }

    fn ann_assign(&mut self, node: &'a ast::StmtAnnAssign) -> Compiled<()> {
        if let Expr::Name(target) = &*node.target {
            self.check_debug(&target.id, false, target.range)?;
            let mangled = self.mangled(&target.id);
            let seen = self.scope().flags(&mangled);
            let declared = seen & (def::GLOBAL | def::NONLOCAL) != 0;
            if declared && self.current != 0 && node.simple {
                let word = if seen & def::GLOBAL != 0 {
                    "global"
                } else {
                    "nonlocal"
                };
                let msg = format!("annotated name '{mangled}' can't be {word}");
                return Err(self.error(node.range, msg));
            }
            if node.simple {
                self.add(&target.id, def::ANNOT | def::LOCAL, target.range)?;
            } else if node.value.is_some() {
                self.add(&target.id, def::LOCAL, target.range)?;
            }
        } else {
            self.expr(&node.target)?;
        }
        self.variable_annotation(&node.annotation, node.simple)?;
        self.optional(node.value.as_deref())
    }

    fn variable_annotation(&mut self, annotation: &'a Expr, simple: bool) -> Compiled<()> {
        let owner = self.current;
        let scope = &mut self.scopes[owner];
        let owner_kind = scope.kind;
        let deferred = matches!(owner_kind, ScopeKind::Module | ScopeKind::Class);
        // A module may end in the middle: all of its annotations are conditional.
        let conditional =
            deferred && (owner_kind == ScopeKind::Module || scope.conditional_depth > 0);
        scope.has_annotation_statements |= deferred;
        if conditional && !scope.has_conditional_annotations {
            scope.has_conditional_annotations = true;
            let range = scope.range;
            self.add(CONDITIONAL, def::USE, range)?;
        }
        match self.scopes[owner].annotations {
            Some(existing) => self.current = existing,
            None => {
                let range = annotation.range();
                let kind = ScopeKind::Annotation;
                self.current = self.push_scope(kind, "__annotate__", range, Some(owner));
                let id = self.current;
                self.scopes[owner].annotations = Some(id);
                self.start_annotations(owner)?;
                self.scope_mut().keeps_no_names = !deferred;
            }
        }
        if conditional && simple && !self.future_annotations {
            let range = annotation.range();
            self.add(CONDITIONAL, def::USE, range)?;
        }
        let result = self.expr(annotation);
        self.current = owner;
        result
    }

    fn start_annotations(&mut self, owner: ScopeId) -> Compiled<()> {
        self.scope_mut().is_text |= self.future_annotations;
        self.start_deferred(owner, "an annotation")
    }

    /// What scopes that are evaluated later have in common.
    fn start_deferred(&mut self, owner: ScopeId, description: &'static str) -> Compiled<()> {
        self.scope_mut().description = description;
        let range = self.scope().range;
        self.add(FORMAT, def::PARAM | def::USE, range)?;
        self.link_to_class(owner)
    }

    fn function(&mut self, node: &'a ast::StmtFunctionDef) -> Compiled<()> {
        let range = definition_range(self.source, node.range, &node.decorator_list);
        self.check_debug(&node.name.id, false, range)?;
        self.add(&node.name.id, def::LOCAL, range)?;
        self.defaults(&node.parameters)?;
        node.decorator_list
            .iter()
            .try_for_each(|d| self.expr(&d.expression))?;
        let outer = self.current;
        if let Some(params) = &node.type_params {
            self.type_params_scope(node, &node.name.id, range, None)?;
            let parameters = &node.parameters;
            let mut positional = parameters.posonlyargs.iter().chain(&parameters.args);
            if positional.any(|p| p.default.is_some()) {
                self.add(".defaults", def::PARAM, range)?;
            }
            if parameters.kwonlyargs.iter().any(|p| p.default.is_some()) {
                self.add(".kwdefaults", def::PARAM, range)?;
            }
            self.type_params(params)?;
        }
        self.function_annotations(node, range)?;
        let before = self.enter(node, Part::Body, ScopeKind::Function, &node.name.id, range);
        let in_class = self.scopes[before].kind == ScopeKind::Class;
        let scope = self.scope_mut();
        scope.is_coroutine = node.is_async;
        scope.has_docstring = docstring(&node.body).is_some();
        scope.is_method = in_class;
        self.parameters(&node.parameters)?;
        self.body(&node.body)?;
        self.current = before;
        self.current = outer;
        Ok(())
    }

    fn function_annotations(
        &mut self,
        node: &'a ast::StmtFunctionDef,
        range: TextRange,
    ) -> Compiled<()> {
        let annotated = node.parameters.iter().any(|p| p.annotation().is_some());
        if !annotated && node.returns.is_none() {
            return Ok(());
        }
        let kind = ScopeKind::Annotation;
        let before = self.enter(node, Part::Annotations, kind, "__annotate__", range);
        self.start_annotations(before)?;
        for param in node.parameters.iter() {
            self.optional(param.annotation())?;
        }
        self.optional(node.returns.as_deref())?;
        self.current = before;
        Ok(())
    }

    pub(super) fn defaults(&mut self, parameters: &'a ast::Parameters) -> Compiled<()> {
        for param in parameters.iter_non_variadic_params() {
            self.optional(param.default())?;
        }
        Ok(())
    }

    pub(super) fn parameters(&mut self, parameters: &'a ast::Parameters) -> Compiled<()> {
        let plain = parameters.posonlyargs.iter().chain(&parameters.args);
        for param in plain.chain(&parameters.kwonlyargs) {
            self.parameter(&param.parameter)?;
        }
        if let Some(param) = &parameters.vararg {
            self.parameter(param)?;
            self.scope_mut().varargs = true;
        }
        if let Some(param) = &parameters.kwarg {
            self.parameter(param)?;
            self.scope_mut().varkeywords = true;
        }
        Ok(())
    }

    fn parameter(&mut self, param: &'a ast::Parameter) -> Compiled<()> {
        // Without the stars of `*args` and `**kwargs`.
        let range = TextRange::new(param.name.range.start(), param.range.end());
        self.check_debug(&param.name.id, false, range)?;
        self.add(&param.name.id, def::PARAM, range)
    }

    fn class(&mut self, node: &'a ast::StmtClassDef) -> Compiled<()> {
        let range = definition_range(self.source, node.range, &node.decorator_list);
        self.check_debug(&node.name.id, false, range)?;
        self.add(&node.name.id, def::LOCAL, range)?;
        node.decorator_list
            .iter()
            .try_for_each(|d| self.expr(&d.expression))?;
        let outer = self.current;
        if let Some(params) = &node.type_params {
            let private = Private {
                class: node.name.id.clone(),
                only: Some(params.iter().map(|p| p.name().id.clone()).collect()),
            };
            self.type_params_scope(node, &node.name.id, range, Some(private))?;
            for name in [".type_params", ".generic_base"] {
                self.add(name, def::LOCAL | def::USE, range)?;
            }
            self.type_params(params)?;
        }
        if let Some(arguments) = &node.arguments {
            self.arguments(arguments)?;
        }
        self.enter(node, Part::Body, ScopeKind::Class, &node.name.id, range);
        self.scope_mut().private = Some(Private {
            class: node.name.id.clone(),
            only: None,
        });
        self.scope_mut().has_docstring = docstring(&node.body).is_some();
        if node.type_params.is_some() {
            self.add("__type_params__", def::LOCAL, range)?;
            self.add(".type_params", def::USE, range)?;
        }
        self.body(&node.body)?;
        self.current = outer;
        Ok(())
    }

    fn type_alias(&mut self, node: &'a ast::StmtTypeAlias) -> Compiled<()> {
        self.expr(&node.name)?;
        let name = node.name.as_name_expr().map_or("", |n| n.id.as_str());
        let outer = self.current;
        if let Some(params) = &node.type_params {
            self.type_params_scope(node, name, node.range, None)?;
            self.type_params(params)?;
        }
        let before = self.enter(node, Part::Body, ScopeKind::TypeAlias, name, node.range);
        self.start_deferred(before, "a type alias")?;
        self.expr(&node.value)?;
        self.current = outer;
        Ok(())
    }

    /// Opens the scope of type parameters and stays in it.
    fn type_params_scope<T>(
        &mut self,
        node: &T,
        name: &str,
        range: TextRange,
        private: Option<Private>,
    ) -> Compiled<()> {
        let kind = ScopeKind::TypeParams;
        let before = self.enter(node, Part::TypeParams, kind, name, range);
        if private.is_some() {
            self.scope_mut().private = private;
        }
        self.link_to_class(before)?;
        self.scope_mut().description = "the definition of a generic";
        Ok(())
    }

    fn type_params(&mut self, params: &'a ast::TypeParams) -> Compiled<()> {
        let mut params = params.type_params.iter();
        params.try_for_each(|p| self.type_param(p))
    }

    fn type_param(&mut self, param: &'a TypeParam) -> Compiled<()> {
        let name = param.name();
        self.check_debug(&name.id, false, param.range())?;
        if name.id == "__classdict__" {
            let msg = "reserved name '__classdict__' cannot be used for type parameter";
            return Err(self.error(name.range, msg));
        }
        self.add(&name.id, def::TYPE_PARAM | def::LOCAL, param.range())?;
        if let TypeParam::TypeVar(ast::TypeParamTypeVar {
            bound: Some(bound), ..
        }) = param
        {
            let what = if bound.is_tuple_expr() {
                "a TypeVar constraint"
            } else {
                "a TypeVar bound"
            };
            self.type_variable(param, Part::Bound, bound, what)?;
        }
        let what = match param {
            TypeParam::TypeVar(_) => "a TypeVar default",
            TypeParam::ParamSpec(_) => "a ParamSpec default",
            TypeParam::TypeVarTuple(_) => "a TypeVarTuple default",
        };
        match param.default() {
            Some(default) => self.type_variable(param, Part::Default, default, what),
            None => Ok(()),
        }
    }

    fn type_variable(
        &mut self,
        param: &'a TypeParam,
        part: Part,
        value: &'a Expr,
        description: &'static str,
    ) -> Compiled<()> {
        let name = &param.name().id;
        let before = self.enter(param, part, ScopeKind::TypeVariable, name, value.range());
        self.start_deferred(before, description)?;
        self.expr(value)?;
        self.current = before;
        Ok(())
    }

    fn pattern(&mut self, pattern: &'a Pattern) -> Compiled<()> {
        match pattern {
            Pattern::MatchValue(node) => self.expr(&node.value),
            Pattern::MatchSingleton(_) => Ok(()),
            Pattern::MatchSequence(node) => node.patterns.iter().try_for_each(|p| self.pattern(p)),
            Pattern::MatchMapping(node) => {
                node.keys.iter().try_for_each(|k| self.expr(k))?;
                node.patterns.iter().try_for_each(|p| self.pattern(p))?;
                self.capture(node.rest.as_ref(), node.range)
            }
            Pattern::MatchClass(node) => {
                self.expr(&node.cls)?;
                node.arguments
                    .patterns
                    .iter()
                    .try_for_each(|p| self.pattern(p))?;
                for keyword in &node.arguments.keywords {
                    self.check_debug(&keyword.attr.id, false, keyword.pattern.range())?;
                    self.pattern(&keyword.pattern)?;
                }
                Ok(())
            }
            Pattern::MatchStar(node) => self.capture(node.name.as_ref(), node.range),
            Pattern::MatchAs(node) => {
                if let Some(inner) = &node.pattern {
                    self.pattern(inner)?;
                }
                self.capture(node.name.as_ref(), node.range)
            }
            Pattern::MatchOr(node) => node.patterns.iter().try_for_each(|p| self.pattern(p)),
        }
    }

    fn capture(&mut self, name: Option<&ast::Identifier>, range: TextRange) -> Compiled<()> {
        name.map_or(Ok(()), |name| self.bind(&name.id, range))
    }
}

/// The range of a statement that ends with a block, as CPython has it: a semicolon behind its last
/// statement is part of it.
pub fn block_range(source: &Source, range: TextRange) -> TextRange {
    if source.is_synthetic() {
        return range;
    }
    let rest = &source.text()[usize::from(range.end())..];
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    if rest[blanks..].starts_with(';') {
        return range.add_end(((blanks + 1) as u32).into());
    }
    range
}

/// A definition's range as CPython has it: from `def`, `class` or `async`, without the decorators.
pub fn definition_range(
    source: &Source,
    range: TextRange,
    decorators: &[ast::Decorator],
) -> TextRange {
    let range = block_range(source, range);
    let Some(last) = decorators.last() else {
        return range;
    };
    if source.is_synthetic() {
        return range;
    }
    // Between the last decorator and the keyword there are only blanks and comments.
    let mut at = usize::from(last.range.end());
    let text = source.text();
    for line in text[at..usize::from(range.end())].split_inclusive('\n') {
        let code = line.trim_start();
        if !code.is_empty()
            && !code.starts_with('#')
            && ["def", "class", "async"]
                .iter()
                .any(|k| code.starts_with(k))
        {
            let start = at + (line.len() - code.len());
            return TextRange::new((start as u32).into(), range.end());
        }
        at += line.len();
    }
    range
}
