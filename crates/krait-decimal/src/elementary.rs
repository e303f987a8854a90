//! `exp`, `ln` and `log10`, correctly rounded (to half even, whatever the context says).

use dashu_int::ops::BitTest;
use dashu_int::{IBig, UBig};

use crate::coef::{Coef, MAX_DIGITS, Rest, pow10};
use crate::context::{Ctx, Rounding};
use crate::fixed;
use crate::num::Dec;

/// An approximation: the value differs from `coef * 10^exp` by less than 4 units of its last digit.
struct Approximation {
    negative: bool,
    coef: Coef,
    exp: i64,
}

/// Bits for that many decimal digits.
fn bits_for(digits: i64) -> usize {
    (digits as f64 * std::f64::consts::LOG2_10) as usize + 8
}

/// Asks for more and more digits until the error cannot change the rounded result. The exact value has infinitely many
/// digits.
fn rounded(ctx: &Ctx, st: &mut u32, compute: impl Fn(i64) -> Approximation) -> Dec {
    let ctx = ctx.with_round(Rounding::HalfEven);
    let mut guard = 5;
    loop {
        if ctx.prec + guard > MAX_DIGITS / 8 {
            return Dec::no_memory(st);
        }
        let a = compute(ctx.prec + guard);
        let cut = a.coef.digits() - ctx.prec;
        if cut > 1 {
            let low = IBig::from(a.coef.low10(cut).to_big());
            let half = IBig::from(pow10(cut) / 2u8);
            let distance = low - half;
            if distance > IBig::from(4) || distance < IBig::from(-4) {
                let d = Dec::finite(a.negative, a.coef, a.exp);
                return d.finish_with(Rest::Below, &ctx, st);
            }
        }
        guard *= 2;
    }
}

/// The fixed-point number `n`, not zero, with `digits` significant decimal digits at least.
fn to_decimal(n: &IBig, bits: usize, digits: i64) -> Approximation {
    let magnitude: UBig = n.clone().unsigned_abs_value();
    let log2 = magnitude.bit_len() as f64 - bits as f64;
    let adjusted = (log2 * std::f64::consts::LOG10_2).floor() as i64 - 1;
    let scale = digits - adjusted;
    let coef = if scale >= 0 {
        (magnitude * pow10(scale)) >> bits
    } else {
        (magnitude >> bits) / pow10(-scale)
    };
    Approximation {
        negative: *n < IBig::ZERO,
        coef: Coef::new(coef),
        exp: -scale,
    }
}

trait UnsignedAbs {
    fn unsigned_abs_value(self) -> UBig;
}
impl UnsignedAbs for IBig {
    fn unsigned_abs_value(self) -> UBig {
        self.into_parts().1
    }
}

impl Dec {
    pub fn exp(&self, ctx: &Ctx, st: &mut u32) -> Dec {
        if let Some(nan) = Dec::nan_of(&[self], ctx, st) {
            return nan;
        }
        if self.is_infinite() {
            return if self.negative {
                Dec::zero(false, 0)
            } else {
                Dec::infinity(false)
            };
        }
        if self.coef.is_zero() {
            return Dec::one();
        }
        let even = ctx.with_round(Rounding::HalfEven);
        if self.adjusted() > 19 {
            // Beyond every exponent.
            let exp = if self.negative {
                2 * crate::MIN_ETINY
            } else {
                2 * crate::MAX_EMAX
            };
            return Dec::finite(false, Coef::ONE, exp).finish(&even, st);
        }
        if self.adjusted() < -(ctx.prec + 2) {
            // Nearer to 1 than half a unit of the last digit.
            let Some(one) = Coef::ONE.shl10(ctx.prec + 1) else {
                return Dec::no_memory(st);
            };
            let one = if self.negative {
                one.sub(&Coef::ONE)
            } else {
                one
            };
            return Dec::finite(false, one, -(ctx.prec + 1)).finish_with(Rest::Below, &even, st);
        }
        rounded(ctx, st, |digits| self.exp_approximation(digits))
    }

    /// `10^k e^r` with `r = self - k ln(10)` between 0 and `ln(10)`.
    fn exp_approximation(&self, digits: i64) -> Approximation {
        let bits = bits_for(digits) + 8;
        let magnitude = IBig::from(fixed::from_decimal(&self.coef, self.exp, bits));
        let x = if self.negative { -magnitude } else { magnitude };
        // As many more bits as the quotient has, for its product with ln(10).
        let more = 64;
        let ln10 = IBig::from(fixed::ln10(bits + more));
        let (k, _) = floor_div(&(&x << more), &ln10);
        let r = x - ((&k * ln10) >> more);
        let m = fixed::exp(&r, bits);
        let coef = (m * pow10(digits)) >> bits;
        let k = i64::try_from(&k).unwrap_or(0);
        Approximation {
            negative: false,
            coef: Coef::new(coef),
            exp: k - digits,
        }
    }

    pub fn ln(&self, ctx: &Ctx, st: &mut u32) -> Dec {
        if let Some(d) = self.log_special(ctx, st) {
            return d;
        }
        if self.is_one_in_value() {
            return Dec::zero(false, 0);
        }
        rounded(ctx, st, |digits| {
            let (ln, bits) = self.ln_approximation(digits);
            to_decimal(&ln, bits, digits)
        })
    }

    pub fn log10(&self, ctx: &Ctx, st: &mut u32) -> Dec {
        if let Some(d) = self.log_special(ctx, st) {
            return d;
        }
        let zeros = self.coef.trailing_zeros();
        if zeros == self.coef.digits() - 1 && self.coef.shr10(zeros).0.is_one() {
            return Dec::from_i64(self.adjusted()).finish(ctx, st);
        }
        rounded(ctx, st, |digits| {
            let (ln, bits) = self.ln_approximation(digits + 2);
            let log10 = (ln << bits) / IBig::from(fixed::ln10(bits));
            to_decimal(&log10, bits, digits)
        })
    }

    /// NaNs, infinities, zero and negative numbers.
    fn log_special(&self, ctx: &Ctx, st: &mut u32) -> Option<Dec> {
        if let Some(nan) = Dec::nan_of(&[self], ctx, st) {
            return Some(nan);
        }
        if self.is_zero() {
            return Some(Dec::infinity(true));
        }
        if self.negative {
            return Some(Dec::invalid(st));
        }
        self.is_infinite().then(|| Dec::infinity(false))
    }

    fn is_one_in_value(&self) -> bool {
        self.magnitudes(&Dec::one()).is_eq()
    }

    /// The logarithm as a fixed-point number whose relative error is below `10^-digits`.
    fn ln_approximation(&self, digits: i64) -> (IBig, usize) {
        // self = m * 10^e with m between 1/sqrt(10) and sqrt(10), so that numbers near 1 have e = 0.
        let len = self.coef.digits();
        let top = self.coef.shr10((len - 3).max(0)).0;
        let top = if let Coef::Small(n) = top {
            n * [100, 10, 1][(len.min(3) - 1) as usize]
        } else {
            0
        };
        let adjusted = self.adjusted();
        let e = if top > 316 { adjusted + 1 } else { adjusted };
        let m_exp = self.exp - e;
        if e != 0 {
            let bits = bits_for(digits + 20);
            let m = fixed::from_decimal(&self.coef, m_exp, bits);
            let ln = fixed::ln(&m, bits) + IBig::from(fixed::ln10(bits)) * e;
            return (ln, bits);
        }
        let one = pow10(-m_exp);
        let c = self.coef.to_big();
        let difference = IBig::from(c.clone()) - IBig::from(one.clone());
        let size = Coef::new(difference.clone().unsigned_abs_value()).digits() + m_exp;
        // The logarithm has about as many zeros behind the point as m - 1.
        let bits = bits_for(digits - size) + 16;
        if size > -3 {
            let m = fixed::from_decimal(&self.coef, m_exp, bits);
            return (fixed::ln(&m, bits), bits);
        }
        let t = (difference << bits) / IBig::from(c + one);
        (fixed::twice_atanh(&t, bits), bits)
    }
}

fn floor_div(a: &IBig, b: &IBig) -> (IBig, IBig) {
    use dashu_int::ops::DivRemEuclid;
    let (q, r) = a.div_rem_euclid(b);
    (q, IBig::from(r))
}
