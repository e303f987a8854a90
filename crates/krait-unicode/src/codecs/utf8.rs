//! UTF-8.

use super::{DecodeError, EncodeError, run_of_errors};
use crate::wtf8::{ascii_prefix, is_surrogate};

/// Decodes UTF-8; see the module about the contract.
pub fn decode_utf8(
    input: &[u8],
    at: usize,
    is_final: bool,
    out: &mut Vec<u8>,
) -> Result<usize, DecodeError> {
    let rest = &input[at..];
    let error = match std::str::from_utf8(rest) {
        Ok(_) => {
            out.extend_from_slice(rest);
            return Ok(input.len());
        }
        Err(error) => error,
    };
    out.extend_from_slice(&rest[..error.valid_up_to()]);
    let start = at + error.valid_up_to();
    match error.error_len() {
        None if !is_final => Ok(start),
        None => Err(DecodeError {
            start,
            end: input.len(),
            reason: "unexpected end of data",
        }),
        // An encoded surrogate cut short: more input may let "surrogatepass" take it.
        Some(_) if !is_final && matches!(input[start..], [0xED, 0xA0..=0xBF]) => Ok(start),
        Some(len) => {
            let is_lead = matches!(input[start], 0xC2..=0xF4);
            let reason = if is_lead {
                "invalid continuation byte"
            } else {
                "invalid start byte"
            };
            Err(DecodeError {
                start,
                end: start + len,
                reason,
            })
        }
    }
}

/// Encodes as UTF-8: all but surrogates, runs of which are reported together.
pub fn encode_utf8(text: &[u8], at: usize, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let rest = &text[at..];
    if ascii_prefix(rest) == rest.len() {
        out.extend_from_slice(rest);
        return Ok(());
    }
    match std::str::from_utf8(rest) {
        Ok(_) => {
            out.extend_from_slice(rest);
            Ok(())
        }
        Err(error) => {
            out.extend_from_slice(&rest[..error.valid_up_to()]);
            let start = at + error.valid_up_to();
            Err(run_of_errors(
                text,
                start,
                "surrogates not allowed",
                |code| !is_surrogate(code),
            ))
        }
    }
}
