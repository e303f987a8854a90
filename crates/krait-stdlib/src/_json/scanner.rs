//! `make_scanner`: the JSON parser.

use krait_runtime::types::str::LATIN1;

use super::{decode_error, text, text_argument};
use crate::prelude::*;

/// The hooks of a `JSONDecoder`.
#[derive(Trace)]
pub struct Scanner {
    strict: bool,
    object_hook: Slot,
    object_pairs_hook: Slot,
    parse_float: Slot,
    parse_int: Slot,
    parse_constant: Slot,
}
impl Native for Scanner {
    const PY_NAME: &'static str = "_json.Scanner";
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "Scanner",
    module: "_json",
    doc: Some("JSON scanner object"),
    layout: Layout::native::<Scanner>(),
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

/// Keys that are remembered while a document is read: a direct-mapped table.
const KEYS: usize = 64;
/// Longer keys are not looked up.
const LONGEST_KEY: usize = 32;

/// One document being read. Offsets are in bytes.
struct Parser<'a> {
    doc: Gc<Str>,
    bytes: &'a [u8],
    hooks: Obj<Scanner>,
    plain_floats: bool,
    plain_ints: bool,
    keys: [Value; KEYS],
}

/// A value and the offset behind it.
type Parsed = (Value, usize);

impl Parser<'_> {
    fn skip_space(&self, mut at: usize) -> usize {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.bytes.get(at) {
            at += 1;
        }
        at
    }

    fn error(&self, cx: &mut Cx, message: &str, at: usize) -> Raised {
        decode_error(cx, message, self.doc, at)
    }

    /// `StopIteration(position)`: there is no value.
    #[cold]
    fn no_value(&self, cx: &mut Cx, at: usize) -> Raised {
        match self.doc.char_index_indexed(cx, at) {
            Ok(position) => cx.stop_iteration(Value::small(position as i64)),
            Err(e) => e,
        }
    }

    fn value(&mut self, cx: &mut Cx, at: usize) -> PyResult<Parsed> {
        let rest = self.bytes.get(at..).unwrap_or_default();
        match rest.first() {
            Some(b'"') => {
                let (s, next) = text::scan(cx, self.doc, at + 1, self.hooks.strict)?;
                Ok((s.value(), next))
            }
            Some(b'{') => {
                cx.check_native_stack()?;
                self.object(cx, at + 1)
            }
            Some(b'[') => {
                cx.check_native_stack()?;
                self.array(cx, at + 1)
            }
            Some(b'-' | b'0'..=b'9') if !rest.starts_with(b"-I") => self.number(cx, at),
            _ if rest.starts_with(b"null") => Ok((Value::none(), at + 4)),
            _ if rest.starts_with(b"true") => Ok((Value::bool(true), at + 4)),
            _ if rest.starts_with(b"false") => Ok((Value::bool(false), at + 5)),
            _ => self.constant(cx, at, rest),
        }
    }

    fn constant(&mut self, cx: &mut Cx, at: usize, rest: &[u8]) -> PyResult<Parsed> {
        for name in ["NaN", "Infinity", "-Infinity"] {
            if rest.starts_with(name.as_bytes()) {
                let text = cx.new_str(name);
                let v = cx.call(self.hooks.parse_constant.get(), &[text])?;
                return Ok((v, at + name.len()));
            }
        }
        Err(self.no_value(cx, at))
    }

    /// `at` is behind the bracket.
    fn array(&mut self, cx: &mut Cx, at: usize) -> PyResult<Parsed> {
        let mut items = ValueVec::new();
        let mut at = self.skip_space(at);
        if self.bytes.get(at) == Some(&b']') {
            return Ok((cx.new_list(&[]), at + 1));
        }
        loop {
            let (item, next) = self.value(cx, at)?;
            items.push(cx, item)?;
            let comma = self.skip_space(next);
            match self.bytes.get(comma) {
                Some(b']') => return Ok((List::from_vec(cx, items).value(), comma + 1)),
                Some(b',') => {}
                _ => return Err(self.error(cx, "Expecting ',' delimiter", comma)),
            }
            at = self.skip_space(comma + 1);
            if self.bytes.get(at) == Some(&b']') {
                return Err(self.error(cx, "Illegal trailing comma before end of array", comma));
            }
        }
    }

    /// `at` is behind the brace.
    fn object(&mut self, cx: &mut Cx, at: usize) -> PyResult<Parsed> {
        let mut made = Collector::new(cx, self.hooks)?;
        let mut at = self.skip_space(at);
        if self.bytes.get(at) == Some(&b'}') {
            return Ok((made.finish(cx, self.hooks)?, at + 1));
        }
        loop {
            if self.bytes.get(at) != Some(&b'"') {
                return Err(self.error(
                    cx,
                    "Expecting property name enclosed in double quotes",
                    at,
                ));
            }
            let (key, next) = self.key(cx, at + 1)?;
            let colon = self.skip_space(next);
            if self.bytes.get(colon) != Some(&b':') {
                return Err(self.error(cx, "Expecting ':' delimiter", colon));
            }
            let at_value = self.skip_space(colon + 1);
            let (value, next) = self.value(cx, at_value)?;
            made.add(cx, key, value)?;
            let comma = self.skip_space(next);
            match self.bytes.get(comma) {
                Some(b'}') => return Ok((made.finish(cx, self.hooks)?, comma + 1)),
                Some(b',') => {}
                _ => return Err(self.error(cx, "Expecting ',' delimiter", comma)),
            }
            at = self.skip_space(comma + 1);
            if self.bytes.get(at) == Some(&b'}') {
                return Err(self.error(cx, "Illegal trailing comma before end of object", comma));
            }
        }
    }

    /// A key: the same text gives the same object, whose hash is known already.
    fn key(&mut self, cx: &mut Cx, start: usize) -> PyResult<Parsed> {
        let end = text::next_special(self.bytes, start);
        let raw = &self.bytes[start..end];
        if self.bytes.get(end) != Some(&b'"') || raw.len() > LONGEST_KEY || raw.len() < 2 {
            let (key, next) = text::scan(cx, self.doc, start, self.hooks.strict)?;
            return Ok((key.value(), next));
        }
        let entry = key_index(raw);
        if let Some(known) = Gc::<Str>::from_value(self.keys[entry])
            && known.as_bytes() == raw
        {
            return Ok((known.value(), end + 1));
        }
        let key = self.doc.slice_bytes(cx, start, end)?;
        self.keys[entry] = key.value();
        Ok((key.value(), end + 1))
    }

    fn digits(&self, mut at: usize) -> usize {
        while self.bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    }

    fn number(&mut self, cx: &mut Cx, start: usize) -> PyResult<Parsed> {
        let first = start + usize::from(self.bytes[start] == b'-');
        let mut end = match self.bytes.get(first) {
            Some(b'0') => first + 1,
            Some(b'1'..=b'9') => self.digits(first),
            _ => return Err(self.no_value(cx, start)),
        };
        let mut is_float = false;
        if self.bytes.get(end) == Some(&b'.') && self.digits(end + 1) > end + 1 {
            is_float = true;
            end = self.digits(end + 1);
        }
        if let Some(b'e' | b'E') = self.bytes.get(end) {
            let sign = usize::from(matches!(self.bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent = self.digits(end + 1 + sign);
            if exponent > end + 1 + sign {
                is_float = true;
                end = exponent;
            }
        }
        let raw = &self.bytes[start..end];
        let value = if is_float {
            self.float(cx, raw)?
        } else {
            self.int(cx, raw)?
        };
        Ok((value, end))
    }

    fn float(&self, cx: &mut Cx, raw: &[u8]) -> PyResult<Value> {
        if self.plain_floats
            && let Some(x) = std::str::from_utf8(raw)
                .ok()
                .and_then(|s| s.parse::<f64>().ok())
        {
            return Ok(cx.new_float(x));
        }
        let s = cx.new_ascii(raw);
        cx.call(self.hooks.parse_float.get(), &[s])
    }

    fn int(&self, cx: &mut Cx, raw: &[u8]) -> PyResult<Value> {
        if self.plain_ints && raw.len() <= 18 {
            let (negative, digits) = match raw {
                [b'-', digits @ ..] => (true, digits),
                digits => (false, digits),
            };
            let n = digits
                .iter()
                .fold(0i64, |n, &d| n * 10 + i64::from(d - b'0'));
            return Ok(cx.new_int(if negative { -n } else { n }));
        }
        let s = cx.new_ascii(raw);
        cx.call(self.hooks.parse_int.get(), &[s])
    }
}

fn key_index(raw: &[u8]) -> usize {
    let word = |part: &[u8]| {
        part.iter()
            .rev()
            .take(8)
            .fold(0u64, |n, &b| n << 8 | u64::from(b))
    };
    let mixed =
        (word(raw) ^ (raw[0] as u64) << 32 ^ raw.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 58) as usize % KEYS
}

/// The members of an object on their way to a dict or to `object_pairs_hook`.
enum Collector {
    Dict(Gc<Dict>),
    Pairs(ValueVec),
}

impl Collector {
    fn new(cx: &mut Cx, hooks: Obj<Scanner>) -> PyResult<Collector> {
        if hooks.object_pairs_hook.get().is_none() {
            Ok(Collector::Dict(cx.new_dict()))
        } else {
            Ok(Collector::Pairs(ValueVec::new()))
        }
    }

    fn add(&mut self, cx: &mut Cx, key: Value, value: Value) -> PyResult<()> {
        match self {
            Collector::Dict(d) => d.set(cx, key, value),
            Collector::Pairs(v) => {
                let pair = cx.new_tuple(&[key, value]);
                v.push(cx, pair)
            }
        }
    }

    fn finish(self, cx: &mut Cx, hooks: Obj<Scanner>) -> PyResult<Value> {
        match self {
            Collector::Pairs(v) => {
                let list = List::from_vec(cx, v).value();
                cx.call(hooks.object_pairs_hook.get(), &[list])
            }
            Collector::Dict(d) => match hooks.object_hook.get() {
                hook if hook.is_none() => Ok(d.value()),
                hook => cx.call(hook, &[d.value()]),
            },
        }
    }
}

type This = Obj<Scanner>;

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, context)", hide_sig)]
    fn __new__(cx: &mut Cx, class: Value, context: Value) -> PyResult<Value> {
        let strict = cx.get_attr_str(context, "strict")?;
        let payload = Scanner {
            strict: cx.is_true(strict)?,
            object_hook: slot(cx.get_attr_str(context, "object_hook")?),
            object_pairs_hook: slot(cx.get_attr_str(context, "object_pairs_hook")?),
            parse_float: slot(cx.get_attr_str(context, "parse_float")?),
            parse_int: slot(cx.get_attr_str(context, "parse_int")?),
            parse_constant: slot(cx.get_attr_str(context, "parse_constant")?),
        };
        Ok(NativeObj::alloc(cx, Gc::<Type>::from_value_unchecked(class), payload).value())
    }
    #[py(sig = "($self, /, string, idx)", hide_sig)]
    fn __call__(cx: &mut Cx, this: This, string: Value, idx: isize) -> PyResult<Value> {
        let doc = text_argument(cx, string)?;
        if idx < 0 {
            return Err(cx.value_error("idx cannot be negative"));
        }
        if idx as usize > doc.char_len() {
            return Err(cx.stop_iteration(Value::small(idx as i64)));
        }
        let start = doc.byte_offset_indexed(cx, idx as usize)?;
        let mut parser = Parser {
            doc,
            bytes: doc.as_bytes(),
            hooks: this,
            plain_floats: this.parse_float.get() == cx.types().float.value(),
            plain_ints: this.parse_int.get() == cx.types().int.value(),
            keys: [LATIN1[0].gc().value(); KEYS],
        };
        let (value, end) = parser.value(cx, start)?;
        let end = doc.char_index_indexed(cx, end)?;
        Ok(cx.new_tuple(&[value, Value::small(end as i64)]))
    }
    /// strict
    #[py(getter)]
    fn strict(this: This) -> bool {
        this.strict
    }
    /// object_hook
    #[py(getter)]
    fn object_hook(this: This) -> Value {
        this.object_hook.get()
    }
    #[py(getter)]
    fn object_pairs_hook(this: This) -> Value {
        this.object_pairs_hook.get()
    }
    /// parse_float
    #[py(getter)]
    fn parse_float(this: This) -> Value {
        this.parse_float.get()
    }
    /// parse_int
    #[py(getter)]
    fn parse_int(this: This) -> Value {
        this.parse_int.get()
    }
    /// parse_constant
    #[py(getter)]
    fn parse_constant(this: This) -> Value {
        this.parse_constant.get()
    }
}
