//! The errors about a name that a module does not have: they say so if the module shadows one of
//! the standard library, or is still being imported.

use std::path::Path;

use crate::cx::{Cx, Root};
use crate::error::{PyResult, Raised};
use crate::object::Gc;
use crate::types::exceptions::fields;
use crate::types::module::Module;
use crate::types::set::Set;
use crate::types::str::Str;
use crate::value::Value;

/// Whether the module of this `__spec__` is being imported.
pub fn is_initializing(cx: &mut Cx, spec: Value) -> PyResult<bool> {
    let key = cx.names()._initializing;
    match cx.lookup_attr(spec, key)? {
        Some(v) => cx.is_true(v),
        None => Ok(false),
    }
}

/// Whether `name` is a submodule of the module of `spec` that is not imported to its end.
fn is_uninitialized_submodule(cx: &mut Cx, spec: Value, name: Gc<Str>) -> PyResult<bool> {
    let key = cx.names()._uninitialized_submodules;
    match cx.lookup_attr(spec, key)? {
        Some(v) => cx.contains(v, name.value()),
        None => Ok(false),
    }
}

/// The file a module was loaded from, if its spec says that it has a location.
fn file_origin(cx: &mut Cx, spec: Value) -> PyResult<Option<Gc<Str>>> {
    let Some(has_location) = cx.lookup_attr_str(spec, "has_location")? else {
        return Ok(None);
    };
    if !cx.is_true(has_location)? {
        return Ok(None);
    }
    let origin = cx.lookup_attr_str(spec, "origin")?;
    Ok(origin.and_then(Gc::<Str>::from_value))
}

/// Whether the file lies where the program's own modules are found, so that it can hide another
/// module of its name.
fn may_shadow(cx: &Cx, origin: Gc<Str>) -> bool {
    let Some(first) = Gc::<Str>::from_value(cx.root(Root::FirstPathEntry)) else {
        return false;
    };
    let (origin, first) = (origin.to_string_lossy(), first.to_string_lossy());
    let origin = Path::new(&origin);
    let mut folder = origin.parent();
    if origin.file_name().is_some_and(|name| name == "__init__.py") {
        folder = folder.and_then(Path::parent);
    }
    match folder {
        Some(folder) if first.is_empty() => {
            std::env::current_dir().is_ok_and(|current| current == folder)
        }
        folder => folder == Some(Path::new(&first)),
    }
}

/// What is known of the module that lacks a name.
struct Suspicion {
    origin: Option<Gc<Str>>,
    may_shadow: bool,
    shadows_library: bool,
}

fn suspect(cx: &mut Cx, spec: Value, module: Value) -> PyResult<Suspicion> {
    let origin = file_origin(cx, spec)?;
    let may_shadow = origin.is_some_and(|origin| may_shadow(cx, origin));
    let mut shadows_library = false;
    if may_shadow
        && let Some(library) = cx
            .sys_get("stdlib_module_names")
            .and_then(Gc::<Set>::from_value)
    {
        shadows_library = cx.contains(library.value(), module)?;
    }
    Ok(Suspicion {
        origin,
        may_shadow,
        shadows_library,
    })
}

/// The hint in parentheses about the file's name, if there is a reason for one.
fn rename_hint(
    cx: &mut Cx,
    suspicion: &Suspicion,
    module: Value,
    initializing: bool,
) -> PyResult<Option<String>> {
    let Some(origin) = suspicion.origin else {
        return Ok(None);
    };
    let file = cx.repr_string(origin.value())?;
    if suspicion.shadows_library {
        let module = cx.repr_string(module)?;
        return Ok(Some(format!(
            "(consider renaming {file} since it has the same name as the standard library module named {module} and prevents importing that standard library module)"
        )));
    }
    if suspicion.may_shadow && initializing {
        return Ok(Some(format!(
            "(consider renaming {file} if it has the same name as a library you intended to import)"
        )));
    }
    Ok(None)
}

/// The AttributeError of a module.
pub fn attribute(cx: &mut Cx, this: Gc<Module>, name: Gc<Str>) -> PyResult<Raised> {
    let text = name.to_string_lossy();
    let names = cx.names();
    let d = this.namespace();
    let Some(module) = d
        .get_str(cx, names.__name__)
        .and_then(Gc::<Str>::from_value)
    else {
        let message = format!("module has no attribute '{text}'");
        return Ok(cx.attribute_error_for(this.value(), name, &message));
    };
    let shown = module.to_string_lossy();
    let mut message = format!("module '{shown}' has no attribute '{text}'");
    if let Some(spec) = d.get_str(cx, names.__spec__) {
        let suspicion = suspect(cx, spec, module.value())?;
        let initializing = !suspicion.shadows_library && is_initializing(cx, spec)?;
        if let Some(hint) = rename_hint(cx, &suspicion, module.value(), initializing)? {
            message = format!("{message} {hint}");
        } else if initializing {
            let from = match suspicion.origin {
                Some(origin) => format!(" from '{}'", origin.to_string_lossy()),
                None => String::new(),
            };
            message = format!(
                "partially initialized module '{shown}'{from} has no attribute '{text}' (most likely due to a circular import)"
            );
        } else if is_uninitialized_submodule(cx, spec, name)? {
            message = format!(
                "cannot access submodule '{text}' of module '{shown}' (most likely due to a circular import)"
            );
        }
    }
    Ok(cx.attribute_error_for(this.value(), name, &message))
}

/// The ImportError of `from module import name`. `module_name`: its `__name__`, if that is a
/// string.
pub fn import_from(
    cx: &mut Cx,
    module: Value,
    module_name: Option<Gc<Str>>,
    name: Gc<Str>,
) -> PyResult<Raised> {
    let names = cx.names();
    let shown = match module_name {
        Some(m) => m.value(),
        None => cx.new_str("<unknown module name>"),
    };
    let text = cx.repr_string(name.value())?;
    let from = cx.repr_string(shown)?;
    let mut message = format!("cannot import name {text} from {from} (unknown location)");
    let mut path = None;
    if let Some(spec) = cx.lookup_attr(module, names.__spec__)? {
        let suspicion = suspect(cx, spec, shown)?;
        path = suspicion.origin;
        if path.is_none()
            && let Some(m) = Gc::<Module>::from_value(module)
        {
            let file = m.namespace().get_str(cx, names.__file__);
            path = file.and_then(Gc::<Str>::from_value);
        }
        let initializing = !suspicion.shadows_library && is_initializing(cx, spec)?;
        let place = path.map(|path| format!(" ({})", path.to_string_lossy()));
        if let Some(hint) = rename_hint(cx, &suspicion, shown, initializing)? {
            message = format!("cannot import name {text} from {from} {hint}");
        } else if initializing {
            message = format!(
                "cannot import name {text} from partially initialized module {from} (most likely due to a circular import){}",
                place.unwrap_or_default()
            );
        } else if let Some(place) = place {
            message = format!("cannot import name {text} from {from}{place}");
        }
    }
    let e = cx.import_error(message);
    let exc = e.exception();
    exc.set_field(cx, fields::NAME, shown);
    let path = path.map_or(Value::none(), |path| path.value());
    exc.set_field(cx, fields::PATH, path);
    exc.set_field(cx, fields::NAME_FROM, name.value());
    Ok(e)
}
