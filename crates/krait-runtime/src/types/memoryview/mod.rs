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
    ptr: usize,
    len: usize,
    /// Views that are not released.
    views: AtomicUsize,
    /// Buffers that views gave out in turn.
    users: AtomicUsize,
    /// Whether a native type lent it by its own `__buffer__`: no subclass hears of the release.
    lent: AtomicBool,
    /// The exporter took its memory back: nothing uses the views any more.
    abandoned: AtomicBool,
}
/// A managed buffer.
type Shared = Gc<NativeObj<Managed>>;

impl Native for Managed {
    const PY_NAME: &'static str = "managedbuffer";
}

impl Managed {
    /// Releases all views of a managed buffer, unless somebody uses their memory. To be called when
    /// none of them is reachable; the exporter has to count the release. Allocates nothing.
    pub(crate) fn abandon(managed: Value) {
        if let Some(m) = NativeObj::<Managed>::from_value(managed)
            && m.users.load(Ordering::Acquire) == 0
        {
            m.abandoned.store(true, Ordering::Release);
        }
    }

    pub(crate) fn is_abandoned(managed: Value) -> bool {
        NativeObj::<Managed>::from_value(managed)
            .is_some_and(|m| m.abandoned.load(Ordering::Acquire))
    }
}

/// The payload of `memoryview` objects.
#[derive(Trace)]
pub struct MemoryView {
    managed: Slot,
    /// A str in `struct` syntax.
    format: Slot,
    /// Shape, then strides, then with `indirect` suboffsets: `ndim` words each, in a `RawBytes`.
    dims: Slot,
    indirect: bool,
    ptr: usize,
    len: usize,
    itemsize: usize,
    ndim: usize,
    readonly: bool,
    released: AtomicBool,
    /// Whether no view may be made from this one: a `__release_buffer__` method got it.
    restricted: AtomicBool,
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

    /// Takes back a buffer that this view gave out.
    pub(crate) fn end_export(&self) {
        self.exports.release();
        if let Some(managed) = self.managed() {
            managed.users.fetch_sub(1, Ordering::AcqRel);
        }
    }

    pub fn is_released(&self) -> bool {
        self.released.load(Ordering::Acquire)
            || (self.managed()).is_none_or(|m| m.abandoned.load(Ordering::Acquire))
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
        let managed = MemoryView::manage(cx, buffer)?;
        buffer.track(cx, managed.value())?;
        MemoryView::alloc(cx, managed, buffer)
    }

    fn manage(cx: &mut Cx, buffer: Buffer) -> PyResult<Shared> {
        let class = cx.native_type(&MANAGED_SPEC)?;
        let managed = Managed {
            owner: Slot::new(buffer.owner),
            token: Slot::new(buffer.token),
            ptr: buffer.ptr as usize,
            len: buffer.len,
            views: AtomicUsize::new(0),
            users: AtomicUsize::new(0),
            lent: AtomicBool::new(false),
            abandoned: AtomicBool::new(false),
        };
        Ok(NativeObj::alloc(cx, class, managed))
    }

    /// A view of a buffer that is being released: no other can be made from it, and its own release
    /// means nothing. To be ended with [`View::end_restricted`].
    pub(crate) fn restricted(cx: &mut Cx, buffer: Buffer) -> PyResult<View> {
        let managed = MemoryView::manage(cx, buffer)?;
        let view = MemoryView::alloc(cx, managed, buffer)?;
        view.restricted.store(true, Ordering::Release);
        Ok(view)
    }

    /// A view that serves a request.
    pub fn with_flags(cx: &mut Cx, v: Value, request: u32) -> PyResult<Value> {
        if !cx.is_buffer(v) {
            let got = cx.type_name(v);
            return Err(cx.type_error(format!(
                "memoryview: a bytes-like object is required, not '{got}'"
            )));
        }
        // A view of a view asks for nothing anew.
        let request = match NativeObj::<MemoryView>::from_value(v) {
            Some(_) => crate::protocol::buffer::flags::FULL_RO,
            None => request,
        };
        let buffer = cx.buffer(v, request)?;
        Ok(MemoryView::from_buffer(cx, buffer)?.value())
    }

    /// `v.__buffer__(flags)` of a native exporter. SystemError for the flags of `PyBuffer_FromMemory`
    /// and the like, which say nothing here.
    pub fn lent(cx: &mut Cx, v: Value, request: i32) -> PyResult<Value> {
        if request == 0x100 || request == 0x200 {
            return Err(cx.system_error("bad argument to internal function"));
        }
        let buffer = cx.native_buffer(v, request as u32)?;
        let view = MemoryView::from_buffer(cx, buffer)?;
        view.shared(cx)?.lent.store(true, Ordering::Release);
        Ok(view.value())
    }

    /// Releases the view if it shows memory of `owner`.
    pub(crate) fn release_if_of(cx: &mut Cx, view: Value, owner: Value) -> PyResult<()> {
        match MemoryView::from_value(view) {
            Some(m) if !m.is_released() && m.shared(cx)?.owner.get() == owner => m.release(cx),
            _ => Ok(()),
        }
    }

    /// `owner.__release_buffer__(view)` of a native exporter.
    pub fn release_of(cx: &mut Cx, owner: Value, view: Value) -> PyResult<()> {
        let Some(m) = MemoryView::from_value(view) else {
            return Err(cx.type_error("expected a memoryview object"));
        };
        if m.is_released() {
            return Err(cx.value_error("memoryview's buffer has already been released"));
        }
        if m.shared(cx)?.owner.get() != owner {
            return Err(cx.value_error("memoryview's buffer is not this object"));
        }
        m.release(cx)
    }

    fn alloc(cx: &mut Cx, managed: Shared, mut buffer: Buffer) -> PyResult<View> {
        if buffer.ndim > items::MAX_DIMS {
            let message = "memoryview: number of dimensions must not exceed 64";
            return Err(cx.value_error(message));
        }
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
                indirect: buffer.indirect,
                ptr: buffer.ptr as usize,
                len: buffer.len,
                itemsize: buffer.itemsize,
                ndim: buffer.ndim,
                readonly: buffer.readonly,
                released: AtomicBool::new(false),
                restricted: AtomicBool::new(false),
                hash: AtomicU64::new(0),
                exports: Exports::new(),
            },
        );
        managed.views.fetch_add(1, Ordering::AcqRel);
        Ok(view)
    }

    /// What the view shares with others, until it is released.
    fn managed(&self) -> Option<Shared> {
        NativeObj::from_value(self.managed.get())
    }

    /// The `struct` format.
    pub fn format(&self) -> Gc<Str> {
        Gc::from_value_unchecked(self.format.get())
    }
}

impl View {
    /// ValueError if no view may be made from this one.
    fn check_unrestricted(self, cx: &mut Cx) -> PyResult<()> {
        if self.restricted.load(Ordering::Acquire) {
            return Err(cx.value_error("cannot create new view on restricted memoryview"));
        }
        Ok(())
    }

    /// Ends a restricted view.
    pub(crate) fn end_restricted(self) {
        self.released.store(true, Ordering::Release);
        self.managed.set_immediate(Value::EMPTY);
    }

    /// Another view of the same managed buffer.
    fn derive(self, cx: &mut Cx, buffer: Buffer) -> PyResult<View> {
        self.check_unrestricted(cx)?;
        let managed = self.shared(cx)?;
        MemoryView::alloc(cx, managed, buffer)
    }

    /// What the view shares with others. ValueError if it was released.
    fn shared(self, cx: &mut Cx) -> PyResult<Shared> {
        match self.managed() {
            Some(managed) if !self.is_released() => Ok(managed),
            _ => Err(cx.value_error("operation forbidden on released memoryview object")),
        }
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
            indirect: self.indirect,
            token: Value::EMPTY,
        }
    }

    /// Borrows what this view shows.
    pub fn export(self, cx: &mut Cx) -> PyResult<Buffer> {
        let buffer = self.checked(cx)?;
        self.check_unrestricted(cx)?;
        let managed = self.shared(cx)?;
        self.exports.acquire();
        managed.users.fetch_add(1, Ordering::AcqRel);
        Ok(buffer)
    }

    /// `release()`: BufferError while somebody uses this view's memory.
    pub fn release(self, cx: &mut Cx) -> PyResult<()> {
        if self.is_released() || self.restricted.load(Ordering::Acquire) {
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
        let Some(managed) = self.managed() else {
            return Ok(());
        };
        // A released view keeps nothing alive.
        self.managed.set_immediate(Value::EMPTY);
        managed.leave(cx)
    }
}

impl Shared {
    /// Keeps the buffer until [`Shared::leave`], even if all views are released meanwhile.
    fn stay(self) {
        self.views.fetch_add(1, Ordering::AcqRel);
    }

    /// One view less; the last one gives the buffer back.
    fn leave(self, cx: &mut Cx) -> PyResult<()> {
        let managed = self;
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
            if managed.lent.load(Ordering::Acquire) {
                buffer.release_native(cx)?;
            } else {
                buffer.release(cx)?;
            }
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
