//! Objects above 8 KiB: runs of 4 KiB units at the high end of the heap's range, growing down.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use crate::os::ZeroValid;

/// Bytes of a unit.
pub(crate) const UNIT: usize = 4096;

/// Record of one unit. All zero means: no object.
#[repr(C)]
pub(crate) struct Unit {
    /// Index of the object's first unit, plus one; 0 when free.
    owner: AtomicU32,
    /// In an object's first unit: its length in units, with [`DROP`] set if it needs dropping.
    len: AtomicU32,
}

const DROP: u32 = 1 << 31;

// SAFETY: integers only; zero means "free".
unsafe impl ZeroValid for Unit {}

impl Unit {
    #[inline]
    pub(crate) fn first(&self) -> Option<usize> {
        match self.owner.load(Relaxed) {
            0 => None,
            owner => Some(owner as usize - 1),
        }
    }

    pub(crate) fn set_owner(&self, first: Option<usize>) {
        self.owner.store(first.map_or(0, |f| f as u32 + 1), Relaxed);
    }

    pub(crate) fn set_len(&self, units: usize, needs_drop: bool) {
        self.len
            .store(units as u32 | if needs_drop { DROP } else { 0 }, Relaxed);
    }

    pub(crate) fn units(&self) -> usize {
        (self.len.load(Relaxed) & !DROP) as usize
    }

    pub(crate) fn needs_drop(&self) -> bool {
        self.len.load(Relaxed) & DROP != 0
    }
}

/// A free run of units.
#[derive(Clone, Copy)]
struct Run {
    len: usize,
    /// Must be zeroed before use.
    dirty: bool,
}

/// Free runs (best fit, coalesced) and the lists of large objects, by first unit.
#[derive(Default)]
pub(crate) struct LargeLists {
    by_start: BTreeMap<usize, Run>,
    by_len: BTreeSet<(usize, usize)>,
    pub(crate) old: Vec<u32>,
    pub(crate) young: Vec<u32>,
    /// Bytes of all large objects, dead ones not yet swept included.
    pub(crate) bytes: usize,
}

impl LargeLists {
    /// Takes `len` units from the smallest run that has them: first unit, and whether it is dirty.
    pub(crate) fn take(&mut self, len: usize) -> Option<(usize, bool)> {
        let &(run_len, start) = self.by_len.range((len, 0)..).next()?;
        let run = self.remove(start);
        debug_assert_eq!(run.len, run_len);
        if run.len > len {
            self.insert(
                start + len,
                Run {
                    len: run.len - len,
                    dirty: run.dirty,
                },
            );
        }
        Some((start, run.dirty))
    }

    /// Gives units back, joined with free neighbours.
    pub(crate) fn give(&mut self, start: usize, len: usize, dirty: bool) {
        let mut start = start;
        let mut run = Run { len, dirty };
        if let Some((&before, r)) = self.by_start.range(..start).next_back()
            && before + r.len == start
        {
            let r = self.remove(before);
            start = before;
            run = Run {
                len: r.len + run.len,
                dirty: r.dirty | run.dirty,
            };
        }
        if self.by_start.contains_key(&(start + run.len)) {
            let r = self.remove(start + run.len);
            run = Run {
                len: r.len + run.len,
                dirty: r.dirty | run.dirty,
            };
        }
        self.insert(start, run);
    }

    /// Takes the free run that begins at `start`, if one does and it is clean: its length.
    pub(crate) fn take_clean_at(&mut self, start: usize) -> Option<usize> {
        let run = self.by_start.get(&start).filter(|run| !run.dirty)?.len;
        self.remove(start);
        Some(run)
    }

    /// Calls `release(first unit, units)` for what the dirty runs of at least `min` units have beyond `keep` units,
    /// counted from the shortest; it returns whether the units read as zero from now on.
    pub(crate) fn release_dirty(
        &mut self,
        min: usize,
        keep: usize,
        mut release: impl FnMut(usize, usize) -> bool,
    ) {
        let mut left = keep;
        for &(len, start) in self.by_len.range((min, 0)..) {
            let run = self.by_start.get_mut(&start).expect("free run is listed");
            if !run.dirty {
                continue;
            }
            let kept = left.min(len);
            left -= kept;
            if kept < len && release(start + kept, len - kept) && kept == 0 {
                run.dirty = false;
            }
        }
    }

    fn insert(&mut self, start: usize, run: Run) {
        self.by_start.insert(start, run);
        self.by_len.insert((run.len, start));
    }

    fn remove(&mut self, start: usize) -> Run {
        let run = self.by_start.remove(&start).expect("free run is listed");
        self.by_len.remove(&(run.len, start));
        run
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_split_and_join() {
        let mut lists = LargeLists::default();
        lists.give(100, 10, false);
        assert_eq!(lists.take(4), Some((100, false)));
        assert_eq!(lists.take(7), None);
        assert_eq!(lists.take(3), Some((104, false)));
        lists.give(100, 4, true);
        lists.give(104, 3, true);
        assert_eq!(lists.by_start.len(), 1);
        assert_eq!(lists.take(10), Some((100, true)));
        assert!(lists.by_start.is_empty() && lists.by_len.is_empty());
    }

    #[test]
    fn released_runs_are_clean() {
        let mut lists = LargeLists::default();
        lists.give(0, 32, true);
        lists.give(100, 16, true);
        lists.give(200, 15, true);
        lists.give(300, 40, true);
        let mut released = Vec::new();
        lists.release_dirty(16, 20, |start, len| {
            released.push((start, len));
            true
        });
        assert_eq!(released, [(4, 28), (300, 40)]);
        assert_eq!(lists.take(40), Some((300, false)));
        assert_eq!(lists.take(32), Some((0, true)));
        assert_eq!(lists.take(16), Some((100, true)));
    }

    #[test]
    fn only_clean_runs_are_taken_by_place() {
        let mut lists = LargeLists::default();
        lists.give(8, 4, true);
        lists.give(16, 5, false);
        assert_eq!(lists.take_clean_at(8), None);
        assert_eq!(lists.take_clean_at(15), None);
        assert_eq!(lists.take_clean_at(16), Some(5));
        assert_eq!(lists.take_clean_at(16), None);
    }
}
