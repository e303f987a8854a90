//! `complex(...)`.

use krait_unicode::numeric::parse_complex;

use super::{Complex64, as_complex, is_exact_complex, new_instance};
use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::special::Special;
use crate::types::float::as_float;
use crate::types::str::Str;
use crate::types::typeobj::Type;
use crate::value::Value;

/// `complex.__new__`.
pub fn construct(
    cx: &mut Cx,
    class: Gc<Type>,
    real: Option<Value>,
    imag: Option<Value>,
) -> PyResult<Value> {
    let value = match (real, imag) {
        (None, None) => Complex64 { re: 0.0, im: 0.0 },
        (Some(x), None) => {
            if is_exact_complex(x) && class == cx.types().complex {
                return Ok(x);
            }
            from_one(cx, x)?
        }
        (real, Some(imag)) => from_two(cx, real, imag)?,
    };
    Ok(new_instance(cx, class, value))
}

/// An underscore that is not between two digits.
fn misplaced_underscore(text: &[u8]) -> bool {
    let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    let misplaced = |i: usize| i == 0 || !digit(i - 1) || !digit(i + 1);
    (0..text.len()).any(|i| text[i] == b'_' && misplaced(i))
}

fn from_one(cx: &mut Cx, x: Value) -> PyResult<Complex64> {
    if let Some(s) = Gc::<Str>::from_value(x) {
        return match parse_complex(s.as_bytes()) {
            Some((re, im)) => Ok(Complex64 { re, im }),
            None if misplaced_underscore(s.as_bytes()) => {
                let text = cx.repr_string(x)?;
                Err(cx.value_error(format!("could not convert string to complex: {text}")))
            }
            None => Err(cx.value_error("complex() arg is a malformed string")),
        };
    }
    match from_number(cx, x)? {
        Some(c) => Ok(c),
        None => {
            let name = cx.type_name(x);
            Err(cx.type_error(format!(
                "complex() argument must be a string or a number, not {name}"
            )))
        }
    }
}

/// A number as a complex: by `__complex__`, `__float__` or `__index__`.
pub fn from_number(cx: &mut Cx, x: Value) -> PyResult<Option<Complex64>> {
    if is_exact_complex(x) {
        return Ok(as_complex(x));
    }
    if let Some(c) = by_method(cx, x)? {
        return Ok(Some(c));
    }
    if let Some(c) = as_complex(x) {
        return Ok(Some(c));
    }
    Ok(real(cx, x)?.map(|re| Complex64 { re, im: 0.0 }))
}

/// What `__complex__` of `x` returns.
fn by_method(cx: &mut Cx, x: Value) -> PyResult<Option<Complex64>> {
    let Some(r) = cx.call_special(x, Special::Complex, &[])? else {
        return Ok(None);
    };
    let Some(c) = as_complex(r) else {
        let got = cx.type_name(r);
        return Err(cx.type_error(format!("__complex__ returned non-complex (type {got})")));
    };
    if !is_exact_complex(r) {
        let got = cx.type_name(r);
        cx.warn_strict_subclass(
            &format!("__complex__ returned non-complex (type {got})"),
            "complex",
        )?;
    }
    Ok(Some(c))
}

/// A real number's value; `None` if `x` is none.
fn real(cx: &mut Cx, x: Value) -> PyResult<Option<f64>> {
    match as_float(x) {
        Some(x) => Ok(Some(x)),
        None => cx.float_by_method(x),
    }
}

fn from_two(cx: &mut Cx, re: Option<Value>, im: Value) -> PyResult<Complex64> {
    let (a, re_is_complex) = match re {
        Some(re) => part(cx, re, "real")?,
        None => (Complex64 { re: 0.0, im: 0.0 }, false),
    };
    let (b, im_is_complex) = part(cx, im, "imag")?;
    // re + im*1j; what the parts do not have must not change the sign of a zero.
    Ok(Complex64 {
        re: if im_is_complex { a.re - b.im } else { a.re },
        im: if re_is_complex { b.re + a.im } else { b.re },
    })
}

/// One of two arguments, and whether it was complex: a real number, or with a warning a complex one.
fn part(cx: &mut Cx, v: Value, which: &str) -> PyResult<(Complex64, bool)> {
    let complex = match as_complex(v) {
        None if which == "real" => by_method(cx, v)?,
        known => known,
    };
    if complex.is_none()
        && let Some(re) = real(cx, v)?
    {
        return Ok((Complex64 { re, im: 0.0 }, false));
    }
    let name = cx.type_name(v);
    let message = format!("complex() argument '{which}' must be a real number, not {name}");
    match complex {
        Some(c) => {
            cx.warn_deprecated(&message)?;
            Ok((c, true))
        }
        None => Err(cx.type_error(message)),
    }
}
