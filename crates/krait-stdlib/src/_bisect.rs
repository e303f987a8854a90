//! `_bisect`: binary search in sorted sequences.

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_bisect",
    doc: Some(
        "Bisection algorithms.\n\nThis module provides support for maintaining a list in sorted order without\nhaving to sort the list after each insertion. For long lists of items with\nexpensive comparison operations, this can be an improvement over the more\ncommon approach.\n",
    ),
    functions: &[Functions::DEFS],
    ..ModuleDef::DEFAULT
};

/// Where `x` goes in `a[lo..hi]`: before its equals if `left`, else behind them.
fn search(
    cx: &mut Cx,
    a: Value,
    x: Value,
    lo: Option<isize>,
    hi: Option<Value>,
    key: Option<Value>,
    left: bool,
) -> PyResult<usize> {
    let lo = lo.unwrap_or(0);
    if lo < 0 {
        return Err(cx.value_error("lo must be non-negative"));
    }
    let mut lo = lo as usize;
    let mut hi = match hi.filter(|h| !h.is_none()) {
        Some(h) => cx.index_isize(h)?.max(0) as usize,
        None => cx.len(a)?,
    };
    let key = key.filter(|k| !k.is_none());
    check_sequence(cx, a)?;
    while lo < hi {
        let middle = lo + (hi - lo) / 2;
        let index = cx.new_uint(middle as u64);
        let item = cx.get_item(a, index)?;
        let item = match key {
            Some(k) => cx.call(k, &[item])?,
            None => item,
        };
        let goes_right = if left {
            cx.lt(item, x)?
        } else {
            !cx.lt(x, item)?
        };
        if goes_right {
            lo = middle + 1;
        } else {
            hi = middle;
        }
    }
    Ok(lo)
}

/// Mappings are not searched, but for those whose class is written in Python.
fn check_sequence(cx: &mut Cx, a: Value) -> PyResult<()> {
    let class = cx.type_of(a);
    let subscript = class.special(cx, Special::GetItem).is_some();
    if cx.is_sequence(a) || (subscript && class.spec.is_none()) {
        return Ok(());
    }
    let name = class.dotted_name();
    Err(cx.type_error(match subscript {
        true => format!("{name} is not a sequence"),
        false => format!("'{name}' object does not support indexing"),
    }))
}

/// Inserts `x` where a search for its key says.
fn insort(
    cx: &mut Cx,
    a: Value,
    x: Value,
    lo: Option<isize>,
    hi: Option<Value>,
    key: Option<Value>,
    left: bool,
) -> PyResult<()> {
    let wanted = match key.filter(|k| !k.is_none()) {
        Some(k) => cx.call(k, &[x])?,
        None => x,
    };
    let at = search(cx, a, wanted, lo, hi, key, left)?;
    if let Some(list) = Gc::<List>::from_value(a).filter(|l| l.is_exact()) {
        return list.insert(cx, at as isize, x);
    }
    let at = cx.new_uint(at as u64);
    cx.call_method_str(a, "insert", &[at, x]).map(|_| ())
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e <= x, and all e in
    /// a[i:] have e > x.  So if x already appears in the list, a.insert(i, x) will
    /// insert just after the rightmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[py(sig = "($module, /, a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_right(
        cx: &mut Cx,
        a: Value,
        x: Value,
        lo: Option<isize>,
        hi: Option<Value>,
        key: Option<Value>,
    ) -> PyResult<usize> {
        search(cx, a, x, lo, hi, key, false)
    }
    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e < x, and all e in
    /// a[i:] have e >= x.  So if x already appears in the list, a.insert(i, x) will
    /// insert just before the leftmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[py(sig = "($module, /, a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_left(
        cx: &mut Cx,
        a: Value,
        x: Value,
        lo: Option<isize>,
        hi: Option<Value>,
        key: Option<Value>,
    ) -> PyResult<usize> {
        search(cx, a, x, lo, hi, key, true)
    }
    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the right of the rightmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[py(sig = "($module, /, a, x, lo=0, hi=None, *, key=None)")]
    fn insort_right(
        cx: &mut Cx,
        a: Value,
        x: Value,
        lo: Option<isize>,
        hi: Option<Value>,
        key: Option<Value>,
    ) -> PyResult<()> {
        insort(cx, a, x, lo, hi, key, false)
    }
    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the left of the leftmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[py(sig = "($module, /, a, x, lo=0, hi=None, *, key=None)")]
    fn insort_left(
        cx: &mut Cx,
        a: Value,
        x: Value,
        lo: Option<isize>,
        hi: Option<Value>,
        key: Option<Value>,
    ) -> PyResult<()> {
        insort(cx, a, x, lo, hi, key, true)
    }
}
