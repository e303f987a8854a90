//! Where an unpickler reads from.

use krait_runtime::types::bytes::Bytes;

use super::unpickling_error;
use crate::prelude::*;

/// Bytes at hand, and the file they come from.
pub struct Input {
    /// Keeps `data` alive.
    _owner: Value,
    data: &'static [u8],
    at: usize,
    /// Where in `data` the last frame ends.
    frame_end: usize,
    /// `read` and `readline` of the file.
    file: Option<(Value, Value)>,
}

/// The bytes of an object that the input keeps.
fn bytes_in(b: Gc<Bytes>) -> &'static [u8] {
    b.as_bytes()
}

impl Input {
    pub fn of_bytes(owner: Value, data: &'static [u8]) -> Input {
        Input {
            _owner: owner,
            data,
            at: 0,
            frame_end: 0,
            file: None,
        }
    }

    pub fn of_file(read: Value, readline: Value) -> Input {
        Input {
            _owner: Value::none(),
            data: &[],
            at: 0,
            frame_end: 0,
            file: Some((read, readline)),
        }
    }

    /// Replaces what is at hand, which is used up, by the result of a call of the file.
    fn refill(&mut self, cx: &mut Cx, v: Value, what: &str) -> PyResult<()> {
        let Some(b) = Gc::<Bytes>::from_value(v) else {
            let got = cx.type_name(v);
            return Err(cx.type_error(format!("{what}() returned non-bytes object ({got})")));
        };
        self._owner = v;
        self.data = bytes_in(b);
        self.at = 0;
        self.frame_end = 0;
        Ok(())
    }

    /// The next opcode.
    #[inline]
    pub fn opcode(&mut self, cx: &mut Cx) -> PyResult<u8> {
        if let Some(&b) = self.data.get(self.at) {
            self.at += 1;
            return Ok(b);
        }
        if let Some((read, _)) = self.file {
            let v = cx.call(read, &[Value::small(1)])?;
            self.refill(cx, v, "read")?;
            if let Some(&b) = self.data.first() {
                self.at = 1;
                return Ok(b);
            }
        }
        Err(cx.eof_error("Ran out of input"))
    }

    /// What of the bytes at hand an argument may consist of: it does not leave its frame.
    #[inline]
    fn rest(&self) -> &'static [u8] {
        let end = if self.at < self.frame_end {
            self.frame_end
        } else {
            self.data.len()
        };
        &self.data[self.at..end]
    }

    /// The next `n` bytes, valid until the next call.
    #[inline]
    pub fn take(&mut self, cx: &mut Cx, n: usize) -> PyResult<&'static [u8]> {
        let rest = self.rest();
        if n <= rest.len() {
            self.at += n;
            return Ok(&rest[..n]);
        }
        self.take_from_file(cx, n)
    }

    #[cold]
    fn take_from_file(&mut self, cx: &mut Cx, n: usize) -> PyResult<&'static [u8]> {
        if self.at < self.frame_end {
            return Err(unpickling_error(cx, "pickle exhausted before end of frame"));
        }
        let Some((read, _)) = self.file else {
            return Err(unpickling_error(cx, "pickle data was truncated"));
        };
        if self.at < self.data.len() {
            return Err(unpickling_error(cx, "pickle exhausted before end of frame"));
        }
        let size = cx.new_uint(n as u64);
        let v = cx.call(read, &[size])?;
        self.refill(cx, v, "read")?;
        if self.data.len() < n {
            return Err(unpickling_error(cx, "pickle data was truncated"));
        }
        self.at = n;
        Ok(&self.data[..n])
    }

    /// The next line, without its line feed.
    pub fn line(&mut self, cx: &mut Cx) -> PyResult<&'static [u8]> {
        let rest = self.rest();
        if let Some(end) = rest.iter().position(|&b| b == b'\n') {
            self.at += end + 1;
            return Ok(&rest[..end]);
        }
        if self.at < self.frame_end {
            return Err(unpickling_error(cx, "pickle exhausted before end of frame"));
        }
        let Some((_, readline)) = self.file.filter(|_| rest.is_empty()) else {
            return Err(unpickling_error(cx, "pickle data was truncated"));
        };
        let v = cx.call(readline, &[])?;
        self.refill(cx, v, "readline")?;
        self.at = self.data.len();
        match self.data.split_last() {
            Some((b'\n', line)) => Ok(line),
            _ => Err(unpickling_error(cx, "pickle data was truncated")),
        }
    }

    /// Begins a frame: has the next `n` bytes at hand.
    pub fn frame(&mut self, cx: &mut Cx, n: usize) -> PyResult<()> {
        if self.at < self.frame_end {
            return Err(unpickling_error(
                cx,
                "beginning of a new frame before end of current frame",
            ));
        }
        self.take(cx, n)?;
        self.frame_end = self.at;
        self.at -= n;
        Ok(())
    }
}
