//! `FrameLocalsProxy`: the variables of a function's frame as a mapping that writes through
//! (PEP 667).

use krait_bytecode::LocalKind;
use krait_macros::{Trace, pymethods};
use krait_runtime::native::{Cx, Layout, Native, NativeObj, PyResult, TypeSpec, Value};
use krait_runtime::object::{Cell, Gc, Slot};
use krait_runtime::special::Special;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::str::Str;
use krait_runtime::types::typeobj::flags;
use krait_runtime::vec::ValueVec;

use super::code::{self, CodeObj};
use super::frame::{self, FrameObj, as_frame};
use super::frame_methods::code_of;
use crate::window::Frame;

#[derive(Trace)]
pub struct FrameLocals {
    frame: Slot,
}

impl Native for FrameLocals {
    const PY_NAME: &'static str = "FrameLocalsProxy";
    const NEEDS_DROP: bool = false;
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "FrameLocalsProxy",
    layout: Layout::native::<FrameLocals>(),
    flags: flags::MAPPING,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

type Proxy = Gc<NativeObj<FrameLocals>>;

/// The proxy of a function's frame.
pub fn proxy(cx: &mut Cx, frame: FrameObj) -> PyResult<Value> {
    let class = cx.native_type(&SPEC)?;
    Ok(NativeObj::alloc(
        cx,
        class,
        FrameLocals {
            frame: Slot::new(frame.value()),
        },
    )
    .value())
}

// ---- Variables ------------------------------------------------------------------------------

/// Whether register `r` holds a cell once the function has started.
fn is_cell_register(code: CodeObj, r: u16) -> bool {
    let unit = &code.unit;
    unit.cell_regs.contains(&r) || (r >= unit.first_free && r < unit.first_temp())
}

/// The value of the variable in register `r`, whose word is `word`. `None`: unbound.
pub fn contents(code: CodeObj, r: u16, word: Value) -> Option<Value> {
    let v = match Gc::<Cell>::from_value(word) {
        Some(cell) if is_cell_register(code, r) => cell.contents.get(),
        _ => word,
    };
    (!v.is_empty() && !v.is_unbound()).then_some(v)
}

/// The registers of all variables with their names, in CPython's order: locals, cells, free
/// variables.
fn variables(code: CodeObj) -> impl Iterator<Item = (u16, krait_bytecode::Text)> {
    let unit = code.unit.clone();
    let locals = unit.varnames.len();
    let cells: Vec<usize> = (0..unit.cellvars.len())
        .filter(|&i| {
            let r = unit.cell_regs[i];
            r < unit.first_local || (r - unit.first_local) as usize >= locals
        })
        .collect();
    let total = locals + cells.len() + unit.freevars.len();
    (0..total).map(move |i| {
        if i < locals {
            return (unit.first_local + i as u16, unit.varnames[i].clone());
        }
        let i = i - locals;
        if let Some(&c) = cells.get(i) {
            return (unit.cell_regs[c], unit.cellvars[c].clone());
        }
        let i = i - cells.len();
        (unit.first_free + i as u16, unit.freevars[i].clone())
    })
}

/// Whether a frame is in a comprehension that its module's or class's code contains: the variables
/// of that show in `f_locals`.
pub fn is_in_comprehension(code: CodeObj, register: impl Fn(usize) -> Value) -> bool {
    let unit = &code.unit;
    unit.local_kinds.iter().enumerate().any(|(i, &kind)| {
        let r = unit.first_local + i as u16;
        kind == LocalKind::Hidden && contents(code, r, register(r as usize)).is_some()
    })
}

/// A new dict of the bound variables of a running frame.
pub fn snapshot(cx: &mut Cx, f: Frame) -> PyResult<Value> {
    let code = f.code();
    let d = cx.new_dict();
    for (r, name) in variables(code) {
        if let Some(v) = contents(code, r, f.register(r as usize)) {
            let name = code::interned(cx, &name);
            d.set_str(cx, name, v);
        }
    }
    Ok(d.value())
}

fn frame_of(this: Proxy) -> FrameObj {
    as_frame(this.frame.get()).expect("a proxy refers to a frame")
}

/// What was written beyond the variables.
fn extra(o: FrameObj) -> Option<Gc<Dict>> {
    Gc::<Dict>::from_value(o.extra_locals.get())
}

/// The register of the variable `key`.
fn find(cx: &mut Cx, o: FrameObj, key: Value) -> PyResult<Option<u16>> {
    let code = code_of(cx, o);
    let Some(name) = Gc::<Str>::from_value(key) else {
        cx.hash(key)?;
        return Ok(None);
    };
    Ok(variables(code)
        .find(|(_, n)| n.as_bytes() == name.as_bytes())
        .map(|(r, _)| r))
}

fn read(cx: &mut Cx, o: FrameObj, r: u16) -> Option<Value> {
    let code = code_of(cx, o);
    let word = o.register(cx, r as usize);
    contents(code, r, word)
}

fn lookup(cx: &mut Cx, o: FrameObj, key: Value) -> PyResult<Option<Value>> {
    match find(cx, o, key)? {
        Some(r) => Ok(read(cx, o, r)),
        None => match extra(o) {
            Some(d) => d.get(cx, key),
            None => Ok(None),
        },
    }
}

fn store(cx: &mut Cx, o: FrameObj, key: Value, v: Value) -> PyResult<()> {
    let Some(r) = find(cx, o, key)? else {
        let d = match extra(o) {
            Some(d) => d,
            None => {
                let d = cx.new_dict();
                o.extra_locals.set(cx, o, d.value());
                d
            }
        };
        return d.set(cx, key, v);
    };
    let code = code_of(cx, o);
    match Gc::<Cell>::from_value(o.register(cx, r as usize)) {
        Some(cell) if is_cell_register(code, r) => cell.contents.set(cx, cell, v),
        _ => frame::set_register(cx, o, r as usize, v),
    }
    Ok(())
}

/// Names and values of what is bound.
fn items(cx: &mut Cx, o: FrameObj) -> PyResult<(ValueVec, ValueVec)> {
    let code = code_of(cx, o);
    let (mut keys, mut values) = (ValueVec::new(), ValueVec::new());
    for (r, name) in variables(code) {
        let word = o.register(cx, r as usize);
        if let Some(v) = contents(code, r, word) {
            let name = code::interned(cx, &name);
            keys.push(cx, name.value())?;
            values.push(cx, v)?;
        }
    }
    if let Some(d) = extra(o) {
        let mut pos = 0;
        while let Some((k, v)) = d.next_entry(&mut pos) {
            keys.push(cx, k)?;
            values.push(cx, v)?;
        }
    }
    Ok((keys, values))
}

fn as_dict(cx: &mut Cx, o: FrameObj) -> PyResult<Gc<Dict>> {
    let (keys, values) = items(cx, o)?;
    let d = cx.new_dict();
    for (&k, &v) in keys.as_slice().iter().zip(values.as_slice()) {
        d.set(cx, k, v)?;
    }
    Ok(d)
}

fn list(cx: &mut Cx, items: &ValueVec) -> PyResult<Value> {
    cx.try_new_list(items.as_slice()).map(|l| l.value())
}

fn undefined(cx: &mut Cx, key: Value) -> PyResult<krait_runtime::error::Raised> {
    // CPython quotes the repr of a name that is a variable's or a str.
    let shown = cx.repr_string(key)?;
    Ok(cx.key_error_message(format!("local variable '{shown}' is not defined")))
}

/// Writes all items of a dict or another proxy; `false`: `other` is neither.
fn merge(cx: &mut Cx, o: FrameObj, other: Value) -> PyResult<bool> {
    let d = match (
        Gc::<Dict>::from_value(other),
        NativeObj::<FrameLocals>::from_value(other),
    ) {
        (Some(d), _) => d,
        (None, Some(p)) => as_dict(cx, frame_of(p))?,
        (None, None) => return Ok(false),
    };
    let mut pos = 0;
    while let Some((k, v)) = d.next_entry(&mut pos) {
        store(cx, o, k, v)?;
    }
    Ok(true)
}

/// A proxy as a dict, anything else as it is.
fn opened(cx: &mut Cx, v: Value) -> PyResult<Value> {
    match NativeObj::<FrameLocals>::from_value(v) {
        Some(p) => as_dict(cx, frame_of(p)).map(|d| d.value()),
        None => Ok(v),
    }
}

fn union(cx: &mut Cx, a: Value, b: Value) -> PyResult<Value> {
    let (a, b) = (opened(cx, a)?, opened(cx, b)?);
    if Gc::<Dict>::from_value(a).is_none() || Gc::<Dict>::from_value(b).is_none() {
        return Ok(Value::not_implemented());
    }
    cx.binary(Special::Or, a, b)
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, frame, /)")]
    fn __new__(cx: &mut Cx, _class: Value, frame: Value) -> PyResult<Value> {
        match as_frame(frame) {
            Some(f) => proxy(cx, f),
            None => {
                let got = cx.type_name(frame);
                Err(cx.type_error(format!("expect frame, not {got}")))
            }
        }
    }
    #[py]
    fn __getitem__(cx: &mut Cx, this: Proxy, key: Value) -> PyResult<Value> {
        match lookup(cx, frame_of(this), key)? {
            Some(v) => Ok(v),
            None => Err(undefined(cx, key)?),
        }
    }
    #[py]
    fn __setitem__(cx: &mut Cx, this: Proxy, key: Value, value: Value) -> PyResult<()> {
        store(cx, frame_of(this), key, value)
    }
    #[py]
    fn __delitem__(cx: &mut Cx, this: Proxy, key: Value) -> PyResult<()> {
        let o = frame_of(this);
        if find(cx, o, key)?.is_some() {
            return Err(cx.value_error("cannot remove local variables from FrameLocalsProxy"));
        }
        let removed = match extra(o) {
            Some(d) => d.remove(cx, key)?,
            None => None,
        };
        if removed.is_none() {
            Err(cx.key_error(key))
        } else {
            Ok(())
        }
    }
    #[py]
    fn __contains__(cx: &mut Cx, this: Proxy, key: Value) -> PyResult<bool> {
        lookup(cx, frame_of(this), key).map(|v| v.is_some())
    }
    #[py]
    fn __len__(cx: &mut Cx, this: Proxy) -> PyResult<usize> {
        items(cx, frame_of(this)).map(|(keys, _)| keys.len())
    }
    #[py]
    fn __iter__(cx: &mut Cx, this: Proxy) -> PyResult<Value> {
        let (keys, _) = items(cx, frame_of(this))?;
        let l = list(cx, &keys)?;
        cx.iter(l)
    }
    #[py]
    fn __reversed__(cx: &mut Cx, this: Proxy) -> PyResult<Value> {
        let (keys, _) = items(cx, frame_of(this))?;
        let mut reversed = ValueVec::new();
        for &k in keys.as_slice().iter().rev() {
            reversed.push(cx, k)?;
        }
        list(cx, &reversed)
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: Proxy) -> PyResult<Value> {
        if !cx.repr_enter(this.value()) {
            return Ok(cx.new_str("{...}"));
        }
        let d = as_dict(cx, frame_of(this));
        let r = d.and_then(|d| cx.repr(d.value()));
        cx.repr_leave(this.value());
        r.map(|s| s.value())
    }
    #[py]
    fn __eq__(cx: &mut Cx, this: Proxy, value: Value) -> PyResult<Value> {
        if let Some(other) = NativeObj::<FrameLocals>::from_value(value) {
            return Ok(Value::bool(other.frame.get() == this.frame.get()));
        }
        if Gc::<Dict>::from_value(value).is_none() {
            return Ok(Value::not_implemented());
        }
        let d = as_dict(cx, frame_of(this))?;
        cx.eq(d.value(), value).map(Value::bool)
    }
    #[py]
    fn __or__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        union(cx, this, value)
    }
    #[py]
    fn __ror__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        union(cx, value, this)
    }
    #[py]
    fn __ior__(cx: &mut Cx, this: Proxy, value: Value) -> PyResult<Value> {
        let merged = merge(cx, frame_of(this), value)?;
        Ok(if merged {
            this.value()
        } else {
            Value::not_implemented()
        })
    }
    #[py]
    fn keys(cx: &mut Cx, this: Proxy) -> PyResult<Value> {
        let (keys, _) = items(cx, frame_of(this))?;
        list(cx, &keys)
    }
    #[py]
    fn values(cx: &mut Cx, this: Proxy) -> PyResult<Value> {
        let (_, values) = items(cx, frame_of(this))?;
        list(cx, &values)
    }
    #[py]
    fn items(cx: &mut Cx, this: Proxy) -> PyResult<Value> {
        let (keys, values) = items(cx, frame_of(this))?;
        let mut pairs = ValueVec::new();
        for (&k, &v) in keys.as_slice().iter().zip(values.as_slice()) {
            let pair = cx.new_tuple(&[k, v]);
            pairs.push(cx, pair)?;
        }
        list(cx, &pairs)
    }
    #[py]
    fn copy(cx: &mut Cx, this: Proxy) -> PyResult<Value> {
        as_dict(cx, frame_of(this)).map(|d| d.value())
    }
    #[py(sig = "($self, key, default=None, /)")]
    fn get(cx: &mut Cx, this: Proxy, key: Value, default: Option<Value>) -> PyResult<Value> {
        let v = lookup(cx, frame_of(this), key)?;
        Ok(v.or(default).unwrap_or(Value::none()))
    }
    #[py(sig = "($self, key, default=None, /)", hide_sig)]
    fn pop(cx: &mut Cx, this: Proxy, key: Value, default: Option<Value>) -> PyResult<Value> {
        let o = frame_of(this);
        if find(cx, o, key)?.is_some() {
            return Err(cx.value_error("cannot remove local variables from FrameLocalsProxy"));
        }
        let removed = match extra(o) {
            Some(d) => d.remove(cx, key)?,
            None => None,
        };
        match removed.or(default) {
            Some(v) => Ok(v),
            None => Err(cx.key_error(key)),
        }
    }
    #[py(sig = "($self, key, default=None, /)")]
    fn setdefault(cx: &mut Cx, this: Proxy, key: Value, default: Option<Value>) -> PyResult<Value> {
        let o = frame_of(this);
        if let Some(v) = lookup(cx, o, key)? {
            return Ok(v);
        }
        let v = default.unwrap_or(Value::none());
        store(cx, o, key, v)?;
        Ok(v)
    }
    #[py]
    fn update(cx: &mut Cx, this: Proxy, other: Value) -> PyResult<()> {
        if merge(cx, frame_of(this), other)? {
            Ok(())
        } else {
            Err(cx.type_error("update() argument must be dict or another FrameLocalsProxy"))
        }
    }
}
