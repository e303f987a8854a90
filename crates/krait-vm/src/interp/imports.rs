//! `import` statements.

use krait_runtime::cx::{Cx, Root};
use krait_runtime::error::{PyResult, Raised};
use krait_runtime::missing_name;
use krait_runtime::object::Gc;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::str::Str;
use krait_runtime::value::Value;

use crate::window::Frame;

handler!(import_name, |pc, base, cx, t| {
    let at = base.add(b!(pc));
    try_store!(
        pc,
        base,
        cx,
        t,
        1,
        import(&mut *cx, *at, *at.add(1), c!(pc))
    )
});

/// `__import__(name, globals, locals, fromlist, level)`, whatever `__import__` is now.
#[inline(never)]
fn import(cx: &mut Cx, level: Value, fromlist: Value, index: usize) -> PyResult<Value> {
    let frame = Frame {
        base: cx.base,
        pc: cx.pc,
    };
    let code = frame.code();
    let name = code.name_at(index);
    let f = frame.function();
    let globals = f.globals.get();
    let key = cx.names().__import__;
    let Some(import) = super::names::namespace_get(cx, f.builtins.get(), key)? else {
        return Err(cx.import_error("__import__ not found"));
    };
    let locals = if code.unit.has_namespace() {
        frame.register(0)
    } else {
        Value::none()
    };
    cx.call(import, &[name.value(), globals, locals, fromlist, level])
}

handler!(import_from, |pc, base, cx, t| {
    try_store!(
        pc,
        base,
        cx,
        t,
        1,
        from(&mut *cx, reg!(base, b!(pc)), c!(pc))
    )
});

/// `from module import name`: an attribute, or a submodule that is being imported.
#[inline(never)]
fn from(cx: &mut Cx, module: Value, index: usize) -> PyResult<Value> {
    let name = Frame {
        base: cx.base,
        pc: cx.pc,
    }
    .code()
    .name_at(index);
    if let Some(v) = cx.lookup_attr(module, name)? {
        return Ok(v);
    }
    let module_name = cx
        .lookup_attr(module, cx.names().__name__)?
        .and_then(Gc::<Str>::from_value);
    if let Some(m) = module_name {
        let full = cx.intern(&format!(
            "{}.{}",
            m.to_string_lossy(),
            name.to_string_lossy()
        ));
        if let Some(v) =
            Gc::<Dict>::from_value(cx.root(Root::Modules)).and_then(|d| d.get_str(cx, full))
        {
            return Ok(v);
        }
    }
    Err(missing_name::import_from(cx, module, module_name, name)?)
}

/// `from module import *` into `namespace`.
pub fn import_star(cx: &mut Cx, module: Value, namespace: Value) -> PyResult<()> {
    let names = cx.names();
    let (listed, skip_private) = match cx.lookup_attr(module, names.__all__)? {
        Some(all) => (all, false),
        None => match cx.lookup_attr(module, names.__dict__)? {
            Some(d) => {
                let keys = cx.call_method(d, names.keys, &[])?;
                (keys, true)
            }
            None => {
                return Err(cx.import_error("from-import-* object has no __dict__ and no __all__"));
            }
        },
    };
    let items = cx.collect(listed)?;
    for &n in items.as_slice() {
        let Some(s) = Gc::<Str>::from_value(n) else {
            return Err(bad_name(cx, module, n, skip_private)?);
        };
        if skip_private && s.as_bytes().first() == Some(&b'_') {
            continue;
        }
        let v = cx.get_attr(module, s)?;
        match Gc::<Dict>::from_value(namespace) {
            Some(d) if d.is_exact() => d.set_str(cx, s, v),
            _ => cx.set_item(namespace, n, v)?,
        }
    }
    Ok(())
}

#[cold]
fn bad_name(cx: &mut Cx, module: Value, n: Value, in_dict: bool) -> PyResult<Raised> {
    let module_name = match cx.lookup_attr(module, cx.names().__name__)? {
        Some(m) => cx.str_string(m)?,
        None => String::new(),
    };
    let got = cx.type_name(n);
    let what = if in_dict {
        format!("Key in {module_name}.__dict__")
    } else {
        format!("Item in {module_name}.__all__")
    };
    Ok(cx.type_error(format!("{what} must be str, not {got}")))
}
