//! Formatting `float`.

use super::FormatError;
use super::layout::{LocaleInfo, Number};
use super::spec::FormatSpec;
use crate::numeric::{Conversion, Style, format_double};

/// Digits after the point where the spec does not say.
pub(super) const DEFAULT_PRECISION: usize = 6;

/// Precision is an `int` in C, and so many digits must fit in memory.
pub(super) fn check_precision(spec: &FormatSpec) -> Result<(), FormatError> {
    match spec.precision {
        Some(precision) if precision > i32::MAX as usize => {
            Err(FormatError::value("precision too big"))
        }
        precision => super::buffer(precision.unwrap_or(0)).map(drop),
    }
}

/// Conversion of a presentation type, and whether it writes upper case.
pub(super) fn conversion(kind: u32) -> Option<(Conversion, bool)> {
    let kind = u8::try_from(kind).ok()?;
    let conversion = match kind {
        b'e' | b'E' => Conversion::Exponent,
        b'f' | b'F' | b'%' => Conversion::Fixed,
        b'g' | b'G' | b'n' => Conversion::General,
        _ => return None,
    };
    Some((conversion, kind.is_ascii_uppercase()))
}

/// `format(value, spec)`.
pub fn format_float(
    value: f64,
    spec: &FormatSpec,
    type_name: &str,
    locale: Option<&LocaleInfo>,
) -> Result<Vec<u8>, FormatError> {
    check_precision(spec)?;
    let (mut conversion, upper, add_dot_0) = match spec.kind {
        0 => (Conversion::Repr, false, true),
        kind => match conversion(kind) {
            Some((conversion, upper)) => (conversion, upper, false),
            None => return Err(spec.unknown_kind(type_name)),
        },
    };
    // Without a type but with a precision: significant digits, and still a digit after the point.
    if conversion == Conversion::Repr && spec.precision.is_some() {
        conversion = Conversion::General;
    }
    let percent = spec.kind == u32::from(b'%');
    let value = if percent { value * 100.0 } else { value };
    let style = Style {
        plus: false,
        add_dot_0,
        alternate: spec.alternate,
        no_negative_zero: spec.no_negative_zero,
        upper,
    };
    let precision = spec.precision.unwrap_or(DEFAULT_PRECISION);
    let mut text = format_double(value, conversion, precision, style);
    if percent {
        text.push('%');
    }
    let locale = LocaleInfo::for_spec(spec, locale, 3);
    split(&text).format(spec, &locale)
}

/// The parts of a formatted double.
pub(super) fn split(text: &str) -> Number<'_> {
    let (negative, body) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let run = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = body.split_at(run(body));
    let (has_point, rest) = match rest.strip_prefix('.') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let (fraction, tail) = if has_point {
        rest.split_at(run(rest))
    } else {
        ("", rest)
    };
    Number {
        negative,
        prefix: "",
        digits: digits.as_bytes(),
        has_point,
        fraction: fraction.as_bytes(),
        tail: tail.as_bytes(),
    }
}
