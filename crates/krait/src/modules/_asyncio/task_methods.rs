//! What Python code sees of `Task`.

use std::sync::atomic::Ordering;

use krait_stdlib::prelude::*;

use super::future::{self, FutureRef};
use super::future_methods::{Common, FUTURE, ask, not_deleted};
use super::task::{self, Options, Task, TaskRef};

pub static TASK: TypeSpec = TypeSpec {
    name: "Task",
    module: "_asyncio",
    doc: Some("A coroutine wrapped in a Future."),
    base: Some(&FUTURE),
    layout: Layout::native::<Task>(),
    flags: flags::BASETYPE | flags::INSTANCE_DICT | flags::WEAKREFABLE,
    defs: &[Methods::DEFS, Common::DEFS, Attributes::DEFS],
    alloc: Some(alloc),
    ..TypeSpec::DEFAULT
};

fn alloc(cx: &mut Cx, class: Gc<Type>) -> Value {
    NativeObj::alloc(cx, class, Task::new()).value()
}

fn or_none(field: &Slot) -> Value {
    field.get().some().unwrap_or(Value::none())
}

struct Methods;

#[pymethods]
impl Methods {
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[py(sig = "($self, /, coro, *, loop=None, name=None, context=None, eager_start=False)")]
    fn __init__(
        cx: &mut Cx,
        this: TaskRef,
        coro: Value,
        event_loop: Option<Value>,
        name: Option<Value>,
        context: Option<Value>,
        eager_start: Option<bool>,
    ) -> PyResult<()> {
        let options = Options {
            event_loop,
            name,
            context,
            eager_start: eager_start.unwrap_or(false),
        };
        task::init(cx, this, coro, options)
    }
    /// Called when the instance is about to be destroyed.
    #[py(sig = "($self, /)")]
    fn __del__(cx: &mut Cx, this: TaskRef) -> PyResult<()> {
        let f = FutureRef::from(this);
        let lost = f.is_pending() && this.log_destroy_pending.load(Ordering::Acquire);
        if lost && f.is_initialized() {
            future::report(cx, f, "task", "Task was destroyed but it is pending!", None)?;
        }
        future::finalized(cx, f)
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: TaskRef) -> PyResult<Value> {
        ask(cx, "asyncio.base_tasks", "_task_repr", &[this.value()])
    }
    #[py(sig = "($self, result, /)")]
    fn set_result(cx: &mut Cx, _this: TaskRef, _result: Value) -> PyResult<()> {
        Err(cx.runtime_error("Task does not support set_result operation"))
    }
    #[py(sig = "($self, exception, /)")]
    fn set_exception(cx: &mut Cx, _this: TaskRef, _exception: Value) -> PyResult<()> {
        Err(cx.runtime_error("Task does not support set_exception operation"))
    }
    /// Request that this task cancel itself.
    ///
    /// This arranges for a CancelledError to be thrown into the
    /// wrapped coroutine on the next cycle through the event loop.
    /// The coroutine then has a chance to clean up or even deny
    /// the request using try/except/finally.
    ///
    /// Unlike Future.cancel, this does not guarantee that the
    /// task will be cancelled: the exception might be caught and
    /// acted upon, delaying cancellation of the task or preventing
    /// cancellation completely.  The task may also return a value or
    /// raise a different exception.
    ///
    /// Immediately after this method is called, Task.cancelled() will
    /// not return True (unless the task was already cancelled).  A
    /// task will be marked as cancelled when the wrapped coroutine
    /// terminates with a CancelledError exception (even if cancel()
    /// was not called).
    ///
    /// This also increases the task's count of cancellation requests.
    #[py(sig = "($self, /, msg=None)")]
    fn cancel(cx: &mut Cx, this: TaskRef, msg: Option<Value>) -> PyResult<bool> {
        future::retrieved(cx, this.into());
        if !this.is_pending() {
            return Ok(false);
        }
        this.cancel_requests.fetch_add(1, Ordering::AcqRel);
        let message = msg.unwrap_or(Value::none());
        if let Some(other) = this.waits_for.get().some()
            && task::cancel_other(cx, other, message)?
        {
            // It may be a task that takes no notice, to be cancelled again later.
            return Ok(true);
        }
        this.must_cancel.store(true, Ordering::Release);
        this.cancel_message.set(cx, this, message);
        Ok(true)
    }
    /// Return the count of the task's cancellation requests.
    ///
    /// This count is incremented when .cancel() is called
    /// and may be decremented using .uncancel().
    #[py(sig = "($self, /)")]
    fn cancelling(this: TaskRef) -> i64 {
        this.cancel_requests.load(Ordering::Acquire)
    }
    /// Decrement the task's count of cancellation requests.
    ///
    /// This should be used by tasks that catch CancelledError
    /// and wish to continue indefinitely until they are cancelled again.
    ///
    /// Returns the remaining number of cancellation requests.
    #[py(sig = "($self, /)")]
    fn uncancel(this: TaskRef) -> i64 {
        let fewer = |n| (n > 0).then_some(n - 1);
        let Ok(before) =
            this.cancel_requests
                .fetch_update(Ordering::AcqRel, Ordering::Acquire, fewer)
        else {
            return 0;
        };
        if before == 1 {
            this.must_cancel.store(false, Ordering::Release);
        }
        before - 1
    }
    #[py(sig = "($self, /)")]
    fn get_name(cx: &mut Cx, this: TaskRef) -> Value {
        task::name(cx, this)
    }
    #[py(sig = "($self, value, /)")]
    fn set_name(cx: &mut Cx, this: TaskRef, value: Value) -> PyResult<()> {
        task::set_name(cx, this, value)
    }
    #[py(sig = "($self, /)")]
    fn get_coro(this: TaskRef) -> Value {
        or_none(&this.coroutine)
    }
    #[py(sig = "($self, /)")]
    fn get_context(this: TaskRef) -> Value {
        or_none(&this.context)
    }
    /// Return the list of stack frames for this task's coroutine.
    ///
    /// If the coroutine is not done, this returns the stack where it is
    /// suspended.  If the coroutine has completed successfully or was
    /// cancelled, this returns an empty list.  If the coroutine was
    /// terminated by an exception, this returns the list of traceback
    /// frames.
    ///
    /// The frames are always ordered from oldest to newest.
    ///
    /// The optional limit gives the maximum number of frames to
    /// return; by default all available frames are returned.  Its
    /// meaning differs depending on whether a stack or a traceback is
    /// returned: the newest frames of a stack are returned, but the
    /// oldest frames of a traceback are returned.  (This matches the
    /// behavior of the traceback module.)
    ///
    /// For reasons beyond our control, only one stack frame is
    /// returned for a suspended coroutine.
    #[py(sig = "($self, /, *, limit=None)")]
    fn get_stack(cx: &mut Cx, this: TaskRef, limit: Option<Value>) -> PyResult<Value> {
        let limit = limit.unwrap_or(Value::none());
        ask(
            cx,
            "asyncio.base_tasks",
            "_task_get_stack",
            &[this.value(), limit],
        )
    }
    /// Print the stack or traceback for this task's coroutine.
    ///
    /// This produces output similar to that of the traceback module,
    /// for the frames retrieved by get_stack().  The limit argument
    /// is passed to get_stack().  The file argument is an I/O stream
    /// to which the output is written; by default output is written
    /// to sys.stderr.
    #[py(sig = "($self, /, *, limit=None, file=None)")]
    fn print_stack(
        cx: &mut Cx,
        this: TaskRef,
        limit: Option<Value>,
        file: Option<Value>,
    ) -> PyResult<Value> {
        let (limit, file) = (
            limit.unwrap_or(Value::none()),
            file.unwrap_or(Value::none()),
        );
        ask(
            cx,
            "asyncio.base_tasks",
            "_task_print_stack",
            &[this.value(), limit, file],
        )
    }
    /// Tasks are generic over the return type of their wrapped coroutines
    #[py(classmethod, sig = "($type, object, /)")]
    fn __class_getitem__(cx: &mut Cx, class: Value, object: Value) -> PyResult<Value> {
        cx.generic_alias(class, object)
    }
}

struct Attributes;

#[pymethods]
impl Attributes {
    #[py(getter)]
    fn _coro(this: TaskRef) -> Value {
        or_none(&this.coroutine)
    }
    #[py(getter)]
    fn _fut_waiter(this: TaskRef) -> Value {
        or_none(&this.waits_for)
    }
    #[py(getter)]
    fn _must_cancel(this: TaskRef) -> bool {
        this.must_cancel.load(Ordering::Acquire)
    }
    #[py(getter)]
    fn _log_destroy_pending(this: TaskRef) -> bool {
        this.log_destroy_pending.load(Ordering::Acquire)
    }
    #[py(setter = "_log_destroy_pending")]
    fn set_log_destroy_pending(cx: &mut Cx, this: TaskRef, value: Option<Value>) -> PyResult<()> {
        let value = not_deleted(cx, value, this.value(), "_log_destroy_pending")?;
        let log = cx.is_true(value)?;
        this.log_destroy_pending.store(log, Ordering::Release);
        Ok(())
    }
}
