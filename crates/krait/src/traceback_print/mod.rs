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
use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::Gc;

use crate::modules;

/// Prints an exception with its traceback, causes and contexts to `sys.stderr`.
pub fn print_to_stderr(cx: &mut Cx, v: Value) {
    if is_coloured(cx) && print_by_library(cx, v).is_ok() {
        return;
    }
    let text = chain::format(cx, v);
    crate::streams::write_stderr(cx, &text);
}

/// Whether the report is to have colours. The library decides that; it is asked where the answer can
/// be yes: for a terminal, when the environment demands colours, or when it is loaded anyway.
fn is_coloured(cx: &mut Cx) -> bool {
    let demanded = ["FORCE_COLOR", "PYTHON_COLORS"]
        .iter()
        .any(|name| std::env::var_os(name).is_some());
    let name = cx.intern("_colorize");
    let loaded = modules::sys::modules(cx).is_some_and(|d| d.get_str(cx, name).is_some());
    let stderr = cx.sys_get("stderr").filter(|s| !s.is_none());
    let Some(stderr) = stderr.filter(|&s| demanded || loaded || is_terminal(cx, s)) else {
        return false;
    };
    let answer = cx.import("_colorize").and_then(|colorize| {
        let f = cx.get_attr_str(colorize, "can_colorize")?;
        let file = cx.intern("file").value();
        let answer = cx.call_kw(f, &[stderr], &[file])?;
        cx.is_true(answer)
    });
    answer.unwrap_or(false)
}

fn is_terminal(cx: &mut Cx, stream: Value) -> bool {
    let answer = cx.call_method_str(stream, "isatty", &[]);
    answer.and_then(|v| cx.is_true(v)).unwrap_or(false)
}

fn print_by_library(cx: &mut Cx, v: Value) -> PyResult<()> {
    let traceback = cx.import("traceback")?;
    cx.call_method_str(traceback, "_print_exception_bltin", &[v])
        .map(|_| ())
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
