//! The payload of `collections._tuplegetter`, the descriptor of a named tuple's field. It is here and
//! not with its methods because attribute caches read fields without them.

use krait_macros::Trace;

use crate::native::{Native, NativeObj};
use crate::object::{Gc, Slot};
use crate::types::tuple::Tuple;
use crate::value::Value;

#[derive(Trace)]
pub struct TupleGetter {
    pub index: usize,
    pub doc: Slot,
}
impl Native for TupleGetter {
    const PY_NAME: &'static str = "collections._tuplegetter";
}

impl Gc<NativeObj<TupleGetter>> {
    /// The item that the field is, if `v` is a tuple that has it.
    #[inline(always)]
    pub fn item(self, v: Value) -> Option<Value> {
        Gc::<Tuple>::from_value(v)?.items().get(self.index).copied()
    }
}
