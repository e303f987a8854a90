//! Changing an object's class, and a class's bases.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::{Gc, Kind};
use crate::types::tuple::Tuple;
use crate::types::typeobj::{Type, flags};
use crate::value::Value;

/// Whether instances of both classes have the same words in the same places.
fn same_layout(a: Gc<Type>, b: Gc<Type>) -> bool {
    a.kind() == b.kind()
        && a.payload == b.payload
        && a.tail_fixed == b.tail_fixed
        && a.dict_at == b.dict_at
        && (a.flags() ^ b.flags()) & flags::WEAKREFABLE == 0
        && same_members(a, b)
}

/// Classes with `__slots__` of the same number only match if the names do.
fn same_members(a: Gc<Type>, b: Gc<Type>) -> bool {
    let members = |t: Gc<Type>| -> Vec<(u16, Value)> {
        let mut found = Vec::new();
        for c in t.mro_types() {
            let mut pos = 0;
            while let Some((_, v)) = c.namespace().next_entry(&mut pos) {
                if let Some(d) = Gc::<crate::types::native_function::MethodDescr>::from_value(v)
                    && d.def.is_none()
                {
                    found.push((d.member, d.name.get()));
                }
            }
        }
        found.sort_by_key(|(at, _)| *at);
        found
    };
    members(a) == members(b)
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
        if t.is_subtype(class) {
            return Err(cx.type_error("a __bases__ item causes an inheritance cycle"));
        }
        new.push(t);
    }
    let best = new
        .iter()
        .copied()
        .max_by_key(|t| t.tail_fixed)
        .unwrap_or(class);
    if best.kind() != class.kind()
        || best.payload != class.payload
        || best.tail_fixed > class.tail_fixed
    {
        let old = class
            .base_type()
            .map_or_else(String::new, |b| b.name_string());
        let best = best.name_string();
        return Err(cx.type_error(format!(
            "__bases__ assignment: '{best}' object layout differs from '{old}'"
        )));
    }
    let (old_bases, old_mro, old_base) = (class.bases.get(), class.mro.get(), class.base.get());
    class.bases.set(cx, class, bases);
    class.base.set(cx, class, best.value());
    let metatype = cx.type_of(class.value());
    if let Err(e) = super::create::set_mro(cx, class, &new, metatype)
        .and_then(|()| update_subclass_mros(cx, class))
    {
        class.bases.set(cx, class, old_bases);
        class.base.set(cx, class, old_base);
        class.mro.set(cx, class, old_mro);
        class.modified(cx);
        return Err(e);
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

fn update_subclass_mros(cx: &mut Cx, class: Gc<Type>) -> PyResult<()> {
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
        super::create::set_mro(cx, sub, &bases, metatype)?;
        update_subclass_mros(cx, sub)?;
    }
    Ok(())
}
