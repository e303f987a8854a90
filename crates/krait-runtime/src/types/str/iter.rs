//! Iterators over characters.

use std::sync::atomic::{AtomicUsize, Ordering};

use krait_macros::{Trace, pymethods};
use krait_unicode::wtf8;

use super::{LATIN1, Str};
use crate::native::{Cx, Layout, Native, NativeObj, PyResult, TypeSpec, Value};
use crate::object::{Gc, Slot};
use crate::types::iterators::sequence::state_index;
use crate::types::typeobj::flags;

/// The payload of `str_iterator` and `str_ascii_iterator`.
#[derive(Trace)]
pub struct StrIter {
    /// The text; `EMPTY` when it was used up.
    text: Slot,
    /// Byte offset of the next character.
    at: AtomicUsize,
}
impl Native for StrIter {
    const PY_NAME: &'static str = "str_iterator";
}

impl StrIter {
    // The constructor of the Python object, not of the payload.
    #[allow(clippy::new_ret_no_self)]
    pub fn new(cx: &mut Cx, s: Gc<Str>) -> Value {
        let types = cx.types();
        let class = if s.is_ascii() && s.is_exact() {
            types.str_ascii_iterator
        } else {
            types.str_iterator
        };
        let payload = StrIter {
            text: Slot::new(s.value()),
            at: AtomicUsize::new(0),
        };
        NativeObj::alloc(cx, class, payload).value()
    }

    /// The next character, or `EMPTY`.
    #[inline]
    pub fn next(&self, cx: &mut Cx) -> Value {
        let Some(s) = Gc::<Str>::from_value(self.text.get()) else {
            return Value::EMPTY;
        };
        let bytes = s.as_bytes();
        let at = self.at.load(Ordering::Relaxed);
        if at >= bytes.len() {
            self.text.set_immediate(Value::EMPTY);
            return Value::EMPTY;
        }
        if bytes[at] < 0x80 {
            self.at.store(at + 1, Ordering::Relaxed);
            return LATIN1[bytes[at] as usize].gc().value();
        }
        let (code, len) = wtf8::decode_at(bytes, at);
        self.at.store(at + len, Ordering::Relaxed);
        cx.new_char(code)
    }

    fn left(&self) -> usize {
        match Gc::<Str>::from_value(self.text.get()) {
            Some(s) => wtf8::count(
                s.as_bytes()
                    .get(self.at.load(Ordering::Relaxed)..)
                    .unwrap_or_default(),
            ),
            None => 0,
        }
    }
}

struct StrIterMethods;

#[pymethods]
impl StrIterMethods {
    /// Implement iter(self).
    #[py(sig = "($self, /)")]
    fn __iter__(this: Value) -> Value {
        this
    }

    /// Implement next(self).
    #[py(sig = "($self, /)")]
    fn __next__(cx: &mut Cx, this: Gc<NativeObj<StrIter>>) -> Value {
        this.next(cx)
    }

    /// Private method returning an estimate of len(list(it)).
    #[py(sig = "($self, /)")]
    fn __length_hint__(this: Gc<NativeObj<StrIter>>) -> usize {
        this.left()
    }

    /// Return state information for pickling.
    #[py(sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: Gc<NativeObj<StrIter>>) -> PyResult<Value> {
        let iter = cx.frame_builtin("iter")?;
        match Gc::<Str>::from_value(this.text.get()) {
            Some(s) => {
                let done = s.char_index(this.at.load(Ordering::Relaxed).min(s.byte_len()));
                let args = cx.new_tuple(&[s.value()]);
                Ok(cx.new_tuple(&[iter, args, Value::small(done as i64)]))
            }
            None => {
                let args = cx.new_tuple(&[super::EMPTY.gc().value()]);
                Ok(cx.new_tuple(&[iter, args]))
            }
        }
    }

    /// Set state information for unpickling.
    #[py(sig = "($self, object, /)")]
    fn __setstate__(cx: &mut Cx, this: Gc<NativeObj<StrIter>>, state: Value) -> PyResult<()> {
        let text = Gc::<Str>::from_value(this.text.get());
        let i = state_index(cx, state, text.map_or(0, |s| s.char_len()))?;
        if let Some(s) = text {
            this.at.store(s.byte_offset(i), Ordering::Relaxed);
        }
        Ok(())
    }
}

const ITER: TypeSpec = TypeSpec {
    name: "str_iterator",
    layout: Layout::native::<StrIter>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[StrIterMethods::DEFS],
    ..TypeSpec::DEFAULT
};
pub static ITER_SPEC: TypeSpec = ITER;
pub static ASCII_ITER_SPEC: TypeSpec = TypeSpec {
    name: "str_ascii_iterator",
    ..ITER
};
