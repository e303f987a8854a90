//! Generators, `await`, asynchronous iteration.

use krait_bytecode::Op;
use krait_runtime::cx::Cx;
use krait_runtime::error::{Exception, PyResult, Raised};
use krait_runtime::native::{Outcome, send_fn};
use krait_runtime::object::{Gc, Kind, is_kind};
use krait_runtime::special::Special;
use krait_runtime::value::Value;

use crate::interp::{Handler2, Next};
use crate::objects::async_generator;
use crate::objects::generator::{self, COROUTINE, GeneratorObj, as_generator};
use crate::window::{CALLER, FRAME, RETURN_PC};

handler!(return_generator, |pc, base, cx, t| {
    save!(pc, base, cx);
    match generator::new(&mut *cx) {
        Ok(g) if (*base.offset(FRAME)).is_empty() => {
            let ret = (*base.offset(RETURN_PC)).bits() as *const u64;
            let caller = (*base.offset(CALLER)).bits() as *mut Value;
            (*cx).depth -= 1;
            reg!(caller, a!(ret)) = g.value();
            next_after!(ret, caller, cx, krait_bytecode::CALL_WORDS)
        }
        Ok(g) => goto!(give_generator(&mut *cx, g), cx, t),
        Err(e) => raise!(e, cx, t),
    }
});

/// Returns the new generator to the caller of its function, whose frame something is attached to.
#[inline(never)]
unsafe fn give_generator(cx: &mut Cx, g: GeneratorObj) -> Next {
    // SAFETY: the frame at `cx.base` ends here; its header says who gets the generator.
    unsafe {
        let mark = crate::objects::frame::detach(cx, cx.base);
        debug_assert!((*cx.base.offset(FRAME)).bits() == mark.bits());
        crate::interp::returns::leave(cx);
        if mark == crate::window::ENTRY_MARK {
            crate::thread::vm(cx).result = g.value();
            return Next::EXIT;
        }
        if mark == crate::window::INIT_MARK {
            let got = cx.type_name(g.value());
            let e = cx.type_error(format!("__init__() should return None, not '{got}'"));
            return crate::unwind::unwind(cx, e);
        }
        crate::interp::returns::resume_caller(cx, mark, g.value())
    }
}

/// Whether a handler may carry out the instruction after its own without dispatch: nobody counts or
/// watches instructions.
#[inline(always)]
pub fn is_unwatched(t: *const Handler2) -> bool {
    std::ptr::eq(t, super::TABLE.as_ptr())
}

// What a generator in `yield from` gives its resumer, who delegates to it, is yielded by that one at
// once: SEND is followed by a YIELD of the same register. So a value climbs a chain of generators in
// these two handlers.
handler!(yield_, |pc, base, cx, t| {
    let (mut pc, mut base) = (pc, base);
    while c!(pc) == 0 {
        let Some(n) = generator::yield_plain(&mut *cx, reg!(base, b!(pc)), pc, base) else {
            slow!(yield_general, pc, base, cx, t)
        };
        (pc, base) = (n.pc, n.base);
        if *pc as u16 != Op::Yield as u16 || !is_unwatched(t) {
            go!(pc, base, cx, t)
        }
    }
    slow!(yield_delegating, pc, base, cx, t)
});

handler!(
    #[inline(never)]
    yield_delegating,
    |pc, base, cx, t| {
        let (mut pc, mut base) = (pc, base);
        while let Some(n) = generator::yield_plain(&mut *cx, reg!(base, b!(pc)), pc, base) {
            if !is_unwatched(t) {
                go!(n.pc, n.base, cx, t)
            }
            generator::join(pc, base);
            (pc, base) = (n.pc, n.base);
            if *pc as u16 != Op::Yield as u16 || c!(pc) == 0 {
                go!(pc, base, cx, t)
            }
        }
        slow!(yield_general, pc, base, cx, t)
    }
);

handler!(
    #[inline(never)]
    yield_general,
    |pc, base, cx, t| {
        if generator::yield_out(&mut *cx, reg!(base, b!(pc)), pc, base) {
            return std::ptr::null();
        }
        save!(pc, base, cx);
        goto!(do_yield(&mut *cx, reg!(base, b!(pc))), cx, t)
    }
);

#[inline(never)]
unsafe fn do_yield(cx: &mut Cx, v: Value) -> Next {
    // SAFETY: the frame is saved.
    unsafe { generator::yielded(cx, v) }
}

/// Goes on in a generator just resumed. Behind the YIELD of a loop, `yield from` included, stands its
/// jump back, which is carried out here.
macro_rules! go_back {
    ($pc:expr, $base:expr, $cx:ident, $t:ident) => {{
        let (pc, base) = ($pc, $base);
        if *pc as u16 == Op::JumpBack as u16 && is_unwatched($t) {
            jump!(pc, base, $cx, $t, bc!(pc))
        }
        go!(pc, base, $cx, $t)
    }};
}

// FOR_ITER over a generator.
handler!(
    #[inline(never)]
    for_iter_generator,
    |pc, base, cx, t| {
        let g = generator::known(reg!(base, b!(pc)));
        if g.flavour != generator::GENERATOR {
            slow!(super::iter::for_iter_general, pc, base, cx, t)
        }
        if let Some(n) = generator::resume_plain(&mut *cx, g, Value::none(), pc, base) {
            go_back!(n.pc, n.base, cx, t)
        }
        slow!(for_iter_chain, pc, base, cx, t)
    }
);

handler!(
    #[inline(never)]
    for_iter_chain,
    |pc, base, cx, t| {
        let g = generator::known(reg!(base, b!(pc)));
        if is_unwatched(t)
            && let Some(n) = generator::resume_chain(&mut *cx, g, Value::none(), pc, base)
        {
            go_back!(n.pc, n.base, cx, t)
        }
        slow!(for_iter_generator_general, pc, base, cx, t)
    }
);

handler!(
    #[inline(never)]
    for_iter_generator_general,
    |pc, base, cx, t| {
        save!(pc, base, cx);
        goto!(
            generator::resume_in_loop(&mut *cx, reg!(base, b!(pc)), Value::none()),
            cx,
            t
        )
    }
);

handler!(send, |pc, base, cx, t| {
    let it = reg!(base, b!(pc));
    if is_kind(it, Kind::Generator) {
        let g = generator::known(it);
        let v = reg!(base, a!(pc));
        if g.flavour <= COROUTINE
            && let Some(n) = generator::resume_plain(&mut *cx, g, v, pc, base)
        {
            go_back!(n.pc, n.base, cx, t)
        }
        slow!(send_to_chain, pc, base, cx, t)
    }
    slow!(send_general, pc, base, cx, t)
});

handler!(
    #[inline(never)]
    send_to_chain,
    |pc, base, cx, t| {
        let g = generator::known(reg!(base, b!(pc)));
        let v = reg!(base, a!(pc));
        if g.flavour <= COROUTINE
            && is_unwatched(t)
            && let Some(n) = generator::resume_chain(&mut *cx, g, v, pc, base)
        {
            go_back!(n.pc, n.base, cx, t)
        }
        slow!(send_general, pc, base, cx, t)
    }
);

handler!(
    #[inline(never)]
    send_general,
    |pc, base, cx, t| {
        save!(pc, base, cx);
        goto!(
            send_to(&mut *cx, reg!(base, b!(pc)), reg!(base, a!(pc))),
            cx,
            t
        )
    }
);

/// SEND the general way.
#[inline(never)]
unsafe fn send_to(cx: &mut Cx, it: Value, v: Value) -> Next {
    // SAFETY: the SEND at `cx.pc` is saved.
    unsafe {
        if as_generator(it).is_some_and(|g| g.flavour <= COROUTINE) {
            return generator::resume_in_loop(cx, it, v);
        }
        match send_slow(cx, it, v) {
            Ok(outcome) => {
                let (x, ended) = match outcome {
                    Outcome::Yielded(x) => (x, false),
                    Outcome::Returned(x) => (x, true),
                };
                let pc = cx.pc;
                *cx.base.add(a!(pc)) = x;
                let offset = if ended {
                    super::iter::body_offset(pc)
                } else {
                    2
                };
                Next {
                    pc: pc.offset(offset),
                    base: cx.base,
                }
            }
            Err(e) => crate::unwind::unwind(cx, e),
        }
    }
}

/// Sends to whatever a coroutine may be, from native code.
pub fn send_from_native(cx: &mut Cx, it: Value, v: Value) -> PyResult<Outcome> {
    match as_generator(it).filter(|g| g.flavour <= COROUTINE) {
        Some(g) => generator::send(cx, g, v),
        None => send_slow(cx, it, v),
    }
}

/// Sends to an iterator that is no generator.
fn send_slow(cx: &mut Cx, it: Value, v: Value) -> PyResult<Outcome> {
    if let Some(send) = send_fn(it) {
        return send(cx, it, v);
    }
    let next = cx.type_of(it).special(cx, Special::Next);
    let r = if v.is_none()
        && let Some(next) = next
    {
        match cx.call_slot(next, &[it]) {
            Ok(x) if x.is_empty() => return Ok(Outcome::Returned(Value::none())),
            r => r,
        }
    } else {
        cx.call_method(it, cx.names().send, &[v])
    };
    match r {
        Ok(x) => Ok(Outcome::Yielded(x)),
        Err(e) => match stop_value(cx, e) {
            Some(x) => Ok(Outcome::Returned(x)),
            None => Err(e),
        },
    }
}

/// The value of a StopIteration.
pub fn stop_value(cx: &Cx, e: Raised) -> Option<Value> {
    e.is(cx, cx.types().stop_iteration).then(|| {
        e.exception()
            .field(krait_runtime::types::exceptions::fields::VALUE)
            .some()
            .unwrap_or(Value::none())
    })
}

handler!(cleanup_throw, |pc, base, cx, t| {
    let Some(e) = Gc::<Exception>::from_value(reg!(base, b!(pc))) else {
        save!(pc, base, cx);
        goto!(super::exceptions::not_an_exception(&mut *cx), cx, t)
    };
    let e = Raised::new(e);
    match stop_value(&*cx, e) {
        Some(v) => {
            crate::unwind::forget_caught(&mut *cx);
            reg!(base, a!(pc)) = v;
            next!(pc, base, cx, t, 1)
        }
        None => {
            save!(pc, base, cx);
            goto!(crate::unwind::reraise(&mut *cx, e), cx, t)
        }
    }
});

handler!(get_awaitable, |pc, base, cx, t| {
    let v = reg!(base, b!(pc));
    if is_kind(v, Kind::Generator) && generator::is_fresh_coroutine(generator::known(v)) {
        reg!(base, a!(pc)) = v;
        next!(pc, base, cx, t, 1)
    }
    slow!(get_awaitable_general, pc, base, cx, t)
});

handler!(
    #[inline(never)]
    get_awaitable_general,
    |pc, base, cx, t| {
        try_store!(
            pc,
            base,
            cx,
            t,
            1,
            awaitable(&mut *cx, reg!(base, b!(pc)), c!(pc))
        )
    }
);

#[inline(never)]
fn awaitable(cx: &mut Cx, v: Value, context: usize) -> PyResult<Value> {
    if let Some(g) = as_generator(v) {
        if g.flavour == COROUTINE && generator::delegate(cx, g).is_some() {
            return Err(cx.runtime_error("coroutine is being awaited already"));
        }
        if g.flavour == COROUTINE || g.iterable_coroutine {
            return Ok(v);
        }
    }
    let Some(m) = cx.type_of(v).special(cx, Special::Await) else {
        let name = cx.type_name(v);
        return Err(match context {
            1 => cx.type_error(format!("'async with' received an object from __aenter__ that does not implement __await__: {name}")),
            2 => cx.type_error(format!("'async with' received an object from __aexit__ that does not implement __await__: {name}")),
            _ => cx.type_error(format!("'{name}' object can't be awaited")),
        });
    };
    let it = cx.call_slot(m, &[v])?;
    if as_generator(it).is_some_and(|g| g.flavour == COROUTINE || g.iterable_coroutine) {
        return Err(cx.type_error("__await__() returned a coroutine"));
    }
    if !cx.has_special(it, Special::Next) {
        let name = cx.type_name(it);
        return Err(cx.type_error(format!(
            "__await__() returned non-iterator of type '{name}'"
        )));
    }
    Ok(it)
}

/// The iterator of `await v`, for native code.
pub fn await_iter(cx: &mut Cx, v: Value) -> PyResult<Value> {
    awaitable(cx, v, 0)
}

handler!(get_yield_from_iter, |pc, base, cx, t| {
    enter_or_store!(
        pc,
        base,
        cx,
        t,
        1,
        yield_from_iter(&mut *cx, reg!(base, b!(pc)))
    )
});

#[inline(never)]
fn yield_from_iter(cx: &mut Cx, v: Value) -> PyResult<Value> {
    if let Some(g) = as_generator(v) {
        if g.flavour == generator::GENERATOR {
            return Ok(v);
        }
        if g.flavour == COROUTINE {
            let code = crate::window::Frame {
                base: cx.base,
                pc: cx.pc,
            }
            .code();
            use krait_bytecode::flags::{CO_COROUTINE, CO_ITERABLE_COROUTINE};
            if code.unit.flags & (CO_COROUTINE | CO_ITERABLE_COROUTINE) == 0 {
                return Err(cx.type_error(
                    "cannot 'yield from' a coroutine object in a non-coroutine generator",
                ));
            }
            return Ok(v);
        }
    }
    super::iter::start_iter(cx, v)
}

handler!(get_aiter, |pc, base, cx, t| {
    try_store!(pc, base, cx, t, 1, aiter(&mut *cx, reg!(base, b!(pc))))
});

#[inline(never)]
fn aiter(cx: &mut Cx, v: Value) -> PyResult<Value> {
    let Some(m) = cx.type_of(v).special(cx, Special::AIter) else {
        let name = cx.type_name(v);
        return Err(cx.type_error(format!(
            "'async for' requires an object with __aiter__ method, got {name}"
        )));
    };
    let it = cx.call_slot(m, &[v])?;
    if !cx.has_special(it, Special::ANext) {
        let name = cx.type_name(it);
        return Err(cx.type_error(format!("'async for' received an object from __aiter__ that does not implement __anext__: {name}")));
    }
    Ok(it)
}

handler!(get_anext, |pc, base, cx, t| {
    try_store!(pc, base, cx, t, 1, anext(&mut *cx, reg!(base, b!(pc))))
});

#[inline(never)]
fn anext(cx: &mut Cx, it: Value) -> PyResult<Value> {
    if let Some(awaitable) = async_generator::next_item(cx, it) {
        return awaitable;
    }
    let Some(m) = cx.type_of(it).special(cx, Special::ANext) else {
        let name = cx.type_name(it);
        return Err(cx.type_error(format!(
            "'async for' requires an iterator with __anext__ method, got {name}"
        )));
    };
    let v = cx.call_slot(m, &[it])?;
    if async_generator::is_asend(v) {
        return Ok(v);
    }
    match awaitable(cx, v, 0) {
        Ok(it) => Ok(it),
        Err(e) => {
            let name = cx.type_name(v);
            let new = cx.type_error(format!(
                "'async for' received an invalid object from __anext__: {name}"
            ));
            let exc = new.exception();
            exc.cause.set(cx, exc, e.value());
            exc.context.set(cx, exc, e.value());
            Err(new)
        }
    }
}

handler!(end_async_for, |pc, base, cx, t| {
    let Some(e) = Gc::<Exception>::from_value(reg!(base, a!(pc))) else {
        save!(pc, base, cx);
        goto!(super::exceptions::not_an_exception(&mut *cx), cx, t)
    };
    let e = Raised::new(e);
    if e.is(&*cx, (*cx).types().stop_async_iteration) {
        crate::unwind::forget_caught(&mut *cx);
        next!(pc, base, cx, t, 1)
    }
    save!(pc, base, cx);
    goto!(crate::unwind::reraise(&mut *cx, e), cx, t)
});
