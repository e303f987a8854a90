//! Sums, products, signs, and rounding to an exponent.

use std::cmp::Ordering;

use crate::coef::{Coef, Rest};
use crate::context::{Ctx, MAX_EMAX, MIN_ETINY, Rounding, status};
use crate::num::{Dec, Kind};
use crate::wide::{self, POW10};

impl Dec {
    pub fn add(&self, other: &Dec, ctx: &Ctx, st: &mut u32) -> Dec {
        self.add_signed(other, other.negative, ctx, st)
    }

    pub fn sub(&self, other: &Dec, ctx: &Ctx, st: &mut u32) -> Dec {
        self.add_signed(other, !other.negative, ctx, st)
    }

    /// `self` plus `other` with that sign.
    fn add_signed(&self, other: &Dec, negative: bool, ctx: &Ctx, st: &mut u32) -> Dec {
        if let (Kind::Finite, Kind::Finite) = (self.kind, other.kind) {
            if let (Coef::Small(a), Coef::Small(b)) = (&self.coef, &other.coef) {
                let gap = self.exp - other.exp;
                let (a, b, fits) = align(*a, *b, gap);
                if fits {
                    let exp = self.exp.min(other.exp);
                    return small_sum(self.negative, a, negative, b, exp, ctx, st);
                }
            }
            return self.add_finite(other, negative, ctx, st);
        }
        if let Some(nan) = Dec::nan_of(&[self, other], ctx, st) {
            return nan;
        }
        match (self.is_infinite(), other.is_infinite()) {
            (true, true) if self.negative != negative => Dec::invalid(st),
            (true, _) => self.clone(),
            _ => other.clone().with_sign(negative),
        }
    }

    fn add_finite(&self, other: &Dec, negative: bool, ctx: &Ctx, st: &mut u32) -> Dec {
        let other_signed = other.clone().with_sign(negative);
        let (big, small) = if self.exp > other.exp {
            (self, &other_signed)
        } else {
            (&other_signed, self)
        };
        let mut small_coef = std::borrow::Cow::Borrowed(&small.coef);
        let mut exp = small.exp;
        let mut big_coef = std::borrow::Cow::Borrowed(&big.coef);
        if big.exp != small.exp && !big.coef.is_zero() {
            // What is far below the last digit of the result may as well be a 1 there: no huge shift.
            let digits = big.coef.digits();
            let floor = big.exp - 1
                + if digits > ctx.prec {
                    0
                } else {
                    digits - ctx.prec - 1
                };
            if small.adjusted() < floor {
                let tiny = if small.coef.is_zero() {
                    Coef::ZERO
                } else {
                    Coef::ONE
                };
                small_coef = std::borrow::Cow::Owned(tiny);
                exp = floor;
            }
            match big.coef.shl10(big.exp - exp) {
                Some(c) => big_coef = std::borrow::Cow::Owned(c),
                None => return Dec::no_memory(st),
            }
        }
        let (a, b) = (&*big_coef, &*small_coef);
        let sum = if big.negative == small.negative {
            Dec::finite(big.negative, a.add(b), exp)
        } else {
            match a.cmp(b) {
                Ordering::Greater => Dec::finite(big.negative, a.sub(b), exp),
                Ordering::Less => Dec::finite(small.negative, b.sub(a), exp),
                Ordering::Equal => Dec::zero(ctx.round == Rounding::Floor, exp),
            }
        };
        sum.finish(ctx, st)
    }

    pub fn mul(&self, other: &Dec, ctx: &Ctx, st: &mut u32) -> Dec {
        let negative = self.negative != other.negative;
        if let (Kind::Finite, Kind::Finite) = (self.kind, other.kind) {
            let exp = self.exp + other.exp;
            if let (Coef::Small(a), Coef::Small(b)) = (&self.coef, &other.coef) {
                let product = match (u64::try_from(*a), u64::try_from(*b)) {
                    (Ok(a), Ok(b)) => (0, u128::from(a) * u128::from(b)),
                    _ => wide::mul(*a, *b),
                };
                return Dec::finish_wide(negative, product, exp, ctx, st);
            }
            return Dec::finite(negative, self.coef.mul(&other.coef), exp).finish(ctx, st);
        }
        match self.mul_special(other, ctx, st) {
            Some(d) => d,
            None => Dec::infinity(negative),
        }
    }

    /// NaNs and `0 * infinity`; `None` if the result is infinite.
    fn mul_special(&self, other: &Dec, ctx: &Ctx, st: &mut u32) -> Option<Dec> {
        if let Some(nan) = Dec::nan_of(&[self, other], ctx, st) {
            return Some(nan);
        }
        (self.is_zero() || other.is_zero()).then(|| Dec::invalid(st))
    }

    /// `self * other + third`, rounded once.
    pub fn fma(&self, other: &Dec, third: &Dec, ctx: &Ctx, st: &mut u32) -> Dec {
        let product = if self.is_finite() && other.is_finite() {
            let negative = self.negative != other.negative;
            Dec::finite(negative, self.coef.mul(&other.coef), self.exp + other.exp)
        } else {
            let mut of_product = 0;
            let product = self.mul(other, ctx, &mut of_product);
            *st |= of_product;
            if of_product & status::INVALID_OPERATION != 0 {
                return product;
            }
            product
        };
        product.add(third, ctx, st)
    }

    pub fn plus(&self, ctx: &Ctx, st: &mut u32) -> Dec {
        self.with_sign_rounded(self.negative, ctx, st)
    }

    pub fn minus(&self, ctx: &Ctx, st: &mut u32) -> Dec {
        self.with_sign_rounded(!self.negative, ctx, st)
    }

    fn with_sign_rounded(&self, negative: bool, ctx: &Ctx, st: &mut u32) -> Dec {
        if let Some(nan) = Dec::nan_of(&[self], ctx, st) {
            return nan;
        }
        let negative = negative && (!self.is_zero() || ctx.round == Rounding::Floor);
        self.clone().with_sign(negative).finish(ctx, st)
    }

    pub fn abs(&self, ctx: &Ctx, st: &mut u32) -> Dec {
        if self.negative {
            self.minus(ctx, st)
        } else {
            self.plus(ctx, st)
        }
    }

    /// The number with the exponent of `other`.
    pub fn quantize(&self, other: &Dec, ctx: &Ctx, st: &mut u32) -> Dec {
        if let Some(nan) = Dec::nan_of(&[self, other], ctx, st) {
            return nan;
        }
        if self.is_infinite() || other.is_infinite() {
            if self.is_infinite() && other.is_infinite() {
                return self.clone();
            }
            return Dec::invalid(st);
        }
        if other.exp > ctx.emax || other.exp < ctx.etiny() {
            return Dec::invalid(st);
        }
        if self.coef.is_zero() {
            return Dec::zero(self.negative, other.exp).finish(ctx, st);
        }
        let gap = self.exp - other.exp;
        if self.coef.digits() + gap > ctx.prec {
            return Dec::invalid(st);
        }
        let mut occurred = 0;
        let mut d = self.clone();
        if gap >= 0 {
            match self.coef.shl10(gap) {
                Some(c) => d.coef = c,
                None => return Dec::no_memory(st),
            }
        } else {
            let rest = d.cut(-gap, ctx.round);
            occurred = status::ROUNDED;
            if rest != Rest::Zero {
                occurred |= status::INEXACT;
            }
        }
        d.exp = other.exp;
        if d.adjusted() > ctx.emax || d.digits() > ctx.prec {
            return Dec::invalid(st);
        }
        *st |= occurred;
        d.finish(ctx, st)
    }

    /// A finite number with the exponent `exp`, whatever the precision; only the rounding is the context's.
    pub fn rescale(&self, exp: i64, round: Rounding, st: &mut u32) -> Dec {
        if !self.is_finite() {
            return self.clone();
        }
        if !(MIN_ETINY - 1..=MAX_EMAX + 1).contains(&exp) {
            return Dec::invalid(st);
        }
        if self.coef.is_zero() {
            return Dec::zero(self.negative, exp);
        }
        let gap = self.exp - exp;
        let mut d = self.clone();
        if gap >= 0 {
            match self.coef.shl10(gap) {
                Some(c) => d.coef = c,
                None => return Dec::no_memory(st),
            }
        } else {
            let rest = d.cut(-gap, round);
            *st |= status::ROUNDED;
            if rest != Rest::Zero {
                *st |= status::INEXACT;
            }
        }
        d.exp = exp;
        d
    }

    /// A whole number near by, with Inexact and Rounded if `exact`.
    pub fn to_integral(&self, round: Rounding, exact: bool, ctx: &Ctx, st: &mut u32) -> Dec {
        if let Some(nan) = Dec::nan_of(&[self], ctx, st) {
            return nan;
        }
        if self.is_infinite() || self.exp >= 0 {
            return self.clone();
        }
        if self.coef.is_zero() {
            return Dec::zero(self.negative, 0);
        }
        let mut d = self.clone();
        let rest = d.cut(-self.exp, round);
        d.exp = 0;
        if exact {
            *st |= status::ROUNDED;
            if rest != Rest::Zero {
                *st |= status::INEXACT;
            }
        }
        d
    }

    /// The number without zeros at the end of its coefficient.
    pub fn reduce(&self, ctx: &Ctx, st: &mut u32) -> Dec {
        if let Some(nan) = Dec::nan_of(&[self], ctx, st) {
            return nan;
        }
        let mut d = self.clone().finish(ctx, st);
        if !d.is_finite() {
            return d;
        }
        if d.coef.is_zero() {
            d.exp = 0;
            return d;
        }
        let largest = if ctx.clamp { ctx.etop() } else { ctx.emax };
        let zeros = d.coef.trailing_zeros().min(largest - d.exp);
        if zeros > 0 {
            d.coef = d.coef.shr10(zeros).0;
            d.exp += zeros;
        }
        d
    }
}

/// The coefficients at the lower of two exponents that differ by `gap`, if they stay below `10^38`.
#[inline]
fn align(a: u128, b: u128, gap: i64) -> (u128, u128, bool) {
    let scale = |n: u128, by: i64| {
        if n == 0 {
            return (0, true);
        }
        if by > 38 || wide::digits(n) + by > 38 {
            return (n, false);
        }
        (n * POW10[by as usize], true)
    };
    match gap.cmp(&0) {
        Ordering::Equal => (a, b, true),
        Ordering::Greater => {
            let (a, fits) = scale(a, gap);
            (a, b, fits)
        }
        Ordering::Less => {
            let (b, fits) = scale(b, -gap);
            (a, b, fits)
        }
    }
}

#[inline]
fn small_sum(
    a_negative: bool,
    a: u128,
    b_negative: bool,
    b: u128,
    exp: i64,
    ctx: &Ctx,
    st: &mut u32,
) -> Dec {
    if a_negative == b_negative {
        return Dec::finite(a_negative, Coef::from_u128(a + b), exp).finish(ctx, st);
    }
    let (negative, difference) = match a.cmp(&b) {
        Ordering::Greater => (a_negative, a - b),
        Ordering::Less => (b_negative, b - a),
        Ordering::Equal => (ctx.round == Rounding::Floor, 0),
    };
    Dec::finite(negative, Coef::Small(difference), exp).finish(ctx, st)
}
