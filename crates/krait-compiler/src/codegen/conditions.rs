//! Comparisons, boolean operators and conditional jumps.

use krait_bytecode::{Const, Op};
use ruff_python_ast::{self as ast, BoolOp, CmpOp, Expr, UnaryOp};
use ruff_text_size::Ranged;

use super::Compiler;
use super::expr::type_name;
use super::unit::Val;
use crate::error::Compiled;
use crate::fold;
use crate::ir::Label;

impl<'a> Compiler<'a> {
    /// Jumps to `to` if the truth of `test` is `when`, else falls through.
    pub(super) fn jump_if(&mut self, test: &'a Expr, when: bool, to: Label) -> Compiled<()> {
        self.deeper(|this| {
            let before = this.set_pos(test.range());
            this.jump_if_inner(test, when, to)?;
            this.u().body.pos = before;
            Ok(())
        })
    }

    fn jump_if_inner(&mut self, test: &'a Expr, when: bool, to: Label) -> Compiled<()> {
        match test {
            Expr::UnaryOp(node) if node.op == UnaryOp::Not => {
                return self.jump_if(&node.operand, !when, to);
            }
            Expr::BoolOp(node) => return self.jump_if_bool_op(node, when, to),
            Expr::If(node) => {
                let (other, end) = (self.u().body.label(), self.u().body.label());
                self.jump_if(&node.test, false, other)?;
                self.jump_if(&node.body, when, to)?;
                self.u().jump(end);
                self.u().body.place(other);
                self.jump_if(&node.orelse, when, to)?;
                self.u().body.place(end);
                return Ok(());
            }
            Expr::Compare(node) => return self.jump_if_compare(node, when, to),
            _ => {}
        }
        let mark = self.unit().top;
        match self.expr(test)? {
            Val::Const(value) => {
                if fold::truth(&value) == when {
                    self.u().jump(to);
                }
            }
            Val::Reg(reg) => {
                let op = if when {
                    Op::JumpIfTrue
                } else {
                    Op::JumpIfFalse
                };
                self.u().emit_jump(op, reg, 0, to);
            }
        }
        self.u().top = mark;
        Ok(())
    }

    fn jump_if_bool_op(
        &mut self,
        node: &'a ast::ExprBoolOp,
        when: bool,
        to: Label,
    ) -> Compiled<()> {
        let Some((last, firsts)) = node.values.split_last() else {
            return Ok(());
        };
        // `or` is decided by the first true value, `and` by the first false one.
        let deciding = node.op == BoolOp::Or;
        let end = self.u().body.label();
        let decided = if deciding == when { to } else { end };
        for value in firsts {
            self.jump_if(value, deciding, decided)?;
        }
        self.jump_if(last, when, to)?;
        self.u().body.place(end);
        Ok(())
    }

    fn jump_if_compare(
        &mut self,
        node: &'a ast::ExprCompare,
        when: bool,
        to: Label,
    ) -> Compiled<()> {
        self.check_is_literal(node);
        let mark = self.unit().top;
        let end = self.u().body.label();
        let mut left = self.operand(&node.left, &[&node.comparators[0]])?;
        let last = node.comparators.len() - 1;
        for (at, (op, right_expr)) in node.ops.iter().zip(&node.comparators).enumerate() {
            let is_none = |e: &Expr| e.is_none_literal_expr();
            if at == last {
                let none_test = matches!(op, CmpOp::Is | CmpOp::IsNot) && is_none(right_expr);
                if none_test {
                    let positive = (*op == CmpOp::Is) == when;
                    let op = if positive {
                        Op::JumpIfNone
                    } else {
                        Op::JumpIfNotNone
                    };
                    self.u().emit_jump(op, left, 0, to);
                } else {
                    let right = self.comparand(right_expr, *op)?;
                    self.emit_compare_jump(*op, when, left, right, to);
                }
                break;
            }
            let right = self.operand(right_expr, &[&node.comparators[at + 1]])?;
            // A failing link decides the chain as false.
            let failed = if when { end } else { to };
            self.emit_compare_jump(*op, false, left, Val::Reg(right), failed);
            left = right;
            if at + 1 < last {
                left = self.move_down(mark, right);
            }
        }
        self.u().body.place(end);
        self.u().top = mark;
        Ok(())
    }

    /// Moves the middle operand of a chain to the temporary `base`, where its first one was: a chain
    /// of any length needs two.
    fn move_down(&mut self, base: u32, operand: u32) -> u32 {
        if operand <= base {
            return operand;
        }
        self.u().mov(base, operand);
        self.u().set_top(base + 1);
        base
    }

    fn emit_compare_jump(&mut self, op: CmpOp, when: bool, left: u32, right: Val, to: Label) {
        if let Val::Const(Const::Int(i)) = right
            && let (Ok(imm), Some(op)) = (i16::try_from(i), compare_jump_imm(op, when))
        {
            self.u().emit_jump(op, left, u32::from(imm as u16), to);
            return;
        }
        let right = self.materialize(right);
        self.u().emit_jump(compare_jump(op, when), left, right, to);
    }

    /// The right side of a comparison; displays of constants after `in` are made once.
    fn comparand(&mut self, expr: &'a Expr, op: CmpOp) -> Compiled<Val> {
        if matches!(op, CmpOp::In | CmpOp::NotIn) {
            return self.constant_container(expr);
        }
        self.expr(expr)
    }

    /// A list or set of constants that is only iterated or searched.
    pub(super) fn constant_container(&mut self, expr: &'a Expr) -> Compiled<Val> {
        let elements = |elts: &[Expr]| -> Option<Vec<Const>> {
            elts.iter().map(|e| self.constant_value(e)).collect()
        };
        match expr {
            Expr::List(node) if !node.elts.is_empty() => {
                if let Some(items) = elements(&node.elts) {
                    return Ok(Val::Const(Const::Tuple(items)));
                }
            }
            Expr::Set(node) => {
                if let Some(items) = elements(&node.elts) {
                    return Ok(Val::Const(Const::FrozenSet(items)));
                }
            }
            _ => {}
        }
        self.expr(expr)
    }

    pub(super) fn compare(
        &mut self,
        node: &'a ast::ExprCompare,
        want: Option<u32>,
    ) -> Compiled<Val> {
        self.check_is_literal(node);
        let mark = self.unit().top;
        if node.ops.len() == 1 {
            let left = self.operand(&node.left, &[&node.comparators[0]])?;
            let right = self.comparand(&node.comparators[0], node.ops[0])?;
            let right = self.materialize(right);
            let dst = self.dst(mark, want);
            self.u().emit(compare_opcode(node.ops[0]), dst, left, right);
            return Ok(Val::Reg(dst));
        }
        let result = self.building(want);
        let end = self.u().body.label();
        let base = self.unit().top;
        let mut left = self.operand(&node.left, &[&node.comparators[0]])?;
        for (at, (op, right_expr)) in node.ops.iter().zip(&node.comparators).enumerate() {
            let next = node.comparators.get(at + 1);
            let right = match next {
                Some(next) => self.operand(right_expr, &[next])?,
                None => {
                    let right = self.comparand(right_expr, *op)?;
                    self.materialize(right)
                }
            };
            self.u().emit(compare_opcode(*op), result, left, right);
            if next.is_some() {
                self.u().emit_jump(Op::JumpIfFalse, result, 0, end);
            }
            left = right;
            if at + 2 < node.comparators.len() {
                left = self.move_down(base, right);
            }
        }
        self.u().body.place(end);
        Ok(self.built(mark, result, want))
    }

    pub(super) fn bool_op(
        &mut self,
        node: &'a ast::ExprBoolOp,
        want: Option<u32>,
    ) -> Compiled<Val> {
        let mark = self.unit().top;
        let result = self.building(want);
        self.bool_op_into(node, result, None, None)?;
        Ok(self.built(mark, result, want))
    }

    /// Computes `node` in `result`, then jumps: to `if_true` when its truth was found to be true, to
    /// `if_false` when false. One of them at most; without it, falls through.
    ///
    /// An operand that is itself an `and` or `or` jumps on with what it knows of its value, so that no
    /// value is asked for its truth twice.
    fn bool_op_into(
        &mut self,
        node: &'a ast::ExprBoolOp,
        result: u32,
        if_true: Option<Label>,
        if_false: Option<Label>,
    ) -> Compiled<()> {
        let Some((last, firsts)) = node.values.split_last() else {
            return Ok(());
        };
        let after = self.u().body.label();
        let deciding = node.op == BoolOp::Or;
        let decided = if deciding { if_true } else { if_false }.unwrap_or(after);
        let (first_true, first_false) = if deciding {
            (Some(decided), None)
        } else {
            (None, Some(decided))
        };
        for value in firsts {
            if let Some(constant) = self.constant_value(value) {
                if fold::truth(&constant) == deciding {
                    self.u().load_const(result, constant);
                    self.u().jump(decided);
                }
                continue;
            }
            self.truth_into(value, result, first_true, first_false)?;
        }
        self.truth_into(last, result, if_true, if_false)?;
        self.u().body.place(after);
        Ok(())
    }

    /// As `bool_op_into` for any expression.
    fn truth_into(
        &mut self,
        value: &'a Expr,
        result: u32,
        if_true: Option<Label>,
        if_false: Option<Label>,
    ) -> Compiled<()> {
        if let Expr::BoolOp(node) = value
            && self.constant_value(value).is_none()
        {
            return self.deeper(|this| {
                let before = this.set_pos(value.range());
                this.bool_op_into(node, result, if_true, if_false)?;
                this.u().body.pos = before;
                Ok(())
            });
        }
        self.expr_into(value, result)?;
        if let Some(to) = if_true {
            self.u().emit_jump(Op::JumpIfTrue, result, 0, to);
        }
        if let Some(to) = if_false {
            self.u().emit_jump(Op::JumpIfFalse, result, 0, to);
        }
        Ok(())
    }

    pub(super) fn if_expr(&mut self, node: &'a ast::ExprIf, want: Option<u32>) -> Compiled<Val> {
        if let Some(test) = self.constant_value(&node.test) {
            return match fold::truth(&test) {
                true => {
                    let chosen = self.generate(&node.body, want)?;
                    self.unreachable(&node.orelse)?;
                    Ok(chosen)
                }
                false => {
                    self.unreachable(&node.body)?;
                    self.generate(&node.orelse, want)
                }
            };
        }
        let mark = self.unit().top;
        let (other, end) = (self.u().body.label(), self.u().body.label());
        self.jump_if(&node.test, false, other)?;
        let dst = self.dst(mark, want);
        self.expr_into(&node.body, dst)?;
        self.u().jump(end);
        self.u().body.place(other);
        self.expr_into(&node.orelse, dst)?;
        self.u().body.place(end);
        Ok(Val::Reg(dst))
    }

    /// Compiles what is never evaluated, for its warnings and errors; the assembler drops it.
    fn unreachable(&mut self, expr: &'a Expr) -> Compiled<()> {
        let mark = self.unit().top;
        let after = self.u().body.label();
        self.u().jump(after);
        self.expr(expr)?;
        self.u().body.place(after);
        self.u().top = mark;
        Ok(())
    }

    /// `x is 1` and its like.
    fn check_is_literal(&mut self, node: &'a ast::ExprCompare) {
        let is_value = |e: &Expr| {
            matches!(
                e,
                Expr::NumberLiteral(_)
                    | Expr::StringLiteral(_)
                    | Expr::BytesLiteral(_)
                    | Expr::Tuple(_)
            ) && self.constant_value(e).is_some()
        };
        let mut left = &*node.left;
        let mut found = None;
        for (op, right) in node.ops.iter().zip(&node.comparators) {
            if matches!(op, CmpOp::Is | CmpOp::IsNot) && (is_value(left) || is_value(right)) {
                let literal = if is_value(left) { left } else { right };
                found = Some((*op, type_name(literal)));
                break;
            }
            left = right;
        }
        if let Some((op, name)) = found {
            let (said, meant) = if op == CmpOp::Is {
                ("is", "==")
            } else {
                ("is not", "!=")
            };
            self.warn(
                node.range,
                format!("\"{said}\" with '{name}' literal. Did you mean \"{meant}\"?"),
            );
        }
    }
}

fn compare_opcode(op: CmpOp) -> Op {
    match op {
        CmpOp::Eq => Op::Eq,
        CmpOp::NotEq => Op::Ne,
        CmpOp::Lt => Op::Lt,
        CmpOp::LtE => Op::Le,
        CmpOp::Gt => Op::Gt,
        CmpOp::GtE => Op::Ge,
        CmpOp::Is => Op::Is,
        CmpOp::IsNot => Op::IsNot,
        CmpOp::In => Op::In,
        CmpOp::NotIn => Op::NotIn,
    }
}

fn compare_jump(op: CmpOp, when: bool) -> Op {
    match (op, when) {
        (CmpOp::Eq, true) => Op::JumpIfEq,
        (CmpOp::Eq, false) => Op::JumpIfNotEq,
        (CmpOp::NotEq, true) => Op::JumpIfNe,
        (CmpOp::NotEq, false) => Op::JumpIfNotNe,
        (CmpOp::Lt, true) => Op::JumpIfLt,
        (CmpOp::Lt, false) => Op::JumpIfNotLt,
        (CmpOp::LtE, true) => Op::JumpIfLe,
        (CmpOp::LtE, false) => Op::JumpIfNotLe,
        (CmpOp::Gt, true) => Op::JumpIfGt,
        (CmpOp::Gt, false) => Op::JumpIfNotGt,
        (CmpOp::GtE, true) => Op::JumpIfGe,
        (CmpOp::GtE, false) => Op::JumpIfNotGe,
        (CmpOp::Is, true) | (CmpOp::IsNot, false) => Op::JumpIfIs,
        (CmpOp::IsNot, true) | (CmpOp::Is, false) => Op::JumpIfIsNot,
        (CmpOp::In, true) | (CmpOp::NotIn, false) => Op::JumpIfIn,
        (CmpOp::NotIn, true) | (CmpOp::In, false) => Op::JumpIfNotIn,
    }
}

fn compare_jump_imm(op: CmpOp, when: bool) -> Option<Op> {
    Some(match (op, when) {
        (CmpOp::Eq, true) => Op::JumpIfEqImm,
        (CmpOp::Eq, false) => Op::JumpIfNotEqImm,
        (CmpOp::NotEq, true) => Op::JumpIfNeImm,
        (CmpOp::NotEq, false) => Op::JumpIfNotNeImm,
        (CmpOp::Lt, true) => Op::JumpIfLtImm,
        (CmpOp::Lt, false) => Op::JumpIfNotLtImm,
        (CmpOp::LtE, true) => Op::JumpIfLeImm,
        (CmpOp::LtE, false) => Op::JumpIfNotLeImm,
        (CmpOp::Gt, true) => Op::JumpIfGtImm,
        (CmpOp::Gt, false) => Op::JumpIfNotGtImm,
        (CmpOp::GtE, true) => Op::JumpIfGeImm,
        (CmpOp::GtE, false) => Op::JumpIfNotGeImm,
        _ => return None,
    })
}
