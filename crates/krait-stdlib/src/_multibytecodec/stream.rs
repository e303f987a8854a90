//! Readers and writers of streams.

use super::*;

#[derive(Trace)]
pub struct Reader {
    base: Base,
    stream: Slot,
}
impl Native for Reader {
    const PY_NAME: &'static str = "_multibytecodec.MultibyteStreamReader";
}

#[derive(Trace)]
pub struct Writer {
    base: Base,
    stream: Slot,
}
impl Native for Writer {
    const PY_NAME: &'static str = "_multibytecodec.MultibyteStreamWriter";
}

pub static READER: TypeSpec = TypeSpec {
    name: "MultibyteStreamReader",
    module: "_multibytecodec",
    layout: Layout::native::<Reader>(),
    flags: flags::BASETYPE,
    defs: &[ReaderMethods::DEFS, NoInit::DEFS],
    ..TypeSpec::DEFAULT
};

pub static WRITER: TypeSpec = TypeSpec {
    name: "MultibyteStreamWriter",
    module: "_multibytecodec",
    layout: Layout::native::<Writer>(),
    flags: flags::BASETYPE,
    defs: &[WriterMethods::DEFS, NoInit::DEFS],
    ..TypeSpec::DEFAULT
};

/// A size, `None` and negative ones for all there is.
fn size_arg(cx: &mut Cx, size: Option<Value>) -> PyResult<i64> {
    match size.filter(|v| !v.is_none()) {
        None => Ok(-1),
        Some(v) if cx.is_instance(v, cx.types().int) => match cx.index_i64(v)? {
            Some(n) => Ok(n),
            None => Err(cx.overflow_error("Python int too large to convert to C ssize_t")),
        },
        Some(_) => Err(cx.type_error("arg 1 must be an integer")),
    }
}

/// Text of what a method of the stream gives. A size is tried again byte by byte as long as it ends
/// within a character.
fn read(cx: &mut Cx, this: Obj<Reader>, method: &str, size: i64) -> PyResult<Value> {
    if size == 0 {
        return Ok(cx.new_str(""));
    }
    let mut asked = size;
    loop {
        let stream = this.stream.get();
        let data = if asked < 0 {
            cx.call_method_str(stream, method, &[])?
        } else {
            cx.call_method_str(stream, method, &[Value::small(asked)])?
        };
        let Some(bytes) = Gc::<Bytes>::from_value(data) else {
            let got = cx.type_name(data);
            let message = format!("stream function returned a non-bytes object ({got})");
            return Err(cx.type_error(message));
        };
        let last = bytes.as_bytes().is_empty() || asked < 0;
        let text = this.base.decode(cx, this.value(), bytes.as_bytes(), last)?;
        let found = Gc::<Str>::from_value(text).is_some_and(|s| s.char_len() > 0);
        if last || found {
            return Ok(text);
        }
        asked = 1;
    }
}

struct ReaderMethods;

#[pymethods]
impl ReaderMethods {
    #[py(new, sig = "($type, stream, errors=None)", hide_sig)]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        stream: Value,
        errors: Option<Value>,
    ) -> PyResult<Value> {
        let errors = errors_arg(cx, errors, "StreamReader")?;
        let codec = codec_of(cx, class)?;
        let base = Base::new(cx, codec, errors, true);
        let stream = slot(stream);
        Ok(NativeObj::alloc(cx, class, Reader { base, stream }).value())
    }
    /// how to treat errors
    #[py(getter)]
    fn errors(this: Obj<Reader>) -> Value {
        this.base.errors.get()
    }
    #[py(setter = "errors")]
    fn set_errors(cx: &mut Cx, this: Obj<Reader>, value: Option<Value>) -> PyResult<()> {
        let errors = new_errors(cx, value)?;
        this.base.errors.set(cx, this, errors);
        Ok(())
    }
    #[py(getter, member)]
    fn stream(this: Obj<Reader>) -> Value {
        this.stream.get()
    }
    #[py(sig = "($self, sizeobj=None, /)")]
    fn read(cx: &mut Cx, this: Obj<Reader>, sizeobj: Option<Value>) -> PyResult<Value> {
        let size = size_arg(cx, sizeobj)?;
        read(cx, this, "read", size)
    }
    #[py(sig = "($self, sizeobj=None, /)")]
    fn readline(cx: &mut Cx, this: Obj<Reader>, sizeobj: Option<Value>) -> PyResult<Value> {
        let size = size_arg(cx, sizeobj)?;
        read(cx, this, "readline", size)
    }
    #[py(sig = "($self, sizehintobj=None, /)")]
    fn readlines(cx: &mut Cx, this: Obj<Reader>, sizehintobj: Option<Value>) -> PyResult<Value> {
        let size = size_arg(cx, sizehintobj)?;
        let text = read(cx, this, "read", size)?;
        cx.call_method_str(text, "splitlines", &[Value::bool(true)])
    }
    #[py(sig = "($self, /)")]
    fn reset(cx: &mut Cx, this: Obj<Reader>) -> PyResult<()> {
        let mut rest = this.base.take(cx, this.value())?;
        this.base.codec.start_decoding(&mut rest.state);
        rest.pending.clear();
        this.base.put(cx, this.value(), rest)
    }
}

fn write(cx: &mut Cx, this: Obj<Writer>, text: Value) -> PyResult<()> {
    let bytes = this.base.encode(cx, this.value(), text, false)?;
    let bytes = cx.try_new_bytes(&bytes)?;
    cx.call_method_str(this.stream.get(), "write", &[bytes])?;
    Ok(())
}

struct WriterMethods;

#[pymethods]
impl WriterMethods {
    #[py(new, sig = "($type, stream, errors=None)", hide_sig)]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        stream: Value,
        errors: Option<Value>,
    ) -> PyResult<Value> {
        let errors = errors_arg(cx, errors, "StreamWriter")?;
        let codec = codec_of(cx, class)?;
        let base = Base::new(cx, codec, errors, false);
        let stream = slot(stream);
        Ok(NativeObj::alloc(cx, class, Writer { base, stream }).value())
    }
    /// how to treat errors
    #[py(getter)]
    fn errors(this: Obj<Writer>) -> Value {
        this.base.errors.get()
    }
    #[py(setter = "errors")]
    fn set_errors(cx: &mut Cx, this: Obj<Writer>, value: Option<Value>) -> PyResult<()> {
        let errors = new_errors(cx, value)?;
        this.base.errors.set(cx, this, errors);
        Ok(())
    }
    #[py(getter, member)]
    fn stream(this: Obj<Writer>) -> Value {
        this.stream.get()
    }
    #[py(sig = "($self, strobj, /)")]
    fn write(cx: &mut Cx, this: Obj<Writer>, strobj: Value) -> PyResult<()> {
        write(cx, this, strobj)
    }
    #[py(sig = "($self, lines, /)")]
    fn writelines(cx: &mut Cx, this: Obj<Writer>, lines: Value) -> PyResult<()> {
        let is_sequence = cx.lookup_attr_str(cx.type_of(lines).value(), "__getitem__")?;
        if is_sequence.is_none() || Gc::<Dict>::from_value(lines).is_some() {
            return Err(cx.type_error("arg must be a sequence object"));
        }
        cx.for_each(lines, |cx, line| write(cx, this, line))
    }
    #[py(sig = "($self, /)")]
    fn reset(cx: &mut Cx, this: Obj<Writer>) -> PyResult<()> {
        if this.base.take(cx, this.value())?.pending.is_empty() {
            return Ok(());
        }
        let nothing = cx.new_str("");
        let bytes = this.base.encode(cx, this.value(), nothing, true)?;
        if !bytes.is_empty() {
            let bytes = cx.try_new_bytes(&bytes)?;
            cx.call_method_str(this.stream.get(), "write", &[bytes])?;
        }
        Ok(())
    }
}
