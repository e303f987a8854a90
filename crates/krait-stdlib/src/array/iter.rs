//! Iterators over arrays.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use krait_runtime::types::int::is_int;

use super::storage::{self, ArrayObj, This};
use crate::prelude::*;

/// The array, `EMPTY` once it has been used up, and the place of the next item.
#[derive(Trace)]
pub struct ArrayIter {
    array: Slot,
    next: AtomicUsize,
}
impl Native for ArrayIter {
    const PY_NAME: &'static str = "array.arrayiterator";
}

static SPEC: TypeSpec = TypeSpec {
    name: "arrayiterator",
    module: "array",
    layout: Layout::native::<ArrayIter>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[IterSelf::DEFS, Methods::DEFS],
    ..TypeSpec::DEFAULT
};

pub fn start(cx: &mut Cx, array: Value) -> PyResult<Value> {
    let class = cx.native_type(&SPEC)?;
    let it = ArrayIter {
        array: slot(array),
        next: 0.into(),
    };
    Ok(NativeObj::alloc(cx, class, it).value())
}

impl ArrayIter {
    fn array(&self) -> Option<This> {
        NativeObj::<ArrayObj>::from_value(self.array.get().some()?)
    }
}

struct Methods;

#[pymethods]
impl Methods {
    #[py]
    fn __next__(cx: &mut Cx, this: Obj<ArrayIter>) -> PyResult<Value> {
        let Some(array) = this.array() else {
            return Ok(Value::EMPTY);
        };
        let at = this.next.load(Relaxed);
        match storage::get(cx, array, at)? {
            Some(item) => {
                this.next.store(at + 1, Relaxed);
                Ok(item)
            }
            None => {
                this.array.set(cx, this, Value::EMPTY);
                Ok(Value::EMPTY)
            }
        }
    }
    /// Return state information for pickling.
    #[py(sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: Obj<ArrayIter>) -> PyResult<Value> {
        let iter = cx.builtin("iter")?;
        let Some(array) = this.array() else {
            let nothing = cx.empty_tuple();
            let args = cx.new_tuple(&[nothing]);
            return Ok(cx.new_tuple(&[iter, args]));
        };
        let args = cx.new_tuple(&[array.value()]);
        let at = Value::small(this.next.load(Relaxed) as i64);
        Ok(cx.new_tuple(&[iter, args, at]))
    }
    /// Set state information for unpickling.
    #[py(sig = "($self, state, /)")]
    fn __setstate__(cx: &mut Cx, this: Obj<ArrayIter>, state: Value) -> PyResult<()> {
        if !is_int(state) {
            return Err(cx.type_error("an integer is required"));
        }
        let state = cx.index_isize(state)?;
        if let Some(array) = this.array() {
            let at = usize::try_from(state).unwrap_or(0).min(array.count());
            this.next.store(at, Relaxed);
        }
        Ok(())
    }
}
