//! The methods of `int`.

use krait_macros::pymethods;

use super::{Int, as_int, bytes, exact_or_copy, format_int, new, pow, pow_mod, round};
use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::protocol::compare::CompareOp;
use crate::types::bytes::Bytes;
use crate::types::str::{Str, str_arg};
use crate::types::typeobj::Type;

type Operation = fn(&mut Cx, Int, Int) -> PyResult<Value>;

/// The value of `self`.
#[inline]
fn this_int(this: Value) -> Int {
    as_int(this).unwrap_or(Int::Small(0))
}

/// `operation` on two ints; `NotImplemented` if one is none.
#[inline]
fn binary(cx: &mut Cx, operation: Operation, a: Value, b: Value) -> PyResult<Value> {
    match (as_int(a), as_int(b)) {
        (Some(a), Some(b)) => operation(cx, a, b),
        _ => Ok(Value::not_implemented()),
    }
}

fn compare(op: CompareOp, a: Value, b: Value) -> Value {
    match (as_int(a), as_int(b)) {
        (Some(a), Some(b)) => Value::bool(op.holds(super::compare(a, b))),
        _ => Value::not_implemented(),
    }
}

fn power(cx: &mut Cx, base: Value, exponent: Value, modulus: Option<Value>) -> PyResult<Value> {
    let (Some(base), Some(exponent)) = (as_int(base), as_int(exponent)) else {
        return Ok(Value::not_implemented());
    };
    match modulus.filter(|m| !m.is_none()) {
        None => pow(cx, base, exponent),
        Some(m) => match as_int(m) {
            Some(m) => pow_mod(cx, base, exponent, m),
            None => Ok(Value::not_implemented()),
        },
    }
}

/// Operators and conversions.
pub(super) struct Number;

#[pymethods]
impl Number {
    /// Return self+value.
    #[py(sig = "($self, value, /)")]
    fn __add__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::add, this, value)
    }

    /// Return value+self.
    #[py(sig = "($self, value, /)")]
    fn __radd__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::add, value, this)
    }

    /// Return self-value.
    #[py(sig = "($self, value, /)")]
    fn __sub__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::sub, this, value)
    }

    /// Return value-self.
    #[py(sig = "($self, value, /)")]
    fn __rsub__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::sub, value, this)
    }

    /// Return self*value.
    #[py(sig = "($self, value, /)")]
    fn __mul__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::mul, this, value)
    }

    /// Return value*self.
    #[py(sig = "($self, value, /)")]
    fn __rmul__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::mul, value, this)
    }

    /// Return self%value.
    #[py(sig = "($self, value, /)")]
    fn __mod__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::modulo, this, value)
    }

    /// Return value%self.
    #[py(sig = "($self, value, /)")]
    fn __rmod__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::modulo, value, this)
    }

    /// Return divmod(self, value).
    #[py(sig = "($self, value, /)")]
    fn __divmod__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::divmod, this, value)
    }

    /// Return divmod(value, self).
    #[py(sig = "($self, value, /)")]
    fn __rdivmod__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::divmod, value, this)
    }

    /// Return self<<value.
    #[py(sig = "($self, value, /)")]
    fn __lshift__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::lshift, this, value)
    }

    /// Return value<<self.
    #[py(sig = "($self, value, /)")]
    fn __rlshift__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::lshift, value, this)
    }

    /// Return self>>value.
    #[py(sig = "($self, value, /)")]
    fn __rshift__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::rshift, this, value)
    }

    /// Return value>>self.
    #[py(sig = "($self, value, /)")]
    fn __rrshift__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::rshift, value, this)
    }

    /// Return self&value.
    #[py(sig = "($self, value, /)")]
    fn __and__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::and, this, value)
    }

    /// Return value&self.
    #[py(sig = "($self, value, /)")]
    fn __rand__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::and, value, this)
    }

    /// Return self^value.
    #[py(sig = "($self, value, /)")]
    fn __xor__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::xor, this, value)
    }

    /// Return value^self.
    #[py(sig = "($self, value, /)")]
    fn __rxor__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::xor, value, this)
    }

    /// Return self|value.
    #[py(sig = "($self, value, /)")]
    fn __or__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::or, this, value)
    }

    /// Return value|self.
    #[py(sig = "($self, value, /)")]
    fn __ror__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::or, value, this)
    }

    /// Return self//value.
    #[py(sig = "($self, value, /)")]
    fn __floordiv__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::floor_div, this, value)
    }

    /// Return value//self.
    #[py(sig = "($self, value, /)")]
    fn __rfloordiv__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::floor_div, value, this)
    }

    /// Return self/value.
    #[py(sig = "($self, value, /)")]
    fn __truediv__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::true_div, this, value)
    }

    /// Return value/self.
    #[py(sig = "($self, value, /)")]
    fn __rtruediv__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, super::true_div, value, this)
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
    fn __neg__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        super::neg(cx, this_int(this))
    }

    /// +self
    #[py(sig = "($self, /)")]
    fn __pos__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        exact_or_copy(cx, this)
    }

    /// abs(self)
    #[py(sig = "($self, /)")]
    fn __abs__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        if this_int(this).is_negative() {
            super::neg(cx, this_int(this))
        } else {
            exact_or_copy(cx, this)
        }
    }

    /// ~self
    #[py(sig = "($self, /)")]
    fn __invert__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        super::invert(cx, this_int(this))
    }

    /// True if self else False
    #[py(sig = "($self, /)")]
    fn __bool__(this: Value) -> bool {
        !this_int(this).is_zero()
    }

    /// int(self)
    #[py(sig = "($self, /)")]
    fn __int__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        exact_or_copy(cx, this)
    }

    /// float(self)
    #[py(sig = "($self, /)")]
    fn __float__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        let x = cx.int_to_f64(this)?;
        Ok(cx.new_float(x))
    }

    /// Return self converted to an integer, if self is suitable for use as an index into a list.
    #[py(sig = "($self, /)")]
    fn __index__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        exact_or_copy(cx, this)
    }

    /// Return hash(self).
    #[py(sig = "($self, /)")]
    fn __hash__(this: Value) -> i64 {
        crate::protocol::hash::hash_int(this_int(this))
    }

    /// Return repr(self).
    #[py(sig = "($self, /)")]
    fn __repr__(cx: &mut Cx, this: Value) -> PyResult<Gc<Str>> {
        if let Int::Small(n) = this_int(this) {
            return Ok(Gc::from_value_unchecked(cx.decimal_str(n)));
        }
        let text = super::to_decimal(cx, this_int(this))?;
        Str::from_wtf8(cx, text.as_bytes())
    }
}

/// Construction and named methods.
pub(super) struct Methods;

#[pymethods]
impl Methods {
    /// Create and return a new object.  See help(type) for accurate signature.
    #[py(new, hide_sig, sig = "($type, x=0, /, base=10)")]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        x: Option<Value>,
        base: Option<Value>,
    ) -> PyResult<Value> {
        new::construct(cx, class, x, base)
    }

    /// Returns self, the complex conjugate of any int.
    #[py(sig = "($self, /)")]
    fn conjugate(cx: &mut Cx, this: Value) -> PyResult<Value> {
        exact_or_copy(cx, this)
    }

    /// Number of bits necessary to represent self in binary.
    ///
    /// >>> bin(37)
    /// '0b100101'
    /// >>> (37).bit_length()
    /// 6
    #[py(sig = "($self, /)")]
    fn bit_length(this: Value) -> u64 {
        super::bit_length(this_int(this))
    }

    /// Number of ones in the binary representation of the absolute value of self.
    ///
    /// >>> bin(13)
    /// '0b1101'
    /// >>> (13).bit_count()
    /// 3
    #[py(sig = "($self, /)")]
    fn bit_count(this: Value) -> u64 {
        super::bit_count(this_int(this))
    }

    /// Return an array of bytes representing an integer.
    ///
    /// An OverflowError is raised if the integer is not representable with the given number of
    /// bytes, or if it is negative and signed is false. The byte order is 'big' or 'little'.
    #[py(sig = "($self, /, length=1, byteorder='big', *, signed=False)")]
    fn to_bytes(
        cx: &mut Cx,
        this: Value,
        length: Option<isize>,
        byteorder: Option<Value>,
        signed: Option<bool>,
    ) -> PyResult<Value> {
        let little = bytes::is_little(cx, "to_bytes", byteorder)?;
        bytes::to_bytes(
            cx,
            this_int(this),
            length.unwrap_or(1),
            little,
            signed.unwrap_or(false),
        )
    }

    /// Return the integer represented by the given array of bytes.
    ///
    /// The bytes are a bytes-like object or an iterable of ints; the byte order is 'big' or
    /// 'little'. With signed, they are read as two's complement.
    #[py(
        classmethod,
        sig = "($type, /, bytes, byteorder='big', *, signed=False)"
    )]
    fn from_bytes(
        cx: &mut Cx,
        class: Gc<Type>,
        source: Value,
        byteorder: Option<Value>,
        signed: Option<bool>,
    ) -> PyResult<Value> {
        let little = bytes::is_little(cx, "from_bytes", byteorder)?;
        let signed = signed.unwrap_or(false);
        let n = match Gc::<Bytes>::from_value(source).filter(|b| b.is_exact()) {
            Some(b) => bytes::from_bytes(cx, b.as_bytes(), little, signed)?,
            None => {
                let source = bytes::bytes_argument(cx, source)?;
                bytes::from_bytes(cx, &source, little, signed)?
            }
        };
        if class == cx.types().int {
            Ok(n)
        } else {
            cx.call(class.value(), &[n])
        }
    }

    /// Return a pair of integers, whose ratio is equal to the original int.
    ///
    /// The ratio is in lowest terms and has a positive denominator.
    ///
    /// >>> (10).as_integer_ratio()
    /// (10, 1)
    #[py(sig = "($self, /)")]
    fn as_integer_ratio(cx: &mut Cx, this: Value) -> PyResult<Value> {
        let numerator = exact_or_copy(cx, this)?;
        Ok(cx.new_tuple(&[numerator, Value::small(1)]))
    }

    /// Returns True. Exists for duck type compatibility with float.is_integer.
    #[py(sig = "($self, /)")]
    fn is_integer(_this: Value) -> bool {
        true
    }

    /// Truncating an Integral returns itself.
    #[py(sig = "($self, /)")]
    fn __trunc__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        exact_or_copy(cx, this)
    }

    /// Flooring an Integral returns itself.
    #[py(sig = "($self, /)")]
    fn __floor__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        exact_or_copy(cx, this)
    }

    /// Ceiling of an Integral returns itself.
    #[py(sig = "($self, /)")]
    fn __ceil__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        exact_or_copy(cx, this)
    }

    /// Rounding an Integral returns itself.
    ///
    /// Rounding with an ndigits argument also returns an integer.
    #[py(sig = "($self, ndigits=None, /)")]
    fn __round__(cx: &mut Cx, this: Value, ndigits: Option<Value>) -> PyResult<Value> {
        let Some(digits) = ndigits.filter(|d| !d.is_none()) else {
            return exact_or_copy(cx, this);
        };
        let digits = cx.index_int(digits)?;
        round::round(cx, this_int(this), digits)
    }

    #[py(sig = "($self, /)")]
    fn __getnewargs__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        let n = exact_or_copy(cx, this)?;
        Ok(cx.new_tuple(&[n]))
    }

    /// Convert to a string according to format_spec.
    #[py(sig = "($self, format_spec, /)")]
    fn __format__(cx: &mut Cx, this: Value, format_spec: Value) -> PyResult<Gc<Str>> {
        let spec = str_arg(cx, format_spec, "__format__() argument")?;
        format_int(cx, this, spec)
    }

    /// Returns size in memory, in bytes.
    #[py(sig = "($self, /)")]
    fn __sizeof__(this: Value) -> u64 {
        // As CPython has it: 24 bytes and digits of 30 bits, at least one.
        24 + 4 * super::bit_length(this_int(this)).div_ceil(30).max(1)
    }

    /// the real part of a complex number
    #[py(getter)]
    fn real(cx: &mut Cx, this: Value) -> PyResult<Value> {
        exact_or_copy(cx, this)
    }

    /// the imaginary part of a complex number
    #[py(getter)]
    fn imag(_this: Value) -> i64 {
        0
    }

    /// the numerator of a rational number in lowest terms
    #[py(getter)]
    fn numerator(cx: &mut Cx, this: Value) -> PyResult<Value> {
        exact_or_copy(cx, this)
    }

    /// the denominator of a rational number in lowest terms
    #[py(getter)]
    fn denominator(_this: Value) -> i64 {
        1
    }
}
