//! `_asyncio`: `Future`, `Task`, and which loop and task run in a thread.
//!
//! Sources: the documentation of `asyncio`, PEP 3156; what the classes of the same names in `asyncio.futures` and
//! `asyncio.tasks` do, of which these are the fast form. The module resumes coroutines without making
//! StopIteration exceptions, hence is one of those that need the interpreter.

mod current;
mod functions;
mod future;
mod future_methods;
mod iter;
mod registry;
mod state;
mod task;
mod task_methods;

pub use registry::after_marking;

use krait_runtime::native::ModuleDef;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_asyncio",
    doc: Some("Accelerator module for asyncio"),
    functions: &[functions::Functions::DEFS],
    types: &[&future_methods::FUTURE, &task_methods::TASK],
    ..ModuleDef::DEFAULT
};
