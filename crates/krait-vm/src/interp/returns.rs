//! Returns, and what becomes of results.

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::object::{Kind, is_kind};
use krait_runtime::value::Value;

use crate::interp::Next;
use crate::interp::operators::{Operator, finish_operator};
use crate::objects::generator;
use crate::unwind::unwind;
use crate::window::{AUX, CALLER, DISCARD_MARK, FRAME, INIT_MARK, RESULT_MARK, RETURN_PC};

/// Stores the result of the instruction at `cx.pc`, a call or another that entered a frame, and
/// goes on behind it.
///
/// # Safety
/// The frame is saved.
#[inline(always)]
pub unsafe fn deliver(cx: &mut Cx, v: Value) -> Next {
    // SAFETY: by contract.
    unsafe { give_result(cx.base, cx.pc, v) }
}

/// Stores the result of the instruction at `pc` in the frame at `base`, and goes on behind it.
#[inline(always)]
unsafe fn give_result(base: *mut Value, pc: *const u64, v: Value) -> Next {
    // SAFETY: the instruction's operand `a` is its destination.
    unsafe {
        *base.add(a!(pc)) = v;
        let pc = behind(pc);
        Next { pc, base }
    }
}

/// The instruction behind the one at `pc`.
#[inline(always)]
unsafe fn behind(pc: *const u64) -> *const u64 {
    // SAFETY: an instruction of verified code that is not the last.
    unsafe { pc.add(krait_bytecode::Op::words_at(*pc)) }
}

/// Goes on at `cx.pc` when the frame that it entered, marked `mark`, has ended with `v`.
///
/// # Safety
/// The frame at `cx.base` is saved; it runs again.
pub unsafe fn resume_caller(cx: &mut Cx, mark: Value, v: Value) -> Next {
    // SAFETY: by contract.
    unsafe {
        if mark == DISCARD_MARK {
            let pc = behind(cx.pc);
            return Next { pc, base: cx.base };
        }
        match Operator::of_mark(mark) {
            Some(operator) => finish_operator(cx, operator, v),
            None => deliver(cx, v),
        }
    }
}

#[inline(always)]
pub(super) unsafe fn finish(cx: &mut Cx, r: PyResult<Value>) -> Next {
    match r {
        // SAFETY: as `deliver`.
        Ok(v) => unsafe { deliver(cx, v) },
        Err(e) => unwind(cx, e),
    }
}

handler!(return_, |pc, base, cx, t| {
    let v = reg!(base, a!(pc));
    if (*base.offset(FRAME)).is_empty() {
        let ret = (*base.offset(RETURN_PC)).bits() as *const u64;
        let caller = (*base.offset(CALLER)).bits() as *mut Value;
        (*cx).depth -= 1;
        reg!(caller, a!(ret)) = v;
        go!(ret.add(krait_bytecode::CALL_WORDS), caller, cx, t)
    }
    slow!(return_general, pc, base, cx, t)
});

/// Returns from a frame with a mark for the instruction that entered it. `None`: it has another one.
///
/// # Safety
/// `base` is the running frame.
#[inline(always)]
unsafe fn return_marked(cx: &mut Cx, v: Value, base: *mut Value) -> Option<Next> {
    // SAFETY: the frame at `base` ends here.
    unsafe {
        let mark = *base.offset(FRAME);
        let ret = (*base.offset(RETURN_PC)).bits() as *const u64;
        let caller = (*base.offset(CALLER)).bits() as *mut Value;
        let result = if mark == RESULT_MARK {
            v
        } else if mark == INIT_MARK && v.is_none() {
            *base.offset(AUX)
        } else if let Some(operator) = Operator::of_mark(mark) {
            if v == Value::not_implemented() {
                return None;
            }
            if operator.is_jump() {
                let pc = operator.target(ret, v.as_bool()?);
                cx.depth -= 1;
                return Some(Next { pc, base: caller });
            }
            v
        } else if mark == DISCARD_MARK {
            cx.depth -= 1;
            return Some(Next {
                pc: behind(ret),
                base: caller,
            });
        } else {
            return None;
        };
        cx.depth -= 1;
        Some(give_result(caller, ret, result))
    }
}

/// Returns from a generator's frame in the usual case.
///
/// # Safety
/// `base` is the running frame.
#[inline(always)]
unsafe fn return_resumed(cx: &mut Cx, v: Value, base: *mut Value) -> Option<Next> {
    // SAFETY: the frame at `base` ends here.
    unsafe {
        if is_kind(*base.offset(FRAME), Kind::Generator) {
            generator::return_plain(cx, v, base)
        } else {
            None
        }
    }
}

handler!(
    #[inline(never)]
    return_general,
    |pc, base, cx, t| {
        if let Some(n) = return_marked(&mut *cx, reg!(base, a!(pc)), base) {
            go!(n.pc, n.base, cx, t)
        }
        slow!(return_further, pc, base, cx, t)
    }
);

handler!(
    #[inline(never)]
    return_further,
    |pc, base, cx, t| {
        if let Some(n) = return_resumed(&mut *cx, reg!(base, a!(pc)), base) {
            go!(n.pc, n.base, cx, t)
        }
        save!(pc, base, cx);
        goto!(return_slow(&mut *cx, reg!(base, a!(pc))), cx, t)
    }
);

handler!(
    #[inline(never)]
    return_none_general,
    |pc, base, cx, t| {
        if let Some(n) = return_marked(&mut *cx, Value::none(), base) {
            go!(n.pc, n.base, cx, t)
        }
        slow!(return_none_further, pc, base, cx, t)
    }
);

handler!(
    #[inline(never)]
    return_none_further,
    |pc, base, cx, t| {
        if let Some(n) = return_resumed(&mut *cx, Value::none(), base) {
            go!(n.pc, n.base, cx, t)
        }
        save!(pc, base, cx);
        goto!(return_slow(&mut *cx, Value::none()), cx, t)
    }
);

handler!(return_none, |pc, base, cx, t| {
    let v = Value::none();
    if (*base.offset(FRAME)).is_empty() {
        let ret = (*base.offset(RETURN_PC)).bits() as *const u64;
        let caller = (*base.offset(CALLER)).bits() as *mut Value;
        (*cx).depth -= 1;
        reg!(caller, a!(ret)) = v;
        go!(ret.add(krait_bytecode::CALL_WORDS), caller, cx, t)
    }
    slow!(return_none_general, pc, base, cx, t)
});

/// A return from a frame that something is attached to: a frame object, a generator, a native
/// caller, an `__init__` call.
#[inline(never)]
unsafe fn return_slow(cx: &mut Cx, v: Value) -> Next {
    // SAFETY: the frame is saved.
    unsafe {
        let base = cx.base;
        let mark = crate::objects::frame::detach(cx, base);
        if is_kind(mark, Kind::Generator) {
            return generator::returned(cx, mark, v);
        }
        let aux = *base.offset(AUX);
        leave(cx);
        if mark == crate::window::ENTRY_MARK {
            crate::thread::vm(cx).result = v;
            return Next::EXIT;
        }
        if mark == INIT_MARK {
            if !v.is_none() {
                let got = cx.type_name(v);
                let e = cx.type_error(format!("__init__() should return None, not '{got}'"));
                return unwind(cx, e);
            }
            return deliver(cx, aux);
        }
        resume_caller(cx, mark, v)
    }
}

/// Pops the frame at `cx.base`: its caller runs again, at its call.
///
/// # Safety
/// The frame is not used any more.
pub unsafe fn leave(cx: &mut Cx) -> *mut Value {
    // SAFETY: by contract.
    unsafe {
        let base = cx.base;
        let ret = (*base.offset(RETURN_PC)).bits() as *const u64;
        cx.pc = if crate::interp::is_stub(ret) {
            (*base.offset(AUX)).bits() as *const u64
        } else {
            ret
        };
        cx.base = (*base.offset(CALLER)).bits() as *mut Value;
        cx.depth -= 1;
        cx.base
    }
}
