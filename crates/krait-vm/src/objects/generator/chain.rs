//! Chains of generators that delegate to each other (`yield from`, `await`).
//!
//! While values come from the innermost generator of a chain, those between it and whoever resumes the
//! outermost one have nothing to do: SEND gives the value to the YIELD behind it, and back. So they stay
//! suspended. The outermost, the *root*, knows the innermost; resuming the root resumes the innermost,
//! whose frame returns to the root's resumer. Its window is where it would be if all of them ran, with a
//! *gap* below it for the windows between. Resuming and yielding so cost the same at any depth.
//!
//! That nobody sees this rests on three operations:
//!
//! - *Unfolding* puts the window of the generator that delegates to the running one into the gap. It
//!   happens when the running generator ends or raises, and wherever somebody asks for the caller of a
//!   frame ([`Frame::caller`]): tracebacks, `sys._getframe`, events, the collector.
//! - *Joining* makes a chain longer, or begins one: a delegating generator was suspended, with what it
//!   delegates to suspended before it.
//! - *Settling* takes a generator out of its chain that is looked at, or resumed, by another way than
//!   through the root.
//!
//! | state | which | link | parent |
//! |---|---|---|---|
//! | `ROOT` | suspended root | innermost | |
//! | `MEMBER` | between root and innermost, whether these run or not | | who delegates to it |
//! | `INNERMOST` | suspended innermost | root | who delegates to it |
//! | `RUNNING` with a link | root or innermost of a chain that runs | the other of them | as above |
//!
//! A chain is intact if root and innermost link each other. Who settles any of its generators resets the
//! link of the innermost, which is found downwards; so a root notices, though nothing leads up to it. A
//! root keeps its innermost alive. A generator's parent is alive as long as the chain runs: then the
//! root is, and from there each leads to the next in a saved register. Otherwise nobody follows it.
//!
//! Generators of a chain handle no exception and have no frame objects. Chains are made and resumed by a
//! single thread that watches no instructions; those left from then are settled.

use std::sync::atomic::{AtomicPtr, AtomicU16, AtomicU32, Ordering};

use krait_bytecode::Op;
use krait_runtime::cx::Cx;
use krait_runtime::native::NativeObj;
use krait_runtime::object::Gc;
use krait_runtime::value::Value;

use super::{
    COROUTINE, Generator, GeneratorObj, INNERMOST, MEMBER, ROOT, RUNNING, SUSPENDED, as_generator,
    copy_registers,
};
use crate::interp::{self, Next};
use crate::objects::function::as_function;
use crate::window::{AUX, CALLER, FRAME, FUNCTION, HEADER, RETURN_PC};

/// Words of a SEND, and of a YIELD.
const WORDS: isize = 2;

/// A generator's place in a chain.
pub struct Place {
    link: AtomicPtr<NativeObj<Generator>>,
    parent: AtomicPtr<NativeObj<Generator>>,
    /// Root: the sum of `own` of all but the innermost.
    distance: AtomicU32,
    /// Root: how many windows the gap has room for, its own included.
    levels: AtomicU16,
    /// Root, member: registers and header, from its window to the next.
    own: AtomicU16,
}

impl Place {
    #[inline(always)]
    pub fn none() -> Place {
        Place {
            link: AtomicPtr::new(std::ptr::null_mut()),
            parent: AtomicPtr::new(std::ptr::null_mut()),
            distance: AtomicU32::new(0),
            levels: AtomicU16::new(0),
            own: AtomicU16::new(0),
        }
    }

    /// The other end of the chain.
    #[inline(always)]
    pub fn link(&self) -> Option<GeneratorObj> {
        let p = self.link.load(Ordering::Acquire);
        // SAFETY: see the head of the file.
        (!p.is_null()).then(|| unsafe { Gc::from_ptr(p) })
    }

    #[inline(always)]
    fn set_link(&self, other: Option<GeneratorObj>) {
        let p = other.map_or(std::ptr::null_mut(), Gc::as_ptr);
        self.link.store(p, Ordering::Release);
    }

    #[inline(always)]
    fn parent(&self) -> Option<GeneratorObj> {
        let p = self.parent.load(Ordering::Acquire);
        // SAFETY: see the head of the file.
        (!p.is_null()).then(|| unsafe { Gc::from_ptr(p) })
    }

    /// How many frames the chain of this root is.
    #[inline(always)]
    pub fn frames(&self) -> usize {
        self.levels.load(Ordering::Relaxed) as usize + 1
    }
}

#[inline(always)]
fn is_same(a: GeneratorObj, b: GeneratorObj) -> bool {
    std::ptr::eq(a.as_ptr(), b.as_ptr())
}

/// The innermost generator of the suspended chain of `root`, if it is intact.
#[inline(always)]
fn innermost(root: GeneratorObj) -> Option<GeneratorObj> {
    let inner = root.chain.link()?;
    let intact = inner.state.load(Ordering::Acquire) == INNERMOST
        && inner.chain.link().is_some_and(|r| is_same(r, root));
    intact.then_some(inner)
}

/// Resumes the chain of `root` for the FOR_ITER or SEND at `ret`, or from native code, above the frame at
/// `base`; `new` is where the window of the root would be. `None`: there is no intact chain, or something
/// is unusual.
///
/// # Safety
/// As `resume_at`; nobody watches instructions.
#[inline(always)]
pub unsafe fn resume(
    cx: &mut Cx,
    root: GeneratorObj,
    sent: Value,
    ret: *const u64,
    base: *mut Value,
    new: *mut Value,
) -> Option<Next> {
    // SAFETY: as in `resume_at`. The gap is free.
    unsafe {
        if root.state.load(Ordering::Relaxed) != ROOT {
            return None;
        }
        let g = innermost(root)?;
        let window = new.add(root.chain.distance.load(Ordering::Relaxed) as usize);
        let above = cx.depth as usize + root.chain.levels.load(Ordering::Relaxed) as usize;
        if !super::is_plain(cx, g)
            || above >= cx.recursion_limit as usize
            || !crate::call::has_room(cx, window)
        {
            return None;
        }
        copy_registers(g.words(), window, g.saved.load(Ordering::Relaxed) as usize);
        g.forget_registers();
        g.state.store(RUNNING, Ordering::Relaxed);
        root.state.store(RUNNING, Ordering::Relaxed);
        *window.offset(RETURN_PC) = Value::from_bits(ret as u64);
        *window.offset(CALLER) = Value::from_bits(base as u64);
        *window.offset(FUNCTION) = g.function.get();
        *window.offset(FRAME) = g.value();
        cx.depth += root.chain.frames() as u32;
        let pc = super::resume::receive(g, window, true, sent);
        Some(Next { pc, base: window })
    }
}

/// Joins the generator of the frame at `base`, which was suspended at the YIELD at `pc`, and what it
/// delegates to there.
///
/// # Safety
/// The instruction is one of its code; the registers stand there still; this is the only thread.
#[inline(always)]
pub unsafe fn join(pc: *const u64, base: *mut Value) {
    // SAFETY: the verifier proved that instructions stand where jumps lead.
    let (g, delegate, delegates) = unsafe {
        let back = pc.offset(WORDS);
        let delegates = *back as u16 == Op::JumpBack as u16 && bc!(back) == -2 * WORDS && {
            let send = pc.offset(-WORDS);
            *send as u16 == Op::Send as u16 && a!(send) == a!(pc) && b!(send) + 1 == c!(pc)
        };
        let g = super::known(*base.offset(FRAME));
        (g, *base.add(c!(pc) - 1), delegates)
    };
    let Some(next) = as_generator(delegate).filter(|_| delegates && g.flavour <= COROUTINE) else {
        return;
    };
    if next.flavour > COROUTINE {
        return;
    }
    let (inner, levels, distance) = match next.state.load(Ordering::Relaxed) {
        SUSPENDED if next.handled.get().is_empty() && next.frame.get().is_empty() => (next, 0, 0),
        ROOT => match innermost(next) {
            Some(inner) => {
                let (levels, distance) = (&next.chain.levels, &next.chain.distance);
                (
                    inner,
                    levels.load(Ordering::Relaxed),
                    distance.load(Ordering::Relaxed),
                )
            }
            None => return,
        },
        _ => return,
    };
    let is_innermost = g.state.load(Ordering::Relaxed) == INNERMOST;
    let root = g.chain.link().filter(|_| is_innermost).unwrap_or(g);
    let (above, before) = if is_innermost {
        let (levels, distance) = (&root.chain.levels, &root.chain.distance);
        (
            levels.load(Ordering::Relaxed),
            distance.load(Ordering::Relaxed),
        )
    } else {
        (0, 0)
    };
    let own = window_words(g);
    let (Some(levels), Ok(short)) = (levels.checked_add(above + 1), u16::try_from(own)) else {
        return;
    };
    if levels == u16::MAX {
        return;
    }
    g.chain.own.store(short, Ordering::Relaxed);
    next.chain.parent.store(g.as_ptr(), Ordering::Relaxed);
    if !is_same(next, inner) {
        next.chain.set_link(None);
        next.state.store(MEMBER, Ordering::Relaxed);
    }
    if is_innermost {
        g.chain.set_link(None);
        g.state.store(MEMBER, Ordering::Relaxed);
    }
    inner.chain.set_link(Some(root));
    inner.state.store(INNERMOST, Ordering::Relaxed);
    root.chain.set_link(Some(inner));
    root.chain.levels.store(levels, Ordering::Relaxed);
    root.chain
        .distance
        .store(before + own + distance, Ordering::Relaxed);
    root.state.store(ROOT, Ordering::Release);
}

/// Words from the window of `g` to one above it.
#[inline(always)]
fn window_words(g: GeneratorObj) -> u32 {
    let f = as_function(g.function.get()).expect("a generator runs a function");
    f.nregs.load(Ordering::Relaxed) + HEADER as u32
}

/// If the frame at `base` is the innermost of a running chain: puts the window of the generator that
/// delegates to it into the gap, as its caller.
///
/// # Safety
/// A frame of this thread, or of one that is stopped.
#[inline(always)]
pub unsafe fn unfold(base: *mut Value) {
    // SAFETY: by contract.
    unsafe {
        if let Some(g) = as_generator(*base.offset(FRAME))
            && let Some(root) = g.chain.link()
        {
            unfold_one(base, g, root);
        }
    }
}

#[inline(never)]
unsafe fn unfold_one(base: *mut Value, g: GeneratorObj, root: GeneratorObj) {
    let up = g
        .chain
        .parent()
        .expect("somebody delegates to the innermost");
    let own = up.chain.own.load(Ordering::Relaxed);
    // SAFETY: the gap has room for the window; at its end is the header of `base`, of which three words are
    // written after copying in steps of four.
    unsafe {
        let window = base.sub(own as usize);
        let (aux, ret, caller) = (
            *base.offset(AUX),
            *base.offset(RETURN_PC),
            *base.offset(CALLER),
        );
        copy_registers(
            up.words(),
            window,
            up.saved.load(Ordering::Relaxed) as usize,
        );
        let send = up.pc.load(Ordering::Relaxed).offset(-WORDS);
        // What it sent last. Nobody reads it, but it counts as alive.
        *window.add(a!(send)) = Value::none();
        *window.offset(AUX) = aux;
        *window.offset(RETURN_PC) = ret;
        *window.offset(CALLER) = caller;
        *window.offset(FUNCTION) = up.function.get();
        *window.offset(FRAME) = up.value();
        *base.offset(RETURN_PC) = Value::from_bits(send as u64);
        *base.offset(CALLER) = Value::from_bits(window as u64);
    }
    if is_same(up, root) {
        root.chain.set_link(None);
    } else {
        up.chain.set_link(Some(root));
        root.chain.set_link(Some(up));
        root.chain.levels.fetch_sub(1, Ordering::Relaxed);
        let own = up.chain.own.load(Ordering::Relaxed);
        root.chain.distance.fetch_sub(own.into(), Ordering::Relaxed);
    }
    up.forget_registers();
    up.state.store(RUNNING, Ordering::Release);
    g.chain.set_link(None);
}

/// The generator that `g`, suspended at a YIELD, delegates to.
fn below(g: GeneratorObj) -> Option<GeneratorObj> {
    let pc = g.pc.load(Ordering::Acquire).cast_const();
    // SAFETY: a suspended generator stands at a YIELD.
    let c = unsafe { c!(pc) };
    as_generator(g.saved_register(c.checked_sub(1)?)?)
}

/// Whether `g` is one of those that delegate to `inner`, which runs.
fn is_above(g: GeneratorObj, inner: GeneratorObj) -> bool {
    let root = inner.chain.link();
    let mut at = inner;
    while let Some(up) = at.chain.parent() {
        if is_same(up, g) {
            return true;
        }
        if root.is_none_or(|r| is_same(r, up)) {
            break;
        }
        at = up;
    }
    false
}

fn change(g: GeneratorObj, from: u8, to: u8) -> bool {
    g.state
        .compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire)
        .is_ok()
}

/// Takes the innermost generator of a suspended chain out of it.
fn release(inner: GeneratorObj) {
    inner.chain.set_link(None);
    change(inner, INNERMOST, SUSPENDED);
}

/// The state of `g`, which is in no chain afterwards that could be resumed or unfolded: one of CREATED,
/// SUSPENDED, RUNNING and FINISHED.
#[inline(always)]
pub fn settled_state(cx: &Cx, g: GeneratorObj) -> u8 {
    let state = g.state.load(Ordering::Acquire);
    if state < ROOT {
        return state;
    }
    settle(cx, g)
}

#[cold]
#[inline(never)]
fn settle(cx: &Cx, g: GeneratorObj) -> u8 {
    loop {
        match g.state.load(Ordering::Acquire) {
            ROOT => {
                if let Some(inner) = innermost(g) {
                    release(inner);
                }
                if change(g, ROOT, SUSPENDED) {
                    g.chain.set_link(None);
                }
            }
            INNERMOST => release(g),
            MEMBER => {
                if settle_member(cx, g) {
                    return RUNNING;
                }
            }
            state => return state,
        }
    }
}

/// Settles a generator in the middle and those below it. `true`: another thread runs the chain.
fn settle_member(cx: &Cx, g: GeneratorObj) -> bool {
    let mut passed = vec![g];
    let mut at = g;
    while let Some(next) = below(at).filter(|next| next.state.load(Ordering::Acquire) == MEMBER) {
        passed.push(next);
        at = next;
    }
    if let Some(last) = below(at) {
        match last.state.load(Ordering::Acquire) {
            INNERMOST => release(last),
            RUNNING if last.chain.link().is_some() && is_above(g, last) => {
                // Walking over the frames unfolds them.
                crate::window::frames(cx).for_each(drop);
                return g.state.load(Ordering::Acquire) == MEMBER;
            }
            RUNNING if last.chain.link().is_some() => {
                // Some of those below `g` may be in the running chain.
                change(g, MEMBER, SUSPENDED);
                return false;
            }
            _ => {}
        }
    }
    for member in passed {
        change(member, MEMBER, SUSPENDED);
    }
    false
}

/// Whether nobody watches or counts the instructions of this thread.
#[inline(always)]
pub fn is_unwatched(cx: &Cx) -> bool {
    std::ptr::eq(crate::instrument::table(cx), interp::TABLE.as_ptr())
}
