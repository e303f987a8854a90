//! `SyntaxError`: message and place in the source.

use krait_macros::pymethods;

use super::base::{init, no_keywords};
use super::fields;
use crate::error::Exception;
use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::types::int::is_exact_int;
use crate::types::str::Str;
use crate::types::str::StrBuilder;
use crate::types::tuple::Tuple;

type Exc = Gc<Exception>;

/// The fields in the order of the second argument of `SyntaxError`.
const PLACE: [usize; 7] = [
    fields::SYNTAX_FILENAME,
    fields::LINENO,
    fields::OFFSET,
    fields::TEXT,
    fields::END_LINENO,
    fields::END_OFFSET,
    fields::METADATA,
];

/// `(filename, lineno, offset, text[, end_lineno, end_offset[, metadata]])`.
fn set_place(cx: &mut Cx, this: Exc, place: Value) -> PyResult<()> {
    let place: Gc<Tuple> = Gc::from_value_unchecked(cx.tuple_from(place)?);
    let n = place.len();
    if n < 4 {
        return Err(cx.type_error(format!("function takes at least 4 arguments ({n} given)")));
    }
    if n > PLACE.len() {
        return Err(cx.type_error(format!("function takes at most 7 arguments ({n} given)")));
    }
    for (i, &field) in PLACE.iter().enumerate() {
        let v = if i < n { place.get(i) } else { Value::EMPTY };
        this.set_field(cx, field, v);
    }
    if n == 5 {
        return Err(cx.type_error("end_offset must be provided when end_lineno is provided"));
    }
    Ok(())
}

/// The last component of a path.
fn base_name(path: &[u8]) -> &[u8] {
    match path.iter().rposition(|&b| b == b'/') {
        Some(i) => &path[i + 1..],
        None => path,
    }
}

pub struct Methods;

#[pymethods]
impl Methods {
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(cx: &mut Cx, this: Exc, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
        if kwargs.is_some() {
            let name = cx.type_name(this.value());
            no_keywords(cx, &name, kwargs)?;
        }
        init(cx, this, args)?;
        if let Some(&message) = args.first() {
            this.set_field(cx, fields::MSG, message);
        }
        match args {
            [_, place] => set_place(cx, this, *place),
            _ => Ok(()),
        }
    }

    /// Return str(self).
    #[py(sig = "($self, /)")]
    fn __str__(cx: &mut Cx, this: Exc) -> PyResult<Value> {
        let file = Gc::<Str>::from_value(this.field(fields::SYNTAX_FILENAME));
        let line = this
            .field(fields::LINENO)
            .some()
            .filter(|&v| is_exact_int(v));
        let message = cx.str(this.field_or_arg(fields::MSG, 0))?;
        if file.is_none() && line.is_none() {
            return Ok(message.value());
        }
        let mut out = StrBuilder::new();
        out.push_gc(message);
        out.push_str(" (");
        if let Some(f) = file {
            out.push_wtf8(base_name(f.as_bytes()));
            if line.is_some() {
                out.push_str(", ");
            }
        }
        if let Some(n) = line {
            // What no C integer can hold is -1.
            let n = cx.index_i64(n)?.unwrap_or(-1);
            let n = cx.new_int(n);
            let n = cx.str(n)?;
            out.push_str("line ");
            out.push_gc(n);
        }
        out.push_str(")");
        out.finish(cx)
    }

    /// exception msg
    #[py(getter, member)]
    fn msg(this: Exc) -> Value {
        this.field_or_arg(fields::MSG, 0)
    }

    #[py(setter = "msg")]
    fn set_msg(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::MSG, value);
    }

    /// exception filename
    #[py(getter, member)]
    fn filename(this: Exc) -> Value {
        this.field_or_none(fields::SYNTAX_FILENAME)
    }

    #[py(setter = "filename")]
    fn set_filename(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::SYNTAX_FILENAME, value);
    }

    /// exception lineno
    #[py(getter, member)]
    fn lineno(this: Exc) -> Value {
        this.field_or_none(fields::LINENO)
    }

    #[py(setter = "lineno")]
    fn set_lineno(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::LINENO, value);
    }

    /// exception offset
    #[py(getter, member)]
    fn offset(this: Exc) -> Value {
        this.field_or_none(fields::OFFSET)
    }

    #[py(setter = "offset")]
    fn set_offset(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::OFFSET, value);
    }

    /// exception text
    #[py(getter, member)]
    fn text(this: Exc) -> Value {
        this.field_or_none(fields::TEXT)
    }

    #[py(setter = "text")]
    fn set_text(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::TEXT, value);
    }

    /// exception end lineno
    #[py(getter, member)]
    fn end_lineno(this: Exc) -> Value {
        this.field_or_none(fields::END_LINENO)
    }

    #[py(setter = "end_lineno")]
    fn set_end_lineno(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::END_LINENO, value);
    }

    /// exception end offset
    #[py(getter, member)]
    fn end_offset(this: Exc) -> Value {
        this.field_or_none(fields::END_OFFSET)
    }

    #[py(setter = "end_offset")]
    fn set_end_offset(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::END_OFFSET, value);
    }

    /// exception print_file_and_line
    #[py(getter, member)]
    fn print_file_and_line(this: Exc) -> Value {
        this.field_or_none(fields::PRINT_FILE_AND_LINE)
    }

    #[py(setter = "print_file_and_line")]
    fn set_print_file_and_line(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::PRINT_FILE_AND_LINE, value);
    }

    /// exception private metadata
    #[py(getter, member)]
    fn _metadata(this: Exc) -> Value {
        this.field_or_none(fields::METADATA)
    }

    #[py(setter = "_metadata")]
    fn set_metadata(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::METADATA, value);
    }
}
