//! What `set` and `frozenset` have in common on the Python side.

use krait_macros::pymethods;

use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::protocol::compare::CompareOp;
use crate::types::iterators::set::SetIter;
use crate::types::set::{Set, as_any_set};
use crate::types::str::StrBuilder;
use crate::types::tuple::methods::repr_items;

/// Both operands of a binary operator as sets.
#[inline]
fn operands(this: Value, other: Value) -> Option<(Gc<Set>, Gc<Set>)> {
    Some((as_any_set(this)?, as_any_set(other)?))
}

/// Whether `element` is in the set. A set that is looked for, but not hashable, is looked for as
/// a frozenset.
pub(crate) fn contains(cx: &mut Cx, this: Gc<Set>, element: Value) -> PyResult<bool> {
    match this.contains(cx, element) {
        Err(e) if as_any_set(element).is_some() && e.is(cx, cx.types().type_error) => {
            let frozen = frozen_twin(cx, element)?;
            this.contains(cx, frozen)
        }
        result => result,
    }
}

/// A frozenset equal to the set `v`.
pub(super) fn frozen_twin(cx: &mut Cx, v: Value) -> PyResult<Value> {
    let twin = cx.new_frozenset();
    if let Some(set) = as_any_set(v) {
        twin.fill_copy(cx, set)?;
    }
    Ok(twin.value())
}

fn repr(cx: &mut Cx, this: Gc<Set>) -> PyResult<StrBuilder> {
    let mut items = crate::vec::ValueVec::new();
    let mut pos = 0;
    while let Some((v, _)) = this.next_element(&mut pos) {
        items.push(cx, v)?;
    }
    let class = cx.type_of(this.value());
    let mut text = StrBuilder::new();
    let plain = class == cx.types().set;
    if !plain {
        text.push_str(&class.name_string());
        text.push_str("(");
    }
    text.push_str("{");
    repr_items(cx, &mut text, items.as_slice())?;
    text.push_str(if plain { "}" } else { "})" });
    Ok(text)
}

pub struct CommonMethods;

#[pymethods]
impl CommonMethods {
    #[py]
    fn __repr__(cx: &mut Cx, this: Gc<Set>) -> PyResult<Value> {
        let name = cx.type_name(this.value());
        if !cx.repr_enter(this.value()) {
            return Ok(cx.new_str(&format!("{name}(...)")));
        }
        let text = if this.is_empty() {
            Ok(None)
        } else {
            repr(cx, this).map(Some)
        };
        cx.repr_leave(this.value());
        match text? {
            Some(text) => text.finish(cx),
            None => Ok(cx.new_str(&format!("{name}()"))),
        }
    }

    #[py(compare)]
    fn compare(cx: &mut Cx, this: Gc<Set>, value: Value, op: CompareOp) -> PyResult<Value> {
        this.compare(cx, op, value)
    }

    #[py]
    fn __iter__(cx: &mut Cx, this: Gc<Set>) -> Value {
        SetIter::start(cx, this).value()
    }

    #[py]
    fn __sub__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        match operands(this, value) {
            Some((a, b)) => Ok(a.difference_all(cx, &[b.value()])?.value()),
            None => Ok(Value::not_implemented()),
        }
    }
    #[py]
    fn __rsub__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        Self::__sub__(cx, value, this)
    }
    #[py]
    fn __and__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        match operands(this, value) {
            Some((a, b)) => Ok(a.intersect(cx, b.value())?.value()),
            None => Ok(Value::not_implemented()),
        }
    }
    #[py]
    fn __rand__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        Self::__and__(cx, value, this)
    }
    #[py]
    fn __xor__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        match operands(this, value) {
            Some((a, b)) => Ok(a.symmetric_difference(cx, b.value())?.value()),
            None => Ok(Value::not_implemented()),
        }
    }
    #[py]
    fn __rxor__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        Self::__xor__(cx, value, this)
    }
    #[py]
    fn __or__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        match operands(this, value) {
            Some((a, b)) => Ok(a.union_all(cx, &[b.value()])?.value()),
            None => Ok(Value::not_implemented()),
        }
    }
    #[py]
    fn __ror__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        Self::__or__(cx, value, this)
    }

    #[py]
    fn __len__(this: Gc<Set>) -> usize {
        this.len()
    }

    /// x.__contains__(y) <==> y in x.
    #[py]
    fn __contains__(cx: &mut Cx, this: Gc<Set>, object: Value) -> PyResult<bool> {
        contains(cx, this, object)
    }

    /// Return a shallow copy of a set.
    #[py]
    fn copy(cx: &mut Cx, this: Gc<Set>) -> PyResult<Value> {
        if cx.type_of(this.value()) == cx.types().frozenset {
            return Ok(this.value());
        }
        Ok(this.copied(cx)?.value())
    }

    /// Return a new set with elements in the set that are not in the others.
    #[py(sig = "($self, /, *others)")]
    fn difference(cx: &mut Cx, this: Gc<Set>, others: &[Value]) -> PyResult<Value> {
        Ok(this.difference_all(cx, others)?.value())
    }

    /// Return a new set with elements common to the set and all others.
    #[py(sig = "($self, /, *others)")]
    fn intersection(cx: &mut Cx, this: Gc<Set>, others: &[Value]) -> PyResult<Value> {
        Ok(this.intersect_all(cx, others)?.value())
    }

    /// Return True if two sets have a null intersection.
    #[py]
    fn isdisjoint(cx: &mut Cx, this: Gc<Set>, other: Value) -> PyResult<bool> {
        this.is_disjoint(cx, other)
    }

    /// Report whether another set contains this set.
    #[py]
    fn issubset(cx: &mut Cx, this: Gc<Set>, other: Value) -> PyResult<bool> {
        match as_any_set(other) {
            Some(o) => this.is_subset(cx, o),
            None => {
                let common = this.intersect(cx, other)?;
                Ok(common.len() == this.len())
            }
        }
    }

    /// Report whether this set contains another set.
    #[py]
    fn issuperset(cx: &mut Cx, this: Gc<Set>, other: Value) -> PyResult<bool> {
        if let Some(o) = as_any_set(other) {
            return o.is_subset(cx, this);
        }
        let mut items = cx.iterate(other)?;
        while let Some(v) = items.next(cx)? {
            if !contains(cx, this, v)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Return state information for pickling.
    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<Set>) -> PyResult<Value> {
        let elements = cx.collect(this.value())?;
        let list = crate::types::list::List::from_vec(cx, elements);
        let args = cx.new_tuple(&[list.value()]);
        let class = cx.type_of(this.value()).value();
        let state = cx.call_method_str(this.value(), "__getstate__", &[])?;
        Ok(cx.new_tuple(&[class, args, state]))
    }

    /// S.__sizeof__() -> size of S in memory, in bytes.
    #[py]
    fn __sizeof__(this: Gc<Set>) -> usize {
        this.byte_size()
    }

    /// Return a new set with elements in either the set or other but not both.
    #[py]
    fn symmetric_difference(cx: &mut Cx, this: Gc<Set>, other: Value) -> PyResult<Value> {
        Ok(this.symmetric_difference(cx, other)?.value())
    }

    /// Return a new set with elements from the set and all others.
    #[py(sig = "($self, /, *others)")]
    fn union(cx: &mut Cx, this: Gc<Set>, others: &[Value]) -> PyResult<Value> {
        Ok(this.union_all(cx, others)?.value())
    }

    /// See PEP 585
    #[py(classmethod, sig = "($type, object, /)")]
    fn __class_getitem__(cx: &mut Cx, class: Value, object: Value) -> PyResult<Value> {
        cx.generic_alias(class, object)
    }
}
