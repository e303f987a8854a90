//! Weak proxies: they pass every operation on to their referent.

use krait_runtime::types::weakref::WeakRef;

use crate::prelude::*;

pub static PROXY: TypeSpec = TypeSpec {
    name: "ProxyType",
    module: "weakref",
    layout: Layout::of::<WeakRef>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[Methods::DEFS, Operators::DEFS, InPlace::DEFS],
    ..TypeSpec::DEFAULT
};
pub static CALLABLE_PROXY: TypeSpec = TypeSpec {
    name: "CallableProxyType",
    module: "weakref",
    layout: Layout::of::<WeakRef>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[
        Methods::DEFS,
        Operators::DEFS,
        InPlace::DEFS,
        CallMethods::DEFS,
    ],
    call: Some(call),
    ..TypeSpec::DEFAULT
};

/// The object behind `v`: its referent if it is a proxy.
fn behind(cx: &mut Cx, v: Value) -> PyResult<Value> {
    let Some(r) = Gc::<WeakRef>::from_value(v) else {
        return Ok(v);
    };
    let class = cx.type_of(v);
    if class != cx.native_type(&PROXY)? && class != cx.native_type(&CALLABLE_PROXY)? {
        return Ok(v);
    }
    match r.get() {
        Some(v) => Ok(v),
        None => Err(cx.reference_error("weakly-referenced object no longer exists")),
    }
}

fn call(cx: &mut Cx, callee: Value, args: &[Value], kwnames: &[Value]) -> PyResult<Value> {
    let f = behind(cx, callee)?;
    cx.call_kw(f, args, kwnames)
}

struct CallMethods;

#[pymethods]
impl CallMethods {
    /// Call self as a function.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        cx: &mut Cx,
        this: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        let f = behind(cx, this)?;
        cx.call_with_kwargs(f, args, kwargs)
    }
}

macro_rules! operators {
    ($($name:ident $reflected:ident $op:ident;)*) => {
        struct Operators;
        #[pymethods]
        impl Operators {
            $(
                #[py]
                fn $name(cx: &mut Cx, this: Value, other: Value) -> PyResult<Value> {
                    let (a, b) = (behind(cx, this)?, behind(cx, other)?);
                    cx.binary(Special::$op, a, b)
                }
                #[py]
                fn $reflected(cx: &mut Cx, this: Value, other: Value) -> PyResult<Value> {
                    let (a, b) = (behind(cx, other)?, behind(cx, this)?);
                    cx.binary(Special::$op, a, b)
                }
            )*
        }
    };
}
operators! {
    __add__ __radd__ Add; __sub__ __rsub__ Sub; __mul__ __rmul__ Mul; __matmul__ __rmatmul__ MatMul; __truediv__ __rtruediv__ TrueDiv;
    __floordiv__ __rfloordiv__ FloorDiv; __mod__ __rmod__ Mod; __divmod__ __rdivmod__ DivMod; __pow__ __rpow__ Pow;
    __lshift__ __rlshift__ LShift; __rshift__ __rrshift__ RShift; __and__ __rand__ And; __xor__ __rxor__ Xor; __or__ __ror__ Or;
}

macro_rules! in_place {
    ($($name:ident $op:ident;)*) => {
        struct InPlace;
        #[pymethods]
        impl InPlace {
            $(
                #[py]
                fn $name(cx: &mut Cx, this: Value, other: Value) -> PyResult<Value> {
                    let (a, b) = (behind(cx, this)?, behind(cx, other)?);
                    cx.in_place(Special::$op, a, b)
                }
            )*
        }
    };
}
in_place! {
    __iadd__ Add; __isub__ Sub; __imul__ Mul; __imatmul__ MatMul; __itruediv__ TrueDiv; __ifloordiv__ FloorDiv; __imod__ Mod;
    __ipow__ Pow; __ilshift__ LShift; __irshift__ RShift; __iand__ And; __ixor__ Xor; __ior__ Or;
}

fn compare(cx: &mut Cx, op: CompareOp, a: Value, b: Value) -> PyResult<Value> {
    let (a, b) = (behind(cx, a)?, behind(cx, b)?);
    cx.compare(op, a, b)
}

/// A special method of the referent that takes no further arguments.
fn special(cx: &mut Cx, this: Value, s: Special) -> PyResult<Value> {
    let v = behind(cx, this)?;
    match cx.call_special(v, s, &[])? {
        Some(r) => Ok(r),
        None => {
            let name = cx.intern(s.name());
            Err(cx.no_attribute(v, name))
        }
    }
}

struct Methods;

#[pymethods]
impl Methods {
    #[py]
    fn __getattribute__(cx: &mut Cx, this: Value, name: Value) -> PyResult<Value> {
        let name = cx.attribute_name(name)?;
        let v = behind(cx, this)?;
        cx.get_attr(v, name)
    }
    #[py]
    fn __setattr__(cx: &mut Cx, this: Value, name: Value, value: Value) -> PyResult<()> {
        let name = cx.attribute_name(name)?;
        let v = behind(cx, this)?;
        cx.set_attr(v, name, value)
    }
    #[py]
    fn __delattr__(cx: &mut Cx, this: Value, name: Value) -> PyResult<()> {
        let name = cx.attribute_name(name)?;
        let v = behind(cx, this)?;
        cx.del_attr(v, name)
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: Gc<WeakRef>) -> String {
        let at = cx.id(this.value());
        match this.get() {
            None => format!("<weakproxy at {at:#x}; dead>"),
            Some(v) => {
                let (name, to) = (cx.type_name(v), cx.id(v));
                format!("<weakproxy at {at:#x}; to '{name}' at {to:#x}>")
            }
        }
    }
    #[py]
    fn __str__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        let v = behind(cx, this)?;
        Ok(cx.str(v)?.value())
    }
    #[py]
    fn __hash__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        let name = cx.type_name(this);
        Err(cx.type_error(format!("unhashable type: 'weakref.{name}'")))
    }
    #[py(compare)]
    fn compare(cx: &mut Cx, this: Value, other: Value, op: CompareOp) -> PyResult<Value> {
        compare(cx, op, this, other)
    }
    #[py]
    fn __bool__(cx: &mut Cx, this: Value) -> PyResult<bool> {
        let v = behind(cx, this)?;
        cx.is_true(v)
    }
    #[py]
    fn __len__(cx: &mut Cx, this: Value) -> PyResult<usize> {
        let v = behind(cx, this)?;
        cx.len(v)
    }
    #[py]
    fn __getitem__(cx: &mut Cx, this: Value, key: Value) -> PyResult<Value> {
        let (v, key) = (behind(cx, this)?, behind(cx, key)?);
        cx.get_item(v, key)
    }
    #[py]
    fn __setitem__(cx: &mut Cx, this: Value, key: Value, value: Value) -> PyResult<()> {
        let v = behind(cx, this)?;
        cx.set_item(v, key, value)
    }
    #[py]
    fn __delitem__(cx: &mut Cx, this: Value, key: Value) -> PyResult<()> {
        let v = behind(cx, this)?;
        cx.del_item(v, key)
    }
    #[py]
    fn __contains__(cx: &mut Cx, this: Value, key: Value) -> PyResult<bool> {
        let v = behind(cx, this)?;
        cx.contains(v, key)
    }
    #[py]
    fn __iter__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        let v = behind(cx, this)?;
        cx.iter(v)
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        let v = behind(cx, this)?;
        if !cx.has_special(v, Special::Next) {
            let name = cx.type_name(v);
            return Err(cx.type_error(format!(
                "Weakref proxy referenced a non-iterator '{name}' object"
            )));
        }
        Ok(cx.next(v)?.unwrap_or(Value::EMPTY))
    }
    #[py]
    fn __neg__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        let v = behind(cx, this)?;
        cx.unary(Special::Neg, v)
    }
    #[py]
    fn __pos__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        let v = behind(cx, this)?;
        cx.unary(Special::Pos, v)
    }
    #[py]
    fn __invert__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        let v = behind(cx, this)?;
        cx.unary(Special::Invert, v)
    }
    #[py]
    fn __abs__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        special(cx, this, Special::Abs)
    }
    #[py]
    fn __int__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        special(cx, this, Special::Int)
    }
    #[py]
    fn __float__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        special(cx, this, Special::Float)
    }
    #[py]
    fn __index__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        let v = behind(cx, this)?;
        cx.index(v)
    }
    #[py(sig = "($self, /)")]
    fn __bytes__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        special(cx, this, Special::Bytes)
    }
    #[py(sig = "($self, /)")]
    fn __reversed__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        let v = behind(cx, this)?;
        let reversed = cx.types().reversed.value();
        cx.call(reversed, &[v])
    }
}
