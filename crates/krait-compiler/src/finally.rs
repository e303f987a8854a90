//! PEP 765: warnings about `return`, `break` and `continue` that leave a `finally` block.
//!
//! A pass of its own, before the symbol table, since its warnings come even if the program has an
//! error that only the symbol table finds. As in CPython a loop in the block hides a `return` too.

use krait_syntax::{Parsed, Source, SyntaxWarningInfo};
use ruff_python_ast::{ExceptHandler, Mod, Stmt};
use ruff_text_size::TextRange;

use crate::error::syntax_warning;

/// The warnings for a program, in the order of CPython's walk.
pub(crate) fn warnings(parsed: &Parsed) -> Vec<SyntaxWarningInfo> {
    let mut walk = Walk {
        source: &parsed.source,
        in_finally: false,
        found: Vec::new(),
    };
    if let Mod::Module(module) = &parsed.ast {
        walk.body(&module.body);
    }
    walk.found
}

struct Walk<'a> {
    source: &'a Source,
    /// Is a `finally` block the innermost of the blocks, loops and functions around?
    in_finally: bool,
    found: Vec<SyntaxWarningInfo>,
}

impl Walk<'_> {
    fn body(&mut self, body: &[Stmt]) {
        body.iter().for_each(|stmt| self.stmt(stmt));
    }

    fn inside(&mut self, in_finally: bool, body: &[Stmt]) {
        let before = std::mem::replace(&mut self.in_finally, in_finally);
        self.body(body);
        self.in_finally = before;
    }

    fn leave(&mut self, word: &str, range: TextRange) {
        if self.in_finally {
            let message = format!("'{word}' in a 'finally' block");
            self.found.push(syntax_warning(self.source, range, message));
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Return(node) => self.leave("return", node.range),
            Stmt::Break(node) => self.leave("break", node.range),
            Stmt::Continue(node) => self.leave("continue", node.range),
            Stmt::FunctionDef(node) => self.inside(false, &node.body),
            Stmt::ClassDef(node) => self.body(&node.body),
            Stmt::For(node) => {
                self.inside(false, &node.body);
                self.body(&node.orelse);
            }
            Stmt::While(node) => {
                self.inside(false, &node.body);
                self.body(&node.orelse);
            }
            Stmt::If(node) => {
                self.body(&node.body);
                for clause in &node.elif_else_clauses {
                    self.body(&clause.body);
                }
            }
            Stmt::With(node) => self.body(&node.body),
            Stmt::Match(node) => node.cases.iter().for_each(|case| self.body(&case.body)),
            Stmt::Try(node) => {
                self.body(&node.body);
                for ExceptHandler::ExceptHandler(handler) in &node.handlers {
                    self.body(&handler.body);
                }
                self.body(&node.orelse);
                self.inside(true, &node.finalbody);
            }
            _ => {}
        }
    }
}
