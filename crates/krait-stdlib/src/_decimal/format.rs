//! `Decimal.__format__`.

use krait_decimal::{Locale, Spec, status};

use super::context::ContextObj;
use super::number::Num;
use crate::prelude::*;

pub fn format(
    cx: &mut Cx,
    this: Num,
    spec: Value,
    locale: Option<Value>,
    c: ContextObj,
) -> PyResult<Value> {
    let Some(text) = Gc::<Str>::from_value(spec) else {
        return Err(cx.type_error("format arg must be str"));
    };
    // What stands behind a NUL is not seen, as in CPython, unless it is the fill.
    let source = cx.utf8(text)?;
    let end = source.bytes().skip(1).position(|b| b == 0);
    let source = &source[..end.map_or(source.len(), |i| i + 1)];
    if source == "N" || source.ends_with('N') {
        cx.warn_deprecated(
            "Format specifier 'N' is deprecated and slated for removal in Python 3.18",
        )?;
    }
    let Some(mut parsed) = parse(source, c.capitals()) else {
        return by_python(cx, this, spec, c);
    };
    if let Some(locale) = locale {
        override_locale(cx, locale, &mut parsed.locale)?;
    }
    let limit = krait_decimal::MAX_PREC;
    if parsed.width as u64 > limit as u64 || parsed.prec.is_some_and(|p| p > limit) {
        return Err(cx.value_error("format specification exceeds internal limits of _decimal"));
    }
    if parsed.width > isize::MAX as usize >> 16 {
        return Err(cx.memory_error());
    }
    match parsed.format(&this.load(), c.round()) {
        Ok(text) => Ok(cx.new_str(&text)),
        Err(st) if st & status::NO_MEMORY != 0 => Err(cx.memory_error()),
        Err(_) => Err(cx.value_error("format specification exceeds internal limits of _decimal")),
    }
}

/// What libmpdec's grammar does not know (underscores, groups in the fraction) is left to `_pydecimal`, as by CPython.
#[cold]
fn by_python(cx: &mut Cx, this: Num, spec: Value, c: ContextObj) -> PyResult<Value> {
    let module = cx.import("_pydecimal")?;
    let class = cx.get_attr_str(module, "Decimal")?;
    let text = cx.str(this.value())?;
    let d = cx.call(class, &[text.value()])?;
    let result = cx.call_method_str(d, "__format__", &[spec, c.value()]);
    match result {
        Err(e) if e.is(cx, cx.types().value_error) => Err(cx.value_error("invalid format string")),
        result => result,
    }
}

/// The specification in libmpdec's grammar.
fn parse(source: &str, capitals: bool) -> Option<Spec> {
    let chars = source.chars().collect::<Vec<char>>();
    let mut rest = chars.as_slice();
    let mut spec = Spec {
        fill: " ".into(),
        align: '>',
        sign: '-',
        no_negative_zero: false,
        width: 0,
        prec: None,
        kind: 'g',
        capital: capitals,
        locale: Locale::plain(),
    };
    let is_align = |c: &char| matches!(c, '<' | '>' | '=' | '^');
    let mut aligned = true;
    match rest {
        [fill, align, tail @ ..] if is_align(align) => {
            spec.fill = fill.to_string();
            spec.align = *align;
            rest = tail;
        }
        [align, tail @ ..] if is_align(align) => {
            spec.align = *align;
            rest = tail;
        }
        _ => aligned = false,
    }
    if let [sign @ ('+' | '-' | ' '), tail @ ..] = rest {
        spec.sign = *sign;
        rest = tail;
    }
    if let ['z', tail @ ..] = rest {
        spec.no_negative_zero = true;
        rest = tail;
    }
    if let ['0', tail @ ..] = rest {
        if aligned {
            return None;
        }
        spec.align = '0';
        rest = tail;
    }
    if let Some(width) = number(&mut rest)? {
        // A second zero is no width.
        if width.starts_with('0') {
            return None;
        }
        spec.width = width.parse().ok()?;
    }
    if let [',', tail @ ..] = rest {
        spec.locale = Locale::thousands();
        rest = tail;
    }
    if let ['.', tail @ ..] = rest {
        rest = tail;
        spec.prec = Some(number(&mut rest)??.parse().ok()?);
    }
    if let [kind, tail @ ..] = rest {
        spec.capital = kind.is_ascii_uppercase();
        match kind.to_ascii_lowercase() {
            'n' => {
                if !spec.locale.separator.is_empty() {
                    return None;
                }
                spec.locale = current_locale();
            }
            kind @ ('e' | 'f' | 'g' | '%') => spec.kind = kind,
            _ => return None,
        }
        rest = tail;
    }
    rest.is_empty().then_some(spec)
}

/// The ASCII digits at the start of `rest`, `Some(None)` if there are none.
fn number(rest: &mut &[char]) -> Option<Option<String>> {
    let len = rest.iter().take_while(|c| c.is_ascii_digit()).count();
    let (digits, tail) = rest.split_at(len);
    *rest = tail;
    Some((len > 0).then(|| digits.iter().collect()))
}

/// What the C library's locale says.
fn current_locale() -> Locale {
    // SAFETY: the result is valid until the next call or `setlocale`, and copied at once; its members are C strings.
    unsafe {
        let l = &*libc::localeconv();
        let text =
            |p: *const std::ffi::c_char| std::ffi::CStr::from_ptr(p).to_string_lossy().into_owned();
        let grouping = std::ffi::CStr::from_ptr(l.grouping).to_bytes().to_vec();
        Locale {
            point: text(l.decimal_point),
            separator: text(l.thousands_sep),
            grouping,
        }
    }
}

fn override_locale(cx: &mut Cx, v: Value, locale: &mut Locale) -> PyResult<()> {
    let Some(d) = Gc::<Dict>::from_value(v) else {
        return Err(cx.type_error("optional argument must be a dict"));
    };
    let get = |cx: &mut Cx, name: &str| -> PyResult<Option<String>> {
        let key = cx.intern(name);
        let Some(v) = d.get_str(cx, key) else {
            return Ok(None);
        };
        match Gc::<Str>::from_value(v) {
            Some(s) => Ok(Some(cx.utf8(s)?.to_owned())),
            None => Err(cx.type_error("bad argument type for built-in operation")),
        }
    };
    if let Some(point) = get(cx, "decimal_point")? {
        locale.point = point;
    }
    if let Some(separator) = get(cx, "thousands_sep")? {
        locale.separator = separator;
    }
    if let Some(grouping) = get(cx, "grouping")? {
        // A C string of chars, which are signed.
        locale.grouping = grouping.bytes().take_while(|b| *b != 0).collect();
    }
    if !(1..=4).contains(&locale.point.len())
        || locale.separator.len() > 4
        || locale.grouping.iter().any(|b| !b.is_ascii())
    {
        return Err(cx.value_error("invalid override dict"));
    }
    Ok(())
}
