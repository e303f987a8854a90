//! An immutable map: a binary search tree whose changes copy the path to the root. Contexts map
//! variables to values with it.
//!
//! Keys are ordered by their mixed addresses (objects do not move) or hashes, which come in no order, so that the tree
//! stays about as deep as a random one: 2 ln n. Keys of one rank stand on the right of one another.

use crate::prelude::*;

#[derive(Trace)]
pub struct Node {
    rank: Rank,
    key: Slot,
    value: Slot,
    left: Slot,
    right: Slot,
}
impl Native for Node {
    const PY_NAME: &'static str = "_contextvars._Node";
}

/// Where a key stands in the order.
type Rank = u64;

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

/// A key of a map. All keys of one map are of the same kind.
#[derive(Clone, Copy)]
pub struct Key {
    value: Value,
    rank: Rank,
    by_equality: bool,
}

impl Key {
    fn new(value: Value, number: u64, by_equality: bool) -> Key {
        let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(32);
        Key {
            value,
            rank: mixed,
            by_equality,
        }
    }

    /// The object itself is the key.
    pub fn identity(value: Value) -> Key {
        Key::new(value, value.bits(), false)
    }

    /// Whatever is equal is the key.
    pub fn hashed(cx: &mut Cx, value: Value) -> PyResult<Key> {
        let hash = cx.hash(value)?;
        Ok(Key::new(value, hash as u64, true))
    }

    fn is_key_of(self, cx: &mut Cx, n: Obj<Node>) -> PyResult<bool> {
        let other = n.key.get();
        if other == self.value {
            return Ok(true);
        }
        Ok(self.by_equality && n.rank == self.rank && cx.eq(other, self.value)?)
    }
}

fn make(cx: &mut Cx, key: (Value, Rank), value: Value, left: Map, right: Map) -> PyResult<Map> {
    let class = cx.native_type(&NODE)?;
    let new = Node {
        rank: key.1,
        key: slot(key.0),
        value: slot(value),
        left: slot(left),
        right: slot(right),
    };
    Ok(NativeObj::alloc(cx, class, new).value())
}

/// The value of an object that is itself the key.
pub fn get(map: Map, key: Value) -> Option<Value> {
    let key = Key::identity(key);
    let mut at = node(map);
    while let Some(n) = at {
        if n.key.get() == key.value {
            return n.value.get().some();
        }
        at = node(if key.rank < n.rank {
            n.left.get()
        } else {
            n.right.get()
        });
    }
    None
}

/// The value of any key.
pub fn find(cx: &mut Cx, map: Map, key: Key) -> PyResult<Option<Value>> {
    let mut at = node(map);
    while let Some(n) = at {
        if key.is_key_of(cx, n)? {
            return Ok(n.value.get().some());
        }
        at = node(if key.rank < n.rank {
            n.left.get()
        } else {
            n.right.get()
        });
    }
    Ok(None)
}

/// The map with `key` set: the same one if it has that value already.
pub fn insert(cx: &mut Cx, map: Map, key: Key, value: Value) -> PyResult<Map> {
    let Some(n) = node(map) else {
        return make(cx, (key.value, key.rank), value, Value::EMPTY, Value::EMPTY);
    };
    cx.check_native_stack()?;
    let (left, right) = (n.left.get(), n.right.get());
    if key.is_key_of(cx, n)? {
        if n.value.get() == value {
            return Ok(map);
        }
        return make(cx, (n.key.get(), n.rank), value, left, right);
    }
    if key.rank < n.rank {
        let new = insert(cx, left, key, value)?;
        with_children(cx, n, new, right)
    } else {
        let new = insert(cx, right, key, value)?;
        with_children(cx, n, left, new)
    }
}

/// The map without `key`: the same one if it has no such key.
pub fn remove(cx: &mut Cx, map: Map, key: Key) -> PyResult<Map> {
    let Some(n) = node(map) else { return Ok(map) };
    cx.check_native_stack()?;
    let (left, right) = (n.left.get(), n.right.get());
    if key.is_key_of(cx, n)? {
        return join(cx, left, right);
    }
    if key.rank < n.rank {
        let new = remove(cx, left, key)?;
        with_children(cx, n, new, right)
    } else {
        let new = remove(cx, right, key)?;
        with_children(cx, n, left, new)
    }
}

/// `n` with these subtrees: itself if it has them.
fn with_children(cx: &mut Cx, n: Obj<Node>, left: Map, right: Map) -> PyResult<Map> {
    if (n.left.get(), n.right.get()) == (left, right) {
        return Ok(n.value());
    }
    make(cx, (n.key.get(), n.rank), n.value.get(), left, right)
}

/// All of `left`, then all of `right`.
fn join(cx: &mut Cx, left: Map, right: Map) -> PyResult<Map> {
    let Some(l) = node(left) else {
        return Ok(right);
    };
    let joined = join(cx, l.right.get(), right)?;
    with_children(cx, l, l.left.get(), joined)
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
