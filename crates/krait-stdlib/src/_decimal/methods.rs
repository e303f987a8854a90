//! Named methods of `Decimal`.

use std::cmp::Ordering;

use krait_decimal::{Ctx, Dec};

use super::context::{context_arg, current, rounding_arg, signal};
use super::number::{self, Num};
use crate::prelude::*;

pub type UnaryOp = fn(&Dec, &Ctx, &mut u32) -> Dec;
pub type BinaryOp = fn(&Dec, &Dec, &Ctx, &mut u32) -> Dec;

fn unary(cx: &mut Cx, this: Num, context: Option<Value>, op: UnaryOp) -> PyResult<Value> {
    let c = context_arg(cx, context)?;
    let mut st = 0;
    let d = op(&this.load(), &c.settings(), &mut st);
    signal(cx, c, st)?;
    number::new_in(cx, c, &d)
}

fn binary(
    cx: &mut Cx,
    this: Num,
    other: Value,
    context: Option<Value>,
    op: BinaryOp,
) -> PyResult<Value> {
    let c = context_arg(cx, context)?;
    let other = number::required(cx, other)?;
    let mut st = 0;
    let d = op(&this.load(), &other, &c.settings(), &mut st);
    signal(cx, c, st)?;
    number::new_in(cx, c, &d)
}

/// Largest and smallest, and orders as numbers.
pub mod ops {
    use super::*;

    pub fn max(a: &Dec, b: &Dec, c: &Ctx, st: &mut u32) -> Dec {
        a.extreme(b, Ordering::Greater, false, c, st)
    }
    pub fn max_mag(a: &Dec, b: &Dec, c: &Ctx, st: &mut u32) -> Dec {
        a.extreme(b, Ordering::Greater, true, c, st)
    }
    pub fn min(a: &Dec, b: &Dec, c: &Ctx, st: &mut u32) -> Dec {
        a.extreme(b, Ordering::Less, false, c, st)
    }
    pub fn min_mag(a: &Dec, b: &Dec, c: &Ctx, st: &mut u32) -> Dec {
        a.extreme(b, Ordering::Less, true, c, st)
    }
    pub fn total(a: &Dec, b: &Dec, _: &Ctx, _: &mut u32) -> Dec {
        Dec::from_i64(a.total(b) as i64)
    }
    pub fn total_mag(a: &Dec, b: &Dec, _: &Ctx, _: &mut u32) -> Dec {
        Dec::from_i64(a.total_magnitudes(b) as i64)
    }
    pub fn copy_sign(a: &Dec, b: &Dec, _: &Ctx, _: &mut u32) -> Dec {
        a.clone().with_sign(b.negative)
    }
    pub fn and(a: &Dec, b: &Dec, c: &Ctx, st: &mut u32) -> Dec {
        a.logical(b, |x, y| x & y, c, st)
    }
    pub fn or(a: &Dec, b: &Dec, c: &Ctx, st: &mut u32) -> Dec {
        a.logical(b, |x, y| x | y, c, st)
    }
    pub fn xor(a: &Dec, b: &Dec, c: &Ctx, st: &mut u32) -> Dec {
        a.logical(b, |x, y| x ^ y, c, st)
    }
    pub fn to_integral_exact(a: &Dec, c: &Ctx, st: &mut u32) -> Dec {
        a.to_integral(c.round, true, c, st)
    }
    pub fn to_integral_value(a: &Dec, c: &Ctx, st: &mut u32) -> Dec {
        a.to_integral(c.round, false, c, st)
    }
    pub fn same_quantum(a: &Dec, b: &Dec) -> bool {
        if a.is_finite() && b.is_finite() {
            return a.exp == b.exp;
        }
        a.is_nan() && b.is_nan() || a.is_infinite() && b.is_infinite()
    }
}

macro_rules! unary_methods {
    ($($(#[$doc:meta])* $name:ident => $op:expr;)*) => {
        pub struct Unary;

        #[pymethods]
        impl Unary {
            $($(#[$doc])*
            #[py(sig = "($self, /, context=None)")]
            fn $name(cx: &mut Cx, this: Num, context: Option<Value>) -> PyResult<Value> {
                unary(cx, this, context, $op)
            })*
        }
    };
}

unary_methods! {
    /// e to the power of the number, correctly rounded.
    exp => Dec::exp;
    /// The natural logarithm, correctly rounded.
    ln => Dec::ln;
    /// The logarithm to base 10, correctly rounded.
    log10 => Dec::log10;
    /// The largest number of the context below this one.
    next_minus => Dec::next_minus;
    /// The smallest number of the context above this one.
    next_plus => Dec::next_plus;
    /// The number without zeros at the end; any zero becomes 0.
    normalize => Dec::reduce;
    /// The square root, correctly rounded.
    sqrt => Dec::sqrt;
    /// The exponent of the first digit.
    logb => Dec::logb;
    /// Every digit inverted; the digits must be 0 and 1.
    logical_invert => Dec::logical_invert;
}

macro_rules! binary_methods {
    ($($(#[$doc:meta])* $name:ident $(($text:literal))? => $op:expr;)*) => {
        pub struct Binary;

        #[pymethods]
        impl Binary {
            $($(#[$doc])*
            #[py(sig = "($self, /, other, context=None)" $(, doc = $text)?)]
            fn $name(
                cx: &mut Cx,
                this: Num,
                other: Value,
                context: Option<Value>,
            ) -> PyResult<Value> {
                binary(cx, this, other, context, $op)
            })*
        }
    };
}

binary_methods! {
    /// -1, 0 or 1 as the number is less than, equal to or greater than the other; NaN with a NaN.
    compare => Dec::compare;
    /// The same, but every NaN signals.
    compare_signal => Dec::compare_signal;
    /// The larger of two numbers; a number is preferred to a quiet NaN.
    max => ops::max;
    /// The one of larger absolute value.
    max_mag => ops::max_mag;
    /// The smaller of two numbers; a number is preferred to a quiet NaN.
    min => ops::min;
    /// The one of smaller absolute value.
    min_mag => ops::min_mag;
    /// The next number in the direction of the other.
    next_toward => Dec::next_toward;
    /// The remainder nearest to zero.
    remainder_near => Dec::rem_near;
    compare_total(
        r"-1, 0 or 1 by the order in which all representations differ.

>>> Decimal('2.5').compare_total(Decimal('2.50'))
Decimal('1')
>>> Decimal('-0').compare_total(Decimal('0'))
Decimal('-1')
"
    ) => ops::total;
    /// The same without regard to signs.
    compare_total_mag => ops::total_mag;
    copy_sign(
        r"The number with the sign of the other.

>>> Decimal('0.75').copy_sign(Decimal('-3'))
Decimal('-0.75')
"
    ) => ops::copy_sign;
    /// The digits, which must be 0 and 1, combined by and.
    logical_and => ops::and;
    /// The digits, which must be 0 and 1, combined by or.
    logical_or => ops::or;
    /// The digits, which must be 0 and 1, combined by exclusive or.
    logical_xor => ops::xor;
    /// The digits rotated to the left by that many places within the precision.
    rotate => Dec::rotate;
    /// The number with that much added to its exponent.
    scaleb => Dec::scaleb;
    /// The digits shifted to the left by that many places within the precision.
    shift => Dec::shift;
}

macro_rules! test_methods {
    ($($(#[$doc:meta])* $name:ident => $test:expr;)*) => {
        pub struct Tests;

        #[pymethods]
        impl Tests {
            $($(#[$doc])*
            #[py(sig = "($self, /)")]
            fn $name(this: Num) -> bool {
                let test: fn(&Dec) -> bool = $test;
                test(&this.load())
            })*
            /// Whether the number is finite, not zero and not subnormal.
            #[py(sig = "($self, /, context=None)")]
            fn is_normal(cx: &mut Cx, this: Num, context: Option<Value>) -> PyResult<bool> {
                let c = context_arg(cx, context)?;
                Ok(this.load().is_normal(&c.settings()))
            }
            /// Whether the number is finite, not zero, and below the least normal one.
            #[py(sig = "($self, /, context=None)")]
            fn is_subnormal(cx: &mut Cx, this: Num, context: Option<Value>) -> PyResult<bool> {
                let c = context_arg(cx, context)?;
                Ok(this.load().is_subnormal(&c.settings()))
            }
        }
    };
}

test_methods! {
    /// True: every Decimal is canonical.
    is_canonical => |_| true;
    /// Whether the number is neither infinite nor a NaN.
    is_finite => Dec::is_finite;
    /// Whether the number is an infinity.
    is_infinite => Dec::is_infinite;
    /// Whether the number is a quiet or signaling NaN.
    is_nan => Dec::is_nan;
    /// Whether the number is a quiet NaN.
    is_qnan => Dec::is_qnan;
    /// Whether the number is a signaling NaN.
    is_snan => Dec::is_snan;
    /// Whether the sign is minus, that of zeros and NaNs included.
    is_signed => |d| d.negative;
    /// Whether the number is a zero.
    is_zero => Dec::is_zero;
}

/// The settings of a context, with another rounding if one is given.
fn settings_with(cx: &mut Cx, c: &Ctx, rounding: Option<Value>) -> PyResult<Ctx> {
    match rounding {
        Some(r) if !r.is_none() => Ok(c.with_round(rounding_arg(cx, r)?)),
        _ => Ok(*c),
    }
}

fn integral(
    cx: &mut Cx,
    this: Num,
    rounding: Option<Value>,
    context: Option<Value>,
    op: UnaryOp,
) -> PyResult<Value> {
    let c = context_arg(cx, context)?;
    let settings = settings_with(cx, &c.settings(), rounding)?;
    let mut st = 0;
    let d = op(&this.load(), &settings, &mut st);
    signal(cx, c, st)?;
    number::new_in(cx, c, &d)
}

pub struct Others;

#[pymethods]
impl Others {
    /// The nearest whole number, without Inexact and Rounded.
    #[py(sig = "($self, /, rounding=None, context=None)")]
    fn to_integral(
        cx: &mut Cx,
        this: Num,
        rounding: Option<Value>,
        context: Option<Value>,
    ) -> PyResult<Value> {
        integral(cx, this, rounding, context, ops::to_integral_value)
    }
    /// The nearest whole number, without Inexact and Rounded.
    #[py(sig = "($self, /, rounding=None, context=None)")]
    fn to_integral_value(
        cx: &mut Cx,
        this: Num,
        rounding: Option<Value>,
        context: Option<Value>,
    ) -> PyResult<Value> {
        integral(cx, this, rounding, context, ops::to_integral_value)
    }
    /// The nearest whole number, with Inexact and Rounded as they apply.
    #[py(sig = "($self, /, rounding=None, context=None)")]
    fn to_integral_exact(
        cx: &mut Cx,
        this: Num,
        rounding: Option<Value>,
        context: Option<Value>,
    ) -> PyResult<Value> {
        integral(cx, this, rounding, context, ops::to_integral_exact)
    }
    #[py(
        sig = "($self, /, exp, rounding=None, context=None)",
        doc = r"The number rounded to the exponent of exp.

>>> Decimal('9.87654').quantize(Decimal('0.001'))
Decimal('9.877')
>>> Decimal('9.87654').quantize(Decimal('0.001'), rounding=ROUND_DOWN)
Decimal('9.876')
"
    )]
    fn quantize(
        cx: &mut Cx,
        this: Num,
        exp: Value,
        rounding: Option<Value>,
        context: Option<Value>,
    ) -> PyResult<Value> {
        let c = context_arg(cx, context)?;
        let settings = settings_with(cx, &c.settings(), rounding)?;
        let exp = number::required(cx, exp)?;
        let mut st = 0;
        let d = this.load().quantize(&exp, &settings, &mut st);
        signal(cx, c, st)?;
        number::new_in(cx, c, &d)
    }
    #[py(
        sig = "($self, /, other, third, context=None)",
        doc = r"self * other + third, rounded once.

>>> Decimal(4).fma(6, -1)
Decimal('23')
"
    )]
    fn fma(
        cx: &mut Cx,
        this: Num,
        other: Value,
        third: Value,
        context: Option<Value>,
    ) -> PyResult<Value> {
        let c = context_arg(cx, context)?;
        let (other, third) = (number::required(cx, other)?, number::required(cx, third)?);
        let mut st = 0;
        let d = this.load().fma(&other, &third, &c.settings(), &mut st);
        signal(cx, c, st)?;
        number::new_in(cx, c, &d)
    }
    /// The exponent of the first digit; 0 for special numbers.
    #[py(sig = "($self, /)")]
    fn adjusted(this: Num) -> i64 {
        let d = this.load();
        if d.is_finite() { d.adjusted() } else { 0 }
    }
    /// The number itself: every Decimal is canonical.
    #[py(sig = "($self, /)")]
    fn canonical(this: Value) -> Value {
        this
    }
    /// The number itself.
    #[py(sig = "($self, /)")]
    fn conjugate(this: Value) -> Value {
        this
    }
    /// The base in which Decimals compute: 10.
    #[py(sig = "($self, /)")]
    fn radix(cx: &mut Cx, _this: Num) -> PyResult<Value> {
        number::new(cx, &Dec::from_i64(10))
    }
    /// The number without its sign, unrounded.
    #[py(sig = "($self, /)")]
    fn copy_abs(cx: &mut Cx, this: Num) -> PyResult<Value> {
        number::new(cx, &this.load().with_sign(false))
    }
    /// The number with the other sign, unrounded.
    #[py(sig = "($self, /)")]
    fn copy_negate(cx: &mut Cx, this: Num) -> PyResult<Value> {
        number::new(cx, &this.load().with_sign(!this.negative()))
    }
    /// What kind of number it is, as a str such as '+Normal'.
    #[py(sig = "($self, /, context=None)")]
    fn number_class(cx: &mut Cx, this: Num, context: Option<Value>) -> PyResult<&'static str> {
        let c = context_arg(cx, context)?;
        Ok(this.load().number_class(&c.settings()))
    }
    /// The number with an exponent that is a multiple of three.
    #[py(sig = "($self, /, context=None)")]
    fn to_eng_string(cx: &mut Cx, this: Num, context: Option<Value>) -> PyResult<String> {
        let c = context_arg(cx, context)?;
        Ok(this.load().to_text(c.capitals(), true))
    }
    /// Whether both numbers have the same exponent, or are both infinite or both NaNs.
    #[py(sig = "($self, /, other, context=None)")]
    fn same_quantum(
        cx: &mut Cx,
        this: Num,
        other: Value,
        context: Option<Value>,
    ) -> PyResult<bool> {
        context_arg(cx, context)?;
        let other = number::required(cx, other)?;
        Ok(ops::same_quantum(&this.load(), &other))
    }
    #[py(sig = "($self, format_spec, override=None, /)", hide_sig)]
    fn __format__(cx: &mut Cx, this: Num, spec: Value, locale: Option<Value>) -> PyResult<Value> {
        let c = current(cx)?;
        super::format::format(cx, this, spec, locale, c)
    }
}
