//! Bounds on recursion over the tree.

/// Deeper trees are refused with a RecursionError.
pub(crate) const MAX_DEPTH: u32 = 5_000;

/// Runs `f` with enough stack for one more level of recursion.
///
/// The compiler holds no run-time values and allocates none, so no collection can look for roots
/// on the stack segment that this may switch to.
pub(crate) fn grow_stack<R>(f: impl FnOnce() -> R) -> R {
    stacker::maybe_grow(160 * 1024, 2 * 1024 * 1024, f)
}
