//! Methods of `Context` that compute.

use krait_decimal::Dec;

use super::context::{ContextObj, signal};
use super::methods::{BinaryOp, UnaryOp, ops};
use super::number::{self, Number};
use super::{convert, operators};
use crate::prelude::*;

fn unary(cx: &mut Cx, c: ContextObj, x: Value, op: UnaryOp) -> PyResult<Value> {
    let x = number::required(cx, x)?;
    let mut st = 0;
    let d = op(&x, &c.settings(), &mut st);
    signal(cx, c, st)?;
    number::new_in(cx, c, &d)
}

fn binary(cx: &mut Cx, c: ContextObj, x: Value, y: Value, op: BinaryOp) -> PyResult<Value> {
    let (x, y) = (number::required(cx, x)?, number::required(cx, y)?);
    let mut st = 0;
    let d = op(&x, &y, &c.settings(), &mut st);
    signal(cx, c, st)?;
    number::new_in(cx, c, &d)
}

macro_rules! unary_methods {
    ($($(#[$doc:meta])* $name:ident $(($text:literal))? => $op:expr;)*) => {
        pub struct Unary;

        #[pymethods]
        impl Unary {
            $($(#[$doc])*
            #[py(sig = "($self, x, /)" $(, doc = $text)?)]
            fn $name(cx: &mut Cx, this: ContextObj, x: Value) -> PyResult<Value> {
                unary(cx, this, x, $op)
            })*
        }
    };
}

unary_methods! {
    /// The absolute value of x, rounded.
    abs => Dec::abs;
    /// e ** x.
    exp => Dec::exp;
    /// The natural logarithm of x.
    ln => Dec::ln;
    /// The logarithm of x to base 10.
    log10 => Dec::log10;
    /// -x, rounded.
    minus => Dec::minus;
    /// The largest number below x.
    next_minus => Dec::next_minus;
    /// The smallest number above x.
    next_plus => Dec::next_plus;
    /// x without zeros at its end.
    normalize => Dec::reduce;
    /// x, rounded.
    plus => Dec::plus;
    /// The nearest whole number, without Inexact and Rounded.
    to_integral => ops::to_integral_value;
    /// The nearest whole number, with Inexact and Rounded as they apply.
    to_integral_exact => ops::to_integral_exact;
    /// The nearest whole number, without Inexact and Rounded.
    to_integral_value => ops::to_integral_value;
    /// The square root of x.
    sqrt => Dec::sqrt;
    /// The exponent of the first digit of x.
    logb => Dec::logb;
    logical_invert(
        r"Every digit of x inverted.

>>> ExtendedContext.logical_invert(Decimal('101000000'))
Decimal('10111111')
"
    ) => Dec::logical_invert;
    /// x rounded to the context.
    _apply => |x, c, st| x.clone().finish(c, st);
    /// x without its sign, unrounded.
    copy_abs => |x, _, _| x.clone().with_sign(false);
    /// x as a Decimal, unrounded.
    copy_decimal => |x, _, _| x.clone();
    /// x with the other sign, unrounded.
    copy_negate => |x, _, _| x.clone().with_sign(!x.negative);
}

macro_rules! binary_methods {
    ($($(#[$doc:meta])* $name:ident $(($text:literal))? => $op:expr;)*) => {
        pub struct Binary;

        #[pymethods]
        impl Binary {
            $($(#[$doc])*
            #[py(sig = "($self, x, y, /)" $(, doc = $text)?)]
            fn $name(cx: &mut Cx, this: ContextObj, x: Value, y: Value) -> PyResult<Value> {
                binary(cx, this, x, y, $op)
            })*
        }
    };
}

binary_methods! {
    /// x + y.
    add => Dec::add;
    /// -1, 0 or 1 as x is less than, equal to or greater than y.
    compare => Dec::compare;
    /// The same, but every NaN signals.
    compare_signal => Dec::compare_signal;
    /// x / y.
    divide => Dec::div;
    /// The whole part of x / y.
    divide_int => Dec::div_int;
    /// The larger of x and y.
    max => ops::max;
    /// The one of larger absolute value.
    max_mag => ops::max_mag;
    /// The smaller of x and y.
    min => ops::min;
    /// The one of smaller absolute value.
    min_mag => ops::min_mag;
    /// x * y.
    multiply => Dec::mul;
    /// The number next to x in the direction of y.
    next_toward => Dec::next_toward;
    /// x rounded to the exponent of y.
    quantize => Dec::quantize;
    /// The remainder of x / y, with the sign of x.
    remainder => Dec::rem;
    /// The remainder of x / y nearest to zero.
    remainder_near => Dec::rem_near;
    /// x - y.
    subtract => Dec::sub;
    /// -1, 0 or 1 by the order in which all representations differ.
    compare_total => ops::total;
    /// The same without regard to signs.
    compare_total_mag => ops::total_mag;
    /// x with the sign of y.
    copy_sign => ops::copy_sign;
    logical_and(
        r"The digits of x and y combined by and.

>>> ExtendedContext.logical_and(Decimal('1100'), Decimal('1010'))
Decimal('1000')
"
    ) => ops::and;
    logical_or(
        r"The digits of x and y combined by or.

>>> ExtendedContext.logical_or(Decimal('1100'), Decimal('1010'))
Decimal('1110')
"
    ) => ops::or;
    logical_xor(
        r"The digits of x and y combined by exclusive or.

>>> ExtendedContext.logical_xor(Decimal('1100'), Decimal('1010'))
Decimal('110')
"
    ) => ops::xor;
    /// The digits of x rotated by y places.
    rotate => Dec::rotate;
    /// x with y added to its exponent.
    scaleb => Dec::scaleb;
    /// The digits of x shifted by y places.
    shift => Dec::shift;
}

macro_rules! test_methods {
    ($($(#[$doc:meta])* $name:ident => $test:expr;)*) => {
        pub struct Tests;

        #[pymethods]
        impl Tests {
            $($(#[$doc])*
            #[py(sig = "($self, x, /)")]
            fn $name(cx: &mut Cx, _this: ContextObj, x: Value) -> PyResult<bool> {
                let test: fn(&Dec) -> bool = $test;
                Ok(test(&number::required(cx, x)?))
            })*
            /// Whether x is finite, not zero and not subnormal.
            #[py(sig = "($self, x, /)")]
            fn is_normal(cx: &mut Cx, this: ContextObj, x: Value) -> PyResult<bool> {
                Ok(number::required(cx, x)?.is_normal(&this.settings()))
            }
            /// Whether x is finite, not zero, and below the least normal number.
            #[py(sig = "($self, x, /)")]
            fn is_subnormal(cx: &mut Cx, this: ContextObj, x: Value) -> PyResult<bool> {
                Ok(number::required(cx, x)?.is_subnormal(&this.settings()))
            }
        }
    };
}

test_methods! {
    /// Whether x is neither infinite nor a NaN.
    is_finite => Dec::is_finite;
    /// Whether x is an infinity.
    is_infinite => Dec::is_infinite;
    /// Whether x is a quiet or signaling NaN.
    is_nan => Dec::is_nan;
    /// Whether x is a quiet NaN.
    is_qnan => Dec::is_qnan;
    /// Whether x is a signaling NaN.
    is_snan => Dec::is_snan;
    /// Whether the sign of x is minus.
    is_signed => |d| d.negative;
    /// Whether x is a zero.
    is_zero => Dec::is_zero;
}

pub struct Others;

#[pymethods]
impl Others {
    /// The whole part of x / y, and the remainder.
    #[py(sig = "($self, x, y, /)")]
    fn divmod(cx: &mut Cx, this: ContextObj, x: Value, y: Value) -> PyResult<Value> {
        let (x, y) = (number::required(cx, x)?, number::required(cx, y)?);
        operators::div_mod_in(cx, &x, &y, this)
    }
    /// a ** b, or a ** b % modulo for whole numbers.
    #[py(sig = "($self, /, a, b, modulo=None)")]
    fn power(
        cx: &mut Cx,
        this: ContextObj,
        a: Value,
        b: Value,
        modulo: Option<Value>,
    ) -> PyResult<Value> {
        let Some(m) = modulo.filter(|m| !m.is_none()) else {
            return binary(cx, this, a, b, Dec::pow);
        };
        let (a, b) = (number::required(cx, a)?, number::required(cx, b)?);
        let m = number::required(cx, m)?;
        let mut st = 0;
        let d = a.pow_mod(&b, &m, &this.settings(), &mut st);
        signal(cx, this, st)?;
        number::new_in(cx, this, &d)
    }
    /// x * y + z, rounded once.
    #[py(sig = "($self, x, y, z, /)")]
    fn fma(cx: &mut Cx, this: ContextObj, x: Value, y: Value, z: Value) -> PyResult<Value> {
        let (x, y) = (number::required(cx, x)?, number::required(cx, y)?);
        let z = number::required(cx, z)?;
        let mut st = 0;
        let d = x.fma(&y, &z, &this.settings(), &mut st);
        signal(cx, this, st)?;
        number::new_in(cx, this, &d)
    }
    /// The base in which Decimals compute: 10.
    #[py(sig = "($self, /)")]
    fn radix(cx: &mut Cx, this: ContextObj) -> PyResult<Value> {
        number::new_in(cx, this, &Dec::from_i64(10))
    }
    /// x itself: every Decimal is canonical.
    #[py(sig = "($self, x, /)")]
    fn canonical(cx: &mut Cx, _this: ContextObj, x: Value) -> PyResult<Value> {
        decimal_only(cx, x)
    }
    /// True: every Decimal is canonical.
    #[py(sig = "($self, x, /)")]
    fn is_canonical(cx: &mut Cx, _this: ContextObj, x: Value) -> PyResult<bool> {
        decimal_only(cx, x).map(|_| true)
    }
    /// What kind of number x is, as a str such as '+Normal'.
    #[py(sig = "($self, x, /)")]
    fn number_class(cx: &mut Cx, this: ContextObj, x: Value) -> PyResult<&'static str> {
        Ok(number::required(cx, x)?.number_class(&this.settings()))
    }
    /// x in scientific notation.
    #[py(sig = "($self, x, /)")]
    fn to_sci_string(cx: &mut Cx, this: ContextObj, x: Value) -> PyResult<String> {
        Ok(number::required(cx, x)?.to_text(this.capitals(), false))
    }
    /// x with an exponent that is a multiple of three.
    #[py(sig = "($self, x, /)")]
    fn to_eng_string(cx: &mut Cx, this: ContextObj, x: Value) -> PyResult<String> {
        Ok(number::required(cx, x)?.to_text(this.capitals(), true))
    }
    /// Whether x and y have the same exponent, or are both infinite or both NaNs.
    #[py(sig = "($self, x, y, /)")]
    fn same_quantum(cx: &mut Cx, _this: ContextObj, x: Value, y: Value) -> PyResult<bool> {
        let (x, y) = (number::required(cx, x)?, number::required(cx, y)?);
        Ok(ops::same_quantum(&x, &y))
    }
    /// A number made like Decimal(num), but rounded by this context.
    #[py(sig = "($self, num=\"0\", /)")]
    fn create_decimal(cx: &mut Cx, this: ContextObj, num: Option<Value>) -> PyResult<Value> {
        convert::create(cx, num.unwrap_or(Value::small(0)), this)
    }
    /// The value of a float, rounded by this context.
    #[py(sig = "($self, f, /)")]
    fn create_decimal_from_float(cx: &mut Cx, this: ContextObj, f: Value) -> PyResult<Value> {
        let d = convert::float_or_int(cx, f)?;
        let mut st = 0;
        let d = d.finish(&this.settings(), &mut st);
        signal(cx, this, st)?;
        number::new_in(cx, this, &d)
    }
}

fn decimal_only(cx: &mut Cx, v: Value) -> PyResult<Value> {
    match NativeObj::<Number>::from_value(v) {
        Some(_) => Ok(v),
        None => Err(cx.type_error("argument must be a Decimal")),
    }
}
