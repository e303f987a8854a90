//! A thread's view of the heap: allocation cursors, barrier logs, poll word.

use std::cell::{Cell, UnsafeCell};
use std::marker::PhantomPinned;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64, AtomicUsize};
use std::sync::atomic::{Ordering::Relaxed, Ordering::SeqCst};

use crate::header::{Header, PTR_TAG, TAG_MASK, gc_state};
use crate::heap::{Heap, Kind, ObjectModel, OutOfMemory};
use crate::segments::Segments;
use crate::size_class::{
    CLASSES, GRANULE, MAX_LINEAR, MAX_SMALL, SLOTS, class_size, linear_class, size_class,
};
use crate::space::NO_BLOCK;
use crate::stack::{SAVED, StackBounds};
use crate::world::State;

/// Bit of the poll word: the thread is wanted at a safepoint.
pub const POLL_STOP: u32 = 1;
/// Bit of the poll word: the heap's limit is exceeded. The runtime clears it and raises at the next boundary.
pub const POLL_MEMORY: u32 = 2;
/// The bits of the poll word that the runtime may use as it likes.
pub const POLL_RUNTIME_MASK: u32 = !0xff;

/// Most bytes taken from a block at a time: zeroed just before use, so they are in the cache when used.
const RUN: usize = 4096;
/// Allocations below this do not fail because of the heap's limit: they set [`POLL_MEMORY`], as small ones do.
/// Much code that makes objects of a few kilobytes has no way to report failure.
pub(crate) const SOFT_LIMIT: usize = 1 << 20;
/// Slots logged before an array is scanned whole instead.
const MAX_SLOTS: usize = 16 * 1024;

/// How others get a thread's attention: the poll word, which loops look at, and a bound of the register
/// stack, which calls compare with anyway.
///
/// Whoever wants something sets a bit of the word, then the bound to 0, so that no call fits any more. The thread
/// restores the bound before it looks at the word: it may look once too often, but misses nothing.
#[repr(C)]
pub struct Poll {
    word: AtomicU32,
    bound: AtomicUsize,
    /// What the bound is as long as nobody wants anything.
    full_bound: AtomicUsize,
}

impl Poll {
    const fn new() -> Poll {
        Poll {
            word: AtomicU32::new(0),
            bound: AtomicUsize::new(0),
            full_bound: AtomicUsize::new(0),
        }
    }

    /// The word. It is zero as long as there is nothing to do.
    #[inline(always)]
    pub fn word(&self) -> &AtomicU32 {
        &self.word
    }

    /// The bound: 0 if somebody wants attention.
    #[inline(always)]
    pub fn bound(&self) -> usize {
        self.bound.load(Relaxed)
    }

    /// Sets the bound for when nobody wants anything.
    pub fn set_bound(&self, bound: usize) {
        self.full_bound.store(bound, SeqCst);
        self.restore_bound();
        if self.word.load(SeqCst) != 0 {
            self.bound.store(0, SeqCst);
        }
    }

    /// For the thread itself, before it looks at the word.
    pub fn restore_bound(&self) {
        self.bound.store(self.full_bound.load(Relaxed), SeqCst);
    }

    /// Sets bits of the word, from any thread or a signal handler. Those in [`POLL_RUNTIME_MASK`] are the runtime's.
    pub fn request(&self, bits: u32) {
        self.word.fetch_or(bits, SeqCst);
        self.bound.store(0, SeqCst);
    }
}

/// Where a size class allocates: `[at, limit)` is free and zeroed.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Cursor {
    pub(crate) at: usize,
    pub(crate) limit: usize,
}

/// One per thread. Made by [`Mutator::new`], usable once [attached](Mutator::attach), and not moved from then
/// on: the collector of any thread reads it while this thread is stopped.
#[repr(C)]
pub struct Mutator<M: ObjectModel> {
    poll: Poll,
    pub(crate) multithreaded: AtomicBool,
    pub(crate) state: AtomicU8,
    pub(crate) cursors: UnsafeCell<[Cursor; SLOTS]>,
    pub(crate) blocks: UnsafeCell<[u32; SLOTS]>,
    /// Old objects that were stored into since the last collection.
    pub(crate) log: UnsafeCell<Segments<*mut Header>>,
    /// Slots of large old arrays that got young referents.
    pub(crate) slots: UnsafeCell<Segments<*const AtomicU64>>,
    /// Objects whose death the runtime wants to hear of, tracked since the last collection.
    pub(crate) tracked: UnsafeCell<Segments<*mut Header>>,
    pub(crate) heap: Arc<Heap<M>>,
    pub(crate) data: Cell<*mut M::MutatorData>,
    /// This thread has stopped all others.
    pub(crate) owns_stop: Cell<bool>,
    /// The collector or a walk is running: allocation would corrupt it.
    pub(crate) busy: Cell<bool>,
    pub(crate) attached: Cell<bool>,
    /// Where the stack was when the thread last stopped, the registers then, and where the stack starts.
    pub(crate) sp: Cell<usize>,
    pub(crate) regs: UnsafeCell<[usize; SAVED]>,
    pub(crate) stack: Cell<StackBounds>,
    /// The stack pointer of the innermost interpreter loop, see [`Mutator::enter_loop`]; 0 without one.
    pub(crate) entry: Cell<usize>,
    /// Stacks left for another one, see [`Mutator::on_other_stack`]: `[sp, base)` of each.
    pub(crate) outer_stacks: UnsafeCell<Vec<(usize, usize)>>,
    /// Other threads hold pointers to the fields while `&mut Mutator` exists; this keeps it from being noalias.
    _pin: PhantomPinned,
}

impl<M: ObjectModel> Mutator<M> {
    /// Offset of the poll word, for machine code.
    pub const POLL_OFFSET: usize =
        std::mem::offset_of!(Mutator<M>, poll) + std::mem::offset_of!(Poll, word);

    /// A mutator for the calling thread, not yet attached.
    pub fn new(heap: &Arc<Heap<M>>) -> Self {
        Mutator {
            poll: Poll::new(),
            multithreaded: AtomicBool::new(false),
            state: AtomicU8::new(State::RUNNING),
            cursors: UnsafeCell::new([Cursor { at: 0, limit: 0 }; SLOTS]),
            blocks: UnsafeCell::new([NO_BLOCK; SLOTS]),
            log: UnsafeCell::new(Segments::new()),
            slots: UnsafeCell::new(Segments::new()),
            tracked: UnsafeCell::new(Segments::new()),
            heap: heap.clone(),
            data: Cell::new(std::ptr::null_mut()),
            owns_stop: Cell::new(false),
            busy: Cell::new(false),
            attached: Cell::new(false),
            sp: Cell::new(0),
            regs: UnsafeCell::new([0; SAVED]),
            stack: Cell::new(StackBounds::default()),
            entry: Cell::new(0),
            outer_stacks: UnsafeCell::new(Vec::new()),
            _pin: PhantomPinned,
        }
    }

    /// The heap.
    #[inline(always)]
    pub fn heap(&self) -> &Arc<Heap<M>> {
        &self.heap
    }

    /// The thread's poll word, to look at it and to clear bits; see [`Poll::request`].
    #[inline(always)]
    pub fn poll_word(&self) -> &AtomicU32 {
        self.poll.word()
    }

    /// How others get this thread's attention.
    #[inline(always)]
    pub fn poll(&self) -> &Poll {
        &self.poll
    }

    /// What the thread passed to [`Mutator::attach`].
    #[inline(always)]
    pub fn data(&self) -> *mut M::MutatorData {
        self.data.get()
    }

    /// Offset in this struct of the allocation cursor (`at`, then `limit`, both usize) for objects of `size`
    /// bytes and `kind`, and the bytes to advance: what machine code needs to allocate inline.
    pub fn cursor_offset(size: usize, kind: u8) -> (usize, usize) {
        let slot = Self::slot(size, kind);
        let offset = std::mem::offset_of!(Mutator<M>, cursors) + slot * size_of::<Cursor>();
        (offset, class_size(slot % CLASSES))
    }

    #[inline(always)]
    fn slot(size: usize, kind: u8) -> usize {
        size_class(size) + if M::needs_drop(kind) { CLASSES } else { 0 }
    }

    /// Allocates an object of `size` bytes, header included, at most [`MAX_SMALL`]. The header is complete, the
    /// body is zero. May collect *before* it allocates. Does not fail: over the heap's limit it sets
    /// [`POLL_MEMORY`]; when the system has no memory left at all the process aborts.
    #[inline(always)]
    pub fn alloc(&mut self, size: usize, shape: u32, kind: u8) -> *mut Header {
        assert!(
            size <= MAX_SMALL,
            "small allocation of more than MAX_SMALL bytes"
        );
        let slot = Self::slot(size, kind);
        match self.take_cell(slot, class_size(slot % CLASSES), shape, kind) {
            Some(object) => object,
            None => self.alloc_slow(slot, shape, kind),
        }
    }

    /// As [`Mutator::alloc`] for kinds without drop, if the size is one of the usual and a cell is at hand: calls
    /// nothing, collects nothing.
    #[inline(always)]
    pub fn alloc_at_once(&mut self, size: usize, shape: u32, kind: u8) -> Option<*mut Header> {
        debug_assert!(!M::needs_drop(kind));
        if size > MAX_LINEAR {
            return None;
        }
        let slot = linear_class(size);
        self.take_cell(slot, (slot + 1) * GRANULE, shape, kind)
    }

    /// The next cell of a run of cells of so many bytes.
    #[inline(always)]
    fn take_cell(
        &mut self,
        slot: usize,
        bytes: usize,
        shape: u32,
        kind: u8,
    ) -> Option<*mut Header> {
        let cursor = &mut self.cursors.get_mut()[slot];
        let at = cursor.at;
        // Runs are whole numbers of cells, so "not empty" is all there is to test.
        if at == cursor.limit {
            return None;
        }
        cursor.at = at + bytes;
        let object = at as *mut u64;
        // SAFETY: [at, at + bytes) lies in a run of free cells that this thread owns.
        unsafe { object.write(Header::young_word(shape, kind)) };
        Some(object.cast())
    }

    #[cold]
    #[inline(never)]
    fn alloc_slow(&mut self, slot: usize, shape: u32, kind: u8) -> *mut Header {
        self.refill(slot);
        let cursor = &mut self.cursors.get_mut()[slot];
        let at = cursor.at;
        cursor.at = at + class_size(slot % CLASSES);
        let object = at as *mut u64;
        // SAFETY: refill leaves at least one free cell.
        unsafe { object.write(Header::young_word(shape, kind)) };
        object.cast()
    }

    /// Allocates an object of any size. Above [`MAX_SMALL`] it may fail, at or below it does not.
    #[inline]
    pub fn alloc_sized(
        &mut self,
        size: usize,
        shape: u32,
        kind: u8,
    ) -> Result<*mut Header, OutOfMemory> {
        if size <= MAX_SMALL {
            return Ok(self.alloc(size, shape, kind));
        }
        self.try_alloc_large(size, shape, kind)
    }

    /// Allocates an object of more than [`MAX_SMALL`] bytes: zeroed, young, in 4 KiB units. Below 1 MiB, the
    /// heap's limit alone does not make it fail, see [`Mutator::alloc`].
    #[inline(never)]
    pub fn try_alloc_large(
        &mut self,
        size: usize,
        shape: u32,
        kind: u8,
    ) -> Result<*mut Header, OutOfMemory> {
        self.before_refill();
        let heap = self.heap.clone();
        // Nothing of this size fits in any address space we reserve; also keeps sums from overflowing.
        if size > heap.space.len() {
            return Err(OutOfMemory);
        }
        let needs_drop = M::needs_drop(kind);
        let allocate = |heap: &Heap<M>| {
            if size >= SOFT_LIMIT && heap.over_limit(size) {
                None
            } else {
                heap.space.allocate_large(size, needs_drop)
            }
        };
        let addr = match allocate(&heap) {
            Some(addr) => addr,
            None => {
                self.collect(Kind::Full);
                allocate(&heap).ok_or(OutOfMemory)?
            }
        };
        self.count_young(size);
        if heap.over_limit(0) {
            self.poll.request(POLL_MEMORY);
        }
        let object = addr as *mut u64;
        // SAFETY: the units are ours, and at least `size` bytes long.
        unsafe { object.write(Header::young_word(shape, kind)) };
        Ok(object.cast())
    }

    /// What may happen before memory is taken: a stop, a collection.
    fn before_refill(&mut self) {
        assert!(
            self.attached.get() && !self.busy.get(),
            "allocation outside a running mutator"
        );
        debug_assert_eq!(
            self.state.load(Relaxed),
            State::RUNNING,
            "allocation while blocked"
        );
        self.safepoint();
        let heap = &self.heap;
        if let Some(every) = heap.config.stress {
            let n = heap.stress_count.fetch_add(1, Relaxed) + 1;
            if n.is_multiple_of(every.max(1)) {
                let full = n.is_multiple_of(every.max(1).saturating_mul(16));
                self.collect(if full { Kind::Full } else { Kind::Nursery });
            }
        } else if heap.is_collection_due() {
            self.collect_automatically();
        }
    }

    /// Makes room for at least one cell of `slot`.
    fn refill(&mut self, slot: usize) {
        self.before_refill();
        // In stress mode every allocation comes through here.
        let run = if self.heap.config.stress.is_some() {
            1
        } else {
            RUN
        };
        let mut collected = false;
        loop {
            let space = &self.heap.space;
            let block = self.blocks.get_mut()[slot];
            if block != NO_BLOCK
                && let Some((at, limit)) = space.take_run(block, run)
            {
                self.count_young(limit - at);
                self.cursors.get_mut()[slot] = Cursor { at, limit };
                return;
            }
            self.blocks.get_mut()[slot] = match space.acquire_block(slot) {
                Some(index) => index,
                None if collected => out_of_memory(),
                None => {
                    collected = true;
                    self.collect(Kind::Full);
                    NO_BLOCK
                }
            };
        }
    }

    /// Counts bytes handed out. A read-modify-write would wait for the zeroes just written, which took
    /// two thirds of a refill, so it is one only with several threads.
    #[inline]
    fn count_young(&self, bytes: usize) {
        let young = &self.heap.young_bytes;
        if self.multithreaded.load(Relaxed) {
            young.fetch_add(bytes, Relaxed);
        } else {
            young.store(young.load(Relaxed) + bytes, Relaxed);
        }
    }

    /// To be called after a reference was stored into `object`, anywhere in it.
    #[inline(always)]
    pub fn write_barrier(&mut self, object: *mut Header) {
        // SAFETY: the caller just stored into the object, so it is valid.
        if unsafe { &*object }.gc_state() == gc_state::OLD {
            self.log_object(object);
        }
    }

    /// Whether a store into `object` now would have to be logged.
    #[inline(always)]
    pub fn needs_barrier(&self, object: *mut Header) -> bool {
        // SAFETY: the caller is about to store into the object, so it is valid.
        unsafe { &*object }.gc_state() == gc_state::OLD
    }

    /// Slow path of [`Mutator::write_barrier`], for machine code: the object's state is
    /// [`gc_state::OLD`].
    #[cold]
    #[inline(never)]
    pub fn log_object(&mut self, object: *mut Header) {
        // SAFETY: as in write_barrier.
        unsafe { &*object }.set_gc_state(gc_state::LOGGED);
        self.log.get_mut().push(object);
    }

    /// To be called after a reference was stored into `slot` of a big array: logs the slot, so that the next
    /// collection does not scan the whole array.
    #[inline(always)]
    pub fn write_barrier_slot(&mut self, object: *mut Header, slot: *const u64) {
        // SAFETY: the caller just stored into the object, so it is valid.
        if unsafe { &*object }.gc_state() == gc_state::OLD {
            self.log_slot(object, slot);
        }
    }

    #[cold]
    #[inline(never)]
    fn log_slot(&mut self, object: *mut Header, slot: *const u64) {
        let slot = slot as *const AtomicU64;
        // SAFETY: the slot was just stored to and belongs to the object; an old object is not freed before
        // the next full collection, which empties the log.
        let word = unsafe { &*slot }.load(Relaxed);
        let space = &self.heap.space;
        let offset = (word.wrapping_sub(PTR_TAG) as usize).wrapping_sub(space.base());
        if word & TAG_MASK != PTR_TAG
            || offset >= space.len()
            || space.test(space.live_map(), offset)
        {
            return;
        }
        if self.slots.get_mut().len() >= MAX_SLOTS {
            return self.log_object(object);
        }
        self.slots.get_mut().push(slot);
    }

    /// Asks that the object, when it dies, be among [`crate::WeakPhase::take_dead`]: because it has a finalizer, or
    /// weak references to it. Once is enough, until it was taken.
    pub fn track(&mut self, object: *mut Header) {
        self.tracked.get_mut().push(object);
    }

    /// Takes [`Mutator::track`] back if that was this thread's last one since the last collection; says whether.
    #[inline(always)]
    pub fn untrack_last(&mut self, object: *mut Header) -> bool {
        self.tracked.get_mut().pop_if(&object)
    }

    /// The object that the address points to or into, if any. Exact for objects of this thread, and for all
    /// while the world is stopped.
    pub fn object_containing(&mut self, addr: usize) -> Option<*mut Header> {
        self.sync_cursors();
        let found = self.heap.space.resolve(addr);
        self.unsync_cursors();
        found.map(|addr| addr as *mut Header)
    }

    /// Writes into the blocks how far this thread got, so that they say exactly what is an object.
    pub(crate) fn sync_cursors(&self) {
        self.set_block_ends(|cursor| cursor.at);
    }

    /// The opposite: the rest of each run is the thread's again.
    pub(crate) fn unsync_cursors(&self) {
        self.set_block_ends(|cursor| cursor.limit);
    }

    fn set_block_ends(&self, end: impl Fn(&Cursor) -> usize) {
        // SAFETY: called by the owning thread, or while it is stopped.
        let (blocks, cursors) = unsafe { (&*self.blocks.get(), &*self.cursors.get()) };
        for (&index, cursor) in blocks.iter().zip(cursors) {
            // A block is recorded before its first run is taken; then there is nothing to say yet.
            if index != NO_BLOCK && cursor.limit != 0 {
                let block = self.heap.space.block(index as usize);
                let start = self.heap.space.block_addr(index as usize);
                block.set_next((end(cursor) - start).div_ceil(block.cell_bytes()));
            }
        }
    }

    /// Forgets all blocks: they belong to the heap again.
    pub(crate) fn forget_blocks(&self) {
        // SAFETY: called by the owning thread, or while it is stopped.
        unsafe {
            *self.blocks.get() = [NO_BLOCK; SLOTS];
            *self.cursors.get() = [Cursor { at: 0, limit: 0 }; SLOTS];
        }
    }
}

#[cold]
fn out_of_memory() -> ! {
    eprintln!("fatal: the heap's address range is exhausted");
    std::process::abort();
}
