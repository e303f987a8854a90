//! Methods and attributes of `memoryview`.

use std::sync::atomic::Ordering;

use krait_macros::pymethods;

use super::{MemoryView, View, compare, format, items};
use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::protocol::buffer::BufferFlags;
use crate::types::bytes::Bytes;
use crate::types::bytes::args::{HexGroups, hex};
use crate::types::str::{Str, sequence, slice_bounds, str_arg};
use crate::vec::ValueVec;

pub(super) struct ViewMethods;

#[pymethods]
impl ViewMethods {
    #[py(new, sig = "($type, object)")]
    fn __new__(cx: &mut Cx, _class: Value, object: Value) -> PyResult<View> {
        MemoryView::new(cx, object)
    }

    /// Return repr(self).
    #[py(sig = "($self, /)")]
    fn __repr__(cx: &mut Cx, this: View) -> Value {
        let what = if this.is_released() {
            "released memory"
        } else {
            "memory"
        };
        let address = this.as_ptr() as usize;
        cx.new_str(&format!("<{what} at {address:#x}>"))
    }

    /// Return hash(self).
    #[py(sig = "($self, /)")]
    fn __hash__(cx: &mut Cx, this: View) -> PyResult<i64> {
        let known = this.hash.load(Ordering::Relaxed);
        if known != 0 {
            return Ok(known as i64);
        }
        let buffer = this.checked(cx)?;
        if !buffer.readonly {
            return Err(cx.value_error("cannot hash writable memoryview object"));
        }
        if !format::letter(this.format()).is_some_and(format::is_byte) {
            return Err(
                cx.value_error("memoryview: hashing is restricted to formats 'B', 'b' or 'c'")
            );
        }
        // The exporter has to be hashable as well.
        let held = this.export(cx)?;
        let owner = this.shared(cx)?.owner.get();
        let hashable = cx.hash(owner);
        held.release(cx)?;
        hashable?;
        let hash = krait_unicode::hash::hash_bytes(&buffer.to_vec(), cx.interp().hash_key);
        this.hash.store(hash as u64, Ordering::Relaxed);
        Ok(hash)
    }

    /// Return self==value.
    #[py(sig = "($self, value, /)")]
    fn __eq__(cx: &mut Cx, this: View, other: Value) -> PyResult<Value> {
        Ok(compare::equal(cx, this, other)?.map_or(Value::not_implemented(), Value::bool))
    }

    /// Return self!=value.
    #[py(sig = "($self, value, /)")]
    fn __ne__(cx: &mut Cx, this: View, other: Value) -> PyResult<Value> {
        Ok(compare::equal(cx, this, other)?.map_or(Value::not_implemented(), |e| Value::bool(!e)))
    }

    /// Release the underlying buffer exposed by the memoryview object.
    #[py(sig = "($self, /)")]
    fn release(cx: &mut Cx, this: View) -> PyResult<()> {
        this.release(cx)
    }

    #[py(sig = "($self, /)")]
    fn __enter__(cx: &mut Cx, this: View) -> PyResult<View> {
        this.checked(cx)?;
        Ok(this)
    }

    /// Release the underlying buffer exposed by the memoryview object.
    #[py(sig = "($self, /, *exc_info)")]
    fn __exit__(cx: &mut Cx, this: View, _exc_info: &[Value]) -> PyResult<()> {
        this.release(cx)
    }

    /// Return a buffer object that exposes the underlying memory of the object.
    #[py(sig = "($self, flags, /)")]
    fn __buffer__(cx: &mut Cx, this: View, flags: BufferFlags) -> PyResult<Value> {
        let buffer = this.checked(cx)?;
        items::check_request(cx, &buffer, flags.0)?;
        MemoryView::lent(cx, this.value(), flags.0)
    }

    /// Release the buffer object that exposes the underlying memory of the object.
    #[py(sig = "($self, buffer, /)")]
    fn __release_buffer__(cx: &mut Cx, this: View, buffer: Value) -> PyResult<()> {
        MemoryView::release_of(cx, this.value(), buffer)
    }

    #[py(classmethod, sig = "($type, /, object, flags)")]
    fn _from_flags(cx: &mut Cx, _class: Value, object: Value, flags: i32) -> PyResult<Value> {
        MemoryView::with_flags(cx, object, flags as u32)
    }

    /// See PEP 585
    #[py(classmethod, sig = "($type, object, /)")]
    fn __class_getitem__(cx: &mut Cx, class: Value, object: Value) -> PyResult<Value> {
        cx.generic_alias(class, object)
    }

    /// Return a readonly version of the memoryview.
    #[py(sig = "($self, /)")]
    fn toreadonly(cx: &mut Cx, this: View) -> PyResult<View> {
        let mut buffer = this.checked(cx)?;
        buffer.readonly = true;
        this.derive(cx, buffer)
    }

    /// Return the data in the buffer as a byte string.
    ///
    /// Order can be {'C', 'F', 'A'}. When order is 'C' or 'F', the data of the
    /// original array is converted to C or Fortran order. For contiguous views,
    /// 'A' returns an exact copy of the physical memory. In particular, in-memory
    /// Fortran order is preserved. For non-contiguous views, the data is converted
    /// to C first. order=None is the same as order='C'.
    #[py(sig = "($self, /, order='C')")]
    fn tobytes(cx: &mut Cx, this: View, order: Option<Value>) -> PyResult<Gc<Bytes>> {
        let buffer = this.checked(cx)?;
        let order = match order.filter(|v| !v.is_none()) {
            None => b'C',
            Some(v) => match order_arg(cx, v)?.as_bytes() {
                b"C" => b'C',
                b"F" => b'F',
                b"A" if buffer.is_f_contiguous() => b'F',
                b"A" => b'C',
                _ => return Err(cx.value_error("order must be 'C', 'F' or 'A'")),
            },
        };
        let bytes = if order == b'F' {
            buffer.to_vec_fortran()
        } else {
            buffer.to_vec()
        };
        Bytes::from_slice(cx, &bytes)
    }

    #[py(
        sig = "($self, /, sep=<unrepresentable>, bytes_per_sep=1)",
        doc = r"Return the data in the buffer as a str of hexadecimal numbers.

  sep
    An optional single character or byte to separate hex bytes.
  bytes_per_sep
    How many bytes between separators. Positive values count from the
    right, negative values count from the left.

>>> view = memoryview(bytes(range(8, 12)))
>>> view.hex()
'08090a0b'
>>> view[::-1].hex(' ', 2)
'0b0a 0908'
"
    )]
    fn hex(
        cx: &mut Cx,
        this: View,
        sep: Option<Value>,
        bytes_per_sep: Option<i32>,
    ) -> PyResult<Value> {
        let buffer = this.export(cx)?;
        let groups = HexGroups::of(cx, sep, bytes_per_sep);
        let bytes = buffer.to_vec();
        buffer.release(cx)?;
        Ok(cx.new_ascii(&hex(&bytes, groups?)))
    }

    /// Return the data in the buffer as a list of elements.
    #[py(sig = "($self, /)")]
    fn tolist(cx: &mut Cx, this: View) -> PyResult<Value> {
        this.to_list(cx)
    }

    /// Cast a memoryview to a new format or shape.
    #[py(sig = "($self, /, format, shape=<unrepresentable>)")]
    fn cast(cx: &mut Cx, this: View, format: Value, shape: Option<Value>) -> PyResult<View> {
        let format = str_arg(cx, format, "cast() argument 'format'")?;
        cast(cx, this, format, shape)
    }
}

pub(super) struct ViewItems;

#[pymethods]
impl ViewItems {
    /// Return len(self).
    #[py(sig = "($self, /)")]
    fn __len__(cx: &mut Cx, this: View) -> PyResult<isize> {
        let buffer = this.checked(cx)?;
        if buffer.ndim == 0 {
            return Err(cx.type_error("0-dim memory has no length"));
        }
        Ok(buffer.shape(0))
    }

    /// Return self[key].
    #[py(sig = "($self, key, /)")]
    fn __getitem__(cx: &mut Cx, this: View, key: Value) -> PyResult<Value> {
        this.get(cx, key)
    }

    /// Set self[key] to value.
    #[py(sig = "($self, key, value, /)")]
    fn __setitem__(cx: &mut Cx, this: View, key: Value, value: Value) -> PyResult<()> {
        this.set(cx, key, value)
    }

    /// Delete self[key].
    #[py(sig = "($self, key, /)")]
    fn __delitem__(cx: &mut Cx, this: View, _key: Value) -> PyResult<()> {
        let buffer = this.checked(cx)?;
        Err(cx.type_error(if buffer.readonly {
            "cannot modify read-only memory"
        } else {
            "cannot delete memory"
        }))
    }

    /// Implement iter(self).
    #[py(sig = "($self, /)")]
    fn __iter__(cx: &mut Cx, this: View) -> PyResult<Value> {
        let buffer = this.checked(cx)?;
        match buffer.ndim {
            0 => Err(cx.type_error("invalid indexing of 0-dim memory")),
            1 if format::letter(this.format()).is_none() => {
                Err(format::unsupported(cx, this.format()))
            }
            1 => super::iter::new(cx, this),
            _ => Err(cx.not_implemented_error("multi-dimensional sub-views are not implemented")),
        }
    }

    /// Count the number of occurrences of a value.
    #[py(sig = "($self, value, /)")]
    fn count(cx: &mut Cx, this: View, value: Value) -> PyResult<i64> {
        let mut n = 0;
        let mut i = 0;
        while i < ViewItems::__len__(cx, this)? {
            let item = this.get(cx, Value::small(i as i64))?;
            n += i64::from(item.is(value) || cx.eq(item, value)?);
            i += 1;
        }
        Ok(n)
    }

    /// Return the index of the first occurrence of a value.
    ///
    /// Raises ValueError if the value is not present.
    #[py(sig = "($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(
        cx: &mut Cx,
        this: View,
        value: Value,
        start: Option<Value>,
        stop: Option<Value>,
    ) -> PyResult<usize> {
        let bound = |v: Option<Value>| v.unwrap_or(Value::EMPTY);
        for v in [start, stop].into_iter().flatten() {
            if !cx.is_index(v) {
                return Err(
                    cx.type_error("slice indices must be integers or have an __index__ method")
                );
            }
        }
        match this.checked(cx)?.ndim {
            0 => return Err(cx.type_error("invalid lookup on 0-dim memory")),
            1 => {}
            _ => {
                let msg = "multi-dimensional lookup is not implemented";
                return Err(cx.not_implemented_error(msg));
            }
        }
        let len = ViewItems::__len__(cx, this)? as usize;
        let (start, stop) = slice_bounds(cx, bound(start), bound(stop), len)?;
        for i in start..stop {
            let item = this.get(cx, Value::small(i as i64))?;
            if item.is(value) || cx.eq(item, value)? {
                return Ok(i);
            }
        }
        Err(cx.value_error("memoryview.index(x): x not found"))
    }

    /// The underlying object of the memoryview.
    #[py(getter)]
    fn obj(cx: &mut Cx, this: View) -> PyResult<Value> {
        Ok(this.shared(cx)?.owner.get())
    }

    /// The amount of space in bytes that the array would use in a contiguous representation.
    #[py(getter)]
    fn nbytes(cx: &mut Cx, this: View) -> PyResult<usize> {
        Ok(this.checked(cx)?.len)
    }

    /// A bool indicating whether the memory is read only.
    #[py(getter)]
    fn readonly(cx: &mut Cx, this: View) -> PyResult<bool> {
        Ok(this.checked(cx)?.readonly)
    }

    /// The size in bytes of each element of the memoryview.
    #[py(getter)]
    fn itemsize(cx: &mut Cx, this: View) -> PyResult<usize> {
        Ok(this.checked(cx)?.itemsize)
    }

    /// A string containing the format (in struct module style) for each element in the view.
    #[py(getter)]
    fn format(cx: &mut Cx, this: View) -> PyResult<Gc<Str>> {
        this.checked(cx)?;
        Ok(this.format())
    }

    /// An integer indicating how many dimensions of a multi-dimensional array the memory represents.
    #[py(getter)]
    fn ndim(cx: &mut Cx, this: View) -> PyResult<usize> {
        Ok(this.checked(cx)?.ndim)
    }

    /// A tuple of ndim integers giving the shape of the memory as an N-dimensional array.
    #[py(getter)]
    fn shape(cx: &mut Cx, this: View) -> PyResult<Value> {
        let b = this.checked(cx)?;
        int_tuple(cx, b.ndim, |i| b.shape(i))
    }

    /// A tuple of ndim integers giving the size in bytes to access each element for each dimension of the array.
    #[py(getter)]
    fn strides(cx: &mut Cx, this: View) -> PyResult<Value> {
        let b = this.checked(cx)?;
        int_tuple(cx, b.ndim, |i| b.stride(i))
    }

    /// A tuple of integers used internally for PIL-style arrays.
    #[py(getter)]
    fn suboffsets(cx: &mut Cx, this: View) -> PyResult<Value> {
        let b = this.checked(cx)?;
        let n = if b.indirect { b.ndim } else { 0 };
        int_tuple(cx, n, |i| b.suboffset(i))
    }

    /// A bool indicating whether the memory is C contiguous.
    #[py(getter)]
    fn c_contiguous(cx: &mut Cx, this: View) -> PyResult<bool> {
        Ok(this.checked(cx)?.is_c_contiguous())
    }

    /// A bool indicating whether the memory is Fortran contiguous.
    #[py(getter)]
    fn f_contiguous(cx: &mut Cx, this: View) -> PyResult<bool> {
        Ok(this.checked(cx)?.is_f_contiguous())
    }

    /// A bool indicating whether the memory is contiguous.
    #[py(getter)]
    fn contiguous(cx: &mut Cx, this: View) -> PyResult<bool> {
        let b = this.checked(cx)?;
        Ok(b.is_c_contiguous() || b.is_f_contiguous())
    }
}

fn int_tuple(cx: &mut Cx, n: usize, f: impl Fn(usize) -> isize) -> PyResult<Value> {
    // tidy: small ints, no references.
    let items: Vec<Value> = (0..n).map(|i| Value::small(f(i) as i64)).collect();
    cx.try_new_tuple(&items)
}

fn order_arg(cx: &mut Cx, v: Value) -> PyResult<Gc<Str>> {
    match Gc::<Str>::from_value(v) {
        Some(s) => Ok(s),
        None => {
            let got = cx.type_name(v);
            Err(cx.type_error(format!(
                "tobytes() argument 'order' must be str or None, not {got}"
            )))
        }
    }
}

/// `this.cast(format, shape)`.
fn cast(cx: &mut Cx, this: View, format: Gc<Str>, shape: Option<Value>) -> PyResult<View> {
    let mut buffer = this.checked(cx)?;
    if !buffer.is_c_contiguous() {
        return Err(cx.type_error("memoryview: casts are restricted to C-contiguous views"));
    }
    let zero_in_shape = (0..buffer.ndim).any(|i| buffer.shape(i) == 0);
    if (shape.is_some() || buffer.ndim != 1) && zero_in_shape {
        let message = "memoryview: cannot cast view with zeros in shape or strides";
        return Err(cx.type_error(message));
    }
    // Only the number of its items is checked before the format.
    let extents = match shape {
        Some(v) => Some(shape_arg(cx, v)?),
        None => None,
    };
    if buffer.ndim != 1 && extents.as_ref().is_some_and(|e| e.len() != 1) {
        return Err(cx.type_error("memoryview: cast must be 1D -> ND or ND -> 1D"));
    }
    if !format.is_ascii() {
        // Refused by the codec.
        cx.encode(format, Some("ascii"), None)?;
    }
    let Some(letter) = format::letter(format) else {
        return Err(cx.value_error("memoryview: destination format must be a native single character format prefixed with an optional '@'"));
    };
    let from_bytes = format::letter(this.format()).is_some_and(format::is_byte);
    if !format::is_byte(letter) && !from_bytes {
        return Err(cx.type_error("memoryview: cannot cast between two non-byte formats"));
    }
    let size = format::item_size(letter).unwrap_or(1);
    if !buffer.len.is_multiple_of(size) {
        return Err(cx.type_error("memoryview: length is not a multiple of itemsize"));
    }
    buffer.itemsize = size;
    buffer.format = format.value();
    let shape = match extents {
        None => vec![(buffer.len / size) as isize],
        Some(e) => shape_of_len(cx, e.as_slice(), size, buffer.len)?,
    };
    let mut strides = vec![size as isize; shape.len()];
    for i in (1..shape.len()).rev() {
        strides[i - 1] = strides[i] * shape[i];
    }
    buffer.set_dims(cx, &shape, &strides)?;
    this.derive(cx, buffer)
}

fn is_list_or_tuple(v: Value) -> bool {
    use crate::object::{Kind, is_kind};
    is_kind(v, Kind::List) || is_kind(v, Kind::Tuple)
}

/// The items of a shape, not looked at yet.
fn shape_arg(cx: &mut Cx, v: Value) -> PyResult<ValueVec> {
    if !is_list_or_tuple(v) {
        return Err(cx.type_error("shape must be a list or a tuple"));
    }
    let items = sequence(cx, v, "shape must be a list or a tuple")?;
    if items.len() > items::MAX_DIMS {
        return Err(cx.value_error("memoryview: number of dimensions must not exceed 64"));
    }
    Ok(items)
}

/// The shape `extents` of items of `size` bytes, which are `len` bytes together.
fn shape_of_len(cx: &mut Cx, extents: &[Value], size: usize, len: usize) -> PyResult<Vec<isize>> {
    let mut shape = Vec::with_capacity(extents.len());
    let mut bytes = size as isize;
    for &extent in extents {
        if !crate::types::int::is_int(extent) {
            return Err(cx.type_error("memoryview.cast(): elements of shape must be integers"));
        }
        let n = cx.c_ssize(extent)?;
        if n <= 0 {
            let message = "memoryview.cast(): elements of shape must be integers > 0";
            return Err(cx.value_error(message));
        }
        bytes = match bytes.checked_mul(n) {
            Some(product) => product,
            None => {
                return Err(cx.value_error("memoryview.cast(): product(shape) > SSIZE_MAX"));
            }
        };
        shape.push(n);
    }
    if bytes != len as isize {
        return Err(cx.type_error("memoryview: product(shape) * itemsize != buffer size"));
    }
    Ok(shape)
}
