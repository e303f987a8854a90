//! The second level of attribute caches: per thread, direct-mapped, by instruction and shape.
//!
//! An instruction's own cache holds one shape. Where it meets several, it looks here: the entry says
//! what its own cache would have said for this shape. Entries are valid for one epoch, in which no
//! class changes and no code object dies. They hold slots and class attributes only, which live as
//! long as an object of the shape does; shape ids are never used again.

use std::sync::atomic::Ordering;

use krait_runtime::cx::Cx;

#[derive(Clone, Copy)]
pub struct Stub {
    pc: usize,
    epoch: u64,
    /// As the cache words of an instruction: key, payload, second payload.
    pub words: [u64; 3],
}

const SIZE: usize = 2048;

/// The entries of one thread.
pub struct Stubs([Stub; SIZE]);

impl Stubs {
    pub fn new() -> Box<Stubs> {
        let none = Stub {
            pc: 0,
            epoch: 0,
            words: [0; 3],
        };
        Box::new(Stubs([none; SIZE]))
    }

    /// Forgets everything. With several threads, a collection can come between the change of a
    /// class's namespace and the new epoch; what was replaced is dead then.
    pub fn clear(&mut self) {
        self.0.iter_mut().for_each(|s| s.pc = 0);
    }

    #[inline(always)]
    fn index(pc: *const u64, shape: u32) -> usize {
        // Instructions are words: the low bits of both say most.
        ((pc as usize >> 3) ^ (shape as usize).wrapping_mul(0x9E5)) % SIZE
    }
}

/// The epoch that entries made now belong to.
#[inline(always)]
pub fn epoch(cx: &Cx) -> u64 {
    cx.interp().shapes.site_epoch.load(Ordering::Acquire)
}

/// What this thread remembers of the instruction at `pc` for objects of this shape.
#[inline(always)]
pub fn find(cx: &Cx, pc: *const u64, shape: u32) -> Option<&Stub> {
    // SAFETY: the thread's own state; the reference does not outlive the handler.
    let s = unsafe { &(&(*crate::thread::vm_ptr(cx)).stubs.0)[Stubs::index(pc, shape)] };
    (s.pc == pc as usize && s.words[0] as u32 == shape && s.epoch == epoch(cx)).then_some(s)
}

/// Remembers `words`, found out in this epoch, for the instruction at `pc`; the shape is in the key.
pub fn remember(cx: &mut Cx, pc: *const u64, epoch: u64, words: [u64; 3]) {
    let at = Stubs::index(pc, words[0] as u32);
    // SAFETY: no other reference to the thread's state.
    unsafe { crate::thread::vm(cx) }.stubs.0[at] = Stub {
        pc: pc as usize,
        epoch,
        words,
    };
}
