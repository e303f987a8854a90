//! `_multiprocessing`: semaphores that processes share.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use crate::prelude::*;
use crate::support::{self, accounts, time_arg};

pub static MODULE: ModuleDef = ModuleDef {
    name: "_multiprocessing",
    functions: &[Functions::DEFS],
    types: &[&SEM_LOCK],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let flags = cx.new_dict();
    for name in ["HAVE_SEM_OPEN", "HAVE_SEM_TIMEDWAIT"] {
        let name = cx.intern(name);
        flags.set_str(cx, name, Value::small(1));
    }
    m.set(cx, "flags", flags.value());
    Ok(())
}

static SEM_LOCK: TypeSpec = TypeSpec {
    name: "SemLock",
    module: "_multiprocessing",
    doc: Some("Semaphore/Mutex type"),
    layout: Layout::native::<SemLock>(),
    flags: flags::BASETYPE,
    defs: &[Methods::DEFS],
    init: Some(constants),
    ..TypeSpec::DEFAULT
};

fn constants(cx: &mut Cx, class: Gc<Type>) -> PyResult<()> {
    let name = cx.intern("SEM_VALUE_MAX");
    class
        .namespace()
        .set_str(cx, name, Value::small(i32::MAX.into()));
    Ok(())
}

/// `kind` of a lock that its owner may take again.
const RECURSIVE_MUTEX: i32 = 0;
/// `kind` of a lock or semaphore that anybody may release.
const SEMAPHORE: i32 = 1;

const ORDER: Ordering = Ordering::Relaxed;

#[derive(Trace)]
struct SemLock {
    /// Address of the semaphore.
    handle: usize,
    kind: i32,
    maxvalue: i32,
    /// How often this process holds it.
    count: AtomicI64,
    /// The thread that took it last.
    owner: AtomicU64,
    /// A str, or `None` if the name is gone.
    name: Slot,
}
impl Native for SemLock {
    const PY_NAME: &'static str = "_multiprocessing.SemLock";
}
impl Drop for SemLock {
    fn drop(&mut self) {
        // SAFETY: opened by this object, closed once.
        unsafe { libc::sem_close(self.handle as *mut libc::sem_t) };
    }
}

impl SemLock {
    fn sem(&self) -> *mut libc::sem_t {
        self.handle as *mut libc::sem_t
    }

    fn is_mine(&self) -> bool {
        self.count.load(ORDER) > 0 && self.owner.load(ORDER) == crate::_thread::ident()
    }

    /// Units left; negative never happens on Linux.
    fn units(&self, cx: &mut Cx) -> PyResult<i32> {
        let mut n = 0;
        // SAFETY: a live semaphore; the result is ours.
        let r = unsafe { libc::sem_getvalue(self.sem(), &raw mut n) };
        support::check(cx, r)?;
        Ok(n.max(0))
    }

    fn wait(&self, cx: &mut Cx, block: bool, timeout: Option<f64>) -> PyResult<bool> {
        let sem = self.handle;
        // SAFETY: a live semaphore.
        if unsafe { libc::sem_trywait(self.sem()) } == 0 {
            return Ok(true);
        }
        match support::errno() {
            libc::EAGAIN | libc::EINTR => {}
            code => return Err(support::os_error(cx, code)),
        }
        if !block {
            return Ok(false);
        }
        let result = match timeout {
            // SAFETY: a live semaphore.
            None => support::retry(cx, || unsafe { libc::sem_wait(sem as *mut libc::sem_t) }
                as isize)?,
            Some(seconds) => {
                let until = deadline(seconds);
                // SAFETY: a live semaphore, a time of ours.
                support::retry(cx, || unsafe {
                    libc::sem_timedwait(sem as *mut libc::sem_t, &raw const until)
                } as isize)?
            }
        };
        match result {
            Ok(_) => Ok(true),
            Err(libc::ETIMEDOUT) => Ok(false),
            Err(code) => Err(support::os_error(cx, code)),
        }
    }

    fn acquire(&self, cx: &mut Cx, block: bool, timeout: Option<f64>) -> PyResult<bool> {
        if self.kind == RECURSIVE_MUTEX && self.is_mine() {
            self.count.fetch_add(1, ORDER);
            return Ok(true);
        }
        if !self.wait(cx, block, timeout)? {
            return Ok(false);
        }
        self.count.fetch_add(1, ORDER);
        self.owner.store(crate::_thread::ident(), ORDER);
        Ok(true)
    }

    fn release(&self, cx: &mut Cx) -> PyResult<()> {
        if self.kind == RECURSIVE_MUTEX {
            if !self.is_mine() {
                return Err(
                    cx.assertion_error("attempt to release recursive lock not owned by thread")
                );
            }
            if self.count.load(ORDER) > 1 {
                self.count.fetch_sub(1, ORDER);
                return Ok(());
            }
        } else if self.units(cx)? >= self.maxvalue {
            return Err(cx.value_error("semaphore or lock released too many times"));
        }
        // SAFETY: a live semaphore.
        let r = unsafe { libc::sem_post(self.sem()) };
        support::check(cx, r)?;
        self.count.fetch_sub(1, ORDER);
        Ok(())
    }
}

/// Now and so many seconds, on the clock of `sem_timedwait`.
fn deadline(seconds: f64) -> libc::timespec {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    let span = (seconds.max(0.0) * 1e9).min(9e18 - now.as_nanos() as f64) as i64;
    time_arg::timespec((now.as_nanos() as i64).saturating_add(span))
}

/// Opens a semaphore; `create` has the initial value of a new one.
fn open(cx: &mut Cx, name: Gc<Str>, create: Option<u32>) -> PyResult<usize> {
    let c = accounts::name(cx, name)?;
    // SAFETY: a C string; mode and value are only read for a new semaphore.
    let sem = unsafe {
        match create {
            Some(value) => libc::sem_open(
                c.as_ptr(),
                libc::O_CREAT | libc::O_EXCL,
                0o600 as libc::c_uint,
                value,
            ),
            None => libc::sem_open(c.as_ptr(), 0),
        }
    };
    if sem == libc::SEM_FAILED {
        let code = support::errno();
        return Err(support::os_error(cx, code));
    }
    Ok(sem as usize)
}

fn make(
    cx: &mut Cx,
    class: Gc<Type>,
    handle: usize,
    kind: i32,
    maxvalue: i32,
    name: Value,
) -> Value {
    let lock = SemLock {
        handle,
        kind,
        maxvalue,
        count: AtomicI64::new(0),
        owner: AtomicU64::new(0),
        name: slot(name),
    };
    NativeObj::alloc(cx, class, lock).value()
}

type This = Obj<SemLock>;

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, /, kind, value, maxvalue, name, unlink)", hide_sig)]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        kind: i32,
        value: i32,
        maxvalue: i32,
        name: Gc<Str>,
        unlink: bool,
    ) -> PyResult<Value> {
        if kind != RECURSIVE_MUTEX && kind != SEMAPHORE {
            return Err(cx.value_error("unrecognized kind"));
        }
        let handle = open(cx, name, Some(value as u32))?;
        let lock = make(
            cx,
            class,
            handle,
            kind,
            maxvalue,
            if unlink { Value::none() } else { name.value() },
        );
        if unlink {
            let c = accounts::name(cx, name)?;
            // SAFETY: a C string.
            let r = unsafe { libc::sem_unlink(c.as_ptr()) };
            support::check(cx, r)?;
        }
        Ok(lock)
    }
    /// Acquire the semaphore/lock.
    #[py(name = "acquire", sig = "($self, /, block=True, timeout=None)")]
    fn acquire_(
        cx: &mut Cx,
        this: This,
        block: Option<bool>,
        timeout: Option<Value>,
    ) -> PyResult<bool> {
        let timeout = match timeout.filter(|t| !t.is_none()) {
            Some(t) => Some(cx.as_f64(t)?),
            None => None,
        };
        this.acquire(cx, block.unwrap_or(true), timeout)
    }
    /// Release the semaphore/lock.
    #[py(name = "release", sig = "($self, /)")]
    fn release_(cx: &mut Cx, this: This) -> PyResult<()> {
        this.release(cx)
    }
    /// Enter the semaphore/lock.
    #[py(sig = "($self, /)")]
    fn __enter__(cx: &mut Cx, this: This) -> PyResult<bool> {
        this.acquire(cx, true, None)
    }
    /// Exit the semaphore/lock.
    #[py(sig = "($self, exc_type=None, exc_value=None, exc_tb=None, /)")]
    fn __exit__(
        cx: &mut Cx,
        this: This,
        _t: Option<Value>,
        _v: Option<Value>,
        _tb: Option<Value>,
    ) -> PyResult<()> {
        this.release(cx)
    }
    /// Num of `acquire()`s minus num of `release()`s for this process.
    #[py(sig = "($self, /)")]
    fn _count(this: This) -> i64 {
        this.count.load(ORDER)
    }
    /// Whether the lock is owned by this thread.
    #[py(sig = "($self, /)")]
    fn _is_mine(this: This) -> bool {
        this.is_mine()
    }
    /// Get the value of the semaphore.
    #[py(sig = "($self, /)")]
    fn _get_value(cx: &mut Cx, this: This) -> PyResult<i32> {
        this.units(cx)
    }
    /// Return whether semaphore has value zero.
    #[py(sig = "($self, /)")]
    fn _is_zero(cx: &mut Cx, this: This) -> PyResult<bool> {
        Ok(this.units(cx)? == 0)
    }
    #[py(
        classmethod,
        sig = "($type, handle, kind, maxvalue, name, /)",
        doc = ""
    )]
    fn _rebuild(
        cx: &mut Cx,
        class: Gc<Type>,
        handle: i64,
        kind: i32,
        maxvalue: i32,
        name: Value,
    ) -> PyResult<Value> {
        let handle = match Gc::<Str>::from_value(name) {
            Some(s) => open(cx, s, None)?,
            None => handle as usize,
        };
        Ok(make(cx, class, handle, kind, maxvalue, name))
    }
    /// Rezero the net acquisition count after fork().
    #[py(sig = "($self, /)")]
    fn _after_fork(this: This) {
        this.count.store(0, ORDER);
    }
    #[py(getter)]
    fn handle(this: This) -> usize {
        this.handle
    }
    #[py(getter)]
    fn kind(this: This) -> i32 {
        this.kind
    }
    #[py(getter)]
    fn maxvalue(this: This) -> i32 {
        this.maxvalue
    }
    #[py(getter)]
    fn name(this: This) -> Value {
        this.name.get()
    }
}

struct Functions;

#[pyfunctions]
impl Functions {
    #[py(sig = "($module, name, /)", doc = "")]
    fn sem_unlink(cx: &mut Cx, name: Gc<Str>) -> PyResult<()> {
        let c = accounts::name(cx, name)?;
        // SAFETY: a C string.
        let r = unsafe { libc::sem_unlink(c.as_ptr()) };
        support::check(cx, r).map(|_| ())
    }
}
