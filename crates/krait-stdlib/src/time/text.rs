//! Calendar functions: `gmtime`, `localtime`, `mktime`, `strftime` and their like.

use std::ffi::CString;

use super::tm;
use crate::prelude::*;

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

fn ascii_time(t: &libc::tm) -> String {
    format!(
        "{} {}{:3} {:02}:{:02}:{:02} {}",
        DAYS[t.tm_wday as usize],
        MONTHS[t.tm_mon as usize],
        t.tm_mday,
        t.tm_hour,
        t.tm_min,
        t.tm_sec,
        t.tm_year as i64 + 1900
    )
}

/// The time of a tuple argument, or local time now.
fn time_argument(
    cx: &mut Cx,
    v: Option<Value>,
    function: &str,
    zone: &mut CString,
) -> PyResult<libc::tm> {
    let mut t = match v {
        Some(v) => tm::from_tuple(cx, v, function, zone)?,
        None => {
            let now = tm::timestamp(cx, None)?;
            tm::broken_down(cx, now, true)?
        }
    };
    tm::check(cx, &mut t)?;
    Ok(t)
}

/// One stretch of a format without null characters.
fn format_part(part: &[u8], t: &libc::tm) -> Vec<u8> {
    if part.is_empty() {
        return Vec::new();
    }
    let Ok(format) = CString::new(part) else {
        return Vec::new();
    };
    let mut size = part.len() + 256;
    loop {
        let mut out = vec![0u8; size];
        // SAFETY: the buffer has the size given; format and time are valid.
        let n = unsafe { libc::strftime(out.as_mut_ptr().cast(), size, format.as_ptr(), t) };
        // An empty result is right for formats like %p in some locales.
        if n > 0 || size >= 256 * (part.len() + 1) {
            out.truncate(n);
            return out;
        }
        size *= 2;
    }
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// gmtime([seconds]) -> (tm_year, tm_mon, tm_mday, tm_hour, tm_min,
    ///                        tm_sec, tm_wday, tm_yday, tm_isdst)
    ///
    /// Convert seconds since the Epoch to a time tuple expressing UTC (a.k.a.
    /// GMT).  When 'seconds' is not passed in, convert the current time instead.
    #[py(sig = "($module, seconds=None, /)", hide_sig)]
    fn gmtime(cx: &mut Cx, seconds: Option<Value>) -> PyResult<Value> {
        let t = tm::timestamp(cx, seconds)?;
        let t = tm::broken_down(cx, t, false)?;
        tm::to_struct(cx, &t)
    }
    /// localtime([seconds]) -> (tm_year,tm_mon,tm_mday,tm_hour,tm_min,
    ///                           tm_sec,tm_wday,tm_yday,tm_isdst)
    ///
    /// Convert seconds since the Epoch to a time tuple expressing local time.
    /// When 'seconds' is not passed in, convert the current time instead.
    #[py(sig = "($module, seconds=None, /)", hide_sig)]
    fn localtime(cx: &mut Cx, seconds: Option<Value>) -> PyResult<Value> {
        let t = tm::timestamp(cx, seconds)?;
        let t = tm::broken_down(cx, t, true)?;
        tm::to_struct(cx, &t)
    }
    /// mktime(tuple) -> floating-point number
    ///
    /// Convert a time tuple in local time to seconds since the Epoch.
    /// Note that mktime(gmtime(0)) will not generally return zero for most
    /// time zones; instead the returned value will either be equal to that
    /// of the timezone or altzone attributes on the time module.
    #[py]
    fn mktime(cx: &mut Cx, object: Value) -> PyResult<f64> {
        let mut zone = CString::default();
        let mut t = tm::from_tuple(cx, object, "mktime", &mut zone)?;
        t.tm_wday = -1;
        // SAFETY: normalises the given structure.
        let seconds = unsafe { libc::mktime(&raw mut t) };
        if seconds == -1 && t.tm_wday == -1 {
            return Err(cx.overflow_error("mktime argument out of range"));
        }
        Ok(seconds as f64)
    }
    /// asctime([tuple]) -> string
    ///
    /// Convert a time tuple to a string, e.g. 'Sat Jun 06 16:26:11 1998'.
    /// When the time tuple is not present, current time as returned by localtime()
    /// is used.
    #[py(sig = "($module, tuple=None, /)", hide_sig)]
    fn asctime(cx: &mut Cx, tuple: Option<Value>) -> PyResult<String> {
        let mut zone = CString::default();
        let t = time_argument(cx, tuple, "asctime", &mut zone)?;
        Ok(ascii_time(&t))
    }
    /// ctime(seconds) -> string
    ///
    /// Convert a time in seconds since the Epoch to a string in local time.
    /// This is equivalent to asctime(localtime(seconds)). When the time tuple is
    /// not present, current time as returned by localtime() is used.
    #[py(sig = "($module, seconds=None, /)", hide_sig)]
    fn ctime(cx: &mut Cx, seconds: Option<Value>) -> PyResult<String> {
        let t = tm::timestamp(cx, seconds)?;
        Ok(ascii_time(&tm::broken_down(cx, t, true)?))
    }
    /// strftime(format[, tuple]) -> string
    ///
    /// Convert a time tuple to a string according to a format specification.
    /// See the library reference manual for formatting codes. When the time tuple
    /// is not present, current time as returned by localtime() is used.
    #[py(sig = "($module, format, tuple=None, /)", hide_sig)]
    fn strftime(cx: &mut Cx, format: Gc<Str>, tuple: Option<Value>) -> PyResult<Value> {
        let mut zone = CString::default();
        let mut t = time_argument(cx, tuple, "strftime", &mut zone)?;
        t.tm_isdst = t.tm_isdst.clamp(-1, 1);
        let mut out = Vec::new();
        for (i, part) in format.as_bytes().split(|&b| b == 0).enumerate() {
            if i > 0 {
                out.push(0);
            }
            out.extend(format_part(part, &t));
        }
        Ok(Str::from_wtf8(cx, &out)?.value())
    }
    /// strptime(string, format) -> struct_time
    ///
    /// Parse a string to a time tuple according to a format specification.
    /// See the library reference manual for formatting codes (same as
    /// strftime()).
    #[py(sig = "($module, string, format='%a %b %d %H:%M:%S %Y', /)", hide_sig)]
    fn strptime(cx: &mut Cx, string: Value, format: Option<Value>) -> PyResult<Value> {
        let module = cx.import("_strptime")?;
        match format {
            Some(f) => cx.call_method_str(module, "_strptime_time", &[string, f]),
            None => cx.call_method_str(module, "_strptime_time", &[string]),
        }
    }
    /// tzset()
    ///
    /// Initialize, or reinitialize, the local timezone to the value stored in
    /// os.environ['TZ'].
    #[py(sig = "($module, /)")]
    fn tzset(cx: &mut Cx) -> PyResult<()> {
        let module = cx.import("time")?;
        match Gc::<Module>::from_value(module) {
            Some(m) => tm::set_zone(cx, m),
            None => Ok(()),
        }
    }
}
