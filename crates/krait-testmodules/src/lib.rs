//! Native helper modules of CPython's own test suite, for builds that run it: `_testcapi` and its
//! siblings, as far as what they do has a meaning without a C API.
//!
//! A function that is here does what its namesake does, by the same way that Krait's own code goes
//! (a call, a raise, a buffer request). One whose subject does not exist in Krait (reference counts,
//! C slots, allocators) is absent, and the tests that want it say so.
//!
//! The `test-modules` feature of `krait-cli` brings these modules into the command.

#![allow(
    non_snake_case,
    reason = "functions that Python sees keep their Python names"
)]

use krait_runtime::native::ModuleDef;

mod _testcapi;
mod _testinternalcapi;
mod _testlimitedcapi;

/// Every module of this crate, for `Config::native_modules`.
pub static MODULES: &[&ModuleDef] = &[
    &_testcapi::MODULE,
    &_testinternalcapi::MODULE,
    &_testlimitedcapi::MODULE,
];
