//! Krait's garbage-collected heap. It knows no Python: an [`ObjectModel`] tells it what objects refer to.
//!
//! Non-moving, size-segregated blocks with sticky mark bits: "old" means "LIVE bit set", so a nursery
//! collection promotes by marking and sweeps only blocks that were allocated into. Native stacks are scanned
//! conservatively, interior pointers included; everything else precisely. `docs/internals/heap.md` is the map.
//!
//! # Rules for the runtime
//!
//! 1. **A collection may happen in any allocation**, in [`Mutator::safepoint`], [`Mutator::lock`] (while it
//!    waits), [`Mutator::collect`] and [`Mutator::stop_world`]; between two of these, never.
//! 2. **Fresh memory is zeroed.** [`Mutator::alloc`] returns an object whose header is complete and whose body
//!    is all zero; tracing or dropping it in that state must be harmless. The word 0 is no reference.
//! 3. **Barrier after every store of a reference** into a heap object, [`Mutator::write_barrier`], except into
//!    an object allocated since the last point of rule 1. Storing, then testing, in this order.
//! 4. References outside the heap and the native stacks are seen only through
//!    [`ObjectModel::trace_roots`] and [`ObjectModel::trace_mutator`].
//! 5. [`ObjectModel::drop_object`] may look at the dying object only, not at what it refers to.

// Barriers, locks and the like take object pointers and are on every path of the runtime. Their validity is a
// promise given once, in the contract of the unsafe `Mutator::attach`, not at each of a thousand calls.
#![allow(clippy::not_unsafe_ptr_arg_deref)]

#[cfg(target_endian = "big")]
compile_error!("krait-heap: Header's first word is built little-endian");

pub mod address_map;
mod block;
mod collect;
mod cyclic;
mod header;
mod heap;
mod large;
mod lock;
mod mutator;
mod order;
mod os;
mod reserve;
mod segments;
mod size_class;
mod space;
mod stack;
mod stats;
mod sweep;
mod tracer;
mod verify;
mod weak;
mod world;

pub use header::{Header, PTR_TAG, TAG_MASK, gc_state, sticky};
pub use heap::{Config, Heap, Kind, ObjectModel, OutOfMemory};
pub use mutator::{Mutator, POLL_MEMORY, POLL_RUNTIME_MASK, POLL_STOP, Poll};
pub use os::address_space_limit;
pub use reserve::Allocator;
pub use segments::Segments;
pub use size_class::{MAX_SMALL, rounded_size};
pub use stats::Stats;
pub use tracer::Tracer;
pub use verify::{ObjectInfo, POISON, Problem, VerifyError, VerifyStats};
pub use weak::WeakPhase;
pub use world::{LoopEntry, StoppedWorld};
