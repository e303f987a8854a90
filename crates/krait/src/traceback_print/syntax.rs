//! The place of a SyntaxError: file, line, caret.

use krait_runtime::error::Exception;
use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::str::Str;

use super::final_line::safe_text;

struct Place {
    filename: Option<String>,
    line: Option<String>,
    end_line: Option<String>,
    text: Option<String>,
    offset: Option<i64>,
    end_offset: Option<i64>,
    offset_is_none: bool,
}

fn attribute(cx: &mut Cx, e: Value, name: &str) -> Value {
    cx.get_attr_str(e, name).unwrap_or(Value::none())
}

fn shown(cx: &mut Cx, e: Value, name: &str) -> Option<String> {
    let v = attribute(cx, e, name);
    if v.is_none() {
        None
    } else {
        Some(safe_text(cx, v, name, "str"))
    }
}

fn place(cx: &mut Cx, e: Value) -> Place {
    let text = Gc::<Str>::from_value(attribute(cx, e, "text")).map(|s| s.to_string_lossy());
    let (offset, end_offset) = (attribute(cx, e, "offset"), attribute(cx, e, "end_offset"));
    Place {
        filename: shown(cx, e, "filename"),
        line: shown(cx, e, "lineno"),
        end_line: shown(cx, e, "end_lineno"),
        text,
        offset: offset.as_small(),
        end_offset: end_offset.as_small(),
        offset_is_none: offset.is_none(),
    }
}

/// What says where and what the error is: the exception, or what the library's `traceback` makes of
/// it where a misspelt keyword may be the cause.
fn described(cx: &mut Cx, e: Gc<Exception>) -> Value {
    let message = attribute(cx, e.value(), "msg");
    let general = Gc::<Str>::from_value(message).is_some_and(|m| {
        let m = m.to_string_lossy();
        m == "invalid syntax" || m.contains("Perhaps you forgot a comma")
    });
    if !general || attribute(cx, e.value(), "_metadata").is_none() {
        return e.value();
    }
    corrected(cx, e.value()).unwrap_or(e.value())
}

fn corrected(cx: &mut Cx, e: Value) -> PyResult<Value> {
    let traceback = cx.import("traceback")?;
    let class = cx.type_of(e).value();
    let described =
        cx.call_method_str(traceback, "TracebackException", &[class, e, Value::none()])?;
    cx.call_method_str(described, "_find_keyword_typos", &[])?;
    Ok(described)
}

/// The lines from `File` to the message.
pub fn format(cx: &mut Cx, e: Gc<Exception>, class: &str) -> String {
    let e = described(cx, e);
    let p = place(cx, e);
    let mut out = String::new();
    let mut suffix = String::new();
    match (&p.line, &p.filename) {
        (Some(line), file) => {
            let file = file
                .as_deref()
                .filter(|f| !f.is_empty())
                .unwrap_or("<string>");
            out.push_str(&format!("  File \"{file}\", line {line}\n"));
        }
        (None, Some(file)) => suffix = format!(" ({file})"),
        (None, None) => {}
    }
    if let Some(text) = &p.text {
        source_line(&mut out, &p, text);
    }
    let message = attribute(cx, e, "msg");
    let message = if message.is_none() {
        String::new()
    } else {
        safe_text(cx, message, "msg", "str")
    };
    let message = if message.is_empty() {
        "<no detail available>".to_owned()
    } else {
        message
    };
    out.push_str(&format!("{class}: {message}{suffix}\n"));
    out
}

/// The line without its indent, and carets under the part that is meant.
fn source_line(out: &mut String, p: &Place, text: &str) {
    let right: Vec<char> = text.trim_end_matches('\n').chars().collect();
    let blanks = right
        .iter()
        .take_while(|c| matches!(c, ' ' | '\n' | '\x0c'))
        .count();
    let left: String = right[blanks..].iter().collect();
    if p.offset_is_none {
        out.push_str(&format!("    {left}\n"));
        return;
    }
    let Some(mut offset) = p.offset else { return };
    let width = right.len() as i64;
    let total = text.chars().count() as i64;
    let mut end = if p.line == p.end_line {
        p.end_offset.filter(|n| *n != 0).unwrap_or(offset)
    } else {
        width + 1
    };
    if total > 0 && offset > total {
        offset = width + 1;
    }
    if total > 0 && end > total {
        end = width + 1;
    }
    if offset >= end || end < 0 {
        end = offset + 1;
    }
    let (from, to) = (offset - 1 - blanks as i64, end - 1 - blanks as i64);
    out.push_str(&format!("    {left}\n"));
    if from >= 0 {
        // Tabs stay, so that the caret stands under its character.
        let lead: String = left
            .chars()
            .take(from as usize)
            .map(|c| {
                if krait_unicode::ctype::is_space(c as u32) {
                    c
                } else {
                    ' '
                }
            })
            .collect();
        let carets = "^".repeat((to - from) as usize);
        out.push_str(&format!("    {lead}{carets}\n"));
    }
}
