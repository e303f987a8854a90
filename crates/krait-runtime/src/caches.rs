//! Inline caches belong to the crate above; classes tell it when they change.

use crate::cx::Cx;
use crate::object::Gc;
use crate::types::typeobj::{Type, flags};

/// Undoes every inline cache that depends on `class`: one of its methods or descriptors changed.
#[cold]
pub fn purge(cx: &mut Cx, class: Gc<Type>) {
    class.clear_flags(flags::CACHED);
    if let Some(f) = cx.hooks().purge_caches {
        f(cx, class);
    }
}
