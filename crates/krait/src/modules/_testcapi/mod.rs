//! `_testcapi`: calls, exceptions and limits as native code sees them.

mod calls;
mod constants;
mod exceptions;
mod methods;

use krait_stdlib::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_testcapi",
    functions: &[
        Functions::DEFS,
        calls::Functions::DEFS,
        exceptions::Functions::DEFS,
        methods::Functions::DEFS,
    ],
    types: &[
        &methods::METH_INSTANCE,
        &methods::METH_CLASS,
        &methods::METH_STATIC,
    ],
    init: Some(constants::set),
    ..ModuleDef::DEFAULT
};

struct Functions;

#[pyfunctions]
impl Functions {
    #[py(sig = "($module, name, /)")]
    fn config_get(cx: &mut Cx, name: Gc<Str>) -> PyResult<bool> {
        match &*name.to_string_lossy() {
            "code_debug_ranges" => Ok(cx.interp().config.debug_ranges),
            name => Err(cx.value_error(format!("unknown config option name: {name}"))),
        }
    }

    #[py(sig = "($module, object, /)")]
    fn set_errno(object: i32) {
        // SAFETY: errno is this thread's own.
        unsafe { *libc::__errno_location() = object }
    }
}
