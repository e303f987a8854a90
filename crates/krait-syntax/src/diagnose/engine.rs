//! The PEG machinery: tokens with look-ahead, alternatives, repetition, memory of results.

use std::collections::HashMap;
use std::ops::Range;

use super::node::{Node, NodeKind};
use crate::error::{ErrorKind, SyntaxError};
use crate::options::Options;
use crate::tokenizer::{Kind, Token, Tokenizer};
use crate::warnings::Notice;

/// Why a rule gives no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fail {
    /// It does not match here.
    NoMatch,
    /// It does not match, and the alternatives after the current one are not to be tried.
    Cut,
    /// An error is set: the parse is over.
    Stop,
}

pub(super) type R<T = Node> = Result<T, Fail>;

/// Tries alternatives in order from the same place; the first that matches is the result.
macro_rules! alts {
    ($p:ident; $($body:expr),+ $(,)?) => {
        'alts: {
            let start = $p.mark();
            $(
                #[allow(clippy::redundant_closure_call)]
                match (|| $body)() {
                    Ok(value) => break 'alts Ok(value),
                    Err($crate::diagnose::Fail::Stop) => {
                        break 'alts Err($crate::diagnose::Fail::Stop);
                    }
                    Err($crate::diagnose::Fail::Cut) => {
                        $p.rewind(start);
                        break 'alts Err($crate::diagnose::Fail::NoMatch);
                    }
                    Err($crate::diagnose::Fail::NoMatch) => $p.rewind(start),
                }
            )+
            Err($crate::diagnose::Fail::NoMatch)
        }
    };
}
pub(super) use alts;

/// Words that are keywords only where the grammar says so.
const SOFT_KEYWORDS: [&str; 4] = ["_", "case", "match", "type"];

type Memory = HashMap<(usize, usize), (Result<Node, Fail>, usize)>;

pub(crate) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) tokenizer: Tokenizer<'a>,
    tokens: Vec<Token>,
    mark: usize,
    /// Second pass: the rules for mistakes are tried too.
    diagnosing: bool,
    error: Option<SyntaxError>,
    memory: Memory,
    children: Vec<Node>,
    line_starts: Vec<usize>,
    interactive: bool,
    imply_dedent: bool,
    parsing_started: bool,
    pub(super) int_max_str_digits: usize,
    /// What CPython has warned of so far.
    notices: Vec<Notice>,
    /// Line and column of the last compound statement that the second pass has read.
    pub(super) last_statement: (u32, u32),
    /// Patterns that are f-strings or t-strings.
    pub(super) dynamic_patterns: Vec<Range<usize>>,
}

impl<'a> Parser<'a> {
    pub(crate) fn new(text: &'a str, options: &Options) -> Parser<'a> {
        let newlines = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        let line_starts = std::iter::once(0).chain(newlines.map(|(at, _)| at + 1));
        Parser {
            text,
            tokenizer: Tokenizer::new(text, options.type_comments),
            tokens: Vec::new(),
            mark: 0,
            diagnosing: false,
            error: None,
            memory: Memory::new(),
            children: Vec::new(),
            line_starts: line_starts.collect(),
            interactive: options.mode == crate::options::Mode::Single,
            imply_dedent: !options.dont_imply_dedent,
            parsing_started: false,
            int_max_str_digits: options.int_max_str_digits,
            notices: Vec::new(),
            dynamic_patterns: Vec::new(),
            last_statement: (0, 0),
        }
    }

    pub(super) fn second_pass(&mut self) {
        self.diagnosing = true;
        self.mark = 0;
        self.memory.clear();
        self.children.clear();
    }

    pub(super) fn single_statement_ends_input(&self) -> bool {
        self.tokenizer.rest_is_blank()
    }

    // ----- errors -----

    pub(super) fn has_error(&self) -> bool {
        self.error.is_some()
    }

    pub(super) fn forget_error(&mut self) {
        self.error = None;
    }

    pub(super) fn set_error(&mut self, error: SyntaxError) {
        if self.error.is_none() {
            self.error = Some(error);
        }
    }

    pub(super) fn take_error(&mut self) -> SyntaxError {
        let unknown = || SyntaxError::unlocated(ErrorKind::Syntax, "invalid syntax");
        SyntaxError {
            last_statement: self.last_statement,
            ..self.error.take().unwrap_or_else(unknown)
        }
    }

    /// Notes a compound statement whose first token is at `mark`, behind its decorators if it has any.
    /// Functions do not count: CPython reads them through a rule for mistakes that makes no tree.
    pub(super) fn note_statement(&mut self, mark: usize) {
        let read = &self.tokens[mark..self.mark];
        let text = |token: Option<&Token>| token.map_or("", |t| self.token_text(*t));
        let undecorated = read
            .windows(2)
            .position(|pair| pair[0].kind == Kind::Newline && self.token_text(pair[1]) != "@");
        let at = match (text(read.first()), undecorated) {
            ("@", Some(newline)) => newline + 1,
            _ => 0,
        };
        let function = ["def", "async"].contains(&text(read.get(at)))
            && (text(read.get(at)) == "def" || text(read.get(at + 1)) == "def");
        let (line, column) = self.position(read[at].start);
        if self.diagnosing && !function && self.last_statement.0 <= line {
            self.last_statement = (line, column as u32);
        }
    }

    // ----- warnings -----

    /// Notes the first bad escape of a literal. The rules for mistakes say nothing of what they read again.
    pub(super) fn note_escape(&mut self, body: Range<usize>, is_bytes: bool, in_fstring: bool) {
        if !self.diagnosing {
            let notice = Notice::first_escape(self.text, body, is_bytes, in_fstring);
            self.notices.extend(notice);
        }
    }

    pub(super) fn take_notices(&mut self) -> Vec<Notice> {
        self.notices.extend(self.tokenizer.take_notices());
        std::mem::take(&mut self.notices)
    }

    // ----- tokens -----

    pub(super) fn mark(&self) -> usize {
        self.mark
    }

    pub(super) fn rewind(&mut self, mark: usize) {
        self.mark = mark;
    }

    /// The last token that was fetched, if the parser has looked at any.
    pub(super) fn last_token(&self) -> Token {
        match self.tokens.last() {
            Some(token) => *token,
            None => Token {
                kind: Kind::End,
                start: 0,
                end: 0,
                placed: false,
                lineno: 0,
                level: 0,
            },
        }
    }

    /// The token at the current place, fetched if need be.
    pub(super) fn peek(&mut self) -> R<Token> {
        if let Some(token) = self.tokens.get(self.mark) {
            return Ok(*token);
        }
        let mut token = self.tokenizer.next_token();
        while token.kind == Kind::TypeIgnore {
            token = self.tokenizer.next_token();
        }
        self.notices.extend(self.tokenizer.take_notices());
        if self.interactive && token.kind == Kind::End && self.parsing_started {
            token.kind = Kind::Newline;
            self.parsing_started = false;
            if self.imply_dedent {
                self.tokenizer.imply_dedents();
            }
        } else {
            self.parsing_started = true;
        }
        self.tokens.push(token);
        if token.kind == Kind::Error {
            let failure = self.tokenizer.failure().cloned();
            self.raise_failure(failure);
            return Err(Fail::Stop);
        }
        Ok(token)
    }

    /// The token before the current place.
    pub(super) fn previous(&self) -> Token {
        self.tokens[self.mark - 1]
    }

    pub(super) fn token_text(&self, token: Token) -> &'a str {
        &self.text[token.start..token.end]
    }

    fn take(&mut self, matches: bool, token: Token) -> R {
        if !matches {
            return Err(Fail::NoMatch);
        }
        self.mark += 1;
        Ok(Node {
            kind: NodeKind::Other,
            start: token.start,
            end: token.end,
            first_child: 0,
            children: 0,
        })
    }

    pub(super) fn expect(&mut self, kind: Kind) -> R {
        let token = self.peek()?;
        self.take(token.kind == kind, token)
    }

    /// An operator or keyword.
    pub(super) fn tok(&mut self, text: &str) -> R {
        let token = self.peek()?;
        let fixed = matches!(token.kind, Kind::Op | Kind::Keyword);
        self.take(fixed && self.token_text(token) == text, token)
    }

    /// One of several operators or keywords.
    pub(super) fn tok_of(&mut self, texts: &[&str]) -> R {
        let token = self.peek()?;
        let fixed = matches!(token.kind, Kind::Op | Kind::Keyword);
        self.take(fixed && texts.contains(&self.token_text(token)), token)
    }

    /// A name that is a keyword in this place.
    pub(super) fn soft(&mut self, text: &str) -> R {
        let token = self.peek()?;
        let named = token.kind == Kind::Name;
        self.take(named && self.token_text(token) == text, token)
    }

    pub(super) fn any_soft_keyword(&mut self) -> R {
        let token = self.peek()?;
        let named = token.kind == Kind::Name;
        self.take(
            named && SOFT_KEYWORDS.contains(&self.token_text(token)),
            token,
        )
    }

    pub(super) fn name(&mut self) -> R {
        let node = self.expect(Kind::Name)?;
        Ok(Node {
            kind: NodeKind::Name,
            ..node
        })
    }

    pub(super) fn newline(&mut self) -> R {
        self.expect(Kind::Newline)
    }

    pub(super) fn type_comment(&mut self) -> R {
        self.expect(Kind::TypeComment)
    }

    /// A token that has to come: there is nothing else that could stand here.
    pub(super) fn forced(&mut self, text: &str) -> R {
        let token = self.peek()?;
        match self.tok(text) {
            Ok(node) => Ok(node),
            Err(_) => self.raise_token(token, format!("expected '{text}'")),
        }
    }

    // ----- combinators -----

    /// The result, or nothing; the place is kept if it fails.
    pub(super) fn opt<T>(&mut self, rule: impl FnOnce(&mut Self) -> R<T>) -> R<Option<T>> {
        let start = self.mark;
        match rule(self) {
            Ok(value) => Ok(Some(value)),
            Err(Fail::Stop) => Err(Fail::Stop),
            Err(Fail::NoMatch | Fail::Cut) => {
                self.mark = start;
                Ok(None)
            }
        }
    }

    /// Succeeds without consuming if the rule matches.
    pub(super) fn ahead<T>(&mut self, rule: impl FnOnce(&mut Self) -> R<T>) -> R<()> {
        let start = self.mark;
        let found = self.opt(rule)?;
        self.mark = start;
        found.map(drop).ok_or(Fail::NoMatch)
    }

    /// Succeeds without consuming if the rule does not match.
    pub(super) fn not_ahead<T>(&mut self, rule: impl FnOnce(&mut Self) -> R<T>) -> R<()> {
        let start = self.mark;
        let found = self.opt(rule)?;
        self.mark = start;
        match found {
            None => Ok(()),
            Some(_) => Err(Fail::NoMatch),
        }
    }

    pub(super) fn many<T>(&mut self, mut rule: impl FnMut(&mut Self) -> R<T>) -> R<Vec<T>> {
        let mut found = Vec::new();
        while let Some(value) = self.opt(&mut rule)? {
            found.push(value);
        }
        Ok(found)
    }

    pub(super) fn many1<T>(&mut self, rule: impl FnMut(&mut Self) -> R<T>) -> R<Vec<T>> {
        let found = self.many(rule)?;
        if found.is_empty() {
            return Err(Fail::NoMatch);
        }
        Ok(found)
    }

    /// One or more, with a separator between them (not after the last).
    pub(super) fn separated<T>(
        &mut self,
        separator: &str,
        mut rule: impl FnMut(&mut Self) -> R<T>,
    ) -> R<Vec<T>> {
        let mut found = vec![rule(self)?];
        while let Some(value) = self.opt(|p| {
            p.tok(separator)?;
            rule(p)
        })? {
            found.push(value);
        }
        Ok(found)
    }

    /// Tries a rule for mistakes, in the second pass.
    pub(super) fn invalid<T>(&mut self, rule: impl FnOnce(&mut Self) -> R<T>) -> R<T> {
        if self.diagnosing {
            rule(self)
        } else {
            Err(Fail::NoMatch)
        }
    }

    /// Runs a rule with the rules for mistakes switched off.
    pub(super) fn without_invalid(&mut self, rule: impl FnOnce(&mut Self) -> R) -> R {
        let before = std::mem::replace(&mut self.diagnosing, false);
        let result = rule(self);
        self.diagnosing = before;
        result
    }

    /// Remembers what a rule gave at a place.
    pub(super) fn memo(&mut self, rule: fn(&mut Self) -> R) -> R {
        let key = (self.mark, rule as *const () as usize);
        if let Some((result, end)) = self.memory.get(&key) {
            self.mark = *end;
            return *result;
        }
        let start = self.mark;
        let result = rule(self);
        if result.is_err() {
            self.mark = start;
        }
        if !matches!(result, Err(Fail::Stop)) {
            self.memory.insert(key, (result, self.mark));
        }
        result
    }

    // ----- nodes -----

    /// A node from a token's start to the last token that was taken.
    pub(super) fn node(&mut self, kind: NodeKind, start: usize) -> Node {
        self.parent(kind, start, &[])
    }

    pub(super) fn parent(&mut self, kind: NodeKind, start: usize, children: &[Node]) -> Node {
        let first_child = self.children.len() as u32;
        self.children.extend_from_slice(children);
        Node {
            kind,
            start,
            end: self.end_of_last_word(),
            first_child,
            children: children.len() as u32,
        }
    }

    pub(super) fn children_of(&self, node: Node) -> &[Node] {
        let first = node.first_child as usize;
        &self.children[first..first + node.children as usize]
    }

    /// End of the last token that is not white space.
    fn end_of_last_word(&self) -> usize {
        let taken = &self.tokens[..self.mark];
        let word = taken.iter().rev().find(|t| {
            !matches!(
                t.kind,
                Kind::Newline | Kind::Indent | Kind::Dedent | Kind::End
            )
        });
        word.map_or(0, |t| t.end)
    }

    /// Start of the token at the current place.
    pub(super) fn here(&mut self) -> R<usize> {
        Ok(self.peek()?.start)
    }

    /// Line (1-based) and byte column (0-based) of a byte offset.
    pub(super) fn position(&self, offset: usize) -> (u32, usize) {
        let line = self.line_starts.partition_point(|&s| s <= offset) - 1;
        (line as u32 + 1, offset - self.line_starts[line])
    }

    pub(super) fn line(&self, lineno: u32) -> &'a str {
        let index = (lineno.max(1) as usize - 1).min(self.line_starts.len() - 1);
        let rest = &self.text[self.line_starts[index]..];
        rest.split_once('\n').map_or(rest, |(line, _)| line)
    }
}
