//! `round(float, ndigits)`.

use super::digits::{fixed, significant};

/// `round(x)` without digits: the nearest integral value, ties to even.
pub fn round_half_even(value: f64) -> f64 {
    value.round_ties_even()
}

/// `round(x, digits)`, correctly rounded by the exact value. `None` means that the result is too
/// large for a double (OverflowError: "rounded value too large to represent").
pub fn round_to_digits(value: f64, digits: i64) -> Option<f64> {
    // Beyond these, rounding keeps the value, or leaves zero.
    const MOST: i64 = 323;
    const LEAST: i64 = -308;
    if !value.is_finite() || value == 0.0 || digits > MOST {
        return Some(value);
    }
    if digits < LEAST {
        return Some(0.0f64.copysign(value));
    }
    let text = if digits >= 0 {
        let digits = fixed(value, digits as usize);
        decimal_text(&digits.digits, digits.point)
    } else {
        round_to_power(value, -digits)?
    };
    let rounded: f64 = text.parse().ok()?;
    if rounded.is_infinite() {
        None
    } else {
        Some(rounded.copysign(value))
    }
}

fn decimal_text(digits: &[u8], point: i64) -> String {
    let digits = String::from_utf8_lossy(digits);
    format!("0.{digits}e{point}")
}

/// Rounds to a multiple of 10^power.
fn round_to_power(value: f64, power: i64) -> Option<String> {
    // All digits of the integral part and of the fraction: exact.
    let exact = significant(value, 1100);
    let keep = exact.point - power;
    if keep < 0 {
        return Some("0".to_owned());
    }
    let keep = keep as usize;
    let (kept, rest) = exact.digits.split_at(keep.min(exact.digits.len()));
    let odd = kept.last().is_some_and(|digit| digit % 2 == 1);
    let tail_is_zero = rest.iter().skip(1).all(|digit| *digit == b'0');
    let up = match rest.first() {
        Some(b'5') => !tail_is_zero || odd,
        Some(digit) => *digit > b'5',
        None => false,
    };
    let mut kept = kept.to_vec();
    let mut point = exact.point;
    if up {
        let mut at = kept.len();
        loop {
            if at == 0 {
                kept.insert(0, b'1');
                point += 1;
                break;
            }
            at -= 1;
            if kept[at] == b'9' {
                kept[at] = b'0';
            } else {
                kept[at] += 1;
                break;
            }
        }
    }
    if kept.is_empty() {
        return Some("0".to_owned());
    }
    Some(decimal_text(&kept, point))
}
