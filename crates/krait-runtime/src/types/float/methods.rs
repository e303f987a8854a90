//! The methods of `float`.

use krait_macros::pymethods;
use krait_unicode::numeric::{HexError, from_hex, to_hex};

use super::arith::{divmod, floor_div, modulo, pow, true_div};
use super::{as_float, format_float, new_instance, parse, ratio};
use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::protocol::compare::CompareOp;
use crate::types::int::{Int, as_int, big_to_f64, compare_with_float, int_from_f64};
use crate::types::str::{Str, str_arg};
use crate::types::typeobj::Type;

type Operation = fn(&mut Cx, f64, f64) -> PyResult<Value>;

/// The value of `self`.
#[inline]
fn this_float(this: Value) -> f64 {
    as_float(this).unwrap_or(f64::NAN)
}

/// The double that an operand is: of a float or an int; `None` for other objects.
#[inline]
pub(crate) fn operand(cx: &mut Cx, v: Value) -> PyResult<Option<f64>> {
    if let Some(x) = as_float(v) {
        return Ok(Some(x));
    }
    match as_int(v) {
        None => Ok(None),
        Some(Int::Small(n)) => Ok(Some(n as f64)),
        Some(Int::Big(b)) => match big_to_f64(b.is_negative(), b.limbs()) {
            Some(x) => Ok(Some(x)),
            None => Err(cx.overflow_error("int too large to convert to float")),
        },
    }
}

/// `operation` on two real numbers; `NotImplemented` if one is none.
#[inline]
fn binary(cx: &mut Cx, operation: Operation, a: Value, b: Value) -> PyResult<Value> {
    let Some(x) = operand(cx, a)? else {
        return Ok(Value::not_implemented());
    };
    match operand(cx, b)? {
        Some(y) => operation(cx, x, y),
        None => Ok(Value::not_implemented()),
    }
}

fn add(cx: &mut Cx, x: f64, y: f64) -> PyResult<Value> {
    Ok(cx.new_float(x + y))
}

fn sub(cx: &mut Cx, x: f64, y: f64) -> PyResult<Value> {
    Ok(cx.new_float(x - y))
}

fn mul(cx: &mut Cx, x: f64, y: f64) -> PyResult<Value> {
    Ok(cx.new_float(x * y))
}

fn compare(op: CompareOp, this: Value, other: Value) -> Value {
    let x = this_float(this);
    if let Some(y) = as_float(other) {
        return Value::bool(op.floats(x, y));
    }
    match as_int(other) {
        Some(n) => Value::bool(match compare_with_float(n, x) {
            Some(order) => op.holds(order.reverse()),
            None => op == CompareOp::Ne,
        }),
        None => Value::not_implemented(),
    }
}

fn power(cx: &mut Cx, base: Value, exponent: Value, modulus: Option<Value>) -> PyResult<Value> {
    if modulus.is_some_and(|m| !m.is_none()) {
        return Err(
            cx.type_error("pow() 3rd argument not allowed unless all arguments are integers")
        );
    }
    binary(cx, pow, base, exponent)
}

/// A new float of `class`, by calling it if it is a subclass.
fn of_class(cx: &mut Cx, class: Gc<Type>, x: f64) -> PyResult<Value> {
    let v = cx.new_float(x);
    if class == cx.types().float {
        Ok(v)
    } else {
        cx.call(class.value(), &[v])
    }
}

/// Operators and conversions.
pub(super) struct Number;

#[pymethods]
impl Number {
    /// Return self+value.
    #[py(sig = "($self, value, /)")]
    fn __add__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, add, this, value)
    }

    /// Return value+self.
    #[py(sig = "($self, value, /)")]
    fn __radd__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, add, value, this)
    }

    /// Return self-value.
    #[py(sig = "($self, value, /)")]
    fn __sub__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, sub, this, value)
    }

    /// Return value-self.
    #[py(sig = "($self, value, /)")]
    fn __rsub__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, sub, value, this)
    }

    /// Return self*value.
    #[py(sig = "($self, value, /)")]
    fn __mul__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, mul, this, value)
    }

    /// Return value*self.
    #[py(sig = "($self, value, /)")]
    fn __rmul__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, mul, value, this)
    }

    /// Return self%value.
    #[py(sig = "($self, value, /)")]
    fn __mod__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, modulo, this, value)
    }

    /// Return value%self.
    #[py(sig = "($self, value, /)")]
    fn __rmod__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, modulo, value, this)
    }

    /// Return divmod(self, value).
    #[py(sig = "($self, value, /)")]
    fn __divmod__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, divmod, this, value)
    }

    /// Return divmod(value, self).
    #[py(sig = "($self, value, /)")]
    fn __rdivmod__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, divmod, value, this)
    }

    /// Return self//value.
    #[py(sig = "($self, value, /)")]
    fn __floordiv__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, floor_div, this, value)
    }

    /// Return value//self.
    #[py(sig = "($self, value, /)")]
    fn __rfloordiv__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, floor_div, value, this)
    }

    /// Return self/value.
    #[py(sig = "($self, value, /)")]
    fn __truediv__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, true_div, this, value)
    }

    /// Return value/self.
    #[py(sig = "($self, value, /)")]
    fn __rtruediv__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, true_div, value, this)
    }

    #[py(compare)]
    fn compare(this: Value, value: Value, op: CompareOp) -> Value {
        compare(op, this, value)
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
    fn __neg__(this: Value) -> f64 {
        -this_float(this)
    }

    /// +self
    #[py(sig = "($self, /)")]
    fn __pos__(this: Value) -> f64 {
        this_float(this)
    }

    /// abs(self)
    #[py(sig = "($self, /)")]
    fn __abs__(this: Value) -> f64 {
        this_float(this).abs()
    }

    /// True if self else False
    #[py(sig = "($self, /)")]
    fn __bool__(this: Value) -> bool {
        this_float(this) != 0.0
    }

    /// int(self)
    #[py(sig = "($self, /)")]
    fn __int__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        int_from_f64(cx, this_float(this))
    }

    /// float(self)
    #[py(sig = "($self, /)")]
    fn __float__(this: Value) -> f64 {
        this_float(this)
    }

    /// Return hash(self).
    #[py(sig = "($self, /)")]
    fn __hash__(cx: &mut Cx, this: Value) -> i64 {
        let x = this_float(this);
        if x.is_nan() {
            return crate::types::object::identity_hash(cx, this);
        }
        crate::protocol::hash::hash_f64(x)
    }

    /// Return repr(self).
    #[py(sig = "($self, /)")]
    fn __repr__(cx: &mut Cx, this: Value) -> PyResult<Gc<Str>> {
        super::repr(cx, this_float(this))
    }
}

/// Construction and named methods.
pub(super) struct Methods;

#[pymethods]
impl Methods {
    /// Create and return a new object.  See help(type) for accurate signature.
    #[py(new, sig = "($type, x=0, /)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>, x: Option<Value>) -> PyResult<Value> {
        let x = match x {
            Some(x) => parse::float_from(cx, x)?,
            None => 0.0,
        };
        Ok(new_instance(cx, class, x))
    }

    /// Convert real number to a floating-point number.
    #[py(classmethod, sig = "($type, number, /)")]
    fn from_number(cx: &mut Cx, class: Gc<Type>, number: Value) -> PyResult<Value> {
        let x = cx.as_f64(number)?;
        of_class(cx, class, x)
    }

    /// Return self, the complex conjugate of any float.
    #[py(sig = "($self, /)")]
    fn conjugate(this: Value) -> f64 {
        this_float(this)
    }

    /// Return the Integral closest to x between 0 and x.
    #[py(sig = "($self, /)")]
    fn __trunc__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        int_from_f64(cx, this_float(this))
    }

    /// Return the floor as an Integral.
    #[py(sig = "($self, /)")]
    fn __floor__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        int_from_f64(cx, this_float(this).floor())
    }

    /// Return the ceiling as an Integral.
    #[py(sig = "($self, /)")]
    fn __ceil__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        int_from_f64(cx, this_float(this).ceil())
    }

    /// Return the Integral closest to x, rounding half toward even.
    ///
    /// When an argument is passed, work like built-in round(x, ndigits).
    #[py(sig = "($self, ndigits=None, /)")]
    fn __round__(cx: &mut Cx, this: Value, ndigits: Option<Value>) -> PyResult<Value> {
        let digits = match ndigits.filter(|d| !d.is_none()) {
            Some(d) => Some(cx.index_int(d)?),
            None => None,
        };
        ratio::round(cx, this_float(this), digits)
    }

    /// Return a pair of integers, whose ratio is exactly equal to the original float.
    ///
    /// The ratio is in lowest terms and has a positive denominator. Raise OverflowError on
    /// infinities and a ValueError on NaNs.
    ///
    /// >>> (-.25).as_integer_ratio()
    /// (-1, 4)
    #[py(sig = "($self, /)")]
    fn as_integer_ratio(cx: &mut Cx, this: Value) -> PyResult<Value> {
        ratio::integer_ratio(cx, this_float(this))
    }

    /// Create a floating-point number from a hexadecimal string.
    ///
    /// >>> float.fromhex('0x1.ffffp10')
    /// 2047.984375
    #[py(classmethod, sig = "($type, string, /)")]
    fn fromhex(cx: &mut Cx, class: Gc<Type>, string: Value) -> PyResult<Value> {
        let Some(s) = Gc::<Str>::from_value(string) else {
            return Err(cx.type_error("bad argument type for built-in operation"));
        };
        match from_hex(s.as_bytes()) {
            Ok(x) => of_class(cx, class, x),
            Err(e @ (HexError::Invalid | HexError::TooLong)) => Err(cx.value_error(e.message())),
            Err(e @ HexError::TooLarge) => Err(cx.overflow_error(e.message())),
        }
    }

    /// Return a hexadecimal representation of a floating-point number.
    ///
    /// >>> (-0.1).hex()
    /// '-0x1.999999999999ap-4'
    #[py(sig = "($self, /)")]
    fn hex(this: Value) -> String {
        to_hex(this_float(this))
    }

    /// Return True if the float is an integer.
    #[py(sig = "($self, /)")]
    fn is_integer(this: Value) -> bool {
        let x = this_float(this);
        x.is_finite() && x == x.trunc()
    }

    #[py(sig = "($self, /)")]
    fn __getnewargs__(cx: &mut Cx, this: Value) -> Value {
        let x = cx.new_float(this_float(this));
        cx.new_tuple(&[x])
    }

    /// How this machine stores C doubles or floats, for Python's own tests.
    #[py(classmethod, sig = "($type, typestr, /)")]
    fn __getformat__(cx: &mut Cx, _class: Value, typestr: Value) -> PyResult<&'static str> {
        let s = str_arg(cx, typestr, "__getformat__() argument")?;
        match s.as_bytes() {
            b"double" | b"float" if cfg!(target_endian = "little") => Ok("IEEE, little-endian"),
            b"double" | b"float" => Ok("IEEE, big-endian"),
            _ => Err(cx.value_error("__getformat__() argument 1 must be 'double' or 'float'")),
        }
    }

    /// Formats the float according to format_spec.
    #[py(sig = "($self, format_spec, /)")]
    fn __format__(cx: &mut Cx, this: Value, format_spec: Value) -> PyResult<Gc<Str>> {
        let spec = str_arg(cx, format_spec, "__format__() argument")?;
        format_float(cx, this, spec)
    }

    /// the real part of a complex number
    #[py(getter)]
    fn real(this: Value) -> f64 {
        this_float(this)
    }

    /// the imaginary part of a complex number
    #[py(getter)]
    fn imag(_this: Value) -> f64 {
        0.0
    }
}
