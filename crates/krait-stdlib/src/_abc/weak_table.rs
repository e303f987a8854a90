//! A set of classes, held weakly, that is read without a lock.
//!
//! Open addressing by the class's address (objects do not move). The entries are weak references: one whose class died
//! matches nothing any more, even if another class is made at the same address.

use krait_runtime::object::{Array, Header};
use krait_runtime::types::weakref::{self, WeakRef};

use crate::prelude::*;

#[derive(Trace)]
pub struct WeakTable {
    /// An array of weak references, at most half full; `EMPTY` before the first entry.
    entries: Slot,
}

const FIRST: usize = 8;

fn index(class: Gc<Type>, len: usize) -> usize {
    let address = class.as_ptr() as usize;
    (address >> 4 ^ address >> 11) & (len - 1)
}

fn referent(v: Value) -> Option<Value> {
    Gc::<WeakRef>::from_value(v)?.get()
}

/// The place of `class`, or the free one where it would go.
fn probe(array: Gc<Array>, class: Gc<Type>) -> Result<usize, Option<usize>> {
    let start = index(class, array.len);
    let mut free = None;
    for step in 0..array.len {
        let i = (start + step) & (array.len - 1);
        let v = array.slots()[i].get();
        if v.is_empty() {
            return Err(free.or(Some(i)));
        }
        match referent(v) {
            Some(r) if r == class.value() => return Ok(i),
            Some(_) => {}
            None => free = free.or(Some(i)),
        }
    }
    Err(free)
}

impl WeakTable {
    pub const fn new() -> WeakTable {
        WeakTable {
            entries: Slot::empty(),
        }
    }

    fn array(&self) -> Option<Gc<Array>> {
        Gc::from_value(self.entries.get())
    }

    #[inline]
    pub fn contains(&self, class: Gc<Type>) -> bool {
        self.array().is_some_and(|a| probe(a, class).is_ok())
    }

    pub fn clear(&self) {
        self.entries.set_immediate(Value::EMPTY);
    }

    /// Adds `class` to this table, a field of `owner`.
    pub fn add(&self, cx: &mut Cx, owner: *mut Header, class: Gc<Type>) -> PyResult<()> {
        let weakref = cx.types().weakref;
        let reference = weakref::make(cx, weakref, class.value(), Value::none())?;
        loop {
            let guard = cx.lock_object(owner);
            let array = self.array();
            let place = array.map(|a| probe(a, class));
            let used = array.map_or(0, |a| {
                a.slots()
                    .iter()
                    .filter(|s| referent(s.get()).is_some())
                    .count()
            });
            let done = match (array, place) {
                (Some(_), Some(Ok(_))) => true,
                (Some(a), Some(Err(Some(i)))) if (used + 1) * 2 <= a.len => {
                    a.slots()[i].set(cx, a, reference);
                    true
                }
                _ => false,
            };
            cx.unlock_object(owner, guard);
            if done {
                return Ok(());
            }
            self.grow(cx, owner, array, used)?;
        }
    }

    /// Replaces the array by a larger one without the dead, unless another thread did.
    fn grow(
        &self,
        cx: &mut Cx,
        owner: *mut Header,
        old: Option<Gc<Array>>,
        used: usize,
    ) -> PyResult<()> {
        let new = cx.try_new_array(((used + 1) * 4).next_power_of_two().max(FIRST))?;
        let guard = cx.lock_object(owner);
        if self.array() == old {
            for s in old.iter().flat_map(|a| a.slots().iter()) {
                let class = referent(s.get()).and_then(Gc::<Type>::from_value);
                if let Some(Err(Some(i))) = class.map(|c| probe(new, c)) {
                    new.slots()[i].set(cx, new, s.get());
                }
            }
            self.entries.set_in(cx, owner, new.value());
        }
        cx.unlock_object(owner, guard);
        Ok(())
    }

    /// The classes that are alive.
    pub fn live(&self, cx: &mut Cx) -> PyResult<ValueVec> {
        let mut out = ValueVec::new();
        for s in self.array().iter().flat_map(|a| a.slots().iter()) {
            if let Some(v) = referent(s.get()) {
                out.push(cx, v)?;
            }
        }
        Ok(out)
    }

    /// A set of the weak references.
    pub fn references(&self, cx: &mut Cx) -> PyResult<Value> {
        let set = cx.new_set();
        for s in self.array().iter().flat_map(|a| a.slots().iter()) {
            if let Some(v) = s.get().some() {
                set.add(cx, v)?;
            }
        }
        Ok(set.value())
    }
}
