//! `zlib.Compress`, `zlib.Decompress` and `zlib._ZlibDecompressor`.

use libz_rs_sys as z;

use super::stream::{Failure, Inflater, Stream};
use super::{DEF_BUF_SIZE, MAX_WBITS, ended, with_bytes, zlib_error};
use crate::prelude::*;
use crate::support::feeder::{self, Feeder};
use crate::support::lock::Monitor;

/// A compressor; its stream is gone once it was finished.
#[derive(Trace)]
struct Compress {
    stream: Monitor<Option<Stream>>,
}
impl Native for Compress {
    const PY_NAME: &'static str = "zlib.Compress";
}

static COMPRESS: TypeSpec = TypeSpec {
    name: "Compress",
    module: "zlib",
    layout: Layout::native::<Compress>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[CompressMethods::DEFS],
    ..TypeSpec::DEFAULT
};

pub fn new_compressor(
    cx: &mut Cx,
    started: Result<Stream, Failure>,
    zdict: Option<Value>,
) -> PyResult<Value> {
    let mut stream = match started {
        Ok(s) => s,
        Err(e) if e.code == z::Z_STREAM_ERROR => {
            return Err(cx.value_error("Invalid initialization option"));
        }
        Err(e) if e.code == z::Z_MEM_ERROR => {
            return Err(cx.memory_error_message("Can't allocate memory for compression object"));
        }
        Err(e) => return Err(zlib_error(cx, &e, "while creating compression object")),
    };
    if let Some(d) = zdict {
        match cx.bytes_like(d, |bytes| stream.set_dictionary(bytes))? {
            Ok(()) => {}
            Err(e) if e.code == z::Z_STREAM_ERROR => {
                return Err(cx.value_error("Invalid dictionary"));
            }
            Err(_) => return Err(cx.value_error("deflateSetDictionary()")),
        }
    }
    let class = cx.native_type(&COMPRESS)?;
    Ok(NativeObj::alloc(
        cx,
        class,
        Compress {
            stream: Monitor::new(Some(stream)),
        },
    )
    .value())
}

fn copied(cx: &mut Cx, copy: Result<Stream, Failure>, what: &str) -> PyResult<Stream> {
    match copy {
        Ok(s) => Ok(s),
        Err(e) if e.code == z::Z_STREAM_ERROR => Err(cx.value_error("Inconsistent stream state")),
        Err(e) if e.code == z::Z_MEM_ERROR => {
            Err(cx.memory_error_message(format!("Can't allocate memory for {what} object")))
        }
        Err(e) => Err(zlib_error(cx, &e, &format!("while copying {what} object"))),
    }
}

fn copy_compressor(cx: &mut Cx, this: Obj<Compress>) -> PyResult<Value> {
    let copy = this
        .stream
        .enter(cx, this.value())?
        .as_mut()
        .map_or_else(|| Err(ended()), Stream::copy);
    let stream = copied(cx, copy, "compression")?;
    let class = cx.native_type(&COMPRESS)?;
    Ok(NativeObj::alloc(
        cx,
        class,
        Compress {
            stream: Monitor::new(Some(stream)),
        },
    )
    .value())
}

struct CompressMethods;

#[pymethods]
impl CompressMethods {
    /// Returns a bytes object containing compressed data.
    ///
    ///   data
    ///     Binary data to be compressed.
    ///
    /// After calling this function, some of the input data may still
    /// be stored in internal buffers for later processing.
    /// Call the flush() method to clear these buffers.
    #[py(sig = "($self, data, /)")]
    fn compress(cx: &mut Cx, this: Obj<Compress>, data: Value) -> PyResult<Value> {
        let mut held = this.stream.enter(cx, this.value())?;
        let result = with_bytes(cx, data, |bytes| match held.as_mut() {
            Some(s) => s.compress(bytes, z::Z_NO_FLUSH),
            None => Err(ended()),
        })?;
        match result {
            Ok(out) => cx.try_new_bytes(&out),
            Err(e) => Err(zlib_error(cx, &e, "while compressing data")),
        }
    }
    /// Return a bytes object containing any remaining compressed data.
    ///
    ///   mode
    ///     One of the constants Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH.
    ///     If mode == Z_FINISH, the compressor object can no longer be
    ///     used after calling the flush() method.  Otherwise, more data
    ///     can still be compressed.
    #[py(sig = "($self, mode=zlib.Z_FINISH, /)")]
    fn flush(cx: &mut Cx, this: Obj<Compress>, mode: Option<i32>) -> PyResult<Value> {
        let mode = mode.unwrap_or(z::Z_FINISH);
        if mode == z::Z_NO_FLUSH {
            return Ok(cx.new_bytes(b""));
        }
        let mut held = this.stream.enter(cx, this.value())?;
        let result = cx.blocking(|| {
            held.as_mut()
                .map_or_else(|| Err(ended()), |s| s.compress(b"", mode))
        });
        match result {
            Ok(out) => {
                if mode == z::Z_FINISH {
                    *held = None;
                }
                cx.try_new_bytes(&out)
            }
            Err(e) => Err(zlib_error(cx, &e, "while flushing")),
        }
    }
    /// Return a copy of the compression object.
    #[py(sig = "($self, /)")]
    fn copy(cx: &mut Cx, this: Obj<Compress>) -> PyResult<Value> {
        copy_compressor(cx, this)
    }
    #[py(sig = "($self, /)", doc = "")]
    fn __copy__(cx: &mut Cx, this: Obj<Compress>) -> PyResult<Value> {
        copy_compressor(cx, this)
    }
    #[py(sig = "($self, memo, /)", doc = "")]
    fn __deepcopy__(cx: &mut Cx, this: Obj<Compress>, _memo: Value) -> PyResult<Value> {
        copy_compressor(cx, this)
    }
}

/// The state of a decompressor.
struct Inflating {
    stream: Stream,
    dictionary: Option<Vec<u8>>,
    /// What followed the end of the stream.
    unused: Vec<u8>,
    /// Input left over because `max_length` was reached.
    tail: Vec<u8>,
    eof: bool,
}

#[derive(Trace)]
struct Decompress {
    state: Monitor<Inflating>,
}
impl Native for Decompress {
    const PY_NAME: &'static str = "zlib.Decompress";
}

static DECOMPRESS: TypeSpec = TypeSpec {
    name: "Decompress",
    module: "zlib",
    layout: Layout::native::<Decompress>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[DecompressMethods::DEFS],
    ..TypeSpec::DEFAULT
};

/// An inflating stream with its dictionary. A raw stream has no header to ask for it.
fn start_inflating(
    cx: &mut Cx,
    wbits: i32,
    zdict: Option<Value>,
) -> PyResult<(Stream, Option<Vec<u8>>)> {
    let dictionary = match zdict {
        None => None,
        Some(v) if cx.is_buffer(v) => {
            Some(cx.bytes_like(v, <[u8]>::to_vec)?).filter(|d| !d.is_empty())
        }
        Some(_) => return Err(cx.type_error("zdict argument must support the buffer protocol")),
    };
    let mut stream = match Stream::inflate(wbits) {
        Ok(s) => s,
        Err(e) if e.code == z::Z_STREAM_ERROR => {
            return Err(cx.value_error("Invalid initialization option"));
        }
        Err(e) if e.code == z::Z_MEM_ERROR => {
            return Err(cx.memory_error_message("Can't allocate memory for decompression object"));
        }
        Err(e) => return Err(zlib_error(cx, &e, "while creating decompression object")),
    };
    if wbits < 0
        && let Some(d) = &dictionary
        && let Err(e) = stream.set_dictionary(d)
    {
        return Err(zlib_error(cx, &e, "while setting zdict"));
    }
    Ok((stream, dictionary))
}

pub fn new_decompressor(cx: &mut Cx, wbits: i32, zdict: Option<Value>) -> PyResult<Value> {
    let (stream, dictionary) = start_inflating(cx, wbits, zdict)?;
    let state = Inflating {
        stream,
        dictionary,
        unused: Vec::new(),
        tail: Vec::new(),
        eof: false,
    };
    let class = cx.native_type(&DECOMPRESS)?;
    Ok(NativeObj::alloc(
        cx,
        class,
        Decompress {
            state: Monitor::new(state),
        },
    )
    .value())
}

impl Inflating {
    fn run(&mut self, input: &[u8], limit: usize, flush: i32) -> Result<Vec<u8>, Failure> {
        let mut out = Vec::new();
        let r =
            self.stream
                .decompress(input, &mut out, limit, self.dictionary.as_deref(), flush)?;
        let rest = &input[r.consumed..];
        if r.code == z::Z_STREAM_END {
            self.eof = true;
            self.unused.extend_from_slice(rest);
            self.tail = Vec::new();
        } else {
            self.tail = rest.to_vec();
        }
        Ok(out)
    }
}

/// What goes wrong inside is either the dictionary or the data.
fn inflate_error(cx: &mut Cx, e: &Failure, dictionary: bool) -> Raised {
    let is_dictionary = dictionary
        && e.code == z::Z_DATA_ERROR
        && e.message.as_deref() == Some("invalid input data");
    zlib_error(
        cx,
        e,
        if is_dictionary {
            "while setting zdict"
        } else {
            "while decompressing data"
        },
    )
}

fn copy_decompressor(cx: &mut Cx, this: Obj<Decompress>) -> PyResult<Value> {
    let mut st = this.state.enter(cx, this.value())?;
    let copy = st.stream.copy();
    let state = Inflating {
        stream: copied(cx, copy, "decompression")?,
        dictionary: st.dictionary.clone(),
        unused: st.unused.clone(),
        tail: st.tail.clone(),
        eof: st.eof,
    };
    let class = cx.native_type(&DECOMPRESS)?;
    Ok(NativeObj::alloc(
        cx,
        class,
        Decompress {
            state: Monitor::new(state),
        },
    )
    .value())
}

struct DecompressMethods;

#[pymethods]
impl DecompressMethods {
    /// Return a bytes object containing the decompressed version of the data.
    ///
    ///   data
    ///     The binary data to decompress.
    ///   max_length
    ///     The maximum allowable length of the decompressed data.
    ///     Unconsumed input data will be stored in
    ///     the unconsumed_tail attribute.
    ///
    /// After calling this function, some of the input data may still be stored in
    /// internal buffers for later processing.
    /// Call the flush() method to clear these buffers.
    #[py(sig = "($self, data, /, max_length=0)")]
    fn decompress(
        cx: &mut Cx,
        this: Obj<Decompress>,
        data: Value,
        max_length: Option<isize>,
    ) -> PyResult<Value> {
        let limit = match max_length.unwrap_or(0) {
            n if n < 0 => return Err(cx.value_error("max_length must be non-negative")),
            0 => usize::MAX,
            n => n as usize,
        };
        let mut st = this.state.enter(cx, this.value())?;
        match with_bytes(cx, data, |bytes| st.run(bytes, limit, z::Z_SYNC_FLUSH))? {
            Ok(out) => cx.try_new_bytes(&out),
            Err(e) => Err(inflate_error(cx, &e, st.dictionary.is_some())),
        }
    }
    /// Return a bytes object containing any remaining decompressed data.
    ///
    ///   length
    ///     the initial size of the output buffer.
    #[py(sig = "($self, length=zlib.DEF_BUF_SIZE, /)")]
    fn flush(cx: &mut Cx, this: Obj<Decompress>, length: Option<isize>) -> PyResult<Value> {
        if length.unwrap_or(DEF_BUF_SIZE) <= 0 {
            return Err(cx.value_error("length must be greater than zero"));
        }
        let mut st = this.state.enter(cx, this.value())?;
        let input = std::mem::take(&mut st.tail);
        match cx.blocking(|| st.run(&input, usize::MAX, z::Z_FINISH)) {
            Ok(out) => cx.try_new_bytes(&out),
            Err(e) => Err(inflate_error(cx, &e, st.dictionary.is_some())),
        }
    }
    /// Return a copy of the decompression object.
    #[py(sig = "($self, /)")]
    fn copy(cx: &mut Cx, this: Obj<Decompress>) -> PyResult<Value> {
        copy_decompressor(cx, this)
    }
    #[py(sig = "($self, /)", doc = "")]
    fn __copy__(cx: &mut Cx, this: Obj<Decompress>) -> PyResult<Value> {
        copy_decompressor(cx, this)
    }
    #[py(sig = "($self, memo, /)", doc = "")]
    fn __deepcopy__(cx: &mut Cx, this: Obj<Decompress>, _memo: Value) -> PyResult<Value> {
        copy_decompressor(cx, this)
    }
    #[py(getter)]
    fn unused_data(cx: &mut Cx, this: Obj<Decompress>) -> PyResult<Value> {
        let st = this.state.enter(cx, this.value())?;
        cx.try_new_bytes(&st.unused)
    }
    #[py(getter)]
    fn unconsumed_tail(cx: &mut Cx, this: Obj<Decompress>) -> PyResult<Value> {
        let st = this.state.enter(cx, this.value())?;
        cx.try_new_bytes(&st.tail)
    }
    #[py(getter)]
    fn eof(cx: &mut Cx, this: Obj<Decompress>) -> PyResult<bool> {
        Ok(this.state.enter(cx, this.value())?.eof)
    }
}

#[derive(Trace)]
struct ZlibDecompressor {
    feeder: Monitor<Feeder<Inflater>>,
}
impl Native for ZlibDecompressor {
    const PY_NAME: &'static str = "zlib._ZlibDecompressor";
}

pub static ZLIB_DECOMPRESSOR: TypeSpec = TypeSpec {
    name: "_ZlibDecompressor",
    module: "zlib",
    doc: Some(
        "Create a decompressor object for decompressing data incrementally.\n\n  wbits = 15\n  zdict\n     The predefined compression dictionary. This is a sequence of bytes\n     (such as a bytes object) containing subsequences that are expected\n     to occur frequently in the data that is to be compressed. Those\n     subsequences that are expected to be most common should come at the\n     end of the dictionary. This must be the same dictionary as used by the\n     compressor that produced the input data.",
    ),
    layout: Layout::native::<ZlibDecompressor>(),
    defs: &[ZlibDecompressorMethods::DEFS],
    ..TypeSpec::DEFAULT
};

struct ZlibDecompressorMethods;

#[pymethods]
impl ZlibDecompressorMethods {
    #[py(new, sig = "($type, wbits=15, zdict=b'')")]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        wbits: Option<i32>,
        zdict: Option<Value>,
    ) -> PyResult<Value> {
        let (stream, dictionary) = start_inflating(cx, wbits.unwrap_or(MAX_WBITS), zdict)?;
        let feeder = Monitor::new(Feeder::new(Inflater { stream, dictionary }));
        Ok(NativeObj::alloc(cx, class, ZlibDecompressor { feeder }).value())
    }
    /// Decompress *data*, returning uncompressed data as bytes.
    ///
    /// If *max_length* is nonnegative, returns at most *max_length* bytes of
    /// decompressed data. If this limit is reached and further output can be
    /// produced, *self.needs_input* will be set to ``False``. In this case, the next
    /// call to *decompress()* may provide *data* as b'' to obtain more of the output.
    ///
    /// If all of the input data was decompressed and returned (either because this
    /// was less than *max_length* bytes, or because *max_length* was negative),
    /// *self.needs_input* will be set to True.
    ///
    /// Attempting to decompress data after the end of stream is reached raises an
    /// EOFError.  Any data found after the end of the stream is ignored and saved in
    /// the unused_data attribute.
    #[py(sig = "($self, /, data, max_length=-1)")]
    fn decompress(
        cx: &mut Cx,
        this: Obj<ZlibDecompressor>,
        data: Value,
        max_length: Option<isize>,
    ) -> PyResult<Value> {
        let limit = feeder::limit(max_length);
        let mut feeder = this.feeder.enter(cx, this.value())?;
        if feeder.eof {
            return Err(cx.eof_error("End of stream already reached"));
        }
        match with_bytes(cx, data, |bytes| feeder.feed(bytes, limit))? {
            Ok(out) => cx.try_new_bytes(&out),
            Err(e) => Err(inflate_error(cx, &e, feeder.decoder().dictionary.is_some())),
        }
    }
    /// True if the end-of-stream marker has been reached.
    #[py(getter)]
    fn eof(cx: &mut Cx, this: Obj<ZlibDecompressor>) -> PyResult<bool> {
        Ok(this.feeder.enter(cx, this.value())?.eof)
    }
    /// True if more input is needed before more decompressed data can be produced.
    #[py(getter)]
    fn needs_input(cx: &mut Cx, this: Obj<ZlibDecompressor>) -> PyResult<bool> {
        Ok(this.feeder.enter(cx, this.value())?.needs_input)
    }
    /// Data found after the end of the compressed stream.
    #[py(getter)]
    fn unused_data(cx: &mut Cx, this: Obj<ZlibDecompressor>) -> PyResult<Value> {
        let feeder = this.feeder.enter(cx, this.value())?;
        cx.try_new_bytes(&feeder.unused)
    }
}
