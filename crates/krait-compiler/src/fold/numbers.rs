//! Numbers as constants.

use krait_bytecode::Const;

/// The value of an int or bool constant that fits 128 bits.
pub(super) fn as_int(value: &Const) -> Option<i128> {
    match value {
        Const::Int(i) => Some(i128::from(*i)),
        Const::True => Some(1),
        Const::False => Some(0),
        Const::BigInt {
            negative,
            magnitude,
        } if magnitude.len() <= 15 => {
            let mut bytes = [0; 16];
            bytes[..magnitude.len()].copy_from_slice(magnitude);
            let value = i128::from_le_bytes(bytes);
            Some(if *negative { -value } else { value })
        }
        _ => None,
    }
}

/// A float, or an int that a float holds exactly.
pub(super) fn as_float(value: &Const) -> Option<f64> {
    match value {
        Const::Float(bits) => Some(f64::from_bits(*bits)),
        _ => as_int(value)
            .filter(|i| i.abs() <= 1 << 53)
            .map(|i| i as f64),
    }
}

/// Any number as a complex one.
pub(super) fn as_complex(value: &Const) -> Option<(f64, f64)> {
    match value {
        Const::Complex(re, im) => Some((f64::from_bits(*re), f64::from_bits(*im))),
        _ => as_float(value).map(|f| (f, 0.0)),
    }
}

/// The constant for an int.
pub(crate) fn int_const(value: i128) -> Option<Const> {
    if let Ok(small) = i64::try_from(value) {
        return Some(Const::Int(small));
    }
    Some(big(value < 0, value.unsigned_abs().to_le_bytes().to_vec()))
}

fn big(negative: bool, mut magnitude: Vec<u8>) -> Const {
    while magnitude.last() == Some(&0) {
        magnitude.pop();
    }
    Const::BigInt {
        negative,
        magnitude: magnitude.into(),
    }
}

/// The constant for an int literal's text; None if it is none.
pub(crate) fn parse_int(text: &str) -> Option<Const> {
    let text: String = text.chars().filter(|&c| c != '_').collect();
    let (radix, digits) = match text.get(..2) {
        Some("0x" | "0X") => (16, &text[2..]),
        Some("0o" | "0O") => (8, &text[2..]),
        Some("0b" | "0B") => (2, &text[2..]),
        _ => (10, &text[..]),
    };
    if let Ok(small) = i64::from_str_radix(digits, radix) {
        return Some(Const::Int(small));
    }
    // As many digits at a time as fit 32 bits.
    let chunk = match radix {
        2 => 31,
        8 => 10,
        16 => 7,
        _ => 9,
    };
    let mut limbs: Vec<u32> = Vec::new();
    let bytes = digits.as_bytes();
    for part in bytes.chunks(chunk) {
        let part = std::str::from_utf8(part).ok()?;
        let mut carry = u64::from(u32::from_str_radix(part, radix).ok()?);
        let factor = u64::from(radix).pow(part.len() as u32);
        for limb in &mut limbs {
            let product = u64::from(*limb) * factor + carry;
            *limb = product as u32;
            carry = product >> 32;
        }
        if carry != 0 {
            limbs.push(carry as u32);
        }
    }
    Some(big(
        false,
        limbs.into_iter().flat_map(u32::to_le_bytes).collect(),
    ))
}
