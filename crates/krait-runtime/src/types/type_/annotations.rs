//! `__annotations__` and `__annotate__` of classes. Source: PEP 649, PEP 749.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::types::str::Str;
use crate::types::typeobj::{Type, flags};
use crate::value::Value;

/// `__annotate__(VALUE)`.
const FORMAT_VALUE: i64 = 1;

impl Cx {
    /// The annotations that an `__annotate__` function makes.
    pub fn call_annotate(&mut self, annotate: Value) -> PyResult<Value> {
        let d = self.call(annotate, &[Value::small(FORMAT_VALUE)])?;
        if !self.is_instance(d, self.types().dict) {
            let got = self.type_name(d);
            return Err(self.type_error(format!("__annotate__ returned non-dict of type '{got}'")));
        }
        Ok(d)
    }
}

fn own(cx: &mut Cx, class: Gc<Type>, name: Gc<Str>) -> Option<Value> {
    class.namespace().get_str(cx, name)
}

fn cache_name(cx: &mut Cx, text: &str) -> Gc<Str> {
    cx.intern(text)
}

fn missing(cx: &mut Cx, class: Gc<Type>, name: &str) -> crate::error::Raised {
    let message = format!(
        "type object '{}' has no attribute '{name}'",
        class.name_string()
    );
    let name = cx.intern(name);
    cx.attribute_error_for(class.value(), name, &message)
}

pub fn get(cx: &mut Cx, class: Gc<Type>) -> PyResult<Value> {
    if !class.is_shown_as_heap() {
        return Err(missing(cx, class, "__annotations__"));
    }
    let cache = cache_name(cx, "__annotations_cache__");
    for name in [cx.names().__annotations__, cache] {
        if let Some(v) = own(cx, class, name) {
            return cx.bind(v, None, class);
        }
    }
    let annotate = get_annotate(cx, class)?;
    let result = if annotate.is_none() {
        cx.new_dict().value()
    } else {
        cx.call_annotate(annotate)?
    };
    class.namespace().set_str(cx, cache, result);
    Ok(result)
}

pub fn set(cx: &mut Cx, class: Gc<Type>, value: Option<Value>) -> PyResult<()> {
    if class.flags() & flags::IMMUTABLE != 0 {
        let name = class.full_name(cx);
        return Err(cx.type_error(format!(
            "cannot set '__annotations__' attribute of immutable type '{name}'"
        )));
    }
    let cache = cache_name(cx, "__annotations_cache__");
    let plain = cx.names().__annotations__;
    let d = class.namespace();
    let target = if d.get_str(cx, plain).is_some() {
        plain
    } else {
        cache
    };
    match value {
        Some(v) => d.set_str(cx, target, v),
        None => {
            if d.remove_str(cx, target).is_none() {
                return Err(missing(cx, class, "__annotations__"));
            }
        }
    }
    for name in ["__annotate__", "__annotate_func__"] {
        let key = cx.intern(name);
        d.remove_str(cx, key);
    }
    class.modified(cx);
    Ok(())
}

pub fn get_annotate(cx: &mut Cx, class: Gc<Type>) -> PyResult<Value> {
    if !class.is_shown_as_heap() {
        return Err(missing(cx, class, "__annotate__"));
    }
    for name in ["__annotate__", "__annotate_func__"] {
        let key = cx.intern(name);
        if let Some(v) = own(cx, class, key) {
            return cx.bind(v, None, class);
        }
    }
    let key = cx.intern("__annotate_func__");
    class.namespace().set_str(cx, key, Value::none());
    Ok(Value::none())
}

pub fn set_annotate(cx: &mut Cx, class: Gc<Type>, value: Option<Value>) -> PyResult<()> {
    if class.flags() & flags::IMMUTABLE != 0 {
        let name = class.full_name(cx);
        return Err(cx.type_error(format!(
            "cannot set '__annotate__' attribute of immutable type '{name}'"
        )));
    }
    let Some(v) = value else {
        return Err(cx.type_error("cannot delete __annotate__ attribute"));
    };
    if !v.is_none() && !cx.is_callable(v) {
        return Err(cx.type_error("__annotate__ must be callable or None"));
    }
    let key = cx.intern("__annotate_func__");
    let d = class.namespace();
    d.set_str(cx, key, v);
    if !v.is_none() {
        let cache = cache_name(cx, "__annotations_cache__");
        d.remove_str(cx, cache);
    }
    class.modified(cx);
    Ok(())
}
