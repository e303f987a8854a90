//! Operations on digits: logical ones, shifts, the exponent as a number.

use crate::coef::Coef;
use crate::context::{Ctx, status};
use crate::num::Dec;

impl Dec {
    /// The digits of a logical operand, least significant first, if it is one.
    fn logical_digits(&self) -> Option<Vec<u8>> {
        if !self.is_finite() || self.negative || self.exp != 0 {
            return None;
        }
        let text = self.coef.to_text();
        let digits = text.bytes().rev().map(|b| b - b'0').collect::<Vec<u8>>();
        digits.iter().all(|&d| d <= 1).then_some(digits)
    }

    fn from_logical(digits: impl DoubleEndedIterator<Item = u8>) -> Dec {
        let text = digits.rev().map(|d| (b'0' + d) as char).collect::<String>();
        Dec::finite(false, Coef::parse(text.as_bytes()), 0)
    }

    pub fn logical(&self, other: &Dec, op: fn(u8, u8) -> u8, ctx: &Ctx, st: &mut u32) -> Dec {
        let (Some(a), Some(b)) = (self.logical_digits(), other.logical_digits()) else {
            return Dec::invalid(st);
        };
        let len = a
            .len()
            .max(b.len())
            .min(usize::try_from(ctx.prec).unwrap_or(usize::MAX));
        let digit = |of: &[u8], i: usize| of.get(i).copied().unwrap_or(0);
        Dec::from_logical((0..len).map(|i| op(digit(&a, i), digit(&b, i))))
    }

    pub fn logical_invert(&self, ctx: &Ctx, st: &mut u32) -> Dec {
        let Some(a) = self.logical_digits() else {
            return Dec::invalid(st);
        };
        if ctx.prec > crate::coef::MAX_DIGITS {
            return Dec::no_memory(st);
        }
        let inverted = (0..ctx.prec as usize).map(|i| 1 - a.get(i).copied().unwrap_or(0));
        Dec::from_logical(inverted)
    }

    /// A whole number of at most that magnitude as the second operand of shifts and `scaleb`.
    fn count_operand(&self, limit: i64) -> Option<i64> {
        if !self.is_finite() || self.exp != 0 {
            return None;
        }
        self.to_i64().filter(|n| n.abs() <= limit)
    }

    /// The digits moved to the left (or right), those beyond the precision lost.
    pub fn shift(&self, by: &Dec, ctx: &Ctx, st: &mut u32) -> Dec {
        self.move_digits(by, false, ctx, st)
    }

    /// The digits moved to the left (or right), those beyond the precision coming back at the other end.
    pub fn rotate(&self, by: &Dec, ctx: &Ctx, st: &mut u32) -> Dec {
        self.move_digits(by, true, ctx, st)
    }

    fn move_digits(&self, by: &Dec, around: bool, ctx: &Ctx, st: &mut u32) -> Dec {
        if let Some(nan) = Dec::nan_of(&[self, by], ctx, st) {
            return nan;
        }
        let Some(n) = by.count_operand(ctx.prec) else {
            return Dec::invalid(st);
        };
        if self.is_infinite() {
            return self.clone();
        }
        let kept = self.coef.low10(ctx.prec);
        let coef = if n >= 0 || around {
            // To the right by `k` is to the left by `prec - k`.
            let left = if n >= 0 { n } else { ctx.prec + n };
            let (top, _) = kept.shr10(ctx.prec - left);
            let Some(moved) = kept.low10(ctx.prec - left).shl10(left) else {
                return Dec::no_memory(st);
            };
            if around { moved.add(&top) } else { moved }
        } else {
            kept.shr10(-n).0
        };
        Dec {
            coef,
            ..self.clone()
        }
    }

    /// The exponent of the first digit, as a number.
    pub fn logb(&self, ctx: &Ctx, st: &mut u32) -> Dec {
        if let Some(nan) = Dec::nan_of(&[self], ctx, st) {
            return nan;
        }
        if self.is_infinite() {
            return Dec::infinity(false);
        }
        if self.coef.is_zero() {
            *st |= status::DIVISION_BY_ZERO;
            return Dec::infinity(true);
        }
        Dec::from_i64(self.adjusted()).finish(ctx, st)
    }

    /// `self * 10^by`.
    pub fn scaleb(&self, by: &Dec, ctx: &Ctx, st: &mut u32) -> Dec {
        if let Some(nan) = Dec::nan_of(&[self, by], ctx, st) {
            return nan;
        }
        let Some(n) = by.count_operand(2 * (ctx.emax + ctx.prec)) else {
            return Dec::invalid(st);
        };
        if self.is_infinite() {
            return self.clone();
        }
        let mut d = self.clone();
        d.exp = d
            .exp
            .saturating_add(n)
            .clamp(-4 * crate::MAX_PREC, 2 * crate::MAX_PREC);
        d.finish(ctx, st)
    }
}
