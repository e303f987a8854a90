//! Hashes of text and numbers, equal to CPython's on 64-bit little-endian machines.

mod number;
mod siphash;

pub use number::{
    HASH_BITS, HASH_IMAGINARY, HASH_INFINITY, HASH_MODULUS, hash_complex, hash_double, hash_limbs,
    hash_small_int,
};
pub use siphash::{HashKey, hash_bytes, hash_str};
