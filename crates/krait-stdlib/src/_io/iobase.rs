//! The abstract bases: `_IOBase`, `_RawIOBase`, `_BufferedIOBase`, `_TextIOBase`.

use krait_macros::pymethods;
use krait_runtime::cx::Cx;
use krait_runtime::error::{PyResult, Raised};
use krait_runtime::native::TypeSpec;
use krait_runtime::object::Gc;
use krait_runtime::types::bytearray::ByteArray;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::int::is_int;
use krait_runtime::types::typeobj::flags;
use krait_runtime::value::Value;

use super::unsupported;

const FLAGS: u32 = flags::BASETYPE | flags::INSTANCE_DICT | flags::WEAKREFABLE | flags::FINALIZER;

pub static IO_BASE: TypeSpec = TypeSpec {
    name: "_IOBase",
    module: "_io",
    doc: Some(
        "The abstract base class for all I/O classes.\n\nIt has dummy versions of the methods that a stream may offer; a stream that cannot\n\
         be read, written or sought raises UnsupportedOperation from them. Closing twice is no\n\
         error, using a closed stream raises ValueError. Streams are iterators over their lines\n\
         and context managers that close themselves.",
    ),
    flags: FLAGS,
    defs: &[IoBase::DEFS],
    ..TypeSpec::DEFAULT
};

pub static RAW_IO_BASE: TypeSpec = TypeSpec {
    name: "_RawIOBase",
    module: "_io",
    doc: Some("Base class for raw binary I/O."),
    base: Some(&IO_BASE),
    flags: FLAGS,
    defs: &[RawIoBase::DEFS],
    ..TypeSpec::DEFAULT
};

pub static BUFFERED_IO_BASE: TypeSpec = TypeSpec {
    name: "_BufferedIOBase",
    module: "_io",
    doc: Some(
        "Base class for buffered IO objects.\n\nUnlike a raw stream, read() and readinto() without a size fetch all there is, and no\n\
         method returns None: a stream that would block raises BlockingIOError.",
    ),
    base: Some(&IO_BASE),
    flags: FLAGS,
    defs: &[BufferedIoBase::DEFS],
    ..TypeSpec::DEFAULT
};

pub static TEXT_IO_BASE: TypeSpec = TypeSpec {
    name: "_TextIOBase",
    module: "_io",
    doc: Some(
        "Base class for text I/O.\n\nA stream of characters and lines. There is no readinto(), since str is immutable.",
    ),
    base: Some(&IO_BASE),
    flags: FLAGS,
    defs: &[TextIoBase::DEFS],
    ..TypeSpec::DEFAULT
};

/// Set in the instance once `close` of the base class ran.
const CLOSED: &str = "__IOBase_closed";

pub fn is_closed(cx: &mut Cx, this: Value) -> PyResult<bool> {
    let v = cx.get_attr_str(this, "closed")?;
    cx.is_true(v)
}

/// ValueError if the stream is closed.
pub fn check_closed(cx: &mut Cx, this: Value) -> PyResult<()> {
    if is_closed(cx, this)? {
        Err(closed_error(cx))
    } else {
        Ok(())
    }
}

#[cold]
pub fn closed_error(cx: &mut Cx) -> Raised {
    cx.value_error("I/O operation on closed file.")
}

fn check_able(cx: &mut Cx, this: Value, method: &str, message: &str) -> PyResult<Value> {
    let v = cx.call_method_str(this, method, &[])?;
    if v == Value::bool(true) {
        Ok(v)
    } else {
        Err(unsupported(cx, message))
    }
}

pub fn check_readable(cx: &mut Cx, this: Value) -> PyResult<Value> {
    check_able(cx, this, "readable", "File or stream is not readable.")
}

pub fn check_writable(cx: &mut Cx, this: Value) -> PyResult<Value> {
    check_able(cx, this, "writable", "File or stream is not writable.")
}

pub fn check_seekable(cx: &mut Cx, this: Value) -> PyResult<Value> {
    check_able(cx, this, "seekable", "File or stream is not seekable.")
}

/// A size argument: absent, `None` or negative means all.
#[inline]
pub fn size_arg(cx: &mut Cx, v: Option<Value>) -> PyResult<isize> {
    match v {
        Some(v) if v.is_small() => Ok(v.small_unchecked() as isize),
        v => other_size_arg(cx, v),
    }
}

fn other_size_arg(cx: &mut Cx, v: Option<Value>) -> PyResult<isize> {
    match v {
        None => Ok(-1),
        Some(v) if v.is_none() => Ok(-1),
        Some(v) if cx.is_index(v) => cx.size_index(v),
        Some(v) => {
            let got = cx.type_name(v);
            Err(cx.type_error(format!("argument should be integer or None, not '{got}'")))
        }
    }
}

/// Closes a stream that nobody refers to any more: `_finalizing` tells `close` to warn.
pub fn finalize_stream(cx: &mut Cx, this: Value) -> PyResult<()> {
    let closed = match cx.lookup_attr_str(this, "closed") {
        Ok(Some(v)) => cx.is_true(v).unwrap_or(false),
        Ok(None) => false,
        // A stream that was never initialised has nothing to close.
        Err(_) => return Ok(()),
    };
    if closed {
        return Ok(());
    }
    if cx
        .set_attr_str(this, "_finalizing", Value::bool(true))
        .is_err()
    {
        // Streams without that attribute are closed without a warning.
    }
    match cx.call_method_str(this, "close", &[]) {
        // Views that die together with a stream in memory hold its exports: nobody sees them again.
        Err(e) if e.is(cx, cx.types().buffer_error) && super::bytesio::is_one(this) => Ok(()),
        r => r.map(|_| ()),
    }
}

/// One line by `peek` and `read`, for streams that have no better way.
fn generic_readline(cx: &mut Cx, this: Value, limit: isize) -> PyResult<Value> {
    let peek = cx.lookup_attr_str(this, "peek")?;
    let mut line: Vec<u8> = Vec::new();
    while limit < 0 || (line.len() as isize) < limit {
        let mut want = 1usize;
        if let Some(peek) = peek {
            let ahead = cx.call(peek, &[Value::small(1)])?;
            let Some(b) = Gc::<Bytes>::from_value(ahead) else {
                let got = cx.type_name(ahead);
                return Err(super::os_error_message(
                    cx,
                    &format!("peek() should have returned a bytes object, not '{got}'"),
                ));
            };
            let seen = b.as_bytes();
            if !seen.is_empty() {
                let room = if limit < 0 {
                    seen.len()
                } else {
                    seen.len().min(limit as usize - line.len())
                };
                want = memchr::memchr(b'\n', &seen[..room]).map_or(room, |i| i + 1);
            }
        }
        let part = cx.call_method_str(this, "read", &[Value::small(want as i64)])?;
        let Some(b) = Gc::<Bytes>::from_value(part) else {
            let got = cx.type_name(part);
            return Err(super::os_error_message(
                cx,
                &format!("read() should have returned a bytes object, not '{got}'"),
            ));
        };
        if b.is_empty() {
            break;
        }
        line.extend_from_slice(b.as_bytes());
        if line.last() == Some(&b'\n') {
            break;
        }
    }
    Ok(Bytes::from_slice(cx, &line)?.value())
}

struct IoBase;

#[pymethods]
impl IoBase {
    /// Change the stream position to the given byte offset.
    ///
    ///   offset
    ///     The stream position, relative to 'whence'.
    ///   whence
    ///     The relative position to seek from.
    ///
    /// Values for whence are 0 (start), 1 (current position) and 2 (end).
    /// Return the new absolute position.
    #[py(sig = "($self, offset, whence=os.SEEK_SET, /)")]
    fn seek(cx: &mut Cx, _this: Value, _offset: Value, _whence: Option<Value>) -> PyResult<Value> {
        Err(unsupported(cx, "seek"))
    }
    /// Return current stream position.
    #[py(sig = "($self, /)")]
    fn tell(cx: &mut Cx, this: Value) -> PyResult<Value> {
        cx.call_method_str(this, "seek", &[Value::small(0), Value::small(1)])
    }
    /// Truncate file to size bytes.
    ///
    /// File pointer is left unchanged. Size defaults to the current IO position
    /// as reported by tell(). Return the new size.
    #[py(sig = "($self, size=None, /)")]
    fn truncate(cx: &mut Cx, _this: Value, _size: Option<Value>) -> PyResult<Value> {
        Err(unsupported(cx, "truncate"))
    }
    /// Flush write buffers, if applicable.
    ///
    /// This is not implemented for read-only and non-blocking streams.
    #[py(sig = "($self, /)")]
    fn flush(cx: &mut Cx, this: Value) -> PyResult<()> {
        let key = cx.intern(CLOSED);
        if cx.instance_get(this, key).is_some() {
            return Err(closed_error(cx));
        }
        Ok(())
    }
    /// Flush and close the IO object.
    ///
    /// This method has no effect if the file is already closed.
    #[py(sig = "($self, /)")]
    fn close(cx: &mut Cx, this: Value) -> PyResult<()> {
        let key = cx.intern(CLOSED);
        if cx.instance_get(this, key).is_some() {
            return Ok(());
        }
        let flushed = cx.call_method_str(this, "flush", &[]);
        cx.set_attr(this, key, Value::bool(true))?;
        flushed.map(|_| ())
    }
    /// Return whether object supports random access.
    ///
    /// If False, seek(), tell() and truncate() will raise OSError.
    /// This method may need to do a test seek().
    #[py(sig = "($self, /)")]
    fn seekable(_this: Value) -> bool {
        false
    }
    /// Return whether object was opened for reading.
    ///
    /// If False, read() will raise OSError.
    #[py(sig = "($self, /)")]
    fn readable(_this: Value) -> bool {
        false
    }
    /// Return whether object was opened for writing.
    ///
    /// If False, write() will raise OSError.
    #[py(sig = "($self, /)")]
    fn writable(_this: Value) -> bool {
        false
    }
    #[py(name = "_checkClosed", sig = "($self, /)", doc = "")]
    fn check_closed_(cx: &mut Cx, this: Value) -> PyResult<()> {
        check_closed(cx, this)
    }
    #[py(name = "_checkSeekable", sig = "($self, /)", doc = "")]
    fn check_seekable_(cx: &mut Cx, this: Value) -> PyResult<Value> {
        check_seekable(cx, this)
    }
    #[py(name = "_checkReadable", sig = "($self, /)", doc = "")]
    fn check_readable_(cx: &mut Cx, this: Value) -> PyResult<Value> {
        check_readable(cx, this)
    }
    #[py(name = "_checkWritable", sig = "($self, /)", doc = "")]
    fn check_writable_(cx: &mut Cx, this: Value) -> PyResult<Value> {
        check_writable(cx, this)
    }
    /// Return underlying file descriptor if one exists.
    ///
    /// Raise OSError if the IO object does not use a file descriptor.
    #[py(sig = "($self, /)")]
    fn fileno(cx: &mut Cx, _this: Value) -> PyResult<Value> {
        Err(unsupported(cx, "fileno"))
    }
    /// Return whether this is an 'interactive' stream.
    ///
    /// Return False if it can't be determined.
    #[py(sig = "($self, /)")]
    fn isatty(cx: &mut Cx, this: Value) -> PyResult<bool> {
        check_closed(cx, this)?;
        Ok(false)
    }
    #[py(sig = "($self, /)", doc = "")]
    fn __enter__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        check_closed(cx, this)?;
        Ok(this)
    }
    #[py(sig = "($self, /, *args)", hide_sig, doc = "")]
    fn __exit__(cx: &mut Cx, this: Value, _args: &[Value]) -> PyResult<Value> {
        cx.call_method_str(this, "close", &[])
    }
    /// Read and return a line from the stream.
    ///
    /// If size is specified, at most size bytes will be read.
    ///
    /// The line terminator is always b'\n' for binary files; for text
    /// files, the newlines argument to open can be used to select the line
    /// terminator(s) recognized.
    #[py(sig = "($self, size=-1, /)")]
    fn readline(cx: &mut Cx, this: Value, size: Option<Value>) -> PyResult<Value> {
        let limit = size_arg(cx, size)?;
        generic_readline(cx, this, limit)
    }
    /// Return a list of lines from the stream.
    ///
    /// hint can be specified to control the number of lines read: no more
    /// lines will be read if the total size (in bytes/characters) of all
    /// lines so far exceeds hint.
    #[py(sig = "($self, hint=-1, /)")]
    fn readlines(cx: &mut Cx, this: Value, hint: Option<Value>) -> PyResult<Value> {
        let hint = size_arg(cx, hint)?;
        let mut lines = krait_runtime::vec::ValueVec::new();
        let it = cx.iter(this)?;
        let mut total = 0isize;
        while let Some(line) = cx.next(it)? {
            lines.push(cx, line)?;
            if hint > 0 {
                total += cx.len(line)? as isize;
                if total > hint {
                    break;
                }
            }
        }
        Ok(krait_runtime::types::list::List::from_vec(cx, lines).value())
    }
    /// Write a list of lines to stream.
    ///
    /// Line separators are not added, so it is usual for each of the
    /// lines provided to have a line separator at the end.
    #[py(sig = "($self, lines, /)")]
    fn writelines(cx: &mut Cx, this: Value, lines: Value) -> PyResult<()> {
        check_closed(cx, this)?;
        cx.for_each(lines, |cx, line| {
            cx.call_method_str(this, "write", &[line]).map(|_| ())
        })
    }
    #[py(getter)]
    fn closed(cx: &mut Cx, this: Value) -> bool {
        let key = cx.intern(CLOSED);
        cx.instance_get(this, key).is_some()
    }
    #[py]
    fn __iter__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        check_closed(cx, this)?;
        Ok(this)
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        let line = cx.call_method_str(this, "readline", &[])?;
        if cx.len(line)? == 0 {
            Ok(Value::EMPTY)
        } else {
            Ok(line)
        }
    }
    #[py(
        sig = "($self, /)",
        doc = "Called when the instance is about to be destroyed."
    )]
    fn __del__(cx: &mut Cx, this: Value) {
        if let Err(e) = finalize_stream(cx, this) {
            cx.unraisable_during(e, "while finalizing file", this);
        }
    }
}

struct RawIoBase;

#[pymethods]
impl RawIoBase {
    #[py(sig = "($self, size=-1, /)", doc = "")]
    fn read(cx: &mut Cx, this: Value, size: Option<isize>) -> PyResult<Value> {
        let n = size.unwrap_or(-1);
        if n < 0 {
            return cx.call_method_str(this, "readall", &[]);
        }
        let buffer = ByteArray::of_class(cx, cx.types().bytearray, &vec![0; n as usize])?;
        let got = cx.call_method_str(this, "readinto", &[buffer.value()])?;
        if got.is_none() {
            return Ok(got);
        }
        let got = cx.size_index(got)?;
        if got < 0 || got > n {
            return Err(cx.value_error(format!("readinto returned {got} outside buffer size {n}")));
        }
        let bytes = buffer.as_bytes();
        Ok(Bytes::from_slice(cx, &bytes[..(got as usize).min(bytes.len())])?.value())
    }
    /// Read until EOF, using multiple read() call.
    #[py(sig = "($self, /)")]
    fn readall(cx: &mut Cx, this: Value) -> PyResult<Value> {
        let mut all: Vec<u8> = Vec::new();
        loop {
            let part = cx.call_method_str(
                this,
                "read",
                &[Value::small(super::DEFAULT_BUFFER_SIZE as i64)],
            )?;
            if part.is_none() {
                if all.is_empty() {
                    return Ok(part);
                }
                break;
            }
            let Some(b) = Gc::<Bytes>::from_value(part) else {
                return Err(cx.type_error("read() should return bytes"));
            };
            if b.is_empty() {
                break;
            }
            all.extend_from_slice(b.as_bytes());
        }
        Ok(Bytes::from_slice(cx, &all)?.value())
    }
    #[py(sig = "($self, buffer, /)", hide_sig, doc = "")]
    fn readinto(cx: &mut Cx, _this: Value, _buffer: Value) -> PyResult<Value> {
        Err(cx.not_implemented_error(""))
    }
    #[py(sig = "($self, b, /)", hide_sig, doc = "")]
    fn write(cx: &mut Cx, _this: Value, _b: Value) -> PyResult<Value> {
        Err(cx.not_implemented_error(""))
    }
}

fn generic_readinto(cx: &mut Cx, this: Value, buffer: Value, method: &str) -> PyResult<Value> {
    let name = if method == "read" {
        "readinto"
    } else {
        "readinto1"
    };
    let mut target = cx.writable_buffer(buffer, &format!("{name}() argument"))?;
    let n = target.len;
    let read = cx.call_method_str(this, method, &[Value::small(n as i64)]);
    let result = read.and_then(|data| match Gc::<Bytes>::from_value(data) {
        None => Err(cx.type_error("read() should return bytes")),
        Some(b) if b.len() > n => {
            let got = b.len();
            Err(cx.value_error(format!(
                "read() returned too much data: {n} bytes requested, {got} returned"
            )))
        }
        Some(b) => {
            target.as_mut_slice()[..b.len()].copy_from_slice(b.as_bytes());
            Ok(Value::small(b.len() as i64))
        }
    });
    target.release(cx)?;
    result
}

struct BufferedIoBase;

#[pymethods]
impl BufferedIoBase {
    /// Disconnect this buffer from its underlying raw stream and return it.
    ///
    /// After the raw stream has been detached, the buffer is in an unusable
    /// state.
    #[py(sig = "($self, /)")]
    fn detach(cx: &mut Cx, _this: Value) -> PyResult<Value> {
        Err(unsupported(cx, "detach"))
    }
    /// Read and return up to n bytes.
    ///
    /// If the size argument is omitted, None, or negative, read and
    /// return all data until EOF.
    ///
    /// Return an empty bytes object on EOF.
    #[py(sig = "($self, size=-1, /)")]
    fn read(cx: &mut Cx, _this: Value, _size: Option<Value>) -> PyResult<Value> {
        Err(unsupported(cx, "read"))
    }
    /// Read and return up to size bytes, with at most one read() call to the underlying raw stream.
    ///
    /// Return an empty bytes object on EOF.
    #[py(sig = "($self, size=-1, /)")]
    fn read1(cx: &mut Cx, _this: Value, _size: Option<Value>) -> PyResult<Value> {
        Err(unsupported(cx, "read1"))
    }
    #[py(sig = "($self, buffer, /)", doc = "")]
    fn readinto(cx: &mut Cx, this: Value, buffer: Value) -> PyResult<Value> {
        generic_readinto(cx, this, buffer, "read")
    }
    #[py(sig = "($self, buffer, /)", doc = "")]
    fn readinto1(cx: &mut Cx, this: Value, buffer: Value) -> PyResult<Value> {
        generic_readinto(cx, this, buffer, "read1")
    }
    /// Write buffer b to the IO stream.
    ///
    /// Return the number of bytes written, which is always
    /// the length of b in bytes.
    ///
    /// Raise BlockingIOError if the buffer is full and the
    /// underlying raw stream cannot accept more data at the moment.
    #[py(sig = "($self, b, /)")]
    fn write(cx: &mut Cx, _this: Value, _b: Value) -> PyResult<Value> {
        Err(unsupported(cx, "write"))
    }
}

struct TextIoBase;

#[pymethods]
impl TextIoBase {
    /// Separate the underlying buffer from the TextIOBase and return it.
    ///
    /// After the underlying buffer has been detached, the TextIO is in an unusable state.
    #[py(sig = "($self, /)")]
    fn detach(cx: &mut Cx, _this: Value) -> PyResult<Value> {
        Err(unsupported(cx, "detach"))
    }
    /// Read at most size characters from stream.
    ///
    /// Read from underlying buffer until we have size characters or we hit EOF.
    /// If size is negative or omitted, read until EOF.
    #[py(sig = "($self, size=-1, /)")]
    fn read(cx: &mut Cx, _this: Value, _size: Option<Value>) -> PyResult<Value> {
        Err(unsupported(cx, "read"))
    }
    /// Read until newline or EOF.
    ///
    /// Return an empty string if EOF is hit immediately.
    /// If size is specified, at most size characters will be read.
    #[py(sig = "($self, size=-1, /)")]
    fn readline(cx: &mut Cx, _this: Value, _size: Option<Value>) -> PyResult<Value> {
        Err(unsupported(cx, "readline"))
    }
    /// Write string s to stream.
    ///
    /// Return the number of characters written
    /// (which is always equal to the length of the string).
    #[py(sig = "($self, s, /)")]
    fn write(cx: &mut Cx, _this: Value, _s: Value) -> PyResult<Value> {
        Err(unsupported(cx, "write"))
    }
    /// Encoding of the text stream.
    ///
    /// Subclasses should override.
    #[py(getter)]
    fn encoding(_this: Value) {}
    /// Line endings translated so far.
    ///
    /// Only line endings translated during reading are considered.
    ///
    /// Subclasses should override.
    #[py(getter)]
    fn newlines(_this: Value) {}
    /// The error setting of the decoder or encoder.
    ///
    /// Subclasses should override.
    #[py(getter)]
    fn errors(_this: Value) {}
}

/// The position in the state of a pickled stream in memory.
pub fn state_position(cx: &mut Cx, v: Value, complaint: &str) -> PyResult<usize> {
    if !is_int(v) {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!("{complaint} {got}")));
    }
    let at = cx.size_index(v)?;
    usize::try_from(at).map_err(|_| cx.value_error("position value cannot be negative"))
}

/// The attributes in the state of a pickled stream in memory: a dict or `None`.
pub fn state_dict(cx: &mut Cx, v: Value, which: &str) -> PyResult<Option<Gc<Dict>>> {
    let dict = Gc::<Dict>::from_value(v);
    if dict.is_none() && !v.is_none() {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!(
            "{which} item of state should be a dict, got a {got}"
        )));
    }
    Ok(dict)
}

/// Adds the attributes of a pickled state to those of `this`.
pub fn restore_dict(cx: &mut Cx, this: Value, attributes: Option<Gc<Dict>>) -> PyResult<()> {
    match (attributes, cx.instance_dict(this)?) {
        (Some(attributes), Some(own)) => own.update(cx, attributes),
        _ => Ok(()),
    }
}

/// What is assigned to a flag of a stream: a bool.
pub fn flag_value(cx: &mut Cx, value: Option<Value>) -> PyResult<bool> {
    match value {
        None => Err(cx.type_error("can't delete numeric/char attribute")),
        Some(v) if v == Value::bool(true) => Ok(true),
        Some(v) if v == Value::bool(false) => Ok(false),
        Some(_) => Err(cx.type_error("attribute value type must be bool")),
    }
}
