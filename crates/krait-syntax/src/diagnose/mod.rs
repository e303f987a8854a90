//! Why a source does not parse, in CPython's words.
//!
//! CPython parses a failing source twice: the second time with rules for common mistakes, whose
//! match *is* the error message. Which mistake is reported, and where, follows from the order in
//! which a PEG parser tries its alternatives and from how far it has looked ahead. This module
//! therefore is such a parser: a recogniser for Python's grammar (it builds no tree, only [`Node`]s
//! with a kind and a place) that runs after ruff has rejected a source.
//!
//! The rules for mistakes stand beside the rules they belong to and have names that begin with
//! `invalid_`. They never match: either they find their mistake and stop the parse with
//! [`Fail::Stop`], or they fail like any alternative.

mod arguments;
mod atoms;
mod compound;
mod engine;
mod expressions;
mod node;
mod operators;
mod parameters;
mod patterns;
mod raise;
mod statements;
mod strings;
mod targets;
mod type_params;

use crate::error::{ErrorKind, SyntaxError};
use crate::masked::Stumble;
use crate::options::{Mode, Options};
use crate::tokenizer::{Condition, Done, Failure, Kind, Token};
use crate::warnings::Notice;

pub(crate) use engine::Parser;
use engine::{Fail, R};
use node::NodeKind;

/// Whether CPython accepts the source, and what ruff does not accept in it.
#[derive(Debug)]
pub(crate) enum Verdict {
    Valid(Vec<Stumble>),
    Invalid(Rejected),
}

/// What is wrong with a source, and what there was to warn of before.
#[derive(Debug)]
pub(crate) struct Rejected {
    pub error: Box<SyntaxError>,
    pub notices: Vec<Notice>,
}

impl From<Rejected> for Box<SyntaxError> {
    fn from(rejected: Rejected) -> Box<SyntaxError> {
        rejected.error
    }
}

/// Runs CPython's two passes over a source that ends with a newline.
pub(crate) fn diagnose(text: &str, options: &Options) -> Verdict {
    let mut parser = Parser::new(text, options);
    let accepted = parser.start(options.mode).is_ok();
    let last_token = parser.last_token();
    let invalid = |mut parser: Parser| {
        Verdict::Invalid(Rejected {
            error: Box::new(parser.take_error()),
            notices: parser.take_notices(),
        })
    };
    if accepted {
        if options.mode == Mode::Single && !parser.single_statement_ends_input() {
            let msg = "multiple statements found while compiling a single statement";
            parser.set_last_token_error(ErrorKind::Syntax, msg);
            return invalid(parser);
        }
        let braces = parser
            .tokenizer
            .braces()
            .iter()
            .cloned()
            .map(Stumble::Brace);
        let patterns = parser.dynamic_patterns.iter().cloned();
        return Verdict::Valid(braces.chain(patterns.map(Stumble::Pattern)).collect());
    }
    if options.allow_incomplete && parser.at_end_of_source() {
        parser.forget_error();
        parser.set_last_token_error(ErrorKind::Incomplete, "incomplete input");
        return invalid(parser);
    }
    if !parser.has_error() {
        parser.second_pass();
        let _ = parser.start(options.mode);
    }
    parser.settle(last_token);
    invalid(parser)
}

impl Parser<'_> {
    fn start(&mut self, mode: Mode) -> R<()> {
        match mode {
            Mode::Exec => {
                self.opt(Self::statements)?;
                self.end_marker()
            }
            Mode::Single => self.statement_newline(),
            Mode::Eval => {
                self.expressions()?;
                while self.opt(Self::newline)?.is_some() {}
                self.end_marker()
            }
            Mode::FuncType => self.func_type(),
        }
    }

    fn end_marker(&mut self) -> R<()> {
        self.expect(Kind::End).map(drop)
    }

    fn at_end_of_source(&self) -> bool {
        matches!(self.tokenizer.done(), Done::End | Done::EndInString)
    }

    /// Decides the error once the second pass is over.
    fn settle(&mut self, last: Token) {
        if self.has_error() {
            // What has read up to the end is not asked again, as if it had failed.
            if self.tokenizer.failure().is_none() && self.tokenizer.done() == Done::No {
                self.check_rest_of_source();
            }
            return;
        }
        if last.kind == Kind::Error {
            // The first pass has reported it already.
            let failure = self.tokenizer.failure().cloned();
            self.raise_failure(failure);
            return;
        }
        if matches!(last.kind, Kind::Indent | Kind::Dedent) {
            let msg = if last.kind == Kind::Indent {
                "unexpected indent"
            } else {
                "unexpected unindent"
            };
            self.set_last_token_error(ErrorKind::Indentation, msg);
            return;
        }
        let _: R<()> = self.raise_token(last, "invalid syntax");
        self.check_rest_of_source();
    }

    /// An error of the tokenizer further down wins over what the parser found.
    fn check_rest_of_source(&mut self) {
        let error_line = self.last_token().lineno;
        loop {
            match self.tokenizer.next_token().kind {
                Kind::End => return,
                Kind::Error => break,
                _ => {}
            }
        }
        if self.tokenizer.in_fstring() {
            // CPython does not report what is wrong within f-strings here.
            return;
        }
        match self.tokenizer.failure().cloned() {
            Some(failure @ Failure::Syntax { .. }) => {
                self.forget_error();
                self.raise_failure(Some(failure));
            }
            Some(Failure::Condition(_)) => {
                if let Some(open) = self.tokenizer.open_bracket()
                    && error_line > open.lineno
                {
                    self.forget_error();
                    self.raise_unclosed(open);
                }
            }
            None => {}
        }
    }

    fn raise_failure(&mut self, failure: Option<Failure>) {
        match failure {
            None => {}
            Some(Failure::Syntax {
                msg,
                lineno,
                offset,
                end_offset,
                text,
            }) => self.set_error(SyntaxError {
                kind: ErrorKind::Syntax,
                msg,
                located: true,
                lineno,
                offset: offset as i32,
                end_lineno: Some(lineno),
                end_offset: Some(end_offset as i32),
                text: Some(text),
                warnings: Vec::new(),
                last_statement: (0, 0),
            }),
            Some(Failure::Condition(condition)) => self.raise_condition(condition),
        }
    }

    fn raise_condition(&mut self, condition: Condition) {
        let kind = condition.kind();
        let msg = match condition {
            Condition::UnexpectedEnd => {
                if let Some(open) = self.tokenizer.open_bracket() {
                    return self.raise_unclosed(open);
                }
                self.set_last_token_error(kind, "unexpected EOF while parsing");
                return;
            }
            Condition::InconsistentDedent => {
                let msg = "unindent does not match any outer indentation level";
                self.set_last_token_error(kind, msg);
                return;
            }
            Condition::InconsistentTabs => "inconsistent use of tabs and spaces in indentation",
            Condition::TooManyIndents => "too many levels of indentation",
            Condition::AfterBackslash => "unexpected character after line continuation character",
        };
        let column = match condition {
            Condition::AfterBackslash => self.tokenizer.buffer_column() as i32,
            _ => 1,
        };
        let lineno = self.tokenizer.lineno();
        self.set_error_at(kind, lineno, column, lineno, 0, msg.to_owned());
    }
}
