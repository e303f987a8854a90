//! Strings that were made by adding to a long one.
//!
//! Nobody knows whether `s` is still needed when `s += x` is carried out: there are no reference counts. So
//! the sum gets a buffer with room to spare and notes how much of it is taken. A sum whose left side ends where
//! the taken part ends puts the right side behind that, and both share the buffer. Bytes that are taken never
//! change.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::alloc::Facts;
use super::{FLAG_GROWN, LEN_SHIFT, Str, Wide};
use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::{Gc, Kind, Slot};
use crate::types::bytes::RawBytes;
use crate::types::shape_id;

/// Sums of at least so many bytes are made so.
pub(super) const LEAST: usize = 1024;

/// Bytes of a grown string, without its buffer.
pub(super) const SIZE: usize = size_of::<Str>() + size_of::<Wide>() + size_of::<Grown>();

/// What follows the `Wide` part.
#[repr(C)]
pub(super) struct Grown {
    /// A `RawBytes`: how many bytes of text are taken, and these.
    pub buffer: Slot,
}

/// Bytes of a buffer before the text.
const TAKEN: usize = size_of::<AtomicUsize>();

/// How many bytes of text are taken.
fn taken<'a>(buffer: Gc<RawBytes>) -> &'a AtomicUsize {
    // SAFETY: the first word of every such buffer; it is aligned, and lives as long as the caller's reference.
    unsafe { &*buffer.data().cast::<AtomicUsize>() }
}

/// The first byte of text.
fn text(buffer: Gc<RawBytes>) -> *mut u8 {
    // SAFETY: every buffer has the word before it.
    unsafe { buffer.data().add(TAKEN) }
}

impl Str {
    #[inline(always)]
    pub(super) fn grown(&self) -> Option<&Grown> {
        if self.meta() & FLAG_GROWN == 0 {
            return None;
        }
        // SAFETY: a grown string has this part behind these two.
        Some(unsafe {
            let wide = std::ptr::from_ref(self).add(1).cast::<Wide>();
            &*wide.add(1).cast::<Grown>()
        })
    }

    fn buffer(&self) -> Option<Gc<RawBytes>> {
        Some(Gc::from_value_unchecked(self.grown()?.buffer.get()))
    }

    /// `b` behind `a`; the facts are those of the sum.
    pub(super) fn grow(cx: &mut Cx, a: Gc<Str>, b: Gc<Str>, facts: Facts) -> PyResult<Gc<Str>> {
        let (x, y) = (a.as_bytes(), b.as_bytes());
        let len = x.len() + y.len();
        let extends = |buffer: &Gc<RawBytes>| {
            let (order, failed) = (Ordering::Relaxed, Ordering::Relaxed);
            let fits = len <= buffer.capacity() - TAKEN;
            fits && taken(*buffer)
                .compare_exchange(x.len(), len, order, failed)
                .is_ok()
        };
        let buffer = match a.buffer().filter(extends) {
            Some(buffer) => buffer,
            None => {
                let buffer = RawBytes::alloc(cx, TAKEN + len.saturating_add(len / 4))?;
                taken(buffer).store(len, Ordering::Relaxed);
                // SAFETY: room for both, and nobody else knows the buffer.
                unsafe { std::ptr::copy_nonoverlapping(x.as_ptr(), text(buffer), x.len()) };
                buffer
            }
        };
        // SAFETY: room that this thread has just taken, seen by nobody before the string is.
        unsafe { std::ptr::copy_nonoverlapping(y.as_ptr(), text(buffer).add(x.len()), y.len()) };
        let o = cx.mutator.alloc(SIZE, shape_id::STR, Kind::Str as u8);
        // SAFETY: fresh memory of that size, header complete, young: no barrier.
        unsafe {
            let s = o.cast::<Str>();
            let wide = s.add(1).cast::<Wide>();
            wide.write(Wide {
                chars: facts.chars as u64,
                index: Slot::empty(),
            });
            wide.add(1).cast::<Grown>().write(Grown {
                buffer: Slot::new(buffer.value()),
            });
            let meta = (len as u64) << LEN_SHIFT | facts.flags | FLAG_GROWN;
            (*s).meta.store(meta, Ordering::Relaxed);
            Ok(Gc::from_ptr(s))
        }
    }
}

impl Gc<Str> {
    /// The bytes of a grown string.
    #[cold]
    pub(super) fn grown_bytes<'a>(self) -> &'a [u8] {
        let buffer = self.buffer().expect("only grown strings are asked");
        // SAFETY: its length says how many of the bytes taken are its own; those never change.
        unsafe { std::slice::from_raw_parts(text(buffer), self.byte_len()) }
    }
}
