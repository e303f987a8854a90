//! `ParamSpecArgs` and `ParamSpecKwargs`: `P.args` and `P.kwargs` (PEP 612).

use super::params::{PARAM_SPEC, TypeParam};
use crate::prelude::*;

#[derive(Trace)]
pub struct Part<const KEYWORDS: bool> {
    origin: Slot,
}
impl Native for Part<false> {
    const PY_NAME: &'static str = "typing.ParamSpecArgs";
}
impl Native for Part<true> {
    const PY_NAME: &'static str = "typing.ParamSpecKwargs";
}

pub static ARGS: TypeSpec = TypeSpec {
    name: "ParamSpecArgs",
    module: "typing",
    doc: Some(
        "The args for a ParamSpec object.\n\nGiven a ParamSpec object P, P.args returns an instance of ParamSpecArgs.\n\nParamSpecArgs objects have a reference back to their ParamSpec::\n\n    >>> P = ParamSpec(\"P\")\n    >>> P.args.__origin__ is P\n    True\n\nThis type is meant for runtime introspection and has no special meaning\nto static type checkers.",
    ),
    layout: Layout::native::<Part<false>>(),
    flags: flags::WEAKREFABLE,
    defs: &[ArgsMethods::DEFS],
    ..TypeSpec::DEFAULT
};
pub static KWARGS: TypeSpec = TypeSpec {
    name: "ParamSpecKwargs",
    module: "typing",
    doc: Some(
        "The kwargs for a ParamSpec object.\n\nGiven a ParamSpec object P, P.kwargs returns an instance of ParamSpecKwargs.\n\nParamSpecKwargs objects have a reference back to their ParamSpec::\n\n    >>> P = ParamSpec(\"P\")\n    >>> P.kwargs.__origin__ is P\n    True\n\nThis type is meant for runtime introspection and has no special meaning\nto static type checkers.",
    ),
    layout: Layout::native::<Part<true>>(),
    flags: flags::WEAKREFABLE,
    defs: &[KwargsMethods::DEFS],
    ..TypeSpec::DEFAULT
};

pub fn new<const KEYWORDS: bool>(cx: &mut Cx, origin: Value) -> PyResult<Value>
where
    Part<KEYWORDS>: Native,
{
    let class = cx.native_type(if KEYWORDS { &KWARGS } else { &ARGS })?;
    Ok(NativeObj::alloc(
        cx,
        class,
        Part::<KEYWORDS> {
            origin: slot(origin),
        },
    )
    .value())
}

fn show(cx: &mut Cx, origin: Value, what: &str) -> PyResult<String> {
    let name = match NativeObj::<TypeParam<PARAM_SPEC>>::from_value(origin) {
        Some(p) => cx.str_string(p.name.get())?,
        None => cx.repr_string(origin)?,
    };
    Ok(format!("{name}.{what}"))
}

macro_rules! methods {
    ($table:ident, $keywords:literal, $what:literal, $refused:literal) => {
        struct $table;

        #[pymethods]
        impl $table {
            #[py(new, sig = "($type, origin)", hide_sig)]
            fn __new__(cx: &mut Cx, _class: Value, origin: Value) -> PyResult<Value> {
                new::<$keywords>(cx, origin)
            }
            #[py]
            fn __repr__(cx: &mut Cx, this: Obj<Part<$keywords>>) -> PyResult<String> {
                show(cx, this.origin.get(), $what)
            }
            #[py]
            fn __eq__(cx: &mut Cx, this: Obj<Part<$keywords>>, other: Value) -> PyResult<Value> {
                match NativeObj::<Part<$keywords>>::from_value(other) {
                    Some(o) => cx.compare(CompareOp::Eq, this.origin.get(), o.origin.get()),
                    None => Ok(Value::not_implemented()),
                }
            }
            #[py]
            fn __mro_entries__(cx: &mut Cx, _this: Value, _bases: Value) -> PyResult<Value> {
                Err(cx.type_error($refused))
            }
            #[py(getter, member)]
            fn __origin__(this: Obj<Part<$keywords>>) -> Value {
                this.origin.get()
            }
        }
    };
}
methods!(
    ArgsMethods,
    false,
    "args",
    "Cannot subclass an instance of ParamSpecArgs"
);
methods!(
    KwargsMethods,
    true,
    "kwargs",
    "Cannot subclass an instance of ParamSpecKwargs"
);
