//! `_testinternalcapi`: what the interpreter knows of itself.

mod hamt;
mod locale;

use krait_runtime::shape::NO_DICT;
use krait_stdlib::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_testinternalcapi",
    functions: &[Functions::DEFS, locale::Functions::DEFS],
    types: &[&hamt::HAMT],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let size = cx.new_uint(size_of::<libc::time_t>() as u64);
    m.set(cx, "SIZEOF_TIME_T", size);
    Ok(())
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Whether the object keeps its attributes in slots of its own, not in a dict.
    #[py(sig = "($module, object, /)", doc = "")]
    fn has_inline_values(cx: &mut Cx, object: Value) -> bool {
        let Some(o) = object.as_object() else {
            return false;
        };
        // SAFETY: a live object.
        let e = cx.shape_entry(unsafe { (*o).shape() });
        e.dict_at != NO_DICT && !e.dict_mode
    }

    /// Python frames of the running thread.
    #[py(sig = "($module, /)", doc = "")]
    fn get_recursion_depth(cx: &mut Cx) -> u32 {
        cx.depth
    }
}
