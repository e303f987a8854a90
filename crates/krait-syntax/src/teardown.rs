//! Dropping of deep trees.
//!
//! Rust drops a tree by recursion, and a chain like `1+1+1+…` makes a tree as deep as it has terms.
//! A tree that could be deep is therefore taken apart with a work list.

use std::cell::RefCell;
use std::mem;

use ruff_python_ast::visitor::transformer::{self, Transformer};
use ruff_python_ast::{AtomicNodeIndex, Expr, ExprEllipsisLiteral, Mod};
use ruff_text_size::TextRange;

/// Trees whose expressions may be deeper than this are taken apart before they are dropped.
pub(crate) const SHALLOW: usize = 1_000;

/// Drops a tree of any depth with bounded recursion (statements nest at most a hundred levels).
pub(crate) fn dismantle(ast: &mut Mod) {
    let harvest = Harvest::default();
    match ast {
        Mod::Module(module) => harvest.visit_body(&mut module.body),
        Mod::Expression(module) => harvest.visit_expr(&mut module.body),
    }
    loop {
        let next = harvest.pending.borrow_mut().pop();
        match next {
            Some(mut expr) => transformer::walk_expr(&harvest, &mut expr),
            None => break,
        }
    }
}

/// Takes every expression it meets out of the tree, without going into it.
#[derive(Default)]
struct Harvest {
    pending: RefCell<Vec<Expr>>,
}

impl Transformer for Harvest {
    fn visit_expr(&self, expr: &mut Expr) {
        let leaf = Expr::EllipsisLiteral(ExprEllipsisLiteral {
            range: TextRange::default(),
            node_index: AtomicNodeIndex::NONE,
        });
        self.pending.borrow_mut().push(mem::replace(expr, leaf));
    }
}
