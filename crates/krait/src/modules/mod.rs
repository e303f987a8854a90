//! Native modules that need the compiler, the virtual machine or the import system.

pub mod _ast;
pub mod _asyncio;
pub mod _dis;
pub mod _symtable;
#[cfg(feature = "test-modules")]
mod _testbuffer;
#[cfg(feature = "test-modules")]
mod _testcapi;
#[cfg(feature = "test-modules")]
mod _testinternalcapi;
#[cfg(feature = "test-modules")]
mod _testlimitedcapi;
#[cfg(feature = "test-modules")]
mod _testmultiphase;
pub mod _tokenize;
pub mod gc;
pub mod imp;
pub mod marshal;
pub mod monitoring;
pub mod opcode;
pub mod sys;
pub mod warnings;

use krait_runtime::native::ModuleDef;

/// The modules of this crate, beside `sys` and `builtins`.
static OWN: &[&ModuleDef] = &[
    &_ast::MODULE,
    &_asyncio::MODULE,
    &_dis::MODULE,
    &_symtable::MODULE,
    &_tokenize::MODULE,
    &gc::MODULE,
    &imp::MODULE,
    &marshal::MODULE,
    &opcode::MODULE,
    &warnings::MODULE,
];

/// Helper modules of CPython's own test suite, for builds that run it, as far as what they do has a
/// meaning without a C API. A function that is here does what its namesake does, by the same way that
/// Krait's own code goes (a call, a raise, a buffer request). One whose subject does not exist in
/// Krait (reference counts, C slots, allocators) is absent, and the tests that want it say so.
#[cfg(feature = "test-modules")]
static TEST_MODULES: &[&ModuleDef] = &[
    &_testbuffer::MODULE,
    &_testcapi::MODULE,
    &_testinternalcapi::MODULE,
    &_testlimitedcapi::MODULE,
    &_testmultiphase::MODULE,
];
#[cfg(not(feature = "test-modules"))]
static TEST_MODULES: &[&ModuleDef] = &[];

/// All native modules that `import` can make.
pub fn all() -> impl Iterator<Item = &'static ModuleDef> {
    [OWN, krait_stdlib::MODULES, TEST_MODULES]
        .into_iter()
        .flatten()
        .copied()
}

/// The native module with this name.
pub fn find(name: &str) -> Option<&'static ModuleDef> {
    all().find(|d| d.name == name)
}
