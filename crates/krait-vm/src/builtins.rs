//! Builtins that code may name whatever a program does to the module `builtins`.

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::value::Value;

/// The builtin function `name` as it was when the interpreter started.
pub fn original(cx: &mut Cx, name: &str) -> PyResult<Value> {
    cx.builtin(name)
}
