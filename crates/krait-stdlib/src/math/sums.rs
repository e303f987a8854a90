//! Sums without loss of accuracy: `fsum`, `sumprod`, `hypot`, `dist`, and `prod`.

use krait_runtime::protocol::number::mul_small;
use krait_runtime::types::float::{as_float, is_exact_float};
use krait_runtime::types::int::is_exact_int;

use crate::prelude::*;

/// `a + b` exactly: the rounded sum and what rounding lost (Knuth's TwoSum).
#[inline]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let b_part = sum - a;
    (sum, (a - (sum - b_part)) + (b - b_part))
}

/// `a * b` exactly: the rounded product and what rounding lost.
#[inline]
fn two_product(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    (product, a.mul_add(b, -product))
}

/// A sum kept as three doubles (Ogita, Rump, Oishi: "Accurate sum and dot product", algorithm with K = 3).
#[derive(Default)]
struct TripleSum {
    high: f64,
    low: f64,
    tiny: f64,
}

impl TripleSum {
    fn add_product(&mut self, a: f64, b: f64) {
        let (p, p_low) = two_product(a, b);
        let (high, carry) = two_sum(self.high, p);
        let (low, lost) = two_sum(self.low, p_low);
        let (low, more) = two_sum(low, carry);
        self.high = high;
        self.low = low;
        self.tiny += lost + more;
    }

    fn value(&self) -> f64 {
        let (low, last) = two_sum(self.low, self.tiny);
        let (total, rest) = two_sum(self.high, low);
        total + (rest + last)
    }
}

/// Exact sum of doubles as non-overlapping partials of increasing magnitude (Shewchuk's algorithm).
#[derive(Default)]
struct Partials {
    partials: Vec<f64>,
    /// The sum of infinities and NaNs.
    special: f64,
    infinities: f64,
}

enum SumError {
    Overflow,
    OppositeInfinities,
}

impl Partials {
    fn add(&mut self, x: f64) -> Result<(), SumError> {
        let mut carry = x;
        let mut kept = 0;
        for i in 0..self.partials.len() {
            let (sum, lost) = two_sum_ordered(carry, self.partials[i]);
            if lost != 0.0 {
                self.partials[kept] = lost;
                kept += 1;
            }
            carry = sum;
        }
        self.partials.truncate(kept);
        if carry == 0.0 {
            return Ok(());
        }
        if carry.is_finite() {
            self.partials.push(carry);
            return Ok(());
        }
        if x.is_finite() {
            return Err(SumError::Overflow);
        }
        if x.is_infinite() {
            self.infinities += x;
        }
        self.special += x;
        self.partials.clear();
        Ok(())
    }

    fn finish(self) -> Result<f64, SumError> {
        if self.special != 0.0 {
            return if self.infinities.is_nan() {
                Err(SumError::OppositeInfinities)
            } else {
                Ok(self.special)
            };
        }
        let mut rest = self.partials;
        let Some(mut high) = rest.pop() else {
            return Ok(0.0);
        };
        let mut low = 0.0;
        while let Some(y) = rest.pop() {
            let x = high;
            high = x + y;
            low = y - (high - x);
            if low != 0.0 {
                break;
            }
        }
        // Half an ulp exactly is rounded to even above; a partial further down breaks the tie.
        if rest
            .last()
            .is_some_and(|&p| (low < 0.0 && p < 0.0) || (low > 0.0 && p > 0.0))
        {
            let y = low * 2.0;
            let x = high + y;
            if y == x - high {
                high = x;
            }
        }
        Ok(high)
    }
}

/// [`two_sum`] with the larger operand first.
#[inline]
fn two_sum_ordered(a: f64, b: f64) -> (f64, f64) {
    let (a, b) = if a.abs() < b.abs() { (b, a) } else { (a, b) };
    let sum = a + b;
    (sum, b - (sum - a))
}

/// The Euclidean norm of `v`, whose largest magnitude is `max`, within one ulp.
fn norm(v: &mut [f64], max: f64, found_nan: bool) -> f64 {
    if max.is_infinite() {
        return max;
    }
    if found_nan {
        return f64::NAN;
    }
    if max == 0.0 || v.len() <= 1 {
        return max;
    }
    let (_, exponent) = super::libm::frexp(max);
    if exponent < -1023 {
        // Subnormals: scale up, then down again.
        v.iter_mut().for_each(|x| *x /= f64::MIN_POSITIVE);
        return f64::MIN_POSITIVE * norm(v, max / f64::MIN_POSITIVE, false);
    }
    let scale = super::libm::ldexp(1.0, -exponent);
    let mut squares = TripleSum::default();
    for x in v {
        let x = *x * scale;
        squares.add_product(x, x);
    }
    let h = squares.value().sqrt();
    // One step of Newton's method with the exact residue.
    squares.add_product(-h, h);
    (h + squares.value() / (2.0 * h)) / scale
}

fn coordinates(cx: &mut Cx, items: &[Value]) -> PyResult<(Vec<f64>, f64, bool)> {
    let mut v = Vec::with_capacity(items.len());
    let (mut max, mut nan) = (0.0f64, false);
    for &item in items {
        let x = cx.as_f64(item)?.abs();
        nan |= x.is_nan();
        max = max.max(x);
        v.push(x);
    }
    Ok((v, max, nan))
}

/// What `sumprod` has added up while everything was ints of 64 bits, or floats.
#[derive(Default)]
struct FastProducts {
    ints: i64,
    floats: TripleSum,
    has_floats: bool,
}

impl FastProducts {
    /// Adds `p * q`; `false` if this pair needs the general way.
    fn add(&mut self, p: Value, q: Value) -> bool {
        if let (Some(a), Some(b)) = (p.as_small(), q.as_small()) {
            let total = a.checked_mul(b).and_then(|n| self.ints.checked_add(n));
            return total.map(|t| self.ints = t).is_some();
        }
        let number = |v: Value| match v.as_small() {
            Some(n) if n.unsigned_abs() <= 1 << 53 => Some(n as f64),
            Some(_) => None,
            None => as_float(v).filter(|_| is_exact_float(v)),
        };
        let (Some(a), Some(b)) = (number(p), number(q)) else {
            return false;
        };
        let total = self.floats.high + a * b;
        if !total.is_finite() {
            return false;
        }
        self.floats.add_product(a, b);
        self.has_floats = true;
        true
    }

    fn flush(&mut self, cx: &mut Cx, total: Value) -> PyResult<Value> {
        let mut total = total;
        if self.ints != 0 {
            let n = cx.new_int(self.ints);
            total = cx.binary(Special::Add, total, n)?;
        }
        if self.has_floats {
            let x = cx.new_float(self.floats.value());
            total = cx.binary(Special::Add, total, x)?;
        }
        *self = FastProducts::default();
        Ok(total)
    }
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Return an accurate floating-point sum of values in the iterable seq.
    ///
    /// Assumes IEEE-754 floating-point arithmetic.
    #[py]
    fn fsum(cx: &mut Cx, seq: Value) -> PyResult<f64> {
        let mut sum = Partials::default();
        let mut items = cx.iterate(seq)?;
        let mut result = Ok(());
        while let Some(v) = items.next(cx)? {
            let x = cx.as_f64(v)?;
            result = sum.add(x);
            if result.is_err() {
                break;
            }
        }
        match result.and_then(|()| sum.finish()) {
            Ok(x) => Ok(x),
            Err(SumError::Overflow) => Err(cx.overflow_error("intermediate overflow in fsum")),
            Err(SumError::OppositeInfinities) => Err(cx.value_error("-inf + inf in fsum")),
        }
    }
    /// Multidimensional Euclidean distance from the origin to a point.
    ///
    /// Roughly equivalent to:
    ///     sqrt(sum(x**2 for x in coordinates))
    ///
    /// For a two dimensional point (x, y), gives the hypotenuse
    /// using the Pythagorean theorem:  sqrt(x*x + y*y).
    #[py(sig = "($module, /, *coordinates)")]
    fn hypot(cx: &mut Cx, coordinates_: &[Value]) -> PyResult<f64> {
        let (mut v, max, nan) = coordinates(cx, coordinates_)?;
        Ok(norm(&mut v, max, nan))
    }
    /// Return the Euclidean distance between two points p and q.
    ///
    /// The points should be specified as sequences (or iterables) of
    /// coordinates.  Both inputs must have the same dimension.
    ///
    /// Roughly equivalent to:
    ///     sqrt(sum((px - qx) ** 2.0 for px, qx in zip(p, q)))
    #[py]
    fn dist(cx: &mut Cx, p: Value, q: Value) -> PyResult<f64> {
        let (p, q) = (cx.collect(p)?, cx.collect(q)?);
        if p.len() != q.len() {
            return Err(cx.value_error("both points must have the same number of dimensions"));
        }
        let mut v = Vec::with_capacity(p.len());
        let (mut max, mut nan) = (0.0f64, false);
        for i in 0..p.len() {
            let a = cx.as_f64(p.as_slice()[i])?;
            let b = cx.as_f64(q.as_slice()[i])?;
            let d = (a - b).abs();
            nan |= d.is_nan();
            max = max.max(d);
            v.push(d);
        }
        Ok(norm(&mut v, max, nan))
    }
    /// Calculate the product of all the elements in the input iterable.
    ///
    /// The default start value for the product is 1.
    ///
    /// When the iterable is empty, return the start value.  This function is
    /// intended specifically for use with numeric values and may reject
    /// non-numeric types.
    #[py(sig = "($module, iterable, /, *, start=1)")]
    fn prod(cx: &mut Cx, iterable: Value, start: Option<Value>) -> PyResult<Value> {
        let mut total = start.unwrap_or(Value::small(1));
        let mut items = cx.iterate(iterable)?;
        while let Some(v) = items.next(cx)? {
            total = match mul_small(total, v) {
                Some(t) if total.is_small() && v.is_small() => t,
                _ => cx.binary(Special::Mul, total, v)?,
            };
        }
        Ok(total)
    }
    /// Return the sum of products of values from two iterables p and q.
    ///
    /// Roughly equivalent to:
    ///
    ///     sum(itertools.starmap(operator.mul, zip(p, q, strict=True)))
    ///
    /// For float and mixed int/float inputs, the intermediate products
    /// and sums are computed with extended precision.
    #[py]
    fn sumprod(cx: &mut Cx, p: Value, q: Value) -> PyResult<Value> {
        let (mut ps, mut qs) = (cx.iterate(p)?, cx.iterate(q)?);
        let mut total = Value::small(0);
        let mut fast = FastProducts::default();
        loop {
            let (a, b) = (ps.next(cx)?, qs.next(cx)?);
            let (a, b) = match (a, b) {
                (Some(a), Some(b)) => (a, b),
                (None, None) => return fast.flush(cx, total),
                _ => return Err(cx.value_error("Inputs are not the same length")),
            };
            let plain = |v: Value| is_exact_int(v) || is_exact_float(v);
            if plain(a) && plain(b) && fast.add(a, b) {
                continue;
            }
            total = fast.flush(cx, total)?;
            let product = cx.binary(Special::Mul, a, b)?;
            total = cx.binary(Special::Add, total, product)?;
        }
    }
}
