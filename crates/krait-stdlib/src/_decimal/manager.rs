//! Functions of the module, and the context manager of `localcontext()`.

use super::context::{self, Context, ContextObj};
use crate::prelude::*;

pub const MAX_IEEE_BITS: i64 = 512;

/// What `localcontext()` gives: the context to set, and the one to come back to.
#[derive(Trace)]
pub struct Manager {
    local: Slot,
    outer: Slot,
}
impl Native for Manager {
    const PY_NAME: &'static str = "decimal.ContextManager";
}

static SPEC: TypeSpec = TypeSpec {
    name: "ContextManager",
    module: "decimal",
    layout: Layout::native::<Manager>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

struct Methods;

#[pymethods]
impl Methods {
    #[py(sig = "($self, /)")]
    fn __enter__(cx: &mut Cx, this: Obj<Manager>) -> PyResult<Value> {
        context::set_current(cx, this.local.get())?;
        Ok(this.local.get())
    }
    #[py(sig = "($self, exc_type, exc_value, traceback, /)", hide_sig)]
    fn __exit__(
        cx: &mut Cx,
        this: Obj<Manager>,
        _exc_type: Value,
        _exc_value: Value,
        _traceback: Value,
    ) -> PyResult<bool> {
        context::set_current(cx, this.outer.get())?;
        Ok(false)
    }
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// The context of the running thread or task.
    #[py(sig = "($module, /)")]
    fn getcontext(cx: &mut Cx) -> PyResult<ContextObj> {
        context::current(cx)
    }

    /// Set the context of the running thread or task.
    #[py(sig = "($module, context, /)")]
    fn setcontext(cx: &mut Cx, context: Value) -> PyResult<()> {
        context::set_current(cx, context)
    }

    /// A context manager under which a copy of the context, changed by the keywords, is current.
    #[py(sig = "($module, /, ctx=None, **kwargs)")]
    fn localcontext(cx: &mut Cx, ctx: Option<Value>, kwargs: Option<Value>) -> PyResult<Value> {
        let outer = context::current(cx)?;
        let from = context::context_arg(cx, ctx)?;
        let local = context::copy(cx, from)?;
        if kwargs.is_some() {
            let init = cx.get_attr_str(local.value(), "__init__")?;
            cx.call_with_kwargs(init, &[], kwargs)?;
        }
        let class = cx.native_type(&SPEC)?;
        let manager = Manager {
            local: slot(local.value()),
            outer: slot(outer.value()),
        };
        Ok(NativeObj::alloc(cx, class, manager).value())
    }

    /// The context of the IEEE interchange format of that size in bits.
    #[py(name = "IEEEContext", sig = "($module, bits, /)")]
    fn ieee_context(cx: &mut Cx, bits: Value) -> PyResult<Value> {
        let bits = context::ssize_arg(cx, bits)?;
        if bits <= 0 || bits > MAX_IEEE_BITS || bits % 32 != 0 {
            return Err(cx.value_error(format!(
                "argument must be a multiple of 32, with a maximum of {MAX_IEEE_BITS}"
            )));
        }
        let class = cx.native_type(&context::SPEC)?;
        let new = cx.call(class.value(), &[])?;
        if let Some(c) = NativeObj::<Context>::from_value(new) {
            c.set_ieee(9 * (bits / 32) - 2, 3 * (1 << (bits / 16 + 3)));
        }
        Ok(new)
    }
}
