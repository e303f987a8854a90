//! Parameters of functions and lambdas: the same rules, with another closing token.

use super::engine::{Parser, R, alts};
use super::node::Node;

/// What the parameters belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Def,
    Lambda,
}

impl Style {
    /// The token after the last parameter.
    fn close(self) -> &'static str {
        match self {
            Style::Def => ")",
            Style::Lambda => ":",
        }
    }
}

/// Whether a parameter has a default value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Default {
    No,
    Yes,
    Maybe,
}

impl Parser<'_> {
    pub(super) fn params(&mut self, style: Style) -> R<()> {
        alts!(self;
            self.invalid(|p| p.invalid_parameters(style)),
            self.parameters(style),
        )
    }

    fn parameters(&mut self, s: Style) -> R<()> {
        alts!(self;
            {
                self.slash_no_default(s)?;
                self.many(|p| p.parameter(s, Default::No))?;
                self.many(|p| p.parameter(s, Default::Yes))?;
                self.opt(|p| p.star_etc(s)).map(drop)
            },
            {
                self.slash_with_default(s)?;
                self.many(|p| p.parameter(s, Default::Yes))?;
                self.opt(|p| p.star_etc(s)).map(drop)
            },
            {
                self.many1(|p| p.parameter(s, Default::No))?;
                self.many(|p| p.parameter(s, Default::Yes))?;
                self.opt(|p| p.star_etc(s)).map(drop)
            },
            {
                self.many1(|p| p.parameter(s, Default::Yes))?;
                self.opt(|p| p.star_etc(s)).map(drop)
            },
            self.star_etc(s),
        )
    }

    fn slash(&mut self, s: Style) -> R<()> {
        alts!(self;
            {
                self.tok("/")?;
                self.tok(",").map(drop)
            },
            {
                self.tok("/")?;
                self.ahead(|p| p.tok(s.close()))
            },
        )
    }

    fn slash_no_default(&mut self, s: Style) -> R<()> {
        self.many1(|p| p.parameter(s, Default::No))?;
        self.slash(s)
    }

    fn slash_with_default(&mut self, s: Style) -> R<()> {
        self.many(|p| p.parameter(s, Default::No))?;
        self.many1(|p| p.parameter(s, Default::Yes))?;
        self.slash(s)
    }

    fn any_slash(&mut self, s: Style) -> R<()> {
        alts!(self; self.slash_no_default(s), self.slash_with_default(s))
    }

    /// One parameter with the comma after it, unless it is the last.
    fn parameter(&mut self, s: Style, default: Default) -> R {
        let parameter = |p: &mut Self| {
            let param = p.param(s)?;
            match default {
                Default::No => {}
                Default::Yes => p.default_value()?,
                Default::Maybe => p.opt(Self::default_value).map(drop)?,
            }
            Ok(param)
        };
        alts!(self;
            {
                let param = parameter(self)?;
                self.tok(",")?;
                self.opt(Self::type_comment)?;
                Ok(param)
            },
            {
                let param = parameter(self)?;
                self.opt(Self::type_comment)?;
                self.ahead(|p| p.tok(s.close()))?;
                Ok(param)
            },
        )
    }

    /// A name, with its annotation in a `def`.
    fn param(&mut self, s: Style) -> R {
        let start = self.here()?;
        self.name()?;
        if s == Style::Def {
            self.opt(|p| {
                p.tok(":")?;
                p.expression()
            })?;
        }
        Ok(self.node(super::NodeKind::Other, start))
    }

    fn default_value(&mut self) -> R<()> {
        alts!(self;
            {
                self.tok("=")?;
                self.expression().map(drop)
            },
            self.invalid(|p| {
                let equals = p.tok("=")?;
                p.ahead(|p| p.tok_of(&[")", ","]))?;
                p.raise_node(equals, "expected default value expression")
            }),
        )
    }

    fn star_etc(&mut self, s: Style) -> R<()> {
        alts!(self;
            self.invalid(|p| p.invalid_star_etc(s)),
            {
                self.tok("*")?;
                self.parameter(s, Default::No)?;
                self.keyword_only_rest(s)
            },
            {
                self.tok("*")?;
                self.star_annotated(s)?;
                self.keyword_only_rest(s)
            },
            {
                self.tok("*")?;
                self.tok(",")?;
                self.many1(|p| p.parameter(s, Default::Maybe))?;
                self.opt(|p| p.keywords(s)).map(drop)
            },
            self.keywords(s),
        )
    }

    fn keyword_only_rest(&mut self, s: Style) -> R<()> {
        self.many(|p| p.parameter(s, Default::Maybe))?;
        self.opt(|p| p.keywords(s)).map(drop)
    }

    /// `*args: *Ts`, in a `def` only.
    fn star_annotated(&mut self, s: Style) -> R<()> {
        if s == Style::Lambda {
            return Err(super::Fail::NoMatch);
        }
        self.name()?;
        self.tok(":")?;
        self.star_expression()?;
        alts!(self;
            self.tok(",").map(drop),
            self.ahead(|p| p.tok(")")),
        )?;
        self.opt(Self::type_comment).map(drop)
    }

    fn keywords(&mut self, s: Style) -> R<()> {
        alts!(self;
            self.invalid(|p| p.invalid_keywords(s)),
            {
                self.tok("**")?;
                self.parameter(s, Default::No).map(drop)
            },
        )
    }

    // ----- mistakes -----

    fn invalid_parameters(&mut self, s: Style) -> R<()> {
        alts!(self;
            {
                let slash = self.tok("/")?;
                self.tok(",")?;
                self.raise_node(slash, "at least one argument must precede /")
            },
            {
                self.any_slash(s)?;
                self.many(|p| p.parameter(s, Default::Maybe))?;
                let slash = self.tok("/")?;
                self.raise_node(slash, "/ may appear only once")
            },
            {
                self.opt(|p| p.slash_no_default(s))?;
                self.many(|p| p.parameter(s, Default::No))?;
                alts!(self;
                    self.slash_with_default(s),
                    self.many1(|p| p.parameter(s, Default::Yes)).map(drop),
                )?;
                let param = self.parameter(s, Default::No)?;
                let msg = "parameter without a default follows parameter with a default";
                self.raise_node(param, msg)
            },
            self.parenthesized_parameters(s),
            {
                self.opt(|p| p.any_slash(s))?;
                self.many(|p| p.parameter(s, Default::Maybe))?;
                self.tok("*")?;
                self.comma_or_parameter(s)?;
                self.many(|p| p.parameter(s, Default::Maybe))?;
                let slash = self.tok("/")?;
                self.raise_node(slash, "/ must be ahead of *")
            },
            {
                self.many1(|p| p.parameter(s, Default::Maybe))?;
                self.tok("/")?;
                let star = self.tok("*")?;
                self.raise_node(star, "expected comma between / and *")
            },
        )
    }

    fn parenthesized_parameters(&mut self, s: Style) -> R<()> {
        self.many(|p| p.parameter(s, Default::No))?;
        let open = self.tok("(")?;
        let what = match s {
            Style::Def => {
                self.many1(|p| p.parameter(s, Default::No))?;
                "Function"
            }
            Style::Lambda => {
                self.separated(",", |p| p.param(s))?;
                "Lambda expression"
            }
        };
        self.opt(|p| p.tok(","))?;
        let close = self.tok(")")?;
        self.raise_range(
            open,
            close,
            format!("{what} parameters cannot be parenthesized"),
        )
    }

    fn comma_or_parameter(&mut self, s: Style) -> R {
        alts!(self; self.tok(","), self.parameter(s, Default::No))
    }

    fn invalid_star_etc(&mut self, s: Style) -> R<()> {
        let bare = |p: &mut Self| {
            let star = p.tok("*")?;
            alts!(p;
                p.tok(s.close()),
                {
                    p.tok(",")?;
                    p.tok_of(&[s.close(), "**"])
                },
            )?;
            Ok(star)
        };
        alts!(self;
            {
                let star: Node = bare(self)?;
                let msg = "named arguments must follow bare *";
                match s {
                    Style::Def => self.raise_node(star, msg),
                    Style::Lambda => self.raise_last(msg),
                }
            },
            {
                self.tok("*")?;
                self.tok(",")?;
                self.type_comment()?;
                self.raise_last("bare * has associated type comment")
            },
            {
                self.tok("*")?;
                self.param(s)?;
                let equals = self.tok("=")?;
                self.raise_node(equals, "var-positional argument cannot have default value")
            },
            {
                self.tok("*")?;
                alts!(self; self.parameter(s, Default::No), self.tok(","))?;
                self.many(|p| p.parameter(s, Default::Maybe))?;
                let star = self.tok("*")?;
                alts!(self; self.parameter(s, Default::No), self.tok(","))?;
                self.raise_node(star, "* argument may appear only once")
            },
        )
    }

    fn invalid_keywords(&mut self, s: Style) -> R<()> {
        let after = "arguments cannot follow var-keyword argument";
        alts!(self;
            {
                self.tok("**")?;
                self.param(s)?;
                let equals = self.tok("=")?;
                self.raise_node(equals, "var-keyword argument cannot have default value")
            },
            {
                self.tok("**")?;
                self.param(s)?;
                self.tok(",")?;
                let param = self.param(s)?;
                self.raise_node(param, after)
            },
            {
                self.tok("**")?;
                self.param(s)?;
                self.tok(",")?;
                let token = self.tok_of(&["*", "**", "/"])?;
                self.raise_node(token, after)
            },
        )
    }
}
