//! Functions and classes: parameters, type parameters, decorators.

use krait_runtime::native::{Cx, PyResult, Value};
use krait_syntax::ast::{
    self, Parameter, ParameterWithDefault, Parameters, StmtClassDef, StmtFunctionDef, TypeParam,
};
use krait_syntax::{Ranged, TextRange};

use super::Build;
use crate::modules::_ast::table::Node;

impl Build<'_> {
    pub(super) fn function(&self, cx: &mut Cx, s: &StmtFunctionDef) -> PyResult<Value> {
        let name = cx.intern(&s.name.id).value();
        let args = self.arguments(cx, Some(&s.parameters))?;
        let body = self.documented(cx, &s.body)?;
        let decorators = self.exprs(cx, s.decorator_list.iter().map(|d| &d.expression))?;
        let returns = self.optional(cx, s.returns.as_deref())?;
        let header_end = s
            .returns
            .as_ref()
            .map_or(s.parameters.range.end(), |r| r.end());
        let comment = self.function_comment(cx, header_end, &s.body);
        let params = self.type_params(cx, s.type_params.as_deref())?;
        let node = if s.is_async {
            Node::AsyncFunctionDef
        } else {
            Node::FunctionDef
        };
        let range = self.definition_range(s.range, &s.decorator_list);
        self.make(
            cx,
            node,
            range,
            &[name, args, body, decorators, returns, comment, params],
        )
    }

    pub(super) fn class(&self, cx: &mut Cx, s: &StmtClassDef) -> PyResult<Value> {
        let name = cx.intern(&s.name.id).value();
        let (bases, keywords) = match &s.arguments {
            Some(a) => (self.exprs(cx, &a.args)?, self.keywords(cx, &a.keywords)?),
            None => (cx.new_list(&[]), cx.new_list(&[])),
        };
        let body = self.documented(cx, &s.body)?;
        let decorators = self.exprs(cx, s.decorator_list.iter().map(|d| &d.expression))?;
        let params = self.type_params(cx, s.type_params.as_deref())?;
        let range = self.definition_range(s.range, &s.decorator_list);
        self.make(
            cx,
            Node::ClassDef,
            range,
            &[name, bases, keywords, body, decorators, params],
        )
    }

    fn definition_range(&self, range: TextRange, decorators: &[ast::Decorator]) -> TextRange {
        self.block_range(krait_compiler::scopes::definition_range(
            self.source,
            range,
            decorators,
        ))
    }

    pub(super) fn arguments(
        &self,
        cx: &mut Cx,
        parameters: Option<&Parameters>,
    ) -> PyResult<Value> {
        let Some(p) = parameters else {
            let empty = || Value::EMPTY;
            let mut lists = [empty(), empty(), empty(), empty(), empty()];
            for l in &mut lists {
                *l = cx.new_list(&[]);
            }
            let [posonly, args, kwonly, kw_defaults, defaults] = lists;
            let none = Value::none();
            return self.classes.make(
                cx,
                Node::Arguments,
                &[posonly, args, none, kwonly, kw_defaults, none, defaults],
                None,
            );
        };
        let posonly = self.parameters(cx, &p.posonlyargs)?;
        let args = self.parameters(cx, &p.args)?;
        let vararg = self.optional_parameter(cx, p.vararg.as_deref())?;
        let kwonly = self.parameters(cx, &p.kwonlyargs)?;
        let kw_defaults = self.list(cx, &p.kwonlyargs, |cx, k| {
            self.optional(cx, k.default.as_deref())
        })?;
        let kwarg = self.optional_parameter(cx, p.kwarg.as_deref())?;
        let with_default = p
            .posonlyargs
            .iter()
            .chain(&p.args)
            .filter_map(|p| p.default.as_deref());
        let defaults = self.exprs(cx, with_default)?;
        self.classes.make(
            cx,
            Node::Arguments,
            &[posonly, args, vararg, kwonly, kw_defaults, kwarg, defaults],
            None,
        )
    }

    fn parameters(&self, cx: &mut Cx, parameters: &[ParameterWithDefault]) -> PyResult<Value> {
        self.list(cx, parameters, |cx, p| {
            self.parameter(cx, &p.parameter, p.range)
        })
    }

    fn optional_parameter(&self, cx: &mut Cx, p: Option<&Parameter>) -> PyResult<Value> {
        match p {
            Some(p) => self.parameter(cx, p, p.range),
            None => Ok(Value::none()),
        }
    }

    /// `whole` includes the default.
    fn parameter(&self, cx: &mut Cx, p: &Parameter, whole: TextRange) -> PyResult<Value> {
        let name = cx.intern(&p.name.id).value();
        let annotation = self.optional(cx, p.annotation.as_deref())?;
        let comment = self.argument_comment(cx, whole.end());
        // Without the stars of `*args` and `**kwargs`.
        let range = TextRange::new(p.name.range.start(), p.range.end());
        self.make(cx, Node::Arg, range, &[name, annotation, comment])
    }

    pub(super) fn type_params(
        &self,
        cx: &mut Cx,
        params: Option<&ast::TypeParams>,
    ) -> PyResult<Value> {
        let params = params.map_or(&[][..], |p| &p.type_params);
        self.list(cx, params, |cx, p| self.type_param(cx, p))
    }

    fn type_param(&self, cx: &mut Cx, param: &TypeParam) -> PyResult<Value> {
        let name = cx.intern(&param.name().id).value();
        let default = self.optional(cx, param.default())?;
        match param {
            TypeParam::TypeVar(p) => {
                let bound = self.optional(cx, p.bound.as_deref())?;
                self.make(cx, Node::TypeVar, p.range, &[name, bound, default])
            }
            TypeParam::ParamSpec(p) => self.make(cx, Node::ParamSpec, p.range, &[name, default]),
            TypeParam::TypeVarTuple(p) => {
                self.make(cx, Node::TypeVarTuple, p.range, &[name, default])
            }
        }
    }
}
