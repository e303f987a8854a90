//! Values, objects, types and protocols of Krait: all of Python that is not bytecode.
//!
//! Start with `value` (the word), `object` (what is behind it), `shape` (classes and attributes),
//! `cx` (the context that everything takes), `native` (how Rust functions become Python ones) and
//! `types` (the builtin types). This crate names no bytecode: Python functions are called through
//! their type's call slot, and what else it needs from above comes through `cx::Hooks`.

#![allow(
    non_snake_case,
    reason = "functions that Python sees keep their Python names"
)]

extern crate self as krait_runtime;

mod alloc;
pub mod boot;
pub mod builtins;
pub mod caches;
pub mod cx;
pub mod error;
pub mod finalize;
pub mod heap;
pub mod missing_name;
pub mod names;
pub mod native;
pub mod object;
pub mod protocol;
pub mod shape;
pub mod special;
pub mod suggest;
pub mod support;
pub mod sync;
pub mod types;
pub mod value;
pub mod vec;
