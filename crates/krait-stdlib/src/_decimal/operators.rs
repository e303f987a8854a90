//! Operators of `Decimal`.

use std::cmp::Ordering;

use krait_decimal::{Ctx, Dec, Rounding, status};
use krait_runtime::types::complex;
use krait_runtime::types::{float, int};

use super::context::{self, ContextObj};
use super::convert;
use super::number::{self, Num};
use super::signals;
use crate::prelude::*;

type Op = fn(&Dec, &Dec, &Ctx, &mut u32) -> Dec;

#[inline]
fn binary(cx: &mut Cx, a: Value, b: Value, op: Op) -> PyResult<Value> {
    let (Some(x), Some(y)) = (number::operand(a), number::operand(b)) else {
        return Ok(Value::not_implemented());
    };
    let c = context::current(cx)?;
    let mut st = 0;
    let d = op(&x, &y, &c.settings(), &mut st);
    context::signal(cx, c, st)?;
    number::new_in(cx, c, &d)
}

#[inline]
fn unary(cx: &mut Cx, this: Num, op: fn(&Dec, &Ctx, &mut u32) -> Dec) -> PyResult<Value> {
    let c = context::current(cx)?;
    let mut st = 0;
    let d = op(&this.load(), &c.settings(), &mut st);
    context::signal(cx, c, st)?;
    number::new_in(cx, c, &d)
}

fn div_mod(cx: &mut Cx, a: Value, b: Value) -> PyResult<Value> {
    let (Some(x), Some(y)) = (number::operand(a), number::operand(b)) else {
        return Ok(Value::not_implemented());
    };
    let c = context::current(cx)?;
    div_mod_in(cx, &x, &y, c)
}

pub fn div_mod_in(cx: &mut Cx, x: &Dec, y: &Dec, c: ContextObj) -> PyResult<Value> {
    let mut st = 0;
    let (q, r) = x.div_mod(y, &c.settings(), &mut st);
    context::signal(cx, c, st)?;
    let q = number::new_in(cx, c, &q)?;
    let r = number::new_in(cx, c, &r)?;
    Ok(cx.new_tuple(&[q, r]))
}

fn power(cx: &mut Cx, a: Value, b: Value, modulus: Option<Value>) -> PyResult<Value> {
    let Some(m) = modulus.filter(|m| !m.is_none()) else {
        return binary(cx, a, b, Dec::pow);
    };
    let operands = (number::operand(a), number::operand(b), number::operand(m));
    let (Some(x), Some(y), Some(z)) = operands else {
        return Ok(Value::not_implemented());
    };
    let c = context::current(cx)?;
    let mut st = 0;
    let d = x.pow_mod(&y, &z, &c.settings(), &mut st);
    context::signal(cx, c, st)?;
    number::new_in(cx, c, &d)
}

/// The numbers to compare instead of `this` and `other`; `None` if they cannot be compared.
fn comparands(
    cx: &mut Cx,
    this: Dec,
    other: Value,
    equality: bool,
    c: ContextObj,
) -> PyResult<Option<(Dec, Dec)>> {
    if let Some(d) = number::operand(other) {
        return Ok(Some((this, d)));
    }
    let as_float = match complex::as_complex(other) {
        Some(z) if equality && z.im == 0.0 => Some(z.re),
        Some(_) => return Ok(None),
        None => float::as_float(other),
    };
    if let Some(x) = as_float {
        if equality {
            c.flags.fetch_or(
                status::FLOAT_OPERATION,
                std::sync::atomic::Ordering::Relaxed,
            );
        } else {
            context::signal(cx, c, status::FLOAT_OPERATION)?;
        }
        return Ok(Some((this, convert::from_f64(x))));
    }
    let rational = signals::state(cx).rational.get();
    if !cx.isinstance(other, rational)? {
        return Ok(None);
    }
    let numerator = rational_part(cx, other, "numerator")?;
    let denominator = rational_part(cx, other, "denominator")?;
    let scaled = if this.is_finite() {
        // Beyond every context's limits, since it is only compared.
        Dec::finite(this.negative, this.coef.mul(&denominator.coef), this.exp)
    } else {
        this
    };
    Ok(Some((scaled, numerator)))
}

fn rational_part(cx: &mut Cx, v: Value, name: &str) -> PyResult<Dec> {
    let part = cx.get_attr_str(v, name)?;
    match int::as_int(part) {
        Some(n) => Ok(number::from_int(n)),
        None => {
            let got = cx.type_name(part);
            Err(cx.type_error(format!("numerator and denominator must be ints, not {got}")))
        }
    }
}

fn compare(cx: &mut Cx, this: Num, other: Value, op: CompareOp) -> PyResult<Value> {
    let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
    let c = context::current(cx)?;
    let Some((a, b)) = comparands(cx, this.load(), other, equality, c)? else {
        return Ok(Value::not_implemented());
    };
    let mut st = 0;
    let Some(order) = a.order(&b, &mut st) else {
        if !equality {
            st |= status::INVALID_OPERATION;
        }
        context::signal(cx, c, st)?;
        return Ok(Value::bool(op == CompareOp::Ne));
    };
    Ok(Value::bool(match op {
        CompareOp::Lt => order == Ordering::Less,
        CompareOp::Le => order != Ordering::Greater,
        CompareOp::Eq => order == Ordering::Equal,
        CompareOp::Ne => order != Ordering::Equal,
        CompareOp::Gt => order == Ordering::Greater,
        CompareOp::Ge => order != Ordering::Less,
    }))
}

pub struct Operators;

#[pymethods]
impl Operators {
    #[py]
    fn __repr__(cx: &mut Cx, this: Num) -> PyResult<String> {
        let c = context::current(cx)?;
        Ok(format!(
            "Decimal('{}')",
            this.load().to_text(c.capitals(), false)
        ))
    }
    #[py]
    fn __str__(cx: &mut Cx, this: Num) -> PyResult<Value> {
        let c = context::current(cx)?;
        Ok(cx.new_ascii(this.load().to_text(c.capitals(), false).as_bytes()))
    }
    #[py]
    fn __hash__(cx: &mut Cx, this: Num) -> PyResult<i64> {
        convert::hash(cx, this)
    }
    #[py(compare)]
    fn compare(cx: &mut Cx, this: Num, value: Value, op: CompareOp) -> PyResult<Value> {
        compare(cx, this, value, op)
    }
    #[py]
    fn __add__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, this, value, Dec::add)
    }
    #[py]
    fn __radd__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, value, this, Dec::add)
    }
    #[py]
    fn __sub__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, this, value, Dec::sub)
    }
    #[py]
    fn __rsub__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, value, this, Dec::sub)
    }
    #[py]
    fn __mul__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, this, value, Dec::mul)
    }
    #[py]
    fn __rmul__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, value, this, Dec::mul)
    }
    #[py]
    fn __truediv__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, this, value, Dec::div)
    }
    #[py]
    fn __rtruediv__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, value, this, Dec::div)
    }
    #[py]
    fn __floordiv__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, this, value, Dec::div_int)
    }
    #[py]
    fn __rfloordiv__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, value, this, Dec::div_int)
    }
    #[py]
    fn __mod__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, this, value, Dec::rem)
    }
    #[py]
    fn __rmod__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        binary(cx, value, this, Dec::rem)
    }
    #[py]
    fn __divmod__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        div_mod(cx, this, value)
    }
    #[py]
    fn __rdivmod__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        div_mod(cx, value, this)
    }
    #[py(sig = "($self, value, mod=None, /)")]
    fn __pow__(cx: &mut Cx, this: Value, value: Value, modulus: Option<Value>) -> PyResult<Value> {
        power(cx, this, value, modulus)
    }
    #[py(sig = "($self, value, mod=None, /)")]
    fn __rpow__(cx: &mut Cx, this: Value, value: Value, modulus: Option<Value>) -> PyResult<Value> {
        power(cx, value, this, modulus)
    }
    #[py(sig = "($self, /)")]
    fn __neg__(cx: &mut Cx, this: Num) -> PyResult<Value> {
        unary(cx, this, Dec::minus)
    }
    #[py(sig = "($self, /)")]
    fn __pos__(cx: &mut Cx, this: Num) -> PyResult<Value> {
        unary(cx, this, Dec::plus)
    }
    #[py(sig = "($self, /)")]
    fn __abs__(cx: &mut Cx, this: Num) -> PyResult<Value> {
        unary(cx, this, Dec::abs)
    }
    #[py(sig = "($self, /)")]
    fn __bool__(this: Num) -> bool {
        !this.load().is_zero()
    }
    #[py(sig = "($self, /)")]
    fn __int__(cx: &mut Cx, this: Num) -> PyResult<Value> {
        convert::to_int(cx, &this.load(), Rounding::Down)
    }
    #[py(sig = "($self, /)")]
    fn __float__(cx: &mut Cx, this: Num) -> PyResult<f64> {
        convert::to_f64(cx, &this.load())
    }
}
