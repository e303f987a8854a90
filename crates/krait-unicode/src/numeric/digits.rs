//! Decimal digits of doubles.

/// Decimal digits of a finite double: `0.d1d2d3... * 10^point`.
#[derive(Debug, PartialEq, Eq)]
pub struct Digits {
    /// ASCII digits.
    pub digits: Vec<u8>,
    /// Position of the decimal point relative to the first digit.
    pub point: i64,
}

/// More digits than any double has after its point (1,074): beyond, all are zero.
const MAX_PRECISION: usize = 1100;

/// The shortest digits that read back as the same double, nearest to its value.
pub fn shortest(value: f64) -> Digits {
    if value == 0.0 {
        return Digits {
            digits: vec![b'0'],
            point: 1,
        };
    }
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format_finite(value.abs()).as_bytes();
    let (mantissa, exponent) = match text.iter().position(|byte| *byte == b'e') {
        Some(at) => (&text[..at], parse_exponent(&text[at + 1..])),
        None => (text, 0),
    };
    let whole = mantissa
        .iter()
        .position(|byte| *byte == b'.')
        .unwrap_or(mantissa.len());
    let mut digits: Vec<u8> = mantissa
        .iter()
        .copied()
        .filter(|byte| *byte != b'.')
        .collect();
    let mut point = whole as i64 + exponent;
    let leading = digits.iter().take_while(|digit| **digit == b'0').count();
    digits.drain(..leading);
    point -= leading as i64;
    while digits.len() > 1 && digits.last() == Some(&b'0') {
        digits.pop();
    }
    Digits { digits, point }
}

/// `count` significant digits (at least one), correctly rounded, ties to even.
pub fn significant(value: f64, count: usize) -> Digits {
    let fraction = count.clamp(1, MAX_PRECISION) - 1;
    let text = format!("{:.*e}", fraction, value.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits = mantissa.bytes().filter(|byte| *byte != b'.').collect();
    Digits {
        digits,
        point: parse_exponent(exponent.as_bytes()) + 1,
    }
}

/// Digits up to `count` places after the decimal point, correctly rounded, ties to even. There may
/// be leading zeros.
pub fn fixed(value: f64, count: usize) -> Digits {
    if let Some(n) = scaled(value.abs(), count) {
        let (bytes, start) = padded_decimal(n, count + 1);
        return Digits {
            digits: bytes[start..].to_vec(),
            point: (bytes.len() - start - count) as i64,
        };
    }
    let text = format!("{:.*}", count.min(MAX_PRECISION), value.abs());
    let whole = text.find('.').unwrap_or(text.len());
    Digits {
        digits: text.bytes().filter(|byte| *byte != b'.').collect(),
        point: whole as i64,
    }
}

/// `value * 10^count`, rounded, ties to even, where the integers on the way fit.
fn scaled(value: f64, count: usize) -> Option<u64> {
    // 5^27 fits 63 bits, and its product with a significand 116.
    if count > 19 || !value.is_finite() {
        return None;
    }
    let bits = value.to_bits();
    let (exponent, low) = ((bits >> 52) as i32 & 0x7ff, bits & ((1 << 52) - 1));
    let (significand, exponent) = match exponent {
        0 => (low, -1074),
        _ => (low | 1 << 52, exponent - 1075),
    };
    let product = u128::from(significand) * u128::from(5u64.pow(count as u32));
    let shift = exponent + count as i32;
    if shift >= 0 {
        let fits = product.leading_zeros() as i32 >= 64 + shift;
        return fits.then(|| (product << shift) as u64);
    }
    if shift < -126 {
        return Some(0);
    }
    let whole = product >> -shift;
    let (rest, half) = (product - (whole << -shift), 1 << (-shift - 1));
    let up = rest > half || rest == half && whole & 1 == 1;
    u64::try_from(whole + u128::from(up)).ok()
}

/// The decimal digits of `n` at the end of an array, with zeros in front of them up to `least` digits, and where they
/// begin.
fn padded_decimal(n: u64, least: usize) -> ([u8; 20], usize) {
    let mut bytes = [b'0'; 20];
    let (mut start, mut rest) = (bytes.len(), n);
    while rest != 0 {
        start -= 1;
        bytes[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    let start = start.min(bytes.len() - least);
    (bytes, start)
}

fn parse_exponent(text: &[u8]) -> i64 {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let value = digits
        .iter()
        .fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
    if negative { -value } else { value }
}
