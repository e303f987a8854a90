//! Futures: their state, and the operations behind the methods of `Future` and `Task`.
//!
//! A task is a future with more fields behind those of one, so that everything here takes both.
//!
//! What a future becomes and who is told of it change together under the object's lock; event loops are called
//! without it.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use krait_heap::{Header, sticky};
use krait_runtime::error::Exception;
use krait_runtime::finalize;
use krait_runtime::native::{ArgSite, FromArg, wrong_type};
use krait_runtime::object::Array;
use krait_runtime::types::exceptions::base::{
    as_exception, is_exception_class, set_cause, set_traceback,
};
use krait_runtime::types::set::Set;
use krait_stdlib::prelude::*;

use super::registry;
use super::state::{self, State};
use super::task::{Task, TaskRef};

/// What [`Future::state`] may be.
pub const PENDING: u8 = 0;
pub const CANCELLED: u8 = 1;
pub const FINISHED: u8 = 2;

#[derive(Trace)]
#[repr(C)]
pub struct Future {
    /// `EMPTY` until `__init__` has run.
    pub event_loop: Slot,
    /// The first callback, and the context to call it in.
    callback: Slot,
    context: Slot,
    /// Further callbacks, newest first: arrays of callback, context and the next array. A callback that
    /// was removed is `EMPTY`.
    callbacks: Slot,
    pub result: Slot,
    pub exception: Slot,
    /// The traceback that the exception had, until it is raised.
    traceback: Slot,
    pub source_traceback: Slot,
    pub cancel_message: Slot,
    /// The CancelledError that ended a task, until it is raised.
    pub cancelled_exception: Slot,
    /// Who waits for this one: nobody (`EMPTY`), a future, or a set of them.
    awaited_by: Slot,
    pub state: AtomicU8,
    /// Nobody has asked for the exception yet.
    pub log_traceback: AtomicBool,
    pub blocking: AtomicBool,
}
impl Native for Future {
    const PY_NAME: &'static str = "_asyncio.Future";
}

impl Future {
    pub const fn new() -> Future {
        Future {
            event_loop: Slot::empty(),
            callback: Slot::empty(),
            context: Slot::empty(),
            callbacks: Slot::empty(),
            result: Slot::empty(),
            exception: Slot::empty(),
            traceback: Slot::empty(),
            source_traceback: Slot::empty(),
            cancel_message: Slot::empty(),
            cancelled_exception: Slot::empty(),
            awaited_by: Slot::empty(),
            state: AtomicU8::new(PENDING),
            log_traceback: AtomicBool::new(false),
            blocking: AtomicBool::new(false),
        }
    }

    pub fn is_pending(&self) -> bool {
        self.state.load(Ordering::Acquire) == PENDING
    }

    pub fn is_initialized(&self) -> bool {
        !self.event_loop.get().is_empty()
    }
}

/// A future or a task.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FutureRef(Obj<Future>);

impl Deref for FutureRef {
    type Target = Future;
    fn deref(&self) -> &Future {
        &self.0.payload
    }
}

impl FromArg for FutureRef {
    fn from_arg(cx: &mut Cx, v: Value, site: ArgSite) -> PyResult<FutureRef> {
        match FutureRef::of(v) {
            Some(f) => Ok(f),
            None => Err(wrong_type(cx, site, Future::PY_NAME, v)),
        }
    }
}

impl From<TaskRef> for FutureRef {
    fn from(task: TaskRef) -> FutureRef {
        // SAFETY: both structs are `repr(C)`, and a task's payload starts with that of a future.
        FutureRef(unsafe { Gc::from_ptr(task.as_ptr().cast()) })
    }
}

impl FutureRef {
    pub fn of(v: Value) -> Option<FutureRef> {
        match NativeObj::<Task>::from_value(v) {
            Some(task) => Some(task.into()),
            None => NativeObj::<Future>::from_value(v).map(FutureRef),
        }
    }

    /// `v` if it is one whose methods nobody has overridden: no instance of a class written in Python.
    pub fn of_exact(cx: &Cx, v: Value) -> Option<FutureRef> {
        let f = FutureRef::of(v)?;
        (cx.type_of(v).flags() & flags::HEAPTYPE == 0).then_some(f)
    }

    pub fn value(self) -> Value {
        self.0.value()
    }

    fn header(self) -> *mut Header {
        self.0.header()
    }

    pub fn set(self, cx: &mut Cx, field: &Slot, v: Value) {
        field.set(cx, self.0, v);
    }
}

fn not_initialized(cx: &mut Cx) -> Raised {
    cx.runtime_error("Future object is not initialized.")
}

/// RuntimeError unless `__init__` has run.
pub fn check_initialized(cx: &mut Cx, f: FutureRef) -> PyResult<()> {
    if f.is_initialized() {
        Ok(())
    } else {
        Err(not_initialized(cx))
    }
}

/// `Future.__init__`.
pub fn init(cx: &mut Cx, f: FutureRef, event_loop: Option<Value>) -> PyResult<()> {
    for field in [
        &f.event_loop,
        &f.callback,
        &f.context,
        &f.callbacks,
        &f.result,
        &f.exception,
        &f.traceback,
        &f.source_traceback,
        &f.cancel_message,
        &f.cancelled_exception,
        &f.awaited_by,
    ] {
        field.set_immediate(Value::EMPTY);
    }
    f.state.store(PENDING, Ordering::Release);
    f.log_traceback.store(false, Ordering::Release);
    f.blocking.store(false, Ordering::Release);
    let event_loop = match event_loop.filter(|l| !l.is_none()) {
        Some(l) => l,
        None => super::functions::event_loop(cx)?,
    };
    f.set(cx, &f.event_loop, event_loop);
    let debug = cx.call_method(event_loop, cx.names().get_debug, &[])?;
    if cx.is_true(debug)? {
        let traceback = cx.import("traceback")?;
        let stack = cx.call_method_str(traceback, "extract_stack", &[])?;
        f.set(cx, &f.source_traceback, stack);
    }
    Ok(())
}

// ---- Finalizers -----------------------------------------------------------------------------

/// Has `__del__` called for `f`. All instances of a class written in Python are watched anyway.
pub fn watch(cx: &mut Cx, f: FutureRef) {
    if !cx.type_of(f.value()).has_finalizer() {
        // SAFETY: a live object.
        unsafe { finalize::watch(cx, f.header()) };
    }
}

/// `__del__` has nothing to do any more.
pub fn unwatch(cx: &mut Cx, f: FutureRef) {
    // SAFETY: a live object.
    let header = unsafe { &*f.header() };
    if header.sticky() & sticky::HAS_DEL == 0 || cx.type_of(f.value()).has_finalizer() {
        return;
    }
    if cx.mutator.is_multithreaded() {
        header.clear_sticky(sticky::HAS_DEL);
    } else {
        header.change_sticky_alone(0, sticky::HAS_DEL);
    }
}

/// Somebody has seen the exception.
pub fn retrieved(cx: &mut Cx, f: FutureRef) {
    if f.log_traceback.load(Ordering::Acquire) {
        f.log_traceback.store(false, Ordering::Release);
        unwatch(cx, f);
    }
}

/// Tells the exception handler of the loop about `f`, which dies; `role` is the key `f` has in what it gets.
pub fn report(
    cx: &mut Cx,
    f: FutureRef,
    role: &str,
    message: &str,
    exception: Option<Value>,
) -> PyResult<()> {
    let context = cx.new_dict();
    let put = |cx: &mut Cx, key: &str, v: Value| {
        let key = cx.intern(key);
        context.set_str(cx, key, v);
    };
    let message = cx.new_str(message);
    put(cx, "message", message);
    if let Some(e) = exception {
        put(cx, "exception", e);
    }
    put(cx, role, f.value());
    if let Some(stack) = f.source_traceback.get().some() {
        put(cx, "source_traceback", stack);
    }
    let handler = cx.get_attr_str(f.event_loop.get(), "call_exception_handler")?;
    if let Err(e) = cx.call(handler, &[context.value()]) {
        cx.unraisable_during(e, "while calling asyncio function", handler);
    }
    Ok(())
}

/// `Future.__del__`.
pub fn finalized(cx: &mut Cx, f: FutureRef) -> PyResult<()> {
    if !f.log_traceback.load(Ordering::Acquire) {
        return Ok(());
    }
    f.log_traceback.store(false, Ordering::Release);
    let class = cx.type_of(f.value()).name_string();
    let message = format!("{class} exception was never retrieved");
    report(cx, f, "future", &message, f.exception.get().some())
}

// ---- Callbacks ------------------------------------------------------------------------------

/// `event_loop.call_soon(callback, [argument,] context=context)`.
pub fn call_soon(
    cx: &mut Cx,
    event_loop: Value,
    callback: Value,
    argument: Option<Value>,
    context: Value,
) -> PyResult<()> {
    let names = [cx.names().context.value()];
    let (callee, this) = cx.load_method(event_loop, cx.names().call_soon)?;
    match (this.some(), argument) {
        (Some(this), Some(a)) => cx.call_slot_kw(callee, &[this, callback, a, context], &names),
        (Some(this), None) => cx.call_slot_kw(callee, &[this, callback, context], &names),
        (None, Some(a)) => cx.call_kw(callee, &[callback, a, context], &names),
        (None, None) => cx.call_kw(callee, &[callback, context], &names),
    }
    .map(|_| ())
}

/// Words of the arrays behind [`Future::callbacks`].
const CALLBACK: usize = 0;
const CONTEXT: usize = 1;
const NEXT: usize = 2;

/// The arrays of a list of callbacks, newest first.
fn nodes(mut at: Value) -> impl Iterator<Item = Gc<Array>> {
    std::iter::from_fn(move || {
        let node = Gc::<Array>::from_value(at)?;
        at = node.slots()[NEXT].get();
        Some(node)
    })
}

/// Has `callback` called in `context` when `f` is done: soon, if it is already.
pub fn add_callback(cx: &mut Cx, f: FutureRef, callback: Value, context: Value) -> PyResult<()> {
    let mut node: Option<Gc<Array>> = None;
    loop {
        let locked = cx.lock_object(f.header());
        if !f.is_pending() {
            cx.unlock_object(f.header(), locked);
            let event_loop = f.event_loop.get();
            return call_soon(cx, event_loop, callback, Some(f.value()), context);
        }
        if f.callback.get().is_empty() && f.callbacks.get().is_empty() {
            f.set(cx, &f.callback, callback);
            f.set(cx, &f.context, context);
            cx.unlock_object(f.header(), locked);
            return Ok(());
        }
        if let Some(node) = node {
            node.slots()[NEXT].set(cx, node, f.callbacks.get());
            f.set(cx, &f.callbacks, node.value());
            cx.unlock_object(f.header(), locked);
            return Ok(());
        }
        // Nothing is allocated under the lock.
        cx.unlock_object(f.header(), locked);
        node = Some(cx.try_array_of(&[callback, context, Value::EMPTY])?);
    }
}

/// Removes the callbacks equal to `callback`; how many there were.
pub fn remove_callback(cx: &mut Cx, f: FutureRef, callback: Value) -> PyResult<usize> {
    let mut removed = 0;
    let first = f.callback.get();
    if !first.is_empty() && cx.eq(first, callback)? {
        let locked = cx.lock_object(f.header());
        if f.callback.get() == first {
            f.callback.set_immediate(Value::EMPTY);
            f.context.set_immediate(Value::EMPTY);
            removed += 1;
        }
        cx.unlock_object(f.header(), locked);
    }
    let mut all = ValueVec::new();
    for node in nodes(f.callbacks.get()) {
        all.push(cx, node.value())?;
    }
    let mut equal = ValueVec::new();
    for &node in all.as_slice().iter().rev() {
        let known = Gc::<Array>::from_value_unchecked(node).slots()[CALLBACK].get();
        if !known.is_empty() && cx.eq(known, callback)? {
            equal.push(cx, node)?;
        }
    }
    let locked = cx.lock_object(f.header());
    for &node in equal.as_slice() {
        let node = Gc::<Array>::from_value_unchecked(node);
        let slot = &node.slots()[CALLBACK];
        removed += usize::from(!slot.get().is_empty());
        slot.set_immediate(Value::EMPTY);
    }
    unlink_removed(cx, f);
    cx.unlock_object(f.header(), locked);
    Ok(removed)
}

/// Takes the arrays of removed callbacks out of the list. The caller holds the lock.
fn unlink_removed(cx: &mut Cx, f: FutureRef) {
    let mut kept: Option<Gc<Array>> = None;
    for node in nodes(f.callbacks.get()) {
        if !node.slots()[CALLBACK].get().is_empty() {
            kept = Some(node);
            continue;
        }
        let next = node.slots()[NEXT].get();
        match kept {
            Some(k) => k.slots()[NEXT].set(cx, k, next),
            None => f.set(cx, &f.callbacks, next),
        }
    }
}

/// `_callbacks`: pairs of callback and context, or None.
pub fn callbacks(cx: &mut Cx, f: FutureRef) -> PyResult<Value> {
    let mut pairs = ValueVec::new();
    for node in nodes(f.callbacks.get()) {
        let [callback, context] = [CALLBACK, CONTEXT].map(|i| node.slots()[i].get());
        if !callback.is_empty() {
            let pair = cx.new_tuple(&[callback, context]);
            pairs.push(cx, pair)?;
        }
    }
    let (callback, context) = (f.callback.get(), f.context.get());
    if !callback.is_empty() && !context.is_empty() {
        let pair = cx.new_tuple(&[callback, context]);
        pairs.push(cx, pair)?;
    }
    if pairs.is_empty() {
        return Ok(Value::none());
    }
    let list = List::from_vec(cx, pairs);
    list.reverse(cx);
    Ok(list.value())
}

// ---- The end --------------------------------------------------------------------------------

/// Puts a pending future into `state`, with what `store` stores, and has its callbacks called. `false`: it was
/// done before.
fn finish(cx: &mut Cx, f: FutureRef, state: u8, store: impl FnOnce(&mut Cx)) -> PyResult<bool> {
    let locked = cx.lock_object(f.header());
    if !f.is_pending() {
        cx.unlock_object(f.header(), locked);
        return Ok(false);
    }
    store(cx);
    f.state.store(state, Ordering::Release);
    let [callback, context] = [&f.callback, &f.context].map(|field| {
        let v = field.get();
        field.set_immediate(Value::EMPTY);
        v
    });
    cx.unlock_object(f.header(), locked);
    if let Some(task) = NativeObj::<Task>::from_value(f.value()) {
        registry::unregister(cx, task);
        unwatch(cx, f);
    }
    if !callback.is_empty() {
        call_soon(cx, f.event_loop.get(), callback, Some(f.value()), context)?;
    }
    if !f.callbacks.get().is_empty() {
        call_others_soon(cx, f)?;
    }
    Ok(true)
}

/// Has all callbacks but the first called.
fn call_others_soon(cx: &mut Cx, f: FutureRef) -> PyResult<()> {
    let locked = cx.lock_object(f.header());
    let list = f.callbacks.get();
    f.callbacks.set_immediate(Value::EMPTY);
    cx.unlock_object(f.header(), locked);
    let mut all = ValueVec::new();
    for node in nodes(list) {
        all.push(cx, node.value())?;
    }
    let event_loop = f.event_loop.get();
    for &node in all.as_slice().iter().rev() {
        let node = Gc::<Array>::from_value_unchecked(node);
        let [callback, context] = [CALLBACK, CONTEXT].map(|i| node.slots()[i].get());
        if !callback.is_empty() {
            call_soon(cx, event_loop, callback, Some(f.value()), context)?;
        }
    }
    Ok(())
}

/// `Future.set_result`.
pub fn set_result(cx: &mut Cx, f: FutureRef, v: Value) -> PyResult<()> {
    if finish(cx, f, FINISHED, |cx| f.set(cx, &f.result, v))? {
        return Ok(());
    }
    Err(invalid_state(cx, "invalid state"))
}

/// `Future.cancel`; `message` may be `EMPTY`.
pub fn cancel(cx: &mut Cx, f: FutureRef, message: Value) -> PyResult<bool> {
    retrieved(cx, f);
    finish(cx, f, CANCELLED, |cx| f.set(cx, &f.cancel_message, message))
}

/// `Future.set_exception`.
pub fn set_exception(cx: &mut Cx, f: FutureRef, exception: Value) -> PyResult<()> {
    if !f.is_pending() {
        return Err(invalid_state(cx, "invalid state"));
    }
    let given = if is_exception_class(exception) {
        cx.call(exception, &[])?
    } else {
        exception
    };
    let Some(mut e) = as_exception(given) else {
        return Err(cx.type_error("invalid exception object"));
    };
    if Raised::new(e).is(cx, cx.types().stop_iteration) {
        let new = cx.runtime_error(
            "StopIteration interacts badly with generators and cannot be raised into a Future",
        );
        set_cause(cx, new.exception(), e.value());
        new.exception().context.set(cx, new.exception(), e.value());
        e = new.exception();
    }
    finish_with_exception(cx, f, e)
}

/// As `set_exception`, with what a coroutine raised.
pub fn finish_with_exception(cx: &mut Cx, f: FutureRef, e: Gc<Exception>) -> PyResult<()> {
    e.set_seen();
    let done = finish(cx, f, FINISHED, |cx| {
        f.set(cx, &f.exception, e.value());
        f.set(cx, &f.traceback, e.traceback.get());
    })?;
    if !done {
        return Err(invalid_state(cx, "invalid state"));
    }
    f.log_traceback.store(true, Ordering::Release);
    watch(cx, f);
    Ok(())
}

/// An InvalidStateError.
#[cold]
pub fn invalid_state(cx: &mut Cx, message: &str) -> Raised {
    match state::exception_class(cx, |s: &State| &s.invalid_state, "InvalidStateError") {
        Ok(class) => cx.error(class, message),
        Err(e) => e,
    }
}

/// The CancelledError to raise for a cancelled future.
pub fn cancelled_error(cx: &mut Cx, f: FutureRef) -> PyResult<Gc<Exception>> {
    if let Some(e) = as_exception(f.cancelled_exception.get()) {
        f.cancelled_exception.set_immediate(Value::EMPTY);
        return Ok(e);
    }
    let class = state::cancelled_error(cx)?.value();
    let message = f.cancel_message.get();
    let made = if message.is_empty() || message.is_none() {
        cx.call(class, &[])?
    } else {
        cx.call(class, &[message])?
    };
    match as_exception(made) {
        Some(e) => Ok(e),
        None => Err(cx.type_error("exceptions must derive from BaseException")),
    }
}

/// `Future.result`.
pub fn result(cx: &mut Cx, f: FutureRef) -> PyResult<Value> {
    match f.state.load(Ordering::Acquire) {
        CANCELLED => Err(Raised::new(cancelled_error(cx, f)?)),
        FINISHED => {
            retrieved(cx, f);
            let Some(e) = as_exception(f.exception.get()) else {
                return Ok(f.result.get().some().unwrap_or(Value::none()));
            };
            let traceback = f.traceback.get().some().unwrap_or(Value::none());
            set_traceback(cx, e, traceback)?;
            f.traceback.set_immediate(Value::EMPTY);
            Err(Raised::new(e))
        }
        _ => Err(invalid_state(cx, "Result is not set.")),
    }
}

// ---- Who waits for whom ---------------------------------------------------------------------

/// The loop of anything that may be a future.
pub fn loop_of(cx: &mut Cx, v: Value) -> PyResult<Value> {
    if let Some(f) = FutureRef::of_exact(cx, v) {
        check_initialized(cx, f)?;
        return Ok(f.event_loop.get());
    }
    match cx.lookup_attr(v, cx.names().get_loop)? {
        Some(get_loop) => cx.call(get_loop, &[]),
        None => cx.get_attr(v, cx.names()._loop),
    }
}

/// Notes that `waiter` waits for `f`. Others than futures of this module are not noted.
pub fn add_to_awaited_by(cx: &mut Cx, f: Value, waiter: Value) -> PyResult<()> {
    let (Some(f), Some(_)) = (FutureRef::of(f), FutureRef::of(waiter)) else {
        return Ok(());
    };
    let known = f.awaited_by.get();
    if known.is_empty() {
        f.set(cx, &f.awaited_by, waiter);
        return Ok(());
    }
    if let Some(set) = Gc::<Set>::from_value(known) {
        return set.add(cx, waiter).map(|_| ());
    }
    if known == waiter {
        return Ok(());
    }
    let set = cx.new_set();
    set.add(cx, known)?;
    set.add(cx, waiter)?;
    f.set(cx, &f.awaited_by, set.value());
    Ok(())
}

/// Notes that `waiter` waits for `f` no longer.
pub fn discard_from_awaited_by(cx: &mut Cx, f: Value, waiter: Value) -> PyResult<()> {
    let (Some(f), Some(_)) = (FutureRef::of(f), FutureRef::of(waiter)) else {
        return Ok(());
    };
    let known = f.awaited_by.get();
    if known == waiter {
        f.awaited_by.set_immediate(Value::EMPTY);
    } else if let Some(set) = Gc::<Set>::from_value(known) {
        set.remove(cx, waiter)?;
    }
    Ok(())
}

/// `_asyncio_awaited_by`: a frozenset, or None.
pub fn awaited_by(cx: &mut Cx, f: FutureRef) -> PyResult<Value> {
    let Some(known) = f.awaited_by.get().some() else {
        return Ok(Value::none());
    };
    let waiters = if Gc::<Set>::from_value(known).is_some() {
        cx.collect(known)?
    } else {
        ValueVec::from_slice(cx, &[known])?
    };
    Ok(cx.new_frozenset_of(waiters.as_slice())?.value())
}
