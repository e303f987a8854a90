//! `format(int, spec)`.

use krait_unicode::format::{
    FormatError, FormatSpec, IntKind, Target, format_char, format_float, int_kind,
};

use super::text::Decimal;
use super::{Int, as_int, is_exact_int, to_decimal, to_radix};
use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::types::float::numeric_locale;
use crate::types::str::{Str, format_error};
use crate::value::Value;

/// `format(v, spec)` of an int of any class.
pub fn format_int(cx: &mut Cx, v: Value, spec: Gc<Str>) -> PyResult<Gc<Str>> {
    let Some(n) = as_int(v) else {
        return Err(cx.type_error("an integer is required"));
    };
    if spec.is_empty() {
        if !is_exact_int(v) {
            return cx.str(v);
        }
        let text = to_decimal(cx, n)?;
        return Str::from_wtf8(cx, text.as_bytes());
    }
    let name = cx.known_type_name(v);
    let parsed = FormatSpec::parse(spec.as_bytes(), Target::Int, &name);
    let (spec, kind) = match parsed.and_then(|spec| int_kind(&spec, &name).map(|kind| (spec, kind)))
    {
        Ok(parsed) => parsed,
        Err(e) => return Err(format_error(cx, e)),
    };
    let locale = numeric_locale(&spec);
    let text = match kind {
        IntKind::Digits(base) => {
            let text = match n {
                Int::Small(n) if base == 10 => {
                    let digits = Decimal::of_unsigned(n.unsigned_abs());
                    let locale = locale.as_ref();
                    let text =
                        krait_unicode::format::format_int(n < 0, digits.as_str(), &spec, locale);
                    return finish(cx, text);
                }
                _ if base == 10 => to_decimal(cx, n)?,
                _ => to_radix(n, base),
            };
            let digits = text.trim_start_matches('-');
            krait_unicode::format::format_int(n.is_negative(), digits, &spec, locale.as_ref())
        }
        IntKind::Char => match n {
            Int::Small(n) => format_char(u32::try_from(n).ok(), &spec),
            Int::Big(_) => {
                return Err(cx.overflow_error("Python int too large to convert to C long"));
            }
        },
        IntKind::Float => {
            let x = cx.int_to_f64(v)?;
            format_float(x, &spec, &name, locale.as_ref())
        }
    };
    finish(cx, text)
}

fn finish(cx: &mut Cx, text: Result<Vec<u8>, FormatError>) -> PyResult<Gc<Str>> {
    match text {
        Ok(text) => Str::from_wtf8(cx, &text),
        Err(e) => Err(format_error(cx, e)),
    }
}
