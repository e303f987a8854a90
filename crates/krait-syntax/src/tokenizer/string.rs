//! String literals, f-strings and t-strings.

use super::identifier::Prefix;
use super::{Done, FString, Kind, Lexed, MAX_FIELDS, MAX_FSTRINGS, Token, Tokenizer};
use crate::warnings::Notice;

impl Tokenizer<'_> {
    /// A plain string whose first quote has been read.
    pub(super) fn string(&mut self, start: usize, quote: u8) -> Lexed<Token> {
        self.first_lineno = self.lineno;
        self.multi_line_start = self.line_start;
        let quote_size = self.opening_quotes(quote);
        if quote_size == 0 {
            return Ok(self.token(Kind::String, start, self.cur));
        }
        let mut closing = 0;
        let mut escaped_quote = false;
        while closing != quote_size {
            let next = self.next_byte();
            if next.is_none() || (quote_size == 1 && next == Some(b'\n')) {
                return Err(self.unterminated_string(
                    start,
                    quote,
                    quote_size,
                    escaped_quote,
                    next,
                ));
            }
            if next == Some(quote) {
                closing += 1;
                continue;
            }
            closing = 0;
            if next == Some(b'\\') {
                escaped_quote |= self.next_byte() == Some(quote);
            }
        }
        Ok(Token {
            lineno: self.first_lineno,
            ..self.token(Kind::String, start, self.cur)
        })
    }

    /// Reads the rest of the opening quotes: 1 or 3, or 0 for an empty string that is complete.
    fn opening_quotes(&mut self, quote: u8) -> usize {
        let second = self.next_byte();
        if second != Some(quote) {
            self.back_up(second);
            return 1;
        }
        let third = self.next_byte();
        if third == Some(quote) {
            return 3;
        }
        self.back_up(third);
        0
    }

    fn unterminated_string(
        &mut self,
        start: usize,
        quote: u8,
        quote_size: usize,
        escaped_quote: bool,
        next: Option<u8>,
    ) -> super::Failed {
        self.cur = start + 1;
        self.line_start = self.multi_line_start;
        let detected = self.lineno;
        self.lineno = self.first_lineno;
        if let Some(fstring) = self.fstrings.last()
            && fstring.quote == quote
            && fstring.quote_size == quote_size
        {
            let letter = fstring.letter;
            return self.error(format!("{letter}-string: expecting '}}'"));
        }
        let triple = if quote_size == 3 {
            "triple-quoted "
        } else {
            ""
        };
        let hint = if escaped_quote && quote_size == 1 {
            "; perhaps you escaped the end quote?"
        } else {
            ""
        };
        let failed = self.error(format!(
            "unterminated {triple}string literal (detected at line {detected}){hint}"
        ));
        if next.is_none() {
            self.done = Done::EndInString;
        }
        failed
    }

    /// Opens an f-string or t-string; its first quote has been read.
    pub(super) fn fstring_start(
        &mut self,
        start: usize,
        quote: u8,
        prefix: &Prefix,
    ) -> Lexed<Token> {
        self.first_lineno = self.lineno;
        self.multi_line_start = self.line_start;
        let quote_size = match self.opening_quotes(quote) {
            0 => {
                // Empty: the second quote is the end token.
                self.cur -= 1;
                1
            }
            size => size,
        };
        if self.fstrings.len() + 1 >= MAX_FSTRINGS {
            return Err(self.error("too many nested f-strings or t-strings"));
        }
        self.fstrings.push(FString {
            letter: if prefix.fstring { 'f' } else { 't' },
            quote,
            quote_size,
            raw: prefix.raw,
            start,
            first_line: self.lineno,
            line_start: self.line_start,
            in_literal: true,
            in_format_spec: false,
            brackets: 0,
            field_depth: -1,
        });
        let kind = self.fstring_kind(Kind::FStart, Kind::TStart);
        Ok(self.token(kind, start, self.cur))
    }

    fn fstring_kind(&self, f: Kind, t: Kind) -> Kind {
        match self.fstrings.last() {
            Some(fstring) if fstring.letter == 't' => t,
            _ => f,
        }
    }

    /// A token within the literal text of an f-string.
    pub(super) fn fstring_token(&mut self) -> Lexed<Token> {
        self.token_start = Some(self.cur);
        self.first_lineno = self.lineno;
        let start = self.cur;
        let Some(fstring) = self.fstrings.last() else {
            return self.regular_token();
        };
        let (quote, quote_size) = (fstring.quote, fstring.quote_size);
        let first = self.next_byte();
        let second = if first == Some(b'{') {
            self.peek_byte()
        } else {
            None
        };
        self.back_up(first);
        if first == Some(b'{') && second != Some(b'{') {
            self.enter_field()?;
            return self.regular_token();
        }
        let closing = [quote; 3];
        if self.bytes[self.cur..].starts_with(&closing[..quote_size]) {
            self.cur += quote_size;
            let kind = self.fstring_kind(Kind::FEnd, Kind::TEnd);
            self.fstrings.pop();
            return Ok(self.token(kind, start, self.cur));
        }
        let lineno = self.lineno;
        let end = self.fstring_middle(quote, quote_size)?;
        let kind = self.fstring_kind(Kind::FMiddle, Kind::TMiddle);
        Ok(Token {
            lineno,
            ..self.token(kind, start, end)
        })
    }

    fn enter_field(&mut self) -> Lexed<()> {
        let Some(fstring) = self.fstrings.last_mut() else {
            return Ok(());
        };
        fstring.field_depth += 1;
        let letter = fstring.letter;
        if fstring.field_depth >= MAX_FIELDS {
            return Err(self.error(format!("{letter}-string: expressions nested too deeply")));
        }
        fstring.in_literal = false;
        Ok(())
    }

    /// Literal text up to a replacement field or the closing quotes; gives its end.
    fn fstring_middle(&mut self, quote: u8, quote_size: usize) -> Lexed<usize> {
        self.multi_line_start = self.line_start;
        let mut closing = 0;
        let mut in_name = false;
        while closing != quote_size {
            let next = self.next_byte();
            let (spec, raw) = match self.fstrings.last() {
                Some(f) => (f.in_format_spec && f.in_field(), f.raw),
                None => (false, false),
            };
            if next.is_none() || (quote_size == 1 && next == Some(b'\n')) {
                return self.fstring_line_end(next, spec, quote_size);
            }
            if next == Some(quote) {
                closing += 1;
                continue;
            }
            closing = 0;
            match next {
                Some(b'{') => {
                    let peek = self.next_byte();
                    if peek == Some(b'{') && !spec {
                        if self.fstrings.last().is_some_and(FString::in_field) {
                            self.braces.push(self.cur - 2..self.cur);
                        }
                        return Ok(self.cur - 1);
                    }
                    self.back_up(peek);
                    self.back_up(next);
                    self.enter_field()?;
                    return Ok(self.cur);
                }
                Some(b'}') => return Ok(self.closing_brace(in_name, spec)),
                Some(b'\\') => {
                    let escaped = self.next_byte();
                    if matches!(escaped, Some(b'{' | b'}')) {
                        self.back_up(escaped);
                        if !raw {
                            self.notices.push(Notice::Escape(self.cur..self.cur + 1));
                        }
                    } else if escaped == Some(b'N') && !raw {
                        let brace = self.next_byte();
                        if brace == Some(b'{') {
                            in_name = true;
                        } else {
                            self.back_up(brace);
                        }
                    }
                }
                _ => {}
            }
        }
        self.cur -= quote_size;
        Ok(self.cur)
    }

    fn closing_brace(&mut self, in_name: bool, spec: bool) -> usize {
        if in_name {
            return self.cur;
        }
        let peek = self.next_byte();
        let outermost = self.fstrings.last().is_none_or(|f| f.brackets == 0);
        if peek == Some(b'}') && !spec && outermost {
            return self.cur - 1;
        }
        self.back_up(peek);
        self.back_up(Some(b'}'));
        if let Some(fstring) = self.fstrings.last_mut() {
            fstring.in_literal = false;
        }
        self.cur
    }

    /// The line or the input ends within an f-string.
    fn fstring_line_end(
        &mut self,
        next: Option<u8>,
        spec: bool,
        quote_size: usize,
    ) -> Lexed<usize> {
        let Some(fstring) = self.fstrings.last_mut() else {
            return Ok(self.cur);
        };
        let letter = fstring.letter;
        if spec && next == Some(b'\n') {
            if quote_size == 1 {
                return Err(self.error(format!(
                    "{letter}-string: newlines are not allowed in format specifiers for single \
                     quoted {letter}-strings"
                )));
            }
            fstring.in_literal = false;
            fstring.in_format_spec = false;
            self.back_up(next);
            return Ok(self.cur);
        }
        let (start, line_start, first_line) =
            (fstring.start, fstring.line_start, fstring.first_line);
        self.cur = start + 1;
        self.line_start = line_start;
        let detected = self.lineno;
        self.lineno = first_line;
        let triple = if quote_size == 3 {
            "triple-quoted "
        } else {
            ""
        };
        let failed = self.error(format!(
            "unterminated {triple}{letter}-string literal (detected at line {detected})"
        ));
        if quote_size == 3 && next.is_none() {
            self.done = Done::EndInString;
        }
        Err(failed)
    }
}
