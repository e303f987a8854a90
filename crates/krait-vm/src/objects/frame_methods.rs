//! The type `frame`, and what native code asks about the running frame.
//!
//! Source: the language reference, "Frame objects"; PEP 667 for `f_locals`.

use std::sync::atomic::Ordering;

use krait_macros::pymethods;
use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::{Array, Cell, Gc};
use krait_runtime::types::typeobj::Type;

use super::code::{self, CodeObj};
use super::frame::{self, FrameObj};
use super::function::FunctionExt;
use super::{frame_locals, generator};
use crate::window::{self, Frame};

/// Bits of `FrameData::bits`.
pub const TRACE_LINES: u32 = 1;
pub const TRACE_OPCODES: u32 = 2;

// ---- The running frame ----------------------------------------------------------------------

/// The frame object `n` Python frames below the running one.
pub fn frame_at_depth(cx: &mut Cx, n: usize) -> Option<Value> {
    let f = window::frames(cx).nth(n)?;
    Some(frame::object_for(cx, f).value())
}

/// The globals of the running Python function.
pub fn current_globals(cx: &Cx) -> Option<Value> {
    Frame::top(cx).map(|f| f.function().globals.get())
}

pub fn current_builtins(cx: &Cx) -> Option<Value> {
    Frame::top(cx).map(|f| f.function().builtins.get())
}

/// `locals()`: the namespace of module and class code, a new dict in functions.
pub fn current_locals(cx: &mut Cx) -> PyResult<Value> {
    let Some(f) = Frame::top(cx) else {
        return Err(cx.system_error("frame does not exist"));
    };
    let code = f.code();
    if code.unit.has_namespace() && !frame_locals::is_in_comprehension(code, |r| f.register(r)) {
        return Ok(f.register(0));
    }
    frame_locals::snapshot(cx, f)
}

/// The class and the object of `super()` in the running frame.
pub fn super_arguments(cx: &mut Cx) -> PyResult<(Value, Value)> {
    let Some(f) = Frame::top(cx) else {
        return Err(cx.runtime_error("super(): no current frame"));
    };
    let code = f.code();
    let unit = &code.unit;
    if unit.argcount == 0 {
        return Err(cx.runtime_error("super(): no arguments"));
    }
    let first = frame_locals::contents(code, 0, f.register(0));
    let Some(first) = first else {
        return Err(cx.runtime_error("super(): arg[0] deleted"));
    };
    let Some(i) = unit.freevars.iter().position(|n| *n == "__class__") else {
        return Err(cx.runtime_error("super(): __class__ cell not found"));
    };
    let cell = f.register(unit.first_free as usize + i);
    let Some(cell) = Gc::<Cell>::from_value(cell) else {
        return Err(cx.runtime_error("super(): bad __class__ cell"));
    };
    let class = cell.contents.get();
    if class.is_unbound() || class.is_empty() {
        return Err(cx.runtime_error("super(): empty __class__ cell"));
    }
    if Gc::<Type>::from_value(class).is_none() {
        let got = cx.type_name(class);
        return Err(cx.runtime_error(format!("super(): __class__ is not a type ({got})")));
    }
    Ok((class, first))
}

// ---- Frame objects --------------------------------------------------------------------------

/// The code the frame executes, as it runs.
pub fn code_of(cx: &Cx, o: FrameObj) -> CodeObj {
    let body = o.function().body();
    let pc = o.current_pc(cx);
    if body.contains(pc) {
        return body;
    }
    crate::caches::code_containing(o.function(), pc).unwrap_or(body)
}

/// The generator this frame belongs to.
fn generator_of(o: FrameObj) -> Option<generator::GeneratorObj> {
    generator::as_generator(o.mark.get())
}

/// Whether it is the frame of a generator that has not been started.
fn is_fresh(o: FrameObj) -> bool {
    generator_of(o).is_some_and(|g| g.state.load(Ordering::Acquire) == generator::CREATED)
}

/// The line, `None` for an instruction without one.
fn line(cx: &Cx, o: FrameObj) -> Option<i32> {
    if is_fresh(o) {
        return Some(code_of(cx, o).unit.firstlineno);
    }
    match o.line.load(Ordering::Relaxed) {
        0 => o.lineno(cx),
        n => Some(n as i32),
    }
}

fn flag(cx: &mut Cx, value: Option<Value>) -> PyResult<bool> {
    match value {
        None => Err(cx.type_error("can't delete numeric/char attribute")),
        Some(v) if v == Value::bool(true) => Ok(true),
        Some(v) if v == Value::bool(false) => Ok(false),
        Some(_) => Err(cx.type_error("attribute value type must be bool")),
    }
}

fn set_bit(o: FrameObj, bit: u32, on: bool) {
    if on {
        o.bits.fetch_or(bit, Ordering::Relaxed);
    } else {
        o.bits.fetch_and(!bit, Ordering::Relaxed);
    }
}

pub struct Methods;

#[pymethods]
impl Methods {
    #[py]
    fn __repr__(cx: &mut Cx, this: FrameObj) -> PyResult<String> {
        let code = code_of(cx, this);
        let file = cx.repr_string(code.filename.get())?;
        let name = cx.str_string(code.name.get())?;
        let line = line(cx, this).map_or_else(|| "None".to_string(), |n| n.to_string());
        Ok(format!(
            "<frame at {:#x}, file {file}, line {line}, code {name}>",
            cx.id(this.value())
        ))
    }
    #[py(getter)]
    fn f_back(cx: &mut Cx, this: FrameObj) -> Value {
        match this.running(cx) {
            Some(f) => match f.caller() {
                Some(back) => frame::object_for(cx, back).value(),
                None => Value::none(),
            },
            None if generator_of(this).is_some() => Value::none(),
            None => this.back.get(),
        }
    }
    /// Return the code object being executed in this frame.
    #[py(getter)]
    fn f_code(cx: &mut Cx, this: FrameObj) -> Value {
        code::public(code_of(cx, this)).value()
    }
    /// Return the global variables in the frame.
    #[py(getter)]
    fn f_globals(this: FrameObj) -> Value {
        this.function().globals.get()
    }
    /// Return the built-in variables in the frame.
    #[py(getter)]
    fn f_builtins(this: FrameObj) -> Value {
        this.function().builtins.get()
    }
    /// Return the mapping used by the frame to look up local variables.
    #[py(getter)]
    fn f_locals(cx: &mut Cx, this: FrameObj) -> PyResult<Value> {
        let code = code_of(cx, this);
        if code.unit.has_namespace()
            && !frame_locals::is_in_comprehension(code, |r| this.register(cx, r))
        {
            let namespace = this.register(cx, 0);
            return Ok(if namespace.is_unbound() || namespace.is_empty() {
                cx.new_dict().value()
            } else {
                namespace
            });
        }
        frame_locals::proxy(cx, this)
    }
    /// Return the current line number in the frame.
    #[py(getter)]
    fn f_lineno(cx: &mut Cx, this: FrameObj) -> Option<i32> {
        line(cx, this)
    }
    #[py(setter = "f_lineno")]
    fn set_f_lineno(cx: &mut Cx, this: FrameObj, value: Option<Value>) -> PyResult<()> {
        if value.is_none() {
            return Err(
                cx.attribute_error("attribute 'f_lineno' of 'frame' objects cannot be deleted")
            );
        }
        if this.trace.get().is_none() {
            return Err(cx.value_error("f_lineno can only be set in a trace function"));
        }
        Err(cx.not_implemented_error("jumping by assignment to f_lineno is not supported"))
    }
    /// Return the index of the last attempted instruction in the frame.
    #[py(getter)]
    fn f_lasti(cx: &mut Cx, this: FrameObj) -> i64 {
        if is_fresh(this) {
            return -1;
        }
        let pc = this.current_pc(cx);
        code_of(cx, this).offset_of(pc) as i64 * super::code_methods::WORD_BYTES
    }
    /// Return the trace function for this frame, or None if no trace function is set.
    #[py(getter)]
    fn f_trace(this: FrameObj) -> Value {
        this.trace.get()
    }
    #[py(setter = "f_trace")]
    fn set_f_trace(cx: &mut Cx, this: FrameObj, value: Option<Value>) {
        this.trace.set(cx, this, value.unwrap_or(Value::none()));
    }
    #[py(getter, member)]
    fn f_trace_lines(this: FrameObj) -> bool {
        this.bits.load(Ordering::Relaxed) & TRACE_LINES != 0
    }
    #[py(setter = "f_trace_lines")]
    fn set_f_trace_lines(cx: &mut Cx, this: FrameObj, value: Option<Value>) -> PyResult<()> {
        let on = flag(cx, value)?;
        set_bit(this, TRACE_LINES, on);
        Ok(())
    }
    /// Return True if opcode tracing is enabled, False otherwise.
    #[py(getter)]
    fn f_trace_opcodes(this: FrameObj) -> bool {
        this.bits.load(Ordering::Relaxed) & TRACE_OPCODES != 0
    }
    #[py(setter = "f_trace_opcodes")]
    fn set_f_trace_opcodes(cx: &mut Cx, this: FrameObj, value: Option<Value>) -> PyResult<()> {
        let on = flag(cx, value)?;
        set_bit(this, TRACE_OPCODES, on);
        Ok(())
    }
    /// Return the generator or coroutine associated with this frame, or None.
    #[py(getter)]
    fn f_generator(this: FrameObj) -> Value {
        generator_of(this).map_or(Value::none(), |g| g.value())
    }
    /// Clear all references held by the frame.
    #[py]
    fn clear(cx: &mut Cx, this: FrameObj) -> PyResult<()> {
        if this.running(cx).is_some() {
            return Err(cx.runtime_error("cannot clear an executing frame"));
        }
        if let Some(g) = generator_of(this) {
            match generator::settled_state(cx, g) {
                generator::RUNNING => {
                    return Err(cx.runtime_error("cannot clear an executing frame"));
                }
                generator::SUSPENDED => {
                    return Err(cx.runtime_error("cannot clear a suspended frame"));
                }
                generator::CREATED => {
                    generator::finalize(cx, g.value());
                }
                _ => {}
            }
        }
        if let Some(registers) = Gc::<Array>::from_value(this.registers.get()) {
            registers
                .slots()
                .iter()
                .for_each(|s| s.set_immediate(Value::UNBOUND));
        }
        this.extra_locals.set_immediate(Value::none());
        Ok(())
    }
}
