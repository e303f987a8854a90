//! Doubles as text: the layer below `repr`, `str.format` and `%`.

use super::digits::{Digits, fixed, shortest, significant};

/// How digits are chosen and laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    /// Shortest digits that read back; the precision is ignored.
    Repr,
    /// One digit before the point and an exponent.
    Exponent,
    /// No exponent.
    Fixed,
    /// Significant digits, exponent for large and small values.
    General,
}

/// Details of [`format_double`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// `+` before what is not negative.
    pub plus: bool,
    /// `.0` after an integral value that has no exponent.
    pub add_dot_0: bool,
    /// Keep the point and trailing zeros (`#`).
    pub alternate: bool,
    /// Drop the sign of what rounds to zero (`z`).
    pub no_negative_zero: bool,
    /// Upper-case letters.
    pub upper: bool,
}

/// `repr(float)`.
pub fn repr(value: f64) -> String {
    format_double(
        value,
        Conversion::Repr,
        0,
        Style {
            add_dot_0: true,
            ..Style::default()
        },
    )
}

/// Text of a double. A NaN never has a sign.
pub fn format_double(value: f64, conversion: Conversion, precision: usize, style: Style) -> String {
    let mut text = if value.is_nan() {
        "nan".to_owned()
    } else if value.is_infinite() {
        format!("{}inf", sign(value.is_sign_negative(), style))
    } else {
        finite(value, conversion, precision, style)
    };
    if style.upper {
        text.make_ascii_uppercase();
    }
    text
}

fn sign(negative: bool, style: Style) -> &'static str {
    match (negative, style.plus) {
        (true, _) => "-",
        (false, true) => "+",
        (false, false) => "",
    }
}

fn finite(value: f64, conversion: Conversion, precision: usize, style: Style) -> String {
    let precision_or_one = precision.max(1) as i64;
    let digits = match conversion {
        Conversion::Repr => shortest(value),
        Conversion::Exponent => significant(value, precision.saturating_add(1)),
        Conversion::Fixed => fixed(value, precision),
        Conversion::General => trim_zeros(significant(value, precision)),
    };
    let point = digits.point;
    let with_exponent = match conversion {
        Conversion::Repr => point <= -4 || point > 16,
        Conversion::Exponent => true,
        Conversion::Fixed => false,
        Conversion::General => point <= -4 || point > precision_or_one - i64::from(style.add_dot_0),
    };
    // Where the digits must end at least, counted like `point`.
    let mut end = match conversion {
        Conversion::Repr => 0,
        Conversion::Exponent => precision as i64 + 1,
        Conversion::Fixed => point + precision as i64,
        Conversion::General => {
            if style.alternate {
                precision_or_one
            } else {
                0
            }
        }
    }
    .max(digits.digits.len() as i64);
    let point_at = if with_exponent { 1 } else { point };
    end = end.max(point_at + i64::from(!with_exponent && style.add_dot_0));

    let all_zero = digits.digits.iter().all(|digit| *digit == b'0');
    let negative = value.is_sign_negative() && !(style.no_negative_zero && all_zero);
    let mut text = String::with_capacity(end as usize + 8);
    text.push_str(sign(negative, style));
    lay_out(&mut text, &digits.digits, point_at, end, style.alternate);
    if with_exponent {
        let exponent = point - 1;
        let sign = if exponent < 0 { '-' } else { '+' };
        text.push_str(&format!("e{sign}{:02}", exponent.abs()));
    }
    text
}

/// Writes digits from the unit position (or the first digit) to `end`, with the point at `point`.
fn lay_out(text: &mut String, digits: &[u8], point: i64, end: i64, keep_point: bool) {
    if let (Ok(split), true) = (usize::try_from(point), end == digits.len() as i64)
        && split > 0
        && let Some((whole, fraction)) = digits.split_at_checked(split)
    {
        text.extend(whole.iter().map(|digit| char::from(*digit)));
        if !fraction.is_empty() || keep_point {
            text.push('.');
        }
        text.extend(fraction.iter().map(|digit| char::from(*digit)));
        return;
    }
    let start = if point <= 0 { point - 1 } else { 0 };
    for position in start..end {
        if position == point {
            text.push('.');
        }
        let digit = usize::try_from(position)
            .ok()
            .and_then(|at| digits.get(at))
            .copied()
            .unwrap_or(b'0');
        text.push(char::from(digit));
    }
    if keep_point && end == point {
        text.push('.');
    }
}

/// Removes trailing zeros, of which `g` shows none.
fn trim_zeros(mut digits: Digits) -> Digits {
    while digits.digits.len() > 1 && digits.digits.last() == Some(&b'0') {
        digits.digits.pop();
    }
    // Zero is "0" with its point behind the digit.
    if digits.digits == b"0" {
        digits.point = 1;
    }
    digits
}
