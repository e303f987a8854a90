//! The end of an exception's text: type, message, suggestion, notes.

use krait_runtime::error::Exception;
use krait_runtime::native::{Cx, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::list::List;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;

use super::{suggest, syntax};

/// `str(v)`, or a text that says that there is none.
pub fn safe_text(cx: &mut Cx, v: Value, what: &str, function: &str) -> String {
    let text = if function == "repr" {
        cx.repr_string(v)
    } else {
        cx.str_string(v)
    };
    text.unwrap_or_else(|_| format!("<{what} {function}() failed>"))
}

/// The exception's class as it is named at the start of the line; `unknown` stands for a module
/// that is no text.
pub fn class_name(cx: &mut Cx, e: Gc<Exception>, unknown: &str) -> String {
    let class = cx.type_of(e.value()).value();
    let qualname = cx
        .get_attr(class, cx.names().__qualname__)
        .and_then(|v| cx.str_string(v))
        .unwrap_or_default();
    let module = cx.get_attr(class, cx.names().__module__).ok();
    match module
        .and_then(Gc::<Str>::from_value)
        .map(|s| s.to_string_lossy())
        .as_deref()
    {
        Some("builtins" | "__main__") => qualname,
        Some(module) => format!("{module}.{qualname}"),
        None => format!("{unknown}{qualname}"),
    }
}

/// The last lines of an exception's text.
pub fn format(cx: &mut Cx, e: Gc<Exception>) -> String {
    let name = class_name(cx, e, "<unknown>.");
    let mut out = if cx.is_instance(e.value(), cx.types().syntax_error) {
        syntax::format(cx, e, &name)
    } else {
        let mut text = safe_text(cx, e.value(), "exception", "str");
        suggest::add(cx, e, &mut text);
        if text.is_empty() {
            format!("{name}\n")
        } else {
            format!("{name}: {text}\n")
        }
    };
    notes(cx, e, &mut out);
    out
}

fn notes(cx: &mut Cx, e: Gc<Exception>, out: &mut String) {
    let key = cx.names().__notes__;
    let Ok(Some(notes)) = cx.lookup_attr(e.value(), key) else {
        return;
    };
    if notes.is_none() {
        return;
    }
    let is_sequence =
        Gc::<List>::from_value(notes).is_some() || Gc::<Tuple>::from_value(notes).is_some();
    if !is_sequence {
        out.push_str(&safe_text(cx, notes, "__notes__", "repr"));
        out.push('\n');
        return;
    }
    let Ok(items) = cx.collect(notes) else { return };
    for &note in items.as_slice() {
        out.push_str(&safe_text(cx, note, "note", "str"));
        out.push('\n');
    }
}
