//! `float(x)`.

use krait_unicode::numeric::{parse_float, parse_float_bytes};

use super::{as_float, is_exact_float};
use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::types::str::Str;
use crate::value::Value;

/// `float(x)`: of a number, of text or of bytes.
pub fn float_from(cx: &mut Cx, x: Value) -> PyResult<f64> {
    if is_exact_float(x)
        && let Some(f) = as_float(x)
    {
        return Ok(f);
    }
    // A subclass of str may have a `__float__`.
    if cx.type_of(x) != cx.types().str
        && let Some(f) = cx.float_by_method(x)?
    {
        return Ok(f);
    }
    if let Some(s) = Gc::<Str>::from_value(x) {
        return match parse_float(s.as_bytes()) {
            Some(f) => Ok(f),
            None => refuse(cx, x),
        };
    }
    if let Some(f) = as_float(x) {
        return Ok(f);
    }
    if cx.is_buffer(x) {
        return match cx.bytes_like(x, parse_float_bytes)? {
            Some(f) => Ok(f),
            None => refuse(cx, x),
        };
    }
    let name = cx.type_name(x);
    Err(cx.type_error(format!(
        "float() argument must be a string or a real number, not '{name}'"
    )))
}

#[cold]
fn refuse(cx: &mut Cx, x: Value) -> PyResult<f64> {
    let shown = cx.repr(x)?.to_string_lossy();
    Err(cx.value_error(format!("could not convert string to float: {shown}")))
}
