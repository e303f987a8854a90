//! The hash of tuples: a simplified xxHash64 over the items' hashes, the constants and the order
//! of operations being those that Python programs can observe in `hash((1, 2))`.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::types::tuple::Tuple;

const PRIME_1: u64 = 11_400_714_785_074_694_791;
const PRIME_2: u64 = 14_029_467_366_897_019_727;
const PRIME_5: u64 = 2_870_177_450_012_600_261;
/// What the one value that stands for an error in C is replaced by.
const INSTEAD_OF_ERROR: u64 = 1_546_275_796;

/// Accumulates the hashes of a sequence of items.
struct Lanes {
    acc: u64,
    len: u64,
}

impl Lanes {
    fn new() -> Lanes {
        Lanes {
            acc: PRIME_5,
            len: 0,
        }
    }

    #[inline(always)]
    fn add(&mut self, lane: u64) {
        self.acc = self
            .acc
            .wrapping_add(lane.wrapping_mul(PRIME_2))
            .rotate_left(31)
            .wrapping_mul(PRIME_1);
        self.len += 1;
    }

    fn finish(self) -> i64 {
        not_minus_one(self.acc.wrapping_add(self.len ^ (PRIME_5 ^ 3_527_539)))
    }
}

fn not_minus_one(h: u64) -> i64 {
    if h == u64::MAX {
        INSTEAD_OF_ERROR as i64
    } else {
        h as i64
    }
}

/// The hash of a fixed number of hashes, as slices have it: the number does not take part.
pub fn combine_fixed(hashes: [i64; 3]) -> i64 {
    let mut lanes = Lanes::new();
    hashes.into_iter().for_each(|h| lanes.add(h as u64));
    not_minus_one(lanes.acc)
}

/// The hash of a tuple whose items have these hashes.
pub fn combine_hashes(hashes: impl IntoIterator<Item = i64>) -> i64 {
    let mut lanes = Lanes::new();
    hashes.into_iter().for_each(|h| lanes.add(h as u64));
    lanes.finish()
}

/// `tuple.__hash__`: made of the items once, then remembered.
#[inline]
pub(crate) fn hash_tuple(cx: &mut Cx, t: Gc<Tuple>) -> PyResult<i64> {
    match t.known_hash() {
        Some(h) => Ok(h),
        None => hash_items(cx, t),
    }
}

fn hash_items(cx: &mut Cx, t: Gc<Tuple>) -> PyResult<i64> {
    cx.check_native_stack_while(" while hashing a tuple")?;
    let mut lanes = Lanes::new();
    for &v in t.as_slice() {
        lanes.add(cx.key_hash(v)?);
    }
    let h = lanes.finish();
    t.remember_hash(h);
    Ok(h)
}
