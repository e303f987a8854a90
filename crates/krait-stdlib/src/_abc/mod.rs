//! `_abc`: what `abc.ABCMeta` does natively (PEP 3119).
//!
//! Each abstract base class has an `_abc_impl` with its registry, the classes known to be subclasses, and those known
//! not to be. The latter are forgotten when any class was registered anywhere since.

mod weak_table;

use std::sync::atomic::{AtomicU64, Ordering};

use krait_runtime::types::typeobj::direct_subclasses;

use crate::prelude::*;
use weak_table::WeakTable;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_abc",
    doc: Some("Module contains faster C implementation of abc.ABCMeta"),
    functions: &[Functions::DEFS],
    types: &[],
    init: None,
};

/// The state of one abstract base class.
#[derive(Trace)]
pub struct AbcData {
    registry: WeakTable,
    cache: WeakTable,
    negative: WeakTable,
    negative_version: AtomicU64,
}
impl Native for AbcData {
    const PY_NAME: &'static str = "_abc._abc_data";
}

type Data = Obj<AbcData>;

static ABC_DATA: TypeSpec = TypeSpec {
    name: "_abc_data",
    module: "_abc",
    doc: Some("Internal state held by ABC machinery."),
    layout: Layout::native::<AbcData>(),
    flags: flags::NO_INSTANTIATION,
    ..TypeSpec::DEFAULT
};

/// How many registrations there were in this interpreter.
#[derive(Default)]
struct Registrations(AtomicU64);

fn registrations(cx: &Cx) -> u64 {
    cx.state::<Registrations>().0.load(Ordering::Acquire)
}

/// `class._abc_impl`.
fn data_of(cx: &mut Cx, class: Value) -> PyResult<Data> {
    let name = cx.names()._abc_impl;
    let found = match Gc::<Type>::from_value(class) {
        Some(t) => t.lookup(cx, name),
        None => cx.lookup_attr(class, name)?,
    };
    match found.and_then(NativeObj::from_value) {
        Some(d) => Ok(d),
        None => Err(cx.type_error("_abc_impl is set to a wrong type")),
    }
}

fn is_abstract(cx: &mut Cx, v: Value) -> PyResult<bool> {
    let name = cx.names().__isabstractmethod__;
    match cx.lookup_attr(v, name)? {
        Some(flag) => cx.is_true(flag),
        None => Ok(false),
    }
}

/// The names of the methods that `class` still has to define, a frozenset.
fn abstract_methods(cx: &mut Cx, class: Gc<Type>) -> PyResult<Value> {
    let mut found = ValueVec::new();
    let own = class.namespace().copy(cx)?;
    let mut pos = 0;
    while let Some((name, v)) = own.next_entry(&mut pos) {
        if is_abstract(cx, v)? {
            found.push(cx, name)?;
        }
    }
    let key = cx.names().__abstractmethods__;
    let bases: Gc<Tuple> = Gc::from_value_unchecked(class.bases.get());
    for i in 0..bases.len() {
        let Some(names) = cx.lookup_attr(bases.get(i), key)? else {
            continue;
        };
        cx.for_each(names, |cx, name| {
            let attribute = cx.attribute_name(name)?;
            match cx.lookup_attr(class.value(), attribute)? {
                Some(v) if is_abstract(cx, v)? => found.push(cx, name),
                _ => Ok(()),
            }
        })?;
    }
    Ok(cx.new_frozenset_of(found.as_slice())?.value())
}

const COLLECTION: u32 = flags::SEQUENCE | flags::MAPPING;

/// Takes `__abc_tpflags__` out of the class: what kind of collection instances are for `match`.
fn take_collection_flags(cx: &mut Cx, class: Gc<Type>) -> PyResult<()> {
    let key = cx.names().__abc_tpflags__;
    let Some(v) = class.namespace().get_str(cx, key) else {
        return Ok(());
    };
    let Some(bits) = v.as_small() else {
        return Ok(());
    };
    let bits = bits as u32 & COLLECTION;
    if bits == COLLECTION {
        return Err(cx.type_error(
            "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING",
        ));
    }
    class.set_flags(bits);
    cx.del_attr(class.value(), key)
}

/// Makes `class` and its subclasses collections of that kind.
fn set_collection_flags(class: Gc<Type>, bits: u32) {
    if class.flags() & flags::IMMUTABLE != 0 || class.flags() & COLLECTION == bits {
        return;
    }
    class.clear_flags(COLLECTION);
    class.set_flags(bits);
    direct_subclasses(class).for_each(|sub| set_collection_flags(sub, bits));
}

/// `v.__class__`, without a lookup where nothing can have overridden it.
fn class_of(cx: &mut Cx, v: Value) -> PyResult<Value> {
    let (class, object) = (cx.type_of(v), cx.types().object);
    let name = cx.names().__class__;
    let usual = class.special(cx, Special::GetAttribute)
        == object.special(cx, Special::GetAttribute)
        && class.lookup(cx, name) == object.lookup(cx, name);
    if usual {
        Ok(class.value())
    } else {
        cx.get_attr(v, name)
    }
}

fn subclass_check(cx: &mut Cx, class: Value, of: Value) -> PyResult<bool> {
    let name = cx.names().__subclasscheck__;
    let r = cx.call_method(class, name, &[of])?;
    cx.is_true(r)
}

fn remember(
    cx: &mut Cx,
    data: Data,
    table: &WeakTable,
    sub: Gc<Type>,
    answer: bool,
) -> PyResult<bool> {
    table.add(cx, data.header(), sub)?;
    Ok(answer)
}

/// `issubclass(sub, class)` for an abstract class that does not know the answer.
fn ask_around(cx: &mut Cx, class: Value, sub: Gc<Type>, data: Data) -> PyResult<bool> {
    let hook = cx.names().__subclasshook__;
    let r = cx.call_method(class, hook, &[sub.value()])?;
    match r.as_bool() {
        Some(true) => return remember(cx, data, &data.cache, sub, true),
        Some(false) => return remember(cx, data, &data.negative, sub, false),
        None if r == Value::not_implemented() => {}
        None => {
            return Err(cx.assertion_error(
                "__subclasshook__ must return either False, True, or NotImplemented",
            ));
        }
    }
    if Gc::<Type>::from_value(class).is_some_and(|c| sub.is_subtype(c)) {
        return remember(cx, data, &data.cache, sub, true);
    }
    let registered = data.registry.live(cx)?;
    for i in 0..registered.len() {
        let r = registered.as_slice()[i];
        if cx.issubclass(sub.value(), r)? {
            return remember(cx, data, &data.cache, sub, true);
        }
    }
    let subclasses = cx.names().__subclasses__;
    let list = cx.call_method(class, subclasses, &[])?;
    let list = cx.collect(list)?;
    for i in 0..list.len() {
        let s = list.as_slice()[i];
        if cx.issubclass(sub.value(), s)? {
            return remember(cx, data, &data.cache, sub, true);
        }
    }
    remember(cx, data, &data.negative, sub, false)
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Returns the current ABC cache token.
    ///
    /// The token is an opaque object (supporting equality testing) identifying the
    /// current version of the ABC cache for virtual subclasses. The token changes
    /// with every call to register() on any ABC.
    #[py(sig = "($module, /)")]
    fn get_cache_token(cx: &mut Cx) -> u64 {
        registrations(cx)
    }
    /// Internal ABC helper for class set-up. Should be never used outside abc module.
    #[py(sig = "($module, self, /)")]
    fn _abc_init(cx: &mut Cx, self_: Value) -> PyResult<()> {
        let Some(class) = Gc::<Type>::from_value(self_) else {
            return Err(cx.type_error("_abc_init() argument must be a class"));
        };
        let methods = abstract_methods(cx, class)?;
        cx.set_attr(self_, cx.names().__abstractmethods__, methods)?;
        let data_class = cx.native_type(&ABC_DATA)?;
        let data = AbcData {
            registry: WeakTable::new(),
            cache: WeakTable::new(),
            negative: WeakTable::new(),
            negative_version: AtomicU64::new(registrations(cx)),
        };
        let data = NativeObj::alloc(cx, data_class, data);
        cx.set_attr(self_, cx.names()._abc_impl, data.value())?;
        take_collection_flags(cx, class)
    }
    /// Internal ABC helper for subclass registration. Should be never used outside abc module.
    #[py(sig = "($module, self, subclass, /)")]
    fn _abc_register(cx: &mut Cx, self_: Value, subclass: Value) -> PyResult<Value> {
        let Some(sub) = Gc::<Type>::from_value(subclass) else {
            return Err(cx.type_error("Can only register classes"));
        };
        if cx.issubclass(subclass, self_)? {
            return Ok(subclass);
        }
        // A cycle would make issubclass() recurse for ever.
        if cx.issubclass(self_, subclass)? {
            return Err(cx.runtime_error("Refusing to create an inheritance cycle"));
        }
        let data = data_of(cx, self_)?;
        data.registry.add(cx, data.header(), sub)?;
        cx.state::<Registrations>().0.fetch_add(1, Ordering::AcqRel);
        if let Some(class) = Gc::<Type>::from_value(self_) {
            let bits = class.flags() & COLLECTION;
            if bits != 0 {
                set_collection_flags(sub, bits);
            }
        }
        Ok(subclass)
    }
    /// Internal ABC helper for instance checks. Should be never used outside abc module.
    #[py(sig = "($module, self, instance, /)")]
    fn _abc_instancecheck(cx: &mut Cx, self_: Value, instance: Value) -> PyResult<bool> {
        let data = data_of(cx, self_)?;
        let class = class_of(cx, instance)?;
        let sub = Gc::<Type>::from_value(class);
        if sub.is_some_and(|s| data.cache.contains(s)) {
            return Ok(true);
        }
        let exact = cx.type_of(instance);
        if exact.value() == class {
            let current = data.negative_version.load(Ordering::Acquire) == registrations(cx);
            if current && data.negative.contains(exact) {
                return Ok(false);
            }
            return subclass_check(cx, self_, class);
        }
        Ok(subclass_check(cx, self_, class)? || subclass_check(cx, self_, exact.value())?)
    }
    /// Internal ABC helper for subclasss checks. Should be never used outside abc module.
    #[py(sig = "($module, self, subclass, /)")]
    fn _abc_subclasscheck(cx: &mut Cx, self_: Value, subclass: Value) -> PyResult<bool> {
        let Some(sub) = Gc::<Type>::from_value(subclass) else {
            return Err(cx.type_error("issubclass() arg 1 must be a class"));
        };
        let data = data_of(cx, self_)?;
        if data.cache.contains(sub) {
            return Ok(true);
        }
        let now = registrations(cx);
        if data.negative_version.load(Ordering::Acquire) < now {
            data.negative.clear();
            data.negative_version.store(now, Ordering::Release);
        } else if data.negative.contains(sub) {
            return Ok(false);
        }
        cx.check_native_stack()?;
        ask_around(cx, self_, sub, data)
    }
    /// Internal ABC helper for cache and registry debugging.
    ///
    /// Return shallow copies of registry, of both caches, and
    /// negative cache version. Don't call this function directly,
    /// instead use ABC._dump_registry() for a nice repr.
    #[py(sig = "($module, self, /)")]
    fn _get_dump(cx: &mut Cx, self_: Value) -> PyResult<Value> {
        let data = data_of(cx, self_)?;
        let registry = data.registry.references(cx)?;
        let cache = data.cache.references(cx)?;
        let negative = data.negative.references(cx)?;
        let version = cx.new_uint(data.negative_version.load(Ordering::Acquire));
        Ok(cx.new_tuple(&[registry, cache, negative, version]))
    }
    /// Internal ABC helper to reset registry of a given class.
    ///
    /// Should be only used by refleak.py
    #[py(sig = "($module, self, /)")]
    fn _reset_registry(cx: &mut Cx, self_: Value) -> PyResult<()> {
        let data = data_of(cx, self_)?;
        data.registry.clear();
        Ok(())
    }
    /// Internal ABC helper to reset both caches of a given class.
    ///
    /// Should be only used by refleak.py
    #[py(sig = "($module, self, /)")]
    fn _reset_caches(cx: &mut Cx, self_: Value) -> PyResult<()> {
        let data = data_of(cx, self_)?;
        data.cache.clear();
        data.negative.clear();
        Ok(())
    }
}
