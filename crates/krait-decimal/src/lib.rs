//! Decimal floating point after the General Decimal Arithmetic Specification 1.70
//! (<https://speleotrove.com/decimal/decarith.html>), with the limits, the extra functions and the choices of the
//! library that CPython's `_decimal` uses, to the last flag. This crate knows no Python.
//!
//! A number is a sign, a coefficient and an exponent ([`Dec`]); an operation takes a [`Ctx`] and adds the conditions
//! that occurred to a set of [`status`] bits. It never raises: an invalid operation gives a NaN.
//!
//! Coefficients up to 38 digits are a `u128`, and what two of them give while it is exact fits 256 bits ([`wide`]), so
//! that numbers of the usual 28 digits never touch the heap. Longer ones are binary big integers.
//!
//! `exp`, `ln` and `log10` are correctly rounded: they work with a few digits more than needed and begin again with
//! more of them as long as the error could change the rounded result (Ziv's method).

mod arith;
mod coef;
mod compare;
mod context;
mod divide;
mod elementary;
mod fixed;
mod format;
mod logical;
mod num;
mod power;
mod round;
mod text;
pub mod wide;

pub use coef::Coef;
pub use context::{Ctx, MAX_EMAX, MAX_PREC, MIN_EMIN, MIN_ETINY, Rounding, status};
pub use format::{Locale, Spec};
pub use num::{Dec, Kind};
