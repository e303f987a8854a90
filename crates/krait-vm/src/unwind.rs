//! Finding the handler of an exception; traceback entries on the way.

use krait_runtime::cx::Cx;
use krait_runtime::error::{Exception, Raised};
use krait_runtime::object::{Gc, Kind, is_kind};
use krait_runtime::value::Value;

use crate::instrument;
use crate::interp::Next;
use crate::window::Frame;

/// Goes on with the handler for `e`, raised by the instruction at `cx.pc`.
#[inline(never)]
pub fn unwind(cx: &mut Cx, e: Raised) -> Next {
    let exc = e.exception();
    if exc.traceback.get().is_none() {
        set_context(cx, exc);
    }
    crate::objects::traceback::add_entry(cx, exc);
    let e = instrument::raised(cx, e);
    find_handler(cx, e)
}

/// As `unwind` for an exception that passed this frame already: no new traceback entry.
#[inline(never)]
pub fn reraise(cx: &mut Cx, e: Raised) -> Next {
    let e = instrument::reraised(cx, e);
    search(cx, e, true)
}

fn find_handler(cx: &mut Cx, e: Raised) -> Next {
    search(cx, e, false)
}

/// A frame that dies at code without a line says where the exception came from.
fn show_origin(cx: &mut Cx, e: Raised) {
    let frame = Frame {
        base: cx.base,
        pc: cx.pc,
    };
    let code = frame.code();
    let at = code.offset_of(cx.pc);
    if !code.unit.positions.lookup(at).is_some()
        && let Some(entry) = crate::objects::traceback::as_traceback(e.exception().traceback.get())
        && entry.frame_object().is_at(cx.base)
    {
        let origin = entry.lasti.load(std::sync::atomic::Ordering::Relaxed)
            / crate::objects::code_methods::WORD_BYTES;
        // A program can have made the entry: only an instruction of the running code will do.
        let words = &code.unit.words;
        if let Some(i) =
            krait_bytecode::instructions(words).find(|i| usize::try_from(origin) == Ok(i.pc))
        {
            // SAFETY: an instruction of the running code.
            cx.pc = unsafe { code.entry().add(i.pc) };
        }
    }
}

fn search(cx: &mut Cx, mut e: Raised, mut raised_again: bool) -> Next {
    loop {
        let frame = Frame {
            base: cx.base,
            pc: cx.pc,
        };
        let code = frame.code();
        if let Some(h) = code.unit.handler_for(code.offset_of(cx.pc)) {
            if let Err(other) = instrument::handled(cx, e) {
                e = other;
            }
            // SAFETY: the verifier proved handler and register.
            unsafe {
                *cx.base.add(h.exc_reg as usize) = e.value();
                return Next {
                    pc: code.entry().add(h.handler as usize),
                    base: cx.base,
                };
            }
        }
        e = instrument::unwound(cx, e);
        if std::mem::take(&mut raised_again) {
            show_origin(cx, e);
        }
        if !pop_frame(cx, e) {
            return Next::EXIT;
        }
        crate::objects::traceback::add_entry(cx, e.exception());
        e = instrument::raised(cx, e);
    }
}

/// Leaves the frame at `cx.base` because of `e`. `false`: it was entered from native code, which
/// gets the exception.
fn pop_frame(cx: &mut Cx, e: Raised) -> bool {
    // SAFETY: the frame is saved and not used again.
    unsafe {
        let mark = crate::objects::frame::detach(cx, cx.base);
        if is_kind(mark, Kind::Generator) {
            let entered = crate::objects::generator::raised(cx, mark);
            if entered {
                crate::thread::vm(cx).error = Some(e);
            }
            return !entered;
        }
        crate::interp::calls::leave(cx);
        if mark == crate::window::ENTRY_MARK {
            crate::thread::vm(cx).error = Some(e);
            return false;
        }
        true
    }
}

/// The exception being handled, None if there is none. What a generator does not handle itself is
/// up to who resumed it.
pub fn handled(cx: &mut Cx) -> Value {
    let mut handled = cx.handled.get();
    if !handled.is_empty() {
        return handled;
    }
    let mut frames = crate::window::frames(cx);
    while handled.is_empty()
        && let Some(frame) = frames.next()
    {
        if let Some(g) = crate::objects::generator::as_generator(frame.word(crate::window::FRAME)) {
            handled = g.outer_handled.get();
        }
    }
    handled.some().unwrap_or(Value::none())
}

/// Sets `__context__` to the exception being handled, without making a cycle.
pub fn set_context(cx: &mut Cx, exc: Gc<Exception>) {
    let handled = handled(cx);
    if handled.is_none() || handled == exc.value() {
        return;
    }
    // Take `exc` out of the chain it becomes the head of.
    let mut at = handled;
    let mut slow = handled;
    let mut steps = 0;
    while let Some(o) = Gc::<Exception>::from_value(at) {
        let next = o.context.get();
        if next == exc.value() {
            o.context.set(cx, o, Value::none());
            break;
        }
        at = next;
        steps += 1;
        if steps % 2 == 0 {
            slow = Gc::<Exception>::from_value(slow).map_or(Value::none(), |s| s.context.get());
            if slow == at {
                break;
            }
        }
    }
    exc.context.set(cx, exc, handled);
}

/// As `unwind` for `throw()`: the exception may have a traceback of its own already.
pub fn unwind_thrown(cx: &mut Cx, e: Raised) -> Next {
    let e = instrument::thrown(cx, e);
    crate::objects::traceback::add_entry(cx, e.exception());
    let e = instrument::raised(cx, e);
    find_handler(cx, e)
}
