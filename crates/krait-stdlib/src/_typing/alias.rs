//! `TypeAliasType`: what a `type` statement makes (PEP 695).

use super::evaluate::Lazy;
use super::params::{TYPE_VAR_TUPLE, TypeParam, has_default};
use super::{calling_module, union_of, unpack};
use crate::prelude::*;

#[derive(Trace)]
pub struct TypeAlias {
    name: Slot,
    /// A tuple; `EMPTY` without type parameters.
    type_params: Slot,
    value: Lazy,
    module: Slot,
}
impl Native for TypeAlias {
    const PY_NAME: &'static str = "typing.TypeAliasType";
}

type This = Obj<TypeAlias>;

pub static TYPE_ALIAS: TypeSpec = TypeSpec {
    name: "TypeAliasType",
    module: "typing",
    doc: Some(
        "Type alias.\n\nType aliases are created through the type statement::\n\n    type Alias = int\n\nIn this example, Alias and int will be treated equivalently by static\ntype checkers.",
    ),
    layout: Layout::native::<TypeAlias>(),
    flags: flags::WEAKREFABLE,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

fn alloc(
    cx: &mut Cx,
    name: Value,
    type_params: Value,
    value: Lazy,
    module: Value,
) -> PyResult<Value> {
    let class = cx.native_type(&TYPE_ALIAS)?;
    let params = Gc::<Tuple>::from_value(type_params)
        .filter(|t| !t.is_empty())
        .map_or(Value::EMPTY, |t| t.value());
    let new = TypeAlias {
        name: slot(name),
        type_params: slot(params),
        value,
        module: slot(module),
    };
    Ok(NativeObj::alloc(cx, class, new).value())
}

pub fn lazy(cx: &mut Cx, name: Value, type_params: Value, function: Value) -> PyResult<Value> {
    alloc(
        cx,
        name,
        type_params,
        Lazy::later(Some(function)),
        Value::EMPTY,
    )
}

/// Type parameters given to the constructor: a tuple of them, those with defaults last.
fn check_params(cx: &mut Cx, params: Value) -> PyResult<()> {
    let Some(t) = Gc::<Tuple>::from_value(params) else {
        return Err(cx.type_error("type_params must be a tuple"));
    };
    let mut default_seen = false;
    for i in 0..t.len() {
        let v = t.get(i);
        let Some(default) = has_default(v) else {
            let shown = cx.repr_string(v)?;
            return Err(cx.type_error(format!("Expected a type param, got {shown}")));
        };
        if default_seen && !default {
            let shown = cx.repr_string(v)?;
            return Err(cx.type_error(format!(
                "non-default type parameter '{shown}' follows default type parameter"
            )));
        }
        default_seen |= default;
    }
    Ok(())
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, name, value, *, type_params=())", hide_sig)]
    fn __new__(
        cx: &mut Cx,
        _class: Value,
        name: Value,
        value: Value,
        type_params: Option<Value>,
    ) -> PyResult<Value> {
        if Gc::<Str>::from_value(name).is_none() {
            let got = cx.type_name(name);
            return Err(cx.type_error(format!(
                "typealias() argument 'name' must be str, not {got}"
            )));
        }
        let params = type_params.unwrap_or(Value::EMPTY);
        if type_params.is_some() {
            check_params(cx, params)?;
        }
        let module = calling_module(cx);
        alloc(cx, name, params, Lazy::ready(Some(value)), module)
    }
    #[py]
    fn __repr__(this: This) -> Value {
        this.name.get()
    }
    #[py]
    fn __iter__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        let item = unpack(cx, this)?;
        let items = cx.new_tuple(&[item]);
        cx.iter(items)
    }
    #[py]
    fn __or__(cx: &mut Cx, this: Value, other: Value) -> PyResult<Value> {
        union_of(cx, this, other)
    }
    #[py]
    fn __ror__(cx: &mut Cx, this: Value, other: Value) -> PyResult<Value> {
        union_of(cx, other, this)
    }
    #[py]
    fn __getitem__(cx: &mut Cx, this: This, key: Value) -> PyResult<Value> {
        if this.type_params.get().is_empty() {
            return Err(cx.type_error("Only generic type aliases are subscriptable"));
        }
        cx.generic_alias(this.value(), key)
    }
    #[py(sig = "($self, /)")]
    fn __reduce__(this: This) -> Value {
        this.name.get()
    }
    #[py(getter, member)]
    fn __name__(this: This) -> Value {
        this.name.get()
    }
    #[py(getter)]
    fn __type_params__(cx: &mut Cx, this: This) -> Value {
        match this.type_params.get().some() {
            Some(t) => t,
            None => cx.empty_tuple(),
        }
    }
    #[py(getter)]
    fn __parameters__(cx: &mut Cx, this: This) -> PyResult<Value> {
        let Some(params) = Gc::<Tuple>::from_value(this.type_params.get()) else {
            return Ok(cx.empty_tuple());
        };
        let mut all = ValueVec::new();
        for i in 0..params.len() {
            let p = params.get(i);
            let p = if NativeObj::<TypeParam<TYPE_VAR_TUPLE>>::from_value(p).is_some() {
                unpack(cx, p)?
            } else {
                p
            };
            all.push(cx, p)?;
        }
        cx.try_new_tuple(all.as_slice())
    }
    #[py(getter)]
    fn __value__(cx: &mut Cx, this: This) -> PyResult<Option<Value>> {
        this.value.get(cx, this)
    }
    #[py(getter)]
    fn evaluate_value(cx: &mut Cx, this: This) -> PyResult<Value> {
        this.value.evaluator(cx)
    }
    #[py(getter)]
    fn __module__(cx: &mut Cx, this: This) -> PyResult<Value> {
        let name = cx.names().__module__;
        match (this.module.get().some(), this.value.function()) {
            (Some(m), _) => Ok(m),
            (None, Some(f)) => Ok(cx.lookup_attr(f, name)?.unwrap_or(Value::none())),
            (None, None) => Ok(Value::none()),
        }
    }
}
