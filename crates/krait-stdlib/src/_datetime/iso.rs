//! Reading ISO 8601.

use krait_unicode::wtf8;

use super::calendar::{self, IsoError};
use super::{Fields, delta, set_date, set_time, zone};
use crate::prelude::*;

/// The characters of a text, ended by a zero.
pub struct Text {
    chars: Vec<u32>,
    source: Value,
}

/// No ISO date or time: "Invalid isoformat string".
pub struct Malformed;

/// A time as it is written: hour may be 24.
#[derive(Default)]
pub struct Time {
    pub clock: [i64; 4],
    /// Seconds and microseconds.
    pub offset: Option<(i64, i64)>,
}

const COLON: u32 = b':' as u32;
const DASH: u32 = b'-' as u32;
const WEEK: u32 = b'W' as u32;

impl Text {
    pub fn new(cx: &mut Cx, v: Value) -> PyResult<Text> {
        match Gc::<Str>::from_value(v) {
            Some(s) => Ok(Text {
                chars: wtf8::code_points(s.as_bytes()).collect(),
                source: v,
            }),
            None => Err(cx.type_error("fromisoformat: argument must be str")),
        }
    }

    pub fn len(&self) -> usize {
        self.chars.len()
    }

    fn at(&self, i: usize) -> u32 {
        self.chars.get(i).copied().unwrap_or(0)
    }

    fn is_digit(&self, i: usize) -> bool {
        (u32::from(b'0')..=u32::from(b'9')).contains(&self.at(i))
    }

    /// The number of `n` digits at `i`.
    fn digits(&self, i: usize, n: usize) -> Result<i64, Malformed> {
        (i..i + n).try_fold(0, |value, k| {
            if self.is_digit(k) {
                Ok(value * 10 + i64::from(self.at(k) - u32::from(b'0')))
            } else {
                Err(Malformed)
            }
        })
    }

    pub fn starts_with_t(&self) -> bool {
        self.at(0) == u32::from(b'T')
    }

    pub fn error(&self, cx: &mut Cx) -> Raised {
        match cx.repr_string(self.source) {
            Ok(shown) => cx.value_error(format!("Invalid isoformat string: {shown}")),
            Err(e) => e,
        }
    }

    /// Where the time begins, separator included, after the date of a `datetime`.
    pub fn separator(&self) -> Option<usize> {
        let len = self.len();
        if len < 7 {
            return None;
        }
        if len == 7 {
            return Some(7);
        }
        if self.at(4) == DASH {
            if self.at(5) != WEEK {
                return Some(10);
            }
            if self.at(8) != DASH {
                return Some(8);
            }
            // YYYY-Www-D, or YYYY-Www with a dash before the hour.
            return match len {
                9 => None,
                _ if len > 10 && self.is_digit(10) => Some(8),
                _ => Some(10),
            };
        }
        if self.at(4) != WEEK {
            return Some(8);
        }
        let end = (7..len).find(|&i| !self.is_digit(i)).unwrap_or(len);
        Some(if end < 9 {
            end
        } else if end % 2 == 0 {
            7
        } else {
            8
        })
    }

    /// Sets the date of `fields` from the first `len` characters.
    pub fn read_date(&self, cx: &mut Cx, len: usize, fields: &mut Fields) -> PyResult<()> {
        match self.date_numbers(len) {
            Err(Malformed) => Err(self.error(cx)),
            Ok((year, month, day, false)) => set_date(cx, fields, year, month, day),
            Ok((year, week, day, true)) => {
                let (y, m, d) = from_iso(cx, year, week, day)?;
                (fields.year, fields.month, fields.day) = (y, m, d);
                Ok(())
            }
        }
    }

    /// Year, month, day; or year, week, weekday and `true`.
    fn date_numbers(&self, len: usize) -> Result<(i64, i64, i64, bool), Malformed> {
        if !(7..=10).contains(&len) || len > self.len() {
            return Err(Malformed);
        }
        let year = self.digits(0, 4)?;
        let dashes = self.at(4) == DASH;
        let mut i = 4 + usize::from(dashes);
        if self.at(i) == WEEK {
            let week = self.digits(i + 1, 2)?;
            i += 3;
            if i == len {
                return Ok((year, week, 1, true));
            }
            if dashes {
                if self.at(i) != DASH {
                    return Err(Malformed);
                }
                i += 1;
            }
            let day = self.digits(i, 1)?;
            return if i + 1 == len {
                Ok((year, week, day, true))
            } else {
                Err(Malformed)
            };
        }
        let month = self.digits(i, 2)?;
        i += 2;
        if dashes {
            if self.at(i) != DASH {
                return Err(Malformed);
            }
            i += 1;
        }
        let day = self.digits(i, 2)?;
        if i + 2 == len {
            Ok((year, month, day, false))
        } else {
            Err(Malformed)
        }
    }

    /// The time from character `from` to the end.
    pub fn time(&self, from: usize) -> Result<Time, Malformed> {
        let is_sign = |c: u32| c == u32::from(b'+') || c == DASH || c == u32::from(b'Z');
        let zone = (from..self.len())
            .find(|&i| is_sign(self.at(i)))
            .unwrap_or(self.len());
        let mut time = Time {
            clock: self.clock(from, zone)?,
            offset: None,
        };
        if zone == self.len() {
            return Ok(time);
        }
        if self.at(zone) == u32::from(b'Z') {
            time.offset = Some((0, 0));
            return if zone + 1 == self.len() {
                Ok(time)
            } else {
                Err(Malformed)
            };
        }
        let sign = if self.at(zone) == DASH { -1 } else { 1 };
        let [hour, minute, second, micro] = self.clock(zone + 1, self.len())?;
        time.offset = Some((sign * (hour * 3600 + minute * 60 + second), sign * micro));
        Ok(time)
    }

    /// `HH[[:]MM[[:]SS[.ffffff]]]` between two positions.
    fn clock(&self, from: usize, end: usize) -> Result<[i64; 4], Malformed> {
        let mut parts = [0; 4];
        let mut i = from;
        let mut colons = true;
        for k in 0..3 {
            parts[k] = self.digits(i, 2)?;
            i += 2;
            if i > end {
                return Err(Malformed);
            }
            if i == end {
                return Ok(parts);
            }
            let c = self.at(i);
            if k == 0 {
                colons = c == COLON;
            }
            if c == u32::from(b'.') || c == u32::from(b',') {
                if k < 2 {
                    return Err(Malformed);
                }
                i += 1;
                break;
            }
            match (colons, c == COLON) {
                (true, true) if k < 2 => i += 1,
                (false, false) => {}
                _ => return Err(Malformed),
            }
        }
        let n = (end - i).min(6);
        if n == 0 {
            return Err(Malformed);
        }
        parts[3] = self.digits(i, n)? * 10i64.pow(6 - n as u32);
        // Further digits are cut off.
        if (i + n..end).all(|k| self.is_digit(k)) {
            Ok(parts)
        } else {
            Err(Malformed)
        }
    }
}

impl Time {
    /// Sets the time of `fields`; `true` if it is the midnight at the end of the day.
    pub fn apply(&self, cx: &mut Cx, fields: &mut Fields) -> PyResult<bool> {
        let [hour, minute, second, micro] = self.clock;
        if hour != 24 {
            set_time(cx, fields, [hour, minute, second, micro, 0])?;
            return Ok(false);
        }
        if minute != 0 || second != 0 || micro != 0 {
            return Err(cx.value_error("minute, second, and microsecond must be 0 when hour is 24"));
        }
        set_time(cx, fields, [0; 5])?;
        Ok(true)
    }

    /// The time zone, or `None`.
    pub fn zone(&self, cx: &mut Cx) -> PyResult<Value> {
        match self.offset {
            None => Ok(Value::none()),
            Some((seconds, micros)) => zone::fixed(
                cx,
                i128::from(seconds) * 1_000_000 + i128::from(micros),
                Value::EMPTY,
            ),
        }
    }
}

/// The date of an ISO year, week and weekday, or ValueError.
pub fn from_iso(cx: &mut Cx, year: i64, week: i64, day: i64) -> PyResult<(u16, u8, u8)> {
    calendar::from_iso_calendar(year, week, day).map_err(|e| match e {
        IsoError::Year => cx.value_error(format!("year must be in 1..9999, not {year}")),
        IsoError::Week => cx.value_error(format!("Invalid week: {week}")),
        IsoError::Weekday => cx.value_error(format!("Invalid weekday: {day} (range is [1, 7])")),
        IsoError::Range => cx.value_error(format!("year must be in 1..9999, not {}", year + 1)),
    })
}

/// The next day, for a time of 24:00.
pub fn next_day(cx: &mut Cx, fields: Fields) -> PyResult<Fields> {
    match Fields::from_micros(fields.micros() + delta::DAY) {
        Some(f) => Ok(f),
        None => Err(cx.value_error("year must be in 1..9999, not 10000")),
    }
}
