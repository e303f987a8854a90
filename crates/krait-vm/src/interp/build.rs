//! Building containers, taking them apart, formatting.

use krait_runtime::cx::Cx;
use krait_runtime::error::{PyResult, Raised};
use krait_runtime::object::Gc;
use krait_runtime::protocol::iter::{is_plain_dict, items_left, shape_of};
use krait_runtime::special::Special;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::list::List;
use krait_runtime::types::set::Set;
use krait_runtime::types::shape_id;
use krait_runtime::types::str::{Str, StrBuilder};
use krait_runtime::types::tuple::Tuple;
use krait_runtime::value::Value;
use krait_runtime::vec::ValueVec;

/// `n` registers from `first`.
#[inline(always)]
unsafe fn registers<'a>(base: *mut Value, first: usize, n: usize) -> &'a [Value] {
    // SAFETY: the verifier proved the range inside the window.
    unsafe { std::slice::from_raw_parts(base.add(first), n) }
}

#[inline(never)]
fn new_tuple(cx: &mut Cx, items: &[Value]) -> PyResult<Value> {
    cx.try_new_tuple(items)
}

handler!(build_tuple, |pc, base, cx, t| {
    try_store!(
        pc,
        base,
        cx,
        t,
        1,
        new_tuple(&mut *cx, registers(base, b!(pc), c!(pc)))
    )
});

#[inline(never)]
fn new_list(cx: &mut Cx, items: &[Value]) -> PyResult<Value> {
    cx.try_new_list(items).map(Gc::value)
}

handler!(build_list, |pc, base, cx, t| {
    try_store!(
        pc,
        base,
        cx,
        t,
        1,
        new_list(&mut *cx, registers(base, b!(pc), c!(pc)))
    )
});

#[inline(never)]
fn new_list_for(cx: &mut Cx, it: Value) -> PyResult<Value> {
    cx.new_list_with_room(items_left(it).min(MOST_EXPECTED))
        .map(Gc::value)
}

/// Room for more items is not taken before they come.
const MOST_EXPECTED: usize = 1 << 10;

handler!(list_for, |pc, base, cx, t| {
    try_store!(
        pc,
        base,
        cx,
        t,
        1,
        new_list_for(&mut *cx, reg!(base, b!(pc)))
    )
});

#[inline(never)]
fn new_set(cx: &mut Cx, items: &[Value]) -> PyResult<Value> {
    let s = cx.new_set();
    for &v in items {
        s.add(cx, v)?;
    }
    Ok(s.value())
}

handler!(build_set, |pc, base, cx, t| {
    try_store!(
        pc,
        base,
        cx,
        t,
        1,
        new_set(&mut *cx, registers(base, b!(pc), c!(pc)))
    )
});

#[inline(never)]
fn new_map(cx: &mut Cx, items: &[Value]) -> PyResult<Value> {
    let d = cx.new_dict();
    if items.len() > 2 {
        d.reserve(cx, items.len() / 2)?;
    }
    for pair in items.chunks_exact(2) {
        d.set(cx, pair[0], pair[1])?;
    }
    Ok(d.value())
}

handler!(build_map, |pc, base, cx, t| {
    try_store!(
        pc,
        base,
        cx,
        t,
        1,
        new_map(&mut *cx, registers(base, b!(pc), c!(pc) * 2))
    )
});

#[inline(never)]
fn join(cx: &mut Cx, items: &[Value]) -> PyResult<Value> {
    let strs = items.iter().map(|&v| Gc::<Str>::from_value_unchecked(v));
    let mut b = StrBuilder::with_capacity(strs.clone().map(|s| s.byte_len()).sum());
    strs.for_each(|s| b.push_gc(s));
    b.finish(cx)
}

handler!(build_string, |pc, base, cx, t| {
    try_store!(
        pc,
        base,
        cx,
        t,
        1,
        join(&mut *cx, registers(base, b!(pc), c!(pc)))
    )
});

#[inline(never)]
fn append(cx: &mut Cx, list: Value, v: Value) -> PyResult<()> {
    Gc::<List>::from_value_unchecked(list).push(cx, v)
}

// The list of a comprehension is nobody else's.
handler!(list_append, |pc, base, cx, t| {
    let l: Gc<List> = Gc::from_value_unchecked(reg!(base, a!(pc)));
    if !(*cx).mutator.is_multithreaded() && l.push_within(&*cx, reg!(base, b!(pc))) {
        next!(pc, base, cx, t, 1)
    }
    slow!(list_append_general, pc, base, cx, t)
});

handler!(
    #[inline(never)]
    list_append_general,
    |pc, base, cx, t| {
        try_do!(
            pc,
            base,
            cx,
            t,
            1,
            append(&mut *cx, reg!(base, a!(pc)), reg!(base, b!(pc)))
        )
    }
);

#[inline(never)]
fn add(cx: &mut Cx, set: Value, v: Value) -> PyResult<()> {
    // The set of annotations reached stands under a name that the program can rebind.
    match Gc::<Set>::from_value(set) {
        Some(s) if cx.is_instance(set, cx.types().set) => s.add(cx, v).map(|_| ()),
        _ => {
            let message = format!("'{}' object is not a set", cx.type_name(set));
            Err(cx.type_error(message))
        }
    }
}

handler!(set_add, |pc, base, cx, t| {
    let (set, v) = (reg!(base, a!(pc)), reg!(base, b!(pc)));
    if shape_of(set) == shape_id::SET
        && let Some(hash) = (*cx).ready_hash(v)
        && Gc::<Set>::from_value_unchecked(set)
            .add_at_once(&*cx, v, hash)
            .is_some()
    {
        next!(pc, base, cx, t, 1)
    }
    slow!(set_add_general, pc, base, cx, t)
});

handler!(
    #[inline(never)]
    set_add_general,
    |pc, base, cx, t| {
        try_do!(
            pc,
            base,
            cx,
            t,
            1,
            add(&mut *cx, reg!(base, a!(pc)), reg!(base, b!(pc)))
        )
    }
);

#[inline(never)]
fn put(cx: &mut Cx, d: Value, k: Value, v: Value) -> PyResult<()> {
    Gc::<Dict>::from_value_unchecked(d).set(cx, k, v)
}

handler!(map_add, |pc, base, cx, t| {
    let (d, k) = (reg!(base, a!(pc)), reg!(base, b!(pc)));
    if let Some(hash) = (*cx).ready_hash(k)
        && put_at_once(&mut *cx, d, k, hash, reg!(base, c!(pc)))
    {
        next!(pc, base, cx, t, 1)
    }
    slow!(map_add_general, pc, base, cx, t)
});

/// Stores into the dict where that is simple.
#[inline(never)]
fn put_at_once(cx: &mut Cx, d: Value, k: Value, hash: u64, v: Value) -> bool {
    Gc::<Dict>::from_value_unchecked(d).set_at_once(cx, k, hash, v)
}

handler!(
    #[inline(never)]
    map_add_general,
    |pc, base, cx, t| {
        try_do!(
            pc,
            base,
            cx,
            t,
            1,
            put(
                &mut *cx,
                reg!(base, a!(pc)),
                reg!(base, b!(pc)),
                reg!(base, c!(pc))
            )
        )
    }
);

#[inline(never)]
fn extend(cx: &mut Cx, list: Value, v: Value) -> PyResult<()> {
    let items = match cx.collect(v) {
        Ok(items) => items,
        Err(e) => return Err(value_after_star(cx, v, e)),
    };
    Gc::<List>::from_value_unchecked(list).extend_from_slice(cx, items.as_slice())
}

#[cold]
fn value_after_star(cx: &mut Cx, v: Value, e: Raised) -> Raised {
    if !e.is(cx, cx.types().type_error)
        || cx.type_of(v).special(cx, Special::Iter).is_some()
        || cx.is_sequence(v)
    {
        return e;
    }
    let got = cx.type_name(v);
    cx.type_error(format!("Value after * must be an iterable, not {got}"))
}

handler!(list_extend, |pc, base, cx, t| {
    try_do!(
        pc,
        base,
        cx,
        t,
        1,
        extend(&mut *cx, reg!(base, a!(pc)), reg!(base, b!(pc)))
    )
});

#[inline(never)]
fn update_set(cx: &mut Cx, set: Value, v: Value) -> PyResult<()> {
    Gc::<Set>::from_value_unchecked(set).update(cx, v)
}

handler!(set_update, |pc, base, cx, t| {
    try_do!(
        pc,
        base,
        cx,
        t,
        1,
        update_set(&mut *cx, reg!(base, a!(pc)), reg!(base, b!(pc)))
    )
});

/// Key and value pairs of a mapping.
fn for_each_pair(
    cx: &mut Cx,
    mapping: Value,
    mut f: impl FnMut(&mut Cx, Value, Value) -> PyResult<()>,
) -> PyResult<()> {
    if is_plain_dict(cx, mapping) {
        let d: Gc<Dict> = Gc::from_value_unchecked(mapping);
        let mut pos = 0;
        while let Some((k, v)) = d.next_entry(&mut pos) {
            f(cx, k, v)?;
        }
        return Ok(());
    }
    let name = cx.names().keys;
    let keys = cx.call_method(mapping, name, &[])?;
    let it = cx.iter(keys)?;
    while let Some(k) = cx.next(it)? {
        let v = cx.get_item(mapping, k)?;
        f(cx, k, v)?;
    }
    Ok(())
}

fn is_mapping_like(cx: &mut Cx, v: Value) -> PyResult<bool> {
    let name = cx.names().keys;
    Ok(Gc::<Dict>::from_value(v).is_some() || cx.lookup_attr(v, name)?.is_some())
}

#[inline(never)]
fn update_dict(cx: &mut Cx, d: Value, mapping: Value) -> PyResult<()> {
    if !is_mapping_like(cx, mapping)? {
        let got = cx.type_name(mapping);
        return Err(cx.type_error(format!("'{got}' object is not a mapping")));
    }
    let d: Gc<Dict> = Gc::from_value_unchecked(d);
    for_each_pair(cx, mapping, |cx, k, v| d.set(cx, k, v))
}

handler!(dict_update, |pc, base, cx, t| {
    try_do!(
        pc,
        base,
        cx,
        t,
        1,
        update_dict(&mut *cx, reg!(base, a!(pc)), reg!(base, b!(pc)))
    )
});

/// Adds `mapping` to the keyword arguments `d` of a call of `callee`.
pub fn merge(cx: &mut Cx, d: Gc<Dict>, mapping: Value, callee: Value) -> PyResult<()> {
    if !is_mapping_like(cx, mapping)? {
        let (name, got) = (
            super::calls::callable_name(cx, callee)?,
            cx.type_name(mapping),
        );
        return Err(cx.type_error(format!(
            "{name} argument after ** must be a mapping, not {got}"
        )));
    }
    for_each_pair(cx, mapping, |cx, k, v| {
        if d.contains(cx, k)? {
            let (name, key) = (super::calls::callable_name(cx, callee)?, cx.str_string(k)?);
            return Err(cx.type_error(format!(
                "{name} got multiple values for keyword argument '{key}'"
            )));
        }
        d.set(cx, k, v)
    })
}

#[inline(never)]
fn merge_slow(cx: &mut Cx, d: Value, mapping: Value, callee: Value) -> PyResult<()> {
    merge(cx, Gc::from_value_unchecked(d), mapping, callee)
}

handler!(dict_merge, |pc, base, cx, t| {
    try_do!(
        pc,
        base,
        cx,
        t,
        1,
        merge_slow(
            &mut *cx,
            reg!(base, a!(pc)),
            reg!(base, b!(pc)),
            reg!(base, c!(pc))
        )
    )
});

#[inline(never)]
fn list_tuple(cx: &mut Cx, v: Value) -> PyResult<Value> {
    let list: Gc<List> = Gc::from_value_unchecked(v);
    cx.try_new_tuple(list.as_slice())
}

handler!(list_to_tuple, |pc, base, cx, t| {
    try_store!(pc, base, cx, t, 1, list_tuple(&mut *cx, reg!(base, b!(pc))))
});

// ---- Unpacking ------------------------------------------------------------------------------

/// The items of an exact tuple or list, without copying.
#[inline(always)]
fn exact_items<'a>(v: Value) -> Option<&'a [Value]> {
    if let Some(t) = Gc::<Tuple>::from_value(v)
        && t.is_exact()
    {
        return Some(t.as_slice());
    }
    match Gc::<List>::from_value(v) {
        Some(l) if l.is_exact() => Some(l.as_slice()),
        _ => None,
    }
}

handler!(unpack_pair, |pc, base, cx, t| {
    let v = reg!(base, c!(pc));
    if let Some(&[x, y]) = exact_items(v) {
        reg!(base, a!(pc)) = x;
        reg!(base, b!(pc)) = y;
        next!(pc, base, cx, t, 1)
    }
    slow!(unpack_pair_general, pc, base, cx, t)
});

handler!(
    #[inline(never)]
    unpack_pair_general,
    |pc, base, cx, t| {
        save!(pc, base, cx);
        match unpack(&mut *cx, reg!(base, c!(pc)), 2) {
            Ok(items) => {
                let (x, y) = (*items, *items.add(1));
                reg!(base, a!(pc)) = x;
                reg!(base, b!(pc)) = y;
                next!(pc, base, cx, t, 1)
            }
            Err(e) => raise!(e, cx, t),
        }
    }
);

handler!(unpack_sequence, |pc, base, cx, t| {
    let n = c!(pc);
    if let Some(items) = exact_items(reg!(base, b!(pc)))
        && items.len() == n
    {
        krait_runtime::object::copy_few(items.as_ptr(), base.add(a!(pc)), n);
        next!(pc, base, cx, t, 1)
    }
    slow!(unpack_sequence_general, pc, base, cx, t)
});

handler!(
    #[inline(never)]
    unpack_sequence_general,
    |pc, base, cx, t| {
        let n = c!(pc);
        save!(pc, base, cx);
        match unpack(&mut *cx, reg!(base, b!(pc)), n) {
            Ok(items) => {
                std::ptr::copy_nonoverlapping(items, base.add(a!(pc)), n);
                next!(pc, base, cx, t, 1)
            }
            Err(e) => raise!(e, cx, t),
        }
    }
);

/// Exactly `n` items of an iterable; they stay alive until the next safepoint.
#[inline(never)]
fn unpack(cx: &mut Cx, v: Value, n: usize) -> PyResult<*const Value> {
    if let Some(items) = exact_items(v) {
        return Err(wrong_count(cx, n, Some(items.len()), items.len() > n));
    }
    let it = iter_for_unpacking(cx, v)?;
    let mut items = ValueVec::with_capacity(cx, n)?;
    while let Some(x) = cx.next(it)? {
        if items.len() == n {
            // CPython tells the count of containers whose length it knows.
            let known = if Gc::<Dict>::from_value(v).is_some() {
                Some(cx.len(v)?)
            } else {
                None
            };
            return Err(wrong_count(cx, n, known, true));
        }
        items.push(cx, x)?;
    }
    if items.len() < n {
        return Err(wrong_count(cx, n, Some(items.len()), false));
    }
    Ok(items.as_slice().as_ptr())
}

fn iter_for_unpacking(cx: &mut Cx, v: Value) -> PyResult<Value> {
    match cx.iter(v) {
        Err(e)
            if e.is(cx, cx.types().type_error)
                && cx.type_of(v).special(cx, Special::Iter).is_none()
                && !cx.is_sequence(v) =>
        {
            let got = cx.type_name(v);
            Err(cx.type_error(format!("cannot unpack non-iterable {got} object")))
        }
        r => r,
    }
}

#[cold]
fn wrong_count(cx: &mut Cx, n: usize, got: Option<usize>, too_many: bool) -> Raised {
    match (too_many, got) {
        (true, Some(got)) => cx.value_error(format!(
            "too many values to unpack (expected {n}, got {got})"
        )),
        (true, None) => cx.value_error(format!("too many values to unpack (expected {n})")),
        (false, got) => cx.value_error(format!(
            "not enough values to unpack (expected {n}, got {})",
            got.unwrap_or(0)
        )),
    }
}

handler!(unpack_ex, |pc, base, cx, t| {
    save!(pc, base, cx);
    match unpack_star(
        &mut *cx,
        reg!(base, b!(pc)),
        base.add(a!(pc)),
        c!(pc),
        *pc.add(1) as usize,
    ) {
        Ok(()) => next!(pc, base, cx, t, 2),
        Err(e) => raise!(e, cx, t),
    }
});

/// `before` targets, the list, `after` targets.
#[inline(never)]
unsafe fn unpack_star(
    cx: &mut Cx,
    v: Value,
    to: *mut Value,
    before: usize,
    after: usize,
) -> PyResult<()> {
    let it = iter_for_unpacking(cx, v)?;
    let mut items = ValueVec::new();
    while let Some(x) = cx.next(it)? {
        items.push(cx, x)?;
    }
    let n = items.len();
    if n < before + after {
        return Err(cx.value_error(format!(
            "not enough values to unpack (expected at least {}, got {n})",
            before + after
        )));
    }
    let all = items.as_slice();
    let rest = cx.new_list(&all[before..n - after]);
    // SAFETY: the verifier proved the target registers.
    unsafe {
        std::ptr::copy_nonoverlapping(all.as_ptr(), to, before);
        *to.add(before) = rest;
        std::ptr::copy_nonoverlapping(all[n - after..].as_ptr(), to.add(before + 1), after);
    }
    Ok(())
}

// ---- Formatting -----------------------------------------------------------------------------

#[inline(never)]
fn format_value(cx: &mut Cx, v: Value, spec: Option<Value>) -> PyResult<Value> {
    if spec.is_none() && Gc::<Str>::from_value(v).is_some() && cx.type_of(v) == cx.types().str {
        return Ok(v);
    }
    if spec.is_none()
        && let Some(n) = v.as_small()
    {
        return Ok(cx.decimal_str(n));
    }
    let spec = match spec {
        Some(s) => Gc::from_value_unchecked(s),
        None => Gc::from_value_unchecked(cx.new_str("")),
    };
    cx.format(v, spec).map(Into::into)
}

handler!(format_simple, |pc, base, cx, t| {
    try_store!(
        pc,
        base,
        cx,
        t,
        1,
        format_value(&mut *cx, reg!(base, b!(pc)), None)
    )
});

handler!(format_spec, |pc, base, cx, t| {
    try_store!(
        pc,
        base,
        cx,
        t,
        1,
        format_value(&mut *cx, reg!(base, b!(pc)), Some(reg!(base, c!(pc))))
    )
});

#[inline(never)]
fn convert_value(cx: &mut Cx, v: Value, how: usize) -> PyResult<Value> {
    match how {
        1 => cx.str(v).map(Gc::value),
        2 => cx.repr(v).map(Gc::value),
        _ => cx.ascii(v).map(Gc::value),
    }
}

handler!(convert, |pc, base, cx, t| {
    try_store!(
        pc,
        base,
        cx,
        t,
        1,
        convert_value(&mut *cx, reg!(base, b!(pc)), c!(pc))
    )
});

#[inline(never)]
fn interpolation(
    cx: &mut Cx,
    value: Value,
    text: Value,
    spec: Value,
    conversion: usize,
) -> PyResult<Value> {
    let conversion = match conversion {
        1 => cx.new_str("s"),
        2 => cx.new_str("r"),
        3 => cx.new_str("a"),
        _ => Value::none(),
    };
    crate::templates::interpolation(cx, value, text, conversion, spec)
}

handler!(build_interpolation, |pc, base, cx, t| {
    let at = base.add(b!(pc));
    try_store!(
        pc,
        base,
        cx,
        t,
        1,
        interpolation(&mut *cx, *at, *at.add(1), *at.add(2), c!(pc))
    )
});

#[inline(never)]
fn template(cx: &mut Cx, strings: Value, interpolations: Value) -> PyResult<Value> {
    crate::templates::template(cx, strings, interpolations)
}

handler!(build_template, |pc, base, cx, t| {
    try_store!(
        pc,
        base,
        cx,
        t,
        1,
        template(&mut *cx, reg!(base, b!(pc)), reg!(base, c!(pc)))
    )
});
