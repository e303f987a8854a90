//! How deep a source nests, from its token kinds alone.
//!
//! Two bounds are kept. *Nesting* is how far a recursive-descent parser recurses: brackets, and
//! prefix operators that wait for their operand. *Depth* also counts left-recursive chains
//! (`a.b.c`, `1+1+1`), which a parser builds in a loop but which make a tree just as deep.

use ruff_python_ast::token::TokenKind;

/// Deeper sources are refused. CPython's own bound depends on the size of its stack: between 3,000
/// (lambdas) and 20,000 (conditional expressions) on the usual 8 MiB.
pub(crate) const MAX_NESTING: usize = 6_000;

/// One open bracket (or the logical line itself).
#[derive(Clone, Copy, Default)]
struct Level {
    /// Tokens since the last comma.
    chain: usize,
    /// Unary operators and `**` whose operand has not ended.
    unary: usize,
    /// `not`s whose operand has not ended.
    negations: usize,
    /// `lambda`, `else` and the like, whose operand reaches to the next comma.
    open: usize,
}

impl Level {
    fn nesting(self) -> usize {
        1 + self.unary + self.negations + self.open
    }
}

/// Feed it every token kind of a source.
#[derive(Default)]
pub(crate) struct DepthMeter {
    current: Level,
    outer: Vec<Level>,
    outer_chain: usize,
    outer_nesting: usize,
    after_operand: bool,
    max_depth: usize,
    max_nesting: usize,
}

impl DepthMeter {
    /// Upper bound on the depth of the tree's expressions.
    pub(crate) fn depth(&self) -> usize {
        self.max_depth
    }

    /// Upper bound on the parser's recursion.
    pub(crate) fn nesting(&self) -> usize {
        self.max_nesting
    }

    pub(crate) fn add(&mut self, kind: TokenKind) {
        if matches!(kind, TokenKind::Comment | TokenKind::NonLogicalNewline) {
            return;
        }
        self.current.chain += 1;
        let mut ends_operand = false;
        match kind {
            TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::FStringStart
            | TokenKind::TStringStart => self.open_bracket(),
            TokenKind::Rpar
            | TokenKind::Rsqb
            | TokenKind::Rbrace
            | TokenKind::FStringEnd
            | TokenKind::TStringEnd => {
                self.close_bracket();
                ends_operand = true;
            }
            TokenKind::Newline => {
                self.current = Level::default();
                self.outer.clear();
                self.outer_chain = 0;
                self.outer_nesting = 0;
            }
            TokenKind::Comma | TokenKind::Semi => self.current = Level::default(),
            TokenKind::Lambda | TokenKind::Else | TokenKind::Yield | TokenKind::ColonEqual => {
                self.current.open += 1;
            }
            TokenKind::Not if !self.after_operand => self.current.negations += 1,
            TokenKind::Await => self.current.unary += 1,
            TokenKind::Plus | TokenKind::Minus | TokenKind::Tilde if !self.after_operand => {
                self.current.unary += 1;
            }
            TokenKind::DoubleStar => self.current.unary += 1,
            TokenKind::And | TokenKind::Or => {
                self.current.negations = 0;
                self.current.unary = 0;
            }
            _ if is_binary(kind) => self.current.unary = 0,
            _ => ends_operand = true,
        }
        self.after_operand = ends_operand;
        self.max_depth = self.max_depth.max(self.outer_chain + self.current.chain);
        let nesting = self.outer_nesting + self.current.nesting();
        self.max_nesting = self.max_nesting.max(nesting);
    }

    fn open_bracket(&mut self) {
        self.outer_chain += self.current.chain;
        self.outer_nesting += self.current.nesting();
        self.outer.push(self.current);
        self.current = Level::default();
    }

    fn close_bracket(&mut self) {
        if let Some(level) = self.outer.pop() {
            self.outer_chain -= level.chain;
            self.outer_nesting -= level.nesting();
            self.current = level;
        }
    }
}

fn is_binary(kind: TokenKind) -> bool {
    kind.as_binary_operator().is_some()
        || matches!(
            kind,
            TokenKind::Less
                | TokenKind::Greater
                | TokenKind::EqEqual
                | TokenKind::NotEqual
                | TokenKind::LessEqual
                | TokenKind::GreaterEqual
                | TokenKind::In
                | TokenKind::Is
        )
}
