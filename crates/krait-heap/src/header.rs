//! The eight bytes every object starts with, and what a reference word looks like.

use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};

/// Tag of a reference word: `w & TAG_MASK == PTR_TAG` is a reference to the object at `w - PTR_TAG`.
pub const PTR_TAG: u64 = 2;
/// The bits of a word that hold its tag.
pub const TAG_MASK: u64 = 7;

/// Values of the collector's byte. The write barrier's whole test is `gc == gc_state::OLD`.
pub mod gc_state {
    /// Allocated since the last collection: stores into it need no barrier.
    pub const YOUNG: u8 = 0;
    /// Survived a collection and is not in a log: the next store logs it.
    pub const OLD: u8 = 1;
    /// Old, and already in a log since the last collection.
    pub const LOGGED: u8 = 2;
    /// Immortal and outside the heap; never points into the heap.
    pub const STATIC: u8 = 3;
}

/// Bits of [`Header::sticky`], set by atomic OR.
pub mod sticky {
    /// There are weak references to the object.
    pub const WEAKREFS: u8 = 1;
    /// Its class has a finalizer.
    pub const HAS_DEL: u8 = 2;
    /// Its finalizer has run (or is queued); it does not run again.
    pub const FINALIZED: u8 = 4;
    /// A foreign proxy stands for it.
    pub const PROXY: u8 = 8;
    /// An array big enough that the barrier logs slots, not the object.
    pub const LARGE_ARRAY: u8 = 16;
    /// Reachable by more than the thread that made it.
    pub const SHARED: u8 = 32;
    /// Free for the runtime.
    pub const USER_A: u8 = 64;
    /// Free for the runtime.
    pub const USER_B: u8 = 128;
}

/// Object header. The collector owns `gc`; everything else is the runtime's.
#[repr(C, align(8))]
pub struct Header {
    shape: AtomicU32,
    kind: u8,
    gc: AtomicU8,
    lock: AtomicU8,
    sticky: AtomicU8,
}

impl Header {
    /// Header of an immortal static object: outside the heap, never marked, never logged.
    pub const fn new_static(shape: u32, kind: u8) -> Self {
        Header {
            shape: AtomicU32::new(shape),
            kind,
            gc: AtomicU8::new(gc_state::STATIC),
            lock: AtomicU8::new(0),
            sticky: AtomicU8::new(0),
        }
    }

    /// A fresh young object's header as one word, so that allocation stores it at once.
    #[inline(always)]
    pub(crate) const fn young_word(shape: u32, kind: u8) -> u64 {
        // Field order is memory order; the target is little-endian (checked in lib.rs).
        shape as u64 | (kind as u64) << 32
    }

    /// Shape id. Acquire: what the shape describes was published before it.
    #[inline(always)]
    pub fn shape(&self) -> u32 {
        self.shape.load(Ordering::Acquire)
    }

    /// Publishes a new shape id, after the slots it describes were written.
    #[inline(always)]
    pub fn set_shape(&self, shape: u32) {
        self.shape.store(shape, Ordering::Release);
    }

    /// The runtime's kind of object (decides tracing and dropping); fixed for life.
    #[inline(always)]
    pub fn kind(&self) -> u8 {
        self.kind
    }

    /// The collector's byte, one of [`gc_state`].
    #[inline(always)]
    pub fn gc_state(&self) -> u8 {
        self.gc.load(Ordering::Relaxed)
    }

    #[inline(always)]
    pub(crate) fn set_gc_state(&self, state: u8) {
        self.gc.store(state, Ordering::Relaxed);
    }

    /// Whether this is an immortal static, outside every heap.
    #[inline(always)]
    pub fn is_static(&self) -> bool {
        self.gc_state() == gc_state::STATIC
    }

    /// The sticky bits, see [`sticky`].
    #[inline(always)]
    pub fn sticky(&self) -> u8 {
        self.sticky.load(Ordering::Acquire)
    }

    /// Sets sticky bits; returns what was set before.
    #[inline]
    pub fn set_sticky(&self, bits: u8) -> u8 {
        self.sticky.fetch_or(bits, Ordering::AcqRel)
    }

    /// Sets and clears sticky bits of an object that no other thread can touch: one just made, or any
    /// while the world is stopped. A locked instruction would cost more than making the object.
    #[inline(always)]
    pub fn change_sticky_alone(&self, set: u8, clear: u8) {
        let bits = self.sticky.load(Ordering::Relaxed);
        self.sticky.store(bits & !clear | set, Ordering::Relaxed);
    }

    /// Clears sticky bits; returns what was set before.
    #[inline]
    pub fn clear_sticky(&self, bits: u8) -> u8 {
        self.sticky.fetch_and(!bits, Ordering::AcqRel)
    }

    /// Takes the object's lock if it is free. Use [`crate::Mutator::lock`], which knows how to wait.
    #[inline(always)]
    pub fn try_lock_byte(&self) -> bool {
        self.lock
            .compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }

    /// Gives the lock back.
    #[inline(always)]
    pub fn unlock_byte(&self) {
        self.lock.store(0, Ordering::Release);
    }

    /// Whether somebody holds the lock right now.
    #[inline(always)]
    pub fn is_locked(&self) -> bool {
        self.lock.load(Ordering::Relaxed) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout_is_one_word() {
        assert_eq!(size_of::<Header>(), 8);
        assert_eq!(align_of::<Header>(), 8);
        let word = Header::young_word(0x1234_5678, 0x9a);
        // SAFETY: Header is eight bytes of plain integers; every bit pattern is valid.
        let header: Header = unsafe { std::mem::transmute(word) };
        assert_eq!(header.shape(), 0x1234_5678);
        assert_eq!(header.kind(), 0x9a);
        assert_eq!(header.gc_state(), gc_state::YOUNG);
        assert_eq!(header.sticky(), 0);
        assert!(!header.is_locked());
    }

    #[test]
    fn sticky_bits_accumulate() {
        let header = Header::new_static(7, 1);
        assert_eq!(header.set_sticky(sticky::WEAKREFS), 0);
        assert_eq!(header.set_sticky(sticky::HAS_DEL), sticky::WEAKREFS);
        assert_eq!(
            header.clear_sticky(sticky::WEAKREFS),
            sticky::WEAKREFS | sticky::HAS_DEL
        );
        assert_eq!(header.sticky(), sticky::HAS_DEL);
        assert!(header.is_static());
    }
}
