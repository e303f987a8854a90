//! Ints from text.

use dashu_int::{IBig, Sign, UBig};

use super::text::DigitLimit;
use crate::cx::Cx;
use crate::error::{PyResult, Raised};
use crate::value::Value;

enum Refused {
    Invalid,
    /// More digits, so many, than the limit allows.
    TooLong(usize),
}

/// `int(text, base)`; `original` is the object that error messages show. Text of a str goes
/// through [`krait_unicode::numeric::transform_decimal_and_space`] first. `base` is 0 or 2 to 36.
pub fn parse_int(cx: &mut Cx, text: &[u8], base: u32, original: Value) -> PyResult<Value> {
    let limit = DigitLimit::get(cx);
    match parse(text, base, limit) {
        Ok(Parsed::Small(n)) => Ok(cx.new_int(n)),
        Ok(Parsed::Big(n)) => cx.new_bigint(&n),
        Err(Refused::Invalid) => Err(invalid_literal(cx, base, original)),
        Err(Refused::TooLong(digits)) => Err(cx.value_error(format!(
            "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; \
             use sys.set_int_max_str_digits() to increase the limit"
        ))),
    }
}

#[cold]
fn invalid_literal(cx: &mut Cx, base: u32, original: Value) -> Raised {
    let shown = match cx.repr(original) {
        Ok(s) => s.to_string_lossy(),
        Err(e) => return e,
    };
    let shown: String = shown.chars().take(200).collect();
    cx.value_error(format!(
        "invalid literal for int() with base {base}: {shown}"
    ))
}

enum Parsed {
    Small(i64),
    Big(IBig),
}

fn parse(text: &[u8], base: u32, limit: usize) -> Result<Parsed, Refused> {
    let text = trim(text);
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let (base, text, only_zero) = split_prefix(text, base);
    let digits = check_digits(text, base)?;
    let small = digits.len() <= 10 || base == 10 && digits.len() <= 18;
    if small {
        let n = digits
            .iter()
            .fold(0, |n, &d| n * base as i64 + digit(d).unwrap_or(0) as i64);
        if only_zero && n != 0 {
            return Err(Refused::Invalid);
        }
        return Ok(Parsed::Small(if negative { -n } else { n }));
    }
    if !base.is_power_of_two() && limit != 0 && digits.len() > limit {
        return Err(Refused::TooLong(digits.len()));
    }
    let digits = std::str::from_utf8(&digits).map_err(|_| Refused::Invalid)?;
    let magnitude = UBig::from_str_radix(digits, base).map_err(|_| Refused::Invalid)?;
    if only_zero && !magnitude.is_zero() {
        return Err(Refused::Invalid);
    }
    Ok(Parsed::Big(IBig::from_parts(
        if negative {
            Sign::Negative
        } else {
            Sign::Positive
        },
        magnitude,
    )))
}

fn trim(text: &[u8]) -> &[u8] {
    let space = |b: &u8| matches!(b, 9..=13 | 32);
    let start = text.iter().position(|b| !space(b)).unwrap_or(text.len());
    let end = text
        .iter()
        .rposition(|b| !space(b))
        .map_or(start, |i| i + 1);
    &text[start..end]
}

/// The base that a prefix says, the text behind it, and whether the value must be zero: base 0
/// refuses decimal literals with leading zeros.
fn split_prefix(text: &[u8], base: u32) -> (u32, &[u8], bool) {
    let prefixed = match text {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    if prefixed != 0 && (base == 0 || base == prefixed) {
        let rest = &text[2..];
        return (prefixed, rest.strip_prefix(b"_").unwrap_or(rest), false);
    }
    match base {
        0 => (10, text, text.first() == Some(&b'0')),
        _ => (base, text, false),
    }
}

/// The digits without underscores, each of which stands between two digits.
fn check_digits(text: &[u8], base: u32) -> Result<std::borrow::Cow<'_, [u8]>, Refused> {
    let mut after_digit = false;
    let mut underscores = false;
    for &b in text {
        let is_digit = digit(b).is_some_and(|d| d < base);
        if !is_digit && (b != b'_' || !after_digit) {
            return Err(Refused::Invalid);
        }
        underscores |= !is_digit;
        after_digit = is_digit;
    }
    if !after_digit {
        return Err(Refused::Invalid);
    }
    Ok(if underscores {
        text.iter()
            .copied()
            .filter(|&b| b != b'_')
            .collect::<Vec<u8>>()
            .into()
    } else {
        text.into()
    })
}

fn digit(b: u8) -> Option<u32> {
    (b as char).to_digit(36)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, base: u32) -> Option<String> {
        match parse(text.as_bytes(), base, 4300) {
            Ok(Parsed::Small(n)) => Some(n.to_string()),
            Ok(Parsed::Big(n)) => Some(n.to_string()),
            Err(_) => None,
        }
    }

    #[test]
    fn prefixes_and_underscores() {
        for (text, base, expected) in [
            (" 12 ", 10, Some("12")),
            ("-0x_ff", 0, Some("-255")),
            ("0x_1", 16, Some("1")),
            ("0b1", 16, Some("177")),
            ("0_0", 0, Some("0")),
            ("00", 0, Some("0")),
            ("01", 0, None),
            ("1__0", 10, None),
            ("_1", 10, None),
            ("1_", 10, None),
            ("+ 1", 10, None),
            ("0x", 0, None),
            ("", 10, None),
            ("zz", 36, Some("1295")),
            (
                "123456789012345678901234567890",
                10,
                Some("123456789012345678901234567890"),
            ),
        ] {
            assert_eq!(
                value(text, base).as_deref(),
                expected,
                "{text:?} base {base}"
            );
        }
    }
}
