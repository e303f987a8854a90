//! `select`: waiting for file descriptors.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use crate::libc_constants;
use crate::prelude::*;
use crate::support::lock::Monitor;
use crate::support::{self, time_arg};

pub static MODULE: ModuleDef = ModuleDef {
    name: "select",
    doc: Some(
        "This module supports asynchronous I/O on multiple file descriptors.\n\n*** IMPORTANT NOTICE ***\nOn Windows, only sockets are supported; on Unix, all file descriptors.",
    ),
    functions: &[Functions::DEFS],
    types: &[&EPOLL],
    init: Some(init),
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let error = cx.types().os_error;
    m.set(cx, "error", error.value());
    let poll = libc_constants! { POLLIN POLLPRI POLLOUT POLLERR POLLHUP POLLNVAL POLLRDNORM POLLRDBAND POLLWRNORM POLLWRBAND POLLRDHUP EPOLL_CLOEXEC PIPE_BUF };
    support::add_ints(cx, m, poll);
    let epoll = [
        ("EPOLLIN", libc::EPOLLIN),
        ("EPOLLOUT", libc::EPOLLOUT),
        ("EPOLLPRI", libc::EPOLLPRI),
        ("EPOLLERR", libc::EPOLLERR),
        ("EPOLLHUP", libc::EPOLLHUP),
        ("EPOLLRDHUP", libc::EPOLLRDHUP),
        ("EPOLLONESHOT", libc::EPOLLONESHOT),
        ("EPOLLET", libc::EPOLLET),
        ("EPOLLEXCLUSIVE", libc::EPOLLEXCLUSIVE),
        ("EPOLLWAKEUP", libc::EPOLLWAKEUP),
        ("EPOLLRDNORM", libc::EPOLLRDNORM),
        ("EPOLLRDBAND", libc::EPOLLRDBAND),
        ("EPOLLWRNORM", libc::EPOLLWRNORM),
        ("EPOLLWRBAND", libc::EPOLLWRBAND),
        ("EPOLLMSG", libc::EPOLLMSG),
    ];
    for (name, n) in epoll {
        m.set(cx, name, Value::small(n as u32 as i64));
    }
    Ok(())
}

/// `poll` with a deadline: signals that handlers survive do not prolong the wait.
pub fn poll(cx: &mut Cx, fds: &mut [libc::pollfd], timeout_ns: i64) -> PyResult<usize> {
    let deadline = time_arg::monotonic_ns().saturating_add(timeout_ns.max(0));
    let mut left = timeout_ns;
    loop {
        let (p, n) = (fds.as_mut_ptr() as usize, fds.len());
        let (r, code) = cx.blocking(|| {
            // SAFETY: `n` entries behind `p`.
            let r = unsafe {
                libc::poll(
                    p as *mut libc::pollfd,
                    n as libc::nfds_t,
                    time_arg::poll_millis(left),
                )
            };
            (r, support::errno())
        });
        if r >= 0 {
            return Ok(r as usize);
        }
        if code != libc::EINTR {
            return Err(support::os_error(cx, code));
        }
        support::check_signals(cx)?;
        if timeout_ns >= 0 {
            left = (deadline - time_arg::monotonic_ns()).max(0);
        }
    }
}

/// Seconds, `None` for ever; negative nanoseconds stand for that.
fn timeout_arg(cx: &mut Cx, v: Option<Value>) -> PyResult<i64> {
    let Some(v) = v.filter(|v| !v.is_none()) else {
        return Ok(-1);
    };
    match time_arg::nanoseconds(cx, v, time_arg::Rounding::Up) {
        Err(e) if e.is(cx, cx.types().type_error) => {
            Err(cx.type_error("timeout must be a float or None"))
        }
        other => other,
    }
}

fn members(cx: &mut Cx, v: Value, events: i16, all: &mut Vec<libc::pollfd>) -> PyResult<ValueVec> {
    if cx.iter(v).is_err() {
        return Err(cx.type_error("arguments 1-3 must be sequences"));
    }
    let items = cx.collect(v)?;
    for &item in items.as_slice() {
        let fd = support::fd_arg(cx, item)?;
        all.push(libc::pollfd {
            fd,
            events,
            revents: 0,
        });
    }
    Ok(items)
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Wait until one or more file descriptors are ready for some kind of I/O.
    ///
    /// The first three arguments are iterables of file descriptors to be waited for:
    /// rlist -- wait until ready for reading
    /// wlist -- wait until ready for writing
    /// xlist -- wait for an "exceptional condition"
    /// A file descriptor is an int or an object with a fileno() method.
    ///
    /// The optional 4th argument specifies a timeout in seconds; None never times out.
    ///
    /// The return value is a tuple of three lists, subsets of the first three arguments.
    #[py(sig = "($module, rlist, wlist, xlist, timeout=None, /)")]
    fn select(
        cx: &mut Cx,
        rlist: Value,
        wlist: Value,
        xlist: Value,
        timeout: Option<Value>,
    ) -> PyResult<Value> {
        let ns = timeout_arg(cx, timeout)?;
        if ns < 0 && timeout.is_some_and(|t| !t.is_none()) {
            return Err(cx.value_error("timeout must be non-negative"));
        }
        let mut fds = Vec::new();
        let lists = [
            members(cx, rlist, libc::POLLIN, &mut fds)?,
            members(cx, wlist, libc::POLLOUT, &mut fds)?,
            members(cx, xlist, libc::POLLPRI, &mut fds)?,
        ];
        poll(cx, &mut fds, ns)?;
        if fds.iter().any(|f| f.revents & libc::POLLNVAL != 0) {
            return Err(support::os_error(cx, libc::EBADF));
        }
        let wanted = [
            libc::POLLIN | libc::POLLHUP | libc::POLLERR,
            libc::POLLOUT | libc::POLLERR,
            libc::POLLPRI,
        ];
        let mut out = [Value::none(); 3];
        let mut at = 0;
        for (i, list) in lists.iter().enumerate() {
            let mut ready = ValueVec::new();
            for &v in list.as_slice() {
                if fds[at].revents & wanted[i] != 0 {
                    ready.push(cx, v)?;
                }
                at += 1;
            }
            out[i] = List::from_vec(cx, ready).value();
        }
        Ok(cx.new_tuple(&out))
    }
    /// Returns a polling object.
    ///
    /// This object supports registering and unregistering file descriptors, and then
    /// polling them for I/O events.
    #[py(name = "poll", sig = "($module, /)")]
    fn new_poll(cx: &mut Cx) -> PyResult<Value> {
        let class = cx.native_type(&POLL)?;
        Ok(NativeObj::alloc(
            cx,
            class,
            Poll {
                fds: Monitor::new(BTreeMap::new()),
            },
        )
        .value())
    }
}

/// Event masks by descriptor.
#[derive(Trace)]
struct Poll {
    fds: Monitor<BTreeMap<i32, i16>>,
}
impl Native for Poll {
    const PY_NAME: &'static str = "select.poll";
}

static POLL: TypeSpec = TypeSpec {
    name: "poll",
    module: "select",
    layout: Layout::native::<Poll>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[PollMethods::DEFS],
    ..TypeSpec::DEFAULT
};

fn missing(cx: &mut Cx, fd: i32) -> Raised {
    cx.key_error(Value::small(fd as i64))
}

struct PollMethods;

#[pymethods]
impl PollMethods {
    /// Register a file descriptor with the polling object.
    #[py(sig = "($self, fd, eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)")]
    fn register(cx: &mut Cx, this: Obj<Poll>, fd: Value, eventmask: Option<i32>) -> PyResult<()> {
        let fd = support::fd_arg(cx, fd)?;
        let events = eventmask.map_or(libc::POLLIN | libc::POLLPRI | libc::POLLOUT, |e| e as i16);
        this.fds.enter(cx, this.value())?.insert(fd, events);
        Ok(())
    }
    /// Modify an already registered file descriptor.
    #[py(sig = "($self, fd, eventmask, /)")]
    fn modify(cx: &mut Cx, this: Obj<Poll>, fd: Value, eventmask: i32) -> PyResult<()> {
        let fd = support::fd_arg(cx, fd)?;
        match this.fds.enter(cx, this.value())?.get_mut(&fd) {
            Some(e) => *e = eventmask as i16,
            None => return Err(support::os_error(cx, libc::ENOENT)),
        }
        Ok(())
    }
    /// Remove a file descriptor being tracked by the polling object.
    #[py(sig = "($self, fd, /)")]
    fn unregister(cx: &mut Cx, this: Obj<Poll>, fd: Value) -> PyResult<()> {
        let fd = support::fd_arg(cx, fd)?;
        match this.fds.enter(cx, this.value())?.remove(&fd) {
            Some(_) => Ok(()),
            None => Err(missing(cx, fd)),
        }
    }
    /// Polls the set of registered file descriptors.
    ///
    /// Returns a list containing any descriptors that have events or errors to
    /// report, as a list of (fd, event) 2-tuples.
    #[py(sig = "($self, timeout=None, /)")]
    fn poll(cx: &mut Cx, this: Obj<Poll>, timeout: Option<Value>) -> PyResult<Value> {
        let ns = match timeout.filter(|v| !v.is_none()) {
            None => -1,
            Some(v) => ((cx.as_f64(v)? * 1e6).ceil() as i64).max(-1),
        };
        let mut fds: Vec<libc::pollfd> = this
            .fds
            .enter(cx, this.value())?
            .iter()
            .map(|(&fd, &events)| libc::pollfd {
                fd,
                events,
                revents: 0,
            })
            .collect();
        poll(cx, &mut fds, ns)?;
        let mut out = ValueVec::new();
        for f in fds.iter().filter(|f| f.revents != 0) {
            let pair = cx.new_tuple(&[
                Value::small(f.fd as i64),
                Value::small(f.revents as u16 as i64),
            ]);
            out.push(cx, pair)?;
        }
        Ok(List::from_vec(cx, out).value())
    }
}

#[derive(Trace)]
struct Epoll {
    #[trace(skip)]
    fd: AtomicI32,
    closed: AtomicBool,
}
impl Native for Epoll {
    const PY_NAME: &'static str = "select.epoll";
}
impl Drop for Epoll {
    fn drop(&mut self) {
        self.close();
    }
}

impl Epoll {
    fn close(&self) {
        let fd = self.fd.swap(-1, Ordering::AcqRel);
        if fd >= 0 {
            // SAFETY: the descriptor is this object's.
            unsafe { libc::close(fd) };
        }
        self.closed.store(true, Ordering::Relaxed);
    }
}

static EPOLL: TypeSpec = TypeSpec {
    name: "epoll",
    module: "select",
    doc: Some(
        "Returns an epolling object.\n\n  sizehint\n    The expected number of events to be registered.  It must be positive,\n    or -1 to use the default.  It is only used on older systems where\n    epoll_create1() is not available; otherwise it has no effect (though its\n    value is still checked).\n  flags\n    Deprecated and completely ignored.",
    ),
    layout: Layout::native::<Epoll>(),
    defs: &[EpollMethods::DEFS],
    ..TypeSpec::DEFAULT
};

fn epoll_fd(cx: &mut Cx, this: Obj<Epoll>) -> PyResult<i32> {
    match this.fd.load(Ordering::Acquire) {
        fd if fd < 0 => Err(cx.value_error("I/O operation on closed epoll object")),
        fd => Ok(fd),
    }
}

fn control(cx: &mut Cx, this: Obj<Epoll>, op: i32, fd: Value, events: u32) -> PyResult<()> {
    let epoll = epoll_fd(cx, this)?;
    let fd = support::fd_arg(cx, fd)?;
    let mut event = libc::epoll_event {
        events,
        u64: fd as u64,
    };
    let r = cx.blocking(|| {
        // SAFETY: the event is ours.
        if unsafe { libc::epoll_ctl(epoll, op, fd, &raw mut event) } < 0 {
            support::errno()
        } else {
            0
        }
    });
    match r {
        0 => Ok(()),
        code => Err(support::os_error(cx, code)),
    }
}

struct EpollMethods;

#[pymethods]
impl EpollMethods {
    #[py(new, sig = "($type, sizehint=-1, flags=0)", hide_sig)]
    fn __new__(
        cx: &mut Cx,
        class: Value,
        sizehint: Option<i32>,
        flags: Option<i32>,
    ) -> PyResult<Value> {
        if sizehint.is_some_and(|n| n != -1 && n <= 0) {
            return Err(cx.value_error("sizehint must be positive or -1"));
        }
        if flags.is_some_and(|f| f != 0 && f != libc::EPOLL_CLOEXEC) {
            return Err(cx.value_error("invalid flags"));
        }
        // SAFETY: plain numbers.
        let fd = support::check(cx, unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })?;
        Ok(NativeObj::alloc(
            cx,
            Gc::from_value_unchecked(class),
            Epoll {
                fd: AtomicI32::new(fd),
                closed: false.into(),
            },
        )
        .value())
    }
    /// Create an epoll object from a given control fd.
    #[py(classmethod, sig = "($type, fd, /)")]
    fn fromfd(cx: &mut Cx, class: Value, fd: i32) -> Value {
        NativeObj::alloc(
            cx,
            Gc::from_value_unchecked(class),
            Epoll {
                fd: AtomicI32::new(fd),
                closed: false.into(),
            },
        )
        .value()
    }
    /// Close the epoll control file descriptor.
    #[py(sig = "($self, /)")]
    fn close(this: Obj<Epoll>) {
        this.close();
    }
    /// Return the epoll control file descriptor.
    #[py(sig = "($self, /)")]
    fn fileno(cx: &mut Cx, this: Obj<Epoll>) -> PyResult<i32> {
        epoll_fd(cx, this)
    }
    /// True if the epoll handler is closed
    #[py(getter)]
    fn closed(this: Obj<Epoll>) -> bool {
        this.fd.load(Ordering::Acquire) < 0
    }
    /// Registers a new fd or raises an OSError if the fd is already registered.
    #[py(sig = "($self, /, fd, eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)")]
    fn register(cx: &mut Cx, this: Obj<Epoll>, fd: Value, eventmask: Option<u32>) -> PyResult<()> {
        let all = (libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT) as u32;
        control(cx, this, libc::EPOLL_CTL_ADD, fd, eventmask.unwrap_or(all))
    }
    /// Modify event mask for a registered file descriptor.
    #[py(sig = "($self, /, fd, eventmask)")]
    fn modify(cx: &mut Cx, this: Obj<Epoll>, fd: Value, eventmask: u32) -> PyResult<()> {
        control(cx, this, libc::EPOLL_CTL_MOD, fd, eventmask)
    }
    /// Remove a registered file descriptor from the epoll object.
    #[py(sig = "($self, /, fd)")]
    fn unregister(cx: &mut Cx, this: Obj<Epoll>, fd: Value) -> PyResult<()> {
        control(cx, this, libc::EPOLL_CTL_DEL, fd, 0)
    }
    /// Wait for events on the epoll file descriptor.
    ///
    /// Returns a list of (fd, events) tuples; timeout is in seconds, None or -1
    /// waits for ever.
    #[py(sig = "($self, /, timeout=None, maxevents=-1)")]
    fn poll(
        cx: &mut Cx,
        this: Obj<Epoll>,
        timeout: Option<Value>,
        maxevents: Option<i32>,
    ) -> PyResult<Value> {
        let fd = epoll_fd(cx, this)?;
        let ns = timeout_arg(cx, timeout)?;
        let max = match maxevents.unwrap_or(-1) {
            -1 => 1023,
            n if n < 1 => {
                return Err(cx.value_error(format!("maxevents must be greater than 0, got {n}")));
            }
            n => n,
        };
        let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; max as usize];
        let deadline = time_arg::monotonic_ns().saturating_add(ns.max(0));
        let mut left = ns;
        let n = loop {
            let p = events.as_mut_ptr() as usize;
            let (r, code) = cx.blocking(|| {
                let millis = time_arg::poll_millis(left);
                // SAFETY: `max` entries behind `p`.
                let r = unsafe { libc::epoll_wait(fd, p as *mut libc::epoll_event, max, millis) };
                (r, support::errno())
            });
            if r >= 0 {
                break r as usize;
            }
            if code != libc::EINTR {
                return Err(support::os_error(cx, code));
            }
            support::check_signals(cx)?;
            if ns >= 0 {
                left = (deadline - time_arg::monotonic_ns()).max(0);
            }
        };
        let mut out = ValueVec::new();
        for e in &events[..n] {
            let (fd, mask) = (e.u64 as i64, e.events as i64);
            let pair = cx.new_tuple(&[Value::small(fd), Value::small(mask)]);
            out.push(cx, pair)?;
        }
        Ok(List::from_vec(cx, out).value())
    }
    #[py(sig = "($self, /)", doc = "")]
    fn __enter__(cx: &mut Cx, this: Obj<Epoll>) -> PyResult<Value> {
        epoll_fd(cx, this)?;
        Ok(this.value())
    }
    #[py(
        sig = "($self, exc_type=None, exc_value=None, exc_tb=None, /)",
        doc = ""
    )]
    fn __exit__(this: Obj<Epoll>, _t: Option<Value>, _v: Option<Value>, _tb: Option<Value>) {
        this.close();
    }
}
