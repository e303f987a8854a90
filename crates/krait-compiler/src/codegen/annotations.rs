//! Annotations: evaluated on demand by `__annotate__` functions (PEP 649, 749), or kept as text
//! under `from __future__ import annotations` (PEP 563).

use krait_bytecode::{Const, Op};
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::Compiler;
use super::functions::FunctionParts;
use super::unit::{Place, Val};
use crate::error::Compiled;
use crate::scopes::{CONDITIONAL, Part, ScopeKind, definition_range};
use crate::unparse::unparse;

impl<'a> Compiler<'a> {
    /// Adds a function's annotations to what is known of it.
    pub(super) fn annotation_parts(
        &mut self,
        node: &'a ast::StmtFunctionDef,
        mut parts: FunctionParts,
    ) -> Compiled<FunctionParts> {
        let annotated = self.annotated_names(node);
        if annotated.is_empty() {
            return Ok(parts);
        }
        let scope = self
            .scopes
            .of(node, Part::Annotations)
            .expect("annotations have a scope");
        let function = self.u().alloc();
        let range = definition_range(self.source, node.range, &node.decorator_list);
        let line = self.line_of(range);
        let owner = self.scopes.of(node, Part::Body).expect("it has a scope");
        let qualname = self.qualname(self.scope_of(owner), &node.name.id);
        self.enter(scope, "__annotate__", line)?;
        self.u().qualname = format!("{qualname}.__annotate__");
        self.set_pos(range);
        self.check_annotate_format();
        let mark = self.unit().top;
        for (name, annotation) in &annotated {
            let name = self.mangle(name);
            self.materialize(Val::Const(Const::str(&name)));
            if self.futures.annotations {
                let text = unparse(annotation, self.source);
                self.materialize(Val::Const(Const::str(&text)));
            } else {
                self.annotation_value(annotation)?;
            }
        }
        let unit = self.u();
        unit.emit(Op::BuildMap, mark, mark, annotated.len() as u32);
        unit.emit1(Op::Return, mark);
        let code = self.leave()?;
        self.make_function(code, FunctionParts::default(), function)?;
        parts.annotate = Some(function);
        Ok(parts)
    }

    fn annotated_names(&self, node: &'a ast::StmtFunctionDef) -> Vec<(&'a str, &'a Expr)> {
        let parameters = &node.parameters;
        let mut annotated: Vec<(&str, &Expr)> = Vec::new();
        let mut add = |param: &'a ast::Parameter| {
            if let Some(annotation) = &param.annotation {
                annotated.push((&param.name.id, annotation));
            }
        };
        parameters
            .posonlyargs
            .iter()
            .for_each(|p| add(&p.parameter));
        parameters.args.iter().for_each(|p| add(&p.parameter));
        parameters.vararg.iter().for_each(|p| add(p));
        parameters.kwonlyargs.iter().for_each(|p| add(&p.parameter));
        parameters.kwarg.iter().for_each(|p| add(p));
        if let Some(returns) = &node.returns {
            annotated.push(("return", returns));
        }
        annotated
    }

    /// An annotation's value in a new temporary; `*args: *T` unpacks.
    fn annotation_value(&mut self, annotation: &'a Expr) -> Compiled<u32> {
        let Expr::Starred(node) = annotation else {
            return self.expr_temp(annotation);
        };
        let dst = self.unit().top;
        let source = self.expr_reg(&node.value)?;
        self.u().emit(Op::UnpackSequence, dst, source, 1);
        self.u().top = dst;
        self.u().reserve(dst);
        Ok(dst)
    }

    /// A module or class whose annotations can be in conditional blocks keeps a set of those that
    /// were reached.
    pub(super) fn start_conditional_annotations(&mut self) {
        let as_text = self.futures.annotations;
        let scope = self.scope_of(self.unit().scope);
        let (collects, is_class) = (
            scope.has_annotation_statements,
            scope.kind == ScopeKind::Class,
        );
        let kept = !is_class || matches!(self.unit().places.get(CONDITIONAL), Some(Place::Cell(_)));
        if scope.has_conditional_annotations && kept {
            self.make_conditional_set();
        }
        if collects && as_text {
            self.u().emit1(Op::SetupAnnotations, 0);
        }
    }

    fn make_conditional_set(&mut self) {
        let unit = self.u();
        let set = unit.alloc();
        unit.emit(Op::BuildSet, set, set, 0);
        match unit.places.get(CONDITIONAL) {
            Some(Place::Cell(cell)) => {
                let cell = *cell;
                unit.emit2(Op::StoreDeref, cell, set);
            }
            _ => self.store_name_reg(CONDITIONAL, set),
        }
        let first_temp = self.unit().first_temp;
        self.u().top = first_temp;
    }

    pub(super) fn ann_assign(&mut self, node: &'a ast::StmtAnnAssign) -> Compiled<()> {
        if let Some(value) = &node.value {
            self.assign_value(&node.target, value)?;
        }
        let kind = self.unit().kind;
        let collects = matches!(kind, ScopeKind::Module | ScopeKind::Class);
        match &*node.target {
            Expr::Name(name) if node.simple && collects => {
                if self.futures.annotations {
                    self.store_annotation_text(&name.id, &node.annotation);
                } else {
                    self.defer_annotation(&name.id, &node.annotation);
                }
            }
            Expr::Name(_) => {}
            target if node.value.is_none() => {
                // The target's parts are evaluated all the same.
                let mark = self.unit().top;
                match target {
                    Expr::Attribute(target) => {
                        self.expr_reg(&target.value)?;
                    }
                    Expr::Subscript(target) => {
                        self.expr_reg(&target.value)?;
                        self.expr_reg(&target.slice)?;
                    }
                    _ => {}
                }
                self.u().top = mark;
            }
            _ => {}
        }
        Ok(())
    }

    fn store_annotation_text(&mut self, name: &str, annotation: &Expr) {
        let mark = self.unit().top;
        let name = self.mangle(name);
        let text = unparse(annotation, self.source);
        let value = self.materialize(Val::Const(Const::str(&text)));
        let Val::Reg(dict) = self.load_name("__annotations__", None) else {
            return;
        };
        let key = self.materialize(Val::Const(Const::str(&name)));
        self.u().emit(Op::SetItem, dict, key, value);
        self.u().top = mark;
    }

    fn defer_annotation(&mut self, name: &'a ast::name::Name, annotation: &'a Expr) {
        let unit = self.u();
        let conditional = unit.kind == ScopeKind::Module || unit.conditional_depth > 0;
        let mut index = None;
        if conditional {
            index = Some(unit.next_conditional);
            unit.next_conditional += 1;
        }
        unit.annotations.push((name, annotation, index));
        let Some(index) = index else { return };
        let mark = self.unit().top;
        let set = self.u().alloc();
        match self.unit().places.get(CONDITIONAL).copied() {
            Some(Place::Cell(cell)) => self.u().emit2(Op::LoadDeref, set, cell),
            _ => {
                self.load_name(CONDITIONAL, Some(set));
            }
        }
        let number = self.materialize(Val::Const(Const::Int(i64::from(index))));
        self.u().emit2(Op::SetAdd, set, number);
        self.u().top = mark;
    }

    /// Makes the `__annotate__` function of a module at its `start`: the annotations can be asked
    /// for while it executes. `first` is its first statement.
    pub(super) fn finish_module_annotations(
        &mut self,
        start: usize,
        first: TextRange,
    ) -> Compiled<()> {
        self.u().body.begin_cold();
        let last = self.set_pos(first);
        self.finish_annotations()?;
        self.u().body.pos = last;
        self.u().body.end_cold_at(start);
        Ok(())
    }

    /// Makes the `__annotate__` function of a module or class that has annotations.
    pub(super) fn finish_annotations(&mut self) -> Compiled<()> {
        let deferred = std::mem::take(&mut self.u().annotations);
        let owner = self.scope_of(self.unit().scope);
        let (Some(scope), false) = (owner.annotations, deferred.is_empty()) else {
            return Ok(());
        };
        let mark = self.unit().top;
        let function = self.u().alloc();
        let is_class = self.unit().kind == ScopeKind::Class;
        let line = self.unit().firstlineno;
        let before = self.unit().body.pos;
        self.enter(scope, "__annotate__", line)?;
        self.u().body.pos = krait_bytecode::Position {
            line,
            end_line: line,
            col: 0,
            end_col: 0,
        };
        self.check_annotate_format();
        let dict = self.u().alloc();
        self.u().emit(Op::BuildMap, dict, dict, 0);
        for (name, annotation, index) in deferred {
            self.deferred_annotation(dict, name, annotation, index)?;
        }
        self.u().emit1(Op::Return, dict);
        let code = self.leave()?;
        self.make_function(code, FunctionParts::default(), function)?;
        let name = if is_class {
            "__annotate_func__"
        } else {
            "__annotate__"
        };
        self.store_name_reg(name, function);
        self.u().top = mark;
        self.u().body.pos = before;
        Ok(())
    }

    fn deferred_annotation(
        &mut self,
        dict: u32,
        name: &str,
        annotation: &'a Expr,
        index: Option<u32>,
    ) -> Compiled<()> {
        let mark = self.unit().top;
        let before = self.set_pos(annotation.range());
        let skip = self.u().body.label();
        if let Some(index) = index {
            let number = self.materialize(Val::Const(Const::Int(i64::from(index))));
            let set = self.u().alloc();
            match self.cell_register(&CONDITIONAL.into()) {
                Some(cell) => self.u().emit2(Op::LoadDeref, set, cell),
                None => {
                    self.load_name(CONDITIONAL, Some(set));
                }
            }
            self.u().emit_jump(Op::JumpIfNotIn, number, set, skip);
            self.u().top = mark;
        }
        let value = self.annotation_value(annotation)?;
        let key = self.mangle(name);
        let key = self.materialize(Val::Const(Const::str(&key)));
        self.u().emit(Op::SetItem, dict, key, value);
        self.u().body.place(skip);
        self.u().top = mark;
        self.u().body.pos = before;
        Ok(())
    }
}
