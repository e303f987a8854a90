//! `repr(complex)` and `complex(str)`.

use super::float::{Conversion, Style, format_double};
use super::parse::{
    float_prefix, is_ascii_space, remove_underscores, strip, transform_decimal_and_space,
};

/// `repr(complex)`. The real part is left out where it is positive zero.
pub fn complex_repr(real: f64, imaginary: f64) -> String {
    let part = |value, plus| {
        format_double(
            value,
            Conversion::Repr,
            0,
            Style {
                plus,
                ..Style::default()
            },
        )
    };
    if real == 0.0 && real.is_sign_positive() {
        return format!("{}j", part(imaginary, false));
    }
    // A NaN takes no sign from the conversion, but one must stand between the parts.
    let plus = if imaginary.is_nan() { "+" } else { "" };
    format!("({}{plus}{}j)", part(real, false), part(imaginary, true))
}

/// The parts of `complex(text)`, or `None` where it raises ValueError.
pub fn parse_complex(text: &[u8]) -> Option<(f64, f64)> {
    let ascii = transform_decimal_and_space(text);
    let mut body = strip(&ascii, is_ascii_space);
    if let [b'(', inner @ .., b')'] = body {
        body = strip(inner, is_ascii_space);
    }
    let plain = remove_underscores(body)?;
    parse_parts(&plain)
}

fn is_unit(byte: u8) -> bool {
    matches!(byte, b'j' | b'J')
}

/// A signed or unsigned unit without a number: `j`, `+j`, `-j`.
fn bare_unit(text: &[u8]) -> Option<f64> {
    match text {
        [unit] | [b'+', unit] if is_unit(*unit) => Some(1.0),
        [b'-', unit] if is_unit(*unit) => Some(-1.0),
        _ => None,
    }
}

fn parse_parts(text: &[u8]) -> Option<(f64, f64)> {
    if let Some(imaginary) = bare_unit(text) {
        return Some((0.0, imaginary));
    }
    let (first, len) = float_prefix(text)?;
    let rest = &text[len..];
    match rest {
        [] => Some((first, 0.0)),
        [unit] if is_unit(*unit) => Some((0.0, first)),
        [b'+' | b'-', ..] => {
            if let Some(imaginary) = bare_unit(rest) {
                return Some((first, imaginary));
            }
            let (second, len) = float_prefix(rest)?;
            match rest[len..] {
                [unit] if is_unit(unit) => Some((first, second)),
                _ => None,
            }
        }
        _ => None,
    }
}
