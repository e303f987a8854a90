//! Subscripts.

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::native::TypeSpec;
use krait_runtime::object::{Gc, Kind, is_kind};
use krait_runtime::protocol::iter::shape_of;
use krait_runtime::protocol::slices::is_sliced;
use krait_runtime::special::Special;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::list::List;
use krait_runtime::types::shape_id;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::typeobj::Type;
use krait_runtime::value::Value;

use super::operators::is_beyond_builtins;
use crate::call::enter_method;
use crate::objects::function::as_function;
use crate::window::{DISCARD_MARK, Frame, RESULT_MARK};

#[inline(never)]
fn get_item_slow(cx: &mut Cx, v: Value, key: Value) -> PyResult<Value> {
    cx.get_item(v, key)
}

/// `v[i]` of an exact list or tuple with an index in range, negative ones included.
#[inline(always)]
fn indexed(v: Value, i: i64) -> Option<Value> {
    let o = v.as_object()?;
    // SAFETY: a live object.
    let shape = unsafe { (*o).shape() };
    if shape == shape_id::LIST {
        let l: Gc<List> = Gc::from_value_unchecked(v);
        let i = if i < 0 { i + l.len() as i64 } else { i };
        if i < 0 { None } else { l.get(i as usize) }
    } else if shape == shape_id::TUPLE {
        let l: Gc<Tuple> = Gc::from_value_unchecked(v);
        let i = if i < 0 { i + l.len() as i64 } else { i };
        l.items().get(usize::try_from(i).ok()?).copied()
    } else {
        None
    }
}

handler!(get_item, |pc, base, cx, t| {
    let (v, key) = (reg!(base, b!(pc)), reg!(base, c!(pc)));
    if let Some(i) = key.as_small()
        && let Some(x) = indexed(v, i)
    {
        reg!(base, a!(pc)) = x;
        next!(pc, base, cx, t, 2)
    }
    slow!(get_item_miss, pc, base, cx, t)
});

// Not an item of a list or tuple in range. One kind after the other, so that each handler has what it
// needs and no more.
handler!(
    #[inline(never)]
    get_item_miss,
    |pc, base, cx, t| {
        let shape = shape_of(reg!(base, b!(pc)));
        if shape == shape_id::DICT {
            slow!(get_item_dict, pc, base, cx, t)
        }
        if shape == shape_id::STR {
            slow!(get_item_char, pc, base, cx, t)
        }
        if is_beyond_builtins(shape) {
            slow!(get_item_special, pc, base, cx, t)
        }
        slow!(get_item_slice, pc, base, cx, t)
    }
);

handler!(
    #[inline(never)]
    get_item_dict,
    |pc, base, cx, t| {
        let (v, key) = (reg!(base, b!(pc)), reg!(base, c!(pc)));
        if let Some(hash) = (*cx).ready_hash(key) {
            let x = Gc::<Dict>::from_value_unchecked(v).get_at_once(key, hash);
            if !x.is_empty() {
                reg!(base, a!(pc)) = x;
                next!(pc, base, cx, t, 2)
            }
        }
        slow!(get_item_searching, pc, base, cx, t)
    }
);

// An item of a dict, or of an instance of a class over dict with a native `__getitem__`.
handler!(
    #[inline(never)]
    get_item_searching,
    |pc, base, cx, t| {
        let (v, key) = (reg!(base, b!(pc)), reg!(base, c!(pc)));
        try_store!(pc, base, cx, t, 2, dict_item(&mut *cx, v, key))
    }
);

#[inline(never)]
fn dict_item(cx: &mut Cx, v: Value, key: Value) -> PyResult<Value> {
    let dict = cx.types().dict;
    if shape_of(v) == shape_id::DICT || cx.type_of(v).shares_special(dict, Special::GetItem) {
        return Gc::<Dict>::from_value_unchecked(v).item(cx, key);
    }
    special_item(cx, v, key)
}

handler!(
    #[inline(never)]
    get_item_char,
    |pc, base, cx, t| {
        if let Some(i) = reg!(base, c!(pc)).as_small() {
            let x = Gc::<Str>::from_value_unchecked(reg!(base, b!(pc))).char_at_once(i);
            if !x.is_empty() {
                reg!(base, a!(pc)) = x;
                next!(pc, base, cx, t, 2)
            }
        }
        slow!(get_item_slice, pc, base, cx, t)
    }
);

// The items of an exact builtin sequence that a slice, mostly a constant, selects.
handler!(
    #[inline(never)]
    get_item_slice,
    |pc, base, cx, t| {
        let (v, key) = (reg!(base, b!(pc)), reg!(base, c!(pc)));
        if shape_of(key) != shape_id::SLICE || !is_sliced(shape_of(v)) {
            slow!(get_item_further, pc, base, cx, t)
        }
        try_store!(pc, base, cx, t, 2, get_items(&mut *cx, v, key))
    }
);

#[inline(never)]
fn get_items(cx: &mut Cx, v: Value, key: Value) -> PyResult<Value> {
    cx.get_items(v, Gc::from_value_unchecked(key))
}

/// The character at an index of an exact str, `EMPTY` if that takes more.
#[inline(never)]
fn str_item(text: Gc<Str>, i: i64) -> Value {
    text.known_char(i)
}

/// The byte at an index of an exact bytes object; `EMPTY` if there is none or the object is another.
#[inline(always)]
fn byte_at_once(v: Value, i: i64) -> Value {
    if shape_of(v) != shape_id::BYTES {
        return Value::EMPTY;
    }
    let bytes = Gc::<Bytes>::from_value_unchecked(v).as_bytes();
    let byte = bytes.get(i as usize);
    byte.map_or(Value::EMPTY, |b| Value::small(*b as i64))
}

handler!(
    #[inline(never)]
    get_item_further,
    |pc, base, cx, t| {
        let (v, key) = (reg!(base, b!(pc)), reg!(base, c!(pc)));
        if let Some(i) = key.as_small() {
            let mut x = byte_at_once(v, i);
            if shape_of(v) == shape_id::STR {
                x = str_item(Gc::from_value_unchecked(v), i);
            }
            if !x.is_empty() {
                reg!(base, a!(pc)) = x;
                next!(pc, base, cx, t, 2)
            }
        }
        try_store!(pc, base, cx, t, 2, get_item_slow(&mut *cx, v, key))
    }
);

// GET_ITEM of an object whose class is not builtin: a Python `__getitem__` is entered in this loop.
handler!(
    #[inline(never)]
    get_item_special,
    |pc, base, cx, t| {
        let (v, key) = (reg!(base, b!(pc)), reg!(base, c!(pc)));
        let class = class_of_object(&*cx, v);
        if let Some(f) = as_function(class.resolved_special(Special::GetItem)) {
            let (caller, args) = (Frame { base, pc }, (v, key, key));
            if let Some(n) = enter_method::<2>(&mut *cx, caller, f, args, RESULT_MARK) {
                go!(n.pc, n.base, cx, t)
            }
        }
        if is_kind(v, Kind::Dict) {
            slow!(get_item_searching, pc, base, cx, t)
        }
        slow!(get_item_native, pc, base, cx, t)
    }
);

// The same where the class's native item access may do, or else any method.
handler!(
    #[inline(never)]
    get_item_native,
    |pc, base, cx, t| {
        let (v, key) = (reg!(base, b!(pc)), reg!(base, c!(pc)));
        if let Some(i) = key.as_small()
            && let Some(item) = native_access(&*cx, v).and_then(|s| s.item)
        {
            save!(pc, base, cx);
            let x = item(&mut *cx, v, i);
            if !x.is_empty() {
                reg!(base, a!(pc)) = x;
                next!(pc, base, cx, t, 2)
            }
        }
        try_store!(pc, base, cx, t, 2, special_item(&mut *cx, v, key))
    }
);

/// The class of `v`.
///
/// # Safety
/// `v` is an object.
#[inline(always)]
unsafe fn class_of_object(cx: &Cx, v: Value) -> Gc<Type> {
    // SAFETY: by contract.
    cx.shape_entry(unsafe { (*v.object_unchecked()).shape() })
        .class
}

/// What the native class of `v` is made from.
///
/// # Safety
/// `v` is an object.
#[inline(always)]
unsafe fn native_access(cx: &Cx, v: Value) -> Option<&'static TypeSpec> {
    // SAFETY: by contract.
    unsafe { class_of_object(cx, v) }.spec
}

#[inline(never)]
fn special_item(cx: &mut Cx, v: Value, key: Value) -> PyResult<Value> {
    let class = cx.type_of(v);
    match class.special(cx, Special::GetItem) {
        Some(m) => cx.call_get_item(m, v, key),
        None => cx.get_item(v, key),
    }
}

handler!(get_item_imm, |pc, base, cx, t| {
    let v = reg!(base, b!(pc));
    if let Some(x) = indexed(v, c_imm!(pc)) {
        reg!(base, a!(pc)) = x;
        next!(pc, base, cx, t, 2)
    }
    slow!(get_item_imm_miss, pc, base, cx, t)
});

handler!(
    #[inline(never)]
    get_item_imm_miss,
    |pc, base, cx, t| {
        let v = reg!(base, b!(pc));
        let shape = shape_of(v);
        let mut x = Value::EMPTY;
        if shape == shape_id::STR {
            x = Gc::<Str>::from_value_unchecked(v).char_at_once(c_imm!(pc));
        } else if shape == shape_id::DICT {
            let key = Value::small(c_imm!(pc));
            if let Some(hash) = (*cx).ready_hash(key) {
                x = Gc::<Dict>::from_value_unchecked(v).get_at_once(key, hash);
            }
        }
        if !x.is_empty() {
            reg!(base, a!(pc)) = x;
            next!(pc, base, cx, t, 2)
        }
        slow!(get_item_imm_further, pc, base, cx, t)
    }
);

handler!(
    #[inline(never)]
    get_item_imm_further,
    |pc, base, cx, t| {
        let (v, i) = (reg!(base, b!(pc)), c_imm!(pc));
        let mut x = byte_at_once(v, i);
        if shape_of(v) == shape_id::STR {
            x = str_item(Gc::from_value_unchecked(v), i);
        }
        if !x.is_empty() {
            reg!(base, a!(pc)) = x;
            next!(pc, base, cx, t, 2)
        }
        try_store!(
            pc,
            base,
            cx,
            t,
            2,
            get_item_slow(&mut *cx, v, Value::small(i))
        )
    }
);

handler!(get_slice, |pc, base, cx, t| {
    let at = c!(pc);
    try_store!(
        pc,
        base,
        cx,
        t,
        1,
        get_slice_slow(
            &mut *cx,
            reg!(base, b!(pc)),
            reg!(base, at),
            reg!(base, at + 1)
        )
    )
});

#[inline(never)]
fn get_slice_slow(cx: &mut Cx, v: Value, start: Value, stop: Value) -> PyResult<Value> {
    cx.get_slice(v, start, stop)
}

handler!(get_slice_step, |pc, base, cx, t| {
    let at = c!(pc);
    try_store!(
        pc,
        base,
        cx,
        t,
        1,
        get_slice_step_slow(
            &mut *cx,
            reg!(base, b!(pc)),
            reg!(base, at),
            reg!(base, at + 1),
            reg!(base, at + 2)
        )
    )
});

#[inline(never)]
fn get_slice_step_slow(
    cx: &mut Cx,
    v: Value,
    start: Value,
    stop: Value,
    step: Value,
) -> PyResult<Value> {
    cx.get_slice_step(v, start, stop, step)
}

handler!(set_slice, |pc, base, cx, t| {
    let at = b!(pc);
    try_do!(
        pc,
        base,
        cx,
        t,
        1,
        set_slice_slow(
            &mut *cx,
            reg!(base, a!(pc)),
            reg!(base, at),
            reg!(base, at + 1),
            reg!(base, c!(pc))
        )
    )
});

#[inline(never)]
fn set_slice_slow(cx: &mut Cx, v: Value, start: Value, stop: Value, x: Value) -> PyResult<()> {
    cx.set_slice(v, start, stop, x)
}

#[inline(never)]
fn set_item_slow(cx: &mut Cx, v: Value, key: Value, x: Value) -> PyResult<()> {
    cx.set_item(v, key, x)
}

handler!(set_item, |pc, base, cx, t| {
    let (v, key) = (reg!(base, a!(pc)), reg!(base, b!(pc)));
    if let Some(i) = key.as_small()
        && let Some(o) = v.as_object()
        && (*o).shape() == shape_id::LIST
        && !(*cx).mutator.is_multithreaded()
    {
        let l: Gc<List> = Gc::from_value_unchecked(v);
        if (i as u64) < l.len() as u64 {
            let a = l.array();
            let x = reg!(base, c!(pc));
            if a.len < LARGE {
                a.slots().get_unchecked(i as usize).set(&mut *cx, a, x);
                next!(pc, base, cx, t, 2)
            }
        }
    }
    slow!(set_item_miss, pc, base, cx, t)
});

/// Storage of more words than this logs slots, not the whole object.
const LARGE: usize = 128;

handler!(
    #[inline(never)]
    set_item_miss,
    |pc, base, cx, t| {
        let (v, key, x) = (reg!(base, a!(pc)), reg!(base, b!(pc)), reg!(base, c!(pc)));
        if is_beyond_builtins(shape_of(v)) {
            slow!(set_item_special, pc, base, cx, t)
        }
        if shape_of(v) == shape_id::DICT {
            if let Some(hash) = (*cx).ready_hash(key)
                && dict_store(&mut *cx, Gc::from_value_unchecked(v), key, hash, x)
            {
                next!(pc, base, cx, t, 2)
            }
            slow!(set_item_searching, pc, base, cx, t)
        }
        slow!(set_item_further, pc, base, cx, t)
    }
);

/// Stores into an exact dict where that is simple.
#[inline(never)]
fn dict_store(cx: &mut Cx, dict: Gc<Dict>, key: Value, hash: u64, x: Value) -> bool {
    dict.set_at_once(cx, key, hash, x)
}

handler!(
    #[inline(never)]
    set_item_further,
    |pc, base, cx, t| {
        let (v, key, x) = (reg!(base, a!(pc)), reg!(base, b!(pc)), reg!(base, c!(pc)));
        if let Some(i) = key.as_small()
            && let Some(o) = v.as_object()
            && (*o).shape() == shape_id::LIST
        {
            let l: Gc<List> = Gc::from_value_unchecked(v);
            if i >= 0 && l.set(&mut *cx, i as usize, x) {
                next!(pc, base, cx, t, 2)
            }
        }
        try_do!(pc, base, cx, t, 2, set_item_slow(&mut *cx, v, key, x))
    }
);

// SET_ITEM of an object whose class is not builtin: a Python `__setitem__` is entered in this loop.
handler!(
    #[inline(never)]
    set_item_special,
    |pc, base, cx, t| {
        let (v, key, x) = (reg!(base, a!(pc)), reg!(base, b!(pc)), reg!(base, c!(pc)));
        let class = class_of_object(&*cx, v);
        if let Some(f) = as_function(class.resolved_special(Special::SetItem)) {
            let (caller, args) = (Frame { base, pc }, (v, key, x));
            if let Some(n) = enter_method::<3>(&mut *cx, caller, f, args, DISCARD_MARK) {
                go!(n.pc, n.base, cx, t)
            }
        }
        if is_kind(v, Kind::Dict) {
            slow!(set_item_searching, pc, base, cx, t)
        }
        slow!(set_item_native, pc, base, cx, t)
    }
);

// Into a dict, or an instance of a class over dict with a native `__setitem__`.
handler!(
    #[inline(never)]
    set_item_searching,
    |pc, base, cx, t| {
        let (v, key, x) = (reg!(base, a!(pc)), reg!(base, b!(pc)), reg!(base, c!(pc)));
        try_do!(pc, base, cx, t, 2, set_dict_item(&mut *cx, v, key, x))
    }
);

#[inline(never)]
fn set_dict_item(cx: &mut Cx, v: Value, key: Value, x: Value) -> PyResult<()> {
    let dict = cx.types().dict;
    if shape_of(v) == shape_id::DICT || cx.type_of(v).shares_special(dict, Special::SetItem) {
        return Gc::<Dict>::from_value_unchecked(v).set(cx, key, x);
    }
    set_special_item(cx, v, key, x)
}

// The same where the class's native item access may do, or else any method.
handler!(
    #[inline(never)]
    set_item_native,
    |pc, base, cx, t| {
        let (v, key, x) = (reg!(base, a!(pc)), reg!(base, b!(pc)), reg!(base, c!(pc)));
        if let Some(i) = key.as_small()
            && let Some(store) = native_access(&*cx, v).and_then(|s| s.store_item)
        {
            save!(pc, base, cx);
            if store(&mut *cx, v, i, x) {
                next!(pc, base, cx, t, 2)
            }
        }
        try_do!(pc, base, cx, t, 2, set_special_item(&mut *cx, v, key, x))
    }
);

#[inline(never)]
fn set_special_item(cx: &mut Cx, v: Value, key: Value, x: Value) -> PyResult<()> {
    let class = cx.type_of(v);
    match class.special(cx, Special::SetItem) {
        Some(m) => cx.call_set_item(m, v, key, x),
        None => cx.set_item(v, key, x),
    }
}

#[inline(never)]
fn del_item_slow(cx: &mut Cx, v: Value, key: Value) -> PyResult<()> {
    cx.del_item(v, key)
}

handler!(del_item, |pc, base, cx, t| {
    try_do!(
        pc,
        base,
        cx,
        t,
        1,
        del_item_slow(&mut *cx, reg!(base, a!(pc)), reg!(base, b!(pc)))
    )
});

#[inline(never)]
fn new_slice(cx: &mut Cx, a: Value, b: Value, c: Value) -> Value {
    cx.new_slice(a, b, c)
}

handler!(build_slice, |pc, base, cx, t| {
    save!(pc, base, cx);
    let at = b!(pc);
    reg!(base, a!(pc)) = new_slice(
        &mut *cx,
        reg!(base, at),
        reg!(base, at + 1),
        reg!(base, at + 2),
    );
    next!(pc, base, cx, t, 1)
});
