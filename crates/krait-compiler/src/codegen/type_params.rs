//! Type parameters, generic functions and type aliases (PEP 695, 696).

use krait_bytecode::{CommonConst, Const, Intrinsic1, Intrinsic2, Op};
use ruff_python_ast::{self as ast, Expr, TypeParam, TypeParams};
use ruff_text_size::Ranged;

use super::Compiler;
use super::functions::FunctionParts;
use super::unit::Val;
use crate::error::Compiled;
use crate::scopes::{Part, ScopeId};

const CALLABLE: u32 = krait_bytecode::CALL_AREA_CALLABLE as u32;
const ARGS: u32 = krait_bytecode::CALL_AREA_ARGS as u32;

impl<'a> Compiler<'a> {
    /// `function` = generic function; its defaults are evaluated already.
    pub(super) fn generic_function(
        &mut self,
        node: &'a ast::StmtFunctionDef,
        params: &'a TypeParams,
        parts: FunctionParts,
        function: u32,
        first_line: i32,
    ) -> Compiled<()> {
        let scope = self
            .scopes
            .of(node, Part::TypeParams)
            .expect("generics have a scope");
        self.enter(
            scope,
            &format!("<generic parameters of {}>", node.name.id),
            first_line,
        )?;
        let count = self.unit().nparams;
        self.u().argcount = count;
        self.set_pos(node.range);
        let types = self.type_params(params)?;
        let inner = self.u().alloc();
        let mut inner_parts = FunctionParts::default();
        let mut next_param = self.unit().first_local;
        for (given, slot) in [
            (parts.defaults, &mut inner_parts.defaults),
            (parts.kwdefaults, &mut inner_parts.kwdefaults),
        ] {
            if given.is_some() {
                *slot = Some(next_param);
                next_param += 1;
            }
        }
        let inner_parts = self.annotation_parts(node, inner_parts)?;
        let code = self.function_code(node, first_line)?;
        self.make_function(code, inner_parts, inner)?;
        // Function and type parameters side by side.
        let pair = self.u().alloc_many(2);
        self.u().mov(pair, inner);
        self.u().mov(pair + 1, types);
        self.u().emit(
            Op::Intrinsic2,
            pair,
            pair,
            Intrinsic2::SetFunctionTypeParams as u32,
        );
        self.u().emit1(Op::Return, pair);
        let code = self.leave()?;
        let arguments = [parts.defaults, parts.kwdefaults];
        self.call_scope(code, &arguments, function)
    }

    /// Makes a function of `code`, calls it with `arguments`, and leaves the result in `dst`.
    pub(super) fn call_scope(
        &mut self,
        code: krait_bytecode::Code,
        arguments: &[Option<u32>],
        dst: u32,
    ) -> Compiled<()> {
        let area = self.unit().top;
        self.u().set_top(area + CALLABLE);
        self.make_function(code, FunctionParts::default(), area + CALLABLE)?;
        self.u().set_top(area + ARGS);
        let mut count = 0;
        for argument in arguments.iter().flatten() {
            let reg = self.u().alloc();
            self.u().mov(reg, *argument);
            count += 1;
        }
        self.u().top = area;
        self.u().emit(Op::Call, dst, area, count);
        Ok(())
    }

    /// Makes the type parameters, binds their names, and leaves their tuple in a new temporary.
    pub(super) fn type_params(&mut self, params: &'a TypeParams) -> Compiled<u32> {
        let first = self.unit().top;
        let mut seen_default = false;
        for param in &params.type_params {
            let before = self.set_pos(param.range());
            let reg = self.type_param(param)?;
            match param.default() {
                Some(default) => {
                    seen_default = true;
                    let evaluator = self.u().alloc();
                    self.evaluator(param, Part::Default, default, evaluator)?;
                    let op = Intrinsic2::SetTypeparamDefault;
                    self.u().emit(Op::Intrinsic2, reg, reg, op as u32);
                    self.u().top = reg + 1;
                }
                None if seen_default => {
                    let msg = format!(
                        "non-default type parameter '{}' follows default type parameter",
                        param.name().id
                    );
                    return self.error(param.range(), msg);
                }
                None => {}
            }
            self.store_name_reg(&param.name().id, reg);
            self.u().body.pos = before;
        }
        let count = params.type_params.len() as u32;
        self.u().emit(Op::BuildTuple, first, first, count);
        self.u().top = first + 1;
        Ok(first)
    }

    fn type_param(&mut self, param: &'a TypeParam) -> Compiled<u32> {
        let name = Const::str(&param.name().id);
        let reg = self.materialize(Val::Const(name));
        let intrinsic = match param {
            TypeParam::ParamSpec(_) => Intrinsic1::ParamSpec,
            TypeParam::TypeVarTuple(_) => Intrinsic1::TypeVarTuple,
            TypeParam::TypeVar(node) => match &node.bound {
                None => Intrinsic1::TypeVar,
                Some(bound) => {
                    let evaluator = self.u().alloc();
                    self.evaluator(param, Part::Bound, bound, evaluator)?;
                    let op = if bound.is_tuple_expr() {
                        Intrinsic2::TypeVarWithConstraints
                    } else {
                        Intrinsic2::TypeVarWithBound
                    };
                    self.u().emit(Op::Intrinsic2, reg, reg, op as u32);
                    self.u().top = reg + 1;
                    return Ok(reg);
                }
            },
        };
        self.u().emit(Op::Intrinsic1, reg, reg, intrinsic as u32);
        Ok(reg)
    }

    /// `dst` = function that evaluates `value` in the scope of a type parameter.
    fn evaluator(
        &mut self,
        param: &'a TypeParam,
        part: Part,
        value: &'a Expr,
        dst: u32,
    ) -> Compiled<()> {
        let scope = self
            .scopes
            .of(param, part)
            .expect("evaluators have a scope");
        self.lazy_value(scope, &param.name().id, value, dst)
    }

    /// `dst` = function `name(format=1)` that returns `value`.
    fn lazy_value(
        &mut self,
        scope: ScopeId,
        name: &str,
        value: &'a Expr,
        dst: u32,
    ) -> Compiled<()> {
        let mark = self.unit().top;
        let line = self.line_of(value.range());
        self.enter(scope, name, line)?;
        self.set_pos(value.range());
        self.check_annotate_format();
        let reg = match value {
            // `*tuple` as the default of a TypeVarTuple unpacks.
            Expr::Starred(node) => {
                let source = self.expr_reg(&node.value)?;
                let reg = self.u().alloc();
                self.u().emit(Op::UnpackSequence, reg, source, 1);
                reg
            }
            value => self.expr_reg(value)?,
        };
        self.u().emit1(Op::Return, reg);
        let code = self.leave()?;
        let defaults = self.u().alloc();
        self.u()
            .load_const(defaults, Const::Tuple(vec![Const::Int(1)]));
        let parts = FunctionParts {
            defaults: Some(defaults),
            ..FunctionParts::default()
        };
        self.make_function(code, parts, dst)?;
        self.u().top = mark;
        Ok(())
    }

    /// Raises NotImplementedError if the `format` argument asks for what the runtime must fake.
    pub(super) fn check_annotate_format(&mut self) {
        let unit = self.u();
        unit.argcount = 1;
        unit.posonly = 1;
        let supported = unit.body.label();
        let format = unit.first_local;
        let error = unit.top;
        unit.reserve_max(error);
        unit.emit_jump(Op::JumpIfNotGtImm, format, 2, supported);
        unit.emit(
            Op::LoadCommon,
            error,
            0,
            CommonConst::NotImplementedError as u32,
        );
        unit.emit1(Op::Raise, error);
        unit.body.place(supported);
    }

    pub(super) fn type_alias(&mut self, node: &'a ast::StmtTypeAlias) -> Compiled<()> {
        let Expr::Name(name) = &*node.name else {
            return self.error(node.range, "invalid syntax");
        };
        let mark = self.unit().top;
        let result = self.u().alloc();
        match &node.type_params {
            None => {
                self.type_alias_value(node, name, None, result)?;
            }
            Some(params) => {
                let scope = self
                    .scopes
                    .of(node, Part::TypeParams)
                    .expect("generics have a scope");
                let line = self.line_of(node.range);
                self.enter(scope, &format!("<generic parameters of {}>", name.id), line)?;
                self.set_pos(node.range);
                let alias = self.u().alloc();
                let types = self.type_params(params)?;
                self.type_alias_value(node, name, Some(types), alias)?;
                self.u().emit1(Op::Return, alias);
                let code = self.leave()?;
                self.call_scope(code, &[], result)?;
            }
        }
        self.store_name_reg(&name.id, result);
        self.u().top = mark;
        Ok(())
    }

    fn type_alias_value(
        &mut self,
        node: &'a ast::StmtTypeAlias,
        name: &ast::ExprName,
        types: Option<u32>,
        dst: u32,
    ) -> Compiled<()> {
        let first = self.u().alloc_many(3);
        self.u().load_const(first, Const::str(&name.id));
        match types {
            Some(types) => self.u().mov(first + 1, types),
            None => self.u().emit1(Op::LoadNone, first + 1),
        }
        let scope = self
            .scopes
            .of(node, Part::Body)
            .expect("aliases have a scope");
        self.lazy_value(scope, &name.id, &node.value, first + 2)?;
        self.u().emit(Op::BuildTuple, first, first, 3);
        self.u()
            .emit(Op::Intrinsic1, dst, first, Intrinsic1::TypeAlias as u32);
        self.u().top = first;
        Ok(())
    }
}
