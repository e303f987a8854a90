//! What the collector counts.

use std::time::Duration;

/// Figures of one heap since it was made. Sizes are bytes.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Memory handed to mutators for objects (in runs: a little ahead of what is used).
    pub bytes_allocated: u64,
    /// Nursery collections.
    pub nursery_collections: u64,
    /// Full collections.
    pub full_collections: u64,
    /// Objects that survived the last full collection.
    pub live_after_full: usize,
    /// Old objects now, as far as the last collection knows.
    pub old_bytes: usize,
    /// Blocks in use and large objects now.
    pub used_bytes: usize,
    /// Memory outside the heap that objects own.
    pub external_bytes: usize,
    /// Objects dropped (kinds that need dropping only).
    pub dropped: u64,
    /// Objects that collections found dead.
    pub freed: u64,
    /// The last collection's pause.
    pub last_pause: Duration,
    /// The longest nursery pause.
    pub max_nursery_pause: Duration,
    /// The longest pause of a full collection.
    pub max_full_pause: Duration,
    /// All pauses together.
    pub total_pause: Duration,
}
