//! Tokens outside of f-string literals.

use super::{Condition, Kind, Lexed, Token, Tokenizer};

impl Tokenizer<'_> {
    pub(super) fn regular_token(&mut self) -> Lexed {
        loop {
            self.token_start = None;
            let mut blank_line = false;
            if self.at_line_begin {
                self.at_line_begin = false;
                blank_line = self.line_begin()?;
            }
            self.token_start = Some(self.cur);
            if self.pending < 0 {
                self.pending += 1;
                return Ok(self.bare(Kind::Dedent));
            }
            if self.pending > 0 {
                self.pending -= 1;
                return Ok(self.bare(Kind::Indent));
            }
            if let Some(token) = self.token_on_line(blank_line)? {
                return Ok(token);
            }
        }
    }

    /// The next token, or nothing at a line end that does not count.
    fn token_on_line(&mut self, blank_line: bool) -> Lexed<Option<Token>> {
        loop {
            self.token_start = None;
            let mut next = self.next_byte();
            while matches!(next, Some(b' ' | b'\t' | 0x0C)) {
                next = self.next_byte();
            }
            let start = self.cur - usize::from(next.is_some());
            self.token_start = Some(start);
            if next == Some(b'#') {
                if let Some(token) = self.comment(start) {
                    self.lone_comment = blank_line && self.extra_tokens;
                    if blank_line && token.kind == Kind::TypeIgnore {
                        // Alone on its line: the newline belongs to it.
                        self.next_byte();
                        self.at_line_begin = true;
                    }
                    return Ok(Some(token));
                }
                // The newline token starts with the comment.
                next = self.next_byte();
            }
            let Some(byte) = next else {
                return self.end_of_input().map(Some);
            };
            return Ok(Some(match byte {
                b'\n' => {
                    self.at_line_begin = true;
                    let blank = blank_line || std::mem::take(&mut self.lone_comment);
                    if blank || !self.brackets.is_empty() {
                        let extra = self.extra_tokens;
                        return Ok(extra.then(|| self.token(Kind::Nl, start, self.cur)));
                    }
                    self.token(Kind::Newline, start, self.cur)
                }
                b'\\' => {
                    self.continuation()?;
                    continue;
                }
                b'.' => self.dot(start)?,
                b'0'..=b'9' => self.number(start, byte)?,
                b'"' | b'\'' => self.string(start, byte)?,
                _ if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 => {
                    self.name_or_prefixed_string(start, byte)?
                }
                _ => self.operator(start, byte)?,
            }));
        }
    }

    fn end_of_input(&mut self) -> Lexed {
        if self.brackets.is_empty() {
            Ok(self.bare(Kind::End))
        } else {
            Err(self.condition(Condition::UnexpectedEnd))
        }
    }

    fn dot(&mut self, start: usize) -> Lexed {
        let next = self.next_byte();
        if next.is_some_and(|b| b.is_ascii_digit()) {
            return self.fraction(start, next);
        }
        self.back_up(next);
        self.operator(start, b'.')
    }

    /// Skips a comment (its `#` has been read), or makes a token of a type comment.
    fn comment(&mut self, start: usize) -> Option<Token> {
        let line = &self.src[start..self.line_end];
        let len = line.trim_end_matches('\n').len();
        self.cur = start + len;
        if self.extra_tokens {
            return Some(self.token(Kind::Comment, start, self.cur));
        }
        if !self.type_comments {
            return None;
        }
        let body = line[1..len].trim_start_matches([' ', '\t']);
        let body = body.strip_prefix("type: ")?;
        let body = body.trim_start_matches([' ', '\t']);
        let body_start = self.cur - body.len();
        let after_ignore = body.strip_prefix("ignore");
        let is_ignore = after_ignore.is_some_and(|rest| {
            !rest
                .bytes()
                .next()
                .is_some_and(|b| b.is_ascii_alphanumeric() || b >= 0x80)
        });
        Some(if is_ignore {
            self.token(Kind::TypeIgnore, body_start + "ignore".len(), self.cur)
        } else {
            self.token(Kind::TypeComment, body_start, self.cur)
        })
    }
}
