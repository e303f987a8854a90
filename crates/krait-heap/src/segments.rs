//! Lists that grow in segments: nothing is copied, and never is much memory asked for in one piece, which the
//! system might refuse where it still has a lot in small ones.

/// Entries of a segment.
const SEGMENT: usize = 4096;
/// Entries that the first segment has room for at first.
const FIRST: usize = 64;

/// A list that grows and shrinks at its end.
pub struct Segments<T> {
    /// The end of the list.
    top: Vec<T>,
    full: Vec<Vec<T>>,
    spare: Option<Vec<T>>,
}

impl<T> Default for Segments<T> {
    fn default() -> Self {
        Segments::new()
    }
}

impl<T> Segments<T> {
    /// An empty list, which takes no memory.
    pub(crate) const fn new() -> Self {
        Segments {
            top: Vec::new(),
            full: Vec::new(),
            spare: None,
        }
    }

    #[inline(always)]
    pub(crate) fn push(&mut self, entry: T) {
        if self.top.len() == self.top.capacity() {
            self.make_room();
        }
        // SAFETY: the segment has room for one more.
        unsafe {
            let len = self.top.len();
            self.top.as_mut_ptr().add(len).write(entry);
            self.top.set_len(len + 1);
        }
    }

    #[cold]
    #[inline(never)]
    fn make_room(&mut self) {
        let len = self.top.len();
        if len < SEGMENT {
            let more = len.max(FIRST).min(SEGMENT - len);
            return self.top.reserve_exact(more);
        }
        let fresh = self.spare.take();
        let fresh = fresh.unwrap_or_else(|| Vec::with_capacity(SEGMENT));
        self.full.push(std::mem::replace(&mut self.top, fresh));
    }

    #[inline(always)]
    pub(crate) fn pop(&mut self) -> Option<T> {
        match self.top.pop() {
            Some(entry) => Some(entry),
            None => self.pop_from_full(),
        }
    }

    #[cold]
    #[inline(never)]
    fn pop_from_full(&mut self) -> Option<T> {
        let segment = self.full.pop()?;
        self.spare = Some(std::mem::replace(&mut self.top, segment));
        self.top.pop()
    }

    /// Takes `entry` away if it is the last one.
    #[inline(always)]
    pub(crate) fn pop_if(&mut self, entry: &T) -> bool
    where
        T: PartialEq,
    {
        let last = self.top.last() == Some(entry);
        if last {
            self.top.pop();
        }
        last
    }

    pub(crate) fn len(&self) -> usize {
        self.full.iter().map(Vec::len).sum::<usize>() + self.top.len()
    }

    /// The entries, from the first on.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.segments().flatten()
    }

    /// The entries in pieces, each of which is one slice.
    pub(crate) fn segments(&self) -> impl DoubleEndedIterator<Item = &[T]> {
        let full = self.full.iter().chain(std::iter::once(&self.top));
        full.map(Vec::as_slice)
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.top.is_empty() && self.full.is_empty()
    }

    /// Moves all of `other` to the end.
    pub(crate) fn append(&mut self, other: &mut Self) {
        if self.is_empty() {
            return std::mem::swap(self, other);
        }
        for segment in other.take_segments() {
            segment.into_iter().for_each(|entry| self.push(entry));
        }
    }

    /// Keeps the entries for which `keep` holds, in their order.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        for mut segment in self.take_segments() {
            segment.retain(&mut keep);
            if self.is_empty() {
                self.top = segment;
            } else {
                segment.drain(..).for_each(|entry| self.push(entry));
                self.spare.get_or_insert(segment);
            }
        }
    }

    fn take_segments(&mut self) -> impl Iterator<Item = Vec<T>> + use<T> {
        let (full, top) = (
            std::mem::take(&mut self.full),
            std::mem::take(&mut self.top),
        );
        full.into_iter().chain(std::iter::once(top))
    }
}

impl<T> IntoIterator for Segments<T> {
    type Item = T;
    type IntoIter =
        std::iter::Flatten<std::iter::Chain<std::vec::IntoIter<Vec<T>>, std::iter::Once<Vec<T>>>>;

    fn into_iter(self) -> Self::IntoIter {
        let segments = self.full.into_iter().chain(std::iter::once(self.top));
        segments.flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(numbers: impl Iterator<Item = usize>) -> Segments<usize> {
        let mut list = Segments::new();
        numbers.for_each(|n| list.push(n));
        list
    }

    #[test]
    fn what_was_pushed_is_popped() {
        let mut list = list(0..3 * SEGMENT + 5);
        assert_eq!(list.len(), 3 * SEGMENT + 5);
        assert!(list.iter().copied().eq(0..3 * SEGMENT + 5));
        for n in (0..3 * SEGMENT + 5).rev() {
            assert_eq!(list.pop(), Some(n));
        }
        assert_eq!(list.pop(), None);
        assert!(list.is_empty());
    }

    #[test]
    fn no_segment_is_larger_than_it_may_be() {
        let list = list(0..2 * SEGMENT + 1);
        assert!(list.segments().all(|s| s.len() <= SEGMENT));
        assert!(list.full.iter().all(|s| s.capacity() == SEGMENT));
    }

    #[test]
    fn what_is_kept_keeps_its_order() {
        for n in [0, 1, 100, SEGMENT, 5 * SEGMENT + 7] {
            let mut list = list(0..n);
            list.retain(|i| i % 3 == 1);
            assert!(list.iter().copied().eq((0..n).filter(|i| i % 3 == 1)));
            list.retain(|_| false);
            assert!(list.is_empty());
            list.push(1);
            assert_eq!(list.into_iter().collect::<Vec<_>>(), [1]);
        }
    }

    #[test]
    fn many_short_lists_make_few_segments() {
        let mut all = Segments::new();
        for i in 0..1000 {
            let mut few = list(0..SEGMENT);
            few.retain(|n| n % 1000 == 0);
            all.append(&mut few);
            assert!(few.is_empty());
            assert_eq!(all.len(), (i + 1) * 5);
        }
        assert!(all.segments().count() <= 3);
    }
}
