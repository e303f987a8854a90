//! The keys of `cmp_to_key`: objects that compare through a function of two arguments.

use crate::prelude::*;

/// The function, and the object; `EMPTY` in what `cmp_to_key` returns.
#[derive(Trace)]
pub struct KeyWrapper {
    function: Slot,
    object: Slot,
}
impl Native for KeyWrapper {
    const PY_NAME: &'static str = "functools.KeyWrapper";
}

pub static KEY: TypeSpec = TypeSpec {
    name: "KeyWrapper",
    module: "functools",
    layout: Layout::native::<KeyWrapper>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[Methods::DEFS],
    call: Some(call),
    ..TypeSpec::DEFAULT
};

pub fn new(cx: &mut Cx, function: Value) -> PyResult<Value> {
    let class = cx.native_type(&KEY)?;
    Ok(NativeObj::alloc(
        cx,
        class,
        KeyWrapper {
            function: slot(function),
            object: Slot::empty(),
        },
    )
    .value())
}

fn call(cx: &mut Cx, callee: Value, args: &[Value], kwnames: &[Value]) -> PyResult<Value> {
    let this = NativeObj::<KeyWrapper>::from_value(callee).expect("the call slot of this type");
    let object = match (args, kwnames) {
        ([v], []) => *v,
        ([v], [name]) if Gc::<Str>::from_value(*name).is_some_and(|n| n.as_bytes() == b"obj") => *v,
        ([], _) => return Err(cx.type_error("K() missing required argument 'obj' (pos 1)")),
        ([_], _) => return Err(cx.type_error("K() missing required argument 'obj' (pos 1)")),
        _ => {
            return Err(cx.type_error(format!(
                "K() takes at most 1 argument ({} given)",
                args.len()
            )));
        }
    };
    let class = cx.type_of(callee);
    Ok(NativeObj::alloc(
        cx,
        class,
        KeyWrapper {
            function: slot(this.function.get()),
            object: slot(object),
        },
    )
    .value())
}

fn compare(cx: &mut Cx, op: CompareOp, a: Obj<KeyWrapper>, b: Value) -> PyResult<Value> {
    let Some(b) = NativeObj::<KeyWrapper>::from_value(b) else {
        return Err(cx.type_error("other argument must be K instance"));
    };
    let (Some(x), Some(y)) = (a.object.get().some(), b.object.get().some()) else {
        return Err(cx.attribute_error("object"));
    };
    let order = cx.call(a.function.get(), &[x, y])?;
    cx.compare(op, order, Value::small(0))
}

struct Methods;

#[pymethods]
impl Methods {
    /// Call self as a function.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __call__(
        cx: &mut Cx,
        this: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        let object = kwargs.and_then(Gc::<Dict>::from_value);
        let name = cx.intern("obj");
        match object.and_then(|d| d.get_str(cx, name)) {
            Some(v) if args.is_empty() => call(cx, this, &[v], &[name.value()]),
            _ => call(cx, this, args, &[]),
        }
    }
    #[py(compare)]
    fn compare(cx: &mut Cx, this: Obj<KeyWrapper>, other: Value, op: CompareOp) -> PyResult<Value> {
        compare(cx, op, this, other)
    }
    #[py(getter)]
    fn __text_signature__(_this: Value) -> &'static str {
        "(obj)"
    }
    /// Value wrapped by a key function.
    #[py(getter)]
    fn obj(this: Obj<KeyWrapper>) -> Value {
        this.object.get().some().unwrap_or(Value::none())
    }
}
