//! Quotients, remainders and the square root.

use dashu_int::UBig;
use dashu_int::ops::{DivRem, SquareRootRem};

use crate::coef::{Coef, MAX_DIGITS, Rest, pow10};
use crate::context::{Ctx, Rounding, status};
use crate::num::Dec;
use crate::wide::{self, POW10};

impl Dec {
    pub fn div(&self, other: &Dec, ctx: &Ctx, st: &mut u32) -> Dec {
        let negative = self.negative != other.negative;
        if !self.is_finite() || !other.is_finite() {
            if let Some(nan) = Dec::nan_of(&[self, other], ctx, st) {
                return nan;
            }
            if self.is_infinite() {
                return if other.is_infinite() {
                    Dec::invalid(st)
                } else {
                    Dec::infinity(negative)
                };
            }
            *st |= status::CLAMPED;
            return Dec::zero(negative, ctx.etiny());
        }
        if other.coef.is_zero() {
            return self.div_by_zero(negative, st);
        }
        let ideal = self.exp - other.exp;
        if self.coef.is_zero() {
            return Dec::zero(negative, ideal).finish(ctx, st);
        }
        let shift = other.coef.digits() - self.coef.digits() + ctx.prec + 1;
        let Some((mut q, exact)) = quotient(&self.coef, &other.coef, shift) else {
            return Dec::no_memory(st);
        };
        let mut exp = ideal - shift;
        let mut rest = Rest::Zero;
        if exact {
            let zeros = (ideal - exp).min(q.trailing_zeros());
            if zeros > 0 {
                q = q.shr10(zeros).0;
                exp += zeros;
            }
        } else {
            rest = Rest::Below;
        }
        Dec::finite(negative, q, exp).finish_with(rest, ctx, st)
    }

    #[cold]
    fn div_by_zero(&self, negative: bool, st: &mut u32) -> Dec {
        if self.is_zero() {
            return Dec::error(status::DIVISION_UNDEFINED, st);
        }
        *st |= status::DIVISION_BY_ZERO;
        Dec::infinity(negative)
    }

    /// Whole quotient and remainder of finite numbers, the divisor not zero. `None`: impossible.
    fn whole_div(&self, other: &Dec, ctx: &Ctx, st: &mut u32) -> Option<(Dec, Dec)> {
        let negative = self.negative != other.negative;
        let ideal = self.exp.min(other.exp);
        if self.coef.is_zero() {
            return Some((Dec::zero(negative, 0), Dec::zero(self.negative, ideal)));
        }
        let gap = self.adjusted() - other.adjusted();
        if gap < 0 {
            let r = match self.coef.shl10(self.exp - ideal) {
                Some(c) => Dec::finite(self.negative, c, ideal),
                None => Dec::no_memory(st),
            };
            return Some((Dec::zero(negative, 0), r));
        }
        if gap > ctx.prec {
            *st |= status::DIVISION_IMPOSSIBLE;
            return None;
        }
        let aligned = (
            self.coef.shl10(self.exp - ideal),
            other.coef.shl10(other.exp - ideal),
        );
        let (Some(a), Some(b)) = aligned else {
            *st |= status::NO_MEMORY;
            return None;
        };
        let (q, r) = a.div_rem(&b);
        if q.digits() > ctx.prec {
            *st |= status::DIVISION_IMPOSSIBLE;
            return None;
        }
        Some((
            Dec::finite(negative, q, 0),
            Dec::finite(self.negative, r, ideal),
        ))
    }

    pub fn div_int(&self, other: &Dec, ctx: &Ctx, st: &mut u32) -> Dec {
        let negative = self.negative != other.negative;
        if let Some(nan) = Dec::nan_of(&[self, other], ctx, st) {
            return nan;
        }
        match (self.is_infinite(), other.is_infinite()) {
            (true, true) => return Dec::invalid(st),
            (true, false) => return Dec::infinity(negative),
            (false, true) => return Dec::zero(negative, 0),
            (false, false) => {}
        }
        if other.coef.is_zero() {
            return self.div_by_zero(negative, st);
        }
        match self.whole_div(other, ctx, st) {
            Some((q, _)) => q.finish(ctx, st),
            None => Dec::nan(),
        }
    }

    pub fn rem(&self, other: &Dec, ctx: &Ctx, st: &mut u32) -> Dec {
        if let Some(d) = self.rem_special(other, ctx, st) {
            return d;
        }
        match self.whole_div(other, ctx, st) {
            Some((_, r)) => r.finish(ctx, st),
            None => Dec::nan(),
        }
    }

    fn rem_special(&self, other: &Dec, ctx: &Ctx, st: &mut u32) -> Option<Dec> {
        if let Some(nan) = Dec::nan_of(&[self, other], ctx, st) {
            return Some(nan);
        }
        if self.is_infinite() {
            return Some(Dec::invalid(st));
        }
        if other.is_infinite() {
            return Some(self.clone().finish(ctx, st));
        }
        if !other.coef.is_zero() {
            return None;
        }
        Some(if self.coef.is_zero() {
            Dec::error(status::DIVISION_UNDEFINED, st)
        } else {
            Dec::invalid(st)
        })
    }

    pub fn div_mod(&self, other: &Dec, ctx: &Ctx, st: &mut u32) -> (Dec, Dec) {
        let negative = self.negative != other.negative;
        if let Some(nan) = Dec::nan_of(&[self, other], ctx, st) {
            return (nan.clone(), nan);
        }
        if self.is_infinite() {
            let r = Dec::invalid(st);
            return if other.is_infinite() {
                (Dec::nan(), r)
            } else {
                (Dec::infinity(negative), r)
            };
        }
        if other.is_infinite() {
            return (Dec::zero(negative, 0), self.clone().finish(ctx, st));
        }
        if other.coef.is_zero() {
            if self.coef.is_zero() {
                return (Dec::error(status::DIVISION_UNDEFINED, st), Dec::nan());
            }
            *st |= status::DIVISION_BY_ZERO | status::INVALID_OPERATION;
            return (Dec::infinity(negative), Dec::nan());
        }
        match self.whole_div(other, ctx, st) {
            Some((q, r)) => (q.finish(ctx, st), r.finish(ctx, st)),
            None => (Dec::nan(), Dec::nan()),
        }
    }

    /// The remainder of the division whose quotient is rounded to the nearest whole number.
    pub fn rem_near(&self, other: &Dec, ctx: &Ctx, st: &mut u32) -> Dec {
        if let Some(d) = self.rem_special(other, ctx, st) {
            return d;
        }
        let ideal = self.exp.min(other.exp);
        if self.coef.is_zero() {
            return Dec::zero(self.negative, ideal).finish(ctx, st);
        }
        let gap = self.adjusted() - other.adjusted();
        if gap > ctx.prec {
            return Dec::error(status::DIVISION_IMPOSSIBLE, st);
        }
        if gap <= -2 {
            return self.rescale(ideal, ctx.round, st).finish(ctx, st);
        }
        let aligned = (
            self.coef.shl10(self.exp - ideal),
            other.coef.shl10(other.exp - ideal),
        );
        let (Some(a), Some(b)) = aligned else {
            return Dec::no_memory(st);
        };
        let (mut q, mut r) = a.div_rem(&b);
        let twice = r.add(&r);
        let mut negative = self.negative;
        if twice > b || twice == b && q.is_odd() {
            r = b.sub(&r);
            q = q.add(&Coef::ONE);
            negative = !negative;
        }
        if q.digits() > ctx.prec {
            return Dec::error(status::DIVISION_IMPOSSIBLE, st);
        }
        Dec::finite(negative, r, ideal).finish(ctx, st)
    }

    pub fn sqrt(&self, ctx: &Ctx, st: &mut u32) -> Dec {
        if let Some(nan) = Dec::nan_of(&[self], ctx, st) {
            return nan;
        }
        if self.is_zero() {
            let ideal = (self.exp - (self.exp & 1)) / 2;
            return Dec::zero(self.negative, ideal).finish(ctx, st);
        }
        if self.negative {
            return Dec::invalid(st);
        }
        if self.is_infinite() {
            return self.clone();
        }
        self.sqrt_positive(ctx, st)
    }

    /// The root of an integer of twice the wanted digits and one more; a sticky last digit if it is not exact.
    fn sqrt_positive(&self, ctx: &Ctx, st: &mut u32) -> Dec {
        let digits = self.coef.digits();
        let ideal = self.exp >> 1;
        let odd = self.exp & 1;
        let half = if odd == 1 {
            (digits >> 1) + 1
        } else {
            (digits + 1) >> 1
        };
        let shift = ctx.prec + 1 - half;
        if shift > MAX_DIGITS / 2 {
            return Dec::no_memory(st);
        }
        let c = self.coef.to_big() * pow10(odd);
        let (c, mut exact) = if shift >= 0 {
            (c * pow10(2 * shift), true)
        } else {
            let (q, r) = c.div_rem(pow10(-2 * shift));
            (q, r == UBig::ZERO)
        };
        let (root, rest) = c.sqrt_rem();
        exact &= rest == UBig::ZERO;
        let mut root = Coef::new(root);
        let mut exp = ideal - shift;
        let mut sticky = Rest::Zero;
        if exact {
            root = if shift >= 0 {
                root.shr10(shift).0
            } else {
                Coef::new(root.to_big() * pow10(-shift))
            };
            exp = ideal;
        } else {
            sticky = Rest::Below;
        }
        let ctx = ctx.with_round(Rounding::HalfEven);
        Dec::finite(false, root, exp).finish_with(sticky, &ctx, st)
    }
}

/// `a * 10^shift / b`, and whether it is exact. `None`: too large for the memory.
fn quotient(a: &Coef, b: &Coef, shift: i64) -> Option<(Coef, bool)> {
    if let (Coef::Small(a), Coef::Small(b)) = (a, b)
        && (0..=38).contains(&shift)
    {
        let (high, low) = wide::mul(*a, POW10[shift as usize]);
        if high < *b {
            let (q, r) = wide::div(high, low, *b);
            return Some((Coef::from_u128(q), r == 0));
        }
    }
    let (a, b) = if shift >= 0 {
        (a.shl10(shift)?, b.clone())
    } else {
        (a.clone(), b.shl10(-shift)?)
    };
    let (q, r) = a.div_rem(&b);
    Some((q, r.is_zero()))
}
