//! What waits for the next point between two bytecodes: stops, signals, finalizers, callbacks.

use std::sync::atomic::Ordering;

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::value::Value;

/// Poll bit: finalizers or weak reference callbacks wait.
pub const POLL_FINALIZE: u32 = 1 << 16;
/// Poll bit: a signal arrived (main thread).
pub const POLL_SIGNAL: u32 = 1 << 17;
/// Poll bit: another thread sent an exception.
pub const POLL_ASYNC: u32 = 1 << 18;

/// Serves what the poll word asks for. The frame is saved, no lock is held.
#[inline(never)]
pub fn poll(cx: &mut Cx) -> PyResult<()> {
    cx.mutator.safepoint();
    let bits = cx.mutator.poll_word().load(Ordering::Acquire);
    if bits & krait_heap::POLL_MEMORY != 0 {
        cx.mutator.poll_word().fetch_and(!krait_heap::POLL_MEMORY, Ordering::AcqRel);
        return Err(cx.memory_error());
    }
    run(cx)
}

/// Runs signal handlers, finalizers and callbacks that wait.
pub fn run(cx: &mut Cx) -> PyResult<()> {
    let bits = cx.mutator.poll_word().fetch_and(!(POLL_FINALIZE | POLL_SIGNAL), Ordering::AcqRel);
    if bits & POLL_FINALIZE != 0 {
        // Finalizers may be anybody's code: what is being handled here is none of their business.
        let handled = cx.handled.get();
        cx.handled.set_immediate(Value::none());
        krait_runtime::types::weakref::run_callbacks(cx);
        krait_runtime::finalize::run(cx);
        cx.handled.set_immediate(handled);
    }
    if bits & POLL_SIGNAL != 0
        && let Some(f) = cx.hooks().run_signals
    {
        f(cx)?;
    }
    Ok(())
}
