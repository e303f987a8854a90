//! Views on keys and items as sets.

use krait_macros::pymethods;

use crate::native::{Cx, NativeObj, PyResult, Value};
use crate::object::Gc;
use crate::protocol::compare::CompareOp;
use crate::types::dictviews::{DictView, set_view_dict};
use crate::types::set::{Set, as_any_set};

type View<const WHAT: u8> = Gc<NativeObj<DictView<WHAT>>>;

/// A new set of the items of any iterable.
fn set_of(cx: &mut Cx, v: Value) -> PyResult<Gc<Set>> {
    let set = cx.new_set();
    set.update(cx, v)?;
    Ok(set)
}

/// Whether all items of `a` are in `b`.
fn all_in(cx: &mut Cx, a: Value, b: Value) -> PyResult<bool> {
    let mut items = cx.iterate(a)?;
    while let Some(v) = items.next(cx)? {
        if !cx.contains(b, v)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `this op other` for another set or view.
fn compare(cx: &mut Cx, op: CompareOp, this: Value, other: Value) -> PyResult<Value> {
    if as_any_set(other).is_none() && set_view_dict(other).is_none() {
        return Ok(Value::not_implemented());
    }
    let (n, m) = (cx.len(this)?, cx.len(other)?);
    let holds = match op {
        CompareOp::Eq => n == m && all_in(cx, this, other)?,
        CompareOp::Ne => n != m || !all_in(cx, this, other)?,
        CompareOp::Lt => n < m && all_in(cx, this, other)?,
        CompareOp::Le => n <= m && all_in(cx, this, other)?,
        CompareOp::Gt => n > m && all_in(cx, other, this)?,
        CompareOp::Ge => n >= m && all_in(cx, other, this)?,
    };
    Ok(Value::bool(holds))
}

/// `a & b` for a view and any iterable, in either order.
fn intersection(cx: &mut Cx, a: Value, b: Value) -> PyResult<Value> {
    let (mut view, mut other) = if set_view_dict(a).is_some() {
        (a, b)
    } else {
        (b, a)
    };
    if set_view_dict(other).is_some() && cx.len(other)? > cx.len(view)? {
        (view, other) = (other, view);
    }
    let result = cx.new_set();
    let mut items = cx.iterate(other)?;
    while let Some(v) = items.next(cx)? {
        if cx.contains(view, v)? {
            result.add(cx, v)?;
        }
    }
    Ok(result.value())
}

pub struct SetViewMethods<const WHAT: u8>;

#[pymethods]
impl<const WHAT: u8> SetViewMethods<WHAT> {
    #[py(compare)]
    fn compare(cx: &mut Cx, this: Value, value: Value, op: CompareOp) -> PyResult<Value> {
        compare(cx, op, this, value)
    }

    #[py]
    fn __sub__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        let result = set_of(cx, this)?;
        let removed = set_of_removed(cx, value)?;
        Ok(result.difference_all(cx, &[removed])?.value())
    }
    #[py]
    fn __rsub__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        Self::__sub__(cx, value, this)
    }
    #[py]
    fn __and__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        intersection(cx, this, value)
    }
    #[py]
    fn __rand__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        intersection(cx, this, value)
    }
    #[py]
    fn __xor__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        let result = set_of(cx, this)?;
        result.toggle_all(cx, value)?;
        Ok(result.value())
    }
    #[py]
    fn __rxor__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        Self::__xor__(cx, value, this)
    }
    #[py]
    fn __or__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        let result = set_of(cx, this)?;
        result.update(cx, value)?;
        Ok(result.value())
    }
    #[py]
    fn __ror__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        Self::__or__(cx, value, this)
    }

    #[py]
    fn __contains__(cx: &mut Cx, this: View<WHAT>, key: Value) -> PyResult<bool> {
        this.contains(cx, key)
    }

    /// Return True if the view and the given iterable have a null intersection.
    #[py]
    fn isdisjoint(cx: &mut Cx, this: View<WHAT>, object: Value) -> PyResult<bool> {
        if object == this.value() {
            return Ok(this.dict().is_empty());
        }
        let mut items = cx.iterate(object)?;
        while let Some(v) = items.next(cx)? {
            if this.contains(cx, v)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// What a difference takes away: iterables other than sets and dicts are read once.
fn set_of_removed(cx: &mut Cx, v: Value) -> PyResult<Value> {
    if as_any_set(v).is_some() {
        Ok(v)
    } else {
        Ok(set_of(cx, v)?.value())
    }
}
