//! Builtin functions about objects and their attributes.

use crate::cx::Cx;
use crate::error::PyResult;
use crate::types::list::List;
use crate::value::Value;

/// `dir(v)`: what `__dir__` gives, sorted.
pub fn dir_list(cx: &mut Cx, v: Value) -> PyResult<Value> {
    let name = cx.names().__dir__;
    let Some(f) = cx.type_of(v).lookup(cx, name) else { return Err(cx.type_error("object does not provide __dir__")) };
    let names = cx.call_slot(f, &[v])?;
    let items = cx.collect(names)?;
    let list = List::from_vec(cx, items);
    crate::types::list::sort::sort(cx, list, None, false)?;
    Ok(list.value())
}
