//! Errors and warnings of the compiler.

use std::fmt;

use krait_syntax::{ErrorKind, Source, SyntaxError, SyntaxWarningInfo, WarningCategory};
use ruff_text_size::TextRange;

/// Why a program was not compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompileError {
    /// A `SyntaxError` that only the compiler can see.
    Syntax(Box<SyntaxError>),
    /// A `SyntaxError` of an earlier stage, `__future__` or symbol table: it has its position in
    /// its attributes alone, not in `args`.
    Scopes(Box<SyntaxError>),
    /// `RecursionError`: the tree is deeper than the compiler goes.
    Recursion(&'static str),
    /// `MemoryError`/`OverflowError`-like: more registers, constants or code than fit.
    TooLarge(&'static str),
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CompileError::Syntax(e) | CompileError::Scopes(e) => e.fmt(f),
            CompileError::Recursion(msg) => write!(f, "RecursionError: {msg}"),
            CompileError::TooLarge(msg) => write!(f, "OverflowError: {msg}"),
        }
    }
}

impl std::error::Error for CompileError {}

/// Result of a compilation step.
pub type Compiled<T> = Result<T, CompileError>;

pub(crate) const TOO_DEEP: CompileError =
    CompileError::Recursion("maximum recursion depth exceeded during compilation");

pub(crate) const ASYNC_COMPREHENSION_OUTSIDE: &str =
    "asynchronous comprehension outside of an asynchronous function";

/// A `SyntaxError` of code generation for a range of the source.
pub(crate) fn syntax_error(
    source: &Source,
    range: TextRange,
    msg: impl Into<String>,
) -> CompileError {
    CompileError::Syntax(located(source, range, msg.into()))
}

/// A `SyntaxError` of a stage before code generation.
pub(crate) fn scopes_error(
    source: &Source,
    range: TextRange,
    msg: impl Into<String>,
) -> CompileError {
    CompileError::Scopes(located(source, range, msg.into()))
}

fn located(source: &Source, range: TextRange, msg: String) -> Box<SyntaxError> {
    let (lineno, col) = source.line_col(range.start());
    let (end_lineno, end_col) = source.line_col(range.end());
    Box::new(SyntaxError {
        kind: ErrorKind::Syntax,
        msg,
        located: true,
        lineno,
        // In bytes, and without the text: what shows the error reads that from the file.
        offset: col as i32 + 1,
        end_lineno: Some(end_lineno),
        end_offset: Some(end_col as i32 + 1),
        text: None,
        warnings: Vec::new(),
        last_statement: (0, 0),
    })
}

/// A `SyntaxWarning` for a range of the source.
pub(crate) fn syntax_warning(source: &Source, range: TextRange, msg: String) -> SyntaxWarningInfo {
    let (lineno, col) = source.line_col(range.start());
    let (end_lineno, end_col) = source.line_col(range.end());
    SyntaxWarningInfo {
        category: WarningCategory::Syntax,
        error_msg: msg.clone(),
        msg,
        lineno,
        offset: source.char_col(lineno, col) as i32 + 1,
        end_offset: source.char_col(end_lineno, end_col) as i32 + 1,
        text: None,
    }
}
