//! `float`: IEEE double precision, immediate or boxed (see `value`).

mod arith;
mod format;
mod methods;
mod parse;
mod ratio;

use crate::cx::Cx;
use crate::native::{Layout, NamedLayout, TypeSpec};
use crate::object::{FloatObj, Gc, Kind};
use crate::types::shape_id;
use crate::types::typeobj::{Type, flags};
use crate::value::Value;

pub use arith::{divmod, floor_div, modulo, pow};
pub use format::{format_float, numeric_locale, repr};
pub(crate) use methods::operand;
pub use parse::float_from;

impl NamedLayout for FloatObj {
    const PY_NAME: &'static str = "float";
}

/// The value of a float or an instance of a float subclass.
#[inline(always)]
pub fn as_float(v: Value) -> Option<f64> {
    match v.as_immediate_float() {
        Some(x) => Some(x),
        None => as_boxed_float(v),
    }
}

#[inline]
pub fn as_boxed_float(v: Value) -> Option<f64> {
    Gc::<FloatObj>::from_value(v).map(|f| f.value)
}

/// Whether `v`'s class is `float` itself.
#[inline]
pub fn is_exact_float(v: Value) -> bool {
    match v.as_object() {
        None => v.is_immediate_float(),
        // SAFETY: an object reference points to a live header.
        Some(o) => unsafe { (*o).kind() == Kind::Float as u8 && (*o).shape() == shape_id::FLOAT },
    }
}

/// An instance of `class`, a subclass of float.
pub fn new_instance(cx: &mut Cx, class: Gc<Type>, x: f64) -> Value {
    if class == cx.types().float {
        return cx.new_float(x);
    }
    cx.alloc_instance_of(class, size_of::<FloatObj>(), Kind::Float, |header| {
        FloatObj { header, value: x }
    })
    .value()
}

impl Cx {
    #[inline(always)]
    pub fn new_float(&mut self, x: f64) -> Value {
        match Value::try_float(x) {
            Some(v) => v,
            None => self.new_boxed_float(x),
        }
    }

    #[cold]
    fn new_boxed_float(&mut self, x: f64) -> Value {
        let o = self
            .mutator
            .alloc(size_of::<FloatObj>(), shape_id::FLOAT, Kind::Float as u8);
        // SAFETY: fresh memory of a float object.
        unsafe { (&raw mut (*o.cast::<FloatObj>()).value).write(x) };
        Value::from_object(o)
    }
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "float",
    doc: Some("Convert a string or number to a floating-point number, if possible."),
    layout: Layout::of::<FloatObj>(),
    flags: flags::BASETYPE,
    defs: &[methods::Number::DEFS, methods::Methods::DEFS],
    ..TypeSpec::DEFAULT
};
