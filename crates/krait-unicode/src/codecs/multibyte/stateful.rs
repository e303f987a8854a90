//! HZ: GB 2312 between `~{` and `~}`, in seven bits.

use super::tables::{Cell, set};
use super::{DecodeStep, Decoded, EncodeStep, State, Trouble, byte};

pub fn decode_hz(state: &mut State, input: &[u8]) -> DecodeStep {
    let c = input[0];
    if c == b'~' {
        let decoded = match (byte(input, 1)?, state[0]) {
            (b'~', 0) => Decoded::One(u32::from(b'~')),
            (b'{', 0) => {
                state[0] = 1;
                Decoded::Nothing
            }
            (b'\n', 0) => Decoded::Nothing,
            (b'}', 1) => {
                state[0] = 0;
                Decoded::Nothing
            }
            _ => return Err(Trouble::Illegal(1)),
        };
        return Ok((2, decoded));
    }
    if c >= 0x80 {
        return Err(Trouble::Illegal(1));
    }
    if state[0] == 0 {
        return Ok((1, Decoded::One(u32::from(c))));
    }
    match set::GB2312.get(u16::from_be_bytes([c, byte(input, 1)?])) {
        Cell::One(c) => Ok((2, Decoded::One(c))),
        _ => Err(Trouble::Illegal(1)),
    }
}

pub fn encode_hz(state: &mut State, text: &[u32], out: &mut Vec<u8>) -> EncodeStep {
    let c = text[0];
    if c < 0x80 {
        finish_hz(state, out);
        out.push(c as u8);
        if c == u32::from(b'~') {
            out.push(b'~');
        }
        return Ok(1);
    }
    let Some(code) = set::GB2312.code(c) else {
        return Err(Trouble::Illegal(1));
    };
    if state[0] == 0 {
        out.extend(b"~{");
        state[0] = 1;
    }
    out.extend(code.to_be_bytes());
    Ok(1)
}

pub fn finish_hz(state: &mut State, out: &mut Vec<u8>) {
    if state[0] != 0 {
        out.extend(b"~}");
        state[0] = 0;
    }
}
