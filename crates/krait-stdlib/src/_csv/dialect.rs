//! Dialects: which characters separate, quote and escape.

use krait_runtime::types::int::is_int;
use krait_unicode::wtf8;

use super::{readonly, registered};
use crate::prelude::*;

/// When fields are quoted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    Minimal,
    All,
    NonNumeric,
    None,
    Strings,
    NotNull,
}

pub static QUOTE_STYLES: &[(&str, i64)] = &[
    ("QUOTE_MINIMAL", Quoting::Minimal as i64),
    ("QUOTE_ALL", Quoting::All as i64),
    ("QUOTE_NONNUMERIC", Quoting::NonNumeric as i64),
    ("QUOTE_NONE", Quoting::None as i64),
    ("QUOTE_STRINGS", Quoting::Strings as i64),
    ("QUOTE_NOTNULL", Quoting::NotNull as i64),
];

/// A checked dialect, immutable.
#[derive(Trace)]
pub struct Dialect {
    pub delimiter: u32,
    pub quotechar: Option<u32>,
    pub escapechar: Option<u32>,
    pub lineterminator: Slot,
    pub doublequote: bool,
    pub skipinitialspace: bool,
    pub strict: bool,
    #[trace(skip)]
    pub quoting: Quoting,
    /// Bit `c`: the ASCII character `c` is one of the above, or ends a line.
    #[trace(skip)]
    special: u128,
}
impl Native for Dialect {
    const PY_NAME: &'static str = "_csv.Dialect";
}

pub type This = Obj<Dialect>;

pub static SPEC: TypeSpec = TypeSpec {
    name: "Dialect",
    module: "_csv",
    doc: Some("CSV dialect\n\nThe Dialect type records CSV parsing and generation options.\n"),
    layout: Layout::native::<Dialect>(),
    flags: flags::BASETYPE,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

impl Dialect {
    pub fn lineterminator(&self) -> Gc<Str> {
        Gc::from_value_unchecked(self.lineterminator.get())
    }

    /// The number of leading bytes that are ASCII and mean nothing to a parser or to a writer.
    #[inline]
    pub fn plain_prefix(&self, text: &[u8]) -> usize {
        let plain = |&b: &u8| b < 0x80 && self.special >> b & 1 == 0;
        text.iter().position(|b| !plain(b)).unwrap_or(text.len())
    }

    /// Whether `c` must be quoted or escaped in a field.
    pub fn is_special(&self, c: u32) -> bool {
        c == self.delimiter
            || Some(c) == self.quotechar
            || Some(c) == self.escapechar
            || c == u32::from(b'\n')
            || c == u32::from(b'\r')
            || contains(self.lineterminator(), c)
    }
}

fn contains(s: Gc<Str>, c: u32) -> bool {
    wtf8::code_points(s.as_bytes()).any(|d| d == c)
}

/// `Dialect(dialect, **fmtparams)`.
pub fn make(cx: &mut Cx, dialect: Option<Value>, fmtparams: Option<Value>) -> PyResult<This> {
    let class = cx.native_type(&SPEC)?.value();
    let made = match dialect {
        Some(d) => cx.call_with_kwargs(class, &[d], fmtparams)?,
        None => cx.call_with_kwargs(class, &[], fmtparams)?,
    };
    NativeObj::from_value(made)
        .ok_or_else(|| cx.type_error("Dialect() returned another kind of object"))
}

/// A parameter that is one character.
fn char_param(cx: &mut Cx, name: &str, v: Value, or_none: &str) -> PyResult<u32> {
    let problem = match Gc::<Str>::from_value(v) {
        Some(s) if s.char_len() == 1 => return Ok(s.char_at(0)),
        Some(s) => format!("a string of length {}", s.char_len()),
        None => cx.type_name(v),
    };
    Err(cx.type_error(format!(
        "\"{name}\" must be a unicode character{or_none}, not {problem}"
    )))
}

/// A parameter that is one character or `None`.
fn optional_char(
    cx: &mut Cx,
    name: &str,
    v: Option<Value>,
    default: Option<u32>,
) -> PyResult<Option<u32>> {
    match v {
        None => Ok(default),
        Some(v) if v.is_none() => Ok(None),
        Some(v) => char_param(cx, name, v, " or None").map(Some),
    }
}

fn quoting_param(cx: &mut Cx, v: Option<Value>) -> PyResult<Quoting> {
    let Some(v) = v else {
        return Ok(Quoting::Minimal);
    };
    if !is_int(v) || cx.type_of(v) != cx.types().int {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!("\"quoting\" must be an integer, not {got}")));
    }
    let Some(n) = cx.index_i64(v)?.and_then(|n| i32::try_from(n).ok()) else {
        return Err(cx.overflow_error("Python int too large to convert to C int"));
    };
    Ok(match n {
        0 => Quoting::Minimal,
        1 => Quoting::All,
        2 => Quoting::NonNumeric,
        3 => Quoting::None,
        4 => Quoting::Strings,
        5 => Quoting::NotNull,
        _ => return Err(cx.type_error("bad \"quoting\" value")),
    })
}

fn flag_param(cx: &mut Cx, v: Option<Value>, default: bool) -> PyResult<bool> {
    match v {
        Some(v) => cx.is_true(v),
        None => Ok(default),
    }
}

fn lineterminator_param(cx: &mut Cx, v: Option<Value>) -> PyResult<Gc<Str>> {
    let Some(v) = v else {
        return Ok(cx.intern("\r\n"));
    };
    Gc::<Str>::from_value(v).ok_or_else(|| {
        let got = cx.type_name(v);
        cx.type_error(format!("\"lineterminator\" must be a string, not {got}"))
    })
}

/// What `__new__` was given for each parameter, in their order.
type Params = [Option<Value>; 8];

/// The parameters' names.
const NAMES: [&str; 8] = [
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

fn build(cx: &mut Cx, params: &Params) -> PyResult<Dialect> {
    let [
        delimiter,
        doublequote,
        escapechar,
        lineterminator,
        quotechar,
        quoting,
        space,
        strict,
    ] = *params;
    let delimiter = match delimiter {
        Some(v) => char_param(cx, "delimiter", v, "")?,
        None => u32::from(b','),
    };
    let doublequote = flag_param(cx, doublequote, true)?;
    let escapechar = optional_char(cx, "escapechar", escapechar, None)?;
    let lineterminator = lineterminator_param(cx, lineterminator)?;
    let quote = optional_char(cx, "quotechar", quotechar, Some(u32::from(b'"')))?;
    let mut style = quoting_param(cx, quoting)?;
    let skipinitialspace = flag_param(cx, space, false)?;
    let strict = flag_param(cx, strict, false)?;
    if quotechar.is_some_and(Value::is_none) && quoting.is_none() {
        style = Quoting::None;
    }
    if style != Quoting::None && quote.is_none() {
        return Err(cx.type_error("quotechar must be set if quoting enabled"));
    }
    let mut dialect = Dialect {
        delimiter,
        quotechar: quote,
        escapechar,
        lineterminator: slot(lineterminator.value()),
        doublequote,
        skipinitialspace,
        strict,
        quoting: style,
        special: 0,
    };
    check_characters(cx, &dialect)?;
    for c in 0..128 {
        dialect.special |= u128::from(dialect.is_special(c)) << c;
    }
    Ok(dialect)
}

/// Each character has one meaning.
fn check_characters(cx: &mut Cx, d: &Dialect) -> PyResult<()> {
    let named = [
        ("delimiter", Some(d.delimiter)),
        ("escapechar", d.escapechar),
        ("quotechar", d.quotechar),
    ];
    for (i, (name, c)) in named.iter().enumerate() {
        let Some(c) = *c else { continue };
        let line_end = c == u32::from(b'\n') || c == u32::from(b'\r');
        // A space may delimit: the reader looks for delimiters after it skipped spaces.
        if line_end || (i != 0 && c == u32::from(b' ') && d.skipinitialspace) {
            return Err(cx.value_error(format!("bad {name} value")));
        }
        if contains(d.lineterminator(), c) {
            return Err(cx.value_error(format!("bad {name} or lineterminator value")));
        }
    }
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
        if named[a].1.is_some() && named[a].1 == named[b].1 {
            let (a, b) = (named[a].0, named[b].0);
            return Err(cx.value_error(format!("bad {a} or {b} value")));
        }
    }
    Ok(())
}

/// A character, or `None`.
fn shown(cx: &mut Cx, c: Option<u32>) -> Value {
    c.map_or(Value::none(), |c| cx.new_char(c))
}

#[cold]
fn no_pickling(cx: &mut Cx, this: Value) -> PyResult<Value> {
    let name = cx.type_of(this).name_string();
    Err(cx.type_error(format!("cannot pickle '{name}' instances")))
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(
        new,
        hide_sig,
        sig = "($type, dialect=None, delimiter=None, doublequote=None, escapechar=None, lineterminator=None, quotechar=None, quoting=None, skipinitialspace=None, strict=None)"
    )]
    fn __new__(
        cx: &mut Cx,
        class: Gc<Type>,
        dialect: Option<Value>,
        delimiter: Option<Value>,
        doublequote: Option<Value>,
        escapechar: Option<Value>,
        lineterminator: Option<Value>,
        quotechar: Option<Value>,
        quoting: Option<Value>,
        skipinitialspace: Option<Value>,
        strict: Option<Value>,
    ) -> PyResult<Value> {
        let mut params: Params = [
            delimiter,
            doublequote,
            escapechar,
            lineterminator,
            quotechar,
            quoting,
            skipinitialspace,
            strict,
        ];
        if let Some(mut base) = dialect {
            if Gc::<Str>::from_value(base).is_some() {
                base = registered(cx, base)?;
            }
            let is_dialect = NativeObj::<Dialect>::from_value(base).is_some();
            if is_dialect && params.iter().all(Option::is_none) {
                return Ok(base);
            }
            for (param, name) in params.iter_mut().zip(NAMES) {
                if param.is_none() {
                    *param = cx.lookup_attr_str(base, name)?;
                }
            }
        }
        let dialect = build(cx, &params)?;
        Ok(NativeObj::alloc(cx, class, dialect).value())
    }
    /// raises an exception to avoid pickling
    #[py(hide_sig, sig = "($self, *args)")]
    fn __reduce__(cx: &mut Cx, this: This, _args: &[Value]) -> PyResult<Value> {
        no_pickling(cx, this.value())
    }
    /// raises an exception to avoid pickling
    #[py(hide_sig, sig = "($self, *args)")]
    fn __reduce_ex__(cx: &mut Cx, this: This, _args: &[Value]) -> PyResult<Value> {
        no_pickling(cx, this.value())
    }
    #[py(getter)]
    fn delimiter(cx: &mut Cx, this: This) -> Value {
        cx.new_char(this.delimiter)
    }
    #[py(getter)]
    fn escapechar(cx: &mut Cx, this: This) -> Value {
        shown(cx, this.escapechar)
    }
    #[py(getter)]
    fn lineterminator(this: This) -> Value {
        this.lineterminator.get()
    }
    #[py(getter)]
    fn quotechar(cx: &mut Cx, this: This) -> Value {
        shown(cx, this.quotechar)
    }
    #[py(getter)]
    fn quoting(this: This) -> i64 {
        this.quoting as i64
    }
    #[py(getter)]
    fn skipinitialspace(this: This) -> bool {
        this.skipinitialspace
    }
    #[py(setter = "skipinitialspace")]
    fn set_skipinitialspace(cx: &mut Cx, _this: This, _value: Option<Value>) -> PyResult<()> {
        readonly(cx)
    }
    #[py(getter)]
    fn doublequote(this: This) -> bool {
        this.doublequote
    }
    #[py(setter = "doublequote")]
    fn set_doublequote(cx: &mut Cx, _this: This, _value: Option<Value>) -> PyResult<()> {
        readonly(cx)
    }
    #[py(getter)]
    fn strict(this: This) -> bool {
        this.strict
    }
    #[py(setter = "strict")]
    fn set_strict(cx: &mut Cx, _this: This, _value: Option<Value>) -> PyResult<()> {
        readonly(cx)
    }
}
