//! Iteration over a mapping: `bytes` of length 1, although subscripts give ints.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{This, open};
use crate::prelude::*;

#[derive(Trace)]
pub struct MmapIter {
    map: Slot,
    next: AtomicUsize,
}
impl Native for MmapIter {
    const PY_NAME: &'static str = "iterator";
}

static MMAP_ITER: TypeSpec = TypeSpec {
    name: "iterator",
    layout: Layout::native::<MmapIter>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[Methods::DEFS, IterSelf::DEFS],
    ..TypeSpec::DEFAULT
};

/// An iterator at the mapping's start.
pub fn start(cx: &mut Cx, map: This) -> PyResult<Value> {
    let class = cx.native_type(&MMAP_ITER)?;
    let iter = MmapIter {
        map: slot(map.value()),
        next: AtomicUsize::new(0),
    };
    Ok(NativeObj::alloc(cx, class, iter).value())
}

struct Methods;

#[pymethods]
impl Methods {
    /// Implement next(self).
    #[py(sig = "($self, /)")]
    fn __next__(cx: &mut Cx, this: Obj<MmapIter>) -> PyResult<Value> {
        let Some(map) = NativeObj::from_value(this.map.get()) else {
            return Ok(Value::EMPTY);
        };
        let i = this.next.fetch_add(1, Ordering::Relaxed);
        let byte = {
            let st = open(cx, map)?;
            st.bytes().get(i).copied()
        };
        match byte {
            Some(b) => Ok(cx.new_bytes(&[b])),
            None => {
                this.next.store(usize::MAX / 2, Ordering::Relaxed);
                Ok(Value::EMPTY)
            }
        }
    }
}
