//! Stores of attributes, with inline caches: see [`super::attrs`].

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::object::{Gc, Header, Kind, is_kind};
use krait_runtime::shape::ShapeEntry;
use krait_runtime::special::Special;
use krait_runtime::types::native_function::MethodDescr;
use krait_runtime::types::str::Str;
use krait_runtime::types::typeobj::Type;
use krait_runtime::value::Value;

use super::attrs::{
    CacheKind, class_epoch, fill, find_data, key, mark_cached, name_at, overflow_array,
    overflow_place, shape_of, slot_at,
};
use crate::stubs;

handler!(store_attr, |pc, base, cx, t| {
    let v = reg!(base, a!(pc));
    if let Some(o) = v.as_object()
        && *pc.add(1) == key((*o).shape(), CacheKind::Slot)
        && stores_alone(&*cx, o)
    {
        slot_at(v, *pc.add(2)).set_unlogged(reg!(base, c!(pc)));
        next!(pc, base, cx, t, 4)
    }
    slow!(store_attr_adding, pc, base, cx, t)
});

/// Whether a store into `o` needs neither a lock nor the write barrier.
#[inline(always)]
fn stores_alone(cx: &Cx, o: *mut Header) -> bool {
    !cx.mutator.is_multithreaded() && !cx.mutator.needs_barrier(o)
}

handler!(
    #[inline(never)]
    store_attr_adding,
    |pc, base, cx, t| {
        let v = reg!(base, a!(pc));
        if let Some(o) = v.as_object()
            && *pc.add(1) == key((*o).shape(), CacheKind::Add)
            && stores_alone(&*cx, o)
        {
            slot_at(v, *pc.add(2)).set_unlogged(reg!(base, c!(pc)));
            (*o).set_shape(*pc.add(3) as u32);
            next!(pc, base, cx, t, 4)
        }
        slow!(store_attr_again, pc, base, cx, t)
    }
);

// Another shape than the instruction's cache holds, or several threads.
handler!(
    #[inline(never)]
    store_attr_again,
    |pc, base, cx, t| {
        let v = reg!(base, a!(pc));
        let x = reg!(base, c!(pc));
        let shape = shape_of(v);
        let k = *pc.add(1);
        if k as u32 == shape && k != 0 {
            if store_locked(&mut *cx, v, [k, *pc.add(2), *pc.add(3)], x) {
                next!(pc, base, cx, t, 4)
            }
        } else if let Some(s) = stubs::find(&*cx, pc, shape)
            && store_locked(&mut *cx, v, s.words, x)
        {
            next!(pc, base, cx, t, 4)
        }
        slow!(store_attr_miss, pc, base, cx, t)
    }
);

/// Stores as the cache words for the shape of `v` say, unless another thread changed the object.
///
/// # Safety
/// `v` is an object; the words are what a cache said for some shape.
#[inline(always)]
unsafe fn store_locked(cx: &mut Cx, v: Value, [k, word, next]: [u64; 3], x: Value) -> bool {
    let o = v.object_unchecked();
    let locked = cx.lock_object(o);
    // SAFETY: the words are for objects of this shape, which the lock keeps as it is.
    let stored = unsafe {
        (*o).shape() == k as u32
            && if k >> 32 == CacheKind::Overflow as u64 {
                overflow_store(cx, v, word, x)
            } else {
                slot_at(v, word).set_in(cx, o, x);
                if k >> 32 == CacheKind::Add as u64 {
                    (*o).set_shape(next as u32);
                }
                true
            }
    };
    cx.unlock_object(o, locked);
    stored
}

/// Stores into the overflow array.
///
/// # Safety
/// As `overflow_array`; the object is locked.
#[inline(always)]
unsafe fn overflow_store(cx: &mut Cx, v: Value, word: u64, x: Value) -> bool {
    // SAFETY: by contract.
    let Some(array) = (unsafe { overflow_array(v, word) }) else {
        return false;
    };
    let slot = array.slots().get((word >> 32) as usize);
    slot.is_some_and(|slot| {
        slot.set_in(cx, array.header(), x);
        true
    })
}

handler!(cold store_attr_miss, |pc, base, cx, t| {
    try_do!(pc, base, cx, t, 4, store_attr_slow(&mut *cx, reg!(base, a!(pc)), b!(pc), reg!(base, c!(pc))))
});

#[inline(never)]
fn store_attr_slow(cx: &mut Cx, v: Value, index: usize, x: Value) -> PyResult<()> {
    let name = name_at(cx, index);
    let (pc, epoch, site) = (cx.pc, class_epoch(cx), stubs::epoch(cx));
    // SAFETY: a value in a register.
    let before = unsafe { shape_of(v) };
    if let Some(words) = member_store(cx, v, name, before) {
        fill(cx, epoch, words[0], words[1], words[2]);
        stubs::remember(cx, pc, site, words);
        return cx.set_attr(v, name, x);
    }
    let cacheable = is_cacheable_store(cx, v, name);
    cx.set_attr(v, name, x)?;
    if !cacheable {
        return Ok(());
    }
    // SAFETY: as above.
    let after = unsafe { shape_of(v) };
    let e = *cx.shape_entry(after);
    if e.dict_mode || e.tail_offset == 0 {
        return Ok(());
    }
    debug_assert_eq!(pc, cx.pc, "calls restore the program counter");
    if let Some(i) = e.shape.lookup(name.value())
        && let Some(words) = plain_store(&e, before, after, i)
    {
        fill(cx, epoch, words[0], words[1], words[2]);
        stubs::remember(cx, pc, site, words);
    }
    Ok(())
}

/// The cache words for a store to attribute number `i` of shape `e`, which took an object from the shape
/// `before` to `after`. `None`: it made room in the overflow array.
fn plain_store(e: &ShapeEntry, before: u32, after: u32, i: u16) -> Option<[u64; 3]> {
    if i >= e.cap {
        let (k, word, _) = overflow_place(e, after, i);
        return (before == after).then_some([k, word, after as u64]);
    }
    let kind = if before == after {
        CacheKind::Slot
    } else {
        CacheKind::Add
    };
    let offset = e.tail_offset as u64 + (e.inline_at + i) as u64 * 8;
    Some([key(before, kind), offset, after as u64])
}

/// The cache words for a store to a `__slots__` member.
fn member_store(cx: &mut Cx, v: Value, name: Gc<Str>, shape: u32) -> Option<[u64; 3]> {
    let class = cx.type_of(v);
    let attr = class.lookup(cx, name)?;
    let d = Gc::<MethodDescr>::from_value(attr)?;
    if d.def.is_some() || !stores_generically(cx, class) {
        return None;
    }
    let e = *cx.shape_entry(shape);
    let (k, word, _) = find_data(cx, class, attr, &e, shape)?;
    Some([k, word, shape as u64])
}

/// Whether `class` has `object.__setattr__`.
fn stores_generically(cx: &mut Cx, class: Gc<Type>) -> bool {
    class.special(cx, Special::SetAttr).is_some_and(|m| {
        krait_runtime::protocol::attr::is_native(m, krait_runtime::types::object::setattr_fn())
    })
}

/// Whether storing `v.name` means storing an instance attribute.
fn is_cacheable_store(cx: &mut Cx, v: Value, name: Gc<Str>) -> bool {
    let class = cx.type_of(v);
    if is_kind(v, Kind::Type) || is_kind(v, Kind::Module) || !class.has_dict() {
        return false;
    }
    let generic = stores_generically(cx, class);
    let data = match class.lookup(cx, name) {
        Some(a) => cx.binding(a).takes_stores(),
        None => false,
    };
    if generic && !data {
        mark_cached(class);
    }
    generic && !data
}
