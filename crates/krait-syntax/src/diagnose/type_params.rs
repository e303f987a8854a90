//! Type parameters and type aliases.

use super::engine::{Parser, R, alts};
use super::node::NodeKind;

impl Parser<'_> {
    pub(super) fn type_alias(&mut self) -> R<()> {
        self.soft("type")?;
        self.name()?;
        self.opt(Self::type_params)?;
        self.tok("=")?;
        self.expression().map(drop)
    }

    pub(super) fn type_params(&mut self) -> R<()> {
        alts!(self;
            self.invalid(|p| {
                p.tok("[")?;
                let close = p.tok("]")?;
                p.raise_starting_from(close, "Type parameter list cannot be empty")
            }),
            {
                self.tok("[")?;
                self.separated(",", Self::type_param)?;
                self.opt(|p| p.tok(","))?;
                self.tok("]").map(drop)
            },
        )
    }

    fn type_param(&mut self) -> R {
        self.memo(|p| {
            let start = p.here()?;
            alts!(p;
                {
                    p.name()?;
                    p.opt(|p| {
                        p.tok(":")?;
                        p.expression()
                    })?;
                    p.opt(Self::type_param_default).map(drop)
                },
                p.invalid(|p| {
                    alts!(p;
                        p.invalid_bound("*", "TypeVarTuple"),
                        p.invalid_bound("**", "ParamSpec"),
                    )
                }),
                {
                    p.tok("*")?;
                    p.name()?;
                    p.opt(|p| {
                        p.tok("=")?;
                        p.star_expression()
                    })
                    .map(drop)
                },
                {
                    p.tok("**")?;
                    p.name()?;
                    p.opt(Self::type_param_default).map(drop)
                },
            )?;
            Ok(p.node(NodeKind::Other, start))
        })
    }

    fn type_param_default(&mut self) -> R {
        self.tok("=")?;
        self.expression()
    }

    fn invalid_bound(&mut self, stars: &str, what: &str) -> R<()> {
        self.tok(stars)?;
        self.name()?;
        let colon = self.tok(":")?;
        let bound = self.expression()?;
        let noun = if bound.kind == NodeKind::Tuple {
            "constraints"
        } else {
            "bound"
        };
        self.raise_starting_from(colon, format!("cannot use {noun} with {what}"))
    }
}
