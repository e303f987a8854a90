//! Text to numbers and back.

use dashu_int::UBig;

use crate::coef::Coef;
use crate::context::{Ctx, status};
use crate::num::{Dec, Kind};

impl Coef {
    /// The number that these ASCII digits spell.
    pub fn parse(digits: &[u8]) -> Coef {
        let zeros = digits.iter().take_while(|&&d| d == b'0').count();
        let digits = &digits[zeros..];
        if digits.len() <= 19 {
            let n = digits
                .iter()
                .fold(0u64, |n, d| n * 10 + u64::from(d - b'0'));
            return Coef::Small(n.into());
        }
        if digits.len() <= 38 {
            let n = digits
                .iter()
                .fold(0u128, |n, d| n * 10 + u128::from(d - b'0'));
            return Coef::Small(n);
        }
        let text = std::str::from_utf8(digits).unwrap_or("0");
        Coef::new(UBig::from_str_radix(text, 10).unwrap_or(UBig::ZERO))
    }

    pub fn to_text(&self) -> String {
        match self {
            Coef::Small(n) => match u64::try_from(*n) {
                Ok(n) => n.to_string(),
                Err(_) => n.to_string(),
            },
            Coef::Big(n) => n.to_string(),
        }
    }
}

fn syntax_error(st: &mut u32) -> Dec {
    Dec::error(status::CONVERSION_SYNTAX, st)
}

impl Dec {
    /// The number that `text` (ASCII, without spaces) spells, rounded.
    pub fn parse(text: &[u8], ctx: &Ctx, st: &mut u32) -> Dec {
        let (negative, body) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        match body.first() {
            Some(b'0'..=b'9' | b'.') => Dec::parse_number(negative, body, ctx, st),
            Some(_) => Dec::parse_special(negative, body, ctx, st),
            None => syntax_error(st),
        }
    }

    /// The same without rounding: what does not fit is an invalid operation.
    pub fn parse_exact(text: &[u8], st: &mut u32) -> Dec {
        let mut occurred = 0;
        let d = Dec::parse(text, &Ctx::MAX, &mut occurred);
        d.if_exact(occurred, st)
    }

    /// This result of an operation in the widest context, if nothing was lost.
    pub fn if_exact(self, occurred: u32, st: &mut u32) -> Dec {
        if occurred & (status::INEXACT | status::ROUNDED | status::CLAMPED) != 0 {
            return Dec::invalid(st);
        }
        *st |= occurred & status::ERRORS;
        self
    }

    fn parse_special(negative: bool, body: &[u8], ctx: &Ctx, st: &mut u32) -> Dec {
        if body.eq_ignore_ascii_case(b"inf") || body.eq_ignore_ascii_case(b"infinity") {
            return Dec::infinity(negative);
        }
        let (kind, rest) = match body {
            [b's' | b'S', rest @ ..] => (Kind::SignalingNan, rest),
            rest => (Kind::Nan, rest),
        };
        let Some((nan, payload)) = rest.split_at_checked(3) else {
            return syntax_error(st);
        };
        if !nan.eq_ignore_ascii_case(b"nan") || !payload.iter().all(u8::is_ascii_digit) {
            return syntax_error(st);
        }
        let coef = Coef::parse(payload);
        if !coef.is_zero() && coef.digits() > ctx.prec - i64::from(ctx.clamp) {
            return syntax_error(st);
        }
        Dec {
            negative,
            kind,
            exp: 0,
            coef,
        }
    }

    fn parse_number(negative: bool, body: &[u8], ctx: &Ctx, st: &mut u32) -> Dec {
        let e = body.iter().position(|b| matches!(b, b'e' | b'E'));
        let (mantissa, exponent) = match e {
            Some(at) => (&body[..at], parse_exponent(&body[at + 1..])),
            None => (body, Some(0)),
        };
        let Some(exponent) = exponent else {
            return syntax_error(st);
        };
        let point = mantissa.iter().position(|&b| b == b'.');
        let (whole, fraction) = match point {
            Some(at) => (&mantissa[..at], &mantissa[at + 1..]),
            None => (mantissa, &[][..]),
        };
        let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
        if whole.is_empty() && fraction.is_empty() || !digits(whole) || !digits(fraction) {
            return syntax_error(st);
        }
        let coef = if fraction.is_empty() {
            Coef::parse(whole)
        } else {
            Coef::parse(&[whole, fraction].concat())
        };
        let exp = exponent.saturating_sub(fraction.len() as i64);
        let exp = exp.clamp(-4 * crate::MAX_PREC, 2 * crate::MAX_PREC);
        Dec::finite(negative, coef, exp).finish(ctx, st)
    }

    /// The number in scientific notation, or engineering notation with exponents that are multiples of 3.
    pub fn to_text(&self, capitals: bool, engineering: bool) -> String {
        let mut s = String::new();
        if self.negative {
            s.push('-');
        }
        match self.kind {
            Kind::Infinite => s.push_str("Infinity"),
            Kind::Nan | Kind::SignalingNan => {
                s.push_str(if self.kind == Kind::Nan {
                    "NaN"
                } else {
                    "sNaN"
                });
                if !self.coef.is_zero() {
                    s.push_str(&self.coef.to_text());
                }
            }
            Kind::Finite => self.write_finite(&mut s, capitals, engineering),
        }
        s
    }

    fn write_finite(&self, s: &mut String, capitals: bool, engineering: bool) {
        let digits = self.coef.to_text();
        let len = digits.len() as i64;
        let left = self.exp + len;
        // How many digits stand before the point.
        let point = if self.exp <= 0 && left > -6 {
            left
        } else if !engineering {
            1
        } else if self.coef.is_zero() {
            (left + 1).rem_euclid(3) - 1
        } else {
            (left - 1).rem_euclid(3) + 1
        };
        place_point(s, &digits, point);
        if left != point {
            s.push(if capitals { 'E' } else { 'e' });
            let exponent = left - point;
            if exponent >= 0 {
                s.push('+');
            }
            s.push_str(&exponent.to_string());
        }
    }
}

/// The digits with a decimal point after the first `point`, filled with zeros on either side.
pub fn place_point(s: &mut String, digits: &str, point: i64) {
    let len = digits.len() as i64;
    if point <= 0 {
        s.push_str("0.");
        s.extend(std::iter::repeat_n('0', -point as usize));
        s.push_str(digits);
    } else if point >= len {
        s.push_str(digits);
        s.extend(std::iter::repeat_n('0', (point - len) as usize));
    } else {
        s.push_str(&digits[..point as usize]);
        s.push('.');
        s.push_str(&digits[point as usize..]);
    }
}

/// The exponent behind an `e`; huge ones saturate.
fn parse_exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let n = digits.iter().fold(0i64, |n, d| {
        n.saturating_mul(10).saturating_add(i64::from(d - b'0'))
    });
    Some(if negative { -n } else { n })
}
