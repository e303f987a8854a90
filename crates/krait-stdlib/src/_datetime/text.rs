//! Dates and times as text: ISO 8601, `ctime`, `strftime`.

use krait_runtime::types::str::StrBuilder;
use krait_unicode::wtf8;

use super::{Fields, This, calendar, zone};
use crate::prelude::*;

const DAY_NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTH_NAMES: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// `2020-01-31`
pub fn iso_date(f: &Fields) -> String {
    format!("{:04}-{:02}-{:02}", f.year, f.month, f.day)
}

/// How much of the time `isoformat` shows.
#[derive(Clone, Copy)]
pub enum TimeSpec {
    Auto,
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
    Microseconds,
}

/// The `timespec` argument.
pub fn time_spec(cx: &mut Cx, v: Option<Value>) -> PyResult<TimeSpec> {
    let Some(v) = v else {
        return Ok(TimeSpec::Auto);
    };
    let Some(s) = Gc::<Str>::from_value(v) else {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!(
            "isoformat() argument 'timespec' must be str, not {got}"
        )));
    };
    Ok(match s.as_bytes() {
        b"auto" => TimeSpec::Auto,
        b"hours" => TimeSpec::Hours,
        b"minutes" => TimeSpec::Minutes,
        b"seconds" => TimeSpec::Seconds,
        b"milliseconds" => TimeSpec::Milliseconds,
        b"microseconds" => TimeSpec::Microseconds,
        _ => return Err(cx.value_error("Unknown timespec value")),
    })
}

/// `12:30:45.000001`
pub fn iso_time(f: &Fields, spec: TimeSpec) -> String {
    let (h, m, s, us) = (f.hour, f.minute, f.second, f.micro);
    match spec {
        TimeSpec::Hours => format!("{h:02}"),
        TimeSpec::Minutes => format!("{h:02}:{m:02}"),
        TimeSpec::Auto if us != 0 => format!("{h:02}:{m:02}:{s:02}.{us:06}"),
        TimeSpec::Auto | TimeSpec::Seconds => format!("{h:02}:{m:02}:{s:02}"),
        TimeSpec::Milliseconds => format!("{h:02}:{m:02}:{s:02}.{:03}", us / 1000),
        TimeSpec::Microseconds => format!("{h:02}:{m:02}:{s:02}.{us:06}"),
    }
}

/// `Thu Jan  2 00:00:00 2020`
pub fn ctime(f: &Fields) -> String {
    let day = DAY_NAMES[calendar::weekday(f.ordinal()) as usize];
    let month = MONTH_NAMES[f.month as usize - 1];
    format!(
        "{day} {month} {:2} {} {:04}",
        f.day,
        iso_time(f, TimeSpec::Seconds),
        f.year
    )
}

/// `time.struct_time` of `fields`.
pub fn struct_time(cx: &mut Cx, f: &Fields, dst: i64) -> PyResult<Value> {
    let weekday = calendar::weekday(f.ordinal());
    let day_of_year = calendar::day_of_year(f.year.into(), f.month.into(), f.day.into());
    let parts = [
        f.year.into(),
        f.month.into(),
        f.day.into(),
        f.hour.into(),
        f.minute.into(),
        f.second.into(),
        weekday,
        day_of_year,
        dst,
    ];
    let tuple = cx.new_tuple(&parts.map(Value::small));
    let time = cx.import("time")?;
    cx.call_method_str(time, "struct_time", &[tuple])
}

/// The `repr` of the time's part of a `datetime` or `time`: fold and time zone, then `)`.
pub fn finish_repr(cx: &mut Cx, mut out: String, this: This) -> PyResult<Value> {
    if this.fields.fold {
        out += ", fold=1";
    }
    let tzinfo = this.tzinfo.get();
    let mut text = StrBuilder::new();
    text.push_str(&out);
    if !tzinfo.is_none() {
        text.push_str(", tzinfo=");
        let zone = cx.repr(tzinfo)?;
        text.push_gc(zone);
    }
    text.push_str(")");
    text.finish(cx)
}

/// The offset of `this` as in `isoformat`, empty for naive objects.
pub fn offset_suffix(
    cx: &mut Cx,
    this: This,
    argument: Value,
    separator: &str,
) -> PyResult<String> {
    Ok(
        match zone::offset(cx, this.tzinfo.get(), "utcoffset", argument)? {
            Some((us, _)) => zone::offset_text(us, separator),
            None => String::new(),
        },
    )
}

fn is_directive(rest: &[u8], directive: &str) -> bool {
    rest.starts_with(directive.as_bytes())
}

/// The name of the zone with percent signs doubled, for `time.strftime`.
fn zone_name(cx: &mut Cx, this: This, argument: Value) -> PyResult<Vec<u8>> {
    let mut name = zone::tzname(cx, this.tzinfo.get(), argument)?;
    if Gc::<Str>::from_value(name).is_some_and(|s| !s.is_exact()) {
        let [percent, doubled] = ["%", "%%"].map(|s| cx.new_str(s));
        name = cx.call_method_str(name, "replace", &[percent, doubled])?;
        let Some(name) = Gc::<Str>::from_value(name) else {
            return Err(cx.type_error("tzname.replace() did not return a string"));
        };
        return Ok(name.as_bytes().to_vec());
    }
    let bytes = Gc::<Str>::from_value(name).map_or(&b""[..], |s| s.as_bytes());
    let mut out = Vec::with_capacity(bytes.len());
    for &b in bytes {
        out.extend_from_slice(if b == b'%' {
            b"%%"
        } else {
            std::slice::from_ref(&b)
        });
    }
    Ok(out)
}

/// Replaces the directives that C's `strftime` does not know, or gets wrong for years before 1000,
/// and leaves the rest to `time.strftime`.
pub fn strftime(
    cx: &mut Cx,
    this: This,
    format: Gc<Str>,
    argument: Value,
    tuple: Value,
) -> PyResult<Value> {
    let f = this.fields;
    let mut out: Vec<u8> = Vec::with_capacity(format.byte_len() + 16);
    let mut rest = format.as_bytes();
    while let Some(at) = memchr::memchr(b'%', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let (replacement, len) = if is_directive(rest, "%z") {
            (offset_suffix(cx, this, argument, "")?.into_bytes(), 2)
        } else if is_directive(rest, "%:z") {
            (offset_suffix(cx, this, argument, ":")?.into_bytes(), 3)
        } else if is_directive(rest, "%Z") {
            (zone_name(cx, this, argument)?, 2)
        } else if is_directive(rest, "%f") {
            (format!("{:06}", f.micro).into_bytes(), 2)
        } else if let Some(text) = early_year(&f, rest) {
            (text.into_bytes(), 2)
        } else {
            let len = rest.len().min(2);
            (rest[..len].to_vec(), len)
        };
        out.extend_from_slice(&replacement);
        // A directive may be cut inside of a character: the rest of it follows unchanged.
        rest = &rest[len..];
    }
    out.extend_from_slice(rest);
    debug_assert!(wtf8::validate(&out).is_ok());
    let format = Str::from_wtf8(cx, &out)?;
    let time = cx.import("time")?;
    cx.call_method_str(time, "strftime", &[format.value(), tuple])
}

/// Years with fewer than four digits are padded with zeros.
fn early_year(f: &Fields, rest: &[u8]) -> Option<String> {
    let year = i64::from(f.year);
    if year == 0 || year >= 1000 {
        return None;
    }
    let (month, day) = (i64::from(f.month), i64::from(f.day));
    Some(match rest.get(1)? {
        b'Y' => format!("{year:04}"),
        b'G' => format!("{:04}", calendar::iso_calendar(year, month, day).0),
        b'C' => format!("{:02}", year / 100),
        b'F' => iso_date(f),
        _ => return None,
    })
}

/// `__format__`: `str(self)` without a specification, else `self.strftime`.
pub fn format(cx: &mut Cx, this: Value, spec: Value) -> PyResult<Value> {
    let Some(s) = Gc::<Str>::from_value(spec) else {
        let got = cx.type_name(spec);
        return Err(cx.type_error(format!("__format__() argument 1 must be str, not {got}")));
    };
    if s.is_empty() {
        Ok(cx.str(this)?.value())
    } else {
        cx.call_method_str(this, "strftime", &[spec])
    }
}

/// The format argument of `strftime`.
pub fn format_argument(cx: &mut Cx, v: Value) -> PyResult<Gc<Str>> {
    match Gc::<Str>::from_value(v) {
        Some(s) => Ok(s),
        None => {
            let got = cx.type_name(v);
            Err(cx.type_error(format!("strftime() argument 1 must be str, not {got}")))
        }
    }
}

/// `class.strptime(text, format)`, through `_strptime`.
pub fn strptime(
    cx: &mut Cx,
    class: Value,
    function: &str,
    text: Value,
    format: Value,
) -> PyResult<Value> {
    for (i, v) in [text, format].into_iter().enumerate() {
        if Gc::<Str>::from_value(v).is_none() {
            let got = cx.type_name(v);
            return Err(cx.type_error(format!(
                "strptime() argument {} must be str, not {got}",
                i + 1
            )));
        }
    }
    let module = cx.import("_strptime")?;
    cx.call_method_str(module, function, &[class, text, format])
}
