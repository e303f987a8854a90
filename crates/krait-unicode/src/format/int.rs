//! Formatting `int`, given as sign and digits.

use super::layout::{LocaleInfo, Number};
use super::spec::FormatSpec;
use super::text::padded;
use super::{FormatError, buffer};
use crate::wtf8::push;

/// What a spec wants of an int.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntKind {
    /// Digits in this base: 2, 8, 10 or 16; go on with [`format_int`].
    Digits(u32),
    /// The character with this number; go on with [`format_char`].
    Char,
    /// Convert to float and go on with [`super::format_float`].
    Float,
}

/// What the spec wants, or the error that it is not for ints.
pub fn int_kind(spec: &FormatSpec, type_name: &str) -> Result<IntKind, FormatError> {
    let kind = match u8::try_from(spec.kind) {
        Ok(b'b') => IntKind::Digits(2),
        Ok(b'o') => IntKind::Digits(8),
        Ok(b'd' | b'n') => IntKind::Digits(10),
        Ok(b'x' | b'X') => IntKind::Digits(16),
        Ok(b'c') => IntKind::Char,
        Ok(b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%') => return Ok(IntKind::Float),
        _ => return Err(spec.unknown_kind(type_name)),
    };
    if spec.precision.is_some() {
        return Err(FormatError::value(
            "Precision not allowed in integer format specifier",
        ));
    }
    if spec.no_negative_zero {
        return Err(FormatError::value(
            "Negative zero coercion (z) not allowed in integer format specifier",
        ));
    }
    if kind == IntKind::Char {
        if spec.sign.is_some() {
            return Err(FormatError::value(
                "Sign not allowed with integer format specifier 'c'",
            ));
        }
        if spec.alternate {
            return Err(FormatError::value(
                "Alternate form (#) not allowed with integer format specifier 'c'",
            ));
        }
    }
    Ok(kind)
}

/// Formats digits, lower case, in the base of [`int_kind`].
pub fn format_int(
    negative: bool,
    digits: &str,
    spec: &FormatSpec,
    locale: Option<&LocaleInfo>,
) -> Result<Vec<u8>, FormatError> {
    let kind = u8::try_from(spec.kind).unwrap_or(b'd');
    let prefix = match kind {
        b'b' if spec.alternate => "0b",
        b'o' if spec.alternate => "0o",
        b'x' if spec.alternate => "0x",
        b'X' if spec.alternate => "0X",
        _ => "",
    };
    let upper;
    let digits = if kind == b'X' {
        upper = digits.to_ascii_uppercase();
        &upper
    } else {
        digits
    };
    let group = if matches!(kind, b'b' | b'o' | b'x' | b'X') {
        4
    } else {
        3
    };
    let locale = LocaleInfo::for_spec(spec, locale, group);
    Number {
        negative,
        prefix,
        digits: digits.as_bytes(),
        ..Number::default()
    }
    .format(spec, &locale)
}

/// Formats the character with a number (presentation type `c`); `None` is a number that is none.
pub fn format_char(code: Option<u32>, spec: &FormatSpec) -> Result<Vec<u8>, FormatError> {
    match code {
        Some(code) if code < 0x11_0000 => {
            let mut text = buffer(4)?;
            push(&mut text, code);
            padded(&text, spec)
        }
        _ => Err(FormatError::Overflow("%c arg not in range(0x110000)")),
    }
}
