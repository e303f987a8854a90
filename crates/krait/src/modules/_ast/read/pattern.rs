//! Patterns of `match`.

use krait_runtime::native::{Cx, PyResult, Value};
use krait_syntax::ast::{
    Expr, MatchCase, Number, Pattern, PatternArguments, PatternKeyword, PatternMatchAs,
    PatternMatchClass, PatternMatchMapping, PatternMatchOr, PatternMatchSequence,
    PatternMatchSingleton, PatternMatchStar, PatternMatchValue, Singleton, UnaryOp,
};
use krait_syntax::{Ranged, TextRange};

use super::{Context, NO_INDEX, Object, Read, identifier};
use crate::modules::_ast::table::Node;

const ONLY_LITERALS: &str = "patterns may only match literals and attribute lookups";

impl Read {
    pub(super) fn cases(&mut self, cx: &mut Cx, object: Object) -> PyResult<Vec<MatchCase>> {
        let items = self.items(cx, object, "cases")?;
        let mut cases = Vec::with_capacity(items.len());
        for &v in items.as_slice() {
            let case = self.object(cx, v, Node::MatchCase)?;
            let pattern = self.present(cx, case, "pattern")?;
            let pattern = self.pattern(cx, pattern, false)?;
            let guard = self.optional_child(cx, case, "guard")?;
            let body = self.body(cx, case)?.into();
            cases.push(MatchCase {
                range: pattern.range(),
                node_index: NO_INDEX,
                pattern,
                guard,
                body,
            });
        }
        Ok(cases)
    }

    fn patterns(
        &mut self,
        cx: &mut Cx,
        object: Object,
        name: &str,
        star_ok: bool,
    ) -> PyResult<Vec<Pattern>> {
        let items = self.items(cx, object, name)?;
        let mut patterns = Vec::with_capacity(items.len());
        for &v in items.as_slice() {
            patterns.push(self.pattern(cx, v, star_ok)?);
        }
        Ok(patterns)
    }

    fn pattern(&mut self, cx: &mut Cx, v: Value, star_ok: bool) -> PyResult<Pattern> {
        self.nested(cx, |this, cx| {
            let (object, range, _) = this.placed(cx, v, Node::AnyPattern)?;
            this.pattern_of(cx, object, range, star_ok)
        })
    }

    fn pattern_of(
        &mut self,
        cx: &mut Cx,
        object: Object,
        range: TextRange,
        star_ok: bool,
    ) -> PyResult<Pattern> {
        let node_index = NO_INDEX;
        Ok(match object.node {
            Node::MatchValue => {
                let value = self.child(cx, object, "value", Context::Load)?;
                self.check_value(cx, &value)?;
                Pattern::MatchValue(PatternMatchValue {
                    node_index,
                    range,
                    value,
                })
            }
            Node::MatchSingleton => {
                let v = self.required(cx, object, "value")?;
                let value = match v {
                    _ if v.is_none() => Singleton::None,
                    _ if v == Value::bool(true) => Singleton::True,
                    _ if v == Value::bool(false) => Singleton::False,
                    _ => {
                        return Err(
                            cx.value_error("MatchSingleton can only contain True, False and None")
                        );
                    }
                };
                Pattern::MatchSingleton(PatternMatchSingleton {
                    node_index,
                    range,
                    value,
                })
            }
            Node::MatchSequence => {
                let patterns = self.patterns(cx, object, "patterns", true)?;
                Pattern::MatchSequence(PatternMatchSequence {
                    node_index,
                    range,
                    patterns,
                })
            }
            Node::MatchMapping => self.mapping(cx, object, range)?,
            Node::MatchClass => self.class_pattern(cx, object, range)?,
            Node::MatchStar => {
                if !star_ok {
                    return Err(cx.value_error("can't use MatchStar here"));
                }
                let name = self
                    .capture(cx, object, "name")?
                    .map(|n| identifier(n, range));
                Pattern::MatchStar(PatternMatchStar {
                    node_index,
                    range,
                    name,
                })
            }
            Node::MatchAs => {
                let name = self
                    .capture(cx, object, "name")?
                    .map(|n| identifier(n, range));
                let pattern = match self.optional(cx, object, "pattern")? {
                    Some(_) if name.is_none() => {
                        return Err(cx.value_error(
                            "MatchAs must specify a target name if a pattern is given",
                        ));
                    }
                    Some(v) => Some(Box::new(self.pattern(cx, v, false)?)),
                    None => None,
                };
                Pattern::MatchAs(PatternMatchAs {
                    node_index,
                    range,
                    pattern,
                    name,
                })
            }
            _ => {
                let patterns = self.patterns(cx, object, "patterns", false)?;
                if patterns.len() < 2 {
                    return Err(cx.value_error("MatchOr requires at least 2 patterns"));
                }
                Pattern::MatchOr(PatternMatchOr {
                    node_index,
                    range,
                    patterns,
                })
            }
        })
    }

    /// The name that a pattern binds.
    fn capture(&self, cx: &mut Cx, object: Object, field: &str) -> PyResult<Option<String>> {
        let name = self.optional_name(cx, object, field)?;
        if let Some(name) = &name {
            if name == "_" {
                return Err(cx.value_error("can't capture name '_' in patterns"));
            }
            self.check_name(cx, name)?;
        }
        Ok(name)
    }

    fn mapping(&mut self, cx: &mut Cx, object: Object, range: TextRange) -> PyResult<Pattern> {
        let keys = self.items(cx, object, "keys")?;
        let count = self.items(cx, object, "patterns")?.len();
        if keys.len() != count {
            return Err(
                cx.value_error("MatchMapping doesn't have the same number of keys as patterns")
            );
        }
        let rest = self
            .capture(cx, object, "rest")?
            .map(|n| identifier(n, range));
        let keys = self.children(cx, object, "keys", Context::Load)?;
        for key in &keys {
            // Constants that are singletons are fine as keys.
            if !matches!(key, Expr::NoneLiteral(_) | Expr::BooleanLiteral(_)) {
                self.check_value(cx, key)?;
            }
        }
        let patterns = self.patterns(cx, object, "patterns", false)?;
        let (keys, patterns) = (keys.into(), patterns.into());
        Ok(Pattern::MatchMapping(PatternMatchMapping {
            node_index: NO_INDEX,
            range,
            keys,
            patterns,
            rest,
        }))
    }

    fn class_pattern(
        &mut self,
        cx: &mut Cx,
        object: Object,
        range: TextRange,
    ) -> PyResult<Pattern> {
        let names = self.items(cx, object, "kwd_attrs")?;
        let keyword_patterns = self.items(cx, object, "kwd_patterns")?;
        if names.len() != keyword_patterns.len() {
            return Err(cx.value_error(
                "MatchClass doesn't have the same number of keyword attributes as patterns",
            ));
        }
        let cls = self.child(cx, object, "cls", Context::Load)?;
        if !is_dotted_name(&cls) {
            return Err(
                cx.value_error("MatchClass cls field can only contain Name or Attribute nodes.")
            );
        }
        let patterns = self.patterns(cx, object, "patterns", false)?.into();
        let mut keywords = Vec::with_capacity(names.len());
        for (&name, &pattern) in names.as_slice().iter().zip(keyword_patterns.as_slice()) {
            let attr = self.text(cx, name, "identifier")?;
            self.check_name(cx, &attr)?;
            let pattern = self.pattern(cx, pattern, false)?;
            keywords.push(PatternKeyword {
                range,
                node_index: NO_INDEX,
                attr: identifier(attr, range),
                pattern,
            });
        }
        let arguments = PatternArguments {
            range,
            node_index: NO_INDEX,
            patterns,
            keywords,
        };
        Ok(Pattern::MatchClass(PatternMatchClass {
            node_index: NO_INDEX,
            range,
            cls,
            arguments,
        }))
    }

    /// What a value pattern may hold.
    fn check_value(&self, cx: &mut Cx, value: &Expr) -> PyResult<()> {
        match value {
            Expr::NumberLiteral(_)
            | Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::FString(_)
            | Expr::TString(_) => Ok(()),
            Expr::NoneLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::Tuple(_) => {
                Err(cx.value_error("unexpected constant inside of a literal pattern"))
            }
            Expr::Attribute(_) if is_dotted_name(value) => Ok(()),
            Expr::UnaryOp(e) if e.op == UnaryOp::USub && is_number(&e.operand) => Ok(()),
            Expr::BinOp(e) if is_signed_number(&e.left) && is_imaginary(&e.right) => Ok(()),
            _ => Err(cx.value_error(ONLY_LITERALS)),
        }
    }
}

fn is_dotted_name(e: &Expr) -> bool {
    match e {
        Expr::Name(_) => true,
        Expr::Attribute(a) => is_dotted_name(&a.value),
        _ => false,
    }
}

fn is_number(e: &Expr) -> bool {
    matches!(e, Expr::NumberLiteral(_))
}

fn is_signed_number(e: &Expr) -> bool {
    is_number(e) || matches!(e, Expr::UnaryOp(u) if u.op == UnaryOp::USub && is_number(&u.operand))
}

fn is_imaginary(e: &Expr) -> bool {
    matches!(e, Expr::NumberLiteral(n) if matches!(n.value, Number::Complex { .. }))
}
