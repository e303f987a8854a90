//! What `anext(it, default)` returns: awaits `it.__anext__()`, with a default at the end.

use krait_macros::{Trace, pymethods};

use crate::native::{Cx, Layout, Native, NativeObj, PyResult, TypeSpec, Value};
use crate::object::{Gc, Slot};
use crate::special::Special;
use crate::types::typeobj::flags;

#[derive(Trace)]
pub struct AnextAwaitable {
    /// What `__anext__` returned.
    wrapped: Slot,
    default: Slot,
}

impl Native for AnextAwaitable {
    const PY_NAME: &'static str = "anext_awaitable";
}

static SPEC: TypeSpec = TypeSpec {
    name: "anext_awaitable",
    layout: Layout::native::<AnextAwaitable>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

type This = Gc<NativeObj<AnextAwaitable>>;

impl AnextAwaitable {
    pub fn start(cx: &mut Cx, wrapped: Value, default: Value) -> PyResult<Value> {
        let class = cx.native_type(&SPEC)?;
        let payload = AnextAwaitable {
            wrapped: Slot::new(wrapped),
            default: Slot::new(default),
        };
        Ok(NativeObj::alloc(cx, class, payload).value())
    }
}

/// The iterator that awaiting the wrapped object runs.
fn iterator(cx: &mut Cx, this: This) -> PyResult<Value> {
    let wrapped = this.wrapped.get();
    if cx.hooks().is_iterable_coroutine.is_some_and(|f| f(wrapped)) {
        return Ok(wrapped);
    }
    let Some(it) = cx.call_special(wrapped, Special::Await, &[])? else {
        let name = cx.type_name(wrapped);
        return Err(cx.type_error(format!("'{name}' object can't be awaited")));
    };
    if cx.has_special(it, Special::Next) {
        return Ok(it);
    }
    let name = cx.type_name(it);
    Err(cx.type_error(format!(
        "__await__() returned non-iterator of type '{name}'"
    )))
}

/// The end of the asynchronous iteration becomes the default as result.
fn with_default(cx: &mut Cx, this: This, r: PyResult<Value>) -> PyResult<Value> {
    match r {
        Err(e) if e.is(cx, cx.types().stop_async_iteration) => {
            Err(cx.stop_iteration(this.default.get()))
        }
        r => r,
    }
}

struct Methods;

#[pymethods]
impl Methods {
    /// Return an iterator to be used in await expression.
    #[py(sig = "($self, /)")]
    fn __await__(this: Value) -> Value {
        this
    }

    /// Implement iter(self).
    #[py(sig = "($self, /)")]
    fn __iter__(this: Value) -> Value {
        this
    }

    /// Implement next(self).
    #[py(sig = "($self, /)")]
    fn __next__(cx: &mut Cx, this: This) -> PyResult<Value> {
        let it = iterator(cx, this)?;
        let Some(next) = cx.type_of(it).special(cx, Special::Next) else {
            return Ok(Value::EMPTY);
        };
        let r = cx.call_slot(next, &[it]);
        with_default(cx, this, r)
    }

    /// send(arg) -> send 'arg' into the wrapped iterator,
    /// return next yielded value or raise StopIteration.
    #[py(hide_sig)]
    fn send(cx: &mut Cx, this: This, arg: Value) -> PyResult<Value> {
        let it = iterator(cx, this)?;
        let r = cx.call_method_str(it, "send", &[arg]);
        with_default(cx, this, r)
    }

    /// throw(value) -> raise exception in the wrapped iterator, return next yielded
    /// value or raise StopIteration.
    #[py(sig = "($self, *args)", hide_sig)]
    fn throw(cx: &mut Cx, this: This, args: &[Value]) -> PyResult<Value> {
        let it = iterator(cx, this)?;
        let r = cx.call_method_str(it, "throw", args);
        with_default(cx, this, r)
    }

    /// close() -> raise GeneratorExit inside generator.
    #[py(sig = "($self)", hide_sig)]
    fn close(cx: &mut Cx, this: This) -> PyResult<Value> {
        let it = iterator(cx, this)?;
        let r = cx.call_method_str(it, "close", &[]);
        with_default(cx, this, r)
    }
}
