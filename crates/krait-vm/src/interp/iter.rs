//! Loops over iterators.

use krait_bytecode::flags::CO_GENERATOR;
use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::object::{Kind, is_kind};
use krait_runtime::protocol::iter::{known, shape_of};
use krait_runtime::special::Special;
use krait_runtime::types::iterators::sequence::{ListIter, TupleIter};
use krait_runtime::types::iterators::set::SetIter;
use krait_runtime::types::range::RangeIter;
use krait_runtime::types::shape_id;
use krait_runtime::value::Value;

use super::generators::for_iter_generator;
use crate::call::enter_method_here;
use crate::objects::function::{FunctionExt, as_function};
use crate::window::RESULT_MARK;

handler!(get_iter, |pc, base, cx, t| {
    let v = reg!(base, b!(pc));
    if is_kind(v, Kind::Generator) && crate::objects::generator::is_plain_generator(v) {
        reg!(base, a!(pc)) = v;
        next!(pc, base, cx, t, 1)
    }
    slow!(get_iter_general, pc, base, cx, t)
});

handler!(
    #[inline(never)]
    get_iter_general,
    |pc, base, cx, t| {
        enter_or_store!(pc, base, cx, t, 1, start_iter(&mut *cx, reg!(base, b!(pc))))
    }
);

/// `iter(v)`, or `EMPTY`: `__iter__` is a generator function, whose result needs no check, and was entered.
#[inline(never)]
pub fn start_iter(cx: &mut Cx, v: Value) -> PyResult<Value> {
    if is_kind(v, Kind::Instance) {
        let class = cx.type_of(v);
        if let Some(f) = class.special(cx, Special::Iter).and_then(as_function)
            && f.body().unit.flags & CO_GENERATOR != 0
            // SAFETY: the frame is saved.
            && unsafe { enter_method_here::<1>(cx, f, (v, v, v), RESULT_MARK) }
        {
            return Ok(Value::EMPTY);
        }
    }
    cx.iter(v)
}

/// Where FOR_ITER jumps: the low half of its extra word.
///
/// # Safety
/// `pc` is the address of a FOR_ITER or SEND.
#[inline(always)]
pub unsafe fn body_offset(pc: *const u64) -> isize {
    // SAFETY: a FOR_ITER or SEND instruction has this word.
    unsafe { *pc.add(1).cast::<i32>() as isize }
}

handler!(for_iter, |pc, base, cx, t| {
    let it = reg!(base, b!(pc));
    match shape_of(it) {
        shape_id::RANGE_ITERATOR => match known::<RangeIter>(it).advance() {
            Some(v) => {
                reg!(base, a!(pc)) = v;
                jump!(pc, base, cx, t, body_offset(pc))
            }
            None => next!(pc, base, cx, t, 2),
        },
        shape_id::LIST_ITERATOR => match known::<ListIter>(it).advance() {
            Some(v) => {
                reg!(base, a!(pc)) = v;
                jump!(pc, base, cx, t, body_offset(pc))
            }
            None => next!(pc, base, cx, t, 2),
        },
        shape_id::TUPLE_ITERATOR => match known::<TupleIter>(it).advance() {
            Some(v) => {
                reg!(base, a!(pc)) = v;
                jump!(pc, base, cx, t, body_offset(pc))
            }
            None => next!(pc, base, cx, t, 2),
        },
        _ if is_kind(it, Kind::Generator) => slow!(for_iter_generator, pc, base, cx, t),
        shape_id::SET_ITERATOR => slow!(for_iter_set, pc, base, cx, t),
        _ => slow!(for_iter_general, pc, base, cx, t),
    }
});

handler!(
    #[inline(never)]
    for_iter_set,
    |pc, base, cx, t| {
        if let Some(v) = known::<SetIter>(reg!(base, b!(pc))).advance_plainly() {
            reg!(base, a!(pc)) = v;
            jump!(pc, base, cx, t, body_offset(pc))
        }
        slow!(for_iter_general, pc, base, cx, t)
    }
);

handler!(
    #[inline(never)]
    for_iter_general,
    |pc, base, cx, t| {
        save!(pc, base, cx);
        match (*cx).next_or_empty(reg!(base, b!(pc))) {
            Ok(v) if v.is_empty() => next!(pc, base, cx, t, 2),
            Ok(v) => {
                reg!(base, a!(pc)) = v;
                jump!(pc, base, cx, t, body_offset(pc))
            }
            Err(e) => raise!(e, cx, t),
        }
    }
);
