//! `dict_keys`, `dict_values`, `dict_items`, and `mappingproxy`.

mod methods;
mod proxy;
mod setops;

use crate::cx::Cx;
use crate::error::PyResult;
use crate::heap::Tracer;
use crate::native::{Native, NativeObj, Trace, TypeSpec};
use crate::object::{Gc, Slot};
use crate::types::dict::Dict;
use crate::types::iterators::dict::{DictIter, ITEMS, KEYS, VALUES};
use crate::types::iterators::hidden;
use crate::types::tuple::Tuple;
use crate::value::Value;

pub use proxy::{MAPPINGPROXY_SPEC, MappingProxy, mapping_proxy};

/// A view on a dict's keys, values or items.
pub struct DictView<const WHAT: u8> {
    dict: Slot,
}

// SAFETY: the dict is the only reference.
unsafe impl<const WHAT: u8> Trace for DictView<WHAT> {
    fn trace(&self, t: &mut Tracer<'_>) {
        self.dict.trace(t);
    }
}

impl<const WHAT: u8> Native for DictView<WHAT> {
    const PY_NAME: &'static str = ["dict_keys", "dict_values", "dict_items"][WHAT as usize];
}

pub static KEYS_SPEC: TypeSpec = hidden::<DictView<KEYS>>(
    "dict_keys",
    &[
        methods::ViewMethods::<KEYS>::DEFS,
        setops::SetViewMethods::<KEYS>::DEFS,
    ],
);
pub static VALUES_SPEC: TypeSpec =
    hidden::<DictView<VALUES>>("dict_values", &[methods::ViewMethods::<VALUES>::DEFS]);
pub static ITEMS_SPEC: TypeSpec = hidden::<DictView<ITEMS>>(
    "dict_items",
    &[
        methods::ViewMethods::<ITEMS>::DEFS,
        setops::SetViewMethods::<ITEMS>::DEFS,
    ],
);

impl<const WHAT: u8> DictView<WHAT> {
    /// The view on `dict`.
    pub fn of(cx: &mut Cx, dict: Gc<Dict>) -> Value {
        let types = cx.types();
        let class = match WHAT {
            KEYS => types.dict_keys,
            VALUES => types.dict_values,
            _ => types.dict_items,
        };
        NativeObj::alloc(
            cx,
            class,
            DictView::<WHAT> {
                dict: Slot::new(dict.value()),
            },
        )
        .value()
    }

    pub fn dict(&self) -> Gc<Dict> {
        Gc::from_value_unchecked(self.dict.get())
    }

    fn iterator(&self, cx: &mut Cx) -> Value {
        DictIter::<WHAT>::start(cx, self.dict()).value()
    }

    /// Whether `v` is a key, or a pair of a key and its value.
    fn contains(&self, cx: &mut Cx, v: Value) -> PyResult<bool> {
        let dict = self.dict();
        if WHAT == KEYS {
            return dict.contains(cx, v);
        }
        let Some(pair) = Gc::<Tuple>::from_value(v) else {
            return Ok(false);
        };
        let &[key, value] = pair.as_slice() else {
            return Ok(false);
        };
        match dict.get(cx, key)? {
            Some(found) => cx.eq(found, value),
            None => Ok(false),
        }
    }
}

/// The dict behind a view on keys or items.
pub fn set_view_dict(v: Value) -> Option<Gc<Dict>> {
    NativeObj::<DictView<KEYS>>::from_value(v)
        .map(|view| view.dict())
        .or_else(|| NativeObj::<DictView<ITEMS>>::from_value(v).map(|view| view.dict()))
}
