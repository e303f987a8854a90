//! `None`, `True`, `False`, `Ellipsis`, `NotImplemented`: static objects shared by all
//! interpreters. Their classes are per interpreter, found through fixed shape ids.

use krait_macros::pymethods;

use crate::native::{Cx, Layout, PyResult, TypeSpec, Value};
use crate::object::{Header, Kind, Object};
use crate::types::shape_id;
use crate::types::typeobj::flags;

/// A static object without state.
#[repr(C)]
pub struct Singleton {
    pub header: Header,
    pub value: u64,
}

/// Layout of `True` and `False`.
pub type BoolObj = Singleton;

// SAFETY: repr(C), header first, immutable.
unsafe impl Object for BoolObj {
    const KIND: Kind = Kind::Bool;
}

static NONE: Singleton = Singleton {
    header: Header::new_static(shape_id::NONE, Kind::Plain as u8),
    value: 0,
};
static NOT_IMPLEMENTED: Singleton = Singleton {
    header: Header::new_static(shape_id::NOT_IMPLEMENTED, Kind::Plain as u8),
    value: 0,
};
static ELLIPSIS: Singleton = Singleton {
    header: Header::new_static(shape_id::ELLIPSIS, Kind::Plain as u8),
    value: 0,
};
/// `False`, `True`, side by side: `bool` of a flag is address arithmetic.
static BOOLS: [Singleton; 2] = [
    Singleton {
        header: Header::new_static(shape_id::BOOL, Kind::Bool as u8),
        value: 0,
    },
    Singleton {
        header: Header::new_static(shape_id::BOOL, Kind::Bool as u8),
        value: 1,
    },
];

impl Value {
    #[inline(always)]
    pub fn none() -> Value {
        Value::from_object(&raw const NONE.header)
    }

    #[inline(always)]
    pub fn not_implemented() -> Value {
        Value::from_object(&raw const NOT_IMPLEMENTED.header)
    }

    #[inline(always)]
    pub fn ellipsis() -> Value {
        Value::from_object(&raw const ELLIPSIS.header)
    }

    #[inline(always)]
    pub fn bool(b: bool) -> Value {
        Value::from_object(&raw const BOOLS[b as usize].header)
    }

    #[inline(always)]
    pub fn is_none(self) -> bool {
        self == Value::none()
    }

    /// `Some` for `True` and `False`.
    #[inline(always)]
    pub fn as_bool(self) -> Option<bool> {
        if self == Value::bool(true) {
            Some(true)
        } else if self == Value::bool(false) {
            Some(false)
        } else {
            None
        }
    }
}

pub static NONE_SPEC: TypeSpec = TypeSpec {
    name: "NoneType",
    module: "builtins",
    doc: Some("The type of the None singleton."),
    layout: Layout::PLAIN,
    defs: &[NoneMethods::DEFS],
    ..TypeSpec::DEFAULT
};
pub static NOT_IMPLEMENTED_SPEC: TypeSpec = TypeSpec {
    name: "NotImplementedType",
    doc: Some("The type of the NotImplemented singleton."),
    layout: Layout::PLAIN,
    defs: &[NotImplementedMethods::DEFS],
    ..TypeSpec::DEFAULT
};
pub static ELLIPSIS_SPEC: TypeSpec = TypeSpec {
    name: "ellipsis",
    doc: Some("The type of the Ellipsis singleton."),
    layout: Layout::PLAIN,
    defs: &[EllipsisMethods::DEFS],
    flags: flags::IMMUTABLE,
    ..TypeSpec::DEFAULT
};

fn no_arguments(cx: &mut Cx, class: &str, args: &[Value], kwargs: Option<Value>) -> PyResult<()> {
    if args.is_empty() && kwargs.is_none() {
        Ok(())
    } else {
        Err(cx.type_error(format!("{class} takes no arguments")))
    }
}

struct NoneMethods;

#[pymethods]
impl NoneMethods {
    #[py(new, sig = "($type, *args, **kwargs)", shown = "($type)")]
    fn __new__(
        cx: &mut Cx,
        _class: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        no_arguments(cx, "NoneType", args, kwargs)?;
        Ok(Value::none())
    }
    #[py(sig = "($self, /)")]
    fn __repr__(_this: Value) -> &'static str {
        "None"
    }
    #[py(sig = "($self, /)")]
    fn __bool__(_this: Value) -> bool {
        false
    }
    #[py(sig = "($self, value, /)")]
    fn __eq__(_this: Value, value: Value) -> Value {
        match value.is_none() {
            true => Value::bool(true),
            false => Value::not_implemented(),
        }
    }
    #[py(sig = "($self, /)")]
    fn __hash__(_this: Value) -> i64 {
        0xFCA86420
    }
}

struct NotImplementedMethods;

#[pymethods]
impl NotImplementedMethods {
    #[py(new, sig = "($type, *args, **kwargs)", shown = "($type)")]
    fn __new__(
        cx: &mut Cx,
        _class: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        no_arguments(cx, "NotImplementedType", args, kwargs)?;
        Ok(Value::not_implemented())
    }
    #[py(sig = "($self, /)")]
    fn __repr__(_this: Value) -> &'static str {
        "NotImplemented"
    }
    #[py(sig = "($self, /)")]
    fn __bool__(cx: &mut Cx, _this: Value) -> PyResult<bool> {
        Err(cx.type_error("NotImplemented should not be used in a boolean context"))
    }
    #[py(sig = "($self, /)")]
    fn __reduce__(_this: Value) -> &'static str {
        "NotImplemented"
    }
}

struct EllipsisMethods;

#[pymethods]
impl EllipsisMethods {
    #[py(new, sig = "($type, *args, **kwargs)", shown = "($type)")]
    fn __new__(
        cx: &mut Cx,
        _class: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        no_arguments(cx, "EllipsisType", args, kwargs)?;
        Ok(Value::ellipsis())
    }
    #[py(sig = "($self, /)")]
    fn __repr__(_this: Value) -> &'static str {
        "Ellipsis"
    }
    #[py(sig = "($self, /)")]
    fn __reduce__(_this: Value) -> &'static str {
        "Ellipsis"
    }
}
