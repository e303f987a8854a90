//! The C library's mathematical functions that Rust's `f64` does not give.

mod c {
    unsafe extern "C" {
        pub fn erf(x: f64) -> f64;
        pub fn erfc(x: f64) -> f64;
        pub fn tgamma(x: f64) -> f64;
        pub fn lgamma_r(x: f64, sign: *mut i32) -> f64;
        pub fn nextafter(x: f64, y: f64) -> f64;
        pub fn remainder(x: f64, y: f64) -> f64;
        pub fn frexp(x: f64, e: *mut i32) -> f64;
        pub fn ldexp(x: f64, e: i32) -> f64;
        pub fn acosh(x: f64) -> f64;
        pub fn asinh(x: f64) -> f64;
        pub fn atanh(x: f64) -> f64;
        pub fn exp2(x: f64) -> f64;
    }
}

macro_rules! functions {
    ($($name:ident($($arg:ident: $t:ty),*);)*) => {$(
        pub fn $name($($arg: $t),*) -> f64 {
            // SAFETY: a pure function of its arguments.
            unsafe { c::$name($($arg),*) }
        }
    )*};
}
functions! {
    erf(x: f64); erfc(x: f64); tgamma(x: f64); nextafter(x: f64, y: f64); remainder(x: f64, y: f64);
    ldexp(x: f64, e: i32); acosh(x: f64); asinh(x: f64); atanh(x: f64); exp2(x: f64);
}

pub fn lgamma(x: f64) -> f64 {
    let mut sign = 0;
    // SAFETY: writes the sign to the given place.
    unsafe { c::lgamma_r(x, &mut sign) }
}

/// Mantissa in [0.5, 1) and exponent; zero, infinities and NaN are their own mantissa.
pub fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let mut e = 0;
    // SAFETY: writes the exponent to the given place.
    let m = unsafe { c::frexp(x, &mut e) };
    (m, e)
}
