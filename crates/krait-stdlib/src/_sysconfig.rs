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
        // The same as in `sysconfig`. It does not say where packages are installed: there is one
        // build, and no second ABI to tell apart.
        let variables = [("Py_GIL_DISABLED", 1), ("Py_DEBUG", 0)];
        for (name, n) in variables {
            let name = cx.intern(name);
            vars.set_str(cx, name, Value::small(n));
        }
        vars.value()
    }
}
