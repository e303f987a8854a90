//! Iterators over bytes.

use std::sync::atomic::{AtomicUsize, Ordering};

use krait_macros::{Trace, pymethods};

use super::Bytes;
use crate::native::{Cx, Layout, Native, NativeObj, PyResult, TypeSpec, Value};
use crate::object::{Gc, Slot};
use crate::types::bytearray::ByteArray;
use crate::types::iterators::sequence::{BEFORE, state_number};
use crate::types::typeobj::flags;

/// The payload of `bytes_iterator` and `bytearray_iterator`.
#[derive(Trace)]
pub struct BytesIter {
    /// The object; `EMPTY` when it was used up.
    source: Slot,
    at: AtomicUsize,
}
impl Native for BytesIter {
    const PY_NAME: &'static str = "bytes_iterator";
}

/// An iterator over `source`, a bytes or bytearray.
pub fn new(cx: &mut Cx, source: Value, spec: &'static TypeSpec) -> PyResult<Value> {
    let class = cx.native_type(spec)?;
    Ok(NativeObj::alloc(
        cx,
        class,
        BytesIter {
            source: Slot::new(source),
            at: AtomicUsize::new(0),
        },
    )
    .value())
}

impl BytesIter {
    fn bytes<'a>(&self) -> Option<&'a [u8]> {
        let v = self.source.get();
        Gc::<Bytes>::from_value(v)
            .map(|b| b.as_bytes())
            .or_else(|| Gc::<ByteArray>::from_value(v).map(|b| b.as_bytes()))
    }

    /// The next byte, or `EMPTY`.
    #[inline]
    pub fn next(&self) -> Value {
        let Some(bytes) = self.bytes() else {
            return Value::EMPTY;
        };
        let i = self.at.load(Ordering::Relaxed);
        match bytes.get(i) {
            Some(&b) => {
                self.at.store(i + 1, Ordering::Relaxed);
                Value::small(i64::from(b))
            }
            None => {
                self.source.set_immediate(Value::EMPTY);
                Value::EMPTY
            }
        }
    }
}

struct BytesIterMethods;

#[pymethods]
impl BytesIterMethods {
    /// Implement iter(self).
    #[py(sig = "($self, /)")]
    fn __iter__(this: Value) -> Value {
        this
    }

    /// Implement next(self).
    #[py(sig = "($self, /)")]
    fn __next__(this: Gc<NativeObj<BytesIter>>) -> Value {
        this.next()
    }

    /// Private method returning an estimate of len(list(it)).
    #[py(sig = "($self, /)")]
    fn __length_hint__(this: Gc<NativeObj<BytesIter>>) -> usize {
        this.bytes().map_or(0, |b| {
            b.len().saturating_sub(this.at.load(Ordering::Relaxed))
        })
    }

    /// Return state information for pickling.
    #[py(sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: Gc<NativeObj<BytesIter>>) -> PyResult<Value> {
        let iter = cx.frame_builtin("iter")?;
        let at = this.at.load(Ordering::Relaxed);
        match this.source.get().some() {
            Some(source) if at != BEFORE => {
                let args = cx.new_tuple(&[source]);
                let at = Value::small(at as i64);
                Ok(cx.new_tuple(&[iter, args, at]))
            }
            _ => {
                let empty = cx.empty_tuple();
                let args = cx.new_tuple(&[empty]);
                Ok(cx.new_tuple(&[iter, args]))
            }
        }
    }

    /// Set state information for unpickling.
    #[py(sig = "($self, object, /)")]
    fn __setstate__(cx: &mut Cx, this: Gc<NativeObj<BytesIter>>, state: Value) -> PyResult<()> {
        let len = this.bytes().map_or(0, |b| b.len());
        let n = state_number(cx, state)?;
        // A bytearray's iterator does not begin anew with a negative one.
        let before = match Gc::<ByteArray>::from_value(this.source.get()) {
            Some(_) => BEFORE,
            None => 0,
        };
        let index = usize::try_from(n).map_or(before, |n| n.min(len));
        this.at.store(index, Ordering::Relaxed);
        Ok(())
    }
}

const ITER: TypeSpec = TypeSpec {
    name: "bytes_iterator",
    layout: Layout::native::<BytesIter>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[BytesIterMethods::DEFS],
    ..TypeSpec::DEFAULT
};
pub static ITER_SPEC: TypeSpec = ITER;
pub static BYTEARRAY_ITER_SPEC: TypeSpec = TypeSpec {
    name: "bytearray_iterator",
    ..ITER
};
