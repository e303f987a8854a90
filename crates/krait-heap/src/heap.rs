//! The shared part of a heap: configuration, pacing, and what the runtime must tell about its objects.

use std::fmt;
use std::sync::atomic::{
    AtomicBool, AtomicIsize, AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed,
};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::header::Header;
use crate::reserve;
use crate::space::Space;
use crate::stats::Stats;
use crate::tracer::{MarkStack, Tracer};
use crate::weak::{Tracked, WeakPhase};
use crate::world::World;

/// Most live bytes of a heap that is collected early. Marking takes longer for each byte of a larger one.
const EARLY_LIVE: usize = 16 << 20;
/// How much an early full collection has to expect at least, in bytes.
const EARLY_GROWTH: usize = 256 << 10;
/// Bytes allocated for each live one that pay for marking it: about 2% of the time that a program needs to
/// allocate them.
const EARLY_PRICE: usize = 16;

/// What the runtime tells the collector about its objects.
///
/// All methods are called with every thread stopped, on the collecting thread. They must not allocate from
/// the heap, nor panic. `trace`, `trace_roots` and `trace_mutator` must report every reference there is: a
/// forgotten one is a use after free ([`Config::verify`] helps to find it).
pub trait ObjectModel: Sized + Sync + Send + 'static {
    /// The runtime's state of one thread (its register stack and the like).
    type MutatorData;

    /// Reports every reference in `object`. Its body may still be all zero.
    ///
    /// # Safety
    /// `object` is a valid object of this heap.
    unsafe fn trace(&self, object: *mut Header, tracer: &mut Tracer<'_>);

    /// Whether objects of `kind` own something that [`ObjectModel::drop_object`] must release. Such objects
    /// live in blocks of their own. Must always give the same answer.
    fn needs_drop(kind: u8) -> bool;

    /// Releases what a dead object owns outside the heap; called exactly once. Other objects of the heap must
    /// not be touched: they may be gone already. The body may still be all zero.
    ///
    /// # Safety
    /// `object` was a valid object of a kind that needs dropping.
    unsafe fn drop_object(&self, object: *mut Header);

    /// Reports the interpreter-wide roots.
    ///
    /// # Safety
    /// All threads are stopped.
    unsafe fn trace_roots(&self, tracer: &mut Tracer<'_>);

    /// Reports the references in a thread's own data. Its native stack is scanned already.
    ///
    /// # Safety
    /// `data` is what the thread passed to `Mutator::attach`, and the thread is stopped.
    unsafe fn trace_mutator(&self, data: *mut Self::MutatorData, tracer: &mut Tracer<'_>);

    /// After marking: clear weak references to the dead, keep what finalizers still need.
    ///
    /// # Safety
    /// All threads are stopped.
    unsafe fn after_marking(&self, weak: &mut WeakPhase<'_>);

    /// External bytes (see [`Heap::account_external`]) that `drop_object` released since this was last asked.
    fn take_released_bytes(&self) -> usize {
        0
    }
}

/// Which collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only what was allocated since the last collection is examined.
    Nursery,
    /// Everything is.
    Full,
}

/// There is no memory for the object, or the heap's limit forbids it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfMemory;

impl fmt::Display for OutOfMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("out of memory")
    }
}

impl std::error::Error for OutOfMemory {}

/// Settings of a heap. Sizes are bytes.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address space to reserve; halved until the system agrees. Costs nothing until used.
    pub reserve: usize,
    /// Allocation before the first collection; later ones come after as little as half of it, if not much is old.
    pub nursery: usize,
    /// External memory allocated between collections (see [`Heap::account_external`]).
    pub external_nursery: usize,
    /// A full collection comes when old objects grew by this factor since the last one...
    pub growth: f64,
    /// ...and by at least this many bytes.
    pub min_growth: usize,
    /// What all objects together may take, if limited.
    pub limit: Option<usize>,
    /// Collect at every n-th allocation (every 16th time a full collection).
    pub stress: Option<u32>,
    /// Check the whole heap at every collection and poison what is freed.
    pub verify: bool,
    /// Whether collections start by themselves (explicit ones always work).
    pub automatic: bool,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            reserve: 128 << 30,
            nursery: 2 << 20,
            external_nursery: 64 << 20,
            growth: 1.75,
            min_growth: 2 << 20,
            limit: None,
            stress: None,
            verify: false,
            automatic: true,
        }
    }
}

/// A heap, shared by the threads of one interpreter. There is no global state: heaps are independent.
pub struct Heap<M: ObjectModel> {
    pub(crate) space: Space,
    pub(crate) model: M,
    pub(crate) config: Config,
    pub(crate) world: Mutex<World<M>>,
    /// Signalled when a thread has parked or left while a stop is wanted.
    pub(crate) parked: Condvar,
    /// Signalled when a stop is over.
    pub(crate) resumed: Condvar,
    pub(crate) multithreaded: AtomicBool,
    pub(crate) automatic: AtomicBool,
    /// Bytes handed out since the last collection.
    pub(crate) young_bytes: AtomicUsize,
    pub(crate) old_bytes: AtomicUsize,
    pub(crate) full_threshold: AtomicUsize,
    /// Old bytes that make a full collection due as soon as enough was allocated to pay for it...
    pub(crate) early_threshold: AtomicUsize,
    /// ...this much since the last one...
    pub(crate) price: AtomicUsize,
    /// ...of which this much until the last collection.
    pub(crate) paid: AtomicUsize,
    pub(crate) external: AtomicIsize,
    pub(crate) external_young: AtomicUsize,
    /// Collect at the next refill, however much of the nursery is left.
    pub(crate) collect_soon: AtomicBool,
    /// Bytes handed out that make a nursery collection due.
    pub(crate) nursery: AtomicUsize,
    /// Allocations seen in stress mode.
    pub(crate) stress_count: AtomicU32,
    /// Collections so far; tells whether somebody else collected while a thread waited to.
    pub(crate) epoch: AtomicU64,
    pub(crate) collector: Mutex<Collector>,
}

/// State that only the collecting thread uses.
pub(crate) struct Collector {
    pub(crate) stack: Option<MarkStack>,
    pub(crate) stats: Stats,
    pub(crate) tracked: Tracked,
    /// Set if the next collection shall count the unreachable objects for which this holds.
    pub(crate) counted: Option<fn(*const Header) -> bool>,
    /// What it counted.
    pub(crate) cyclic: u64,
}

impl<M: ObjectModel> Heap<M> {
    /// Makes a heap. Fails only if not even a small address range can be reserved.
    pub fn new(config: Config, model: M) -> Result<Arc<Self>, OutOfMemory> {
        let space = Space::new(config.reserve).ok_or(OutOfMemory)?;
        Ok(Arc::new(Heap {
            space,
            model,
            world: Mutex::new(World::new()),
            parked: Condvar::new(),
            resumed: Condvar::new(),
            multithreaded: AtomicBool::new(false),
            automatic: AtomicBool::new(config.automatic),
            young_bytes: AtomicUsize::new(0),
            old_bytes: AtomicUsize::new(0),
            full_threshold: AtomicUsize::new(config.min_growth),
            early_threshold: AtomicUsize::new(usize::MAX),
            price: AtomicUsize::new(0),
            paid: AtomicUsize::new(0),
            external: AtomicIsize::new(0),
            external_young: AtomicUsize::new(0),
            collect_soon: AtomicBool::new(false),
            nursery: AtomicUsize::new(config.nursery),
            stress_count: AtomicU32::new(0),
            epoch: AtomicU64::new(0),
            collector: Mutex::new(Collector {
                stack: Some(MarkStack::new()),
                stats: Stats::default(),
                tracked: Tracked::default(),
                counted: None,
                cyclic: 0,
            }),
            config,
        }))
    }

    /// The object model.
    #[inline]
    pub fn model(&self) -> &M {
        &self.model
    }

    /// The configuration that the heap was made with.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Whether the address lies in this heap's range (statics and foreign memory do not).
    #[inline]
    pub fn contains(&self, addr: usize) -> bool {
        self.space.contains(addr)
    }

    /// Whether the process has had a second thread; object locks are real from then on.
    #[inline]
    pub fn is_multithreaded(&self) -> bool {
        self.multithreaded.load(Relaxed)
    }

    /// Switches automatic collections on or off. Off means that *nothing* is reclaimed, as there is no reference
    /// counting beside the collector: too much for `gc.disable()`, which programs use for speed.
    pub fn set_automatic(&self, on: bool) {
        self.automatic.store(on, Relaxed);
    }

    /// Whether collections start by themselves.
    pub fn is_automatic(&self) -> bool {
        self.automatic.load(Relaxed)
    }

    /// Bytes that the object really takes: its cell, or its units.
    ///
    /// # Safety
    /// `object` must be an object of this heap.
    pub unsafe fn size_of(&self, object: *const Header) -> usize {
        self.space.size_of(object as usize)
    }

    /// Whether the object survived a collection (statics: false).
    ///
    /// # Safety
    /// `object` must be a valid object.
    pub unsafe fn is_old(&self, object: *const Header) -> bool {
        let addr = object as usize;
        self.space.contains(addr)
            && self
                .space
                .test(self.space.live_map(), addr - self.space.base())
    }

    /// Tells that objects own `delta` bytes more (or fewer) outside the heap. Counts towards pacing.
    pub fn account_external(&self, delta: isize) {
        self.external.fetch_add(delta, Relaxed);
        if delta > 0 {
            let young = self.external_young.fetch_add(delta as usize, Relaxed) + delta as usize;
            if young >= self.config.external_nursery {
                self.external_young.store(0, Relaxed);
                self.request_collection();
            }
        }
    }

    /// Adds to `found` what the object refers to, statics included, in the order of tracing.
    ///
    /// # Safety
    /// `object` must be a valid object or static that no other thread changes meanwhile (world stopped, lock
    /// held, or its own thread).
    pub unsafe fn referents(&self, object: *mut Header, found: &mut Vec<*mut Header>) {
        // SAFETY: passed on.
        unsafe {
            self.model
                .trace(object, &mut Tracer::collecting(&self.space, found))
        };
    }

    /// Asks for an automatic collection at the next allocation refill of any thread.
    pub fn request_collection(&self) {
        self.collect_soon.store(true, Relaxed);
    }

    /// Sets the pace by what a full collection left: when the next one is due.
    pub(crate) fn set_pace(&self) {
        let live = self.old_bytes.load(Relaxed) + self.external_bytes();
        let growth = (live as f64 * (self.config.growth - 1.0)) as usize;
        let threshold = live + growth.max(self.config.min_growth);
        self.full_threshold.store(threshold, Relaxed);
    }

    /// Sets what has to be garbage and what to be allocated before a full collection of a small heap is due in
    /// any case, by what survived.
    pub(crate) fn set_early_pace(&self) {
        let live = self.old_bytes.load(Relaxed);
        let threshold = match live <= EARLY_LIVE {
            true => live + self.external_bytes() + (live / 8).max(EARLY_GROWTH),
            false => usize::MAX,
        };
        self.early_threshold.store(threshold, Relaxed);
        self.price.store(live * EARLY_PRICE, Relaxed);
        self.paid.store(0, Relaxed);
    }

    /// Whether the next collection is to be a full one.
    pub(crate) fn is_full_due(&self) -> bool {
        let old = self.old_bytes.load(Relaxed) + self.external_bytes();
        let paid = self.paid.load(Relaxed) + self.young_bytes.load(Relaxed);
        old >= self.full_threshold.load(Relaxed)
            || old >= self.early_threshold.load(Relaxed) && paid >= self.price.load(Relaxed)
            || self.is_pressed()
    }

    /// Sets the size of the nursery by what a collection left.
    pub(crate) fn set_nursery(&self) {
        let old = self.old_bytes.load(Relaxed);
        let largest = self.config.nursery;
        self.nursery
            .store((old / 4).clamp(largest / 2, largest), Relaxed);
    }

    #[inline]
    pub(crate) fn is_collection_due(&self) -> bool {
        self.young_bytes.load(Relaxed) >= self.nursery.load(Relaxed)
            || self.collect_soon.load(Relaxed)
            || reserve::is_spent()
    }

    pub(crate) fn external_bytes(&self) -> usize {
        self.external.load(Relaxed).max(0) as usize
    }

    /// Asks the next collection, whoever starts it, to count the unreachable objects for which `is_counted` holds
    /// and that counting references would not have freed: those in cycles, and what only these hold.
    pub fn count_cyclic_in_next(&self, is_counted: fn(*const Header) -> bool) {
        let mut collector = self.collector();
        collector.counted = Some(is_counted);
        collector.cyclic = 0;
    }

    /// What was counted since [`Heap::count_cyclic_in_next`].
    pub fn cyclic_count(&self) -> u64 {
        self.collector().cyclic
    }

    /// The figures so far.
    pub fn stats(&self) -> Stats {
        let mut stats = self.collector().stats;
        stats.bytes_allocated += self.young_bytes.load(Relaxed) as u64;
        stats.old_bytes = self.old_bytes.load(Relaxed);
        stats.used_bytes = self.space.used_bytes();
        stats.external_bytes = self.external_bytes();
        stats
    }

    /// Bytes that small blocks in use, large objects and external memory take now.
    pub fn used_bytes(&self) -> usize {
        self.space.used_bytes() + self.external_bytes()
    }

    /// Whether `more` bytes would break the limit, or the system had none to give already.
    pub(crate) fn over_limit(&self, more: usize) -> bool {
        self.config
            .limit
            .is_some_and(|limit| self.used_bytes().saturating_add(more) > limit)
            || reserve::is_spent()
    }

    /// Whether MemoryError is due if a full collection does not help.
    pub(crate) fn is_pressed(&self) -> bool {
        self.over_limit(0) || self.space.is_short()
    }

    pub(crate) fn collector(&self) -> MutexGuard<'_, Collector> {
        self.collector
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl<M: ObjectModel> Drop for Heap<M> {
    /// Every mutator holds the heap, so none is left: all objects are garbage now.
    fn drop(&mut self) {
        let model = &self.model;
        self.space.each_object(|object| {
            // SAFETY: the walk yields valid objects, each once; nobody else can see them any more.
            unsafe {
                if M::needs_drop((*object).kind()) {
                    model.drop_object(object);
                }
            }
        });
    }
}
