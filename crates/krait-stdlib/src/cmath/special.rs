//! Values at arguments that are infinite or no number: annex G of the C standard. Signs that it
//! leaves open are those of CPython.

use std::f64::consts::FRAC_PI_2;

use super::{Complex64, Outcome, Problem};

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

fn z(re: f64, im: f64) -> Complex64 {
    Complex64 { re, im }
}

/// Infinity at infinite arguments, NaN at the others.
fn length(a: Complex64) -> f64 {
    if a.re.is_infinite() || a.im.is_infinite() {
        INF
    } else {
        NAN
    }
}

/// `x` with a positive sign for NaN.
fn sign_of(x: f64) -> f64 {
    if x.is_nan() { 1.0 } else { x }
}

pub fn log(a: Complex64) -> Complex64 {
    z(length(a), a.im.atan2(a.re))
}

pub fn acos(a: Complex64) -> Complex64 {
    let re = if a.re == 0.0 {
        FRAC_PI_2
    } else {
        a.im.abs().atan2(a.re)
    };
    let im = length(a);
    z(
        re,
        if a.im.is_sign_positive() && !a.im.is_nan() {
            -im
        } else {
            im
        },
    )
}

pub fn acosh(a: Complex64) -> Complex64 {
    let im = if a.re == 0.0 && a.im.is_nan() {
        FRAC_PI_2
    } else {
        a.im.atan2(a.re)
    };
    z(length(a), im)
}

pub fn asinh(a: Complex64) -> Complex64 {
    let im = if a.re.is_nan() && a.im == 0.0 {
        a.im
    } else {
        a.im.atan2(a.re.abs())
    };
    z(length(a).copysign(sign_of(a.re)), im)
}

pub fn atanh(a: Complex64) -> Complex64 {
    let has_limit = a.re.is_infinite() || a.im.is_infinite() || a.re == 0.0;
    let im = if a.im.is_nan() || !has_limit {
        NAN
    } else {
        FRAC_PI_2.copysign(a.im)
    };
    z(
        if has_limit {
            0f64.copysign(sign_of(a.re))
        } else {
            NAN
        },
        im,
    )
}

pub fn sqrt(a: Complex64) -> Complex64 {
    if a.im.is_infinite() {
        z(INF, a.im)
    } else if a.re == INF {
        z(
            INF,
            if a.im.is_nan() {
                NAN
            } else {
                0f64.copysign(a.im)
            },
        )
    } else if a.re == -INF {
        let re = if a.im.is_nan() { NAN } else { 0.0 };
        z(re, INF.copysign(sign_of(a.im)))
    } else {
        z(NAN, NAN)
    }
}

/// `r e^(i phi)` for an infinite or zero `r`, all but its size.
fn direction(r: f64, phi: f64) -> Complex64 {
    z(r.copysign(phi.cos()), r.copysign(phi.sin()))
}

pub fn exp(a: Complex64) -> Outcome {
    if a.im.is_infinite() && (a.re.is_finite() || a.re == INF) {
        return Err(Problem::Domain);
    }
    let size = if a.re == -INF { 0.0 } else { a.re };
    Ok(if a.im == 0.0 {
        z(size, a.im)
    } else if a.re.is_infinite() && a.im.is_finite() {
        direction(size, a.im)
    } else if a.re == -INF {
        z(0.0, 0.0)
    } else {
        z(if a.re == INF { INF } else { NAN }, NAN)
    })
}

pub fn cosh(a: Complex64) -> Outcome {
    if a.im.is_infinite() && !a.re.is_nan() {
        return Err(Problem::Domain);
    }
    Ok(if a.re.is_infinite() && a.im.is_finite() && a.im != 0.0 {
        let d = direction(INF, a.im);
        z(d.re, d.im * 1f64.copysign(a.re))
    } else if (a.re.is_nan() && a.im == 0.0) || a.re == 0.0 {
        z(NAN, 0.0)
    } else if a.im == 0.0 {
        z(a.re.abs(), a.im * 1f64.copysign(a.re))
    } else {
        z(if a.re.is_infinite() { INF } else { NAN }, NAN)
    })
}

pub fn sinh(a: Complex64) -> Outcome {
    if a.im.is_infinite() && !a.re.is_nan() {
        return Err(Problem::Domain);
    }
    Ok(if a.re.is_infinite() && a.im.is_finite() && a.im != 0.0 {
        let d = direction(INF, a.im);
        z(d.re * 1f64.copysign(a.re), d.im)
    } else if a.im == 0.0 {
        z(a.re, a.im)
    } else if a.re == 0.0 || a.re.is_infinite() {
        z(a.re.abs(), NAN)
    } else {
        z(NAN, NAN)
    })
}

pub fn tanh(a: Complex64) -> Outcome {
    if a.im.is_infinite() && a.re.is_finite() {
        return Err(Problem::Domain);
    }
    Ok(if a.re.is_infinite() {
        let im = if a.im.is_finite() {
            2.0 * a.im.sin() * a.im.cos()
        } else {
            0.0
        };
        z(1f64.copysign(a.re), 0f64.copysign(im))
    } else if a.im == 0.0 {
        z(a.re, a.im)
    } else if a.re == 0.0 {
        z(a.re, NAN)
    } else {
        z(NAN, NAN)
    })
}

pub fn rect(r: f64, phi: f64) -> Outcome {
    if phi.is_infinite() && r != 0.0 && !r.is_nan() {
        return Err(Problem::Domain);
    }
    Ok(if r.is_infinite() && phi.is_finite() && phi != 0.0 {
        let d = direction(INF, phi);
        let sign = 1f64.copysign(r);
        z(d.re * sign, d.im * sign)
    } else if phi == 0.0 {
        z(
            r,
            if r.is_nan() {
                0.0
            } else {
                phi * 1f64.copysign(r)
            },
        )
    } else if r == 0.0 {
        z(0.0, 0.0)
    } else if r.is_infinite() {
        z(INF, NAN)
    } else {
        z(NAN, NAN)
    })
}
