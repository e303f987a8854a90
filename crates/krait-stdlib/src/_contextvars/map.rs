//! An immutable map from context variables to values: a binary search tree whose changes copy the path to the root.
//!
//! Keys are ordered by their mixed addresses (objects do not move), which come in no order, so that the tree stays
//! about as deep as a random one: 2 ln n.

use crate::prelude::*;

#[derive(Trace)]
pub struct Node {
    key: Slot,
    value: Slot,
    left: Slot,
    right: Slot,
}
impl Native for Node {
    const PY_NAME: &'static str = "_contextvars._Node";
}

static NODE: TypeSpec = TypeSpec {
    name: "_Node",
    module: "_contextvars",
    layout: Layout::native::<Node>(),
    flags: flags::NO_INSTANTIATION,
    ..TypeSpec::DEFAULT
};

/// A map is its root's word, `EMPTY` for the empty one.
pub type Map = Value;

fn node(v: Map) -> Option<Obj<Node>> {
    NativeObj::from_value(v)
}

/// Where a key stands in the order.
fn rank(key: Value) -> u64 {
    key.bits()
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .rotate_left(32)
}

fn make(cx: &mut Cx, key: Value, value: Value, left: Map, right: Map) -> PyResult<Map> {
    let class = cx.native_type(&NODE)?;
    let new = Node {
        key: slot(key),
        value: slot(value),
        left: slot(left),
        right: slot(right),
    };
    Ok(NativeObj::alloc(cx, class, new).value())
}

pub fn get(map: Map, key: Value) -> Option<Value> {
    let rank_of_key = rank(key);
    let mut at = node(map);
    while let Some(n) = at {
        if n.key.get() == key {
            return n.value.get().some();
        }
        at = node(if rank_of_key < rank(n.key.get()) {
            n.left.get()
        } else {
            n.right.get()
        });
    }
    None
}

pub fn insert(cx: &mut Cx, map: Map, key: Value, value: Value) -> PyResult<Map> {
    let Some(n) = node(map) else {
        return make(cx, key, value, Value::EMPTY, Value::EMPTY);
    };
    let (k, v, left, right) = (n.key.get(), n.value.get(), n.left.get(), n.right.get());
    if k == key {
        return make(cx, key, value, left, right);
    }
    if rank(key) < rank(k) {
        let left = insert(cx, left, key, value)?;
        make(cx, k, v, left, right)
    } else {
        let right = insert(cx, right, key, value)?;
        make(cx, k, v, left, right)
    }
}

pub fn remove(cx: &mut Cx, map: Map, key: Value) -> PyResult<Map> {
    let Some(n) = node(map) else { return Ok(map) };
    let (k, v, left, right) = (n.key.get(), n.value.get(), n.left.get(), n.right.get());
    if k == key {
        return join(cx, left, right);
    }
    if rank(key) < rank(k) {
        let left = remove(cx, left, key)?;
        make(cx, k, v, left, right)
    } else {
        let right = remove(cx, right, key)?;
        make(cx, k, v, left, right)
    }
}

/// All of `left`, then all of `right`.
fn join(cx: &mut Cx, left: Map, right: Map) -> PyResult<Map> {
    let Some(l) = node(left) else {
        return Ok(right);
    };
    let joined = join(cx, l.right.get(), right)?;
    make(cx, l.key.get(), l.value.get(), l.left.get(), joined)
}

/// Calls `f` with every key and value.
pub fn for_each(
    cx: &mut Cx,
    map: Map,
    f: &mut dyn FnMut(&mut Cx, Value, Value) -> PyResult<()>,
) -> PyResult<()> {
    let Some(n) = node(map) else { return Ok(()) };
    for_each(cx, n.left.get(), f)?;
    f(cx, n.key.get(), n.value.get())?;
    for_each(cx, n.right.get(), f)
}

pub fn len(map: Map) -> usize {
    node(map).map_or(0, |n| len(n.left.get()) + 1 + len(n.right.get()))
}
