//! Sweeping: what was not marked becomes free.
//!
//! Bitmaps make this cheap: a block's dead cells are never visited (unless they need dropping, or the verifier
//! wants them poisoned), so there is nothing to gain from doing it lazily.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::block::{BLOCK, Block};
use crate::header::Header;
use crate::heap::{Heap, ObjectModel};
use crate::space::{Lists, UNIT};
use crate::verify::poison;

/// What a sweep did.
#[derive(Default)]
pub(crate) struct Swept {
    /// Objects dropped, of kinds that need it.
    pub(crate) dropped: u64,
    /// Dead objects of all kinds.
    pub(crate) freed: u64,
}

impl<M: ObjectModel> Heap<M> {
    /// After a nursery collection: only blocks and large objects that were allocated since the last one.
    /// Marking has set LIVE, so all that remains is to count.
    pub(crate) fn sweep_nursery(&self) -> Swept {
        let space = &self.space;
        let live = space.live_map();
        let mut lists = space.lists();
        let mut swept = Swept::default();
        let mut promoted = 0;
        let mut touched = std::mem::take(&mut lists.touched);
        for index in touched.drain(..) {
            let block = space.block(index as usize);
            let bits = space.block_bits(live, index as usize);
            swept.freed +=
                (block.next() - bits.count_below(block.next() * block.granules())) as u64;
            if block.needs_drop() || self.config.verify {
                swept.dropped += self.end_cells(index as usize, |cell| {
                    cell < block.next() && !bits.get(cell * block.granules())
                });
            }
            let now = bits.count();
            promoted += (now - block.live()) * block.cell_bytes();
            self.file_block(&mut lists, index, block, now);
        }
        lists.touched = touched;
        for first in std::mem::take(&mut lists.large.young) {
            let (kept, was_dropped) = self.sweep_large(&mut lists, first, live);
            if kept {
                promoted += space.unit(first as usize).units() * UNIT;
                lists.large.old.push(first);
            }
            swept.dropped += was_dropped;
            swept.freed += u64::from(!kept);
        }
        drop(lists);
        self.old_bytes.fetch_add(promoted, Relaxed);
        swept
    }

    /// After a full collection: MARK becomes LIVE, and every block is looked at.
    pub(crate) fn sweep_full(&self) -> Swept {
        let space = &self.space;
        let (live, mark) = (space.live_map(), space.mark_map());
        let mut lists = space.lists();
        lists.touched.clear();
        lists.sparse.iter_mut().for_each(Vec::clear);
        lists.dense.iter_mut().for_each(Vec::clear);
        lists.free.clear();
        let (mut swept, mut old_bytes) = (Swept::default(), 0);
        // Downwards, so that the lists, taken from their ends, fill low addresses first.
        for index in (0..space.block_count()).rev() {
            let block = space.block(index);
            if !block.is_in_use() {
                lists.free.push(index as u32);
                continue;
            }
            let (was, now) = (space.block_bits(live, index), space.block_bits(mark, index));
            if block.needs_drop() || self.config.verify {
                swept.dropped += self.end_cells(index, |cell| {
                    let granule = cell * block.granules();
                    (cell < block.next() || was.get(granule)) && !now.get(granule)
                });
            }
            let young_end = block.next() * block.granules();
            let allocated = block.next() + was.count() - was.count_below(young_end);
            was.clear();
            let count = now.count();
            swept.freed += (allocated - count) as u64;
            old_bytes += count * block.cell_bytes();
            self.file_block(&mut lists, index as u32, block, count);
        }
        let mut large = std::mem::take(&mut lists.large.old);
        large.append(&mut lists.large.young);
        for first in large {
            space.clear(live, first as usize * UNIT);
            let (kept, was_dropped) = self.sweep_large(&mut lists, first, mark);
            if kept {
                old_bytes += space.unit(first as usize).units() * UNIT;
                lists.large.old.push(first);
            }
            swept.dropped += was_dropped;
            swept.freed += u64::from(!kept);
        }
        space.swap_maps();
        self.old_bytes.store(old_bytes, Relaxed);
        // What the heap may grow by before the next full collection is kept: pages given back and faulted in
        // again cost more than the rest of the sweep.
        let growth = (old_bytes as f64 * (self.config.growth - 1.0)) as usize;
        let keep = (2 * self.config.nursery + growth) / BLOCK;
        space.release_idle(&mut lists, keep);
        swept
    }

    /// Puts a swept block on the list that its number of live objects asks for.
    fn file_block(&self, lists: &mut Lists, index: u32, block: &Block, live: usize) {
        block.set_next(0);
        block.set_live(live);
        block.set_clean(false);
        if live == 0 {
            block.set_free();
            lists.free.push(index);
        } else if live * 4 <= block.cells() {
            lists.sparse[block.slot()].push(index);
        } else if live * 8 <= block.cells() * 7 {
            // Fuller blocks are not worth the search; a full collection looks at them again.
            lists.dense[block.slot()].push(index);
        }
    }

    /// Drops and poisons the dead cells of a block; returns how many were dropped.
    fn end_cells(&self, index: usize, dead: impl Fn(usize) -> bool) -> u64 {
        let block = self.space.block(index);
        let mut dropped = 0;
        for cell in (0..block.cells()).filter(|&cell| dead(cell)) {
            let addr = self.space.block_addr(index) + cell * block.cell_bytes();
            if block.needs_drop() {
                // SAFETY: the object was allocated and is dead; its cell is not dead again before it is
                // allocated again.
                unsafe { self.model.drop_object(addr as *mut Header) };
                dropped += 1;
            }
            if self.config.verify {
                // SAFETY: a dead cell.
                unsafe { poison(addr, block.cell_bytes()) };
            }
        }
        dropped
    }

    /// Frees a large object unless its bit is set: (kept, dropped).
    fn sweep_large(&self, lists: &mut Lists, first: u32, bits: *const AtomicU64) -> (bool, u64) {
        let space = &self.space;
        let first = first as usize;
        if space.test(bits, first * UNIT) {
            return (true, 0);
        }
        let (addr, unit) = (space.base() + first * UNIT, space.unit(first));
        let drops = unit.needs_drop();
        if drops {
            // SAFETY: the object was allocated, is dead, and leaves the lists here.
            unsafe { self.model.drop_object(addr as *mut Header) };
        }
        if self.config.verify {
            // SAFETY: dead units.
            unsafe { poison(addr, unit.units() * UNIT) };
        }
        space.free_large(lists, first);
        (false, u64::from(drops))
    }
}
