//! `re.Match`.

use krait_runtime::types::bytes::RawBytes;
use krait_runtime::types::int;
use krait_sre::Scratch;

use super::input;
use super::pattern::{Pattern, Window};
use super::template;
use crate::prelude::*;

/// Spans kept in the object itself: the whole match and three groups.
const INLINE: usize = 4;
/// Both ends of the span of a group that took no part.
const NONE: usize = usize::MAX;

/// A match. Spans are kept in bytes of the subject: groups are cut out without counting
/// characters, positions are translated when somebody asks for them.
#[derive(Trace)]
pub struct Match {
    pattern: Slot,
    string: Slot,
    /// A `RawBytes` object with all spans if there are more than `INLINE`.
    overflow: Slot,
    /// The tuple `regs` once it was made.
    regs: Slot,
    pos: usize,
    endpos: usize,
    /// 0: none.
    lastindex: usize,
    #[trace(skip)]
    inline: [(usize, usize); INLINE],
}
impl Native for Match {
    const PY_NAME: &'static str = "re.Match";
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "Match",
    module: "re",
    doc: Some(
        "The result of re.match() and re.search().\nMatch objects always have a boolean value of True.",
    ),
    layout: Layout::native::<Match>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

type This = Obj<Match>;

impl Match {
    /// A match object for what `scratch` holds.
    pub fn alloc(
        cx: &mut Cx,
        pattern: Obj<Pattern>,
        string: Value,
        window: &Window,
        scratch: &Scratch,
    ) -> PyResult<This> {
        let count = pattern.groups() + 1;
        let span = |g| scratch.byte_span(g).unwrap_or((NONE, NONE));
        let mut inline = [(NONE, NONE); INLINE];
        let mut overflow = Value::EMPTY;
        if count <= INLINE {
            for (g, s) in inline.iter_mut().enumerate().take(count) {
                *s = span(g);
            }
        } else {
            let raw = RawBytes::alloc(cx, count * size_of::<(usize, usize)>())?;
            for g in 0..count {
                // SAFETY: fresh memory for `count` pairs.
                unsafe { raw.data().cast::<(usize, usize)>().add(g).write(span(g)) };
            }
            overflow = raw.value();
        }
        let payload = Match {
            pattern: slot(pattern.value()),
            string: slot(string),
            overflow: slot(overflow),
            regs: Slot::empty(),
            pos: window.pos,
            endpos: window.endpos,
            lastindex: scratch.lastindex().unwrap_or(0),
            inline,
        };
        Ok(NativeObj::alloc(
            cx,
            Gc::from_value_unchecked(pattern.match_class.get()),
            payload,
        ))
    }

    fn pattern(&self) -> Obj<Pattern> {
        match NativeObj::from_value(self.pattern.get()) {
            Some(p) => p,
            None => unreachable!("a match belongs to a pattern"),
        }
    }

    /// Groups and group 0.
    fn count(&self) -> usize {
        self.pattern().groups() + 1
    }

    /// The span of group `g < count()` in bytes.
    pub fn byte_span(&self, g: usize) -> Option<(usize, usize)> {
        let span = match Gc::<RawBytes>::from_value(self.overflow.get()) {
            // SAFETY: filled with `count()` pairs before the object was published.
            Some(raw) => unsafe { raw.data().cast::<(usize, usize)>().add(g).read() },
            None => self.inline[g],
        };
        (span.0 != NONE).then_some(span)
    }
}

/// The text of a group, `default` if it took no part.
pub fn group_text(cx: &mut Cx, this: This, g: usize, default: Value) -> PyResult<Value> {
    match this.byte_span(g) {
        Some((from, to)) => input::slice(cx, this.string.get(), from, to),
        None => Ok(default),
    }
}

/// The number of a group given by number or name.
fn group_number(cx: &mut Cx, this: This, group: Value) -> PyResult<usize> {
    let number = if let Some(n) = group.as_small() {
        Some(n)
    } else if cx.is_index(group) {
        cx.index_i64(group)?
    } else {
        named_group(cx, this, group)?
    };
    match number.and_then(|n| usize::try_from(n).ok()) {
        Some(n) if n < this.count() => Ok(n),
        _ => Err(cx.index_error("no such group")),
    }
}

fn named_group(cx: &mut Cx, this: This, name: Value) -> PyResult<Option<i64>> {
    let Some(names) = Gc::<Dict>::from_value(this.pattern().groupindex.get()) else {
        return Ok(None);
    };
    match names.get(cx, name)? {
        Some(n) if int::is_int(n) => cx.index_i64(n),
        _ => Ok(None),
    }
}

/// The span of a group in characters, -1 twice if it took no part.
fn char_span(cx: &mut Cx, this: This, g: usize) -> PyResult<(i64, i64)> {
    let Some((from, to)) = this.byte_span(g) else {
        return Ok((-1, -1));
    };
    match Gc::<Str>::from_value(this.string.get()) {
        Some(s) if !s.is_ascii() => {
            let start = s.char_index_indexed(cx, from)?;
            let end = if from == to {
                start
            } else {
                s.char_index_indexed(cx, to)?
            };
            Ok((start as i64, end as i64))
        }
        _ => Ok((from as i64, to as i64)),
    }
}

fn span_tuple(cx: &mut Cx, (start, end): (i64, i64)) -> Value {
    let items = [cx.new_int(start), cx.new_int(end)];
    cx.new_tuple(&items)
}

fn number_or_zero(cx: &mut Cx, this: This, group: Option<Value>) -> PyResult<usize> {
    match group {
        Some(g) => group_number(cx, this, g),
        None => Ok(0),
    }
}

struct Methods;

#[pymethods]
impl Methods {
    #[py]
    fn __repr__(cx: &mut Cx, this: This) -> PyResult<Value> {
        let text = group_text(cx, this, 0, Value::none())?;
        let text = cx.repr(text)?;
        let text = text.substring(cx, 0, text.char_len().min(50))?;
        let (start, end) = char_span(cx, this, 0)?;
        let mut out = krait_runtime::types::str::StrBuilder::new();
        out.push_str(&format!("<re.Match object; span=({start}, {end}), match="));
        out.push_gc(text);
        out.push_str(">");
        out.finish(cx)
    }
    #[py(sig = "($self, key, /)")]
    fn __getitem__(cx: &mut Cx, this: This, key: Value) -> PyResult<Value> {
        let g = group_number(cx, this, key)?;
        group_text(cx, this, g, Value::none())
    }
    /// group([group1, ...]) -> str or tuple.
    /// Return subgroup(s) of the match by indices or names.
    /// For 0 returns the entire match.
    #[py(sig = "($self, *args)", hide_sig)]
    fn group(cx: &mut Cx, this: This, args: &[Value]) -> PyResult<Value> {
        match args {
            [] => group_text(cx, this, 0, Value::none()),
            [one] => {
                let g = group_number(cx, this, *one)?;
                group_text(cx, this, g, Value::none())
            }
            _ => {
                let mut out = ValueVec::with_capacity(cx, args.len())?;
                for &a in args {
                    let g = group_number(cx, this, a)?;
                    let text = group_text(cx, this, g, Value::none())?;
                    out.push(cx, text)?;
                }
                cx.try_new_tuple(out.as_slice())
            }
        }
    }
    /// Return index of the start of the substring matched by group.
    #[py(sig = "($self, group=0, /)")]
    fn start(cx: &mut Cx, this: This, group: Option<Value>) -> PyResult<i64> {
        let g = number_or_zero(cx, this, group)?;
        Ok(char_span(cx, this, g)?.0)
    }
    /// Return index of the end of the substring matched by group.
    #[py(sig = "($self, group=0, /)")]
    fn end(cx: &mut Cx, this: This, group: Option<Value>) -> PyResult<i64> {
        let g = number_or_zero(cx, this, group)?;
        Ok(char_span(cx, this, g)?.1)
    }
    /// For match object m, return the 2-tuple (m.start(group), m.end(group)).
    #[py(sig = "($self, group=0, /)")]
    fn span(cx: &mut Cx, this: This, group: Option<Value>) -> PyResult<Value> {
        let g = number_or_zero(cx, this, group)?;
        let span = char_span(cx, this, g)?;
        Ok(span_tuple(cx, span))
    }
    /// Return a tuple containing all the subgroups of the match, from 1.
    ///
    ///   default
    ///     Is used for groups that did not participate in the match.
    #[py(sig = "($self, /, default=None)")]
    fn groups(cx: &mut Cx, this: This, default: Option<Value>) -> PyResult<Value> {
        let default = default.unwrap_or(Value::none());
        let mut out = ValueVec::with_capacity(cx, this.count())?;
        for g in 1..this.count() {
            let text = group_text(cx, this, g, default)?;
            out.push(cx, text)?;
        }
        cx.try_new_tuple(out.as_slice())
    }
    /// Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.
    ///
    ///   default
    ///     Is used for groups that did not participate in the match.
    #[py(sig = "($self, /, default=None)")]
    fn groupdict(cx: &mut Cx, this: This, default: Option<Value>) -> PyResult<Value> {
        let default = default.unwrap_or(Value::none());
        let result = cx.new_dict();
        let Some(names) = Gc::<Dict>::from_value(this.pattern().groupindex.get()) else {
            return Ok(result.value());
        };
        let mut at = 0;
        while let Some((name, number)) = names.next_entry(&mut at) {
            let g = group_number(cx, this, number)?;
            let text = group_text(cx, this, g, default)?;
            result.set(cx, name, text)?;
        }
        Ok(result.value())
    }
    /// Return the string obtained by doing backslash substitution on the string template, as done by the sub() method.
    #[py(sig = "($self, /, template)")]
    fn expand(cx: &mut Cx, this: This, template: Value) -> PyResult<Value> {
        let filter = template::compile(cx, this.pattern(), template)?;
        let input = input::Input::open(cx, this.string.get())?;
        let result = template::expand(cx, filter, &input, |g| this.byte_span(g), this.count());
        input.close(cx)?;
        result
    }
    #[py(sig = "($self, /)")]
    fn __copy__(this: This) -> Value {
        this.value()
    }
    #[py(sig = "($self, memo, /)")]
    fn __deepcopy__(this: This, _memo: Value) -> Value {
        this.value()
    }
    /// Matches are generic over the type of string which was matched (str or bytes)
    #[py(classmethod, sig = "($type, object, /)")]
    fn __class_getitem__(cx: &mut Cx, class: Value, object: Value) -> PyResult<Value> {
        cx.generic_alias(class, object)
    }
    /// The string passed to match() or search().
    #[py(getter)]
    fn string(this: This) -> Value {
        this.string.get()
    }
    /// The regular expression object.
    #[py(getter)]
    fn re(this: This) -> Value {
        this.pattern.get()
    }
    /// The index into the string at which the RE engine started looking for a match.
    #[py(getter)]
    fn pos(this: This) -> usize {
        this.pos
    }
    /// The index into the string beyond which the RE engine will not go.
    #[py(getter)]
    fn endpos(this: This) -> usize {
        this.endpos
    }
    /// The integer index of the last matched capturing group.
    #[py(getter)]
    fn lastindex(this: This) -> Option<usize> {
        (this.lastindex != 0).then_some(this.lastindex)
    }
    /// The name of the last matched capturing group.
    #[py(getter)]
    fn lastgroup(this: This) -> Value {
        let names = tuple_in(&this.pattern().indexgroup);
        match this.lastindex {
            0 => Value::none(),
            g => names.items().get(g).copied().unwrap_or(Value::none()),
        }
    }
    #[py(getter)]
    fn regs(cx: &mut Cx, this: This) -> PyResult<Value> {
        if let Some(made) = this.regs.get().some() {
            return Ok(made);
        }
        let mut out = ValueVec::with_capacity(cx, this.count())?;
        for g in 0..this.count() {
            let span = char_span(cx, this, g)?;
            let span = span_tuple(cx, span);
            out.push(cx, span)?;
        }
        let regs = cx.try_new_tuple(out.as_slice())?;
        this.regs.set(cx, this, regs);
        Ok(regs)
    }
}
