//! Leaving a generator: at a YIELD, at its end, because of an exception.

use std::sync::atomic::Ordering;

use krait_bytecode::Op;
use krait_runtime::cx::Cx;
use krait_runtime::object::Gc;
use krait_runtime::value::Value;

use super::{
    FINISHED, GeneratorObj, INNERMOST, ROOT, SUSPENDED, as_generator, chain, copy_registers,
    is_plain, is_unwatched,
};
use crate::interp::{self, Next};
use crate::window::{AUX, CALLER, FRAME, Frame, RETURN_PC};

/// The return pc of the generator at `base`, if leaving it for the FOR_ITER or SEND that resumed it, or
/// for native code (`to_native`), is the usual case.
#[inline(always)]
unsafe fn leave_plain(
    cx: &Cx,
    g: GeneratorObj,
    base: *mut Value,
    to_native: bool,
) -> Option<*const u64> {
    // SAFETY: the frame of a generator.
    let ret = unsafe { (*base.offset(RETURN_PC)).bits() } as *const u64;
    let plain = is_plain(cx, g)
        && g.frame.get().is_empty()
        && g.outer_handled.get().is_none()
        && interp::is_stub(ret) == to_native;
    plain.then_some(ret)
}

/// YIELD of `v` at `pc`, if this is the usual case.
///
/// # Safety
/// The frame at `base` is a generator's.
#[inline(always)]
pub unsafe fn yield_plain(cx: &mut Cx, v: Value, pc: *const u64, base: *mut Value) -> Option<Next> {
    // SAFETY: by contract.
    unsafe {
        let ret = suspend_plain(cx, pc, base, false)?;
        let caller = (*base.offset(CALLER)).bits() as *mut Value;
        Some(give_item(caller, ret, v))
    }
}

/// YIELD of `v` at `pc` out of the run, if this is the usual case.
///
/// # Safety
/// The frame at `base` is a generator's.
#[inline(always)]
pub unsafe fn yield_out(cx: &mut Cx, v: Value, pc: *const u64, base: *mut Value) -> bool {
    // SAFETY: by contract.
    unsafe {
        if suspend_plain(cx, pc, base, true).is_none() {
            return false;
        }
        if c!(pc) != 0 && is_unwatched(cx) {
            chain::join(pc, base);
        }
        cx.pc = (*base.offset(AUX)).bits() as *const u64;
        cx.base = (*base.offset(CALLER)).bits() as *mut Value;
        let vm = crate::thread::vm(cx);
        vm.result = v;
        vm.yielded = true;
    }
    true
}

/// Saves the generator at `base`, which stands at the YIELD at `pc`, and leaves it, if this is the
/// usual case: the return pc.
#[inline(always)]
unsafe fn suspend_plain(
    cx: &mut Cx,
    pc: *const u64,
    base: *mut Value,
    to_native: bool,
) -> Option<*const u64> {
    // SAFETY: the frame is a generator's.
    unsafe {
        let n = *pc.add(1) as u32;
        let object = (*base.offset(FRAME)).object_unchecked();
        if n == 0 || cx.mutator.needs_barrier(object) {
            return None;
        }
        let g: GeneratorObj = Gc::from_ptr(object.cast());
        let root = g.chain.link();
        if let Some(root) = root
            && cx.mutator.needs_barrier(root.header())
        {
            return None;
        }
        let ret = leave_plain(cx, g, base, to_native)?;
        copy_registers(base, g.words(), n as usize);
        g.saved.store(n, Ordering::Relaxed);
        g.pc.store(pc.cast_mut(), Ordering::Relaxed);
        match root {
            None => {
                cx.depth -= 1;
                g.state.store(SUSPENDED, Ordering::Release);
            }
            Some(root) => {
                cx.depth -= root.chain.frames() as u32;
                g.state.store(INNERMOST, Ordering::Release);
                root.state.store(ROOT, Ordering::Release);
            }
        }
        Some(ret)
    }
}

/// RETURN of `v` in the generator at `base`, if this is the usual case.
///
/// # Safety
/// The frame at `base` is a generator's.
#[inline(always)]
pub unsafe fn return_plain(cx: &mut Cx, v: Value, base: *mut Value) -> Option<Next> {
    // SAFETY: by contract.
    unsafe {
        chain::unfold(base);
        let g: GeneratorObj = Gc::from_ptr((*base.offset(FRAME)).object_unchecked().cast());
        let ret = leave_plain(cx, g, base, false)?;
        cx.depth -= 1;
        g.state.store(FINISHED, Ordering::Release);
        krait_runtime::finalize::unwatch_last(cx, g.header());
        Some(give_end(
            (*base.offset(CALLER)).bits() as *mut Value,
            ret,
            v,
        ))
    }
}

/// The iterator of the FOR_ITER or SEND at `pc` has ended with `v`.
#[inline(always)]
unsafe fn give_end(base: *mut Value, pc: *const u64, v: Value) -> Next {
    // SAFETY: the instruction at `pc` is one of the two.
    unsafe {
        let offset = if *pc as u16 == Op::Send as u16 {
            *base.add(a!(pc)) = v;
            interp::iter::body_offset(pc)
        } else {
            2
        };
        Next {
            pc: pc.offset(offset),
            base,
        }
    }
}

/// Gives a yielded value to the FOR_ITER or SEND at `pc`.
#[inline(always)]
unsafe fn give_item(base: *mut Value, pc: *const u64, v: Value) -> Next {
    // SAFETY: as `give_end`.
    unsafe {
        *base.add(a!(pc)) = v;
        let offset = if *pc as u16 == Op::Send as u16 {
            2
        } else {
            interp::iter::body_offset(pc)
        };
        Next {
            pc: pc.offset(offset),
            base,
        }
    }
}

/// The iterator of the FOR_ITER or SEND at `cx.pc` has ended with `v`.
pub(super) unsafe fn exhausted(cx: &mut Cx, v: Value) -> Next {
    // SAFETY: by contract.
    unsafe { give_end(cx.base, cx.pc, v) }
}

/// Gives a yielded value to the instruction at `cx.pc`.
unsafe fn item(cx: &mut Cx, v: Value) -> Next {
    // SAFETY: as `exhausted`.
    unsafe { give_item(cx.base, cx.pc, v) }
}

/// YIELD: saves the frame and gives `v` to who resumed it.
///
/// # Safety
/// The generator's frame is saved.
pub unsafe fn yielded(cx: &mut Cx, v: Value) -> Next {
    // SAFETY: by contract.
    unsafe {
        let base = cx.base;
        chain::unfold(base);
        let g = as_generator(*base.offset(FRAME)).expect("YIELD is in generators only");
        let mut n = *cx.pc.add(1);
        if n == 0 {
            let code = Frame { base, pc: cx.pc }.code();
            let at = code.offset_of(cx.pc);
            n = code.live.saved_at_yield(&code.unit, at) as u64;
            code.word(at as usize + 1).store(n, Ordering::Release);
        }
        copy_registers(base, g.words(), n as usize);
        g.saved.store(n as u32, Ordering::Release);
        cx.write_barrier(g.header());
        g.pc.store(cx.pc.cast_mut(), Ordering::Release);
        let handled = cx.handled.get();
        if let Some(e) = Gc::from_value(handled) {
            // Its frame will be another window.
            crate::unwind::settle(cx, e);
        }
        let own = if handled.is_none() {
            Value::EMPTY
        } else {
            handled
        };
        g.handled.set(cx, g, own);
        let stub = leave(cx, g);
        g.state.store(SUSPENDED, Ordering::Release);
        if stub {
            let vm = crate::thread::vm(cx);
            vm.result = v;
            vm.yielded = true;
            return Next::EXIT;
        }
        item(cx, v)
    }
}

/// Pops the generator's frame. `true`: it was entered from native code.
pub(super) unsafe fn leave(cx: &mut Cx, g: GeneratorObj) -> bool {
    // SAFETY: the frame at `cx.base` is this generator's.
    unsafe {
        let stub = interp::is_stub((*cx.base.offset(RETURN_PC)).bits() as *const u64);
        if let Some(o) = crate::objects::frame::as_frame(g.frame.get()) {
            let f = Frame {
                base: cx.base,
                pc: cx.pc,
            };
            o.pc.store(f.pc.cast_mut(), Ordering::Release);
            o.base.store(std::ptr::null_mut(), Ordering::Release);
            if g.state.load(Ordering::Acquire) == FINISHED {
                // What it keeps alive is its own now.
                g.frame.set_immediate(Value::EMPTY);
            }
        }
        cx.handled.set_immediate(g.outer_handled.get());
        g.outer_handled.set_immediate(Value::none());
        interp::returns::leave(cx);
        stub
    }
}

/// The generator's function returned `v`.
///
/// # Safety
/// The generator's frame is saved.
pub unsafe fn returned(cx: &mut Cx, mark: Value, v: Value) -> Next {
    // SAFETY: by contract.
    unsafe {
        let g = as_generator(mark).expect("the mark of a generator's frame");
        chain::unfold(cx.base);
        finish(cx, g);
        if leave(cx, g) {
            let vm = crate::thread::vm(cx);
            vm.result = v;
            vm.yielded = false;
            return Next::EXIT;
        }
        exhausted(cx, v)
    }
}

/// An exception leaves the generator. `true`: it was entered from native code.
///
/// # Safety
/// The generator's frame is saved.
pub unsafe fn raised(cx: &mut Cx, mark: Value) -> bool {
    // SAFETY: by contract.
    unsafe {
        let g = as_generator(mark).expect("the mark of a generator's frame");
        chain::unfold(cx.base);
        finish(cx, g);
        leave(cx, g)
    }
}

fn finish(cx: &mut Cx, g: GeneratorObj) {
    let f = Frame {
        base: cx.base,
        pc: cx.pc,
    };
    if let Some(o) = crate::objects::frame::as_frame(g.frame.get()) {
        // A finished generator has no frame; the object lives on in tracebacks.
        crate::objects::frame::copy_registers(cx, o, f);
    }
    g.handled.set_immediate(Value::EMPTY);
    g.state.store(FINISHED, Ordering::Release);
}
