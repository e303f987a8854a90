//! Whether a warning is shown, raised or dropped.

use std::sync::atomic::Ordering;

use krait_runtime::cx::Root;
use krait_runtime::error::Raised;
use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::list::List;
use krait_runtime::types::module::Module;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::typeobj::Type;

use super::State;
use crate::modules::sys;

/// A warning on its way. `module`, `registry` and `source` may be `None`.
pub struct Warning {
    pub message: Value,
    pub category: Gc<Type>,
    pub filename: Value,
    pub lineno: Value,
    pub module: Value,
    pub registry: Value,
    pub source: Value,
    /// The line of the program, if the module's loader told.
    pub line: Value,
}

/// The category of a warning: that of the message if it is a Warning, else what was asked for.
pub fn category(cx: &mut Cx, message: Value, wanted: Option<Value>) -> PyResult<Gc<Type>> {
    let warning = cx.types().warning;
    if cx.is_instance(message, warning) {
        return Ok(cx.type_of(message));
    }
    let Some(wanted) = wanted else {
        return Ok(cx.types().user_warning);
    };
    match Gc::<Type>::from_value(wanted) {
        Some(t) if t.is_subtype(warning) => Ok(t),
        Some(t) => {
            let name = t.name_string();
            Err(cx.type_error(format!(
                "category must be a Warning subclass, not class '{name}'"
            )))
        }
        None => {
            let got = cx.type_name(wanted);
            Err(cx.type_error(format!("category must be a Warning subclass, not '{got}'")))
        }
    }
}

/// An attribute of the module `warnings`, if that is imported.
fn python_module(cx: &mut Cx, name: &str) -> PyResult<Option<Value>> {
    let key = cx.intern("warnings");
    match sys::modules(cx)
        .and_then(|d| d.get_str(cx, key))
        .filter(|m| !m.is_none())
    {
        Some(m) => cx.lookup_attr_str(m, name),
        None => Ok(None),
    }
}

/// A setting: of the module `warnings` if it has it, else the native one.
fn setting(cx: &mut Cx, name: &str, own: &str) -> PyResult<Value> {
    if let Some(v) = python_module(cx, name)? {
        // It stays in force when the module loses the attribute.
        if let Some(m) = Gc::<Module>::from_value(cx.root(Root::WarningsState)) {
            m.set(cx, own, v);
        }
        return Ok(v);
    }
    match super::own(cx, own) {
        Some(v) => Ok(v),
        None => Err(cx.runtime_error(format!("_warnings.{own} is missing"))),
    }
}

/// The registry has an entry for `key`. Entries made under other filters are dropped first.
fn already_warned(cx: &mut Cx, registry: Gc<Dict>, key: Value, set: bool) -> PyResult<bool> {
    let version = Value::small(cx.state::<State>().version.load(Ordering::Relaxed));
    let version_key = cx.intern("version");
    if registry.get_str(cx, version_key) != Some(version) {
        registry.clear(cx);
        registry.set_str(cx, version_key, version);
    } else if let Some(v) = registry.get(cx, key)?
        && cx.is_true(v)?
    {
        return Ok(true);
    }
    if set {
        registry.set(cx, key, Value::bool(true))?;
    }
    Ok(false)
}

/// A filter's pattern fits: `None`, an equal str, or an object with `match`.
fn fits(cx: &mut Cx, pattern: Value, text: Value) -> PyResult<bool> {
    if pattern.is_none() {
        return Ok(true);
    }
    if Gc::<Str>::from_value(pattern).is_some_and(|s| s.is_exact()) {
        return cx.eq(pattern, text);
    }
    let found = cx.call_method_str(pattern, "match", &[text])?;
    cx.is_true(found)
}

/// The action of the first filter that fits.
fn action(cx: &mut Cx, w: &Warning, text: Value, module: Value) -> PyResult<(String, Value)> {
    let filters = setting(cx, "filters", "filters")?;
    let Some(list) = Gc::<List>::from_value(filters) else {
        return Err(cx.value_error("_warnings.filters must be a list"));
    };
    let mut i = 0;
    while let Some(row) = list.get(i) {
        let Some(t) = Gc::<Tuple>::from_value(row).filter(|t| t.len() == 5) else {
            return Err(cx.value_error(format!("warnings.filters item {i} isn't a 5-tuple")));
        };
        i += 1;
        let line = t.get(4);
        let right_line = line == Value::small(0) || cx.eq(line, w.lineno)?;
        if right_line
            && cx.issubclass(w.category.value(), t.get(2))?
            && fits(cx, t.get(1), text)?
            && fits(cx, t.get(3), module)?
        {
            return Ok((cx.str_string(t.get(0))?, row));
        }
    }
    let default = setting(cx, "defaultaction", "_defaultaction")?;
    Ok((cx.str_string(default)?, Value::none()))
}

/// Module name of a file name.
fn module_name(cx: &mut Cx, w: &Warning) -> PyResult<Value> {
    if !w.module.is_none() {
        return Ok(w.module);
    }
    let name = cx.str_string(w.filename)?;
    let name = match name.strip_suffix(".py") {
        Some(stem) => stem.to_owned(),
        None if name.is_empty() => "<unknown>".to_owned(),
        None => name,
    };
    Ok(cx.new_str(&name))
}

/// Applies the filters to a warning. The error is what a filter made of it.
pub fn explicit(cx: &mut Cx, w: Warning) -> PyResult<()> {
    let module = module_name(cx, &w)?;
    let registry = match Gc::<Dict>::from_value(w.registry) {
        Some(d) => Some(d),
        None if w.registry.is_none() => None,
        None => {
            let got = cx.type_name(w.registry);
            return Err(cx.type_error(format!("'registry' must be a dict or None, not {got}")));
        }
    };
    let warning = cx.types().warning;
    let (text, message) = if cx.is_instance(w.message, warning) {
        (cx.str(w.message)?.value(), w.message)
    } else {
        (w.message, cx.call(w.category.value(), &[w.message])?)
    };
    let key = cx.new_tuple(&[text, w.category.value(), w.lineno]);
    if let Some(r) = registry
        && already_warned(cx, r, key, false)?
    {
        return Ok(());
    }
    let (action, filter) = action(cx, &w, text, module)?;
    let seen = match action.as_str() {
        "error" => return Err(Raised::new(Gc::from_value_unchecked(message))),
        "ignore" => return Ok(()),
        "always" | "all" => false,
        "once" => {
            mark(cx, registry, key)?;
            let once = setting(cx, "onceregistry", "_onceregistry")?;
            let key = cx.new_tuple(&[text, w.category.value()]);
            match Gc::<Dict>::from_value(once) {
                Some(d) => already_warned(cx, d, key, true)?,
                None => return Err(cx.type_error("_warnings._onceregistry must be a dict")),
            }
        }
        "module" => {
            mark(cx, registry, key)?;
            let key = cx.new_tuple(&[text, w.category.value(), Value::small(0)]);
            match registry {
                Some(d) => already_warned(cx, d, key, true)?,
                None => false,
            }
        }
        "default" => {
            mark(cx, registry, key)?;
            false
        }
        _ => {
            let shown = cx.repr_string(filter)?;
            return Err(cx.runtime_error(format!(
                "Unrecognized action ('{action}') in warnings.filters:\n {shown}"
            )));
        }
    };
    if seen {
        Ok(())
    } else {
        show(cx, &w, text, message)
    }
}

/// The line of a module's source, from its loader.
pub fn source_line(cx: &mut Cx, globals: Gc<Dict>, lineno: Value) -> PyResult<Value> {
    let none = Value::none();
    let Some(external) = cx.importlib_function("_bootstrap_external")? else {
        return Ok(none);
    };
    let loader = cx.call_method_str(external, "_bless_my_loader", &[globals.value()])?;
    let (false, Some(name)) = (loader.is_none(), name_for_loader(cx, globals)?) else {
        return Ok(none);
    };
    let Some(get_source) = cx.lookup_attr_str(loader, "get_source")? else {
        return Ok(none);
    };
    let source = match cx.call(get_source, &[name]) {
        Err(e) if e.is(cx, cx.types().import_error) => none,
        other => other?,
    };
    if source.is_none() {
        return Ok(none);
    }
    let Some(source) = Gc::<Str>::from_value(source) else {
        let got = cx.type_name(source);
        return Err(cx.type_error(format!("must be str, not {got}")));
    };
    let splitlines = cx.get_attr_str(cx.types().str.value(), "splitlines")?;
    let lines = cx.call(splitlines, &[source.value()])?;
    let (index, lines) = (
        lineno.as_small().unwrap_or(0) - 1,
        Gc::<List>::from_value(lines),
    );
    let line = usize::try_from(index).ok().and_then(|i| lines?.get(i));
    Ok(line.unwrap_or(none))
}

/// What a module's loader knows it by: its spec's name, which `__name__` is not for `__main__`.
fn name_for_loader(cx: &mut Cx, globals: Gc<Dict>) -> PyResult<Option<Value>> {
    let key = cx.names().__spec__;
    if let Some(spec) = globals.get_str(cx, key)
        && let Some(name) = cx.lookup_attr_str(spec, "name")?
        && !name.is_none()
    {
        return Ok(Some(name));
    }
    let key = cx.names().__name__;
    Ok(globals.get_str(cx, key))
}

fn mark(cx: &mut Cx, registry: Option<Gc<Dict>>, key: Value) -> PyResult<()> {
    match registry {
        Some(r) => r.set(cx, key, Value::bool(true)),
        None => Ok(()),
    }
}

/// `warnings._showwarnmsg`, or the like of it while that is not imported.
fn show(cx: &mut Cx, w: &Warning, text: Value, message: Value) -> PyResult<()> {
    let show = python_module(cx, "_showwarnmsg")?;
    let (Some(show), Some(class)) = (show, python_module(cx, "WarningMessage")?) else {
        return show_natively(cx, w, text);
    };
    if !cx.is_callable(show) {
        return Err(cx.type_error("warnings._showwarnmsg() must be set to a callable"));
    }
    let none = Value::none();
    let record = cx.call(
        class,
        &[
            message,
            w.category.value(),
            w.filename,
            w.lineno,
            none,
            w.line,
            w.source,
        ],
    )?;
    cx.call(show, &[record])?;
    Ok(())
}

fn show_natively(cx: &mut Cx, w: &Warning, text: Value) -> PyResult<()> {
    let (file, line, text) = (
        cx.str_string(w.filename)?,
        cx.str_string(w.lineno)?,
        cx.str_string(text)?,
    );
    let category = w.category.name_string();
    let mut out = format!("{file}:{line}: {category}: {text}\n");
    if !w.line.is_none() {
        let source = cx.str_string(w.line)?;
        out.push_str("  ");
        out.push_str(source.trim());
        out.push('\n');
    } else if !(file.starts_with('<') && file.ends_with('>'))
        && let Some(n) = w.lineno.as_small()
        && let Some(source) = crate::source::line(cx, &file, n as usize)
    {
        out.push_str("  ");
        out.push_str(source.trim());
        out.push('\n');
    }
    crate::streams::write_stderr(cx, &out);
    Ok(())
}
