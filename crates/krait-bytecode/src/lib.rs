//! Krait's bytecode: the opcode list, code objects, and all that is derived from the list.
//!
//! Pure data. Nothing here knows run-time values; see `docs/internals/bytecode.md`.

mod bitset;
mod body;
mod code;
mod disasm;
mod effects;
mod enums;
mod instr;
mod liveness;
mod ops;
mod positions;
mod registers;
mod roles;
mod serial;
pub mod varint;
mod verify;

pub use bitset::BitSet;
pub use body::{Body, LazyBody};
pub use code::{Code, Const, ExceptionEntry, LocalKind, Text, flags};
pub use disasm::{constant_text, disassemble, instruction_text};
pub use effects::Effects;
pub use enums::{CommonConst, FunctionAttr, Intrinsic1, Intrinsic2, SpecialMethod};
pub use instr::{Instr, decode_at, encode, instructions, jump_target};
pub use liveness::{Liveness, liveness};
pub use ops::{ALL_OPS, Op, OpInfo};
pub use positions::{Position, PositionRun, Positions, PositionsBuilder};
pub use registers::{Access, for_each_register, immediate, is_call};
pub use roles::{
    CALL_AREA_ARGS, CALL_AREA_CALLABLE, CALL_AREA_SELF, CALL_WORDS, Extra, FRAME_HEADER, Role,
};
pub use serial::{ReadError, format_version, read_code, read_embedded_code, write_code};
pub use verify::{VerifyError, verify};
