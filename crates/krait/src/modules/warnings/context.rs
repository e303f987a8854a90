//! Where a warning is given: the frame that `stacklevel` means.

use krait_runtime::cx::Root;
use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;

use super::explicit::Warning;

fn filename(cx: &mut Cx, frame: Value) -> PyResult<Value> {
    let code = cx.get_attr_str(frame, "f_code")?;
    cx.get_attr_str(code, "co_filename")
}

/// Frames of the import system are not those that a program means.
fn is_internal(cx: &mut Cx, frame: Value) -> PyResult<bool> {
    let name = filename(cx, frame)?;
    let name = cx.str_string(name)?;
    let importlib = name.contains("importlib") && name.contains("_bootstrap");
    Ok(importlib || name == "<frozen _krait_importer>")
}

fn is_skipped(cx: &mut Cx, frame: Value, prefixes: Option<Gc<Tuple>>) -> PyResult<bool> {
    let Some(prefixes) = prefixes else {
        return Ok(false);
    };
    let name = filename(cx, frame)?;
    let name = cx.str_string(name)?;
    Ok(prefixes
        .as_slice()
        .iter()
        .filter_map(|&p| Gc::<Str>::from_value(p))
        .any(|p| name.starts_with(&p.to_string_lossy())))
}

fn back(cx: &mut Cx, frame: Value) -> PyResult<Value> {
    cx.get_attr_str(frame, "f_back")
}

fn next_external(cx: &mut Cx, frame: Value, prefixes: Option<Gc<Tuple>>) -> PyResult<Value> {
    let mut at = back(cx, frame)?;
    while !at.is_none() && (is_internal(cx, at)? || is_skipped(cx, at, prefixes)?) {
        at = back(cx, at)?;
    }
    Ok(at)
}

fn check_prefixes(cx: &mut Cx, prefixes: Option<Value>) -> PyResult<Option<Gc<Tuple>>> {
    let Some(v) = prefixes else { return Ok(None) };
    let Some(t) = Gc::<Tuple>::from_value(v) else {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!(
            "warn() argument 'skip_file_prefixes' must be tuple, not {got}"
        )));
    };
    for &p in t.as_slice() {
        if Gc::<Str>::from_value(p).is_none() {
            let got = cx.type_name(p);
            return Err(cx.type_error(format!("Found non-str '{got}' in skip_file_prefixes.")));
        }
    }
    Ok((!t.is_empty()).then_some(t))
}

fn find_frame(cx: &mut Cx, mut level: isize, prefixes: Option<Gc<Tuple>>) -> PyResult<Value> {
    let Some(mut frame) = cx.hooks().frame.and_then(|f| f(cx, 0)) else {
        return Ok(Value::none());
    };
    if prefixes.is_some() {
        level = level.max(2);
    }
    let plain = level <= 0 || is_internal(cx, frame)?;
    while level > 1 && !frame.is_none() {
        level -= 1;
        frame = if plain {
            back(cx, frame)?
        } else {
            next_external(cx, frame, prefixes)?
        };
    }
    Ok(frame)
}

/// File, line, module and registry of a warning; message and category are left to the caller.
pub fn place(cx: &mut Cx, level: isize, prefixes: Option<Value>) -> PyResult<Warning> {
    let prefixes = check_prefixes(cx, prefixes)?;
    let frame = find_frame(cx, level, prefixes)?;
    let (globals, filename, lineno) = if frame.is_none() {
        (cx.root(Root::SysDict), cx.new_str("<sys>"), Value::small(0))
    } else {
        let globals = cx.get_attr_str(frame, "f_globals")?;
        let name = filename(cx, frame)?;
        let line = cx.get_attr_str(frame, "f_lineno")?;
        (
            globals,
            name,
            if line.is_none() {
                Value::small(0)
            } else {
                line
            },
        )
    };
    let Some(d) = Gc::<Dict>::from_value(globals) else {
        return Err(cx.type_error("globals must be a dict"));
    };
    let key = cx.names().__warningregistry__;
    let registry = match d.get_str(cx, key) {
        Some(r) => r,
        None => {
            let r = cx.new_dict().value();
            d.set_str(cx, key, r);
            r
        }
    };
    let key = cx.names().__name__;
    let module = match d.get_str(cx, key) {
        Some(name) if name.is_none() || Gc::<Str>::from_value(name).is_some() => name,
        _ => cx.new_str("<string>"),
    };
    Ok(Warning {
        message: Value::none(),
        category: cx.types().user_warning,
        filename,
        lineno,
        module,
        registry,
        source: Value::none(),
        line: Value::none(),
    })
}
