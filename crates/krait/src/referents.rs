//! What an object directly refers to, for `gc.get_referents` and `gc.get_referrers`.

use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::{Header, Kind};
use krait_runtime::vec::ValueVec;

/// Storage that belongs to another object: what it refers to counts as referred to by its owner.
fn is_storage(o: *mut Header) -> bool {
    // SAFETY: a live object, kept alive by its owner.
    let kind = unsafe { (*o).kind() };
    [
        Kind::DictStorage,
        Kind::GlobalCell,
        Kind::SetStorage,
        Kind::Array,
        Kind::RawBytes,
    ]
    .iter()
    .any(|k| *k as u8 == kind)
}

/// The objects that `v` refers to.
pub fn of(cx: &mut Cx, v: Value) -> PyResult<ValueVec> {
    let mut out = ValueVec::new();
    let Some(start) = v.as_object() else {
        return Ok(out);
    };
    let heap = cx.interp().heap.clone();
    // Addresses only: what they stand for is kept alive by `v`, and nothing is stored meanwhile.
    let mut found: Vec<*mut Header> = Vec::new();
    let mut waiting = vec![start];
    while let Some(o) = waiting.pop() {
        let mut direct = Vec::new();
        // SAFETY: a live object; like any reader this takes what it finds while others write.
        unsafe { heap.referents(o, &mut direct) };
        for d in direct {
            if is_storage(d) {
                waiting.push(d)
            } else {
                found.push(d)
            }
        }
    }
    for o in found {
        out.push(cx, Value::from_object(o))?;
    }
    Ok(out)
}
