//! ASCII and Latin-1.

use super::{DecodeError, EncodeError, run_of_errors};
use crate::wtf8::{ascii_prefix, code_points, push};

/// Decodes ASCII.
pub fn decode_ascii(input: &[u8], at: usize, out: &mut Vec<u8>) -> Result<usize, DecodeError> {
    let len = ascii_prefix(&input[at..]);
    let start = at + len;
    out.extend_from_slice(&input[at..start]);
    if start == input.len() {
        return Ok(start);
    }
    Err(DecodeError {
        start,
        end: start + 1,
        reason: "ordinal not in range(128)",
    })
}

/// Decodes Latin-1, which has no errors.
pub fn decode_latin1(input: &[u8], out: &mut Vec<u8>) {
    out.reserve(input.len());
    let len = ascii_prefix(input);
    out.extend_from_slice(&input[..len]);
    for byte in &input[len..] {
        push(out, u32::from(*byte));
    }
}

/// Encodes as ASCII.
pub fn encode_ascii(text: &[u8], at: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let start = at + ascii_prefix(&text[at..]);
    out.extend_from_slice(&text[at..start]);
    if start == text.len() {
        return Ok(());
    }
    Err(run_of_errors(
        text,
        start,
        "ordinal not in range(128)",
        |code| code < 0x80,
    ))
}

/// Encodes as Latin-1.
pub fn encode_latin1(text: &[u8], at: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let mut start = at + ascii_prefix(&text[at..]);
    out.extend_from_slice(&text[at..start]);
    let mut codes = code_points(&text[start..]);
    let base = start;
    while let Some(code) = codes.next() {
        let Ok(byte) = u8::try_from(code) else {
            return Err(run_of_errors(
                text,
                start,
                "ordinal not in range(256)",
                |code| code < 0x100,
            ));
        };
        out.push(byte);
        start = base + codes.offset();
    }
    Ok(())
}
