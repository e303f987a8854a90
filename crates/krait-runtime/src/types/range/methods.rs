//! What Python code sees of ranges.

use krait_macros::pymethods;

use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::types::int::{exact_or_copy, is_exact_int};
use crate::types::range::{Range, iterate};
use crate::types::slice::Slice;
use crate::types::tuple::combine_hashes;

/// Equal ranges have the same items, however they are described.
fn equal(cx: &mut Cx, a: Gc<Range>, b: Gc<Range>) -> PyResult<bool> {
    if a == b {
        return Ok(true);
    }
    let length = a.length.get();
    if !cx.eq(length, b.length.get())? {
        return Ok(false);
    }
    if length == Value::small(0) {
        return Ok(true);
    }
    if !cx.eq(a.start.get(), b.start.get())? {
        return Ok(false);
    }
    Ok(length == Value::small(1) || cx.eq(a.step.get(), b.step.get())?)
}

/// A constructor argument as exact int.
fn bound(cx: &mut Cx, v: Value) -> PyResult<Value> {
    let n = cx.index(v)?;
    exact_or_copy(cx, n)
}

/// Whether membership of `v` is a matter of arithmetic: subclasses of int may compare otherwise.
fn is_plain(v: Value) -> bool {
    is_exact_int(v) || v.as_bool().is_some()
}

/// The int that a plain value is.
fn plain_int(v: Value) -> Value {
    v.as_bool().map_or(v, |b| Value::small(b as i64))
}

pub struct RangeMethods;

#[pymethods]
impl RangeMethods {
    #[py(new, sig = "($type, *args, **kwargs)")]
    fn __new__(
        cx: &mut Cx,
        _class: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        if kwargs.is_some_and(|k| cx.known_len(k) != Some(0)) {
            return Err(cx.type_error("range() takes no keyword arguments"));
        }
        let (start, stop, step) = match *args {
            [stop] => (Value::small(0), stop, Value::small(1)),
            [start, stop] => (start, stop, Value::small(1)),
            [start, stop, step] => (start, stop, step),
            [] => return Err(cx.type_error("range expected at least 1 argument, got 0")),
            _ => {
                return Err(cx.type_error(format!(
                    "range expected at most 3 arguments, got {}",
                    args.len()
                )));
            }
        };
        let (start, stop, step) = (bound(cx, start)?, bound(cx, stop)?, bound(cx, step)?);
        if step == Value::small(0) {
            return Err(cx.value_error("range() arg 3 must not be zero"));
        }
        Ok(cx.new_range(start, stop, step)?.value())
    }

    #[py]
    fn __repr__(cx: &mut Cx, this: Gc<Range>) -> PyResult<String> {
        let start = cx.repr_string(this.start.get())?;
        let stop = cx.repr_string(this.stop.get())?;
        if this.step.get() == Value::small(1) {
            return Ok(format!("range({start}, {stop})"));
        }
        let step = cx.repr_string(this.step.get())?;
        Ok(format!("range({start}, {stop}, {step})"))
    }

    #[py]
    fn __hash__(cx: &mut Cx, this: Gc<Range>) -> PyResult<i64> {
        let length = this.length.get();
        let none = Value::none();
        let start = if length == Value::small(0) {
            none
        } else {
            this.start.get()
        };
        let several = length != Value::small(0) && length != Value::small(1);
        let step = if several { this.step.get() } else { none };
        let hashes = [cx.hash(length)?, cx.hash(start)?, cx.hash(step)?];
        Ok(combine_hashes(hashes))
    }

    #[py]
    fn __eq__(cx: &mut Cx, this: Gc<Range>, value: Value) -> PyResult<Value> {
        match Gc::<Range>::from_value(value) {
            Some(other) => Ok(Value::bool(equal(cx, this, other)?)),
            None => Ok(Value::not_implemented()),
        }
    }

    #[py]
    fn __ne__(cx: &mut Cx, this: Gc<Range>, value: Value) -> PyResult<Value> {
        match Gc::<Range>::from_value(value) {
            Some(other) => Ok(Value::bool(!equal(cx, this, other)?)),
            None => Ok(Value::not_implemented()),
        }
    }

    #[py]
    fn __iter__(cx: &mut Cx, this: Gc<Range>) -> PyResult<Value> {
        iterate(cx, this)
    }

    #[py]
    fn __bool__(this: Gc<Range>) -> bool {
        this.length.get() != Value::small(0)
    }

    #[py]
    fn __len__(cx: &mut Cx, this: Gc<Range>) -> PyResult<i64> {
        match cx.index_i64(this.length.get())? {
            Some(n) => Ok(n),
            None => Err(cx.overflow_error("Python int too large to convert to C ssize_t")),
        }
    }

    #[py]
    fn __getitem__(cx: &mut Cx, this: Gc<Range>, key: Value) -> PyResult<Value> {
        if let Some(s) = Gc::<Slice>::from_value(key) {
            return Ok(this.slice(cx, s)?.value());
        }
        if !cx.is_index(key) {
            let name = cx.type_name(key);
            return Err(cx.type_error(format!(
                "range indices must be integers or slices, not {name}"
            )));
        }
        let i = bound(cx, key)?;
        match this.item(cx, i)? {
            Some(v) => Ok(v),
            None => Err(cx.index_error("range object index out of range")),
        }
    }

    #[py]
    fn __contains__(cx: &mut Cx, this: Gc<Range>, key: Value) -> PyResult<bool> {
        if is_plain(key) {
            return Ok(this.position(cx, plain_int(key))?.is_some());
        }
        Ok(Self::search(cx, this, key)?.is_some())
    }

    /// Return a reverse iterator.
    #[py]
    fn __reversed__(cx: &mut Cx, this: Gc<Range>) -> PyResult<Value> {
        let reversed = this.reversed(cx)?;
        iterate(cx, reversed)
    }

    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<Range>) -> Value {
        let class = cx.types().range.value();
        let args = cx.new_tuple(&[this.start.get(), this.stop.get(), this.step.get()]);
        cx.new_tuple(&[class, args])
    }

    /// rangeobject.count(value) -> integer -- return number of occurrences of value
    #[py]
    fn count(cx: &mut Cx, this: Gc<Range>, object: Value) -> PyResult<usize> {
        if is_plain(object) {
            return Ok(this.position(cx, plain_int(object))?.is_some() as usize);
        }
        cx.count_in(this.value(), object)
    }

    /// rangeobject.index(value) -> integer -- return index of value.
    /// Raise ValueError if the value is not present.
    #[py]
    fn index(cx: &mut Cx, this: Gc<Range>, object: Value) -> PyResult<Value> {
        if is_plain(object) {
            return match this.position(cx, plain_int(object))? {
                Some(i) => Ok(i),
                None => Err(cx.value_error("range.index(x): x not in range")),
            };
        }
        match Self::search(cx, this, object)? {
            Some(i) => Ok(cx.new_uint(i as u64)),
            None => Err(cx.value_error("sequence.index(x): x not in sequence")),
        }
    }

    #[py(getter, member)]
    fn start(this: Gc<Range>) -> Value {
        this.start.get()
    }
    #[py(getter, member)]
    fn stop(this: Gc<Range>) -> Value {
        this.stop.get()
    }
    #[py(getter, member)]
    fn step(this: Gc<Range>) -> Value {
        this.step.get()
    }

    /// The position of the first item that equals `v`, item by item.
    fn search(cx: &mut Cx, this: Gc<Range>, v: Value) -> PyResult<Option<usize>> {
        let mut items = cx.iterate(this.value())?;
        let mut i = 0;
        while let Some(item) = items.next(cx)? {
            if cx.eq(item, v)? {
                return Ok(Some(i));
            }
            i += 1;
        }
        Ok(None)
    }
}
