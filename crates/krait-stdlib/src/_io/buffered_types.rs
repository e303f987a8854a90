//! `BufferedReader`, `BufferedWriter`, `BufferedRandom`: methods.

use std::sync::atomic::Ordering;

use krait_macros::pymethods;
use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::native::{Layout, NativeObj, TypeSpec};
use krait_runtime::object::Gc;
use krait_runtime::protocol::buffer::flags as buffer_flags;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::typeobj::{Type, flags};
use krait_runtime::value::Value;

use super::buffered::{self, BufRef, Buffered};
use super::iobase::{self, BUFFERED_IO_BASE};
use super::{fileio, unsupported};

const FLAGS: u32 = flags::BASETYPE | flags::INSTANCE_DICT | flags::WEAKREFABLE | flags::FINALIZER;
const ORDER: Ordering = Ordering::Relaxed;

const BASE: TypeSpec = TypeSpec {
    module: "_io",
    base: Some(&BUFFERED_IO_BASE),
    layout: Layout::native::<Buffered>(),
    flags: FLAGS,
    alloc: Some(alloc),
    ..TypeSpec::DEFAULT
};

pub static READER: TypeSpec = TypeSpec {
    name: "BufferedReader",
    doc: Some("Create a new buffered reader using the given readable raw IO object."),
    defs: &[Common::DEFS, Reading::DEFS, ReaderOnly::DEFS],
    ..BASE
};

pub static WRITER: TypeSpec = TypeSpec {
    name: "BufferedWriter",
    doc: Some(
        "A buffer for a writeable sequential RawIO object.\n\nThe constructor creates a BufferedWriter for the given writeable raw\nstream. If the buffer_size is not given, it defaults to\nDEFAULT_BUFFER_SIZE.",
    ),
    defs: &[Common::DEFS, Writing::DEFS, WriterOnly::DEFS],
    ..BASE
};

pub static RANDOM: TypeSpec = TypeSpec {
    name: "BufferedRandom",
    doc: Some(
        "A buffered interface to random access streams.\n\nThe constructor creates a reader and writer for a seekable stream,\nraw, given in the first argument. If the buffer_size is omitted it\ndefaults to DEFAULT_BUFFER_SIZE.",
    ),
    defs: &[Common::DEFS, Reading::DEFS, Writing::DEFS, RandomOnly::DEFS],
    ..BASE
};

fn alloc(cx: &mut Cx, class: Gc<Type>) -> Value {
    NativeObj::alloc(cx, class, Buffered::new()).value()
}

/// One of the three types itself, so that native code may skip method lookup.
pub fn exact(cx: &Cx, v: Value) -> Option<BufRef> {
    let b = NativeObj::<Buffered>::from_value(v)?;
    [&READER, &WRITER, &RANDOM]
        .iter()
        .any(|spec| super::is_exactly(cx, v, spec))
        .then_some(b)
}

pub fn make(cx: &mut Cx, spec: &'static TypeSpec, raw: Value, size: usize) -> PyResult<Value> {
    let class = cx.native_type(spec)?;
    let b = NativeObj::alloc(cx, class, Buffered::new());
    let (reads, writes) = (!std::ptr::eq(spec, &WRITER), !std::ptr::eq(spec, &READER));
    check_raw(cx, raw, reads, writes)?;
    buffered::init(cx, b, raw, size as isize, reads, writes)?;
    Ok(b.value())
}

fn check_raw(cx: &mut Cx, raw: Value, reads: bool, writes: bool) -> PyResult<()> {
    if reads && writes {
        iobase::check_seekable(cx, raw)?;
    }
    if reads {
        iobase::check_readable(cx, raw)?;
    }
    if writes {
        iobase::check_writable(cx, raw)?;
    }
    Ok(())
}

fn initialize(
    cx: &mut Cx,
    this: BufRef,
    raw: Value,
    size: Option<isize>,
    reads: bool,
    writes: bool,
) -> PyResult<()> {
    this.ready.store(false, ORDER);
    this.detached.store(false, ORDER);
    check_raw(cx, raw, reads, writes)?;
    buffered::init(
        cx,
        this,
        raw,
        size.unwrap_or(super::DEFAULT_BUFFER_SIZE as isize),
        reads,
        writes,
    )
}

fn bytes_or_none(cx: &mut Cx, data: Option<Vec<u8>>) -> PyResult<Value> {
    match data {
        Some(d) => Ok(Bytes::from_slice(cx, &d)?.value()),
        None => Ok(Value::none()),
    }
}

/// What `flush` does to a stream that writes: everything out, read-ahead undone.
pub fn flush_and_rewind(cx: &mut Cx, this: BufRef) -> PyResult<()> {
    let mut st = buffered::enter(cx, &this, "flush of closed file")?;
    buffered::flush_pending(cx, this, &mut st)?;
    if this.readable.load(ORDER) {
        buffered::rewind_ahead(cx, this, &mut st)?;
    }
    Ok(())
}

fn close(cx: &mut Cx, this: BufRef) -> PyResult<Value> {
    let raw = buffered::raw(cx, this)?;
    if buffered::is_closed(cx, this)? {
        return Ok(Value::none());
    }
    if this.finalizing.load(ORDER) {
        let source = this.value();
        // Raw streams need not know how to warn.
        if let Some(warn) = cx.lookup_attr_str(raw, "_dealloc_warn").ok().flatten()
            && let Err(e) = cx.call(warn, &[source])
        {
            cx.unraisable_during(e, "while finalizing file", source);
        }
    }
    let flushed = cx.call_method_str(this.value(), "flush", &[]);
    let closed = {
        // Who waits to write meanwhile finds the stream closed.
        let _held = this.state.enter(cx, this.value())?;
        cx.call_method_str(raw, "close", &[])
    };
    if let Err(first) = flushed {
        return match closed {
            Err(second) => {
                let e = second.exception();
                e.context.set(cx, e, first.value());
                Err(second)
            }
            Ok(_) => Err(first),
        };
    }
    closed
}

struct Common;

#[pymethods]
impl Common {
    #[py(sig = "($self, /)")]
    fn detach(cx: &mut Cx, this: BufRef) -> PyResult<Value> {
        let raw = buffered::raw(cx, this)?;
        cx.call_method_str(this.value(), "flush", &[])?;
        this.raw.set_immediate(Value::EMPTY);
        this.detached.store(true, ORDER);
        this.ready.store(false, ORDER);
        Ok(raw)
    }
    #[py(sig = "($self, /)")]
    fn close(cx: &mut Cx, this: BufRef) -> PyResult<Value> {
        close(cx, this)
    }
    #[py(sig = "($self, /)")]
    fn seekable(cx: &mut Cx, this: BufRef) -> PyResult<Value> {
        let raw = buffered::raw(cx, this)?;
        cx.call_method_str(raw, "seekable", &[])
    }
    #[py(sig = "($self, /)")]
    fn fileno(cx: &mut Cx, this: BufRef) -> PyResult<Value> {
        let raw = buffered::raw(cx, this)?;
        cx.call_method_str(raw, "fileno", &[])
    }
    #[py(sig = "($self, /)")]
    fn isatty(cx: &mut Cx, this: BufRef) -> PyResult<Value> {
        let raw = buffered::raw(cx, this)?;
        cx.call_method_str(raw, "isatty", &[])
    }
    #[py(sig = "($self, source, /)")]
    fn _dealloc_warn(cx: &mut Cx, this: BufRef, source: Value) {
        if this.ready.load(ORDER)
            && let Ok(Some(warn)) = cx.lookup_attr_str(this.raw.get(), "_dealloc_warn")
        {
            // A warning that cannot be given must not keep the stream from closing.
            let _ = cx.call(warn, &[source]);
        }
    }
    #[py(sig = "($self, target, whence=0, /)")]
    fn seek(cx: &mut Cx, this: BufRef, target: Value, whence: Option<i32>) -> PyResult<i64> {
        let raw = buffered::raw(cx, this)?;
        let whence = whence.unwrap_or(0);
        if !(0..=4).contains(&whence) {
            return Err(cx.value_error(format!("whence value {whence} unsupported")));
        }
        if buffered::is_closed(cx, this)? {
            return Err(cx.value_error("seek of closed file"));
        }
        if fileio::exact(cx, raw).is_none() {
            iobase::check_seekable(cx, raw)?;
        } else if !cx
            .call_method_str(raw, "seekable", &[])?
            .is(Value::bool(true))
        {
            return Err(unsupported(cx, "File or stream is not seekable."));
        }
        let target = fileio::position_arg(cx, target)?;
        let mut st = this.state.enter(cx, this.value())?;
        buffered::seek(cx, this, &mut st, target, whence)
    }
    #[py(sig = "($self, /)")]
    fn tell(cx: &mut Cx, this: BufRef) -> PyResult<i64> {
        buffered::raw(cx, this)?;
        let mut st = this.state.enter(cx, this.value())?;
        buffered::tell(cx, this, &mut st)
    }
    #[py(sig = "($self, pos=None, /)")]
    fn truncate(cx: &mut Cx, this: BufRef, pos: Option<Value>) -> PyResult<Value> {
        let raw = buffered::raw(cx, this)?;
        if buffered::is_closed(cx, this)? {
            return Err(cx.value_error("truncate of closed file"));
        }
        if !this.writable.load(ORDER) {
            return Err(unsupported(cx, "truncate"));
        }
        flush_and_rewind(cx, this)?;
        let pos = match pos.filter(|p| !p.is_none()) {
            Some(p) => p,
            None => cx.call_method_str(raw, "tell", &[])?,
        };
        cx.call_method_str(raw, "truncate", &[pos])
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: BufRef) -> PyResult<String> {
        let class = cx.type_of(this.value()).full_name(cx);
        match cx.lookup_attr_str(this.value(), "name") {
            Ok(Some(name)) => {
                if !cx.repr_enter(this.value()) {
                    return Err(cx.runtime_error(format!("reentrant call inside {class}.__repr__")));
                }
                let name = cx.repr_string(name);
                cx.repr_leave(this.value());
                Ok(format!("<{class} name={}>", name?))
            }
            Err(e) if !e.is(cx, cx.types().value_error) => Err(e),
            _ => Ok(format!("<{class}>")),
        }
    }
    #[py]
    fn __getstate__(cx: &mut Cx, this: BufRef) -> PyResult<Value> {
        let class = cx.type_of(this.value()).name_string();
        Err(cx.type_error(format!("cannot pickle '{class}' instances")))
    }
    #[py(getter)]
    fn raw(this: BufRef) -> Value {
        this.raw.get().some().unwrap_or(Value::none())
    }
    #[py(getter)]
    fn closed(cx: &mut Cx, this: BufRef) -> PyResult<Value> {
        let raw = buffered::raw(cx, this)?;
        cx.get_attr_str(raw, "closed")
    }
    #[py(getter)]
    fn name(cx: &mut Cx, this: BufRef) -> PyResult<Value> {
        let raw = buffered::raw(cx, this)?;
        cx.get_attr_str(raw, "name")
    }
    #[py(getter)]
    fn mode(cx: &mut Cx, this: BufRef) -> PyResult<Value> {
        let raw = buffered::raw(cx, this)?;
        cx.get_attr_str(raw, "mode")
    }
    #[py(getter)]
    fn _finalizing(this: BufRef) -> bool {
        this.finalizing.load(ORDER)
    }
    #[py(setter = "_finalizing")]
    fn set_finalizing(cx: &mut Cx, this: BufRef, value: Option<Value>) -> PyResult<()> {
        let yes = iobase::flag_value(cx, value)?;
        this.finalizing.store(yes, ORDER);
        Ok(())
    }
}

struct Reading;

#[pymethods]
impl Reading {
    #[py(sig = "($self, /)")]
    fn readable(cx: &mut Cx, this: BufRef) -> PyResult<Value> {
        let raw = buffered::raw(cx, this)?;
        cx.call_method_str(raw, "readable", &[])
    }
    #[py(sig = "($self, size=-1, /)")]
    fn read(cx: &mut Cx, this: BufRef, size: Option<Value>) -> PyResult<Value> {
        buffered::raw(cx, this)?;
        let n = iobase::size_arg(cx, size)?;
        if n < -1 {
            return Err(cx.value_error("read length must be non-negative or -1"));
        }
        let mut st = buffered::enter(cx, &this, "read of closed file")?;
        let data = if n < 0 {
            buffered::read_all(cx, this, &mut st)?
        } else {
            buffered::read_exactly(cx, this, &mut st, n as usize)?
        };
        drop(st);
        bytes_or_none(cx, data)
    }
    #[py(sig = "($self, size=-1, /)")]
    fn read1(cx: &mut Cx, this: BufRef, size: Option<isize>) -> PyResult<Value> {
        buffered::raw(cx, this)?;
        let mut st = buffered::enter(cx, &this, "read of closed file")?;
        let data = buffered::read_some(cx, this, &mut st, size.unwrap_or(-1))?;
        drop(st);
        bytes_or_none(cx, Some(data.unwrap_or_default()))
    }
    #[py(sig = "($self, size=0, /)")]
    fn peek(cx: &mut Cx, this: BufRef, size: Option<isize>) -> PyResult<Value> {
        let _ = size;
        buffered::raw(cx, this)?;
        let mut st = buffered::enter(cx, &this, "peek of closed file")?;
        if !st.pending.is_empty() {
            buffered::flush_pending(cx, this, &mut st)?;
        }
        if st.unread().is_empty() {
            buffered::fill(cx, this, &mut st)?;
        }
        Ok(Bytes::from_slice(cx, st.unread())?.value())
    }
    #[py(sig = "($self, buffer, /)")]
    fn readinto(cx: &mut Cx, this: BufRef, buffer: Value) -> PyResult<Value> {
        read_into(cx, this, buffer, false)
    }
    #[py(sig = "($self, buffer, /)")]
    fn readinto1(cx: &mut Cx, this: BufRef, buffer: Value) -> PyResult<Value> {
        read_into(cx, this, buffer, true)
    }
    #[py(sig = "($self, size=-1, /)")]
    fn readline(cx: &mut Cx, this: BufRef, size: Option<Value>) -> PyResult<Value> {
        buffered::raw(cx, this)?;
        let limit = iobase::size_arg(cx, size)?;
        let mut st = buffered::enter(cx, &this, "readline of closed file")?;
        Ok(buffered::read_line(cx, this, &mut st, limit)?.value())
    }
    #[py]
    fn __next__(cx: &mut Cx, this: BufRef) -> PyResult<Value> {
        let line = if exact(cx, this.value()).is_some() {
            let mut st = buffered::enter(cx, &this, "readline of closed file")?;
            buffered::read_line(cx, this, &mut st, -1)?
        } else {
            let line = cx.call_method_str(this.value(), "readline", &[])?;
            match Gc::<Bytes>::from_value(line) {
                Some(b) => b,
                None => {
                    let got = cx.type_name(line);
                    return Err(super::os_error_message(
                        cx,
                        &format!("readline() should have returned a bytes object, not '{got}'"),
                    ));
                }
            }
        };
        Ok(if line.is_empty() {
            Value::EMPTY
        } else {
            line.value()
        })
    }
}

fn read_into(cx: &mut Cx, this: BufRef, buffer: Value, once: bool) -> PyResult<Value> {
    buffered::raw(cx, this)?;
    let name = if once { "readinto1" } else { "readinto" };
    let mut target = cx.writable_buffer(buffer, &format!("{name}() argument"))?;
    let result = match buffered::enter(cx, &this, "readinto of closed file") {
        Ok(mut st) => buffered::read_into(cx, this, &mut st, target.as_mut_slice(), once),
        Err(e) => Err(e),
    };
    target.release(cx)?;
    Ok(result?.map_or(Value::none(), |n| Value::small(n as i64)))
}

struct Writing;

#[pymethods]
impl Writing {
    #[py(sig = "($self, /)")]
    fn writable(cx: &mut Cx, this: BufRef) -> PyResult<Value> {
        let raw = buffered::raw(cx, this)?;
        cx.call_method_str(raw, "writable", &[])
    }
    /// Write the given buffer to the IO stream.
    ///
    /// Return the number of bytes written, which is always
    /// the length of b in bytes.
    ///
    /// Raise BlockingIOError if the buffer is full and the
    /// underlying raw stream cannot accept more data at the moment.
    #[py(sig = "($self, buffer, /)")]
    fn write(cx: &mut Cx, this: BufRef, buffer: Value) -> PyResult<Value> {
        buffered::raw(cx, this)?;
        let source = cx.buffer(buffer, buffer_flags::SIMPLE)?;
        let n = source.len;
        let result = match buffered::enter_to_write(cx, &this) {
            Ok(mut st) => buffered::write(cx, this, &mut st, source.as_slice()),
            Err(e) => Err(e),
        };
        source.release(cx)?;
        result?;
        Ok(Value::small(n as i64))
    }
    #[py(sig = "($self, /)")]
    fn flush(cx: &mut Cx, this: BufRef) -> PyResult<()> {
        buffered::raw(cx, this)?;
        flush_and_rewind(cx, this)
    }
}

struct ReaderOnly;

#[pymethods]
impl ReaderOnly {
    #[py(sig = "($self, /, raw, buffer_size=DEFAULT_BUFFER_SIZE)", hide_sig)]
    fn __init__(cx: &mut Cx, this: BufRef, raw: Value, buffer_size: Option<isize>) -> PyResult<()> {
        initialize(cx, this, raw, buffer_size, true, false)
    }
    #[py(sig = "($self, /)")]
    fn flush(cx: &mut Cx, this: BufRef) -> PyResult<Value> {
        let raw = buffered::raw(cx, this)?;
        cx.call_method_str(raw, "flush", &[])
    }
}

struct WriterOnly;

#[pymethods]
impl WriterOnly {
    #[py(sig = "($self, /, raw, buffer_size=DEFAULT_BUFFER_SIZE)", hide_sig)]
    fn __init__(cx: &mut Cx, this: BufRef, raw: Value, buffer_size: Option<isize>) -> PyResult<()> {
        initialize(cx, this, raw, buffer_size, false, true)
    }
}

struct RandomOnly;

#[pymethods]
impl RandomOnly {
    #[py(sig = "($self, /, raw, buffer_size=DEFAULT_BUFFER_SIZE)", hide_sig)]
    fn __init__(cx: &mut Cx, this: BufRef, raw: Value, buffer_size: Option<isize>) -> PyResult<()> {
        initialize(cx, this, raw, buffer_size, true, true)
    }
}
