//! The running loop and the current task of each thread.

use krait_runtime::cx::thread_slot::{CURRENT_TASK, RUNNING_LOOP};
use krait_stdlib::prelude::*;

fn or_none(v: Value) -> Value {
    v.some().unwrap_or(Value::none())
}

/// The running loop, or None.
pub fn running_loop(cx: &Cx) -> Value {
    or_none(cx.locals[RUNNING_LOOP].get())
}

pub fn set_running_loop(cx: &Cx, event_loop: Value) {
    let v = if event_loop.is_none() {
        Value::EMPTY
    } else {
        event_loop
    };
    // The thread's own words are roots: no barrier.
    cx.locals[RUNNING_LOOP].set_immediate(v);
}

fn check_running(cx: &mut Cx, event_loop: Value) -> PyResult<()> {
    if cx.locals[RUNNING_LOOP].get() == event_loop {
        return Ok(());
    }
    let shown = cx.repr_string(event_loop)?;
    Err(cx.runtime_error(format!("loop {shown} is not the running loop")))
}

/// Makes `task` the current one.
pub fn enter(cx: &mut Cx, event_loop: Value, task: Value) -> PyResult<()> {
    check_running(cx, event_loop)?;
    let known = cx.locals[CURRENT_TASK].get();
    if !known.is_empty() {
        let (shown, other) = (cx.repr_string(task)?, cx.repr_string(known)?);
        return Err(cx.runtime_error(format!(
            "Cannot enter into task {shown} while another task {other} is being executed."
        )));
    }
    cx.locals[CURRENT_TASK].set_immediate(task);
    Ok(())
}

/// `task` is no longer the current one.
pub fn leave(cx: &mut Cx, event_loop: Value, task: Value) -> PyResult<()> {
    check_running(cx, event_loop)?;
    let known = cx.locals[CURRENT_TASK].get();
    if known != task {
        let (shown, other) = (cx.repr_string(task)?, cx.repr_string(or_none(known))?);
        return Err(cx.runtime_error(format!(
            "Invalid attempt to leave task {shown} while task {other} is entered."
        )));
    }
    cx.locals[CURRENT_TASK].set_immediate(Value::EMPTY);
    Ok(())
}

/// Makes `task`, or no task for None, the current one; which was it before.
pub fn swap(cx: &mut Cx, event_loop: Value, task: Value) -> PyResult<Value> {
    check_running(cx, event_loop)?;
    let known = or_none(cx.locals[CURRENT_TASK].get());
    let task = if task.is_none() { Value::EMPTY } else { task };
    cx.locals[CURRENT_TASK].set_immediate(task);
    Ok(known)
}

/// The current task of a loop, whichever thread runs it, or None.
pub fn task_of(cx: &mut Cx, event_loop: Value) -> Value {
    if cx.locals[RUNNING_LOOP].get() == event_loop {
        return or_none(cx.locals[CURRENT_TASK].get());
    }
    cx.mutator.stop_world(|world| {
        for thread in world.thread_data() {
            // SAFETY: the context of an attached thread, which stands still.
            let locals = unsafe { &(*thread).locals };
            if locals[RUNNING_LOOP].get() == event_loop {
                return or_none(locals[CURRENT_TASK].get());
            }
        }
        Value::none()
    })
}
