//! `memoryview`: a Python object for a borrowed buffer.
//!
//! A [`Managed`] object holds what an exporter gave; the views made from it (slices, casts, read-only
//! ones) share it. When the last of them is released, the exporter is told.

mod compare;
pub mod format;
mod items;
mod iter;
mod methods;

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use krait_macros::Trace;

use crate::cx::Cx;
use crate::error::PyResult;
use crate::native::{Layout, Native, NativeObj, TypeSpec};
use crate::object::{Gc, Slot};
use crate::protocol::buffer::{Buffer, Exports};
use crate::types::bytes::RawBytes;
use crate::types::str::Str;
use crate::types::typeobj::flags;
use crate::value::Value;

/// A buffer that views share.
#[derive(Trace)]
pub struct Managed {
    owner: Slot,
    token: Slot,
    #[trace(skip)]
    ptr: usize,
    len: usize,
    /// Views that are not released.
    views: AtomicUsize,
}
impl Native for Managed {
    const PY_NAME: &'static str = "managedbuffer";
}

/// The payload of `memoryview` objects.
#[derive(Trace)]
pub struct MemoryView {
    managed: Slot,
    /// A str in `struct` syntax.
    format: Slot,
    /// Shape, then strides: `ndim` words each, in a `RawBytes`.
    dims: Slot,
    #[trace(skip)]
    ptr: usize,
    len: usize,
    itemsize: usize,
    ndim: usize,
    readonly: bool,
    released: AtomicBool,
    /// 0: not computed yet.
    hash: AtomicU64,
    exports: Exports,
}
impl Native for MemoryView {
    const PY_NAME: &'static str = "memoryview";
}

/// A `memoryview` object.
pub type View = Gc<NativeObj<MemoryView>>;

impl MemoryView {
    pub fn from_value(v: Value) -> Option<View> {
        NativeObj::from_value(v)
    }

    /// Buffers that this view gave out in turn.
    pub fn exports(&self) -> &Exports {
        &self.exports
    }

    pub fn is_released(&self) -> bool {
        self.released.load(Ordering::Acquire)
    }

    /// `memoryview(v)`.
    pub fn new(cx: &mut Cx, v: Value) -> PyResult<View> {
        if let Some(view) = MemoryView::from_value(v) {
            let buffer = view.checked(cx)?;
            return view.derive(cx, buffer);
        }
        let buffer = match cx.buffer(v, crate::protocol::buffer::flags::FULL_RO) {
            Ok(b) => b,
            Err(e) if cx.is_buffer(v) => return Err(e),
            Err(_) => {
                let name = cx.type_name(v);
                return Err(cx.type_error(format!(
                    "memoryview: a bytes-like object is required, not '{name}'"
                )));
            }
        };
        MemoryView::from_buffer(cx, buffer)
    }

    /// A view that takes over `buffer` and releases it in the end.
    pub fn from_buffer(cx: &mut Cx, buffer: Buffer) -> PyResult<View> {
        let class = cx.native_type(&MANAGED_SPEC)?;
        let managed = NativeObj::alloc(
            cx,
            class,
            Managed {
                owner: Slot::new(buffer.owner),
                token: Slot::new(buffer.token),
                ptr: buffer.ptr as usize,
                len: buffer.len,
                views: AtomicUsize::new(0),
            },
        );
        buffer.track(cx, managed.value())?;
        MemoryView::alloc(cx, managed, buffer)
    }

    /// `v.__buffer__(flags)` of a native exporter: a view that serves this request.
    pub fn with_flags(cx: &mut Cx, v: Value, request: u32) -> PyResult<Value> {
        let buffer = cx.buffer(v, request)?;
        Ok(MemoryView::from_buffer(cx, buffer)?.value())
    }

    /// `owner.__release_buffer__(view)` of a native exporter.
    pub fn release_of(cx: &mut Cx, owner: Value, view: Value) -> PyResult<()> {
        let Some(m) = MemoryView::from_value(view) else {
            return Err(cx.type_error("expected a memoryview object"));
        };
        if m.is_released() {
            return Err(cx.value_error("memoryview's buffer has already been released"));
        }
        if m.managed().owner.get() != owner {
            return Err(cx.value_error("memoryview's buffer is not this object"));
        }
        m.release(cx)
    }

    fn alloc(cx: &mut Cx, managed: Gc<NativeObj<Managed>>, mut buffer: Buffer) -> PyResult<View> {
        if buffer.dims.is_none() && buffer.ndim == 1 {
            let (n, step) = (buffer.shape(0), buffer.stride(0));
            buffer.set_dims(cx, &[n], &[step])?;
        }
        let format = buffer
            .format
            .some()
            .unwrap_or(crate::types::str::LATIN1[b'B' as usize].gc().value());
        let class = cx.types().memoryview;
        let view = NativeObj::alloc(
            cx,
            class,
            MemoryView {
                managed: Slot::new(managed.value()),
                format: Slot::new(format),
                dims: buffer.dims.map_or(Slot::empty(), |d| Slot::new(d.value())),
                ptr: buffer.ptr as usize,
                len: buffer.len,
                itemsize: buffer.itemsize,
                ndim: buffer.ndim,
                readonly: buffer.readonly,
                released: AtomicBool::new(false),
                hash: AtomicU64::new(0),
                exports: Exports::new(),
            },
        );
        managed.views.fetch_add(1, Ordering::AcqRel);
        Ok(view)
    }

    fn managed(&self) -> Gc<NativeObj<Managed>> {
        match NativeObj::from_value(self.managed.get()) {
            Some(m) => m,
            None => panic!("a memoryview always has its managed buffer"),
        }
    }

    /// The `struct` format.
    pub fn format(&self) -> Gc<Str> {
        Gc::from_value_unchecked(self.format.get())
    }
}

impl View {
    /// Another view of the same managed buffer.
    fn derive(self, cx: &mut Cx, buffer: Buffer) -> PyResult<View> {
        MemoryView::alloc(cx, self.managed(), buffer)
    }

    /// What this view shows, without borrowing it. ValueError if it was released.
    pub fn checked(self, cx: &mut Cx) -> PyResult<Buffer> {
        if self.is_released() {
            return Err(cx.value_error("operation forbidden on released memoryview object"));
        }
        Ok(self.raw())
    }

    fn raw(self) -> Buffer {
        Buffer {
            owner: self.value(),
            ptr: self.ptr as *mut u8,
            len: self.len,
            readonly: self.readonly,
            itemsize: self.itemsize,
            format: self.format.get(),
            ndim: self.ndim,
            dims: Gc::<RawBytes>::from_value(self.dims.get()),
            token: Value::EMPTY,
        }
    }

    /// Borrows what this view shows.
    pub fn export(self, cx: &mut Cx) -> PyResult<Buffer> {
        let buffer = self.checked(cx)?;
        self.exports.acquire();
        Ok(buffer)
    }

    /// `release()`: BufferError while somebody uses this view's memory.
    pub fn release(self, cx: &mut Cx) -> PyResult<()> {
        if self.is_released() {
            return Ok(());
        }
        let n = self.exports.count();
        if n > 0 {
            let s = if n == 1 { "" } else { "s" };
            return Err(cx.buffer_error(format!("memoryview has {n} exported buffer{s}")));
        }
        if self.released.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        let managed = self.managed();
        if managed.views.fetch_sub(1, Ordering::AcqRel) == 1 {
            let token = managed.token.get();
            let buffer = Buffer {
                token,
                ..Buffer::bytes(
                    managed.owner.get(),
                    managed.ptr as *mut u8,
                    managed.len,
                    true,
                )
            };
            buffer.forget(cx, managed.value())?;
            buffer.release(cx)?;
        }
        Ok(())
    }
}

static MANAGED_SPEC: TypeSpec = TypeSpec {
    name: "managedbuffer",
    layout: Layout::native::<Managed>(),
    flags: flags::NO_INSTANTIATION | flags::WEAKREFABLE,
    ..TypeSpec::DEFAULT
};

/// The type `memoryview`.
pub static SPEC: TypeSpec = TypeSpec {
    name: "memoryview",
    doc: Some("Create a new memoryview object which references the given object."),
    layout: Layout::native::<MemoryView>(),
    flags: flags::SEQUENCE | flags::WEAKREFABLE,
    defs: &[methods::ViewMethods::DEFS, methods::ViewItems::DEFS],
    ..TypeSpec::DEFAULT
};
