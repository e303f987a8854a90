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

use krait_runtime::error::Exception;
use krait_runtime::native::{Cx, Value};
use krait_runtime::object::Gc;

/// Prints an exception with its traceback, causes and contexts to `sys.stderr`.
pub fn print_to_stderr(cx: &mut Cx, v: Value) {
    let text = chain::format(cx, v);
    crate::streams::write_stderr(cx, &text);
}

/// A traceback alone, with its head line and without marks; `None` if `tb` is no traceback.
pub fn traceback_text(cx: &mut Cx, tb: Value) -> Option<String> {
    krait_vm::objects::traceback::as_traceback(tb)?;
    Some(format!("{}{}", chain::HEAD, stack::format_plain(cx, tb)))
}

/// An exception in few words, for who cannot raise it: the traceback, the class and the message.
pub fn short_text(cx: &mut Cx, exception: Gc<Exception>, tb: Value) -> String {
    let mut text = traceback_text(cx, tb).unwrap_or_default();
    let name = final_line::class_name(cx, exception, "<unknown>");
    let message = final_line::safe_text(cx, exception.value(), "exception", "str");
    text.push_str(&format!("{name}: {message}\n"));
    text
}
