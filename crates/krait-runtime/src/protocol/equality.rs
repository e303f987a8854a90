//! Equality as containers compare (`a is b or a == b`), as far as it can be told without calling a
//! method: what most searches in dicts and sets need, and most comparisons of tuples.

use crate::cx::Cx;
use crate::object::{Gc, Kind};
use crate::protocol::compare::{CompareOp, compare_numbers};
use crate::special::Special;
use crate::types::bytes::Bytes;
use crate::types::shape_id;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// What is known of two values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Known {
    Equal,
    Different,
    /// Only `__eq__` can tell.
    Unknown,
}

impl Known {
    #[inline(always)]
    fn from_bool(equal: bool) -> Known {
        if equal {
            Known::Equal
        } else {
            Known::Different
        }
    }
}

/// How deep tuples in tuples are looked at.
const DEPTH: u32 = 10;

impl Cx {
    /// Whether `a` is or equals `b`. Calls no Python code and does not allocate.
    #[inline(always)]
    pub fn known_eq(&self, a: Value, b: Value) -> Known {
        if a == b {
            return Known::Equal;
        }
        self.known_eq_within(a, b, DEPTH)
    }

    /// The same of words that differ.
    fn known_eq_within(&self, a: Value, b: Value, depth: u32) -> Known {
        let (Some(x), Some(y)) = (a.as_object(), b.as_object()) else {
            return known_eq_of_numbers(a, b);
        };
        // SAFETY: object references point to live headers.
        let ((s, t), (j, k)) =
            unsafe { (((*x).shape(), (*y).shape()), ((*x).kind(), (*y).kind())) };
        if s == shape_id::STR && t == shape_id::STR {
            let text = Gc::<Str>::from_value_unchecked;
            return Known::from_bool(text(a).eq_str(text(b)));
        }
        if j == Kind::Tuple as u8
            && k == Kind::Tuple as u8
            && self.compares_as_tuple(s)
            && (s == t || self.compares_as_tuple(t))
        {
            let tuple = Gc::<Tuple>::from_value_unchecked;
            return self.known_eq_of_tuples(tuple(a), tuple(b), depth);
        }
        if s == shape_id::BYTES && t == shape_id::BYTES {
            let bytes = Gc::<Bytes>::from_value_unchecked;
            return Known::from_bool(bytes(a).as_bytes() == bytes(b).as_bytes());
        }
        if self.compares_by_identity(s) && (s == t || self.compares_by_identity(t)) {
            return Known::Different;
        }
        Known::Unknown
    }

    fn known_eq_of_tuples(&self, a: Gc<Tuple>, b: Gc<Tuple>, depth: u32) -> Known {
        if depth == 0 {
            return Known::Unknown;
        }
        // Item by item even where the lengths differ: methods of the items would be called then, too.
        let (a, b) = (a.items(), b.items());
        for i in 0..a.len().min(b.len()) {
            if a[i].bits() == b[i].bits() {
                continue;
            }
            match self.known_eq_within(a[i], b[i], depth - 1) {
                Known::Equal => {}
                other => return other,
            }
        }
        Known::from_bool(a.len() == b.len())
    }

    /// Whether objects of this shape have the `__eq__` of `object`.
    #[inline(always)]
    pub fn compares_by_identity(&self, shape: u32) -> bool {
        self.shape_entry(shape)
            .class
            .shares_special(self.types().object, Special::Eq)
    }

    /// Whether tuples of this shape compare as `tuple` does: named tuples inherit that.
    #[inline(always)]
    fn compares_as_tuple(&self, shape: u32) -> bool {
        shape == shape_id::TUPLE
            || self
                .shape_entry(shape)
                .class
                .shares_special(self.types().tuple, Special::Eq)
    }
}

/// Words that differ, of which at least one is a number.
#[inline(always)]
fn known_eq_of_numbers(a: Value, b: Value) -> Known {
    if a.is_small() && b.is_small() {
        return Known::Different;
    }
    match compare_numbers(CompareOp::Eq, a, b) {
        Some(equal) => Known::from_bool(equal),
        None => Known::Unknown,
    }
}
