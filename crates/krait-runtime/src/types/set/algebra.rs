//! Set operations, for `set` and `frozenset` alike. Operands of the named methods may be any
//! iterable; sets and dicts among them bring their hashes along.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::protocol::compare::CompareOp;
use crate::protocol::iter::is_plain_dict;
use crate::types::dict::Dict;
use crate::types::set::{Set, as_any_set};
use crate::types::typeobj::Type;
use crate::value::Value;

impl Gc<Set> {
    /// Whether this is a frozenset or an instance of a subclass of it.
    pub(super) fn is_frozen(self, cx: &Cx) -> bool {
        cx.is_instance(self.value(), cx.types().frozenset)
    }

    /// The class of what operations with this set on the left make: `set` or `frozenset`.
    fn result_class(self, cx: &Cx) -> Gc<Type> {
        if self.is_frozen(cx) {
            cx.types().frozenset
        } else {
            cx.types().set
        }
    }

    /// An empty set of the class that results have.
    pub(super) fn new_result(self, cx: &mut Cx) -> Gc<Set> {
        let class = self.result_class(cx);
        Set::alloc(cx, class)
    }

    /// A copy of the class that results have.
    pub(super) fn copied(self, cx: &mut Cx) -> PyResult<Gc<Set>> {
        let new = self.new_result(cx);
        new.fill_copy(cx, self)?;
        Ok(new)
    }

    /// Adds all elements of an iterable.
    pub fn update(self, cx: &mut Cx, iterable: Value) -> PyResult<()> {
        if self.is_empty()
            && let Some(other) = as_any_set(iterable)
        {
            let copy = cx.new_set();
            copy.fill_copy(cx, other)?;
            if self.is_empty() {
                self.steal(cx, copy);
                return Ok(());
            }
        }
        for_each_hashed(cx, iterable, |cx, v, hash| {
            self.add_known_hash(cx, v, hash).map(|_| true)
        })
    }

    /// The union with any number of iterables.
    pub(super) fn union_all(self, cx: &mut Cx, others: &[Value]) -> PyResult<Gc<Set>> {
        let new = self.copied(cx)?;
        for &o in others {
            if o != self.value() {
                new.update(cx, o)?;
            }
        }
        Ok(new)
    }

    /// The elements that are also in an iterable.
    pub(super) fn intersect(self, cx: &mut Cx, other: Value) -> PyResult<Gc<Set>> {
        let new = self.new_result(cx);
        if other == self.value() {
            new.fill_copy(cx, self)?;
            return Ok(new);
        }
        if let Some(o) = as_any_set(other)
            && o.len() > self.len()
        {
            // Walk over the smaller set.
            for_each_hashed(cx, self.value(), |cx, v, hash| {
                if o.contains_known_hash(cx, v, hash)? {
                    new.add_known_hash(cx, v, hash)?;
                }
                Ok(true)
            })?;
            return Ok(new);
        }
        for_each_hashed_by(cx, other, Cx::key_hash, |cx, v, hash| {
            if self.contains_known_hash(cx, v, hash)? {
                new.add_known_hash(cx, v, hash)?;
            }
            Ok(true)
        })?;
        Ok(new)
    }

    /// The intersection with any number of iterables.
    pub(super) fn intersect_all(self, cx: &mut Cx, others: &[Value]) -> PyResult<Gc<Set>> {
        let Some((&first, rest)) = others.split_first() else {
            return self.copied(cx);
        };
        let mut result = self.intersect(cx, first)?;
        for &o in rest {
            result = result.intersect(cx, o)?;
        }
        Ok(result)
    }

    /// Removes all elements of an iterable.
    pub(super) fn remove_all(self, cx: &mut Cx, other: Value) -> PyResult<()> {
        if other == self.value() {
            self.clear(cx);
            return Ok(());
        }
        if let Some(o) = as_any_set(other)
            && o.len() / 8 > self.len()
        {
            return self.retain(cx, |cx, v, hash| Ok(!o.contains_known_hash(cx, v, hash)?));
        }
        for_each_hashed(cx, other, |cx, v, hash| {
            self.remove_known_hash(cx, v, hash).map(|_| true)
        })
    }

    /// Keeps the elements for which `keep` holds.
    fn retain(
        self,
        cx: &mut Cx,
        keep: impl Fn(&mut Cx, Value, u64) -> PyResult<bool>,
    ) -> PyResult<()> {
        for_each_hashed(cx, self.value(), |cx, v, hash| {
            if !keep(cx, v, hash)? {
                self.remove_known_hash(cx, v, hash)?;
            }
            Ok(true)
        })
    }

    /// The elements that are in none of the iterables.
    pub(crate) fn difference_all(self, cx: &mut Cx, others: &[Value]) -> PyResult<Gc<Set>> {
        // With one large dict or set it is cheaper to ask it for each element.
        if let &[other] = others
            && cx.known_len(other).is_some_and(|n| n >= self.len())
        {
            let plain_dict = Gc::<Dict>::from_value(other).filter(|_| is_plain_dict(cx, other));
            if let Some(asked) = as_any_set(other) {
                return self.filtered(cx, |cx, v, h| Ok(!asked.contains_known_hash(cx, v, h)?));
            }
            if let Some(asked) = plain_dict {
                return self.filtered(cx, |cx, v, h| Ok(asked.get_known_hash(cx, v, h)?.is_none()));
            }
        }
        let new = self.copied(cx)?;
        for &o in others {
            new.remove_all(cx, o)?;
        }
        Ok(new)
    }

    fn filtered(
        self,
        cx: &mut Cx,
        keep: impl Fn(&mut Cx, Value, u64) -> PyResult<bool>,
    ) -> PyResult<Gc<Set>> {
        let new = self.new_result(cx);
        for_each_hashed(cx, self.value(), |cx, v, hash| {
            if keep(cx, v, hash)? {
                new.add_known_hash(cx, v, hash)?;
            }
            Ok(true)
        })?;
        Ok(new)
    }

    /// Removes what is in the iterable, adds what was only there.
    pub(crate) fn toggle_all(self, cx: &mut Cx, other: Value) -> PyResult<()> {
        if other == self.value() {
            self.clear(cx);
            return Ok(());
        }
        // An element that an iterable gives twice must not be toggled twice.
        let other = match as_any_set(other) {
            Some(_) => other,
            None => {
                let set = cx.new_set();
                set.update(cx, other)?;
                set.value()
            }
        };
        for_each_hashed(cx, other, |cx, v, hash| {
            if !self.remove_known_hash(cx, v, hash)? {
                self.add_known_hash(cx, v, hash)?;
            }
            Ok(true)
        })
    }

    /// The elements that are in exactly one of this set and an iterable.
    pub(super) fn symmetric_difference(self, cx: &mut Cx, other: Value) -> PyResult<Gc<Set>> {
        let new = self.copied(cx)?;
        if other == self.value() {
            return Ok(self.new_result(cx));
        }
        new.toggle_all(cx, other)?;
        Ok(new)
    }

    /// Whether every element is in `other`.
    pub(super) fn is_subset(self, cx: &mut Cx, other: Gc<Set>) -> PyResult<bool> {
        if self.len() > other.len() {
            return Ok(false);
        }
        if let Some(known) = self.table().keys_are_in(cx, other.table()) {
            return Ok(known);
        }
        let mut inside = true;
        for_each_hashed(cx, self.value(), |cx, v, hash| {
            inside = other.contains_known_hash(cx, v, hash)?;
            Ok(inside)
        })?;
        Ok(inside)
    }

    pub(super) fn is_disjoint(self, cx: &mut Cx, other: Value) -> PyResult<bool> {
        let mut disjoint = true;
        let (walked, asked) = match as_any_set(other) {
            Some(_) if !is_exact_set(cx, other) => {
                let mut items = cx.iterate(other)?;
                while let Some(v) = items.next(cx)? {
                    let hash = cx.set_element_hash(v)?;
                    if self.contains_known_hash(cx, v, hash)? {
                        return Ok(false);
                    }
                }
                return Ok(true);
            }
            Some(o) if o.len() > self.len() => (self.value(), o),
            _ => (other, self),
        };
        for_each_hashed(cx, walked, |cx, v, hash| {
            disjoint = !asked.contains_known_hash(cx, v, hash)?;
            Ok(disjoint)
        })?;
        Ok(disjoint)
    }

    /// `self op other`, `NotImplemented` if `other` is no set: equality and inclusion.
    pub(crate) fn compare(self, cx: &mut Cx, op: CompareOp, other: Value) -> PyResult<Value> {
        let Some(other) = as_any_set(other) else {
            return Ok(Value::not_implemented());
        };
        cx.check_native_stack()?;
        let (n, m) = (self.len(), other.len());
        let holds = match op {
            CompareOp::Eq => n == m && !self.hashes_differ(other) && self.is_subset(cx, other)?,
            CompareOp::Ne => n != m || self.hashes_differ(other) || !self.is_subset(cx, other)?,
            CompareOp::Le => self.is_subset(cx, other)?,
            CompareOp::Ge => other.is_subset(cx, self)?,
            CompareOp::Lt => n < m && self.is_subset(cx, other)?,
            CompareOp::Gt => n > m && other.is_subset(cx, self)?,
        };
        Ok(Value::bool(holds))
    }
}

fn is_exact_set(cx: &Cx, v: Value) -> bool {
    let class = cx.type_of(v);
    class == cx.types().set || class == cx.types().frozenset
}

/// Calls `f` with each element and its hash, until it returns false. Elements that are added while
/// this runs may be met, too.
pub(crate) fn for_each_hashed(
    cx: &mut Cx,
    iterable: Value,
    f: impl FnMut(&mut Cx, Value, u64) -> PyResult<bool>,
) -> PyResult<()> {
    for_each_hashed_by(cx, iterable, Cx::set_element_hash, f)
}

/// As `for_each_hashed`; `hash_of` has the words for what has no hash.
fn for_each_hashed_by(
    cx: &mut Cx,
    iterable: Value,
    hash_of: fn(&mut Cx, Value) -> PyResult<u64>,
    mut f: impl FnMut(&mut Cx, Value, u64) -> PyResult<bool>,
) -> PyResult<()> {
    if let Some(set) = as_any_set(iterable) {
        let mut pos = 0;
        while let Some((v, hash)) = set.next_element(&mut pos) {
            if !f(cx, v, hash)? {
                return Ok(());
            }
        }
        return Ok(());
    }
    if is_plain_dict(cx, iterable) {
        let dict: Gc<Dict> = Gc::from_value_unchecked(iterable);
        let (mut pos, n) = (0, dict.len());
        while let Some(e) = dict.next_full_entry(&mut pos) {
            if !f(cx, e.key, e.hash)? {
                return Ok(());
            }
            if dict.len() != n {
                return Err(cx.runtime_error("dictionary changed size during iteration"));
            }
        }
        return Ok(());
    }
    let mut items = cx.iterate(iterable)?;
    while let Some(v) = items.next(cx)? {
        let hash = hash_of(cx, v)?;
        if !f(cx, v, hash)? {
            return Ok(());
        }
    }
    Ok(())
}
