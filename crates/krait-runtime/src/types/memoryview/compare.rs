//! Equality of views: by value, whatever the formats.

use super::{MemoryView, View, format, items};
use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::protocol::buffer::{Buffer, flags};
use crate::protocol::compare::CompareOp;
use crate::types::bytes::Bytes;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// `view == other`; `None` if `other` has no buffer.
pub fn equal(cx: &mut Cx, view: View, other: Value) -> PyResult<Option<bool>> {
    if view.is_released() {
        return Ok(Some(view.value() == other));
    }
    if let Some(o) = MemoryView::from_value(other)
        && o.is_released()
    {
        return Ok(Some(false));
    }
    if !cx.is_buffer(other) {
        return Ok(None);
    }
    let a = view.export(cx)?;
    let b = match cx.buffer(other, flags::FULL_RO) {
        Ok(b) => b,
        Err(_) => {
            a.release(cx)?;
            return Ok(None);
        }
    };
    let result = same_items(cx, &a, &b);
    a.release(cx)?;
    b.release(cx)?;
    result.map(Some)
}

fn same_items(cx: &mut Cx, a: &Buffer, b: &Buffer) -> PyResult<bool> {
    if a.ndim != b.ndim || (0..a.ndim).any(|i| a.shape(i) != b.shape(i)) {
        return Ok(false);
    }
    let (fa, fb) = (items::format_of(a), items::format_of(b));
    let (la, lb) = (format::letter(fa), format::letter(fb));
    let (Some(la), Some(lb)) = (la, lb) else {
        return same_structures(cx, a, b);
    };
    if la == lb && !matches!(la, b'e' | b'f' | b'd' | b'?') {
        return Ok(a.to_vec() == b.to_vec());
    }
    let (xs, ys) = (a.to_vec(), b.to_vec());
    for (x, y) in xs.chunks_exact(a.itemsize).zip(ys.chunks_exact(b.itemsize)) {
        // SAFETY: whole items of copies.
        let (x, y) = unsafe {
            (
                format::unpack(cx, la, x.as_ptr())?,
                format::unpack(cx, lb, y.as_ptr())?,
            )
        };
        if !cx.eq(x, y)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Items that only the module `struct` understands: equal if what it unpacks is.
fn same_structures(cx: &mut Cx, a: &Buffer, b: &Buffer) -> PyResult<bool> {
    let (xs, ys) = (a.to_vec(), b.to_vec());
    let (Some(xs), Some(ys)) = (unpacked(cx, a, &xs)?, unpacked(cx, b, &ys)?) else {
        return Ok(false);
    };
    let xs = Gc::<List>::from_value_unchecked(xs).snapshot(cx)?;
    let ys = Gc::<List>::from_value_unchecked(ys).snapshot(cx)?;
    for (&x, &y) in xs.as_slice().iter().zip(ys.as_slice()) {
        let (x, y) = (
            Gc::<Tuple>::from_value_unchecked(x),
            Gc::<Tuple>::from_value_unchecked(y),
        );
        if x.len() != y.len() {
            return Ok(false);
        }
        // By value alone: a NaN differs from itself.
        for (&a, &b) in x.items().iter().zip(y.items()) {
            let same = cx.compare(CompareOp::Eq, a, b)?;
            if !cx.is_true(same)? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// A list of the tuples that `struct.unpack` makes of the items; `None` for a format it does not know.
fn unpacked(cx: &mut Cx, buffer: &Buffer, bytes: &[u8]) -> PyResult<Option<Value>> {
    let module = cx.import("_struct")?;
    let format = items::format_of(buffer).value();
    let class = cx.get_attr_str(module, "Struct")?;
    let Ok(unpacker) = cx.call(class, &[format]) else {
        return Ok(None);
    };
    let size = cx.get_attr_str(unpacker, "size")?;
    if size.as_small() != Some(buffer.itemsize as i64) {
        return Ok(None);
    }
    let list = cx.new_list(&[]);
    let items = Gc::<List>::from_value_unchecked(list);
    for item in bytes.chunks_exact(buffer.itemsize.max(1)) {
        let item = Bytes::from_slice(cx, item)?.value();
        let item = cx.call_method_str(unpacker, "unpack", &[item])?;
        items.push(cx, item)?;
    }
    Ok(Some(list))
}
