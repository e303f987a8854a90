//! `object`: the defaults that every class inherits.

use krait_macros::pymethods;

use crate::native::{Cx, Layout, NativeFn, PyResult, TypeSpec, Value};
use crate::object::{Gc, HAS_TAIL, Header, Kind};
use crate::special::Special;
use crate::types::dict::Dict;
use crate::types::module::Module;
use crate::types::typeobj::{Type, flags};

pub static SPEC: TypeSpec = TypeSpec {
    name: "object",
    doc: Some(
        "The base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a new featureless\ninstance that has no instance attributes and cannot be given any.\n",
    ),
    layout: Layout::INSTANCE,
    flags: flags::BASETYPE,
    defs: &[ObjectMethods::DEFS],
    ..TypeSpec::DEFAULT
};

/// The native code of `object.__getattribute__`, to recognise classes that do not override it.
#[inline]
pub fn getattribute_fn() -> NativeFn {
    ObjectMethods::__py___getattribute__
}

#[inline]
pub fn setattr_fn() -> NativeFn {
    ObjectMethods::__py___setattr__
}

#[inline]
pub fn delattr_fn() -> NativeFn {
    ObjectMethods::__py___delattr__
}

#[inline]
pub fn init_fn() -> NativeFn {
    ObjectMethods::__py___init__
}

#[inline]
pub fn new_fn() -> NativeFn {
    ObjectMethods::__py___new__
}

#[inline]
pub fn eq_fn() -> NativeFn {
    ObjectMethods::__py___eq__
}

#[inline]
pub fn hash_fn() -> NativeFn {
    ObjectMethods::__py___hash__
}

/// `object.__hash__`.
#[inline]
pub fn identity_hash(cx: &Cx, v: Value) -> i64 {
    hash_of_id(cx.id(v))
}

/// The hash of the object with this id. Objects of one size stand side by side: as multiples of it, often of a power
/// of two, their addresses would begin their searches at a few places of a table, so higher bits are mixed in.
#[inline(always)]
pub const fn hash_of_id(id: u64) -> i64 {
    let n = id.rotate_right(4);
    crate::protocol::hash::finish((n ^ (n >> 6)) as i64)
}

/// The same of an object that is no float.
#[inline(always)]
pub fn address_hash(v: Value) -> i64 {
    hash_of_id(v.object_unchecked() as u64)
}

/// A class that defines `__eq__` without `__hash__` is unhashable: its `__hash__` is `None`.
pub fn inherit_hash(cx: &mut Cx, t: Gc<Type>) {
    let (eq, hash) = (cx.names().__eq__, cx.names().__hash__);
    let d = t.namespace();
    if d.get_str(cx, eq).is_some() && d.get_str(cx, hash).is_none() {
        d.set_str(cx, hash, Value::none());
    }
}

/// A new instance of a class without payload of its own.
#[inline]
pub fn new_instance(cx: &mut Cx, class: Gc<Type>) -> Value {
    struct Plain {
        _header: Header,
    }
    cx.alloc_instance_of(class, class.payload as usize, Kind::Instance, |header| {
        Plain { _header: header }
    })
    .value()
}

pub struct ObjectMethods;

impl ObjectMethods {
    fn overrides(cx: &mut Cx, class: Gc<Type>, s: Special, f: NativeFn) -> bool {
        match class.special(cx, s) {
            Some(m) => match Gc::<crate::types::native_function::BuiltinFunction>::from_value(m) {
                Some(b) => !std::ptr::fn_addr_eq(b.def.func, f),
                None => !crate::protocol::attr::is_native(m, f),
            },
            None => false,
        }
    }

    /// `C()` of a class whose abstract methods are not all implemented.
    fn abstract_error(cx: &mut Cx, class: Gc<Type>) -> PyResult<Value> {
        let key = cx.names().__abstractmethods__;
        let methods = class.namespace().get_str(cx, key).unwrap_or(Value::none());
        let sorted = cx.sorted_strings(methods)?;
        let quoted: Vec<String> = sorted.iter().map(|m| format!("'{m}'")).collect();
        let plural = if sorted.len() == 1 { "" } else { "s" };
        let name = class.name_string();
        Err(cx.type_error(format!(
            "Can't instantiate abstract class {name} without an implementation for abstract method{plural} {}",
            quoted.join(", ")
        )))
    }
}

#[pymethods]
impl ObjectMethods {
    /// Create and return a new object.  See help(type) for accurate signature.
    #[py(new, sig = "($type, *args, **kwargs)", shown = "($type)")]
    fn __new__(
        cx: &mut Cx,
        class: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        let class: Gc<Type> = Gc::from_value_unchecked(class);
        if !args.is_empty() || kwargs.is_some() {
            if Self::overrides(cx, class, Special::New, new_fn()) {
                return Err(cx.type_error(
                    "object.__new__() takes exactly one argument (the type to instantiate)",
                ));
            }
            if !Self::overrides(cx, class, Special::Init, init_fn()) {
                let name = class.name_string();
                return Err(cx.type_error(format!("{name}() takes no arguments")));
            }
        }
        if class.flags() & flags::ABSTRACT != 0 {
            return Self::abstract_error(cx, class);
        }
        if class.flags() & flags::OWN_ALLOC != 0 {
            let native = crate::types::type_::native_base(class);
            if let Some(alloc) = native.spec.and_then(|spec| spec.alloc) {
                return Ok(alloc(cx, class));
            }
        }
        Ok(new_instance(cx, class))
    }

    /// Initialize self.  See help(type(self)) for accurate signature.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(cx: &mut Cx, this: Value, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
        if args.is_empty() && kwargs.is_none() {
            return Ok(());
        }
        let class = cx.type_of(this);
        if Self::overrides(cx, class, Special::Init, init_fn()) {
            return Err(cx.type_error(
                "object.__init__() takes exactly one argument (the instance to initialize)",
            ));
        }
        if !Self::overrides(cx, class, Special::New, new_fn()) {
            let name = class.name_string();
            return Err(cx.type_error(format!(
                "{name}.__init__() takes exactly one argument (the instance to initialize)"
            )));
        }
        Ok(())
    }

    /// Return repr(self).
    #[py]
    fn __repr__(cx: &mut Cx, this: Value) -> String {
        let class = cx.type_of(this);
        let name = class.full_name(cx);
        format!("<{name} object at {:#x}>", cx.id(this))
    }

    /// Return str(self).
    #[py]
    fn __str__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        // A class may have this very function as its `__repr__`.
        cx.check_native_stack()?;
        // Who wants a string looks at the result, and names `__str__` if it is none.
        match cx.call_special(this, Special::Repr, &[])? {
            Some(text) => Ok(text),
            None => cx.repr(this).map(Gc::value),
        }
    }

    /// Return hash(self).
    #[py]
    fn __hash__(cx: &mut Cx, this: Value) -> i64 {
        identity_hash(cx, this)
    }

    /// Return self==value.
    #[py]
    fn __eq__(this: Value, value: Value) -> Value {
        if this.is(value) {
            Value::bool(true)
        } else {
            Value::not_implemented()
        }
    }

    /// Return self!=value.
    #[py]
    fn __ne__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        let class = cx.type_of(this);
        let eq = class.special(cx, Special::Eq);
        let equal = match eq {
            Some(eq) => Some(cx.call_comparison(eq, this, value)?),
            None => None,
        };
        match equal {
            Some(r) if r != Value::not_implemented() => {
                let equal = cx.is_true(r)?;
                Ok(Value::bool(!equal))
            }
            _ => Ok(Value::not_implemented()),
        }
    }

    /// Return self<value.
    #[py]
    fn __lt__(_this: Value, _value: Value) -> Value {
        Value::not_implemented()
    }

    /// Return self<=value.
    #[py]
    fn __le__(_this: Value, _value: Value) -> Value {
        Value::not_implemented()
    }

    /// Return self>value.
    #[py]
    fn __gt__(_this: Value, _value: Value) -> Value {
        Value::not_implemented()
    }

    /// Return self>=value.
    #[py]
    fn __ge__(_this: Value, _value: Value) -> Value {
        Value::not_implemented()
    }

    /// Return getattr(self, name).
    #[py]
    fn __getattribute__(cx: &mut Cx, this: Value, name: Value) -> PyResult<Value> {
        let name = cx.attribute_name(name)?;
        match cx.generic_get_attr(this, name)? {
            Some(v) => Ok(v),
            // Of a class, too, it is an attribute of an instance.
            None => {
                let (class, text) = (cx.type_name(this), name.to_string_lossy());
                let message = format!("'{class}' object has no attribute '{text}'");
                Err(cx.attribute_error_for(this, name, &message))
            }
        }
    }

    /// Implement setattr(self, name, value).
    #[py]
    fn __setattr__(cx: &mut Cx, this: Value, name: Value, value: Value) -> PyResult<()> {
        refuse_foreign_store(cx, this, Special::SetAttr, "__setattr__")?;
        let name = cx.attribute_name(name)?;
        if let Some(m) = Gc::<Module>::from_value(this) {
            return crate::types::module::store(cx, m, name, Some(value));
        }
        cx.generic_set_attr(this, name, Some(value))
    }

    /// Implement delattr(self, name).
    #[py]
    fn __delattr__(cx: &mut Cx, this: Value, name: Value) -> PyResult<()> {
        refuse_foreign_store(cx, this, Special::DelAttr, "__delattr__")?;
        let name = cx.attribute_name(name)?;
        if let Some(m) = Gc::<Module>::from_value(this) {
            return crate::types::module::store(cx, m, name, None);
        }
        cx.generic_set_attr(this, name, None)
    }

    #[py(getter, doc = "the object's class")]
    fn __class__(cx: &mut Cx, this: Value) -> Value {
        cx.type_of(this).value()
    }

    #[py(setter = "__class__")]
    fn set_class(cx: &mut Cx, this: Value, value: Option<Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(cx.type_error("can't delete __class__ attribute"));
        };
        let Some(class) = Gc::<Type>::from_value(value) else {
            let got = cx.type_name(value);
            return Err(cx.type_error(format!(
                "__class__ must be set to a class, not '{got}' object"
            )));
        };
        let old = cx.type_of(this);
        crate::types::type_::assign::check_class_assignment(cx, old, class)?;
        cx.change_class(this, class)
    }

    /// Default object formatter.
    ///
    /// Return str(self) if format_spec is empty. Raise TypeError otherwise.
    #[py(sig = "($self, format_spec, /)")]
    fn __format__(cx: &mut Cx, this: Value, format_spec: Value) -> PyResult<Value> {
        let format_spec = crate::types::str::str_arg(cx, format_spec, "__format__() argument")?;
        if format_spec.as_bytes().is_empty() {
            return cx.str(this).map(Gc::value);
        }
        let name = cx.type_name(this);
        Err(cx.type_error(format!(
            "unsupported format string passed to {name}.__format__"
        )))
    }

    /// Default dir() implementation.
    #[py(sig = "($self, /)")]
    fn __dir__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        let names = cx.new_dict();
        if let Some(d) = cx.lookup_attr(this, cx.names().__dict__)? {
            if let Some(d) = Gc::<Dict>::from_value(d) {
                names.update(cx, d)?;
            }
        }
        if let Some(class) = cx
            .lookup_attr(this, cx.names().__class__)?
            .and_then(Gc::<Type>::from_value)
        {
            crate::types::type_::merge_class_dicts(cx, names, class)?;
        }
        let keys = names.keys_list(cx);
        Ok(keys)
    }

    /// Size of object in memory, in bytes.
    #[py(sig = "($self, /)")]
    fn __sizeof__(cx: &mut Cx, this: Value) -> usize {
        match this.as_object() {
            // SAFETY: a live object.
            Some(o) if unsafe { !(*o).is_static() } => unsafe { cx.interp().heap.size_of(o) },
            _ => 16,
        }
    }

    /// Helper for pickle.
    #[py(sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        crate::types::type_::reduce::reduce(cx, this, 0)
    }

    /// Helper for pickle.
    #[py(sig = "($self, protocol, /)")]
    fn __reduce_ex__(cx: &mut Cx, this: Value, protocol: i32) -> PyResult<Value> {
        crate::types::type_::reduce::reduce_ex(cx, this, protocol)
    }

    /// Helper for pickle.
    #[py(sig = "($self, /)")]
    fn __getstate__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        crate::types::type_::reduce::default_getstate(cx, this)
    }

    /// This method is called when a class is subclassed.
    ///
    /// The default implementation does nothing. It may be
    /// overridden to extend subclasses.
    #[py(classmethod, sig = "($type, /)")]
    fn __init_subclass__(_class: Value) {}

    /// Abstract classes can override this to customize issubclass().
    ///
    /// This is invoked early on by abc.ABCMeta.__subclasscheck__().
    /// It should return True, False or NotImplemented.  If it returns
    /// NotImplemented, the normal algorithm is used.  Otherwise, it
    /// overrides the normal algorithm (and the outcome is cached).
    #[py(classmethod, sig = "($type, object, /)")]
    fn __subclasshook__(_class: Value, _object: Value) -> Value {
        Value::not_implemented()
    }
}

/// Whether the object carries a tail.
pub fn has_tail(o: *mut Header) -> bool {
    // SAFETY: a live object.
    unsafe { (*o).sticky() & HAS_TAIL != 0 }
}

/// Objects of a native type that stores attributes in a way of its own are not for `object`'s.
fn refuse_foreign_store(cx: &mut Cx, this: Value, which: Special, name: &str) -> PyResult<()> {
    let class = cx.type_of(this);
    let native = crate::types::type_::native_base(class);
    let object = cx.types().object;
    if native == object
        || native == cx.types().module
        || native.special(cx, which) == object.special(cx, which)
    {
        return Ok(());
    }
    let class = class.name_string();
    Err(cx.type_error(format!("can't apply this {name} to {class} object")))
}
