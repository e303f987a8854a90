//! The module `builtins`: the functions that need neither frames nor the compiler.

pub mod object;
