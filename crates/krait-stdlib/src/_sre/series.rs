//! All matches in a text: `findall`, `split`, `sub`.

use krait_sre::{Method, Scan, Scratch};

use super::input::Input;
use super::match_::Match;
use super::output::Output;
use super::pattern::{Pattern, Window};
use super::template::{self, Template};
use crate::prelude::*;

type This = Obj<Pattern>;

/// The text of a group, `absent` if it took no part.
fn group(
    cx: &mut Cx,
    input: &Input,
    scratch: &Scratch,
    g: usize,
    absent: Value,
) -> PyResult<Value> {
    match scratch.byte_span(g) {
        Some((from, to)) => input.slice(cx, from, to),
        None => Ok(absent),
    }
}

fn whole(scratch: &Scratch) -> (usize, usize) {
    scratch.byte_span(0).unwrap_or((0, 0))
}

pub fn findall(
    cx: &mut Cx,
    this: This,
    string: Value,
    pos: Option<isize>,
    endpos: Option<isize>,
) -> PyResult<Value> {
    this.apply(cx, string, |cx, input, scratch| {
        let mut scan = Window::new(input, pos, endpos).scan(cx, input)?;
        let mut found = ValueVec::new();
        let empty = input.slice(cx, 0, 0)?;
        while this.step(cx, input, &mut scan, Method::Search, scratch)? {
            let item = match this.groups() {
                0 => group(cx, input, scratch, 0, empty)?,
                1 => group(cx, input, scratch, 1, empty)?,
                n => group_tuple(cx, input, scratch, n, empty)?,
            };
            found.push(cx, item)?;
        }
        Ok(List::from_vec(cx, found).value())
    })
}

fn group_tuple(
    cx: &mut Cx,
    input: &Input,
    scratch: &Scratch,
    groups: usize,
    empty: Value,
) -> PyResult<Value> {
    const SMALL: usize = 8;
    if groups <= SMALL {
        let mut items = [empty; SMALL];
        for (i, item) in items.iter_mut().enumerate().take(groups) {
            *item = group(cx, input, scratch, i + 1, empty)?;
        }
        return cx.try_new_tuple(&items[..groups]);
    }
    let mut items = ValueVec::with_capacity(cx, groups)?;
    for g in 1..=groups {
        let item = group(cx, input, scratch, g, empty)?;
        items.push(cx, item)?;
    }
    cx.try_new_tuple(items.as_slice())
}

pub fn split(cx: &mut Cx, this: This, string: Value, maxsplit: isize) -> PyResult<Value> {
    this.apply(cx, string, |cx, input, scratch| {
        let mut scan = Scan::new(&input.subject(), 0, usize::MAX);
        let mut parts = ValueVec::new();
        let mut n = 0;
        let mut last = 0;
        while (maxsplit == 0 || n < maxsplit)
            && this.step(cx, input, &mut scan, Method::Search, scratch)?
        {
            let (start, end) = whole(scratch);
            let part = input.slice(cx, last, start)?;
            parts.push(cx, part)?;
            for g in 1..=this.groups() {
                let item = group(cx, input, scratch, g, Value::none())?;
                parts.push(cx, item)?;
            }
            last = end;
            n += 1;
        }
        let part = input.slice(cx, last, input.bytes().len())?;
        parts.push(cx, part)?;
        Ok(List::from_vec(cx, parts).value())
    })
}

/// What stands in for a match.
enum Replacement {
    Constant(Value),
    Template(Obj<Template>),
    Function(Value),
}

impl Replacement {
    fn new(cx: &mut Cx, this: This, repl: Value) -> PyResult<Replacement> {
        if let Some(s) = Gc::<Str>::from_value(repl) {
            if memchr::memchr(b'\\', s.as_bytes()).is_none() {
                return Ok(Replacement::Constant(repl));
            }
        } else if cx.is_callable(repl) {
            return Ok(Replacement::Function(repl));
        } else if cx.is_buffer(repl)
            && cx.bytes_like(repl, |b| memchr::memchr(b'\\', b).is_none())?
        {
            return Ok(Replacement::Constant(repl));
        }
        let template = template::compile(cx, this, repl)?;
        Ok(match template.constant() {
            Some(literal) => Replacement::Constant(literal),
            None => Replacement::Template(template),
        })
    }

    /// Appends what replaces the match in `scratch`.
    fn append(
        &self,
        cx: &mut Cx,
        this: This,
        input: &Input,
        scratch: &Scratch,
        out: &mut Output,
    ) -> PyResult<()> {
        match self {
            Replacement::Constant(v) => out.push(cx, *v),
            Replacement::Template(t) => {
                t.append(cx, input, |g| scratch.byte_span(g), this.groups() + 1, out)
            }
            Replacement::Function(f) => {
                let window = Window {
                    pos: 0,
                    endpos: input.char_len(),
                };
                let m = Match::alloc(cx, this, input.value(), &window, scratch)?;
                let v = cx.call(*f, &[m.value()])?;
                if v.is_none() { Ok(()) } else { out.push(cx, v) }
            }
        }
    }
}

/// The text with the first `count` matches (0: all) replaced, and how many there were.
pub fn sub(
    cx: &mut Cx,
    this: This,
    repl: Value,
    string: Value,
    count: isize,
) -> PyResult<(Value, usize)> {
    let replacement = Replacement::new(cx, this, repl)?;
    this.apply(cx, string, |cx, input, scratch| {
        let mut scan = Scan::new(&input.subject(), 0, usize::MAX);
        let mut out = Output::like(input);
        let mut n = 0;
        let mut last = 0;
        while (count == 0 || n < count)
            && this.step(cx, input, &mut scan, Method::Search, scratch)?
        {
            let (start, end) = whole(scratch);
            if last < start {
                out.push_part(input, last, start);
            }
            replacement.append(cx, this, input, scratch, &mut out)?;
            last = end;
            n += 1;
        }
        let len = input.bytes().len();
        if n == 0 {
            return Ok((input.slice(cx, 0, len)?, 0));
        }
        if last < len {
            out.push_part(input, last, len);
        }
        Ok((out.finish(cx)?, n as usize))
    })
}
