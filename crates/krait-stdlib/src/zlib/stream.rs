//! A zlib stream that frees itself, over the C interface of zlib-rs: the only one with dictionaries,
//! copies and all flush modes.

use std::ffi::{CStr, c_int};
use std::mem::size_of;

use libz_rs_sys as z;

use crate::support::feeder::{Decode, Step, reserve};

/// Which half of the library a stream belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Deflate,
    Inflate,
}

/// An initialised stream, at an address that does not change.
pub struct Stream {
    raw: Box<z::z_stream>,
    side: Side,
}

// SAFETY: the state behind the stream belongs to it alone and is not tied to a thread.
unsafe impl Send for Stream {}

impl Drop for Stream {
    fn drop(&mut self) {
        let raw = &raw mut *self.raw;
        // SAFETY: initialised on this side, ended once.
        unsafe {
            match self.side {
                Side::Deflate => z::deflateEnd(raw),
                Side::Inflate => z::inflateEnd(raw),
            }
        };
    }
}

/// An error code and what the library says about it.
#[derive(Clone, Debug)]
pub struct Failure {
    pub code: c_int,
    pub message: Option<String>,
}

/// What one run of a stream did.
pub struct Outcome {
    /// Bytes of the input that were used.
    pub consumed: usize,
    pub code: c_int,
}

const STRUCT_SIZE: c_int = size_of::<z::z_stream>() as c_int;

impl Stream {
    pub fn deflate(
        level: c_int,
        method: c_int,
        wbits: c_int,
        mem_level: c_int,
        strategy: c_int,
    ) -> Result<Stream, Failure> {
        let mut raw = Box::<z::z_stream>::default();
        // SAFETY: a fresh stream with the library's own version and size.
        let code = unsafe {
            z::deflateInit2_(
                &raw mut *raw,
                level,
                method,
                wbits,
                mem_level,
                strategy,
                z::zlibVersion(),
                STRUCT_SIZE,
            )
        };
        Stream::started(raw, Side::Deflate, code)
    }

    pub fn inflate(wbits: c_int) -> Result<Stream, Failure> {
        let mut raw = Box::<z::z_stream>::default();
        // SAFETY: a fresh stream with the library's own version and size.
        let code = unsafe { z::inflateInit2_(&raw mut *raw, wbits, z::zlibVersion(), STRUCT_SIZE) };
        Stream::started(raw, Side::Inflate, code)
    }

    fn started(raw: Box<z::z_stream>, side: Side, code: c_int) -> Result<Stream, Failure> {
        if code == z::Z_OK {
            Ok(Stream { raw, side })
        } else {
            Err(failure(&raw, code))
        }
    }

    /// A stream in the same state.
    pub fn copy(&mut self) -> Result<Stream, Failure> {
        let mut raw = Box::<z::z_stream>::default();
        let source = &raw mut *self.raw;
        // SAFETY: the source is initialised on this side, the target fresh.
        let code = unsafe {
            match self.side {
                Side::Deflate => z::deflateCopy(&raw mut *raw, source),
                Side::Inflate => z::inflateCopy(&raw mut *raw, source),
            }
        };
        Stream::started(raw, self.side, code)
    }

    pub fn set_dictionary(&mut self, dictionary: &[u8]) -> Result<(), Failure> {
        let raw = &raw mut *self.raw;
        let length = u32::try_from(dictionary.len()).unwrap_or(u32::MAX);
        // SAFETY: an initialised stream of this side; the dictionary has that many bytes.
        let code = unsafe {
            match self.side {
                Side::Deflate => z::deflateSetDictionary(raw, dictionary.as_ptr(), length),
                Side::Inflate => z::inflateSetDictionary(raw, dictionary.as_ptr(), length),
            }
        };
        if code == z::Z_OK {
            Ok(())
        } else {
            Err(self.failure(code))
        }
    }

    pub fn failure(&self, code: c_int) -> Failure {
        failure(&self.raw, code)
    }

    /// One call of the library, into the spare capacity of `out` up to `limit`. The code, the bytes
    /// used, and whether the room was used up.
    fn call(
        &mut self,
        input: &[u8],
        out: &mut Vec<u8>,
        limit: usize,
        flush: c_int,
    ) -> (c_int, usize, bool) {
        let room = (out.capacity().min(limit) - out.len()).min(u32::MAX as usize) as u32;
        let given = input.len().min(u32::MAX as usize) as u32;
        // More input follows than one call can take: not the moment to flush.
        let flush = if given as usize == input.len() {
            flush
        } else {
            z::Z_NO_FLUSH
        };
        self.raw.next_in = input.as_ptr();
        self.raw.avail_in = given;
        self.raw.next_out = out.spare_capacity_mut().as_mut_ptr().cast();
        self.raw.avail_out = room;
        let raw = &raw mut *self.raw;
        // SAFETY: an initialised stream; its pointers are good for the lengths that stand beside them.
        let code = unsafe {
            match self.side {
                Side::Deflate => z::deflate(raw, flush),
                Side::Inflate => z::inflate(raw, flush),
            }
        };
        let written = (room - self.raw.avail_out) as usize;
        // SAFETY: the library has written that many bytes behind the old length.
        unsafe { out.set_len(out.len() + written) };
        let consumed = (given - self.raw.avail_in) as usize;
        self.raw.next_in = std::ptr::null();
        self.raw.avail_in = 0;
        (code, consumed, self.raw.avail_out == 0)
    }

    /// Compresses all of `input`.
    pub fn compress(&mut self, input: &[u8], flush: c_int) -> Result<Vec<u8>, Failure> {
        let mut out = Vec::new();
        let mut rest = input;
        loop {
            reserve(&mut out, usize::MAX);
            let (code, consumed, full) = self.call(rest, &mut out, usize::MAX, flush);
            rest = &rest[consumed..];
            match code {
                z::Z_STREAM_END => return Ok(out),
                z::Z_OK | z::Z_BUF_ERROR if !full && rest.is_empty() => return Ok(out),
                z::Z_OK | z::Z_BUF_ERROR => {}
                code => return Err(self.failure(code)),
            }
        }
    }

    /// Decompresses into `out`, at most `limit` bytes in all, until the input is used up or the
    /// stream ends. `Z_BUF_ERROR` (no progress without more input) counts as success.
    pub fn decompress(
        &mut self,
        input: &[u8],
        out: &mut Vec<u8>,
        limit: usize,
        dictionary: Option<&[u8]>,
        flush: c_int,
    ) -> Result<Outcome, Failure> {
        let mut consumed = 0;
        while reserve(out, limit) {
            let (code, n, full) = self.call(&input[consumed..], out, limit, flush);
            consumed += n;
            match code {
                z::Z_NEED_DICT => match dictionary {
                    Some(d) => self.set_dictionary(d)?,
                    None => return Err(self.failure(code)),
                },
                z::Z_STREAM_END => return Ok(Outcome { consumed, code }),
                z::Z_OK | z::Z_BUF_ERROR if !full && (consumed == input.len() || n == 0) => {
                    return Ok(Outcome { consumed, code });
                }
                z::Z_OK | z::Z_BUF_ERROR => {}
                code => return Err(self.failure(code)),
            }
        }
        Ok(Outcome {
            consumed,
            code: z::Z_OK,
        })
    }
}

fn failure(raw: &z::z_stream, code: c_int) -> Failure {
    let known = match code {
        z::Z_BUF_ERROR => Some("incomplete or truncated stream"),
        z::Z_STREAM_ERROR => Some("inconsistent stream state"),
        z::Z_DATA_ERROR => Some("invalid input data"),
        _ => None,
    };
    let own = if raw.msg.is_null() || !matches!(code, z::Z_DATA_ERROR) {
        None
    } else {
        // SAFETY: the library's messages are static C strings.
        Some(
            unsafe { CStr::from_ptr(raw.msg) }
                .to_string_lossy()
                .into_owned(),
        )
    };
    Failure {
        code,
        message: own.or(known.map(str::to_owned)),
    }
}

/// An inflating stream as `_ZlibDecompressor` uses it.
pub struct Inflater {
    pub stream: Stream,
    pub dictionary: Option<Vec<u8>>,
}

impl Decode for Inflater {
    type Error = Failure;
    fn step(&mut self, input: &[u8], out: &mut Vec<u8>, limit: usize) -> Result<Step, Failure> {
        let r = self.stream.decompress(
            input,
            out,
            limit,
            self.dictionary.as_deref(),
            z::Z_SYNC_FLUSH,
        )?;
        Ok(Step {
            consumed: r.consumed,
            end: r.code == z::Z_STREAM_END,
        })
    }
}

/// CRC-32 of `data` continued from `start`.
pub fn crc32(start: u32, data: &[u8]) -> u32 {
    // For these it takes the library longer to get ready.
    const SHORT: usize = 256;
    if data.len() < SHORT {
        return crate::binascii::checksums::crc32(data, start);
    }
    // SAFETY: the pointer is good for that length.
    unsafe { z::crc32_z(start.into(), data.as_ptr(), data.len()) as u32 }
}

/// Adler-32 of `data` continued from `start`.
pub fn adler32(start: u32, data: &[u8]) -> u32 {
    // SAFETY: the pointer is good for that length.
    unsafe { z::adler32_z(start.into(), data.as_ptr(), data.len()) as u32 }
}
