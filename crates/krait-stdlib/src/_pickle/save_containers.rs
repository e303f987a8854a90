//! Writing containers and bytes.

use krait_runtime::types::bytearray::ByteArray;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::set::Set;

use super::opcodes::*;
use super::save::{Saver, noted, sized_header};
use super::{buffer, pickling_error};
use crate::prelude::*;

/// Items between two `APPENDS` or their like.
const BATCH: usize = 1000;

impl Saver {
    pub fn save_bytes(&mut self, cx: &mut Cx, b: Gc<Bytes>) -> PyResult<()> {
        let v = b.value();
        if self.protocol >= 3 {
            self.write_bytes(cx, v, b.as_bytes())?;
            self.memoize(cx, v);
            return Ok(());
        }
        let (function, args) = if b.is_empty() {
            (cx.types().bytes.value(), cx.empty_tuple())
        } else {
            let codecs = cx.import("codecs")?;
            let encode = cx.get_attr_str(codecs, "encode")?;
            let text = cx.decode(b.as_bytes(), Some("latin1"), None)?;
            let latin1 = cx.intern("latin1").value();
            (encode, cx.new_tuple(&[text, latin1]))
        };
        self.save_call(cx, v, function, args)
    }

    /// `function(*args)` in place of `v`.
    fn save_call(&mut self, cx: &mut Cx, v: Value, function: Value, args: Value) -> PyResult<()> {
        let reduced = cx.new_tuple(&[function, args]);
        self.save_reduce(cx, Gc::from_value_unchecked(reduced), Some(v))
    }

    /// Without memoizing; `data` is an object with these bytes.
    fn write_bytes(&mut self, cx: &mut Cx, data: Value, bytes: &[u8]) -> PyResult<()> {
        let header = if let Ok(n) = u8::try_from(bytes.len()) {
            vec![SHORT_BINBYTES, n]
        } else if let Ok(n) = u32::try_from(bytes.len()) {
            sized_header(BINBYTES, &n.to_le_bytes())
        } else if self.protocol >= 4 {
            sized_header(BINBYTES8, &(bytes.len() as u64).to_le_bytes())
        } else {
            return Err(cx.overflow_error(
                "serializing a bytes object larger than 4 GiB requires pickle protocol 4 or higher",
            ));
        };
        self.write_data(cx, &header, data, bytes)
    }

    fn write_bytearray(&mut self, cx: &mut Cx, data: Value, bytes: &[u8]) -> PyResult<()> {
        let header = sized_header(BYTEARRAY8, &(bytes.len() as u64).to_le_bytes());
        self.write_data(cx, &header, data, bytes)
    }

    pub fn save_bytearray(&mut self, cx: &mut Cx, b: Gc<ByteArray>) -> PyResult<()> {
        let v = b.value();
        let copy = Bytes::from_slice(cx, b.as_bytes())?;
        if self.protocol >= 5 {
            self.write_bytearray(cx, copy.value(), copy.as_bytes())?;
            self.memoize(cx, v);
            return Ok(());
        }
        let args = if copy.is_empty() {
            cx.empty_tuple()
        } else {
            cx.new_tuple(&[copy.value()])
        };
        let class = cx.types().bytearray.value();
        self.save_call(cx, v, class, args)
    }

    pub fn save_buffer(&mut self, cx: &mut Cx, v: Value) -> PyResult<()> {
        if self.protocol < 5 {
            return Err(pickling_error(
                cx,
                "PickleBuffer can only be pickled with protocol >= 5",
            ));
        }
        let raw = match buffer::raw(cx, v) {
            Ok(raw) => raw,
            Err(e) if e.is(cx, cx.types().buffer_error) => {
                return Err(pickling_error(
                    cx,
                    "PickleBuffer can not be pickled when pointing to a non-contiguous buffer",
                ));
            }
            Err(e) => return Err(e),
        };
        let readonly = raw.readonly;
        let copy = Bytes::from_slice(cx, raw.as_slice());
        raw.release(cx)?;
        let callback = self.this.buffer_callback.get();
        let in_band = callback.is_none() || {
            let r = cx.call(callback, &[v])?;
            cx.is_true(r)?
        };
        if !in_band {
            self.write(&[NEXT_BUFFER]);
            if readonly {
                self.write(&[READONLY_BUFFER]);
            }
            return Ok(());
        }
        let copy = copy?;
        if readonly {
            self.write_bytes(cx, copy.value(), copy.as_bytes())?;
        } else {
            self.write_bytearray(cx, copy.value(), copy.as_bytes())?;
        }
        self.memoize(cx, v);
        Ok(())
    }

    /// Saves an item of `owner`; an error gets a note.
    fn save_item(&mut self, cx: &mut Cx, v: Value, owner: Value, index: usize) -> PyResult<()> {
        self.save(cx, v)
            .map_err(|e| noted(cx, e, owner, &format!("item {index}")))
    }

    fn save_value(&mut self, cx: &mut Cx, v: Value, owner: Value, key: Value) -> PyResult<()> {
        match self.save(cx, v) {
            Ok(()) => Ok(()),
            Err(e) => {
                let key = cx.repr_string(key)?;
                Err(noted(cx, e, owner, &format!("item {key}")))
            }
        }
    }

    pub fn save_tuple(&mut self, cx: &mut Cx, t: Gc<Tuple>) -> PyResult<()> {
        let v = t.value();
        let n = t.len();
        if n == 0 {
            let code: &[u8] = if self.bin {
                &[EMPTY_TUPLE]
            } else {
                &[MARK, TUPLE]
            };
            self.write(code);
            return Ok(());
        }
        let short = n <= 3 && self.protocol >= 2;
        if !short {
            self.write(&[MARK]);
        }
        for i in 0..n {
            self.save_item(cx, t.get(i), v, i)?;
        }
        // A tuple in itself was written by the recursion: what is on the stack is dropped.
        if let Some(index) = self.memo_index(cx, v) {
            if short {
                self.write(&[POP; 3][..n]);
            } else if self.bin {
                self.write(&[POP_MARK]);
            } else {
                (0..=n).for_each(|_| self.write(&[POP]));
            }
            self.write_get(index);
            return Ok(());
        }
        self.write(&[match n {
            1 if short => TUPLE1,
            2 if short => TUPLE2,
            3 if short => TUPLE3,
            _ => TUPLE,
        }]);
        self.memoize(cx, v);
        Ok(())
    }

    pub fn save_list(&mut self, cx: &mut Cx, list: Gc<List>) -> PyResult<()> {
        let v = list.value();
        self.enter(cx, v)?;
        let code: &[u8] = if self.bin {
            &[EMPTY_LIST]
        } else {
            &[MARK, LIST]
        };
        self.write(code);
        self.memoize(cx, v);
        self.save_list_items(cx, list)?;
        self.leave(v);
        Ok(())
    }

    fn save_list_items(&mut self, cx: &mut Cx, list: Gc<List>) -> PyResult<()> {
        let v = list.value();
        if !self.bin || list.len() == 1 {
            let mut i = 0;
            while let Some(item) = list.get(i) {
                self.save_item(cx, item, v, i)?;
                self.write(&[APPEND]);
                i += 1;
            }
            return Ok(());
        }
        let mut i = 0;
        while i < list.len() {
            self.write(&[MARK]);
            let end = i + BATCH;
            while i < end
                && let Some(item) = list.get(i)
            {
                self.save_item(cx, item, v, i)?;
                i += 1;
            }
            self.write(&[APPENDS]);
        }
        Ok(())
    }

    /// The items that an iterator gives, for an object on the stack.
    pub fn save_appends(&mut self, cx: &mut Cx, items: Value, owner: Value) -> PyResult<()> {
        let mut i = 0;
        let mut next = cx.next(items)?;
        while let Some(first) = next {
            next = if self.bin { cx.next(items)? } else { None };
            if next.is_none() {
                self.save_item(cx, first, owner, i)?;
                self.write(&[APPEND]);
                i += 1;
                if self.bin {
                    return Ok(());
                }
                next = cx.next(items)?;
                continue;
            }
            self.write(&[MARK]);
            self.save_item(cx, first, owner, i)?;
            let end = i + BATCH;
            i += 1;
            while let Some(item) = next {
                self.save_item(cx, item, owner, i)?;
                i += 1;
                next = if i == end { None } else { cx.next(items)? };
            }
            self.write(&[APPENDS]);
            if i < end {
                return Ok(());
            }
            next = cx.next(items)?;
        }
        Ok(())
    }

    pub fn save_dict(&mut self, cx: &mut Cx, d: Gc<Dict>) -> PyResult<()> {
        let v = d.value();
        self.enter(cx, v)?;
        let code: &[u8] = if self.bin {
            &[EMPTY_DICT]
        } else {
            &[MARK, DICT]
        };
        self.write(code);
        self.memoize(cx, v);
        self.save_dict_items(cx, d)?;
        self.leave(v);
        Ok(())
    }

    fn save_dict_items(&mut self, cx: &mut Cx, d: Gc<Dict>) -> PyResult<()> {
        let owner = d.value();
        let size = d.len();
        let batched = self.bin && size != 1;
        let mut pos = 0;
        let mut in_batch = 0;
        while let Some((k, v)) = d.next_entry(&mut pos) {
            if batched && in_batch == 0 {
                self.write(&[MARK]);
            }
            self.save(cx, k)?;
            self.save_value(cx, v, owner, k)?;
            if d.len() != size {
                return Err(cx.runtime_error("dictionary changed size during iteration"));
            }
            in_batch += 1;
            if !batched {
                self.write(&[SETITEM]);
            } else if in_batch == BATCH {
                self.write(&[SETITEMS]);
                in_batch = 0;
            }
        }
        if batched && in_batch > 0 {
            self.write(&[SETITEMS]);
        }
        Ok(())
    }

    fn save_pair(&mut self, cx: &mut Cx, pair: Value, owner: Value) -> PyResult<()> {
        let pair = Gc::<Tuple>::from_value(pair).filter(|t| t.len() == 2);
        let Some(pair) = pair else {
            return Err(cx.type_error("dict items iterator must return 2-tuples"));
        };
        self.save(cx, pair.get(0))?;
        self.save_value(cx, pair.get(1), owner, pair.get(0))
    }

    /// The pairs that an iterator gives, for an object on the stack.
    pub fn save_set_items(&mut self, cx: &mut Cx, items: Value, owner: Value) -> PyResult<()> {
        let mut next = cx.next(items)?;
        while let Some(first) = next {
            next = if self.bin { cx.next(items)? } else { None };
            if next.is_none() {
                self.save_pair(cx, first, owner)?;
                self.write(&[SETITEM]);
                if self.bin {
                    return Ok(());
                }
                next = cx.next(items)?;
                continue;
            }
            self.write(&[MARK]);
            self.save_pair(cx, first, owner)?;
            let mut n = 1;
            while let Some(pair) = next {
                self.save_pair(cx, pair, owner)?;
                n += 1;
                next = if n == BATCH { None } else { cx.next(items)? };
            }
            self.write(&[SETITEMS]);
            if n < BATCH {
                return Ok(());
            }
            next = cx.next(items)?;
        }
        Ok(())
    }

    /// `set(items)`, for protocols without sets.
    fn save_set_call(&mut self, cx: &mut Cx, set: Gc<Set>, class: Gc<Type>) -> PyResult<()> {
        let items = cx.collect(set.value())?;
        let items = List::from_vec(cx, items).value();
        let args = cx.new_tuple(&[items]);
        self.save_call(cx, set.value(), class.value(), args)
    }

    fn save_element(&mut self, cx: &mut Cx, v: Value, owner: Value) -> PyResult<()> {
        self.save(cx, v).map_err(|e| noted(cx, e, owner, "element"))
    }

    pub fn save_set(&mut self, cx: &mut Cx, set: Gc<Set>) -> PyResult<()> {
        if self.protocol < 4 {
            let class = cx.types().set;
            return self.save_set_call(cx, set, class);
        }
        let v = set.value();
        self.write(&[EMPTY_SET]);
        self.memoize(cx, v);
        let size = set.len();
        if size == 0 {
            return Ok(());
        }
        let mut pos = 0;
        loop {
            let mut n = 0;
            self.write(&[MARK]);
            while n < BATCH
                && let Some((item, _)) = set.next_element(&mut pos)
            {
                self.save_element(cx, item, v)?;
                if set.len() != size {
                    return Err(cx.runtime_error("set changed size during iteration"));
                }
                n += 1;
            }
            self.write(&[ADDITEMS]);
            if n < BATCH {
                return Ok(());
            }
        }
    }

    pub fn save_frozenset(&mut self, cx: &mut Cx, set: Gc<Set>) -> PyResult<()> {
        if self.protocol < 4 {
            let class = cx.types().frozenset;
            return self.save_set_call(cx, set, class);
        }
        let v = set.value();
        self.write(&[MARK]);
        let mut pos = 0;
        while let Some((item, _)) = set.next_element(&mut pos) {
            self.save_element(cx, item, v)?;
        }
        if let Some(index) = self.memo_index(cx, v) {
            self.write(&[POP_MARK]);
            self.write_get(index);
            return Ok(());
        }
        self.write(&[FROZENSET]);
        self.memoize(cx, v);
        Ok(())
    }
}
