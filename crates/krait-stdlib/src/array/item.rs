//! The items of arrays, by type code.

use krait_runtime::types::int::{Int, as_int};
use krait_unicode::wtf8;

use crate::prelude::*;

/// Bytes of an item; `None` if there is no such type code.
pub const fn size(code: u8) -> Option<usize> {
    Some(match code {
        b'b' | b'B' => 1,
        b'h' | b'H' => 2,
        b'u' | b'w' | b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'd' => 8,
        _ => return None,
    })
}

pub const fn is_text(code: u8) -> bool {
    matches!(code, b'u' | b'w')
}

pub fn buffer_format(code: u8) -> &'static str {
    match code {
        b'b' => "b",
        b'B' => "B",
        b'u' | b'w' => "w",
        b'h' => "h",
        b'H' => "H",
        b'i' => "i",
        b'I' => "I",
        b'l' => "l",
        b'L' => "L",
        b'q' => "q",
        b'Q' => "Q",
        b'f' => "f",
        _ => "d",
    }
}

/// The pickling code of a type code on this machine (see `_array_reconstructor`).
pub fn machine_format(code: u8) -> i64 {
    let big = i64::from(cfg!(target_endian = "big"));
    match code {
        b'B' => 0,
        b'b' => 1,
        b'H' => 2 + big,
        b'h' => 4 + big,
        b'I' => 6 + big,
        b'i' => 8 + big,
        b'L' | b'Q' => 10 + big,
        b'l' | b'q' => 12 + big,
        b'f' => 14 + big,
        b'd' => 16 + big,
        _ => 20 + big,
    }
}

/// What an int has to fit on its way to an item, by CPython's names of the C types.
type Range = (&'static str, i64, i64);

const CHAR: Range = ("signed char", i8::MIN as i64, i8::MAX as i64);
const BYTE: Range = ("unsigned byte integer", 0, u8::MAX as i64);
const SHORT: Range = ("signed short integer", i16::MIN as i64, i16::MAX as i64);
const UNSIGNED_SHORT: Range = ("unsigned short", 0, u16::MAX as i64);
const INT: Range = ("signed integer", i32::MIN as i64, i32::MAX as i64);
const UNSIGNED_INT: Range = ("unsigned int", 0, u32::MAX as i64);

fn ranges(code: u8) -> &'static [Range] {
    match code {
        b'b' => &[SHORT, CHAR],
        b'B' => &[BYTE],
        b'h' => &[SHORT],
        b'H' => &[INT, UNSIGNED_SHORT],
        b'i' => &[INT],
        b'I' => &[UNSIGNED_INT],
        _ => &[],
    }
}

fn out_of_range(cx: &mut Cx, range: Range, negative: bool) -> Raised {
    let (name, side) = (
        range.0,
        if negative {
            "less than minimum"
        } else {
            "greater than maximum"
        },
    );
    cx.overflow_error(format!("{name} is {side}"))
}

/// The error for an int that no C integer of the code's kind holds.
fn too_large(cx: &mut Cx, code: u8, negative: bool) -> Raised {
    cx.overflow_error(match code {
        b'I' | b'L' if negative => "can't convert negative value to unsigned int",
        b'Q' if negative => "can't convert negative int to unsigned",
        b'I' | b'L' => "Python int too large to convert to C unsigned long",
        b'q' | b'Q' => "int too big to convert",
        _ => "Python int too large to convert to C long",
    })
}

/// The low bytes of the item that `v` stands for.
#[inline]
pub fn encode(cx: &mut Cx, code: u8, v: Value) -> PyResult<u64> {
    match code {
        b'f' => Ok((cx.as_f64(v)? as f32).to_bits() as u64),
        b'd' => Ok(cx.as_f64(v)?.to_bits()),
        b'u' | b'w' => character(cx, v),
        _ => integer(cx, code, v),
    }
}

fn integer(cx: &mut Cx, code: u8, v: Value) -> PyResult<u64> {
    let v = cx.index(v)?;
    let unsigned = matches!(code, b'I' | b'L' | b'Q');
    let n = match as_int(v) {
        Some(Int::Big(b)) if unsigned && !b.is_negative() && b.limbs().len() == 1 => {
            if code == b'I' {
                return Err(out_of_range(cx, UNSIGNED_INT, false));
            }
            return Ok(b.limbs()[0]);
        }
        Some(n) => match n.to_i64().filter(|&n| n >= 0 || !unsigned) {
            Some(n) => n,
            None => {
                let negative = n.is_negative();
                return Err(too_large(cx, code, negative));
            }
        },
        None => 0,
    };
    for &range in ranges(code) {
        if !(range.1..=range.2).contains(&n) {
            return Err(out_of_range(cx, range, n < 0));
        }
    }
    Ok(n as u64)
}

fn character(cx: &mut Cx, v: Value) -> PyResult<u64> {
    match Gc::<Str>::from_value(v) {
        Some(s) if s.char_len() == 1 => Ok(wtf8::decode_at(s.as_bytes(), 0).0 as u64),
        Some(s) => {
            let n = s.char_len();
            Err(cx.type_error(format!(
                "array item must be a unicode character, not a string of length {n}"
            )))
        }
        None => {
            let name = cx.type_name(v);
            Err(cx.type_error(format!(
                "array item must be a unicode character, not {name}"
            )))
        }
    }
}

/// The value of an item, from its bytes.
#[inline]
pub fn decode(cx: &mut Cx, code: u8, bytes: &[u8]) -> PyResult<Value> {
    let mut word = [0u8; 8];
    word[..bytes.len()].copy_from_slice(bytes);
    let n = u64::from_ne_bytes(word);
    Ok(match code {
        b'b' => Value::small(n as i8 as i64),
        b'h' => Value::small(n as i16 as i64),
        b'i' => Value::small(n as i32 as i64),
        b'B' | b'H' | b'I' => Value::small(n as i64),
        b'l' | b'q' => cx.new_int(n as i64),
        b'L' | b'Q' => cx.new_uint(n),
        b'f' => cx.new_float(f32::from_bits(n as u32) as f64),
        b'd' => cx.new_float(f64::from_bits(n)),
        _ if n > 0x10_ffff => return Err(cx.value_error("chr() arg not in range(0x110000)")),
        _ => cx.new_char(n as u32),
    })
}
