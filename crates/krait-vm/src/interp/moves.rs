//! Moves, constants, local and closure variables.

use krait_bytecode::CommonConst;
use krait_runtime::cx::{Cx, Root};
use krait_runtime::error::{PyResult, Raised};
use krait_runtime::object::{Cell, Gc};
use krait_runtime::types::tuple::Tuple;
use krait_runtime::value::Value;

use crate::interp::Next;
use crate::window::Frame;

handler!(nop, |pc, base, cx, t| { next!(pc, base, cx, t, 1) });

handler!(resume, |pc, base, cx, t| { next!(pc, base, cx, t, 1) });

handler!(move_, |pc, base, cx, t| {
    reg!(base, a!(pc)) = reg!(base, b!(pc));
    next!(pc, base, cx, t, 1)
});

handler!(load_const, |pc, base, cx, t| {
    reg!(base, a!(pc)) = Value::from_bits(*pc.add(1));
    next!(pc, base, cx, t, 2)
});

handler!(load_int, |pc, base, cx, t| {
    reg!(base, a!(pc)) = Value::small(bc!(pc) as i64);
    next!(pc, base, cx, t, 1)
});

handler!(load_none, |pc, base, cx, t| {
    reg!(base, a!(pc)) = Value::none();
    next!(pc, base, cx, t, 1)
});

handler!(load_true, |pc, base, cx, t| {
    reg!(base, a!(pc)) = Value::bool(true);
    next!(pc, base, cx, t, 1)
});

handler!(load_false, |pc, base, cx, t| {
    reg!(base, a!(pc)) = Value::bool(false);
    next!(pc, base, cx, t, 1)
});

handler!(load_empty, |pc, base, cx, t| {
    reg!(base, a!(pc)) = Value::EMPTY;
    next!(pc, base, cx, t, 1)
});

handler!(load_common, |pc, base, cx, t| {
    try_store!(pc, base, cx, t, 1, common(&mut *cx, c!(pc)))
});

handler!(load_common_unwatched, |pc, base, cx, t| {
    if std::ptr::eq(t, super::TRACING.as_ptr()) {
        reg!(base, a!(pc)) = Value::none();
        next!(pc, base, cx, t, 1)
    }
    slow!(load_common, pc, base, cx, t)
});

#[inline(never)]
fn common(cx: &mut Cx, which: usize) -> PyResult<Value> {
    let ty = cx.types();
    Ok(match CommonConst::from_u16(which as u16) {
        Some(CommonConst::AssertionError) => ty.assertion_error.value(),
        Some(CommonConst::NotImplementedError) => ty.not_implemented_error.value(),
        Some(CommonConst::Tuple) => ty.tuple.value(),
        Some(CommonConst::List) => ty.list.value(),
        Some(CommonConst::Set) => ty.set.value(),
        Some(CommonConst::All) => return crate::builtins::original(cx, Root::All, "all"),
        Some(CommonConst::Any) => return crate::builtins::original(cx, Root::Any, "any"),
        Some(CommonConst::Sum) => return crate::builtins::original(cx, Root::Sum, "sum"),
        Some(CommonConst::Sorted) => return crate::builtins::original(cx, Root::Sorted, "sorted"),
        Some(CommonConst::Max) => return crate::builtins::original(cx, Root::Max, "max"),
        Some(CommonConst::Min) => return crate::builtins::original(cx, Root::Min, "min"),
        None => unreachable!("the verifier checks the number of a common constant"),
    })
}

handler!(clear, |pc, base, cx, t| {
    reg!(base, a!(pc)) = Value::UNBOUND;
    next!(pc, base, cx, t, 1)
});

handler!(check_bound, |pc, base, cx, t| {
    if reg!(base, a!(pc)).is_unbound() {
        save!(pc, base, cx);
        raise!(unbound_local(&mut *cx, a!(pc)), cx, t);
    }
    next!(pc, base, cx, t, 1)
});

handler!(delete_local, |pc, base, cx, t| {
    if reg!(base, a!(pc)).is_unbound() {
        save!(pc, base, cx);
        raise!(unbound_local(&mut *cx, a!(pc)), cx, t);
    }
    reg!(base, a!(pc)) = Value::UNBOUND;
    next!(pc, base, cx, t, 1)
});

fn register_name(cx: &Cx, r: usize) -> String {
    let code = Frame {
        base: cx.base,
        pc: cx.pc,
    }
    .code();
    code.unit
        .register_name(r as u16)
        .map_or_else(String::new, |n| n.to_lossy().into_owned())
}

/// The error for an unbound local.
#[cold]
#[inline(never)]
pub fn unbound_local(cx: &mut Cx, r: usize) -> Raised {
    let name = register_name(cx, r);
    cx.unbound_local_error(format!(
        "cannot access local variable '{name}' where it is not associated with a value"
    ))
}

handler!(make_cell, |pc, base, cx, t| {
    save!(pc, base, cx);
    reg!(base, a!(pc)) = new_cell(&mut *cx, reg!(base, a!(pc)));
    next!(pc, base, cx, t, 1)
});

#[inline(never)]
fn new_cell(cx: &mut Cx, v: Value) -> Value {
    cx.new_cell(v).value()
}

handler!(copy_free_vars, |pc, base, cx, t| {
    let f = Frame { base, pc }.function();
    let count = b!(pc);
    let closure = match Gc::<Tuple>::from_value(f.closure.get()) {
        Some(closure) if closure.len() == count => closure,
        _ => {
            save!(pc, base, cx);
            goto!(no_closure(&mut *cx), cx, t)
        }
    };
    let to = base.add(a!(pc));
    for i in 0..count {
        *to.add(i) = closure.get(i);
    }
    next!(pc, base, cx, t, 1)
});

/// A function whose maker did not give it the cells that its code wants: no code of the compiler's.
#[cold]
#[inline(never)]
fn no_closure(cx: &mut Cx) -> Next {
    let e = cx.system_error("function without the closure of its code");
    crate::unwind::unwind(cx, e)
}

/// The cell in a register the compiler reserved for one.
#[inline(always)]
fn cell(v: Value) -> Gc<Cell> {
    Gc::from_value_unchecked(v)
}

handler!(load_deref, |pc, base, cx, t| {
    let v = cell(reg!(base, b!(pc))).contents.get();
    if v.is_unbound() {
        save!(pc, base, cx);
        raise!(unbound_cell(&mut *cx, b!(pc)), cx, t);
    }
    reg!(base, a!(pc)) = v;
    next!(pc, base, cx, t, 1)
});

handler!(store_deref, |pc, base, cx, t| {
    let c = cell(reg!(base, a!(pc)));
    c.contents.set(&mut *cx, c, reg!(base, b!(pc)));
    next!(pc, base, cx, t, 1)
});

handler!(delete_deref, |pc, base, cx, t| {
    let c = cell(reg!(base, a!(pc)));
    if c.contents.get().is_unbound() {
        save!(pc, base, cx);
        raise!(unbound_cell(&mut *cx, a!(pc)), cx, t);
    }
    c.contents.set_immediate(Value::UNBOUND);
    next!(pc, base, cx, t, 1)
});

/// The error for an empty cell: UnboundLocalError for the function's own variable, NameError for
/// an enclosing function's.
#[cold]
#[inline(never)]
pub fn unbound_cell(cx: &mut Cx, r: usize) -> Raised {
    let code = Frame {
        base: cx.base,
        pc: cx.pc,
    }
    .code();
    if (r as u16) < code.unit.first_free || code.unit.freevars.is_empty() {
        return unbound_local(cx, r);
    }
    let name = register_name(cx, r);
    let v = cx.new_str(&name);
    let e = cx.name_error(format!("cannot access free variable '{name}' where it is not associated with a value in enclosing scope"));
    e.exception()
        .set_field(cx, krait_runtime::types::exceptions::fields::NAME, v);
    e
}

handler!(load_from_dict_or_deref, |pc, base, cx, t| {
    try_store!(
        pc,
        base,
        cx,
        t,
        1,
        dict_or_deref(&mut *cx, reg!(base, b!(pc)), reg!(base, c!(pc)), c!(pc))
    )
});

#[inline(never)]
fn dict_or_deref(cx: &mut Cx, namespace: Value, c: Value, r: usize) -> PyResult<Value> {
    let code = Frame {
        base: cx.base,
        pc: cx.pc,
    }
    .code();
    if let Some(name) = code.unit.register_name(r as u16) {
        let name = crate::objects::code::interned(cx, name);
        if let Some(v) = crate::interp::names::namespace_get(cx, namespace, name)? {
            return Ok(v);
        }
    }
    let v = cell(c).contents.get();
    if v.is_unbound() {
        Err(unbound_cell(cx, r))
    } else {
        Ok(v)
    }
}
