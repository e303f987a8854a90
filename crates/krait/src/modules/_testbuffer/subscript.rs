//! Parts of arrays: items, sub-arrays and slices.

use krait_runtime::protocol::buffer::{Buffer, flags as request};
use krait_runtime::types::slice::Slice;
use krait_stdlib::prelude::*;

use super::array::{self, This};
use super::items::Format;

/// The dimensions of a buffer while they change.
struct Dims {
    ptr: *mut u8,
    shape: Vec<isize>,
    strides: Vec<isize>,
    suboffsets: Vec<isize>,
}

impl Dims {
    fn of(b: &Buffer) -> Dims {
        let all = |f: &dyn Fn(usize) -> isize| (0..b.ndim).map(f).collect::<Vec<_>>();
        Dims {
            ptr: b.ptr,
            shape: all(&|i| b.shape(i)),
            strides: all(&|i| b.stride(i)),
            suboffsets: if b.indirect {
                all(&|i| b.suboffset(i))
            } else {
                Vec::new()
            },
        }
    }

    fn slice(&mut self, cx: &mut Cx, dim: usize, slice: Gc<Slice>) -> PyResult<()> {
        let range = slice.resolve(cx, self.shape[dim] as usize)?;
        let skipped = range.start * self.strides[dim];
        // What lies behind a pointer begins later by the suboffset of that pointer's dimension.
        let before = self.suboffsets.iter().take(dim).rposition(|&s| s >= 0);
        match before {
            Some(pointer) => self.suboffsets[pointer] += skipped,
            None => self.ptr = self.ptr.wrapping_offset(skipped),
        }
        self.shape[dim] = range.count as isize;
        self.strides[dim] *= range.step;
        Ok(())
    }

    fn apply(&self, cx: &mut Cx, b: &mut Buffer) -> PyResult<()> {
        b.ptr = self.ptr;
        b.len = self.shape.iter().product::<isize>() as usize * b.itemsize;
        b.set_all_dims(cx, &self.shape, &self.strides, &self.suboffsets)
    }
}

/// The address of element `i` of the first dimension.
fn element(cx: &mut Cx, b: &Buffer, i: Value) -> PyResult<*mut u8> {
    let i = cx.size_index(i)?;
    let n = b.shape(0);
    let at = if i < 0 { i + n } else { i };
    if at < 0 || at >= n {
        return Err(cx.index_error("index out of bounds"));
    }
    Ok(b.element(b.ptr, 0, at))
}

/// Changes `b` to the slices that `key` selects of it.
fn slice_all(cx: &mut Cx, b: &mut Buffer, key: Value) -> PyResult<()> {
    let mut dims = Dims::of(b);
    if let Some(slice) = Gc::<Slice>::from_value(key) {
        dims.slice(cx, 0, slice)?;
        return dims.apply(cx, b);
    }
    let Some(keys) = Gc::<Tuple>::from_value(key) else {
        let got = cx.type_name(key);
        return Err(cx.type_error(format!("cannot index memory using '{got}'")));
    };
    if keys.len() > b.ndim {
        return Err(cx.index_error("too many indices"));
    }
    for (dim, &key) in keys.items().iter().enumerate() {
        let Some(slice) = Gc::<Slice>::from_value(key) else {
            let got = cx.type_name(key);
            return Err(cx.type_error(format!("cannot slice memory using '{got}'")));
        };
        dims.slice(cx, dim, slice)?;
    }
    dims.apply(cx, b)
}

/// `b` without its first dimension, at `p`.
fn without_first(cx: &mut Cx, b: &mut Buffer, p: *mut u8) -> PyResult<()> {
    let mut dims = Dims::of(b);
    dims.ptr = p;
    dims.shape.remove(0);
    dims.strides.remove(0);
    if !dims.suboffsets.is_empty() {
        dims.suboffsets.remove(0);
    }
    if dims.suboffsets.iter().all(|&s| s < 0) {
        dims.suboffsets.clear();
    }
    dims.apply(cx, b)
}

pub fn get(cx: &mut Cx, this: This, key: Value) -> PyResult<Value> {
    let part = this.head();
    let b = part.view(this.value(), part.value());
    if b.ndim == 0 {
        return match Gc::<Tuple>::from_value(key) {
            Some(t) if t.is_empty() => {
                let format = array::item_format(cx, &b)?;
                // SAFETY: the only item.
                unsafe { format.read(cx, b.ptr) }
            }
            None if key == Value::ellipsis() => Ok(this.value()),
            _ => Err(cx.type_error("invalid indexing of scalar")),
        };
    }
    if cx.is_index(key) && b.ndim == 1 {
        let p = element(cx, &b, key)?;
        let format = array::item_format(cx, &b)?;
        // SAFETY: `element` gives addresses of items.
        return unsafe { format.read(cx, p) };
    }
    // A view of this array.
    let lent = cx.buffer(this.value(), request::FULL_RO)?;
    let mut b = lent;
    let changed = if cx.is_index(key) {
        element(cx, &b, key).and_then(|p| without_first(cx, &mut b, p))
    } else {
        slice_all(cx, &mut b, key)
    };
    match changed.and_then(|()| array::consumer(cx, b, request::FULL_RO, 0)) {
        Ok(part) => Ok(part.value()),
        Err(e) => {
            lent.release(cx)?;
            Err(e)
        }
    }
}

/// Stores one item.
fn put(cx: &mut Cx, format: Format, p: *mut u8, value: Value) -> PyResult<()> {
    let bytes = format.pack(cx, value)?;
    let bytes = bytes.as_bytes();
    // SAFETY: callers give the address of an item of this format, in writable memory.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), p, bytes.len()) };
    Ok(())
}

pub fn set(cx: &mut Cx, this: This, key: Value, value: Value) -> PyResult<()> {
    let part = this.head();
    let mut b = part.view(this.value(), part.value());
    if b.readonly {
        return Err(cx.type_error("ndarray is not writable"));
    }
    if b.ndim == 0 {
        let empty = Gc::<Tuple>::from_value(key).is_some_and(|t| t.is_empty());
        if !empty && key != Value::ellipsis() {
            return Err(cx.type_error("invalid indexing of scalar"));
        }
        let format = array::item_format(cx, &b)?;
        return put(cx, format, b.ptr, value);
    }
    if cx.is_index(key) {
        let p = element(cx, &b, key)?;
        if b.ndim == 1 {
            let format = array::item_format(cx, &b)?;
            return put(cx, format, p, value);
        }
        without_first(cx, &mut b, p)?;
    } else {
        slice_all(cx, &mut b, key)?;
    }
    let source = cx.buffer(value, request::FULL_RO)?;
    let fits = same_structure(&b, &source);
    if fits {
        copy(&b, &source, (b.ptr, source.ptr), 0);
    }
    source.release(cx)?;
    if fits {
        Ok(())
    } else {
        Err(cx.value_error("ndarray assignment: lvalue and rvalue have different structures"))
    }
}

fn same_structure(a: &Buffer, b: &Buffer) -> bool {
    let text = |b: &Buffer| {
        Gc::<Str>::from_value(b.format).map_or_else(|| "B".to_owned(), |f| f.to_string_lossy())
    };
    let shape = |b: &Buffer| (0..b.ndim).map(|i| b.shape(i)).collect::<Vec<_>>();
    text(a) == text(b) && a.itemsize == b.itemsize && shape(a) == shape(b)
}

/// Copies items of buffers of one structure: row by row, of which each is read before it is written, for
/// both may be the same memory.
fn copy(to: &Buffer, from: &Buffer, (p, q): (*mut u8, *mut u8), dim: usize) {
    let n = to.shape(dim);
    if dim + 1 < to.ndim {
        for i in 0..n {
            let rows = (to.element(p, dim, i), from.element(q, dim, i));
            copy(to, from, rows, dim + 1);
        }
        return;
    }
    let mut row = Vec::new();
    for i in 0..n {
        let item = from.element(q, dim, i);
        // SAFETY: an item of the borrowed buffer.
        row.extend_from_slice(unsafe { std::slice::from_raw_parts(item, from.itemsize) });
    }
    for (i, item) in row.chunks_exact(to.itemsize).enumerate() {
        let at = to.element(p, dim, i as isize);
        // SAFETY: an item of writable memory.
        unsafe { std::ptr::copy_nonoverlapping(item.as_ptr(), at, to.itemsize) };
    }
}
