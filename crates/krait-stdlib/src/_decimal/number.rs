//! `Decimal` objects and their numbers.

use dashu_int::UBig;
use krait_decimal::{Coef, Dec, Kind};
use krait_runtime::types::int::{self, Int};

use super::context::Context;
use super::{convert, methods, operators};
use crate::prelude::*;

/// The number of a `Decimal`. What is not changed after the allocation needs no atomic.
pub struct Number {
    /// The coefficient, or the word of a Python int in `low` if `big`.
    low: u64,
    high: u64,
    exp: i64,
    kind: Kind,
    negative: bool,
    big: bool,
}

// SAFETY: `low` is the only word that may be a reference, and is one exactly if `big` says so.
unsafe impl krait_runtime::native::Trace for Number {
    fn trace(&self, t: &mut krait_runtime::heap::Tracer<'_>) {
        if self.big {
            t.word(self.low);
        }
    }
}
impl Native for Number {
    const PY_NAME: &'static str = "decimal.Decimal";
}

pub type Num = Obj<Number>;

pub static SPEC: TypeSpec = TypeSpec {
    name: "Decimal",
    module: "decimal",
    doc: Some(
        "A decimal floating-point number. The value may be an int, a str, a tuple (sign, digits, exponent),\na float or another Decimal, and is converted exactly; without one the number is 0. The context says\nonly whether a value that is no number raises InvalidOperation.",
    ),
    layout: Layout::native::<Number>(),
    flags: flags::BASETYPE,
    defs: &[
        convert::Methods::DEFS,
        operators::Operators::DEFS,
        methods::Unary::DEFS,
        methods::Binary::DEFS,
        methods::Tests::DEFS,
        methods::Others::DEFS,
    ],
    ..TypeSpec::DEFAULT
};

impl Number {
    #[inline]
    pub fn load(&self) -> Dec {
        let coef = if self.big {
            match Gc::<int::BigInt>::from_value(Value::from_bits(self.low)) {
                Some(n) => Coef::new(UBig::from_words(n.limbs())),
                None => Coef::ZERO,
            }
        } else {
            Coef::Small(u128::from(self.high) << 64 | u128::from(self.low))
        };
        Dec {
            negative: self.negative,
            kind: self.kind,
            exp: self.exp,
            coef,
        }
    }

    pub fn negative(&self) -> bool {
        self.negative
    }

    /// Bytes that the coefficient takes beside the object.
    pub fn extra_size(&self) -> usize {
        if !self.big {
            return 0;
        }
        Gc::<int::BigInt>::from_value(Value::from_bits(self.low)).map_or(0, |n| n.payload_size())
    }
}

/// The payload of `d`; a long coefficient becomes an int first.
#[inline]
fn payload(cx: &mut Cx, d: &Dec) -> PyResult<Number> {
    let (low, high, big) = match &d.coef {
        Coef::Small(n) => (*n as u64, (*n >> 64) as u64, false),
        Coef::Big(n) => (cx.new_bigint(n.as_ibig())?.bits(), 0, true),
    };
    Ok(Number {
        low,
        high,
        exp: d.exp,
        kind: d.kind,
        negative: d.negative,
        big,
    })
}

pub fn new_of(cx: &mut Cx, class: Gc<Type>, d: &Dec) -> PyResult<Value> {
    let payload = payload(cx, d)?;
    Ok(NativeObj::alloc(cx, class, payload).value())
}

/// A `Decimal`, its class taken from a context.
#[inline]
pub fn new_in(cx: &mut Cx, context: Obj<Context>, d: &Dec) -> PyResult<Value> {
    let class = Gc::<Type>::from_value_unchecked(context.number_class.get());
    new_of(cx, class, d)
}

pub fn new(cx: &mut Cx, d: &Dec) -> PyResult<Value> {
    let class = cx.native_type(&SPEC)?;
    new_of(cx, class, d)
}

/// Whether `v`'s class is `Decimal` itself.
pub fn is_exact(cx: &Cx, v: Value) -> bool {
    cx.type_of(v).spec.is_some_and(|s| std::ptr::eq(s, &SPEC))
}

/// The number of a `Decimal` or an int.
#[inline]
pub fn operand(v: Value) -> Option<Dec> {
    if let Some(n) = NativeObj::<Number>::from_value(v) {
        return Some(n.load());
    }
    int::as_int(v).map(from_int)
}

pub fn from_int(n: Int) -> Dec {
    match n {
        Int::Small(n) => Dec::from_i64(n),
        Int::Big(n) => Dec::finite(n.is_negative(), Coef::new(UBig::from_words(n.limbs())), 0),
    }
}

#[cold]
pub fn unsupported(cx: &mut Cx, v: Value) -> Raised {
    let got = cx.type_name(v);
    cx.type_error(format!("conversion from {got} to Decimal is not supported"))
}

/// The number of an operand that must be a `Decimal` or an int.
#[inline]
pub fn required(cx: &mut Cx, v: Value) -> PyResult<Dec> {
    match operand(v) {
        Some(d) => Ok(d),
        None => Err(unsupported(cx, v)),
    }
}
