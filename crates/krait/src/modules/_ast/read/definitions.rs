//! Functions and classes.

use krait_runtime::native::{Cx, PyResult, Value};
use krait_syntax::ast::{
    Arguments, Decorator, Parameter, ParameterWithDefault, Parameters, Stmt, StmtClassDef,
    StmtFunctionDef, TypeParam, TypeParamParamSpec, TypeParamTypeVar, TypeParamTypeVarTuple,
    TypeParams,
};
use krait_syntax::{Ranged, TextRange};

use super::{Context, NO_INDEX, Object, Read, identifier};
use crate::modules::_ast::table::Node;

impl Read {
    pub(super) fn function(
        &mut self,
        cx: &mut Cx,
        object: Object,
        range: TextRange,
    ) -> PyResult<Stmt> {
        let name = self.name(cx, object, "name")?;
        self.check_name(cx, &name)?;
        let body = self.body(cx, object)?.into();
        let type_params = self.type_params(cx, object, range)?;
        let parameters = Box::new(self.arguments(cx, object, range)?);
        let decorator_list = self.decorators(cx, object)?.into();
        let returns = self.optional_child(cx, object, "returns")?;
        self.check_string(cx, object, "type_comment")?;
        Ok(Stmt::FunctionDef(StmtFunctionDef {
            node_index: NO_INDEX,
            range,
            is_async: object.node == Node::AsyncFunctionDef,
            decorator_list,
            name: identifier(name, range),
            type_params,
            parameters,
            returns,
            body,
        }))
    }

    pub(super) fn class(
        &mut self,
        cx: &mut Cx,
        object: Object,
        range: TextRange,
    ) -> PyResult<Stmt> {
        let name = self.name(cx, object, "name")?;
        self.check_name(cx, &name)?;
        let body = self.body(cx, object)?.into();
        let type_params = self.type_params(cx, object, range)?;
        let args = self.children(cx, object, "bases", Context::Load)?;
        let keywords = self.keywords(cx, object)?;
        let decorator_list = self.decorators(cx, object)?.into();
        let has_arguments = !args.is_empty() || !keywords.is_empty();
        let arguments = has_arguments.then(|| {
            Box::new(Arguments {
                range,
                node_index: NO_INDEX,
                args: args.into(),
                keywords: keywords.into(),
            })
        });
        let name = identifier(name, range);
        Ok(Stmt::ClassDef(StmtClassDef {
            node_index: NO_INDEX,
            range,
            decorator_list,
            name,
            type_params,
            arguments,
            body,
        }))
    }

    fn decorators(&mut self, cx: &mut Cx, object: Object) -> PyResult<Vec<Decorator>> {
        let expressions = self.children(cx, object, "decorator_list", Context::Load)?;
        Ok(expressions
            .into_iter()
            .map(|expression| Decorator {
                range: expression.range(),
                node_index: NO_INDEX,
                expression,
            })
            .collect())
    }

    /// The field `args` of a function or lambda.
    pub(super) fn arguments(
        &mut self,
        cx: &mut Cx,
        object: Object,
        range: TextRange,
    ) -> PyResult<Parameters> {
        let v = self.present(cx, object, "args")?;
        let args = self.object(cx, v, Node::Arguments)?;
        let mut posonlyargs = self.parameters(cx, args, "posonlyargs")?;
        let mut plain = self.parameters(cx, args, "args")?;
        let vararg = self.optional_parameter(cx, args, "vararg")?;
        let mut kwonlyargs = self.parameters(cx, args, "kwonlyargs")?;
        let kwarg = self.optional_parameter(cx, args, "kwarg")?;
        let defaults = self.children(cx, args, "defaults", Context::Load)?;
        if defaults.len() > posonlyargs.len() + plain.len() {
            return Err(cx.value_error("more positional defaults than args on arguments"));
        }
        let kw_defaults = self.items(cx, args, "kw_defaults")?;
        if kw_defaults.len() != kwonlyargs.len() {
            return Err(
                cx.value_error("length of kwonlyargs is not the same as kw_defaults on arguments")
            );
        }
        let without = posonlyargs.len() + plain.len() - defaults.len();
        let with_default = posonlyargs.iter_mut().chain(&mut plain).skip(without);
        for (parameter, default) in with_default.zip(defaults) {
            parameter.default = Some(Box::new(default));
        }
        for (parameter, &default) in kwonlyargs.iter_mut().zip(kw_defaults.as_slice()) {
            if !default.is_none() {
                parameter.default = Some(Box::new(self.expr(cx, default, Context::Load)?));
            }
        }
        Ok(Parameters {
            range,
            node_index: NO_INDEX,
            posonlyargs: posonlyargs.into(),
            args: plain.into(),
            vararg,
            kwonlyargs: kwonlyargs.into(),
            kwarg,
        })
    }

    fn parameters(
        &mut self,
        cx: &mut Cx,
        args: Object,
        name: &str,
    ) -> PyResult<Vec<ParameterWithDefault>> {
        let items = self.items(cx, args, name)?;
        let mut parameters = Vec::with_capacity(items.len());
        for &v in items.as_slice() {
            let parameter = self.parameter(cx, v)?;
            parameters.push(ParameterWithDefault {
                range: parameter.range,
                node_index: NO_INDEX,
                parameter,
                default: None,
            });
        }
        Ok(parameters)
    }

    fn optional_parameter(
        &mut self,
        cx: &mut Cx,
        args: Object,
        name: &str,
    ) -> PyResult<Option<Box<Parameter>>> {
        match self.optional(cx, args, name)? {
            Some(v) => self.parameter(cx, v).map(|p| Some(Box::new(p))),
            None => Ok(None),
        }
    }

    fn parameter(&mut self, cx: &mut Cx, v: Value) -> PyResult<Parameter> {
        let (arg, range, _) = self.placed(cx, v, Node::Arg)?;
        let name = identifier(self.name(cx, arg, "arg")?, range);
        let annotation = self.optional_child(cx, arg, "annotation")?;
        self.check_string(cx, arg, "type_comment")?;
        Ok(Parameter {
            range,
            node_index: NO_INDEX,
            name,
            annotation,
        })
    }

    pub(super) fn type_params(
        &mut self,
        cx: &mut Cx,
        object: Object,
        range: TextRange,
    ) -> PyResult<Option<Box<TypeParams>>> {
        let items = self.items(cx, object, "type_params")?;
        if items.is_empty() {
            return Ok(None);
        }
        let mut type_params = Vec::with_capacity(items.len());
        for &v in items.as_slice() {
            type_params.push(self.type_param(cx, v)?);
        }
        Ok(Some(Box::new(TypeParams {
            range,
            node_index: NO_INDEX,
            type_params,
        })))
    }

    fn type_param(&mut self, cx: &mut Cx, v: Value) -> PyResult<TypeParam> {
        let node_index = NO_INDEX;
        let (object, range, _) = self.placed(cx, v, Node::AnyTypeParam)?;
        let name = self.name(cx, object, "name")?;
        self.check_name(cx, &name)?;
        let name = identifier(name, range);
        let bound = match object.node {
            Node::TypeVar => self.optional_child(cx, object, "bound")?,
            _ => None,
        };
        let default = self.optional_child(cx, object, "default_value")?;
        Ok(match object.node {
            Node::TypeVar => TypeParam::TypeVar(TypeParamTypeVar {
                node_index,
                range,
                name,
                bound,
                default,
            }),
            Node::ParamSpec => TypeParam::ParamSpec(TypeParamParamSpec {
                node_index,
                range,
                name,
                default,
            }),
            _ => TypeParam::TypeVarTuple(TypeParamTypeVarTuple {
                node_index,
                range,
                name,
                default,
            }),
        })
    }
}
