//! Shifts and bitwise operations; negative ints are two's complement with endless sign bits.

use dashu_int::{IBig, UBig};

use super::arith::check_size;
use super::{BigInt, Int};
use crate::cx::Cx;
use crate::error::PyResult;
use crate::value::Value;

macro_rules! bitwise {
    ($($name:ident $op:tt;)*) => {$(
        pub fn $name(cx: &mut Cx, a: Int, b: Int) -> PyResult<Value> {
            match (a, b) {
                (Int::Small(x), Int::Small(y)) => Ok(cx.new_int(x $op y)),
                _ => cx.new_bigint(&(a.to_ibig() $op b.to_ibig())),
            }
        }
    )*};
}
bitwise! {
    and &;
    or |;
    xor ^;
}

pub fn invert(cx: &mut Cx, a: Int) -> PyResult<Value> {
    match a {
        Int::Small(n) => Ok(cx.new_int(!n)),
        Int::Big(b) => cx.new_bigint(&!b.to_ibig()),
    }
}

/// The bits of the magnitude: `int.bit_length`.
pub fn bit_length(n: Int) -> u64 {
    match n {
        Int::Small(n) => 64 - n.unsigned_abs().leading_zeros() as u64,
        Int::Big(b) => limbs_bit_length(&b),
    }
}

fn limbs_bit_length(b: &BigInt) -> u64 {
    match b.limbs().last() {
        Some(top) => b.limbs().len() as u64 * 64 - top.leading_zeros() as u64,
        None => 0,
    }
}

/// Ones in the magnitude: `int.bit_count`.
pub fn bit_count(n: Int) -> u64 {
    match n {
        Int::Small(n) => n.unsigned_abs().count_ones() as u64,
        Int::Big(b) => b.limbs().iter().map(|l| l.count_ones() as u64).sum(),
    }
}

pub fn lshift(cx: &mut Cx, a: Int, count: Int) -> PyResult<Value> {
    if count.is_negative() {
        return Err(cx.value_error("negative shift count"));
    }
    if a.is_zero() {
        return Ok(Value::small(0));
    }
    let Int::Small(count) = count else {
        return Err(cx.overflow_error("too many digits in integer"));
    };
    // More than CPython can count the bits of, whose digits have 30.
    let digits = bit_length(a).div_ceil(30) + (count as u64).div_ceil(30);
    if digits > (i64::MAX as u64 - 1) / 30 {
        return Err(cx.overflow_error("too many digits in integer"));
    }
    let bits = bit_length(a) as u128 + count as u128;
    if let Int::Small(n) = a
        && bits < 127
    {
        return Ok(cx.new_i128((n as i128) << count));
    }
    check_size(cx, bits / 64 + 1)?;
    cx.new_bigint(&(a.to_ibig() << count as usize))
}

pub fn rshift(cx: &mut Cx, a: Int, count: Int) -> PyResult<Value> {
    if count.is_negative() {
        return Err(cx.value_error("negative shift count"));
    }
    let count = match count {
        Int::Small(n) if (n as u64) < bit_length(a) => n as usize,
        _ => return Ok(Value::small(if a.is_negative() { -1 } else { 0 })),
    };
    match a {
        Int::Small(n) => Ok(cx.new_int(n >> count)),
        Int::Big(b) => {
            // Drop whole limbs while copying. Rounding down: a negative magnitude rounds up if any
            // one bit is lost.
            let (skip, bits) = (count / 64, count % 64);
            let lost = b.limbs()[..skip].iter().any(|&l| l != 0)
                || b.limbs()[skip] & ((1 << bits) - 1) != 0;
            let kept = UBig::from_words(&b.limbs()[skip..]) >> bits;
            let kept = if b.is_negative() {
                -IBig::from(kept + u8::from(lost))
            } else {
                kept.into()
            };
            cx.new_bigint(&kept)
        }
    }
}
