//! Arguments that are text, and positions in sequences.

use super::Str;
use crate::cx::Cx;
use crate::error::PyResult;
use crate::native::{ArgSite, FromArg, wrong_type};
use crate::object::Gc;
use crate::types::list::List;
use crate::types::slice::{Slice, SliceRange};
use crate::types::tuple::Tuple;
use crate::value::Value;
use crate::vec::ValueVec;

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

/// A bound of `find`, `count`, `startswith`...: an index, or `None` (or nothing) for `default`.
pub fn index_arg(cx: &mut Cx, v: Value, default: isize) -> PyResult<isize> {
    if let Some(n) = v.as_small() {
        return Ok(n as isize);
    }
    if v.is_empty() || v.is_none() {
        return Ok(default);
    }
    if !cx.is_index(v) {
        return Err(
            cx.type_error("slice indices must be integers or None or have an __index__ method")
        );
    }
    cx.clamped_index(v)
}

/// `start` and `end` of a search in a sequence of `len` items, negative ones counted from the
/// end; `end` is clamped to the sequence. `start` may be above `end`, even above `len`.
pub fn slice_bounds(cx: &mut Cx, start: Value, end: Value, len: usize) -> PyResult<(usize, usize)> {
    let start = index_arg(cx, start, 0)?;
    let end = index_arg(cx, end, isize::MAX)?;
    let from_end = |i: isize| {
        if i < 0 {
            len.saturating_add_signed(i)
        } else {
            i as usize
        }
    };
    let (start, end) = (from_end(start), from_end(end).min(len));
    Ok((start, end))
}

/// How often a sequence is repeated by `seq * v`: not less than 0. The operator has words of its own for
/// what is no index, see `protocol::number`.
pub fn repeat_count(cx: &mut Cx, v: Value) -> PyResult<usize> {
    Ok(cx.size_index(v)?.max(0) as usize)
}

/// What `key` selects of a sequence of `len` items; `None` if it is no slice.
pub fn slice_range(cx: &mut Cx, key: Value, len: usize) -> PyResult<Option<SliceRange>> {
    match Gc::<Slice>::from_value(key) {
        Some(slice) => slice.resolve(cx, len).map(Some),
        None => Ok(None),
    }
}

/// The items of any iterable: of a list or tuple as they are now, else collected.
pub fn collect(cx: &mut Cx, iterable: Value) -> PyResult<ValueVec> {
    if let Some(list) = Gc::<List>::from_value(iterable)
        && list.is_exact()
    {
        return list.snapshot(cx);
    }
    let it = cx.iter(iterable)?;
    let mut items = ValueVec::new();
    while let Some(v) = cx.next(it)? {
        items.push(cx, v)?;
    }
    Ok(items)
}

/// The items of a sequence for `join`: TypeError with `message` if it is not iterable.
pub fn sequence(cx: &mut Cx, v: Value, message: &str) -> PyResult<ValueVec> {
    if let Some(t) = Gc::<Tuple>::from_value(v)
        && t.is_exact()
    {
        return ValueVec::from_slice(cx, t.items());
    }
    if let Some(list) = Gc::<List>::from_value(v)
        && list.is_exact()
    {
        return list.snapshot(cx);
    }
    let it = match cx.iter(v) {
        Err(e) if e.is(cx, cx.types().type_error) => return Err(cx.type_error(message)),
        result => result?,
    };
    let mut items = ValueVec::new();
    while let Some(v) = cx.next(it)? {
        items.push(cx, v)?;
    }
    Ok(items)
}
