//! Encoding and decoding of instructions.

use crate::ops::Op;
use crate::roles::{Extra, Role};

/// A decoded first word and where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Instr {
    /// Word offset of the first word.
    pub pc: usize,
    /// The operation.
    pub op: Op,
    /// Operand a.
    pub a: u16,
    /// Operand b.
    pub b: u16,
    /// Operand c.
    pub c: u16,
}

impl Instr {
    /// Operand by number: 0 is a, 1 is b, 2 is c.
    #[inline]
    pub fn operand(&self, index: usize) -> u16 {
        [self.a, self.b, self.c][index]
    }

    /// Word offset of the next instruction.
    #[inline]
    pub fn next(&self) -> usize {
        self.pc + self.op.len()
    }

    /// Operands b and c as one signed 32-bit number.
    #[inline]
    pub fn imm32(&self) -> i32 {
        (u32::from(self.b) | u32::from(self.c) << 16) as i32
    }
}

/// Encodes a first word.
#[inline]
pub const fn encode(op: Op, a: u16, b: u16, c: u16) -> u64 {
    op as u64 | (a as u64) << 16 | (b as u64) << 32 | (c as u64) << 48
}

/// Decodes the instruction at `pc`; None if there is none or its words are cut off.
pub fn decode_at(words: &[u64], pc: usize) -> Option<Instr> {
    let word = *words.get(pc)?;
    let op = Op::from_u16(word as u16)?;
    if op.len() > words.len() - pc {
        return None;
    }
    Some(Instr {
        pc,
        op,
        a: (word >> 16) as u16,
        b: (word >> 32) as u16,
        c: (word >> 48) as u16,
    })
}

/// All instructions in order; ends early at a word that is none.
pub fn instructions(words: &[u64]) -> impl Iterator<Item = Instr> + '_ {
    let mut pc = 0;
    std::iter::from_fn(move || {
        let instr = decode_at(words, pc)?;
        pc = instr.next();
        Some(instr)
    })
}

/// Target of a jumping instruction, as a word offset; None if it does not jump. The target of
/// unverified code may lie outside of it.
pub fn jump_target(words: &[u64], instr: &Instr) -> Option<i64> {
    let info = instr.op.info();
    let here = instr.pc as i64;
    for role in info.roles {
        match role {
            Role::Jump16 => return Some(here + i64::from(instr.c as i16)),
            Role::Jump32 => return Some(here + i64::from(instr.imm32())),
            _ => {}
        }
    }
    let at = info.extra.iter().position(|e| *e == Extra::JumpCache)?;
    Some(here + i64::from(*words.get(instr.pc + 1 + at)? as u32 as i32))
}
