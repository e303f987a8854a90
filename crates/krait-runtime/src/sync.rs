//! State inside objects that threads share.

use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};

use parking_lot::{Mutex, MutexGuard};

use crate::cx::Cx;
use crate::heap::Tracer;
use crate::native::Trace;
use crate::object::{Gc, Header};

/// Native state in an object, behind a lock. Locking borrows the context: allocating or calling
/// Python while holding the guard does not compile. Nothing in it may be a reference to a heap
/// object unless `T` is traced and written through [`Guarded::lock_owned`], which logs the owner.
pub struct Guarded<T> {
    lock: Mutex<()>,
    value: UnsafeCell<T>,
}

// SAFETY: the value is only reached under the lock, or with the world stopped.
unsafe impl<T: Send> Sync for Guarded<T> {}

impl<T> Guarded<T> {
    pub const fn new(value: T) -> Guarded<T> {
        Guarded {
            lock: Mutex::new(()),
            value: UnsafeCell::new(value),
        }
    }

    /// Locks the state. The guard keeps the context borrowed.
    pub fn lock<'a>(&'a self, cx: &'a mut Cx) -> Guard<'a, T> {
        let _ = cx;
        // The holder never reaches a safepoint: waiting here is short.
        Guard {
            _lock: self.lock.lock(),
            value: &self.value,
        }
    }

    /// Locks the state of `owner` to store references in it.
    pub fn lock_owned<'a, O>(&'a self, cx: &'a mut Cx, owner: Gc<O>) -> Guard<'a, T> {
        let o: *mut Header = owner.header();
        cx.write_barrier(o);
        Guard {
            _lock: self.lock.lock(),
            value: &self.value,
        }
    }
}

/// Exclusive access to the state of a [`Guarded`].
pub struct Guard<'a, T> {
    _lock: MutexGuard<'a, ()>,
    value: &'a UnsafeCell<T>,
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: the lock is held.
        unsafe { &*self.value.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the lock is held, and this is the only guard.
        unsafe { &mut *self.value.get() }
    }
}

// SAFETY: reports what the state reports.
unsafe impl<T: Trace> Trace for Guarded<T> {
    fn trace(&self, t: &mut Tracer<'_>) {
        // SAFETY: the world is stopped, and no thread stops while it holds the lock.
        unsafe { (*self.value.get()).trace(t) }
    }
}
