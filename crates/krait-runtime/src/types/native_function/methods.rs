//! The Python types of native functions and descriptors.

use krait_macros::pymethods;

use super::slots::{SlotText, slot_of};
use super::{BuiltinFunction, MethodDescr, call_builtin, call_method_descr};
use crate::native::{Cx, DefKind, Layout, PyResult, TypeSpec, Value};
use crate::object::{Gc, Kind};
use crate::types::shape_id;
use crate::types::str::Str;
use crate::types::typeobj::{Type, flags};

macro_rules! descr_spec {
    ($id:ident $name:literal $defs:expr, $call:expr) => {
        pub static $id: TypeSpec = TypeSpec {
            name: $name,
            layout: Layout::of::<MethodDescr>(),
            flags: flags::NO_INSTANTIATION,
            defs: $defs,
            call: $call,
            ..TypeSpec::DEFAULT
        };
    };
}

descr_spec!(WRAPPER_SPEC "wrapper_descriptor" &[DescrMethods::DEFS, MethodDescrMethods::DEFS, DescrReduce::DEFS], Some(call_method_descr));
descr_spec!(METHOD_SPEC "method_descriptor" &[DescrMethods::DEFS, MethodDescrMethods::DEFS, DescrReduce::DEFS], Some(call_method_descr));
descr_spec!(CLASSMETHOD_SPEC "classmethod_descriptor" &[DescrMethods::DEFS, MethodDescrMethods::DEFS], Some(call_method_descr));
descr_spec!(GETSET_SPEC "getset_descriptor" &[DescrMethods::DEFS, DataDescrMethods::DEFS], None);
descr_spec!(MEMBER_SPEC "member_descriptor" &[DescrMethods::DEFS, DataDescrMethods::DEFS, DescrReduce::DEFS], None);

pub static BUILTIN_SPEC: TypeSpec = TypeSpec {
    name: "builtin_function_or_method",
    layout: Layout::of::<BuiltinFunction>(),
    flags: flags::NO_INSTANTIATION | flags::WEAKREFABLE,
    defs: &[BuiltinMethods::DEFS, ModuleName::DEFS],
    call: Some(call_builtin),
    ..TypeSpec::DEFAULT
};
pub static METHOD_WRAPPER_SPEC: TypeSpec = TypeSpec {
    name: "method-wrapper",
    layout: Layout::of::<BuiltinFunction>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[BuiltinMethods::DEFS, WrapperMethods::DEFS],
    call: Some(call_builtin),
    ..TypeSpec::DEFAULT
};

/// What method wrappers do not have.
struct ModuleName;

#[pymethods]
impl ModuleName {
    #[py(getter)]
    fn __module__(this: Gc<BuiltinFunction>) -> Value {
        this.module.get().some().unwrap_or(Value::none())
    }
    #[py(setter = "__module__")]
    fn set_module(cx: &mut Cx, this: Gc<BuiltinFunction>, value: Option<Value>) {
        this.module.set(cx, this, value.unwrap_or(Value::none()));
    }
}

struct WrapperMethods;

#[pymethods]
impl WrapperMethods {
    #[py(getter)]
    fn __objclass__(cx: &mut Cx, this: Gc<BuiltinFunction>) -> Value {
        defining_class(cx, this).value()
    }
}

/// The class whose slot a method wrapper is.
fn defining_class(cx: &mut Cx, this: Gc<BuiltinFunction>) -> Gc<Type> {
    let class = cx.type_of(this.self_.get());
    let name = Gc::from_value_unchecked(this.name.get());
    let defines = |cx: &mut Cx, t: &Gc<Type>| {
        let found = t.namespace().get_str(cx, name);
        found
            .and_then(Gc::<MethodDescr>::from_value)
            .and_then(|d| d.def)
            .is_some_and(|def| std::ptr::eq(def, this.def))
    };
    let owner = class.mro_types().find(|t| defines(cx, t));
    owner.unwrap_or(class)
}

fn text(v: Option<&'static str>, cx: &mut Cx) -> Value {
    match v {
        Some(s) => cx.new_str(s),
        None => Value::none(),
    }
}

struct DescrMethods;

#[pymethods]
impl DescrMethods {
    #[py]
    fn __repr__(cx: &mut Cx, this: Gc<MethodDescr>) -> String {
        let (name, class) = (this.name_string(), this.owner().name_string());
        let _ = cx;
        match this.shape() {
            shape_id::WRAPPER_DESCRIPTOR => format!("<slot wrapper '{name}' of '{class}' objects>"),
            shape_id::GETSET_DESCRIPTOR => format!("<attribute '{name}' of '{class}' objects>"),
            shape_id::MEMBER_DESCRIPTOR => format!("<member '{name}' of '{class}' objects>"),
            _ => format!("<method '{name}' of '{class}' objects>"),
        }
    }
    #[py(getter, member)]
    fn __name__(this: Gc<MethodDescr>) -> Value {
        this.name.get()
    }
    #[py(getter)]
    fn __qualname__(cx: &mut Cx, this: Gc<MethodDescr>) -> PyResult<String> {
        let _ = cx;
        let class = Gc::<Str>::from_value(this.owner().qualname.get())
            .map_or_else(String::new, |s| s.to_string_lossy());
        Ok(format!("{class}.{}", this.name_string()))
    }
    #[py(getter, member)]
    fn __objclass__(this: Gc<MethodDescr>) -> Value {
        this.objclass.get()
    }
    #[py(getter)]
    fn __doc__(cx: &mut Cx, this: Gc<MethodDescr>) -> Value {
        let own = this.def.and_then(|d| d.doc);
        text(own.or_else(|| this.slot().map(|s| s.doc)), cx)
    }
    #[py(sig = "($self, instance, owner=None, /)")]
    fn __get__(
        cx: &mut Cx,
        this: Gc<MethodDescr>,
        instance: Value,
        owner: Option<Value>,
    ) -> PyResult<Value> {
        crate::protocol::attr::check_get(cx, instance, owner)?;
        let instance = if instance.is_none() {
            None
        } else {
            Some(instance)
        };
        crate::protocol::attr::bind_descr(cx, this, instance, owner)
    }
}

/// Descriptors that are pickled as attributes of their class.
struct DescrReduce;

#[pymethods]
impl DescrReduce {
    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<MethodDescr>) -> PyResult<Value> {
        let getattr = cx.frame_builtin("getattr")?;
        let args = cx.new_tuple(&[this.objclass.get(), this.name.get()]);
        Ok(cx.new_tuple(&[getattr, args]))
    }
}

struct MethodDescrMethods;

#[pymethods]
impl MethodDescrMethods {
    #[py(getter)]
    fn __text_signature__(cx: &mut Cx, this: Gc<MethodDescr>) -> Value {
        let slot = this.slot().map(|s| s.signature);
        text(slot.or_else(|| this.def.and_then(|d| d.sig)), cx)
    }
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        cx: &mut Cx,
        this: Gc<MethodDescr>,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        cx.call_with_kwargs(this.value(), args, kwargs)
    }
}

struct DataDescrMethods;

#[pymethods]
impl DataDescrMethods {
    #[py(sig = "($self, instance, value, /)")]
    fn __set__(cx: &mut Cx, this: Gc<MethodDescr>, instance: Value, value: Value) -> PyResult<()> {
        crate::protocol::attr::set_through_descr(cx, this, instance, Some(value))
    }
    #[py(sig = "($self, instance, /)")]
    fn __delete__(cx: &mut Cx, this: Gc<MethodDescr>, instance: Value) -> PyResult<()> {
        crate::protocol::attr::set_through_descr(cx, this, instance, None)
    }
}

impl Gc<MethodDescr> {
    fn slot(self) -> Option<&'static SlotText> {
        let is_wrapper = self.shape() == shape_id::WRAPPER_DESCRIPTOR;
        let def = self.def.filter(|_| is_wrapper)?;
        slot_of(def, &self.owner().name_string())
    }
}

struct BuiltinMethods;

impl BuiltinMethods {
    /// The slot of a bound wrapper, or of the function `__new__`.
    fn slot(this: Gc<BuiltinFunction>) -> Option<&'static SlotText> {
        let has_slot = this.is_wrapper() || matches!(this.def.kind, DefKind::New);
        // A wrapper is one whoever owns it.
        slot_of(this.def, "").filter(|_| has_slot)
    }
}

#[pymethods]
impl BuiltinMethods {
    #[py]
    fn __repr__(cx: &mut Cx, this: Gc<BuiltinFunction>) -> String {
        let name = this.def.name;
        match this.self_.get().some() {
            Some(s) if this.is_wrapper() => {
                let class = cx.type_name(s);
                format!(
                    "<method-wrapper '{name}' of {class} object at {:#x}>",
                    cx.id(s)
                )
            }
            Some(s) if !crate::object::is_kind(s, Kind::Module) => {
                let class = cx.type_name(s);
                format!(
                    "<built-in method {name} of {class} object at {:#x}>",
                    cx.id(s)
                )
            }
            _ => format!("<built-in function {name}>"),
        }
    }
    #[py]
    fn __eq__(cx: &mut Cx, this: Gc<BuiltinFunction>, other: Value) -> Value {
        let _ = cx;
        match Gc::<BuiltinFunction>::from_value(other) {
            Some(o) => {
                Value::bool(std::ptr::eq(o.def, this.def) && o.self_.get().is(this.self_.get()))
            }
            None => Value::not_implemented(),
        }
    }
    #[py]
    fn __hash__(cx: &mut Cx, this: Gc<BuiltinFunction>) -> i64 {
        let self_ = this.self_.get().some().map_or(0, |v| cx.id(v) as i64 >> 3);
        (std::ptr::from_ref(this.def) as i64 >> 3) ^ self_
    }
    #[py(getter, member)]
    fn __name__(this: Gc<BuiltinFunction>) -> Value {
        this.name.get()
    }
    #[py(getter)]
    fn __qualname__(cx: &mut Cx, this: Gc<BuiltinFunction>) -> Value {
        let class = match this.self_.get().some() {
            None => return this.name.get(),
            Some(_) if this.is_wrapper() => defining_class(cx, this),
            Some(_) => match this.class(cx) {
                Some(class) => class,
                None => return this.name.get(),
            },
        };
        let class = Gc::<Str>::from_value(class.qualname.get())
            .map_or_else(String::new, |s| s.to_string_lossy());
        cx.new_str(&format!("{class}.{}", this.def.name))
    }
    #[py(getter)]
    fn __self__(cx: &mut Cx, this: Gc<BuiltinFunction>) -> Value {
        if matches!(this.def.kind, DefKind::StaticMethod) {
            return Value::none();
        }
        match this.self_.get().some() {
            Some(s) => s,
            None => cx.module_named(this.module.get()),
        }
    }
    #[py(getter)]
    fn __doc__(cx: &mut Cx, this: Gc<BuiltinFunction>) -> Value {
        let slot = || BuiltinMethods::slot(this).map(|s| s.doc);
        text(this.def.doc.or_else(slot), cx)
    }
    #[py(getter)]
    fn __text_signature__(cx: &mut Cx, this: Gc<BuiltinFunction>) -> Value {
        let slot = BuiltinMethods::slot(this).map(|s| s.signature);
        text(slot.or(this.def.sig), cx)
    }
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        cx: &mut Cx,
        this: Gc<BuiltinFunction>,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        cx.call_with_kwargs(this.value(), args, kwargs)
    }
    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<BuiltinFunction>) -> PyResult<Value> {
        let Some(s) = this
            .self_
            .get()
            .some()
            .filter(|s| !crate::object::is_kind(*s, Kind::Module))
        else {
            return Ok(this.name.get());
        };
        let getattr = cx.frame_builtin("getattr")?;
        let args = cx.new_tuple(&[s, this.name.get()]);
        Ok(cx.new_tuple(&[getattr, args]))
    }
}

macro_rules! named {
    ($($t:ty => $name:literal),*) => {$(
        impl crate::native::NamedLayout for $t {
            const PY_NAME: &'static str = $name;
        }
    )*};
}
named!(MethodDescr => "method_descriptor", BuiltinFunction => "builtin_function_or_method", Type => "type", crate::object::Cell => "cell");
