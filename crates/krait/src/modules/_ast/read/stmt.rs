//! Statements.

use krait_runtime::native::{Cx, PyResult, Value};
use krait_syntax::TextRange;
use krait_syntax::ast::{
    Alias, ElifElseClause, ExceptHandler, ExceptHandlerExceptHandler, Stmt, StmtAnnAssign,
    StmtAssert, StmtAssign, StmtAugAssign, StmtBreak, StmtContinue, StmtDelete, StmtExpr, StmtFor,
    StmtGlobal, StmtIf, StmtImport, StmtImportFrom, StmtMatch, StmtNonlocal, StmtPass, StmtRaise,
    StmtReturn, StmtTry, StmtTypeAlias, StmtWhile, StmtWith, WithItem,
};

use super::{Context, NO_INDEX, Object, Read, identifier};
use crate::modules::_ast::table::Node;

impl Read {
    pub(super) fn statements(
        &mut self,
        cx: &mut Cx,
        object: Object,
        name: &str,
    ) -> PyResult<Vec<Stmt>> {
        let items = self.items(cx, object, name)?;
        let mut body = Vec::with_capacity(items.len());
        for &v in items.as_slice() {
            if v.is_none() {
                return Err(cx.value_error("None disallowed in statement list"));
            }
            body.push(self.stmt(cx, v)?);
        }
        Ok(body)
    }

    /// A body, which must not be empty.
    pub(super) fn body(&mut self, cx: &mut Cx, object: Object) -> PyResult<Vec<Stmt>> {
        let body = self.statements(cx, object, "body")?;
        self.nonempty(cx, &body, "body", object)?;
        Ok(body)
    }

    fn stmt(&mut self, cx: &mut Cx, v: Value) -> PyResult<Stmt> {
        self.nested(cx, |this, cx| {
            let (object, range, _) = this.placed(cx, v, Node::AnyStmt)?;
            match object.node {
                Node::FunctionDef | Node::AsyncFunctionDef => this.function(cx, object, range),
                Node::ClassDef => this.class(cx, object, range),
                Node::Global | Node::Nonlocal | Node::Import | Node::ImportFrom => {
                    this.naming(cx, object, range)
                }
                Node::Return
                | Node::Delete
                | Node::Assign
                | Node::TypeAlias
                | Node::AugAssign
                | Node::AnnAssign
                | Node::Raise
                | Node::Assert
                | Node::Expr
                | Node::Pass
                | Node::Break
                | Node::Continue => this.simple(cx, object, range),
                _ => this.compound(cx, object, range),
            }
        })
    }

    fn simple(&mut self, cx: &mut Cx, object: Object, range: TextRange) -> PyResult<Stmt> {
        let node_index = NO_INDEX;
        let load = Context::Load;
        Ok(match object.node {
            Node::Return => Stmt::Return(StmtReturn {
                node_index,
                range,
                value: self.optional_child(cx, object, "value")?,
            }),
            Node::Delete => {
                let targets = self.children(cx, object, "targets", Context::Del)?;
                self.nonempty(cx, &targets, "targets", object)?;
                Stmt::Delete(StmtDelete {
                    node_index,
                    range,
                    targets,
                })
            }
            Node::Assign => {
                let targets = self.children(cx, object, "targets", Context::Store)?;
                self.nonempty(cx, &targets, "targets", object)?;
                let value = self.child(cx, object, "value", load)?;
                self.check_string(cx, object, "type_comment")?;
                Stmt::Assign(StmtAssign {
                    node_index,
                    range,
                    targets,
                    value,
                })
            }
            Node::TypeAlias => {
                let name = self.present(cx, object, "name")?;
                if !cx.is_instance(name, self.classes.class(Node::Name)) {
                    return Err(cx.type_error("TypeAlias with non-Name name"));
                }
                let name = Box::new(self.expr(cx, name, Context::Store)?);
                let type_params = self.type_params(cx, object, range)?;
                let value = self.child(cx, object, "value", load)?;
                Stmt::TypeAlias(StmtTypeAlias {
                    node_index,
                    range,
                    name,
                    type_params,
                    value,
                })
            }
            Node::AugAssign => {
                let target = self.child(cx, object, "target", Context::Store)?;
                let op = self.operator(cx, object)?;
                let value = self.child(cx, object, "value", load)?;
                Stmt::AugAssign(StmtAugAssign {
                    node_index,
                    range,
                    target,
                    op,
                    value,
                })
            }
            Node::AnnAssign => self.annotated(cx, object, range)?,
            Node::Raise => {
                let exc = self.optional_child(cx, object, "exc")?;
                let cause = self.optional_child(cx, object, "cause")?;
                if exc.is_none() && cause.is_some() {
                    return Err(cx.value_error("Raise with cause but no exception"));
                }
                Stmt::Raise(StmtRaise {
                    node_index,
                    range,
                    exc,
                    cause,
                })
            }
            Node::Assert => {
                let test = self.child(cx, object, "test", load)?;
                let msg = self.optional_child(cx, object, "msg")?;
                Stmt::Assert(StmtAssert {
                    node_index,
                    range,
                    test,
                    msg,
                })
            }
            Node::Expr => Stmt::Expr(StmtExpr {
                node_index,
                range,
                value: self.child(cx, object, "value", load)?,
            }),
            Node::Pass => Stmt::Pass(StmtPass { node_index, range }),
            Node::Break => Stmt::Break(StmtBreak { node_index, range }),
            _ => Stmt::Continue(StmtContinue { node_index, range }),
        })
    }

    fn annotated(&mut self, cx: &mut Cx, object: Object, range: TextRange) -> PyResult<Stmt> {
        let simple = self.required_int(cx, object, "simple")? != 0;
        let target = self.present(cx, object, "target")?;
        let kind = self.object(cx, target, Node::AnyExpr)?.node;
        if simple && kind != Node::Name {
            return Err(cx.type_error("AnnAssign with simple non-Name target"));
        }
        if !matches!(kind, Node::Name | Node::Attribute | Node::Subscript) {
            let name = kind.def().name;
            return Err(cx.system_error(format!(
                "invalid node type ({name}) for annotated assignment"
            )));
        }
        let target = Box::new(self.expr(cx, target, Context::Store)?);
        let annotation = self.child(cx, object, "annotation", Context::Load)?;
        let value = self.optional_child(cx, object, "value")?;
        Ok(Stmt::AnnAssign(StmtAnnAssign {
            node_index: NO_INDEX,
            range,
            target,
            annotation,
            value,
            simple,
        }))
    }

    /// Statements that consist of names.
    fn naming(&mut self, cx: &mut Cx, object: Object, range: TextRange) -> PyResult<Stmt> {
        let node_index = NO_INDEX;
        if matches!(object.node, Node::Global | Node::Nonlocal) {
            let items = self.items(cx, object, "names")?;
            let mut names = Vec::with_capacity(items.len());
            for &v in items.as_slice() {
                names.push(identifier(self.text(cx, v, "identifier")?, range));
            }
            self.nonempty(cx, &names, "names", object)?;
            return Ok(match object.node {
                Node::Global => Stmt::Global(StmtGlobal {
                    node_index,
                    range,
                    names,
                }),
                _ => Stmt::Nonlocal(StmtNonlocal {
                    node_index,
                    range,
                    names,
                }),
            });
        }
        let names = self.aliases(cx, object)?;
        self.nonempty(cx, &names, "names", object)?;
        if object.node == Node::Import {
            return Ok(Stmt::Import(StmtImport {
                node_index,
                range,
                names,
                is_lazy: false,
            }));
        }
        let level = match self.optional(cx, object, "level")? {
            Some(v) => self.int(cx, v)?,
            None => 0,
        };
        let Ok(level) = u32::try_from(level) else {
            return Err(cx.value_error("Negative ImportFrom level"));
        };
        let module = self
            .optional_name(cx, object, "module")?
            .map(|n| identifier(n, range));
        Ok(Stmt::ImportFrom(StmtImportFrom {
            node_index,
            range,
            module,
            names,
            level,
            is_lazy: false,
        }))
    }

    fn aliases(&mut self, cx: &mut Cx, object: Object) -> PyResult<Vec<Alias>> {
        let items = self.items(cx, object, "names")?;
        let mut aliases = Vec::with_capacity(items.len());
        for &v in items.as_slice() {
            let (alias, range, _) = self.placed(cx, v, Node::Alias)?;
            let name = identifier(self.name(cx, alias, "name")?, range);
            let asname = self
                .optional_name(cx, alias, "asname")?
                .map(|n| identifier(n, range));
            aliases.push(Alias {
                range,
                node_index: NO_INDEX,
                name,
                asname,
            });
        }
        Ok(aliases)
    }

    fn compound(&mut self, cx: &mut Cx, object: Object, range: TextRange) -> PyResult<Stmt> {
        let node_index = NO_INDEX;
        Ok(match object.node {
            Node::For | Node::AsyncFor => {
                let target = self.child(cx, object, "target", Context::Store)?;
                let iter = self.child(cx, object, "iter", Context::Load)?;
                let body = self.body(cx, object)?.into();
                let orelse = self.statements(cx, object, "orelse")?.into();
                self.check_string(cx, object, "type_comment")?;
                let is_async = object.node == Node::AsyncFor;
                Stmt::For(StmtFor {
                    node_index,
                    range,
                    is_async,
                    target,
                    iter,
                    body,
                    orelse,
                })
            }
            Node::While => {
                let test = self.child(cx, object, "test", Context::Load)?;
                let body = self.body(cx, object)?.into();
                let orelse = self.statements(cx, object, "orelse")?.into();
                Stmt::While(StmtWhile {
                    node_index,
                    range,
                    test,
                    body,
                    orelse,
                })
            }
            Node::If => {
                let test = self.child(cx, object, "test", Context::Load)?;
                let body = self.body(cx, object)?.into();
                let orelse = self.statements(cx, object, "orelse")?;
                let clause = ElifElseClause {
                    range,
                    node_index: NO_INDEX,
                    test: None,
                    body: orelse.into(),
                };
                let elif_else_clauses = if clause.body.is_empty() {
                    Vec::new()
                } else {
                    vec![clause]
                };
                Stmt::If(StmtIf {
                    node_index,
                    range,
                    test,
                    body,
                    elif_else_clauses,
                })
            }
            Node::With | Node::AsyncWith => {
                let items = self.with_items(cx, object)?;
                self.nonempty(cx, &items, "items", object)?;
                let body = self.body(cx, object)?.into();
                self.check_string(cx, object, "type_comment")?;
                Stmt::With(StmtWith {
                    node_index,
                    range,
                    is_async: object.node == Node::AsyncWith,
                    items,
                    body,
                })
            }
            Node::Match => {
                let subject = self.child(cx, object, "subject", Context::Load)?;
                let cases = self.cases(cx, object)?;
                self.nonempty(cx, &cases, "cases", object)?;
                Stmt::Match(StmtMatch {
                    node_index,
                    range,
                    subject,
                    cases,
                })
            }
            _ => self.try_stmt(cx, object, range)?,
        })
    }

    fn with_items(&mut self, cx: &mut Cx, object: Object) -> PyResult<Vec<WithItem>> {
        let values = self.items(cx, object, "items")?;
        let mut items = Vec::with_capacity(values.len());
        for &v in values.as_slice() {
            let item = self.object(cx, v, Node::WithItem)?;
            let range = self.source.piece("", (1, 0), (1, 0));
            let context_expr = *self.child(cx, item, "context_expr", Context::Load)?;
            let optional_vars = match self.optional(cx, item, "optional_vars")? {
                Some(v) => Some(Box::new(self.expr(cx, v, Context::Store)?)),
                None => None,
            };
            items.push(WithItem {
                range,
                node_index: NO_INDEX,
                context_expr,
                optional_vars,
            });
        }
        Ok(items)
    }

    fn try_stmt(&mut self, cx: &mut Cx, object: Object, range: TextRange) -> PyResult<Stmt> {
        let name = object.node.def().name;
        let body = self.body(cx, object)?;
        let values = self.items(cx, object, "handlers")?;
        let mut handlers = Vec::with_capacity(values.len());
        for &v in values.as_slice() {
            handlers.push(self.handler(cx, v)?);
        }
        let orelse = self.statements(cx, object, "orelse")?;
        let finalbody = self.statements(cx, object, "finalbody")?;
        if handlers.is_empty() && finalbody.is_empty() {
            return Err(cx.value_error(format!("{name} has neither except handlers nor finalbody")));
        }
        if handlers.is_empty() && !orelse.is_empty() {
            return Err(cx.value_error(format!("{name} has orelse but no except handlers")));
        }
        Ok(Stmt::Try(StmtTry {
            node_index: NO_INDEX,
            range,
            body: body.into(),
            handlers,
            orelse: orelse.into(),
            finalbody: finalbody.into(),
            is_star: object.node == Node::TryStar,
        }))
    }

    fn handler(&mut self, cx: &mut Cx, v: Value) -> PyResult<ExceptHandler> {
        let (handler, range, _) = self.placed(cx, v, Node::AnyHandler)?;
        let type_ = self.optional_child(cx, handler, "type")?;
        let name = self
            .optional_name(cx, handler, "name")?
            .map(|n| identifier(n, range));
        let body = self.body(cx, handler)?.into();
        Ok(ExceptHandler::ExceptHandler(ExceptHandlerExceptHandler {
            range,
            node_index: NO_INDEX,
            type_,
            name,
            body,
        }))
    }
}
