//! The methods of `bool`; the rest is `int`'s.

use krait_macros::pymethods;

use crate::native::{Cx, PyResult, Value};
use crate::special::Special;
use crate::types::int::{self, Int, as_int};

pub(super) struct Methods;

/// The operation on two bools is a bool; with another int it is `int`'s.
fn logical(
    cx: &mut Cx,
    a: Value,
    b: Value,
    bools: fn(bool, bool) -> bool,
    ints: fn(&mut Cx, Int, Int) -> PyResult<Value>,
) -> PyResult<Value> {
    if let (Some(a), Some(b)) = (a.as_bool(), b.as_bool()) {
        return Ok(Value::bool(bools(a, b)));
    }
    match (as_int(a), as_int(b)) {
        (Some(a), Some(b)) => ints(cx, a, b),
        _ => Ok(Value::not_implemented()),
    }
}

#[pymethods]
impl Methods {
    /// Create and return a new object.  See help(type) for accurate signature.
    #[py(new, sig = "($type, object=False, /)")]
    fn __new__(cx: &mut Cx, _class: Value, object: Option<Value>) -> PyResult<Value> {
        let truth = match object {
            Some(v) => cx.is_true(v)?,
            None => false,
        };
        Ok(Value::bool(truth))
    }

    /// Return repr(self).
    #[py(sig = "($self, /)")]
    fn __repr__(this: Value) -> &'static str {
        if this == Value::bool(true) {
            "True"
        } else {
            "False"
        }
    }

    /// ~self
    #[py(sig = "($self, /)")]
    fn __invert__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        cx.warn_deprecated(
            "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise \
             inversion of the underlying int object and is usually not what you expect from negating a bool. \
             Use the 'not' operator for boolean negation or ~int(x) if you really want the bitwise inversion of the \
             underlying int.",
        )?;
        cx.unary(
            Special::Invert,
            Value::small((this == Value::bool(true)) as i64),
        )
    }

    /// Return self&value.
    #[py(sig = "($self, value, /)")]
    fn __and__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        logical(cx, this, value, |a, b| a & b, int::and)
    }

    /// Return value&self.
    #[py(sig = "($self, value, /)")]
    fn __rand__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        logical(cx, value, this, |a, b| a & b, int::and)
    }

    /// Return self^value.
    #[py(sig = "($self, value, /)")]
    fn __xor__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        logical(cx, this, value, |a, b| a ^ b, int::xor)
    }

    /// Return value^self.
    #[py(sig = "($self, value, /)")]
    fn __rxor__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        logical(cx, value, this, |a, b| a ^ b, int::xor)
    }

    /// Return self|value.
    #[py(sig = "($self, value, /)")]
    fn __or__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        logical(cx, this, value, |a, b| a | b, int::or)
    }

    /// Return value|self.
    #[py(sig = "($self, value, /)")]
    fn __ror__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        logical(cx, value, this, |a, b| a | b, int::or)
    }
}
