//! What CPython's parser takes and ruff's does not.
//!
//! The recogniser notes such places as it reads. The text is then parsed once more with something of equal
//! length over each, and what was covered is put into the tree.

use std::collections::HashMap;
use std::ops::Range;

use ruff_python_ast::visitor::transformer::{Transformer, walk_expr};
use ruff_python_ast::{Expr, Mod};
use ruff_python_parser::{ParseOptions, parse_parenthesized_expression_range, parse_unchecked};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::bare_raise;

/// A place that ruff stumbles over, in bytes.
#[derive(Clone, Debug)]
pub(crate) enum Stumble {
    /// `{{` in a format specification, behind a nested replacement field: one brace of literal text.
    Brace(Range<usize>),
    /// An f-string or t-string for a pattern. ruff refuses those in classes and mappings; CPython's
    /// compiler refuses all, but a tree is made of them.
    Pattern(Range<usize>),
}

/// Parses `text` in spite of the stumbles.
pub(crate) fn parse(text: &str, options: ParseOptions, stumbles: &[Stumble]) -> Option<Mod> {
    let mut text = text.to_owned();
    for stumble in stumbles {
        if let Stumble::Brace(place) = stumble {
            cover(&mut text, place, " ");
        }
    }
    let mut patterns = HashMap::new();
    let mut masked = text.clone();
    for stumble in stumbles {
        if let Stumble::Pattern(place) = stumble {
            let range = text_range(place)?;
            let found = parse_parenthesized_expression_range(&text, range).ok()?;
            patterns.insert(range, *found.into_syntax().body);
            cover(&mut masked, place, "0");
        }
    }
    let outcome = parse_unchecked(&masked, options);
    let errors = outcome.errors().len() + outcome.unsupported_syntax_errors().len();
    let mut ast = outcome.into_syntax();
    if errors != 0 && bare_raise::mend(&mut ast) != errors {
        return None;
    }
    let uncover = Uncover { patterns };
    match &mut ast {
        Mod::Module(module) => uncover.visit_body(&mut module.body),
        Mod::Expression(expression) => uncover.visit_expr(&mut expression.body),
    }
    Some(ast)
}

fn cover(text: &mut String, place: &Range<usize>, with: &str) {
    text.replace_range(place.clone(), &with.repeat(place.len()));
}

fn text_range(place: &Range<usize>) -> Option<TextRange> {
    let [start, end] = [place.start, place.end].map(|at| u32::try_from(at).ok());
    Some(TextRange::new(TextSize::new(start?), TextSize::new(end?)))
}

/// Puts the patterns in the place of the numbers that covered them.
struct Uncover {
    patterns: HashMap<TextRange, Expr>,
}

impl Transformer for Uncover {
    fn visit_expr(&self, expr: &mut Expr) {
        match self.patterns.get(&expr.range()) {
            Some(pattern) if expr.is_number_literal_expr() => *expr = pattern.clone(),
            _ => walk_expr(self, expr),
        }
    }
}
