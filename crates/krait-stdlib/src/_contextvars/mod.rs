//! `_contextvars`: context variables (PEP 567).
//!
//! A context holds the root of an immutable map, so that copying one shares it. The current context of a thread is in
//! its `thread_slot::CONTEXT`; a thread gets one when it sets its first variable.

mod context;
pub mod map;
mod var;

pub use context::{Context, copy_current, existing as existing_context, run_in};
pub use var::{assign, lookup, new_var};

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_contextvars",
    doc: Some("Context Variables"),
    functions: &[Functions::DEFS],
    types: &[&context::CONTEXT, &var::CONTEXT_VAR, &var::TOKEN],
    init: None,
};

struct Functions;

#[pyfunctions]
impl Functions {
    #[py(sig = "($module, /)")]
    fn copy_context(cx: &mut Cx) -> PyResult<Value> {
        copy_current(cx)
    }
}
