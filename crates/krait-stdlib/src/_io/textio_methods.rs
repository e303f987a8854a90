//! `TextIOWrapper`: methods and attributes.

use krait_macros::pymethods;
use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::native::Value;
use krait_runtime::object::Gc;
use krait_runtime::types::str::Str;

use super::iobase;
use super::textio::{self, Changes, ORDER, Options, TextRef, newline_arg};
use super::{textio_read, textio_seek, textio_write};

pub struct Methods;

#[pymethods]
impl Methods {
    #[py(
        sig = "($self, /, buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)",
        hide_sig
    )]
    fn __init__(
        cx: &mut Cx,
        this: TextRef,
        buffer: Value,
        encoding: Option<Value>,
        errors: Option<Value>,
        newline: Option<Value>,
        line_buffering: Option<bool>,
        write_through: Option<bool>,
    ) -> PyResult<()> {
        let none = Value::none();
        let options = Options {
            encoding: encoding.unwrap_or(none),
            errors: errors.unwrap_or(none),
            newline: newline.unwrap_or(none),
            line_buffering: line_buffering.unwrap_or(false),
            write_through: write_through.unwrap_or(false),
        };
        textio::initialize(cx, this, buffer, &options)
    }
    /// Reconfigure the text stream with new parameters.
    ///
    /// This also does an implicit stream flush.
    #[py(
        sig = "($self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)"
    )]
    fn reconfigure(
        cx: &mut Cx,
        this: TextRef,
        encoding: Option<Value>,
        errors: Option<Value>,
        newline: Option<Value>,
        line_buffering: Option<Value>,
        write_through: Option<Value>,
    ) -> PyResult<()> {
        let given = |v: Option<Value>| v.filter(|v| !v.is_none());
        let flag = |cx: &mut Cx, v: Option<Value>| -> PyResult<Option<bool>> {
            let Some(v) = given(v) else { return Ok(None) };
            match cx.index_i64(v)? {
                Some(n) => Ok(Some(n != 0)),
                None => Err(cx.overflow_error("Python int too large to convert to C long")),
            }
        };
        let changes = Changes {
            encoding: given(encoding),
            errors: given(errors),
            // Here `None` is a value of its own.
            newline: newline
                .map(|v| newline_arg(cx, v, "reconfigure() argument 'newline'"))
                .transpose()?,
            line_buffering: flag(cx, line_buffering)?,
            write_through: flag(cx, write_through)?,
        };
        textio::reconfigure(cx, this, &changes)
    }
    #[py(sig = "($self, /)")]
    fn detach(cx: &mut Cx, this: TextRef) -> PyResult<Value> {
        textio::buffer(cx, this)?;
        cx.call_method_str(this.value(), "flush", &[])?;
        // The call may have detached the stream.
        let buffer = textio::buffer(cx, this)?;
        this.buffer.set_immediate(Value::EMPTY);
        this.detached.store(true, ORDER);
        this.ready.store(false, ORDER);
        Ok(buffer)
    }
    #[py(sig = "($self, text, /)")]
    fn write(cx: &mut Cx, this: TextRef, text: Gc<Str>) -> PyResult<usize> {
        textio::buffer(cx, this)?;
        textio_write::write(cx, this, text)?;
        Ok(text.char_len())
    }
    #[py(sig = "($self, size=-1, /)")]
    fn read(cx: &mut Cx, this: TextRef, size: Option<Value>) -> PyResult<Value> {
        let n = iobase::size_arg(cx, size)?;
        Ok(textio_read::read(cx, this, n)?.value())
    }
    #[py(sig = "($self, size=-1, /)")]
    fn readline(cx: &mut Cx, this: TextRef, size: Option<isize>) -> PyResult<Value> {
        let mut st = textio::enter(cx, &this)?;
        Ok(textio_read::read_line(cx, this, &mut st, size.unwrap_or(-1))?.value())
    }
    #[py]
    fn __next__(cx: &mut Cx, this: TextRef) -> PyResult<Value> {
        if super::is_exactly(cx, this.value(), &textio::SPEC) {
            return textio_read::next_line(cx, this);
        }
        this.state.enter(cx, this.value())?.telling = false;
        let line = cx.call_method_str(this.value(), "readline", &[])?;
        if Gc::<Str>::from_value(line).is_none() {
            let got = cx.type_name(line);
            return Err(super::os_error_message(
                cx,
                &format!("readline() should have returned a str object, not '{got}'"),
            ));
        }
        if cx.len(line)? > 0 {
            return Ok(line);
        }
        let mut st = this.state.enter(cx, this.value())?;
        st.snapshot = None;
        st.telling = st.seekable;
        Ok(Value::EMPTY)
    }
    #[py(sig = "($self, /)")]
    fn flush(cx: &mut Cx, this: TextRef) -> PyResult<()> {
        textio_write::flush(cx, this)
    }
    #[py(sig = "($self, /)")]
    fn close(cx: &mut Cx, this: TextRef) -> PyResult<Value> {
        let buffer = textio::buffer(cx, this)?;
        // Asking the buffer may have detached the stream.
        if textio::is_closed(cx, this)? || this.detached.load(ORDER) {
            return Ok(Value::none());
        }
        if this.finalizing.load(ORDER)
            && let Ok(Some(warn)) = cx.lookup_attr_str(buffer, "_dealloc_warn")
            && let Err(e) = cx.call(warn, &[this.value()])
        {
            cx.unraisable_during(e, "while finalizing file", this.value());
        }
        let flushed = cx.call_method_str(this.value(), "flush", &[]);
        // The call may have detached the stream.
        let closed =
            textio::buffer(cx, this).and_then(|buffer| cx.call_method_str(buffer, "close", &[]));
        match (flushed, closed) {
            (Err(first), Err(second)) => {
                let e = second.exception();
                e.context.set(cx, e, first.value());
                Err(second)
            }
            (Err(e), Ok(_)) => Err(e),
            (Ok(_), closed) => closed,
        }
    }
    #[py(sig = "($self, /)")]
    fn fileno(cx: &mut Cx, this: TextRef) -> PyResult<Value> {
        let buffer = textio::buffer(cx, this)?;
        cx.call_method_str(buffer, "fileno", &[])
    }
    #[py(sig = "($self, /)")]
    fn seekable(cx: &mut Cx, this: TextRef) -> PyResult<Value> {
        let buffer = textio::buffer(cx, this)?;
        cx.call_method_str(buffer, "seekable", &[])
    }
    #[py(sig = "($self, /)")]
    fn readable(cx: &mut Cx, this: TextRef) -> PyResult<Value> {
        let buffer = textio::buffer(cx, this)?;
        cx.call_method_str(buffer, "readable", &[])
    }
    #[py(sig = "($self, /)")]
    fn writable(cx: &mut Cx, this: TextRef) -> PyResult<Value> {
        let buffer = textio::buffer(cx, this)?;
        cx.call_method_str(buffer, "writable", &[])
    }
    #[py(sig = "($self, /)")]
    fn isatty(cx: &mut Cx, this: TextRef) -> PyResult<Value> {
        let buffer = textio::buffer(cx, this)?;
        cx.call_method_str(buffer, "isatty", &[])
    }
    /// Set the stream position, and return the new stream position.
    ///
    ///   cookie
    ///     Zero or an opaque number returned by tell().
    ///   whence
    ///     The relative position to seek from.
    ///
    /// Four operations are supported, given by the following argument
    /// combinations:
    ///
    /// - seek(0, SEEK_SET): Rewind to the start of the stream.
    /// - seek(cookie, SEEK_SET): Restore a previous position.
    /// - seek(0, SEEK_END): Fast-forward to the end of the stream.
    /// - seek(0, SEEK_CUR): Leave the current stream position unchanged.
    ///
    /// Any other argument combinations are invalid,
    /// and may raise exceptions.
    #[py(sig = "($self, cookie, whence=os.SEEK_SET, /)")]
    fn seek(cx: &mut Cx, this: TextRef, cookie: Value, whence: Option<i32>) -> PyResult<Value> {
        textio::buffer(cx, this)?;
        textio_seek::seek(cx, this, cookie, whence.unwrap_or(0))
    }
    /// Return the stream position as an opaque number.
    ///
    /// The return value of tell() can be given as input to seek(), to restore a
    /// previous stream position.
    #[py(sig = "($self, /)")]
    fn tell(cx: &mut Cx, this: TextRef) -> PyResult<Value> {
        textio_seek::tell(cx, this)
    }
    #[py(sig = "($self, pos=None, /)")]
    fn truncate(cx: &mut Cx, this: TextRef, pos: Option<Value>) -> PyResult<Value> {
        textio::buffer(cx, this)?;
        cx.call_method_str(this.value(), "flush", &[])?;
        let buffer = textio::buffer(cx, this)?;
        cx.call_method_str(buffer, "truncate", &[pos.unwrap_or(Value::none())])
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: TextRef) -> PyResult<String> {
        let class = cx.type_of(this.value()).full_name(cx);
        textio::check_initialized(cx, this)?;
        if !cx.repr_enter(this.value()) {
            return Err(cx.runtime_error(format!("reentrant call inside {class}.__repr__")));
        }
        let shown = describe(cx, this, &class);
        cx.repr_leave(this.value());
        shown
    }
    #[py]
    fn __getstate__(cx: &mut Cx, this: TextRef) -> PyResult<Value> {
        let class = cx.type_of(this.value()).name_string();
        Err(cx.type_error(format!("cannot pickle '{class}' instances")))
    }
}

fn describe(cx: &mut Cx, this: TextRef, class: &str) -> PyResult<String> {
    let mut text = format!("<{class}");
    for attribute in ["name", "mode"] {
        match cx.lookup_attr_str(this.value(), attribute) {
            Ok(Some(v)) => {
                let shown = cx.repr_string(v)?;
                text.push_str(&format!(" {attribute}={shown}"));
            }
            Err(e) if !e.is(cx, cx.types().value_error) => return Err(e),
            _ => {}
        }
    }
    let encoding = cx.repr_string(this.encoding.get())?;
    text.push_str(&format!(" encoding={encoding}>"));
    Ok(text)
}

pub struct Attributes;

#[pymethods]
impl Attributes {
    #[py(getter)]
    fn buffer(cx: &mut Cx, this: TextRef) -> PyResult<Value> {
        textio::buffer(cx, this)
    }
    #[py(getter)]
    fn encoding(this: TextRef) -> Value {
        this.encoding.get()
    }
    #[py(getter)]
    fn errors(cx: &mut Cx, this: TextRef) -> PyResult<Value> {
        textio::check_initialized(cx, this)?;
        Ok(this.errors.get())
    }
    #[py(getter)]
    fn line_buffering(cx: &mut Cx, this: TextRef) -> PyResult<bool> {
        Ok(this.state.enter(cx, this.value())?.line_buffering)
    }
    #[py(getter)]
    fn write_through(cx: &mut Cx, this: TextRef) -> PyResult<bool> {
        Ok(this.state.enter(cx, this.value())?.write_through)
    }
    #[py(getter)]
    fn name(cx: &mut Cx, this: TextRef) -> PyResult<Value> {
        let buffer = textio::buffer(cx, this)?;
        cx.get_attr_str(buffer, "name")
    }
    #[py(getter)]
    fn closed(cx: &mut Cx, this: TextRef) -> PyResult<bool> {
        textio::is_closed(cx, this)
    }
    #[py(getter)]
    fn newlines(cx: &mut Cx, this: TextRef) -> PyResult<Value> {
        textio::buffer(cx, this)?;
        let newlines = this.state.enter(cx, this.value())?.newlines.clone();
        Ok(newlines.map_or(Value::none(), |n| n.seen(cx)))
    }
    #[py(getter)]
    fn _CHUNK_SIZE(cx: &mut Cx, this: TextRef) -> PyResult<usize> {
        textio::buffer(cx, this)?;
        Ok(this.state.enter(cx, this.value())?.chunk_size)
    }
    #[py(setter = "_CHUNK_SIZE")]
    fn set_chunk_size(cx: &mut Cx, this: TextRef, value: Option<Value>) -> PyResult<()> {
        textio::buffer(cx, this)?;
        let Some(value) = value else {
            return Err(cx.attribute_error(
                "attribute '_CHUNK_SIZE' of '_io.TextIOWrapper' objects cannot be deleted",
            ));
        };
        let n = cx.size_index(value).map_err(|e| {
            if e.is(cx, cx.types().overflow_error) {
                cx.value_error("cannot fit 'int' into an index-sized integer")
            } else {
                e
            }
        })?;
        if n <= 0 {
            return Err(cx.value_error("a strictly positive integer is required"));
        }
        this.state.enter(cx, this.value())?.chunk_size = n as usize;
        Ok(())
    }
    #[py(getter)]
    fn _finalizing(this: TextRef) -> bool {
        this.finalizing.load(ORDER)
    }
    #[py(setter = "_finalizing")]
    fn set_finalizing(cx: &mut Cx, this: TextRef, value: Option<Value>) -> PyResult<()> {
        let yes = iobase::flag_value(cx, value)?;
        this.finalizing.store(yes, ORDER);
        Ok(())
    }
}
