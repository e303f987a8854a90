//! The register window: where a frame's header and registers are.
//!
//! ```text
//!  base[-5]  aux          pc of the caller when called from native code; the instance of an
//!                         `__init__` call
//!  base[-4]  return pc    the caller's call instruction, or one of the stubs
//!  base[-3]  caller base
//!  base[-2]  function
//!  base[-1]  frame word   EMPTY, a frame object, a generator, or a mark
//!  base[0]   registers
//! ```

use krait_bytecode::Op;
use krait_runtime::cx::Cx;
use krait_runtime::object::Gc;
use krait_runtime::value::Value;

use crate::objects::code::CodeObj;
use crate::objects::function::{FunctionExt, FunctionObj};

pub const AUX: isize = -5;
pub const RETURN_PC: isize = -4;
pub const CALLER: isize = -3;
pub const FUNCTION: isize = -2;
pub const FRAME: isize = -1;
/// Words of the header.
pub const HEADER: usize = 5;

/// Offsets in a call area.
pub const CALLABLE: usize = 4;
pub const SELF: usize = 5;
pub const ARGS: usize = 6;

/// Frame word of an `__init__` frame: the caller gets the instance, not what it returns.
pub const INIT_MARK: Value = Value::small(1);

/// Frame word of a call made by another instruction than a call: its operand `a` gets the result,
/// and the next one goes on.
pub const RESULT_MARK: Value = Value::small(3);

/// Frame word of a call made by an instruction without a result, `a[i] = v`: the next one goes on.
pub const DISCARD_MARK: Value = Value::small(4);

/// Frame word of a frame entered from native code: it returns out of the run.
pub const ENTRY_MARK: Value = Value::small(2);

/// Frame words from here on stand for binary operators and comparisons ([`crate::interp::operators`]): the
/// operand `a` of the instruction gets the result, or the jump is taken or not, unless the result is
/// `NotImplemented`.
pub const FIRST_OPERATOR_MARK: i64 = 16;

/// A frame, by its base and the instruction it is at.
#[derive(Clone, Copy)]
pub struct Frame {
    pub base: *mut Value,
    pub pc: *const u64,
}

impl Frame {
    /// The running Python frame, if there is one.
    #[inline(always)]
    pub fn top(cx: &Cx) -> Option<Frame> {
        (!cx.base.is_null()).then_some(Frame {
            base: cx.base,
            pc: cx.pc,
        })
    }

    /// The frame that is saved in `cx`, of which the caller knows that there is one.
    #[inline(always)]
    pub fn running(cx: &Cx) -> Frame {
        debug_assert!(!cx.base.is_null());
        Frame {
            base: cx.base,
            pc: cx.pc,
        }
    }

    /// A word of the header.
    #[inline(always)]
    pub fn word(self, at: isize) -> Value {
        // SAFETY: frames have a header before their registers.
        unsafe { *self.base.offset(at) }
    }

    #[inline(always)]
    pub fn set_word(self, at: isize, v: Value) {
        // SAFETY: as above; this thread owns the frame or it is stopped.
        unsafe { *self.base.offset(at) = v }
    }

    #[inline(always)]
    pub fn function(self) -> FunctionObj {
        // SAFETY: the function word of a frame is a function.
        unsafe { Gc::from_ptr(self.word(FUNCTION).object_unchecked().cast()) }
    }

    /// The first register behind its window.
    #[inline(always)]
    pub fn end(self) -> *mut Value {
        let n = self
            .function()
            .nregs
            .load(std::sync::atomic::Ordering::Relaxed);
        // SAFETY: the window ends inside the register stack.
        unsafe { self.base.add(n as usize) }
    }

    /// The code this frame executes.
    pub fn code(self) -> CodeObj {
        let body = self.function().body();
        if body.contains(self.pc) {
            return body;
        }
        // `__code__` was assigned while this frame ran.
        crate::caches::code_containing(self.function(), self.pc).unwrap_or(body)
    }

    pub fn return_pc(self) -> *const u64 {
        self.word(RETURN_PC).bits() as *const u64
    }

    /// The Python frame that called this one, native calls in between included.
    pub fn caller(self) -> Option<Frame> {
        // SAFETY: a frame of this thread, or of one that is stopped.
        unsafe { crate::objects::generator::unfold(self.base) };
        let base = self.word(CALLER).bits() as *mut Value;
        if base.is_null() {
            return None;
        }
        let ret = self.return_pc();
        let pc = if crate::interp::is_stub(ret) {
            self.word(AUX).bits() as *const u64
        } else {
            ret
        };
        Some(Frame { base, pc })
    }

    /// The registers, header included, as the collector scans them.
    pub fn words(self) -> (*const u64, usize) {
        let n = self
            .function()
            .nregs
            .load(std::sync::atomic::Ordering::Relaxed) as usize;
        // SAFETY: the header stands before the registers.
        (unsafe { self.base.sub(HEADER) }.cast(), n + HEADER)
    }

    pub fn register(self, r: usize) -> Value {
        // SAFETY: callers pass registers of this frame's code.
        unsafe { *self.base.add(r) }
    }
}

/// Iterates the Python frames of a thread, innermost first.
pub fn frames(cx: &Cx) -> impl Iterator<Item = Frame> {
    std::iter::successors(Frame::top(cx), |f| f.caller())
}

/// Whether the running frame's instruction is a plain call of `callee`: if that is native and running, no
/// other native frames with references of their own lie between it and the interpreter's loop.
pub fn calls_directly(cx: &Cx, callee: Value) -> bool {
    let Some(f) = Frame::top(cx).filter(|f| f.code().contains(f.pc)) else {
        return false;
    };
    // SAFETY: a frame's pc is at an instruction of its code, whose operands were verified.
    unsafe {
        let pc = f.pc;
        let op = *pc as u16;
        [Op::Call, Op::CallMethod, Op::CallKw, Op::CallKwMethod]
            .iter()
            .any(|o| *o as u16 == op)
            && f.register(b!(pc) + CALLABLE) == callee
    }
}

/// The first free register above the running frame.
#[inline(always)]
pub fn top(cx: &Cx) -> *mut Value {
    match Frame::top(cx) {
        None => cx.stack_start,
        Some(f) => f.end(),
    }
}

/// Reports the windows of a stopped thread: variables, and the temporaries that are alive at the
/// instruction each frame is at. A register that is dead may hold anything.
pub fn trace(cx: &Cx, t: &mut krait_runtime::heap::Tracer<'_>) {
    // Whether the frame was left by a call whose area became the callee's window.
    let mut area_given_up = false;
    for f in frames(cx) {
        trace_frame(f, area_given_up, t);
        area_given_up = !crate::interp::is_stub(f.return_pc());
    }
    // SAFETY: the thread is stopped.
    let vm = unsafe { &mut *crate::thread::vm_ptr(cx) };
    if cx.mutator.is_multithreaded() {
        vm.stubs.clear();
    }
    t.word(vm.result.bits());
    if let Some(e) = &vm.error {
        t.word(e.exception().value().bits());
    }
    t.word(vm.caught.exception.bits());
    let (filling, n) = vm.filling;
    for i in 0..n {
        // SAFETY: registers of this thread's stack. What stands there is being arranged.
        t.conservative_word(unsafe { *filling.add(i) }.bits());
    }
}

fn trace_frame(f: Frame, area_given_up: bool, t: &mut krait_runtime::heap::Tracer<'_>) {
    t.word(f.word(FUNCTION).bits());
    t.word(f.word(FRAME).bits());
    let mark = match crate::objects::frame::as_frame(f.word(FRAME)) {
        Some(o) => o.mark.get(),
        None => f.word(FRAME),
    };
    if mark == INIT_MARK {
        t.word(f.word(AUX).bits());
    }
    let code = f.code();
    let live = code
        .contains(f.pc)
        .then(|| code.live.at(&code.unit, code.offset_of(f.pc)))
        .flatten();
    let Some(live) = live else {
        let (words, n) = f.words();
        // SAFETY: the window of a live frame of a stopped thread.
        unsafe { t.conservative_range(words as usize, words.add(n) as usize) };
        return;
    };
    for r in live.precise.iter() {
        t.word(f.register(r).bits());
    }
    if !area_given_up {
        // Arguments of a native call in progress, or leftovers of a frame that just ended.
        for r in live.area.iter() {
            t.conservative_word(f.register(r).bits());
        }
    }
}
