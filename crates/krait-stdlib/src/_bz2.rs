//! `_bz2`: the bzip2 format.

use bzip2::{Action, Compress, Compression, Decompress, Error, Status};
use krait_runtime::protocol::buffer::flags::SIMPLE;

use crate::prelude::*;
use crate::support::feeder::{self, Decode, Feeder, Step, reserve};
use crate::support::lock::Monitor;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_bz2",
    types: &[&COMPRESSOR, &DECOMPRESSOR],
    ..ModuleDef::DEFAULT
};

#[cold]
fn bz2_error(cx: &mut Cx, e: Error) -> Raised {
    match e {
        Error::Sequence => {
            cx.runtime_error("Internal error - Invalid sequence of commands sent to libbzip2")
        }
        Error::Param => cx.value_error("Internal error - invalid parameters passed to libbzip2"),
        Error::Data | Error::DataMagic => {
            let class = cx.types().os_error;
            cx.error(class, "Invalid data stream")
        }
    }
}

/// Runs `f` over the bytes of `v` with the thread parked.
fn with_bytes<R>(cx: &mut Cx, v: Value, f: impl FnOnce(&[u8]) -> R) -> PyResult<R> {
    let buffer = cx.buffer(v, SIMPLE)?;
    let r = cx.blocking(|| f(buffer.as_slice()));
    buffer.release(cx)?;
    Ok(r)
}

/// A compressor; its stream is gone once it was flushed.
#[derive(Trace)]
struct Compressor {
    stream: Monitor<Option<Compress>>,
}
impl Native for Compressor {
    const PY_NAME: &'static str = "_bz2.BZ2Compressor";
}

static COMPRESSOR: TypeSpec = TypeSpec {
    name: "BZ2Compressor",
    module: "_bz2",
    doc: Some(
        "Create a compressor object for compressing data incrementally.\n\n  compresslevel\n    Compression level, as a number between 1 and 9.\n\nFor one-shot compression, use the compress() function instead.",
    ),
    layout: Layout::native::<Compressor>(),
    defs: &[CompressorMethods::DEFS],
    ..TypeSpec::DEFAULT
};

fn compress(stream: &mut Compress, input: &[u8], finish: bool) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    let mut used = 0;
    loop {
        reserve(&mut out, usize::MAX);
        let before = stream.total_in();
        let action = if finish { Action::Finish } else { Action::Run };
        let status = stream.compress_vec(&input[used..], &mut out, action)?;
        used += (stream.total_in() - before) as usize;
        let done = if finish {
            status == Status::StreamEnd
        } else {
            used == input.len()
        };
        if done {
            return Ok(out);
        }
    }
}

struct CompressorMethods;

#[pymethods]
impl CompressorMethods {
    #[py(new, sig = "($type, compresslevel=9, /)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>, compresslevel: Option<i32>) -> PyResult<Value> {
        let level = compresslevel.unwrap_or(9);
        if !(1..=9).contains(&level) {
            return Err(cx.value_error("compresslevel must be between 1 and 9"));
        }
        let stream = Compress::new(Compression::new(level as u32), 0);
        Ok(NativeObj::alloc(
            cx,
            class,
            Compressor {
                stream: Monitor::new(Some(stream)),
            },
        )
        .value())
    }
    /// Provide data to the compressor object.
    ///
    /// Returns a chunk of compressed data if possible, or b'' otherwise.
    ///
    /// When you have finished providing data to the compressor, call the
    /// flush() method to finish the compression process.
    #[py(name = "compress", sig = "($self, data, /)")]
    fn compress_(cx: &mut Cx, this: Obj<Compressor>, data: Value) -> PyResult<Value> {
        let mut held = this.stream.enter(cx, this.value())?;
        let Some(stream) = held.as_mut() else {
            return Err(cx.value_error("Compressor has been flushed"));
        };
        match with_bytes(cx, data, |bytes| {
            if bytes.is_empty() {
                Ok(Vec::new())
            } else {
                compress(stream, bytes, false)
            }
        })? {
            Ok(out) => cx.try_new_bytes(&out),
            Err(e) => Err(bz2_error(cx, e)),
        }
    }
    /// Finish the compression process.
    ///
    /// Returns the compressed data left in internal buffers.
    ///
    /// The compressor object may not be used after this method is called.
    #[py(sig = "($self, /)")]
    fn flush(cx: &mut Cx, this: Obj<Compressor>) -> PyResult<Value> {
        let mut held = this.stream.enter(cx, this.value())?;
        let Some(mut stream) = held.take() else {
            return Err(cx.value_error("Repeated call to flush()"));
        };
        match cx.blocking(|| compress(&mut stream, b"", true)) {
            Ok(out) => cx.try_new_bytes(&out),
            Err(e) => Err(bz2_error(cx, e)),
        }
    }
}

/// The library's decoder.
struct Decoder(Decompress);

impl Decode for Decoder {
    type Error = Error;
    fn step(&mut self, input: &[u8], out: &mut Vec<u8>, limit: usize) -> Result<Step, Error> {
        let mut consumed = 0;
        while reserve(out, limit) {
            let before = (self.0.total_in(), out.len());
            let status = self.0.decompress_vec(&input[consumed..], out)?;
            consumed += (self.0.total_in() - before.0) as usize;
            if status == Status::StreamEnd {
                return Ok(Step {
                    consumed,
                    end: true,
                });
            }
            let stuck = self.0.total_in() == before.0 && out.len() == before.1;
            if stuck || (consumed == input.len() && out.len() < out.capacity()) {
                break;
            }
        }
        Ok(Step {
            consumed,
            end: false,
        })
    }
}

#[derive(Trace)]
struct Decompressor {
    feeder: Monitor<Feeder<Decoder>>,
}
impl Native for Decompressor {
    const PY_NAME: &'static str = "_bz2.BZ2Decompressor";
}

static DECOMPRESSOR: TypeSpec = TypeSpec {
    name: "BZ2Decompressor",
    module: "_bz2",
    doc: Some(
        "Create a decompressor object for decompressing data incrementally.\n\nFor one-shot decompression, use the decompress() function instead.",
    ),
    layout: Layout::native::<Decompressor>(),
    defs: &[DecompressorMethods::DEFS],
    ..TypeSpec::DEFAULT
};

struct DecompressorMethods;

#[pymethods]
impl DecompressorMethods {
    #[py(new, sig = "($type)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>) -> Value {
        let feeder = Monitor::new(Feeder::new(Decoder(Decompress::new(false))));
        NativeObj::alloc(cx, class, Decompressor { feeder }).value()
    }
    /// Decompress *data*, returning uncompressed data as bytes.
    ///
    /// If *max_length* is nonnegative, returns at most *max_length* bytes; when more
    /// could follow, *self.needs_input* is False, and the next call may pass b''.
    ///
    /// After the end of the stream this is an EOFError.  Data found behind it is
    /// saved in the unused_data attribute.
    #[py(sig = "($self, /, data, max_length=-1)")]
    fn decompress(
        cx: &mut Cx,
        this: Obj<Decompressor>,
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
            Err(e) => Err(bz2_error(cx, e)),
        }
    }
    /// True if the end-of-stream marker has been reached.
    #[py(getter)]
    fn eof(cx: &mut Cx, this: Obj<Decompressor>) -> PyResult<bool> {
        Ok(this.feeder.enter(cx, this.value())?.eof)
    }
    /// True if more input is needed before more decompressed data can be produced.
    #[py(getter)]
    fn needs_input(cx: &mut Cx, this: Obj<Decompressor>) -> PyResult<bool> {
        Ok(this.feeder.enter(cx, this.value())?.needs_input)
    }
    /// Data found after the end of the compressed stream.
    #[py(getter)]
    fn unused_data(cx: &mut Cx, this: Obj<Decompressor>) -> PyResult<Value> {
        let feeder = this.feeder.enter(cx, this.value())?;
        cx.try_new_bytes(&feeder.unused)
    }
}
