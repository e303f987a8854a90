//! A tree for the compiler, made of node objects that a program may have put together.
//!
//! Fields are checked as `compile()` checks them: TypeError for what has a wrong type or is
//! missing, ValueError for what the grammar does not allow. Every node gets a piece of a
//! [`SyntheticSource`], so that its position is the one that its attributes say.

mod constant;
mod definitions;
mod expr;
mod pattern;
mod stmt;
mod strings;

use krait_runtime::error::Raised;
use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::list::List;
use krait_runtime::types::str::Str;
use krait_runtime::vec::ValueVec;
use krait_syntax::ast::{AtomicNodeIndex, Identifier, Mod, ModExpression, ModModule};
use krait_syntax::{Mode, Parsed, SyntheticSource, TextRange};

use super::classes::Classes;
use super::table::Node;

#[expect(
    clippy::declare_interior_mutable_const,
    reason = "each node gets a copy of its own"
)]
const NO_INDEX: AtomicNodeIndex = AtomicNodeIndex::NONE;

/// What a node object was made into.
pub type Program = Parsed;

/// Which use of an expression the place it stands in asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    Load,
    Store,
    Del,
}

impl Context {
    fn name(self) -> &'static str {
        match self {
            Context::Load => "Load",
            Context::Store => "Store",
            Context::Del => "Del",
        }
    }
}

/// The lines (from 1) and byte columns of a node.
#[derive(Clone, Copy)]
struct Place {
    start: (u32, u32),
    end: (u32, u32),
}

/// A node object whose class is known.
#[derive(Clone, Copy)]
struct Object {
    value: Value,
    node: Node,
}

struct Read {
    classes: Classes,
    source: SyntheticSource,
    depth: usize,
    max_depth: usize,
}

/// The tree below `node`, which has to be the root that `mode` asks for.
pub fn program(cx: &mut Cx, node: Value, mode: Mode) -> PyResult<Program> {
    let classes = Classes::get(cx)?;
    let root = match mode {
        Mode::Exec => Node::Module,
        Mode::Eval => Node::Expression,
        Mode::Single => Node::Interactive,
        Mode::FuncType => Node::FunctionType,
    };
    if !cx.is_instance(node, classes.class(root)) {
        let got = cx.type_of(node).name_string();
        return Err(cx.type_error(format!("expected {} node, got {got}", root.def().name)));
    }
    let mut read = Read {
        classes,
        source: SyntheticSource::default(),
        depth: 0,
        max_depth: 0,
    };
    let object = Object {
        value: node,
        node: root,
    };
    let range = TextRange::default();
    let ast = if mode == Mode::Eval {
        let body = read.child(cx, object, "body", Context::Load)?;
        Mod::Expression(ModExpression {
            node_index: NO_INDEX,
            range,
            body,
        })
    } else {
        let body = read.statements(cx, object, "body")?;
        Mod::Module(ModModule {
            node_index: NO_INDEX,
            range,
            body: body.into(),
        })
    };
    Ok(Parsed::synthetic(ast, read.source.finish(), read.max_depth))
}

impl Read {
    // ---- Fields -------------------------------------------------------------------------------

    fn missing(&self, cx: &mut Cx, object: Object, name: &str) -> Raised {
        cx.type_error(format!(
            "required field \"{name}\" missing from {}",
            object.node.def().name
        ))
    }

    /// A field that has to be there.
    fn required(&self, cx: &mut Cx, object: Object, name: &str) -> PyResult<Value> {
        match cx.lookup_attr_str(object.value, name)? {
            Some(v) => Ok(v),
            None => Err(self.missing(cx, object, name)),
        }
    }

    /// A field that has to be there and must not be `None`.
    fn present(&self, cx: &mut Cx, object: Object, name: &str) -> PyResult<Value> {
        let v = self.required(cx, object, name)?;
        if v.is_none() {
            return Err(cx.value_error(format!(
                "field '{name}' is required for {}",
                object.node.def().name
            )));
        }
        Ok(v)
    }

    fn optional(&self, cx: &mut Cx, object: Object, name: &str) -> PyResult<Option<Value>> {
        Ok(cx
            .lookup_attr_str(object.value, name)?
            .filter(|v| !v.is_none()))
    }

    /// The items of a list field.
    fn items(&self, cx: &mut Cx, object: Object, name: &str) -> PyResult<ValueVec> {
        let Some(v) = cx.lookup_attr_str(object.value, name)? else {
            return Ok(ValueVec::new());
        };
        if Gc::<List>::from_value(v).is_none() {
            let got = cx.type_of(v).name_string();
            let node = object.node.def().name;
            return Err(cx.type_error(format!(
                "{node} field \"{name}\" must be a list, not a {got}"
            )));
        }
        cx.collect(v)
    }

    fn int(&self, cx: &mut Cx, v: Value) -> PyResult<i32> {
        if !krait_runtime::types::int::is_int(v) {
            let shown = cx.repr_string(v)?;
            return Err(cx.value_error(format!("invalid integer value: {shown}")));
        }
        match cx.index_i64(v)?.and_then(|n| i32::try_from(n).ok()) {
            Some(n) => Ok(n),
            None => Err(cx.overflow_error("Python int too large to convert to C int")),
        }
    }

    fn required_int(&self, cx: &mut Cx, object: Object, name: &str) -> PyResult<i32> {
        let v = self.required(cx, object, name)?;
        self.int(cx, v)
    }

    fn text(&self, cx: &mut Cx, v: Value, what: &str) -> PyResult<String> {
        let Some(s) = Gc::<Str>::from_value(v).filter(|s| s.is_exact() || what == "string") else {
            return Err(cx.type_error(format!("AST {what} must be of type str")));
        };
        cx.utf8(s).map(str::to_owned)
    }

    fn name(&self, cx: &mut Cx, object: Object, field: &str) -> PyResult<String> {
        let v = self.present(cx, object, field)?;
        self.text(cx, v, "identifier")
    }

    fn optional_name(&self, cx: &mut Cx, object: Object, field: &str) -> PyResult<Option<String>> {
        match self.optional(cx, object, field)? {
            Some(v) => self.text(cx, v, "identifier").map(Some),
            None => Ok(None),
        }
    }

    /// Type comments mean nothing to the compiler, but have to be strings.
    fn check_string(&self, cx: &mut Cx, object: Object, field: &str) -> PyResult<()> {
        match self.optional(cx, object, field)? {
            Some(v) => self.text(cx, v, "string").map(drop),
            None => Ok(()),
        }
    }

    // ---- Nodes ------------------------------------------------------------------------------

    /// Reads the position of a node, and then which class it has.
    fn placed(
        &mut self,
        cx: &mut Cx,
        v: Value,
        base: Node,
    ) -> PyResult<(Object, TextRange, Place)> {
        let as_base = Object {
            value: v,
            node: base,
        };
        let place = self.place(cx, as_base)?;
        let object = self.object(cx, v, base)?;
        let range = self.source.piece("", place.start, place.end);
        Ok((object, range, place))
    }

    /// A node of one of the classes below `base`, or of `base` itself if it has none.
    fn object(&self, cx: &mut Cx, v: Value, base: Node) -> PyResult<Object> {
        let node = match self.classes.identify(cx, v, base) {
            Some(node) => Some(node),
            None => cx
                .is_instance(v, self.classes.class(base))
                .then_some(base)
                .filter(|_| !base.def().fields.is_empty()),
        };
        match node {
            Some(node) => Ok(Object { value: v, node }),
            None => {
                let shown = cx.repr_string(v)?;
                Err(cx.type_error(format!(
                    "expected some sort of {}, but got {shown}",
                    base.def().name
                )))
            }
        }
    }

    fn place(&self, cx: &mut Cx, object: Object) -> PyResult<Place> {
        let line = self.required_int(cx, object, "lineno")?;
        let col = self.required_int(cx, object, "col_offset")?;
        let end_line = match self.optional(cx, object, "end_lineno")? {
            Some(v) => self.int(cx, v)?,
            None => line,
        };
        let end_col = match self.optional(cx, object, "end_col_offset")? {
            Some(v) => self.int(cx, v)?,
            None => col,
        };
        if line > end_line {
            return Err(cx.value_error(format!(
                "AST node line range ({line}, {end_line}) is not valid"
            )));
        }
        if (line < 0 && end_line != line) || (col < 0 && col != end_col) {
            return Err(cx.value_error(format!(
                "AST node column range ({col}, {end_col}) for line range ({line}, {end_line}) is not valid"
            )));
        }
        if line == end_line && col > end_col {
            return Err(cx.value_error(format!(
                "line {line}, column {col}-{end_col} is not a valid range"
            )));
        }
        let at = |n: i32| n.max(0) as u32;
        Ok(Place {
            start: (at(line), at(col)),
            end: (at(end_line), at(end_col)),
        })
    }

    /// Refuses lists that have to have items.
    fn nonempty<T>(&self, cx: &mut Cx, items: &[T], what: &str, object: Object) -> PyResult<()> {
        if items.is_empty() {
            return Err(cx.value_error(format!("empty {what} on {}", object.node.def().name)));
        }
        Ok(())
    }

    /// Refuses names that are constants.
    fn check_name(&self, cx: &mut Cx, name: &str) -> PyResult<()> {
        if matches!(name, "None" | "True" | "False") {
            return Err(cx.value_error(format!(
                "identifier field can't represent '{name}' constant"
            )));
        }
        Ok(())
    }

    /// Guards one level of recursion.
    fn nested<T>(
        &mut self,
        cx: &mut Cx,
        f: impl FnOnce(&mut Self, &mut Cx) -> PyResult<T>,
    ) -> PyResult<T> {
        cx.check_native_stack()?;
        self.depth += 1;
        self.max_depth = self.max_depth.max(self.depth);
        let result = f(self, cx);
        self.depth -= 1;
        result
    }
}

fn identifier(name: String, range: TextRange) -> Identifier {
    Identifier::new(name, range)
}
