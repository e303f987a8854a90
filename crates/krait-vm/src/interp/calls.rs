//! Calls.

use krait_runtime::cx::Cx;
use krait_runtime::error::{PyResult, Raised};
use krait_runtime::object::{Gc, Kind, is_kind};
use krait_runtime::special::Special;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::list::List;
use krait_runtime::types::method::BoundMethod;
use krait_runtime::types::native_function::{BuiltinFunction, Callee, MethodDescr, call_def};
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::typeobj::{Type, flags};
use krait_runtime::value::Value;
use krait_runtime::vec::ValueVec;

use crate::call::{bind, check_room, fill_plain_defaults, has_room, is_exact, push};
use crate::interp::Next;
use crate::interp::natives::{
    call_builtin, call_descriptor, call_native_class, call_native_method, call_object,
    finish_native,
};
use crate::objects::function::{FunctionObj, as_function, known_function};
use crate::unwind::unwind;
use crate::window::{ARGS, AUX, CALLABLE, FRAME, Frame, INIT_MARK, SELF};

/// Enters a function that takes exactly the `n` arguments at `new`; goes on here if it takes others.
macro_rules! enter_exact {
    ($pc:ident, $base:ident, $cx:ident, $t:ident, $f:ident, $new:ident, $n:expr) => {
        if is_exact($f, $n) && has_room(&*$cx, $new) {
            let caller = Frame {
                base: $base,
                pc: $pc,
            };
            let to = push(&mut *$cx, caller, $f, $new);
            go!(to.pc, to.base, $cx, $t)
        }
    };
}

/// Enters a function that lacks but trailing defaults; goes on here if that is not all.
macro_rules! enter_filled {
    ($pc:ident, $base:ident, $cx:ident, $t:ident, $f:ident, $new:ident, $n:expr) => {
        if has_room(&*$cx, $new) && fill_plain_defaults($f, $new, $n) {
            let caller = Frame {
                base: $base,
                pc: $pc,
            };
            let to = push(&mut *$cx, caller, $f, $new);
            go!(to.pc, to.base, $cx, $t)
        }
    };
}

handler!(call, |pc, base, cx, t| {
    let area = base.add(b!(pc));
    if let Some(f) = as_function(*area.add(CALLABLE)) {
        let new = area.add(ARGS);
        enter_exact!(pc, base, cx, t, f, new, c!(pc));
        slow!(call_function_general, pc, base, cx, t)
    }
    slow!(call_further, pc, base, cx, t)
});

handler!(
    #[inline(never)]
    call_further,
    |pc, base, cx, t| {
        save!(pc, base, cx);
        let callee = *base.add(b!(pc)).add(CALLABLE);
        if is_kind(callee, Kind::BuiltinFunction) {
            slow!(call_builtin, pc, base, cx, t)
        }
        if is_kind(callee, Kind::Type) {
            slow!(call_class, pc, base, cx, t)
        }
        if is_kind(callee, Kind::BoundMethod) {
            slow!(call_bound, pc, base, cx, t)
        }
        *base.add(b!(pc)).add(SELF) = Value::EMPTY;
        slow!(call_rare, pc, base, cx, t)
    }
);

// A function whose arguments have to be arranged.
handler!(
    #[inline(never)]
    call_function_general,
    |pc, base, cx, t| {
        save!(pc, base, cx);
        let area = base.add(b!(pc));
        let f = known_function(*area.add(CALLABLE));
        let (new, n) = (area.add(ARGS), c!(pc));
        enter_filled!(pc, base, cx, t, f, new, n);
        slow!(call_function_bound, pc, base, cx, t)
    }
);

handler!(
    #[inline(never)]
    call_function_bound,
    |pc, base, cx, t| {
        let area = base.add(b!(pc));
        let f = known_function(*area.add(CALLABLE));
        goto!(call_python(&mut *cx, f, area.add(ARGS), c!(pc), &[]), cx, t)
    }
);

// A callee that is no function. One test after the other: a table of jumps is guessed wrong too often.
handler!(
    #[inline(never)]
    call_general,
    |pc, base, cx, t| {
        let area = base.add(b!(pc));
        let callee = *area.add(CALLABLE);
        *area.add(SELF) = Value::EMPTY;
        if is_kind(callee, Kind::Type) {
            slow!(call_class, pc, base, cx, t)
        }
        if is_kind(callee, Kind::BoundMethod) {
            slow!(call_bound, pc, base, cx, t)
        }
        slow!(call_rare, pc, base, cx, t)
    }
);

handler!(
    #[inline(never)]
    call_rare,
    |pc, base, cx, t| {
        let area = base.add(b!(pc));
        if is_kind(*area.add(CALLABLE), Kind::MethodDescr) {
            slow!(call_descriptor, pc, base, cx, t)
        }
        goto!(call_slow(&mut *cx, area, c!(pc), &[]), cx, t)
    }
);

handler!(
    #[inline(never)]
    call_bound,
    |pc, base, cx, t| {
        let area = base.add(b!(pc));
        let n = c!(pc);
        let m: Gc<BoundMethod> = Gc::from_value_unchecked(*area.add(CALLABLE));
        if let Some(f) = as_function(m.func.get()) {
            let new = area.add(SELF);
            *new = m.self_.get();
            enter_exact!(pc, base, cx, t, f, new, n + 1);
            slow!(call_bound_filled, pc, base, cx, t)
        }
        *area.add(SELF) = Value::EMPTY;
        slow!(call_bound_general, pc, base, cx, t)
    }
);

// A bound method whose function lacks arguments, self being in front of those given.
handler!(
    #[inline(never)]
    call_bound_filled,
    |pc, base, cx, t| {
        let area = base.add(b!(pc));
        let m: Gc<BoundMethod> = Gc::from_value_unchecked(*area.add(CALLABLE));
        let f = known_function(m.func.get());
        let (new, n) = (area.add(SELF), c!(pc) + 1);
        enter_filled!(pc, base, cx, t, f, new, n);
        *new = Value::EMPTY;
        slow!(call_bound_general, pc, base, cx, t)
    }
);

// A bound method whose arguments have to be arranged, or of something else than a function.
handler!(
    #[inline(never)]
    call_bound_general,
    |pc, base, cx, t| {
        let area = base.add(b!(pc));
        goto!(call_slow(&mut *cx, area, c!(pc), &[]), cx, t)
    }
);

handler!(
    #[inline(never)]
    call_class,
    |pc, base, cx, t| {
        let area = base.add(b!(pc));
        let n = c!(pc);
        let class: Gc<Type> = Gc::from_value_unchecked(*area.add(CALLABLE));
        if class.flags() & flags::HEAPTYPE == 0 {
            slow!(call_native_class, pc, base, cx, t)
        }
        if let Some(init) = plain_init(&*cx, class) {
            let new = area.add(SELF);
            if is_exact(init, n + 1)
                && has_room(&*cx, new)
                && let Some(object) = (*cx).instance_at_once(class)
            {
                *new = object;
                let to = push(&mut *cx, Frame { base, pc }, init, new);
                *new.offset(FRAME) = INIT_MARK;
                *new.offset(AUX) = object;
                go!(to.pc, to.base, cx, t)
            }
        }
        slow!(call_class_general, pc, base, cx, t)
    }
);

handler!(
    #[inline(never)]
    call_class_general,
    |pc, base, cx, t| {
        let area = base.add(b!(pc));
        let class: Gc<Type> = Gc::from_value_unchecked(*area.add(CALLABLE));
        if let Some(init) = python_init(&mut *cx, class) {
            let object = krait_runtime::types::object::new_instance(&mut *cx, class);
            goto!(enter_init(&mut *cx, init, object, area, c!(pc), &[]), cx, t)
        }
        slow!(call_native_class, pc, base, cx, t)
    }
);

/// As [`python_init`], as far as the class knows its special methods.
#[inline(always)]
fn plain_init(cx: &Cx, class: Gc<Type>) -> Option<FunctionObj> {
    if !makes_plain_instances(cx, class) {
        return None;
    }
    let new = class.resolved_special(Special::New);
    if !is_kind(new, Kind::BuiltinFunction) || !is_object_new(Gc::from_value_unchecked(new)) {
        return None;
    }
    as_function(class.resolved_special(Special::Init))
}

/// Whether the class is an ordinary one of Python code: with the usual layout and `type.__call__`.
#[inline(always)]
fn makes_plain_instances(cx: &Cx, class: Gc<Type>) -> bool {
    class.flags() & (flags::HEAPTYPE | flags::ABSTRACT | flags::OWN_ALLOC) == flags::HEAPTYPE
        && cx.shape_entry(class.header.shape()).class == cx.types().type_
}

#[inline(always)]
fn is_object_new(new: Gc<BuiltinFunction>) -> bool {
    std::ptr::fn_addr_eq(new.def.func, krait_runtime::types::object::new_fn())
}

/// `C.__init__`, if `C` is called by making an instance of the usual layout and calling that.
#[inline(always)]
fn python_init(cx: &mut Cx, class: Gc<Type>) -> Option<FunctionObj> {
    if !makes_plain_instances(cx, class) {
        return None;
    }
    let new = Gc::<BuiltinFunction>::from_value(class.special(cx, Special::New)?)?;
    if !is_object_new(new) {
        return None;
    }
    as_function(class.special(cx, Special::Init)?)
}

/// Enters `__init__` of the new `object`, whose arguments have to be arranged.
#[inline(never)]
unsafe fn enter_init(
    cx: &mut Cx,
    init: FunctionObj,
    object: Value,
    area: *mut Value,
    n: usize,
    kwnames: &[Value],
) -> Next {
    // SAFETY: the area is inside the caller's window.
    unsafe {
        let base = area.add(SELF);
        *base = object;
        let next = call_python(cx, init, base, n + 1, kwnames);
        if next.base == base {
            *base.offset(FRAME) = INIT_MARK;
            *base.offset(AUX) = object;
        }
        next
    }
}

handler!(call_method, |pc, base, cx, t| {
    let area = base.add(b!(pc));
    // What LOAD_METHOD finds in a class is called with self in front.
    if let Some(f) = as_function(*area.add(CALLABLE))
        && !(*area.add(SELF)).is_empty()
    {
        let new = area.add(SELF);
        enter_exact!(pc, base, cx, t, f, new, c!(pc) + 1);
    }
    slow!(call_method_further, pc, base, cx, t)
});

handler!(
    #[inline(never)]
    call_method_further,
    |pc, base, cx, t| {
        save!(pc, base, cx);
        let area = base.add(b!(pc));
        if (*area.add(SELF)).is_empty() {
            slow!(call_without_self, pc, base, cx, t)
        }
        if is_kind(*area.add(CALLABLE), Kind::MethodDescr) {
            slow!(call_native_method, pc, base, cx, t)
        }
        slow!(call_method_general, pc, base, cx, t)
    }
);

// What LOAD_METHOD found is no method of the object's class.
handler!(
    #[inline(never)]
    call_without_self,
    |pc, base, cx, t| {
        let area = base.add(b!(pc));
        if let Some(f) = as_function(*area.add(CALLABLE)) {
            let new = area.add(ARGS);
            enter_exact!(pc, base, cx, t, f, new, c!(pc));
        }
        slow!(call_method_general, pc, base, cx, t)
    }
);

handler!(
    #[inline(never)]
    call_method_general,
    |pc, base, cx, t| {
        let area = base.add(b!(pc));
        let callee = *area.add(CALLABLE);
        let has_self = !(*area.add(SELF)).is_empty();
        if is_kind(callee, Kind::BuiltinFunction) && !has_self {
            slow!(call_builtin, pc, base, cx, t)
        }
        if is_kind(callee, Kind::Function) {
            slow!(call_method_function, pc, base, cx, t)
        }
        if has_self {
            slow!(call_method_rare, pc, base, cx, t)
        }
        if is_kind(callee, Kind::BoundMethod) {
            slow!(call_bound, pc, base, cx, t)
        }
        slow!(call_general, pc, base, cx, t)
    }
);

// A function whose arguments have to be arranged.
handler!(
    #[inline(never)]
    call_method_function,
    |pc, base, cx, t| {
        let area = base.add(b!(pc));
        let f = known_function(*area.add(CALLABLE));
        let has_self = !(*area.add(SELF)).is_empty() as usize;
        let (new, n) = (area.add(ARGS - has_self), c!(pc) + has_self);
        enter_filled!(pc, base, cx, t, f, new, n);
        slow!(call_method_rare, pc, base, cx, t)
    }
);

handler!(
    #[inline(never)]
    call_method_rare,
    |pc, base, cx, t| {
        let area = base.add(b!(pc));
        goto!(call_slow(&mut *cx, area, c!(pc), &[]), cx, t)
    }
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
            && let Some(class) = Gc::<Type>::from_value(callee)
            && let Some(init) = python_init(cx, class)
        {
            let object = krait_runtime::types::object::new_instance(cx, class);
            return enter_init(cx, init, object, area, n, kwnames);
        }
        let r = if has_self {
            cx.call_slot_kw(callee, args, kwnames)
        } else {
            call_object(cx, callee, args, kwnames)
        };
        finish_native(cx, r)
    }
}

/// Binds arguments and enters a Python function.
#[inline(never)]
unsafe fn call_python(
    cx: &mut Cx,
    f: FunctionObj,
    base: *mut Value,
    total: usize,
    kwnames: &[Value],
) -> Next {
    // SAFETY: arguments stand in the caller's window.
    unsafe {
        let r = check_room(cx, base, 0)
            .and_then(|()| bind(cx, f, base, total - kwnames.len(), kwnames));
        match r {
            Ok(()) => push(cx, Frame::running(cx), f, base),
            Err(e) => unwind(cx, e),
        }
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
        if let Some(all) = Gc::<Tuple>::from_value(args).filter(|t| t.is_exact())
            && has_no_items(kwargs)
        {
            // The tuple's items are the arguments.
            return call_spread(cx, callee, all.as_slice(), &[]);
        }
        if Gc::<List>::from_value(args).is_some_and(|l| l.is_exact()) && has_no_items(kwargs) {
            // What it holds now: the call may change it.
            let snapshot = Gc::<List>::from_value_unchecked(args).snapshot(cx);
            return match snapshot {
                Ok(all) => call_spread(cx, callee, all.as_slice(), &[]),
                Err(e) => unwind(cx, e),
            };
        }
        let r = spread(cx, callee, args, kwargs);
        let (positional, names) = match r {
            Ok(x) => x,
            Err(e) => return unwind(cx, e),
        };
        call_spread(cx, callee, positional.as_slice(), names.as_slice())
    }
}

/// Whether `**kwargs` adds nothing.
fn has_no_items(kwargs: Value) -> bool {
    kwargs.is_empty()
        || Gc::<Dict>::from_value(kwargs).is_some_and(|d| d.is_exact() && d.len() == 0)
}

/// Where the arguments of CALL_EX go: they may need more registers than the caller's window has, so above
/// it.
unsafe fn spread_base(cx: &Cx) -> *mut Value {
    // SAFETY: the frame is saved; the window above it is free.
    unsafe { crate::window::top(cx).add(crate::window::HEADER) }
}

/// Enters `f` with `first`, unless that is `EMPTY`, and `rest`.
unsafe fn enter_spread(
    cx: &mut Cx,
    f: FunctionObj,
    first: Value,
    rest: &[Value],
    kwnames: &[Value],
) -> Next {
    // SAFETY: as `spread_base`; there is room.
    unsafe {
        let base = spread_base(cx);
        let has_first = !first.is_empty();
        let total = rest.len() + has_first as usize;
        if let Err(e) = check_room(cx, base, total) {
            return unwind(cx, e);
        }
        if has_first {
            *base = first;
        }
        std::ptr::copy_nonoverlapping(rest.as_ptr(), base.add(has_first as usize), rest.len());
        call_python(cx, f, base, total, kwnames)
    }
}

/// CALL_EX with its arguments in `all`.
unsafe fn call_spread(cx: &mut Cx, callee: Value, all: &[Value], kwnames: &[Value]) -> Next {
    // SAFETY: the frame is saved; the window above it is free.
    unsafe {
        if let Some(f) = as_function(callee) {
            return enter_spread(cx, f, Value::EMPTY, all, kwnames);
        }
        if let Some(m) = Gc::<BoundMethod>::from_value(callee)
            && let Some(f) = as_function(m.func.get())
        {
            return enter_spread(cx, f, m.self_.get(), all, kwnames);
        }
        if let Some(class) = Gc::<Type>::from_value(callee)
            && let Some(init) = python_init(cx, class)
        {
            let object = krait_runtime::types::object::new_instance(cx, class);
            let next = enter_spread(cx, init, object, all, kwnames);
            if next.base == spread_base(cx) {
                *next.base.offset(FRAME) = INIT_MARK;
                *next.base.offset(AUX) = object;
            }
            return next;
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
    let items = match cx.tuple_from(args) {
        Ok(v) => v,
        Err(e) => return Err(not_iterable(cx, callee, args, e)),
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
    let iterable = cx.has_special(args, Special::Iter) || cx.is_sequence(args);
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
