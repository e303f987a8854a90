//! The entry point: text to AST or error.

use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{Mod, PythonVersion};
use ruff_python_parser::{ParseOptions, lexer};
use ruff_text_size::{Ranged, TextRange};

use crate::depth::{DepthMeter, MAX_NESTING};
use crate::error::{ErrorKind, SyntaxError, SyntaxWarningInfo};
use crate::options::{Mode, Options};
use crate::source::Source;
use crate::teardown;
use crate::warnings;

/// Sources up to this size are parsed without a look at their nesting beforehand: they cannot nest
/// deeper than they have bytes, and the parser's stack grows that far.
const UNCHECKED_SIZE: usize = 32 * 1024;

/// A source that parsed.
#[derive(Debug)]
pub struct Parsed {
    pub ast: Mod,
    pub source: Source,
    /// What CPython's tokenizer warns of, in order.
    pub warnings: Vec<SyntaxWarningInfo>,
    /// Bound on the depth of the tree; decides how it is dropped.
    depth: usize,
}

impl Parsed {
    /// An upper bound on how deep the expressions of the tree nest. Below a few thousand a
    /// recursive walk needs no further care.
    pub fn depth_bound(&self) -> usize {
        self.depth
    }
}

impl Drop for Parsed {
    fn drop(&mut self) {
        if self.depth > teardown::SHALLOW {
            teardown::dismantle(&mut self.ast);
        }
    }
}

/// Parses a source text. `Mode::FuncType` is not for here: see [`crate::parse_func_type`].
pub fn parse(text: String, options: &Options) -> Result<Parsed, Box<SyntaxError>> {
    if text.contains('\0') {
        let msg = "source code string cannot contain null bytes";
        return Err(Box::new(SyntaxError::unlocated(ErrorKind::Syntax, msg)));
    }
    if u32::try_from(text.len()).is_err() {
        let msg = "source is larger than 4 GiB";
        return Err(Box::new(SyntaxError::unlocated(ErrorKind::TooDeep, msg)));
    }
    let source = Source::new(text);
    let ruff_mode = match options.mode {
        Mode::Eval | Mode::FuncType => ruff_python_parser::Mode::Expression,
        Mode::Exec | Mode::Single => ruff_python_parser::Mode::Module,
    };
    if source.text().len() > UNCHECKED_SIZE {
        check_nesting(source.text(), ruff_mode)?;
    }
    let ruff_options = ParseOptions::from(ruff_mode).with_target_version(PythonVersion::PY314);
    let outcome = ruff_python_parser::parse_unchecked(source.text(), ruff_options);
    let mut meter = DepthMeter::default();
    for token in outcome.tokens() {
        meter.add(token.kind());
    }
    let warnings = warnings::collect(&source, outcome.tokens());
    let rejected = outcome.errors().first().map(Ranged::range).or_else(|| {
        outcome
            .unsupported_syntax_errors()
            .first()
            .map(Ranged::range)
    });
    let parsed = Parsed {
        ast: outcome.into_syntax(),
        source,
        warnings,
        depth: meter.depth(),
    };
    if meter.nesting() > MAX_NESTING {
        return Err(Box::new(too_deep()));
    }
    match rejected {
        None => Ok(parsed),
        Some(range) => Err(Box::new(generic_error(&parsed.source, range))),
    }
}

fn check_nesting(text: &str, mode: ruff_python_parser::Mode) -> Result<(), Box<SyntaxError>> {
    let mut meter = DepthMeter::default();
    let mut lexer = lexer::lex(text, mode);
    loop {
        let kind = lexer.next_token();
        if kind == TokenKind::EndOfFile {
            return Ok(());
        }
        meter.add(kind);
        if meter.nesting() > MAX_NESTING {
            return Err(Box::new(too_deep()));
        }
    }
}

fn too_deep() -> SyntaxError {
    let msg = "Parser stack overflowed - Python source too complex to parse";
    SyntaxError::unlocated(ErrorKind::TooDeep, msg)
}

fn generic_error(source: &Source, range: TextRange) -> SyntaxError {
    let (lineno, col) = source.line_col(range.start());
    let (end_lineno, end_col) = source.line_col(range.end());
    SyntaxError {
        kind: ErrorKind::Syntax,
        msg: "invalid syntax".to_owned(),
        located: true,
        lineno,
        offset: source.char_col(lineno, col) as i32 + 1,
        end_lineno: Some(end_lineno),
        end_offset: Some(source.char_col(end_lineno, end_col) as i32 + 1),
        text: source.line_text(lineno).map(|line| format!("{line}\n")),
    }
}
