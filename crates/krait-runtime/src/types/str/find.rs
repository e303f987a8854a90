//! Searching and replacing.

use krait_macros::pymethods;
use krait_unicode::wtf8;

use super::alloc::Facts;
use super::{FLAG_SURROGATES, FLAG_WIDE, Str, StrBuilder, slice_bounds, str_arg};
use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::types::bytes::search;
use crate::types::tuple::Tuple;

pub(super) struct StrFind;

#[pymethods]
impl StrFind {
    /// Return the lowest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice notation.
    /// Return -1 on failure.
    #[py(sig = "($self, sub[, start[, end]], /)")]
    fn find(
        cx: &mut Cx,
        this: Gc<Str>,
        sub: Value,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<isize> {
        Ok(locate(cx, this, "find", sub, start, end, search::find)?.map_or(-1, |i| i as isize))
    }

    /// Return the highest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice notation.
    /// Return -1 on failure.
    #[py(sig = "($self, sub[, start[, end]], /)")]
    fn rfind(
        cx: &mut Cx,
        this: Gc<Str>,
        sub: Value,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<isize> {
        Ok(locate(cx, this, "rfind", sub, start, end, search::rfind)?.map_or(-1, |i| i as isize))
    }

    /// Return the lowest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice notation.
    /// Raises ValueError when the substring is not found.
    #[py(sig = "($self, sub[, start[, end]], /)")]
    fn index(
        cx: &mut Cx,
        this: Gc<Str>,
        sub: Value,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<usize> {
        match locate(cx, this, "index", sub, start, end, search::find)? {
            Some(i) => Ok(i),
            None => Err(cx.value_error("substring not found")),
        }
    }

    /// Return the highest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice notation.
    /// Raises ValueError when the substring is not found.
    #[py(sig = "($self, sub[, start[, end]], /)")]
    fn rindex(
        cx: &mut Cx,
        this: Gc<Str>,
        sub: Value,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<usize> {
        match locate(cx, this, "rindex", sub, start, end, search::rfind)? {
            Some(i) => Ok(i),
            None => Err(cx.value_error("substring not found")),
        }
    }

    /// Return the number of non-overlapping occurrences of substring sub in string S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice notation.
    #[py(sig = "($self, sub[, start[, end]], /)")]
    fn count(
        cx: &mut Cx,
        this: Gc<Str>,
        sub: Value,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<usize> {
        let sub = str_arg(cx, sub, "count() argument 1")?;
        let Some(window) = Window::of(cx, this, start, end)? else {
            return Ok(0);
        };
        Ok(match sub.as_bytes() {
            [] => wtf8::count(window.bytes) + 1,
            needle => search::count(window.bytes, needle),
        })
    }

    /// Return True if the string starts with the specified prefix, False otherwise.
    ///
    ///   prefix
    ///     A string or a tuple of strings to try.
    ///   start
    ///     Optional start position. Default: start of the string.
    ///   end
    ///     Optional stop position. Default: end of the string.
    #[py(sig = "($self, prefix[, start[, end]], /)")]
    fn startswith(
        cx: &mut Cx,
        this: Gc<Str>,
        prefix: Value,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<bool> {
        affix(cx, this, "startswith", prefix, start, end, |text, part| {
            text.starts_with(part)
        })
    }

    /// Return True if the string ends with the specified suffix, False otherwise.
    ///
    ///   suffix
    ///     A string or a tuple of strings to try.
    ///   start
    ///     Optional start position. Default: start of the string.
    ///   end
    ///     Optional stop position. Default: end of the string.
    #[py(sig = "($self, suffix[, start[, end]], /)")]
    fn endswith(
        cx: &mut Cx,
        this: Gc<Str>,
        suffix: Value,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<bool> {
        affix(cx, this, "endswith", suffix, start, end, |text, part| {
            text.ends_with(part)
        })
    }

    /// Return a copy with all occurrences of substring old replaced by new.
    ///
    ///   count
    ///     Maximum number of occurrences to replace.
    ///     -1 (the default value) means replace all occurrences.
    #[py(sig = "($self, old, new, /, count=-1)")]
    fn replace(
        cx: &mut Cx,
        this: Gc<Str>,
        old: Gc<Str>,
        new: Gc<Str>,
        count: Option<isize>,
    ) -> PyResult<Gc<Str>> {
        let max = usize::try_from(count.unwrap_or(-1)).unwrap_or(usize::MAX);
        replace(cx, this, old, new, max)
    }

    /// Return a str with the given prefix string removed if present.
    ///
    /// If the string does not start with the prefix, return a copy of the
    /// original string.
    #[py(sig = "($self, prefix, /)")]
    fn removeprefix(cx: &mut Cx, this: Gc<Str>, prefix: Value) -> PyResult<Gc<Str>> {
        let prefix = str_arg(cx, prefix, "removeprefix() argument")?;
        let cut = if this.as_bytes().starts_with(prefix.as_bytes()) {
            prefix.byte_len()
        } else {
            0
        };
        this.slice_bytes(cx, cut, this.byte_len())
    }

    /// Return a str with the given suffix string removed if present.
    ///
    /// If the string does not end with the suffix, return a copy of the
    /// original string.
    #[py(sig = "($self, suffix, /)")]
    fn removesuffix(cx: &mut Cx, this: Gc<Str>, suffix: Value) -> PyResult<Gc<Str>> {
        let suffix = str_arg(cx, suffix, "removesuffix() argument")?;
        let cut = if this.as_bytes().ends_with(suffix.as_bytes()) {
            suffix.byte_len()
        } else {
            0
        };
        this.slice_bytes(cx, 0, this.byte_len() - cut)
    }
}

/// The part of a text between two positions.
struct Window<'a> {
    bytes: &'a [u8],
    /// Byte offset of the part in the text.
    offset: usize,
}

impl<'a> Window<'a> {
    /// `None` if start is behind end: then nothing is found there, not even the empty text.
    fn of(
        cx: &mut Cx,
        s: Gc<Str>,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<Option<Window<'a>>> {
        let bytes = s.as_bytes();
        if start.is_none() && end.is_none() {
            return Ok(Some(Window { bytes, offset: 0 }));
        }
        let bound = |v: Option<Value>| v.unwrap_or(Value::EMPTY);
        let (start, end) = slice_bounds(cx, bound(start), bound(end), s.char_len())?;
        if start > end {
            return Ok(None);
        }
        let from = s.byte_offset_indexed(cx, start)?;
        let to = s.byte_offset_indexed(cx, end)?;
        Ok(Some(Window {
            bytes: &bytes[from..to],
            offset: from,
        }))
    }
}

/// Position of `sub` in `this[start:end]`, found by `find`.
fn locate(
    cx: &mut Cx,
    this: Gc<Str>,
    method: &str,
    sub: Value,
    start: Option<Value>,
    end: Option<Value>,
    find: fn(&[u8], &[u8]) -> Option<usize>,
) -> PyResult<Option<usize>> {
    let sub = match Gc::<Str>::from_value(sub) {
        Some(sub) => sub,
        None => str_arg(cx, sub, &format!("{method}() argument 1"))?,
    };
    let Some(window) = Window::of(cx, this, start, end)? else {
        return Ok(None);
    };
    Ok(find(window.bytes, sub.as_bytes()).map(|at| this.char_index(window.offset + at)))
}

fn affix(
    cx: &mut Cx,
    this: Gc<Str>,
    method: &str,
    affix: Value,
    start: Option<Value>,
    end: Option<Value>,
    test: fn(&[u8], &[u8]) -> bool,
) -> PyResult<bool> {
    let window = Window::of(cx, this, start, end)?;
    let matches = |part: Gc<Str>| {
        window
            .as_ref()
            .is_some_and(|w| test(w.bytes, part.as_bytes()))
    };
    if let Some(part) = Gc::<Str>::from_value(affix) {
        return Ok(matches(part));
    }
    let Some(parts) = Gc::<Tuple>::from_value(affix) else {
        let got = cx.type_name(affix);
        return Err(cx.type_error(format!(
            "{method} first arg must be str or a tuple of str, not {got}"
        )));
    };
    for &part in parts.items() {
        match Gc::<Str>::from_value(part) {
            Some(part) if matches(part) => return Ok(true),
            Some(_) => {}
            None => {
                let got = cx.type_name(part);
                return Err(cx.type_error(format!(
                    "tuple for {method} must only contain str, not {got}"
                )));
            }
        }
    }
    Ok(false)
}

/// `this.replace(old, new, max)`.
pub fn replace(
    cx: &mut Cx,
    this: Gc<Str>,
    old: Gc<Str>,
    new: Gc<Str>,
    max: usize,
) -> PyResult<Gc<Str>> {
    let unchanged = |cx: &mut Cx| this.slice_bytes(cx, 0, this.byte_len());
    if max == 0 {
        return unchanged(cx);
    }
    if !old.is_empty() {
        return match search::replace(this.as_bytes(), old.as_bytes(), new.as_bytes(), max) {
            Ok(Some((text, n))) => {
                let flags = this.meta() | new.meta();
                if flags & FLAG_SURROGATES != 0 || text.is_ascii() {
                    return Str::from_wtf8(cx, &text);
                }
                let chars = this.char_len() - n * old.char_len() + n * new.char_len();
                let flags = flags & FLAG_WIDE;
                Str::with_facts(cx, None, &text, Facts { flags, chars })
            }
            Ok(None) => unchanged(cx),
            Err(_) => Err(cx.memory_error()),
        };
    }
    // The empty text is found before every character and at the end.
    let Some(size) = new
        .byte_len()
        .checked_mul(max.min(this.char_len() + 1))
        .filter(|&n| n < isize::MAX as usize / 2)
    else {
        return Err(cx.overflow_error("replace string is too long"));
    };
    let Some(mut out) = StrBuilder::try_with_capacity(this.byte_len() + size) else {
        return Err(cx.memory_error());
    };
    let mut codes = wtf8::code_points(this.as_bytes());
    for _ in 0..max {
        out.push_gc(new);
        match codes.next() {
            Some(c) => out.push(c),
            None => break,
        }
    }
    out.push_wtf8(codes.rest());
    let text = out.finish(cx)?;
    Ok(Gc::from_value_unchecked(text))
}
