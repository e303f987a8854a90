//! Operators and brackets.

use super::{Bracket, Kind, Lexed, MAX_BRACKETS, Token, Tokenizer};

const LONG: [&str; 5] = ["**=", "//=", ">>=", "<<=", "..."];
const DOUBLE: [&str; 19] = [
    "!=", "%=", "&=", "**", "*=", "+=", "-=", "->", "//", "/=", ":=", "<<", "<=", "==", ">=", ">>",
    "@=", "^=", "|=",
];

impl Tokenizer<'_> {
    /// An operator whose first byte has been read.
    pub(super) fn operator(&mut self, start: usize, first: u8) -> Lexed<Token> {
        if let Some(token) = self.field_punctuation(start, first) {
            return Ok(token);
        }
        let rest = &self.src[start..];
        let long = LONG.iter().find(|op| rest.starts_with(**op));
        let double = DOUBLE.iter().find(|op| rest.starts_with(**op));
        if let Some(op) = long.or(double) {
            self.cur = start + op.len();
            return Ok(self.token(Kind::Op, start, self.cur));
        }
        // CPython looks for a second byte: it may see the end there.
        let second = self.next_byte();
        self.back_up(second);
        match first {
            b'(' | b'[' | b'{' => self.open(start, first)?,
            b')' | b']' | b'}' => self.close(first)?,
            _ if first.is_ascii_control() => {
                let msg = format!("invalid non-printable character U+{:04X}", u32::from(first));
                return Err(self.error(msg));
            }
            _ => {}
        }
        Ok(self.token(Kind::Op, start, self.cur))
    }

    /// A colon at the outermost level of a replacement field starts the format specifier.
    fn field_punctuation(&mut self, start: usize, first: u8) -> Option<Token> {
        let fstring = self.fstrings.last_mut()?;
        let starts_spec =
            first == b':' && fstring.in_field() && fstring.brackets - 1 == fstring.field_depth;
        if !starts_spec {
            return None;
        }
        fstring.in_literal = true;
        fstring.in_format_spec = true;
        Some(self.token(Kind::Op, start, self.cur))
    }

    fn open(&mut self, start: usize, open: u8) -> Lexed<()> {
        if self.brackets.len() >= MAX_BRACKETS {
            return Err(self.error("too many nested parentheses"));
        }
        self.brackets.push(Bracket {
            open,
            lineno: self.lineno,
            offset: start,
        });
        if let Some(fstring) = self.fstrings.last_mut() {
            fstring.brackets += 1;
        }
        Ok(())
    }

    fn close(&mut self, close: u8) -> Lexed<()> {
        let close_char = char::from(close);
        let fstring = self.fstrings.last();
        let letter = fstring.map_or('f', |f| f.letter);
        if close == b'}' && fstring.is_some_and(|f| f.brackets == 0) {
            return Err(self.error(format!("{letter}-string: single '}}' is not allowed")));
        }
        let at_field = fstring.is_some_and(|f| f.brackets - 1 == f.field_depth);
        let Some(bracket) = self.brackets.pop() else {
            return Err(self.error(format!("unmatched '{close_char}'")));
        };
        if !matches!(
            (bracket.open, close),
            (b'(', b')') | (b'[', b']') | (b'{', b'}')
        ) {
            if at_field && bracket.open == b'{' {
                return Err(self.error(format!("{letter}-string: unmatched '{close_char}'")));
            }
            let open_char = char::from(bracket.open);
            let mut msg = format!(
                "closing parenthesis '{close_char}' does not match opening parenthesis \
                 '{open_char}'"
            );
            if bracket.lineno != self.lineno {
                msg.push_str(&format!(" on line {}", bracket.lineno));
            }
            return Err(self.error(msg));
        }
        if let Some(fstring) = self.fstrings.last_mut() {
            fstring.brackets -= 1;
            if fstring.brackets < 0 {
                return Err(self.error(format!("{letter}-string: unmatched '{close_char}'")));
            }
            if close == b'}' && fstring.brackets == fstring.field_depth {
                fstring.field_depth -= 1;
                fstring.in_literal = true;
                fstring.in_format_spec = false;
            }
        }
        Ok(())
    }
}
