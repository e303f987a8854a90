//! `mappingproxy`: a read-only view on any mapping.

use krait_macros::{Trace, pymethods};

use crate::native::{Cx, Layout, Native, NativeObj, PyResult, TypeSpec, Value};
use crate::object::{Gc, Slot};
use crate::protocol::compare::CompareOp;
use crate::special::Special;
use crate::types::shape_id;
use crate::types::str::Str;
use crate::types::typeobj::{Type, flags};

#[derive(Trace)]
pub struct MappingProxy {
    mapping: Slot,
}

impl Native for MappingProxy {
    const PY_NAME: &'static str = "mappingproxy";
}

pub static MAPPINGPROXY_SPEC: TypeSpec = TypeSpec {
    name: "mappingproxy",
    doc: Some("Read-only proxy of a mapping."),
    layout: Layout::native::<MappingProxy>(),
    flags: flags::MAPPING,
    defs: &[MappingProxyMethods::DEFS],
    ..TypeSpec::DEFAULT
};

impl MappingProxy {
    /// A read-only view on `mapping`.
    pub fn of(cx: &mut Cx, mapping: Value) -> Value {
        let mapping = Slot::new(mapping);
        NativeObj::alloc_exact(cx, shape_id::MAPPINGPROXY, MappingProxy { mapping }).value()
    }

    pub fn mapping(&self) -> Value {
        self.mapping.get()
    }
}

/// A read-only view on `mapping`.
pub fn mapping_proxy(cx: &mut Cx, mapping: Value) -> Value {
    MappingProxy::of(cx, mapping)
}

/// The mapping behind a proxy, anything else as it is.
fn unwrapped(v: Value) -> Value {
    NativeObj::<MappingProxy>::from_value(v).map_or(v, |p| p.mapping())
}

/// Whether `mapping[key]` is defined and means a mapping.
fn is_mapping(cx: &mut Cx, v: Value) -> bool {
    use crate::object::{Kind, is_kind};
    cx.has_special(v, Special::GetItem) && !is_kind(v, Kind::List) && !is_kind(v, Kind::Tuple)
}

type Proxy = Gc<NativeObj<MappingProxy>>;

pub struct MappingProxyMethods;

#[pymethods]
impl MappingProxyMethods {
    #[py(new, sig = "($type, mapping)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>, mapping: Value) -> PyResult<Value> {
        if !is_mapping(cx, mapping) {
            let name = cx.type_name(mapping);
            return Err(cx.type_error(format!(
                "mappingproxy() argument must be a mapping, not {name}"
            )));
        }
        Ok(NativeObj::alloc(
            cx,
            class,
            MappingProxy {
                mapping: Slot::new(mapping),
            },
        )
        .value())
    }

    #[py]
    fn __repr__(cx: &mut Cx, this: Proxy) -> PyResult<String> {
        let inner = cx.repr(this.mapping())?;
        Ok(format!("mappingproxy({})", inner.to_string_lossy()))
    }

    #[py]
    fn __hash__(cx: &mut Cx, this: Proxy) -> PyResult<i64> {
        cx.hash(this.mapping())
    }

    #[py]
    fn __str__(cx: &mut Cx, this: Proxy) -> PyResult<Gc<Str>> {
        cx.str(this.mapping())
    }

    #[py(compare)]
    fn compare(cx: &mut Cx, this: Proxy, value: Value, op: CompareOp) -> PyResult<Value> {
        cx.compare(op, this.mapping(), value)
    }

    #[py]
    fn __iter__(cx: &mut Cx, this: Proxy) -> PyResult<Value> {
        cx.iter(this.mapping())
    }

    #[py]
    fn __or__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        cx.binary(Special::Or, unwrapped(this), unwrapped(value))
    }
    #[py]
    fn __ror__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        cx.binary(Special::Or, unwrapped(value), unwrapped(this))
    }
    #[py]
    fn __ior__(cx: &mut Cx, this: Proxy, value: Value) -> PyResult<Value> {
        let _ = value;
        let name = cx.type_name(this.value());
        Err(cx.type_error(format!("'|=' is not supported by {name}; use '|' instead")))
    }

    #[py]
    fn __len__(cx: &mut Cx, this: Proxy) -> PyResult<usize> {
        cx.len(this.mapping())
    }

    #[py]
    fn __getitem__(cx: &mut Cx, this: Proxy, key: Value) -> PyResult<Value> {
        cx.get_item(this.mapping(), key)
    }

    #[py]
    fn __contains__(cx: &mut Cx, this: Proxy, key: Value) -> PyResult<bool> {
        cx.contains(this.mapping(), key)
    }

    /// Return the value for key if key is in the mapping, else default.
    #[py(sig = "($self, key, default=None, /)")]
    fn get(cx: &mut Cx, this: Proxy, key: Value, default: Option<Value>) -> PyResult<Value> {
        cx.call_method_str(
            this.mapping(),
            "get",
            &[key, default.unwrap_or(Value::none())],
        )
    }

    /// a set-like object providing a view on the underlying mapping's keys
    #[py]
    fn keys(cx: &mut Cx, this: Proxy) -> PyResult<Value> {
        cx.call_method_str(this.mapping(), "keys", &[])
    }

    /// an object providing a view on the underlying mapping's values
    #[py]
    fn values(cx: &mut Cx, this: Proxy) -> PyResult<Value> {
        cx.call_method_str(this.mapping(), "values", &[])
    }

    /// a set-like object providing a view on the underlying mapping's items
    #[py]
    fn items(cx: &mut Cx, this: Proxy) -> PyResult<Value> {
        cx.call_method_str(this.mapping(), "items", &[])
    }

    /// a shallow copy of the underlying mapping
    #[py]
    fn copy(cx: &mut Cx, this: Proxy) -> PyResult<Value> {
        cx.call_method_str(this.mapping(), "copy", &[])
    }

    /// See PEP 585
    #[py(classmethod, sig = "($type, object, /)")]
    fn __class_getitem__(cx: &mut Cx, class: Value, object: Value) -> PyResult<Value> {
        cx.generic_alias(class, object)
    }

    /// Return a reverse iterator over the underlying mapping's keys.
    #[py]
    fn __reversed__(cx: &mut Cx, this: Proxy) -> PyResult<Value> {
        cx.call_method_str(this.mapping(), "__reversed__", &[])
    }
}
