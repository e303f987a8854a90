//! Reading: the stack machine, and the opcodes for atoms.

use std::sync::atomic::Ordering::Relaxed;

use krait_runtime::types::bytearray::ByteArray;
use krait_runtime::types::memoryview::MemoryView;
use krait_unicode::numeric::parse_float_bytes;

use super::opcodes::*;
use super::read::Input;
use super::unpickler::{This, memo_put, no_persistent_load};
use super::{HIGHEST_PROTOCOL, unpickling_error};
use crate::prelude::*;

/// One run of an unpickler. It stands on the native stack, where the collector finds its values.
pub struct Loader {
    pub this: This,
    pub input: Input,
    stack: ValueVec,
    /// Heights of the stack at the marks.
    marks: Vec<usize>,
    /// The height at the last mark: what is below is out of reach.
    fence: usize,
    memo: ValueVec,
    persistent_load: Option<Value>,
    /// `find_class` may be the program's own.
    pub own_find_class: bool,
}

impl Loader {
    pub fn new(
        this: This,
        input: Input,
        memo: ValueVec,
        persistent_load: Option<Value>,
        own_find_class: bool,
    ) -> Loader {
        Loader {
            this,
            input,
            stack: ValueVec::new(),
            marks: Vec::new(),
            fence: 0,
            memo,
            persistent_load,
            own_find_class,
        }
    }

    pub fn into_memo(self) -> ValueVec {
        self.memo
    }

    // ---- The stack ------------------------------------------------------------------------

    #[cold]
    pub fn underflow(&self, cx: &mut Cx) -> Raised {
        unpickling_error(
            cx,
            if self.marks.is_empty() {
                "unpickling stack underflow"
            } else {
                "unexpected MARK found"
            },
        )
    }

    #[inline]
    pub fn push(&mut self, cx: &mut Cx, v: Value) -> PyResult<()> {
        self.stack.push(cx, v)
    }

    #[inline]
    pub fn pop(&mut self, cx: &mut Cx) -> PyResult<Value> {
        self.need(cx, 1)?;
        Ok(self.stack.pop().unwrap_or(Value::none()))
    }

    /// Checks that `n` values are there.
    #[inline]
    pub fn need(&self, cx: &mut Cx, n: usize) -> PyResult<()> {
        if self.stack.len() < self.fence + n {
            return Err(self.underflow(cx));
        }
        Ok(())
    }

    /// The value on top.
    pub fn top(&self, cx: &mut Cx) -> PyResult<Value> {
        self.need(cx, 1)?;
        Ok(self.stack.as_slice()[self.stack.len() - 1])
    }

    pub fn set_top(&mut self, cx: &mut Cx, v: Value) {
        let last = self.stack.len() - 1;
        self.stack.set(cx, last, v);
    }

    /// Everything above `start`.
    pub fn above(&self, start: usize) -> &[Value] {
        &self.stack.as_slice()[start..]
    }

    pub fn truncate(&mut self, len: usize) {
        self.stack.truncate(len);
    }

    pub fn fence(&self) -> usize {
        self.fence
    }

    pub fn height(&self) -> usize {
        self.stack.len()
    }

    /// Takes the last mark away; its height.
    pub fn pop_mark(&mut self, cx: &mut Cx) -> PyResult<usize> {
        let Some(height) = self.marks.pop() else {
            return Err(unpickling_error(cx, "could not find MARK"));
        };
        self.fence = self.marks.last().copied().unwrap_or(0);
        Ok(height)
    }

    // ---- Input ----------------------------------------------------------------------------

    #[inline]
    pub fn number<const N: usize>(&mut self, cx: &mut Cx) -> PyResult<[u8; N]> {
        let mut bytes = [0; N];
        bytes.copy_from_slice(self.input.take(cx, N)?);
        Ok(bytes)
    }

    /// A length of four or eight bytes.
    fn length<const N: usize>(&mut self, cx: &mut Cx, what: &str) -> PyResult<usize> {
        let mut bytes = [0; 8];
        bytes[..N].copy_from_slice(&self.number::<N>(cx)?);
        let n = u64::from_le_bytes(bytes);
        match isize::try_from(n) {
            Ok(n) => Ok(n as usize),
            Err(_) => Err(cx.overflow_error(format!(
                "{what} system's maximum {}of {} bytes",
                if what.starts_with("FRAME") {
                    ""
                } else {
                    "size "
                },
                isize::MAX
            ))),
        }
    }

    fn signed_length(&mut self, cx: &mut Cx, what: &str) -> PyResult<usize> {
        let n = i32::from_le_bytes(self.number(cx)?);
        usize::try_from(n)
            .map_err(|_| unpickling_error(cx, format!("{what} pickle has negative byte count")))
    }

    /// A line with at least one character.
    pub fn text_line(&mut self, cx: &mut Cx) -> PyResult<&'static [u8]> {
        let line = self.input.line(cx)?;
        if line.is_empty() {
            return Err(unpickling_error(cx, "pickle data was truncated"));
        }
        Ok(line)
    }

    /// The int that a line holds.
    fn int_line(&mut self, cx: &mut Cx, line: &[u8], shown: &[u8]) -> PyResult<Value> {
        let text = cx.decode(line, Some("latin1"), None)?;
        let class = cx.types().int.value();
        match cx.call(class, &[text]) {
            Err(e) if e.is(cx, cx.types().value_error) => {
                let text = cx.decode(shown, Some("latin1"), None)?;
                let shown = cx.repr_string(text)?;
                let shown = format!("{}\\n'", shown.trim_end_matches('\''));
                Err(cx.value_error(format!("invalid literal for int() with base 10: {shown}")))
            }
            r => r,
        }
    }

    // ---- Running --------------------------------------------------------------------------

    pub fn load(&mut self, cx: &mut Cx) -> PyResult<Value> {
        loop {
            let opcode = self.input.opcode(cx)?;
            match opcode {
                STOP => return self.pop(cx),
                MARK => {
                    self.fence = self.stack.len();
                    self.marks.push(self.fence);
                }
                NONE => self.push(cx, Value::none())?,
                BININT1 => {
                    let [n] = self.number(cx)?;
                    self.push(cx, Value::small(i64::from(n)))?;
                }
                BININT => {
                    let n = i32::from_le_bytes(self.number(cx)?);
                    self.push(cx, Value::small(i64::from(n)))?;
                }
                BININT2 => {
                    let n = u16::from_le_bytes(self.number(cx)?);
                    self.push(cx, Value::small(i64::from(n)))?;
                }
                BINFLOAT => {
                    let bytes = self.number(cx)?;
                    let x = cx.new_float(f64::from_be_bytes(bytes));
                    self.push(cx, x)?;
                }
                NEWTRUE => self.push(cx, Value::bool(true))?,
                NEWFALSE => self.push(cx, Value::bool(false))?,
                SHORT_BINUNICODE => {
                    let [n] = self.number(cx)?;
                    self.load_text(cx, usize::from(n))?;
                }
                MEMOIZE => {
                    let index = self.memo.len();
                    self.remember(cx, index)?;
                }
                BINGET => {
                    let [n] = self.number(cx)?;
                    self.recall(cx, i64::from(n))?;
                }
                _ => self.step(cx, opcode)?,
            }
        }
    }

    fn step(&mut self, cx: &mut Cx, opcode: u8) -> PyResult<()> {
        match opcode {
            PROTO => {
                let [n] = self.number(cx)?;
                if i64::from(n) > HIGHEST_PROTOCOL {
                    return Err(cx.value_error(format!("unsupported pickle protocol: {n}")));
                }
                self.this.protocol.store(usize::from(n), Relaxed);
                Ok(())
            }
            FRAME => {
                let n = self.length::<8>(cx, "FRAME length exceeds")?;
                self.input.frame(cx, n)
            }
            POP => {
                if self.marks.last() == Some(&self.stack.len()) {
                    return self.pop_mark(cx).map(|_| ());
                }
                self.pop(cx).map(|_| ())
            }
            POP_MARK => {
                let start = self.pop_mark(cx)?;
                self.truncate(start);
                Ok(())
            }
            DUP => {
                let v = self.top(cx)?;
                self.push(cx, v)
            }
            INT | LONG | FLOAT | LONG1 | LONG4 => self.load_number(cx, opcode),
            BINUNICODE | BINUNICODE8 | UNICODE | STRING | BINSTRING | SHORT_BINSTRING => {
                self.load_string(cx, opcode)
            }
            BINBYTES | SHORT_BINBYTES | BINBYTES8 | BYTEARRAY8 | NEXT_BUFFER | READONLY_BUFFER => {
                self.load_bytes(cx, opcode)
            }
            GET | LONG_BINGET | PUT | BINPUT | LONG_BINPUT => self.load_memo(cx, opcode),
            PERSID | BINPERSID => self.load_persistent(cx, opcode),
            _ => self.load_object(cx, opcode),
        }
    }

    fn load_number(&mut self, cx: &mut Cx, opcode: u8) -> PyResult<()> {
        let v = match opcode {
            INT => {
                let line = self.text_line(cx)?;
                match line {
                    b"00" => Value::bool(false),
                    b"01" => Value::bool(true),
                    _ => match self.int_line(cx, line, line) {
                        Err(e) if e.is(cx, cx.types().value_error) => {
                            return Err(cx.value_error("could not convert string to int"));
                        }
                        r => r?,
                    },
                }
            }
            LONG => {
                let line = self.text_line(cx)?;
                let digits = line.strip_suffix(b"L").unwrap_or(line);
                self.int_line(cx, digits, line)?
            }
            FLOAT => {
                let line = self.text_line(cx)?;
                match parse_float_bytes(line) {
                    Some(x) => cx.new_float(x),
                    None => {
                        let shown = String::from_utf8_lossy(line).into_owned();
                        return Err(cx.value_error(format!(
                            "could not convert string to float: '{shown}\n'"
                        )));
                    }
                }
            }
            _ => {
                let n = if opcode == LONG1 {
                    usize::from(self.number::<1>(cx)?[0])
                } else {
                    self.signed_length(cx, "LONG")?
                };
                let bytes = self.input.take(cx, n)?;
                decode_long(cx, bytes)?
            }
        };
        self.push(cx, v)
    }

    fn load_text(&mut self, cx: &mut Cx, n: usize) -> PyResult<()> {
        let bytes = self.input.take(cx, n)?;
        let v = match std::str::from_utf8(bytes) {
            Ok(text) => Str::from_utf8(cx, text)?.value(),
            Err(_) => cx.decode(bytes, Some("utf-8"), Some("surrogatepass"))?,
        };
        self.push(cx, v)
    }

    /// Text of Python 2, decoded as the unpickler was told.
    fn decoded(&mut self, cx: &mut Cx, bytes: &[u8]) -> PyResult<Value> {
        let encoding = Gc::<Str>::from_value_unchecked(self.this.encoding.get()).to_string_lossy();
        if encoding == "bytes" {
            return cx.try_new_bytes(bytes);
        }
        let errors = Gc::<Str>::from_value_unchecked(self.this.errors.get()).to_string_lossy();
        cx.decode(bytes, Some(&encoding), Some(&errors))
    }

    fn load_string(&mut self, cx: &mut Cx, opcode: u8) -> PyResult<()> {
        let v = match opcode {
            BINUNICODE => {
                let n = self.length::<4>(cx, "BINUNICODE exceeds")?;
                return self.load_text(cx, n);
            }
            BINUNICODE8 => {
                let n = self.length::<8>(cx, "BINUNICODE exceeds")?;
                return self.load_text(cx, n);
            }
            UNICODE => {
                let line = self.input.line(cx)?;
                cx.decode(line, Some("raw-unicode-escape"), None)?
            }
            STRING => {
                let line = self.input.line(cx)?;
                let quoted = match line {
                    [b'\'', inner @ .., b'\''] | [b'"', inner @ .., b'"'] => inner,
                    _ => {
                        return Err(unpickling_error(
                            cx,
                            "the STRING opcode argument must be quoted",
                        ));
                    }
                };
                let codecs = cx.import("_codecs")?;
                let quoted = cx.try_new_bytes(quoted)?;
                let r = cx.call_method_str(codecs, "escape_decode", &[quoted])?;
                let bytes = cx.get_item(r, Value::small(0))?;
                let bytes = cx.bytes_of(bytes)?;
                self.decoded(cx, bytes.as_bytes())?
            }
            _ => {
                let n = if opcode == BINSTRING {
                    self.signed_length(cx, "BINSTRING")?
                } else {
                    usize::from(self.number::<1>(cx)?[0])
                };
                let bytes = self.input.take(cx, n)?;
                self.decoded(cx, bytes)?
            }
        };
        self.push(cx, v)
    }

    fn load_bytes(&mut self, cx: &mut Cx, opcode: u8) -> PyResult<()> {
        let n = match opcode {
            SHORT_BINBYTES => usize::from(self.number::<1>(cx)?[0]),
            BINBYTES => self.length::<4>(cx, "BINBYTES exceeds")?,
            BINBYTES8 => self.length::<8>(cx, "BINBYTES exceeds")?,
            BYTEARRAY8 => self.length::<8>(cx, "BYTEARRAY8 exceeds")?,
            NEXT_BUFFER => return self.next_buffer(cx),
            _ => return self.readonly_buffer(cx),
        };
        let bytes = self.input.take(cx, n)?;
        let v = if opcode == BYTEARRAY8 {
            ByteArray::from_slice(cx, bytes)?.value()
        } else {
            cx.new_bytes(bytes)
        };
        self.push(cx, v)
    }

    fn next_buffer(&mut self, cx: &mut Cx) -> PyResult<()> {
        let buffers = self.this.buffers.get();
        if buffers.is_none() {
            return Err(unpickling_error(
                cx,
                "pickle stream refers to out-of-band data but no *buffers* argument was given",
            ));
        }
        match cx.next(buffers)? {
            Some(v) => self.push(cx, v),
            None => Err(unpickling_error(cx, "not enough out-of-band buffers")),
        }
    }

    fn readonly_buffer(&mut self, cx: &mut Cx) -> PyResult<()> {
        let v = self.top(cx)?;
        let view = MemoryView::new(cx, v)?.value();
        let readonly = cx.get_attr_str(view, "readonly")?;
        if !cx.is_true(readonly)? {
            let view = cx.call_method_str(view, "toreadonly", &[])?;
            self.set_top(cx, view);
        }
        Ok(())
    }

    fn remember(&mut self, cx: &mut Cx, index: usize) -> PyResult<()> {
        let v = self.top(cx)?;
        memo_put(cx, &mut self.memo, index, v)
    }

    fn recall(&mut self, cx: &mut Cx, index: i64) -> PyResult<()> {
        let found = usize::try_from(index)
            .ok()
            .and_then(|i| self.memo.as_slice().get(i).copied())
            .and_then(Value::some);
        match found {
            Some(v) => self.push(cx, v),
            None => Err(unpickling_error(
                cx,
                format!("Memo value not found at index {index}"),
            )),
        }
    }

    fn load_memo(&mut self, cx: &mut Cx, opcode: u8) -> PyResult<()> {
        match opcode {
            GET | PUT => {
                let line = self.text_line(cx)?;
                let index = self.int_line(cx, line, line)?;
                if opcode == PUT {
                    self.need(cx, 1)?;
                }
                let index = cx.index_i64(index)?.unwrap_or(i64::MAX);
                if opcode == GET {
                    return self.recall(cx, index);
                }
                match usize::try_from(index) {
                    Ok(index) => self.remember(cx, index),
                    Err(_) => Err(cx.value_error("negative PUT argument")),
                }
            }
            LONG_BINGET => {
                let n = u32::from_le_bytes(self.number(cx)?);
                self.recall(cx, i64::from(n))
            }
            BINPUT => {
                let [n] = self.number(cx)?;
                self.remember(cx, usize::from(n))
            }
            _ => {
                let n = u32::from_le_bytes(self.number(cx)?);
                self.remember(cx, n as usize)
            }
        }
    }

    fn load_persistent(&mut self, cx: &mut Cx, opcode: u8) -> PyResult<()> {
        let pid = if opcode == PERSID {
            let line = self.input.line(cx)?;
            if !line.is_ascii() {
                return Err(unpickling_error(
                    cx,
                    "persistent IDs in protocol 0 must be ASCII strings",
                ));
            }
            cx.new_ascii(line)
        } else {
            self.pop(cx)?
        };
        let Some(f) = self.persistent_load else {
            return Err(no_persistent_load(cx));
        };
        let v = cx.call(f, &[pid])?;
        self.push(cx, v)
    }
}

/// An int in two's complement, little-endian.
fn decode_long(cx: &mut Cx, bytes: &[u8]) -> PyResult<Value> {
    let negative = bytes.last().is_some_and(|b| b & 0x80 != 0);
    let fill = if negative { 0xFF } else { 0 };
    let mut words: Vec<u64> = bytes
        .chunks(8)
        .map(|chunk| {
            let mut word = [fill; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            u64::from_le_bytes(word)
        })
        .collect();
    if let [word] = words[..] {
        return Ok(cx.new_int(word as i64));
    }
    if negative {
        let mut carry = true;
        for word in &mut words {
            let (sum, over) = (!*word).overflowing_add(u64::from(carry));
            *word = sum;
            carry = over;
        }
    }
    cx.new_int_from_limbs(negative, &words)
}
