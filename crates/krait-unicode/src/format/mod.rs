//! The format-spec mini-language (`format()`, f-strings) and printf-style formatting (`%`).

mod complex;
mod float;
mod int;
mod layout;
pub mod percent;
mod spec;
mod text;

use std::fmt;

pub use complex::format_complex;
pub use float::format_float;
pub use int::{IntKind, format_char, format_int, int_kind};
pub use layout::LocaleInfo;
pub use spec::{Align, FormatSpec, Grouping, Target};
pub use text::format_str;

/// Why a format spec is refused; the caller raises the exception named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatError {
    /// ValueError.
    Value(String),
    /// ValueError with a message that quotes text of the program: generalized UTF-8.
    Quoting(Vec<u8>),
    /// OverflowError.
    Overflow(&'static str),
    /// MemoryError.
    Memory,
}

impl FormatError {
    pub(crate) fn value(message: impl Into<String>) -> FormatError {
        FormatError::Value(message.into())
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FormatError::Value(message) => f.write_str(message),
            FormatError::Quoting(message) => f.write_str(&String::from_utf8_lossy(message)),
            FormatError::Overflow(message) => f.write_str(message),
            FormatError::Memory => f.write_str("out of memory"),
        }
    }
}

impl std::error::Error for FormatError {}

/// A buffer for a result of about `len` bytes: a width may be any number, and must not abort.
pub(crate) fn buffer(len: usize) -> Result<Vec<u8>, FormatError> {
    let mut out = Vec::new();
    out.try_reserve(len).map_err(|_| FormatError::Memory)?;
    Ok(out)
}

/// Appends `count` times the code point `fill`.
pub(crate) fn push_fill(out: &mut Vec<u8>, fill: u32, count: usize) -> Result<(), FormatError> {
    if count == 0 {
        return Ok(());
    }
    let (bytes, len) = crate::wtf8::encode(fill);
    let total = count.checked_mul(len).ok_or(FormatError::Memory)?;
    out.try_reserve(total).map_err(|_| FormatError::Memory)?;
    if len == 1 {
        out.resize(out.len() + count, bytes[0]);
    } else {
        for _ in 0..count {
            out.extend_from_slice(&bytes[..len]);
        }
    }
    Ok(())
}
