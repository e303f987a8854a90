//! Iterators that leave items out: `compress`, `dropwhile`, `takewhile`, `filterfalse`, `islice`.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use super::iterator;
use crate::prelude::*;

#[derive(Trace)]
pub struct Compress {
    data: Slot,
    selectors: Slot,
}
impl Native for Compress {
    const PY_NAME: &'static str = "itertools.compress";
}

/// `dropwhile`, `takewhile`: the switch says that the predicate has failed once.
#[derive(Trace)]
pub struct While<const TAKE: bool> {
    predicate: Slot,
    source: Slot,
    failed: AtomicBool,
}
impl Native for While<false> {
    const PY_NAME: &'static str = "itertools.dropwhile";
}
impl Native for While<true> {
    const PY_NAME: &'static str = "itertools.takewhile";
}

#[derive(Trace)]
pub struct FilterFalse {
    predicate: Slot,
    source: Slot,
}
impl Native for FilterFalse {
    const PY_NAME: &'static str = "itertools.filterfalse";
}

/// `islice`: items taken so far, index of the next one to give, end, step. The source is `EMPTY` at the end.
#[derive(Trace)]
pub struct ISlice {
    source: Slot,
    taken: AtomicUsize,
    next: AtomicUsize,
    stop: usize,
    step: usize,
}
impl Native for ISlice {
    const PY_NAME: &'static str = "itertools.islice";
}

pub static COMPRESS: TypeSpec = iterator::<Compress>(
    "compress",
    "Return data elements corresponding to true selector elements.\n\nForms a shorter iterator from selected data elements using the selectors to\nchoose the data elements.",
    &[IterSelf::DEFS, Generic::DEFS, CompressMethods::DEFS],
);
pub static DROPWHILE: TypeSpec = iterator::<While<false>>(
    "dropwhile",
    "Drop items from the iterable while predicate(item) is true.\n\nAfterwards, return every element until the iterable is exhausted.",
    &[IterSelf::DEFS, Generic::DEFS, DropWhileMethods::DEFS],
);
pub static TAKEWHILE: TypeSpec = iterator::<While<true>>(
    "takewhile",
    "Return successive entries from an iterable as long as the predicate evaluates to true for each entry.",
    &[IterSelf::DEFS, Generic::DEFS, TakeWhileMethods::DEFS],
);
pub static FILTERFALSE: TypeSpec = iterator::<FilterFalse>(
    "filterfalse",
    "Return those items of iterable for which function(item) is false.\n\nIf function is None, return the items that are false.",
    &[IterSelf::DEFS, Generic::DEFS, FilterFalseMethods::DEFS],
);
pub static ISLICE: TypeSpec = iterator::<ISlice>(
    "islice",
    "islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice object\n\nReturn an iterator whose next() method returns selected values from an\niterable.  Works like a slice() on a list but returns an iterator.",
    &[IterSelf::DEFS, Generic::DEFS, ISliceMethods::DEFS],
);

struct CompressMethods;

#[pymethods]
impl CompressMethods {
    #[py(new, sig = "($type, data, selectors)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>, data: Value, selectors: Value) -> PyResult<Value> {
        let (data, selectors) = (cx.iter(data)?, cx.iter(selectors)?);
        Ok(NativeObj::alloc(
            cx,
            class,
            Compress {
                data: slot(data),
                selectors: slot(selectors),
            },
        )
        .value())
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<Compress>) -> PyResult<Value> {
        loop {
            let Some(item) = cx.next(this.data.get())? else {
                return Ok(Value::EMPTY);
            };
            let Some(selector) = cx.next(this.selectors.get())? else {
                return Ok(Value::EMPTY);
            };
            if cx.is_true(selector)? {
                return Ok(item);
            }
        }
    }
}

fn new_while<const TAKE: bool>(
    cx: &mut Cx,
    class: Gc<Type>,
    predicate: Value,
    iterable: Value,
) -> PyResult<Value>
where
    While<TAKE>: Native,
{
    let source = cx.iter(iterable)?;
    let new = While::<TAKE> {
        predicate: slot(predicate),
        source: slot(source),
        failed: AtomicBool::new(false),
    };
    Ok(NativeObj::alloc(cx, class, new).value())
}

struct DropWhileMethods;

#[pymethods]
impl DropWhileMethods {
    #[py(new, sig = "($type, predicate, iterable, /)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>, predicate: Value, iterable: Value) -> PyResult<Value> {
        new_while::<false>(cx, class, predicate, iterable)
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<While<false>>) -> PyResult<Value> {
        while let Some(item) = cx.next(this.source.get())? {
            if this.failed.load(Relaxed) {
                return Ok(item);
            }
            let holds = cx.call(this.predicate.get(), &[item])?;
            if !cx.is_true(holds)? {
                this.failed.store(true, Relaxed);
                return Ok(item);
            }
        }
        Ok(Value::EMPTY)
    }
}

struct TakeWhileMethods;

#[pymethods]
impl TakeWhileMethods {
    #[py(new, sig = "($type, predicate, iterable, /)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>, predicate: Value, iterable: Value) -> PyResult<Value> {
        new_while::<true>(cx, class, predicate, iterable)
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<While<true>>) -> PyResult<Value> {
        if this.failed.load(Relaxed) {
            return Ok(Value::EMPTY);
        }
        let Some(item) = cx.next(this.source.get())? else {
            return Ok(Value::EMPTY);
        };
        let holds = cx.call(this.predicate.get(), &[item])?;
        if cx.is_true(holds)? {
            return Ok(item);
        }
        this.failed.store(true, Relaxed);
        Ok(Value::EMPTY)
    }
}

struct FilterFalseMethods;

#[pymethods]
impl FilterFalseMethods {
    #[py(new, sig = "($type, function, iterable, /)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>, function: Value, iterable: Value) -> PyResult<Value> {
        let source = cx.iter(iterable)?;
        Ok(NativeObj::alloc(
            cx,
            class,
            FilterFalse {
                predicate: slot(function),
                source: slot(source),
            },
        )
        .value())
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<FilterFalse>) -> PyResult<Value> {
        let (source, predicate) = (this.source.get(), this.predicate.get());
        let by_truth = predicate.is_none() || predicate == cx.types().bool.value();
        while let Some(item) = cx.next(source)? {
            let test = if by_truth {
                item
            } else {
                cx.call(predicate, &[item])?
            };
            if !cx.is_true(test)? {
                return Ok(item);
            }
        }
        Ok(Value::EMPTY)
    }
}

/// An index argument; `message` if it is none or out of range.
fn bound(cx: &mut Cx, v: Value, default: usize, message: &str) -> PyResult<usize> {
    if v.is_none() {
        return Ok(default);
    }
    let n = match cx.index_i64(v) {
        Ok(n) => n,
        Err(e) if e.is(cx, cx.types().type_error) => None,
        Err(e) => return Err(e),
    };
    match n {
        Some(n) if n >= 0 => Ok(n as usize),
        _ => Err(cx.value_error(message)),
    }
}

const STOP: &str = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
const INDICES: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
const STEP: &str = "Step for islice() must be a positive integer or None.";

struct ISliceMethods;

#[pymethods]
impl ISliceMethods {
    #[py(new, sig = "($type, /, *args)", hide_sig)]
    fn __new__(cx: &mut Cx, class: Gc<Type>, args: &[Value]) -> PyResult<Value> {
        let none = Value::none();
        let (iterable, start, stop, step) = match *args {
            [it, stop] => (it, none, stop, none),
            [it, start, stop] => (it, start, stop, none),
            [it, start, stop, step] => (it, start, stop, step),
            _ => {
                let (bound, n) = if args.len() < 2 {
                    ("at least 2", args.len())
                } else {
                    ("at most 4", args.len())
                };
                return Err(cx.type_error(format!("islice expected {bound} arguments, got {n}")));
            }
        };
        let unbounded = usize::MAX;
        let below = stop.as_small().is_some_and(|n| n < -1);
        let stop = bound(cx, stop, unbounded, if below { INDICES } else { STOP })?;
        let start = bound(cx, start, 0, INDICES)?;
        let step = bound(cx, step, 1, STEP)?;
        if step == 0 {
            return Err(cx.value_error(STEP));
        }
        let source = cx.iter(iterable)?;
        let new = ISlice {
            source: slot(source),
            taken: AtomicUsize::new(0),
            next: AtomicUsize::new(start),
            stop,
            step,
        };
        Ok(NativeObj::alloc(cx, class, new).value())
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<ISlice>) -> PyResult<Value> {
        let Some(source) = this.source.get().some() else {
            return Ok(Value::EMPTY);
        };
        let next = this.next.load(Relaxed);
        let end = next.min(this.stop);
        let mut taken = this.taken.load(Relaxed);
        while taken < end {
            if cx.next(source)?.is_none() {
                this.source.set_immediate(Value::EMPTY);
                return Ok(Value::EMPTY);
            }
            taken += 1;
            this.taken.store(taken, Relaxed);
        }
        if taken >= this.stop {
            this.source.set_immediate(Value::EMPTY);
            return Ok(Value::EMPTY);
        }
        let Some(item) = cx.next(source)? else {
            this.source.set_immediate(Value::EMPTY);
            return Ok(Value::EMPTY);
        };
        this.taken.store(taken + 1, Relaxed);
        this.next.store(next.saturating_add(this.step), Relaxed);
        Ok(item)
    }
}
