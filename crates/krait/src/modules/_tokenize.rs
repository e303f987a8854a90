//! `_tokenize`: the tokenizer behind the module `tokenize`.

use std::sync::Mutex;

use krait_macros::{Trace, pymethods};
use krait_runtime::error::Raised;
use krait_runtime::native::{Cx, Layout, ModuleDef, Native, NativeObj, PyResult, TypeSpec, Value};
use krait_runtime::object::{Gc, Slot};
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::str::Str;
use krait_syntax::tokens::{StreamToken, TokenError, TokenStream, TokenType};
use krait_syntax::{ErrorKind, SyntaxError};

pub static MODULE: ModuleDef = ModuleDef {
    name: "_tokenize",
    types: &[&ITER_SPEC],
    ..ModuleDef::DEFAULT
};

/// Numbers of the `token` module.
mod number {
    pub const OP: i64 = 55;
    /// Operators by number from 7 on.
    pub const OPERATORS: [&str; 48] = [
        "(", ")", "[", "]", ":", ",", ";", "+", "-", "*", "/", "|", "&", "<", ">", "=", ".", "%",
        "{", "}", "==", "!=", "<=", ">=", "~", "^", "<<", ">>", "**", "+=", "-=", "*=", "/=", "%=",
        "&=", "|=", "^=", "<<=", ">>=", "**=", "//", "//=", "@", "@=", "->", "...", ":=", "!",
    ];
}

fn type_number(kind: TokenType, text: &str, extra: bool) -> i64 {
    match kind {
        TokenType::EndMarker => 0,
        TokenType::Name => 1,
        TokenType::Number => 2,
        TokenType::String => 3,
        TokenType::Newline => 4,
        TokenType::Indent => 5,
        TokenType::Dedent => 6,
        TokenType::Op if extra => number::OP,
        TokenType::Op => {
            // `<>` is an old spelling of `!=`.
            let text = if text == "<>" { "!=" } else { text };
            let at = number::OPERATORS.iter().position(|op| *op == text);
            at.map_or(number::OP, |at| at as i64 + 7)
        }
        TokenType::FStringStart => 59,
        TokenType::FStringMiddle => 60,
        TokenType::FStringEnd => 61,
        TokenType::TStringStart => 62,
        TokenType::TStringMiddle => 63,
        TokenType::TStringEnd => 64,
        TokenType::Comment => 65,
        TokenType::Nl => 66,
    }
}

/// A source with its tokens.
struct Tokens {
    /// With `\n` line ends and a newline at the end.
    text: String,
    /// Offsets of `\n`s that were `\r\n`.
    carriage_returns: Vec<usize>,
    /// The last newline was not in the source.
    implicit_newline: bool,
    found: Vec<StreamToken>,
    error: Option<TokenError>,
    next: usize,
}

/// A token as Python sees it.
struct Shown {
    kind: TokenType,
    text: String,
    start: (i64, i64),
    end: (i64, i64),
    line: String,
}

impl Tokens {
    fn new(source: &str, extra: bool) -> Tokens {
        let mut text = String::with_capacity(source.len() + 1);
        let mut carriage_returns = Vec::new();
        let mut rest = source;
        while let Some(at) = rest.find("\r\n") {
            text.push_str(&rest[..at]);
            carriage_returns.push(text.len());
            text.push('\n');
            rest = &rest[at + 2..];
        }
        text.push_str(rest);
        let implicit_newline = !text.is_empty() && !text.ends_with('\n');
        if implicit_newline {
            text.push('\n');
        }
        let mut found = Vec::new();
        let mut error = None;
        for token in TokenStream::new(&text, extra) {
            match token {
                Ok(token) => found.push(token),
                Err(e) => error = Some(e),
            }
        }
        Tokens {
            text,
            carriage_returns,
            implicit_newline,
            found,
            error,
            next: 0,
        }
    }

    /// A piece of the source as it was written.
    fn piece(&self, start: usize, end: usize) -> String {
        let end = if self.implicit_newline {
            end.min(self.text.len() - 1)
        } else {
            end
        };
        let mut out = String::new();
        let mut at = start;
        let first = self.carriage_returns.partition_point(|&p| p < start);
        for &p in self.carriage_returns[first..]
            .iter()
            .take_while(|&&p| p < end)
        {
            out.push_str(&self.text[at..p]);
            out.push('\r');
            at = p;
        }
        if at < end {
            out.push_str(&self.text[at..end]);
        }
        out
    }

    fn column(&self, line_start: usize, offset: usize) -> i64 {
        self.text
            .get(line_start..offset)
            .map_or(0, |s| s.chars().count() as i64)
    }

    fn show(&self, token: &StreamToken, extra: bool) -> Shown {
        let line_end = matches!(token.kind, TokenType::Newline | TokenType::Nl);
        let mut text = self.piece(token.start, token.end);
        let mut start = (
            i64::from(token.lineno),
            self.column(token.line_start, token.start),
        );
        let mut end = (
            i64::from(token.end_lineno),
            self.column(token.end_line_start, token.end),
        );
        let mut line = self.piece(token.line_start, token.line_end);
        let unplaced = matches!(
            token.kind,
            TokenType::Indent | TokenType::Dedent | TokenType::EndMarker
        );
        if line_end {
            let width = if !extra { 0 } else { text.len().max(1) as i64 };
            end = (start.0, start.1 + width);
        }
        if !extra && (line_end || unplaced) {
            text.clear();
        }
        if !extra && unplaced {
            (start.1, end.1) = (-1, -1);
        }
        if extra && token.trailing {
            start = (i64::from(token.end_lineno) + 1, 0);
            end = start;
            line.clear();
        }
        Shown {
            kind: token.kind,
            text,
            start,
            end,
            line,
        }
    }
}

/// `TokenizerIter` objects.
#[derive(Trace)]
pub struct TokenizerIter {
    readline: Slot,
    /// Of the lines that `readline` gives, `None` if they are text.
    encoding: Slot,
    extra: bool,
    /// Made when the first token is asked for. Locked only while nothing of Python runs.
    #[trace(skip)]
    tokens: Mutex<Option<Tokens>>,
}

impl Native for TokenizerIter {
    const PY_NAME: &'static str = "TokenizerIter";
}

pub static ITER_SPEC: TypeSpec = TypeSpec {
    name: "TokenizerIter",
    module: "_tokenize",
    layout: Layout::native::<TokenizerIter>(),
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

type IterObj = Gc<NativeObj<TokenizerIter>>;

/// Reads all lines.
fn read_source(cx: &mut Cx, this: IterObj) -> PyResult<String> {
    let mut text = String::new();
    loop {
        let line = match cx.call(this.readline.get(), &[]) {
            Ok(line) => line,
            Err(e) if e.is(cx, cx.types().stop_iteration) => return Ok(text),
            Err(e) => return Err(e),
        };
        let line = if this.encoding.get().is_none() {
            line
        } else {
            decoded(cx, this, line)?
        };
        let Some(line) = Gc::<Str>::from_value(line) else {
            return Err(cx.type_error("readline() returned a non-string object"));
        };
        if line.is_empty() {
            return Ok(text);
        }
        text.push_str(cx.utf8(line)?);
    }
}

fn decoded(cx: &mut Cx, this: IterObj, line: Value) -> PyResult<Value> {
    let Some(bytes) = Gc::<Bytes>::from_value(line) else {
        return Err(cx.type_error("readline() returned a non-bytes object"));
    };
    let encoding = cx.str_string(this.encoding.get())?;
    cx.decode(bytes.as_bytes(), Some(&encoding), Some("replace"))
}

fn raise(cx: &mut Cx, e: &TokenError) -> Raised {
    let unfinished = e.msg == "unexpected EOF in multi-line statement";
    let error = SyntaxError {
        located: !unfinished,
        lineno: e.lineno,
        offset: e.offset as i32,
        end_lineno: (e.kind == ErrorKind::Syntax).then_some(e.lineno),
        end_offset: (e.kind == ErrorKind::Syntax).then_some(e.end_offset as i32),
        text: Some(e.text.clone()),
        ..SyntaxError::unlocated(e.kind, e.msg.clone())
    };
    let raised = crate::compile::syntax_error(cx, &error, "<string>");
    if unfinished {
        let name = cx.new_str("<string>");
        for (attribute, v) in [
            ("filename", name),
            ("lineno", Value::small(e.lineno.into())),
            ("offset", Value::small(e.offset as i64)),
        ] {
            if let Err(other) = cx.set_attr_str(raised.value(), attribute, v) {
                return other;
            }
        }
    }
    raised
}

/// What comes next: a token, an error, or the end.
fn advance(this: IterObj) -> Option<Result<Shown, TokenError>> {
    let mut guard = this.tokens.lock().unwrap_or_else(|e| e.into_inner());
    let tokens = guard.as_mut()?;
    if let Some(&token) = tokens.found.get(tokens.next) {
        tokens.next += 1;
        return Some(Ok(tokens.show(&token, this.extra)));
    }
    tokens.error.take().map(Err)
}

pub struct Methods;

#[pymethods]
impl Methods {
    #[py(
        new,
        sig = "($type, readline, /, *, encoding=None, extra_tokens)",
        hide_sig
    )]
    fn __new__(
        cx: &mut Cx,
        class: Value,
        readline: Value,
        encoding: Option<Value>,
        extra_tokens: bool,
    ) -> PyResult<Value> {
        let encoding = encoding.unwrap_or(Value::none());
        let payload = TokenizerIter {
            readline: Slot::new(readline),
            encoding: Slot::new(encoding),
            extra: extra_tokens,
            tokens: Mutex::new(None),
        };
        Ok(NativeObj::alloc(cx, Gc::from_value_unchecked(class), payload).value())
    }

    #[py]
    fn __iter__(this: IterObj) -> Value {
        this.value()
    }

    #[py]
    fn __next__(cx: &mut Cx, this: IterObj) -> PyResult<Value> {
        let fresh = this
            .tokens
            .lock()
            .unwrap_or_else(|e| e.into_inner())
            .is_none();
        if fresh {
            let source = read_source(cx, this)?;
            let tokens = Tokens::new(&source, this.extra);
            *this.tokens.lock().unwrap_or_else(|e| e.into_inner()) = Some(tokens);
        }
        let shown = match advance(this) {
            Some(Ok(shown)) => shown,
            Some(Err(e)) => return Err(raise(cx, &e)),
            None => return Ok(Value::EMPTY),
        };
        let kind = Value::small(type_number(shown.kind, &shown.text, this.extra));
        let text = cx.new_str(&shown.text);
        let start = cx.new_tuple(&[Value::small(shown.start.0), Value::small(shown.start.1)]);
        let end = cx.new_tuple(&[Value::small(shown.end.0), Value::small(shown.end.1)]);
        let line = cx.new_str(&shown.line);
        Ok(cx.new_tuple(&[kind, text, start, end, line]))
    }
}
