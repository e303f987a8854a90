//! What `BufferedReader`, `BufferedWriter` and `BufferedRandom` have in common: the buffers.
//!
//! Bytes read ahead and bytes not yet written are kept apart. Before a random-access stream writes,
//! it seeks back over what it has read ahead; before it reads, it flushes.

use std::sync::atomic::{AtomicBool, Ordering};

use krait_macros::Trace;
use krait_runtime::cx::Cx;
use krait_runtime::error::{PyResult, Raised};
use krait_runtime::native::{Native, NativeObj};
use krait_runtime::object::{Gc, Slot};
use krait_runtime::types::bytearray::ByteArray;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::memoryview::MemoryView;
use krait_runtime::value::Value;

use super::fileio;
use super::os_error_message;
use crate::support;
use crate::support::lock::{Held, Monitor};

#[derive(Trace)]
pub struct Buffered {
    pub raw: Slot,
    pub readable: AtomicBool,
    pub writable: AtomicBool,
    pub finalizing: AtomicBool,
    /// `__init__` succeeded.
    pub ready: AtomicBool,
    pub detached: AtomicBool,
    pub state: Monitor<Buffers>,
}
impl Native for Buffered {
    const PY_NAME: &'static str = "_io._Buffered";
}

/// The contents of the buffers; see the module.
#[derive(Default)]
pub struct Buffers {
    pub ahead: Vec<u8>,
    /// Where in `ahead` the stream's position is.
    pub at: usize,
    pub pending: Vec<u8>,
    pub size: usize,
    /// Position of the raw stream, if known.
    pub raw_pos: Option<i64>,
}

impl Buffers {
    pub fn unread(&self) -> &[u8] {
        &self.ahead[self.at..]
    }

    fn forget_ahead(&mut self) {
        self.ahead.clear();
        self.at = 0;
    }

    fn moved(&mut self, n: usize) {
        if let Some(p) = &mut self.raw_pos {
            *p += n as i64;
        }
    }
}

pub type BufRef = Gc<NativeObj<Buffered>>;

const ORDER: Ordering = Ordering::Relaxed;

impl Buffered {
    pub fn new() -> Buffered {
        Buffered {
            raw: Slot::empty(),
            readable: AtomicBool::new(false),
            writable: AtomicBool::new(false),
            finalizing: AtomicBool::new(false),
            ready: AtomicBool::new(false),
            detached: AtomicBool::new(false),
            state: Monitor::new(Buffers::default()),
        }
    }
}

pub fn init(
    cx: &mut Cx,
    b: BufRef,
    raw: Value,
    size: isize,
    readable: bool,
    writable: bool,
) -> PyResult<()> {
    b.ready.store(false, ORDER);
    if size <= 0 {
        return Err(cx.value_error("buffer size must be strictly positive"));
    }
    b.raw.set(cx, b, raw);
    b.readable.store(readable, ORDER);
    b.writable.store(writable, ORDER);
    {
        let mut st = b.state.enter(cx, b.value())?;
        *st = Buffers {
            size: size as usize,
            ..Buffers::default()
        };
    }
    b.detached.store(false, ORDER);
    b.ready.store(true, ORDER);
    Ok(())
}

/// The raw stream; ValueError if there is none (any more).
pub fn raw(cx: &mut Cx, b: BufRef) -> PyResult<Value> {
    if b.ready.load(ORDER) {
        return Ok(b.raw.get());
    }
    let detached = b.detached.load(ORDER);
    Err(cx.value_error(if detached {
        "raw stream has been detached"
    } else {
        "I/O operation on uninitialized object"
    }))
}

pub fn is_closed(cx: &mut Cx, b: BufRef) -> PyResult<bool> {
    let raw = raw(cx, b)?;
    if let Some(f) = fileio::exact(cx, raw) {
        return Ok(!f.is_open());
    }
    super::iobase::is_closed(cx, raw)
}

/// Enters the state of an open stream; `message` is for the ValueError of a closed one.
pub fn enter<'a>(cx: &mut Cx, b: &'a BufRef, message: &str) -> PyResult<Held<'a, Buffers>> {
    if is_closed(cx, *b)? {
        return Err(cx.value_error(message));
    }
    b.state.enter(cx, b.value())
}

/// Enters the state to write; another thread may have closed the stream while this one waited.
pub fn enter_to_write<'a>(cx: &mut Cx, b: &'a BufRef) -> PyResult<Held<'a, Buffers>> {
    let st = b.state.enter(cx, b.value())?;
    if is_closed(cx, *b)? {
        return Err(cx.value_error("write to closed file"));
    }
    Ok(st)
}

// ---- The raw stream ----------------------------------------------------------------------------

/// One read of at most `n` bytes to the end of `out`; `None` if it would block.
fn raw_read(cx: &mut Cx, b: BufRef, out: &mut Vec<u8>, n: usize) -> PyResult<Option<usize>> {
    let raw = raw(cx, b)?;
    if let Some(f) = fileio::exact(cx, raw) {
        return fileio::read_into_vec(cx, f, out, n);
    }
    let target = ByteArray::of_class(cx, cx.types().bytearray, &vec![0; n])?;
    let view = MemoryView::new(cx, target.value())?;
    let got = cx.call_method_str(raw, "readinto", &[view.value()])?;
    if got.is_none() {
        return Ok(None);
    }
    if !cx.is_index(got) {
        let shown = cx.type_name(got);
        let cause = cx.type_error(format!(
            "'{shown}' object cannot be interpreted as an integer"
        ));
        let e = os_error_message(cx, "raw readinto() failed");
        e.exception().cause.set(cx, e.exception(), cause.value());
        return Err(e);
    }
    let got = cx.size_index(got)?;
    if got < 0 || got as usize > n {
        return Err(os_error_message(
            cx,
            &format!(
                "raw readinto() returned invalid length {got} (should have been between 0 and {n})"
            ),
        ));
    }
    let bytes = target.as_bytes();
    out.extend_from_slice(&bytes[..(got as usize).min(bytes.len())]);
    Ok(Some(got as usize))
}

/// One write; `None` if it would block.
fn raw_write(cx: &mut Cx, b: BufRef, data: &[u8]) -> PyResult<Option<usize>> {
    let raw = raw(cx, b)?;
    if let Some(f) = fileio::exact(cx, raw) {
        return fileio::write_slice(cx, f, data);
    }
    let bytes = Bytes::from_slice(cx, data)?;
    let view = MemoryView::new(cx, bytes.value())?;
    let n = cx.call_method_str(raw, "write", &[view.value()])?;
    if n.is_none() {
        return Ok(None);
    }
    let n = cx.size_index(n)?;
    if n < 0 || n as usize > data.len() {
        let len = data.len();
        return Err(os_error_message(
            cx,
            &format!(
                "raw write() returned invalid length {n} (should have been between 0 and {len})"
            ),
        ));
    }
    Ok(Some(n as usize))
}

fn position(cx: &mut Cx, v: Value, what: &str) -> PyResult<i64> {
    let n = fileio::position_arg(cx, v)?;
    if n < 0 {
        Err(os_error_message(
            cx,
            &format!("Raw stream returned invalid position {n}{what}"),
        ))
    } else {
        Ok(n)
    }
}

fn raw_tell(cx: &mut Cx, b: BufRef, st: &mut Buffers) -> PyResult<i64> {
    let raw = raw(cx, b)?;
    let at = if let Some(f) = fileio::exact(cx, raw) {
        fileio::seek(cx, f, 0, libc::SEEK_CUR)?
    } else {
        let v = cx.call_method_str(raw, "tell", &[])?;
        position(cx, v, "")?
    };
    st.raw_pos = Some(at);
    Ok(at)
}

fn raw_seek(cx: &mut Cx, b: BufRef, st: &mut Buffers, target: i64, whence: i32) -> PyResult<i64> {
    let raw = raw(cx, b)?;
    st.raw_pos = None;
    let at = if let Some(f) = fileio::exact(cx, raw) {
        fileio::seek(cx, f, target, whence)?
    } else {
        let v = cx.call_method_str(
            raw,
            "seek",
            &[Value::small(target), Value::small(whence as i64)],
        )?;
        position(cx, v, "")?
    };
    st.raw_pos = Some(at);
    Ok(at)
}

// ---- Writing -----------------------------------------------------------------------------------

#[cold]
fn would_block(cx: &mut Cx, written: usize) -> Raised {
    let class = cx.types().blocking_io_error;
    support::os_error_of(
        cx,
        class,
        libc::EAGAIN,
        "write could not complete without blocking",
        &[Value::small(written as i64)],
    )
}

/// Writes everything pending. On an error, what was not written stays pending.
pub fn flush_pending(cx: &mut Cx, b: BufRef, st: &mut Buffers) -> PyResult<()> {
    let mut done = 0;
    let mut result = Ok(());
    while done < st.pending.len() {
        match raw_write(cx, b, &st.pending[done..]) {
            Ok(Some(n)) => {
                done += n;
                st.moved(n);
                // Partial writes may be due to a signal, whose handler may raise.
                if done < st.pending.len()
                    && let Err(e) = support::check_signals(cx)
                {
                    result = Err(e);
                    break;
                }
            }
            Ok(None) => {
                result = Err(would_block(cx, 0));
                break;
            }
            Err(e) => {
                result = Err(e);
                break;
            }
        }
    }
    st.pending.drain(..done);
    result
}

/// Moves the raw stream back over what was read ahead.
pub fn rewind_ahead(cx: &mut Cx, b: BufRef, st: &mut Buffers) -> PyResult<()> {
    let unread = st.unread().len();
    st.forget_ahead();
    if unread > 0 {
        raw_seek(cx, b, st, -(unread as i64), libc::SEEK_CUR)?;
    }
    Ok(())
}

/// Buffers or writes all of `data`.
pub fn write(cx: &mut Cx, b: BufRef, st: &mut Buffers, data: &[u8]) -> PyResult<()> {
    if b.readable.load(ORDER) {
        rewind_ahead(cx, b, st)?;
    }
    if st.pending.len() + data.len() <= st.size {
        st.pending.extend_from_slice(data);
        return Ok(());
    }
    if let Err(e) = flush_pending(cx, b, st) {
        return buffer_what_fits(cx, st, data, e);
    }
    let mut rest = data;
    while rest.len() > st.size {
        match raw_write(cx, b, rest)? {
            Some(n) => {
                st.moved(n);
                rest = &rest[n..];
                support::check_signals(cx)?;
            }
            None => {
                let fits = st.size.min(rest.len());
                st.pending.extend_from_slice(&rest[..fits]);
                let written = data.len() - rest.len() + fits;
                return Err(would_block(cx, written));
            }
        }
    }
    st.pending.extend_from_slice(rest);
    Ok(())
}

/// After a flush that would have blocked: takes what the buffer has room for.
fn buffer_what_fits(cx: &mut Cx, st: &mut Buffers, data: &[u8], e: Raised) -> PyResult<()> {
    if !e.is(cx, cx.types().blocking_io_error) {
        return Err(e);
    }
    let fits = (st.size - st.pending.len().min(st.size)).min(data.len());
    st.pending.extend_from_slice(&data[..fits]);
    if fits == data.len() {
        Ok(())
    } else {
        Err(would_block(cx, fits))
    }
}

// ---- Reading -----------------------------------------------------------------------------------

/// Before reading: what was written must be in the file.
fn settle(cx: &mut Cx, b: BufRef, st: &mut Buffers) -> PyResult<()> {
    if st.pending.is_empty() {
        Ok(())
    } else {
        flush_pending(cx, b, st)
    }
}

/// One raw read into the empty read-ahead buffer.
pub fn fill(cx: &mut Cx, b: BufRef, st: &mut Buffers) -> PyResult<Option<usize>> {
    st.forget_ahead();
    let mut ahead = std::mem::take(&mut st.ahead);
    let got = raw_read(cx, b, &mut ahead, st.size);
    st.ahead = ahead;
    if let Ok(Some(n)) = got {
        st.moved(n);
    }
    got
}

/// Appends at most `n` bytes that are buffered to `out`.
fn take_ahead(st: &mut Buffers, out: &mut Vec<u8>, n: usize) -> usize {
    let n = n.min(st.unread().len());
    out.extend_from_slice(&st.ahead[st.at..st.at + n]);
    st.at += n;
    n
}

/// Reads to the end of the file. `None` if nothing is there yet and reading would block.
pub fn read_all(cx: &mut Cx, b: BufRef, st: &mut Buffers) -> PyResult<Option<Vec<u8>>> {
    let mut out = Vec::new();
    take_ahead(st, &mut out, usize::MAX);
    settle(cx, b, st)?;
    st.forget_ahead();
    st.raw_pos = None;
    let raw = raw(cx, b)?;
    if let Some(f) = fileio::exact(cx, raw) {
        let got = fileio::read_all(cx, f, &mut out)?;
        return Ok(if got.is_none() && out.is_empty() {
            None
        } else {
            Some(out)
        });
    }
    if let Some(readall) = cx.lookup_attr_str(raw, "readall")? {
        let rest = cx.call(readall, &[])?;
        if rest.is_none() {
            return Ok((!out.is_empty()).then_some(out));
        }
        let Some(bytes) = Gc::<Bytes>::from_value(rest) else {
            return Err(cx.type_error("readall() should return bytes"));
        };
        out.extend_from_slice(bytes.as_bytes());
        return Ok(Some(out));
    }
    loop {
        let part = cx.call_method_str(raw, "read", &[])?;
        if part.is_none() {
            return Ok((!out.is_empty()).then_some(out));
        }
        let Some(bytes) = Gc::<Bytes>::from_value(part) else {
            return Err(cx.type_error("read() should return bytes"));
        };
        if bytes.is_empty() {
            return Ok(Some(out));
        }
        out.extend_from_slice(bytes.as_bytes());
    }
}

/// Reads exactly `n` bytes unless the file ends or reading would block.
pub fn read_exactly(
    cx: &mut Cx,
    b: BufRef,
    st: &mut Buffers,
    n: usize,
) -> PyResult<Option<Vec<u8>>> {
    let mut out = Vec::with_capacity(n.min(1 << 20));
    take_ahead(st, &mut out, n);
    if out.len() == n {
        return Ok(Some(out));
    }
    settle(cx, b, st)?;
    while out.len() < n {
        let left = n - out.len();
        let got = if left >= st.size {
            // Whole buffers go straight to the result.
            let whole = left - left % st.size;
            st.forget_ahead();
            let got = raw_read(cx, b, &mut out, whole)?;
            st.moved(got.unwrap_or(0));
            got
        } else {
            let got = fill(cx, b, st)?;
            take_ahead(st, &mut out, left);
            got
        };
        match got {
            None => return Ok((!out.is_empty()).then_some(out)),
            Some(0) => break,
            Some(_) => {}
        }
    }
    Ok(Some(out))
}

/// Some bytes, at least one unless the file ends, with at most one raw read.
pub fn read_some(cx: &mut Cx, b: BufRef, st: &mut Buffers, n: isize) -> PyResult<Option<Vec<u8>>> {
    let n = if n < 0 { st.size } else { n as usize };
    let mut out = Vec::new();
    if n == 0 || take_ahead(st, &mut out, n) > 0 {
        return Ok(Some(out));
    }
    settle(cx, b, st)?;
    st.forget_ahead();
    let got = raw_read(cx, b, &mut out, n)?;
    st.moved(got.unwrap_or(0));
    Ok(got.map(|_| out))
}

/// One line, newline included; at most `limit` bytes unless that is negative.
pub fn read_line(cx: &mut Cx, b: BufRef, st: &mut Buffers, limit: isize) -> PyResult<Gc<Bytes>> {
    let room = if limit < 0 {
        usize::MAX
    } else {
        limit as usize
    };
    let unread = st.unread();
    let first = unread.len().min(room);
    if let Some(i) = memchr::memchr(b'\n', &unread[..first]) {
        let line = Bytes::from_slice(cx, &st.ahead[st.at..=st.at + i])?;
        st.at += i + 1;
        return Ok(line);
    }
    let mut out = Vec::new();
    take_ahead(st, &mut out, room);
    if out.len() < room {
        settle(cx, b, st)?;
    }
    while out.len() < room {
        if fill(cx, b, st)?.unwrap_or(0) == 0 {
            break;
        }
        let n = st.unread().len().min(room - out.len());
        let end = memchr::memchr(b'\n', &st.unread()[..n]);
        take_ahead(st, &mut out, end.map_or(n, |i| i + 1));
        if end.is_some() {
            break;
        }
    }
    Bytes::from_slice(cx, &out)
}

/// Fills `target`: entirely, or (`once`) with at most one raw read. `None` if reading would block.
pub fn read_into(
    cx: &mut Cx,
    b: BufRef,
    st: &mut Buffers,
    target: &mut [u8],
    once: bool,
) -> PyResult<Option<usize>> {
    let len = target.len();
    let mut put = |at: usize, data: &[u8]| {
        target[at..at + data.len()].copy_from_slice(data);
        at + data.len()
    };
    if !once {
        let data = read_exactly(cx, b, st, len)?;
        return Ok(data.map(|d| put(0, &d)));
    }
    let mut ahead = Vec::new();
    take_ahead(st, &mut ahead, len);
    let taken = put(0, &ahead);
    let rest = len - taken;
    // With something to return, a raw read is made only past the buffer.
    if rest == 0 || taken > 0 && rest <= st.size {
        return Ok(Some(taken));
    }
    Ok(match read_some(cx, b, st, rest as isize)? {
        Some(d) => Some(put(taken, &d)),
        None => Some(taken).filter(|&n| n > 0),
    })
}

// ---- Positions ---------------------------------------------------------------------------------

pub fn tell(cx: &mut Cx, b: BufRef, st: &mut Buffers) -> PyResult<i64> {
    let at = raw_tell(cx, b, st)?;
    // Pseudo-files may say that they are always at the start.
    Ok((at + st.pending.len() as i64 - st.unread().len() as i64).max(0))
}

pub fn seek(cx: &mut Cx, b: BufRef, st: &mut Buffers, target: i64, whence: i32) -> PyResult<i64> {
    if whence != libc::SEEK_END
        && b.readable.load(ORDER)
        && st.pending.is_empty()
        && !st.ahead.is_empty()
    {
        // Within the buffer no system call is needed.
        let raw_at = match st.raw_pos {
            Some(p) => p,
            None => raw_tell(cx, b, st)?,
        };
        let here = raw_at - st.unread().len() as i64;
        let offset = if whence == libc::SEEK_SET {
            target - here
        } else {
            target
        };
        if whence <= libc::SEEK_CUR
            && offset >= -(st.at as i64)
            && offset <= st.unread().len() as i64
        {
            st.at = (st.at as i64 + offset) as usize;
            return Ok((here + offset).max(0));
        }
    }
    flush_pending(cx, b, st)?;
    let target = if whence == libc::SEEK_CUR {
        target - st.unread().len() as i64
    } else {
        target
    };
    st.forget_ahead();
    raw_seek(cx, b, st, target, whence)
}
