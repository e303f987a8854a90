//! Slices of the builtin sequences, without a slice object where nobody would see it.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::protocol::iter::shape_of;
use crate::types::bytes::Bytes;
use crate::types::list::List;
use crate::types::list::methods::assign_slice;
use crate::types::shape_id;
use crate::types::slice::{Slice, Unpacked};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// Whether `shape` is that of an exact builtin sequence whose slices are made here.
#[inline(always)]
pub fn is_sliced(shape: u32) -> bool {
    matches!(
        shape,
        shape_id::LIST | shape_id::TUPLE | shape_id::STR | shape_id::BYTES
    )
}

/// The bounds of a slice, if each is absent or an immediate int, so that nothing has to be called.
#[inline(always)]
fn plain_bounds(start: Value, stop: Value, step: Value) -> Option<Unpacked> {
    let bound = |v: Value, absent: isize| match v.as_small() {
        Some(n) => Some(n as isize),
        None => v.is_none().then_some(absent),
    };
    let step = bound(step, 1).filter(|&step| step != 0)?;
    let (first, end) = match step {
        1.. => (0, isize::MAX),
        _ => (isize::MAX, isize::MIN),
    };
    Some(Unpacked {
        start: bound(start, first)?,
        stop: bound(stop, end)?,
        step,
    })
}

impl Cx {
    /// `container[start:stop]`.
    #[inline]
    pub fn get_slice(&mut self, container: Value, start: Value, stop: Value) -> PyResult<Value> {
        let shape = shape_of(container);
        if is_sliced(shape)
            && let Some(bounds) = plain_bounds(start, stop, Value::none())
        {
            return self.sliced(container, shape, bounds);
        }
        let slice = self.new_slice(start, stop, Value::none());
        self.get_item(container, slice)
    }

    /// `container[start:stop:step]`.
    #[inline]
    pub fn get_slice_step(
        &mut self,
        container: Value,
        start: Value,
        stop: Value,
        step: Value,
    ) -> PyResult<Value> {
        let shape = shape_of(container);
        if is_sliced(shape) {
            let bounds = match plain_bounds(start, stop, step) {
                Some(bounds) => bounds,
                None => Unpacked::of(self, start, stop, step)?,
            };
            return self.sliced(container, shape, bounds);
        }
        let slice = self.new_slice(start, stop, step);
        self.get_item(container, slice)
    }

    /// The items of an exact list, tuple, str or bytes that `slice` selects.
    #[inline]
    pub fn get_items(&mut self, container: Value, slice: Gc<Slice>) -> PyResult<Value> {
        let bounds = match plain_bounds(slice.start.get(), slice.stop.get(), slice.step.get()) {
            Some(bounds) => bounds,
            None => slice.unpack(self)?,
        };
        self.sliced(container, shape_of(container), bounds)
    }

    /// `container[start:stop] = value`.
    #[inline]
    pub fn set_slice(
        &mut self,
        container: Value,
        start: Value,
        stop: Value,
        value: Value,
    ) -> PyResult<()> {
        if shape_of(container) == shape_id::LIST
            && let Some(bounds) = plain_bounds(start, stop, Value::none())
        {
            let list: Gc<List> = Gc::from_value_unchecked(container);
            if shape_of(value) == shape_id::LIST
                && value != container
                && !self.mutator.is_multithreaded()
            {
                let r = bounds.adjust(list.len());
                let items = Gc::<List>::from_value_unchecked(value).as_slice();
                return list.splice(self, r.start as usize, r.count, items);
            }
            return assign_slice(self, list, bounds, Some(value));
        }
        let slice = self.new_slice(start, stop, Value::none());
        self.set_item(container, slice, value)
    }

    /// The items of an exact list, tuple, str or bytes that a slice selects.
    #[inline]
    fn sliced(&mut self, container: Value, shape: u32, bounds: Unpacked) -> PyResult<Value> {
        match shape {
            shape_id::LIST => {
                let list: Gc<List> = Gc::from_value_unchecked(container);
                list.slice(self, bounds.adjust(list.len())).map(Gc::value)
            }
            shape_id::TUPLE => {
                let tuple: Gc<Tuple> = Gc::from_value_unchecked(container);
                tuple.slice(self, bounds.adjust(tuple.len()))
            }
            shape_id::STR => {
                let text: Gc<Str> = Gc::from_value_unchecked(container);
                crate::types::str::basics::slice(self, text, bounds.adjust(text.char_len()))
            }
            _ => {
                let bytes: Gc<Bytes> = Gc::from_value_unchecked(container);
                let range = bounds.adjust(bytes.len());
                crate::types::bytes::shared::slice(self, bytes, range).map(Gc::value)
            }
        }
    }
}
