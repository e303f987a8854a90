//! `groupby` and the iterators over its groups.

use super::iterator;
use crate::prelude::*;

/// `groupby`: the current item and its key, the key of the group in progress, and that group's iterator.
#[derive(Trace)]
pub struct GroupBy {
    source: Slot,
    key: Slot,
    target_key: Slot,
    current_key: Slot,
    current: Slot,
    group: Slot,
}
impl Native for GroupBy {
    const PY_NAME: &'static str = "itertools.groupby";
}

#[derive(Trace)]
pub struct Grouper {
    parent: Slot,
    target_key: Slot,
}
impl Native for Grouper {
    const PY_NAME: &'static str = "itertools._grouper";
}

pub static GROUPBY: TypeSpec = iterator::<GroupBy>(
    "groupby",
    "make an iterator that returns consecutive keys and groups from the iterable\n\n  iterable\n    Elements to divide into groups according to the key function.\n  key\n    A function for computing the group category for each element.\n    If the key function is not specified or is None, the element itself\n    is used for grouping.",
    &[IterSelf::DEFS, Generic::DEFS, GroupByMethods::DEFS],
);
pub static GROUPER: TypeSpec = TypeSpec {
    name: "_grouper",
    module: "itertools",
    layout: Layout::native::<Grouper>(),
    defs: &[IterSelf::DEFS, GrouperMethods::DEFS],
    ..TypeSpec::DEFAULT
};

/// Takes the next item and its key; `false` at the end.
fn step(cx: &mut Cx, g: Obj<GroupBy>) -> PyResult<bool> {
    let Some(item) = cx.next(g.source.get())? else {
        return Ok(false);
    };
    let key = match g.key.get().some() {
        None => item,
        Some(f) => cx.call(f, &[item])?,
    };
    g.current.set(cx, g, item);
    g.current_key.set(cx, g, key);
    Ok(true)
}

fn same(cx: &mut Cx, a: Value, b: Value) -> PyResult<bool> {
    Ok(a.is(b) || cx.eq(a, b)?)
}

struct GroupByMethods;

#[pymethods]
impl GroupByMethods {
    #[py(new, sig = "($type, iterable, key=None)")]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        iterable: Value,
        key: Option<Value>,
    ) -> PyResult<Value> {
        let source = cx.iter(iterable)?;
        let key = key.filter(|k| !k.is_none()).unwrap_or(Value::EMPTY);
        let new = GroupBy {
            source: slot(source),
            key: slot(key),
            target_key: Slot::empty(),
            current_key: Slot::empty(),
            current: Slot::empty(),
            group: Slot::empty(),
        };
        Ok(NativeObj::alloc(cx, class, new).value())
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<GroupBy>) -> PyResult<Value> {
        this.group.set_immediate(Value::EMPTY);
        // Skip what is left of the group before.
        loop {
            let current = this.current_key.get();
            if !current.is_empty() {
                let target = this.target_key.get();
                if target.is_empty() || !same(cx, target, current)? {
                    break;
                }
            }
            if !step(cx, this)? {
                return Ok(Value::EMPTY);
            }
        }
        let key = this.current_key.get();
        this.target_key.set(cx, this, key);
        let class = cx.native_type(&GROUPER)?;
        let group = NativeObj::alloc(
            cx,
            class,
            Grouper {
                parent: slot(this.value()),
                target_key: slot(key),
            },
        );
        this.group.set(cx, this, group.value());
        Ok(cx.new_tuple(&[key, group.value()]))
    }
}

struct GrouperMethods;

#[pymethods]
impl GrouperMethods {
    #[py(new, sig = "($type, parent, tgtkey, /)", hide_sig)]
    fn __new__(cx: &mut Cx, class: Gc<Type>, parent: Obj<GroupBy>, tgtkey: Value) -> Value {
        let group = NativeObj::alloc(
            cx,
            class,
            Grouper {
                parent: slot(parent.value()),
                target_key: slot(tgtkey),
            },
        );
        parent.group.set(cx, parent, group.value());
        group.value()
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<Grouper>) -> PyResult<Value> {
        let Some(parent) = NativeObj::<GroupBy>::from_value(this.parent.get()) else {
            return Ok(Value::EMPTY);
        };
        // Only the newest group goes on: the others ended when the parent moved.
        if parent.group.get() != this.value() {
            return Ok(Value::EMPTY);
        }
        if parent.current.get().is_empty() && !step(cx, parent)? {
            return Ok(Value::EMPTY);
        }
        let (target, key) = (this.target_key.get(), parent.current_key.get());
        if key.is_empty() || !same(cx, target, key)? {
            return Ok(Value::EMPTY);
        }
        let item = parent.current.get();
        parent.current.set_immediate(Value::EMPTY);
        parent.current_key.set_immediate(Value::EMPTY);
        Ok(item)
    }
}
