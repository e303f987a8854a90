//! `types.SimpleNamespace`: attributes and nothing else.

use krait_macros::pymethods;

use crate::native::{Cx, Layout, PyResult, TypeSpec, Value};
use crate::object::Gc;
use crate::protocol::compare::CompareOp;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::str::StrBuilder;
use crate::types::typeobj::{Type, flags};

pub static SPEC: TypeSpec = TypeSpec {
    name: "SimpleNamespace",
    module: "types",
    doc: Some("A simple attribute-based namespace."),
    layout: Layout::INSTANCE,
    flags: flags::BASETYPE | flags::INSTANCE_DICT,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

impl Cx {
    /// A `SimpleNamespace` with these attributes.
    pub fn new_namespace(&mut self, attributes: &[(&str, Value)]) -> PyResult<Value> {
        let class = self.types().namespace;
        let this = crate::types::object::new_instance(self, class);
        for (name, v) in attributes {
            let name = self.intern(name);
            self.instance_set(this, name, *v)?;
        }
        Ok(this)
    }
}

/// The namespace's attributes; every namespace has a dict.
fn attributes(cx: &mut Cx, this: Value) -> PyResult<Gc<Dict>> {
    match cx.instance_dict(this)? {
        Some(d) => Ok(d),
        None => Ok(cx.new_dict()),
    }
}

fn set_all(cx: &mut Cx, this: Value, from: Gc<Dict>) -> PyResult<()> {
    let mut pos = 0;
    while let Some((k, v)) = from.next_entry(&mut pos) {
        let name = Gc::<Str>::from_value_unchecked(k);
        let name = cx.intern_str(name);
        cx.instance_set(this, name, v)?;
    }
    Ok(())
}

fn check_keys(cx: &mut Cx, d: Gc<Dict>) -> PyResult<()> {
    let mut pos = 0;
    while let Some((k, _)) = d.next_entry(&mut pos) {
        if Gc::<Str>::from_value(k).is_none() {
            return Err(cx.type_error("keywords must be strings"));
        }
    }
    Ok(())
}

fn compare(cx: &mut Cx, op: CompareOp, a: Value, b: Value) -> PyResult<Value> {
    if !cx.is_instance(b, cx.types().namespace) {
        return Ok(Value::not_implemented());
    }
    let (a, b) = (attributes(cx, a)?, attributes(cx, b)?);
    cx.compare(op, a.value(), b.value())
}

pub struct Methods;

impl Methods {
    fn push_attributes(cx: &mut Cx, this: Value, out: &mut StrBuilder) -> PyResult<()> {
        let d = attributes(cx, this)?.copy(cx)?;
        let (mut pos, mut first) = (0, true);
        while let Some((k, v)) = d.next_entry(&mut pos) {
            let Some(name) = Gc::<Str>::from_value(k).filter(|s| !s.is_empty()) else {
                continue;
            };
            if !first {
                out.push_str(", ");
            }
            first = false;
            let text = cx.repr(v)?;
            out.push_gc(name);
            out.push_str("=");
            out.push_gc(text);
        }
        Ok(())
    }
}

#[pymethods]
impl Methods {
    /// Create and return a new object.  See help(type) for accurate signature.
    #[py(
        new,
        sig = "($type, *args, **kwargs)",
        shown = "($type, mapping_or_iterable=(), /, **kwargs)"
    )]
    fn __new__(cx: &mut Cx, class: Value, _kwargs: Option<Value>, _args: &[Value]) -> Value {
        let class: Gc<Type> = Gc::from_value_unchecked(class);
        crate::types::object::new_instance(cx, class)
    }

    /// Initialize self.  See help(type(self)) for accurate signature.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(cx: &mut Cx, this: Value, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
        if args.len() > 1 {
            let (name, n) = (cx.type_of(this).name_string(), args.len());
            return Err(cx.type_error(format!("{name} expected at most 1 argument, got {n}")));
        }
        if let Some(&source) = args.first() {
            let d = match Gc::<Dict>::from_value(source).filter(|d| d.is_exact()) {
                Some(d) => d,
                None => {
                    let dict = cx.types().dict.value();
                    Gc::from_value_unchecked(cx.call(dict, &[source])?)
                }
            };
            check_keys(cx, d)?;
            set_all(cx, this, d)?;
        }
        match kwargs.and_then(Gc::<Dict>::from_value) {
            Some(d) => set_all(cx, this, d),
            None => Ok(()),
        }
    }

    /// Return repr(self).
    #[py(sig = "($self, /)")]
    fn __repr__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        let class = cx.type_of(this);
        let name = if class == cx.types().namespace {
            "namespace".to_owned()
        } else {
            class.name_string()
        };
        let mut out = StrBuilder::new();
        out.push_str(&name);
        out.push_str("(");
        if cx.repr_enter(this) {
            let done = Self::push_attributes(cx, this, &mut out);
            cx.repr_leave(this);
            done?;
        } else {
            out.push_str("...");
        }
        out.push_str(")");
        out.finish(cx)
    }

    #[py(compare)]
    fn compare(cx: &mut Cx, this: Value, value: Value, op: CompareOp) -> PyResult<Value> {
        compare(cx, op, this, value)
    }

    /// Return state information for pickling
    #[py(sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        let class = cx.type_of(this).value();
        let (args, state) = (cx.empty_tuple(), attributes(cx, this)?.value());
        Ok(cx.new_tuple(&[class, args, state]))
    }

    /// Return a copy of the namespace object with new values for the specified attributes.
    #[py(sig = "($self, /, **changes)")]
    fn __replace__(cx: &mut Cx, this: Value, changes: Option<Value>) -> PyResult<Value> {
        let class = cx.type_of(this).value();
        let copy = cx.call(class, &[])?;
        if !cx.is_instance(copy, cx.types().namespace) {
            let (class, got) = (
                cx.type_of(this).full_name(cx),
                cx.type_of(copy).full_name(cx),
            );
            return Err(cx.type_error(format!(
                "expect types.SimpleNamespace type, but {class}() returned '{got}' object"
            )));
        }
        let d = attributes(cx, this)?;
        set_all(cx, copy, d)?;
        if let Some(d) = changes.and_then(Gc::<Dict>::from_value) {
            set_all(cx, copy, d)?;
        }
        Ok(copy)
    }

    #[py(getter, member)]
    fn __dict__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        crate::types::type_::create::InstanceAttributes::__dict__(cx, this)
    }
}
