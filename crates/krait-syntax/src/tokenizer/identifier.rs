//! Names, keywords and string prefixes.

use super::{Kind, Lexed, Token, Tokenizer};

const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

pub(super) fn is_identifier_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// The letters before a quote, each at most once.
#[derive(Default)]
pub(super) struct Prefix {
    bytes: bool,
    unicode: bool,
    pub(super) raw: bool,
    pub(super) fstring: bool,
    pub(super) tstring: bool,
}

impl Prefix {
    /// Takes the letter in, or says that it cannot belong to a prefix.
    fn add(&mut self, letter: u8) -> bool {
        let seen = match letter.to_ascii_lowercase() {
            b'b' => &mut self.bytes,
            b'u' => &mut self.unicode,
            b'r' => &mut self.raw,
            b'f' => &mut self.fstring,
            b't' => &mut self.tstring,
            _ => return false,
        };
        !std::mem::replace(seen, true)
    }

    /// Two letters that do not go together, in CPython's order of looking.
    fn conflict(&self) -> Option<(char, char)> {
        let pairs = [
            (self.unicode, 'u', self.bytes, 'b'),
            (self.unicode, 'u', self.raw, 'r'),
            (self.unicode, 'u', self.fstring, 'f'),
            (self.unicode, 'u', self.tstring, 't'),
            (self.bytes, 'b', self.fstring, 'f'),
            (self.bytes, 'b', self.tstring, 't'),
            (self.fstring, 'f', self.tstring, 't'),
        ];
        let both = pairs.into_iter().find(|pair| pair.0 && pair.2);
        both.map(|(_, first, _, second)| (first, second))
    }
}

impl Tokenizer<'_> {
    /// A name, a keyword, or a string with a prefix; its first byte has been read.
    pub(super) fn name_or_prefixed_string(&mut self, start: usize, first: u8) -> Lexed<Token> {
        let mut prefix = Prefix::default();
        let mut next = Some(first);
        while let Some(letter) = next {
            if !prefix.add(letter) {
                break;
            }
            next = self.next_byte();
            if let Some(quote @ (b'"' | b'\'')) = next {
                if let Some((a, b)) = prefix.conflict() {
                    let line = &self.src[self.line_start..];
                    let column = |to: usize| line[..to - self.line_start].chars().count();
                    let (offset, end) = (column(start) + 1, column(self.cur));
                    let msg = format!("'{a}' and '{b}' prefixes are incompatible");
                    return Err(self.error_at(msg, offset, end));
                }
                return if prefix.fstring || prefix.tstring {
                    self.fstring_start(start, quote, &prefix)
                } else {
                    self.string(start, quote)
                };
            }
        }
        let mut ascii = true;
        while let Some(byte) = next.filter(|&b| is_identifier_byte(b)) {
            ascii &= byte.is_ascii();
            next = self.next_byte();
        }
        self.back_up(next);
        if !ascii {
            self.verify_identifier(start)?;
        }
        let text = &self.src[start..self.cur];
        let kind = if KEYWORDS.contains(&text) {
            Kind::Keyword
        } else {
            Kind::Name
        };
        Ok(self.token(kind, start, self.cur))
    }

    fn verify_identifier(&mut self, start: usize) -> Lexed<()> {
        let text = &self.src[start..self.cur];
        let mut first = true;
        let invalid = text.char_indices().find(|&(_, c)| {
            let ok = if first {
                c == '_' || unicode_ident::is_xid_start(c)
            } else {
                unicode_ident::is_xid_continue(c)
            };
            first = false;
            !ok
        });
        let Some((at, c)) = invalid else {
            return Ok(());
        };
        self.cur = start + at + c.len_utf8();
        let code = c as u32;
        Err(if is_printable(c) {
            self.error(format!("invalid character '{c}' (U+{code:04X})"))
        } else {
            self.error(format!("invalid non-printable character U+{code:04X}"))
        })
    }
}

/// As `str.isprintable()`: everything but separators and the "other" categories.
pub(super) fn is_printable(c: char) -> bool {
    // A combining mark is escaped at the start of a string only, so it does not stand there.
    c == ' ' || !format!("_{c}").escape_debug().to_string().contains("\\u")
}
