//! Disassembly, destination first: `ADD r5, r1, r2`.

use std::fmt::Write;

use crate::code::{Code, Const};
use crate::enums::{CommonConst, FunctionAttr, Intrinsic1, Intrinsic2, SpecialMethod};
use crate::instr::{Instr, instructions, jump_target};
use crate::ops::Op;
use crate::roles::{Extra, Role};

/// The text of one instruction without its address.
pub fn instruction_text(code: &Code, instr: &Instr) -> String {
    let mut parts: Vec<String> = Vec::new();
    let info = instr.op.info();
    for (at, role) in info.roles.into_iter().enumerate() {
        parts.extend(operand_text(code, instr, role, instr.operand(at)));
    }
    for (at, extra) in info.extra.iter().enumerate() {
        let word = code.words[instr.pc + 1 + at];
        match extra {
            Extra::Const => match code.consts.get(word as usize) {
                Some(value) => parts.push(constant_text(value)),
                None => parts.push(format!("const {word}")),
            },
            Extra::Imm => parts.push(word.to_string()),
            Extra::JumpCache => parts.extend(target_text(code, instr)),
            Extra::Cache => {}
        }
    }
    format!("{} {}", instr.op.name(), parts.join(", "))
        .trim_end()
        .to_owned()
}

fn target_text(code: &Code, instr: &Instr) -> Option<String> {
    jump_target(&code.words, instr).map(|target| format!("-> {target}"))
}

fn register_text(code: &Code, reg: u16) -> String {
    if code.has_namespace() && reg == 0 {
        return "r0(.ns)".to_owned();
    }
    match code.register_name(reg) {
        Some(name) => format!("r{reg}({name})"),
        None => format!("r{reg}"),
    }
}

fn operand_text(code: &Code, instr: &Instr, role: Role, operand: u16) -> Option<String> {
    Some(match role {
        Role::None | Role::Imm32Hi | Role::Jump32Hi => return None,
        Role::Imm => (operand as i16).to_string(),
        Role::Imm32 => instr.imm32().to_string(),
        Role::UImm => selector_text(instr.op, operand),
        Role::Count => format!("#{operand}"),
        Role::Name => match code.names.get(usize::from(operand)) {
            Some(name) => format!(".{name}"),
            None => format!("name {operand}"),
        },
        Role::Jump16 | Role::Jump32 => return target_text(code, instr),
        Role::UsePlus1 if operand == 0 => return None,
        Role::UsePlus1 => register_text(code, operand - 1),
        Role::Area | Role::AreaArgs | Role::AreaSelf | Role::AreaEx => format!("[r{operand}..]"),
        _ => register_text(code, operand),
    })
}

fn selector_text(op: Op, operand: u16) -> String {
    let text = match op {
        Op::LoadCommon | Op::LoadCommonUnwatched => {
            CommonConst::from_u16(operand).map(CommonConst::text)
        }
        Op::SetFunctionAttr => FunctionAttr::from_u16(operand).map(FunctionAttr::text),
        Op::LoadSpecial => SpecialMethod::from_u16(operand).map(SpecialMethod::text),
        Op::Intrinsic1 => Intrinsic1::from_u16(operand).map(Intrinsic1::text),
        Op::Intrinsic2 => Intrinsic2::from_u16(operand).map(Intrinsic2::text),
        _ => None,
    };
    text.map_or_else(|| operand.to_string(), str::to_owned)
}

/// A constant, Python-like.
pub fn constant_text(value: &Const) -> String {
    let list = |items: &[Const]| {
        items
            .iter()
            .map(constant_text)
            .collect::<Vec<_>>()
            .join(", ")
    };
    match value {
        Const::None => "None".to_owned(),
        Const::True => "True".to_owned(),
        Const::False => "False".to_owned(),
        Const::Ellipsis => "...".to_owned(),
        Const::Int(i) => i.to_string(),
        Const::BigInt {
            negative,
            magnitude,
        } => {
            let digits: String = magnitude.iter().rev().map(|b| format!("{b:02x}")).collect();
            format!("{}0x{digits}", if *negative { "-" } else { "" })
        }
        Const::Float(bits) => format!("{:?}", f64::from_bits(*bits)),
        Const::Complex(re, im) => {
            format!("({:?}{:+?}j)", f64::from_bits(*re), f64::from_bits(*im))
        }
        Const::Str(text) => format!("{text:?}"),
        Const::Bytes(bytes) => format!("b\"{}\"", bytes.escape_ascii()),
        Const::Tuple(items) if items.len() == 1 => format!("({},)", list(items)),
        Const::Tuple(items) => format!("({})", list(items)),
        Const::FrozenSet(items) => format!("frozenset({{{}}})", list(items)),
        Const::Slice(parts) => format!("slice({})", list(&parts[..])),
        Const::Code(code) => format!("<code {}>", code.qualname),
    }
}

/// A code object's instructions and tables, and then those of the code objects in its constants.
pub fn disassemble(code: &Code) -> String {
    let mut out = String::new();
    disassemble_into(code, &mut out);
    out
}

fn disassemble_into(code: &Code, out: &mut String) {
    let _ = writeln!(
        out,
        "code {} (line {}, {} registers)",
        code.qualname, code.firstlineno, code.nregs
    );
    let mut line = -1;
    let mut runs = code.positions.iter().peekable();
    for instr in instructions(&code.words) {
        while runs.peek().is_some_and(|run| run.end as usize <= instr.pc) {
            runs.next();
        }
        let here = runs.peek().map_or(-1, |run| run.position.line);
        let shown = if here > 0 && here != line {
            here.to_string()
        } else {
            String::new()
        };
        line = if here > 0 { here } else { line };
        let text = instruction_text(code, &instr);
        let _ = writeln!(out, "{shown:>5} {:>5}  {text}", instr.pc);
    }
    for e in &code.exceptions {
        let _ = writeln!(
            out,
            "      {}..{} -> {} [r{}]",
            e.start, e.end, e.handler, e.exc_reg
        );
    }
    for value in &code.consts {
        if let Const::Code(inner) = value {
            out.push('\n');
            disassemble_into(inner, out);
        }
    }
}
