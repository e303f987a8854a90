//! Expressions.

use krait_runtime::native::{Cx, PyResult, Value};
use krait_syntax::ast::{self, CmpOp, Expr, ExprContext, Number, Operator, UnaryOp};
use krait_syntax::{Ranged, TextRange};

use super::Build;
use crate::modules::_ast::table::Node;

/// The class of a binary operator.
fn operator(op: Operator) -> Node {
    match op {
        Operator::Add => Node::Add,
        Operator::Sub => Node::Sub,
        Operator::Mult => Node::Mult,
        Operator::MatMult => Node::MatMult,
        Operator::Div => Node::Div,
        Operator::Mod => Node::Mod,
        Operator::Pow => Node::Pow,
        Operator::LShift => Node::LShift,
        Operator::RShift => Node::RShift,
        Operator::BitOr => Node::BitOr,
        Operator::BitXor => Node::BitXor,
        Operator::BitAnd => Node::BitAnd,
        Operator::FloorDiv => Node::FloorDiv,
    }
}

fn comparison(op: CmpOp) -> Node {
    match op {
        CmpOp::Eq => Node::Eq,
        CmpOp::NotEq => Node::NotEq,
        CmpOp::Lt => Node::Lt,
        CmpOp::LtE => Node::LtE,
        CmpOp::Gt => Node::Gt,
        CmpOp::GtE => Node::GtE,
        CmpOp::Is => Node::Is,
        CmpOp::IsNot => Node::IsNot,
        CmpOp::In => Node::In,
        CmpOp::NotIn => Node::NotIn,
    }
}

impl Build<'_> {
    pub(super) fn operator(&self, op: Operator) -> Value {
        self.classes.singleton(operator(op))
    }

    fn context(&self, ctx: ExprContext) -> Value {
        self.classes.singleton(match ctx {
            ExprContext::Store => Node::Store,
            ExprContext::Del => Node::Del,
            ExprContext::Load | ExprContext::Invalid => Node::Load,
        })
    }

    /// The node of an expression.
    pub(super) fn expr(&self, cx: &mut Cx, expr: &Expr) -> PyResult<Value> {
        cx.check_native_stack()?;
        if let Some(made) = self.literal(cx, expr)? {
            return Ok(made);
        }
        if let Some(made) = self.comprehension_like(cx, expr)? {
            return Ok(made);
        }
        let range = expr.range();
        match expr {
            Expr::Name(e) => self.name(cx, e),
            Expr::BoolOp(e) => {
                let op = if e.op == ast::BoolOp::And {
                    Node::And
                } else {
                    Node::Or
                };
                let values = self.exprs(cx, &e.values)?;
                self.make(
                    cx,
                    Node::BoolOp,
                    range,
                    &[self.classes.singleton(op), values],
                )
            }
            Expr::Named(e) => self.pair(cx, Node::NamedExpr, range, &e.target, &e.value),
            Expr::BinOp(e) => {
                let left = self.expr(cx, &e.left)?;
                let right = self.expr(cx, &e.right)?;
                self.make(cx, Node::BinOp, range, &[left, self.operator(e.op), right])
            }
            Expr::UnaryOp(e) => {
                let op = match e.op {
                    UnaryOp::Invert => Node::Invert,
                    UnaryOp::Not => Node::Not,
                    UnaryOp::UAdd => Node::UAdd,
                    UnaryOp::USub => Node::USub,
                };
                let operand = self.expr(cx, &e.operand)?;
                self.make(
                    cx,
                    Node::UnaryOp,
                    range,
                    &[self.classes.singleton(op), operand],
                )
            }
            Expr::Lambda(e) => {
                let args = self.arguments(cx, e.parameters.as_deref())?;
                let body = self.expr(cx, &e.body)?;
                self.make(cx, Node::Lambda, range, &[args, body])
            }
            Expr::If(e) => {
                let test = self.expr(cx, &e.test)?;
                let body = self.expr(cx, &e.body)?;
                let orelse = self.expr(cx, &e.orelse)?;
                self.make(cx, Node::IfExp, range, &[test, body, orelse])
            }
            Expr::Dict(e) => {
                let keys = self.list(cx, &e.items, |cx, item| {
                    self.optional(cx, item.key.as_ref())
                })?;
                let values = self.exprs(cx, e.items.iter().map(|item| &item.value))?;
                self.make(cx, Node::Dict, range, &[keys, values])
            }
            Expr::Set(e) => {
                let items = self.exprs(cx, &e.elts)?;
                self.make(cx, Node::Set, range, &[items])
            }
            Expr::Await(e) => self.single(cx, Node::Await, range, Some(&e.value)),
            Expr::Yield(e) => self.single(cx, Node::Yield, range, e.value.as_deref()),
            Expr::YieldFrom(e) => self.single(cx, Node::YieldFrom, range, Some(&e.value)),
            Expr::Compare(e) => {
                let left = self.expr(cx, &e.left)?;
                let ops = self.list(cx, &e.ops, |_, op| {
                    Ok(self.classes.singleton(comparison(*op)))
                })?;
                let rest = self.exprs(cx, &e.comparators)?;
                self.make(cx, Node::Compare, range, &[left, ops, rest])
            }
            Expr::Call(e) => {
                let func = self.expr(cx, &e.func)?;
                let args = match &*e.arguments.args {
                    [Expr::Generator(g)] if !g.parenthesized => {
                        let only = self.generator(cx, g, e.arguments.range)?;
                        cx.new_list(&[only])
                    }
                    args => self.exprs(cx, args)?,
                };
                let keywords = self.keywords(cx, &e.arguments.keywords)?;
                self.make(cx, Node::Call, range, &[func, args, keywords])
            }
            Expr::FString(e) => self.joined_string(cx, e),
            Expr::TString(e) => self.template_string(cx, e),
            _ => self.target_like(cx, expr),
        }
    }

    /// Expressions that may be assigned to, and slices.
    fn target_like(&self, cx: &mut Cx, expr: &Expr) -> PyResult<Value> {
        let range = expr.range();
        match expr {
            Expr::Attribute(e) => {
                let value = self.expr(cx, &e.value)?;
                let attr = cx.intern(&e.attr.id).value();
                self.make(
                    cx,
                    Node::Attribute,
                    range,
                    &[value, attr, self.context(e.ctx)],
                )
            }
            Expr::Subscript(e) => {
                let value = self.expr(cx, &e.value)?;
                let slice = self.expr(cx, &e.slice)?;
                self.make(
                    cx,
                    Node::Subscript,
                    range,
                    &[value, slice, self.context(e.ctx)],
                )
            }
            Expr::Starred(e) => {
                let value = self.expr(cx, &e.value)?;
                self.make(cx, Node::Starred, range, &[value, self.context(e.ctx)])
            }
            Expr::List(e) => {
                let items = self.exprs(cx, &e.elts)?;
                self.make(cx, Node::List, range, &[items, self.context(e.ctx)])
            }
            Expr::Tuple(e) => {
                let items = self.exprs(cx, &e.elts)?;
                self.make(cx, Node::Tuple, range, &[items, self.context(e.ctx)])
            }
            Expr::Slice(e) => {
                let lower = self.optional(cx, e.lower.as_deref())?;
                let upper = self.optional(cx, e.upper.as_deref())?;
                let step = self.optional(cx, e.step.as_deref())?;
                self.make(cx, Node::Slice, range, &[lower, upper, step])
            }
            _ => Err(cx.system_error("the parser made a node that Python does not have")),
        }
    }

    fn name(&self, cx: &mut Cx, e: &ast::ExprName) -> PyResult<Value> {
        if let (Some(level), "__debug__", ExprContext::Load) = (self.optimize, e.id.as_str(), e.ctx)
        {
            return self.make(
                cx,
                Node::Constant,
                e.range,
                &[Value::bool(level == 0), Value::none()],
            );
        }
        let id = cx.intern(&e.id).value();
        self.make(cx, Node::Name, e.range, &[id, self.context(e.ctx)])
    }

    fn single(
        &self,
        cx: &mut Cx,
        node: Node,
        range: TextRange,
        value: Option<&Expr>,
    ) -> PyResult<Value> {
        let value = self.optional(cx, value)?;
        self.make(cx, node, range, &[value])
    }

    fn pair(
        &self,
        cx: &mut Cx,
        node: Node,
        range: TextRange,
        a: &Expr,
        b: &Expr,
    ) -> PyResult<Value> {
        let a = self.expr(cx, a)?;
        let b = self.expr(cx, b)?;
        self.make(cx, node, range, &[a, b])
    }

    pub(super) fn keywords(&self, cx: &mut Cx, keywords: &[ast::Keyword]) -> PyResult<Value> {
        self.list(cx, keywords, |cx, k| {
            let arg = self.optional_name(cx, k.arg.as_ref());
            let value = self.expr(cx, &k.value)?;
            self.make(cx, Node::Keyword, k.range, &[arg, value])
        })
    }

    // ---- Literals ---------------------------------------------------------------------------

    fn literal(&self, cx: &mut Cx, expr: &Expr) -> PyResult<Option<Value>> {
        let mut kind = Value::none();
        let value = match expr {
            Expr::NoneLiteral(_) => Value::none(),
            Expr::EllipsisLiteral(_) => Value::ellipsis(),
            Expr::BooleanLiteral(e) => Value::bool(e.value),
            Expr::NumberLiteral(e) => self.number(cx, e)?,
            Expr::StringLiteral(e) => {
                if e.value.is_unicode() {
                    kind = cx.intern("u").value();
                }
                let mut bytes = Vec::new();
                for part in &e.value {
                    bytes.extend_from_slice(&krait_syntax::string_value(self.source, part));
                }
                cx.new_str_wtf8(&bytes)
            }
            Expr::BytesLiteral(e) => {
                let mut bytes = Vec::new();
                for part in &e.value {
                    bytes.extend_from_slice(&krait_syntax::bytes_value(self.source, part));
                }
                cx.new_bytes(&bytes)
            }
            _ => return Ok(None),
        };
        self.make(cx, Node::Constant, expr.range(), &[value, kind])
            .map(Some)
    }

    fn number(&self, cx: &mut Cx, e: &ast::ExprNumberLiteral) -> PyResult<Value> {
        match &e.value {
            Number::Float(x) => Ok(cx.new_float(*x)),
            Number::Complex { real, imag } => Ok(cx.new_complex(*real, *imag)),
            Number::Int(n) => match n.as_i64() {
                Some(n) => Ok(cx.new_int(n)),
                None => {
                    let text = self.source.slice(e.range);
                    let whole = cx.new_str(text);
                    krait_runtime::types::int::parse_int(cx, text.as_bytes(), 0, whole)
                }
            },
        }
    }

    // ---- Comprehensions -----------------------------------------------------------------------

    fn comprehension_like(&self, cx: &mut Cx, expr: &Expr) -> PyResult<Option<Value>> {
        let (node, elt, generators) = match expr {
            Expr::ListComp(e) => (Node::ListComp, &e.elt, &e.generators),
            Expr::SetComp(e) => (Node::SetComp, &e.elt, &e.generators),
            Expr::Generator(e) => return self.generator(cx, e, e.range).map(Some),
            Expr::DictComp(e) => {
                let key = self.optional(cx, e.key.as_deref())?;
                let value = self.expr(cx, &e.value)?;
                let generators = self.generators(cx, &e.generators)?;
                return self
                    .make(cx, Node::DictComp, e.range, &[key, value, generators])
                    .map(Some);
            }
            _ => return Ok(None),
        };
        let elt = self.expr(cx, elt)?;
        let generators = self.generators(cx, generators)?;
        self.make(cx, node, expr.range(), &[elt, generators])
            .map(Some)
    }

    /// One that is a call's only argument has the range of the call's parentheses.
    fn generator(&self, cx: &mut Cx, e: &ast::ExprGenerator, range: TextRange) -> PyResult<Value> {
        let elt = self.expr(cx, &e.elt)?;
        let generators = self.generators(cx, &e.generators)?;
        self.make(cx, Node::GeneratorExp, range, &[elt, generators])
    }

    fn generators(&self, cx: &mut Cx, generators: &[ast::Comprehension]) -> PyResult<Value> {
        self.list(cx, generators, |cx, g| {
            let target = self.expr(cx, &g.target)?;
            let iter = self.expr(cx, &g.iter)?;
            let ifs = self.exprs(cx, &g.ifs)?;
            let is_async = Value::small(i64::from(g.is_async));
            self.classes.make(
                cx,
                Node::Comprehension,
                &[target, iter, ifs, is_async],
                None,
            )
        })
    }
}
