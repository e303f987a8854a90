//! Calls and returns.

use krait_runtime::cx::Cx;
use krait_runtime::error::{PyResult, Raised};
use krait_runtime::object::{Gc, Kind, is_kind};
use krait_runtime::special::Special;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::method::BoundMethod;
use krait_runtime::types::native_function::{BuiltinFunction, Callee, MethodDescr, call_def};
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::typeobj::{Type, flags};
use krait_runtime::value::Value;
use krait_runtime::vec::ValueVec;

use crate::call::{bind, check_room, has_room, is_exact, push};
use crate::interp::Next;
use crate::objects::function::as_function;
use crate::unwind::unwind;
use crate::window::{ARGS, AUX, CALLABLE, CALLER, FRAME, INIT_MARK, RETURN_PC, SELF};

handler!(call, |pc, base, cx, t| {
    let area = base.add(b!(pc));
    let callee = *area.add(CALLABLE);
    let n = c!(pc);
    save!(pc, base, cx);
    if let Some(f) = as_function(callee)
        && is_exact(f, n)
    {
        let new = area.add(ARGS);
        if has_room(&*cx, new) {
            let to = push(&mut *cx, f, new);
            go!(to.pc, to.base, cx, t)
        }
    }
    slow!(call_general, pc, base, cx, t)
});

handler!(
    #[inline(never)]
    call_general,
    |pc, base, cx, t| {
        let area = base.add(b!(pc));
        *area.add(SELF) = Value::EMPTY;
        goto!(call_slow(&mut *cx, area, c!(pc), &[]), cx, t)
    }
);

handler!(call_method, |pc, base, cx, t| {
    let area = base.add(b!(pc));
    let callee = *area.add(CALLABLE);
    let n = c!(pc);
    save!(pc, base, cx);
    if let Some(f) = as_function(callee) {
        let has_self = !(*area.add(SELF)).is_empty();
        let new = area.add(ARGS - has_self as usize);
        if is_exact(f, n + has_self as usize) && has_room(&*cx, new) {
            let to = push(&mut *cx, f, new);
            go!(to.pc, to.base, cx, t)
        }
    }
    slow!(call_method_general, pc, base, cx, t)
});

handler!(
    #[inline(never)]
    call_method_general,
    |pc, base, cx, t| { goto!(call_slow(&mut *cx, base.add(b!(pc)), c!(pc), &[]), cx, t) }
);

handler!(call_kw, |pc, base, cx, t| {
    let area = base.add(b!(pc));
    save!(pc, base, cx);
    *area.add(SELF) = Value::EMPTY;
    goto!(call_slow(&mut *cx, area, c!(pc), names_of(pc)), cx, t)
});

handler!(call_kw_method, |pc, base, cx, t| {
    let area = base.add(b!(pc));
    save!(pc, base, cx);
    goto!(call_slow(&mut *cx, area, c!(pc), names_of(pc)), cx, t)
});

/// The keyword names of a CALL_KW.
///
/// # Safety
/// `pc` is the address of a CALL_KW or CALL_KW_METHOD.
#[inline(always)]
pub unsafe fn names_of<'a>(pc: *const u64) -> &'a [Value] {
    // SAFETY: the extra word is a tuple constant, alive through the code object.
    unsafe { Gc::<Tuple>::from_value_unchecked(Value::from_bits(*pc.add(1))).as_slice() }
}

/// Stores the result of a call and goes on behind it.
#[inline(always)]
unsafe fn deliver(cx: &mut Cx, v: Value) -> Next {
    // SAFETY: the frame and its call instruction are saved.
    unsafe {
        let pc = cx.pc;
        *cx.base.add(a!(pc)) = v;
        Next {
            pc: pc.add(krait_bytecode::CALL_WORDS),
            base: cx.base,
        }
    }
}

#[inline(always)]
unsafe fn finish(cx: &mut Cx, r: PyResult<Value>) -> Next {
    match r {
        // SAFETY: as `deliver`.
        Ok(v) => unsafe { deliver(cx, v) },
        Err(e) => unwind(cx, e),
    }
}

/// Any call: `n` arguments at `area + ARGS`, the last of them keyword values.
#[inline(never)]
unsafe fn call_slow(cx: &mut Cx, area: *mut Value, n: usize, kwnames: &[Value]) -> Next {
    // SAFETY: the caller's frame is saved; the area is inside its window.
    unsafe {
        let callee = *area.add(CALLABLE);
        let has_self = !(*area.add(SELF)).is_empty();
        let first = area.add(ARGS - has_self as usize);
        let total = n + has_self as usize;
        let args = std::slice::from_raw_parts(first, total);
        if let Some(f) = as_function(callee) {
            return call_python(cx, f, first, total, kwnames);
        }
        if is_kind(callee, Kind::MethodDescr) {
            let d: Gc<MethodDescr> = Gc::from_value_unchecked(callee);
            if has_self
                && d.is_method()
                && let Some(def) = d.def
            {
                let r = call_def(
                    cx,
                    Callee {
                        def,
                        class: Some(d.owner()),
                        receivers: 1,
                    },
                    args,
                    kwnames,
                );
                return finish_native(cx, r);
            }
        }
        if let Some(m) = Gc::<BoundMethod>::from_value(callee)
            && !has_self
            && let Some(f) = as_function(m.func.get())
        {
            *area.add(SELF) = m.self_.get();
            return call_python(cx, f, area.add(SELF), n + 1, kwnames);
        }
        if !has_self
            && kwnames.is_empty()
            && let Some(class) = Gc::<Type>::from_value(callee)
            && let Some(next) = construct(cx, class, area, n)
        {
            return next;
        }
        let r = if has_self {
            cx.call_slot_kw(callee, args, kwnames)
        } else {
            call_object(cx, callee, args, kwnames)
        };
        finish_native(cx, r)
    }
}

fn call_object(cx: &mut Cx, callee: Value, args: &[Value], kwnames: &[Value]) -> PyResult<Value> {
    if let Some(f) = Gc::<BuiltinFunction>::from_value(callee)
        && f.self_.get().is_empty()
    {
        return call_def(
            cx,
            Callee {
                def: f.def,
                class: None,
                receivers: 0,
            },
            args,
            kwnames,
        );
    }
    cx.call_kw(callee, args, kwnames)
}

/// A native iterator's `__next__` called by name says EMPTY at its end.
unsafe fn finish_native(cx: &mut Cx, r: PyResult<Value>) -> Next {
    let r = match r {
        Ok(v) if v.is_empty() => Err(cx.stop_iteration(Value::none())),
        r => r,
    };
    if cx
        .mutator
        .poll_word()
        .load(std::sync::atomic::Ordering::Relaxed)
        != 0
        && let Ok(v) = r
    {
        // Keep the result alive while finalizers and signal handlers run.
        let kept = [v];
        if let Err(e) = crate::pending::poll(cx) {
            return unwind(cx, e);
        }
        // SAFETY: as `deliver`.
        return unsafe { deliver(cx, kept[0]) };
    }
    // SAFETY: as `finish`.
    unsafe { finish(cx, r) }
}

/// Binds arguments and enters a Python function.
unsafe fn call_python(
    cx: &mut Cx,
    f: crate::objects::function::FunctionObj,
    base: *mut Value,
    total: usize,
    kwnames: &[Value],
) -> Next {
    // SAFETY: arguments stand in the caller's window.
    unsafe {
        let r = check_room(cx, base, 0)
            .and_then(|()| bind(cx, f, base, total - kwnames.len(), kwnames));
        match r {
            Ok(()) => push(cx, f, base),
            Err(e) => unwind(cx, e),
        }
    }
}

/// `C(...)` where `C.__new__` is `object`'s and `C.__init__` is a Python function: allocates the
/// instance and enters `__init__` in the same loop.
unsafe fn construct(cx: &mut Cx, class: Gc<Type>, area: *mut Value, n: usize) -> Option<Next> {
    if class.flags() & (flags::HEAPTYPE | flags::ABSTRACT) != flags::HEAPTYPE
        || cx.type_of(class.value()) != cx.types().type_
    {
        return None;
    }
    let new = class.special(cx, Special::New)?;
    let new = Gc::<BuiltinFunction>::from_value(new)?;
    if !std::ptr::fn_addr_eq(new.def.func, krait_runtime::types::object::new_fn()) {
        return None;
    }
    let init = as_function(class.special(cx, Special::Init)?)?;
    let object = krait_runtime::types::object::new_instance(cx, class);
    // SAFETY: the area is inside the caller's window.
    unsafe {
        *area.add(SELF) = object;
        let base = area.add(SELF);
        let next = call_python(cx, init, base, n + 1, &[]);
        if next.base == base {
            *base.offset(FRAME) = INIT_MARK;
            *base.offset(AUX) = object;
        }
        Some(next)
    }
}

handler!(call_ex, |pc, base, cx, t| {
    let area = base.add(b!(pc));
    save!(pc, base, cx);
    goto!(call_ex_slow(&mut *cx, area), cx, t)
});

#[inline(never)]
unsafe fn call_ex_slow(cx: &mut Cx, area: *mut Value) -> Next {
    // SAFETY: the area is inside the caller's window.
    unsafe {
        let (callee, args, kwargs) = (*area.add(CALLABLE), *area.add(ARGS), *area.add(ARGS + 1));
        let r = spread(cx, callee, args, kwargs);
        let (positional, names) = match r {
            Ok(x) => x,
            Err(e) => return unwind(cx, e),
        };
        let (all, kwnames) = (positional.as_slice(), names.as_slice());
        if let Some(f) = as_function(callee) {
            // The arguments may need more registers than the caller's window has: above it.
            let base = crate::window::top(cx).add(crate::window::HEADER);
            if let Err(e) = check_room(cx, base, all.len()) {
                return unwind(cx, e);
            }
            std::ptr::copy_nonoverlapping(all.as_ptr(), base, all.len());
            return call_python(cx, f, base, all.len(), kwnames);
        }
        let r = call_object(cx, callee, all, kwnames);
        finish_native(cx, r)
    }
}

/// The arguments of `f(*args, **kwargs)`: positional ones and keyword values, and names.
pub fn spread(
    cx: &mut Cx,
    callee: Value,
    args: Value,
    kwargs: Value,
) -> PyResult<(ValueVec, ValueVec)> {
    let items = if Gc::<Tuple>::from_value(args).is_some() {
        args
    } else {
        match cx.tuple_from(args) {
            Ok(v) => v,
            Err(e) => return Err(not_iterable(cx, callee, args, e)),
        }
    };
    let mut all = ValueVec::from_slice(cx, Gc::<Tuple>::from_value_unchecked(items).as_slice())?;
    let mut names = ValueVec::new();
    if kwargs.is_empty() {
        return Ok((all, names));
    }
    let d: Gc<Dict> = match Gc::from_value(kwargs) {
        Some(d) => d,
        None => {
            let d = cx.new_dict();
            crate::interp::build::merge(cx, d, kwargs, callee)?;
            d
        }
    };
    let mut pos = 0;
    while let Some((k, v)) = d.next_entry(&mut pos) {
        if !is_kind(k, Kind::Str) {
            return Err(cx.type_error("keywords must be strings"));
        }
        names.push(cx, k)?;
        all.push(cx, v)?;
    }
    Ok((all, names))
}

/// How messages name a callable: `f()`, or the object for others.
pub fn callable_name(cx: &mut Cx, callee: Value) -> PyResult<String> {
    let names = cx.names();
    let q = cx.lookup_attr(callee, names.__qualname__)?;
    let Some(q) = q.filter(|q| is_kind(*q, Kind::Str)) else {
        return cx.str_string(callee);
    };
    let q = cx.str_string(q)?;
    match cx.lookup_attr(callee, names.__module__)? {
        Some(m) if is_kind(m, Kind::Str) => {
            let m = cx.str_string(m)?;
            if m == "builtins" {
                Ok(format!("{q}()"))
            } else {
                Ok(format!("{m}.{q}()"))
            }
        }
        _ => Ok(format!("{q}()")),
    }
}

#[cold]
fn not_iterable(cx: &mut Cx, callee: Value, args: Value, e: Raised) -> Raised {
    let iterable = cx.has_special(args, Special::Iter) || cx.has_special(args, Special::GetItem);
    if iterable || !e.is(cx, cx.types().type_error) {
        return e;
    }
    let name = match callable_name(cx, callee) {
        Ok(n) => n,
        Err(e) => return e,
    };
    let got = cx.type_name(args);
    cx.type_error(format!(
        "{name} argument after * must be an iterable, not {got}"
    ))
}

// ---- Returns --------------------------------------------------------------------------------

handler!(return_, |pc, base, cx, t| {
    let v = reg!(base, a!(pc));
    if (*base.offset(FRAME)).is_empty() {
        let ret = (*base.offset(RETURN_PC)).bits() as *const u64;
        let caller = (*base.offset(CALLER)).bits() as *mut Value;
        (*cx).depth -= 1;
        reg!(caller, a!(ret)) = v;
        go!(ret.add(krait_bytecode::CALL_WORDS), caller, cx, t)
    }
    slow!(return_general, pc, base, cx, t)
});

handler!(
    #[inline(never)]
    return_general,
    |pc, base, cx, t| {
        save!(pc, base, cx);
        goto!(return_slow(&mut *cx, reg!(base, a!(pc))), cx, t)
    }
);

handler!(
    #[inline(never)]
    return_none_general,
    |pc, base, cx, t| {
        save!(pc, base, cx);
        goto!(return_slow(&mut *cx, Value::none()), cx, t)
    }
);

handler!(return_none, |pc, base, cx, t| {
    let v = Value::none();
    if (*base.offset(FRAME)).is_empty() {
        let ret = (*base.offset(RETURN_PC)).bits() as *const u64;
        let caller = (*base.offset(CALLER)).bits() as *mut Value;
        (*cx).depth -= 1;
        reg!(caller, a!(ret)) = v;
        go!(ret.add(krait_bytecode::CALL_WORDS), caller, cx, t)
    }
    slow!(return_none_general, pc, base, cx, t)
});

/// A return from a frame that something is attached to: a frame object, a generator, a native
/// caller, an `__init__` call.
#[inline(never)]
unsafe fn return_slow(cx: &mut Cx, v: Value) -> Next {
    // SAFETY: the frame is saved.
    unsafe {
        let base = cx.base;
        let mark = crate::objects::frame::detach(cx, base);
        if is_kind(mark, Kind::Generator) {
            return crate::objects::generator::returned(cx, mark, v);
        }
        let aux = *base.offset(AUX);
        let caller = leave(cx);
        if mark == crate::window::ENTRY_MARK {
            crate::thread::vm(cx).result = v;
            return Next::EXIT;
        }
        if mark == INIT_MARK {
            if !v.is_none() {
                let got = cx.type_name(v);
                let e = cx.type_error(format!("__init__() should return None, not '{got}'"));
                return unwind(cx, e);
            }
            return deliver(cx, aux);
        }
        let _ = caller;
        deliver(cx, v)
    }
}

/// Pops the frame at `cx.base`: its caller runs again, at its call.
///
/// # Safety
/// The frame is not used any more.
pub unsafe fn leave(cx: &mut Cx) -> *mut Value {
    // SAFETY: by contract.
    unsafe {
        let base = cx.base;
        let ret = (*base.offset(RETURN_PC)).bits() as *const u64;
        cx.pc = if crate::interp::is_stub(ret) {
            (*base.offset(AUX)).bits() as *const u64
        } else {
            ret
        };
        cx.base = (*base.offset(CALLER)).bits() as *mut Value;
        cx.depth -= 1;
        cx.base
    }
}
