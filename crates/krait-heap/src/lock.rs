//! Object locks: one byte in the header, a predictable branch until there is a second thread.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::header::Header;
use crate::heap::ObjectModel;
use crate::mutator::Mutator;

const SPINS: u32 = 64;
const YIELDS: u32 = 32;

impl<M: ObjectModel> Mutator<M> {
    /// Whether locks are real for this thread. Changes only between bytecodes.
    #[inline(always)]
    pub fn is_multithreaded(&self) -> bool {
        self.multithreaded.load(Relaxed)
    }

    /// Takes the object's lock (statics have one too). Not reentrant. While it waits the thread counts as
    /// blocked, so a collection may happen here. Whoever holds a lock must not run Python code, block in the
    /// system or wait for anything but another object's lock of a higher address.
    #[inline(always)]
    pub fn lock(&mut self, object: *mut Header) {
        // SAFETY: the caller has a valid object.
        if self.is_multithreaded() && !unsafe { &*object }.try_lock_byte() {
            self.lock_slow(object);
        }
    }

    /// Gives the object's lock back.
    #[inline(always)]
    pub fn unlock(&mut self, object: *mut Header) {
        if self.is_multithreaded() {
            // SAFETY: the caller has a valid object, and its lock.
            unsafe { &*object }.unlock_byte();
        }
    }

    /// Takes two objects' locks in address order; they may be the same object.
    #[inline]
    pub fn lock_pair(&mut self, a: *mut Header, b: *mut Header) {
        if self.is_multithreaded() {
            let (low, high) = (a.min(b), a.max(b));
            self.lock(low);
            if low != high {
                self.lock(high);
            }
        }
    }

    /// Gives back what [`Mutator::lock_pair`] took.
    #[inline]
    pub fn unlock_pair(&mut self, a: *mut Header, b: *mut Header) {
        if self.is_multithreaded() {
            self.unlock(a);
            if a != b {
                self.unlock(b);
            }
        }
    }

    /// Critical sections are a few dozen instructions long: spin, then yield, then sleep briefly. A holder may
    /// be stopped by a collection (an allocation inside the section), which is why the wait is a blocked state.
    #[cold]
    #[inline(never)]
    fn lock_slow(&mut self, object: *mut Header) {
        // SAFETY: the caller of `lock` has a valid object, and its frame keeps it alive.
        let header = unsafe { &*object };
        for _ in 0..SPINS {
            std::hint::spin_loop();
            if !header.is_locked() && header.try_lock_byte() {
                return;
            }
        }
        loop {
            self.enter_blocking();
            let mut rounds = 0;
            while header.is_locked() {
                if rounds < YIELDS {
                    std::thread::yield_now();
                } else {
                    std::thread::sleep(Duration::from_micros(50));
                }
                rounds += 1;
            }
            self.leave_blocking();
            if header.try_lock_byte() {
                return;
            }
        }
    }
}
