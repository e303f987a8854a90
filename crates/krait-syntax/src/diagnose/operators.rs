//! Binary and unary operators, down to primaries.

use super::engine::{Parser, R, alts};
use super::node::NodeKind;

/// The binary operators below comparisons, the loosest first.
const LEVELS: [&[&str]; 3] = [&["|"], &["^"], &["&"]];
const NOT_AFTER_OPERATOR: &str = "'not' after an operator must be parenthesized";

impl Parser<'_> {
    pub(super) fn bitwise_or(&mut self) -> R {
        self.memo(|p| p.left_associative(LEVELS[0], Self::bitwise_xor, Self::bitwise_xor))
    }

    fn bitwise_xor(&mut self) -> R {
        self.memo(|p| p.left_associative(LEVELS[1], Self::bitwise_and, Self::bitwise_and))
    }

    fn bitwise_and(&mut self) -> R {
        self.memo(|p| p.left_associative(LEVELS[2], Self::shift_expr, Self::shift_expr))
    }

    fn shift_expr(&mut self) -> R {
        self.memo(|p| {
            let first = |p: &mut Self| alts!(p; p.invalid(Self::invalid_arithmetic), p.sum());
            p.left_associative(&["<<", ">>"], first, Self::sum)
        })
    }

    fn sum(&mut self) -> R {
        self.memo(|p| p.left_associative(&["+", "-"], Self::term, Self::term))
    }

    fn term(&mut self) -> R {
        self.memo(|p| {
            let first = |p: &mut Self| alts!(p; p.invalid(Self::invalid_factor), p.factor());
            p.left_associative(&["*", "/", "//", "%", "@"], first, Self::factor)
        })
    }

    /// A chain of operators of one level. A loop stands for the left recursion of the grammar. The
    /// first operand has a rule of its own, because it is where mistakes are looked for.
    fn left_associative(
        &mut self,
        operators: &[&str],
        first: fn(&mut Self) -> R,
        operand: fn(&mut Self) -> R,
    ) -> R {
        let start = self.here()?;
        let mut left = first(self)?;
        while self
            .opt(|p| {
                p.tok_of(operators)?;
                operand(p)
            })?
            .is_some()
        {
            left = self.node(NodeKind::Operation, start);
        }
        Ok(left)
    }

    fn invalid_arithmetic(&mut self) -> R {
        self.sum()?;
        self.tok_of(&["+", "-", "*", "/", "%", "//", "@"])?;
        let not = self.tok("not")?;
        let operand = self.inversion()?;
        self.raise_range(not, operand, NOT_AFTER_OPERATOR)
    }

    fn invalid_factor(&mut self) -> R {
        self.tok_of(&["+", "-", "~"])?;
        let not = self.tok("not")?;
        let operand = self.factor()?;
        self.raise_range(not, operand, NOT_AFTER_OPERATOR)
    }

    fn factor(&mut self) -> R {
        self.memo(|p| {
            let start = p.here()?;
            alts!(p;
                {
                    p.tok_of(&["+", "-", "~"])?;
                    p.factor()?;
                    Ok(p.node(NodeKind::Operation, start))
                },
                p.power(),
            )
        })
    }

    fn power(&mut self) -> R {
        let start = self.here()?;
        alts!(self;
            {
                self.await_primary()?;
                self.tok("**")?;
                self.factor()?;
                Ok(self.node(NodeKind::Operation, start))
            },
            self.await_primary(),
        )
    }

    fn await_primary(&mut self) -> R {
        self.memo(|p| {
            let start = p.here()?;
            alts!(p;
                {
                    p.tok("await")?;
                    p.primary()?;
                    Ok(p.node(NodeKind::Await, start))
                },
                p.primary(),
            )
        })
    }

    fn primary(&mut self) -> R {
        self.memo(|p| {
            let start = p.here()?;
            let mut node = p.atom()?;
            while let Some(kind) = p.opt(Self::trailer)? {
                node = p.node(kind, start);
            }
            Ok(node)
        })
    }

    fn trailer(&mut self) -> R<NodeKind> {
        alts!(self;
            {
                self.tok(".")?;
                self.name().map(|_| NodeKind::Attribute)
            },
            self.genexp().map(|_| NodeKind::Call),
            {
                self.tok("(")?;
                self.opt(Self::arguments)?;
                self.tok(")").map(|_| NodeKind::Call)
            },
            {
                self.tok("[")?;
                self.slices()?;
                self.tok("]").map(|_| NodeKind::Subscript)
            },
        )
    }

    pub(super) fn slices(&mut self) -> R<()> {
        alts!(self;
            {
                self.slice()?;
                self.not_ahead(|p| p.tok(","))
            },
            {
                self.separated(",", |p| {
                    alts!(p; p.slice(), p.starred_expression().map(drop))
                })?;
                self.opt(|p| p.tok(",")).map(drop)
            },
        )
    }

    fn slice(&mut self) -> R<()> {
        alts!(self;
            {
                self.opt(Self::expression)?;
                self.tok(":")?;
                self.opt(Self::expression)?;
                self.opt(|p| {
                    p.tok(":")?;
                    p.opt(Self::expression)
                })
                .map(drop)
            },
            self.named_expression().map(drop),
        )
    }
}
