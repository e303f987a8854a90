//! Writers: one record at a time, quoted as the dialect says.

use krait_runtime::types::complex::as_complex;
use krait_runtime::types::str::StrBuilder;
use krait_unicode::wtf8;

use super::dialect::{Dialect, Quoting};
use super::{error, readonly};
use crate::prelude::*;

#[derive(Trace)]
pub struct Writer {
    write: Slot,
    dialect: Slot,
}
impl Native for Writer {
    const PY_NAME: &'static str = "_csv.writer";
}

type This = Obj<Writer>;

pub static SPEC: TypeSpec = TypeSpec {
    name: "writer",
    module: "_csv",
    doc: Some(
        "CSV writer\n\nWriter objects are responsible for generating tabular data\nin CSV format from sequence input.\n",
    ),
    layout: Layout::native::<Writer>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

pub fn make(cx: &mut Cx, write: Value, dialect: Obj<Dialect>) -> PyResult<Value> {
    let class = cx.native_type(&SPEC)?;
    let writer = Writer {
        write: slot(write),
        dialect: slot(dialect.value()),
    };
    Ok(NativeObj::alloc(cx, class, writer).value())
}

/// A record in the making.
struct Record {
    dialect: Obj<Dialect>,
    text: StrBuilder,
    fields: usize,
    last_is_none: bool,
}

impl Record {
    /// Appends a field; `quoted` says whether it is quoted whatever is in it.
    fn add(&mut self, cx: &mut Cx, field: &[u8], mut quoted: bool) -> PyResult<()> {
        let d = self.dialect;
        if self.fields > 0 {
            self.text.push(d.delimiter);
        }
        self.fields += 1;
        if field.is_empty() && d.delimiter == u32::from(b' ') && d.skipinitialspace {
            if d.quoting == Quoting::None || (self.last_is_none && leaves_none(d.quoting)) {
                return Err(error(
                    cx,
                    "empty field must be quoted if delimiter is a space and skipinitialspace is true",
                ));
            }
            quoted = true;
        }
        if !quoted && d.quoting != Quoting::None {
            quoted = wtf8::code_points(&field[d.plain_prefix(field)..]).any(|c| self.quotes(c));
        }
        match d.quotechar {
            Some(q) if quoted => {
                self.text.push(q);
                self.add_escaped(cx, field)?;
                self.text.push(q);
                Ok(())
            }
            _ => self.add_escaped(cx, field),
        }
    }

    /// Whether a field with `c` in it must be quoted.
    fn quotes(&self, c: u32) -> bool {
        self.dialect.is_special(c) && !self.escapes(c)
    }

    /// Whether the special character `c` is escaped.
    fn escapes(&self, c: u32) -> bool {
        let d = self.dialect;
        if d.quoting == Quoting::None {
            return true;
        }
        if Some(c) == d.quotechar {
            return !d.doublequote;
        }
        Some(c) == d.escapechar
    }

    fn add_escaped(&mut self, cx: &mut Cx, mut field: &[u8]) -> PyResult<()> {
        let d = self.dialect;
        loop {
            let plain = d.plain_prefix(field);
            self.text.push_ascii(&field[..plain]);
            field = &field[plain..];
            if field.is_empty() {
                return Ok(());
            }
            let (c, width) = wtf8::decode_at(field, 0);
            field = &field[width..];
            if d.is_special(c) {
                if self.escapes(c) {
                    let Some(escape) = d.escapechar else {
                        return Err(error(cx, "need to escape, but no escapechar set"));
                    };
                    self.text.push(escape);
                } else if Some(c) == d.quotechar {
                    self.text.push(c);
                }
            }
            self.text.push(c);
        }
    }
}

/// Whether `None` is written as an empty field without quotes, to tell it from an empty string.
fn leaves_none(quoting: Quoting) -> bool {
    matches!(quoting, Quoting::Strings | Quoting::NotNull)
}

/// Whether `v` converts to a number.
fn is_number(cx: &mut Cx, v: Value) -> bool {
    v.as_object().is_none()
        || as_complex(v).is_some()
        || [Special::Index, Special::Int, Special::Float]
            .into_iter()
            .any(|s| cx.has_special(v, s))
}

fn write_row(cx: &mut Cx, this: This, row: Value) -> PyResult<Value> {
    let fields = match cx.iter(row) {
        Ok(it) => it,
        Err(e) if e.is(cx, cx.types().type_error) => {
            let got = cx.type_name(row);
            return Err(error(cx, &format!("iterable expected, not {got}")));
        }
        Err(e) => return Err(e),
    };
    let dialect: Obj<Dialect> = native_in(&this.dialect);
    let mut record = Record {
        dialect,
        text: StrBuilder::new(),
        fields: 0,
        last_is_none: false,
    };
    while let Some(field) = cx.next(fields)? {
        let text = Gc::<Str>::from_value(field);
        let quoted = match dialect.quoting {
            Quoting::All => true,
            Quoting::NonNumeric => !is_number(cx, field),
            Quoting::Strings => text.is_some(),
            Quoting::NotNull => !field.is_none(),
            Quoting::Minimal | Quoting::None => false,
        };
        record.last_is_none = field.is_none();
        match text {
            Some(s) => record.add(cx, s.as_bytes(), quoted)?,
            None if field.is_none() => record.add(cx, b"", quoted)?,
            None => {
                let s = cx.str(field)?;
                record.add(cx, s.as_bytes(), quoted)?;
            }
        }
    }
    if record.fields > 0 && record.text.is_empty() {
        let none = record.last_is_none && leaves_none(dialect.quoting);
        if dialect.quoting == Quoting::None || none {
            return Err(error(cx, "single empty field record must be quoted"));
        }
        record.fields = 0;
        record.add(cx, b"", true)?;
    }
    record.text.push_gc(dialect.lineterminator());
    let line = record.text.finish(cx)?;
    cx.call(this.write.get(), &[line])
}

struct Methods;

#[pymethods]
impl Methods {
    /// Construct and write a CSV record from an iterable of fields.
    ///
    /// Non-string elements will be converted to string.
    #[py(sig = "($self, row, /)")]
    fn writerow(cx: &mut Cx, this: This, row: Value) -> PyResult<Value> {
        write_row(cx, this, row)
    }
    /// Construct and write a series of iterables to a csv file.
    ///
    /// Non-string elements will be converted to string.
    #[py(sig = "($self, rows, /)")]
    fn writerows(cx: &mut Cx, this: This, rows: Value) -> PyResult<()> {
        cx.for_each(rows, |cx, row| write_row(cx, this, row).map(|_| ()))
    }
    #[py(getter)]
    fn dialect(this: This) -> Value {
        this.dialect.get()
    }
    #[py(setter = "dialect")]
    fn set_dialect(cx: &mut Cx, _this: This, _value: Option<Value>) -> PyResult<()> {
        readonly(cx)
    }
}
