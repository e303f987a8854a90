//! Slices of sequences whose length or indices do not fit a machine word: ranges, and
//! `slice.indices`.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::special::Special;
use crate::types::int::exact_or_copy;
use crate::types::slice::{Slice, Unpacked};
use crate::value::Value;

/// Start, stop and step, exact ints.
#[derive(Clone, Copy)]
pub struct Indices {
    pub start: Value,
    pub stop: Value,
    pub step: Value,
}

/// A field of a slice as an exact int, `None` if it is absent.
fn field(cx: &mut Cx, v: Value) -> PyResult<Option<Value>> {
    if v.is_none() {
        return Ok(None);
    }
    let n = cx.index_or(
        v,
        "slice indices must be integers or None or have an __index__ method",
    )?;
    exact_or_copy(cx, n).map(Some)
}

/// Whether the int `n` is below zero.
pub(crate) fn is_negative(n: Value) -> bool {
    match n.as_small() {
        Some(n) => n < 0,
        None => crate::types::int::as_int(n).is_some_and(|i| i.is_negative()),
    }
}

impl Gc<Slice> {
    /// What this slice means for a sequence of `len` items; `len` is an exact int.
    pub fn indices(self, cx: &mut Cx, len: Value) -> PyResult<Indices> {
        let one = Value::small(1);
        let step = field(cx, self.step.get())?.unwrap_or(one);
        if step == Value::small(0) {
            return Err(cx.value_error("slice step cannot be zero"));
        }
        let (start, stop) = (field(cx, self.start.get())?, field(cx, self.stop.get())?);
        if let Some(small) = small_indices(start, stop, step, len) {
            return Ok(small);
        }
        let negative = is_negative(step);
        let (lower, upper) = match negative {
            true => (Value::small(-1), cx.binary(Special::Sub, len, one)?),
            false => (Value::small(0), len),
        };
        let mut clip = |v: Option<Value>, absent: Value| -> PyResult<Value> {
            let Some(mut v) = v else { return Ok(absent) };
            if is_negative(v) {
                v = cx.binary(Special::Add, v, len)?;
                return Ok(if cx.lt(v, lower)? { lower } else { v });
            }
            Ok(if cx.lt(upper, v)? { upper } else { v })
        };
        let start = clip(start, if negative { upper } else { lower })?;
        let stop = clip(stop, if negative { lower } else { upper })?;
        Ok(Indices { start, stop, step })
    }
}

/// The same in machine words, if all numbers are small.
fn small_indices(
    start: Option<Value>,
    stop: Option<Value>,
    step: Value,
    len: Value,
) -> Option<Indices> {
    let word = |v: Option<Value>, absent: isize| match v {
        Some(v) => v.as_small().map(|n| n as isize),
        None => Some(absent),
    };
    let step_word = step.as_small()? as isize;
    let negative = step_word < 0;
    let unpacked = Unpacked {
        start: word(start, if negative { isize::MAX } else { 0 })?,
        stop: word(stop, if negative { isize::MIN } else { isize::MAX })?,
        step: step_word,
    };
    let r = unpacked.adjust(usize::try_from(len.as_small()?).ok()?);
    Some(Indices {
        start: Value::small(r.start as i64),
        stop: Value::small(r.stop as i64),
        step,
    })
}
