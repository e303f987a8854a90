//! Length, subscription and membership.

use crate::cx::Cx;
use crate::error::{PyResult, Raised};
use crate::object::Gc;
use crate::protocol::iter::shape_of;
use crate::special::Special;
use crate::types::bytes::Bytes;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::list::methods::assign_slice;
use crate::types::set::Set;
use crate::types::shape_id;
use crate::types::slice::Slice;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::typeobj::{Type, flags};
use crate::value::Value;

/// A subscript of a sequence.
pub enum Subscript {
    /// An index, negative ones not yet counted from the end.
    Index(isize),
    Slice(Gc<Slice>),
}

/// The position of index `i` in a sequence of `len` items, `None` if it is out of range.
#[inline(always)]
pub fn normalize_index(i: isize, len: usize) -> Option<usize> {
    let i = if i < 0 { i + len as isize } else { i };
    if i >= 0 && (i as usize) < len {
        Some(i as usize)
    } else {
        None
    }
}

impl Cx {
    /// `len(v)`.
    #[inline]
    pub fn len(&mut self, v: Value) -> PyResult<usize> {
        match self.known_len(v) {
            Some(n) => Ok(n),
            None => self.len_slow(v),
        }
    }

    fn len_slow(&mut self, v: Value) -> PyResult<usize> {
        let n = match self.call_special(v, Special::Len, &[])? {
            Some(n) => n,
            None => {
                let name = self.type_name(v);
                return Err(self.type_error(format!("object of type '{name}' has no len()")));
            }
        };
        let n = self.index(n)?;
        if crate::types::int::as_int(n).is_some_and(|i| i.is_negative()) {
            return Err(self.value_error("__len__() should return >= 0"));
        }
        Ok(self.size_index(n)? as usize)
    }

    /// A subscript as index or slice; `what` names the sequence type in the TypeError.
    #[inline]
    pub fn subscript(&mut self, what: &str, key: Value) -> PyResult<Subscript> {
        if let Some(i) = key.as_small() {
            return Ok(Subscript::Index(i as isize));
        }
        if let Some(s) = Gc::<Slice>::from_value(key) {
            return Ok(Subscript::Slice(s));
        }
        if self.is_index(key) {
            return self.index_isize(key).map(Subscript::Index);
        }
        let name = self.type_name(key);
        Err(self.type_error(format!(
            "{what} indices must be integers or slices, not {name}"
        )))
    }

    /// `container[key]`.
    #[inline]
    pub fn get_item(&mut self, container: Value, key: Value) -> PyResult<Value> {
        match (shape_of(container), key.as_small()) {
            (shape_id::LIST, Some(i)) => {
                let list: Gc<List> = Gc::from_value_unchecked(container);
                let i = if i < 0 { i + list.len() as i64 } else { i };
                if let Some(v) = list.get(i as usize) {
                    return Ok(v);
                }
            }
            (shape_id::TUPLE, Some(i)) => {
                let tuple: Gc<Tuple> = Gc::from_value_unchecked(container);
                let i = if i < 0 { i + tuple.len() as i64 } else { i };
                if let Some(&v) = tuple.items().get(i as usize) {
                    return Ok(v);
                }
            }
            (shape_id::DICT, _) => {
                let dict: Gc<Dict> = Gc::from_value_unchecked(container);
                return match dict.get(self, key)? {
                    Some(v) => Ok(v),
                    None => Err(self.key_error(key)),
                };
            }
            _ => {}
        }
        self.get_item_slow(container, key)
    }

    fn get_item_slow(&mut self, container: Value, key: Value) -> PyResult<Value> {
        let shape = shape_of(container);
        match (shape, key.as_small()) {
            (shape_id::LIST | shape_id::TUPLE | shape_id::STR | shape_id::BYTES, None) => {
                if let Some(slice) = Gc::<Slice>::from_value(key) {
                    return self.get_items(container, slice);
                }
            }
            (shape_id::STR, Some(i)) => {
                let text: Gc<Str> = Gc::from_value_unchecked(container);
                if let Some(i) = normalize_index(i as isize, text.char_len()) {
                    return text.char_str(self, i);
                }
            }
            (shape_id::BYTES, Some(i)) => {
                let bytes: Gc<Bytes> = Gc::from_value_unchecked(container);
                if let Some(i) = normalize_index(i as isize, bytes.len()) {
                    return Ok(Value::small(i64::from(bytes.as_bytes()[i])));
                }
            }
            _ => {}
        }
        let class = self.type_of(container);
        if let Some(v) = self.native_item(class, container, key).some() {
            return Ok(v);
        }
        if let Some(f) = class.special(self, Special::GetItem) {
            return self.call_get_item(f, container, key);
        }
        if let Some(t) = Gc::<Type>::from_value(container) {
            return self.class_get_item(t, key);
        }
        let name = class.dotted_name();
        Err(self.type_error(format!("'{name}' object is not subscriptable")))
    }

    /// `container[key]` as its native type gives it without its method, `EMPTY` if it does not.
    #[inline(always)]
    pub fn native_item(&mut self, class: Gc<Type>, container: Value, key: Value) -> Value {
        match (key.as_small(), class.spec.and_then(|s| s.item)) {
            (Some(i), Some(item)) => item(self, container, i),
            _ => Value::EMPTY,
        }
    }

    /// `container[key] = value` as its native type does it without its method; whether it did.
    #[inline(always)]
    pub fn store_native_item(
        &mut self,
        class: Gc<Type>,
        container: Value,
        key: Value,
        value: Value,
    ) -> bool {
        match (key.as_small(), class.spec.and_then(|s| s.store_item)) {
            (Some(i), Some(store)) => store(self, container, i, value),
            _ => false,
        }
    }

    /// `f(container, key)`, `f` being the `__getitem__` of the container's class.
    pub fn call_get_item(&mut self, f: Value, container: Value, key: Value) -> PyResult<Value> {
        if let Some(dict) = Gc::<Dict>::from_value(container)
            && self.types().dict.special(self, Special::GetItem) == Some(f)
        {
            return dict.item(self, key);
        }
        self.call_slot(f, &[container, key])
    }

    /// `f(container, key, value)`, `f` being the `__setitem__` of the container's class.
    pub fn call_set_item(
        &mut self,
        f: Value,
        container: Value,
        key: Value,
        value: Value,
    ) -> PyResult<()> {
        if let Some(dict) = Gc::<Dict>::from_value(container)
            && self.types().dict.special(self, Special::SetItem) == Some(f)
        {
            return dict.set(self, key, value);
        }
        self.call_slot(f, &[container, key, value]).map(|_| ())
    }

    /// `class[key]` where the metaclass has no `__getitem__`.
    fn class_get_item(&mut self, class: Gc<Type>, key: Value) -> PyResult<Value> {
        if class == self.types().type_ {
            return self.generic_alias(class.value(), key);
        }
        let name = self.names().special(Special::ClassGetItem);
        match self.lookup_attr(class.value(), name)? {
            Some(f) if !f.is_none() => self.call(f, &[key]),
            _ => {
                let name = class.dotted_name();
                Err(self.type_error(format!("type '{name}' is not subscriptable")))
            }
        }
    }

    /// `container[key] = value`.
    pub fn set_item(&mut self, container: Value, key: Value, value: Value) -> PyResult<()> {
        match (shape_of(container), key.as_small()) {
            (shape_id::LIST, Some(i)) => {
                let list: Gc<List> = Gc::from_value_unchecked(container);
                let i = if i < 0 { i + list.len() as i64 } else { i };
                if list.set(self, i as usize, value) {
                    return Ok(());
                }
            }
            (shape_id::LIST, None) => {
                if let Some(slice) = Gc::<Slice>::from_value(key) {
                    let list = Gc::from_value_unchecked(container);
                    let bounds = slice.unpack(self)?;
                    return assign_slice(self, list, bounds, Some(value));
                }
            }
            (shape_id::DICT, _) => {
                let dict: Gc<Dict> = Gc::from_value_unchecked(container);
                return dict.set(self, key, value);
            }
            _ => {}
        }
        let class = self.type_of(container);
        if self.store_native_item(class, container, key, value) {
            return Ok(());
        }
        match class.special(self, Special::SetItem) {
            Some(f) => self.call_set_item(f, container, key, value),
            None => {
                self.is_sequence_index(container, key)?;
                Err(self.no_item_operation(container, "does not support item assignment"))
            }
        }
    }

    /// `del container[key]`.
    pub fn del_item(&mut self, container: Value, key: Value) -> PyResult<()> {
        match self.call_special(container, Special::DelItem, &[key])? {
            Some(_) => Ok(()),
            None => {
                // CPython's sequence protocol has other words than its mapping protocol.
                let verb = match self.is_sequence_index(container, key)? {
                    true => "doesn't",
                    false => "does not",
                };
                Err(self.no_item_operation(container, &format!("{verb} support item deletion")))
            }
        }
    }

    /// Whether `key` is an index and `container` has the operations of a sequence, if not the one that is
    /// asked for: CPython converts the index then, which may be too large.
    #[cold]
    fn is_sequence_index(&mut self, container: Value, key: Value) -> PyResult<bool> {
        let class = self.type_of(container);
        let sequence = class.flags() & (flags::HEAPTYPE | flags::SEQUENCE_OPS) != 0
            || class.special(self, Special::Len).is_some();
        if !sequence || !self.is_index(key) {
            return Ok(false);
        }
        self.index_isize(key).map(|_| true)
    }

    #[cold]
    fn no_item_operation(&mut self, container: Value, what: &str) -> Raised {
        let name = self.type_name(container);
        self.type_error(format!("'{name}' object {what}"))
    }

    /// `item in container`.
    #[inline]
    pub fn contains(&mut self, container: Value, item: Value) -> PyResult<bool> {
        match shape_of(container) {
            shape_id::DICT => {
                let dict: Gc<Dict> = Gc::from_value_unchecked(container);
                return dict.contains(self, item);
            }
            shape_id::SET | shape_id::FROZENSET => {
                let set: Gc<Set> = Gc::from_value_unchecked(container);
                if let Some(hash) = self.plain_hash(item) {
                    return set.contains_known_hash(self, item, hash);
                }
                return crate::types::set::common::contains(self, set, item);
            }
            shape_id::LIST => {
                let list: Gc<List> = Gc::from_value_unchecked(container);
                let mut i = 0;
                while let Some(v) = list.get(i) {
                    if self.eq(v, item)? {
                        return Ok(true);
                    }
                    i += 1;
                }
                return Ok(false);
            }
            shape_id::TUPLE => {
                let tuple: Gc<Tuple> = Gc::from_value_unchecked(container);
                for &v in tuple.items() {
                    if self.eq(v, item)? {
                        return Ok(true);
                    }
                }
                return Ok(false);
            }
            _ => {}
        }
        let class = self.type_of(container);
        match class.special(self, Special::Contains) {
            Some(f) if f.is_none() => {
                let name = class.dotted_name();
                Err(self.type_error(format!("'{name}' object is not a container")))
            }
            Some(f) => {
                let r = self.call_slot(f, &[container, item])?;
                self.is_true(r)
            }
            None => self.contains_by_iteration(container, item),
        }
    }

    fn contains_by_iteration(&mut self, container: Value, item: Value) -> PyResult<bool> {
        let mut items = match self.iterate(container) {
            Ok(items) => items,
            // Any TypeError, also one that `__iter__` raises itself.
            Err(e) if e.is(self, self.types().type_error) => {
                let name = self.type_name(container);
                let message = format!("argument of type '{name}' is not a container or iterable");
                return Err(self.type_error(message));
            }
            Err(e) => return Err(e),
        };
        while let Some(v) = items.next(self)? {
            if self.eq(v, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Iterates over `v`; what is not iterable gives a TypeError with this message, `{}` in it
    /// being the type's name.
    pub(crate) fn iterate_for(
        &mut self,
        v: Value,
        message: &str,
    ) -> PyResult<crate::protocol::iter::Iteration> {
        let class = self.type_of(v);
        let iterable = match class.special(self, Special::Iter) {
            Some(f) => !f.is_none(),
            None => self.is_old_sequence(class),
        };
        if iterable {
            return self.iterate(v);
        }
        let name = class.dotted_name();
        Err(self.type_error(message.replace("{}", &name)))
    }

    /// How often `item` is in `iterable`.
    pub fn count_in(&mut self, iterable: Value, item: Value) -> PyResult<usize> {
        let mut n = 0;
        self.for_each(iterable, |cx, v| {
            n += cx.eq(v, item)? as usize;
            Ok(())
        })?;
        Ok(n)
    }

    /// Whether `v` has items under indices: `operator.isSequenceType`-like, as `reversed` asks.
    pub fn is_sequence(&mut self, v: Value) -> bool {
        let class = self.type_of(v);
        self.is_old_sequence(class)
    }
}
