//! What a pickler has written already, by identity.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use krait_runtime::heap::Tracer;
use krait_runtime::native::Trace as TraceTrait;

use crate::prelude::*;

/// Spreads the bits of addresses, which end in zeros.
#[derive(Default)]
struct WordHasher(u64);

impl Hasher for WordHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for &b in bytes {
            self.write_u64(u64::from(b));
        }
    }
    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0 ^ n)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .rotate_left(26);
    }
}

/// Objects by their word (they do not move), each with the index under which a pickle refers to it.
#[derive(Default)]
// tidy: traced right below.
pub struct Memo(HashMap<u64, (Value, usize), BuildHasherDefault<WordHasher>>);

// SAFETY: reports every object.
unsafe impl TraceTrait for Memo {
    fn trace(&self, t: &mut Tracer<'_>) {
        self.0.values().for_each(|(v, _)| v.trace(t));
    }
}

impl Memo {
    pub fn get(&self, v: Value) -> Option<usize> {
        self.0.get(&v.bits()).map(|&(_, index)| index)
    }

    /// The owner was logged: see `Guarded::lock_owned`.
    pub fn put(&mut self, v: Value, index: usize) {
        self.0.insert(v.bits(), (v, index));
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn replace(&mut self, entries: &[Value], indices: &[usize]) {
        self.0.clear();
        for (&v, &index) in entries.iter().zip(indices) {
            self.put(v, index);
        }
    }

    /// The objects and their indices.
    pub fn iter(&self) -> impl Iterator<Item = (Value, usize)> {
        self.0.values().copied()
    }
}
