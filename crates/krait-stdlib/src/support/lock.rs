//! State that only one thread at a time works on, however long that takes.

use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering};

use krait_runtime::cx::Cx;
use krait_runtime::error::{PyResult, Raised};
use krait_runtime::heap::Tracer;
use krait_runtime::native::Trace;
use krait_runtime::value::Value;
use parking_lot::RawMutex;
use parking_lot::lock_api::RawMutex as _;

/// Native state behind a lock that may be held while the holder allocates, blocks in the system or
/// calls Python. A thread that waits for it is parked. The state holds no references to objects.
///
/// The only thread of a process takes it without an atomic operation, which costs more than most of what
/// is done under it: it is the holder, and leaves `lock` alone. If it starts a thread meanwhile, that one
/// finds a holder when it has the lock, and waits for the end of that.
pub struct Monitor<T> {
    lock: RawMutex,
    /// `Cx::thread_id` of the holder, 0 when nobody holds it.
    owner: AtomicU64,
    state: UnsafeCell<T>,
}

// SAFETY: the state is only reached by the thread that holds the lock.
unsafe impl<T: Send> Sync for Monitor<T> {}
// SAFETY: as any owner of a `T`.
unsafe impl<T: Send> Send for Monitor<T> {}
// SAFETY: by the type's contract there are no references in the state.
unsafe impl<T> Trace for Monitor<T> {
    fn trace(&self, _: &mut Tracer<'_>) {}
}

impl<T> Monitor<T> {
    pub const fn new(state: T) -> Monitor<T> {
        Monitor {
            lock: RawMutex::INIT,
            owner: AtomicU64::new(0),
            state: UnsafeCell::new(state),
        }
    }

    /// Waits for the lock. RuntimeError if this thread holds it already.
    #[inline]
    pub fn enter<'a>(&'a self, cx: &mut Cx, object: Value) -> PyResult<Held<'a, T>> {
        let alone = !cx.mutator.is_multithreaded() && self.owner.load(Ordering::Relaxed) == 0;
        if !alone {
            if self.owner.load(Ordering::Relaxed) == cx.thread_id {
                return Err(reentrant(cx, object));
            }
            self.wait(cx);
        }
        self.owner.store(cx.thread_id, Ordering::Relaxed);
        Ok(Held {
            monitor: self,
            locked: !alone,
        })
    }

    /// Takes the lock, and waits until there is no holder without it.
    #[cold]
    #[inline(never)]
    fn wait(&self, cx: &mut Cx) {
        loop {
            if !self.lock.try_lock() {
                cx.blocking(|| self.lock.lock());
            }
            if self.owner.load(Ordering::Acquire) == 0 {
                return;
            }
            // SAFETY: locked just now.
            unsafe { self.lock.unlock() };
            cx.blocking(std::thread::yield_now);
        }
    }

    /// In a child process: the holder may not exist any more.
    pub fn reset_after_fork(&self) {
        self.owner.store(0, Ordering::Relaxed);
        if self.lock.is_locked() {
            // SAFETY: the process has one thread, and it does not hold the lock for long.
            unsafe { self.lock.unlock() };
        }
    }
}

#[cold]
fn reentrant(cx: &mut Cx, object: Value) -> Raised {
    match cx.repr_string(object) {
        Ok(shown) => cx.runtime_error(format!("reentrant call inside {shown}")),
        Err(e) => e,
    }
}

/// Exclusive access to the state of a [`Monitor`].
pub struct Held<'a, T> {
    monitor: &'a Monitor<T>,
    /// The lock is taken, too: there were several threads.
    locked: bool,
}

impl<T> Held<'_, T> {
    /// Runs `f`, which may use the object, with the lock given up meanwhile: what was read from the state
    /// before may be different afterwards.
    pub fn outside<R>(&mut self, cx: &mut Cx, f: impl FnOnce(&mut Cx) -> R) -> R {
        self.leave();
        let result = f(cx);
        let monitor = self.monitor;
        self.locked = cx.mutator.is_multithreaded();
        if self.locked {
            monitor.wait(cx);
        }
        monitor.owner.store(cx.thread_id, Ordering::Relaxed);
        result
    }
}

impl<T> Held<'_, T> {
    /// Gives the lock up.
    #[inline]
    fn leave(&self) {
        self.monitor.owner.store(0, Ordering::Release);
        if self.locked {
            // SAFETY: locked when the guard was made.
            unsafe { self.monitor.lock.unlock() };
        }
    }
}

impl<T> Deref for Held<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this guard means that the lock is held, and there is one guard.
        unsafe { &*self.monitor.state.get() }
    }
}

impl<T> DerefMut for Held<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`.
        unsafe { &mut *self.monitor.state.get() }
    }
}

impl<T> Drop for Held<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.leave();
    }
}
