//! Simple statements.

use super::engine::{Fail, Parser, R, alts};
use super::node::{NodeKind, TargetRules};
use crate::error::ErrorKind;
use crate::tokenizer::Kind;

const AUGMENTED: [&str; 13] = [
    "+=", "-=", "*=", "@=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "**=", "//=",
];

impl Parser<'_> {
    pub(super) fn statements(&mut self) -> R<()> {
        self.many1(Self::statement).map(drop)
    }

    fn statement(&mut self) -> R<()> {
        alts!(self;
            self.noted_compound_stmt(),
            self.simple_stmts(),
        )
    }

    fn noted_compound_stmt(&mut self) -> R<()> {
        let mark = self.mark();
        self.compound_stmt()?;
        self.note_statement(mark);
        Ok(())
    }

    /// One interactive statement.
    pub(super) fn statement_newline(&mut self) -> R<()> {
        alts!(self;
            {
                self.noted_compound_stmt()?;
                self.newline().map(drop)
            },
            self.simple_stmts(),
            // At the end of the input there is nothing to run, which is an error.
            self.newline().map(drop),
        )
    }

    pub(super) fn simple_stmts(&mut self) -> R<()> {
        alts!(self;
            {
                self.simple_stmt()?;
                self.not_ahead(|p| p.tok(";"))?;
                self.newline().map(drop)
            },
            {
                self.separated(";", Self::simple_stmt)?;
                self.opt(|p| p.tok(";"))?;
                self.newline().map(drop)
            },
        )
    }

    pub(super) fn simple_stmt(&mut self) -> R {
        self.memo(|p| {
            let start = p.here()?;
            alts!(p;
                p.assignment(),
                {
                    p.ahead(|p| p.soft("type"))?;
                    p.type_alias()
                },
                p.star_expressions().map(drop),
                {
                    p.ahead(|p| p.tok("return"))?;
                    p.tok("return")?;
                    p.opt(Self::star_expressions).map(drop)
                },
                {
                    p.ahead(|p| p.tok_of(&["import", "from"]))?;
                    p.import_stmt()
                },
                {
                    p.ahead(|p| p.tok("raise"))?;
                    p.raise_stmt()
                },
                p.tok("pass").map(drop),
                {
                    p.ahead(|p| p.tok("del"))?;
                    p.del_stmt()
                },
                {
                    p.ahead(|p| p.tok("yield"))?;
                    p.yield_expr().map(drop)
                },
                {
                    p.ahead(|p| p.tok("assert"))?;
                    p.assert_stmt()
                },
                p.tok("break").map(drop),
                p.tok("continue").map(drop),
                {
                    p.tok_of(&["global", "nonlocal"])?;
                    p.separated(",", Self::name).map(drop)
                },
            )?;
            Ok(p.node(NodeKind::Other, start))
        })
    }

    fn assignment(&mut self) -> R<()> {
        alts!(self;
            {
                self.name()?;
                self.annotation_and_value()
            },
            {
                alts!(self;
                    {
                        self.tok("(")?;
                        self.single_target()?;
                        self.tok(")")
                    },
                    self.single_subscript_attribute_target(),
                )?;
                self.annotation_and_value()
            },
            {
                self.many1(|p| {
                    p.star_targets()?;
                    p.tok("=")
                })?;
                self.annotated_rhs()?;
                self.not_ahead(|p| p.tok("="))?;
                self.opt(Self::type_comment).map(drop)
            },
            {
                self.single_target()?;
                self.tok_of(&AUGMENTED)?;
                self.annotated_rhs().map(drop).map_err(cut)
            },
            self.invalid(Self::invalid_assignment),
        )
    }

    fn annotation_and_value(&mut self) -> R<()> {
        self.tok(":")?;
        self.expression()?;
        self.opt(|p| {
            p.tok("=")?;
            p.annotated_rhs()
        })
        .map(drop)
    }

    pub(super) fn annotated_rhs(&mut self) -> R {
        alts!(self; self.yield_expr(), self.star_expressions())
    }

    fn invalid_assignment(&mut self) -> R<()> {
        alts!(self;
            {
                let target = self.invalid_ann_assign_target()?;
                self.tok(":")?;
                self.expression()?;
                let what = target.kind.describe();
                self.raise_node(target, format!("only single target (not {what}) can be annotated"))
            },
            {
                let first = self.star_named_expression()?;
                self.tok(",")?;
                self.many(Self::star_named_expressions)?;
                self.tok(":")?;
                self.expression()?;
                self.raise_node(first, "only single target (not tuple) can be annotated")
            },
            {
                let target = self.expression()?;
                self.tok(":")?;
                self.expression()?;
                self.raise_node(target, "illegal target for annotation")
            },
            {
                self.many(Self::target_and_equals)?;
                let target = self.star_expressions()?;
                self.tok("=")?;
                self.raise_invalid_target(TargetRules::Assign, target)
            },
            {
                self.many(Self::target_and_equals)?;
                let target = self.yield_expr()?;
                self.tok("=")?;
                self.raise_node(target, "assignment to yield expression not possible")
            },
            {
                let target = self.star_expressions()?;
                self.tok_of(&AUGMENTED)?;
                self.annotated_rhs()?;
                let what = target.kind.describe();
                let msg = format!("'{what}' is an illegal expression for augmented assignment");
                self.raise_node(target, msg)
            },
        )
    }

    fn target_and_equals(&mut self) -> R {
        self.star_targets()?;
        self.tok("=")
    }

    fn invalid_ann_assign_target(&mut self) -> R {
        alts!(self;
            self.list(),
            self.tuple(),
            {
                self.tok("(")?;
                let target = self.invalid_ann_assign_target()?;
                self.tok(")")?;
                Ok(target)
            },
        )
    }

    fn raise_stmt(&mut self) -> R<()> {
        self.tok("raise")?;
        if self.opt(Self::expression)?.is_some() {
            self.opt(|p| {
                p.tok("from")?;
                p.expression()
            })?;
        }
        Ok(())
    }

    fn del_stmt(&mut self) -> R<()> {
        alts!(self;
            {
                self.tok("del")?;
                self.del_targets()?;
                self.ahead(|p| {
                    alts!(p; p.tok(";"), p.newline())
                })
            },
            self.invalid(|p| {
                p.tok("del")?;
                let targets = p.star_expressions()?;
                p.raise_invalid_target(TargetRules::Delete, targets)
            }),
        )
    }

    fn assert_stmt(&mut self) -> R<()> {
        self.tok("assert")?;
        self.expression()?;
        self.opt(|p| {
            p.tok(",")?;
            p.expression()
        })
        .map(drop)
    }

    // ----- imports -----

    fn import_stmt(&mut self) -> R<()> {
        alts!(self;
            self.invalid(Self::invalid_import),
            {
                self.tok("import")?;
                self.separated(",", Self::dotted_as_name).map(drop)
            },
            self.import_from(),
        )
    }

    fn import_from(&mut self) -> R<()> {
        let dot = |p: &mut Self| p.tok_of(&[".", "..."]);
        alts!(self;
            {
                self.tok("from")?;
                self.many(dot)?;
                self.dotted_name()?;
                self.tok("import")?;
                self.import_from_targets()
            },
            {
                self.tok("from")?;
                self.many1(dot)?;
                self.tok("import")?;
                self.import_from_targets()
            },
        )
    }

    fn import_from_targets(&mut self) -> R<()> {
        alts!(self;
            {
                self.tok("(")?;
                self.separated(",", Self::import_from_as_name)?;
                self.opt(|p| p.tok(","))?;
                self.tok(")").map(drop)
            },
            {
                self.separated(",", Self::import_from_as_name)?;
                self.not_ahead(|p| p.tok(","))
            },
            self.tok("*").map(drop),
            self.invalid(Self::invalid_import_from_targets),
        )
    }

    fn import_from_as_name(&mut self) -> R<()> {
        alts!(self;
            self.invalid(|p| {
                p.name()?;
                p.invalid_as_target()
            }),
            {
                self.name()?;
                self.opt(Self::as_name).map(drop)
            },
        )
    }

    fn dotted_as_name(&mut self) -> R<()> {
        alts!(self;
            self.invalid(|p| {
                p.dotted_name()?;
                p.invalid_as_target()
            }),
            {
                self.dotted_name()?;
                self.opt(Self::as_name).map(drop)
            },
        )
    }

    pub(super) fn as_name(&mut self) -> R {
        self.tok("as")?;
        self.name()
    }

    fn dotted_name(&mut self) -> R<()> {
        self.separated(".", Self::name).map(drop)
    }

    fn invalid_as_target(&mut self) -> R<()> {
        self.tok("as")?;
        self.not_ahead(|p| {
            p.name()?;
            alts!(p; p.tok_of(&[",", ")", ";"]), p.newline())
        })?;
        let target = self.expression()?;
        let what = target.kind.describe();
        self.raise_node(target, format!("cannot use {what} as import target"))
    }

    fn invalid_import(&mut self) -> R<()> {
        alts!(self;
            {
                let import = self.tok("import")?;
                self.separated(",", Self::dotted_name)?;
                self.tok("from")?;
                self.dotted_name()?;
                let msg = "Did you mean to use 'from ... import ...' instead?";
                self.raise_starting_from(import, msg)
            },
            {
                self.tok("import")?;
                self.missing_import_names()
            },
        )
    }

    fn missing_import_names(&mut self) -> R<()> {
        let token = self.peek()?;
        let newline = self.newline()?;
        let msg = "Expected one or more names after 'import'";
        if !token.placed {
            // The end of an interactive statement.
            let column = self.tokenizer.column() as i32;
            self.set_error_at(
                ErrorKind::Syntax,
                token.lineno,
                0,
                token.lineno,
                column,
                msg.into(),
            );
            return Err(Fail::Stop);
        }
        self.raise_starting_from(newline, msg)
    }

    fn invalid_import_from_targets(&mut self) -> R<()> {
        alts!(self;
            {
                self.separated(",", Self::import_from_as_name)?;
                self.tok(",")?;
                self.newline()?;
                let msg = "trailing comma not allowed without surrounding parentheses";
                self.raise_last(msg)
            },
            self.missing_import_names(),
        )
    }

    /// `(int, *str) -> bool`, a signature type comment.
    pub(super) fn func_type(&mut self) -> R<()> {
        self.tok("(")?;
        self.opt(Self::type_expressions)?;
        self.tok(")")?;
        self.tok("->")?;
        self.expression()?;
        while self.opt(Self::newline)?.is_some() {}
        self.expect(Kind::End).map(drop)
    }

    fn type_expressions(&mut self) -> R<()> {
        let star = |p: &mut Self| {
            p.tok("*")?;
            p.expression()
        };
        let double_star = |p: &mut Self| {
            p.tok("**")?;
            p.expression()
        };
        alts!(self;
            {
                self.separated(",", Self::expression)?;
                self.tok(",")?;
                star(self)?;
                self.tok(",")?;
                double_star(self).map(drop)
            },
            {
                self.separated(",", Self::expression)?;
                self.tok(",")?;
                star(self).map(drop)
            },
            {
                self.separated(",", Self::expression)?;
                self.tok(",")?;
                double_star(self).map(drop)
            },
            {
                star(self)?;
                self.tok(",")?;
                double_star(self).map(drop)
            },
            star(self).map(drop),
            double_star(self).map(drop),
            self.separated(",", Self::expression).map(drop),
        )
    }
}

/// After a `~` in the grammar: a failure ends the whole rule.
pub(super) fn cut(fail: Fail) -> Fail {
    match fail {
        Fail::NoMatch => Fail::Cut,
        other => other,
    }
}
