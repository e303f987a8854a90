//! Writing: output, frames, atoms and the choice of what to do with an object.

use std::collections::HashSet;
use std::sync::atomic::Ordering::Relaxed;

use krait_runtime::object::{Kind, kind_of};
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::float::as_float;
use krait_runtime::types::int::{Int, as_int};
use krait_unicode::wtf8;

use super::opcodes::*;
use super::pickler::This;
use super::{buffer, pickling_error, table, type_name};
use crate::prelude::*;

/// A frame is closed once it has this many bytes.
const FRAME_TARGET: usize = 64 * 1024;
/// Shorter frames are written without their header.
const FRAME_MIN: usize = 4;
/// The opcode and a length of eight bytes.
const FRAME_HEADER: usize = 9;
/// From this depth on, a fast pickler looks for cycles.
const FAST_NESTING: usize = 50;

/// One run of a pickler. It stands on the native stack, where the collector finds its values.
pub struct Saver {
    pub this: This,
    pub protocol: i64,
    pub bin: bool,
    pub fast: bool,
    pub fix_imports: bool,
    persistent_id: Option<Value>,
    reducer_override: Option<Value>,
    dispatch_table: Option<Value>,
    out: Vec<u8>,
    framing: bool,
    /// Where in `out` the header of the open frame stands.
    frame: Option<usize>,
    nesting: usize,
    /// Words of the containers being written, in fast mode.
    open: HashSet<u64>,
}

impl Saver {
    pub fn new(
        this: This,
        persistent_id: Option<Value>,
        reducer_override: Option<Value>,
        dispatch_table: Option<Value>,
    ) -> Saver {
        let protocol = this.protocol.load(Relaxed);
        Saver {
            this,
            protocol,
            bin: protocol > 0,
            fast: this.fast.load(Relaxed) != 0,
            fix_imports: this.fix_imports.load(Relaxed),
            persistent_id,
            reducer_override,
            dispatch_table,
            out: Vec::new(),
            framing: false,
            frame: None,
            nesting: 0,
            open: HashSet::new(),
        }
    }

    pub fn dump(mut self, cx: &mut Cx, obj: Value) -> PyResult<Vec<u8>> {
        if self.protocol >= 2 {
            self.write(&[PROTO, self.protocol as u8]);
            self.framing = self.protocol >= 4;
        }
        self.save(cx, obj)?;
        self.write(&[STOP]);
        self.close_frame();
        self.framing = false;
        self.flush(cx)?;
        Ok(self.out)
    }

    // ---- Output ---------------------------------------------------------------------------

    #[inline]
    pub fn write(&mut self, bytes: &[u8]) {
        if self.framing && self.frame.is_none() {
            self.frame = Some(self.out.len());
            self.out.extend_from_slice(&[0xFE; FRAME_HEADER]);
        }
        self.out.extend_from_slice(bytes);
    }

    fn close_frame(&mut self) {
        let Some(start) = self.frame.take() else {
            return;
        };
        let length = self.out.len() - start - FRAME_HEADER;
        if length >= FRAME_MIN {
            self.out[start] = FRAME;
            self.out[start + 1..start + FRAME_HEADER]
                .copy_from_slice(&(length as u64).to_le_bytes());
        } else {
            self.out.drain(start..start + FRAME_HEADER);
        }
    }

    /// Hands what was collected to the file, if there is one.
    fn flush(&mut self, cx: &mut Cx) -> PyResult<()> {
        let Some(write) = self.this.write.get().some() else {
            return Ok(());
        };
        let chunk = Bytes::from_slice(cx, &self.out)?.value();
        self.out.clear();
        cx.call(write, &[chunk])?;
        Ok(())
    }

    /// Between two objects: a full frame is closed here.
    #[inline]
    fn boundary(&mut self, cx: &mut Cx) -> PyResult<()> {
        match self.frame {
            Some(start) if self.out.len() - start - FRAME_HEADER >= FRAME_TARGET => {
                self.close_frame();
                self.flush(cx)
            }
            _ => Ok(()),
        }
    }

    /// Writes a header and what belongs to it; large data goes past frames and buffers.
    pub fn write_data(
        &mut self,
        cx: &mut Cx,
        header: &[u8],
        data: Value,
        bytes: &[u8],
    ) -> PyResult<()> {
        let framing = self.framing;
        let large = bytes.len() >= FRAME_TARGET;
        if !large {
            self.write(header);
            self.write(bytes);
            return Ok(());
        }
        self.close_frame();
        self.framing = false;
        self.write(header);
        match self.this.write.get().some() {
            None => self.write(bytes),
            Some(write) => {
                self.flush(cx)?;
                cx.call(write, &[data])?;
            }
        }
        self.framing = framing;
        Ok(())
    }

    // ---- Memo -----------------------------------------------------------------------------

    pub fn memo_index(&mut self, cx: &mut Cx, v: Value) -> Option<usize> {
        if self.fast {
            return None;
        }
        self.this.memo.lock(cx).get(v)
    }

    pub fn write_get(&mut self, index: usize) {
        if !self.bin {
            self.write(format!("{}{index}\n", char::from(GET)).as_bytes());
        } else if index < 256 {
            self.write(&[BINGET, index as u8]);
        } else {
            self.write(&[LONG_BINGET]);
            self.write(&(index as u32).to_le_bytes());
        }
    }

    pub fn memoize(&mut self, cx: &mut Cx, v: Value) {
        if self.fast {
            return;
        }
        let index = {
            let mut memo = self.this.memo.lock_owned(cx, self.this);
            let index = memo.len();
            memo.put(v, index);
            index
        };
        if self.protocol >= 4 {
            self.write(&[MEMOIZE]);
        } else if !self.bin {
            self.write(format!("{}{index}\n", char::from(PUT)).as_bytes());
        } else if index < 256 {
            self.write(&[BINPUT, index as u8]);
        } else {
            self.write(&[LONG_BINPUT]);
            self.write(&(index as u32).to_le_bytes());
        }
    }

    // ---- Objects --------------------------------------------------------------------------

    pub fn save(&mut self, cx: &mut Cx, v: Value) -> PyResult<()> {
        self.boundary(cx)?;
        if let Some(f) = self.persistent_id {
            let pid = cx.call(f, &[v])?;
            if !pid.is_none() {
                return self.save_persistent(cx, pid);
            }
        }
        self.save_plain(cx, v)
    }

    fn save_persistent(&mut self, cx: &mut Cx, pid: Value) -> PyResult<()> {
        if self.bin {
            self.save_plain(cx, pid)?;
            self.write(&[BINPERSID]);
            return Ok(());
        }
        let text = cx.str(pid)?;
        if !text.is_ascii() {
            return Err(pickling_error(
                cx,
                "persistent IDs in protocol 0 must be ASCII strings",
            ));
        }
        self.write(&[PERSID]);
        self.write(text.as_bytes());
        self.write(b"\n");
        Ok(())
    }

    /// Without a look at `persistent_id`.
    fn save_plain(&mut self, cx: &mut Cx, v: Value) -> PyResult<()> {
        if let Some(n) = v.as_small() {
            self.save_small(n);
            return Ok(());
        }
        if v.is_none() {
            self.write(&[NONE]);
            return Ok(());
        }
        if let Some(b) = v.as_bool() {
            self.save_bool(b);
            return Ok(());
        }
        let class = cx.type_of(v);
        let types = cx.types();
        if class == types.float {
            return self.save_float(cx, v);
        }
        if class == types.int {
            return self.save_int(cx, v);
        }
        if let Some(index) = self.memo_index(cx, v) {
            self.write_get(index);
            return Ok(());
        }
        if class == types.str {
            return self.save_str(cx, Gc::from_value_unchecked(v));
        }
        if class == types.bytes {
            return self.save_bytes(cx, Gc::from_value_unchecked(v));
        }
        cx.check_native_stack()?;
        if class == types.dict {
            return self.save_dict(cx, Gc::from_value_unchecked(v));
        }
        if class == types.list {
            return self.save_list(cx, Gc::from_value_unchecked(v));
        }
        if class == types.tuple {
            return self.save_tuple(cx, Gc::from_value_unchecked(v));
        }
        if class == types.set {
            return self.save_set(cx, Gc::from_value_unchecked(v));
        }
        if class == types.frozenset {
            return self.save_frozenset(cx, Gc::from_value_unchecked(v));
        }
        if class == types.bytearray {
            return self.save_bytearray(cx, Gc::from_value_unchecked(v));
        }
        if class == cx.native_type(&buffer::SPEC)? {
            return self.save_buffer(cx, v);
        }
        self.save_other(cx, v, class)
    }

    /// What pickles by its name or by what its class says.
    fn save_other(&mut self, cx: &mut Cx, v: Value, class: Gc<Type>) -> PyResult<()> {
        if let Some(f) = self.reducer_override {
            let r = cx.call(f, &[v])?;
            if r != Value::not_implemented() {
                return self.save_reduced(cx, v, r);
            }
        }
        if class == cx.types().type_ {
            return self.save_type(cx, v);
        }
        if kind_of(v) == Some(Kind::Function as u8) {
            return self.save_global(cx, v, None);
        }
        if let Some(f) = self.reducer_of(cx, class)? {
            let r = cx.call(f, &[v])?;
            return self.save_reduced(cx, v, r);
        }
        if Gc::<Type>::from_value(v).is_some() {
            return self.save_global(cx, v, None);
        }
        let r = match cx.lookup_attr_str(v, "__reduce_ex__")? {
            Some(f) => cx.call(f, &[Value::small(self.protocol)])?,
            None => match cx.lookup_attr_str(v, "__reduce__")? {
                Some(f) => cx.call(f, &[])?,
                None => {
                    let name = type_name(cx, v);
                    return Err(pickling_error(cx, format!("Can't pickle {name} object")));
                }
            },
        };
        self.save_reduced(cx, v, r)
    }

    /// The function registered for a class.
    fn reducer_of(&mut self, cx: &mut Cx, class: Gc<Type>) -> PyResult<Option<Value>> {
        let Some(given) = self.dispatch_table else {
            return table(cx, "copyreg", "dispatch_table")?.get(cx, class.value());
        };
        match cx.get_item(given, class.value()) {
            Ok(f) => Ok(Some(f)),
            Err(e) if e.is(cx, cx.types().key_error) => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// What a reduction gave: the name of a global, or how to build the object.
    fn save_reduced(&mut self, cx: &mut Cx, v: Value, reduced: Value) -> PyResult<()> {
        if Gc::<Str>::from_value(reduced).is_some() {
            return self.save_global(cx, v, Some(reduced));
        }
        let r = match Gc::<Tuple>::from_value(reduced) {
            Some(t) => self.save_reduce(cx, t, Some(v)),
            None => {
                let got = type_name(cx, reduced);
                Err(pickling_error(
                    cx,
                    format!("__reduce__ must return a string or tuple, not {got}"),
                ))
            }
        };
        r.map_err(|e| noted(cx, e, v, "object"))
    }

    // ---- Atoms ----------------------------------------------------------------------------

    fn save_bool(&mut self, b: bool) {
        match (self.protocol >= 2, b) {
            (true, true) => self.write(&[NEWTRUE]),
            (true, false) => self.write(&[NEWFALSE]),
            (false, true) => self.write(b"I01\n"),
            (false, false) => self.write(b"I00\n"),
        }
    }

    fn save_small(&mut self, n: i64) {
        if self.bin {
            if let Ok(b) = u8::try_from(n) {
                return self.write(&[BININT1, b]);
            }
            if let Ok(h) = u16::try_from(n) {
                let [a, b] = h.to_le_bytes();
                return self.write(&[BININT2, a, b]);
            }
            if let Ok(w) = i32::try_from(n) {
                self.write(&[BININT]);
                return self.write(&w.to_le_bytes());
            }
        }
        if self.protocol >= 2 {
            return self.write_long(&shortest(n.to_le_bytes().to_vec()));
        }
        let text = if i32::try_from(n).is_ok() {
            format!("{}{n}\n", char::from(INT))
        } else {
            format!("{}{n}L\n", char::from(LONG))
        };
        self.write(text.as_bytes());
    }

    fn write_long(&mut self, bytes: &[u8]) {
        if bytes.len() < 256 {
            self.write(&[LONG1, bytes.len() as u8]);
        } else {
            self.write(&[LONG4]);
            self.write(&(bytes.len() as u32).to_le_bytes());
        }
        self.write(bytes);
    }

    fn save_int(&mut self, cx: &mut Cx, v: Value) -> PyResult<()> {
        let Some(n) = as_int(v) else {
            return Ok(());
        };
        match n {
            Int::Big(b) if self.protocol >= 2 => {
                let mut bytes: Vec<u8> = b.limbs().iter().flat_map(|l| l.to_le_bytes()).collect();
                bytes.push(0);
                if b.is_negative() {
                    negate(&mut bytes);
                }
                let bytes = shortest(bytes);
                if bytes.len() > i32::MAX as usize {
                    return Err(cx.overflow_error("int too large to pickle"));
                }
                self.write_long(&bytes);
            }
            Int::Big(_) => {
                let text = cx.repr(v)?;
                self.write(&[LONG]);
                self.write(text.as_bytes());
                self.write(b"L\n");
            }
            _ => self.save_small(n.to_i64().unwrap_or_default()),
        }
        Ok(())
    }

    fn save_float(&mut self, cx: &mut Cx, v: Value) -> PyResult<()> {
        let x = as_float(v).unwrap_or_default();
        if self.bin {
            self.write(&[BINFLOAT]);
            self.write(&x.to_be_bytes());
            return Ok(());
        }
        let text = cx.repr(v)?;
        self.write(&[FLOAT]);
        self.write(text.as_bytes());
        self.write(b"\n");
        Ok(())
    }

    fn save_str(&mut self, cx: &mut Cx, s: Gc<Str>) -> PyResult<()> {
        let bytes = s.as_bytes();
        let n = bytes.len();
        if !self.bin {
            self.write(&[UNICODE]);
            let line = escaped_line(bytes);
            self.write(&line);
        } else if n <= 0xFF && self.protocol >= 4 {
            self.write(&[SHORT_BINUNICODE, n as u8]);
            self.write(bytes);
        } else {
            let header = match u32::try_from(n) {
                Ok(n) => sized_header(BINUNICODE, &n.to_le_bytes()),
                Err(_) if self.protocol >= 4 => {
                    sized_header(BINUNICODE8, &(n as u64).to_le_bytes())
                }
                Err(_) => {
                    return Err(cx.overflow_error(
                        "serializing a string larger than 4 GiB requires pickle protocol 4 or higher",
                    ));
                }
            };
            let data = if n >= FRAME_TARGET {
                Bytes::from_slice(cx, bytes)?.value()
            } else {
                Value::none()
            };
            self.write_data(cx, &header, data, bytes)?;
        }
        self.memoize(cx, s.value());
        Ok(())
    }

    /// Notes, in fast mode, that a container is being written.
    pub fn enter(&mut self, cx: &mut Cx, v: Value) -> PyResult<()> {
        self.nesting += 1;
        if self.fast && self.nesting >= FAST_NESTING && !self.open.insert(v.bits()) {
            self.nesting -= 1;
            let (name, id) = (cx.type_of(v).dotted_name(), cx.id(v));
            return Err(cx.value_error(format!(
                "fast mode: can't pickle cyclic objects including object type {name} at {id:#x}"
            )));
        }
        Ok(())
    }

    pub fn leave(&mut self, v: Value) {
        if self.fast && self.nesting >= FAST_NESTING {
            self.open.remove(&v.bits());
        }
        self.nesting -= 1;
    }
}

pub fn sized_header(opcode: u8, length: &[u8]) -> Vec<u8> {
    let mut header = vec![opcode];
    header.extend_from_slice(length);
    header
}

/// The error with a note: `when serializing T what`.
#[cold]
pub fn noted(cx: &mut Cx, e: Raised, v: Value, what: &str) -> Raised {
    let name = type_name(cx, v);
    let note = cx.new_str(&format!("when serializing {name} {what}"));
    match cx.call_method_str(e.value(), "add_note", &[note]) {
        Ok(_) => e,
        Err(other) => other,
    }
}

/// Two's complement of a number, without bytes that only repeat the sign.
fn shortest(mut bytes: Vec<u8>) -> Vec<u8> {
    while let [.., before, last] = bytes[..] {
        let sign = if before & 0x80 == 0 { 0 } else { 0xFF };
        if last != sign {
            break;
        }
        bytes.pop();
    }
    if bytes == [0] {
        bytes.clear();
    }
    bytes
}

fn negate(bytes: &mut [u8]) {
    let mut carry = true;
    for b in bytes {
        let (sum, over) = (!*b).overflowing_add(u8::from(carry));
        *b = sum;
        carry = over;
    }
}

/// Text as protocol 0 has it: one line, what lies beyond Latin-1 escaped.
fn escaped_line(bytes: &[u8]) -> Vec<u8> {
    let mut line = Vec::with_capacity(bytes.len() + 1);
    for c in wtf8::code_points(bytes) {
        match c {
            0 | 0x0A | 0x0D | 0x1A | 0x5C | 0x100..=0xFFFF => {
                line.extend_from_slice(format!("\\u{c:04x}").as_bytes());
            }
            0x1_0000.. => line.extend_from_slice(format!("\\U{c:08x}").as_bytes()),
            _ => line.push(c as u8),
        }
    }
    line.push(b'\n');
    line
}
