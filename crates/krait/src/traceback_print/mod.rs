//! Exceptions as text, in CPython 3.14's layout, without running Python code where that can be
//! helped: it must work when little else does.
//!
//! `stack` prints the frames, `carets` marks the part of a line, `chain` follows causes, contexts
//! and groups, `final_line` is the last line with suggestions, `syntax` is the place of a
//! SyntaxError.

mod carets;
mod chain;
mod final_line;
mod stack;
mod suggest;
mod syntax;

use krait_runtime::native::{Cx, Value};

/// Prints an exception with its traceback, causes and contexts to `sys.stderr`.
pub fn print_to_stderr(cx: &mut Cx, v: Value) {
    let text = chain::format(cx, v);
    crate::streams::write_stderr(cx, &text);
}
