//! `deque`: a ring buffer of values that grows at both ends.
//!
//! The items are in an array whose length is a power of two; item `i` is at `(head + i) % length`. Writers hold the
//! object's lock, so each operation is atomic; readers take none and check what they find. `version` counts changes,
//! for iterators to notice.

use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};

use krait_runtime::object::Array;
use krait_runtime::protocol::sequence::normalize_index;
use krait_runtime::types::int::is_int;

use super::deque_iter;
use crate::prelude::*;

#[derive(Trace)]
pub struct Deque {
    items: Slot,
    head: AtomicUsize,
    len: AtomicUsize,
    version: AtomicU64,
    /// -1: unbounded.
    maxlen: AtomicI64,
}
impl Native for Deque {
    const PY_NAME: &'static str = "collections.deque";
}

pub type This = Obj<Deque>;

pub static DEQUE: TypeSpec = TypeSpec {
    name: "deque",
    module: "collections",
    doc: Some("A list-like sequence optimized for data accesses near its endpoints."),
    layout: Layout::native::<Deque>(),
    flags: flags::BASETYPE | flags::SEQUENCE | flags::SEQUENCE_OPS | flags::WEAKREFABLE,
    defs: &[Methods::DEFS, Generic::DEFS],
    ..TypeSpec::DEFAULT
};

/// Length of the first array.
const FIRST: usize = 8;

const OUT_OF_RANGE: &str = "deque index out of range";
pub const MUTATED: &str = "deque mutated during iteration";

#[derive(Clone, Copy, PartialEq)]
pub enum End {
    Left,
    Right,
}

impl Deque {
    pub fn count(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }

    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    fn max(&self) -> Option<usize> {
        usize::try_from(self.maxlen.load(Ordering::Relaxed)).ok()
    }

    fn array(&self) -> Gc<Array> {
        Gc::from_value_unchecked(self.items.get())
    }

    /// Item `i`; `None` if there is none (any more).
    #[inline]
    pub fn at(&self, i: usize) -> Option<Value> {
        if i >= self.count() {
            return None;
        }
        let array = self.array();
        let at = (self.head.load(Ordering::Relaxed) + i) & (array.len - 1);
        array.slots()[at].get().some()
    }

    fn changed(&self) {
        self.version
            .store(self.version.load(Ordering::Relaxed) + 1, Ordering::Release);
    }
}

fn alloc(cx: &mut Cx, class: Gc<Type>) -> PyResult<This> {
    let array = cx.try_new_array(FIRST)?;
    let new = Deque {
        items: slot(array.value()),
        head: AtomicUsize::new(0),
        len: AtomicUsize::new(0),
        version: AtomicU64::new(0),
        maxlen: AtomicI64::new(-1),
    };
    Ok(NativeObj::alloc(cx, class, new))
}

/// Puts `v` at one end; drops an item at the other one if the deque is full.
pub fn push(cx: &mut Cx, this: This, v: Value, end: End) -> PyResult<()> {
    loop {
        let guard = cx.lock_object(this.header());
        let array = this.array();
        let (mut head, mut len, mask) = (
            this.head.load(Ordering::Relaxed),
            this.len.load(Ordering::Relaxed),
            array.len - 1,
        );
        if let Some(max) = this.max().filter(|&max| len >= max) {
            if max == 0 {
                cx.unlock_object(this.header(), guard);
                return Ok(());
            }
            // Make room: the item at the other end goes.
            let gone = if end == End::Right {
                head
            } else {
                (head + len - 1) & mask
            };
            array.slots()[gone].set_immediate(Value::EMPTY);
            if end == End::Right {
                head = (head + 1) & mask;
            }
            len -= 1;
        }
        if len < array.len {
            let at = match end {
                End::Right => (head + len) & mask,
                End::Left => {
                    head = head.wrapping_sub(1) & mask;
                    head
                }
            };
            array.slots()[at].set(cx, array, v);
            this.head.store(head, Ordering::Relaxed);
            this.len.store(len + 1, Ordering::Release);
            this.changed();
            cx.unlock_object(this.header(), guard);
            return Ok(());
        }
        cx.unlock_object(this.header(), guard);
        grow(cx, this, array)?;
    }
}

/// Moves the items to an array twice as long, unless another thread did.
#[cold]
fn grow(cx: &mut Cx, this: This, old: Gc<Array>) -> PyResult<()> {
    let new = cx.try_new_array(old.len * 2)?;
    let guard = cx.lock_object(this.header());
    if this.array() == old {
        for (i, s) in new
            .slots()
            .iter()
            .enumerate()
            .take(this.len.load(Ordering::Relaxed))
        {
            let at = (this.head.load(Ordering::Relaxed) + i) & (old.len - 1);
            s.set(cx, new, old.slots()[at].get());
        }
        this.items.set(cx, this, new.value());
        this.head.store(0, Ordering::Relaxed);
    }
    cx.unlock_object(this.header(), guard);
    Ok(())
}

/// Takes the item at one end.
fn pop_end(cx: &mut Cx, this: This, end: End) -> Option<Value> {
    let guard = cx.lock_object(this.header());
    let len = this.len.load(Ordering::Relaxed);
    let mut taken = None;
    if len != 0 {
        let array = this.array();
        let head = this.head.load(Ordering::Relaxed);
        let at = if end == End::Left {
            head
        } else {
            (head + len - 1) & (array.len - 1)
        };
        taken = array.slots()[at].get().some();
        array.slots()[at].set_immediate(Value::EMPTY);
        if end == End::Left {
            this.head
                .store((head + 1) & (array.len - 1), Ordering::Relaxed);
        }
        this.len.store(len - 1, Ordering::Release);
        this.changed();
    }
    cx.unlock_object(this.header(), guard);
    taken
}

fn pop(cx: &mut Cx, this: This, end: End) -> PyResult<Value> {
    match pop_end(cx, this, end) {
        Some(v) => Ok(v),
        None => Err(cx.index_error("pop from an empty deque")),
    }
}

/// The items now.
fn snapshot(cx: &mut Cx, this: This) -> PyResult<ValueVec> {
    let mut all = ValueVec::with_capacity(cx, this.count())?;
    let mut i = 0;
    while let Some(v) = this.at(i) {
        all.push(cx, v)?;
        i += 1;
    }
    Ok(all)
}

/// Makes `items` (not more than `maxlen`) the contents.
fn replace(cx: &mut Cx, this: This, items: &[Value]) -> PyResult<()> {
    let array = cx.try_new_array(items.len().next_power_of_two().max(FIRST))?;
    for (s, &v) in array.slots().iter().zip(items) {
        s.set(cx, array, v);
    }
    let guard = cx.lock_object(this.header());
    this.len.store(0, Ordering::Release);
    this.items.set(cx, this, array.value());
    this.head.store(0, Ordering::Relaxed);
    this.len.store(items.len(), Ordering::Release);
    this.changed();
    cx.unlock_object(this.header(), guard);
    Ok(())
}

fn extend(cx: &mut Cx, this: This, iterable: Value, end: End) -> PyResult<()> {
    if iterable == this.value() {
        let all = snapshot(cx, this)?;
        return all
            .as_slice()
            .iter()
            .try_for_each(|&v| push(cx, this, v, end));
    }
    let mut items = cx.iterate(iterable)?;
    while let Some(v) = items.next(cx)? {
        push(cx, this, v, end)?;
    }
    Ok(())
}

/// Exchanges items until the deque is turned `n` steps to the right.
fn rotate(cx: &mut Cx, this: This, n: isize) {
    let guard = cx.lock_object(this.header());
    let len = this.len.load(Ordering::Relaxed) as isize;
    if len > 1 && n % len != 0 {
        let array = this.array();
        let mask = array.len - 1;
        let mut head = this.head.load(Ordering::Relaxed);
        let right = n.rem_euclid(len) as usize;
        let left = len as usize - right;
        let len = len as usize;
        if right <= left {
            for _ in 0..right {
                let from = (head + len - 1) & mask;
                let v = array.slots()[from].get();
                array.slots()[from].set_immediate(Value::EMPTY);
                head = head.wrapping_sub(1) & mask;
                array.slots()[head].set(cx, array, v);
            }
        } else {
            for _ in 0..left {
                let v = array.slots()[head].get();
                array.slots()[head].set_immediate(Value::EMPTY);
                array.slots()[(head + len) & mask].set(cx, array, v);
                head = (head + 1) & mask;
            }
        }
        this.head.store(head, Ordering::Relaxed);
        this.changed();
    }
    cx.unlock_object(this.header(), guard);
}

/// Takes item `i` out.
fn remove_at(cx: &mut Cx, this: This, i: usize) {
    rotate(cx, this, -(i as isize));
    pop_end(cx, this, End::Left);
    rotate(cx, this, i as isize);
}

/// The position of `key`, an index.
fn position(cx: &mut Cx, this: This, key: Value) -> PyResult<usize> {
    if !cx.is_index(key) {
        let name = cx.type_name(key);
        return Err(cx.type_error(format!("sequence index must be integer, not '{name}'")));
    }
    let i = cx.index_isize(key)?;
    match normalize_index(i, this.count()) {
        Some(i) => Ok(i),
        None => Err(cx.index_error(OUT_OF_RANGE)),
    }
}

/// The first place at or after `start` with an item equal to `v`, before `stop`.
fn find(cx: &mut Cx, this: This, v: Value, start: usize, stop: usize) -> PyResult<Option<usize>> {
    let version = this.version();
    for i in start..stop {
        let Some(item) = this.at(i) else { break };
        if item.is(v) || cx.eq(item, v)? {
            return Ok(Some(i));
        }
        if this.version() != version {
            return Err(cx.runtime_error(MUTATED));
        }
    }
    Ok(None)
}

fn copy_of(cx: &mut Cx, this: This) -> PyResult<Value> {
    let class = cx.type_of(this.value());
    if class == cx.native_type(&DEQUE)? {
        let new = alloc(cx, class)?;
        new.maxlen
            .store(this.maxlen.load(Ordering::Relaxed), Ordering::Relaxed);
        let all = snapshot(cx, this)?;
        replace(cx, new, all.as_slice())?;
        return Ok(new.value());
    }
    match this.max() {
        Some(max) => {
            let max = cx.new_int(max as i64);
            cx.call(class.value(), &[this.value(), max])
        }
        None => cx.call(class.value(), &[this.value()]),
    }
}

fn compare(cx: &mut Cx, op: CompareOp, this: This, other: Value) -> PyResult<Value> {
    let Some(other) = NativeObj::<Deque>::from_value(other) else {
        return Ok(Value::not_implemented());
    };
    let (n, m) = (this.count(), other.count());
    if this == other || (n != m && matches!(op, CompareOp::Eq | CompareOp::Ne)) {
        return Ok(Value::bool(
            op.holds(n.cmp(&m)) && (this == other || op == CompareOp::Ne),
        ));
    }
    cx.check_native_stack()?;
    for i in 0..n.min(m) {
        let (Some(a), Some(b)) = (this.at(i), other.at(i)) else {
            break;
        };
        if !a.is(b) && !cx.eq(a, b)? {
            return match op {
                CompareOp::Eq => Ok(Value::bool(false)),
                CompareOp::Ne => Ok(Value::bool(true)),
                _ => cx.compare(op, a, b),
            };
        }
    }
    Ok(Value::bool(op.holds(n.cmp(&m))))
}

/// `items` repeated `n` times, as far as they fit.
fn repeat(cx: &mut Cx, this: This, n: isize) -> PyResult<()> {
    let mut items = snapshot(cx, this)?;
    let len = items.len();
    if n <= 0 || len == 0 {
        return replace(cx, this, &[]);
    }
    let total = len
        .checked_mul(n as usize)
        .filter(|&t| t <= isize::MAX as usize / 8);
    let Some(total) = total else {
        return Err(cx.memory_error());
    };
    let keep = this.max().map_or(total, |max| max.min(total));
    for i in 0..keep.saturating_sub(len) {
        let v = items.as_slice()[i];
        items.push(cx, v)?;
    }
    // What stays are the last items of the whole.
    let skip = (total - keep) % len;
    let out = tuple_of(cx, keep, |i| items.as_slice()[(i + skip) % len])?;
    let out: Gc<Tuple> = Gc::from_value_unchecked(out);
    replace(cx, this, out.as_slice())
}

fn repeat_count(cx: &mut Cx, n: Value) -> PyResult<isize> {
    cx.index_isize(n)
}

fn repeated(cx: &mut Cx, this: This, n: Value) -> PyResult<Value> {
    let n = repeat_count(cx, n)?;
    let new = copy_of(cx, this)?;
    if let Some(d) = NativeObj::<Deque>::from_value(new) {
        repeat(cx, d, n)?;
    }
    Ok(new)
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, *args, **kwargs)")]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        _kwargs: Option<Value>,
        _args: &[Value],
    ) -> PyResult<Value> {
        Ok(alloc(cx, class)?.value())
    }
    #[py(sig = "($self, iterable=(), maxlen=None)", hide_sig)]
    fn __init__(
        cx: &mut Cx,
        this: This,
        iterable: Option<Value>,
        maxlen: Option<Value>,
    ) -> PyResult<()> {
        let max = match maxlen.filter(|m| !m.is_none()) {
            None => -1,
            Some(m) if !is_int(m) => return Err(cx.type_error("an integer is required")),
            Some(m) => cx.index_isize(m)?,
        };
        if max < 0 && maxlen.is_some_and(|m| !m.is_none()) {
            return Err(cx.value_error("maxlen must be non-negative"));
        }
        this.maxlen.store(max as i64, Ordering::Relaxed);
        if this.count() != 0 {
            replace(cx, this, &[])?;
        }
        match iterable {
            Some(v) => extend(cx, this, v, End::Right),
            None => Ok(()),
        }
    }
    /// Add an element to the right side of the deque.
    #[py]
    fn append(cx: &mut Cx, this: This, item: Value) -> PyResult<()> {
        push(cx, this, item, End::Right)
    }
    /// Add an element to the left side of the deque.
    #[py]
    fn appendleft(cx: &mut Cx, this: This, item: Value) -> PyResult<()> {
        push(cx, this, item, End::Left)
    }
    /// Remove and return the rightmost element.
    #[py(sig = "($self, /)")]
    fn pop(cx: &mut Cx, this: This) -> PyResult<Value> {
        pop(cx, this, End::Right)
    }
    /// Remove and return the leftmost element.
    #[py(sig = "($self, /)")]
    fn popleft(cx: &mut Cx, this: This) -> PyResult<Value> {
        pop(cx, this, End::Left)
    }
    /// Extend the right side of the deque with elements from the iterable.
    #[py]
    fn extend(cx: &mut Cx, this: This, iterable: Value) -> PyResult<()> {
        extend(cx, this, iterable, End::Right)
    }
    /// Extend the left side of the deque with elements from the iterable.
    #[py]
    fn extendleft(cx: &mut Cx, this: This, iterable: Value) -> PyResult<()> {
        extend(cx, this, iterable, End::Left)
    }
    /// Remove all elements from the deque.
    #[py(sig = "($self, /)")]
    fn clear(cx: &mut Cx, this: This) -> PyResult<()> {
        replace(cx, this, &[])
    }
    /// Return a shallow copy of a deque.
    #[py(sig = "($self, /)")]
    fn copy(cx: &mut Cx, this: This) -> PyResult<Value> {
        copy_of(cx, this)
    }
    /// Return a shallow copy of a deque.
    #[py(sig = "($self, /)")]
    fn __copy__(cx: &mut Cx, this: This) -> PyResult<Value> {
        copy_of(cx, this)
    }
    /// Return number of occurrences of value.
    #[py]
    fn count(cx: &mut Cx, this: This, value: Value) -> PyResult<usize> {
        let version = this.version();
        let (mut n, mut from) = (0, 0);
        while let Some(i) = find(cx, this, value, from, usize::MAX)? {
            if this.version() != version {
                return Err(cx.runtime_error("deque mutated during iteration"));
            }
            n += 1;
            from = i + 1;
        }
        Ok(n)
    }
    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[py(sig = "($self, value, start=0, stop=9223372036854775807, /)", hide_sig)]
    fn index(
        cx: &mut Cx,
        this: This,
        value: Value,
        start: Option<Value>,
        stop: Option<Value>,
    ) -> PyResult<usize> {
        let len = this.count() as isize;
        let mut bound = |v: Option<Value>, default: isize| match v {
            None => Ok(default),
            Some(v) if !cx.is_index(v) => {
                let msg = "slice indices must be integers or have an __index__ method";
                Err(cx.type_error(msg))
            }
            Some(v) => {
                let i = krait_runtime::types::slice::slice_index(cx, v)?;
                Ok(if i < 0 { (i + len).max(0) } else { i.min(len) })
            }
        };
        let (start, stop) = (bound(start, 0)?, bound(stop, len)?);
        match find(cx, this, value, start as usize, stop as usize)? {
            Some(i) => Ok(i),
            None => Err(cx.value_error("deque.index(x): x not in deque")),
        }
    }
    /// Insert value before index.
    #[py]
    fn insert(cx: &mut Cx, this: This, index: isize, value: Value) -> PyResult<()> {
        let len = this.count() as isize;
        if this.max().is_some_and(|max| len as usize >= max) {
            return Err(cx.index_error("deque already at its maximum size"));
        }
        if index >= len {
            return push(cx, this, value, End::Right);
        }
        if index <= -len || index == 0 {
            return push(cx, this, value, End::Left);
        }
        rotate(cx, this, -index);
        push(
            cx,
            this,
            value,
            if index < 0 { End::Right } else { End::Left },
        )?;
        rotate(cx, this, index);
        Ok(())
    }
    /// Remove first occurrence of value.
    #[py]
    fn remove(cx: &mut Cx, this: This, value: Value) -> PyResult<()> {
        let version = this.version();
        let mut i = 0;
        while let Some(item) = this.at(i) {
            let same = item.is(value) || cx.eq(item, value)?;
            if this.version() != version {
                return Err(cx.index_error(MUTATED));
            }
            if same {
                remove_at(cx, this, i);
                return Ok(());
            }
            i += 1;
        }
        Err(cx.value_error("deque.remove(x): x not in deque"))
    }
    /// Reverse *IN PLACE*.
    #[py(sig = "($self, /)")]
    fn reverse(cx: &mut Cx, this: This) {
        let guard = cx.lock_object(this.header());
        let (array, head, len) = (
            this.array(),
            this.head.load(Ordering::Relaxed),
            this.len.load(Ordering::Relaxed),
        );
        let at = |i: usize| &array.slots()[(head + i) & (array.len - 1)];
        for i in 0..len / 2 {
            let (a, b) = (at(i).get(), at(len - 1 - i).get());
            at(i).set(cx, array, b);
            at(len - 1 - i).set(cx, array, a);
        }
        cx.unlock_object(this.header(), guard);
    }
    /// Rotate the deque n steps to the right.  If n is negative, rotates left.
    #[py(name = "rotate", sig = "($self, n=1, /)")]
    fn rotate_by(cx: &mut Cx, this: This, n: Option<isize>) {
        rotate(cx, this, n.unwrap_or(1));
    }
    #[py]
    fn __len__(this: This) -> usize {
        this.count()
    }
    #[py]
    fn __getitem__(cx: &mut Cx, this: This, key: Value) -> PyResult<Value> {
        let i = position(cx, this, key)?;
        match this.at(i) {
            Some(v) => Ok(v),
            None => Err(cx.index_error(OUT_OF_RANGE)),
        }
    }
    #[py]
    fn __setitem__(cx: &mut Cx, this: This, key: Value, value: Value) -> PyResult<()> {
        let i = position(cx, this, key)?;
        let guard = cx.lock_object(this.header());
        let in_range = i < this.len.load(Ordering::Relaxed);
        if in_range {
            let array = this.array();
            array.slots()[(this.head.load(Ordering::Relaxed) + i) & (array.len - 1)]
                .set(cx, array, value);
        }
        cx.unlock_object(this.header(), guard);
        if in_range {
            Ok(())
        } else {
            Err(cx.index_error(OUT_OF_RANGE))
        }
    }
    #[py]
    fn __delitem__(cx: &mut Cx, this: This, key: Value) -> PyResult<()> {
        let i = position(cx, this, key)?;
        remove_at(cx, this, i);
        Ok(())
    }
    #[py]
    fn __contains__(cx: &mut Cx, this: This, key: Value) -> PyResult<bool> {
        Ok(find(cx, this, key, 0, usize::MAX)?.is_some())
    }
    #[py]
    fn __iter__(cx: &mut Cx, this: This) -> PyResult<Value> {
        deque_iter::new::<false>(cx, this, 0)
    }
    /// Return a reverse iterator over the deque.
    #[py(sig = "($self, /)")]
    fn __reversed__(cx: &mut Cx, this: This) -> PyResult<Value> {
        deque_iter::new::<true>(cx, this, 0)
    }
    #[py]
    fn __add__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        if NativeObj::<Deque>::from_value(value).is_none() {
            let name = cx.type_name(value);
            return Err(cx.type_error(format!(
                "can only concatenate deque (not \"{name}\") to deque"
            )));
        }
        let new = copy_of(cx, this)?;
        match NativeObj::<Deque>::from_value(new) {
            Some(d) => extend(cx, d, value, End::Right)?,
            None => return cx.in_place(Special::Add, new, value),
        }
        Ok(new)
    }
    #[py]
    fn __iadd__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        extend(cx, this, value, End::Right)?;
        Ok(this.value())
    }
    #[py]
    fn __mul__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        repeated(cx, this, value)
    }
    #[py]
    fn __rmul__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        repeated(cx, this, value)
    }
    #[py]
    fn __imul__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        let n = repeat_count(cx, value)?;
        repeat(cx, this, n)?;
        Ok(this.value())
    }
    #[py(compare)]
    fn compare(cx: &mut Cx, this: This, other: Value, op: CompareOp) -> PyResult<Value> {
        compare(cx, op, this, other)
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: This) -> PyResult<Value> {
        let name = cx.type_of(this.value()).name_string();
        let suffix = this
            .max()
            .map_or(String::new(), |max| format!(", maxlen={max}"));
        guarded_repr(cx, this.value(), "[...]", |cx| {
            let items = snapshot(cx, this)?;
            let list = cx.try_new_list(items.as_slice())?;
            let shown = cx.repr(list.value())?;
            let mut out = krait_runtime::types::str::StrBuilder::new();
            out.push_str(&name);
            out.push_str("(");
            out.push_gc(shown);
            out.push_str(&suffix);
            out.push_str(")");
            out.finish(cx)
        })
    }
    /// Return state information for pickling.
    #[py(sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: This) -> PyResult<Value> {
        let class = cx.type_of(this.value()).value();
        let state = krait_runtime::types::type_::reduce::default_getstate(cx, this.value())?;
        let empty = cx.empty_tuple();
        let args = match this.max() {
            Some(max) => cx.new_tuple(&[empty, Value::small(max as i64)]),
            None => empty,
        };
        let items = cx.iter(this.value())?;
        Ok(cx.new_tuple(&[class, args, state, items]))
    }
    /// Return the size of the deque in memory, in bytes.
    #[py(sig = "($self, /)")]
    fn __sizeof__(this: This) -> usize {
        size_of::<NativeObj<Deque>>() + this.array().len * 8
    }
    /// maximum size of a deque or None if unbounded
    #[py(getter)]
    fn maxlen(this: This) -> Option<usize> {
        this.max()
    }
}
