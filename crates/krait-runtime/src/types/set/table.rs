//! The hash table of sets: open addressing, the keys in one array and their hashes in another.
//!
//! ```text
//! header | mask, filled | bitmap of the places that have an element | keys | hashes
//! ```
//!
//! Tables are sparse, a third full after growing: the bitmap is what loops over elements look at.
//!
//! The order of the places is the order of iteration, which programs see: sets of small ints print
//! alike everywhere. So the sequence of places for a hash, when a table grows and how much are
//! those of CPython's `setobject.c`.
//!
//! # Readers take no lock
//!
//! A hash is written before its key. Removing an element leaves [`REMOVED`] in its place, which gets
//! another element only while there is one thread: nobody reads the key of one and the hash of
//! another. A crowded table is replaced, not changed; the collector keeps the old one while somebody
//! reads it.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::cx::Cx;
use crate::error::PyResult;
use crate::heap::Tracer;
use crate::object::{Gc, Header, Kind, Object, Slot};
use crate::protocol::equality::Known;
use crate::types::dict::table::{as_exact_str, known_eq};
use crate::types::shape_id;
use crate::value::Value;

/// Storage of a set. Its places are a power of two, of which at least one is always free.
#[repr(C)]
pub struct SetTable {
    pub header: Header,
    /// Number of places, less one.
    mask: u32,
    /// Places that are no longer free, those of removed elements included.
    filled: AtomicU32,
}

// SAFETY: repr(C), header first; what changes is atomic.
unsafe impl Object for SetTable {
    const KIND: Kind = Kind::SetStorage;
}

const FIXED: usize = size_of::<SetTable>();
/// Places of the smallest table, less one.
const MIN_MASK: usize = 7;
const MAX_LOG2: u32 = 31;
/// Sets with more elements double, smaller ones grow fourfold.
const LARGE: usize = 50_000;
/// Tables with more places log the slots they store into, smaller ones the whole object.
const SLOT_LOGGED: u32 = 64;
/// What stands in the place of an element that was removed.
const REMOVED: Value = Value::UNBOUND;

/// The table of sets that are empty: one place, so that the first element replaces it.
#[repr(C)]
struct EmptyTable {
    table: SetTable,
    bitmap: [u64; 1],
    keys: [u64; 1],
    hashes: [u64; 1],
}

static EMPTY_TABLE: EmptyTable = EmptyTable {
    table: SetTable {
        header: Header::new_static(shape_id::SET_STORAGE, Kind::SetStorage as u8),
        mask: 0,
        filled: AtomicU32::new(0),
    },
    bitmap: [0],
    keys: [Value::EMPTY.bits()],
    hashes: [0],
};

/// The storage of an empty set.
#[inline(always)]
pub fn empty_set_storage() -> Value {
    Value::from_object((&raw const EMPTY_TABLE).cast())
}

/// The places to try for a hash: runs of neighbours, between them jumps that the high bits of the hash
/// perturb.
struct Probes {
    at: usize,
    start: usize,
    end: usize,
    perturb: u64,
    mask: usize,
}

/// Neighbours that are tried behind the first place of a run, if all of them exist.
const NEIGHBOURS: usize = 9;

impl Probes {
    #[inline(always)]
    fn new(hash: u64, mask: usize) -> Probes {
        let start = hash as usize & mask;
        Probes {
            at: start,
            start,
            end: Self::end_of_run(start, mask),
            perturb: hash,
            mask,
        }
    }

    #[inline(always)]
    fn end_of_run(start: usize, mask: usize) -> usize {
        if start + NEIGHBOURS <= mask {
            start + NEIGHBOURS
        } else {
            start
        }
    }

    #[inline(always)]
    fn advance(&mut self) {
        if self.at < self.end {
            self.at += 1;
            return;
        }
        self.perturb >>= 5;
        self.start = self
            .start
            .wrapping_mul(5)
            .wrapping_add(1)
            .wrapping_add(self.perturb as usize)
            & self.mask;
        self.at = self.start;
        self.end = Self::end_of_run(self.start, self.mask);
    }
}

/// What a search found: one scalar, so that it comes back in a register.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Found(usize);

const ABSENT: usize = 1 << 63;

impl Found {
    /// Only `__eq__` can tell.
    pub const UNDECIDED: Found = Found(usize::MAX);

    /// The place of the element.
    #[inline(always)]
    pub fn place(self) -> Option<usize> {
        (self.0 & ABSENT == 0).then_some(self.0)
    }

    /// The place for an element that is absent; meaningless for others.
    #[inline(always)]
    pub fn free_place(self) -> usize {
        self.0 & !ABSENT
    }

    /// Absent: the search met `removed`, if any, and ended at `free`.
    #[inline(always)]
    fn absent(removed: Option<usize>, free: usize) -> Found {
        Found(removed.unwrap_or(free) | ABSENT)
    }
}

impl SetTable {
    #[inline(always)]
    pub fn places(&self) -> usize {
        self.mask as usize + 1
    }

    /// Places that are no longer free.
    #[inline(always)]
    pub fn filled(&self) -> usize {
        self.filled.load(Ordering::Relaxed) as usize
    }

    /// Whether an element can be added without taking the last free place.
    #[inline(always)]
    pub fn has_room(&self) -> bool {
        self.filled.load(Ordering::Relaxed) < self.mask
    }

    /// Whether this is the table of sets that are empty.
    #[inline(always)]
    pub fn is_unallocated(&self) -> bool {
        self.mask == 0
    }

    /// Whether `more` places used would be three fifths of all: time for a larger table.
    #[inline(always)]
    pub fn is_crowded_by(&self, more: usize) -> bool {
        self.would_grow_at(self.filled() + more)
    }

    /// Whether the table is to be replaced by a larger one when so many places are filled.
    #[inline(always)]
    pub fn would_grow_at(&self, filled: usize) -> bool {
        filled * 5 >= (self.mask as usize).max(MIN_MASK) * 3
    }

    /// Whether so many places are those of removed elements that they should be cleared away.
    pub fn is_worn(&self, live: usize) -> bool {
        self.filled().saturating_sub(live) > self.mask as usize / 4
    }

    fn size_for(places: usize) -> usize {
        FIXED + places.div_ceil(64) * 8 + places * 16
    }

    /// Bytes before the keys.
    #[inline(always)]
    fn keys_at(&self) -> usize {
        FIXED + (self.mask as usize / 64 + 1) * 8
    }

    /// Bytes of this object.
    pub fn byte_size(&self) -> usize {
        Self::size_for(self.places())
    }

    pub fn trace(&self, t: &mut Tracer<'_>) {
        // SAFETY: the keys follow the bitmap; all are words at any time.
        unsafe {
            let keys = (&raw const *self).cast::<u8>().add(self.keys_at()).cast();
            t.words(keys, self.places());
        }
    }
}

/// The size for a table that grows while it has `live` elements.
pub(super) fn grown(live: usize) -> usize {
    live.saturating_mul(if live > LARGE { 2 } else { 4 })
}

/// The mask of a table of more than `least` places.
fn mask_for(least: usize) -> usize {
    (2 << least.max(MIN_MASK).ilog2()) - 1
}

impl Gc<SetTable> {
    /// A table of more than `least` places.
    pub fn allocate(cx: &mut Cx, least: usize) -> PyResult<Gc<SetTable>> {
        let places = mask_for(least) + 1;
        if places.ilog2() > MAX_LOG2 {
            return Err(cx.memory_error());
        }
        let size = SetTable::size_for(places);
        let o = cx.alloc_sized(size, shape_id::SET_STORAGE, Kind::SetStorage)?;
        // SAFETY: fresh zeroed memory of that size; zero is right for `filled`.
        unsafe {
            let t = o.cast::<SetTable>();
            (&raw mut (*t).mask).write(places as u32 - 1);
            let table: Gc<SetTable> = Gc::from_ptr(t);
            let keys = table.key_ptr().cast_mut().cast::<u64>();
            std::slice::from_raw_parts_mut(keys, places).fill(Value::EMPTY.bits());
            Ok(table)
        }
    }

    #[inline(always)]
    fn key_ptr(self) -> *const Slot {
        // SAFETY: the keys follow the bitmap of every table.
        unsafe { self.as_ptr().cast::<u8>().add(self.keys_at()).cast() }
    }

    #[inline(always)]
    fn slot(self, at: usize) -> &'static Slot {
        debug_assert!(at < self.places());
        // SAFETY: a place of the table, which lives as long as somebody on a native stack refers to
        // it or into it, as `Gc`.
        unsafe { &*self.key_ptr().add(at) }
    }

    #[inline(always)]
    fn hash_slot(self, at: usize) -> *mut u64 {
        debug_assert!(at < self.places());
        // SAFETY: as many hashes follow the keys.
        unsafe { self.key_ptr().add(self.places() + at).cast_mut().cast() }
    }

    /// A word of the bitmap, for 64 places.
    #[inline(always)]
    fn bits(self, word: usize) -> &'static AtomicU64 {
        debug_assert!(word * 64 < self.places());
        // SAFETY: the bitmap follows the fixed part; lifetime as in `slot`.
        unsafe {
            &*self
                .as_ptr()
                .cast::<u8>()
                .add(FIXED)
                .cast::<AtomicU64>()
                .add(word)
        }
    }

    /// The places that have an element, while nobody changes the table. Others may miss some of what is
    /// being changed.
    #[inline(always)]
    pub(super) fn live_places(self) -> impl Iterator<Item = usize> {
        let words = self.places().div_ceil(64);
        let (mut word, mut bits) = (0, self.bits(0).load(Ordering::Acquire));
        std::iter::from_fn(move || {
            while bits == 0 {
                word += 1;
                if word >= words {
                    return None;
                }
                bits = self.bits(word).load(Ordering::Acquire);
            }
            let at = word * 64 + bits.trailing_zeros() as usize;
            bits &= bits - 1;
            Some(at)
        })
    }

    /// Notes whether a place has an element. There is one writer at a time.
    #[inline(always)]
    fn mark(self, at: usize, live: bool) {
        let (bits, bit) = (self.bits(at / 64), 1 << (at % 64));
        let old = bits.load(Ordering::Relaxed);
        let new = if live { old | bit } else { old & !bit };
        bits.store(new, Ordering::Release);
    }

    /// The element in a place.
    #[inline(always)]
    pub fn element(self, at: usize) -> Option<Value> {
        let key = self.slot(at).get();
        (!key.is_empty() && key != REMOVED).then_some(key)
    }

    /// The hash of the element in a place.
    #[inline(always)]
    pub fn hash(self, at: usize) -> u64 {
        // SAFETY: written before the element was published, not changed after.
        unsafe { *self.hash_slot(at) }
    }

    /// Whether this very element is at the first place for its hash or, that being free, nowhere; `None` where that
    /// takes more. No loop and no call: most searches end here.
    #[inline(always)]
    pub fn has_at_once(self, element: Value, hash: u64) -> Option<bool> {
        let key = self.slot(hash as usize & self.mask as usize).get();
        if key == element {
            Some(true)
        } else {
            key.is_empty().then_some(false)
        }
    }

    /// The first place at or after `from` that has an element.
    #[inline]
    pub fn next_live(self, from: usize) -> Option<usize> {
        if from >= self.places() {
            return None;
        }
        let mut word = from / 64;
        let mut bits = self.bits(word).load(Ordering::Acquire) & (u64::MAX << (from % 64));
        while bits == 0 {
            word += 1;
            if word * 64 >= self.places() {
                return None;
            }
            bits = self.bits(word).load(Ordering::Acquire);
        }
        Some(word * 64 + bits.trailing_zeros() as usize)
    }

    /// Where `key` is or belongs, as far as [`Cx::known_eq`] tells. With `reuse` it belongs into the place
    /// of a removed element, if there is one. No calls for texts and ints: this is what most searches
    /// are.
    #[inline(always)]
    pub(super) fn find(self, cx: &Cx, key: Value, hash: u64, reuse: bool) -> Found {
        let mut probes = Probes::new(hash, self.mask as usize);
        let mut removed = None;
        loop {
            let k = self.slot(probes.at).get();
            if k == key {
                return Found(probes.at);
            }
            if k.is_empty() {
                return Found::absent(removed, probes.at);
            }
            if k == REMOVED {
                if reuse {
                    removed = Some(probes.at);
                }
            } else if !(k.is_small() && key.is_small()) && self.hash(probes.at) == hash {
                // Two small ints that are not the same word are different.
                match (as_exact_str(key), as_exact_str(k)) {
                    (Some(a), Some(b)) if a.eq_str(b) => return Found(probes.at),
                    (Some(_), Some(_)) => {}
                    _ => match known_eq(cx, k, key) {
                        Known::Equal => return Found(probes.at),
                        Known::Different => {}
                        Known::Unknown => return Found::UNDECIDED,
                    },
                }
            }
            probes.advance();
        }
    }

    /// As `find`, with `__eq__`; `None` if that changed the set whose storage is `owner` such that the
    /// search has to start again.
    pub(super) fn find_comparing(
        self,
        cx: &mut Cx,
        owner: &Slot,
        key: Value,
        hash: u64,
        reuse: bool,
    ) -> PyResult<Option<Found>> {
        let mut probes = Probes::new(hash, self.mask as usize);
        let mut removed = None;
        loop {
            let k = self.slot(probes.at).get();
            if k == key {
                return Ok(Some(Found(probes.at)));
            }
            if k.is_empty() {
                return Ok(Some(Found::absent(removed, probes.at)));
            }
            if k == REMOVED {
                if reuse {
                    removed = Some(probes.at);
                }
            } else if self.hash(probes.at) == hash {
                let equal = k.is(key) || cx.eq(k, key)?;
                if owner.get() != self.value() || self.slot(probes.at).get() != k {
                    return Ok(None);
                }
                if equal {
                    return Ok(Some(Found(probes.at)));
                }
            }
            probes.advance();
        }
    }

    /// Whether all elements are in `other`, as far as [`Cx::known_eq`] tells.
    pub(super) fn elements_are_in(self, cx: &Cx, other: Gc<SetTable>) -> Option<bool> {
        for at in self.live_places() {
            let Some(key) = self.element(at) else {
                continue;
            };
            if !other.has(cx, key, self.hash(at))? {
                return Some(false);
            }
        }
        Some(true)
    }

    /// Whether `key` is an element, as far as [`Cx::known_eq`] tells.
    #[inline(always)]
    pub(super) fn has(self, cx: &Cx, key: Value, hash: u64) -> Option<bool> {
        if let Some(known) = self.has_at_once(key, hash) {
            return Some(known);
        }
        match self.find_further(cx, key, hash) {
            Found::UNDECIDED => None,
            found => Some(found.place().is_some()),
        }
    }

    #[inline(never)]
    fn find_further(self, cx: &Cx, key: Value, hash: u64) -> Found {
        self.find(cx, key, hash, false)
    }

    /// A fresh table of the size that one has to which `least` elements were added one by one.
    pub(super) fn allocate_for(cx: &mut Cx, least: usize) -> PyResult<Gc<SetTable>> {
        let mut mask = MIN_MASK;
        // A table grows when three fifths of its places are filled.
        while least * 5 >= mask * 3 {
            mask = mask_for(grown((mask * 3).div_ceil(5)));
        }
        Gc::allocate(cx, mask)
    }

    /// Puts an element into the first place for its hash; `false` if another one is there. For fresh tables
    /// that have room; `publish` follows.
    #[inline(always)]
    pub(super) fn put_first(self, key: Value, hash: u64) -> bool {
        let at = hash as usize & self.mask as usize;
        let free = self.slot(at).get().is_empty();
        if free {
            self.write(at, key, hash);
        }
        free
    }

    /// Puts an element into the first place for its hash, which is free, if the table need not grow then
    /// and the store need not be logged; else false. Only while there is one thread.
    #[inline(always)]
    pub(super) fn put_at_once(self, cx: &Cx, key: Value, hash: u64) -> bool {
        let filled = self.filled() + 1;
        if self.would_grow_at(filled)
            || self.is_unallocated()
            || cx.mutator.needs_barrier(self.header())
        {
            return false;
        }
        self.set_filled(filled);
        self.write(hash as usize & self.mask as usize, key, hash);
        true
    }

    /// The place for an element that is known to be absent from this table without removed ones.
    #[inline(always)]
    pub(super) fn free_place(self, hash: u64) -> usize {
        let mut probes = Probes::new(hash, self.mask as usize);
        while !self.slot(probes.at).get().is_empty() {
            probes.advance();
        }
        probes.at
    }

    /// Whether an element may be put into the place that a search found.
    #[inline(always)]
    pub(super) fn may_put(self, at: usize, reuse: bool) -> bool {
        let key = self.slot(at).get();
        self.has_room() && (key.is_empty() || (reuse && key == REMOVED))
    }

    /// Puts an element into a place that has none. The caller has the set's lock.
    #[inline(always)]
    pub(super) fn put(self, cx: &mut Cx, at: usize, key: Value, hash: u64) {
        if self.slot(at).get().is_empty() {
            self.set_filled(self.filled() + 1);
        }
        self.write(at, key, hash);
        if self.mask >= SLOT_LOGGED {
            let slot = (&raw const *self.slot(at)).cast();
            cx.mutator.write_barrier_slot(self.header(), slot);
        } else {
            cx.write_barrier(self.header());
        }
    }

    #[inline(always)]
    fn write(self, at: usize, key: Value, hash: u64) {
        // SAFETY: the hash of a place that nobody knows yet.
        unsafe { self.hash_slot(at).write(hash) };
        self.slot(at).set_immediate(key);
        self.mark(at, true);
    }

    #[inline(always)]
    fn set_filled(self, n: usize) {
        self.filled.store(n as u32, Ordering::Relaxed);
    }

    /// Removes the element of a place. The caller has the set's lock.
    #[inline(always)]
    pub(super) fn remove(self, at: usize) {
        self.slot(at).set_immediate(REMOVED);
        self.mark(at, false);
    }

    /// Copies the elements of `old`, of which so many are `live`, into this fresh table, which has room
    /// for them. The caller has the lock of the set that `old` belongs to.
    pub(super) fn fill_from(self, cx: &mut Cx, old: Gc<SetTable>, live: usize) {
        let alike = self.mask == old.mask && old.filled() == live;
        for at in old.live_places() {
            let Some(key) = old.element(at) else { continue };
            let hash = old.hash(at);
            let place = if alike { at } else { self.free_place(hash) };
            self.write(place, key, hash);
        }
        self.publish(cx, live);
    }

    /// This fresh table, into which `filled` elements were written, may be shown.
    pub(super) fn publish(self, cx: &mut Cx, filled: usize) {
        self.set_filled(filled);
        // Nothing was allocated meanwhile, but a big table may have been born before a collection.
        cx.write_barrier(self.header());
    }
}
