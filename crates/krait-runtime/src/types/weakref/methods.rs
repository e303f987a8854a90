//! Methods of `weakref.ReferenceType`.

use std::sync::atomic::Ordering;

use krait_macros::pymethods;

use super::WeakRef;
use crate::native::{Cx, NativeFn, PyResult, Value};
use crate::object::Gc;
use crate::types::typeobj::Type;

pub struct Methods;

/// `weakref.ref.__init__`, which only looks at how many arguments there are.
pub fn init_fn() -> NativeFn {
    Methods::__py___init__
}

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, object, callback=None, /, **kwargs)", hide_sig)]
    fn __new__(
        cx: &mut Cx,
        class: Value,
        object: Value,
        callback: Option<Value>,
        _kwargs: Option<Value>,
    ) -> PyResult<Value> {
        let class: Gc<Type> = Gc::from_value_unchecked(class);
        super::make(cx, class, object, callback.unwrap_or(Value::none()))
    }
    #[py(sig = "($self, object, callback=None, /, **kwargs)", hide_sig)]
    fn __init__(_this: Value, _object: Value, _callback: Option<Value>, _kwargs: Option<Value>) {}
    #[py(sig = "($self, /)")]
    fn __call__(this: Gc<WeakRef>) -> Value {
        this.get().unwrap_or(Value::none())
    }
    #[py]
    fn __hash__(cx: &mut Cx, this: Gc<WeakRef>) -> PyResult<i64> {
        if let Some(known) = this.known_hash() {
            return Ok(known);
        }
        let Some(v) = this.get() else {
            return Err(cx.type_error("weak object has gone away"));
        };
        let h = cx.hash(v)?;
        this.hash.store(h, Ordering::Relaxed);
        Ok(h)
    }
    #[py]
    fn __eq__(cx: &mut Cx, this: Gc<WeakRef>, other: Value) -> PyResult<Value> {
        let Some(o) = Gc::<WeakRef>::from_value(other) else {
            return Ok(Value::not_implemented());
        };
        match (this.get(), o.get()) {
            (Some(a), Some(b)) => cx.compare(crate::protocol::compare::CompareOp::Eq, a, b),
            _ => Ok(Value::bool(this == o)),
        }
    }
    #[py]
    fn __ne__(cx: &mut Cx, this: Gc<WeakRef>, other: Value) -> PyResult<Value> {
        let Some(o) = Gc::<WeakRef>::from_value(other) else {
            return Ok(Value::not_implemented());
        };
        match (this.get(), o.get()) {
            (Some(a), Some(b)) => cx.compare(crate::protocol::compare::CompareOp::Ne, a, b),
            _ => Ok(Value::bool(this != o)),
        }
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: Gc<WeakRef>) -> PyResult<String> {
        let at = cx.id(this.value());
        let Some(v) = this.get() else {
            return Ok(format!("<weakref at {at:#x}; dead>"));
        };
        let class = cx.type_of(v).shown_name(cx);
        let to = cx.id(v);
        let name = match cx.lookup_attr(v, cx.names().__name__)? {
            Some(n) if cx.is_instance(n, cx.types().str) => format!(" ({})", cx.str_string(n)?),
            _ => String::new(),
        };
        Ok(format!(
            "<weakref at {at:#x}; to '{class}' at {to:#x}{name}>"
        ))
    }
    #[py(getter, member)]
    fn __callback__(this: Gc<WeakRef>) -> Value {
        if this.get().is_none() {
            Value::none()
        } else {
            this.callback.get().some().unwrap_or(Value::none())
        }
    }
    #[py(classmethod, sig = "($type, object, /)")]
    fn __class_getitem__(cx: &mut Cx, class: Value, item: Value) -> PyResult<Value> {
        cx.generic_alias(class, item)
    }
}
