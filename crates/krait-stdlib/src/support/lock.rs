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
        if !self.lock.try_lock() {
            self.wait(cx, object)?;
        }
        self.owner.store(cx.thread_id, Ordering::Relaxed);
        Ok(Held { monitor: self })
    }

    #[cold]
    #[inline(never)]
    fn wait(&self, cx: &mut Cx, object: Value) -> PyResult<()> {
        if self.owner.load(Ordering::Relaxed) == cx.thread_id {
            return Err(reentrant(cx, object));
        }
        cx.blocking(|| self.lock.lock());
        Ok(())
    }

    /// In a child process: the holder may not exist any more.
    pub fn reset_after_fork(&self) {
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
}

impl<T> Held<'_, T> {
    /// Runs `f`, which may use the object, with the lock given up meanwhile: what was read from the state
    /// before may be different afterwards.
    pub fn outside<R>(&mut self, cx: &mut Cx, f: impl FnOnce(&mut Cx) -> R) -> R {
        let monitor = self.monitor;
        monitor.owner.store(0, Ordering::Relaxed);
        // SAFETY: this guard means that the lock is held; nobody uses the guard while `f` runs.
        unsafe { monitor.lock.unlock() };
        let result = f(cx);
        if !monitor.lock.try_lock() {
            cx.blocking(|| monitor.lock.lock());
        }
        monitor.owner.store(cx.thread_id, Ordering::Relaxed);
        result
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
        self.monitor.owner.store(0, Ordering::Relaxed);
        // SAFETY: locked when the guard was made.
        unsafe { self.monitor.lock.unlock() };
    }
}
