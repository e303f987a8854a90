//! Decompressors that are fed piece by piece and give at most as much as asked for: the common
//! part of `zlib._ZlibDecompressor`, `bz2.BZ2Decompressor` and `lzma.LZMADecompressor`.

/// One step of a decoder.
pub struct Step {
    /// Bytes of the input that were used.
    pub consumed: usize,
    /// The stream's end was reached.
    pub end: bool,
}

/// A streaming decoder.
pub trait Decode {
    type Error;
    /// Decodes from `input` into the spare capacity of `out`, growing it up to `limit` bytes in all.
    fn step(&mut self, input: &[u8], out: &mut Vec<u8>, limit: usize) -> Result<Step, Self::Error>;
}

/// A decoder with the input it has not used yet.
pub struct Feeder<D> {
    decoder: D,
    pending: Vec<u8>,
    pub eof: bool,
    pub needs_input: bool,
    /// What followed the end of the stream.
    pub unused: Vec<u8>,
}

impl<D: Decode> Feeder<D> {
    pub fn new(decoder: D) -> Feeder<D> {
        Feeder {
            decoder,
            pending: Vec::new(),
            eof: false,
            needs_input: true,
            unused: Vec::new(),
        }
    }

    pub fn decoder(&self) -> &D {
        &self.decoder
    }

    /// Decodes what is pending and `data`, at most `limit` bytes. The stream has not ended yet.
    pub fn feed(&mut self, data: &[u8], limit: usize) -> Result<Vec<u8>, D::Error> {
        let mut out = Vec::new();
        let joined;
        let input = if self.pending.is_empty() {
            data
        } else {
            let mut all = std::mem::take(&mut self.pending);
            all.extend_from_slice(data);
            joined = all;
            &joined
        };
        let step = self.decoder.step(input, &mut out, limit)?;
        let rest = &input[step.consumed..];
        if step.end {
            self.eof = true;
            self.needs_input = false;
            self.unused = rest.to_vec();
        } else {
            self.pending = rest.to_vec();
            // With the limit reached, the decoder may have more to give without more input.
            self.needs_input = rest.is_empty() && out.len() < limit;
        }
        Ok(out)
    }
}

/// Makes room for at least one byte in `out`, which shall not exceed `limit`; `false` if it is full.
pub fn reserve(out: &mut Vec<u8>, limit: usize) -> bool {
    if out.len() >= limit {
        return false;
    }
    if out.capacity() == out.len() {
        let more = out.len().max(16 * 1024).min(limit - out.len());
        out.reserve_exact(more);
    }
    true
}

/// `max_length` of a `decompress` method as a limit: negative for none.
pub fn limit(max_length: Option<isize>) -> usize {
    usize::try_from(max_length.unwrap_or(-1)).unwrap_or(usize::MAX)
}
