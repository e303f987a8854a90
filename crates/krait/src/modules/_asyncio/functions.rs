//! The functions of the module.

use krait_runtime::types::set::Set;
use krait_stdlib::prelude::*;

use super::future::{self, FutureRef};
use super::task::Task;
use super::{current, registry, state};

/// The running loop, or that of the policy.
pub fn event_loop(cx: &mut Cx) -> PyResult<Value> {
    let running = current::running_loop(cx);
    if !running.is_none() {
        return Ok(running);
    }
    let events = cx.import("asyncio.events")?;
    let policy = cx.call_method_str(events, "_get_event_loop_policy", &[])?;
    cx.call_method_str(policy, "get_event_loop", &[])
}

fn running_loop(cx: &mut Cx) -> PyResult<Value> {
    let running = current::running_loop(cx);
    if running.is_none() {
        return Err(cx.runtime_error("no running event loop"));
    }
    Ok(running)
}

/// `loop` as an argument, the running one if it is absent or None.
fn loop_or_running(cx: &mut Cx, event_loop: Option<Value>) -> PyResult<Value> {
    match event_loop.filter(|l| !l.is_none()) {
        Some(l) => Ok(l),
        None => running_loop(cx),
    }
}

/// Whether `task` is one of the loop's and not done.
fn is_task_of(cx: &mut Cx, task: Value, event_loop: Value) -> PyResult<bool> {
    if let Some(f) = FutureRef::of_exact(cx, task) {
        return Ok(f.is_pending() && f.event_loop.get() == event_loop);
    }
    let done = cx.call_method(task, cx.names().done, &[])?;
    Ok(!cx.is_true(done)? && future::loop_of(cx, task)? == event_loop)
}

/// Puts those of `tasks` that are the loop's and not done into `found`.
fn add_tasks_of(cx: &mut Cx, tasks: &ValueVec, event_loop: Value, found: Gc<Set>) -> PyResult<()> {
    for &task in tasks.as_slice() {
        if is_task_of(cx, task, event_loop)? {
            found.add(cx, task)?;
        }
    }
    Ok(())
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Return a currently executed task.
    #[py(sig = "($module, /, loop=None)")]
    fn current_task(cx: &mut Cx, event_loop: Option<Value>) -> PyResult<Value> {
        let event_loop = loop_or_running(cx, event_loop)?;
        Ok(current::task_of(cx, event_loop))
    }
    /// Return a set of all tasks for the loop.
    #[py(sig = "($module, /, loop=None)")]
    fn all_tasks(cx: &mut Cx, event_loop: Option<Value>) -> PyResult<Value> {
        let event_loop = loop_or_running(cx, event_loop)?;
        let found = cx.new_set();
        // Those started eagerly first: one that becomes an ordinary task meanwhile is not missed.
        let eager = state::eager_tasks(cx)?;
        let eager = cx.collect(eager)?;
        add_tasks_of(cx, &eager, event_loop, found)?;
        let others = state::other_tasks(cx)?;
        let others = cx.collect(others)?;
        add_tasks_of(cx, &others, event_loop, found)?;
        let own = registry::all(cx)?;
        add_tasks_of(cx, &own, event_loop, found)?;
        Ok(found.value())
    }
    /// Register a new task in asyncio as executed by loop.
    ///
    /// Returns None.
    #[py(sig = "($module, /, task)")]
    fn _register_task(cx: &mut Cx, task: Value) -> PyResult<()> {
        if let Some(own) = NativeObj::<Task>::from_value(task) {
            registry::register(cx, own);
            return Ok(());
        }
        let others = state::other_tasks(cx)?;
        cx.call_method(others, cx.names().add, &[task]).map(|_| ())
    }
    /// Register a new task in asyncio as executed by loop.
    ///
    /// Returns None.
    #[py(sig = "($module, /, task)")]
    fn _register_eager_task(cx: &mut Cx, task: Value) -> PyResult<()> {
        let eager: Gc<Set> = Gc::from_value_unchecked(state::eager_tasks(cx)?);
        eager.add(cx, task).map(|_| ())
    }
    /// Unregister a task.
    ///
    /// Returns None.
    #[py(sig = "($module, /, task)")]
    fn _unregister_task(cx: &mut Cx, task: Value) -> PyResult<()> {
        if let Some(own) = NativeObj::<Task>::from_value(task) {
            registry::unregister(cx, own);
            return Ok(());
        }
        let others = state::other_tasks(cx)?;
        cx.call_method_str(others, "discard", &[task]).map(|_| ())
    }
    /// Unregister a task.
    ///
    /// Returns None.
    #[py(sig = "($module, /, task)")]
    fn _unregister_eager_task(cx: &mut Cx, task: Value) -> PyResult<()> {
        let eager: Gc<Set> = Gc::from_value_unchecked(state::eager_tasks(cx)?);
        eager.remove(cx, task).map(|_| ())
    }
    /// Enter into task execution or resume suspended task.
    ///
    /// Task belongs to loop.
    ///
    /// Returns None.
    #[py(sig = "($module, /, loop, task)")]
    fn _enter_task(cx: &mut Cx, event_loop: Value, task: Value) -> PyResult<()> {
        current::enter(cx, event_loop, task)
    }
    /// Leave task execution or suspend a task.
    ///
    /// Task belongs to loop.
    ///
    /// Returns None.
    #[py(sig = "($module, /, loop, task)")]
    fn _leave_task(cx: &mut Cx, event_loop: Value, task: Value) -> PyResult<()> {
        current::leave(cx, event_loop, task)
    }
    /// Temporarily swap in the supplied task and return the original one (or None).
    ///
    /// This is intended for use during eager coroutine execution.
    #[py(sig = "($module, /, loop, task)")]
    fn _swap_current_task(cx: &mut Cx, event_loop: Value, task: Value) -> PyResult<Value> {
        current::swap(cx, event_loop, task)
    }
    /// Return the running event loop or None.
    ///
    /// This is a low-level function intended to be used by event loops.
    /// This function is thread-specific.
    #[py(sig = "($module, /)")]
    fn _get_running_loop(cx: &mut Cx) -> Value {
        current::running_loop(cx)
    }
    /// Set the running event loop.
    ///
    /// This is a low-level function intended to be used by event loops.
    /// This function is thread-specific.
    #[py(sig = "($module, loop, /)")]
    fn _set_running_loop(cx: &mut Cx, event_loop: Value) {
        current::set_running_loop(cx, event_loop);
    }
    /// Return an asyncio event loop.
    ///
    /// When called from a coroutine or a callback (e.g. scheduled with
    /// call_soon or similar API), this function will always return the
    /// running event loop.
    ///
    /// If there is no running event loop set, the function will return
    /// the result of `get_event_loop_policy().get_event_loop()` call.
    #[py(sig = "($module, /)")]
    fn get_event_loop(cx: &mut Cx) -> PyResult<Value> {
        event_loop(cx)
    }
    /// Return the running event loop.  Raise a RuntimeError if there is none.
    ///
    /// This function is thread-specific.
    #[py(sig = "($module, /)")]
    fn get_running_loop(cx: &mut Cx) -> PyResult<Value> {
        running_loop(cx)
    }
    /// Record that `fut` is awaited on by `waiter`.
    #[py(sig = "($module, fut, waiter, /)")]
    fn future_add_to_awaited_by(cx: &mut Cx, fut: Value, waiter: Value) -> PyResult<()> {
        future::add_to_awaited_by(cx, fut, waiter)
    }
    #[py(sig = "($module, fut, waiter, /)")]
    fn future_discard_from_awaited_by(cx: &mut Cx, fut: Value, waiter: Value) -> PyResult<()> {
        future::discard_from_awaited_by(cx, fut, waiter)
    }
}
