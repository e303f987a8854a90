//! Signature type comments, `(int, *str) -> bool`: `ast.parse(..., mode="func_type")`.

use ruff_python_ast::Expr;
use ruff_python_parser::parse_expression_range;
use ruff_text_size::{TextRange, TextSize};

use crate::error::SyntaxError;
use crate::options::{Mode, Options};
use crate::parse::{generic_error, judge};
use crate::source::Source;
use crate::tokenizer::{Kind, Tokenizer};

/// What `ast.FunctionType` holds.
#[derive(Debug)]
pub struct FuncType {
    /// Stars before a type are allowed and mean nothing.
    pub argtypes: Vec<Expr>,
    pub returns: Box<Expr>,
    pub source: Source,
}

/// Parses a signature type comment.
pub fn parse_func_type(text: String) -> Result<FuncType, Box<SyntaxError>> {
    let source = Source::new(text);
    judge(source.text(), &Options::new(Mode::FuncType), 200)?;
    let pieces = pieces(source.text());
    let mut types = Vec::with_capacity(pieces.len());
    for range in pieces {
        match parse_expression_range(source.text(), range) {
            Ok(parsed) => types.push(parsed.into_expr()),
            Err(_) => return Err(Box::new(generic_error(&source, range))),
        }
    }
    match types.pop() {
        Some(returns) => Ok(FuncType {
            argtypes: types,
            returns: Box::new(returns),
            source,
        }),
        None => Err(Box::new(generic_error(&source, TextRange::default()))),
    }
}

/// The ranges of the types in a text that is known to be right: the arguments', then the result's.
fn pieces(text: &str) -> Vec<TextRange> {
    let mut tokenizer = Tokenizer::new(text, false);
    let mut pieces = Vec::new();
    let mut piece: Option<TextRange> = None;
    let mut in_result = false;
    loop {
        let token = tokenizer.next_token();
        let word = &text[token.start..token.end];
        let is_op = token.kind == Kind::Op;
        let separates = match word {
            "," => token.level == 1 && !in_result && is_op,
            "->" => token.level == 0 && is_op,
            ")" => token.level == 0 && !in_result && is_op,
            "(" => token.level == 1 && !in_result && is_op,
            "*" | "**" => piece.is_none() && is_op,
            _ => matches!(token.kind, Kind::Newline | Kind::End | Kind::Error),
        };
        if !separates {
            let range = TextRange::new(offset(token.start), offset(token.end));
            piece = Some(piece.map_or(range, |p| p.cover(range)));
            continue;
        }
        pieces.extend(piece.take());
        in_result |= word == "->";
        if matches!(token.kind, Kind::End | Kind::Error) {
            return pieces;
        }
    }
}

fn offset(at: usize) -> TextSize {
    TextSize::new(at as u32)
}
