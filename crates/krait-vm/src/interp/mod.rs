//! The interpreter: one function per opcode, each ending in a jump to the next.
//!
//! Every handler has the same four scalar parameters: program counter, register base, thread
//! context, dispatch table. In release builds its last act is a call of the next handler in tail
//! position, which the compiler turns into a jump; debug builds (and the feature `trampoline`)
//! return to a loop instead. For the jump to happen, a handler holds scalars only: everything that
//! needs more is in `#[inline(never)]` helpers, which may return a `Result` that the handler
//! matches at once. A handler saves its pc (`save!`) before any helper that can allocate, call
//! Python code or raise.
//!
//! Handlers live in one module per family; `for_each_op!` makes the dispatch table, so that an
//! opcode without handler does not compile.

#[macro_use]
mod macros;

pub mod arith;
pub mod attrs;
pub mod build;
pub mod calls;
pub mod compare;
pub mod exceptions;
pub mod functions;
pub mod generators;
pub mod imports;
pub mod items;
pub mod iter;
pub mod jumps;
pub mod matching;
pub mod methods;
pub mod moves;
pub mod names;
pub mod natives;
pub mod operators;
pub mod rare;
pub mod returns;
pub mod stores;
pub mod supers;

use krait_bytecode::{Op, encode};
use krait_runtime::cx::Cx;
use krait_runtime::value::Value;

/// A handler. The result is null, or in trampoline mode the next pc.
pub type Handler = unsafe extern "C" fn(
    pc: *const u64,
    base: *mut Value,
    cx: *mut Cx,
    table: *const Handler2,
) -> *const u64;

/// An entry of a dispatch table: a [`Handler`] (the type cannot name itself).
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Handler2(pub Handler);

/// Where to go on: returned by helpers that change frames.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Next {
    /// Null: leave the run.
    pub pc: *const u64,
    pub base: *mut Value,
}

impl Next {
    pub const EXIT: Next = Next {
        pc: std::ptr::null(),
        base: std::ptr::null_mut(),
    };
}

macro_rules! dispatch_table {
    ($( $(#[doc = $doc:literal])+ $handler:ident = $variant:ident $display:literal
        ($a:ident, $b:ident, $c:ident) [$($extra:ident)*] {$($effect:ident)*}; )*) => {
        /// The handlers, by opcode.
        pub static TABLE: &[Handler2] = &[$(Handler2(all::$handler),)*];
        /// The same with a count of each executed instruction.
        pub static COUNTING: &[Handler2] = &[$({ let _ = Op::$variant; Handler2(rare::count) },)*];
        /// The same with events of each instruction: see `instrument`.
        pub static TRACING: &[Handler2] = &[$({ let _ = Op::$variant; Handler2(rare::traced) },)*];
    };
}

/// Every handler under the name of the opcode list.
mod all {
    pub use super::arith::*;
    pub use super::attrs::*;
    pub use super::build::*;
    pub use super::calls::*;
    pub use super::compare::*;
    pub use super::exceptions::*;
    pub use super::functions::*;
    pub use super::generators::*;
    pub use super::imports::*;
    pub use super::items::*;
    pub use super::iter::*;
    pub use super::jumps::*;
    pub use super::matching::*;
    pub use super::methods::*;
    pub use super::moves::*;
    pub use super::names::*;
    pub use super::rare::*;
    pub use super::returns::*;
    pub use super::stores::*;
    pub use super::supers::*;
}

krait_bytecode::for_each_op!(dispatch_table);

/// The return pc of frames entered from native code.
static EXIT_STUB: [u64; 3] = [encode(Op::ExitRun, 0, 0, 0), 0, 0];

pub fn exit_stub() -> *const u64 {
    EXIT_STUB.as_ptr()
}

/// The first instruction of functions whose code object has none yet.
static LOAD_STUB: [u64; 1] = [encode(Op::LoadBody, 0, 0, 0)];

pub fn load_stub() -> *const u64 {
    LOAD_STUB.as_ptr()
}

/// Whether a return pc belongs to no caller's code.
#[inline(always)]
pub fn is_stub(pc: *const u64) -> bool {
    pc == EXIT_STUB.as_ptr()
}

/// Runs from `pc` in the frame at `base` until a frame with the exit stub returns or raises.
///
/// # Safety
/// The frame is complete, and its code is verified.
pub unsafe fn run(cx: &mut Cx, pc: *const u64, base: *mut Value) {
    let table = crate::instrument::table(cx);
    let cx: *mut Cx = cx;
    let mut entry = std::mem::MaybeUninit::uninit();
    // SAFETY: verified code: opcodes index the table, registers are in the window.
    unsafe {
        (*cx).mutator.enter_loop(&mut entry);
        let first = *table.add(*pc as u16 as usize);
        #[allow(unused_mut, unused_variables)]
        let mut next = (first.0)(pc, base, cx, table);
        #[cfg(not(krait_tail_calls))]
        while !next.is_null() {
            let table = crate::instrument::table(&*cx);
            let h = *table.add(*next as u16 as usize);
            next = (h.0)(next, (*cx).top, cx, table);
        }
        (*cx).mutator.leave_loop(&mut entry);
    }
}
