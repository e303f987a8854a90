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
        (real, imag) => from_two(cx, real, imag)?,
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
            let name = cx.type_of(x).shown_name(cx);
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

/// `complex(real=x)`.
pub fn construct_by_name(cx: &mut Cx, class: Gc<Type>, x: Value) -> PyResult<Value> {
    let value = from_two(cx, Some(x), None)?;
    Ok(new_instance(cx, class, value))
}

fn from_two(cx: &mut Cx, re: Option<Value>, im: Option<Value>) -> PyResult<Complex64> {
    let real = match re {
        Some(re) => Part::of(cx, re, "real")?,
        None => Part::Real(0.0),
    };
    // Both are looked at before anything is said about a complex one.
    let imag = match im {
        Some(im) => Some(Part::of(cx, im, "imag")?),
        None => None,
    };
    let (a, re_is_complex) = real.value(cx)?;
    let (b, im_is_complex) = match imag {
        Some(imag) => imag.value(cx)?,
        None => (Complex64 { re: 0.0, im: 0.0 }, false),
    };
    // re + im*1j; what the parts do not have must not change the sign of a zero.
    let im = match re_is_complex {
        true if im.is_none() => a.im,
        true => b.re + a.im,
        false => b.re,
    };
    Ok(Complex64 {
        re: if im_is_complex { a.re - b.im } else { a.re },
        im,
    })
}

/// One of two arguments.
enum Part {
    Real(f64),
    /// A complex number, and what to warn of if it may not be one.
    Complex(Complex64, Option<String>),
    /// To be converted by `__float__` or `__index__`.
    Number(Value),
}

impl Part {
    fn of(cx: &mut Cx, v: Value, which: &str) -> PyResult<Part> {
        let complex = match which {
            "real" if !is_exact_complex(v) => by_method(cx, v)?.or_else(|| as_complex(v)),
            _ => as_complex(v),
        };
        let number = cx.has_special(v, Special::Float) || cx.has_special(v, Special::Index);
        let warning = |cx: &mut Cx| {
            let name = cx.type_of(v).shown_name(cx);
            format!("complex() argument '{which}' must be a real number, not {name}")
        };
        match complex {
            Some(c) if number && which == "real" => Ok(Part::Complex(c, None)),
            Some(c) => Ok(Part::Complex(c, Some(warning(cx)))),
            None if number || as_float(v).is_some() => Ok(Part::Number(v)),
            None => {
                let message = warning(cx);
                Err(cx.type_error(message))
            }
        }
    }

    /// The number, and whether it is complex.
    fn value(self, cx: &mut Cx) -> PyResult<(Complex64, bool)> {
        match self {
            Part::Real(re) => Ok((Complex64 { re, im: 0.0 }, false)),
            Part::Number(v) => {
                let re = real(cx, v)?.unwrap_or(0.0);
                Ok((Complex64 { re, im: 0.0 }, false))
            }
            Part::Complex(c, warning) => {
                if let Some(message) = warning {
                    cx.warn_deprecated(&message)?;
                }
                Ok((c, true))
            }
        }
    }
}
