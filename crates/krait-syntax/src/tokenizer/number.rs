//! Numbers, and what may not stand right behind them.

use super::identifier::is_identifier_byte;
use super::{Kind, Lexed, Notice, Token, Tokenizer};

/// Keywords that can follow a number without a space (with a warning in CPython), as whole words.
const FOLLOWERS: [&str; 5] = ["and", "else", "for", "not", "or"];
/// The same, but CPython does not look whether the word ends there.
const SHORT_FOLLOWERS: [&str; 3] = ["if", "in", "is"];

impl Tokenizer<'_> {
    /// A number whose first digit has been read.
    pub(super) fn number(&mut self, start: usize, first: u8) -> Lexed<Token> {
        if first == b'0' {
            return self.zero(start);
        }
        let next = self.decimal_tail()?;
        self.after_integer(start, next)
    }

    /// What begins with a zero: another base, a float, or zeros only.
    fn zero(&mut self, start: usize) -> Lexed<Token> {
        let mut next = self.next_byte();
        match next {
            Some(b'x' | b'X') => return self.prefixed(start, "hexadecimal", 16),
            Some(b'o' | b'O') => return self.prefixed(start, "octal", 8),
            Some(b'b' | b'B') => return self.prefixed(start, "binary", 2),
            _ => {}
        }
        loop {
            if next == Some(b'_') {
                next = self.next_byte();
                if !is_digit(next) {
                    self.back_up(next);
                    return Err(self.error("invalid decimal literal"));
                }
            }
            if next != Some(b'0') {
                break;
            }
            next = self.next_byte();
        }
        let zeros_end = self.cur;
        let nonzero = is_digit(next);
        if nonzero {
            next = self.decimal_tail()?;
        }
        if nonzero && !matches!(next, Some(b'.' | b'e' | b'E' | b'j' | b'J')) {
            self.back_up(next);
            let msg = "leading zeros in decimal integer literals are not permitted; \
                       use an 0o prefix for octal integers";
            let column = |at: usize| self.src[self.line_start..at].chars().count();
            let (offset, end) = (column(start) + 1, column(zeros_end));
            return Err(self.error_at(msg, offset, end));
        }
        self.after_integer(start, next)
    }

    fn prefixed(&mut self, start: usize, base: &'static str, radix: u32) -> Lexed<Token> {
        let is_member = |b: Option<u8>| b.is_some_and(|b| char::from(b).is_digit(radix));
        let mut next = self.next_byte();
        loop {
            if next == Some(b'_') {
                next = self.next_byte();
            }
            if !is_member(next) {
                return Err(self.bad_digit(next, base));
            }
            while is_member(next) {
                next = self.next_byte();
            }
            if next != Some(b'_') {
                break;
            }
        }
        if is_digit(next) {
            return Err(self.bad_digit(next, base));
        }
        self.verify_end(next, base)?;
        self.back_up(next);
        Ok(self.token(Kind::Number, start, self.cur))
    }

    fn bad_digit(&mut self, next: Option<u8>, base: &str) -> super::Failed {
        match next {
            Some(digit @ b'0'..=b'9') => {
                let digit = char::from(digit);
                self.error(format!("invalid digit '{digit}' in {base} literal"))
            }
            _ => {
                self.back_up(next);
                self.error(format!("invalid {base} literal"))
            }
        }
    }

    /// Digits with single underscores between; gives the byte after them, which has been read.
    fn decimal_tail(&mut self) -> Lexed<Option<u8>> {
        loop {
            let mut next = self.next_byte();
            while is_digit(next) {
                next = self.next_byte();
            }
            if next != Some(b'_') {
                return Ok(next);
            }
            next = self.next_byte();
            if !is_digit(next) {
                self.back_up(next);
                return Err(self.error("invalid decimal literal"));
            }
        }
    }

    fn after_integer(&mut self, start: usize, next: Option<u8>) -> Lexed<Token> {
        if next == Some(b'.') {
            let next = self.next_byte();
            return self.fraction(start, next);
        }
        self.exponent(start, next)
    }

    /// What follows the decimal point; `next` has been read.
    pub(super) fn fraction(&mut self, start: usize, mut next: Option<u8>) -> Lexed<Token> {
        if is_digit(next) {
            next = self.decimal_tail()?;
        }
        self.exponent(start, next)
    }

    fn exponent(&mut self, start: usize, next: Option<u8>) -> Lexed<Token> {
        let Some(e @ (b'e' | b'E')) = next else {
            return self.imaginary(start, next);
        };
        let mut after = self.next_byte();
        if matches!(after, Some(b'+' | b'-')) {
            after = self.next_byte();
            if !is_digit(after) {
                self.back_up(after);
                return Err(self.error("invalid decimal literal"));
            }
        } else if !is_digit(after) {
            self.back_up(after);
            self.verify_end(Some(e), "decimal")?;
            self.back_up(Some(e));
            return Ok(self.token(Kind::Number, start, self.cur));
        }
        let next = self.decimal_tail()?;
        self.imaginary(start, next)
    }

    fn imaginary(&mut self, start: usize, mut next: Option<u8>) -> Lexed<Token> {
        let mut kind = "decimal";
        if matches!(next, Some(b'j' | b'J')) {
            next = self.next_byte();
            kind = "imaginary";
        }
        self.verify_end(next, kind)?;
        self.back_up(next);
        Ok(self.token(Kind::Number, start, self.cur))
    }

    /// A number may be followed by a keyword, but by no other letter. `next` has been read.
    fn verify_end(&mut self, next: Option<u8>, kind: &'static str) -> Lexed<()> {
        let Some(byte) = next.filter(|&b| is_identifier_byte(b)) else {
            return Ok(());
        };
        let word = &self.src[self.cur - 1..];
        let keyword = |follower: &&str| {
            let rest = word.strip_prefix(*follower);
            rest.is_some_and(|r| !r.bytes().next().is_some_and(is_identifier_byte))
        };
        let short = |follower: &&str| word.starts_with(*follower);
        if FOLLOWERS.iter().any(keyword) || SHORT_FOLLOWERS.iter().any(short) {
            self.notices.push(Notice::Number(self.cur - 1, kind));
            return Ok(());
        }
        if byte.is_ascii() {
            self.back_up(next);
            return Err(self.error(format!("invalid {kind} literal")));
        }
        Ok(())
    }
}

fn is_digit(byte: Option<u8>) -> bool {
    byte.is_some_and(|b| b.is_ascii_digit())
}
