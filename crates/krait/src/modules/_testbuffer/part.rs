//! A buffer of an array: its own items, or what it borrowed.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use krait_runtime::protocol::buffer::{Buffer, flags as request};
use krait_runtime::types::bytes::RawBytes;
use krait_stdlib::prelude::*;

use super::nd;

#[derive(Trace)]
pub struct Part {
    /// The next older buffer of the same array.
    pub next: Slot,
    /// The array's own items.
    data: Slot,
    /// Whom the memory was borrowed from, and that exporter's word for it.
    owner: Slot,
    token: Slot,
    /// `EMPTY` if the request did not ask for it.
    pub format: Slot,
    /// As in [`Buffer`].
    dims: Slot,
    indirect: AtomicBool,
    ptr: usize,
    pub len: usize,
    pub itemsize: usize,
    pub ndim: usize,
    pub readonly: bool,
    /// Whether the request gave shape and strides.
    pub has_shape: bool,
    pub has_strides: bool,
    pub offset: usize,
    pub flags: u32,
    /// Buffers lent and not given back.
    pub exports: AtomicUsize,
}
impl Native for Part {
    const PY_NAME: &'static str = "ndbuf";
}

static PART: TypeSpec = TypeSpec {
    name: "ndbuf",
    layout: Layout::native::<Part>(),
    flags: flags::NO_INSTANTIATION,
    ..TypeSpec::DEFAULT
};

/// The array's own items, laid out as `buffer` says.
pub fn own(
    cx: &mut Cx,
    data: Gc<RawBytes>,
    buffer: Buffer,
    offset: usize,
    flags: u32,
) -> PyResult<Obj<Part>> {
    alloc(cx, data.value(), buffer, request::FULL_RO, offset, flags)
}

/// What an exporter gave for `asked`.
pub fn borrowed(cx: &mut Cx, buffer: Buffer, asked: u32, flags: u32) -> PyResult<Obj<Part>> {
    alloc(cx, Value::EMPTY, buffer, asked, 0, flags)
}

fn alloc(
    cx: &mut Cx,
    data: Value,
    buffer: Buffer,
    asked: u32,
    offset: usize,
    flags: u32,
) -> PyResult<Obj<Part>> {
    let gives = |bits: u32| asked & bits == bits;
    let format = (gives(request::FORMAT)).then_some(buffer.format);
    let b_format = krait_runtime::types::str::LATIN1[b'B' as usize]
        .gc()
        .value();
    let (dims, ndim) = match (gives(request::ND), buffer.dims) {
        (false, _) => (None, 1),
        (true, None) if buffer.ndim == 1 => {
            let mut full = buffer;
            full.set_dims(cx, &[buffer.shape(0)], &[buffer.stride(0)])?;
            (full.dims, 1)
        }
        (true, dims) => (dims, buffer.ndim),
    };
    let class = cx.native_type(&PART)?;
    let part = Part {
        next: Slot::empty(),
        data: slot(data),
        owner: slot(if data.is_empty() {
            buffer.owner
        } else {
            Value::EMPTY
        }),
        token: slot(buffer.token),
        format: match format {
            Some(f) => slot(f.some().unwrap_or(b_format)),
            None => Slot::empty(),
        },
        dims: dims.map_or(Slot::empty(), |d| slot(d.value())),
        indirect: AtomicBool::new(buffer.indirect),
        ptr: buffer.ptr as usize,
        len: buffer.len,
        itemsize: buffer.itemsize,
        ndim,
        readonly: buffer.readonly,
        has_shape: gives(request::ND),
        has_strides: gives(request::STRIDES),
        offset,
        flags,
        exports: AtomicUsize::new(0),
    };
    Ok(NativeObj::alloc(cx, class, part))
}

impl Part {
    /// The exporter; `None` for own items.
    pub fn exporter(&self) -> Option<Value> {
        self.owner.get().some()
    }

    pub fn is_indirect(&self) -> bool {
        self.indirect.load(Ordering::Acquire)
    }

    /// The layout, as lent by `owner`.
    pub fn view(&self, owner: Value, token: Value) -> Buffer {
        Buffer {
            itemsize: self.itemsize,
            format: self.format.get(),
            ndim: self.ndim,
            dims: Gc::<RawBytes>::from_value(self.dims.get()),
            indirect: self.is_indirect(),
            token,
            ..Buffer::bytes(owner, self.ptr as *mut u8, self.len, self.readonly)
        }
    }

    pub fn shape(&self) -> Vec<isize> {
        let b = self.view(Value::EMPTY, Value::EMPTY);
        let n = if self.has_shape { self.ndim } else { 0 };
        (0..n).map(|i| b.shape(i)).collect()
    }

    pub fn strides(&self) -> Vec<isize> {
        let b = self.view(Value::EMPTY, Value::EMPTY);
        let n = if self.has_strides { self.ndim } else { 0 };
        (0..n).map(|i| b.stride(i)).collect()
    }

    pub fn suboffsets(&self) -> Vec<isize> {
        let b = self.view(Value::EMPTY, Value::EMPTY);
        let n = if self.is_indirect() { self.ndim } else { 0 };
        (0..n).map(|i| b.suboffset(i)).collect()
    }
}

/// What an array does with its own buffers.
pub trait PartExt: Copy {
    /// Adds suboffsets that mean nothing.
    fn add_suboffsets(self, cx: &mut Cx) -> PyResult<()>;
    /// Lends the memory for a request; BufferError if the layout does not allow it.
    fn lend(self, cx: &mut Cx, array: Value, asked: u32) -> PyResult<Buffer>;
}

impl PartExt for Obj<Part> {
    fn add_suboffsets(self, cx: &mut Cx) -> PyResult<()> {
        let (shape, strides) = (self.shape(), self.strides());
        let mut b = self.view(Value::EMPTY, Value::EMPTY);
        b.set_all_dims(cx, &shape, &strides, &vec![-1; shape.len()])?;
        if let Some(d) = b.dims {
            self.dims.set(cx, self, d.value());
        }
        self.indirect.store(true, Ordering::Release);
        Ok(())
    }

    fn lend(self, cx: &mut Cx, array: Value, asked: u32) -> PyResult<Buffer> {
        let asks = |bits: u32| asked & bits == bits;
        let mut b = self.view(array, self.value());
        let refusal = if self.flags & nd::GETBUF_FAIL != 0 {
            Some("ND_GETBUF_FAIL: forced test exception")
        } else if asks(request::WRITABLE) && b.readonly {
            Some("ndarray is not writable")
        } else if asks(request::C_CONTIGUOUS) && !b.is_c_contiguous() {
            Some("ndarray is not C-contiguous")
        } else if asks(request::F_CONTIGUOUS) && !b.is_f_contiguous() {
            Some("ndarray is not Fortran contiguous")
        } else if asks(request::ANY_CONTIGUOUS) && !b.is_c_contiguous() && !b.is_f_contiguous() {
            Some("ndarray is not contiguous")
        } else if !asks(request::INDIRECT) && b.indirect {
            Some("ndarray cannot be represented without suboffsets")
        } else if !asks(request::STRIDES) && !b.is_c_contiguous() {
            Some("ndarray is not C-contiguous")
        } else if !asks(request::ND) && asks(request::FORMAT) {
            Some("ndarray: cannot cast to unsigned bytes if the format flag is present")
        } else if (asks(request::STRIDES) && !self.has_strides)
            || (asks(request::ND) && !self.has_shape)
        {
            Some("ndarray: the array does not know its own structure")
        } else {
            None
        };
        if let Some(message) = refusal {
            return Err(cx.buffer_error(message));
        }
        if !asks(request::FORMAT) {
            b.format = Value::EMPTY;
        }
        if !asks(request::ND) {
            b.ndim = 1;
            b.dims = None;
            b.indirect = false;
        }
        self.exports.fetch_add(1, Ordering::AcqRel);
        Ok(b)
    }
}
