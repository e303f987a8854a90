//! Text for Krait: Unicode 16.0 tables, the `str` encoding, the text of numbers, and codecs.
//!
//! This crate knows no Python objects. Text goes in and out as bytes in generalized UTF-8
//! ([`wtf8`]); every rule is CPython 3.14's, and `tests/` compares each table with it.

pub mod case;
pub mod codecs;
pub mod ctype;
pub mod escape;
pub mod format;
pub mod hash;
pub mod names;
pub mod normalize;
pub mod numeric;
pub mod properties;
mod tables;
pub mod wtf8;
