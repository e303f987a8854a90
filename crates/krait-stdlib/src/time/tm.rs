//! `struct_time` and C's `struct tm`.

use krait_runtime::types::float::as_float;
use krait_runtime::types::structseq::{self, StructSeq};

use crate::prelude::*;

pub static STRUCT_TIME: StructSeq = StructSeq {
    module: "time",
    name: "struct_time",
    doc: Some(
        "The time value as returned by gmtime(), localtime(), and strptime(), and\naccepted by asctime(), mktime() and strftime().  May be considered as a\nsequence of 9 integers.\n\nNote that several fields' values are not the same as those defined by\nthe C language standard for struct tm.  For example, the value of the\nfield tm_year is the actual year, not year - 1900.  See individual\nfields' descriptions for details.",
    ),
    fields: &[
        ("tm_year", "year, for example, 1993"),
        ("tm_mon", "month of year, range [1, 12]"),
        ("tm_mday", "day of month, range [1, 31]"),
        ("tm_hour", "hours, range [0, 23]"),
        ("tm_min", "minutes, range [0, 59]"),
        ("tm_sec", "seconds, range [0, 61])"),
        ("tm_wday", "day of week, range [0, 6], Monday is 0"),
        ("tm_yday", "day of year, range [1, 366]"),
        (
            "tm_isdst",
            "1 if summer time is in effect, 0 if not, and -1 if unknown",
        ),
        ("tm_zone", "abbreviation of timezone name"),
        ("tm_gmtoff", "offset from UTC in seconds"),
    ],
    visible: 9,
    instantiable: true,
};

/// A `struct tm` of zeros.
pub fn empty() -> libc::tm {
    // SAFETY: all its fields are numbers or a pointer that may be null.
    unsafe { std::mem::zeroed() }
}

/// Seconds since the epoch from an argument; now if there is none.
pub fn timestamp(cx: &mut Cx, v: Option<Value>) -> PyResult<i64> {
    const OUT_OF_RANGE: &str = "timestamp out of range for platform time_t";
    let Some(v) = v.filter(|v| !v.is_none()) else {
        return Ok(super::clocks::read(libc::CLOCK_REALTIME)
            .unwrap_or(0)
            .div_euclid(1_000_000_000));
    };
    if let Some(x) = as_float(v) {
        if x.is_nan() {
            return Err(cx.value_error("Invalid value NaN (not a number)"));
        }
        let x = x.floor();
        if !(-9223372036854775808.0..9223372036854775808.0).contains(&x) {
            return Err(cx.overflow_error(OUT_OF_RANGE));
        }
        return Ok(x as i64);
    }
    match cx.index_i64(v)? {
        Some(n) => Ok(n),
        None => Err(cx.overflow_error(OUT_OF_RANGE)),
    }
}

/// The broken-down time of a timestamp, in UTC or local.
pub fn broken_down(cx: &mut Cx, t: i64, local: bool) -> PyResult<libc::tm> {
    let mut tm = empty();
    // SAFETY: both read the timestamp and write the result.
    let r = unsafe {
        if local {
            libc::localtime_r(&raw const t, &raw mut tm)
        } else {
            libc::gmtime_r(&raw const t, &raw mut tm)
        }
    };
    if r.is_null() {
        Err(cx.last_os_error(None))
    } else {
        Ok(tm)
    }
}

pub fn to_struct(cx: &mut Cx, tm: &libc::tm) -> PyResult<Value> {
    let zone = if tm.tm_zone.is_null() {
        Value::none()
    } else {
        // SAFETY: the C library's zone names are C strings that live on.
        let name = unsafe { std::ffi::CStr::from_ptr(tm.tm_zone) };
        cx.new_str(&name.to_string_lossy())
    };
    let int = |n: i32| Value::small(n as i64);
    let values = [
        Value::small(tm.tm_year as i64 + 1900),
        int(tm.tm_mon + 1),
        int(tm.tm_mday),
        int(tm.tm_hour),
        int(tm.tm_min),
        int(tm.tm_sec),
        int((tm.tm_wday + 6) % 7),
        int(tm.tm_yday + 1),
        int(tm.tm_isdst),
        zone,
        Value::small(tm.tm_gmtoff),
    ];
    structseq::new(cx, &STRUCT_TIME, &values)
}

/// A time tuple argument as C knows it. `zone` keeps the zone's name.
pub fn from_tuple(
    cx: &mut Cx,
    v: Value,
    function: &str,
    zone: &mut std::ffi::CString,
) -> PyResult<libc::tm> {
    let Some(t) = Gc::<Tuple>::from_value(v) else {
        return Err(cx.type_error("Tuple or struct_time argument required"));
    };
    if t.len() != 9 {
        return Err(cx.type_error(format!("{function}(): illegal time tuple argument")));
    }
    let mut n = [0i32; 9];
    for (i, out) in n.iter_mut().enumerate() {
        let Some(x) = cx.index_i64(t.get(i))? else {
            return Err(cx.overflow_error("Python int too large to convert to C int"));
        };
        *out = match i32::try_from(x) {
            Ok(x) => x,
            Err(_) if x > 0 => {
                return Err(cx.overflow_error("signed integer is greater than maximum"));
            }
            Err(_) => return Err(cx.overflow_error("signed integer is less than minimum")),
        };
    }
    let mut tm = empty();
    let Some(year) = n[0].checked_sub(1900) else {
        return Err(cx.overflow_error("year out of range"));
    };
    tm.tm_year = year;
    (tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec) =
        (n[1].wrapping_sub(1), n[2], n[3], n[4], n[5]);
    (tm.tm_wday, tm.tm_yday, tm.tm_isdst) = (n[6].wrapping_add(1) % 7, n[7].wrapping_sub(1), n[8]);
    let class = structseq::type_of(cx, &STRUCT_TIME)?;
    if cx.is_instance(v, class) {
        if let Some(offset) = structseq::field(cx, t, 10).as_small() {
            tm.tm_gmtoff = offset;
        }
        if let Some(name) = Gc::<Str>::from_value(structseq::field(cx, t, 9)) {
            *zone = std::ffi::CString::new(name.as_bytes()).unwrap_or_default();
            tm.tm_zone = zone.as_ptr();
        }
    }
    Ok(tm)
}

/// The checks of `strftime` and `asctime`; zero stands for the first month and day.
pub fn check(cx: &mut Cx, tm: &mut libc::tm) -> PyResult<()> {
    if tm.tm_mon == -1 {
        tm.tm_mon = 0;
    }
    if tm.tm_mday == 0 {
        tm.tm_mday = 1;
    }
    if tm.tm_yday == -1 {
        tm.tm_yday = 0;
    }
    let ranges = [
        (tm.tm_mon, 0, 11, "month out of range"),
        (tm.tm_mday, 1, 31, "day of month out of range"),
        (tm.tm_hour, 0, 23, "hour out of range"),
        (tm.tm_min, 0, 59, "minute out of range"),
        (tm.tm_sec, 0, 61, "seconds out of range"),
        (tm.tm_wday, 0, 6, "day of week out of range"),
        (tm.tm_yday, 0, 365, "day of year out of range"),
    ];
    match ranges.iter().find(|(n, low, high, _)| n < low || n > high) {
        Some((.., message)) => Err(cx.value_error(message)),
        None => Ok(()),
    }
}

unsafe extern "C" {
    fn tzset();
}

/// Reads the zone of the environment again and sets the module's constants: the zone's name and offset in January
/// and in July of this year.
pub fn set_zone(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    const YEAR: i64 = (365 * 24 + 6) * 3600;
    // SAFETY: reads the environment; no other thread of ours writes it meanwhile.
    unsafe { tzset() };
    let now = timestamp(cx, None)?;
    let start = now / YEAR * YEAR;
    let zone = |cx: &mut Cx, at: i64| -> PyResult<(i64, Value)> {
        let tm = broken_down(cx, at, true)?;
        // SAFETY: the C library's zone names are C strings that live on.
        let name = unsafe { std::ffi::CStr::from_ptr(tm.tm_zone) };
        let name = cx.new_str(&name.to_string_lossy());
        Ok((-tm.tm_gmtoff, name))
    };
    let (january, january_name) = zone(cx, start)?;
    let (july, july_name) = zone(cx, start + YEAR / 2)?;
    // South of the equator, summer is in January.
    let ((standard, name), (summer, summer_name)) = if january < july {
        ((july, july_name), (january, january_name))
    } else {
        ((january, january_name), (july, july_name))
    };
    m.set(cx, "timezone", Value::small(standard));
    m.set(cx, "altzone", Value::small(summer));
    m.set(cx, "daylight", Value::small(i64::from(january != july)));
    let names = cx.new_tuple(&[name, summer_name]);
    m.set(cx, "tzname", names);
    Ok(())
}
