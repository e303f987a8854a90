//! Methods that `bytes` and `bytearray` have in common, written once.
//!
//! Arguments are converted before the receiver's bytes are looked at: conversion may run Python
//! code, which may change a bytearray.

use crate::error::{PyResult, Raised};
use crate::native::{Cx, Value};
use crate::object::{Gc, Kind, Object, is_kind};
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::list::List;
use crate::types::str::{sequence, slice_bounds};
use crate::types::tuple::Tuple;
use crate::types::typeobj::Type;
use crate::vec::ValueVec;

use super::args::Needle;
use super::search;

/// What the shared methods need of the two types.
pub trait ByteString: Object + Sized {
    const NAME: &'static str;

    fn class(cx: &Cx) -> Gc<Type>;
    /// A result of this type, never of a subclass.
    fn make(cx: &mut Cx, bytes: &[u8]) -> PyResult<Gc<Self>>;
    /// The error for `len` bytes that there is no memory for.
    fn too_large(cx: &mut Cx, len: usize) -> Raised;
    fn bytes<'a>(this: Gc<Self>) -> &'a [u8];
    /// The result of an operation that changes nothing: an immutable object itself.
    fn unchanged(cx: &mut Cx, this: Gc<Self>) -> PyResult<Gc<Self>>;
    /// Runs `f` while the bytes of `this` may not move: code that it calls finds an exported buffer.
    fn held<R>(cx: &mut Cx, this: Gc<Self>, f: impl FnOnce(&mut Cx) -> R) -> R;
    /// The separator in the result of `partition`, given as `sep` with these bytes.
    fn separator(cx: &mut Cx, sep: Value, bytes: &[u8]) -> PyResult<Value>;
}

impl ByteString for Bytes {
    const NAME: &'static str = "bytes";

    fn class(cx: &Cx) -> Gc<Type> {
        cx.types().bytes
    }
    fn make(cx: &mut Cx, bytes: &[u8]) -> PyResult<Gc<Bytes>> {
        Bytes::from_slice(cx, bytes)
    }
    fn too_large(cx: &mut Cx, len: usize) -> Raised {
        super::too_large(cx, len)
    }
    fn bytes<'a>(this: Gc<Bytes>) -> &'a [u8] {
        this.as_bytes()
    }
    fn unchanged(cx: &mut Cx, this: Gc<Bytes>) -> PyResult<Gc<Bytes>> {
        if this.is_exact() {
            Ok(this)
        } else {
            Bytes::from_slice(cx, this.as_bytes())
        }
    }
    fn held<R>(cx: &mut Cx, _: Gc<Bytes>, f: impl FnOnce(&mut Cx) -> R) -> R {
        f(cx)
    }
    fn separator(_: &mut Cx, sep: Value, _: &[u8]) -> PyResult<Value> {
        Ok(sep)
    }
}

impl ByteString for ByteArray {
    const NAME: &'static str = "bytearray";

    fn class(cx: &Cx) -> Gc<Type> {
        cx.types().bytearray
    }
    fn make(cx: &mut Cx, bytes: &[u8]) -> PyResult<Gc<ByteArray>> {
        ByteArray::from_slice(cx, bytes)
    }
    fn too_large(cx: &mut Cx, _: usize) -> Raised {
        cx.memory_error()
    }
    fn bytes<'a>(this: Gc<ByteArray>) -> &'a [u8] {
        this.as_bytes()
    }
    fn unchanged(cx: &mut Cx, this: Gc<ByteArray>) -> PyResult<Gc<ByteArray>> {
        ByteArray::from_slice(cx, this.as_bytes())
    }
    fn held<R>(cx: &mut Cx, this: Gc<ByteArray>, f: impl FnOnce(&mut Cx) -> R) -> R {
        this.exports().acquire();
        let result = f(cx);
        this.exports().release();
        result
    }
    fn separator(cx: &mut Cx, _: Value, bytes: &[u8]) -> PyResult<Value> {
        Ok(ByteArray::from_slice(cx, bytes)?.value())
    }
}

/// `this[from:to]`.
pub fn part<T: ByteString>(
    cx: &mut Cx,
    this: Gc<T>,
    (from, to): (usize, usize),
) -> PyResult<Gc<T>> {
    let bytes = T::bytes(this);
    if from == 0 && to == bytes.len() {
        return T::unchanged(cx, this);
    }
    // Another thread may have cut a bytearray.
    T::make(cx, bytes.get(from..to).unwrap_or_default())
}

/// A list of parts of `bytes`.
pub fn parts<T: ByteString>(
    cx: &mut Cx,
    bytes: &[u8],
    ranges: &[(usize, usize)],
) -> PyResult<Gc<List>> {
    let mut list = ValueVec::with_capacity(cx, ranges.len())?;
    for &(from, to) in ranges {
        let part = T::make(cx, &bytes[from..to])?;
        list.push(cx, part.value())?;
    }
    Ok(List::from_vec(cx, list))
}

/// A result that may have been too large to make.
pub fn made<T: ByteString>(cx: &mut Cx, bytes: Option<Vec<u8>>) -> PyResult<Gc<T>> {
    match bytes {
        Some(b) => T::make(cx, &b),
        None => Err(cx.memory_error()),
    }
}

/// As [`made`], for `len` bytes: a length that no object can have is another error.
pub fn filled<T: ByteString>(cx: &mut Cx, bytes: Option<Vec<u8>>, len: usize) -> PyResult<Gc<T>> {
    match bytes {
        Some(b) => T::make(cx, &b),
        None => Err(T::too_large(cx, len)),
    }
}

/// Start and end of a search: bounds that may be absent.
pub type Bounds = (Option<Value>, Option<Value>);

/// `start` and `end` clamped to `len`; `None` if nothing can be found between them.
pub fn window(cx: &mut Cx, (start, end): Bounds, len: usize) -> PyResult<Option<(usize, usize)>> {
    let bound = |v: Option<Value>| v.unwrap_or(Value::EMPTY);
    let (start, end) = slice_bounds(cx, bound(start), bound(end), len)?;
    Ok((start <= end).then_some((start, end)))
}

/// What to search for. `this` keeps its size while Python code makes bytes of the argument.
pub fn needle<T: ByteString>(cx: &mut Cx, this: Gc<T>, v: Value) -> PyResult<Needle> {
    T::held(cx, this, |cx| {
        Needle::of(cx, v, |got| {
            format!("argument should be integer or bytes-like object, not '{got}'")
        })
    })
}

/// Index of `sub` in `this[start:end]`.
pub fn locate<T: ByteString>(
    cx: &mut Cx,
    this: Gc<T>,
    sub: Value,
    bounds: Bounds,
    find: fn(&[u8], &[u8]) -> Option<usize>,
) -> PyResult<Option<usize>> {
    let window = window(cx, bounds, T::bytes(this).len())?;
    let needle = needle(cx, this, sub)?;
    let Some((start, end)) = window else {
        return Ok(None);
    };
    let bytes = T::bytes(this);
    let hay = bytes.get(start..end.min(bytes.len())).unwrap_or_default();
    Ok(find(hay, needle.as_slice()).map(|i| start + i))
}

pub fn count<T: ByteString>(
    cx: &mut Cx,
    this: Gc<T>,
    sub: Value,
    bounds: Bounds,
) -> PyResult<usize> {
    let window = window(cx, bounds, T::bytes(this).len())?;
    let needle = needle(cx, this, sub)?;
    let Some((start, end)) = window else {
        return Ok(0);
    };
    let bytes = T::bytes(this);
    let hay = bytes.get(start..end.min(bytes.len())).unwrap_or_default();
    Ok(match needle.as_slice() {
        [] => hay.len() + 1,
        needle => search::count(hay, needle),
    })
}

/// `startswith` and `endswith`.
pub fn affix<T: ByteString>(
    cx: &mut Cx,
    this: Gc<T>,
    method: &str,
    affix: Value,
    bounds: Bounds,
    test: fn(&[u8], &[u8]) -> bool,
) -> PyResult<bool> {
    let len = T::bytes(this).len();
    let window = window(cx, bounds, len)?;
    let matches = |part: &[u8]| {
        let bytes = T::bytes(this);
        window.is_some_and(|(start, end)| {
            bytes
                .get(start..end.min(bytes.len()))
                .is_some_and(|hay| test(hay, part))
        })
    };
    if let Some(choices) = Gc::<Tuple>::from_value(affix) {
        for &choice in choices.items() {
            let part = cx.bytes_of(choice)?;
            if matches(part.as_bytes()) {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if !cx.is_buffer(affix) {
        let got = cx.type_name(affix);
        return Err(cx.type_error(format!(
            "{method} first arg must be bytes or a tuple of bytes, not {got}"
        )));
    }
    let part = cx.bytes_of(affix)?;
    Ok(matches(part.as_bytes()))
}

/// The `sep` argument of splits; `None` for whitespace.
pub fn separator(cx: &mut Cx, sep: Option<Value>) -> PyResult<Option<Gc<Bytes>>> {
    let Some(v) = sep.filter(|v| !v.is_none()) else {
        return Ok(None);
    };
    let sep = cx.bytes_of(v)?;
    if sep.is_empty() {
        return Err(cx.value_error("empty separator"));
    }
    Ok(Some(sep))
}

/// `partition` (`find` from the front) and `rpartition`.
pub fn partition<T: ByteString>(
    cx: &mut Cx,
    this: Gc<T>,
    sep: Value,
    from_right: bool,
) -> PyResult<Value> {
    let separator = cx.bytes_of(sep)?;
    if separator.is_empty() {
        return Err(cx.value_error("empty separator"));
    }
    let bytes = T::bytes(this);
    let find = if from_right {
        search::rfind
    } else {
        search::find
    };
    let found = find(bytes, separator.as_bytes());
    let (before, after) = match found {
        Some(at) => (&bytes[..at], &bytes[at + separator.len()..]),
        None if from_right => (&[][..], bytes),
        None => (bytes, &[][..]),
    };
    let mut before = T::make(cx, before)?.value();
    let mut after = T::make(cx, after)?.value();
    if found.is_none() && T::NAME == "bytes" {
        // What is not cut is the object itself, also of a subclass; of a bytearray a copy.
        *(if from_right { &mut after } else { &mut before }) = this.value();
    }
    let middle = match found {
        Some(_) => T::separator(cx, sep, separator.as_bytes())?,
        None => T::make(cx, &[])?.value(),
    };
    Ok(cx.new_tuple(&[before, middle, after]))
}

/// The bytes of an operand. Asking for them may run Python code, which finds `this` in use.
fn operand<T: ByteString>(cx: &mut Cx, this: Gc<T>, v: Value) -> PyResult<Gc<Bytes>> {
    if is_kind(v, Kind::Bytes) || is_kind(v, Kind::ByteArray) {
        return cx.bytes_of(v);
    }
    T::held(cx, this, |cx| cx.bytes_of(v))
}

/// `this.join(iterable)`.
pub fn join<T: ByteString>(cx: &mut Cx, this: Gc<T>, iterable: Value) -> PyResult<Gc<T>> {
    // A list is read while its items may change it; everything else is collected first.
    let list = Gc::<List>::from_value(iterable).filter(|l| l.is_exact());
    let items = match list {
        Some(_) => ValueVec::new(),
        None => T::held(cx, this, |cx| {
            sequence(cx, iterable, "can only join an iterable")
        })?,
    };
    let len = list.map_or(items.len(), |l| l.len());
    let mut out = Vec::new();
    for i in 0..len {
        let item = match list {
            Some(l) => l.get(i),
            None => Some(items.as_slice()[i]),
        };
        let Some(item) = item else {
            return Err(cx.runtime_error("sequence changed size during iteration"));
        };
        if !cx.is_buffer(item) {
            let got = cx.type_name(item);
            return Err(cx.type_error(format!(
                "sequence item {i}: expected a bytes-like object, {got} found"
            )));
        }
        if i > 0 {
            out.extend_from_slice(T::bytes(this));
        }
        let bytes = operand(cx, this, item)?;
        out.extend_from_slice(bytes.as_bytes());
        if list.is_some_and(|l| l.len() != len) {
            return Err(cx.runtime_error("sequence changed size during iteration"));
        }
    }
    T::make(cx, &out)
}

pub fn replace<T: ByteString>(
    cx: &mut Cx,
    this: Gc<T>,
    old: &[u8],
    new: &[u8],
    count: Option<isize>,
) -> PyResult<Gc<T>> {
    let max = usize::try_from(count.unwrap_or(-1)).unwrap_or(usize::MAX);
    let bytes = T::bytes(this);
    if max == 0 {
        return T::unchanged(cx, this);
    }
    if old.is_empty() {
        return made(cx, super::ops::interleave(bytes, new, max));
    }
    match search::replace(bytes, old, new, max) {
        Ok(Some((b, _))) => T::make(cx, &b),
        Ok(None) => T::unchanged(cx, this),
        Err(_) => Err(cx.memory_error()),
    }
}

/// A limit argument: negative for none.
pub fn limit(n: Option<isize>) -> usize {
    usize::try_from(n.unwrap_or(-1)).unwrap_or(usize::MAX)
}

/// Left and right padding to `width`; centred text has the odd byte on the left if width is odd.
pub fn padding(len: usize, width: isize, centre: bool) -> (usize, usize) {
    let width = width.max(0) as usize;
    let pad = width.saturating_sub(len);
    let left = if centre {
        pad / 2 + (pad & width & 1)
    } else {
        0
    };
    (left, pad - left)
}

pub fn padded<T: ByteString>(
    cx: &mut Cx,
    this: Gc<T>,
    (left, right): (usize, usize),
    fill: u8,
) -> PyResult<Gc<T>> {
    if left == 0 && right == 0 {
        return T::unchanged(cx, this);
    }
    let len = T::bytes(this).len() + left + right;
    filled(cx, super::ops::pad(T::bytes(this), left, right, fill), len)
}

/// `maketrans(frm, to)`.
pub fn maketrans(cx: &mut Cx, from: Value, to: Value) -> PyResult<Gc<Bytes>> {
    let from = cx.bytes_of(from)?;
    let to = cx.bytes_of(to)?;
    if from.len() != to.len() {
        return Err(cx.value_error("maketrans arguments must have same length"));
    }
    let mut table: [u8; 256] = std::array::from_fn(|i| i as u8);
    for (f, t) in from.as_bytes().iter().zip(to.as_bytes()) {
        table[usize::from(*f)] = *t;
    }
    Bytes::from_slice(cx, &table)
}

/// `translate(table, delete)`.
pub fn translate<T: ByteString>(
    cx: &mut Cx,
    this: Gc<T>,
    table: Value,
    delete: Option<Value>,
) -> PyResult<Gc<T>> {
    let table = if table.is_none() {
        None
    } else {
        Some(cx.bytes_of(table)?)
    };
    if table.is_some_and(|t| t.len() != 256) {
        return Err(cx.value_error("translation table must be 256 characters long"));
    }
    let delete = match delete {
        Some(d) => cx.bytes_of(d)?.as_bytes(),
        None => &[],
    };
    let out = super::ops::translate(T::bytes(this), table.map(|t| t.as_bytes()), delete);
    T::make(cx, &out)
}

/// `this * n`.
pub fn repeat<T: ByteString>(cx: &mut Cx, this: Gc<T>, n: Value) -> PyResult<Gc<T>> {
    let n = crate::types::str::repeat_count(cx, n)?;
    if n == 1 {
        return T::unchanged(cx, this);
    }
    if T::NAME == "bytes" && n > 0 && T::bytes(this).len() > isize::MAX as usize / n {
        return Err(cx.overflow_error("repeated bytes are too long"));
    }
    made(cx, super::ops::repeat(T::bytes(this), n))
}

/// `this + other`.
pub fn concat<T: ByteString>(cx: &mut Cx, this: Gc<T>, other: Value) -> PyResult<Gc<T>> {
    let known = match cx.is_buffer(other) {
        true => operand(cx, this, other).ok(),
        false => None,
    };
    let Some(other) = known else {
        let (own, got) = (cx.type_name(this.value()), cx.type_name(other));
        return Err(cx.type_error(format!("can't concat {got} to {own}")));
    };
    let out = [T::bytes(this), other.as_bytes()].concat();
    T::make(cx, &out)
}

/// `this[key]` of a slice.
pub fn slice<T: ByteString>(
    cx: &mut Cx,
    this: Gc<T>,
    range: crate::types::slice::SliceRange,
) -> PyResult<Gc<T>> {
    let bytes = T::bytes(this);
    if range.step == 1 {
        let start = (range.start as usize).min(bytes.len());
        return part(cx, this, (start, (start + range.count).min(bytes.len())));
    }
    let out: Vec<u8> = range
        .indices()
        .filter_map(|i| bytes.get(i).copied())
        .collect();
    T::make(cx, &out)
}

/// The byte at an index argument, with the type's messages.
pub fn item<T: ByteString>(
    cx: &mut Cx,
    this: Gc<T>,
    key: Value,
    out_of_range: &str,
) -> PyResult<usize> {
    let i = cx.index_isize(key)?;
    let len = T::bytes(this).len();
    let at = if i < 0 {
        len.checked_add_signed(i)
    } else {
        Some(i as usize)
    };
    match at.filter(|&at| at < len) {
        Some(at) => Ok(at),
        None => Err(cx.index_error(out_of_range)),
    }
}

/// The bytes to strip; `None` for whitespace.
pub fn strip_set<'a>(cx: &mut Cx, bytes: Option<Value>) -> PyResult<Option<&'a [u8]>> {
    match bytes.filter(|v| !v.is_none()) {
        Some(v) => Ok(Some(cx.bytes_of(v)?.as_bytes())),
        None => Ok(None),
    }
}
