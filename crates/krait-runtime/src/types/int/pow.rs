//! Powers.

use dashu_int::fast_div::ConstDivisor;
use dashu_int::ops::UnsignedAbs;
use dashu_int::{IBig, UBig};

use super::arith::check_size;
use super::{Int, bits};
use crate::cx::Cx;
use crate::error::PyResult;
use crate::value::Value;

fn to_f64(cx: &mut Cx, n: Int) -> PyResult<f64> {
    match n {
        Int::Small(n) => Ok(n as f64),
        Int::Big(b) => match super::big_to_f64(b.is_negative(), b.limbs()) {
            Some(x) => Ok(x),
            None => Err(cx.overflow_error("int too large to convert to float")),
        },
    }
}

/// `base ** exponent`; a float if the exponent is negative.
pub fn pow(cx: &mut Cx, base: Int, exponent: Int) -> PyResult<Value> {
    if exponent.is_negative() {
        let (x, y) = (to_f64(cx, base)?, to_f64(cx, exponent)?);
        return crate::types::float::pow(cx, x, y);
    }
    let odd = match exponent {
        Int::Small(0) => return Ok(Value::small(1)),
        Int::Small(n) => n & 1 == 1,
        Int::Big(b) => b.limbs()[0] & 1 == 1,
    };
    match base {
        Int::Small(0) => return Ok(Value::small(0)),
        Int::Small(1) => return Ok(Value::small(1)),
        Int::Small(-1) => return Ok(Value::small(if odd { -1 } else { 1 })),
        _ => {}
    }
    let Int::Small(n) = exponent else {
        return Err(cx.memory_error());
    };
    if let Int::Small(x) = base
        && let Some(r) = small_pow(x, n)
    {
        return Ok(cx.new_int(r));
    }
    check_size(cx, bits::bit_length(base) as u128 * n as u128 / 64 + 1)?;
    cx.new_bigint(&base.to_ibig().pow(n as usize))
}

fn small_pow(x: i64, n: i64) -> Option<i64> {
    x.checked_pow(u32::try_from(n).ok()?)
}

/// `pow(base, exponent, modulus)`: in `[0, modulus)`, or `(modulus, 0]` if that is negative.
pub fn pow_mod(cx: &mut Cx, base: Int, exponent: Int, modulus: Int) -> PyResult<Value> {
    if modulus.is_zero() {
        return Err(cx.value_error("pow() 3rd argument cannot be 0"));
    }
    let m = modulus.to_ibig();
    let magnitude = m.clone().unsigned_abs();
    let mut base = reduce(base.to_ibig(), &magnitude);
    if exponent.is_negative() {
        base = match inverse(base, &magnitude) {
            Some(inverse) => inverse,
            None => return Err(cx.value_error("base is not invertible for the given modulus")),
        };
    }
    let r = if magnitude.is_one() {
        UBig::ZERO
    } else {
        power_of_residue(base, exponent, magnitude)
    };
    let r = IBig::from(r);
    let r = if modulus.is_negative() && !r.is_zero() {
        r + m
    } else {
        r
    };
    cx.new_bigint(&r)
}

/// `n` modulo `m`, not negative.
fn reduce(n: IBig, m: &UBig) -> UBig {
    let negative = n < IBig::ZERO;
    let r = n.unsigned_abs() % m;
    if negative && !r.is_zero() { m - r } else { r }
}

fn power_of_residue(base: UBig, exponent: Int, m: UBig) -> UBig {
    if let (Int::Small(n), Ok(b), Ok(m)) = (exponent, u64::try_from(&base), u64::try_from(&m)) {
        return UBig::from(power_of_u64(b, n.unsigned_abs(), m));
    }
    let ring = ConstDivisor::new(m);
    ring.reduce(base)
        .pow(&exponent.to_ibig().unsigned_abs())
        .residue()
}

fn power_of_u64(mut base: u64, mut exponent: u64, m: u64) -> u64 {
    let product = |a: u64, b: u64| (a as u128 * b as u128 % m as u128) as u64;
    let mut r = 1 % m;
    while exponent != 0 {
        if exponent & 1 == 1 {
            r = product(r, base);
        }
        base = product(base, base);
        exponent >>= 1;
    }
    r
}

/// The inverse of `a` modulo `m`, if they share no factor.
fn inverse(a: UBig, m: &UBig) -> Option<UBig> {
    if m.is_one() {
        return Some(UBig::ZERO);
    }
    // Euclid's algorithm, keeping the coefficient of `a` only.
    let (mut r0, mut r1) = (IBig::from(m.clone()), IBig::from(a));
    let (mut c0, mut c1) = (IBig::ZERO, IBig::ONE);
    while !r1.is_zero() {
        let q = &r0 / &r1;
        let r2 = r0 - &q * &r1;
        let c2 = c0 - q * &c1;
        (r0, r1, c0, c1) = (r1, r2, c1, c2);
    }
    r0.is_one().then(|| reduce(c0, m))
}
