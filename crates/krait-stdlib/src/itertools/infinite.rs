//! `count`, `cycle` and `repeat`.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering::Relaxed};

use krait_runtime::types::int::is_int;

use super::iterator;
use crate::prelude::*;

/// `count`: the next number and the step, any numbers.
#[derive(Trace)]
pub struct Count {
    next: Slot,
    step: Slot,
}
impl Native for Count {
    const PY_NAME: &'static str = "itertools.count";
}

/// `cycle`: the source until it is exhausted (then `EMPTY`), the items seen, the position in them.
#[derive(Trace)]
pub struct Cycle {
    source: Slot,
    saved: Slot,
    index: AtomicUsize,
}
impl Native for Cycle {
    const PY_NAME: &'static str = "itertools.cycle";
}

/// `repeat`: how often still; negative means forever.
#[derive(Trace)]
pub struct Repeat {
    object: Slot,
    left: AtomicI64,
}
impl Native for Repeat {
    const PY_NAME: &'static str = "itertools.repeat";
}

pub static COUNT: TypeSpec = iterator::<Count>(
    "count",
    "Return a count object whose .__next__() method returns consecutive values.\n\nEquivalent to:\n    def count(firstval=0, step=1):\n        x = firstval\n        while 1:\n            yield x\n            x += step",
    &[IterSelf::DEFS, Generic::DEFS, CountMethods::DEFS],
);
pub static CYCLE: TypeSpec = iterator::<Cycle>(
    "cycle",
    "Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.",
    &[IterSelf::DEFS, Generic::DEFS, CycleMethods::DEFS],
);
pub static REPEAT: TypeSpec = iterator::<Repeat>(
    "repeat",
    "repeat(object [,times]) -> create an iterator which returns the object\nfor the specified number of times.  If not specified, returns the object\nendlessly.",
    &[IterSelf::DEFS, Generic::DEFS, RepeatMethods::DEFS],
);

/// Whether arithmetic with `v` makes sense at all.
fn is_number(cx: &mut Cx, v: Value) -> bool {
    v.as_object().is_none()
        || cx.has_special(v, Special::Index)
        || cx.has_special(v, Special::Int)
        || cx.has_special(v, Special::Float)
        || krait_runtime::types::complex::as_complex(v).is_some()
}

struct CountMethods;

#[pymethods]
impl CountMethods {
    #[py(new, sig = "($type, start=0, step=1)")]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        start: Option<Value>,
        step: Option<Value>,
    ) -> PyResult<Value> {
        let (start, step) = (
            start.unwrap_or(Value::small(0)),
            step.unwrap_or(Value::small(1)),
        );
        if !is_number(cx, start) || !is_number(cx, step) {
            return Err(cx.type_error("a number is required"));
        }
        // Consecutive machine integers are plain ones, whatever they begin with.
        let mut count = Count {
            next: slot(start),
            step: slot(step),
        };
        if is_int(start)
            && let Some(n) = cx.index_i64(start)?
            && is_int(step)
            && cx.index_i64(step)? == Some(1)
        {
            count.next = slot(cx.new_int(n));
            count.step = slot(Value::small(1));
        }
        Ok(NativeObj::alloc(cx, class, count).value())
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<Count>) -> PyResult<Value> {
        let step = this.step.get();
        loop {
            let n = this.next.get();
            let next = match (n.as_small(), step.as_small()) {
                (Some(a), Some(b)) => Value::try_small(a + b),
                _ => None,
            };
            let next = match next {
                Some(next) => next,
                None => cx.binary(Special::Add, n, step)?,
            };
            // Another thread may have taken `n` meanwhile: each number is given out once.
            cx.mutator.lock(this.header());
            let is_ours = this.next.get() == n;
            if is_ours {
                this.next.set(cx, this, next);
            }
            cx.mutator.unlock(this.header());
            if is_ours {
                return Ok(n);
            }
        }
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: Obj<Count>) -> PyResult<Value> {
        let (next, step) = (this.next.get(), this.step.get());
        let shown = cx.repr_string(next)?;
        if step == Value::small(1) {
            return Ok(cx.new_str(&format!("count({shown})")));
        }
        let step = cx.repr_string(step)?;
        Ok(cx.new_str(&format!("count({shown}, {step})")))
    }
}

struct CycleMethods;

#[pymethods]
impl CycleMethods {
    #[py(new, sig = "($type, iterable, /)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>, iterable: Value) -> PyResult<Value> {
        let source = cx.iter(iterable)?;
        let saved = cx.new_list(&[]);
        Ok(NativeObj::alloc(
            cx,
            class,
            Cycle {
                source: slot(source),
                saved: slot(saved),
                index: AtomicUsize::new(0),
            },
        )
        .value())
    }
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<Cycle>) -> PyResult<Value> {
        let saved: Gc<List> = Gc::from_value_unchecked(this.saved.get());
        if let Some(source) = this.source.get().some() {
            if let Some(item) = cx.next(source)? {
                saved.push(cx, item)?;
                return Ok(item);
            }
            this.source.set_immediate(Value::EMPTY);
        }
        let i = this.index.load(Relaxed);
        let Some(item) = saved.get(i).or_else(|| saved.get(0)) else {
            return Ok(Value::EMPTY);
        };
        this.index
            .store(if i + 1 >= saved.len() { 0 } else { i + 1 }, Relaxed);
        Ok(item)
    }
}

struct RepeatMethods;

#[pymethods]
impl RepeatMethods {
    #[py(new, sig = "($type, object, times=None)", hide_sig)]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        object: Value,
        times: Option<Value>,
    ) -> PyResult<Value> {
        let left = match times {
            Some(t) => cx.index_isize(t)?.max(0) as i64,
            None => -1,
        };
        Ok(NativeObj::alloc(
            cx,
            class,
            Repeat {
                object: slot(object),
                left: AtomicI64::new(left),
            },
        )
        .value())
    }
    #[py]
    fn __next__(this: Obj<Repeat>) -> Value {
        match this.left.load(Relaxed) {
            0 => Value::EMPTY,
            n => {
                if n > 0 {
                    this.left.store(n - 1, Relaxed);
                }
                this.object.get()
            }
        }
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: Obj<Repeat>) -> PyResult<Value> {
        let shown = cx.repr_string(this.object.get())?;
        let left = this.left.load(Relaxed);
        Ok(if left < 0 {
            cx.new_str(&format!("repeat({shown})"))
        } else {
            cx.new_str(&format!("repeat({shown}, {left})"))
        })
    }
    /// Private method returning an estimate of len(list(it)).
    #[py(sig = "($self, /)", hide_sig)]
    fn __length_hint__(cx: &mut Cx, this: Obj<Repeat>) -> PyResult<i64> {
        match this.left.load(Relaxed) {
            n if n < 0 => Err(cx.type_error("len() of unsized object")),
            n => Ok(n),
        }
    }
}
