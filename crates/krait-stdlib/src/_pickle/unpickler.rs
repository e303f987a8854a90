//! `Unpickler` objects.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use krait_runtime::object::Array;
use krait_runtime::protocol::buffer::flags as request;
use krait_runtime::types::int::is_int;

use super::load::Loader;
use super::read::Input;
use super::reduce::{dotted, import_module};
use super::{table, unpickling_error};
use crate::prelude::*;

#[derive(Trace)]
pub struct Unpickler {
    read: Slot,
    readline: Slot,
    /// `persistent_load` set on the object, else `EMPTY`.
    persistent_load: Slot,
    /// The iterator over out-of-band buffers, else `None`.
    pub buffers: Slot,
    pub encoding: Slot,
    pub errors: Slot,
    /// The storage of the memo, an array, and how much of it is in use.
    memo: Slot,
    memo_len: AtomicUsize,
    /// The protocol that the pickle at hand declared.
    pub protocol: AtomicUsize,
    fix_imports: AtomicBool,
    ready: AtomicBool,
    running: AtomicBool,
}
impl Native for Unpickler {
    const PY_NAME: &'static str = "_pickle.Unpickler";
}

pub type This = Obj<Unpickler>;

pub static SPEC: TypeSpec = TypeSpec {
    name: "Unpickler",
    module: "_pickle",
    doc: Some(
        "Unpickler(file, *, fix_imports=True, encoding='ASCII', errors='strict',\n          buffers=())\n--\n\nThis takes a binary file for reading a pickle data stream.\n\nThe protocol version of the pickle is detected automatically.  Bytes past\nthe pickled object's representation are ignored.",
    ),
    layout: Layout::native::<Unpickler>(),
    flags: flags::BASETYPE,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

static PROXY: TypeSpec = TypeSpec {
    name: "UnpicklerMemoProxy",
    module: "_pickle",
    layout: Layout::native::<MemoProxy>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[ProxyMethods::DEFS],
    ..TypeSpec::DEFAULT
};

pub fn alloc(cx: &mut Cx, class: Gc<Type>) -> This {
    let payload = Unpickler {
        read: Slot::empty(),
        readline: Slot::empty(),
        persistent_load: Slot::empty(),
        buffers: slot(Value::none()),
        encoding: Slot::empty(),
        errors: Slot::empty(),
        memo: Slot::empty(),
        memo_len: AtomicUsize::new(0),
        protocol: AtomicUsize::new(0),
        fix_imports: AtomicBool::new(true),
        ready: AtomicBool::new(false),
        running: AtomicBool::new(false),
    };
    NativeObj::alloc(cx, class, payload)
}

fn text_param(cx: &mut Cx, v: Option<Value>, name: &str, default: &str) -> PyResult<Value> {
    match v {
        None => Ok(cx.intern(default).value()),
        Some(v) if Gc::<Str>::from_value(v).is_some() => Ok(v),
        Some(v) => {
            let got = cx.type_name(v);
            Err(cx.type_error(format!(
                "Unpickler() argument '{name}' must be str, not {got}"
            )))
        }
    }
}

/// `__init__`; without a file, `load` is given the bytes.
pub fn set_up(
    cx: &mut Cx,
    this: This,
    file: Option<Value>,
    fix_imports: Option<bool>,
    encoding: Option<Value>,
    errors: Option<Value>,
    buffers: Option<Value>,
) -> PyResult<()> {
    check_idle(cx, this)?;
    if let Some(file) = file {
        let read = cx.lookup_attr_str(file, "read")?;
        let readline = cx.lookup_attr_str(file, "readline")?;
        let (Some(read), Some(readline)) = (read, readline) else {
            return Err(cx.type_error("file must have 'read' and 'readline' attributes"));
        };
        this.read.set(cx, this, read);
        this.readline.set(cx, this, readline);
    }
    let encoding = text_param(cx, encoding, "encoding", "ASCII")?;
    this.encoding.set(cx, this, encoding);
    let errors = text_param(cx, errors, "errors", "strict")?;
    this.errors.set(cx, this, errors);
    let buffers = match buffers {
        Some(b) if !b.is_none() => cx.iter(b)?,
        _ => Value::none(),
    };
    this.buffers.set(cx, this, buffers);
    this.fix_imports.store(fix_imports.unwrap_or(true), Relaxed);
    keep_memo(cx, this, ValueVec::new());
    this.protocol.store(0, Relaxed);
    this.ready.store(true, Relaxed);
    Ok(())
}

fn check_idle(cx: &mut Cx, this: This) -> PyResult<()> {
    if this.running.load(Relaxed) {
        return Err(cx.runtime_error("Unpickler object is already used"));
    }
    Ok(())
}

/// `persistent_load` if the program gave one: on the object or in a subclass.
fn own_persistent_load(cx: &mut Cx, this: This) -> PyResult<Option<Value>> {
    if let Some(f) = this.persistent_load.get().some() {
        return Ok(Some(f));
    }
    let base = cx.native_type(&SPEC)?;
    let name = cx.intern("persistent_load");
    let class = cx.type_of(this.value());
    if class == base || class.lookup(cx, name) == base.lookup(cx, name) {
        return Ok(None);
    }
    cx.get_attr(this.value(), name).map(Some)
}

/// Loads one object: from `data`, or from the file.
pub fn load(cx: &mut Cx, this: This, data: Option<Value>) -> PyResult<Value> {
    if !this.ready.load(Relaxed) {
        let name = cx.type_of(this.value()).name_string();
        return Err(unpickling_error(
            cx,
            format!("Unpickler.__init__() was not called by {name}.__init__()"),
        ));
    }
    if this.running.swap(true, Relaxed) {
        return Err(cx.runtime_error("Unpickler object is already used"));
    }
    let result = run(cx, this, data);
    this.running.store(false, Relaxed);
    result
}

fn run(cx: &mut Cx, this: This, data: Option<Value>) -> PyResult<Value> {
    let persistent_load = own_persistent_load(cx, this)?;
    let own_find_class = cx.type_of(this.value()) != cx.native_type(&SPEC)?;
    let memo = take_memo(cx, this)?;
    this.protocol.store(0, Relaxed);
    let buffer = match data {
        Some(v) => Some(cx.buffer(v, request::SIMPLE)?),
        None => None,
    };
    let input = match buffer {
        Some(b) => Input::of_bytes(b.owner, b.as_slice()),
        None => Input::of_file(this.read.get(), this.readline.get()),
    };
    let mut loader = Loader::new(this, input, memo, persistent_load, own_find_class);
    let result = loader.load(cx);
    let memo = loader.into_memo();
    keep_memo(cx, this, memo);
    if let Some(b) = buffer {
        b.release(cx)?;
    }
    result
}

fn memo_array(this: This) -> Option<Gc<Array>> {
    Gc::<Array>::from_value(this.memo.get())
}

fn take_memo(cx: &mut Cx, this: This) -> PyResult<ValueVec> {
    match memo_array(this) {
        Some(a) => ValueVec::from_slice(cx, &a.values()[..this.memo_len.load(Relaxed)]),
        None => Ok(ValueVec::new()),
    }
}

fn keep_memo(cx: &mut Cx, this: This, memo: ValueVec) {
    let (storage, len) = memo.into_storage(cx);
    this.memo_len.store(0, Relaxed);
    this.memo
        .set(cx, this, storage.map_or(Value::EMPTY, |a| a.value()));
    this.memo_len.store(len, Relaxed);
}

/// Objects by index.
fn memo_copy(cx: &mut Cx, this: This) -> PyResult<Value> {
    let d = cx.new_dict();
    let memo = take_memo(cx, this)?;
    for (i, &v) in memo.as_slice().iter().enumerate() {
        if !v.is_empty() {
            d.set(cx, Value::small(i as i64), v)?;
        }
    }
    Ok(d.value())
}

fn set_memo(cx: &mut Cx, this: This, v: Value) -> PyResult<()> {
    let source = match NativeObj::<MemoProxy>::from_value(v) {
        Some(p) => memo_copy(cx, native_in(&p.unpickler))?,
        None => v,
    };
    let Some(d) = Gc::<Dict>::from_value(source) else {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!(
            "'memo' attribute must be an UnpicklerMemoProxy object or dict, not {got}"
        )));
    };
    let mut memo = ValueVec::new();
    let mut pos = 0;
    while let Some((k, v)) = d.next_entry(&mut pos) {
        if !is_int(k) {
            return Err(cx.type_error("memo key must be integers"));
        }
        let index = cx.index_i64(k)?.and_then(|n| usize::try_from(n).ok());
        let Some(index) = index else {
            return Err(cx.value_error("memo key must be positive integers."));
        };
        memo_put(cx, &mut memo, index, v)?;
    }
    keep_memo(cx, this, memo);
    Ok(())
}

/// The most that an index may lie beyond the entries before it: a pickle numbers what it keeps.
const MEMO_GAP: usize = 1 << 24;

pub fn memo_put(cx: &mut Cx, memo: &mut ValueVec, index: usize, v: Value) -> PyResult<()> {
    if index < memo.len() {
        memo.set(cx, index, v);
        return Ok(());
    }
    if index > memo.len() + MEMO_GAP {
        return Err(cx.memory_error());
    }
    while memo.len() < index {
        memo.push(cx, Value::EMPTY)?;
    }
    memo.push(cx, v)
}

/// A global by its names.
pub fn find_class(cx: &mut Cx, this: This, module: Value, name: Value) -> PyResult<Value> {
    let (mut module, mut name) = (module, name);
    let protocol = this.protocol.load(Relaxed);
    if protocol < 3 && this.fix_imports.load(Relaxed) {
        let key = cx.new_tuple(&[module, name]);
        let names = table(cx, "_compat_pickle", "NAME_MAPPING")?;
        let imports = table(cx, "_compat_pickle", "IMPORT_MAPPING")?;
        if let Some(pair) = names.get(cx, key)?.and_then(Gc::<Tuple>::from_value) {
            (module, name) = (pair.get(0), pair.get(1));
        } else if let Some(other) = imports.get(cx, module)? {
            module = other;
        }
    }
    let found = import_module(cx, module)?;
    let Some(path) = Gc::<Str>::from_value(name) else {
        let got = cx.type_name(name);
        return Err(cx.type_error(format!("attribute name must be string, not '{got}'")));
    };
    if protocol < 4 || !path.as_bytes().contains(&b'.') {
        let path = cx.attribute_name(name)?;
        return cx.get_attr(found, path);
    }
    match dotted(cx, found, path) {
        Err(e) if e.is(cx, cx.types().attribute_error) => {
            let (path, module) = (cx.repr_string(name)?, cx.repr_string(module)?);
            let new = cx.attribute_error(format!("Can't resolve path {path} on module {module}"));
            let this = new.exception();
            this.context.set(cx, this, e.value());
            Err(new)
        }
        r => r,
    }
}

/// `Unpickler.memo`.
#[derive(Trace)]
struct MemoProxy {
    unpickler: Slot,
}
impl Native for MemoProxy {
    const PY_NAME: &'static str = "_pickle.UnpicklerMemoProxy";
}

struct ProxyMethods;

#[pymethods]
impl ProxyMethods {
    /// Remove all items from memo.
    #[py(sig = "($self, /)")]
    fn clear(cx: &mut Cx, this: Obj<MemoProxy>) {
        let u: This = native_in(&this.unpickler);
        keep_memo(cx, u, ValueVec::new());
    }
    /// Copy the memo to a new object.
    #[py(sig = "($self, /)")]
    fn copy(cx: &mut Cx, this: Obj<MemoProxy>) -> PyResult<Value> {
        memo_copy(cx, native_in(&this.unpickler))
    }
    /// Implement pickling support.
    #[py(sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: Obj<MemoProxy>) -> PyResult<Value> {
        let copy = memo_copy(cx, native_in(&this.unpickler))?;
        let args = cx.new_tuple(&[copy]);
        let dict = cx.types().dict.value();
        Ok(cx.new_tuple(&[dict, args]))
    }
}

fn is_persistent_load(name: Value) -> bool {
    Gc::<Str>::from_value(name).is_some_and(|s| s.as_bytes() == b"persistent_load")
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
        sig = "($self, file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())"
    )]
    fn __init__(
        cx: &mut Cx,
        this: This,
        file: Value,
        fix_imports: Option<bool>,
        encoding: Option<Value>,
        errors: Option<Value>,
        buffers: Option<Value>,
    ) -> PyResult<()> {
        set_up(cx, this, Some(file), fix_imports, encoding, errors, buffers)
    }
    /// Return getattr(self, name).
    #[py(sig = "($self, name, /)")]
    fn __getattribute__(cx: &mut Cx, this: This, name: Value) -> PyResult<Value> {
        if is_persistent_load(name)
            && let Some(f) = this.persistent_load.get().some()
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
        if is_persistent_load(name) {
            this.persistent_load.set(cx, this, value);
            return Ok(());
        }
        let name = cx.attribute_name(name)?;
        cx.generic_set_attr(this.value(), name, Some(value))
    }
    /// Implement delattr(self, name).
    #[py(sig = "($self, name, /)")]
    fn __delattr__(cx: &mut Cx, this: This, name: Value) -> PyResult<()> {
        if is_persistent_load(name) && this.persistent_load.get().some().is_some() {
            this.persistent_load.set_immediate(Value::EMPTY);
            return Ok(());
        }
        let name = cx.attribute_name(name)?;
        cx.generic_set_attr(this.value(), name, None)
    }
    #[py(sig = "($self, pid, /)")]
    fn persistent_load(cx: &mut Cx, _this: This, _pid: Value) -> PyResult<Value> {
        Err(no_persistent_load(cx))
    }
    /// Load a pickle.
    ///
    /// Read a pickled object representation from the open file object given
    /// in the constructor, and return the reconstituted object hierarchy
    /// specified therein.
    #[py(name = "load", sig = "($self, /)")]
    fn load_(cx: &mut Cx, this: This) -> PyResult<Value> {
        load(cx, this, None)
    }
    /// Return an object from a specified module.
    ///
    /// If necessary, the module will be imported. Subclasses may override
    /// this method (e.g. to restrict unpickling of arbitrary classes and
    /// functions).
    ///
    /// This method is called whenever a class or a function object is
    /// needed.  Both arguments passed are str objects.
    #[py(name = "find_class", sig = "($self, module_name, global_name, /)")]
    fn find_class_(
        cx: &mut Cx,
        this: This,
        module_name: Value,
        global_name: Value,
    ) -> PyResult<Value> {
        find_class(cx, this, module_name, global_name)
    }
    #[py(getter)]
    fn memo(cx: &mut Cx, this: This) -> PyResult<Value> {
        let class = cx.native_type(&PROXY)?;
        let proxy = MemoProxy {
            unpickler: slot(this.value()),
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

#[cold]
pub fn no_persistent_load(cx: &mut Cx) -> Raised {
    unpickling_error(
        cx,
        "A load persistent id instruction was encountered, but no persistent_load function was specified.",
    )
}
