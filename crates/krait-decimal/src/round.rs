//! Rounding a result to its context.

use crate::coef::{Coef, Rest, shr_u128};
use crate::context::{Ctx, Rounding, status};
use crate::num::Dec;
use crate::wide::{self, POW10};

/// Whether a number with that sign, last digit and rest is rounded away from zero.
pub fn away(coef: &Coef, rest: Rest, negative: bool, round: Rounding) -> bool {
    if rest == Rest::Zero {
        return false;
    }
    match round {
        Rounding::Down => false,
        Rounding::Up => true,
        Rounding::ZeroFiveUp => matches!(coef.last_digit(), 0 | 5),
        Rounding::HalfUp => rest >= Rest::Half,
        Rounding::HalfDown => rest == Rest::Above,
        Rounding::HalfEven => rest == Rest::Above || rest == Rest::Half && coef.is_odd(),
        Rounding::Ceiling => !negative,
        Rounding::Floor => negative,
    }
}

impl Dec {
    /// Cuts off `n` digits and rounds, without regard to the precision; what was cut off.
    pub fn cut(&mut self, n: i64, round: Rounding) -> Rest {
        let (coef, rest) = self.coef.shr10(n);
        self.coef = coef;
        self.round_up_if(rest, round);
        rest
    }

    fn round_up_if(&mut self, rest: Rest, round: Rounding) {
        if away(&self.coef, rest, self.negative, round) {
            self.coef = self.coef.add(&Coef::ONE);
        }
    }

    /// The number as a result in `ctx`: rounded, within the limits of the exponent.
    #[inline]
    pub fn finish(self, ctx: &Ctx, st: &mut u32) -> Dec {
        self.finish_with(Rest::Zero, ctx, st)
    }

    /// The same for a number whose exact value has `rest` units of the last digit more.
    #[inline]
    pub fn finish_with(mut self, rest: Rest, ctx: &Ctx, st: &mut u32) -> Dec {
        if !self.is_finite() {
            if self.is_nan() {
                self.fix_nan(ctx);
            }
            return self;
        }
        let digits = self.coef.digits();
        let adjusted = self.exp + (digits - 1);
        // Nearly every result is a plain one.
        if rest == Rest::Zero
            && digits <= ctx.prec
            && adjusted <= ctx.emax
            && adjusted >= ctx.emin
            && !ctx.clamp
        {
            return self;
        }
        self.check_exponent(digits, rest, ctx, st);
        if !self.is_finite() {
            return self;
        }
        self.check_precision(rest, ctx, st);
        self
    }

    fn overflow(&mut self, ctx: &Ctx, st: &mut u32) {
        let largest = match ctx.round {
            Rounding::Down | Rounding::ZeroFiveUp => true,
            Rounding::Ceiling => self.negative,
            Rounding::Floor => !self.negative,
            _ => false,
        };
        *st |= status::OVERFLOW | status::INEXACT | status::ROUNDED;
        *self = if largest {
            Dec::largest(self.negative, ctx, st)
        } else {
            Dec::infinity(self.negative)
        };
    }

    /// The finite number of the largest magnitude.
    pub fn largest(negative: bool, ctx: &Ctx, st: &mut u32) -> Dec {
        match Coef::ONE.shl10(ctx.prec) {
            Some(c) => Dec::finite(negative, c.sub(&Coef::ONE), ctx.etop()),
            None => Dec::no_memory(st),
        }
    }

    fn check_exponent(&mut self, digits: i64, rest: Rest, ctx: &Ctx, st: &mut u32) {
        let zero = self.coef.is_zero() && rest == Rest::Zero;
        let adjusted = self.exp + (digits - 1);
        if adjusted > ctx.emax {
            if zero {
                self.exp = if ctx.clamp { ctx.etop() } else { ctx.emax };
                *st |= status::CLAMPED;
            } else {
                self.overflow(ctx, st);
            }
        } else if ctx.clamp && self.exp > ctx.etop() {
            match self.coef.shl10(self.exp - ctx.etop()) {
                Some(c) => self.coef = c,
                None => *self = Dec::no_memory(st),
            }
            self.exp = ctx.etop();
            *st |= status::CLAMPED;
            if !zero && adjusted < ctx.emin {
                *st |= status::SUBNORMAL;
            }
        } else if adjusted < ctx.emin {
            self.check_subnormal(zero, rest, ctx, st);
        }
    }

    fn check_subnormal(&mut self, zero: bool, more: Rest, ctx: &Ctx, st: &mut u32) {
        let etiny = ctx.etiny();
        if zero {
            if self.exp < etiny {
                self.exp = etiny;
                *st |= status::CLAMPED;
            }
            return;
        }
        *st |= status::SUBNORMAL;
        if self.exp >= etiny {
            return;
        }
        let (coef, rest) = self.coef.shr10(etiny - self.exp);
        let rest = rest.and_more(more != Rest::Zero);
        self.coef = coef;
        self.exp = etiny;
        self.round_up_if(rest, ctx.round);
        *st |= status::ROUNDED;
        if rest != Rest::Zero {
            *st |= status::INEXACT | status::UNDERFLOW;
            if self.coef.is_zero() {
                *st |= status::CLAMPED;
            }
        }
    }

    fn check_precision(&mut self, more: Rest, ctx: &Ctx, st: &mut u32) {
        let excess = self.coef.digits() - ctx.prec;
        if excess <= 0 {
            return;
        }
        let (coef, rest) = self.coef.shr10(excess);
        self.coef = coef;
        self.exp += excess;
        *st |= status::ROUNDED;
        self.rounded_to_precision(rest.and_more(more != Rest::Zero), ctx, st);
    }

    /// The coefficient has `prec` digits, and there was `rest` more.
    fn rounded_to_precision(&mut self, rest: Rest, ctx: &Ctx, st: &mut u32) {
        if rest != Rest::Zero {
            *st |= status::INEXACT;
        }
        if away(&self.coef, rest, self.negative, ctx.round) {
            self.coef = self.coef.add(&Coef::ONE);
            if self.coef.digits() > ctx.prec {
                self.coef = self.coef.shr10(1).0;
                self.exp += 1;
                let digits = self.coef.digits();
                self.check_exponent(digits, Rest::Zero, ctx, st);
            }
        }
    }

    /// A product or the like of up to 256 bits as a result in `ctx`.
    #[inline]
    pub fn finish_wide(
        negative: bool,
        (high, low): (u128, u128),
        exp: i64,
        ctx: &Ctx,
        st: &mut u32,
    ) -> Dec {
        if high == 0 && low < POW10[38] {
            return Dec::finite(negative, Coef::Small(low), exp).finish(ctx, st);
        }
        if ctx.prec <= 38
            && let Some((coef, cut, rest)) = cut_wide(high, low, ctx.prec)
            && exp + cut + ctx.prec - 1 <= ctx.emax
            && exp + cut + ctx.prec > ctx.emin
        {
            let mut d = Dec::finite(negative, Coef::Small(coef), exp + cut);
            *st |= status::ROUNDED;
            d.rounded_to_precision(rest, ctx, st);
            if ctx.clamp {
                return d.finish(ctx, st);
            }
            return d;
        }
        Dec::finite(negative, Coef::from_wide((high, low)), exp).finish(ctx, st)
    }
}

/// The first `prec` digits of a number of more than 38 digits and at most 76, how many were cut off, and what they were.
fn cut_wide(high: u128, low: u128, prec: i64) -> Option<(u128, i64, Rest)> {
    let (q, r) = (high < POW10[38]).then(|| wide::div(high, low, POW10[38]))?;
    if q == 0 {
        return None;
    }
    if q >= POW10[38] {
        return None;
    }
    let digits = wide::digits(q);
    if digits > prec {
        let (coef, rest) = shr_u128(q, (digits - prec) as usize);
        return Some((coef, 38 + digits - prec, rest.and_more(r != 0)));
    }
    // `prec - digits` of the 38 digits in `r` belong to the result.
    let cut = 38 - (prec - digits);
    let (more, rest) = shr_u128(r, cut as usize);
    Some((q * POW10[(prec - digits) as usize] + more, cut, rest))
}
