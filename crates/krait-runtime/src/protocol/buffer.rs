//! The buffer protocol: borrowed views of an object's memory.
//!
//! `cx.buffer(v, flags)` borrows, `Buffer::release` gives back; there is no destructor, since
//! giving back may run Python code. Exporters are `bytes`, `bytearray`, `memoryview`, native types
//! that registered [`BufferProcs`], and classes with `__buffer__` (PEP 688). An exporter whose
//! memory can move or shrink embeds an [`Exports`].

use std::collections::HashMap;
use std::sync::RwLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::cx::Cx;
use crate::error::{PyResult, Raised};
use crate::heap::Tracer;
use crate::native::{ArgSite, FromArg, Trace, TypeSpec};
use crate::object::{Gc, Slot};
use crate::special::Special;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::{Bytes, RawBytes};
use crate::types::list::List;
use crate::types::memoryview::{Managed, MemoryView};
use crate::types::native_function::MethodDescr;
use crate::types::str::Str;
use crate::types::typeobj::Type;
use crate::types::weakref::{self, WeakRef};
use crate::value::Value;
use crate::vec::ValueVec;

/// Requests, with CPython's values (`inspect.BufferFlags`).
pub mod flags {
    pub const SIMPLE: u32 = 0;
    pub const WRITABLE: u32 = 1;
    pub const FORMAT: u32 = 4;
    pub const ND: u32 = 8;
    pub const STRIDES: u32 = 0x10 | ND;
    pub const C_CONTIGUOUS: u32 = 0x20 | STRIDES;
    pub const F_CONTIGUOUS: u32 = 0x40 | STRIDES;
    pub const ANY_CONTIGUOUS: u32 = 0x80 | STRIDES;
    pub const INDIRECT: u32 = 0x100 | STRIDES;
    pub const FULL: u32 = INDIRECT | WRITABLE | FORMAT;
    pub const FULL_RO: u32 = INDIRECT | FORMAT;
}

/// A borrowed view. Keep it on a native stack (it refers to objects); call `release` once.
#[derive(Clone, Copy)]
pub struct Buffer {
    /// The object that exports the memory and is told about the release.
    pub owner: Value,
    pub ptr: *mut u8,
    /// Bytes in all: the product of the shape and the item size.
    pub len: usize,
    pub readonly: bool,
    pub itemsize: usize,
    /// A str in `struct` syntax; `EMPTY` for `B`.
    pub format: Value,
    pub ndim: usize,
    /// Shape, then strides, then with `indirect` suboffsets, `ndim` words each; without it, the buffer
    /// is one contiguous dimension (or a scalar).
    pub dims: Option<Gc<RawBytes>>,
    /// Whether there are suboffsets: dimensions whose elements are pointers (PEP 3118).
    pub indirect: bool,
    /// The exporter's own.
    pub token: Value,
}

impl Buffer {
    /// One dimension of bytes.
    pub fn bytes(owner: Value, ptr: *mut u8, len: usize, readonly: bool) -> Buffer {
        Buffer {
            owner,
            ptr,
            len,
            readonly,
            itemsize: 1,
            format: Value::EMPTY,
            ndim: 1,
            dims: None,
            indirect: false,
            token: Value::EMPTY,
        }
    }

    /// One dimension of items.
    pub fn items(
        owner: Value,
        ptr: *mut u8,
        len: usize,
        readonly: bool,
        itemsize: usize,
        format: Gc<Str>,
    ) -> Buffer {
        Buffer {
            itemsize,
            format: format.value(),
            ..Buffer::bytes(owner, ptr, len, readonly)
        }
    }

    /// The memory; only right for contiguous buffers, which is what `cx.buffer` gives unless
    /// `STRIDES` was asked for. May be kept until `release`.
    #[inline]
    pub fn as_slice<'a>(&self) -> &'a [u8] {
        if self.len == 0 {
            return &[];
        }
        // SAFETY: the exporter guarantees this memory until the release; racing writers store bytes.
        unsafe { std::slice::from_raw_parts(self.ptr, self.len) }
    }

    /// The memory for writing; the buffer was requested with `WRITABLE`.
    #[inline]
    pub fn as_mut_slice<'a>(&mut self) -> &'a mut [u8] {
        debug_assert!(!self.readonly);
        if self.len == 0 {
            return &mut [];
        }
        // SAFETY: as in `as_slice`; the caller is done with other slices of it.
        unsafe { std::slice::from_raw_parts_mut(self.ptr, self.len) }
    }

    /// A copy of the items in C order, gaps left out.
    pub fn to_vec(&self) -> Vec<u8> {
        if self.is_c_contiguous() {
            return self.as_slice().to_vec();
        }
        self.copied(false)
    }

    /// A copy of the items in Fortran order.
    pub fn to_vec_fortran(&self) -> Vec<u8> {
        if self.ndim <= 1 {
            return self.to_vec();
        }
        self.copied(true)
    }

    fn copied(&self, fortran: bool) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.len);
        self.walk(fortran, |p| {
            // SAFETY: every item of the view is inside the exporter's memory.
            out.extend_from_slice(unsafe { std::slice::from_raw_parts(p, self.itemsize) });
        });
        out
    }

    /// Calls `f` with the address of each item in C order.
    pub fn for_each_item(&self, f: impl FnMut(*mut u8)) {
        self.walk(false, f);
    }

    /// Calls `f` with the address of each item, the last index fastest, or the first one.
    fn walk(&self, first_fastest: bool, mut f: impl FnMut(*mut u8)) {
        if (0..self.ndim).any(|i| self.shape(i) == 0) {
            return;
        }
        let mut index = vec![0; self.ndim];
        let mut order: Vec<usize> = (0..self.ndim).collect();
        if !first_fastest {
            order.reverse();
        }
        loop {
            let item =
                (index.iter().enumerate()).fold(self.ptr, |p, (dim, &i)| self.element(p, dim, i));
            f(item);
            let mut carried = order.iter().copied();
            loop {
                let Some(dim) = carried.next() else { return };
                index[dim] += 1;
                if index[dim] < self.shape(dim) {
                    break;
                }
                index[dim] = 0;
            }
        }
    }

    /// The address of element `i` of dimension `dim` that begins at `p`. `i` is inside the shape.
    #[inline]
    pub fn element(&self, p: *mut u8, dim: usize, i: isize) -> *mut u8 {
        let at = p.wrapping_offset(i * self.stride(dim));
        let offset = self.suboffset(dim);
        if offset < 0 {
            return at;
        }
        // SAFETY: the exporter says that a pointer stands there.
        let p = unsafe { at.cast::<*mut u8>().read_unaligned() };
        p.wrapping_offset(offset)
    }

    pub fn shape(&self, i: usize) -> isize {
        match self.dims {
            // SAFETY: `dims` has 2 * ndim words.
            Some(d) => unsafe { d.data().cast::<isize>().add(i).read() },
            None => (self.len / self.itemsize.max(1)) as isize,
        }
    }

    pub fn stride(&self, i: usize) -> isize {
        match self.dims {
            // SAFETY: `dims` has 2 * ndim words.
            Some(d) => unsafe { d.data().cast::<isize>().add(self.ndim + i).read() },
            None => self.itemsize as isize,
        }
    }

    /// Negative where elements of the dimension stand in place.
    pub fn suboffset(&self, i: usize) -> isize {
        match self.dims {
            // SAFETY: `dims` has 3 * ndim words then.
            Some(d) if self.indirect => unsafe {
                d.data().cast::<isize>().add(2 * self.ndim + i).read()
            },
            _ => -1,
        }
    }

    /// Sets shape and strides of a buffer of any number of dimensions.
    pub fn set_dims(&mut self, cx: &mut Cx, shape: &[isize], strides: &[isize]) -> PyResult<()> {
        self.set_all_dims(cx, shape, strides, &[])
    }

    /// Sets shape, strides and, unless there are none, suboffsets.
    pub fn set_all_dims(
        &mut self,
        cx: &mut Cx,
        shape: &[isize],
        strides: &[isize],
        suboffsets: &[isize],
    ) -> PyResult<()> {
        debug_assert_eq!(shape.len(), strides.len());
        debug_assert!(suboffsets.is_empty() || suboffsets.len() == shape.len());
        let words = shape.iter().chain(strides).chain(suboffsets);
        let dims = RawBytes::alloc(cx, words.clone().count() * size_of::<isize>())?;
        for (i, &n) in words.enumerate() {
            // SAFETY: fresh memory for as many words.
            unsafe { dims.data().cast::<isize>().add(i).write(n) };
        }
        self.ndim = shape.len();
        self.dims = Some(dims);
        self.indirect = !suboffsets.is_empty();
        Ok(())
    }

    /// Rows after one another without gaps, the last index fastest.
    pub fn is_c_contiguous(&self) -> bool {
        self.is_contiguous((0..self.ndim).rev())
    }

    /// Columns after one another without gaps, the first index fastest.
    pub fn is_f_contiguous(&self) -> bool {
        self.is_contiguous(0..self.ndim)
    }

    fn is_contiguous(&self, order: impl Iterator<Item = usize>) -> bool {
        if self.indirect {
            return false;
        }
        if self.dims.is_none() || self.len == 0 {
            return true;
        }
        let mut expected = self.itemsize as isize;
        for i in order {
            let n = self.shape(i);
            if n > 1 && self.stride(i) != expected {
                return false;
            }
            expected *= n;
        }
        true
    }

    /// Notes that `view` holds this buffer, for exporters that care (see [`Exports`]).
    pub(crate) fn track(&self, cx: &mut Cx, view: Value) -> PyResult<()> {
        match exports_of(cx, self.owner) {
            Some((holder, exports)) => exports.track(cx, holder, view),
            None => Ok(()),
        }
    }

    pub(crate) fn forget(&self, cx: &mut Cx, view: Value) -> PyResult<()> {
        match exports_of(cx, self.owner) {
            Some((holder, exports)) => exports.forget(cx, holder, view),
            None => Ok(()),
        }
    }

    /// Gives the memory back to the exporter.
    pub fn release(self, cx: &mut Cx) -> PyResult<()> {
        if MemoryView::from_value(self.token).is_some() {
            return release_python(cx, &self);
        }
        let class = cx.type_of(self.owner);
        if let Some(method) = python_method(cx, class, Special::ReleaseBuffer) {
            // The method sees the memory once more, in a view that nothing can be made from.
            let view = MemoryView::restricted(cx, self)?;
            let result = cx.call(method, &[self.owner, view.value()]);
            view.end_restricted();
            self.release_native(cx)?;
            return result.map(|_| ());
        }
        self.release_native(cx)
    }

    /// As `release`, whatever a subclass of the exporter's type does.
    pub(crate) fn release_native(self, cx: &mut Cx) -> PyResult<()> {
        if let Some(b) = Gc::<ByteArray>::from_value(self.owner) {
            b.exports().release();
            return Ok(());
        }
        if Gc::<Bytes>::from_value(self.owner).is_some() {
            return Ok(());
        }
        if let Some(m) = MemoryView::from_value(self.owner) {
            m.end_export();
            return Ok(());
        }
        let class = cx.type_of(self.owner);
        if let Some(procs) = procs_of(cx, class) {
            (procs.release)(cx, &self);
        }
        Ok(())
    }
}

/// Buffers of an object that are in use, for exporters that must not move their memory then.
///
/// A view that was dropped without `release()` is only gone once the collector has seen it. So the
/// exporter knows its memoryviews by weak references (lasting ones: a finalizer may bring a view back).
/// Before it refuses a change of size because of them, it has garbage collected and counts those that
/// are left. Views that nothing but stray words in native frames leads to do not count either: they are
/// released there and then.
pub struct Exports {
    count: AtomicUsize,
    /// A list of weak references to memoryviews' managed buffers; `EMPTY` without any.
    views: Slot,
}

// SAFETY: reports its one reference.
unsafe impl Trace for Exports {
    fn trace(&self, t: &mut Tracer<'_>) {
        t.word(self.views.get().bits());
    }
}

impl Default for Exports {
    fn default() -> Exports {
        Exports::new()
    }
}

impl Exports {
    pub const fn new() -> Exports {
        Exports {
            count: AtomicUsize::new(0),
            views: Slot::empty(),
        }
    }

    #[inline]
    pub fn acquire(&self) {
        self.count.fetch_add(1, Ordering::AcqRel);
    }

    #[inline]
    pub fn release(&self) {
        let old = self.count.fetch_sub(1, Ordering::AcqRel);
        debug_assert!(old != 0, "buffer released twice");
    }

    #[inline]
    pub fn count(&self) -> usize {
        self.count.load(Ordering::Acquire)
    }

    /// Notes that an acquired buffer is held by `view`, an object that may just be dropped.
    pub fn track(&self, cx: &mut Cx, owner: Value, view: Value) -> PyResult<()> {
        // SAFETY: `view` is an object, and on the stack.
        let reference = unsafe { weakref::make_lasting(cx, view.object_unchecked())? };
        self.add(cx, owner, reference)
    }

    fn add(&self, cx: &mut Cx, owner: Value, reference: Value) -> PyResult<()> {
        if let Some(list) = Gc::<List>::from_value(self.views.get()) {
            return list.push(cx, reference);
        }
        let list = cx.new_list(&[reference]);
        self.views.set_in(cx, owner.object_unchecked(), list);
        Ok(())
    }

    /// Forgets a tracked view: its buffer is released in the usual way.
    pub fn forget(&self, cx: &mut Cx, owner: Value, view: Value) -> PyResult<()> {
        self.keep_views(cx, owner, |v| v != view)
    }

    /// Keeps the weak references to live views that pass `test`. Buffers of dead views are released.
    fn keep_views(&self, cx: &mut Cx, owner: Value, test: impl Fn(Value) -> bool) -> PyResult<()> {
        // Taken, so that no other thread counts the same dead views.
        let Some(list) = Gc::<List>::from_value(self.views.take()) else {
            return Ok(());
        };
        let mut kept = ValueVec::new();
        for reference in list.snapshot(cx)?.as_slice() {
            match Gc::<WeakRef>::from_value(*reference).and_then(|r| r.get()) {
                None => self.release(),
                Some(view) if Managed::is_abandoned(view) => self.release(),
                Some(view) if test(view) => kept.push(cx, *reference)?,
                Some(_) => {}
            }
        }
        if self.views.get().is_empty() && !kept.is_empty() {
            let views = List::from_vec(cx, kept).value();
            self.views.set_in(cx, owner.object_unchecked(), views);
            return Ok(());
        }
        for i in 0..kept.len() {
            self.add(cx, owner, kept.as_slice()[i])?;
        }
        Ok(())
    }

    /// Whether memory must not move now. Views that are garbage do not count.
    pub fn is_busy(&self, cx: &mut Cx, owner: Value) -> PyResult<bool> {
        for kind in [
            None,
            Some(krait_heap::Kind::Nursery),
            Some(krait_heap::Kind::Full),
        ] {
            if self.count() == 0 {
                return Ok(false);
            }
            let Some(views) = Gc::<List>::from_value(self.views.get()) else {
                return Ok(true);
            };
            if let Some(kind) = kind {
                let references = views.snapshot(cx)?;
                let references = references.as_slice();
                cx.mutator.collect_asking(kind, &mut |is_live| {
                    for reference in references {
                        let view = Gc::<WeakRef>::from_value(*reference).and_then(|r| r.get());
                        if let Some(view) = view.filter(|v| !is_live(v.object_unchecked())) {
                            Managed::abandon(view);
                        }
                    }
                });
            }
            self.keep_views(cx, owner, |_| true)?;
        }
        Ok(self.count() != 0)
    }
}

/// The export count of an object whose memory can move, and the object that holds it.
fn exports_of<'a>(cx: &Cx, v: Value) -> Option<(Value, &'a Exports)> {
    if Gc::<ByteArray>::from_value(v).is_some() {
        // SAFETY: the kind was just checked; the object outlives the stack reference `v`.
        let exports = unsafe { (*v.object_unchecked().cast::<ByteArray>()).exports() };
        return Some((v, exports));
    }
    let class = cx.type_of(v);
    let exports = procs_of(cx, class)?.exports?;
    // SAFETY: a field of the object, which lives as long as it is on the stack.
    exports(v).map(|(holder, e)| (holder, unsafe { &*e }))
}

/// Finds an export count and the object that holds it.
pub type ExportsOf = fn(Value) -> Option<(Value, *const Exports)>;

/// How a native type exports its memory.
pub struct BufferProcs {
    /// The view; `flags` as requested. The caller checks `WRITABLE` and contiguity against it.
    pub get: fn(&mut Cx, Value, u32) -> PyResult<Buffer>,
    pub release: fn(&mut Cx, &Buffer),
    /// The export count inside the object, if its memory can move; `get` and `release` count in it.
    pub exports: Option<ExportsOf>,
}

/// Exporters by the address of their specification.
#[derive(Default)]
struct Exporters(RwLock<HashMap<usize, &'static BufferProcs>>);

/// Makes instances of `spec` and its subclasses exporters.
pub fn register_exporter(cx: &Cx, spec: &'static TypeSpec, procs: &'static BufferProcs) {
    let key = std::ptr::from_ref(spec) as usize;
    cx.state::<Exporters>()
        .0
        .write()
        .unwrap_or_else(|e| e.into_inner())
        .insert(key, procs);
}

fn procs_of(cx: &Cx, class: Gc<Type>) -> Option<&'static BufferProcs> {
    let table = cx
        .state::<Exporters>()
        .0
        .read()
        .unwrap_or_else(|e| e.into_inner());
    if table.is_empty() {
        return None;
    }
    class
        .mro_types()
        .find_map(|t| table.get(&(std::ptr::from_ref(t.spec?) as usize)).copied())
}

impl Cx {
    /// Borrows the memory of `v`. Without `STRIDES` in `request`, the view is C-contiguous.
    /// TypeError if `v` is no exporter, BufferError if it cannot serve the request.
    pub fn buffer(&mut self, v: Value, request: u32) -> PyResult<Buffer> {
        let class = self.type_of(v);
        if python_method(self, class, Special::Buffer).is_some() {
            return python_buffer(self, v, request);
        }
        self.native_buffer(v, request)
    }

    /// As `buffer`, whatever a subclass of the exporter's type does.
    pub(crate) fn native_buffer(&mut self, v: Value, request: u32) -> PyResult<Buffer> {
        let buffer = if let Some(b) = Gc::<Bytes>::from_value(v) {
            let bytes = b.as_bytes();
            Buffer::bytes(v, bytes.as_ptr().cast_mut(), bytes.len(), true)
        } else if let Some(b) = Gc::<ByteArray>::from_value(v) {
            b.exports().acquire();
            let (ptr, len) = b.parts();
            Buffer::bytes(v, ptr, len, false)
        } else if let Some(m) = MemoryView::from_value(v) {
            m.export(self)?
        } else {
            let class = self.type_of(v);
            match procs_of(self, class) {
                Some(procs) => (procs.get)(self, v, request)?,
                None => return Err(not_a_buffer(self, v)),
            }
        };
        match unmet(&buffer, request) {
            None => Ok(buffer),
            Some(message) => {
                buffer.release(self)?;
                Err(self.buffer_error(message))
            }
        }
    }

    /// Borrows the memory of an argument to write to it; `what` names the argument in the TypeError
    /// for one that does not allow it: "f() argument 1".
    pub fn writable_buffer(&mut self, v: Value, what: &str) -> PyResult<Buffer> {
        if let Ok(buffer) = self.buffer(v, flags::WRITABLE) {
            return Ok(buffer);
        }
        let name = crate::protocol::text::shown_type(self, v);
        Err(self.type_error(format!(
            "{what} must be read-write bytes-like object, not {name}"
        )))
    }

    /// Whether `v` supports the buffer protocol.
    pub fn is_buffer(&mut self, v: Value) -> bool {
        if Gc::<Bytes>::from_value(v).is_some() || Gc::<ByteArray>::from_value(v).is_some() {
            return true;
        }
        let class = self.type_of(v);
        MemoryView::from_value(v).is_some()
            || procs_of(self, class).is_some()
            || class.special(self, Special::Buffer).is_some()
    }

    /// Calls `f` with the bytes of `v`, any contiguous buffer. `f` has no context: Python code
    /// cannot run and change them.
    pub fn bytes_like<R>(&mut self, v: Value, f: impl FnOnce(&[u8]) -> R) -> PyResult<R> {
        if let Some(b) = Gc::<Bytes>::from_value(v) {
            return Ok(f(b.as_bytes()));
        }
        let buffer = self.buffer(v, flags::SIMPLE)?;
        let result = f(buffer.as_slice());
        buffer.release(self)?;
        Ok(result)
    }

    /// A `bytes` object with the contents of `v`: itself if it is one.
    pub fn bytes_of(&mut self, v: Value) -> PyResult<Gc<Bytes>> {
        if let Some(b) = Gc::<Bytes>::from_value(v) {
            return Ok(b);
        }
        let buffer = self.buffer(v, flags::SIMPLE)?;
        let copy = Bytes::from_slice(self, buffer.as_slice());
        buffer.release(self)?;
        copy
    }
}

/// Why `buffer` does not do for `request`.
fn unmet(buffer: &Buffer, request: u32) -> Option<&'static str> {
    if request & flags::WRITABLE != 0 && buffer.readonly {
        return Some("Object is not writable.");
    }
    if request & flags::INDIRECT != flags::INDIRECT && buffer.indirect {
        return Some("memoryview: underlying buffer requires suboffsets");
    }
    if request & flags::C_CONTIGUOUS == flags::C_CONTIGUOUS && !buffer.is_c_contiguous() {
        return Some("memoryview: underlying buffer is not C-contiguous");
    }
    if request & flags::F_CONTIGUOUS == flags::F_CONTIGUOUS && !buffer.is_f_contiguous() {
        return Some("memoryview: underlying buffer is not Fortran contiguous");
    }
    if request & flags::ANY_CONTIGUOUS == flags::ANY_CONTIGUOUS
        && !buffer.is_c_contiguous()
        && !buffer.is_f_contiguous()
    {
        return Some("memoryview: underlying buffer is not contiguous");
    }
    if request & flags::STRIDES != flags::STRIDES && !buffer.is_c_contiguous() {
        return Some("memoryview: underlying buffer is not C-contiguous");
    }
    None
}

/// A copy of the items of any buffer in C order, gaps left out.
pub fn to_vec(cx: &mut Cx, v: Value) -> PyResult<Vec<u8>> {
    let buffer = cx.buffer(v, flags::FULL_RO)?;
    let bytes = buffer.to_vec();
    buffer.release(cx)?;
    Ok(bytes)
}

#[cold]
pub fn not_a_buffer(cx: &mut Cx, v: Value) -> Raised {
    let name = cx.type_name(v);
    cx.type_error(format!("a bytes-like object is required, not '{name}'"))
}

/// A class with `__buffer__`: the view is that of the memoryview it returns.
fn python_buffer(cx: &mut Cx, v: Value, request: u32) -> PyResult<Buffer> {
    let Some(view) = cx.call_special(v, Special::Buffer, &[Value::small(request as i64)])? else {
        return Err(not_a_buffer(cx, v));
    };
    if MemoryView::from_value(view).is_none() {
        return Err(cx.type_error("__buffer__ returned non-memoryview object"));
    }
    let inner = cx.buffer(view, request)?;
    Ok(Buffer {
        owner: v,
        token: view,
        ..inner
    })
}

fn release_python(cx: &mut Cx, buffer: &Buffer) -> PyResult<()> {
    if let Some(m) = MemoryView::from_value(buffer.token) {
        m.end_export();
    }
    let class = cx.type_of(buffer.owner);
    if python_method(cx, class, Special::ReleaseBuffer).is_some() {
        cx.call_special(buffer.owner, Special::ReleaseBuffer, &[buffer.token])?;
    }
    // A subclass that lent its native type's memory.
    MemoryView::release_if_of(cx, buffer.token, buffer.owner)
}

/// What a Python class says for a method of the protocol; `None` if that is a native type's own.
#[inline]
fn python_method(cx: &mut Cx, class: Gc<Type>, special: Special) -> Option<Value> {
    if class.spec.is_some() {
        return None;
    }
    let method = class.special(cx, special)?;
    let native = Gc::<MethodDescr>::from_value(method).is_some();
    (!native).then_some(method)
}

/// A bytes-like argument: borrowed from immutable `bytes`, copied from everything else, so that it
/// stays valid whatever Python code does meanwhile.
#[derive(Clone, Copy)]
pub struct BytesArg(pub Gc<Bytes>);

impl BytesArg {
    #[inline]
    pub fn as_slice<'a>(self) -> &'a [u8] {
        self.0.as_bytes()
    }
}

/// The `flags` argument of `__buffer__`.
#[derive(Clone, Copy)]
pub struct BufferFlags(pub i32);

impl FromArg for BufferFlags {
    fn from_arg(cx: &mut Cx, v: Value, _: ArgSite) -> PyResult<BufferFlags> {
        match i32::try_from(cx.size_index(v)?) {
            Ok(flags) => Ok(BufferFlags(flags)),
            Err(_) => Err(cx.overflow_error("buffer flags out of range")),
        }
    }
}

impl FromArg for BytesArg {
    fn from_arg(cx: &mut Cx, v: Value, _: ArgSite) -> PyResult<BytesArg> {
        cx.bytes_of(v).map(BytesArg)
    }
}
