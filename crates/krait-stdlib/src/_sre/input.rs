//! The text a pattern is applied to: a `str` or the memory of a bytes-like object.

use krait_runtime::protocol::buffer::{Buffer, flags as request};
use krait_runtime::types::bytes::Bytes;
use krait_sre::{CharIndex, Subject};

use crate::prelude::*;

/// Positions in a str, through the index that the str itself keeps.
pub struct StrPositions(Gc<Str>);

impl CharIndex for StrPositions {
    fn byte_of_char(&self, chars: usize) -> usize {
        self.0.byte_offset(chars.min(self.0.char_len()))
    }
    fn char_of_byte(&self, bytes: usize) -> usize {
        self.0.char_index(bytes)
    }
    fn char_len(&self) -> usize {
        self.0.char_len()
    }
}

enum Text {
    Str(StrPositions),
    Bytes(Buffer),
}

/// An open subject. Give it back with `close`.
pub struct Input {
    value: Value,
    text: Text,
}

impl Input {
    /// TypeError if `v` is no text.
    pub fn open(cx: &mut Cx, v: Value) -> PyResult<Input> {
        if let Some(s) = Gc::<Str>::from_value(v) {
            return Ok(Input {
                value: v,
                text: Text::Str(StrPositions(s)),
            });
        }
        if !cx.is_buffer(v) {
            let got = cx.type_name(v);
            return Err(cx.type_error(format!("expected string or bytes-like object, got '{got}'")));
        }
        let buffer = cx.buffer(v, request::SIMPLE)?;
        Ok(Input {
            value: v,
            text: Text::Bytes(buffer),
        })
    }

    pub fn close(self, cx: &mut Cx) -> PyResult<()> {
        match self.text {
            Text::Str(_) => Ok(()),
            Text::Bytes(buffer) => buffer.release(cx),
        }
    }

    pub fn value(&self) -> Value {
        self.value
    }

    pub fn is_bytes(&self) -> bool {
        matches!(self.text, Text::Bytes(_))
    }

    pub fn bytes(&self) -> &[u8] {
        match &self.text {
            Text::Str(s) => s.0.as_bytes(),
            Text::Bytes(b) => b.as_slice(),
        }
    }

    /// Length in characters.
    pub fn char_len(&self) -> usize {
        match &self.text {
            Text::Str(s) => s.0.char_len(),
            Text::Bytes(b) => b.len,
        }
    }

    /// The engine's view.
    #[inline]
    pub fn subject(&self) -> Subject<'_> {
        match &self.text {
            Text::Str(s) if s.0.is_ascii() => Subject::Ascii(s.0.as_bytes()),
            Text::Str(s) => Subject::Wtf8(s.0.as_bytes(), s),
            Text::Bytes(b) => Subject::Bytes(b.as_slice()),
        }
    }

    /// Makes finding the character `i` fast.
    pub fn prepare_position(&self, cx: &mut Cx, i: usize) -> PyResult<()> {
        match &self.text {
            Text::Str(s) if i != 0 && i < s.0.char_len() => {
                s.0.byte_offset_indexed(cx, i).map(|_| ())
            }
            _ => Ok(()),
        }
    }

    /// The part between two byte offsets as str or bytes.
    #[inline]
    pub fn slice(&self, cx: &mut Cx, from: usize, to: usize) -> PyResult<Value> {
        match &self.text {
            Text::Str(s) => Ok(s.0.slice_bytes(cx, from, to)?.value()),
            Text::Bytes(b) => slice_of_bytes(cx, self.value, b.as_slice(), from, to),
        }
    }
}

fn slice_of_bytes(
    cx: &mut Cx,
    owner: Value,
    bytes: &[u8],
    from: usize,
    to: usize,
) -> PyResult<Value> {
    if let Some(b) = Gc::<Bytes>::from_value(owner)
        && b.is_exact()
        && to - from == bytes.len()
    {
        return Ok(owner);
    }
    // A buffer may have shrunk since it was matched.
    let to = to.min(bytes.len());
    Ok(Bytes::from_slice(cx, &bytes[from.min(to)..to])?.value())
}

/// The part of `text` between two byte offsets.
#[inline]
pub fn slice(cx: &mut Cx, text: Value, from: usize, to: usize) -> PyResult<Value> {
    if let Some(s) = Gc::<Str>::from_value(text) {
        return Ok(s.slice_bytes(cx, from, to)?.value());
    }
    if let Some(b) = Gc::<Bytes>::from_value(text) {
        return slice_of_bytes(cx, text, b.as_bytes(), from, to);
    }
    let input = Input::open(cx, text)?;
    let part = input.slice(cx, from, to);
    input.close(cx)?;
    part
}
