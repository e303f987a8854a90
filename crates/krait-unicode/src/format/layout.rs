//! Laying out a number: sign, prefix, padding, grouped digits.

use std::borrow::Cow;

use super::spec::{Align, FormatSpec, Grouping, char_count};
use super::{FormatError, buffer, push_fill};

/// What presentation type `n` takes from the locale (`localeconv`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocaleInfo {
    pub decimal_point: Cow<'static, str>,
    pub thousands_separator: Cow<'static, str>,
    /// Group sizes from the right. The last repeats; 0 ends the list with a repeat, 127 (CHAR_MAX)
    /// with no more grouping.
    pub grouping: Vec<u8>,
}

static C: LocaleInfo = LocaleInfo {
    decimal_point: Cow::Borrowed("."),
    thousands_separator: Cow::Borrowed(""),
    grouping: Vec::new(),
};

impl LocaleInfo {
    /// The C locale.
    pub fn c() -> LocaleInfo {
        C.clone()
    }

    fn with_separator(separator: char, size: u8) -> LocaleInfo {
        LocaleInfo {
            decimal_point: ".".into(),
            thousands_separator: String::from(separator).into(),
            grouping: vec![size],
        }
    }

    /// The rules for a spec: `given` for type `n`, the separator of the spec otherwise, in groups
    /// of `size`.
    pub(super) fn for_spec<'a>(
        spec: &FormatSpec,
        given: Option<&'a LocaleInfo>,
        size: u8,
    ) -> Cow<'a, LocaleInfo> {
        match (given, spec.grouping) {
            (Some(given), _) if spec.kind == u32::from(b'n') => Cow::Borrowed(given),
            (_, Some(grouping)) => Cow::Owned(LocaleInfo::with_separator(grouping.char(), size)),
            _ => Cow::Borrowed(&C),
        }
    }

    /// Size of the group number `index` from the right; `None` if the rest is not grouped.
    fn group(&self, index: usize) -> Option<usize> {
        let end = self
            .grouping
            .iter()
            .position(|size| *size == 0)
            .unwrap_or(self.grouping.len());
        let sizes = &self.grouping[..end];
        let size = sizes.get(index).or(sizes.last()).copied()?;
        let stops = sizes.iter().take(index + 1).any(|size| *size >= 127);
        if stops { None } else { Some(usize::from(size)) }
    }
}

/// A number in parts, ASCII.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Number<'a> {
    pub negative: bool,
    /// `0x` and the like.
    pub prefix: &'a str,
    /// Integral digits; empty for `inf` and `nan`.
    pub digits: &'a [u8],
    pub has_point: bool,
    /// Fractional digits.
    pub fraction: &'a [u8],
    /// Exponent, `%`, or `inf` and `nan`.
    pub tail: &'a [u8],
}

impl Number<'_> {
    fn sign(&self, spec: &FormatSpec) -> &'static str {
        match (self.negative, spec.sign) {
            (true, _) => "-",
            (false, Some(b'+')) => "+",
            (false, Some(b' ')) => " ",
            _ => "",
        }
    }

    /// Writes the number by the spec.
    pub fn format(&self, spec: &FormatSpec, locale: &LocaleInfo) -> Result<Vec<u8>, FormatError> {
        let sign = self.sign(spec);
        let point = if self.has_point {
            locale.decimal_point.as_bytes()
        } else {
            b""
        };
        let fraction = group_fraction(self.fraction, spec.fraction_grouping);
        let around = sign.len()
            + self.prefix.len()
            + char_count(point)
            + fraction.len()
            + char_count(self.tail);
        let zero_filled = spec.fill == u32::from(b'0') && spec.align == Align::AfterSign;
        let least = match spec.width {
            Some(width) if zero_filled => width.saturating_sub(around),
            _ => 0,
        };
        let digits = match self.digits {
            [] => Cow::Borrowed(&[][..]),
            digits => group_integral(digits, locale, least)?,
        };
        let (mut left, right) = spec.padding(around + char_count(&digits));
        let mut middle = 0;
        if spec.align == Align::AfterSign {
            (left, middle) = (0, left);
        }
        let mut out = buffer((around + digits.len()).saturating_add(left + middle + right))?;
        push_fill(&mut out, spec.fill, left)?;
        out.extend_from_slice(sign.as_bytes());
        out.extend_from_slice(self.prefix.as_bytes());
        push_fill(&mut out, spec.fill, middle)?;
        out.extend_from_slice(&digits);
        out.extend_from_slice(point);
        out.extend_from_slice(&fraction);
        out.extend_from_slice(self.tail);
        push_fill(&mut out, spec.fill, right)?;
        Ok(out)
    }
}

/// Groups of three from the point on.
fn group_fraction(digits: &[u8], grouping: Option<Grouping>) -> Cow<'_, [u8]> {
    let Some(grouping) = grouping else {
        return Cow::Borrowed(digits);
    };
    let separator = [grouping.char() as u8];
    Cow::Owned(digits.chunks(3).collect::<Vec<_>>().join(&separator[..]))
}

/// Groups integral digits, with leading zeros (grouped as well) up to a width of `least`
/// characters. A separator never comes first, so the result may be one wider.
fn group_integral<'a>(
    digits: &'a [u8],
    locale: &LocaleInfo,
    least: usize,
) -> Result<Cow<'a, [u8]>, FormatError> {
    if locale.group(0).is_none() && least <= digits.len() {
        return Ok(Cow::Borrowed(digits));
    }
    let separator = locale.thousands_separator.as_bytes();
    let separator_len = char_count(separator);
    // Zeros before a piece, and the piece.
    let mut pieces: Vec<(usize, &[u8])> = Vec::new();
    if locale.group(0).is_some() {
        let most = digits.len().max(least);
        pieces
            .try_reserve(most / 2 + 1)
            .map_err(|_| FormatError::Memory)?;
    }
    let mut rest = digits;
    let mut wanted = least;
    let mut index = 0;
    loop {
        let whole = rest.len().max(wanted).max(1);
        let group = locale.group(index);
        let len = group.map_or(whole, |size| size.min(whole));
        let taken = len.min(rest.len());
        let (head, piece) = rest.split_at(rest.len() - taken);
        pieces.push((len - taken, piece));
        rest = head;
        wanted = wanted.saturating_sub(len);
        if rest.is_empty() && wanted == 0 || group.is_none() {
            break;
        }
        wanted = wanted.saturating_sub(separator_len);
        index += 1;
    }
    let mut out = buffer(digits.len() + pieces.len() * separator.len())?;
    for (position, (zeros, piece)) in pieces.iter().rev().enumerate() {
        if position > 0 {
            out.extend_from_slice(separator);
        }
        push_fill(&mut out, u32::from(b'0'), *zeros)?;
        out.extend_from_slice(piece);
    }
    Ok(Cow::Owned(out))
}
