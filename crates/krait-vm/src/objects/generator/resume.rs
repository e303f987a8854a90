//! Going on in a generator: from FOR_ITER and SEND in the interpreter's loop, from native code in a run
//! of its own.

use std::sync::atomic::Ordering;

use krait_runtime::cx::Cx;
use krait_runtime::error::{PyResult, Raised};
use krait_runtime::native::Outcome;
use krait_runtime::value::Value;

use super::suspend::{exhausted, leave};
use super::{
    COROUTINE, CREATED, FINISHED, GENERATOR, GeneratorObj, RUNNING, SUSPENDED, YIELD_WORDS,
    as_generator, chain, copy_registers, is_plain, is_unwatched, known, noun, settled_state,
};
use crate::interp::{self, Next};
use crate::window::{AUX, CALLER, FRAME, FUNCTION, Frame, HEADER, RETURN_PC, top};

/// Marks the generator as running. `Ok(false)`: it is finished.
fn acquire(cx: &mut Cx, g: GeneratorObj, sent: Value) -> PyResult<bool> {
    loop {
        let state = settled_state(cx, g);
        match state {
            RUNNING => {
                let what = noun(g);
                return Err(cx.value_error(format!("{what} already executing")));
            }
            FINISHED => {
                if g.flavour == COROUTINE {
                    return Err(cx.runtime_error("cannot reuse already awaited coroutine"));
                }
                return Ok(false);
            }
            CREATED if !sent.is_none() => {
                let what = noun(g);
                return Err(cx.type_error(format!(
                    "can't send non-None value to a just-started {what}"
                )));
            }
            _ => {}
        }
        if g.state
            .compare_exchange(state, RUNNING, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
        {
            return Ok(true);
        }
    }
}

/// Copies the registers into the window above the running frame and fills the header. `ret` is
/// what to go on with when it yields or ends.
unsafe fn enter(
    cx: &mut Cx,
    g: GeneratorObj,
    started: bool,
    ret: *const u64,
) -> PyResult<*mut Value> {
    // SAFETY: the window above the running frame is free.
    unsafe {
        let base = top(cx).add(HEADER);
        let n = g.saved.load(Ordering::Acquire) as usize;
        if let Err(e) = crate::call::check_depth(cx, base.wrapping_add(n)) {
            let before = if started { SUSPENDED } else { CREATED };
            g.state.store(before, Ordering::Release);
            return Err(e);
        }
        copy_registers(g.words(), base, n);
        g.forget_registers();
        *base.offset(RETURN_PC) = Value::from_bits(ret as u64);
        *base.offset(CALLER) = Value::from_bits(cx.base as u64);
        *base.offset(AUX) = Value::from_bits(cx.pc as u64);
        *base.offset(FUNCTION) = g.function.get();
        *base.offset(FRAME) = g.value();
        g.outer_handled.set(cx, g, cx.handled.get());
        // Nothing is being handled at all, or only the resumer handles something.
        let own = g.handled.get();
        let nothing = own.is_empty() && cx.handled.get().is_none();
        cx.handled
            .set_immediate(if nothing { Value::none() } else { own });
        cx.depth += 1;
        Ok(base)
    }
}

/// Gives `sent` to the YIELD the generator stands at; the pc to go on with.
#[inline(always)]
pub(super) unsafe fn receive(
    g: GeneratorObj,
    base: *mut Value,
    started: bool,
    sent: Value,
) -> *const u64 {
    let pc: *const u64 = g.pc.load(Ordering::Acquire);
    if !started {
        return pc;
    }
    // SAFETY: the generator stands at a YIELD.
    unsafe {
        *base.add(a!(pc)) = sent;
        pc.add(YIELD_WORDS)
    }
}

/// Resumes from FOR_ITER or SEND at `cx.pc`: goes on in the same loop.
///
/// # Safety
/// The frame is saved.
pub unsafe fn resume_in_loop(cx: &mut Cx, it: Value, sent: Value) -> Next {
    let g = as_generator(it).expect("checked by the caller");
    let started = settled_state(cx, g) != CREATED;
    // SAFETY: the window is free; `acquire` made this thread the only one to run it.
    unsafe {
        match acquire(cx, g, sent) {
            Ok(true) => {}
            Ok(false) => return exhausted(cx, Value::none()),
            Err(e) => return crate::unwind::unwind(cx, e),
        }
        let ret = cx.pc;
        match enter(cx, g, started, ret) {
            Ok(base) => Next {
                pc: receive(g, base, started, sent),
                base,
            },
            Err(e) => crate::unwind::unwind(cx, e),
        }
    }
}

// ---- The usual case, inlined into handlers --------------------------------------------------

/// Resumes `g` from the FOR_ITER or SEND at `pc`, if this is the usual case.
///
/// # Safety
/// The instruction is one of a running frame, whose window is at `base`.
#[inline(always)]
pub unsafe fn resume_plain(
    cx: &mut Cx,
    g: GeneratorObj,
    sent: Value,
    pc: *const u64,
    base: *mut Value,
) -> Option<Next> {
    // SAFETY: by contract.
    unsafe {
        let new = Frame { base, pc }.end().add(HEADER);
        resume_at(cx, g, sent, pc, base, new)
    }
}

/// Resumes the chain of `g` from the FOR_ITER or SEND at `pc`, if `g` is the root of one and nothing is
/// unusual.
///
/// # Safety
/// As `resume_plain`; nobody watches instructions.
#[inline(always)]
pub unsafe fn resume_chain(
    cx: &mut Cx,
    g: GeneratorObj,
    sent: Value,
    pc: *const u64,
    base: *mut Value,
) -> Option<Next> {
    // SAFETY: by contract.
    unsafe {
        let new = Frame { base, pc }.end().add(HEADER);
        chain::resume(cx, g, sent, pc, base, new)
    }
}

/// Resumes `g` in the window at `new`, above the frame at `base`, if this is the usual case; `ret` is
/// what to go on with when it yields or ends.
///
/// # Safety
/// The window is free.
#[inline(always)]
unsafe fn resume_at(
    cx: &mut Cx,
    g: GeneratorObj,
    sent: Value,
    ret: *const u64,
    base: *mut Value,
    new: *mut Value,
) -> Option<Next> {
    // SAFETY: as in `enter`.
    unsafe {
        let state = g.state.load(Ordering::Relaxed);
        let accepts = state == SUSPENDED || (state == CREATED && sent.is_none());
        if !accepts || !is_plain(cx, g) || !crate::call::has_room(cx, new) {
            return None;
        }
        copy_registers(g.words(), new, g.saved.load(Ordering::Relaxed) as usize);
        g.forget_registers();
        g.state.store(RUNNING, Ordering::Relaxed);
        *new.offset(RETURN_PC) = Value::from_bits(ret as u64);
        *new.offset(CALLER) = Value::from_bits(base as u64);
        *new.offset(FUNCTION) = g.function.get();
        *new.offset(FRAME) = g.value();
        cx.depth += 1;
        let pc = receive(g, new, state == SUSPENDED, sent);
        Some(Next { pc, base: new })
    }
}

/// Resumes `g` from native code in the window above the running frame, if this is the usual case.
#[inline(always)]
fn resume_for_native(cx: &mut Cx, g: GeneratorObj, sent: Value) -> Option<Next> {
    let (base, ret) = (cx.base, interp::exit_stub());
    // SAFETY: the window above the running frame is free.
    unsafe {
        let new = top(cx).add(HEADER);
        let next = match resume_at(cx, g, sent, ret, base, new) {
            Some(n) => n,
            None if is_unwatched(cx) => chain::resume(cx, g, sent, ret, base, new)?,
            None => return None,
        };
        *next.base.offset(AUX) = Value::from_bits(cx.pc as u64);
        Some(next)
    }
}

/// Runs the generator that was entered until it yields or ends.
fn run(cx: &mut Cx, entered: Next) -> PyResult<Outcome> {
    cx.base = entered.base;
    cx.pc = entered.pc;
    // SAFETY: the frame is complete.
    unsafe { interp::run(cx, entered.pc, entered.base) };
    outcome(cx)
}

/// Resumes from native code, sending `sent`.
pub fn send(cx: &mut Cx, g: GeneratorObj, sent: Value) -> PyResult<Outcome> {
    cx.check_native_stack()?;
    if let Some(entered) = resume_for_native(cx, g, sent) {
        return run(cx, entered);
    }
    let started = settled_state(cx, g) != CREATED;
    if !acquire(cx, g, sent)? {
        return Ok(Outcome::Returned(Value::none()));
    }
    // SAFETY: this thread runs the generator; the window is free.
    let entered = unsafe {
        let base = enter(cx, g, started, interp::exit_stub())?;
        let pc = receive(g, base, started, sent);
        Next { pc, base }
    };
    run(cx, entered)
}

/// The next value of `v`, a generator, for native code that iterates; `EMPTY` at its end, whatever it
/// returned.
pub fn next_for_native(cx: &mut Cx, v: Value) -> PyResult<Value> {
    let g = known(v);
    if g.flavour != GENERATOR {
        return cx.next_by_method(v);
    }
    match send(cx, g, Value::none())? {
        Outcome::Yielded(v) => Ok(v),
        Outcome::Returned(_) => Ok(Value::EMPTY),
    }
}

fn outcome(cx: &mut Cx) -> PyResult<Outcome> {
    let v = crate::call::run_result(cx)?;
    // SAFETY: no other reference to the thread's state.
    let yielded = std::mem::replace(unsafe { &mut crate::thread::vm(cx).yielded }, false);
    Ok(if yielded {
        Outcome::Yielded(v)
    } else {
        Outcome::Returned(v)
    })
}

/// Runs `f` with the frame of the generator, which the caller has marked as running, on the stack:
/// what it delegates to is called from there.
pub fn with_frame<R>(
    cx: &mut Cx,
    g: GeneratorObj,
    f: impl FnOnce(&mut Cx) -> PyResult<R>,
) -> PyResult<R> {
    let handled = cx.handled.get();
    let saved = g.saved.load(Ordering::Acquire);
    // SAFETY: this thread runs the generator; the window is free, and left as it was entered.
    unsafe {
        let base = enter(cx, g, true, interp::exit_stub())?;
        cx.base = base;
        cx.pc = g.pc.load(Ordering::Acquire);
        cx.handled.set_immediate(handled);
        let r = f(cx);
        copy_registers(base, g.words(), saved as usize);
        g.saved.store(saved, Ordering::Release);
        cx.write_barrier(g.header());
        leave(cx, g);
        r
    }
}

/// Raises `e` at the place where the generator stands.
pub fn throw_here(cx: &mut Cx, g: GeneratorObj, e: Raised) -> PyResult<Outcome> {
    cx.check_native_stack()?;
    let created = settled_state(cx, g) == CREATED;
    match acquire(cx, g, Value::none()) {
        Ok(true) => {}
        Ok(false) => return Err(e),
        Err(err) => return Err(err),
    }
    // SAFETY: this thread runs the generator; the window is free.
    unsafe {
        let base = enter(cx, g, !created, interp::exit_stub())?;
        cx.base = base;
        cx.pc = g.pc.load(Ordering::Acquire);
        if created {
            // Nothing of the body has run: it ends at once, blaming the function's first line.
            cx.pc = cx.pc.sub(YIELD_WORDS);
        }
        if !g.handled.get().is_empty() {
            // Only what the generator handles is the context of what it is thrown.
            crate::unwind::set_context(cx, e.exception());
        }
        let next = crate::unwind::unwind_thrown(cx, e);
        if !next.pc.is_null() {
            interp::run(cx, next.pc, next.base);
        }
    }
    outcome(cx)
}
