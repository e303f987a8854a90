//! `bytes`: immutable bytes, inline behind the header, and the storage of `bytearray`.

pub mod args;
pub mod construct;
pub mod iter;
mod methods;
pub mod ops;
mod raw;
pub mod search;
pub mod shared;
pub(crate) mod shared_methods;

use std::sync::atomic::{AtomicU64, Ordering};

pub use raw::RawBytes;

use crate::cx::Cx;
use crate::error::{PyResult, Raised};
use crate::native::{Layout, NamedLayout, TypeSpec};
use crate::object::{Gc, Header, Kind, Object};
use crate::types::shape_id;
use crate::types::typeobj::{Type, flags};
use crate::value::Value;

/// `bytes` objects.
#[repr(C)]
pub struct Bytes {
    pub header: Header,
    /// 0: not computed yet.
    hash: AtomicU64,
    len: usize,
    data: [u8; 0],
}
// SAFETY: repr(C), header first; only the cached hash changes, and it is atomic.
unsafe impl Object for Bytes {
    const KIND: Kind = Kind::Bytes;
}
impl NamedLayout for Bytes {
    const PY_NAME: &'static str = "bytes";
}

/// What CPython has in a bytes object beside its bytes, the final zero included.
const CPYTHON_HEAD: usize = 33;

/// The error for so many bytes: there is no memory for them, or no number for the object's size.
#[cold]
pub fn too_large(cx: &mut Cx, len: usize) -> Raised {
    match len > isize::MAX as usize - CPYTHON_HEAD {
        true => cx.overflow_error("byte string is too large"),
        false => cx.memory_error(),
    }
}

impl Bytes {
    /// Bytes of an object that holds `len` bytes, without a subclass's tail.
    pub const fn size_for(len: usize) -> usize {
        size_of::<Bytes>() + len
    }

    /// Bytes of this object's payload: the tail of an instance of a subclass starts behind it, at
    /// the next multiple of 8.
    pub fn payload_size(&self) -> usize {
        Bytes::size_for(self.len)
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// A fresh object of `class` (`None`: `bytes` itself) with `len` zero bytes, which the caller
    /// fills before anybody else sees it.
    #[inline]
    pub fn alloc_zeroed(
        cx: &mut Cx,
        class: Option<Gc<Type>>,
        len: usize,
    ) -> PyResult<(Gc<Bytes>, *mut u8)> {
        if len > isize::MAX as usize / 2 {
            return Err(too_large(cx, len));
        }
        let size = Bytes::size_for(len);
        let o = match class {
            None => cx.alloc_sized(size, shape_id::BYTES, Kind::Bytes)?,
            Some(class) => cx.alloc_variable(class, size, Kind::Bytes)?,
        };
        // SAFETY: fresh zeroed memory of that size.
        unsafe {
            let b = o.cast::<Bytes>();
            (&raw mut (*b).len).write(len);
            Ok((Gc::from_ptr(b), (&raw mut (*b).data).cast()))
        }
    }

    /// A `bytes` with these contents.
    pub fn from_slice(cx: &mut Cx, bytes: &[u8]) -> PyResult<Gc<Bytes>> {
        match bytes {
            [] => Ok(EMPTY.gc()),
            [b] => Ok(SINGLE[usize::from(*b)].gc()),
            _ => Bytes::fresh(cx, None, bytes),
        }
    }

    /// An instance of `class`, `bytes` or a subclass, with these contents.
    pub fn of_class(cx: &mut Cx, class: Gc<Type>, bytes: &[u8]) -> PyResult<Gc<Bytes>> {
        if class == cx.types().bytes {
            return Bytes::from_slice(cx, bytes);
        }
        Bytes::fresh(cx, Some(class), bytes)
    }

    /// Two after one another: one allocation.
    pub fn concat(cx: &mut Cx, a: Gc<Bytes>, b: Gc<Bytes>) -> PyResult<Gc<Bytes>> {
        let (x, y) = (a.as_bytes(), b.as_bytes());
        if y.is_empty() && a.is_exact() {
            return Ok(a);
        }
        if x.is_empty() && b.is_exact() {
            return Ok(b);
        }
        let (made, data) = Bytes::alloc_zeroed(cx, None, x.len() + y.len())?;
        // SAFETY: fresh memory with room for both.
        unsafe {
            let end = copy_short(data, x);
            copy_short(end, y);
        }
        Ok(made)
    }

    fn fresh(cx: &mut Cx, class: Option<Gc<Type>>, bytes: &[u8]) -> PyResult<Gc<Bytes>> {
        let (b, data) = Bytes::alloc_zeroed(cx, class, bytes.len())?;
        // SAFETY: fresh memory with room for them.
        unsafe { copy_short(data, bytes) };
        Ok(b)
    }
}

/// Writes `bytes` to `to`, without a call if they are few, as in most texts. Returns the end of what was written.
///
/// # Safety
/// There is room for them, and nobody else refers to it.
#[inline(always)]
pub unsafe fn copy_short(to: *mut u8, bytes: &[u8]) -> *mut u8 {
    let (from, n) = (bytes.as_ptr(), bytes.len());
    // SAFETY: by contract; words lie inside, and those at both ends may overlap.
    unsafe {
        match n {
            0 => {}
            1..4 => {
                let (first, middle, last) = (*from, *from.add(n / 2), *from.add(n - 1));
                to.write(first);
                to.add(n / 2).write(middle);
                to.add(n - 1).write(last);
            }
            4..8 => {
                let first = from.cast::<u32>().read_unaligned();
                let last = from.add(n - 4).cast::<u32>().read_unaligned();
                to.cast::<u32>().write_unaligned(first);
                to.add(n - 4).cast::<u32>().write_unaligned(last);
            }
            8..=16 => {
                let first = from.cast::<u64>().read_unaligned();
                let last = from.add(n - 8).cast::<u64>().read_unaligned();
                to.cast::<u64>().write_unaligned(first);
                to.add(n - 8).cast::<u64>().write_unaligned(last);
            }
            _ => std::ptr::copy_nonoverlapping(from, to, n),
        }
        to.add(n)
    }
}

/// At most one byte in static memory: identical in all interpreters, never collected.
#[repr(C)]
pub struct StaticBytes {
    bytes: Bytes,
    data: u64,
}

impl StaticBytes {
    const fn new(len: usize, byte: u8) -> StaticBytes {
        let header = Header::new_static(shape_id::BYTES, Kind::Bytes as u8);
        let data = u64::from_ne_bytes([byte, 0, 0, 0, 0, 0, 0, 0]);
        StaticBytes {
            bytes: Bytes {
                header,
                hash: AtomicU64::new(0),
                len,
                data: [],
            },
            data,
        }
    }

    pub fn gc(&'static self) -> Gc<Bytes> {
        debug_assert_eq!(self.data & !0xFF, 0);
        // SAFETY: laid out like a bytes object of that length; static objects are never freed,
        // and only atomic fields are written through the pointer.
        unsafe { Gc::from_ptr(std::ptr::from_ref(self).cast_mut().cast()) }
    }
}

/// `b''`.
pub static EMPTY: StaticBytes = StaticBytes::new(0, 0);

/// The 256 objects of one byte.
pub static SINGLE: [StaticBytes; 256] = {
    let mut table = [const { StaticBytes::new(1, 0) }; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = StaticBytes::new(1, byte as u8);
        byte += 1;
    }
    table
};

impl Gc<Bytes> {
    /// The contents; may be kept as long as the slice stays on a native stack.
    #[inline(always)]
    pub fn as_bytes<'a>(self) -> &'a [u8] {
        // SAFETY: the object was allocated with that many bytes, which never change.
        unsafe { std::slice::from_raw_parts((&raw const (*self.as_ptr()).data).cast(), self.len) }
    }

    /// Equal to the hash of a `str` with the same ASCII text, as in CPython.
    #[inline]
    pub fn hash(self, cx: &Cx) -> i64 {
        match self.hash.load(Ordering::Relaxed) {
            0 => self.compute_hash(cx),
            h => h as i64,
        }
    }

    #[cold]
    fn compute_hash(self, cx: &Cx) -> i64 {
        let bytes = self.as_bytes();
        // A byte hashes like the Latin-1 character: statics share that cache (see `Str::hash`).
        let cache = match *bytes {
            [b] => &cx.interp().latin1_hashes[usize::from(b) + 1],
            [] => return 0,
            _ => &self.hash,
        };
        match cache.load(Ordering::Relaxed) {
            0 => {
                let h = krait_unicode::hash::hash_bytes(bytes, cx.interp().hash_key);
                cache.store(h as u64, Ordering::Relaxed);
                h
            }
            h => h as i64,
        }
    }

    /// Whether this is a `bytes` proper, not an instance of a subclass.
    #[inline(always)]
    pub fn is_exact(self) -> bool {
        // SAFETY: `self` is a live object.
        unsafe { (*self.header()).shape() == shape_id::BYTES }
    }
}

impl Cx {
    /// A `bytes` of a size that a program chooses: raises MemoryError.
    pub fn try_new_bytes(&mut self, bytes: &[u8]) -> PyResult<Value> {
        Ok(Bytes::from_slice(self, bytes)?.value())
    }

    /// A short `bytes`; the process ends if there is no memory for it. See [`Cx::try_new_bytes`].
    pub fn new_bytes(&mut self, bytes: &[u8]) -> Value {
        let made = Bytes::from_slice(self, bytes);
        self.expect_memory(made).value()
    }
}

/// The type `bytes`.
pub static SPEC: TypeSpec = TypeSpec {
    name: "bytes",
    doc: Some(DOC),
    layout: Layout::variable::<Bytes>(),
    flags: flags::BASETYPE | flags::BYTES_SUBCLASS | flags::SEQUENCE_OPS,
    defs: &[methods::BytesMethods::DEFS, methods::BytesShared::DEFS],
    ..TypeSpec::DEFAULT
};

const DOC: &str = "bytes(iterable_of_ints) -> bytes
bytes(string, encoding[, errors]) -> bytes
bytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer
bytes(int) -> bytes object of size given by the parameter initialized with null bytes
bytes() -> empty bytes object

An immutable array of bytes, made from:
  - an iterable yielding integers in range(256)
  - a text string encoded using the specified encoding
  - any object implementing the buffer API.
  - an integer";
