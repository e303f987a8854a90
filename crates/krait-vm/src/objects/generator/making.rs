//! New generators: what calling their function returns, and generator expressions, whose function
//! is not called.

use std::sync::atomic::{AtomicPtr, AtomicU8, AtomicU32, Ordering};

use krait_bytecode::Op;
use krait_bytecode::flags::{CO_ASYNC_GENERATOR, CO_COROUTINE, CO_ITERABLE_COROUTINE};
use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::native::NativeObj;
use krait_runtime::object::{Gc, Slot};
use krait_runtime::types::dict::Dict;
use krait_runtime::value::Value;

use super::{
    ASYNC_GENERATOR, COROUTINE, CREATED, GENERATOR, Generator, GeneratorObj, YIELD_WORDS, chain,
    copy_registers,
};
use crate::interp::Next;
use crate::objects::code::{CodeObj, load_body};
use crate::objects::function::{self, FunctionExt, FunctionObj, as_code, as_function};
use crate::window::Frame;

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

/// `cr_origin`: file, line and function of the frames that make a coroutine, `None` if nobody wants them.
#[inline(always)]
fn origin(cx: &mut Cx) -> PyResult<Value> {
    // SAFETY: no other reference to the thread's state.
    match unsafe { crate::thread::vm(cx).origin_depth } {
        0 => Ok(Value::none()),
        depth => innermost_frames(cx, depth),
    }
}

#[cold]
fn innermost_frames(cx: &mut Cx, depth: usize) -> PyResult<Value> {
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
    let function = f.function();
    let (g, plan) = allocate(cx, function, cx.pc, || f.code())?;
    let variables = function.unbound_to.load(Ordering::Relaxed);
    // SAFETY: the room behind the payload; the frame has these variables.
    unsafe { copy_registers(f.base, g.words(), variables as usize) };
    g.saved.store(variables, Ordering::Release);
    publish(cx, g, plan);
    Ok(g)
}

/// A generator of `function` that begins behind the RETURN_GENERATOR at `pc`, without registers.
#[inline(always)]
fn allocate(
    cx: &mut Cx,
    function: FunctionObj,
    pc: *const u64,
    code: impl FnOnce() -> CodeObj,
) -> PyResult<(GeneratorObj, Plan)> {
    // SAFETY: RETURN_GENERATOR has a cache word and is never the last instruction.
    let (cached, next) = unsafe { (*pc.add(1), pc.add(YIELD_WORDS)) };
    let plan = if cached != 0 {
        Plan(cached)
    } else {
        Plan::find(code(), pc)
    };
    let class = match plan.flavour() {
        COROUTINE => crate::objects::types(cx).coroutine,
        ASYNC_GENERATOR => crate::objects::types(cx).async_generator,
        _ => crate::objects::types(cx).generator,
    };
    let origin = if plan.flavour() == COROUTINE {
        origin(cx)?
    } else {
        Value::none()
    };
    // Copying is done in steps of four.
    let room = plan.capacity().next_multiple_of(4) * size_of::<Value>();
    let payload = Generator {
        function: Slot::new(function.value()),
        pc: AtomicPtr::new(next.cast_mut()),
        saved: AtomicU32::new(0),
        state: AtomicU8::new(CREATED),
        flavour: plan.flavour(),
        iterable_coroutine: plan.0 & Plan::ITERABLE != 0,
        async_bits: AtomicU8::new(0),
        chain: chain::Place::none(),
        name: Slot::new(function.name.get()),
        qualname: Slot::new(function.qualname.get()),
        frame: Slot::empty(),
        handled: Slot::empty(),
        outer_handled: Slot::new(Value::none()),
        origin: Slot::new(origin),
        words: [],
    };
    Ok((NativeObj::alloc_with_room(cx, class, payload, room)?, plan))
}

/// Ends what [`allocate`] began, when the registers are filled.
#[inline(always)]
fn publish(cx: &mut Cx, g: GeneratorObj, plan: Plan) {
    cx.write_barrier(g.header());
    if plan.0 & Plan::WATCHED != 0 {
        // SAFETY: a new object of this heap.
        unsafe { krait_runtime::finalize::watch_new(cx, g.header()) };
    }
}

/// What a new function of `code`, a generator expression's, returns for the iterator in `given[0]`; its
/// free variables' cells stand behind that.
///
/// The function is never seen, so one serves for all: it is made once for a code object and its globals.
///
/// # Safety
/// `code` is a code object, and `given` points to as many registers as it takes.
pub unsafe fn of_expression(cx: &mut Cx, code: Value, given: *const Value) -> PyResult<Value> {
    let function = maker(cx, code)?;
    let body = function.body();
    let first = body.first();
    // SAFETY: the verifier proved that nothing but these stands before RETURN_GENERATOR, and that the cells
    // are those that COPY_FREE_VARS wants.
    unsafe {
        let mut pc = first;
        while *pc as u16 != Op::ReturnGenerator as u16 {
            pc = pc.add(1);
        }
        let (g, plan) = allocate(cx, function, pc, || body)?;
        let variables = function.unbound_to.load(Ordering::Relaxed) as usize;
        let words = g.words();
        *words = *given;
        for i in 1..variables {
            words.add(i).write_volatile(Value::UNBOUND);
        }
        g.saved.store(variables as u32, Ordering::Release);
        let end = pc;
        let mut pc = first;
        while pc != end {
            if *pc as u16 == Op::CopyFreeVars as u16 {
                let to = words.add(a!(pc));
                for i in 0..b!(pc) {
                    *to.add(i) = *given.add(1 + i);
                }
            } else if *pc as u16 == Op::MakeCell as u16 {
                let at = words.add(a!(pc));
                *at = cx.new_cell(*at).value();
            }
            pc = pc.add(1);
        }
        publish(cx, g, plan);
        Ok(g.value())
    }
}

/// Enters the loop of a generator expression for the CALL_EXPRESSION at `cx.pc`, whose iterator and cells
/// of free variables stand at `new`.
///
/// # Safety
/// The frame is saved.
pub unsafe fn enter_expression(cx: &mut Cx, new: *mut Value) -> PyResult<Next> {
    // SAFETY: the instruction's operands. The verifier proved that the code takes the iterator alone and
    // that the cells are those that COPY_FREE_VARS wants; behind the window there is room for them.
    unsafe {
        let pc = cx.pc;
        let (code, cells) = (Value::from_bits(*pc.add(1)), c!(pc) - 1);
        let function = maker(cx, code)?;
        let end = function.nregs.load(Ordering::Relaxed) as usize;
        crate::call::check_room(cx, new, end + cells)?;
        let aside = new.add(end);
        std::ptr::copy(new.add(1), aside, cells);
        let mut pc = crate::call::push(cx, Frame::running(cx), function, new).pc;
        if *pc as u16 == Op::CopyFreeVars as u16 {
            std::ptr::copy(aside, new.add(a!(pc)), b!(pc).min(cells));
            pc = pc.add(1);
        }
        Ok(Next { pc, base: new })
    }
}

/// The function of the generator expression that has `code`.
pub fn function_of_expression(cx: &mut Cx, code: Value) -> PyResult<Value> {
    Ok(maker(cx, code)?.value())
}

/// The function that generators of an expression run, with its code loaded.
#[inline(always)]
fn maker(cx: &mut Cx, code: Value) -> PyResult<FunctionObj> {
    let code = as_code(code).expect("the constant of MAKE_GENERATOR is a code object");
    let running = Frame {
        base: cx.base,
        pc: cx.pc,
    };
    let running = running.function();
    if let Some(f) = as_function(code.maker.get())
        && f.globals.get() == running.globals.get()
        && f.builtins.get() == running.builtins.get()
    {
        return Ok(f);
    }
    new_maker(cx, code, Gc::from_value_unchecked(running.globals.get()))
}

#[cold]
#[inline(never)]
fn new_maker(cx: &mut Cx, code: CodeObj, globals: Gc<Dict>) -> PyResult<FunctionObj> {
    let f = function::new(cx, code, globals, code.qualname.get());
    let body = f.body();
    load_body(cx, body)?;
    f.begin_with_words(body);
    code.maker.set(cx, code, f.value());
    Ok(f)
}
