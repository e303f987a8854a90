//! Reading values.

use dashu_int::{IBig, UBig};
use krait_runtime::error::Raised;
use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::str::Str;
use krait_runtime::vec::ValueVec;

use super::{FLAG_REF, INT_SHIFT, MAX_DEPTH};
use crate::code;

struct Reader<'a> {
    data: &'a [u8],
    at: usize,
    allow_code: bool,
    /// What later references can mean, in the order of the type bytes; `EMPTY` while it is made.
    refs: ValueVec,
}

/// The value at the start of `data`, and how many bytes it takes.
pub fn loads(cx: &mut Cx, data: &[u8], allow_code: bool) -> PyResult<(Value, usize)> {
    let mut r = Reader {
        data,
        at: 0,
        allow_code,
        refs: ValueVec::new(),
    };
    let v = r.value(cx, 0)?;
    if v.is_empty() {
        return Err(cx.type_error("NULL object in marshal data for object"));
    }
    Ok((v, r.at))
}

fn bad(cx: &mut Cx, what: &str) -> Raised {
    cx.value_error(format!("bad marshal data ({what})"))
}

impl<'a> Reader<'a> {
    fn take(&mut self, cx: &mut Cx, n: usize) -> PyResult<&'a [u8]> {
        match self.data.get(self.at..).and_then(|rest| rest.get(..n)) {
            Some(bytes) => {
                self.at += n;
                Ok(bytes)
            }
            None => Err(cx.eof_error("marshal data too short")),
        }
    }

    fn byte(&mut self, cx: &mut Cx) -> PyResult<u8> {
        match self.data.get(self.at) {
            Some(&b) => {
                self.at += 1;
                Ok(b)
            }
            None => Err(cx.eof_error("EOF read where object expected")),
        }
    }

    fn long(&mut self, cx: &mut Cx) -> PyResult<i32> {
        let b = self.take(cx, 4)?;
        Ok(i32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }

    fn size(&mut self, cx: &mut Cx, what: &str) -> PyResult<usize> {
        let n = self.long(cx)?;
        usize::try_from(n).map_err(|_| bad(cx, &format!("{what} size out of range")))
    }

    fn double(&mut self, cx: &mut Cx) -> PyResult<f64> {
        let b = self.take(cx, 8)?;
        Ok(f64::from_le_bytes([
            b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7],
        ]))
    }

    fn double_text(&mut self, cx: &mut Cx) -> PyResult<f64> {
        let n = self.byte(cx)?;
        let text = self.take(cx, n.into())?;
        match std::str::from_utf8(text).ok().and_then(|t| t.parse().ok()) {
            Some(x) => Ok(x),
            None => Err(bad(cx, "float")),
        }
    }

    /// Reserves the index of an object that may contain references to itself.
    fn reserve(&mut self, cx: &mut Cx, flagged: bool) -> PyResult<Option<usize>> {
        if !flagged {
            return Ok(None);
        }
        self.refs.push(cx, Value::none())?;
        let i = self.refs.len() - 1;
        self.refs.set(cx, i, Value::EMPTY);
        Ok(Some(i))
    }

    fn fill(&mut self, cx: &mut Cx, index: Option<usize>, v: Value) -> Value {
        if let Some(i) = index {
            self.refs.set(cx, i, v);
        }
        v
    }

    /// The next value; `EMPTY` for the mark that ends a dict.
    fn value(&mut self, cx: &mut Cx, depth: usize) -> PyResult<Value> {
        if depth > MAX_DEPTH {
            return Err(bad(cx, "recursion limit exceeded"));
        }
        cx.check_native_stack()?;
        let byte = self.byte(cx)?;
        let (tag, flagged) = (byte & !FLAG_REF, byte & FLAG_REF != 0);
        match tag {
            b'0' => return Ok(Value::EMPTY),
            b'N' => return Ok(Value::none()),
            b'S' => return Ok(cx.types().stop_iteration.value()),
            b'.' => return Ok(Value::ellipsis()),
            b'F' | b'T' => return Ok(Value::bool(tag == b'T')),
            b'r' => return self.reference(cx),
            b'(' | b')' | b'[' | b'{' | b'<' | b'>' | b':' => {
                return self.container(cx, tag, flagged, depth);
            }
            _ => {}
        }
        let index = self.reserve(cx, flagged)?;
        let v = self.simple(cx, tag)?;
        Ok(self.fill(cx, index, v))
    }

    fn reference(&mut self, cx: &mut Cx) -> PyResult<Value> {
        let n = self.long(cx)?;
        let found = usize::try_from(n)
            .ok()
            .and_then(|i| self.refs.as_slice().get(i).copied())
            .and_then(Value::some);
        found.ok_or_else(|| bad(cx, "invalid reference"))
    }

    fn simple(&mut self, cx: &mut Cx, tag: u8) -> PyResult<Value> {
        match tag {
            b'i' => self.long(cx).map(|n| Value::small(n.into())),
            b'I' => {
                let b = self.take(cx, 8)?;
                Ok(cx.new_int(i64::from_le_bytes([
                    b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7],
                ])))
            }
            b'l' => self.int(cx),
            b'f' => self.double_text(cx).map(|x| cx.new_float(x)),
            b'g' => self.double(cx).map(|x| cx.new_float(x)),
            b'x' => {
                let (re, im) = (self.double_text(cx)?, self.double_text(cx)?);
                Ok(cx.new_complex(re, im))
            }
            b'y' => {
                let (re, im) = (self.double(cx)?, self.double(cx)?);
                Ok(cx.new_complex(re, im))
            }
            b's' => {
                let n = self.size(cx, "bytes object")?;
                let bytes = self.take(cx, n)?;
                Ok(Bytes::from_slice(cx, bytes)?.value())
            }
            b'z' | b'Z' => {
                let n = self.byte(cx)?.into();
                self.text(cx, n, tag == b'Z')
            }
            b'a' | b'A' | b'u' | b't' => {
                let n = self.size(cx, "string")?;
                self.text(cx, n, matches!(tag, b'A' | b't'))
            }
            b'c' => self.code(cx),
            _ => Err(bad(cx, "unknown type code")),
        }
    }

    fn text(&mut self, cx: &mut Cx, n: usize, interned: bool) -> PyResult<Value> {
        let bytes = self.take(cx, n)?;
        let v = cx.decode(bytes, Some("utf-8"), Some("surrogatepass"))?;
        if !interned {
            return Ok(v);
        }
        Ok(cx.intern_str(Gc::<Str>::from_value_unchecked(v)).value())
    }

    fn int(&mut self, cx: &mut Cx) -> PyResult<Value> {
        let n = self.long(cx)?;
        let count = n.unsigned_abs() as usize;
        let digits = self.take(cx, count.saturating_mul(2))?;
        let mut bytes = Vec::with_capacity(digits.len());
        let (mut buffer, mut bits) = (0u32, 0);
        for d in digits.chunks_exact(2) {
            let digit = u32::from(u16::from_le_bytes([d[0], d[1]]));
            if digit >> INT_SHIFT != 0 {
                return Err(bad(cx, "digit out of range in long"));
            }
            buffer |= digit << bits;
            bits += INT_SHIFT;
            while bits >= 8 {
                bytes.push(buffer as u8);
                buffer >>= 8;
                bits -= 8;
            }
        }
        bytes.push(buffer as u8);
        let magnitude = IBig::from(UBig::from_le_bytes(&bytes));
        cx.new_bigint(&if n < 0 { -magnitude } else { magnitude })
    }

    fn code(&mut self, cx: &mut Cx) -> PyResult<Value> {
        if !self.allow_code {
            return Err(cx.value_error("unmarshalling code objects is disallowed"));
        }
        let n = self.size(cx, "code")?;
        let bytes = self.take(cx, n)?;
        code::from_bytes(cx, bytes)
    }

    /// `n` values.
    fn items(&mut self, cx: &mut Cx, n: usize, depth: usize, what: &str) -> PyResult<ValueVec> {
        // Each value takes at least a byte: a damaged length must not reserve memory.
        let mut items = ValueVec::with_capacity(cx, n.min(self.data.len() - self.at))?;
        for _ in 0..n {
            let v = self.value(cx, depth + 1)?;
            if v.is_empty() {
                return Err(cx.type_error(format!("NULL object in marshal data for {what}")));
            }
            items.push(cx, v)?;
        }
        Ok(items)
    }

    fn container(&mut self, cx: &mut Cx, tag: u8, flagged: bool, depth: usize) -> PyResult<Value> {
        let index = self.reserve(cx, flagged)?;
        let v = match tag {
            b')' | b'(' => {
                let n = if tag == b')' {
                    self.byte(cx)?.into()
                } else {
                    self.size(cx, "tuple")?
                };
                let items = self.items(cx, n, depth, "tuple")?;
                cx.try_new_tuple(items.as_slice())?
            }
            b'[' => {
                let list = cx.try_new_list(&[])?;
                self.fill(cx, index, list.value());
                let n = self.size(cx, "list")?;
                for _ in 0..n {
                    let item = self.items(cx, 1, depth, "list")?;
                    list.push(cx, item.as_slice()[0])?;
                }
                list.value()
            }
            b'{' => return self.dict(cx, index, depth),
            b'<' => {
                let set = cx.new_set();
                self.fill(cx, index, set.value());
                let n = self.size(cx, "set")?;
                let items = self.items(cx, n, depth, "set")?;
                for &item in items.as_slice() {
                    set.add(cx, item)?;
                }
                set.value()
            }
            b'>' => {
                let n = self.size(cx, "set")?;
                let items = self.items(cx, n, depth, "set")?;
                cx.new_frozenset_of(items.as_slice())?.value()
            }
            _ => {
                let parts = self.items(cx, 3, depth, "slice")?;
                let p = parts.as_slice();
                cx.new_slice(p[0], p[1], p[2])
            }
        };
        Ok(self.fill(cx, index, v))
    }

    fn dict(&mut self, cx: &mut Cx, index: Option<usize>, depth: usize) -> PyResult<Value> {
        let d = cx.new_dict();
        self.fill(cx, index, d.value());
        loop {
            let key = self.value(cx, depth + 1)?;
            if key.is_empty() {
                return Ok(d.value());
            }
            let value = self.value(cx, depth + 1)?;
            if value.is_empty() {
                return Ok(d.value());
            }
            d.set(cx, key, value)?;
        }
    }
}
