//! Formatting `str`.

use super::spec::{Align, FormatSpec, char_count};
use super::{FormatError, buffer, push_fill};
use crate::wtf8::offset_of;

/// `format(text, spec)`.
pub fn format_str(text: &[u8], spec: &FormatSpec, type_name: &str) -> Result<Vec<u8>, FormatError> {
    if spec.kind != u32::from(b's') {
        return Err(spec.unknown_kind(type_name));
    }
    let refusal = match spec {
        FormatSpec {
            sign: Some(b' '), ..
        } => Some("Space not allowed in string format specifier"),
        FormatSpec { sign: Some(_), .. } => Some("Sign not allowed in string format specifier"),
        FormatSpec {
            no_negative_zero: true,
            ..
        } => Some("Negative zero coercion (z) not allowed in string format specifier"),
        FormatSpec {
            alternate: true, ..
        } => Some("Alternate form (#) not allowed in string format specifier"),
        FormatSpec {
            align: Align::AfterSign,
            ..
        } => Some("'=' alignment not allowed in string format specifier"),
        _ => None,
    };
    if let Some(refusal) = refusal {
        return Err(FormatError::value(refusal));
    }
    let text = match spec
        .precision
        .and_then(|precision| offset_of(text, precision))
    {
        Some(end) => &text[..end],
        None => text,
    };
    padded(text, spec)
}

/// Text with the padding of the spec.
pub(super) fn padded(text: &[u8], spec: &FormatSpec) -> Result<Vec<u8>, FormatError> {
    let (left, right) = match spec.width {
        None => (0, 0),
        Some(_) => spec.padding(char_count(text)),
    };
    let mut out = buffer(text.len().saturating_add(left + right))?;
    push_fill(&mut out, spec.fill, left)?;
    out.extend_from_slice(text);
    push_fill(&mut out, spec.fill, right)?;
    Ok(out)
}
