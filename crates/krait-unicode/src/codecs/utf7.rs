//! UTF-7 (RFC 2152), with CPython's tolerance.

use super::DecodeError;
use crate::wtf8::{code_points, is_surrogate, push, surrogate_pair};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64_value(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

/// Characters that stand for themselves: sets D and O of the RFC, and white space.
fn is_direct(code: u32) -> bool {
    match u8::try_from(code) {
        Ok(b'+' | b'\\' | b'~') => false,
        Ok(b'\t' | b'\n' | b'\r') => true,
        Ok(byte) => (0x20..0x7F).contains(&byte),
        Err(_) => false,
    }
}

/// A shifted (base64) section that is being read.
struct Section {
    /// Offset of its `+`.
    start: usize,
    /// Length of the output before it.
    out_len: usize,
    bits: u32,
    buffer: u32,
    /// A high surrogate that waits for its low one.
    high: Option<u32>,
}

impl Section {
    /// Takes six bits and writes the unit that they complete.
    fn feed(&mut self, value: u32, out: &mut Vec<u8>) {
        self.buffer = self.buffer << 6 | value;
        self.bits += 6;
        if self.bits < 16 {
            return;
        }
        self.bits -= 16;
        let unit = self.buffer >> self.bits;
        self.buffer &= (1 << self.bits) - 1;
        if let Some(high) = self.high.take() {
            if is_surrogate(unit) && unit >= 0xDC00 {
                push(out, 0x1_0000 + ((high & 0x3FF) << 10 | unit & 0x3FF));
                return;
            }
            push(out, high);
        }
        if is_surrogate(unit) && unit < 0xDC00 {
            self.high = Some(unit);
        } else {
            push(out, unit);
        }
    }

    /// Whether what is left over makes the end of the input an error.
    fn is_open(&self) -> bool {
        self.high.is_some() || self.bits >= 6 || self.bits > 0 && self.buffer != 0
    }
}

/// Decodes UTF-7.
pub fn decode_utf7(
    input: &[u8],
    mut at: usize,
    is_final: bool,
    out: &mut Vec<u8>,
) -> Result<usize, DecodeError> {
    let mut section: Option<Section> = None;
    while let Some(byte) = input.get(at).copied() {
        if let Some(mut open) = section.take() {
            if let Some(value) = base64_value(byte) {
                open.feed(value, out);
                section = Some(open);
                at += 1;
                continue;
            }
            let reason = if open.bits >= 6 {
                Some("partial character in shift sequence")
            } else if open.bits > 0 && open.buffer != 0 {
                Some("non-zero padding bits in shift sequence")
            } else {
                None
            };
            if let Some(reason) = reason {
                return Err(DecodeError {
                    start: open.start,
                    end: at + 1,
                    reason,
                });
            }
            if let Some(high) = open.high.filter(|_| byte.is_ascii()) {
                push(out, high);
            }
            at += usize::from(byte == b'-');
        } else if byte == b'+' {
            match input.get(at + 1) {
                Some(b'-') => {
                    out.push(b'+');
                    at += 2;
                }
                Some(next) if base64_value(*next).is_none() => {
                    return Err(DecodeError {
                        start: at,
                        end: at + 2,
                        reason: "ill-formed sequence",
                    });
                }
                _ => {
                    let out_len = out.len();
                    section = Some(Section {
                        start: at,
                        out_len,
                        bits: 0,
                        buffer: 0,
                        high: None,
                    });
                    at += 1;
                }
            }
        } else if byte.is_ascii() {
            out.push(byte);
            at += 1;
        } else {
            return Err(DecodeError {
                start: at,
                end: at + 1,
                reason: "unexpected special character",
            });
        }
    }
    match section {
        Some(open) if !is_final => {
            // The section is read again, whole, with the input that follows.
            out.truncate(open.out_len);
            Ok(open.start)
        }
        Some(open) if open.is_open() => Err(DecodeError {
            start: open.start,
            end: input.len(),
            reason: "unterminated shift sequence",
        }),
        _ => Ok(at),
    }
}

/// Encodes as UTF-7, which takes any text.
pub fn encode_utf7(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut shifted = false;
    let mut bits = 0;
    let mut buffer: u64 = 0;
    let digit = |value: u64| ALPHABET[(value & 0x3F) as usize];
    for code in code_points(text) {
        if is_direct(code) {
            let byte = code as u8;
            if shifted {
                if bits > 0 {
                    out.push(digit(buffer << (6 - bits)));
                }
                (bits, buffer, shifted) = (0, 0, false);
                // Only what could belong to the section needs its end marked.
                if base64_value(byte).is_some() || byte == b'-' {
                    out.push(b'-');
                }
            }
            out.push(byte);
            continue;
        }
        if !shifted {
            if code == u32::from(b'+') {
                out.extend(b"+-");
                continue;
            }
            out.push(b'+');
            shifted = true;
        }
        let pair;
        let single;
        let units: &[u16] = if code < 0x1_0000 {
            single = [code as u16];
            &single
        } else {
            pair = surrogate_pair(code);
            &pair
        };
        for unit in units {
            buffer = buffer << 16 | u64::from(*unit);
            bits += 16;
            while bits >= 6 {
                bits -= 6;
                out.push(digit(buffer >> bits));
            }
            buffer &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        out.push(digit(buffer << (6 - bits)));
    }
    if shifted {
        out.push(b'-');
    }
    out
}
