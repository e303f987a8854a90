//! `_sysconfig`: how this Python was built.

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_sysconfig",
    doc: Some("A helper for the sysconfig module."),
    functions: &[Functions::DEFS],
    ..ModuleDef::DEFAULT
};

struct Functions;

#[pyfunctions]
impl Functions {
    /// Returns a dictionary containing build variables intended to be exposed by sysconfig.
    #[py(sig = "($module, /)")]
    fn config_vars(cx: &mut Cx) -> Value {
        let vars = cx.new_dict();
        // It names an ABI of extension modules, and with it where packages are installed; there is
        // no such ABI here. Whether a lock exists is what `sys._is_gil_enabled()` says.
        let variables = [("Py_GIL_DISABLED", 0), ("Py_DEBUG", 0)];
        for (name, n) in variables {
            let name = cx.intern(name);
            vars.set_str(cx, name, Value::small(n));
        }
        vars.value()
    }
}
