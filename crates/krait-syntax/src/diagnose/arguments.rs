//! Arguments of calls.

use super::engine::{Fail, Parser, R, alts};
use super::expressions::uncut;
use super::node::{Node, NodeKind};

/// What the rules for mistakes want to know of an argument list.
struct Args {
    /// Positional and starred arguments, wherever they stand.
    positional: Vec<Node>,
    unpacks_mapping: bool,
}

/// One argument with a keyword or stars.
enum Keyword {
    Named,
    Starred(Node),
    DoubleStarred,
}

const GENERATOR_PARENTHESES: &str = "Generator expression must be parenthesized";
const EQUALS: &str = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";

impl Parser<'_> {
    pub(super) fn arguments(&mut self) -> R {
        self.memo(|p| {
            let start = p.here()?;
            alts!(p;
                {
                    p.args()?;
                    p.opt(|p| p.tok(","))?;
                    p.ahead(|p| p.tok(")"))
                },
                p.invalid(Self::invalid_arguments),
            )?;
            Ok(p.node(NodeKind::Other, start))
        })
    }

    fn args(&mut self) -> R<Args> {
        alts!(self;
            {
                let mut positional = self.separated(",", Self::positional_argument)?;
                let keywords = self.opt(|p| {
                    p.tok(",")?;
                    p.kwargs()
                })?;
                let keywords = keywords.unwrap_or_default();
                positional.extend(starred(&keywords));
                Ok(Args {
                    positional,
                    unpacks_mapping: unpacks_mapping(&keywords),
                })
            },
            {
                let keywords = self.kwargs()?;
                Ok(Args {
                    positional: starred(&keywords).collect(),
                    unpacks_mapping: unpacks_mapping(&keywords),
                })
            },
        )
    }

    fn positional_argument(&mut self) -> R {
        alts!(self;
            self.starred_expression(),
            {
                let value = alts!(self;
                    self.assignment_expression().map_err(uncut),
                    self.plain_expression(),
                )?;
                self.not_ahead(|p| p.tok("="))?;
                Ok(value)
            },
        )
    }

    fn kwargs(&mut self) -> R<Vec<Keyword>> {
        alts!(self;
            {
                let mut keywords = self.separated(",", Self::kwarg_or_starred)?;
                self.tok(",")?;
                keywords.extend(self.separated(",", Self::kwarg_or_double_starred)?);
                Ok(keywords)
            },
            self.separated(",", Self::kwarg_or_starred),
            self.separated(",", Self::kwarg_or_double_starred),
        )
    }

    fn kwarg_or_starred(&mut self) -> R<Keyword> {
        alts!(self;
            self.invalid(Self::invalid_kwarg),
            self.named_argument(),
            self.starred_expression().map(Keyword::Starred),
        )
    }

    fn kwarg_or_double_starred(&mut self) -> R<Keyword> {
        alts!(self;
            self.invalid(Self::invalid_kwarg),
            self.named_argument(),
            {
                self.tok("**")?;
                self.expression().map(|_| Keyword::DoubleStarred)
            },
        )
    }

    fn named_argument(&mut self) -> R<Keyword> {
        self.name()?;
        self.tok("=")?;
        self.expression().map(|_| Keyword::Named)
    }

    pub(super) fn starred_expression(&mut self) -> R {
        let start = self.here()?;
        alts!(self;
            self.invalid(|p| {
                let star = p.tok("*")?;
                p.expression()?;
                p.tok("=")?;
                let value = p.expression()?;
                p.raise_range(star, value, "cannot assign to iterable argument unpacking")
            }),
            {
                self.tok("*")?;
                let value = self.expression()?;
                Ok(self.parent(NodeKind::Starred, start, &[value]))
            },
            self.invalid(|p| {
                p.tok("*")?;
                p.raise_last("Invalid star expression")
            }),
        )
    }

    // ----- mistakes -----

    fn invalid_kwarg(&mut self) -> R<Keyword> {
        alts!(self;
            {
                let constant = self.tok_of(&["True", "False", "None"])?;
                let equals = self.tok("=")?;
                let word = &self.text[constant.start..constant.end];
                self.raise_range(constant, equals, format!("cannot assign to {word}"))
            },
            {
                let name = self.name()?;
                let equals = self.tok("=")?;
                self.expression()?;
                self.for_if_clauses()?;
                self.raise_range(name, equals, EQUALS)
            },
            {
                self.not_ahead(|p| {
                    p.name()?;
                    p.tok("=")
                })?;
                let target = self.expression()?;
                let equals = self.tok("=")?;
                let msg = "expression cannot contain assignment, perhaps you meant \"==\"?";
                self.raise_range(target, equals, msg)
            },
            {
                let stars = self.tok("**")?;
                self.expression()?;
                self.tok("=")?;
                let value = self.expression()?;
                self.raise_range(stars, value, "cannot assign to keyword argument unpacking")
            },
        )
    }

    fn invalid_arguments(&mut self) -> R<()> {
        alts!(self;
            self.star_after_double_star(),
            {
                let element = self.expression()?;
                let clauses = self.for_if_clauses()?;
                self.tok(",")?;
                self.opt(|p| {
                    alts!(p;
                        p.args().map(drop),
                        {
                            p.expression()?;
                            p.for_if_clauses().map(drop)
                        },
                    )
                })?;
                self.raise_range(element, clauses, GENERATOR_PARENTHESES)
            },
            {
                let name = self.name()?;
                let equals = self.tok("=")?;
                self.expression()?;
                self.for_if_clauses()?;
                self.raise_range(name, equals, EQUALS)
            },
            {
                self.opt(|p| {
                    p.args()?;
                    p.tok(",")
                })?;
                let name = self.name()?;
                let equals = self.tok("=")?;
                self.ahead(|p| p.tok_of(&[",", ")"]))?;
                self.raise_range(name, equals, "expected argument value expression")
            },
            {
                let args = self.args()?;
                let clauses = self.for_if_clauses()?;
                match args.positional.as_slice() {
                    [] | [_] => Err(Fail::Cut),
                    [.., last] => self.raise_range(*last, clauses, GENERATOR_PARENTHESES),
                }
            },
            {
                self.args()?;
                self.tok(",")?;
                let element = self.expression()?;
                let clauses = self.for_if_clauses()?;
                self.raise_range(element, clauses, GENERATOR_PARENTHESES)
            },
            {
                let args = self.args()?;
                self.tok(",")?;
                self.args()?;
                let msg = if args.unpacks_mapping {
                    "positional argument follows keyword argument unpacking"
                } else {
                    "positional argument follows keyword argument"
                };
                self.raise_last(msg)
            },
        )
    }

    fn star_after_double_star(&mut self) -> R<()> {
        alts!(self;
            {
                self.separated(",", Self::positional_argument)?;
                self.tok(",")?;
                self.kwargs().map(drop)
            },
            self.kwargs().map(drop),
        )?;
        let comma = self.tok(",")?;
        self.separated(",", |p| {
            p.starred_expression()?;
            p.not_ahead(|p| p.tok("="))
        })?;
        let msg = "iterable argument unpacking follows keyword argument unpacking";
        self.raise_starting_from(comma, msg)
    }
}

fn starred(keywords: &[Keyword]) -> impl Iterator<Item = Node> + '_ {
    keywords.iter().filter_map(|keyword| match keyword {
        Keyword::Starred(node) => Some(*node),
        _ => None,
    })
}

fn unpacks_mapping(keywords: &[Keyword]) -> bool {
    let mut keywords = keywords.iter();
    keywords.any(|keyword| matches!(keyword, Keyword::DoubleStarred))
}
