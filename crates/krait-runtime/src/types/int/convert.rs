//! Comparison with doubles, and ints from doubles.

use std::cmp::Ordering;

use dashu_int::{IBig, Sign, UBig};

use super::Int;
use crate::cx::Cx;
use crate::error::PyResult;
use crate::value::Value;

/// How two ints order.
pub fn compare(a: Int, b: Int) -> Ordering {
    match (a, b) {
        (Int::Small(x), Int::Small(y)) => x.cmp(&y),
        (Int::Small(_), Int::Big(y)) => {
            if y.is_negative() {
                Ordering::Greater
            } else {
                Ordering::Less
            }
        }
        (Int::Big(x), Int::Small(_)) => {
            if x.is_negative() {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        }
        (Int::Big(x), Int::Big(y)) => match (x.is_negative(), y.is_negative()) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (negative, _) => {
                let (x, y) = (x.limbs(), y.limbs());
                let order = x
                    .len()
                    .cmp(&y.len())
                    .then_with(|| x.iter().rev().cmp(y.iter().rev()));
                if negative { order.reverse() } else { order }
            }
        },
    }
}

/// How an int and a double order, exactly; `None` for NaN.
pub fn compare_with_float(n: Int, x: f64) -> Option<Ordering> {
    const TWO_63: f64 = 9223372036854775808.0;
    match n {
        _ if x.is_nan() => None,
        Int::Small(_) if x >= TWO_63 => Some(Ordering::Less),
        Int::Small(_) if x < -TWO_63 => Some(Ordering::Greater),
        Int::Small(n) => {
            let whole = x.trunc();
            // Truncated towards zero: where the wholes are equal, the fraction decides.
            Some(
                n.cmp(&(whole as i64))
                    .then_with(|| 0.0.partial_cmp(&(x - whole)).unwrap_or(Ordering::Equal)),
            )
        }
        Int::Big(b) if x.abs() < TWO_63 || x.is_infinite() => {
            let infinite_wins = x.is_infinite();
            let negative = if infinite_wins {
                x > 0.0
            } else {
                b.is_negative()
            };
            Some(if negative {
                Ordering::Less
            } else {
                Ordering::Greater
            })
        }
        // At this magnitude a double is whole.
        Int::Big(b) => Some(b.to_ibig().cmp(&ibig_from_f64(x))),
    }
}

/// The whole part of a finite double.
pub fn ibig_from_f64(x: f64) -> IBig {
    let bits = x.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i64;
    if exponent == 0 {
        return IBig::ZERO;
    }
    let mantissa = UBig::from(bits & ((1 << 52) - 1) | 1 << 52);
    let shift = exponent - 1075;
    let magnitude = if shift >= 0 {
        mantissa << shift as usize
    } else {
        mantissa >> (-shift) as usize
    };
    IBig::from_parts(
        if x < 0.0 {
            Sign::Negative
        } else {
            Sign::Positive
        },
        magnitude,
    )
}

/// `int(x)` of a double: towards zero; ValueError for NaN, OverflowError for infinities.
pub fn int_from_f64(cx: &mut Cx, x: f64) -> PyResult<Value> {
    const LIMIT: f64 = 2305843009213693952.0;
    if x.abs() < LIMIT {
        return Ok(Value::small(x as i64));
    }
    if x.is_nan() {
        return Err(cx.value_error("cannot convert float NaN to integer"));
    }
    if x.is_infinite() {
        return Err(cx.overflow_error("cannot convert float infinity to integer"));
    }
    cx.new_bigint(&ibig_from_f64(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ints_compare_exactly_with_doubles() {
        let small = |n, x| compare_with_float(Int::Small(n), x);
        assert_eq!(
            small((1 << 53) + 1, (1i64 << 53) as f64),
            Some(Ordering::Greater)
        );
        assert_eq!(small(i64::MAX, 9223372036854775808.0), Some(Ordering::Less));
        assert_eq!(
            small(i64::MIN, -9223372036854775808.0),
            Some(Ordering::Equal)
        );
        assert_eq!(small(0, -0.0), Some(Ordering::Equal));
        assert_eq!(small(0, 5e-324), Some(Ordering::Less));
        assert_eq!(small(-1, -1.5), Some(Ordering::Greater));
        assert_eq!(small(1, f64::NAN), None);
        assert_eq!(small(1, f64::INFINITY), Some(Ordering::Less));
    }

    #[test]
    fn wholes_of_doubles() {
        assert_eq!(ibig_from_f64(-1.9), IBig::from(-1));
        assert_eq!(
            ibig_from_f64(1e20),
            IBig::from(100_000_000_000_000_000_000u128)
        );
        assert_eq!(ibig_from_f64(5e-324), IBig::ZERO);
    }
}
