//! Order: numerical, total, extremes and neighbours.

use std::cmp::Ordering;

use crate::coef::Coef;
use crate::context::{Ctx, Rounding, status};
use crate::num::{Dec, Kind};

impl Dec {
    /// The numerical order; the operands are not NaNs.
    pub fn numerical(&self, other: &Dec) -> Ordering {
        match (self.is_zero(), other.is_zero()) {
            (true, true) => return Ordering::Equal,
            (true, false) => return sign_order(other.negative).reverse(),
            (false, true) => return sign_order(self.negative),
            (false, false) => {}
        }
        if self.negative != other.negative {
            return sign_order(self.negative);
        }
        let magnitudes = self.magnitudes(other);
        if self.negative {
            magnitudes.reverse()
        } else {
            magnitudes
        }
    }

    /// The order of the absolute values; the operands are not NaNs.
    pub fn magnitudes(&self, other: &Dec) -> Ordering {
        match (self.is_infinite(), other.is_infinite()) {
            (false, false) => {}
            (a, b) => return a.cmp(&b),
        }
        if self.coef.is_zero() || other.coef.is_zero() {
            return other.coef.is_zero().cmp(&self.coef.is_zero());
        }
        if self.exp == other.exp {
            return self.coef.cmp(&other.coef);
        }
        let adjusted = self.adjusted().cmp(&other.adjusted());
        if adjusted != Ordering::Equal {
            return adjusted;
        }
        // Of equal magnitude the gap is less than the digits of a coefficient.
        let gap = self.exp - other.exp;
        if gap > 0 {
            self.coef
                .shl10(gap)
                .map_or(Ordering::Greater, |c| c.cmp(&other.coef))
        } else {
            other
                .coef
                .shl10(-gap)
                .map_or(Ordering::Less, |c| self.coef.cmp(&c))
        }
    }

    /// The numerical order for Python's operators, `None` with a NaN; signaling ones are invalid.
    pub fn order(&self, other: &Dec, st: &mut u32) -> Option<Ordering> {
        if self.is_nan() || other.is_nan() {
            if self.is_snan() || other.is_snan() {
                *st |= status::INVALID_OPERATION;
            }
            return None;
        }
        Some(self.numerical(other))
    }

    pub fn compare(&self, other: &Dec, ctx: &Ctx, st: &mut u32) -> Dec {
        match Dec::nan_of(&[self, other], ctx, st) {
            Some(nan) => nan,
            None => Dec::from_i64(self.numerical(other) as i64),
        }
    }

    /// The same; quiet NaNs are invalid too.
    pub fn compare_signal(&self, other: &Dec, ctx: &Ctx, st: &mut u32) -> Dec {
        if self.is_nan() || other.is_nan() {
            *st |= status::INVALID_OPERATION;
        }
        self.compare(other, ctx, st)
    }

    /// The order of representations: `-NaN < -sNaN < -inf < ... < inf < sNaN < NaN`.
    pub fn total(&self, other: &Dec) -> Ordering {
        if self.negative != other.negative {
            return sign_order(self.negative);
        }
        let order = self.total_magnitudes(other);
        if self.negative {
            order.reverse()
        } else {
            order
        }
    }

    pub fn total_magnitudes(&self, other: &Dec) -> Ordering {
        let rank = |d: &Dec| match d.kind {
            Kind::Finite | Kind::Infinite => 0,
            Kind::SignalingNan => 1,
            Kind::Nan => 2,
        };
        let by_rank = rank(self).cmp(&rank(other));
        if by_rank != Ordering::Equal {
            return by_rank;
        }
        if self.is_nan() {
            return self.coef.cmp(&other.coef);
        }
        self.magnitudes(other)
            .then_with(|| self.exp.cmp(&other.exp))
    }

    /// The order by which the larger of numerically equal numbers is found.
    fn order_of_equals(&self, other: &Dec) -> Ordering {
        if self.negative != other.negative {
            return sign_order(self.negative);
        }
        let order = self.exp.cmp(&other.exp);
        if self.negative {
            order.reverse()
        } else {
            order
        }
    }

    /// The larger (`wanted` is `Greater`) or smaller of two numbers, or of their magnitudes.
    pub fn extreme(
        &self,
        other: &Dec,
        wanted: Ordering,
        by_magnitude: bool,
        ctx: &Ctx,
        st: &mut u32,
    ) -> Dec {
        if self.is_qnan() && !other.is_nan() {
            return other.clone().finish(ctx, st);
        }
        if other.is_qnan() && !self.is_nan() {
            return self.clone().finish(ctx, st);
        }
        if let Some(nan) = Dec::nan_of(&[self, other], ctx, st) {
            return nan;
        }
        let order = if by_magnitude {
            self.magnitudes(other)
        } else {
            self.numerical(other)
        };
        let order = order.then_with(|| self.order_of_equals(other));
        let chosen = if order == wanted.reverse() {
            other
        } else {
            self
        };
        chosen.clone().finish(ctx, st)
    }

    pub fn next_minus(&self, ctx: &Ctx, st: &mut u32) -> Dec {
        self.neighbour(true, ctx, st)
    }

    pub fn next_plus(&self, ctx: &Ctx, st: &mut u32) -> Dec {
        self.neighbour(false, ctx, st)
    }

    /// The nearest other number of the context below (`down`) or above.
    fn neighbour(&self, down: bool, ctx: &Ctx, st: &mut u32) -> Dec {
        if let Some(nan) = Dec::nan_of(&[self], ctx, st) {
            return nan;
        }
        if self.is_infinite() {
            if self.negative == down {
                return self.clone();
            }
            return Dec::largest(self.negative, ctx, st);
        }
        let round = if down {
            Rounding::Floor
        } else {
            Rounding::Ceiling
        };
        let ctx = ctx.with_round(round);
        let mut occurred = 0;
        let rounded = self.clone().finish(&ctx, &mut occurred);
        if occurred & (status::INEXACT | status::ERRORS) != 0 {
            *st |= occurred & status::ERRORS;
            return rounded;
        }
        let tiny = Dec::finite(down, Coef::ONE, ctx.etiny() - 1);
        let mut occurred = 0;
        let next = self.add(&tiny, &ctx, &mut occurred);
        *st |= occurred & status::ERRORS;
        next
    }

    pub fn next_toward(&self, other: &Dec, ctx: &Ctx, st: &mut u32) -> Dec {
        if let Some(nan) = Dec::nan_of(&[self, other], ctx, st) {
            return nan;
        }
        let next = match self.numerical(other) {
            Ordering::Equal => return self.clone().with_sign(other.negative),
            Ordering::Less => self.next_plus(ctx, st),
            Ordering::Greater => self.next_minus(ctx, st),
        };
        if next.is_infinite() {
            *st |= status::OVERFLOW | status::ROUNDED | status::INEXACT;
        } else if next.adjusted() < ctx.emin {
            *st |= status::UNDERFLOW | status::SUBNORMAL | status::ROUNDED | status::INEXACT;
            if next.is_zero() {
                *st |= status::CLAMPED;
            }
        }
        next
    }
}

/// How a nonzero number of that sign stands to zero.
fn sign_order(negative: bool) -> Ordering {
    if negative {
        Ordering::Less
    } else {
        Ordering::Greater
    }
}
