//! `re.Pattern`.

use std::sync::atomic::{AtomicPtr, Ordering};

use krait_runtime::types::dictviews::mapping_proxy;
use krait_sre::{Interrupted, MatchError, Method, Program, Scan, Scratch, flag};

use super::input::Input;
use super::match_::{self, Match};
use super::{scanner, series};
use crate::prelude::*;

/// What a pattern may be applied to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum TextKind {
    Str,
    Bytes,
    /// Made without a pattern text (`_sre.compile(None, ...)`).
    Any,
}

/// A compiled pattern.
#[derive(Trace)]
pub struct Pattern {
    /// What it was compiled from; `None` for a pattern made without text.
    pattern: Slot,
    /// A dict of group numbers by name.
    pub groupindex: Slot,
    /// A tuple of group names by number.
    pub indexgroup: Slot,
    /// `re.Match`, so that making one needs no lookup.
    pub match_class: Slot,
    pub flags: i32,
    #[trace(skip)]
    kind: TextKind,
    #[trace(skip)]
    pub program: Program,
    #[trace(skip)]
    spare: Spare,
}
impl Native for Pattern {
    const PY_NAME: &'static str = "re.Pattern";
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "Pattern",
    module: "re",
    doc: Some("Compiled regular expression object."),
    layout: Layout::native::<Pattern>(),
    flags: flags::NO_INSTANTIATION | flags::WEAKREFABLE,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

/// Working memory kept from one match to the next. A thread that finds it taken makes its own.
#[derive(Default)]
struct Spare(AtomicPtr<Scratch>);

/// More than this is given back to the system after a match.
const SPARE_LIMIT: usize = 64 << 10;

impl Spare {
    fn take(&self) -> Box<Scratch> {
        let p = self.0.swap(std::ptr::null_mut(), Ordering::Acquire);
        if p.is_null() {
            return Box::default();
        }
        // SAFETY: the pointer came from `Box::into_raw` in `put`, and the swap made it ours alone.
        unsafe { Box::from_raw(p) }
    }

    fn put(&self, scratch: Box<Scratch>) {
        if scratch.byte_size() > SPARE_LIMIT {
            return;
        }
        let old = self.0.swap(Box::into_raw(scratch), Ordering::AcqRel);
        if !old.is_null() {
            // SAFETY: as in `take`.
            drop(unsafe { Box::from_raw(old) });
        }
    }
}

impl Drop for Spare {
    fn drop(&mut self) {
        drop(self.take());
    }
}

impl Pattern {
    pub fn alloc(
        cx: &mut Cx,
        pattern: Value,
        flags: i32,
        program: Program,
        groupindex: Value,
        indexgroup: Value,
    ) -> PyResult<Value> {
        let kind = if pattern.is_none() {
            TextKind::Any
        } else {
            let input = Input::open(cx, pattern)?;
            let kind = if input.is_bytes() {
                TextKind::Bytes
            } else {
                TextKind::Str
            };
            input.close(cx)?;
            kind
        };
        let class = cx.native_type(&SPEC)?;
        let match_class = cx.native_type(&match_::SPEC)?;
        let payload = Pattern {
            pattern: slot(pattern),
            groupindex: slot(groupindex),
            indexgroup: slot(indexgroup),
            match_class: slot(match_class.value()),
            flags,
            kind,
            program,
            spare: Spare::default(),
        };
        Ok(NativeObj::alloc(cx, class, payload).value())
    }

    /// Number of groups without group 0.
    pub fn groups(&self) -> usize {
        self.program.groups()
    }

    /// Calls `f` with the opened subject and working memory.
    pub fn apply<R>(
        &self,
        cx: &mut Cx,
        text: Value,
        f: impl FnOnce(&mut Cx, &Input, &mut Scratch) -> PyResult<R>,
    ) -> PyResult<R> {
        let input = Input::open(cx, text)?;
        let mismatch = match (self.kind, input.is_bytes()) {
            (TextKind::Str, true) => Some("cannot use a string pattern on a bytes-like object"),
            (TextKind::Bytes, false) => Some("cannot use a bytes pattern on a string-like object"),
            _ => None,
        };
        if let Some(message) = mismatch {
            input.close(cx)?;
            return Err(cx.type_error(message));
        }
        let mut scratch = self.spare.take();
        let result = f(cx, &input, &mut scratch);
        self.spare.put(scratch);
        input.close(cx)?;
        result
    }

    /// The next match of a series; its spans are in `scratch`.
    pub fn step(
        &self,
        cx: &mut Cx,
        input: &Input,
        scan: &mut Scan,
        method: Method,
        scratch: &mut Scratch,
    ) -> PyResult<bool> {
        let mut error = None;
        let mut poll = || match crate::support::check_signals(cx) {
            Ok(()) => Ok(()),
            Err(e) => {
                error = Some(e);
                Err(Interrupted)
            }
        };
        match scan.step(method, &self.program, &input.subject(), scratch, &mut poll) {
            Ok(found) => Ok(found),
            Err(MatchError::Interrupted) if let Some(e) = error => Err(e),
            Err(_) => Err(cx.memory_error()),
        }
    }
}

/// Positions of a search in characters, clamped to the subject.
pub struct Window {
    pub pos: usize,
    pub endpos: usize,
}

impl Window {
    pub fn new(input: &Input, pos: Option<isize>, endpos: Option<isize>) -> Window {
        let len = input.char_len();
        let clamp = |i: isize| (i.max(0) as usize).min(len);
        Window {
            pos: clamp(pos.unwrap_or(0)),
            endpos: endpos.map_or(len, clamp),
        }
    }

    pub fn scan(&self, cx: &mut Cx, input: &Input) -> PyResult<Scan> {
        input.prepare_position(cx, self.pos)?;
        input.prepare_position(cx, self.endpos)?;
        Ok(Scan::new(&input.subject(), self.pos, self.endpos))
    }
}

type This = Obj<Pattern>;

/// One match, as a match object or `None`.
fn once(
    cx: &mut Cx,
    this: This,
    method: Method,
    string: Value,
    pos: Option<isize>,
    endpos: Option<isize>,
) -> PyResult<Value> {
    this.apply(cx, string, |cx, input, scratch| {
        let window = Window::new(input, pos, endpos);
        let mut scan = window.scan(cx, input)?;
        if !this.step(cx, input, &mut scan, method, scratch)? {
            return Ok(Value::none());
        }
        Ok(Match::alloc(cx, this, input.value(), &window, scratch)?.value())
    })
}

const FLAG_NAMES: &[(&str, u32)] = &[
    ("re.IGNORECASE", flag::IGNORECASE),
    ("re.LOCALE", flag::LOCALE),
    ("re.MULTILINE", flag::MULTILINE),
    ("re.DOTALL", flag::DOTALL),
    ("re.UNICODE", flag::UNICODE),
    ("re.VERBOSE", flag::VERBOSE),
    ("re.DEBUG", flag::DEBUG),
    ("re.ASCII", flag::ASCII),
];

/// `re.IGNORECASE|re.DOTALL`, without what goes without saying.
fn flags_text(this: This) -> String {
    let mut left = this.flags as u32;
    if this.kind == TextKind::Str
        && left & (flag::LOCALE | flag::UNICODE | flag::ASCII) == flag::UNICODE
    {
        left &= !flag::UNICODE;
    }
    let mut parts = Vec::new();
    for &(name, bit) in FLAG_NAMES {
        if left & bit != 0 {
            parts.push(name.to_owned());
            left &= !bit;
        }
    }
    if left != 0 {
        parts.push(format!("{left:#x}"));
    }
    parts.join("|")
}

/// Bytes of the code list, the part of the hash that stands for it.
fn code_hash(code: &[u32]) -> i64 {
    let mut h = 0xcbf2_9ce4_8422_2325u64;
    for &word in code {
        h = (h ^ u64::from(word))
            .wrapping_mul(0x0000_0100_0000_01b3)
            .rotate_left(5);
    }
    h as i64
}

struct Methods;

#[pymethods]
impl Methods {
    #[py]
    fn __repr__(cx: &mut Cx, this: This) -> PyResult<Value> {
        let shown = cx.repr(this.pattern.get())?;
        let shown = shown.substring(cx, 0, shown.char_len().min(200))?;
        let mut out = krait_runtime::types::str::StrBuilder::new();
        out.push_str("re.compile(");
        out.push_gc(shown);
        let flags = flags_text(this);
        if !flags.is_empty() {
            out.push_str(", ");
            out.push_str(&flags);
        }
        out.push_str(")");
        out.finish(cx)
    }
    #[py]
    fn __hash__(cx: &mut Cx, this: This) -> PyResult<i64> {
        let text = cx.hash(this.pattern.get())?;
        let hash = text
            ^ code_hash(this.program.code())
            ^ i64::from(this.flags)
            ^ this.kind as i64
            ^ this.groups() as i64;
        Ok(if hash == -1 { -2 } else { hash })
    }
    #[py(sig = "($self, value, /)")]
    fn __eq__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        let Some(other) = NativeObj::<Pattern>::from_value(value) else {
            return Ok(Value::not_implemented());
        };
        if this == other {
            return Ok(Value::bool(true));
        }
        let same = this.flags == other.flags
            && this.kind == other.kind
            && this.program.code() == other.program.code();
        if !same {
            return Ok(Value::bool(false));
        }
        Ok(Value::bool(cx.eq(this.pattern.get(), other.pattern.get())?))
    }
    /// Matches zero or more characters at the beginning of the string.
    #[py(name = "match", sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn match_(
        cx: &mut Cx,
        this: This,
        string: Value,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult<Value> {
        once(cx, this, Method::Match, string, pos, endpos)
    }
    /// Matches against all of the string.
    #[py(sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn fullmatch(
        cx: &mut Cx,
        this: This,
        string: Value,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult<Value> {
        once(cx, this, Method::FullMatch, string, pos, endpos)
    }
    /// Scan through string looking for a match, and return a corresponding match object instance.
    ///
    /// Return None if no position in the string matches.
    #[py(sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn search(
        cx: &mut Cx,
        this: This,
        string: Value,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult<Value> {
        once(cx, this, Method::Search, string, pos, endpos)
    }
    /// Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl.
    #[py(sig = "($self, /, repl, string, count=0)")]
    fn sub(
        cx: &mut Cx,
        this: This,
        repl: Value,
        string: Value,
        count: Option<isize>,
    ) -> PyResult<Value> {
        Ok(series::sub(cx, this, repl, string, count.unwrap_or(0))?.0)
    }
    /// Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern with the replacement repl.
    #[py(sig = "($self, /, repl, string, count=0)")]
    fn subn(
        cx: &mut Cx,
        this: This,
        repl: Value,
        string: Value,
        count: Option<isize>,
    ) -> PyResult<Value> {
        let (text, n) = series::sub(cx, this, repl, string, count.unwrap_or(0))?;
        let n = cx.new_uint(n as u64);
        Ok(cx.new_tuple(&[text, n]))
    }
    /// Return a list of all non-overlapping matches of pattern in string.
    #[py(sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn findall(
        cx: &mut Cx,
        this: This,
        string: Value,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult<Value> {
        series::findall(cx, this, string, pos, endpos)
    }
    /// Split string by the occurrences of pattern.
    #[py(sig = "($self, /, string, maxsplit=0)")]
    fn split(cx: &mut Cx, this: This, string: Value, maxsplit: Option<isize>) -> PyResult<Value> {
        series::split(cx, this, string, maxsplit.unwrap_or(0))
    }
    /// Return an iterator over all non-overlapping matches for the RE pattern in string.
    ///
    /// For each match, the iterator returns a match object.
    #[py(sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn finditer(
        cx: &mut Cx,
        this: This,
        string: Value,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult<Value> {
        scanner::finditer(cx, this, string, pos, endpos)
    }
    #[py(sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn scanner(
        cx: &mut Cx,
        this: This,
        string: Value,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult<Value> {
        scanner::Scanner::alloc(cx, this, string, pos, endpos)
    }
    #[py(sig = "($self, /)")]
    fn __copy__(this: This) -> Value {
        this.value()
    }
    #[py(sig = "($self, memo, /)")]
    fn __deepcopy__(this: This, _memo: Value) -> Value {
        this.value()
    }
    /// Patterns are generic over the type of string they handle (str or bytes)
    #[py(classmethod, sig = "($type, object, /)")]
    fn __class_getitem__(cx: &mut Cx, class: Value, object: Value) -> PyResult<Value> {
        cx.generic_alias(class, object)
    }
    /// The pattern string from which the RE object was compiled.
    #[py(getter)]
    fn pattern(this: This) -> Value {
        this.pattern.get()
    }
    /// The regex matching flags.
    #[py(getter)]
    fn flags(this: This) -> i32 {
        this.flags
    }
    /// The number of capturing groups in the pattern.
    #[py(getter)]
    fn groups(this: This) -> usize {
        this.groups()
    }
    /// A dictionary mapping group names to group numbers.
    #[py(getter)]
    fn groupindex(cx: &mut Cx, this: This) -> Value {
        let index = this.groupindex.get();
        match Gc::<Dict>::from_value(index) {
            Some(d) if d.is_empty() => cx.new_dict().value(),
            _ => mapping_proxy(cx, index),
        }
    }
}
