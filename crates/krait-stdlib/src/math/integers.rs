//! Functions of integers of any size.

use dashu_int::ops::{Gcd, SquareRoot};
use dashu_int::{IBig, UBig};
use krait_runtime::types::int::{Int, as_int};

use crate::prelude::*;

/// The magnitude of an int.
fn magnitude(n: Int) -> UBig {
    n.to_ibig().into_parts().1
}

fn new_ubig(cx: &mut Cx, n: UBig) -> PyResult<Value> {
    cx.new_bigint(&IBig::from(n))
}

/// The product of `low..=high`, by halves so that the factors stay balanced.
fn range_product(low: u64, high: u64) -> UBig {
    if low > high {
        return UBig::ONE;
    }
    if high - low < 8 {
        return (low..=high).fold(UBig::ONE, |p, n| p * n);
    }
    let middle = low + (high - low) / 2;
    range_product(low, middle) * range_product(middle + 1, high)
}

/// The product of `k` integers downwards from `n`.
fn falling(n: &UBig, k: u64) -> UBig {
    match k {
        0 => UBig::ONE,
        1 => n.clone(),
        _ => falling(n, k / 2) * falling(&(n - UBig::from(k / 2)), k - k / 2),
    }
}

/// `n` choose `k`, where everything on the way fits a word.
fn small_choose(n: u64, k: u64) -> Option<u64> {
    // Each step multiplies before it divides, so that the division leaves no rest.
    (1..=k).try_fold(1u64, |c, i| Some(c.checked_mul(n - k + i)? / i))
}

/// `n` choose `k`.
fn choose(n: &UBig, k: u64) -> UBig {
    if k == 0 {
        return UBig::ONE;
    }
    if k <= 16 {
        return falling(n, k) / range_product(1, k);
    }
    let half = k / 2;
    choose(n, half) * choose(&(n - UBig::from(half)), k - half) / choose(&UBig::from(k), half)
}

fn gcd_u64(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// `gcd(a, b)`, not negative.
fn gcd(cx: &mut Cx, a: Int, b: Int) -> PyResult<Value> {
    if let (Int::Small(x), Int::Small(y)) = (a, b) {
        return Ok(cx.new_uint(gcd_u64(x.unsigned_abs(), y.unsigned_abs())));
    }
    let (x, y) = (magnitude(a), magnitude(b));
    let g = if x == UBig::ZERO {
        y
    } else if y == UBig::ZERO {
        x
    } else {
        x.gcd(y)
    };
    new_ubig(cx, g)
}

fn lcm(cx: &mut Cx, a: Int, b: Int) -> PyResult<Value> {
    if a.is_zero() || b.is_zero() {
        return Ok(Value::small(0));
    }
    let (x, y) = (magnitude(a), magnitude(b));
    let g = (&x).gcd(&y);
    new_ubig(cx, x / g * y)
}

/// An argument as int; the object keeps it alive.
fn index(cx: &mut Cx, v: Value) -> PyResult<Value> {
    cx.index(v)
}

fn int(v: Value) -> Int {
    as_int(v).unwrap_or(Int::Small(0))
}

fn factorial_of(cx: &mut Cx, n: Int) -> PyResult<Value> {
    if n.is_negative() {
        return Err(cx.value_error("factorial() not defined for negative values"));
    }
    let Some(n) = n.to_i64() else {
        return Err(cx.overflow_error(format!(
            "factorial() argument should not exceed {}",
            i64::MAX
        )));
    };
    if n <= 20 {
        return Ok(cx.new_int((1..=n).product()));
    }
    new_ubig(cx, range_product(2, n as u64))
}

fn non_negative(cx: &mut Cx, n: Int, name: &str) -> PyResult<()> {
    if n.is_negative() {
        Err(cx.value_error(format!("{name} must be a non-negative integer")))
    } else {
        Ok(())
    }
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Find n!.
    #[py]
    fn factorial(cx: &mut Cx, n: Value) -> PyResult<Value> {
        let n = index(cx, n)?;
        factorial_of(cx, int(n))
    }
    /// Greatest Common Divisor.
    #[py(name = "gcd", sig = "($module, /, *integers)")]
    fn gcd_all(cx: &mut Cx, integers: &[Value]) -> PyResult<Value> {
        let mut result = Value::small(0);
        for &v in integers {
            let n = index(cx, v)?;
            result = gcd(cx, int(result), int(n))?;
        }
        Ok(result)
    }
    /// Least Common Multiple.
    #[py(name = "lcm", sig = "($module, /, *integers)")]
    fn lcm_all(cx: &mut Cx, integers: &[Value]) -> PyResult<Value> {
        let mut result = Value::small(1);
        for &v in integers {
            let n = index(cx, v)?;
            result = lcm(cx, int(result), int(n))?;
        }
        Ok(result)
    }
    /// Return the integer part of the square root of the input.
    #[py]
    fn isqrt(cx: &mut Cx, n: Value) -> PyResult<Value> {
        let n = index(cx, n)?;
        match int(n) {
            n if n.is_negative() => Err(cx.value_error("isqrt() argument must be nonnegative")),
            Int::Small(n) => Ok(cx.new_int(n.isqrt())),
            big => {
                let root = magnitude(big).sqrt();
                new_ubig(cx, root)
            }
        }
    }
    /// Number of ways to choose k items from n items without repetition and without order.
    ///
    /// Evaluates to n! / (k! * (n - k)!) when k <= n and evaluates
    /// to zero when k > n.
    ///
    /// Also called the binomial coefficient because it is equivalent
    /// to the coefficient of k-th term in polynomial expansion of the
    /// expression (1 + x)**n.
    ///
    /// Raises TypeError if either of the arguments are not integers.
    /// Raises ValueError if either of the arguments are negative.
    #[py]
    fn comb(cx: &mut Cx, n: Value, k: Value) -> PyResult<Value> {
        let (n, k) = (index(cx, n)?, index(cx, k)?);
        non_negative(cx, int(n), "n")?;
        non_negative(cx, int(k), "k")?;
        if let (Some(small_n), Some(small_k)) = (n.as_small(), k.as_small())
            && small_k <= small_n
            && let Some(c) = small_choose(small_n as u64, small_k.min(small_n - small_k) as u64)
        {
            return Ok(cx.new_uint(c));
        }
        let (n, k) = (magnitude(int(n)), magnitude(int(k)));
        if k > n {
            return Ok(Value::small(0));
        }
        let other = &n - &k;
        let k = k.min(other);
        let Ok(k) = u64::try_from(&k) else {
            return Err(cx.overflow_error(format!("min(n - k, k) must not exceed {}", i64::MAX)));
        };
        new_ubig(cx, choose(&n, k))
    }
    /// Number of ways to choose k items from n items without repetition and with order.
    ///
    /// Evaluates to n! / (n - k)! when k <= n and evaluates
    /// to zero when k > n.
    ///
    /// If k is not specified or is None, then k defaults to n
    /// and the function returns n!.
    ///
    /// Raises TypeError if either of the arguments are not integers.
    /// Raises ValueError if either of the arguments are negative.
    #[py(sig = "($module, n, k=None, /)")]
    fn perm(cx: &mut Cx, n: Value, k: Option<Value>) -> PyResult<Value> {
        let n = index(cx, n)?;
        let Some(k) = k.filter(|k| !k.is_none()) else {
            return factorial_of(cx, int(n));
        };
        let k = index(cx, k)?;
        non_negative(cx, int(n), "n")?;
        non_negative(cx, int(k), "k")?;
        let (n, k) = (magnitude(int(n)), magnitude(int(k)));
        if k > n {
            return Ok(Value::small(0));
        }
        match u64::try_from(&k).ok().filter(|&k| k <= i64::MAX as u64) {
            Some(k) => new_ubig(cx, falling(&n, k)),
            None => Err(cx.overflow_error(format!("k must not exceed {}", i64::MAX))),
        }
    }
}
