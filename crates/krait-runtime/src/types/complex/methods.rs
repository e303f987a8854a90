//! The methods of `complex`.

use krait_macros::pymethods;
use krait_unicode::hash::hash_complex;

use super::arith::{self, Operand};
use super::{Complex64, PowerError, as_complex, checked_power, format, new};
use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::protocol::compare::CompareOp;
use crate::protocol::hash::hash_f64;
use crate::types::float::as_float;
use crate::types::int::{as_int, compare_with_float};
use crate::types::str::{Str, str_arg};
use crate::types::typeobj::Type;

/// The value of `self`.
#[inline]
fn this_complex(this: Value) -> Complex64 {
    as_complex(this).unwrap_or(Complex64::ONE)
}

/// A number as an operand; `None` for other objects.
fn operand(cx: &mut Cx, v: Value) -> PyResult<Option<Operand>> {
    match as_complex(v) {
        Some(c) => Ok(Some(Operand::Complex(c))),
        None => Ok(crate::types::float::operand(cx, v)?.map(Operand::Real)),
    }
}

/// Both operands, or `None` if one is no number.
fn operands(cx: &mut Cx, a: Value, b: Value) -> PyResult<Option<(Operand, Operand)>> {
    let Some(a) = operand(cx, a)? else {
        return Ok(None);
    };
    Ok(operand(cx, b)?.map(|b| (a, b)))
}

fn binary(
    cx: &mut Cx,
    operation: fn(Operand, Operand) -> Complex64,
    a: Value,
    b: Value,
) -> PyResult<Value> {
    Ok(match operands(cx, a, b)? {
        Some((a, b)) => {
            let r = operation(a, b);
            cx.new_complex(r.re, r.im)
        }
        None => Value::not_implemented(),
    })
}

fn divide(cx: &mut Cx, a: Value, b: Value) -> PyResult<Value> {
    let Some((a, b)) = operands(cx, a, b)? else {
        return Ok(Value::not_implemented());
    };
    match arith::div(a, b) {
        Some(r) => Ok(cx.new_complex(r.re, r.im)),
        None => Err(cx.zero_division_error("division by zero")),
    }
}

fn power(cx: &mut Cx, base: Value, exponent: Value, modulus: Option<Value>) -> PyResult<Value> {
    let Some((base, exponent)) = operands(cx, base, exponent)? else {
        return Ok(Value::not_implemented());
    };
    if modulus.is_some_and(|m| !m.is_none()) {
        return Err(cx.value_error("complex modulo"));
    }
    let r: Result<Complex64, PowerError> = base.to_complex().pow(exponent.to_complex());
    checked_power(cx, r)
}

fn equal(op: CompareOp, this: Value, other: Value) -> Value {
    let c = this_complex(this);
    let equal = if let Some(d) = as_complex(other) {
        c == d
    } else if let Some(x) = as_float(other) {
        c.im == 0.0 && c.re == x
    } else if let Some(n) = as_int(other) {
        c.im == 0.0 && compare_with_float(n, c.re).is_some_and(|o| o.is_eq())
    } else {
        return Value::not_implemented();
    };
    Value::bool(equal == (op == CompareOp::Eq))
}

/// Operators and conversions.
pub(super) struct Number;

#[pymethods]
impl Number {
    /// Return self+value.
    #[py(sig = "($self, value, /)")]
    fn __add__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, arith::add, this, value)
    }

    /// Return value+self.
    #[py(sig = "($self, value, /)")]
    fn __radd__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, arith::add, value, this)
    }

    /// Return self-value.
    #[py(sig = "($self, value, /)")]
    fn __sub__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, arith::sub, this, value)
    }

    /// Return value-self.
    #[py(sig = "($self, value, /)")]
    fn __rsub__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, arith::sub, value, this)
    }

    /// Return self*value.
    #[py(sig = "($self, value, /)")]
    fn __mul__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, arith::mul, this, value)
    }

    /// Return value*self.
    #[py(sig = "($self, value, /)")]
    fn __rmul__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, arith::mul, value, this)
    }

    /// Return self/value.
    #[py(sig = "($self, value, /)")]
    fn __truediv__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        divide(cx, this, value)
    }

    /// Return value/self.
    #[py(sig = "($self, value, /)")]
    fn __rtruediv__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        divide(cx, value, this)
    }

    /// Return self<value.
    #[py(sig = "($self, value, /)")]
    fn __lt__(_this: Value, _value: Value) -> Value {
        Value::not_implemented()
    }

    /// Return self<=value.
    #[py(sig = "($self, value, /)")]
    fn __le__(_this: Value, _value: Value) -> Value {
        Value::not_implemented()
    }

    /// Return self==value.
    #[py(sig = "($self, value, /)")]
    fn __eq__(this: Value, value: Value) -> Value {
        equal(CompareOp::Eq, this, value)
    }

    /// Return self!=value.
    #[py(sig = "($self, value, /)")]
    fn __ne__(this: Value, value: Value) -> Value {
        equal(CompareOp::Ne, this, value)
    }

    /// Return self>value.
    #[py(sig = "($self, value, /)")]
    fn __gt__(_this: Value, _value: Value) -> Value {
        Value::not_implemented()
    }

    /// Return self>=value.
    #[py(sig = "($self, value, /)")]
    fn __ge__(_this: Value, _value: Value) -> Value {
        Value::not_implemented()
    }

    /// Return pow(self, value, mod).
    #[py(sig = "($self, value, mod=None, /)")]
    fn __pow__(cx: &mut Cx, this: Value, value: Value, modulus: Option<Value>) -> PyResult<Value> {
        power(cx, this, value, modulus)
    }

    /// Return pow(value, self, mod).
    #[py(sig = "($self, value, mod=None, /)")]
    fn __rpow__(cx: &mut Cx, this: Value, value: Value, modulus: Option<Value>) -> PyResult<Value> {
        power(cx, value, this, modulus)
    }

    /// -self
    #[py(sig = "($self, /)")]
    fn __neg__(cx: &mut Cx, this: Value) -> Value {
        let c = this_complex(this);
        cx.new_complex(-c.re, -c.im)
    }

    /// +self
    #[py(sig = "($self, /)")]
    fn __pos__(cx: &mut Cx, this: Value) -> Value {
        let c = this_complex(this);
        cx.new_complex(c.re, c.im)
    }

    /// abs(self)
    #[py(sig = "($self, /)")]
    fn __abs__(cx: &mut Cx, this: Value) -> PyResult<f64> {
        let c = this_complex(this);
        let magnitude = c.re.hypot(c.im);
        if magnitude.is_infinite() && c.re.is_finite() && c.im.is_finite() {
            return Err(cx.overflow_error("absolute value too large"));
        }
        Ok(magnitude)
    }

    /// True if self else False
    #[py(sig = "($self, /)")]
    fn __bool__(this: Value) -> bool {
        let c = this_complex(this);
        c.re != 0.0 || c.im != 0.0
    }

    /// Return hash(self).
    #[py(sig = "($self, /)")]
    fn __hash__(this: Value) -> i64 {
        let c = this_complex(this);
        hash_complex(hash_f64(c.re), hash_f64(c.im))
    }

    /// Return repr(self).
    #[py(sig = "($self, /)")]
    fn __repr__(cx: &mut Cx, this: Value) -> PyResult<Gc<Str>> {
        format::repr(cx, this_complex(this))
    }
}

/// Construction and named methods.
pub(super) struct Methods;

#[pymethods]
impl Methods {
    /// Create and return a new object.  See help(type) for accurate signature.
    #[py(new, sig = "($type, real=0, imag=0)")]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        real: Option<Value>,
        imag: Option<Value>,
    ) -> PyResult<Value> {
        new::construct(cx, class, real, imag)
    }

    /// Convert number to a complex floating-point number.
    #[py(classmethod, sig = "($type, number, /)")]
    fn from_number(cx: &mut Cx, class: Gc<Type>, number: Value) -> PyResult<Value> {
        let is_complex = class == cx.types().complex;
        if is_complex && super::is_exact_complex(number) {
            return Ok(number);
        }
        let Some(c) = new::from_number(cx, number)? else {
            let name = cx.type_name(number);
            return Err(cx.type_error(format!("must be real number, not {name}")));
        };
        let v = cx.new_complex(c.re, c.im);
        if is_complex {
            Ok(v)
        } else {
            cx.call(class.value(), &[v])
        }
    }

    /// Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.
    #[py(sig = "($self, /)")]
    fn conjugate(cx: &mut Cx, this: Value) -> Value {
        let c = this_complex(this);
        cx.new_complex(c.re, -c.im)
    }

    /// Convert this value to exact type complex.
    #[py(sig = "($self, /)")]
    fn __complex__(cx: &mut Cx, this: Value) -> Value {
        if super::is_exact_complex(this) {
            return this;
        }
        let c = this_complex(this);
        cx.new_complex(c.re, c.im)
    }

    #[py(sig = "($self, /)")]
    fn __getnewargs__(cx: &mut Cx, this: Value) -> Value {
        let c = this_complex(this);
        let parts = [cx.new_float(c.re), cx.new_float(c.im)];
        cx.new_tuple(&parts)
    }

    /// Convert to a string according to format_spec.
    #[py(sig = "($self, format_spec, /)")]
    fn __format__(cx: &mut Cx, this: Value, format_spec: Value) -> PyResult<Gc<Str>> {
        let spec = str_arg(cx, format_spec, "__format__() argument")?;
        format::format_complex(cx, this, this_complex(this), spec)
    }

    /// the real part of a complex number
    #[py(getter, member)]
    fn real(this: Value) -> f64 {
        this_complex(this).re
    }

    /// the imaginary part of a complex number
    #[py(getter, member)]
    fn imag(this: Value) -> f64 {
        this_complex(this).im
    }
}
