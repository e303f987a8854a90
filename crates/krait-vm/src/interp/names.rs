//! Global and namespace variables.
//!
//! The cache word of an access to a global holds the address of its cell: of the module's own
//! entry, or of a ghost linked to the builtins' entry. The cell of a name never changes while its
//! dict lives, and code belongs to one globals dict, so nothing has to be checked.

use krait_runtime::cx::Cx;
use krait_runtime::error::{PyResult, Raised};
use krait_runtime::object::Gc;
use krait_runtime::types::dict::{Dict, GlobalCell};
use krait_runtime::types::exceptions::fields;
use krait_runtime::types::str::Str;
use krait_runtime::value::Value;

use crate::objects::function::FunctionObj;
use crate::window::Frame;

fn function(cx: &Cx) -> FunctionObj {
    Frame {
        base: cx.base,
        pc: cx.pc,
    }
    .function()
}

fn name_at(cx: &Cx, index: usize) -> Gc<Str> {
    Frame {
        base: cx.base,
        pc: cx.pc,
    }
    .code()
    .name_at(index)
}

/// The cell in a cache word.
#[inline(always)]
unsafe fn cached_cell(word: u64) -> Option<Gc<GlobalCell>> {
    // SAFETY: the word is zero or the address of a cell that its dict keeps alive.
    (word != 0).then(|| unsafe { Gc::from_ptr(word as *mut GlobalCell) })
}

handler!(load_global, |pc, base, cx, t| {
    if let Some(cell) = cached_cell(*pc.add(1))
        && let Some(v) = cell.load()
    {
        reg!(base, a!(pc)) = v;
        next!(pc, base, cx, t, 2)
    }
    slow!(load_global_miss, pc, base, cx, t)
});

handler!(cold load_global_miss, |pc, base, cx, t| {
    try_store!(pc, base, cx, t, 2, load_global_slow(&mut *cx, b!(pc)))
});

#[cold]
#[inline(never)]
fn load_global_slow(cx: &mut Cx, index: usize) -> PyResult<Value> {
    let f = function(cx);
    let name = name_at(cx, index);
    let globals = f.globals.get();
    if let (Some(g), Some(b)) = (
        Gc::<Dict>::from_value(globals),
        Gc::<Dict>::from_value(f.builtins.get()),
    ) && g.is_exact()
        && b.is_exact()
    {
        let cell = g.global_cell(cx, name)?;
        if cell.value.get().is_empty() && cell.next.get().is_empty() && g != b {
            let next = b.global_cell(cx, name)?;
            cell.next.set(cx, cell, next.value());
        }
        if let Some(v) = cell.load() {
            let words = cx.pc.cast_mut();
            // SAFETY: the cache word of the running instruction; one aligned store.
            unsafe {
                std::sync::atomic::AtomicU64::from_ptr(words.add(1))
                    .store(cell.as_ptr() as u64, std::sync::atomic::Ordering::Release)
            };
            return Ok(v);
        }
    }
    global_or_builtin(cx, globals, f.builtins.get(), name)
}

/// A name in a globals mapping, then in the builtins.
pub fn global_or_builtin(
    cx: &mut Cx,
    globals: Value,
    builtins: Value,
    name: Gc<Str>,
) -> PyResult<Value> {
    for namespace in [globals, builtins] {
        if let Some(v) = namespace_get(cx, namespace, name)? {
            return Ok(v);
        }
    }
    Err(not_defined(cx, name))
}

/// `namespace[name]`, `None` for a KeyError.
pub fn namespace_get(cx: &mut Cx, namespace: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
    if let Some(d) = Gc::<Dict>::from_value(namespace)
        && d.is_exact()
    {
        // A key of any type may be equal to the name.
        return match d.get_str(cx, name) {
            Some(v) => Ok(Some(v)),
            None => d.get(cx, name.value()),
        };
    }
    match cx.get_item(namespace, name.value()) {
        Ok(v) => Ok(Some(v)),
        Err(e) if e.is(cx, cx.types().key_error) => Ok(None),
        Err(e) => Err(e),
    }
}

#[cold]
pub fn not_defined(cx: &mut Cx, name: Gc<Str>) -> Raised {
    let text = name.to_string_lossy();
    let e = cx.name_error(format!("name '{text}' is not defined"));
    e.exception().set_field(cx, fields::NAME, name.value());
    e
}

handler!(store_global, |pc, base, cx, t| {
    let v = reg!(base, a!(pc));
    if let Some(cell) = cached_cell(*pc.add(1))
        && !cell.value.get().is_empty()
    {
        cell.value.set(&mut *cx, cell, v);
        next!(pc, base, cx, t, 2)
    }
    slow!(store_global_miss, pc, base, cx, t)
});

handler!(cold store_global_miss, |pc, base, cx, t| {
    try_do!(pc, base, cx, t, 2, store_global_slow(&mut *cx, b!(pc), reg!(base, a!(pc))))
});

#[cold]
#[inline(never)]
fn store_global_slow(cx: &mut Cx, index: usize, v: Value) -> PyResult<()> {
    let globals = function(cx).globals.get();
    let name = name_at(cx, index);
    store_cached(cx, globals, name, v)
}

/// `globals[name] = v`, remembering the cell in the running instruction's cache word.
fn store_cached(cx: &mut Cx, globals: Value, name: Gc<Str>, v: Value) -> PyResult<()> {
    let Some(g) = Gc::<Dict>::from_value(globals) else {
        return cx.set_item(globals, name.value(), v);
    };
    g.set_str(cx, name, v);
    if g.is_exact() {
        let cell = g.global_cell(cx, name)?;
        let words = cx.pc.cast_mut();
        // SAFETY: the cache word of the running instruction; one aligned store.
        unsafe {
            std::sync::atomic::AtomicU64::from_ptr(words.add(1))
                .store(cell.as_ptr() as u64, std::sync::atomic::Ordering::Release)
        };
    }
    Ok(())
}

handler!(delete_global, |pc, base, cx, t| {
    try_do!(pc, base, cx, t, 1, delete_global_slow(&mut *cx, b!(pc)))
});

#[inline(never)]
fn delete_global_slow(cx: &mut Cx, index: usize) -> PyResult<()> {
    let globals = function(cx).globals.get();
    let name = name_at(cx, index);
    delete_from(cx, globals, name)
}

fn delete_from(cx: &mut Cx, namespace: Value, name: Gc<Str>) -> PyResult<()> {
    if let Some(d) = Gc::<Dict>::from_value(namespace).filter(|d| d.is_exact()) {
        return if d.remove_str(cx, name).is_some() {
            Ok(())
        } else {
            Err(not_defined(cx, name))
        };
    }
    match cx.del_item(namespace, name.value()) {
        Err(e) if e.is(cx, cx.types().key_error) => Err(not_defined(cx, name)),
        r => r,
    }
}

handler!(load_name, |pc, base, cx, t| {
    // The cache is filled only where the namespace is the globals dict.
    if let Some(cell) = cached_cell(*pc.add(1))
        && let Some(v) = cell.load()
    {
        reg!(base, a!(pc)) = v;
        next!(pc, base, cx, t, 2)
    }
    slow!(load_name_miss, pc, base, cx, t)
});

handler!(cold load_name_miss, |pc, base, cx, t| {
    try_store!(pc, base, cx, t, 2, load_name_slow(&mut *cx, reg!(base, b!(pc)), c!(pc)))
});

#[inline(never)]
fn load_name_slow(cx: &mut Cx, namespace: Value, index: usize) -> PyResult<Value> {
    let f = function(cx);
    if namespace == f.globals.get() && is_plain_module_code(cx) {
        return load_global_slow(cx, index);
    }
    let name = name_at(cx, index);
    if let Some(v) = namespace_get(cx, namespace, name)? {
        return Ok(v);
    }
    if namespace == f.globals.get() {
        return global_or_builtin(cx, f.builtins.get(), f.builtins.get(), name);
    }
    global_or_builtin(cx, f.globals.get(), f.builtins.get(), name)
}

/// Whether names of this code may be cached as globals. A class body whose namespace happens to be
/// the globals may not, nor a copy of module code made for another namespace.
fn is_plain_module_code(cx: &Cx) -> bool {
    let code = Frame {
        base: cx.base,
        pc: cx.pc,
    }
    .code();
    code.unit.name == "<module>"
        && !code
            .foreign_namespace
            .load(std::sync::atomic::Ordering::Relaxed)
}

handler!(store_name, |pc, base, cx, t| {
    let v = reg!(base, c!(pc));
    if let Some(cell) = cached_cell(*pc.add(1))
        && !cell.value.get().is_empty()
    {
        cell.value.set(&mut *cx, cell, v);
        next!(pc, base, cx, t, 2)
    }
    slow!(store_name_miss, pc, base, cx, t)
});

handler!(cold store_name_miss, |pc, base, cx, t| {
    try_do!(pc, base, cx, t, 2, store_name_slow(&mut *cx, reg!(base, a!(pc)), b!(pc), reg!(base, c!(pc))))
});

#[inline(never)]
fn store_name_slow(cx: &mut Cx, namespace: Value, index: usize, v: Value) -> PyResult<()> {
    let name = name_at(cx, index);
    match Gc::<Dict>::from_value(namespace) {
        Some(d) if d.is_exact() => {
            if namespace == function(cx).globals.get() && is_plain_module_code(cx) {
                return store_cached(cx, namespace, name, v);
            }
            d.set_str(cx, name, v);
            Ok(())
        }
        _ => cx.set_item(namespace, name.value(), v),
    }
}

handler!(delete_name, |pc, base, cx, t| {
    try_do!(
        pc,
        base,
        cx,
        t,
        1,
        delete_name_slow(&mut *cx, reg!(base, a!(pc)), b!(pc))
    )
});

#[inline(never)]
fn delete_name_slow(cx: &mut Cx, namespace: Value, index: usize) -> PyResult<()> {
    let name = name_at(cx, index);
    delete_from(cx, namespace, name)
}

handler!(load_from_dict_or_globals, |pc, base, cx, t| {
    try_store!(
        pc,
        base,
        cx,
        t,
        1,
        dict_or_globals(&mut *cx, reg!(base, b!(pc)), c!(pc))
    )
});

#[inline(never)]
fn dict_or_globals(cx: &mut Cx, namespace: Value, index: usize) -> PyResult<Value> {
    let f = function(cx);
    let name = name_at(cx, index);
    if let Some(v) = namespace_get(cx, namespace, name)? {
        return Ok(v);
    }
    global_or_builtin(cx, f.globals.get(), f.builtins.get(), name)
}
