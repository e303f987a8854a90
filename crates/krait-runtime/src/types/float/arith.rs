//! Floor division, remainder and power of doubles.

use crate::cx::Cx;
use crate::error::{PyResult, Raised};
use crate::types::complex::Complex64;
use crate::value::Value;

#[cold]
pub(super) fn zero_division(cx: &mut Cx) -> Raised {
    cx.zero_division_error("division by zero")
}

/// Quotient rounded down and remainder with the divisor's sign; `y` is not zero.
pub fn floor_divmod(x: f64, y: f64) -> (f64, f64) {
    let mut rest = x % y;
    // The quotient of what is left when the remainder is taken off is nearly whole.
    let mut quotient = (x - rest) / y;
    if rest == 0.0 {
        rest = 0f64.copysign(y);
    } else if (rest < 0.0) != (y < 0.0) {
        rest += y;
        quotient -= 1.0;
    }
    let quotient = if quotient == 0.0 {
        0f64.copysign(x / y)
    } else {
        let floor = quotient.floor();
        if quotient - floor > 0.5 {
            floor + 1.0
        } else {
            floor
        }
    };
    (quotient, rest)
}

pub fn floor_div(cx: &mut Cx, x: f64, y: f64) -> PyResult<Value> {
    if y == 0.0 {
        return Err(zero_division(cx));
    }
    Ok(cx.new_float(floor_divmod(x, y).0))
}

pub fn modulo(cx: &mut Cx, x: f64, y: f64) -> PyResult<Value> {
    if y == 0.0 {
        return Err(zero_division(cx));
    }
    let rest = x % y;
    let rest = if rest == 0.0 {
        0f64.copysign(y)
    } else if (rest < 0.0) != (y < 0.0) {
        rest + y
    } else {
        rest
    };
    Ok(cx.new_float(rest))
}

/// `(x // y, x % y)`, a tuple.
pub fn divmod(cx: &mut Cx, x: f64, y: f64) -> PyResult<Value> {
    if y == 0.0 {
        return Err(zero_division(cx));
    }
    let (quotient, rest) = floor_divmod(x, y);
    let pair = [cx.new_float(quotient), cx.new_float(rest)];
    Ok(cx.new_tuple(&pair))
}

pub fn true_div(cx: &mut Cx, x: f64, y: f64) -> PyResult<Value> {
    if y == 0.0 {
        return Err(zero_division(cx));
    }
    Ok(cx.new_float(x / y))
}

fn is_odd(y: f64) -> bool {
    (y.abs() % 2.0) == 1.0
}

/// `x ** y`: complex if a negative base has an exponent that is not whole.
pub fn pow(cx: &mut Cx, x: f64, y: f64) -> PyResult<Value> {
    if x > 0.0 && x.is_finite() && y.is_finite() {
        let r = x.powf(y);
        if r.is_finite() {
            return Ok(cx.new_float(r));
        }
    }
    if x == 0.0 && y < 0.0 && y.is_finite() {
        return Err(cx.zero_division_error("zero to a negative power"));
    }
    if x < 0.0 && x.is_finite() && y.is_finite() && y != y.floor() {
        let r = Complex64 { re: x, im: 0.0 }.pow(Complex64 { re: y, im: 0.0 });
        return crate::types::complex::checked_power(cx, r);
    }
    let r = special_power(x, y).unwrap_or_else(|| {
        let r = x.abs().powf(y);
        if x < 0.0 && is_odd(y) { -r } else { r }
    });
    if r.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(range_error(cx));
    }
    Ok(cx.new_float(r))
}

/// Powers that do not depend on the C library's handling: infinities, NaN and zero.
fn special_power(x: f64, y: f64) -> Option<f64> {
    let odd = is_odd(y);
    if y == 0.0 {
        Some(1.0)
    } else if x.is_nan() {
        Some(x)
    } else if y.is_nan() {
        Some(if x == 1.0 { 1.0 } else { y })
    } else if y.is_infinite() {
        let magnitude = x.abs();
        Some(if magnitude == 1.0 {
            1.0
        } else if (y > 0.0) == (magnitude > 1.0) {
            f64::INFINITY
        } else {
            0.0
        })
    } else if x.is_infinite() || x == 0.0 {
        let r = if (y > 0.0) == x.is_infinite() {
            f64::INFINITY
        } else {
            0.0
        };
        Some(if odd { r.copysign(x) } else { r })
    } else {
        None
    }
}

/// `OverflowError(ERANGE, ...)`, as the C library's error is reported.
#[cold]
fn range_error(cx: &mut Cx) -> Raised {
    let message = cx.new_str("Numerical result out of range");
    let class = cx.types().overflow_error;
    cx.error_with(class, &[Value::small(libc::ERANGE as i64), message])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floor_semantics() {
        assert_eq!(floor_divmod(-7.5, 2.0), (-4.0, 0.5));
        assert_eq!(floor_divmod(5.0, f64::INFINITY), (0.0, 5.0));
        assert_eq!(floor_divmod(-5.0, f64::INFINITY), (-1.0, f64::INFINITY));
        assert!(floor_divmod(0.0, -1.0).1.is_sign_negative());
        assert!(floor_divmod(f64::INFINITY, 1.0).0.is_nan());
    }
}
