//! Native modules that need the compiler, the virtual machine or the import system.

pub mod _ast;
pub mod _dis;
pub mod _symtable;
pub mod _tokenize;
pub mod gc;
pub mod imp;
pub mod marshal;
pub mod monitoring;
pub mod opcode;
pub mod sys;
pub mod warnings;

use krait_runtime::native::{Cx, ModuleDef};

use crate::state;

/// The modules of this crate, beside `sys` and `builtins`.
static OWN: &[&ModuleDef] = &[
    &_ast::MODULE,
    &_dis::MODULE,
    &_symtable::MODULE,
    &_tokenize::MODULE,
    &gc::MODULE,
    &imp::MODULE,
    &marshal::MODULE,
    &opcode::MODULE,
    &warnings::MODULE,
];

/// All native modules that `import` can make.
pub fn all(cx: &Cx) -> impl Iterator<Item = &'static ModuleDef> {
    let added = state::config(cx).native_modules;
    [OWN, krait_stdlib::MODULES, added]
        .into_iter()
        .flatten()
        .copied()
}

/// The native module with this name.
pub fn find(cx: &Cx, name: &str) -> Option<&'static ModuleDef> {
    all(cx).find(|d| d.name == name)
}
