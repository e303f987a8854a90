//! Mapping and class patterns.

use krait_bytecode::{Const, Op};
use ruff_python_ast::{self as ast, Expr, UnaryOp};
use ruff_text_size::Ranged;

use super::Compiler;
use super::match_::{Matching, is_wildcard};
use super::unit::Val;
use crate::error::Compiled;
use crate::unparse::repr_const;

impl<'a> Compiler<'a> {
    pub(super) fn match_mapping(
        &mut self,
        node: &'a ast::PatternMatchMapping,
        subject: u32,
        matching: &mut Matching<'a>,
    ) -> Compiled<()> {
        self.check_keys(node)?;
        let mark = self.unit().top;
        let test = self.u().alloc();
        self.u().emit2(Op::MatchMapping, test, subject);
        self.u().emit_jump(Op::JumpIfFalse, test, 0, matching.fail);
        if node.keys.is_empty() && node.rest.is_none() {
            self.u().top = mark;
            return Ok(());
        }
        let count = node.keys.len();
        if count > 0 {
            self.length_test(test, subject, count, Op::JumpIfNotGeImm, matching.fail);
        }
        self.u().top = mark;
        let keys = self.unit().top;
        self.tuple(&node.keys, Some(keys))?;
        self.u().top = keys;
        self.u().reserve(keys);
        let values = self.u().alloc();
        self.u().emit(Op::MatchKeys, values, subject, keys);
        self.u().emit_jump(Op::JumpIfNone, values, 0, matching.fail);
        let first = self.u().alloc_many(count as u32);
        self.u()
            .emit(Op::UnpackSequence, first, values, count as u32);
        for (at, pattern) in node.patterns.iter().enumerate() {
            if !is_wildcard(pattern) {
                self.subpattern(pattern, first + at as u32, matching)?;
            }
        }
        if node.rest.is_some() {
            let rest = self.u().alloc();
            self.u().emit(Op::BuildMap, rest, rest, 0);
            self.u().emit2(Op::DictUpdate, rest, subject);
            let taken = self.u().alloc_many(count as u32);
            self.u().emit(Op::UnpackSequence, taken, keys, count as u32);
            for at in 0..count as u32 {
                self.u().emit2(Op::DelItem, rest, taken + at);
            }
            self.capture(node.rest.as_ref(), rest, node.range, matching)?;
        }
        Ok(())
    }

    fn check_keys(&mut self, node: &'a ast::PatternMatchMapping) -> Compiled<()> {
        let mut seen: Vec<Const> = Vec::new();
        for key in &node.keys {
            if let Some(value) = self.key_constant(key) {
                if seen.iter().any(|other| same_key(other, &value)) {
                    let msg = format!(
                        "mapping pattern checks duplicate key ({})",
                        repr_const(&value)
                    );
                    return self.error(node.range, msg);
                }
                seen.push(value);
            } else if !key.is_attribute_expr() {
                let msg = "mapping pattern keys may only match literals and attribute lookups";
                return self.error(node.range, msg);
            }
        }
        Ok(())
    }

    fn key_constant(&self, key: &Expr) -> Option<Const> {
        match key {
            Expr::UnaryOp(node) if node.op == UnaryOp::USub => self.constant_value(key),
            Expr::BinOp(_) => self.constant_value(key),
            _ => self.literal(key),
        }
    }

    pub(super) fn match_class(
        &mut self,
        node: &'a ast::PatternMatchClass,
        subject: u32,
        matching: &mut Matching<'a>,
    ) -> Compiled<()> {
        let positional = &node.arguments.patterns;
        let keywords = &node.arguments.keywords;
        for (at, keyword) in keywords.iter().enumerate() {
            let same = |other: &&ast::PatternKeyword| other.attr.id == keyword.attr.id;
            if let Some(double) = keywords[at + 1..].iter().find(same) {
                let msg = format!(
                    "attribute name repeated in class pattern: {}",
                    keyword.attr.id
                );
                return self.error(double.pattern.range(), msg);
            }
        }
        let first = self.u().alloc();
        self.u().mov(first, subject);
        self.expr_temp(&node.cls)?;
        let names = keywords.iter().map(|k| Const::str(&k.attr.id)).collect();
        self.materialize(Val::Const(Const::Tuple(names)));
        self.u()
            .emit(Op::MatchClass, first, first, positional.len() as u32);
        self.u().top = first + 1;
        self.u().emit_jump(Op::JumpIfNone, first, 0, matching.fail);
        let count = positional.len() + keywords.len();
        let all = positional.iter().chain(keywords.iter().map(|k| &k.pattern));
        if count == 0 {
            return Ok(());
        }
        let values = self.u().alloc_many(count as u32);
        self.u()
            .emit(Op::UnpackSequence, values, first, count as u32);
        for (at, pattern) in all.enumerate() {
            if !is_wildcard(pattern) {
                self.subpattern(pattern, values + at as u32, matching)?;
            }
        }
        Ok(())
    }
}

/// Whether two constants are the same key of a dict: numbers of equal value are.
fn same_key(a: &Const, b: &Const) -> bool {
    if a == b {
        return true;
    }
    match (real(a), real(b)) {
        (Some(Real::Int(a)), Some(Real::Int(b))) => a == b,
        (Some(Real::Float(a)), Some(Real::Float(b))) => a == b,
        (Some(Real::Int(i)), Some(Real::Float(f))) | (Some(Real::Float(f)), Some(Real::Int(i))) => {
            i as f64 == f && f as i128 == i128::from(i)
        }
        _ => false,
    }
}

enum Real {
    Int(i64),
    Float(f64),
}

fn real(value: &Const) -> Option<Real> {
    Some(match *value {
        Const::False => Real::Int(0),
        Const::True => Real::Int(1),
        Const::Int(i) => Real::Int(i),
        Const::Float(bits) => Real::Float(f64::from_bits(bits)),
        Const::Complex(re, im) if f64::from_bits(im) == 0.0 => Real::Float(f64::from_bits(re)),
        _ => return None,
    })
}
