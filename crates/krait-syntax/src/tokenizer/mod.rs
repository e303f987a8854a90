//! A tokenizer that fails as CPython's does.
//!
//! ruff's lexer recovers from errors and goes on; CPython's stops at the first one, and both the
//! message and the place it reports follow from how far it had read. Sources that do not parse are
//! therefore tokenized a second time by this one, which keeps the same state: the line it is in,
//! how far it has read ([`Tokenizer::cur`]), the stack of open brackets, the stack of f-strings.
//! It delivers tokens one at a time, because the parser's look-ahead decides whether an error
//! further down is seen at all.

mod identifier;
mod indentation;
mod number;
mod operator;
mod regular;
mod string;

use std::ops::Range;

use crate::error::ErrorKind;
use crate::warnings::Notice;

/// CPython's `MAXLEVEL`: open brackets.
const MAX_BRACKETS: usize = 200;
/// CPython's `MAXINDENT`: open blocks, the module included.
const MAX_INDENTS: usize = 100;
/// CPython's `MAXFSTRINGLEVEL`: f-strings within f-strings.
const MAX_FSTRINGS: usize = 150;
/// CPython's `MAX_EXPR_NESTING`: replacement fields within format specifiers.
const MAX_FIELDS: i32 = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Name,
    Keyword,
    Number,
    String,
    FStart,
    FMiddle,
    FEnd,
    TStart,
    TMiddle,
    TEnd,
    Op,
    Newline,
    Indent,
    Dedent,
    TypeComment,
    TypeIgnore,
    /// With `extra_tokens` only, as are line ends that end no statement.
    Comment,
    Nl,
    End,
    /// The tokenizer has failed; see [`Tokenizer::failure`].
    Error,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub kind: Kind,
    /// Byte range. Meaningless where `placed` is false.
    pub start: usize,
    pub end: usize,
    /// Indents, dedents and the end marker have no column in CPython.
    pub placed: bool,
    /// The line the tokenizer was in when it delivered the token.
    pub lineno: u32,
    /// Brackets open after the token.
    pub level: usize,
}

/// Why the tokenizer stopped.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// An error with a place of its own: columns are 1-based and in characters.
    Syntax {
        msg: String,
        lineno: u32,
        offset: usize,
        end_offset: usize,
        text: String,
    },
    /// An error that the parser words and places.
    Condition(Condition),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// The input ended within brackets or after a backslash.
    UnexpectedEnd,
    InconsistentTabs,
    TooManyIndents,
    InconsistentDedent,
    AfterBackslash,
}

impl Condition {
    pub(crate) fn kind(self) -> ErrorKind {
        match self {
            Condition::InconsistentTabs => ErrorKind::Tab,
            Condition::TooManyIndents | Condition::InconsistentDedent => ErrorKind::Indentation,
            Condition::UnexpectedEnd | Condition::AfterBackslash => ErrorKind::Syntax,
        }
    }
}

/// What ended the input, for the question whether more input could help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    No,
    End,
    EndInString,
    Failed,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Bracket {
    pub open: u8,
    pub lineno: u32,
    pub offset: usize,
}

#[derive(Clone, Copy, Debug)]
struct Indent {
    /// Column with tabs to multiples of eight.
    col: u32,
    /// Column with tabs as one: both must agree, or the indentation depends on the tab size.
    alt_col: u32,
}

/// One open f-string or t-string.
#[derive(Clone, Debug)]
struct FString {
    /// `f` or `t`, for messages.
    letter: char,
    quote: u8,
    quote_size: usize,
    raw: bool,
    start: usize,
    first_line: u32,
    line_start: usize,
    /// In the literal text (or a format specifier), not in a replacement field.
    in_literal: bool,
    in_format_spec: bool,
    /// Brackets of any kind that are open within the string.
    brackets: i32,
    /// The bracket depth at which the innermost replacement field started; -1 outside of them.
    field_depth: i32,
}

impl FString {
    fn in_field(&self) -> bool {
        self.field_depth >= 0
    }
}

pub(crate) struct Tokenizer<'a> {
    src: &'a str,
    bytes: &'a [u8],
    cur: usize,
    /// End of the line that was read last.
    line_end: usize,
    line_start: usize,
    lineno: u32,
    /// Where the buffer starts that an error message quotes.
    buffer_start: usize,
    /// Start of the current token, once there is one.
    token_start: Option<usize>,
    first_lineno: u32,
    multi_line_start: usize,
    at_line_begin: bool,
    indents: Vec<Indent>,
    /// Indents (positive) or dedents (negative) still to be delivered.
    pending: i32,
    brackets: Vec<Bracket>,
    fstrings: Vec<FString>,
    type_comments: bool,
    /// Deliver comments and line ends that end no statement.
    extra_tokens: bool,
    /// The last token was a comment that stands alone on its line.
    lone_comment: bool,
    done: Done,
    failure: Option<Failure>,
    /// What there is to warn of in what was read.
    notices: Vec<Notice>,
    /// Doubled braces in format specifications.
    braces: Vec<Range<usize>>,
}

/// Internal: the token could not be made; the reason is in [`Tokenizer::failure`].
struct Failed;

type Lexed<T = Token> = Result<T, Failed>;

impl<'a> Tokenizer<'a> {
    /// The text has to end with a newline, unless it is empty.
    pub(crate) fn new(src: &'a str, type_comments: bool) -> Tokenizer<'a> {
        Tokenizer {
            src,
            bytes: src.as_bytes(),
            cur: 0,
            line_end: 0,
            line_start: 0,
            lineno: 0,
            buffer_start: 0,
            token_start: None,
            first_lineno: 0,
            multi_line_start: 0,
            at_line_begin: true,
            indents: Vec::new(),
            pending: 0,
            brackets: Vec::new(),
            fstrings: Vec::new(),
            type_comments,
            extra_tokens: false,
            lone_comment: false,
            done: Done::No,
            failure: None,
            notices: Vec::new(),
            braces: Vec::new(),
        }
    }

    /// One that delivers comments and all line ends, as the `tokenize` module wants them.
    pub(crate) fn with_extra_tokens(src: &'a str) -> Tokenizer<'a> {
        Tokenizer {
            extra_tokens: true,
            ..Tokenizer::new(src, false)
        }
    }

    /// The next token; after a failure always [`Kind::Error`].
    pub(crate) fn next_token(&mut self) -> Token {
        if self.failure.is_some() {
            return self.bare(Kind::Error);
        }
        let in_literal = self.fstrings.last().is_some_and(|f| f.in_literal);
        let token = if in_literal {
            self.fstring_token()
        } else {
            self.regular_token()
        };
        match token {
            Ok(token) => token,
            Err(Failed) => self.bare(Kind::Error),
        }
    }

    /// What there is to warn of since this was asked last.
    pub(crate) fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// The doubled braces so far that stand in format specifications and mean one.
    pub(crate) fn braces(&self) -> &[Range<usize>] {
        &self.braces
    }

    pub(crate) fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    pub(crate) fn done(&self) -> Done {
        self.done
    }

    pub(crate) fn lineno(&self) -> u32 {
        self.lineno
    }

    /// Bytes of the current line that have been read.
    pub(crate) fn column(&self) -> usize {
        self.cur - self.line_start.min(self.cur)
    }

    /// Bytes read of what CPython holds in its buffer.
    pub(crate) fn buffer_column(&self) -> usize {
        self.cur - self.buffer_start
    }

    pub(crate) fn in_fstring(&self) -> bool {
        !self.fstrings.is_empty()
    }

    /// The innermost open bracket.
    pub(crate) fn open_bracket(&self) -> Option<Bracket> {
        self.brackets.last().copied()
    }

    /// The text that CPython holds in its buffer: the current line, or all lines of a token that
    /// spans several.
    pub(crate) fn buffer(&self) -> &'a str {
        &self.src[self.buffer_start..self.line_end]
    }

    /// Where the line ends that was read last, its newline included.
    pub(crate) fn line_end(&self) -> usize {
        self.line_end
    }

    /// Where the current line starts.
    pub(crate) fn line_start(&self) -> usize {
        self.line_start
    }

    /// Line and offset at which the string literal delivered last begins, and its line's start.
    pub(crate) fn string_start(&self) -> (u32, usize) {
        (self.first_lineno, self.multi_line_start)
    }

    /// Bytes read so far.
    pub(crate) fn cursor(&self) -> usize {
        self.cur
    }

    /// Whether only white space and comments are left.
    pub(crate) fn rest_is_blank(&self) -> bool {
        self.src[self.cur..].lines().all(|line| {
            let line = line.trim_start_matches([' ', '\t', '\x0C']);
            line.is_empty() || line.starts_with('#')
        })
    }

    /// Closes all blocks at the end of an interactive statement: the dedents come next.
    pub(crate) fn imply_dedents(&mut self) {
        self.pending = -(self.indents.len() as i32);
        self.indents.clear();
    }

    // ----- characters -----

    fn next_byte(&mut self) -> Option<u8> {
        if self.cur == self.line_end {
            if self.line_end == self.bytes.len() {
                self.done = Done::End;
                return None;
            }
            if self.token_start.is_none() {
                self.buffer_start = self.cur;
            }
            self.line_start = self.cur;
            self.lineno += 1;
            let rest = &self.bytes[self.cur..];
            let len = rest.iter().position(|&b| b == b'\n');
            self.line_end = len.map_or(self.bytes.len(), |len| self.cur + len + 1);
        }
        let byte = self.bytes[self.cur];
        self.cur += 1;
        Some(byte)
    }

    fn back_up(&mut self, byte: Option<u8>) {
        if byte.is_some() {
            self.cur -= 1;
        }
    }

    fn peek_byte(&mut self) -> Option<u8> {
        let byte = self.next_byte();
        self.back_up(byte);
        byte
    }

    // ----- tokens and failures -----

    fn token(&self, kind: Kind, start: usize, end: usize) -> Token {
        Token {
            kind,
            start,
            end,
            placed: true,
            lineno: self.lineno,
            level: self.brackets.len(),
        }
    }

    fn bare(&self, kind: Kind) -> Token {
        Token {
            placed: false,
            ..self.token(kind, self.cur, self.cur)
        }
    }

    fn condition(&mut self, condition: Condition) -> Failed {
        self.failure = Some(Failure::Condition(condition));
        if condition != Condition::UnexpectedEnd {
            self.done = Done::Failed;
        }
        Failed
    }

    /// An error at the last character that was read.
    fn error(&mut self, msg: impl Into<String>) -> Failed {
        let offset = self.src[self.line_start..self.char_boundary()]
            .chars()
            .count();
        self.error_at(msg, offset, offset)
    }

    fn error_at(&mut self, msg: impl Into<String>, offset: usize, end_offset: usize) -> Failed {
        let rest = &self.src[self.line_start..];
        self.failure = Some(Failure::Syntax {
            msg: msg.into(),
            lineno: self.lineno,
            offset,
            end_offset,
            text: rest.lines().next().unwrap_or_default().to_owned(),
        });
        self.done = Done::Failed;
        Failed
    }

    fn char_boundary(&self) -> usize {
        let mut at = self.cur;
        while !self.src.is_char_boundary(at) {
            at += 1;
        }
        at
    }
}
