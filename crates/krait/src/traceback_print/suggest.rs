//! "Did you mean": names near to one that does not exist.

use krait_runtime::cx::Root;
use krait_runtime::error::Exception;
use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::exceptions::fields;
use krait_runtime::types::set::as_any_set;
use krait_runtime::types::str::Str;
use krait_vm::objects::traceback::{as_traceback, frame_of};

/// Adds a suggestion to the message of a NameError, AttributeError or ImportError.
pub fn add(cx: &mut Cx, e: Gc<Exception>, text: &mut String) {
    let t = cx.types();
    let v = e.value();
    if cx.is_instance(v, t.import_error) {
        if let Some(wrong) = name(e.field(fields::NAME_FROM))
            && let Some(found) = in_module(cx, e, &wrong)
        {
            text.push_str(&format!(". Did you mean: '{found}'?"));
        }
        return;
    }
    let is_name_error = cx.is_instance(v, t.name_error);
    if !is_name_error && !cx.is_instance(v, t.attribute_error) {
        return;
    }
    let Some(wrong) = name(e.field(fields::NAME)) else {
        return;
    };
    let found = if is_name_error {
        in_frame(cx, e, &wrong)
    } else {
        in_object(cx, e, &wrong)
    };
    if let Some(found) = &found {
        text.push_str(&format!(". Did you mean: '{found}'?"));
    }
    if is_name_error && is_library_module(cx, &wrong) {
        let start = if found.is_some() { " Or did" } else { ". Did" };
        text.push_str(&format!("{start} you forget to import '{wrong}'?"));
    }
}

fn name(v: Value) -> Option<String> {
    Gc::<Str>::from_value(v.some()?).map(|s| s.to_string_lossy())
}

fn is_library_module(cx: &mut Cx, wrong: &str) -> bool {
    let Some(names) = cx.sys_get("stdlib_module_names").and_then(as_any_set) else {
        return false;
    };
    let key = cx.intern(wrong).value();
    names.contains(cx, key).unwrap_or(false)
}

/// The strings of an iterable, in its order.
fn strings(cx: &mut Cx, v: Value) -> Vec<String> {
    let Ok(items) = cx.collect(v) else {
        return Vec::new();
    };
    items
        .as_slice()
        .iter()
        .filter_map(|&s| Gc::<Str>::from_value(s))
        .map(|s| s.to_string_lossy())
        .collect()
}

fn closest(wrong: &str, names: &[String]) -> Option<String> {
    krait_runtime::suggest::closest(wrong, names.iter().map(String::as_str))
}

/// `dir(v)` as far as it is strings, sorted.
fn attributes(cx: &mut Cx, v: Value, wrong: &str, all: bool) -> PyResult<Vec<String>> {
    let dir = cx.builtin("dir")?;
    let listed = cx.call(dir, &[v])?;
    let mut names = cx.sorted_strings(listed)?;
    if !all && !wrong.starts_with('_') {
        names.retain(|n| !n.starts_with('_'));
    }
    Ok(names)
}

/// The frame that raised.
fn last_frame(cx: &mut Cx, e: Gc<Exception>) -> Option<Value> {
    let mut t = as_traceback(e.traceback.get())?;
    while let Some(next) = as_traceback(t.next.get()) {
        t = next;
    }
    Some(frame_of(cx, t).value())
}

fn local(cx: &mut Cx, frame: Value, wanted: &str) -> Option<Value> {
    let locals = cx.get_attr_str(frame, "f_locals").ok()?;
    let key = cx.intern(wanted).value();
    if !cx.contains(locals, key).ok()? {
        return None;
    }
    cx.get_item(locals, key).ok()
}

fn in_object(cx: &mut Cx, e: Gc<Exception>, wrong: &str) -> Option<String> {
    let object = e.field(fields::OBJ).some()?;
    // A method may be told of its own object's private names.
    let own = last_frame(cx, e)
        .and_then(|f| local(cx, f, "self"))
        .is_some_and(|s| s == object);
    let names = attributes(cx, object, wrong, own).ok()?;
    closest(wrong, &names)
}

fn in_module(cx: &mut Cx, e: Gc<Exception>, wrong: &str) -> Option<String> {
    let module = Gc::<Str>::from_value(e.field(fields::NAME).some()?)?;
    let found =
        Gc::<Dict>::from_value(cx.root(Root::Modules)).and_then(|d| d.get_str(cx, module))?;
    let names = attributes(cx, found, wrong, false).ok()?;
    closest(wrong, &names)
}

fn in_frame(cx: &mut Cx, e: Gc<Exception>, wrong: &str) -> Option<String> {
    let frame = last_frame(cx, e)?;
    let mut names = Vec::new();
    for which in ["f_locals", "f_globals", "f_builtins"] {
        if let Ok(namespace) = cx.get_attr_str(frame, which) {
            names.extend(strings(cx, namespace));
        }
    }
    if let Some(this) = local(cx, frame, "self")
        && cx.lookup_attr_str(this, wrong).ok().flatten().is_some()
    {
        return Some(format!("self.{wrong}"));
    }
    closest(wrong, &names)
}
