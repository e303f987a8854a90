//! True division and conversion to doubles, correctly rounded.

use dashu_int::UBig;
use dashu_int::ops::{BitTest, DivRem, UnsignedAbs};

use super::Int;
use super::arith::zero_division;
use crate::cx::Cx;
use crate::error::PyResult;
use crate::value::Value;

/// Ints up to this magnitude are doubles exactly.
const EXACT: u64 = 1 << 53;

/// The double nearest to `q * 2^exponent`, ties to even; `sticky` says that a bit below `q` is
/// lost, in which case `q` has 55 bits or more, or reaches two bits below the smallest
/// subnormal. Infinite if it is too large.
fn round_scaled(q: u64, sticky: bool, exponent: i64) -> f64 {
    if q == 0 {
        return 0.0;
    }
    let bits = 64 - q.leading_zeros() as i64;
    // To 53 bits, or to the unit of the subnormals, 2^-1074.
    let drop = (bits - 53).max(-1074 - exponent).max(0);
    if drop > 64 {
        return 0.0;
    }
    let (mut kept, rest, half) = match drop {
        0 => (q, 0, 1),
        64 => (0, q as u128, 1u128 << 63),
        _ => (
            q >> drop,
            (q & ((1 << drop) - 1)) as u128,
            1u128 << (drop - 1),
        ),
    };
    if drop > 0 && (rest > half || (rest == half && (sticky || kept & 1 == 1))) {
        kept += 1;
    }
    scale(kept as f64, exponent + drop)
}

/// `x * 2^exponent` for an `x` of at most 53 bits whose product is exact or too large.
fn scale(x: f64, exponent: i64) -> f64 {
    let power = |e: i64| {
        if e >= -1022 {
            f64::from_bits(((e + 1023) as u64) << 52)
        } else {
            f64::from_bits(1 << (e + 1074))
        }
    };
    match exponent {
        1024.. => f64::INFINITY,
        -1074..=1023 => x * power(exponent),
        _ => 0.0,
    }
}

/// The double nearest to the int with this magnitude (no leading zero limbs); `None` if it is out of
/// range.
pub fn big_to_f64(negative: bool, limbs: &[u64]) -> Option<f64> {
    let len = limbs.len();
    let x = match limbs {
        [] => 0.0,
        [n] => *n as f64,
        [.., low, top] => {
            let zeros = top.leading_zeros();
            let head = if zeros == 0 {
                *top
            } else {
                top << zeros | low >> (64 - zeros)
            };
            let sticky = low << zeros != 0 || limbs[..len - 2].iter().any(|&l| l != 0);
            round_scaled(head, sticky, (len as i64 - 1) * 64 - zeros as i64)
        }
    };
    let x = if negative { -x } else { x };
    x.is_finite().then_some(x)
}

pub fn true_div(cx: &mut Cx, a: Int, b: Int) -> PyResult<Value> {
    if b.is_zero() {
        return Err(zero_division(cx));
    }
    if let (Int::Small(x), Int::Small(y)) = (a, b)
        && x.unsigned_abs() <= EXACT
        && y.unsigned_abs() <= EXACT
    {
        return Ok(cx.new_float(x as f64 / y as f64));
    }
    let magnitude = divide(a.to_ibig().unsigned_abs(), b.to_ibig().unsigned_abs());
    if magnitude.is_infinite() {
        return Err(cx.overflow_error("integer division result too large for a float"));
    }
    // Also of zero: 0 / -1 is -0.0.
    let negative = a.is_negative() != b.is_negative();
    Ok(cx.new_float(if negative { -magnitude } else { magnitude }))
}

/// `a / b` rounded to nearest; infinite if out of range.
pub fn divide(a: UBig, b: UBig) -> f64 {
    if a.is_zero() {
        return 0.0;
    }
    let magnitude = a.bit_len() as i64 - b.bit_len() as i64;
    if magnitude > 1025 {
        return f64::INFINITY;
    }
    if magnitude < -1080 {
        return 0.0;
    }
    // A quotient of 55 or 56 bits, or down to 2^-1076: enough to round, given whether more follows.
    let exponent = (magnitude - 55).max(-1076);
    let (q, r) = if exponent < 0 {
        (a << (-exponent) as usize).div_rem(b)
    } else {
        a.div_rem(b << exponent as usize)
    };
    match u64::try_from(q) {
        Ok(q) => round_scaled(q, !r.is_zero(), exponent),
        Err(_) => f64::INFINITY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_ties_to_even() {
        assert_eq!(big_to_f64(false, &[1, 1]), Some(18446744073709551616.0));
        assert_eq!(
            big_to_f64(false, &[1 << 11, 1]),
            Some(18446744073709551616.0)
        );
        assert_eq!(
            big_to_f64(false, &[(1 << 11) + 1, 1]),
            Some(18446744073709555712.0)
        );
        assert_eq!(
            big_to_f64(true, &[3 << 11, 1]),
            Some(-18446744073709559808.0)
        );
    }

    #[test]
    fn divides_into_subnormals() {
        let one = UBig::from(1u8);
        let pow = |n: usize| UBig::from(1u8) << n;
        assert_eq!(divide(one.clone(), pow(1074)), 5e-324);
        assert_eq!(divide(one.clone(), pow(1075)), 0.0);
        assert_eq!(divide(UBig::from(3u8), pow(1075)), 1e-323);
        assert_eq!(divide(UBig::from(3u8), pow(1076)), 5e-324);
        assert_eq!(divide(pow(1024), one.clone()), f64::INFINITY);
        assert_eq!(divide(pow(1023), one.clone()), 2f64.powi(1023));
        assert_eq!(divide(pow(1024) - pow(970), one), f64::INFINITY);
    }
}
