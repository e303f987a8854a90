//! Modules of this crate without the rest of Python.

use krait_runtime::cx::{Cx, Root};
use krait_runtime::error::PyResult;
use krait_runtime::object::Gc;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::list::List;
use krait_runtime::types::module::{self, Module};
use krait_runtime::types::str::Str;
use krait_runtime::value::Value;

/// Makes a module of this crate and puts it into `sys.modules`.
pub fn module(cx: &mut Cx, name: &str) -> PyResult<Gc<Module>> {
    let def = krait_stdlib::MODULES
        .iter()
        .find(|m| m.name == name)
        .expect("a module of this crate");
    let m = module::from_def(cx, def)?;
    register(cx, name, m.value());
    Ok(m)
}

/// `sys.modules[name] = m`
pub fn register(cx: &mut Cx, name: &str, m: Value) {
    let modules = match Gc::<Dict>::from_value(cx.root(Root::Modules)) {
        Some(d) => d,
        None => {
            let d = cx.new_dict();
            cx.set_root(Root::Modules, d.value());
            d
        }
    };
    let name = cx.intern(name);
    modules.set_str(cx, name, m);
}

/// `json.JSONDecoder().scan_once` with the default settings.
pub fn scanner(cx: &mut Cx) -> PyResult<Value> {
    let json = module(cx, "_json")?;
    let make = json.get(cx, "make_scanner").expect("_json.make_scanner");
    let none = Value::none();
    let (float, int) = (cx.types().float.value(), cx.types().int.value());
    let names = [
        "strict",
        "object_hook",
        "object_pairs_hook",
        "parse_float",
        "parse_int",
        "parse_constant",
    ];
    let mut kwnames = [none; 6];
    for (slot, name) in kwnames.iter_mut().zip(names) {
        *slot = cx.intern(name).value();
    }
    let class = cx.types().namespace.value();
    let context = cx.call_kw(
        class,
        &[Value::bool(true), none, none, float, int, none],
        &kwnames,
    )?;
    cx.call(make, &[context])
}

/// The items of a list.
pub fn items(v: Value) -> &'static [Value] {
    Gc::<List>::from_value(v).expect("a list").as_slice()
}

/// The text of a str.
pub fn string(v: Value) -> String {
    Gc::<Str>::from_value(v).expect("a str").to_string_lossy()
}
