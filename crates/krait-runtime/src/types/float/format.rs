//! Text of floats.

use krait_unicode::format::{FormatSpec, LocaleInfo, Target};

use super::{as_float, is_exact_float};
use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::types::str::{Str, format_error};
use crate::value::Value;

/// `repr(x)`.
pub fn repr(cx: &mut Cx, x: f64) -> PyResult<Gc<Str>> {
    Str::from_wtf8(cx, krait_unicode::numeric::repr(x).as_bytes())
}

/// `format(v, spec)` of a float of any class.
pub fn format_float(cx: &mut Cx, v: Value, spec: Gc<Str>) -> PyResult<Gc<Str>> {
    let x = cx.as_f64(v)?;
    debug_assert!(as_float(v).is_some());
    if spec.is_empty() {
        return if is_exact_float(v) {
            repr(cx, x)
        } else {
            cx.str(v)
        };
    }
    let name = cx.known_type_name(v);
    let text = FormatSpec::parse(spec.as_bytes(), Target::Float, &name).and_then(|spec| {
        let locale = numeric_locale(&spec);
        krait_unicode::format::format_float(x, &spec, &name, locale.as_ref())
    });
    match text {
        Ok(text) => Str::from_wtf8(cx, &text),
        Err(e) => Err(format_error(cx, e)),
    }
}

/// What presentation type `n` needs of the C library's current locale.
pub fn numeric_locale(spec: &FormatSpec) -> Option<LocaleInfo> {
    if spec.kind != u32::from(b'n') {
        return None;
    }
    // SAFETY: the strings are valid until the next `setlocale` or `localeconv`, and copied here;
    // like CPython, we rely on programs not to change the locale in one thread and format in another.
    unsafe {
        let info = &*libc::localeconv();
        let text = |p: *const libc::c_char| {
            std::ffi::CStr::from_ptr(p)
                .to_string_lossy()
                .into_owned()
                .into()
        };
        Some(LocaleInfo {
            decimal_point: text(info.decimal_point),
            thousands_separator: text(info.thousands_sep),
            grouping: std::ffi::CStr::from_ptr(info.grouping).to_bytes().to_vec(),
        })
    }
}
