//! `classmethod`, `staticmethod` and `cell`.

use krait_macros::{Trace, pymethods};

use crate::native::{Cx, Layout, Native, NativeObj, PyResult, TypeSpec, Value};
use crate::object::{Cell, Gc, Slot};
use crate::protocol::attr::check_get;
use crate::protocol::compare::CompareOp;
use crate::types::typeobj::{Type, flags};

#[derive(Trace)]
pub struct ClassMethod {
    pub callable: Slot,
}
impl Native for ClassMethod {
    const PY_NAME: &'static str = "classmethod";
}

#[derive(Trace)]
pub struct StaticMethod {
    pub callable: Slot,
}
impl Native for StaticMethod {
    const PY_NAME: &'static str = "staticmethod";
}

pub static CLASSMETHOD_SPEC: TypeSpec = TypeSpec {
    name: "classmethod",
    doc: Some(
        "Convert a function to be a class method.\n\nA class method receives the class as implicit first argument,\njust like an instance method receives the instance.",
    ),
    layout: Layout::native::<ClassMethod>(),
    flags: flags::BASETYPE | flags::INSTANCE_DICT,
    defs: &[ClassMethodMethods::DEFS],
    ..TypeSpec::DEFAULT
};
pub static STATICMETHOD_SPEC: TypeSpec = TypeSpec {
    name: "staticmethod",
    doc: Some(
        "Convert a function to be a static method.\n\nA static method does not receive an implicit first argument.",
    ),
    layout: Layout::native::<StaticMethod>(),
    flags: flags::BASETYPE | flags::INSTANCE_DICT,
    defs: &[StaticMethodMethods::DEFS],
    ..TypeSpec::DEFAULT
};

impl ClassMethod {
    pub fn alloc(cx: &mut Cx, callable: Value) -> Value {
        let class = cx.types().classmethod;
        NativeObj::alloc(
            cx,
            class,
            ClassMethod {
                callable: Slot::new(callable),
            },
        )
        .value()
    }
}

impl StaticMethod {
    pub fn alloc(cx: &mut Cx, callable: Value) -> Value {
        let class = cx.types().staticmethod;
        NativeObj::alloc(
            cx,
            class,
            StaticMethod {
                callable: Slot::new(callable),
            },
        )
        .value()
    }
}

/// Copies what `functools.wraps` would from the wrapped function, where it exists.
fn copy_metadata(cx: &mut Cx, to: Value, from: Value) -> PyResult<()> {
    let names = cx.names();
    for name in [
        names.__module__,
        names.__name__,
        names.__qualname__,
        names.__doc__,
    ] {
        if let Some(v) = cx.lookup_attr(from, name)? {
            cx.instance_set(to, name, v)?;
        }
    }
    Ok(())
}

/// `__annotations__` and `__annotate__` of the wrapped function, cached in the instance's dict.
fn forwarded(cx: &mut Cx, this: Value, callable: Value, name: &str) -> PyResult<Value> {
    let name = cx.intern(name);
    if let Some(v) = cx.instance_get(this, name) {
        return Ok(v);
    }
    let v = cx.get_attr(callable, name)?;
    cx.instance_set(this, name, v)?;
    Ok(v)
}

fn is_abstract(cx: &mut Cx, callable: Value) -> PyResult<bool> {
    match cx.lookup_attr(callable, cx.names().__isabstractmethod__)? {
        Some(v) => cx.is_true(v),
        None => Ok(false),
    }
}

type Cm = Gc<NativeObj<ClassMethod>>;
type Sm = Gc<NativeObj<StaticMethod>>;

struct ClassMethodMethods;

#[pymethods]
impl ClassMethodMethods {
    #[py(
        new,
        sig = "($type, /, *args, **kwargs)",
        shown = "($type, function, /)"
    )]
    fn __new__(cx: &mut Cx, class: Gc<Type>, _kwargs: Option<Value>, _args: &[Value]) -> Value {
        let callable = Slot::new(Value::none());
        NativeObj::alloc(cx, class, ClassMethod { callable }).value()
    }
    #[py(sig = "($self, function, /)")]
    fn __init__(cx: &mut Cx, this: Cm, function: Value) -> PyResult<()> {
        this.callable.set(cx, this, function);
        copy_metadata(cx, this.value(), function)
    }
    #[py(sig = "($self, instance, owner=None, /)")]
    fn __get__(cx: &mut Cx, this: Cm, instance: Value, owner: Option<Value>) -> PyResult<Value> {
        check_get(cx, instance, owner)?;
        let owner = match owner.filter(|o| !o.is_none()) {
            Some(o) => o,
            None => cx.type_of(instance).value(),
        };
        Ok(crate::types::method::BoundMethod::alloc(cx, this.callable.get(), owner).value())
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: Cm) -> PyResult<String> {
        Ok(format!(
            "<classmethod({})>",
            cx.repr_string(this.callable.get())?
        ))
    }
    #[py(getter, member)]
    fn __func__(this: Cm) -> Value {
        this.callable.get()
    }
    #[py(getter, member)]
    fn __wrapped__(this: Cm) -> Value {
        this.callable.get()
    }
    #[py(getter)]
    fn __isabstractmethod__(cx: &mut Cx, this: Cm) -> PyResult<bool> {
        is_abstract(cx, this.callable.get())
    }
    #[py(getter)]
    fn __annotations__(cx: &mut Cx, this: Cm) -> PyResult<Value> {
        forwarded(cx, this.value(), this.callable.get(), "__annotations__")
    }
    #[py(setter = "__annotations__")]
    fn set_annotations(cx: &mut Cx, this: Cm, value: Option<Value>) -> PyResult<()> {
        store_forwarded(cx, this.value(), "__annotations__", value)
    }
    #[py(getter)]
    fn __annotate__(cx: &mut Cx, this: Cm) -> PyResult<Value> {
        forwarded(cx, this.value(), this.callable.get(), "__annotate__")
    }
    #[py(setter = "__annotate__")]
    fn set_annotate(cx: &mut Cx, this: Cm, value: Option<Value>) -> PyResult<()> {
        store_forwarded(cx, this.value(), "__annotate__", value)
    }
    #[py(getter)]
    fn __dict__(cx: &mut Cx, this: Cm) -> PyResult<Value> {
        super::type_::create::InstanceAttributes::__dict__(cx, this.value())
    }
    #[py(setter = "__dict__")]
    fn set_dict(cx: &mut Cx, this: Cm, value: Option<Value>) -> PyResult<()> {
        super::type_::create::InstanceAttributes::set_dict(cx, this.value(), value)
    }
    #[py(classmethod, sig = "($type, object, /)")]
    fn __class_getitem__(cx: &mut Cx, class: Value, item: Value) -> PyResult<Value> {
        cx.generic_alias(class, item)
    }
}

fn store_forwarded(cx: &mut Cx, this: Value, name: &str, value: Option<Value>) -> PyResult<()> {
    let name = cx.intern(name);
    match value {
        Some(v) => cx.instance_set(this, name, v).map(|_| ()),
        None if cx.instance_del(this, name)? => Ok(()),
        None => Err(cx.no_attribute(this, name)),
    }
}

struct StaticMethodMethods;

#[pymethods]
impl StaticMethodMethods {
    #[py(
        new,
        sig = "($type, /, *args, **kwargs)",
        shown = "($type, function, /)"
    )]
    fn __new__(cx: &mut Cx, class: Gc<Type>, _kwargs: Option<Value>, _args: &[Value]) -> Value {
        let callable = Slot::new(Value::none());
        NativeObj::alloc(cx, class, StaticMethod { callable }).value()
    }
    #[py(sig = "($self, function, /)")]
    fn __init__(cx: &mut Cx, this: Sm, function: Value) -> PyResult<()> {
        this.callable.set(cx, this, function);
        copy_metadata(cx, this.value(), function)
    }
    #[py(sig = "($self, instance, owner=None, /)")]
    fn __get__(cx: &mut Cx, this: Sm, instance: Value, owner: Option<Value>) -> PyResult<Value> {
        check_get(cx, instance, owner)?;
        Ok(this.callable.get())
    }
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __call__(cx: &mut Cx, this: Sm, kwargs: Option<Value>, args: &[Value]) -> PyResult<Value> {
        cx.call_with_kwargs(this.callable.get(), args, kwargs)
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: Sm) -> PyResult<String> {
        Ok(format!(
            "<staticmethod({})>",
            cx.repr_string(this.callable.get())?
        ))
    }
    #[py(getter, member)]
    fn __func__(this: Sm) -> Value {
        this.callable.get()
    }
    #[py(getter, member)]
    fn __wrapped__(this: Sm) -> Value {
        this.callable.get()
    }
    #[py(getter)]
    fn __isabstractmethod__(cx: &mut Cx, this: Sm) -> PyResult<bool> {
        is_abstract(cx, this.callable.get())
    }
    #[py(getter)]
    fn __annotations__(cx: &mut Cx, this: Sm) -> PyResult<Value> {
        forwarded(cx, this.value(), this.callable.get(), "__annotations__")
    }
    #[py(setter = "__annotations__")]
    fn set_annotations(cx: &mut Cx, this: Sm, value: Option<Value>) -> PyResult<()> {
        store_forwarded(cx, this.value(), "__annotations__", value)
    }
    #[py(getter)]
    fn __annotate__(cx: &mut Cx, this: Sm) -> PyResult<Value> {
        forwarded(cx, this.value(), this.callable.get(), "__annotate__")
    }
    #[py(setter = "__annotate__")]
    fn set_annotate(cx: &mut Cx, this: Sm, value: Option<Value>) -> PyResult<()> {
        store_forwarded(cx, this.value(), "__annotate__", value)
    }
    #[py(getter)]
    fn __dict__(cx: &mut Cx, this: Sm) -> PyResult<Value> {
        super::type_::create::InstanceAttributes::__dict__(cx, this.value())
    }
    #[py(setter = "__dict__")]
    fn set_dict(cx: &mut Cx, this: Sm, value: Option<Value>) -> PyResult<()> {
        super::type_::create::InstanceAttributes::set_dict(cx, this.value(), value)
    }
    #[py(classmethod, sig = "($type, object, /)")]
    fn __class_getitem__(cx: &mut Cx, class: Value, item: Value) -> PyResult<Value> {
        cx.generic_alias(class, item)
    }
}

/// Compares the contents of two cells; an empty one is less than any other.
fn compare_cells(cx: &mut Cx, op: CompareOp, a: Gc<Cell>, other: Value) -> PyResult<Value> {
    let Some(b) = Gc::<Cell>::from_value(other) else {
        return Ok(Value::not_implemented());
    };
    let (a, b) = (a.contents.get(), b.contents.get());
    if a.is_unbound() || b.is_unbound() {
        let (a, b) = (Value::bool(!a.is_unbound()), Value::bool(!b.is_unbound()));
        return cx.compare(op, a, b);
    }
    cx.compare(op, a, b)
}

pub struct CellMethods;

#[pymethods]
impl CellMethods {
    #[py(compare)]
    fn compare(cx: &mut Cx, this: Gc<Cell>, value: Value, op: CompareOp) -> PyResult<Value> {
        compare_cells(cx, op, this, value)
    }
    #[py(new, sig = "($type[, contents], /)", shown = "($type, [contents])")]
    fn __new__(cx: &mut Cx, _class: Value, contents: Option<Value>) -> Value {
        cx.new_cell(contents.unwrap_or(Value::UNBOUND)).value()
    }
    #[py(getter)]
    fn cell_contents(cx: &mut Cx, this: Gc<Cell>) -> PyResult<Value> {
        let v = this.contents.get();
        if v.is_unbound() {
            Err(cx.value_error("Cell is empty"))
        } else {
            Ok(v)
        }
    }
    #[py(setter = "cell_contents")]
    fn set_cell_contents(cx: &mut Cx, this: Gc<Cell>, value: Option<Value>) {
        this.contents.set(cx, this, value.unwrap_or(Value::UNBOUND));
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: Gc<Cell>) -> String {
        let at = cx.id(this.value());
        let v = this.contents.get();
        if v.is_unbound() {
            return format!("<cell at {at:#x}: empty>");
        }
        let class = cx.type_name(v);
        format!("<cell at {at:#x}: {class} object at {:#x}>", cx.id(v))
    }
}
