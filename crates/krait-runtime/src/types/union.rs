//! `typing.Union`: `int | str` (PEP 604; one type since 3.14).

use krait_macros::{Trace, pymethods};

use crate::native::{Cx, Layout, Native, NativeObj, PyResult, TypeSpec, Value};
use crate::object::{Gc, Slot};
use crate::types::generic_alias::{as_alias, push_type_repr, subst};
use crate::types::str::StrBuilder;
use crate::types::tuple::Tuple;
use crate::types::typeobj::{Type, flags};
use crate::vec::ValueVec;

#[derive(Trace)]
pub struct Union {
    /// A tuple of the members, each once.
    pub args: Slot,
    /// The frozenset of the hashable members: a union's order does not matter.
    hashable: Slot,
    /// The other members, a tuple.
    unhashable: Slot,
    /// The type variables in `args`; `EMPTY` until asked for.
    parameters: Slot,
}

impl Native for Union {
    const PY_NAME: &'static str = "typing.Union";
}

type This = Gc<NativeObj<Union>>;

pub static SPEC: TypeSpec = TypeSpec {
    name: "Union",
    module: "typing",
    doc: Some("Represent a union type\n\nE.g. for int | str"),
    layout: Layout::native::<Union>(),
    flags: flags::NO_INSTANTIATION | flags::WEAKREFABLE,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

fn as_union(v: Value) -> Option<This> {
    NativeObj::from_value(v)
}

/// The members of a union, a tuple, as `isinstance` takes them.
pub fn members(v: Value) -> Option<Value> {
    as_union(v).map(|u| u.args.get())
}

/// The members of a union in the making.
struct Builder {
    args: ValueVec,
    hashable: Value,
    unhashable: ValueVec,
}

impl Builder {
    fn new(cx: &mut Cx) -> PyResult<Builder> {
        let set = cx.types().set.value();
        Ok(Builder {
            args: ValueVec::new(),
            hashable: cx.call(set, &[])?,
            unhashable: ValueVec::new(),
        })
    }

    /// Adds one member, the members of a union, or `None`'s type for `None`.
    fn add(&mut self, cx: &mut Cx, v: Value) -> PyResult<()> {
        if v.is_none() {
            return self.add_member(cx, cx.types().none.value());
        }
        let Some(u) = as_union(v) else {
            return self.add_member(cx, v);
        };
        let args: Gc<Tuple> = Gc::from_value_unchecked(u.args.get());
        (0..args.len()).try_for_each(|i| self.add_member(cx, args.get(i)))
    }

    fn add_member(&mut self, cx: &mut Cx, v: Value) -> PyResult<()> {
        if cx.hash(v).is_ok() {
            if cx.contains(self.hashable, v)? {
                return Ok(());
            }
            let add = cx.names().add;
            cx.call_method(self.hashable, add, &[v])?;
        } else {
            for i in 0..self.unhashable.len() {
                let known = self.unhashable.as_slice()[i];
                if cx.eq(known, v)? {
                    return Ok(());
                }
            }
            self.unhashable.push(cx, v)?;
        }
        self.args.push(cx, v)
    }

    /// The union, or the only member itself.
    fn finish(self, cx: &mut Cx) -> PyResult<Value> {
        if let [only] = self.args.as_slice() {
            return Ok(*only);
        }
        let frozenset = cx.types().frozenset.value();
        let hashable = cx.call(frozenset, &[self.hashable])?;
        let (args, unhashable) = (
            cx.try_new_tuple(self.args.as_slice())?,
            cx.try_new_tuple(self.unhashable.as_slice())?,
        );
        let class = cx.types().union;
        let u = Union {
            args: Slot::new(args),
            hashable: Slot::new(hashable),
            unhashable: Slot::new(unhashable),
            parameters: Slot::empty(),
        };
        Ok(NativeObj::alloc(cx, class, u).value())
    }
}

/// What `|` makes a union of. Others (type variables) have an operator of their own.
fn is_member_type(cx: &Cx, v: Value) -> bool {
    v.is_none()
        || Gc::<Type>::from_value(v).is_some()
        || as_alias(v).is_some()
        || as_union(v).is_some()
        || cx
            .type_of(v)
            .spec
            .is_some_and(|s| s.name == "TypeAliasType")
}

/// `a | b` for types, `NotImplemented` for anything else.
pub fn make(cx: &mut Cx, a: Value, b: Value) -> PyResult<Value> {
    // With a union on one side anything may stand on the other.
    let united = as_union(a).is_some() || as_union(b).is_some();
    if !united && (!is_member_type(cx, a) || !is_member_type(cx, b)) {
        return Ok(Value::not_implemented());
    }
    let mut builder = Builder::new(cx)?;
    for v in [a, b] {
        let v = if is_member_type(cx, v) {
            v
        } else {
            checked(cx, v)?
        };
        builder.add(cx, v)?;
    }
    builder.finish(cx)
}

/// `Union[members]`: `typing` says what may be a member, and makes forward references of strs.
pub fn from_tuple(cx: &mut Cx, members: Gc<Tuple>) -> PyResult<Value> {
    if members.is_empty() {
        return Err(cx.type_error("Cannot take a Union of no types."));
    }
    let mut builder = Builder::new(cx)?;
    for i in 0..members.len() {
        let v = members.get(i);
        let v = if is_member_type(cx, v) {
            v
        } else {
            checked(cx, v)?
        };
        builder.add(cx, v)?;
    }
    builder.finish(cx)
}

fn checked(cx: &mut Cx, v: Value) -> PyResult<Value> {
    let typing = cx.import("typing")?;
    let message = cx.new_str("Union[arg, ...]: each arg must be a type.");
    cx.call_method_str(typing, "_type_check", &[v, message])
}

pub struct Methods;

impl Methods {
    fn parameters(cx: &mut Cx, this: This) -> PyResult<Value> {
        if let Some(p) = this.parameters.get().some() {
            return Ok(p);
        }
        let p = subst::parameters_of(cx, this.args.get())?;
        this.parameters.set(cx, this, p);
        Ok(p)
    }

    fn equal(cx: &mut Cx, a: This, b: This) -> PyResult<bool> {
        if !cx.eq(a.hashable.get(), b.hashable.get())? {
            return Ok(false);
        }
        let (a, b): (Gc<Tuple>, Gc<Tuple>) = (
            Gc::from_value_unchecked(a.unhashable.get()),
            Gc::from_value_unchecked(b.unhashable.get()),
        );
        if a.len() != b.len() {
            return Ok(false);
        }
        for i in 0..a.len() {
            if !cx.contains(b.value(), a.get(i))? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

#[pymethods]
impl Methods {
    /// Return repr(self).
    #[py(sig = "($self, /)")]
    fn __repr__(cx: &mut Cx, this: This) -> PyResult<Value> {
        cx.check_native_stack()?;
        let mut out = StrBuilder::new();
        let args: Gc<Tuple> = Gc::from_value_unchecked(this.args.get());
        for i in 0..args.len() {
            if i > 0 {
                out.push_str(" | ");
            }
            push_type_repr(cx, &mut out, args.get(i))?;
        }
        out.finish(cx)
    }

    /// Return hash(self).
    #[py(sig = "($self, /)")]
    fn __hash__(cx: &mut Cx, this: This) -> PyResult<i64> {
        let unhashable: Gc<Tuple> = Gc::from_value_unchecked(this.unhashable.get());
        if unhashable.is_empty() {
            return cx.hash(this.hashable.get());
        }
        for i in 0..unhashable.len() {
            cx.hash(unhashable.get(i))?;
        }
        let n = unhashable.len();
        Err(cx.type_error(format!("union contains {n} unhashable elements")))
    }

    /// Return getattr(self, name).
    #[py(sig = "($self, name, /)")]
    fn __getattribute__(cx: &mut Cx, this: This, name: Value) -> PyResult<Value> {
        let name = cx.attribute_name(name)?;
        if name == cx.names().__module__ {
            let class = cx.types().union.value();
            return cx.get_attr(class, name);
        }
        match cx.generic_get_attr(this.value(), name)? {
            Some(v) => Ok(v),
            None => Err(cx.no_attribute(this.value(), name)),
        }
    }

    /// Return self==value.
    #[py]
    fn __eq__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        match as_union(value) {
            Some(other) => Ok(Value::bool(Self::equal(cx, this, other)?)),
            None => Ok(Value::not_implemented()),
        }
    }

    /// Return self!=value.
    #[py]
    fn __ne__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        match as_union(value) {
            Some(other) => Ok(Value::bool(!Self::equal(cx, this, other)?)),
            None => Ok(Value::not_implemented()),
        }
    }

    /// Return self|value.
    #[py]
    fn __or__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        make(cx, this, value)
    }

    /// Return value|self.
    #[py]
    fn __ror__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        make(cx, value, this)
    }

    /// Return self[key].
    #[py]
    fn __getitem__(cx: &mut Cx, this: This, key: Value) -> PyResult<Value> {
        let parameters = Self::parameters(cx, this)?;
        let args = subst::substitute(cx, this.value(), this.args.get(), parameters, key)?;
        from_tuple(cx, Gc::from_value_unchecked(args))
    }

    #[py(sig = "($self, object, /)", doc = "")]
    fn __mro_entries__(cx: &mut Cx, this: Value, _object: Value) -> PyResult<Value> {
        let text = cx.repr_string(this)?;
        Err(cx.type_error(format!("Cannot subclass {text}")))
    }

    /// Create a union containing the given types
    #[py(classmethod, sig = "($type, object, /)")]
    fn __class_getitem__(cx: &mut Cx, _class: Value, object: Value) -> PyResult<Value> {
        // An instance of a subclass of tuple is one member.
        let members = match Gc::<Tuple>::from_value(object) {
            Some(t) if cx.type_of(object) == cx.types().tuple => t,
            _ => Gc::from_value_unchecked(cx.new_tuple(&[object])),
        };
        from_tuple(cx, members)
    }

    #[py(getter, member)]
    fn __args__(this: This) -> Value {
        this.args.get()
    }

    /// Name of the type
    #[py(getter)]
    fn __name__(_this: This) -> &'static str {
        "Union"
    }

    /// Qualified name of the type
    #[py(getter)]
    fn __qualname__(_this: This) -> &'static str {
        "Union"
    }

    /// Always returns the type
    #[py(getter)]
    fn __origin__(cx: &mut Cx, _this: This) -> Value {
        cx.types().union.value()
    }

    /// Type variables in the types.UnionType.
    #[py(getter)]
    fn __parameters__(cx: &mut Cx, this: This) -> PyResult<Value> {
        Self::parameters(cx, this)
    }
}
