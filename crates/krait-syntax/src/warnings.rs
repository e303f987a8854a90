//! Warnings of CPython's tokenizer and string parser, from the tokens of a source.

use ruff_python_ast::StringFlags;
use ruff_python_ast::token::{Token, TokenKind, Tokens};
use ruff_text_size::{Ranged, TextSize};

use crate::error::{SyntaxWarningInfo, WarningCategory};
use crate::literal::{DubiousEscape, first_dubious_escape};
use crate::source::Source;

/// All warnings, each with the place of its token.
pub(crate) fn collect(source: &Source, tokens: &Tokens) -> Vec<(TextSize, SyntaxWarningInfo)> {
    let mut warnings = Vec::new();
    let mut previous: Option<&Token> = None;
    for token in tokens {
        match token.kind() {
            TokenKind::String | TokenKind::FStringMiddle | TokenKind::TStringMiddle => {
                let warning = escape_warning(source, token);
                warnings.extend(warning.map(|w| (token.start(), w)));
            }
            kind if kind.is_keyword() => {
                let before = previous.filter(|p| p.end() == token.start());
                let warning = before.and_then(|number| number_warning(source, number));
                warnings.extend(warning.map(|w| (token.start(), w)));
            }
            _ => {}
        }
        previous = Some(token);
    }
    warnings
}

/// `0x1for x in y`: a number right before a keyword.
fn number_warning(source: &Source, number: &Token) -> Option<SyntaxWarningInfo> {
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
    let (lineno, col) = source.line_col(number.end());
    Some(SyntaxWarningInfo {
        category: WarningCategory::Syntax,
        msg: format!("invalid {kind} literal"),
        error_msg: format!("invalid {kind} literal"),
        lineno,
        offset: source.char_col(lineno, col) as i32,
        end_offset: source.char_col(lineno, col) as i32,
    })
}

fn escape_warning(source: &Source, token: &Token) -> Option<SyntaxWarningInfo> {
    let flags = token.string_flags()?;
    let text = source.slice(token.range());
    if flags.prefix().is_raw() || !text.contains('\\') {
        return None;
    }
    let (start, body) = match token.kind() {
        TokenKind::String => {
            let open = flags.opener_len();
            let close = text.len() - flags.closer_len().to_usize();
            (open, &text[open.to_usize()..close])
        }
        _ => (TextSize::new(0), text),
    };
    let escape = first_dubious_escape(body, flags.is_byte_string())
        .or_else(|| escaped_brace(source, token, body))?;
    let spelled = &source.text()[(token.start() + start).to_usize() + escape.offset + 1..];
    let spelled = &spelled[..escape.len];
    let what = if escape.octal { "octal " } else { "" };
    let offset = token.start() + start + TextSize::new(escape.offset as u32);
    let (lineno, col) = source.line_col(offset);
    let col = source.char_col(lineno, col) as i32;
    Some(SyntaxWarningInfo {
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
    })
}

/// A backslash that ends the text before a replacement field seems to escape its brace.
fn escaped_brace(source: &Source, token: &Token, body: &str) -> Option<DubiousEscape> {
    let backslashes = body.len() - body.trim_end_matches('\\').len();
    let next = source.text().as_bytes().get(token.end().to_usize());
    let is_escape = token.kind() != TokenKind::String && backslashes % 2 == 1;
    (is_escape && next == Some(&b'{')).then(|| DubiousEscape {
        offset: body.len() - 1,
        len: 1,
        octal: false,
    })
}
