//! `_ast`: the node classes of the abstract syntax, and both conversions between trees of them and
//! what the compiler works on.
//!
//! [`table`] is the one description of the classes. [`build`] makes node objects of a parsed
//! source, [`read`] makes a tree for the compiler of node objects.

mod build;
mod classes;
mod object;
mod read;
mod repr;
mod table;

use krait_runtime::builtins::compile_flags;
use krait_runtime::native::{Cx, ModuleDef, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::module::Module;

use classes::Classes;
use table::NODES;

pub use build::{function_type, tree};
pub use read::program;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_ast",
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let ast = cx.native_type(&classes::AST_SPEC)?;
    m.set(cx, "AST", ast.value());
    let flags = [
        (
            "PyCF_ALLOW_TOP_LEVEL_AWAIT",
            compile_flags::ALLOW_TOP_LEVEL_AWAIT,
        ),
        ("PyCF_ONLY_AST", compile_flags::ONLY_AST),
        ("PyCF_TYPE_COMMENTS", compile_flags::TYPE_COMMENTS),
        ("PyCF_OPTIMIZED_AST", compile_flags::OPTIMIZED_AST),
    ];
    for (name, value) in flags {
        m.set(cx, name, Value::small(i64::from(value)));
    }
    let classes = Classes::get(cx)?;
    for (&id, def) in table::IDS.iter().zip(NODES) {
        m.set(cx, def.name, classes.class(id).value());
    }
    Ok(())
}

/// Whether `v` is a node, so that `compile()` gets a tree and not a text.
pub fn is_node(cx: &mut Cx, v: Value) -> PyResult<bool> {
    let ast = cx.native_type(&classes::AST_SPEC)?;
    Ok(cx.is_instance(v, ast))
}
