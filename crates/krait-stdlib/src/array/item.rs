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

/// What the messages call a C type, and its range.
fn range(code: u8) -> (&'static str, i64, i64) {
    match code {
        b'b' => ("signed char", i8::MIN as i64, i8::MAX as i64),
        b'B' => ("unsigned byte integer", 0, u8::MAX as i64),
        b'h' => ("signed short integer", i16::MIN as i64, i16::MAX as i64),
        b'H' => ("unsigned short", 0, u16::MAX as i64),
        b'i' => ("signed integer", i32::MIN as i64, i32::MAX as i64),
        _ => ("unsigned int", 0, u32::MAX as i64),
    }
}

fn out_of_range(cx: &mut Cx, code: u8, negative: bool) -> Raised {
    cx.overflow_error(match code {
        b'I' | b'L' if negative => "can't convert negative value to unsigned int".to_owned(),
        b'Q' if negative => "can't convert negative int to unsigned".to_owned(),
        b'l' => "Python int too large to convert to C long".to_owned(),
        b'L' => "Python int too large to convert to C unsigned long".to_owned(),
        b'q' | b'Q' => "int too big to convert".to_owned(),
        _ => {
            let (name, ..) = range(code);
            format!(
                "{name} is {} than {}",
                if negative { "less" } else { "greater" },
                if negative { "minimum" } else { "maximum" }
            )
        }
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
    let n = cx.index(v)?;
    let n = match as_int(n) {
        Some(Int::Small(n)) => n,
        Some(Int::Big(b))
            if !b.is_negative() && b.limbs().len() == 1 && matches!(code, b'L' | b'Q') =>
        {
            return Ok(b.limbs()[0]);
        }
        Some(big) => return Err(out_of_range(cx, code, big.is_negative())),
        None => 0,
    };
    let fits = match code {
        b'l' | b'q' => true,
        b'L' | b'Q' => n >= 0,
        _ => {
            let (_, low, high) = range(code);
            (low..=high).contains(&n)
        }
    };
    if fits {
        Ok(n as u64)
    } else {
        Err(out_of_range(cx, code, n < 0))
    }
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
        _ if n > 0x10_ffff => {
            return Err(cx.value_error(format!(
                "character U+{n:x} is not in range [U+0000; U+10ffff]"
            )));
        }
        _ => cx.new_char(n as u32),
    })
}
