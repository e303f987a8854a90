//! `TypeVar`, `ParamSpec` and `TypeVarTuple`: one layout, three types.

use super::evaluate::{Lazy, constant};
use super::generic::{is_no_default, no_default};
use super::{call_typing, calling_module, paramspec_parts, union_of, unpack};
use crate::prelude::*;

pub const TYPE_VAR: u8 = 0;
pub const PARAM_SPEC: u8 = 1;
pub const TYPE_VAR_TUPLE: u8 = 2;

/// How a parameter may vary in subtypes.
#[derive(Clone, Copy, Default)]
pub struct Variance {
    covariant: bool,
    contravariant: bool,
    inferred: bool,
}

#[derive(Trace)]
pub struct TypeParam<const WHAT: u8> {
    pub name: Slot,
    bound: Lazy,
    constraints: Lazy,
    default: Lazy,
    #[trace(skip)]
    variance: Variance,
}
impl Native for TypeParam<TYPE_VAR> {
    const PY_NAME: &'static str = "typing.TypeVar";
}
impl Native for TypeParam<PARAM_SPEC> {
    const PY_NAME: &'static str = "typing.ParamSpec";
}
impl Native for TypeParam<TYPE_VAR_TUPLE> {
    const PY_NAME: &'static str = "typing.TypeVarTuple";
}

type TypeVar = Obj<TypeParam<TYPE_VAR>>;
type ParamSpec = Obj<TypeParam<PARAM_SPEC>>;
type TypeVarTuple = Obj<TypeParam<TYPE_VAR_TUPLE>>;

const fn spec<T: Native>(
    name: &'static str,
    doc: &'static str,
    defs: &'static [&'static [krait_runtime::native::NativeDef]],
) -> TypeSpec {
    TypeSpec {
        name,
        module: "typing",
        doc: Some(doc),
        layout: Layout::native::<T>(),
        flags: flags::INSTANCE_DICT | flags::WEAKREFABLE,
        defs,
        ..TypeSpec::DEFAULT
    }
}

pub static TYPEVAR: TypeSpec = spec::<TypeParam<TYPE_VAR>>(
    "TypeVar",
    "Type variable.\n\nThe preferred way to construct a type variable is via the dedicated\nsyntax for generic functions, classes, and type aliases::\n\n    class Sequence[T]:  # T is a TypeVar\n        ...\n",
    &[TypeVarMethods::DEFS],
);
pub static PARAMSPEC: TypeSpec = spec::<TypeParam<PARAM_SPEC>>(
    "ParamSpec",
    "Parameter specification variable.\n\nThe preferred way to construct a parameter specification is via the\ndedicated syntax for generic functions, classes, and type aliases,\nwhere the use of '**' creates a parameter specification::\n\n    type IntFunc[**P] = Callable[P, int]\n\nBefore there was such syntax, objects of this class were made by calling\nit, which still works::\n\n    >>> P = ParamSpec('P')\n    >>> Callable[P, int]\n    typing.Callable[~P, int]\n    >>> P.args, P.kwargs\n    (P.args, P.kwargs)\n",
    &[ParamSpecMethods::DEFS],
);
pub static TYPEVARTUPLE: TypeSpec = spec::<TypeParam<TYPE_VAR_TUPLE>>(
    "TypeVarTuple",
    "Type variable tuple. A specialized form of type variable that enables\nvariadic generics.\n\nThe preferred way to construct a type variable tuple is via the\ndedicated syntax for generic functions, classes, and type aliases,\nwhere a single '*' indicates a type variable tuple::\n\n    def move_first_element_to_last[T, *Ts](tup: tuple[T, *Ts]) -> tuple[*Ts, T]:\n        return (*tup[1:], tup[0])\n",
    &[TypeVarTupleMethods::DEFS],
);

/// A new parameter; `module` is `EMPTY` for those of type parameter lists.
fn alloc<const WHAT: u8>(
    cx: &mut Cx,
    class: Gc<Type>,
    parameter: TypeParam<WHAT>,
) -> PyResult<Value>
where
    TypeParam<WHAT>: Native,
{
    let v = NativeObj::alloc(cx, class, parameter).value();
    let module = calling_module(cx);
    let name = cx.names().__module__;
    cx.instance_set(v, name, module)?;
    Ok(v)
}

fn name_argument(cx: &mut Cx, class: &str, name: Value) -> PyResult<()> {
    if Gc::<Str>::from_value(name).is_some() {
        return Ok(());
    }
    let got = cx.type_name(name);
    Err(cx.type_error(format!("{class}() argument 'name' must be str, not {got}")))
}

fn variance(cx: &mut Cx, v: Variance) -> PyResult<Variance> {
    if v.covariant && v.contravariant {
        return Err(cx.value_error("Bivariant types are not supported."));
    }
    if v.inferred && (v.covariant || v.contravariant) {
        return Err(cx.value_error("Variance cannot be specified with infer_variance."));
    }
    Ok(v)
}

fn given(v: Option<Value>) -> Option<Value> {
    v.filter(|v| !v.is_none())
}

fn default_argument(v: Option<Value>) -> Lazy {
    Lazy::ready(v.filter(|&v| !is_no_default(v)))
}

/// A bound, checked by `typing`.
fn checked_bound(cx: &mut Cx, bound: Option<Value>) -> PyResult<Option<Value>> {
    match given(bound) {
        Some(b) => {
            let message = cx.new_str("Bound must be a type.");
            call_typing(cx, "_type_check", &[b, message]).map(Some)
        }
        None => Ok(None),
    }
}

/// The type variable of `[T: bound]` or `[T: (constraints)]`.
pub fn lazy_typevar(
    cx: &mut Cx,
    name: Value,
    bound: Option<Value>,
    constraints: Option<Value>,
) -> PyResult<Value> {
    let class = cx.native_type(&TYPEVAR)?;
    let new = TypeParam::<TYPE_VAR> {
        name: slot(name),
        bound: Lazy::later(bound),
        constraints: Lazy::later(constraints),
        default: Lazy::ready(None),
        variance: Variance {
            inferred: true,
            ..Variance::default()
        },
    };
    Ok(NativeObj::alloc(cx, class, new).value())
}

/// `[T = default]`.
pub fn set_default(cx: &mut Cx, parameter: Value, evaluate: Value) -> PyResult<Value> {
    if let Some(p) = NativeObj::<TypeParam<TYPE_VAR>>::from_value(parameter) {
        p.default.set_function(cx, p, evaluate);
    } else if let Some(p) = NativeObj::<TypeParam<PARAM_SPEC>>::from_value(parameter) {
        p.default.set_function(cx, p, evaluate);
    } else if let Some(p) = NativeObj::<TypeParam<TYPE_VAR_TUPLE>>::from_value(parameter) {
        p.default.set_function(cx, p, evaluate);
    } else {
        let name = cx.type_name(parameter);
        return Err(cx.type_error(format!("Expected a type param, got {name}")));
    }
    Ok(parameter)
}

pub fn has_default(v: Value) -> Option<bool> {
    if let Some(p) = NativeObj::<TypeParam<TYPE_VAR>>::from_value(v) {
        return Some(p.default.is_set());
    }
    if let Some(p) = NativeObj::<TypeParam<PARAM_SPEC>>::from_value(v) {
        return Some(p.default.is_set());
    }
    NativeObj::<TypeParam<TYPE_VAR_TUPLE>>::from_value(v).map(|p| p.default.is_set())
}

fn default_of<const WHAT: u8>(cx: &mut Cx, p: Obj<TypeParam<WHAT>>) -> PyResult<Value>
where
    TypeParam<WHAT>: Native,
{
    match p.default.get(cx, p)? {
        Some(v) => Ok(v),
        None => no_default(cx),
    }
}

/// What `evaluate_default` is: without a default it gives `NoDefault`.
fn default_evaluator<const WHAT: u8>(cx: &mut Cx, p: Obj<TypeParam<WHAT>>) -> PyResult<Value>
where
    TypeParam<WHAT>: Native,
{
    let evaluator = p.default.evaluator(cx)?;
    if !evaluator.is_none() {
        return Ok(evaluator);
    }
    let absent = no_default(cx)?;
    constant(cx, absent)
}

fn show<const WHAT: u8>(cx: &mut Cx, p: Obj<TypeParam<WHAT>>) -> PyResult<String>
where
    TypeParam<WHAT>: Native,
{
    let name = cx.str_string(p.name.get())?;
    let v = p.variance;
    Ok(match v {
        _ if v.inferred || WHAT == TYPE_VAR_TUPLE => name,
        _ if v.covariant => format!("+{name}"),
        _ if v.contravariant => format!("-{name}"),
        _ => format!("~{name}"),
    })
}

/// The arguments of `alias[args]` with the default for this variable, if its place is the first empty one.
fn prepare_typevar(cx: &mut Cx, this: TypeVar, alias: Value, args: Value) -> PyResult<Value> {
    let parameters = cx.names().__parameters__;
    let parameters = cx.get_attr(alias, parameters)?;
    let parameters = cx.collect(parameters)?;
    let index = parameters
        .as_slice()
        .iter()
        .position(|&p| p == this.value());
    let Some(index) = index else {
        return Err(cx.value_error("sequence.index(x): x not in sequence"));
    };
    let given = cx.collect(args)?;
    if index < given.len() {
        return Ok(args);
    }
    if index == given.len() {
        let default = default_of(cx, this)?;
        if !is_no_default(default) {
            let mut all = given;
            all.push(cx, default)?;
            return cx.try_new_tuple(all.as_slice());
        }
    }
    let shown = cx.str_string(alias)?;
    let (given, wanted) = (given.len(), index + 1);
    Err(cx.type_error(format!(
        "Too few arguments for {shown}; actual {given}, expected at least {wanted}"
    )))
}

struct TypeVarMethods;

#[pymethods]
impl TypeVarMethods {
    #[py(
        new,
        sig = "($type, name, *constraints, bound=None, default=typing.NoDefault, covariant=False, contravariant=False, infer_variance=False)",
        hide_sig
    )]
    #[allow(clippy::too_many_arguments)]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        name: Value,
        bound: Option<Value>,
        default: Option<Value>,
        covariant: Option<bool>,
        contravariant: Option<bool>,
        infer_variance: Option<bool>,
        constraints: &[Value],
    ) -> PyResult<Value> {
        name_argument(cx, "typevar", name)?;
        let variance = variance(
            cx,
            Variance {
                covariant: covariant == Some(true),
                contravariant: contravariant == Some(true),
                inferred: infer_variance == Some(true),
            },
        )?;
        let bound = checked_bound(cx, bound)?;
        if constraints.len() == 1 {
            return Err(cx.type_error("A single constraint is not allowed"));
        }
        if bound.is_some() && !constraints.is_empty() {
            return Err(cx.type_error("Constraints cannot be combined with bound=..."));
        }
        let constraints = if constraints.is_empty() {
            None
        } else {
            Some(cx.try_new_tuple(constraints)?)
        };
        let new = TypeParam::<TYPE_VAR> {
            name: slot(name),
            bound: Lazy::ready(bound),
            constraints: Lazy::ready(constraints),
            default: default_argument(default),
            variance,
        };
        alloc(cx, class, new)
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: TypeVar) -> PyResult<String> {
        show(cx, this)
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
    fn __typing_subst__(cx: &mut Cx, this: Value, arg: Value) -> PyResult<Value> {
        call_typing(cx, "_typevar_subst", &[this, arg])
    }
    #[py]
    fn __typing_prepare_subst__(
        cx: &mut Cx,
        this: TypeVar,
        alias: Value,
        args: Value,
    ) -> PyResult<Value> {
        prepare_typevar(cx, this, alias, args)
    }
    #[py(sig = "($self, /)")]
    fn __reduce__(this: TypeVar) -> Value {
        this.name.get()
    }
    #[py(sig = "($self, /)")]
    fn has_default(this: TypeVar) -> bool {
        this.default.is_set()
    }
    #[py]
    fn __mro_entries__(cx: &mut Cx, _this: Value, _bases: Value) -> PyResult<Value> {
        Err(cx.type_error("Cannot subclass an instance of TypeVar"))
    }
    #[py(getter, member)]
    fn __name__(this: TypeVar) -> Value {
        this.name.get()
    }
    #[py(getter, member)]
    fn __covariant__(this: TypeVar) -> bool {
        this.variance.covariant
    }
    #[py(getter, member)]
    fn __contravariant__(this: TypeVar) -> bool {
        this.variance.contravariant
    }
    #[py(getter, member)]
    fn __infer_variance__(this: TypeVar) -> bool {
        this.variance.inferred
    }
    #[py(getter, member)]
    fn __bound__(cx: &mut Cx, this: TypeVar) -> PyResult<Option<Value>> {
        this.bound.get(cx, this)
    }
    #[py(getter)]
    fn __constraints__(cx: &mut Cx, this: TypeVar) -> PyResult<Value> {
        match this.constraints.get(cx, this)? {
            Some(v) => Ok(v),
            None => Ok(cx.empty_tuple()),
        }
    }
    #[py(getter)]
    fn __default__(cx: &mut Cx, this: TypeVar) -> PyResult<Value> {
        default_of(cx, this)
    }
    #[py(getter)]
    fn evaluate_bound(cx: &mut Cx, this: TypeVar) -> PyResult<Value> {
        this.bound.evaluator(cx)
    }
    #[py(getter)]
    fn evaluate_constraints(cx: &mut Cx, this: TypeVar) -> PyResult<Value> {
        this.constraints.evaluator(cx)
    }
    #[py(getter)]
    fn evaluate_default(cx: &mut Cx, this: TypeVar) -> PyResult<Value> {
        default_evaluator(cx, this)
    }
}

struct ParamSpecMethods;

#[pymethods]
impl ParamSpecMethods {
    #[py(
        new,
        sig = "($type, name, *, bound=None, default=typing.NoDefault, covariant=False, contravariant=False, infer_variance=False)",
        hide_sig
    )]
    #[allow(clippy::too_many_arguments)]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        name: Value,
        bound: Option<Value>,
        default: Option<Value>,
        covariant: Option<bool>,
        contravariant: Option<bool>,
        infer_variance: Option<bool>,
    ) -> PyResult<Value> {
        name_argument(cx, "paramspec", name)?;
        let variance = variance(
            cx,
            Variance {
                covariant: covariant == Some(true),
                contravariant: contravariant == Some(true),
                inferred: infer_variance == Some(true),
            },
        )?;
        let bound = given(bound);
        let new = TypeParam::<PARAM_SPEC> {
            name: slot(name),
            bound: Lazy::ready(bound),
            constraints: Lazy::ready(None),
            default: default_argument(default),
            variance,
        };
        alloc(cx, class, new)
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: ParamSpec) -> PyResult<String> {
        show(cx, this)
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
    fn __typing_subst__(cx: &mut Cx, this: Value, arg: Value) -> PyResult<Value> {
        call_typing(cx, "_paramspec_subst", &[this, arg])
    }
    #[py]
    fn __typing_prepare_subst__(
        cx: &mut Cx,
        this: Value,
        alias: Value,
        args: Value,
    ) -> PyResult<Value> {
        call_typing(cx, "_paramspec_prepare_subst", &[this, alias, args])
    }
    #[py(sig = "($self, /)")]
    fn __reduce__(this: ParamSpec) -> Value {
        this.name.get()
    }
    #[py(sig = "($self, /)")]
    fn has_default(this: ParamSpec) -> bool {
        this.default.is_set()
    }
    #[py]
    fn __mro_entries__(cx: &mut Cx, _this: Value, _bases: Value) -> PyResult<Value> {
        Err(cx.type_error("Cannot subclass an instance of ParamSpec"))
    }
    #[py(getter, member)]
    fn __name__(this: ParamSpec) -> Value {
        this.name.get()
    }
    #[py(getter, member)]
    fn __bound__(cx: &mut Cx, this: ParamSpec) -> PyResult<Option<Value>> {
        this.bound.get(cx, this)
    }
    #[py(getter, member)]
    fn __covariant__(this: ParamSpec) -> bool {
        this.variance.covariant
    }
    #[py(getter, member)]
    fn __contravariant__(this: ParamSpec) -> bool {
        this.variance.contravariant
    }
    #[py(getter, member)]
    fn __infer_variance__(this: ParamSpec) -> bool {
        this.variance.inferred
    }
    /// Represents positional arguments.
    #[py(getter)]
    fn args(cx: &mut Cx, this: Value) -> PyResult<Value> {
        paramspec_parts::new::<false>(cx, this)
    }
    /// Represents keyword arguments.
    #[py(getter)]
    fn kwargs(cx: &mut Cx, this: Value) -> PyResult<Value> {
        paramspec_parts::new::<true>(cx, this)
    }
    #[py(getter)]
    fn __default__(cx: &mut Cx, this: ParamSpec) -> PyResult<Value> {
        default_of(cx, this)
    }
    #[py(getter)]
    fn evaluate_default(cx: &mut Cx, this: ParamSpec) -> PyResult<Value> {
        default_evaluator(cx, this)
    }
}

struct TypeVarTupleMethods;

#[pymethods]
impl TypeVarTupleMethods {
    #[py(new, sig = "($type, name, *, default=typing.NoDefault)", hide_sig)]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        name: Value,
        default: Option<Value>,
    ) -> PyResult<Value> {
        name_argument(cx, "typevartuple", name)?;
        let new = TypeParam::<TYPE_VAR_TUPLE> {
            name: slot(name),
            bound: Lazy::ready(None),
            constraints: Lazy::ready(None),
            default: default_argument(default),
            variance: Variance::default(),
        };
        alloc(cx, class, new)
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: TypeVarTuple) -> PyResult<String> {
        show(cx, this)
    }
    #[py]
    fn __iter__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        let item = unpack(cx, this)?;
        let items = cx.new_tuple(&[item]);
        cx.iter(items)
    }
    #[py]
    fn __typing_subst__(cx: &mut Cx, _this: Value, _arg: Value) -> PyResult<Value> {
        Err(cx.type_error("Substitution of bare TypeVarTuple is not supported"))
    }
    #[py]
    fn __typing_prepare_subst__(
        cx: &mut Cx,
        this: Value,
        alias: Value,
        args: Value,
    ) -> PyResult<Value> {
        call_typing(cx, "_typevartuple_prepare_subst", &[this, alias, args])
    }
    #[py(sig = "($self, /)")]
    fn __reduce__(this: TypeVarTuple) -> Value {
        this.name.get()
    }
    #[py(sig = "($self, /)")]
    fn has_default(this: TypeVarTuple) -> bool {
        this.default.is_set()
    }
    #[py]
    fn __mro_entries__(cx: &mut Cx, _this: Value, _bases: Value) -> PyResult<Value> {
        Err(cx.type_error("Cannot subclass an instance of TypeVarTuple"))
    }
    #[py(getter, member)]
    fn __name__(this: TypeVarTuple) -> Value {
        this.name.get()
    }
    #[py(getter)]
    fn __default__(cx: &mut Cx, this: TypeVarTuple) -> PyResult<Value> {
        default_of(cx, this)
    }
    #[py(getter)]
    fn evaluate_default(cx: &mut Cx, this: TypeVarTuple) -> PyResult<Value> {
        default_evaluator(cx, this)
    }
}
