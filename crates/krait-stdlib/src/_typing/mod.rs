//! `_typing`: type variables, type aliases and `Generic` (PEP 484, 612, 646, 695, 696).
//!
//! Substitution and checks of arguments are Python code in `typing`; methods here call it.

mod alias;
mod evaluate;
mod generic;
mod params;
mod paramspec_parts;

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_typing",
    doc: Some("Primitives and accelerators for the typing module.\n"),
    functions: &[Functions::DEFS],
    types: &[
        &params::TYPEVAR,
        &params::PARAMSPEC,
        &params::TYPEVARTUPLE,
        &paramspec_parts::ARGS,
        &paramspec_parts::KWARGS,
        &alias::TYPE_ALIAS,
        &generic::GENERIC,
    ],
    init: Some(init),
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let no_default = generic::no_default(cx)?;
    m.set(cx, "NoDefault", no_default);
    let union = cx.types().union.value();
    m.set(cx, "Union", union);
    Ok(())
}

/// `typing.name(*args)`.
fn call_typing(cx: &mut Cx, name: &str, args: &[Value]) -> PyResult<Value> {
    let typing = cx.import("typing")?;
    let f = cx.get_attr_str(typing, name)?;
    cx.call(f, args)
}

/// `Unpack[v]`.
fn unpack(cx: &mut Cx, v: Value) -> PyResult<Value> {
    let typing = cx.import("typing")?;
    let unpack = cx.get_attr_str(typing, "Unpack")?;
    cx.get_item(unpack, v)
}

/// `__name__` of the module that called, `None` if nobody knows.
fn calling_module(cx: &mut Cx) -> Value {
    let Some(globals) = cx.hooks().globals.and_then(|f| f(cx)) else {
        return Value::none();
    };
    let key = cx.names().__name__;
    Gc::<Dict>::from_value(globals)
        .and_then(|d| d.get_str(cx, key))
        .unwrap_or(Value::none())
}

/// `left | right` of types.
fn union_of(cx: &mut Cx, left: Value, right: Value) -> PyResult<Value> {
    let members = cx.new_tuple(&[left, right]);
    krait_runtime::types::union::from_tuple(cx, Gc::from_value_unchecked(members))
}

struct Functions;

#[pyfunctions]
impl Functions {
    #[py]
    fn _idfunc(x: Value) -> Value {
        x
    }
    /// A type variable of a type parameter list, whose bound is evaluated when asked for.
    #[py]
    fn _make_typevar_with_bound(
        cx: &mut Cx,
        name: Value,
        evaluate_bound: Value,
    ) -> PyResult<Value> {
        params::lazy_typevar(cx, name, Some(evaluate_bound), None)
    }
    /// A type variable of a type parameter list, whose constraints are evaluated when asked for.
    #[py]
    fn _make_typevar_with_constraints(
        cx: &mut Cx,
        name: Value,
        evaluate_constraints: Value,
    ) -> PyResult<Value> {
        params::lazy_typevar(cx, name, None, Some(evaluate_constraints))
    }
    /// Gives a type parameter a default that is evaluated when asked for.
    #[py]
    fn _set_typeparam_default(
        cx: &mut Cx,
        parameter: Value,
        evaluate_default: Value,
    ) -> PyResult<Value> {
        params::set_default(cx, parameter, evaluate_default)
    }
    /// The object of a `type` statement.
    #[py]
    fn _make_type_alias(
        cx: &mut Cx,
        name: Value,
        type_params: Value,
        evaluate_value: Value,
    ) -> PyResult<Value> {
        alias::lazy(cx, name, type_params, evaluate_value)
    }
}
