//! PEP 401: `from __future__ import barry_as_FLUFL` makes `<>` the operator and `!=` an error.

use crate::error::{ErrorKind, SyntaxError};
use crate::tokens::{StreamToken, TokenStream, TokenType};

const FEATURE: &str = "barry_as_FLUFL";
const MESSAGE: &str = "with Barry as BDFL, use '<>' instead of '!='";

/// The text with `!=`, which the parser knows, in place of `<>` wherever the feature is in force:
/// from the start, or behind its import.
pub(crate) fn rewrite(text: String, in_force: bool) -> Result<String, Box<SyntaxError>> {
    if !in_force && !text.contains(FEATURE) {
        return Ok(text);
    }
    let mut lined = text.clone();
    if !lined.is_empty() && !lined.ends_with('\n') {
        lined.push('\n');
    }
    let mut tokens = TokenStream::new(&lined, false);
    let mut in_force = in_force;
    let mut import = Import::None;
    let mut places = Vec::new();
    // Where a `<` ended that was the last token.
    let mut less = None;
    // What the tokenizer does not like is for the parser to say.
    while let Some(Ok(token)) = tokens.next() {
        let word = &lined[token.start..token.end];
        import = import.after(token.kind, word);
        in_force |= import == Import::Taken;
        if in_force && word == "!=" && token.kind == TokenType::Op {
            return Err(Box::new(refused(&lined, &token)));
        }
        if in_force && word == ">" && less == Some(token.start) {
            places.push(token.start - 1);
        }
        less = (word == "<").then_some(token.end);
    }
    let mut text = text;
    for at in places {
        text.replace_range(at..at + 2, "!=");
    }
    Ok(text)
}

/// How much of `from __future__ import barry_as_FLUFL` has been seen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Import {
    None,
    From,
    Future,
    Names,
    Taken,
}

impl Import {
    fn after(self, kind: TokenType, word: &str) -> Import {
        match (self, kind, word) {
            (_, TokenType::Newline | TokenType::EndMarker, _) | (_, _, ";") => Import::None,
            (Import::None, _, "from") => Import::From,
            (Import::From, _, "__future__") => Import::Future,
            (Import::Future, _, "import") => Import::Names,
            (Import::Names, _, FEATURE) => Import::Taken,
            (Import::Names | Import::Taken, _, _) => Import::Names,
            _ => Import::None,
        }
    }
}

fn refused(text: &str, token: &StreamToken) -> SyntaxError {
    let before = &text[token.line_start..token.start];
    let offset = before.chars().count() as i32 + 1;
    SyntaxError {
        located: true,
        lineno: token.lineno,
        offset,
        end_lineno: Some(token.lineno),
        end_offset: Some(offset + 2),
        text: Some(text[token.line_start..token.line_end].to_owned()),
        ..SyntaxError::unlocated(ErrorKind::Syntax, MESSAGE)
    }
}
