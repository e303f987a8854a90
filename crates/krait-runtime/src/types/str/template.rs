//! `str.format` templates (PEP 3101): parsing replacement fields and rendering them.

use krait_unicode::{ctype, wtf8};

use super::builder::Pieces;
use super::{Str, StrBuilder};
use crate::cx::Cx;
use crate::error::{PyResult, Raised};
use crate::object::Gc;
use crate::types::list::List;
use crate::value::Value;
use crate::vec::ValueVec;

/// A replacement field: `{name!conversion:spec}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    pub name: &'a [u8],
    /// A code point.
    pub conversion: Option<u32>,
    pub spec: &'a [u8],
    /// The spec has braces, so that it is a template itself.
    pub nested: bool,
}

/// Literal text and the field after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk<'a> {
    pub literal: &'a [u8],
    pub field: Option<Field<'a>>,
}

/// Iterates over the chunks of a template; errors are messages of ValueErrors.
#[derive(Clone, Copy, Debug)]
pub struct Chunks<'a> {
    text: &'a [u8],
    at: usize,
}

pub fn chunks(text: &[u8]) -> Chunks<'_> {
    Chunks { text, at: 0 }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Result<Chunk<'a>, &'static str>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.text.len() {
            None
        } else {
            Some(self.chunk())
        }
    }
}

impl<'a> Chunks<'a> {
    fn chunk(&mut self) -> Result<Chunk<'a>, &'static str> {
        let text = self.text;
        let start = self.at;
        let brace = memchr::memchr2(b'{', b'}', &text[start..]).map(|i| start + i);
        let Some(brace) = brace else {
            self.at = text.len();
            return Ok(Chunk {
                literal: &text[start..],
                field: None,
            });
        };
        let next = text.get(brace + 1).copied();
        if next == Some(text[brace]) {
            // A doubled brace stands for itself: it ends the literal.
            self.at = brace + 2;
            return Ok(Chunk {
                literal: &text[start..=brace],
                field: None,
            });
        }
        if text[brace] == b'}' {
            return Err("Single '}' encountered in format string");
        }
        if next.is_none() {
            return Err("Single '{' encountered in format string");
        }
        self.at = brace + 1;
        let field = self.field()?;
        Ok(Chunk {
            literal: &text[start..brace],
            field: Some(field),
        })
    }

    /// The field behind an opening brace.
    fn field(&mut self) -> Result<Field<'a>, &'static str> {
        let text = self.text;
        let start = self.at;
        let mut in_brackets = false;
        loop {
            match text.get(self.at) {
                None => return Err("expected '}' before end of string"),
                Some(b'{') if !in_brackets => return Err("unexpected '{' in field name"),
                Some(b'[') => in_brackets = true,
                Some(b']') => in_brackets = false,
                Some(b'}' | b':' | b'!') if !in_brackets => break,
                Some(_) => {}
            }
            self.at += 1;
        }
        let name = &text[start..self.at];
        let mut conversion = None;
        if text[self.at] == b'!' {
            conversion = Some(self.conversion()?);
        }
        match text.get(self.at) {
            Some(b'}') => {
                self.at += 1;
                Ok(Field {
                    name,
                    conversion,
                    spec: &[],
                    nested: false,
                })
            }
            Some(b':') => self.spec(name, conversion),
            _ => Err("expected ':' after conversion specifier"),
        }
    }

    /// The conversion behind `!`; stops at `:` or `}`.
    fn conversion(&mut self) -> Result<u32, &'static str> {
        self.at += 1;
        if self.at >= self.text.len() {
            return Err("end of string while looking for conversion specifier");
        }
        let (code, len) = wtf8::decode_at(self.text, self.at);
        self.at += len;
        match self.text.get(self.at) {
            None => Err("unmatched '{' in format spec"),
            Some(b':' | b'}') => Ok(code),
            Some(_) => Err("expected ':' after conversion specifier"),
        }
    }

    /// The spec behind `:`, up to the brace that closes the field.
    fn spec(&mut self, name: &'a [u8], conversion: Option<u32>) -> Result<Field<'a>, &'static str> {
        self.at += 1;
        let start = self.at;
        let mut depth = 1;
        let mut nested = false;
        while let Some(&b) = self.text.get(self.at) {
            self.at += 1;
            match b {
                b'{' => {
                    nested = true;
                    depth += 1;
                }
                b'}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Ok(Field {
                    name,
                    conversion,
                    spec: &self.text[start..self.at - 1],
                    nested,
                });
            }
        }
        Err("unmatched '{' in format spec")
    }
}

/// A step behind the first part of a field name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    Attribute(&'a [u8]),
    Item(&'a [u8]),
    Index(usize),
}

/// What a name or an item stands for: a number if it is all digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First<'a> {
    Auto,
    Index(usize),
    Name(&'a [u8]),
}

/// The first part of a field name, and the text behind it.
pub fn split_name(name: &[u8]) -> Result<(First<'_>, &[u8]), &'static str> {
    let end = memchr::memchr2(b'.', b'[', name).unwrap_or(name.len());
    let first = match number(&name[..end])? {
        _ if end == 0 => First::Auto,
        Some(i) => First::Index(i),
        None => First::Name(&name[..end]),
    };
    Ok((first, &name[end..]))
}

/// The next step of what `split_name` left.
pub fn next_step<'a>(rest: &mut &'a [u8]) -> Result<Option<Step<'a>>, &'static str> {
    match *rest {
        [] => Ok(None),
        [b'.', tail @ ..] => {
            let end = memchr::memchr2(b'.', b'[', tail).unwrap_or(tail.len());
            *rest = &tail[end..];
            if end == 0 {
                Err("Empty attribute in format string")
            } else {
                Ok(Some(Step::Attribute(&tail[..end])))
            }
        }
        [b'[', tail @ ..] => {
            let Some(end) = memchr::memchr(b']', tail) else {
                return Err("Missing ']' in format string");
            };
            *rest = &tail[end + 1..];
            let item = &tail[..end];
            if item.is_empty() {
                return Err("Empty attribute in format string");
            }
            Ok(Some(number(item)?.map_or(Step::Item(item), Step::Index)))
        }
        _ => Err("Only '.' or '[' may follow ']' in format field specifier"),
    }
}

/// The number that a text of decimal digits (of any script) stands for.
fn number(text: &[u8]) -> Result<Option<usize>, &'static str> {
    if text.is_empty() {
        return Ok(None);
    }
    let mut n: usize = 0;
    for code in wtf8::code_points(text) {
        let Some(digit) = ctype::decimal(code) else {
            return Ok(None);
        };
        n = match n
            .checked_mul(10)
            .and_then(|n| n.checked_add(usize::from(digit)))
        {
            Some(n) if n <= isize::MAX as usize => n,
            _ => return Err("Too many decimal digits in format string"),
        };
    }
    Ok(Some(n))
}

/// How fields are numbered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbering {
    Unknown,
    Automatic,
    Manual,
}

/// Renders templates with the arguments of one `format` call.
pub struct Template<'a> {
    /// `None` for `format_map`.
    args: Option<&'a [Value]>,
    /// A mapping, or `EMPTY`.
    kwargs: Value,
    numbering: Numbering,
    next: usize,
}

impl<'a> Template<'a> {
    pub fn new(args: Option<&'a [Value]>, kwargs: Value) -> Template<'a> {
        Template {
            args,
            kwargs,
            numbering: Numbering::Unknown,
            next: 0,
        }
    }

    /// Appends the rendered template.
    pub fn render(&mut self, cx: &mut Cx, text: Gc<Str>, out: &mut Pieces) -> PyResult<()> {
        self.render_nested(cx, text, text.as_bytes(), out, 2)
    }

    fn render_nested(
        &mut self,
        cx: &mut Cx,
        whole: Gc<Str>,
        text: &[u8],
        out: &mut Pieces,
        depth: u32,
    ) -> PyResult<()> {
        if depth == 0 {
            return Err(cx.value_error("Max string recursion exceeded"));
        }
        for chunk in chunks(text) {
            let chunk = chunk.map_err(|message| cx.value_error(message))?;
            out.push_part(whole, chunk.literal);
            if let Some(field) = chunk.field {
                self.render_field(cx, whole, field, out, depth)?;
            }
        }
        Ok(())
    }

    fn render_field(
        &mut self,
        cx: &mut Cx,
        whole: Gc<Str>,
        field: Field<'_>,
        out: &mut Pieces,
        depth: u32,
    ) -> PyResult<()> {
        let mut value = self.lookup(cx, field.name)?;
        if let Some(conversion) = field.conversion {
            value = convert(cx, value, conversion)?;
        }
        let spec = if field.nested {
            let mut inner = Pieces::new(StrBuilder::new());
            self.render_nested(cx, whole, field.spec, &mut inner, depth - 1)?;
            Gc::from_value_unchecked(inner.finish(cx)?)
        } else {
            Str::from_wtf8(cx, field.spec)?
        };
        let text = cx.format(value, spec)?;
        out.push(text);
        Ok(())
    }

    /// The object a field name refers to.
    fn lookup(&mut self, cx: &mut Cx, name: &[u8]) -> PyResult<Value> {
        let (first, mut rest) = split_name(name).map_err(|message| cx.value_error(message))?;
        let mut value = match first {
            First::Name(name) => self.named(cx, name)?,
            First::Auto => {
                self.number(cx, Numbering::Automatic)?;
                self.next += 1;
                self.positional(cx, self.next - 1)?
            }
            First::Index(i) => {
                self.number(cx, Numbering::Manual)?;
                self.positional(cx, i)?
            }
        };
        while let Some(step) = next_step(&mut rest).map_err(|message| cx.value_error(message))? {
            value = match step {
                Step::Attribute(name) => {
                    let name = Str::from_wtf8(cx, name)?;
                    let name = cx.intern_str(name);
                    cx.get_attr(value, name)?
                }
                Step::Index(i) => {
                    let i = cx.new_int(i as i64);
                    cx.get_item(value, i)?
                }
                Step::Item(key) => {
                    let key = Str::from_wtf8(cx, key)?;
                    cx.get_item(value, key.value())?
                }
            };
        }
        Ok(value)
    }

    fn number(&mut self, cx: &mut Cx, how: Numbering) -> PyResult<()> {
        if self.args.is_none() {
            return Ok(());
        }
        if self.numbering != Numbering::Unknown && self.numbering != how {
            return Err(cx.value_error(match how {
                Numbering::Manual => {
                    "cannot switch from automatic field numbering to manual field specification"
                }
                _ => "cannot switch from manual field specification to automatic field numbering",
            }));
        }
        self.numbering = how;
        Ok(())
    }

    fn positional(&self, cx: &mut Cx, i: usize) -> PyResult<Value> {
        let Some(args) = self.args else {
            return Err(cx.value_error("Format string contains positional fields"));
        };
        match args.get(i) {
            Some(v) => Ok(*v),
            None => Err(cx.index_error(format!(
                "Replacement index {i} out of range for positional args tuple"
            ))),
        }
    }

    fn named(&self, cx: &mut Cx, name: &[u8]) -> PyResult<Value> {
        let key = Str::from_wtf8(cx, name)?.value();
        match self.kwargs.some() {
            Some(kwargs) => cx.get_item(kwargs, key),
            None => Err(cx.key_error(key)),
        }
    }
}

/// `value!conversion`.
fn convert(cx: &mut Cx, value: Value, conversion: u32) -> PyResult<Value> {
    let text = match u8::try_from(conversion) {
        Ok(b'r') => cx.repr(value)?,
        Ok(b's') => cx.str(value)?,
        Ok(b'a') => cx.ascii(value)?,
        _ => return Err(unknown_conversion(cx, conversion)),
    };
    Ok(text.value())
}

#[cold]
fn unknown_conversion(cx: &mut Cx, code: u32) -> Raised {
    let message = match char::from_u32(code) {
        Some(c) if code > 32 && code < 127 => format!("Unknown conversion specifier {c}"),
        _ => format!("Unknown conversion specifier \\x{code:x}"),
    };
    cx.value_error(message)
}

/// `_string.formatter_parser(text)`: a list of tuples (literal, field name, spec, conversion).
pub fn formatter_parser(cx: &mut Cx, text: Gc<Str>) -> PyResult<Gc<List>> {
    let mut list = ValueVec::new();
    for chunk in chunks(text.as_bytes()) {
        let chunk = chunk.map_err(|message| cx.value_error(message))?;
        let literal = Str::from_wtf8(cx, chunk.literal)?.value();
        let mut row = [literal, Value::none(), Value::none(), Value::none()];
        if let Some(field) = chunk.field {
            row[1] = Str::from_wtf8(cx, field.name)?.value();
            row[2] = Str::from_wtf8(cx, field.spec)?.value();
            row[3] = field
                .conversion
                .map_or(Value::none(), |code| cx.new_char(code));
        }
        let row = cx.new_tuple(&row);
        list.push(cx, row)?;
    }
    Ok(List::from_vec(cx, list))
}

/// `_string.formatter_field_name_split(name)`: the first part, an int or a str, and a list of
/// tuples (is attribute, name or index).
pub fn formatter_field_name_split(cx: &mut Cx, name: Gc<Str>) -> PyResult<(Value, Gc<List>)> {
    let (first, mut rest) =
        split_name(name.as_bytes()).map_err(|message| cx.value_error(message))?;
    let first = match first {
        First::Auto => super::EMPTY.gc().value(),
        First::Index(i) => cx.new_int(i as i64),
        First::Name(name) => Str::from_wtf8(cx, name)?.value(),
    };
    let mut list = ValueVec::new();
    while let Some(step) = next_step(&mut rest).map_err(|message| cx.value_error(message))? {
        let (is_attribute, part) = match step {
            Step::Attribute(name) => (true, Str::from_wtf8(cx, name)?.value()),
            Step::Item(name) => (false, Str::from_wtf8(cx, name)?.value()),
            Step::Index(i) => (false, cx.new_int(i as i64)),
        };
        let row = cx.new_tuple(&[Value::bool(is_attribute), part]);
        list.push(cx, row)?;
    }
    Ok((first, List::from_vec(cx, list)))
}
