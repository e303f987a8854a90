//! Texts of replacement fields, as `=` and template strings keep them.

use std::borrow::Cow;

use ruff_python_ast::{DebugText, InterpolatedElement};
use ruff_text_size::Ranged;

use crate::source::Source;

/// The text that `{...=}` shows before the value: comments are left out.
pub fn debug_text(debug: &DebugText) -> Cow<'_, str> {
    without_comments(debug.as_str())
}

/// `Interpolation.expression`: the source from the brace to `=`, `!`, `:` or `}`, without comments.
pub fn interpolation_text(source: &Source, field: &InterpolatedElement) -> String {
    if let Some(debug) = &field.debug_text {
        let text = debug_text(debug);
        // Only white space can stand behind the sign.
        let end = text.rfind('=').unwrap_or(text.len());
        return text[..end].to_owned();
    }
    let text = source.slice(field.range);
    if source.is_synthetic() {
        return text.to_owned();
    }
    let behind = usize::from(field.expression.range().end() - field.range.start());
    let end = behind + end_of_expression(&text[behind..]);
    without_comments(&text[1..end]).into_owned()
}

/// Where closing parentheses, white space and comments behind an expression end.
fn end_of_expression(rest: &str) -> usize {
    let mut in_comment = false;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'\n' => in_comment = false,
            _ if in_comment => {}
            b'#' => in_comment = true,
            b'!' | b':' | b'}' => return at,
            _ => {}
        }
    }
    rest.len()
}

fn without_comments(text: &str) -> Cow<'_, str> {
    if !text.contains('#') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '#' if quote.is_none() => {
                if chars.by_ref().any(|c| c == '\n') {
                    out.push('\n');
                }
                continue;
            }
            '\\' if quote.is_some() => {
                out.push(c);
                out.extend(chars.next());
                continue;
            }
            '"' | '\'' => match quote {
                None => quote = Some(c),
                Some(open) if open == c => quote = None,
                Some(_) => {}
            },
            _ => {}
        }
        out.push(c);
    }
    Cow::Owned(out)
}
