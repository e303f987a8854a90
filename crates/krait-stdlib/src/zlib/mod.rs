//! `zlib`: the deflate format (RFC 1950 to 1952).

mod objects;
mod stream;

use libz_rs_sys as z;

use crate::prelude::*;
use crate::support;
use stream::{Failure, Stream};

pub static MODULE: ModuleDef = ModuleDef {
    name: "zlib",
    doc: Some(
        "The functions in this module allow compression and decompression using the\nzlib library, which is based on GNU zip.\n\nChecksums are adler32() and crc32(); compress() and decompress() work on whole\nstrings, compressobj() and decompressobj() on streams. wbits chooses the format:\n9..15 for zlib, -9..-15 for raw deflate, 25..31 for gzip. Errors are zlib.error.",
    ),
    functions: &[Functions::DEFS],
    types: &[&ERROR, &objects::ZLIB_DECOMPRESSOR],
    init: Some(init),
};

static ERROR: TypeSpec = support::exception_spec(
    "zlib",
    "error",
    None,
    &krait_runtime::types::exceptions::EXCEPTION,
);

const MAX_WBITS: i32 = 15;
const DEF_MEM_LEVEL: i32 = 8;
const DEF_BUF_SIZE: isize = 16 * 1024;

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let numbers = [
        ("MAX_WBITS", MAX_WBITS),
        ("DEFLATED", z::Z_DEFLATED),
        ("DEF_MEM_LEVEL", DEF_MEM_LEVEL),
        ("DEF_BUF_SIZE", DEF_BUF_SIZE as i32),
        ("Z_NO_COMPRESSION", z::Z_NO_COMPRESSION),
        ("Z_BEST_SPEED", z::Z_BEST_SPEED),
        ("Z_BEST_COMPRESSION", z::Z_BEST_COMPRESSION),
        ("Z_DEFAULT_COMPRESSION", z::Z_DEFAULT_COMPRESSION),
        ("Z_FILTERED", z::Z_FILTERED),
        ("Z_HUFFMAN_ONLY", z::Z_HUFFMAN_ONLY),
        ("Z_RLE", z::Z_RLE),
        ("Z_FIXED", z::Z_FIXED),
        ("Z_DEFAULT_STRATEGY", z::Z_DEFAULT_STRATEGY),
        ("Z_NO_FLUSH", z::Z_NO_FLUSH),
        ("Z_PARTIAL_FLUSH", z::Z_PARTIAL_FLUSH),
        ("Z_SYNC_FLUSH", z::Z_SYNC_FLUSH),
        ("Z_FULL_FLUSH", z::Z_FULL_FLUSH),
        ("Z_FINISH", z::Z_FINISH),
        ("Z_BLOCK", z::Z_BLOCK),
        ("Z_TREES", z::Z_TREES),
    ];
    for (name, n) in numbers {
        m.set(cx, name, Value::small(n.into()));
    }
    // SAFETY: a static C string.
    let version = unsafe { std::ffi::CStr::from_ptr(z::zlibVersion()) }.to_string_lossy();
    let version = cx.new_str(&version);
    m.set(cx, "ZLIB_VERSION", version);
    m.set(cx, "ZLIB_RUNTIME_VERSION", version);
    Ok(())
}

/// `zlib.error` for a failure while doing `what`.
#[cold]
fn zlib_error(cx: &mut Cx, failure: &Failure, what: &str) -> Raised {
    let code = failure.code;
    let text = match &failure.message {
        Some(m) => format!("Error {code} {what}: {m}"),
        None => format!("Error {code} {what}"),
    };
    raise(cx, &ERROR, &text)
}

/// The stream was ended already.
fn ended() -> Failure {
    Failure {
        code: z::Z_STREAM_ERROR,
        message: Some("inconsistent stream state".to_owned()),
    }
}

/// Runs `f` over the bytes of `v`, the thread parked when there is more than a little to do.
fn with_bytes<R>(cx: &mut Cx, v: Value, f: impl FnOnce(&[u8]) -> R) -> PyResult<R> {
    let buffer = cx.buffer(v, krait_runtime::protocol::buffer::flags::SIMPLE)?;
    let bytes = buffer.as_slice();
    let r = if bytes.len() < 2048 {
        f(bytes)
    } else {
        cx.blocking(|| f(bytes))
    };
    buffer.release(cx)?;
    Ok(r)
}

/// The low 32 bits of an int, as checksums take their start value.
fn low_bits(cx: &mut Cx, v: Value) -> PyResult<u32> {
    if let Some(n) = v.as_small() {
        return Ok(n as u32);
    }
    let n = cx.index(v)?;
    let mask = Value::small(u32::MAX.into());
    let low = cx.binary(Special::And, n, mask)?;
    Ok(low.as_small().unwrap_or(0) as u32)
}

fn checksum(
    cx: &mut Cx,
    data: Value,
    value: Option<Value>,
    start: u32,
    f: fn(u32, &[u8]) -> u32,
) -> PyResult<i64> {
    let start = match value {
        Some(v) => low_bits(cx, v)?,
        None => start,
    };
    with_bytes(cx, data, |bytes| f(start, bytes)).map(i64::from)
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Compute an Adler-32 checksum of data.
    ///
    ///   value
    ///     Starting value of the checksum.
    ///
    /// The returned checksum is an integer.
    #[py(sig = "($module, data, value=1, /)")]
    fn adler32(cx: &mut Cx, data: Value, value: Option<Value>) -> PyResult<i64> {
        checksum(cx, data, value, 1, stream::adler32)
    }
    /// Compute a CRC-32 checksum of data.
    ///
    ///   value
    ///     Starting value of the checksum.
    ///
    /// The returned checksum is an integer.
    #[py(sig = "($module, data, value=0, /)")]
    fn crc32(cx: &mut Cx, data: Value, value: Option<Value>) -> PyResult<i64> {
        checksum(cx, data, value, 0, stream::crc32)
    }
    /// Returns a bytes object containing compressed data.
    ///
    ///   data
    ///     Binary data to be compressed.
    ///   level
    ///     Compression level, in 0-9 or -1.
    ///   wbits
    ///     The window buffer size and container format.
    #[py(sig = "($module, data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)")]
    fn compress(
        cx: &mut Cx,
        data: Value,
        level: Option<i32>,
        wbits: Option<i32>,
    ) -> PyResult<Value> {
        let level = level.unwrap_or(z::Z_DEFAULT_COMPRESSION);
        let wbits = wbits.unwrap_or(MAX_WBITS);
        let started = Stream::deflate(
            level,
            z::Z_DEFLATED,
            wbits,
            DEF_MEM_LEVEL,
            z::Z_DEFAULT_STRATEGY,
        );
        let mut stream = match started {
            Ok(s) => s,
            Err(e) if e.code == z::Z_STREAM_ERROR => {
                return Err(raise(cx, &ERROR, "Bad compression level"));
            }
            Err(e) if e.code == z::Z_MEM_ERROR => {
                return Err(cx.memory_error_message("Out of memory while compressing data"));
            }
            Err(e) => return Err(zlib_error(cx, &e, "while compressing data")),
        };
        match with_bytes(cx, data, |bytes| stream.compress(bytes, z::Z_FINISH))? {
            Ok(out) => cx.try_new_bytes(&out),
            Err(e) => Err(zlib_error(cx, &e, "while compressing data")),
        }
    }
    /// Returns a bytes object containing the uncompressed data.
    ///
    ///   data
    ///     Compressed data.
    ///   wbits
    ///     The window buffer size and container format.
    ///   bufsize
    ///     The initial output buffer size.
    #[py(sig = "($module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)")]
    fn decompress(
        cx: &mut Cx,
        data: Value,
        wbits: Option<i32>,
        bufsize: Option<isize>,
    ) -> PyResult<Value> {
        let size = bufsize.unwrap_or(DEF_BUF_SIZE);
        if size < 0 {
            return Err(cx.value_error("bufsize must be non-negative"));
        }
        let mut stream = match Stream::inflate(wbits.unwrap_or(MAX_WBITS)) {
            Ok(s) => s,
            Err(e) if e.code == z::Z_MEM_ERROR => {
                return Err(cx.memory_error_message("Out of memory while decompressing data"));
            }
            Err(e) => return Err(zlib_error(cx, &e, "while preparing to decompress data")),
        };
        let mut out = Vec::new();
        if out.try_reserve_exact(size as usize).is_err() {
            return Err(cx.memory_error());
        }
        let result = with_bytes(cx, data, |bytes| {
            let r = stream.decompress(bytes, &mut out, usize::MAX, None, z::Z_SYNC_FLUSH)?;
            if r.code == z::Z_STREAM_END {
                Ok(())
            } else {
                Err(stream.failure(z::Z_BUF_ERROR))
            }
        })?;
        match result {
            Ok(()) => cx.try_new_bytes(&out),
            Err(e) => Err(zlib_error(cx, &e, "while decompressing data")),
        }
    }
    /// Return a compressor object.
    ///
    ///   level
    ///     The compression level (an integer in the range 0-9 or -1; default is
    ///     currently equivalent to 6).  Higher compression levels are slower,
    ///     but produce smaller results.
    ///   method
    ///     The compression algorithm: DEFLATED.
    ///   wbits
    ///     +9 to +15: zlib format; -9 to -15: raw deflate; +25 to +31: gzip format.
    ///   memLevel
    ///     The amount of memory for the internal state, 1 to 9.
    ///   strategy
    ///     Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE or Z_FIXED.
    ///   zdict
    ///     The predefined compression dictionary: bytes that are expected to occur
    ///     often, the most frequent ones at its end.
    #[py(
        sig = "($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED, wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL, strategy=Z_DEFAULT_STRATEGY, zdict=<unrepresentable>)"
    )]
    fn compressobj(
        cx: &mut Cx,
        level: Option<i32>,
        method: Option<i32>,
        wbits: Option<i32>,
        mem_level: Option<i32>,
        strategy: Option<i32>,
        zdict: Option<Value>,
    ) -> PyResult<Value> {
        let started = Stream::deflate(
            level.unwrap_or(z::Z_DEFAULT_COMPRESSION),
            method.unwrap_or(z::Z_DEFLATED),
            wbits.unwrap_or(MAX_WBITS),
            mem_level.unwrap_or(DEF_MEM_LEVEL),
            strategy.unwrap_or(z::Z_DEFAULT_STRATEGY),
        );
        objects::new_compressor(cx, started, zdict)
    }
    /// Return a decompressor object.
    ///
    ///   wbits
    ///     The window buffer size and container format.
    ///   zdict
    ///     The predefined compression dictionary.  This must be the same
    ///     dictionary as used by the compressor that produced the input data.
    #[py(sig = "($module, /, wbits=MAX_WBITS, zdict=b'')")]
    fn decompressobj(cx: &mut Cx, wbits: Option<i32>, zdict: Option<Value>) -> PyResult<Value> {
        objects::new_decompressor(cx, wbits.unwrap_or(MAX_WBITS), zdict)
    }
}
