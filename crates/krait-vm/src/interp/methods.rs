//! Methods to be called: LOAD_METHOD, with the caches that `attrs` describes.

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::object::{Kind, is_kind};
use krait_runtime::protocol::iter::known;
use krait_runtime::types::descriptors::ClassMethod;
use krait_runtime::value::Value;

use super::attrs::{
    CacheKind, cached_load, class_epoch, fill, find_load, key, name_at, remember_stub, shape_of,
    slot_at, stub_value,
};
use crate::stubs;

handler!(load_method, |pc, base, cx, t| {
    let v = reg!(base, b!(pc));
    if let Some(o) = v.as_object()
        && *pc.add(1) == key((*o).shape(), CacheKind::Value)
    {
        let to = base.add(a!(pc));
        *to = Value::from_bits(*pc.add(2));
        *to.add(1) = v;
        next!(pc, base, cx, t, 4)
    }
    slow!(load_method_hit, pc, base, cx, t)
});

// Another shape than the instruction's cache holds.
handler!(
    #[inline(never)]
    load_method_again,
    |pc, base, cx, t| {
        let v = reg!(base, b!(pc));
        if let Some(s) = stubs::find(&*cx, pc, shape_of(v)) {
            let [k, word, _] = s.words;
            let to = base.add(a!(pc));
            if k >> 32 == CacheKind::Value as u64 {
                *to = Value::from_bits(word);
                *to.add(1) = v;
                next!(pc, base, cx, t, 4)
            }
            if let Some(x) = stub_value(k, word, v) {
                *to = x;
                *to.add(1) = Value::EMPTY;
                next!(pc, base, cx, t, 4)
            }
            if k >> 32 == CacheKind::ClassMethod as u64
                && let Some(f) = function_of(word)
            {
                *to = f;
                *to.add(1) = (*cx).shape_entry(shape_of(v)).class.value();
                next!(pc, base, cx, t, 4)
            }
        }
        slow!(load_method_miss, pc, base, cx, t)
    }
);

/// The function of a cached classmethod: it may have got another callable since.
#[inline(always)]
fn function_of(word: u64) -> Option<Value> {
    let callable = known::<ClassMethod>(Value::from_bits(word)).callable.get();
    is_kind(callable, Kind::Function).then_some(callable)
}

// Callables that are no methods of the receiver's class: attributes of instances, modules, classes.
handler!(
    #[inline(never)]
    load_method_hit,
    |pc, base, cx, t| {
        let (v, k) = (reg!(base, b!(pc)), *pc.add(1));
        if k as u32 != shape_of(v) || k == 0 {
            slow!(load_method_again, pc, base, cx, t)
        }
        if matches!(k >> 32, CLASS_METHOD | CLASS_METHOD_OF_CLASS) {
            slow!(load_classmethod_hit, pc, base, cx, t)
        }
        match cached_method(k, v, pc) {
            Some(x) => {
                let to = base.add(a!(pc));
                *to = x;
                *to.add(1) = Value::EMPTY;
                next!(pc, base, cx, t, 4)
            }
            None => slow!(load_method_miss, pc, base, cx, t),
        }
    }
);

const CLASS_METHOD: u64 = CacheKind::ClassMethod as u64;
const CLASS_METHOD_OF_CLASS: u64 = CacheKind::ClassMethodOfClass as u64;

// A function that is called with the class in front: no bound method is made.
handler!(
    #[inline(never)]
    load_classmethod_hit,
    |pc, base, cx, t| {
        let v = reg!(base, b!(pc));
        let class = if *pc.add(1) >> 32 == CLASS_METHOD {
            (*cx).shape_entry(shape_of(v)).class.value().bits()
        } else {
            v.bits()
        };
        if (*pc.add(1) >> 32 == CLASS_METHOD || *pc.add(3) == class)
            && let Some(f) = function_of(*pc.add(2))
        {
            let to = base.add(a!(pc));
            *to = f;
            *to.add(1) = Value::from_bits(class);
            next!(pc, base, cx, t, 4)
        }
        slow!(load_method_miss, pc, base, cx, t)
    }
);

handler!(cold load_method_miss, |pc, base, cx, t| {
    save!(pc, base, cx);
    match load_method_slow(&mut *cx, reg!(base, b!(pc)), c!(pc), base.add(a!(pc))) {
        Ok(()) => next!(pc, base, cx, t, 4),
        Err(e) => raise!(e, cx, t),
    }
});

#[inline(always)]
unsafe fn cached_method(k: u64, v: Value, pc: *const u64) -> Option<Value> {
    // SAFETY: cache words of the running instruction; the key was checked.
    unsafe {
        if k >> 32 == CacheKind::Slot as u64 {
            slot_at(v, *pc.add(2)).get().some()
        } else {
            cached_load(k, v, pc)
        }
    }
}

#[inline(never)]
unsafe fn load_method_slow(cx: &mut Cx, v: Value, index: usize, to: *mut Value) -> PyResult<()> {
    let name = name_at(cx, index);
    let (epoch, site) = (class_epoch(cx), stubs::epoch(cx));
    if let Some((k, w2, w3)) = find_load(cx, v, name, true)?
        && k >> 32 < CacheKind::Property as u64
    {
        fill(cx, epoch, k, w2, w3);
        remember_stub(cx, site, [k, w2, w3]);
    }
    let (f, s) = cx.load_method(v, name)?;
    // SAFETY: the destination registers of the instruction.
    unsafe {
        *to = f;
        *to.add(1) = s;
    }
    Ok(())
}
