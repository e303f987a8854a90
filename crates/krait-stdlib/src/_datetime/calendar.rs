//! The proleptic Gregorian calendar. Day 1 is January 1 of year 1.

const DAYS_BEFORE_MONTH: [i64; 13] = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
/// Days of 400 years, 100 years, 4 years.
const DAYS_400: i64 = 146_097;
const DAYS_100: i64 = 36_524;
const DAYS_4: i64 = 1461;

pub fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_before_year(year: i64) -> i64 {
    let y = year - 1;
    y * 365 + y / 4 - y / 100 + y / 400
}

/// The number of the day in its year, from 1.
pub fn day_of_year(year: i64, month: i64, day: i64) -> i64 {
    DAYS_BEFORE_MONTH[month as usize] + i64::from(month > 2 && is_leap(year)) + day
}

pub fn ordinal(year: i64, month: i64, day: i64) -> i64 {
    days_before_year(year) + day_of_year(year, month, day)
}

/// Year, month and day of an ordinal; `None` outside the years 1 to 9999.
pub fn from_ordinal(ordinal: i64) -> Option<(u16, u8, u8)> {
    if !(1..=3_652_059).contains(&ordinal) {
        return None;
    }
    let n = ordinal - 1;
    let (n400, n) = (n / DAYS_400, n % DAYS_400);
    let (n100, n) = ((n / DAYS_100).min(3), n - (n / DAYS_100).min(3) * DAYS_100);
    let (n4, n) = (n / DAYS_4, n % DAYS_4);
    let (n1, n) = ((n / 365).min(3), n - (n / 365).min(3) * 365);
    let year = n400 * 400 + n100 * 100 + n4 * 4 + n1 + 1;
    let leap = i64::from(is_leap(year));
    let before = |m: usize| DAYS_BEFORE_MONTH[m] + if m > 2 { leap } else { 0 };
    let month = (1..=12).rev().find(|&m| before(m) <= n)?;
    Some((year as u16, month as u8, (n - before(month) + 1) as u8))
}

/// Monday is 0.
pub fn weekday(ordinal: i64) -> i64 {
    (ordinal + 6) % 7
}

/// The ordinal of the Monday of ISO week 1.
fn iso_week1(year: i64) -> i64 {
    let first = ordinal(year, 1, 1);
    let day = weekday(first);
    first - day + if day > 3 { 7 } else { 0 }
}

/// ISO year, week and weekday (Monday is 1).
pub fn iso_calendar(year: i64, month: i64, day: i64) -> (i64, i64, i64) {
    let today = ordinal(year, month, day);
    let mut iso_year = year;
    let mut week = (today - iso_week1(year)).div_euclid(7);
    if week < 0 {
        iso_year -= 1;
        week = (today - iso_week1(iso_year)).div_euclid(7);
    } else if week >= 52 && today >= iso_week1(year + 1) {
        iso_year += 1;
        week = 0;
    }
    (iso_year, week + 1, weekday(today) + 1)
}

/// Why an ISO date is none.
pub enum IsoError {
    Year,
    Week,
    Weekday,
    /// It is one, in a year that dates do not have.
    Range,
}

/// Year, month and day of an ISO year, week and weekday.
pub fn from_iso_calendar(
    year: i64,
    week: i64,
    weekday_number: i64,
) -> Result<(u16, u8, u8), IsoError> {
    if !(1..=9999).contains(&year) {
        return Err(IsoError::Year);
    }
    let long = || {
        let first = weekday(ordinal(year, 1, 1));
        first == 3 || first == 2 && is_leap(year)
    };
    if !((1..53).contains(&week) || week == 53 && long()) {
        return Err(IsoError::Week);
    }
    if !(1..=7).contains(&weekday_number) {
        return Err(IsoError::Weekday);
    }
    from_ordinal(iso_week1(year) + (week - 1) * 7 + weekday_number - 1).ok_or(IsoError::Range)
}
