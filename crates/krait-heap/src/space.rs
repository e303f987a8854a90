//! The address range of a heap: blocks of small cells from the low end, large objects from the high end,
//! the LIVE and MARK bitmaps beside them.
//!
//! Knows nothing of threads or tracing. Shared state is either an atomic in a side table or in [`Lists`],
//! behind a mutex that nobody holds across a safepoint.

use std::sync::atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::block::{BLOCK, BLOCK_WORDS, Bits, Block};
use crate::header::Header;
pub(crate) use crate::large::UNIT;
use crate::large::{LargeLists, Unit};
use crate::mutator::SOFT_LIMIT;
use crate::os::{Reservation, SideTable};
use crate::size_class::{GRANULE, SLOTS};

/// Steps in which address space becomes usable.
const COMMIT: usize = 1 << 20;
/// Smallest reservation worth having.
const MIN_RESERVE: usize = 64 << 20;

/// Address space kept for small objects, which cannot be refused: larger ones are, and MemoryError is due,
/// where only this much is left (or a 16th of a small range).
const MARGIN: usize = 16 << 20;

/// Blocks taken new in preference to dense ones: a nursery of the usual size.
const FRESH: usize = (1 << 20) / BLOCK;

/// Largest: block and unit numbers are u32.
const MAX_RESERVE: usize = 1 << 40;

/// No block.
pub(crate) const NO_BLOCK: u32 = u32::MAX;

pub(crate) struct Space {
    base: usize,
    len: usize,
    range: Reservation,
    /// The two bitmaps; a full collection swaps their roles.
    live: AtomicPtr<AtomicU64>,
    mark: AtomicPtr<AtomicU64>,
    _bitmaps: [SideTable<AtomicU64>; 2],
    blocks: SideTable<Block>,
    units: SideTable<Unit>,
    /// Offsets below are blocks.
    small_end: AtomicUsize,
    /// Offsets from here are units of large objects.
    large_start: AtomicUsize,
    lists: Mutex<Lists>,
}

/// What allocation and sweeping share.
pub(crate) struct Lists {
    /// Blocks with room, per slot; the last is taken first. Those that are mostly free, and others.
    pub(crate) sparse: Vec<Vec<u32>>,
    pub(crate) dense: Vec<Vec<u32>>,
    /// Blocks handed to mutators since the last collection: the nursery.
    pub(crate) touched: Vec<u32>,
    /// Empty blocks; the last is the warmest.
    pub(crate) free: Vec<u32>,
    /// How many blocks may still be taken new while dense ones have room.
    fresh: usize,
    pub(crate) large: LargeLists,
    small_committed: usize,
    large_committed: usize,
}

impl Lists {
    /// A block of `slot` with room that is to be taken before an empty or new one.
    ///
    /// Dense blocks come last: their runs are of a cell or two, and finding those took as long as zeroing
    /// them. What a program imports leaves few blocks empty, so that its nursery would consist of dense ones;
    /// hence the [`FRESH`] ones. Beyond that dense blocks come before new ones, or the heap would grow with
    /// its holes.
    fn take_partial(&mut self, slot: usize) -> Option<u32> {
        if let Some(index) = self.sparse[slot].pop() {
            return Some(index);
        }
        if !self.free.is_empty() {
            return None;
        }
        if self.fresh > 0 && !self.dense[slot].is_empty() {
            self.fresh -= 1;
            return None;
        }
        self.dense[slot].pop()
    }
}

impl Space {
    /// Reserves up to `reserve` bytes, halving where the system refuses.
    pub(crate) fn new(reserve: usize) -> Option<Self> {
        let mut len = reserve.clamp(MIN_RESERVE, MAX_RESERVE).next_power_of_two();
        while len >= MIN_RESERVE {
            if let Some(space) = Self::try_new(len) {
                return Some(space);
            }
            len /= 2;
        }
        None
    }

    fn try_new(len: usize) -> Option<Self> {
        let range = Reservation::new(len, BLOCK)?;
        let bitmaps = [
            SideTable::new(len / GRANULE / 64)?,
            SideTable::new(len / GRANULE / 64)?,
        ];
        Some(Space {
            base: range.base(),
            len,
            live: AtomicPtr::new(bitmaps[0].as_ptr()),
            mark: AtomicPtr::new(bitmaps[1].as_ptr()),
            _bitmaps: bitmaps,
            blocks: SideTable::new(len / BLOCK)?,
            units: SideTable::new(len / UNIT)?,
            small_end: AtomicUsize::new(0),
            large_start: AtomicUsize::new(len),
            lists: Mutex::new(Lists {
                sparse: vec![Vec::new(); SLOTS],
                dense: vec![Vec::new(); SLOTS],
                touched: Vec::new(),
                free: Vec::new(),
                fresh: FRESH,
                large: LargeLists::default(),
                small_committed: 0,
                large_committed: len,
            }),
            range,
        })
    }

    #[inline(always)]
    pub(crate) fn base(&self) -> usize {
        self.base
    }

    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    #[inline(always)]
    pub(crate) fn contains(&self, addr: usize) -> bool {
        addr.wrapping_sub(self.base) < self.len
    }

    pub(crate) fn lists(&self) -> MutexGuard<'_, Lists> {
        // A panic in a test's object model must not hide the first message behind a second one.
        self.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[inline(always)]
    pub(crate) fn live_map(&self) -> *const AtomicU64 {
        self.live.load(Relaxed)
    }

    #[inline(always)]
    pub(crate) fn mark_map(&self) -> *const AtomicU64 {
        self.mark.load(Relaxed)
    }

    /// Makes MARK the new LIVE. Only with all threads stopped.
    pub(crate) fn swap_maps(&self) {
        let live = self.live.load(Relaxed);
        self.live.store(self.mark.load(Relaxed), Relaxed);
        self.mark.store(live, Relaxed);
    }

    /// Tests the bit of the granule at `offset`.
    #[inline(always)]
    pub(crate) fn test(&self, map: *const AtomicU64, offset: usize) -> bool {
        debug_assert!(offset < self.len);
        // SAFETY: both bitmaps cover the whole range, and offset lies in it.
        let word = unsafe { &*map.add(offset / (GRANULE * 64)) };
        word.load(Relaxed) & (1 << (offset / GRANULE % 64)) != 0
    }

    /// Clears the bit of the granule at `offset`.
    pub(crate) fn clear(&self, map: *const AtomicU64, offset: usize) {
        debug_assert!(offset < self.len);
        // SAFETY: both bitmaps cover the whole range, and offset lies in it.
        let word = unsafe { &*map.add(offset / (GRANULE * 64)) };
        word.fetch_and(!(1 << (offset / GRANULE % 64)), Relaxed);
    }

    /// The words of block `index` in `map`.
    #[inline]
    pub(crate) fn block_bits(&self, map: *const AtomicU64, index: usize) -> Bits<'_> {
        debug_assert!(index < self.len / BLOCK);
        // SAFETY: the bitmap has BLOCK_WORDS words for each block, and lives as long as self.
        Bits(unsafe { &*map.add(index * BLOCK_WORDS).cast() })
    }

    #[inline(always)]
    pub(crate) fn block(&self, index: usize) -> &Block {
        &self.blocks[index]
    }

    pub(crate) fn unit(&self, index: usize) -> &Unit {
        &self.units[index]
    }

    #[inline(always)]
    pub(crate) fn block_addr(&self, index: usize) -> usize {
        self.base + index * BLOCK
    }

    /// Number of blocks ever used.
    pub(crate) fn block_count(&self) -> usize {
        self.small_end.load(Relaxed) / BLOCK
    }

    /// The block that contains `addr`, which must be a small object's.
    #[inline]
    pub(crate) fn block_index(&self, addr: usize) -> usize {
        (addr - self.base) / BLOCK
    }

    /// Whether the object at `addr` (a valid object) is a large one.
    #[inline]
    pub(crate) fn is_large(&self, addr: usize) -> bool {
        addr - self.base >= self.large_start.load(Relaxed)
    }

    /// Bytes that the valid object at `addr` takes.
    pub(crate) fn size_of(&self, addr: usize) -> usize {
        if self.is_large(addr) {
            self.unit((addr - self.base) / UNIT).units() * UNIT
        } else {
            self.block(self.block_index(addr)).cell_bytes()
        }
    }

    /// The object whose cell contains `addr`, if there is one: any word will do, interior pointers included.
    /// Exact while the mutators' cursors are synchronised with their blocks.
    #[inline]
    pub(crate) fn resolve(&self, addr: usize) -> Option<usize> {
        let offset = addr.wrapping_sub(self.base);
        if offset < self.small_end.load(Relaxed) {
            let index = offset / BLOCK;
            let block = self.block(index);
            if !block.is_in_use() {
                return None;
            }
            let cell = block.cell_of(offset % BLOCK / GRANULE);
            if cell >= block.cells() {
                return None;
            }
            let start = index * BLOCK + cell * block.cell_bytes();
            (cell < block.next() || self.test(self.live_map(), start)).then_some(self.base + start)
        } else if offset < self.len && offset >= self.large_start.load(Relaxed) {
            let first = self.unit(offset / UNIT).first()?;
            Some(self.base + first * UNIT)
        } else {
            None
        }
    }

    /// A block with room for `slot`, entered in the nursery; `None` if address space or memory ran out.
    pub(crate) fn acquire_block(&self, slot: usize) -> Option<u32> {
        let mut lists = self.lists();
        let index = match lists.take_partial(slot) {
            Some(index) => index,
            None => {
                let empty = match lists.free.pop() {
                    None => self.grow(&mut lists),
                    index => index,
                };
                match empty {
                    Some(index) => {
                        self.block(index as usize).init(slot);
                        index
                    }
                    None => lists.dense[slot].pop()?,
                }
            }
        };
        lists.touched.push(index);
        Some(index)
    }

    fn grow(&self, lists: &mut Lists) -> Option<u32> {
        let end = self.small_end.load(Relaxed);
        if end + BLOCK > lists.small_committed {
            if lists.small_committed + COMMIT > lists.large_committed
                || !self.range.commit(lists.small_committed, COMMIT)
            {
                return None;
            }
            lists.small_committed += COMMIT;
        }
        let index = end / BLOCK;
        self.block(index).set_clean(true);
        self.small_end.store(end + BLOCK, Relaxed);
        Some(index as u32)
    }

    /// Takes the next run of free cells of a block that the caller owns: `[start, end)` addresses, zeroed.
    pub(crate) fn take_run(&self, index: u32, max_bytes: usize) -> Option<(usize, usize)> {
        let index = index as usize;
        let block = self.block(index);
        let bytes = block.cell_bytes();
        let bits = self.block_bits(self.live_map(), index);
        let (start, end) = bits.free_run(block, block.next(), max_bytes / bytes)?;
        block.set_next(end);
        let run = (
            self.block_addr(index) + start * bytes,
            self.block_addr(index) + end * bytes,
        );
        if !block.is_clean() {
            // SAFETY: the cells are free and the block belongs to the calling mutator.
            unsafe { std::ptr::write_bytes(run.0 as *mut u8, 0, run.1 - run.0) };
        }
        Some(run)
    }

    /// Allocates a zeroed large object of `size` bytes: its address, young.
    pub(crate) fn allocate_large(&self, size: usize, needs_drop: bool) -> Option<usize> {
        let units = size.div_ceil(UNIT);
        let (first, dirty) = {
            let mut lists = self.lists();
            let taken = match lists.large.take(units) {
                Some(taken) => taken,
                None => {
                    self.grow_large(&mut lists, units)?;
                    lists.large.take(units)?
                }
            };
            lists.large.bytes += units * UNIT;
            taken
        };
        let addr = self.base + first * UNIT;
        if dirty {
            // SAFETY: the units were free and are now ours alone.
            unsafe { std::ptr::write_bytes(addr as *mut u8, 0, units * UNIT) };
        }
        self.unit(first).set_len(units, needs_drop);
        for unit in first..first + units {
            self.unit(unit).set_owner(Some(first));
        }
        self.lists().large.young.push(first as u32);
        Some(addr)
    }

    fn grow_large(&self, lists: &mut Lists, units: usize) -> Option<()> {
        let bytes = (units.checked_mul(UNIT)?).checked_next_multiple_of(COMMIT)?;
        let start = lists.large_committed.checked_sub(bytes)?;
        // The smaller ones of the large may have half of what is kept.
        let kept = if units * UNIT < SOFT_LIMIT {
            self.margin() / 2
        } else {
            self.margin()
        };
        if start < lists.small_committed + kept || !self.range.commit(start, bytes) {
            return None;
        }
        lists.large_committed = start;
        self.large_start.store(start, Relaxed);
        lists.large.give(start / UNIT, bytes / UNIT, false);
        Some(())
    }

    /// Frees a large object's units (its bits are the caller's business).
    pub(crate) fn free_large(&self, lists: &mut Lists, first: usize) {
        let units = self.unit(first).units();
        for unit in first..first + units {
            self.unit(unit).set_owner(None);
        }
        lists.large.bytes -= units * UNIT;
        lists.large.give(first, units, true);
    }

    /// Returns idle memory to the system: empty blocks and free runs of large units, as far as either have more than
    /// `keep` blocks' worth.
    pub(crate) fn release_idle(&self, lists: &mut Lists, keep: usize) {
        // Warmest last: keep the low addresses, which keeps the heap dense.
        lists.free.sort_unstable_by(|a, b| b.cmp(a));
        let idle = lists.free.len().saturating_sub(keep);
        let mut i = 0;
        while i < idle {
            let high = lists.free[i] as usize;
            let mut n = 1;
            while i + n < idle && lists.free[i + n] as usize == high - n {
                n += 1;
            }
            let low = high + 1 - n;
            if (low..=high).any(|b| !self.block(b).is_clean())
                && self.range.release_pages(low * BLOCK, n * BLOCK)
            {
                (low..=high).for_each(|b| self.block(b).set_clean(true));
            }
            i += n;
        }
        let keep_units = keep * (BLOCK / UNIT);
        lists.large.release_dirty(16, keep_units, |first, units| {
            self.range.release_pages(first * UNIT, units * UNIT)
        });
        self.retract_large(lists);
    }

    /// Gives what is free at the low end of the large objects back to the gap between these and the blocks.
    fn retract_large(&self, lists: &mut Lists) {
        let start = lists.large_committed;
        let Some(units) = lists.large.take_clean_at(start / UNIT) else {
            return;
        };
        let bytes = units * UNIT / COMMIT * COMMIT;
        if bytes < units * UNIT {
            let rest = units - bytes / UNIT;
            lists.large.give((start + bytes) / UNIT, rest, false);
        }
        lists.large_committed = start + bytes;
        self.large_start.store(start + bytes, Relaxed);
    }

    fn margin(&self) -> usize {
        MARGIN.min(self.len / 16)
    }

    /// Whether blocks for small objects are about to run out, as large ones took the address range.
    pub(crate) fn is_short(&self) -> bool {
        let lists = self.lists();
        let untouched = lists.large_committed - lists.small_committed;
        untouched < self.margin() && untouched + lists.free.len() * BLOCK < self.margin()
    }

    /// Bytes in use: blocks that are not free, and large objects.
    pub(crate) fn used_bytes(&self) -> usize {
        let lists = self.lists();
        self.small_end.load(Relaxed) - lists.free.len() * BLOCK + lists.large.bytes
    }

    /// Calls `f` with every object of block `index`, old and young. Cursors must be synchronised.
    pub(crate) fn each_in_block(&self, index: usize, mut f: impl FnMut(*mut Header)) {
        let block = self.block(index);
        if !block.is_in_use() {
            return;
        }
        let bits = self.block_bits(self.live_map(), index);
        for cell in 0..block.cells() {
            if cell < block.next() || bits.get(cell * block.granules()) {
                f((self.block_addr(index) + cell * block.cell_bytes()) as *mut Header);
            }
        }
    }

    /// Calls `f` with every object of the heap, old and young. Cursors must be synchronised.
    pub(crate) fn each_object(&self, mut f: impl FnMut(*mut Header)) {
        for index in 0..self.block_count() {
            self.each_in_block(index, &mut f);
        }
        let (mut all, young) = {
            let lists = self.lists();
            (lists.large.old.clone(), lists.large.young.clone())
        };
        all.extend(young);
        for first in all {
            f((self.base + first as usize * UNIT) as *mut Header);
        }
    }
}
