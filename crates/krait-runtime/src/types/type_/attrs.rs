//! Attributes of classes: `type.__getattribute__`, `type.__setattr__`.

use crate::cx::Cx;
use crate::error::{PyResult, Raised};
use crate::object::Gc;
use crate::protocol::attr::Binding;
use crate::special::Special;
use crate::types::str::Str;
use crate::types::typeobj::{Type, flags};
use crate::value::Value;

/// `class.name`, `None` if there is no such attribute.
pub fn get(cx: &mut Cx, class: Gc<Type>, name: Gc<Str>) -> PyResult<Option<Value>> {
    let metatype = cx.type_of(class.value());
    let meta_attr = metatype.lookup(cx, name);
    if let Some(m) = meta_attr
        && cx.binding(m) == Binding::Data
    {
        return cx.bind(m, Some(class.value()), metatype).map(Some);
    }
    if let Some(attr) = class.lookup(cx, name) {
        return cx.bind(attr, None, class).map(Some);
    }
    match meta_attr {
        Some(m) => cx.bind(m, Some(class.value()), metatype).map(Some),
        None => Ok(None),
    }
}

#[cold]
fn immutable(cx: &mut Cx, class: Gc<Type>, name: Value) -> Raised {
    let type_name = class.full_name(cx);
    match cx.repr_string(name) {
        Ok(text) => cx.type_error(format!(
            "cannot set {text} attribute of immutable type '{type_name}'"
        )),
        Err(e) => e,
    }
}

/// The name of an attribute to be set. What may not be set needs no proper name.
pub fn settable_name(cx: &mut Cx, class: Gc<Type>, name: Value) -> PyResult<Gc<Str>> {
    if class.flags() & flags::IMMUTABLE != 0 {
        return Err(immutable(cx, class, name));
    }
    cx.attribute_name(name)
}

/// `class.name = value`, or `del class.name`.
pub fn set(cx: &mut Cx, class: Gc<Type>, name: Gc<Str>, value: Option<Value>) -> PyResult<()> {
    let name = cx.intern_str(name);
    if class.flags() & flags::IMMUTABLE != 0 {
        return Err(immutable(cx, class, name.value()));
    }
    let metatype = cx.type_of(class.value());
    if let Some(m) = metatype.lookup(cx, name)
        && cx.binding(m).takes_stores()
    {
        if let Some(d) = Gc::from_value(m) {
            return crate::protocol::attr::set_through_descr(cx, d, class.value(), value);
        }
        let descr_class = cx.type_of(m);
        let s = if value.is_some() {
            Special::Set
        } else {
            Special::Delete
        };
        if let Some(f) = descr_class.special(cx, s) {
            let args = [m, class.value(), value.unwrap_or(Value::EMPTY)];
            return cx
                .call_slot(f, if value.is_some() { &args } else { &args[..2] })
                .map(|_| ());
        }
    }
    store(cx, class, name, value)
}

/// Changes the namespace and forgets what lookups found.
pub fn store(cx: &mut Cx, class: Gc<Type>, name: Gc<Str>, value: Option<Value>) -> PyResult<()> {
    let dict = class.namespace();
    match value {
        Some(v) => dict.set_str(cx, name, v),
        None => {
            if dict.remove_str(cx, name).is_none() {
                let (text, type_name) = (name.to_string_lossy(), class.name_string());
                let message = format!("type object '{type_name}' has no attribute '{text}'");
                return Err(cx.attribute_error_for(class.value(), name, &message));
            }
        }
    }
    class.modified(cx);
    Ok(())
}
