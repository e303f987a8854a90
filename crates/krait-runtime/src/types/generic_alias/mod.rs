//! `types.GenericAlias`: `list[int]` (PEP 585), and its unpacked form `*tuple[int, ...]`.

pub mod subst;

use std::sync::atomic::{AtomicBool, Ordering};

use krait_macros::{Trace, pymethods};

use crate::native::{Cx, Layout, Native, NativeObj, PyResult, TypeSpec, Value};
use crate::object::{Gc, Slot};
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::str::StrBuilder;
use crate::types::tuple::Tuple;
use crate::types::typeobj::{Type, flags};

#[derive(Trace)]
pub struct GenericAlias {
    pub origin: Slot,
    /// A tuple.
    pub args: Slot,
    /// The type variables in `args`, a tuple; `EMPTY` until asked for.
    parameters: Slot,
    /// This is `*origin[args]`.
    pub unpacked: AtomicBool,
}

impl Native for GenericAlias {
    const PY_NAME: &'static str = "types.GenericAlias";
}

pub type Alias = Gc<NativeObj<GenericAlias>>;

pub static SPEC: TypeSpec = TypeSpec {
    name: "GenericAlias",
    module: "types",
    doc: Some(
        "Represent a PEP 585 generic type\n\nE.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).",
    ),
    layout: Layout::native::<GenericAlias>(),
    flags: flags::BASETYPE | flags::WEAKREFABLE,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

static ITERATOR_SPEC: TypeSpec = TypeSpec {
    name: "generic_alias_iterator",
    layout: Layout::native::<AliasIter>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[IteratorMethods::DEFS],
    ..TypeSpec::DEFAULT
};

impl Cx {
    /// `origin[args]`; `args` is a tuple or the only argument.
    pub fn generic_alias(&mut self, origin: Value, args: Value) -> PyResult<Value> {
        let class = self.types().generic_alias;
        alloc(self, class, origin, args, false)
    }
}

fn alloc(
    cx: &mut Cx,
    class: Gc<Type>,
    origin: Value,
    args: Value,
    unpacked: bool,
) -> PyResult<Value> {
    let args = if Gc::<Tuple>::from_value(args).is_some() {
        args
    } else {
        cx.new_tuple(&[args])
    };
    let alias = GenericAlias {
        origin: Slot::new(origin),
        args: Slot::new(args),
        parameters: Slot::empty(),
        unpacked: unpacked.into(),
    };
    Ok(NativeObj::alloc(cx, class, alias).value())
}

/// The generic alias behind `v`.
pub fn as_alias(v: Value) -> Option<Alias> {
    NativeObj::from_value(v)
}

impl Alias {
    pub fn args_tuple(self) -> Gc<Tuple> {
        Gc::from_value_unchecked(self.args.get())
    }

    pub fn is_unpacked(self) -> bool {
        self.unpacked.load(Ordering::Relaxed)
    }

    fn parameters(self, cx: &mut Cx) -> PyResult<Value> {
        if let Some(p) = self.parameters.get().some() {
            return Ok(p);
        }
        let p = subst::parameters_of(cx, self.args.get())?;
        self.parameters.set(cx, self, p);
        Ok(p)
    }
}

/// Appends `v` as the annotations of generic types show it: classes by their names.
pub fn push_type_repr(cx: &mut Cx, out: &mut StrBuilder, v: Value) -> PyResult<()> {
    if v == Value::ellipsis() {
        out.push_str("...");
        return Ok(());
    }
    if v == cx.types().none.value() {
        out.push_str("None");
        return Ok(());
    }
    let names = cx.names();
    let parametrised = cx.lookup_attr(v, names.__origin__)?.is_some()
        && cx.lookup_attr(v, names.__args__)?.is_some();
    if !parametrised
        && let Some(qualname) = cx.lookup_attr(v, names.__qualname__)?
        && let Some(module) = cx
            .lookup_attr(v, names.__module__)?
            .filter(|m| !m.is_none())
    {
        if Gc::<Str>::from_value(module).is_none_or(|m| m.as_bytes() != b"builtins") {
            let module = cx.str(module)?;
            out.push_gc(module);
            out.push_str(".");
        }
        let qualname = cx.str(qualname)?;
        out.push_gc(qualname);
        return Ok(());
    }
    let text = cx.repr(v)?;
    out.push_gc(text);
    Ok(())
}

/// Appends an argument; lists (of `Callable` and `ParamSpec`) item by item.
fn push_argument(cx: &mut Cx, out: &mut StrBuilder, v: Value) -> PyResult<()> {
    let Some(list) = Gc::<List>::from_value(v) else {
        return push_type_repr(cx, out, v);
    };
    cx.check_native_stack()?;
    let items = list.snapshot(cx)?;
    out.push_str("[");
    for (i, &item) in items.as_slice().iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        push_type_repr(cx, out, item)?;
    }
    out.push_str("]");
    Ok(())
}

/// Attributes of the alias itself; all others are those of the origin.
const OWN_ATTRIBUTES: [&str; 9] = [
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
];
/// Attributes of the origin that the alias must not seem to have.
const BLOCKED_ATTRIBUTES: [&str; 3] = ["__bases__", "__copy__", "__deepcopy__"];

pub struct Methods;

impl Methods {
    fn equal(cx: &mut Cx, a: Alias, b: Alias) -> PyResult<bool> {
        if a.is_unpacked() != b.is_unpacked() {
            return Ok(false);
        }
        Ok(cx.eq(a.origin.get(), b.origin.get())? && cx.eq(a.args.get(), b.args.get())?)
    }
}

#[pymethods]
impl Methods {
    /// Create and return a new object.  See help(type) for accurate signature.
    #[py(
        new,
        sig = "($type, *args, **kwargs)",
        shown = "($type, origin, args, /)"
    )]
    fn __new__(
        cx: &mut Cx,
        class: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        if kwargs
            .and_then(Gc::<Dict>::from_value)
            .is_some_and(|d| !d.is_empty())
        {
            return Err(cx.type_error("GenericAlias() takes no keyword arguments"));
        }
        let &[origin, args] = args else {
            let n = args.len();
            return Err(cx.type_error(format!("GenericAlias expected 2 arguments, got {n}")));
        };
        alloc(cx, Gc::from_value_unchecked(class), origin, args, false)
    }

    /// Return repr(self).
    #[py(sig = "($self, /)")]
    fn __repr__(cx: &mut Cx, this: Alias) -> PyResult<Value> {
        cx.check_native_stack()?;
        let mut out = StrBuilder::new();
        if this.is_unpacked() {
            out.push_str("*");
        }
        push_type_repr(cx, &mut out, this.origin.get())?;
        out.push_str("[");
        let args = this.args_tuple();
        for i in 0..args.len() {
            if i > 0 {
                out.push_str(", ");
            }
            push_argument(cx, &mut out, args.get(i))?;
        }
        if args.is_empty() {
            out.push_str("()");
        }
        out.push_str("]");
        out.finish(cx)
    }

    /// Return hash(self).
    #[py(sig = "($self, /)")]
    fn __hash__(cx: &mut Cx, this: Alias) -> PyResult<i64> {
        Ok(cx.hash(this.origin.get())? ^ cx.hash(this.args.get())?)
    }

    /// Call self as a function.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        cx: &mut Cx,
        this: Alias,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        let object = cx.call_with_kwargs(this.origin.get(), args, kwargs)?;
        let (attribute, type_) = (cx.types().attribute_error, cx.types().type_error);
        match cx.set_attr(object, cx.names().__orig_class__, this.value()) {
            // Instances of many classes have no room for it.
            Err(e) if !e.is(cx, attribute) && !e.is(cx, type_) => Err(e),
            _ => Ok(object),
        }
    }

    /// Return getattr(self, name).
    #[py(sig = "($self, name, /)")]
    fn __getattribute__(cx: &mut Cx, this: Alias, name: Value) -> PyResult<Value> {
        let name = cx.attribute_name(name)?;
        let text = name.as_bytes();
        let own = |list: &[&str]| list.iter().any(|n| n.as_bytes() == text);
        if !own(&OWN_ATTRIBUTES) && !own(&BLOCKED_ATTRIBUTES) {
            return cx.get_attr(this.origin.get(), name);
        }
        match cx.generic_get_attr(this.value(), name)? {
            Some(v) => Ok(v),
            None => Err(cx.no_attribute(this.value(), name)),
        }
    }

    /// Return self==value.
    #[py]
    fn __eq__(cx: &mut Cx, this: Alias, value: Value) -> PyResult<Value> {
        match as_alias(value) {
            Some(other) => Ok(Value::bool(Self::equal(cx, this, other)?)),
            None => Ok(Value::not_implemented()),
        }
    }

    /// Return self!=value.
    #[py]
    fn __ne__(cx: &mut Cx, this: Alias, value: Value) -> PyResult<Value> {
        match as_alias(value) {
            Some(other) => Ok(Value::bool(!Self::equal(cx, this, other)?)),
            None => Ok(Value::not_implemented()),
        }
    }

    /// Implement iter(self).
    #[py(sig = "($self, /)")]
    fn __iter__(cx: &mut Cx, this: Alias) -> PyResult<Value> {
        let class = cx.native_type(&ITERATOR_SPEC)?;
        Ok(NativeObj::alloc(
            cx,
            class,
            AliasIter {
                alias: Slot::new(this.value()),
            },
        )
        .value())
    }

    /// Return self|value.
    #[py]
    fn __or__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        crate::types::union::make(cx, this, value)
    }

    /// Return value|self.
    #[py]
    fn __ror__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        crate::types::union::make(cx, value, this)
    }

    /// Return self[key].
    #[py]
    fn __getitem__(cx: &mut Cx, this: Alias, key: Value) -> PyResult<Value> {
        let parameters = this.parameters(cx)?;
        let args = subst::substitute(cx, this.value(), this.args.get(), parameters, key)?;
        let class = cx.types().generic_alias;
        alloc(cx, class, this.origin.get(), args, this.is_unpacked())
    }

    #[py(sig = "($self, object, /)", doc = "")]
    fn __mro_entries__(cx: &mut Cx, this: Alias, _object: Value) -> Value {
        cx.new_tuple(&[this.origin.get()])
    }

    #[py(sig = "($self, object, /)", doc = "")]
    fn __instancecheck__(cx: &mut Cx, _this: Alias, _object: Value) -> PyResult<Value> {
        Err(cx.type_error("isinstance() argument 2 cannot be a parameterized generic"))
    }

    #[py(sig = "($self, object, /)", doc = "")]
    fn __subclasscheck__(cx: &mut Cx, _this: Alias, _object: Value) -> PyResult<Value> {
        Err(cx.type_error("issubclass() argument 2 cannot be a parameterized generic"))
    }

    #[py(sig = "($self, /)", doc = "")]
    fn __reduce__(cx: &mut Cx, this: Alias) -> PyResult<Value> {
        let (origin, args) = (this.origin.get(), this.args.get());
        if this.is_unpacked() {
            // `*origin[args]` is what iterating over `origin[args]` gives.
            let plain = cx.generic_alias(origin, args)?;
            let it = cx.iter(plain)?;
            let next = cx.frame_builtin("next")?;
            let args = cx.new_tuple(&[it]);
            return Ok(cx.new_tuple(&[next, args]));
        }
        let class = cx.types().generic_alias.value();
        let args = cx.new_tuple(&[origin, args]);
        Ok(cx.new_tuple(&[class, args]))
    }

    #[py(sig = "($self, /)", doc = "")]
    fn __dir__(cx: &mut Cx, this: Alias) -> PyResult<Value> {
        let names = crate::builtins::object::dir_list(cx, this.origin.get())?;
        let list: Gc<List> = Gc::from_value_unchecked(names);
        for name in OWN_ATTRIBUTES {
            let name = cx.intern(name).value();
            if !cx.contains(names, name)? {
                list.push(cx, name)?;
            }
        }
        Ok(names)
    }

    #[py(getter, member)]
    fn __origin__(this: Alias) -> Value {
        this.origin.get()
    }

    #[py(getter, member)]
    fn __args__(this: Alias) -> Value {
        this.args.get()
    }

    #[py(getter, member)]
    fn __unpacked__(this: Alias) -> bool {
        this.is_unpacked()
    }

    /// Type variables in the GenericAlias.
    #[py(getter)]
    fn __parameters__(cx: &mut Cx, this: Alias) -> PyResult<Value> {
        this.parameters(cx)
    }

    #[py(getter)]
    fn __typing_unpacked_tuple_args__(cx: &mut Cx, this: Alias) -> Value {
        let is_tuple = this.origin.get() == cx.types().tuple.value();
        if this.is_unpacked() && is_tuple {
            this.args.get()
        } else {
            Value::none()
        }
    }
}

/// The iterator over `origin[args]`, which gives `*origin[args]` once.
#[derive(Trace)]
struct AliasIter {
    /// `EMPTY` once exhausted.
    alias: Slot,
}

impl Native for AliasIter {
    const PY_NAME: &'static str = "generic_alias_iterator";
}

struct IteratorMethods;

#[pymethods]
impl IteratorMethods {
    /// Implement iter(self).
    #[py(sig = "($self, /)")]
    fn __iter__(this: Value) -> Value {
        this
    }

    /// Implement next(self).
    #[py(sig = "($self, /)")]
    fn __next__(cx: &mut Cx, this: Gc<NativeObj<AliasIter>>) -> PyResult<Value> {
        let Some(alias) = as_alias(this.alias.get()) else {
            return Ok(Value::EMPTY);
        };
        this.alias.set_immediate(Value::EMPTY);
        let class = cx.types().generic_alias;
        alloc(cx, class, alias.origin.get(), alias.args.get(), true)
    }

    #[py(sig = "($self, /)", doc = "")]
    fn __reduce__(cx: &mut Cx, this: Gc<NativeObj<AliasIter>>) -> PyResult<Value> {
        let iter = cx.frame_builtin("iter")?;
        let of = match this.alias.get().some() {
            Some(alias) => alias,
            None => cx.empty_tuple(),
        };
        let args = cx.new_tuple(&[of]);
        Ok(cx.new_tuple(&[iter, args]))
    }

    #[py(sig = "($self, /)", doc = "", hide_sig)]
    fn __length_hint__(this: Gc<NativeObj<AliasIter>>) -> i64 {
        i64::from(!this.alias.get().is_empty())
    }
}
