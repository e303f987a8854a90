//! Compiled replacement strings.

use super::input::Input;
use super::output::Output;
use super::pattern::Pattern;
use crate::prelude::*;

/// A replacement: a literal, then pairs of a group's number and the literal behind it.
#[derive(Trace)]
pub struct Template {
    literal: Slot,
    /// A tuple, the pairs one after another; empty literals are `EMPTY`.
    rest: Slot,
}
impl Native for Template {
    const PY_NAME: &'static str = "_sre.SRE_Template";
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "SRE_Template",
    module: "_sre",
    layout: Layout::native::<Template>(),
    flags: flags::NO_INSTANTIATION,
    ..TypeSpec::DEFAULT
};

impl Template {
    /// The whole replacement if it names no group.
    pub fn constant(&self) -> Option<Value> {
        tuple_in(&self.rest).is_empty().then(|| self.literal.get())
    }

    /// Appends the replacement for a match with these spans.
    pub fn append(
        &self,
        cx: &mut Cx,
        input: &Input,
        span: impl Fn(usize) -> Option<(usize, usize)>,
        groups: usize,
        out: &mut Output,
    ) -> PyResult<()> {
        out.push(cx, self.literal.get())?;
        for pair in tuple_in(&self.rest).as_slice().chunks_exact(2) {
            let g = pair[0].as_small().map_or(usize::MAX, |g| g as usize);
            if g >= groups {
                return Err(cx.index_error("no such group"));
            }
            if let Some((from, to)) = span(g) {
                out.push_part(input, from, to);
            }
            if let Some(literal) = pair[1].some() {
                out.push(cx, literal)?;
            }
        }
        Ok(())
    }
}

/// Makes a template of what `re._parser.parse_template` returns.
pub fn from_list(cx: &mut Cx, list: Gc<List>) -> PyResult<Value> {
    let items = list.snapshot(cx)?;
    let items = items.as_slice();
    if items.len() % 2 == 0 {
        return Err(cx.type_error("invalid template"));
    }
    let mut rest = ValueVec::with_capacity(cx, items.len())?;
    for pair in items[1..].chunks_exact(2) {
        let group = cx.index_isize(pair[0])?;
        if group < 0 {
            return Err(cx.type_error("invalid template"));
        }
        let literal = if cx.len(pair[1])? == 0 {
            Value::EMPTY
        } else {
            pair[1]
        };
        rest.push(cx, Value::small(group as i64))?;
        rest.push(cx, literal)?;
    }
    let rest = cx.try_new_tuple(rest.as_slice())?;
    let class = cx.native_type(&SPEC)?;
    Ok(NativeObj::alloc(
        cx,
        class,
        Template {
            literal: slot(items[0]),
            rest: slot(rest),
        },
    )
    .value())
}

/// The template for a replacement string: `re._compile_template`, which has a cache.
pub fn compile(cx: &mut Cx, pattern: Obj<Pattern>, text: Value) -> PyResult<Obj<Template>> {
    let re = cx.import("re")?;
    let function = cx.get_attr_str(re, "_compile_template")?;
    let made = match cx.call(function, &[pattern.value(), text]) {
        // An unhashable replacement, such as a bytearray: again with bytes.
        Err(e)
            if e.is(cx, cx.types().type_error) && cx.is_buffer(text) && cx.hash(text).is_err() =>
        {
            let text = cx.bytes_of(text)?.value();
            cx.call(function, &[pattern.value(), text])?
        }
        r => r?,
    };
    match NativeObj::from_value(made) {
        Some(t) => Ok(t),
        None => {
            let got = cx.type_name(made);
            Err(cx.runtime_error(format!(
                "the result of compiling a replacement string is {got}, not a template"
            )))
        }
    }
}

/// The replacement for one match.
pub fn expand(
    cx: &mut Cx,
    template: Obj<Template>,
    input: &Input,
    span: impl Fn(usize) -> Option<(usize, usize)>,
    groups: usize,
) -> PyResult<Value> {
    if let Some(literal) = template.constant() {
        return Ok(literal);
    }
    let mut out = Output::like(input);
    template.append(cx, input, span, groups, &mut out)?;
    out.finish(cx)
}
