//! Iterators over a deque, in either direction.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::deque::{DEQUE, Deque, MUTATED, This};
use crate::prelude::*;

/// The deque, the number of items given so far, how many there are, and the deque's version at the start.
#[derive(Trace)]
pub struct DequeIter<const REVERSE: bool> {
    deque: Slot,
    given: AtomicUsize,
    len: AtomicUsize,
    version: u64,
}
impl Native for DequeIter<false> {
    const PY_NAME: &'static str = "collections._deque_iterator";
}
impl Native for DequeIter<true> {
    const PY_NAME: &'static str = "collections._deque_reverse_iterator";
}

pub static ITERATOR: TypeSpec = TypeSpec {
    name: "_deque_iterator",
    module: "collections",
    layout: Layout::native::<DequeIter<false>>(),
    defs: &[IterSelf::DEFS, Methods::DEFS],
    ..TypeSpec::DEFAULT
};
pub static REVERSE_ITERATOR: TypeSpec = TypeSpec {
    name: "_deque_reverse_iterator",
    module: "collections",
    layout: Layout::native::<DequeIter<true>>(),
    defs: &[IterSelf::DEFS, ReverseMethods::DEFS],
    ..TypeSpec::DEFAULT
};

pub fn new<const REVERSE: bool>(cx: &mut Cx, deque: This, given: usize) -> PyResult<Value>
where
    DequeIter<REVERSE>: Native,
{
    let class = cx.native_type(if REVERSE {
        &REVERSE_ITERATOR
    } else {
        &ITERATOR
    })?;
    let len = deque.count();
    let it = DequeIter::<REVERSE> {
        deque: slot(deque.value()),
        given: given.min(len).into(),
        len: len.into(),
        version: deque.version(),
    };
    Ok(NativeObj::alloc(cx, class, it).value())
}

#[inline]
fn next<const REVERSE: bool>(cx: &mut Cx, this: Obj<DequeIter<REVERSE>>) -> PyResult<Value>
where
    DequeIter<REVERSE>: Native,
{
    let deque = NativeObj::<Deque>::from_value(this.deque.get()).expect("an iterator of a deque");
    let (given, len) = (this.given.load(Relaxed), this.len.load(Relaxed));
    if deque.version() != this.version {
        this.len.store(given, Relaxed);
        return Err(cx.runtime_error(MUTATED));
    }
    if given >= len {
        return Ok(Value::EMPTY);
    }
    this.given.store(given + 1, Relaxed);
    Ok(deque
        .at(if REVERSE { len - 1 - given } else { given })
        .unwrap_or(Value::EMPTY))
}

fn reduce<const REVERSE: bool>(cx: &mut Cx, this: Obj<DequeIter<REVERSE>>) -> Value
where
    DequeIter<REVERSE>: Native,
{
    let class = cx.type_of(this.value()).value();
    let args = cx.new_tuple(&[
        this.deque.get(),
        Value::small(this.given.load(Relaxed) as i64),
    ]);
    cx.new_tuple(&[class, args])
}

fn construct<const REVERSE: bool>(
    cx: &mut Cx,
    deque: Value,
    index: Option<isize>,
) -> PyResult<Value>
where
    DequeIter<REVERSE>: Native,
{
    match NativeObj::<Deque>::from_value(deque) {
        Some(d) => new::<REVERSE>(cx, d, index.unwrap_or(0).max(0) as usize),
        None => {
            let class = cx.native_type(&DEQUE)?.full_name(cx);
            let got = cx.type_name(deque);
            Err(cx.type_error(format!("argument 1 must be {class}, not {got}")))
        }
    }
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, deque, index=0, /)", hide_sig)]
    fn __new__(cx: &mut Cx, _class: Value, deque: Value, index: Option<isize>) -> PyResult<Value> {
        construct::<false>(cx, deque, index)
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<DequeIter<false>>) -> PyResult<Value> {
        next(cx, this)
    }
    /// Private method returning an estimate of len(list(it)).
    #[py(sig = "($self, /)", hide_sig)]
    fn __length_hint__(this: Obj<DequeIter<false>>) -> usize {
        this.len
            .load(Relaxed)
            .saturating_sub(this.given.load(Relaxed))
    }
    /// Return state information for pickling.
    #[py(sig = "($self, /)", hide_sig)]
    fn __reduce__(cx: &mut Cx, this: Obj<DequeIter<false>>) -> Value {
        reduce(cx, this)
    }
}

struct ReverseMethods;

#[pymethods]
impl ReverseMethods {
    #[py(new, sig = "($type, deque, index=0, /)", hide_sig)]
    fn __new__(cx: &mut Cx, _class: Value, deque: Value, index: Option<isize>) -> PyResult<Value> {
        construct::<true>(cx, deque, index)
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<DequeIter<true>>) -> PyResult<Value> {
        next(cx, this)
    }
    /// Private method returning an estimate of len(list(it)).
    #[py(sig = "($self, /)", hide_sig)]
    fn __length_hint__(this: Obj<DequeIter<true>>) -> usize {
        this.len
            .load(Relaxed)
            .saturating_sub(this.given.load(Relaxed))
    }
    /// Return state information for pickling.
    #[py(sig = "($self, /)", hide_sig)]
    fn __reduce__(cx: &mut Cx, this: Obj<DequeIter<true>>) -> Value {
        reduce(cx, this)
    }
}
