//! The events of calls. A call of anything but a Python function is carried out here if its return
//! is an event.

use krait_bytecode::{CALL_WORDS, Op};
use krait_runtime::cx::{Cx, thread_slot};
use krait_runtime::error::PyResult;
use krait_runtime::object::{Gc, Kind, is_kind};
use krait_runtime::types::method::BoundMethod;
use krait_runtime::types::native_function::MethodDescr;
use krait_runtime::value::Value;
use krait_runtime::vec::ValueVec;

use super::monitoring::{self, Event};
use super::{DONE, EXECUTE, function, report};
use crate::interp::calls::{names_of, spread};
use crate::objects::code::CodeObj;
use crate::objects::function::as_function;
use crate::objects::generator;
use crate::window::{ARGS, CALLABLE, Frame, SELF};

/// A call about to be made: positional arguments (self included) and keyword values, and names.
struct Call {
    callee: Value,
    args: ValueVec,
    names: ValueVec,
}

impl Call {
    /// Reads the call area of the instruction at `cx.pc`.
    fn read(cx: &mut Cx, frame: Frame, op: Op) -> PyResult<Call> {
        // SAFETY: the call area of a verified instruction, written by the compiler's code.
        unsafe {
            let pc = cx.pc;
            let area = frame.base.add(b!(pc));
            let callee = *area.add(CALLABLE);
            if op == Op::CallEx {
                let (args, names) = spread(cx, callee, *area.add(ARGS), *area.add(ARGS + 1))?;
                return Ok(Call {
                    callee,
                    args,
                    names,
                });
            }
            let method = matches!(op, Op::CallMethod | Op::CallKwMethod);
            let has_self = method && !(*area.add(SELF)).is_empty();
            let first = area.add(ARGS - has_self as usize);
            let given = std::slice::from_raw_parts(first, c!(pc) + has_self as usize);
            let args = ValueVec::from_slice(cx, given)?;
            let names = match op {
                Op::CallKw | Op::CallKwMethod => ValueVec::from_slice(cx, names_of(pc))?,
                _ => ValueVec::new(),
            };
            Ok(Call {
                callee,
                args,
                names,
            })
        }
    }

    /// The first positional argument.
    fn first(&self) -> Option<Value> {
        let (args, names) = (self.args.as_slice(), self.names.as_slice());
        (args.len() > names.len()).then(|| args[0])
    }

    fn is_python(&self) -> bool {
        let f = match Gc::<BoundMethod>::from_value(self.callee) {
            Some(m) => m.func.get(),
            None => self.callee,
        };
        as_function(f).is_some()
    }

    /// What the profile function hears of: builtin functions, and methods bound to their object.
    fn profiled(&self, cx: &mut Cx) -> PyResult<Option<Value>> {
        if is_kind(self.callee, Kind::BuiltinFunction) {
            return Ok(Some(self.callee));
        }
        match (Gc::<MethodDescr>::from_value(self.callee), self.first()) {
            (Some(d), Some(first)) if d.is_method() => {
                krait_runtime::protocol::attr::bind_descr(cx, d, Some(first), None).map(Some)
            }
            _ => Ok(None),
        }
    }
}

/// Reports the call that the MAKE_GENERATOR or CALL_EXPRESSION at `cx.pc` stands for: of a function, with
/// the iterator that stands so many registers behind operand `b`.
pub fn expression(
    cx: &mut Cx,
    frame: Frame,
    code: CodeObj,
    at: u32,
    iterator: usize,
) -> PyResult<()> {
    if !monitoring::wants(cx, Event::Call, code, at) {
        return Ok(());
    }
    let pc = cx.pc;
    // SAFETY: the operands of the instruction.
    let (inner, iterator) = unsafe {
        (
            Value::from_bits(*pc.add(1)),
            frame.register(b!(pc) + iterator),
        )
    };
    let f = generator::function_of_expression(cx, inner)?;
    monitoring::fire_at(cx, Event::Call, code, at, &[f, iterator])
}

/// Reports the call at `cx.pc`; see [`super::before`] for the result.
pub fn call(cx: &mut Cx, frame: Frame, code: CodeObj, at: u32, op: Op) -> PyResult<Value> {
    let profiling = function(cx, thread_slot::PROFILE).is_some();
    let monitored = monitoring::wants(cx, Event::Call, code, at);
    if !profiling && !monitored {
        return Ok(EXECUTE);
    }
    let call = Call::read(cx, frame, op)?;
    let first = call.first().unwrap_or_else(|| monitoring::missing(cx));
    let arguments = [call.callee, first];
    monitoring::fire_at(cx, Event::Call, code, at, &arguments)?;
    if call.is_python() {
        return Ok(EXECUTE);
    }
    let profiled = if profiling { call.profiled(cx)? } else { None };
    if let Some(f) = profiled {
        report::profile(cx, frame, "c_call", f)?;
    }
    let r = cx.call_kw(call.callee, call.args.as_slice(), call.names.as_slice());
    let (event, word) = match r {
        Ok(_) => (Event::CReturn, "c_return"),
        Err(_) => (Event::CRaise, "c_exception"),
    };
    monitoring::fire_at(cx, event, code, at, &arguments)?;
    if let Some(f) = profiled {
        report::profile(cx, frame, word, f)?;
    }
    let v = r?;
    // SAFETY: the destination of the instruction at the saved pc; calls have one length.
    unsafe {
        let pc = cx.pc;
        *frame.base.add(a!(pc)) = v;
        cx.pc = pc.add(CALL_WORDS);
    }
    Ok(DONE)
}
