//! `set_iterator`.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use krait_macros::{Trace, pymethods};

use crate::native::{Cx, Native, NativeObj, PyResult, TypeSpec, Value};
use crate::object::{Gc, Slot};
use crate::protocol::iter::changed_size;
use crate::types::iterators::hidden;
use crate::types::set::Set;
use crate::types::shape_id;

/// The set (`EMPTY` once exhausted), how long it was, and the next position.
#[derive(Trace)]
pub struct SetIter {
    set: Slot,
    used: AtomicUsize,
    pos: AtomicUsize,
    left: AtomicUsize,
}

impl Native for SetIter {
    const PY_NAME: &'static str = "set_iterator";
}

pub static SET_SPEC: TypeSpec = hidden::<SetIter>("set_iterator", &[SetIterMethods::DEFS]);

impl SetIter {
    pub fn start(cx: &mut Cx, set: Gc<Set>) -> Gc<NativeObj<SetIter>> {
        let n = set.len();
        let iter = SetIter {
            set: Slot::new(set.value()),
            used: AtomicUsize::new(n),
            pos: AtomicUsize::new(0),
            left: AtomicUsize::new(n),
        };
        NativeObj::alloc_exact(cx, shape_id::SET_ITERATOR, iter)
    }

    pub fn advance(&self, cx: &mut Cx) -> PyResult<Option<Value>> {
        if let Some(v) = self.advance_plainly() {
            return Ok(Some(v));
        }
        let Some(set) = Gc::<Set>::from_value(self.set.get()) else {
            return Ok(None);
        };
        if self.used.load(Relaxed) != set.len() {
            // From now on the iterator always raises.
            self.used.store(usize::MAX, Relaxed);
            return Err(changed_size(cx));
        }
        let mut pos = self.pos.load(Relaxed);
        match set.next_element(&mut pos) {
            Some((v, _)) => {
                self.moved(pos);
                Ok(Some(v))
            }
            None => {
                self.set.set_immediate(Value::EMPTY);
                Ok(None)
            }
        }
    }

    /// The next element of a set that did not change its size.
    #[inline(always)]
    pub fn advance_plainly(&self) -> Option<Value> {
        let set = Gc::<Set>::from_value(self.set.get())?;
        if self.used.load(Relaxed) != set.len() {
            return None;
        }
        let table = set.table();
        let at = table.next_live(self.pos.load(Relaxed))?;
        let v = table.element(at)?;
        self.moved(at + 1);
        Some(v)
    }

    #[inline(always)]
    fn moved(&self, pos: usize) {
        self.pos.store(pos, Relaxed);
        self.left
            .store(self.left.load(Relaxed).saturating_sub(1), Relaxed);
    }
}

struct SetIterMethods;

#[pymethods]
impl SetIterMethods {
    #[py]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[py]
    fn __next__(cx: &mut Cx, this: Gc<NativeObj<SetIter>>) -> PyResult<Value> {
        Ok(this.advance(cx)?.unwrap_or(Value::EMPTY))
    }

    /// Private method returning an estimate of len(list(it)).
    #[py]
    fn __length_hint__(this: Gc<NativeObj<SetIter>>) -> usize {
        match Gc::<Set>::from_value(this.set.get()) {
            Some(s) if s.len() == this.used.load(Relaxed) => this.left.load(Relaxed),
            _ => 0,
        }
    }

    /// Return state information for pickling.
    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<NativeObj<SetIter>>) -> PyResult<Value> {
        let twin = SetIter {
            set: Slot::new(this.set.get()),
            used: AtomicUsize::new(this.used.load(Relaxed)),
            pos: AtomicUsize::new(this.pos.load(Relaxed)),
            left: AtomicUsize::new(0),
        };
        let mut rest = crate::vec::ValueVec::new();
        while let Some(v) = twin.advance(cx)? {
            rest.push(cx, v)?;
        }
        let list = crate::types::list::List::from_vec(cx, rest);
        let iter = cx.frame_builtin("iter")?;
        let args = cx.new_tuple(&[list.value()]);
        Ok(cx.new_tuple(&[iter, args]))
    }
}
