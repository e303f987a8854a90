//! Powers, in the steps of the library behind CPython's `_decimal`, whose results are not always the correctly rounded
//! ones: another order of the same operations gives other last digits and flags.

use std::cmp::Ordering;

use dashu_int::UBig;
use dashu_int::fast_div::ConstDivisor;

use crate::coef::{Coef, MAX_DIGITS};
use crate::context::{Ctx, Rounding, status};
use crate::num::Dec;
use crate::wide;

/// An exponent beyond every context, for results that overflow or underflow.
const BEYOND: i64 = 2 * crate::MAX_EMAX;

/// Digits of the largest exponent.
const EXPONENT_DIGITS: i64 = 19;

impl Dec {
    pub fn pow(&self, exp: &Dec, ctx: &Ctx, st: &mut u32) -> Dec {
        if let Some(nan) = Dec::nan_of(&[self, exp], ctx, st) {
            return nan;
        }
        let negative = self.negative && exp.is_finite() && exp.is_integer() && exp.is_odd_integer();
        if let Some(d) = self.pow_special(exp, negative, ctx, st) {
            return d;
        }
        if let Some(d) = self.pow_of_one(exp, negative, ctx, st) {
            return d;
        }
        if let Some(d) = self.pow_beyond(exp, negative, ctx, st) {
            return d;
        }
        if exp.is_integer() {
            return self.pow_integer(exp, negative, ctx, st);
        }
        self.pow_real(exp, ctx, st)
    }

    fn pow_special(&self, exp: &Dec, negative: bool, ctx: &Ctx, st: &mut u32) -> Option<Dec> {
        if self.is_zero() {
            return Some(if exp.is_zero() {
                Dec::invalid(st)
            } else if exp.negative {
                Dec::infinity(negative)
            } else {
                Dec::zero(negative, 0)
            });
        }
        if self.negative && (exp.is_infinite() || !exp.is_integer()) {
            return Some(Dec::invalid(st));
        }
        if exp.is_infinite() {
            let order = self.magnitudes(&Dec::one());
            if order == Ordering::Equal {
                *st |= status::INEXACT | status::ROUNDED;
                return Some(padded_one(negative, ctx.prec - 1, st));
            }
            let grows = (order == Ordering::Greater) != exp.negative;
            return Some(if grows {
                Dec::infinity(negative)
            } else {
                Dec::zero(negative, 0)
            });
        }
        if exp.is_zero() {
            return Some(Dec::one().with_sign(negative));
        }
        if self.is_infinite() {
            return Some(if exp.negative {
                Dec::zero(negative, 0)
            } else {
                Dec::infinity(negative)
            });
        }
        None
    }

    /// Powers of 1 and -1.
    fn pow_of_one(&self, exp: &Dec, negative: bool, ctx: &Ctx, st: &mut u32) -> Option<Dec> {
        if self.magnitudes(&Dec::one()) != Ordering::Equal {
            return None;
        }
        if !exp.is_integer() {
            *st |= status::INEXACT | status::ROUNDED;
            return Some(padded_one(negative, ctx.prec - 1, st));
        }
        if exp.negative {
            return Some(Dec::one().with_sign(negative));
        }
        // 1.00 ** 3 is 1.000000.
        let zeros = match exp.to_i64().and_then(|n| n.checked_mul(-self.exp)) {
            Some(zeros) if zeros < ctx.prec => zeros,
            None if self.exp == 0 => 0,
            _ => {
                *st |= status::ROUNDED;
                ctx.prec - 1
            }
        };
        Some(padded_one(negative, zeros, st))
    }

    /// Results that certainly overflow or underflow: the magnitudes of `log10(self) * exp` and of the largest exponent
    /// differ in their numbers of digits.
    fn pow_beyond(&self, exp: &Dec, negative: bool, ctx: &Ctx, st: &mut u32) -> Option<Dec> {
        let magnitude = exp.adjusted() + self.log10_magnitude(st)?;
        let grows = (self.adjusted() >= 0) != exp.negative;
        let limit = if grows { ctx.emax } else { ctx.etiny() };
        if exponent_digits(limit) >= magnitude {
            return None;
        }
        let far = if grows { BEYOND } else { ctx.etiny() - 1 };
        Some(Dec::finite(negative, Coef::ONE, far).finish(ctx, st))
    }

    /// A lower bound of `floor(log10(|log10(|self|)|))`.
    fn log10_magnitude(&self, st: &mut u32) -> Option<i64> {
        let adjusted = self.adjusted();
        if adjusted > 0 {
            return Some(exponent_digits(adjusted) - 1);
        }
        if adjusted < -1 {
            return Some(exponent_digits(adjusted + 1) - 1);
        }
        // log10(1 + x) is about 0.43 x.
        let magnitude = self.clone().with_sign(false);
        let distance = magnitude.sub(&Dec::one(), &Ctx::MAX, st);
        distance
            .is_finite()
            .then(|| distance.adjusted() - if adjusted == 0 { 2 } else { 1 })
    }

    fn pow_integer(&self, exp: &Dec, negative: bool, ctx: &Ctx, st: &mut u32) -> Dec {
        let mut work = ctx.with_round(Rounding::HalfEven);
        work.prec += exp.digits() + exp.exp + 2;
        work.clamp = false;
        let base = if exp.negative {
            work.prec += 1;
            let mut occurred = 0;
            let inverse = Dec::one().div(self, &work, &mut occurred);
            *st |= occurred;
            if occurred & status::ERRORS != 0 {
                return Dec::nan();
            }
            inverse
        } else {
            self.clone()
        };
        let magnitude = exp.clone().with_sign(false);
        let mut result = match unsigned(&magnitude) {
            Some(n) => base.pow_u64(n, &work, st),
            None => base.pow_huge(&magnitude, &work, st),
        };
        result.negative = negative;
        if result.is_infinite() {
            // The context's rounding says whether that is an infinity.
            result = Dec::finite(negative, Coef::ONE, BEYOND);
        }
        result.finish(ctx, st)
    }

    /// From the first bit of `n` to the last.
    fn pow_u64(&self, n: u64, work: &Ctx, st: &mut u32) -> Dec {
        let mut occurred = 0;
        let mut result = self.clone();
        if n == 0 {
            return Dec::one();
        }
        let mut bit = 1u64 << (63 - n.leading_zeros());
        while bit > 1 {
            bit >>= 1;
            result = result.mul(&result, work, &mut occurred);
            if n & bit != 0 {
                result = result.mul(self, work, &mut occurred);
            }
            if gone(&result, occurred) {
                break;
            }
        }
        *st |= occurred;
        result
    }

    /// From the last bit of the exponent to the first.
    fn pow_huge(&self, exp: &Dec, work: &Ctx, st: &mut u32) -> Dec {
        let Some(exp) = exp.coef.shl10(exp.exp) else {
            return Dec::no_memory(st);
        };
        let mut exp = exp.to_big();
        let mut occurred = 0;
        let mut base = self.clone();
        let mut result = Dec::one();
        while !exp.is_zero() {
            if &exp % 2u8 == 1 {
                result = result.mul(&base, work, &mut occurred);
                *st |= occurred;
                if gone(&result, occurred) {
                    break;
                }
            }
            base = base.mul(&base, work, &mut occurred);
            exp >>= 1;
        }
        result
    }

    /// `exp(exp * ln(self))`.
    fn pow_real(&self, exp: &Dec, ctx: &Ctx, st: &mut u32) -> Dec {
        let mut work = ctx.with_round(Rounding::HalfEven);
        work.prec = ctx.prec.max(self.digits()) + 4 + EXPONENT_DIGITS;
        // The logarithm may be out of a narrow range where the result is not.
        (work.emax, work.emin) = (Ctx::MAX.emax, Ctx::MAX.emin);
        work.clamp = false;
        let mut ignored = 0;
        let log = self.ln(&work, &mut ignored);
        let product = log.mul(exp, &work, &mut ignored);
        let mut result = product.exp(&work, st);
        if ignored & status::NO_MEMORY != 0 {
            return Dec::no_memory(st);
        }
        if result.is_finite() && result.magnitudes(&Dec::one()) == Ordering::Equal {
            result = padded_one(false, ctx.prec - 1, st);
        }
        if result.is_infinite() {
            result = Dec::finite(false, Coef::ONE, BEYOND);
        }
        *st |= status::INEXACT | status::ROUNDED;
        result.finish(ctx, st)
    }

    /// `self ** exp % modulus` for whole numbers.
    pub fn pow_mod(&self, exp: &Dec, modulus: &Dec, ctx: &Ctx, st: &mut u32) -> Dec {
        if let Some(nan) = Dec::nan_of(&[self, exp, modulus], ctx, st) {
            return nan;
        }
        if ![self, exp, modulus]
            .iter()
            .all(|d| d.is_finite() && d.is_integer())
            || modulus.coef.is_zero()
            || modulus.digits() + modulus.exp > ctx.prec
        {
            return Dec::invalid(st);
        }
        let negative = self.negative && exp.is_odd_integer();
        let unit = modulus.magnitudes(&Dec::one()) == Ordering::Equal;
        if exp.coef.is_zero() {
            if self.coef.is_zero() {
                return Dec::invalid(st);
            }
            return Dec::finite(negative, Coef::Small(u128::from(!unit)), 0);
        }
        if exp.negative {
            return Dec::invalid(st);
        }
        if self.coef.is_zero() {
            return Dec::zero(negative, 0);
        }
        let Some(modulus) = whole(modulus) else {
            return Dec::no_memory(st);
        };
        if unit {
            return Dec::zero(negative, 0);
        }
        let result = power_mod(self, exp, modulus);
        Dec::finite(negative, Coef::new(result), 0)
    }
}

/// `|base| ** exp % modulus`, without writing out the zeros of large exponents.
fn power_mod(base: &Dec, exp: &Dec, modulus: UBig) -> UBig {
    let ring = ConstDivisor::new(modulus);
    let split = |d: &Dec| {
        if d.exp >= 0 {
            (d.coef.to_big(), d.exp as u64)
        } else {
            (d.coef.shr10(-d.exp).0.to_big(), 0)
        }
    };
    let ten = ring.reduce(UBig::from(10u8));
    let (c, zeros) = split(base);
    let base = ring.reduce(c) * ten.pow(&UBig::from(zeros));
    let (c, zeros) = split(exp);
    let mut result = base.pow(&c);
    for _ in 0..zeros {
        result = result.pow(&UBig::from(10u8));
    }
    result.residue()
}

/// A whole number as an integer.
fn whole(d: &Dec) -> Option<UBig> {
    if d.exp < 0 {
        return Some(d.coef.shr10(-d.exp).0.to_big());
    }
    (d.exp <= MAX_DIGITS)
        .then(|| d.coef.shl10(d.exp))
        .flatten()
        .map(|c| c.to_big())
}

/// A whole number that fits 64 bits.
fn unsigned(d: &Dec) -> Option<u64> {
    if d.adjusted() > 20 {
        return None;
    }
    u64::try_from(whole(d)?).ok()
}

/// The digits of an exponent.
fn exponent_digits(exp: i64) -> i64 {
    wide::digits(exp.unsigned_abs().into())
}

/// More multiplications cannot change an infinity, a NaN or a zero that came from underflow.
fn gone(d: &Dec, occurred: u32) -> bool {
    !d.is_finite() || d.coef.is_zero() && occurred & status::CLAMPED != 0
}

/// 1 with zeros behind the point.
fn padded_one(negative: bool, zeros: i64, st: &mut u32) -> Dec {
    match Coef::ONE.shl10(zeros) {
        Some(c) => Dec::finite(negative, c, -zeros),
        None => Dec::no_memory(st),
    }
}
