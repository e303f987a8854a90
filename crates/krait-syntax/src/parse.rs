//! The entry point: text to AST or error.

use std::thread;

use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_ast::{Mod, PythonVersion};
use ruff_python_parser::{LexicalErrorType, ParseErrorType, ParseOptions, lexer};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::bare_raise;
use crate::depth::{DepthMeter, MAX_NESTING};
use crate::diagnose::{Rejected, Verdict, diagnose};
use crate::error::{ErrorKind, SyntaxError, SyntaxWarningInfo};
use crate::flufl;
use crate::masked::{self, Stumble};
use crate::options::{Mode, Options};
use crate::source::Source;
use crate::teardown;
use crate::warnings;

/// Sources up to this size are parsed without a look at their nesting beforehand: they cannot nest
/// deeper than they have bytes, and the parser's stack grows that far.
const UNCHECKED_SIZE: usize = 32 * 1024;

/// Stack for the diagnosis: a base, and an amount per level of nesting (a level of brackets passes
/// through every level of precedence, in debug builds without any inlining).
const DIAGNOSIS_STACK: usize = 16 << 20;
const DIAGNOSIS_STACK_PER_LEVEL: usize = 96 << 10;

/// Brackets that CPython's tokenizer allows inside one another.
const MAX_BRACKETS: usize = 200;

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
    /// A tree that no parser made. `depth` bounds the nesting of its expressions.
    pub fn synthetic(ast: Mod, source: Source, depth: usize) -> Parsed {
        Parsed {
            ast,
            source,
            warnings: Vec::new(),
            depth,
        }
    }

    /// An upper bound on how deep the expressions of the tree nest. Below a few thousand a
    /// recursive walk needs no further care.
    pub fn depth_bound(&self) -> usize {
        self.depth
    }

    fn dismantle_if_deep(&mut self) {
        if self.depth > teardown::SHALLOW {
            teardown::dismantle(&mut self.ast);
        }
    }
}

impl Drop for Parsed {
    fn drop(&mut self) {
        self.dismantle_if_deep();
    }
}

/// Parses a source text.
pub fn parse(text: String, options: &Options) -> Result<Parsed, Box<SyntaxError>> {
    if text.contains('\0') {
        let msg = "source code string cannot contain null bytes";
        return Err(Box::new(SyntaxError::unlocated(ErrorKind::Syntax, msg)));
    }
    if u32::try_from(text.len()).is_err() {
        let msg = "source is larger than 4 GiB";
        return Err(Box::new(SyntaxError::unlocated(ErrorKind::TooDeep, msg)));
    }
    let source = Source::new(flufl::rewrite(text, options.barry_as_bdfl)?);
    let ruff_mode = match options.mode {
        Mode::Eval | Mode::FuncType => ruff_python_parser::Mode::Expression,
        Mode::Exec | Mode::Single => ruff_python_parser::Mode::Module,
    };
    if source.text().len() > UNCHECKED_SIZE {
        check_nesting(source.text(), ruff_mode, options)?;
    }
    let ruff_options = ParseOptions::from(ruff_mode).with_target_version(PythonVersion::PY314);
    let outcome = ruff_python_parser::parse_unchecked(source.text(), ruff_options.clone());
    let mut meter = DepthMeter::default();
    let mut limits = Limits::default();
    for token in outcome.tokens() {
        meter.add(token.kind());
        limits.add(token);
    }
    let errors = outcome.errors().first().map(Ranged::range);
    let error_count = outcome.errors().len() + outcome.unsupported_syntax_errors().len();
    let unsupported = outcome.unsupported_syntax_errors().first();
    let rejected = errors.or(unsupported.map(Ranged::range));
    // Literals are decoded again here, with names of characters that ruff does not know.
    let only_escapes = unsupported.is_none()
        && (outcome.errors().iter()).all(|e| {
            matches!(
                e.error,
                ParseErrorType::Lexical(LexicalErrorType::UnicodeError)
            )
        });
    let warnings = warnings::collect(&source, outcome.tokens());
    let mut parsed = Parsed {
        ast: outcome.into_syntax(),
        source,
        warnings,
        depth: meter.depth(),
    };
    if meter.nesting() > MAX_NESTING {
        check_nesting(parsed.source.text(), ruff_mode, options)?;
    }
    // The end of the input and type comments are questions that ruff does not answer.
    let text = parsed.source.text();
    let undecided = matches!(options.mode, Mode::Single | Mode::FuncType)
        || options.type_comments
        || (options.mode == Mode::Eval && ends_in_indentation(text));
    // ruff takes leading zeros in the numbers of ideographs.
    let odd_name = text.contains("\\N{") && text.contains("-0");
    if rejected.is_some() || undecided || odd_name || limits.exceeded(options) {
        let stumbles = judge(text, options, meter.nesting()).map_err(|rejected| {
            let mut error = rejected.error;
            let warnings = rejected.notices.iter();
            error.warnings = warnings.map(|n| n.warning(&parsed.source)).collect();
            error
        })?;
        if !stumbles.is_empty()
            && let Some(ast) = masked::parse(text, ruff_options, &stumbles)
        {
            parsed.dismantle_if_deep();
            parsed.ast = ast;
            return Ok(parsed);
        }
    }
    match rejected {
        Some(range) if !only_escapes && bare_raise::mend(&mut parsed.ast) != error_count => {
            Err(Box::new(generic_error(&parsed.source, range)))
        }
        _ => Ok(parsed),
    }
}

/// Whether the last line has an indentation, and nothing else, not even an end.
fn ends_in_indentation(text: &str) -> bool {
    let end = text.trim_end_matches([' ', '\t', '\x0C']);
    end.len() < text.len() && end.ends_with('\n')
}

/// Asks the diagnosis, on a stack that is large enough for it. Gives what ruff does not accept.
pub(crate) fn judge(
    text: &str,
    options: &Options,
    nesting: usize,
) -> Result<Vec<Stumble>, Rejected> {
    let mut text = text.to_owned();
    // CPython completes the last line of a file only.
    if options.mode == Mode::Exec && !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    let stack = DIAGNOSIS_STACK + nesting * DIAGNOSIS_STACK_PER_LEVEL;
    let verdict = thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(stack);
        let running = thread.spawn_scoped(scope, || diagnose(&text, options));
        running.ok().and_then(|running| running.join().ok())
    });
    match verdict {
        Some(Verdict::Valid(stumbles)) => Ok(stumbles),
        Some(Verdict::Invalid(rejected)) => Err(rejected),
        None => Err(Rejected {
            error: Box::new(too_deep()),
            notices: Vec::new(),
        }),
    }
}

/// Limits of CPython's tokenizer and string conversion that ruff does not have.
#[derive(Default)]
struct Limits {
    brackets: usize,
    max_brackets: usize,
    indents: usize,
    max_indents: usize,
    fstrings: usize,
    max_fstrings: usize,
    /// Braces open within the innermost f-string: replacement fields, or brackets in them.
    fields: Vec<usize>,
    max_fields: usize,
    longest_integer: usize,
    /// ruff takes `yield == x` for a comparison and `(yield, x)` for a tuple, `-0j ** 0` and `[a b]` for
    /// patterns, and a number may touch any keyword.
    previous: Option<(TokenKind, TextSize)>,
    in_case: bool,
    in_doubt: bool,
}

impl Limits {
    fn add(&mut self, token: &Token) {
        let kind = token.kind();
        self.in_case = kind == TokenKind::Case || (self.in_case && kind != TokenKind::Newline);
        self.in_doubt |= match self.previous.map(|(kind, _)| kind) {
            Some(previous) if self.in_case && ends_pattern(previous) && begins_pattern(kind) => {
                true
            }
            Some(TokenKind::Yield) => is_infix(kind),
            Some(TokenKind::Int | TokenKind::Float | TokenKind::Complex) => {
                (self.in_case && kind == TokenKind::DoubleStar)
                    || (kind.is_keyword()
                        && !may_touch_numbers(kind)
                        && self.previous_end() == token.start())
            }
            _ => false,
        };
        self.previous = Some((kind, token.end()));
        self.count_fields(token.kind());
        match token.kind() {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                self.brackets += 1;
                self.max_brackets = self.max_brackets.max(self.brackets);
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                self.brackets = self.brackets.saturating_sub(1);
            }
            TokenKind::Indent => {
                self.indents += 1;
                self.max_indents = self.max_indents.max(self.indents);
            }
            TokenKind::Dedent => self.indents = self.indents.saturating_sub(1),
            TokenKind::FStringStart | TokenKind::TStringStart => {
                self.fstrings += 1;
                self.max_fstrings = self.max_fstrings.max(self.fstrings);
            }
            TokenKind::FStringEnd | TokenKind::TStringEnd => {
                self.fstrings = self.fstrings.saturating_sub(1);
            }
            TokenKind::Int => {
                let len = token.range().len().to_usize();
                self.longest_integer = self.longest_integer.max(len);
            }
            _ => {}
        }
    }

    fn previous_end(&self) -> TextSize {
        self.previous.map_or(TextSize::default(), |(_, end)| end)
    }

    fn count_fields(&mut self, kind: TokenKind) {
        match kind {
            TokenKind::FStringStart | TokenKind::TStringStart => self.fields.push(0),
            TokenKind::FStringEnd | TokenKind::TStringEnd => drop(self.fields.pop()),
            TokenKind::Lbrace => {
                if let Some(fields) = self.fields.last_mut() {
                    *fields += 1;
                    self.max_fields = self.max_fields.max(*fields);
                }
            }
            TokenKind::Rbrace => {
                if let Some(fields) = self.fields.last_mut() {
                    *fields = fields.saturating_sub(1);
                }
            }
            _ => {}
        }
    }

    /// Whether a limit may be exceeded; the diagnosis knows for certain.
    fn exceeded(&self, options: &Options) -> bool {
        let digits = options.int_max_str_digits;
        self.max_brackets > MAX_BRACKETS
            || self.max_indents >= 100
            || self.max_fstrings >= 149
            || self.max_fields >= 3
            || self.in_doubt
            || (digits > 0 && self.longest_integer > digits)
    }
}

/// What a pattern may end with. A `case` begins one more often.
fn ends_pattern(kind: TokenKind) -> bool {
    use TokenKind::*;
    let closes = matches!(kind, Rpar | Rsqb | Rbrace | FStringEnd | TStringEnd);
    closes || (begins_pattern(kind) && !matches!(kind, Case | Lbrace | FStringStart | TStringStart))
}

/// What a pattern may begin with, but for brackets that may also be those of a call or subscript.
fn begins_pattern(kind: TokenKind) -> bool {
    use TokenKind::*;
    matches!(
        kind,
        Name | Match
            | Case
            | Type
            | Int
            | Float
            | Complex
            | String
            | FStringStart
            | TStringStart
            | None
            | True
            | False
            | Lbrace
    )
}

/// Keywords that may stand right behind a number.
fn may_touch_numbers(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::And
            | TokenKind::Or
            | TokenKind::Not
            | TokenKind::If
            | TokenKind::Else
            | TokenKind::In
            | TokenKind::Is
            | TokenKind::For
    )
}

/// What stands between operands only.
fn is_infix(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Comma
            | TokenKind::Dot
            | TokenKind::Vbar
            | TokenKind::Amper
            | TokenKind::CircumFlex
            | TokenKind::At
            | TokenKind::Slash
            | TokenKind::DoubleSlash
            | TokenKind::Percent
            | TokenKind::DoubleStar
            | TokenKind::LeftShift
            | TokenKind::RightShift
            | TokenKind::And
            | TokenKind::Or
            | TokenKind::If
            | TokenKind::For
            | TokenKind::ColonEqual
            | TokenKind::EqEqual
            | TokenKind::NotEqual
            | TokenKind::Less
            | TokenKind::LessEqual
            | TokenKind::Greater
            | TokenKind::GreaterEqual
            | TokenKind::Is
            | TokenKind::In
    )
}

/// Refuses sources that nest too deeply for the parser. More brackets than CPython's tokenizer takes are
/// an error of their own, which the diagnosis reaches before it nests any deeper.
fn check_nesting(
    text: &str,
    mode: ruff_python_parser::Mode,
    options: &Options,
) -> Result<(), Box<SyntaxError>> {
    let mut meter = DepthMeter::default();
    let mut lexer = lexer::lex(text, mode);
    let mut brackets = 0_usize;
    loop {
        let kind = lexer.next_token();
        match kind {
            TokenKind::EndOfFile => return Ok(()),
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => brackets += 1,
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                brackets = brackets.saturating_sub(1);
            }
            _ => {}
        }
        meter.add(kind);
        if brackets == MAX_BRACKETS + 1 {
            judge(text, options, meter.nesting())?;
        }
        if meter.nesting() > MAX_NESTING {
            return Err(Box::new(too_deep()));
        }
    }
}

fn too_deep() -> SyntaxError {
    let msg = "Parser stack overflowed - Python source too complex to parse";
    SyntaxError::unlocated(ErrorKind::TooDeep, msg)
}

/// For what only ruff rejects.
pub(crate) fn generic_error(source: &Source, range: TextRange) -> SyntaxError {
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
        warnings: Vec::new(),
        last_statement: (0, 0),
    }
}
