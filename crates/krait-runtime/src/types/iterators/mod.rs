//! The builtin iterators: of containers, and `enumerate`, `zip`, `map`, `filter`, `reversed`.

pub mod combine;
pub mod dict;
pub mod functional;
pub mod reversed;
pub mod sequence;
pub mod set;

use crate::native::{Layout, Native, NativeDef, TypeSpec};
use crate::types::typeobj::flags;

/// The specification of an iterator type that Python code cannot instantiate.
pub(crate) const fn hidden<T: Native>(
    name: &'static str,
    defs: &'static [&'static [NativeDef]],
) -> TypeSpec {
    TypeSpec {
        name,
        layout: Layout::native::<T>(),
        flags: flags::NO_INSTANTIATION,
        defs,
        ..TypeSpec::DEFAULT
    }
}

pub use combine::{MAP_SPEC, ZIP_SPEC};
pub use dict::{
    ITEM_ITERATOR_SPEC, KEY_ITERATOR_SPEC, REVERSE_ITEM_ITERATOR_SPEC, REVERSE_KEY_ITERATOR_SPEC,
    REVERSE_VALUE_ITERATOR_SPEC, VALUE_ITERATOR_SPEC,
};
pub use functional::{CALLABLE_SPEC, ENUMERATE_SPEC, FILTER_SPEC};
pub use reversed::{LIST_REVERSE_SPEC, REVERSED_SPEC};
pub use sequence::{LIST_SPEC, SEQUENCE_SPEC, TUPLE_SPEC};
pub use set::SET_SPEC;
