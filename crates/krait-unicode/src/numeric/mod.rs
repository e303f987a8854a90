//! The text of numbers: `repr(float)`, `float(str)`, `float.hex`, `round`, `complex`.

mod complex;
mod digits;
mod float;
mod hex;
mod parse;
mod round;

pub use complex::{complex_repr, parse_complex};
pub use float::{Conversion, Style, format_double, repr};
pub use hex::{HexError, from_hex, to_hex};
pub use parse::{DecimalText, parse_float, parse_float_bytes, transform_decimal_and_space};
pub use round::{round_half_even, round_to_digits};
