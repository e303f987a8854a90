//! Targets of assignments, loops and `del`.

use super::engine::{Parser, R, alts};
use super::node::NodeKind;

impl Parser<'_> {
    pub(super) fn star_targets(&mut self) -> R<()> {
        alts!(self;
            {
                self.star_target()?;
                self.not_ahead(|p| p.tok(","))
            },
            {
                self.separated(",", Self::star_target)?;
                self.opt(|p| p.tok(",")).map(drop)
            },
        )
    }

    pub(super) fn star_target(&mut self) -> R {
        self.memo(|p| {
            alts!(p;
                {
                    p.tok("*")?;
                    p.not_ahead(|p| p.tok("*"))?;
                    p.star_target()
                },
                p.target_with_star_atom(),
            )
        })
    }

    fn target_with_star_atom(&mut self) -> R {
        self.memo(|p| {
            alts!(p;
                p.attribute_target(),
                p.subscript_target(),
                p.star_atom(),
            )
        })
    }

    fn attribute_target(&mut self) -> R {
        let start = self.here()?;
        self.t_primary()?;
        self.tok(".")?;
        self.name()?;
        self.not_ahead(Self::t_lookahead)?;
        Ok(self.node(NodeKind::Attribute, start))
    }

    fn subscript_target(&mut self) -> R {
        let start = self.here()?;
        self.t_primary()?;
        self.tok("[")?;
        self.slices()?;
        self.tok("]")?;
        self.not_ahead(Self::t_lookahead)?;
        Ok(self.node(NodeKind::Subscript, start))
    }

    fn star_atom(&mut self) -> R {
        let start = self.here()?;
        alts!(self;
            self.name().map(drop),
            {
                self.tok("(")?;
                self.target_with_star_atom()?;
                self.tok(")").map(drop)
            },
            {
                self.tok("(")?;
                self.opt(|p| {
                    alts!(p;
                        {
                            p.star_target()?;
                            p.many1(|p| {
                                p.tok(",")?;
                                p.star_target()
                            })?;
                            p.opt(|p| p.tok(",")).map(drop)
                        },
                        {
                            p.star_target()?;
                            p.tok(",").map(drop)
                        },
                    )
                })?;
                self.tok(")").map(drop)
            },
            {
                self.tok("[")?;
                self.opt(|p| {
                    p.separated(",", Self::star_target)?;
                    p.opt(|p| p.tok(","))
                })?;
                self.tok("]").map(drop)
            },
        )?;
        Ok(self.node(NodeKind::Name, start))
    }

    pub(super) fn single_target(&mut self) -> R {
        alts!(self;
            self.single_subscript_attribute_target(),
            self.name(),
            {
                self.tok("(")?;
                let target = self.single_target()?;
                self.tok(")")?;
                Ok(target)
            },
        )
    }

    pub(super) fn single_subscript_attribute_target(&mut self) -> R {
        alts!(self; self.attribute_target(), self.subscript_target())
    }

    pub(super) fn del_targets(&mut self) -> R<()> {
        self.separated(",", Self::del_target)?;
        self.opt(|p| p.tok(",")).map(drop)
    }

    fn del_target(&mut self) -> R {
        self.memo(|p| {
            alts!(p;
                p.attribute_target(),
                p.subscript_target(),
                p.del_t_atom(),
            )
        })
    }

    fn del_t_atom(&mut self) -> R {
        let start = self.here()?;
        alts!(self;
            self.name().map(drop),
            {
                self.tok("(")?;
                self.del_target()?;
                self.tok(")").map(drop)
            },
            {
                self.tok("(")?;
                self.opt(Self::del_targets)?;
                self.tok(")").map(drop)
            },
            {
                self.tok("[")?;
                self.opt(Self::del_targets)?;
                self.tok("]").map(drop)
            },
        )?;
        Ok(self.node(NodeKind::Name, start))
    }

    /// A primary that something more of a target follows.
    fn t_primary(&mut self) -> R {
        self.memo(|p| {
            let start = p.here()?;
            p.atom()?;
            p.ahead(Self::t_lookahead)?;
            while p.opt(Self::t_trailer)?.is_some() {}
            Ok(p.node(NodeKind::Other, start))
        })
    }

    fn t_trailer(&mut self) -> R<()> {
        alts!(self;
            {
                self.tok(".")?;
                self.name()?;
                self.ahead(Self::t_lookahead)
            },
            {
                self.tok("[")?;
                self.slices()?;
                self.tok("]")?;
                self.ahead(Self::t_lookahead)
            },
            {
                self.genexp()?;
                self.ahead(Self::t_lookahead)
            },
            {
                self.tok("(")?;
                self.opt(Self::arguments)?;
                self.tok(")")?;
                self.ahead(Self::t_lookahead)
            },
        )
    }

    fn t_lookahead(&mut self) -> R {
        self.tok_of(&["(", "[", "."])
    }
}
