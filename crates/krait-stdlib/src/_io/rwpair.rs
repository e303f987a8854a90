//! `BufferedRWPair`: a reader and a writer behind one object.

use krait_macros::{Trace, pymethods};
use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::native::{Layout, Native, NativeObj, TypeSpec};
use krait_runtime::object::{Gc, Slot};
use krait_runtime::types::typeobj::{Type, flags};
use krait_runtime::value::Value;

use super::buffered_types::{self, READER, WRITER};
use super::iobase::{self, BUFFERED_IO_BASE};

#[derive(Trace)]
pub struct RwPair {
    reader: Slot,
    writer: Slot,
}
impl Native for RwPair {
    const PY_NAME: &'static str = "_io.BufferedRWPair";
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "BufferedRWPair",
    module: "_io",
    doc: Some(
        "A buffered reader and writer object together.\n\nA buffered reader object and buffered writer object put together to\nform a sequential IO object that can read and write. This is typically\nused with a socket or two-way pipe.\n\n\
         reader and writer are RawIOBase objects that are readable and\nwriteable respectively. If the buffer_size is omitted it defaults to\nDEFAULT_BUFFER_SIZE.",
    ),
    base: Some(&BUFFERED_IO_BASE),
    layout: Layout::native::<RwPair>(),
    flags: flags::BASETYPE | flags::INSTANCE_DICT | flags::WEAKREFABLE | flags::FINALIZER,
    defs: &[Methods::DEFS],
    alloc: Some(alloc),
    ..TypeSpec::DEFAULT
};

fn alloc(cx: &mut Cx, class: Gc<Type>) -> Value {
    let pair = RwPair {
        reader: Slot::empty(),
        writer: Slot::empty(),
    };
    NativeObj::alloc(cx, class, pair).value()
}

type Pair = Gc<NativeObj<RwPair>>;

fn part(cx: &mut Cx, slot: &Slot) -> PyResult<Value> {
    match slot.get().some() {
        Some(v) => Ok(v),
        None => Err(cx.value_error("I/O operation on uninitialized object")),
    }
}

fn read_call(cx: &mut Cx, this: Pair, name: &str, args: &[Value]) -> PyResult<Value> {
    let reader = part(cx, &this.reader)?;
    cx.call_method_str(reader, name, args)
}

fn write_call(cx: &mut Cx, this: Pair, name: &str, args: &[Value]) -> PyResult<Value> {
    let writer = part(cx, &this.writer)?;
    cx.call_method_str(writer, name, args)
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(
        sig = "($self, reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)",
        hide_sig
    )]
    fn __init__(
        cx: &mut Cx,
        this: Pair,
        reader: Value,
        writer: Value,
        buffer_size: Option<isize>,
    ) -> PyResult<()> {
        iobase::check_readable(cx, reader)?;
        iobase::check_writable(cx, writer)?;
        let size = buffer_size.unwrap_or(super::DEFAULT_BUFFER_SIZE as isize);
        if size <= 0 {
            return Err(cx.value_error("buffer size must be strictly positive"));
        }
        let reader = buffered_types::make(cx, &READER, reader, size as usize)?;
        let writer = buffered_types::make(cx, &WRITER, writer, size as usize)?;
        this.reader.set(cx, this, reader);
        this.writer.set(cx, this, writer);
        Ok(())
    }
    #[py(sig = "($self, *args)", hide_sig)]
    fn read(cx: &mut Cx, this: Pair, args: &[Value]) -> PyResult<Value> {
        read_call(cx, this, "read", args)
    }
    #[py(sig = "($self, *args)", hide_sig)]
    fn peek(cx: &mut Cx, this: Pair, args: &[Value]) -> PyResult<Value> {
        read_call(cx, this, "peek", args)
    }
    #[py(sig = "($self, *args)", hide_sig)]
    fn read1(cx: &mut Cx, this: Pair, args: &[Value]) -> PyResult<Value> {
        read_call(cx, this, "read1", args)
    }
    #[py(sig = "($self, *args)", hide_sig)]
    fn readinto(cx: &mut Cx, this: Pair, args: &[Value]) -> PyResult<Value> {
        read_call(cx, this, "readinto", args)
    }
    #[py(sig = "($self, *args)", hide_sig)]
    fn readinto1(cx: &mut Cx, this: Pair, args: &[Value]) -> PyResult<Value> {
        read_call(cx, this, "readinto1", args)
    }
    #[py(sig = "($self, *args)", hide_sig)]
    fn write(cx: &mut Cx, this: Pair, args: &[Value]) -> PyResult<Value> {
        write_call(cx, this, "write", args)
    }
    #[py(sig = "($self, /)")]
    fn flush(cx: &mut Cx, this: Pair) -> PyResult<Value> {
        write_call(cx, this, "flush", &[])
    }
    #[py(sig = "($self, /)")]
    fn readable(cx: &mut Cx, this: Pair) -> PyResult<Value> {
        read_call(cx, this, "readable", &[])
    }
    #[py(sig = "($self, /)")]
    fn writable(cx: &mut Cx, this: Pair) -> PyResult<Value> {
        write_call(cx, this, "writable", &[])
    }
    #[py(sig = "($self, /)")]
    fn close(cx: &mut Cx, this: Pair) -> PyResult<Value> {
        let written = write_call(cx, this, "close", &[]);
        let read = read_call(cx, this, "close", &[]);
        match (written, read) {
            (Err(first), Err(second)) => {
                let e = second.exception();
                e.context.set(cx, e, first.value());
                Err(second)
            }
            (Err(e), Ok(_)) => Err(e),
            (Ok(_), read) => read,
        }
    }
    #[py(sig = "($self, /)")]
    fn isatty(cx: &mut Cx, this: Pair) -> PyResult<Value> {
        let writes = write_call(cx, this, "isatty", &[])?;
        if cx.is_true(writes)? {
            Ok(writes)
        } else {
            read_call(cx, this, "isatty", &[])
        }
    }
    #[py(getter)]
    fn closed(cx: &mut Cx, this: Pair) -> PyResult<Value> {
        match this.writer.get().some() {
            Some(w) => cx.get_attr_str(w, "closed"),
            None => Err(cx.runtime_error("the BufferedRWPair object is being garbage-collected")),
        }
    }
}
