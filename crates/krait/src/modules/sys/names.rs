//! `sys`: names of modules.

use krait_runtime::native::{Cx, PyResult};
use krait_runtime::object::Gc;
use krait_runtime::types::module::Module;

use crate::modules;

/// `builtin_module_names` and `stdlib_module_names`.
pub fn install(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let mut native: Vec<&'static str> = modules::all()
        .map(|d| d.name)
        .chain(["builtins", "sys"])
        .collect();
    native.sort_unstable();
    native.dedup();
    let list = cx.try_new_list(&[])?;
    for name in &native {
        let v = cx.intern(name).value();
        list.push(cx, v)?;
    }
    let tuple = cx.tuple_from(list.value())?;
    m.set(cx, "builtin_module_names", tuple);
    let all = cx.new_frozenset();
    let python = krait_pylib::modules()
        .map(|m| m.name())
        .filter(|n| !n.contains('.'));
    for name in python
        .chain(native)
        .filter(|n| !n.starts_with("__") && *n != "_krait_importer" || *n == "__future__")
    {
        let v = cx.intern(name).value();
        all.add(cx, v)?;
    }
    m.set(cx, "stdlib_module_names", all.value());
    Ok(())
}
