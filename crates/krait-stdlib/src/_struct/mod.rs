//! `_struct`: values as bytes and back.

mod codec;
mod format;

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use krait_runtime::protocol::buffer::{Buffer, flags as request};
use krait_runtime::types::bytes::Bytes;

use crate::prelude::*;
use format::Codes;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_struct",
    doc: Some(
        "Functions to convert between Python values and C structs.\nPython bytes objects are used to hold the data representing the C struct\nand also as format strings (explained below) to describe the layout of data\nin the C struct.",
    ),
    functions: &[Functions::DEFS],
    types: &[&STRUCT, &ERROR],
    init: None,
};

pub static ERROR: TypeSpec = exception_class(
    "struct",
    "error",
    None,
    &krait_runtime::types::exceptions::EXCEPTION,
);

#[cold]
pub fn error(cx: &mut Cx, message: &str) -> Raised {
    raise(cx, &ERROR, message)
}

/// `Struct`: its compiled format, `EMPTY` before `__init__`.
#[derive(Trace)]
pub struct Struct {
    codes: Slot,
}
impl Native for Struct {
    const PY_NAME: &'static str = "_struct.Struct";
}

type This = Obj<Struct>;
type CodesObj = Obj<Codes>;

pub static STRUCT: TypeSpec = TypeSpec {
    name: "Struct",
    module: "_struct",
    doc: Some("Struct(fmt) --> compiled struct object"),
    layout: Layout::native::<Struct>(),
    flags: flags::BASETYPE | flags::WEAKREFABLE,
    defs: &[StructMethods::DEFS],
    ..TypeSpec::DEFAULT
};

/// What `iter_unpack` returns.
#[derive(Trace)]
pub struct UnpackIter {
    codes: Slot,
    buffer: Slot,
    offset: AtomicUsize,
}
impl Native for UnpackIter {
    const PY_NAME: &'static str = "_struct.unpack_iterator";
}

static UNPACK_ITER: TypeSpec = TypeSpec {
    name: "unpack_iterator",
    module: "_struct",
    layout: Layout::native::<UnpackIter>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[IterSelf::DEFS, IterMethods::DEFS],
    ..TypeSpec::DEFAULT
};

/// Compiled formats of the module's functions: the bits of a dict, from format to `Codes`.
#[derive(Default)]
struct Cache(AtomicU64);

const CACHE_SIZE: usize = 100;

fn cache(cx: &mut Cx) -> Gc<Dict> {
    let known = cx.state::<Cache>();
    let bits = known.0.load(Ordering::Acquire);
    if bits != 0 {
        return Gc::from_value_unchecked(Value::from_bits(bits));
    }
    let dict = cx.new_dict();
    cx.keep_forever(dict.value());
    let first =
        known
            .0
            .compare_exchange(0, dict.value().bits(), Ordering::AcqRel, Ordering::Acquire);
    Gc::from_value_unchecked(first.map_or_else(Value::from_bits, |_| dict.value()))
}

/// The compiled format for a function of the module.
fn cached(cx: &mut Cx, format: Value) -> PyResult<CodesObj> {
    let exact =
        Gc::<Str>::from_value(format).is_some() || Gc::<Bytes>::from_value(format).is_some();
    if !exact {
        return format::compile(cx, format);
    }
    let cache = cache(cx);
    if let Some(c) = cache.get(cx, format)?.and_then(NativeObj::from_value) {
        return Ok(c);
    }
    let codes = format::compile(cx, format)?;
    if cache.len() >= CACHE_SIZE {
        cache.clear(cx);
    }
    cache.set(cx, format, codes.value())?;
    Ok(codes)
}

fn codes_of(cx: &mut Cx, this: This) -> PyResult<CodesObj> {
    match NativeObj::from_value(this.codes.get()) {
        Some(c) => Ok(c),
        None => Err(cx.runtime_error("Struct object is not initialized")),
    }
}

fn check_count(cx: &mut Cx, codes: CodesObj, function: &str, got: usize) -> PyResult<()> {
    if got == codes.count {
        return Ok(());
    }
    Err(error(
        cx,
        &format!(
            "{function} expected {} items for packing (got {got})",
            codes.count
        ),
    ))
}

fn pack(cx: &mut Cx, codes: CodesObj, values: &[Value]) -> PyResult<Value> {
    check_count(cx, codes, "pack", values.len())?;
    if codes.size <= 64 {
        let mut out = [0u8; 64];
        codec::pack(cx, &codes, values, &mut out[..codes.size])?;
        return cx.try_new_bytes(&out[..codes.size]);
    }
    let mut out = Vec::new();
    if out.try_reserve_exact(codes.size).is_err() {
        return Err(cx.memory_error());
    }
    out.resize(codes.size, 0);
    codec::pack(cx, &codes, values, &mut out)?;
    cx.try_new_bytes(&out)
}

/// Where in a buffer of `len` bytes the format goes.
fn place(
    cx: &mut Cx,
    codes: CodesObj,
    len: usize,
    offset: isize,
    packing: bool,
) -> PyResult<usize> {
    let size = codes.size;
    let mut at = offset;
    if offset < 0 {
        if offset + size as isize > 0 {
            let what = if packing {
                "no space to pack"
            } else {
                "not enough data to unpack"
            };
            return Err(error(
                cx,
                &format!("{what} {size} bytes at offset {offset}"),
            ));
        }
        if offset + (len as isize) < 0 {
            return Err(error(
                cx,
                &format!("offset {offset} out of range for {len}-byte buffer"),
            ));
        }
        at += len as isize;
    }
    let at = at as usize;
    if len < at || len - at < size {
        let (function, verb) = if packing {
            ("pack_into", "packing")
        } else {
            ("unpack_from", "unpacking")
        };
        return Err(error(
            cx,
            &format!(
                "{function} requires a buffer of at least {} bytes for {verb} {size} bytes at offset {at} (actual buffer size is {len})",
                size + at
            ),
        ));
    }
    Ok(at)
}

fn pack_into(cx: &mut Cx, codes: CodesObj, args: &[Value]) -> PyResult<()> {
    let (buffer, offset, values) = match args {
        [] => return Err(error(cx, "pack_into expected buffer argument")),
        [_] => return Err(error(cx, "pack_into expected offset argument")),
        [b, o, values @ ..] => (*b, *o, values),
    };
    check_count(cx, codes, "pack_into", values.len())?;
    let mut view = cx.writable_buffer(buffer, "argument")?;
    let result = pack_view(cx, codes, &mut view, offset, values);
    view.release(cx)?;
    result
}

fn pack_view(
    cx: &mut Cx,
    codes: CodesObj,
    view: &mut Buffer,
    offset: Value,
    values: &[Value],
) -> PyResult<()> {
    let offset = cx.index_isize(offset)?;
    let at = place(cx, codes, view.len, offset, true)?;
    let out = &mut view.as_mut_slice()[at..at + codes.size];
    out.fill(0);
    codec::pack(cx, &codes, values, out)
}

fn unpack(cx: &mut Cx, codes: CodesObj, buffer: Value) -> PyResult<Value> {
    if let Some(bytes) = Gc::<Bytes>::from_value(buffer)
        && bytes.is_exact()
        && bytes.len() == codes.size
    {
        return codec::unpack(cx, &codes, bytes.as_bytes());
    }
    let view = cx.buffer(buffer, request::SIMPLE)?;
    let result = if view.len == codes.size {
        codec::unpack(cx, &codes, view.as_slice())
    } else {
        Err(error(
            cx,
            &format!("unpack requires a buffer of {} bytes", codes.size),
        ))
    };
    view.release(cx)?;
    result
}

fn unpack_from(
    cx: &mut Cx,
    codes: CodesObj,
    buffer: Value,
    offset: Option<isize>,
) -> PyResult<Value> {
    let view = cx.buffer(buffer, request::SIMPLE)?;
    let result = match place(cx, codes, view.len, offset.unwrap_or(0), false) {
        Ok(at) => codec::unpack(cx, &codes, &view.as_slice()[at..at + codes.size]),
        Err(e) => Err(e),
    };
    view.release(cx)?;
    result
}

fn iter_unpack(cx: &mut Cx, codes: CodesObj, buffer: Value) -> PyResult<Value> {
    if codes.size == 0 {
        return Err(error(
            cx,
            "cannot iteratively unpack with a struct of length 0",
        ));
    }
    let len = cx.bytes_like(buffer, <[u8]>::len)?;
    if len % codes.size != 0 {
        return Err(error(
            cx,
            &format!(
                "iterative unpacking requires a buffer of a multiple of {} bytes",
                codes.size
            ),
        ));
    }
    let class = cx.native_type(&UNPACK_ITER)?;
    let new = UnpackIter {
        codes: slot(codes.value()),
        buffer: slot(buffer),
        offset: AtomicUsize::new(0),
    };
    Ok(NativeObj::alloc(cx, class, new).value())
}

struct IterMethods;

#[pymethods]
impl IterMethods {
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<UnpackIter>) -> PyResult<Value> {
        let Some(codes) = NativeObj::<Codes>::from_value(this.codes.get()) else {
            return Ok(Value::EMPTY);
        };
        let at = this.offset.load(Ordering::Relaxed);
        let view = cx.buffer(this.buffer.get(), request::SIMPLE)?;
        let result = match view.as_slice().get(at..at + codes.size) {
            Some(bytes) => {
                this.offset.store(at + codes.size, Ordering::Relaxed);
                codec::unpack(cx, &codes, bytes)
            }
            None => Ok(Value::EMPTY),
        };
        view.release(cx)?;
        result
    }
    #[py(sig = "($self, /)", hide_sig)]
    fn __length_hint__(cx: &mut Cx, this: Obj<UnpackIter>) -> PyResult<usize> {
        let Some(codes) = NativeObj::<Codes>::from_value(this.codes.get()) else {
            return Ok(0);
        };
        let len = cx.bytes_like(this.buffer.get(), <[u8]>::len)?;
        Ok(len.saturating_sub(this.offset.load(Ordering::Relaxed)) / codes.size)
    }
}

struct StructMethods;

#[pymethods]
impl StructMethods {
    #[py(new, sig = "($type, *args, **kwargs)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>, _kwargs: Option<Value>, _args: &[Value]) -> Value {
        NativeObj::alloc(
            cx,
            class,
            Struct {
                codes: Slot::empty(),
            },
        )
        .value()
    }
    #[py(sig = "($self, format)", hide_sig)]
    fn __init__(cx: &mut Cx, this: This, format: Value) -> PyResult<()> {
        let codes = format::compile(cx, format)?;
        this.codes.set(cx, this, codes.value());
        Ok(())
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: This) -> PyResult<String> {
        let codes = codes_of(cx, this)?;
        let name = cx.type_of(this.value()).name_string();
        let shown = cx.repr_string(codes.format.get())?;
        Ok(format!("{name}({shown})"))
    }
    /// pack(v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing values v1, v2, ... packed according
    /// to the format string S.format.  See help(struct) for more on format
    /// strings.
    #[py(sig = "($self, /, *values)", hide_sig)]
    fn pack(cx: &mut Cx, this: This, values: &[Value]) -> PyResult<Value> {
        let codes = codes_of(cx, this)?;
        pack(cx, codes, values)
    }
    /// pack_into(buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string S.format
    /// and write the packed bytes into the writable buffer buf starting at
    /// offset.  Note that the offset is a required argument.
    #[py(sig = "($self, /, *args)", hide_sig)]
    fn pack_into(cx: &mut Cx, this: This, args: &[Value]) -> PyResult<()> {
        let codes = codes_of(cx, this)?;
        pack_into(cx, codes, args)
    }
    /// Return a tuple containing unpacked values.
    ///
    /// Unpack according to the format string Struct.format. The buffer's size
    /// in bytes must be Struct.size.
    #[py]
    fn unpack(cx: &mut Cx, this: This, buffer: Value) -> PyResult<Value> {
        let codes = codes_of(cx, this)?;
        unpack(cx, codes, buffer)
    }
    /// Return a tuple containing unpacked values.
    ///
    /// Values are unpacked according to the format string Struct.format.
    ///
    /// The buffer's size in bytes, starting at position offset, must be
    /// at least Struct.size.
    #[py(sig = "($self, /, buffer, offset=0)")]
    fn unpack_from(
        cx: &mut Cx,
        this: This,
        buffer: Value,
        offset: Option<isize>,
    ) -> PyResult<Value> {
        let codes = codes_of(cx, this)?;
        unpack_from(cx, codes, buffer, offset)
    }
    /// Return an iterator yielding tuples.
    ///
    /// Tuples are unpacked from the given bytes source, like a repeated
    /// invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the struct size.
    #[py]
    fn iter_unpack(cx: &mut Cx, this: This, buffer: Value) -> PyResult<Value> {
        let codes = codes_of(cx, this)?;
        iter_unpack(cx, codes, buffer)
    }
    #[py(sig = "($self, /)")]
    fn __sizeof__(cx: &mut Cx, this: This) -> PyResult<usize> {
        let codes = codes_of(cx, this)?;
        Ok(size_of::<NativeObj<Struct>>()
            + size_of::<NativeObj<Codes>>()
            + size_of_val(&codes.items[..]))
    }
    /// struct format string
    #[py(getter)]
    fn format(cx: &mut Cx, this: This) -> PyResult<Value> {
        Ok(codes_of(cx, this)?.format.get())
    }
    /// struct size in bytes
    #[py(getter)]
    fn size(this: This) -> isize {
        NativeObj::<Codes>::from_value(this.codes.get()).map_or(-1, |c| c.size as isize)
    }
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Clear the internal cache.
    #[py(sig = "($module, /)")]
    fn _clearcache(cx: &mut Cx) {
        cache(cx).clear(cx);
    }
    /// Return size in bytes of the struct described by the format string.
    #[py]
    fn calcsize(cx: &mut Cx, format: Value) -> PyResult<usize> {
        Ok(cached(cx, format)?.size)
    }
    /// pack(format, v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing the values v1, v2, ... packed according
    /// to the format string.  See help(struct) for more on format strings.
    #[py(name = "pack", sig = "($module, format, /, *values)", hide_sig)]
    fn pack_values(cx: &mut Cx, format: Value, values: &[Value]) -> PyResult<Value> {
        let codes = cached(cx, format)?;
        pack(cx, codes, values)
    }
    /// pack_into(format, buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string and write
    /// the packed bytes into the writable buffer buf starting at offset.  Note
    /// that the offset is a required argument.  See help(struct) for more
    /// on format strings.
    #[py(name = "pack_into", sig = "($module, format, /, *args)", hide_sig)]
    fn pack_into_buffer(cx: &mut Cx, format: Value, args: &[Value]) -> PyResult<()> {
        let codes = cached(cx, format)?;
        pack_into(cx, codes, args)
    }
    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size in bytes must be calcsize(format).
    #[py(name = "unpack")]
    fn unpack_buffer(cx: &mut Cx, format: Value, buffer: Value) -> PyResult<Value> {
        let codes = cached(cx, format)?;
        unpack(cx, codes, buffer)
    }
    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size, minus offset, must be at least calcsize(format).
    #[py(name = "unpack_from", sig = "($module, format, /, buffer, offset=0)")]
    fn unpack_from_buffer(
        cx: &mut Cx,
        format: Value,
        buffer: Value,
        offset: Option<isize>,
    ) -> PyResult<Value> {
        let codes = cached(cx, format)?;
        unpack_from(cx, codes, buffer, offset)
    }
    /// Return an iterator yielding tuples unpacked from the given bytes.
    ///
    /// The bytes are unpacked according to the format string, like
    /// a repeated invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the format struct size.
    #[py(name = "iter_unpack")]
    fn iter_unpack_buffer(cx: &mut Cx, format: Value, buffer: Value) -> PyResult<Value> {
        let codes = cached(cx, format)?;
        iter_unpack(cx, codes, buffer)
    }
}
