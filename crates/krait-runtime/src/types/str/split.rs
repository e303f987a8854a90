//! Splitting and joining.

use krait_macros::pymethods;
use krait_unicode::{ctype, wtf8};

use super::{Str, args};
use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::protocol::text::shown_type;
use crate::types::bytes::search;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::vec::ValueVec;

pub(super) struct StrSplit;

#[pymethods]
impl StrSplit {
    /// Return a list of the substrings in the string, using sep as the separator string.
    ///
    ///   sep
    ///     The separator used to split the string.
    ///
    ///     None (the default) means runs of whitespace; empty strings
    ///     are left out of the result.
    ///   maxsplit
    ///     Maximum number of splits, counted from the left.
    ///     -1 (the default) means no limit.
    #[py(sig = "($self, /, sep=None, maxsplit=-1)")]
    fn split(
        cx: &mut Cx,
        this: Gc<Str>,
        sep: Option<Value>,
        maxsplit: Option<isize>,
    ) -> PyResult<Gc<List>> {
        let sep = separator(cx, sep)?;
        let max = usize::try_from(maxsplit.unwrap_or(-1)).unwrap_or(usize::MAX);
        let mut parts = Parts::new(this);
        match sep {
            None => split_space(cx, &mut parts, max)?,
            Some(sep) if never_holds(this, sep) => parts.list.push(cx, this.value())?,
            Some(sep) => split_on(cx, &mut parts, sep, max)?,
        }
        Ok(List::from_vec(cx, parts.list))
    }

    /// Return a list of the substrings in the string, using sep as the separator string.
    ///
    ///   sep
    ///     The separator used to split the string.
    ///
    ///     None (the default) means runs of whitespace; empty strings
    ///     are left out of the result.
    ///   maxsplit
    ///     Maximum number of splits, counted from the right.
    ///     -1 (the default) means no limit.
    #[py(sig = "($self, /, sep=None, maxsplit=-1)")]
    fn rsplit(
        cx: &mut Cx,
        this: Gc<Str>,
        sep: Option<Value>,
        maxsplit: Option<isize>,
    ) -> PyResult<Gc<List>> {
        let sep = separator(cx, sep)?;
        let max = usize::try_from(maxsplit.unwrap_or(-1)).unwrap_or(usize::MAX);
        let mut parts = Parts::new(this);
        match sep {
            None => rsplit_space(cx, &mut parts, max)?,
            Some(sep) if never_holds(this, sep) => parts.list.push(cx, this.value())?,
            Some(sep) => rsplit_on(cx, &mut parts, sep, max)?,
        }
        Ok(List::from_vec(cx, parts.list))
    }

    /// Return a list of the lines in the string, breaking at line boundaries.
    ///
    /// Line breaks are not included in the resulting list unless keepends is given and
    /// true.
    #[py(sig = "($self, /, keepends=False)")]
    fn splitlines(cx: &mut Cx, this: Gc<Str>, keepends: Option<bool>) -> PyResult<Gc<List>> {
        let keep = keepends.unwrap_or(false);
        let mut parts = Parts::new(this);
        let bytes = this.as_bytes();
        let (mut start, mut at) = (0, 0);
        while at < bytes.len() {
            let (code, len) = wtf8::decode_at(bytes, at);
            let end = at;
            at += len;
            if !ctype::is_line_break(code) {
                continue;
            }
            if code == u32::from(b'\r') && bytes.get(at) == Some(&b'\n') {
                at += 1;
            }
            parts.push(cx, start, if keep { at } else { end })?;
            start = at;
        }
        if start < bytes.len() {
            parts.push(cx, start, bytes.len())?;
        }
        Ok(List::from_vec(cx, parts.list))
    }

    /// Partition the string into three parts using the given separator.
    ///
    /// If the separator is found, the result is the part before it, the
    /// separator itself and the part after it. Else it is the string and
    /// two empty strings.
    #[py(sig = "($self, sep, /)")]
    fn partition(cx: &mut Cx, this: Gc<Str>, sep: Value) -> PyResult<Value> {
        let sep = partition_separator(cx, sep)?;
        let empty = super::EMPTY.gc().value();
        let Some(at) = search::find(this.as_bytes(), sep.as_bytes()) else {
            // Itself, also if it is of a subclass.
            return Ok(cx.new_tuple(&[this.value(), empty, empty]));
        };
        cut(cx, this, at, sep)
    }

    /// Partition the string into three parts using the given separator.
    ///
    /// The separator is searched from the end. If it is found, the result
    /// is the part before it, the separator itself and the part after it.
    /// Else it is two empty strings and the string.
    #[py(sig = "($self, sep, /)")]
    fn rpartition(cx: &mut Cx, this: Gc<Str>, sep: Value) -> PyResult<Value> {
        let sep = partition_separator(cx, sep)?;
        let empty = super::EMPTY.gc().value();
        let Some(at) = search::rfind(this.as_bytes(), sep.as_bytes()) else {
            return Ok(cx.new_tuple(&[empty, empty, this.value()]));
        };
        cut(cx, this, at, sep)
    }

    /// Concatenate any number of strings.
    ///
    /// The string whose method is called is inserted in between each given
    /// string. The result is returned as a new string.
    ///
    /// Example: '.'.join(['ab', 'pq', 'rs']) -> 'ab.pq.rs'
    #[py(sig = "($self, iterable, /)")]
    fn join(cx: &mut Cx, this: Gc<Str>, iterable: Value) -> PyResult<Gc<Str>> {
        if let Some(list) = Gc::<List>::from_value(iterable)
            && list.is_exact()
            && !cx.mutator.heap().is_multithreaded()
        {
            return join(cx, this, list.as_slice());
        }
        if let Some(tuple) = Gc::<Tuple>::from_value(iterable)
            && tuple.is_exact()
        {
            return join(cx, this, tuple.items());
        }
        let items = args::sequence(cx, iterable, "can only join an iterable")?;
        join(cx, this, items.as_slice())
    }
}

/// `separator.join(items)`. No Python code runs between the two passes over the items.
pub fn join(cx: &mut Cx, separator: Gc<Str>, items: &[Value]) -> PyResult<Gc<Str>> {
    if let [only] = items
        && let Some(s) = Gc::<Str>::from_value(*only)
        && s.is_exact()
    {
        return Ok(s);
    }
    let mut size = separator
        .byte_len()
        .saturating_mul(items.len().saturating_sub(1));
    let mut meta = if items.len() > 1 { separator.meta() } else { 0 };
    let mut chars = separator
        .char_len()
        .saturating_mul(items.len().saturating_sub(1));
    for (i, &item) in items.iter().enumerate() {
        let Some(s) = Gc::<Str>::from_value(item) else {
            let got = if item.is_empty() {
                "object".to_owned()
            } else {
                cx.type_name(item)
            };
            return Err(cx.type_error(format!(
                "sequence item {i}: expected str instance, {got} found"
            )));
        };
        size = size.saturating_add(s.byte_len());
        chars += s.char_len();
        meta |= s.meta();
    }
    if size > isize::MAX as usize / 2 {
        return Err(cx.overflow_error("join() result is too long for a Python string"));
    }
    Str::joined(cx, separator, items, size, meta, chars)
}

/// Collects parts of one text.
struct Parts {
    text: Gc<Str>,
    list: ValueVec,
}

impl Parts {
    fn new(text: Gc<Str>) -> Parts {
        Parts {
            text,
            list: ValueVec::new(),
        }
    }

    #[inline]
    fn push(&mut self, cx: &mut Cx, from: usize, to: usize) -> PyResult<()> {
        let part = if self.text.is_ascii() && to - from == 1 {
            super::LATIN1[self.text.as_bytes()[from] as usize].gc()
        } else {
            self.text.slice_bytes(cx, from, to)?
        };
        self.list.push(cx, part.value())
    }
}

/// The `sep` argument; `None` for whitespace.
fn separator(cx: &mut Cx, sep: Option<Value>) -> PyResult<Option<Gc<Str>>> {
    let Some(v) = sep.filter(|v| !v.is_none()) else {
        return Ok(None);
    };
    match Gc::<Str>::from_value(v) {
        Some(s) if s.is_empty() => Err(cx.value_error("empty separator")),
        Some(s) => Ok(Some(s)),
        None => {
            let got = shown_type(cx, v);
            Err(cx.type_error(format!("must be str or None, not {got}")))
        }
    }
}

fn partition_separator(cx: &mut Cx, v: Value) -> PyResult<Gc<Str>> {
    let Some(sep) = Gc::<Str>::from_value(v) else {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!("must be str, not {got}")));
    };
    if sep.is_empty() {
        return Err(cx.value_error("empty separator"));
    }
    Ok(sep)
}

/// The three parts of `this` with `sep` at byte offset `at`.
fn cut(cx: &mut Cx, this: Gc<Str>, at: usize, sep: Gc<Str>) -> PyResult<Value> {
    let before = this.slice_bytes(cx, 0, at)?;
    let after = this.slice_bytes(cx, at + sep.byte_len(), this.byte_len())?;
    Ok(cx.new_tuple(&[before.value(), sep.value(), after.value()]))
}

/// Whether `this` is of a subclass and one sees without a search that the separator is not in it: it is
/// longer, or has wider characters. The text is its only part then as it is, else as a plain one.
fn never_holds(this: Gc<Str>, sep: Gc<Str>) -> bool {
    !this.is_exact() && (sep.char_len() > this.char_len() || width(sep) > width(this))
}

/// How many bytes the widest character takes where all take the same.
fn width(text: Gc<Str>) -> u8 {
    match wtf8::code_points(text.as_bytes()).max().unwrap_or(0) {
        ..0x100 => 1,
        0x100..0x1_0000 => 2,
        _ => 4,
    }
}

fn split_on(cx: &mut Cx, parts: &mut Parts, sep: Gc<Str>, max: usize) -> PyResult<()> {
    let (bytes, needle) = (parts.text.as_bytes(), sep.as_bytes());
    if let [only] = needle {
        let n = memchr::memchr_iter(*only, bytes).count().min(max);
        parts.list = ValueVec::with_capacity(cx, n + 1)?;
    }
    let mut start = 0;
    if max > 0 && needle.len() <= bytes.len() {
        for at in search::find_all(bytes, needle).take(max) {
            parts.push(cx, start, at)?;
            start = at + needle.len();
        }
    }
    parts.push(cx, start, bytes.len())
}

fn rsplit_on(cx: &mut Cx, parts: &mut Parts, sep: Gc<Str>, max: usize) -> PyResult<()> {
    let (bytes, needle) = (parts.text.as_bytes(), sep.as_bytes());
    let mut cuts = Vec::new();
    let mut end = bytes.len();
    while cuts.len() < max
        && let Some(at) = search::rfind(&bytes[..end], needle)
    {
        cuts.push(at);
        end = at;
    }
    let mut start = 0;
    for &at in cuts.iter().rev() {
        parts.push(cx, start, at)?;
        start = at + needle.len();
    }
    parts.push(cx, start, bytes.len())
}

/// Byte offset of the first character from `at` on that is (or is not) whitespace.
#[inline(always)]
fn skip(bytes: &[u8], mut at: usize, space: bool) -> usize {
    while let Some(&byte) = bytes.get(at) {
        let class = CLASSES[byte as usize];
        if class == space as u8 {
            at += 1;
            continue;
        }
        if class != NOT_ASCII {
            break;
        }
        let (code, len) = wtf8::decode_at(bytes, at);
        if ctype::is_space(code) != space {
            break;
        }
        at += len;
    }
    at
}

const NOT_ASCII: u8 = 2;

/// Of a byte of a text: 1 for whitespace, 0 for other ASCII characters, else [`NOT_ASCII`].
static CLASSES: [u8; 256] = {
    let mut classes = [NOT_ASCII; 256];
    let mut byte = 0;
    while byte < 128 {
        classes[byte] = matches!(byte as u8, b'\t'..=b'\r' | 0x1c..=0x20) as u8;
        byte += 1;
    }
    classes
};

/// The same backwards: the end of the text before `at` without such characters.
fn skip_back(bytes: &[u8], mut at: usize, space: bool) -> usize {
    while at > 0 {
        let (code, len) = wtf8::decode_before(bytes, at);
        if ctype::is_space(code) != space {
            break;
        }
        at -= len;
    }
    at
}

fn split_space(cx: &mut Cx, parts: &mut Parts, max: usize) -> PyResult<()> {
    let bytes = parts.text.as_bytes();
    let mut at = skip(bytes, 0, true);
    let mut made = 0;
    while at < bytes.len() {
        if made == max {
            return parts.push(cx, at, bytes.len());
        }
        let end = skip(bytes, at, false);
        parts.push(cx, at, end)?;
        made += 1;
        at = skip(bytes, end, true);
    }
    Ok(())
}

fn rsplit_space(cx: &mut Cx, parts: &mut Parts, max: usize) -> PyResult<()> {
    let bytes = parts.text.as_bytes();
    let mut ranges = Vec::new();
    let mut end = skip_back(bytes, bytes.len(), true);
    while end > 0 {
        if ranges.len() == max {
            ranges.push((0, end));
            break;
        }
        let start = skip_back(bytes, end, false);
        ranges.push((start, end));
        end = skip_back(bytes, start, true);
    }
    for &(from, to) in ranges.iter().rev() {
        parts.push(cx, from, to)?;
    }
    Ok(())
}
