//! Raising and catching.

use krait_runtime::cx::Cx;
use krait_runtime::error::{Exception, PyResult, Raised};
use krait_runtime::object::{Gc, Kind, is_kind};
use krait_runtime::special::Special;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::typeobj::{Type, flags};
use krait_runtime::value::Value;

use crate::interp::Next;
use crate::unwind;
use crate::window::CALLABLE;

handler!(raise, |pc, base, cx, t| {
    save!(pc, base, cx);
    if b!(pc) != 0 {
        note_made(&*cx, base.add(a!(pc)));
    }
    raise!(raise_slow(&mut *cx, reg!(base, a!(pc)), None), cx, t)
});

/// `area` is that of a call just done, and holds its result. If the callee was a builtin exception
/// class, which is still there, what it made is nobody's but the raiser's.
#[cold]
#[inline(never)]
unsafe fn note_made(cx: &Cx, area: *mut Value) {
    // SAFETY: registers of the running frame. The callable is only compared: it may be anything.
    let (made, callee) = unsafe { (*area, *area.add(CALLABLE)) };
    if let Some(e) = Gc::<Exception>::from_value(made) {
        let class = cx.type_of(made);
        if class.value() == callee && class.flags() & flags::HEAPTYPE == 0 {
            e.set_unseen();
        }
    }
}

handler!(raise_from, |pc, base, cx, t| {
    save!(pc, base, cx);
    raise!(
        raise_slow(&mut *cx, reg!(base, a!(pc)), Some(reg!(base, b!(pc)))),
        cx,
        t
    )
});

/// The exception of `raise v from cause`.
#[cold]
#[inline(never)]
fn raise_slow(cx: &mut Cx, v: Value, cause: Option<Value>) -> Raised {
    let e = match instance(cx, v, "exceptions must derive from BaseException") {
        Ok(e) => e,
        Err(e) => return e,
    };
    if let Some(c) = cause {
        let cause = if c.is_none() {
            c
        } else {
            match instance(cx, c, "exception causes must derive from BaseException") {
                Ok(c) => c.value(),
                Err(e) => return e,
            }
        };
        e.cause.set(cx, e, cause);
        e.suppress_context.set(cx, e, Value::bool(true));
    }
    unwind::set_context(cx, e);
    Raised::new(e)
}

/// An exception instance from an instance or a class.
fn instance(cx: &mut Cx, v: Value, message: &str) -> PyResult<Gc<Exception>> {
    if let Some(e) = Gc::<Exception>::from_value(v) {
        return Ok(e);
    }
    if let Some(c) = Gc::<Type>::from_value(v)
        && c.is_subtype(cx.types().base_exception)
    {
        let made = cx.call(v, &[])?;
        return match Gc::<Exception>::from_value(made) {
            Some(e) => {
                if c.flags() & flags::HEAPTYPE == 0 {
                    e.set_unseen();
                }
                Ok(e)
            }
            None => {
                let (c, got) = (cx.repr_string(v)?, cx.type_of(made).value());
                let got = cx.repr_string(got)?;
                Err(cx.type_error(format!(
                    "calling {c} should have returned an instance of BaseException, not {got}"
                )))
            }
        };
    }
    Err(cx.type_error(message))
}

handler!(raise_current, |pc, base, cx, t| {
    save!(pc, base, cx);
    goto!(raise_current_slow(&mut *cx), cx, t)
});

/// The handled exception goes on as it came, without an entry for this frame.
#[cold]
#[inline(never)]
fn raise_current_slow(cx: &mut Cx) -> Next {
    match Gc::<Exception>::from_value(unwind::handled_unsettled(cx)) {
        Some(e) => unwind::reraise(cx, Raised::new(e)),
        None => {
            let e = cx.runtime_error("No active exception to reraise");
            unwind::unwind(cx, e)
        }
    }
}

handler!(reraise, |pc, base, cx, t| {
    save!(pc, base, cx);
    goto!(reraise_slow(&mut *cx, reg!(base, a!(pc))), cx, t)
});

#[inline(never)]
fn reraise_slow(cx: &mut Cx, v: Value) -> Next {
    match Gc::<Exception>::from_value(v) {
        Some(e) => unwind::reraise(cx, Raised::new(e)),
        None => not_an_exception(cx),
    }
}

handler!(reraise_in_caller, |pc, base, cx, t| {
    save!(pc, base, cx);
    goto!(reraise_in_caller_slow(&mut *cx, reg!(base, a!(pc))), cx, t)
});

#[inline(never)]
fn reraise_in_caller_slow(cx: &mut Cx, v: Value) -> Next {
    match Gc::<Exception>::from_value(v) {
        Some(e) => unwind::reraise_in_caller(cx, Raised::new(e)),
        None => not_an_exception(cx),
    }
}

/// The operand of an instruction for exceptions is none: no code of the compiler's.
#[cold]
#[inline(never)]
pub(super) fn not_an_exception(cx: &mut Cx) -> Next {
    let e = cx.system_error("bytecode handles a value that is no exception");
    unwind::unwind(cx, e)
}

handler!(push_exc, |pc, base, cx, t| {
    let new = reg!(base, b!(pc));
    if !is_kind(new, Kind::Exception) {
        save!(pc, base, cx);
        goto!(not_an_exception(&mut *cx), cx, t)
    }
    reg!(base, a!(pc)) = (*cx).handled.get();
    (*cx).handled.set_immediate(new);
    next!(pc, base, cx, t, 1)
});

handler!(pop_exc, |pc, base, cx, t| {
    let old = reg!(base, a!(pc));
    // Empty: in a generator that handles nothing itself, while who resumed it does.
    if !old.is_none() && !old.is_empty() && !is_kind(old, Kind::Exception) {
        save!(pc, base, cx);
        goto!(not_an_exception(&mut *cx), cx, t)
    }
    (*cx).handled.set_immediate(old);
    if b!(pc) == 0 {
        unwind::forget_caught(&mut *cx);
    }
    next!(pc, base, cx, t, 1)
});

handler!(name_exc, |pc, base, cx, t| {
    save!(pc, base, cx);
    let Some(e) = Gc::<Exception>::from_value(reg!(base, a!(pc))) else {
        goto!(not_an_exception(&mut *cx), cx, t)
    };
    unwind::settle(&mut *cx, e);
    next!(pc, base, cx, t, 1)
});

handler!(check_exc_match, |pc, base, cx, t| {
    try_store!(
        pc,
        base,
        cx,
        t,
        1,
        matches(&mut *cx, reg!(base, b!(pc)), reg!(base, c!(pc)))
    )
});

const NOT_A_CLASS: &str = "catching classes that do not inherit from BaseException is not allowed";

fn is_exception_class(cx: &Cx, v: Value) -> bool {
    Gc::<Type>::from_value(v).is_some_and(|c| c.is_subtype(cx.types().base_exception))
}

/// Whether exception `e` matches the class or tuple of classes of an `except` clause.
#[inline(never)]
fn matches(cx: &mut Cx, e: Value, class: Value) -> PyResult<Value> {
    match Gc::<Tuple>::from_value(class) {
        Some(t) => {
            if !t.as_slice().iter().all(|&c| is_exception_class(cx, c)) {
                return Err(cx.type_error(NOT_A_CLASS));
            }
            let actual = cx.type_of(e);
            Ok(Value::bool(t.as_slice().iter().any(|&c| {
                Gc::<Type>::from_value(c).is_some_and(|c| actual.is_subtype(c))
            })))
        }
        None => match Gc::<Type>::from_value(class) {
            Some(c) if c.is_subtype(cx.types().base_exception) => {
                Ok(Value::bool(cx.type_of(e).is_subtype(c)))
            }
            _ => Err(cx.type_error(NOT_A_CLASS)),
        },
    }
}

handler!(check_eg_match, |pc, base, cx, t| {
    save!(pc, base, cx);
    match group_match(
        &mut *cx,
        reg!(base, b!(pc)),
        reg!(base, c!(pc)),
        base.add(a!(pc)),
    ) {
        Ok(()) => {
            let matched = reg!(base, a!(pc) + 1);
            if !matched.is_none() {
                (*cx).handled.set_immediate(matched);
            }
            next!(pc, base, cx, t, 1)
        }
        Err(e) => raise!(e, cx, t),
    }
});

#[inline(never)]
unsafe fn group_match(cx: &mut Cx, e: Value, class: Value, to: *mut Value) -> PyResult<()> {
    if let Some(e) = Gc::<Exception>::from_value(e) {
        unwind::settle(cx, e);
    }
    let classes: &[Value] = match Gc::<Tuple>::from_value(class) {
        Some(t) => t.as_slice(),
        None => &[class],
    };
    for &c in classes {
        if !is_exception_class(cx, c) {
            return Err(cx.type_error(NOT_A_CLASS));
        }
        let group = cx.types().base_exception_group;
        if Gc::<Type>::from_value(c).is_some_and(|c| c.is_subtype(group)) {
            return Err(cx.type_error(
                "catching ExceptionGroup with except* is not allowed. Use except instead.",
            ));
        }
    }
    let (matched, rest) = krait_runtime::types::exceptions::group::match_star(cx, e, class)?;
    // A naked exception was wrapped here.
    if let Some(wrapped) = Gc::<Exception>::from_value(matched).filter(|m| m.value() != e)
        && !krait_runtime::types::exceptions::group::is_group(cx, e)
    {
        crate::objects::traceback::add_entry(cx, wrapped);
    }
    // SAFETY: the destination registers of the instruction.
    unsafe {
        *to = rest;
        *to.add(1) = matched;
    }
    Ok(())
}

const SPECIALS: [Special; 4] = [
    Special::Enter,
    Special::Exit,
    Special::AEnter,
    Special::AExit,
];

handler!(load_special, |pc, base, cx, t| {
    save!(pc, base, cx);
    match special(&mut *cx, reg!(base, b!(pc)), c!(pc), base.add(a!(pc))) {
        Ok(()) => next!(pc, base, cx, t, 1),
        Err(e) => raise!(e, cx, t),
    }
});

#[inline(never)]
unsafe fn special(cx: &mut Cx, v: Value, which: usize, to: *mut Value) -> PyResult<()> {
    let class = cx.type_of(v);
    let s = SPECIALS[which];
    let Some(attr) = class.special(cx, s) else {
        return Err(missing_special(cx, v, which));
    };
    if cx.binding(attr) == krait_runtime::protocol::attr::Binding::Method {
        // SAFETY: the destination registers of the instruction.
        unsafe {
            *to = attr;
            *to.add(1) = v;
        }
        return Ok(());
    }
    let bound = cx.bind(attr, Some(v), class)?;
    // SAFETY: as above.
    unsafe {
        *to = bound;
        *to.add(1) = Value::EMPTY;
    }
    Ok(())
}

#[cold]
fn missing_special(cx: &mut Cx, v: Value, which: usize) -> Raised {
    let name = cx.type_name(v);
    let is_async = which >= 2;
    let protocol = if is_async {
        "asynchronous context manager"
    } else {
        "context manager"
    };
    let other = SPECIALS[(which + 2) % 4];
    let hint = if cx.type_of(v).special(cx, other).is_some() {
        if is_async {
            " but it supports the context manager protocol. Did you mean to use 'with'?"
        } else {
            " but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?"
        }
    } else {
        ""
    };
    let method = SPECIALS[which].name();
    cx.type_error(format!(
        "'{name}' object does not support the {protocol} protocol (missed {method} method){hint}"
    ))
}

handler!(exc_triple, |pc, base, cx, t| {
    save!(pc, base, cx);
    let Some(e) = Gc::<Exception>::from_value(reg!(base, b!(pc))) else {
        goto!(not_an_exception(&mut *cx), cx, t)
    };
    unwind::settle(&mut *cx, e);
    let to = base.add(a!(pc));
    *to = (*cx).type_of(e.value()).value();
    *to.add(1) = e.value();
    *to.add(2) = e.traceback.get();
    next!(pc, base, cx, t, 1)
});
