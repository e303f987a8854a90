//! `Value`: the 64-bit word every Python value is.
//!
//! The low three bits say what a word holds:
//!
//! | bits      | meaning                                                              |
//! |-----------|----------------------------------------------------------------------|
//! | `000` `011` `100` | float, stored as `rotate_left(bits, 4)`                      |
//! | `x01`     | small int: the value is the word shifted right by two, arithmetically |
//! | `010`     | object: the address is the word minus two                             |
//! | `110`     | [`Value::EMPTY`]: an unset slot, entry or argument                    |
//! | `111`     | [`Value::UNBOUND`]: an unset local variable                           |
//!
//! Rotating by four brings the sign and the top three exponent bits of a float down to the low
//! four bits. Exponents near 1.0 have top bits `011` or `100`, zero and the tiniest have `000`;
//! those are immediate. The others (infinities, NaN, magnitudes above about 1e77 or between
//! 2^-767 and 2^-255) are boxed. So encoding and decoding are one rotate and one test.
//!
//! The all-zero word is the float 0.0, hence storage that others may read is filled with
//! `EMPTY`, never with zeros.

use krait_heap::{Header, PTR_TAG};

/// One Python value; `Copy`, without a reference count. Kept alive by being on a native stack,
/// in a register window or in a traced object; never keep one in Rust's own heap.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Value(u64);

/// Bit `i` is set if the low three bits `i` mean a float.
const FLOAT_TAGS: u32 = 0b0001_1001;

impl Value {
    /// An unset slot, dictionary entry or optional argument. Never visible to Python code.
    pub const EMPTY: Value = Value(6);
    /// An unset local variable. Never visible to Python code.
    pub const UNBOUND: Value = Value(7);
    /// The largest immediate int, 2^61 - 1.
    pub const MAX_SMALL: i64 = (1 << 61) - 1;
    /// The smallest immediate int, -2^61.
    pub const MIN_SMALL: i64 = -(1 << 61);

    #[inline(always)]
    pub const fn from_bits(bits: u64) -> Value {
        Value(bits)
    }

    #[inline(always)]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// A small int that is known to fit into 62 bits.
    #[inline(always)]
    pub const fn small(n: i64) -> Value {
        debug_assert!(n >= Value::MIN_SMALL && n <= Value::MAX_SMALL);
        Value(((n as u64) << 2) | 1)
    }

    /// The immediate int `n`, or `None` if it needs a big integer.
    #[inline(always)]
    pub const fn try_small(n: i64) -> Option<Value> {
        if (n << 2) >> 2 == n {
            Some(Value(((n as u64) << 2) | 1))
        } else {
            None
        }
    }

    #[inline(always)]
    pub const fn is_small(self) -> bool {
        self.0 & 3 == 1
    }

    /// The value of an immediate int.
    #[inline(always)]
    pub const fn as_small(self) -> Option<i64> {
        if self.is_small() {
            Some((self.0 as i64) >> 2)
        } else {
            None
        }
    }

    /// The value of a word known to be an immediate int.
    #[inline(always)]
    pub const fn small_unchecked(self) -> i64 {
        debug_assert!(self.is_small());
        (self.0 as i64) >> 2
    }

    /// The immediate float `x`, or `None` if it has to be boxed.
    #[inline(always)]
    pub const fn try_float(x: f64) -> Option<Value> {
        let word = x.to_bits().rotate_left(4);
        if (FLOAT_TAGS >> (word & 7)) & 1 != 0 {
            Some(Value(word))
        } else {
            None
        }
    }

    /// Whether this is an immediate float; boxed floats are objects.
    #[inline(always)]
    pub const fn is_immediate_float(self) -> bool {
        (FLOAT_TAGS >> (self.0 & 7)) & 1 != 0
    }

    #[inline(always)]
    pub const fn as_immediate_float(self) -> Option<f64> {
        if self.is_immediate_float() {
            Some(f64::from_bits(self.0.rotate_right(4)))
        } else {
            None
        }
    }

    #[inline(always)]
    pub fn from_object(object: *const Header) -> Value {
        debug_assert!(object as u64 & 7 == 0 && !object.is_null());
        Value(object as u64 | PTR_TAG)
    }

    #[inline(always)]
    pub const fn is_object(self) -> bool {
        self.0 & 7 == PTR_TAG
    }

    /// The object's header if this word refers to one.
    #[inline(always)]
    pub fn as_object(self) -> Option<*mut Header> {
        if self.is_object() {
            Some((self.0 - PTR_TAG) as *mut Header)
        } else {
            None
        }
    }

    /// The header of a word known to be an object reference.
    #[inline(always)]
    pub fn object_unchecked(self) -> *mut Header {
        debug_assert!(self.is_object());
        (self.0.wrapping_sub(PTR_TAG)) as *mut Header
    }

    #[inline(always)]
    pub const fn is_empty(self) -> bool {
        self.0 == Value::EMPTY.0
    }

    #[inline(always)]
    pub const fn is_unbound(self) -> bool {
        self.0 == Value::UNBOUND.0
    }

    /// Has the object's first words brought into the cache, if this is an object.
    #[inline(always)]
    pub fn prefetch(self) {
        #[cfg(target_arch = "x86_64")]
        if self.is_object() {
            use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
            // SAFETY: a hint, which reads nothing.
            unsafe { _mm_prefetch::<_MM_HINT_T0>((self.0 - PTR_TAG) as *const i8) }
        }
    }

    /// `Some(self)` unless this is `EMPTY`.
    #[inline(always)]
    pub const fn some(self) -> Option<Value> {
        if self.is_empty() { None } else { Some(self) }
    }

    /// Python's `is`: identity of objects, equality of bits for floats, of values for ints.
    #[inline(always)]
    pub fn is(self, other: Value) -> bool {
        self.0 == other.0
            || (crate::object::is_kind(self, crate::object::Kind::Float)
                && other.is_object()
                && crate::object::same_boxed(self, other))
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(n) = self.as_small() {
            write!(f, "{n}")
        } else if let Some(x) = self.as_immediate_float() {
            write!(f, "{x:?}")
        } else if self.is_empty() {
            f.write_str("EMPTY")
        } else if self.is_unbound() {
            f.write_str("UNBOUND")
        } else {
            write!(f, "<object at {:#x}>", self.0 - PTR_TAG)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_round_trip_or_are_boxed() {
        for x in [
            0.0,
            -0.0,
            1.0,
            -1.5,
            1e-70,
            1e70,
            5e-324,
            std::f64::consts::PI,
        ] {
            let v = Value::try_float(x).unwrap();
            assert_eq!(v.as_immediate_float().unwrap().to_bits(), x.to_bits());
            assert!(!v.is_small() && !v.is_object() && !v.is_empty() && !v.is_unbound());
        }
        for x in [f64::INFINITY, f64::NAN, 1e78, 1e-100, f64::MAX] {
            assert!(Value::try_float(x).is_none());
        }
    }

    #[test]
    fn small_ints_have_62_bits() {
        for n in [0, 1, -1, Value::MAX_SMALL, Value::MIN_SMALL] {
            assert_eq!(Value::try_small(n).unwrap().as_small(), Some(n));
        }
        assert!(Value::try_small(Value::MAX_SMALL + 1).is_none());
        assert!(Value::try_small(Value::MIN_SMALL - 1).is_none());
    }
}
