//! Calls: filling a call area from left to right.

use krait_bytecode::{CALL_AREA_ARGS, CALL_AREA_CALLABLE, CommonConst, Const, Op};
use ruff_python_ast::{self as ast, Arguments, Expr};
use ruff_text_size::Ranged;

use super::Compiler;
use super::names::Access;
use super::unit::Val;
use crate::error::Compiled;
use crate::ir::Payload;
use crate::scopes::Resolution;

const CALLABLE: u32 = CALL_AREA_CALLABLE as u32;
const ARGS: u32 = CALL_AREA_ARGS as u32;

/// Calls with more arguments pass them as a tuple and a dict.
const MAX_DIRECT: usize = 255;

impl<'a> Compiler<'a> {
    pub(super) fn call(&mut self, node: &'a ast::ExprCall, want: Option<u32>) -> Compiled<Val> {
        self.check_keywords(&node.arguments)?;
        self.check_called(&node.func);
        if let Some(value) = self.call_of_generator(node, want)? {
            return Ok(value);
        }
        let area = self.unit().top;
        if needs_ex(&node.arguments) {
            self.u().set_top(area + CALLABLE);
            self.expr_into(&node.func, area + CALLABLE)?;
            self.u().set_top(area + ARGS);
            self.call_ex_arguments(area, &node.arguments.args, &node.arguments.keywords, None)?;
            let dst = self.dst(area, want);
            self.u().emit2(Op::CallEx, dst, area);
            return Ok(Val::Reg(dst));
        }
        let is_method = self.callee(&node.func, area)?;
        if let (true, Expr::Attribute(method)) = (is_method, &*node.func) {
            self.begin_at_attribute(method);
        }
        self.u().set_top(area + ARGS);
        self.finish_call(&node.arguments, area, is_method, want)
    }

    /// Puts the callable, and self where it is a method, into the call area.
    fn callee(&mut self, func: &'a Expr, area: u32) -> Compiled<bool> {
        self.u().set_top(area + CALLABLE);
        let Expr::Attribute(node) = func else {
            self.expr_into(func, area + CALLABLE)?;
            return Ok(false);
        };
        let before = self.set_pos(node.range);
        if let Some(operands) = self.super_operands(&node.value)? {
            let name = self.attribute_name(&node.attr.id);
            self.set_attribute_pos(node);
            self.load_super(Op::LoadSuperMethod, area + CALLABLE, operands, name);
        } else {
            let object = self.expr_reg(&node.value)?;
            let name = self.attribute_name(&node.attr.id);
            self.set_attribute_pos(node);
            self.u().set_top(area + ARGS);
            self.u().emit(Op::LoadMethod, area + CALLABLE, object, name);
        }
        self.u().body.pos = before;
        Ok(true)
    }

    /// In a chain over several lines the line of the attribute's name is the interesting one.
    pub(super) fn set_attribute_pos(&mut self, node: &ast::ExprAttribute) {
        self.set_pos(node.range);
        self.begin_at_attribute(node);
    }

    /// Lets the position begin at the attribute's name if that stands on another line.
    fn begin_at_attribute(&mut self, node: &ast::ExprAttribute) {
        let (line, col) = self.source.line_col(node.attr.range.start());
        let position = &mut self.u().body.pos;
        if line as i32 != position.line {
            position.line = line as i32;
            position.col = col as i32;
        }
    }

    fn finish_call(
        &mut self,
        arguments: &'a Arguments,
        area: u32,
        is_method: bool,
        want: Option<u32>,
    ) -> Compiled<Val> {
        for arg in &arguments.args {
            self.expr_temp(arg)?;
        }
        let mut names = Vec::new();
        for keyword in &arguments.keywords {
            // Not mangled, unlike the names of parameters.
            if let Some(name) = &keyword.arg {
                names.push(Const::str(&name.id));
            }
            self.expr_temp(&keyword.value)?;
        }
        let count = (arguments.args.len() + arguments.keywords.len()) as u32;
        let dst = self.dst(area, want);
        self.u().reserve_max(area + ARGS);
        if names.is_empty() {
            let op = if is_method { Op::CallMethod } else { Op::Call };
            self.u().emit(op, dst, area, count);
        } else {
            let op = if is_method {
                Op::CallKwMethod
            } else {
                Op::CallKw
            };
            let at = self.u().body.constant(Const::Tuple(names));
            self.u()
                .body
                .push(op, [dst, area, count], Payload::Const(at));
        }
        Ok(Val::Reg(dst))
    }

    pub(super) fn check_keywords(&mut self, arguments: &Arguments) -> Compiled<()> {
        let keywords = &arguments.keywords;
        for (at, keyword) in keywords.iter().enumerate() {
            let Some(name) = &keyword.arg else { continue };
            let same = |other: &&ast::Keyword| other.arg.as_ref().is_some_and(|n| n.id == name.id);
            if let Some(double) = keywords[at + 1..].iter().find(same) {
                return self.error(
                    double.range,
                    format!("keyword argument repeated: {}", name.id),
                );
            }
        }
        Ok(())
    }

    /// Fills `area+6` with the positional arguments and `area+7` with the keyword ones. `extra` is
    /// a register with one more positional argument at the end.
    pub(super) fn call_ex_arguments(
        &mut self,
        area: u32,
        args: &'a [Expr],
        keywords: &'a [ast::Keyword],
        extra: Option<u32>,
    ) -> Compiled<()> {
        let positional = area + ARGS;
        self.u().set_top(positional);
        match args {
            [Expr::Starred(only)] if extra.is_none() => {
                self.expr_into(&only.value, positional)?;
            }
            _ if extra.is_none() && !args.iter().any(Expr::is_starred_expr) => {
                self.u().set_top(positional);
                let value = self.tuple(args, Some(positional))?;
                debug_assert!(matches!(value, Val::Reg(_)));
            }
            _ => {
                self.u().reserve(positional);
                self.list_pieces(positional, args)?;
                if let Some(extra) = extra {
                    self.u().emit2(Op::ListAppend, positional, extra);
                }
                self.u().emit2(Op::ListToTuple, positional, positional);
            }
        }
        let mapping = positional + 1;
        self.u().set_top(mapping + 1);
        if keywords.is_empty() {
            self.u().emit1(Op::LoadEmpty, mapping);
            return Ok(());
        }
        self.keyword_mapping(area, mapping, keywords)
    }

    fn keyword_mapping(
        &mut self,
        area: u32,
        mapping: u32,
        keywords: &'a [ast::Keyword],
    ) -> Compiled<()> {
        let mark = self.unit().top;
        let mut rest = keywords;
        let mut started = false;
        while !rest.is_empty() {
            let named = rest
                .iter()
                .take_while(|k| k.arg.is_some())
                .count()
                .min(MAX_DIRECT / 2);
            if named > 0 || !started {
                let target = if started { self.u().alloc() } else { mapping };
                let first = self.unit().top;
                for keyword in &rest[..named] {
                    let name = keyword.arg.as_ref().map_or("", |n| n.id.as_str());
                    self.materialize(Val::Const(Const::str(name)));
                    self.expr_temp(&keyword.value)?;
                }
                self.u().emit(Op::BuildMap, target, first, named as u32);
                if started {
                    self.u()
                        .emit(Op::DictMerge, mapping, target, area + CALLABLE);
                }
                started = true;
                self.u().top = mark;
                rest = &rest[named..];
                continue;
            }
            let value = self.expr_reg(&rest[0].value)?;
            self.u()
                .emit(Op::DictMerge, mapping, value, area + CALLABLE);
            self.u().top = mark;
            rest = &rest[1..];
        }
        Ok(())
    }

    // ---- super() ----------------------------------------------------------------------------

    /// For `super()` and `super(class, self)`: `super`, class and self in three consecutive new
    /// temporaries, and the number of arguments written.
    pub(super) fn super_operands(&mut self, value: &'a Expr) -> Compiled<Option<(u32, u32)>> {
        let Expr::Call(call) = value else {
            return Ok(None);
        };
        let Expr::Name(name) = &*call.func else {
            return Ok(None);
        };
        let arguments = &call.arguments;
        let plain = name.id == "super"
            && self.in_function()
            && arguments.keywords.is_empty()
            && !arguments.args.iter().any(Expr::is_starred_expr)
            && self.super_is_builtin();
        if !plain {
            return Ok(None);
        }
        let before = self.set_pos(call.range());
        let operands = match &*arguments.args {
            [class, object] => {
                let first = self.unit().top;
                self.expr_temp(&call.func)?;
                self.expr_temp(class)?;
                self.expr_temp(object)?;
                Some((first, 2))
            }
            [] => self.implicit_super(&call.func)?,
            _ => None,
        };
        self.u().body.pos = before;
        Ok(operands)
    }

    fn super_is_builtin(&self) -> bool {
        let at_module = self.scopes.top().symbol("super");
        let bound = at_module.is_some_and(|s| s.flags & crate::scopes::def::BOUND != 0);
        let here = self
            .scope_of(self.unit().scope)
            .symbol("super")
            .map(|s| s.resolution);
        !bound
            && matches!(here, None | Some(Resolution::GlobalImplicit))
            && self.access(&"super".into()) == Access::Global
    }

    fn implicit_super(&mut self, func: &'a Expr) -> Compiled<Option<(u32, u32)>> {
        let unit = self.unit();
        let Some(first_param) = unit.varnames.first().filter(|_| unit.argcount > 0).cloned() else {
            return Ok(None);
        };
        let Some(class) = self.cell_register(&"__class__".into()) else {
            return Ok(None);
        };
        let first = self.unit().top;
        self.expr_temp(func)?;
        let reg = self.u().alloc();
        self.u().emit2(Op::LoadDeref, reg, class);
        let object = self.u().alloc();
        // Not by name: a comprehension could shadow it.
        match self.unit().places.get(&first_param).copied() {
            Some(super::Place::Cell(cell)) => self.u().emit2(Op::LoadDeref, object, cell),
            _ => {
                self.u().emit1(Op::CheckBound, 0);
                self.u().mov(object, 0);
            }
        }
        Ok(Some((first, 0)))
    }

    pub(super) fn load_super(&mut self, op: Op, dst: u32, operands: (u32, u32), name: u32) {
        let (first, count) = operands;
        let last = dst + u32::from(op == Op::LoadSuperMethod);
        self.u().reserve_max(last);
        self.u()
            .body
            .push(op, [dst, first, name], Payload::Imm(u64::from(count)));
    }

    // ---- Builtins that use up a generator expression --------------------------------------------

    /// `any(... for ...)` as a loop that looks for a true item, if the name still means the builtin: the
    /// expression's own loop, or where events are watched one in place.
    fn call_of_generator(
        &mut self,
        node: &'a ast::ExprCall,
        want: Option<u32>,
    ) -> Compiled<Option<Val>> {
        let [arg @ Expr::Generator(generator)] = &*node.arguments.args else {
            return Ok(None);
        };
        let is_async = self.generator_is_async(generator);
        if !node.arguments.keywords.is_empty() || is_async {
            return Ok(None);
        }
        let name = match &*node.func {
            Expr::Name(name) => name,
            Expr::Attribute(method)
                if method.value.is_string_literal_expr() && method.attr.id == "join" =>
            {
                return self.call_with_list(node, arg, None, want).map(Some);
            }
            _ => return Ok(None),
        };
        // CPython has loops for the first three only: there the events of the others are those of a call.
        let (common, has_events) = match name.id.as_str() {
            "all" => (CommonConst::All, true),
            "any" => (CommonConst::Any, true),
            "tuple" => (CommonConst::Tuple, true),
            "list" => (CommonConst::List, false),
            "set" => (CommonConst::Set, false),
            "sum" => (CommonConst::Sum, false),
            "max" => (CommonConst::Max, false),
            "min" => (CommonConst::Min, false),
            "sorted" => {
                let builtin = Some(CommonConst::Sorted);
                return self.call_with_list(node, arg, builtin, want).map(Some);
            }
            _ => return Ok(None),
        };
        let area = self.unit().top;
        let result = self.building(want);
        let end = self.u().body.label();
        let callee = self.u().alloc_many(CALLABLE + 1) + CALLABLE;
        self.expr_into(&node.func, callee)?;
        let ways: &[Op] = if has_events {
            &[Op::LoadCommonUnwatched, Op::LoadCommon]
        } else {
            &[Op::LoadCommonUnwatched]
        };
        let call = self.u().body.pos;
        if has_events {
            // CPython's loop stands at the name.
            self.set_pos(node.func.range());
        }
        for &load in ways {
            let other = self.u().body.label();
            self.u().top = callee + 1;
            let builtin = self.u().alloc();
            self.u().emit(load, builtin, 0, common as u32);
            self.u().emit_jump(Op::JumpIfIsNot, callee, builtin, other);
            self.u().top = builtin;
            if load == Op::LoadCommonUnwatched {
                self.consumed_generator(arg, common, callee - CALLABLE, result)?;
            } else {
                self.quietly(|this| this.unrolled_generator(arg, result, common, end))?;
            }
            self.u().jump(end);
            self.u().body.place(other);
        }
        self.u().body.pos = call;
        self.u().set_top(callee + (ARGS - CALLABLE));
        if has_events {
            // What CPython has a loop for it compiles twice, and warns of twice.
            self.expr_temp(arg)?;
        } else {
            self.quietly(|this| this.expr_temp(arg))?;
        }
        self.u().emit(Op::Call, result, callee - CALLABLE, 1);
        self.u().body.place(end);
        Ok(Some(self.built(area, result, want)))
    }

    /// The call of `sorted` or of a string's `join`, both of which first make a list of what they are given:
    /// with that list in place of the generator expression, if the name means the builtin.
    fn call_with_list(
        &mut self,
        node: &'a ast::ExprCall,
        arg: &'a Expr,
        builtin: Option<CommonConst>,
        want: Option<u32>,
    ) -> Compiled<Val> {
        let area = self.unit().top;
        let is_method = self.callee(&node.func, area)?;
        if let (true, Expr::Attribute(method)) = (is_method, &*node.func) {
            self.begin_at_attribute(method);
        }
        self.u().set_top(area + ARGS);
        let list = self.u().alloc();
        let (plain, call) = (self.u().body.label(), self.u().body.label());
        let common = builtin.unwrap_or(CommonConst::List);
        self.u()
            .emit(Op::LoadCommonUnwatched, list, 0, common as u32);
        match builtin {
            Some(_) => self
                .u()
                .emit_jump(Op::JumpIfIsNot, area + CALLABLE, list, plain),
            None => self.u().emit_jump(Op::JumpIfNone, list, 0, plain),
        }
        let inner = self.unit().top;
        self.consumed_generator(arg, CommonConst::List, inner, list)?;
        self.u().jump(call);
        self.u().body.place(plain);
        self.u().top = list;
        self.quietly(|this| this.expr_temp(arg))?;
        self.u().body.place(call);
        let dst = self.dst(area, want);
        self.u().reserve_max(area + ARGS);
        let op = if is_method { Op::CallMethod } else { Op::Call };
        self.u().emit(op, dst, area, 1);
        Ok(Val::Reg(dst))
    }

    fn unrolled_generator(
        &mut self,
        arg: &'a Expr,
        result: u32,
        common: CommonConst,
        end: crate::ir::Label,
    ) -> Compiled<()> {
        let (start, add) = match common {
            CommonConst::Tuple => (Some(Op::BuildList), Op::ListAppend),
            CommonConst::Any => (None, Op::JumpIfFalse),
            _ => (None, Op::JumpIfTrue),
        };
        if let Some(start) = start {
            self.u().emit(start, result, result, 0);
        }
        let iterator = self.expr_temp(arg)?;
        let (next, body) = (self.u().body.label(), self.u().body.label());
        let item = self.u().alloc();
        self.u().jump(next);
        self.u().body.place(body);
        let (found, otherwise) = match common {
            CommonConst::Any => (Const::True, Const::False),
            _ => (Const::False, Const::True),
        };
        if start.is_some() {
            self.u().emit2(add, result, item);
        } else {
            self.u().emit_jump(add, item, 0, next);
            self.u().load_const(result, found);
            self.u().jump(end);
        }
        self.u().body.place(next);
        self.u().emit_jump(Op::ForIter, item, iterator, body);
        match common {
            CommonConst::Tuple => self.u().emit2(Op::ListToTuple, result, result),
            _ => self.u().load_const(result, otherwise),
        }
        Ok(())
    }
}

/// Whether the arguments have to be passed as a tuple and a dict.
pub(super) fn needs_ex(arguments: &Arguments) -> bool {
    arguments.args.iter().any(Expr::is_starred_expr)
        || arguments.keywords.iter().any(|k| k.arg.is_none())
        || arguments.args.len() + arguments.keywords.len() > MAX_DIRECT
}
