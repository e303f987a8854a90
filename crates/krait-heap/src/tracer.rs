//! Marking: the tracer that the object model feeds, and its mark stack.
//!
//! One tracer serves three purposes. In a nursery collection the bitmap it sets is LIVE itself: what is
//! already set is old and not entered, what gets set is promoted. In a full collection it is MARK. Where
//! nothing is to be marked (verifier, referents) its range is empty, so that every reference takes the cold path.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::Kind;
use crate::header::{Header, PTR_TAG, TAG_MASK, gc_state};
use crate::segments::Segments;
use crate::size_class::GRANULE;
use crate::space::Space;
use crate::verify::Checker;

/// Words of an array traced at a time: a huge array must not turn into a huge mark stack.
const CHUNK: usize = 1024;
/// Objects on their way into the cache while others are traced.
const PREFETCH: usize = 8;

/// Addresses of objects that are marked and yet to be traced. Full segments can be handed to helpers.
pub(crate) type MarkStack = Segments<usize>;

/// What [`crate::ObjectModel::trace`] and its fellows report references to.
pub struct Tracer<'a> {
    /// Start of the heap's range, and its length, 0 while checking.
    base: usize,
    len: usize,
    /// The bitmap being set.
    bits: *const AtomicU64,
    stack: MarkStack,
    /// Rest of arrays too long to be traced at once: address and number of words.
    ranges: Vec<(usize, usize)>,
    space: &'a Space,
    cold: Cold<'a>,
    kind: Kind,
}

/// Where references go that are not to be marked.
enum Cold<'a> {
    /// References to statics while marking: nowhere.
    Ignore,
    /// To the verifier.
    Check(&'a mut Checker),
    /// To somebody who asked what an object refers to.
    Collect(&'a mut Vec<*mut Header>),
}

impl<'a> Tracer<'a> {
    pub(crate) fn new(space: &'a Space, kind: Kind, stack: MarkStack) -> Self {
        let bits = match kind {
            Kind::Nursery => space.live_map(),
            Kind::Full => space.mark_map(),
        };
        Tracer {
            base: space.base(),
            len: space.len(),
            bits,
            stack,
            ranges: Vec::new(),
            space,
            cold: Cold::Ignore,
            kind,
        }
    }

    /// A tracer that checks references and marks nothing.
    pub(crate) fn checking(space: &'a Space, checker: &'a mut Checker) -> Self {
        Self::cold(space, Cold::Check(checker))
    }

    /// A tracer that collects the objects referred to and marks nothing.
    pub(crate) fn collecting(space: &'a Space, found: &'a mut Vec<*mut Header>) -> Self {
        Self::cold(space, Cold::Collect(found))
    }

    fn cold(space: &'a Space, cold: Cold<'a>) -> Self {
        Tracer {
            base: space.base(),
            len: 0,
            bits: std::ptr::null(),
            stack: MarkStack::new(),
            ranges: Vec::new(),
            space,
            cold,
            kind: Kind::Full,
        }
    }

    pub(crate) fn into_stack(self) -> MarkStack {
        self.stack
    }

    /// The bitmap being set.
    pub(crate) fn target(&self) -> *const AtomicU64 {
        self.bits
    }

    /// In the verifier: whose references come next. Returns whether they matter.
    pub(crate) fn enter(&mut self, object: *mut Header) -> bool {
        match &mut self.cold {
            Cold::Check(checker) => checker.enter(self.space, object),
            _ => false,
        }
    }

    /// Which collection this is (the verifier counts as full). Roots may leave out, in a nursery collection,
    /// what they know to hold old objects only.
    #[inline]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Reports one word. Words that are no references, and references to statics, are skipped.
    #[inline(always)]
    pub fn word(&mut self, word: u64) {
        if word & TAG_MASK == PTR_TAG {
            self.address((word - PTR_TAG) as usize);
        }
    }

    /// Reports `len` words at `ptr`.
    ///
    /// # Safety
    /// The words must stay readable until marking ends, so they belong to a heap object that is being traced
    /// or to memory that a stopped thread owns.
    #[inline]
    pub unsafe fn words(&mut self, ptr: *const u64, len: usize) {
        if len > CHUNK && self.len != 0 {
            self.ranges.push((ptr as usize, len));
            return;
        }
        for i in 0..len {
            // SAFETY: the caller promises len readable words.
            self.word(unsafe { ptr.add(i).read() });
        }
    }

    /// Reports an object by its address. Null and statics are allowed.
    #[inline(always)]
    pub fn object(&mut self, object: *mut Header) {
        self.address(object as usize);
    }

    /// Reports a word that may or may not be a reference, tagged or not, to an object or into one.
    #[inline]
    pub fn conservative_word(&mut self, word: u64) {
        if self.len == 0 || !self.space.contains(word as usize) {
            return;
        }
        if let Some(addr) = self.space.resolve(word as usize) {
            self.address(addr);
        }
    }

    /// Reports all aligned words in `[low, high)` conservatively.
    ///
    /// # Safety
    /// The range must be readable.
    pub unsafe fn conservative_range(&mut self, low: usize, high: usize) {
        let mut at = low.next_multiple_of(8);
        while at + 8 <= high {
            // SAFETY: aligned and inside the range that the caller vouches for. Volatile: these are other
            // frames' variables, of which the compiler may assume nothing.
            self.conservative_word(unsafe { (at as *const u64).read_volatile() });
            at += 8;
        }
    }

    #[inline(always)]
    fn address(&mut self, addr: usize) {
        let offset = addr.wrapping_sub(self.base);
        if offset < self.len {
            debug_assert_eq!(
                offset % GRANULE,
                0,
                "reference into the middle of an object"
            );
            // SAFETY: the bitmap covers the range.
            let word = unsafe { &*self.bits.add(offset / (GRANULE * 64)) };
            let bit = 1u64 << (offset / GRANULE % 64);
            let old = word.load(Relaxed);
            if old & bit == 0 {
                word.store(old | bit, Relaxed);
                self.stack.push(addr);
            }
        } else if self.len == 0 {
            self.not_marking(addr);
        }
    }

    #[cold]
    #[inline(never)]
    fn not_marking(&mut self, addr: usize) {
        match &mut self.cold {
            Cold::Ignore => {}
            Cold::Check(checker) => checker.reference(self.space, addr),
            Cold::Collect(found) => found.push(addr as *mut Header),
        }
    }

    /// Adds to `found` what `object` refers to.
    pub(crate) fn collect(
        &self,
        object: *mut Header,
        trace: &dyn Fn(*mut Header, &mut Tracer<'_>),
        found: &mut Vec<*mut Header>,
    ) {
        trace(object, &mut Tracer::collecting(self.space, found));
    }

    /// Whether the object is marked, old, or static.
    #[inline]
    pub(crate) fn is_marked(&self, addr: usize) -> bool {
        let offset = addr.wrapping_sub(self.base);
        offset >= self.len || self.space.test(self.bits, offset)
    }

    /// Traces everything reachable from what was reported so far; `trace` is the model's.
    #[inline(always)]
    pub(crate) fn drain(&mut self, mut trace: impl FnMut(*mut Header, &mut Tracer<'_>)) {
        let mut window = [0usize; PREFETCH];
        let mut at = 0;
        loop {
            let next = match self.stack.pop() {
                Some(addr) => {
                    prefetch(addr);
                    addr
                }
                None => 0,
            };
            let addr = std::mem::replace(&mut window[at], next);
            at = (at + 1) % PREFETCH;
            if addr != 0 {
                let object = addr as *mut Header;
                // SAFETY: only addresses of objects are pushed.
                let header = unsafe { &*object };
                if header.gc_state() != gc_state::OLD {
                    header.set_gc_state(gc_state::OLD);
                }
                trace(object, self);
            } else if next == 0 && window.iter().all(|&a| a == 0) && !self.next_chunk() {
                return;
            }
        }
    }

    /// Traces the next piece of a long array; false if there is none.
    fn next_chunk(&mut self) -> bool {
        let Some((at, len)) = self.ranges.pop() else {
            return false;
        };
        if len > CHUNK {
            self.ranges.push((at + CHUNK * 8, len - CHUNK));
        }
        // SAFETY: a piece of a range whose owner vouched for it in `words`.
        unsafe { self.words(at as *const u64, len.min(CHUNK)) };
        true
    }
}

/// Hints that the object will be looked at soon.
#[inline(always)]
pub(crate) fn prefetch(addr: usize) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: prefetching has no effect that the program can see.
    unsafe {
        std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(addr as *const i8);
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = addr;
}
