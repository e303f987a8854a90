//! The numbers.

use crate::coef::Coef;
use crate::context::{Ctx, status};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    Finite,
    Infinite,
    /// The coefficient of a NaN is its payload; zero: none.
    Nan,
    SignalingNan,
}

/// `(-1)^negative * coef * 10^exp`, an infinity or a NaN.
#[derive(Clone, Debug)]
pub struct Dec {
    pub negative: bool,
    pub kind: Kind,
    pub exp: i64,
    pub coef: Coef,
}

impl Dec {
    #[inline]
    pub fn finite(negative: bool, coef: Coef, exp: i64) -> Dec {
        Dec {
            negative,
            kind: Kind::Finite,
            exp,
            coef,
        }
    }

    pub fn from_i64(n: i64) -> Dec {
        Dec::finite(n < 0, Coef::Small(n.unsigned_abs().into()), 0)
    }

    pub fn one() -> Dec {
        Dec::finite(false, Coef::ONE, 0)
    }

    pub fn zero(negative: bool, exp: i64) -> Dec {
        Dec::finite(negative, Coef::ZERO, exp)
    }

    pub fn infinity(negative: bool) -> Dec {
        Dec {
            negative,
            kind: Kind::Infinite,
            exp: 0,
            coef: Coef::ZERO,
        }
    }

    pub fn nan() -> Dec {
        Dec {
            negative: false,
            kind: Kind::Nan,
            exp: 0,
            coef: Coef::ZERO,
        }
    }

    /// A NaN, with the reason reported.
    #[cold]
    pub fn error(reason: u32, st: &mut u32) -> Dec {
        *st |= reason;
        Dec::nan()
    }

    /// InvalidOperation's NaN.
    #[cold]
    pub fn invalid(st: &mut u32) -> Dec {
        Dec::error(status::INVALID_OPERATION, st)
    }

    #[cold]
    pub fn no_memory(st: &mut u32) -> Dec {
        Dec::error(status::NO_MEMORY, st)
    }

    #[inline]
    pub fn is_finite(&self) -> bool {
        self.kind == Kind::Finite
    }

    pub fn is_infinite(&self) -> bool {
        self.kind == Kind::Infinite
    }

    pub fn is_nan(&self) -> bool {
        matches!(self.kind, Kind::Nan | Kind::SignalingNan)
    }

    pub fn is_qnan(&self) -> bool {
        self.kind == Kind::Nan
    }

    pub fn is_snan(&self) -> bool {
        self.kind == Kind::SignalingNan
    }

    #[inline]
    pub fn is_zero(&self) -> bool {
        self.is_finite() && self.coef.is_zero()
    }

    pub fn digits(&self) -> i64 {
        self.coef.digits()
    }

    /// The exponent of the first digit.
    pub fn adjusted(&self) -> i64 {
        self.exp + (self.coef.digits() - 1)
    }

    /// Whether a finite number is a whole one.
    pub fn is_integer(&self) -> bool {
        self.is_finite()
            && (self.exp >= 0 || self.coef.is_zero() || self.coef.trailing_zeros() >= -self.exp)
    }

    /// Whether a whole number is odd.
    pub fn is_odd_integer(&self) -> bool {
        if self.coef.is_zero() || self.exp > 0 || self.coef.digits() + self.exp <= 0 {
            return false;
        }
        self.coef.shr10(-self.exp).0.is_odd()
    }

    pub fn is_normal(&self, ctx: &Ctx) -> bool {
        self.is_finite() && !self.coef.is_zero() && self.adjusted() >= ctx.emin
    }

    pub fn is_subnormal(&self, ctx: &Ctx) -> bool {
        self.is_finite() && !self.coef.is_zero() && self.adjusted() < ctx.emin
    }

    /// A whole number that fits.
    pub fn to_i64(&self) -> Option<i64> {
        if !self.is_integer() {
            return None;
        }
        let whole = if self.exp >= 0 {
            if !self.coef.is_zero() && self.exp > 19 {
                return None;
            }
            self.coef.shl10(self.exp.min(19))?
        } else {
            self.coef.shr10(-self.exp).0
        };
        match whole {
            Coef::Small(n) => {
                let n = i128::try_from(n).ok()?;
                i64::try_from(if self.negative { -n } else { n }).ok()
            }
            Coef::Big(_) => None,
        }
    }

    pub fn with_sign(mut self, negative: bool) -> Dec {
        self.negative = negative;
        self
    }

    pub fn number_class(&self, ctx: &Ctx) -> &'static str {
        match (self.kind, self.negative) {
            (Kind::Nan, _) => "NaN",
            (Kind::SignalingNan, _) => "sNaN",
            (Kind::Infinite, false) => "+Infinity",
            (Kind::Infinite, true) => "-Infinity",
            (Kind::Finite, negative) => {
                match (self.coef.is_zero(), self.is_normal(ctx), negative) {
                    (true, _, false) => "+Zero",
                    (true, _, true) => "-Zero",
                    (_, true, false) => "+Normal",
                    (_, true, true) => "-Normal",
                    (_, false, false) => "+Subnormal",
                    (_, false, true) => "-Subnormal",
                }
            }
        }
    }

    /// The first NaN among the operands, signaling ones before quiet ones, as the result.
    #[inline]
    pub fn nan_of(operands: &[&Dec], ctx: &Ctx, st: &mut u32) -> Option<Dec> {
        if operands.iter().all(|d| !d.is_nan()) {
            return None;
        }
        Some(Dec::propagate(operands, ctx, st))
    }

    #[cold]
    fn propagate(operands: &[&Dec], ctx: &Ctx, st: &mut u32) -> Dec {
        let signaling = operands.iter().find(|d| d.is_snan());
        if signaling.is_some() {
            *st |= status::INVALID_OPERATION;
        }
        let chosen = signaling.or_else(|| operands.iter().find(|d| d.is_qnan()));
        let mut nan = chosen.map_or_else(Dec::nan, |d| (*d).clone());
        nan.kind = Kind::Nan;
        nan.fix_nan(ctx);
        nan
    }

    /// Cuts the payload down to the precision.
    pub fn fix_nan(&mut self, ctx: &Ctx) {
        let room = ctx.prec - i64::from(ctx.clamp);
        if !self.coef.is_zero() && self.coef.digits() > room {
            self.coef = self.coef.low10(room);
        }
    }
}
