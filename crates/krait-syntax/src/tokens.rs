//! The token stream that the `tokenize` module shows: comments and all line ends included.

use ruff_text_size::TextSize;

use crate::error::ErrorKind;
use crate::tokenizer::{Condition, Done, Failure, Kind, Tokenizer};

/// What a token is; the variants have the names of Python's `token` module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenType {
    Name,
    Number,
    String,
    FStringStart,
    FStringMiddle,
    FStringEnd,
    TStringStart,
    TStringMiddle,
    TStringEnd,
    Op,
    Newline,
    Nl,
    Comment,
    Indent,
    Dedent,
    EndMarker,
}

impl TokenType {
    /// Whether the token may span lines as one piece: its line is the one it starts on.
    pub fn is_string_like(self) -> bool {
        use TokenType::*;
        matches!(
            self,
            String | FStringStart | FStringMiddle | TStringStart | TStringMiddle
        )
    }
}

/// A token with its place.
#[derive(Clone, Copy, Debug)]
pub struct StreamToken {
    pub kind: TokenType,
    /// Byte range in the text. Of an indent: the white space; of a dedent: empty.
    pub start: usize,
    pub end: usize,
    /// Line (1-based) of the start, and the offset at which this line starts.
    pub lineno: u32,
    pub line_start: usize,
    /// Line of the end, and where it starts and ends, its newline included.
    pub end_lineno: u32,
    pub end_line_start: usize,
    pub line_end: usize,
    /// The input has ended: end markers and dedents that stand for it.
    pub trailing: bool,
}

/// Why there are no more tokens.
#[derive(Clone, Debug)]
pub struct TokenError {
    pub kind: ErrorKind,
    pub msg: String,
    pub lineno: u32,
    /// 1-based, in characters.
    pub offset: usize,
    pub end_offset: usize,
    pub text: String,
}

/// The tokens of a text with `\n` line ends; it has to end with one unless it is empty.
pub struct TokenStream<'a> {
    text: &'a str,
    tokenizer: Tokenizer<'a>,
    ended: bool,
}

impl<'a> TokenStream<'a> {
    /// Begins at the start of `text`.
    pub fn new(text: &'a str, extra_tokens: bool) -> TokenStream<'a> {
        let tokenizer = if extra_tokens {
            Tokenizer::with_extra_tokens(text)
        } else {
            Tokenizer::new(text, false)
        };
        TokenStream {
            text,
            tokenizer,
            ended: false,
        }
    }

    fn token(&mut self) -> Result<StreamToken, TokenError> {
        let token = self.tokenizer.next_token();
        let kind = match token.kind {
            Kind::Name | Kind::Keyword => TokenType::Name,
            Kind::Number => TokenType::Number,
            Kind::String => TokenType::String,
            Kind::FStart => TokenType::FStringStart,
            Kind::FMiddle => TokenType::FStringMiddle,
            Kind::FEnd => TokenType::FStringEnd,
            Kind::TStart => TokenType::TStringStart,
            Kind::TMiddle => TokenType::TStringMiddle,
            Kind::TEnd => TokenType::TStringEnd,
            Kind::Op => TokenType::Op,
            Kind::Newline => TokenType::Newline,
            Kind::Nl => TokenType::Nl,
            Kind::Comment | Kind::TypeComment | Kind::TypeIgnore => TokenType::Comment,
            Kind::Indent => TokenType::Indent,
            Kind::Dedent => TokenType::Dedent,
            Kind::End => TokenType::EndMarker,
            Kind::Error => return Err(self.error()),
        };
        let line_start = self.tokenizer.line_start();
        let (lineno, first_line_start) = match kind.is_string_like() {
            true => self.tokenizer.string_start(),
            false => (self.tokenizer.lineno(), line_start),
        };
        let (start, end) = match kind {
            TokenType::Indent => (line_start, self.tokenizer.cursor()),
            _ if !token.placed => (self.tokenizer.cursor(), self.tokenizer.cursor()),
            _ => (token.start, token.end),
        };
        let at_end = self.tokenizer.done() == Done::End;
        Ok(StreamToken {
            kind,
            start,
            end,
            lineno,
            line_start: first_line_start,
            end_lineno: self.tokenizer.lineno(),
            end_line_start: line_start,
            line_end: self.tokenizer.line_end(),
            trailing: kind == TokenType::EndMarker || (kind == TokenType::Dedent && at_end),
        })
    }

    fn error(&self) -> TokenError {
        let t = &self.tokenizer;
        let condition = match t.failure() {
            Some(Failure::Syntax {
                msg,
                lineno,
                offset,
                end_offset,
                text,
            }) => {
                return TokenError {
                    kind: ErrorKind::Syntax,
                    msg: msg.clone(),
                    lineno: *lineno,
                    offset: *offset,
                    end_offset: *end_offset,
                    text: text.clone(),
                };
            }
            Some(Failure::Condition(condition)) => *condition,
            None => Condition::UnexpectedEnd,
        };
        let msg = match condition {
            Condition::UnexpectedEnd => "unexpected EOF in multi-line statement",
            Condition::InconsistentTabs => "inconsistent use of tabs and spaces in indentation",
            Condition::TooManyIndents => "too many levels of indentation",
            Condition::InconsistentDedent => "unindent does not match any outer indentation level",
            Condition::AfterBackslash => "unexpected character after line continuation character",
        };
        let line = &self.text[t.line_start()..t.line_end()];
        let read = self.text[t.line_start()..t.cursor()].chars().count();
        let offset = if condition == Condition::UnexpectedEnd {
            0
        } else {
            read
        };
        TokenError {
            kind: condition.kind(),
            msg: msg.to_owned(),
            lineno: t.lineno(),
            offset,
            end_offset: offset,
            text: line.trim_end_matches('\n').to_owned(),
        }
    }
}

impl Iterator for TokenStream<'_> {
    type Item = Result<StreamToken, TokenError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let token = self.token();
        self.ended = !matches!(&token, Ok(t) if t.kind != TokenType::EndMarker);
        Some(token)
    }
}

/// The comments of a text, with their offsets.
pub fn comments(text: &str) -> Vec<(TextSize, &str)> {
    let stream = TokenStream::new(text, true);
    let tokens = stream
        .map_while(Result::ok)
        .filter(|t| t.kind == TokenType::Comment);
    tokens
        .map(|t| (TextSize::new(t.start as u32), &text[t.start..t.end]))
        .collect()
}
