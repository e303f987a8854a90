//! `_thread`: threads and locks.
//!
//! A Python thread is a native thread with a context of its own; there is no global lock. The
//! interpreter waits at its end for threads that are no daemons (`_shutdown`).

mod local;
mod lock;

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};

use krait_runtime::types::exceptions;
use krait_runtime::types::structseq::{self, StructSeq};

use crate::prelude::*;
use crate::support::{self, names::CName};

pub use lock::{Lock, RLock, new_lock};

pub static MODULE: ModuleDef = ModuleDef {
    name: "_thread",
    doc: Some(
        "This module provides primitive operations to write multi-threaded programs.\nThe 'threading' module provides a more convenient interface.",
    ),
    functions: &[Functions::DEFS],
    types: &[&lock::LOCK, &lock::RLOCK, &local::SPEC, &HANDLE],
    init: Some(init),
};

static EXCEPT_HOOK_ARGS: StructSeq = StructSeq {
    module: "_thread",
    name: "_ExceptHookArgs",
    doc: Some("ExceptHookArgs\n\nType used to pass arguments to threading.excepthook."),
    fields: &[
        ("exc_type", "Exception type"),
        ("exc_value", "Exception value"),
        ("exc_traceback", "Exception traceback"),
        ("thread", "Thread"),
    ],
    visible: 4,
    instantiable: true,
};

/// Threads of an interpreter.
#[derive(Default)]
struct State {
    count: AtomicUsize,
    main: AtomicU64,
    stack_size: AtomicUsize,
    /// Threads that the end of the interpreter waits for.
    joined_at_end: Mutex<Vec<Arc<Done>>>,
    /// Threads that run, as far as they have handles.
    running: Mutex<Vec<Running>>,
    /// The interpreter is ending: nobody waits for threads any more, nor starts one.
    finalizing: AtomicBool,
}

/// From now on threads are neither started nor waited for.
pub fn begin_finalization(cx: &mut Cx) {
    cx.state::<State>()
        .finalizing
        .store(true, Ordering::Relaxed);
}

/// PythonFinalizationError if the interpreter is ending.
fn check_running(cx: &mut Cx, message: &str) -> PyResult<()> {
    if !cx.state::<State>().finalizing.load(Ordering::Relaxed) {
        return Ok(());
    }
    let class = cx.native_type(&exceptions::PYTHON_FINALIZATION_ERROR)?;
    Err(cx.error(class, message))
}

/// A thread that runs.
struct Running {
    ident: u64,
    done: Weak<Done>,
}

impl State {
    fn note_running(&self, ident: u64, done: &Arc<Done>) {
        let mut running = self.running.lock().unwrap_or_else(|e| e.into_inner());
        running.retain(|thread| thread.done.strong_count() > 0);
        let done = Arc::downgrade(done);
        running.push(Running { ident, done });
    }
}

/// In the child of a fork: this thread is the only one, and the main one.
pub fn after_fork(cx: &mut Cx) {
    let state = cx.state::<State>();
    state.main.store(ident(), Ordering::Relaxed);
    let mut running = state.running.lock().unwrap_or_else(|e| e.into_inner());
    running.retain(|thread| {
        let is_self = thread.ident == ident();
        if let Some(done) = thread.done.upgrade().filter(|_| !is_self) {
            // Nobody waits for it here, and the lock beside it may be held by a thread that is gone.
            done.ended.store(true, Ordering::Release);
        }
        is_self
    });
    state.count.store(0, Ordering::Relaxed);
    let mut waiting = state
        .joined_at_end
        .lock()
        .unwrap_or_else(|e| e.into_inner());
    // What the main thread is in the child, nobody can wait for.
    waiting.clear();
}

/// Set when a thread has ended.
#[derive(Default)]
struct Done {
    ended: AtomicBool,
    lock: parking_lot::Mutex<()>,
    wake: parking_lot::Condvar,
}

impl Done {
    fn set(&self) {
        let lock = self.lock.lock();
        self.ended.store(true, Ordering::Release);
        drop(lock);
        self.wake.notify_all();
    }

    fn is_set(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    /// Waits at most `ns` nanoseconds, for ever if negative; `false` if the time was not enough.
    fn wait(&self, cx: &mut Cx, ns: i64) -> PyResult<bool> {
        use std::time::{Duration, Instant};
        let deadline = (ns >= 0).then(|| Instant::now() + Duration::from_nanos(ns as u64));
        loop {
            let ended = cx.blocking(|| {
                let mut lock = self.lock.lock();
                if !self.is_set() {
                    // A signal on the main thread must not wait for ever.
                    let pause = Instant::now() + Duration::from_millis(50);
                    let until = deadline.map_or(pause, |d| d.min(pause));
                    self.wake.wait_until(&mut lock, until);
                }
                self.is_set()
            });
            if ended {
                return Ok(true);
            }
            support::check_signals(cx)?;
            if deadline.is_some_and(|d| Instant::now() >= d) {
                return Ok(false);
            }
        }
    }
}

/// `get_ident()`: the native thread's handle.
pub fn ident() -> u64 {
    // SAFETY: cannot fail.
    unsafe { libc::pthread_self() }
}

/// The process's first thread, on which signal handlers run.
pub fn is_main_thread() -> bool {
    // SAFETY: cannot fail.
    unsafe { libc::syscall(libc::SYS_gettid) == libc::getpid() as i64 }
}

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let state = cx.state::<State>();
    let _ = state
        .main
        .compare_exchange(0, ident(), Ordering::Relaxed, Ordering::Relaxed);
    let lock = cx.native_type(&lock::LOCK)?;
    m.set(cx, "LockType", lock.value());
    let error = cx.native_type(&exceptions::RUNTIME_ERROR)?;
    m.set(cx, "error", error.value());
    let args = structseq::type_of(cx, &EXCEPT_HOOK_ARGS)?;
    m.set(cx, "_ExceptHookArgs", args.value());
    let max = cx.new_float((i64::MAX / 1_000_000_000) as f64);
    m.set(cx, "TIMEOUT_MAX", max);
    Ok(())
}

// ---- Starting ------------------------------------------------------------------------------------

/// What a new thread runs; the values are kept alive by the starter, which waits until the thread
/// has them on its own stack.
struct Job {
    interp: &'static krait_runtime::cx::Interpreter,
    words: [u64; 3],
    started: Arc<Done>,
    done: Arc<Done>,
    /// Of the thread once it has started; 0 if it could not.
    ident: Arc<AtomicU64>,
}

fn thread_main(job: Job) {
    let mut cx = krait_runtime::boot::attach_thread(job.interp);
    let cx = &mut *cx;
    let [function, args, kwargs] = job.words.map(Value::from_bits);
    let ready = cx.hooks().thread_start.is_none_or(|start| start(cx));
    if ready {
        job.ident.store(ident(), Ordering::Release);
        let state = cx.state::<State>();
        state.count.fetch_add(1, Ordering::Relaxed);
        state.note_running(ident(), &job.done);
    }
    job.started.set();
    if !ready {
        return;
    }
    let state = cx.state::<State>();
    let arguments: Gc<Tuple> = Gc::from_value_unchecked(args);
    let result = cx.call_with_kwargs(function, arguments.as_slice(), kwargs.some());
    if let Err(e) = result
        && !e.is(cx, cx.types().system_exit)
    {
        cx.unraisable_during(e, "in thread started by", function);
    }
    // In the child of a fork the count began anew.
    let _ = state
        .count
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1));
    crate::_signal::leave(cx);
    if let Some(f) = cx.hooks().thread_end {
        f(cx);
    }
    job.done.set();
}

/// The smallest stack that CPython takes.
const LEAST_STACK: isize = 53_248;
/// Native stack of a thread beside what the program asks for, which may be that little: what is kept free
/// below the limit of recursion, and the interpreter's own frames.
const OWN_STACK: usize = 1 << 20;

/// Starts a thread that calls `function(*args, **kwargs)`.
fn start(
    cx: &mut Cx,
    function: Value,
    args: Value,
    kwargs: Value,
    done: Arc<Done>,
    id: Arc<AtomicU64>,
) -> PyResult<u64> {
    check_running(cx, "can't create new thread at interpreter shutdown")?;
    let state = cx.state::<State>();
    // From now on object locks are real.
    cx.interp().heap.set_multithreaded();
    let started = Arc::new(Done::default());
    let job = Job {
        interp: cx.interp(),
        words: [function, args, kwargs].map(Value::bits),
        started: started.clone(),
        done,
        ident: id.clone(),
    };
    let size = match state.stack_size.load(Ordering::Relaxed) {
        0 => 8 << 20,
        n => n + OWN_STACK,
    };
    let spawned = std::thread::Builder::new()
        .stack_size(size)
        .spawn(move || thread_main(job));
    if spawned.is_err() {
        return Err(cx.runtime_error("can't start new thread"));
    }
    // The values are on this stack until the new thread has attached itself and holds them.
    while !started.wait(cx, 1_000_000_000)? {}
    let keep = [function, args, kwargs];
    std::hint::black_box(&keep);
    match id.load(Ordering::Acquire) {
        0 => Err(cx.runtime_error("can't start new thread")),
        id => Ok(id),
    }
}

#[derive(Trace)]
pub struct ThreadHandle {
    #[trace(skip)]
    done: Arc<Done>,
    /// The thread itself sets it, before it runs anything.
    #[trace(skip)]
    ident: Arc<AtomicU64>,
    started: AtomicBool,
}
impl Native for ThreadHandle {
    const PY_NAME: &'static str = "_thread._ThreadHandle";
}

static HANDLE: TypeSpec = TypeSpec {
    name: "_ThreadHandle",
    module: "_thread",
    layout: Layout::native::<ThreadHandle>(),
    defs: &[HandleMethods::DEFS],
    ..TypeSpec::DEFAULT
};

type Handle = Obj<ThreadHandle>;

fn new_handle(cx: &mut Cx, class: Gc<Type>, ident: u64) -> Handle {
    let h = ThreadHandle {
        done: Arc::default(),
        ident: Arc::new(AtomicU64::new(ident)),
        started: (ident != 0).into(),
    };
    NativeObj::alloc(cx, class, h)
}

struct HandleMethods;

#[pymethods]
impl HandleMethods {
    #[py(new, sig = "($type)", hide_sig)]
    fn __new__(cx: &mut Cx, class: Value) -> Value {
        new_handle(cx, Gc::from_value_unchecked(class), 0).value()
    }
    #[py(sig = "($self, timeout=None, /)", hide_sig)]
    fn join(cx: &mut Cx, this: Handle, timeout: Option<Value>) -> PyResult<()> {
        let ns = match timeout.filter(|v| !v.is_none()) {
            Some(v) => support::time_arg::nanoseconds(cx, v, support::time_arg::Rounding::Up)?,
            None => -1,
        };
        if !this.started.load(Ordering::Acquire) {
            return Err(cx.runtime_error("thread not started"));
        }
        if this.done.is_set() {
            return Ok(());
        }
        if this.ident.load(Ordering::Acquire) == ident() {
            return Err(cx.runtime_error("Cannot join current thread"));
        }
        check_running(cx, "cannot join thread at interpreter shutdown")?;
        let done = this.done.clone();
        done.wait(cx, ns).map(|_| ())
    }
    #[py(sig = "($self, /)", doc = "")]
    fn _set_done(cx: &mut Cx, this: Handle) -> PyResult<()> {
        if !this.started.load(Ordering::Acquire) {
            return Err(cx.runtime_error("thread not started"));
        }
        this.done.set();
        Ok(())
    }
    #[py(sig = "($self, /)", doc = "")]
    fn is_done(this: Handle) -> bool {
        this.done.is_set()
    }
    #[py(getter)]
    fn ident(this: Handle) -> u64 {
        this.ident.load(Ordering::Acquire)
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: Handle) -> String {
        let class = cx.type_of(this.value()).full_name(cx);
        format!(
            "<{class} object: ident={}>",
            this.ident.load(Ordering::Acquire)
        )
    }
}

fn start_new(cx: &mut Cx, function: Value, args: Value, kwargs: Option<Value>) -> PyResult<u64> {
    if !cx.is_callable(function) {
        return Err(cx.type_error("first arg must be callable"));
    }
    if Gc::<Tuple>::from_value(args).is_none() {
        return Err(cx.type_error("2nd arg must be a tuple"));
    }
    if kwargs.is_some_and(|k| Gc::<Dict>::from_value(k).is_none()) {
        return Err(cx.type_error("optional 3rd arg must be a dictionary"));
    }
    start(
        cx,
        function,
        args,
        kwargs.unwrap_or(Value::EMPTY),
        Arc::default(),
        Arc::default(),
    )
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Start a new thread and return its identifier.
    ///
    /// The thread will call the function with positional arguments from the
    /// tuple args and keyword arguments taken from the optional dictionary
    /// kwargs.  The thread exits when the function returns; the return value
    /// is ignored.
    #[py(sig = "($module, function, args, kwargs={}, /)")]
    fn start_new_thread(
        cx: &mut Cx,
        function: Value,
        args: Value,
        kwargs: Option<Value>,
    ) -> PyResult<u64> {
        start_new(cx, function, args, kwargs)
    }
    /// An obsolete synonym of start_new_thread().
    #[py(sig = "($module, function, args, kwargs={}, /)")]
    fn start_new(
        cx: &mut Cx,
        function: Value,
        args: Value,
        kwargs: Option<Value>,
    ) -> PyResult<u64> {
        start_new(cx, function, args, kwargs)
    }
    /// *For internal use only*: start a new thread.
    #[py(sig = "($module, /, function, handle=None, daemon=True)")]
    fn start_joinable_thread(
        cx: &mut Cx,
        function: Value,
        handle: Option<Value>,
        daemon: Option<bool>,
    ) -> PyResult<Value> {
        if !cx.is_callable(function) {
            return Err(cx.type_error("thread function must be callable"));
        }
        let handle = match handle.filter(|h| !h.is_none()) {
            None => {
                let class = cx.native_type(&HANDLE)?;
                new_handle(cx, class, 0)
            }
            Some(v) => match NativeObj::<ThreadHandle>::from_value(v) {
                Some(h) => h,
                None => return Err(cx.type_error("'handle' must be a _ThreadHandle")),
            },
        };
        if handle.started.swap(true, Ordering::AcqRel) {
            return Err(cx.runtime_error("thread already started"));
        }
        let args = cx.empty_tuple();
        let (done, id) = (handle.done.clone(), handle.ident.clone());
        if let Err(e) = start(cx, function, args, Value::EMPTY, done, id) {
            handle.started.store(false, Ordering::Release);
            return Err(e);
        }
        if !daemon.unwrap_or(true) {
            let state = cx.state::<State>();
            let mut waiting = state
                .joined_at_end
                .lock()
                .unwrap_or_else(|e| e.into_inner());
            waiting.retain(|d| !d.is_set());
            waiting.push(handle.done.clone());
        }
        Ok(handle.value())
    }
    /// Return True if daemon threads are allowed in the current interpreter.
    #[py]
    fn daemon_threads_allowed() -> bool {
        true
    }
    /// Create a new lock object.
    #[py]
    fn allocate_lock(cx: &mut Cx) -> PyResult<Value> {
        new_lock(cx)
    }
    /// An obsolete synonym of allocate_lock().
    #[py]
    fn allocate(cx: &mut Cx) -> PyResult<Value> {
        new_lock(cx)
    }
    /// Return a non-zero integer that uniquely identifies the current thread.
    #[py]
    fn get_ident() -> u64 {
        ident()
    }
    /// Return a non-negative integer identifying the thread as reported by the OS.
    #[py]
    fn get_native_id() -> i64 {
        // SAFETY: cannot fail.
        unsafe { libc::syscall(libc::SYS_gettid) }
    }
    /// Return the number of currently running Python threads.
    #[py]
    fn _count(cx: &mut Cx) -> usize {
        cx.state::<State>().count.load(Ordering::Relaxed)
    }
    /// Return the thread stack size used when creating new threads.
    ///
    /// The optional size argument specifies the stack size (in bytes) to be used
    /// for subsequently created threads; 0 means the default.
    #[py(sig = "($module, size=0, /)")]
    fn stack_size(cx: &mut Cx, size: Option<isize>) -> PyResult<usize> {
        let state = cx.state::<State>();
        let old = state.stack_size.load(Ordering::Relaxed);
        match size {
            None => {}
            Some(n) if n != 0 && n < LEAST_STACK => {
                let message = format!("size must be at least {LEAST_STACK} bytes");
                return Err(cx.value_error(message));
            }
            Some(n) => state.stack_size.store(n as usize, Ordering::Relaxed),
        }
        Ok(old)
    }
    /// Simulate the arrival of the given signal in the main thread.
    #[py(sig = "($module, signum=signal.SIGINT, /)")]
    fn interrupt_main(cx: &mut Cx, signum: Option<i32>) -> PyResult<()> {
        crate::_signal::simulate(cx, signum.unwrap_or(libc::SIGINT))
    }
    /// Raise SystemExit: ends the thread silently.
    #[py]
    fn exit(cx: &mut Cx) -> PyResult<()> {
        let class = cx.types().system_exit;
        Err(cx.error_with(class, &[]))
    }
    /// An obsolete synonym of exit().
    #[py]
    fn exit_thread(cx: &mut Cx) -> PyResult<()> {
        let class = cx.types().system_exit;
        Err(cx.error_with(class, &[]))
    }
    /// Wait for all non-daemon threads (other than the calling thread) to stop.
    #[py]
    fn _shutdown(cx: &mut Cx) -> PyResult<()> {
        let state = cx.state::<State>();
        loop {
            let next = state
                .joined_at_end
                .lock()
                .unwrap_or_else(|e| e.into_inner())
                .pop();
            let Some(done) = next else { return Ok(()) };
            done.wait(cx, -1)?;
        }
    }
    /// Internal only. Make a thread handle for threads not spawned by the _thread or threading module.
    #[py(sig = "($module, ident, /)")]
    fn _make_thread_handle(cx: &mut Cx, ident: i64) -> PyResult<Value> {
        let class = cx.native_type(&HANDLE)?;
        let handle = new_handle(cx, class, ident as u64);
        cx.state::<State>().note_running(ident as u64, &handle.done);
        Ok(handle.value())
    }
    /// Internal only. Return a non-zero integer that uniquely identifies the main thread.
    #[py]
    fn _get_main_thread_ident(cx: &mut Cx) -> u64 {
        cx.state::<State>().main.load(Ordering::Relaxed)
    }
    /// Return True if the current interpreter is the main Python interpreter.
    #[py]
    fn _is_main_interpreter() -> bool {
        true
    }
    /// Set the name of the current thread.
    #[py(sig = "($module, /, name)")]
    fn set_name(name: CName) {
        let bytes = name.0.as_bytes();
        let short = std::ffi::CString::new(&bytes[..bytes.len().min(15)]).unwrap_or_default();
        // SAFETY: a C string of at most 15 bytes.
        unsafe { libc::pthread_setname_np(libc::pthread_self(), short.as_ptr()) };
    }
    /// Handle uncaught Thread.run() exception.
    #[py(sig = "($module, args, /)")]
    fn _excepthook(cx: &mut Cx, args: Value) -> PyResult<()> {
        excepthook(cx, args)
    }
}

fn excepthook(cx: &mut Cx, args: Value) -> PyResult<()> {
    let class = structseq::type_of(cx, &EXCEPT_HOOK_ARGS)?;
    let Some(t) = Gc::<Tuple>::from_value(args).filter(|_| cx.is_instance(args, class)) else {
        return Err(cx.type_error("_thread.excepthook argument type must be ExceptHookArgs"));
    };
    if t.get(0) == cx.types().system_exit.value() {
        return Ok(());
    }
    let Some(file) = cx.sys_get("stderr").filter(|f| !f.is_none()) else {
        return Ok(());
    };
    let thread = t.get(3);
    let name = match thread.is_none() {
        true => ident().to_string(),
        false => {
            let v = cx.get_attr_str(thread, "name")?;
            cx.str_string(v)?
        }
    };
    let head = cx.new_str(&format!("Exception in thread {name}:\n"));
    cx.call_method_str(file, "write", &[head])?;
    let traceback = cx.import("traceback")?;
    let lines = cx.call_method_str(
        traceback,
        "format_exception",
        &[t.get(0), t.get(1), t.get(2)],
    )?;
    cx.for_each(lines, |cx, line| {
        cx.call_method_str(file, "write", &[line]).map(|_| ())
    })?;
    cx.call_method_str(file, "flush", &[]).map(|_| ())
}
