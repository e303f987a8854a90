//! The system's clock and local time.

use krait_runtime::types::float;

use super::Fields;
use super::calendar;
use crate::prelude::*;
use crate::support::os_error;

/// Ordinal of January 1, 1970.
const EPOCH_DAY: i64 = 719_163;
/// Seconds from the start of day 0 to the epoch.
const EPOCH: i64 = EPOCH_DAY * 86_400;
/// Local time never jumps by more than this.
const MAX_FOLD: i64 = 24 * 3600;

/// Microseconds since the epoch, now.
pub fn now_micros() -> i128 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |d| d.as_micros() as i128)
}

/// A timestamp argument in microseconds since the epoch, rounded half to even.
pub fn timestamp_micros(cx: &mut Cx, v: Value) -> PyResult<i128> {
    if let Some(x) = float::as_float(v) {
        if x.is_nan() {
            return Err(cx.value_error("Invalid value NaN (not a number)"));
        }
        if x.abs() >= 9.2e18 {
            return Err(cx.overflow_error("timestamp out of range for platform time_t"));
        }
        return Ok(x.trunc() as i128 * 1_000_000 + (x.fract() * 1e6).round_ties_even() as i128);
    }
    match cx.index_i64(v)? {
        Some(n) => Ok(i128::from(n) * 1_000_000),
        None => Err(cx.overflow_error("timestamp out of range for platform time_t")),
    }
}

/// The C library's local time of seconds since the epoch.
pub fn local_tm(cx: &mut Cx, seconds: i64) -> PyResult<libc::tm> {
    // SAFETY: a `tm` is plain numbers and a pointer that may be null.
    let mut tm: libc::tm = unsafe { std::mem::zeroed() };
    // SAFETY: both pointers are to locals.
    if unsafe { libc::localtime_r(&raw const seconds, &raw mut tm) }.is_null() {
        return Err(os_error(cx, libc::EOVERFLOW));
    }
    Ok(tm)
}

/// Seconds since the start of day 0 on the local clock, of seconds on the clock of UTC.
fn local(cx: &mut Cx, utc: i64) -> PyResult<i64> {
    let tm = local_tm(cx, utc - EPOCH)?;
    let year = i64::from(tm.tm_year) + 1900;
    if !(1..=9999).contains(&year) {
        return Err(cx.value_error(format!("year must be in 1..9999, not {year}")));
    }
    let day = calendar::ordinal(year, i64::from(tm.tm_mon) + 1, i64::from(tm.tm_mday));
    Ok(day * 86_400
        + i64::from(tm.tm_hour) * 3600
        + i64::from(tm.tm_min) * 60
        + i64::from(tm.tm_sec.min(59)))
}

/// The fields of UTC at that many microseconds since the epoch.
pub fn utc_fields(cx: &mut Cx, micros: i128) -> PyResult<Fields> {
    match Fields::from_micros(micros + i128::from(EPOCH) * 1_000_000) {
        Some(f) => Ok(f),
        None => {
            let year = 1970 + (micros / 31_556_952_000_000) as i64;
            Err(cx.value_error(format!("year must be in 1..9999, not {year}")))
        }
    }
}

/// The fields of local time, with the `fold` of a repeated hour.
pub fn local_fields(cx: &mut Cx, micros: i128) -> PyResult<Fields> {
    let seconds = micros.div_euclid(1_000_000) as i64;
    let tm = local_tm(cx, seconds)?;
    let year = i64::from(tm.tm_year) + 1900;
    if !(1..=9999).contains(&year) {
        return Err(cx.value_error(format!("year must be in 1..9999, not {year}")));
    }
    let mut fields = Fields {
        year: year as u16,
        month: tm.tm_mon as u8 + 1,
        day: tm.tm_mday as u8,
        hour: tm.tm_hour as u8,
        minute: tm.tm_min as u8,
        second: tm.tm_sec.min(59) as u8,
        micro: micros.rem_euclid(1_000_000) as u32,
        fold: false,
    };
    let here = fields.ordinal() * 86_400 + fields.day_seconds();
    if seconds + EPOCH > MAX_FOLD + 86_400 * 366 {
        let before = local(cx, EPOCH + seconds - MAX_FOLD)?;
        let transition = here - before - MAX_FOLD;
        if transition < 0 {
            fields.fold = local(cx, EPOCH + seconds + transition)? == here;
        }
    }
    Ok(fields)
}

/// Seconds since the epoch of a local time. Times that do not exist are read with the offset before
/// or after the gap, as PEP 495 says.
pub fn local_to_epoch(cx: &mut Cx, f: &Fields) -> PyResult<i64> {
    let t = f.ordinal() * 86_400 + f.day_seconds();
    let a = local(cx, t)? - t;
    let u1 = t - a;
    let t1 = local(cx, u1)?;
    let b = if t1 == t {
        // A solution, but there may be a second one: earlier or later as `fold` asks.
        let u2 = if f.fold { u1 + MAX_FOLD } else { u1 - MAX_FOLD };
        let b = local(cx, u2)? - u2;
        if a == b {
            return Ok(u1 - EPOCH);
        }
        b
    } else {
        t1 - u1
    };
    let u2 = t - b;
    if local(cx, u2)? == t {
        return Ok(u2 - EPOCH);
    }
    if t1 == t {
        return Ok(u1 - EPOCH);
    }
    Ok(if f.fold { u1.min(u2) } else { u1.max(u2) } - EPOCH)
}
