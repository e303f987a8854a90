//! Generators, coroutines and asynchronous generators: a frame that can be left and entered again.
//!
//! A generator owns its registers, words behind its payload: resuming copies them into the window
//! above the running frame, yielding copies back those that are alive. FOR_ITER and SEND resume in
//! the interpreter's loop, so that a chain of generators does not recurse on the native stack;
//! `next()` and `send()` from native code enter a run of their own.

use std::sync::atomic::{AtomicPtr, AtomicU8, AtomicU32, Ordering};

use krait_bytecode::Op;
use krait_bytecode::flags::{CO_ASYNC_GENERATOR, CO_COROUTINE, CO_ITERABLE_COROUTINE};
use krait_runtime::cx::Cx;
use krait_runtime::error::{PyResult, Raised};
use krait_runtime::heap::Tracer;
use krait_runtime::native::{Layout, Native, NativeObj, Outcome, Trace, TypeSpec};
use krait_runtime::object::{Gc, Kind, Slot, is_kind};
use krait_runtime::types::typeobj::flags;
use krait_runtime::value::Value;

use super::code::CodeObj;
use super::function::{FunctionExt, FunctionObj, as_function};
use crate::interp::{self, Next};
use crate::window::{AUX, CALLER, FRAME, FUNCTION, Frame, HEADER, RETURN_PC, top};

pub const CREATED: u8 = 0;
pub const SUSPENDED: u8 = 1;
pub const RUNNING: u8 = 2;
pub const FINISHED: u8 = 3;

/// Words of a YIELD, and of a RETURN_GENERATOR.
pub const YIELD_WORDS: usize = 2;

/// What kind of generator it is.
pub const GENERATOR: u8 = 0;
pub const COROUTINE: u8 = 1;
pub const ASYNC_GENERATOR: u8 = 2;

#[repr(C)]
pub struct Generator {
    pub function: Slot,
    /// The YIELD it stands at, or the instruction to begin with.
    pub pc: AtomicPtr<u64>,
    /// How many registers are saved behind the payload: none while they are in a window, or when
    /// it has ended. Among them only those are alive that its code's liveness says.
    pub saved: AtomicU32,
    pub state: AtomicU8,
    pub flavour: u8,
    /// A generator function under `types.coroutine`.
    pub iterable_coroutine: bool,
    pub name: Slot,
    pub qualname: Slot,
    /// Its frame object; `EMPTY` if nobody asked.
    pub frame: Slot,
    /// The exception it handles itself while it is suspended; `EMPTY` if none.
    pub handled: Slot,
    /// The exception its resumer handles while it runs.
    pub outer_handled: Slot,
    /// `cr_origin`; asynchronous generators: finalizer hook.
    pub origin: Slot,
    /// Asynchronous generators: bit 0 hooks done, bit 1 closed, bit 2 an operation is running.
    pub async_bits: AtomicU8,
    words: [Slot; 0],
}

impl Generator {
    /// The saved registers' place.
    #[inline(always)]
    pub fn words(&self) -> *mut Value {
        self.words.as_ptr().cast::<Value>().cast_mut()
    }

    /// Saved register `r`; dead ones may hold anything.
    pub fn saved_register(&self, r: usize) -> Option<Value> {
        // SAFETY: that many registers are saved.
        (r < self.saved.load(Ordering::Acquire) as usize).then(|| unsafe { *self.words().add(r) })
    }

    /// Gives the saved registers up.
    #[inline(always)]
    pub fn forget_registers(&self) {
        self.saved.store(0, Ordering::Release);
    }

    /// The code of the instruction it stands at.
    fn code(&self) -> Option<CodeObj> {
        let f = as_function(self.function.get())?;
        let pc: *const u64 = self.pc.load(Ordering::Acquire);
        let body = f.body();
        if body.contains(pc) {
            Some(body)
        } else {
            crate::caches::code_containing(f, pc)
        }
    }

    fn trace_registers(&self, t: &mut Tracer<'_>) {
        let saved = self.saved.load(Ordering::Acquire) as usize;
        if saved == 0 || self.state.load(Ordering::Acquire) == FINISHED {
            return;
        }
        let pc: *const u64 = self.pc.load(Ordering::Acquire);
        // Not started: the parameters, everything else unbound.
        let code = self.code();
        let kept = code
            .as_ref()
            .and_then(|c| c.live.kept_at_yield(&c.unit, c.offset_of(pc)));
        for r in 0..saved {
            // SAFETY: that many registers are saved.
            let word = unsafe { *self.words().add(r) }.bits();
            if kept.is_none_or(|k| k.contains(r)) {
                t.word(word);
            }
        }
    }
}

// SAFETY: reports all slots, and of the saved registers those that are alive.
unsafe impl Trace for Generator {
    fn trace(&self, t: &mut Tracer<'_>) {
        for s in [
            &self.function,
            &self.name,
            &self.qualname,
            &self.frame,
            &self.handled,
            &self.outer_handled,
            &self.origin,
        ] {
            t.word(s.get().bits());
        }
        self.trace_registers(t);
    }
}

pub type GeneratorObj = Gc<NativeObj<Generator>>;

impl Native for Generator {
    const PY_NAME: &'static str = "generator";
    const NEEDS_DROP: bool = false;
    const KIND: Kind = Kind::Generator;
}

macro_rules! generator_spec {
    ($id:ident $name:literal $defs:expr) => {
        pub static $id: TypeSpec = TypeSpec {
            name: $name,
            layout: Layout::native::<Generator>(),
            flags: flags::NO_INSTANTIATION | flags::WEAKREFABLE,
            defs: $defs,
            ..TypeSpec::DEFAULT
        };
    };
}

generator_spec!(SPEC "generator" &[super::generator_methods::GeneratorMethods::DEFS]);
generator_spec!(COROUTINE_SPEC "coroutine" &[super::generator_methods::CoroutineMethods::DEFS]);
generator_spec!(ASYNC_GENERATOR_SPEC "async_generator" &[super::async_generator::Methods::DEFS]);

#[inline(always)]
pub fn as_generator(v: Value) -> Option<GeneratorObj> {
    if is_kind(v, Kind::Generator) {
        // SAFETY: only generators have this kind.
        Some(unsafe { Gc::from_ptr(v.object_unchecked().cast()) })
    } else {
        None
    }
}

/// The generator in `v`, of whose kind the caller knows.
#[inline(always)]
pub fn known(v: Value) -> GeneratorObj {
    debug_assert!(is_kind(v, Kind::Generator));
    // SAFETY: only generators have this kind.
    unsafe { Gc::from_ptr(v.object_unchecked().cast()) }
}

/// Whether awaiting `g` needs no look at it: a coroutine that nobody awaits yet.
#[inline(always)]
pub fn is_fresh_coroutine(g: GeneratorObj) -> bool {
    g.flavour == COROUTINE && g.state.load(Ordering::Relaxed) == CREATED
}

/// Whether `v`, of the generator kind, is an ordinary generator: iterable by FOR_ITER.
#[inline(always)]
pub fn is_plain_generator(v: Value) -> bool {
    as_generator(v).is_some_and(|g| g.flavour == GENERATOR)
}

/// What RETURN_GENERATOR keeps in its cache word, so that making a generator need not look at its
/// code. Never zero.
#[derive(Clone, Copy)]
struct Plan(u64);

impl Plan {
    const KNOWN: u64 = 1 << 63;
    const ITERABLE: u64 = 1 << 40;
    const WATCHED: u64 = 1 << 41;

    /// Finds it out, and puts it in the cache of the RETURN_GENERATOR at `pc`.
    #[cold]
    fn find(code: CodeObj, pc: *const u64) -> Plan {
        let unit = &code.unit;
        let flavour = if unit.flags & CO_COROUTINE != 0 {
            COROUTINE
        } else if unit.flags & CO_ASYNC_GENERATOR != 0 {
            ASYNC_GENERATOR
        } else {
            GENERATOR
        };
        let mut word = Plan::KNOWN | (flavour as u64) << 32;
        if unit.flags & CO_ITERABLE_COROUTINE != 0 {
            word |= Plan::ITERABLE;
        }
        if flavour != GENERATOR || code.live.has_guarded_yield(unit) {
            word |= Plan::WATCHED;
        }
        word |= code.live.most_saved(unit) as u64;
        code.word(code.offset_of(pc) as usize + 1)
            .store(word, Ordering::Release);
        Plan(word)
    }

    fn capacity(self) -> usize {
        self.0 as u32 as usize
    }

    fn flavour(self) -> u8 {
        (self.0 >> 32) as u8
    }
}

/// `cr_origin`: file, line and function of the frames that make a coroutine.
fn origin(cx: &mut Cx) -> PyResult<Value> {
    // SAFETY: no other reference to the thread's state.
    let depth = unsafe { crate::thread::vm(cx).origin_depth };
    if depth == 0 {
        return Ok(Value::none());
    }
    let frames: Vec<Frame> = crate::window::frames(cx).skip(1).take(depth).collect();
    let mut entries = krait_runtime::vec::ValueVec::new();
    for f in frames {
        let code = f.code();
        let line = code.unit.positions.lookup(code.offset_of(f.pc)).line;
        let (file, name) = (
            cx.new_str(&code.unit.filename.to_string()),
            cx.new_str(&code.unit.name.to_string()),
        );
        let entry = cx.new_tuple(&[file, Value::small(line.into()), name]);
        entries.push(cx, entry)?;
    }
    cx.try_new_tuple(entries.as_slice())
}

/// The generator of the frame at `cx.base`, which stands at RETURN_GENERATOR.
pub fn new(cx: &mut Cx) -> PyResult<GeneratorObj> {
    let f = Frame {
        base: cx.base,
        pc: cx.pc,
    };
    let function: FunctionObj = f.function();
    // SAFETY: RETURN_GENERATOR has a cache word and is never the last instruction.
    let (cached, next) = unsafe { (*cx.pc.add(1), cx.pc.add(2)) };
    let plan = if cached != 0 {
        Plan(cached)
    } else {
        Plan::find(f.code(), cx.pc)
    };
    let class = match plan.flavour() {
        COROUTINE => super::types(cx).coroutine,
        ASYNC_GENERATOR => super::types(cx).async_generator,
        _ => super::types(cx).generator,
    };
    let origin = if plan.flavour() == COROUTINE {
        origin(cx)?
    } else {
        Value::none()
    };
    // Copying is done in steps of four.
    let room = plan.capacity().next_multiple_of(4) * size_of::<Value>();
    let variables = function.unbound_to.load(Ordering::Relaxed);
    let payload = Generator {
        function: Slot::new(function.value()),
        pc: AtomicPtr::new(next.cast_mut()),
        saved: AtomicU32::new(0),
        state: AtomicU8::new(CREATED),
        flavour: plan.flavour(),
        iterable_coroutine: plan.0 & Plan::ITERABLE != 0,
        name: Slot::new(function.name.get()),
        qualname: Slot::new(function.qualname.get()),
        frame: Slot::empty(),
        handled: Slot::empty(),
        outer_handled: Slot::new(Value::none()),
        origin: Slot::new(origin),
        async_bits: AtomicU8::new(0),
        words: [],
    };
    let g = NativeObj::alloc_with_room(cx, class, payload, room)?;
    // SAFETY: the room behind the payload; the frame has these variables.
    unsafe { copy_registers(f.base, g.words(), variables as usize) };
    g.saved.store(variables, Ordering::Release);
    cx.write_barrier(g.header());
    if plan.0 & Plan::WATCHED != 0 {
        // SAFETY: a new object of this heap.
        unsafe { krait_runtime::finalize::watch_new(cx, g.header()) };
    }
    Ok(g)
}

/// Copies `n` registers in steps of four: a generator has room for whole steps, and so has a
/// window, behind which the stack goes on.
///
/// # Safety
/// Both places have room for whole steps, and do not overlap.
#[inline(always)]
unsafe fn copy_registers(from: *const Value, to: *mut Value, n: usize) {
    let (from, to) = (from.cast::<[u64; 4]>(), to.cast::<[u64; 4]>());
    let mut i = 0;
    while i * 4 < n {
        // SAFETY: by contract. The empty statement keeps the loop as it is: unrolled, or made a call
        // of `memcpy`, it costs more than the few moves. Word by word it is faster for short chains of
        // generators and slower for long ones and many registers.
        unsafe {
            to.add(i).write(from.add(i).read());
            std::arch::asm!("", options(nomem, nostack, preserves_flags));
        }
        i += 1;
    }
}

fn noun(g: GeneratorObj) -> &'static str {
    match g.flavour {
        COROUTINE => "coroutine",
        ASYNC_GENERATOR => "async generator",
        _ => "generator",
    }
}

/// Marks the generator as running. `Ok(false)`: it is finished.
fn acquire(cx: &mut Cx, g: GeneratorObj, sent: Value) -> PyResult<bool> {
    loop {
        let state = g.state.load(Ordering::Acquire);
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
unsafe fn receive(g: GeneratorObj, base: *mut Value, started: bool, sent: Value) -> *const u64 {
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
    let started = g.state.load(Ordering::Acquire) != CREATED;
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

/// Whether nothing about the generator needs the general way: no exception is being handled
/// outside or inside, and nobody else can resume it.
#[inline(always)]
fn is_plain(cx: &Cx, g: GeneratorObj) -> bool {
    let none = Value::none();
    cx.handled.get() == none && g.handled.get().is_empty() && !cx.mutator.is_multithreaded()
}

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

/// Leaves the generator at `base` for the FOR_ITER or SEND that resumed it, or for native code
/// (`to_native`), if that is the usual case: the generator and the return pc.
#[inline(always)]
unsafe fn leave_plain(
    cx: &mut Cx,
    base: *mut Value,
    to_native: bool,
) -> Option<(GeneratorObj, *const u64)> {
    // SAFETY: the frame of a generator.
    unsafe {
        let g: GeneratorObj = Gc::from_ptr((*base.offset(FRAME)).object_unchecked().cast());
        let ret = (*base.offset(RETURN_PC)).bits() as *const u64;
        let plain = is_plain(cx, g)
            && g.frame.get().is_empty()
            && g.outer_handled.get().is_none()
            && interp::is_stub(ret) == to_native;
        plain.then(|| {
            cx.depth -= 1;
            (g, ret)
        })
    }
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
        let (g, ret) = leave_plain(cx, base, to_native)?;
        copy_registers(base, g.words(), n as usize);
        g.saved.store(n, Ordering::Relaxed);
        g.pc.store(pc.cast_mut(), Ordering::Relaxed);
        g.state.store(SUSPENDED, Ordering::Release);
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
        let (g, ret) = leave_plain(cx, base, false)?;
        g.state.store(FINISHED, Ordering::Release);
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
unsafe fn exhausted(cx: &mut Cx, v: Value) -> Next {
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
unsafe fn leave(cx: &mut Cx, g: GeneratorObj) -> bool {
    // SAFETY: the frame at `cx.base` is this generator's.
    unsafe {
        let stub = interp::is_stub((*cx.base.offset(RETURN_PC)).bits() as *const u64);
        if let Some(o) = super::frame::as_frame(g.frame.get()) {
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
        interp::calls::leave(cx);
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
        finish(cx, g);
        leave(cx, g)
    }
}

fn finish(cx: &mut Cx, g: GeneratorObj) {
    let f = Frame {
        base: cx.base,
        pc: cx.pc,
    };
    if let Some(o) = super::frame::as_frame(g.frame.get()) {
        // A finished generator has no frame; the object lives on in tracebacks.
        super::frame::copy_registers(cx, o, f);
    }
    g.handled.set_immediate(Value::EMPTY);
    g.state.store(FINISHED, Ordering::Release);
}

/// Resumes from native code, sending `sent`.
pub fn send(cx: &mut Cx, g: GeneratorObj, sent: Value) -> PyResult<Outcome> {
    cx.check_native_stack()?;
    let started = g.state.load(Ordering::Acquire) != CREATED;
    if !acquire(cx, g, sent)? {
        return Ok(Outcome::Returned(Value::none()));
    }
    // SAFETY: this thread runs the generator; the window is free.
    unsafe {
        let base = enter(cx, g, started, interp::exit_stub())?;
        let pc = receive(g, base, started, sent);
        cx.base = base;
        cx.pc = pc;
        interp::run(cx, pc, base);
    }
    outcome(cx)
}

/// The next value of `v`, a generator, for native code that iterates; `EMPTY` at its end, whatever it
/// returned.
pub fn next_for_native(cx: &mut Cx, v: Value) -> PyResult<Value> {
    let g = known(v);
    if g.flavour != GENERATOR {
        return Ok(cx.next_by_method(v)?.unwrap_or(Value::EMPTY));
    }
    cx.check_native_stack()?;
    // SAFETY: the window above the running frame is free.
    let resumed = unsafe {
        let (base, new) = (cx.base, top(cx).add(HEADER));
        resume_at(cx, g, Value::none(), interp::exit_stub(), base, new)
    };
    let outcome = match resumed {
        // SAFETY: the frame of the generator is complete but for this word.
        Some(n) => unsafe {
            *n.base.offset(AUX) = Value::from_bits(cx.pc as u64);
            cx.base = n.base;
            cx.pc = n.pc;
            interp::run(cx, n.pc, n.base);
            outcome(cx)
        },
        None => send(cx, g, Value::none()),
    };
    match outcome? {
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

/// The iterator a suspended generator delegates to (`yield from`, `await`).
pub fn delegate(g: GeneratorObj) -> Option<Value> {
    if g.state.load(Ordering::Acquire) != SUSPENDED {
        return None;
    }
    let pc: *const u64 = g.pc.load(Ordering::Acquire);
    // SAFETY: a suspended generator stands at a YIELD.
    let c = unsafe { c!(pc) };
    if c == 0 {
        return None;
    }
    g.saved_register(c - 1)
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
    let created = g.state.load(Ordering::Acquire) == CREATED;
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

// ---- Dying ----------------------------------------------------------------------------------

/// Whether `o`, a generator, has ended. Called by the collector.
pub fn has_ended(o: *mut krait_runtime::object::Header) -> bool {
    as_generator(Value::from_object(o)).is_some_and(|g| g.state.load(Ordering::Relaxed) == FINISHED)
}

/// Whether `o`, a generator that nothing refers to any more, has to be closed or warned of.
/// Called by the collector.
pub fn must_finalize(o: *mut krait_runtime::object::Header) -> bool {
    let Some(g) = as_generator(Value::from_object(o)) else {
        return false;
    };
    match g.state.load(Ordering::Acquire) {
        CREATED => g.flavour == COROUTINE,
        SUSPENDED => {
            let hooked = g.flavour == ASYNC_GENERATOR && !g.origin.get().is_none();
            let pc: *const u64 = g.pc.load(Ordering::Acquire);
            let guarded = |c: CodeObj| c.live.is_guarded_yield(&c.unit, c.offset_of(pc));
            hooked || g.code().is_some_and(guarded)
        }
        _ => false,
    }
}

/// What CPython's `__del__` of generators does: closes the generator, hands an asynchronous
/// generator to its event loop, warns of a coroutine that was never awaited.
pub fn finalize(cx: &mut Cx, v: Value) {
    let Some(g) = as_generator(v) else { return };
    let state = g.state.load(Ordering::Acquire);
    if state == FINISHED || state == RUNNING {
        return;
    }
    if state == CREATED && g.flavour == COROUTINE {
        if let Err(e) = warn_never_awaited(cx, g) {
            cx.unraisable_during(e, "while finalizing coroutine", v);
        }
    } else if state == SUSPENDED && g.flavour == ASYNC_GENERATOR && !g.origin.get().is_none() {
        let finalizer = g.origin.get();
        if let Err(e) = cx.call(finalizer, &[v]) {
            cx.unraisable_during(e, "while closing generator", v);
        }
        return;
    }
    if let Err(e) = super::generator_methods::close(cx, g) {
        cx.unraisable_during(e, "while closing generator", v);
    }
}

fn warn_never_awaited(cx: &mut Cx, g: GeneratorObj) -> PyResult<()> {
    let modules = cx.root(krait_runtime::cx::Root::Modules);
    let key = cx.intern("warnings");
    let warnings = Gc::<krait_runtime::types::dict::Dict>::from_value(modules)
        .and_then(|d| d.get_str(cx, key));
    if let Some(w) = warnings
        && let Some(f) = cx.lookup_attr_str(w, "_warn_unawaited_coroutine")?
    {
        match cx.call(f, &[g.value()]) {
            Ok(_) => return Ok(()),
            // A filter made an error of the warning.
            Err(e) if e.is(cx, cx.types().runtime_warning) => return Err(e),
            Err(e) => cx.unraisable_during(e, "while finalizing coroutine", g.value()),
        }
    }
    let name = cx.str_string(g.qualname.get())?;
    let category = cx.types().runtime_warning;
    cx.warn(category, &format!("coroutine '{name}' was never awaited"))
}
