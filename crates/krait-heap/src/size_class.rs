//! Size classes: every 16 bytes up to 512, then eight per doubling up to 8 KiB.

/// Unit of the side bitmaps; every object starts on one.
pub(crate) const GRANULE: usize = 16;
/// The largest size that [`crate::Mutator::alloc`] takes; above it, use `alloc_sized`.
pub const MAX_SMALL: usize = 8192;
/// Up to this size the classes are as far apart as objects can be.
pub(crate) const MAX_LINEAR: usize = 512;
/// Number of size classes.
pub(crate) const CLASSES: usize = 64;
/// Classes are doubled: kinds that need dropping live in blocks of their own.
pub(crate) const SLOTS: usize = CLASSES * 2;

/// The class of an object of `size` bytes, header included (`1..=MAX_SMALL`).
#[inline(always)]
pub(crate) const fn size_class(size: usize) -> usize {
    if size <= MAX_LINEAR {
        linear_class(size)
    } else {
        let s = size - 1;
        let log = (usize::BITS - 1 - s.leading_zeros()) as usize;
        32 + (log - 9) * 8 + ((s >> (log - 3)) & 7)
    }
}

/// The class of an object of at most [`MAX_LINEAR`] bytes.
#[inline(always)]
pub(crate) const fn linear_class(size: usize) -> usize {
    size.saturating_sub(1) / GRANULE
}

/// Bytes of a cell of `class`.
#[inline(always)]
pub(crate) const fn class_size(class: usize) -> usize {
    if class < 32 {
        (class + 1) * GRANULE
    } else {
        let c = class - 32;
        let log = 9 + c / 8;
        (1 << log) + (c % 8 + 1) * (1 << (log - 3))
    }
}

/// Bytes an object of `size` really takes; useful for growth policies that want to fill the cell.
pub const fn rounded_size(size: usize) -> usize {
    if size <= MAX_SMALL {
        class_size(size_class(size))
    } else {
        size.next_multiple_of(crate::space::UNIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_fits_the_smallest_class() {
        for size in 1..=MAX_SMALL {
            let class = size_class(size);
            assert!(class < CLASSES);
            assert!(class_size(class) >= size, "{size}");
            assert!(class == 0 || class_size(class - 1) < size, "{size}");
            assert_eq!(class_size(class) % GRANULE, 0);
        }
        assert_eq!(class_size(CLASSES - 1), MAX_SMALL);
    }
}
