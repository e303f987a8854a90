//! `int.to_bytes` and `int.from_bytes`.

use super::{Int, bit_length};
use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::special::Special;
use crate::types::str::Str;
use crate::value::Value;

/// Whether a `byteorder` argument says "little"; big is the default.
pub fn is_little(cx: &mut Cx, func: &str, order: Option<Value>) -> PyResult<bool> {
    let Some(order) = order else { return Ok(false) };
    let Some(s) = Gc::<Str>::from_value(order) else {
        let name = crate::protocol::text::shown_type(cx, order);
        return Err(cx.type_error(format!(
            "{func}() argument 'byteorder' must be str, not {name}"
        )));
    };
    match s.as_bytes() {
        b"little" => Ok(true),
        b"big" => Ok(false),
        _ => Err(cx.value_error("byteorder must be either 'little' or 'big'")),
    }
}

/// `n` as `length` bytes.
pub fn to_bytes(cx: &mut Cx, n: Int, length: isize, little: bool, signed: bool) -> PyResult<Value> {
    let Ok(length) = usize::try_from(length) else {
        return Err(cx.value_error("length argument must be non-negative"));
    };
    if n.is_negative() && !signed {
        return Err(cx.overflow_error("can't convert negative int to unsigned"));
    }
    if needed_bits(n, signed) > length as u128 * 8 {
        return Err(cx.overflow_error("int too big to convert"));
    }
    if let Int::Small(n) = n
        && length <= 8
    {
        // The word is in two's complement, and has the bits.
        let mut bytes = n.to_le_bytes();
        let bytes = &mut bytes[..length];
        if !little {
            bytes.reverse();
        }
        return Ok(cx.new_bytes(bytes));
    }
    let mut bytes = Vec::new();
    if bytes.try_reserve_exact(length).is_err() {
        return Err(crate::types::bytes::too_large(cx, length));
    }
    let small;
    let magnitude: &[u64] = match &n {
        Int::Small(n) => {
            small = [n.unsigned_abs()];
            &small
        }
        Int::Big(b) => b.limbs(),
    };
    bytes.extend(magnitude.iter().flat_map(|l| l.to_le_bytes()).take(length));
    bytes.resize(length, 0);
    if n.is_negative() {
        negate(&mut bytes);
    }
    if !little {
        bytes.reverse();
    }
    let bytes = crate::types::bytes::Bytes::from_slice(cx, &bytes)?;
    Ok(bytes.value())
}

/// Bits that `n` takes, with a sign bit if `signed`; zero takes none.
fn needed_bits(n: Int, signed: bool) -> u128 {
    let magnitude = bit_length(n) as u128;
    match signed {
        _ if n.is_zero() => 0,
        false => magnitude,
        // -2^k needs k bits and the sign.
        true if n.is_negative() && is_power_of_two(n) => magnitude,
        true => magnitude + 1,
    }
}

fn is_power_of_two(n: Int) -> bool {
    match n {
        Int::Small(n) => n.unsigned_abs().is_power_of_two(),
        Int::Big(b) => b.limbs().iter().map(|l| l.count_ones()).sum::<u32>() == 1,
    }
}

/// Two's complement of little-endian bytes.
fn negate(bytes: &mut [u8]) {
    let mut carry = true;
    for b in bytes {
        (*b, carry) = (!*b).overflowing_add(carry as u8);
    }
}

/// The int that `bytes` are.
pub fn from_bytes(cx: &mut Cx, bytes: &[u8], little: bool, signed: bool) -> PyResult<Value> {
    if let 1..=8 = bytes.len() {
        return Ok(from_word(cx, bytes, little, signed));
    }
    let mut bytes = bytes.to_vec();
    if !little {
        bytes.reverse();
    }
    let negative = signed && bytes.last().is_some_and(|b| b & 0x80 != 0);
    if negative {
        negate(&mut bytes);
    }
    let limbs: Vec<u64> = bytes
        .chunks(8)
        .map(|chunk| {
            let mut limb = [0; 8];
            limb[..chunk.len()].copy_from_slice(chunk);
            u64::from_le_bytes(limb)
        })
        .collect();
    cx.new_int_from_limbs(negative, &limbs)
}

/// The int that one to eight bytes are.
fn from_word(cx: &mut Cx, bytes: &[u8], little: bool, signed: bool) -> Value {
    let join = |word: u64, b: &u8| word << 8 | u64::from(*b);
    let word = if little {
        bytes.iter().rev().fold(0, join)
    } else {
        bytes.iter().fold(0, join)
    };
    if signed {
        let unused = 64 - 8 * bytes.len() as u32;
        cx.new_int(((word << unused) as i64) >> unused)
    } else {
        cx.new_uint(word)
    }
}

/// The bytes of the first argument of `from_bytes`: a buffer, `__bytes__` or an iterable of ints.
pub fn bytes_argument(cx: &mut Cx, v: Value) -> PyResult<Vec<u8>> {
    if let Some(r) = cx.call_special(v, Special::Bytes, &[])? {
        return match Gc::<crate::types::bytes::Bytes>::from_value(r) {
            Some(b) => Ok(b.as_bytes().to_vec()),
            None => {
                let name = cx.type_name(r);
                Err(cx.type_error(format!("__bytes__ returned non-bytes (type {name})")))
            }
        };
    }
    if cx.is_buffer(v) {
        return cx.bytes_like(v, <[u8]>::to_vec);
    }
    crate::types::bytes::construct::contents(cx, v, "bytes", "bytes must be in range(0, 256)")
}
