//! `sys`.

mod frames;
mod hooks;
pub mod info;
mod names;
mod settings;

use krait_runtime::cx::Root;
use krait_runtime::native::{Cx, ModuleDef, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::module::Module;
use krait_runtime::types::structseq;

use crate::state;

pub use hooks::{announce as audit, print_unraisable};

pub static MODULE: ModuleDef = ModuleDef {
    name: "sys",
    doc: Some(
        "This module provides access to some objects used or maintained by the\ninterpreter and to functions that interact strongly with the interpreter.",
    ),
    functions: &[
        frames::Functions::DEFS,
        hooks::Functions::DEFS,
        settings::Functions::DEFS,
    ],
    types: &[],
    init: Some(init),
};

const COPYRIGHT: &str = "Copyright (c) the Krait authors.\n\
    The Python library: Copyright (c) 2001 Python Software Foundation.\nAll Rights Reserved.";

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    cx.set_root(Root::SysDict, m.namespace().value());
    let modules = cx.new_dict().value();
    cx.set_root(Root::Modules, modules);
    m.set(cx, "modules", modules);
    facts(cx, m)?;
    let version = info::version_info(cx)?;
    m.set(cx, "version_info", version);
    let records: [(&str, fn(&mut Cx) -> PyResult<Value>); 5] = [
        ("flags", info::flags),
        ("hash_info", info::hash_info),
        ("int_info", info::int_info),
        ("float_info", info::float_info),
        ("thread_info", info::thread_info),
    ];
    for (name, make) in records {
        let v = make(cx)?;
        m.set(cx, name, v);
    }
    let implementation = info::implementation(cx, version)?;
    m.set(cx, "implementation", implementation);
    let unraisable = structseq::type_of(cx, &info::UNRAISABLE_ARGS)?;
    m.set(cx, "UnraisableHookArgs", unraisable.value());
    for (alias, name) in [
        ("__displayhook__", "displayhook"),
        ("__excepthook__", "excepthook"),
        ("__unraisablehook__", "unraisablehook"),
        ("__breakpointhook__", "breakpointhook"),
    ] {
        if let Some(f) = m.get(cx, name) {
            m.set(cx, alias, f);
        }
    }
    names::install(cx, m)?;
    lists(cx, m)?;
    settings::namespaces(cx, m)
}

/// Constants.
fn facts(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let order = if cfg!(target_endian = "little") {
        "little"
    } else {
        "big"
    };
    let version = info::version_text();
    let texts = [
        ("version", version.as_str()),
        ("copyright", COPYRIGHT),
        ("platform", std::env::consts::OS),
        ("byteorder", order),
        ("float_repr_style", "short"),
        ("abiflags", ""),
        ("platlibdir", "lib"),
        ("_framework", ""),
        ("_stdlib_dir", krait_pylib::ROOT),
    ];
    for (name, text) in texts {
        let v = cx.new_str(text);
        m.set(cx, name, v);
    }
    let maxsize = cx.new_int(i64::MAX);
    let numbers = [
        ("hexversion", Value::small(info::HEX_VERSION)),
        ("api_version", Value::small(1013)),
        ("maxsize", maxsize),
        ("maxunicode", Value::small(0x10_FFFF)),
    ];
    for (name, v) in numbers {
        m.set(cx, name, v);
    }
    let git = ["Krait", "", ""].map(|s| cx.new_str(s));
    let git = cx.new_tuple(&git);
    m.set(cx, "_git", git);
    Ok(())
}

/// What the command line and the environment decide.
fn lists(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let c = state::config(cx);
    let argv = os_strings(cx, &c.argv)?;
    let orig_argv = os_strings(cx, &c.orig_argv)?;
    let executable = os_string(cx, &c.executable)?;
    let warn_options = cx.new_list(&[]);
    for option in &c.warn_options {
        let v = cx.new_str(option);
        cx.call_method_str(warn_options, "append", &[v])?;
    }
    let x_options = x_options(cx, &c.x_options)?;
    let prefix = match &c.pycache_prefix {
        Some(p) => os_string(cx, p)?,
        None => Value::none(),
    };
    let values = [
        ("argv", argv),
        ("orig_argv", orig_argv),
        ("executable", executable),
        ("_base_executable", executable),
        ("warnoptions", warn_options),
        ("_xoptions", x_options),
        ("dont_write_bytecode", Value::bool(c.dont_write_bytecode)),
        ("pycache_prefix", prefix),
    ];
    for (name, v) in values {
        m.set(cx, name, v);
    }
    for name in ["path", "meta_path", "path_hooks"] {
        let list = cx.new_list(&[]);
        m.set(cx, name, list);
    }
    let cache = cx.new_dict().value();
    m.set(cx, "path_importer_cache", cache);
    Ok(())
}

/// `-X name` is `True`, `-X name=value` the text.
fn x_options(cx: &mut Cx, options: &[String]) -> PyResult<Value> {
    let d = cx.new_dict();
    for option in options {
        let (name, value) = match option.split_once('=') {
            Some((name, text)) => (name, cx.new_str(text)),
            None => (option.as_str(), Value::bool(true)),
        };
        let key = cx.intern(name);
        d.set_str(cx, key, value);
    }
    Ok(d.value())
}

/// A str of what the OS gave.
pub fn os_string(cx: &mut Cx, s: &std::ffi::OsStr) -> PyResult<Value> {
    cx.fs_decode(std::os::unix::ffi::OsStrExt::as_bytes(s))
}

pub fn os_strings(cx: &mut Cx, list: &[std::ffi::OsString]) -> PyResult<Value> {
    let out = cx.try_new_list(&[])?;
    for s in list {
        let v = os_string(cx, s)?;
        out.push(cx, v)?;
    }
    Ok(out.value())
}

/// `sys.modules`, if it still is a dict.
pub fn modules(cx: &Cx) -> Option<Gc<Dict>> {
    Gc::from_value(cx.root(Root::Modules))
}
