//! `bytearray`: mutable bytes.
//!
//! The bytes are `storage[start .. start + len]`; deleting at the front only moves `start`.
//! Writers hold the object's lock. Readers take none: they read storage, start and length once and
//! clamp, so that a racing resize gives them old or new bytes but never memory that is not theirs.
//! While a buffer is exported (`exports > 0`) the storage is not replaced and the size is fixed.

mod edit;
mod methods;

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::cx::Cx;
use crate::error::PyResult;
use crate::heap::Tracer;
use crate::native::{Layout, NamedLayout, Trace, TypeSpec};
use crate::object::{Gc, Header, Kind, Object, Slot};
use crate::protocol::buffer::Exports;
use crate::protocol::sequence::normalize_index;
use crate::types::bytes::RawBytes;
use crate::types::typeobj::{Type, flags};
use crate::value::Value;

/// `bytearray` objects.
#[repr(C)]
pub struct ByteArray {
    pub header: Header,
    /// A `RawBytes`, `EMPTY` while nothing was stored.
    storage: Slot,
    start: AtomicUsize,
    len: AtomicUsize,
    /// Buffers that are in use.
    exports: Exports,
}
// SAFETY: repr(C), header first; fields are atomic, the storage is bytes.
unsafe impl Object for ByteArray {
    const KIND: Kind = Kind::ByteArray;
}
impl NamedLayout for ByteArray {
    const PY_NAME: &'static str = "bytearray";
}

impl ByteArray {
    /// Called by the collector.
    pub fn trace(&self, t: &mut Tracer<'_>) {
        t.word(self.storage.get().bits());
        self.exports.trace(t);
    }

    /// An instance of `class`, `bytearray` or a subclass, with these contents.
    pub fn of_class(cx: &mut Cx, class: Gc<Type>, bytes: &[u8]) -> PyResult<Gc<ByteArray>> {
        let storage = match bytes {
            [] => None,
            _ => Some(RawBytes::alloc(cx, bytes.len())?),
        };
        if let Some(s) = storage {
            // SAFETY: fresh memory with room for them.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), s.data(), bytes.len()) };
        }
        Ok(
            cx.alloc_instance_of(class, size_of::<ByteArray>(), Kind::ByteArray, |header| {
                ByteArray {
                    header,
                    storage: storage.map_or(Slot::empty(), |s| Slot::new(s.value())),
                    start: AtomicUsize::new(0),
                    len: AtomicUsize::new(bytes.len()),
                    exports: Exports::new(),
                }
            }),
        )
    }

    pub fn from_slice(cx: &mut Cx, bytes: &[u8]) -> PyResult<Gc<ByteArray>> {
        ByteArray::of_class(cx, cx.types().bytearray, bytes)
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.load(Ordering::Acquire)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn exports(&self) -> &Exports {
        &self.exports
    }

    /// First byte and length; both belong to one storage even if another thread resizes now.
    #[inline]
    pub fn parts(&self) -> (*mut u8, usize) {
        match Gc::<RawBytes>::from_value(self.storage.get()) {
            None => (std::ptr::NonNull::dangling().as_ptr(), 0),
            Some(s) => {
                let start = self.start.load(Ordering::Acquire).min(s.capacity());
                let len = self.len().min(s.capacity() - start);
                // SAFETY: inside the storage.
                (unsafe { s.data().add(start) }, len)
            }
        }
    }
}

impl Gc<ByteArray> {
    /// The contents now; may be kept as long as the slice stays on a native stack. Bytes change
    /// under it if somebody writes meanwhile: copy before calling Python code.
    #[inline(always)]
    pub fn as_bytes<'a>(self) -> &'a [u8] {
        let (p, len) = self.parts();
        // SAFETY: inside live storage; racing writers store single bytes.
        unsafe { std::slice::from_raw_parts(p, len) }
    }
}

/// The type `bytearray`.
pub static SPEC: TypeSpec = TypeSpec {
    name: "bytearray",
    doc: Some(DOC),
    layout: Layout::of::<ByteArray>(),
    flags: flags::BASETYPE | flags::SEQUENCE_OPS,
    item: Some(item_at),
    store_item: Some(store_item),
    defs: &[
        methods::ByteArrayMethods::DEFS,
        methods::ByteArrayShared::DEFS,
    ],
    ..TypeSpec::DEFAULT
};

fn item_at(_cx: &mut Cx, this: Value, i: i64) -> Value {
    let bytes = Gc::<ByteArray>::from_value_unchecked(this).as_bytes();
    match normalize_index(i as isize, bytes.len()) {
        Some(i) => Value::small(i64::from(bytes[i])),
        None => Value::EMPTY,
    }
}

fn store_item(cx: &mut Cx, this: Value, i: i64, value: Value) -> bool {
    let this = Gc::<ByteArray>::from_value_unchecked(this);
    match (normalize_index(i as isize, this.len()), value.as_small()) {
        (Some(i), Some(byte @ 0..256)) => this.set_byte(cx, i, byte as u8),
        _ => false,
    }
}

const DOC: &str = "bytearray(iterable_of_ints) -> bytearray
bytearray(string, encoding[, errors]) -> bytearray
bytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer
bytearray(int) -> bytes array of size given by the parameter initialized with null bytes
bytearray() -> empty bytes array

A mutable bytearray object, made from:
  - an iterable yielding integers in range(256)
  - a text string encoded using the specified encoding
  - a bytes or a buffer object
  - any object implementing the buffer API.
  - an integer";
