//! Raw bytes in the collector's heap: storage of byte arrays, indices of strings.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::{Gc, Header, Kind, Object};
use crate::types::shape_id;

/// `capacity` bytes without references. Zeroed when made.
#[repr(C)]
pub struct RawBytes {
    pub header: Header,
    capacity: usize,
    data: [u8; 0],
}
// SAFETY: repr(C), header first; who shares one says who writes.
unsafe impl Object for RawBytes {
    const KIND: Kind = Kind::RawBytes;
}

impl RawBytes {
    pub fn alloc(cx: &mut Cx, capacity: usize) -> PyResult<Gc<RawBytes>> {
        if capacity > isize::MAX as usize / 2 {
            return Err(cx.memory_error());
        }
        let o = cx.alloc_sized(
            size_of::<RawBytes>() + capacity,
            shape_id::RAW_BYTES,
            Kind::RawBytes,
        )?;
        // SAFETY: fresh zeroed memory of that size.
        unsafe {
            let raw = o.cast::<RawBytes>();
            (&raw mut (*raw).capacity).write(capacity);
            Ok(Gc::from_ptr(raw))
        }
    }

    #[inline(always)]
    pub fn capacity(&self) -> usize {
        self.capacity
    }
}

impl Gc<RawBytes> {
    /// The first byte. Aligned for words.
    #[inline(always)]
    pub fn data(self) -> *mut u8 {
        // SAFETY: a field of a live object.
        unsafe { (&raw mut (*self.as_ptr()).data).cast() }
    }
}
