//! `list.sort`: stable and adaptive.
//!
//! Keys of one simple type (small ints, floats without NaN, strs) are totally ordered and compared
//! without Python code: the standard library's merge sort takes those. Everything else goes to
//! [`merge`], which copes with comparisons that fail, lie, or look at the list.
//!
//! While the sort runs the list is empty; a list that is not empty afterwards was modified by a
//! comparison. The original storage stays as it was until the end, so an exception leaves the
//! list as it was before, and the words that are moved about in Rust's own heap refer to objects
//! that the storage and the keys keep alive.

mod merge;

use std::cmp::Ordering;

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::{Array, Gc, empty_array};
use crate::types::dict::table::as_exact_str;
use crate::types::float::{as_boxed_float, is_exact_float};
use crate::types::list::List;
use crate::value::Value;
use crate::vec::ValueVec;

/// Sorts `list` in place.
pub fn sort(cx: &mut Cx, list: Gc<List>, key: Option<Value>, reverse: bool) -> PyResult<()> {
    cx.mutator.lock(list.header());
    let (storage, len) = (list.array(), list.len());
    list.storage.set(cx, list, empty_array());
    list.set_len(0);
    cx.mutator.unlock(list.header());

    let result = sort_storage(cx, storage, len, key, reverse);

    let modified = !list.is_empty() || list.storage.get() != empty_array();
    list.replace_storage(cx, storage, len);
    result?;
    if modified {
        Err(cx.value_error("list modified during sort"))
    } else {
        Ok(())
    }
}

/// Sorts the first `len` words of `storage`, which nobody else knows.
fn sort_storage(
    cx: &mut Cx,
    storage: Gc<Array>,
    len: usize,
    key: Option<Value>,
    reverse: bool,
) -> PyResult<()> {
    let values = &storage.values()[..len];
    let Some(function) = key else {
        let mut items: Vec<[Value; 1]> = values.iter().map(|&v| [v]).collect();
        sort_items(cx, &mut items, reverse)?;
        store_sorted(cx, storage, items.iter().map(|&[v]| v));
        return Ok(());
    };
    let mut keys = ValueVec::with_capacity(cx, len)?;
    for &v in values {
        let k = cx.call(function, &[v])?;
        keys.push(cx, k)?;
    }
    let mut items: Vec<[Value; 2]> = keys
        .as_slice()
        .iter()
        .zip(values)
        .map(|(&k, &v)| [k, v])
        .collect();
    let result = sort_items(cx, &mut items, reverse);
    // The keys must stay on the stack until here: nothing else that the collector sees has them.
    std::hint::black_box(&keys);
    result?;
    store_sorted(cx, storage, items.iter().map(|&[_, v]| v));
    Ok(())
}

fn store_sorted(cx: &mut Cx, storage: Gc<Array>, values: impl Iterator<Item = Value>) {
    for (slot, v) in storage.slots().iter().zip(values) {
        slot.set_immediate(v);
    }
    cx.write_barrier(storage.header());
}

/// What all keys have in common.
#[derive(Clone, Copy, PartialEq, Eq)]
enum KeyType {
    Small,
    Float,
    Str,
    Other,
}

fn key_type(v: Value) -> KeyType {
    if v.is_small() {
        KeyType::Small
    } else if as_exact_str(v).is_some() {
        KeyType::Str
    } else if float(v).is_some_and(|x| !x.is_nan()) {
        KeyType::Float
    } else {
        KeyType::Other
    }
}

/// The value of an exact float.
#[inline(always)]
fn float(v: Value) -> Option<f64> {
    match v.as_immediate_float() {
        Some(x) => Some(x),
        None if is_exact_float(v) => as_boxed_float(v),
        None => None,
    }
}

/// Sorts by the first words. `W` is 1, or 2 for keys with their values.
fn sort_items<const W: usize>(
    cx: &mut Cx,
    items: &mut [[Value; W]],
    reverse: bool,
) -> PyResult<()> {
    let Some(first) = items.first().map(|item| item[0]) else {
        return Ok(());
    };
    let kind = key_type(first);
    let uniform = kind != KeyType::Other && items.iter().all(|i| key_type(i[0]) == kind);
    match kind {
        // Words of small ints order as the ints do.
        KeyType::Small if uniform => native(items, reverse, |a, b| {
            (a.bits() as i64).cmp(&(b.bits() as i64))
        }),
        KeyType::Float if uniform => native(items, reverse, |a, b| {
            float(a).partial_cmp(&float(b)).unwrap_or(Ordering::Equal)
        }),
        KeyType::Str if uniform => native(items, reverse, |a, b| text(a).cmp(text(b))),
        _ => {
            // Reversing before and after keeps equal items in their order.
            if reverse {
                items.reverse();
            }
            let class = cx.type_of(first);
            // CPython asks the `__lt__` of keys that have one class first, and compares as anywhere
            // else when that declines: who counts calls sees it.
            let asked = class.spec.is_none() && items.iter().all(|i| cx.type_of(i[0]) == class);
            merge::sort(cx, items, asked)?;
            if reverse {
                items.reverse();
            }
        }
    }
    Ok(())
}

/// The bytes of an exact str: their order is that of code points.
#[inline(always)]
fn text<'a>(v: Value) -> &'a [u8] {
    as_exact_str(v).map_or(&[], |s| s.as_bytes())
}

fn native<const W: usize>(
    items: &mut [[Value; W]],
    reverse: bool,
    compare: impl Fn(Value, Value) -> Ordering,
) {
    if reverse {
        items.sort_by(|a, b| compare(b[0], a[0]));
    } else {
        items.sort_by(|a, b| compare(a[0], b[0]));
    }
}
