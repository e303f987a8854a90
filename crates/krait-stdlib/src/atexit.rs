//! `atexit`: functions to be called when the interpreter ends.

use std::sync::Mutex;

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "atexit",
    doc: Some(
        "allow programmer to define multiple exit functions to be executed\nupon normal program termination.\n\nTwo public functions, register and unregister, are defined.",
    ),
    functions: &[Functions::DEFS],
    ..ModuleDef::DEFAULT
};

/// A list of `(function, args, kwargs)`, made on first use and kept for ever.
#[derive(Default)]
struct State {
    callbacks: Mutex<Option<u64>>,
}

fn callbacks(cx: &mut Cx) -> Gc<List> {
    let state = cx.state::<State>();
    let known = *state.callbacks.lock().unwrap_or_else(|e| e.into_inner());
    let bits = match known {
        Some(b) => b,
        None => {
            let list = cx.new_list(&[]);
            cx.keep_forever(list);
            *state
                .callbacks
                .lock()
                .unwrap_or_else(|e| e.into_inner())
                .get_or_insert(list.bits())
        }
    };
    Gc::from_value_unchecked(Value::from_bits(bits))
}

/// Calls what was registered, last first; errors are reported and do not stop it. The interpreter
/// calls this when it ends.
pub fn run(cx: &mut Cx) {
    let list = callbacks(cx);
    while let Some(entry) = list.pop_last(cx) {
        let Some(t) = Gc::<Tuple>::from_value(entry) else {
            continue;
        };
        let args: Gc<Tuple> = Gc::from_value_unchecked(t.get(1));
        let kwargs = t.get(2);
        if let Err(e) = cx.call_with_kwargs(
            t.get(0),
            args.as_slice(),
            kwargs.some().filter(|k| !k.is_none()),
        ) {
            cx.unraisable_during(e, "in atexit callback", t.get(0));
        }
    }
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Register a function to be executed upon normal program termination.
    ///
    ///     func - function to be called at exit
    ///     args - optional arguments to pass to func
    ///     kwargs - optional keyword arguments to pass to func
    ///
    ///     func is returned to facilitate usage as a decorator.
    #[py(sig = "($module, func, /, *args, **kwargs)")]
    fn register(
        cx: &mut Cx,
        func: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        if !cx.is_callable(func) {
            return Err(cx.type_error("the first argument must be callable"));
        }
        let args = cx.new_tuple(args);
        let entry = cx.new_tuple(&[func, args, kwargs.unwrap_or(Value::none())]);
        callbacks(cx).push(cx, entry)?;
        Ok(func)
    }
    /// Clear the list of previously registered exit functions.
    #[py]
    fn _clear(cx: &mut Cx) {
        let list = callbacks(cx);
        while list.pop_last(cx).is_some() {}
    }
    /// Unregister an exit function which was previously registered using atexit.register.
    ///
    ///     func - function to be unregistered
    #[py(sig = "($module, func, /)")]
    fn unregister(cx: &mut Cx, func: Value) -> PyResult<()> {
        let list = callbacks(cx);
        let entries = list.snapshot(cx)?;
        while list.pop_last(cx).is_some() {}
        for &entry in entries.as_slice() {
            let registered = Gc::<Tuple>::from_value(entry).map_or(Value::none(), |t| t.get(0));
            if !cx.eq(registered, func)? {
                list.push(cx, entry)?;
            }
        }
        Ok(())
    }
    /// Run all registered exit functions.
    #[py]
    fn _run_exitfuncs(cx: &mut Cx) {
        run(cx);
    }
    /// Return the number of registered exit functions.
    #[py]
    fn _ncallbacks(cx: &mut Cx) -> usize {
        callbacks(cx).len()
    }
}
