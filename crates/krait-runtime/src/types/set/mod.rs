//! `set` and `frozenset`: layout and what native code uses. The hash table is the dicts'
//! ([`crate::types::dict::table`]), with keys only.

pub(crate) mod algebra;
pub(crate) mod common;
mod frozen;
mod methods;

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::cx::{Cx, Root};
use crate::error::PyResult;
use crate::heap::Tracer;
use crate::native::{Layout, NamedLayout, TypeSpec};
use crate::object::{Gc, Header, Kind, Object, Slot};
use crate::types::dict::table::{Table, empty_set_storage, search};
use crate::types::shape_id;
use crate::types::typeobj::{Type, flags};
use crate::value::Value;

/// Storage of a set; see [`crate::types::dict::table`].
pub type SetStorage = Table<1>;

/// `set` and `frozenset` objects.
#[repr(C)]
pub struct Set {
    pub header: Header,
    /// The current [`SetStorage`]; read without a lock, replaced under the set's lock.
    pub storage: Slot,
    live: AtomicUsize,
    /// Frozen sets: the hash once it is computed, else `u64::MAX` (no object has the hash -1).
    hash: AtomicU64,
}

// SAFETY: repr(C), header first; what changes is atomic.
unsafe impl Object for Set {
    const KIND: Kind = Kind::Set;
}

impl NamedLayout for Set {
    const PY_NAME: &'static str = "set";
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "set",
    doc: Some("Build an unordered collection of unique elements."),
    layout: Layout::of::<Set>(),
    flags: flags::BASETYPE | flags::WEAKREFABLE,
    defs: &[common::CommonMethods::DEFS, methods::SetMethods::DEFS],
    ..TypeSpec::DEFAULT
};

pub static FROZENSET_SPEC: TypeSpec = TypeSpec {
    name: "frozenset",
    doc: Some("Build an immutable unordered collection of unique elements."),
    layout: Layout::of::<Set>(),
    flags: flags::BASETYPE | flags::WEAKREFABLE,
    defs: &[common::CommonMethods::DEFS, frozen::FrozenSetMethods::DEFS],
    ..TypeSpec::DEFAULT
};

const NO_HASH: u64 = u64::MAX;

impl Set {
    fn empty(header: Header) -> Set {
        Set {
            header,
            storage: Slot::new(empty_set_storage()),
            live: AtomicUsize::new(0),
            hash: AtomicU64::new(NO_HASH),
        }
    }

    /// An empty instance of `class`: set, frozenset or a subclass.
    pub fn alloc(cx: &mut Cx, class: Gc<Type>) -> Gc<Set> {
        cx.alloc_instance_of(class, size_of::<Set>(), Kind::Set, Set::empty)
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.live.load(Ordering::Relaxed)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn trace(&self, t: &mut Tracer<'_>) {
        t.word(self.storage.get().bits());
    }
}

impl Cx {
    /// A new empty set.
    #[inline]
    pub fn new_set(&mut self) -> Gc<Set> {
        self.alloc_set(shape_id::SET)
    }

    /// A new frozenset without elements; fill it before it is shown.
    pub fn new_frozenset(&mut self) -> Gc<Set> {
        self.alloc_set(shape_id::FROZENSET)
    }

    fn alloc_set(&mut self, shape: u32) -> Gc<Set> {
        let o = self.mutator.alloc(size_of::<Set>(), shape, Kind::Set as u8);
        // SAFETY: fresh memory of a set; the header is copied from the allocation.
        unsafe {
            let header = std::ptr::read(o);
            o.cast::<Set>().write(Set::empty(header));
            Gc::from_ptr(o.cast())
        }
    }

    /// `frozenset()`, which is one object.
    pub fn empty_frozenset(&mut self) -> Value {
        let known = self.root(Root::EmptyFrozenSet);
        if !known.is_empty() {
            return known;
        }
        let new = self.new_frozenset().value();
        self.set_root(Root::EmptyFrozenSet, new);
        new
    }

    /// A frozenset of these elements: constants of the compiler.
    pub fn new_frozenset_of(&mut self, items: &[Value]) -> PyResult<Gc<Set>> {
        let set = self.new_frozenset();
        for &v in items {
            set.add(self, v)?;
        }
        Ok(set)
    }

    /// `hash(element)` for an access to a set.
    #[inline]
    pub fn set_element_hash(&mut self, element: Value) -> PyResult<u64> {
        match self.key_hash(element) {
            Ok(h) => Ok(h),
            Err(e) => Err(self.unhashable(element, "set element", e)),
        }
    }
}

/// The set behind `v`: set, frozenset, or an instance of a subclass of either.
#[inline]
pub fn as_any_set(v: Value) -> Option<Gc<Set>> {
    Gc::from_value(v)
}

impl Gc<Set> {
    #[inline(always)]
    pub fn table(self) -> Gc<SetStorage> {
        Gc::from_value_unchecked(self.storage.get())
    }

    #[inline]
    pub fn contains(self, cx: &mut Cx, element: Value) -> PyResult<bool> {
        let hash = cx.set_element_hash(element)?;
        self.contains_known_hash(cx, element, hash)
    }

    #[inline]
    pub fn contains_known_hash(self, cx: &mut Cx, element: Value, hash: u64) -> PyResult<bool> {
        Ok(search::<1>(cx, &self.storage, element, hash)?.1.is_some())
    }

    /// The next element at or after `*pos`, with its hash; `*pos` moves behind it. Starts at 0.
    #[inline]
    pub fn next_element(self, pos: &mut usize) -> Option<(Value, u64)> {
        let table = self.table();
        while let Some(entry) = table.next_live(*pos) {
            *pos = entry + 1;
            let key = table.key(entry);
            if !key.is_empty() {
                return Some((key, table.hash(entry)));
            }
        }
        None
    }

    #[inline(always)]
    fn set_len(self, n: usize) {
        self.live.store(n, Ordering::Relaxed);
    }

    /// Adds an element; false if it was there already. Atomic.
    #[inline]
    pub fn add(self, cx: &mut Cx, element: Value) -> PyResult<bool> {
        let hash = cx.set_element_hash(element)?;
        self.add_known_hash(cx, element, hash)
    }

    pub fn add_known_hash(self, cx: &mut Cx, element: Value, hash: u64) -> PyResult<bool> {
        loop {
            let before = self.table();
            let used = before.used();
            let (table, entry) = search::<1>(cx, &self.storage, element, hash)?;
            if entry.is_some() {
                return Ok(false);
            }
            if table != before {
                continue;
            }
            if table.is_full() {
                let new = Gc::<SetStorage>::successor(cx, self.len() + 1)?;
                self.replace(cx, table, new);
                continue;
            }
            cx.mutator.lock(self.header());
            let valid = self.table() == table && table.used() == used;
            if valid {
                table.append(cx, hash, [element]);
                self.set_len(self.len() + 1);
            }
            cx.mutator.unlock(self.header());
            if valid {
                return Ok(true);
            }
        }
    }

    fn replace(self, cx: &mut Cx, old: Gc<SetStorage>, new: Gc<SetStorage>) {
        cx.mutator.lock(self.header());
        if self.table() == old && new.capacity() > self.len() {
            new.fill_from(cx, old, self.len());
            self.storage.set(cx, self, new.value());
        }
        cx.mutator.unlock(self.header());
    }

    /// Removes an element; false if it was not there.
    pub fn remove(self, cx: &mut Cx, element: Value) -> PyResult<bool> {
        let hash = cx.set_element_hash(element)?;
        self.remove_known_hash(cx, element, hash)
    }

    pub fn remove_known_hash(self, cx: &mut Cx, element: Value, hash: u64) -> PyResult<bool> {
        loop {
            let (table, entry) = search::<1>(cx, &self.storage, element, hash)?;
            let Some(entry) = entry else { return Ok(false) };
            if self.delete_found(cx, table, entry).is_some() {
                return Ok(true);
            }
        }
    }

    fn delete_found(self, cx: &mut Cx, table: Gc<SetStorage>, entry: usize) -> Option<Value> {
        cx.mutator.lock(self.header());
        let key = table.key(entry);
        let valid = self.table() == table && !key.is_empty();
        if valid {
            table.delete(entry);
            self.set_len(self.len() - 1);
        }
        cx.mutator.unlock(self.header());
        valid.then_some(key)
    }

    /// Removes and returns the oldest element.
    pub fn pop_first(self, cx: &mut Cx) -> Option<Value> {
        loop {
            let table = self.table();
            let entry = table.next_live(0)?;
            if let Some(key) = self.delete_found(cx, table, entry) {
                return Some(key);
            }
        }
    }

    pub fn clear(self, cx: &mut Cx) {
        cx.mutator.lock(self.header());
        self.storage.set(cx, self, empty_set_storage());
        self.set_len(0);
        cx.mutator.unlock(self.header());
    }

    /// Fills this new, empty, unshared set with the elements of `from`.
    pub fn fill_copy(self, cx: &mut Cx, from: Gc<Set>) -> PyResult<()> {
        if from.is_empty() {
            return Ok(());
        }
        loop {
            let source = from.table();
            let table = Gc::<SetStorage>::with_room(cx, from.len())?;
            cx.mutator.lock(from.header());
            let n = from.len();
            let valid = from.table() == source && table.capacity() >= n;
            if valid {
                table.fill_from(cx, source, n);
            }
            cx.mutator.unlock(from.header());
            if valid {
                self.storage.set(cx, self, table.value());
                self.set_len(n);
                return Ok(());
            }
        }
    }

    /// Takes over the elements of `other`, a set that nobody else knows.
    fn steal(self, cx: &mut Cx, other: Gc<Set>) {
        cx.mutator.lock(self.header());
        self.storage.set(cx, self, other.storage.get());
        self.set_len(other.len());
        cx.mutator.unlock(self.header());
    }

    /// Bytes of set and storage, for `__sizeof__`.
    pub fn byte_size(self) -> usize {
        let table = self.table();
        size_of::<Set>()
            + if table.capacity() == 0 {
                0
            } else {
                table.byte_size()
            }
    }
}

/// A set of `class` with the elements of an iterable (`EMPTY`: none).
pub fn from_iterable(cx: &mut Cx, class: Gc<Type>, iterable: Value) -> PyResult<Gc<Set>> {
    let set = Set::alloc(cx, class);
    if !iterable.is_empty() {
        set.update(cx, iterable)?;
    }
    Ok(set)
}
