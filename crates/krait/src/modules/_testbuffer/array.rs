//! The type `ndarray`.

use std::sync::atomic::{AtomicBool, Ordering};

use krait_runtime::protocol::buffer::{Buffer, BufferProcs, flags as request};
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::memoryview::MemoryView;
use krait_stdlib::prelude::*;

use super::items::Format;
use super::make::{self, Description};
use super::nd;
use super::part::{self, Part, PartExt};
use super::subscript;

#[derive(Trace)]
pub struct NdArray {
    /// The newest of its buffers, which is the one that it shows.
    head: Slot,
    /// Whether buffers may be pushed and popped while others are lent.
    variable: AtomicBool,
}
impl Native for NdArray {
    const PY_NAME: &'static str = "ndarray";
}

pub type This = Obj<NdArray>;

pub static NDARRAY: TypeSpec = TypeSpec {
    name: "ndarray",
    layout: Layout::native::<NdArray>(),
    flags: flags::WEAKREFABLE | flags::SEQUENCE_OPS,
    defs: &[Methods::DEFS, Attributes::DEFS],
    ..TypeSpec::DEFAULT
};

pub static PROCS: BufferProcs = BufferProcs {
    get: lend,
    release,
    exports: None,
};

fn lend(cx: &mut Cx, v: Value, asked: u32) -> PyResult<Buffer> {
    let Some(this) = NativeObj::<NdArray>::from_value(v) else {
        return Err(cx.buffer_error("ndarray is not initialized"));
    };
    let head = this.head();
    let exporter = head.exporter().filter(|e| !e.is_none());
    if let Some(exporter) = exporter.filter(|_| head.flags & nd::REDIRECT != 0) {
        return cx.buffer(exporter, asked);
    }
    head.lend(cx, v, asked)
}

fn release(cx: &mut Cx, b: &Buffer) {
    let (Some(this), Some(part)) = (
        NativeObj::<NdArray>::from_value(b.owner),
        NativeObj::<Part>::from_value(b.token),
    ) else {
        return;
    };
    if part.exports.fetch_sub(1, Ordering::AcqRel) == 1 && part.value() != this.head.get() {
        this.unlink(cx, part);
    }
}

impl NdArray {
    pub fn head(&self) -> Obj<Part> {
        native_in(&self.head)
    }

    fn is_variable(&self) -> bool {
        self.variable.load(Ordering::Relaxed)
    }

    /// Takes an older buffer out of the list.
    fn unlink(&self, cx: &mut Cx, part: Obj<Part>) {
        let mut at = Some(self.head());
        while let Some(p) = at {
            if p.next.get() == part.value() {
                p.next.set(cx, p, part.next.get());
                return;
            }
            at = NativeObj::from_value(p.next.get());
        }
    }
}

fn alloc(cx: &mut Cx, head: Obj<Part>, variable: bool) -> PyResult<This> {
    let class = cx.native_type(&NDARRAY)?;
    let new = NdArray {
        head: slot(head.value()),
        variable: AtomicBool::new(variable),
    };
    Ok(NativeObj::alloc(cx, class, new))
}

/// An array that shows what it borrowed.
pub fn consumer(cx: &mut Cx, b: Buffer, asked: u32, flags: u32) -> PyResult<This> {
    let flags = flags | if b.indirect { nd::PIL } else { 0 };
    let part = part::borrowed(cx, b, asked, flags)?;
    alloc(cx, part, false)
}

/// How to read items of `b`: bytes, unless it says otherwise.
pub fn item_format(cx: &mut Cx, b: &Buffer) -> PyResult<Format> {
    if b.format.is_empty() {
        let text = cx.new_str("B");
        return Format::new(cx, text);
    }
    format(cx, b)
}

/// As `item_format`; ValueError where `b` does not say it.
fn format(cx: &mut Cx, b: &Buffer) -> PyResult<Format> {
    if b.format.is_empty() {
        return Err(cx.value_error("ndarray: the format of items is unknown"));
    }
    Format::new(cx, b.format)
}

fn nested(cx: &mut Cx, b: &Buffer, format: Format, p: *mut u8, dim: usize) -> PyResult<Value> {
    if dim == b.ndim {
        // SAFETY: the address of an item.
        return unsafe { format.read(cx, p) };
    }
    let list = cx.new_list(&[]);
    let items = Gc::<List>::from_value_unchecked(list);
    for i in 0..b.shape(dim) {
        let item = nested(cx, b, format, b.element(p, dim, i), dim + 1)?;
        items.push(cx, item)?;
    }
    Ok(list)
}

fn numbers(cx: &mut Cx, all: &[isize]) -> PyResult<Value> {
    tuple_of(cx, all.len(), |i| Value::small(all[i] as i64))
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(
        new,
        sig = "($type, /, obj, shape=None, strides=None, offset=None, format=None, flags=0, getbuf=None)"
    )]
    fn __new__(
        cx: &mut Cx,
        _class: Value,
        obj: Value,
        shape: Option<Value>,
        strides: Option<Value>,
        offset: Option<isize>,
        format: Option<Gc<Str>>,
        flags: Option<i32>,
        getbuf: Option<i32>,
    ) -> PyResult<This> {
        let flags = flags.unwrap_or(0) as u32;
        if shape.is_none() && cx.is_buffer(obj) {
            if strides.is_some() || offset.is_some() || format.is_some() {
                return Err(cx.type_error(
                    "construction from exporter object only takes 'obj', 'getbuf' and 'flags' arguments",
                ));
            }
            let asked = getbuf.map_or(request::FULL_RO, |n| n as u32);
            let b = cx.buffer(obj, asked)?;
            return consumer(cx, b, asked, flags);
        }
        if getbuf.is_some() {
            return Err(
                cx.type_error("getbuf argument only valid for construction from exporter object")
            );
        }
        let description = Description {
            items: obj,
            shape,
            strides,
            offset,
            format,
            flags: flags & !nd::VAREXPORT,
        };
        let part = make::own(cx, &description)?;
        alloc(cx, part, flags & nd::VAREXPORT != 0)
    }

    #[py(sig = "($self, /, items, shape, strides=None, offset=None, format=None, flags=0)")]
    fn push(
        cx: &mut Cx,
        this: This,
        items: Value,
        shape: Value,
        strides: Option<Value>,
        offset: Option<isize>,
        format: Option<Gc<Str>>,
        flags: Option<i32>,
    ) -> PyResult<()> {
        let flags = flags.unwrap_or(0) as u32;
        if flags & nd::VAREXPORT != 0 {
            let message = "ND_VAREXPORT flag can only be used during object creation";
            return Err(cx.value_error(message));
        }
        let head = this.head();
        if head.exporter().is_some() {
            return Err(cx.buffer_error("structure of re-exporting object is immutable"));
        }
        let lent = head.exports.load(Ordering::Acquire) != 0;
        if lent && !this.is_variable() {
            return Err(cx.buffer_error("cannot change structure"));
        }
        let description = Description {
            items,
            shape: Some(shape),
            strides,
            offset,
            format,
            flags,
        };
        let part = make::own(cx, &description)?;
        part.next.set(cx, part, head.value());
        this.head.set(cx, this, part.value());
        Ok(())
    }

    #[py(sig = "($self, /)")]
    fn pop(cx: &mut Cx, this: This) -> PyResult<()> {
        let head = this.head();
        if head.exporter().is_some() {
            return Err(cx.buffer_error("structure of re-exporting object is immutable"));
        }
        if head.exports.load(Ordering::Acquire) != 0 {
            return Err(cx.buffer_error("cannot change structure"));
        }
        if head.next.get().is_empty() {
            return Err(cx.buffer_error("list only has a single base"));
        }
        this.head.set(cx, this, head.next.get());
        Ok(())
    }

    #[py(sig = "($self, /)")]
    fn tolist(cx: &mut Cx, this: This) -> PyResult<Value> {
        let b = this.head().view(this.value(), Value::EMPTY);
        let format = format(cx, &b)?;
        nested(cx, &b, format, b.ptr, 0)
    }

    #[py(sig = "($self, /)")]
    fn tobytes(cx: &mut Cx, this: This) -> PyResult<Gc<Bytes>> {
        let b = this.head().view(this.value(), Value::EMPTY);
        Bytes::from_slice(cx, &b.to_vec())
    }

    #[py(sig = "($self, /)")]
    fn add_suboffsets(cx: &mut Cx, this: This) -> PyResult<()> {
        let head = this.head();
        if head.is_indirect() {
            return Err(cx.type_error("array already has suboffsets"));
        }
        if !head.has_strides || head.ndim == 0 {
            return Err(cx.type_error("operation requires full array"));
        }
        head.add_suboffsets(cx)
    }

    #[py(sig = "($self, /)")]
    fn memoryview_from_buffer(cx: &mut Cx, this: This) -> PyResult<Value> {
        let head = this.head();
        let exporter = head.exporter().and_then(NativeObj::<NdArray>::from_value);
        if exporter.is_some_and(|e| e.head().exporter().is_some()) {
            return Err(
                cx.type_error("expected an array that owns its items, or a consumer of one")
            );
        }
        let long =
            Gc::<Str>::from_value(head.format.get()).is_some_and(|f| f.char_len() > nd::MAX_NDIM);
        if long {
            return Err(cx.type_error("format too long"));
        }
        // Nobody's memory, as far as the view knows; it keeps the array alive all the same.
        let b = head.view(Value::none(), this.value());
        Ok(MemoryView::from_buffer(cx, b)?.value())
    }

    #[py]
    fn __len__(cx: &mut Cx, this: This) -> PyResult<isize> {
        let b = this.head().view(this.value(), Value::EMPTY);
        if b.ndim == 0 {
            return Err(cx.type_error("0-dim memory has no length"));
        }
        Ok(b.shape(0))
    }

    #[py]
    fn __getitem__(cx: &mut Cx, this: This, key: Value) -> PyResult<Value> {
        subscript::get(cx, this, key)
    }

    #[py]
    fn __setitem__(cx: &mut Cx, this: This, key: Value, value: Value) -> PyResult<()> {
        subscript::set(cx, this, key, value)
    }

    #[py]
    fn __delitem__(cx: &mut Cx, _this: This, _key: Value) -> PyResult<()> {
        Err(cx.type_error("ndarray data cannot be deleted"))
    }

    #[py]
    fn __hash__(cx: &mut Cx, this: This) -> PyResult<i64> {
        let b = this.head().view(this.value(), Value::EMPTY);
        if !b.readonly {
            return Err(cx.value_error("cannot hash writable ndarray object"));
        }
        let bytes = Bytes::from_slice(cx, &b.to_vec())?;
        cx.hash(bytes.value())
    }
}

struct Attributes;

#[pymethods]
impl Attributes {
    #[py(getter)]
    fn flags(this: This) -> u32 {
        this.head().flags
    }

    #[py(getter)]
    fn offset(this: This) -> usize {
        this.head().offset
    }

    #[py(getter)]
    fn obj(this: This) -> Value {
        this.head().exporter().unwrap_or(Value::none())
    }

    #[py(getter)]
    fn nbytes(this: This) -> usize {
        this.head().len
    }

    #[py(getter)]
    fn readonly(this: This) -> bool {
        this.head().readonly
    }

    #[py(getter)]
    fn itemsize(this: This) -> usize {
        this.head().itemsize
    }

    #[py(getter)]
    fn format(cx: &mut Cx, this: This) -> Value {
        let format = this.head().format.get().some();
        format.unwrap_or_else(|| cx.new_str(""))
    }

    #[py(getter)]
    fn ndim(this: This) -> usize {
        this.head().ndim
    }

    #[py(getter)]
    fn shape(cx: &mut Cx, this: This) -> PyResult<Value> {
        numbers(cx, &this.head().shape())
    }

    #[py(getter)]
    fn strides(cx: &mut Cx, this: This) -> PyResult<Value> {
        numbers(cx, &this.head().strides())
    }

    #[py(getter)]
    fn suboffsets(cx: &mut Cx, this: This) -> PyResult<Value> {
        numbers(cx, &this.head().suboffsets())
    }

    #[py(getter)]
    fn c_contiguous(this: This) -> bool {
        this.head()
            .view(Value::EMPTY, Value::EMPTY)
            .is_c_contiguous()
    }

    #[py(getter)]
    fn f_contiguous(this: This) -> bool {
        this.head()
            .view(Value::EMPTY, Value::EMPTY)
            .is_f_contiguous()
    }

    #[py(getter)]
    fn contiguous(this: This) -> bool {
        let b = this.head().view(Value::EMPTY, Value::EMPTY);
        b.is_c_contiguous() || b.is_f_contiguous()
    }
}
