//! `reversed` and the backward iterator of lists.

use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};

use krait_macros::pymethods;

use crate::heap::Tracer;
use crate::native::{Cx, Layout, Native, NativeObj, PyResult, Trace, TypeSpec, Value};
use crate::object::{Gc, Slot};
use crate::special::Special;
use crate::types::iterators::hidden;
use crate::types::iterators::sequence::state_number;
use crate::types::list::List;
use crate::types::typeobj::{Type, flags};

/// `list_reverseiterator`: the list and the next index, -1 at the end.
pub struct ListReverseIter {
    list: Slot,
    index: AtomicIsize,
}

/// `reversed` of a sequence that has no `__reversed__`.
pub struct Reversed {
    seq: Slot,
    index: AtomicIsize,
}

// SAFETY: the list is the only reference.
unsafe impl Trace for ListReverseIter {
    fn trace(&self, t: &mut Tracer<'_>) {
        self.list.trace(t);
    }
}
// SAFETY: the sequence is the only reference.
unsafe impl Trace for Reversed {
    fn trace(&self, t: &mut Tracer<'_>) {
        self.seq.trace(t);
    }
}
impl Native for ListReverseIter {
    const PY_NAME: &'static str = "list_reverseiterator";
}
impl Native for Reversed {
    const PY_NAME: &'static str = "reversed";
}

pub static LIST_REVERSE_SPEC: TypeSpec =
    hidden::<ListReverseIter>("list_reverseiterator", &[ListReverseIterMethods::DEFS]);
pub static REVERSED_SPEC: TypeSpec = TypeSpec {
    name: "reversed",
    doc: Some("Return a reverse iterator over the values of the given sequence."),
    layout: Layout::native::<Reversed>(),
    flags: flags::BASETYPE,
    defs: &[ReversedMethods::DEFS],
    ..TypeSpec::DEFAULT
};

impl ListReverseIter {
    pub fn start(cx: &mut Cx, list: Gc<List>) -> Gc<NativeObj<ListReverseIter>> {
        let class = cx.types().list_reverseiterator;
        let index = AtomicIsize::new(list.len() as isize - 1);
        NativeObj::alloc(
            cx,
            class,
            ListReverseIter {
                list: Slot::new(list.value()),
                index,
            },
        )
    }
}

/// The state of a backward iterator: an index between -1 and the last one.
fn state_index(cx: &mut Cx, state: Value, len: usize) -> PyResult<isize> {
    Ok(state_number(cx, state)?.clamp(-1, len as isize - 1))
}

/// The state is read after the lookup of the constructor, which may run Python code.
fn reduce(cx: &mut Cx, this: Gc<NativeObj<ListReverseIter>>) -> PyResult<Value> {
    let constructor = cx.frame_builtin("reversed")?;
    let index = this.index.load(Relaxed);
    match this.list.get().some() {
        Some(s) if index >= 0 => {
            let args = cx.new_tuple(&[s]);
            Ok(cx.new_tuple(&[constructor, args, Value::small(index as i64)]))
        }
        _ => {
            let empty = cx.new_list(&[]);
            let args = cx.new_tuple(&[empty]);
            Ok(cx.new_tuple(&[constructor, args]))
        }
    }
}

struct ListReverseIterMethods;

#[pymethods]
impl ListReverseIterMethods {
    #[py]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[py]
    fn __next__(this: Gc<NativeObj<ListReverseIter>>) -> Value {
        let Some(list) = Gc::<List>::from_value(this.list.get()) else {
            return Value::EMPTY;
        };
        let i = this.index.load(Relaxed);
        match usize::try_from(i).ok().and_then(|i| list.get(i)) {
            Some(v) => {
                this.index.store(i - 1, Relaxed);
                v
            }
            None => {
                // The list stays: `__setstate__` can go back.
                this.index.store(-1, Relaxed);
                Value::EMPTY
            }
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[py]
    fn __length_hint__(this: Gc<NativeObj<ListReverseIter>>) -> isize {
        let left = this.index.load(Relaxed) + 1;
        match Gc::<List>::from_value(this.list.get()) {
            Some(l) if l.len() as isize >= left => left,
            _ => 0,
        }
    }

    /// Return state information for pickling.
    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<NativeObj<ListReverseIter>>) -> PyResult<Value> {
        reduce(cx, this)
    }

    /// Set state information for unpickling.
    #[py]
    fn __setstate__(
        cx: &mut Cx,
        this: Gc<NativeObj<ListReverseIter>>,
        object: Value,
    ) -> PyResult<()> {
        let list = Gc::<List>::from_value(this.list.get());
        let index = state_index(cx, object, list.map_or(0, |l| l.len()))?;
        if list.is_some() {
            this.index.store(index, Relaxed);
        }
        Ok(())
    }
}

struct ReversedMethods;

#[pymethods]
impl ReversedMethods {
    #[py(new, sig = "($type, object, /)", shown = "($type, sequence, /)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>, object: Value) -> PyResult<Value> {
        let of = cx.type_of(object);
        match of.special(cx, Special::Reversed) {
            Some(f) if !f.is_none() => return cx.call_slot(f, &[object]),
            None if cx.is_sequence(object) => {}
            _ => {
                let name = of.dotted_name();
                return Err(cx.type_error(format!("'{name}' object is not reversible")));
            }
        }
        let index = AtomicIsize::new(cx.len(object)? as isize - 1);
        Ok(NativeObj::alloc(
            cx,
            class,
            Reversed {
                seq: Slot::new(object),
                index,
            },
        )
        .value())
    }

    #[py]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[py]
    fn __next__(cx: &mut Cx, this: Gc<NativeObj<Reversed>>) -> PyResult<Value> {
        let (seq, i) = (this.seq.get(), this.index.load(Relaxed));
        if i >= 0 && !seq.is_empty() {
            match cx.get_item(seq, Value::small(i as i64)) {
                Ok(v) => {
                    this.index.store(i - 1, Relaxed);
                    return Ok(v);
                }
                Err(e)
                    if e.is(cx, cx.types().index_error) || e.is(cx, cx.types().stop_iteration) => {}
                Err(e) => return Err(e),
            }
        }
        this.index.store(-1, Relaxed);
        this.seq.set_immediate(Value::EMPTY);
        Ok(Value::EMPTY)
    }

    /// Private method returning an estimate of len(list(it)).
    #[py]
    fn __length_hint__(cx: &mut Cx, this: Gc<NativeObj<Reversed>>) -> PyResult<isize> {
        let (seq, left) = (this.seq.get(), this.index.load(Relaxed) + 1);
        if seq.is_empty() {
            return Ok(0);
        }
        let len = cx.len(seq)? as isize;
        Ok(if len < left { 0 } else { left })
    }

    /// Return state information for pickling.
    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<NativeObj<Reversed>>) -> PyResult<Value> {
        let class = cx.type_of(this.value()).value();
        match this.seq.get().some() {
            Some(s) => {
                let args = cx.new_tuple(&[s]);
                Ok(cx.new_tuple(&[class, args, Value::small(this.index.load(Relaxed) as i64)]))
            }
            None => {
                let empty = cx.empty_tuple();
                let args = cx.new_tuple(&[empty]);
                Ok(cx.new_tuple(&[class, args]))
            }
        }
    }

    /// Set state information for unpickling.
    #[py]
    fn __setstate__(cx: &mut Cx, this: Gc<NativeObj<Reversed>>, object: Value) -> PyResult<()> {
        let n = state_number(cx, object)?;
        let Some(seq) = this.seq.get().some() else {
            return Ok(());
        };
        let index = n.clamp(-1, cx.len(seq)? as isize - 1);
        this.index.store(index, Relaxed);
        Ok(())
    }
}
