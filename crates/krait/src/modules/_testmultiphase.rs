//! `_testmultiphase`: a module with a function, constants and an exception, to be imported.

use krait_runtime::types::exceptions;
use krait_stdlib::prelude::*;
use krait_stdlib::support;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_testmultiphase",
    doc: Some("A module to be imported by the tests of the import system."),
    functions: &[Functions::DEFS],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

static ERROR: TypeSpec =
    support::exception_spec("_testimportexec", "error", None, &exceptions::EXCEPTION);

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let error = cx.native_type(&ERROR)?;
    m.set(cx, "error", error.value());
    m.set(cx, "int_const", Value::small(1969));
    let text = cx.new_str("something different");
    m.set(cx, "str_const", text);
    Ok(())
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// foo(i,j)
    ///
    /// Return the sum of i and j.
    #[py(sig = "($module, i, j, /)", hide_sig)]
    fn foo(cx: &mut Cx, i: i64, j: i64) -> Value {
        cx.new_int(i.wrapping_add(j))
    }
}
