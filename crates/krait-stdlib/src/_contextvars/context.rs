//! `Context`.

use std::sync::atomic::{AtomicBool, Ordering};

use krait_runtime::cx::thread_slot::CONTEXT as CURRENT;

use super::map;
use super::var::ContextVar;
use crate::prelude::*;

#[derive(Trace)]
pub struct Context {
    /// The map's root.
    pub vars: Slot,
    entered: AtomicBool,
}
impl Native for Context {
    const PY_NAME: &'static str = "_contextvars.Context";
}

pub type This = Obj<Context>;

pub static CONTEXT: TypeSpec = TypeSpec {
    name: "Context",
    module: "_contextvars",
    layout: Layout::native::<Context>(),
    flags: flags::WEAKREFABLE,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

fn alloc(cx: &mut Cx, vars: Value, entered: bool) -> PyResult<This> {
    let class = cx.native_type(&CONTEXT)?;
    Ok(NativeObj::alloc(
        cx,
        class,
        Context {
            vars: slot(vars),
            entered: AtomicBool::new(entered),
        },
    ))
}

/// The thread's context if it has one.
pub fn existing(cx: &Cx) -> Option<This> {
    NativeObj::from_value(cx.locals[CURRENT].get())
}

/// The thread's context.
pub fn current(cx: &mut Cx) -> PyResult<This> {
    if let Some(c) = existing(cx) {
        return Ok(c);
    }
    let new = alloc(cx, Value::EMPTY, true)?;
    // The thread's own words are roots: no barrier.
    cx.locals[CURRENT].set_immediate(new.value());
    Ok(new)
}

pub fn copy(cx: &mut Cx, c: This) -> PyResult<Value> {
    Ok(alloc(cx, c.vars.get(), false)?.value())
}

/// Runs `f` with `c` as the thread's context.
pub fn run_in<R>(cx: &mut Cx, c: This, f: impl FnOnce(&mut Cx) -> PyResult<R>) -> PyResult<R> {
    if c.entered.swap(true, Ordering::AcqRel) {
        let shown = cx.repr_string(c.value())?;
        return Err(cx.runtime_error(format!("cannot enter context: {shown} is already entered")));
    }
    let before = cx.locals[CURRENT].get();
    cx.locals[CURRENT].set_immediate(c.value());
    let result = f(cx);
    cx.locals[CURRENT].set_immediate(before);
    c.entered.store(false, Ordering::Release);
    result
}

/// `copy_context()`.
pub fn copy_current(cx: &mut Cx) -> PyResult<Value> {
    let current = current(cx)?;
    copy(cx, current)
}

fn variable(cx: &mut Cx, key: Value) -> PyResult<()> {
    if NativeObj::<ContextVar>::from_value(key).is_some() {
        return Ok(());
    }
    let shown = cx.repr_string(key)?;
    Err(cx.type_error(format!("a ContextVar key was expected, got {shown}")))
}

/// The variables as a dict.
fn as_dict(cx: &mut Cx, this: This) -> PyResult<Gc<Dict>> {
    let d = cx.new_dict();
    map::for_each(cx, this.vars.get(), &mut |cx, k, v| d.set(cx, k, v))?;
    Ok(d)
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, *args, **kwargs)")]
    fn __new__(
        cx: &mut Cx,
        _class: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        if !args.is_empty()
            || kwargs
                .and_then(Gc::<Dict>::from_value)
                .is_some_and(|d| !d.is_empty())
        {
            return Err(cx.type_error("Context() does not accept any arguments"));
        }
        Ok(alloc(cx, Value::EMPTY, false)?.value())
    }
    /// Call *callable* with this context as the current one.
    #[py(sig = "($self, /, *args, **kwargs)", hide_sig)]
    fn run(cx: &mut Cx, this: This, kwargs: Option<Value>, args: &[Value]) -> PyResult<Value> {
        let Some((&callable, args)) = args.split_first() else {
            return Err(cx.type_error("run() missing 1 required positional argument"));
        };
        run_in(cx, this, |cx| cx.call_with_kwargs(callable, args, kwargs))
    }
    /// Return a shallow copy of the context object.
    #[py(name = "copy", sig = "($self, /)")]
    fn copied(cx: &mut Cx, this: This) -> PyResult<Value> {
        copy(cx, this)
    }
    /// Return the value for `key` if `key` has the value in the context object.
    ///
    /// If `key` does not exist, return `default`. If `default` is not given,
    /// return None.
    #[py(sig = "($self, key, default=None, /)")]
    fn get(cx: &mut Cx, this: This, key: Value, default: Option<Value>) -> PyResult<Value> {
        variable(cx, key)?;
        Ok(map::get(this.vars.get(), key)
            .or(default)
            .unwrap_or(Value::none()))
    }
    #[py]
    fn __getitem__(cx: &mut Cx, this: This, key: Value) -> PyResult<Value> {
        variable(cx, key)?;
        match map::get(this.vars.get(), key) {
            Some(v) => Ok(v),
            None => Err(cx.key_error(key)),
        }
    }
    #[py]
    fn __contains__(cx: &mut Cx, this: This, key: Value) -> PyResult<bool> {
        variable(cx, key)?;
        Ok(map::get(this.vars.get(), key).is_some())
    }
    #[py]
    fn __len__(this: This) -> usize {
        map::len(this.vars.get())
    }
    #[py]
    fn __eq__(cx: &mut Cx, this: This, other: Value) -> PyResult<Value> {
        let Some(other) = NativeObj::<Context>::from_value(other) else {
            return Ok(Value::not_implemented());
        };
        let (a, b) = (as_dict(cx, this)?, as_dict(cx, other)?);
        cx.compare(CompareOp::Eq, a.value(), b.value())
    }
    #[py]
    fn __iter__(cx: &mut Cx, this: This) -> PyResult<Value> {
        let d = as_dict(cx, this)?;
        cx.iter(d.value())
    }
    /// Return a list of all variables in the context object.
    #[py(sig = "($self, /)")]
    fn keys(cx: &mut Cx, this: This) -> PyResult<Value> {
        let d = as_dict(cx, this)?;
        cx.call_method(d.value(), cx.names().keys, &[])
    }
    /// Return a list of all variables' values in the context object.
    #[py(sig = "($self, /)")]
    fn values(cx: &mut Cx, this: This) -> PyResult<Value> {
        let d = as_dict(cx, this)?;
        cx.call_method(d.value(), cx.names().values, &[])
    }
    /// Return all variables and their values in the context object.
    ///
    /// The result is returned as a list of 2-tuples (variable, value).
    #[py(sig = "($self, /)")]
    fn items(cx: &mut Cx, this: This) -> PyResult<Value> {
        let d = as_dict(cx, this)?;
        cx.call_method(d.value(), cx.names().items, &[])
    }
}
