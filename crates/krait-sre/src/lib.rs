//! The engine behind `_sre`: runs the code lists of CPython's `re._compiler`.
//!
//! A [`Program`] is made from a code list, and applied to a [`Subject`] once
//! ([`Program::search`] and its like) or repeatedly with a [`Scan`]. No Python object is known
//! here. See `docs/internals/regex.md`.

mod analysis;
mod chars;
mod charset;
mod compile;
mod constants;
mod exec;
mod input;
mod inst;
mod prefilter;
mod program;
mod subject;

pub use chars::{ascii_iscased, getlower, lower_ascii, lower_unicode, unicode_iscased};
pub use constants::{CODESIZE, MAGIC, MAXGROUPS, MAXREPEAT, flag};
pub use exec::Scratch;
pub use program::{Captures, Method, Program, Scan};
pub use subject::{Breakpoints, CharIndex, Subject};

/// A code list that is not of the shape `re._compiler` makes ("invalid SRE code").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeError {
    what: &'static str,
    /// Index of the offending word.
    at: usize,
}

impl CodeError {
    pub(crate) const fn new(what: &'static str, at: usize) -> CodeError {
        CodeError { what, at }
    }
}

impl std::fmt::Display for CodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at word {}", self.what, self.at)
    }
}

impl std::error::Error for CodeError {}

/// Given by a poll callback that wants the match to stop; the reason is the callback's to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interrupted;

/// Why a match has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchError {
    /// The poll callback said so.
    Interrupted,
    /// The backtrack stack has outgrown its limit.
    OutOfMemory,
}

impl std::fmt::Display for MatchError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            MatchError::Interrupted => "match interrupted",
            MatchError::OutOfMemory => "match needs too much memory",
        })
    }
}

impl std::error::Error for MatchError {}
