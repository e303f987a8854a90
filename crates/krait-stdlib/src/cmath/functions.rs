//! The functions on finite arguments.
//!
//! The inverse functions follow W. Kahan, "Branch cuts for complex elementary functions", in The
//! State of the Art in Numerical Analysis (1987): the real functions take care of signed zeros, and
//! large arguments are scaled so that nothing overflows on the way.

use std::f64::consts::{E, FRAC_PI_2, LN_2, LN_10};

use super::special;
use super::{Complex64, Outcome, Problem};
use crate::math::libm;

/// Above this, a square or a sum may overflow.
const LARGE: f64 = f64::MAX / 4.0;
const MANTISSA_BITS: i32 = f64::MANTISSA_DIGITS as i32;

/// `sqrt(LARGE)`
fn sqrt_large() -> f64 {
    LARGE.sqrt()
}

/// `ln(LARGE)`: above this, `exp` and `cosh` may overflow.
fn log_large() -> f64 {
    LARGE.ln()
}

fn z(re: f64, im: f64) -> Complex64 {
    Complex64 { re, im }
}

fn is_finite(a: Complex64) -> bool {
    a.re.is_finite() && a.im.is_finite()
}

fn is_large(a: Complex64) -> bool {
    a.re.abs() > LARGE || a.im.abs() > LARGE
}

/// `ln(2 |a|)`, for large numbers.
fn log_twice(a: Complex64) -> f64 {
    (a.re / 2.0).hypot(a.im / 2.0).ln() + LN_2 * 2.0
}

/// A result that overflowed is a range error.
fn in_range(a: Complex64) -> Outcome {
    if a.re.is_infinite() || a.im.is_infinite() {
        Err(Problem::Range)
    } else {
        Ok(a)
    }
}

/// `-i f(i a)`: how the circular functions follow from the hyperbolic ones.
fn turned(a: Complex64, f: fn(Complex64) -> Outcome) -> Outcome {
    let r = f(z(-a.im, a.re))?;
    Ok(z(r.im, -r.re))
}

fn root(a: Complex64) -> Complex64 {
    if !is_finite(a) {
        return special::sqrt(a);
    }
    if a.re == 0.0 && a.im == 0.0 {
        return z(0.0, a.im);
    }
    let (x, y) = (a.re.abs(), a.im.abs());
    let s = if x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE {
        // Both subnormal: with all bits of the mantissa, then back.
        let up = 2 * (MANTISSA_BITS / 2) + 1;
        let down = -(up + 1) / 2;
        let x = libm::ldexp(x, up);
        libm::ldexp((x + x.hypot(libm::ldexp(y, up))).sqrt(), down)
    } else {
        let x = x / 8.0;
        2.0 * (x + x.hypot(y / 8.0)).sqrt()
    };
    let d = y / (2.0 * s);
    if a.re >= 0.0 {
        z(s, d.copysign(a.im))
    } else {
        z(d, s.copysign(a.im))
    }
}

pub fn sqrt(a: Complex64) -> Outcome {
    Ok(root(a))
}

pub fn acos(a: Complex64) -> Outcome {
    if !is_finite(a) {
        return Ok(special::acos(a));
    }
    if is_large(a) {
        let im = log_twice(a);
        let re = a.im.abs().atan2(a.re);
        return Ok(z(re, im.copysign(-a.im)));
    }
    let s1 = root(z(1.0 - a.re, -a.im));
    let s2 = root(z(1.0 + a.re, a.im));
    Ok(z(
        2.0 * s1.re.atan2(s2.re),
        libm::asinh(s2.re * s1.im - s2.im * s1.re),
    ))
}

pub fn acosh(a: Complex64) -> Outcome {
    if !is_finite(a) {
        return Ok(special::acosh(a));
    }
    if is_large(a) {
        return Ok(z(log_twice(a), a.im.atan2(a.re)));
    }
    let s1 = root(z(a.re - 1.0, a.im));
    let s2 = root(z(a.re + 1.0, a.im));
    Ok(z(
        libm::asinh(s1.re * s2.re + s1.im * s2.im),
        2.0 * s1.im.atan2(s2.re),
    ))
}

pub fn asin(a: Complex64) -> Outcome {
    turned(a, asinh)
}

pub fn asinh(a: Complex64) -> Outcome {
    if !is_finite(a) {
        return Ok(special::asinh(a));
    }
    if is_large(a) {
        return Ok(z(log_twice(a).copysign(a.re), a.im.atan2(a.re.abs())));
    }
    let s1 = root(z(1.0 + a.im, -a.re));
    let s2 = root(z(1.0 - a.im, a.re));
    Ok(z(
        libm::asinh(s1.re * s2.im - s2.re * s1.im),
        a.im.atan2(s1.re * s2.re - s1.im * s2.im),
    ))
}

pub fn atan(a: Complex64) -> Outcome {
    turned(a, atanh)
}

pub fn atanh(a: Complex64) -> Outcome {
    if !is_finite(a) {
        return Ok(special::atanh(a));
    }
    if a.re.is_sign_negative() {
        let r = atanh(z(-a.re, -a.im))?;
        return Ok(z(-r.re, -r.im));
    }
    let y = a.im.abs();
    if a.re > sqrt_large() || y > sqrt_large() {
        let h = (a.re / 2.0).hypot(a.im / 2.0);
        // The sign of a zero imaginary part counts as that of the upper edge of the cut.
        return Ok(z(a.re / 4.0 / h / h, -FRAC_PI_2.copysign(-a.im)));
    }
    if a.re == 1.0 && y < f64::MIN_POSITIVE.sqrt() {
        if y == 0.0 {
            return Err(Problem::Domain);
        }
        return Ok(z(
            -(y.sqrt() / y.hypot(2.0).sqrt()).ln(),
            (2f64.atan2(-y) / 2.0).copysign(a.im),
        ));
    }
    Ok(z(
        (4.0 * a.re / ((1.0 - a.re) * (1.0 - a.re) + y * y)).ln_1p() / 4.0,
        -(-2.0 * a.im).atan2((1.0 - a.re) * (1.0 + a.re) - y * y) / 2.0,
    ))
}

pub fn cos(a: Complex64) -> Outcome {
    cosh(z(-a.im, a.re))
}

pub fn cosh(a: Complex64) -> Outcome {
    if !is_finite(a) {
        return special::cosh(a);
    }
    in_range(if a.re.abs() > log_large() {
        let less = a.re - 1f64.copysign(a.re);
        z(a.im.cos() * less.cosh() * E, a.im.sin() * less.sinh() * E)
    } else {
        z(a.im.cos() * a.re.cosh(), a.im.sin() * a.re.sinh())
    })
}

pub fn exp(a: Complex64) -> Outcome {
    if !is_finite(a) {
        return special::exp(a);
    }
    in_range(if a.re > log_large() {
        let l = (a.re - 1.0).exp();
        z(l * a.im.cos() * E, l * a.im.sin() * E)
    } else {
        let l = a.re.exp();
        z(l * a.im.cos(), l * a.im.sin())
    })
}

pub fn log(a: Complex64) -> Outcome {
    if !is_finite(a) {
        return Ok(special::log(a));
    }
    let (x, y) = (a.re.abs(), a.im.abs());
    let re = if is_large(a) {
        (x / 2.0).hypot(y / 2.0).ln() + LN_2
    } else if x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE {
        if x == 0.0 && y == 0.0 {
            return Err(Problem::Domain);
        }
        let scaled = |v| libm::ldexp(v, MANTISSA_BITS);
        scaled(x).hypot(scaled(y)).ln() - f64::from(MANTISSA_BITS) * LN_2
    } else {
        let h = x.hypot(y);
        if (0.71..=1.73).contains(&h) {
            // Near 1 the logarithm of h would lose most bits.
            let (more, less) = if x > y { (x, y) } else { (y, x) };
            ((more - 1.0) * (more + 1.0) + less * less).ln_1p() / 2.0
        } else {
            h.ln()
        }
    };
    Ok(z(re, a.im.atan2(a.re)))
}

pub fn log10(a: Complex64) -> Outcome {
    let r = log(a)?;
    Ok(z(r.re / LN_10, r.im / LN_10))
}

pub fn sin(a: Complex64) -> Outcome {
    turned(a, sinh)
}

pub fn sinh(a: Complex64) -> Outcome {
    if !is_finite(a) {
        return special::sinh(a);
    }
    in_range(if a.re.abs() > log_large() {
        let less = a.re - 1f64.copysign(a.re);
        z(a.im.cos() * less.sinh() * E, a.im.sin() * less.cosh() * E)
    } else {
        z(a.im.cos() * a.re.sinh(), a.im.sin() * a.re.cosh())
    })
}

pub fn tan(a: Complex64) -> Outcome {
    turned(a, tanh)
}

pub fn tanh(a: Complex64) -> Outcome {
    if !is_finite(a) {
        return special::tanh(a);
    }
    if a.re.abs() > log_large() {
        let im = 4.0 * a.im.sin() * a.im.cos() * (-2.0 * a.re.abs()).exp();
        return Ok(z(1f64.copysign(a.re), im));
    }
    let (tx, ty) = (a.re.tanh(), a.im.tan());
    let cx = 1.0 / a.re.cosh();
    let txty = tx * ty;
    let denominator = 1.0 + txty * txty;
    Ok(z(
        tx * (1.0 + ty * ty) / denominator,
        ((ty / denominator) * cx) * cx,
    ))
}

pub fn rect(r: f64, phi: f64) -> Outcome {
    if !r.is_finite() || !phi.is_finite() {
        return special::rect(r, phi);
    }
    Ok(if phi == 0.0 {
        // `r` keeps its sign, and the product has that of both.
        z(r, r * phi)
    } else {
        z(r * phi.cos(), r * phi.sin())
    })
}
