//! `_datetime`: dates, times, durations and time zones.

mod calendar;
mod clock;
mod date;
mod datetime;
mod delta;
mod iso;
mod isocal;
mod text;
mod time;
mod zone;

use krait_runtime::types::bytes::Bytes;

use crate::prelude::*;
use crate::support::add_ints;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_datetime",
    doc: Some("Fast implementation of the datetime module."),
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    add_ints(cx, m, &[("MINYEAR", 1), ("MAXYEAR", 9999)]);
    for spec in [
        &date::SPEC,
        &datetime::SPEC,
        &time::SPEC,
        &delta::SPEC,
        &zone::TZINFO,
        &zone::TIMEZONE,
    ] {
        let class = cx.native_type(spec)?;
        m.set(cx, spec.name, class.value());
    }
    let utc = zone::utc(cx)?;
    m.set(cx, "UTC", utc);
    Ok(())
}

/// The fields of `date`, `datetime` and `time` objects; a `date` has no time of day, a `time` has
/// no date. One layout, since `datetime` is a subclass of `date`.
#[derive(Trace)]
pub struct Stamp {
    pub tzinfo: Slot,
    #[trace(skip)]
    pub fields: Fields,
    pub has_time: bool,
}
impl Native for Stamp {
    const PY_NAME: &'static str = "datetime.date";
}

/// A point on the calendar and the clock. Members are within their ranges.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fields {
    pub year: u16,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    pub micro: u32,
    pub fold: bool,
}

impl Fields {
    pub fn ordinal(&self) -> i64 {
        calendar::ordinal(self.year.into(), self.month.into(), self.day.into())
    }

    /// Seconds since midnight.
    pub fn day_seconds(&self) -> i64 {
        i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second)
    }

    /// Microseconds since the start of year 1 (day 1).
    pub fn micros(&self) -> i128 {
        i128::from(self.ordinal() * 86400 + self.day_seconds()) * 1_000_000 + i128::from(self.micro)
    }

    /// The reverse of [`Fields::micros`], `None` outside the years 1 to 9999.
    pub fn from_micros(total: i128) -> Option<Fields> {
        let seconds = total.div_euclid(1_000_000);
        let (year, month, day) =
            calendar::from_ordinal(i64::try_from(seconds.div_euclid(86400)).ok()?)?;
        let of_day = seconds.rem_euclid(86400) as u32;
        Some(Fields {
            year,
            month,
            day,
            hour: (of_day / 3600) as u8,
            minute: (of_day / 60 % 60) as u8,
            second: (of_day % 60) as u8,
            micro: total.rem_euclid(1_000_000) as u32,
            fold: false,
        })
    }

    /// Equality and order do not look at `fold`.
    pub fn without_fold(mut self) -> Fields {
        self.fold = false;
        self
    }

    fn date_state(&self, fold_bit: bool) -> [u8; 4] {
        [
            (self.year >> 8) as u8,
            self.year as u8,
            self.month | if fold_bit && self.fold { 0x80 } else { 0 },
            self.day,
        ]
    }

    fn time_state(&self) -> [u8; 6] {
        let us = self.micro.to_be_bytes();
        [self.hour, self.minute, self.second, us[1], us[2], us[3]]
    }
}

type This = Obj<Stamp>;

/// Whether `v` is a `date` (perhaps a `datetime`).
pub fn as_date(v: Value) -> Option<This> {
    NativeObj::<Stamp>::from_value(v).filter(|s| s.fields.year != 0)
}

/// Whether `v` is a `datetime`.
pub fn as_datetime(v: Value) -> Option<This> {
    NativeObj::<Stamp>::from_value(v).filter(|s| s.has_time && s.fields.year != 0)
}

/// Whether `v` is a `time`: it has no year.
pub fn as_time(v: Value) -> Option<This> {
    NativeObj::<Stamp>::from_value(v).filter(|s| s.fields.year == 0)
}

/// Calls `class(...)` for a subclass, or makes the object of the builtin class at once.
pub fn make(
    cx: &mut Cx,
    class: Gc<Type>,
    fields: Fields,
    tzinfo: Value,
    has_time: bool,
) -> PyResult<Value> {
    let exact = class.spec.is_some();
    if exact {
        return Ok(NativeObj::alloc(
            cx,
            class,
            Stamp {
                tzinfo: slot(tzinfo),
                fields,
                has_time,
            },
        )
        .value());
    }
    let n = |x: u32| Value::small(x.into());
    let date = [
        n(fields.year.into()),
        n(fields.month.into()),
        n(fields.day.into()),
    ];
    if !has_time {
        return cx.call(class.value(), &date);
    }
    let time = [
        n(fields.hour.into()),
        n(fields.minute.into()),
        n(fields.second.into()),
        n(fields.micro),
        tzinfo,
    ];
    let args = [
        date[0], date[1], date[2], time[0], time[1], time[2], time[3], time[4],
    ];
    let args: &[Value] = if fields.year == 0 { &args[3..] } else { &args };
    if !fields.fold {
        return cx.call(class.value(), args);
    }
    let fold = cx.intern("fold").value();
    let mut all = ValueVec::from_slice(cx, args)?;
    all.push(cx, Value::small(1))?;
    cx.call_kw(class.value(), all.as_slice(), &[fold])
}

/// An argument that CPython converts to a C int.
pub fn int_arg(cx: &mut Cx, v: Value) -> PyResult<i64> {
    match cx.index_i64(v)? {
        Some(n) if i32::try_from(n).is_ok() => Ok(n),
        Some(n) if n > 0 => Err(cx.overflow_error("signed integer is greater than maximum")),
        Some(_) => Err(cx.overflow_error("signed integer is less than minimum")),
        None => Err(cx.overflow_error("Python int too large to convert to C long")),
    }
}

/// An optional int argument with the default `absent`.
pub fn int_or(cx: &mut Cx, v: Option<Value>, absent: i64) -> PyResult<i64> {
    match v {
        Some(v) => int_arg(cx, v),
        None => Ok(absent),
    }
}

/// ValueError unless `low <= n <= high`.
fn in_range(cx: &mut Cx, what: &str, n: i64, low: i64, high: i64) -> PyResult<()> {
    if (low..=high).contains(&n) {
        Ok(())
    } else {
        Err(cx.value_error(format!("{what} must be in {low}..{high}, not {n}")))
    }
}

/// The year, month and day of `fields` set to these numbers, or ValueError.
pub fn set_date(cx: &mut Cx, fields: &mut Fields, year: i64, month: i64, day: i64) -> PyResult<()> {
    in_range(cx, "year", year, 1, 9999)?;
    in_range(cx, "month", month, 1, 12)?;
    let last = calendar::days_in_month(year, month);
    if !(1..=last).contains(&day) {
        return Err(cx.value_error(format!(
            "day {day} must be in range 1..{last} for month {month} in year {year}"
        )));
    }
    (fields.year, fields.month, fields.day) = (year as u16, month as u8, day as u8);
    Ok(())
}

/// The time of day of `fields` set to these numbers, or ValueError.
pub fn set_time(
    cx: &mut Cx,
    fields: &mut Fields,
    [hour, minute, second, micro, fold]: [i64; 5],
) -> PyResult<()> {
    in_range(cx, "hour", hour, 0, 23)?;
    in_range(cx, "minute", minute, 0, 59)?;
    in_range(cx, "second", second, 0, 59)?;
    in_range(cx, "microsecond", micro, 0, 999_999)?;
    if fold != 0 && fold != 1 {
        return Err(cx.value_error(format!("fold must be either 0 or 1, not {fold}")));
    }
    (fields.hour, fields.minute, fields.second) = (hour as u8, minute as u8, second as u8);
    (fields.micro, fields.fold) = (micro as u32, fold == 1);
    Ok(())
}

/// The bytes of a pickled state: bytes, or a str as Python 2 wrote it.
pub fn pickled(v: Value, len: usize) -> Option<Vec<u8>> {
    let bytes = match Gc::<Bytes>::from_value(v) {
        Some(b) => b.as_bytes().to_vec(),
        None => {
            let s = Gc::<Str>::from_value(v)?;
            krait_unicode::wtf8::code_points(s.as_bytes())
                .map(|c| u8::try_from(c).ok())
                .collect::<Option<Vec<u8>>>()?
        }
    };
    (bytes.len() == len).then_some(bytes)
}

/// The exception for dates beyond the calendar.
pub fn out_of_range(cx: &mut Cx) -> Raised {
    cx.overflow_error("date value out of range")
}

/// The class an object was made from, for results of the same class.
pub fn class_of(cx: &Cx, this: This) -> Gc<Type> {
    cx.type_of(this.value())
}

/// Missing arguments are reported as by CPython's argument parser.
pub fn required(cx: &mut Cx, v: Option<Value>, name: &str, position: usize) -> PyResult<Value> {
    match v {
        Some(v) => Ok(v),
        None => Err(cx.type_error(format!(
            "function missing required argument '{name}' (pos {position})"
        ))),
    }
}
