//! Class definitions.

use krait_bytecode::{Code, Const, Op};
use ruff_python_ast::{self as ast, Expr, Keyword};
use ruff_text_size::TextRange;

use super::Compiler;
use super::calls::needs_ex;
use super::functions::FunctionParts;
use super::unit::{Place, Val};
use crate::error::Compiled;
use crate::ir::Payload;
use crate::scopes::{Part, ScopeKind, definition_range};

const CALLABLE: u32 = krait_bytecode::CALL_AREA_CALLABLE as u32;
const ARGS: u32 = krait_bytecode::CALL_AREA_ARGS as u32;

impl<'a> Compiler<'a> {
    pub(super) fn class_def(&mut self, node: &'a ast::StmtClassDef) -> Compiled<()> {
        let mark = self.unit().top;
        let (areas, first_line) = self.decorators(&node.decorator_list, node.range)?;
        let range = definition_range(self.source, node.range, &node.decorator_list);
        let before = self.set_pos(range);
        let class = self.u().alloc();
        match &node.type_params {
            None => self.build_class(node, None, first_line, class)?,
            Some(params) => self.generic_class(node, params, first_line, range, class)?,
        }
        self.u().top = class + 1;
        self.finish_definition(&node.name.id, &node.decorator_list, areas, class);
        self.u().body.pos = before;
        self.u().top = mark;
        Ok(())
    }

    fn generic_class(
        &mut self,
        node: &'a ast::StmtClassDef,
        params: &'a ast::TypeParams,
        first_line: i32,
        range: TextRange,
        class: u32,
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
        self.set_pos(range);
        let result = self.u().alloc();
        let types = self.type_params(params)?;
        self.store_name_reg(".type_params", types);
        let base = self.u().alloc();
        let generic = krait_bytecode::Intrinsic1::SubscriptGeneric;
        self.u().emit(Op::Intrinsic1, base, types, generic as u32);
        self.build_class(node, Some(base), first_line, result)?;
        self.u().emit1(Op::Return, result);
        let code = self.leave()?;
        self.call_scope(code, &[], class)
    }

    /// `class` = `__build_class__(body, name, *bases, **keywords)`.
    fn build_class(
        &mut self,
        node: &'a ast::StmtClassDef,
        generic_base: Option<u32>,
        first_line: i32,
        class: u32,
    ) -> Compiled<()> {
        let body = self.class_body(node, first_line)?;
        let area = self.unit().top;
        self.u().set_top(area + CALLABLE + 1);
        self.u().emit1(Op::LoadBuildClass, area + CALLABLE);
        let body_reg = area + ARGS;
        self.u().set_top(body_reg);
        self.make_function(body, FunctionParts::default(), body_reg)?;
        self.u().set_top(body_reg + 1);
        let name = self.materialize(Val::Const(Const::str(&node.name.id)));
        let (args, keywords): (&'a [Expr], &'a [Keyword]) = match &node.arguments {
            Some(arguments) => (&arguments.args, &arguments.keywords),
            None => (&[], &[]),
        };
        if node.arguments.as_ref().is_some_and(|a| needs_ex(a)) {
            return self.build_class_ex(area, body_reg, name, args, keywords, generic_base, class);
        }
        for base in args {
            self.expr_temp(base)?;
        }
        let mut count = 2 + args.len() + keywords.len();
        if let Some(base) = generic_base {
            let reg = self.u().alloc();
            self.u().mov(reg, base);
            count += 1;
        }
        let mut names = Vec::new();
        if let Some(arguments) = &node.arguments {
            self.check_keywords(arguments)?;
        }
        for keyword in keywords {
            if let Some(name) = &keyword.arg {
                names.push(Const::str(&name.id));
            }
            self.expr_temp(&keyword.value)?;
        }
        self.u().top = area;
        if names.is_empty() {
            self.u().emit(Op::Call, class, area, count as u32);
        } else {
            let at = self.u().body.constant(Const::Tuple(names));
            self.u()
                .body
                .push(Op::CallKw, [class, area, count as u32], Payload::Const(at));
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one call")]
    fn build_class_ex(
        &mut self,
        area: u32,
        body: u32,
        name: u32,
        args: &'a [Expr],
        keywords: &'a [Keyword],
        generic_base: Option<u32>,
        class: u32,
    ) -> Compiled<()> {
        // The body function and the name stand where the arguments go: out of the way.
        let safe = self.unit().top + 2;
        self.u().set_top(safe + 2);
        self.u().mov(safe, body);
        self.u().mov(safe + 1, name);
        let inner = self.unit().top;
        self.u().set_top(inner + CALLABLE + 1);
        self.u().emit2(Op::Move, inner + CALLABLE, area + CALLABLE);
        let list = inner + ARGS;
        self.u().set_top(list + 1);
        self.u().emit(Op::BuildList, list, safe, 2);
        let mark = self.unit().top;
        for base in args {
            let (op, value) = match base {
                Expr::Starred(node) => (Op::ListExtend, &*node.value),
                other => (Op::ListAppend, other),
            };
            let reg = self.expr_reg(value)?;
            self.u().emit2(op, list, reg);
            self.u().top = mark;
        }
        if let Some(base) = generic_base {
            self.u().emit2(Op::ListAppend, list, base);
        }
        self.u().emit2(Op::ListToTuple, safe, list);
        // The keywords, with an empty set of positional arguments put back afterwards.
        self.call_ex_arguments(inner, &[], keywords, None)?;
        self.u().emit2(Op::Move, list, safe);
        self.u().top = area;
        self.u().emit2(Op::CallEx, class, inner);
        Ok(())
    }

    fn class_body(&mut self, node: &'a ast::StmtClassDef, first_line: i32) -> Compiled<Code> {
        let scope_id = self
            .scopes
            .of(node, Part::Body)
            .expect("every class has a scope");
        self.enter(scope_id, &node.name.id, first_line)?;
        let line = krait_bytecode::Position {
            line: first_line,
            end_line: first_line,
            col: 0,
            end_col: 0,
        };
        self.u().body.pos = line;
        let mark = self.unit().top;
        self.load_name("__name__", Some(mark));
        self.store_name_reg("__module__", mark);
        let qualname = self.unit().qualname.clone();
        self.store_constant("__qualname__", Const::str(&qualname));
        self.store_constant("__firstlineno__", Const::Int(i64::from(first_line)));
        if node.type_params.is_some() {
            let Val::Reg(types) = self.load_name(".type_params", None) else {
                return self.leave();
            };
            self.store_name_reg("__type_params__", types);
            self.u().top = mark;
        }
        if let Some(Place::Cell(cell)) = self.unit().places.get("__classdict__").copied()
            && self.scope_of(scope_id).needs_class_dict
        {
            self.u().emit2(Op::StoreDeref, cell, 0);
        }
        self.start_conditional_annotations();
        let mut body = &node.body[..];
        if let Some(doc) = self.docstring(body) {
            if let Some(text) = self.docstring_value(doc) {
                self.set_pos(doc.range);
                self.store_constant("__doc__", text);
            }
            body = &body[1..];
        }
        self.body(body)?;
        // The end of the class belongs to the line that is executed last.
        if !self.unit().annotations.is_empty() {
            self.u().body.pos = line;
            self.finish_annotations()?;
        }
        self.class_epilogue(scope_id);
        self.leave()
    }

    fn class_epilogue(&mut self, scope_id: usize) {
        let attributes = std::mem::take(&mut self.u().static_attributes);
        let attributes = attributes.iter().map(|name| Const::str(name)).collect();
        self.store_constant("__static_attributes__", Const::Tuple(attributes));
        let scope = self.scope_of(scope_id);
        let mark = self.unit().top;
        let reg = self.u().alloc();
        if scope.needs_class_dict
            && let Some(Place::Cell(cell)) = self.unit().places.get("__classdict__").copied()
        {
            self.u().emit2(Op::Move, reg, cell);
            self.store_name_reg("__classdictcell__", reg);
        }
        match self.unit().places.get("__class__").copied() {
            Some(Place::Cell(cell)) if scope.needs_class_cell => {
                self.u().emit2(Op::Move, reg, cell);
                self.store_name_reg("__classcell__", reg);
                self.u().emit1(Op::Return, reg);
            }
            _ => self.u().emit1(Op::ReturnNone, 0),
        }
        self.u().top = mark;
    }

    fn store_constant(&mut self, name: &str, value: Const) {
        let mark = self.unit().top;
        let reg = self.materialize(Val::Const(value));
        self.store_name_reg(name, reg);
        self.u().top = mark;
    }

    /// Notes an assignment to `self.name` for the class around.
    pub(super) fn note_static_attribute(&mut self, node: &ast::ExprAttribute) {
        let Expr::Name(object) = &*node.value else {
            return;
        };
        if object.id != "self" {
            return;
        }
        let class = self
            .units
            .iter_mut()
            .rev()
            .find(|u| u.kind == ScopeKind::Class);
        if let Some(class) = class {
            class.static_attributes.insert(node.attr.id.to_string());
        }
    }
}
