//! `BytesIO`: a binary stream in memory.

use krait_macros::{Trace, pymethods};
use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::native::{Layout, Native, NativeObj, TypeSpec};
use krait_runtime::object::{Gc, Slot};
use krait_runtime::protocol::buffer::{
    Buffer, BufferProcs, Exports, flags as buffer_flags, register_exporter,
};
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::memoryview::MemoryView;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::typeobj::flags;
use krait_runtime::value::Value;
use krait_runtime::vec::ValueVec;

use super::iobase::{self, BUFFERED_IO_BASE};
use crate::support::lock::{Held, Monitor};

#[derive(Trace)]
pub struct BytesIo {
    state: Monitor<Contents>,
    /// Views made by `getbuffer` that are in use.
    exports: Exports,
}
impl Native for BytesIo {
    const PY_NAME: &'static str = "_io.BytesIO";
}

#[derive(Default)]
struct Contents {
    data: Vec<u8>,
    at: usize,
    closed: bool,
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "BytesIO",
    module: "_io",
    doc: Some("Buffered I/O implementation using an in-memory bytes buffer."),
    base: Some(&BUFFERED_IO_BASE),
    layout: Layout::native::<BytesIo>(),
    flags: flags::BASETYPE | flags::INSTANCE_DICT | flags::WEAKREFABLE | flags::UNFINALIZED,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

/// What `getbuffer` exports: keeps the stream from being resized.
#[derive(Trace)]
pub struct BytesIoBuffer {
    source: Slot,
}
impl Native for BytesIoBuffer {
    const PY_NAME: &'static str = "_io._BytesIOBuffer";
}

pub static BUFFER_SPEC: TypeSpec = TypeSpec {
    name: "_BytesIOBuffer",
    module: "_io",
    layout: Layout::native::<BytesIoBuffer>(),
    flags: flags::NO_INSTANTIATION,
    ..TypeSpec::DEFAULT
};

static PROCS: BufferProcs = BufferProcs {
    get: export,
    release,
    exports: Some(exports),
};

fn exports(v: Value) -> Option<(Value, *const Exports)> {
    source(v).map(|b| (b.value(), &raw const b.exports))
}

pub fn register(cx: &Cx) {
    register_exporter(cx, &BUFFER_SPEC, &PROCS);
}

fn source(v: Value) -> Option<This> {
    NativeObj::<BytesIo>::from_value(NativeObj::<BytesIoBuffer>::from_value(v)?.source.get())
}

fn export(cx: &mut Cx, v: Value, _request: u32) -> PyResult<Buffer> {
    let Some(b) = source(v) else {
        return Err(cx.value_error("I/O operation on closed file."));
    };
    let mut st = b.state.enter(cx, b.value())?;
    b.exports.acquire();
    Ok(Buffer::bytes(v, st.data.as_mut_ptr(), st.data.len(), false))
}

fn release(_: &mut Cx, buffer: &Buffer) {
    if let Some(b) = source(buffer.owner) {
        b.exports.release();
    }
}

type This = Gc<NativeObj<BytesIo>>;

/// Whether `v` is a stream in memory.
pub fn is_one(v: Value) -> bool {
    NativeObj::<BytesIo>::from_value(v).is_some()
}

fn open<'a>(cx: &mut Cx, this: &'a This) -> PyResult<Held<'a, Contents>> {
    let st = this.state.enter(cx, this.value())?;
    if st.closed {
        Err(iobase::closed_error(cx))
    } else {
        Ok(st)
    }
}

fn check_exports(cx: &mut Cx, this: This) -> PyResult<()> {
    if this.exports.count() > 0 && this.exports.is_busy(cx, this.value())? {
        Err(cx.buffer_error("Existing exports of data: object cannot be re-sized"))
    } else {
        Ok(())
    }
}

impl Contents {
    fn rest(&self) -> &[u8] {
        &self.data[self.at.min(self.data.len())..]
    }

    fn take(&mut self, n: isize) -> (usize, usize) {
        let start = self.at.min(self.data.len());
        let left = self.data.len() - start;
        let n = if n < 0 { left } else { left.min(n as usize) };
        self.at += if n > 0 { n } else { 0 };
        (start, start + n)
    }

    fn take_line(&mut self, limit: isize) -> (usize, usize) {
        let rest = self.rest();
        let room = if limit < 0 {
            rest.len()
        } else {
            rest.len().min(limit as usize)
        };
        let n = memchr::memchr(b'\n', &rest[..room]).map_or(room, |i| i + 1);
        self.take(n as isize)
    }
}

fn part(cx: &mut Cx, st: &Contents, range: (usize, usize)) -> PyResult<Value> {
    Ok(Bytes::from_slice(cx, &st.data[range.0..range.1])?.value())
}

fn write_bytes(cx: &mut Cx, this: This, data: &[u8]) -> PyResult<()> {
    let mut st = open(cx, &this)?;
    if data.is_empty() {
        return Ok(());
    }
    let (at, old) = (st.at, st.data.len());
    let end = at + data.len();
    if end > old {
        check_exports(cx, this)?;
        if st.data.try_reserve(end - old).is_err() {
            return Err(cx.memory_error());
        }
    }
    if at >= old {
        st.data.resize(at, 0);
        st.data.extend_from_slice(data);
    } else {
        st.data.resize(end.max(old), 0);
        st.data[at..end].copy_from_slice(data);
    }
    st.at = end;
    Ok(())
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, *args, **kwargs)", hide_sig)]
    fn __new__(cx: &mut Cx, class: Value, _kwargs: Option<Value>, _args: &[Value]) -> Value {
        let b = BytesIo {
            state: Monitor::new(Contents::default()),
            exports: Exports::new(),
        };
        NativeObj::alloc(cx, Gc::from_value_unchecked(class), b).value()
    }
    #[py(sig = "($self, /, initial_bytes=b'')", hide_sig)]
    fn __init__(cx: &mut Cx, this: This, initial_bytes: Option<Value>) -> PyResult<()> {
        check_exports(cx, this)?;
        let initial = match initial_bytes.filter(|v| !v.is_none()) {
            Some(v) => cx.bytes_like(v, <[u8]>::to_vec)?,
            None => Vec::new(),
        };
        *this.state.enter(cx, this.value())? = Contents {
            data: initial,
            at: 0,
            closed: false,
        };
        Ok(())
    }
    /// Returns True if the IO object can be read.
    #[py(sig = "($self, /)")]
    fn readable(cx: &mut Cx, this: This) -> PyResult<bool> {
        open(cx, &this).map(|_| true)
    }
    /// Returns True if the IO object can be written.
    #[py(sig = "($self, /)")]
    fn writable(cx: &mut Cx, this: This) -> PyResult<bool> {
        open(cx, &this).map(|_| true)
    }
    /// Returns True if the IO object can be seeked.
    #[py(sig = "($self, /)")]
    fn seekable(cx: &mut Cx, this: This) -> PyResult<bool> {
        open(cx, &this).map(|_| true)
    }
    /// Does nothing.
    #[py(sig = "($self, /)")]
    fn flush(cx: &mut Cx, this: This) -> PyResult<()> {
        open(cx, &this).map(|_| ())
    }
    /// Always returns False.
    ///
    /// BytesIO objects are not connected to a TTY-like device.
    #[py(sig = "($self, /)")]
    fn isatty(cx: &mut Cx, this: This) -> PyResult<bool> {
        open(cx, &this).map(|_| false)
    }
    /// Current file position, an integer.
    #[py(sig = "($self, /)")]
    fn tell(cx: &mut Cx, this: This) -> PyResult<usize> {
        Ok(open(cx, &this)?.at)
    }
    /// Retrieve the entire contents of the BytesIO object.
    #[py(sig = "($self, /)")]
    fn getvalue(cx: &mut Cx, this: This) -> PyResult<Value> {
        let st = open(cx, &this)?;
        Ok(Bytes::from_slice(cx, &st.data)?.value())
    }
    /// Get a read-write view over the contents of the BytesIO object.
    #[py(sig = "($self, /)")]
    fn getbuffer(cx: &mut Cx, this: This) -> PyResult<Value> {
        open(cx, &this).map(|_| ())?;
        let class = cx.native_type(&BUFFER_SPEC)?;
        let exporter = NativeObj::alloc(
            cx,
            class,
            BytesIoBuffer {
                source: Slot::new(this.value()),
            },
        );
        Ok(MemoryView::new(cx, exporter.value())?.value())
    }
    /// Read at most size bytes, returned as a bytes object.
    ///
    /// If the size argument is negative, read until EOF is reached.
    /// Return an empty bytes object at EOF.
    #[py(sig = "($self, size=-1, /)")]
    fn read(cx: &mut Cx, this: This, size: Option<Value>) -> PyResult<Value> {
        let n = iobase::size_arg(cx, size)?;
        let mut st = open(cx, &this)?;
        let range = st.take(n);
        part(cx, &st, range)
    }
    /// Read at most size bytes, returned as a bytes object.
    ///
    /// If the size argument is negative or omitted, read until EOF is reached.
    /// Return an empty bytes object at EOF.
    #[py(sig = "($self, size=-1, /)")]
    fn read1(cx: &mut Cx, this: This, size: Option<Value>) -> PyResult<Value> {
        let n = iobase::size_arg(cx, size)?;
        let mut st = open(cx, &this)?;
        let range = st.take(n);
        part(cx, &st, range)
    }
    /// Next line from the file, as a bytes object.
    ///
    /// Retain newline.  A non-negative size argument limits the maximum
    /// number of bytes to return (an incomplete line may be returned then).
    /// Return an empty bytes object at EOF.
    #[py(sig = "($self, size=-1, /)")]
    fn readline(cx: &mut Cx, this: This, size: Option<Value>) -> PyResult<Value> {
        let limit = iobase::size_arg(cx, size)?;
        let mut st = open(cx, &this)?;
        let range = st.take_line(limit);
        part(cx, &st, range)
    }
    /// List of bytes objects, each a line from the file.
    ///
    /// Call readline() repeatedly and return a list of the lines so read.
    /// The optional size argument, if given, is an approximate bound on the
    /// total number of bytes in the lines returned.
    #[py(sig = "($self, size=None, /)")]
    fn readlines(cx: &mut Cx, this: This, size: Option<Value>) -> PyResult<Value> {
        let limit = iobase::size_arg(cx, size)?;
        let mut lines = ValueVec::new();
        let mut st = open(cx, &this)?;
        let mut total = 0;
        loop {
            let range = st.take_line(-1);
            if range.0 == range.1 {
                break;
            }
            let line = part(cx, &st, range)?;
            lines.push(cx, line)?;
            total += (range.1 - range.0) as isize;
            if limit > 0 && total >= limit {
                break;
            }
        }
        Ok(krait_runtime::types::list::List::from_vec(cx, lines).value())
    }
    /// Read bytes into buffer.
    ///
    /// Returns number of bytes read (0 for EOF), or None if the object
    /// is set not to block and has no data to read.
    #[py(sig = "($self, buffer, /)")]
    fn readinto(cx: &mut Cx, this: This, buffer: Value) -> PyResult<usize> {
        let mut target = cx.writable_buffer(buffer, "readinto() argument")?;
        let result = open(cx, &this).map(|mut st| {
            let (from, to) = st.take(target.len as isize);
            target.as_mut_slice()[..to - from].copy_from_slice(&st.data[from..to]);
            to - from
        });
        target.release(cx)?;
        result
    }
    /// Change stream position.
    ///
    /// Seek to byte offset pos relative to position indicated by whence:
    ///      0  Start of stream (the default).  pos should be >= 0;
    ///      1  Current position - pos may be negative;
    ///      2  End of stream - pos usually negative.
    /// Returns the new absolute position.
    #[py(sig = "($self, pos, whence=0, /)")]
    fn seek(cx: &mut Cx, this: This, pos: isize, whence: Option<i32>) -> PyResult<usize> {
        let mut st = open(cx, &this)?;
        let whence = whence.unwrap_or(0);
        let from = match whence {
            0 if pos < 0 => return Err(cx.value_error(format!("negative seek value {pos}"))),
            0 => 0,
            1 => st.at,
            2 => st.data.len(),
            _ => {
                return Err(
                    cx.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)"))
                );
            }
        };
        match (from as isize).checked_add(pos) {
            Some(p) => st.at = p.max(0) as usize,
            None => return Err(cx.overflow_error("new position too large")),
        }
        Ok(st.at)
    }
    /// Truncate the file to at most size bytes.
    ///
    /// Size defaults to the current file position, as returned by tell().
    /// The current file position is unchanged.  Returns the new size.
    #[py(sig = "($self, size=None, /)")]
    fn truncate(cx: &mut Cx, this: This, size: Option<Value>) -> PyResult<usize> {
        let given = size.filter(|v| !v.is_none());
        let size = match given {
            Some(v) => Some(cx.size_index(v)?),
            None => None,
        };
        let mut st = open(cx, &this)?;
        check_exports(cx, this)?;
        let size = match size {
            Some(n) if n < 0 => return Err(cx.value_error(format!("negative size value {n}"))),
            Some(n) => n as usize,
            None => st.at,
        };
        if size < st.data.len() {
            st.data.truncate(size);
        }
        Ok(size)
    }
    /// Write bytes to file.
    ///
    /// Return the number of bytes written.
    #[py(sig = "($self, b, /)")]
    fn write(cx: &mut Cx, this: This, b: Value) -> PyResult<usize> {
        if let Some(bytes) = Gc::<Bytes>::from_value(b)
            && bytes.is_exact()
            && this.exports.count() == 0
        {
            // No step in between runs anything that could close the stream.
            let bytes = bytes.as_bytes();
            return write_bytes(cx, this, bytes).map(|()| bytes.len());
        }
        open(cx, &this).map(|_| ())?;
        check_exports(cx, this)?;
        let source = cx.buffer(b, buffer_flags::SIMPLE)?;
        let result = write_bytes(cx, this, source.as_slice());
        let n = source.len;
        source.release(cx)?;
        result.map(|()| n)
    }
    /// Write lines to the file.
    ///
    /// Note that newlines are not added.  lines can be any iterable object
    /// producing bytes-like objects. This is equivalent to calling write() for
    /// each element.
    #[py(sig = "($self, lines, /)")]
    fn writelines(cx: &mut Cx, this: This, lines: Value) -> PyResult<()> {
        open(cx, &this).map(|_| ())?;
        cx.for_each(lines, |cx, line| {
            cx.call_method_str(this.value(), "write", &[line])
                .map(|_| ())
        })
    }
    /// Disable all I/O operations.
    #[py(sig = "($self, /)")]
    fn close(cx: &mut Cx, this: This) -> PyResult<()> {
        check_exports(cx, this)?;
        *this.state.enter(cx, this.value())? = Contents {
            closed: true,
            ..Contents::default()
        };
        Ok(())
    }
    #[py]
    fn __next__(cx: &mut Cx, this: This) -> PyResult<Value> {
        let mut st = open(cx, &this)?;
        let range = st.take_line(-1);
        if range.0 == range.1 {
            Ok(Value::EMPTY)
        } else {
            part(cx, &st, range)
        }
    }
    #[py(sig = "($self, /)", doc = "")]
    fn __getstate__(cx: &mut Cx, this: This) -> PyResult<Value> {
        let (value, at) = {
            let st = open(cx, &this)?;
            (Bytes::from_slice(cx, &st.data)?, st.at)
        };
        let asked_for = cx.own_dict(this.value()).is_some();
        let dict = match cx.instance_attributes_dict(this.value())? {
            Some(d) if !d.is_empty() || asked_for => d.copy(cx)?.value(),
            _ => Value::none(),
        };
        Ok(cx.new_tuple(&[value.value(), Value::small(at as i64), dict]))
    }
    #[py(sig = "($self, state, /)", doc = "")]
    fn __setstate__(cx: &mut Cx, this: This, state: Value) -> PyResult<()> {
        open(cx, &this)?;
        let Some(t) = Gc::<Tuple>::from_value(state).filter(|t| t.len() == 3) else {
            let class = cx.type_of(this.value()).full_name(cx);
            let got = cx.type_name(state);
            return Err(cx.type_error(format!(
                "{class}.__setstate__ argument should be 3-tuple, got {got}"
            )));
        };
        check_exports(cx, this)?;
        let fresh = |data: Vec<u8>| Contents {
            at: data.len(),
            data,
            closed: false,
        };
        *this.state.enter(cx, this.value())? = fresh(Vec::new());
        let data = cx.bytes_like(t.get(0), <[u8]>::to_vec)?;
        *this.state.enter(cx, this.value())? = fresh(data);
        let at =
            iobase::state_position(cx, t.get(1), "second item of state must be an integer, not")?;
        this.state.enter(cx, this.value())?.at = at;
        let dict = iobase::state_dict(cx, t.get(2), "third")?;
        iobase::restore_dict(cx, this.value(), dict)
    }
    /// True if the file is closed.
    #[py(getter)]
    fn closed(cx: &mut Cx, this: This) -> PyResult<bool> {
        Ok(this.state.enter(cx, this.value())?.closed)
    }
}
