//! UTF-32.

use super::{ByteOrder, DecodeError, EncodeError};
use crate::wtf8::{code_points, is_surrogate, push};

/// The byte order that a byte order mark at the start says; the mark takes four bytes.
pub fn utf32_byte_order(input: &[u8]) -> Option<ByteOrder> {
    match input {
        [0xFF, 0xFE, 0, 0, ..] => Some(ByteOrder::Little),
        [0, 0, 0xFE, 0xFF, ..] => Some(ByteOrder::Big),
        _ => None,
    }
}

/// Decodes UTF-32 without looking for a byte order mark.
pub fn decode_utf32(
    input: &[u8],
    at: usize,
    order: ByteOrder,
    is_final: bool,
    out: &mut Vec<u8>,
) -> Result<usize, DecodeError> {
    let (units, rest) = input[at..].as_chunks::<4>();
    let mut start = at;
    for unit in units {
        let code = match order {
            ByteOrder::Little => u32::from_le_bytes(*unit),
            ByteOrder::Big => u32::from_be_bytes(*unit),
        };
        let reason = if is_surrogate(code) {
            "code point in surrogate code point range(0xd800, 0xe000)"
        } else if code >= 0x11_0000 {
            "code point not in range(0x110000)"
        } else {
            push(out, code);
            start += 4;
            continue;
        };
        return Err(DecodeError {
            start,
            end: start + 4,
            reason,
        });
    }
    if !rest.is_empty() && is_final {
        return Err(DecodeError {
            start,
            end: input.len(),
            reason: "truncated data",
        });
    }
    Ok(start)
}

/// Encodes as UTF-32 without a byte order mark. Surrogates are reported one by one.
pub fn encode_utf32(
    text: &[u8],
    at: usize,
    order: ByteOrder,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let mut codes = code_points(&text[at..]);
    while let Some(code) = codes.next() {
        if is_surrogate(code) {
            let end = at + codes.offset();
            return Err(EncodeError {
                start: end - 3,
                end,
                reason: "surrogates not allowed",
            });
        }
        out.extend(match order {
            ByteOrder::Little => code.to_le_bytes(),
            ByteOrder::Big => code.to_be_bytes(),
        });
    }
    Ok(())
}
