//! `raise ;` is right, but ruff misses an expression in it.

use std::cell::Cell;

use ruff_python_ast::visitor::transformer::{Transformer, walk_stmt};
use ruff_python_ast::{Expr, ExprContext, Mod, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// Takes the expressions that are missing out of `raise` statements; how many there were.
pub(crate) fn mend(ast: &mut Mod) -> usize {
    let mender = Mender {
        mended: Cell::new(0),
    };
    if let Mod::Module(module) = ast {
        mender.visit_body(&mut module.body);
    }
    mender.mended.get()
}

struct Mender {
    mended: Cell<usize>,
}

impl Transformer for Mender {
    fn visit_stmt(&self, stmt: &mut Stmt) {
        if let Stmt::Raise(node) = stmt
            && node.exc.as_deref().is_some_and(is_missing)
        {
            node.exc = None;
            node.range = TextRange::at(node.start(), TextSize::of("raise"));
            self.mended.set(self.mended.get() + 1);
        }
        walk_stmt(self, stmt);
    }
}

/// Whether the parser put this where it found no expression.
fn is_missing(expr: &Expr) -> bool {
    matches!(expr, Expr::Name(name) if name.ctx == ExprContext::Invalid && name.id.is_empty())
}
