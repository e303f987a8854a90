//! Iterators of dicts: keys, values and items, forward and backward.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use krait_macros::pymethods;

use crate::heap::Tracer;
use crate::native::{Cx, Native, NativeObj, PyResult, Trace, TypeSpec, Value};
use crate::object::{Gc, Slot};
use crate::types::dict::Dict;
use crate::types::iterators::hidden;

/// What an iterator gives.
pub const KEYS: u8 = 0;
pub const VALUES: u8 = 1;
pub const ITEMS: u8 = 2;

/// The dict (`EMPTY` once exhausted), how long it was, the next position, and how many items are
/// still to come.
pub struct DictIter<const WHAT: u8> {
    dict: Slot,
    used: AtomicUsize,
    pos: AtomicUsize,
    left: AtomicUsize,
}

/// The same, backward.
pub struct DictReverseIter<const WHAT: u8>(DictIter<WHAT>);

// SAFETY: the dict is the only reference.
unsafe impl<const WHAT: u8> Trace for DictIter<WHAT> {
    fn trace(&self, t: &mut Tracer<'_>) {
        self.dict.trace(t);
    }
}
// SAFETY: as above.
unsafe impl<const WHAT: u8> Trace for DictReverseIter<WHAT> {
    fn trace(&self, t: &mut Tracer<'_>) {
        self.0.trace(t);
    }
}

impl<const WHAT: u8> Native for DictIter<WHAT> {
    const PY_NAME: &'static str = [
        "dict_keyiterator",
        "dict_valueiterator",
        "dict_itemiterator",
    ][WHAT as usize];
}
impl<const WHAT: u8> Native for DictReverseIter<WHAT> {
    const PY_NAME: &'static str = [
        "dict_reversekeyiterator",
        "dict_reversevalueiterator",
        "dict_reverseitemiterator",
    ][WHAT as usize];
}

pub static KEY_ITERATOR_SPEC: TypeSpec =
    hidden::<DictIter<KEYS>>(DictIter::<KEYS>::PY_NAME, &[DictIterMethods::<KEYS>::DEFS]);
pub static VALUE_ITERATOR_SPEC: TypeSpec = hidden::<DictIter<VALUES>>(
    DictIter::<VALUES>::PY_NAME,
    &[DictIterMethods::<VALUES>::DEFS],
);
pub static ITEM_ITERATOR_SPEC: TypeSpec = hidden::<DictIter<ITEMS>>(
    DictIter::<ITEMS>::PY_NAME,
    &[DictIterMethods::<ITEMS>::DEFS],
);
pub static REVERSE_KEY_ITERATOR_SPEC: TypeSpec = hidden::<DictReverseIter<KEYS>>(
    DictReverseIter::<KEYS>::PY_NAME,
    &[DictReverseIterMethods::<KEYS>::DEFS],
);
pub static REVERSE_VALUE_ITERATOR_SPEC: TypeSpec = hidden::<DictReverseIter<VALUES>>(
    DictReverseIter::<VALUES>::PY_NAME,
    &[DictReverseIterMethods::<VALUES>::DEFS],
);
pub static REVERSE_ITEM_ITERATOR_SPEC: TypeSpec = hidden::<DictReverseIter<ITEMS>>(
    DictReverseIter::<ITEMS>::PY_NAME,
    &[DictReverseIterMethods::<ITEMS>::DEFS],
);

impl<const WHAT: u8> DictIter<WHAT> {
    fn new(dict: Gc<Dict>, pos: usize) -> DictIter<WHAT> {
        let n = dict.len();
        DictIter {
            dict: Slot::new(dict.value()),
            used: AtomicUsize::new(n),
            pos: AtomicUsize::new(pos),
            left: AtomicUsize::new(n),
        }
    }

    pub fn start(cx: &mut Cx, dict: Gc<Dict>) -> Gc<NativeObj<DictIter<WHAT>>> {
        let types = cx.types();
        let class = match WHAT {
            KEYS => types.dict_keyiterator,
            VALUES => types.dict_valueiterator,
            _ => types.dict_itemiterator,
        };
        NativeObj::alloc(cx, class, DictIter::new(dict, 0))
    }

    #[inline]
    pub fn advance(&self, cx: &mut Cx) -> PyResult<Option<Value>> {
        self.step(cx, Gc::<Dict>::next_entry)
    }

    /// The next key and its value.
    #[inline]
    pub fn advance_pair(&self, cx: &mut Cx) -> PyResult<Option<(Value, Value)>> {
        self.step_pair(cx, Gc::<Dict>::next_entry)
    }

    /// The same where all is well; None: the end, or an error.
    #[inline(always)]
    pub fn pair_at_once(&self) -> Option<(Value, Value)> {
        let dict = Gc::<Dict>::from_value_unchecked(self.dict.get().some()?);
        let left = self.left.load(Relaxed);
        if self.used.load(Relaxed) != dict.len() || left == 0 {
            return None;
        }
        let mut pos = self.pos.load(Relaxed);
        let pair = dict.next_entry(&mut pos)?;
        self.left.store(left - 1, Relaxed);
        self.pos.store(pos, Relaxed);
        Some(pair)
    }

    /// Moves on with `next`, one of the two directions of a dict's entries.
    #[inline(always)]
    fn step(
        &self,
        cx: &mut Cx,
        next: impl FnOnce(Gc<Dict>, &mut usize) -> Option<(Value, Value)>,
    ) -> PyResult<Option<Value>> {
        let pair = self.step_pair(cx, next)?;
        Ok(pair.map(|(key, value)| match WHAT {
            KEYS => key,
            VALUES => value,
            _ => cx.new_pair(key, value),
        }))
    }

    #[inline(always)]
    fn step_pair(
        &self,
        cx: &mut Cx,
        next: impl FnOnce(Gc<Dict>, &mut usize) -> Option<(Value, Value)>,
    ) -> PyResult<Option<(Value, Value)>> {
        let Some(dict) = Gc::<Dict>::from_value(self.dict.get()) else {
            return Ok(None);
        };
        let used = self.used.load(Relaxed);
        if used != dict.len() {
            // From now on the iterator always raises.
            self.used.store(usize::MAX, Relaxed);
            return Err(cx.runtime_error("dictionary changed size during iteration"));
        }
        let mut pos = self.pos.load(Relaxed);
        let Some((key, value)) = next(dict, &mut pos) else {
            self.dict.set_immediate(Value::EMPTY);
            return Ok(None);
        };
        let left = self.left.load(Relaxed);
        if left == 0 {
            self.dict.set_immediate(Value::EMPTY);
            return Err(cx.runtime_error("dictionary keys changed during iteration"));
        }
        self.left.store(left - 1, Relaxed);
        self.pos.store(pos, Relaxed);
        Ok(Some((key, value)))
    }

    fn length_hint(&self) -> usize {
        match Gc::<Dict>::from_value(self.dict.get()) {
            Some(d) if d.len() == self.used.load(Relaxed) => self.left.load(Relaxed),
            _ => 0,
        }
    }

    /// A twin with its own position, to look at what is left.
    fn twin(&self) -> DictIter<WHAT> {
        DictIter {
            dict: Slot::new(self.dict.get()),
            used: AtomicUsize::new(self.used.load(Relaxed)),
            pos: AtomicUsize::new(self.pos.load(Relaxed)),
            left: AtomicUsize::new(self.left.load(Relaxed)),
        }
    }

    /// `(iter, (list of what is left,))`; the iterator itself does not move.
    fn reduce(
        &self,
        cx: &mut Cx,
        next: impl Fn(Gc<Dict>, &mut usize) -> Option<(Value, Value)>,
    ) -> PyResult<Value> {
        let twin = self.twin();
        let mut rest = crate::vec::ValueVec::new();
        while let Some(v) = twin.step(cx, &next)? {
            rest.push(cx, v)?;
        }
        let list = crate::types::list::List::from_vec(cx, rest);
        let iter = cx.frame_builtin("iter")?;
        let args = cx.new_tuple(&[list.value()]);
        Ok(cx.new_tuple(&[iter, args]))
    }
}

impl<const WHAT: u8> DictReverseIter<WHAT> {
    pub fn start(cx: &mut Cx, dict: Gc<Dict>) -> Gc<NativeObj<DictReverseIter<WHAT>>> {
        let types = cx.types();
        let class = match WHAT {
            KEYS => types.dict_reversekeyiterator,
            VALUES => types.dict_reversevalueiterator,
            _ => types.dict_reverseitemiterator,
        };
        NativeObj::alloc(cx, class, DictReverseIter(DictIter::new(dict, dict.end())))
    }
}

struct DictIterMethods<const WHAT: u8>;

#[pymethods]
impl<const WHAT: u8> DictIterMethods<WHAT> {
    #[py]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[py]
    fn __next__(cx: &mut Cx, this: Gc<NativeObj<DictIter<WHAT>>>) -> PyResult<Value> {
        Ok(this.advance(cx)?.unwrap_or(Value::EMPTY))
    }

    /// Private method returning an estimate of len(list(it)).
    #[py]
    fn __length_hint__(this: Gc<NativeObj<DictIter<WHAT>>>) -> usize {
        this.length_hint()
    }

    /// Return state information for pickling.
    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<NativeObj<DictIter<WHAT>>>) -> PyResult<Value> {
        this.reduce(cx, Gc::<Dict>::next_entry)
    }
}

struct DictReverseIterMethods<const WHAT: u8>;

#[pymethods]
impl<const WHAT: u8> DictReverseIterMethods<WHAT> {
    #[py]
    fn __iter__(this: Value) -> Value {
        this
    }

    #[py]
    fn __next__(cx: &mut Cx, this: Gc<NativeObj<DictReverseIter<WHAT>>>) -> PyResult<Value> {
        Ok(this
            .0
            .step(cx, Gc::<Dict>::previous_entry)?
            .unwrap_or(Value::EMPTY))
    }

    /// Private method returning an estimate of len(list(it)).
    #[py]
    fn __length_hint__(this: Gc<NativeObj<DictReverseIter<WHAT>>>) -> usize {
        this.0.length_hint()
    }

    /// Return state information for pickling.
    #[py]
    fn __reduce__(cx: &mut Cx, this: Gc<NativeObj<DictReverseIter<WHAT>>>) -> PyResult<Value> {
        this.0.reduce(cx, Gc::<Dict>::previous_entry)
    }
}
