//! Single items in `struct` native format.

use crate::cx::Cx;
use crate::error::{PyResult, Raised};
use crate::object::Gc;
use crate::types::bytes::Bytes;
use crate::types::str::Str;
use crate::value::Value;

/// The letter of a native single-character format (`B`, `@B`); `None` for anything else.
pub fn letter(format: Gc<Str>) -> Option<u8> {
    match format.as_bytes() {
        [c] | [b'@', c] if item_size(*c).is_some() => Some(*c),
        _ => None,
    }
}

/// Bytes of an item.
pub fn item_size(letter: u8) -> Option<usize> {
    Some(match letter {
        b'c' | b'b' | b'B' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'd' | b'P' => 8,
        _ => return None,
    })
}

pub fn is_byte(letter: u8) -> bool {
    matches!(letter, b'c' | b'b' | b'B')
}

#[cold]
pub fn unsupported(cx: &mut Cx, format: Gc<Str>) -> Raised {
    let format = format.to_string_lossy();
    cx.not_implemented_error(format!("memoryview: format {format} not supported"))
}

/// Reads `N` bytes at `p`.
///
/// # Safety
/// They are readable.
unsafe fn read<const N: usize>(p: *const u8) -> [u8; N] {
    // SAFETY: by contract; items need not be aligned.
    unsafe { p.cast::<[u8; N]>().read_unaligned() }
}

/// The item at `p`.
///
/// # Safety
/// An item of this format is readable there.
pub unsafe fn unpack(cx: &mut Cx, letter: u8, p: *const u8) -> PyResult<Value> {
    // SAFETY: by contract.
    unsafe {
        Ok(match letter {
            b'B' => Value::small(i64::from(*p)),
            b'b' => Value::small(i64::from(*p as i8)),
            b'c' => Bytes::from_slice(cx, &[*p])?.value(),
            b'?' => Value::bool(*p != 0),
            b'h' => Value::small(i64::from(i16::from_ne_bytes(read(p)))),
            b'H' => Value::small(i64::from(u16::from_ne_bytes(read(p)))),
            b'i' => Value::small(i64::from(i32::from_ne_bytes(read(p)))),
            b'I' => Value::small(i64::from(u32::from_ne_bytes(read(p)))),
            b'l' | b'q' | b'n' => cx.new_int(i64::from_ne_bytes(read(p))),
            b'e' => cx.new_float(half_to_f64(u16::from_ne_bytes(read(p)))),
            b'f' => cx.new_float(f64::from(f32::from_ne_bytes(read(p)))),
            b'd' => cx.new_float(f64::from_ne_bytes(read(p))),
            _ => cx.new_uint(u64::from_ne_bytes(read(p))),
        })
    }
}

/// The bytes of `v` in this format; at most 8.
pub fn pack(cx: &mut Cx, letter: u8, v: Value) -> PyResult<([u8; 8], usize)> {
    let mut out = [0; 8];
    let n = item_size(letter).unwrap_or(1);
    match letter {
        b'c' => {
            let Some(b) = Gc::<Bytes>::from_value(v) else {
                return Err(invalid_type(cx, letter));
            };
            match b.as_bytes() {
                [b] => out[0] = *b,
                _ => return Err(invalid_value(cx, letter)),
            }
        }
        b'?' => out[0] = u8::from(cx.is_true(v)?),
        b'e' | b'f' | b'd' => {
            let x = number(cx, letter, v, |cx| cx.as_f64(v))?;
            match letter {
                b'd' => out = x.to_ne_bytes(),
                // Too large a number becomes infinite.
                b'f' => out[..4].copy_from_slice(&(x as f32).to_ne_bytes()),
                _ => match f64_to_half(x) {
                    Some(h) => out[..2].copy_from_slice(&h.to_ne_bytes()),
                    None => return Err(invalid_value(cx, letter)),
                },
            }
        }
        _ => {
            let n = number(cx, letter, v, |cx| cx.index_int(v))?;
            let n = match n {
                crate::types::int::Int::Small(n) => Some(i128::from(n)),
                crate::types::int::Int::Big(b) => match b.limbs() {
                    [limb] => Some(if b.is_negative() {
                        -i128::from(*limb)
                    } else {
                        i128::from(*limb)
                    }),
                    _ => None,
                },
            };
            let (low, high) = int_range(letter);
            match n.filter(|n| (low..=high).contains(n)) {
                Some(n) => out = (n as u64).to_ne_bytes(),
                None => return Err(invalid_value(cx, letter)),
            }
        }
    }
    Ok((out, n))
}

/// Converts a number; a TypeError becomes memoryview's.
fn number<T>(
    cx: &mut Cx,
    letter: u8,
    _v: Value,
    convert: impl FnOnce(&mut Cx) -> PyResult<T>,
) -> PyResult<T> {
    match convert(cx) {
        Err(e) if e.is(cx, cx.types().type_error) => Err(invalid_type(cx, letter)),
        Err(e) if e.is(cx, cx.types().overflow_error) || e.is(cx, cx.types().value_error) => {
            Err(invalid_value(cx, letter))
        }
        result => result,
    }
}

fn int_range(letter: u8) -> (i128, i128) {
    let bits = item_size(letter).unwrap_or(1) * 8;
    if letter.is_ascii_uppercase() {
        (0, (1 << bits) - 1)
    } else {
        (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)
    }
}

fn invalid_type(cx: &mut Cx, letter: u8) -> Raised {
    let letter = char::from(letter);
    cx.type_error(format!("memoryview: invalid type for format '{letter}'"))
}

fn invalid_value(cx: &mut Cx, letter: u8) -> Raised {
    let letter = char::from(letter);
    cx.value_error(format!("memoryview: invalid value for format '{letter}'"))
}

/// IEEE 754 binary16 to binary64.
pub fn half_to_f64(h: u16) -> f64 {
    let sign = if h & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (exponent, fraction) = ((h >> 10) & 31, f64::from(h & 0x3FF));
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        e => (1.0 + fraction / 1024.0) * 2f64.powi(i32::from(e) - 15),
    }
}

/// Binary64 to the nearest binary16, ties to even; `None` if it is too large.
pub fn f64_to_half(x: f64) -> Option<u16> {
    let sign = if x.is_sign_negative() { 0x8000 } else { 0 };
    if x.is_nan() {
        return Some(sign | 0x7E00);
    }
    let a = x.abs();
    if a.is_infinite() {
        return Some(sign | 0x7C00);
    }
    // The unit of the last place: 2^-24 for subnormal results, else 2^(exponent - 10).
    let exponent = if a < 2f64.powi(-14) {
        -14
    } else {
        ((a.to_bits() >> 52) as i32 & 0x7FF) - 1023
    };
    let units = (a / 2f64.powi(exponent - 10)).round_ties_even();
    let mut bits = units as u32;
    if exponent > -14 || bits >= 1024 {
        bits += ((exponent + 14) as u32) << 10;
    }
    (bits < 0x7C00).then_some(sign | bits as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_round_trip() {
        for h in (0..0x7C00).chain(0x8000..0xFC00) {
            assert_eq!(f64_to_half(half_to_f64(h)), Some(h), "{h:#x}");
        }
        assert_eq!(f64_to_half(65520.0), None);
        assert_eq!(f64_to_half(65519.0), Some(0x7BFF));
        assert_eq!(f64_to_half(f64::INFINITY), Some(0x7C00));
    }
}
