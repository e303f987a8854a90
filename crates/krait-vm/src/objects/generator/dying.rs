//! What becomes of generators that nothing refers to any more.

use std::sync::atomic::Ordering;

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::object::Gc;
use krait_runtime::value::Value;

use super::{
    ASYNC_GENERATOR, COROUTINE, CREATED, FINISHED, GeneratorObj, INNERMOST, MEMBER, ROOT,
    SUSPENDED, as_generator, settled_state,
};
use crate::objects::code::CodeObj;

/// Whether `o`, a generator, has ended. Called by the collector.
pub fn has_ended(o: *mut krait_runtime::object::Header) -> bool {
    as_generator(Value::from_object(o)).is_some_and(|g| g.state.load(Ordering::Relaxed) == FINISHED)
}

/// Whether `o`, a generator that nothing refers to any more, has to be closed or warned of.
/// Called by the collector.
pub fn must_finalize(o: *mut krait_runtime::object::Header) -> bool {
    let Some(g) = as_generator(Value::from_object(o)) else {
        return false;
    };
    match g.state.load(Ordering::Acquire) {
        CREATED => g.flavour == COROUTINE,
        SUSPENDED | ROOT | MEMBER | INNERMOST => {
            let hooked = g.flavour == ASYNC_GENERATOR && !g.origin.get().is_none();
            let pc: *const u64 = g.pc.load(Ordering::Acquire);
            let guarded = |c: CodeObj| c.live.is_guarded_yield(&c.unit, c.offset_of(pc));
            hooked || g.code().is_some_and(guarded)
        }
        _ => false,
    }
}

/// `__del__` of generators: closes the generator, hands an asynchronous generator to its event loop, warns
/// of a coroutine that was never awaited. The type has the method for those who ask; the collector calls
/// this only for generators that [`must_finalize`].
pub fn finalize(cx: &mut Cx, v: Value) {
    let Some(g) = as_generator(v) else { return };
    let state = settled_state(cx, g);
    if state == FINISHED {
        return;
    }
    if state == CREATED && g.flavour == COROUTINE {
        if let Err(e) = warn_never_awaited(cx, g) {
            cx.unraisable_during(e, "while finalizing coroutine", v);
        }
        return;
    }
    if state == SUSPENDED && g.flavour == ASYNC_GENERATOR && !g.origin.get().is_none() {
        let finalizer = g.origin.get();
        if let Err(e) = cx.call(finalizer, &[v]) {
            cx.unraisable_during(e, "while closing generator", v);
        }
        return;
    }
    if let Err(e) = crate::objects::generator_methods::close(cx, g) {
        cx.unraisable_during(e, "while closing generator", v);
    }
}

fn warn_never_awaited(cx: &mut Cx, g: GeneratorObj) -> PyResult<()> {
    let modules = cx.root(krait_runtime::cx::Root::Modules);
    let key = cx.intern("warnings");
    let warnings = Gc::<krait_runtime::types::dict::Dict>::from_value(modules)
        .and_then(|d| d.get_str(cx, key));
    if let Some(w) = warnings
        && let Some(f) = cx.lookup_attr_str(w, "_warn_unawaited_coroutine")?
    {
        match cx.call(f, &[g.value()]) {
            Ok(_) => return Ok(()),
            // A filter made an error of the warning.
            Err(e) if e.is(cx, cx.types().runtime_warning) => return Err(e),
            Err(e) => cx.unraisable_during(e, "while finalizing coroutine", g.value()),
        }
    }
    let name = cx.str_string(g.qualname.get())?;
    let category = cx.types().runtime_warning;
    cx.warn(category, &format!("coroutine '{name}' was never awaited"))
}
