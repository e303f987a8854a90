//! What Python code sees of tuples.

use krait_macros::pymethods;

use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::protocol::compare::CompareOp;
use crate::protocol::equality::Known;
use crate::protocol::sequence::{Subscript, normalize_index};
use crate::types::iterators::sequence::TupleIter;
use crate::types::slice::{SliceRange, slice_index};
use crate::types::str::StrBuilder;
use crate::types::tuple::{Tuple, hash};
use crate::types::typeobj::Type;

/// Position of the first pair of items that differ, `None` if one sequence starts with the other.
pub(crate) fn first_difference(cx: &mut Cx, a: &[Value], b: &[Value]) -> PyResult<Option<usize>> {
    for (i, (&x, &y)) in a.iter().zip(b).enumerate() {
        let equal = match cx.known_eq(x, y) {
            Known::Equal => true,
            Known::Different => false,
            Known::Unknown => cx.eq(x, y)?,
        };
        if !equal {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

/// `this op other` for tuples; `NotImplemented` if `other` is none.
pub(crate) fn compare(
    cx: &mut Cx,
    op: CompareOp,
    this: Gc<Tuple>,
    other: Value,
) -> PyResult<Value> {
    let Some(other) = Gc::<Tuple>::from_value(other) else {
        return Ok(Value::not_implemented());
    };
    cx.check_native_stack()?;
    let (a, b) = (this.as_slice(), other.as_slice());
    match first_difference(cx, a, b)? {
        None => Ok(Value::bool(op.holds(a.len().cmp(&b.len())))),
        Some(_) if op == CompareOp::Eq => Ok(Value::bool(false)),
        Some(_) if op == CompareOp::Ne => Ok(Value::bool(true)),
        Some(i) => cx.compare(op, a[i], b[i]),
    }
}

/// The text of `items` between the brackets; of a tuple with one item with a comma.
pub(crate) fn repr_items(cx: &mut Cx, text: &mut StrBuilder, items: &[Value]) -> PyResult<()> {
    for (i, &v) in items.iter().enumerate() {
        if i > 0 {
            text.push_str(", ");
        }
        let item = cx.repr(v)?;
        text.push_gc(item);
    }
    Ok(())
}

/// `start` and `stop` of an `index` method, counted from the end if negative.
pub(crate) fn search_bounds(
    cx: &mut Cx,
    start: Option<Value>,
    stop: Option<Value>,
    len: usize,
) -> PyResult<(usize, usize)> {
    let mut bound = |v: Option<Value>, default: isize| match v {
        None => Ok(default),
        Some(v) if v.is_small() || cx.is_index(v) => slice_index(cx, v),
        Some(_) => Err(cx.type_error("slice indices must be integers or have an __index__ method")),
    };
    let (start, stop) = (bound(start, 0)?, bound(stop, isize::MAX)?);
    let from_end = |i: isize| {
        if i < 0 {
            i.saturating_add(len as isize).max(0) as usize
        } else {
            i as usize
        }
    };
    Ok((from_end(start), from_end(stop)))
}

/// How often a sequence of `len` items is repeated for `count`: a size that may not be addressable.
pub(crate) fn repeated_len(cx: &mut Cx, len: usize, count: Value) -> PyResult<(usize, usize)> {
    let times = cx.size_index(count)?.max(0) as usize;
    match len.checked_mul(times) {
        Some(n) if n <= isize::MAX as usize / 16 => Ok((n, times)),
        _ => Err(cx.memory_error()),
    }
}

/// A tuple of the items that a slice selects; the whole of an exact tuple is the tuple itself.
impl Gc<Tuple> {
    /// A tuple of the items that a slice selects.
    pub fn slice(self, cx: &mut Cx, r: SliceRange) -> PyResult<Value> {
        if r.count == 0 {
            return Ok(cx.empty_tuple());
        }
        let items = self.as_slice();
        if r.step == 1 {
            if r.count == self.len() && self.is_exact() {
                return Ok(self.value());
            }
            return cx.try_new_tuple(&items[r.start as usize..r.start as usize + r.count]);
        }
        let class = cx.types().tuple;
        let new = Tuple::alloc(cx, class, r.count)?;
        for (to, from) in r.indices().enumerate() {
            new.init(cx, to, items[from]);
        }
        Ok(new.value())
    }
}

pub struct TupleMethods;

#[pymethods]
impl TupleMethods {
    #[py(new, sig = "($type, iterable=(), /)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>, iterable: Option<Value>) -> PyResult<Value> {
        let exact = class == cx.types().tuple;
        let items = match iterable {
            None => crate::vec::ValueVec::new(),
            Some(v) if exact && Gc::<Tuple>::from_value(v).is_some_and(|t| t.is_exact()) => {
                return Ok(v);
            }
            Some(v) if exact => return cx.tuple_from(v),
            Some(v) => cx.collect(v)?,
        };
        if exact {
            return cx.try_new_tuple(items.as_slice());
        }
        let new = Tuple::alloc(cx, class, items.len())?;
        for (i, &v) in items.as_slice().iter().enumerate() {
            new.init(cx, i, v);
        }
        Ok(new.value())
    }

    #[py]
    fn __repr__(cx: &mut Cx, this: Gc<Tuple>) -> PyResult<Value> {
        if this.is_empty() {
            return Ok(cx.new_str("()"));
        }
        if !cx.repr_enter(this.value()) {
            return Ok(cx.new_str("(...)"));
        }
        let mut text = StrBuilder::new();
        text.push_str("(");
        let done = repr_items(cx, &mut text, this.as_slice());
        cx.repr_leave(this.value());
        done?;
        text.push_str(if this.len() == 1 { ",)" } else { ")" });
        text.finish(cx)
    }

    #[py]
    fn __hash__(cx: &mut Cx, this: Gc<Tuple>) -> PyResult<i64> {
        hash::hash_tuple(cx, this)
    }

    #[py(compare)]
    fn compare(cx: &mut Cx, this: Gc<Tuple>, value: Value, op: CompareOp) -> PyResult<Value> {
        compare(cx, op, this, value)
    }

    #[py]
    fn __iter__(cx: &mut Cx, this: Gc<Tuple>) -> Value {
        TupleIter::start(cx, this).value()
    }

    #[py]
    fn __len__(this: Gc<Tuple>) -> usize {
        this.len()
    }

    #[py]
    fn __getitem__(cx: &mut Cx, this: Gc<Tuple>, key: Value) -> PyResult<Value> {
        match cx.subscript("tuple", key)? {
            Subscript::Index(i) => match normalize_index(i, this.len()) {
                Some(i) => Ok(this.get(i)),
                None => Err(cx.index_error("tuple index out of range")),
            },
            Subscript::Slice(s) => {
                let range = s.resolve(cx, this.len())?;
                this.slice(cx, range)
            }
        }
    }

    #[py]
    fn __add__(cx: &mut Cx, this: Gc<Tuple>, value: Value) -> PyResult<Value> {
        let Some(other) = Gc::<Tuple>::from_value(value) else {
            let name = cx.type_name(value);
            return Err(cx.type_error(format!(
                "can only concatenate tuple (not \"{name}\") to tuple"
            )));
        };
        match (this.len(), other.len()) {
            (0, _) if other.is_exact() => return Ok(value),
            (_, 0) if this.is_exact() => return Ok(this.value()),
            (0, 0) => return Ok(cx.empty_tuple()),
            _ => {}
        }
        let class = cx.types().tuple;
        let new = Tuple::alloc(cx, class, this.len() + other.len())?;
        for (i, &v) in this.as_slice().iter().chain(other.as_slice()).enumerate() {
            new.init(cx, i, v);
        }
        Ok(new.value())
    }

    #[py]
    fn __mul__(cx: &mut Cx, this: Gc<Tuple>, value: Value) -> PyResult<Value> {
        let (n, times) = repeated_len(cx, this.len(), value)?;
        if n == 0 {
            return Ok(cx.empty_tuple());
        }
        if times == 1 && this.is_exact() {
            return Ok(this.value());
        }
        let class = cx.types().tuple;
        let new = Tuple::alloc(cx, class, n)?;
        for (i, &v) in this.as_slice().iter().cycle().take(n).enumerate() {
            new.init(cx, i, v);
        }
        Ok(new.value())
    }

    #[py]
    fn __rmul__(cx: &mut Cx, this: Gc<Tuple>, value: Value) -> PyResult<Value> {
        Self::__mul__(cx, this, value)
    }

    #[py]
    fn __contains__(cx: &mut Cx, this: Gc<Tuple>, key: Value) -> PyResult<bool> {
        for &v in this.as_slice() {
            if cx.eq(v, key)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    #[py]
    fn __getnewargs__(cx: &mut Cx, this: Gc<Tuple>) -> PyResult<Value> {
        let copy = cx.try_new_tuple(this.as_slice())?;
        Ok(cx.new_tuple(&[copy]))
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[py(sig = "($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(
        cx: &mut Cx,
        this: Gc<Tuple>,
        value: Value,
        start: Option<Value>,
        stop: Option<Value>,
    ) -> PyResult<usize> {
        let (start, stop) = search_bounds(cx, start, stop, this.len())?;
        for i in start..stop.min(this.len()) {
            if cx.eq(this.get(i), value)? {
                return Ok(i);
            }
        }
        Err(cx.value_error("tuple.index(x): x not in tuple"))
    }

    /// Return number of occurrences of value.
    #[py]
    fn count(cx: &mut Cx, this: Gc<Tuple>, value: Value) -> PyResult<usize> {
        let mut n = 0;
        for &v in this.as_slice() {
            n += cx.eq(v, value)? as usize;
        }
        Ok(n)
    }

    /// See PEP 585
    #[py(classmethod, sig = "($type, object, /)")]
    fn __class_getitem__(cx: &mut Cx, class: Value, object: Value) -> PyResult<Value> {
        cx.generic_alias(class, object)
    }
}
