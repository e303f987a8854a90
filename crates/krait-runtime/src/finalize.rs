//! Dying: finalizers (PEP 442) and what else waits for objects to become unreachable.
//!
//! The collector is asked to report the death of an object, once, when the object gets a reason:
//! a class with `__del__` (`HAS_DEL`; also set on generators that have to be closed), a first weak
//! reference to it, or being a weak reference itself (`WEAKREFS`). So a collection looks only at
//! such objects, and a nursery collection only at the young among them.
//!
//! After marking, in this order: weak references to the dead are cleared (but for lasting ones) and
//! callbacks of the living ones queued; dead objects with a finalizer are queued, outer ones before what
//! they hold, and kept alive with all they reach; lasting weak references to what is still dead are
//! cleared; the registry forgets weak references that are still dead. The queues are served between
//! bytecodes by the thread that collected ([`POLL_FINALIZE`]). An object's finalizer runs once,
//! resurrected or not. At the interpreter's end [`run_at_exit`] finalizes what is still alive.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

use krait_heap::{Segments, WeakPhase, sticky};

use crate::cx::{Cx, Hooks, Interpreter, POLL_FINALIZE};
use crate::object::{Gc, Header, Kind};
use crate::special::Special;
use crate::types::typeobj::Type;
use crate::types::weakref;
use crate::value::Value;

/// Objects whose finalizer waits to run: roots, though mere addresses.
#[derive(Default)]
pub struct Finalizers {
    queue: Mutex<VecDeque<usize>>,
}

impl Finalizers {
    fn queue(&self) -> MutexGuard<'_, VecDeque<usize>> {
        self.queue.lock().unwrap_or_else(|e| e.into_inner())
    }
}

/// Reasons to be told of an object's death.
const TRACKED: u8 = sticky::WEAKREFS | sticky::HAS_DEL;

/// Has the collector report the death of `o`; `reason` is one of the sticky bits in `TRACKED`.
///
/// # Safety
/// `o` is a live object of this heap.
pub unsafe fn track(cx: &mut Cx, o: *mut Header, reason: u8) {
    // SAFETY: by contract.
    let before = unsafe { (*o).set_sticky(reason) };
    if before & TRACKED == 0 {
        cx.mutator.track(o);
    }
}

/// Has `o` finalized when it dies.
///
/// # Safety
/// `o` is a live object of this heap.
pub unsafe fn watch(cx: &mut Cx, o: *mut Header) {
    // SAFETY: by contract.
    unsafe { track(cx, o, sticky::HAS_DEL) }
}

/// As [`watch`] for an object just made.
///
/// # Safety
/// `o` is an object of this heap that no other thread knows and nobody has tracked.
#[inline]
pub unsafe fn watch_new(cx: &mut Cx, o: *mut Header) {
    // SAFETY: by contract.
    unsafe { (*o).change_sticky_alone(sticky::HAS_DEL, 0) };
    cx.mutator.track(o);
}

/// Nothing is left to do when `o` dies. Most such are the last that was watched, as coroutines that are awaited at once
/// end in the opposite order of their beginning: then the collector need not be told of their death.
///
/// # Safety
/// `o` is a live object of this heap, and there is one thread.
#[inline(always)]
pub unsafe fn unwatch_last(cx: &mut Cx, o: *mut Header) {
    // SAFETY: by contract.
    unsafe {
        if (*o).sticky() & TRACKED == sticky::HAS_DEL && cx.mutator.untrack_last(o) {
            (*o).change_sticky_alone(0, sticky::HAS_DEL);
        }
    }
}

/// `class` got a `__del__` after it was made: finalizes its existing instances, too.
#[cold]
pub fn watch_instances(cx: &mut Cx, class: Gc<Type>) {
    // Instances that are garbage already died without.
    cx.mutator.collect(krait_heap::Kind::Full);
    let mut found: Vec<*mut Header> = Vec::new();
    let shapes = &cx.interp().shapes;
    cx.mutator.stop_world(|world| {
        world.for_each_object(|o| {
            // SAFETY: a live object; its shape is 0 only while it is being made.
            let id = unsafe { (*o).shape() };
            if id != 0 && shapes.entry(id).class == class {
                found.push(o);
            }
        });
    });
    for o in found {
        // SAFETY: no safepoint since the walk, so the object has not been freed.
        unsafe { watch(cx, o) };
    }
}

/// Whether something remains to be done for an object that was found dead.
fn must_finalize(hooks: &Hooks, o: *mut Header) -> bool {
    // SAFETY: dead, but not freed before the phase ends.
    let (bits, kind) = unsafe { ((*o).sticky(), (*o).kind()) };
    if bits & sticky::FINALIZED != 0 || bits & sticky::HAS_DEL == 0 {
        return false;
    }
    if kind != Kind::Generator as u8 {
        return true;
    }
    hooks.must_finalize.is_some_and(|f| f(o))
}

/// Whether a dead object is a generator that has ended, without weak references to it: by far the most
/// of the dead in programs with coroutines, and nothing happens to them. A reason to track it that comes
/// up after a finalizer revived it is a new one.
#[inline]
fn has_ended(hooks: &Hooks, o: *mut Header) -> bool {
    // SAFETY: dead, but not freed before the phase ends; the world is stopped.
    unsafe {
        let ended = (*o).sticky() & TRACKED == sticky::HAS_DEL
            && (*o).kind() == Kind::Generator as u8
            && hooks.has_ended.is_some_and(|f| f(o));
        if ended {
            (*o).change_sticky_alone(0, TRACKED);
        }
        ended
    }
}

/// What happens to the dead: see the head of this file.
pub fn after_marking(interp: &Interpreter, weak: &mut WeakPhase<'_>) {
    let hooks = *interp.hooks.read().unwrap_or_else(|e| e.into_inner());
    let dead = weak.take_dead_if(|o| !has_ended(&hooks, o));
    let cleared = weakref::clear_dead(&interp.weakrefs, &dead, weak);
    let mut pending = cleared.queued;
    let mut queue = interp.finalizers.queue();
    let mut due: Vec<*mut Header> = Vec::new();
    let number = dead.iter().filter(|&&o| must_finalize(&hooks, o)).count();
    let has_room = due.try_reserve_exact(number).is_ok() && queue.try_reserve(number).is_ok();
    for &o in dead.iter() {
        if must_finalize(&hooks, o) {
            if !has_room {
                continue;
            }
            // SAFETY: as in `must_finalize`. The bit also keeps an object that is in the list
            // twice from being queued twice; `finalize` trusts the queue.
            unsafe { (*o).change_sticky_alone(sticky::FINALIZED, 0) };
            due.push(o);
        }
        // SAFETY: as above. A reason that comes up later is a new one.
        unsafe { (*o).change_sticky_alone(0, TRACKED) };
    }
    // All dead ones are found before any is kept alive: members of one cycle are all finalized.
    weak.retain_outer_first(&mut due);
    if !has_room {
        put_off(&hooks, &dead, weak);
    }
    queue.extend(due.iter().map(|&o| o as usize));
    pending |= !due.is_empty();
    drop(queue);
    revive(&dead, weak);
    weakref::settle_lasting(&interp.weakrefs, cleared, weak);
    weakref::forget_dead(&interp.weakrefs, &dead, weak);
    if let Some(f) = hooks.after_marking {
        f(interp, weak);
    }
    if pending {
        interp.heap.request_collector(POLL_FINALIZE);
    }
}

/// Keeps objects that are to be finalized, but cannot be queued for lack of memory, until they are found again.
#[cold]
fn put_off(hooks: &Hooks, dead: &Segments<*mut Header>, weak: &mut WeakPhase<'_>) {
    for &o in dead.iter().filter(|&&o| must_finalize(hooks, o)) {
        weak.retain(o);
        weak.track(o);
    }
}

/// Objects that live on because a finalizer reaches them, and still have a reason to be tracked.
fn revive(dead: &Segments<*mut Header>, weak: &mut WeakPhase<'_>) {
    for &o in dead.iter() {
        // SAFETY: not freed before the phase ends.
        let (bits, kind) = unsafe { ((*o).sticky(), (*o).kind()) };
        let reason = if kind == Kind::WeakRef as u8 {
            sticky::WEAKREFS
        } else if kind == Kind::Generator as u8 && bits & sticky::FINALIZED == 0 {
            sticky::HAS_DEL
        } else {
            continue;
        };
        if bits & TRACKED == 0 && weak.is_live(o) {
            // SAFETY: as above.
            unsafe { (*o).set_sticky(reason) };
            weak.track(o);
        }
    }
}

pub fn trace_queue(interp: &Interpreter, t: &mut crate::heap::Tracer<'_>) {
    for &o in interp.finalizers.queue().iter() {
        t.object(o as *mut Header);
    }
}

/// Whether finalizers or callbacks wait.
pub fn has_pending(cx: &Cx) -> bool {
    weakref::has_pending(cx) || !cx.interp().finalizers.queue().is_empty()
}

/// Runs waiting weak reference callbacks and finalizers, in the order in which the collector found
/// them. Only between bytecodes, without a lock held. What comes up meanwhile on this thread waits
/// for this call to serve it: finalizers do not nest.
pub fn run(cx: &mut Cx) {
    if cx.finalizing {
        return;
    }
    cx.finalizing = true;
    // Finalizers may be anybody's code: what is being handled here is none of their business.
    let handled = cx.handled.get();
    cx.handled.set_immediate(Value::none());
    loop {
        weakref::run_callbacks(cx);
        let next = cx.interp().finalizers.queue().pop_front();
        let Some(o) = next else { break };
        finalize(cx, Value::from_object(o as *const Header));
    }
    cx.handled.set_immediate(handled);
    cx.finalizing = false;
}

/// Collects everything, then runs the finalizers and callbacks that became due. Only between
/// bytecodes.
pub fn collect(cx: &mut Cx, kind: krait_heap::Kind) {
    cx.mutator.collect(kind);
    run(cx);
}

/// Leaves `v` out of [`run_at_exit`]: somebody else sees to its end.
pub fn exempt(v: Value) {
    if let Some(o) = v.as_object() {
        // SAFETY: a live object.
        unsafe { (*o).set_sticky(sticky::FINALIZED) };
    }
}

/// Objects that [`run_at_exit`] queues at a time.
const BATCH: usize = 1 << 17;

/// At the interpreter's end: finalizes everything that is still alive. Instances of Python classes
/// and generators come first, oldest first, then native objects, newest first, so that buffered output
/// reaches its files.
pub fn run_at_exit(cx: &mut Cx) {
    run(cx);
    for native in [false, true] {
        // Finalizers may make more of their kind for ever.
        let mut rest = usize::MAX;
        while rest != 0 {
            rest = queue_living(cx, native, rest);
            run(cx);
        }
    }
}

/// Queues up to [`BATCH`] of the living, those of native types or the others, and at most `limit`. Returns how
/// many remain.
fn queue_living(cx: &mut Cx, native: bool, limit: usize) -> usize {
    let interp = cx.interp();
    let hooks = cx.hooks();
    cx.mutator.stop_world(|world| {
        let mut queue = interp.finalizers.queue();
        let (mut queued, mut remain) = (0, 0);
        world.each_tracked(native, |o| {
            // SAFETY: tracked objects are not freed before the collector has reported them.
            let kind = unsafe { (*o).kind() };
            let is_native = kind != Kind::Instance as u8 && kind != Kind::Generator as u8;
            if is_native != native || !must_finalize(&hooks, o) {
                return;
            }
            if queued == BATCH.min(limit) {
                remain += 1;
                return;
            }
            // SAFETY: as above. An object may come twice.
            unsafe { (*o).set_sticky(sticky::FINALIZED) };
            queue.push_back(o as usize);
            queued += 1;
        });
        remain.min(limit - queued)
    })
}

/// Finalizes an object from the queue.
fn finalize(cx: &mut Cx, v: Value) {
    if crate::object::is_kind(v, Kind::Generator) {
        if let Some(f) = cx.hooks().finalize_generator {
            f(cx, v);
        }
        return;
    }
    let class = cx.type_of(v);
    let Some(del) = class.special(cx, Special::Del) else {
        return;
    };
    if let Err(e) = cx.call_slot(del, &[v]) {
        cx.unraisable_during(e, "while calling deallocator", del);
    }
}
