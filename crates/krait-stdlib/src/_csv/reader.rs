//! Readers: a parser with one state per place in a record, fed with lines.

use std::sync::atomic::{AtomicI64, Ordering};

use krait_runtime::types::float::float_from;
use krait_runtime::types::str::StrBuilder;
use krait_unicode::wtf8;

use super::dialect::{Dialect, Quoting};
use super::{State as ModuleState, error, readonly};
use crate::prelude::*;

#[derive(Trace)]
pub struct Reader {
    source: Slot,
    dialect: Slot,
    line_num: AtomicI64,
    /// How many records were read: tells when the source itself read from this reader.
    records: AtomicI64,
}
impl Native for Reader {
    const PY_NAME: &'static str = "_csv.reader";
}

type This = Obj<Reader>;

pub static SPEC: TypeSpec = TypeSpec {
    name: "reader",
    module: "_csv",
    doc: Some(
        "CSV reader\n\nReader objects are responsible for reading and parsing tabular data\nin CSV format.\n",
    ),
    layout: Layout::native::<Reader>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[IterSelf::DEFS, Methods::DEFS],
    ..TypeSpec::DEFAULT
};

pub fn make(cx: &mut Cx, source: Value, dialect: Obj<Dialect>) -> PyResult<Value> {
    let class = cx.native_type(&SPEC)?;
    let reader = Reader {
        source: slot(source),
        dialect: slot(dialect.value()),
        line_num: AtomicI64::new(0),
        records: AtomicI64::new(0),
    };
    Ok(NativeObj::alloc(cx, class, reader).value())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    InField,
    InQuoted,
    EscapedInQuoted,
    QuoteInQuoted,
    EatLineEnd,
    AfterEscapedLineEnd,
}

/// What a parser is fed with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Input {
    Char(u32),
    EndOfLine,
}

const LF: Input = Input::Char(b'\n' as u32);
const CR: Input = Input::Char(b'\r' as u32);

impl Input {
    /// The end of a line, told as such or by a character.
    fn ends_line(self) -> bool {
        self == Input::EndOfLine || self == LF || self == CR
    }

    /// The character to keep: the end of a line counts as a line feed.
    fn kept(self) -> u32 {
        match self {
            Input::Char(c) => c,
            Input::EndOfLine => u32::from(b'\n'),
        }
    }
}

/// One record in the making.
struct Parser {
    dialect: Obj<Dialect>,
    fields: Gc<List>,
    field: StrBuilder,
    /// Characters in `field`.
    len: i64,
    limit: i64,
    state: State,
    /// No quote has been seen in this field.
    unquoted: bool,
}

impl Parser {
    fn is(&self, input: Input, c: Option<u32>) -> bool {
        matches!((input, c), (Input::Char(a), Some(b)) if a == b)
    }

    fn is_delimiter(&self, input: Input) -> bool {
        input == Input::Char(self.dialect.delimiter)
    }

    fn is_escape(&self, input: Input) -> bool {
        self.is(input, self.dialect.escapechar)
    }

    fn is_quote(&self, input: Input) -> bool {
        self.dialect.quoting != Quoting::None && self.is(input, self.dialect.quotechar)
    }

    fn check_room(&self, cx: &mut Cx, more: i64) -> PyResult<()> {
        if self.len + more > self.limit {
            let limit = self.limit;
            return Err(error(
                cx,
                &format!("field larger than field limit ({limit})"),
            ));
        }
        Ok(())
    }

    fn add(&mut self, cx: &mut Cx, c: u32) -> PyResult<()> {
        self.check_room(cx, 1)?;
        self.field.push(c);
        self.len += 1;
        Ok(())
    }

    fn save(&mut self, cx: &mut Cx) -> PyResult<()> {
        let quoting = self.dialect.quoting;
        let text = std::mem::take(&mut self.field);
        let unquoted = std::mem::replace(&mut self.unquoted, true);
        self.len = 0;
        let absent = unquoted && text.is_empty();
        if absent && matches!(quoting, Quoting::Strings | Quoting::NotNull) {
            return self.fields.push(cx, Value::none());
        }
        let mut field = text.finish(cx)?;
        if unquoted && !absent && matches!(quoting, Quoting::NonNumeric | Quoting::Strings) {
            let x = float_from(cx, field)?;
            field = cx.new_float(x);
        }
        self.fields.push(cx, field)
    }

    /// Saves the last field of a line.
    fn end_line(&mut self, cx: &mut Cx, input: Input) -> PyResult<()> {
        self.save(cx)?;
        self.state = if input == Input::EndOfLine {
            State::StartRecord
        } else {
            State::EatLineEnd
        };
        Ok(())
    }

    fn start_field(&mut self, cx: &mut Cx, input: Input) -> PyResult<()> {
        if input.ends_line() {
            return self.end_line(cx, input);
        }
        if self.is_quote(input) {
            self.unquoted = false;
            self.state = State::InQuoted;
        } else if self.is_escape(input) {
            self.state = State::Escaped;
        } else if input == Input::Char(u32::from(b' ')) && self.dialect.skipinitialspace {
        } else if self.is_delimiter(input) {
            self.save(cx)?;
        } else {
            self.add(cx, input.kept())?;
            self.state = State::InField;
        }
        Ok(())
    }

    fn in_field(&mut self, cx: &mut Cx, input: Input) -> PyResult<()> {
        if input.ends_line() {
            return self.end_line(cx, input);
        }
        if self.is_escape(input) {
            self.state = State::Escaped;
        } else if self.is_delimiter(input) {
            self.save(cx)?;
            self.state = State::StartField;
        } else {
            self.add(cx, input.kept())?;
        }
        Ok(())
    }

    fn quote_in_quoted(&mut self, cx: &mut Cx, input: Input) -> PyResult<()> {
        if self.is_quote(input) {
            self.add(cx, input.kept())?;
            self.state = State::InQuoted;
        } else if self.is_delimiter(input) {
            self.save(cx)?;
            self.state = State::StartField;
        } else if input.ends_line() {
            self.end_line(cx, input)?;
        } else if !self.dialect.strict {
            self.add(cx, input.kept())?;
            self.state = State::InField;
        } else {
            let quote = self.dialect.quotechar.unwrap_or_default();
            let text = [self.dialect.delimiter, quote]
                .map(|c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER));
            let message = format!("'{}' expected after '{}'", text[0], text[1]);
            return Err(error(cx, &message));
        }
        Ok(())
    }

    fn feed(&mut self, cx: &mut Cx, input: Input) -> PyResult<()> {
        match self.state {
            State::StartRecord => {
                if input == Input::EndOfLine {
                    return Ok(());
                }
                if input.ends_line() {
                    self.state = State::EatLineEnd;
                    return Ok(());
                }
                self.state = State::StartField;
                self.start_field(cx, input)
            }
            State::StartField => self.start_field(cx, input),
            State::Escaped => {
                self.add(cx, input.kept())?;
                self.state = if input == LF || input == CR {
                    State::AfterEscapedLineEnd
                } else {
                    State::InField
                };
                Ok(())
            }
            State::AfterEscapedLineEnd if input == Input::EndOfLine => Ok(()),
            State::AfterEscapedLineEnd | State::InField => self.in_field(cx, input),
            State::InQuoted => {
                if input == Input::EndOfLine {
                } else if self.is_escape(input) {
                    self.state = State::EscapedInQuoted;
                } else if self.is_quote(input) {
                    self.state = if self.dialect.doublequote {
                        State::QuoteInQuoted
                    } else {
                        State::InField
                    };
                } else {
                    self.add(cx, input.kept())?;
                }
                Ok(())
            }
            State::EscapedInQuoted => {
                self.add(cx, input.kept())?;
                self.state = State::InQuoted;
                Ok(())
            }
            State::QuoteInQuoted => self.quote_in_quoted(cx, input),
            State::EatLineEnd => {
                if input == Input::EndOfLine {
                    self.state = State::StartRecord;
                } else if !input.ends_line() {
                    return Err(error(
                        cx,
                        "new-line character seen in unquoted field - do you need to open the file with newline=''?",
                    ));
                }
                Ok(())
            }
        }
    }

    fn feed_line(&mut self, cx: &mut Cx, line: Gc<Str>) -> PyResult<()> {
        let text = line.as_bytes();
        let mut at = 0;
        while at < text.len() {
            if matches!(self.state, State::InField | State::InQuoted) {
                // What has no meaning to the dialect goes into the field in one piece.
                let n = self.dialect.plain_prefix(&text[at..]);
                if n > 0 {
                    self.check_room(cx, n as i64)?;
                    self.field.push_ascii(&text[at..at + n]);
                    self.len += n as i64;
                    at += n;
                    continue;
                }
            }
            let (c, width) = wtf8::decode_at(text, at);
            self.feed(cx, Input::Char(c))?;
            at += width;
        }
        self.feed(cx, Input::EndOfLine)
    }
}

/// The next record, `EMPTY` at the end of the input.
fn next_record(cx: &mut Cx, this: This) -> PyResult<Value> {
    let fields = cx.new_list(&[]);
    let mut parser = Parser {
        dialect: native_in(&this.dialect),
        fields: Gc::from_value_unchecked(fields),
        field: StrBuilder::new(),
        len: 0,
        limit: cx
            .state::<ModuleState>()
            .field_limit
            .load(Ordering::Relaxed),
        state: State::StartRecord,
        unquoted: true,
    };
    let before = this.records.load(Ordering::Relaxed);
    loop {
        let Some(line) = cx.next(this.source.get())? else {
            if parser.len == 0 && parser.state != State::InQuoted {
                return Ok(Value::EMPTY);
            }
            if parser.dialect.strict {
                return Err(error(cx, "unexpected end of data"));
            }
            parser.save(cx)?;
            break;
        };
        if this.records.load(Ordering::Relaxed) != before {
            return Err(error(cx, "iterator has already advanced the reader"));
        }
        let Some(line) = Gc::<Str>::from_value(line) else {
            let got = cx.type_name(line);
            return Err(error(
                cx,
                &format!(
                    "iterator should return strings, not {got} (the file should be opened in text mode)"
                ),
            ));
        };
        this.line_num.fetch_add(1, Ordering::Relaxed);
        parser.feed_line(cx, line)?;
        if parser.state == State::StartRecord {
            break;
        }
    }
    this.records.fetch_add(1, Ordering::Relaxed);
    Ok(fields)
}

struct Methods;

#[pymethods]
impl Methods {
    /// Implement next(self).
    #[py(sig = "($self, /)")]
    fn __next__(cx: &mut Cx, this: This) -> PyResult<Value> {
        next_record(cx, this)
    }
    #[py(getter)]
    fn dialect(this: This) -> Value {
        this.dialect.get()
    }
    #[py(setter = "dialect")]
    fn set_dialect(cx: &mut Cx, _this: This, _value: Option<Value>) -> PyResult<()> {
        readonly(cx)
    }
    #[py(getter)]
    fn line_num(this: This) -> i64 {
        this.line_num.load(Ordering::Relaxed)
    }
    #[py(setter = "line_num")]
    fn set_line_num(cx: &mut Cx, _this: This, _value: Option<Value>) -> PyResult<()> {
        readonly(cx)
    }
}
