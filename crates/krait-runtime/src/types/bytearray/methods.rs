//! Methods of `bytearray`.

use krait_macros::pymethods;

use super::ByteArray;
use crate::native::{Cx, PyResult, Value};
use crate::object::{Gc, Kind, is_kind};
use crate::protocol::buffer::BufferFlags;
use crate::protocol::buffer::BytesArg;
use crate::types::bytes::args::{HexGroups, Needle, byte_value, fill_byte, hex, parse_hex};
use crate::types::bytes::shared::{self, ByteString, strip_set};
use crate::types::bytes::shared_methods::shared_methods;
use crate::types::bytes::{Bytes, construct, iter, ops, search};
use crate::types::list::List;
use crate::types::memoryview::MemoryView;
use crate::types::str::{Percent, StrArg, repeat_count, slice_range, text_arg};
use crate::types::typeobj::Type;
use crate::vec::ValueVec;

shared_methods!(ByteArrayShared, ByteArray);

pub(super) struct ByteArrayMethods;

#[pymethods]
impl ByteArrayMethods {
    #[py(new, hide_sig, sig = "($type, *args, **kwargs)")]
    fn __new__(
        cx: &mut Cx,
        class: Value,
        _kwargs: Value,
        _args: &[Value],
    ) -> PyResult<Gc<ByteArray>> {
        ByteArray::of_class(cx, Gc::<Type>::from_value_unchecked(class), &[])
    }

    /// Initialize self.  See help(type(self)) for accurate signature.
    #[py(hide_sig, sig = "($self, source=b'', encoding=None, errors=None)")]
    fn __init__(
        cx: &mut Cx,
        this: Gc<ByteArray>,
        source: Option<Value>,
        encoding: Option<Value>,
        errors: Option<Value>,
    ) -> PyResult<()> {
        let encoding = text_arg(cx, encoding, "bytearray", "encoding")?;
        let errors = text_arg(cx, errors, "bytearray", "errors")?;
        this.clear(cx)?;
        if let Some(encoded) = construct::encoded(cx, source, encoding, errors)? {
            return set_contents(cx, this, encoded.as_bytes());
        }
        let Some(source) = source else {
            return Ok(());
        };
        if Gc::<crate::types::str::Str>::from_value(source).is_some() {
            return Err(cx.type_error("string argument without an encoding"));
        }
        if let Some(n) = construct::size(cx, source)? {
            return this.resize(cx, n);
        }
        fill(cx, this, source)
    }

    /// Return repr(self).
    #[py(sig = "($self, /)")]
    fn __repr__(cx: &mut Cx, this: Gc<ByteArray>) -> PyResult<Value> {
        let text = krait_unicode::escape::bytearray_repr(this.as_bytes());
        let mut out = crate::types::str::StrBuilder::with_capacity(text.len());
        // Subclasses show their own name.
        out.push_str(&cx.type_name(this.value()));
        out.push_ascii(&text["bytearray".len()..]);
        out.finish(cx)
    }

    /// Return str(self).
    #[py(sig = "($self, /)")]
    fn __str__(cx: &mut Cx, this: Gc<ByteArray>) -> PyResult<Value> {
        ByteArrayMethods::__repr__(cx, this)
    }

    /// Return self==value.
    #[py(sig = "($self, value, /)")]
    fn __eq__(cx: &mut Cx, this: Gc<ByteArray>, other: Value) -> PyResult<Value> {
        compared(cx, other, |o| this.as_bytes() == o)
    }

    /// Return self!=value.
    #[py(sig = "($self, value, /)")]
    fn __ne__(cx: &mut Cx, this: Gc<ByteArray>, other: Value) -> PyResult<Value> {
        compared(cx, other, |o| this.as_bytes() != o)
    }

    /// Return self<value.
    #[py(sig = "($self, value, /)")]
    fn __lt__(cx: &mut Cx, this: Gc<ByteArray>, other: Value) -> PyResult<Value> {
        compared(cx, other, |o| this.as_bytes() < o)
    }

    /// Return self<=value.
    #[py(sig = "($self, value, /)")]
    fn __le__(cx: &mut Cx, this: Gc<ByteArray>, other: Value) -> PyResult<Value> {
        compared(cx, other, |o| this.as_bytes() <= o)
    }

    /// Return self>value.
    #[py(sig = "($self, value, /)")]
    fn __gt__(cx: &mut Cx, this: Gc<ByteArray>, other: Value) -> PyResult<Value> {
        compared(cx, other, |o| this.as_bytes() > o)
    }

    /// Return self>=value.
    #[py(sig = "($self, value, /)")]
    fn __ge__(cx: &mut Cx, this: Gc<ByteArray>, other: Value) -> PyResult<Value> {
        compared(cx, other, |o| this.as_bytes() >= o)
    }

    /// Implement iter(self).
    #[py(sig = "($self, /)")]
    fn __iter__(cx: &mut Cx, this: Gc<ByteArray>) -> PyResult<Value> {
        iter::new(cx, this.value(), &iter::BYTEARRAY_ITER_SPEC)
    }

    /// Return self[key].
    #[py(sig = "($self, key, /)")]
    fn __getitem__(cx: &mut Cx, this: Gc<ByteArray>, key: Value) -> PyResult<Value> {
        if let Some(range) = slice_range(cx, key, this.len())? {
            return Ok(shared::slice(cx, this, range)?.value());
        }
        check_index(cx, key)?;
        let i = shared::item(cx, this, key, "bytearray index out of range")?;
        match this.as_bytes().get(i) {
            Some(&b) => Ok(Value::small(i64::from(b))),
            None => Err(cx.index_error("bytearray index out of range")),
        }
    }

    /// Set self[key] to value.
    #[py(sig = "($self, key, value, /)")]
    fn __setitem__(cx: &mut Cx, this: Gc<ByteArray>, key: Value, value: Value) -> PyResult<()> {
        if is_kind(key, Kind::Slice) {
            return assign_slice(cx, this, key, value);
        }
        check_index(cx, key)?;
        // Both are converted before the bounds are looked at.
        let i = cx.index_isize(key)?;
        let byte = byte_value(cx, value)?;
        let key = cx.new_int(i as i64);
        let i = shared::item(cx, this, key, "bytearray index out of range")?;
        match this.set_byte(cx, i, byte) {
            true => Ok(()),
            false => Err(cx.index_error("bytearray index out of range")),
        }
    }

    /// Delete self[key].
    #[py(sig = "($self, key, /)")]
    fn __delitem__(cx: &mut Cx, this: Gc<ByteArray>, key: Value) -> PyResult<()> {
        if let Some(range) = slice_range(cx, key, this.len())? {
            return this.delete_range(cx, range);
        }
        check_index(cx, key)?;
        let i = shared::item(cx, this, key, "bytearray index out of range")?;
        this.remove_at(cx, i).map(|_| ())
    }

    /// Implement self+=value.
    #[py(sig = "($self, value, /)")]
    fn __iadd__(cx: &mut Cx, this: Gc<ByteArray>, value: Value) -> PyResult<Gc<ByteArray>> {
        if !cx.is_buffer(value) {
            let got = cx.type_name(value);
            return Err(cx.type_error(format!("can't concat {got} to bytearray")));
        }
        let bytes = cx.bytes_of(value)?;
        this.extend(cx, bytes.as_bytes())?;
        Ok(this)
    }

    /// Implement self*=value.
    #[py(sig = "($self, value, /)")]
    fn __imul__(cx: &mut Cx, this: Gc<ByteArray>, value: Value) -> PyResult<Gc<ByteArray>> {
        let n = repeat_count(cx, value)?;
        let Some(bytes) = ops::repeat(this.as_bytes(), n) else {
            return Err(cx.memory_error());
        };
        set_contents(cx, this, &bytes)?;
        Ok(this)
    }

    /// Append a single item to the end of the bytearray.
    ///
    ///   item
    ///     The item to be appended.
    #[py(sig = "($self, item, /)")]
    fn append(cx: &mut Cx, this: Gc<ByteArray>, item: Value) -> PyResult<()> {
        let byte = byte_value(cx, item)?;
        this.push(cx, byte)
    }

    /// Append all the items from the iterator or sequence to the end of the bytearray.
    ///
    ///   iterable_of_ints
    ///     The iterable of items to append.
    #[py(sig = "($self, iterable_of_ints, /)")]
    fn extend(cx: &mut Cx, this: Gc<ByteArray>, items: Value) -> PyResult<()> {
        if let Some(text) = Gc::<crate::types::str::Str>::from_value(items) {
            if text.is_empty() {
                return Ok(());
            }
            return Err(cx.type_error("expected iterable of integers; got: 'str'"));
        }
        if !cx.is_buffer(items) {
            let it = cx.iter(items).map_err(|e| {
                if !e.is(cx, cx.types().type_error) {
                    return e;
                }
                let got = cx.type_name(items);
                cx.type_error(format!("can't extend bytearray with {got}"))
            })?;
            let mut bytes = Vec::with_capacity(cx.length_hint(items, 32)?.min(1 << 16));
            while let Some(item) = cx.next(it)? {
                bytes.push(byte_value(cx, item)?);
            }
            return this.extend(cx, &bytes);
        }
        // What goes in while the buffer is asked for stays behind the new bytes.
        let end = this.len();
        let bytes = cx.bytes_of(items)?;
        this.splice(cx, end, 0, bytes.as_bytes())
    }

    /// Insert a single item into the bytearray before the given index.
    ///
    ///   index
    ///     The index where the value is to be inserted.
    ///   item
    ///     The item to be inserted.
    #[py(sig = "($self, index, item, /)")]
    fn insert(cx: &mut Cx, this: Gc<ByteArray>, index: isize, item: Value) -> PyResult<()> {
        let byte = byte_value(cx, item)?;
        let len = this.len();
        let at = if index < 0 {
            len.saturating_add_signed(index)
        } else {
            (index as usize).min(len)
        };
        this.splice(cx, at, 0, &[byte])
    }

    /// Remove and return a single item from B.
    ///
    ///   index
    ///     The index from where to remove the item.
    ///     -1 (the default value) means remove the last item.
    ///
    /// If no index argument is given, will pop the last item.
    #[py(sig = "($self, index=-1, /)")]
    fn pop(cx: &mut Cx, this: Gc<ByteArray>, index: Option<isize>) -> PyResult<i64> {
        let len = this.len();
        if len == 0 {
            return Err(cx.index_error("pop from empty bytearray"));
        }
        let index = index.unwrap_or(-1);
        let at = if index < 0 {
            len.checked_add_signed(index)
        } else {
            Some(index as usize)
        };
        let byte = match at {
            Some(at) => this.remove_at(cx, at)?,
            None => None,
        };
        match byte {
            Some(b) => Ok(i64::from(b)),
            None => Err(cx.index_error("pop index out of range")),
        }
    }

    /// Remove the first occurrence of a value in the bytearray.
    ///
    ///   value
    ///     The value to remove.
    #[py(sig = "($self, value, /)")]
    fn remove(cx: &mut Cx, this: Gc<ByteArray>, value: Value) -> PyResult<()> {
        let byte = byte_value(cx, value)?;
        match memchr::memchr(byte, this.as_bytes()) {
            Some(at) => this.splice(cx, at, 1, &[]),
            None => Err(cx.value_error("value not found in bytearray")),
        }
    }

    /// Remove all items from the bytearray.
    #[py(sig = "($self, /)")]
    fn clear(cx: &mut Cx, this: Gc<ByteArray>) -> PyResult<()> {
        this.clear(cx)
    }

    /// Return a copy of B.
    #[py(sig = "($self, /)")]
    fn copy(cx: &mut Cx, this: Gc<ByteArray>) -> PyResult<Gc<ByteArray>> {
        ByteArray::from_slice(cx, this.as_bytes())
    }

    /// Reverse the order of the values in B in place.
    #[py(sig = "($self, /)")]
    fn reverse(cx: &mut Cx, this: Gc<ByteArray>) {
        this.reverse(cx);
    }

    /// Resize the internal buffer of bytearray to len.
    ///
    ///   size
    ///     New size to resize to.
    #[py(sig = "($self, size, /)")]
    fn resize(cx: &mut Cx, this: Gc<ByteArray>, size: isize) -> PyResult<()> {
        match usize::try_from(size) {
            Ok(n) => this.resize(cx, n),
            Err(_) => Err(cx.value_error(format!("Can only resize to positive sizes, got {size}"))),
        }
    }

    /// Return the number of bytes actually allocated.
    #[py(sig = "($self, /)")]
    fn __alloc__(this: Gc<ByteArray>) -> usize {
        this.allocated()
    }

    /// Returns the size of the bytearray object in memory, in bytes.
    #[py(sig = "($self, /)")]
    fn __sizeof__(this: Gc<ByteArray>) -> usize {
        size_of::<ByteArray>() + this.allocated()
    }

    /// Return state information for pickling.
    #[py(sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: Gc<ByteArray>) -> PyResult<Value> {
        reduce(cx, this, 2)
    }

    /// Return state information for pickling.
    #[py(sig = "($self, proto=0, /)")]
    fn __reduce_ex__(cx: &mut Cx, this: Gc<ByteArray>, proto: Option<i32>) -> PyResult<Value> {
        reduce(cx, this, proto.unwrap_or(0))
    }

    /// Return a buffer object that exposes the underlying memory of the object.
    #[py(sig = "($self, flags, /)")]
    fn __buffer__(cx: &mut Cx, this: Gc<ByteArray>, flags: BufferFlags) -> PyResult<Value> {
        MemoryView::lent(cx, this.value(), flags.0)
    }

    /// Release the buffer object that exposes the underlying memory of the object.
    #[py(sig = "($self, buffer, /)")]
    fn __release_buffer__(cx: &mut Cx, this: Gc<ByteArray>, buffer: Value) -> PyResult<()> {
        MemoryView::release_of(cx, this.value(), buffer)
    }
}

/// The contents of a new bytearray: a buffer, or ints that arrive one by one.
fn fill(cx: &mut Cx, this: Gc<ByteArray>, source: Value) -> PyResult<()> {
    const OUT_OF_RANGE: &str = "byte must be in range(0, 256)";
    // Ints that are there already go in together, or not at all.
    let ready = match (
        Gc::<List>::from_value(source),
        Gc::<crate::types::tuple::Tuple>::from_value(source),
    ) {
        (Some(list), _) if list.is_exact() => Some(list.snapshot(cx)?),
        (_, Some(tuple)) if tuple.is_exact() => Some(ValueVec::from_slice(cx, tuple.items())?),
        _ => None,
    };
    let exact_int = |v: &Value| crate::types::int::is_exact_int(*v);
    if cx.is_buffer(source) || ready.is_some_and(|items| items.as_slice().iter().all(exact_int)) {
        let bytes = construct::contents(cx, source, "bytearray", OUT_OF_RANGE)?;
        return set_contents(cx, this, &bytes);
    }
    let it = construct::int_iterator(cx, source, "bytearray")?;
    while let Some(item) = cx.next(it)? {
        let byte = byte_value(cx, item)?;
        this.push(cx, byte)?;
    }
    Ok(())
}

fn check_index(cx: &mut Cx, key: Value) -> PyResult<()> {
    if cx.is_index(key) {
        return Ok(());
    }
    let got = cx.type_name(key);
    Err(cx.type_error(format!(
        "bytearray indices must be integers or slices, not {got}"
    )))
}

fn set_contents(cx: &mut Cx, this: Gc<ByteArray>, bytes: &[u8]) -> PyResult<()> {
    let len = this.len();
    this.splice(cx, 0, len, bytes)
}

fn compared(cx: &mut Cx, other: Value, test: impl FnOnce(&[u8]) -> bool) -> PyResult<Value> {
    if !cx.is_buffer(other) {
        return Ok(Value::not_implemented());
    }
    let bytes = cx.bytes_of(other)?;
    Ok(Value::bool(test(bytes.as_bytes())))
}

/// `this[key] = value` for a slice.
fn assign_slice(cx: &mut Cx, this: Gc<ByteArray>, key: Value, value: Value) -> PyResult<()> {
    let len = this.len();
    let Some(mut range) = slice_range(cx, key, len)? else {
        return Ok(());
    };
    let bytes = if Gc::<ByteArray>::from_value(value).is_some() || cx.is_buffer(value) {
        cx.bytes_of(value)?
    } else {
        if cx.is_number(value) || is_kind(value, Kind::Str) {
            return Err(cx.type_error(
                "can assign only bytes, buffers, or iterables of ints in range(0, 256)",
            ));
        }
        let copy = construct::contents(cx, value, "bytearray", "byte must be in range(0, 256)")?;
        Bytes::from_slice(cx, &copy)?
    };
    // The conversion of the value may have changed this very object.
    if this.len() != len
        && let Some(again) = slice_range(cx, key, this.len())?
    {
        range = again;
    }
    if range.step == 1 {
        return this.splice(cx, range.start as usize, range.count, bytes.as_bytes());
    }
    if bytes.is_empty() {
        return this.delete_range(cx, range);
    }
    if bytes.len() != range.count {
        let (n, m) = (bytes.len(), range.count);
        return Err(cx.value_error(format!(
            "attempt to assign bytes of size {n} to extended slice of size {m}"
        )));
    }
    this.assign_spread(cx, range, bytes.as_bytes());
    Ok(())
}

/// What `pickle` keeps: old protocols have no bytes and take Latin-1 text.
fn reduce(cx: &mut Cx, this: Gc<ByteArray>, protocol: i32) -> PyResult<Value> {
    let bytes = this.as_bytes();
    let args = if protocol >= 3 {
        if bytes.is_empty() {
            cx.empty_tuple()
        } else {
            let bytes = Bytes::from_slice(cx, bytes)?;
            cx.new_tuple(&[bytes.value()])
        }
    } else if bytes.is_empty() {
        cx.empty_tuple()
    } else {
        let text = krait_unicode::wtf8::from_latin1(bytes);
        let text = crate::types::str::Str::from_wtf8(cx, &text)?.value();
        let encoding = cx.new_str("latin-1");
        cx.new_tuple(&[text, encoding])
    };
    let state = cx.call_method_str(this.value(), "__getstate__", &[])?;
    let class = cx.type_of(this.value()).value();
    Ok(cx.new_tuple(&[class, args, state]))
}
