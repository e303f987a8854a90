//! Writing values.

use std::collections::HashMap;

use dashu_int::IBig;
use krait_runtime::error::Raised;
use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::int::is_exact_int;
use krait_runtime::types::list::List;
use krait_runtime::types::set::as_any_set;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;

use super::{FLAG_REF, INT_SHIFT, MAX_DEPTH};
use crate::code;

struct Writer {
    out: Vec<u8>,
    version: i32,
    allow_code: bool,
    /// Objects written so far, by address; they are kept alive by the value that is written.
    seen: HashMap<usize, u32>,
}

/// `value` as bytes.
pub fn dumps(cx: &mut Cx, value: Value, version: i32, allow_code: bool) -> PyResult<Vec<u8>> {
    let mut w = Writer {
        out: Vec::new(),
        version,
        allow_code,
        seen: HashMap::new(),
    };
    w.value(cx, value, 0)?;
    Ok(w.out)
}

fn unmarshallable(cx: &mut Cx) -> Raised {
    cx.value_error("unmarshallable object")
}

impl Writer {
    fn long(&mut self, n: u32) {
        self.out.extend_from_slice(&n.to_le_bytes());
    }

    fn size(&mut self, cx: &mut Cx, n: usize) -> PyResult<()> {
        match i32::try_from(n) {
            Ok(n) => {
                self.long(n as u32);
                Ok(())
            }
            Err(_) => Err(unmarshallable(cx)),
        }
    }

    fn bytes(&mut self, cx: &mut Cx, b: &[u8]) -> PyResult<()> {
        self.size(cx, b.len())?;
        self.out.extend_from_slice(b);
        Ok(())
    }

    fn value(&mut self, cx: &mut Cx, v: Value, depth: usize) -> PyResult<()> {
        if depth > MAX_DEPTH {
            return Err(cx.value_error("object too deeply nested to marshal"));
        }
        if self.singleton(cx, v) {
            return Ok(());
        }
        if is_exact_int(v) {
            return self.int(cx, v);
        }
        if v.is_immediate_float() || cx.type_of(v) == cx.types().float {
            let x = cx.as_f64(v)?;
            return self.float(cx, x);
        }
        let flag = match self.reference(v) {
            Some(flag) => flag,
            None => return Ok(()),
        };
        cx.check_native_stack()?;
        self.object(cx, v, flag, depth)
    }

    /// `None`, `True` and the like.
    fn singleton(&mut self, cx: &Cx, v: Value) -> bool {
        let stop_iteration = cx.types().stop_iteration.value();
        let tag = match v {
            v if v.is_empty() => b'0',
            v if v.is_none() => b'N',
            v if v == Value::ellipsis() => b'.',
            v if v == stop_iteration => b'S',
            v => match v.as_bool() {
                Some(true) => b'T',
                Some(false) => b'F',
                None => return false,
            },
        };
        self.out.push(tag);
        true
    }

    /// Writes a reference if `v` was written before; else the flag for its type byte.
    fn reference(&mut self, v: Value) -> Option<u8> {
        let address = v.as_object()? as usize;
        if self.version < 3 {
            return Some(0);
        }
        if let Some(&index) = self.seen.get(&address) {
            self.out.push(b'r');
            self.long(index);
            return None;
        }
        self.seen.insert(address, self.seen.len() as u32);
        Some(FLAG_REF)
    }

    fn int(&mut self, cx: &mut Cx, v: Value) -> PyResult<()> {
        if let Some(n) = v.as_small().and_then(|n| i32::try_from(n).ok()) {
            self.out.push(b'i');
            self.long(n as u32);
            return Ok(());
        }
        let n = cx.to_ibig(v).unwrap_or(IBig::ZERO);
        let bytes = magnitude(&n);
        let digits = digits15(&bytes);
        self.out.push(b'l');
        let count = i32::try_from(digits.len()).map_err(|_| unmarshallable(cx))?;
        self.long(if n < IBig::ZERO { -count } else { count } as u32);
        digits
            .iter()
            .for_each(|d| self.out.extend_from_slice(&d.to_le_bytes()));
        Ok(())
    }

    fn float(&mut self, cx: &mut Cx, x: f64) -> PyResult<()> {
        if self.version > 1 {
            self.out.push(b'g');
            self.out.extend_from_slice(&x.to_le_bytes());
            return Ok(());
        }
        self.out.push(b'f');
        self.float_text(cx, x)
    }

    fn float_text(&mut self, cx: &mut Cx, x: f64) -> PyResult<()> {
        let v = cx.new_float(x);
        let text = cx.repr(v)?;
        self.out.push(text.byte_len() as u8);
        self.out.extend_from_slice(text.as_bytes());
        Ok(())
    }

    fn object(&mut self, cx: &mut Cx, v: Value, flag: u8, depth: usize) -> PyResult<()> {
        let class = cx.type_of(v);
        let types = cx.types();
        if class == types.str {
            return self.str(cx, Gc::from_value_unchecked(v), flag);
        }
        if class == types.bytes {
            self.out.push(b's' | flag);
            return self.bytes(cx, Gc::<Bytes>::from_value_unchecked(v).as_bytes());
        }
        if class == types.tuple {
            let t = Gc::<Tuple>::from_value_unchecked(v);
            return self.tuple(cx, t, flag, depth);
        }
        if class == types.list {
            let items = Gc::<List>::from_value_unchecked(v).snapshot(cx)?;
            self.out.push(b'[' | flag);
            self.size(cx, items.len())?;
            return self.items(cx, items.as_slice(), depth);
        }
        if class == types.dict {
            return self.dict(cx, Gc::from_value_unchecked(v), flag, depth);
        }
        if class == types.complex {
            return self.complex(cx, v, flag);
        }
        if let Some(set) = as_any_set(v).filter(|_| class == types.set || class == types.frozenset)
        {
            let _ = set;
            self.out
                .push(if class == types.set { b'<' } else { b'>' } | flag);
            let items = cx.collect(v)?;
            self.size(cx, items.len())?;
            return self.items(cx, items.as_slice(), depth);
        }
        if class == types.slice {
            return self.slice(cx, v, flag, depth);
        }
        if let Some(c) = code::as_code(v) {
            if !self.allow_code {
                return Err(cx.value_error("marshalling code objects is disallowed"));
            }
            self.out.push(b'c' | flag);
            return self.bytes(cx, &code::to_bytes(c));
        }
        if cx.is_buffer(v) {
            let copy = cx.bytes_of(v)?;
            self.out.push(b's' | flag);
            return self.bytes(cx, copy.as_bytes());
        }
        self.out.push(b'?');
        Err(unmarshallable(cx))
    }

    fn items(&mut self, cx: &mut Cx, items: &[Value], depth: usize) -> PyResult<()> {
        for &item in items {
            self.value(cx, item, depth + 1)?;
        }
        Ok(())
    }

    fn tuple(&mut self, cx: &mut Cx, t: Gc<Tuple>, flag: u8, depth: usize) -> PyResult<()> {
        match u8::try_from(t.len()) {
            Ok(n) if self.version >= 4 => {
                self.out.push(b')' | flag);
                self.out.push(n);
            }
            _ => {
                self.out.push(b'(' | flag);
                self.size(cx, t.len())?;
            }
        }
        self.items(cx, t.as_slice(), depth)
    }

    fn dict(&mut self, cx: &mut Cx, d: Gc<Dict>, flag: u8, depth: usize) -> PyResult<()> {
        self.out.push(b'{' | flag);
        let mut pos = 0;
        while let Some((k, v)) = d.next_entry(&mut pos) {
            self.value(cx, k, depth + 1)?;
            self.value(cx, v, depth + 1)?;
        }
        self.out.push(b'0');
        Ok(())
    }

    fn str(&mut self, cx: &mut Cx, s: Gc<Str>, flag: u8) -> PyResult<()> {
        let interned = s.is_interned();
        if self.version >= 4 && s.is_ascii() {
            match u8::try_from(s.byte_len()) {
                Ok(n) => {
                    self.out.push(if interned { b'Z' } else { b'z' } | flag);
                    self.out.push(n);
                    self.out.extend_from_slice(s.as_bytes());
                    return Ok(());
                }
                Err(_) => self.out.push(if interned { b'A' } else { b'a' } | flag),
            }
        } else {
            self.out.push(
                if interned && self.version >= 3 {
                    b't'
                } else {
                    b'u'
                } | flag,
            );
        }
        self.bytes(cx, s.as_bytes())
    }

    fn complex(&mut self, cx: &mut Cx, v: Value, flag: u8) -> PyResult<()> {
        let [re, im] =
            ["real", "imag"].map(|part| cx.get_attr_str(v, part).and_then(|x| cx.as_f64(x)));
        let parts = [re?, im?];
        if self.version > 1 {
            self.out.push(b'y' | flag);
            parts
                .iter()
                .for_each(|x| self.out.extend_from_slice(&x.to_le_bytes()));
            return Ok(());
        }
        self.out.push(b'x' | flag);
        parts.into_iter().try_for_each(|x| self.float_text(cx, x))
    }

    fn slice(&mut self, cx: &mut Cx, v: Value, flag: u8, depth: usize) -> PyResult<()> {
        if self.version < 5 {
            self.out.push(b'?');
            return Err(unmarshallable(cx));
        }
        self.out.push(b':' | flag);
        for part in ["start", "stop", "step"] {
            let part = cx.get_attr_str(v, part)?;
            self.value(cx, part, depth + 1)?;
        }
        Ok(())
    }
}

/// The absolute value, little endian.
fn magnitude(n: &IBig) -> Vec<u8> {
    use dashu_int::ops::UnsignedAbs;
    n.clone().unsigned_abs().to_le_bytes().into_vec()
}

/// A little-endian number in digits of 15 bits.
fn digits15(bytes: &[u8]) -> Vec<u16> {
    let mut digits = Vec::new();
    let (mut buffer, mut bits) = (0u32, 0);
    for &b in bytes {
        buffer |= u32::from(b) << bits;
        bits += 8;
        if bits >= INT_SHIFT {
            digits.push((buffer & 0x7FFF) as u16);
            buffer >>= INT_SHIFT;
            bits -= INT_SHIFT;
        }
    }
    if buffer != 0 {
        digits.push(buffer as u16);
    }
    while digits.last() == Some(&0) {
        digits.pop();
    }
    digits
}
