//! `socket` objects.
//!
//! A socket with a timeout is non-blocking for the system; operations wait with `poll`.

use std::sync::atomic::{AtomicI32, AtomicI64, Ordering};

use krait_runtime::protocol::buffer::flags as buffer_flags;
use krait_runtime::types::bytes::Bytes;

use super::address::{self, Address};
use super::names::Defaults;
use crate::prelude::*;
use crate::support::{self, time_arg};

#[derive(Trace)]
pub struct Socket {
    /// -1: closed.
    #[trace(skip)]
    fd: AtomicI32,
    #[trace(skip)]
    family: AtomicI32,
    #[trace(skip)]
    kind: AtomicI32,
    #[trace(skip)]
    proto: AtomicI32,
    /// Nanoseconds, -1 for none.
    timeout: AtomicI64,
}
impl Native for Socket {
    const PY_NAME: &'static str = "_socket.socket";
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "socket",
    module: "_socket",
    doc: Some(
        "socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\nsocket(family=-1, type=-1, proto=-1, fileno=None) -> socket object\n\nOpen a socket of the given type.  The family argument specifies the\naddress family; it defaults to AF_INET.  The type argument specifies\nwhether this is a stream or datagram socket.",
    ),
    layout: Layout::native::<Socket>(),
    flags: flags::BASETYPE | flags::FINALIZER,
    defs: &[Methods::DEFS, Transfer::DEFS],
    ..TypeSpec::DEFAULT
};

type This = Obj<Socket>;
const ORDER: Ordering = Ordering::Relaxed;

fn alloc(cx: &mut Cx, class: Gc<Type>) -> This {
    let n = || AtomicI32::new(0);
    NativeObj::alloc(
        cx,
        class,
        Socket {
            fd: AtomicI32::new(-1),
            family: n(),
            kind: n(),
            proto: n(),
            timeout: AtomicI64::new(-1),
        },
    )
}

fn set_up(cx: &mut Cx, s: This, fd: i32, family: i32, kind: i32, proto: i32) -> PyResult<()> {
    s.fd.store(fd, ORDER);
    s.family.store(family, ORDER);
    s.kind
        .store(kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC), ORDER);
    s.proto.store(proto, ORDER);
    if kind & libc::SOCK_NONBLOCK != 0 {
        s.timeout.store(0, ORDER);
        return Ok(());
    }
    let default = cx.state::<Defaults>().timeout.load(ORDER);
    set_timeout(cx, s, default)
}

/// A new object for a descriptor.
pub fn from_fd(cx: &mut Cx, fd: i32, family: i32, kind: i32, proto: i32) -> PyResult<Value> {
    let class = cx.native_type(&SPEC)?;
    let s = alloc(cx, class);
    set_up(cx, s, fd, family, kind, proto)?;
    Ok(s.value())
}

pub fn timeout_value(cx: &mut Cx, ns: i64) -> Value {
    if ns < 0 {
        Value::none()
    } else {
        cx.new_float(ns as f64 / 1e9)
    }
}

pub fn timeout_arg(cx: &mut Cx, v: Value) -> PyResult<i64> {
    if v.is_none() {
        return Ok(-1);
    }
    let ns = time_arg::nanoseconds(cx, v, time_arg::Rounding::Up)?;
    if ns < 0 {
        Err(cx.value_error("Timeout value out of range"))
    } else {
        Ok(ns)
    }
}

fn set_timeout(cx: &mut Cx, s: This, ns: i64) -> PyResult<()> {
    s.timeout.store(ns, ORDER);
    let fd = s.fd.load(ORDER);
    let mut on = (ns >= 0) as libc::c_int;
    // SAFETY: the flag is ours.
    let r = unsafe { libc::ioctl(fd, libc::FIONBIO, &raw mut on) };
    support::check(cx, r).map(|_| ())
}

#[cold]
fn timed_out(cx: &mut Cx) -> Raised {
    let class = cx.types().timeout_error;
    cx.error(class, "timed out")
}

/// Runs an operation: waits for readiness first if there is a timeout, and again when the system
/// says it would block.
fn operate(cx: &mut Cx, s: This, writing: bool, f: impl FnMut(i32) -> isize) -> PyResult<isize> {
    let ns = s.timeout.load(ORDER);
    let deadline = if ns > 0 {
        time_arg::monotonic_ns().saturating_add(ns)
    } else {
        0
    };
    operate_until(cx, s, writing, deadline, f)
}

fn operate_until(
    cx: &mut Cx,
    s: This,
    writing: bool,
    deadline: i64,
    mut f: impl FnMut(i32) -> isize,
) -> PyResult<isize> {
    let fd = s.fd.load(ORDER);
    let has_timeout = s.timeout.load(ORDER) > 0;
    loop {
        if has_timeout {
            wait(cx, fd, writing, deadline)?;
        }
        match support::retry(cx, || f(fd))? {
            Ok(n) => return Ok(n),
            Err(code) if has_timeout && (code == libc::EAGAIN || code == libc::EWOULDBLOCK) => {}
            Err(code) => return Err(support::os_error(cx, code)),
        }
    }
}

fn wait(cx: &mut Cx, fd: i32, writing: bool, deadline: i64) -> PyResult<()> {
    let left = deadline - time_arg::monotonic_ns();
    let events = if writing { libc::POLLOUT } else { libc::POLLIN };
    if left <= 0
        || crate::select::poll(
            cx,
            &mut [libc::pollfd {
                fd,
                events,
                revents: 0,
            }],
            left,
        )? == 0
    {
        return Err(timed_out(cx));
    }
    Ok(())
}

fn close(cx: &mut Cx, s: This) -> PyResult<()> {
    let fd = s.fd.swap(-1, ORDER);
    if fd < 0 {
        return Ok(());
    }
    match cx.blocking(|| {
        // SAFETY: the descriptor is this object's.
        if unsafe { libc::close(fd) } < 0 {
            support::errno()
        } else {
            0
        }
    }) {
        0 | libc::ECONNRESET => Ok(()),
        code => Err(support::os_error(cx, code)),
    }
}

/// An option of the socket behind `fd`.
fn int_option(cx: &mut Cx, fd: i32, option: i32) -> PyResult<i32> {
    let (mut n, mut len) = (0i32, 4);
    // SAFETY: four bytes of ours.
    let r = unsafe {
        libc::getsockopt(
            fd,
            libc::SOL_SOCKET,
            option,
            (&raw mut n).cast(),
            &raw mut len,
        )
    };
    support::check(cx, r)?;
    Ok(n)
}

/// `connect`; the result is an error number.
fn connect(cx: &mut Cx, s: This, a: &Address) -> PyResult<i32> {
    let fd = s.fd.load(ORDER);
    let (r, code) = cx.blocking(|| {
        // SAFETY: a valid address of that length.
        let r = unsafe { libc::connect(fd, a.ptr(), a.len) };
        (r, support::errno())
    });
    if r == 0 {
        return Ok(0);
    }
    let ns = s.timeout.load(ORDER);
    let goes_on = match code {
        libc::EINTR => {
            support::check_signals(cx)?;
            ns != 0
        }
        libc::EINPROGRESS => ns > 0,
        _ => false,
    };
    if !goes_on {
        return Ok(code);
    }
    let ready = crate::select::poll(
        cx,
        &mut [libc::pollfd {
            fd,
            events: libc::POLLOUT,
            revents: 0,
        }],
        ns,
    )?;
    if ready == 0 {
        return Err(timed_out(cx));
    }
    match int_option(cx, fd, libc::SO_ERROR)? {
        libc::EISCONN => Ok(0),
        code => Ok(code),
    }
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, *args, **kwargs)", hide_sig)]
    fn __new__(cx: &mut Cx, class: Value, _kwargs: Option<Value>, _args: &[Value]) -> Value {
        alloc(cx, Gc::from_value_unchecked(class)).value()
    }
    #[py(
        sig = "($self, /, family=-1, type=-1, proto=-1, fileno=None)",
        hide_sig
    )]
    fn __init__(
        cx: &mut Cx,
        this: This,
        family: Option<i32>,
        r#type: Option<i32>,
        proto: Option<i32>,
        fileno: Option<Value>,
    ) -> PyResult<()> {
        let given = |n: Option<i32>, default: i32| n.filter(|&n| n != -1).unwrap_or(default);
        if let Some(v) = fileno.filter(|v| !v.is_none()) {
            let Some(fd) = cx.index_i64(v)?.and_then(|n| i32::try_from(n).ok()) else {
                return Err(support::os_error(cx, libc::EBADF));
            };
            if fd < 0 {
                return Err(cx.value_error("negative file descriptor"));
            }
            let family = match family.filter(|&n| n != -1) {
                Some(n) => n,
                None => int_option(cx, fd, libc::SO_DOMAIN)?,
            };
            let kind = match r#type.filter(|&n| n != -1) {
                Some(n) => n,
                None => int_option(cx, fd, libc::SO_TYPE)?,
            };
            let proto = match proto.filter(|&n| n != -1) {
                Some(n) => n,
                None => int_option(cx, fd, libc::SO_PROTOCOL)?,
            };
            return set_up(cx, this, fd, family, kind, proto);
        }
        let (family, kind, proto) = (
            given(family, libc::AF_INET),
            given(r#type, libc::SOCK_STREAM),
            given(proto, 0),
        );
        // SAFETY: plain numbers.
        let fd = support::check(cx, unsafe {
            libc::socket(family, kind | libc::SOCK_CLOEXEC, proto)
        })?;
        set_up(cx, this, fd, family, kind, proto)
    }
    #[py(
        sig = "($self, /)",
        doc = "Called when the instance is about to be destroyed."
    )]
    fn __del__(cx: &mut Cx, this: This) -> PyResult<()> {
        if this.fd.load(ORDER) >= 0 {
            let shown = cx.repr_string(this.value())?;
            let category = cx.types().resource_warning;
            let warned = cx.warn(category, &format!("unclosed {shown}"));
            close(cx, this)?;
            warned?;
        }
        Ok(())
    }
    /// Wait for an incoming connection: a new descriptor and the address of the client.
    #[py(sig = "($self, /)")]
    fn _accept(cx: &mut Cx, this: This) -> PyResult<Value> {
        let mut a = Address::empty();
        // SAFETY: the address has that room.
        let fd = operate(cx, this, false, |fd| unsafe {
            a.len = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
            libc::accept4(fd, a.mut_ptr(), &raw mut a.len, libc::SOCK_CLOEXEC) as isize
        })?;
        let address = address::value(cx, &a)?;
        Ok(cx.new_tuple(&[Value::small(fd as i64), address]))
    }
    /// Bind the socket to a local address.
    #[py(sig = "($self, object, /)")]
    fn bind(cx: &mut Cx, this: This, object: Value) -> PyResult<()> {
        let a = address::parse(cx, this.family.load(ORDER), object, "bind")?;
        let fd = this.fd.load(ORDER);
        // SAFETY: a valid address of that length.
        support::call(cx, || unsafe { libc::bind(fd, a.ptr(), a.len) as isize }).map(|_| ())
    }
    /// Close the socket.  It cannot be used after this call.
    #[py(sig = "($self, /)")]
    fn close(cx: &mut Cx, this: This) -> PyResult<()> {
        close(cx, this)
    }
    /// Connect the socket to a remote address.
    #[py(sig = "($self, object, /)")]
    fn connect(cx: &mut Cx, this: This, object: Value) -> PyResult<()> {
        let a = address::parse(cx, this.family.load(ORDER), object, "connect")?;
        match connect(cx, this, &a)? {
            0 => Ok(()),
            code => Err(support::os_error(cx, code)),
        }
    }
    /// This is like connect(address), but returns an error code (the errno value) instead of raising an exception when an error occurs.
    #[py(sig = "($self, object, /)")]
    fn connect_ex(cx: &mut Cx, this: This, object: Value) -> PyResult<i32> {
        let a = address::parse(cx, this.family.load(ORDER), object, "connect_ex")?;
        match connect(cx, this, &a) {
            Err(e) if e.is(cx, cx.types().timeout_error) => Ok(libc::EWOULDBLOCK),
            other => other,
        }
    }
    /// Close the socket object without closing the underlying file descriptor.
    #[py(sig = "($self, /)")]
    fn detach(this: This) -> i32 {
        this.fd.swap(-1, ORDER)
    }
    /// Return the integer file descriptor of the socket.
    #[py(sig = "($self, /)")]
    fn fileno(this: This) -> i32 {
        this.fd.load(ORDER)
    }
    /// Return the address of the remote endpoint.
    #[py(sig = "($self, /)")]
    fn getpeername(cx: &mut Cx, this: This) -> PyResult<Value> {
        let mut a = Address::empty();
        // SAFETY: the address has that room.
        let r = unsafe { libc::getpeername(this.fd.load(ORDER), a.mut_ptr(), &raw mut a.len) };
        support::check(cx, r)?;
        address::value(cx, &a)
    }
    /// Return the address of the local endpoint.
    #[py(sig = "($self, /)")]
    fn getsockname(cx: &mut Cx, this: This) -> PyResult<Value> {
        let mut a = Address::empty();
        // SAFETY: the address has that room.
        let r = unsafe { libc::getsockname(this.fd.load(ORDER), a.mut_ptr(), &raw mut a.len) };
        support::check(cx, r)?;
        address::value(cx, &a)
    }
    /// Get a socket option: an int, or bytes if a buffer size is given.
    #[py(sig = "($self, level, option, buflen=0, /)", hide_sig)]
    fn getsockopt(
        cx: &mut Cx,
        this: This,
        level: i32,
        option: i32,
        buflen: Option<i32>,
    ) -> PyResult<Value> {
        let n = buflen.unwrap_or(0);
        if !(0..=1024).contains(&n) {
            let class = cx.types().os_error;
            return Err(cx.error(class, "getsockopt buflen out of range"));
        }
        let mut data = vec![0u8; if n == 0 { 4 } else { n as usize }];
        let mut len = data.len() as libc::socklen_t;
        // SAFETY: the buffer has that length.
        let r = unsafe {
            libc::getsockopt(
                this.fd.load(ORDER),
                level,
                option,
                data.as_mut_ptr().cast(),
                &raw mut len,
            )
        };
        support::check(cx, r)?;
        if n == 0 {
            return Ok(cx.new_int(i32::from_ne_bytes([data[0], data[1], data[2], data[3]]) as i64));
        }
        Ok(Bytes::from_slice(cx, &data[..len as usize])?.value())
    }
    /// Set a socket option: an int, a buffer, or None with a length.
    #[py(sig = "($self, level, option, value, optlen=0, /)", hide_sig)]
    fn setsockopt(
        cx: &mut Cx,
        this: This,
        level: i32,
        option: i32,
        value: Value,
        optlen: Option<u32>,
    ) -> PyResult<()> {
        let fd = this.fd.load(ORDER);
        let r = if value.is_none() {
            // SAFETY: the option has no value.
            unsafe { libc::setsockopt(fd, level, option, std::ptr::null(), optlen.unwrap_or(0)) }
        } else if cx.is_index(value) {
            let n = cx.size_index(value)? as i32;
            // SAFETY: four bytes of ours.
            unsafe { libc::setsockopt(fd, level, option, (&raw const n).cast(), 4) }
        } else {
            let data = cx.bytes_like(value, <[u8]>::to_vec)?;
            // SAFETY: the buffer has that length.
            unsafe {
                libc::setsockopt(
                    fd,
                    level,
                    option,
                    data.as_ptr().cast(),
                    data.len() as libc::socklen_t,
                )
            }
        };
        support::check(cx, r).map(|_| ())
    }
    /// Enable a server to accept connections.
    #[py(sig = "($self, backlog=128, /)", hide_sig)]
    fn listen(cx: &mut Cx, this: This, backlog: Option<i32>) -> PyResult<()> {
        // SAFETY: plain numbers.
        let r = unsafe { libc::listen(this.fd.load(ORDER), backlog.unwrap_or(128).max(0)) };
        support::check(cx, r).map(|_| ())
    }
    /// Shut down one or both halves of the connection.
    #[py(sig = "($self, object, /)")]
    fn shutdown(cx: &mut Cx, this: This, object: i32) -> PyResult<()> {
        // SAFETY: plain numbers.
        let r = unsafe { libc::shutdown(this.fd.load(ORDER), object) };
        support::check(cx, r).map(|_| ())
    }
    /// Set the socket to blocking (flag is true) or non-blocking (false).
    #[py(sig = "($self, object, /)")]
    fn setblocking(cx: &mut Cx, this: This, object: bool) -> PyResult<()> {
        set_timeout(cx, this, if object { -1 } else { 0 })
    }
    /// Returns True if socket is in blocking mode, or False if it is in non-blocking mode.
    #[py(sig = "($self, /)")]
    fn getblocking(this: This) -> bool {
        this.timeout.load(ORDER) != 0
    }
    /// Set a timeout on socket operations, in seconds; None means no timeout.
    #[py(sig = "($self, object, /)")]
    fn settimeout(cx: &mut Cx, this: This, object: Value) -> PyResult<()> {
        let ns = timeout_arg(cx, object)?;
        set_timeout(cx, this, ns)
    }
    /// Returns the timeout in seconds (float) associated with socket operations.
    #[py(sig = "($self, /)")]
    fn gettimeout(cx: &mut Cx, this: This) -> Value {
        timeout_value(cx, this.timeout.load(ORDER))
    }
    #[py(getter)]
    fn timeout(cx: &mut Cx, this: This) -> Value {
        timeout_value(cx, this.timeout.load(ORDER))
    }
    #[py(getter)]
    fn family(this: This) -> i32 {
        this.family.load(ORDER)
    }
    #[py(getter, name = "type")]
    fn kind(this: This) -> i32 {
        this.kind.load(ORDER)
    }
    #[py(getter)]
    fn proto(this: This) -> i32 {
        this.proto.load(ORDER)
    }
    #[py]
    fn __repr__(this: This) -> String {
        let n = |a: &AtomicI32| a.load(ORDER);
        format!(
            "<socket object, fd={}, family={}, type={}, proto={}>",
            n(&this.fd),
            n(&this.family),
            n(&this.kind),
            n(&this.proto)
        )
    }
}

fn receive(
    cx: &mut Cx,
    s: This,
    size: isize,
    name: &str,
    mut f: impl FnMut(i32, *mut libc::c_void, usize) -> isize,
) -> PyResult<Value> {
    if size < 0 {
        return Err(cx.value_error(format!("negative buffersize in {name}")));
    }
    let mut data: Vec<u8> = Vec::new();
    if data.try_reserve_exact(size as usize).is_err() {
        return Err(cx.memory_error());
    }
    let p = data.as_mut_ptr() as usize;
    let n = operate(cx, s, false, |fd| {
        f(fd, p as *mut libc::c_void, size as usize)
    })?;
    // SAFETY: the call has filled that many bytes of the capacity.
    unsafe { data.set_len(n as usize) };
    Ok(Bytes::from_slice(cx, &data)?.value())
}

fn receive_into(
    cx: &mut Cx,
    s: This,
    buffer: Value,
    nbytes: Option<isize>,
    name: &str,
    mut f: impl FnMut(i32, *mut libc::c_void, usize) -> isize,
) -> PyResult<isize> {
    let target = cx.writable_buffer(buffer, &format!("{name}() argument 1"))?;
    let want = nbytes.unwrap_or(0);
    let result = if want < 0 {
        Err(cx.value_error(format!("negative buffersize in {name}")))
    } else if want as usize > target.len {
        Err(cx.value_error("buffer too small for requested bytes"))
    } else {
        let n = if want == 0 { target.len } else { want as usize };
        let p = target.ptr as usize;
        operate(cx, s, false, |fd| f(fd, p as *mut libc::c_void, n))
    };
    target.release(cx)?;
    result
}

fn send_all(cx: &mut Cx, s: This, data: &[u8], flags: i32) -> PyResult<()> {
    let ns = s.timeout.load(ORDER);
    let deadline = if ns > 0 {
        time_arg::monotonic_ns().saturating_add(ns)
    } else {
        0
    };
    let mut rest = data;
    while !rest.is_empty() {
        let (p, n) = (rest.as_ptr() as usize, rest.len());
        // SAFETY: the buffer is borrowed meanwhile.
        let sent = operate_until(cx, s, true, deadline, |fd| unsafe {
            libc::send(fd, p as *const libc::c_void, n, flags)
        })?;
        rest = &rest[sent as usize..];
        support::check_signals(cx)?;
    }
    Ok(())
}

struct Transfer;

#[pymethods]
impl Transfer {
    /// Receive up to buffersize bytes from the socket.
    #[py(sig = "($self, buffersize, flags=0, /)", hide_sig)]
    fn recv(cx: &mut Cx, this: This, buffersize: isize, flags: Option<i32>) -> PyResult<Value> {
        let flags = flags.unwrap_or(0);
        // SAFETY: `n` bytes behind `p`.
        receive(cx, this, buffersize, "recv", |fd, p, n| unsafe {
            libc::recv(fd, p, n, flags)
        })
    }
    /// A version of recv() that stores its data into a buffer rather than creating a new string.
    #[py(sig = "($self, /, buffer, nbytes=0, flags=0)", hide_sig)]
    fn recv_into(
        cx: &mut Cx,
        this: This,
        buffer: Value,
        nbytes: Option<isize>,
        flags: Option<i32>,
    ) -> PyResult<isize> {
        let flags = flags.unwrap_or(0);
        // SAFETY: `n` bytes behind `p`.
        receive_into(cx, this, buffer, nbytes, "recv_into", |fd, p, n| unsafe {
            libc::recv(fd, p, n, flags)
        })
    }
    /// Like recv(buffersize, flags) but also return the sender's address info.
    #[py(sig = "($self, buffersize, flags=0, /)", hide_sig)]
    fn recvfrom(cx: &mut Cx, this: This, buffersize: isize, flags: Option<i32>) -> PyResult<Value> {
        let (mut a, flags) = (Address::empty(), flags.unwrap_or(0));
        // SAFETY: `n` bytes behind `p`, and room for an address.
        let data = receive(cx, this, buffersize, "recvfrom", |fd, p, n| unsafe {
            a.len = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
            libc::recvfrom(fd, p, n, flags, a.mut_ptr(), &raw mut a.len)
        })?;
        let address = address::value(cx, &a)?;
        Ok(cx.new_tuple(&[data, address]))
    }
    /// Like recv_into(buffer[, nbytes[, flags]]) but also return the sender's address info.
    #[py(sig = "($self, /, buffer, nbytes=0, flags=0)", hide_sig)]
    fn recvfrom_into(
        cx: &mut Cx,
        this: This,
        buffer: Value,
        nbytes: Option<isize>,
        flags: Option<i32>,
    ) -> PyResult<Value> {
        let (mut a, flags) = (Address::empty(), flags.unwrap_or(0));
        // SAFETY: `n` bytes behind `p`, and room for an address.
        let n = receive_into(
            cx,
            this,
            buffer,
            nbytes,
            "recvfrom_into",
            |fd, p, n| unsafe {
                a.len = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
                libc::recvfrom(fd, p, n, flags, a.mut_ptr(), &raw mut a.len)
            },
        )?;
        let address = address::value(cx, &a)?;
        Ok(cx.new_tuple(&[Value::small(n as i64), address]))
    }
    /// Send a data string to the socket.  Return the number of bytes sent.
    #[py(sig = "($self, data, flags=0, /)", hide_sig)]
    fn send(cx: &mut Cx, this: This, data: Value, flags: Option<i32>) -> PyResult<isize> {
        let source = cx.buffer(data, buffer_flags::SIMPLE)?;
        let (p, n, flags) = (source.ptr as usize, source.len, flags.unwrap_or(0));
        // SAFETY: the buffer is borrowed meanwhile.
        let sent = operate(cx, this, true, |fd| unsafe {
            libc::send(fd, p as *const libc::c_void, n, flags)
        });
        source.release(cx)?;
        sent
    }
    /// Send a data string to the socket: all of it.
    #[py(sig = "($self, data, flags=0, /)", hide_sig)]
    fn sendall(cx: &mut Cx, this: This, data: Value, flags: Option<i32>) -> PyResult<()> {
        let source = cx.buffer(data, buffer_flags::SIMPLE)?;
        let result = send_all(cx, this, source.as_slice(), flags.unwrap_or(0));
        source.release(cx)?;
        result
    }
    /// Like send(data, flags) but allows specifying the destination address.
    #[py(sig = "($self, data, flags, address=None, /)", hide_sig)]
    fn sendto(
        cx: &mut Cx,
        this: This,
        data: Value,
        flags: Value,
        address: Option<Value>,
    ) -> PyResult<isize> {
        let (flags, to) = match address {
            Some(a) => (cx.size_index(flags)? as i32, a),
            None => (0, flags),
        };
        let a = address::parse(cx, this.family.load(ORDER), to, "sendto")?;
        let source = cx.buffer(data, buffer_flags::SIMPLE)?;
        let (p, n) = (source.ptr as usize, source.len);
        // SAFETY: the buffer is borrowed meanwhile; a valid address.
        let sent = operate(cx, this, true, |fd| unsafe {
            libc::sendto(fd, p as *const libc::c_void, n, flags, a.ptr(), a.len)
        });
        source.release(cx)?;
        sent
    }
    /// Send the buffers one after the other; without ancillary data.
    #[py(
        sig = "($self, buffers, ancdata=(), flags=0, address=None, /)",
        hide_sig
    )]
    fn sendmsg(
        cx: &mut Cx,
        this: This,
        buffers: Value,
        ancdata: Option<Value>,
        flags: Option<i32>,
        address: Option<Value>,
    ) -> PyResult<isize> {
        if let Some(v) = ancdata
            && cx.len(v)? > 0
        {
            return Err(cx.not_implemented_error("ancillary data of sendmsg() is not supported"));
        }
        let to = match address.filter(|a| !a.is_none()) {
            Some(v) => Some(address::parse(cx, this.family.load(ORDER), v, "sendmsg")?),
            None => None,
        };
        let mut data = Vec::new();
        for &b in cx.collect(buffers)?.as_slice() {
            cx.bytes_like(b, |bytes| data.extend_from_slice(bytes))?;
        }
        let (ptr, len) = to
            .as_ref()
            .map_or((std::ptr::null(), 0), |a| (a.ptr(), a.len));
        let (p, n, flags, ptr) = (data.as_ptr(), data.len(), flags.unwrap_or(0), ptr);
        // SAFETY: our bytes; a valid address or none.
        operate(cx, this, true, |fd| unsafe {
            libc::sendto(fd, p.cast(), n, flags, ptr, len)
        })
    }
}
