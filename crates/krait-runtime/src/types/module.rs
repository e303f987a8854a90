//! Modules.

use krait_macros::pymethods;

use crate::missing_name;
use crate::native::{
    Cx, DefKind, Layout, ModuleDef, NamedLayout, NativeFn, PyResult, TypeSpec, Value,
};
use crate::object::{Gc, Header, Kind, Object, Slot};
use crate::types::dict::Dict;
use crate::types::native_function as nf;
use crate::types::str::{Str, str_arg};
use crate::types::typeobj::{Type, flags};

/// A module: its namespace is a dict of its own, not instance attributes.
#[repr(C)]
pub struct Module {
    pub header: Header,
    pub dict: Slot,
}
// SAFETY: repr(C), header first.
unsafe impl Object for Module {
    const KIND: Kind = Kind::Module;
}
impl NamedLayout for Module {
    const PY_NAME: &'static str = "module";
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "module",
    doc: Some(
        "Create a module object.\n\nThe name must be a string; the optional docstring can have any type.",
    ),
    layout: Layout::of::<Module>(),
    flags: flags::BASETYPE | flags::WEAKREFABLE,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

impl Module {
    pub fn alloc(cx: &mut Cx, class: Gc<Type>) -> Gc<Module> {
        let dict = cx.new_dict();
        cx.alloc_instance_of(class, size_of::<Module>(), Kind::Module, |header| Module {
            header,
            dict: Slot::new(dict.value()),
        })
    }

    pub fn new(cx: &mut Cx, name: &str, doc: Option<&str>) -> Gc<Module> {
        let class = cx.types().module;
        let m = Module::alloc(cx, class);
        let name = cx.intern(name).value();
        let doc = match doc {
            Some(d) => cx.new_str(d),
            None => Value::none(),
        };
        m.init(cx, name, doc);
        m
    }
}

impl Gc<Module> {
    pub fn namespace(self) -> Gc<Dict> {
        Gc::from_value_unchecked(self.dict.get())
    }

    fn init(self, cx: &mut Cx, name: Value, doc: Value) {
        let names = cx.names();
        let d = self.namespace();
        for (key, v) in [
            (names.__name__, name),
            (names.__doc__, doc),
            (names.__package__, Value::none()),
            (names.__loader__, Value::none()),
            (names.__spec__, Value::none()),
        ] {
            d.set_str(cx, key, v);
        }
    }

    pub fn get(self, cx: &mut Cx, name: &str) -> Option<Value> {
        let name = cx.intern(name);
        self.namespace().get_str(cx, name)
    }

    pub fn set(self, cx: &mut Cx, name: &str, v: Value) {
        let name = cx.intern(name);
        self.namespace().set_str(cx, name, v);
    }
}

/// Makes the module object of a native definition and runs its `init`.
pub fn from_def(cx: &mut Cx, def: &'static ModuleDef) -> PyResult<Gc<Module>> {
    let m = Module::new(cx, def.name, def.doc);
    fill(cx, m, def)?;
    Ok(m)
}

/// Adds functions, types and constants of `def` to the module `m`.
pub fn fill(cx: &mut Cx, m: Gc<Module>, def: &'static ModuleDef) -> PyResult<()> {
    let module_name = cx.intern(def.name).value();
    for table in def.functions {
        for f in *table {
            debug_assert!(matches!(f.kind, DefKind::Function));
            let name = cx.intern(f.name);
            let v = nf::new_builtin(cx, f, name, Value::EMPTY, module_name);
            m.namespace().set_str(cx, name, v.value());
        }
    }
    for spec in def.types {
        let class = cx.native_type(spec)?;
        m.set(cx, spec.name, class.value());
    }
    match def.init {
        Some(init) => init(cx, m),
        None => Ok(()),
    }
}

/// `module.__getattribute__`.
pub fn getattribute_fn() -> NativeFn {
    Methods::__py___getattribute__
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(
        new,
        sig = "($type, *args, **kwargs)",
        shown = "($type, name, doc=None)"
    )]
    fn __new__(cx: &mut Cx, class: Value, _kwargs: Option<Value>, _args: &[Value]) -> Value {
        Module::alloc(cx, Gc::from_value_unchecked(class)).value()
    }
    #[py(sig = "($self, name, doc=None)")]
    fn __init__(cx: &mut Cx, this: Gc<Module>, name: Value, doc: Option<Value>) -> PyResult<()> {
        str_arg(cx, name, "module() argument 'name'")?;
        this.init(cx, name, doc.unwrap_or(Value::none()));
        Ok(())
    }
    #[py]
    fn __getattribute__(cx: &mut Cx, this: Gc<Module>, name: Value) -> PyResult<Value> {
        let name = cx.attribute_name(name)?;
        match lookup(cx, this, name)? {
            Some(v) => Ok(v),
            None => Err(missing_name::attribute(cx, this, name)?),
        }
    }
    #[py]
    fn __setattr__(cx: &mut Cx, this: Gc<Module>, name: Value, value: Value) -> PyResult<()> {
        let name = cx.attribute_name(name)?;
        store(cx, this, name, Some(value))
    }
    #[py]
    fn __delattr__(cx: &mut Cx, this: Gc<Module>, name: Value) -> PyResult<()> {
        let name = cx.attribute_name(name)?;
        store(cx, this, name, None)
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: Gc<Module>) -> PyResult<Value> {
        if let Some(f) = cx.importlib_function("_module_repr")? {
            return cx.call(f, &[this.value()]);
        }
        let key = cx.names().__name__;
        let name = this.namespace().get_str(cx, key).unwrap_or(Value::none());
        let name = cx.repr_string(name)?;
        Ok(cx.new_str(&format!("<module {name}>")))
    }
    #[py(sig = "($self, /)")]
    fn __dir__(cx: &mut Cx, this: Gc<Module>) -> PyResult<Value> {
        let shown = cx.get_attr(this.value(), cx.names().__dict__)?;
        let Some(d) = Gc::<Dict>::from_value(shown) else {
            return Err(cx.type_error("<module>.__dict__ is not a dictionary"));
        };
        let key = cx.names().__dir__;
        match d.get_str(cx, key) {
            Some(f) => cx.call(f, &[]),
            None => Ok(d.keys_list(cx)),
        }
    }
    #[py(getter, member)]
    fn __dict__(this: Gc<Module>) -> Value {
        this.dict.get()
    }
    #[py(getter)]
    fn __annotations__(cx: &mut Cx, this: Gc<Module>) -> PyResult<Value> {
        let d = this.namespace();
        let names = cx.names();
        if let Some(v) = d.get_str(cx, names.__annotations__) {
            return Ok(v);
        }
        // A module that still runs can get more of them.
        let initializing = match d.get_str(cx, names.__spec__) {
            Some(spec) => missing_name::is_initializing(cx, spec)?,
            None => false,
        };
        let v = match d.get_str(cx, names.__annotate__) {
            Some(f) if cx.is_callable(f) => cx.call_annotate(f)?,
            _ => cx.new_dict().value(),
        };
        if !initializing {
            d.set_str(cx, names.__annotations__, v);
        }
        Ok(v)
    }
    #[py(setter = "__annotations__")]
    fn set_annotations(cx: &mut Cx, this: Gc<Module>, value: Option<Value>) -> PyResult<()> {
        let d = this.namespace();
        let (key, annotate) = (cx.names().__annotations__, cx.names().__annotate__);
        match value {
            Some(v) => d.set_str(cx, key, v),
            None if d.remove_str(cx, key).is_none() => {
                return Err(cx.attribute_error("__annotations__"));
            }
            None => {}
        }
        d.remove_str(cx, annotate);
        Ok(())
    }
    #[py(getter)]
    fn __annotate__(cx: &mut Cx, this: Gc<Module>) -> Value {
        let key = cx.names().__annotate__;
        let d = this.namespace();
        if let Some(v) = d.get_str(cx, key) {
            return v;
        }
        d.set_str(cx, key, Value::none());
        Value::none()
    }
    #[py(setter = "__annotate__")]
    fn set_annotate(cx: &mut Cx, this: Gc<Module>, value: Option<Value>) -> PyResult<()> {
        let Some(v) = value else {
            return Err(cx.type_error("cannot delete __annotate__ attribute"));
        };
        if !v.is_none() && !cx.is_callable(v) {
            return Err(cx.type_error("__annotate__ must be callable or None"));
        }
        let (annotations, key) = (cx.names().__annotations__, cx.names().__annotate__);
        this.namespace().set_str(cx, key, v);
        if !v.is_none() {
            this.namespace().remove_str(cx, annotations);
        }
        Ok(())
    }
}

/// `module.name` without the AttributeError: class data descriptors, namespace, class, then the
/// module's own `__getattr__` (PEP 562).
pub fn lookup(cx: &mut Cx, this: Gc<Module>, name: Gc<Str>) -> PyResult<Option<Value>> {
    let class = cx.type_of(this.value());
    let attr = class.lookup(cx, name);
    if let Some(a) = attr
        && cx.binding(a) == crate::protocol::attr::Binding::Data
    {
        return cx.bind(a, Some(this.value()), class).map(Some);
    }
    if let Some(v) = this.namespace().get_str(cx, name) {
        return Ok(Some(v));
    }
    if let Some(a) = attr {
        return cx.bind(a, Some(this.value()), class).map(Some);
    }
    let key = cx.names().__getattr__;
    match this.namespace().get_str(cx, key) {
        Some(f) => cx.call(f, &[name.value()]).map(Some),
        None => Ok(None),
    }
}

/// `module.name = value`, or `del module.name`.
pub fn store(cx: &mut Cx, this: Gc<Module>, name: Gc<Str>, value: Option<Value>) -> PyResult<()> {
    let class = cx.type_of(this.value());
    if let Some(a) = class.lookup(cx, name)
        && cx.binding(a).takes_stores()
    {
        return cx.generic_set_attr(this.value(), name, value);
    }
    match value {
        Some(v) => this.namespace().set_str(cx, name, v),
        None => {
            if this.namespace().remove_str(cx, name).is_none() {
                return Err(missing_name::attribute(cx, this, name)?);
            }
        }
    }
    Ok(())
}
