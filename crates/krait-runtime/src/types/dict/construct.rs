//! Filling dicts: from mappings, from sequences of pairs, from keyword arguments.

use crate::cx::Cx;
use crate::error::{PyResult, Raised};
use crate::object::Gc;
use crate::protocol::iter::is_plain_dict;
use crate::types::dict::Dict;
use crate::types::set::as_any_set;
use crate::value::Value;

/// What happens to a key that is there already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum OnDuplicate {
    Replace,
    Keep,
}

impl Gc<Dict> {
    /// `self.update(other)`: a mapping (something with `keys`) or an iterable of pairs.
    pub fn update(self, cx: &mut Cx, other: impl Into<Value>) -> PyResult<()> {
        let other = other.into();
        if is_plain_dict(cx, other) {
            return self.merge(cx, other, OnDuplicate::Replace);
        }
        let keys = cx.names().keys;
        match cx.lookup_attr(other, keys)? {
            Some(_) => self.merge(cx, other, OnDuplicate::Replace),
            None => self.update_from_pairs(cx, other),
        }
    }

    /// Adds the entries of a mapping.
    pub fn merge(self, cx: &mut Cx, mapping: Value, on_duplicate: OnDuplicate) -> PyResult<()> {
        if is_plain_dict(cx, mapping) {
            return self.merge_dict(cx, Gc::from_value_unchecked(mapping), on_duplicate);
        }
        let keys = cx.names().keys;
        let keys = cx.call_method(mapping, keys, &[])?;
        let mut keys = cx.iterate(keys)?;
        while let Some(k) = keys.next(cx)? {
            if on_duplicate == OnDuplicate::Keep && self.contains(cx, k)? {
                continue;
            }
            let v = cx.get_item(mapping, k)?;
            self.set(cx, k, v)?;
        }
        Ok(())
    }

    fn merge_dict(self, cx: &mut Cx, other: Gc<Dict>, on_duplicate: OnDuplicate) -> PyResult<()> {
        if other == self || other.is_empty() {
            return Ok(());
        }
        if self.is_empty() && !self.has_cells() {
            let copy = cx.new_dict();
            copy.fill_copy(cx, other)?;
            if self.is_empty() {
                cx.mutator.lock(self.header());
                self.storage.set(cx, self, copy.storage.get());
                self.set_len(copy.len());
                cx.mutator.unlock(self.header());
                return Ok(());
            }
        }
        // Room for the larger of the two; what both have in common is not counted twice.
        self.reserve(cx, other.len().saturating_sub(self.len()))?;
        let (mut pos, n) = (0, other.len());
        while let Some(e) = other.next_full_entry(&mut pos) {
            match on_duplicate {
                OnDuplicate::Replace => self.set_known_hash(cx, e.key, e.hash, e.value)?,
                OnDuplicate::Keep => {
                    self.set_default_known_hash(cx, e.key, e.hash, e.value)?;
                }
            }
            if other.len() != n {
                return Err(cx.runtime_error("dict mutated during update"));
            }
        }
        Ok(())
    }

    /// Adds an iterable of two-item iterables.
    pub fn update_from_pairs(self, cx: &mut Cx, pairs: Value) -> PyResult<()> {
        let mut items = cx.iterate(pairs)?;
        let mut index = 0usize;
        while let Some(pair) = items.next(cx)? {
            let pair = match cx.iterate_for(pair, "object is not iterable") {
                Ok(_) => cx.collect(pair)?,
                Err(e) => return Err(note_element(cx, index, e)?),
            };
            let &[key, value] = pair.as_slice() else {
                let n = pair.len();
                let message = format!(
                    "dictionary update sequence element #{index} has length {n}; 2 is required"
                );
                return Err(cx.value_error(message));
            };
            self.set(cx, key, value)?;
            index += 1;
        }
        Ok(())
    }

    /// The arguments of `dict(...)` and `update(...)`; `name` is the function in messages.
    pub(super) fn update_from_call(
        self,
        cx: &mut Cx,
        name: &str,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<()> {
        match args {
            [] => {}
            &[other] => self.update(cx, other)?,
            _ => {
                let n = args.len();
                return Err(cx.type_error(format!("{name} expected at most 1 argument, got {n}")));
            }
        }
        match kwargs {
            Some(k) => self.merge(cx, k, OnDuplicate::Replace),
            None => Ok(()),
        }
    }

    /// Adds `keys`, an iterable, all with the value `value`.
    pub(super) fn add_keys(self, cx: &mut Cx, keys: Value, value: Value) -> PyResult<()> {
        if let Some(set) = as_any_set(keys).filter(|_| cx.known_len(keys).is_some()) {
            self.reserve(cx, set.len())?;
            let mut pos = 0;
            while let Some((k, hash)) = set.next_element(&mut pos) {
                self.set_known_hash(cx, k, hash, value)?;
            }
            return Ok(());
        }
        cx.for_each(keys, |cx, k| self.set(cx, k, value))
    }
}

/// What is raised for an element whose `__iter__` raised `e` or does not exist: another TypeError
/// in place of one, with a note.
#[cold]
fn note_element(cx: &mut Cx, index: usize, mut e: Raised) -> PyResult<Raised> {
    if cx.is_instance(e.value(), cx.types().type_error) {
        e = cx.type_error("object is not iterable");
        let note =
            format!("Cannot convert dictionary update sequence element #{index} to a sequence");
        let note = cx.new_str(&note);
        crate::types::exceptions::add_note(cx, e, note)?;
    }
    Ok(e)
}
