//! Maps from addresses, which a program cannot choose.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Keys are addresses, as numbers or pointers.
pub type AddressMap<V, K = usize> = HashMap<K, V, BuildHasherDefault<AddressHasher>>;

/// One multiplication: addresses need to be spread, nobody attacks with them.
#[derive(Default)]
pub struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&b| self.write_usize(b as usize));
    }

    #[inline]
    fn write_usize(&mut self, address: usize) {
        let mixed = spread((self.0 ^ address as u64) as usize);
        self.0 = mixed ^ mixed >> 32;
    }
}

/// The address with its bits spread over the word, the upper half most.
#[inline]
pub fn spread(address: usize) -> u64 {
    (address as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}
