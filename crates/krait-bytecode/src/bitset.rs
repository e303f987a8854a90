//! A set of registers.

/// A fixed-size set of small numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BitSet(Box<[u64]>);

impl BitSet {
    /// The empty set for numbers below `size`.
    pub fn new(size: usize) -> BitSet {
        BitSet(vec![0; size.div_ceil(64)].into())
    }

    /// Adds a number.
    pub fn insert(&mut self, at: usize) {
        self.0[at / 64] |= 1 << (at % 64);
    }

    /// Removes a number.
    pub fn remove(&mut self, at: usize) {
        self.0[at / 64] &= !(1 << (at % 64));
    }

    /// Removes `at` and every number above it.
    pub fn remove_from(&mut self, at: usize) {
        if let Some(word) = self.0.get_mut(at / 64) {
            *word &= (1 << (at % 64)) - 1;
        }
        self.0.iter_mut().skip(at / 64 + 1).for_each(|w| *w = 0);
    }

    /// Whether a number is in the set.
    pub fn contains(&self, at: usize) -> bool {
        self.0
            .get(at / 64)
            .is_some_and(|word| word >> (at % 64) & 1 != 0)
    }

    /// Adds all of `other`; true if that changed anything.
    pub fn union_with(&mut self, other: &BitSet) -> bool {
        let mut changed = false;
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            changed |= *theirs & !*mine != 0;
            *mine |= theirs;
        }
        changed
    }

    /// Keeps what is also in `other`; true if that changed anything.
    pub fn intersect_with(&mut self, other: &BitSet) -> bool {
        let mut changed = false;
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            changed |= *mine & !*theirs != 0;
            *mine &= theirs;
        }
        changed
    }

    /// The numbers in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(at, &word)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                if rest == 0 {
                    return None;
                }
                let bit = rest.trailing_zeros() as usize;
                rest &= rest - 1;
                Some(at * 64 + bit)
            })
        })
    }
}
