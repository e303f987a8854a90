//! Python source text to AST, and `SyntaxError`s in CPython's words.
//!
//! The AST is ruff's. What ruff leaves to its callers is here: decoding of source bytes
//! ([`decode`]), exact values of literals ([`string_value`]), the tokenizer's limits and warnings,
//! the drop of deep trees, and the diagnosis of sources that do not parse (`diagnose`).
//!
//! # Stack
//!
//! ruff's parser moves to stack segments of its own when a source nests deeply. [`parse`] calls
//! nothing but the parser, so no safepoint and no collection can lie inside it, and it is back on
//! the caller's stack when it returns: a conservative scan of that stack never misses a value.

mod bare_raise;
mod decode;
mod depth;
mod diagnose;
mod error;
mod flufl;
mod func_type;
mod interpolation;
mod literal;
mod masked;
mod options;
mod parse;
mod source;
mod teardown;
mod tokenizer;
pub mod tokens;
mod warnings;

pub use decode::{ForeignCodec, Origin, decode, foreign_codec};
pub use error::{ErrorKind, SyntaxError, SyntaxWarningInfo, WarningCategory};
pub use func_type::{FuncType, parse_func_type};
pub use interpolation::{debug_text, interpolation_text};
pub use literal::{
    EscapeError, bytes_value, interpolated_literal_value, string_value, unescape_bytes,
    unescape_string,
};
pub use options::{Mode, Options};
pub use parse::{Parsed, parse};
pub use ruff_python_ast as ast;
pub use ruff_text_size::{Ranged, TextRange, TextSize};
pub use source::{Source, SyntheticSource};
pub use tokens::comments;
