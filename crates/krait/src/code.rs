//! Code objects from bytes and to bytes.

use std::sync::Arc;

use krait_bytecode as bc;
use krait_runtime::native::{Cx, NativeObj, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::str::Str;
use krait_vm::objects::code::{self, Code, CodeObj};

/// The code object behind `v`.
pub fn as_code(v: Value) -> Option<CodeObj> {
    NativeObj::<Code>::from_value(v)
}

/// The code object of an embedded module.
pub fn of_library(cx: &mut Cx, m: krait_pylib::Module) -> PyResult<Value> {
    match bc::read_embedded_code(m.code()) {
        Ok(unit) => Ok(code::load(cx, Arc::new(unit))?.value()),
        Err(e) => Err(cx.system_error(format!("embedded module {}: {e}", m.name()))),
    }
}

/// A code object of bytes that may come from anywhere. ValueError if they are none.
pub fn from_bytes(cx: &mut Cx, bytes: &[u8]) -> PyResult<Value> {
    match bc::read_code(bytes) {
        Ok(unit) => Ok(code::load(cx, Arc::new(unit))?.value()),
        Err(e) => Err(cx.value_error(e.to_string())),
    }
}

/// The reverse of `from_bytes`.
pub fn to_bytes(code: CodeObj) -> Vec<u8> {
    bc::write_code(&code.unit)
}

/// Sets `co_filename` of a code object that has the name of the module's old file, and of those
/// inside it.
pub fn set_filename(cx: &mut Cx, v: Value, path: Gc<Str>) -> PyResult<()> {
    let Some(code) = as_code(v) else {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!(
            "_fix_co_filename() argument 1 must be code, not {got}"
        )));
    };
    let old = code.filename.get();
    if Gc::<Str>::from_value(old).is_some_and(|o| o.eq_str(path)) {
        return Ok(());
    }
    rename(cx, code, old, path)
}

fn rename(cx: &mut Cx, code: CodeObj, old: Value, path: Gc<Str>) -> PyResult<()> {
    if code.filename.get() != old {
        return Ok(());
    }
    code.filename.set(cx, code, path.value());
    for &v in code::constants_of(cx, code)?.values() {
        if let Some(inner) = as_code(v) {
            rename(cx, inner, old, path)?;
        }
    }
    Ok(())
}
