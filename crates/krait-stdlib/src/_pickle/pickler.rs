//! `Pickler` objects.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed};

use krait_runtime::sync::Guarded;
use krait_runtime::types::int::is_int;
use krait_runtime::types::str::Str as PyStr;

use super::memo::Memo;
use super::save::Saver;
use super::{DEFAULT_PROTOCOL, HIGHEST_PROTOCOL, pickling_error};
use crate::prelude::*;

#[derive(Trace)]
pub struct Pickler {
    /// `write` of the file; `EMPTY` for `dumps`.
    pub write: Slot,
    /// `persistent_id` set on the object, else `EMPTY`.
    persistent_id: Slot,
    /// `dispatch_table` set on the object, else `EMPTY`.
    dispatch_table: Slot,
    pub buffer_callback: Slot,
    pub memo: Guarded<Memo>,
    pub protocol: AtomicI64,
    bin: AtomicI64,
    pub fast: AtomicI64,
    pub fix_imports: AtomicBool,
    ready: AtomicBool,
    running: AtomicBool,
}
impl Native for Pickler {
    const PY_NAME: &'static str = "_pickle.Pickler";
}

pub type This = Obj<Pickler>;

pub static SPEC: TypeSpec = TypeSpec {
    name: "Pickler",
    module: "_pickle",
    doc: Some(
        "Pickler(file, protocol=None, fix_imports=True, buffer_callback=None)\n--\n\nThis takes a binary file for writing a pickle data stream.\n\nThe protocol is a number from 0 to 5; a negative one is the highest. The\nfile must have a write() method that accepts a single bytes argument.",
    ),
    layout: Layout::native::<Pickler>(),
    flags: flags::BASETYPE,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

static PROXY: TypeSpec = TypeSpec {
    name: "PicklerMemoProxy",
    module: "_pickle",
    layout: Layout::native::<MemoProxy>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[ProxyMethods::DEFS],
    ..TypeSpec::DEFAULT
};

pub fn alloc(cx: &mut Cx, class: Gc<Type>) -> This {
    let payload = Pickler {
        write: Slot::empty(),
        persistent_id: Slot::empty(),
        dispatch_table: Slot::empty(),
        buffer_callback: slot(Value::none()),
        memo: Guarded::new(Memo::default()),
        protocol: AtomicI64::new(DEFAULT_PROTOCOL),
        bin: AtomicI64::new(1),
        fast: AtomicI64::new(0),
        fix_imports: AtomicBool::new(false),
        ready: AtomicBool::new(false),
        running: AtomicBool::new(false),
    };
    NativeObj::alloc(cx, class, payload)
}

fn protocol_of(cx: &mut Cx, v: Option<Value>) -> PyResult<i64> {
    let Some(v) = v.filter(|v| !v.is_none()) else {
        return Ok(DEFAULT_PROTOCOL);
    };
    let Some(n) = cx.index_i64(v)? else {
        return Err(cx.overflow_error("Python int too large to convert to C long"));
    };
    if n > HIGHEST_PROTOCOL {
        return Err(cx.value_error(format!("pickle protocol must be <= {HIGHEST_PROTOCOL}")));
    }
    Ok(if n < 0 { HIGHEST_PROTOCOL } else { n })
}

/// `__init__`; without a file, the pickle is collected in memory.
pub fn set_up(
    cx: &mut Cx,
    this: This,
    file: Option<Value>,
    protocol: Option<Value>,
    fix_imports: Option<bool>,
    buffer_callback: Option<Value>,
) -> PyResult<()> {
    check_idle(cx, this)?;
    let protocol = protocol_of(cx, protocol)?;
    let write = match file {
        Some(file) => match cx.lookup_attr_str(file, "write")? {
            Some(w) => w,
            None => return Err(cx.type_error("file must have a 'write' attribute")),
        },
        None => Value::EMPTY,
    };
    let callback = buffer_callback.unwrap_or(Value::none());
    if !callback.is_none() && protocol < 5 {
        return Err(cx.value_error("buffer_callback needs protocol >= 5"));
    }
    this.write.set(cx, this, write);
    this.buffer_callback.set(cx, this, callback);
    this.protocol.store(protocol, Relaxed);
    this.bin.store(i64::from(protocol > 0), Relaxed);
    this.fast.store(0, Relaxed);
    this.fix_imports
        .store(fix_imports.unwrap_or(true) && protocol < 3, Relaxed);
    this.memo.lock(cx).clear();
    this.ready.store(true, Relaxed);
    Ok(())
}

fn check_idle(cx: &mut Cx, this: This) -> PyResult<()> {
    if this.running.load(Relaxed) {
        return Err(cx.runtime_error("Pickler object is already used"));
    }
    Ok(())
}

/// `persistent_id` if the program gave one: on the object or in a subclass.
fn own_persistent_id(cx: &mut Cx, this: This) -> PyResult<Option<Value>> {
    if let Some(f) = this.persistent_id.get().some() {
        return Ok(Some(f));
    }
    let base = cx.native_type(&SPEC)?;
    let name = cx.intern("persistent_id");
    let class = cx.type_of(this.value());
    if class == base || class.lookup(cx, name) == base.lookup(cx, name) {
        return Ok(None);
    }
    cx.get_attr(this.value(), name).map(Some)
}

/// Pickles `obj`. The bytes that were not written to a file come back.
pub fn dump(cx: &mut Cx, this: This, obj: Value) -> PyResult<Vec<u8>> {
    if !this.ready.load(Relaxed) {
        let name = cx.type_of(this.value()).name_string();
        return Err(pickling_error(
            cx,
            format!("Pickler.__init__() was not called by {name}.__init__()"),
        ));
    }
    if this.running.swap(true, Relaxed) {
        return Err(cx.runtime_error("Pickler object is already used"));
    }
    let result = run(cx, this, obj);
    this.running.store(false, Relaxed);
    result
}

fn run(cx: &mut Cx, this: This, obj: Value) -> PyResult<Vec<u8>> {
    let persistent_id = own_persistent_id(cx, this)?;
    let plain = cx.type_of(this.value()) == cx.native_type(&SPEC)?;
    let (reducer_override, dispatch_table) = if plain {
        (None, this.dispatch_table.get().some())
    } else {
        (
            cx.lookup_attr_str(this.value(), "reducer_override")?,
            cx.lookup_attr_str(this.value(), "dispatch_table")?,
        )
    };
    Saver::new(this, persistent_id, reducer_override, dispatch_table).dump(cx, obj)
}

/// `(index, object)` by id.
fn memo_copy(cx: &mut Cx, this: This) -> PyResult<Value> {
    let d = cx.new_dict();
    let n = this.memo.lock(cx).len();
    let objects = cx.try_new_array(n)?;
    let mut indices = vec![0; n];
    for (i, (v, index)) in this.memo.lock(cx).iter().take(n).enumerate() {
        // The array is new: nothing was allocated since.
        objects.slots()[i].set_immediate(v);
        indices[i] = index;
    }
    for (&v, &index) in objects.values().iter().zip(&indices) {
        let index = cx.new_uint(index as u64);
        let pair = cx.new_tuple(&[index, v]);
        let id = cx.id(v);
        let id = cx.new_uint(id);
        d.set(cx, id, pair)?;
    }
    Ok(d.value())
}

fn set_memo(cx: &mut Cx, this: This, v: Value) -> PyResult<()> {
    let source = match NativeObj::<MemoProxy>::from_value(v) {
        Some(p) => memo_copy(cx, native_in(&p.pickler))?,
        None => v,
    };
    let Some(d) = Gc::<Dict>::from_value(source) else {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!(
            "'memo' attribute must be a PicklerMemoProxy object or dict, not {got}"
        )));
    };
    let mut objects = ValueVec::new();
    let mut indices = Vec::new();
    let mut pos = 0;
    while let Some((_, entry)) = d.next_entry(&mut pos) {
        let pair = Gc::<Tuple>::from_value(entry).filter(|t| t.len() == 2);
        let Some(pair) = pair else {
            return Err(cx.type_error("'memo' values must be 2-item tuples"));
        };
        let index = pair.get(0);
        if !is_int(index) {
            return Err(cx.type_error("an integer is required"));
        }
        let index = cx.index_i64(index)?.and_then(|n| usize::try_from(n).ok());
        let Some(index) = index else {
            return Err(cx.overflow_error("Python int too large to convert to C ssize_t"));
        };
        indices.push(index);
        objects.push(cx, pair.get(1))?;
    }
    this.memo
        .lock_owned(cx, this)
        .replace(objects.as_slice(), &indices);
    Ok(())
}

/// `Pickler.memo`.
#[derive(Trace)]
struct MemoProxy {
    pickler: Slot,
}
impl Native for MemoProxy {
    const PY_NAME: &'static str = "_pickle.PicklerMemoProxy";
}

struct ProxyMethods;

#[pymethods]
impl ProxyMethods {
    /// Remove all items from memo.
    #[py(sig = "($self, /)")]
    fn clear(cx: &mut Cx, this: Obj<MemoProxy>) {
        let p: This = native_in(&this.pickler);
        p.memo.lock(cx).clear();
    }
    /// Copy the memo to a new object.
    #[py(sig = "($self, /)")]
    fn copy(cx: &mut Cx, this: Obj<MemoProxy>) -> PyResult<Value> {
        memo_copy(cx, native_in(&this.pickler))
    }
    /// Implement pickle support.
    #[py(sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: Obj<MemoProxy>) -> PyResult<Value> {
        let copy = memo_copy(cx, native_in(&this.pickler))?;
        let args = cx.new_tuple(&[copy]);
        let dict = cx.types().dict.value();
        Ok(cx.new_tuple(&[dict, args]))
    }
}

fn is_persistent_id(name: Value) -> bool {
    Gc::<PyStr>::from_value(name).is_some_and(|s| s.as_bytes() == b"persistent_id")
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, hide_sig, sig = "($type, *args, **kwargs)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>, _kwargs: Option<Value>, _args: &[Value]) -> Value {
        alloc(cx, class).value()
    }
    #[py(
        hide_sig,
        sig = "($self, file, protocol=None, fix_imports=True, buffer_callback=None)"
    )]
    fn __init__(
        cx: &mut Cx,
        this: This,
        file: Value,
        protocol: Option<Value>,
        fix_imports: Option<bool>,
        buffer_callback: Option<Value>,
    ) -> PyResult<()> {
        set_up(cx, this, Some(file), protocol, fix_imports, buffer_callback)
    }
    /// Return getattr(self, name).
    #[py(sig = "($self, name, /)")]
    fn __getattribute__(cx: &mut Cx, this: This, name: Value) -> PyResult<Value> {
        if is_persistent_id(name)
            && let Some(f) = this.persistent_id.get().some()
        {
            return Ok(f);
        }
        let name = cx.attribute_name(name)?;
        match cx.generic_get_attr(this.value(), name)? {
            Some(v) => Ok(v),
            None => Err(cx.no_attribute(this.value(), name)),
        }
    }
    /// Implement setattr(self, name, value).
    #[py(sig = "($self, name, value, /)")]
    fn __setattr__(cx: &mut Cx, this: This, name: Value, value: Value) -> PyResult<()> {
        if is_persistent_id(name) {
            this.persistent_id.set(cx, this, value);
            return Ok(());
        }
        let name = cx.attribute_name(name)?;
        cx.generic_set_attr(this.value(), name, Some(value))
    }
    /// Implement delattr(self, name).
    #[py(sig = "($self, name, /)")]
    fn __delattr__(cx: &mut Cx, this: This, name: Value) -> PyResult<()> {
        if is_persistent_id(name) && this.persistent_id.get().some().is_some() {
            this.persistent_id.set_immediate(Value::EMPTY);
            return Ok(());
        }
        let name = cx.attribute_name(name)?;
        cx.generic_set_attr(this.value(), name, None)
    }
    #[py(sig = "($self, obj, /)")]
    fn persistent_id(_this: This, _obj: Value) -> Value {
        Value::none()
    }
    /// Write a pickled representation of the given object to the open file.
    #[py(name = "dump", sig = "($self, obj, /)")]
    fn dump_(cx: &mut Cx, this: This, obj: Value) -> PyResult<()> {
        dump(cx, this, obj).map(|_| ())
    }
    /// Clears the pickler's "memo".
    ///
    /// The memo is the data structure that remembers which objects the
    /// pickler has already seen, so that shared or recursive objects are
    /// pickled by reference and not by value.  This method is useful when
    /// re-using picklers.
    #[py(sig = "($self, /)")]
    fn clear_memo(cx: &mut Cx, this: This) {
        this.memo.lock(cx).clear();
    }
    #[py(getter)]
    fn bin(this: This) -> i64 {
        this.bin.load(Relaxed)
    }
    #[py(setter = "bin")]
    fn set_bin(cx: &mut Cx, this: This, value: Option<Value>) -> PyResult<()> {
        int_member(cx, &this.bin, value)
    }
    #[py(getter)]
    fn fast(this: This) -> i64 {
        this.fast.load(Relaxed)
    }
    #[py(setter = "fast")]
    fn set_fast(cx: &mut Cx, this: This, value: Option<Value>) -> PyResult<()> {
        int_member(cx, &this.fast, value)
    }
    #[py(getter)]
    fn dispatch_table(cx: &mut Cx, this: This) -> PyResult<Value> {
        match this.dispatch_table.get().some() {
            Some(v) => Ok(v),
            None => {
                let name = cx.type_of(this.value()).dotted_name();
                Err(cx
                    .attribute_error(format!("'{name}' object has no attribute 'dispatch_table'")))
            }
        }
    }
    #[py(setter = "dispatch_table")]
    fn set_dispatch_table(cx: &mut Cx, this: This, value: Option<Value>) -> PyResult<()> {
        if value.is_none() && this.dispatch_table.get().is_empty() {
            return Err(cx.attribute_error("dispatch_table"));
        }
        this.dispatch_table
            .set(cx, this, value.unwrap_or(Value::EMPTY));
        Ok(())
    }
    #[py(getter)]
    fn memo(cx: &mut Cx, this: This) -> PyResult<Value> {
        let class = cx.native_type(&PROXY)?;
        let proxy = MemoProxy {
            pickler: slot(this.value()),
        };
        Ok(NativeObj::alloc(cx, class, proxy).value())
    }
    #[py(setter = "memo")]
    fn set_memo_(cx: &mut Cx, this: This, value: Option<Value>) -> PyResult<()> {
        match value {
            Some(v) => set_memo(cx, this, v),
            None => Err(cx.type_error("attribute deletion is not supported")),
        }
    }
}

fn int_member(cx: &mut Cx, member: &AtomicI64, value: Option<Value>) -> PyResult<()> {
    let Some(v) = value else {
        return Err(cx.type_error("can't delete numeric/char attribute"));
    };
    match cx.index_i64(v)? {
        Some(n) => {
            member.store(n, Relaxed);
            Ok(())
        }
        None => Err(cx.overflow_error("Python int too large to convert to C long")),
    }
}
