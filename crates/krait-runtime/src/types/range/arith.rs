//! Arithmetic of ranges on ints of any size.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::special::Special;
use crate::types::range::Range;
use crate::types::slice::Slice;
use crate::types::slice::big::is_negative;
use crate::value::Value;

const ZERO: Value = Value::small(0);
const ONE: Value = Value::small(1);

/// The number of items of `range(start, stop, step)`.
pub(super) fn length(cx: &mut Cx, start: Value, stop: Value, step: Value) -> PyResult<Value> {
    if let (Some(a), Some(b), Some(s)) = (start.as_small(), stop.as_small(), step.as_small()) {
        // 62-bit numbers: the differences fit 64 bits.
        let n = if s == 1 && a < b {
            (b - a) as u64
        } else if s > 0 && a < b {
            ((b - a - 1) as u64) / s as u64 + 1
        } else if s < 0 && b < a {
            ((a - b - 1) as u64) / s.unsigned_abs() + 1
        } else {
            0
        };
        return Ok(cx.new_uint(n));
    }
    let (low, high, step) = if is_negative(step) {
        (stop, start, cx.unary(Special::Neg, step)?)
    } else {
        (start, stop, step)
    };
    if !cx.lt(low, high)? {
        return Ok(ZERO);
    }
    let span = cx.binary(Special::Sub, high, low)?;
    let span = cx.binary(Special::Sub, span, ONE)?;
    let n = cx.binary(Special::FloorDiv, span, step)?;
    cx.binary(Special::Add, n, ONE)
}

/// `start + i * step`.
pub(super) fn item(cx: &mut Cx, start: Value, step: Value, i: Value) -> PyResult<Value> {
    let offset = cx.binary(Special::Mul, i, step)?;
    cx.binary(Special::Add, start, offset)
}

impl Gc<Range> {
    /// `self[i]` for an exact int, `None` if it is out of range.
    pub fn item(self, cx: &mut Cx, i: Value) -> PyResult<Option<Value>> {
        let length = self.length.get();
        let i = if is_negative(i) {
            cx.binary(Special::Add, i, length)?
        } else {
            i
        };
        if is_negative(i) || !cx.lt(i, length)? {
            return Ok(None);
        }
        item(cx, self.start.get(), self.step.get(), i).map(Some)
    }

    /// `self[s]`.
    pub(super) fn slice(self, cx: &mut Cx, s: Gc<Slice>) -> PyResult<Gc<Range>> {
        let r = s.indices(cx, self.length.get())?;
        let (start, step) = (self.start.get(), self.step.get());
        let new_start = item(cx, start, step, r.start)?;
        let new_stop = item(cx, start, step, r.stop)?;
        let new_step = cx.binary(Special::Mul, step, r.step)?;
        cx.new_range(new_start, new_stop, new_step)
    }

    /// The position of the int `n`, `None` if it is not in the range.
    pub fn position(self, cx: &mut Cx, n: Value) -> PyResult<Option<Value>> {
        let (start, stop, step) = (self.start.get(), self.stop.get(), self.step.get());
        let inside = match is_negative(step) {
            false => !cx.lt(n, start)? && cx.lt(n, stop)?,
            true => !cx.lt(start, n)? && cx.lt(stop, n)?,
        };
        if !inside {
            return Ok(None);
        }
        let offset = cx.binary(Special::Sub, n, start)?;
        if cx.binary(Special::Mod, offset, step)? != ZERO {
            return Ok(None);
        }
        cx.binary(Special::FloorDiv, offset, step).map(Some)
    }

    /// The range with the same items in reverse order.
    pub(super) fn reversed(self, cx: &mut Cx) -> PyResult<Gc<Range>> {
        let (start, step) = (self.start.get(), self.step.get());
        let last = cx.binary(Special::Sub, self.length.get(), ONE)?;
        let new_start = item(cx, start, step, last)?;
        let new_stop = cx.binary(Special::Sub, start, step)?;
        let new_step = cx.unary(Special::Neg, step)?;
        Ok(cx.new_range_parts(new_start, new_stop, new_step, self.length.get()))
    }
}
