//! Codec kernels.
//!
//! A decoder appends what it decodes to `out`, from byte offset `at` on, and stops at the first
//! error, with the range of bytes and the reason that `UnicodeDecodeError` shows. The caller asks
//! its error handler, appends the replacement and calls again at the position that the handler
//! returned: kernels keep no state between calls. With `is_final` false an incomplete sequence at
//! the end is no error; the offset returned is where the rest begins.
//!
//! An encoder works alike, on text in generalized UTF-8; its offsets are bytes of that text
//! ([`EncodeError::char_range`] gives characters).

mod charmap;
mod escape;
pub mod multibyte;
mod simple;
mod utf16;
mod utf32;
mod utf7;
mod utf8;

use std::ops::Range;

pub use charmap::{CharmapError, EncodingMap, decode_charmap, encode_charmap, push_from_table};
pub use escape::{
    BytesEscapeError, EscapePolicy, Escaped, InvalidEscape, decode_bytes_escape,
    decode_raw_unicode_escape, decode_unicode_escape, encode_raw_unicode_escape,
    encode_unicode_escape,
};
pub use simple::{decode_ascii, decode_latin1, encode_ascii, encode_latin1};
pub use utf7::{decode_utf7, encode_utf7};
pub use utf8::{decode_utf8, encode_utf8};
pub use utf16::{decode_utf16, encode_utf16, utf16_byte_order};
pub use utf32::{decode_utf32, encode_utf32, utf32_byte_order};

/// Order of bytes in UTF-16 and UTF-32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    Little,
    Big,
}

impl ByteOrder {
    /// The machine's.
    pub const NATIVE: ByteOrder = if cfg!(target_endian = "big") {
        ByteOrder::Big
    } else {
        ByteOrder::Little
    };
}

/// Bytes that cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// Byte range in the input.
    pub start: usize,
    pub end: usize,
    /// Text of `UnicodeDecodeError.reason`.
    pub reason: &'static str,
}

/// Text that cannot be encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncodeError {
    /// Byte range in the text.
    pub start: usize,
    pub end: usize,
    /// Text of `UnicodeEncodeError.reason`.
    pub reason: &'static str,
}

impl EncodeError {
    /// The range in characters, as `UnicodeEncodeError` has it.
    pub fn char_range(&self, text: &[u8]) -> Range<usize> {
        let start = crate::wtf8::count(&text[..self.start]);
        start..start + crate::wtf8::count(&text[self.start..self.end])
    }
}

/// The run of characters from `at` on that fail `fits`: an encoder reports them together.
fn run_of_errors(
    text: &[u8],
    at: usize,
    reason: &'static str,
    fits: impl Fn(u32) -> bool,
) -> EncodeError {
    let mut codes = crate::wtf8::code_points(&text[at..]);
    let mut end = at;
    while let Some(code) = codes.next() {
        if fits(code) {
            break;
        }
        end = at + codes.offset();
    }
    EncodeError {
        start: at,
        end,
        reason,
    }
}
