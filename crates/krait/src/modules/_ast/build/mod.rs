//! Node objects of a parsed source.

mod comments;
mod definitions;
mod expr;
mod pattern;
mod stmt;
mod strings;

use krait_runtime::builtins::compile_flags;
use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::vec::ValueVec;
use krait_syntax::ast::{Expr, Identifier, Mod};
use krait_syntax::{FuncType, Mode, Parsed, Source, TextRange, TextSize};

use super::classes::Classes;
use super::table::Node;
use comments::TypeComments;

/// What a conversion needs beside the tree.
pub(super) struct Build<'a> {
    classes: Classes,
    source: &'a Source,
    comments: TypeComments,
    /// The level of `PyCF_OPTIMIZED_AST`: `__debug__` is replaced and, from 2 on, docstrings are
    /// left out. `None`: the tree as it was written.
    optimize: Option<u8>,
}

/// The tree of a source as node objects. `flags` are those of `compile()`.
pub fn tree(cx: &mut Cx, parsed: &Parsed, mode: Mode, flags: u32, optimize: u8) -> PyResult<Value> {
    let optimized = flags & compile_flags::OPTIMIZED_AST == compile_flags::OPTIMIZED_AST;
    let comments = if flags & compile_flags::TYPE_COMMENTS != 0 {
        TypeComments::collect(&parsed.source)
    } else {
        TypeComments::default()
    };
    let classes = Classes::get(cx)?;
    let build = Build {
        classes,
        source: &parsed.source,
        comments,
        optimize: optimized.then_some(optimize),
    };
    match &parsed.ast {
        Mod::Expression(m) => {
            let body = build.expr(cx, &m.body)?;
            classes.make(cx, Node::Expression, &[body], None)
        }
        Mod::Module(m) if mode == Mode::Single => {
            let body = build.body(cx, &m.body)?;
            classes.make(cx, Node::Interactive, &[body], None)
        }
        Mod::Module(m) => {
            let body = build.documented(cx, &m.body)?;
            let ignores = build.type_ignores(cx)?;
            classes.make(cx, Node::Module, &[body, ignores], None)
        }
    }
}

/// A signature type comment as `ast.FunctionType`.
pub fn function_type(cx: &mut Cx, signature: &FuncType) -> PyResult<Value> {
    let classes = Classes::get(cx)?;
    let build = Build {
        classes,
        source: &signature.source,
        comments: TypeComments::default(),
        optimize: None,
    };
    let args = build.exprs(cx, &signature.argtypes)?;
    let returns = build.expr(cx, &signature.returns)?;
    classes.make(cx, Node::FunctionType, &[args, returns], None)
}

impl Build<'_> {
    fn place(&self, range: TextRange) -> Option<[u32; 4]> {
        let (line, col) = self.source.line_col(range.start());
        let (end_line, end_col) = self.source.line_col(range.end());
        Some([line, col, end_line, end_col])
    }

    /// The range of a statement that ends with a block: a semicolon behind its last statement is
    /// part of it.
    fn block_range(&self, range: TextRange) -> TextRange {
        let rest = &self.source.text()[range.end().to_usize()..];
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if rest[blanks..].starts_with(';') {
            return range.add_end(TextSize::new(blanks as u32 + 1));
        }
        range
    }

    fn make(&self, cx: &mut Cx, node: Node, range: TextRange, values: &[Value]) -> PyResult<Value> {
        self.classes.make(cx, node, values, self.place(range))
    }

    /// A list of what `f` makes of the items.
    fn list<T>(
        &self,
        cx: &mut Cx,
        items: impl IntoIterator<Item = T>,
        mut f: impl FnMut(&mut Cx, T) -> PyResult<Value>,
    ) -> PyResult<Value> {
        let mut values = ValueVec::new();
        for item in items {
            let v = f(cx, item)?;
            values.push(cx, v)?;
        }
        Ok(cx.try_new_list(values.as_slice())?.value())
    }

    fn exprs<'e>(&self, cx: &mut Cx, items: impl IntoIterator<Item = &'e Expr>) -> PyResult<Value> {
        self.list(cx, items, |cx, e| self.expr(cx, e))
    }

    fn optional(&self, cx: &mut Cx, expr: Option<&Expr>) -> PyResult<Value> {
        match expr {
            Some(e) => self.expr(cx, e),
            None => Ok(Value::none()),
        }
    }

    fn optional_name(&self, cx: &mut Cx, name: Option<&Identifier>) -> Value {
        name.map_or(Value::none(), |n| cx.intern(&n.id).value())
    }

    fn names(&self, cx: &mut Cx, names: &[Identifier]) -> PyResult<Value> {
        self.list(cx, names, |cx, n| Ok(cx.intern(&n.id).value()))
    }
}
