//! `sum`: exact for ints, compensated for floats and complex numbers.
//!
//! The compensation is Neumaier's variant of Kahan's summation ("Rundungsfehleranalyse einiger
//! Verfahren zur Summation endlicher Summen", 1974): beside the sum runs the sum of what was lost
//! to rounding. So `sum([0.1] * 10) == 1.0`.

use krait_macros::pyfunctions;

use crate::native::{Cx, PyResult, Value};
use crate::object::{Kind, is_kind};
use crate::special::Special;
use crate::types::complex::{as_complex, is_exact_complex};
use crate::types::float::{as_boxed_float, is_exact_float};
use crate::types::int::{Int, as_int, is_exact_int, is_int};

/// A sum of doubles and what was lost to rounding.
#[derive(Clone, Copy, Default)]
pub struct Compensated {
    pub high: f64,
    pub low: f64,
}

impl Compensated {
    fn new(x: f64) -> Compensated {
        Compensated { high: x, low: 0.0 }
    }

    #[inline]
    pub fn add(&mut self, x: f64) {
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

/// The value of an int proper or a bool that fits 64 bits.
#[inline]
fn machine_int(v: Value) -> Option<i64> {
    match v.as_small() {
        Some(n) => Some(n),
        None if is_exact_int(v) || v.as_bool().is_some() => as_int(v)?.to_i64(),
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

/// What some items come to, in the narrowest form that is exact.
#[derive(Clone, Copy)]
enum Total {
    Int(i64),
    Float(Compensated),
    Complex(Compensated, Compensated),
    Other(Value),
}

impl Total {
    fn of(start: Value) -> Total {
        match machine_int(start) {
            Some(n) if start.as_bool().is_none() => Total::Int(n),
            _ => Total::of_float(start),
        }
    }

    fn of_float(v: Value) -> Total {
        match exact_float(v) {
            Some(x) => Total::Float(Compensated::new(x)),
            None => Total::of_complex(v),
        }
    }

    fn of_complex(v: Value) -> Total {
        match as_complex(v).filter(|_| is_exact_complex(v)) {
            Some(c) => Total::Complex(Compensated::new(c.re), Compensated::new(c.im)),
            None => Total::Other(v),
        }
    }

    fn value(self, cx: &mut Cx) -> Value {
        match self {
            Total::Int(n) => cx.new_int(n),
            Total::Float(x) => cx.new_float(x.value()),
            Total::Complex(re, im) => cx.new_complex(re.value(), im.value()),
            Total::Other(v) => v,
        }
    }

    fn add(&mut self, cx: &mut Cx, item: Value) -> PyResult<()> {
        match self {
            Total::Int(total) => {
                if let Some(sum) = machine_int(item).and_then(|n| total.checked_add(n)) {
                    *total = sum;
                    return Ok(());
                }
            }
            Total::Float(total) => {
                if let Some(x) = real(cx, item) {
                    total.add(x);
                    return Ok(());
                }
            }
            Total::Complex(re, im) => {
                if let Some(c) = as_complex(item).filter(|_| is_exact_complex(item)) {
                    re.add(c.re);
                    im.add(c.im);
                    return Ok(());
                }
                if let Some(x) = real(cx, item) {
                    re.add(x);
                    return Ok(());
                }
            }
            Total::Other(_) => {}
        }
        let partial = self.value(cx);
        let sum = cx.binary(Special::Add, partial, item)?;
        // The way leads from ints to floats to complex numbers, and never back.
        *self = match self {
            Total::Int(_) => Total::of_float(sum),
            Total::Float(_) => Total::of_complex(sum),
            Total::Complex(..) | Total::Other(_) => Total::Other(sum),
        };
        Ok(())
    }
}

/// A [`Total`] in two registers, as a loop of bytecode has it: the sum, and in the other None if it is one of
/// ints, what was lost to rounding if of floats or complex numbers, `True` otherwise.
pub type SumRegisters = [Value; 2];

/// The total in two registers; whatever stands there gives one.
fn total_in([sum, lost]: SumRegisters) -> Total {
    let other = Total::Other(sum);
    if lost.is_none() {
        return as_int(sum).and_then(Int::to_i64).map_or(other, Total::Int);
    }
    if let (Some(high), Some(low)) = (exact_float(sum), exact_float(lost)) {
        return Total::Float(Compensated { high, low });
    }
    match (as_complex(sum), as_complex(lost)) {
        (Some(high), Some(low)) => Total::Complex(
            Compensated {
                high: high.re,
                low: low.re,
            },
            Compensated {
                high: high.im,
                low: low.im,
            },
        ),
        _ => other,
    }
}

/// Adds an item to the sum in two registers.
pub fn add_item(cx: &mut Cx, registers: SumRegisters, item: Value) -> PyResult<SumRegisters> {
    let mut total = total_in(registers);
    total.add(cx, item)?;
    Ok(match total {
        Total::Int(n) => [cx.new_int(n), Value::none()],
        Total::Float(x) => [cx.new_float(x.high), cx.new_float(x.low)],
        Total::Complex(re, im) => [
            cx.new_complex(re.high, im.high),
            cx.new_complex(re.low, im.low),
        ],
        Total::Other(v) => [v, Value::bool(true)],
    })
}

/// The sum in two registers.
pub fn sum_of(cx: &mut Cx, registers: SumRegisters) -> Value {
    total_in(registers).value(cx)
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
        let mut items = cx.iterate(iterable)?;
        let start = start.unwrap_or(Value::small(0));
        refuse(cx, start)?;
        let mut total = Total::of(start);
        while let Some(item) = items.next(cx)? {
            total.add(cx, item)?;
        }
        Ok(total.value(cx))
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
