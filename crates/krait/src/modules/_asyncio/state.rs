//! What the module keeps for each interpreter.

use std::sync::atomic::{AtomicU64, Ordering};

use krait_stdlib::prelude::*;

/// Words of objects that live as long as the interpreter, 0 until they are needed.
#[derive(Default)]
pub struct State {
    pub cancelled_error: AtomicU64,
    pub invalid_state: AtomicU64,
    /// Tasks that are none of this module's, in a WeakSet.
    other_tasks: AtomicU64,
    /// What was registered as being started eagerly, in a set.
    eager_tasks: AtomicU64,
    /// The str `task_wakeup`.
    wakeup_name: AtomicU64,
    /// How many tasks got a number for a name.
    pub numbered: AtomicU64,
}

/// What is kept in a field of the state, made when it is first asked for.
fn kept(
    cx: &mut Cx,
    field: impl Fn(&State) -> &AtomicU64,
    make: impl FnOnce(&mut Cx) -> PyResult<Value>,
) -> PyResult<Value> {
    let field = field(cx.state::<State>());
    let known = field.load(Ordering::Acquire);
    if known != 0 {
        return Ok(Value::from_bits(known));
    }
    let v = make(cx)?;
    cx.keep_forever(v);
    match field.compare_exchange(0, v.bits(), Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => Ok(v),
        Err(first) => Ok(Value::from_bits(first)),
    }
}

/// A class of `asyncio.exceptions`.
pub fn exception_class(
    cx: &mut Cx,
    field: impl Fn(&State) -> &AtomicU64,
    name: &str,
) -> PyResult<Gc<Type>> {
    let class = kept(cx, field, |cx| {
        let module = cx.import("asyncio.exceptions")?;
        let class = cx.get_attr_str(module, name)?;
        match Gc::<Type>::from_value(class) {
            Some(c) if c.is_subtype(cx.types().base_exception) => Ok(class),
            _ => Err(cx.type_error(format!("asyncio.exceptions.{name} is no exception class"))),
        }
    })?;
    Ok(Gc::from_value_unchecked(class))
}

/// `asyncio.CancelledError`.
pub fn cancelled_error(cx: &mut Cx) -> PyResult<Gc<Type>> {
    exception_class(cx, |s| &s.cancelled_error, "CancelledError")
}

/// The WeakSet of tasks that are none of this module's.
pub fn other_tasks(cx: &mut Cx) -> PyResult<Value> {
    kept(
        cx,
        |s| &s.other_tasks,
        |cx| {
            let weakref = cx.import("weakref")?;
            cx.call_method_str(weakref, "WeakSet", &[])
        },
    )
}

/// The set of what was registered as being started eagerly.
pub fn eager_tasks(cx: &mut Cx) -> PyResult<Value> {
    kept(cx, |s| &s.eager_tasks, |cx| Ok(cx.new_set().value()))
}

/// The name of the callback that wakes a task up.
pub fn wakeup_name(cx: &mut Cx) -> PyResult<Gc<Str>> {
    let name = kept(
        cx,
        |s| &s.wakeup_name,
        |cx| Ok(cx.intern("task_wakeup").value()),
    )?;
    Ok(Gc::from_value_unchecked(name))
}
