//! Events of running code: `sys.settrace`, `sys.setprofile`, `sys.monitoring` (PEP 669).
//!
//! Nothing of this costs anything until somebody asks for events. Then the thread's dispatch table
//! is another one, whose every entry is the handler `traced`: it reports what the instruction
//! is about to do, and goes on with the instruction's own handler. Handlers find the table of their
//! thread again whenever a helper has run (`goto!`, `try_store!` and the like), so that a change is
//! noticed after the call that made it; other threads notice at their next poll.
//!
//! Each frame that runs meanwhile has an entry with the place it was at last, from which lines and
//! branches follow. Callbacks run with the ordinary table: what they do gives no events.

mod calls;
mod frames;
pub mod monitoring;
mod raised;
mod report;

use krait_bytecode::Op;
use krait_runtime::cx::{Cx, thread_slot};
use krait_runtime::error::PyResult;
use krait_runtime::value::Value;

use crate::interp::{self, Handler2};
use crate::objects::code::CodeObj;
use crate::window::{ARGS, Frame};

pub use frames::LineStarts;
use frames::{Arrival, Entry, Watched};
pub use raised::{handled, raised, reraised, thrown, unwound};

/// The instrumentation of one thread.
#[derive(Default)]
pub struct Instrumentation {
    /// Events are wanted.
    armed: bool,
    /// A callback is running: what it does is not reported.
    reporting: bool,
    watched: Watched,
    /// Functions set for all threads that this one has taken over.
    seen: u64,
}

fn state<'a>(cx: &mut Cx) -> &'a mut Instrumentation {
    // SAFETY: the thread's state outlives the frames; callers keep no other reference to it.
    unsafe { &mut (*crate::thread::vm_ptr(cx)).instrument }
}

/// Whether this thread reports events now.
#[inline(always)]
pub fn is_active(cx: &Cx) -> bool {
    // SAFETY: the thread's state is alive.
    let s = unsafe { &(*crate::thread::vm_ptr(cx)).instrument };
    s.armed && !s.reporting
}

/// `sys.settrace`, `sys.setprofile`: sets the function of this thread, `None` for none.
pub fn set_function(cx: &mut Cx, slot: usize, f: Value) {
    cx.locals[slot].set_immediate(f);
    refresh(cx);
}

/// Sets the function of every running thread; the others take it over at their next poll.
pub fn set_function_everywhere(cx: &mut Cx, slot: usize, f: Value) -> PyResult<()> {
    state(cx).seen = monitoring::announce_function(cx, slot, f)?;
    set_function(cx, slot, f);
    Ok(())
}

/// A new thread has functions of its own, and tools that watch all threads.
pub fn start_thread(cx: &mut Cx) {
    state(cx).seen = monitoring::announced(cx);
    refresh(cx);
}

fn function(cx: &Cx, slot: usize) -> Option<Value> {
    cx.locals[slot].get().some().filter(|f| !f.is_none())
}

/// Looks anew whether this thread has to report events.
pub fn refresh(cx: &mut Cx) {
    let announced = monitoring::announced(cx);
    if state(cx).seen != announced {
        state(cx).seen = announced;
        for slot in [thread_slot::TRACE, thread_slot::PROFILE] {
            if let Some(f) = monitoring::announced_function(cx, slot) {
                cx.locals[slot].set_immediate(f);
            }
        }
    }
    let wanted = function(cx, thread_slot::TRACE).is_some()
        || function(cx, thread_slot::PROFILE).is_some()
        || monitoring::is_wanted(cx);
    let s = state(cx);
    if wanted && !s.armed {
        s.watched.begin(cx);
    }
    s.armed = wanted;
    choose_table(cx);
}

fn choose_table(cx: &mut Cx) {
    let active = is_active(cx);
    // SAFETY: the thread's state is alive.
    let vm = unsafe { &mut *crate::thread::vm_ptr(cx) };
    vm.table = match (active, vm.opcount.is_some()) {
        (true, _) => interp::TRACING.as_ptr(),
        (false, true) => interp::COUNTING.as_ptr(),
        (false, false) => interp::TABLE.as_ptr(),
    };
}

/// The dispatch table of this thread.
#[inline(always)]
pub fn table(cx: &Cx) -> *const Handler2 {
    // SAFETY: the thread's state is alive.
    unsafe { (*crate::thread::vm_ptr(cx)).table }
}

/// Calls a trace function or callback, without events of its own.
fn call_quietly(cx: &mut Cx, f: Value, args: &[Value]) -> PyResult<Value> {
    state(cx).reporting = true;
    choose_table(cx);
    let handled = [cx.handled.get()];
    let r = cx.call(f, args);
    cx.handled.set_immediate(handled[0]);
    state(cx).reporting = false;
    choose_table(cx);
    r
}

/// Reports what the instruction at `cx.pc` is about to do.
///
/// A callback may raise; the exception then comes from the instruction.
#[inline(never)]
pub fn before(cx: &mut Cx) -> PyResult<Value> {
    // LOAD_BODY belongs to no code: the function has not begun.
    if !is_active(cx) || cx.pc == interp::load_stub() {
        return Ok(EXECUTE);
    }
    let Some(frame) = Frame::top(cx) else {
        return Ok(EXECUTE);
    };
    let code = frame.code();
    let at = code.offset_of(frame.pc);
    let entry = match state(cx).watched.arrive(frame, code, at) {
        Arrival::Prologue => return Ok(EXECUTE),
        Arrival::Entered(e) => {
            report::entered(cx, frame, code, e)?;
            e
        }
        Arrival::Running(e) => {
            if e.in_progress && e.last != at {
                report::rest_of_instruction(cx, frame, code, e)?;
            }
            e
        }
    };
    step(cx, frame, code, at, entry)
}

/// `before`: the instruction's own handler runs next.
pub const EXECUTE: Value = Value::UNBOUND;
/// `before`: the instruction has been carried out, `cx` says where to go on.
pub const DONE: Value = Value::EMPTY;

/// Reports the events of one instruction of a frame that has begun.
fn step(cx: &mut Cx, frame: Frame, code: CodeObj, at: u32, entry: Entry) -> PyResult<Value> {
    if entry.branch_from != frames::NOWHERE {
        report::branched(cx, code, entry.branch_from, at)?;
    }
    let line = code.line_starts.line(&code.unit, at);
    if line >= 0 && entry.is_other_line(line) {
        report::line(cx, frame, code, at, line)?;
    } else if line >= 0 && entry.is_line_again(code, at) {
        report::line_again(cx, frame)?;
    }
    report::instruction(cx, frame, code, at)?;
    // The words of the unit are those of the compiler, not quickened ones.
    let op = Op::from_u16(code.unit.words[at as usize] as u16).expect("verified code");
    let pc = cx.pc;
    state(cx)
        .watched
        .note(frame, at, line, frames::is_branch(op));
    match op {
        Op::Return | Op::ReturnNone => {
            // SAFETY: the operand of the instruction.
            let v = unsafe {
                if op == Op::Return {
                    frame.register(a!(pc))
                } else {
                    Value::none()
                }
            };
            state(cx).watched.leave(frame);
            report::left(cx, frame, code, at, v, false)?;
        }
        Op::Yield => {
            // SAFETY: as above.
            let v = unsafe { frame.register(b!(pc)) };
            report::left(cx, frame, code, at, v, true)?;
            state(cx).watched.leave(frame);
        }
        Op::Jump | Op::JumpBack => report::jumped(cx, code, at)?,
        Op::MakeGenerator => calls::expression(cx, frame, code, at, 0)?,
        Op::CallExpression => calls::expression(cx, frame, code, at, ARGS)?,
        Op::Call | Op::CallMethod | Op::CallKw | Op::CallKwMethod | Op::CallEx => {
            return calls::call(cx, frame, code, at, op);
        }
        _ => {}
    }
    Ok(EXECUTE)
}
