//! Memory kept back for the moment when the system has none left.
//!
//! Rust's collections abort the process when the allocator refuses, wherever in native code that is. With
//! [`Allocator`] as the program's allocator a small request that the system refuses is served from a reserve
//! instead, and the next collection, which the spent reserve makes due, ends with [`crate::POLL_MEMORY`]:
//! between two bytecodes MemoryError is raised. Large requests are refused as ever; who makes them asks first.

use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr::null_mut;
use std::sync::atomic::{
    AtomicBool, AtomicPtr, Ordering::AcqRel, Ordering::Acquire, Ordering::Release,
};

/// What is kept back.
// SAFETY: the alignment is a power of two.
const RESERVE: Layout = unsafe { Layout::from_size_align_unchecked(8 << 20, 16) };
/// Requests up to this size may spend the reserve.
const SMALL: usize = 1 << 20;

/// The process's allocator is the process's: like the memory it manages, this is no interpreter's own.
static KEPT: AtomicPtr<u8> = AtomicPtr::new(null_mut());
static SPENT: AtomicBool = AtomicBool::new(false);

/// The system's allocator with a reserve behind it, for `#[global_allocator]`.
pub struct Allocator;

impl Allocator {
    /// Sets the reserve aside, if the system has it to give; whether there is one now.
    pub fn set_aside() -> bool {
        if !KEPT.load(Acquire).is_null() {
            return true;
        }
        // SAFETY: the layout's size is not zero.
        let fresh = unsafe { System.alloc(RESERVE) };
        if fresh.is_null() {
            return false;
        }
        SPENT.store(false, Release);
        let other = KEPT.swap(fresh, AcqRel);
        release(other);
        true
    }
}

/// Whether the reserve had to be used.
#[inline]
pub(crate) fn is_spent() -> bool {
    SPENT.load(Acquire)
}

fn release(reserve: *mut u8) {
    if !reserve.is_null() {
        // SAFETY: came from the system's allocator with this layout, and was taken out of `KEPT`.
        unsafe { System.dealloc(reserve, RESERVE) };
    }
}

/// Gives the reserve back to the system for a request of `size` bytes; whether it may succeed now.
#[cold]
fn spend(size: usize) -> bool {
    if size > SMALL {
        return false;
    }
    let reserve = KEPT.swap(null_mut(), AcqRel);
    if reserve.is_null() {
        return false;
    }
    SPENT.store(true, Release);
    release(reserve);
    true
}

// SAFETY: everything is passed on to the system's allocator.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        unsafe {
            let p = System.alloc(layout);
            if p.is_null() && spend(layout.size()) {
                return System.alloc(layout);
            }
            p
        }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        unsafe {
            let p = System.alloc_zeroed(layout);
            if p.is_null() && spend(layout.size()) {
                return System.alloc_zeroed(layout);
            }
            p
        }
    }

    #[inline]
    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as the caller promises; a refused request leaves the old memory as it was.
        unsafe {
            let p = System.realloc(old, layout, size);
            if p.is_null() && spend(size) {
                return System.realloc(old, layout, size);
            }
            p
        }
    }

    #[inline]
    unsafe fn dealloc(&self, p: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(p, layout) }
    }
}
