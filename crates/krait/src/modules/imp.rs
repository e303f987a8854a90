//! `_imp`: what the import machinery asks of the interpreter, the embedded library included.

use krait_macros::pyfunctions;
use krait_runtime::cx::Root;
use krait_runtime::native::{Cx, ModuleDef, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::module::{self, Module};
use krait_runtime::types::str::Str;

use crate::{code, import, modules, state};

pub static MODULE: ModuleDef = ModuleDef {
    name: "_imp",
    doc: Some("(Extremely) low-level import machinery bits as used by importlib."),
    functions: &[Functions::DEFS],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

/// The key of hash-based caches' hashes, and the magic number of `__pycache__` files: both change
/// with the bytecode.
pub fn magic_number() -> u32 {
    // The last two bytes are CR LF in every version of CPython's files: a text-mode copy breaks them.
    u32::from_le_bytes([0, 0, b'\r', b'\n']) | (krait_bytecode::format_version() & 0xFFFF)
}

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let option = state::config(cx)
        .x_options
        .iter()
        .rev()
        .find_map(|o| o.strip_prefix("check_hash_based_pycs=").map(str::to_owned));
    let check = cx.new_str(option.as_deref().unwrap_or("default"));
    m.set(cx, "check_hash_based_pycs", check);
    m.set(
        cx,
        "pyc_magic_number_token",
        Value::small(magic_number().into()),
    );
    Ok(())
}

fn name_of(cx: &mut Cx, spec: Value) -> PyResult<Gc<Str>> {
    let name = cx.get_attr_str(spec, "name")?;
    match Gc::<Str>::from_value(name) {
        Some(s) => Ok(s),
        None => Err(cx.type_error("spec.name must be a string")),
    }
}

fn text(s: Gc<Str>) -> String {
    s.to_string_lossy()
}

/// The embedded module that is found before `sys.path` under this name. With a `Lib` folder of the
/// user's own only what the import system itself consists of is.
fn frozen(cx: &Cx, name: &str) -> Option<krait_pylib::Module> {
    let own_name = match name {
        "_frozen_importlib" => "importlib._bootstrap",
        "_frozen_importlib_external" => "importlib._bootstrap_external",
        "os.path" => return None,
        _ => name,
    };
    let found = krait_pylib::find(own_name).filter(|m| m.is_frozen())?;
    let bootstrap = [
        "importlib._bootstrap",
        "importlib._bootstrap_external",
        "zipimport",
        "_krait_importer",
    ];
    let wanted = import::library_folder(cx).is_none() || bootstrap.contains(&own_name);
    wanted.then_some(found)
}

fn required_frozen(cx: &mut Cx, name: &str) -> PyResult<krait_pylib::Module> {
    match frozen(cx, name) {
        Some(m) => Ok(m),
        None => {
            let name_value = cx.new_str(name);
            let e = cx.import_error(format!("No such frozen object named {name}"));
            e.exception().set_field(
                cx,
                krait_runtime::types::exceptions::fields::NAME,
                name_value,
            );
            Err(e)
        }
    }
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Returns the list of file suffixes used to identify extension modules.
    #[py(sig = "($module, /)")]
    fn extension_suffixes(cx: &mut Cx) -> Value {
        cx.new_list(&[])
    }

    /// Return True if the import lock is currently held: there is no such lock, modules have their own.
    #[py(sig = "($module, /)")]
    fn lock_held() -> bool {
        false
    }

    /// Acquires the interpreter's import lock for the current thread.
    ///
    /// This lock should be used by import hooks to ensure thread-safety when importing
    /// modules. On platforms without threads, this function does nothing.
    #[py(sig = "($module, /)")]
    fn acquire_lock(cx: &mut Cx) {
        import::acquire_lock(cx);
    }

    /// Release the interpreter's import lock.
    ///
    /// On platforms without threads, this function does nothing.
    #[py(sig = "($module, /)")]
    fn release_lock(cx: &mut Cx) -> PyResult<()> {
        if import::release_lock(cx) {
            Ok(())
        } else {
            Err(cx.runtime_error("not holding the import lock"))
        }
    }

    /// Return 1 for a builtin module, -1 for one that cannot be initialised again, else 0.
    #[py(sig = "($module, name, /)")]
    fn is_builtin(name: Gc<Str>) -> i64 {
        match text(name).as_str() {
            "sys" | "builtins" => -1,
            name => modules::find(name).is_some().into(),
        }
    }

    /// Create an extension module.
    #[py(sig = "($module, spec, /)")]
    fn create_builtin(cx: &mut Cx, spec: Value) -> PyResult<Value> {
        let name = name_of(cx, spec)?;
        if let Some(m) = modules::sys::modules(cx).and_then(|d| d.get_str(cx, name))
            && matches!(text(name).as_str(), "sys" | "builtins")
        {
            return Ok(m);
        }
        match modules::find(&text(name)) {
            // Its contents come with `exec_builtin`, when `sys.modules` has it.
            Some(def) => Ok(Module::new(cx, def.name, def.doc).value()),
            None => Ok(Value::none()),
        }
    }

    /// Initialize a built-in module.
    #[py(sig = "($module, mod, /)")]
    fn exec_builtin(cx: &mut Cx, r#mod: Value) -> PyResult<i64> {
        let Some(m) = Gc::<Module>::from_value(r#mod) else {
            return Ok(0);
        };
        let key = cx.names().__name__;
        let Some(name) = m
            .namespace()
            .get_str(cx, key)
            .and_then(Gc::<Str>::from_value)
        else {
            return Ok(0);
        };
        let name = text(name);
        if !matches!(name.as_str(), "sys" | "builtins")
            && let Some(def) = modules::find(&name)
        {
            module::fill(cx, m, def)?;
        }
        Ok(0)
    }

    /// Create an extension module.
    #[py(sig = "($module, spec, file=<unrepresentable>, /)", hide_sig)]
    fn create_dynamic(cx: &mut Cx, spec: Value, _file: Option<Value>) -> PyResult<Value> {
        let name = name_of(cx, spec)?;
        let name = text(name);
        Err(cx.import_error(format!(
            "dynamic module '{name}' cannot be loaded: Krait has no extension modules"
        )))
    }

    /// Initialize an extension module.
    #[py(sig = "($module, mod, /)")]
    fn exec_dynamic(_mod: Value) -> i64 {
        0
    }

    /// Initializes a frozen module.
    #[py(sig = "($module, name, /)")]
    fn init_frozen(cx: &mut Cx, name: Gc<Str>) -> PyResult<Value> {
        let name = text(name);
        if frozen(cx, &name).is_none() {
            return Ok(Value::none());
        }
        cx.import(&name)
    }

    /// Create a code object for a frozen module.
    #[py(sig = "($module, name, data=None, /)")]
    fn get_frozen_object(cx: &mut Cx, name: Gc<Str>, data: Option<Value>) -> PyResult<Value> {
        match data.filter(|d| !d.is_none()) {
            Some(data) => {
                let bytes = cx.bytes_of(data)?;
                code::from_bytes(cx, bytes.as_bytes())
            }
            None => {
                let m = required_frozen(cx, &text(name))?;
                code::of_library(cx, m)
            }
        }
    }

    /// Returns True if the module name corresponds to a frozen module.
    #[py(sig = "($module, name, /)")]
    fn is_frozen(cx: &mut Cx, name: Gc<Str>) -> bool {
        frozen(cx, &text(name)).is_some()
    }

    /// Returns True if the module name is of a frozen package.
    #[py(sig = "($module, name, /)")]
    fn is_frozen_package(cx: &mut Cx, name: Gc<Str>) -> PyResult<bool> {
        Ok(required_frozen(cx, &text(name))?.is_package())
    }

    /// Return info about the corresponding frozen module (if there is one) or None.
    ///
    /// The returned info (a 3-tuple):
    ///
    ///  * data         the raw marshalled bytes
    ///  * is_package   whether or not it is a package
    ///  * origname     the originally frozen module's name, or None if not
    ///                 a stdlib module (this will usually be the same as
    ///                 the module's current name)
    #[py(sig = "($module, name, /, *, withdata=False)")]
    fn find_frozen(cx: &mut Cx, name: Gc<Str>, withdata: Option<bool>) -> PyResult<Value> {
        let Some(m) = frozen(cx, &text(name)) else {
            return Ok(Value::none());
        };
        let data = if withdata.unwrap_or(false) {
            cx.new_bytes(m.code())
        } else {
            Value::none()
        };
        let origname = cx.new_str(m.name());
        Ok(cx.new_tuple(&[data, Value::bool(m.is_package()), origname]))
    }

    #[py(sig = "($module, /)", doc = "")]
    fn _frozen_module_names(cx: &mut Cx) -> PyResult<Value> {
        let list = cx.try_new_list(&[])?;
        for m in krait_pylib::modules().filter(|m| m.is_frozen()) {
            let v = cx.new_str(m.name());
            list.push(cx, v)?;
        }
        Ok(list.value())
    }

    #[py(sig = "($module, override, /)", doc = "")]
    fn _override_frozen_modules_for_tests(_override_: i32) {}

    #[py(sig = "($module, override, /)", doc = "")]
    fn _override_multi_interp_extensions_check(_override_: i32) -> i64 {
        0
    }

    /// Changes code.co_filename to specify the passed-in path.
    #[py(sig = "($module, code, path, /)")]
    fn _fix_co_filename(cx: &mut Cx, code: Value, path: Gc<Str>) -> PyResult<()> {
        code::set_filename(cx, code, path)
    }

    #[py(sig = "($module, key, source)", doc = "")]
    fn source_hash(cx: &mut Cx, key: i64, source: Value) -> PyResult<Value> {
        let bytes = cx.bytes_of(source)?;
        let key = krait_unicode::hash::HashKey {
            k0: key as u64,
            k1: 0,
        };
        let hash = krait_unicode::hash::hash_bytes(bytes.as_bytes(), key);
        Ok(cx.new_bytes(&hash.to_le_bytes()))
    }

    // ---- The embedded library -------------------------------------------------------------

    /// The folder that the embedded library seems to lie in.
    #[py(sig = "($module, /)")]
    fn _library_root() -> &'static str {
        krait_pylib::ROOT
    }

    /// File name of a module of the library and whether it is a package, or None.
    #[py(sig = "($module, name, /)")]
    fn _library_find(cx: &mut Cx, name: Gc<Str>) -> Value {
        match krait_pylib::find(&text(name)) {
            Some(m) => {
                let path = cx.new_str(&m.path());
                cx.new_tuple(&[path, Value::bool(m.is_package())])
            }
            None => Value::none(),
        }
    }

    /// Names of the modules in a package of the library (or at its top), with whether they are packages.
    #[py(sig = "($module, package, /)")]
    fn _library_children(cx: &mut Cx, package: Gc<Str>) -> PyResult<Value> {
        let package = text(package);
        let list = cx.try_new_list(&[])?;
        for m in krait_pylib::modules() {
            let tail = if package.is_empty() {
                Some(m.name())
            } else {
                m.name()
                    .strip_prefix(&package)
                    .and_then(|r| r.strip_prefix('.'))
            };
            if let Some(tail) = tail.filter(|t| !t.contains('.')) {
                let name = cx.new_str(tail);
                let pair = cx.new_tuple(&[name, Value::bool(m.is_package())]);
                list.push(cx, pair)?;
            }
        }
        Ok(list.value())
    }

    /// The code object of a module of the library.
    #[py(sig = "($module, name, /)")]
    fn _library_code(cx: &mut Cx, name: Gc<Str>) -> PyResult<Value> {
        match krait_pylib::find(&text(name)) {
            Some(m) => code::of_library(cx, m),
            None => Ok(Value::none()),
        }
    }

    /// The source file of a module of the library, as bytes.
    #[py(sig = "($module, name, /)")]
    fn _library_source(cx: &mut Cx, name: Gc<Str>) -> PyResult<Value> {
        match krait_pylib::find(&text(name)) {
            Some(m) => Ok(Bytes::from_slice(cx, &m.source())?.value()),
            None => Ok(Value::none()),
        }
    }

    /// The contents of a file of the library by its path, or None.
    #[py(sig = "($module, path, /)")]
    fn _library_data(cx: &mut Cx, path: Gc<Str>) -> PyResult<Value> {
        match krait_pylib::find_by_path(&text(path)) {
            Some(m) => Ok(Bytes::from_slice(cx, &m.source())?.value()),
            None => Ok(Value::none()),
        }
    }
    /// File name, text and code of the program that was given with -c, or None.
    #[py(sig = "($module, /)")]
    fn _main_source(cx: &mut Cx) -> Value {
        let code = cx.root(Root::MainCode);
        match state::of(cx).main_source.get() {
            Some((name, text)) if !code.is_empty() => {
                let (name, text) = (cx.new_str(name), cx.new_str(text));
                cx.new_tuple(&[name, text, code])
            }
            _ => Value::none(),
        }
    }
}
