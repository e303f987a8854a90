//! Indexing, slicing and conversion of views.

use super::{MemoryView, Shared, View, format};
use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::protocol::buffer::Buffer;
use crate::types::list::List;
use crate::types::slice::Slice;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vec::ValueVec;

/// Most dimensions of a view.
pub const MAX_DIMS: usize = 64;

/// What a subscript selects.
enum Selection {
    Item(*mut u8),
    Part(Buffer),
}

pub fn format_of(buffer: &Buffer) -> Gc<Str> {
    Gc::from_value_unchecked(
        buffer
            .format
            .some()
            .unwrap_or(crate::types::str::LATIN1[b'B' as usize].gc().value()),
    )
}

fn native_letter(cx: &mut Cx, buffer: &Buffer) -> PyResult<u8> {
    let format = format_of(buffer);
    match format::letter(format) {
        Some(l) => Ok(l),
        None => Err(format::unsupported(cx, format)),
    }
}

impl View {
    /// `self[key]`.
    pub fn get(self, cx: &mut Cx, key: Value) -> PyResult<Value> {
        let buffer = self.checked(cx)?;
        // A conversion of the index may release this view.
        let managed = self.shared(cx)?;
        managed.stay();
        let result = self.get_from(cx, managed, &buffer, key);
        managed.leave(cx)?;
        result
    }

    fn get_from(
        self,
        cx: &mut Cx,
        managed: Shared,
        buffer: &Buffer,
        key: Value,
    ) -> PyResult<Value> {
        let no_sub_views = "multi-dimensional sub-views are not implemented";
        match select(cx, buffer, key, no_sub_views)? {
            Selection::Item(p) => {
                let letter = native_letter(cx, buffer)?;
                self.checked(cx)?;
                // SAFETY: `select` gives addresses inside the view.
                unsafe { format::unpack(cx, letter, p) }
            }
            Selection::Part(part) => {
                self.check_unrestricted(cx)?;
                Ok(MemoryView::alloc(cx, managed, part)?.value())
            }
        }
    }

    /// `self[key] = value`.
    pub fn set(self, cx: &mut Cx, key: Value, value: Value) -> PyResult<()> {
        let buffer = self.checked(cx)?;
        native_letter(cx, &buffer)?;
        if buffer.readonly {
            return Err(cx.type_error("cannot modify read-only memory"));
        }
        // The value is looked at before the slice.
        let source = match crate::object::is_kind(key, crate::object::Kind::Slice) {
            true if buffer.ndim == 1 => {
                Some(cx.buffer(value, crate::protocol::buffer::flags::FULL_RO)?)
            }
            _ => None,
        };
        let selected = match select(cx, &buffer, key, "sub-views are not implemented") {
            Ok(s) => s,
            Err(e) => {
                if let Some(source) = source {
                    source.release(cx)?;
                }
                return Err(e);
            }
        };
        match selected {
            Selection::Item(p) => {
                let letter = native_letter(cx, &buffer)?;
                let (bytes, n) = format::pack(cx, letter, value)?;
                self.checked(cx)?;
                // SAFETY: an item inside the view, which is writable.
                unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), p, n) };
                Ok(())
            }
            Selection::Part(_) if buffer.ndim == 0 => {
                let item = cx.empty_tuple();
                self.set(cx, item, value)
            }
            Selection::Part(part) => {
                if buffer.ndim != 1 {
                    return Err(cx.not_implemented_error(
                        "memoryview slice assignments are currently restricted to ndim = 1",
                    ));
                }
                self.checked(cx)?;
                let source = match source {
                    Some(source) => source,
                    None => cx.buffer(value, crate::protocol::buffer::flags::FULL_RO)?,
                };
                assign(cx, &part, source)
            }
        }
    }

    /// Nested lists of the items; the item itself without dimensions.
    pub fn to_list(self, cx: &mut Cx) -> PyResult<Value> {
        let buffer = self.checked(cx)?;
        let letter = native_letter(cx, &buffer)?;
        nested_list(cx, &buffer, letter, buffer.ptr, 0)
    }
}

fn nested_list(
    cx: &mut Cx,
    buffer: &Buffer,
    letter: u8,
    p: *mut u8,
    dim: usize,
) -> PyResult<Value> {
    if dim == buffer.ndim {
        // SAFETY: an item inside the view.
        return unsafe { format::unpack(cx, letter, p) };
    }
    let n = buffer.shape(dim);
    let mut list = ValueVec::with_capacity(cx, n as usize)?;
    for i in 0..n {
        let item = nested_list(cx, buffer, letter, buffer.element(p, dim, i), dim + 1)?;
        list.push(cx, item)?;
    }
    Ok(List::from_vec(cx, list).value())
}

/// BufferError if a view cannot be lent as `flags` want it.
pub fn check_request(cx: &mut Cx, buffer: &Buffer, flags: i32) -> PyResult<()> {
    use crate::protocol::buffer::flags::{FORMAT, ND, WRITABLE};
    let flags = flags as u32;
    if flags & WRITABLE == WRITABLE && buffer.readonly {
        return Err(cx.buffer_error("memoryview: underlying buffer is not writable"));
    }
    if flags & ND != ND && flags & FORMAT == FORMAT && buffer.is_c_contiguous() {
        return Err(cx.buffer_error(
            "memoryview: cannot cast to unsigned bytes if the format flag is present",
        ));
    }
    Ok(())
}

/// What `key` selects; `no_sub_views` says that one index into several dimensions does not work.
fn select(cx: &mut Cx, buffer: &Buffer, key: Value, no_sub_views: &str) -> PyResult<Selection> {
    let ellipsis = key == Value::ellipsis();
    if buffer.ndim == 0 {
        return match Gc::<Tuple>::from_value(key) {
            Some(t) if t.is_empty() => Ok(Selection::Item(buffer.ptr)),
            None if ellipsis => Ok(Selection::Part(*buffer)),
            _ => Err(cx.type_error("invalid indexing of 0-dim memory")),
        };
    }
    if let Some(slice) = Gc::<Slice>::from_value(key) {
        return sliced(cx, buffer, slice).map(Selection::Part);
    }
    if let Some(indices) = Gc::<Tuple>::from_value(key) {
        return by_tuple(cx, buffer, indices);
    }
    if !cx.is_index(key) {
        return Err(cx.type_error("memoryview: invalid slice key"));
    }
    let i = cx.index_isize(key)?;
    if buffer.ndim > 1 {
        return Err(cx.not_implemented_error(no_sub_views));
    }
    Ok(Selection::Item(step(cx, buffer, buffer.ptr, 0, i)?))
}

/// The address of index `i` in dimension `dim`, from `p` on.
fn step(cx: &mut Cx, buffer: &Buffer, p: *mut u8, dim: usize, i: isize) -> PyResult<*mut u8> {
    let n = buffer.shape(dim);
    let at = if i < 0 { i + n } else { i };
    if at < 0 || at >= n {
        return Err(cx.index_error(format!("index out of bounds on dimension {}", dim + 1)));
    }
    Ok(buffer.element(p, dim, at))
}

fn by_tuple(cx: &mut Cx, buffer: &Buffer, indices: Gc<Tuple>) -> PyResult<Selection> {
    let items = indices.as_slice();
    let all_indices = items.iter().all(|&i| cx.is_index(i));
    if !all_indices {
        if !items.is_empty()
            && items
                .iter()
                .all(|&i| crate::object::is_kind(i, crate::object::Kind::Slice))
        {
            return Err(cx.not_implemented_error("multi-dimensional slicing is not implemented"));
        }
        return Err(cx.type_error("memoryview: invalid slice key"));
    }
    if items.len() < buffer.ndim {
        return Err(cx.not_implemented_error("sub-views are not implemented"));
    }
    if items.len() > buffer.ndim {
        let (n, given) = (buffer.ndim, items.len());
        return Err(cx.type_error(format!(
            "cannot index {n}-dimension view with {given}-element tuple"
        )));
    }
    let mut p = buffer.ptr;
    for (dim, &i) in items.iter().enumerate() {
        let i = cx.index_isize(i)?;
        p = step(cx, buffer, p, dim, i)?;
    }
    Ok(Selection::Item(p))
}

/// A slice of the first dimension.
fn sliced(cx: &mut Cx, buffer: &Buffer, slice: Gc<Slice>) -> PyResult<Buffer> {
    let range = slice.resolve(cx, buffer.shape(0) as usize)?;
    let mut shape: Vec<isize> = (0..buffer.ndim).map(|i| buffer.shape(i)).collect();
    let mut strides: Vec<isize> = (0..buffer.ndim).map(|i| buffer.stride(i)).collect();
    let suboffsets = if buffer.indirect { buffer.ndim } else { 0 };
    let suboffsets: Vec<isize> = (0..suboffsets).map(|i| buffer.suboffset(i)).collect();
    let mut part = *buffer;
    part.ptr = buffer.ptr.wrapping_offset(range.start * strides[0]);
    shape[0] = range.count as isize;
    // Where it overflows there is one item at most.
    strides[0] = strides[0].wrapping_mul(range.step);
    part.len = shape.iter().product::<isize>() as usize * buffer.itemsize;
    part.set_all_dims(cx, &shape, &strides, &suboffsets)?;
    Ok(part)
}

/// `part[:] = value`.
fn assign(cx: &mut Cx, part: &Buffer, source: Buffer) -> PyResult<()> {
    let same_shape = source.ndim == 1 && source.shape(0) == part.shape(0);
    let same_format = format::letter(format_of(&source)).is_some()
        && format::letter(format_of(&source)) == format::letter(format_of(part))
        && source.itemsize == part.itemsize;
    if same_shape && same_format {
        // A copy first: both may be the same memory.
        let bytes = source.to_vec();
        let mut at = 0;
        part.for_each_item(|p| {
            // SAFETY: an item inside the view, which is writable; as many bytes as items.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr().add(at), p, part.itemsize) };
            at += part.itemsize;
        });
    }
    source.release(cx)?;
    if same_shape && same_format {
        Ok(())
    } else {
        Err(cx.value_error("memoryview assignment: lvalue and rvalue have different structures"))
    }
}
