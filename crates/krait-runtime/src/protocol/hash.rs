//! `hash()`.

use krait_unicode::hash::{hash_double, hash_limbs, hash_small_int};

use crate::cx::Cx;
use crate::error::PyResult;
use crate::object::{Gc, Kind, is_kind};
use crate::protocol::iter::shape_of;
use crate::special::Special;
use crate::types::bytes::Bytes;
use crate::types::float::{as_boxed_float, is_exact_float};
use crate::types::int::{Int, as_int};
use crate::types::object::{hash_of_id, identity_hash};
use crate::types::set::Set;
use crate::types::shape_id;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::types::tuple::hash::hash_tuple;
use crate::types::weakref::WeakRef;
use crate::value::Value;

/// Of an int of any size.
pub fn hash_int(n: Int) -> i64 {
    match n {
        Int::Small(n) => hash_small_int(n),
        Int::Big(b) => hash_limbs(b.is_negative(), b.limbs()),
    }
}

/// Of a double: equal to the hash of an equal int or fraction.
pub fn hash_f64(x: f64) -> i64 {
    hash_double(x).unwrap_or_else(|| hash_nan(x))
}

/// The hash of a NaN is that of its identity, `object.__hash__`: made from the bits, which `is` compares.
pub fn hash_nan(x: f64) -> i64 {
    hash_of_id(x.to_bits().rotate_left(5) | 1)
}

/// -1 stands for an error in C: no hash is -1.
#[inline(always)]
pub const fn finish(h: i64) -> i64 {
    if h == -1 { -2 } else { h }
}

impl Cx {
    /// `hash(v)`.
    #[inline]
    pub fn hash(&mut self, v: Value) -> PyResult<i64> {
        match v.as_small() {
            Some(n) => Ok(hash_small_int(n)),
            None => self.hash_slow(v),
        }
    }

    fn hash_slow(&mut self, v: Value) -> PyResult<i64> {
        match shape_of(v) {
            shape_id::TUPLE => {
                return hash_tuple(self, Gc::from_value_unchecked(v));
            }
            shape_id::STR => return Ok(Gc::<Str>::from_value_unchecked(v).hash(self)),
            shape_id::BYTES => return Ok(Gc::<Bytes>::from_value_unchecked(v).hash(self)),
            shape_id::FROZENSET => return Ok(Gc::<Set>::from_value_unchecked(v).frozen_hash()),
            _ => {}
        }
        if is_kind(v, Kind::Type) && self.type_of(v) == self.types().type_ {
            return Ok(identity_hash(self, v));
        }
        if let Some(w) = Gc::<WeakRef>::from_value(v)
            && let Some(h) = w.known_hash()
            && self.type_of(v) == self.types().weakref
        {
            return Ok(h);
        }
        if let Some(x) = v.as_immediate_float() {
            return Ok(hash_f64(x));
        }
        if is_exact_float(v)
            && let Some(x) = as_boxed_float(v)
        {
            return Ok(hash_f64(x));
        }
        let class = self.type_of(v);
        match class.special(self, Special::Hash) {
            Some(f) if f != Value::none() => {
                if let Some(t) = Gc::<Tuple>::from_value(v)
                    && self.types().tuple.special(self, Special::Hash) == Some(f)
                {
                    return hash_tuple(self, t);
                }
                if crate::protocol::attr::is_native(f, crate::types::object::hash_fn()) {
                    return Ok(identity_hash(self, v));
                }
                let h = self.call_slot(f, &[v])?;
                self.hash_result(h)
            }
            _ => {
                let name = self.type_name(v);
                Err(self.type_error(format!("unhashable type: '{name}'")))
            }
        }
    }

    /// What `__hash__` returned, as a hash: values that fit 64 bits are taken as they are.
    fn hash_result(&mut self, h: Value) -> PyResult<i64> {
        match as_int(h) {
            Some(Int::Small(n)) => Ok(finish(n)),
            Some(big) => Ok(hash_int(big)),
            None => Err(self.type_error("__hash__ method should return an integer")),
        }
    }
}
