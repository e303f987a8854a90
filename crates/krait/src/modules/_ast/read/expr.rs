//! Expressions.

use krait_runtime::native::{Cx, PyResult, Value};
use krait_syntax::TextRange;
use krait_syntax::ast::{
    Arguments, BoolOp, CmpOp, Comprehension, DictItem, Expr, ExprAttribute, ExprAwait, ExprBinOp,
    ExprBoolOp, ExprCall, ExprCompare, ExprContext, ExprDict, ExprDictComp, ExprGenerator, ExprIf,
    ExprLambda, ExprList, ExprListComp, ExprName, ExprNamed, ExprSet, ExprSetComp, ExprSlice,
    ExprStarred, ExprSubscript, ExprTuple, ExprUnaryOp, ExprYield, ExprYieldFrom, Keyword,
    Operator, UnaryOp,
};

use super::{Context, NO_INDEX, Object, Place, Read, identifier};
use crate::modules::_ast::table::Node;

impl Read {
    // ---- Lists and fields of expressions ---------------------------------------------------

    pub(super) fn child(
        &mut self,
        cx: &mut Cx,
        object: Object,
        name: &str,
        context: Context,
    ) -> PyResult<Box<Expr>> {
        let v = self.present(cx, object, name)?;
        self.expr(cx, v, context).map(Box::new)
    }

    pub(super) fn optional_child(
        &mut self,
        cx: &mut Cx,
        object: Object,
        name: &str,
    ) -> PyResult<Option<Box<Expr>>> {
        match self.optional(cx, object, name)? {
            Some(v) => self.expr(cx, v, Context::Load).map(|e| Some(Box::new(e))),
            None => Ok(None),
        }
    }

    pub(super) fn children(
        &mut self,
        cx: &mut Cx,
        object: Object,
        name: &str,
        context: Context,
    ) -> PyResult<Vec<Expr>> {
        let items = self.items(cx, object, name)?;
        let mut exprs = Vec::with_capacity(items.len());
        for &v in items.as_slice() {
            if v.is_none() {
                return Err(cx.value_error("None disallowed in expression list"));
            }
            exprs.push(self.expr(cx, v, context)?);
        }
        Ok(exprs)
    }

    pub(super) fn keywords(&mut self, cx: &mut Cx, object: Object) -> PyResult<Vec<Keyword>> {
        let items = self.items(cx, object, "keywords")?;
        let mut keywords = Vec::with_capacity(items.len());
        for &v in items.as_slice() {
            let (object, range, _) = self.placed(cx, v, Node::Keyword)?;
            let arg = self
                .optional_name(cx, object, "arg")?
                .map(|n| identifier(n, range));
            let value = *self.child(cx, object, "value", Context::Load)?;
            keywords.push(Keyword {
                range,
                node_index: NO_INDEX,
                arg,
                value,
            });
        }
        Ok(keywords)
    }

    // ---- One expression -----------------------------------------------------------------------

    pub(super) fn expr(&mut self, cx: &mut Cx, v: Value, context: Context) -> PyResult<Expr> {
        self.nested(cx, |this, cx| {
            let (object, range, place) = this.placed(cx, v, Node::AnyExpr)?;
            if let Some(ctx) = this.own_context(cx, object)? {
                if ctx != context {
                    let (wanted, got) = (context.name(), ctx.name());
                    return Err(cx.value_error(format!(
                        "expression must have {wanted} context but has {got} instead"
                    )));
                }
                return this.target(cx, object, range, place, ctx);
            }
            if context != Context::Load {
                let wanted = context.name();
                return Err(cx.value_error(format!(
                    "expression which can't be assigned to in {wanted} context"
                )));
            }
            this.value(cx, object, range, place)
        })
    }

    /// The node's `ctx`, for those that have one.
    fn own_context(&self, cx: &mut Cx, object: Object) -> PyResult<Option<Context>> {
        let placed = [
            Node::Attribute,
            Node::Subscript,
            Node::Starred,
            Node::Name,
            Node::List,
            Node::Tuple,
        ];
        if !placed.contains(&object.node) {
            return Ok(None);
        }
        let v = self.required(cx, object, "ctx")?;
        Ok(Some(match self.object(cx, v, Node::AnyContext)?.node {
            Node::Store => Context::Store,
            Node::Del => Context::Del,
            _ => Context::Load,
        }))
    }

    fn target(
        &mut self,
        cx: &mut Cx,
        object: Object,
        range: TextRange,
        place: Place,
        context: Context,
    ) -> PyResult<Expr> {
        let node_index = NO_INDEX;
        let ctx = match context {
            Context::Load => ExprContext::Load,
            Context::Store => ExprContext::Store,
            Context::Del => ExprContext::Del,
        };
        Ok(match object.node {
            Node::Name => {
                let id = self.name(cx, object, "id")?;
                self.check_name(cx, &id)?;
                Expr::Name(ExprName {
                    node_index,
                    range,
                    id: id.into(),
                    ctx,
                })
            }
            Node::Attribute => {
                let value = self.child(cx, object, "value", Context::Load)?;
                let name = self.name(cx, object, "attr")?;
                // The name ends where the whole ends.
                let start = (place.end.0, place.end.1.saturating_sub(name.len() as u32));
                let name_range = self.source.piece("", start, place.end);
                Expr::Attribute(ExprAttribute {
                    node_index,
                    range,
                    value,
                    attr: identifier(name, name_range),
                    ctx,
                })
            }
            Node::Subscript => {
                let value = self.child(cx, object, "value", Context::Load)?;
                let slice = self.child(cx, object, "slice", Context::Load)?;
                Expr::Subscript(ExprSubscript {
                    node_index,
                    range,
                    value,
                    slice,
                    ctx,
                })
            }
            Node::Starred => {
                let value = self.child(cx, object, "value", context)?;
                Expr::Starred(ExprStarred {
                    node_index,
                    range,
                    value,
                    ctx,
                })
            }
            Node::List => {
                let elts = self.children(cx, object, "elts", context)?;
                Expr::List(ExprList {
                    node_index,
                    range,
                    elts,
                    ctx,
                })
            }
            _ => {
                let elts = self.children(cx, object, "elts", context)?;
                Expr::Tuple(ExprTuple {
                    node_index,
                    range,
                    elts,
                    ctx,
                    parenthesized: true,
                })
            }
        })
    }

    fn value(
        &mut self,
        cx: &mut Cx,
        object: Object,
        range: TextRange,
        place: Place,
    ) -> PyResult<Expr> {
        let node_index = NO_INDEX;
        let load = Context::Load;
        Ok(match object.node {
            Node::Constant => {
                self.check_string(cx, object, "kind")?;
                let v = self.required(cx, object, "value")?;
                self.constant(cx, v, place)?
            }
            Node::BoolOp => self.bool_op(cx, object, range)?,
            Node::Compare => self.compare(cx, object, range)?,
            Node::NamedExpr => {
                let target = self.present(cx, object, "target")?;
                if !cx.is_instance(target, self.classes.class(Node::Name)) {
                    return Err(cx.type_error("NamedExpr target must be a Name"));
                }
                let target = Box::new(self.expr(cx, target, Context::Store)?);
                let value = self.child(cx, object, "value", load)?;
                Expr::Named(ExprNamed {
                    node_index,
                    range,
                    target,
                    value,
                })
            }
            Node::BinOp => {
                let left = self.child(cx, object, "left", load)?;
                let op = self.operator(cx, object)?;
                let right = self.child(cx, object, "right", load)?;
                Expr::BinOp(ExprBinOp {
                    node_index,
                    range,
                    left,
                    op,
                    right,
                })
            }
            Node::UnaryOp => {
                let op = match self.operator_class(cx, object, Node::AnyUnaryOp)? {
                    Node::Invert => UnaryOp::Invert,
                    Node::Not => UnaryOp::Not,
                    Node::UAdd => UnaryOp::UAdd,
                    _ => UnaryOp::USub,
                };
                let operand = self.child(cx, object, "operand", load)?;
                Expr::UnaryOp(ExprUnaryOp {
                    node_index,
                    range,
                    op,
                    operand,
                })
            }
            Node::Lambda => {
                let parameters = Some(Box::new(self.arguments(cx, object, range)?));
                let body = self.child(cx, object, "body", load)?;
                Expr::Lambda(ExprLambda {
                    node_index,
                    range,
                    parameters,
                    body,
                })
            }
            Node::IfExp => {
                let test = self.child(cx, object, "test", load)?;
                let body = self.child(cx, object, "body", load)?;
                let orelse = self.child(cx, object, "orelse", load)?;
                Expr::If(ExprIf {
                    node_index,
                    range,
                    test,
                    body,
                    orelse,
                })
            }
            Node::Dict => self.dict(cx, object, range)?,
            Node::Set => Expr::Set(ExprSet {
                node_index,
                range,
                elts: self.children(cx, object, "elts", load)?,
            }),
            Node::Await => Expr::Await(ExprAwait {
                node_index,
                range,
                value: self.child(cx, object, "value", load)?,
            }),
            Node::Yield => Expr::Yield(ExprYield {
                node_index,
                range,
                value: self.optional_child(cx, object, "value")?,
            }),
            Node::YieldFrom => Expr::YieldFrom(ExprYieldFrom {
                node_index,
                range,
                value: self.child(cx, object, "value", load)?,
            }),
            Node::Call => {
                let func = self.child(cx, object, "func", load)?;
                let args = self.children(cx, object, "args", load)?.into();
                let keywords = self.keywords(cx, object)?.into();
                let arguments = Arguments {
                    range,
                    node_index: NO_INDEX,
                    args,
                    keywords,
                };
                Expr::Call(ExprCall {
                    node_index,
                    range_start: range.start(),
                    func,
                    arguments,
                })
            }
            Node::JoinedStr => self.joined_string(cx, object, range)?,
            Node::TemplateStr => self.template_string(cx, object, range)?,
            Node::FormattedValue | Node::Interpolation => {
                self.lone_field(cx, object, range, place)?
            }
            Node::Slice => {
                let lower = self.optional_child(cx, object, "lower")?;
                let upper = self.optional_child(cx, object, "upper")?;
                let step = self.optional_child(cx, object, "step")?;
                Expr::Slice(ExprSlice {
                    node_index,
                    range,
                    lower,
                    upper,
                    step,
                })
            }
            _ => self.comprehension(cx, object, range)?,
        })
    }

    fn comprehension(&mut self, cx: &mut Cx, object: Object, range: TextRange) -> PyResult<Expr> {
        let node_index = NO_INDEX;
        let generators = self.generators(cx, object)?;
        if object.node == Node::DictComp {
            let key = Some(self.child(cx, object, "key", Context::Load)?);
            let value = self.child(cx, object, "value", Context::Load)?;
            return Ok(Expr::DictComp(ExprDictComp {
                node_index,
                range,
                key,
                value,
                generators,
            }));
        }
        let elt = self.child(cx, object, "elt", Context::Load)?;
        Ok(match object.node {
            Node::ListComp => Expr::ListComp(ExprListComp {
                node_index,
                range,
                elt,
                generators,
            }),
            Node::SetComp => Expr::SetComp(ExprSetComp {
                node_index,
                range,
                elt,
                generators,
            }),
            _ => Expr::Generator(ExprGenerator {
                node_index,
                range,
                elt,
                generators,
                parenthesized: true,
            }),
        })
    }

    fn generators(&mut self, cx: &mut Cx, object: Object) -> PyResult<Vec<Comprehension>> {
        let items = self.items(cx, object, "generators")?;
        if items.is_empty() {
            return Err(cx.value_error("comprehension with no generators"));
        }
        let mut generators = Vec::with_capacity(items.len());
        for &v in items.as_slice() {
            let g = self.object(cx, v, Node::Comprehension)?;
            let range = self.source.piece("", (1, 0), (1, 0));
            let target = *self.child(cx, g, "target", Context::Store)?;
            let iter = *self.child(cx, g, "iter", Context::Load)?;
            let ifs = self.children(cx, g, "ifs", Context::Load)?;
            let is_async = self.required_int(cx, g, "is_async")? != 0;
            generators.push(Comprehension {
                range,
                node_index: NO_INDEX,
                target,
                iter,
                ifs,
                is_async,
            });
        }
        Ok(generators)
    }

    fn dict(&mut self, cx: &mut Cx, object: Object, range: TextRange) -> PyResult<Expr> {
        let keys = self.items(cx, object, "keys")?;
        let values = self.items(cx, object, "values")?;
        if keys.len() != values.len() {
            return Err(cx.value_error("Dict doesn't have the same number of keys as values"));
        }
        let mut items = Vec::with_capacity(keys.len());
        for (&key, &value) in keys.as_slice().iter().zip(values.as_slice()) {
            let key = if key.is_none() {
                None
            } else {
                Some(self.expr(cx, key, Context::Load)?)
            };
            if value.is_none() {
                return Err(cx.value_error("None disallowed in expression list"));
            }
            items.push(DictItem {
                key,
                value: self.expr(cx, value, Context::Load)?,
            });
        }
        Ok(Expr::Dict(ExprDict {
            node_index: NO_INDEX,
            range,
            items,
        }))
    }

    // ---- Operators ----------------------------------------------------------------------------

    fn operator_class(&self, cx: &mut Cx, object: Object, base: Node) -> PyResult<Node> {
        let v = self.required(cx, object, "op")?;
        Ok(self.object(cx, v, base)?.node)
    }

    pub(super) fn operator(&self, cx: &mut Cx, object: Object) -> PyResult<Operator> {
        Ok(match self.operator_class(cx, object, Node::AnyOperator)? {
            Node::Add => Operator::Add,
            Node::Sub => Operator::Sub,
            Node::Mult => Operator::Mult,
            Node::MatMult => Operator::MatMult,
            Node::Div => Operator::Div,
            Node::Mod => Operator::Mod,
            Node::Pow => Operator::Pow,
            Node::LShift => Operator::LShift,
            Node::RShift => Operator::RShift,
            Node::BitOr => Operator::BitOr,
            Node::BitXor => Operator::BitXor,
            Node::BitAnd => Operator::BitAnd,
            _ => Operator::FloorDiv,
        })
    }

    fn bool_op(&mut self, cx: &mut Cx, object: Object, range: TextRange) -> PyResult<Expr> {
        let op = match self.operator_class(cx, object, Node::AnyBoolOp)? {
            Node::And => BoolOp::And,
            _ => BoolOp::Or,
        };
        let values = self.children(cx, object, "values", Context::Load)?;
        if values.len() < 2 {
            return Err(cx.value_error("BoolOp with less than 2 values"));
        }
        Ok(Expr::BoolOp(ExprBoolOp {
            node_index: NO_INDEX,
            range,
            op,
            values,
        }))
    }

    fn compare(&mut self, cx: &mut Cx, object: Object, range: TextRange) -> PyResult<Expr> {
        let left = self.child(cx, object, "left", Context::Load)?;
        let names = self.items(cx, object, "ops")?;
        let mut ops = Vec::with_capacity(names.len());
        for &v in names.as_slice() {
            ops.push(match self.object(cx, v, Node::AnyCmpOp)?.node {
                Node::Eq => CmpOp::Eq,
                Node::NotEq => CmpOp::NotEq,
                Node::Lt => CmpOp::Lt,
                Node::LtE => CmpOp::LtE,
                Node::Gt => CmpOp::Gt,
                Node::GtE => CmpOp::GtE,
                Node::Is => CmpOp::Is,
                Node::IsNot => CmpOp::IsNot,
                Node::In => CmpOp::In,
                _ => CmpOp::NotIn,
            });
        }
        let comparators = self.children(cx, object, "comparators", Context::Load)?;
        if comparators.is_empty() {
            return Err(cx.value_error("Compare with no comparators"));
        }
        if comparators.len() != ops.len() {
            return Err(
                cx.value_error("Compare has a different number of comparators and operands")
            );
        }
        Ok(Expr::Compare(ExprCompare {
            node_index: NO_INDEX,
            range,
            left,
            ops: ops.into(),
            comparators: comparators.into(),
        }))
    }
}
