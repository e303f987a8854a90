//! `set` and `frozenset`: layout and what native code uses. Their hash table: [`table`].

pub(crate) mod algebra;
pub(crate) mod common;
mod frozen;
mod methods;
pub mod table;

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::cx::{Cx, Root};
use crate::error::PyResult;
use crate::heap::Tracer;
use crate::native::{Layout, NamedLayout, TypeSpec};
use crate::object::{Gc, Header, Kind, Object, Slot};
use crate::types::set::table::{Found, SetTable, empty_set_storage, grown};
use crate::types::shape_id;
use crate::types::typeobj::{Type, flags};
use crate::value::Value;

/// `set` and `frozenset` objects.
#[repr(C)]
pub struct Set {
    pub header: Header,
    /// The current [`SetTable`]; read without a lock, replaced under the set's lock.
    pub storage: Slot,
    live: AtomicU32,
    /// Where `pop` looks first.
    finger: AtomicU32,
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
            live: AtomicU32::new(0),
            finger: AtomicU32::new(0),
            hash: AtomicU64::new(NO_HASH),
        }
    }

    /// An empty instance of `class`: set, frozenset or a subclass.
    pub fn alloc(cx: &mut Cx, class: Gc<Type>) -> Gc<Set> {
        cx.alloc_instance_of(class, size_of::<Set>(), Kind::Set, Set::empty)
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.live.load(Ordering::Relaxed) as usize
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
    pub fn table(self) -> Gc<SetTable> {
        Gc::from_value_unchecked(self.storage.get())
    }

    #[inline]
    pub fn contains(self, cx: &mut Cx, element: Value) -> PyResult<bool> {
        let hash = cx.set_element_hash(element)?;
        self.contains_known_hash(cx, element, hash)
    }

    #[inline]
    pub fn contains_known_hash(self, cx: &mut Cx, element: Value, hash: u64) -> PyResult<bool> {
        if let Some(known) = self.table().has_at_once(element, hash) {
            return Ok(known);
        }
        Ok(self.search(cx, element, hash, false)?.1.place().is_some())
    }

    /// What differs once elements were added or removed.
    #[inline(always)]
    fn state(self) -> (Gc<SetTable>, usize, usize) {
        let table = self.table();
        (table, table.filled(), self.len())
    }

    /// Where an element is or belongs, and the table that this is about.
    #[inline(always)]
    fn search(
        self,
        cx: &mut Cx,
        element: Value,
        hash: u64,
        reuse: bool,
    ) -> PyResult<(Gc<SetTable>, Found)> {
        let table = self.table();
        match table.find(cx, element, hash, reuse) {
            Found::UNDECIDED => self.search_comparing(cx, element, hash, reuse),
            found => Ok((table, found)),
        }
    }

    /// The same with `__eq__`; again if that changed the set.
    #[cold]
    #[inline(never)]
    fn search_comparing(
        self,
        cx: &mut Cx,
        element: Value,
        hash: u64,
        reuse: bool,
    ) -> PyResult<(Gc<SetTable>, Found)> {
        loop {
            let table = self.table();
            if let Some(found) = table.find_comparing(cx, &self.storage, element, hash, reuse)? {
                return Ok((table, found));
            }
        }
    }

    /// The next element at or after `*pos`, with its hash; `*pos` moves behind it. Starts at 0.
    #[inline]
    pub fn next_element(self, pos: &mut usize) -> Option<(Value, u64)> {
        let table = self.table();
        while let Some(at) = table.next_live(*pos) {
            *pos = at + 1;
            if let Some(element) = table.element(at) {
                return Some((element, table.hash(at)));
            }
        }
        None
    }

    #[inline(always)]
    fn set_len(self, n: usize) {
        self.live.store(n as u32, Ordering::Relaxed);
    }

    /// Adds an element; false if it was there already. Atomic.
    #[inline]
    pub fn add(self, cx: &mut Cx, element: Value) -> PyResult<bool> {
        let hash = cx.set_element_hash(element)?;
        self.add_known_hash(cx, element, hash)
    }

    #[inline]
    pub fn add_known_hash(self, cx: &mut Cx, element: Value, hash: u64) -> PyResult<bool> {
        match self.add_at_once(cx, element, hash) {
            Some(added) => Ok(added),
            None => self.add_searching(cx, element, hash),
        }
    }

    /// The same if the element is in the first place for its hash, or belongs there, and there is one thread. No
    /// loop and no call: most additions end here.
    #[inline(always)]
    pub fn add_at_once(self, cx: &Cx, element: Value, hash: u64) -> Option<bool> {
        let table = self.table();
        if table.has_at_once(element, hash)? {
            return Some(false);
        }
        if cx.mutator.is_multithreaded() || !table.put_at_once(cx, element, hash) {
            return None;
        }
        self.set_len(self.len() + 1);
        Some(true)
    }

    #[inline(never)]
    fn add_searching(self, cx: &mut Cx, element: Value, hash: u64) -> PyResult<bool> {
        if self.table().is_unallocated() {
            self.grow(cx, self.table(), 0)?;
        }
        loop {
            let reuse = !cx.mutator.is_multithreaded();
            let (table, found) = self.search(cx, element, hash, reuse)?;
            if found.place().is_some() {
                return Ok(false);
            }
            if !table.has_room() {
                self.grow(cx, table, grown(self.len()))?;
                continue;
            }
            cx.mutator.lock(self.header());
            // An equal element that another thread added meanwhile would stand in this place.
            let valid = self.table() == table && table.may_put(found.free_place(), reuse);
            if valid {
                table.put(cx, found.free_place(), element, hash);
                self.set_len(self.len() + 1);
            }
            cx.mutator.unlock(self.header());
            if valid {
                if table.is_crowded_by(0) {
                    self.grow(cx, table, grown(self.len()))?;
                }
                return Ok(true);
            }
        }
    }

    /// Adds an element that this new set, which nobody else knows, has not.
    #[inline]
    fn add_distinct(self, cx: &mut Cx, element: Value, hash: u64) -> PyResult<()> {
        if !self.table().has_room() {
            self.grow(cx, self.table(), grown(self.len()))?;
        }
        let table = self.table();
        table.put(cx, table.free_place(hash), element, hash);
        self.set_len(self.len() + 1);
        if table.is_crowded_by(0) {
            self.grow(cx, table, grown(self.len()))?;
        }
        Ok(())
    }

    /// Replaces the table by one of more than `least` places.
    #[inline(never)]
    fn grow(self, cx: &mut Cx, old: Gc<SetTable>, least: usize) -> PyResult<()> {
        let new = Gc::<SetTable>::allocate(cx, least)?;
        cx.mutator.lock(self.header());
        if self.table() == old && new.places() > self.len() {
            new.fill_from(cx, old, self.len());
            self.storage.set(cx, self, new.value());
        }
        cx.mutator.unlock(self.header());
        Ok(())
    }

    /// Makes room for `more` elements that will be added.
    fn expect(self, cx: &mut Cx, more: usize) -> PyResult<()> {
        let table = self.table();
        if table.is_crowded_by(more) {
            self.grow(cx, table, (self.len() + more).saturating_mul(2))?;
        }
        Ok(())
    }

    /// Clears away the places of removed elements if there are many.
    fn tidy(self, cx: &mut Cx) -> PyResult<()> {
        let table = self.table();
        if table.is_worn(self.len()) {
            self.grow(cx, table, grown(self.len()))?;
        }
        Ok(())
    }

    /// Removes an element; false if it was not there.
    pub fn remove(self, cx: &mut Cx, element: Value) -> PyResult<bool> {
        let hash = cx.set_element_hash(element)?;
        self.remove_known_hash(cx, element, hash)
    }

    pub fn remove_known_hash(self, cx: &mut Cx, element: Value, hash: u64) -> PyResult<bool> {
        loop {
            let (table, found) = self.search(cx, element, hash, false)?;
            let Some(at) = found.place() else {
                return Ok(false);
            };
            if self.remove_found(cx, table, at).is_some() {
                return Ok(true);
            }
        }
    }

    fn remove_found(self, cx: &mut Cx, table: Gc<SetTable>, at: usize) -> Option<Value> {
        cx.mutator.lock(self.header());
        let element = table.element(at).filter(|_| self.table() == table);
        if element.is_some() {
            table.remove(at);
            self.set_len(self.len() - 1);
        }
        cx.mutator.unlock(self.header());
        element
    }

    /// Removes and returns the next element behind the one that was last taken so.
    pub fn pop_next(self, cx: &mut Cx) -> Option<Value> {
        loop {
            let table = self.table();
            let finger = self.finger.load(Ordering::Relaxed) as usize & (table.places() - 1);
            let at = table.next_live(finger).or_else(|| table.next_live(0))?;
            if let Some(element) = self.remove_found(cx, table, at) {
                self.finger.store(at as u32 + 1, Ordering::Relaxed);
                return Some(element);
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
        self.fill_copy_as(cx, from, self.table())
    }

    /// As `fill_copy`, with a table of the size that `like` would have.
    fn fill_copy_as(self, cx: &mut Cx, from: Gc<Set>, like: Gc<SetTable>) -> PyResult<()> {
        loop {
            let (source, n) = (from.table(), from.len());
            if n == 0 {
                return Ok(());
            }
            let least = if like.is_crowded_by(n) {
                n * 2
            } else {
                like.places() - 1
            };
            let table = Gc::<SetTable>::allocate(cx, least)?;
            cx.mutator.lock(from.header());
            let valid = from.table() == source && from.len() == n;
            if valid {
                table.fill_from(cx, source, n);
            }
            cx.mutator.unlock(from.header());
            if valid {
                self.adopt(cx, table, n);
                return Ok(());
            }
        }
    }

    /// Gives this new, empty, unshared set a table with `n` elements.
    fn adopt(self, cx: &mut Cx, table: Gc<SetTable>, n: usize) {
        self.storage.set(cx, self, table.value());
        self.set_len(n);
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
        size_of::<Set>()
            + if self.storage.get() == empty_set_storage() {
                0
            } else {
                self.table().byte_size()
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
