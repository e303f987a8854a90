//! `_collections`: `deque`, `defaultdict`, `OrderedDict` and helpers of `collections`.

mod defaultdict;
mod deque;
mod deque_iter;
mod ordered_dict;
mod tuplegetter;

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_collections",
    doc: Some(
        "High performance data structures.\n- deque:        ordered collection accessible from endpoints only\n\
         - defaultdict:  dict subclass with a default value factory\n",
    ),
    functions: &[Functions::DEFS],
    types: &[
        &deque::DEQUE,
        &defaultdict::DEFAULTDICT,
        &ordered_dict::ORDERED_DICT,
        &deque_iter::ITERATOR,
        &deque_iter::REVERSE_ITERATOR,
        &tuplegetter::TUPLEGETTER,
    ],
    ..ModuleDef::DEFAULT
};

/// The dict behind `v` if its `get` and `__setitem__` are those of `dict`.
fn as_plain_mapping(cx: &mut Cx, v: Value) -> Option<Gc<Dict>> {
    let d = Gc::<Dict>::from_value(v)?;
    let (class, dict) = (cx.type_of(v), cx.types().dict);
    let get = cx.names().get;
    let plain = class.special(cx, Special::SetItem) == dict.special(cx, Special::SetItem)
        && class.lookup(cx, get) == dict.lookup(cx, get);
    plain.then_some(d)
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Count elements in the iterable, updating the mapping
    #[py]
    fn _count_elements(cx: &mut Cx, mapping: Value, iterable: Value) -> PyResult<()> {
        let mut items = cx.iterate(iterable)?;
        if let Some(d) = as_plain_mapping(cx, mapping) {
            while let Some(key) = items.next(cx)? {
                let hash = cx.dict_key_hash(key)?;
                let count = match d.get_known_hash(cx, key, hash)? {
                    Some(old) => successor(cx, old)?,
                    None => Value::small(1),
                };
                d.set_known_hash(cx, key, hash, count)?;
            }
            return Ok(());
        }
        let get = cx.get_attr(mapping, cx.names().get)?;
        while let Some(key) = items.next(cx)? {
            let old = cx.call(get, &[key, Value::small(0)])?;
            let count = cx.binary(Special::Add, old, Value::small(1))?;
            cx.set_item(mapping, key, count)?;
        }
        Ok(())
    }
}
