//! Attributes, with inline caches.
//!
//! `LOAD_ATTR`, `STORE_ATTR` and `LOAD_METHOD` have three cache words:
//!
//! | word | contents |
//! |------|----------|
//! | 1 | key: shape id in the low half, [`CacheKind`] in the high half; 0 while empty, which is no object's shape |
//! | 2 | byte offset of a slot; value of a class attribute; address of a cell |
//! | 3 | for stores that add an attribute, the next shape; for class receivers, the class word |
//!
//! A shape says the class and which attributes the instance has, so a cached class attribute needs
//! no look at the instance. It cannot see the class change: changing a method or descriptor of a
//! class with the flag `CACHED` purges the caches (`caches::purge`).

use std::sync::atomic::{AtomicU64, Ordering};

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::native::NativeObj;
use krait_runtime::object::{Array, Gc, Kind, Slot, is_kind};
use krait_runtime::protocol::attr::{Binding, bind_method};
use krait_runtime::protocol::iter::known;
use krait_runtime::shape::ShapeEntry;
use krait_runtime::special::Special;
use krait_runtime::types::descriptors::ClassMethod;
use krait_runtime::types::dict::{Dict, GlobalCell};
use krait_runtime::types::method::BoundMethod;
use krait_runtime::types::module::Module;
use krait_runtime::types::native_function::MethodDescr;
use krait_runtime::types::property::Property;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::field::TupleGetter;
use krait_runtime::types::typeobj::{Type, flags};
use krait_runtime::value::Value;

use crate::caches::CachedReferences;
use crate::call::enter_method;
use crate::objects::function::{FunctionObj, as_function};
use crate::stubs;
use crate::window::{Frame, RESULT_MARK};

/// What a filled cache says.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum CacheKind {
    /// Word 2: byte offset of an inline slot. The key is the shape id.
    Slot = 0,
    /// Word 2: index in the overflow array << 32 | byte offset of the overflow word.
    Overflow,
    /// Word 2: the class attribute itself (plain value, or method for LOAD_METHOD).
    Value,
    /// Word 2: cell of a module's variable; word 3: the module.
    Module,
    /// Word 2: what the class attribute binds to; word 3: the class.
    Class,
    /// Store of a new attribute. Word 2: byte offset; word 3: next shape.
    Add,
    /// Word 2: the descriptor of a named tuple's field.
    Field,
    /// For methods. Word 2: the class's classmethod; the receiver is an instance.
    ClassMethod,
    /// The same for the class itself, which is in word 3.
    ClassMethodOfClass,
    /// Word 2: the class's property; its getter is called in the loop.
    Property,
    /// Word 2: the class's native getter.
    Getter,
    /// Word 2: the class's function or native method, which is bound to the receiver.
    Method,
    /// Dictionary mode. Word 2: number of the dict's entry << 32 | byte offset of the overflow word;
    /// word 3: the name.
    Dict,
}

#[inline(always)]
pub(super) const fn key(shape: u32, kind: CacheKind) -> u64 {
    shape as u64 | (kind as u64) << 32
}

/// The shape id of an object word, 0 for immediates.
#[inline(always)]
pub(super) unsafe fn shape_of(v: Value) -> u32 {
    match v.as_object() {
        // SAFETY: a live object.
        Some(o) => unsafe { (*o).shape() },
        None => 0,
    }
}

#[inline(always)]
pub(super) unsafe fn slot_at<'a>(v: Value, offset: u64) -> &'a Slot {
    // SAFETY: the cached offset belongs to the shape that was just checked.
    unsafe {
        &*v.object_unchecked()
            .cast::<u8>()
            .add(offset as usize)
            .cast::<Slot>()
    }
}

pub(super) fn name_at(cx: &Cx, index: usize) -> Gc<Str> {
    Frame {
        base: cx.base,
        pc: cx.pc,
    }
    .code()
    .name_at(index)
}

// ---- Loads ----------------------------------------------------------------------------------

handler!(load_attr, |pc, base, cx, t| {
    let v = reg!(base, b!(pc));
    if let Some(o) = v.as_object()
        && *pc.add(1) == key((*o).shape(), CacheKind::Slot)
    {
        let x = slot_at(v, *pc.add(2)).get();
        if !x.is_empty() {
            reg!(base, a!(pc)) = x;
            next!(pc, base, cx, t, 4)
        }
    }
    slow!(load_attr_hit, pc, base, cx, t)
});

// Another shape than the instruction's cache holds.
handler!(
    #[inline(never)]
    load_attr_again,
    |pc, base, cx, t| {
        let v = reg!(base, b!(pc));
        if let Some(s) = stubs::find(&*cx, pc, shape_of(v)) {
            let [k, word, _] = s.words;
            if let Some(x) = stub_value(k, word, v) {
                reg!(base, a!(pc)) = x;
                next!(pc, base, cx, t, 4)
            }
            if k >> 32 >= CacheKind::Property as u64 {
                slow!(load_attr_computed, pc, base, cx, t)
            }
        }
        slow!(load_attr_miss, pc, base, cx, t)
    }
);

// The less frequent kinds of hits.
handler!(
    #[inline(never)]
    load_attr_hit,
    |pc, base, cx, t| {
        let v = reg!(base, b!(pc));
        let k = *pc.add(1);
        if k as u32 != shape_of(v) || k == 0 {
            slow!(load_attr_again, pc, base, cx, t)
        }
        match cached_load(k, v, pc) {
            Some(x) => {
                reg!(base, a!(pc)) = x;
                next!(pc, base, cx, t, 4)
            }
            None => slow!(load_attr_computed, pc, base, cx, t),
        }
    }
);

// Attributes that code computes: said by the instruction's cache, or by the second level.
handler!(
    #[inline(never)]
    load_attr_computed,
    |pc, base, cx, t| {
        let v = reg!(base, b!(pc));
        let (mut k, mut word, mut last) = (*pc.add(1), *pc.add(2), *pc.add(3));
        if k as u32 != shape_of(v)
            && let Some(s) = stubs::find(&*cx, pc, shape_of(v))
        {
            (k, word, last) = (s.words[0], s.words[1], s.words[2]);
        }
        if k as u32 == shape_of(v) {
            if k >> 32 == CacheKind::Dict as u64 {
                let x = dict_attribute(v, word, Value::from_bits(last));
                if x.is_empty() {
                    slow!(load_attr_miss, pc, base, cx, t)
                }
                reg!(base, a!(pc)) = x;
                next!(pc, base, cx, t, 4)
            }
            let word = Value::from_bits(word);
            if k >> 32 == CacheKind::Property as u64
                && let Some(f) = plain_getter(word)
            {
                let (caller, args) = (Frame { base, pc }, (v, v, v));
                if let Some(n) = enter_method::<1>(&mut *cx, caller, f, args, RESULT_MARK) {
                    go!(n.pc, n.base, cx, t)
                }
            }
            if k >> 32 == CacheKind::Getter as u64 {
                try_store!(pc, base, cx, t, 4, call_getter(&mut *cx, word, v))
            }
            if k >> 32 == CacheKind::Method as u64 {
                save!(pc, base, cx);
                reg!(base, a!(pc)) = bound_method(&mut *cx, word, v);
                next!(pc, base, cx, t, 4)
            }
        }
        slow!(load_attr_miss, pc, base, cx, t)
    }
);

/// The attribute `name` of `v`, which is in dictionary mode, `EMPTY` if its dict has none. `word`: see
/// [`CacheKind::Dict`].
#[inline(never)]
unsafe fn dict_attribute(v: Value, word: u64, name: Value) -> Value {
    // SAFETY: the low half is the overflow word's offset for the checked shape.
    let dict = unsafe { slot_at(v, word & 0xffff_ffff) }.get();
    let Some(dict) = Gc::<Dict>::from_value(dict) else {
        return Value::EMPTY;
    };
    let found = dict.value_at((word >> 32) as usize, name).or_else(|| {
        let name: Gc<Str> = Gc::from_value_unchecked(name);
        dict.get_hashed_str(name, name.cached_hash()? as u64)
    });
    found.unwrap_or(Value::EMPTY)
}

/// The function that a property calls.
#[inline(always)]
fn plain_getter(property: Value) -> Option<FunctionObj> {
    // SAFETY: the cache holds a property.
    let p: Gc<NativeObj<Property>> = unsafe { Gc::from_ptr(property.object_unchecked().cast()) };
    as_function(p.get.get())
}

/// `v.name` by its native getter, of whose class `v` is.
#[inline(never)]
fn call_getter(cx: &mut Cx, descriptor: Value, v: Value) -> PyResult<Value> {
    let d: Gc<MethodDescr> = Gc::from_value_unchecked(descriptor);
    match d.def {
        Some(def) => (def.func)(cx, &[v]),
        None => cx.bind(descriptor, Some(v), d.owner()),
    }
}

/// `v.name` where the class has a function or a native method for it, of whose class `v` is.
#[inline(never)]
fn bound_method(cx: &mut Cx, method: Value, v: Value) -> Value {
    match Gc::<MethodDescr>::from_value(method) {
        Some(d) => bind_method(cx, d, v),
        None => BoundMethod::alloc(cx, method, v).value(),
    }
}

handler!(cold load_attr_miss, |pc, base, cx, t| {
    try_store!(pc, base, cx, t, 4, load_attr_slow(&mut *cx, reg!(base, b!(pc)), c!(pc)))
});

/// What a filled cache whose key matches says about `v`.
#[inline(always)]
pub(super) unsafe fn cached_load(k: u64, v: Value, pc: *const u64) -> Option<Value> {
    // SAFETY: cache words of the running instruction; the key was checked.
    unsafe {
        let word = *pc.add(2);
        if k >> 32 == CacheKind::Overflow as u64 {
            return overflow_value(v, word);
        }
        if k >> 32 == CacheKind::Value as u64 {
            return Some(Value::from_bits(word));
        }
        if k >> 32 == CacheKind::Field as u64 {
            return known::<TupleGetter>(Value::from_bits(word)).item(v);
        }
        if k >> 32 >= CacheKind::Property as u64 || *pc.add(3) != v.bits() {
            return None;
        }
        if k >> 32 == CacheKind::Module as u64 {
            return Gc::<GlobalCell>::from_ptr(word as *mut GlobalCell)
                .value
                .get()
                .some();
        }
        (k >> 32 == CacheKind::Class as u64).then(|| Value::from_bits(word))
    }
}

/// The overflow array of `v`; `word`: see [`CacheKind::Overflow`].
///
/// # Safety
/// The word is for the shape of `v`.
#[inline(always)]
pub(super) unsafe fn overflow_array(v: Value, word: u64) -> Option<Gc<Array>> {
    // SAFETY: the low half is the overflow word's offset for the shape.
    Gc::from_value(unsafe { slot_at(v, word & 0xffff_ffff) }.get())
}

/// The attribute in the overflow array, if it is there.
///
/// # Safety
/// As `overflow_array`.
#[inline(always)]
unsafe fn overflow_value(v: Value, word: u64) -> Option<Value> {
    // SAFETY: by contract.
    let array = unsafe { overflow_array(v, word) }?;
    array.slots().get((word >> 32) as usize)?.get().some()
}

#[inline(never)]
fn load_attr_slow(cx: &mut Cx, v: Value, index: usize) -> PyResult<Value> {
    let name = name_at(cx, index);
    let (epoch, site) = (class_epoch(cx), stubs::epoch(cx));
    if let Some((k, w2, w3)) = find_load(cx, v, name, false)? {
        fill(cx, epoch, k, w2, w3);
        remember_stub(cx, site, [k, w2, w3]);
    }
    cx.get_attr(v, name)
}

/// Remembers for this thread what the running instruction's cache would say.
pub(super) fn remember_stub(cx: &mut Cx, epoch: u64, words: [u64; 3]) {
    // Others are for one object, not for all of a shape.
    const OF_SHAPE: [CacheKind; 9] = [
        CacheKind::Slot,
        CacheKind::Overflow,
        CacheKind::Value,
        CacheKind::Field,
        CacheKind::ClassMethod,
        CacheKind::Property,
        CacheKind::Getter,
        CacheKind::Method,
        CacheKind::Dict,
    ];
    let kind = words[0] >> 32;
    if OF_SHAPE.iter().any(|k| kind == *k as u64) {
        stubs::remember(cx, cx.pc, epoch, words);
    }
}

/// What a second-level entry for the shape of `v` says.
#[inline(always)]
pub(super) fn stub_value(k: u64, word: u64, v: Value) -> Option<Value> {
    // SAFETY: the entry is for the shape of `v`.
    unsafe {
        if k >> 32 == CacheKind::Slot as u64 {
            return slot_at(v, word).get().some();
        }
        if k >> 32 == CacheKind::Overflow as u64 {
            return overflow_value(v, word);
        }
    }
    if k >> 32 == CacheKind::Field as u64 {
        return known::<TupleGetter>(Value::from_bits(word)).item(v);
    }
    (k >> 32 == CacheKind::Value as u64).then(|| Value::from_bits(word))
}

/// What a cache for `v.name` may hold.
pub(super) fn find_load(
    cx: &mut Cx,
    v: Value,
    name: Gc<Str>,
    method: bool,
) -> PyResult<Option<(u64, u64, u64)>> {
    let Some(o) = v.as_object() else {
        return Ok(None);
    };
    // SAFETY: a live object.
    let shape = unsafe { (*o).shape() };
    if let Some(m) = Gc::<Module>::from_value(v) {
        return module_load(cx, m, shape, name);
    }
    let class = cx.type_of(v);
    if is_kind(v, Kind::Type) {
        return class_load(cx, Gc::from_value_unchecked(v), shape, name, method);
    }
    let generic = class
        .special(cx, Special::GetAttribute)
        .is_some_and(|m| cx.is_generic_getattribute(m));
    if !generic {
        return Ok(None);
    }
    let attr = class.lookup(cx, name);
    let binding = attr.map(|a| cx.binding(a));
    let e = *cx.shape_entry(shape);
    if let (Some(a), Some(Binding::Data)) = (attr, binding) {
        return Ok(find_data(cx, class, a, &e, shape));
    }
    if e.dict_mode && e.class.has_dict() {
        if method || e.tail_offset == 0 {
            return Ok(None);
        }
        return Ok(dict_load(cx, v, &e, shape, name));
    }
    if let Some(i) = e.shape.lookup(name.value()) {
        mark_cached(class);
        return Ok(slot_key(&e, shape, i));
    }
    match (attr, binding) {
        (Some(a), Some(Binding::Plain)) if !method => {
            mark_cached(class);
            // It may become a descriptor.
            mark_cached(cx.type_of(a));
            Ok(Some((key(shape, CacheKind::Value), a.bits(), 0)))
        }
        (Some(a), Some(Binding::Method)) if method => {
            mark_cached(class);
            Ok(Some((key(shape, CacheKind::Value), a.bits(), 0)))
        }
        (Some(a), Some(Binding::Method)) if binds_to(a, class) => {
            mark_cached(class);
            Ok(Some((key(shape, CacheKind::Method), a.bits(), 0)))
        }
        (Some(a), Some(Binding::NonData)) if method && plain_classmethod(cx, a).is_some() => {
            mark_cached(class);
            Ok(Some((key(shape, CacheKind::ClassMethod), a.bits(), 0)))
        }
        _ => Ok(None),
    }
}

/// Whether the function or native method `attr` binds to all instances of `class`: somebody may have put it into a
/// class that it is not for.
fn binds_to(attr: Value, class: Gc<Type>) -> bool {
    match Gc::<MethodDescr>::from_value(attr) {
        Some(d) => d.def.is_some() && class.is_subtype(d.owner()),
        None => true,
    }
}

/// The function of a classmethod.
fn plain_classmethod(cx: &Cx, attr: Value) -> Option<Value> {
    let c = NativeObj::<ClassMethod>::from_value(attr)?;
    let plain = cx.type_of(attr) == cx.types().classmethod;
    (plain && is_kind(c.callable.get(), Kind::Function)).then(|| c.callable.get())
}

/// The cache entry for `v.name`, `v` being in dictionary mode.
fn dict_load(
    cx: &mut Cx,
    v: Value,
    e: &ShapeEntry,
    shape: u32,
    name: Gc<Str>,
) -> Option<(u64, u64, u64)> {
    let offset = e.tail_offset as u64 + e.dict_at as u64 * 8;
    // SAFETY: the offset is for objects of this shape.
    let dict = Gc::<Dict>::from_value(unsafe { slot_at(v, offset) }.get())?;
    let entry = dict.entry_of(cx, name)?;
    mark_cached(e.class);
    let word = (entry as u64) << 32 | offset;
    Some((key(shape, CacheKind::Dict), word, name.value().bits()))
}

/// The cache entry for the data descriptor `a` of `class`.
pub(super) fn find_data(
    cx: &mut Cx,
    class: Gc<Type>,
    a: Value,
    e: &ShapeEntry,
    shape: u32,
) -> Option<(u64, u64, u64)> {
    // It is asked when a getter raises AttributeError.
    let has_getattr = class.special(cx, Special::GetAttr).is_some();
    let (kind, word) = if let Some(d) = Gc::<MethodDescr>::from_value(a) {
        // Somebody may have put it into a class that it is not for.
        if !class.is_subtype(d.owner()) {
            return None;
        }
        match d.def {
            None if e.tail_offset == 0 => return None,
            None => (CacheKind::Slot, e.tail_offset as u64 + d.member as u64 * 8),
            Some(_) if has_getattr => return None,
            Some(_) => (CacheKind::Getter, a.bits()),
        }
    } else if NativeObj::<TupleGetter>::from_value(a).is_some() {
        if class.kind() != Kind::Tuple as u8 {
            return None;
        }
        (CacheKind::Field, a.bits())
    } else {
        let p = NativeObj::<Property>::from_value(a)?;
        if has_getattr || cx.type_of(a) != cx.types().property || as_function(p.get.get()).is_none()
        {
            return None;
        }
        (CacheKind::Property, a.bits())
    };
    mark_cached(class);
    Some((key(shape, kind), word, 0))
}

/// A cache relies on `class`: a change of any class in the MRO concerns it.
pub(super) fn mark_cached(class: Gc<Type>) {
    for t in class.mro_types() {
        t.set_flags(flags::CACHED);
    }
}

/// The cache entry for attribute `i` of shape `e`; `None` if slots have no fixed offset.
fn slot_key(e: &ShapeEntry, shape: u32, i: u16) -> Option<(u64, u64, u64)> {
    if e.tail_offset == 0 {
        return None;
    }
    if i < e.cap {
        let offset = e.tail_offset as u64 + (e.inline_at + i) as u64 * 8;
        return Some((key(shape, CacheKind::Slot), offset, 0));
    }
    Some(overflow_place(e, shape, i))
}

/// Where attribute number `i` is, which has no inline slot.
pub(super) fn overflow_place(e: &ShapeEntry, shape: u32, i: u16) -> (u64, u64, u64) {
    let word = e.tail_offset as u64 + e.dict_at as u64 * 8;
    let at = (i - e.cap) as u64;
    (key(shape, CacheKind::Overflow), word | at << 32, 0)
}

fn module_load(
    cx: &mut Cx,
    m: Gc<Module>,
    shape: u32,
    name: Gc<Str>,
) -> PyResult<Option<(u64, u64, u64)>> {
    let class = cx.type_of(m.value());
    if class != cx.types().module || class.lookup(cx, name).is_some() {
        return Ok(None);
    }
    let d = m.namespace();
    if d.get_str(cx, name).is_none() {
        return Ok(None);
    }
    let cell = d.global_cell(cx, name)?;
    Ok(Some((
        key(shape, CacheKind::Module),
        cell.as_ptr() as u64,
        m.value().bits(),
    )))
}

fn class_load(
    cx: &mut Cx,
    class: Gc<Type>,
    shape: u32,
    name: Gc<Str>,
    method: bool,
) -> PyResult<Option<(u64, u64, u64)>> {
    let metatype = cx.type_of(class.value());
    if !metatype
        .special(cx, Special::GetAttribute)
        .is_some_and(is_class_getattribute)
    {
        return Ok(None);
    }
    if let Some(of_metatype) = metatype.lookup(cx, name) {
        match cx.binding(of_metatype) {
            // `__mro__`, `__dict__`, `__name__`: the same for all classes of this metaclass.
            Binding::Data => {
                let e = *cx.shape_entry(shape);
                return Ok(find_data(cx, metatype, of_metatype, &e, shape));
            }
            // What `type` has for others (`__init__`, `__new__`) comes behind what the class has.
            Binding::Method => {}
            // It may become a data descriptor, and no cache would know.
            _ => return Ok(None),
        }
    }
    let Some(attr) = class.lookup(cx, name) else {
        return Ok(None);
    };
    let kind = match cx.binding(attr) {
        // A function or native method found on a class is itself.
        Binding::Plain | Binding::Method => CacheKind::Class,
        Binding::NonData if method && plain_classmethod(cx, attr).is_some() => {
            CacheKind::ClassMethodOfClass
        }
        _ => return Ok(None),
    };
    mark_cached(class);
    mark_cached(metatype);
    mark_cached(cx.type_of(attr));
    Ok(Some((key(shape, kind), attr.bits(), class.value().bits())))
}

/// Whether `m` is `type.__getattribute__` itself.
fn is_class_getattribute(m: Value) -> bool {
    let own = krait_runtime::types::type_::methods::getattribute_fn();
    krait_runtime::protocol::attr::is_native(m, own)
}

/// What the cache with this key refers to.
pub fn cached_references(key: u64) -> CachedReferences {
    match key >> 32 {
        k if k == CacheKind::Value as u64
            || k == CacheKind::Field as u64
            || k == CacheKind::ClassMethod as u64
            || k == CacheKind::Property as u64
            || k == CacheKind::Method as u64
            || k == CacheKind::Getter as u64 =>
        {
            CachedReferences::Value
        }
        k if k == CacheKind::Class as u64 || k == CacheKind::ClassMethodOfClass as u64 => {
            CachedReferences::Guarded
        }
        k if k == CacheKind::Module as u64 => CachedReferences::Cell,
        _ => CachedReferences::None,
    }
}

/// The version of all classes: what was found out about attributes holds as long as it stays.
pub(super) fn class_epoch(cx: &Cx) -> u64 {
    cx.interp().shapes.epoch.load(Ordering::SeqCst)
}

/// Fills the cache words behind `pc`: payload first, key last. With several threads only an empty
/// cache is filled, under a lock, so that nobody pairs a key with another state's payload. What was
/// found at `epoch` is not remembered if a class changed since: whoever changed it purges after
/// this thread's next safepoint, so it meets what is filled here.
pub(super) fn fill(cx: &mut Cx, epoch: u64, k: u64, w2: u64, w3: u64) {
    let pc = cx.pc;
    // SAFETY: cache words of an instruction of live code.
    let words: [&AtomicU64; 3] =
        std::array::from_fn(|i| unsafe { AtomicU64::from_ptr(pc.add(1 + i).cast_mut()) });
    let alone = !cx.interp().heap.is_multithreaded();
    let _claim = if alone {
        None
    } else {
        Some(crate::caches::claim(cx))
    };
    let old = words[0].load(Ordering::Acquire);
    if (old != 0 && !alone) || class_epoch(cx) != epoch {
        return;
    }
    words[0].store(0, Ordering::Release);
    words[1].store(w2, Ordering::Release);
    words[2].store(w3, Ordering::Release);
    words[0].store(k, Ordering::Release);
    let code = Frame { base: cx.base, pc }.code();
    crate::caches::remember(cx, code, words[0].as_ptr());
}

handler!(delete_attr, |pc, base, cx, t| {
    try_do!(
        pc,
        base,
        cx,
        t,
        1,
        delete_attr_slow(&mut *cx, reg!(base, a!(pc)), b!(pc))
    )
});

#[inline(never)]
fn delete_attr_slow(cx: &mut Cx, v: Value, index: usize) -> PyResult<()> {
    let name = name_at(cx, index);
    cx.del_attr(v, name)
}
