//! Krait's bytecode: the opcode list, code objects, and all that is derived from the list.
//!
//! Pure data. Nothing here knows run-time values; see `docs/internals/bytecode.md`.

mod code;
mod effects;
mod enums;
mod instr;
mod ops;
mod positions;
mod roles;
pub mod varint;

pub use code::{Code, Const, ExceptionEntry, LocalKind, Text, flags};
pub use effects::Effects;
pub use enums::{CommonConst, FunctionAttr, Intrinsic1, Intrinsic2, SpecialMethod};
pub use instr::{Instr, decode_at, encode, instructions, jump_target};
pub use ops::{ALL_OPS, Op, OpInfo};
pub use positions::{Position, PositionRun, Positions, PositionsBuilder};
pub use roles::{
    CALL_AREA_ARGS, CALL_AREA_CALLABLE, CALL_AREA_SELF, CALL_WORDS, Extra, FRAME_HEADER, Role,
};
