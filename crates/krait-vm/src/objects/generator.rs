//! Generators, coroutines and asynchronous generators: a frame that can be left and entered again.
//!
//! A generator owns its registers: resuming copies them into the window above the running frame,
//! yielding copies them back. FOR_ITER and SEND resume in the interpreter's loop, so that a chain
//! of generators does not recurse on the native stack; `next()` and `send()` from native code
//! enter a run of their own.

use std::sync::atomic::{AtomicPtr, AtomicU8, Ordering};

use krait_bytecode::Op;
use krait_bytecode::flags::{CO_ASYNC_GENERATOR, CO_COROUTINE, CO_ITERABLE_COROUTINE};
use krait_macros::Trace;
use krait_runtime::cx::Cx;
use krait_runtime::error::{Exception, PyResult, Raised};
use krait_runtime::native::{Layout, Native, NativeObj, TypeSpec};
use krait_runtime::object::{Array, Gc, Kind, Slot, is_kind};
use krait_runtime::types::typeobj::flags;
use krait_runtime::value::Value;

use super::function::{FunctionExt, FunctionObj, as_function};
use crate::interp::{self, Next};
use crate::window::{AUX, CALLER, FRAME, FUNCTION, Frame, HEADER, RETURN_PC, top};

pub const CREATED: u8 = 0;
pub const SUSPENDED: u8 = 1;
pub const RUNNING: u8 = 2;
pub const FINISHED: u8 = 3;

/// What kind of generator it is.
pub const GENERATOR: u8 = 0;
pub const COROUTINE: u8 = 1;
pub const ASYNC_GENERATOR: u8 = 2;

#[derive(Trace)]
pub struct Generator {
    pub function: Slot,
    /// The saved registers, an array.
    pub registers: Slot,
    /// The YIELD it stands at, or the instruction to begin with.
    #[trace(skip)]
    pub pc: AtomicPtr<u64>,
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

/// Whether `v`, of the generator kind, is an ordinary generator: iterable by FOR_ITER.
#[inline(always)]
pub fn is_plain_generator(v: Value) -> bool {
    as_generator(v).is_some_and(|g| g.flavour == GENERATOR)
}

/// The generator of the frame at `cx.base`, which stands at RETURN_GENERATOR.
pub fn new(cx: &mut Cx) -> PyResult<GeneratorObj> {
    let f = Frame {
        base: cx.base,
        pc: cx.pc,
    };
    let function: FunctionObj = f.function();
    let code = f.code();
    let unit_flags = code.unit.flags;
    let (flavour, class) = if unit_flags & CO_COROUTINE != 0 {
        (COROUTINE, super::types(cx).coroutine)
    } else if unit_flags & CO_ASYNC_GENERATOR != 0 {
        (ASYNC_GENERATOR, super::types(cx).async_generator)
    } else {
        (GENERATOR, super::types(cx).generator)
    };
    let n = function.nregs.load(Ordering::Relaxed) as usize;
    let registers: Gc<Array> = cx.try_new_array(n)?;
    let variables = code.unit.first_temp() as usize;
    for i in 0..variables {
        registers.slots()[i].set(cx, registers, f.register(i));
    }
    // SAFETY: RETURN_GENERATOR is one word long and never the last instruction.
    let next = unsafe { cx.pc.add(1) };
    let g = NativeObj::alloc(
        cx,
        class,
        Generator {
            function: Slot::new(function.value()),
            registers: Slot::new(registers.value()),
            pc: AtomicPtr::new(next.cast_mut()),
            state: AtomicU8::new(CREATED),
            flavour,
            iterable_coroutine: unit_flags & CO_ITERABLE_COROUTINE != 0,
            name: Slot::new(function.name.get()),
            qualname: Slot::new(function.qualname.get()),
            frame: Slot::empty(),
            handled: Slot::empty(),
            outer_handled: Slot::new(Value::none()),
            origin: Slot::new(Value::none()),
            async_bits: AtomicU8::new(0),
        },
    );
    if flavour != GENERATOR || code.live.has_guarded_yield(&code.unit) {
        // SAFETY: a new object of this heap.
        unsafe { krait_runtime::finalize::watch(cx, g.header()) };
    }
    Ok(g)
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
unsafe fn enter(cx: &mut Cx, g: GeneratorObj, ret: *const u64) -> PyResult<*mut Value> {
    // SAFETY: the window above the running frame is free.
    unsafe {
        let base = top(cx).add(HEADER);
        let registers: Gc<Array> = Gc::from_value_unchecked(g.registers.get());
        if let Err(e) = crate::call::check_room(cx, base, registers.len) {
            g.state.store(SUSPENDED, Ordering::Release);
            return Err(e);
        }
        std::ptr::copy_nonoverlapping(registers.values().as_ptr(), base, registers.len);
        *base.offset(RETURN_PC) = Value::from_bits(ret as u64);
        *base.offset(CALLER) = Value::from_bits(cx.base as u64);
        *base.offset(AUX) = Value::from_bits(cx.pc as u64);
        *base.offset(FUNCTION) = g.function.get();
        *base.offset(FRAME) = g.value();
        g.outer_handled.set(cx, g, cx.handled.get());
        if let Some(h) = g.handled.get().some() {
            cx.handled.set_immediate(h);
        }
        cx.depth += 1;
        Ok(base)
    }
}

/// Gives `sent` to the YIELD the generator stands at; the pc to go on with.
unsafe fn receive(g: GeneratorObj, base: *mut Value, started: bool, sent: Value) -> *const u64 {
    let pc: *const u64 = g.pc.load(Ordering::Acquire);
    if !started {
        return pc;
    }
    // SAFETY: the generator stands at a YIELD of one word.
    unsafe {
        *base.add(a!(pc)) = sent;
        pc.add(1)
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
        match enter(cx, g, ret) {
            Ok(base) => Next {
                pc: receive(g, base, started, sent),
                base,
            },
            Err(e) => crate::unwind::unwind(cx, e),
        }
    }
}

/// The iterator of the FOR_ITER or SEND at `cx.pc` has ended with `v`.
unsafe fn exhausted(cx: &mut Cx, v: Value) -> Next {
    // SAFETY: the instruction at `cx.pc` is one of the two.
    unsafe {
        let pc = cx.pc;
        if *pc as u16 == Op::Send as u16 {
            *cx.base.add(a!(pc)) = v;
            return Next {
                pc: pc.offset(interp::iter::body_offset(pc)),
                base: cx.base,
            };
        }
        Next {
            pc: pc.add(2),
            base: cx.base,
        }
    }
}

/// Gives a yielded value to the instruction at `cx.pc`.
unsafe fn item(cx: &mut Cx, v: Value) -> Next {
    // SAFETY: as `exhausted`.
    unsafe {
        let pc = cx.pc;
        *cx.base.add(a!(pc)) = v;
        let offset = if *pc as u16 == Op::Send as u16 {
            2
        } else {
            interp::iter::body_offset(pc)
        };
        Next {
            pc: pc.offset(offset),
            base: cx.base,
        }
    }
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
        let registers: Gc<Array> = Gc::from_value_unchecked(g.registers.get());
        let code = Frame { base, pc: cx.pc }.code();
        let kept = code.live.kept_at_yield(&code.unit, code.offset_of(cx.pc));
        for (i, slot) in registers.slots().iter().enumerate() {
            let dead = kept.is_some_and(|k| !k.contains(i));
            slot.set_immediate(if dead { Value::EMPTY } else { *base.add(i) });
        }
        cx.write_barrier(registers.header());
        g.pc.store(cx.pc.cast_mut(), Ordering::Release);
        let handled = cx.handled.get();
        let own = if handled == g.outer_handled.get() {
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
            o.registers.set(cx, o, g.registers.get());
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
        super::frame::copy_registers(cx, o, f);
        // A finished generator has no frame; the object lives on in tracebacks.
        g.registers.set(cx, g, o.registers.get());
    } else {
        let empty = cx.new_array(0);
        g.registers.set(cx, g, empty.value());
    }
    g.handled.set_immediate(Value::EMPTY);
    g.state.store(FINISHED, Ordering::Release);
}

/// What resuming gave.
pub enum Outcome {
    Yielded(Value),
    Returned(Value),
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
        let base = enter(cx, g, interp::exit_stub())?;
        let pc = receive(g, base, started, sent);
        cx.base = base;
        cx.pc = pc;
        interp::run(cx, pc, base);
    }
    outcome(cx)
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
    Gc::<Array>::from_value(g.registers.get()).map(|r| r.values()[c - 1])
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
        let base = enter(cx, g, interp::exit_stub())?;
        cx.base = base;
        cx.pc = g.pc.load(Ordering::Acquire);
        if created {
            // Nothing of the body has run: it ends at once, blaming the function's first line.
            cx.pc = cx.pc.sub(1);
        }
        let exc: Gc<Exception> = e.exception();
        crate::unwind::set_context(cx, exc);
        let next = crate::unwind::unwind_thrown(cx, e);
        if !next.pc.is_null() {
            interp::run(cx, next.pc, next.base);
        }
    }
    outcome(cx)
}

// ---- Dying ----------------------------------------------------------------------------------

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
            let Some(f) = as_function(g.function.get()) else {
                return false;
            };
            let pc: *const u64 = g.pc.load(Ordering::Acquire);
            let body = f.body();
            let code = if body.contains(pc) {
                Some(body)
            } else {
                crate::caches::code_containing(f, pc)
            };
            hooked || code.is_some_and(|c| c.live.is_guarded_yield(&c.unit, c.offset_of(pc)))
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
        return cx.call(f, &[g.value()]).map(|_| ());
    }
    let name = cx.str_string(g.qualname.get())?;
    let category = cx.types().runtime_warning;
    cx.warn(category, &format!("coroutine '{name}' was never awaited"))
}
