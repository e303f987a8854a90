//! `complex`: a pair of doubles.

mod arith;
mod format;
mod methods;
mod new;

use crate::cx::Cx;
use crate::error::PyResult;
use crate::native::{Layout, NamedLayout, TypeSpec};
use crate::object::{Gc, Header, Kind, Object};
use crate::types::shape_id;
use crate::types::typeobj::{Type, flags};
use crate::value::Value;

pub use arith::{Complex64, PowerError};
pub use new::{construct_by_name, from_number};

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

/// Whether `v`'s class is `complex` itself.
#[inline]
pub fn is_exact_complex(v: Value) -> bool {
    // SAFETY: an object reference points to a live header.
    v.as_object().is_some_and(|o| unsafe {
        (*o).kind() == Kind::Complex as u8 && (*o).shape() == shape_id::COMPLEX
    })
}

/// The result of a power, or its exception.
pub fn checked_power(cx: &mut Cx, r: Result<Complex64, PowerError>) -> PyResult<Value> {
    match r {
        Ok(c) => Ok(cx.new_complex(c.re, c.im)),
        Err(PowerError::ZeroDivision) => {
            Err(cx.zero_division_error("zero to a negative or complex power"))
        }
        Err(PowerError::Overflow) => Err(cx.overflow_error("complex exponentiation")),
    }
}

/// An instance of `class`, `complex` or a subclass.
pub fn new_instance(cx: &mut Cx, class: Gc<Type>, value: Complex64) -> Value {
    cx.alloc_instance_of(class, size_of::<Complex>(), Kind::Complex, |header| {
        Complex { header, value }
    })
    .value()
}

impl Cx {
    pub fn new_complex(&mut self, re: f64, im: f64) -> Value {
        let class = self.types().complex;
        new_instance(self, class, Complex64 { re, im })
    }
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "complex",
    doc: Some(
        "A complex number made of a real and an imaginary part.\n\nText such as '1+2j' is parsed; two numbers are the real part and the\nimaginary part, which default to 0.",
    ),
    layout: Layout::of::<Complex>(),
    flags: flags::BASETYPE,
    defs: &[methods::Number::DEFS, methods::Methods::DEFS],
    ..TypeSpec::DEFAULT
};
