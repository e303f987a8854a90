//! Calls of native functions, methods and classes from registers.

use std::sync::atomic::Ordering;

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::native::{AtOnce, DefKind, NativeDef};
use krait_runtime::object::{Gc, Kind, is_kind};
use krait_runtime::protocol::iter::shape_of;
use krait_runtime::special::Special;
use krait_runtime::types::native_function::{
    BuiltinFunction, Callee, MethodDescr, call_def, call_ignoring, fill_and_call,
};
use krait_runtime::types::shape_id;
use krait_runtime::types::typeobj::{Type, flags};
use krait_runtime::value::Value;
use krait_runtime::vec::fill_few;

use super::returns::{deliver, finish};
use crate::interp::Next;
use crate::unwind::unwind;
use crate::window::{ARGS, CALLABLE, SELF};

/// Stores the result of a native call and goes on, if nobody wants attention.
macro_rules! deliver_native {
    ($pc:ident, $base:ident, $cx:ident, $t:ident, $r:expr) => {{
        let r: PyResult<Value> = $r;
        if let Ok(v) = r
            && !v.is_empty()
            && is_quiet(&*$cx)
        {
            reg!($base, a!($pc)) = v;
            next_after!($pc, $base, $cx, krait_bytecode::CALL_WORDS)
        }
        goto!(finish_native(&mut *$cx, r), $cx, $t)
    }};
}

#[inline(always)]
fn is_quiet(cx: &Cx) -> bool {
    cx.mutator.poll_word().load(Ordering::Relaxed) == 0
}

/// The arguments of a call without keywords, `extra` of them in front of those at `area + ARGS`.
#[inline(always)]
unsafe fn arguments<'a>(area: *mut Value, n: usize, extra: usize) -> &'a [Value] {
    // SAFETY: the area is inside the caller's window.
    unsafe { std::slice::from_raw_parts(area.add(ARGS - extra), n + extra) }
}

// A builtin function, or a native method bound to its object.
handler!(
    #[inline(never)]
    call_builtin,
    |pc, base, cx, t| {
        let area = base.add(b!(pc));
        let f: Gc<BuiltinFunction> = Gc::from_value_unchecked(*area.add(CALLABLE));
        let def = f.def;
        if def.at_once != AtOnce::Unknown {
            slow!(call_at_once, pc, base, cx, t)
        }
        let receivers = def.receivers as usize;
        let n = c!(pc) + receivers;
        if n == def.exact as usize {
            // A function without receiver has no use for this register.
            *area.add(SELF) = f.self_.get();
            let args = std::slice::from_raw_parts(area.add(ARGS).sub(receivers), n);
            deliver_native!(pc, base, cx, t, (def.func)(&mut *cx, args))
        }
        slow!(call_builtin_arranged, pc, base, cx, t)
    }
);

// A function that need not be called for most arguments.
handler!(
    #[inline(never)]
    call_at_once,
    |pc, base, cx, t| {
        let area = base.add(b!(pc));
        let f: Gc<BuiltinFunction> = Gc::from_value_unchecked(*area.add(CALLABLE));
        let v = *area.add(ARGS);
        let known = match (f.def.at_once, c!(pc)) {
            (AtOnce::Len, 1) => (*cx).known_len(v).map(|n| Value::small(n as i64)),
            (AtOnce::IsInstance, 2) => {
                let class = *area.add(ARGS + 1);
                (*cx).known_instance(v, class).map(Value::bool)
            }
            // The id of most objects is their address.
            (AtOnce::Id, 1) => v
                .as_object()
                .filter(|_| !is_kind(v, Kind::Float))
                .map(|o| Value::small(o as i64)),
            _ => None,
        };
        match known {
            Some(v) => {
                reg!(base, a!(pc)) = v;
                next!(pc, base, cx, t, krait_bytecode::CALL_WORDS)
            }
            None => slow!(call_builtin_arranged, pc, base, cx, t),
        }
    }
);

// Where arguments are missing or something else is unusual.
handler!(
    #[inline(never)]
    call_builtin_arranged,
    |pc, base, cx, t| {
        let area = base.add(b!(pc));
        let def = Gc::<BuiltinFunction>::from_value_unchecked(*area.add(CALLABLE)).def;
        if def.lead != NativeDef::ARRANGED && !matches!(def.kind, DefKind::New) {
            slow!(call_builtin_rest, pc, base, cx, t)
        }
        let args = arguments(area, c!(pc), 0);
        deliver_native!(pc, base, cx, t, builtin_arranged(&mut *cx, area, args))
    }
);

// A function that takes `*args` and nothing before them.
handler!(
    #[inline(never)]
    call_builtin_rest,
    |pc, base, cx, t| {
        let area = base.add(b!(pc));
        let f: Gc<BuiltinFunction> = Gc::from_value_unchecked(*area.add(CALLABLE));
        let receiver = if f.def.receivers == 1 {
            f.self_.get()
        } else {
            Value::EMPTY
        };
        let args = arguments_behind_lead(area, f.def, receiver, c!(pc));
        deliver_native!(pc, base, cx, t, (f.def.func)(&mut *cx, args))
    }
);

/// The arguments of a function with a `lead`: the receiver, if it has one, and the marks of missing keyword
/// arguments go into the registers in front of the `n` at `area + ARGS`, which the call does not need any more.
///
/// # Safety
/// `area` is the call area of the running instruction, `def` has a `lead`.
#[inline(always)]
unsafe fn arguments_behind_lead<'a>(
    area: *mut Value,
    def: &NativeDef,
    receiver: Value,
    n: usize,
) -> &'a [Value] {
    const { assert!(NativeDef::MOST_LEAD as usize <= ARGS) };
    let lead = def.lead as usize;
    // SAFETY: the area begins `ARGS` registers in front of the arguments, inside the caller's window.
    unsafe {
        let first = area.add(ARGS - lead);
        fill_few(first, lead, Value::EMPTY);
        if !receiver.is_empty() {
            *first = receiver;
        }
        std::slice::from_raw_parts(first, lead + n)
    }
}

/// The same, called with `args` at `area + ARGS`.
#[inline(always)]
unsafe fn builtin_arranged(cx: &mut Cx, area: *mut Value, args: &[Value]) -> PyResult<Value> {
    // SAFETY: the area is inside the caller's window.
    unsafe {
        let f: Gc<BuiltinFunction> = Gc::from_value_unchecked(*area.add(CALLABLE));
        match f.def.kind {
            DefKind::Function | DefKind::StaticMethod => fill_and_call(cx, f.def, None, 0, args),
            DefKind::Method | DefKind::ClassMethod => {
                *area.add(SELF) = f.self_.get();
                let class = f.class(cx);
                fill_and_call(cx, f.def, class, 1, arguments(area, args.len(), 1))
            }
            _ => cx.call_kw(f.value(), args, &[]),
        }
    }
}

/// Calls a native function with positional arguments, `receivers` of them in front of its
/// parameters.
#[inline(always)]
fn call_native(
    cx: &mut Cx,
    def: &'static NativeDef,
    class: Option<Gc<Type>>,
    receivers: usize,
    args: &[Value],
) -> PyResult<Value> {
    let p = &def.params;
    if def.ignores {
        return call_ignoring(cx, def, args[0]);
    }
    if args.len() == receivers + p.positional as usize && p.kwonly == 0 && !p.varkw {
        return (def.func)(cx, args);
    }
    fill_and_call(cx, def, class, receivers, args)
}

handler!(
    #[inline(never)]
    call_descriptor,
    |pc, base, cx, t| {
        let args = arguments(base.add(b!(pc)), c!(pc), 0);
        let d: Gc<MethodDescr> = Gc::from_value_unchecked(*base.add(b!(pc)).add(CALLABLE));
        deliver_native!(pc, base, cx, t, unbound_method(&mut *cx, d, args))
    }
);

/// A method of a native class called as `dict.get(d, key)`.
#[inline(never)]
fn unbound_method(cx: &mut Cx, d: Gc<MethodDescr>, args: &[Value]) -> PyResult<Value> {
    match (d.def, args) {
        (Some(def), [object, ..]) if d.is_method() && cx.is_instance(*object, d.owner()) => {
            call_native(cx, def, Some(d.owner()), 1, args)
        }
        _ => cx.call_kw(d.value(), args, &[]),
    }
}

// A class that is not made by a `class` statement.
handler!(
    #[inline(never)]
    call_native_class,
    |pc, base, cx, t| {
        let area = base.add(b!(pc));
        let class: Gc<Type> = Gc::from_value_unchecked(*area.add(CALLABLE));
        let n = c!(pc);
        if class.instance_shape() == shape_id::TYPE && n == 1 {
            reg!(base, a!(pc)) = (*cx).type_of(*area.add(ARGS)).value();
            next!(pc, base, cx, t, krait_bytecode::CALL_WORDS)
        }
        if class.instance_shape() == shape_id::RANGE && (n == 1 || n == 2) {
            slow!(call_range, pc, base, cx, t)
        }
        slow!(call_native_class_further, pc, base, cx, t)
    }
);

handler!(
    #[inline(never)]
    call_native_class_further,
    |pc, base, cx, t| {
        let class: Gc<Type> = Gc::from_value_unchecked(*base.add(b!(pc)).add(CALLABLE));
        if class.flags() & flags::MADE_BY_NEW != 0 {
            slow!(call_native_new, pc, base, cx, t)
        }
        slow!(call_native_class_general, pc, base, cx, t)
    }
);

// `range(stop)` or `range(start, stop)`.
handler!(
    #[inline(never)]
    call_range,
    |pc, base, cx, t| {
        let first = base.add(b!(pc) + ARGS);
        let (start, stop) = match c!(pc) {
            1 => (Value::small(0), *first),
            _ => (*first, *first.add(1)),
        };
        if let (Some(a), Some(b)) = (start.as_small(), stop.as_small())
            && let Some(length) = Value::try_small((b - a).max(0))
        {
            save!(pc, base, cx);
            reg!(base, a!(pc)) = (*cx).new_range_by_one(start, stop, length).value();
            next!(pc, base, cx, t, krait_bytecode::CALL_WORDS)
        }
        slow!(call_native_class_further, pc, base, cx, t)
    }
);

// An immutable class of which calling means calling its `__new__`.
handler!(
    #[inline(never)]
    call_native_new,
    |pc, base, cx, t| {
        let area = base.add(b!(pc));
        deliver_native!(pc, base, cx, t, native_new(&mut *cx, area, c!(pc)))
    }
);

#[inline(always)]
unsafe fn native_new(cx: &mut Cx, area: *mut Value, n: usize) -> PyResult<Value> {
    // SAFETY: the area is inside the caller's window.
    unsafe {
        let class: Gc<Type> = Gc::from_value_unchecked(*area.add(CALLABLE));
        if n != 1 {
            krait_runtime::types::type_::direct::check(cx, class, arguments(area, n, 0), &[])?;
        }
        let new = class.native_new();
        let object = if new.def.lead != NativeDef::ARRANGED {
            let args = arguments_behind_lead(area, new.def, class.value(), n);
            (new.def.func)(cx, args)?
        } else {
            *area.add(SELF) = class.value();
            let owner = Gc::from_value(new.self_.get());
            call_native(cx, new.def, owner, 1, arguments(area, n, 1))?
        };
        if shape_of(object) != class.instance_shape() && cx.type_of(object) != class {
            return init_other(cx, class, object, arguments(area, n, 0));
        }
        if class.flags() & flags::INITIALISED != 0 {
            *area.add(SELF) = object;
            let (init, args) = (class.native_init(), arguments(area, n, 1));
            if let Some(def) = init.def {
                call_native(cx, def, Some(init.owner()), 1, args)?;
            }
        }
        Ok(object)
    }
}

/// Whether this `__init__` has nothing to do behind the class's own `__new__`.
fn is_idle_init(def: &NativeDef) -> bool {
    let idle = [
        krait_runtime::types::object::init_fn(),
        krait_runtime::types::weakref::init_fn(),
    ];
    idle.iter().any(|f| std::ptr::fn_addr_eq(def.func, *f))
}

/// What the call of `class` gives whose `__new__` gave `object`, perhaps of another class.
#[inline(never)]
fn init_other(cx: &mut Cx, class: Gc<Type>, object: Value, args: &[Value]) -> PyResult<Value> {
    // `str(x)` gives what `__str__` does, untouched.
    if class == cx.types().str {
        return Ok(object);
    }
    krait_runtime::types::type_::init_new(cx, class, object, args, &[])
}

handler!(
    #[inline(never)]
    call_native_class_general,
    |pc, base, cx, t| {
        let area = base.add(b!(pc));
        deliver_native!(pc, base, cx, t, native_class(&mut *cx, area, c!(pc)))
    }
);

/// `C(...)` of a class whose `__new__` is native.
#[inline(never)]
unsafe fn native_class(cx: &mut Cx, area: *mut Value, n: usize) -> PyResult<Value> {
    // SAFETY: the area is inside the caller's window.
    unsafe {
        let class: Gc<Type> = Gc::from_value_unchecked(*area.add(CALLABLE));
        let args = arguments(area, n, 0);
        let types = cx.types();
        if class == types.type_
            || class.flags() & flags::NO_INSTANTIATION != 0
            || cx.type_of(class.value()) != types.type_
        {
            return cx.call_kw(class.value(), args, &[]);
        }
        let new = class.special(cx, Special::New);
        let new = new.and_then(Gc::<BuiltinFunction>::from_value);
        let Some(new) = new.filter(|f| matches!(f.def.kind, DefKind::New)) else {
            return cx.call_kw(class.value(), args, &[]);
        };
        *area.add(SELF) = class.value();
        if n != 1 || class == types.super_ {
            krait_runtime::types::type_::direct::check(cx, class, args, &[])?;
        }
        let owner = Gc::from_value(new.self_.get());
        let object = call_native(cx, new.def, owner, 1, arguments(area, n, 1))?;
        if cx.type_of(object) == class
            && let Some(init) = class.special(cx, Special::Init)
            && let Some(init) = Gc::<MethodDescr>::from_value(init)
            && let Some(def) = init.def
            && init.is_method()
        {
            // Most builtin classes do everything in `__new__`. What they inherit minds arguments only beside
            // its own `__new__`.
            let idle = is_idle_init(def);
            // Calls of `super` are checked in words of their own, whatever the number of arguments.
            if class.flags() & flags::IMMUTABLE != 0 && class != types.super_ {
                let does_more = if idle { 0 } else { flags::INITIALISED };
                class.set_flags(flags::MADE_BY_NEW | does_more);
            }
            if !idle {
                *area.add(SELF) = object;
                call_native(cx, def, Some(init.owner()), 1, arguments(area, n, 1))?;
            }
            return Ok(object);
        }
        init_other(cx, class, object, args)
    }
}

handler!(
    #[inline(never)]
    call_native_method,
    |pc, base, cx, t| {
        let area = base.add(b!(pc));
        let d: Gc<MethodDescr> = Gc::from_value_unchecked(*area.add(CALLABLE));
        let n = c!(pc) + 1;
        if let Some(def) = d.def
            && n == def.exact as usize
            && matches!(def.kind, DefKind::Method)
        {
            let args = std::slice::from_raw_parts(area.add(SELF), n);
            deliver_native!(pc, base, cx, t, (def.func)(&mut *cx, args))
        }
        slow!(call_native_method_arranged, pc, base, cx, t)
    }
);

handler!(
    #[inline(never)]
    call_native_method_arranged,
    |pc, base, cx, t| {
        let area = base.add(b!(pc));
        let d: Gc<MethodDescr> = Gc::from_value_unchecked(*area.add(CALLABLE));
        if let Some(def) = d.def
            && def.lead != NativeDef::ARRANGED
            && d.is_method()
        {
            let args = arguments_behind_lead(area, def, *area.add(SELF), c!(pc));
            deliver_native!(pc, base, cx, t, (def.func)(&mut *cx, args))
        }
        deliver_native!(pc, base, cx, t, method_arranged(&mut *cx, area, c!(pc)))
    }
);

/// A native method that LOAD_METHOD found in the class of its self, where arguments are missing or something
/// else is unusual.
#[inline(always)]
unsafe fn method_arranged(cx: &mut Cx, area: *mut Value, n: usize) -> PyResult<Value> {
    // SAFETY: the area is inside the caller's window.
    let args = unsafe { arguments(area, n, 1) };
    // SAFETY: as above.
    let d: Gc<MethodDescr> = Gc::from_value_unchecked(unsafe { *area.add(CALLABLE) });
    match d.def {
        Some(def) if d.is_method() => fill_and_call(cx, def, Some(d.owner()), 1, args),
        _ => cx.call_slot_kw(d.value(), args, &[]),
    }
}

pub(super) fn call_object(
    cx: &mut Cx,
    callee: Value,
    args: &[Value],
    kwnames: &[Value],
) -> PyResult<Value> {
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
#[inline(never)]
pub(super) unsafe fn finish_native(cx: &mut Cx, r: PyResult<Value>) -> Next {
    let r = match r {
        Ok(v) if v.is_empty() => Err(cx.stop_iteration(Value::none())),
        r => r,
    };
    if cx.mutator.poll_word().load(Ordering::Relaxed) != 0
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
