//! `_functools`: `partial`, `reduce`, `cmp_to_key`, and the cache of `functools.lru_cache`.

mod cmp_key;
mod lru;
mod partial;

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_functools",
    doc: Some("Tools that operate on functions."),
    functions: &[Functions::DEFS],
    types: &[&partial::PARTIAL, &lru::WRAPPER, &partial::PLACEHOLDER],
    init: Some(partial::init),
};

struct Functions;

#[pyfunctions]
impl Functions {
    /// Apply a function of two arguments cumulatively to the items of an iterable, from left to right.
    ///
    /// This effectively reduces the iterable to a single value.  If initial is present,
    /// it is placed before the items of the iterable in the calculation, and serves as
    /// a default when the iterable is empty.
    ///
    /// For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])
    /// calculates ((((1 + 2) + 3) + 4) + 5).
    #[py(sig = "($module, function, iterable, /, initial=<unrepresentable>)")]
    fn reduce(
        cx: &mut Cx,
        function: Value,
        iterable: Value,
        initial: Option<Value>,
    ) -> PyResult<Value> {
        let mut items = match cx.iterate(iterable) {
            Ok(items) => items,
            Err(e) if e.is(cx, cx.types().type_error) => {
                return Err(cx.type_error("reduce() arg 2 must support iteration"));
            }
            Err(e) => return Err(e),
        };
        let first = match initial {
            Some(v) => Some(v),
            None => items.next(cx)?,
        };
        let Some(mut total) = first else {
            return Err(cx.type_error("reduce() of empty iterable with no initial value"));
        };
        while let Some(item) = items.next(cx)? {
            total = cx.call(function, &[total, item])?;
        }
        Ok(total)
    }

    /// Convert a cmp= function into a key= function.
    ///
    ///   mycmp
    ///     Function that compares two objects.
    #[py(sig = "($module, /, mycmp)")]
    fn cmp_to_key(cx: &mut Cx, mycmp: Value) -> PyResult<Value> {
        cmp_key::new(cx, mycmp)
    }
}
