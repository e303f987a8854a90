//! Which registers are alive at a safepoint, for frames that the collector meets.

pub use krait_bytecode::Liveness as Map;
