//! Formatting `complex`.

use super::FormatError;
use super::float::{DEFAULT_PRECISION, check_precision, conversion, split};
use super::layout::LocaleInfo;
use super::spec::{Align, FormatSpec};
use super::text::padded;
use crate::numeric::{Conversion, Style, format_double};

/// `format(complex, spec)`.
pub fn format_complex(
    real: f64,
    imaginary: f64,
    spec: &FormatSpec,
    type_name: &str,
    locale: Option<&LocaleInfo>,
) -> Result<Vec<u8>, FormatError> {
    let known = match spec.kind {
        0 => Some((Conversion::Repr, false)),
        kind if kind == u32::from(b'%') => None,
        kind => conversion(kind),
    };
    let Some((mut conversion, upper)) = known else {
        return Err(spec.unknown_kind(type_name));
    };
    if spec.fill == u32::from(b'0') {
        return Err(FormatError::value(
            "Zero padding is not allowed in complex format specifier",
        ));
    }
    if spec.align == Align::AfterSign {
        return Err(FormatError::value(
            "'=' alignment flag is not allowed in complex format specifier",
        ));
    }
    check_precision(spec)?;
    // Without a type the form is that of repr: in parentheses, no real part that is zero.
    let like_repr = conversion == Conversion::Repr;
    if like_repr && spec.precision.is_some() {
        conversion = Conversion::General;
    }
    let without_real = like_repr && real == 0.0 && real.is_sign_positive();
    let style = Style {
        alternate: spec.alternate,
        no_negative_zero: spec.no_negative_zero,
        upper,
        ..Style::default()
    };
    let precision = spec.precision.unwrap_or(DEFAULT_PRECISION);
    let locale = LocaleInfo::for_spec(spec, locale, 3);
    let part = |value: f64, sign: Option<u8>| {
        let text = format_double(value, conversion, precision, style);
        let plain = FormatSpec {
            width: None,
            align: Align::Left,
            fill: 0,
            sign,
            ..spec.clone()
        };
        split(&text).format(&plain, &locale)
    };
    let mut text = Vec::new();
    if without_real {
        text.extend(part(imaginary, spec.sign)?);
        text.push(b'j');
    } else {
        text.extend(if like_repr { &b"("[..] } else { b"" });
        text.extend(part(real, spec.sign)?);
        text.extend(part(imaginary, Some(b'+'))?);
        text.push(b'j');
        text.extend(if like_repr { &b")"[..] } else { b"" });
    }
    padded(&text, spec)
}
