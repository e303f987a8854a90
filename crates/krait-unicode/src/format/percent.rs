//! printf-style formatting (`str % args`, `bytes % args`): parsing conversion specifiers and
//! writing converted values. Fetching and converting arguments is the caller's.

use super::{FormatError, push_fill};
use crate::numeric::{Conversion, Style, format_double};
use crate::wtf8::{decode_at, offset_of};
use std::ops::Range;

/// A width or precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Not given.
    Default,
    /// `*`: the next argument.
    Star,
    Fixed(usize),
}

/// A conversion specifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Specifier {
    /// Byte range of the mapping key in the format.
    pub key: Option<Range<usize>>,
    /// `-`
    pub left: bool,
    /// `+`
    pub plus: bool,
    /// A space.
    pub space: bool,
    /// `#`
    pub alternate: bool,
    /// `0`
    pub zero: bool,
    pub width: Count,
    pub precision: Count,
    /// Conversion type, a code point (a byte in a bytes format). Not checked: an argument is
    /// fetched first, then [`Specifier::unsupported`] tells.
    pub conversion: u32,
    /// Index of the conversion type in the format, in characters.
    pub index: usize,
}

/// A piece of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Literal text: byte range in the format.
    Literal(Range<usize>),
    Specifier(Specifier),
}

/// A malformed specifier: ValueError with `message`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PercentError {
    pub message: &'static str,
    /// A key came before: without a mapping, "format requires a mapping" (TypeError) goes first.
    pub after_key: bool,
}

/// Iterates over the pieces of a format.
#[derive(Clone, Debug)]
pub struct Pieces<'a> {
    format: &'a [u8],
    at: usize,
    is_bytes: bool,
}

/// The pieces of a `str` format (generalized UTF-8) or of a `bytes` format.
pub fn pieces(format: &[u8], is_bytes: bool) -> Pieces<'_> {
    Pieces {
        format,
        at: 0,
        is_bytes,
    }
}

impl Pieces<'_> {
    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    fn error(&self, message: &'static str, key: &Option<Range<usize>>) -> PercentError {
        PercentError {
            message,
            after_key: key.is_some(),
        }
    }

    fn key(&mut self) -> Result<Option<Range<usize>>, PercentError> {
        if self.peek() != Some(b'(') {
            return Ok(None);
        }
        self.at += 1;
        let start = self.at;
        let mut depth = 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Ok(Some(start..self.at - 1));
            }
        }
        Err(PercentError {
            message: "incomplete format key",
            after_key: true,
        })
    }

    /// Digits, or `*`; `limit` is the largest number.
    fn count(&mut self, limit: usize) -> Option<Count> {
        if self.peek() == Some(b'*') {
            self.at += 1;
            return Some(Count::Star);
        }
        let mut count = Count::Default;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            let value = if let Count::Fixed(value) = count {
                value
            } else {
                0
            };
            let next = value
                .checked_mul(10)?
                .checked_add(usize::from(digit - b'0'))?;
            if next > limit {
                return None;
            }
            count = Count::Fixed(next);
            self.at += 1;
        }
        Some(count)
    }

    fn specifier(&mut self) -> Result<Specifier, PercentError> {
        let key = self.key()?;
        let (mut left, mut plus, mut space, mut alternate, mut zero) = Default::default();
        while let Some(byte) = self.peek() {
            match byte {
                b'-' => left = true,
                b'+' => plus = true,
                b' ' => space = true,
                b'#' => alternate = true,
                b'0' => zero = true,
                _ => break,
            }
            self.at += 1;
        }
        let width = self
            .count(isize::MAX as usize)
            .ok_or_else(|| self.error("width too big", &key))?;
        let mut precision = Count::Default;
        if self.peek() == Some(b'.') {
            self.at += 1;
            let message = if self.is_bytes {
                "prec too big"
            } else {
                "precision too big"
            };
            precision = match self.count(i32::MAX as usize) {
                Some(Count::Default) => Count::Fixed(0),
                Some(count) => count,
                None => return Err(self.error(message, &key)),
            };
        }
        // One C length modifier is skipped.
        if matches!(self.peek(), Some(b'h' | b'l' | b'L')) {
            self.at += 1;
        }
        if self.at >= self.format.len() {
            return Err(self.error("incomplete format", &key));
        }
        let (conversion, len, index) = if self.is_bytes {
            (u32::from(self.format[self.at]), 1, self.at)
        } else {
            let (code, len) = decode_at(self.format, self.at);
            (code, len, crate::wtf8::count(&self.format[..self.at]))
        };
        self.at += len;
        Ok(Specifier {
            key,
            left,
            plus,
            space,
            alternate,
            zero,
            width,
            precision,
            conversion,
            index,
        })
    }
}

impl Iterator for Pieces<'_> {
    type Item = Result<Piece, PercentError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = &self.format[self.at..];
        if rest.is_empty() {
            return None;
        }
        let start = self.at;
        if rest[0] != b'%' {
            let len = rest
                .iter()
                .position(|byte| *byte == b'%')
                .unwrap_or(rest.len());
            self.at += len;
            return Some(Ok(Piece::Literal(start..self.at)));
        }
        self.at += 1;
        if self.peek() == Some(b'%') {
            self.at += 1;
            return Some(Ok(Piece::Literal(start..start + 1)));
        }
        let specifier = self.specifier();
        if specifier.is_err() {
            self.at = self.format.len();
        }
        Some(specifier.map(Piece::Specifier))
    }
}

/// What a specifier wants of its argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// `s`, `r`, `a` (and `b` in bytes): text.
    Text(u8),
    /// `c`
    Char,
    /// Digits in this base; 10 also takes other real numbers.
    Int(u32),
    Float,
    /// Not a conversion type.
    Unsupported,
}

impl Specifier {
    /// What the argument must be.
    pub fn wanted(&self, is_bytes: bool) -> Wanted {
        match u8::try_from(self.conversion) {
            Ok(b'd' | b'i' | b'u') => Wanted::Int(10),
            Ok(b'o') => Wanted::Int(8),
            Ok(b'x' | b'X') => Wanted::Int(16),
            Ok(b'e' | b'E' | b'f' | b'F' | b'g' | b'G') => Wanted::Float,
            Ok(b'c') => Wanted::Char,
            Ok(kind @ (b's' | b'r' | b'a')) => Wanted::Text(kind),
            Ok(b'b') if is_bytes => Wanted::Text(b'b'),
            _ => Wanted::Unsupported,
        }
    }

    /// The error for a conversion type that does not exist.
    pub fn unsupported(&self, is_bytes: bool) -> FormatError {
        let code = self.conversion;
        if is_bytes && code >= 0x80 {
            return FormatError::Overflow("character argument not in range(0x110000)");
        }
        let shown = match code {
            32..0x7F => char::from(code as u8),
            _ if is_bytes => char::from(code as u8),
            _ => '?',
        };
        let index = self.index;
        FormatError::Value(format!(
            "unsupported format character '{shown}' (0x{code:x}) at index {index}"
        ))
    }

    /// Sets what a `*` width gave; a negative one means left alignment.
    pub fn set_width(&mut self, value: i64) {
        self.left |= value < 0;
        self.width = Count::Fixed(value.unsigned_abs() as usize);
    }

    /// Sets what a `*` precision gave; a negative one counts as 0.
    pub fn set_precision(&mut self, value: i32) {
        self.precision = Count::Fixed(value.max(0) as usize);
    }

    fn fixed_width(&self) -> usize {
        if let Count::Fixed(width) = self.width {
            width
        } else {
            0
        }
    }

    fn fixed_precision(&self) -> Option<usize> {
        if let Count::Fixed(precision) = self.precision {
            Some(precision)
        } else {
            None
        }
    }

    /// Writes text (`s`, `r`, `a`): cut to the precision, padded with spaces. `chars` counts
    /// characters: bytes for a bytes format.
    pub fn write_text(
        &self,
        out: &mut Vec<u8>,
        text: &[u8],
        is_bytes: bool,
    ) -> Result<(), FormatError> {
        let end = match self.fixed_precision() {
            Some(precision) if is_bytes => Some(precision.min(text.len())),
            Some(precision) => offset_of(text, precision),
            None => None,
        };
        self.write_padded(out, &text[..end.unwrap_or(text.len())], is_bytes)
    }

    /// Writes a character (`c`): the precision does not count.
    pub fn write_padded(
        &self,
        out: &mut Vec<u8>,
        text: &[u8],
        is_bytes: bool,
    ) -> Result<(), FormatError> {
        let len = if is_bytes {
            text.len()
        } else {
            crate::wtf8::count(text)
        };
        let padding = self.fixed_width().saturating_sub(len);
        if !self.left {
            push_fill(out, u32::from(b' '), padding)?;
        }
        out.extend_from_slice(text);
        if self.left {
            push_fill(out, u32::from(b' '), padding)?;
        }
        Ok(())
    }

    /// Writes an int, given as sign and lower-case digits in the base of [`Wanted::Int`].
    pub fn write_int(
        &self,
        out: &mut Vec<u8>,
        negative: bool,
        digits: &str,
    ) -> Result<(), FormatError> {
        let conversion = u8::try_from(self.conversion).unwrap_or(b'd');
        let prefix = match conversion {
            b'o' if self.alternate => "0o",
            b'x' if self.alternate => "0x",
            b'X' if self.alternate => "0X",
            _ => "",
        };
        let precision = self.fixed_precision().unwrap_or(0);
        if precision > (i32::MAX - 3) as usize {
            return Err(FormatError::Overflow("precision too large"));
        }
        let mut body = super::buffer(digits.len().max(precision))?;
        push_fill(
            &mut body,
            u32::from(b'0'),
            precision.saturating_sub(digits.len()),
        )?;
        body.extend_from_slice(digits.as_bytes());
        if conversion == b'X' {
            body.make_ascii_uppercase();
        }
        self.write_number(out, negative, prefix, &body)
    }

    /// Writes a float.
    pub fn write_float(&self, out: &mut Vec<u8>, value: f64) -> Result<(), FormatError> {
        let kind = u8::try_from(self.conversion).unwrap_or(b'g');
        let conversion = match kind.to_ascii_lowercase() {
            b'e' => Conversion::Exponent,
            b'f' => Conversion::Fixed,
            _ => Conversion::General,
        };
        let style = Style {
            alternate: self.alternate,
            upper: kind.is_ascii_uppercase(),
            ..Style::default()
        };
        let precision = self.fixed_precision().unwrap_or(6);
        super::buffer(precision)?;
        let text = format_double(value, conversion, precision, style);
        let (negative, body) = match text.strip_prefix('-') {
            Some(body) => (true, body),
            None => (false, text.as_str()),
        };
        self.write_number(out, negative, "", body.as_bytes())
    }

    fn write_number(
        &self,
        out: &mut Vec<u8>,
        negative: bool,
        prefix: &str,
        body: &[u8],
    ) -> Result<(), FormatError> {
        let sign = match (negative, self.plus, self.space) {
            (true, _, _) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            _ => "",
        };
        let len = sign.len() + prefix.len() + body.len();
        let padding = self.fixed_width().saturating_sub(len);
        let zeros = if self.zero && !self.left { padding } else { 0 };
        let spaces = padding - zeros;
        if !self.left {
            push_fill(out, u32::from(b' '), spaces)?;
        }
        out.extend_from_slice(sign.as_bytes());
        out.extend_from_slice(prefix.as_bytes());
        push_fill(out, u32::from(b'0'), zeros)?;
        out.extend_from_slice(body);
        if self.left {
            push_fill(out, u32::from(b' '), spaces)?;
        }
        Ok(())
    }
}
