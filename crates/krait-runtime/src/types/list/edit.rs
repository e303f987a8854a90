//! Changes of lists that move items: insertion, deletion, slices, repetition.
//!
//! Moving words inside an array needs the barrier of the whole array: what was logged is the slot
//! that a young object stood in, not the one it is moved to.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::{Array, Gc};
use crate::protocol::iter::shape_of;
use crate::types::list::{List, copy_words, store_item};
use crate::types::shape_id;
use crate::types::slice::SliceRange;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// Storage with fewer words is never made smaller.
const SMALL_STORAGE: usize = 64;

impl Gc<List> {
    /// `self.insert(i, v)`, with `i` clipped to the list. Atomic.
    pub fn insert(self, cx: &mut Cx, i: isize, v: Value) -> PyResult<()> {
        loop {
            self.reserve(cx, 1)?;
            cx.mutator.lock(self.header());
            let (array, n) = (self.array(), self.len());
            let fits = n < array.len;
            if fits {
                let i = if i < 0 {
                    (i + n as isize).max(0) as usize
                } else {
                    (i as usize).min(n)
                };
                move_words(array, i, i + 1, n - i);
                array.slots()[i].set_immediate(v);
                cx.write_barrier(array.header());
                self.set_len(n + 1);
            }
            cx.mutator.unlock(self.header());
            if fits {
                return Ok(());
            }
        }
    }

    /// Removes and returns item `i`, `None` if it is out of range. Atomic.
    pub fn remove_at(self, cx: &mut Cx, i: usize) -> Option<Value> {
        cx.mutator.lock(self.header());
        let removed = if i < self.len() {
            let v = self.array().slots()[i].get();
            self.close_gap(cx, i, 1);
            Some(v)
        } else {
            None
        };
        cx.mutator.unlock(self.header());
        self.shrink(cx);
        removed
    }

    /// Removes `count` items from `at` on, under the lock.
    fn close_gap(self, cx: &mut Cx, at: usize, count: usize) {
        let (array, n) = (self.array(), self.len());
        move_words(array, at + count, at, n - at - count);
        self.set_len(n - count);
        for slot in &array.slots()[n - count..n] {
            slot.set_immediate(Value::EMPTY);
        }
        cx.write_barrier(array.header());
    }

    /// Gives back memory when most of the storage is unused.
    pub(super) fn shrink(self, cx: &mut Cx) {
        let old = self.array();
        let n = self.len();
        if old.len <= SMALL_STORAGE || n >= old.len / 4 {
            return;
        }
        // Without memory the large storage serves as well.
        let Ok(new) = cx.try_new_array(n + n / 8 + 8) else {
            return;
        };
        cx.mutator.lock(self.header());
        if self.array() == old && self.len() <= new.len {
            copy_words(cx, old, new, self.len());
            self.storage.set(cx, self, new.value());
        }
        cx.mutator.unlock(self.header());
    }

    /// Removes all items.
    pub fn clear(self, cx: &mut Cx) {
        let empty = Gc::from_value_unchecked(crate::object::empty_array());
        self.replace_storage(cx, empty, 0);
    }

    /// Appends `items`. Atomic.
    pub fn extend_from_slice(self, cx: &mut Cx, items: &[Value]) -> PyResult<()> {
        if items.is_empty() {
            return Ok(());
        }
        loop {
            self.reserve(cx, items.len())?;
            cx.mutator.lock(self.header());
            let (array, n) = (self.array(), self.len());
            let fits = array.len - n >= items.len();
            if fits {
                put_words(array, n, items);
                cx.write_barrier(array.header());
                self.set_len(n + items.len());
            }
            cx.mutator.unlock(self.header());
            if fits {
                return Ok(());
            }
        }
    }

    /// `self.extend(iterable)`.
    pub fn extend(self, cx: &mut Cx, iterable: Value) -> PyResult<()> {
        if let Some(items) = as_items(iterable) {
            return self.extend_from_slice(cx, items);
        }
        let it = cx.iter(iterable)?;
        let hint = cx.length_hint(iterable, 8)?;
        // A sum past all sizes is a lie, and no reason to give up before it shows.
        if self.len() + hint <= isize::MAX as usize {
            cx.check_room(hint)?;
            if hint > self.array().len - self.len() && hint < 1 << 20 {
                self.reserve(cx, hint)?;
            }
        }
        let mut items = cx.iterate_on(it);
        while let Some(v) = items.next(cx)? {
            self.push(cx, v)?;
        }
        Ok(())
    }

    /// Replaces the `remove` items from `at` on by `items`, both as of now; clips to the list.
    #[inline]
    pub fn splice(self, cx: &mut Cx, at: usize, remove: usize, items: &[Value]) -> PyResult<()> {
        loop {
            // Another thread may have shrunk the list since `remove` was found.
            let n = self.len();
            let removed = remove.min(n - at.min(n));
            if items.len() > removed {
                self.reserve(cx, items.len() - removed)?;
            }
            cx.mutator.lock(self.header());
            let (array, n) = (self.array(), self.len());
            let at = at.min(n);
            let remove = remove.min(n - at);
            let fits = n - remove + items.len() <= array.len;
            if fits {
                self.splice_locked(cx, at, remove, items);
            }
            cx.mutator.unlock(self.header());
            if fits {
                if items.len() < remove {
                    self.shrink(cx);
                }
                return Ok(());
            }
        }
    }

    #[inline]
    fn splice_locked(self, cx: &mut Cx, at: usize, remove: usize, items: &[Value]) {
        let (array, n) = (self.array(), self.len());
        let new_len = n - remove + items.len();
        move_words(array, at + remove, at + items.len(), n - at - remove);
        put_words(array, at, items);
        self.set_len(new_len);
        for slot in &array.slots()[new_len.min(n)..n] {
            slot.set_immediate(Value::EMPTY);
        }
        cx.write_barrier(array.header());
    }

    /// A list of the items that a slice selects.
    #[inline]
    pub fn slice(self, cx: &mut Cx, r: SliceRange) -> PyResult<Gc<List>> {
        let items = self.as_slice();
        if r.step == 1 {
            let start = (r.start as usize).min(items.len());
            return cx.try_new_list(&items[start..(start + r.count).min(items.len())]);
        }
        if r.step == -1
            && r.count > 0
            && let Some(items) = items.get(..=r.start as usize)
        {
            let mut items = items.iter().rev();
            let array = cx.try_array_with(r.count, |_| match items.next() {
                Some(&item) => item,
                None => Value::EMPTY,
            })?;
            return Ok(List::from_storage(cx, array.value(), r.count));
        }
        self.slice_stepped(cx, r)
    }

    #[inline(never)]
    fn slice_stepped(self, cx: &mut Cx, r: SliceRange) -> PyResult<Gc<List>> {
        let items = self.as_slice();
        let (mut n, mut at) = (r.count, r.start);
        let array = cx.try_array_with(r.count, |i| {
            let item = items.get(at as usize).copied();
            at = at.wrapping_add(r.step);
            item.unwrap_or_else(|| {
                // Another thread made the list shorter.
                n = n.min(i);
                Value::EMPTY
            })
        })?;
        Ok(List::from_storage(cx, array.value(), n))
    }

    /// Deletes the items that a slice with a step selects.
    pub(super) fn delete_stepped(self, cx: &mut Cx, r: SliceRange) {
        let r = r.ascending();
        cx.mutator.lock(self.header());
        let (array, n) = (self.array(), self.len());
        let slots = array.slots();
        let mut removed = 0;
        if r.count > 0 {
            for i in r.start as usize..n {
                let offset = i - r.start as usize;
                if removed < r.count && offset.is_multiple_of(r.step as usize) {
                    removed += 1;
                } else {
                    slots[i - removed].set_immediate(slots[i].get());
                }
            }
        }
        self.set_len(n - removed);
        for slot in &slots[n - removed..n] {
            slot.set_immediate(Value::EMPTY);
        }
        cx.write_barrier(array.header());
        cx.mutator.unlock(self.header());
        self.shrink(cx);
    }

    /// Stores `items`, one for each selected index; what a race made out of range is left out.
    pub(super) fn store_stepped(self, cx: &mut Cx, r: SliceRange, items: &[Value]) {
        cx.mutator.lock(self.header());
        let (array, n) = (self.array(), self.len());
        for (i, &v) in r.indices().zip(items) {
            if i < n {
                store_item(cx, array, i, v);
            }
        }
        cx.mutator.unlock(self.header());
    }

    /// A new list with the items of this one `times` times; `len` is the product.
    pub(super) fn repeat(self, cx: &mut Cx, len: usize) -> PyResult<Gc<List>> {
        if len == 0 {
            return cx.try_new_list(&[]);
        }
        let mut items = self.as_slice().iter().cycle();
        let mut n = len;
        let array = cx.try_array_with(len, |i| {
            items.next().copied().unwrap_or_else(|| {
                // Another thread emptied the list.
                n = n.min(i);
                Value::EMPTY
            })
        })?;
        Ok(List::from_storage(cx, array.value(), n))
    }

    /// Reverses in place. Atomic.
    pub fn reverse(self, cx: &mut Cx) {
        cx.mutator.lock(self.header());
        let array = self.array();
        let slots = &array.slots()[..self.len()];
        for i in 0..slots.len() / 2 {
            let j = slots.len() - 1 - i;
            let (a, b) = (slots[i].get(), slots[j].get());
            slots[i].set_immediate(b);
            slots[j].set_immediate(a);
        }
        cx.write_barrier(array.header());
        cx.mutator.unlock(self.header());
    }
}

/// Stores `items` into an array from `at` on, without a barrier.
#[inline(always)]
pub(super) fn put_words(array: Gc<Array>, at: usize, items: &[Value]) {
    let to = &array.slots()[at..at + items.len()];
    for (i, slot) in to.iter().enumerate() {
        slot.set_immediate(items[i]);
    }
}

/// Moves `count` words inside an array; the ranges may overlap.
#[inline]
fn move_words(array: Gc<Array>, from: usize, to: usize, count: usize) {
    if from == to || count == 0 {
        return;
    }
    let backward = from < to;
    let slots = array.slots();
    let (from, to) = (&slots[from..from + count], &slots[to..to + count]);
    if backward {
        for i in (0..count).rev() {
            to[i].set_immediate(from[i].get());
        }
    } else {
        for i in 0..count {
            to[i].set_immediate(from[i].get());
        }
    }
}

/// The items of an exact list or tuple, as they are now. Of subclasses CPython asks the length, too.
fn as_items<'a>(v: Value) -> Option<&'a [Value]> {
    match shape_of(v) {
        shape_id::LIST => Some(Gc::<List>::from_value_unchecked(v).as_slice()),
        shape_id::TUPLE => Some(Gc::<Tuple>::from_value_unchecked(v).as_slice()),
        _ => None,
    }
}
