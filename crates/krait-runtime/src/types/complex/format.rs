//! Text of complex numbers.

use krait_unicode::format::{FormatSpec, Target};

use super::{Complex64, is_exact_complex};
use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::types::float::numeric_locale;
use crate::types::str::{Str, format_error};
use crate::value::Value;

pub fn repr(cx: &mut Cx, c: Complex64) -> PyResult<Gc<Str>> {
    Str::from_wtf8(
        cx,
        krait_unicode::numeric::complex_repr(c.re, c.im).as_bytes(),
    )
}

/// `format(v, spec)` of a complex `c` of any class.
pub fn format_complex(cx: &mut Cx, v: Value, c: Complex64, spec: Gc<Str>) -> PyResult<Gc<Str>> {
    if spec.is_empty() {
        return if is_exact_complex(v) {
            repr(cx, c)
        } else {
            cx.str(v)
        };
    }
    let name = cx.known_type_name(v);
    let text = FormatSpec::parse(spec.as_bytes(), Target::Complex, &name).and_then(|spec| {
        let locale = numeric_locale(&spec);
        krait_unicode::format::format_complex(c.re, c.im, &spec, &name, locale.as_ref())
    });
    match text {
        Ok(text) => Str::from_wtf8(cx, &text),
        Err(e) => Err(format_error(cx, e)),
    }
}
