//! The buffer protocol's operations on any exporter.

use krait_runtime::protocol::buffer::{Buffer, flags as request};
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::memoryview::MemoryView;
use krait_runtime::types::slice::Slice;
use krait_stdlib::prelude::*;

use super::array::NdArray;
use super::items::Format;
use super::make::contiguous_strides;
use super::{READ, WRITE};

/// `'C'`, `'F'` or `'A'`.
fn order_arg(cx: &mut Cx, order: Value) -> PyResult<u8> {
    if Gc::<Str>::from_value(order).is_none() {
        return Err(cx.type_error("order must be a string"));
    }
    let ascii = cx.new_str("ascii");
    let bytes = cx.call_method_str(order, "encode", &[ascii])?;
    let bytes = cx.bytes_of(bytes)?;
    match bytes.as_bytes() {
        [c @ (b'C' | b'F' | b'A')] => Ok(*c),
        _ => Err(cx.value_error("invalid argument, order must be 'C', 'F' or 'A'")),
    }
}

fn is_contiguous_in(b: &Buffer, order: u8) -> bool {
    match order {
        b'C' => b.is_c_contiguous(),
        b'F' => b.is_f_contiguous(),
        _ => b.is_c_contiguous() || b.is_f_contiguous(),
    }
}

/// Whether a copy in `order` has the first index fastest: 'A' keeps what is contiguous as it is.
fn is_fortran_copy(b: &Buffer, order: u8) -> bool {
    order == b'F' || (order == b'A' && b.is_f_contiguous() && !b.is_c_contiguous())
}

fn copied(b: &Buffer, fortran: bool) -> Vec<u8> {
    if fortran {
        b.to_vec_fortran()
    } else {
        b.to_vec()
    }
}

/// Calls `f` with a borrowed buffer.
fn with_buffer<R>(
    cx: &mut Cx,
    v: Value,
    asked: u32,
    f: impl FnOnce(&mut Cx, &Buffer) -> PyResult<R>,
) -> PyResult<R> {
    let b = cx.buffer(v, asked)?;
    let result = f(cx, &b);
    b.release(cx)?;
    result
}

/// A view of a contiguous copy.
fn copy_of(cx: &mut Cx, b: &Buffer, order: u8) -> PyResult<Value> {
    let fortran = is_fortran_copy(b, order);
    let bytes = Bytes::from_slice(cx, &copied(b, fortran))?;
    let shape: Vec<isize> = (0..b.ndim).map(|i| b.shape(i)).collect();
    let strides = contiguous_strides(&shape, b.itemsize, fortran);
    let mut copy = Buffer {
        itemsize: b.itemsize,
        format: b.format,
        ..cx.buffer(bytes.value(), request::SIMPLE)?
    };
    copy.set_dims(cx, &shape, &strides)?;
    Ok(MemoryView::from_buffer(cx, copy)?.value())
}

/// The bytes as they stand in memory; ValueError if there are gaps.
fn physical(cx: &mut Cx, b: &Buffer) -> PyResult<Vec<u8>> {
    if !is_contiguous_in(b, b'A') {
        return Err(cx.value_error("cmp_contig() requires contiguous buffers"));
    }
    Ok(b.as_slice().to_vec())
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    #[py(sig = "($module, /)")]
    fn get_sizeof_void_p() -> usize {
        size_of::<*mut u8>()
    }

    #[py(sig = "($module, slice, length, /)")]
    fn slice_indices(cx: &mut Cx, slice: Value, length: isize) -> PyResult<Value> {
        let Some(slice) = Gc::<Slice>::from_value(slice) else {
            return Err(cx.type_error("first argument must be a slice object"));
        };
        let range = slice.resolve(cx, length.max(0) as usize)?;
        let stop = cx.call_method_str(slice.value(), "indices", &[Value::small(length as i64)])?;
        let stop = Gc::<Tuple>::from_value_unchecked(stop).items()[1];
        let numbers = [
            Value::small(range.start as i64),
            stop,
            Value::small(range.step as i64),
            Value::small(range.count as i64),
        ];
        cx.try_new_tuple(&numbers)
    }

    #[py(sig = "($module, buffer, indices, /)")]
    fn get_pointer(cx: &mut Cx, buffer: Value, indices: Value) -> PyResult<Value> {
        let is_sequence =
            Gc::<List>::from_value(indices).is_some() || Gc::<Tuple>::from_value(indices).is_some();
        with_buffer(cx, buffer, request::FULL_RO, |cx, b| {
            if !is_sequence {
                return Err(
                    cx.type_error("get_pointer(): second argument must be a list or a tuple")
                );
            }
            let indices = cx.collect(indices)?;
            if indices.len() != b.ndim {
                return Err(cx.value_error("get_pointer(): len(indices) != ndim"));
            }
            let mut p = b.ptr;
            for (dim, &i) in indices.as_slice().iter().enumerate() {
                let i = cx.size_index(i)?;
                if i < 0 || i >= b.shape(dim) {
                    return Err(cx.value_error("get_pointer(): invalid index"));
                }
                p = b.element(p, dim, i);
            }
            let text = match b.format.some() {
                Some(f) => f,
                None => cx.new_str("B"),
            };
            let format = Format::new(cx, text)?;
            // SAFETY: the address of an item of the borrowed buffer.
            unsafe { format.read(cx, p) }
        })
    }

    #[py(sig = "($module, obj, buffertype, order, /)")]
    fn get_contiguous(cx: &mut Cx, obj: Value, buffertype: Value, order: Value) -> PyResult<Value> {
        let kind = cx.size_index(buffertype)?;
        let order = order_arg(cx, order)?;
        let writes = match u32::try_from(kind) {
            Ok(READ) => false,
            Ok(WRITE) => true,
            _ => return Err(cx.value_error("invalid buffer type")),
        };
        let view = MemoryView::new(cx, obj)?;
        let b = view.checked(cx)?;
        if writes && b.readonly {
            return Err(cx.buffer_error("underlying buffer is not writable"));
        }
        if is_contiguous_in(&b, order) {
            return Ok(view.value());
        }
        if writes {
            return Err(cx.buffer_error(
                "writable contiguous buffer requested for a non-contiguous object.",
            ));
        }
        copy_of(cx, &b, order)
    }

    #[py(sig = "($module, obj, order, flags, /)")]
    fn py_buffer_to_contiguous(
        cx: &mut Cx,
        obj: Value,
        order: Value,
        flags: i32,
    ) -> PyResult<Gc<Bytes>> {
        let order = order_arg(cx, order)?;
        with_buffer(cx, obj, flags as u32, |cx, b| {
            let bytes = copied(b, is_fortran_copy(b, order));
            Bytes::from_slice(cx, &bytes)
        })
    }

    #[py(sig = "($module, obj, order, /)")]
    fn is_contiguous(cx: &mut Cx, obj: Value, order: Value) -> PyResult<bool> {
        let order = order_arg(cx, order)?;
        // What the array itself has, whatever it could lend.
        if let Some(a) = NativeObj::<NdArray>::from_value(obj) {
            let b = a.head().view(obj, Value::EMPTY);
            return Ok(is_contiguous_in(&b, order));
        }
        with_buffer(cx, obj, request::FULL_RO, |_, b| {
            Ok(is_contiguous_in(b, order))
        })
    }

    #[py(sig = "($module, a, b, /)")]
    fn cmp_contig(cx: &mut Cx, a: Value, b: Value) -> PyResult<bool> {
        with_buffer(cx, a, request::FULL_RO, |cx, a| {
            with_buffer(cx, b, request::FULL_RO, |cx, b| {
                let shape = |b: &Buffer| (0..b.ndim).map(|i| b.shape(i)).collect::<Vec<_>>();
                let orders = |b: &Buffer| (b.is_c_contiguous(), b.is_f_contiguous());
                let same = a.itemsize == b.itemsize && shape(a) == shape(b);
                let (x, y) = (physical(cx, a)?, physical(cx, b)?);
                Ok(same && orders(a) == orders(b) && x == y)
            })
        })
    }
}
