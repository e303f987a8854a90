//! Tasks: futures that run coroutines, step by step.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};

use krait_runtime::native::{NativeDef, Outcome};
use krait_runtime::types::exceptions::base::as_exception;
use krait_runtime::types::native_function::new_builtin;
use krait_stdlib::_contextvars::{self as contextvars, Context};
use krait_stdlib::prelude::*;
use krait_vm::interp::generators::send_from_native;
use krait_vm::objects::generator::{COROUTINE, as_generator, is_plain_generator};
use krait_vm::objects::generator_methods as generators;

use super::current;
use super::future::{self, Future, FutureRef};
use super::registry;
use super::state::{self, State};

#[derive(Trace)]
#[repr(C)]
pub struct Task {
    future: Future,
    /// What the coroutine waits for.
    pub waits_for: Slot,
    pub coroutine: Slot,
    /// A str, or the number in a name that nobody has asked for yet.
    name: Slot,
    pub context: Slot,
    pub must_cancel: AtomicBool,
    pub log_destroy_pending: AtomicBool,
    /// How often cancellation was asked for.
    pub cancel_requests: AtomicI64,
    /// Place in the registry's list, counted from 1; 0: it is not there.
    pub place: AtomicUsize,
}
impl Native for Task {
    const PY_NAME: &'static str = "_asyncio.Task";
}

pub type TaskRef = Obj<Task>;

impl std::ops::Deref for Task {
    type Target = Future;
    fn deref(&self) -> &Future {
        &self.future
    }
}

impl Task {
    pub const fn new() -> Task {
        Task {
            future: Future::new(),
            waits_for: Slot::empty(),
            coroutine: Slot::empty(),
            name: Slot::empty(),
            context: Slot::empty(),
            must_cancel: AtomicBool::new(false),
            log_destroy_pending: AtomicBool::new(false),
            cancel_requests: AtomicI64::new(0),
            place: AtomicUsize::new(0),
        }
    }
}

/// Calls a method of a task later: the next step, into which `argument`, an exception or `EMPTY`, is thrown.
#[derive(Trace)]
pub struct StepCall {
    task: Slot,
    argument: Slot,
}
impl Native for StepCall {
    const PY_NAME: &'static str = "_asyncio.TaskStepMethWrapper";
}

pub static STEP_CALL: TypeSpec = TypeSpec {
    name: "TaskStepMethWrapper",
    module: "_asyncio",
    layout: Layout::native::<StepCall>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[StepCallMethods::DEFS],
    call: Some(call_step),
    ..TypeSpec::DEFAULT
};

fn call_step(cx: &mut Cx, callee: Value, args: &[Value], kwnames: &[Value]) -> PyResult<Value> {
    let this = NativeObj::<StepCall>::from_value(callee).expect("the call slot of this type");
    if !kwnames.is_empty() {
        return Err(cx.type_error("function takes no keyword arguments"));
    }
    if !args.is_empty() {
        return Err(cx.type_error("function takes no positional arguments"));
    }
    step(cx, native_in(&this.task), this.argument.get().some())?;
    Ok(Value::none())
}

struct StepCallMethods;

#[pymethods]
impl StepCallMethods {
    /// Call self as a function.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        cx: &mut Cx,
        this: Obj<StepCall>,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        if kwargs
            .and_then(Gc::<Dict>::from_value)
            .is_some_and(|d| !d.is_empty())
        {
            return Err(cx.type_error("function takes no keyword arguments"));
        }
        call_step(cx, this.value(), args, &[])
    }
    #[py(getter)]
    fn __self__(this: Obj<StepCall>) -> Value {
        this.task.get()
    }
}

struct Wakeup;

#[pymethods]
impl Wakeup {
    #[py(hide_sig)]
    fn task_wakeup(cx: &mut Cx, this: TaskRef, fut: Value) -> PyResult<()> {
        wakeup(cx, this, fut)
    }
}
static WAKEUP: &NativeDef = &Wakeup::DEFS[0];

// ---- Making one -----------------------------------------------------------------------------

/// What `Task()` is called with beside the coroutine.
pub struct Options {
    pub event_loop: Option<Value>,
    pub name: Option<Value>,
    pub context: Option<Value>,
    pub eager_start: bool,
}

/// `Task.__init__`.
pub fn init(cx: &mut Cx, task: TaskRef, coroutine: Value, options: Options) -> PyResult<()> {
    let f = FutureRef::from(task);
    future::init(cx, f, options.event_loop)?;
    task.log_destroy_pending.store(false, Ordering::Release);
    if !is_coroutine(cx, coroutine)? {
        let shown = cx.repr_string(coroutine)?;
        return Err(cx.type_error(format!("a coroutine was expected, got {shown}")));
    }
    let context = match options.context.filter(|c| !c.is_none()) {
        Some(c) => c,
        None => contextvars::copy_current(cx)?,
    };
    task.context.set(cx, task, context);
    task.waits_for.set_immediate(Value::EMPTY);
    task.must_cancel.store(false, Ordering::Release);
    task.log_destroy_pending.store(true, Ordering::Release);
    task.cancel_requests.store(0, Ordering::Release);
    task.coroutine.set(cx, task, coroutine);
    let name = match options.name.filter(|n| !n.is_none()) {
        Some(n) => as_name(cx, n)?,
        None => {
            let numbered = &cx.state::<State>().numbered;
            Value::small(numbered.fetch_add(1, Ordering::Relaxed) as i64 + 1)
        }
    };
    task.name.set(cx, task, name);
    let started = start(cx, task, options.eager_start);
    if f.is_pending() {
        // Also if starting it failed: it is destroyed while pending, then.
        future::watch(cx, f);
    }
    started
}

/// Has the loop make the first step, or makes it now if that is asked for and the loop runs.
fn start(cx: &mut Cx, task: TaskRef, eagerly: bool) -> PyResult<()> {
    if eagerly {
        let event_loop = task.event_loop.get();
        let running = cx.call_method(event_loop, cx.names().is_running, &[])?;
        if cx.is_true(running)? {
            return start_eagerly(cx, task);
        }
    }
    call_step_soon(cx, task, Value::EMPTY)?;
    registry::register(cx, task);
    Ok(())
}

fn is_coroutine(cx: &mut Cx, v: Value) -> PyResult<bool> {
    if as_generator(v).is_some_and(|g| g.flavour == COROUTINE) {
        return Ok(true);
    }
    let module = cx.import("asyncio.coroutines")?;
    let answer = cx.call_method_str(module, "iscoroutine", &[v])?;
    cx.is_true(answer)
}

/// `str(v)`.
pub fn as_name(cx: &mut Cx, v: Value) -> PyResult<Value> {
    Ok(cx.str(v)?.value())
}

pub fn set_name(cx: &mut Cx, task: TaskRef, v: Value) -> PyResult<()> {
    let name = as_name(cx, v)?;
    task.name.set(cx, task, name);
    Ok(())
}

/// The name, None before `__init__`.
pub fn name(cx: &mut Cx, task: TaskRef) -> Value {
    let name = task.name.get();
    let Some(number) = name.as_small() else {
        return name.some().unwrap_or(Value::none());
    };
    let text = cx.new_str(&format!("Task-{number}"));
    task.name.set(cx, task, text);
    text
}

/// The first step, at once; further ones come as those of other tasks.
fn start_eagerly(cx: &mut Cx, task: TaskRef) -> PyResult<()> {
    let Some(context) = NativeObj::<Context>::from_value(task.context.get()) else {
        return Err(cx.type_error("an instance of Context was expected"));
    };
    let event_loop = task.event_loop.get();
    let before = current::swap(cx, event_loop, task.value())?;
    registry::register(cx, task);
    let stepped = contextvars::run_in(cx, context, |cx| run_step(cx, task, None));
    let restored = current::swap(cx, event_loop, before);
    if !task.is_pending() {
        task.coroutine.set_immediate(Value::EMPTY);
    }
    stepped?;
    restored.map(|_| ())
}

// ---- Steps ----------------------------------------------------------------------------------

/// Has the loop make the next step.
fn call_step_soon(cx: &mut Cx, task: TaskRef, argument: Value) -> PyResult<()> {
    let class = cx.native_type(&STEP_CALL)?;
    let call = StepCall {
        task: slot(task.value()),
        argument: slot(argument),
    };
    let call = NativeObj::alloc(cx, class, call).value();
    let (event_loop, context) = (task.event_loop.get(), task.context.get());
    future::call_soon(cx, event_loop, call, None, context)
}

/// One step of the coroutine, as the loop's current task.
fn step(cx: &mut Cx, task: TaskRef, exception: Option<Value>) -> PyResult<()> {
    let event_loop = task.event_loop.get();
    current::enter(cx, event_loop, task.value())?;
    let stepped = run_step(cx, task, exception);
    let left = current::leave(cx, event_loop, task.value());
    stepped?;
    left
}

fn run_step(cx: &mut Cx, task: TaskRef, mut exception: Option<Value>) -> PyResult<()> {
    let f = FutureRef::from(task);
    if !f.is_pending() {
        let shown = cx.repr_string(task.value())?;
        let thrown = cx.repr_string(exception.unwrap_or(Value::none()))?;
        let message = format!("__step(): already done: {shown} {thrown}");
        return Err(future::invalid_state(cx, &message));
    }
    let coroutine = task.coroutine.get();
    if coroutine.is_empty() {
        return Err(cx.runtime_error("uninitialized Task object"));
    }
    if task.must_cancel.load(Ordering::Acquire) {
        let cancelled = state::cancelled_error(cx)?;
        if !exception.is_some_and(|e| cx.is_instance(e, cancelled)) {
            exception = Some(future::cancelled_error(cx, f)?.value());
        }
        task.must_cancel.store(false, Ordering::Release);
    }
    task.waits_for.set_immediate(Value::EMPTY);
    let outcome = match exception {
        None => send_from_native(cx, coroutine, Value::none()),
        Some(e) => throw(cx, coroutine, e),
    };
    match outcome {
        Ok(Outcome::Yielded(v)) => yielded(cx, task, v),
        // It was cancelled right before it ended.
        Ok(Outcome::Returned(_)) if task.must_cancel.load(Ordering::Acquire) => {
            task.must_cancel.store(false, Ordering::Release);
            let message = f.cancel_message.get();
            future::cancel(cx, f, message).map(|_| ())
        }
        Ok(Outcome::Returned(v)) => future::set_result(cx, f, v),
        Err(e) => raised(cx, f, e),
    }
}

/// Throws the exception `e` into a coroutine.
fn throw(cx: &mut Cx, coroutine: Value, e: Value) -> PyResult<Outcome> {
    if let Some(g) = as_generator(coroutine).filter(|g| g.flavour <= COROUTINE)
        && let Some(e) = as_exception(e)
    {
        return generators::throw(cx, g, Raised::new(e), true);
    }
    match cx.call_method(coroutine, cx.names().throw, &[e]) {
        Ok(v) => Ok(Outcome::Yielded(v)),
        Err(e) => match krait_vm::interp::generators::stop_value(cx, e) {
            Some(v) => Ok(Outcome::Returned(v)),
            None => Err(e),
        },
    }
}

/// The coroutine ended with an exception.
#[cold]
fn raised(cx: &mut Cx, f: FutureRef, e: Raised) -> PyResult<()> {
    let cancelled = state::cancelled_error(cx)?;
    if e.is(cx, cancelled) {
        f.set(cx, &f.cancelled_exception, e.value());
        return future::cancel(cx, f, Value::EMPTY).map(|_| ());
    }
    future::finish_with_exception(cx, f, e.exception())?;
    let types = cx.types();
    if e.is(cx, types.keyboard_interrupt) || e.is(cx, types.system_exit) {
        return Err(e);
    }
    Ok(())
}

/// The coroutine waits for `v`.
fn yielded(cx: &mut Cx, task: TaskRef, v: Value) -> PyResult<()> {
    if v == task.value() {
        let shown = cx.repr_string(v)?;
        return fail_soon(cx, task, format!("Task cannot await on itself: {shown}"));
    }
    if let Some(f) = FutureRef::of_exact(cx, v) {
        if f.event_loop.get() != task.event_loop.get() {
            return other_loop(cx, task, v);
        }
        if !f.blocking.load(Ordering::Acquire) {
            return plain_yield(cx, task, v);
        }
        f.blocking.store(false, Ordering::Release);
        future::add_to_awaited_by(cx, v, task.value())?;
        let callback = wakeup_callback(cx, task)?;
        future::add_callback(cx, f, callback, task.context.get())?;
        return wait_for(cx, task, v);
    }
    if v.is_none() {
        return call_step_soon(cx, task, Value::EMPTY);
    }
    let blocking = cx.lookup_attr(v, cx.names()._asyncio_future_blocking)?;
    let Some(blocking) = blocking.filter(|b| !b.is_none()) else {
        let shown = cx.repr_string(v)?;
        if is_plain_generator(v) {
            let this = cx.repr_string(task.value())?;
            return fail_soon(
                cx,
                task,
                format!(
                    "yield was used instead of yield from for generator in task {this} with {shown}"
                ),
            );
        }
        return fail_soon(cx, task, format!("Task got bad yield: {shown}"));
    };
    if future::loop_of(cx, v)? != task.event_loop.get() {
        return other_loop(cx, task, v);
    }
    if !cx.is_true(blocking)? {
        return plain_yield(cx, task, v);
    }
    future::add_to_awaited_by(cx, v, task.value())?;
    cx.set_attr(v, cx.names()._asyncio_future_blocking, Value::bool(false))?;
    let add = cx.get_attr(v, cx.names().add_done_callback)?;
    let callback = wakeup_callback(cx, task)?;
    let names = [cx.names().context.value()];
    cx.call_kw(add, &[callback, task.context.get()], &names)?;
    wait_for(cx, task, v)
}

/// The task wakes up when `v` is done, which is cancelled at once if the task is to be.
fn wait_for(cx: &mut Cx, task: TaskRef, v: Value) -> PyResult<()> {
    task.waits_for.set(cx, task, v);
    if task.must_cancel.load(Ordering::Acquire) {
        let message = task.cancel_message.get().some().unwrap_or(Value::none());
        if cancel_other(cx, v, message)? {
            task.must_cancel.store(false, Ordering::Release);
        }
    }
    Ok(())
}

/// `v.cancel(msg=message)`.
pub fn cancel_other(cx: &mut Cx, v: Value, message: Value) -> PyResult<bool> {
    let cancel = cx.get_attr(v, cx.names().cancel)?;
    let names = [cx.names().msg.value()];
    let answer = cx.call_kw(cancel, &[message], &names)?;
    cx.is_true(answer)
}

fn wakeup_callback(cx: &mut Cx, task: TaskRef) -> PyResult<Value> {
    let name = state::wakeup_name(cx)?;
    Ok(new_builtin(cx, WAKEUP, name, task.value(), Value::EMPTY).value())
}

/// Has a RuntimeError raised in the coroutine.
#[cold]
fn fail_soon(cx: &mut Cx, task: TaskRef, message: String) -> PyResult<()> {
    let e = cx.runtime_error(message);
    call_step_soon(cx, task, e.value())
}

#[cold]
fn other_loop(cx: &mut Cx, task: TaskRef, v: Value) -> PyResult<()> {
    let (this, shown) = (cx.repr_string(task.value())?, cx.repr_string(v)?);
    let message = format!("Task {this} got Future {shown} attached to a different loop");
    fail_soon(cx, task, message)
}

#[cold]
fn plain_yield(cx: &mut Cx, task: TaskRef, v: Value) -> PyResult<()> {
    let (this, shown) = (cx.repr_string(task.value())?, cx.repr_string(v)?);
    let message = format!("yield was used instead of yield from in task {this} with {shown}");
    fail_soon(cx, task, message)
}

/// What the task waited for is done.
fn wakeup(cx: &mut Cx, task: TaskRef, v: Value) -> PyResult<()> {
    future::discard_from_awaited_by(cx, v, task.value())?;
    let result = match FutureRef::of_exact(cx, v) {
        Some(f) => future::result(cx, f),
        None => cx.call_method(v, cx.names().result, &[]),
    };
    step(cx, task, result.err().map(Raised::value))
}
