//! `UnicodeEncodeError`, `UnicodeDecodeError`, `UnicodeTranslateError`: which part of which object
//! could not be converted, and why.

use krait_macros::pymethods;

use super::base::{init, no_keywords};
use super::fields;
use crate::error::Exception;
use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::protocol::text::shown_type;
use crate::types::bytes::Bytes;
use crate::types::str::Str;
use crate::types::str::StrBuilder;

type Exc = Gc<Exception>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Encode,
    Decode,
    Translate,
}

impl Family {
    /// The argument that sets field `index`.
    fn argument(self, index: usize) -> usize {
        // `UnicodeTranslateError` has no encoding: its arguments start at the object.
        if self == Family::Translate {
            index.wrapping_sub(1)
        } else {
            index
        }
    }
}

/// A field of an exception that may have been made by native code, without `__init__`.
fn member(this: Exc, family: Family, index: usize) -> Value {
    this.field_or_arg(index, family.argument(index))
}

fn position(this: Exc, family: Family, index: usize) -> Value {
    let v = member(this, family, index);
    if v.is_none() { Value::small(0) } else { v }
}

fn set_position(cx: &mut Cx, this: Exc, index: usize, value: Option<Value>) -> PyResult<()> {
    let Some(v) = value else {
        return Err(cx.type_error("can't delete numeric/char attribute"));
    };
    if !cx.is_index(v) {
        return Err(cx.type_error("an integer is required"));
    }
    let n = cx.c_ssize(v)?;
    let n = cx.new_int(n as i64);
    this.set_field(cx, index, n);
    Ok(())
}

fn positional_init(cx: &mut Cx, this: Exc, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
    if kwargs.is_some() {
        let name = cx.type_name(this.value());
        no_keywords(cx, &name, kwargs)?;
    }
    init(cx, this, args)
}

fn require_count(cx: &mut Cx, args: &[Value], n: usize) -> PyResult<()> {
    if args.len() == n {
        return Ok(());
    }
    let given = args.len();
    Err(cx.type_error(format!(
        "function takes exactly {n} arguments ({given} given)"
    )))
}

/// Argument `i` (from 0) as a str.
fn require_str(cx: &mut Cx, args: &[Value], i: usize) -> PyResult<()> {
    if Gc::<Str>::from_value(args[i]).is_some() {
        return Ok(());
    }
    let got = shown_type(cx, args[i]);
    Err(cx.type_error(format!("argument {} must be str, not {got}", i + 1)))
}

/// Sets `object`, `start`, `end`, `reason` from the arguments after the encoding.
fn set_range(cx: &mut Cx, this: Exc, object: Value, args: &[Value]) -> PyResult<()> {
    let [start, end, reason] = args else {
        return Ok(());
    };
    let (start, end) = (cx.c_ssize(*start)?, cx.c_ssize(*end)?);
    let (start, end) = (cx.new_int(start as i64), cx.new_int(end as i64));
    for (index, v) in [
        (fields::OBJECT, object),
        (fields::START, start),
        (fields::END, end),
        (fields::REASON, *reason),
    ] {
        this.set_field(cx, index, v);
    }
    Ok(())
}

fn encode_init(cx: &mut Cx, this: Exc, args: &[Value]) -> PyResult<()> {
    require_count(cx, args, 5)?;
    require_str(cx, args, 0)?;
    require_str(cx, args, 1)?;
    cx.c_ssize(args[2])?;
    cx.c_ssize(args[3])?;
    require_str(cx, args, 4)?;
    this.set_field(cx, fields::ENCODING, args[0]);
    set_range(cx, this, args[1], &args[2..])
}

fn decode_init(cx: &mut Cx, this: Exc, args: &[Value]) -> PyResult<()> {
    require_count(cx, args, 5)?;
    require_str(cx, args, 0)?;
    cx.c_ssize(args[2])?;
    cx.c_ssize(args[3])?;
    require_str(cx, args, 4)?;
    let object = match Gc::<Bytes>::from_value(args[1]) {
        Some(b) => b.value(),
        None => bytes_of(cx, args[1])?,
    };
    this.set_field(cx, fields::ENCODING, args[0]);
    set_range(cx, this, object, &args[2..])
}

/// A copy of what a buffer holds.
fn bytes_of(cx: &mut Cx, v: Value) -> PyResult<Value> {
    Ok(cx.bytes_of(v)?.value())
}

fn translate_init(cx: &mut Cx, this: Exc, args: &[Value]) -> PyResult<()> {
    require_count(cx, args, 4)?;
    require_str(cx, args, 0)?;
    cx.c_ssize(args[1])?;
    cx.c_ssize(args[2])?;
    require_str(cx, args, 3)?;
    set_range(cx, this, args[0], &args[1..])
}

/// The character at `i` as an escape: `\xe9`, `\u20ac`, `\U0001f600`.
fn escaped(code: u32) -> String {
    match code {
        0..=0xff => format!("\\x{code:02x}"),
        0x100..=0xffff => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    }
}

/// The single unit that could not be converted, if it is one: a character or a byte.
fn bad_unit(
    cx: &mut Cx,
    object: Value,
    family: Family,
    start: i64,
    end: i64,
) -> PyResult<Option<String>> {
    let index = usize::try_from(start).ok().filter(|_| end == start + 1);
    if family == Family::Decode {
        let Some(b) = Gc::<Bytes>::from_value(object) else {
            return Err(cx.type_error("UnicodeError 'object' attribute must be a bytes"));
        };
        return Ok(index
            .and_then(|i| b.as_bytes().get(i))
            .map(|byte| format!("byte 0x{byte:02x}")));
    }
    let Some(s) = Gc::<Str>::from_value(object) else {
        return Err(cx.type_error("UnicodeError 'object' attribute must be a string"));
    };
    Ok(index
        .filter(|&i| i < s.char_len())
        .map(|i| format!("character '{}'", escaped(s.char_at(i)))))
}

/// `str()` of the three classes.
fn describe(cx: &mut Cx, this: Exc, family: Family) -> PyResult<Value> {
    let object = member(this, family, fields::OBJECT);
    if object.is_none() {
        // Made by `__new__` alone.
        return Ok(cx.new_str(""));
    }
    let mut out = StrBuilder::new();
    let (start, end) = (
        position(this, family, fields::START),
        position(this, family, fields::END),
    );
    let (start, end) = (start.as_small().unwrap_or(0), end.as_small().unwrap_or(0));
    let reason = match member(this, family, fields::REASON) {
        v if v.is_none() => None,
        v => Some(cx.str(v)?),
    };
    let encoding = match family {
        Family::Translate => None,
        _ => Some(cx.str(member(this, family, fields::ENCODING))?),
    };
    // Either can have changed the object.
    let object = member(this, family, fields::OBJECT);
    let (expected, fits) = match family {
        Family::Decode => ("bytes", Gc::<Bytes>::from_value(object).is_some()),
        _ => ("string", Gc::<Str>::from_value(object).is_some()),
    };
    if !fits {
        return Err(cx.type_error(
            if object.is_none() && this.field(fields::OBJECT).is_empty() {
                "UnicodeError 'object' attribute is not set".to_owned()
            } else {
                format!("UnicodeError 'object' attribute must be a {expected}")
            },
        ));
    }
    let unit = bad_unit(cx, object, family, start, end)?;
    let (verb, units) = match family {
        Family::Encode => ("encode", "characters"),
        Family::Decode => ("decode", "bytes"),
        Family::Translate => ("translate", "characters"),
    };
    if let Some(encoding) = encoding {
        out.push_str("'");
        out.push_gc(encoding);
        out.push_str("' codec ");
    }
    match unit {
        Some(unit) => out.push_str(&format!("can't {verb} {unit} in position {start}: ")),
        None => out.push_str(&format!(
            "can't {verb} {units} in position {start}-{}: ",
            end - 1
        )),
    }
    match reason {
        Some(r) => out.push_gc(r),
        None => out.push_str("<NULL>"),
    }
    out.finish(cx)
}

pub struct EncodeMethods;

#[pymethods]
impl EncodeMethods {
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(cx: &mut Cx, this: Exc, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
        positional_init(cx, this, kwargs, args)?;
        encode_init(cx, this, args)
    }

    /// Return str(self).
    #[py(sig = "($self, /)")]
    fn __str__(cx: &mut Cx, this: Exc) -> PyResult<Value> {
        describe(cx, this, Family::Encode)
    }

    /// exception encoding
    #[py(getter, member)]
    fn encoding(this: Exc) -> Value {
        member(this, Family::Encode, fields::ENCODING)
    }

    #[py(setter = "encoding")]
    fn set_encoding(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::ENCODING, value);
    }

    /// exception object
    #[py(getter, member)]
    fn object(this: Exc) -> Value {
        member(this, Family::Encode, fields::OBJECT)
    }

    #[py(setter = "object")]
    fn set_object(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::OBJECT, value);
    }

    /// exception start
    #[py(getter, member)]
    fn start(this: Exc) -> Value {
        position(this, Family::Encode, fields::START)
    }

    #[py(setter = "start")]
    fn set_start(cx: &mut Cx, this: Exc, value: Option<Value>) -> PyResult<()> {
        set_position(cx, this, fields::START, value)
    }

    /// exception end
    #[py(getter, member)]
    fn end(this: Exc) -> Value {
        position(this, Family::Encode, fields::END)
    }

    #[py(setter = "end")]
    fn set_end(cx: &mut Cx, this: Exc, value: Option<Value>) -> PyResult<()> {
        set_position(cx, this, fields::END, value)
    }

    /// exception reason
    #[py(getter, member)]
    fn reason(this: Exc) -> Value {
        member(this, Family::Encode, fields::REASON)
    }

    #[py(setter = "reason")]
    fn set_reason(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::REASON, value);
    }
}

pub struct DecodeMethods;

#[pymethods]
impl DecodeMethods {
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(cx: &mut Cx, this: Exc, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
        positional_init(cx, this, kwargs, args)?;
        decode_init(cx, this, args)
    }

    /// Return str(self).
    #[py(sig = "($self, /)")]
    fn __str__(cx: &mut Cx, this: Exc) -> PyResult<Value> {
        describe(cx, this, Family::Decode)
    }

    /// exception encoding
    #[py(getter, member)]
    fn encoding(this: Exc) -> Value {
        member(this, Family::Decode, fields::ENCODING)
    }

    #[py(setter = "encoding")]
    fn set_encoding(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::ENCODING, value);
    }

    /// exception object
    #[py(getter, member)]
    fn object(this: Exc) -> Value {
        member(this, Family::Decode, fields::OBJECT)
    }

    #[py(setter = "object")]
    fn set_object(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::OBJECT, value);
    }

    /// exception start
    #[py(getter, member)]
    fn start(this: Exc) -> Value {
        position(this, Family::Decode, fields::START)
    }

    #[py(setter = "start")]
    fn set_start(cx: &mut Cx, this: Exc, value: Option<Value>) -> PyResult<()> {
        set_position(cx, this, fields::START, value)
    }

    /// exception end
    #[py(getter, member)]
    fn end(this: Exc) -> Value {
        position(this, Family::Decode, fields::END)
    }

    #[py(setter = "end")]
    fn set_end(cx: &mut Cx, this: Exc, value: Option<Value>) -> PyResult<()> {
        set_position(cx, this, fields::END, value)
    }

    /// exception reason
    #[py(getter, member)]
    fn reason(this: Exc) -> Value {
        member(this, Family::Decode, fields::REASON)
    }

    #[py(setter = "reason")]
    fn set_reason(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::REASON, value);
    }
}

pub struct TranslateMethods;

#[pymethods]
impl TranslateMethods {
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(cx: &mut Cx, this: Exc, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
        positional_init(cx, this, kwargs, args)?;
        translate_init(cx, this, args)
    }

    /// Return str(self).
    #[py(sig = "($self, /)")]
    fn __str__(cx: &mut Cx, this: Exc) -> PyResult<Value> {
        describe(cx, this, Family::Translate)
    }

    /// exception encoding
    #[py(getter, member)]
    fn encoding(this: Exc) -> Value {
        member(this, Family::Translate, fields::ENCODING)
    }

    #[py(setter = "encoding")]
    fn set_encoding(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::ENCODING, value);
    }

    /// exception object
    #[py(getter, member)]
    fn object(this: Exc) -> Value {
        member(this, Family::Translate, fields::OBJECT)
    }

    #[py(setter = "object")]
    fn set_object(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::OBJECT, value);
    }

    /// exception start
    #[py(getter, member)]
    fn start(this: Exc) -> Value {
        position(this, Family::Translate, fields::START)
    }

    #[py(setter = "start")]
    fn set_start(cx: &mut Cx, this: Exc, value: Option<Value>) -> PyResult<()> {
        set_position(cx, this, fields::START, value)
    }

    /// exception end
    #[py(getter, member)]
    fn end(this: Exc) -> Value {
        position(this, Family::Translate, fields::END)
    }

    #[py(setter = "end")]
    fn set_end(cx: &mut Cx, this: Exc, value: Option<Value>) -> PyResult<()> {
        set_position(cx, this, fields::END, value)
    }

    /// exception reason
    #[py(getter, member)]
    fn reason(this: Exc) -> Value {
        member(this, Family::Translate, fields::REASON)
    }

    #[py(setter = "reason")]
    fn set_reason(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::REASON, value);
    }
}
