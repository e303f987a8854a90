//! One 32 KiB block of equal cells: its record in the side table, and the search for free runs.

use std::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering::Relaxed};

use crate::os::ZeroValid;
use crate::size_class::{CLASSES, GRANULE, class_size};

/// Bytes of a block.
pub(crate) const BLOCK: usize = 32 * 1024;
/// Granules (bitmap bits) of a block.
pub(crate) const BLOCK_GRANULES: usize = BLOCK / GRANULE;
/// Bitmap words of a block.
pub(crate) const BLOCK_WORDS: usize = BLOCK_GRANULES / 64;

/// Record of a block. All zero means: free, never used.
///
/// What a cell holds follows from `next` and its LIVE bit alone:
/// LIVE set: an old object. LIVE clear, index below `next`: a young object. Else: free.
#[repr(C)]
pub(crate) struct Block {
    /// Size class, plus [`CLASSES`] if the objects need dropping.
    slot: AtomicU8,
    in_use: AtomicU8,
    /// The pages have never been written since the system gave them: no need to zero runs.
    clean: AtomicU8,
    _pad: AtomicU8,
    /// Number of cells.
    cells: AtomicU16,
    /// Granules of a cell.
    granules: AtomicU16,
    /// All free cells below this index were handed out since the last collection.
    next: AtomicU16,
    /// Objects that survived the last collection.
    live: AtomicU16,
    /// `floor(2^31 / granules) + 1`: division by multiplication.
    magic: AtomicU32,
}

// SAFETY: integers only; zero means "free block".
unsafe impl ZeroValid for Block {}

impl Block {
    /// Prepares a free block for objects of `slot`.
    pub(crate) fn init(&self, slot: usize) {
        let granules = class_size(slot % CLASSES) / GRANULE;
        self.slot.store(slot as u8, Relaxed);
        self.cells
            .store((BLOCK_GRANULES / granules) as u16, Relaxed);
        self.granules.store(granules as u16, Relaxed);
        self.magic.store((1 << 31) / granules as u32 + 1, Relaxed);
        self.next.store(0, Relaxed);
        self.live.store(0, Relaxed);
        self.in_use.store(1, Relaxed);
    }

    #[inline]
    pub(crate) fn slot(&self) -> usize {
        self.slot.load(Relaxed) as usize
    }

    #[inline]
    pub(crate) fn needs_drop(&self) -> bool {
        self.slot() >= CLASSES
    }

    #[inline]
    pub(crate) fn is_in_use(&self) -> bool {
        self.in_use.load(Relaxed) != 0
    }

    pub(crate) fn set_free(&self) {
        self.in_use.store(0, Relaxed);
        self.next.store(0, Relaxed);
        self.live.store(0, Relaxed);
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.clean.load(Relaxed) != 0
    }

    pub(crate) fn set_clean(&self, clean: bool) {
        self.clean.store(u8::from(clean), Relaxed);
    }

    #[inline]
    pub(crate) fn cells(&self) -> usize {
        self.cells.load(Relaxed) as usize
    }

    #[inline]
    pub(crate) fn granules(&self) -> usize {
        self.granules.load(Relaxed) as usize
    }

    #[inline]
    pub(crate) fn cell_bytes(&self) -> usize {
        self.granules() * GRANULE
    }

    #[inline]
    pub(crate) fn next(&self) -> usize {
        self.next.load(Relaxed) as usize
    }

    pub(crate) fn set_next(&self, cell: usize) {
        self.next.store(cell as u16, Relaxed);
    }

    pub(crate) fn live(&self) -> usize {
        self.live.load(Relaxed) as usize
    }

    pub(crate) fn set_live(&self, live: usize) {
        self.live.store(live as u16, Relaxed);
    }

    /// Index of the cell that holds granule `granule` (may be `>= cells` in the block's unused tail).
    #[inline]
    pub(crate) fn cell_of(&self, granule: usize) -> usize {
        // The magic number is at most 1 above 2^31/k, so g * magic / 2^31 errs by at most g/2^31, which is
        // less than 1/k for g < 2^11 and k <= 2^9.
        ((granule as u64 * self.magic.load(Relaxed) as u64) >> 31) as usize
    }
}

/// The bitmap words of one block.
#[derive(Clone, Copy)]
pub(crate) struct Bits<'a>(pub(crate) &'a [AtomicU64; BLOCK_WORDS]);

impl Bits<'_> {
    #[inline]
    pub(crate) fn get(self, granule: usize) -> bool {
        self.0[granule / 64].load(Relaxed) & (1 << (granule % 64)) != 0
    }

    pub(crate) fn count(self) -> usize {
        self.0
            .iter()
            .map(|w| w.load(Relaxed).count_ones() as usize)
            .sum()
    }

    /// The set bits below granule `end`.
    pub(crate) fn count_below(self, end: usize) -> usize {
        let whole: usize = self.0[..end / 64]
            .iter()
            .map(|w| w.load(Relaxed).count_ones() as usize)
            .sum();
        match end % 64 {
            0 => whole,
            rest => {
                let word = self.0[end / 64].load(Relaxed) & ((1 << rest) - 1);
                whole + word.count_ones() as usize
            }
        }
    }

    pub(crate) fn clear(self) {
        for word in self.0 {
            if word.load(Relaxed) != 0 {
                word.store(0, Relaxed);
            }
        }
    }

    /// The first set bit at or after `from` and below `end`, or `end`.
    fn next_set(self, from: usize, end: usize) -> usize {
        let mut index = from / 64;
        let last = (end - 1) / 64;
        let mut word = self.0[index].load(Relaxed) & (!0 << (from % 64));
        loop {
            if word != 0 {
                return (index * 64 + word.trailing_zeros() as usize).min(end);
            }
            if index == last {
                return end;
            }
            index += 1;
            word = self.0[index].load(Relaxed);
        }
    }

    /// The next run of free cells at or after cell `from`, of at most `max` cells: `[start, end)`.
    pub(crate) fn free_run(self, block: &Block, from: usize, max: usize) -> Option<(usize, usize)> {
        let (cells, granules) = (block.cells(), block.granules());
        let mut start = from;
        while start < cells && self.get(start * granules) {
            start += 1;
        }
        if start >= cells {
            return None;
        }
        let end = cells.min(start + max.max(1));
        // Only first granules of cells carry bits, so the quotient is exact.
        let stop = match self.next_set(start * granules, end * granules) {
            set if set < end * granules => block.cell_of(set),
            _ => end,
        };
        Some((start, stop))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(slot: usize) -> Block {
        // SAFETY: Block is ZeroValid.
        let block: Block = unsafe { std::mem::zeroed() };
        block.init(slot);
        block
    }

    #[test]
    fn division_by_multiplication_is_exact() {
        for slot in 0..CLASSES {
            let b = block(slot);
            for granule in 0..BLOCK_GRANULES {
                assert_eq!(b.cell_of(granule), granule / b.granules());
            }
        }
    }

    #[test]
    fn runs_cover_exactly_the_free_cells() {
        for slot in [0, 1, 2, 31, 40, 63] {
            let b = block(slot);
            let words: [AtomicU64; BLOCK_WORDS] = std::array::from_fn(|_| AtomicU64::new(0));
            let mut free = Vec::new();
            for cell in 0..b.cells() {
                if cell % 7 < 3 {
                    let g = cell * b.granules();
                    words[g / 64].fetch_or(1 << (g % 64), Relaxed);
                } else {
                    free.push(cell);
                }
            }
            let bits = Bits(&words);
            let (mut from, mut seen) = (0, Vec::new());
            while let Some((start, end)) = bits.free_run(&b, from, 3) {
                assert!(end > start && end - start <= 3);
                seen.extend(start..end);
                from = end;
            }
            assert_eq!(seen, free);
        }
    }
}
