//! Builtins that code may name whatever a program does to the module `builtins`.

use krait_runtime::cx::{Cx, Root};
use krait_runtime::error::PyResult;
use krait_runtime::value::Value;

/// The builtin function `name` as it was when the interpreter started, and set the root.
pub fn original(cx: &mut Cx, root: Root, name: &str) -> PyResult<Value> {
    match cx.root(root).some() {
        Some(v) => Ok(v),
        None => cx.builtin(name),
    }
}
