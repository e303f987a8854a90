//! `memory_iterator`.

use std::sync::atomic::{AtomicUsize, Ordering};

use krait_macros::{Trace, pymethods};

use super::{MemoryView, View};
use crate::native::{Cx, Layout, Native, NativeObj, PyResult, TypeSpec, Value};
use crate::object::{Gc, Slot};
use crate::types::typeobj::flags;

/// The payload of `memory_iterator`.
#[derive(Trace)]
pub struct ViewIter {
    /// The view; `EMPTY` when it was used up.
    view: Slot,
    at: AtomicUsize,
    len: usize,
}
impl Native for ViewIter {
    const PY_NAME: &'static str = "memory_iterator";
}

pub fn new(cx: &mut Cx, view: View) -> PyResult<Value> {
    let class = cx.native_type(&ITER_SPEC)?;
    let len = view.checked(cx)?.shape(0) as usize;
    Ok(NativeObj::alloc(
        cx,
        class,
        ViewIter {
            view: Slot::new(view.value()),
            at: AtomicUsize::new(0),
            len,
        },
    )
    .value())
}

struct ViewIterMethods;

#[pymethods]
impl ViewIterMethods {
    /// Implement iter(self).
    #[py(sig = "($self, /)")]
    fn __iter__(this: Value) -> Value {
        this
    }

    /// Implement next(self).
    #[py(sig = "($self, /)")]
    fn __next__(cx: &mut Cx, this: Gc<NativeObj<ViewIter>>) -> PyResult<Value> {
        let Some(view) = MemoryView::from_value(this.view.get()) else {
            return Ok(Value::EMPTY);
        };
        let i = this.at.fetch_add(1, Ordering::Relaxed);
        if i >= this.len {
            this.view.set_immediate(Value::EMPTY);
            return Ok(Value::EMPTY);
        }
        view.get(cx, Value::small(i as i64))
    }
}

static ITER_SPEC: TypeSpec = TypeSpec {
    name: "memory_iterator",
    layout: Layout::native::<ViewIter>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[ViewIterMethods::DEFS],
    ..TypeSpec::DEFAULT
};
