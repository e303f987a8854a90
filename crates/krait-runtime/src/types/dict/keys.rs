//! Hashes of keys, and membership: the ways without a search for a method.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::protocol::iter::shape_of;
use crate::types::bytes::Bytes;
use crate::types::dict::Dict;
use crate::types::dict::table::{ABSENT, UNDECIDED};
use crate::types::list::List;
use crate::types::object::address_hash;
use crate::types::set::Set;
use crate::types::shape_id;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::weakref::WeakRef;
use crate::value::Value;

/// Largest magnitude whose hash is itself: one less than the modulus 2^61 - 1.
const MAX_OWN_HASH: i64 = (1 << 61) - 2;

impl Cx {
    /// `hash(key)` with the common kinds of keys first.
    #[inline]
    pub fn key_hash(&mut self, key: Value) -> PyResult<u64> {
        match self.plain_hash(key) {
            Some(h) => Ok(h),
            None => Ok(self.hash(key)? as u64),
        }
    }

    /// The hash of an exact str or bytes object, of all but the largest immediate ints, of a class whose metaclass is
    /// `type`, or of a tuple proper or a weak reference that was hashed before.
    #[inline]
    pub fn plain_hash(&self, key: Value) -> Option<u64> {
        if let Some(n) = key.as_small() {
            let own = n != -1 && (-MAX_OWN_HASH..=MAX_OWN_HASH).contains(&n);
            return own.then_some(n as u64);
        }
        match shape_of(key) {
            shape_id::STR => Some(Gc::<Str>::from_value_unchecked(key).hash(self) as u64),
            shape_id::TUPLE => {
                let known = Gc::<Tuple>::from_value_unchecked(key).known_hash();
                known.map(|h| h as u64)
            }
            shape_id::BYTES => Some(Gc::<Bytes>::from_value_unchecked(key).hash(self) as u64),
            shape_id::TYPE => Some(address_hash(key) as u64),
            shape_id::WEAKREF => {
                let known = Gc::<WeakRef>::from_value_unchecked(key).known_hash();
                known.map(|h| h as u64)
            }
            _ => None,
        }
    }

    /// The hash of a key where that takes a look at one word: of natural numbers that are not huge, exact strs
    /// that were hashed before, and classes whose metaclass is `type`.
    #[inline(always)]
    pub fn ready_hash(&self, key: Value) -> Option<u64> {
        if let Some(n) = key.as_small() {
            return (0..=MAX_OWN_HASH).contains(&n).then_some(n as u64);
        }
        match shape_of(key) {
            shape_id::STR => {
                let known = Gc::<Str>::from_value_unchecked(key).ready_hash(self);
                known.map(|h| h as u64)
            }
            shape_id::TYPE => Some(address_hash(key) as u64),
            _ => None,
        }
    }

    /// `item in container` without calling anything: for an exact set or dict and an item that [`Cx::ready_hash`]
    /// and a table know, and for a small int and an exact list or tuple of such.
    #[inline(always)]
    pub fn contains_at_once(&self, container: Value, item: Value) -> Option<bool> {
        let found = match shape_of(container) {
            shape_id::SET | shape_id::FROZENSET => {
                let set: Gc<Set> = Gc::from_value_unchecked(container);
                return set.table().has_at_once(item, self.ready_hash(item)?);
            }
            shape_id::DICT => {
                let dict: Gc<Dict> = Gc::from_value_unchecked(container);
                if dict.has_cells() {
                    return None;
                }
                dict.table().find_at_once(item, self.ready_hash(item)?)
            }
            shape_id::LIST if item.is_small() => {
                let list: Gc<List> = Gc::from_value_unchecked(container);
                return small_among(list.as_slice(), item);
            }
            shape_id::TUPLE if item.is_small() => {
                let tuple: Gc<Tuple> = Gc::from_value_unchecked(container);
                return small_among(tuple.items(), item);
            }
            _ => return None,
        };
        (found != UNDECIDED).then_some(found != ABSENT)
    }
}

/// Whether a small int is among `items`, as long as those are small ints, too.
#[inline(always)]
fn small_among(items: &[Value], item: Value) -> Option<bool> {
    for &v in items {
        if v == item {
            return Some(true);
        }
        if !v.is_small() {
            return None;
        }
    }
    Some(false)
}
