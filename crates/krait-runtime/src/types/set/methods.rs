//! What only `set` has: construction and changes.

use krait_macros::pymethods;

use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::types::list::methods::{constructor_argument, no_keywords};
use crate::types::set::{Set, as_any_set, common};
use crate::types::typeobj::Type;

/// Removes `element`; a set that is not hashable is looked for as a frozenset.
fn remove(cx: &mut Cx, this: Gc<Set>, element: Value) -> PyResult<bool> {
    match this.remove(cx, element) {
        Err(e) if as_any_set(element).is_some() && e.is(cx, cx.types().type_error) => {
            let frozen = common::frozen_twin(cx, element)?;
            this.remove(cx, frozen)
        }
        result => result,
    }
}

/// `this op= value` through `f`, which takes any iterable.
fn in_place(
    cx: &mut Cx,
    this: Gc<Set>,
    value: Value,
    f: impl FnOnce(&mut Cx, Gc<Set>) -> PyResult<()>,
) -> PyResult<Value> {
    match as_any_set(value) {
        Some(other) => {
            f(cx, other)?;
            Ok(this.value())
        }
        None => Ok(Value::not_implemented()),
    }
}

pub struct SetMethods;

#[pymethods]
impl SetMethods {
    #[py(
        new,
        sig = "($type, *args, **kwargs)",
        shown = "($type, iterable=(), /)"
    )]
    fn __new__(cx: &mut Cx, class: Gc<Type>, _kwargs: Option<Value>, _args: &[Value]) -> Value {
        Set::alloc(cx, class).value()
    }

    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(cx: &mut Cx, this: Gc<Set>, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
        let iterable = match (kwargs, args) {
            (None, &[v]) => Some(v),
            _ => {
                no_keywords(cx, "set", kwargs)?;
                let name = cx.type_of(this.value()).name_string();
                constructor_argument(cx, &name, None, args)?
            }
        };
        if !this.is_empty() {
            this.clear(cx);
        }
        match iterable {
            Some(v) => this.update(cx, v),
            None => Ok(()),
        }
    }

    #[py]
    fn __isub__(cx: &mut Cx, this: Gc<Set>, value: Value) -> PyResult<Value> {
        in_place(cx, this, value, |cx, o| this.remove_all(cx, o.value()))
    }
    #[py]
    fn __iand__(cx: &mut Cx, this: Gc<Set>, value: Value) -> PyResult<Value> {
        in_place(cx, this, value, |cx, o| {
            let common = this.intersect(cx, o.value())?;
            this.steal(cx, common);
            Ok(())
        })
    }
    #[py]
    fn __ixor__(cx: &mut Cx, this: Gc<Set>, value: Value) -> PyResult<Value> {
        in_place(cx, this, value, |cx, o| this.toggle_all(cx, o.value()))
    }
    #[py]
    fn __ior__(cx: &mut Cx, this: Gc<Set>, value: Value) -> PyResult<Value> {
        in_place(cx, this, value, |cx, o| this.update(cx, o.value()))
    }

    /// Add an element to a set.
    ///
    /// This has no effect if the element is already present.
    #[py]
    fn add(cx: &mut Cx, this: Gc<Set>, object: Value) -> PyResult<()> {
        this.add(cx, object).map(|_| ())
    }

    /// Remove all elements from this set.
    #[py]
    fn clear(cx: &mut Cx, this: Gc<Set>) {
        this.clear(cx);
    }

    /// Remove an element from a set if it is a member.
    ///
    /// Unlike set.remove(), the discard() method does not raise
    /// an exception when an element is missing from the set.
    #[py]
    fn discard(cx: &mut Cx, this: Gc<Set>, object: Value) -> PyResult<()> {
        remove(cx, this, object).map(|_| ())
    }

    /// Update the set, removing elements found in others.
    #[py(sig = "($self, /, *others)")]
    fn difference_update(cx: &mut Cx, this: Gc<Set>, others: &[Value]) -> PyResult<()> {
        others.iter().try_for_each(|&o| this.remove_all(cx, o))
    }

    /// Update the set, keeping only elements found in it and all others.
    #[py(sig = "($self, /, *others)")]
    fn intersection_update(cx: &mut Cx, this: Gc<Set>, others: &[Value]) -> PyResult<()> {
        let common = this.intersect_all(cx, others)?;
        this.steal(cx, common);
        Ok(())
    }

    /// Remove and return an arbitrary set element.
    ///
    /// Raises KeyError if the set is empty.
    #[py]
    fn pop(cx: &mut Cx, this: Gc<Set>) -> PyResult<Value> {
        match this.pop_next(cx) {
            Some(v) => Ok(v),
            None => Err(cx.key_error_message("pop from an empty set")),
        }
    }

    /// Remove an element from a set; it must be a member.
    ///
    /// If the element is not a member, raise a KeyError.
    #[py]
    fn remove(cx: &mut Cx, this: Gc<Set>, object: Value) -> PyResult<()> {
        if remove(cx, this, object)? {
            Ok(())
        } else {
            Err(cx.key_error(object))
        }
    }

    /// Update the set, keeping only elements found in either set, but not in both.
    #[py]
    fn symmetric_difference_update(cx: &mut Cx, this: Gc<Set>, other: Value) -> PyResult<()> {
        this.toggle_all(cx, other)
    }

    /// Update the set, adding elements from all others.
    #[py(sig = "($self, /, *others)")]
    fn update(cx: &mut Cx, this: Gc<Set>, others: &[Value]) -> PyResult<()> {
        others.iter().try_for_each(|&o| this.update(cx, o))
    }
}
