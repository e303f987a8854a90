//! Compound statements, apart from `match`.

use super::engine::{Parser, R, alts};
use super::node::{NodeKind, TargetRules};
use super::parameters::Style;
use super::statements::cut;
use crate::tokenizer::Kind;

impl Parser<'_> {
    pub(super) fn compound_stmt(&mut self) -> R<()> {
        alts!(self;
            {
                self.ahead(|p| p.tok_of(&["def", "@", "async"]))?;
                self.opt(Self::decorators)?;
                self.function_def_raw()
            },
            {
                self.ahead(|p| p.tok("if"))?;
                self.if_stmt("if")
            },
            {
                self.ahead(|p| p.tok_of(&["class", "@"]))?;
                self.opt(Self::decorators)?;
                self.class_def_raw()
            },
            {
                self.ahead(|p| p.tok_of(&["with", "async"]))?;
                self.with_stmt()
            },
            {
                self.ahead(|p| p.tok_of(&["for", "async"]))?;
                self.for_stmt()
            },
            {
                self.ahead(|p| p.tok("try"))?;
                self.try_stmt()
            },
            {
                self.ahead(|p| p.tok("while"))?;
                self.while_stmt()
            },
            self.match_stmt(),
        )
    }

    pub(super) fn block(&mut self) -> R {
        self.memo(|p| {
            let start = p.here()?;
            alts!(p;
                {
                    p.newline()?;
                    p.expect(Kind::Indent)?;
                    p.statements()?;
                    p.expect(Kind::Dedent).map(drop)
                },
                p.simple_stmts(),
                p.invalid(|p| {
                    p.newline()?;
                    p.not_ahead(|p| p.expect(Kind::Indent))?;
                    p.raise_indentation("expected an indented block")
                }),
            )?;
            Ok(p.node(NodeKind::Other, start))
        })
    }

    fn decorators(&mut self) -> R<()> {
        self.many1(|p| {
            p.tok("@")?;
            p.named_expression()?;
            p.newline()
        })
        .map(drop)
    }

    pub(super) fn colon_and_block(&mut self) -> R<()> {
        self.tok(":")?;
        self.block().map(drop)
    }

    fn class_def_raw(&mut self) -> R<()> {
        alts!(self;
            self.invalid(|p| {
                alts!(p;
                    {
                        p.class_header()?;
                        p.missing_colon()
                    },
                    {
                        let lineno = p.peek()?.lineno;
                        p.class_header()?;
                        p.missing_block("class definition", lineno)
                    },
                )
            }),
            {
                self.class_header()?;
                self.colon_and_block()
            },
        )
    }

    fn class_header(&mut self) -> R<()> {
        self.tok("class")?;
        self.name()?;
        self.opt(Self::type_params)?;
        self.opt(|p| {
            p.tok("(")?;
            p.opt(Self::arguments)?;
            p.tok(")")
        })
        .map(drop)
    }

    fn function_def_raw(&mut self) -> R<()> {
        alts!(self;
            self.invalid(Self::invalid_def_raw),
            {
                self.tok("def")?;
                self.function_rest()
            },
            {
                self.tok("async")?;
                self.tok("def")?;
                self.function_rest()
            },
        )
    }

    fn function_rest(&mut self) -> R<()> {
        self.name()?;
        self.opt(Self::type_params)?;
        self.tok("(")?;
        self.opt(|p| p.params(Style::Def))?;
        self.tok(")")?;
        self.opt(Self::returns)?;
        self.tok(":")?;
        self.opt(Self::func_type_comment)?;
        self.block().map(drop)
    }

    fn invalid_def_raw(&mut self) -> R<()> {
        alts!(self;
            {
                self.opt(|p| p.tok("async"))?;
                let lineno = self.peek()?.lineno;
                self.tok("def")?;
                self.name()?;
                self.opt(Self::type_params)?;
                self.tok("(")?;
                self.opt(|p| p.params(Style::Def))?;
                self.tok(")")?;
                self.opt(Self::returns)?;
                self.missing_block("function definition", lineno)
            },
            {
                self.opt(|p| p.tok("async"))?;
                self.tok("def")?;
                self.name()?;
                self.opt(Self::type_params)?;
                self.forced("(")?;
                self.opt(|p| p.params(Style::Def))?;
                self.tok(")")?;
                self.opt(Self::returns)?;
                self.forced(":")?;
                self.opt(Self::func_type_comment)?;
                self.block().map(drop)
            },
        )
    }

    fn returns(&mut self) -> R {
        self.tok("->")?;
        self.expression()
    }

    fn func_type_comment(&mut self) -> R<()> {
        alts!(self;
            {
                self.newline()?;
                self.type_comment()?;
                self.ahead(|p| {
                    p.newline()?;
                    p.expect(Kind::Indent)
                })
            },
            self.invalid(|p| {
                p.type_comment()?;
                p.newline()?;
                p.type_comment()?;
                p.newline()?;
                p.expect(Kind::Indent)?;
                p.raise_last("Cannot have two type comments on def")
            }),
            self.type_comment().map(drop),
        )
    }

    /// `if` and `elif` have the same shape.
    fn if_stmt(&mut self, keyword: &str) -> R<()> {
        alts!(self;
            self.invalid(|p| p.invalid_condition(keyword)),
            {
                self.tok(keyword)?;
                self.named_expression()?;
                self.colon_and_block()?;
                self.if_stmt("elif")
            },
            {
                self.tok(keyword)?;
                self.named_expression()?;
                self.colon_and_block()?;
                self.opt(Self::else_block).map(drop)
            },
        )
    }

    fn invalid_condition(&mut self, keyword: &str) -> R<()> {
        alts!(self;
            {
                self.tok(keyword)?;
                self.named_expression()?;
                self.missing_colon()
            },
            {
                let lineno = self.peek()?.lineno;
                self.tok(keyword)?;
                self.named_expression()?;
                self.missing_block(&format!("'{keyword}' statement"), lineno)
            },
        )
    }

    fn else_block(&mut self) -> R<()> {
        alts!(self;
            self.invalid(|p| {
                alts!(p;
                    {
                        let lineno = p.peek()?.lineno;
                        p.tok("else")?;
                        p.missing_block("'else' statement", lineno)
                    },
                    {
                        p.tok("else")?;
                        p.colon_and_block()?;
                        p.tok("elif")?;
                        let msg = "'elif' block follows an 'else' block";
                        p.raise_last(msg)
                    },
                )
            }),
            {
                self.tok("else")?;
                self.forced(":")?;
                self.block().map(drop)
            },
        )
    }

    fn while_stmt(&mut self) -> R<()> {
        alts!(self;
            self.invalid(|p| p.invalid_condition("while")),
            {
                self.tok("while")?;
                self.named_expression()?;
                self.colon_and_block()?;
                self.opt(Self::else_block).map(drop)
            },
        )
    }

    fn for_stmt(&mut self) -> R<()> {
        alts!(self;
            self.invalid(Self::invalid_for_stmt),
            {
                self.tok("for")?;
                self.for_rest()
            },
            {
                self.tok("async")?;
                self.tok("for")?;
                self.for_rest()
            },
            self.invalid(Self::invalid_for_target),
        )
    }

    fn for_rest(&mut self) -> R<()> {
        self.star_targets()?;
        self.tok("in")?;
        let rest = |p: &mut Self| {
            p.star_expressions()?;
            p.tok(":")?;
            p.opt(Self::type_comment)?;
            p.block()?;
            p.opt(Self::else_block).map(drop)
        };
        rest(self).map_err(cut)
    }

    fn invalid_for_stmt(&mut self) -> R<()> {
        let header = |p: &mut Self| {
            p.opt(|p| p.tok("async"))?;
            let lineno = p.peek()?.lineno;
            p.tok("for")?;
            p.star_targets()?;
            p.tok("in")?;
            p.star_expressions()?;
            Ok(lineno)
        };
        alts!(self;
            {
                header(self)?;
                self.missing_colon()
            },
            {
                let lineno = header(self)?;
                self.missing_block("'for' statement", lineno)
            },
        )
    }

    pub(super) fn invalid_for_target(&mut self) -> R<()> {
        self.opt(|p| p.tok("async"))?;
        self.tok("for")?;
        let target = self.star_expressions()?;
        self.raise_invalid_target(TargetRules::For, target)
    }

    // ----- with -----

    fn with_stmt(&mut self) -> R<()> {
        let parenthesized = |p: &mut Self| {
            p.tok("(")?;
            p.separated(",", Self::with_item)?;
            p.opt(|p| p.tok(","))?;
            p.tok(")")?;
            p.tok(":")?;
            p.opt(Self::type_comment)?;
            p.block().map(drop)
        };
        let plain = |p: &mut Self| {
            p.separated(",", Self::with_item)?;
            p.tok(":")?;
            p.opt(Self::type_comment)?;
            p.block().map(drop)
        };
        alts!(self;
            self.invalid(|p| p.invalid_with(|p, lineno| p.missing_block("'with' statement", lineno))),
            {
                self.tok("with")?;
                parenthesized(self)
            },
            {
                self.tok("with")?;
                plain(self)
            },
            {
                self.tok("async")?;
                self.tok("with")?;
                parenthesized(self)
            },
            {
                self.tok("async")?;
                self.tok("with")?;
                plain(self)
            },
            self.invalid(|p| p.invalid_with(|p, _| p.missing_colon())),
        )
    }

    fn invalid_with(&mut self, end: fn(&mut Self, u32) -> R<()>) -> R<()> {
        let target = |p: &mut Self| {
            p.opt(|p| {
                p.tok("as")?;
                p.star_target()
            })
        };
        alts!(self;
            {
                self.opt(|p| p.tok("async"))?;
                let lineno = self.peek()?.lineno;
                self.tok("with")?;
                self.separated(",", |p| {
                    p.expression()?;
                    target(p)
                })?;
                end(self, lineno)
            },
            {
                self.opt(|p| p.tok("async"))?;
                let lineno = self.peek()?.lineno;
                self.tok("with")?;
                self.tok("(")?;
                self.separated(",", |p| {
                    p.expressions()?;
                    target(p)
                })?;
                self.opt(|p| p.tok(","))?;
                self.tok(")")?;
                end(self, lineno)
            },
        )
    }

    fn with_item(&mut self) -> R<()> {
        let follow = |p: &mut Self| p.tok_of(&[",", ")", ":"]);
        alts!(self;
            {
                self.expression()?;
                self.tok("as")?;
                self.star_target()?;
                self.ahead(follow)
            },
            self.invalid(|p| {
                p.expression()?;
                p.tok("as")?;
                let target = p.expression()?;
                p.ahead(follow)?;
                p.raise_invalid_target(TargetRules::Assign, target)
            }),
            self.expression().map(drop),
        )
    }

    // ----- try -----

    fn try_stmt(&mut self) -> R<()> {
        let try_block = |p: &mut Self| {
            p.tok("try")?;
            p.forced(":")?;
            p.block().map(drop)
        };
        let ending = |p: &mut Self| {
            p.opt(Self::else_block)?;
            p.opt(Self::finally_block).map(drop)
        };
        alts!(self;
            self.invalid(Self::invalid_try_stmt),
            {
                try_block(self)?;
                self.finally_block()
            },
            {
                try_block(self)?;
                self.many1(|p| p.except_block(false))?;
                ending(self)
            },
            {
                try_block(self)?;
                self.many1(|p| p.except_block(true))?;
                ending(self)
            },
        )
    }

    fn except_keyword(&mut self, star: bool) -> R {
        let except = self.tok("except")?;
        if star {
            self.tok("*")?;
        }
        Ok(except)
    }

    /// An `except` clause, or an `except*` clause.
    fn except_block(&mut self, star: bool) -> R<()> {
        alts!(self;
            self.invalid(|p| p.invalid_except_indent(star)),
            {
                self.except_keyword(star)?;
                self.expression()?;
                self.colon_and_block()
            },
            {
                self.except_keyword(star)?;
                self.expression()?;
                self.as_name()?;
                self.colon_and_block()
            },
            {
                self.except_keyword(star)?;
                self.expressions()?;
                self.colon_and_block()
            },
            {
                if star {
                    return Err(super::Fail::NoMatch);
                }
                self.except_keyword(star)?;
                self.colon_and_block()
            },
            self.invalid(|p| p.invalid_except(star)),
        )
    }

    fn invalid_except_indent(&mut self, star: bool) -> R<()> {
        let what = if star {
            "'except*' statement"
        } else {
            "'except' statement"
        };
        alts!(self;
            {
                let lineno = self.peek()?.lineno;
                self.except_keyword(star)?;
                self.expression()?;
                self.opt(Self::as_name)?;
                self.missing_block(what, lineno)
            },
            {
                if star {
                    return Err(super::Fail::NoMatch);
                }
                let lineno = self.peek()?.lineno;
                self.except_keyword(star)?;
                self.missing_block(what, lineno)
            },
        )
    }

    fn invalid_except(&mut self, star: bool) -> R<()> {
        let keyword = if star { "except*" } else { "except" };
        alts!(self;
            {
                self.except_keyword(star)?;
                let first = self.expression()?;
                self.tok(",")?;
                self.expressions()?;
                self.as_name()?;
                self.tok(":")?;
                let msg = "multiple exception types must be parenthesized when using 'as'";
                self.raise_starting_from(first, msg)
            },
            {
                self.except_keyword(star)?;
                self.expression()?;
                self.opt(Self::as_name)?;
                self.missing_colon()
            },
            {
                self.except_keyword(star)?;
                if star {
                    alts!(self; self.newline(), self.tok(":"))?;
                    let msg = "expected one or more exception types";
                    return self.raise_last(msg);
                }
                self.missing_colon()
            },
            {
                self.except_keyword(star)?;
                self.expression()?;
                self.tok("as")?;
                let target = self.expression()?;
                self.colon_and_block()?;
                let what = target.kind.describe();
                self.raise_node(target, format!("cannot use {keyword} statement with {what}"))
            },
        )
    }

    fn invalid_try_stmt(&mut self) -> R<()> {
        let both = "cannot have both 'except' and 'except*' on the same 'try'";
        alts!(self;
            {
                let lineno = self.peek()?.lineno;
                self.tok("try")?;
                self.missing_block("'try' statement", lineno)
            },
            {
                self.tok("try")?;
                self.colon_and_block()?;
                self.not_ahead(|p| p.tok_of(&["except", "finally"]))?;
                self.raise_last("expected 'except' or 'finally' block",
                )
            },
            {
                self.tok("try")?;
                self.tok(":")?;
                self.many(Self::block)?;
                self.many1(|p| p.except_block(false))?;
                let except = self.tok("except")?;
                let star = self.tok("*")?;
                self.expression()?;
                self.opt(Self::as_name)?;
                self.tok(":")?;
                self.raise_range(except, star, both)
            },
            {
                self.tok("try")?;
                self.tok(":")?;
                self.many(Self::block)?;
                self.many1(|p| p.except_block(true))?;
                let except = self.tok("except")?;
                self.opt(|p| {
                    p.expression()?;
                    p.opt(Self::as_name)
                })?;
                self.tok(":")?;
                self.raise_node(except, both)
            },
        )
    }

    fn finally_block(&mut self) -> R<()> {
        alts!(self;
            self.invalid(|p| {
                let lineno = p.peek()?.lineno;
                p.tok("finally")?;
                p.missing_block("'finally' statement", lineno)
            }),
            {
                self.tok("finally")?;
                self.forced(":")?;
                self.block().map(drop)
            },
        )
    }

    // ----- mistakes that many statements share -----

    /// The header ends without its colon.
    pub(super) fn missing_colon(&mut self) -> R<()> {
        self.newline()?;
        self.raise_last("expected ':'")
    }

    /// The header is complete but nothing indented follows.
    pub(super) fn missing_block(&mut self, after: &str, lineno: u32) -> R<()> {
        self.tok(":")?;
        self.newline()?;
        self.not_ahead(|p| p.expect(Kind::Indent))?;
        let msg = format!("expected an indented block after {after} on line {lineno}");
        self.raise_indentation(msg)
    }
}
