//! Iterators of lists, tuples, and of objects that only have `__getitem__`.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use krait_macros::{Trace, pymethods};

use crate::native::{Cx, Native, NativeObj, PyResult, TypeSpec, Value};
use crate::object::{Gc, Slot};
use crate::types::iterators::hidden;
use crate::types::list::List;
use crate::types::shape_id;
use crate::types::tuple::Tuple;

/// `list_iterator`: the list, `EMPTY` once exhausted, and the next index.
#[derive(Trace)]
pub struct ListIter {
    list: Slot,
    index: AtomicUsize,
}

/// `tuple_iterator`, likewise.
#[derive(Trace)]
pub struct TupleIter {
    tuple: Slot,
    index: AtomicUsize,
}

/// `iterator`: asks `__getitem__` until it raises IndexError or StopIteration.
#[derive(Trace)]
pub struct SeqIter {
    seq: Slot,
    index: AtomicUsize,
}

impl Native for ListIter {
    const PY_NAME: &'static str = "list_iterator";
}
impl Native for TupleIter {
    const PY_NAME: &'static str = "tuple_iterator";
}
impl Native for SeqIter {
    const PY_NAME: &'static str = "iterator";
}

pub static LIST_SPEC: TypeSpec = hidden::<ListIter>("list_iterator", &[ListIterMethods::DEFS]);
pub static TUPLE_SPEC: TypeSpec = hidden::<TupleIter>("tuple_iterator", &[TupleIterMethods::DEFS]);
pub static SEQUENCE_SPEC: TypeSpec = hidden::<SeqIter>("iterator", &[SeqIterMethods::DEFS]);

impl ListIter {
    /// How many items are left.
    pub fn left(&self) -> usize {
        match Gc::<List>::from_value(self.list.get()) {
            Some(l) => l.len().saturating_sub(self.index.load(Relaxed)),
            None => 0,
        }
    }

    #[inline]
    pub fn start(cx: &mut Cx, list: Gc<List>) -> Gc<NativeObj<ListIter>> {
        NativeObj::alloc_exact(
            cx,
            shape_id::LIST_ITERATOR,
            ListIter {
                list: Slot::new(list.value()),
                index: AtomicUsize::new(0),
            },
        )
    }

    #[inline(always)]
    pub fn advance(&self) -> Option<Value> {
        let list = Gc::<List>::from_value_unchecked(self.list.get().some()?);
        let i = self.index.load(Relaxed);
        match list.get(i) {
            Some(v) => {
                self.index.store(i + 1, Relaxed);
                // What the loop does with this item hides the cache miss of the next one.
                if let Some(next) = list.get(i + 1) {
                    next.prefetch();
                }
                Some(v)
            }
            None => {
                self.list.set_immediate(Value::EMPTY);
                None
            }
        }
    }
}

impl TupleIter {
    /// How many items are left.
    pub fn left(&self) -> usize {
        match Gc::<Tuple>::from_value(self.tuple.get()) {
            Some(t) => t.len().saturating_sub(self.index.load(Relaxed)),
            None => 0,
        }
    }

    #[inline]
    pub fn start(cx: &mut Cx, tuple: Gc<Tuple>) -> Gc<NativeObj<TupleIter>> {
        NativeObj::alloc_exact(
            cx,
            shape_id::TUPLE_ITERATOR,
            TupleIter {
                tuple: Slot::new(tuple.value()),
                index: AtomicUsize::new(0),
            },
        )
    }

    #[inline(always)]
    pub fn advance(&self) -> Option<Value> {
        let tuple = Gc::<Tuple>::from_value_unchecked(self.tuple.get().some()?);
        let i = self.index.load(Relaxed);
        match tuple.items().get(i) {
            Some(&v) => {
                self.index.store(i + 1, Relaxed);
                Some(v)
            }
            None => {
                self.tuple.set_immediate(Value::EMPTY);
                None
            }
        }
    }
}

impl SeqIter {
    pub fn start(cx: &mut Cx, seq: Value) -> Gc<NativeObj<SeqIter>> {
        let class = cx.types().iterator;
        NativeObj::alloc(
            cx,
            class,
            SeqIter {
                seq: Slot::new(seq),
                index: AtomicUsize::new(0),
            },
        )
    }
}

/// `(iter, (sequence,), index)`, or of an exhausted iterator `(iter, (empty,))`.
///
/// The state is read after the lookup of `iter`, which may run Python code.
pub(super) fn reduce_iter(
    cx: &mut Cx,
    state: impl FnOnce() -> (Value, usize),
    empty: Value,
) -> PyResult<Value> {
    let iter = cx.frame_builtin("iter")?;
    let (seq, index) = state();
    match seq.some() {
        Some(s) => {
            let args = cx.new_tuple(&[s]);
            let index = cx.new_uint(index as u64);
            Ok(cx.new_tuple(&[iter, args, index]))
        }
        None => {
            let args = cx.new_tuple(&[empty]);
            Ok(cx.new_tuple(&[iter, args]))
        }
    }
}

/// What `__setstate__` was given, as C reads it: an int of a machine word.
pub(crate) fn state_number(cx: &mut Cx, state: Value) -> PyResult<isize> {
    if !crate::types::int::is_int(state) {
        return Err(cx.type_error("an integer is required"));
    }
    match cx.index_i64(state)? {
        Some(n) => Ok(n as isize),
        None => Err(cx.overflow_error("Python int too large to convert to C ssize_t")),
    }
}

/// The index of a list's or bytearray's iterator that was given a negative one: it gives nothing.
pub(crate) const BEFORE: usize = usize::MAX;

/// The index that `__setstate__` was given, clipped to the sequence.
pub(crate) fn state_index(cx: &mut Cx, state: Value, len: usize) -> PyResult<usize> {
    let n = state_number(cx, state)?;
    Ok((n.max(0) as usize).min(len))
}

struct ListIterMethods;

#[pymethods]
impl ListIterMethods {
    #[py]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[py]
    fn __next__(this: Gc<NativeObj<ListIter>>) -> Value {
        this.advance().unwrap_or(Value::EMPTY)
    }

    /// Private method returning an estimate of len(list(it)).
    #[py]
    fn __length_hint__(this: Gc<NativeObj<ListIter>>) -> usize {
        this.left()
    }

    /// Return state information for pickling.
    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<NativeObj<ListIter>>) -> PyResult<Value> {
        let empty = cx.new_list(&[]);
        let state = || match this.index.load(Relaxed) {
            BEFORE => (Value::EMPTY, 0),
            index => (this.list.get(), index),
        };
        reduce_iter(cx, state, empty)
    }

    /// Set state information for unpickling.
    #[py]
    fn __setstate__(cx: &mut Cx, this: Gc<NativeObj<ListIter>>, object: Value) -> PyResult<()> {
        let n = state_number(cx, object)?;
        if let Some(list) = Gc::<List>::from_value(this.list.get()) {
            let index = usize::try_from(n).map_or(BEFORE, |n| n.min(list.len()));
            this.index.store(index, Relaxed);
        }
        Ok(())
    }
}

struct TupleIterMethods;

#[pymethods]
impl TupleIterMethods {
    #[py]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[py]
    fn __next__(this: Gc<NativeObj<TupleIter>>) -> Value {
        this.advance().unwrap_or(Value::EMPTY)
    }

    /// Private method returning an estimate of len(list(it)).
    #[py]
    fn __length_hint__(this: Gc<NativeObj<TupleIter>>) -> usize {
        this.left()
    }

    /// Return state information for pickling.
    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<NativeObj<TupleIter>>) -> PyResult<Value> {
        let empty = cx.empty_tuple();
        reduce_iter(cx, || (this.tuple.get(), this.index.load(Relaxed)), empty)
    }

    /// Set state information for unpickling.
    #[py]
    fn __setstate__(cx: &mut Cx, this: Gc<NativeObj<TupleIter>>, object: Value) -> PyResult<()> {
        let tuple = Gc::<Tuple>::from_value(this.tuple.get());
        let index = state_index(cx, object, tuple.map_or(usize::MAX, |t| t.len()))?;
        if tuple.is_some() {
            this.index.store(index, Relaxed);
        }
        Ok(())
    }
}

struct SeqIterMethods;

#[pymethods]
impl SeqIterMethods {
    #[py]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[py]
    fn __next__(cx: &mut Cx, this: Gc<NativeObj<SeqIter>>) -> PyResult<Value> {
        let Some(seq) = this.seq.get().some() else {
            return Ok(Value::EMPTY);
        };
        let i = this.index.load(Relaxed);
        if i == isize::MAX as usize {
            return Err(cx.overflow_error("iter index too large"));
        }
        let index = cx.new_uint(i as u64);
        match cx.get_item(seq, index) {
            Ok(v) => {
                this.index.store(i + 1, Relaxed);
                Ok(v)
            }
            Err(e) if e.is(cx, cx.types().index_error) || e.is(cx, cx.types().stop_iteration) => {
                this.seq.set_immediate(Value::EMPTY);
                Ok(Value::EMPTY)
            }
            Err(e) => Err(e),
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[py]
    fn __length_hint__(cx: &mut Cx, this: Gc<NativeObj<SeqIter>>) -> PyResult<Value> {
        let Some(seq) = this.seq.get().some() else {
            return Ok(Value::small(0));
        };
        if !cx.has_special(seq, crate::special::Special::Len) {
            return Ok(Value::not_implemented());
        }
        let left = cx.len(seq)?.saturating_sub(this.index.load(Relaxed));
        Ok(cx.new_uint(left as u64))
    }

    /// Return state information for pickling.
    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<NativeObj<SeqIter>>) -> PyResult<Value> {
        let empty = cx.empty_tuple();
        reduce_iter(cx, || (this.seq.get(), this.index.load(Relaxed)), empty)
    }

    /// Set state information for unpickling.
    #[py]
    fn __setstate__(cx: &mut Cx, this: Gc<NativeObj<SeqIter>>, object: Value) -> PyResult<()> {
        let index = state_index(cx, object, usize::MAX)?;
        if !this.seq.get().is_empty() {
            this.index.store(index, Relaxed);
        }
        Ok(())
    }
}
