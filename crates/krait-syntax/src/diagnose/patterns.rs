//! `match` statements and patterns.

use super::engine::{Parser, R, alts};
use super::node::{Node, NodeKind};
use crate::tokenizer::Kind;

impl Parser<'_> {
    pub(super) fn match_stmt(&mut self) -> R<()> {
        alts!(self;
            {
                self.soft("match")?;
                self.subject_expr()?;
                self.tok(":")?;
                self.newline()?;
                self.expect(Kind::Indent)?;
                self.many1(Self::case_block)?;
                self.expect(Kind::Dedent).map(drop)
            },
            self.invalid(|p| {
                alts!(p;
                    {
                        p.soft("match")?;
                        p.subject_expr()?;
                        p.missing_colon()
                    },
                    {
                        let lineno = p.peek()?.lineno;
                        p.soft("match")?;
                        p.subject_expr()?;
                        p.missing_block("'match' statement", lineno)
                    },
                )
            }),
        )
    }

    fn subject_expr(&mut self) -> R<()> {
        alts!(self;
            {
                self.star_named_expression()?;
                self.tok(",")?;
                self.opt(Self::star_named_expressions).map(drop)
            },
            self.named_expression().map(drop),
        )
    }

    fn case_block(&mut self) -> R<()> {
        let header = |p: &mut Self| {
            p.soft("case")?;
            p.patterns()?;
            p.opt(|p| {
                p.tok("if")?;
                p.named_expression()
            })
        };
        alts!(self;
            self.invalid(|p| {
                alts!(p;
                    {
                        header(p)?;
                        p.missing_colon()
                    },
                    {
                        let lineno = p.peek()?.lineno;
                        header(p)?;
                        p.missing_block("'case' statement", lineno)
                    },
                )
            }),
            {
                header(self)?;
                self.colon_and_block()
            },
        )
    }

    fn patterns(&mut self) -> R<()> {
        alts!(self; self.open_sequence_pattern(), self.pattern().map(drop))
    }

    fn pattern(&mut self) -> R {
        let start = self.here()?;
        alts!(self; self.as_pattern(), self.or_pattern())?;
        Ok(self.node(NodeKind::Other, start))
    }

    fn as_pattern(&mut self) -> R<()> {
        alts!(self;
            {
                self.or_pattern()?;
                self.tok("as")?;
                self.pattern_capture_target().map(drop)
            },
            self.invalid(|p| {
                alts!(p;
                    {
                        p.or_pattern()?;
                        p.tok("as")?;
                        let target = p.soft("_")?;
                        p.raise_node(target, "cannot use '_' as a target")
                    },
                    {
                        p.or_pattern()?;
                        p.tok("as")?;
                        let target = p.expression()?;
                        let what = target.kind.describe();
                        p.raise_node(target, format!("cannot use {what} as pattern target"))
                    },
                )
            }),
        )
    }

    fn or_pattern(&mut self) -> R<()> {
        self.separated("|", Self::closed_pattern).map(drop)
    }

    fn closed_pattern(&mut self) -> R {
        self.memo(|p| {
            let start = p.here()?;
            alts!(p;
                {
                    let literal = p.literal()?;
                    p.note_dynamic(literal);
                    Ok(())
                },
                p.pattern_capture_target().map(drop),
                p.soft("_").map(drop),
                {
                    p.attr()?;
                    p.not_ahead(|p| p.tok_of(&[".", "(", "="]))
                },
                {
                    p.tok("(")?;
                    p.pattern()?;
                    p.tok(")").map(drop)
                },
                p.sequence_pattern(),
                p.mapping_pattern(),
                p.class_pattern(),
            )?;
            Ok(p.node(NodeKind::Other, start))
        })
    }

    fn literal(&mut self) -> R {
        let start = self.here()?;
        alts!(self;
            {
                self.opt(|p| p.tok("-"))?;
                self.number()?;
                self.not_ahead(|p| p.tok_of(&["+", "-"]))?;
                Ok(self.node(NodeKind::Number, start))
            },
            {
                self.opt(|p| p.tok("-"))?;
                self.part_of_complex(false)?;
                self.tok_of(&["+", "-"])?;
                self.part_of_complex(true)?;
                Ok(self.node(NodeKind::Number, start))
            },
            self.strings(),
            self.tok_of(&["None", "True", "False"]),
        )
    }

    /// Notes a pattern that has to be evaluated. What is read again is noted once.
    fn note_dynamic(&mut self, value: Node) {
        let place = value.start..value.end;
        let dynamic = matches!(value.kind, NodeKind::FString | NodeKind::TString);
        if dynamic && !self.dynamic_patterns.contains(&place) {
            self.dynamic_patterns.push(place);
        }
    }

    fn part_of_complex(&mut self, imaginary: bool) -> R<()> {
        let token = self.peek()?;
        let number = self.number()?;
        if self.token_text(token).ends_with(['j', 'J']) == imaginary {
            return Ok(());
        }
        let what = if imaginary { "imaginary" } else { "real" };
        self.raise_node(number, format!("{what} number required in complex literal"))
    }

    fn pattern_capture_target(&mut self) -> R {
        self.not_ahead(|p| p.soft("_"))?;
        let name = self.name()?;
        self.not_ahead(|p| p.tok_of(&[".", "(", "="]))?;
        Ok(name)
    }

    fn attr(&mut self) -> R<()> {
        self.name()?;
        self.many1(Self::dot_name).map(drop)
    }

    fn name_or_attr(&mut self) -> R<()> {
        self.name()?;
        self.many(Self::dot_name).map(drop)
    }

    fn dot_name(&mut self) -> R {
        self.tok(".")?;
        self.name()
    }

    fn sequence_pattern(&mut self) -> R<()> {
        alts!(self;
            {
                self.tok("[")?;
                self.opt(Self::maybe_sequence_pattern)?;
                self.tok("]").map(drop)
            },
            {
                self.tok("(")?;
                self.opt(Self::open_sequence_pattern)?;
                self.tok(")").map(drop)
            },
        )
    }

    fn open_sequence_pattern(&mut self) -> R<()> {
        self.maybe_star_pattern()?;
        self.tok(",")?;
        self.opt(Self::maybe_sequence_pattern).map(drop)
    }

    fn maybe_sequence_pattern(&mut self) -> R<()> {
        self.separated(",", Self::maybe_star_pattern)?;
        self.opt(|p| p.tok(",")).map(drop)
    }

    fn maybe_star_pattern(&mut self) -> R<()> {
        alts!(self;
            {
                self.tok("*")?;
                alts!(self; self.pattern_capture_target(), self.soft("_")).map(drop)
            },
            self.pattern().map(drop),
        )
    }

    fn mapping_pattern(&mut self) -> R<()> {
        let keys = |p: &mut Self| p.separated(",", Self::key_value_pattern);
        let end = |p: &mut Self| {
            p.opt(|p| p.tok(","))?;
            p.tok("}").map(drop)
        };
        let rest = |p: &mut Self| {
            p.tok("**")?;
            p.pattern_capture_target()
        };
        alts!(self;
            {
                self.tok("{")?;
                self.tok("}").map(drop)
            },
            {
                self.tok("{")?;
                rest(self)?;
                end(self)
            },
            {
                self.tok("{")?;
                keys(self)?;
                self.tok(",")?;
                rest(self)?;
                end(self)
            },
            {
                self.tok("{")?;
                keys(self)?;
                end(self)
            },
        )
    }

    fn key_value_pattern(&mut self) -> R<()> {
        alts!(self;
            {
                let literal = self.literal()?;
                self.note_dynamic(literal);
                Ok(())
            },
            self.attr(),
        )?;
        self.tok(":")?;
        self.pattern().map(drop)
    }

    fn class_pattern(&mut self) -> R<()> {
        let start = |p: &mut Self| {
            p.name_or_attr()?;
            p.tok("(")
        };
        let end = |p: &mut Self| {
            p.opt(|p| p.tok(","))?;
            p.tok(")").map(drop)
        };
        alts!(self;
            {
                start(self)?;
                self.tok(")").map(drop)
            },
            {
                start(self)?;
                self.separated(",", Self::pattern)?;
                end(self)
            },
            {
                start(self)?;
                self.separated(",", Self::keyword_pattern)?;
                end(self)
            },
            {
                start(self)?;
                self.separated(",", Self::pattern)?;
                self.tok(",")?;
                self.separated(",", Self::keyword_pattern)?;
                end(self)
            },
            self.invalid(|p| {
                start(p)?;
                p.opt(|p| {
                    p.separated(",", Self::pattern)?;
                    p.tok(",")
                })?;
                p.separated(",", Self::keyword_pattern)?;
                p.tok(",")?;
                let late: Vec<Node> = p.separated(",", Self::pattern)?;
                let msg = "positional patterns follow keyword patterns";
                p.raise_range(late[0], late[late.len() - 1], msg)
            }),
        )
    }

    fn keyword_pattern(&mut self) -> R<()> {
        self.name()?;
        self.tok("=")?;
        self.pattern().map(drop)
    }
}
