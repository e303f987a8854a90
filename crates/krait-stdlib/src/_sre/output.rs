//! The text that `sub` and `expand` build.

use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::str::StrBuilder;

use super::input::Input;
use crate::prelude::*;

enum Text {
    Str(StrBuilder),
    Bytes(Vec<u8>),
}

/// Pieces of text put together: what `''.join(pieces)` gives, with its errors.
pub struct Output {
    text: Text,
    /// Pieces so far, for the message.
    pieces: usize,
    /// The first piece that was no text: its number and type. The error is raised at the end, as
    /// by a join.
    wrong: Option<(usize, String)>,
}

impl Output {
    /// For pieces of the type of `input`.
    pub fn like(input: &Input) -> Output {
        let text = if input.is_bytes() {
            Text::Bytes(Vec::new())
        } else {
            Text::Str(StrBuilder::new())
        };
        Output {
            text,
            pieces: 0,
            wrong: None,
        }
    }

    /// A part of the subject.
    pub fn push_part(&mut self, input: &Input, from: usize, to: usize) {
        self.pieces += 1;
        let part = &input.bytes()[from..to];
        match &mut self.text {
            Text::Str(b) if matches!(input.subject(), krait_sre::Subject::Ascii(_)) => {
                b.push_ascii(part)
            }
            Text::Str(b) => b.push_wtf8(part),
            Text::Bytes(b) => b.extend_from_slice(part),
        }
    }

    /// A piece from elsewhere.
    pub fn push(&mut self, cx: &mut Cx, v: Value) -> PyResult<()> {
        let at = self.pieces;
        self.pieces += 1;
        match &mut self.text {
            Text::Str(b) => {
                if let Some(s) = Gc::<Str>::from_value(v) {
                    b.push_gc(s);
                    return Ok(());
                }
            }
            Text::Bytes(b) => {
                if cx.is_buffer(v) {
                    return cx.bytes_like(v, |bytes| b.extend_from_slice(bytes));
                }
            }
        }
        if self.wrong.is_none() {
            self.wrong = Some((at, cx.type_name(v)));
        }
        Ok(())
    }

    pub fn finish(self, cx: &mut Cx) -> PyResult<Value> {
        if let Some((at, got)) = self.wrong {
            let expected = match self.text {
                Text::Str(_) => "str instance",
                Text::Bytes(_) => "a bytes-like object",
            };
            return Err(cx.type_error(format!(
                "sequence item {at}: expected {expected}, {got} found"
            )));
        }
        match self.text {
            Text::Str(b) => b.finish(cx),
            Text::Bytes(b) => Ok(Bytes::from_slice(cx, &b)?.value()),
        }
    }
}
