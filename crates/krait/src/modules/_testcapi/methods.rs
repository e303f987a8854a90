//! The calling conventions of native functions: each returns what it was called with, as a module's
//! function, a method, a class method and a static method.

use krait_stdlib::prelude::*;

/// `(receiver, args)`.
fn with_args(cx: &mut Cx, receiver: Value, args: &[Value]) -> Value {
    let args = cx.new_tuple(args);
    cx.new_tuple(&[receiver, args])
}

/// `(receiver, args, kwargs)`; `None` for no keywords.
fn with_keywords(cx: &mut Cx, receiver: Value, args: &[Value], kwargs: Option<Value>) -> Value {
    let args = cx.new_tuple(args);
    cx.new_tuple(&[receiver, args, kwargs.unwrap_or(Value::none())])
}

fn module(cx: &mut Cx) -> PyResult<Value> {
    cx.import("_testcapi")
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    #[py(sig = "($module, *args)", hide_sig)]
    fn meth_varargs(cx: &mut Cx, args: &[Value]) -> PyResult<Value> {
        let m = module(cx)?;
        Ok(with_args(cx, m, args))
    }
    #[py(sig = "($module, *args, **kwargs)", hide_sig)]
    fn meth_varargs_keywords(
        cx: &mut Cx,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        let m = module(cx)?;
        Ok(with_keywords(cx, m, args, kwargs))
    }
    #[py(sig = "($module, object, /)")]
    fn meth_o(cx: &mut Cx, object: Value) -> PyResult<Value> {
        let m = module(cx)?;
        Ok(cx.new_tuple(&[m, object]))
    }
    #[py(sig = "($module, /)")]
    fn meth_noargs(cx: &mut Cx) -> PyResult<Value> {
        module(cx)
    }
    #[py(sig = "($module, *args)", hide_sig)]
    fn meth_fastcall(cx: &mut Cx, args: &[Value]) -> PyResult<Value> {
        let m = module(cx)?;
        Ok(with_args(cx, m, args))
    }
    #[py(sig = "($module, *args, **kwargs)", hide_sig)]
    fn meth_fastcall_keywords(
        cx: &mut Cx,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        let m = module(cx)?;
        Ok(with_keywords(cx, m, args, kwargs))
    }
}

struct MethInstance;

#[pymethods]
impl MethInstance {
    #[py(sig = "($self, /, *args)", hide_sig)]
    fn meth_varargs(cx: &mut Cx, this: Value, args: &[Value]) -> Value {
        with_args(cx, this, args)
    }
    #[py(sig = "($self, /, *args, **kwargs)", hide_sig)]
    fn meth_varargs_keywords(
        cx: &mut Cx,
        this: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> Value {
        with_keywords(cx, this, args, kwargs)
    }
    #[py(sig = "($self, object, /)")]
    fn meth_o(cx: &mut Cx, this: Value, object: Value) -> Value {
        cx.new_tuple(&[this, object])
    }
    #[py(sig = "($self, /)")]
    fn meth_noargs(this: Value) -> Value {
        this
    }
    #[py(sig = "($self, /, *args)", hide_sig)]
    fn meth_fastcall(cx: &mut Cx, this: Value, args: &[Value]) -> Value {
        with_args(cx, this, args)
    }
    #[py(sig = "($self, /, *args, **kwargs)", hide_sig)]
    fn meth_fastcall_keywords(
        cx: &mut Cx,
        this: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> Value {
        with_keywords(cx, this, args, kwargs)
    }
}

pub static METH_INSTANCE: TypeSpec = TypeSpec {
    name: "MethInstance",
    defs: &[MethInstance::DEFS],
    ..TypeSpec::DEFAULT
};

struct MethClass;

#[pymethods]
impl MethClass {
    #[py(classmethod, sig = "($type, /, *args)", hide_sig)]
    fn meth_varargs(cx: &mut Cx, this: Value, args: &[Value]) -> Value {
        with_args(cx, this, args)
    }
    #[py(classmethod, sig = "($type, /, *args, **kwargs)", hide_sig)]
    fn meth_varargs_keywords(
        cx: &mut Cx,
        this: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> Value {
        with_keywords(cx, this, args, kwargs)
    }
    #[py(classmethod, sig = "($type, object, /)")]
    fn meth_o(cx: &mut Cx, this: Value, object: Value) -> Value {
        cx.new_tuple(&[this, object])
    }
    #[py(classmethod, sig = "($type, /)")]
    fn meth_noargs(this: Value) -> Value {
        this
    }
    #[py(classmethod, sig = "($type, /, *args)", hide_sig)]
    fn meth_fastcall(cx: &mut Cx, this: Value, args: &[Value]) -> Value {
        with_args(cx, this, args)
    }
    #[py(classmethod, sig = "($type, /, *args, **kwargs)", hide_sig)]
    fn meth_fastcall_keywords(
        cx: &mut Cx,
        this: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> Value {
        with_keywords(cx, this, args, kwargs)
    }
}

pub static METH_CLASS: TypeSpec = TypeSpec {
    name: "MethClass",
    defs: &[MethClass::DEFS],
    ..TypeSpec::DEFAULT
};

struct MethStatic;

#[pymethods]
impl MethStatic {
    #[py(staticmethod, sig = "(*args)", hide_sig)]
    fn meth_varargs(cx: &mut Cx, args: &[Value]) -> Value {
        with_args(cx, Value::none(), args)
    }
    #[py(staticmethod, sig = "(*args, **kwargs)", hide_sig)]
    fn meth_varargs_keywords(cx: &mut Cx, kwargs: Option<Value>, args: &[Value]) -> Value {
        with_keywords(cx, Value::none(), args, kwargs)
    }
    #[py(staticmethod, sig = "(object, /)")]
    fn meth_o(cx: &mut Cx, object: Value) -> Value {
        cx.new_tuple(&[Value::none(), object])
    }
    #[py(staticmethod, sig = "()")]
    fn meth_noargs() -> Value {
        Value::none()
    }
    #[py(staticmethod, sig = "(*args)", hide_sig)]
    fn meth_fastcall(cx: &mut Cx, args: &[Value]) -> Value {
        with_args(cx, Value::none(), args)
    }
    #[py(staticmethod, sig = "(*args, **kwargs)", hide_sig)]
    fn meth_fastcall_keywords(cx: &mut Cx, kwargs: Option<Value>, args: &[Value]) -> Value {
        with_keywords(cx, Value::none(), args, kwargs)
    }
}

pub static METH_STATIC: TypeSpec = TypeSpec {
    name: "MethStatic",
    defs: &[MethStatic::DEFS],
    ..TypeSpec::DEFAULT
};
