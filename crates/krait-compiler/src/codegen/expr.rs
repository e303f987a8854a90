//! Expressions.

use krait_bytecode::{Const, Op, Text};
use ruff_python_ast::{self as ast, Expr, Operator, UnaryOp};
use ruff_text_size::Ranged;

use super::Compiler;
use super::unit::Val;
use crate::error::Compiled;
use crate::fold;
use crate::scopes::ScopeKind;

impl<'a> Compiler<'a> {
    /// The value wherever it is: a constant, a local's register, or the next temporary.
    pub(super) fn expr(&mut self, expr: &'a Expr) -> Compiled<Val> {
        self.generate(expr, None)
    }

    /// Computes the value into `dst`: a local, an allocated temporary, or the register at `top`.
    pub(super) fn expr_into(&mut self, expr: &'a Expr, dst: u32) -> Compiled<()> {
        let mark = self.unit().top;
        self.u().reserve_max(dst);
        self.generate(expr, Some(dst))?;
        self.u().top = mark;
        Ok(())
    }

    /// The value in a register; a temporary is allocated.
    pub(super) fn expr_reg(&mut self, expr: &'a Expr) -> Compiled<u32> {
        let value = self.expr(expr)?;
        Ok(self.materialize(value))
    }

    /// The value in a new temporary.
    pub(super) fn expr_temp(&mut self, expr: &'a Expr) -> Compiled<u32> {
        let dst = self.unit().top;
        self.expr_into(expr, dst)?;
        self.u().reserve(dst);
        Ok(dst)
    }

    /// As [`Self::expr_reg`], for an operand that must keep its value while `later` is evaluated.
    pub(super) fn operand(&mut self, expr: &'a Expr, later: &[&Expr]) -> Compiled<u32> {
        let hazard = self.unit().has_walrus && !later.iter().all(|e| is_simple(e));
        if hazard && expr.is_name_expr() {
            self.expr_temp(expr)
        } else {
            self.expr_reg(expr)
        }
    }

    pub(super) fn materialize(&mut self, value: Val) -> u32 {
        match value {
            Val::Reg(reg) => reg,
            Val::Const(value) => {
                let dst = self.u().alloc();
                self.u().load_const(dst, value);
                dst
            }
        }
    }

    /// Destination of a final instruction, temporaries above `mark` being free again.
    pub(super) fn dst(&mut self, mark: u32, want: Option<u32>) -> u32 {
        self.u().top = mark;
        match want {
            Some(dst) => {
                self.u().reserve_max(dst);
                dst
            }
            None => self.u().alloc(),
        }
    }

    /// A temporary to build a value in over several instructions.
    pub(super) fn building(&mut self, want: Option<u32>) -> u32 {
        match want {
            Some(dst) if self.unit().is_temp(dst) => {
                self.u().reserve(dst);
                dst
            }
            _ => self.u().alloc(),
        }
    }

    /// Ends what [`Self::building`] began at `mark`.
    pub(super) fn built(&mut self, mark: u32, tmp: u32, want: Option<u32>) -> Val {
        match want {
            Some(dst) => {
                self.u().mov(dst, tmp);
                self.u().top = mark;
                Val::Reg(dst)
            }
            None => {
                self.u().top = mark;
                self.u().reserve(tmp);
                Val::Reg(tmp)
            }
        }
    }

    fn constant(&mut self, value: Const, want: Option<u32>) -> Val {
        match want {
            None => Val::Const(value),
            Some(dst) => {
                self.u().load_const(dst, value);
                Val::Reg(dst)
            }
        }
    }

    pub(super) fn generate(&mut self, expr: &'a Expr, want: Option<u32>) -> Compiled<Val> {
        self.deeper(|this| {
            let before = this.set_pos(this.comprehension_range(expr));
            let value = this.generate_inner(expr, want)?;
            this.u().body.pos = before;
            Ok(value)
        })
    }

    fn generate_inner(&mut self, expr: &'a Expr, want: Option<u32>) -> Compiled<Val> {
        if let Some(value) = self.literal(expr) {
            return Ok(self.constant(value, want));
        }
        match expr {
            Expr::Name(node) if node.id == "__debug__" => {
                let value = if self.options.optimize > 0 {
                    Const::False
                } else {
                    Const::True
                };
                Ok(self.constant(value, want))
            }
            Expr::Name(node) => Ok(self.load_name(&node.id, want)),
            Expr::Attribute(node) => self.attribute(node, want),
            Expr::Call(node) => self.call(node, want),
            Expr::BinOp(node) => match self.percent_parts(node) {
                Some(parts) => self.join_parts(parts, want),
                None => self.binary_chain(node, want),
            },
            Expr::BoolOp(node) => self.bool_op(node, want),
            Expr::UnaryOp(node) => self.unary_op(node, want),
            Expr::Compare(node) => self.compare(node, want),
            Expr::If(node) => self.if_expr(node, want),
            Expr::Subscript(node) => self.subscript(node, want),
            Expr::Slice(node) => self.slice(node, want),
            Expr::Starred(node) => self.error(node.range, "can't use starred expression here"),
            Expr::Tuple(node) => self.tuple(&node.elts, want),
            Expr::List(node) => self.list(&node.elts, want),
            Expr::Set(node) => self.set(&node.elts, want),
            Expr::Dict(node) => self.dict(&node.items, want),
            Expr::FString(node) => self.f_string(node, want),
            Expr::TString(node) => self.t_string(node, want),
            Expr::Named(node) => self.named(node, want),
            Expr::Lambda(node) => self.lambda(node, want),
            Expr::Await(node) => self.await_expr(node, want),
            Expr::Yield(node) => self.yield_expr(node, want),
            Expr::YieldFrom(node) => self.yield_from(node, want),
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                self.comprehension(expr, want)
            }
            _ => self.error(expr.range(), "invalid syntax"),
        }
    }

    /// The value of a literal.
    pub(super) fn literal(&self, expr: &Expr) -> Option<Const> {
        Some(match expr {
            Expr::NoneLiteral(_) => Const::None,
            Expr::EllipsisLiteral(_) => Const::Ellipsis,
            Expr::BooleanLiteral(node) => {
                if node.value {
                    Const::True
                } else {
                    Const::False
                }
            }
            Expr::NumberLiteral(node) => match &node.value {
                ast::Number::Int(int) => match int.as_i64() {
                    Some(small) => Const::Int(small),
                    None => fold::parse_int(self.source.slice(node.range))
                        .or_else(|| fold::parse_int(&int.to_string()))?,
                },
                ast::Number::Float(value) => Const::float(*value),
                ast::Number::Complex { real, imag } => {
                    Const::Complex(real.to_bits(), imag.to_bits())
                }
            },
            Expr::StringLiteral(node) => Const::Str(self.string_value(node)),
            Expr::BytesLiteral(node) => {
                let mut bytes = Vec::new();
                for part in node.value.iter() {
                    bytes.extend_from_slice(&krait_syntax::bytes_value(self.source, part));
                }
                Const::Bytes(bytes.into())
            }
            _ => return None,
        })
    }

    pub(super) fn string_value(&self, node: &ast::ExprStringLiteral) -> Text {
        let mut bytes = Vec::new();
        for part in node.value.iter() {
            bytes.extend_from_slice(&krait_syntax::string_value(self.source, part));
        }
        Text::from_wtf8(&bytes)
    }

    // ---- Attributes and items ---------------------------------------------------------------

    fn attribute(&mut self, node: &'a ast::ExprAttribute, want: Option<u32>) -> Compiled<Val> {
        let mark = self.unit().top;
        if let Some(operands) = self.super_operands(&node.value)? {
            let name = self.attribute_name(&node.attr.id);
            let dst = self.dst(mark, want);
            self.set_attribute_pos(node);
            self.load_super(Op::LoadSuperAttr, dst, operands, name);
            return Ok(Val::Reg(dst));
        }
        let object = self.expr_reg(&node.value)?;
        let name = self.attribute_name(&node.attr.id);
        let dst = self.dst(mark, want);
        self.set_attribute_pos(node);
        self.u().emit(Op::LoadAttr, dst, object, name);
        Ok(Val::Reg(dst))
    }

    pub(super) fn attribute_name(&mut self, name: &str) -> u32 {
        let name = self.mangle(name);
        self.u().body.name(&name)
    }

    fn subscript(&mut self, node: &'a ast::ExprSubscript, want: Option<u32>) -> Compiled<Val> {
        self.check_subscripted(&node.value);
        self.check_index(&node.value, &node.slice);
        let mark = self.unit().top;
        let value = self.expr(&node.value)?;
        if let (Val::Const(object), Some(index)) = (&value, self.constant_index(&node.slice))
            && let Some(item) = fold::subscript(object, &index)
        {
            return Ok(self.constant(item, want));
        }
        let object = match value {
            Val::Reg(reg) if !self.unit().is_temp(reg) && self.hazard_after(&node.slice) => {
                let tmp = self.u().alloc();
                self.u().mov(tmp, reg);
                tmp
            }
            value => self.materialize(value),
        };
        if let Some(slice) = self.variable_slice(&node.slice) {
            let first = self.slice_bounds(slice)?;
            let op = match &slice.step {
                None => Op::GetSlice,
                Some(step) => {
                    self.expr_temp(step)?;
                    Op::GetSliceStep
                }
            };
            let dst = self.dst(mark, want);
            self.u().emit(op, dst, object, first);
            return Ok(Val::Reg(dst));
        }
        let index = self.expr(&node.slice)?;
        if let Val::Const(Const::Int(i)) = index
            && let Ok(imm) = i16::try_from(i)
        {
            let dst = self.dst(mark, want);
            self.u()
                .emit(Op::GetItemImm, dst, object, u32::from(imm as u16));
            return Ok(Val::Reg(dst));
        }
        let index = self.materialize(index);
        let dst = self.dst(mark, want);
        self.u().emit(Op::GetItem, dst, object, index);
        Ok(Val::Reg(dst))
    }

    pub(super) fn hazard_after(&self, later: &Expr) -> bool {
        self.unit().has_walrus && !is_simple(later)
    }

    fn constant_index(&self, expr: &Expr) -> Option<Const> {
        match expr {
            Expr::UnaryOp(node) if node.op == UnaryOp::USub => {
                fold::unary(UnaryOp::USub, &self.literal(&node.operand)?)
            }
            _ => self.literal(expr),
        }
    }

    /// The index if it is a slice whose parts are not all constants.
    pub(super) fn variable_slice(&self, index: &'a Expr) -> Option<&'a ast::ExprSlice> {
        match index {
            Expr::Slice(slice) if self.slice_constant(slice).is_none() => Some(slice),
            _ => None,
        }
    }

    fn slice_bound_const(&self, bound: Option<&Expr>) -> Option<Const> {
        bound.map_or(Some(Const::None), |e| self.constant_index(e))
    }

    fn slice_constant(&self, node: &ast::ExprSlice) -> Option<Const> {
        let lower = self.slice_bound_const(node.lower.as_deref())?;
        let upper = self.slice_bound_const(node.upper.as_deref())?;
        let step = self.slice_bound_const(node.step.as_deref())?;
        Some(Const::Slice(Box::new([lower, upper, step])))
    }

    /// Lower and upper bound in two new temporaries.
    pub(super) fn slice_bounds(&mut self, node: &'a ast::ExprSlice) -> Compiled<u32> {
        let first = self.unit().top;
        for bound in [&node.lower, &node.upper] {
            match bound {
                Some(bound) => {
                    self.expr_temp(bound)?;
                }
                None => {
                    let reg = self.u().alloc();
                    self.u().emit1(Op::LoadNone, reg);
                }
            }
        }
        Ok(first)
    }

    fn slice(&mut self, node: &'a ast::ExprSlice, want: Option<u32>) -> Compiled<Val> {
        if let Some(value) = self.slice_constant(node) {
            return Ok(self.constant(value, want));
        }
        let mark = self.unit().top;
        let first = self.slice_bounds(node)?;
        match &node.step {
            Some(step) => {
                self.expr_temp(step)?;
            }
            None => {
                let reg = self.u().alloc();
                self.u().emit1(Op::LoadNone, reg);
            }
        }
        let dst = self.dst(mark, want);
        self.u().emit2(Op::BuildSlice, dst, first);
        Ok(Val::Reg(dst))
    }

    // ---- Operators ------------------------------------------------------------------------

    /// `a + b + c ...` nests to the left as deep as it has terms: compiled in a loop.
    fn binary_chain(&mut self, node: &'a ast::ExprBinOp, want: Option<u32>) -> Compiled<Val> {
        let mut chain = vec![node];
        while let Expr::BinOp(inner) = &*chain[chain.len() - 1].left
            && self.percent_parts(inner).is_none()
        {
            chain.push(inner);
        }
        let mark = self.unit().top;
        let innermost = chain[chain.len() - 1];
        let mut value = self.expr(&innermost.left)?;
        while let Some(node) = chain.pop() {
            let wanted = if chain.is_empty() { want } else { None };
            value = self.binary_step(value, node, mark, wanted)?;
        }
        Ok(value)
    }

    fn binary_step(
        &mut self,
        left: Val,
        node: &'a ast::ExprBinOp,
        mark: u32,
        want: Option<u32>,
    ) -> Compiled<Val> {
        let constant_left = match &left {
            Val::Const(value) => Some(value.clone()),
            Val::Reg(_) => None,
        };
        let left = match left {
            Val::Reg(reg) if !self.unit().is_temp(reg) && self.hazard_after(&node.right) => {
                let tmp = self.u().alloc();
                self.u().mov(tmp, reg);
                tmp
            }
            Val::Reg(reg) => reg,
            // A constant is loaded only once it is known that the right side is none.
            Val::Const(value) => {
                if let Some(right) = self.constant_value(&node.right)
                    && let Some(folded) = fold::binary(node.op, &value, &right)
                {
                    return Ok(self.constant(folded, want));
                }
                self.materialize(Val::Const(value))
            }
        };
        let right = self.expr(&node.right)?;
        let before = self.set_pos(node.range);
        let value = self.binary_op(node.op, left, constant_left, right, mark, want);
        self.u().body.pos = before;
        Ok(value)
    }

    fn binary_op(
        &mut self,
        op: Operator,
        left: u32,
        constant_left: Option<Const>,
        right: Val,
        mark: u32,
        want: Option<u32>,
    ) -> Val {
        if let (Some(l), Val::Const(r)) = (&constant_left, &right)
            && let Some(folded) = fold::binary(op, l, r)
        {
            // The load of the left side stays behind as a dead instruction; rare.
            let dst = self.dst(mark, want);
            self.u().load_const(dst, folded);
            return Val::Reg(dst);
        }
        if let Val::Const(Const::Int(i)) = right
            && let (Ok(imm), Some(op)) = (i16::try_from(i), immediate_form(op))
        {
            let dst = self.dst(mark, want);
            self.u().emit(op, dst, left, u32::from(imm as u16));
            return Val::Reg(dst);
        }
        let right = self.materialize(right);
        let dst = self.dst(mark, want);
        self.u().emit(binary_opcode(op), dst, left, right);
        Val::Reg(dst)
    }

    /// The value of an expression that is constant, found without generating code. Bounded: gives
    /// up on anything that nests deeply.
    pub(super) fn constant_value(&self, expr: &Expr) -> Option<Const> {
        self.constant_within(expr, 12)
    }

    fn constant_within(&self, expr: &Expr, budget: u32) -> Option<Const> {
        let budget = budget.checked_sub(1)?;
        match expr {
            Expr::UnaryOp(node) => {
                fold::unary(node.op, &self.constant_within(&node.operand, budget)?)
            }
            Expr::BinOp(node) => {
                let left = self.constant_within(&node.left, budget)?;
                fold::binary(node.op, &left, &self.constant_within(&node.right, budget)?)
            }
            Expr::Tuple(node) => {
                let items = node.elts.iter().map(|e| self.constant_within(e, budget));
                Some(Const::Tuple(items.collect::<Option<_>>()?))
            }
            Expr::Slice(node) => self.slice_constant(node),
            _ if is_debug(expr) => Some(if self.options.optimize > 0 {
                Const::False
            } else {
                Const::True
            }),
            _ => self.literal(expr),
        }
    }

    fn unary_op(&mut self, node: &'a ast::ExprUnaryOp, want: Option<u32>) -> Compiled<Val> {
        let mark = self.unit().top;
        let operand = self.expr(&node.operand)?;
        if let Val::Const(value) = &operand
            && let Some(folded) = fold::unary(node.op, value)
        {
            return Ok(self.constant(folded, want));
        }
        let operand = self.materialize(operand);
        let op = match node.op {
            UnaryOp::USub => Op::Neg,
            UnaryOp::UAdd => Op::Pos,
            UnaryOp::Invert => Op::Invert,
            UnaryOp::Not => Op::Not,
        };
        let dst = self.dst(mark, want);
        self.u().emit2(op, dst, operand);
        Ok(Val::Reg(dst))
    }

    fn named(&mut self, node: &'a ast::ExprNamed, want: Option<u32>) -> Compiled<Val> {
        let Expr::Name(target) = &*node.target else {
            return self.error(node.range, "cannot use assignment expressions here");
        };
        let mark = self.unit().top;
        if let Some(local) = self.local_register(&target.id) {
            self.expr_into(&node.value, local)?;
            let Some(dst) = want else {
                // A copy: the name may be bound again before the value is used.
                let tmp = self.u().alloc();
                self.u().mov(tmp, local);
                return Ok(Val::Reg(tmp));
            };
            self.u().mov(dst, local);
            return Ok(Val::Reg(dst));
        }
        let tmp = self.building(want);
        self.expr_into(&node.value, tmp)?;
        let before = self.set_pos(target.range);
        self.store_name_reg(&target.id, tmp);
        self.u().body.pos = before;
        Ok(self.built(mark, tmp, want))
    }

    // ---- Warnings about what cannot work -----------------------------------------------------

    pub(super) fn check_called(&mut self, callee: &'a Expr) {
        let never = matches!(
            callee,
            Expr::Tuple(_)
                | Expr::List(_)
                | Expr::ListComp(_)
                | Expr::Dict(_)
                | Expr::DictComp(_)
                | Expr::Set(_)
                | Expr::SetComp(_)
                | Expr::Generator(_)
                | Expr::FString(_)
                | Expr::TString(_)
        ) || is_debug(callee)
            || self.is_percent(callee)
            || self.literal(callee).is_some();
        if never {
            let name = type_name(callee);
            let msg = "object is not callable; perhaps you missed a comma?";
            self.warn(callee.range(), format!("'{name}' {msg}"));
        }
    }

    fn check_subscripted(&mut self, value: &Expr) {
        let never = matches!(
            value,
            Expr::NoneLiteral(_)
                | Expr::EllipsisLiteral(_)
                | Expr::BooleanLiteral(_)
                | Expr::NumberLiteral(_)
                | Expr::Set(_)
                | Expr::SetComp(_)
                | Expr::Generator(_)
                | Expr::TString(_)
                | Expr::Lambda(_)
        ) || is_debug(value);
        if never {
            let name = type_name(value);
            let msg = "object is not subscriptable; perhaps you missed a comma?";
            self.warn(value.range(), format!("'{name}' {msg}"));
        }
    }

    fn check_index(&mut self, value: &'a Expr, index: &'a Expr) {
        let is_sequence = matches!(
            value,
            Expr::StringLiteral(_)
                | Expr::BytesLiteral(_)
                | Expr::Tuple(_)
                | Expr::List(_)
                | Expr::ListComp(_)
                | Expr::FString(_)
        ) || self.is_percent(value);
        let bad_index = match index {
            Expr::NumberLiteral(node) => !matches!(node.value, ast::Number::Int(_)),
            Expr::BooleanLiteral(_) | Expr::Slice(_) => false,
            Expr::Tuple(_)
            | Expr::List(_)
            | Expr::ListComp(_)
            | Expr::Dict(_)
            | Expr::DictComp(_)
            | Expr::Set(_)
            | Expr::SetComp(_)
            | Expr::Generator(_)
            | Expr::FString(_)
            | Expr::TString(_)
            | Expr::Lambda(_) => true,
            _ => self.is_percent(index) || self.literal(index).is_some(),
        };
        if is_sequence && bad_index {
            let (kind, index) = (type_name(value), type_name(index));
            let msg = "indices must be integers or slices, not";
            self.warn(
                value.range(),
                format!("{kind} {msg} {index}; perhaps you missed a comma?"),
            );
        }
    }

    /// Whether names are bound in registers here.
    pub(super) fn in_function(&self) -> bool {
        !matches!(self.unit().kind, ScopeKind::Module | ScopeKind::Class)
    }
}

/// Whether evaluating an expression certainly binds no name.
pub(super) fn is_simple(expr: &Expr) -> bool {
    match expr {
        Expr::Name(_)
        | Expr::NumberLiteral(_)
        | Expr::StringLiteral(_)
        | Expr::BytesLiteral(_)
        | Expr::BooleanLiteral(_)
        | Expr::NoneLiteral(_)
        | Expr::EllipsisLiteral(_) => true,
        Expr::Attribute(node) => node.value.is_name_expr(),
        _ => false,
    }
}

/// Whether it is the name that stands for a constant.
fn is_debug(expr: &Expr) -> bool {
    matches!(expr, Expr::Name(node) if node.id == "__debug__")
}

pub(super) fn type_name(expr: &Expr) -> &'static str {
    match expr {
        Expr::Tuple(_) => "tuple",
        Expr::List(_) | Expr::ListComp(_) => "list",
        Expr::Dict(_) | Expr::DictComp(_) => "dict",
        Expr::Set(_) | Expr::SetComp(_) => "set",
        Expr::Generator(_) => "generator",
        Expr::Lambda(_) => "function",
        // An operation on constants here is `%` with a tuple.
        Expr::StringLiteral(_) | Expr::FString(_) | Expr::BinOp(_) => "str",
        Expr::TString(_) => "string.templatelib.Template",
        Expr::BytesLiteral(_) => "bytes",
        Expr::BooleanLiteral(_) => "bool",
        _ if is_debug(expr) => "bool",
        Expr::NoneLiteral(_) => "NoneType",
        Expr::EllipsisLiteral(_) => "ellipsis",
        Expr::NumberLiteral(node) => match node.value {
            ast::Number::Int(_) => "int",
            ast::Number::Float(_) => "float",
            ast::Number::Complex { .. } => "complex",
        },
        _ => "object",
    }
}

fn immediate_form(op: Operator) -> Option<Op> {
    Some(match op {
        Operator::Add => Op::AddImm,
        Operator::Sub => Op::SubImm,
        Operator::Mult => Op::MulImm,
        Operator::FloorDiv => Op::FloorDivImm,
        Operator::Mod => Op::ModImm,
        Operator::LShift => Op::LshiftImm,
        Operator::RShift => Op::RshiftImm,
        Operator::BitAnd => Op::AndImm,
        _ => return None,
    })
}

fn binary_opcode(op: Operator) -> Op {
    match op {
        Operator::Add => Op::Add,
        Operator::Sub => Op::Sub,
        Operator::Mult => Op::Mul,
        Operator::MatMult => Op::MatMul,
        Operator::Div => Op::TrueDiv,
        Operator::Mod => Op::Mod,
        Operator::Pow => Op::Pow,
        Operator::LShift => Op::Lshift,
        Operator::RShift => Op::Rshift,
        Operator::BitOr => Op::Or,
        Operator::BitXor => Op::Xor,
        Operator::BitAnd => Op::And,
        Operator::FloorDiv => Op::FloorDiv,
    }
}
