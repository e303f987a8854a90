//! Changing an object's class, and a class's bases.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::{Gc, Kind};
use crate::types::tuple::Tuple;
use crate::types::typeobj::{Type, flags};
use crate::value::Value;
use crate::vec::ValueVec;

/// Whether instances of `t` have the same words as those of its base.
fn adds_nothing(t: Gc<Type>, base: Gc<Type>) -> bool {
    t.kind() == base.kind() && same_size(t, base)
}

fn same_size(a: Gc<Type>, b: Gc<Type>) -> bool {
    a.payload == b.payload
        && a.tail_fixed == b.tail_fixed
        && a.dict_at == b.dict_at
        && (a.flags() ^ b.flags()) & flags::WEAKREFABLE == 0
}

/// The first class on the way to `object` that adds something to its base's instances.
fn layout_class(mut t: Gc<Type>) -> Gc<Type> {
    while let Some(base) = t.base_type()
        && adds_nothing(t, base)
    {
        t = base;
    }
    t
}

/// Whether instances of both classes have the same words in the same places: they come from one
/// class, or from classes that add the same to the same base.
fn same_layout(a: Gc<Type>, b: Gc<Type>) -> bool {
    let (a, b) = (layout_class(a), layout_class(b));
    a == b
        || (a.kind() == b.kind()
            && a.base_type() == b.base_type()
            && same_size(a, b)
            && own_members(a) == own_members(b))
}

/// Places and names of a class's own `__slots__`.
fn own_members(t: Gc<Type>) -> Vec<(u16, Value)> {
    let mut found = Vec::new();
    let mut pos = 0;
    while let Some((_, v)) = t.namespace().next_entry(&mut pos) {
        if let Some(d) = Gc::<crate::types::native_function::MethodDescr>::from_value(v)
            && d.def.is_none()
        {
            found.push((d.member, d.name.get()));
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found
}

/// `object.__class__ = new` for an object of class `old`.
pub fn check_class_assignment(cx: &mut Cx, old: Gc<Type>, new: Gc<Type>) -> PyResult<()> {
    let module = cx.types().module;
    let both_modules = old.is_subtype(module) && new.is_subtype(module);
    if !both_modules && (old.flags() & flags::HEAPTYPE == 0 || new.flags() & flags::HEAPTYPE == 0) {
        return Err(cx.type_error(
            "__class__ assignment only supported for mutable types or ModuleType subclasses",
        ));
    }
    if old.kind() == Kind::Type as u8 || !same_layout(old, new) {
        let (n, o) = (new.name_string(), old.name_string());
        return Err(cx.type_error(format!(
            "__class__ assignment: '{n}' object layout differs from '{o}'"
        )));
    }
    Ok(())
}

/// `class.__bases__ = bases`.
pub fn set_bases(cx: &mut Cx, class: Gc<Type>, bases: Value) -> PyResult<()> {
    let name = class.name_string();
    if class.flags() & flags::IMMUTABLE != 0 {
        return Err(cx.type_error(format!(
            "cannot set '__bases__' attribute of immutable type '{name}'"
        )));
    }
    let Some(tuple) = Gc::<Tuple>::from_value(bases) else {
        let got = cx.type_name(bases);
        return Err(cx.type_error(format!(
            "can only assign tuple to {name}.__bases__, not {got}"
        )));
    };
    if tuple.len() == 0 {
        return Err(cx.type_error(format!(
            "can only assign non-empty tuple to {name}.__bases__, not ()"
        )));
    }
    let mut new = Vec::new();
    for &b in tuple.items() {
        let Some(t) = Gc::<Type>::from_value(b) else {
            let got = cx.type_name(b);
            return Err(cx.type_error(format!(
                "{name}.__bases__ must be tuple of classes, not '{got}'"
            )));
        };
        if t.flags() & flags::BASETYPE == 0 {
            let name = t.full_name(cx);
            return Err(cx.type_error(format!("type '{name}' is not an acceptable base type")));
        }
        if t.is_subtype(class) || has_in_base_chain(t, class) {
            return Err(cx.type_error("a __bases__ item causes an inheritance cycle"));
        }
        new.push(t);
    }
    let best = super::create::best_base(cx, &new)?;
    if best.kind() != class.kind()
        || best.payload != class.payload
        || best.tail_fixed > class.tail_fixed
    {
        let old = class
            .base_type()
            .map_or_else(String::new, |b| b.name_string());
        let what = if best.kind() != class.kind() || best.payload != class.payload {
            "deallocator"
        } else {
            "object layout"
        };
        let best = best.name_string();
        return Err(cx.type_error(format!(
            "__bases__ assignment: '{best}' {what} differs from '{old}'"
        )));
    }
    let (old_bases, old_mro, old_base) = (class.bases.get(), class.mro.get(), class.base.get());
    class.bases.set(cx, class, bases);
    class.base.set(cx, class, best.value());
    let metatype = cx.type_of(class.value());
    let mut changed = ValueVec::with_capacity(cx, 0)?;
    let result = super::create::set_mro(cx, class, &new, metatype)
        .and_then(|()| update_subclass_mros(cx, class, &mut changed));
    // A metaclass's `mro()` can have set other bases meanwhile.
    let overtaken = class.bases.get() != bases;
    if let Err(e) = result {
        for pair in changed.as_slice().chunks_exact(2).rev() {
            let sub = Gc::<Type>::from_value_unchecked(pair[0]);
            sub.mro.set(cx, sub, pair[1]);
            sub.modified(cx);
        }
        if !overtaken {
            class.bases.set(cx, class, old_bases);
            class.base.set(cx, class, old_base);
            class.mro.set(cx, class, old_mro);
            class.modified(cx);
        }
        return Err(e);
    }
    if overtaken {
        return Ok(());
    }
    for b in new {
        crate::types::weakref::add_subclass(cx, b, class);
    }
    if let Some(old) = Gc::<Tuple>::from_value(old_bases) {
        for &b in old.items() {
            if let Some(b) = Gc::<Type>::from_value(b)
                && !tuple.items().contains(&b.value())
            {
                crate::types::weakref::remove_subclass(cx, b, class);
            }
        }
    }
    Ok(())
}

/// Whether `base` is among the layout bases of `class`, which are set before its MRO is.
fn has_in_base_chain(class: Gc<Type>, base: Gc<Type>) -> bool {
    std::iter::successors(Some(class), |t| t.base_type()).any(|t| t == base)
}

/// Gives the subclasses of `class` their new MROs; `changed` gets them with the old ones, in pairs.
fn update_subclass_mros(cx: &mut Cx, class: Gc<Type>, changed: &mut ValueVec) -> PyResult<()> {
    for sub in crate::types::typeobj::direct_subclasses(class) {
        let Some(bases) = Gc::<Tuple>::from_value(sub.bases.get()) else {
            continue;
        };
        let bases: Vec<Gc<Type>> = bases
            .items()
            .iter()
            .filter_map(|&b| Gc::from_value(b))
            .collect();
        let metatype = cx.type_of(sub.value());
        changed.push(cx, sub.value())?;
        changed.push(cx, sub.mro.get())?;
        super::create::set_mro(cx, sub, &bases, metatype)?;
        update_subclass_mros(cx, sub, changed)?;
    }
    Ok(())
}
