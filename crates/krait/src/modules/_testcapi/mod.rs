//! `_testcapi`: calls, exceptions and limits as native code sees them.

mod buffers;
mod calls;
mod constants;
mod exceptions;
mod methods;

use krait_stdlib::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_testcapi",
    functions: &[
        Functions::DEFS,
        buffers::Functions::DEFS,
        calls::Functions::DEFS,
        exceptions::Functions::DEFS,
        methods::Functions::DEFS,
    ],
    types: &[
        &buffers::TEST_BUF,
        &methods::METH_INSTANCE,
        &methods::METH_CLASS,
        &methods::METH_STATIC,
    ],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    buffers::register(cx);
    constants::set(cx, m)
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// A `__get__` that makes an instance of the owner's class before it looks at itself.
    #[py(sig = "($module, this, obj, cls, /)", hide_sig)]
    fn bad_get(cx: &mut Cx, this: Value, _obj: Value, cls: Value) -> PyResult<Value> {
        cx.call(cls, &[])?;
        Ok(cx.repr(this)?.value())
    }

    /// Sends SIGINT to this process, and then `None` to the generator without a look at signals.
    #[py(name = "raise_SIGINT_then_send_None", sig = "($module, gen, /)")]
    fn raise_sigint_then_send_none(cx: &mut Cx, gen_: Value) -> PyResult<Value> {
        // SAFETY: raises a signal that the interpreter handles.
        unsafe { libc::raise(libc::SIGINT) };
        cx.call_method_str(gen_, "send", &[Value::none()])
    }

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
