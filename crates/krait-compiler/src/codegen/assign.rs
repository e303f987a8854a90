//! Assignment, augmented assignment, deletion and unpacking.

use krait_bytecode::{Const, Op};
use ruff_python_ast::{self as ast, Expr, Operator};
use ruff_text_size::Ranged;

use super::Compiler;
use super::unit::Val;
use crate::error::Compiled;
use crate::ir::Payload;

/// Longest display that is assigned item by item without building it.
const MAX_SWAP: usize = 8;

impl<'a> Compiler<'a> {
    pub(super) fn assign(&mut self, node: &'a ast::StmtAssign) -> Compiled<()> {
        if let [target] = &node.targets[..] {
            return self.assign_value(target, &node.value);
        }
        let mark = self.unit().top;
        let value = self.expr(&node.value)?;
        let value = match value {
            // A later target could rebind the local the value is read from.
            Val::Reg(reg) if !self.unit().is_temp(reg) => {
                let tmp = self.u().alloc();
                self.u().mov(tmp, reg);
                tmp
            }
            value => self.materialize(value),
        };
        for target in &node.targets {
            self.store_from(target, value)?;
        }
        self.u().top = mark;
        Ok(())
    }

    /// `target = value`.
    pub(super) fn assign_value(&mut self, target: &'a Expr, value: &'a Expr) -> Compiled<()> {
        let mark = self.unit().top;
        if let Expr::Name(name) = target
            && let Some(local) = self.local_register(&name.id)
        {
            self.expr_into(value, local)?;
            return Ok(());
        }
        if let (Some(targets), Some(values)) = (elements(target), elements(value))
            && targets.len() == values.len()
            && values.len() <= MAX_SWAP
            && !values.is_empty()
            && !targets.iter().chain(values).any(Expr::is_starred_expr)
        {
            self.assign_items(targets, values)?;
            self.u().top = mark;
            return Ok(());
        }
        let reg = self.expr_reg(value)?;
        self.store_from(target, reg)?;
        self.u().top = mark;
        Ok(())
    }

    /// `a, b = x, y`: all values are evaluated, then stored from left to right.
    fn assign_items(&mut self, targets: &'a [Expr], values: &'a [Expr]) -> Compiled<()> {
        let mut held = Vec::with_capacity(values.len());
        let copy_locals = self.unit().has_walrus;
        for value in values {
            let value = self.expr(value)?;
            held.push(match value {
                Val::Reg(reg) if copy_locals && !self.unit().is_temp(reg) => {
                    let tmp = self.u().alloc();
                    self.u().mov(tmp, reg);
                    Val::Reg(tmp)
                }
                value => value,
            });
        }
        for (at, target) in targets.iter().enumerate() {
            self.save_overwritten(target, &mut held[at + 1..]);
            let mark = self.unit().top;
            if let (Expr::Name(name), Val::Const(value)) = (target, &held[at])
                && let Some(local) = self.local_register(&name.id)
            {
                let value = value.clone();
                self.u().load_const(local, value);
                continue;
            }
            let reg = self.materialize(held[at].clone());
            self.store_from(target, reg)?;
            self.u().top = mark;
        }
        Ok(())
    }

    /// Copies values still to be stored out of the locals that storing to `target` overwrites.
    fn save_overwritten(&mut self, target: &Expr, later: &mut [Val]) {
        let mut names = Vec::new();
        bound_names(target, &mut names);
        for name in names {
            let Some(local) = self.local_register(name) else {
                continue;
            };
            for value in later.iter_mut() {
                if matches!(value, Val::Reg(reg) if *reg == local) {
                    let tmp = self.u().alloc();
                    self.u().mov(tmp, local);
                    *value = Val::Reg(tmp);
                }
            }
        }
    }

    /// `target = reg`.
    pub(super) fn store_from(&mut self, target: &'a Expr, reg: u32) -> Compiled<()> {
        let before = self.set_pos(target.range());
        let mark = self.unit().top;
        match target {
            Expr::Name(name) => self.store_name_reg(&name.id, reg),
            Expr::Attribute(node) => {
                self.note_static_attribute(node);
                let object = self.expr_reg(&node.value)?;
                let name = self.attribute_name(&node.attr.id);
                self.set_attribute_pos(node);
                self.u().emit(Op::StoreAttr, object, name, reg);
            }
            Expr::Subscript(node) => {
                let object = self.operand(&node.value, &[&node.slice])?;
                match self.variable_slice(&node.slice) {
                    Some(slice) if slice.step.is_none() => {
                        let first = self.slice_bounds(slice)?;
                        self.u().emit(Op::SetSlice, object, first, reg);
                    }
                    _ => {
                        let index = self.expr_reg(&node.slice)?;
                        self.u().emit(Op::SetItem, object, index, reg);
                    }
                }
            }
            Expr::Tuple(node) => self.unpack(&node.elts, node.range, reg)?,
            Expr::List(node) => self.unpack(&node.elts, node.range, reg)?,
            Expr::Starred(node) => {
                let msg = "starred assignment target must be in a list or tuple";
                return self.error(node.range, msg);
            }
            other => return self.error(other.range(), "cannot assign to expression"),
        }
        self.u().top = mark;
        self.u().body.pos = before;
        Ok(())
    }

    fn unpack(
        &mut self,
        targets: &'a [Expr],
        range: ruff_text_size::TextRange,
        reg: u32,
    ) -> Compiled<()> {
        let mut starred = None;
        for (at, target) in targets.iter().enumerate() {
            if target.is_starred_expr() {
                if starred.is_some() {
                    return self.error(range, "multiple starred expressions in assignment");
                }
                if at >= 1 << 8 || targets.len() - at > i32::MAX as usize >> 8 {
                    let msg = "too many expressions in star-unpacking assignment";
                    return self.error(range, msg);
                }
                starred = Some(at);
            }
        }
        if let (None, [first, second]) = (starred, targets)
            && self.unpack_pair(first, second, reg)?
        {
            return Ok(());
        }
        let first = match self.consecutive_locals(targets) {
            Some(local) => local,
            None => self.u().alloc_many(targets.len() as u32),
        };
        match starred {
            None => self
                .u()
                .emit(Op::UnpackSequence, first, reg, targets.len() as u32),
            Some(at) => {
                let after = (targets.len() - at - 1) as u64;
                let operands = [first, reg, at as u32];
                self.u()
                    .body
                    .push(Op::UnpackEx, operands, Payload::Imm(after));
            }
        }
        if !self.unit().is_temp(first) {
            return Ok(());
        }
        for (at, target) in targets.iter().enumerate() {
            let target = match target {
                Expr::Starred(node) => &*node.value,
                other => other,
            };
            self.store_from(target, first + at as u32)?;
        }
        Ok(())
    }

    fn unpack_pair(&mut self, first: &'a Expr, second: &'a Expr, reg: u32) -> Compiled<bool> {
        let local = |this: &Self, target: &Expr| match target {
            Expr::Name(name) => this.local_register(&name.id),
            _ => None,
        };
        let a = local(self, first);
        // Storing to anything but a name can look at the second variable, or raise.
        let b = if first.is_name_expr() {
            local(self, second)
        } else {
            None
        };
        if a.is_none() && b.is_none() {
            return Ok(false);
        }
        let a_reg = match a {
            Some(local) => local,
            None => self.u().alloc(),
        };
        let b_reg = match b {
            Some(local) => local,
            None => self.u().alloc(),
        };
        self.u().emit(Op::UnpackPair, a_reg, b_reg, reg);
        if a.is_none() {
            self.store_from(first, a_reg)?;
        }
        if b.is_none() {
            self.store_from(second, b_reg)?;
        }
        Ok(true)
    }

    /// The first register, if the targets are locals in consecutive registers.
    fn consecutive_locals(&self, targets: &[Expr]) -> Option<u32> {
        let mut first = None;
        for (at, target) in targets.iter().enumerate() {
            let name = match target {
                Expr::Name(name) => name,
                Expr::Starred(node) => node.value.as_name_expr()?,
                _ => return None,
            };
            let reg = self.local_register(&name.id)?;
            let base = *first.get_or_insert(reg);
            if reg != base + at as u32 || self.unit().is_temp(reg) {
                return None;
            }
        }
        first
    }

    // ---- Augmented assignment -----------------------------------------------------------------

    pub(super) fn aug_assign(&mut self, node: &'a ast::StmtAugAssign) -> Compiled<()> {
        let mark = self.unit().top;
        match &*node.target {
            Expr::Name(name) => {
                let local = self.local_register(&name.id);
                let before = self.set_pos(name.range);
                let old = match self.load_name(&name.id, None) {
                    Val::Reg(reg) if local.is_some() && self.hazard_after(&node.value) => {
                        let tmp = self.u().alloc();
                        self.u().mov(tmp, reg);
                        tmp
                    }
                    value => self.materialize(value),
                };
                self.u().body.pos = before;
                let result = local.unwrap_or(old);
                self.in_place(node.op, result, old, &node.value)?;
                if local.is_none() {
                    let before = self.set_pos(name.range);
                    self.store_name_reg(&name.id, result);
                    self.u().body.pos = before;
                }
            }
            Expr::Attribute(target) => {
                let before = self.set_pos(target.range);
                self.note_static_attribute(target);
                let object = self.operand(&target.value, &[&node.value])?;
                let name = self.attribute_name(&target.attr.id);
                let old = self.u().alloc();
                self.set_attribute_pos(target);
                self.u().emit(Op::LoadAttr, old, object, name);
                self.u().body.pos = before;
                self.in_place(node.op, old, old, &node.value)?;
                self.set_attribute_pos(target);
                self.u().emit(Op::StoreAttr, object, name, old);
                self.u().body.pos = before;
            }
            Expr::Subscript(target) => {
                let before = self.set_pos(target.range);
                let object = self.operand(&target.value, &[&target.slice, &node.value])?;
                let index = self.operand(&target.slice, &[&node.value])?;
                let old = self.u().alloc();
                self.u().emit(Op::GetItem, old, object, index);
                self.u().body.pos = before;
                self.in_place(node.op, old, old, &node.value)?;
                self.set_pos(target.range);
                self.u().emit(Op::SetItem, object, index, old);
                self.u().body.pos = before;
            }
            other => {
                return self.error(other.range(), "illegal expression for augmented assignment");
            }
        }
        self.u().top = mark;
        Ok(())
    }

    fn in_place(&mut self, op: Operator, dst: u32, old: u32, value: &'a Expr) -> Compiled<()> {
        let mark = self.unit().top;
        let value = self.expr(value)?;
        if let Val::Const(Const::Int(i)) = value
            && let Ok(imm) = i16::try_from(i)
            && let Operator::Add | Operator::Sub = op
        {
            let opcode = if op == Operator::Add {
                Op::IaddImm
            } else {
                Op::IsubImm
            };
            self.u().emit(opcode, dst, old, u32::from(imm as u16));
            return Ok(());
        }
        let value = self.materialize(value);
        self.u().emit(in_place_opcode(op), dst, old, value);
        self.u().top = mark;
        Ok(())
    }

    // ---- Deletion -----------------------------------------------------------------------------

    pub(super) fn delete(&mut self, target: &'a Expr) -> Compiled<()> {
        let before = self.set_pos(target.range());
        let mark = self.unit().top;
        match target {
            Expr::Name(name) => self.delete_name(&name.id),
            Expr::Attribute(node) => {
                let object = self.expr_reg(&node.value)?;
                let name = self.attribute_name(&node.attr.id);
                self.set_attribute_pos(node);
                self.u().emit2(Op::DeleteAttr, object, name);
            }
            Expr::Subscript(node) => {
                let object = self.operand(&node.value, &[&node.slice])?;
                let index = self.expr_reg(&node.slice)?;
                self.u().emit2(Op::DelItem, object, index);
            }
            Expr::Tuple(node) => node.elts.iter().try_for_each(|t| self.delete(t))?,
            Expr::List(node) => node.elts.iter().try_for_each(|t| self.delete(t))?,
            other => return self.error(other.range(), "cannot delete expression"),
        }
        self.u().top = mark;
        self.u().body.pos = before;
        Ok(())
    }
}

/// The elements of a tuple or list display or target.
fn elements(expr: &Expr) -> Option<&[Expr]> {
    match expr {
        Expr::Tuple(node) => Some(&node.elts),
        Expr::List(node) => Some(&node.elts),
        _ => None,
    }
}

fn bound_names<'e>(target: &'e Expr, names: &mut Vec<&'e str>) {
    match target {
        Expr::Name(name) => names.push(&name.id),
        Expr::Starred(node) => bound_names(&node.value, names),
        Expr::Tuple(node) => node.elts.iter().for_each(|e| bound_names(e, names)),
        Expr::List(node) => node.elts.iter().for_each(|e| bound_names(e, names)),
        _ => {}
    }
}

fn in_place_opcode(op: Operator) -> Op {
    match op {
        Operator::Add => Op::Iadd,
        Operator::Sub => Op::Isub,
        Operator::Mult => Op::Imul,
        Operator::MatMult => Op::ImatMul,
        Operator::Div => Op::ItrueDiv,
        Operator::Mod => Op::Imod,
        Operator::Pow => Op::Ipow,
        Operator::LShift => Op::Ilshift,
        Operator::RShift => Op::Irshift,
        Operator::BitOr => Op::Ior,
        Operator::BitXor => Op::Ixor,
        Operator::BitAnd => Op::Iand,
        Operator::FloorDiv => Op::IfloorDiv,
    }
}
