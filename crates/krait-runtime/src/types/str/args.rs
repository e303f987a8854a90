//! Arguments that are text, and positions in sequences.

use super::Str;
use crate::cx::Cx;
use crate::error::PyResult;
use crate::native::{ArgSite, FromArg, wrong_type};
use crate::object::Gc;
use crate::types::int::as_int;
use crate::value::Value;

impl FromArg for String {
    /// UTF-8 text; lone surrogates raise UnicodeEncodeError.
    fn from_arg(cx: &mut Cx, v: Value, site: ArgSite) -> PyResult<String> {
        match Gc::<Str>::from_value(v) {
            Some(s) => cx.utf8(s).map(str::to_owned),
            None => Err(wrong_type(cx, site, "str", v)),
        }
    }
}

/// A `str` argument without NUL characters, as names and encodings are passed.
#[derive(Clone, Copy)]
pub struct StrArg(pub Gc<Str>);

impl StrArg {
    /// The text as UTF-8; checked when the argument was converted.
    pub fn as_str<'a>(self) -> &'a str {
        self.0.as_str().unwrap_or_default()
    }
}

impl FromArg for StrArg {
    fn from_arg(cx: &mut Cx, v: Value, site: ArgSite) -> PyResult<StrArg> {
        let Some(s) = Gc::<Str>::from_value(v) else {
            return Err(wrong_type(cx, site, "str", v));
        };
        if cx.utf8(s)?.as_bytes().contains(&0) {
            return Err(cx.value_error("embedded null character"));
        }
        Ok(StrArg(s))
    }
}

impl Cx {
    /// The text of `s` as UTF-8, or UnicodeEncodeError if it has lone surrogates.
    pub fn utf8<'a>(&mut self, s: Gc<Str>) -> PyResult<&'a str> {
        match s.as_str() {
            Some(text) => Ok(text),
            None => Err(crate::protocol::codecs::surrogates_not_allowed(self, s)),
        }
    }
}

/// The `str` behind `v`, or TypeError: "`what` must be str, not int".
pub fn str_arg(cx: &mut Cx, v: Value, what: &str) -> PyResult<Gc<Str>> {
    match Gc::<Str>::from_value(v) {
        Some(s) => Ok(s),
        None => {
            let got = crate::protocol::text::shown_type(cx, v);
            Err(cx.type_error(format!("{what} must be str, not {got}")))
        }
    }
}

/// An index or slice bound as `isize`; ints beyond it are clamped.
pub fn clamped_index(cx: &mut Cx, v: Value) -> PyResult<isize> {
    if let Some(n) = v.as_small() {
        return Ok(n as isize);
    }
    let n = cx.index(v)?;
    Ok(match as_int(n) {
        Some(i) => i.to_i64().map_or(if i.is_negative() { isize::MIN } else { isize::MAX }, |n| n as isize),
        None => 0,
    })
}

/// A bound of `find`, `count`, `startswith`...: an index, or `None` (or nothing) for `default`.
pub fn index_arg(cx: &mut Cx, v: Value, default: isize) -> PyResult<isize> {
    if let Some(n) = v.as_small() {
        return Ok(n as isize);
    }
    if v.is_empty() || v.is_none() {
        return Ok(default);
    }
    if cx.type_of(v).special(cx, crate::special::Special::Index).is_none() {
        return Err(cx.type_error("slice indices must be integers or None or have an __index__ method"));
    }
    clamped_index(cx, v)
}

/// `start` and `end` of a search in a sequence of `len` items, negative ones counted from the
/// end; `end` is clamped to the sequence. `start` may be above `end`, even above `len`.
pub fn slice_bounds(cx: &mut Cx, start: Value, end: Value, len: usize) -> PyResult<(usize, usize)> {
    let start = index_arg(cx, start, 0)?;
    let end = index_arg(cx, end, isize::MAX)?;
    let from_end = |i: isize| if i < 0 { len.saturating_add_signed(i) } else { i as usize };
    let (start, end) = (from_end(start), from_end(end).min(len));
    Ok((start, end))
}
