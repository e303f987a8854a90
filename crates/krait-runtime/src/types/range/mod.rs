//! `range`: layout and arithmetic. All numbers are ints of any size; computations take a fast
//! path while they fit into 64 bits.

mod arith;
mod iter;
mod methods;

use crate::cx::Cx;
use crate::error::PyResult;
use crate::heap::Tracer;
use crate::native::{Layout, NamedLayout, TypeSpec};
use crate::object::{Gc, Header, Kind, Object, Slot};
use crate::types::shape_id;
use crate::types::typeobj::flags;
use crate::value::Value;

pub use iter::{BigRangeIter, ITERATOR_SPEC, LONG_ITERATOR_SPEC, RangeIter, iterate};

/// `range` objects: exact ints.
#[repr(C)]
pub struct Range {
    pub header: Header,
    pub start: Slot,
    pub stop: Slot,
    pub step: Slot,
    /// The number of items.
    pub length: Slot,
}

// SAFETY: repr(C), header first; immutable.
unsafe impl Object for Range {
    const KIND: Kind = Kind::Range;
}

impl NamedLayout for Range {
    const PY_NAME: &'static str = "range";
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "range",
    doc: Some(
        "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\n\
         Return an object that produces a sequence of integers from start (inclusive)\n\
         to stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\n\
         start defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\n\
         These are exactly the valid indices for a list of 4 elements.\n\
         When step is given, it specifies the increment (or decrement).",
    ),
    layout: Layout::of::<Range>(),
    flags: flags::SEQUENCE,
    defs: &[methods::RangeMethods::DEFS],
    ..TypeSpec::DEFAULT
};

impl Range {
    pub fn trace(&self, t: &mut Tracer<'_>) {
        for s in [&self.start, &self.stop, &self.step, &self.length] {
            t.word(s.get().bits());
        }
    }

    /// Start, step and length if all items are small ints.
    #[inline]
    pub fn as_small(&self) -> Option<(i64, i64, i64)> {
        let (start, step) = (self.start.get().as_small()?, self.step.get().as_small()?);
        let length = self.length.get().as_small()?;
        let last = match step {
            1 => start + length - 1,
            _ => i64::try_from(start as i128 + step as i128 * (length as i128 - 1)).ok()?,
        };
        Value::try_small(last).map(|_| (start, step, length))
    }
}

impl Cx {
    /// `range(start, stop, step)` of exact ints; the step is not zero.
    pub fn new_range(&mut self, start: Value, stop: Value, step: Value) -> PyResult<Gc<Range>> {
        let length = arith::length(self, start, stop, step)?;
        Ok(self.new_range_parts(start, stop, step, length))
    }

    /// `range(start, stop)` of small ints, of that length.
    #[inline(always)]
    pub fn new_range_by_one(&mut self, start: Value, stop: Value, length: Value) -> Gc<Range> {
        self.new_range_parts(start, stop, Value::small(1), length)
    }

    #[inline(always)]
    fn new_range_parts(
        &mut self,
        start: Value,
        stop: Value,
        step: Value,
        length: Value,
    ) -> Gc<Range> {
        let o = self
            .mutator
            .alloc(size_of::<Range>(), shape_id::RANGE, Kind::Range as u8);
        // SAFETY: fresh memory of a range; the header is copied from the allocation.
        unsafe {
            let header = std::ptr::read(o);
            o.cast::<Range>().write(Range {
                header,
                start: Slot::new(start),
                stop: Slot::new(stop),
                step: Slot::new(step),
                length: Slot::new(length),
            });
            Gc::from_ptr(o.cast())
        }
    }
}
