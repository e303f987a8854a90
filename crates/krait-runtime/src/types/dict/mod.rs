//! `dict`: layout and the operations that native code uses. `table` is the hash table under it,
//! `cells` what global variables' inline caches hold, `methods` what Python code sees.

pub mod cells;
mod construct;
mod keys;
pub(crate) mod methods;
pub mod table;

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::cx::Cx;
use crate::error::{PyResult, Raised};
use crate::heap::Tracer;
use crate::native::{Layout, NamedLayout, TypeSpec};
use crate::object::{Gc, Header, Kind, Object, Slot};
use crate::types::list::List;
use crate::types::shape_id;
use crate::types::str::Str;
use crate::types::typeobj::{Type, flags};
use crate::value::Value;

pub use cells::GlobalCell;
pub use table::DictStorage;
use table::{ABSENT, UNDECIDED, empty_dict_storage, search};

/// `dict` objects.
#[repr(C)]
pub struct Dict {
    pub header: Header,
    /// The current [`DictStorage`]; read without a lock, replaced under the dict's lock.
    pub storage: Slot,
    live: AtomicUsize,
    /// The registry of global cells, a dict from name to cell, or `EMPTY`.
    cells: Slot,
}

// SAFETY: repr(C), header first; what changes is atomic.
unsafe impl Object for Dict {
    const KIND: Kind = Kind::Dict;
}

impl NamedLayout for Dict {
    const PY_NAME: &'static str = "dict";
}

/// Header bit of a dict: values of entries may be global cells.
pub const HAS_CELLS: u8 = krait_heap::sticky::USER_B;

pub static SPEC: TypeSpec = TypeSpec {
    name: "dict",
    doc: Some(
        "dict() -> new empty dictionary\ndict(mapping) -> new dictionary with the (key, value) pairs of a mapping\n\
         dict(iterable) -> new dictionary as if each item of the iterable were assigned in turn\n\
         dict(**kwargs) -> new dictionary with the name=value pairs of the keyword arguments",
    ),
    layout: Layout::of::<Dict>(),
    flags: flags::BASETYPE | flags::DICT_SUBCLASS | flags::MAPPING,
    defs: &[methods::DictMethods::DEFS],
    ..TypeSpec::DEFAULT
};

impl Dict {
    fn empty(header: Header) -> Dict {
        Dict {
            header,
            storage: Slot::new(empty_dict_storage()),
            live: AtomicUsize::new(0),
            cells: Slot::empty(),
        }
    }

    /// An empty instance of `class`, a subclass of dict.
    pub fn alloc(cx: &mut Cx, class: Gc<Type>) -> Gc<Dict> {
        cx.alloc_instance_of(class, size_of::<Dict>(), Kind::Dict, Dict::empty)
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.live.load(Ordering::Relaxed)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline(always)]
    pub(crate) fn has_cells(&self) -> bool {
        self.header.sticky() & HAS_CELLS != 0
    }

    /// `dict` itself, not a subclass.
    #[inline(always)]
    pub fn is_exact(&self) -> bool {
        self.header.shape() == shape_id::DICT
    }

    pub fn trace(&self, t: &mut Tracer<'_>) {
        t.word(self.storage.get().bits());
        t.word(self.cells.get().bits());
    }
}

impl Cx {
    /// A new empty dict.
    #[inline]
    pub fn new_dict(&mut self) -> Gc<Dict> {
        let o = self
            .mutator
            .alloc(size_of::<Dict>(), shape_id::DICT, Kind::Dict as u8);
        // SAFETY: fresh memory of a dict; the header is copied from the allocation.
        unsafe {
            let header = std::ptr::read(o);
            o.cast::<Dict>().write(Dict::empty(header));
            Gc::from_ptr(o.cast())
        }
    }

    /// A new dict with room for `n` entries.
    pub fn new_dict_with_room(&mut self, n: usize) -> PyResult<Gc<Dict>> {
        let d = self.new_dict();
        d.reserve(self, n)?;
        Ok(d)
    }

    /// The TypeError for an unhashable key, naming its role; other exceptions pass.
    #[cold]
    pub(crate) fn unhashable(&mut self, key: Value, role: &str, raised: Raised) -> Raised {
        let type_error = self.types().type_error;
        if self.type_of(raised.value()) != type_error {
            return raised;
        }
        let cause = match self.str(raised.value()) {
            Ok(s) => s.to_string_lossy(),
            Err(e) => return e,
        };
        let name = self.type_of(key).shown_name(self);
        self.type_error(format!("cannot use '{name}' as a {role} ({cause})"))
    }

    /// `hash(key)` for an access to a dict.
    #[inline]
    pub fn dict_key_hash(&mut self, key: Value) -> PyResult<u64> {
        match self.key_hash(key) {
            Ok(h) => Ok(h),
            Err(e) => Err(self.unhashable(key, "dict key", e)),
        }
    }
}

/// One entry as iteration sees it.
#[derive(Clone, Copy)]
pub struct Entry {
    pub hash: u64,
    pub key: Value,
    pub value: Value,
}

// ---- Reading ------------------------------------------------------------------------------

impl Gc<Dict> {
    #[inline(always)]
    pub fn table(self) -> Gc<DictStorage> {
        Gc::from_value_unchecked(self.storage.get())
    }

    /// The value of an entry, cells opened; `EMPTY` if it was deleted.
    #[inline(always)]
    fn entry_value(self, table: Gc<DictStorage>, entry: usize) -> Value {
        let v = table.raw_value(entry);
        if self.has_cells() { cells::open(v) } else { v }
    }

    /// The value under a key that is an exact str. Never calls Python code: keys that are
    /// instances of str subclasses are never equal here.
    #[inline]
    pub fn get_str(self, cx: &mut Cx, key: Gc<Str>) -> Option<Value> {
        let hash = key.hash(cx) as u64;
        self.get_hashed_str(key, hash)
    }

    /// The same with the key's hash known.
    #[inline]
    pub fn get_hashed_str(self, key: Gc<Str>, hash: u64) -> Option<Value> {
        let table = self.table();
        let entry = table.find_str(key, hash)?;
        self.entry_value(table, entry).some()
    }

    /// The value under a key with this hash where that takes no loop and no call, else `EMPTY`.
    #[inline(always)]
    pub fn get_at_once(self, key: Value, hash: u64) -> Value {
        let table = self.table();
        match table.find_at_once(key, hash) {
            ABSENT | UNDECIDED => Value::EMPTY,
            _ if self.has_cells() => Value::EMPTY,
            entry => table.raw_value(entry),
        }
    }

    /// The number of the entry under an exact str, for [`Self::value_at`].
    pub fn entry_of(self, cx: &mut Cx, key: Gc<Str>) -> Option<usize> {
        let hash = key.hash(cx) as u64;
        self.table().find_str(key, hash)
    }

    /// The value of this entry, if there is one whose key is this very object.
    #[inline]
    pub fn value_at(self, entry: usize, key: Value) -> Option<Value> {
        let table = self.table();
        if entry >= table.used() || table.key(entry) != key {
            return None;
        }
        self.entry_value(table, entry).some()
    }

    /// `self[key]`, `None` if it is missing. Does not call `__missing__`.
    #[inline(always)]
    pub fn get(self, cx: &mut Cx, key: Value) -> PyResult<Option<Value>> {
        if let Some(hash) = cx.ready_hash(key)
            && !self.has_cells()
        {
            let table = self.table();
            match table.find_at_once(key, hash) {
                UNDECIDED => {}
                ABSENT => return Ok(None),
                entry => return Ok(table.raw_value(entry).some()),
            }
        }
        Ok(self.get_searching(cx, key)?.some())
    }

    /// As `get`; `EMPTY` if the key is missing.
    #[inline(never)]
    fn get_searching(self, cx: &mut Cx, key: Value) -> PyResult<Value> {
        let hash = cx.dict_key_hash(key)?;
        let found = self.get_known_hash(cx, key, hash)?;
        Ok(found.unwrap_or(Value::EMPTY))
    }

    #[inline]
    pub fn get_known_hash(self, cx: &mut Cx, key: Value, hash: u64) -> PyResult<Option<Value>> {
        let (table, entry) = search(cx, &self.storage, key, hash)?;
        Ok(entry.and_then(|e| self.entry_value(table, e).some()))
    }

    pub fn contains(self, cx: &mut Cx, key: Value) -> PyResult<bool> {
        Ok(self.get(cx, key)?.is_some())
    }

    /// The next entry at or after `*pos` in insertion order; `*pos` moves behind it. Starts at 0.
    /// Entries added meanwhile are met, too.
    #[inline]
    pub fn next_entry(self, pos: &mut usize) -> Option<(Value, Value)> {
        self.next_full_entry(pos).map(|e| (e.key, e.value))
    }

    #[inline]
    pub fn next_full_entry(self, pos: &mut usize) -> Option<Entry> {
        let table = self.table();
        while let Some(entry) = table.next_live(*pos) {
            *pos = entry + 1;
            let key = table.key(entry);
            let value = self.entry_value(table, entry);
            if !key.is_empty() && !value.is_empty() {
                return Some(Entry {
                    hash: table.hash(entry),
                    key,
                    value,
                });
            }
        }
        None
    }

    /// The last entry before `*pos`, in reverse insertion order; start at [`Self::end`].
    pub fn previous_entry(self, pos: &mut usize) -> Option<(Value, Value)> {
        let table = self.table();
        while let Some(entry) = table.previous_live(*pos) {
            *pos = entry;
            let key = table.key(entry);
            let value = self.entry_value(table, entry);
            if !key.is_empty() && !value.is_empty() {
                return Some((key, value));
            }
        }
        None
    }

    /// The position behind the last entry.
    pub fn end(self) -> usize {
        self.table().used()
    }

    /// A new list of the keys, for dicts of moderate size.
    pub fn keys_list(self, cx: &mut Cx) -> Value {
        let keys = cx.collect(self.value());
        let keys = cx.expect_memory(keys);
        List::from_vec(cx, keys).value()
    }

    /// Bytes of dict and storage, for `__sizeof__`.
    pub fn byte_size(self) -> usize {
        let table = self.table();
        size_of::<Dict>()
            + if table.capacity() == 0 {
                0
            } else {
                table.byte_size()
            }
    }
}

// ---- Writing ------------------------------------------------------------------------------

impl Gc<Dict> {
    #[inline(always)]
    fn set_len(self, n: usize) {
        self.live.store(n, Ordering::Relaxed);
    }

    /// Makes room for `extra` more entries.
    pub fn reserve(self, cx: &mut Cx, extra: usize) -> PyResult<()> {
        loop {
            let old = self.table();
            if old.capacity() - old.used() >= extra && old.capacity() != 0 {
                return Ok(());
            }
            let new = Gc::<DictStorage>::with_room(cx, self.len() + extra)?;
            self.replace(cx, old, new);
        }
    }

    /// Replaces the full table `old`; somebody else may have done so meanwhile.
    #[cold]
    fn grow(self, cx: &mut Cx, old: Gc<DictStorage>) -> PyResult<()> {
        let new = Gc::<DictStorage>::successor(cx, self.len())?;
        self.replace(cx, old, new);
        Ok(())
    }

    /// Makes the storage of a dict that has none yet, with this entry. `false`: it has some.
    fn set_first(self, cx: &mut Cx, key: Value, hash: u64, value: Value) -> PyResult<bool> {
        if self.table().capacity() != 0 || self.has_cells() {
            return Ok(false);
        }
        let new = Gc::<DictStorage>::with_room(cx, 1)?;
        new.append(cx, hash, [key, value]);
        cx.mutator.lock(self.header());
        let first = self.table().capacity() == 0;
        if first {
            self.storage.set(cx, self, new.value());
            self.set_len(1);
        }
        cx.mutator.unlock(self.header());
        Ok(first)
    }

    /// Adds an entry to this unshared dict, which does not have the key, and has room for it.
    pub(crate) fn push_new(self, cx: &mut Cx, key: Gc<Str>, value: Value) {
        let hash = key.hash(cx) as u64;
        self.table().append(cx, hash, [key.value(), value]);
        self.set_len(self.len() + 1);
    }

    fn replace(self, cx: &mut Cx, old: Gc<DictStorage>, new: Gc<DictStorage>) {
        cx.mutator.lock(self.header());
        if self.table() == old && new.capacity() > self.len() {
            new.fill_from(cx, old, self.len());
            self.storage.set(cx, self, new.value());
        }
        cx.mutator.unlock(self.header());
    }

    /// Writes what a search prepared; false if the dict changed since and the search must be
    /// repeated.
    #[inline]
    fn commit(self, cx: &mut Cx, found: &Found, key: Value, hash: u64, value: Value) -> bool {
        cx.mutator.lock(self.header());
        let table = found.table;
        let valid = self.table() == table
            && match found.entry {
                Some(entry) => {
                    let live = !table.raw_value(entry).is_empty();
                    if live {
                        self.store(cx, table, entry, value);
                    }
                    live
                }
                None => {
                    let unchanged = table.used() == found.used && !table.is_full();
                    if unchanged {
                        self.insert_new(cx, table, key, hash, value);
                    }
                    unchanged
                }
            };
        cx.mutator.unlock(self.header());
        valid
    }

    /// Replaces the value of a live entry, under the lock.
    #[inline]
    fn store(self, cx: &mut Cx, table: Gc<DictStorage>, entry: usize, value: Value) {
        match Gc::<GlobalCell>::from_value(table.raw_value(entry)) {
            Some(cell) if self.has_cells() => cell.value.set(cx, cell, value),
            _ => table.set_word(cx, entry, 1, value),
        }
    }

    /// Adds an entry, under the lock. A ghost cell of that name becomes the entry's cell.
    #[inline]
    fn insert_new(self, cx: &mut Cx, table: Gc<DictStorage>, key: Value, hash: u64, value: Value) {
        let word = if self.has_cells() {
            cells::adopt_ghost(cx, self, key, value)
        } else {
            value
        };
        table.append(cx, hash, [key, word]);
        self.set_len(self.len() + 1);
    }

    #[inline]
    fn search(self, cx: &mut Cx, key: Value, hash: u64) -> PyResult<Found> {
        // Read first: what is added while the search runs must not go unnoticed.
        loop {
            let before = self.table();
            let used = before.used();
            let (table, entry) = search(cx, &self.storage, key, hash)?;
            if table == before {
                return Ok(Found { table, used, entry });
            }
        }
    }

    fn search_str(self, key: Gc<Str>, hash: u64) -> Found {
        let table = self.table();
        let used = table.used();
        Found {
            table,
            used,
            entry: table.find_str(key, hash),
        }
    }

    /// `self[key] = value` for an exact str; never calls Python code.
    ///
    /// # Panics
    /// If there is no memory for a larger table.
    pub fn set_str(self, cx: &mut Cx, key: Gc<Str>, value: Value) {
        let hash = key.hash(cx) as u64;
        loop {
            let found = self.search_str(key, hash);
            if found.needs_room() {
                if self.grow(cx, found.table).is_err() {
                    panic!("out of memory for a namespace");
                }
            } else if self.commit(cx, &found, key.value(), hash, value) {
                return;
            }
        }
    }

    /// `self[key] = value`.
    #[inline]
    pub fn set(self, cx: &mut Cx, key: Value, value: Value) -> PyResult<()> {
        let hash = cx.dict_key_hash(key)?;
        self.set_known_hash(cx, key, hash, value)
    }

    /// `self[key] = value` where the key's place is known at once and no other thread has to be kept off.
    /// `false`: nothing was done.
    #[inline(always)]
    pub fn set_at_once(self, cx: &mut Cx, key: Value, hash: u64, value: Value) -> bool {
        if cx.mutator.is_multithreaded() || self.has_cells() {
            return false;
        }
        let table = self.table();
        match table.find_at_once(key, hash) {
            UNDECIDED => return false,
            ABSENT if table.is_full() => return false,
            ABSENT => {
                table.append(cx, hash, [key, value]);
                self.set_len(self.len() + 1);
            }
            entry => table.set_word(cx, entry, 1, value),
        }
        true
    }

    pub fn set_known_hash(self, cx: &mut Cx, key: Value, hash: u64, value: Value) -> PyResult<()> {
        if self.set_at_once(cx, key, hash, value) {
            return Ok(());
        }
        self.set_searching(cx, key, hash, value)
    }

    #[inline(never)]
    fn set_searching(self, cx: &mut Cx, key: Value, hash: u64, value: Value) -> PyResult<()> {
        loop {
            let found = self.search(cx, key, hash)?;
            if found.needs_room() {
                if self.set_first(cx, key, hash, value)? {
                    return Ok(());
                }
                self.grow(cx, found.table)?;
            } else if self.commit(cx, &found, key, hash, value) {
                return Ok(());
            }
        }
    }

    /// The value under `key`, after storing `default` there if it is missing; whether it was
    /// there is the second result. Atomic.
    pub fn set_default(self, cx: &mut Cx, key: Value, default: Value) -> PyResult<(Value, bool)> {
        let hash = cx.dict_key_hash(key)?;
        self.set_default_known_hash(cx, key, hash, default)
    }

    pub fn set_default_known_hash(
        self,
        cx: &mut Cx,
        key: Value,
        hash: u64,
        default: Value,
    ) -> PyResult<(Value, bool)> {
        loop {
            let found = self.search(cx, key, hash)?;
            if let Some(entry) = found.entry {
                if let Some(v) = self.entry_value(found.table, entry).some() {
                    return Ok((v, true));
                }
            } else if found.needs_room() {
                self.grow(cx, found.table)?;
            } else if self.commit(cx, &found, key, hash, default) {
                return Ok((default, false));
            }
        }
    }

    /// Deletes what a search found, under the lock; `None` if it changed since.
    fn delete_found(
        self,
        cx: &mut Cx,
        table: Gc<DictStorage>,
        entry: usize,
    ) -> Option<(Value, Value)> {
        cx.mutator.lock(self.header());
        let key = table.key(entry);
        let value = self.entry_value(table, entry);
        let valid = self.table() == table && !key.is_empty() && !value.is_empty();
        if valid {
            if self.has_cells() {
                cells::make_ghost(table.raw_value(entry));
            }
            table.delete(entry);
            self.set_len(self.len() - 1);
        }
        cx.mutator.unlock(self.header());
        valid.then_some((key, value))
    }

    /// Removes `key` and returns its value, `None` if it is missing.
    pub fn remove(self, cx: &mut Cx, key: Value) -> PyResult<Option<Value>> {
        let hash = cx.dict_key_hash(key)?;
        self.remove_known_hash(cx, key, hash)
    }

    pub fn remove_known_hash(self, cx: &mut Cx, key: Value, hash: u64) -> PyResult<Option<Value>> {
        loop {
            let (table, entry) = search(cx, &self.storage, key, hash)?;
            let Some(entry) = entry else { return Ok(None) };
            if let Some((_, value)) = self.delete_found(cx, table, entry) {
                return Ok(Some(value));
            }
        }
    }

    /// Removes an exact str key; never calls Python code.
    pub fn remove_str(self, cx: &mut Cx, key: Gc<Str>) -> Option<Value> {
        let hash = key.hash(cx) as u64;
        loop {
            let table = self.table();
            let entry = table.find_str(key, hash)?;
            if let Some((_, value)) = self.delete_found(cx, table, entry) {
                return Some(value);
            }
        }
    }

    /// Removes and returns the newest entry.
    pub fn pop_last(self, cx: &mut Cx) -> Option<(Value, Value)> {
        loop {
            let table = self.table();
            cx.mutator.lock(self.header());
            let entry = table.last_live();
            cx.mutator.unlock(self.header());
            if let Some(pair) = self.delete_found(cx, table, entry?) {
                return Some(pair);
            }
        }
    }

    /// Removes all entries.
    pub fn clear(self, cx: &mut Cx) {
        if !self.has_cells() {
            cx.mutator.lock(self.header());
            self.storage.set(cx, self, empty_dict_storage());
            self.set_len(0);
            cx.mutator.unlock(self.header());
            return;
        }
        while self.pop_last(cx).is_some() {}
    }

    /// A new plain dict with the same entries.
    pub fn copy(self, cx: &mut Cx) -> PyResult<Gc<Dict>> {
        let new = cx.new_dict();
        new.fill_copy(cx, self)?;
        Ok(new)
    }

    /// Fills this new, empty, unshared dict with the entries of `from`.
    pub fn fill_copy(self, cx: &mut Cx, from: Gc<Dict>) -> PyResult<()> {
        if from.is_empty() {
            return Ok(());
        }
        loop {
            let source = from.table();
            let table = Gc::<DictStorage>::with_room(cx, from.len())?;
            cx.mutator.lock(from.header());
            let n = from.len();
            let valid = from.table() == source && table.capacity() >= n;
            if valid {
                if from.has_cells() {
                    let mut pos = 0;
                    while let Some(e) = from.next_full_entry(&mut pos) {
                        table.append(cx, e.hash, [e.key, e.value]);
                    }
                } else {
                    table.fill_from(cx, source, n);
                }
            }
            cx.mutator.unlock(from.header());
            if valid {
                self.storage.set(cx, self, table.value());
                self.set_len(n);
                return Ok(());
            }
        }
    }
}

/// Where a search ended and what it may rely on.
struct Found {
    table: Gc<DictStorage>,
    /// Entries when the search started: others may be equal to the key.
    used: usize,
    entry: Option<usize>,
}

impl Found {
    #[inline(always)]
    fn needs_room(&self) -> bool {
        self.entry.is_none() && self.table.is_full()
    }
}
