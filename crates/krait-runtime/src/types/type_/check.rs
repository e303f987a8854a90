//! `isinstance` and `issubclass`.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::special::Special;
use crate::types::tuple::Tuple;
use crate::types::typeobj::Type;
use crate::value::Value;

/// Without `__instancecheck__`; a proxy's `__class__` counts.
#[inline]
pub fn real_isinstance(cx: &mut Cx, v: Value, class: Gc<Type>) -> PyResult<bool> {
    let t = cx.type_of(v);
    if t.is_subtype(class) {
        return Ok(true);
    }
    // Only classes that define one of the two themselves can answer differently.
    let object = cx.types().object;
    if t.shares_special(object, Special::Class) && t.shares_special(object, Special::GetAttribute) {
        return Ok(false);
    }
    is_instance_by_attribute(cx, v, class)
}

#[inline(never)]
fn is_instance_by_attribute(cx: &mut Cx, v: Value, class: Gc<Type>) -> PyResult<bool> {
    let t = cx.type_of(v);
    let object = cx.types().object;
    let inherits = |cx: &mut Cx, s| t.special(cx, s) == object.special(cx, s);
    if inherits(cx, Special::Class) && inherits(cx, Special::GetAttribute) {
        return Ok(false);
    }
    let name = cx.names().__class__;
    match cx.lookup_attr(v, name)?.and_then(Gc::<Type>::from_value) {
        Some(c) if c != t => Ok(c.is_subtype(class)),
        _ => Ok(false),
    }
}

pub fn isinstance(cx: &mut Cx, v: Value, class: Value) -> PyResult<bool> {
    cx.check_native_stack()?;
    if cx.type_of(v).value() == class {
        return Ok(true);
    }
    if let Some(c) = Gc::<Type>::from_value(class)
        && cx.type_of(class) == cx.types().type_
    {
        return real_isinstance(cx, v, c);
    }
    // A union stands for the tuple of its members.
    let class = crate::types::union::members(class).unwrap_or(class);
    if let Some(t) = Gc::<Tuple>::from_value(class) {
        for &c in t.items() {
            if cx.isinstance(v, c)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match cx.call_special(class, Special::InstanceCheck, &[v])? {
        Some(r) => cx.is_true(r),
        None => recursive_isinstance(cx, v, class),
    }
}

/// `type.__instancecheck__`, and objects that only look like classes.
pub fn recursive_isinstance(cx: &mut Cx, v: Value, class: Value) -> PyResult<bool> {
    if let Some(c) = Gc::<Type>::from_value(class) {
        return real_isinstance(cx, v, c);
    }
    require_bases(
        cx,
        class,
        "isinstance() arg 2 must be a type, a tuple of types, or a union",
    )?;
    match cx.lookup_attr(v, cx.names().__class__)? {
        Some(c) => abstract_issubclass(cx, c, class),
        None => Ok(false),
    }
}

pub fn issubclass(cx: &mut Cx, sub: Value, class: Value) -> PyResult<bool> {
    cx.check_native_stack()?;
    if let (Some(c), true) = (
        Gc::<Type>::from_value(class),
        cx.type_of(class) == cx.types().type_,
    ) {
        return match Gc::<Type>::from_value(sub) {
            Some(s) => Ok(s.is_subtype(c)),
            None => recursive_issubclass(cx, sub, class),
        };
    }
    let class = crate::types::union::members(class).unwrap_or(class);
    if let Some(t) = Gc::<Tuple>::from_value(class) {
        for &c in t.items() {
            if issubclass(cx, sub, c)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match cx.call_special(class, Special::SubclassCheck, &[sub])? {
        Some(r) => cx.is_true(r),
        None => recursive_issubclass(cx, sub, class),
    }
}

/// `type.__subclasscheck__`.
pub fn recursive_issubclass(cx: &mut Cx, sub: Value, class: Value) -> PyResult<bool> {
    if let (Some(s), Some(c)) = (Gc::<Type>::from_value(sub), Gc::<Type>::from_value(class)) {
        return Ok(s.is_subtype(c));
    }
    require_bases(cx, sub, "issubclass() arg 1 must be a class")?;
    require_bases(
        cx,
        class,
        "issubclass() arg 2 must be a class, a tuple of classes, or a union",
    )?;
    abstract_issubclass(cx, sub, class)
}

/// The `__bases__` tuple of something that looks like a class.
fn abstract_bases(cx: &mut Cx, v: Value) -> PyResult<Option<Gc<Tuple>>> {
    Ok(cx
        .lookup_attr(v, cx.names().__bases__)?
        .and_then(Gc::<Tuple>::from_value))
}

fn require_bases(cx: &mut Cx, v: Value, message: &str) -> PyResult<()> {
    match abstract_bases(cx, v)? {
        Some(_) => Ok(()),
        None => Err(cx.type_error(message)),
    }
}

fn abstract_issubclass(cx: &mut Cx, sub: Value, class: Value) -> PyResult<bool> {
    cx.check_native_stack()?;
    if sub == class {
        return Ok(true);
    }
    let Some(bases) = abstract_bases(cx, sub)? else {
        return Ok(false);
    };
    for &b in bases.items() {
        if abstract_issubclass(cx, b, class)? {
            return Ok(true);
        }
    }
    Ok(false)
}
