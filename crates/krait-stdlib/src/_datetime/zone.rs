//! `tzinfo` and `timezone`.

use krait_runtime::types::object::new_instance;

use super::{Stamp, as_datetime, datetime, delta};
use crate::prelude::*;

pub static TZINFO: TypeSpec = TypeSpec {
    name: "tzinfo",
    module: "datetime",
    doc: Some("Abstract base class for time zone info objects."),
    flags: flags::BASETYPE,
    defs: &[TzinfoMethods::DEFS],
    ..TypeSpec::DEFAULT
};

/// A fixed offset from UTC.
#[derive(Trace)]
pub struct TimeZone {
    /// A `timedelta`.
    offset: Slot,
    /// A str, `EMPTY` if none was given.
    name: Slot,
}
impl Native for TimeZone {
    const PY_NAME: &'static str = "datetime.timezone";
}

pub static TIMEZONE: TypeSpec = TypeSpec {
    name: "timezone",
    module: "datetime",
    doc: Some("Fixed offset from UTC implementation of tzinfo."),
    base: Some(&TZINFO),
    layout: Layout::native::<TimeZone>(),
    defs: &[TimeZoneMethods::DEFS],
    init: Some(init),
    ..TypeSpec::DEFAULT
};

fn init(cx: &mut Cx, class: Gc<Type>) -> PyResult<()> {
    let minute = 60_000_000;
    for (name, us) in [
        ("utc", 0),
        ("min", minute - delta::DAY),
        ("max", delta::DAY - minute),
    ] {
        let offset = delta::new(cx, us)?;
        let zone = NativeObj::alloc(
            cx,
            class,
            TimeZone {
                offset: slot(offset),
                name: Slot::empty(),
            },
        )
        .value();
        let name = cx.intern(name);
        class.namespace().set_str(cx, name, zone);
    }
    Ok(())
}

/// `timezone.utc`
pub fn utc(cx: &mut Cx) -> PyResult<Value> {
    let class = cx.native_type(&TIMEZONE)?;
    let name = cx.intern("utc");
    Ok(class.namespace().get_str(cx, name).unwrap_or(Value::none()))
}

/// A `timezone`, `timezone.utc` for the offset 0 without a name.
pub fn fixed(cx: &mut Cx, us: i128, name: Value) -> PyResult<Value> {
    if us == 0 && name.is_empty() {
        return utc(cx);
    }
    let offset = delta::new(cx, us)?;
    delta::check_offset(cx, offset, us)?;
    let class = cx.native_type(&TIMEZONE)?;
    Ok(NativeObj::alloc(
        cx,
        class,
        TimeZone {
            offset: slot(offset),
            name: slot(name),
        },
    )
    .value())
}

#[cold]
pub fn bad_offset(cx: &mut Cx, offset: Value) -> Raised {
    match cx.repr_string(offset) {
        Ok(shown) => {
            cx.value_error(format!("offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not {shown}"))
        }
        Err(e) => e,
    }
}

pub fn is_tzinfo(cx: &mut Cx, v: Value) -> PyResult<bool> {
    let class = cx.native_type(&TZINFO)?;
    Ok(cx.is_instance(v, class))
}

/// A `tzinfo` argument: `None`, or an instance.
pub fn check_tzinfo(cx: &mut Cx, v: Option<Value>) -> PyResult<Value> {
    let Some(v) = v.filter(|v| !v.is_none()) else {
        return Ok(Value::none());
    };
    if is_tzinfo(cx, v)? {
        return Ok(v);
    }
    let got = cx.type_name(v);
    Err(cx.type_error(format!(
        "tzinfo argument must be None or of a tzinfo subclass, not type '{got}'"
    )))
}

/// `tzinfo.utcoffset(dt)` or `tzinfo.dst(dt)` in microseconds, and the object.
pub fn offset(
    cx: &mut Cx,
    tzinfo: Value,
    method: &str,
    dt: Value,
) -> PyResult<Option<(i128, Value)>> {
    if tzinfo.is_none() {
        return Ok(None);
    }
    if method == "utcoffset"
        && let Some(zone) = NativeObj::<TimeZone>::from_value(tzinfo)
    {
        let v = zone.offset.get();
        return Ok(delta::as_delta(v).map(|d| (d.total(), v)));
    }
    let v = cx.call_method_str(tzinfo, method, &[dt])?;
    if v.is_none() {
        return Ok(None);
    }
    let Some(d) = delta::as_delta(v) else {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!(
            "tzinfo.{method}() must return None or timedelta, not '{got}'"
        )));
    };
    Ok(Some((delta::check_offset(cx, v, d.total())?, v)))
}

/// `tzinfo.tzname(dt)`: a str or `None`.
pub fn tzname(cx: &mut Cx, tzinfo: Value, dt: Value) -> PyResult<Value> {
    if tzinfo.is_none() {
        return Ok(Value::none());
    }
    let v = cx.call_method_str(tzinfo, "tzname", &[dt])?;
    if v.is_none() || Gc::<Str>::from_value(v).is_some() {
        return Ok(v);
    }
    let got = cx.type_name(v);
    Err(cx.type_error(format!(
        "tzinfo.tzname() must return None or a string, not '{got}'"
    )))
}

/// `+01:30`, with seconds and microseconds if there are any.
pub fn offset_text(us: i128, separator: &str) -> String {
    let sign = if us < 0 { '-' } else { '+' };
    let us = us.abs();
    let (seconds, micros) = (us / 1_000_000, us % 1_000_000);
    let mut out = format!(
        "{sign}{:02}{separator}{:02}",
        seconds / 3600,
        seconds / 60 % 60
    );
    if seconds % 60 != 0 || micros != 0 {
        out += &format!("{separator}{:02}", seconds % 60);
    }
    if micros != 0 {
        out += &format!(".{micros:06}");
    }
    out
}

/// `dt` as the argument of a `fromutc` method.
fn utc_argument(cx: &mut Cx, this: Value, dt: Value) -> PyResult<Obj<Stamp>> {
    let Some(dt) = as_datetime(dt) else {
        return Err(cx.type_error("fromutc: argument must be a datetime"));
    };
    if dt.tzinfo.get() != this {
        return Err(cx.value_error("fromutc: dt.tzinfo is not self"));
    }
    Ok(dt)
}

fn abstract_method(cx: &mut Cx, name: &str) -> Raised {
    cx.not_implemented_error(format!("a tzinfo subclass must implement {name}()"))
}

struct TzinfoMethods;

#[pymethods]
impl TzinfoMethods {
    #[py(new, sig = "($type, *args, **kwargs)", hide_sig)]
    fn __new__(cx: &mut Cx, class: Value, _kwargs: Option<Value>, _args: &[Value]) -> Value {
        new_instance(cx, Gc::from_value_unchecked(class))
    }
    #[py(sig = "($self, /, *args, **kwargs)", hide_sig)]
    fn __init__(_this: Value, _kwargs: Option<Value>, _args: &[Value]) {}
    /// datetime -> string name of time zone.
    #[py(sig = "($self, object, /)")]
    fn tzname(cx: &mut Cx, _this: Value, _dt: Value) -> PyResult<Value> {
        Err(abstract_method(cx, "tzname"))
    }
    /// datetime -> timedelta showing offset from UTC, negative values indicating West of UTC
    #[py(sig = "($self, object, /)")]
    fn utcoffset(cx: &mut Cx, _this: Value, _dt: Value) -> PyResult<Value> {
        Err(abstract_method(cx, "utcoffset"))
    }
    /// datetime -> DST offset as timedelta positive east of UTC.
    #[py(sig = "($self, object, /)")]
    fn dst(cx: &mut Cx, _this: Value, _dt: Value) -> PyResult<Value> {
        Err(abstract_method(cx, "dst"))
    }
    /// datetime in UTC -> datetime in local time.
    #[py(sig = "($self, object, /)")]
    fn fromutc(cx: &mut Cx, this: Value, dt: Value) -> PyResult<Value> {
        let stamp = utc_argument(cx, this, dt)?;
        let Some((off, _)) = offset(cx, this, "utcoffset", dt)? else {
            return Err(cx.value_error("fromutc: non-None utcoffset() result required"));
        };
        let Some((dst, _)) = offset(cx, this, "dst", dt)? else {
            return Err(cx.value_error("fromutc: non-None dst() result required"));
        };
        let standard = datetime::shifted(cx, stamp, off - dst)?;
        let Some(moved) = as_datetime(standard) else {
            return Ok(standard);
        };
        let dst = if off == dst {
            dst
        } else {
            match offset(cx, this, "dst", standard)? {
                Some((dst, _)) => dst,
                None => {
                    return Err(cx.value_error(
                        "fromutc: tz.dst() gave inconsistent results; cannot convert",
                    ));
                }
            }
        };
        if dst == 0 {
            Ok(standard)
        } else {
            datetime::shifted(cx, moved, dst)
        }
    }
    /// -> (cls, state)
    #[py(sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        let args = match cx.lookup_attr_str(this, "__getinitargs__")? {
            Some(f) => cx.call(f, &[])?,
            None => cx.new_tuple(&[]),
        };
        let state = cx.call_method_str(this, "__getstate__", &[])?;
        let class = cx.type_of(this).value();
        Ok(cx.new_tuple(&[class, args, state]))
    }
}

type This = Obj<TimeZone>;

impl TimeZone {
    fn micros(&self) -> i128 {
        delta::as_delta(self.offset.get()).map_or(0, |d| d.total())
    }
}

fn zone_name(cx: &mut Cx, this: This) -> Value {
    if let Some(name) = this.name.get().some() {
        return name;
    }
    let us = this.micros();
    let text = if us == 0 {
        "UTC".to_owned()
    } else {
        format!("UTC{}", offset_text(us, ":"))
    };
    cx.new_str(&text)
}

/// The argument of `utcoffset`, `tzname` and `dst`.
fn datetime_or_none(cx: &mut Cx, method: &str, dt: Value) -> PyResult<()> {
    if dt.is_none() || as_datetime(dt).is_some() {
        return Ok(());
    }
    let got = cx.type_name(dt);
    Err(cx.type_error(format!(
        "{method}(dt) argument must be a datetime instance or None, not {got}"
    )))
}

struct TimeZoneMethods;

#[pymethods]
impl TimeZoneMethods {
    #[py(new, sig = "($type, offset, name=None)", hide_sig)]
    fn __new__(cx: &mut Cx, _class: Value, offset: Value, name: Option<Value>) -> PyResult<Value> {
        let Some(d) = delta::as_delta(offset) else {
            let got = cx.type_name(offset);
            return Err(cx.type_error(format!(
                "timezone() argument 1 must be datetime.timedelta, not {got}"
            )));
        };
        if let Some(name) = name
            && Gc::<Str>::from_value(name).is_none()
        {
            let got = cx.type_name(name);
            return Err(cx.type_error(format!("timezone() argument 2 must be str, not {got}")));
        }
        fixed(cx, d.total(), name.unwrap_or(Value::EMPTY))
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: This) -> PyResult<String> {
        let class = cx.type_name(this.value());
        let utc = utc(cx)?;
        if this.value() == utc {
            return Ok(format!("{class}.utc"));
        }
        let offset = cx.repr_string(this.offset.get())?;
        match this.name.get().some() {
            None => Ok(format!("{class}({offset})")),
            Some(name) => Ok(format!("{class}({offset}, {})", cx.repr_string(name)?)),
        }
    }
    #[py]
    fn __str__(cx: &mut Cx, this: This) -> Value {
        zone_name(cx, this)
    }
    #[py]
    fn __hash__(cx: &mut Cx, this: This) -> PyResult<i64> {
        cx.hash(this.offset.get())
    }
    #[py]
    fn __eq__(this: This, value: Value) -> Value {
        match NativeObj::<TimeZone>::from_value(value) {
            Some(other) => Value::bool(this.micros() == other.micros()),
            None => Value::not_implemented(),
        }
    }
    /// If name is specified when timezone is created, returns the name.  Otherwise returns offset as 'UTC(+|-)HH:MM'.
    #[py(sig = "($self, object, /)")]
    fn tzname(cx: &mut Cx, this: This, dt: Value) -> PyResult<Value> {
        datetime_or_none(cx, "tzname", dt)?;
        Ok(zone_name(cx, this))
    }
    /// Return fixed offset.
    #[py(sig = "($self, object, /)")]
    fn utcoffset(cx: &mut Cx, this: This, dt: Value) -> PyResult<Value> {
        datetime_or_none(cx, "utcoffset", dt)?;
        Ok(this.offset.get())
    }
    /// Return None.
    #[py(sig = "($self, object, /)")]
    fn dst(cx: &mut Cx, _this: This, dt: Value) -> PyResult<()> {
        datetime_or_none(cx, "dst", dt)
    }
    /// datetime in UTC -> datetime in local time.
    #[py(sig = "($self, object, /)")]
    fn fromutc(cx: &mut Cx, this: This, dt: Value) -> PyResult<Value> {
        let stamp = utc_argument(cx, this.value(), dt)?;
        datetime::shifted(cx, stamp, this.micros())
    }
    /// pickle support
    #[py(sig = "($self, /)")]
    fn __getinitargs__(cx: &mut Cx, this: This) -> Value {
        match this.name.get().some() {
            Some(name) => cx.new_tuple(&[this.offset.get(), name]),
            None => cx.new_tuple(&[this.offset.get()]),
        }
    }
}
