//! Methods of `array.array`.

use krait_runtime::protocol::buffer::BufferFlags;
use krait_runtime::protocol::sequence::{Subscript, normalize_index};
use krait_runtime::types::bytearray::ByteArray;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::int::is_int;
use krait_runtime::types::memoryview::MemoryView;
use krait_runtime::types::slice::{Slice, slice_index};

use super::item;
use super::storage::{self, ARRAY, ArrayObj, This};
use crate::prelude::*;

const OUT_OF_RANGE: &str = "array index out of range";
const ASSIGN_OUT_OF_RANGE: &str = "array assignment index out of range";

fn code_argument(cx: &mut Cx, v: Value) -> PyResult<u8> {
    let Some(s) = Gc::<Str>::from_value(v) else {
        let name = cx.type_name(v);
        return Err(cx.type_error(format!(
            "array() argument 1 must be a unicode character, not {name}"
        )));
    };
    if s.char_len() != 1 {
        let n = s.char_len();
        return Err(cx.type_error(format!(
            "array() argument 1 must be a unicode character, not a string of length {n}"
        )));
    }
    let code = s.as_bytes()[0];
    if code == b'u' {
        cx.warn_deprecated("The 'u' type code is deprecated and will be removed in Python 3.16")?;
    }
    match item::size(code) {
        Some(_) => Ok(code),
        None => Err(storage::bad_code(cx)),
    }
}

/// Fills a new array from the initializer of the constructor.
fn initialize(cx: &mut Cx, this: This, v: Value) -> PyResult<()> {
    let code = this.code;
    if let Some(s) = Gc::<Str>::from_value(v) {
        if !item::is_text(code) {
            return Err(cx.type_error(format!(
                "cannot use a str to initialize an array with typecode '{}'",
                code as char
            )));
        }
        let characters = storage::characters(s);
        return storage::splice(cx, this, 0, 0, &characters);
    }
    if Gc::<Bytes>::from_value(v).is_some() || Gc::<ByteArray>::from_value(v).is_some() {
        return append_bytes(cx, this, v);
    }
    if let Some(other) = NativeObj::<ArrayObj>::from_value(v) {
        if other.code == code {
            return storage::splice(cx, this, 0, 0, other.bytes());
        }
        if item::is_text(other.code) && !item::is_text(code) {
            return Err(cx.type_error(format!(
                "cannot use a unicode array to initialize an array with typecode '{}'",
                code as char
            )));
        }
    }
    let mut items = cx.iterate(v)?;
    while let Some(x) = items.next(cx)? {
        storage::push(cx, this, x)?;
    }
    Ok(())
}

fn append_bytes(cx: &mut Cx, this: This, buffer: Value) -> PyResult<()> {
    let bytes = krait_runtime::protocol::buffer::to_vec(cx, buffer)?;
    if bytes.len() % this.size() != 0 {
        return Err(cx.value_error("bytes length not a multiple of item size"));
    }
    storage::splice(cx, this, this.count(), 0, &bytes)
}

fn subscript(cx: &mut Cx, key: Value) -> PyResult<Subscript> {
    if !cx.is_index(key) && Gc::<Slice>::from_value(key).is_none() {
        return Err(cx.type_error("array indices must be integers"));
    }
    cx.subscript("array", key)
}

/// The place of index `i`.
fn place(cx: &mut Cx, this: This, i: isize, message: &str) -> PyResult<usize> {
    match normalize_index(i, this.count()) {
        Some(i) => Ok(i),
        None => Err(cx.index_error(message)),
    }
}

/// The bytes of the items that a slice selects.
fn slice_bytes(cx: &mut Cx, this: This, s: Gc<Slice>) -> PyResult<Vec<u8>> {
    let range = s.resolve(cx, this.count())?;
    let (size, bytes) = (this.size(), this.bytes());
    let mut out = Vec::new();
    for i in range.indices() {
        out.extend_from_slice(bytes.get(i * size..(i + 1) * size).unwrap_or(&[]));
    }
    Ok(out)
}

/// `this[s] = bytes`, `None` to delete.
fn assign_slice(cx: &mut Cx, this: This, s: Gc<Slice>, bytes: Option<&[u8]>) -> PyResult<()> {
    let range = s.resolve(cx, this.count())?;
    let size = this.size();
    let selected: Vec<usize> = range.indices().collect();
    let contiguous = range.step == 1;
    if contiguous {
        return storage::splice(
            cx,
            this,
            range.start as usize,
            selected.len(),
            bytes.unwrap_or(&[]),
        );
    }
    match bytes {
        Some(bytes) => {
            let given = bytes.len() / size;
            if given != selected.len() {
                let n = selected.len();
                return Err(cx.value_error(format!(
                    "attempt to assign array of size {given} to extended slice of size {n}"
                )));
            }
            let target = this.bytes_mut();
            for (k, &i) in selected.iter().enumerate() {
                target[i * size..(i + 1) * size].copy_from_slice(&bytes[k * size..(k + 1) * size]);
            }
            Ok(())
        }
        None => {
            storage::check_resizable(cx, this)?;
            let mut gone = selected;
            gone.sort_unstable();
            let mut rest = Vec::new();
            for (i, item) in this.bytes().chunks_exact(size).enumerate() {
                if gone.binary_search(&i).is_err() {
                    rest.extend_from_slice(item);
                }
            }
            storage::splice(cx, this, 0, this.count(), &rest)
        }
    }
}

fn find(cx: &mut Cx, this: This, v: Value, start: usize, stop: usize) -> PyResult<Option<usize>> {
    let mut i = start;
    while i < stop {
        let Some(x) = storage::get(cx, this, i)? else {
            break;
        };
        if cx.eq(x, v)? {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

fn list_of(cx: &mut Cx, this: This) -> PyResult<Gc<List>> {
    let mut items = ValueVec::with_capacity(cx, this.count())?;
    let mut i = 0;
    while let Some(v) = storage::get(cx, this, i)? {
        items.push(cx, v)?;
        i += 1;
    }
    Ok(List::from_vec(cx, items))
}

fn compare(cx: &mut Cx, op: CompareOp, this: This, other: Value) -> PyResult<Value> {
    let Some(other) = NativeObj::<ArrayObj>::from_value(other) else {
        return Ok(Value::not_implemented());
    };
    if this.count() != other.count() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::bool(op == CompareOp::Ne));
    }
    let mut i = 0;
    while let (Some(a), Some(b)) = (storage::get(cx, this, i)?, storage::get(cx, other, i)?) {
        if !cx.compare_is_true(CompareOp::Eq, a, b)? {
            return match op {
                CompareOp::Eq => Ok(Value::bool(false)),
                CompareOp::Ne => Ok(Value::bool(true)),
                _ => cx.compare(op, a, b),
            };
        }
        i += 1;
    }
    Ok(Value::bool(op.holds(this.count().cmp(&other.count()))))
}

fn repeat(cx: &mut Cx, this: This, n: Value) -> PyResult<Vec<u8>> {
    let n = cx.index_isize(n)?.max(0) as usize;
    let bytes = this.bytes();
    let mut out = Vec::new();
    let total = bytes
        .len()
        .checked_mul(n)
        .filter(|&t| t <= isize::MAX as usize);
    if total.is_none_or(|t| out.try_reserve_exact(t).is_err()) {
        return Err(cx.memory_error());
    }
    (0..n).for_each(|_| out.extend_from_slice(bytes));
    Ok(out)
}

fn text_only(cx: &mut Cx, this: This, method: &str) -> PyResult<()> {
    if item::is_text(this.code) {
        return Ok(());
    }
    Err(cx.value_error(format!(
        "{method}() may only be called on unicode type arrays ('u' or 'w')"
    )))
}

pub struct Operators;

#[pymethods]
impl Operators {
    #[py(compare)]
    fn compare(cx: &mut Cx, this: This, other: Value, op: CompareOp) -> PyResult<Value> {
        compare(cx, op, this, other)
    }
    #[py]
    fn __len__(this: This) -> usize {
        this.count()
    }
    #[py]
    fn __getitem__(cx: &mut Cx, this: This, key: Value) -> PyResult<Value> {
        match subscript(cx, key)? {
            Subscript::Index(i) => {
                let i = place(cx, this, i, OUT_OF_RANGE)?;
                match storage::get(cx, this, i)? {
                    Some(v) => Ok(v),
                    None => Err(cx.index_error(OUT_OF_RANGE)),
                }
            }
            Subscript::Slice(s) => {
                let bytes = slice_bytes(cx, this, s)?;
                Ok(storage::from_bytes(cx, this.code, &bytes)?.value())
            }
        }
    }
    #[py]
    fn __setitem__(cx: &mut Cx, this: This, key: Value, value: Value) -> PyResult<()> {
        match subscript(cx, key)? {
            Subscript::Index(i) => {
                let i = place(cx, this, i, ASSIGN_OUT_OF_RANGE)?;
                if storage::set(cx, this, i, value)? {
                    Ok(())
                } else {
                    Err(cx.index_error(ASSIGN_OUT_OF_RANGE))
                }
            }
            Subscript::Slice(s) => match NativeObj::<ArrayObj>::from_value(value) {
                Some(other) if other.code == this.code => {
                    let bytes = other.bytes().to_vec();
                    assign_slice(cx, this, s, Some(&bytes))
                }
                Some(_) => {
                    s.unpack(cx)?;
                    Err(cx.type_error("bad argument type for built-in operation"))
                }
                None => {
                    s.unpack(cx)?;
                    let name = cx.type_name(value);
                    Err(cx.type_error(format!(
                        "can only assign array (not \"{name}\") to array slice"
                    )))
                }
            },
        }
    }
    #[py]
    fn __delitem__(cx: &mut Cx, this: This, key: Value) -> PyResult<()> {
        match subscript(cx, key)? {
            Subscript::Index(i) => {
                let i = place(cx, this, i, ASSIGN_OUT_OF_RANGE)?;
                storage::splice(cx, this, i, 1, &[])
            }
            Subscript::Slice(s) => assign_slice(cx, this, s, None),
        }
    }
    #[py]
    fn __contains__(cx: &mut Cx, this: This, key: Value) -> PyResult<bool> {
        Ok(find(cx, this, key, 0, usize::MAX)?.is_some())
    }
    #[py]
    fn __iter__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        super::iter::start(cx, this)
    }
    /// Return a buffer object that exposes the underlying memory of the object.
    #[py(sig = "($self, flags, /)")]
    fn __buffer__(cx: &mut Cx, this: This, flags: BufferFlags) -> PyResult<Value> {
        MemoryView::lent(cx, this.value(), flags.0)
    }
    /// Release the buffer object that exposes the underlying memory of the object.
    #[py(sig = "($self, buffer, /)")]
    fn __release_buffer__(cx: &mut Cx, this: This, buffer: Value) -> PyResult<()> {
        MemoryView::release_of(cx, this.value(), buffer)
    }
    #[py]
    fn __add__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        let Some(other) = NativeObj::<ArrayObj>::from_value(value) else {
            let name = cx.type_name(value);
            return Err(cx.type_error(format!("can only append array (not \"{name}\") to array")));
        };
        if other.code != this.code {
            return Err(cx.type_error("bad argument type for built-in operation"));
        }
        let bytes = [this.bytes(), other.bytes()].concat();
        Ok(storage::from_bytes(cx, this.code, &bytes)?.value())
    }
    #[py]
    fn __iadd__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        if NativeObj::<ArrayObj>::from_value(value).is_none() {
            let name = cx.type_name(value);
            return Err(cx.type_error(format!("can only extend array with array (not \"{name}\")")));
        }
        storage::extend(cx, this, value)?;
        Ok(this.value())
    }
    #[py]
    fn __mul__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        let bytes = repeat(cx, this, value)?;
        Ok(storage::from_bytes(cx, this.code, &bytes)?.value())
    }
    #[py]
    fn __rmul__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        let bytes = repeat(cx, this, value)?;
        Ok(storage::from_bytes(cx, this.code, &bytes)?.value())
    }
    #[py]
    fn __imul__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        let bytes = repeat(cx, this, value)?;
        storage::splice(cx, this, 0, this.count(), &bytes)?;
        Ok(this.value())
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: This) -> PyResult<String> {
        let name = cx.type_of(this.value()).name_string();
        let code = this.code as char;
        if this.count() == 0 {
            return Ok(format!("{name}('{code}')"));
        }
        let items = if item::is_text(this.code) {
            storage::text(cx, this)?
        } else {
            list_of(cx, this)?.value()
        };
        let shown = cx.repr_string(items)?;
        Ok(format!("{name}('{code}', {shown})"))
    }
}

pub struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, *args, **kwargs)")]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        let exact = class == cx.native_type(&ARRAY)?;
        if exact
            && kwargs
                .and_then(Gc::<Dict>::from_value)
                .is_some_and(|d| !d.is_empty())
        {
            return Err(cx.type_error("array.array() takes no keyword arguments"));
        }
        let (code, initial) = match *args {
            [] => return Err(cx.type_error("array() takes at least 1 argument (0 given)")),
            [code] => (code, None),
            [code, initial] => (code, Some(initial)),
            _ => {
                return Err(cx.type_error(format!(
                    "array() takes at most 2 arguments ({} given)",
                    args.len()
                )));
            }
        };
        let code = code_argument(cx, code)?;
        let this = storage::alloc(cx, class, code, 0)?;
        if let Some(v) = initial {
            initialize(cx, this, v)?;
        }
        Ok(this.value())
    }
    /// Append new value v to the end of the array.
    #[py]
    fn append(cx: &mut Cx, this: This, v: Value) -> PyResult<()> {
        storage::push(cx, this, v)
    }
    /// Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.
    ///
    /// The length should be multiplied by the itemsize attribute to calculate
    /// the buffer length in bytes.
    #[py(sig = "($self, /)")]
    fn buffer_info(cx: &mut Cx, this: This) -> Value {
        let (ptr, len) = this.parts();
        let (ptr, len) = (cx.new_uint(ptr as u64), cx.new_uint(len as u64));
        cx.new_tuple(&[ptr, len])
    }
    /// Byteswap all items of the array.
    ///
    /// If the items in the array are not 1, 2, 4, or 8 bytes in size, RuntimeError is
    /// raised.
    #[py(sig = "($self, /)")]
    fn byteswap(this: This) {
        this.bytes_mut()
            .chunks_exact_mut(this.size())
            .for_each(<[u8]>::reverse);
    }
    /// Remove all items from the array.
    #[py(sig = "($self, /)")]
    fn clear(cx: &mut Cx, this: This) -> PyResult<()> {
        storage::splice(cx, this, 0, this.count(), &[])
    }
    /// Return a copy of the array.
    #[py(sig = "($self, /)")]
    fn __copy__(cx: &mut Cx, this: This) -> PyResult<Value> {
        Ok(storage::from_bytes(cx, this.code, this.bytes())?.value())
    }
    /// Return a copy of the array.
    #[py]
    fn __deepcopy__(cx: &mut Cx, this: This, _unused: Value) -> PyResult<Value> {
        Ok(storage::from_bytes(cx, this.code, this.bytes())?.value())
    }
    /// Return number of occurrences of v in the array.
    #[py]
    fn count(cx: &mut Cx, this: This, v: Value) -> PyResult<usize> {
        let (mut n, mut from) = (0, 0);
        while let Some(i) = find(cx, this, v, from, usize::MAX)? {
            n += 1;
            from = i + 1;
        }
        Ok(n)
    }
    /// Append items to the end of the array.
    #[py]
    fn extend(cx: &mut Cx, this: This, bb: Value) -> PyResult<()> {
        storage::extend(cx, this, bb)
    }
    /// Read n objects from the file object f and append them to the end of the array.
    #[py]
    fn fromfile(cx: &mut Cx, this: This, f: Value, n: isize) -> PyResult<()> {
        let n = if n < 0 {
            return Err(cx.value_error("negative count"));
        } else {
            n as usize
        };
        let Some(wanted) = n.checked_mul(this.size()) else {
            return Err(cx.memory_error());
        };
        let size = cx.new_uint(wanted as u64);
        let data = cx.call_method(f, cx.names().read, &[size])?;
        let Some(bytes) = Gc::<Bytes>::from_value(data) else {
            return Err(cx.type_error("read() didn't return bytes"));
        };
        let short = bytes.len() < wanted;
        append_bytes(cx, this, data)?;
        if short {
            Err(cx.eof_error("read() didn't return enough bytes"))
        } else {
            Ok(())
        }
    }
    /// Append items to array from list.
    #[py]
    fn fromlist(cx: &mut Cx, this: This, list: Value) -> PyResult<()> {
        let Some(l) = Gc::<List>::from_value(list) else {
            return Err(cx.type_error("arg must be list"));
        };
        let before = this.count();
        let items = l.snapshot(cx)?;
        for i in 0..items.len() {
            let v = items.as_slice()[i];
            if let Err(e) = storage::push(cx, this, v) {
                storage::splice(cx, this, before, this.count() - before, &[])?;
                return Err(e);
            }
        }
        Ok(())
    }
    /// Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.
    #[py]
    fn frombytes(cx: &mut Cx, this: This, buffer: Value) -> PyResult<()> {
        append_bytes(cx, this, buffer)
    }
    /// Extends this array with data from the unicode string ustr.
    ///
    /// The array must be a unicode type array; otherwise a ValueError is raised.
    /// Use array.frombytes(ustr.encode(...)) to append Unicode data to an array of
    /// some other type.
    #[py]
    fn fromunicode(cx: &mut Cx, this: This, ustr: Value) -> PyResult<()> {
        let Some(s) = Gc::<Str>::from_value(ustr) else {
            let name = cx.type_name(ustr);
            return Err(cx.type_error(format!("fromunicode() argument must be str, not {name}")));
        };
        text_only(cx, this, "fromunicode")?;
        let characters = storage::characters(s);
        storage::splice(cx, this, this.count(), 0, &characters)
    }
    /// Return index of first occurrence of v in the array.
    ///
    /// Raise ValueError if the value is not present.
    #[py(sig = "($self, v, start=0, stop=sys.maxsize, /)")]
    fn index(
        cx: &mut Cx,
        this: This,
        v: Value,
        start: Option<Value>,
        stop: Option<Value>,
    ) -> PyResult<usize> {
        let len = this.count() as isize;
        let mut bound = |v: Option<Value>, default: isize| match v {
            None => Ok(default),
            Some(v) => slice_index(cx, v).map(|i| if i < 0 { (i + len).max(0) } else { i }),
        };
        let (start, stop) = (bound(start, 0)?, bound(stop, isize::MAX)?);
        match find(cx, this, v, start as usize, stop as usize)? {
            Some(i) => Ok(i),
            None => Err(cx.value_error("array.index(x): x not in array")),
        }
    }
    /// Insert a new item v into the array before position i.
    #[py]
    fn insert(cx: &mut Cx, this: This, i: isize, v: Value) -> PyResult<()> {
        let len = this.count() as isize;
        let at = if i < 0 { (i + len).max(0) } else { i.min(len) } as usize;
        let one = storage::alloc(cx, cx.type_of(this.value()), this.code, 1)?;
        storage::set(cx, one, 0, v)?;
        storage::splice(cx, this, at, 0, one.bytes())
    }
    /// Return the i-th element and delete it from the array.
    ///
    /// i defaults to -1.
    #[py(sig = "($self, i=-1, /)")]
    fn pop(cx: &mut Cx, this: This, i: Option<isize>) -> PyResult<Value> {
        if this.count() == 0 {
            return Err(cx.index_error("pop from empty array"));
        }
        let i = place(cx, this, i.unwrap_or(-1), "pop index out of range")?;
        let Some(v) = storage::get(cx, this, i)? else {
            return Err(cx.index_error("pop index out of range"));
        };
        storage::splice(cx, this, i, 1, &[])?;
        Ok(v)
    }
    /// Return state information for pickling.
    #[py]
    fn __reduce_ex__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        if !is_int(value) {
            return Err(cx.type_error("__reduce_ex__ argument should be an integer"));
        }
        let protocol = cx.index_isize(value)?;
        let class = cx.type_of(this.value()).value();
        let code = cx.new_char(this.code as u32);
        let dict = match cx.instance_dict(this.value())? {
            Some(d) => d.value(),
            None => Value::none(),
        };
        if protocol < 3 {
            let list = list_of(cx, this)?;
            let args = cx.new_tuple(&[code, list.value()]);
            return Ok(cx.new_tuple(&[class, args, dict]));
        }
        let module = cx.import("array")?;
        let maker = cx.get_attr_str(module, "_array_reconstructor")?;
        let bytes = cx.try_new_bytes(this.bytes())?;
        let args = cx.new_tuple(&[
            class,
            code,
            Value::small(item::machine_format(this.code)),
            bytes,
        ]);
        Ok(cx.new_tuple(&[maker, args, dict]))
    }
    /// Remove the first occurrence of v in the array.
    #[py]
    fn remove(cx: &mut Cx, this: This, v: Value) -> PyResult<()> {
        match find(cx, this, v, 0, usize::MAX)? {
            Some(i) => storage::splice(cx, this, i, 1, &[]),
            None => Err(cx.value_error("array.remove(x): x not in array")),
        }
    }
    /// Reverse the order of the items in the array.
    #[py(sig = "($self, /)")]
    fn reverse(this: This) {
        // All bytes, then those of each item again.
        let bytes = this.bytes_mut();
        bytes.reverse();
        bytes
            .chunks_exact_mut(this.size())
            .for_each(<[u8]>::reverse);
    }
    /// Write all items (as machine values) to the file object f.
    #[py]
    fn tofile(cx: &mut Cx, this: This, f: Value) -> PyResult<()> {
        let bytes = cx.try_new_bytes(this.bytes())?;
        cx.call_method(f, cx.names().write, &[bytes]).map(|_| ())
    }
    /// Convert array to an ordinary list with the same items.
    #[py(sig = "($self, /)")]
    fn tolist(cx: &mut Cx, this: This) -> PyResult<Value> {
        Ok(list_of(cx, this)?.value())
    }
    /// Convert the array to an array of machine values and return the bytes representation.
    #[py(sig = "($self, /)")]
    fn tobytes(cx: &mut Cx, this: This) -> PyResult<Value> {
        cx.try_new_bytes(this.bytes())
    }
    /// Extends this array with data from the unicode string ustr.
    ///
    /// Convert the array to a unicode string.  The array must be a unicode type array;
    /// otherwise a ValueError is raised.  Use array.tobytes().decode() to obtain a
    /// unicode string from an array of some other type.
    #[py(sig = "($self, /)")]
    fn tounicode(cx: &mut Cx, this: This) -> PyResult<Value> {
        text_only(cx, this, "tounicode")?;
        storage::text(cx, this)
    }
    /// Size of the array in memory, in bytes.
    #[py(sig = "($self, /)")]
    fn __sizeof__(this: This) -> usize {
        size_of::<NativeObj<ArrayObj>>() + this.bytes().len()
    }
    /// the typecode character used to create the array
    #[py(getter)]
    fn typecode(cx: &mut Cx, this: This) -> Value {
        cx.new_char(this.code as u32)
    }
    /// the size, in bytes, of one array item
    #[py(getter)]
    fn itemsize(this: This) -> usize {
        this.size()
    }
}
