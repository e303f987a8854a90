//! Parsing a format spec.

use super::FormatError;
use crate::ctype;
use crate::wtf8::{code_points, decode_at};

/// Kind of object that is formatted: decides defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Str,
    Int,
    Float,
    Complex,
}

/// Alignment within the width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
    Center,
    /// Padding between sign (and prefix) and digits.
    AfterSign,
}

impl Align {
    fn from_code(code: u32) -> Option<Align> {
        Some(match u8::try_from(code).ok()? {
            b'<' => Align::Left,
            b'>' => Align::Right,
            b'^' => Align::Center,
            b'=' => Align::AfterSign,
            _ => return None,
        })
    }
}

/// Separator between groups of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    Comma,
    Underscore,
}

impl Grouping {
    /// The separator.
    pub fn char(self) -> char {
        match self {
            Grouping::Comma => ',',
            Grouping::Underscore => '_',
        }
    }
}

/// A parsed format spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatSpec {
    /// Code point for padding.
    pub fill: u32,
    pub align: Align,
    /// `+`, `-` or a space.
    pub sign: Option<u8>,
    /// `z`: negative zero becomes positive.
    pub no_negative_zero: bool,
    /// `#`
    pub alternate: bool,
    pub width: Option<usize>,
    /// Grouping of the integral digits.
    pub grouping: Option<Grouping>,
    pub precision: Option<usize>,
    /// Grouping of the fractional digits (new in 3.14).
    pub fraction_grouping: Option<Grouping>,
    /// Presentation type, a code point; 0 if none is given and the target has no default.
    pub kind: u32,
}

/// Largest width and precision (a `Py_ssize_t`).
const MAX_NUMBER: u64 = i64::MAX as u64;

struct Parser<'a> {
    rest: &'a [u8],
}

impl<'a> Parser<'a> {
    /// The next character, and what is behind it.
    fn split(&self) -> Option<(u32, &'a [u8])> {
        if self.rest.is_empty() {
            return None;
        }
        let (code, len) = decode_at(self.rest, 0);
        Some((code, &self.rest[len..]))
    }

    fn peek(&self) -> Option<u32> {
        self.split().map(|(code, _)| code)
    }

    fn take(&mut self, byte: u8) -> bool {
        match self.rest.split_first() {
            Some((first, rest)) if *first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// A decimal number; digits of any script count.
    fn number(&mut self) -> Result<Option<usize>, FormatError> {
        let mut value: Option<u64> = None;
        while let Some((code, rest)) = self.split()
            && let Some(digit) = ctype::decimal(code)
        {
            let next = value
                .unwrap_or(0)
                .checked_mul(10)
                .and_then(|v| v.checked_add(u64::from(digit)));
            match next.filter(|next| *next <= MAX_NUMBER) {
                Some(next) => value = Some(next),
                None => {
                    return Err(FormatError::value(
                        "Too many decimal digits in format string",
                    ));
                }
            }
            self.rest = rest;
        }
        Ok(value.map(|value| value as usize))
    }

    /// `,` or `_` or nothing.
    fn grouping(&mut self) -> Result<Option<Grouping>, FormatError> {
        let both = || FormatError::value("Cannot specify both ',' and '_'.");
        let comma = self.take(b',');
        let underscore = self.take(b'_');
        match (comma, underscore) {
            (true, true) => Err(both()),
            (true, false) => Ok(Some(Grouping::Comma)),
            (false, true) if self.peek() == Some(u32::from(b',')) => Err(both()),
            (false, true) => Ok(Some(Grouping::Underscore)),
            (false, false) => Ok(None),
        }
    }
}

impl FormatSpec {
    /// Parses a spec (generalized UTF-8). `type_name` is the name of the object's type, for
    /// messages.
    pub fn parse(spec: &[u8], target: Target, type_name: &str) -> Result<FormatSpec, FormatError> {
        let mut parser = Parser { rest: spec };
        let (default_kind, default_align) = match target {
            Target::Str => (u32::from(b's'), Align::Left),
            Target::Int => (u32::from(b'd'), Align::Right),
            Target::Float | Target::Complex => (0, Align::Right),
        };
        let mut result = FormatSpec {
            fill: u32::from(b' '),
            align: default_align,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: None,
            grouping: None,
            precision: None,
            fraction_grouping: None,
            kind: default_kind,
        };
        result.parse_alignment(&mut parser, default_align);
        result.width = parser.number()?;
        result.grouping = parser.grouping()?;
        if parser.take(b'.') {
            result.precision = parser.number()?;
            result.fraction_grouping = parser.grouping()?;
            if result.precision.is_none() && result.fraction_grouping.is_none() {
                return Err(FormatError::value("Format specifier missing precision"));
            }
        }
        match parser.split() {
            None => {}
            Some((kind, [])) => result.kind = kind,
            _ => {
                let end = format!("' for object of type '{type_name}'");
                let message = [b"Invalid format specifier '", spec, end.as_bytes()];
                return Err(FormatError::Quoting(message.concat()));
            }
        }
        result.check_grouping()?;
        Ok(result)
    }

    /// Fill, alignment, sign, `z`, `#` and `0`.
    fn parse_alignment(&mut self, parser: &mut Parser<'_>, default_align: Align) {
        let mut fill_given = false;
        let mut align_given = false;
        let align = |rest| {
            let (code, rest) = Parser { rest }.split()?;
            Some((Align::from_code(code)?, rest))
        };
        if let Some((fill, rest)) = parser.split()
            && let Some((found, rest)) = align(rest)
        {
            self.fill = fill;
            self.align = found;
            fill_given = true;
            align_given = true;
            parser.rest = rest;
        } else if let Some((found, rest)) = align(parser.rest) {
            self.align = found;
            align_given = true;
            parser.rest = rest;
        }
        for sign in *b" +-" {
            if parser.take(sign) {
                self.sign = Some(sign);
                break;
            }
        }
        self.no_negative_zero = parser.take(b'z');
        self.alternate = parser.take(b'#');
        if !fill_given && parser.take(b'0') {
            self.fill = u32::from(b'0');
            if !align_given && default_align == Align::Right {
                self.align = Align::AfterSign;
            }
        }
    }

    /// Grouping goes with numbers only, commas with decimal ones only.
    fn check_grouping(&self) -> Result<(), FormatError> {
        let kind = u8::try_from(self.kind).unwrap_or(b'?');
        let refused = match (self.grouping, kind) {
            (None, _) => None,
            (_, b'd' | b'e' | b'f' | b'g' | b'E' | b'G' | b'%' | b'F' | 0) => None,
            (Some(Grouping::Underscore), b'b' | b'o' | b'x' | b'X') => None,
            (grouping, _) => grouping,
        };
        let refused = refused.or(self.fraction_grouping.filter(|_| kind == b'n'));
        match refused {
            None => Ok(()),
            Some(grouping) => {
                let kind = quoted_kind(self.kind);
                let separator = grouping.char();
                Err(FormatError::Value(format!(
                    "Cannot specify '{separator}' with '{kind}'."
                )))
            }
        }
    }

    /// The error for a presentation type that the object does not have.
    pub fn unknown_kind(&self, type_name: &str) -> FormatError {
        let kind = quoted_kind(self.kind);
        FormatError::Value(format!(
            "Unknown format code '{kind}' for object of type '{type_name}'"
        ))
    }

    /// Left and right padding for content of `len` characters.
    pub(super) fn padding(&self, len: usize) -> (usize, usize) {
        let total = self.width.unwrap_or(0).saturating_sub(len);
        let left = match self.align {
            Align::Left => 0,
            Align::Right | Align::AfterSign => total,
            Align::Center => total / 2,
        };
        (left, total - left)
    }
}

/// A presentation type in a message: itself, or `\x` and its hexadecimal number.
fn quoted_kind(kind: u32) -> String {
    match kind {
        33..128 => char::from(kind as u8).to_string(),
        _ => format!("\\x{kind:x}"),
    }
}

/// Number of code points of a text.
pub(super) fn char_count(text: &[u8]) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        code_points(text).count()
    }
}
