//! `time`.

use super::{
    Fields, Stamp, This, as_time, class_of, delta, int_or, iso, make, pickled, set_time, text, zone,
};
use crate::prelude::*;

pub static SPEC: TypeSpec = TypeSpec {
    name: "time",
    module: "datetime",
    doc: Some(
        "time([hour[, minute[, second[, microsecond[, tzinfo]]]]]) --> a time object\n\nAll arguments are optional. tzinfo may be None, or an instance of\na tzinfo subclass. The remaining arguments may be ints.\n",
    ),
    layout: Layout::native::<Stamp>(),
    flags: flags::BASETYPE,
    defs: &[Methods::DEFS],
    init: Some(init),
    ..TypeSpec::DEFAULT
};

fn init(cx: &mut Cx, class: Gc<Type>) -> PyResult<()> {
    let last = Fields {
        hour: 23,
        minute: 59,
        second: 59,
        micro: 999_999,
        ..Fields::default()
    };
    let resolution = delta::new(cx, 1)?;
    let min = make(cx, class, Fields::default(), Value::none(), true)?;
    let max = make(cx, class, last, Value::none(), true)?;
    for (name, v) in [("min", min), ("max", max), ("resolution", resolution)] {
        let name = cx.intern(name);
        class.namespace().set_str(cx, name, v);
    }
    Ok(())
}

/// A `time` with the time of day of `fields`.
pub fn new(cx: &mut Cx, fields: Fields, tzinfo: Value) -> PyResult<Value> {
    let class = cx.native_type(&SPEC)?;
    make(
        cx,
        class,
        Fields {
            year: 0,
            month: 0,
            day: 0,
            ..fields
        },
        tzinfo,
        true,
    )
}

fn offset(cx: &mut Cx, this: This) -> PyResult<Option<i128>> {
    Ok(zone::offset(cx, this.tzinfo.get(), "utcoffset", Value::none())?.map(|o| o.0))
}

/// Microseconds since midnight.
fn micros(f: &Fields) -> i128 {
    i128::from(f.day_seconds()) * 1_000_000 + i128::from(f.micro)
}

fn compare(cx: &mut Cx, op: CompareOp, a: This, b: Value) -> PyResult<Value> {
    let Some(b) = as_time(b) else {
        return Ok(Value::not_implemented());
    };
    let (x, y) = (micros(&a.fields), micros(&b.fields));
    if a.tzinfo.get() == b.tzinfo.get() {
        return Ok(Value::bool(op.of(&x, &y)));
    }
    match (offset(cx, a)?, offset(cx, b)?) {
        (Some(p), Some(q)) => Ok(Value::bool(op.of(&(x - p), &(y - q)))),
        (None, None) => Ok(Value::bool(op.of(&x, &y))),
        _ if op == CompareOp::Eq => Ok(Value::bool(false)),
        _ if op == CompareOp::Ne => Ok(Value::bool(true)),
        _ => Err(cx.type_error("can't compare offset-naive and offset-aware times")),
    }
}

/// `(state,)` or `(state, tzinfo)`; the fold is stored for protocols that know it.
fn reduced(cx: &mut Cx, this: This, fold: bool) -> Value {
    let mut bytes = this.fields.time_state();
    if fold && this.fields.fold {
        bytes[0] |= 0x80;
    }
    let state = cx.new_bytes(&bytes);
    let tzinfo = this.tzinfo.get();
    let args = if tzinfo.is_none() {
        cx.new_tuple(&[state])
    } else {
        cx.new_tuple(&[state, tzinfo])
    };
    let class = class_of(cx, this).value();
    cx.new_tuple(&[class, args])
}

/// The object of a pickled state.
fn from_state(
    cx: &mut Cx,
    class: Gc<Type>,
    state: &[u8],
    tzinfo: Option<Value>,
) -> PyResult<Option<Value>> {
    if state[0] & 0x7F >= 24 {
        return Ok(None);
    }
    let tzinfo = tzinfo.unwrap_or(Value::none());
    if !tzinfo.is_none() && !zone::is_tzinfo(cx, tzinfo)? {
        return Err(cx.type_error("bad tzinfo state arg"));
    }
    let fields = Fields {
        hour: state[0] & 0x7F,
        minute: state[1],
        second: state[2],
        micro: u32::from_be_bytes([0, state[3], state[4], state[5]]),
        fold: state[0] & 0x80 != 0,
        ..Fields::default()
    };
    Ok(Some(
        NativeObj::alloc(
            cx,
            class,
            Stamp {
                tzinfo: slot(tzinfo),
                fields,
                has_time: true,
            },
        )
        .value(),
    ))
}

pub struct Methods;

#[pymethods]
impl Methods {
    #[py(
        new,
        sig = "($type, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)",
        hide_sig
    )]
    #[expect(clippy::too_many_arguments, reason = "the signature is CPython's")]
    fn __new__(
        cx: &mut Cx,
        class: Value,
        hour: Option<Value>,
        minute: Option<Value>,
        second: Option<Value>,
        microsecond: Option<Value>,
        tzinfo: Option<Value>,
        fold: Option<Value>,
    ) -> PyResult<Value> {
        let class = Gc::from_value_unchecked(class);
        if let Some(state) = hour.and_then(|h| pickled(h, 6))
            && let Some(v) = from_state(cx, class, &state, minute)?
        {
            return Ok(v);
        }
        let mut fields = Fields::default();
        let mut parts = [0; 5];
        for (part, v) in parts
            .iter_mut()
            .zip([hour, minute, second, microsecond, fold])
        {
            *part = int_or(cx, v, 0)?;
        }
        set_time(cx, &mut fields, parts)?;
        let tzinfo = zone::check_tzinfo(cx, tzinfo)?;
        Ok(NativeObj::alloc(
            cx,
            class,
            Stamp {
                tzinfo: slot(tzinfo),
                fields,
                has_time: true,
            },
        )
        .value())
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: This) -> PyResult<Value> {
        let f = this.fields;
        let mut out = format!("{}({}, {}", cx.type_name(this.value()), f.hour, f.minute);
        if f.micro != 0 {
            out += &format!(", {}, {}", f.second, f.micro);
        } else if f.second != 0 {
            out += &format!(", {}", f.second);
        }
        // The time zone comes before the fold here.
        let zone_text = if this.tzinfo.get().is_none() {
            String::new()
        } else {
            format!(", tzinfo={}", cx.repr_string(this.tzinfo.get())?)
        };
        out += &zone_text;
        if f.fold {
            out += ", fold=1";
        }
        out += ")";
        Ok(cx.new_str(&out))
    }
    #[py]
    fn __str__(cx: &mut Cx, this: This) -> PyResult<Value> {
        cx.call_method_str(this.value(), "isoformat", &[])
    }
    #[py]
    fn __hash__(cx: &mut Cx, this: This) -> PyResult<i64> {
        let key = match offset(cx, this)? {
            None => cx.new_bytes(&this.fields.time_state()),
            Some(off) => delta::new(cx, micros(&this.fields) - off)?,
        };
        cx.hash(key)
    }
    #[py(compare)]
    fn compare(cx: &mut Cx, this: This, value: Value, op: CompareOp) -> PyResult<Value> {
        compare(cx, op, this, value)
    }
    /// string, format -> new time parsed from a string (like time.strptime()).
    #[py(classmethod, sig = "($type, date_string, format, /)", hide_sig)]
    fn strptime(cx: &mut Cx, class: Value, date_string: Value, format: Value) -> PyResult<Value> {
        text::strptime(cx, class, "_strptime_datetime_time", date_string, format)
    }
    /// Return string in ISO 8601 format, [HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].
    ///
    /// The optional argument timespec says how much of the time to show: 'auto',
    /// 'hours', 'minutes', 'seconds', 'milliseconds' and 'microseconds'.
    #[py(sig = "($self, /, timespec='auto')", hide_sig)]
    fn isoformat(cx: &mut Cx, this: This, timespec: Option<Value>) -> PyResult<String> {
        let spec = text::time_spec(cx, timespec)?;
        Ok(
            text::iso_time(&this.fields, spec)
                + &text::offset_suffix(cx, this, Value::none(), ":")?,
        )
    }
    /// format -> strftime() style string.
    #[py(sig = "($self, /, format)", hide_sig)]
    fn strftime(cx: &mut Cx, this: This, format: Value) -> PyResult<Value> {
        let format = text::format_argument(cx, format)?;
        let f = this.fields;
        let parts = [
            1900,
            1,
            1,
            f.hour.into(),
            f.minute.into(),
            f.second.into(),
            0,
            1,
            -1,
        ];
        let tuple = cx.new_tuple(&parts.map(Value::small));
        text::strftime(cx, this, format, Value::none(), tuple)
    }
    /// Formats self with strftime.
    #[py(sig = "($self, spec, /)", hide_sig)]
    fn __format__(cx: &mut Cx, this: This, spec: Value) -> PyResult<Value> {
        text::format(cx, this.value(), spec)
    }
    /// Return self.tzinfo.utcoffset(self).
    #[py(sig = "($self, /)")]
    fn utcoffset(cx: &mut Cx, this: This) -> PyResult<Option<Value>> {
        Ok(zone::offset(cx, this.tzinfo.get(), "utcoffset", Value::none())?.map(|o| o.1))
    }
    /// Return self.tzinfo.tzname(self).
    #[py(sig = "($self, /)")]
    fn tzname(cx: &mut Cx, this: This) -> PyResult<Value> {
        zone::tzname(cx, this.tzinfo.get(), Value::none())
    }
    /// Return self.tzinfo.dst(self).
    #[py(sig = "($self, /)")]
    fn dst(cx: &mut Cx, this: This) -> PyResult<Option<Value>> {
        Ok(zone::offset(cx, this.tzinfo.get(), "dst", Value::none())?.map(|o| o.1))
    }
    /// Return time with new specified fields.
    #[py(
        sig = "($self, /, hour=unchanged, minute=unchanged, second=unchanged,\n        microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)"
    )]
    #[expect(clippy::too_many_arguments, reason = "the signature is CPython's")]
    fn replace(
        cx: &mut Cx,
        this: This,
        hour: Option<Value>,
        minute: Option<Value>,
        second: Option<Value>,
        microsecond: Option<Value>,
        tzinfo: Option<Value>,
        fold: Option<Value>,
    ) -> PyResult<Value> {
        let mut fields = this.fields;
        replace_time(cx, &mut fields, [hour, minute, second, microsecond, fold])?;
        let tzinfo = replaced_zone(cx, this, tzinfo)?;
        let class = class_of(cx, this);
        make(cx, class, fields, tzinfo, true)
    }
    /// The same as replace().
    #[py(
        sig = "($self, /, hour=unchanged, minute=unchanged, second=unchanged, microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)",
        shown = "($self, /, **changes)"
    )]
    #[expect(clippy::too_many_arguments, reason = "the signature is CPython's")]
    fn __replace__(
        cx: &mut Cx,
        this: This,
        hour: Option<Value>,
        minute: Option<Value>,
        second: Option<Value>,
        microsecond: Option<Value>,
        tzinfo: Option<Value>,
        fold: Option<Value>,
    ) -> PyResult<Value> {
        Methods::replace(cx, this, hour, minute, second, microsecond, tzinfo, fold)
    }
    /// string -> time from a string in ISO 8601 format
    #[py(classmethod, sig = "($type, object, /)")]
    fn fromisoformat(cx: &mut Cx, class: Value, object: Value) -> PyResult<Value> {
        let source = iso::Text::new(cx, object)?;
        let Ok(parsed) = source.time(usize::from(source.starts_with_t())) else {
            return Err(source.error(cx));
        };
        let mut fields = Fields::default();
        parsed.apply(cx, &mut fields)?;
        let tzinfo = parsed.zone(cx)?;
        make(cx, Gc::from_value_unchecked(class), fields, tzinfo, true)
    }
    /// __reduce_ex__(proto) -> (cls, state)
    #[py(sig = "($self, proto, /)", hide_sig)]
    fn __reduce_ex__(cx: &mut Cx, this: This, proto: i32) -> Value {
        reduced(cx, this, proto > 3)
    }
    /// __reduce__() -> (cls, state)
    #[py(sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: This) -> Value {
        reduced(cx, this, false)
    }
    #[py(getter)]
    fn hour(this: This) -> i64 {
        this.fields.hour.into()
    }
    #[py(getter)]
    fn minute(this: This) -> i64 {
        this.fields.minute.into()
    }
    #[py(getter)]
    fn second(this: This) -> i64 {
        this.fields.second.into()
    }
    #[py(getter)]
    fn microsecond(this: This) -> u32 {
        this.fields.micro
    }
    #[py(getter)]
    fn tzinfo(this: This) -> Value {
        this.tzinfo.get()
    }
    #[py(getter)]
    fn fold(this: This) -> i64 {
        this.fields.fold.into()
    }
}

/// Hour, minute, second, microsecond and fold from arguments; what is absent stays.
pub fn replace_time(cx: &mut Cx, fields: &mut Fields, parts: [Option<Value>; 5]) -> PyResult<()> {
    let old = [
        fields.hour.into(),
        fields.minute.into(),
        fields.second.into(),
        fields.micro.into(),
        fields.fold.into(),
    ];
    let mut new = old;
    for (n, v) in new.iter_mut().zip(parts) {
        *n = int_or(cx, v, *n)?;
    }
    set_time(cx, fields, new)
}

/// The `tzinfo` argument of `replace`.
pub fn replaced_zone(cx: &mut Cx, this: This, tzinfo: Option<Value>) -> PyResult<Value> {
    match tzinfo {
        Some(v) => zone::check_tzinfo(cx, Some(v)),
        None => Ok(this.tzinfo.get()),
    }
}
