//! `hamt()`: the immutable map behind contexts, with keys of any type.

use std::sync::atomic::{AtomicUsize, Ordering};

use krait_stdlib::_contextvars::map::{self, Key};
use krait_stdlib::prelude::*;

#[derive(Trace)]
pub struct Hamt {
    root: Slot,
}
impl Native for Hamt {
    const PY_NAME: &'static str = "hamt";
}

pub static HAMT: TypeSpec = TypeSpec {
    name: "hamt",
    layout: Layout::native::<Hamt>(),
    flags: flags::WEAKREFABLE,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

type This = Obj<Hamt>;

fn alloc(cx: &mut Cx, root: Value) -> PyResult<Value> {
    let class = cx.native_type(&HAMT)?;
    Ok(NativeObj::alloc(cx, class, Hamt { root: slot(root) }).value())
}

/// `this` with another root; itself if nothing changed.
fn changed(cx: &mut Cx, this: This, root: Value) -> PyResult<Value> {
    if root == this.root.get() {
        return Ok(this.value());
    }
    alloc(cx, root)
}

fn find(cx: &mut Cx, this: This, key: Value) -> PyResult<Option<Value>> {
    let key = Key::hashed(cx, key)?;
    map::find(cx, this.root.get(), key)
}

/// An iterator over what `item` makes of each key and value.
fn entries(cx: &mut Cx, this: This, item: fn(&mut Cx, Value, Value) -> Value) -> PyResult<Value> {
    let list = cx.new_list(&[]);
    let items = Gc::<List>::from_value_unchecked(list);
    map::for_each(cx, this.root.get(), &mut |cx, k, v| {
        let entry = item(cx, k, v);
        items.push(cx, entry)
    })?;
    let class = cx.native_type(&ENTRIES)?;
    let new = Entries {
        items: slot(list),
        map: slot(this.value()),
        at: AtomicUsize::new(0),
    };
    Ok(NativeObj::alloc(cx, class, new).value())
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type)")]
    fn __new__(cx: &mut Cx, _class: Value) -> PyResult<Value> {
        alloc(cx, Value::EMPTY)
    }

    #[py(sig = "($self, key, value, /)")]
    fn set(cx: &mut Cx, this: This, key: Value, value: Value) -> PyResult<Value> {
        let key = Key::hashed(cx, key)?;
        let root = map::insert(cx, this.root.get(), key, value)?;
        changed(cx, this, root)
    }

    #[py(sig = "($self, key, /)")]
    fn delete(cx: &mut Cx, this: This, key: Value) -> PyResult<Value> {
        let key = Key::hashed(cx, key)?;
        let root = map::remove(cx, this.root.get(), key)?;
        changed(cx, this, root)
    }

    #[py(sig = "($self, key, default=None, /)")]
    fn get(cx: &mut Cx, this: This, key: Value, default: Option<Value>) -> PyResult<Value> {
        Ok(find(cx, this, key)?.or(default).unwrap_or(Value::none()))
    }

    #[py]
    fn __getitem__(cx: &mut Cx, this: This, key: Value) -> PyResult<Value> {
        match find(cx, this, key)? {
            Some(v) => Ok(v),
            None => Err(cx.key_error(key)),
        }
    }

    #[py]
    fn __contains__(cx: &mut Cx, this: This, key: Value) -> PyResult<bool> {
        Ok(find(cx, this, key)?.is_some())
    }

    #[py]
    fn __len__(this: This) -> usize {
        map::len(this.root.get())
    }

    #[py]
    fn __eq__(cx: &mut Cx, this: This, other: Value) -> PyResult<Value> {
        let Some(other) = NativeObj::<Hamt>::from_value(other) else {
            return Ok(Value::not_implemented());
        };
        if map::len(this.root.get()) != map::len(other.root.get()) {
            return Ok(Value::bool(false));
        }
        let mut same = true;
        map::for_each(cx, this.root.get(), &mut |cx, k, v| {
            if same {
                same = match find(cx, other, k)? {
                    Some(w) => cx.eq(v, w)?,
                    None => false,
                };
            }
            Ok(())
        })?;
        Ok(Value::bool(same))
    }

    #[py]
    fn __iter__(cx: &mut Cx, this: This) -> PyResult<Value> {
        entries(cx, this, |_, k, _| k)
    }

    #[py(sig = "($self, /)")]
    fn keys(cx: &mut Cx, this: This) -> PyResult<Value> {
        entries(cx, this, |_, k, _| k)
    }

    #[py(sig = "($self, /)")]
    fn values(cx: &mut Cx, this: This) -> PyResult<Value> {
        entries(cx, this, |_, _, v| v)
    }

    #[py(sig = "($self, /)")]
    fn items(cx: &mut Cx, this: This) -> PyResult<Value> {
        entries(cx, this, |cx, k, v| cx.new_tuple(&[k, v]))
    }
}

/// What `keys()`, `values()` and `items()` give.
#[derive(Trace)]
pub struct Entries {
    items: Slot,
    map: Slot,
    at: AtomicUsize,
}
impl Native for Entries {
    const PY_NAME: &'static str = "hamt_items";
}

static ENTRIES: TypeSpec = TypeSpec {
    name: "hamt_items",
    layout: Layout::native::<Entries>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[IterSelf::DEFS, EntriesMethods::DEFS],
    ..TypeSpec::DEFAULT
};

struct EntriesMethods;

#[pymethods]
impl EntriesMethods {
    #[py]
    fn __next__(this: Obj<Entries>) -> Value {
        let at = this.at.fetch_add(1, Ordering::Relaxed);
        let items = Gc::<List>::from_value_unchecked(this.items.get());
        items.get(at).unwrap_or(Value::EMPTY)
    }

    #[py]
    fn __len__(this: Obj<Entries>) -> usize {
        native_in::<Hamt>(&this.map).len()
    }
}

impl Hamt {
    fn len(&self) -> usize {
        map::len(self.root.get())
    }
}
