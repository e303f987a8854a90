//! The second level of attribute caches: per thread, direct-mapped, by shape and name.
//!
//! An instruction's own cache holds one shape. Where it meets several, it looks here: the entry says
//! what its own cache would have said for this shape. Entries are valid for one epoch of class
//! changes. They hold slots and class attributes only, which live as long as an object of the shape
//! does; shape ids are never used again.

use krait_runtime::object::Gc;
use krait_runtime::types::str::Str;

/// What the access is.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Access {
    Load = 1,
    Method = 2,
    Store = 3,
}

#[derive(Clone, Copy)]
struct Stub {
    shape: u32,
    access: u8,
    name: usize,
    epoch: u64,
    /// As the cache words of an instruction: key, payload, second payload.
    words: [u64; 3],
}

const SIZE: usize = 1024;

/// The entries of one thread.
pub struct Stubs([Stub; SIZE]);

impl Stubs {
    pub fn new() -> Box<Stubs> {
        Box::new(Stubs(
            [Stub {
                shape: 0,
                access: 0,
                name: 0,
                epoch: 0,
                words: [0; 3],
            }; SIZE],
        ))
    }

    /// Forgets everything. With several threads, a collection can come between the change of a
    /// class's namespace and the new epoch; what was replaced is dead then.
    pub fn clear(&mut self) {
        self.0.iter_mut().for_each(|s| s.shape = 0);
    }

    #[inline(always)]
    fn index(access: Access, shape: u32, name: Gc<Str>) -> usize {
        (shape as usize).wrapping_mul(0x9E37_79B1)
            ^ (name.as_ptr() as usize >> 4)
            ^ ((access as usize) << 7)
    }

    #[inline]
    pub fn get(&self, access: Access, shape: u32, name: Gc<Str>, epoch: u64) -> Option<[u64; 3]> {
        let s = &self.0[Stubs::index(access, shape, name) % SIZE];
        let hit = s.shape == shape
            && s.access == access as u8
            && s.name == name.as_ptr() as usize
            && s.epoch == epoch;
        hit.then_some(s.words)
    }

    pub fn put(&mut self, access: Access, shape: u32, name: Gc<Str>, epoch: u64, words: [u64; 3]) {
        self.0[Stubs::index(access, shape, name) % SIZE] = Stub {
            shape,
            access: access as u8,
            name: name.as_ptr() as usize,
            epoch,
            words,
        };
    }
}
