//! Patterns of `match`.

use krait_runtime::native::{Cx, PyResult, Value};
use krait_syntax::Ranged;
use krait_syntax::ast::{MatchCase, Pattern, Singleton};

use super::Build;
use crate::modules::_ast::table::Node;

impl Build<'_> {
    pub(super) fn cases(&self, cx: &mut Cx, cases: &[MatchCase]) -> PyResult<Value> {
        self.list(cx, cases, |cx, case| {
            let pattern = self.pattern(cx, &case.pattern)?;
            let guard = self.optional(cx, case.guard.as_deref())?;
            let body = self.body(cx, &case.body)?;
            self.classes
                .make(cx, Node::MatchCase, &[pattern, guard, body], None)
        })
    }

    fn patterns<'p>(
        &self,
        cx: &mut Cx,
        patterns: impl IntoIterator<Item = &'p Pattern>,
    ) -> PyResult<Value> {
        self.list(cx, patterns, |cx, p| self.pattern(cx, p))
    }

    fn pattern(&self, cx: &mut Cx, pattern: &Pattern) -> PyResult<Value> {
        cx.check_native_stack()?;
        let range = pattern.range();
        match pattern {
            Pattern::MatchValue(p) => {
                let value = self.expr(cx, &p.value)?;
                self.make(cx, Node::MatchValue, range, &[value])
            }
            Pattern::MatchSingleton(p) => {
                let value = match p.value {
                    Singleton::None => Value::none(),
                    Singleton::True => Value::bool(true),
                    Singleton::False => Value::bool(false),
                };
                self.make(cx, Node::MatchSingleton, range, &[value])
            }
            Pattern::MatchSequence(p) => {
                let patterns = self.patterns(cx, &p.patterns)?;
                self.make(cx, Node::MatchSequence, range, &[patterns])
            }
            Pattern::MatchMapping(p) => {
                let keys = self.exprs(cx, &p.keys)?;
                let patterns = self.patterns(cx, &p.patterns)?;
                let rest = self.optional_name(cx, p.rest.as_ref());
                self.make(cx, Node::MatchMapping, range, &[keys, patterns, rest])
            }
            Pattern::MatchClass(p) => {
                let class = self.expr(cx, &p.cls)?;
                let patterns = self.patterns(cx, &p.arguments.patterns)?;
                let names = self.list(cx, &p.arguments.keywords, |cx, k| {
                    Ok(cx.intern(&k.attr.id).value())
                })?;
                let keyword_patterns =
                    self.patterns(cx, p.arguments.keywords.iter().map(|k| &k.pattern))?;
                self.make(
                    cx,
                    Node::MatchClass,
                    range,
                    &[class, patterns, names, keyword_patterns],
                )
            }
            Pattern::MatchStar(p) => {
                let name = self.optional_name(cx, p.name.as_ref());
                self.make(cx, Node::MatchStar, range, &[name])
            }
            Pattern::MatchAs(p) => {
                let inner = match &p.pattern {
                    Some(inner) => self.pattern(cx, inner)?,
                    None => Value::none(),
                };
                let name = self.optional_name(cx, p.name.as_ref());
                self.make(cx, Node::MatchAs, range, &[inner, name])
            }
            Pattern::MatchOr(p) => {
                let patterns = self.patterns(cx, &p.patterns)?;
                self.make(cx, Node::MatchOr, range, &[patterns])
            }
        }
    }
}
