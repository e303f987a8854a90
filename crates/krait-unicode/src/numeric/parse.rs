//! `float(str)`: the grammar of Python, the rounding of Rust's parser (correct).

use std::borrow::Cow;

use crate::ctype::{decimal, is_space};
use crate::wtf8::code_points;

/// Text of a number brought to ASCII.
pub type DecimalText<'a> = Cow<'a, [u8]>;

/// Replaces decimal digits of any script by ASCII digits and white space by spaces, as `int()`,
/// `float()` and `complex()` do first. What is neither and not ASCII becomes `?`.
pub fn transform_decimal_and_space(text: &[u8]) -> DecimalText<'_> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let ascii = code_points(text).map(|code| match code {
        0..0x80 => code as u8,
        _ if is_space(code) => b' ',
        _ => decimal(code).map_or(b'?', |digit| b'0' + digit),
    });
    Cow::Owned(ascii.collect())
}

/// White space that is stripped once the text is ASCII. U+001C to U+001F are `str.isspace` and
/// yet refused, as by CPython.
pub(super) fn is_ascii_space(byte: u8) -> bool {
    matches!(byte, 9..=13 | 32)
}

pub(super) fn strip(text: &[u8], is_space: impl Fn(u8) -> bool) -> &[u8] {
    let start = text
        .iter()
        .position(|byte| !is_space(*byte))
        .unwrap_or(text.len());
    let end = text
        .iter()
        .rposition(|byte| !is_space(*byte))
        .map_or(start, |last| last + 1);
    &text[start..end]
}

/// The value of `float(text)` for a `str`, or `None` where it raises ValueError.
pub fn parse_float(text: &[u8]) -> Option<f64> {
    let ascii = transform_decimal_and_space(text);
    parse_stripped(strip(&ascii, is_ascii_space))
}

/// The value of `float(text)` for bytes, or `None` where it raises ValueError.
pub fn parse_float_bytes(text: &[u8]) -> Option<f64> {
    parse_stripped(strip(text, is_ascii_space))
}

fn parse_stripped(text: &[u8]) -> Option<f64> {
    let plain = remove_underscores(text)?;
    let (value, len) = float_prefix(&plain)?;
    (len == plain.len()).then_some(value)
}

/// Removes underscores; each must stand between two digits.
pub(super) fn remove_underscores(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    if !text.contains(&b'_') {
        return Some(Cow::Borrowed(text));
    }
    let mut plain = Vec::with_capacity(text.len());
    for (at, byte) in text.iter().enumerate() {
        if *byte != b'_' {
            plain.push(*byte);
            continue;
        }
        let digit_at = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
        if at == 0 || !digit_at(at - 1) || !digit_at(at + 1) {
            return None;
        }
    }
    Some(Cow::Owned(plain))
}

/// The longest prefix that is a float (number, `inf`, `infinity` or `nan`, with sign), and its
/// length.
pub(super) fn float_prefix(text: &[u8]) -> Option<(f64, usize)> {
    let signed = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let negative = text.first() == Some(&b'-');
    let body = &text[signed..];
    for (word, value) in [
        ("infinity", f64::INFINITY),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ] {
        let head = body.get(..word.len());
        if head.is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes())) {
            let value = if negative { -value } else { value };
            return Some((value, signed + word.len()));
        }
    }
    let len = signed + number_len(body)?;
    let number = std::str::from_utf8(&text[..len]).ok()?;
    Some((number.parse().ok()?, len))
}

/// Length of the number without sign at the start of `text`.
fn number_len(text: &[u8]) -> Option<usize> {
    let digits = |from: usize| {
        text[from..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let whole = digits(0);
    let mut len = whole;
    let mut fraction = 0;
    if text.get(len) == Some(&b'.') {
        fraction = digits(len + 1);
        len += 1 + fraction;
    }
    if whole + fraction == 0 {
        return None;
    }
    if matches!(text.get(len), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(text.get(len + 1), Some(b'+' | b'-')));
        let exponent = digits((len + 1 + signed).min(text.len()));
        if exponent > 0 {
            len += 1 + signed + exponent;
        }
    }
    Some(len)
}
