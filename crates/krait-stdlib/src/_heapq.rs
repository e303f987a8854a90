//! `_heapq`: binary heaps in lists, smallest or largest item first.
//!
//! Comparisons run Python code that may change the list: every one is followed by a check of its size.

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_heapq",
    doc: Some(
        "Heap queue algorithm (a.k.a. priority queue).\n\nHeaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for\nall k, counting elements from 0.  For the sake of comparison,\nnon-existing elements are considered to be infinite.  The interesting\nproperty of a heap is that a[0] is always its smallest element.\n",
    ),
    functions: &[Functions::DEFS],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let about = cx.new_str(
        "Heap queues\n\nHeaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for all k, counting elements from 0.\n",
    );
    m.set(cx, "__about__", about);
    Ok(())
}

/// The list of a function that takes nothing else.
fn only_argument(cx: &mut Cx, v: Value, function: &str) -> PyResult<Gc<List>> {
    match Gc::from_value(v) {
        Some(l) => Ok(l),
        None => {
            let name = cx.type_name(v);
            Err(cx.type_error(format!("{function}() argument must be list, not {name}")))
        }
    }
}

#[inline]
fn before(cx: &mut Cx, a: Value, b: Value, max: bool) -> PyResult<bool> {
    if max { cx.lt(b, a) } else { cx.lt(a, b) }
}

fn item(cx: &mut Cx, heap: Gc<List>, i: usize, len: usize) -> PyResult<Value> {
    match heap.get(i) {
        Some(v) if heap.len() == len => Ok(v),
        _ => Err(cx.runtime_error("list changed size during iteration")),
    }
}

/// Moves the item at `at` up to where it belongs, not above `start`.
fn sift_up_to(cx: &mut Cx, heap: Gc<List>, start: usize, mut at: usize, max: bool) -> PyResult<()> {
    let len = heap.len();
    let new = item(cx, heap, at, len)?;
    while at > start {
        let parent_at = (at - 1) / 2;
        let parent = item(cx, heap, parent_at, len)?;
        let moves = before(cx, new, parent, max)?;
        item(cx, heap, at, len)?;
        if !moves {
            break;
        }
        // Other threads or the comparison may have put something else there: exchange what is.
        let (a, b) = (item(cx, heap, at, len)?, item(cx, heap, parent_at, len)?);
        heap.set(cx, parent_at, a);
        heap.set(cx, at, b);
        at = parent_at;
    }
    Ok(())
}

/// Moves the item at `at` down along the better children to a leaf, then up to where it belongs.
fn sift_down(cx: &mut Cx, heap: Gc<List>, mut at: usize, max: bool) -> PyResult<()> {
    let start = at;
    let len = heap.len();
    while at < len / 2 {
        let mut child = 2 * at + 1;
        if child + 1 < len {
            let (a, b) = (item(cx, heap, child, len)?, item(cx, heap, child + 1, len)?);
            let left = before(cx, a, b, max)?;
            item(cx, heap, child, len)?;
            child += usize::from(!left);
        }
        let (a, b) = (item(cx, heap, at, len)?, item(cx, heap, child, len)?);
        heap.set(cx, at, b);
        heap.set(cx, child, a);
        at = child;
    }
    sift_up_to(cx, heap, start, at, max)
}

fn push(cx: &mut Cx, heap: Gc<List>, v: Value, max: bool) -> PyResult<()> {
    heap.push(cx, v)?;
    sift_up_to(cx, heap, 0, heap.len() - 1, max)
}

fn pop(cx: &mut Cx, heap: Gc<List>, max: bool) -> PyResult<Value> {
    let Some(last) = heap.pop_last(cx) else {
        return Err(cx.index_error("index out of range"));
    };
    let Some(first) = heap.get(0) else {
        return Ok(last);
    };
    heap.set(cx, 0, last);
    sift_down(cx, heap, 0, max)?;
    Ok(first)
}

fn replace(cx: &mut Cx, heap: Gc<List>, v: Value, max: bool) -> PyResult<Value> {
    let Some(first) = heap.get(0) else {
        return Err(cx.index_error("index out of range"));
    };
    heap.set(cx, 0, v);
    sift_down(cx, heap, 0, max)?;
    Ok(first)
}

fn push_pop(cx: &mut Cx, heap: Gc<List>, v: Value, max: bool) -> PyResult<Value> {
    let Some(first) = heap.get(0) else {
        return Ok(v);
    };
    if !before(cx, first, v, max)? {
        return Ok(v);
    }
    let Some(first) = heap.get(0) else {
        return Err(cx.index_error("index out of range"));
    };
    heap.set(cx, 0, v);
    sift_down(cx, heap, 0, max)?;
    Ok(first)
}

fn heapify_list(cx: &mut Cx, heap: Gc<List>, max: bool) -> PyResult<()> {
    (0..heap.len() / 2)
        .rev()
        .try_for_each(|i| sift_down(cx, heap, i, max))
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Push item onto heap, maintaining the heap invariant.
    #[py]
    fn heappush(cx: &mut Cx, heap: Gc<List>, item: Value) -> PyResult<()> {
        push(cx, heap, item, false)
    }
    /// Pop the smallest item off the heap, maintaining the heap invariant.
    #[py]
    fn heappop(cx: &mut Cx, heap: Value) -> PyResult<Value> {
        let heap = only_argument(cx, heap, "heappop")?;
        pop(cx, heap, false)
    }
    /// Pop and return the current smallest value, and add the new item.
    ///
    /// This is more efficient than heappop() followed by heappush(), and can be
    /// more appropriate when using a fixed-size heap.  Note that the value
    /// returned may be larger than item!
    #[py]
    fn heapreplace(cx: &mut Cx, heap: Gc<List>, item: Value) -> PyResult<Value> {
        replace(cx, heap, item, false)
    }
    /// Push item on the heap, then pop and return the smallest item from the heap.
    ///
    /// The combined action runs more efficiently than heappush() followed by
    /// a separate call to heappop().
    #[py]
    fn heappushpop(cx: &mut Cx, heap: Gc<List>, item: Value) -> PyResult<Value> {
        push_pop(cx, heap, item, false)
    }
    /// Transform list into a heap, in-place, in O(len(heap)) time.
    #[py]
    fn heapify(cx: &mut Cx, heap: Value) -> PyResult<()> {
        let heap = only_argument(cx, heap, "heapify")?;
        heapify_list(cx, heap, false)
    }
    /// Push item onto max heap, maintaining the heap invariant.
    #[py]
    fn heappush_max(cx: &mut Cx, heap: Gc<List>, item: Value) -> PyResult<()> {
        push(cx, heap, item, true)
    }
    /// Maxheap variant of heappop.
    #[py]
    fn heappop_max(cx: &mut Cx, heap: Value) -> PyResult<Value> {
        let heap = only_argument(cx, heap, "heappop_max")?;
        pop(cx, heap, true)
    }
    /// Maxheap variant of heapreplace.
    #[py]
    fn heapreplace_max(cx: &mut Cx, heap: Gc<List>, item: Value) -> PyResult<Value> {
        replace(cx, heap, item, true)
    }
    /// Maxheap variant of heappushpop.
    #[py]
    fn heappushpop_max(cx: &mut Cx, heap: Gc<List>, item: Value) -> PyResult<Value> {
        push_pop(cx, heap, item, true)
    }
    /// Maxheap variant of heapify.
    #[py]
    fn heapify_max(cx: &mut Cx, heap: Value) -> PyResult<()> {
        let heap = only_argument(cx, heap, "heapify_max")?;
        heapify_list(cx, heap, true)
    }
}
