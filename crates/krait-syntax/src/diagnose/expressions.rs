//! Expressions from the comma down to comparisons.

use super::engine::{Fail, Parser, R, alts};
use super::node::{Node, NodeKind};
use super::parameters::Style;
use super::statements::cut;
use crate::tokenizer::Kind;

/// Statements of Python 2 whose arguments came without parentheses.
const LEGACY_STATEMENTS: [&str; 2] = ["print", "exec"];

impl Parser<'_> {
    pub(super) fn expressions(&mut self) -> R {
        self.tuple_of(Self::expression)
    }

    pub(super) fn star_expressions(&mut self) -> R {
        self.tuple_of(Self::star_expression)
    }

    /// One or more with commas: a tuple as soon as there is one.
    fn tuple_of(&mut self, element: fn(&mut Self) -> R) -> R {
        let start = self.here()?;
        alts!(self;
            {
                let mut elements = vec![element(self)?];
                elements.extend(self.many1(|p| {
                    p.tok(",")?;
                    element(p)
                })?);
                self.opt(|p| p.tok(","))?;
                Ok(self.parent(NodeKind::Tuple, start, &elements))
            },
            {
                let only = element(self)?;
                self.tok(",")?;
                Ok(self.parent(NodeKind::Tuple, start, &[only]))
            },
            element(self),
        )
    }

    pub(super) fn star_expression(&mut self) -> R {
        self.memo(|p| alts!(p; p.starred_bitwise_or(), p.expression()))
    }

    fn starred_bitwise_or(&mut self) -> R {
        let start = self.here()?;
        self.tok("*")?;
        let value = self.bitwise_or()?;
        Ok(self.parent(NodeKind::Starred, start, &[value]))
    }

    pub(super) fn star_named_expressions(&mut self) -> R<Vec<Node>> {
        let elements = self.separated(",", Self::star_named_expression)?;
        self.opt(|p| p.tok(","))?;
        Ok(elements)
    }

    pub(super) fn star_named_expression(&mut self) -> R {
        alts!(self; self.starred_bitwise_or(), self.named_expression())
    }

    pub(super) fn assignment_expression(&mut self) -> R {
        let start = self.here()?;
        self.name()?;
        self.tok(":=")?;
        self.expression().map_err(cut)?;
        Ok(self.node(NodeKind::Named, start))
    }

    /// `expression !':='`
    pub(super) fn plain_expression(&mut self) -> R {
        let expression = self.expression()?;
        self.not_ahead(|p| p.tok(":="))?;
        Ok(expression)
    }

    pub(super) fn named_expression(&mut self) -> R {
        alts!(self;
            // The cut in it ends that rule only.
            self.assignment_expression().map_err(uncut),
            self.invalid(|p| p.memo(Self::invalid_named_expression)),
            self.plain_expression(),
        )
    }

    fn invalid_named_expression(&mut self) -> R {
        let equals = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
        alts!(self;
            {
                let target = self.expression()?;
                self.tok(":=")?;
                self.expression()?;
                let what = target.kind.describe();
                let msg = format!("cannot use assignment expressions with {what}");
                self.raise_node(target, msg)
            },
            {
                let name = self.name()?;
                self.tok("=")?;
                let value = self.bitwise_or()?;
                self.not_ahead(|p| p.tok_of(&["=", ":="]))?;
                self.raise_range(name, value, equals)
            },
            {
                self.not_ahead(|p| {
                    alts!(p;
                        p.list(),
                        p.tuple(),
                        p.genexp(),
                        p.tok_of(&["True", "None", "False"]),
                    )
                })?;
                let target = self.bitwise_or()?;
                self.tok("=")?;
                self.bitwise_or()?;
                self.not_ahead(|p| p.tok_of(&["=", ":="]))?;
                let what = target.kind.describe();
                let msg =
                    format!("cannot assign to {what} here. Maybe you meant '==' instead of '='?");
                self.raise_node(target, msg)
            },
        )
    }

    pub(super) fn yield_expr(&mut self) -> R {
        let start = self.here()?;
        alts!(self;
            {
                self.tok("yield")?;
                self.tok("from")?;
                self.expression().map(drop)
            },
            {
                self.tok("yield")?;
                self.opt(Self::star_expressions).map(drop)
            },
        )?;
        Ok(self.node(NodeKind::Yield, start))
    }

    pub(super) fn expression(&mut self) -> R {
        self.memo(|p| {
            alts!(p;
                p.invalid(Self::invalid_expression),
                p.invalid(Self::invalid_legacy_expression),
                p.conditional(),
                p.disjunction(),
                p.lambdef(),
            )
        })
    }

    fn expression_without_invalid(&mut self) -> R {
        self.without_invalid(|p| alts!(p; p.conditional(), p.disjunction(), p.lambdef()))
    }

    fn conditional(&mut self) -> R {
        let start = self.here()?;
        self.disjunction()?;
        self.tok("if")?;
        self.disjunction()?;
        self.tok("else")?;
        self.expression()?;
        Ok(self.node(NodeKind::Conditional, start))
    }

    fn lambdef(&mut self) -> R {
        let start = self.here()?;
        self.tok("lambda")?;
        self.opt(|p| p.params(Style::Lambda))?;
        self.tok(":")?;
        self.expression()?;
        Ok(self.node(NodeKind::Lambda, start))
    }

    fn invalid_legacy_expression(&mut self) -> R {
        let name = self.name()?;
        self.not_ahead(|p| p.tok("("))?;
        let arguments = self.star_expressions()?;
        let word = &self.text[name.start..name.end];
        if !LEGACY_STATEMENTS.contains(&word) {
            return Err(Fail::NoMatch);
        }
        let msg = format!("Missing parentheses in call to '{word}'. Did you mean {word}(...)?");
        self.raise_range(name, arguments, msg)
    }

    fn invalid_expression(&mut self) -> R {
        alts!(self;
            {
                self.expect(Kind::String)?;
                let inside = self.many1(|p| {
                    p.not_ahead(|p| p.expect(Kind::String))?;
                    p.expression_without_invalid()
                })?;
                self.expect(Kind::String)?;
                let (first, last) = (inside[0], inside[inside.len() - 1]);
                let msg = "invalid syntax. Is this intended to be part of the string?";
                self.raise_range(first, last, msg)
            },
            {
                self.not_ahead(|p| {
                    alts!(p;
                        {
                            p.name()?;
                            p.expect(Kind::String)
                        },
                        p.any_soft_keyword(),
                    )
                })?;
                let first = self.disjunction()?;
                let second = self.expression_without_invalid()?;
                self.missing_comma(first, second)
            },
            {
                let value = self.disjunction()?;
                self.tok("if")?;
                let condition = self.disjunction()?;
                self.not_ahead(|p| p.tok_of(&["else", ":"]))?;
                self.raise_range(value, condition, "expected 'else' after 'if' expression")
            },
            {
                self.disjunction()?;
                self.tok("if")?;
                self.disjunction()?;
                self.tok("else")?;
                self.not_ahead(Self::expression)?;
                self.raise_next_token("expected expression after 'else', but statement is given")
            },
            {
                let statement = self.tok_of(&["pass", "break", "continue"])?;
                self.tok("if")?;
                self.disjunction()?;
                self.tok("else")?;
                self.simple_stmt()?;
                let msg = "expected expression before 'if', but statement is given";
                self.raise_node(statement, msg)
            },
            {
                let lambda = self.tok("lambda")?;
                self.opt(|p| p.params(Style::Lambda))?;
                let colon = self.tok(":")?;
                let middle = self.peek()?.kind;
                let letter = match middle {
                    Kind::FMiddle => 'f',
                    Kind::TMiddle => 't',
                    _ => return Err(Fail::NoMatch),
                };
                let msg = format!(
                    "{letter}-string: lambda expressions are not allowed without parentheses"
                );
                self.raise_range(lambda, colon, msg)
            },
        )
    }

    /// Two expressions in a row, within brackets.
    fn missing_comma(&mut self, first: Node, second: Node) -> R {
        let word = &self.text[first.start..first.end];
        let legacy = first.kind == NodeKind::Name && LEGACY_STATEMENTS.contains(&word);
        if legacy || self.previous().level == 0 {
            return Err(Fail::Cut);
        }
        self.raise_range(first, second, "invalid syntax. Perhaps you forgot a comma?")
    }

    // ----- boolean operators and comparisons -----

    pub(super) fn disjunction(&mut self) -> R {
        self.memo(|p| p.joined("or", Self::conjunction))
    }

    fn conjunction(&mut self) -> R {
        self.memo(|p| p.joined("and", Self::inversion))
    }

    fn joined(&mut self, operator: &str, operand: fn(&mut Self) -> R) -> R {
        let start = self.here()?;
        let first = operand(self)?;
        let more = self.many(|p| {
            p.tok(operator)?;
            operand(p)
        })?;
        if more.is_empty() {
            return Ok(first);
        }
        Ok(self.node(NodeKind::Operation, start))
    }

    pub(super) fn inversion(&mut self) -> R {
        self.memo(|p| {
            let start = p.here()?;
            alts!(p;
                {
                    p.tok("not")?;
                    p.inversion()?;
                    Ok(p.node(NodeKind::Operation, start))
                },
                p.comparison(),
            )
        })
    }

    fn comparison(&mut self) -> R {
        let start = self.here()?;
        let left = self.bitwise_or()?;
        let operators = self.many(Self::compare_op)?;
        let kind = match operators.first() {
            None => return Ok(left),
            Some(true) => NodeKind::CompareIn,
            Some(false) => NodeKind::Compare,
        };
        Ok(self.parent(kind, start, &[left]))
    }

    /// A comparison operator and its right operand; says whether it is `in`.
    fn compare_op(&mut self) -> R<bool> {
        alts!(self;
            {
                self.tok("==")?;
                self.bitwise_or().map(|_| false)
            },
            {
                self.tok("!=")?;
                self.bitwise_or().map(|_| false)
            },
            self.invalid(Self::invalid_diamond),
            {
                self.tok_of(&["<=", "<", ">=", ">"])?;
                self.bitwise_or().map(|_| false)
            },
            {
                self.tok("not")?;
                self.tok("in")?;
                self.bitwise_or().map(|_| false)
            },
            {
                self.tok("in")?;
                self.bitwise_or().map(|_| true)
            },
            {
                self.tok("is")?;
                self.tok("not")?;
                self.bitwise_or().map(|_| false)
            },
            {
                self.tok("is")?;
                self.bitwise_or().map(|_| false)
            },
        )
    }

    /// The inequality operator of Python 2.
    fn invalid_diamond(&mut self) -> R<bool> {
        let less = self.tok("<")?;
        let greater = self.tok(">")?;
        if less.end != greater.start {
            return Err(Fail::NoMatch);
        }
        let msg = "invalid syntax.  Maybe you meant '!=' instead of '<>'?";
        self.raise_range(less, greater, msg)
    }
}

/// Where a rule with a cut is one alternative of another.
pub(super) fn uncut(fail: Fail) -> Fail {
    match fail {
        Fail::Cut => Fail::NoMatch,
        other => other,
    }
}
