//! The import system: importlib's own code, started as cheaply as possible, and `__import__`.

mod times;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use krait_runtime::cx::Root;
use krait_runtime::error::Raised;
use krait_runtime::missing_name;
use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::list::List;
use krait_runtime::types::module::{self, Module};
use krait_runtime::types::str::Str;
use krait_vm::objects::function::FunctionExt;
use krait_vm::objects::traceback::{TracebackObj, as_traceback};

use crate::lock::ReentrantLock;
use crate::modules::{self, sys};
use crate::{code, state};

/// Per interpreter: the import lock (that of `_imp`), and where the library is taken from.
#[derive(Default)]
struct Imports {
    lock: ReentrantLock,
    library: OnceLock<Option<PathBuf>>,
}

pub fn acquire_lock(cx: &mut Cx) {
    cx.state::<Imports>().lock.acquire(cx);
}

/// `false` if this thread does not hold the lock.
pub fn release_lock(cx: &Cx) -> bool {
    cx.state::<Imports>().lock.release(cx)
}

/// The user's own `Lib` folder (`PYTHONHOME`); `None` where the embedded library is used.
pub fn library_folder(cx: &Cx) -> Option<&'static Path> {
    let find = || {
        let home = PathBuf::from(state::config(cx).home.clone()?);
        let candidates = ["lib/python3.14", "Lib", ""].map(|tail| home.join(tail));
        candidates.into_iter().find(|c| c.join("os.py").is_file())
    };
    cx.state::<Imports>().library.get_or_init(find).as_deref()
}

fn add_module(cx: &mut Cx, name: &str, m: Gc<Module>) {
    let key = cx.intern(name);
    if let Some(d) = sys::modules(cx) {
        d.set_str(cx, key, m.value());
    }
}

/// Runs an embedded module under the name `name`, before there is an import system.
fn run_embedded(cx: &mut Cx, source: &str, name: &str) -> PyResult<Gc<Module>> {
    let Some(found) = krait_pylib::find(source) else {
        return Err(cx.system_error(format!("the embedded library lacks {source}")));
    };
    let m = Module::new(cx, name, None);
    add_module(cx, name, m);
    let code = code::of_library(cx, found)?;
    let d = m.namespace();
    let (key, builtins) = (cx.names().__builtins__, cx.root(Root::Builtins));
    d.set_str(cx, key, builtins);
    let origin = cx.new_str(source);
    m.set(cx, "__origname__", origin);
    krait_vm::start::exec(cx, code, d.value(), d.value(), None)?;
    Ok(m)
}

/// `sys` and `builtins`: the modules that everything else needs.
pub fn init_core(cx: &mut Cx) -> PyResult<()> {
    let sys_module = Module::new(cx, "sys", sys::MODULE.doc);
    cx.keep_forever(sys_module.value());
    module::fill(cx, sys_module, &sys::MODULE)?;
    add_module(cx, "sys", sys_module);
    let builtins = module::from_def(cx, &krait_runtime::builtins::MODULE)?;
    add_module(cx, "builtins", builtins);
    cx.set_root(Root::Builtins, builtins.value());
    cx.set_root(Root::BuiltinsDict, builtins.namespace().value());
    let used_by_code = [
        (Root::All, "all"),
        (Root::Any, "any"),
        (Root::Sum, "sum"),
        (Root::Sorted, "sorted"),
        (Root::Max, "max"),
        (Root::Min, "min"),
    ];
    for (root, name) in used_by_code {
        let function = cx.builtin(name)?;
        cx.set_root(root, function);
    }
    Ok(())
}

/// Starts importlib: builtin and frozen modules first, then the file system.
pub fn init(cx: &mut Cx) -> PyResult<()> {
    cx.interp()
        .hooks
        .write()
        .unwrap_or_else(|e| e.into_inner())
        .import = Some(import_hook);
    let bootstrap = run_embedded(cx, "importlib._bootstrap", "_frozen_importlib")?;
    cx.set_root(Root::Importlib, bootstrap.value());
    if let Some(f) = bootstrap.get(cx, "_find_and_load") {
        cx.set_root(Root::ImportFind, f);
    }
    let imp = module::from_def(cx, &modules::imp::MODULE)?;
    add_module(cx, "_imp", imp);
    let sys_module = cx.import("sys")?;
    cx.call_method_str(bootstrap.value(), "_install", &[sys_module, imp.value()])?;
    cx.call_method_str(bootstrap.value(), "_install_external_importers", &[])?;
    init_paths(cx)
}

/// `sys.path` and the hooks that serve its entries.
fn init_paths(cx: &mut Cx) -> PyResult<()> {
    let c = state::config(cx);
    let Some(path) = list(cx, "path") else {
        return Err(cx.runtime_error("unable to get sys.path"));
    };
    for entry in &c.module_search_paths {
        let v = sys::os_string(cx, entry)?;
        path.push(cx, v)?;
    }
    let hooks = list(cx, "path_hooks");
    let zipimport = cx.import("zipimport")?;
    let zipimporter = cx.get_attr_str(zipimport, "zipimporter")?;
    if let Some(h) = hooks {
        h.insert(cx, 0, zipimporter)?;
    }
    if let Some(folder) = library_folder(cx) {
        let v = sys::os_string(cx, folder.as_os_str())?;
        cx.sys_set("_stdlib_dir", v);
        return path.push(cx, v);
    }
    let importer = cx.import("_krait_importer")?;
    let hook = cx.get_attr_str(importer, "path_hook")?;
    if let Some(h) = hooks {
        h.insert(cx, 0, hook)?;
    }
    let root = cx.new_str(krait_pylib::ROOT);
    path.push(cx, root)
}

fn list(cx: &mut Cx, name: &str) -> Option<Gc<List>> {
    cx.sys_get(name).and_then(Gc::from_value)
}

// ---- __import__ -------------------------------------------------------------------------------

fn import_hook(
    cx: &mut Cx,
    name: Value,
    globals: Value,
    locals: Value,
    fromlist: Value,
    level: i32,
) -> PyResult<Value> {
    match import(cx, name, globals, locals, fromlist, level) {
        Err(e) => {
            if state::config(cx).verbose == 0 {
                trim_traceback(cx, e);
            }
            Err(e)
        }
        done => done,
    }
}

/// Files of the import system: their frames are of no interest to who imports.
const MACHINERY: [&str; 3] = [
    "<frozen importlib._bootstrap>",
    "<frozen importlib._bootstrap_external>",
    "<frozen _krait_importer>",
];

/// Takes the import system's frames out of a traceback: all of an ImportError, else those around
/// the imported module's own.
fn trim_traceback(cx: &mut Cx, e: Raised) {
    let always = e.is(cx, cx.types().import_error);
    let exc = e.exception();
    // Where the current run of such frames is linked from; `None` is the exception itself.
    let mut outer: Option<TracebackObj> = None;
    let mut previous: Option<TracebackObj> = None;
    let mut inside = false;
    let mut at = as_traceback(exc.traceback.get());
    while let Some(t) = at {
        let next = t.next.get();
        let function = t.function();
        let code = function.body();
        let file = code.unit.filename.to_lossy();
        let now_inside = MACHINERY.contains(&&*file);
        if now_inside && !inside {
            outer = previous;
        }
        inside = now_inside;
        if inside
            && (always
                || code.unit.name == "_call_with_frames_removed"
                || code.unit.name == "exec_module")
        {
            match outer {
                Some(o) => o.next.set(cx, o, next),
                None => exc.traceback.set(cx, exc, next),
            }
            previous = outer;
        } else {
            previous = Some(t);
        }
        at = as_traceback(next);
    }
}

fn import(
    cx: &mut Cx,
    name: Value,
    globals: Value,
    locals: Value,
    fromlist: Value,
    level: i32,
) -> PyResult<Value> {
    let Some(name) = Gc::<Str>::from_value(name) else {
        return Err(cx.type_error("module name must be a string"));
    };
    let absolute = if level > 0 {
        resolve(cx, name, globals, level)?
    } else {
        name
    };
    let _ = locals;
    let m = match loaded(cx, absolute)? {
        Some(m) => {
            if state::config(cx).import_time > 1 {
                times::tell_cached(cx, absolute);
            }
            m
        }
        None if state::config(cx).import_time > 0 => times::measured(cx, absolute, find_and_load)?,
        None => find_and_load(cx, absolute)?,
    };
    let wants_names = !fromlist.is_none() && !fromlist.is_empty() && cx.is_true(fromlist)?;
    if wants_names {
        return handle_fromlist(cx, m, fromlist);
    }
    top_package(cx, m, name, absolute, level)
}

fn find_and_load(cx: &mut Cx, name: Gc<Str>) -> PyResult<Value> {
    let find = cx.root(Root::ImportFind);
    let import = cx.builtin("__import__")?;
    cx.call(find, &[name.value(), import])
}

/// The module from `sys.modules`, once it is initialised.
fn loaded(cx: &mut Cx, name: Gc<Str>) -> PyResult<Option<Value>> {
    let modules = cx.root(Root::Modules);
    let found = match Gc::<Dict>::from_value(modules) {
        Some(d) => d.get_str(cx, name),
        None => match cx.get_item(modules, name.value()) {
            Ok(v) => Some(v),
            Err(e) if e.is(cx, cx.types().key_error) => None,
            Err(e) => return Err(e),
        },
    };
    let Some(m) = found.filter(|m| !m.is_none()) else {
        return Ok(None);
    };
    if is_initializing(cx, m)?
        && let Some(wait) = cx.importlib_function("_lock_unlock_module")?
    {
        cx.call(wait, &[name.value()])?;
    }
    Ok(Some(m))
}

fn is_initializing(cx: &mut Cx, m: Value) -> PyResult<bool> {
    let spec_key = cx.names().__spec__;
    let spec = match Gc::<Module>::from_value(m) {
        Some(m) => m.namespace().get_str(cx, spec_key),
        None => cx.lookup_attr(m, spec_key)?,
    };
    let Some(spec) = spec.filter(|s| !s.is_none()) else {
        return Ok(false);
    };
    missing_name::is_initializing(cx, spec)
}

fn handle_fromlist(cx: &mut Cx, m: Value, fromlist: Value) -> PyResult<Value> {
    let key = cx.names().__path__;
    if cx.lookup_attr(m, key)?.is_none() {
        return Ok(m);
    }
    let Some(f) = cx.importlib_function("_handle_fromlist")? else {
        return Ok(m);
    };
    let import = cx.builtin("__import__")?;
    cx.call(f, &[m, fromlist, import])
}

/// `import a.b.c` gives `a`.
fn top_package(
    cx: &mut Cx,
    m: Value,
    name: Gc<Str>,
    absolute: Gc<Str>,
    level: i32,
) -> PyResult<Value> {
    let text = name.to_string_lossy();
    if level > 0 && text.is_empty() {
        return Ok(m);
    }
    let Some(dot) = text.find('.') else {
        return Ok(m);
    };
    if level == 0 {
        let front = cx.intern(&text[..dot]);
        return match loaded(cx, front)? {
            Some(m) => Ok(m),
            None => {
                let find = cx.root(Root::ImportFind);
                let import = cx.builtin("__import__")?;
                cx.call(find, &[front.value(), import])
            }
        };
    }
    let full = absolute.to_string_lossy();
    let cut = full.len() - (text.len() - dot);
    let front = cx.intern(&full[..cut]);
    match loaded(cx, front)? {
        Some(m) => Ok(m),
        None => {
            let shown = cx.repr_string(front.value())?;
            Err(cx.key_error_message(format!("{shown} not in sys.modules as expected")))
        }
    }
}

/// The absolute name that a relative import means.
fn resolve(cx: &mut Cx, name: Gc<Str>, globals: Value, level: i32) -> PyResult<Gc<Str>> {
    let Some(d) = Gc::<Dict>::from_value(globals) else {
        return Err(if globals.is_none() {
            cx.key_error_message("'__name__' not in globals")
        } else {
            cx.type_error("globals must be a dict")
        });
    };
    let package = package_of(cx, d)?;
    let mut base = package.as_str();
    if base.is_empty() {
        return Err(cx.import_error("attempted relative import with no known parent package"));
    }
    for _ in 1..level {
        match base.rfind('.') {
            Some(dot) => base = &base[..dot],
            None => {
                return Err(cx.import_error("attempted relative import beyond top-level package"));
            }
        }
    }
    let tail = name.to_string_lossy();
    Ok(if tail.is_empty() {
        cx.intern(base)
    } else {
        cx.intern(&format!("{base}.{tail}"))
    })
}

fn package_of(cx: &mut Cx, globals: Gc<Dict>) -> PyResult<String> {
    let names = cx.names();
    let package = globals
        .get_str(cx, names.__package__)
        .filter(|p| !p.is_none());
    let spec = globals.get_str(cx, names.__spec__).filter(|s| !s.is_none());
    if let Some(p) = package {
        if Gc::<Str>::from_value(p).is_none() {
            return Err(cx.type_error("package must be a string"));
        }
        if let Some(spec) = spec {
            let parent = cx.get_attr_str(spec, "parent")?;
            if !cx.eq(p, parent)? {
                let category = cx.types().deprecation_warning;
                cx.warn(category, "__package__ != __spec__.parent")?;
            }
        }
        return cx.str_string(p);
    }
    if let Some(spec) = spec {
        let parent = cx.get_attr_str(spec, "parent")?;
        if Gc::<Str>::from_value(parent).is_none() {
            return Err(cx.type_error("__spec__.parent must be a string"));
        }
        return cx.str_string(parent);
    }
    let category = cx.types().import_warning;
    cx.warn(
        category,
        "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__",
    )?;
    let Some(name) = globals.get_str(cx, names.__name__) else {
        return Err(cx.key_error_message("'__name__' not in globals"));
    };
    if Gc::<Str>::from_value(name).is_none() {
        return Err(cx.type_error("__name__ must be a string"));
    }
    let name = cx.str_string(name)?;
    if globals.get_str(cx, names.__path__).is_some() {
        return Ok(name);
    }
    Ok(name
        .rfind('.')
        .map_or_else(String::new, |dot| name[..dot].to_owned()))
}
