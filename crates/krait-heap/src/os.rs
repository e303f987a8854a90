//! Memory from the operating system: one reserved range per heap, and zero-filled side tables.

use std::ptr::NonNull;

/// Address space set aside for one heap. Nothing is usable before [`Reservation::commit`].
pub(crate) struct Reservation {
    base: usize,
    len: usize,
    mapped: (usize, usize),
}

impl Reservation {
    /// Reserves `len` bytes aligned to `align`; `None` if the address space is limited below that.
    pub(crate) fn new(len: usize, align: usize) -> Option<Self> {
        let want = len + align;
        let ptr = map(want, libc::PROT_NONE)?;
        let start = ptr.as_ptr() as usize;
        Some(Reservation {
            base: start.next_multiple_of(align),
            len,
            mapped: (start, want),
        })
    }

    pub(crate) fn base(&self) -> usize {
        self.base
    }

    /// Makes `[offset, offset + len)` readable and writable (zero-filled when new).
    pub(crate) fn commit(&self, offset: usize, len: usize) -> bool {
        debug_assert!(offset + len <= self.len);
        // SAFETY: the range lies inside our own mapping.
        unsafe {
            libc::mprotect(
                (self.base + offset) as *mut libc::c_void,
                len,
                libc::PROT_READ | libc::PROT_WRITE,
            ) == 0
        }
    }

    /// Gives the pages back to the system; returns whether they read as zero afterwards.
    pub(crate) fn release_pages(&self, offset: usize, len: usize) -> bool {
        debug_assert!(offset + len <= self.len);
        // SAFETY: the range lies inside our own mapping and holds no live object.
        let done = unsafe {
            libc::madvise(
                (self.base + offset) as *mut libc::c_void,
                len,
                libc::MADV_DONTNEED,
            )
        };
        done == 0 && cfg!(target_os = "linux")
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        // SAFETY: our own mapping, unmapped once.
        unsafe { libc::munmap(self.mapped.0 as *mut libc::c_void, self.mapped.1) };
    }
}

/// A zero-filled array as large as the reservation needs; pages appear when first touched.
/// `T` must be valid when all zero and be made of atomics, so that shared access is sound.
pub(crate) struct SideTable<T: ZeroValid> {
    ptr: NonNull<T>,
    len: usize,
}

/// Types whose all-zero pattern is a valid value and that may be shared between threads.
///
/// # Safety
/// Implementors promise exactly that.
pub(crate) unsafe trait ZeroValid: Sync {}

// SAFETY: atomics are plain integers and Sync.
unsafe impl ZeroValid for std::sync::atomic::AtomicU64 {}

// SAFETY: the table owns its memory; elements are Sync.
unsafe impl<T: ZeroValid> Send for SideTable<T> {}
// SAFETY: as above.
unsafe impl<T: ZeroValid> Sync for SideTable<T> {}

impl<T: ZeroValid> SideTable<T> {
    pub(crate) fn new(len: usize) -> Option<Self> {
        let ptr = map(len * size_of::<T>(), libc::PROT_READ | libc::PROT_WRITE)?;
        Some(SideTable {
            ptr: ptr.cast(),
            len,
        })
    }

    pub(crate) fn as_ptr(&self) -> *mut T {
        self.ptr.as_ptr()
    }
}

impl<T: ZeroValid> std::ops::Index<usize> for SideTable<T> {
    type Output = T;

    #[inline(always)]
    fn index(&self, index: usize) -> &T {
        debug_assert!(index < self.len);
        // SAFETY: callers derive the index from an address inside the reservation that the table was
        // sized for; the memory is mapped, zero-initialised and T is ZeroValid.
        unsafe { &*self.ptr.as_ptr().add(index) }
    }
}

impl<T: ZeroValid> Drop for SideTable<T> {
    fn drop(&mut self) {
        // SAFETY: our own mapping, unmapped once.
        unsafe { libc::munmap(self.ptr.as_ptr().cast(), self.len * size_of::<T>()) };
    }
}

/// How much address space the process may use, if it is limited (`ulimit -v`).
pub fn address_space_limit() -> Option<usize> {
    // SAFETY: getrlimit fills the structure it is given.
    let limit = unsafe {
        let mut limit: libc::rlimit = std::mem::zeroed();
        (libc::getrlimit(libc::RLIMIT_AS, &mut limit) == 0).then_some(limit.rlim_cur)?
    };
    (limit != libc::RLIM_INFINITY).then(|| usize::try_from(limit).unwrap_or(usize::MAX))
}

fn map(len: usize, prot: libc::c_int) -> Option<NonNull<u8>> {
    // SAFETY: an anonymous private mapping at an address of the kernel's choice.
    let ptr = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            len,
            prot,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
            -1,
            0,
        )
    };
    if ptr == libc::MAP_FAILED {
        return None;
    }
    NonNull::new(ptr.cast())
}
