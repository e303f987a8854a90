//! The hash table under dicts: insertion-ordered entries with a separate index.
//!
//! One heap object holds everything:
//!
//! ```text
//! header | capacity, used | mask of the index, place of the entries, hints | index | hashes | entries
//! ```
//!
//! The index has a power of two of words, as narrow as the capacity allows, each the number of an
//! entry, "never used" or "deleted". Entries are two words, key and value;
//! hashes stand apart, so that the references are one contiguous run for the collector.
//!
//! # Readers take no lock
//!
//! An entry is written before the index names it, never reused within one table, and its key and
//! hash never change except that deletion empties it. A table that is full is replaced, not
//! changed; the collector keeps the old one while somebody reads it.

use std::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, Ordering};

use crate::cx::Cx;
use crate::error::PyResult;
use crate::heap::Tracer;
use crate::object::{Gc, Header, Kind, Object, Slot, copy_few};
use crate::protocol::equality::Known;
use crate::types::shape_id;
use crate::types::str::Str;
use crate::value::Value;

/// Words of an entry: key and value.
const W: usize = 2;

/// Storage of a dict.
#[repr(C)]
pub struct DictStorage {
    pub header: Header,
    capacity: u32,
    used: AtomicU32,
    /// Index words less one; there is a power of two of them.
    mask: u32,
    /// Where the entries begin, in words from the start of the object.
    entries_at: u32,
    /// Hint: entries before this one are dead. Lets queues be emptied from the front.
    front: AtomicU32,
    /// Hint: entries from here on are dead. Lets stacks be emptied from the end.
    tail: AtomicU32,
}

// SAFETY: repr(C), header first; what changes is atomic.
unsafe impl Object for DictStorage {
    const KIND: Kind = Kind::DictStorage;
}

/// Bytes before the index.
const FIXED: usize = size_of::<DictStorage>();
const MIN_LOG2: u8 = 3;
/// A table of twice the size would not tell where its entries begin.
const MAX_LOG2: u8 = 31;
/// Tables with more entries log the slots they store into, smaller ones the whole object.
const SLOT_LOGGED: u32 = 64;

/// A table without entries, for containers that are empty: shared, never written.
#[repr(C)]
struct EmptyTable {
    table: DictStorage,
    index: [u8; 1 << MIN_LOG2],
}

static EMPTY_TABLE: EmptyTable = EmptyTable {
    table: DictStorage {
        header: Header::new_static(shape_id::DICT_STORAGE, Kind::DictStorage as u8),
        capacity: 0,
        used: AtomicU32::new(0),
        mask: (1 << MIN_LOG2) - 1,
        entries_at: ((FIXED + (1 << MIN_LOG2)) / 8) as u32,
        front: AtomicU32::new(0),
        tail: AtomicU32::new(0),
    },
    index: [u8::MAX; 1 << MIN_LOG2],
};

/// The storage of an empty dict.
#[inline(always)]
pub fn empty_dict_storage() -> Value {
    Value::from_object((&raw const EMPTY_TABLE).cast())
}

/// An index word: the number of an entry or one of two marks.
trait IndexWord {
    const FREE: usize;
    const DELETED: usize = Self::FREE - 1;
    /// # Safety
    /// `i` is inside the index of words of this type at `index`.
    unsafe fn load(index: *const u8, i: usize) -> usize;
    /// # Safety
    /// As `load`; the caller is the only writer.
    unsafe fn store(index: *const u8, i: usize, entry: usize);
}

macro_rules! index_word {
    ($($word:ty, $atomic:ty;)*) => {$(
        impl IndexWord for $atomic {
            const FREE: usize = <$word>::MAX as usize;
            #[inline(always)]
            unsafe fn load(index: *const u8, i: usize) -> usize {
                // SAFETY: in bounds by contract; index words are aligned and only accessed atomically.
                unsafe { (*index.cast::<$atomic>().add(i)).load(Ordering::Acquire) as usize }
            }
            #[inline(always)]
            unsafe fn store(index: *const u8, i: usize, entry: usize) {
                // SAFETY: as in `load`.
                unsafe { (*index.cast::<$atomic>().add(i)).store(entry as $word, Ordering::Release) }
            }
        }
    )*};
}
index_word! { u8, AtomicU8; u16, AtomicU16; u32, AtomicU32; }

/// Where in an index of `mask + 1` words the search for a hash begins. Consecutive hashes begin at places of
/// their own, and so do those at a distance of a power of two: ids of objects, keys of `memo` dicts, are
/// multiples of 16.
#[inline(always)]
fn first_place(hash: u64, mask: usize) -> usize {
    (hash ^ hash >> 4 ^ hash >> 7) as usize & mask
}

/// The sequence of index positions to try for a hash: linear congruential, perturbed by the high
/// bits, so that regular patterns of hashes (small ints) neither collide nor cluster.
struct Probes {
    at: usize,
    perturb: u64,
    mask: usize,
}

impl Probes {
    #[inline(always)]
    fn new(hash: u64, mask: usize) -> Probes {
        Probes {
            at: first_place(hash, mask),
            perturb: hash,
            mask,
        }
    }

    #[inline(always)]
    fn advance(&mut self) {
        self.perturb >>= 5;
        self.at = self
            .at
            .wrapping_mul(5)
            .wrapping_add(self.perturb as usize)
            .wrapping_add(1)
            & self.mask;
    }
}

/// Runs `$body` with `$I` bound to the type of the table's index words.
macro_rules! with_index_word {
    ($table:expr, $I:ident => $body:expr) => {
        match $table.mask {
            ..0x100 => {
                type $I = AtomicU8;
                $body
            }
            ..0x1_0000 => {
                type $I = AtomicU16;
                $body
            }
            _ => {
                type $I = AtomicU32;
                $body
            }
        }
    };
}

/// Outcome of a search that may have called Python code.
enum Probe {
    Hit(usize),
    Miss,
    /// The container got another table, or the key compared with was deleted.
    Restart,
}

impl DictStorage {
    #[inline(always)]
    pub fn capacity(&self) -> usize {
        self.capacity as usize
    }

    /// Entries so far, deleted ones included.
    #[inline(always)]
    pub fn used(&self) -> usize {
        self.used.load(Ordering::Acquire) as usize
    }

    #[inline(always)]
    pub fn is_full(&self) -> bool {
        self.used.load(Ordering::Relaxed) == self.capacity
    }

    /// Bytes of this object.
    pub fn byte_size(&self) -> usize {
        (self.entries_at as usize + self.capacity() * W) * 8
    }

    #[inline(always)]
    fn mask(&self) -> usize {
        self.mask as usize
    }

    pub fn trace(&self, t: &mut Tracer<'_>) {
        if self.capacity == 0 {
            return;
        }
        // SAFETY: the entries up to `used` are initialised words of this object.
        unsafe {
            let entries = (&raw const *self)
                .cast::<u64>()
                .add(self.entries_at as usize);
            t.words(entries, self.used() * W);
        }
    }
}

impl Gc<DictStorage> {
    /// A table with room for at least `entries` entries.
    pub fn with_room(cx: &mut Cx, entries: usize) -> PyResult<Gc<DictStorage>> {
        let words = entries
            .max(1)
            .checked_mul(3)
            .map(|n| (n / 2 + 1).next_power_of_two());
        Self::allocate(cx, words)
    }

    /// The table that follows one with `live` entries: room to double, compact if many are dead.
    pub fn successor(cx: &mut Cx, live: usize) -> PyResult<Gc<DictStorage>> {
        Self::allocate(cx, live.checked_mul(3).map(usize::next_power_of_two))
    }

    fn allocate(cx: &mut Cx, index_words: Option<usize>) -> PyResult<Gc<DictStorage>> {
        let log2 = match index_words {
            Some(n) => (n.trailing_zeros() as u8).max(MIN_LOG2),
            None => MAX_LOG2 + 1,
        };
        if log2 > MAX_LOG2 {
            return Err(cx.memory_error());
        }
        let width = if log2 <= 8 {
            0
        } else if log2 <= 16 {
            1
        } else {
            2
        };
        let capacity = ((1u64 << log2) * 2 / 3) as usize;
        let index_bytes = 1usize << (log2 + width);
        let entries_at = (FIXED + index_bytes) / 8 + capacity;
        let o = cx.alloc_sized(
            (entries_at + capacity * W) * 8,
            shape_id::DICT_STORAGE,
            Kind::DictStorage,
        )?;
        // SAFETY: fresh zeroed memory of that size; zero is right for `used` and the hints.
        unsafe {
            let t = o.cast::<DictStorage>();
            (&raw mut (*t).capacity).write(capacity as u32);
            (&raw mut (*t).mask).write(((1u64 << log2) - 1) as u32);
            (&raw mut (*t).entries_at).write(entries_at as u32);
            let index = o.cast::<u8>().add(FIXED);
            if log2 == MIN_LOG2 {
                // One word: a call of the C library takes longer.
                index.cast::<u64>().write(u64::MAX);
            } else {
                index.write_bytes(u8::MAX, index_bytes);
            }
            Ok(Gc::from_ptr(t))
        }
    }

    #[inline(always)]
    fn index(self) -> *const u8 {
        // SAFETY: the index follows the fixed part of every table.
        unsafe { self.as_ptr().cast::<u8>().add(FIXED) }
    }

    #[inline(always)]
    fn hash_slot(self, entry: usize) -> *mut u64 {
        debug_assert!(entry < self.capacity());
        // SAFETY: `capacity` hashes stand before the entries.
        unsafe {
            self.as_ptr()
                .cast::<u64>()
                .add(self.entries_at as usize - self.capacity() + entry)
        }
    }

    #[inline(always)]
    fn slot(self, entry: usize, word: usize) -> &'static Slot {
        debug_assert!(entry < self.capacity() && word < W);
        // SAFETY: the entries follow the hashes. The lifetime is as unbounded as `Gc`'s own: the
        // table lives as long as somebody on a native stack refers to it or into it.
        unsafe {
            &*self
                .as_ptr()
                .cast::<Slot>()
                .add(self.entries_at as usize + entry * W + word)
        }
    }

    #[inline(always)]
    pub fn hash(self, entry: usize) -> u64 {
        // SAFETY: written before the entry was published, not changed after.
        unsafe { *self.hash_slot(entry) }
    }

    /// The key, `EMPTY` if the entry was deleted.
    #[inline(always)]
    pub fn key(self, entry: usize) -> Value {
        self.slot(entry, 0).get()
    }

    /// The first live entry at or after `from`.
    #[inline]
    pub fn next_live(self, from: usize) -> Option<usize> {
        let used = self.used();
        let front = self.front.load(Ordering::Relaxed) as usize;
        let mut entry = from.max(front);
        while entry < used && self.key(entry).is_empty() {
            entry += 1;
        }
        if from <= front && entry > front {
            // Racing threads may move the hint back: it still skips dead entries only.
            self.front.store(entry as u32, Ordering::Relaxed);
        }
        (entry < used).then_some(entry)
    }

    /// The last live entry before `end`.
    pub fn previous_live(self, end: usize) -> Option<usize> {
        let end = end.min(self.used());
        (0..end).rev().find(|&e| !self.key(e).is_empty())
    }

    /// The last live entry; remembers where it is for the next call. Under the container's lock.
    pub fn last_live(self) -> Option<usize> {
        let last = self.previous_live(self.tail.load(Ordering::Relaxed) as usize);
        if self.capacity != 0 {
            self.tail
                .store(last.map_or(0, |e| e as u32 + 1), Ordering::Relaxed);
        }
        last
    }

    /// Stores a word of an entry with the barrier that suits the table's size.
    #[inline(always)]
    pub fn set_word(self, cx: &mut Cx, entry: usize, word: usize, v: Value) {
        let slot = self.slot(entry, word);
        slot.set_immediate(v);
        self.logged(cx, slot);
    }

    #[inline(always)]
    fn logged(self, cx: &mut Cx, slot: &Slot) {
        if self.capacity > SLOT_LOGGED {
            cx.mutator
                .write_barrier_slot(self.header(), (&raw const *slot).cast());
        } else {
            cx.write_barrier(self.header());
        }
    }

    /// The entry of this very key if it is at the first place for its hash, `ABSENT` if nothing
    /// was ever put there, `UNDECIDED` where that takes more. No loop and no call: most searches end here.
    #[inline(always)]
    pub(crate) fn find_at_once(self, key: Value, hash: u64) -> usize {
        with_index_word!(self, I => self.find_at_once_by::<I>(key, hash))
    }

    #[inline(always)]
    fn find_at_once_by<I: IndexWord>(self, key: Value, hash: u64) -> usize {
        // SAFETY: the place is inside the index, which names entries.
        let entry = unsafe { I::load(self.index(), first_place(hash, self.mask())) };
        if entry == I::FREE {
            ABSENT
        } else if entry != I::DELETED && self.key(entry) == key {
            entry
        } else {
            UNDECIDED
        }
    }

    /// The live entry whose key is this exact str, without calling Python code.
    #[inline(always)]
    pub fn find_str(self, key: Gc<Str>, hash: u64) -> Option<usize> {
        match self.find_at_once(key.value(), hash) {
            UNDECIDED => self.find_str_further(key, hash),
            ABSENT => None,
            entry => Some(entry),
        }
    }

    #[inline(never)]
    fn find_str_further(self, key: Gc<Str>, hash: u64) -> Option<usize> {
        with_index_word!(self, I => self.find_str_by::<I>(key, hash))
    }

    #[inline(always)]
    fn find_str_by<I: IndexWord>(self, key: Gc<Str>, hash: u64) -> Option<usize> {
        let places = self.places();
        let mut probes = Probes::new(hash, self.mask());
        loop {
            // SAFETY: probes stay inside the index, which names entries.
            unsafe {
                let entry = I::load(places.index, probes.at);
                if entry == I::FREE {
                    return None;
                }
                if entry != I::DELETED {
                    let k = places.key(entry);
                    if k == key.value() || (places.hash(entry) == hash && same_str(k, key)) {
                        return Some(entry);
                    }
                }
            }
            probes.advance();
        }
    }

    /// The live entry whose key equals `key` as far as [`Cx::known_eq`] tells, else `ABSENT` or
    /// `UNDECIDED`. Scalars only, and no calls for texts and ints: this is what most searches are.
    #[inline(always)]
    pub(crate) fn find_plain(self, cx: &Cx, key: Value, hash: u64) -> usize {
        match self.find_at_once(key, hash) {
            UNDECIDED => self.find_plain_further(cx, key, hash),
            found => found,
        }
    }

    #[inline(never)]
    fn find_plain_further(self, cx: &Cx, key: Value, hash: u64) -> usize {
        with_index_word!(self, I => self.find_plain_by::<I>(cx, key, hash))
    }

    #[inline(always)]
    fn find_plain_by<I: IndexWord>(self, cx: &Cx, key: Value, hash: u64) -> usize {
        let places = self.places();
        let mut probes = Probes::new(hash, self.mask());
        loop {
            // SAFETY: probes stay inside the index.
            let entry = unsafe { I::load(places.index, probes.at) };
            if entry == I::FREE {
                return ABSENT;
            }
            if entry != I::DELETED {
                // SAFETY: the index names entries (also below).
                let k = unsafe { places.key(entry) };
                if k == key {
                    return entry;
                }
                // SAFETY: as above.
                if unsafe { places.hash(entry) } == hash && !k.is_empty() {
                    match (as_exact_str(key), as_exact_str(k)) {
                        (Some(a), Some(b)) if a.eq_str(b) => return entry,
                        (Some(_), Some(_)) => {}
                        // Two small ints of one hash that are not the same word are different.
                        _ if k.is_small() && key.is_small() => {}
                        _ => match known_eq(cx, k, key) {
                            Known::Equal => return entry,
                            Known::Different => {}
                            Known::Unknown => return UNDECIDED,
                        },
                    }
                }
            }
            probes.advance();
        }
    }

    /// The addresses of a table's parts, for loops: each load of an index word keeps the compiler from
    /// working them out once.
    #[inline(always)]
    fn places(self) -> Places {
        let index = self.index();
        // SAFETY: the parts follow each other in the object.
        unsafe {
            let entries = self.as_ptr().cast::<u64>().add(self.entries_at as usize);
            Places {
                index,
                hashes: entries.sub(self.capacity()),
                entries: entries.cast(),
            }
        }
    }

    /// The live entry whose key equals `key`; may call `__eq__`. `None` also if the container,
    /// whose storage is `owner`, changed meanwhile such that the search has to start again.
    #[inline]
    fn probe(self, cx: &mut Cx, owner: &Slot, key: Value, hash: u64) -> PyResult<Probe> {
        with_index_word!(self, I => self.probe_by::<I>(cx, owner, key, hash))
    }

    #[inline(always)]
    fn probe_by<I: IndexWord>(
        self,
        cx: &mut Cx,
        owner: &Slot,
        key: Value,
        hash: u64,
    ) -> PyResult<Probe> {
        let mut probes = Probes::new(hash, self.mask());
        let exact_str = as_exact_str(key);
        loop {
            // SAFETY: probes stay inside the index.
            let entry = unsafe { I::load(self.index(), probes.at) };
            if entry == I::FREE {
                return Ok(Probe::Miss);
            }
            if entry != I::DELETED {
                let k = self.key(entry);
                if k == key {
                    return Ok(Probe::Hit(entry));
                }
                if self.hash(entry) == hash && !k.is_empty() {
                    match (exact_str, as_exact_str(k)) {
                        (Some(a), Some(_)) => {
                            if same_str(k, a) {
                                return Ok(Probe::Hit(entry));
                            }
                        }
                        _ => {
                            // Two small ints of one hash that are not the same word are different.
                            let equal = !(k.is_small() && key.is_small())
                                && (k.is(key) || cx.eq(k, key)?);
                            if owner.get() != self.value() || self.key(entry) != k {
                                return Ok(Probe::Restart);
                            }
                            if equal {
                                return Ok(Probe::Hit(entry));
                            }
                        }
                    }
                }
            }
            probes.advance();
        }
    }

    /// Adds an entry for a key that is not there. The caller has the container's lock, and the
    /// table is not full. `words` are key and, for dicts, value.
    #[inline]
    pub fn append(self, cx: &mut Cx, hash: u64, words: [Value; W]) {
        let entry = self.used.load(Ordering::Relaxed) as usize;
        let places = self.places();
        debug_assert!(entry < self.capacity());
        // SAFETY: an entry that nobody knows yet.
        let slots = unsafe {
            places.hashes.cast_mut().add(entry).write(hash);
            std::slice::from_raw_parts(places.entries.add(entry * W), W)
        };
        for i in 0..W {
            slots[i].set_immediate(words[i]);
        }
        if cx.mutator.needs_barrier(self.header()) {
            for slot in slots {
                self.logged(cx, slot);
            }
        }
        with_index_word!(self, I => self.add_to_index::<I>(hash, entry));
        self.tail.store(entry as u32 + 1, Ordering::Relaxed);
        self.used.store(entry as u32 + 1, Ordering::Release);
    }

    #[inline(always)]
    fn add_to_index<I: IndexWord>(self, hash: u64, entry: usize) {
        let mut probes = Probes::new(hash, self.mask());
        // SAFETY: probes stay inside the index; the lock makes this the only writer.
        unsafe {
            while I::load(self.index(), probes.at) < I::DELETED {
                probes.advance();
            }
            I::store(self.index(), probes.at, entry);
        }
    }

    /// Deletes a live entry; the caller has the container's lock.
    pub fn delete(self, entry: usize) {
        with_index_word!(self, I => self.delete_from_index::<I>(entry));
        // The value goes first: a reader that still saw the key finds the value empty.
        for word in (0..W).rev() {
            self.slot(entry, word).set_immediate(Value::EMPTY);
        }
    }

    fn delete_from_index<I: IndexWord>(self, entry: usize) {
        let mut probes = Probes::new(self.hash(entry), self.mask());
        // SAFETY: probes stay inside the index; the lock makes this the only writer.
        unsafe {
            loop {
                let e = I::load(self.index(), probes.at);
                if e == entry {
                    return I::store(self.index(), probes.at, I::DELETED);
                }
                debug_assert!(e != I::FREE, "a live entry is in the index");
                if e == I::FREE {
                    return;
                }
                probes.advance();
            }
        }
    }

    /// Copies the entries of `old`, of which so many are `live`, into this fresh table. The caller has the
    /// lock of the container that `old` belongs to.
    pub fn fill_from(self, cx: &mut Cx, old: Gc<DictStorage>, live: usize) {
        if self.mask == old.mask && old.used() == live && self.capacity == old.capacity {
            return self.fill_alike(cx, old);
        }
        with_index_word!(self, I => self.fill_by::<I>(cx, old));
    }

    /// As `fill_from` for an `old` of the same capacity without deleted entries.
    fn fill_alike(self, cx: &mut Cx, old: Gc<DictStorage>) {
        let n = old.used();
        // SAFETY: index and hashes stand next to each other, in tables of one geometry at the same
        // places, and so do the entries. The lock keeps writers off.
        unsafe {
            let (from, to) = (old.index(), self.index().cast_mut());
            let index_words = self.entries_at as usize - self.capacity() - FIXED / 8;
            copy_few(from.cast(), to.cast(), index_words + n);
            let (from, to) = (old.places().entries, self.places().entries);
            copy_few(from.cast(), to.cast_mut().cast(), n * W);
        }
        self.tail.store(n as u32, Ordering::Relaxed);
        self.used.store(n as u32, Ordering::Release);
        cx.write_barrier(self.header());
    }

    fn fill_by<I: IndexWord>(self, cx: &mut Cx, old: Gc<DictStorage>) {
        let mut n = 0;
        for entry in 0..old.used() {
            let key = old.key(entry);
            if key.is_empty() {
                continue;
            }
            let hash = old.hash(entry);
            // SAFETY: `n` counts live entries, for which this table was made big enough.
            unsafe { self.hash_slot(n).write(hash) };
            for word in 0..W {
                self.slot(n, word)
                    .set_immediate(old.slot(entry, word).get());
            }
            self.add_to_index::<I>(hash, n);
            n += 1;
        }
        self.tail.store(n as u32, Ordering::Relaxed);
        self.used.store(n as u32, Ordering::Release);
        // Nothing was allocated meanwhile, but a big table may have been born before a collection.
        cx.write_barrier(self.header());
    }
}

/// The addresses of a table's parts.
struct Places {
    index: *const u8,
    hashes: *const u64,
    entries: *const Slot,
}

impl Places {
    /// # Safety
    /// The entry is one that the index named.
    #[inline(always)]
    unsafe fn key(&self, entry: usize) -> Value {
        // SAFETY: by contract.
        unsafe { (*self.entries.add(entry * W)).get() }
    }

    /// # Safety
    /// As `key`.
    #[inline(always)]
    unsafe fn hash(&self, entry: usize) -> u64 {
        // SAFETY: by contract.
        unsafe { *self.hashes.add(entry) }
    }
}

impl Gc<DictStorage> {
    /// The value word of an entry as it is stored: perhaps a global cell, `EMPTY` if deleted.
    #[inline(always)]
    pub fn raw_value(self, entry: usize) -> Value {
        self.slot(entry, 1).get()
    }
}

/// What `find_plain` says of a key that is not there.
pub(crate) const ABSENT: usize = usize::MAX;
/// What `find_plain` says where only `__eq__` can tell.
pub(crate) const UNDECIDED: usize = usize::MAX - 1;

/// Searches the table in `owner` for `key`. Returns the table that the answer is about.
#[inline]
pub fn search(
    cx: &mut Cx,
    owner: &Slot,
    key: Value,
    hash: u64,
) -> PyResult<(Gc<DictStorage>, Option<usize>)> {
    let table: Gc<DictStorage> = Gc::from_value_unchecked(owner.get());
    match table.find_plain(cx, key, hash) {
        UNDECIDED => search_comparing(cx, owner, key, hash),
        ABSENT => Ok((table, None)),
        entry => Ok((table, Some(entry))),
    }
}

/// The same with `__eq__`; again if that changed the container.
#[cold]
#[inline(never)]
fn search_comparing(
    cx: &mut Cx,
    owner: &Slot,
    key: Value,
    hash: u64,
) -> PyResult<(Gc<DictStorage>, Option<usize>)> {
    loop {
        let table: Gc<DictStorage> = Gc::from_value_unchecked(owner.get());
        match table.probe(cx, owner, key, hash)? {
            Probe::Hit(entry) => return Ok((table, Some(entry))),
            Probe::Miss => return Ok((table, None)),
            Probe::Restart => {}
        }
    }
}

/// The str behind `v` unless it is an instance of a subclass, which may have its own `__eq__`.
#[inline(always)]
pub fn as_exact_str(v: Value) -> Option<Gc<Str>> {
    let o = v.as_object()?;
    // SAFETY: an object reference points to a live header; the shape vouches for the layout.
    unsafe { ((*o).shape() == shape_id::STR).then(|| Gc::from_ptr(o.cast())) }
}

/// Out of line: searches for texts and ints need no registers for it.
#[inline(never)]
pub(crate) fn known_eq(cx: &Cx, a: Value, b: Value) -> Known {
    cx.known_eq(a, b)
}

/// Whether `stored` is an exact str with the text of `key`.
#[inline]
fn same_str(stored: Value, key: Gc<Str>) -> bool {
    as_exact_str(stored).is_some_and(|s| s.eq_str(key))
}
