//! `datetime`.

use super::{
    Fields, Stamp, This, as_date, as_datetime, as_time, class_of, clock, date, delta, int_arg,
    int_or, iso, make, out_of_range, pickled, required, set_date, set_time, text, time, zone,
};
use crate::prelude::*;

pub static SPEC: TypeSpec = TypeSpec {
    name: "datetime",
    module: "datetime",
    doc: Some(
        "datetime(year, month, day[, hour[, minute[, second[, microsecond[,tzinfo]]]]])\n\nThe year, month and day arguments are required. tzinfo may be None, or an\ninstance of a tzinfo subclass. The remaining arguments may be ints.\n",
    ),
    base: Some(&date::SPEC),
    layout: Layout::native::<Stamp>(),
    flags: flags::BASETYPE,
    defs: &[Methods::DEFS],
    init: Some(init),
    ..TypeSpec::DEFAULT
};

fn init(cx: &mut Cx, class: Gc<Type>) -> PyResult<()> {
    let first = Fields {
        year: 1,
        month: 1,
        day: 1,
        ..Fields::default()
    };
    let last = Fields {
        year: 9999,
        month: 12,
        day: 31,
        hour: 23,
        minute: 59,
        second: 59,
        micro: 999_999,
        fold: false,
    };
    let resolution = delta::new(cx, 1)?;
    let values = [
        ("min", plain(cx, class, first, Value::none())),
        ("max", plain(cx, class, last, Value::none())),
        ("resolution", resolution),
    ];
    for (name, v) in values {
        let name = cx.intern(name);
        class.namespace().set_str(cx, name, v);
    }
    Ok(())
}

fn plain(cx: &mut Cx, class: Gc<Type>, fields: Fields, tzinfo: Value) -> Value {
    NativeObj::alloc(
        cx,
        class,
        Stamp {
            tzinfo: slot(tzinfo),
            fields,
            has_time: true,
        },
    )
    .value()
}

/// A `datetime` proper.
fn exact(cx: &mut Cx, fields: Fields, tzinfo: Value) -> PyResult<This> {
    let class = cx.native_type(&SPEC)?;
    Ok(NativeObj::alloc(
        cx,
        class,
        Stamp {
            tzinfo: slot(tzinfo),
            fields,
            has_time: true,
        },
    ))
}

/// The same class and zone, so many microseconds later.
pub fn shifted(cx: &mut Cx, this: This, us: i128) -> PyResult<Value> {
    let Some(fields) = Fields::from_micros(this.fields.micros() + us) else {
        return Err(out_of_range(cx));
    };
    let class = class_of(cx, this);
    make(cx, class, fields, this.tzinfo.get(), true)
}

fn offset(cx: &mut Cx, this: This) -> PyResult<Option<i128>> {
    Ok(zone::offset(cx, this.tzinfo.get(), "utcoffset", this.value())?.map(|o| o.0))
}

/// Whether the offset of `this` would be another with the other fold: such times equal nothing in
/// other zones (PEP 495).
fn depends_on_fold(cx: &mut Cx, this: This, known: Option<i128>) -> PyResult<bool> {
    let mut fields = this.fields;
    fields.fold = !fields.fold;
    let class = cx.native_type(&SPEC)?;
    let flipped = NativeObj::alloc(
        cx,
        class,
        Stamp {
            tzinfo: slot(this.tzinfo.get()),
            fields,
            has_time: true,
        },
    );
    Ok(offset(cx, flipped)? != known)
}

fn compare(cx: &mut Cx, op: CompareOp, a: This, b: Value) -> PyResult<Value> {
    let Some(b) = as_datetime(b) else {
        return Ok(Value::not_implemented());
    };
    let (x, y) = (a.fields.without_fold(), b.fields.without_fold());
    if a.tzinfo.get() == b.tzinfo.get() {
        return Ok(Value::bool(op.of(&x, &y)));
    }
    let (p, q) = (offset(cx, a)?, offset(cx, b)?);
    let equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
    let may_be_equal = p.is_some() == q.is_some() && (p != q || x == y);
    if equality && may_be_equal && (depends_on_fold(cx, a, p)? || depends_on_fold(cx, b, q)?) {
        return Ok(Value::bool(op == CompareOp::Ne));
    }
    match (p, q) {
        (Some(p), Some(q)) => Ok(Value::bool(op.of(&(x.micros() - p), &(y.micros() - q)))),
        (None, None) => Ok(Value::bool(op.of(&x, &y))),
        _ if equality => Ok(Value::bool(op == CompareOp::Ne)),
        _ => Err(cx.type_error("can't compare offset-naive and offset-aware datetimes")),
    }
}

/// `a - b` in microseconds.
fn difference(cx: &mut Cx, a: This, b: This) -> PyResult<i128> {
    let apart = a.fields.micros() - b.fields.micros();
    if a.tzinfo.get() == b.tzinfo.get() {
        return Ok(apart);
    }
    match (offset(cx, a)?, offset(cx, b)?) {
        (Some(p), Some(q)) => Ok(apart - p + q),
        (None, None) => Ok(apart),
        _ => Err(cx.type_error("can't subtract offset-naive and offset-aware datetimes")),
    }
}

fn add(cx: &mut Cx, this: This, value: Value, sign: i128) -> PyResult<Value> {
    match delta::as_delta(value) {
        Some(d) => shifted(cx, this, sign * d.total()),
        None => Ok(Value::not_implemented()),
    }
}

/// The `timezone` that the local clock is in at that many seconds since the epoch.
fn local_zone(cx: &mut Cx, seconds: i64) -> PyResult<Value> {
    let tm = clock::local_tm(cx, seconds)?;
    let name = if tm.tm_zone.is_null() {
        Value::EMPTY
    } else {
        // SAFETY: the C library's name of the zone, a C string that it keeps.
        let name = unsafe { std::ffi::CStr::from_ptr(tm.tm_zone) };
        crate::support::fs_path::fs_decode(cx, name.to_bytes())?
    };
    zone::fixed(cx, i128::from(tm.tm_gmtoff) * 1_000_000, name)
}

/// The zone of a naive local time. In a gap it is the one that the fold does not say: before it for
/// fold 0, as if the clock had not been changed yet.
fn naive_zone(cx: &mut Cx, fields: &Fields) -> PyResult<Value> {
    let seconds = clock::local_to_epoch(cx, fields)?;
    let other = clock::local_to_epoch(
        cx,
        &Fields {
            fold: !fields.fold,
            ..*fields
        },
    )?;
    let in_gap = other != seconds && (other > seconds) == fields.fold;
    local_zone(cx, if in_gap { other } else { seconds })
}

/// `class` at that many microseconds since the epoch, in `tzinfo` or local time.
fn at(cx: &mut Cx, class: Gc<Type>, micros: i128, tzinfo: Value) -> PyResult<Value> {
    if tzinfo.is_none() {
        let fields = clock::local_fields(cx, micros)?;
        return make(cx, class, fields, Value::none(), true);
    }
    let fields = clock::utc_fields(cx, micros)?;
    let utc = make(cx, class, fields, tzinfo, true)?;
    cx.call_method_str(tzinfo, "fromutc", &[utc])
}

/// `(state,)` or `(state, tzinfo)`; the fold is stored for protocols that know it.
fn reduced(cx: &mut Cx, this: This, fold: bool) -> Value {
    let mut bytes = [0; 10];
    bytes[..4].copy_from_slice(&this.fields.date_state(fold));
    bytes[4..].copy_from_slice(&this.fields.time_state());
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
    if !(1..=12).contains(&(state[2] & 0x7F)) {
        return Ok(None);
    }
    let tzinfo = tzinfo.unwrap_or(Value::none());
    if !tzinfo.is_none() && !zone::is_tzinfo(cx, tzinfo)? {
        return Err(cx.type_error("bad tzinfo state arg"));
    }
    let fields = Fields {
        year: u16::from_be_bytes([state[0], state[1]]),
        month: state[2] & 0x7F,
        day: state[3],
        hour: state[4],
        minute: state[5],
        second: state[6],
        micro: u32::from_be_bytes([0, state[7], state[8], state[9]]),
        fold: state[2] & 0x80 != 0,
    };
    Ok(Some(plain(cx, class, fields, tzinfo)))
}

/// The one character between date and time.
fn separator(cx: &mut Cx, v: Option<Value>) -> PyResult<Value> {
    let Some(v) = v else {
        return Ok(cx.new_str("T"));
    };
    let Some(s) = Gc::<Str>::from_value(v) else {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!(
            "isoformat() argument 1 must be a unicode character, not {got}"
        )));
    };
    if s.char_len() == 1 {
        return Ok(v);
    }
    Err(cx.type_error(format!(
        "isoformat() argument 1 must be a unicode character, not a string of length {}",
        s.char_len()
    )))
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(
        new,
        sig = "($type, year=None, month=None, day=None, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)",
        hide_sig
    )]
    #[expect(clippy::too_many_arguments, reason = "the signature is CPython's")]
    fn __new__(
        cx: &mut Cx,
        class: Value,
        year: Option<Value>,
        month: Option<Value>,
        day: Option<Value>,
        hour: Option<Value>,
        minute: Option<Value>,
        second: Option<Value>,
        microsecond: Option<Value>,
        tzinfo: Option<Value>,
        fold: Option<Value>,
    ) -> PyResult<Value> {
        let class = Gc::from_value_unchecked(class);
        let year = required(cx, year, "year", 1)?;
        if day.is_none()
            && let Some(state) = pickled(year, 10)
            && let Some(v) = from_state(cx, class, &state, month)?
        {
            return Ok(v);
        }
        // Each argument is converted before the next one is missed.
        let year = int_arg(cx, year)?;
        let month = required(cx, month, "month", 2)?;
        let month = int_arg(cx, month)?;
        let day = required(cx, day, "day", 3)?;
        let day = int_arg(cx, day)?;
        let mut parts = [0; 5];
        for (part, v) in parts
            .iter_mut()
            .zip([hour, minute, second, microsecond, fold])
        {
            *part = int_or(cx, v, 0)?;
        }
        let mut fields = Fields::default();
        set_date(cx, &mut fields, year, month, day)?;
        set_time(cx, &mut fields, parts)?;
        let tzinfo = zone::check_tzinfo(cx, tzinfo)?;
        Ok(plain(cx, class, fields, tzinfo))
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: This) -> PyResult<Value> {
        let f = this.fields;
        let mut out = format!(
            "{}({}, {}, {}, {}, {}",
            cx.type_name(this.value()),
            f.year,
            f.month,
            f.day,
            f.hour,
            f.minute
        );
        if f.micro != 0 {
            out += &format!(", {}, {}", f.second, f.micro);
        } else if f.second != 0 {
            out += &format!(", {}", f.second);
        }
        text::finish_repr(cx, out, this)
    }
    #[py]
    fn __str__(cx: &mut Cx, this: This) -> PyResult<Value> {
        let space = cx.new_str(" ");
        cx.call_method_str(this.value(), "isoformat", &[space])
    }
    #[py]
    fn __hash__(cx: &mut Cx, this: This) -> PyResult<i64> {
        let first = if this.fields.fold {
            exact(cx, this.fields.without_fold(), this.tzinfo.get())?
        } else {
            this
        };
        let key = match offset(cx, first)? {
            None => {
                let [a, b, c, d] = this.fields.date_state(false);
                let [e, f, g, h, i, j] = this.fields.time_state();
                cx.new_bytes(&[a, b, c, d, e, f, g, h, i, j])
            }
            Some(off) => cx.new_i128(this.fields.micros() - off),
        };
        cx.hash(key)
    }
    #[py(compare)]
    fn compare(cx: &mut Cx, this: This, value: Value, op: CompareOp) -> PyResult<Value> {
        compare(cx, op, this, value)
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
        if let Some(other) = as_datetime(value) {
            let us = difference(cx, this, other)?;
            return delta::new(cx, us);
        }
        add(cx, this, value, -1)
    }
    #[py]
    fn __rsub__(cx: &mut Cx, this: This, value: Value) -> PyResult<Value> {
        let Some(other) = as_datetime(value) else {
            return Ok(Value::not_implemented());
        };
        let us = difference(cx, other, this)?;
        delta::new(cx, us)
    }
    /// Returns new datetime object representing current time local to tz.
    ///
    ///   tz
    ///     Timezone object.
    ///
    /// If no tz is specified, uses local timezone.
    #[py(classmethod, sig = "($type, /, tz=None)")]
    fn now(cx: &mut Cx, class: Value, tz: Option<Value>) -> PyResult<Value> {
        let tzinfo = zone::check_tzinfo(cx, tz)?;
        at(
            cx,
            Gc::from_value_unchecked(class),
            clock::now_micros(),
            tzinfo,
        )
    }
    /// Return a new datetime representing UTC day and time.
    #[py(classmethod, sig = "($type, /)")]
    fn utcnow(cx: &mut Cx, class: Value) -> PyResult<Value> {
        cx.warn_deprecated("datetime.datetime.utcnow() is deprecated and scheduled for removal in a future version. Use timezone-aware objects to represent datetimes in UTC: datetime.datetime.now(datetime.UTC).")?;
        let fields = clock::utc_fields(cx, clock::now_micros())?;
        make(
            cx,
            Gc::from_value_unchecked(class),
            fields,
            Value::none(),
            true,
        )
    }
    /// timestamp[, tz] -> tz's local time from POSIX timestamp.
    #[py(classmethod, sig = "($type, /, timestamp, tz=None)", hide_sig)]
    fn fromtimestamp(
        cx: &mut Cx,
        class: Value,
        timestamp: Value,
        tz: Option<Value>,
    ) -> PyResult<Value> {
        let tzinfo = zone::check_tzinfo(cx, tz)?;
        let micros = clock::timestamp_micros(cx, timestamp)?;
        at(cx, Gc::from_value_unchecked(class), micros, tzinfo)
    }
    /// Construct a naive UTC datetime from a POSIX timestamp.
    #[py(classmethod, sig = "($type, timestamp, /)", hide_sig)]
    fn utcfromtimestamp(cx: &mut Cx, class: Value, timestamp: Value) -> PyResult<Value> {
        cx.warn_deprecated("datetime.datetime.utcfromtimestamp() is deprecated and scheduled for removal in a future version. Use timezone-aware objects to represent datetimes in UTC: datetime.datetime.fromtimestamp(timestamp, datetime.UTC).")?;
        let micros = clock::timestamp_micros(cx, timestamp)?;
        let fields = clock::utc_fields(cx, micros)?;
        make(
            cx,
            Gc::from_value_unchecked(class),
            fields,
            Value::none(),
            true,
        )
    }
    /// string, format -> new datetime parsed from a string (like time.strptime()).
    #[py(classmethod, sig = "($type, date_string, format, /)", hide_sig)]
    fn strptime(cx: &mut Cx, class: Value, date_string: Value, format: Value) -> PyResult<Value> {
        text::strptime(
            cx,
            class,
            "_strptime_datetime_datetime",
            date_string,
            format,
        )
    }
    /// date, time -> datetime with same date and time fields
    #[py(classmethod, sig = "($type, /, date, time, tzinfo=None)", hide_sig)]
    fn combine(
        cx: &mut Cx,
        class: Value,
        date: Value,
        time: Value,
        tzinfo: Option<Value>,
    ) -> PyResult<Value> {
        let Some(d) = as_date(date) else {
            let got = cx.type_name(date);
            return Err(cx.type_error(format!(
                "combine() argument 1 must be datetime.date, not {got}"
            )));
        };
        let Some(t) = as_time(time) else {
            let got = cx.type_name(time);
            return Err(cx.type_error(format!(
                "combine() argument 2 must be datetime.time, not {got}"
            )));
        };
        let tzinfo = match tzinfo {
            Some(v) => zone::check_tzinfo(cx, Some(v))?,
            None => t.tzinfo.get(),
        };
        let fields = Fields {
            year: d.fields.year,
            month: d.fields.month,
            day: d.fields.day,
            ..t.fields
        };
        make(cx, Gc::from_value_unchecked(class), fields, tzinfo, true)
    }
    /// string -> datetime from a string in most ISO 8601 formats
    #[py(classmethod, sig = "($type, object, /)")]
    fn fromisoformat(cx: &mut Cx, class: Value, object: Value) -> PyResult<Value> {
        let source = iso::Text::new(cx, object)?;
        let Some(date_len) = source.separator() else {
            return Err(source.error(cx));
        };
        let mut fields = Fields::default();
        let mut tzinfo = Value::none();
        let mut end_of_day = false;
        if source.len() > date_len {
            let Ok(parsed) = source.time(date_len + 1) else {
                return Err(source.error(cx));
            };
            source.read_date(cx, date_len, &mut fields)?;
            end_of_day = parsed.apply(cx, &mut fields)?;
            tzinfo = parsed.zone(cx)?;
        } else {
            source.read_date(cx, date_len, &mut fields)?;
        }
        if end_of_day {
            fields = iso::next_day(cx, fields)?;
        }
        make(cx, Gc::from_value_unchecked(class), fields, tzinfo, true)
    }
    /// Return date object with same year, month and day.
    #[py(sig = "($self, /)")]
    fn date(cx: &mut Cx, this: This) -> PyResult<Value> {
        date::of(cx, this.value())
    }
    /// Return time object with same time but with tzinfo=None.
    #[py(sig = "($self, /)")]
    fn time(cx: &mut Cx, this: This) -> PyResult<Value> {
        time::new(cx, this.fields, Value::none())
    }
    /// Return time object with same time and tzinfo.
    #[py(sig = "($self, /)")]
    fn timetz(cx: &mut Cx, this: This) -> PyResult<Value> {
        time::new(cx, this.fields, this.tzinfo.get())
    }
    /// Return ctime() style string.
    #[py(sig = "($self, /)")]
    fn ctime(this: This) -> String {
        text::ctime(&this.fields)
    }
    /// Return time tuple, compatible with time.localtime().
    #[py(sig = "($self, /)")]
    fn timetuple(cx: &mut Cx, this: This) -> PyResult<Value> {
        let dst = match zone::offset(cx, this.tzinfo.get(), "dst", this.value())? {
            None => -1,
            Some((us, _)) => i64::from(us != 0),
        };
        text::struct_time(cx, &this.fields, dst)
    }
    /// Return UTC time tuple, compatible with time.localtime().
    #[py(sig = "($self, /)")]
    fn utctimetuple(cx: &mut Cx, this: This) -> PyResult<Value> {
        let us = offset(cx, this)?.unwrap_or(0);
        match Fields::from_micros(this.fields.micros() - us) {
            Some(fields) => text::struct_time(cx, &fields, 0),
            None => Err(out_of_range(cx)),
        }
    }
    /// Return POSIX timestamp as float.
    #[py(sig = "($self, /)")]
    fn timestamp(cx: &mut Cx, this: This) -> PyResult<Value> {
        let epoch = Fields {
            year: 1970,
            month: 1,
            day: 1,
            ..Fields::default()
        };
        if this.tzinfo.get().is_none() {
            let seconds = clock::local_to_epoch(cx, &this.fields)?;
            return Ok(cx.new_float(seconds as f64 + f64::from(this.fields.micro) / 1e6));
        }
        match offset(cx, this)? {
            Some(us) => delta::seconds_of(cx, this.fields.micros() - us - epoch.micros()),
            None => Err(cx.type_error("can't subtract offset-naive and offset-aware datetimes")),
        }
    }
    /// [sep] -> string in ISO 8601 format, YYYY-MM-DDT[HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].
    /// sep is used to separate the year from the time, and defaults to 'T'.
    /// The optional argument timespec says how much of the time to show: 'auto',
    /// 'hours', 'minutes', 'seconds', 'milliseconds' and 'microseconds'.
    #[py(sig = "($self, /, sep='T', timespec='auto')", hide_sig)]
    fn isoformat(
        cx: &mut Cx,
        this: This,
        sep: Option<Value>,
        timespec: Option<Value>,
    ) -> PyResult<Value> {
        let sep = separator(cx, sep)?;
        let spec = text::time_spec(cx, timespec)?;
        let mut out = krait_runtime::types::str::StrBuilder::with_capacity(40);
        out.push_str(&text::iso_date(&this.fields));
        out.push_gc(Gc::from_value_unchecked(sep));
        out.push_str(&text::iso_time(&this.fields, spec));
        let suffix = text::offset_suffix(cx, this, this.value(), ":")?;
        out.push_str(&suffix);
        out.finish(cx)
    }
    /// Return self.tzinfo.utcoffset(self).
    #[py(sig = "($self, /)")]
    fn utcoffset(cx: &mut Cx, this: This) -> PyResult<Option<Value>> {
        Ok(zone::offset(cx, this.tzinfo.get(), "utcoffset", this.value())?.map(|o| o.1))
    }
    /// Return self.tzinfo.tzname(self).
    #[py(sig = "($self, /)")]
    fn tzname(cx: &mut Cx, this: This) -> PyResult<Value> {
        zone::tzname(cx, this.tzinfo.get(), this.value())
    }
    /// Return self.tzinfo.dst(self).
    #[py(sig = "($self, /)")]
    fn dst(cx: &mut Cx, this: This) -> PyResult<Option<Value>> {
        Ok(zone::offset(cx, this.tzinfo.get(), "dst", this.value())?.map(|o| o.1))
    }
    /// Return datetime with new specified fields.
    #[py(
        sig = "($self, /, year=unchanged, month=unchanged, day=unchanged,\n        hour=unchanged, minute=unchanged, second=unchanged,\n        microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)"
    )]
    #[expect(clippy::too_many_arguments, reason = "the signature is CPython's")]
    fn replace(
        cx: &mut Cx,
        this: This,
        year: Option<Value>,
        month: Option<Value>,
        day: Option<Value>,
        hour: Option<Value>,
        minute: Option<Value>,
        second: Option<Value>,
        microsecond: Option<Value>,
        tzinfo: Option<Value>,
        fold: Option<Value>,
    ) -> PyResult<Value> {
        let mut fields = this.fields;
        let year = int_or(cx, year, fields.year.into())?;
        let month = int_or(cx, month, fields.month.into())?;
        let day = int_or(cx, day, fields.day.into())?;
        set_date(cx, &mut fields, year, month, day)?;
        time::replace_time(cx, &mut fields, [hour, minute, second, microsecond, fold])?;
        let tzinfo = time::replaced_zone(cx, this, tzinfo)?;
        let class = class_of(cx, this);
        make(cx, class, fields, tzinfo, true)
    }
    /// The same as replace().
    #[py(
        sig = "($self, /, year=unchanged, month=unchanged, day=unchanged, hour=unchanged, minute=unchanged, second=unchanged, microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)",
        shown = "($self, /, **changes)"
    )]
    #[expect(clippy::too_many_arguments, reason = "the signature is CPython's")]
    fn __replace__(
        cx: &mut Cx,
        this: This,
        year: Option<Value>,
        month: Option<Value>,
        day: Option<Value>,
        hour: Option<Value>,
        minute: Option<Value>,
        second: Option<Value>,
        microsecond: Option<Value>,
        tzinfo: Option<Value>,
        fold: Option<Value>,
    ) -> PyResult<Value> {
        Methods::replace(
            cx,
            this,
            year,
            month,
            day,
            hour,
            minute,
            second,
            microsecond,
            tzinfo,
            fold,
        )
    }
    /// tz -> convert to local time in new timezone tz
    #[py(sig = "($self, /, tz=None)", hide_sig)]
    fn astimezone(cx: &mut Cx, this: This, tz: Option<Value>) -> PyResult<Value> {
        let tz = zone::check_tzinfo(cx, tz)?;
        let own = this.tzinfo.get();
        if !own.is_none() && own == tz {
            return Ok(this.value());
        }
        let us = match offset(cx, this)? {
            Some(us) => us,
            // Naive objects are on the local clock.
            None => {
                let local = naive_zone(cx, &this.fields)?;
                zone::offset(cx, local, "utcoffset", this.value())?.map_or(0, |o| o.0)
            }
        };
        let Some(utc) = Fields::from_micros(this.fields.micros() - us) else {
            return Err(out_of_range(cx));
        };
        let tz = if tz.is_none() {
            let epoch = Fields {
                year: 1970,
                month: 1,
                day: 1,
                ..Fields::default()
            };
            local_zone(
                cx,
                (utc.micros() - epoch.micros()).div_euclid(1_000_000) as i64,
            )?
        } else {
            tz
        };
        let class = class_of(cx, this);
        let utc = make(cx, class, utc, tz, true)?;
        cx.call_method_str(tz, "fromutc", &[utc])
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
