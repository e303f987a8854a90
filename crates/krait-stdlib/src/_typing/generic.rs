//! `Generic` and the `NoDefault` object.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::prelude::*;

pub static GENERIC: TypeSpec = TypeSpec {
    name: "Generic",
    module: "typing",
    doc: Some(
        "Abstract base class for generic types.\n\nOn Python 3.12 and newer, generic classes implicitly inherit from\nGeneric when they declare a parameter list after the class's name::\n\n    class Mapping[KT, VT]:\n        def __getitem__(self, key: KT) -> VT:\n            ...\n            # Etc.\n\nOn older versions of Python, however, generic classes have to\nexplicitly inherit from Generic.",
    ),
    flags: flags::BASETYPE,
    defs: &[GenericMethods::DEFS],
    // `typing` sets attributes of it.
    init: Some(|_, t| {
        t.clear_flags(flags::IMMUTABLE);
        Ok(())
    }),
    ..TypeSpec::DEFAULT
};

struct GenericMethods;

/// `typing.name(class, *args, **kwargs)`.
fn forward(
    cx: &mut Cx,
    name: &str,
    class: Value,
    kwargs: Option<Value>,
    args: &[Value],
) -> PyResult<Value> {
    let typing = cx.import("typing")?;
    let f = cx.get_attr_str(typing, name)?;
    let mut all = ValueVec::from_slice(cx, &[class])?;
    for &v in args {
        all.push(cx, v)?;
    }
    cx.call_with_kwargs(f, all.as_slice(), kwargs)
}

#[pymethods]
impl GenericMethods {
    /// Parameterizes a generic class.
    ///
    /// At least, parameterizing a generic class is the *main* thing this
    /// method does. For example, for some generic class `Foo`, this is called
    /// when we do `Foo[int]` - there, with `cls=Foo` and `args=int`.
    ///
    /// However, note that this method is also called when defining generic
    /// classes in the first place with `class Foo[T]: ...`.
    #[py(classmethod, sig = "($type, *args, **kwargs)", hide_sig)]
    fn __class_getitem__(
        cx: &mut Cx,
        class: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        forward(cx, "_generic_class_getitem", class, kwargs, args)
    }
    /// Function to initialize subclasses.
    #[py(classmethod, sig = "($type, *args, **kwargs)", hide_sig)]
    fn __init_subclass__(
        cx: &mut Cx,
        class: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        forward(cx, "_generic_init_subclass", class, kwargs, args)
    }
}

/// The type of `NoDefault`, which has one instance.
#[derive(Trace)]
pub struct NoDefault(());
impl Native for NoDefault {
    const PY_NAME: &'static str = "NoDefaultType";
}

static NO_DEFAULT: TypeSpec = TypeSpec {
    name: "NoDefaultType",
    module: "typing",
    doc: Some("The type of the NoDefault singleton."),
    layout: Layout::native::<NoDefault>(),
    defs: &[NoDefaultMethods::DEFS],
    ..TypeSpec::DEFAULT
};

#[derive(Default)]
struct Singleton(AtomicU64);

/// `typing.NoDefault`.
pub fn no_default(cx: &mut Cx) -> PyResult<Value> {
    let known = cx.state::<Singleton>();
    let bits = known.0.load(Ordering::Acquire);
    if bits != 0 {
        return Ok(Value::from_bits(bits));
    }
    let class = cx.native_type(&NO_DEFAULT)?;
    let v = NativeObj::alloc(cx, class, NoDefault(())).value();
    cx.keep_forever(v);
    match known
        .0
        .compare_exchange(0, v.bits(), Ordering::AcqRel, Ordering::Acquire)
    {
        Ok(_) => Ok(v),
        Err(first) => Ok(Value::from_bits(first)),
    }
}

pub fn is_no_default(v: Value) -> bool {
    NativeObj::<NoDefault>::from_value(v).is_some()
}

struct NoDefaultMethods;

#[pymethods]
impl NoDefaultMethods {
    #[py(new, sig = "($type, *args, **kwargs)")]
    fn __new__(
        cx: &mut Cx,
        _class: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        if !args.is_empty()
            || kwargs
                .and_then(Gc::<Dict>::from_value)
                .is_some_and(|d| !d.is_empty())
        {
            return Err(cx.type_error("NoDefaultType takes no arguments"));
        }
        no_default(cx)
    }
    #[py]
    fn __repr__(_this: Value) -> &'static str {
        "typing.NoDefault"
    }
    #[py(hide_sig)]
    fn __reduce__(_this: Value) -> &'static str {
        "NoDefault"
    }
}
