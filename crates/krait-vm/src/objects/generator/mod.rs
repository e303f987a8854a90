//! Generators, coroutines and asynchronous generators: a frame that can be left and entered again.
//!
//! A generator owns its registers, words behind its payload: resuming copies them into the window
//! above the running frame, yielding copies back those that are alive. FOR_ITER and SEND resume in
//! the interpreter's loop, so that a chain of generators does not recurse on the native stack;
//! `next()` and `send()` from native code enter a run of their own.
//!
//! | file | what |
//! |---|---|
//! | `making` | new generators |
//! | `resume` | entering: in the loop, from native code, with an exception |
//! | `suspend` | leaving: YIELD, RETURN, exceptions |
//! | `chain` | generators that delegate to each other, entered and left as one |
//! | `dying` | finalization |

mod chain;
mod dying;
mod making;
mod resume;
mod suspend;

use std::sync::atomic::{AtomicPtr, AtomicU8, AtomicU32, Ordering};

use krait_runtime::cx::Cx;
use krait_runtime::heap::Tracer;
use krait_runtime::native::{Layout, Native, NativeObj, Trace, TypeSpec};
use krait_runtime::object::{Gc, Kind, Slot, is_kind};
use krait_runtime::types::typeobj::flags;
use krait_runtime::value::Value;

pub use chain::{is_unwatched, join, settled_state, unfold};
pub use dying::{finalize, has_ended, must_finalize};
pub use making::{enter_expression, function_of_expression, new, of_expression};
pub use resume::{
    next_for_native, resume_chain, resume_in_loop, resume_plain, send, throw_here, with_frame,
};
pub use suspend::{raised, return_plain, returned, yield_out, yield_plain, yielded};

use crate::objects::code::CodeObj;
use crate::objects::function::{FunctionExt, as_function};

pub const CREATED: u8 = 0;
pub const SUSPENDED: u8 = 1;
pub const RUNNING: u8 = 2;
pub const FINISHED: u8 = 3;
/// In a chain: see `chain`. [`settled_state`] gives one of the above instead.
const ROOT: u8 = 4;
const MEMBER: u8 = 5;
const INNERMOST: u8 = 6;

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
    /// Asynchronous generators: bit 0 hooks done, bit 1 closed, bit 2 an operation is running.
    pub async_bits: AtomicU8,
    chain: chain::Place,
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
        if self.state.load(Ordering::Acquire) == ROOT
            && let Some(inner) = self.chain.link()
        {
            t.word(inner.value().bits());
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

generator_spec!(SPEC "generator" &[crate::objects::generator_methods::GeneratorMethods::DEFS]);
generator_spec!(COROUTINE_SPEC "coroutine" &[crate::objects::generator_methods::CoroutineMethods::DEFS]);
generator_spec!(ASYNC_GENERATOR_SPEC "async_generator" &[crate::objects::async_generator::Methods::DEFS]);

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

/// Copies `n` registers in steps of four: a generator has room for whole steps, and so has a
/// window, behind which the stack goes on.
///
/// # Safety
/// Both places have room for whole steps, and do not overlap.
#[inline(always)]
unsafe fn copy_registers(from: *const Value, to: *mut Value, n: usize) {
    // A wide load of words that were just written one by one waits until the stores are through, which
    // takes longer than the copy of a few.
    const FEW: usize = 8;
    if n <= FEW {
        // SAFETY: by contract; the same below.
        return unsafe { krait_runtime::object::copy_few(from, to, n) };
    }
    let (from, to) = (from.cast::<[u64; 4]>(), to.cast::<[u64; 4]>());
    let mut i = 0;
    while i * 4 < n {
        // SAFETY: as above. The empty statement keeps the loop as it is: unrolled, or made a call of
        // `memcpy`, it costs more than the few moves.
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

/// Whether nothing about the generator needs the general way: no exception is being handled
/// outside or inside, and nobody else can resume it.
#[inline(always)]
fn is_plain(cx: &Cx, g: GeneratorObj) -> bool {
    let none = Value::none();
    cx.handled.get() == none && g.handled.get().is_empty() && !cx.mutator.is_multithreaded()
}

/// The iterator a suspended generator delegates to (`yield from`, `await`).
pub fn delegate(cx: &Cx, g: GeneratorObj) -> Option<Value> {
    if settled_state(cx, g) != SUSPENDED {
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
