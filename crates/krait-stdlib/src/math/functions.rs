//! Functions of doubles.

use krait_runtime::types::float::as_float;
use krait_runtime::types::int::{Int, as_int, bit_length, int_from_f64};

use super::{domain_error, libm, range_error, shown};
use crate::prelude::*;

/// `f(x)`; `domain` says which arguments are in the domain, `message` what is expected else. NaN is never an error.
#[inline]
fn checked(
    cx: &mut Cx,
    x: f64,
    f: fn(f64) -> f64,
    can_overflow: bool,
    domain: fn(f64) -> bool,
    message: &str,
) -> PyResult<Value> {
    if !x.is_nan() && !domain(x) {
        return Err(cx.value_error(format!("expected {message}, got {}", shown(x))));
    }
    let r = f(x);
    if can_overflow && r.is_infinite() && x.is_finite() {
        return Err(range_error(cx));
    }
    Ok(cx.new_float(r))
}

macro_rules! unary {
    ($($name:ident $doc:literal $f:expr, $overflow:literal, $domain:expr, $message:literal;)*) => {
        pub struct Unary;
        #[pyfunctions]
        impl Unary {
            $(
                #[py(doc = $doc)]
                fn $name(cx: &mut Cx, x: f64) -> PyResult<Value> {
                    checked(cx, x, $f, $overflow, $domain, $message)
                }
            )*
        }
    };
}

fn any(_: f64) -> bool {
    true
}

/// Where gamma and its logarithm have no pole.
fn no_pole(x: f64) -> bool {
    x == f64::INFINITY || !(x.is_infinite() || (x <= 0.0 && x.floor() == x))
}

fn no_pole_or_infinite(x: f64) -> bool {
    x.is_infinite() || no_pole(x)
}

unary! {
    acos "Return the arc cosine (measured in radians) of x.\n\nThe result is between 0 and pi." f64::acos, false, |x| x.abs() <= 1.0, "a number in range from -1 up to 1";
    acosh "Return the inverse hyperbolic cosine of x." libm::acosh, false, |x| x >= 1.0, "argument value not less than 1";
    asin "Return the arc sine (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2." f64::asin, false, |x| x.abs() <= 1.0, "a number in range from -1 up to 1";
    asinh "Return the inverse hyperbolic sine of x." libm::asinh, false, any, "";
    atan "Return the arc tangent (measured in radians) of x.\n\nThe result is between -pi/2 and pi/2." f64::atan, false, any, "";
    atanh "Return the inverse hyperbolic tangent of x." libm::atanh, false, |x| x.abs() < 1.0, "a number between -1 and 1";
    cbrt "Return the cube root of x." f64::cbrt, false, any, "";
    cos "Return the cosine of x (measured in radians)." f64::cos, false, f64::is_finite, "a finite input";
    cosh "Return the hyperbolic cosine of x." f64::cosh, true, any, "";
    erf "Error function at x." libm::erf, false, any, "";
    erfc "Complementary error function at x." libm::erfc, false, any, "";
    exp "Return e raised to the power of x." f64::exp, true, any, "";
    exp2 "Return 2 raised to the power of x." libm::exp2, true, any, "";
    expm1 "Return exp(x)-1.\n\nThis function avoids the loss of precision involved in the direct evaluation of exp(x)-1 for small x." f64::exp_m1, true, any, "";
    fabs "Return the absolute value of the float x." f64::abs, false, any, "";
    gamma "Gamma function at x." libm::tgamma, true, no_pole, "a noninteger or positive integer";
    lgamma "Natural logarithm of absolute value of Gamma function at x." libm::lgamma, true, no_pole_or_infinite, "a noninteger or positive integer";
    log1p "Return the natural logarithm of 1+x (base e).\n\nThe result is computed in a way which is accurate for x near zero." f64::ln_1p, false, |x| x > -1.0, "argument value > -1";
    sin "Return the sine of x (measured in radians)." f64::sin, false, f64::is_finite, "a finite input";
    sinh "Return the hyperbolic sine of x." f64::sinh, true, any, "";
    sqrt "Return the square root of x." f64::sqrt, false, |x| x >= 0.0, "a nonnegative input";
    tan "Return the tangent of x (measured in radians)." f64::tan, false, f64::is_finite, "a finite input";
    tanh "Return the hyperbolic tangent of x." f64::tanh, false, any, "";
    degrees "Convert angle x from radians to degrees." |x| x * (180.0 / std::f64::consts::PI), false, any, "";
    radians "Convert angle x from degrees to radians." |x| x * (std::f64::consts::PI / 180.0), false, any, "";
}

/// Mantissa in [0.5, 1) and exponent of a positive big int, rounded half to even.
fn frexp_big(limbs: &[u64], bits: u64) -> (f64, f64) {
    let top = limbs.len() - 1;
    let shift = limbs[top].leading_zeros();
    let mut m = limbs[top] << shift;
    if shift != 0 && top > 0 {
        m |= limbs[top - 1] >> (64 - shift);
    }
    // What was cut off only matters if it breaks a tie.
    let rest =
        top > 0 && ((limbs[top - 1] << shift) != 0 || limbs[..top - 1].iter().any(|&l| l != 0));
    (libm::ldexp((m | u64::from(rest)) as f64, -64), bits as f64)
}

/// A logarithm of any real number, ints beyond the range of doubles included.
fn log_of(cx: &mut Cx, v: Value, f: fn(f64) -> f64) -> PyResult<f64> {
    if let Some(n) = as_int(v) {
        if n.is_negative() || n.is_zero() {
            return Err(cx.value_error("expected a positive input"));
        }
        if let Int::Big(b) = n {
            let bits = bit_length(n);
            if bits > 1023 {
                let (m, e) = frexp_big(b.limbs(), bits);
                return Ok(f(m) + f(2.0) * e);
            }
        }
    }
    let x = cx.as_f64(v)?;
    if x <= 0.0 {
        return Err(cx.value_error(format!("expected a positive input, got {}", shown(x))));
    }
    Ok(f(x))
}

/// The result of a C99 function of two arguments: NaN out of numbers is a domain error, infinity out of finite ones
/// a range error.
fn binary_result(cx: &mut Cx, x: f64, y: f64, r: f64) -> PyResult<Value> {
    if r.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain_error(cx));
    }
    if r.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(range_error(cx));
    }
    Ok(cx.new_float(r))
}

/// `x.__floor__()` and its like, for what is no float.
fn rounded(cx: &mut Cx, v: Value, special: Special, f: fn(f64) -> f64) -> PyResult<Value> {
    let exact = as_float(v).is_some() && cx.type_of(v) == cx.types().float;
    if !exact && let Some(r) = cx.call_special(v, special, &[])? {
        return Ok(r);
    }
    let x = cx.as_f64(v)?;
    int_from_f64(cx, f(x))
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Return the arc tangent (measured in radians) of y/x.
    ///
    /// Unlike atan(y/x), the signs of both x and y are considered.
    #[py]
    fn atan2(y: f64, x: f64) -> f64 {
        y.atan2(x)
    }
    /// Return the ceiling of x as an Integral.
    ///
    /// This is the smallest integer >= x.
    #[py]
    fn ceil(cx: &mut Cx, x: Value) -> PyResult<Value> {
        rounded(cx, x, Special::Ceil, f64::ceil)
    }
    /// Return the floor of x as an Integral.
    ///
    /// This is the largest integer <= x.
    #[py]
    fn floor(cx: &mut Cx, x: Value) -> PyResult<Value> {
        rounded(cx, x, Special::Floor, f64::floor)
    }
    /// Truncates the Real x to the nearest Integral toward 0.
    ///
    /// Uses the __trunc__ magic method.
    #[py]
    fn trunc(cx: &mut Cx, x: Value) -> PyResult<Value> {
        match cx.call_special(x, Special::Trunc, &[])? {
            Some(v) => Ok(v),
            None => {
                let name = cx.type_name(x);
                Err(cx.type_error(format!("type {name} doesn't define __trunc__ method")))
            }
        }
    }
    /// Return a float with the magnitude (absolute value) of x but the sign of y.
    ///
    /// On platforms that support signed zeros, copysign(1.0, -0.0)
    /// returns -1.0.
    #[py]
    fn copysign(x: f64, y: f64) -> f64 {
        x.copysign(y)
    }
    /// Return fmod(x, y), according to platform C.
    ///
    /// x % y may differ.
    #[py]
    fn fmod(cx: &mut Cx, x: f64, y: f64) -> PyResult<Value> {
        if y.is_infinite() && x.is_finite() {
            return Ok(cx.new_float(x));
        }
        let r = x % y;
        if r.is_nan() && !x.is_nan() && !y.is_nan() {
            return Err(domain_error(cx));
        }
        Ok(cx.new_float(r))
    }
    /// Difference between x and the closest integer multiple of y.
    ///
    /// Return x - n*y where n*y is the closest integer multiple of y.
    /// In the case where x is exactly halfway between two multiples of
    /// y, the nearest even value of n is used. The result is always exact.
    #[py]
    fn remainder(cx: &mut Cx, x: f64, y: f64) -> PyResult<Value> {
        binary_result(cx, x, y, libm::remainder(x, y))
    }
    /// Return x**y (x to the power of y).
    #[py]
    fn pow(cx: &mut Cx, x: f64, y: f64) -> PyResult<Value> {
        if x == 0.0 && y < 0.0 && y.is_finite() {
            return Err(domain_error(cx));
        }
        binary_result(cx, x, y, x.powf(y))
    }
    /// Fused multiply-add operation.
    ///
    /// Compute (x * y) + z with a single round.
    #[py]
    fn fma(cx: &mut Cx, x: f64, y: f64, z: f64) -> PyResult<Value> {
        let r = x.mul_add(y, z);
        if r.is_nan() && !x.is_nan() && !y.is_nan() && !z.is_nan() {
            return Err(cx.value_error("invalid operation in fma"));
        }
        if r.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
            return Err(cx.overflow_error("overflow in fma"));
        }
        Ok(cx.new_float(r))
    }
    /// Return the mantissa and exponent of x, as pair (m, e).
    ///
    /// m is a float and e is an int, such that x = m * 2.**e.
    /// If x is 0, m and e are both 0.  Else 0.5 <= abs(m) < 1.0.
    #[py]
    fn frexp(cx: &mut Cx, x: f64) -> Value {
        let (m, e) = libm::frexp(x);
        let m = cx.new_float(m);
        cx.new_tuple(&[m, Value::small(e as i64)])
    }
    /// Return x * (2**i).
    ///
    /// This is essentially the inverse of frexp().
    #[py]
    fn ldexp(cx: &mut Cx, x: f64, i: Value) -> PyResult<Value> {
        let Some(n) = as_int(i) else {
            return Err(cx.type_error("Expected an int as second argument to ldexp."));
        };
        let e = match n.to_i64() {
            Some(e) => e.clamp(i32::MIN as i64, i32::MAX as i64) as i32,
            None if n.is_negative() => i32::MIN,
            None => i32::MAX,
        };
        let r = libm::ldexp(x, e);
        if r.is_infinite() && x.is_finite() {
            return Err(range_error(cx));
        }
        Ok(cx.new_float(r))
    }
    /// Return the fractional and integer parts of x.
    ///
    /// Both results carry the sign of x and are floats.
    #[py]
    fn modf(cx: &mut Cx, x: f64) -> Value {
        let whole = x.trunc();
        let part = if x.is_infinite() {
            0f64.copysign(x)
        } else {
            (x - whole).copysign(x)
        };
        let (part, whole) = (cx.new_float(part), cx.new_float(whole));
        cx.new_tuple(&[part, whole])
    }
    /// log(x, [base=math.e])
    /// Return the logarithm of x to the given base.
    ///
    /// If the base is not specified, returns the natural logarithm (base e) of x.
    #[py(sig = "($module, x, base=None, /)", hide_sig)]
    fn log(cx: &mut Cx, x: Value, base: Option<Value>) -> PyResult<f64> {
        let n = log_of(cx, x, f64::ln)?;
        let Some(base) = base else { return Ok(n) };
        let d = log_of(cx, base, f64::ln)?;
        if d == 0.0 {
            Err(cx.zero_division_error("division by zero"))
        } else {
            Ok(n / d)
        }
    }
    /// Return the base 2 logarithm of x.
    #[py]
    fn log2(cx: &mut Cx, x: Value) -> PyResult<f64> {
        log_of(cx, x, f64::log2)
    }
    /// Return the base 10 logarithm of x.
    #[py]
    fn log10(cx: &mut Cx, x: Value) -> PyResult<f64> {
        log_of(cx, x, f64::log10)
    }
    /// Return True if x is neither an infinity nor a NaN, and False otherwise.
    #[py]
    fn isfinite(x: f64) -> bool {
        x.is_finite()
    }
    /// Return True if x is a positive or negative infinity, and False otherwise.
    #[py]
    fn isinf(x: f64) -> bool {
        x.is_infinite()
    }
    /// Return True if x is a NaN (not a number), and False otherwise.
    #[py]
    fn isnan(x: f64) -> bool {
        x.is_nan()
    }
    /// Determine whether two floating-point numbers are close in value.
    ///
    ///   rel_tol
    ///     maximum difference for being considered "close", relative to the
    ///     magnitude of the input values
    ///   abs_tol
    ///     maximum difference for being considered "close", regardless of the
    ///     magnitude of the input values
    ///
    /// Return True if a is close in value to b, and False otherwise.
    ///
    /// For the values to be considered close, the difference between them
    /// must be smaller than at least one of the tolerances.
    #[py(sig = "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(
        cx: &mut Cx,
        a: f64,
        b: f64,
        rel_tol: Option<f64>,
        abs_tol: Option<f64>,
    ) -> PyResult<bool> {
        let (relative, absolute) = (rel_tol.unwrap_or(1e-9), abs_tol.unwrap_or(0.0));
        if relative < 0.0 || absolute < 0.0 {
            return Err(cx.value_error("tolerances must be non-negative"));
        }
        if a == b {
            return Ok(true);
        }
        if a.is_infinite() || b.is_infinite() {
            return Ok(false);
        }
        let difference = (b - a).abs();
        Ok(difference <= (relative * b).abs()
            || difference <= (relative * a).abs()
            || difference <= absolute)
    }
    /// Return the floating-point value the given number of steps after x towards y.
    ///
    /// If steps is not specified or is None, it defaults to 1.
    ///
    /// Raises a TypeError, if x or y is not a double, or if steps is not an integer.
    /// Raises ValueError if steps is negative.
    #[py(sig = "($module, x, y, /, *, steps=None)")]
    fn nextafter(cx: &mut Cx, x: f64, y: f64, steps: Option<Value>) -> PyResult<Value> {
        let Some(steps) = steps.filter(|s| !s.is_none()) else {
            return Ok(cx.new_float(libm::nextafter(x, y)));
        };
        let n = cx.index_int(steps)?;
        if n.is_negative() {
            return Err(cx.value_error("steps must be a non-negative integer"));
        }
        let n = n.to_i64().map_or(u64::MAX, |n| n as u64);
        let r = step_towards(x, y, n);
        Ok(cx.new_float(r))
    }
    /// Return the value of the least significant bit of the float x.
    #[py]
    fn ulp(x: f64) -> f64 {
        if x.is_nan() {
            return x;
        }
        let x = x.abs();
        if x.is_infinite() {
            return x;
        }
        let next = libm::nextafter(x, f64::INFINITY);
        if next.is_infinite() {
            x - libm::nextafter(x, f64::NEG_INFINITY)
        } else {
            next - x
        }
    }
}

/// The double `n` steps from `x` towards `y`.
fn step_towards(x: f64, y: f64, n: u64) -> f64 {
    if n == 0 || x.is_nan() {
        return x;
    }
    if y.is_nan() {
        return y;
    }
    if x == y {
        return y;
    }
    // Doubles of one sign are ordered like their bits.
    let place = |d: f64| {
        let magnitude = (d.to_bits() & (u64::MAX >> 1)) as i128;
        if d.is_sign_negative() {
            -magnitude
        } else {
            magnitude
        }
    };
    let (from, to) = (place(x), place(y));
    let distance = (to - from).unsigned_abs();
    if n as u128 >= distance {
        return y;
    }
    let at = if to > from {
        from + n as i128
    } else {
        from - n as i128
    };
    let d = f64::from_bits(at.unsigned_abs() as u64);
    if at < 0 || (at == 0 && from < 0) {
        -d
    } else {
        d
    }
}
