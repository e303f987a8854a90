//! `int(...)`.

use krait_unicode::numeric::transform_decimal_and_space;

use super::{exact_or_copy, int_from_f64, is_exact_int, new_instance, parse_int};
use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::special::Special;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::float::{as_float, is_exact_float};
use crate::types::str::Str;
use crate::types::typeobj::Type;
use crate::value::Value;

/// `int.__new__`.
pub fn construct(
    cx: &mut Cx,
    class: Gc<Type>,
    x: Option<Value>,
    base: Option<Value>,
) -> PyResult<Value> {
    let v = match (x, base) {
        (None, None) => Value::small(0),
        (None, Some(_)) => return Err(cx.type_error("int() missing string argument")),
        (Some(x), None) => int_from_number(cx, x)?,
        (Some(x), Some(base)) => int_from_based(cx, x, base)?,
    };
    if class == cx.types().int {
        Ok(v)
    } else {
        new_instance(cx, class, v)
    }
}

fn int_from_based(cx: &mut Cx, x: Value, base: Value) -> PyResult<Value> {
    let base = match cx.index_i64(base)? {
        Some(base @ (0 | 2..=36)) => base as u32,
        _ => return Err(cx.value_error("int() base must be >= 2 and <= 36, or 0")),
    };
    match from_text(cx, x, base)? {
        Some(v) => Ok(v),
        None => Err(cx.type_error("int() can't convert non-string with explicit base")),
    }
}

/// The int that a str, bytes or bytearray spells; `None` for other objects.
fn from_text(cx: &mut Cx, x: Value, base: u32) -> PyResult<Option<Value>> {
    if let Some(s) = Gc::<Str>::from_value(x) {
        let text = transform_decimal_and_space(s.as_bytes());
        return parse_int(cx, &text, base, x).map(Some);
    }
    if Gc::<Bytes>::from_value(x).is_some() || Gc::<ByteArray>::from_value(x).is_some() {
        return from_bytes_like(cx, x, base).map(Some);
    }
    Ok(None)
}

fn from_bytes_like(cx: &mut Cx, x: Value, base: u32) -> PyResult<Value> {
    let bytes = cx.bytes_of(x)?;
    parse_int(cx, bytes.as_bytes(), base, bytes.value())
}

/// `int(x)` of anything, an exact int.
pub fn int_from_number(cx: &mut Cx, x: Value) -> PyResult<Value> {
    if is_exact_int(x) {
        return Ok(x);
    }
    if is_exact_float(x)
        && let Some(f) = as_float(x)
    {
        return int_from_f64(cx, f);
    }
    let class = cx.type_of(x);
    if let Some(f) = class.special(cx, Special::Int) {
        let r = cx.call_slot(f, &[x])?;
        let r = cx.check_int_result(r, "__int__")?;
        return exact_or_copy(cx, r);
    }
    if class.special(cx, Special::Index).is_some() {
        let r = cx.index(x)?;
        return exact_or_copy(cx, r);
    }
    if let Some(v) = from_text(cx, x, 10)? {
        return Ok(v);
    }
    if cx.is_buffer(x) {
        return from_bytes_like(cx, x, 10);
    }
    let name = cx.type_name(x);
    Err(cx.type_error(format!(
        "int() argument must be a string, a bytes-like object or a real number, not '{name}'"
    )))
}
