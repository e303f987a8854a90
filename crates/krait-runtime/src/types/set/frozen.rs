//! `frozenset`: construction and hash.

use std::sync::atomic::Ordering::Relaxed;

use krait_macros::pymethods;

use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::special::Special;
use crate::types::list::methods::{constructor_argument, no_keywords};
use crate::types::set::{NO_HASH, Set, from_iterable};
use crate::types::typeobj::Type;

/// Spreads the bits of an element's hash, so that sets of near hashes do not cancel out.
#[inline(always)]
fn spread(h: u64) -> u64 {
    ((h ^ 89_869_747) ^ (h << 16)).wrapping_mul(3_644_798_167)
}

impl Gc<Set> {
    /// The hash of a frozenset: independent of the elements' order. Programs can observe the
    /// value, so constants and order of operations are the language's common ones.
    pub fn frozen_hash(self) -> i64 {
        let known = self.hash.load(Relaxed);
        if known != NO_HASH {
            return known as i64;
        }
        let (mut h, mut pos) = (0, 0);
        while let Some((_, element)) = self.next_element(&mut pos) {
            h ^= spread(element);
        }
        h ^= (self.len() as u64)
            .wrapping_add(1)
            .wrapping_mul(1_927_868_237);
        h ^= (h >> 11) ^ (h >> 25);
        h = h.wrapping_mul(69_069).wrapping_add(907_133_923);
        let h = if h == u64::MAX { 590_923_713 } else { h };
        self.hash.store(h, Relaxed);
        h as i64
    }

    /// Whether both sets know their hashes, and they differ: then so do the sets.
    pub(super) fn hashes_differ(self, other: Gc<Set>) -> bool {
        let (a, b) = (self.hash.load(Relaxed), other.hash.load(Relaxed));
        a != NO_HASH && b != NO_HASH && a != b
    }
}

pub struct FrozenSetMethods;

#[pymethods]
impl FrozenSetMethods {
    #[py(
        new,
        sig = "($type, *args, **kwargs)",
        shown = "($type, iterable=(), /)"
    )]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        let types = cx.types();
        let exact = class == types.frozenset;
        // A subclass with its own `__init__` may have keyword arguments for that.
        let own_init = !exact
            && class.special(cx, Special::Init) != types.frozenset.special(cx, Special::Init);
        let kwargs = if own_init { None } else { kwargs };
        let iterable = match (kwargs, args) {
            (None, &[v]) => Some(v),
            _ => {
                no_keywords(cx, "frozenset", kwargs)?;
                constructor_argument(cx, &class.name_string(), None, args)?
            }
        };
        match iterable {
            Some(v) if exact && cx.type_of(v) == class => Ok(v),
            iterable => Ok(from_iterable(cx, class, iterable.unwrap_or(Value::EMPTY))?.value()),
        }
    }

    #[py]
    fn __hash__(this: Gc<Set>) -> i64 {
        this.frozen_hash()
    }
}
