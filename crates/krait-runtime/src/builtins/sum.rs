//! `sum`: exact for ints, compensated for floats and complex numbers.
//!
//! The compensation is Neumaier's variant of Kahan's summation ("Rundungsfehleranalyse einiger
//! Verfahren zur Summation endlicher Summen", 1974): beside the sum runs the sum of what was lost
//! to rounding. So `sum([0.1] * 10) == 1.0`.

use krait_macros::pyfunctions;

use crate::native::{Cx, PyResult, Value};
use crate::object::{Kind, is_kind};
use crate::protocol::iter::Iteration;
use crate::special::Special;
use crate::types::complex::{as_complex, is_exact_complex};
use crate::types::float::{as_boxed_float, is_exact_float};
use crate::types::int::is_int;

/// A sum of doubles and what was lost to rounding.
#[derive(Clone, Copy, Default)]
struct Compensated {
    high: f64,
    low: f64,
}

impl Compensated {
    fn new(x: f64) -> Compensated {
        Compensated { high: x, low: 0.0 }
    }

    fn add(&mut self, x: f64) {
        let t = self.high + x;
        self.low += if self.high.abs() >= x.abs() {
            (self.high - t) + x
        } else {
            (x - t) + self.high
        };
        self.high = t;
    }

    fn value(self) -> f64 {
        // An infinite or undefined correction comes from an infinite sum, which must stay as it is.
        if self.low != 0.0 && self.low.is_finite() {
            self.high + self.low
        } else {
            self.high
        }
    }
}

fn exact_float(v: Value) -> Option<f64> {
    match v.as_immediate_float() {
        Some(x) => Some(x),
        None if is_exact_float(v) => as_boxed_float(v),
        None => None,
    }
}

/// The value of a float or of an int that fits; `None` for anything else.
fn real(cx: &mut Cx, v: Value) -> Option<f64> {
    match (exact_float(v), v.as_small()) {
        (Some(x), _) => Some(x),
        (None, Some(n)) => Some(n as f64),
        (None, None) if is_int(v) => cx.int_to_f64(v).ok(),
        _ => None,
    }
}

/// The state of a summation: the items taken so far, in the narrowest form that is exact.
struct Sum {
    items: Iteration,
    total: Value,
}

impl Sum {
    fn add_total(&mut self, cx: &mut Cx, partial: Value, item: Value) -> PyResult<()> {
        self.total = cx.binary(Special::Add, partial, item)?;
        Ok(())
    }

    /// Adds ints while they and their sum fit a machine word. `true`: there are no more items.
    fn ints(&mut self, cx: &mut Cx, start: i64) -> PyResult<bool> {
        let mut total = start;
        loop {
            let Some(item) = self.items.next(cx)? else {
                self.total = cx.new_int(total);
                return Ok(true);
            };
            let n = item.as_small().or_else(|| item.as_bool().map(i64::from));
            if let Some(sum) = n.and_then(|n| total.checked_add(n)) {
                total = sum;
                continue;
            }
            let partial = cx.new_int(total);
            self.add_total(cx, partial, item)?;
            return Ok(false);
        }
    }

    fn floats(&mut self, cx: &mut Cx, start: f64) -> PyResult<bool> {
        let mut total = Compensated::new(start);
        loop {
            let Some(item) = self.items.next(cx)? else {
                self.total = cx.new_float(total.value());
                return Ok(true);
            };
            if let Some(x) = real(cx, item) {
                total.add(x);
                continue;
            }
            let partial = cx.new_float(total.value());
            self.add_total(cx, partial, item)?;
            return Ok(false);
        }
    }

    fn complexes(&mut self, cx: &mut Cx, start: (f64, f64)) -> PyResult<bool> {
        let (mut re, mut im) = (Compensated::new(start.0), Compensated::new(start.1));
        loop {
            let Some(item) = self.items.next(cx)? else {
                self.total = cx.new_complex(re.value(), im.value());
                return Ok(true);
            };
            if is_exact_complex(item)
                && let Some(c) = as_complex(item)
            {
                re.add(c.re);
                im.add(c.im);
                continue;
            }
            if let Some(x) = real(cx, item) {
                re.add(x);
                continue;
            }
            let partial = cx.new_complex(re.value(), im.value());
            self.add_total(cx, partial, item)?;
            return Ok(false);
        }
    }

    fn run(mut self, cx: &mut Cx) -> PyResult<Value> {
        if let Some(n) = self.total.as_small()
            && self.ints(cx, n)?
        {
            return Ok(self.total);
        }
        if let Some(x) = exact_float(self.total)
            && self.floats(cx, x)?
        {
            return Ok(self.total);
        }
        if is_exact_complex(self.total)
            && let Some(c) = as_complex(self.total)
            && self.complexes(cx, (c.re, c.im))?
        {
            return Ok(self.total);
        }
        while let Some(item) = self.items.next(cx)? {
            self.total = cx.binary(Special::Add, self.total, item)?;
        }
        Ok(self.total)
    }
}

/// Sums of these would be quadratic: there is a better way.
fn refuse(cx: &mut Cx, start: Value) -> PyResult<()> {
    let message = if is_kind(start, Kind::Str) {
        "sum() can't sum strings [use ''.join(seq) instead]"
    } else if is_kind(start, Kind::Bytes) {
        "sum() can't sum bytes [use b''.join(seq) instead]"
    } else if is_kind(start, Kind::ByteArray) {
        "sum() can't sum bytearray [use b''.join(seq) instead]"
    } else {
        return Ok(());
    };
    Err(cx.type_error(message))
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Return the sum of a 'start' value (default: 0) plus an iterable of numbers
    ///
    /// When the iterable is empty, return the start value.
    /// This function is intended specifically for use with numeric values and may
    /// reject non-numeric types.
    #[py(sig = "($module, iterable, /, start=0)")]
    fn sum(cx: &mut Cx, iterable: Value, start: Option<Value>) -> PyResult<Value> {
        let items = cx.iterate(iterable)?;
        let total = start.unwrap_or(Value::small(0));
        refuse(cx, total)?;
        Sum { items, total }.run(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::Compensated;

    #[test]
    fn lost_digits_are_added_back() {
        let mut s = Compensated::default();
        (0..10).for_each(|_| s.add(0.1));
        assert_eq!(s.value(), 1.0);
        let mut s = Compensated::new(1e16);
        [1.0, -1e16].iter().for_each(|&x| s.add(x));
        assert_eq!(s.value(), 1.0);
    }
}
