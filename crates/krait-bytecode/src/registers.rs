//! Which registers an instruction reads, writes and unbinds: derived from the roles.

use crate::instr::Instr;
use crate::ops::Op;
use crate::roles::{CALL_AREA_ARGS, CALL_AREA_CALLABLE, CALL_AREA_SELF, Extra, Role};

/// What an instruction does with a register.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// Reads it; it must be bound.
    Use,
    /// Reads it, bound or not.
    UseRaw,
    /// Writes a bound value.
    Def,
    /// Writes a bound value if the instruction jumps.
    DefOnJump,
    /// Leaves it unbound.
    Kill,
    /// Leaves its content to nobody: scratch space of a call.
    Clobber,
}

/// Value of the instruction's immediate extra word, 0 if it has none.
pub fn immediate(words: &[u64], instr: &Instr) -> u64 {
    let extra = instr.op.info().extra;
    match extra.iter().position(|e| *e == Extra::Imm) {
        Some(at) => words.get(instr.pc + 1 + at).copied().unwrap_or(0),
        None => 0,
    }
}

/// Reports every register of an instruction: reads first. Register numbers are 32 bits wide so
/// that unverified code cannot overflow them.
pub fn for_each_register(words: &[u64], instr: &Instr, mut report: impl FnMut(u32, Access)) {
    visit(words, instr, true, &mut report);
    visit(words, instr, false, &mut report);
}

fn visit(words: &[u64], instr: &Instr, reads: bool, report: &mut dyn FnMut(u32, Access)) {
    for (at, role) in instr.op.info().roles.into_iter().enumerate() {
        let reg = u32::from(instr.operand(at));
        let c = u32::from(instr.c);
        if reads {
            visit_reads(role, reg, c, report);
            continue;
        }
        let count = match role {
            Role::Def | Role::UseDef | Role::Cellify => 1,
            Role::Def2 => 2,
            Role::Def3 => 3,
            Role::DefB => u32::from(instr.b),
            Role::DefC => c,
            Role::DefEx => {
                let after = immediate(words, instr).min(u64::from(u16::MAX)) as u32;
                c + 1 + after
            }
            Role::DefOnJump => {
                report(reg, Access::DefOnJump);
                0
            }
            Role::Check => 1,
            Role::Kill | Role::KillChecked => {
                report(reg, Access::Kill);
                0
            }
            Role::Area | Role::AreaArgs | Role::AreaSelf | Role::AreaEx => {
                let end = match role {
                    Role::AreaEx => u32::from(CALL_AREA_ARGS) + 2,
                    _ => u32::from(CALL_AREA_ARGS) + c,
                };
                (reg..reg + end).for_each(|r| report(r, Access::Clobber));
                0
            }
            _ => 0,
        };
        (reg..reg + count).for_each(|r| report(r, Access::Def));
    }
    // A call's destination is written after its area was given up.
    if !reads && instr.op.info().roles[0] == Role::Def {
        report(u32::from(instr.a), Access::Def);
    }
}

fn visit_reads(role: Role, reg: u32, c: u32, report: &mut dyn FnMut(u32, Access)) {
    let callable = reg + u32::from(CALL_AREA_CALLABLE);
    let args = reg + u32::from(CALL_AREA_ARGS);
    let count = match role {
        Role::Use | Role::UseDef => 1,
        Role::Use2 => 2,
        Role::Use3 => 3,
        Role::UseC => c,
        Role::Use2C => 2 * c,
        Role::Check | Role::KillChecked | Role::Cellify => {
            report(reg, Access::UseRaw);
            0
        }
        Role::UsePlus1 => {
            if reg > 0 {
                report(reg - 1, Access::Use);
            }
            0
        }
        Role::Area | Role::AreaArgs | Role::AreaSelf | Role::AreaEx => {
            if role != Role::AreaArgs {
                report(callable, Access::Use);
            }
            if role == Role::AreaSelf {
                report(reg + u32::from(CALL_AREA_SELF), Access::Use);
            }
            let count = if role == Role::AreaEx { 2 } else { c };
            (args..args + count).for_each(|r| report(r, Access::Use));
            0
        }
        _ => 0,
    };
    (reg..reg + count).for_each(|r| report(r, Access::Use));
}

/// Whether the operation is one of the calls.
pub fn is_call(op: Op) -> bool {
    matches!(
        op.info().roles[1],
        Role::Area | Role::AreaArgs | Role::AreaSelf | Role::AreaEx
    )
}
