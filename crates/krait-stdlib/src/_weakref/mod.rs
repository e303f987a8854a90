//! `_weakref`: weak references and proxies. `ref` is the runtime's type.

mod proxy;

use krait_runtime::types::weakref::{self, WeakRef};

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_weakref",
    doc: Some("Weak-reference support module."),
    functions: &[Functions::DEFS],
    types: &[],
    init: Some(init),
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let class = cx.types().weakref.value();
    m.set(cx, "ref", class);
    m.set(cx, "ReferenceType", class);
    let plain = cx.native_type(&proxy::PROXY)?;
    m.set(cx, "ProxyType", plain.value());
    let callable = cx.native_type(&proxy::CALLABLE_PROXY)?;
    m.set(cx, "CallableProxyType", callable.value());
    Ok(())
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Return the number of weak references to 'object'.
    #[py]
    fn getweakrefcount(cx: &mut Cx, object: Value) -> usize {
        weakref::reference_count(cx, object)
    }
    /// Return a list of all weak reference objects pointing to 'object'.
    #[py]
    fn getweakrefs(cx: &mut Cx, object: Value) -> PyResult<Value> {
        let mut all = ValueVec::new();
        while let Some(reference) = weakref::reference_at(cx, object, all.len()) {
            all.push(cx, reference)?;
        }
        Ok(cx.new_list(all.as_slice()))
    }
    /// Create a proxy object that weakly references 'object'.
    ///
    /// 'callback', if given, is called with a reference to the
    /// proxy when 'object' is about to be finalized.
    #[py(sig = "($module, object, callback=None, /)")]
    fn proxy(cx: &mut Cx, object: Value, callback: Option<Value>) -> PyResult<Value> {
        let class = if cx.is_callable(object) {
            &proxy::CALLABLE_PROXY
        } else {
            &proxy::PROXY
        };
        let class = cx.native_type(class)?;
        weakref::make(cx, class, object, callback.unwrap_or(Value::none()))
    }
    /// Atomically remove key from dict if it points to a dead weakref.
    #[py]
    fn _remove_dead_weakref(cx: &mut Cx, dct: Value, key: Value) -> PyResult<()> {
        let Some(d) = Gc::<Dict>::from_value(dct) else {
            let name = cx.type_name(dct);
            return Err(cx.type_error(format!(
                "_remove_dead_weakref() argument 1 must be dict, not {name}"
            )));
        };
        match d.get(cx, key)?.map(Gc::<WeakRef>::from_value) {
            None => Ok(()),
            Some(Some(r)) if r.get().is_none() => d.remove(cx, key).map(|_| ()),
            Some(Some(_)) => Ok(()),
            Some(None) => Err(cx.type_error("not a weakref")),
        }
    }
}
