//! Loops over iterators.

use krait_bytecode::Op;
use krait_bytecode::flags::CO_GENERATOR;
use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::object::{Gc, Kind, is_kind};
use krait_runtime::protocol::iter::{AtOnce, gives_pairs, known, pair_at_once, shape_of};
use krait_runtime::special::Special;
use krait_runtime::types::iterators::dict::{DictIter, KEYS, VALUES};
use krait_runtime::types::iterators::sequence::{ListIter, TupleIter};
use krait_runtime::types::iterators::set::SetIter;
use krait_runtime::types::range::RangeIter;
use krait_runtime::types::shape_id;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::value::Value;

use super::generators::{for_iter_generator, is_unwatched};
use crate::call::enter_method_here;
use crate::objects::function::{FunctionExt, as_function};
use crate::window::RESULT_MARK;

handler!(get_iter, |pc, base, cx, t| {
    let v = reg!(base, b!(pc));
    if is_kind(v, Kind::Generator) && crate::objects::generator::is_plain_generator(v) {
        reg!(base, a!(pc)) = v;
        next!(pc, base, cx, t, 1)
    }
    slow!(get_iter_of_sequence, pc, base, cx, t)
});

// The sequences that most loops are over.
handler!(
    #[inline(never)]
    get_iter_of_sequence,
    |pc, base, cx, t| {
        let v = reg!(base, b!(pc));
        let shape = shape_of(v);
        if shape == shape_id::LIST {
            save!(pc, base, cx);
            let it = ListIter::start(&mut *cx, Gc::from_value_unchecked(v));
            reg!(base, a!(pc)) = it.value();
            next!(pc, base, cx, t, 1)
        }
        if shape == shape_id::TUPLE {
            save!(pc, base, cx);
            let it = TupleIter::start(&mut *cx, Gc::from_value_unchecked(v));
            reg!(base, a!(pc)) = it.value();
            next!(pc, base, cx, t, 1)
        }
        slow!(get_iter_general, pc, base, cx, t)
    }
);

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
    if shape_of(v) == shape_id::RANGE {
        return krait_runtime::types::range::iterate(cx, Gc::from_value_unchecked(v));
    }
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
        _ => slow!(for_iter_further, pc, base, cx, t),
    }
});

handler!(
    #[inline(never)]
    for_iter_further,
    |pc, base, cx, t| {
        let it = reg!(base, b!(pc));
        let item = match shape_of(it) {
            shape_id::SET_ITERATOR => known::<SetIter>(it).advance_plainly(),
            shape_id::DICT_KEYITERATOR => known::<DictIter<KEYS>>(it).pair_at_once().map(|e| e.0),
            shape_id::DICT_VALUEITERATOR => {
                known::<DictIter<VALUES>>(it).pair_at_once().map(|e| e.1)
            }
            _ if gives_pairs(it) => slow!(for_iter_tuples, pc, base, cx, t),
            _ => None,
        };
        if let Some(v) = item {
            reg!(base, a!(pc)) = v;
            jump!(pc, base, cx, t, body_offset(pc))
        }
        slow!(for_iter_general, pc, base, cx, t)
    }
);

handler!(
    #[inline(never)]
    for_iter_tuples,
    |pc, base, cx, t| {
        match pair_at_once(reg!(base, b!(pc))) {
            AtOnce::Pair(x, y) => {
                save!(pc, base, cx);
                reg!(base, a!(pc)) = (*cx).new_pair(x, y);
                jump!(pc, base, cx, t, body_offset(pc))
            }
            AtOnce::End => next!(pc, base, cx, t, 2),
            AtOnce::Unknown => slow!(for_iter_general, pc, base, cx, t),
        }
    }
);

/// The registers into which the instruction at `to` takes `item` apart; the last is false if it does not.
#[inline(always)]
unsafe fn parts_at(to: *const u64, item: usize) -> (usize, usize, bool) {
    // SAFETY: `to` is the address of an instruction.
    unsafe {
        match *to as u16 {
            op if op == Op::UnpackPair as u16 => (a!(to), b!(to), c!(to) == item),
            op if op == Op::UnpackSequence as u16 => {
                (a!(to), a!(to) + 1, b!(to) == item && c!(to) == 2)
            }
            _ => (0, 0, false),
        }
    }
}

// What gives its items in two parts is not asked to put them together.
handler!(for_iter_pair, |pc, base, cx, t| {
    let (a, b, taken_apart) = parts_at(pc.offset(body_offset(pc)), a!(pc));
    if !taken_apart || !is_unwatched(t) {
        slow!(for_iter, pc, base, cx, t)
    }
    let it = reg!(base, b!(pc));
    if shape_of(it) == shape_id::LIST_ITERATOR {
        let Some(item) = known::<ListIter>(it).advance() else {
            next!(pc, base, cx, t, 2)
        };
        if shape_of(item) == shape_id::TUPLE
            && let &[x, y] = Gc::<Tuple>::from_value_unchecked(item).items()
        {
            reg!(base, a!(pc)) = Value::none();
            reg!(base, a) = x;
            reg!(base, b) = y;
            jump!(pc, base, cx, t, body_offset(pc) + 1)
        }
        reg!(base, a!(pc)) = item;
        jump!(pc, base, cx, t, body_offset(pc))
    }
    if gives_pairs(it) {
        slow!(for_iter_parts, pc, base, cx, t)
    }
    slow!(for_iter, pc, base, cx, t)
});

handler!(
    #[inline(never)]
    for_iter_parts,
    |pc, base, cx, t| {
        match pair_at_once(reg!(base, b!(pc))) {
            AtOnce::Pair(x, y) => {
                let (a, b, _) = parts_at(pc.offset(body_offset(pc)), a!(pc));
                reg!(base, a!(pc)) = Value::none();
                reg!(base, a) = x;
                reg!(base, b) = y;
                jump!(pc, base, cx, t, body_offset(pc) + 1)
            }
            AtOnce::End => next!(pc, base, cx, t, 2),
            AtOnce::Unknown => slow!(for_iter_parts_general, pc, base, cx, t),
        }
    }
);

handler!(
    #[inline(never)]
    for_iter_parts_general,
    |pc, base, cx, t| {
        save!(pc, base, cx);
        match take_parts(&mut *cx, reg!(base, b!(pc)), pc, base) {
            Ok(v) if v.is_empty() => next!(pc, base, cx, t, 2),
            Ok(_) => {
                let t = crate::instrument::table(&*cx);
                jump!(pc, base, cx, t, body_offset(pc) + 1)
            }
            Err(e) => raise!(e, cx, t),
        }
    }
);

/// Stores the parts of the next item where the body's first instruction puts them; `EMPTY` if there is none.
#[inline(never)]
unsafe fn take_parts(cx: &mut Cx, it: Value, pc: *const u64, base: *mut Value) -> PyResult<Value> {
    let Some((x, y)) = cx.next_pair(it)? else {
        return Ok(Value::EMPTY);
    };
    // SAFETY: `pc` is the address of a FOR_ITER_PAIR in the frame at `base`, with such a body.
    unsafe {
        let (a, b, _) = parts_at(pc.offset(body_offset(pc)), a!(pc));
        *base.add(a!(pc)) = Value::none();
        *base.add(a) = x;
        *base.add(b) = y;
    }
    Ok(Value::none())
}

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
