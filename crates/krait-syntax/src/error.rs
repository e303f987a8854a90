//! The error type of this crate: CPython's `SyntaxError` in plain Rust.

use std::fmt;

/// Which exception class CPython raises for the error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// `SyntaxError`.
    Syntax,
    /// `IndentationError`.
    Indentation,
    /// `TabError`.
    Tab,
    /// `_IncompleteInputError`: more input could complete the statement.
    Incomplete,
    /// `MemoryError`: the source nests deeper than the parser goes.
    TooDeep,
}

impl ErrorKind {
    /// Name of the Python exception class.
    pub fn class_name(self) -> &'static str {
        match self {
            ErrorKind::Syntax => "SyntaxError",
            ErrorKind::Indentation => "IndentationError",
            ErrorKind::Tab => "TabError",
            ErrorKind::Incomplete => "_IncompleteInputError",
            ErrorKind::TooDeep => "MemoryError",
        }
    }
}

/// A `SyntaxError` (or a subclass of it), with the attributes of the Python exception.
///
/// `offset` and `end_offset` are 1-based and count characters, not bytes. They are signed because
/// CPython itself reports 0 and -1 where it knows no column. An error without a position at all
/// (null bytes in a string given to `compile()`) has `located == false`: its attributes are `None`
/// in Python.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    pub kind: ErrorKind,
    pub msg: String,
    pub located: bool,
    pub lineno: u32,
    pub offset: i32,
    pub end_lineno: Option<u32>,
    pub end_offset: Option<i32>,
    /// The source line of `lineno`, or of all lines of a multi-line range.
    pub text: Option<String>,
    /// What CPython warns of before it finds the error.
    pub warnings: Vec<SyntaxWarningInfo>,
    /// Line and column (in bytes, from 0) of the last compound statement that was whole; zeros if none was.
    pub last_statement: (u32, u32),
}

impl SyntaxError {
    /// An error that belongs to no place in the source.
    pub fn unlocated(kind: ErrorKind, msg: impl Into<String>) -> SyntaxError {
        SyntaxError {
            kind,
            msg: msg.into(),
            located: false,
            lineno: 0,
            offset: 0,
            end_lineno: None,
            end_offset: None,
            text: None,
            warnings: Vec::new(),
            last_statement: (0, 0),
        }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.class_name(), self.msg)?;
        if self.located {
            write!(f, " (line {}, offset {})", self.lineno, self.offset)?;
        }
        Ok(())
    }
}

impl std::error::Error for SyntaxError {}

/// A warning that CPython gives while it tokenizes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxWarningInfo {
    pub category: WarningCategory,
    pub msg: String,
    /// Message of the `SyntaxError` that an `error` filter makes of the warning.
    pub error_msg: String,
    pub lineno: u32,
    /// Position for that `SyntaxError`: 1-based, in characters.
    pub offset: i32,
    pub end_offset: i32,
    /// The line for that `SyntaxError`, if it is not to be read from the file.
    pub text: Option<String>,
}

/// The Python warning class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningCategory {
    Syntax,
    Deprecation,
}
