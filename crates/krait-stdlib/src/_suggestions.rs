//! `_suggestions`: the name most like another one, for "Did you mean".

use krait_runtime::suggest::closest_index;

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_suggestions",
    functions: &[Functions::DEFS],
    ..ModuleDef::DEFAULT
};

struct Functions;

#[pyfunctions]
impl Functions {
    /// Returns the candidate in candidates that's closest to item
    #[py(sig = "($module, candidates, item, /)")]
    fn _generate_suggestions(cx: &mut Cx, candidates: Value, item: Gc<Str>) -> PyResult<Value> {
        let Some(list) = Gc::<List>::from_value(candidates) else {
            return Err(cx.type_error("candidates must be a list"));
        };
        let snapshot = list.snapshot(cx)?;
        let names = snapshot.as_slice();
        for &name in names {
            if Gc::<Str>::from_value(name).is_none() {
                return Err(cx.type_error("all elements in 'candidates' must be strings"));
            }
        }
        let texts = names.iter().filter_map(|&name| Gc::<Str>::from_value(name));
        let found = closest_index(item.as_bytes(), texts.map(Gc::<Str>::as_bytes));
        Ok(found.map_or(Value::none(), |i| names[i]))
    }
}
