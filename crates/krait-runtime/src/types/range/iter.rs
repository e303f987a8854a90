//! Iterators of ranges: in machine words, and in ints of any size.

use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use krait_macros::{Trace, pymethods};

use crate::native::{Cx, Native, NativeObj, PyResult, TypeSpec, Value};
use crate::object::{Gc, Slot};
use crate::special::Special;
use crate::types::int::{exact_or_copy, is_exact_int};
use crate::types::iterators::hidden;
use crate::types::range::{Range, arith};
use crate::types::shape_id;
use crate::types::slice::big::is_negative;

/// `range_iterator`: the next item, the step, and how many items are still to come.
#[derive(Trace)]
pub struct RangeIter {
    next: AtomicI64,
    step: i64,
    left: AtomicI64,
}

/// `longrange_iterator`, likewise in ints of any size.
#[derive(Trace)]
pub struct BigRangeIter {
    next: Slot,
    step: Slot,
    left: Slot,
}

impl Native for RangeIter {
    const PY_NAME: &'static str = "range_iterator";
}
impl Native for BigRangeIter {
    const PY_NAME: &'static str = "longrange_iterator";
}

pub static ITERATOR_SPEC: TypeSpec =
    hidden::<RangeIter>("range_iterator", &[RangeIterMethods::DEFS]);
pub static LONG_ITERATOR_SPEC: TypeSpec =
    hidden::<BigRangeIter>("longrange_iterator", &[BigRangeIterMethods::DEFS]);

/// `iter(range)`.
#[inline]
pub fn iterate(cx: &mut Cx, range: Gc<Range>) -> PyResult<Value> {
    match range.as_small() {
        Some(parts) => Ok(RangeIter::start(cx, parts).value()),
        None => iterate_big(cx, range),
    }
}

#[inline(never)]
fn iterate_big(cx: &mut Cx, range: Gc<Range>) -> PyResult<Value> {
    let class = cx.types().longrange_iterator;
    let iter = BigRangeIter {
        next: Slot::new(range.start.get()),
        step: Slot::new(range.step.get()),
        left: Slot::new(range.length.get()),
    };
    Ok(NativeObj::alloc(cx, class, iter).value())
}

impl RangeIter {
    /// An iterator over what [`Range::as_small`] says.
    #[inline]
    fn start(cx: &mut Cx, (start, step, length): (i64, i64, i64)) -> Gc<NativeObj<RangeIter>> {
        let iter = RangeIter {
            next: AtomicI64::new(start),
            step,
            left: AtomicI64::new(length),
        };
        NativeObj::alloc_exact(cx, shape_id::RANGE_ITERATOR, iter)
    }

    /// How many items are left.
    pub fn left(&self) -> usize {
        self.left.load(Relaxed).max(0) as usize
    }

    /// The next item; `None` at the end.
    #[inline(always)]
    pub fn advance(&self) -> Option<Value> {
        let left = self.left.load(Relaxed);
        if left <= 0 {
            return None;
        }
        let n = self.next.load(Relaxed);
        self.left.store(left - 1, Relaxed);
        // Racing threads may move on past the last item: never beyond 64 bits in a way that shows.
        self.next.store(n.wrapping_add(self.step), Relaxed);
        // Ranges beyond small ints have the other iterator; a race may wrap an item, no more.
        Some(Value::from_bits((n as u64) << 2 | 1))
    }
}

/// `(iter, (range of what is left,), None)`.
fn reduce(cx: &mut Cx, next: Value, step: Value, left: Value) -> PyResult<Value> {
    let stop = arith::item(cx, next, step, left)?;
    let range = cx.new_range_parts(next, stop, step, left);
    let iter = cx.frame_builtin("iter")?;
    let args = cx.new_tuple(&[range.value()]);
    Ok(cx.new_tuple(&[iter, args, Value::none()]))
}

/// The index that `__setstate__` was given, clipped to `0..=left`.
fn state_index(cx: &mut Cx, state: Value, left: Value) -> PyResult<Value> {
    if !is_exact_int(state) {
        let got = cx.type_name(state);
        return Err(cx.type_error(format!("state must be an int, not {got}")));
    }
    let n = exact_or_copy(cx, state)?;
    if is_negative(n) {
        return Ok(Value::small(0));
    }
    Ok(if cx.lt(left, n)? { left } else { n })
}

struct RangeIterMethods;

#[pymethods]
impl RangeIterMethods {
    #[py]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[py]
    fn __next__(this: Gc<NativeObj<RangeIter>>) -> Value {
        this.advance().unwrap_or(Value::EMPTY)
    }

    /// Private method returning an estimate of len(list(it)).
    #[py]
    fn __length_hint__(this: Gc<NativeObj<RangeIter>>) -> i64 {
        this.left.load(Relaxed).max(0)
    }

    /// Return state information for pickling.
    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<NativeObj<RangeIter>>) -> PyResult<Value> {
        let next = cx.new_int(this.next.load(Relaxed));
        let (step, left) = (
            cx.new_int(this.step),
            cx.new_int(this.left.load(Relaxed).max(0)),
        );
        reduce(cx, next, step, left)
    }

    /// Set state information for unpickling.
    #[py]
    fn __setstate__(cx: &mut Cx, this: Gc<NativeObj<RangeIter>>, object: Value) -> PyResult<()> {
        let left = this.left.load(Relaxed).max(0);
        let Some(n) = cx.index_i64(object)? else {
            return Err(cx.overflow_error("Python int too large to convert to C long"));
        };
        let n = n.clamp(0, left);
        this.next.store(
            this.next
                .load(Relaxed)
                .wrapping_add(n.wrapping_mul(this.step)),
            Relaxed,
        );
        this.left.store(left - n, Relaxed);
        Ok(())
    }
}

struct BigRangeIterMethods;

#[pymethods]
impl BigRangeIterMethods {
    #[py]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[py]
    fn __next__(cx: &mut Cx, this: Gc<NativeObj<BigRangeIter>>) -> PyResult<Value> {
        let left = this.left.get();
        if left == Value::small(0) {
            return Ok(Value::EMPTY);
        }
        let item = this.next.get();
        let next = cx.binary(Special::Add, item, this.step.get())?;
        let left = cx.binary(Special::Sub, left, Value::small(1))?;
        this.next.set(cx, this, next);
        this.left.set(cx, this, left);
        Ok(item)
    }

    /// Private method returning an estimate of len(list(it)).
    #[py]
    fn __length_hint__(this: Gc<NativeObj<BigRangeIter>>) -> Value {
        this.left.get()
    }

    /// Return state information for pickling.
    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<NativeObj<BigRangeIter>>) -> PyResult<Value> {
        reduce(cx, this.next.get(), this.step.get(), this.left.get())
    }

    /// Set state information for unpickling.
    #[py]
    fn __setstate__(cx: &mut Cx, this: Gc<NativeObj<BigRangeIter>>, object: Value) -> PyResult<()> {
        let n = state_index(cx, object, this.left.get())?;
        let next = arith::item(cx, this.next.get(), this.step.get(), n)?;
        let left = cx.binary(Special::Sub, this.left.get(), n)?;
        this.next.set(cx, this, next);
        this.left.set(cx, this, left);
        Ok(())
    }
}
