//! Ints as text.

use std::sync::atomic::{AtomicUsize, Ordering};

use dashu_int::ops::UnsignedAbs;

use super::{Int, bits};
use crate::cx::Cx;
use crate::error::PyResult;
use crate::value::Value;

/// `sys.set_int_max_str_digits`: quadratic conversions between text and int are refused beyond
/// so many digits; 0 is no limit. Starts as the interpreter's configuration says.
pub struct DigitLimit(AtomicUsize);

const UNSET: usize = usize::MAX;

impl Default for DigitLimit {
    fn default() -> DigitLimit {
        DigitLimit(AtomicUsize::new(UNSET))
    }
}

impl DigitLimit {
    /// Limits below this are refused by `sys.set_int_max_str_digits`.
    pub const THRESHOLD: usize = 640;
    pub const DEFAULT: usize = 4300;

    pub fn get(cx: &Cx) -> usize {
        match cx.state::<DigitLimit>().0.load(Ordering::Relaxed) {
            UNSET => cx.interp().config.int_max_str_digits,
            n => n,
        }
    }

    pub fn set(cx: &Cx, digits: usize) {
        cx.state::<DigitLimit>().0.store(digits, Ordering::Relaxed);
    }
}

/// `str(n)`; ValueError beyond the limit on digits.
pub fn to_decimal(cx: &mut Cx, n: Int) -> PyResult<String> {
    let Int::Big(b) = n else {
        return Ok(small_decimal(n));
    };
    let limit = DigitLimit::get(cx);
    // At least so many digits, without converting: log10(2) is a bit more than 0.30102.
    let at_least = (bits::bit_length(n) - 1) as u128 * 30102 / 100_000;
    if limit != 0 && at_least > limit as u128 {
        return Err(too_long(cx, limit));
    }
    let text = b.to_ibig().to_string();
    if limit != 0 && text.len() - b.is_negative() as usize > limit {
        return Err(too_long(cx, limit));
    }
    Ok(text)
}

/// The text of an int that fits a word, without a copy on the heap.
pub struct Decimal {
    /// At the end of these.
    bytes: [u8; 20],
    start: usize,
}

impl Decimal {
    #[inline]
    pub fn of(n: i64) -> Decimal {
        let mut text = Decimal::of_unsigned(n.unsigned_abs());
        if n < 0 {
            text.start -= 1;
            text.bytes[text.start] = b'-';
        }
        text
    }

    #[inline]
    pub fn of_unsigned(n: u64) -> Decimal {
        let mut bytes = [0; 20];
        let mut start = bytes.len();
        let mut rest = n;
        loop {
            start -= 1;
            bytes[start] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        Decimal { bytes, start }
    }

    #[inline]
    pub fn as_str(&self) -> &str {
        // SAFETY: ASCII digits, perhaps behind a sign.
        unsafe { std::str::from_utf8_unchecked(self.as_bytes()) }
    }

    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[self.start..]
    }
}

impl Cx {
    /// `str(n)` of an int that fits a word.
    pub fn decimal_str(&mut self, n: i64) -> Value {
        self.new_ascii(Decimal::of(n).as_bytes())
    }
}

fn small_decimal(n: Int) -> String {
    match n {
        Int::Small(n) => String::from_utf8_lossy(Decimal::of(n).as_bytes()).into_owned(),
        Int::Big(b) => b.to_ibig().to_string(),
    }
}

#[cold]
fn too_long(cx: &mut Cx, limit: usize) -> crate::error::Raised {
    cx.value_error(format!(
        "Exceeds the limit ({limit} digits) for integer string conversion; \
         use sys.set_int_max_str_digits() to increase the limit"
    ))
}

/// `n` in base 2, 8 or 16: `-` if it is negative, then lower-case digits without prefix. These bases
/// have no limit on digits.
pub fn to_radix(n: Int, radix: u32) -> String {
    let mut text = String::new();
    if n.is_negative() {
        text.push('-');
    }
    match n {
        Int::Small(n) => {
            let mut digits = [0; 64];
            let (mut start, mut rest) = (digits.len(), n.unsigned_abs());
            loop {
                start -= 1;
                digits[start] = b"0123456789abcdef"[(rest & u64::from(radix - 1)) as usize];
                rest >>= radix.trailing_zeros();
                if rest == 0 {
                    break;
                }
            }
            text.extend(digits[start..].iter().map(|d| char::from(*d)));
        }
        Int::Big(b) => {
            let digits = b.to_ibig().unsigned_abs();
            text.push_str(&digits.in_radix(radix as u8).to_string());
        }
    }
    text
}
