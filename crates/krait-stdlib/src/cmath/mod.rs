//! `cmath`: functions of complex numbers, with the branch cuts of the C standard.

mod functions;
mod special;

use krait_runtime::types::complex::{Complex64, from_number};

use crate::math::{domain_error, range_error};
use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "cmath",
    doc: Some("This module provides access to mathematical functions for complex\nnumbers."),
    functions: &[Elementary::DEFS, Functions::DEFS],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    crate::math::add_constants(cx, m);
    for (name, im) in [("infj", f64::INFINITY), ("nanj", f64::NAN)] {
        let v = cx.new_complex(0.0, im);
        m.set(cx, name, v);
    }
    Ok(())
}

/// Why a function has no value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Problem {
    Domain,
    Range,
}

type Outcome = Result<Complex64, Problem>;

fn value(cx: &mut Cx, outcome: Outcome) -> PyResult<Value> {
    match outcome {
        Ok(z) => Ok(cx.new_complex(z.re, z.im)),
        Err(e) => Err(raised(cx, e)),
    }
}

#[cold]
fn raised(cx: &mut Cx, problem: Problem) -> Raised {
    match problem {
        Problem::Domain => domain_error(cx),
        Problem::Range => range_error(cx),
    }
}

fn complex_arg(cx: &mut Cx, v: Value) -> PyResult<Complex64> {
    match from_number(cx, v)? {
        Some(z) => Ok(z),
        None => {
            let got = cx.type_name(v);
            Err(cx.type_error(format!("must be real number, not {got}")))
        }
    }
}

macro_rules! elementary {
    ($($name:ident $doc:literal)*) => {
        struct Elementary;
        #[pyfunctions]
        impl Elementary {
            $(
                #[py(sig = "($module, z, /)", doc = $doc)]
                fn $name(cx: &mut Cx, z: Value) -> PyResult<Value> {
                    let z = complex_arg(cx, z)?;
                    value(cx, functions::$name(z))
                }
            )*
        }
    };
}

elementary! {
    acos "Return the arc cosine of z."
    acosh "Return the inverse hyperbolic cosine of z."
    asin "Return the arc sine of z."
    asinh "Return the inverse hyperbolic sine of z."
    atan "Return the arc tangent of z."
    atanh "Return the inverse hyperbolic tangent of z."
    cos "Return the cosine of z."
    cosh "Return the hyperbolic cosine of z."
    exp "Return the exponential value e**z."
    log10 "Return the base-10 logarithm of z."
    sin "Return the sine of z."
    sinh "Return the hyperbolic sine of z."
    sqrt "Return the square root of z."
    tan "Return the tangent of z."
    tanh "Return the hyperbolic tangent of z."
}

fn magnitude(z: Complex64) -> f64 {
    z.re.hypot(z.im)
}

fn is_infinite(z: Complex64) -> bool {
    z.re.is_infinite() || z.im.is_infinite()
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// log(z[, base]) -> the logarithm of z to the given base.
    ///
    /// If the base is not specified, returns the natural logarithm (base e)
    /// of z.
    #[py(sig = "($module, z, base=<unrepresentable>, /)")]
    fn log(cx: &mut Cx, z: Value, base: Option<Value>) -> PyResult<Value> {
        let z = complex_arg(cx, z)?;
        let base = match base {
            Some(b) => Some(complex_arg(cx, b)?),
            None => None,
        };
        let log = functions::log(z);
        let Some(base) = base else {
            return value(cx, log);
        };
        // Only the base's logarithm may not be missing.
        let log = log.unwrap_or(Complex64 {
            re: f64::NEG_INFINITY,
            im: z.im.atan2(z.re),
        });
        let quotient = functions::log(base);
        value(
            cx,
            quotient.and_then(|b| log.over(b).ok_or(Problem::Domain)),
        )
    }
    /// Return argument, also known as the phase angle, of a complex.
    #[py(sig = "($module, z, /)")]
    fn phase(cx: &mut Cx, z: Value) -> PyResult<f64> {
        let z = complex_arg(cx, z)?;
        Ok(z.im.atan2(z.re))
    }
    /// Convert a complex from rectangular coordinates to polar coordinates.
    ///
    /// r is the distance from 0 and phi the phase angle.
    #[py(sig = "($module, z, /)")]
    fn polar(cx: &mut Cx, z: Value) -> PyResult<Value> {
        let z = complex_arg(cx, z)?;
        let r = magnitude(z);
        if r.is_infinite() && !is_infinite(z) {
            return Err(range_error(cx));
        }
        let r = cx.new_float(r);
        let phi = cx.new_float(z.im.atan2(z.re));
        Ok(cx.new_tuple(&[r, phi]))
    }
    /// Convert from polar coordinates to rectangular coordinates.
    #[py(sig = "($module, r, phi, /)")]
    fn rect(cx: &mut Cx, r: f64, phi: f64) -> PyResult<Value> {
        value(cx, functions::rect(r, phi))
    }
    /// Return True if both the real and imaginary parts of z are finite, else False.
    #[py(sig = "($module, z, /)")]
    fn isfinite(cx: &mut Cx, z: Value) -> PyResult<bool> {
        let z = complex_arg(cx, z)?;
        Ok(z.re.is_finite() && z.im.is_finite())
    }
    /// Checks if the real or imaginary part of z not a number (NaN).
    #[py(sig = "($module, z, /)")]
    fn isnan(cx: &mut Cx, z: Value) -> PyResult<bool> {
        let z = complex_arg(cx, z)?;
        Ok(z.re.is_nan() || z.im.is_nan())
    }
    /// Checks if the real or imaginary part of z is infinite.
    #[py(sig = "($module, z, /)")]
    fn isinf(cx: &mut Cx, z: Value) -> PyResult<bool> {
        complex_arg(cx, z).map(is_infinite)
    }
    /// Determine whether two complex numbers are close in value.
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
    /// For the values to be considered close, the difference between them must
    /// be smaller than at least one of the tolerances.
    ///
    /// -inf, inf and NaN behave similarly to the IEEE 754 Standard.  That is,
    /// NaN is not close to anything, even itself. inf and -inf are only close
    /// to themselves.
    #[py(sig = "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(
        cx: &mut Cx,
        a: Value,
        b: Value,
        rel_tol: Option<f64>,
        abs_tol: Option<f64>,
    ) -> PyResult<bool> {
        let (a, b) = (complex_arg(cx, a)?, complex_arg(cx, b)?);
        let (rel_tol, abs_tol) = (rel_tol.unwrap_or(1e-9), abs_tol.unwrap_or(0.0));
        if rel_tol < 0.0 || abs_tol < 0.0 {
            return Err(cx.value_error("tolerances must be non-negative"));
        }
        if a == b {
            return Ok(true);
        }
        if is_infinite(a) || is_infinite(b) {
            return Ok(false);
        }
        let distance = (a.re - b.re).hypot(a.im - b.im);
        Ok(distance <= rel_tol * magnitude(b)
            || distance <= rel_tol * magnitude(a)
            || distance <= abs_tol)
    }
}
