//! Set operations, for `set` and `frozenset` alike. Operands of the named methods may be any
//! iterable; sets and dicts among them bring their hashes along.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::protocol::compare::CompareOp;
use crate::protocol::iter::is_plain_dict;
use crate::types::dict::Dict;
use crate::types::set::table::SetTable;
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
        if let Some(other) = as_any_set(iterable) {
            let table = self.table();
            if self.is_empty() && (table.filled() == 0 || table.is_crowded_by(other.len())) {
                let copy = cx.new_set();
                copy.fill_copy_as(cx, other, table)?;
                if self.is_empty() {
                    self.steal(cx, copy);
                    return Ok(());
                }
            }
            self.expect(cx, other.len())?;
        } else if is_plain_dict(cx, iterable) {
            self.expect(cx, Gc::<Dict>::from_value_unchecked(iterable).len())?;
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
        if let Some(o) = as_any_set(other) {
            // Walk over the smaller set.
            let (walked, asked) = if o.len() > self.len() {
                (self, o)
            } else {
                (o, self)
            };
            walked.select(cx, new, |cx, v, h| asked.contains_known_hash(cx, v, h))?;
            return Ok(new);
        }
        for_each_hashed_by(cx, other, Cx::key_hash, |cx, v, hash| {
            if !self.contains_known_hash(cx, v, hash)? {
                return Ok(true);
            }
            new.add_known_hash(cx, v, hash)?;
            // Once all are found the rest is not looked at.
            Ok(new.len() < self.len())
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
        // Of a much larger set only what is here, too, matters.
        let removed = match as_any_set(other) {
            Some(o) if o.len() / 8 > self.len() => self.intersect(cx, other)?.value(),
            _ => other,
        };
        for_each_hashed(cx, removed, |cx, v, hash| {
            self.remove_known_hash(cx, v, hash).map(|_| true)
        })?;
        self.tidy(cx)
    }

    /// The elements that are in none of the iterables.
    pub(crate) fn difference_all(self, cx: &mut Cx, others: &[Value]) -> PyResult<Gc<Set>> {
        let Some((&first, rest)) = others.split_first() else {
            return self.copied(cx);
        };
        let new = self.difference(cx, first)?;
        for &o in rest {
            new.remove_all(cx, o)?;
        }
        Ok(new)
    }

    fn difference(self, cx: &mut Cx, other: Value) -> PyResult<Gc<Set>> {
        // Unless it is much smaller, it is cheaper to ask a dict or set for each element.
        if cx.known_len(other).is_some_and(|n| n >= self.len() / 4) {
            let new = self.new_result(cx);
            if let Some(asked) = as_any_set(other) {
                if self.select_ints_absent_from(cx, asked, new)? {
                    return Ok(new);
                }
                let absent = |cx: &mut Cx, v, h| Ok(!asked.contains_known_hash(cx, v, h)?);
                self.select(cx, new, absent)?;
                return Ok(new);
            }
            if is_plain_dict(cx, other) {
                let asked: Gc<Dict> = Gc::from_value_unchecked(other);
                let absent = |cx: &mut Cx, v, h| Ok(asked.get_known_hash(cx, v, h)?.is_none());
                self.select(cx, new, absent)?;
                return Ok(new);
            }
        }
        let new = self.copied(cx)?;
        new.remove_all(cx, other)?;
        Ok(new)
    }

    /// The difference of sets of small ints into `new`, an empty set that nobody else knows: without growing
    /// step by step, which gives another order only where elements are in each other's way. `false`: nothing
    /// was done, as this is another case.
    fn select_ints_absent_from(self, cx: &mut Cx, asked: Gc<Set>, new: Gc<Set>) -> PyResult<bool> {
        let (elements, asked_table) = (self.table(), asked.table());
        let is_int = |at| elements.element(at).is_some_and(Value::is_small);
        if !elements.next_live(0).is_some_and(is_int) {
            return Ok(false);
        }
        let least = self.len().saturating_sub(asked.len());
        let table = Gc::<SetTable>::allocate_for(cx, least)?;
        let mut n = 0;
        for at in elements.live_places() {
            let Some(v) = elements.element(at).filter(|v| v.is_small()) else {
                return Ok(false);
            };
            let hash = elements.hash(at);
            match asked_table.has(cx, v, hash) {
                Some(true) => {}
                Some(false) if table.put_first(v, hash) && !table.would_grow_at(n + 1) => n += 1,
                _ => return Ok(false),
            }
        }
        table.publish(cx, n);
        new.adopt(cx, table, n);
        Ok(true)
    }

    /// Adds those elements for which `keep` holds to `new`, an empty set that nobody else knows.
    #[inline(always)]
    fn select(
        self,
        cx: &mut Cx,
        new: Gc<Set>,
        keep: impl Fn(&mut Cx, Value, u64) -> PyResult<bool>,
    ) -> PyResult<()> {
        let (mut pos, before) = (0, self.state());
        while let Some((v, hash)) = self.next_element(&mut pos) {
            if keep(cx, v, hash)? {
                if self.state() == before {
                    new.add_distinct(cx, v, hash)?;
                } else {
                    // An `__eq__` changed this set: elements may be met twice.
                    new.add_known_hash(cx, v, hash)?;
                }
            }
        }
        Ok(())
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
        let new = self.new_result(cx);
        if other != self.value() {
            new.update(cx, other)?;
            new.toggle_all(cx, self.value())?;
        }
        Ok(new)
    }

    /// Whether every element is in `other`.
    pub(super) fn is_subset(self, cx: &mut Cx, other: Gc<Set>) -> PyResult<bool> {
        if self.len() > other.len() {
            return Ok(false);
        }
        if let Some(known) = self.table().elements_are_in(cx, other.table()) {
            return Ok(known);
        }
        cx.check_native_stack()?;
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
