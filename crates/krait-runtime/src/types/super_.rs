//! `super`.

use krait_macros::{Trace, pymethods};

use crate::native::{Cx, Layout, Native, NativeObj, PyResult, TypeSpec, Value};
use crate::object::{Gc, Slot};
use crate::types::str::Str;
use crate::types::typeobj::{Type, flags};

#[derive(Trace)]
pub struct Super {
    pub class: Slot,
    pub object: Slot,
    pub object_class: Slot,
}
impl Native for Super {
    const PY_NAME: &'static str = "super";
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "super",
    doc: Some(
        "super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super object\nsuper(type, obj) -> bound super object; requires isinstance(obj, type)\nsuper(type, type2) -> bound super object; requires issubclass(type2, type)\nTypical use to call a cooperative superclass method:\nclass C(B):\n    def meth(self, arg):\n        super().meth(arg)\nThis works for class methods too:\nclass C(B):\n    @classmethod\n    def cmeth(cls, arg):\n        super().cmeth(arg)\n",
    ),
    layout: Layout::native::<Super>(),
    flags: flags::BASETYPE,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

type Su = Gc<NativeObj<Super>>;

/// The class whose MRO is searched for `super(class, object)`.
pub fn check(cx: &mut Cx, class: Gc<Type>, object: Value) -> PyResult<Gc<Type>> {
    if let Some(t) = Gc::<Type>::from_value(object)
        && t.is_subtype(class)
    {
        return Ok(t);
    }
    let t = cx.type_of(object);
    if t.is_subtype(class) {
        return Ok(t);
    }
    if let Some(c) = cx
        .lookup_attr(object, cx.names().__class__)?
        .and_then(Gc::<Type>::from_value)
        && c.is_subtype(class)
    {
        return Ok(c);
    }
    let (kind, shown) = match Gc::<Type>::from_value(object) {
        Some(t) => ("type", t.dotted_name()),
        None => ("instance of", t.dotted_name()),
    };
    let class = class.dotted_name();
    Err(cx.type_error(format!(
        "super(type, obj): obj ({kind} {shown}) is not an instance or subtype of type ({class})."
    )))
}

/// What the MRO of `start` holds under `name` behind `class`, unbound.
pub fn lookup(cx: &mut Cx, class: Gc<Type>, start: Gc<Type>, name: Gc<Str>) -> Option<Value> {
    let mro = start.mro_tuple();
    let at = mro.items().iter().position(|&t| t == class.value())?;
    for &t in &mro.items()[at + 1..] {
        if let Some(t) = Gc::<Type>::from_value(t)
            && let Some(v) = t.namespace().get_str(cx, name)
        {
            return Some(v);
        }
    }
    None
}

/// `super(class, object).name`.
pub fn get(cx: &mut Cx, class: Gc<Type>, object: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
    let start = check(cx, class, object)?;
    get_checked(cx, class, object, start, name)
}

fn get_checked(
    cx: &mut Cx,
    class: Gc<Type>,
    object: Value,
    start: Gc<Type>,
    name: Gc<Str>,
) -> PyResult<Option<Value>> {
    if name == cx.names().__class__ {
        return Ok(None);
    }
    match lookup(cx, class, start, name) {
        Some(attr) => {
            let through_class = object == start.value();
            cx.bind(attr, if through_class { None } else { Some(object) }, start)
                .map(Some)
        }
        None => Ok(None),
    }
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, *args, **kwargs)", hide_sig)]
    fn __new__(cx: &mut Cx, class: Value, _kwargs: Option<Value>, _args: &[Value]) -> Value {
        let class: Gc<Type> = Gc::from_value_unchecked(class);
        NativeObj::alloc(
            cx,
            class,
            Super {
                class: Slot::empty(),
                object: Slot::empty(),
                object_class: Slot::empty(),
            },
        )
        .value()
    }
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(cx: &mut Cx, this: Su, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
        if kwargs.is_some() {
            return Err(cx.type_error("super() takes no keyword arguments"));
        }
        if args.len() > 2 {
            let n = args.len();
            return Err(cx.type_error(format!("super() takes at most 2 arguments ({n} given)")));
        }
        let (class, object) = (args.first().copied(), args.get(1).copied());
        let (class, object) = match class {
            Some(c) => (c, object),
            None => {
                let Some(f) = cx.hooks().super_arguments else {
                    return Err(cx.runtime_error("super(): no current frame"));
                };
                let (c, o) = f(cx)?;
                (c, Some(o))
            }
        };
        let Some(t) = Gc::<Type>::from_value(class) else {
            let got = crate::protocol::text::shown_type(cx, class);
            return Err(cx.type_error(format!("super() argument 1 must be type, not {got}")));
        };
        this.class.set(cx, this, class);
        if let Some(o) = object.filter(|o| !o.is_none()) {
            let start = check(cx, t, o)?;
            this.object.set(cx, this, o);
            this.object_class.set(cx, this, start.value());
        }
        Ok(())
    }
    #[py]
    fn __getattribute__(cx: &mut Cx, this: Su, name: Value) -> PyResult<Value> {
        if !this.object.get().is_empty() && Gc::<Str>::from_value(name).is_none() {
            // The name is looked for in the dicts of the classes first.
            cx.dict_key_hash(name)?;
        }
        let name = cx.attribute_name(name)?;
        if let (Some(class), Some(object), Some(start)) = (
            Gc::<Type>::from_value(this.class.get()),
            this.object.get().some(),
            Gc::<Type>::from_value(this.object_class.get()),
        ) && let Some(v) = get_checked(cx, class, object, start, name)?
        {
            return Ok(v);
        }
        match cx.generic_get_attr(this.value(), name)? {
            Some(v) => Ok(v),
            None => Err(cx.no_attribute(this.value(), name)),
        }
    }
    #[py(sig = "($self, instance, owner=None, /)")]
    fn __get__(cx: &mut Cx, this: Su, instance: Value, owner: Option<Value>) -> PyResult<Value> {
        crate::protocol::attr::check_get(cx, instance, owner)?;
        if instance.is_none() || !this.object.get().is_empty() {
            return Ok(this.value());
        }
        let class = cx.type_of(this.value());
        cx.call(class.value(), &[this.class.get(), instance])
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: Su) -> String {
        let _ = cx;
        let name = Gc::<Type>::from_value(this.class.get())
            .map_or_else(|| "NULL".to_string(), |t| t.dotted_name());
        match Gc::<Type>::from_value(this.object_class.get()) {
            Some(t) => format!("<super: <class '{name}'>, <{} object>>", t.dotted_name()),
            None => format!("<super: <class '{name}'>, NULL>"),
        }
    }
    #[py(getter, member, doc = "the class invoking super()")]
    fn __thisclass__(this: Su) -> Value {
        this.class.get().some().unwrap_or(Value::none())
    }
    #[py(getter, member, doc = "the instance invoking super(); may be None")]
    fn __self__(this: Su) -> Value {
        this.object.get().some().unwrap_or(Value::none())
    }
    #[py(
        getter,
        member,
        doc = "the type of the instance invoking super(); may be None"
    )]
    fn __self_class__(this: Su) -> Value {
        this.object_class.get().some().unwrap_or(Value::none())
    }
}
