//! Single values to bytes and back.

use krait_runtime::types::bytearray::ByteArray;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::complex::as_complex;
use krait_runtime::types::int::{Int, as_int};

use super::error;
use super::format::{Codes, Item};
use crate::prelude::*;

/// The bytes of an integer of `size` bytes that is in `low..=high`.
fn integer(cx: &mut Cx, letter: u8, v: Value, low: i128, high: i128) -> PyResult<u64> {
    let n = match as_int(v) {
        Some(_) => v,
        None if cx.is_index(v) => cx.index(v)?,
        None => return Err(error(cx, "required argument is not an integer")),
    };
    let n = match as_int(n) {
        Some(Int::Small(n)) => Some(n as i128),
        Some(Int::Big(b)) if b.limbs().len() == 1 && !b.is_negative() => Some(b.limbs()[0] as i128),
        _ => None,
    };
    match n.filter(|n| (low..=high).contains(n)) {
        Some(n) => Ok(n as u64),
        None => Err(error(
            cx,
            &format!(
                "'{}' format requires {low} <= number <= {high}",
                letter as char
            ),
        )),
    }
}

/// An address: any integer, its low 64 bits.
fn address(cx: &mut Cx, v: Value) -> PyResult<u64> {
    let v = if cx.is_index(v) { cx.index(v)? } else { v };
    match as_int(v) {
        Some(Int::Small(n)) => Ok(n as u64),
        Some(Int::Big(b)) => {
            let low = b.limbs().first().copied().unwrap_or(0);
            let most = if b.is_negative() { 1 << 63 } else { u64::MAX };
            if b.limbs().len() > 1 || low > most {
                return Err(error(cx, "int too large to convert"));
            }
            Ok(if b.is_negative() {
                low.wrapping_neg()
            } else {
                low
            })
        }
        None => Err(error(cx, "required argument is not an integer")),
    }
}

fn float(cx: &mut Cx, v: Value) -> PyResult<f64> {
    match cx.as_f64(v) {
        Ok(x) => Ok(x),
        Err(e) if e.is(cx, cx.types().type_error) => {
            Err(error(cx, "required argument is not a float"))
        }
        Err(e) => Err(e),
    }
}

fn single(cx: &mut Cx, x: f64, letter: u8) -> PyResult<f32> {
    let f = x as f32;
    if f.is_infinite() && x.is_finite() {
        return Err(cx.overflow_error(format!(
            "float too large to pack with {} format",
            letter as char
        )));
    }
    Ok(f)
}

/// A double as IEEE 754 half, rounded half to even; `None` if it is too large.
pub fn to_half(x: f64) -> Option<u16> {
    let sign = if x.is_sign_negative() { 0x8000 } else { 0 };
    if x.is_nan() {
        return Some(sign | 0x7e00);
    }
    let a = x.abs();
    if a.is_infinite() {
        return Some(sign | 0x7c00);
    }
    if a >= 65520.0 {
        return None;
    }
    // The distance of halves around `a`: 2^-24 for subnormals.
    let exponent = if a < 6.103515625e-5 {
        -14
    } else {
        ((a.to_bits() >> 52) as i32) - 1023
    };
    let units = (a * 2f64.powi(10 - exponent)).round_ties_even() as u32;
    let bits = if exponent == -14 && units < 1024 {
        units
    } else {
        ((exponent + 15) as u32 * 1024) + units - 1024
    };
    Some(sign | bits as u16)
}

pub fn from_half(h: u16) -> f64 {
    let sign = if h & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (exponent, fraction) = ((h >> 10) & 31, (h & 0x3ff) as f64);
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        e => (1.0 + fraction / 1024.0) * 2f64.powi(e as i32 - 15),
    }
}

/// Writes the low bytes of `n`.
#[inline]
fn put(out: &mut [u8], n: u64, little: bool) {
    // The sizes of C's integers: a copy of unknown length is a call of the C library.
    match (out.len(), little) {
        (1, _) => out[0] = n as u8,
        (2, true) => out.copy_from_slice(&(n as u16).to_le_bytes()),
        (2, false) => out.copy_from_slice(&(n as u16).to_be_bytes()),
        (4, true) => out.copy_from_slice(&(n as u32).to_le_bytes()),
        (4, false) => out.copy_from_slice(&(n as u32).to_be_bytes()),
        (size, true) => out.copy_from_slice(&n.to_le_bytes()[..size]),
        (size, false) => out.copy_from_slice(&n.to_be_bytes()[8 - size..]),
    }
}

#[inline]
fn take(bytes: &[u8], little: bool) -> u64 {
    // The sizes of C's integers: a copy of unknown length is a call of the C library.
    match (bytes, little) {
        (&[b], _) => u64::from(b),
        (&[a, b], true) => u64::from(u16::from_le_bytes([a, b])),
        (&[a, b], false) => u64::from(u16::from_be_bytes([a, b])),
        (&[a, b, c, d], true) => u64::from(u32::from_le_bytes([a, b, c, d])),
        (&[a, b, c, d], false) => u64::from(u32::from_be_bytes([a, b, c, d])),
        (_, true) => bytes.iter().rev().fold(0, |n, &b| n << 8 | u64::from(b)),
        (_, false) => bytes.iter().fold(0, |n, &b| n << 8 | u64::from(b)),
    }
}

/// The bytes of a `bytes` or `bytearray`.
fn string<'a>(cx: &mut Cx, v: Value, letter: u8) -> PyResult<&'a [u8]> {
    if let Some(b) = Gc::<Bytes>::from_value(v) {
        return Ok(b.as_bytes());
    }
    match Gc::<ByteArray>::from_value(v) {
        Some(b) => Ok(b.as_bytes()),
        None => Err(error(
            cx,
            &format!("argument for '{}' must be a bytes object", letter as char),
        )),
    }
}

fn pack_one(cx: &mut Cx, item: Item, v: Value, out: &mut [u8], little: bool) -> PyResult<()> {
    let bits = (item.size * 8) as u32;
    let n = match item.letter {
        b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => {
            let high = (1i128 << (bits - 1)) - 1;
            integer(cx, item.letter, v, -high - 1, high)?
        }
        b'B' | b'H' | b'I' | b'L' | b'Q' | b'N' => {
            integer(cx, item.letter, v, 0, (1i128 << bits) - 1)?
        }
        b'P' => address(cx, v)?,
        b'?' => u64::from(cx.is_true(v)?),
        b'c' => match Gc::<Bytes>::from_value(v).map(|b| b.as_bytes()) {
            Some(&[b]) => b as u64,
            _ => return Err(error(cx, "char format requires a bytes object of length 1")),
        },
        b'e' => {
            let x = float(cx, v)?;
            match to_half(x) {
                Some(h) => h as u64,
                None => return Err(cx.overflow_error("float too large to pack with e format")),
            }
        }
        b'f' => {
            let x = float(cx, v)?;
            single(cx, x, b'f')?.to_bits() as u64
        }
        b'd' => float(cx, v)?.to_bits(),
        b'F' | b'D' => return pack_complex(cx, item, v, out, little),
        _ => return pack_string(cx, item, v, out),
    };
    put(out, n, little);
    Ok(())
}

fn pack_complex(cx: &mut Cx, item: Item, v: Value, out: &mut [u8], little: bool) -> PyResult<()> {
    let c = match as_complex(v) {
        Some(c) => c,
        None => match krait_runtime::types::complex::from_number(cx, v) {
            Ok(Some(c)) => c,
            Ok(None) => return Err(error(cx, "required argument is not a complex")),
            Err(e) if e.is(cx, cx.types().type_error) => {
                return Err(error(cx, "required argument is not a complex"));
            }
            Err(e) => return Err(e),
        },
    };
    let (re, im) = out.split_at_mut(item.size / 2);
    if item.letter == b'D' {
        put(re, c.re.to_bits(), little);
        put(im, c.im.to_bits(), little);
    } else {
        let (a, b) = (single(cx, c.re, b'F')?, single(cx, c.im, b'F')?);
        put(re, a.to_bits() as u64, little);
        put(im, b.to_bits() as u64, little);
    }
    Ok(())
}

fn pack_string(cx: &mut Cx, item: Item, v: Value, out: &mut [u8]) -> PyResult<()> {
    let bytes = string(cx, v, item.letter)?;
    if item.letter == b's' {
        let n = bytes.len().min(out.len());
        out[..n].copy_from_slice(&bytes[..n]);
    } else if let Some((length, out)) = out.split_first_mut() {
        let n = bytes.len().min(out.len());
        out[..n].copy_from_slice(&bytes[..n]);
        *length = n.min(255) as u8;
    }
    Ok(())
}

/// Packs `values`, as many as the format takes, into zeroed memory of its size.
pub fn pack(cx: &mut Cx, codes: &Codes, values: &[Value], out: &mut [u8]) -> PyResult<()> {
    let mut values = values.iter();
    for item in &codes.items {
        for i in 0..item.repeat {
            let at = item.offset + i * item.size;
            let Some(&v) = values.next() else {
                return Ok(());
            };
            pack_one(cx, *item, v, &mut out[at..at + item.size], codes.little)?;
        }
    }
    Ok(())
}

fn unpack_one(cx: &mut Cx, item: Item, bytes: &[u8], little: bool) -> Value {
    let unsigned = |b: &[u8]| take(b, little);
    match item.letter {
        b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => {
            let unused = 64 - item.size as u32 * 8;
            cx.new_int(((unsigned(bytes) << unused) as i64) >> unused)
        }
        b'B' | b'H' | b'I' | b'L' | b'Q' | b'N' | b'P' => cx.new_uint(unsigned(bytes)),
        b'?' => Value::bool(bytes[0] != 0),
        b'e' => cx.new_float(from_half(unsigned(bytes) as u16)),
        b'f' => cx.new_float(f32::from_bits(unsigned(bytes) as u32) as f64),
        b'd' => cx.new_float(f64::from_bits(unsigned(bytes))),
        b'F' => {
            let part = |b: &[u8]| f32::from_bits(unsigned(b) as u32) as f64;
            cx.new_complex(part(&bytes[..4]), part(&bytes[4..]))
        }
        b'D' => {
            let part = |b: &[u8]| f64::from_bits(unsigned(b));
            cx.new_complex(part(&bytes[..8]), part(&bytes[8..]))
        }
        b'p' => match bytes.split_first() {
            Some((&n, rest)) => cx.new_bytes(&rest[..rest.len().min(n as usize)]),
            None => cx.new_bytes(&[]),
        },
        _ => cx.new_bytes(bytes),
    }
}

/// The tuple of values in `bytes`, which have the format's size.
pub fn unpack(cx: &mut Cx, codes: &Codes, bytes: &[u8]) -> PyResult<Value> {
    if codes.count == 0 {
        return Ok(cx.empty_tuple());
    }
    let class = cx.types().tuple;
    let out = Tuple::alloc(cx, class, codes.count)?;
    let mut index = 0;
    for item in &codes.items {
        for i in 0..item.repeat {
            let at = item.offset + i * item.size;
            let v = unpack_one(cx, *item, &bytes[at..at + item.size], codes.little);
            out.init(cx, index, v);
            index += 1;
        }
    }
    Ok(out.value())
}
