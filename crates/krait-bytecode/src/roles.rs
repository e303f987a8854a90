//! Roles of operands and of extra words.

/// What an operand of an instruction is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Not used; zero.
    None,
    /// Register written.
    Def,
    /// Two consecutive registers written.
    Def2,
    /// Three consecutive registers written.
    Def3,
    /// As many consecutive registers written as operand b says.
    DefB,
    /// As many consecutive registers written as operand c says.
    DefC,
    /// Operand c + 1 + extra word consecutive registers written.
    DefEx,
    /// Register written only if the instruction jumps.
    DefOnJump,
    /// Register read; never `UNBOUND`.
    Use,
    /// Two consecutive registers read.
    Use2,
    /// Three consecutive registers read.
    Use3,
    /// As many consecutive registers read as operand c says.
    UseC,
    /// Twice as many consecutive registers read as operand c says.
    Use2C,
    /// Zero, or one more than a register read.
    UsePlus1,
    /// Register read, then written.
    UseDef,
    /// Register checked: bound afterwards.
    Check,
    /// Register becomes `UNBOUND`.
    Kill,
    /// Register checked, then becomes `UNBOUND`.
    KillChecked,
    /// Register, bound or not, is replaced by a cell of its value.
    Cellify,
    /// Call area: reads +4 and +6.. (operand c registers); all of it is dead afterwards.
    Area,
    /// Call area without a callable: reads +6...
    AreaArgs,
    /// Call area with self: reads +4, +5 and +6...
    AreaSelf,
    /// Call area of CALL_EX: reads +4, +6 and +7.
    AreaEx,
    /// Number of registers or pairs of a range.
    Count,
    /// Signed 16-bit immediate.
    Imm,
    /// Low half of a signed 32-bit immediate (operand b).
    Imm32,
    /// High half of a signed 32-bit immediate (operand c).
    Imm32Hi,
    /// Unsigned immediate.
    UImm,
    /// Index into the names.
    Name,
    /// Signed 16-bit jump offset in words.
    Jump16,
    /// Low half of a signed 32-bit jump offset (operand b).
    Jump32,
    /// High half of a signed 32-bit jump offset (operand c).
    Jump32Hi,
}

/// What an extra word of an instruction is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extra {
    /// Index into the constants; the loader puts the constant's `Value` in its place.
    Const,
    /// Low half: signed jump offset in words; high half: cache, zero in a fresh code object.
    JumpCache,
    /// Inline cache, zero in a fresh code object.
    Cache,
    /// Unsigned immediate.
    Imm,
}

/// Registers of a call area before the callable.
pub const CALL_AREA_CALLABLE: u16 = 4;
/// Offset of self in a call area.
pub const CALL_AREA_SELF: u16 = 5;
/// Offset of the first argument in a call area.
pub const CALL_AREA_ARGS: u16 = 6;
/// Words of the frame header before register 0.
pub const FRAME_HEADER: u16 = 5;
/// Words of every call instruction.
pub const CALL_WORDS: usize = 3;
