//! Comprehensions and generator expressions.
//!
//! Comprehensions are compiled into the function around them (PEP 709). Their variables have
//! registers of their own, so nothing of the function has to be saved: a variable that the function
//! does not know by name is one of its locals (and unbound again afterwards); one that would hide
//! something is a temporary, or a new cell in a temporary if a function inside uses it.

use std::collections::HashMap;

use krait_bytecode::{Code, CommonConst, Const, Intrinsic1, Intrinsic2, Op, flags};
use ruff_python_ast::{self as ast, CmpOp, Comprehension, Expr, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

use super::Compiler;
use super::unit::{Inlined, Place, Unit, Val};
use crate::error::Compiled;
use crate::ir::{Label, Payload};
use crate::scopes::{Part, Resolution, ScopeId, ScopeKind, def};

/// The kind-independent view of a comprehension.
#[derive(Clone, Copy)]
struct View<'a> {
    scope: ScopeId,
    kind: ScopeKind,
    range: TextRange,
    generators: &'a [Comprehension],
    key: Option<&'a Expr>,
    value: &'a Expr,
    /// What becomes of the items of a generator expression that is none.
    consumer: Option<Consumer>,
}

/// A builtin that uses up the items of a generator expression in the expression's own loop.
#[derive(Clone, Copy)]
struct Consumer {
    builtin: CommonConst,
    /// Where `all` and `any` go once the result is known.
    found: Label,
}

impl<'a> Compiler<'a> {
    fn view(&self, expr: &'a Expr) -> Option<View<'a>> {
        let (scope, generators, key, value) = match expr {
            Expr::ListComp(n) => (self.scopes.of(n, Part::Body), &n.generators, None, &n.elt),
            Expr::SetComp(n) => (self.scopes.of(n, Part::Body), &n.generators, None, &n.elt),
            Expr::Generator(n) => (self.scopes.of(n, Part::Body), &n.generators, None, &n.elt),
            Expr::DictComp(n) => (
                self.scopes.of(n, Part::Body),
                &n.generators,
                n.key.as_deref(),
                &n.value,
            ),
            _ => return None,
        };
        let scope = scope?;
        let kind = self.scope_of(scope).kind;
        Some(View {
            scope,
            kind,
            range: self.comprehension_range(expr),
            generators,
            key,
            value,
            consumer: None,
        })
    }

    /// The range as CPython has it: a generator expression that is a call's only argument includes
    /// the call's parentheses.
    pub(super) fn comprehension_range(&self, expr: &Expr) -> TextRange {
        let range = expr.range();
        let Expr::Generator(node) = expr else {
            return range;
        };
        if node.parenthesized || self.source.is_synthetic() {
            return range;
        }
        let text = self.source.text();
        let open = text[..range.start().to_usize()].rfind('(');
        let close = text[range.end().to_usize()..].find(')');
        match (open, close) {
            (Some(open), Some(close)) => {
                let end = range.end().to_usize() + close + 1;
                TextRange::new((open as u32).into(), (end as u32).into())
            }
            _ => range,
        }
    }

    pub(super) fn generator_is_async(&self, node: &ast::ExprGenerator) -> bool {
        let scope = self.scopes.of(node, Part::Body);
        scope.is_none_or(|id| self.scope_of(id).is_coroutine)
    }

    pub(super) fn comprehension(&mut self, expr: &'a Expr, want: Option<u32>) -> Compiled<Val> {
        let Some(view) = self.view(expr) else {
            return self.error(expr.range(), "invalid syntax");
        };
        let scope = self.scope_of(view.scope);
        if scope.inlined {
            return self.inlined_comprehension(view, want);
        }
        if view.kind == ScopeKind::Generator {
            return self.generator_expression(view, want);
        }
        self.outlined_comprehension(view, want)
    }

    /// The outermost iterable's iterator in a new temporary.
    fn outer_iterator(&mut self, generator: &'a Comprehension) -> Compiled<u32> {
        let mark = self.unit().top;
        let value = self.iterable(&generator.iter)?;
        let before = self.set_pos(generator.iter.range());
        self.u().top = mark;
        let iterator = self.u().alloc();
        let op = if generator.is_async {
            Op::GetAiter
        } else {
            Op::GetIter
        };
        self.u().emit2(op, iterator, value);
        self.u().body.pos = before;
        Ok(iterator)
    }

    /// An expression that is only iterated over, in a register.
    pub(super) fn iterable(&mut self, expr: &'a Expr) -> Compiled<u32> {
        let value = self.constant_container(expr)?;
        Ok(self.materialize(value))
    }

    fn inlined_comprehension(&mut self, view: View<'a>, want: Option<u32>) -> Compiled<Val> {
        let mark = self.unit().top;
        let result = self.building(want);
        let iterator = self.outer_iterator(&view.generators[0])?;
        let named = self.begin_inlined(view.scope);
        match view.kind {
            ScopeKind::SetComp => self.u().emit(Op::BuildSet, result, result, 0),
            ScopeKind::DictComp => self.u().emit(Op::BuildMap, result, result, 0),
            _ => self.begin_list(view, result, iterator),
        }
        if named.is_empty() {
            self.generators(view, 0, Some(iterator), Some(result))?;
            self.u().inlined.pop();
            return Ok(self.built(mark, result, want));
        }
        // The variables end with the comprehension, also if it raises.
        let failed = self.u().body.label();
        let exc = self.u().alloc();
        self.u().body.guard(failed, exc);
        self.generators(view, 0, Some(iterator), Some(result))?;
        self.u().inlined.pop();
        let unit = self.u();
        unit.body.unguard();
        for &reg in &named {
            unit.emit1(Op::Clear, reg);
        }
        unit.body.begin_cold();
        unit.body.place(failed);
        for reg in named {
            unit.emit1(Op::Clear, reg);
        }
        unit.emit1(Op::Reraise, exc);
        unit.body.end_cold();
        Ok(self.built(mark, result, want))
    }

    /// Gives an inlined comprehension's variables their registers; the result is those which have
    /// to be unbound in the end.
    fn begin_inlined(&mut self, scope_id: ScopeId) -> Vec<u32> {
        let scope = self.scope_of(scope_id);
        let mut places = HashMap::new();
        let mut named = Vec::new();
        for symbol in &scope.symbols {
            let is_cell = symbol.resolution == Resolution::Cell;
            let is_local = symbol.resolution == Resolution::Local;
            if symbol.name == ".0" || !(is_cell || is_local) || symbol.flags & def::BOUND == 0 {
                continue;
            }
            if is_cell {
                let reg = self.u().alloc();
                self.u().emit1(Op::Clear, reg);
                self.u().emit1(Op::MakeCell, reg);
                places.insert(symbol.name.clone(), Place::Cell(reg));
                continue;
            }
            let reg = match self.free_named_register(&symbol.name) {
                Some(reg) => {
                    named.push(reg);
                    reg
                }
                None => {
                    let reg = self.u().alloc();
                    self.u().emit1(Op::Clear, reg);
                    reg
                }
            };
            places.insert(symbol.name.clone(), Place::Local(reg));
        }
        self.u().inlined.push(Inlined {
            scope: scope_id,
            places,
        });
        named
    }

    /// The local that was set aside for a comprehension variable, unless one is using it now.
    fn free_named_register(&self, name: &ruff_python_ast::name::Name) -> Option<u32> {
        let unit = self.unit();
        if unit.places.contains_key(name) {
            return None;
        }
        let at = unit.varnames.iter().position(|n| n == name)?;
        let reg = unit.first_local + at as u32;
        let taken = |i: &Inlined| i.places.values().any(|p| *p == Place::Local(reg));
        (!unit.inlined.iter().any(taken)).then_some(reg)
    }

    fn generator_expression(&mut self, view: View<'a>, want: Option<u32>) -> Compiled<Val> {
        let mark = self.unit().top;
        let code = self.comprehension_code(view)?;
        let free = code.freevars.clone();
        let at = self.u().body.constant(Const::Code(code.into()));
        let first = self.outer_iterator(&view.generators[0])?;
        self.cells_of(&free);
        let dst = self.dst(mark, want);
        let given = free.len() as u32 + 1;
        self.u()
            .body
            .push(Op::MakeGenerator, [dst, first, given], Payload::Const(at));
        Ok(Val::Reg(dst))
    }

    /// A new list for the items of a comprehension. As many as its iterator gives, if nothing else decides.
    fn begin_list(&mut self, view: View<'a>, result: u32, iterator: u32) {
        match view.generators {
            [only] if only.ifs.is_empty() && !only.is_async => {
                self.u().emit2(Op::ListFor, result, iterator);
            }
            _ => self.u().emit(Op::BuildList, result, result, 0),
        }
    }

    /// `builtin(... for ...)` as a call of the expression's loop, which does with its items what the
    /// builtin does. The call area is at `area`.
    pub(super) fn consumed_generator(
        &mut self,
        expr: &'a Expr,
        builtin: CommonConst,
        area: u32,
        result: u32,
    ) -> Compiled<()> {
        let Some(view) = self.view(expr) else {
            return self.error(expr.range(), "invalid syntax");
        };
        let code = self.consuming_code(view, builtin)?;
        let free = code.freevars.clone();
        let at = self.u().body.constant(Const::Code(code.into()));
        self.u()
            .set_top(area + u32::from(krait_bytecode::CALL_AREA_ARGS));
        self.outer_iterator(&view.generators[0])?;
        self.cells_of(&free);
        let given = free.len() as u32 + 1;
        self.u().body.push(
            Op::CallExpression,
            [result, area, given],
            Payload::Const(at),
        );
        Ok(())
    }

    fn consuming_code(&mut self, view: View<'a>, builtin: CommonConst) -> Compiled<Code> {
        let name = self.scope_of(view.scope).name.clone();
        let line = self.line_of(view.range);
        self.enter(view.scope, &name, line)?;
        let unit = self.u();
        unit.flags &= !flags::CO_GENERATOR;
        unit.argcount = 1;
        let found = unit.body.label();
        let view = View {
            consumer: Some(Consumer { builtin, found }),
            ..view
        };
        self.set_pos(view.range);
        let handler = self.guard_generator();
        let iterator = self.u().first_local;
        let result = self.u().alloc();
        match builtin {
            CommonConst::All | CommonConst::Any => {
                let (hit, otherwise) = match builtin {
                    CommonConst::Any => (Const::True, Const::False),
                    _ => (Const::False, Const::True),
                };
                self.generators(view, 0, Some(iterator), Some(result))?;
                self.u().load_const(result, otherwise);
                self.u().emit1(Op::Return, result);
                self.u().body.place(found);
                self.u().load_const(result, hit);
            }
            CommonConst::Sum => {
                let lost = self.u().alloc();
                self.u().load_const(result, Const::Int(0.into()));
                self.u().emit1(Op::LoadNone, lost);
                self.generators(view, 0, Some(iterator), Some(result))?;
                self.u()
                    .emit(Op::Intrinsic2, result, result, Intrinsic2::Sum as u32);
            }
            CommonConst::Max | CommonConst::Min => {
                let found = match builtin {
                    CommonConst::Max => Intrinsic1::Max,
                    _ => Intrinsic1::Min,
                };
                self.u().emit1(Op::LoadEmpty, result);
                self.generators(view, 0, Some(iterator), Some(result))?;
                self.for_caller(|unit| unit.emit(Op::Intrinsic1, result, result, found as u32));
            }
            _ => {
                match builtin {
                    CommonConst::Set => self.u().emit(Op::BuildSet, result, result, 0),
                    _ => self.begin_list(view, result, iterator),
                }
                self.generators(view, 0, Some(iterator), Some(result))?;
                if builtin == CommonConst::Tuple {
                    self.u().emit2(Op::ListToTuple, result, result);
                }
            }
        }
        self.u().emit1(Op::Return, result);
        self.end_generator(Some(handler));
        self.leave()
    }

    /// Uses an item as its consumer does. What goes wrong there is the business of who called the loop.
    fn consume(&mut self, consumer: Consumer, item: &'a Expr, result: u32) -> Compiled<()> {
        let when = consumer.builtin == CommonConst::Any;
        let add = match consumer.builtin {
            CommonConst::All | CommonConst::Any => {
                if is_always_bool(item) {
                    return self.jump_if(item, when, consumer.found);
                }
                None
            }
            CommonConst::Set => Some(Op::SetAdd),
            CommonConst::Sum => Some(Op::SumAdd),
            CommonConst::Max => Some(Op::KeepMax),
            CommonConst::Min => Some(Op::KeepMin),
            _ => Some(Op::ListAppend),
        };
        let value = self.expr_reg(item)?;
        self.for_caller(|unit| match add {
            Some(Op::SumAdd) => unit.emit(Op::SumAdd, result, result, value),
            Some(op) => unit.emit2(op, result, value),
            None => {
                let op = if when {
                    Op::JumpIfTrue
                } else {
                    Op::JumpIfFalse
                };
                unit.emit_jump(op, value, 0, consumer.found);
            }
        });
        Ok(())
    }

    /// Emits what a consumer does itself: the errors are raised where the loop was called.
    fn for_caller(&mut self, emit: impl FnOnce(&mut Unit)) {
        let failed = self.u().body.label();
        let exc = self.unit().first_temp;
        let unit = self.u();
        unit.body.guard(failed, exc);
        emit(unit);
        unit.body.unguard();
        unit.body.begin_cold();
        unit.body.place(failed);
        unit.emit1(Op::ReraiseInCaller, exc);
        unit.body.end_cold();
    }

    fn outlined_comprehension(&mut self, view: View<'a>, want: Option<u32>) -> Compiled<Val> {
        let area = self.unit().top;
        let callee = area + u32::from(krait_bytecode::CALL_AREA_CALLABLE);
        let argument = area + u32::from(krait_bytecode::CALL_AREA_ARGS);
        self.u().set_top(argument);
        // The function is made first, like any callee before its arguments.
        let code = self.comprehension_code(view)?;
        self.u().top = callee;
        self.make_function(code, super::functions::FunctionParts::default(), callee)?;
        self.u().set_top(argument);
        self.outer_iterator(&view.generators[0])?;
        if self.scope_of(view.scope).is_coroutine {
            self.u().emit(Op::Call, area, area, 1);
            return Ok(self.await_value(area, 0, area, want));
        }
        let dst = self.dst(area, want);
        self.u().emit(Op::Call, dst, area, 1);
        Ok(Val::Reg(dst))
    }

    fn comprehension_code(&mut self, view: View<'a>) -> Compiled<Code> {
        let name = self.scope_of(view.scope).name.clone();
        let line = self.line_of(view.range);
        self.enter(view.scope, &name, line)?;
        self.u().argcount = 1;
        self.set_pos(view.range);
        let handler = self.start_generator();
        let iterator = self.u().first_local;
        if view.kind == ScopeKind::Generator {
            self.generators(view, 0, Some(iterator), None)?;
            self.u().emit1(Op::ReturnNone, 0);
        } else {
            let result = self.u().alloc();
            match view.kind {
                ScopeKind::SetComp => self.u().emit(Op::BuildSet, result, result, 0),
                ScopeKind::DictComp => self.u().emit(Op::BuildMap, result, result, 0),
                _ => self.begin_list(view, result, iterator),
            }
            self.generators(view, 0, Some(iterator), Some(result))?;
            self.u().emit1(Op::Return, result);
        }
        self.end_generator(handler);
        self.leave()
    }

    /// The loops from generator `at` on. `result` is None in a generator expression.
    fn generators(
        &mut self,
        view: View<'a>,
        at: usize,
        iterator: Option<u32>,
        result: Option<u32>,
    ) -> Compiled<()> {
        let Some(generator) = view.generators.get(at) else {
            return self.comprehension_element(view, result);
        };
        let mark = self.unit().top;
        // `for x in [value]` binds a name.
        if let (None, false, Some(only)) = (iterator, generator.is_async, single(&generator.iter)) {
            let skip = self.u().body.label();
            self.assign_value(&generator.target, only)?;
            for test in &generator.ifs {
                self.jump_if(test, false, skip)?;
            }
            self.generators(view, at + 1, None, result)?;
            self.u().body.place(skip);
            self.u().top = mark;
            return Ok(());
        }
        let iterator = match iterator {
            Some(iterator) => iterator,
            None => self.outer_iterator(generator)?,
        };
        let next = self.u().body.label();
        if generator.is_async {
            self.async_loop(generator, iterator, next, |this| {
                this.comprehension_body(view, at, next, result)
            })?;
        } else {
            let body = self.u().body.label();
            self.u().jump(next);
            self.u().body.place(body);
            let target = self.loop_target(&generator.target)?;
            self.comprehension_body(view, at, next, result)?;
            self.u().body.place(next);
            // What `__next__` raises is the iterable's.
            let before = self.set_pos(generator.iter.range());
            let op = self.next_item_op(&generator.target);
            self.u().emit_jump(op, target, iterator, body);
            self.u().body.pos = before;
        }
        self.u().top = mark;
        Ok(())
    }

    fn comprehension_body(
        &mut self,
        view: View<'a>,
        at: usize,
        next: Label,
        result: Option<u32>,
    ) -> Compiled<()> {
        for test in &view.generators[at].ifs {
            self.jump_if(test, false, next)?;
        }
        self.generators(view, at + 1, None, result)
    }

    fn comprehension_element(&mut self, view: View<'a>, result: Option<u32>) -> Compiled<()> {
        let mark = self.unit().top;
        let range = match view.key {
            Some(key) => TextRange::new(key.start(), view.value.end()),
            None => view.value.range(),
        };
        let before = self.set_pos(range);
        match (result, view.key) {
            (Some(result), None) if let Some(consumer) = view.consumer => {
                self.consume(consumer, view.value, result)?;
            }
            (None, _) => {
                let value = self.expr_reg(view.value)?;
                let ignored = self.unit().top;
                self.u().reserve_max(ignored);
                self.emit_yield(ignored, value);
            }
            (Some(dict), Some(key)) => {
                let key = self.operand(key, &[view.value])?;
                let value = self.expr_reg(view.value)?;
                self.u().emit(Op::MapAdd, dict, key, value);
            }
            (Some(list), None) => {
                let value = self.expr_reg(view.value)?;
                let is_set = view.kind == ScopeKind::SetComp;
                let op = if is_set { Op::SetAdd } else { Op::ListAppend };
                self.u().emit2(op, list, value);
            }
        }
        self.u().body.pos = before;
        self.u().top = mark;
        Ok(())
    }

    /// The body of an asynchronous loop over `iterator`, ended by StopAsyncIteration.
    pub(super) fn async_loop(
        &mut self,
        generator: &'a Comprehension,
        iterator: u32,
        next: Label,
        body: impl FnOnce(&mut Self) -> Compiled<()>,
    ) -> Compiled<()> {
        let done = self.u().body.label();
        self.u().body.place(next);
        let item = self.async_next(iterator, done);
        self.store_from(&generator.target, item)?;
        body(self)?;
        self.u().jump(next);
        self.u().body.place(done);
        Ok(())
    }

    /// Awaits the next item into a temporary; at the end goes to `done`.
    pub(super) fn async_next(&mut self, iterator: u32, done: Label) -> u32 {
        let ended = self.u().body.label();
        let mark = self.unit().top;
        let exc = self.u().alloc();
        self.u().body.guard(ended, exc);
        let item = self.await_next(iterator);
        self.u().body.unguard();
        let unit = self.u();
        unit.body.begin_cold();
        unit.body.place(ended);
        unit.emit1(Op::EndAsyncFor, exc);
        unit.jump(done);
        unit.body.end_cold();
        unit.mov(mark, item);
        unit.top = mark + 1;
        mark
    }
}

/// Whether the value of an expression is True or False, whatever its operands are.
fn is_always_bool(expr: &Expr) -> bool {
    match expr {
        Expr::UnaryOp(node) => node.op == UnaryOp::Not,
        Expr::Compare(node) => matches!(
            &node.ops[..],
            [CmpOp::Is | CmpOp::IsNot | CmpOp::In | CmpOp::NotIn]
        ),
        _ => false,
    }
}

/// The only element of a list or tuple display.
fn single(expr: &Expr) -> Option<&Expr> {
    let elts = match expr {
        Expr::List(node) => &node.elts,
        Expr::Tuple(node) => &node.elts,
        _ => return None,
    };
    match &elts[..] {
        [only] if !only.is_starred_expr() => Some(only),
        _ => None,
    }
}
