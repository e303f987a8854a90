//! `property`.

use krait_macros::{Trace, pymethods};

use crate::native::{Cx, Layout, Native, NativeObj, PyResult, TypeSpec, Value};
use crate::object::{Gc, Slot};
use crate::protocol::attr::check_get;
use crate::types::str::Str;
use crate::types::typeobj::{Type, flags};

#[derive(Trace)]
pub struct Property {
    pub get: Slot,
    pub set: Slot,
    pub del: Slot,
    doc: Slot,
    /// Set by `__set_name__`, for messages.
    name: Slot,
    /// The documentation came from the getter: a new getter replaces it.
    getter_doc: std::sync::atomic::AtomicBool,
}
impl Native for Property {
    const PY_NAME: &'static str = "property";
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "property",
    doc: Some(
        "Property attribute.\n\n  fget\n    function to be used for getting an attribute value\n  fset\n    function to be used for setting an attribute value\n  fdel\n    function to be used for del'ing an attribute\n  doc\n    docstring",
    ),
    layout: Layout::native::<Property>(),
    flags: flags::BASETYPE,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

type Pr = Gc<NativeObj<Property>>;

fn or_none(v: Option<Value>) -> Value {
    v.unwrap_or(Value::none())
}

/// A subclass has a `__doc__` of its own, which hides the property's: the documentation goes to the
/// instance. Where that has no place for it, only documentation of a getter is an error.
fn set_doc(cx: &mut Cx, this: Pr, doc: Value, from_getter: bool) -> PyResult<()> {
    if cx.type_of(this.value()) == cx.types().property {
        this.doc.set(cx, this, doc);
        return Ok(());
    }
    let name = cx.names().__doc__;
    match cx.set_attr(this.value(), name, doc) {
        Err(e) if !from_getter && e.is(cx, cx.types().attribute_error) => Ok(()),
        result => result,
    }
}

/// The name for messages: from `__set_name__`, or the getter's.
fn property_name(cx: &mut Cx, this: Pr) -> PyResult<Option<Value>> {
    if let Some(n) = this.name.get().some() {
        return Ok(Some(n));
    }
    let get = this.get.get();
    if get.is_none() {
        Ok(None)
    } else {
        cx.lookup_attr(get, cx.names().__name__)
    }
}

fn no_accessor(cx: &mut Cx, this: Pr, v: Value, what: &str) -> PyResult<crate::error::Raised> {
    let class = cx.type_of(v);
    let qualname = Gc::<Str>::from_value(class.qualname.get())
        .map_or_else(String::new, |s| s.to_string_lossy());
    let name = property_name(cx, this)?;
    let message = match name {
        Some(n) => {
            let n = cx.repr_string(n)?;
            format!("property {n} of '{qualname}' object has no {what}")
        }
        None => format!("property of '{qualname}' object has no {what}"),
    };
    Ok(cx.attribute_error(message))
}

fn copy_with(
    cx: &mut Cx,
    this: Pr,
    get: Option<Value>,
    set: Option<Value>,
    del: Option<Value>,
) -> PyResult<Value> {
    let pick = |new: Option<Value>, old: &Slot| new.filter(|v| !v.is_none()).unwrap_or(old.get());
    let (g, s, d) = (
        pick(get, &this.get),
        pick(set, &this.set),
        pick(del, &this.del),
    );
    let from_getter = this.getter_doc.load(std::sync::atomic::Ordering::Relaxed);
    let doc = if from_getter && !g.is_none() {
        Value::none()
    } else {
        this.doc.get()
    };
    let class = cx.type_of(this.value());
    let new = cx.call(class.value(), &[g, s, d, doc])?;
    if let (Some(n), Some(p)) = (
        this.name.get().some(),
        NativeObj::<Property>::from_value(new),
    ) {
        p.name.set(cx, p, n);
    }
    Ok(new)
}

pub struct Methods;

#[pymethods]
impl Methods {
    #[py(
        new,
        sig = "($type, *args, **kwargs)",
        shown = "($type, fget=None, fset=None, fdel=None, doc=None)"
    )]
    fn __new__(cx: &mut Cx, class: Value, _kwargs: Option<Value>, _args: &[Value]) -> Value {
        let class: Gc<Type> = Gc::from_value_unchecked(class);
        let none = || Slot::new(Value::none());
        let p = Property {
            get: none(),
            set: none(),
            del: none(),
            doc: none(),
            name: Slot::empty(),
            getter_doc: false.into(),
        };
        NativeObj::alloc(cx, class, p).value()
    }
    #[py(sig = "($self, /, fget=None, fset=None, fdel=None, doc=None)")]
    fn __init__(
        cx: &mut Cx,
        this: Pr,
        fget: Option<Value>,
        fset: Option<Value>,
        fdel: Option<Value>,
        doc: Option<Value>,
    ) -> PyResult<()> {
        this.name.set(cx, this, Value::EMPTY);
        this.get.set(cx, this, or_none(fget));
        this.set.set(cx, this, or_none(fset));
        this.del.set(cx, this, or_none(fdel));
        let mut doc = or_none(doc);
        let mut from_getter = false;
        if doc.is_none()
            && let Some(g) = fget.filter(|g| !g.is_none())
            && let Some(d) = cx.lookup_attr(g, cx.names().__doc__)?
            && !d.is_none()
        {
            doc = d;
            from_getter = true;
        }
        this.getter_doc
            .store(from_getter, std::sync::atomic::Ordering::Relaxed);
        set_doc(cx, this, doc, from_getter)
    }
    #[py(sig = "($self, instance, owner=None, /)")]
    fn __get__(cx: &mut Cx, this: Pr, instance: Value, owner: Option<Value>) -> PyResult<Value> {
        check_get(cx, instance, owner)?;
        if instance.is_none() {
            return Ok(this.value());
        }
        let get = this.get.get();
        if get.is_none() {
            let e = no_accessor(cx, this, instance, "getter")?;
            return Err(e);
        }
        cx.call(get, &[instance])
    }
    #[py]
    fn __set__(cx: &mut Cx, this: Pr, instance: Value, value: Value) -> PyResult<()> {
        let set = this.set.get();
        if set.is_none() {
            let e = no_accessor(cx, this, instance, "setter")?;
            return Err(e);
        }
        cx.call(set, &[instance, value]).map(|_| ())
    }
    #[py]
    fn __delete__(cx: &mut Cx, this: Pr, instance: Value) -> PyResult<()> {
        let del = this.del.get();
        if del.is_none() {
            let e = no_accessor(cx, this, instance, "deleter")?;
            return Err(e);
        }
        cx.call(del, &[instance]).map(|_| ())
    }
    /// Method to set name of a property.
    #[py(sig = "($self, *args)", shown = "($self, owner, name, /)")]
    fn __set_name__(cx: &mut Cx, this: Pr, args: &[Value]) -> PyResult<()> {
        let &[_, name] = args else {
            return Err(cx.type_error(format!(
                "__set_name__() takes 2 positional arguments but {} were given",
                args.len()
            )));
        };
        this.name.set(cx, this, name);
        Ok(())
    }
    /// Descriptor to obtain a copy of the property with a different getter.
    #[py(sig = "($self, object, /)")]
    fn getter(cx: &mut Cx, this: Pr, function: Value) -> PyResult<Value> {
        copy_with(cx, this, Some(function), None, None)
    }
    /// Descriptor to obtain a copy of the property with a different setter.
    #[py(sig = "($self, object, /)")]
    fn setter(cx: &mut Cx, this: Pr, function: Value) -> PyResult<Value> {
        copy_with(cx, this, None, Some(function), None)
    }
    /// Descriptor to obtain a copy of the property with a different deleter.
    #[py(sig = "($self, object, /)")]
    fn deleter(cx: &mut Cx, this: Pr, function: Value) -> PyResult<Value> {
        copy_with(cx, this, None, None, Some(function))
    }
    #[py(getter, member)]
    fn fget(this: Pr) -> Value {
        this.get.get()
    }
    #[py(getter, member)]
    fn fset(this: Pr) -> Value {
        this.set.get()
    }
    #[py(getter, member)]
    fn fdel(this: Pr) -> Value {
        this.del.get()
    }
    #[py(getter, member)]
    fn __doc__(this: Pr) -> Value {
        this.doc.get()
    }
    #[py(setter = "__doc__")]
    fn set_doc(cx: &mut Cx, this: Pr, value: Option<Value>) {
        this.doc.set(cx, this, or_none(value));
    }
    #[py(getter)]
    fn __name__(cx: &mut Cx, this: Pr) -> PyResult<Value> {
        match property_name(cx, this)? {
            Some(n) => Ok(n),
            None => Err(cx.no_attribute(this.value(), cx.names().__name__)),
        }
    }
    #[py(setter = "__name__")]
    fn set_name(cx: &mut Cx, this: Pr, value: Option<Value>) {
        this.name.set(cx, this, value.unwrap_or(Value::EMPTY));
    }
    #[py(getter)]
    fn __isabstractmethod__(cx: &mut Cx, this: Pr) -> PyResult<bool> {
        for f in [this.get.get(), this.set.get(), this.del.get()] {
            if let Some(v) = cx.lookup_attr(f, cx.names().__isabstractmethod__)?
                && cx.is_true(v)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
