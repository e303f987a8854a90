//! The events of instructions: monitoring first, then the profile function, then the trace function.

use std::sync::atomic::Ordering;

use krait_bytecode as bc;
use krait_runtime::cx::{Cx, thread_slot};
use krait_runtime::error::PyResult;
use krait_runtime::value::Value;

use super::frames::{self, Entry};
use super::monitoring::{self, Event};
use super::{call_quietly, function, set_function};
use crate::objects::code::CodeObj;
use crate::objects::frame::{self, FrameObj};
use crate::objects::frame_methods::{TRACE_LINES, TRACE_OPCODES};
use crate::window::{FRAME, Frame};

/// A function starts, or a generator goes on.
pub fn entered(cx: &mut Cx, frame: Frame, code: CodeObj, entry: Entry) -> PyResult<()> {
    let (event, at) = if entry.is_resumed() {
        (
            Event::PyResume,
            frames::before(&code.unit, code.offset_of(frame.pc)),
        )
    } else {
        (Event::PyStart, code.line_starts.before_body(&code.unit))
    };
    // The frame is still at the function's start, or at its YIELD.
    // SAFETY: an instruction of this code.
    cx.pc = unsafe { code.entry().add(at as usize) };
    let r = monitoring::fire_at(cx, event, code, at, &[]).and_then(|()| begin(cx, frame));
    cx.pc = frame.pc;
    r
}

/// The event `call` of profile and trace functions.
pub fn begin(cx: &mut Cx, frame: Frame) -> PyResult<()> {
    profile(cx, frame, "call", Value::none())?;
    let Some(f) = function(cx, thread_slot::TRACE) else {
        return Ok(());
    };
    let object = frame::object_for(cx, frame);
    trace_with(cx, object, f, "call", Value::none())
}

/// The event `return` of a frame that an exception leaves, at the line it was at last: the code
/// that handles exceptions has none.
pub fn unwound(cx: &mut Cx, frame: Frame, line: i32) -> PyResult<()> {
    if local_function(cx, frame).is_none() && function(cx, thread_slot::PROFILE).is_none() {
        return Ok(());
    }
    let object = frame::object_for(cx, frame);
    object.line.store(line.max(0) as u32, Ordering::Relaxed);
    let r = profile(cx, frame, "return", Value::none())
        .and_then(|()| trace(cx, frame, "return", Value::none()));
    object.line.store(0, Ordering::Relaxed);
    r
}

pub fn line(cx: &mut Cx, frame: Frame, code: CodeObj, at: u32, line: i32) -> PyResult<()> {
    monitoring::fire(cx, Event::Line, code, at, &[Value::small(line.into())])?;
    trace_if(cx, frame, TRACE_LINES, "line")
}

/// The line of the frame begins again in a loop: trace functions hear of that, tools of `sys.monitoring` do not.
pub fn line_again(cx: &mut Cx, frame: Frame) -> PyResult<()> {
    trace_if(cx, frame, TRACE_LINES, "line")
}

pub fn instruction(cx: &mut Cx, frame: Frame, code: CodeObj, at: u32) -> PyResult<()> {
    monitoring::fire_at(cx, Event::Instruction, code, at, &[])?;
    trace_if(cx, frame, TRACE_OPCODES, "opcode")
}

/// The rest of an instruction during which events began: CPython has one for its result.
pub fn rest_of_instruction(cx: &mut Cx, frame: Frame, code: CodeObj, e: Entry) -> PyResult<()> {
    // The frame is still there.
    // SAFETY: an instruction of this code.
    cx.pc = unsafe { code.entry().add(e.last as usize) };
    let r = instruction(cx, frame, code, e.last);
    cx.pc = frame.pc;
    r
}

/// An unconditional jump.
pub fn jumped(cx: &mut Cx, code: CodeObj, at: u32) -> PyResult<()> {
    let target = bc::decode_at(&code.unit.words, at as usize)
        .and_then(|i| bc::jump_target(&code.unit.words, &i))
        .unwrap_or(0);
    let target = monitoring::offset(target as u32);
    monitoring::fire_at(cx, Event::Jump, code, at, &[target])
}

/// The conditional jump at `from` led to `to`: left is straight on.
pub fn branched(cx: &mut Cx, code: CodeObj, from: u32, to: u32) -> PyResult<()> {
    let Some(i) = bc::decode_at(&code.unit.words, from as usize) else {
        return Ok(());
    };
    let event = if i.next() == to as usize {
        Event::BranchLeft
    } else if bc::jump_target(&code.unit.words, &i) == Some(to.into()) {
        Event::BranchRight
    } else {
        return Ok(());
    };
    monitoring::fire_at(cx, event, code, from, &[monitoring::offset(to)])
}

/// The frame returns `v`, or yields it.
pub fn left(
    cx: &mut Cx,
    frame: Frame,
    code: CodeObj,
    at: u32,
    v: Value,
    yields: bool,
) -> PyResult<()> {
    let event = if yields {
        Event::PyYield
    } else {
        Event::PyReturn
    };
    monitoring::fire_at(cx, event, code, at, &[v])?;
    profile(cx, frame, "return", v)?;
    trace(cx, frame, "return", v)
}

/// Calls the profile function. One that raises is removed.
pub fn profile(cx: &mut Cx, frame: Frame, event: &'static str, v: Value) -> PyResult<()> {
    let Some(f) = function(cx, thread_slot::PROFILE) else {
        return Ok(());
    };
    let object = frame::object_for(cx, frame).value();
    let event = cx.intern(event).value();
    let r = call_quietly(cx, f, &[object, event, v]);
    r.map(|_| ())
        .inspect_err(|_| set_function(cx, thread_slot::PROFILE, Value::none()))
}

/// Calls the trace function of a frame, if it has one.
pub fn trace(cx: &mut Cx, frame: Frame, event: &'static str, v: Value) -> PyResult<()> {
    match local_function(cx, frame) {
        Some((object, f)) => trace_with(cx, object, f, event, v),
        None => Ok(()),
    }
}

/// As `trace`, for frames that ask for such events.
fn trace_if(cx: &mut Cx, frame: Frame, bit: u32, event: &'static str) -> PyResult<()> {
    match local_function(cx, frame) {
        Some((object, f)) if object.bits.load(Ordering::Relaxed) & bit != 0 => {
            trace_with(cx, object, f, event, Value::none())
        }
        _ => Ok(()),
    }
}

/// The object of a frame and its `f_trace`, while the thread has a trace function.
fn local_function(cx: &Cx, frame: Frame) -> Option<(FrameObj, Value)> {
    function(cx, thread_slot::TRACE)?;
    let word = frame.word(FRAME);
    let object = match crate::objects::generator::as_generator(word) {
        Some(g) => frame::as_frame(g.frame.get()),
        None => frame::as_frame(word),
    }?;
    let f = object.trace.get();
    (!f.is_none()).then_some((object, f))
}

/// Calls a trace function; what it returns is the frame's from then on. One that raises ends tracing.
fn trace_with(
    cx: &mut Cx,
    object: FrameObj,
    f: Value,
    event: &'static str,
    v: Value,
) -> PyResult<()> {
    let event = cx.intern(event).value();
    match call_quietly(cx, f, &[object.value(), event, v]) {
        Ok(next) => {
            if !next.is_none() {
                object.trace.set(cx, object, next);
            }
            Ok(())
        }
        Err(e) => {
            set_function(cx, thread_slot::TRACE, Value::none());
            object.trace.set(cx, object, Value::none());
            Err(e)
        }
    }
}
