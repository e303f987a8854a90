//! Equality of views: by value, whatever the formats.

use super::{MemoryView, View, format, items};
use crate::cx::Cx;
use crate::error::PyResult;
use crate::protocol::buffer::{Buffer, flags};
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
        // Structured items: equal if format and bytes are.
        return Ok(fa.eq_str(fb) && a.to_vec() == b.to_vec());
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
