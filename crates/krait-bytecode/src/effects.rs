//! What an operation may do.

/// A set of effects.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Effects(u16);

impl Effects {
    /// Only its registers are read and written.
    pub const NONE: Effects = Effects(0);
    /// May run Python code, and so anything.
    pub const CALLS: Effects = Effects(1);
    /// May raise.
    pub const RAISES: Effects = Effects(2);
    /// May allocate, and so collect.
    pub const ALLOCS: Effects = Effects(4);
    /// Never continues with the next instruction.
    pub const ENDS: Effects = Effects(8);
    /// Reads mutable memory.
    pub const READS: Effects = Effects(16);
    /// Writes memory other than registers.
    pub const WRITES: Effects = Effects(32);
    /// The virtual machine's own; never in a serialised code object.
    pub const INTERNAL: Effects = Effects(64);
    /// May do all that Python code may do.
    pub const ANY: Effects = Effects(1 | 2 | 4 | 16 | 32);

    /// Both sets together.
    pub const fn union(self, other: Effects) -> Effects {
        Effects(self.0 | other.0)
    }

    /// Whether all of `other` is in the set.
    #[inline]
    pub const fn contains(self, other: Effects) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether an instruction with these effects may stop for the collector or other threads.
    pub const fn is_safepoint(self) -> bool {
        self.0 & (Self::CALLS.0 | Self::ALLOCS.0) != 0
    }
}
