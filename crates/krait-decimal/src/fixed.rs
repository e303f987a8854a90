//! Elementary functions on binary fixed-point numbers: `n` stands for `n / 2^bits`. Results are within 4 units of the
//! last bit.

use dashu_int::{IBig, UBig};

use crate::coef::{Coef, pow10};

/// `coef * 10^exp`, rounded down.
pub fn from_decimal(coef: &Coef, exp: i64, bits: usize) -> UBig {
    let c = coef.to_big();
    if exp >= 0 {
        (c * pow10(exp)) << bits
    } else {
        (c << bits) / pow10(-exp)
    }
}

/// The natural logarithm of 10.
pub fn ln10(bits: usize) -> UBig {
    // A formula of Machin's kind; the guard bits cover the truncated terms of the series.
    let guarded = bits + 24;
    let sum = UBig::from(46u8) * atanh_inverse(31, guarded)
        + UBig::from(34u8) * atanh_inverse(49, guarded)
        + UBig::from(20u8) * atanh_inverse(161, guarded);
    sum >> 24
}

/// `atanh(1 / n)`: the sum of `1 / ((2k + 1) n^(2k + 1))`.
fn atanh_inverse(n: u64, bits: usize) -> UBig {
    if bits > 4096 {
        let terms = (bits as f64 / (2.0 * (n as f64).log2())) as u64 + 2;
        let part = split_series(n * n, 0, terms);
        return (part.numerator << bits) / (part.denominator * n);
    }
    let mut power = (UBig::ONE << bits) / n;
    let mut sum = power.clone();
    let mut k = 1u64;
    loop {
        power /= n * n;
        k += 2;
        if power.is_zero() {
            return sum;
        }
        sum += &power / k;
    }
}

/// The sum of `1 / ((2k + 1) x^(k - from))` for a range of `k`.
struct Part {
    numerator: UBig,
    denominator: UBig,
    /// `x` to the number of terms.
    power: UBig,
}

/// Binary splitting: the numbers stay short until the last steps.
fn split_series(x: u64, from: u64, to: u64) -> Part {
    if to - from == 1 {
        return Part {
            numerator: UBig::ONE,
            denominator: UBig::from(2 * from + 1),
            power: UBig::from(x),
        };
    }
    let middle = from + (to - from) / 2;
    let (a, b) = (split_series(x, from, middle), split_series(x, middle, to));
    let scaled = &b.denominator * &a.power;
    Part {
        numerator: a.numerator * &scaled + b.numerator * &a.denominator,
        denominator: a.denominator * scaled,
        power: a.power * b.power,
    }
}

/// `e^r` for `|r| < 2.5`.
pub fn exp(r: &IBig, bits: usize) -> UBig {
    // Halve the argument often enough that the series and the squarings cost about the same.
    let halvings = (bits as f64).sqrt() as usize / 2 + 2;
    let work = bits + halvings + 20;
    let r = r << 20;
    let mut term = r.clone();
    let mut sum = (IBig::ONE << work) + &r;
    let mut k = 1u32;
    while term != IBig::ZERO && term != IBig::NEG_ONE {
        k += 1;
        term = ((term * &r) >> work) / k;
        sum += &term;
    }
    let mut power = UBig::try_from(sum).unwrap_or(UBig::ZERO);
    for _ in 0..halvings {
        power = (&power * &power) >> work;
    }
    power >> (work - bits)
}

/// The natural logarithm for `0.3 < m < 3.3`.
pub fn ln(m: &UBig, bits: usize) -> IBig {
    if bits <= 45 {
        let x = m.to_f64().value() / (bits as f64).exp2();
        return IBig::try_from((x.ln() * (bits as f64).exp2()).round()).unwrap_or(IBig::ZERO);
    }
    // Halley's iteration on e^y = m triples the correct bits.
    let fewer = bits / 3 + 8;
    let fewer = if fewer >= bits { 45 } else { fewer };
    let y = ln(&(m >> (bits - fewer)), fewer) << (bits - fewer);
    let e = IBig::from(exp(&y, bits));
    let m = IBig::from(m.clone());
    y + (((&m - &e) << (bits + 1)) / (m + e))
}

/// `2 atanh(t)` for `|t| <= 2^-8`, where every term of the series gives many bits.
pub fn twice_atanh(t: &IBig, bits: usize) -> IBig {
    let square = (t * t) >> bits;
    let mut power = t.clone();
    let mut sum = t.clone();
    let mut k = 1u32;
    loop {
        power = (power * &square) >> bits;
        k += 2;
        let term = &power / k;
        if term == IBig::ZERO {
            return sum << 1;
        }
        sum += term;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(n: UBig, bits: usize, x: f64) {
        let got = n.to_f64().value() / (bits as f64).exp2();
        assert!((got - x).abs() < 1e-13, "{got} is not {x}");
    }

    #[test]
    fn agrees_with_floats() {
        close(ln10(200), 200, std::f64::consts::LN_10);
        assert_eq!(ln10(5000) >> 4000, ln10(1000));
        let one = UBig::ONE << 150;
        close(exp(&IBig::from(one.clone()), 150), 150, std::f64::consts::E);
        close(exp(&(-IBig::from(one.clone())), 150), 150, (-1.0f64).exp());
        let m = (one.clone() * 5u8) >> 1;
        close(UBig::try_from(ln(&m, 150)).unwrap(), 150, 2.5f64.ln());
        let t = IBig::from(one) >> 9;
        let x = (1.0f64 / 512.0).atanh() * 2.0;
        close(UBig::try_from(twice_atanh(&t, 150)).unwrap(), 150, x);
    }
}
