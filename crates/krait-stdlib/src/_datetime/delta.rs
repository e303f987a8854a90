//! `timedelta`.

use dashu_int::IBig;
use dashu_int::ops::{Abs, DivRemEuclid};
use krait_runtime::types::{float, int};

use super::zone;
use crate::prelude::*;

/// A duration, normalised: `0 <= seconds < 86400`, `0 <= micros < 1000000`.
#[derive(Trace)]
pub struct Delta {
    pub days: i32,
    pub seconds: i32,
    pub micros: i32,
}
impl Native for Delta {
    const PY_NAME: &'static str = "datetime.timedelta";
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "timedelta",
    module: "datetime",
    doc: Some(
        "Difference between two datetime values.\n\ntimedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)\n\nAll arguments are optional and default to 0.\nArguments may be integers or floats, and may be positive or negative.",
    ),
    layout: Layout::native::<Delta>(),
    flags: flags::BASETYPE,
    defs: &[Methods::DEFS],
    init: Some(init),
    ..TypeSpec::DEFAULT
};

const SECOND: i128 = 1_000_000;
pub const DAY: i128 = 86_400 * SECOND;
const MAX_DAYS: i128 = 999_999_999;

fn init(cx: &mut Cx, class: Gc<Type>) -> PyResult<()> {
    for (name, us) in [
        ("min", -MAX_DAYS * DAY),
        ("max", MAX_DAYS * DAY + DAY - 1),
        ("resolution", 1),
    ] {
        let v = of_class(cx, class, us)?;
        let name = cx.intern(name);
        class.namespace().set_str(cx, name, v);
    }
    Ok(())
}

type This = Obj<Delta>;

impl Delta {
    pub fn total(&self) -> i128 {
        i128::from(self.days) * DAY + i128::from(self.seconds) * SECOND + i128::from(self.micros)
    }
}

pub fn as_delta(v: Value) -> Option<This> {
    NativeObj::from_value(v)
}

/// An instance of `class` of that many microseconds.
fn of_class(cx: &mut Cx, class: Gc<Type>, us: i128) -> PyResult<Value> {
    let days = us.div_euclid(DAY);
    if days.abs() > MAX_DAYS {
        return Err(if i32::try_from(days).is_ok() {
            cx.overflow_error(format!("days={days}; must have magnitude <= {MAX_DAYS}"))
        } else {
            too_large(cx)
        });
    }
    let rest = us.rem_euclid(DAY);
    let payload = Delta {
        days: days as i32,
        seconds: (rest / SECOND) as i32,
        micros: (rest % SECOND) as i32,
    };
    Ok(NativeObj::alloc(cx, class, payload).value())
}

/// A `timedelta` of that many microseconds.
pub fn new(cx: &mut Cx, us: i128) -> PyResult<Value> {
    let class = cx.native_type(&SPEC)?;
    of_class(cx, class, us)
}

fn too_large(cx: &mut Cx) -> Raised {
    cx.overflow_error("Python int too large to convert to C int")
}

fn from_big(cx: &mut Cx, us: &IBig) -> PyResult<Value> {
    match i128::try_from(us) {
        Ok(us) => new(cx, us),
        Err(_) => Err(too_large(cx)),
    }
}

/// Sum of the constructor's arguments: whole microseconds, and the fractions of floats.
#[derive(Default)]
struct Sum {
    us: i128,
    fraction: f64,
}

impl Sum {
    fn add(&mut self, cx: &mut Cx, name: &str, v: Option<Value>, factor: i128) -> PyResult<()> {
        let Some(v) = v else { return Ok(()) };
        if let Some(n) = int::as_int(v) {
            let n = i128::try_from(&n.to_ibig()).ok();
            let us = n.and_then(|n| n.checked_mul(factor)?.checked_add(self.us));
            // With room for six more.
            let us = us.filter(|us| us.unsigned_abs() < 1 << 120);
            self.us = us.ok_or_else(|| too_large(cx))?;
            return Ok(());
        }
        let Some(x) = float::as_float(v) else {
            let got = cx.type_name(v);
            return Err(cx.type_error(format!(
                "unsupported type for timedelta {name} component: {got}"
            )));
        };
        self.us += whole(cx, x)? * factor;
        let part = x.fract() * factor as f64;
        self.us += part.trunc() as i128;
        self.fraction += part.fract();
        Ok(())
    }

    /// The nearest whole number of microseconds, of two equally near ones the even.
    fn rounded(self) -> i128 {
        let nearest = self.fraction.round();
        if (nearest - self.fraction).abs() == 0.5 {
            let odd = if self.us % 2 == 0 { 0.0 } else { 1.0 };
            return self.us + (2.0 * ((self.fraction + odd) * 0.5).round() - odd) as i128;
        }
        self.us + nearest as i128
    }
}

/// The integral part of a float that is small enough for a duration.
fn whole(cx: &mut Cx, x: f64) -> PyResult<i128> {
    if x.is_nan() {
        return Err(cx.value_error("cannot convert float NaN to integer"));
    }
    if x.is_infinite() {
        return Err(cx.overflow_error("cannot convert float infinity to integer"));
    }
    if x.abs() >= 1e25 {
        Err(too_large(cx))
    } else {
        Ok(x.trunc() as i128)
    }
}

fn divide_nearest(n: &IBig, d: &IBig) -> IBig {
    let (n, d) = if *d < IBig::ZERO {
        (-n.clone(), -d.clone())
    } else {
        (n.clone(), d.clone())
    };
    let (q, r) = n.div_rem_euclid(&d);
    let twice = IBig::from(r) * 2;
    let odd = &q % 2 != 0;
    if twice > d || twice == d && odd {
        q + 1
    } else {
        q
    }
}

/// Numerator and denominator of a float.
fn ratio(cx: &mut Cx, x: f64) -> PyResult<(IBig, IBig)> {
    if x.is_nan() {
        return Err(cx.value_error("cannot convert NaN to integer ratio"));
    }
    if x.is_infinite() {
        return Err(cx.overflow_error("cannot convert Infinity to integer ratio"));
    }
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7FF) as i64;
    let mantissa = bits & ((1 << 52) - 1) | u64::from(exponent != 0) << 52;
    let shift = exponent.max(1) - 1075;
    let mut n = IBig::from(mantissa);
    let mut d = IBig::ONE;
    if shift >= 0 {
        n <<= shift as usize;
    } else {
        d <<= (-shift) as usize;
    }
    Ok((if x < 0.0 { -n } else { n }, d))
}

fn zero_division(cx: &mut Cx) -> Raised {
    cx.zero_division_error("division by zero")
}

/// Numerator and denominator of an instance of a subclass of float, which may have its own
/// `as_integer_ratio`.
fn ratio_of_subclass(cx: &mut Cx, v: Value) -> PyResult<(IBig, IBig)> {
    let pair = cx.call_method_str(v, "as_integer_ratio", &[])?;
    let Some(pair) = Gc::<Tuple>::from_value(pair) else {
        let got = cx.type_name(pair);
        return Err(cx.type_error(format!(
            "unexpected return type from as_integer_ratio(): expected tuple, not '{got}'"
        )));
    };
    let &[n, m] = pair.as_slice() else {
        return Err(cx.value_error("as_integer_ratio() must return a 2-tuple"));
    };
    match (cx.to_ibig(n), cx.to_ibig(m)) {
        (Some(a), Some(b)) if int::is_int(n) && int::is_int(m) => Ok((a, b)),
        _ => Err(cx.type_error("non-integer arguments in division")),
    }
}

/// `delta * number` or `delta / number` for floats.
fn scale(cx: &mut Cx, d: This, v: Value, x: f64, divide: bool) -> PyResult<Value> {
    let (mut n, mut m) = if float::is_exact_float(v) {
        ratio(cx, x)?
    } else {
        ratio_of_subclass(cx, v)?
    };

    if divide {
        std::mem::swap(&mut n, &mut m);
    }
    if m == IBig::ZERO {
        return Err(zero_division(cx));
    }
    let us = divide_nearest(&(IBig::from(d.total()) * n), &m);
    from_big(cx, &us)
}

fn multiply(cx: &mut Cx, d: This, v: Value) -> PyResult<Value> {
    if let Some(n) = v.as_small()
        && let Some(us) = d.total().checked_mul(n.into())
    {
        return new(cx, us);
    }
    if int::is_int(v)
        && let Some(n) = cx.to_ibig(v)
    {
        let us = IBig::from(d.total()) * n;
        return from_big(cx, &us);
    }
    match float::as_float(v) {
        Some(x) => scale(cx, d, v, x, false),
        None => Ok(Value::not_implemented()),
    }
}

/// `-1 day, 0:00:05.000007`
pub fn text(d: &Delta) -> String {
    let mut out = String::new();
    if d.days != 0 {
        out += &format!(
            "{} day{}, ",
            d.days,
            if d.days.abs() == 1 { "" } else { "s" }
        );
    }
    out += &format!(
        "{}:{:02}:{:02}",
        d.seconds / 3600,
        d.seconds / 60 % 60,
        d.seconds % 60
    );
    if d.micros != 0 {
        out += &format!(".{:06}", d.micros);
    }
    out
}

fn compare(op: CompareOp, a: This, b: Value) -> Value {
    match as_delta(b) {
        Some(b) => Value::bool(op.of(&a.total(), &b.total())),
        None => Value::not_implemented(),
    }
}

/// `(days, seconds, microseconds)`
fn state(cx: &mut Cx, d: This) -> Value {
    let n = |x: i32| Value::small(x.into());
    cx.new_tuple(&[n(d.days), n(d.seconds), n(d.micros)])
}

/// Quotient (rounded down) and remainder of two durations; `None` if one of them is none.
fn divide(cx: &mut Cx, a: Value, b: Value) -> PyResult<Option<(i128, i128)>> {
    let (Some(a), Some(b)) = (as_delta(a), as_delta(b)) else {
        return Ok(None);
    };
    let (a, b) = (a.total(), b.total());
    if b == 0 {
        return Err(zero_division(cx));
    }
    let (q, r) = (a / b, a % b);
    Ok(Some(if r != 0 && (r < 0) != (b < 0) {
        (q - 1, r + b)
    } else {
        (q, r)
    }))
}

/// A reflected operation, which is one of two time differences.
fn swapped(
    cx: &mut Cx,
    operation: fn(&mut Cx, This, Value) -> PyResult<Value>,
    left: Value,
    right: This,
) -> PyResult<Value> {
    match as_delta(left) {
        Some(left) => operation(cx, left, right.value()),
        None => Ok(Value::not_implemented()),
    }
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(
        new,
        sig = "($type, days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)",
        hide_sig
    )]
    #[expect(clippy::too_many_arguments, reason = "the signature is CPython's")]
    fn __new__(
        cx: &mut Cx,
        class: Value,
        days: Option<Value>,
        seconds: Option<Value>,
        microseconds: Option<Value>,
        milliseconds: Option<Value>,
        minutes: Option<Value>,
        hours: Option<Value>,
        weeks: Option<Value>,
    ) -> PyResult<Value> {
        let mut sum = Sum::default();
        sum.add(cx, "microseconds", microseconds, 1)?;
        sum.add(cx, "milliseconds", milliseconds, 1000)?;
        sum.add(cx, "seconds", seconds, SECOND)?;
        sum.add(cx, "minutes", minutes, 60 * SECOND)?;
        sum.add(cx, "hours", hours, 3600 * SECOND)?;
        sum.add(cx, "days", days, DAY)?;
        sum.add(cx, "weeks", weeks, 7 * DAY)?;
        of_class(cx, Gc::from_value_unchecked(class), sum.rounded())
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: This) -> String {
        let mut parts = Vec::new();
        for (name, n) in [
            ("days", this.days),
            ("seconds", this.seconds),
            ("microseconds", this.micros),
        ] {
            if n != 0 {
                parts.push(format!("{name}={n}"));
            }
        }
        let inside = if parts.is_empty() {
            "0".to_owned()
        } else {
            parts.join(", ")
        };
        format!("{}({inside})", cx.type_name(this.value()))
    }
    #[py]
    fn __str__(this: This) -> String {
        text(&this)
    }
    #[py]
    fn __hash__(cx: &mut Cx, this: This) -> PyResult<i64> {
        let state = state(cx, this);
        cx.hash(state)
    }
    #[py]
    fn __bool__(this: This) -> bool {
        this.total() != 0
    }
    #[py(compare)]
    fn compare(this: This, value: Value, op: CompareOp) -> Value {
        compare(op, this, value)
    }
    #[py]
    fn __add__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        match as_delta(value) {
            Some(d) => new(cx, this.total() + d.total()),
            None => Ok(Value::not_implemented()),
        }
    }
    #[py]
    fn __radd__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        Methods::__add__(cx, this, value)
    }
    #[py]
    fn __sub__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        match as_delta(value) {
            Some(d) => new(cx, this.total() - d.total()),
            None => Ok(Value::not_implemented()),
        }
    }
    #[py]
    fn __rsub__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        match as_delta(value) {
            Some(d) => new(cx, d.total() - this.total()),
            None => Ok(Value::not_implemented()),
        }
    }
    #[py]
    fn __mul__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        multiply(cx, this, value)
    }
    #[py]
    fn __rmul__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        multiply(cx, this, value)
    }
    #[py]
    fn __truediv__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        if let Some(d) = as_delta(value) {
            let (a, b) = (cx.new_i128(this.total()), cx.new_i128(d.total()));
            return cx.binary(Special::TrueDiv, a, b);
        }
        if let Some(x) = float::as_float(value) {
            return scale(cx, this, value, x, true);
        }
        let Some(n) = (if int::is_int(value) {
            cx.to_ibig(value)
        } else {
            None
        }) else {
            return Ok(Value::not_implemented());
        };
        if n == IBig::ZERO {
            return Err(zero_division(cx));
        }
        let us = divide_nearest(&IBig::from(this.total()), &n);
        from_big(cx, &us)
    }
    #[py]
    fn __floordiv__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        if let Some((q, _)) = divide(cx, this.value(), value)? {
            return Ok(cx.new_i128(q));
        }
        let Some(n) = (if int::is_int(value) {
            cx.to_ibig(value)
        } else {
            None
        }) else {
            return Ok(Value::not_implemented());
        };
        if n == IBig::ZERO {
            return Err(zero_division(cx));
        }
        let (total, size) = (IBig::from(this.total()), n.clone().abs());
        let signed = if n < IBig::ZERO { -total } else { total };
        let (q, _) = signed.div_rem_euclid(size);
        from_big(cx, &q)
    }
    #[py]
    fn __mod__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        match divide(cx, this.value(), value)? {
            Some((_, r)) => new(cx, r),
            None => Ok(Value::not_implemented()),
        }
    }
    #[py]
    fn __divmod__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        let Some((q, r)) = divide(cx, this.value(), value)? else {
            return Ok(Value::not_implemented());
        };
        let pair = [cx.new_i128(q), new(cx, r)?];
        Ok(cx.new_tuple(&pair))
    }
    #[py]
    fn __rtruediv__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        swapped(cx, Methods::__truediv__, value, this)
    }
    #[py]
    fn __rfloordiv__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        swapped(cx, Methods::__floordiv__, value, this)
    }
    #[py]
    fn __rmod__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        swapped(cx, Methods::__mod__, value, this)
    }
    #[py]
    fn __rdivmod__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        swapped(cx, Methods::__divmod__, value, this)
    }
    #[py]
    fn __neg__(cx: &mut Cx, this: This) -> PyResult<Value> {
        new(cx, -this.total())
    }
    #[py]
    fn __pos__(cx: &mut Cx, this: This) -> PyResult<Value> {
        new(cx, this.total())
    }
    #[py]
    fn __abs__(cx: &mut Cx, this: This) -> PyResult<Value> {
        new(cx, this.total().abs())
    }
    /// Total seconds in the duration.
    #[py(sig = "($self, /)")]
    fn total_seconds(cx: &mut Cx, this: This) -> PyResult<Value> {
        seconds_of(cx, this.total())
    }
    /// __reduce__() -> (cls, state)
    #[py(sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: This) -> Value {
        let state = state(cx, this);
        let class = cx.type_of(this.value()).value();
        cx.new_tuple(&[class, state])
    }
    /// Number of days.
    #[py(getter, member)]
    fn days(this: This) -> i32 {
        this.days
    }
    /// Number of seconds (>= 0 and less than 1 day).
    #[py(getter, member)]
    fn seconds(this: This) -> i32 {
        this.seconds
    }
    /// Number of microseconds (>= 0 and less than 1 second).
    #[py(getter, member)]
    fn microseconds(this: This) -> i32 {
        this.micros
    }
}

/// Microseconds as a float number of seconds, correctly rounded.
pub fn seconds_of(cx: &mut Cx, us: i128) -> PyResult<Value> {
    let us = cx.new_i128(us);
    cx.binary(Special::TrueDiv, us, Value::small(1_000_000))
}

/// An offset from UTC, checked: strictly less than a day.
pub fn check_offset(cx: &mut Cx, v: Value, us: i128) -> PyResult<i128> {
    if us.abs() < DAY {
        return Ok(us);
    }
    Err(zone::bad_offset(cx, v))
}
