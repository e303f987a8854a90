//! Krait's virtual machine: frames in a register window, the interpreter, calls, unwinding.
//!
//! Start with `window` (the frame's layout), `interp` (how handlers are written and dispatched),
//! `call` (binding arguments) and `unwind`. The compiler is not known here: `Hooks::compile` leads
//! to it.

#![allow(
    non_snake_case,
    reason = "functions that Python sees keep their Python names"
)]

#[macro_use]
mod operands;

pub mod builtins;
pub mod caches;
pub mod call;
pub mod instrument;
pub mod interp;
pub mod liveness;
pub mod objects;
pub mod pending;
pub mod start;
pub mod stubs;
pub mod templates;
pub mod thread;
pub mod unwind;
pub mod window;
