//! Warnings of CPython's tokenizer and string parser.
//!
//! Those of a source that parses come from ruff's tokens. For one that does not, what CPython warned of
//! before it gave up is noted by the tokenizer and the recogniser that find the error.

use std::ops::Range;

use ruff_python_ast::StringFlags;
use ruff_python_ast::token::{Token, TokenKind, Tokens};
use ruff_text_size::{Ranged, TextSize};

use crate::error::{SyntaxWarningInfo, WarningCategory};
use crate::literal::first_dubious_escape;
use crate::source::Source;

/// Something to warn of; places are byte offsets.
#[derive(Clone, Debug)]
pub(crate) enum Notice {
    /// `0x1for x in y`: a number that ends right before a keyword, and the kind of number.
    Number(usize, &'static str),
    /// The characters of an escape that means nothing, behind its backslash.
    Escape(Range<usize>),
    /// Those of an octal escape above `\377`.
    Octal(Range<usize>),
}

impl Notice {
    /// The first bad escape of the body of a literal, or of a literal part of an f-string.
    pub(crate) fn first_escape(
        text: &str,
        body: Range<usize>,
        is_bytes: bool,
        in_fstring: bool,
    ) -> Option<Notice> {
        let found = first_dubious_escape(&text[body.clone()], is_bytes)?;
        let start = body.start + found.offset + 1;
        let escape = start..start + found.len;
        if found.octal {
            return Some(Notice::Octal(escape));
        }
        // The tokenizer speaks of those before braces.
        let brace = in_fstring && matches!(text.as_bytes()[start], b'{' | b'}');
        (!brace).then_some(Notice::Escape(escape))
    }

    pub(crate) fn warning(&self, source: &Source) -> SyntaxWarningInfo {
        match self {
            Notice::Number(end, kind) => number_warning(source, *end, kind),
            Notice::Escape(escape) => escape_warning(source, escape, ""),
            Notice::Octal(escape) => escape_warning(source, escape, "octal "),
        }
    }
}

/// All warnings about a source that parsed.
pub(crate) fn collect(source: &Source, tokens: &Tokens) -> Vec<SyntaxWarningInfo> {
    let mut notices = Vec::new();
    let mut previous: Option<&Token> = None;
    for token in tokens {
        match token.kind() {
            TokenKind::String => notices.extend(string_notice(source, token)),
            TokenKind::FStringMiddle | TokenKind::TStringMiddle => {
                middle_notices(source.text(), token, &mut notices);
            }
            kind if kind.is_keyword() => {
                let before = previous.filter(|p| p.end() == token.start());
                notices.extend(before.and_then(|number| number_notice(source, number)));
            }
            _ => {}
        }
        previous = Some(token);
    }
    notices.iter().map(|n| n.warning(source)).collect()
}

fn number_notice(source: &Source, number: &Token) -> Option<Notice> {
    let text = source.slice(number.range());
    let kind = match number.kind() {
        TokenKind::Int => match text.as_bytes().get(1) {
            Some(b'x' | b'X') => "hexadecimal",
            Some(b'o' | b'O') => "octal",
            Some(b'b' | b'B') => "binary",
            _ => "decimal",
        },
        TokenKind::Float => "decimal",
        TokenKind::Complex => "imaginary",
        _ => return None,
    };
    Some(Notice::Number(number.end().to_usize(), kind))
}

fn number_warning(source: &Source, end: usize, kind: &str) -> SyntaxWarningInfo {
    let (lineno, col) = source.line_col(TextSize::new(end as u32));
    let col = source.char_col(lineno, col) as i32;
    let msg = format!("invalid {kind} literal");
    SyntaxWarningInfo {
        category: WarningCategory::Syntax,
        error_msg: msg.clone(),
        msg,
        lineno,
        offset: col,
        end_offset: col,
        text: source.line_text(lineno).map(str::to_owned),
    }
}

fn string_notice(source: &Source, token: &Token) -> Option<Notice> {
    let flags = token.string_flags()?;
    if flags.prefix().is_raw() {
        return None;
    }
    let start = token.start() + flags.opener_len();
    let body = start.to_usize()..(token.end() - flags.closer_len()).to_usize();
    Notice::first_escape(source.text(), body, flags.is_byte_string(), false)
}

/// What there is to say of literal text in an f-string: of every escaped brace, and of the first bad
/// escape of each part that a doubled brace ends.
fn middle_notices(text: &str, token: &Token, notices: &mut Vec<Notice>) {
    let bytes = text.as_bytes();
    let raw = token.string_flags().is_none_or(|f| f.prefix().is_raw());
    let (mut part, end) = (token.start().to_usize(), token.end().to_usize());
    if raw || !text[part..end].contains('\\') {
        return;
    }
    let mut at = part;
    while at < end {
        match bytes[at] {
            b'\\' if matches!(bytes.get(at + 1), Some(b'{' | b'}')) => {
                notices.push(Notice::Escape(at + 1..at + 2));
                at += 1;
            }
            b'\\' => at += 2,
            brace @ (b'{' | b'}') if bytes.get(at + 1) == Some(&brace) => {
                notices.extend(Notice::first_escape(text, part..at + 1, false, true));
                at += 2;
                part = at;
            }
            _ => at += 1,
        }
    }
    notices.extend(Notice::first_escape(text, part..end, false, true));
}

fn escape_warning(source: &Source, escape: &Range<usize>, what: &str) -> SyntaxWarningInfo {
    let spelled = &source.text()[escape.clone()];
    let (lineno, col) = source.line_col(TextSize::new(escape.start as u32 - 1));
    let col = source.char_col(lineno, col) as i32;
    SyntaxWarningInfo {
        category: WarningCategory::Syntax,
        msg: format!(
            "\"\\{spelled}\" is an invalid {what}escape sequence. Such sequences will not work in \
             the future. Did you mean \"\\\\{spelled}\"? A raw string is also an option."
        ),
        error_msg: format!(
            "\"\\{spelled}\" is an invalid {what}escape sequence. Did you mean \
             \"\\\\{spelled}\"? A raw string is also an option."
        ),
        lineno,
        offset: col + 1,
        end_offset: col + 3,
        text: source.line_text(lineno).map(|line| format!("{line}\n")),
    }
}
