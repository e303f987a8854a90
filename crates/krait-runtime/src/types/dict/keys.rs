//! Hashes of keys, and membership: the ways without a search for a method.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::Gc;
use crate::protocol::iter::shape_of;
use crate::types::dict::Dict;
use crate::types::dict::table::{ABSENT, UNDECIDED};
use crate::types::object::address_hash;
use crate::types::set::Set;
use crate::types::shape_id;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
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

    /// The hash of an exact str, of all but the largest immediate ints, of a class whose metaclass is `type`, or of a
    /// tuple proper that was hashed before.
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
            shape_id::TYPE => Some(address_hash(key) as u64),
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

    /// `item in container` for an exact set or dict and an item that [`Cx::ready_hash`] and
    /// a table know, without calling anything.
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
            _ => return None,
        };
        (found != UNDECIDED).then_some(found != ABSENT)
    }
}
