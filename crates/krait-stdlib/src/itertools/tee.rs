//! `tee`: several iterators over one source.
//!
//! Items are kept in a chain of chunks. Each iterator knows its chunk and its place there; chunks that all iterators
//! have left are garbage.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use krait_runtime::object::Array;

use super::iterator;
use crate::prelude::*;

const CHUNK: usize = 57;

/// A chunk of items taken from the source, and the chunk after it.
#[derive(Trace)]
pub struct TeeData {
    source: Slot,
    items: Slot,
    len: AtomicUsize,
    next: Slot,
    /// Some iterator is taking an item from the source.
    running: AtomicBool,
}
impl Native for TeeData {
    const PY_NAME: &'static str = "itertools._tee_dataobject";
}

#[derive(Trace)]
pub struct Tee {
    chunk: Slot,
    index: AtomicUsize,
}
impl Native for Tee {
    const PY_NAME: &'static str = "itertools._tee";
}

pub static TEE: TypeSpec = TypeSpec {
    flags: flags::WEAKREFABLE,
    ..iterator::<Tee>(
        "_tee",
        "Iterator wrapped to make it copyable.",
        &[IterSelf::DEFS, TeeMethods::DEFS],
    )
};
pub static TEE_DATA: TypeSpec = TypeSpec {
    flags: flags::NO_INSTANTIATION,
    ..iterator::<TeeData>(
        "_tee_dataobject",
        "teedataobject(iterable, values, next, /)\n--\n\nData container common to multiple tee objects.",
        &[],
    )
};

fn new_chunk(cx: &mut Cx, source: Value) -> PyResult<Value> {
    let class = cx.native_type(&TEE_DATA)?;
    let items = cx.try_new_array(CHUNK)?;
    let new = TeeData {
        source: slot(source),
        items: slot(items.value()),
        len: AtomicUsize::new(0),
        next: Slot::empty(),
        running: AtomicBool::new(false),
    };
    Ok(NativeObj::alloc(cx, class, new).value())
}

fn chunk_of(v: Value) -> Obj<TeeData> {
    NativeObj::from_value(v).expect("a tee iterator holds a chunk")
}

/// Item `i` of a chunk, from the source if need be.
fn item(cx: &mut Cx, chunk: Obj<TeeData>, i: usize) -> PyResult<Option<Value>> {
    let items: Gc<Array> = Gc::from_value_unchecked(chunk.items.get());
    if i < chunk.len.load(Ordering::Acquire) {
        return Ok(Some(items.slots()[i].get()));
    }
    if chunk.running.swap(true, Ordering::AcqRel) {
        return Err(cx.runtime_error("cannot re-enter the tee iterator"));
    }
    let next = cx.next(chunk.source.get());
    if let Ok(Some(v)) = next {
        items.slots()[i].set(cx, items, v);
        chunk.len.store(i + 1, Ordering::Release);
    }
    chunk.running.store(false, Ordering::Release);
    next
}

/// The chunk after `chunk`, made on first use.
fn following(cx: &mut Cx, chunk: Obj<TeeData>) -> PyResult<Obj<TeeData>> {
    if let Some(next) = chunk.next.get().some() {
        return Ok(chunk_of(next));
    }
    let new = new_chunk(cx, chunk.source.get())?;
    match chunk.next.compare_exchange(cx, chunk, Value::EMPTY, new) {
        Ok(()) => Ok(chunk_of(new)),
        Err(other) => Ok(chunk_of(other)),
    }
}

fn copy_of(cx: &mut Cx, t: Obj<Tee>) -> PyResult<Value> {
    let class = cx.native_type(&TEE)?;
    let index = AtomicUsize::new(t.index.load(Ordering::Relaxed));
    Ok(NativeObj::alloc(
        cx,
        class,
        Tee {
            chunk: slot(t.chunk.get()),
            index,
        },
    )
    .value())
}

fn from_iterable(cx: &mut Cx, iterable: Value) -> PyResult<Value> {
    let source = cx.iter(iterable)?;
    if let Some(t) = NativeObj::<Tee>::from_value(source) {
        return copy_of(cx, t);
    }
    let chunk = new_chunk(cx, source)?;
    let class = cx.native_type(&TEE)?;
    Ok(NativeObj::alloc(
        cx,
        class,
        Tee {
            chunk: slot(chunk),
            index: AtomicUsize::new(0),
        },
    )
    .value())
}

struct TeeMethods;

#[pymethods]
impl TeeMethods {
    #[py(new, sig = "($type, iterable, /)")]
    fn __new__(cx: &mut Cx, _class: Gc<Type>, iterable: Value) -> PyResult<Value> {
        from_iterable(cx, iterable)
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<Tee>) -> PyResult<Value> {
        let mut chunk = chunk_of(this.chunk.get());
        let mut i = this.index.load(Ordering::Relaxed);
        if i >= CHUNK {
            chunk = following(cx, chunk)?;
            this.chunk.set(cx, this, chunk.value());
            i = 0;
            this.index.store(0, Ordering::Relaxed);
        }
        let Some(v) = item(cx, chunk, i)? else {
            return Ok(Value::EMPTY);
        };
        this.index.store(i + 1, Ordering::Relaxed);
        Ok(v)
    }
    /// Returns an independent iterator.
    #[py(sig = "($self, /)")]
    fn __copy__(cx: &mut Cx, this: Obj<Tee>) -> PyResult<Value> {
        copy_of(cx, this)
    }
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Returns a tuple of n independent iterators.
    #[py(sig = "($module, iterable, n=2, /)")]
    fn tee(cx: &mut Cx, iterable: Value, n: Option<isize>) -> PyResult<Value> {
        let n = n.unwrap_or(2);
        if n < 0 {
            return Err(cx.value_error("n must be >= 0"));
        }
        if n == 0 {
            return Ok(cx.empty_tuple());
        }
        let first = from_iterable(cx, iterable)?;
        let mut all = ValueVec::from_slice(cx, &[first])?;
        let first: Obj<Tee> = NativeObj::from_value(first).expect("just made");
        for _ in 1..n {
            let copy = copy_of(cx, first)?;
            all.push(cx, copy)?;
        }
        cx.try_new_tuple(all.as_slice())
    }
}
