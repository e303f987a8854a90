//! Methods and attributes of `type`.

use krait_macros::pymethods;

use crate::native::{Cx, PyResult, Value};
use crate::object::{Gc, Kind, is_kind};
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::typeobj::{Type, direct_subclasses, flags};

pub struct TypeMethods;

/// An attribute of builtin types that only heap types let one assign.
fn require_heap(
    cx: &mut Cx,
    class: Gc<Type>,
    attribute: &str,
    value: Option<Value>,
) -> PyResult<Value> {
    let name = class.full_name(cx);
    if class.flags() & flags::IMMUTABLE != 0 {
        return Err(cx.type_error(format!(
            "cannot set '{attribute}' attribute of immutable type '{name}'"
        )));
    }
    match value {
        Some(v) => Ok(v),
        None => {
            // "immutable" even though it is not: CPython's words.
            let name = class.name_string();
            Err(cx.type_error(format!(
                "cannot delete '{attribute}' attribute of immutable type '{name}'"
            )))
        }
    }
}

/// What the namespace itself holds under `name`.
fn own(cx: &mut Cx, class: Gc<Type>, name: Gc<Str>) -> Option<Value> {
    class.namespace().get_str(cx, name)
}

/// The native code of `type.__getattribute__`, to recognise metaclasses that do not override it.
#[inline]
pub fn getattribute_fn() -> crate::native::NativeFn {
    TypeMethods::__py___getattribute__
}

#[pymethods]
impl TypeMethods {
    #[py(new, sig = "($type, *args, **kwargs)")]
    fn __new__(
        cx: &mut Cx,
        metatype: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        let metatype: Gc<Type> = Gc::from_value_unchecked(metatype);
        let [name, bases, namespace] = args else {
            let given = args.len();
            return Err(cx.type_error(format!(
                "type.__new__() takes exactly 3 arguments ({given} given)"
            )));
        };
        let Some(name_str) = Gc::<Str>::from_value(*name) else {
            let got = crate::protocol::text::shown_type(cx, *name);
            return Err(cx.type_error(format!("type.__new__() argument 1 must be str, not {got}")));
        };
        let Some(bases) = Gc::<Tuple>::from_value(*bases) else {
            let got = crate::protocol::text::shown_type(cx, *bases);
            return Err(cx.type_error(format!(
                "type.__new__() argument 2 must be tuple, not {got}"
            )));
        };
        let Some(namespace) = Gc::<Dict>::from_value(*namespace) else {
            let got = crate::protocol::text::shown_type(cx, *namespace);
            return Err(cx.type_error(format!("type.__new__() argument 3 must be dict, not {got}")));
        };
        // A more derived metaclass among the bases that overrides `__new__` makes the class.
        super::create::refuse_mro_entries(cx, bases)?;
        let winner = super::create::winner(cx, metatype, bases)?;
        if winner != metatype {
            let new = crate::special::Special::New;
            let type_ = cx.types().type_;
            if winner.special(cx, new) != type_.special(cx, new) {
                return super::call_new_with(cx, winner, args, kwargs);
            }
        }
        super::create::new_type(cx, winner, name_str, bases, namespace, kwargs)
    }

    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(cx: &mut Cx, _this: Value, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
        if kwargs.is_some() && args.len() == 1 {
            return Err(cx.type_error("type.__init__() takes no keyword arguments"));
        }
        if args.len() != 1 && args.len() != 3 {
            return Err(cx.type_error("type.__init__() takes 1 or 3 arguments"));
        }
        Ok(())
    }

    /// Call self as a function.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        cx: &mut Cx,
        this: Gc<Type>,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        super::call_type_with(cx, this, args, kwargs)
    }

    #[py]
    fn __repr__(cx: &mut Cx, this: Gc<Type>) -> String {
        format!("<class '{}'>", this.full_name(cx))
    }

    #[py]
    fn __getattribute__(cx: &mut Cx, this: Gc<Type>, name: Value) -> PyResult<Value> {
        let name = cx.attribute_name(name)?;
        match super::attrs::get(cx, this, name)? {
            Some(v) => Ok(v),
            None => Err(cx.no_attribute(this.value(), name)),
        }
    }

    #[py]
    fn __setattr__(cx: &mut Cx, this: Gc<Type>, name: Value, value: Value) -> PyResult<()> {
        let name = super::attrs::settable_name(cx, this, name)?;
        super::attrs::set(cx, this, name, Some(value))
    }

    #[py]
    fn __delattr__(cx: &mut Cx, this: Gc<Type>, name: Value) -> PyResult<()> {
        let name = super::attrs::settable_name(cx, this, name)?;
        super::attrs::set(cx, this, name, None)
    }

    /// Check if an object is an instance.
    #[py(sig = "($self, instance, /)")]
    fn __instancecheck__(cx: &mut Cx, this: Value, instance: Value) -> PyResult<bool> {
        super::check::recursive_isinstance(cx, instance, this)
    }

    /// Check if a class is a subclass.
    #[py(sig = "($self, subclass, /)")]
    fn __subclasscheck__(cx: &mut Cx, this: Value, subclass: Value) -> PyResult<bool> {
        super::check::recursive_issubclass(cx, subclass, this)
    }

    /// Create the namespace for the class statement
    #[py(
        classmethod,
        sig = "($cls, /, *args, **kwds)",
        shown = "($cls, name, bases, /, **kwds)"
    )]
    fn __prepare__(cx: &mut Cx, _class: Value, _kwds: Option<Value>, _args: &[Value]) -> Value {
        cx.new_dict().value()
    }

    /// Return a type's method resolution order.
    #[py(sig = "($self, /)")]
    fn mro(cx: &mut Cx, this: Gc<Type>) -> PyResult<Value> {
        let bases: Vec<Gc<Type>> = match Gc::<Tuple>::from_value(this.bases.get()) {
            Some(t) => t
                .items()
                .iter()
                .filter_map(|&b| Gc::from_value(b))
                .collect(),
            None => Vec::new(),
        };
        let rest = if bases.is_empty() {
            Vec::new()
        } else {
            super::mro::linearize(cx, &bases)?
        };
        let mut all = vec![this.value()];
        all.extend(rest.iter().map(|t| t.value()));
        Ok(cx.new_list(&all))
    }

    /// Return a list of immediate subclasses.
    #[py(sig = "($self, /)")]
    fn __subclasses__(cx: &mut Cx, this: Gc<Type>) -> PyResult<Value> {
        let list = cx.try_new_list(&[])?;
        for sub in direct_subclasses(this) {
            list.push(cx, sub.value())?;
        }
        Ok(list.value())
    }

    /// Specialized __dir__ implementation for types.
    #[py(sig = "($self, /)")]
    fn __dir__(cx: &mut Cx, this: Gc<Type>) -> PyResult<Value> {
        let names = cx.new_dict();
        super::merge_class_dicts(cx, names, this)?;
        Ok(names.keys_list(cx))
    }

    /// Return memory consumption of the type object.
    #[py(sig = "($self, /)")]
    fn __sizeof__(_this: Value) -> usize {
        size_of::<Type>()
    }

    #[py]
    fn __or__(cx: &mut Cx, this: Value, other: Value) -> PyResult<Value> {
        crate::types::union::make(cx, this, other)
    }

    #[py]
    fn __ror__(cx: &mut Cx, this: Value, other: Value) -> PyResult<Value> {
        crate::types::union::make(cx, other, this)
    }

    #[py(getter)]
    fn __name__(this: Gc<Type>) -> Value {
        this.name.get()
    }

    #[py(setter = "__name__")]
    fn set_name(cx: &mut Cx, this: Gc<Type>, value: Option<Value>) -> PyResult<()> {
        let v = require_heap(cx, this, "__name__", value)?;
        let Some(s) = Gc::<Str>::from_value(v) else {
            let (name, got) = (this.name_string(), cx.type_name(v));
            return Err(cx.type_error(format!(
                "can only assign string to {name}.__name__, not '{got}'"
            )));
        };
        if cx.utf8(s)?.contains('\0') {
            return Err(cx.value_error("type name must not contain null characters"));
        }
        this.name.set(cx, this, v);
        Ok(())
    }

    #[py(getter)]
    fn __qualname__(this: Gc<Type>) -> Value {
        this.qualname.get()
    }

    #[py(setter = "__qualname__")]
    fn set_qualname(cx: &mut Cx, this: Gc<Type>, value: Option<Value>) -> PyResult<()> {
        let v = require_heap(cx, this, "__qualname__", value)?;
        if !is_kind(v, Kind::Str) {
            let (name, got) = (this.name_string(), cx.type_name(v));
            return Err(cx.type_error(format!(
                "can only assign string to {name}.__qualname__, not '{got}'"
            )));
        }
        this.qualname.set(cx, this, v);
        Ok(())
    }

    #[py(getter)]
    fn __module__(cx: &mut Cx, this: Gc<Type>) -> PyResult<Value> {
        let name = cx.names().__module__;
        let own = own(cx, this, name);
        // What some native types have under this name is a descriptor for their instances.
        let native = this.flags() & flags::HEAPTYPE == 0;
        match own.filter(|&v| !native || Gc::<Str>::from_value(v).is_some()) {
            Some(v) => Ok(v),
            None if native => Ok(match this.spec {
                Some(spec) => cx.intern(spec.module).value(),
                None => cx.names().builtins.value(),
            }),
            None => Err(cx.attribute_error("__module__")),
        }
    }

    #[py(setter = "__module__")]
    fn set_module(cx: &mut Cx, this: Gc<Type>, value: Option<Value>) -> PyResult<()> {
        let v = require_heap(cx, this, "__module__", value)?;
        let name = cx.names().__module__;
        let firstlineno = cx.names().__firstlineno__;
        this.namespace().remove_str(cx, firstlineno);
        super::attrs::store(cx, this, name, Some(v))
    }

    #[py(getter)]
    fn __doc__(cx: &mut Cx, this: Gc<Type>) -> PyResult<Value> {
        if this.flags() & flags::HEAPTYPE == 0
            && let Some(doc) = this.spec.and_then(|s| s.doc)
        {
            return Ok(cx.new_str(doc));
        }
        let name = cx.names().__doc__;
        match own(cx, this, name) {
            Some(v) => cx.bind(v, None, this),
            None => Ok(Value::none()),
        }
    }

    #[py(setter = "__doc__")]
    fn set_doc(cx: &mut Cx, this: Gc<Type>, value: Option<Value>) -> PyResult<()> {
        let v = require_heap(cx, this, "__doc__", value)?;
        let name = cx.names().__doc__;
        super::attrs::store(cx, this, name, Some(v))
    }

    #[py(getter)]
    fn __dict__(cx: &mut Cx, this: Gc<Type>) -> Value {
        crate::types::dictviews::mapping_proxy(cx, this.dict.get())
    }

    #[py(getter)]
    fn __mro__(this: Gc<Type>) -> Value {
        if this.flags() & flags::INCOMPLETE != 0 {
            return Value::none();
        }
        this.mro.get()
    }

    #[py(getter, member)]
    fn __base__(this: Gc<Type>) -> Value {
        this.base.get().some().unwrap_or(Value::none())
    }

    #[py(getter)]
    fn __bases__(this: Gc<Type>) -> Value {
        this.bases.get()
    }

    #[py(setter = "__bases__")]
    fn set_bases(cx: &mut Cx, this: Gc<Type>, value: Option<Value>) -> PyResult<()> {
        let v = require_heap(cx, this, "__bases__", value)?;
        super::assign::set_bases(cx, this, v)
    }

    #[py(getter, member)]
    fn __basicsize__(this: Gc<Type>) -> usize {
        (this.payload as usize + this.tail_fixed as usize * 8).max(16)
    }

    #[py(getter, member)]
    fn __itemsize__(this: Gc<Type>) -> usize {
        let kind = this.kind();
        if kind == Kind::Tuple as u8 {
            8
        } else if kind == Kind::Int as u8 {
            4
        } else if kind == Kind::Bytes as u8 {
            1
        } else {
            0
        }
    }

    #[py(getter, member)]
    fn __flags__(this: Gc<Type>) -> u32 {
        // Bits 0-4 are this implementation's own; 12 and 14 are CPython's READY and HAVE_GC.
        let heap = if this.is_shown_as_heap() {
            flags::HEAPTYPE
        } else {
            0
        };
        // Bits 2 and 4: attributes are in the object, and their dict is the machine's business.
        let dict = match this.is_shown_as_heap() && this.has_dict() {
            true if this.kind() == Kind::Instance as u8 => 1 << 2 | 1 << 4,
            true => 1 << 4,
            false => 0,
        };
        let calls = flags::OWN_ALLOC | flags::MADE_BY_NEW | flags::INITIALISED;
        let own = !(0x1f | flags::INCOMPLETE | calls);
        (this.flags() & own) | heap | dict | 1 << 12 | 1 << 14
    }

    #[py(getter, member)]
    fn __dictoffset__(this: Gc<Type>) -> i64 {
        if this.has_dict() { -1 } else { 0 }
    }

    #[py(getter, member)]
    fn __weakrefoffset__(this: Gc<Type>) -> i64 {
        if this.flags() & flags::WEAKREFABLE != 0 {
            8
        } else {
            0
        }
    }

    #[py(getter)]
    fn __text_signature__(cx: &mut Cx, this: Gc<Type>) -> Value {
        let sig_of = |name: &str| {
            let mut defs = this.spec?.defs.iter().flat_map(|t| t.iter());
            defs.find(|d| d.name == name).and_then(|d| d.sig)
        };
        // A constructor that takes whatever comes leaves its parameters to `__init__`.
        let sig = match sig_of("__new__") {
            Some("($type, *args, **kwargs)") => sig_of("__init__"),
            sig => sig,
        };
        let sig = sig.filter(|&s| s != "($self, /, *args, **kwargs)");
        match sig {
            Some(s) => {
                let s = s.replace("($type, ", "(").replace("($type)", "()");
                cx.new_str(&s.replace("($self, /, ", "("))
            }
            None => Value::none(),
        }
    }

    #[py(getter)]
    fn __abstractmethods__(cx: &mut Cx, this: Gc<Type>) -> PyResult<Value> {
        let name = cx.names().__abstractmethods__;
        let found = if this == cx.types().type_ {
            None
        } else {
            own(cx, this, name)
        };
        match found {
            Some(v) => Ok(v),
            None => Err(cx.attribute_error_for(this.value(), name, "__abstractmethods__")),
        }
    }

    #[py(setter = "__abstractmethods__")]
    fn set_abstractmethods(cx: &mut Cx, this: Gc<Type>, value: Option<Value>) -> PyResult<()> {
        let name = cx.names().__abstractmethods__;
        let abstract_ = match value {
            Some(v) => cx.is_true(v)?,
            None => false,
        };
        super::attrs::store(cx, this, name, value)?;
        if abstract_ {
            this.set_flags(flags::ABSTRACT)
        } else {
            this.clear_flags(flags::ABSTRACT)
        }
        Ok(())
    }

    #[py(getter)]
    fn __annotations__(cx: &mut Cx, this: Gc<Type>) -> PyResult<Value> {
        super::annotations::get(cx, this)
    }

    #[py(setter = "__annotations__")]
    fn set_annotations(cx: &mut Cx, this: Gc<Type>, value: Option<Value>) -> PyResult<()> {
        super::annotations::set(cx, this, value)
    }

    #[py(getter)]
    fn __annotate__(cx: &mut Cx, this: Gc<Type>) -> PyResult<Value> {
        super::annotations::get_annotate(cx, this)
    }

    #[py(setter = "__annotate__")]
    fn set_annotate(cx: &mut Cx, this: Gc<Type>, value: Option<Value>) -> PyResult<()> {
        super::annotations::set_annotate(cx, this, value)
    }

    #[py(getter)]
    fn __type_params__(cx: &mut Cx, this: Gc<Type>) -> Value {
        let name = cx.names().__type_params__;
        match own(cx, this, name) {
            Some(v) if this != cx.types().type_ => v,
            _ => cx.empty_tuple(),
        }
    }

    #[py(setter = "__type_params__")]
    fn set_type_params(cx: &mut Cx, this: Gc<Type>, value: Option<Value>) -> PyResult<()> {
        let v = require_heap(cx, this, "__type_params__", value)?;
        let name = cx.names().__type_params__;
        super::attrs::store(cx, this, name, Some(v))
    }
}
