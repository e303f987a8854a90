//! Sum, difference, product and floor division.

use dashu_int::IBig;
use dashu_int::ops::DivRem;

use super::Int;
use crate::cx::Cx;
use crate::error::{PyResult, Raised};
use crate::value::Value;

/// Results of more limbs than this (256 KB) are refused with MemoryError if memory does not do. What
/// smaller ones need beside themselves is found in the allocator's reserve (`krait_heap::Allocator`).
const CHECKED_LIMBS: u128 = 1 << 15;

/// MemoryError unless an int of `limbs` limbs can be had.
pub(super) fn check_size(cx: &mut Cx, limbs: u128) -> PyResult<()> {
    if limbs <= CHECKED_LIMBS {
        return Ok(());
    }
    if limbs > u64::MAX.into() {
        return Err(cx.memory_error());
    }
    // The number itself, and six residues for each of the pieces of 16 bits that `dashu-int` cuts
    // large factors into, their number rounded up to a power of two.
    let pieces = (limbs * 4 + 1).next_power_of_two();
    let bytes = usize::try_from((2 * limbs + 6 * pieces) * 8).unwrap_or(usize::MAX);
    cx.ensure_memory(bytes)
}

fn limbs(n: Int) -> usize {
    match n {
        Int::Small(_) => 1,
        Int::Big(b) => b.limbs().len(),
    }
}

pub fn add(cx: &mut Cx, a: Int, b: Int) -> PyResult<Value> {
    match (a, b) {
        (Int::Small(x), Int::Small(y)) => Ok(cx.new_i128(x as i128 + y as i128)),
        (Int::Big(x), Int::Small(y)) | (Int::Small(y), Int::Big(x)) => {
            cx.new_bigint(&(x.to_ibig() + y))
        }
        (Int::Big(x), Int::Big(y)) => cx.new_bigint(&(x.to_ibig() + y.to_ibig())),
    }
}

pub fn sub(cx: &mut Cx, a: Int, b: Int) -> PyResult<Value> {
    match (a, b) {
        (Int::Small(x), Int::Small(y)) => Ok(cx.new_i128(x as i128 - y as i128)),
        (Int::Big(x), Int::Small(y)) => cx.new_bigint(&(x.to_ibig() - y)),
        (x, Int::Big(y)) => {
            check_size(cx, limbs(x).max(y.limbs().len()) as u128)?;
            cx.new_bigint(&(x.to_ibig() - y.to_ibig()))
        }
    }
}

pub fn mul(cx: &mut Cx, a: Int, b: Int) -> PyResult<Value> {
    match (a, b) {
        (Int::Small(x), Int::Small(y)) => Ok(cx.new_i128(x as i128 * y as i128)),
        (Int::Big(x), Int::Small(y)) | (Int::Small(y), Int::Big(x)) => {
            check_size(cx, x.limbs().len() as u128 + 1)?;
            cx.new_bigint(&(x.to_ibig() * y))
        }
        (Int::Big(x), Int::Big(y)) => {
            check_size(cx, limbs(a) as u128 + limbs(b) as u128)?;
            let left = x.to_ibig();
            // Squaring is cheaper than multiplying.
            let product = if x == y {
                left.sqr_ref()
            } else {
                left * y.to_ibig()
            };
            cx.new_bigint(&product)
        }
    }
}

/// The square of a big integer.
trait Square {
    fn sqr_ref(&self) -> IBig;
}

impl Square for IBig {
    fn sqr_ref(&self) -> IBig {
        IBig::from(self.sqr())
    }
}

pub fn neg(cx: &mut Cx, a: Int) -> PyResult<Value> {
    match a {
        Int::Small(n) => Ok(cx.new_i128(-(n as i128))),
        Int::Big(b) => cx.new_int_from_limbs(!b.is_negative(), b.limbs()),
    }
}

#[cold]
pub(super) fn zero_division(cx: &mut Cx) -> Raised {
    cx.zero_division_error("division by zero")
}

/// Quotient rounded down and remainder with the divisor's sign.
pub(super) fn floor_divmod(a: &IBig, b: &IBig) -> (IBig, IBig) {
    let (q, r) = a.div_rem(b);
    if !r.is_zero() && r.sign() != b.sign() {
        (q - 1, r + b)
    } else {
        (q, r)
    }
}

fn floor_divmod_i128(x: i64, y: i64) -> (i128, i64) {
    // In 128 bits: -2^63 // -1 does not fit 64.
    let (x, y) = (x as i128, y as i128);
    let (q, r) = (x / y, x % y);
    let (q, r) = if r != 0 && (r < 0) != (y < 0) {
        (q - 1, r + y)
    } else {
        (q, r)
    };
    (q, r as i64)
}

pub fn floor_div(cx: &mut Cx, a: Int, b: Int) -> PyResult<Value> {
    match (a, b) {
        (_, Int::Small(0)) => Err(zero_division(cx)),
        (Int::Small(x), Int::Small(y)) => Ok(cx.new_i128(floor_divmod_i128(x, y).0)),
        _ => {
            let (q, _) = floor_divmod(&a.to_ibig(), &b.to_ibig());
            cx.new_bigint(&q)
        }
    }
}

pub fn modulo(cx: &mut Cx, a: Int, b: Int) -> PyResult<Value> {
    match (a, b) {
        (_, Int::Small(0)) => Err(zero_division(cx)),
        (Int::Small(x), Int::Small(y)) => Ok(cx.new_int(floor_divmod_i128(x, y).1)),
        _ => {
            let (a, b) = (a.to_ibig(), b.to_ibig());
            let r = &a % &b;
            let r = if !r.is_zero() && r.sign() != b.sign() {
                r + b
            } else {
                r
            };
            cx.new_bigint(&r)
        }
    }
}

/// `(a // b, a % b)`, a tuple.
pub fn divmod(cx: &mut Cx, a: Int, b: Int) -> PyResult<Value> {
    let (q, r) = match (a, b) {
        (_, Int::Small(0)) => return Err(zero_division(cx)),
        (Int::Small(x), Int::Small(y)) => {
            let (q, r) = floor_divmod_i128(x, y);
            (cx.new_i128(q), cx.new_int(r))
        }
        _ => {
            let (q, r) = floor_divmod(&a.to_ibig(), &b.to_ibig());
            (cx.new_bigint(&q)?, cx.new_bigint(&r)?)
        }
    };
    Ok(cx.new_tuple(&[q, r]))
}
