//! `date`.

use super::{
    Fields, Stamp, This, as_date, as_datetime, calendar, class_of, clock, delta, int_arg, int_or,
    iso, isocal, make, out_of_range, pickled, required, set_date, text,
};
use crate::prelude::*;

pub static SPEC: TypeSpec = TypeSpec {
    name: "date",
    module: "datetime",
    doc: Some("date(year, month, day) --> date object"),
    layout: Layout::native::<Stamp>(),
    flags: flags::BASETYPE,
    defs: &[Methods::DEFS],
    init: Some(init),
    ..TypeSpec::DEFAULT
};

const FIRST: Fields = Fields {
    year: 1,
    month: 1,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    micro: 0,
    fold: false,
};
const LAST: Fields = Fields {
    year: 9999,
    month: 12,
    day: 31,
    ..FIRST
};

fn init(cx: &mut Cx, class: Gc<Type>) -> PyResult<()> {
    let resolution = delta::new(cx, delta::DAY)?;
    let values = [
        ("min", plain(cx, class, FIRST)),
        ("max", plain(cx, class, LAST)),
        ("resolution", resolution),
    ];
    for (name, v) in values {
        let name = cx.intern(name);
        class.namespace().set_str(cx, name, v);
    }
    Ok(())
}

fn plain(cx: &mut Cx, class: Gc<Type>, fields: Fields) -> Value {
    NativeObj::alloc(
        cx,
        class,
        Stamp {
            tzinfo: slot(Value::none()),
            fields,
            has_time: false,
        },
    )
    .value()
}

/// The midnight at the start of the day.
pub fn midnight((year, month, day): (u16, u8, u8)) -> Fields {
    Fields {
        year,
        month,
        day,
        ..Fields::default()
    }
}

/// `class(year, month, day)`: a date, or what a subclass makes.
fn new(cx: &mut Cx, class: Gc<Type>, fields: Fields) -> PyResult<Value> {
    let datetime = cx.native_type(&super::datetime::SPEC)?;
    if class == datetime {
        return make(cx, class, fields, Value::none(), true);
    }
    make(cx, class, fields, Value::none(), false)
}

/// The date so many days away.
fn moved(cx: &mut Cx, this: This, days: i64) -> PyResult<Value> {
    match calendar::from_ordinal(this.fields.ordinal() + days) {
        Some(day) => {
            let class = class_of(cx, this);
            new(cx, class, midnight(day))
        }
        None => Err(out_of_range(cx)),
    }
}

/// Dates compare with dates only, not with datetimes.
fn compare(op: CompareOp, a: This, b: Value) -> Value {
    match as_date(b).filter(|b| !b.has_time) {
        Some(b) if !a.has_time => Value::bool(op.of(&a.fields, &b.fields)),
        _ => Value::not_implemented(),
    }
}

fn add(cx: &mut Cx, this: This, value: Value, sign: i64) -> PyResult<Value> {
    match delta::as_delta(value) {
        Some(d) => moved(cx, this, sign * i64::from(d.days)),
        None => Ok(Value::not_implemented()),
    }
}

/// Year, month and day from arguments, with those of `old` for what is absent.
fn replaced(cx: &mut Cx, old: Fields, parts: [Option<Value>; 3]) -> PyResult<Fields> {
    let mut fields = old;
    let year = int_or(cx, parts[0], old.year.into())?;
    let month = int_or(cx, parts[1], old.month.into())?;
    let day = int_or(cx, parts[2], old.day.into())?;
    set_date(cx, &mut fields, year, month, day)?;
    Ok(fields)
}

pub fn difference(cx: &mut Cx, left: This, right: This) -> PyResult<Value> {
    if left.has_time || right.has_time {
        return Ok(Value::not_implemented());
    }
    let days = left.fields.ordinal() - right.fields.ordinal();
    delta::new(cx, i128::from(days) * delta::DAY)
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, year=None, month=None, day=None)", hide_sig)]
    fn __new__(
        cx: &mut Cx,
        class: Value,
        year: Option<Value>,
        month: Option<Value>,
        day: Option<Value>,
    ) -> PyResult<Value> {
        let class = Gc::from_value_unchecked(class);
        let year = required(cx, year, "year", 1)?;
        if month.is_none()
            && let Some(state) = pickled(year, 4)
            && (1..=12).contains(&state[2])
        {
            let fields = midnight((u16::from_be_bytes([state[0], state[1]]), state[2], state[3]));
            return Ok(plain(cx, class, fields));
        }
        // Each argument is converted before the next one is missed.
        let year = int_arg(cx, year)?;
        let month = required(cx, month, "month", 2)?;
        let month = int_arg(cx, month)?;
        let day = required(cx, day, "day", 3)?;
        let day = int_arg(cx, day)?;
        let mut fields = Fields::default();
        set_date(cx, &mut fields, year, month, day)?;
        Ok(plain(cx, class, fields))
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: This) -> String {
        let f = this.fields;
        format!(
            "{}({}, {}, {})",
            cx.type_name(this.value()),
            f.year,
            f.month,
            f.day
        )
    }
    #[py]
    fn __str__(cx: &mut Cx, this: This) -> PyResult<Value> {
        cx.call_method_str(this.value(), "isoformat", &[])
    }
    #[py]
    fn __hash__(cx: &mut Cx, this: This) -> PyResult<i64> {
        let state = cx.new_bytes(&this.fields.date_state(false));
        cx.hash(state)
    }
    #[py(compare)]
    fn compare(this: This, value: Value, op: CompareOp) -> Value {
        compare(op, this, value)
    }
    #[py]
    fn __add__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        add(cx, this, value, 1)
    }
    #[py]
    fn __radd__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        add(cx, this, value, 1)
    }
    #[py]
    fn __sub__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        match as_date(value) {
            Some(other) => difference(cx, this, other),
            None => add(cx, this, value, -1),
        }
    }
    #[py]
    fn __rsub__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        match as_date(value) {
            Some(other) => difference(cx, other, this),
            None => Ok(Value::not_implemented()),
        }
    }
    /// Create a date from a POSIX timestamp.
    ///
    /// The timestamp is a number, e.g. created via time.time(), that is
    /// interpreted as local time.
    #[py(classmethod, sig = "($type, timestamp, /)")]
    fn fromtimestamp(cx: &mut Cx, class: Value, timestamp: Value) -> PyResult<Value> {
        let micros = clock::timestamp_micros(cx, timestamp)?;
        let f = clock::local_fields(cx, micros)?;
        new(
            cx,
            Gc::from_value_unchecked(class),
            midnight((f.year, f.month, f.day)),
        )
    }
    /// int -> date corresponding to a proleptic Gregorian ordinal.
    #[py(classmethod, sig = "($type, ordinal, /)", hide_sig)]
    fn fromordinal(cx: &mut Cx, class: Value, ordinal: Value) -> PyResult<Value> {
        let n = int_arg(cx, ordinal)?;
        if n < 1 {
            return Err(cx.value_error("ordinal must be >= 1"));
        }
        match calendar::from_ordinal(n) {
            Some(day) => new(cx, Gc::from_value_unchecked(class), midnight(day)),
            None => Err(cx.value_error("year must be in 1..9999, not 10000")),
        }
    }
    /// str -> Construct a date from a string in ISO 8601 format.
    #[py(classmethod, sig = "($type, object, /)")]
    fn fromisoformat(cx: &mut Cx, class: Value, object: Value) -> PyResult<Value> {
        let text = iso::Text::new(cx, object)?;
        let mut fields = Fields::default();
        text.read_date(cx, text.len(), &mut fields)?;
        new(cx, Gc::from_value_unchecked(class), fields)
    }
    /// int, int, int -> Construct a date from the ISO year, week number and weekday.
    ///
    /// This is the inverse of the date.isocalendar() function
    #[py(classmethod, sig = "($type, /, year, week, day)", hide_sig)]
    fn fromisocalendar(
        cx: &mut Cx,
        class: Value,
        year: Value,
        week: Value,
        day: Value,
    ) -> PyResult<Value> {
        let mut component = |v| {
            int_arg(cx, v).map_err(|e| {
                if e.is(cx, cx.types().overflow_error) {
                    cx.value_error("ISO calendar component out of range")
                } else {
                    e
                }
            })
        };
        let (year, week, day) = (component(year)?, component(week)?, component(day)?);
        let day = iso::from_iso(cx, year, week, day)?;
        new(cx, Gc::from_value_unchecked(class), midnight(day))
    }
    /// string, format -> new date parsed from a string (like time.strptime()).
    #[py(classmethod, sig = "($type, date_string, format, /)", hide_sig)]
    fn strptime(cx: &mut Cx, class: Value, date_string: Value, format: Value) -> PyResult<Value> {
        text::strptime(cx, class, "_strptime_datetime_date", date_string, format)
    }
    /// Current date or datetime:  same as self.__class__.fromtimestamp(time.time()).
    #[py(classmethod, sig = "($type, /)")]
    fn today(cx: &mut Cx, class: Value) -> PyResult<Value> {
        let time = cx.import("time")?;
        let now = cx.call_method_str(time, "time", &[])?;
        cx.call_method_str(class, "fromtimestamp", &[now])
    }
    /// Return ctime() style string.
    #[py(sig = "($self, /)")]
    fn ctime(this: This) -> String {
        text::ctime(&this.fields)
    }
    /// format -> strftime() style string.
    #[py(sig = "($self, /, format)", hide_sig)]
    fn strftime(cx: &mut Cx, this: This, format: Value) -> PyResult<Value> {
        let format = text::format_argument(cx, format)?;
        let tuple = cx.call_method_str(this.value(), "timetuple", &[])?;
        text::strftime(cx, this, format, this.value(), tuple)
    }
    /// Formats self with strftime.
    #[py(sig = "($self, spec, /)", hide_sig)]
    fn __format__(cx: &mut Cx, this: This, spec: Value) -> PyResult<Value> {
        text::format(cx, this.value(), spec)
    }
    /// Return time tuple, compatible with time.localtime().
    #[py(sig = "($self, /)")]
    fn timetuple(cx: &mut Cx, this: This) -> PyResult<Value> {
        let f = this.fields;
        text::struct_time(cx, &midnight((f.year, f.month, f.day)), -1)
    }
    /// Return a named tuple containing ISO year, week number, and weekday.
    #[py(sig = "($self, /)")]
    fn isocalendar(cx: &mut Cx, this: This) -> PyResult<Value> {
        let f = this.fields;
        isocal::new(
            cx,
            calendar::iso_calendar(f.year.into(), f.month.into(), f.day.into()),
        )
    }
    /// Return string in ISO 8601 format, YYYY-MM-DD.
    #[py(sig = "($self, /)")]
    fn isoformat(this: This) -> String {
        text::iso_date(&this.fields)
    }
    /// Return the day of the week represented by the date.
    /// Monday == 1 ... Sunday == 7
    #[py(sig = "($self, /)")]
    fn isoweekday(this: This) -> i64 {
        calendar::weekday(this.fields.ordinal()) + 1
    }
    /// Return proleptic Gregorian ordinal.  January 1 of year 1 is day 1.
    #[py(sig = "($self, /)")]
    fn toordinal(this: This) -> i64 {
        this.fields.ordinal()
    }
    /// Return the day of the week represented by the date.
    /// Monday == 0 ... Sunday == 6
    #[py(sig = "($self, /)")]
    fn weekday(this: This) -> i64 {
        calendar::weekday(this.fields.ordinal())
    }
    /// Return date with new specified fields.
    #[py(sig = "($self, /, year=unchanged, month=unchanged, day=unchanged)")]
    fn replace(
        cx: &mut Cx,
        this: This,
        year: Option<Value>,
        month: Option<Value>,
        day: Option<Value>,
    ) -> PyResult<Value> {
        let fields = replaced(cx, this.fields, [year, month, day])?;
        let class = class_of(cx, this);
        new(cx, class, fields)
    }
    /// The same as replace().
    #[py(
        sig = "($self, /, year=unchanged, month=unchanged, day=unchanged)",
        shown = "($self, /, **changes)"
    )]
    fn __replace__(
        cx: &mut Cx,
        this: This,
        year: Option<Value>,
        month: Option<Value>,
        day: Option<Value>,
    ) -> PyResult<Value> {
        Methods::replace(cx, this, year, month, day)
    }
    /// __reduce__() -> (cls, state)
    #[py(sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: This) -> Value {
        let state = cx.new_bytes(&this.fields.date_state(false));
        let args = cx.new_tuple(&[state]);
        let class = class_of(cx, this).value();
        cx.new_tuple(&[class, args])
    }
    #[py(getter)]
    fn year(this: This) -> u16 {
        this.fields.year
    }
    #[py(getter)]
    fn month(this: This) -> i64 {
        this.fields.month.into()
    }
    #[py(getter)]
    fn day(this: This) -> i64 {
        this.fields.day.into()
    }
}

/// The date part of a datetime, as a `date`.
pub fn of(cx: &mut Cx, v: Value) -> PyResult<Value> {
    let class = cx.native_type(&SPEC)?;
    match as_datetime(v) {
        Some(s) => Ok(plain(
            cx,
            class,
            midnight((s.fields.year, s.fields.month, s.fields.day)),
        )),
        None => Ok(v),
    }
}
