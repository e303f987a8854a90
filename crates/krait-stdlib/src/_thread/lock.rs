//! `lock` and `RLock`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::prelude::*;
use crate::support::{self, time_arg};

/// A flag that threads wait for: unlike a mutex, anybody may clear it. Waits are interrupted by
/// signals on the main thread.
#[derive(Default)]
pub struct Flag {
    taken: Mutex<bool>,
    freed: Condvar,
}

/// A signal's handler has to run within this time although its thread waits for a lock.
const SIGNAL_INTERVAL: Duration = Duration::from_millis(50);

impl Flag {
    pub fn try_take(&self) -> bool {
        let mut taken = self.taken.lock();
        !std::mem::replace(&mut *taken, true)
    }

    pub fn is_taken(&self) -> bool {
        *self.taken.lock()
    }

    /// `false` if it was not taken.
    pub fn free(&self) -> bool {
        let was = std::mem::replace(&mut *self.taken.lock(), false);
        self.freed.notify_one();
        was
    }

    /// Takes the flag, waiting at most `ns` nanoseconds (for ever if negative).
    pub fn take(&self, cx: &mut Cx, ns: i64) -> PyResult<bool> {
        if self.try_take() {
            return Ok(true);
        }
        if ns == 0 {
            return Ok(false);
        }
        let deadline = (ns > 0).then(|| Instant::now() + Duration::from_nanos(ns as u64));
        let is_main = cx.thread_id == 1 || super::is_main_thread();
        loop {
            let done = cx.blocking(|| {
                let mut taken = self.taken.lock();
                if *taken {
                    let pause = is_main.then(|| Instant::now() + SIGNAL_INTERVAL);
                    match [deadline, pause].into_iter().flatten().min() {
                        Some(until) => drop(self.freed.wait_until(&mut taken, until)),
                        None => self.freed.wait(&mut taken),
                    }
                }
                !std::mem::replace(&mut *taken, true)
            });
            if done {
                return Ok(true);
            }
            if is_main && let Err(e) = support::check_signals(cx) {
                return Err(e);
            }
            if deadline.is_some_and(|d| Instant::now() >= d) {
                return Ok(false);
            }
        }
    }
}

/// `blocking` and `timeout` of `acquire` as nanoseconds.
pub fn timeout_arg(cx: &mut Cx, blocking: Option<bool>, timeout: Option<Value>) -> PyResult<i64> {
    let blocking = blocking.unwrap_or(true);
    let ns = match timeout {
        None => -1_000_000_000,
        Some(v) => match time_arg::nanoseconds(cx, v, time_arg::Rounding::Up) {
            Ok(ns) => ns,
            Err(e) if e.is(cx, cx.types().overflow_error) => {
                return Err(cx.overflow_error("timeout value is too large"));
            }
            Err(e) => return Err(e),
        },
    };
    if !blocking && ns != -1_000_000_000 {
        return Err(cx.value_error("can't specify a timeout for a non-blocking call"));
    }
    if ns < 0 && ns != -1_000_000_000 {
        return Err(cx.value_error("timeout value must be a non-negative number"));
    }
    Ok(if !blocking {
        0
    } else if ns < 0 {
        -1
    } else {
        ns
    })
}

#[derive(Trace, Default)]
pub struct Lock {
    #[trace(skip)]
    pub flag: Flag,
}
impl Native for Lock {
    const PY_NAME: &'static str = "_thread.lock";
}

pub static LOCK: TypeSpec = TypeSpec {
    name: "lock",
    module: "_thread",
    doc: Some(
        "A lock object is a synchronization primitive.  To create a lock,\ncall threading.Lock().  It is unlocked, can be taken by acquire() and freed by\nrelease(), by any thread, and is a context manager.",
    ),
    layout: Layout::native::<Lock>(),
    flags: flags::WEAKREFABLE,
    defs: &[LockMethods::DEFS],
    ..TypeSpec::DEFAULT
};

pub fn new_lock(cx: &mut Cx) -> PyResult<Value> {
    let class = cx.native_type(&LOCK)?;
    Ok(NativeObj::alloc(cx, class, Lock::default()).value())
}

fn release(cx: &mut Cx, this: Obj<Lock>) -> PyResult<()> {
    if this.flag.free() {
        Ok(())
    } else {
        Err(cx.runtime_error("release unlocked lock"))
    }
}

struct LockMethods;

#[pymethods]
impl LockMethods {
    #[py(new, sig = "($type)", hide_sig)]
    fn __new__(cx: &mut Cx, class: Value) -> Value {
        NativeObj::alloc(cx, Gc::from_value_unchecked(class), Lock::default()).value()
    }
    /// Lock the lock.
    ///
    /// Without argument, this blocks if the lock is already locked (even by the
    /// same thread), waiting for another thread to release the lock, and return
    /// True once the lock is acquired. With an argument, this will only block if
    /// the argument is true, and the return value reflects whether the lock is
    /// acquired. The blocking operation is interruptible.
    #[py(sig = "($self, /, blocking=True, timeout=-1)")]
    fn acquire(
        cx: &mut Cx,
        this: Obj<Lock>,
        blocking: Option<bool>,
        timeout: Option<Value>,
    ) -> PyResult<bool> {
        let ns = timeout_arg(cx, blocking, timeout)?;
        this.flag.take(cx, ns)
    }
    /// An obsolete synonym of acquire().
    #[py(sig = "($self, /, blocking=True, timeout=-1)")]
    fn acquire_lock(
        cx: &mut Cx,
        this: Obj<Lock>,
        blocking: Option<bool>,
        timeout: Option<Value>,
    ) -> PyResult<bool> {
        let ns = timeout_arg(cx, blocking, timeout)?;
        this.flag.take(cx, ns)
    }
    /// Release the lock.
    ///
    /// Allows another thread that is blocked waiting for
    /// the lock to acquire the lock.  The lock must be in the locked state,
    /// but it needn't be locked by the same thread that unlocks it.
    #[py(sig = "($self, /)")]
    fn release(cx: &mut Cx, this: Obj<Lock>) -> PyResult<()> {
        release(cx, this)
    }
    /// An obsolete synonym of release().
    #[py(sig = "($self, /)")]
    fn release_lock(cx: &mut Cx, this: Obj<Lock>) -> PyResult<()> {
        release(cx, this)
    }
    /// Return whether the lock is in the locked state.
    #[py(sig = "($self, /)")]
    fn locked(this: Obj<Lock>) -> bool {
        this.flag.is_taken()
    }
    /// An obsolete synonym of locked().
    #[py(sig = "($self, /)")]
    fn locked_lock(this: Obj<Lock>) -> bool {
        this.flag.is_taken()
    }
    /// Lock the lock.
    #[py(sig = "($self, /)")]
    fn __enter__(cx: &mut Cx, this: Obj<Lock>) -> PyResult<bool> {
        this.flag.take(cx, -1)
    }
    /// Release the lock.
    #[py(sig = "($self, /, *exc_info)")]
    fn __exit__(cx: &mut Cx, this: Obj<Lock>, _exc_info: &[Value]) -> PyResult<()> {
        release(cx, this)
    }
    #[py(sig = "($self, /)", doc = "")]
    fn _at_fork_reinit(this: Obj<Lock>) {
        this.flag.free();
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: Obj<Lock>) -> String {
        let class = cx.type_of(this.value()).full_name(cx);
        let state = if this.flag.is_taken() {
            "locked"
        } else {
            "unlocked"
        };
        format!("<{state} {class} object at {:#x}>", cx.id(this.value()))
    }
}

#[derive(Trace, Default)]
pub struct RLock {
    #[trace(skip)]
    flag: Flag,
    /// `get_ident()` of the owner, 0 if there is none.
    owner: AtomicU64,
    count: AtomicU64,
}
impl Native for RLock {
    const PY_NAME: &'static str = "_thread.RLock";
}

pub static RLOCK: TypeSpec = TypeSpec {
    name: "RLock",
    module: "_thread",
    layout: Layout::native::<RLock>(),
    flags: flags::BASETYPE | flags::WEAKREFABLE,
    defs: &[RLockMethods::DEFS],
    ..TypeSpec::DEFAULT
};

const ORDER: Ordering = Ordering::Relaxed;

impl RLock {
    fn is_mine(&self) -> bool {
        self.owner.load(ORDER) == super::ident()
    }

    fn acquire(&self, cx: &mut Cx, ns: i64) -> PyResult<bool> {
        if self.is_mine() {
            self.count.fetch_add(1, ORDER);
            return Ok(true);
        }
        if !self.flag.take(cx, ns)? {
            return Ok(false);
        }
        self.owner.store(super::ident(), ORDER);
        self.count.store(1, ORDER);
        Ok(true)
    }

    fn release(&self, cx: &mut Cx) -> PyResult<()> {
        if !self.is_mine() {
            return Err(cx.runtime_error("cannot release un-acquired lock"));
        }
        if self.count.fetch_sub(1, ORDER) == 1 {
            self.owner.store(0, ORDER);
            self.flag.free();
        }
        Ok(())
    }
}

struct RLockMethods;

#[pymethods]
impl RLockMethods {
    #[py(new, sig = "($type, *args, **kwargs)", hide_sig)]
    fn __new__(cx: &mut Cx, class: Value, _kwargs: Option<Value>, _args: &[Value]) -> Value {
        NativeObj::alloc(cx, Gc::from_value_unchecked(class), RLock::default()).value()
    }
    /// Lock the lock.
    ///
    /// A thread that owns the lock already only counts one level more; another
    /// one waits, unless `blocking` is false or the time is up. Returns whether
    /// the lock is owned now.
    #[py(sig = "($self, /, blocking=True, timeout=-1)")]
    fn acquire(
        cx: &mut Cx,
        this: Obj<RLock>,
        blocking: Option<bool>,
        timeout: Option<Value>,
    ) -> PyResult<bool> {
        let ns = timeout_arg(cx, blocking, timeout)?;
        this.acquire(cx, ns)
    }
    /// Release the lock.
    ///
    /// The owner has to release as often as it acquired; then another thread
    /// can take the lock. RuntimeError if the calling thread is not the owner.
    #[py(sig = "($self, /)")]
    fn release(cx: &mut Cx, this: Obj<RLock>) -> PyResult<()> {
        this.release(cx)
    }
    /// Return a boolean indicating whether this object is locked right now.
    #[py(sig = "($self, /)")]
    fn locked(this: Obj<RLock>) -> bool {
        this.flag.is_taken()
    }
    /// For internal use by `threading.Condition`.
    #[py(sig = "($self, /)")]
    fn _is_owned(this: Obj<RLock>) -> bool {
        this.is_mine()
    }
    /// For internal use by reentrant lock.
    #[py(sig = "($self, /)")]
    fn _recursion_count(this: Obj<RLock>) -> u64 {
        if this.is_mine() {
            this.count.load(ORDER)
        } else {
            0
        }
    }
    /// For internal use by `threading.Condition`.
    #[py(sig = "($self, /)")]
    fn _release_save(cx: &mut Cx, this: Obj<RLock>) -> PyResult<Value> {
        if !this.is_mine() {
            return Err(cx.runtime_error("cannot release un-acquired lock"));
        }
        let (count, owner) = (this.count.swap(0, ORDER), this.owner.swap(0, ORDER));
        this.flag.free();
        let (count, owner) = (cx.new_uint(count), cx.new_uint(owner));
        Ok(cx.new_tuple(&[count, owner]))
    }
    /// For internal use by `threading.Condition`.
    #[py(sig = "($self, state, /)")]
    fn _acquire_restore(cx: &mut Cx, this: Obj<RLock>, state: Gc<Tuple>) -> PyResult<()> {
        this.flag.take(cx, -1)?;
        let (count, owner) = (cx.index_i64(state.get(0))?, cx.index_i64(state.get(1))?);
        this.owner.store(owner.unwrap_or(0) as u64, ORDER);
        this.count.store(count.unwrap_or(1) as u64, ORDER);
        Ok(())
    }
    /// Lock the lock.
    #[py(sig = "($self, /)")]
    fn __enter__(cx: &mut Cx, this: Obj<RLock>) -> PyResult<bool> {
        this.acquire(cx, -1)
    }
    /// Release the lock.
    #[py(sig = "($self, /, *exc_info)")]
    fn __exit__(cx: &mut Cx, this: Obj<RLock>, _exc_info: &[Value]) -> PyResult<()> {
        this.release(cx)
    }
    #[py(sig = "($self, /)", doc = "")]
    fn _at_fork_reinit(this: Obj<RLock>) {
        this.owner.store(0, ORDER);
        this.count.store(0, ORDER);
        this.flag.free();
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: Obj<RLock>) -> String {
        let class = cx.type_of(this.value()).full_name(cx);
        let (owner, count) = (this.owner.load(ORDER), this.count.load(ORDER));
        let state = if owner == 0 { "unlocked" } else { "locked" };
        format!(
            "<{state} {class} object owner={owner} count={count} at {:#x}>",
            cx.id(this.value())
        )
    }
}
