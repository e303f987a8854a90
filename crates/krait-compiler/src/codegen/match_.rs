//! `match` (PEP 634): the statement, and value, capture, sequence and or-patterns.
//!
//! Everything a pattern takes out of the subject gets a temporary of its own until the case is
//! decided. Names are bound once the whole pattern has matched.

use krait_bytecode::{Const, Op};
use ruff_python_ast::name::Name;
use ruff_python_ast::{self as ast, Expr, Pattern, Singleton, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

use super::Compiler;
use super::unit::Val;
use crate::error::Compiled;
use crate::ir::{Label, Payload};

/// State of one case (or one alternative of an or-pattern).
pub(super) struct Matching<'a> {
    pub captures: Vec<(&'a Name, u32)>,
    pub fail: Label,
    /// Whether a pattern that always matches is fine here.
    pub allow_irrefutable: bool,
}

impl<'a> Compiler<'a> {
    pub(super) fn match_stmt(&mut self, node: &'a ast::StmtMatch) -> Compiled<()> {
        let mark = self.unit().top;
        let subject = self.expr_temp(&node.subject)?;
        let end = self.u().body.label();
        let last = node.cases.len() - 1;
        for (at, case) in node.cases.iter().enumerate() {
            let fail = self.u().body.label();
            let allow_irrefutable = at == last || case.guard.is_some();
            let mut matching = Matching {
                captures: Vec::new(),
                fail,
                allow_irrefutable,
            };
            self.set_pos(case.pattern.range());
            self.pattern(&case.pattern, subject, &mut matching)?;
            for (name, reg) in std::mem::take(&mut matching.captures) {
                self.store_name_reg(name, reg);
            }
            self.u().top = subject + 1;
            if let Some(guard) = &case.guard {
                self.jump_if(guard, false, fail)?;
            }
            if is_wildcard(&case.pattern) {
                self.u().emit1(Op::Nop, 0);
            }
            self.conditional_body(&case.body)?;
            if at != last {
                self.u().jump(end);
            }
            self.u().body.place(fail);
        }
        self.u().body.place(end);
        self.u().top = mark;
        Ok(())
    }

    /// Goes on if `subject` matches, else to `matching.fail`. Temporaries stay allocated.
    pub(super) fn pattern(
        &mut self,
        pattern: &'a Pattern,
        subject: u32,
        matching: &mut Matching<'a>,
    ) -> Compiled<()> {
        self.deeper(|this| {
            let before = this.set_pos(pattern.range());
            this.pattern_inner(pattern, subject, matching)?;
            this.u().body.pos = before;
            Ok(())
        })
    }

    fn pattern_inner(
        &mut self,
        pattern: &'a Pattern,
        subject: u32,
        matching: &mut Matching<'a>,
    ) -> Compiled<()> {
        match pattern {
            Pattern::MatchValue(node) => {
                if !is_match_value(&node.value) {
                    let msg = "patterns may only match literals and attribute lookups";
                    return self.error(node.range, msg);
                }
                let mark = self.unit().top;
                let value = self.expr(&node.value)?;
                if let Val::Const(Const::Int(i)) = value
                    && let Ok(imm) = i16::try_from(i)
                {
                    let imm = u32::from(imm as u16);
                    self.u()
                        .emit_jump(Op::JumpIfNotEqImm, subject, imm, matching.fail);
                } else {
                    let value = self.materialize(value);
                    self.u()
                        .emit_jump(Op::JumpIfNotEq, subject, value, matching.fail);
                }
                self.u().top = mark;
                Ok(())
            }
            Pattern::MatchSingleton(node) => {
                let value = match node.value {
                    Singleton::None => {
                        self.u()
                            .emit_jump(Op::JumpIfNotNone, subject, 0, matching.fail);
                        return Ok(());
                    }
                    Singleton::True => Const::True,
                    Singleton::False => Const::False,
                };
                let value = self.materialize(Val::Const(value));
                self.u()
                    .emit_jump(Op::JumpIfIsNot, subject, value, matching.fail);
                self.u().top = value;
                Ok(())
            }
            Pattern::MatchSequence(node) => self.match_sequence(node, subject, matching),
            Pattern::MatchMapping(node) => self.match_mapping(node, subject, matching),
            Pattern::MatchClass(node) => self.match_class(node, subject, matching),
            Pattern::MatchStar(node) => {
                self.capture(node.name.as_ref(), subject, node.range, matching)
            }
            Pattern::MatchAs(node) => self.match_as(node, subject, matching),
            Pattern::MatchOr(node) => self.match_or(node, subject, matching),
        }
    }

    pub(super) fn subpattern(
        &mut self,
        pattern: &'a Pattern,
        subject: u32,
        matching: &mut Matching<'a>,
    ) -> Compiled<()> {
        let before = std::mem::replace(&mut matching.allow_irrefutable, true);
        let result = self.pattern(pattern, subject, matching);
        matching.allow_irrefutable = before;
        result
    }

    /// Binds `name` to `reg` when all has matched.
    pub(super) fn capture(
        &mut self,
        name: Option<&'a ast::Identifier>,
        reg: u32,
        range: TextRange,
        matching: &mut Matching<'a>,
    ) -> Compiled<()> {
        let Some(name) = name else { return Ok(()) };
        if matching
            .captures
            .iter()
            .any(|(known, _)| **known == name.id)
        {
            let msg = format!("multiple assignments to name '{}' in pattern", name.id);
            return self.error(range, msg);
        }
        matching.captures.push((&name.id, reg));
        Ok(())
    }

    fn match_as(
        &mut self,
        node: &'a ast::PatternMatchAs,
        subject: u32,
        matching: &mut Matching<'a>,
    ) -> Compiled<()> {
        match (&node.pattern, &node.name) {
            (None, name) => {
                if !matching.allow_irrefutable {
                    let what = match name {
                        Some(name) => format!("name capture '{}'", name.id),
                        None => "wildcard".to_owned(),
                    };
                    let msg = format!("{what} makes remaining patterns unreachable");
                    return self.error(node.range, msg);
                }
                self.capture(name.as_ref(), subject, node.range, matching)
            }
            (Some(inner), name) => {
                self.pattern(inner, subject, matching)?;
                self.capture(name.as_ref(), subject, node.range, matching)
            }
        }
    }

    fn match_or(
        &mut self,
        node: &'a ast::PatternMatchOr,
        subject: u32,
        matching: &mut Matching<'a>,
    ) -> Compiled<()> {
        let matched = self.u().body.label();
        let last = node.patterns.len() - 1;
        // All alternatives leave their captures in the registers of the first.
        let mut agreed: Option<Vec<(&'a Name, u32)>> = None;
        for (at, alternative) in node.patterns.iter().enumerate() {
            let fail = if at == last {
                matching.fail
            } else {
                self.u().body.label()
            };
            let allow_irrefutable = at == last && matching.allow_irrefutable;
            let mut inner = Matching {
                captures: Vec::new(),
                fail,
                allow_irrefutable,
            };
            let mark = self.unit().top;
            let count = captured_count(alternative);
            let first = match &agreed {
                None => self.u().alloc_many(count as u32),
                Some(_) => mark,
            };
            self.pattern(alternative, subject, &mut inner)?;
            inner.captures.sort_by(|a, b| a.0.cmp(b.0));
            let after = match &agreed {
                None => {
                    let targets = inner.captures.iter().enumerate();
                    let names = targets
                        .map(|(i, (name, _))| (*name, first + i as u32))
                        .collect();
                    agreed = Some(names);
                    first + inner.captures.len() as u32
                }
                Some(_) => mark,
            };
            let agreed = agreed.as_deref().unwrap_or_default();
            let same = agreed.len() == inner.captures.len()
                && agreed.iter().zip(&inner.captures).all(|(a, b)| a.0 == b.0);
            if !same {
                return self.error(node.range, "alternative patterns bind different names");
            }
            for ((_, target), (_, source)) in agreed.iter().zip(&inner.captures) {
                self.u().mov(*target, *source);
            }
            self.u().top = after;
            if at != last {
                self.u().jump(matched);
                self.u().body.place(fail);
            }
        }
        self.u().body.place(matched);
        for (name, reg) in agreed.unwrap_or_default() {
            if matching.captures.iter().any(|(known, _)| *known == name) {
                let msg = format!("multiple assignments to name '{name}' in pattern");
                return self.error(node.range, msg);
            }
            matching.captures.push((name, reg));
        }
        Ok(())
    }

    fn match_sequence(
        &mut self,
        node: &'a ast::PatternMatchSequence,
        subject: u32,
        matching: &mut Matching<'a>,
    ) -> Compiled<()> {
        let patterns = &node.patterns;
        let is_star = |p: &Pattern| matches!(p, Pattern::MatchStar(_));
        let star = patterns.iter().position(is_star);
        if patterns.iter().filter(|p| is_star(p)).count() > 1 {
            return self.error(node.range, "multiple starred names in sequence pattern");
        }
        if star.is_some_and(|at| at >= 1 << 8) {
            let msg = "too many expressions in star-unpacking sequence pattern";
            return self.error(node.range, msg);
        }
        let mark = self.unit().top;
        let test = self.u().alloc();
        self.u().emit2(Op::MatchSequence, test, subject);
        self.u().emit_jump(Op::JumpIfFalse, test, 0, matching.fail);
        let fixed = patterns.len() - usize::from(star.is_some());
        if star.is_none() || fixed > 0 {
            let op = if star.is_none() {
                Op::JumpIfNotEqImm
            } else {
                Op::JumpIfNotGeImm
            };
            self.length_test(test, subject, fixed, op, matching.fail);
        }
        self.u().top = mark;
        let only_wildcards = patterns.iter().all(is_wildcard_item);
        if only_wildcards {
            return Ok(());
        }
        let star_is_wildcard =
            matches!(star.map(|at| &patterns[at]), Some(Pattern::MatchStar(s)) if s.name.is_none());
        match star {
            Some(at) if star_is_wildcard => {
                return self.match_by_index(patterns, at, subject, matching);
            }
            _ => {}
        }
        let first = self.u().alloc_many(patterns.len() as u32);
        match star {
            None => self
                .u()
                .emit(Op::UnpackSequence, first, subject, patterns.len() as u32),
            Some(at) => {
                let after = (patterns.len() - at - 1) as u64;
                let operands = [first, subject, at as u32];
                self.u()
                    .body
                    .push(Op::UnpackEx, operands, Payload::Imm(after));
            }
        }
        for (at, pattern) in patterns.iter().enumerate() {
            self.subpattern(pattern, first + at as u32, matching)?;
        }
        Ok(())
    }

    /// `[a, *_, b]`: only the named items are taken.
    fn match_by_index(
        &mut self,
        patterns: &'a [Pattern],
        star: usize,
        subject: u32,
        matching: &mut Matching<'a>,
    ) -> Compiled<()> {
        for (at, pattern) in patterns.iter().enumerate() {
            if is_wildcard(pattern) || at == star {
                continue;
            }
            let item = self.u().alloc();
            if at > star {
                // Not every sequence knows negative indices.
                let from_end = (patterns.len() - at) as i64;
                self.u().emit2(Op::GetLen, item, subject);
                let from_end = self.materialize(Val::Const(Const::Int(from_end)));
                self.u().emit(Op::Sub, item, item, from_end);
                self.u().emit(Op::GetItem, item, subject, item);
                self.u().top = item + 1;
                self.subpattern(pattern, item, matching)?;
                continue;
            }
            let index = at as i64;
            match i16::try_from(index) {
                Ok(imm) => self
                    .u()
                    .emit(Op::GetItemImm, item, subject, u32::from(imm as u16)),
                Err(_) => {
                    self.u().load_const(item, Const::Int(index));
                    self.u().emit(Op::GetItem, item, subject, item);
                }
            }
            self.subpattern(pattern, item, matching)?;
        }
        Ok(())
    }

    /// Fails unless the length of `subject` stands in the right relation to `count`.
    pub(super) fn length_test(
        &mut self,
        tmp: u32,
        subject: u32,
        count: usize,
        op: Op,
        fail: Label,
    ) {
        self.u().emit2(Op::GetLen, tmp, subject);
        if let Ok(imm) = i16::try_from(count) {
            self.u().emit_jump(op, tmp, u32::from(imm as u16), fail);
            return;
        }
        let mark = self.unit().top;
        let wanted = self.materialize(Val::Const(Const::Int(count as i64)));
        let op = if op == Op::JumpIfNotEqImm {
            Op::JumpIfNotEq
        } else {
            Op::JumpIfNotGe
        };
        self.u().emit_jump(op, tmp, wanted, fail);
        self.u().top = mark;
    }
}

pub(super) fn is_wildcard(pattern: &Pattern) -> bool {
    matches!(pattern, Pattern::MatchAs(node) if node.pattern.is_none() && node.name.is_none())
}

fn is_wildcard_item(pattern: &Pattern) -> bool {
    is_wildcard(pattern) || matches!(pattern, Pattern::MatchStar(node) if node.name.is_none())
}

/// Literals (numbers with sign and imaginary part too) and dotted names.
fn is_match_value(expr: &Expr) -> bool {
    match expr {
        Expr::NumberLiteral(_)
        | Expr::StringLiteral(_)
        | Expr::BytesLiteral(_)
        | Expr::Attribute(_) => true,
        Expr::UnaryOp(node) => node.op == UnaryOp::USub && node.operand.is_number_literal_expr(),
        Expr::BinOp(node) => is_match_value(&node.left) && is_match_value(&node.right),
        _ => false,
    }
}

/// Number of names a pattern captures (an upper bound: or-patterns count their first alternative).
fn captured_count(pattern: &Pattern) -> usize {
    match pattern {
        Pattern::MatchValue(_) | Pattern::MatchSingleton(_) => 0,
        Pattern::MatchSequence(node) => node.patterns.iter().map(captured_count).sum(),
        Pattern::MatchMapping(node) => {
            node.patterns.iter().map(captured_count).sum::<usize>()
                + usize::from(node.rest.is_some())
        }
        Pattern::MatchClass(node) => {
            let keywords = node
                .arguments
                .keywords
                .iter()
                .map(|k| captured_count(&k.pattern));
            node.arguments
                .patterns
                .iter()
                .map(captured_count)
                .chain(keywords)
                .sum()
        }
        Pattern::MatchStar(node) => usize::from(node.name.is_some()),
        Pattern::MatchAs(node) => {
            node.pattern.as_deref().map_or(0, captured_count) + usize::from(node.name.is_some())
        }
        Pattern::MatchOr(node) => node.patterns.first().map_or(0, captured_count),
    }
}
