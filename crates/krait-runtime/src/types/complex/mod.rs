//! `complex`: a pair of doubles.

mod arith;
mod format;
mod methods;
mod new;
mod parse;

use crate::cx::Cx;
use crate::native::{Layout, NamedLayout, TypeSpec};
use crate::object::{Gc, Header, Kind, Object};
use crate::types::typeobj::{Type, flags};
use crate::value::Value;

pub use arith::Complex64;

#[repr(C)]
pub struct Complex {
    pub header: Header,
    pub value: Complex64,
}
// SAFETY: repr(C), header first, immutable.
unsafe impl Object for Complex {
    const KIND: Kind = Kind::Complex;
}
impl NamedLayout for Complex {
    const PY_NAME: &'static str = "complex";
}

/// The value of a complex or an instance of a complex subclass.
#[inline]
pub fn as_complex(v: Value) -> Option<Complex64> {
    Gc::<Complex>::from_value(v).map(|c| c.value)
}

/// An instance of `class`, `complex` or a subclass.
pub fn new_instance(cx: &mut Cx, class: Gc<Type>, value: Complex64) -> Value {
    cx.alloc_instance_of(class, size_of::<Complex>(), Kind::Complex, |header| Complex { header, value }).value()
}

impl Cx {
    pub fn new_complex(&mut self, re: f64, im: f64) -> Value {
        let class = self.types().complex;
        new_instance(self, class, Complex64 { re, im })
    }
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "complex",
    doc: Some("A complex number made of a real and an imaginary part.\n\nText such as '1+2j' is parsed; two numbers are the real part and the\nimaginary part, which default to 0."),
    layout: Layout::of::<Complex>(),
    flags: flags::BASETYPE,
    defs: &[methods::Number::DEFS, methods::Methods::DEFS],
    ..TypeSpec::DEFAULT
};
