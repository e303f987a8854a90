//! How errors get their place.

use super::engine::{Fail, Parser, R};
use super::node::{Node, NodeKind, TargetRules};
use crate::error::{ErrorKind, SyntaxError};
use crate::tokenizer::{Bracket, Token};

impl Parser<'_> {
    /// From the start of one node to the end of another.
    pub(super) fn raise_range<T>(&mut self, a: Node, b: Node, msg: impl Into<String>) -> R<T> {
        let (lineno, col) = self.position(a.start);
        let (end_lineno, end_col) = self.position(b.end);
        let (col, end_col) = (col as i32 + 1, end_col as i32 + 1);
        self.set_error_at(
            ErrorKind::Syntax,
            lineno,
            col,
            end_lineno,
            end_col,
            msg.into(),
        );
        Err(Fail::Stop)
    }

    pub(super) fn raise_node<T>(&mut self, node: Node, msg: impl Into<String>) -> R<T> {
        self.raise_range(node, node, msg)
    }

    /// At a token; one without a place is reported at column 0 of its line.
    pub(super) fn raise_token<T>(&mut self, token: Token, msg: impl Into<String>) -> R<T> {
        self.set_token_error(ErrorKind::Syntax, token, 0, 0, msg.into());
        Err(Fail::Stop)
    }

    /// At the token of the current place.
    pub(super) fn raise_next_token<T>(&mut self, msg: impl Into<String>) -> R<T> {
        let token = self.peek()?;
        let column = self.tokenizer.column() as i32;
        self.set_token_error(ErrorKind::Syntax, token, column, -1, msg.into());
        Err(Fail::Stop)
    }

    /// At the token that was fetched last.
    pub(super) fn raise_last<T>(&mut self, msg: impl Into<String>) -> R<T> {
        self.set_last_token_error(ErrorKind::Syntax, msg);
        Err(Fail::Stop)
    }

    pub(super) fn raise_indentation<T>(&mut self, msg: impl Into<String>) -> R<T> {
        self.set_last_token_error(ErrorKind::Indentation, msg);
        Err(Fail::Stop)
    }

    pub(super) fn set_last_token_error(&mut self, kind: ErrorKind, msg: impl Into<String>) {
        let token = self.last_token();
        let column = self.tokenizer.column() as i32;
        self.set_token_error(kind, token, column, -1, msg.into());
    }

    /// At a token, or at the given columns of its line if it has no place.
    fn set_token_error(&mut self, kind: ErrorKind, token: Token, col: i32, end: i32, msg: String) {
        if !token.placed {
            self.set_error_at(kind, token.lineno, col, token.lineno, end, msg);
            return;
        }
        let (lineno, col) = self.position(token.start);
        let (end_lineno, end_col) = match self.position(token.end) {
            // A newline token ends on its own line in CPython.
            (_, 0) if token.end > token.start => (lineno, col + token.end - token.start),
            end => end,
        };
        self.set_error_at(
            kind,
            lineno,
            col as i32 + 1,
            end_lineno,
            end_col as i32 + 1,
            msg,
        );
    }

    /// From a node to wherever the tokenizer has got to.
    pub(super) fn raise_starting_from<T>(&mut self, node: Node, msg: impl Into<String>) -> R<T> {
        let (lineno, col) = self.position(node.start);
        let end_lineno = self.tokenizer.lineno();
        let end_col = self.tokenizer.column() as i32;
        let col = col as i32 + 1;
        self.set_error_at(
            ErrorKind::Syntax,
            lineno,
            col,
            end_lineno,
            end_col,
            msg.into(),
        );
        Err(Fail::Stop)
    }

    /// Raises if a part of the expression cannot be assigned to (or deleted).
    pub(super) fn raise_invalid_target<T>(&mut self, rules: TargetRules, node: Node) -> R<T> {
        let Some(culprit) = self.invalid_target(rules, node) else {
            return Err(Fail::Cut);
        };
        let verb = match rules {
            TargetRules::Delete => "delete",
            TargetRules::Assign | TargetRules::For => "assign to",
        };
        self.raise_node(
            culprit,
            format!("cannot {verb} {}", culprit.kind.describe()),
        )
    }

    fn invalid_target(&self, rules: TargetRules, node: Node) -> Option<Node> {
        let children = self.children_of(node);
        match node.kind {
            NodeKind::List | NodeKind::Tuple => {
                children.iter().find_map(|c| self.invalid_target(rules, *c))
            }
            NodeKind::Starred if rules == TargetRules::Delete => Some(node),
            NodeKind::Starred => self.invalid_target(rules, children[0]),
            NodeKind::CompareIn if rules == TargetRules::For => {
                self.invalid_target(rules, children[0])
            }
            NodeKind::Compare if rules == TargetRules::For => None,
            NodeKind::Name | NodeKind::Subscript | NodeKind::Attribute => None,
            _ => Some(node),
        }
    }

    pub(super) fn raise_unclosed(&mut self, open: Bracket) {
        let (lineno, col) = self.position(open.offset);
        let msg = format!("'{}' was never closed", char::from(open.open));
        self.set_error_at(ErrorKind::Syntax, lineno, col as i32 + 1, lineno, 0, msg);
    }

    /// Sets the error. Columns are 1-based bytes here, and become characters of the quoted line.
    pub(super) fn set_error_at(
        &mut self,
        kind: ErrorKind,
        lineno: u32,
        col: i32,
        end_lineno: u32,
        end_col: i32,
        msg: String,
    ) {
        let text = if self.tokenizer.lineno() <= lineno {
            let buffer = self.tokenizer.buffer();
            let lines = buffer.strip_suffix('\n').unwrap_or(buffer);
            let before = lines.rfind('\n');
            buffer[before.map_or(0, |at| at + 1)..].to_owned()
        } else {
            self.line(lineno).to_owned()
        };
        let offset = byte_to_char_column(&text, col);
        let end_offset = byte_to_char_column(&text, end_col);
        self.set_error(SyntaxError {
            kind,
            msg,
            located: true,
            lineno,
            offset,
            end_lineno: Some(end_lineno),
            end_offset: Some(end_offset),
            text: Some(text),
            warnings: Vec::new(),
            last_statement: (0, 0),
        });
    }
}

fn byte_to_char_column(text: &str, col: i32) -> i32 {
    if col <= 0 {
        return col;
    }
    // A 1-based column counts one byte more than stand before it; past the end there is only one.
    let bytes = &text.as_bytes()[..text.len().min(col as usize - 1)];
    let chars = bytes.iter().filter(|b| **b & 0xC0 != 0x80).count();
    (chars + 1) as i32
}
