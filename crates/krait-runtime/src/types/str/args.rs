//! Arguments that are text, and positions in sequences.

use super::Str;
use crate::cx::Cx;
use crate::error::{PyResult, Raised};
use crate::native::{ArgSite, FromArg, wrong_type};
use crate::object::Gc;
use crate::special::Special;
use crate::types::int::{Int, as_int};
use crate::types::list::List;
use crate::types::slice::{Slice, SliceRange, clipped};
use crate::types::tuple::Tuple;
use crate::vec::ValueVec;
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
    Ok(clipped(n))
}

/// A bound of `find`, `count`, `startswith`...: an index, or `None` (or nothing) for `default`.
pub fn index_arg(cx: &mut Cx, v: Value, default: isize) -> PyResult<isize> {
    if let Some(n) = v.as_small() {
        return Ok(n as isize);
    }
    if v.is_empty() || v.is_none() {
        return Ok(default);
    }
    if cx.type_of(v).special(cx, Special::Index).is_none() {
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

/// An index as `isize`; `None` if it does not fit.
pub fn exact_index(cx: &mut Cx, v: Value) -> PyResult<Option<isize>> {
    let n = cx.index(v)?;
    Ok(as_int(n).and_then(|i| i.to_i64()).map(|n| n as isize).filter(|n| Value::try_small(*n as i64).is_some()))
}

/// IndexError for an index beyond 64 bits.
#[cold]
pub fn index_too_large(cx: &mut Cx, v: Value) -> Raised {
    let name = cx.type_name(v);
    cx.index_error(format!("cannot fit '{name}' into an index-sized integer"))
}

/// How often a sequence is repeated by `seq * v`: not less than 0.
pub fn repeat_count(cx: &mut Cx, v: Value) -> PyResult<usize> {
    if cx.type_of(v).special(cx, Special::Index).is_none() {
        let name = cx.type_name(v);
        return Err(cx.type_error(format!("can't multiply sequence by non-int of type '{name}'")));
    }
    let n = cx.index(v)?;
    match as_int(n) {
        Some(Int::Small(n)) => Ok(n.max(0) as usize),
        _ => {
            let name = cx.type_name(v);
            Err(cx.overflow_error(format!("cannot fit '{name}' into an index-sized integer")))
        }
    }
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
    match collect(cx, v) {
        Err(e) if e.is(cx, cx.types().type_error) && !cx.has_special(v, Special::Iter) && !cx.has_special(v, Special::GetItem) => {
            Err(cx.type_error(message))
        }
        result => result,
    }
}
