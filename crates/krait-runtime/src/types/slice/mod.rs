//! `slice`: layout, and what a slice means for a sequence of some length.

pub mod big;
mod methods;

use crate::cx::Cx;
use crate::error::PyResult;
use crate::heap::Tracer;
use crate::native::{Layout, NamedLayout, TypeSpec};
use crate::object::{Gc, Header, Kind, Object, Slot};
use crate::types::shape_id;
use crate::value::Value;

/// `slice` objects; any field may be any object.
#[repr(C)]
pub struct Slice {
    pub header: Header,
    pub start: Slot,
    pub stop: Slot,
    pub step: Slot,
}

// SAFETY: repr(C), header first; immutable.
unsafe impl Object for Slice {
    const KIND: Kind = Kind::Slice;
}

impl NamedLayout for Slice {
    const PY_NAME: &'static str = "slice";
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "slice",
    doc: Some(
        "slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.  This is used for extended slicing (e.g. a[0:10:2]).",
    ),
    layout: Layout::of::<Slice>(),
    defs: &[methods::SliceMethods::DEFS],
    ..TypeSpec::DEFAULT
};

impl Slice {
    pub fn trace(&self, t: &mut Tracer<'_>) {
        for s in [&self.start, &self.stop, &self.step] {
            t.word(s.get().bits());
        }
    }
}

impl Cx {
    /// `slice(start, stop, step)`; absent parts are `None`.
    pub fn new_slice(&mut self, start: Value, stop: Value, step: Value) -> Value {
        let o = self
            .mutator
            .alloc(size_of::<Slice>(), shape_id::SLICE, Kind::Slice as u8);
        // SAFETY: fresh memory of a slice; the header is copied from the allocation.
        unsafe {
            let header = std::ptr::read(o);
            let slots = (Slot::new(start), Slot::new(stop), Slot::new(step));
            o.cast::<Slice>().write(Slice {
                header,
                start: slots.0,
                stop: slots.1,
                step: slots.2,
            });
        }
        Value::from_object(o)
    }
}

/// The items a slice selects from a sequence: `start`, `start + step`, ... `count` of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SliceRange {
    pub start: isize,
    pub stop: isize,
    pub step: isize,
    pub count: usize,
}

impl SliceRange {
    /// The selected indices, in order.
    pub fn indices(self) -> impl Iterator<Item = usize> + Clone {
        (0..self.count).map(move |i| (self.start + i as isize * self.step) as usize)
    }

    /// The same indices in ascending order, with a positive step.
    pub fn ascending(self) -> SliceRange {
        if self.step > 0 || self.count == 0 {
            return self;
        }
        let first = self.start + (self.count as isize - 1) * self.step;
        SliceRange {
            start: first,
            stop: self.start + 1,
            step: -self.step,
            count: self.count,
        }
    }
}

/// `start`, `stop` and `step` of a slice before the sequence's length is known: `isize` values,
/// clipped where they do not fit.
#[derive(Clone, Copy, Debug)]
pub struct Unpacked {
    pub start: isize,
    pub stop: isize,
    pub step: isize,
}

impl Unpacked {
    /// Applies the slice to a sequence of `len` items.
    #[inline(always)]
    pub fn adjust(self, len: usize) -> SliceRange {
        let (n, step) = (len as isize, self.step);
        if step == 1 {
            // The usual case, without a division.
            let clip = |i: isize| (if i < 0 { i + n } else { i }).clamp(0, n);
            let (start, stop) = (clip(self.start), clip(self.stop));
            let count = (stop - start).max(0) as usize;
            return SliceRange {
                start,
                stop,
                step,
                count,
            };
        }
        self.adjust_stepped(n)
    }

    fn adjust_stepped(self, n: isize) -> SliceRange {
        let step = self.step;
        if step == -1 {
            // Reversing needs none either.
            let clip = |i: isize| (if i < 0 { i + n } else { i }).clamp(-1, n - 1);
            let (start, stop) = (clip(self.start), clip(self.stop));
            let count = (start - stop).max(0) as usize;
            return SliceRange {
                start,
                stop,
                step,
                count,
            };
        }
        let clip = |i: isize| {
            let i = if i < 0 { i + n } else { i };
            if step < 0 {
                i.clamp(-1, n - 1)
            } else {
                i.clamp(0, n)
            }
        };
        let (start, stop) = (clip(self.start), clip(self.stop));
        let count = if step < 0 {
            if stop < start {
                (start - stop - 1) / -step + 1
            } else {
                0
            }
        } else if start < stop {
            (stop - start - 1) / step + 1
        } else {
            0
        };
        SliceRange {
            start,
            stop,
            step,
            count: count as usize,
        }
    }
}

impl Unpacked {
    /// The parts of a slice as integers; calls `__index__`, which may change the sequence: ask for its
    /// length after this.
    pub fn of(cx: &mut Cx, start: Value, stop: Value, step: Value) -> PyResult<Unpacked> {
        let step = match step {
            v if v.is_none() => 1,
            v => slice_index(cx, v)?,
        };
        if step == 0 {
            return Err(cx.value_error("slice step cannot be zero"));
        }
        // The step is negated by some: keep it above the minimum.
        let step = step.max(-isize::MAX);
        let backward = step < 0;
        let start = match start {
            v if v.is_none() && backward => isize::MAX,
            v if v.is_none() => 0,
            v => slice_index(cx, v)?,
        };
        let stop = match stop {
            v if v.is_none() && backward => isize::MIN,
            v if v.is_none() => isize::MAX,
            v => slice_index(cx, v)?,
        };
        Ok(Unpacked { start, stop, step })
    }
}

impl Gc<Slice> {
    /// The fields as integers, see [`Unpacked::of`].
    pub fn unpack(self, cx: &mut Cx) -> PyResult<Unpacked> {
        Unpacked::of(cx, self.start.get(), self.stop.get(), self.step.get())
    }

    /// What this slice selects from a sequence of `len` items that does not change meanwhile.
    pub fn resolve(self, cx: &mut Cx, len: usize) -> PyResult<SliceRange> {
        Ok(self.unpack(cx)?.adjust(len))
    }
}

/// A slice index as `isize`, clipped.
#[inline]
pub fn slice_index(cx: &mut Cx, v: Value) -> PyResult<isize> {
    match v.as_small() {
        Some(n) => Ok(n as isize),
        None => slice_index_slow(cx, v),
    }
}

#[cold]
fn slice_index_slow(cx: &mut Cx, v: Value) -> PyResult<isize> {
    let n = cx.index_or(
        v,
        "slice indices must be integers or None or have an __index__ method",
    )?;
    Ok(clipped(n))
}

/// An int as `isize`, clipped to its range.
pub(crate) fn clipped(n: Value) -> isize {
    match crate::types::int::as_int(n) {
        Some(i) => match i.to_i64() {
            Some(n) => n as isize,
            None if i.is_negative() => isize::MIN,
            None => isize::MAX,
        },
        None => 0,
    }
}

impl Cx {
    /// `operator.index(v)`; an object without `__index__` gives a TypeError with this message.
    pub(crate) fn index_or(&mut self, v: Value, message: &str) -> PyResult<Value> {
        if crate::types::int::is_int(v) || self.has_special(v, crate::special::Special::Index) {
            return self.index(v);
        }
        Err(self.type_error(message))
    }
}
