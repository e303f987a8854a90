//! What waits for the next point between two bytecodes: stops, signals, finalizers, callbacks.

use std::sync::atomic::Ordering;

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;

pub use krait_runtime::cx::{POLL_ASYNC, POLL_FINALIZE, POLL_INSTRUMENT, POLL_SIGNAL};

/// Serves what the poll word asks for. The frame is saved, no lock is held.
#[inline(never)]
pub fn poll(cx: &mut Cx) -> PyResult<()> {
    cx.mutator.poll().restore_bound();
    cx.mutator.safepoint();
    cx.check_memory()?;
    run(cx)
}

/// Runs signal handlers, finalizers and callbacks that wait.
pub fn run(cx: &mut Cx) -> PyResult<()> {
    cx.mutator.poll().restore_bound();
    let bits = cx.mutator.poll_word().fetch_and(
        !(POLL_FINALIZE | POLL_SIGNAL | POLL_INSTRUMENT),
        Ordering::AcqRel,
    );
    if bits & POLL_INSTRUMENT != 0 {
        crate::instrument::refresh(cx);
    }
    // Whoever's code runs now did not ask to be called this deep: it counts from the start.
    let depth = std::mem::take(&mut cx.depth);
    let result = serve(cx, bits);
    cx.depth = depth;
    result
}

fn serve(cx: &mut Cx, bits: u32) -> PyResult<()> {
    if bits & POLL_FINALIZE != 0 {
        krait_runtime::finalize::run(cx);
    }
    if bits & POLL_SIGNAL != 0
        && let Some(f) = cx.hooks().run_signals
    {
        f(cx)?;
    }
    Ok(())
}
