//! `"%s: %r" % (a, b)` with a literal of simple conversions on the left: compiled as the formatted
//! string `f"{a!s}: {b!r}"`, as CPython does it.

use krait_bytecode::Op;
use ruff_python_ast::{self as ast, Expr, Operator};
use ruff_text_size::Ranged;

use super::Compiler;
use super::fstrings::{Part, push_text};
use crate::error::Compiled;

/// A width or precision of more digits is left to the run time.
const MAX_DIGITS: usize = 2;

/// An argument of a simple conversion.
pub(super) struct Converted<'a> {
    value: &'a Expr,
    conversion: u32,
    /// The format specification that means the same, mostly empty.
    spec: String,
}

impl<'a> Compiler<'a> {
    /// The parts of a formatted string that means the same as the operation.
    pub(super) fn percent_parts(&self, node: &'a ast::ExprBinOp) -> Option<Vec<Part<'a>>> {
        let (Operator::Mod, Expr::StringLiteral(format), Expr::Tuple(values)) =
            (node.op, &*node.left, &*node.right)
        else {
            return None;
        };
        if values.elts.iter().any(Expr::is_starred_expr) {
            return None;
        }
        let text = self.string_value(format);
        let mut rest = text.as_bytes();
        let mut values = values.elts.iter();
        let mut parts = Vec::new();
        while !rest.is_empty() {
            let percent = rest.iter().position(|b| *b == b'%').unwrap_or(rest.len());
            push_text(&mut parts, &rest[..percent]);
            rest = &rest[percent..];
            match rest {
                [] => break,
                [_, b'%', after @ ..] => {
                    push_text(&mut parts, b"%");
                    rest = after;
                }
                [_, specifier @ ..] => {
                    let (conversion, spec, after) = simple(specifier)?;
                    parts.push(Part::Percent(Converted {
                        value: values.next()?,
                        conversion,
                        spec,
                    }));
                    rest = after;
                }
            }
        }
        values.next().is_none().then_some(parts)
    }

    /// Whether an expression is such an operation.
    pub(super) fn is_percent(&self, expr: &'a Expr) -> bool {
        matches!(expr, Expr::BinOp(node) if self.percent_parts(node).is_some())
    }

    pub(super) fn converted(&mut self, part: &Converted<'a>, dst: u32) -> Compiled<()> {
        let mark = self.unit().top;
        let before = self.set_pos(part.value.range());
        let value = self.expr_reg(part.value)?;
        self.u().top = mark;
        let converted = self.u().alloc();
        self.u()
            .emit(Op::Convert, converted, value, part.conversion);
        if part.spec.is_empty() {
            self.u().emit2(Op::FormatSimple, dst, converted);
        } else {
            let spec = self.text_value(part.spec.as_bytes(), None);
            let spec = self.materialize(spec);
            self.u().emit(Op::FormatSpec, dst, converted, spec);
        }
        self.u().body.pos = before;
        self.u().top = mark;
        Ok(())
    }
}

/// Reads a specifier behind its `%`: number of the conversion, specification, and what follows.
fn simple(text: &[u8]) -> Option<(u32, String, &[u8])> {
    let flags = text.iter().take_while(|b| b"-+ #0".contains(b)).count();
    let left = text[..flags].contains(&b'-');
    let (width, rest) = number(&text[flags..])?;
    let (precision, rest) = match rest {
        [b'.', rest @ ..] => {
            let (digits, rest) = number(rest)?;
            (Some(digits.unwrap_or(0)), rest)
        }
        _ => (None, rest),
    };
    let conversion = match rest.first()? {
        b's' => 1,
        b'r' => 2,
        b'a' => 3,
        _ => return None,
    };
    let mut spec = String::new();
    if let Some(width) = width {
        let align = if left || width == 0 { "" } else { ">" };
        spec = format!("{align}{width}");
    }
    if let Some(precision) = precision {
        spec.push_str(&format!(".{precision}"));
    }
    Some((conversion, spec, &rest[1..]))
}

/// A number that may be missing, and what follows; `None` if it is too long.
fn number(text: &[u8]) -> Option<(Option<u32>, &[u8])> {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits > MAX_DIGITS {
        return None;
    }
    let value = text[..digits]
        .iter()
        .fold(0, |n, b| n * 10 + u32::from(b - b'0'));
    Some(((digits > 0).then_some(value), &text[digits..]))
}
