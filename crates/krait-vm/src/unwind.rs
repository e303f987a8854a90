//! Finding the handler of an exception; traceback entries on the way.
//!
//! Most exceptions are caught without anybody looking at them: the clause gives them no name. Such an
//! *unseen* one (see `Exception::is_unseen`) gets no entry for the frame that catches it. The thread
//! remembers what the entry would say ([`Caught`]), until the handler ends or somebody asks for the
//! exception ([`settle`]). The frames that it ends leave records, not frame objects: see
//! `objects/traceback.rs`.

use krait_runtime::cx::Cx;
use krait_runtime::error::{Exception, Raised};
use krait_runtime::object::{Gc, Kind, is_kind};
use krait_runtime::value::Value;

use crate::instrument;
use crate::interp::Next;
use crate::objects::traceback;
use crate::window::{ENTRY_MARK, FRAME, Frame};

/// An unseen exception that has reached its handler: the innermost one, the others are settled.
#[derive(Clone, Copy)]
pub struct Caught {
    /// `EMPTY` if there is none.
    pub exception: Value,
    /// The frame that caught it.
    base: *mut Value,
    raised: Origin,
}

/// Where the running frame raised an exception.
#[derive(Clone, Copy)]
struct Origin {
    /// First: what the traceback says.
    first: *const u64,
    /// Last, in a clause of the frame: where it ends.
    last: *const u64,
}

impl Origin {
    fn at(pc: *const u64) -> Origin {
        Origin {
            first: pc,
            last: pc,
        }
    }
}

impl Caught {
    pub const NOTHING: Caught = Caught {
        exception: Value::EMPTY,
        base: std::ptr::null_mut(),
        raised: Origin {
            first: std::ptr::null(),
            last: std::ptr::null(),
        },
    };
}

/// What this thread caught last, which is then forgotten.
fn take_caught(cx: &mut Cx) -> Caught {
    // SAFETY: no other reference to the thread's state.
    let vm = unsafe { crate::thread::vm(cx) };
    std::mem::replace(&mut vm.caught, Caught::NOTHING)
}

/// Forgets what was caught: its handler has ended.
#[inline(always)]
pub fn forget_caught(cx: &mut Cx) {
    // SAFETY: no other reference to the thread's state.
    unsafe { crate::thread::vm(cx).caught.exception = Value::EMPTY };
}

/// Somebody gets hold of `exc`, which is being handled: completes its traceback.
#[inline(never)]
pub fn settle(cx: &mut Cx, exc: Gc<Exception>) {
    if exc.is_unseen() {
        exc.set_seen();
        // SAFETY: no other reference to the thread's state.
        if unsafe { crate::thread::vm(cx) }.caught.exception == exc.value() {
            settle_caught(cx);
        }
    }
}

/// Completes the traceback of what was caught last.
#[cold]
#[inline(never)]
fn settle_caught(cx: &mut Cx) {
    let caught = take_caught(cx);
    let Some(exc) = Gc::<Exception>::from_value(caught.exception) else {
        return;
    };
    exc.set_seen();
    let frame = crate::window::frames(cx).find(|f| f.base == caught.base);
    let pc = caught.raised.first;
    let frame = frame.map(|f| Frame { pc, ..f });
    if let Some(f) = frame.filter(|f| f.code().contains(f.pc)) {
        traceback::add_entry_of(cx, exc, f);
    }
}

/// Goes on with the handler for `e`, raised by the instruction at `cx.pc`.
#[inline(never)]
pub fn unwind(cx: &mut Cx, e: Raised) -> Next {
    let exc = e.exception();
    if exc.traceback.get().is_none() {
        set_context(cx, exc);
    }
    if exc.is_unseen() && !instrument::is_active(cx) {
        return pass(cx, e, Origin::at(cx.pc));
    }
    traceback::add_entry(cx, exc);
    let e = instrument::raised(cx, e);
    find_handler(cx, e)
}

/// As `unwind` for an exception that passed this frame already: no new traceback entry.
#[inline(never)]
pub fn reraise(cx: &mut Cx, e: Raised) -> Next {
    let exc = e.exception();
    if exc.is_unseen() {
        // SAFETY: no other reference to the thread's state.
        let caught = unsafe { crate::thread::vm(cx) }.caught;
        let here = caught.exception == exc.value() && caught.base == cx.base;
        if here && !instrument::is_active(cx) {
            forget_caught(cx);
            return pass(cx, e, caught.raised);
        }
        settle(cx, exc);
    }
    let e = instrument::reraised(cx, e);
    search(cx, e, true)
}

/// As `unwind` in the caller of the running frame, which ends and is not mentioned.
#[inline(never)]
pub fn reraise_in_caller(cx: &mut Cx, e: Raised) -> Next {
    let exc = e.exception();
    // SAFETY: no other reference to the thread's state.
    let caught = unsafe { crate::thread::vm(cx) }.caught;
    if caught.exception == exc.value() && caught.base == cx.base {
        // There is no entry yet.
        forget_caught(cx);
    } else if let Some(entry) = traceback::as_traceback(exc.traceback.get())
        && entry.known_frame().is_some_and(|o| o.is_at(cx.base))
    {
        exc.traceback.set(cx, exc, entry.next.get());
    }
    if !pop_frame(cx, e) {
        return Next::EXIT;
    }
    if exc.is_unseen() && !instrument::is_active(cx) {
        return pass(cx, e, Origin::at(cx.pc));
    }
    traceback::add_entry(cx, exc);
    let e = instrument::raised(cx, e);
    find_handler(cx, e)
}

/// Goes on with the handler for the unseen exception `e`, which the running frame `raised`.
fn pass(cx: &mut Cx, e: Raised, mut raised: Origin) -> Next {
    let exc = e.exception();
    loop {
        let mut frame = Frame {
            base: cx.base,
            pc: cx.pc,
        };
        let code = frame.code();
        let at = code.offset_of(frame.pc);
        if raised.last != frame.pc && code.unit.positions.lookup(at).is_some() {
            raised.last = frame.pc;
        }
        if let Some(h) = code.unit.handler_for(at) {
            // SAFETY: no other reference to the thread's state.
            if !unsafe { crate::thread::vm(cx) }.caught.exception.is_empty() {
                settle_caught(cx);
            }
            // SAFETY: as above; the verifier proved handler and register.
            unsafe {
                crate::thread::vm(cx).caught = Caught {
                    exception: exc.value(),
                    base: frame.base,
                    raised,
                };
                *frame.base.add(h.exc_reg as usize) = exc.value();
                return Next {
                    pc: code.entry().add(h.handler as usize),
                    base: frame.base,
                };
            }
        }
        let mark = frame.word(FRAME);
        if mark.is_object() {
            // A frame object, or a generator.
            let raising = Frame {
                pc: raised.first,
                ..frame
            };
            traceback::add_entry_of(cx, exc, raising);
            return search(cx, e, raised.first != frame.pc);
        }
        // Code without a line only passes it on.
        frame.pc = raised.last;
        let record = traceback::add_record(cx, exc, frame, raised.first).value();
        if mark == ENTRY_MARK {
            let caller = match frame.caller() {
                Some(f) => crate::objects::frame::object_for(cx, f).value(),
                None => Value::none(),
            };
            traceback::set_caller(cx, record, caller);
        }
        // SAFETY: the frame is not used again.
        unsafe { crate::interp::returns::leave(cx) };
        if mark == ENTRY_MARK {
            // SAFETY: no other reference to the thread's state.
            unsafe { crate::thread::vm(cx) }.error = Some(e);
            return Next::EXIT;
        }
        raised = Origin::at(cx.pc);
    }
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
        && let Some(entry) = traceback::as_traceback(e.exception().traceback.get())
        && let Some(object) = entry.known_frame()
        && (object.is_at(cx.base) || is_generators(frame, object))
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

/// Whether the running frame is a generator's whose object this is.
fn is_generators(frame: Frame, object: crate::objects::frame::FrameObj) -> bool {
    crate::objects::generator::as_generator(frame.word(FRAME))
        .is_some_and(|g| g.frame.get() == object.value())
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
                // Its entry is there: it is as if somebody had seen it.
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
        if e.exception().is_unseen() && !instrument::is_active(cx) {
            return pass(cx, e, Origin::at(cx.pc));
        }
        traceback::add_entry(cx, e.exception());
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
        crate::interp::returns::leave(cx);
        if mark == ENTRY_MARK {
            crate::thread::vm(cx).error = Some(e);
            return false;
        }
        true
    }
}

/// The exception being handled, None if there is none.
pub fn handled(cx: &mut Cx) -> Value {
    let handled = handled_unsettled(cx);
    if let Some(e) = Gc::<Exception>::from_value(handled) {
        settle(cx, e);
    }
    handled
}

/// The exception being handled, for who raises it again at once. What a generator does not handle
/// itself is up to who resumed it.
pub fn handled_unsettled(cx: &mut Cx) -> Value {
    let mut handled = cx.handled.get();
    if !handled.is_empty() {
        return handled;
    }
    let mut frames = crate::window::frames(cx);
    while handled.is_empty()
        && let Some(frame) = frames.next()
    {
        if let Some(g) = crate::objects::generator::as_generator(frame.word(FRAME)) {
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
    traceback::add_entry(cx, e.exception());
    let e = instrument::raised(cx, e);
    find_handler(cx, e)
}
