//! The native modules of the standard library, one folder (or file) per module under its Python name.
//!
//! Modules that need the virtual machine, the compiler or the import system live beside those.

// Special methods keep their Python names.
#![allow(non_snake_case)]

use krait_runtime::native::ModuleDef;

pub mod prelude;

mod _operator;
mod itertools;

/// Every module of this crate, for the table of builtin modules.
pub static MODULES: &[&ModuleDef] = &[
    &_operator::MODULE,
    &itertools::MODULE,
];
