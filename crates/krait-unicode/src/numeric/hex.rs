//! `float.hex` and `float.fromhex`.

/// Why `float.fromhex` refuses a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HexError {
    /// ValueError.
    Invalid,
    /// OverflowError.
    TooLarge,
    /// ValueError; more than about 2^61 digits cannot be handled.
    TooLong,
}

impl HexError {
    /// CPython's message.
    pub fn message(self) -> &'static str {
        match self {
            HexError::Invalid => "invalid hexadecimal floating-point string",
            HexError::TooLarge => "hexadecimal value too large to represent as a float",
            HexError::TooLong => "hexadecimal string too long to convert",
        }
    }
}

const FRACTION_BITS: u32 = 52;
const BIAS: i64 = 1023;

/// `float.hex`.
pub fn to_hex(value: f64) -> String {
    if value.is_nan() || value.is_infinite() {
        return super::repr(value);
    }
    let bits = value.to_bits();
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let fraction = bits & ((1 << FRACTION_BITS) - 1);
    let biased = (bits >> FRACTION_BITS & 0x7FF) as i64;
    let (lead, exponent) = if biased == 0 {
        (0, 1 - BIAS)
    } else {
        (1, biased - BIAS)
    };
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    format!(
        "{sign}0x{lead}.{fraction:013x}p{exponent_sign}{}",
        exponent.abs()
    )
}

/// `float.fromhex`. The text may have ASCII white space around it.
pub fn from_hex(text: &[u8]) -> Result<f64, HexError> {
    let text = super::parse::strip(text, super::parse::is_ascii_space);
    let (negative, body) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let word = body.to_ascii_lowercase();
    let magnitude = match word.as_slice() {
        b"inf" | b"infinity" => f64::INFINITY,
        b"nan" => f64::NAN,
        [b'0', b'x', rest @ ..] => parse_body(rest)?,
        _ => parse_body(&word)?,
    };
    Ok(if negative { -magnitude } else { magnitude })
}

/// Digits with an optional point and exponent, all lower case.
fn parse_body(body: &[u8]) -> Result<f64, HexError> {
    let (mantissa, exponent) = match body.iter().position(|byte| *byte == b'p') {
        Some(at) => (&body[..at], parse_exponent(&body[at + 1..])?),
        None => (body, 0),
    };
    let mut digits = Vec::with_capacity(mantissa.len());
    let mut fraction_digits: Option<i64> = None;
    for byte in mantissa {
        match (byte, &mut fraction_digits) {
            (b'.', None) => fraction_digits = Some(0),
            (byte, fraction) => {
                let digit = char::from(*byte).to_digit(16).ok_or(HexError::Invalid)?;
                digits.push(digit as u8);
                if let Some(count) = fraction {
                    *count += 1;
                }
            }
        }
    }
    if digits.is_empty() {
        return Err(HexError::Invalid);
    }
    // Far beyond any double, and far from overflow.
    const FAR: i64 = 1 << 60;
    let scale = exponent.clamp(-FAR, FAR) - 4 * fraction_digits.unwrap_or(0);
    compose(&digits, scale)
}

fn parse_exponent(text: &[u8]) -> Result<i64, HexError> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(HexError::Invalid);
    }
    let value = digits.iter().fold(0i64, |value, digit| {
        value
            .saturating_mul(10)
            .saturating_add(i64::from(digit - b'0'))
    });
    Ok(if negative { -value } else { value })
}

/// The double nearest to the hexadecimal integer `digits` times 2^scale, ties to even.
fn compose(digits: &[u8], scale: i64) -> Result<f64, HexError> {
    let leading = digits.iter().take_while(|digit| **digit == 0).count();
    let digits = &digits[leading..];
    if digits.is_empty() {
        return Ok(0.0);
    }
    // The first 60 bits, with a sticky bit for the rest.
    let taken = digits.len().min(15);
    let mut mantissa = digits[..taken]
        .iter()
        .fold(0u64, |value, digit| value << 4 | u64::from(*digit));
    let rest = &digits[taken..];
    let mut exponent = scale.saturating_add(4 * rest.len() as i64);
    let sticky = u64::from(rest.iter().any(|digit| *digit != 0));
    mantissa = mantissa << 1 | sticky;
    exponent = exponent.saturating_sub(1);

    // Exponent of the leading bit decides how many bits the double keeps.
    let bits = i64::from(64 - mantissa.leading_zeros());
    let top = exponent.saturating_add(bits - 1);
    if top > BIAS {
        return Err(HexError::TooLarge);
    }
    let unit = (top - i64::from(FRACTION_BITS)).max(1 - BIAS - i64::from(FRACTION_BITS));
    let drop = unit - exponent;
    let rounded = if drop <= 0 {
        // Few bits: exact.
        mantissa << -drop
    } else if drop > 63 {
        0
    } else {
        let kept = mantissa >> drop;
        let rest = mantissa & ((1 << drop) - 1);
        let half = 1u64 << (drop - 1);
        kept + u64::from(rest > half || rest == half && kept & 1 == 1)
    };
    // `rounded` is at most 2^53 and `unit` at least the smallest subnormal: exact.
    let value = scale_by_power_of_two(rounded as f64, unit);
    if value.is_infinite() {
        Err(HexError::TooLarge)
    } else {
        Ok(value)
    }
}

/// `value * 2^exponent`, exact where the result is representable.
fn scale_by_power_of_two(value: f64, exponent: i64) -> f64 {
    let power = |exponent: i64| f64::from_bits(((exponent + BIAS) as u64) << FRACTION_BITS);
    if exponent < 1 - BIAS {
        value * power(exponent + 64) * power(-64)
    } else {
        value * power(exponent)
    }
}
