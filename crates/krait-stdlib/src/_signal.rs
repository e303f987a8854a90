//! `_signal`: signals and their Python handlers.
//!
//! The handler that the system calls only sets a flag, writes to the wakeup descriptor and wakes the
//! main thread's poll word; Python handlers run there, between bytecodes ([`run_handlers`]).

use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, Ordering};

use krait_runtime::cx::POLL_SIGNAL;
use krait_runtime::heap::Poll;
use krait_runtime::types::exceptions;
use krait_runtime::types::structseq::{self, StructSeq};

use crate::libc_constants;
use crate::prelude::*;
use crate::support::{self, time_arg};

pub static MODULE: ModuleDef = ModuleDef {
    name: "_signal",
    doc: Some("This module provides mechanisms to use signal handlers in Python."),
    functions: &[Functions::DEFS],
    types: &[&ITIMER_ERROR],
    init: Some(init),
};

static ITIMER_ERROR: TypeSpec =
    support::exception_spec("signal", "itimer_error", None, &exceptions::OS_ERROR);

static SIGINFO: StructSeq = StructSeq {
    module: "signal",
    name: "struct_siginfo",
    doc: Some(
        "struct_siginfo: Result from sigwaitinfo or sigtimedwait.\n\nIt can be used as a tuple or by attribute names.",
    ),
    fields: &[
        ("si_signo", "signal number"),
        ("si_code", "signal code"),
        ("si_errno", "errno associated with this signal"),
        ("si_pid", "sending process ID"),
        ("si_uid", "real user ID of sending process"),
        ("si_status", "exit value or signal"),
        ("si_band", "band event for SIGPOLL"),
    ],
    visible: 7,
    instantiable: true,
};

const COUNT: usize = 65;

// Signals belong to the process: what their handlers touch cannot hang off an interpreter.
static PENDING: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];
static ANY_PENDING: AtomicBool = AtomicBool::new(false);
/// Of the main thread, as long as it lives.
static MAIN_POLL: AtomicPtr<Poll> = AtomicPtr::new(std::ptr::null_mut());
static WAKEUP_FD: AtomicI32 = AtomicI32::new(-1);

extern "C" fn on_signal(signum: libc::c_int) {
    let saved = support::errno();
    trip(signum);
    // SAFETY: errno of this thread.
    unsafe { *libc::__errno_location() = saved };
}

/// Async-signal-safe.
fn trip(signum: i32) {
    PENDING[signum as usize].store(true, Ordering::Relaxed);
    ANY_PENDING.store(true, Ordering::Release);
    // SAFETY: null or a field of the main thread's context, which is never freed.
    if let Some(poll) = unsafe { MAIN_POLL.load(Ordering::Acquire).as_ref() } {
        poll.request(POLL_SIGNAL);
    }
    let fd = WAKEUP_FD.load(Ordering::Relaxed);
    if fd >= 0 {
        let byte = signum as u8;
        // SAFETY: one byte of ours.
        unsafe { libc::write(fd, (&raw const byte).cast(), 1) };
    }
}

/// In the child of a fork: this thread is the main one. Signals that arrived before the fork are the parent's.
pub fn after_fork(cx: &mut Cx) {
    ANY_PENDING.store(false, Ordering::Release);
    for pending in &PENDING {
        pending.store(false, Ordering::Relaxed);
    }
    become_main(cx);
}

fn become_main(cx: &mut Cx) {
    let poll: *const Poll = cx.mutator.poll();
    MAIN_POLL.store(poll.cast_mut(), Ordering::Release);
}

/// The thread ends, and with it its context.
pub fn leave(cx: &mut Cx) {
    let poll: *const Poll = cx.mutator.poll();
    let _ = MAIN_POLL.compare_exchange(
        poll.cast_mut(),
        std::ptr::null_mut(),
        Ordering::AcqRel,
        Ordering::Relaxed,
    );
}

/// Handlers by number, a tuple-like list that lives as long as the interpreter.
#[derive(Default)]
struct State {
    handlers: std::sync::Mutex<Option<u64>>,
}

fn handlers(cx: &mut Cx) -> Gc<List> {
    let state = cx.state::<State>();
    let known = *state.handlers.lock().unwrap_or_else(|e| e.into_inner());
    let bits = known.unwrap_or_else(|| {
        let list = cx.new_list(&[Value::none(); COUNT]);
        cx.keep_forever(list);
        *state
            .handlers
            .lock()
            .unwrap_or_else(|e| e.into_inner())
            .get_or_insert(list.bits())
    });
    Gc::from_value_unchecked(Value::from_bits(bits))
}

fn handler(cx: &mut Cx, signum: i32) -> Value {
    handlers(cx).get(signum as usize).unwrap_or(Value::none())
}

fn set_handler(cx: &mut Cx, signum: i32, v: Value) {
    handlers(cx).set(cx, signum as usize, v);
}

/// Calls the Python handlers of signals that arrived. The virtual machine calls this between
/// bytecodes of the main thread when `POLL_SIGNAL` is set in its poll word (`Hooks::run_signals`).
pub fn run_handlers(cx: &mut Cx) -> PyResult<()> {
    cx.mutator
        .poll_word()
        .fetch_and(!POLL_SIGNAL, Ordering::SeqCst);
    if !crate::_thread::is_main_thread() || !ANY_PENDING.swap(false, Ordering::AcqRel) {
        return Ok(());
    }
    let hooks = cx.hooks();
    for signum in 1..COUNT as i32 {
        if !PENDING[signum as usize].swap(false, Ordering::Relaxed) {
            continue;
        }
        let f = handler(cx, signum);
        if f.is_none() || f.as_small().is_some() {
            continue;
        }
        let frame = hooks
            .frame
            .and_then(|frame| frame(cx, 0))
            .unwrap_or(Value::none());
        if let Err(e) = cx.call(f, &[Value::small(signum as i64), frame]) {
            // The rest runs at the next opportunity.
            ANY_PENDING.store(true, Ordering::Release);
            cx.mutator.poll().request(POLL_SIGNAL);
            return Err(e);
        }
    }
    Ok(())
}

/// As if the signal had arrived.
pub fn simulate(cx: &mut Cx, signum: i32) -> PyResult<()> {
    check_number(cx, signum)?;
    let f = handler(cx, signum);
    if !f.is_none() && f.as_small().is_none() {
        trip(signum);
    }
    Ok(())
}

fn check_number(cx: &mut Cx, signum: i32) -> PyResult<()> {
    if (1..COUNT as i32).contains(&signum) {
        Ok(())
    } else {
        Err(cx.value_error("signal number out of range"))
    }
}

fn install(signum: i32, action: usize) -> Result<(), i32> {
    // SAFETY: the structure is plain data; the handler is async-signal-safe.
    unsafe {
        let mut sa: libc::sigaction = std::mem::zeroed();
        sa.sa_sigaction = action;
        // The native stack of a thread may be nearly used up.
        sa.sa_flags = libc::SA_ONSTACK;
        libc::sigemptyset(&raw mut sa.sa_mask);
        if libc::sigaction(signum, &raw const sa, std::ptr::null_mut()) < 0 {
            Err(support::errno())
        } else {
            Ok(())
        }
    }
}

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    if crate::_thread::is_main_thread() {
        become_main(cx);
    }
    cx.interp()
        .hooks
        .write()
        .unwrap_or_else(|e| e.into_inner())
        .run_signals = Some(run_handlers);
    support::add_ints(
        cx,
        m,
        libc_constants! {
            SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGIOT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGALRM SIGTERM SIGSTKFLT
            SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO SIGPOLL SIGPWR SIGSYS
            ITIMER_REAL ITIMER_VIRTUAL ITIMER_PROF SIG_BLOCK SIG_UNBLOCK SIG_SETMASK
        },
    );
    let more = [
        ("NSIG", 65),
        ("SIGCLD", libc::SIGCHLD as i64),
        ("SIGRTMIN", libc::SIGRTMIN() as i64),
        ("SIGRTMAX", libc::SIGRTMAX() as i64),
        ("SIG_DFL", 0),
        ("SIG_IGN", 1),
    ];
    support::add_ints(cx, m, &more);
    let info = structseq::type_of(cx, &SIGINFO)?;
    m.set(cx, "struct_siginfo", info.value());
    let class = cx.native_type(&ITIMER_ERROR)?;
    m.set(cx, "ItimerError", class.value());
    first_handlers(cx, m)
}

/// What the process started with; Ctrl-C raises KeyboardInterrupt.
fn first_handlers(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    for signum in 1..COUNT as i32 {
        // SAFETY: only asks.
        let action = unsafe {
            let mut sa: libc::sigaction = std::mem::zeroed();
            if libc::sigaction(signum, std::ptr::null(), &raw mut sa) < 0 {
                None
            } else {
                Some(sa.sa_sigaction)
            }
        };
        let v = match action {
            Some(libc::SIG_DFL) => Value::small(0),
            Some(libc::SIG_IGN) => Value::small(1),
            _ => Value::none(),
        };
        set_handler(cx, signum, v);
    }
    let default = m.get(cx, "default_int_handler").unwrap_or(Value::none());
    if handler(cx, libc::SIGINT) == Value::small(0) && crate::_thread::is_main_thread() {
        set_handler(cx, libc::SIGINT, default);
        if let Err(code) = install(libc::SIGINT, on_signal as *const () as usize) {
            return Err(support::os_error(cx, code));
        }
    }
    Ok(())
}

/// The set behind an iterable of signal numbers.
pub fn signal_set(cx: &mut Cx, v: Value) -> PyResult<libc::sigset_t> {
    // SAFETY: plain data.
    let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
    let items = cx.collect(v)?;
    for &item in items.as_slice() {
        let n = cx.size_index(item)? as i32;
        if !(1..COUNT as i32).contains(&n) {
            return Err(cx.value_error(format!("signal number {n} out of range [1; 64]")));
        }
        // SAFETY: a number in range.
        unsafe { libc::sigaddset(&raw mut set, n) };
    }
    Ok(set)
}

fn set_value(cx: &mut Cx, set: &libc::sigset_t) -> PyResult<Value> {
    let out = cx.new_set();
    for n in 1..COUNT as i32 {
        // SAFETY: a number in range.
        if unsafe { libc::sigismember(set, n) } == 1 {
            out.add(cx, Value::small(n as i64))?;
        }
    }
    Ok(out.value())
}

fn timer_value(cx: &mut Cx, t: &libc::itimerval) -> Value {
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 * 1e-6;
    let (a, b) = (
        cx.new_float(seconds(t.it_value)),
        cx.new_float(seconds(t.it_interval)),
    );
    cx.new_tuple(&[a, b])
}

fn timeval(cx: &mut Cx, v: Option<Value>) -> PyResult<libc::timeval> {
    let ns = match v {
        Some(v) => time_arg::nanoseconds(cx, v, time_arg::Rounding::Ceiling)?,
        None => 0,
    };
    let us = (ns + 999).div_euclid(1000);
    Ok(libc::timeval {
        tv_sec: us.div_euclid(1_000_000),
        tv_usec: us.rem_euclid(1_000_000),
    })
}

fn timer_error(cx: &mut Cx) -> PyResult<Value> {
    let code = support::errno();
    let class = cx.native_type(&ITIMER_ERROR)?;
    Err(support::os_error_of(
        cx,
        class,
        code,
        &support::strerror(code),
        &[],
    ))
}

fn siginfo(cx: &mut Cx, i: &libc::siginfo_t) -> PyResult<Value> {
    // SAFETY: the kernel has filled the structure.
    let (pid, uid, status) = unsafe { (i.si_pid(), i.si_uid(), i.si_status()) };
    let v = [
        i.si_signo, i.si_code, i.si_errno, pid, uid as i32, status, 0,
    ]
    .map(|n| Value::small(n as i64));
    structseq::new(cx, &SIGINFO, &v)
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Set the action for the given signal.
    ///
    /// The action can be SIG_DFL, SIG_IGN, or a callable Python object.
    /// The previous action is returned.  See getsignal() for possible return values.
    ///
    /// *** IMPORTANT NOTICE ***
    /// A signal handler function is called with two arguments:
    /// the first is the signal number, the second is the interrupted stack frame.
    #[py(sig = "($module, signalnum, handler, /)")]
    fn signal(cx: &mut Cx, signalnum: i32, handler: Value) -> PyResult<Value> {
        if !crate::_thread::is_main_thread() {
            return Err(cx.value_error("signal only works in main thread of the main interpreter"));
        }
        check_number(cx, signalnum)?;
        let number = if krait_runtime::types::int::is_int(handler) {
            cx.index_i64(handler)?
        } else {
            None
        };
        let action =
            match number {
                Some(0) => libc::SIG_DFL,
                Some(1) => libc::SIG_IGN,
                _ if cx.is_callable(handler) => on_signal as *const () as usize,
                _ => return Err(cx.type_error(
                    "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object",
                )),
            };
        support::check_signals(cx)?;
        if let Err(code) = install(signalnum, action) {
            return Err(support::os_error(cx, code));
        }
        let old = self::handler(cx, signalnum);
        set_handler(cx, signalnum, number.map_or(handler, Value::small));
        Ok(old)
    }
    /// Return the current action for the given signal.
    ///
    /// The return value can be:
    ///   SIG_IGN -- if the signal is being ignored
    ///   SIG_DFL -- if the default action for the signal is in effect
    ///   None    -- if an unknown handler is in effect
    ///   anything else -- the callable Python object used as a handler
    #[py(sig = "($module, signalnum, /)")]
    fn getsignal(cx: &mut Cx, signalnum: i32) -> PyResult<Value> {
        check_number(cx, signalnum)?;
        Ok(handler(cx, signalnum))
    }
    /// The default handler for SIGINT installed by Python.
    ///
    /// It raises KeyboardInterrupt.
    #[py(sig = "($module, signalnum, frame, /)")]
    fn default_int_handler(cx: &mut Cx, _signalnum: i32, _frame: Value) -> PyResult<()> {
        let class = cx.types().keyboard_interrupt;
        Err(cx.error_with(class, &[]))
    }
    /// Send a signal to the executing process.
    #[py(sig = "($module, signalnum, /)")]
    fn raise_signal(cx: &mut Cx, signalnum: i32) -> PyResult<()> {
        // SAFETY: plain numbers.
        let r = unsafe { libc::raise(signalnum) };
        support::check(cx, if r == 0 { 0 } else { -1 })?;
        support::check_signals(cx)
    }
    /// Sets the fd to be written to (with the signal number) when a signal comes in.
    ///
    /// A library can use this to wakeup select or poll.
    /// The previous fd or -1 is returned.
    ///
    /// The fd must be non-blocking.
    #[py(sig = "($module, fd, /, *, warn_on_full_buffer=True)")]
    fn set_wakeup_fd(cx: &mut Cx, fd: i32, _warn_on_full_buffer: Option<bool>) -> PyResult<i32> {
        if !crate::_thread::is_main_thread() {
            return Err(
                cx.value_error("set_wakeup_fd only works in main thread of the main interpreter")
            );
        }
        if fd != -1 {
            // SAFETY: plain numbers.
            let flags = support::check(cx, unsafe { libc::fcntl(fd, libc::F_GETFL) })?;
            if flags & libc::O_NONBLOCK == 0 {
                return Err(cx.value_error(format!("the fd {fd} must be in non-blocking mode")));
            }
        }
        Ok(WAKEUP_FD.swap(fd, Ordering::Relaxed))
    }
    /// Arrange for SIGALRM to arrive after the given number of seconds.
    #[py(sig = "($module, seconds, /)")]
    fn alarm(seconds: i32) -> u32 {
        // SAFETY: plain numbers.
        unsafe { libc::alarm(seconds.max(0) as u32) }
    }
    /// Wait until a signal arrives.
    #[py]
    fn pause(cx: &mut Cx) -> PyResult<()> {
        // SAFETY: only waits.
        cx.blocking(|| unsafe { libc::pause() });
        support::check_signals(cx)
    }
    /// Sets given itimer (one of ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF).
    ///
    /// The timer will fire after value seconds and after that every interval seconds.
    /// The itimer can be cleared by setting seconds to zero.
    ///
    /// Returns old values as a tuple: (delay, interval).
    #[py(sig = "($module, which, seconds, interval=0.0, /)")]
    fn setitimer(
        cx: &mut Cx,
        which: i32,
        seconds: Value,
        interval: Option<Value>,
    ) -> PyResult<Value> {
        let new = libc::itimerval {
            it_value: timeval(cx, Some(seconds))?,
            it_interval: timeval(cx, interval)?,
        };
        // SAFETY: both are ours.
        let (r, old) = unsafe {
            let mut old: libc::itimerval = std::mem::zeroed();
            (
                libc::setitimer(which as _, &raw const new, &raw mut old),
                old,
            )
        };
        if r < 0 {
            timer_error(cx)
        } else {
            Ok(timer_value(cx, &old))
        }
    }
    /// Returns current value of given itimer.
    #[py(sig = "($module, which, /)")]
    fn getitimer(cx: &mut Cx, which: i32) -> PyResult<Value> {
        // SAFETY: the result is ours.
        let (r, t) = unsafe {
            let mut t: libc::itimerval = std::mem::zeroed();
            (libc::getitimer(which as _, &raw mut t), t)
        };
        if r < 0 {
            timer_error(cx)
        } else {
            Ok(timer_value(cx, &t))
        }
    }
    /// Fetch and/or change the signal mask of the calling thread.
    #[py(sig = "($module, how, mask, /)")]
    fn pthread_sigmask(cx: &mut Cx, how: i32, mask: Value) -> PyResult<Value> {
        let set = signal_set(cx, mask)?;
        // SAFETY: both sets are ours.
        let (r, old) = unsafe {
            let mut old: libc::sigset_t = std::mem::zeroed();
            (
                libc::pthread_sigmask(how, &raw const set, &raw mut old),
                old,
            )
        };
        if r != 0 {
            return Err(support::os_error(cx, r));
        }
        support::check_signals(cx)?;
        set_value(cx, &old)
    }
    /// Send a signal to a thread.
    #[py(sig = "($module, thread_id, signalnum, /)")]
    fn pthread_kill(cx: &mut Cx, thread_id: i64, signalnum: i32) -> PyResult<()> {
        // SAFETY: the program vouches for the thread, as in C.
        let r = unsafe { libc::pthread_kill(thread_id as u64, signalnum) };
        if r != 0 {
            return Err(support::os_error(cx, r));
        }
        support::check_signals(cx)
    }
    /// Examine pending signals.
    #[py]
    fn sigpending(cx: &mut Cx) -> PyResult<Value> {
        // SAFETY: the set is ours.
        let (r, set) = unsafe {
            let mut set: libc::sigset_t = std::mem::zeroed();
            (libc::sigpending(&raw mut set), set)
        };
        support::check(cx, r)?;
        set_value(cx, &set)
    }
    /// Wait for a signal.
    #[py(sig = "($module, sigset, /)")]
    fn sigwait(cx: &mut Cx, sigset: Value) -> PyResult<i32> {
        let set = signal_set(cx, sigset)?;
        let mut n = 0;
        // SAFETY: both are ours.
        match cx.blocking(|| unsafe { libc::sigwait(&raw const set, &raw mut n) }) {
            0 => Ok(n),
            code => Err(support::os_error(cx, code)),
        }
    }
    /// Wait synchronously until one of the signals in *sigset* is delivered.
    #[py(sig = "($module, sigset, /)")]
    fn sigwaitinfo(cx: &mut Cx, sigset: Value) -> PyResult<Value> {
        let set = signal_set(cx, sigset)?;
        // SAFETY: both are ours.
        let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
        // SAFETY: both are ours.
        support::call(cx, || unsafe {
            libc::sigwaitinfo(&raw const set, &raw mut info) as isize
        })?;
        siginfo(cx, &info)
    }
    /// Like sigwaitinfo(), but with a timeout.
    #[py(sig = "($module, sigset, timeout, /)")]
    fn sigtimedwait(cx: &mut Cx, sigset: Value, timeout: Value) -> PyResult<Value> {
        let ns = time_arg::nanoseconds(cx, timeout, time_arg::Rounding::Ceiling)?;
        if ns < 0 {
            return Err(cx.value_error("timeout must be non-negative"));
        }
        let (set, span) = (signal_set(cx, sigset)?, time_arg::timespec(ns));
        // SAFETY: all are ours.
        let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
        // SAFETY: all are ours.
        match support::retry(cx, || unsafe {
            libc::sigtimedwait(&raw const set, &raw mut info, &raw const span) as isize
        })? {
            Ok(_) => siginfo(cx, &info),
            Err(libc::EAGAIN) => Ok(Value::none()),
            Err(code) => Err(support::os_error(cx, code)),
        }
    }
    /// Change system call restart behaviour.
    #[py(sig = "($module, signalnum, flag, /)")]
    fn siginterrupt(cx: &mut Cx, signalnum: i32, flag: i32) -> PyResult<()> {
        check_number(cx, signalnum)?;
        // SAFETY: reads and writes back one action.
        let r = unsafe {
            let mut sa: libc::sigaction = std::mem::zeroed();
            libc::sigaction(signalnum, std::ptr::null(), &raw mut sa);
            sa.sa_flags = if flag != 0 {
                sa.sa_flags & !libc::SA_RESTART
            } else {
                sa.sa_flags | libc::SA_RESTART
            };
            libc::sigaction(signalnum, &raw const sa, std::ptr::null_mut())
        };
        support::check(cx, r).map(|_| ())
    }
    /// Return the system description of the given signal.
    ///
    /// Returns the description of signal *signalnum*, such as "Interrupt"
    /// for :const:`SIGINT`. Returns :const:`None` if *signalnum* has no
    /// description. Raises :exc:`ValueError` if *signalnum* is invalid.
    #[py(sig = "($module, signalnum, /)")]
    fn strsignal(cx: &mut Cx, signalnum: i32) -> PyResult<Value> {
        check_number(cx, signalnum)?;
        // SAFETY: a static or thread-local C string, copied at once.
        let text = unsafe { std::ffi::CStr::from_ptr(libc::strsignal(signalnum)) }
            .to_string_lossy()
            .into_owned();
        Ok(if text.starts_with("Unknown signal") {
            Value::none()
        } else {
            cx.new_str(&text)
        })
    }
    /// Return a set of valid signal numbers on this platform.
    #[py]
    fn valid_signals(cx: &mut Cx) -> PyResult<Value> {
        // SAFETY: the set is ours.
        let set = unsafe {
            let mut set: libc::sigset_t = std::mem::zeroed();
            libc::sigfillset(&raw mut set);
            set
        };
        set_value(cx, &set)
    }
}
