//! `list`: layout and what native code uses.
//!
//! # Readers take no lock
//!
//! The storage carries its own length, words at and above the list's length are `EMPTY`, and a
//! storage that is too small is replaced, not changed. So a reader needs only the storage: an
//! index that is out of it, or an `EMPTY` word, is out of range.

mod compare;
mod edit;
pub(crate) mod methods;
pub mod sort;

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::cx::Cx;
use crate::error::PyResult;
use crate::heap::Tracer;
use crate::native::{Layout, NamedLayout, TypeSpec};
use crate::object::{Array, Gc, Header, Kind, Object, Slot, empty_array};
use crate::types::shape_id;
use crate::types::typeobj::{Type, flags};
use crate::value::Value;
use crate::vec::ValueVec;

/// `list` objects.
#[repr(C)]
pub struct List {
    pub header: Header,
    /// An [`Array`], at least as long as the list.
    pub storage: Slot,
    len: AtomicUsize,
}

// SAFETY: repr(C), header first; what changes is atomic.
unsafe impl Object for List {
    const KIND: Kind = Kind::List;
}

impl NamedLayout for List {
    const PY_NAME: &'static str = "list";
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "list",
    doc: Some(
        "Built-in mutable sequence.\n\nWithout an argument the list is new and empty; with an iterable it has the iterable's items.",
    ),
    layout: Layout::of::<List>(),
    flags: flags::BASETYPE | flags::LIST_SUBCLASS | flags::SEQUENCE | flags::SEQUENCE_OPS,
    defs: &[methods::ListMethods::DEFS],
    ..TypeSpec::DEFAULT
};

/// Arrays with more words log the slots they store into, smaller ones the whole object.
const SLOT_LOGGED: usize = 128;

/// Stores into an array with the barrier that suits its size.
#[inline(always)]
pub fn store_item(cx: &mut Cx, array: Gc<Array>, i: usize, v: Value) {
    let slot = &array.slots()[i];
    slot.set_immediate(v);
    if array.len > SLOT_LOGGED {
        cx.mutator
            .write_barrier_slot(array.header(), (&raw const *slot).cast());
    } else {
        cx.write_barrier(array.header());
    }
}

impl List {
    fn with_storage(header: Header, storage: Value, len: usize) -> List {
        List {
            header,
            storage: Slot::new(storage),
            len: AtomicUsize::new(len),
        }
    }

    /// An empty instance of `class`, a subclass of list.
    pub fn alloc(cx: &mut Cx, class: Gc<Type>) -> Gc<List> {
        cx.alloc_instance_of(class, size_of::<List>(), Kind::List, |h| {
            List::with_storage(h, empty_array(), 0)
        })
    }

    /// A list that takes over the storage of `items`.
    pub fn from_vec(cx: &mut Cx, items: ValueVec) -> Gc<List> {
        let (storage, len) = items.into_storage(cx);
        match storage {
            Some(s) => {
                // What the vector popped is still in its storage; a list's must be empty there.
                for slot in &s.slots()[len..] {
                    slot.set_immediate(Value::EMPTY);
                }
                List::from_storage(cx, s.value(), len)
            }
            None => List::from_storage(cx, empty_array(), 0),
        }
    }

    /// A list on an array whose words from `len` on are `EMPTY`.
    #[inline]
    fn from_storage(cx: &mut Cx, storage: Value, len: usize) -> Gc<List> {
        let o = cx
            .mutator
            .alloc(size_of::<List>(), shape_id::LIST, Kind::List as u8);
        // SAFETY: fresh memory of a list; the header is copied from the allocation.
        unsafe {
            let header = std::ptr::read(o);
            o.cast::<List>()
                .write(List::with_storage(header, storage, len));
            Gc::from_ptr(o.cast())
        }
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.load(Ordering::Relaxed)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Item `i`, `None` if it is out of range.
    #[inline(always)]
    pub fn get(&self, i: usize) -> Option<Value> {
        let storage: Gc<Array> = Gc::from_value_unchecked(self.storage.get());
        storage.slots().get(i)?.get().some()
    }

    /// `list` itself, not a subclass.
    #[inline(always)]
    pub fn is_exact(&self) -> bool {
        self.header.shape() == shape_id::LIST
    }

    pub fn trace(&self, t: &mut Tracer<'_>) {
        t.word(self.storage.get().bits());
    }
}

impl Gc<List> {
    #[inline(always)]
    pub fn array(self) -> Gc<Array> {
        Gc::from_value_unchecked(self.storage.get())
    }

    /// The items as they are now. Storing into the list may show in the slice, growing it does
    /// not; another thread may empty words of it, so code that a program's threads can race with
    /// must expect `EMPTY`.
    #[inline]
    pub fn as_slice<'a>(self) -> &'a [Value] {
        let array = self.array();
        let n = self.len().min(array.len);
        // SAFETY: as `Gc` itself: the storage lives as long as a reference into it is on the
        // native stack (interior pointers count).
        unsafe { std::slice::from_raw_parts(array.values().as_ptr(), n) }
    }

    /// A copy of the items that later changes of the list do not touch.
    pub fn snapshot(self, cx: &mut Cx) -> PyResult<ValueVec> {
        if !cx.mutator.is_multithreaded() {
            return ValueVec::from_slice(cx, self.as_slice());
        }
        let mut items = ValueVec::with_capacity(cx, self.len())?;
        for &v in self.as_slice() {
            if !v.is_empty() {
                items.push(cx, v)?;
            }
        }
        Ok(items)
    }

    /// Appends `v`. Atomic.
    #[inline]
    pub fn push(self, cx: &mut Cx, v: Value) -> PyResult<()> {
        cx.mutator.lock(self.header());
        let n = self.len();
        let array = self.array();
        if n < array.len {
            store_item(cx, array, n, v);
            self.set_len(n + 1);
            cx.mutator.unlock(self.header());
            return Ok(());
        }
        cx.mutator.unlock(self.header());
        self.push_slow(cx, v)
    }

    /// Appends `v` if the storage has room for it and no store into it has to be logged: without any call. Only
    /// while there is one thread.
    #[inline(always)]
    pub fn push_within(self, cx: &Cx, v: Value) -> bool {
        let (n, array) = (self.len(), self.array());
        if n >= array.len || cx.mutator.needs_barrier(array.header()) {
            return false;
        }
        array.slots()[n].set_immediate(v);
        self.set_len(n + 1);
        true
    }

    #[cold]
    fn push_slow(self, cx: &mut Cx, v: Value) -> PyResult<()> {
        self.reserve(cx, 1)?;
        self.push(cx, v)
    }

    #[inline(always)]
    fn set_len(self, n: usize) {
        self.len.store(n, Ordering::Release);
    }

    /// Makes room for `extra` more items, with amortised growth.
    #[inline]
    pub fn reserve(self, cx: &mut Cx, extra: usize) -> PyResult<()> {
        if extra <= self.array().len.saturating_sub(self.len()) {
            return Ok(());
        }
        self.grow(cx, extra)
    }

    #[inline(never)]
    fn grow(self, cx: &mut Cx, extra: usize) -> PyResult<()> {
        loop {
            let (old, n) = (self.array(), self.len());
            let Some(needed) = n.checked_add(extra) else {
                return Err(cx.memory_error());
            };
            if needed <= old.len {
                return Ok(());
            }
            let new = cx.try_new_array(grown(needed))?;
            cx.mutator.lock(self.header());
            if self.array() == old {
                copy_words(cx, old, new, self.len());
                self.storage.set(cx, self, new.value());
            }
            cx.mutator.unlock(self.header());
        }
    }

    /// Makes room for exactly `n` items in a list that only its maker knows.
    fn reserve_exact(self, cx: &mut Cx, n: usize) -> PyResult<()> {
        if n > self.array().len {
            let array = cx.try_new_array(n)?;
            copy_words(cx, self.array(), array, self.len());
            self.storage.set(cx, self, array.value());
        }
        Ok(())
    }

    /// Replaces the whole contents, under no lock of the caller's.
    pub fn replace_storage(self, cx: &mut Cx, storage: Gc<Array>, len: usize) {
        cx.mutator.lock(self.header());
        self.storage.set(cx, self, storage.value());
        self.set_len(len);
        cx.mutator.unlock(self.header());
    }

    /// `self[i] = v`; false if `i` is out of range.
    #[inline]
    pub fn set(self, cx: &mut Cx, i: usize, v: Value) -> bool {
        cx.mutator.lock(self.header());
        let inside = i < self.len();
        if inside {
            let array = self.array();
            store_item(cx, array, i, v);
        }
        cx.mutator.unlock(self.header());
        inside
    }

    /// Removes and returns the last item.
    #[inline]
    pub fn pop_last(self, cx: &mut Cx) -> Option<Value> {
        cx.mutator.lock(self.header());
        let popped = match self.len().checked_sub(1) {
            Some(last) => {
                let array = self.array();
                let slot = &array.slots()[last];
                let v = slot.get();
                self.set_len(last);
                slot.set_immediate(Value::EMPTY);
                Some(v)
            }
            None => None,
        };
        cx.mutator.unlock(self.header());
        popped
    }
}

/// Capacity for `needed` items: half as much again, rounded to fill the heap's cell. Storage never
/// grows in place, so smaller steps would cost more copies (1 M appends: 60 ns each with an eighth).
fn grown(needed: usize) -> usize {
    let wanted = needed + (needed >> 1) + 3;
    (krait_heap::rounded_size(Array::size_for(wanted)) - Array::size_for(0)) / 8
}

/// Copies the first `n` words of `from` to `to`, a fresh array that is at least as long.
fn copy_words(cx: &mut Cx, from: Gc<Array>, to: Gc<Array>, n: usize) {
    edit::put_words(to, 0, &from.values()[..n]);
    cx.write_barrier(to.header());
}

impl Cx {
    /// A new list of these items.
    ///
    /// # Panics
    /// If there is no memory, which small lists cannot meet; see [`Cx::try_new_list`].
    #[inline]
    pub fn new_list(&mut self, items: &[Value]) -> Value {
        match self.try_new_list(items) {
            Ok(l) => l.value(),
            Err(_) => panic!("out of memory for a small list"),
        }
    }

    /// A new empty list with room for `n` items.
    pub fn new_list_with_room(&mut self, n: usize) -> PyResult<Gc<List>> {
        if n == 0 {
            return self.try_new_list(&[]);
        }
        let array = self.try_new_array(n)?;
        Ok(List::from_storage(self, array.value(), 0))
    }

    /// A new list of these items, of which there may be very many.
    pub fn try_new_list(&mut self, items: &[Value]) -> PyResult<Gc<List>> {
        if items.is_empty() {
            return Ok(List::from_storage(self, empty_array(), 0));
        }
        let array = self.try_array_of(items)?;
        Ok(List::from_storage(self, array.value(), items.len()))
    }
}
