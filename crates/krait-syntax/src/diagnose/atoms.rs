//! Names, numbers, brackets and comprehensions.

use super::engine::{Parser, R, alts};
use super::expressions::uncut;
use super::node::{Node, NodeKind};
use super::statements::cut;
use crate::error::ErrorKind;
use crate::tokenizer::Kind;

const UNPACKING: &str = "iterable unpacking cannot be used in comprehension";
const TARGET_PARENTHESES: &str = "did you forget parentheses around the comprehension target?";

impl Parser<'_> {
    pub(super) fn atom(&mut self) -> R {
        let token = self.peek()?;
        match token.kind {
            Kind::Name => self.name(),
            Kind::Number => self.number(),
            Kind::String | Kind::FStart | Kind::TStart => self.strings(),
            Kind::Keyword => {
                let kind = match self.token_text(token) {
                    "True" => NodeKind::True,
                    "False" => NodeKind::False,
                    "None" => NodeKind::None,
                    _ => return Err(super::Fail::NoMatch),
                };
                let node = self.expect(Kind::Keyword)?;
                Ok(Node { kind, ..node })
            }
            Kind::Op => match self.token_text(token) {
                "(" => alts!(self; self.genexp(), self.tuple(), self.group()),
                "[" => alts!(self; self.listcomp(), self.list()),
                "{" => alts!(self; self.dictcomp(), self.setcomp(), self.dict(), self.set()),
                "..." => {
                    let node = self.tok("...")?;
                    Ok(Node {
                        kind: NodeKind::Ellipsis,
                        ..node
                    })
                }
                _ => Err(super::Fail::NoMatch),
            },
            _ => Err(super::Fail::NoMatch),
        }
    }

    pub(super) fn number(&mut self) -> R {
        let token = self.peek()?;
        let node = self.expect(Kind::Number)?;
        let text = self.token_text(token);
        let decimal = text.bytes().all(|b| b.is_ascii_digit() || b == b'_');
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let limit = self.int_max_str_digits;
        if decimal && limit > 0 && digits > limit {
            let msg = format!(
                "Exceeds the limit ({limit} digits) for integer string conversion: value has \
                 {digits} digits; use sys.set_int_max_str_digits() to increase the limit - \
                 Consider hexadecimal for huge integer literals to avoid decimal conversion limits."
            );
            let line = token.lineno;
            self.set_error_at(ErrorKind::Syntax, line, 0, line, 0, msg);
            return Err(super::Fail::Stop);
        }
        Ok(Node {
            kind: NodeKind::Number,
            ..node
        })
    }

    fn group(&mut self) -> R {
        alts!(self;
            {
                self.tok("(")?;
                let inner = alts!(self; self.yield_expr(), self.named_expression())?;
                self.tok(")")?;
                Ok(inner)
            },
            self.invalid(Self::invalid_group),
        )
    }

    fn invalid_group(&mut self) -> R {
        alts!(self;
            {
                self.tok("(")?;
                let starred = self.starred_expression()?;
                self.tok(")")?;
                self.raise_node(starred, "cannot use starred expression here")
            },
            {
                self.tok("(")?;
                let stars = self.tok("**")?;
                self.expression()?;
                self.tok(")")?;
                self.raise_node(stars, "cannot use double starred expression here")
            },
        )
    }

    pub(super) fn list(&mut self) -> R {
        let start = self.here()?;
        self.tok("[")?;
        let elements = self.opt(Self::star_named_expressions)?.unwrap_or_default();
        self.tok("]")?;
        Ok(self.parent(NodeKind::List, start, &elements))
    }

    pub(super) fn tuple(&mut self) -> R {
        let start = self.here()?;
        self.tok("(")?;
        let elements = self.opt(|p| {
            let mut elements = vec![p.star_named_expression()?];
            p.tok(",")?;
            elements.extend(p.opt(Self::star_named_expressions)?.unwrap_or_default());
            Ok(elements)
        })?;
        self.tok(")")?;
        Ok(self.parent(NodeKind::Tuple, start, &elements.unwrap_or_default()))
    }

    fn set(&mut self) -> R {
        let start = self.here()?;
        self.tok("{")?;
        self.star_named_expressions()?;
        self.tok("}")?;
        Ok(self.node(NodeKind::Set, start))
    }

    // ----- dicts -----

    fn dict(&mut self) -> R {
        let start = self.here()?;
        alts!(self;
            {
                self.tok("{")?;
                self.opt(|p| {
                    p.separated(",", Self::double_starred_kvpair)?;
                    p.opt(|p| p.tok(","))
                })?;
                self.tok("}")?;
                Ok(self.node(NodeKind::Dict, start))
            },
            {
                // In both passes: what begins like a dict can be nothing else.
                self.tok("{")?;
                self.invalid_double_starred_kvpairs()
            },
        )
    }

    fn double_starred_kvpair(&mut self) -> R<()> {
        alts!(self;
            {
                self.tok("**")?;
                self.bitwise_or().map(drop)
            },
            self.kvpair(),
        )
    }

    fn kvpair(&mut self) -> R<()> {
        self.expression()?;
        self.tok(":")?;
        self.expression().map(drop)
    }

    fn invalid_double_starred_kvpairs(&mut self) -> R {
        alts!(self;
            {
                self.separated(",", Self::double_starred_kvpair)?;
                self.tok(",")?;
                self.invalid_kvpair()
            },
            self.starred_dict_value(),
            self.missing_dict_value(),
        )
    }

    fn invalid_kvpair(&mut self) -> R {
        alts!(self;
            {
                let key = self.expression()?;
                self.not_ahead(|p| p.tok(":"))?;
                let (lineno, _) = self.position(key.start);
                let (end_lineno, end_col) = self.position(key.end);
                let msg = "':' expected after dictionary key".to_owned();
                let col = end_col as i32;
                self.set_error_at(ErrorKind::Syntax, lineno, col, end_lineno, 0, msg);
                Err(super::Fail::Stop)
            },
            self.starred_dict_value(),
            self.missing_dict_value(),
        )
    }

    fn starred_dict_value(&mut self) -> R {
        self.expression()?;
        self.tok(":")?;
        let star = self.tok("*")?;
        self.bitwise_or()?;
        let msg = "cannot use a starred expression in a dictionary value";
        self.raise_starting_from(star, msg)
    }

    fn missing_dict_value(&mut self) -> R {
        self.expression()?;
        let colon = self.tok(":")?;
        self.ahead(|p| p.tok_of(&["}", ","]))?;
        self.raise_node(colon, "expression expected after dictionary key and ':'")
    }

    // ----- comprehensions -----

    /// The clauses; the node ends where the last iterable or condition does.
    pub(super) fn for_if_clauses(&mut self) -> R {
        let clauses = self.many1(Self::for_if_clause)?;
        Ok(clauses[clauses.len() - 1])
    }

    fn for_if_clause(&mut self) -> R {
        let clause = |p: &mut Self| {
            p.tok("for")?;
            p.star_targets()?;
            p.tok("in")?;
            let rest = |p: &mut Self| {
                let iterable = p.disjunction()?;
                let conditions = p.many(|p| {
                    p.tok("if")?;
                    p.disjunction()
                })?;
                Ok(conditions.last().copied().unwrap_or(iterable))
            };
            rest(p).map_err(cut)
        };
        alts!(self;
            {
                self.tok("async")?;
                clause(self)
            },
            clause(self),
            self.invalid(|p| {
                p.opt(|p| p.tok("async"))?;
                p.tok("for")?;
                p.separated(",", Self::bitwise_or)?;
                p.opt(|p| p.tok(","))?;
                p.not_ahead(|p| p.tok("in"))?;
                let msg = "'in' expected after for-loop variables";
                p.raise_last(msg)
            }),
            self.invalid(|p| {
                let start = p.here()?;
                p.invalid_for_target()?;
                Ok(p.node(NodeKind::Other, start))
            }),
        )
    }

    fn listcomp(&mut self) -> R {
        let start = self.here()?;
        alts!(self;
            {
                self.tok("[")?;
                self.named_expression()?;
                self.for_if_clauses()?;
                self.tok("]")?;
                Ok(self.node(NodeKind::ListComp, start))
            },
            self.invalid(Self::invalid_comprehension),
        )
    }

    fn setcomp(&mut self) -> R {
        let start = self.here()?;
        alts!(self;
            {
                self.tok("{")?;
                self.named_expression()?;
                self.for_if_clauses()?;
                self.tok("}")?;
                Ok(self.node(NodeKind::SetComp, start))
            },
            self.invalid(Self::invalid_comprehension),
        )
    }

    pub(super) fn genexp(&mut self) -> R {
        let start = self.here()?;
        alts!(self;
            {
                self.tok("(")?;
                alts!(self;
                    self.assignment_expression().map_err(uncut),
                    self.plain_expression(),
                )?;
                self.for_if_clauses()?;
                self.tok(")")?;
                Ok(self.node(NodeKind::Generator, start))
            },
            self.invalid(Self::invalid_comprehension),
        )
    }

    fn dictcomp(&mut self) -> R {
        let start = self.here()?;
        alts!(self;
            {
                self.tok("{")?;
                self.kvpair()?;
                self.for_if_clauses()?;
                self.tok("}")?;
                Ok(self.node(NodeKind::DictComp, start))
            },
            self.invalid(|p| {
                p.tok("{")?;
                let stars = p.tok("**")?;
                p.bitwise_or()?;
                p.for_if_clauses()?;
                p.tok("}")?;
                p.raise_node(stars, "dict unpacking cannot be used in dict comprehension")
            }),
        )
    }

    fn invalid_comprehension(&mut self) -> R {
        alts!(self;
            {
                self.tok_of(&["[", "(", "{"])?;
                let starred = self.starred_expression()?;
                self.for_if_clauses()?;
                self.raise_node(starred, UNPACKING)
            },
            {
                self.tok_of(&["[", "{"])?;
                let first = self.star_named_expression()?;
                self.tok(",")?;
                let rest = self.star_named_expressions()?;
                self.for_if_clauses()?;
                self.raise_range(first, rest[rest.len() - 1], TARGET_PARENTHESES)
            },
            {
                self.tok_of(&["[", "{"])?;
                let first = self.star_named_expression()?;
                let comma = self.tok(",")?;
                self.for_if_clauses()?;
                self.raise_range(first, comma, TARGET_PARENTHESES)
            },
        )
    }
}
