//! Finalizers (PEP 442): `__del__` of unreachable objects, once each, between bytecodes.

use std::sync::Mutex;

use krait_heap::WeakPhase;

use crate::cx::{Cx, Interpreter};
use crate::object::Header;
use crate::special::Special;
use crate::value::Value;

/// Objects with `__del__` that are alive, and those whose finalizer waits to run. Addresses: the
/// first list is not a root, the second is.
#[derive(Default)]
pub struct Finalizers {
    watched: Mutex<Vec<usize>>,
    queue: Mutex<Vec<usize>>,
}

/// Has the collector finalize `o`, a new object whose class has `__del__`.
pub fn watch(interp: &Interpreter, o: *mut Header) {
    interp.finalizers.watched.lock().unwrap_or_else(|e| e.into_inner()).push(o as usize);
}

/// Dead objects that still have to be finalized live on until their `__del__` has run.
pub fn after_marking(interp: &Interpreter, weak: &mut WeakPhase<'_>) {
    let mut watched = interp.finalizers.watched.lock().unwrap_or_else(|e| e.into_inner());
    let mut queue = interp.finalizers.queue.lock().unwrap_or_else(|e| e.into_inner());
    let before = queue.len();
    watched.retain(|&o| {
        let live = weak.is_live(o as *const Header);
        if !live {
            queue.push(o);
        }
        live
    });
    // All dead ones are found before any is kept alive: members of one cycle are all finalized.
    for &o in &queue[before..] {
        weak.retain(o as *mut Header);
    }
}

pub fn trace_queue(interp: &Interpreter, t: &mut crate::heap::Tracer<'_>) {
    for &o in interp.finalizers.queue.lock().unwrap_or_else(|e| e.into_inner()).iter() {
        t.object(o as *mut Header);
    }
}

pub fn has_pending(cx: &Cx) -> bool {
    !cx.interp().finalizers.queue.lock().unwrap_or_else(|e| e.into_inner()).is_empty()
}

/// Runs waiting finalizers. Only between bytecodes, without a lock held.
pub fn run(cx: &mut Cx) {
    loop {
        let next = {
            let mut queue = cx.interp().finalizers.queue.lock().unwrap_or_else(|e| e.into_inner());
            if queue.is_empty() { None } else { Some(queue.remove(0)) }
        };
        let Some(o) = next else { return };
        let v = Value::from_object(o as *const Header);
        finalize(cx, v);
    }
}

/// At the interpreter's end: finalizes everything that is still alive, newest first, so that
/// buffered output reaches its files.
pub fn run_at_exit(cx: &mut Cx) {
    run(cx);
    loop {
        let next = {
            let interp = cx.interp();
            interp.finalizers.watched.lock().unwrap_or_else(|e| e.into_inner()).pop()
        };
        let Some(o) = next else { return };
        let v = Value::from_object(o as *const Header);
        finalize(cx, v);
    }
}

/// Calls `__del__` of `v` unless it ran already.
pub fn finalize(cx: &mut Cx, v: Value) {
    let Some(o) = v.as_object() else { return };
    // SAFETY: kept alive by the queue, and now by this stack.
    let before = unsafe { (*o).set_sticky(krait_heap::sticky::FINALIZED) };
    if before & krait_heap::sticky::FINALIZED != 0 {
        return;
    }
    let class = cx.type_of(v);
    let Some(del) = class.special(cx, Special::Del) else { return };
    if let Err(e) = cx.call_slot(del, &[v]) {
        cx.unraisable(e, "Exception ignored while calling deallocator", del);
    }
}
