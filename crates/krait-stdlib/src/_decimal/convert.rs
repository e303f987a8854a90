//! `Decimal` from other objects, and into them.

use dashu_int::IBig;
use dashu_int::ops::{Gcd, RemEuclid};
use krait_decimal::{Coef, Ctx, Dec, Kind, Rounding, status};
use krait_runtime::types::{float, int};
use krait_unicode::numeric::transform_decimal_and_space;

use super::context::{self, ContextObj};
use super::number::{self, Num, Number};
use super::signals;
use crate::prelude::*;

/// The context that limits nothing.
pub const EXACT: &Ctx = &Ctx::MAX;

/// The ASCII text of a number; blanks around it and underscores are dropped if `lenient`.
fn ascii(s: Gc<Str>, lenient: bool) -> Vec<u8> {
    let text = transform_decimal_and_space(s.as_bytes());
    if !lenient {
        return text.into_owned();
    }
    let blank = |b: u8| matches!(b, 9..=13 | 28..=32);
    let start = text.iter().position(|b| !blank(*b)).unwrap_or(text.len());
    let end = text
        .iter()
        .rposition(|b| !blank(*b))
        .map_or(start, |i| i + 1);
    text[start..end]
        .iter()
        .copied()
        .filter(|b| *b != b'_')
        .collect()
}

/// How a value becomes a number: exactly, or rounded to a context.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Exact,
    Rounded,
}

/// The number of a value that `Decimal()` takes.
fn from_object(cx: &mut Cx, v: Value, c: ContextObj, mode: Mode) -> PyResult<Dec> {
    let settings = c.settings();
    let mut st = 0;
    let d = if let Some(n) = NativeObj::<Number>::from_value(v) {
        let d = n.load();
        if mode == Mode::Rounded
            && d.is_nan()
            && d.digits() > settings.prec - i64::from(settings.clamp)
        {
            Dec::error(status::CONVERSION_SYNTAX, &mut st)
        } else {
            d
        }
    } else if let Some(s) = Gc::<Str>::from_value(v) {
        from_text(&ascii(s, mode == Mode::Exact), &settings, mode, &mut st)
    } else if let Some(n) = int::as_int(v) {
        number::from_int(n)
    } else if let Some(t) = sequence(cx, v) {
        let text = tuple_text(cx, t)?;
        from_text(text.as_bytes(), &settings, mode, &mut st)
    } else if let Some(x) = float::as_float(v) {
        context::signal(cx, c, status::FLOAT_OPERATION)?;
        from_f64(x)
    } else {
        return Err(number::unsupported(cx, v));
    };
    let d = if mode == Mode::Rounded {
        d.finish(&settings, &mut st)
    } else {
        d
    };
    context::signal(cx, c, st)?;
    Ok(d)
}

fn from_text(text: &[u8], settings: &Ctx, mode: Mode, st: &mut u32) -> Dec {
    match mode {
        Mode::Exact => Dec::parse_exact(text, st),
        Mode::Rounded => Dec::parse(text, settings, st),
    }
}

/// A float's exact value.
pub fn from_f64(x: f64) -> Dec {
    if x.is_nan() {
        return Dec::nan();
    }
    if x.is_infinite() {
        return Dec::infinity(x < 0.0);
    }
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7FF) as i64;
    let mantissa = bits & ((1 << 52) - 1) | u64::from(exponent != 0) << 52;
    let negative = x.is_sign_negative();
    if mantissa == 0 {
        return Dec::zero(negative, 0);
    }
    let zeros = i64::from(mantissa.trailing_zeros());
    let (mantissa, shift) = (mantissa >> zeros, exponent.max(1) - 1075 + zeros);
    let m = dashu_int::UBig::from(mantissa);
    if shift >= 0 {
        return Dec::finite(negative, Coef::new(m << shift as usize), 0);
    }
    // m / 2^k is m 5^k / 10^k.
    let fives = dashu_int::UBig::from(5u8).pow(-shift as usize);
    Dec::finite(negative, Coef::new(m * fives), shift)
}

fn sequence(cx: &mut Cx, v: Value) -> Option<Gc<Tuple>> {
    if let Some(t) = Gc::<Tuple>::from_value(v) {
        return Some(t);
    }
    Gc::<List>::from_value(v)?;
    cx.tuple_from(v).ok().and_then(Gc::from_value)
}

/// The text of a number given as sign, digits and exponent.
fn tuple_text(cx: &mut Cx, t: Gc<Tuple>) -> PyResult<String> {
    let &[sign, digits, exponent] = t.as_slice() else {
        return Err(cx.value_error("argument must be a sequence of length 3"));
    };
    let mut text = match int::as_int(sign).and_then(|n| n.to_i64()) {
        Some(0) => String::new(),
        Some(1) => String::from("-"),
        _ => return Err(cx.value_error("sign must be an integer with the value 0 or 1")),
    };
    let special = Gc::<Str>::from_value(exponent).and_then(|s| s.as_str());
    let exp = match (special, int::as_int(exponent)) {
        (Some("F"), _) => {
            text.push_str("Inf");
            return Ok(text);
        }
        (Some("n"), _) => {
            text.push_str("NaN");
            None
        }
        (Some("N"), _) => {
            text.push_str("sNaN");
            None
        }
        (None, Some(_)) => Some(context::ssize_arg(cx, exponent)?),
        _ if Gc::<Str>::from_value(exponent).is_some() => {
            return Err(
                cx.value_error("string argument in the third position must be 'F', 'n' or 'N'")
            );
        }
        _ => return Err(cx.value_error("exponent must be an integer")),
    };
    let Some(digits) = sequence(cx, digits) else {
        return Err(cx.value_error("coefficient must be a tuple of digits"));
    };
    if digits.is_empty() && exp.is_some() {
        text.push('0');
    }
    for &digit in digits.as_slice() {
        match int::as_int(digit).and_then(|n| n.to_i64()) {
            Some(d @ 0..=9) => text.push((b'0' + d as u8) as char),
            _ => return Err(cx.value_error("coefficient must be a tuple of digits")),
        }
    }
    if let Some(exp) = exp {
        text.push_str(&format!("E{exp}"));
    }
    Ok(text)
}

/// `Decimal(v)` for the class itself or a subclass.
fn construct(cx: &mut Cx, class: Gc<Type>, v: Value, c: ContextObj) -> PyResult<Value> {
    if class.spec.is_some()
        && NativeObj::<Number>::from_value(v).is_some()
        && number::is_exact(cx, v)
    {
        return Ok(v);
    }
    let d = from_object(cx, v, c, Mode::Exact)?;
    number::new_of(cx, class, &d)
}

/// `Context.create_decimal`.
pub fn create(cx: &mut Cx, v: Value, c: ContextObj) -> PyResult<Value> {
    let d = from_object(cx, v, c, Mode::Rounded)?;
    number::new_in(cx, c, &d)
}

/// The exact number of a float or an int.
pub fn float_or_int(cx: &mut Cx, v: Value) -> PyResult<Dec> {
    if let Some(n) = int::as_int(v) {
        return Ok(number::from_int(n));
    }
    match float::as_float(v) {
        Some(x) => Ok(from_f64(x)),
        None => Err(cx.type_error("argument must be int or float")),
    }
}

/// A finite number's value as an int after rounding.
pub fn to_int(cx: &mut Cx, d: &Dec, round: Rounding) -> PyResult<Value> {
    match d.kind {
        Kind::Finite => {}
        Kind::Infinite => return Err(cx.overflow_error("cannot convert Infinity to integer")),
        _ => return Err(cx.value_error("cannot convert NaN to integer")),
    }
    let whole = d.to_integral(round, false, EXACT, &mut 0);
    match whole.coef.shl10(whole.exp) {
        Some(c) => signed_int(cx, d.negative, &c),
        None => Err(cx.memory_error()),
    }
}

pub fn signed_int(cx: &mut Cx, negative: bool, c: &Coef) -> PyResult<Value> {
    if let Coef::Small(n) = c
        && let Ok(n) = i128::try_from(*n)
    {
        return Ok(cx.new_i128(if negative { -n } else { n }));
    }
    let n = IBig::from(c.to_big());
    let n = if negative { -n } else { n };
    cx.new_bigint(&n)
}

fn integer_ratio(cx: &mut Cx, d: &Dec) -> PyResult<Value> {
    match d.kind {
        Kind::Finite => {}
        Kind::Infinite => return Err(cx.overflow_error("cannot convert Infinity to integer ratio")),
        _ => return Err(cx.value_error("cannot convert NaN to integer ratio")),
    }
    let scale = Coef::ONE.shl10(if d.coef.is_zero() { 0 } else { d.exp.abs() });
    let Some(scale) = scale else {
        return Err(cx.memory_error());
    };
    let (numerator, denominator) = if d.exp >= 0 {
        (d.coef.mul(&scale), Coef::ONE)
    } else {
        let (n, m) = (d.coef.to_big(), scale.to_big());
        let divisor = (&n).gcd(&m);
        (Coef::new(n / &divisor), Coef::new(m / divisor))
    };
    let numerator = signed_int(cx, d.negative, &numerator)?;
    let denominator = signed_int(cx, false, &denominator)?;
    Ok(cx.new_tuple(&[numerator, denominator]))
}

fn as_tuple(cx: &mut Cx, d: &Dec) -> PyResult<Value> {
    let exponent = match d.kind {
        Kind::Finite => cx.new_int(d.exp),
        Kind::Infinite => cx.new_str("F"),
        Kind::Nan => cx.new_str("n"),
        Kind::SignalingNan => cx.new_str("N"),
    };
    let text = if d.is_nan() && d.coef.is_zero() {
        String::new()
    } else {
        d.coef.to_text()
    };
    let digits = text.as_bytes();
    let digits = tuple_of(cx, digits.len(), |i| {
        Value::small((digits[i] - b'0').into())
    })?;
    let class = signals::state(cx).decimal_tuple.get();
    cx.call(class, &[Value::small(d.negative.into()), digits, exponent])
}

pub fn to_f64(cx: &mut Cx, d: &Dec) -> PyResult<f64> {
    let magnitude = match d.kind {
        Kind::SignalingNan => {
            return Err(cx.value_error("cannot convert signaling NaN to float"));
        }
        Kind::Nan => f64::NAN,
        Kind::Infinite => f64::INFINITY,
        Kind::Finite => format!("{}e{}", d.coef.to_text(), d.exp)
            .parse()
            .unwrap_or(0.0),
    };
    Ok(if d.negative { -magnitude } else { magnitude })
}

/// The hash of a number, equal to that of equal ints, floats and fractions.
pub fn hash(cx: &mut Cx, this: Num) -> PyResult<i64> {
    const PRIME: u64 = (1 << 61) - 1;
    /// The inverse of 10 modulo the prime.
    const TENTH: u64 = 2_075_258_708_292_324_556;
    let d = this.load();
    match d.kind {
        Kind::SignalingNan => return Err(cx.type_error("Cannot hash a signaling NaN value")),
        Kind::Nan => {
            let object_hash = cx.types().object;
            let m = cx.get_attr_str(object_hash.value(), "__hash__")?;
            let h = cx.call(m, &[this.value()])?;
            return Ok(h.as_small().unwrap_or(0));
        }
        Kind::Infinite => return Ok(if d.negative { -314_159 } else { 314_159 }),
        Kind::Finite => {}
    }
    let c = match &d.coef {
        Coef::Small(n) => (n % u128::from(PRIME)) as u64,
        Coef::Big(n) => u64::try_from(n.rem_euclid(dashu_int::UBig::from(PRIME))).unwrap_or(0),
    };
    let times = |a: u64, b: u64| (u128::from(a) * u128::from(b) % u128::from(PRIME)) as u64;
    let mut power = if d.exp < 0 { TENTH } else { 10 };
    let (mut h, mut n) = (c, d.exp.unsigned_abs());
    while n > 0 {
        if n & 1 == 1 {
            h = times(h, power);
        }
        power = times(power, power);
        n >>= 1;
    }
    let h = if d.negative { -(h as i64) } else { h as i64 };
    Ok(if h == -1 { -2 } else { h })
}

pub struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, value='0', context=None)")]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        value: Option<Value>,
        context: Option<Value>,
    ) -> PyResult<Value> {
        let c = context::context_arg(cx, context)?;
        construct(cx, class, value.unwrap_or(Value::small(0)), c)
    }
    #[py(
        classmethod,
        sig = "($type, f, /)",
        doc = r"The exact value of a float or an int.

>>> Decimal.from_float(0.375)
Decimal('0.375')
>>> Decimal.from_float(0.3)
Decimal('0.299999999999999988897769753748434595763683319091796875')
"
    )]
    fn from_float(cx: &mut Cx, class: Gc<Type>, f: Value) -> PyResult<Value> {
        let d = float_or_int(cx, f)?;
        of_subclass(cx, class, &d)
    }
    #[py(
        classmethod,
        sig = "($type, number, /)",
        doc = r"The exact value of a real number: an int, a float or a Decimal.

>>> Decimal.from_number(-12)
Decimal('-12')
>>> Decimal.from_number(Decimal('0.10'))
Decimal('0.10')
"
    )]
    fn from_number(cx: &mut Cx, class: Gc<Type>, number: Value) -> PyResult<Value> {
        let c = context::current(cx)?;
        let d = match number::operand(number) {
            Some(d) => d,
            None if float::as_float(number).is_some() => from_object(cx, number, c, Mode::Exact)?,
            None => return Err(number::unsupported(cx, number)),
        };
        of_subclass(cx, class, &d)
    }
    /// The sign, the digits and the exponent.
    #[py(name = "as_tuple", sig = "($self, /)")]
    fn as_tuple_method(cx: &mut Cx, this: Num) -> PyResult<Value> {
        as_tuple(cx, &this.load())
    }
    /// Numerator and denominator of the value in lowest terms.
    #[py(sig = "($self, /)")]
    fn as_integer_ratio(cx: &mut Cx, this: Num) -> PyResult<Value> {
        integer_ratio(cx, &this.load())
    }
    #[py(sig = "($self, /)")]
    fn __copy__(this: Value) -> Value {
        this
    }
    #[py(sig = "($self, memo, /)")]
    fn __deepcopy__(this: Value, _memo: Value) -> Value {
        this
    }
    #[py(sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: Num) -> PyResult<Value> {
        let text = cx.str(this.value())?;
        let args = cx.new_tuple(&[text.value()]);
        let class = cx.type_of(this.value()).value();
        Ok(cx.new_tuple(&[class, args]))
    }
    #[py(sig = "($self, ndigits=None, /)", hide_sig)]
    fn __round__(cx: &mut Cx, this: Num, ndigits: Option<Value>) -> PyResult<Value> {
        let c = context::current(cx)?;
        let Some(n) = ndigits.filter(|n| !n.is_none()) else {
            return to_int(cx, &this.load(), Rounding::HalfEven);
        };
        if !int::is_int(n) {
            return Err(cx.type_error("optional arg must be an integer"));
        }
        let n = context::ssize_arg(cx, n)?;
        let mut st = 0;
        let unit = Dec::finite(false, Coef::ONE, n.saturating_neg());
        let d = this.load().quantize(&unit, &c.settings(), &mut st);
        context::signal(cx, c, st)?;
        number::new_in(cx, c, &d)
    }
    #[py(sig = "($self, /)")]
    fn __ceil__(cx: &mut Cx, this: Num) -> PyResult<Value> {
        to_int(cx, &this.load(), Rounding::Ceiling)
    }
    #[py(sig = "($self, /)")]
    fn __floor__(cx: &mut Cx, this: Num) -> PyResult<Value> {
        to_int(cx, &this.load(), Rounding::Floor)
    }
    #[py(sig = "($self, /)")]
    fn __trunc__(cx: &mut Cx, this: Num) -> PyResult<Value> {
        to_int(cx, &this.load(), Rounding::Down)
    }
    #[py(sig = "($self, /)")]
    fn __complex__(cx: &mut Cx, this: Num) -> PyResult<Value> {
        let x = to_f64(cx, &this.load())?;
        let class = cx.types().complex.value();
        let x = cx.new_float(x);
        cx.call(class, &[x])
    }
    #[py(sig = "($self, /)")]
    fn __sizeof__(this: Num) -> usize {
        size_of::<NativeObj<Number>>() + this.extra_size()
    }
    #[py(getter)]
    fn real(this: Value) -> Value {
        this
    }
    #[py(getter)]
    fn imag(cx: &mut Cx, _this: Num) -> PyResult<Value> {
        number::new(cx, &Dec::zero(false, 0))
    }
}

/// `d` as an instance of `class`: subclasses are called.
fn of_subclass(cx: &mut Cx, class: Gc<Type>, d: &Dec) -> PyResult<Value> {
    let plain = number::new(cx, d)?;
    if class.spec.is_some() {
        return Ok(plain);
    }
    cx.call(class.value(), &[plain])
}
