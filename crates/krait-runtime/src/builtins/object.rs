//! Builtin functions about objects, their attributes and their classes.

use krait_macros::pyfunctions;

use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::types::list::List;

/// `dir(v)`: what `__dir__` gives, sorted.
pub fn dir_list(cx: &mut Cx, v: Value) -> PyResult<Value> {
    let name = cx.names().__dir__;
    let Some(f) = cx.type_of(v).lookup(cx, name) else {
        return Err(cx.type_error("object does not provide __dir__"));
    };
    let names = cx.call_slot(f, &[v])?;
    sorted_list(cx, names)
}

/// The items of `names` in a new list, sorted.
fn sorted_list(cx: &mut Cx, names: Value) -> PyResult<Value> {
    let items = cx.collect(names)?;
    let list = List::from_vec(cx, items);
    crate::types::list::sort::sort(cx, list, None, false)?;
    Ok(list.value())
}

/// The locals of the running Python function.
fn current_locals(cx: &mut Cx) -> PyResult<Value> {
    match cx.hooks().locals {
        Some(f) => f(cx),
        None => Err(cx.system_error("frame does not exist")),
    }
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Return whether the object is callable (i.e., some kind of function).
    ///
    /// Note that classes are callable, as are instances of classes with a
    /// __call__() method.
    #[py(sig = "($module, obj, /)")]
    fn callable(cx: &mut Cx, obj: Value) -> bool {
        cx.is_callable(obj)
    }

    /// Deletes the named attribute from the given object.
    ///
    /// delattr(x, 'y') is equivalent to ``del x.y``
    #[py(sig = "($module, obj, name, /)")]
    fn delattr(cx: &mut Cx, obj: Value, name: Value) -> PyResult<()> {
        let name = cx.attribute_name(name)?;
        cx.del_attr(obj, name)
    }

    /// dir([object]) -> list of strings
    ///
    /// Without an argument: the names in the current scope. Otherwise the names of the
    /// object's attributes, sorted, as its __dir__() method or, by default, its dict and
    /// its classes give them.
    #[py(sig = "($module, object=None, /)", hide_sig)]
    fn dir(cx: &mut Cx, object: Option<Value>) -> PyResult<Value> {
        if let Some(v) = object {
            return dir_list(cx, v);
        }
        let locals = current_locals(cx)?;
        let keys = cx.call_method_str(locals, "keys", &[])?;
        sorted_list(cx, keys)
    }

    /// getattr(object, name[, default]) -> value
    ///
    /// Get a named attribute from an object; getattr(x, 'y') is equivalent to ``x.y``.
    /// When a default argument is given, it is returned when the attribute doesn't
    /// exist; without it, an exception is raised in that case.
    #[py(sig = "($module, object, name, default=None, /)", hide_sig)]
    fn getattr(cx: &mut Cx, object: Value, name: Value, default: Option<Value>) -> PyResult<Value> {
        let name = cx.attribute_name(name)?;
        match default {
            None => cx.get_attr(object, name),
            Some(d) => Ok(cx.lookup_attr(object, name)?.unwrap_or(d)),
        }
    }

    /// Return the dictionary containing the current scope's global variables.
    ///
    /// NOTE: Updates to this dictionary *will* affect name lookups in the current
    /// global scope and vice-versa.
    #[py(sig = "($module, /)")]
    fn globals(cx: &mut Cx) -> PyResult<Value> {
        match cx.hooks().globals.and_then(|f| f(cx)) {
            Some(g) => Ok(g),
            None => Err(cx.system_error("globals do not exist")),
        }
    }

    /// Return whether the object has an attribute with the given name.
    ///
    /// This is done by calling getattr(obj, name) and catching AttributeError.
    #[py(sig = "($module, obj, name, /)")]
    fn hasattr(cx: &mut Cx, obj: Value, name: Value) -> PyResult<bool> {
        let name = cx.attribute_name(name)?;
        cx.has_attr(obj, name)
    }

    /// Return the hash value for the given object.
    ///
    /// Two objects that compare equal must also have the same hash value, but the
    /// reverse is not necessarily true.
    #[py(sig = "($module, obj, /)")]
    fn hash(cx: &mut Cx, obj: Value) -> PyResult<i64> {
        cx.hash(obj)
    }

    /// Return the identity of an object.
    ///
    /// This is guaranteed to be unique among simultaneously existing objects.
    #[py(sig = "($module, obj, /)", at_once = Id)]
    fn id(cx: &mut Cx, obj: Value) -> u64 {
        cx.id(obj)
    }

    /// Return whether an object is an instance of a class or of a subclass thereof.
    ///
    /// A tuple, as in ``isinstance(x, (A, B, ...))``, may be given as the target to
    /// check against. This is equivalent to ``isinstance(x, A) or isinstance(x, B)
    /// or ...`` etc.
    #[py(sig = "($module, obj, class_or_tuple, /)", at_once = IsInstance)]
    fn isinstance(cx: &mut Cx, obj: Value, class_or_tuple: Value) -> PyResult<bool> {
        cx.isinstance(obj, class_or_tuple)
    }

    /// Return whether 'cls' is derived from another class or is the same class.
    ///
    /// A tuple, as in ``issubclass(x, (A, B, ...))``, may be given as the target to
    /// check against. This is equivalent to ``issubclass(x, A) or issubclass(x, B)
    /// or ...``.
    #[py(sig = "($module, cls, class_or_tuple, /)")]
    fn issubclass(cx: &mut Cx, cls: Value, class_or_tuple: Value) -> PyResult<bool> {
        cx.issubclass(cls, class_or_tuple)
    }

    /// Return a dictionary containing the current scope's local variables.
    ///
    /// NOTE: Whether or not updates to this dictionary will affect name lookups in
    /// the local scope and vice-versa is *implementation dependent* and not
    /// covered by any backwards compatibility guarantees.
    #[py(sig = "($module, /)")]
    fn locals(cx: &mut Cx) -> PyResult<Value> {
        current_locals(cx)
    }

    /// Sets the named attribute on the given object to the specified value.
    ///
    /// setattr(x, 'y', v) is equivalent to ``x.y = v``
    #[py(sig = "($module, obj, name, value, /)")]
    fn setattr(cx: &mut Cx, obj: Value, name: Value, value: Value) -> PyResult<()> {
        let name = cx.attribute_name(name)?;
        cx.set_attr(obj, name, value)
    }

    /// vars([object]) -> dictionary
    ///
    /// Without arguments, equivalent to locals().
    /// With an argument, equivalent to object.__dict__.
    #[py(sig = "($module, object=None, /)", hide_sig)]
    fn vars(cx: &mut Cx, object: Option<Value>) -> PyResult<Value> {
        let Some(v) = object else {
            return current_locals(cx);
        };
        match cx.lookup_attr(v, cx.names().__dict__)? {
            Some(d) => Ok(d),
            None => Err(cx.type_error("vars() argument must have __dict__ attribute")),
        }
    }
}

/// Whether `v` supports `v[key]`, as the checks for mappings ask.
pub(super) fn is_mapping(cx: &mut Cx, v: Value) -> bool {
    Gc::<crate::types::dict::Dict>::from_value(v).is_some()
        || cx.has_special(v, crate::special::Special::GetItem)
}
