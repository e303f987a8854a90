//! `chain`, `zip_longest`, `starmap`, `accumulate`, `pairwise`, `batched`.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use krait_runtime::object::Array;

use super::iterator;
use crate::prelude::*;

/// `chain`: the iterator of iterables and the one in use; both `EMPTY` when there is none.
#[derive(Trace)]
pub struct Chain {
    sources: Slot,
    active: Slot,
}
impl Native for Chain {
    const PY_NAME: &'static str = "itertools.chain";
}

/// `zip_longest`: an array of iterators, `EMPTY` where one is exhausted.
#[derive(Trace)]
pub struct ZipLongest {
    iterators: Slot,
    fill: Slot,
    alive: AtomicUsize,
}
impl Native for ZipLongest {
    const PY_NAME: &'static str = "itertools.zip_longest";
}

#[derive(Trace)]
pub struct StarMap {
    function: Slot,
    source: Slot,
}
impl Native for StarMap {
    const PY_NAME: &'static str = "itertools.starmap";
}

/// `accumulate`: the total so far; `EMPTY` before the first item. The function is `EMPTY` for addition.
#[derive(Trace)]
pub struct Accumulate {
    source: Slot,
    function: Slot,
    total: Slot,
    initial: Slot,
}
impl Native for Accumulate {
    const PY_NAME: &'static str = "itertools.accumulate";
}

#[derive(Trace)]
pub struct Pairwise {
    source: Slot,
    old: Slot,
}
impl Native for Pairwise {
    const PY_NAME: &'static str = "itertools.pairwise";
}

#[derive(Trace)]
pub struct Batched {
    source: Slot,
    size: usize,
    strict: AtomicBool,
}
impl Native for Batched {
    const PY_NAME: &'static str = "itertools.batched";
}

pub static CHAIN: TypeSpec = iterator::<Chain>(
    "chain",
    "chain(*iterables) --> chain object\n\nReturn a chain object whose .__next__() method returns elements from the\nfirst iterable until it is exhausted, then elements from the next\niterable, until all of the iterables are exhausted.",
    &[IterSelf::DEFS, Generic::DEFS, ChainMethods::DEFS],
);
pub static ZIP_LONGEST: TypeSpec = iterator::<ZipLongest>(
    "zip_longest",
    "Return a zip_longest object whose .__next__() method returns a tuple where\nthe i-th element comes from the i-th iterable argument.\n\nThe tuples continue until the longest iterable is exhausted. Where a shorter one\nhas no more items, the fillvalue is used: None unless given.",
    &[IterSelf::DEFS, Generic::DEFS, ZipLongestMethods::DEFS],
);
pub static STARMAP: TypeSpec = iterator::<StarMap>(
    "starmap",
    "Return an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence.",
    &[IterSelf::DEFS, Generic::DEFS, StarMapMethods::DEFS],
);
pub static ACCUMULATE: TypeSpec = iterator::<Accumulate>(
    "accumulate",
    "Return series of accumulated sums.",
    &[IterSelf::DEFS, Generic::DEFS, AccumulateMethods::DEFS],
);
pub static PAIRWISE: TypeSpec = iterator::<Pairwise>(
    "pairwise",
    "Return an iterator of overlapping pairs taken from the input iterator.\n\n    s -> (s0,s1), (s1,s2), (s2, s3), ...",
    &[IterSelf::DEFS, Generic::DEFS, PairwiseMethods::DEFS],
);
pub static BATCHED: TypeSpec = iterator::<Batched>(
    "batched",
    "Batch data into tuples of length n. The last batch may be shorter than n.\n\nLoops over the input iterable and accumulates data into tuples\nup to size n.  The input is consumed lazily, just enough to\nfill a batch.  The result is returned as soon as a batch is full\nor when the input iterable is exhausted.\n\n>>> list(batched(range(5), 2))\n[(0, 1), (2, 3), (4,)]\n\nIf \"strict\" is True, raises a ValueError if the final batch is shorter\nthan n.",
    &[IterSelf::DEFS, Generic::DEFS, BatchedMethods::DEFS],
);

struct ChainMethods;

#[pymethods]
impl ChainMethods {
    #[py(new, sig = "($type, *iterables)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>, iterables: &[Value]) -> PyResult<Value> {
        let all = cx.try_new_tuple(iterables)?;
        let sources = cx.iter(all)?;
        Ok(NativeObj::alloc(
            cx,
            class,
            Chain {
                sources: slot(sources),
                active: Slot::empty(),
            },
        )
        .value())
    }
    /// Alternative chain() constructor taking a single iterable argument that evaluates lazily.
    #[py(classmethod, sig = "($type, iterable, /)")]
    fn from_iterable(cx: &mut Cx, class: Gc<Type>, iterable: Value) -> PyResult<Value> {
        let sources = cx.iter(iterable)?;
        Ok(NativeObj::alloc(
            cx,
            class,
            Chain {
                sources: slot(sources),
                active: Slot::empty(),
            },
        )
        .value())
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<Chain>) -> PyResult<Value> {
        loop {
            if let Some(active) = this.active.get().some() {
                if let Some(item) = cx.next(active)? {
                    return Ok(item);
                }
                this.active.set_immediate(Value::EMPTY);
            }
            let Some(sources) = this.sources.get().some() else {
                return Ok(Value::EMPTY);
            };
            let next = match cx.next(sources) {
                Ok(Some(next)) => cx.iter(next),
                Ok(None) => {
                    this.sources.set_immediate(Value::EMPTY);
                    return Ok(Value::EMPTY);
                }
                Err(e) => Err(e),
            };
            match next {
                Ok(it) => this.active.set(cx, this, it),
                Err(e) => {
                    this.sources.set_immediate(Value::EMPTY);
                    return Err(e);
                }
            }
        }
    }
}

struct ZipLongestMethods;

#[pymethods]
impl ZipLongestMethods {
    #[py(new, sig = "($type, *iterables, fillvalue=None)")]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        fillvalue: Option<Value>,
        iterables: &[Value],
    ) -> PyResult<Value> {
        let array = cx.try_new_array(iterables.len())?;
        for (i, &v) in iterables.iter().enumerate() {
            let it = cx.iter(v)?;
            array.slots()[i].set(cx, array, it);
        }
        let new = ZipLongest {
            iterators: slot(array.value()),
            fill: slot(fillvalue.unwrap_or(Value::none())),
            alive: AtomicUsize::new(iterables.len()),
        };
        Ok(NativeObj::alloc(cx, class, new).value())
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<ZipLongest>) -> PyResult<Value> {
        if this.alive.load(Relaxed) == 0 {
            return Ok(Value::EMPTY);
        }
        let iterators: Gc<Array> = Gc::from_value_unchecked(this.iterators.get());
        let class = cx.types().tuple;
        let out = Tuple::alloc(cx, class, iterators.len)?;
        let fill = this.fill.get();
        (0..iterators.len).for_each(|i| out.init(cx, i, fill));
        for (i, source) in iterators.slots().iter().enumerate() {
            let Some(it) = source.get().some() else {
                continue;
            };
            match cx.next(it) {
                Ok(Some(item)) => out.init(cx, i, item),
                Ok(None) => {
                    source.set_immediate(Value::EMPTY);
                    let left = this.alive.load(Relaxed).saturating_sub(1);
                    this.alive.store(left, Relaxed);
                    if left == 0 {
                        return Ok(Value::EMPTY);
                    }
                }
                Err(e) => {
                    this.alive.store(0, Relaxed);
                    return Err(e);
                }
            }
        }
        Ok(out.value())
    }
}

struct StarMapMethods;

#[pymethods]
impl StarMapMethods {
    #[py(new, sig = "($type, function, iterable, /)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>, function: Value, iterable: Value) -> PyResult<Value> {
        let source = cx.iter(iterable)?;
        Ok(NativeObj::alloc(
            cx,
            class,
            StarMap {
                function: slot(function),
                source: slot(source),
            },
        )
        .value())
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<StarMap>) -> PyResult<Value> {
        let Some(args) = cx.next(this.source.get())? else {
            return Ok(Value::EMPTY);
        };
        if let Some(t) = Gc::<Tuple>::from_value(args) {
            return cx.call(this.function.get(), t.as_slice());
        }
        let args = cx.collect(args)?;
        cx.call(this.function.get(), args.as_slice())
    }
}

struct AccumulateMethods;

#[pymethods]
impl AccumulateMethods {
    #[py(new, sig = "($type, iterable, func=None, *, initial=None)")]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        iterable: Value,
        func: Option<Value>,
        initial: Option<Value>,
    ) -> PyResult<Value> {
        let source = cx.iter(iterable)?;
        let present = |v: Option<Value>| slot(v.filter(|v| !v.is_none()).unwrap_or(Value::EMPTY));
        let new = Accumulate {
            source: slot(source),
            function: present(func),
            total: Slot::empty(),
            initial: present(initial),
        };
        Ok(NativeObj::alloc(cx, class, new).value())
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<Accumulate>) -> PyResult<Value> {
        if let Some(initial) = this.initial.get().some() {
            this.initial.set_immediate(Value::EMPTY);
            this.total.set(cx, this, initial);
            return Ok(initial);
        }
        let Some(item) = cx.next(this.source.get())? else {
            return Ok(Value::EMPTY);
        };
        let total = match (this.total.get().some(), this.function.get().some()) {
            (None, _) => item,
            (Some(total), None) => cx.binary(Special::Add, total, item)?,
            (Some(total), Some(f)) => cx.call(f, &[total, item])?,
        };
        this.total.set(cx, this, total);
        Ok(total)
    }
}

struct PairwiseMethods;

#[pymethods]
impl PairwiseMethods {
    #[py(new, sig = "($type, iterable, /)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>, iterable: Value) -> PyResult<Value> {
        let source = cx.iter(iterable)?;
        Ok(NativeObj::alloc(
            cx,
            class,
            Pairwise {
                source: slot(source),
                old: Slot::empty(),
            },
        )
        .value())
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<Pairwise>) -> PyResult<Value> {
        let Some(source) = this.source.get().some() else {
            return Ok(Value::EMPTY);
        };
        let old = match this.old.get().some() {
            Some(old) => old,
            None => {
                let Some(first) = cx.next(source)? else {
                    this.source.set_immediate(Value::EMPTY);
                    return Ok(Value::EMPTY);
                };
                this.old.set(cx, this, first);
                // The source may have come back here.
                if this.source.get().is_empty() {
                    return Ok(Value::EMPTY);
                }
                first
            }
        };
        let Some(new) = cx.next(source)? else {
            this.source.set_immediate(Value::EMPTY);
            this.old.set_immediate(Value::EMPTY);
            return Ok(Value::EMPTY);
        };
        this.old.set(cx, this, new);
        Ok(cx.new_tuple(&[old, new]))
    }
}

struct BatchedMethods;

#[pymethods]
impl BatchedMethods {
    #[py(new, sig = "($type, iterable, n, *, strict=False)")]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        iterable: Value,
        n: isize,
        strict: Option<bool>,
    ) -> PyResult<Value> {
        if n < 1 {
            return Err(cx.value_error("n must be at least one"));
        }
        let source = cx.iter(iterable)?;
        let new = Batched {
            source: slot(source),
            size: n as usize,
            strict: AtomicBool::new(strict.unwrap_or(false)),
        };
        Ok(NativeObj::alloc(cx, class, new).value())
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<Batched>) -> PyResult<Value> {
        let Some(source) = this.source.get().some() else {
            return Ok(Value::EMPTY);
        };
        let mut batch = ValueVec::with_capacity(cx, this.size.min(1024))?;
        while batch.len() < this.size {
            match cx.next(source) {
                Ok(Some(item)) => batch.push(cx, item)?,
                Ok(None) => {
                    this.source.set_immediate(Value::EMPTY);
                    break;
                }
                Err(e) => {
                    this.source.set_immediate(Value::EMPTY);
                    return Err(e);
                }
            }
        }
        if batch.is_empty() {
            return Ok(Value::EMPTY);
        }
        if batch.len() < this.size && this.strict.load(Relaxed) {
            return Err(cx.value_error("batched(): incomplete batch"));
        }
        cx.try_new_tuple(batch.as_slice())
    }
}
