//! Time spans and points given as numbers of seconds.

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::types::{float, int};
use krait_runtime::value::Value;

/// How a float that is no whole number of nanoseconds is rounded.
#[derive(Clone, Copy)]
pub enum Rounding {
    /// Away from zero, for timeouts: never wake early.
    Up,
    Ceiling,
    Floor,
    HalfEven,
}

impl Rounding {
    pub fn apply(self, x: f64) -> f64 {
        match self {
            Rounding::Up => {
                if x >= 0.0 {
                    x.ceil()
                } else {
                    x.floor()
                }
            }
            Rounding::Ceiling => x.ceil(),
            Rounding::Floor => x.floor(),
            Rounding::HalfEven => x.round_ties_even(),
        }
    }
}

/// Nanoseconds of a number of seconds, int or float.
pub fn nanoseconds(cx: &mut Cx, v: Value, rounding: Rounding) -> PyResult<i64> {
    if let Some(x) = float::as_float(v) {
        if x.is_nan() {
            return Err(cx.value_error("Invalid value NaN (not a number)"));
        }
        let ns = rounding.apply(x * 1e9);
        if !(-(2f64.powi(63))..2f64.powi(63)).contains(&ns) {
            return Err(cx.overflow_error("timestamp too large to convert to C PyTime_t"));
        }
        return Ok(ns as i64);
    }
    if !int::is_int(v) && !cx.is_index(v) {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!(
            "'{got}' object cannot be interpreted as an integer"
        )));
    }
    match cx.index_i64(v)?.and_then(|n| n.checked_mul(1_000_000_000)) {
        Some(ns) => Ok(ns),
        None => Err(cx.overflow_error("timestamp too large to convert to C PyTime_t")),
    }
}

/// Now, on the clock that never jumps.
pub fn monotonic_ns() -> i64 {
    let mut t = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the result is ours.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut t) };
    t.tv_sec * 1_000_000_000 + t.tv_nsec
}

pub fn timespec(ns: i64) -> libc::timespec {
    libc::timespec {
        tv_sec: ns.div_euclid(1_000_000_000),
        tv_nsec: ns.rem_euclid(1_000_000_000),
    }
}

/// Milliseconds for `poll`, rounded up; a negative span waits for ever.
pub fn poll_millis(ns: i64) -> i32 {
    if ns < 0 {
        -1
    } else {
        ((ns + 999_999) / 1_000_000).min(i32::MAX as i64) as i32
    }
}
