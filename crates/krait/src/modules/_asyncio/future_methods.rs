//! `Future`, and the methods that tasks share with it.

use std::sync::atomic::Ordering;

use krait_stdlib::_contextvars as contextvars;
use krait_stdlib::prelude::*;

use super::future::{self, CANCELLED, FINISHED, Future, FutureRef};
use super::iter;

pub static FUTURE: TypeSpec = TypeSpec {
    name: "Future",
    module: "_asyncio",
    doc: Some(
        "A result that will be there later, for code that runs in an event loop.\n\nResults of the class of this name in concurrent.futures are waited for in threads; here result() and\nexception() take no timeout and raise an error before the future is done, callbacks are called by the\nevent loop, and nothing but the methods of the loop is safe to be called from other threads.",
    ),
    layout: Layout::native::<Future>(),
    flags: flags::BASETYPE | flags::INSTANCE_DICT | flags::WEAKREFABLE,
    defs: &[Methods::DEFS, Common::DEFS, Attributes::DEFS],
    alloc: Some(alloc),
    ..TypeSpec::DEFAULT
};

fn alloc(cx: &mut Cx, class: Gc<Type>) -> Value {
    NativeObj::alloc(cx, class, Future::new()).value()
}

/// The result of a method of `asyncio`'s Python part that takes the object.
pub fn ask(cx: &mut Cx, module: &str, function: &str, args: &[Value]) -> PyResult<Value> {
    let module = cx.import(module)?;
    cx.call_method_str(module, function, args)
}

struct Methods;

#[pymethods]
impl Methods {
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[py(sig = "($self, /, *, loop=None)")]
    fn __init__(cx: &mut Cx, this: FutureRef, event_loop: Option<Value>) -> PyResult<()> {
        future::init(cx, this, event_loop)
    }
    /// Called when the instance is about to be destroyed.
    #[py(sig = "($self, /)")]
    fn __del__(cx: &mut Cx, this: FutureRef) -> PyResult<()> {
        future::finalized(cx, this)
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: FutureRef) -> PyResult<Value> {
        future::check_initialized(cx, this)?;
        ask(cx, "asyncio.base_futures", "_future_repr", &[this.value()])
    }
    /// Mark the future done and set its result.
    ///
    /// If the future is already done when this method is called, raises
    /// InvalidStateError.
    #[py(sig = "($self, result, /)")]
    fn set_result(cx: &mut Cx, this: FutureRef, result: Value) -> PyResult<()> {
        future::check_initialized(cx, this)?;
        future::set_result(cx, this, result)
    }
    /// Mark the future done and set an exception.
    ///
    /// If the future is already done when this method is called, raises
    /// InvalidStateError.
    #[py(sig = "($self, exception, /)")]
    fn set_exception(cx: &mut Cx, this: FutureRef, exception: Value) -> PyResult<()> {
        future::check_initialized(cx, this)?;
        future::set_exception(cx, this, exception)
    }
    /// Cancel the future and schedule callbacks.
    ///
    /// If the future is already done or cancelled, return False.
    /// Otherwise, change the future's state to cancelled, schedule the
    /// callbacks and return True.
    #[py(sig = "($self, /, msg=None)")]
    fn cancel(cx: &mut Cx, this: FutureRef, msg: Option<Value>) -> PyResult<bool> {
        future::check_initialized(cx, this)?;
        future::cancel(cx, this, msg.unwrap_or(Value::none()))
    }
    /// Return the event loop the Future is bound to.
    #[py(sig = "($self, /)")]
    fn get_loop(cx: &mut Cx, this: FutureRef) -> PyResult<Value> {
        future::check_initialized(cx, this)?;
        Ok(this.event_loop.get())
    }
    /// Futures are generic over the type of their results
    #[py(classmethod, sig = "($type, object, /)")]
    fn __class_getitem__(cx: &mut Cx, class: Value, object: Value) -> PyResult<Value> {
        cx.generic_alias(class, object)
    }
}

/// InvalidStateError for `result` and `exception` before `__init__` has run.
fn check_initialized_to_ask(cx: &mut Cx, f: FutureRef) -> PyResult<()> {
    if f.is_initialized() {
        return Ok(());
    }
    Err(future::invalid_state(
        cx,
        "Future object is not initialized.",
    ))
}

/// What `Future` and `Task` both have in their namespaces.
pub struct Common;

#[pymethods]
impl Common {
    /// Return an iterator to be used in await expression.
    #[py(sig = "($self, /)")]
    fn __await__(cx: &mut Cx, this: FutureRef) -> PyResult<Value> {
        iter::new(cx, this)
    }
    /// Implement iter(self).
    #[py(sig = "($self, /)")]
    fn __iter__(cx: &mut Cx, this: FutureRef) -> PyResult<Value> {
        iter::new(cx, this)
    }
    /// Return the result this future represents.
    ///
    /// If the future has been cancelled, raises CancelledError.  If the
    /// future's result isn't yet available, raises InvalidStateError.  If
    /// the future is done and has an exception set, this exception is
    /// raised.
    #[py(sig = "($self, /)")]
    fn result(cx: &mut Cx, this: FutureRef) -> PyResult<Value> {
        check_initialized_to_ask(cx, this)?;
        future::result(cx, this)
    }
    /// Return the exception that was set on this future.
    ///
    /// The exception (or None if no exception was set) is returned only if
    /// the future is done.  If the future has been cancelled, raises
    /// CancelledError.  If the future isn't done yet, raises
    /// InvalidStateError.
    #[py(sig = "($self, /)")]
    fn exception(cx: &mut Cx, this: FutureRef) -> PyResult<Value> {
        check_initialized_to_ask(cx, this)?;
        match this.state.load(Ordering::Acquire) {
            CANCELLED => Err(Raised::new(future::cancelled_error(cx, this)?)),
            FINISHED => {
                future::retrieved(cx, this);
                Ok(this.exception.get().some().unwrap_or(Value::none()))
            }
            _ => Err(future::invalid_state(cx, "Exception is not set.")),
        }
    }
    /// Add a callback to be run when the future becomes done.
    ///
    /// The callback is called with a single argument - the future object.
    /// If the future is already done when this is called, the callback is
    /// scheduled with call_soon.
    #[py(sig = "($self, fn, /, *, context=<unrepresentable>)")]
    fn add_done_callback(
        cx: &mut Cx,
        this: FutureRef,
        callback: Value,
        context: Option<Value>,
    ) -> PyResult<()> {
        if !this.is_initialized() {
            return Err(cx.runtime_error("uninitialized Future object"));
        }
        let context = match context {
            Some(c) => c,
            None => contextvars::copy_current(cx)?,
        };
        future::add_callback(cx, this, callback, context)
    }
    /// Remove all instances of a callback from the "call when done" list.
    ///
    /// Returns the number of callbacks removed.
    #[py(sig = "($self, fn, /)")]
    fn remove_done_callback(cx: &mut Cx, this: FutureRef, callback: Value) -> PyResult<usize> {
        future::check_initialized(cx, this)?;
        future::remove_callback(cx, this, callback)
    }
    /// Return True if the future was cancelled.
    #[py(sig = "($self, /)")]
    fn cancelled(this: FutureRef) -> bool {
        this.state.load(Ordering::Acquire) == CANCELLED
    }
    /// Return True if the future is done.
    ///
    /// Done means either that a result / exception are available, or that
    /// the future was cancelled.
    #[py(sig = "($self, /)")]
    fn done(this: FutureRef) -> bool {
        this.is_initialized() && !this.is_pending()
    }
    /// Create the CancelledError to raise if the Future is cancelled.
    ///
    /// This should only be called once when handling a cancellation since
    /// it erases the context exception value.
    #[py(sig = "($self, /)")]
    fn _make_cancelled_error(cx: &mut Cx, this: FutureRef) -> PyResult<Value> {
        Ok(future::cancelled_error(cx, this)?.value())
    }
}

/// What a setter of `owner` gets, unless the attribute is to be deleted.
pub fn not_deleted(cx: &mut Cx, value: Option<Value>, owner: Value, name: &str) -> PyResult<Value> {
    if let Some(v) = value {
        return Ok(v);
    }
    let class = cx.type_name(owner);
    Err(cx.attribute_error(format!(
        "attribute '{name}' of '{class}' objects cannot be deleted"
    )))
}

struct Attributes;

#[pymethods]
impl Attributes {
    #[py(getter)]
    fn _state(cx: &mut Cx, this: FutureRef) -> PyResult<Value> {
        future::check_initialized(cx, this)?;
        let name = match this.state.load(Ordering::Acquire) {
            CANCELLED => "CANCELLED",
            FINISHED => "FINISHED",
            _ => "PENDING",
        };
        Ok(cx.intern(name).value())
    }
    #[py(getter)]
    fn _asyncio_future_blocking(this: FutureRef) -> bool {
        this.blocking.load(Ordering::Acquire)
    }
    #[py(setter = "_asyncio_future_blocking")]
    fn set_blocking(cx: &mut Cx, this: FutureRef, value: Option<Value>) -> PyResult<()> {
        let value = not_deleted(cx, value, this.value(), "_asyncio_future_blocking")?;
        future::check_initialized(cx, this)?;
        let blocking = cx.is_true(value)?;
        this.blocking.store(blocking, Ordering::Release);
        Ok(())
    }
    #[py(getter)]
    fn _loop(this: FutureRef) -> Value {
        this.event_loop.get().some().unwrap_or(Value::none())
    }
    #[py(getter)]
    fn _callbacks(cx: &mut Cx, this: FutureRef) -> PyResult<Value> {
        future::check_initialized(cx, this)?;
        future::callbacks(cx, this)
    }
    #[py(getter)]
    fn _result(cx: &mut Cx, this: FutureRef) -> PyResult<Value> {
        future::check_initialized(cx, this)?;
        Ok(this.result.get().some().unwrap_or(Value::none()))
    }
    #[py(getter)]
    fn _exception(cx: &mut Cx, this: FutureRef) -> PyResult<Value> {
        future::check_initialized(cx, this)?;
        Ok(this.exception.get().some().unwrap_or(Value::none()))
    }
    #[py(getter)]
    fn _log_traceback(cx: &mut Cx, this: FutureRef) -> PyResult<bool> {
        future::check_initialized(cx, this)?;
        Ok(this.log_traceback.load(Ordering::Acquire))
    }
    #[py(setter = "_log_traceback")]
    fn set_log_traceback(cx: &mut Cx, this: FutureRef, value: Option<Value>) -> PyResult<()> {
        let value = not_deleted(cx, value, this.value(), "_log_traceback")?;
        if cx.is_true(value)? {
            return Err(cx.value_error("_log_traceback can only be set to False"));
        }
        future::check_initialized(cx, this)?;
        future::retrieved(cx, this);
        Ok(())
    }
    #[py(getter)]
    fn _source_traceback(this: FutureRef) -> Value {
        this.source_traceback.get().some().unwrap_or(Value::none())
    }
    #[py(getter)]
    fn _cancel_message(this: FutureRef) -> Value {
        this.cancel_message.get().some().unwrap_or(Value::none())
    }
    #[py(setter = "_cancel_message")]
    fn set_cancel_message(cx: &mut Cx, this: FutureRef, value: Option<Value>) -> PyResult<()> {
        let value = not_deleted(cx, value, this.value(), "_cancel_message")?;
        this.set(cx, &this.cancel_message, value);
        Ok(())
    }
    #[py(getter)]
    fn _asyncio_awaited_by(cx: &mut Cx, this: FutureRef) -> PyResult<Value> {
        future::awaited_by(cx, this)
    }
}
