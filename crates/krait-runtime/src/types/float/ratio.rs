//! `float.as_integer_ratio` and `round`.

use dashu_int::{IBig, Sign, UBig};

use crate::cx::Cx;
use crate::error::PyResult;
use crate::types::int::{Int, int_from_f64};
use crate::value::Value;

/// The fraction in lowest terms that `x` is, a tuple of two ints.
pub fn integer_ratio(cx: &mut Cx, x: f64) -> PyResult<Value> {
    if x.is_infinite() {
        return Err(cx.overflow_error("cannot convert Infinity to integer ratio"));
    }
    if x.is_nan() {
        return Err(cx.value_error("cannot convert NaN to integer ratio"));
    }
    let bits = x.to_bits();
    let biased = ((bits >> 52) & 0x7ff) as i64;
    let fraction = bits & ((1 << 52) - 1);
    // x = mantissa * 2^exponent
    let (mantissa, exponent) = if biased == 0 {
        (fraction, -1074)
    } else {
        (fraction | 1 << 52, biased - 1075)
    };
    let zeros = if mantissa == 0 {
        0
    } else {
        mantissa.trailing_zeros()
    };
    let (mantissa, exponent) = if mantissa == 0 {
        (0, 0)
    } else {
        (mantissa >> zeros, exponent + zeros as i64)
    };
    let shift = |n: u64, by: i64| UBig::from(n) << by.max(0) as usize;
    let sign = if x < 0.0 {
        Sign::Negative
    } else {
        Sign::Positive
    };
    let numerator = cx.new_bigint(&IBig::from_parts(sign, shift(mantissa, exponent)))?;
    let denominator = cx.new_bigint(&IBig::from(shift(1, -exponent)))?;
    Ok(cx.new_tuple(&[numerator, denominator]))
}

/// `round(x)` is an int, `round(x, digits)` a float.
pub fn round(cx: &mut Cx, x: f64, digits: Option<Int>) -> PyResult<Value> {
    let Some(digits) = digits else {
        return int_from_f64(cx, krait_unicode::numeric::round_half_even(x));
    };
    let digits = match digits {
        Int::Small(n) => n,
        Int::Big(b) if b.is_negative() => i64::MIN,
        Int::Big(_) => i64::MAX,
    };
    match krait_unicode::numeric::round_to_digits(x, digits) {
        Some(x) => Ok(cx.new_float(x)),
        None => Err(cx.overflow_error("rounded value too large to represent")),
    }
}
