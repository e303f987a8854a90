//! UTF-16.

use super::{ByteOrder, DecodeError, EncodeError};
use crate::wtf8::{code_points, is_surrogate, push, surrogate_pair};

/// The byte order that a byte order mark at the start says; the mark takes two bytes.
pub fn utf16_byte_order(input: &[u8]) -> Option<ByteOrder> {
    match input {
        [0xFF, 0xFE, ..] => Some(ByteOrder::Little),
        [0xFE, 0xFF, ..] => Some(ByteOrder::Big),
        _ => None,
    }
}

/// Decodes UTF-16 without looking for a byte order mark.
pub fn decode_utf16(
    input: &[u8],
    mut at: usize,
    order: ByteOrder,
    is_final: bool,
    out: &mut Vec<u8>,
) -> Result<usize, DecodeError> {
    let unit_at = |at: usize| {
        let bytes = [*input.get(at)?, *input.get(at + 1)?];
        Some(u32::from(match order {
            ByteOrder::Little => u16::from_le_bytes(bytes),
            ByteOrder::Big => u16::from_be_bytes(bytes),
        }))
    };
    out.reserve(input.len() - at.min(input.len()));
    while let Some(unit) = unit_at(at) {
        if !is_surrogate(unit) {
            push(out, unit);
            at += 2;
            continue;
        }
        if unit >= 0xDC00 {
            return Err(DecodeError {
                start: at,
                end: at + 2,
                reason: "illegal encoding",
            });
        }
        match unit_at(at + 2) {
            Some(low) if is_surrogate(low) && low >= 0xDC00 => {
                push(out, 0x1_0000 + ((unit & 0x3FF) << 10 | low & 0x3FF));
                at += 4;
            }
            Some(_) => {
                return Err(DecodeError {
                    start: at,
                    end: at + 2,
                    reason: "illegal UTF-16 surrogate",
                });
            }
            None if is_final => {
                return Err(DecodeError {
                    start: at,
                    end: input.len(),
                    reason: "unexpected end of data",
                });
            }
            None => return Ok(at),
        }
    }
    if at < input.len() && is_final {
        return Err(DecodeError {
            start: at,
            end: input.len(),
            reason: "truncated data",
        });
    }
    Ok(at)
}

/// Encodes as UTF-16 without a byte order mark. Surrogates are reported one by one.
pub fn encode_utf16(
    text: &[u8],
    at: usize,
    order: ByteOrder,
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let mut put = |unit: u16| {
        out.extend(match order {
            ByteOrder::Little => unit.to_le_bytes(),
            ByteOrder::Big => unit.to_be_bytes(),
        });
    };
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
        if code < 0x1_0000 {
            put(code as u16);
        } else {
            surrogate_pair(code).into_iter().for_each(&mut put);
        }
    }
    Ok(())
}
