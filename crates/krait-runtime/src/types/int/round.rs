//! `round(int, ndigits)`.

use dashu_int::IBig;
use dashu_int::ops::{Abs, DivRem};

use super::{Int, bit_length};
use crate::cx::Cx;
use crate::error::PyResult;
use crate::value::Value;

/// `n` rounded to a multiple of 10^`-digits`, ties to even; unchanged for digits of zero or more.
pub fn round(cx: &mut Cx, n: Int, digits: Int) -> PyResult<Value> {
    let power = match digits {
        Int::Small(d) if d < 0 => d.unsigned_abs(),
        Int::Big(d) if d.is_negative() => u64::MAX,
        _ => return cx.new_bigint(&n.to_ibig()),
    };
    // 10^power is more than twice the magnitude: nothing is left.
    if power > bit_length(n) / 3 + 2 {
        return Ok(Value::small(0));
    }
    let n = n.to_ibig();
    let unit = IBig::from(10).pow(power as usize);
    let (quotient, rest) = (&n).div_rem(&unit);
    let twice = rest.clone().abs() * 2;
    let odd = &quotient & IBig::ONE != IBig::ZERO;
    let away = twice > unit || (twice == unit && odd);
    let whole = n - &rest;
    let rounded = match (away, rest < IBig::ZERO) {
        (false, _) => whole,
        (true, false) => whole + unit,
        (true, true) => whole - unit,
    };
    cx.new_bigint(&rounded)
}
