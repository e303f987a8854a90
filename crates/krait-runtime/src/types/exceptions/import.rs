//! `AttributeError`, `NameError`, `ImportError`: what was looked up, for suggestions.

use krait_macros::pymethods;

use super::base::{attributes, init, keywords, reduced, text};
use super::fields;
use crate::error::Exception;
use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::types::str::Str;

type Exc = Gc<Exception>;

/// Sets the fields that were given as keywords.
fn set_given(cx: &mut Cx, this: Exc, indices: &[usize], values: &[Value]) {
    for (&i, &v) in indices.iter().zip(values) {
        if !v.is_empty() {
            this.set_field(cx, i, v);
        }
    }
}

pub struct AttributeErrorMethods;

/// What `AttributeError` pickles: not `obj`, which often cannot be.
fn attribute_error_state(cx: &mut Cx, this: Exc) -> PyResult<Value> {
    let state = match attributes(cx, this)? {
        Some(d) => d,
        None => cx.new_dict(),
    };
    if let Some(name) = this.field(fields::NAME).some().filter(|v| !v.is_none()) {
        state.set_str(cx, cx.names().name, name);
    }
    state.set_str(cx, cx.names().args, this.args.get());
    Ok(state.value())
}

#[pymethods]
impl AttributeErrorMethods {
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(cx: &mut Cx, this: Exc, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
        init(cx, this, args)?;
        let given = keywords(cx, "AttributeError", kwargs, ["name", "obj"])?;
        set_given(cx, this, &[fields::NAME, fields::OBJ], &given);
        Ok(())
    }

    #[py(sig = "($self, /)", doc = "")]
    fn __getstate__(cx: &mut Cx, this: Exc) -> PyResult<Value> {
        attribute_error_state(cx, this)
    }

    #[py(sig = "($self, /)", doc = "")]
    fn __reduce__(cx: &mut Cx, this: Exc) -> PyResult<Value> {
        let state = attribute_error_state(cx, this)?;
        Ok(reduced(cx, this, this.args.get(), Some(state)))
    }

    /// attribute name
    #[py(getter, member)]
    fn name(this: Exc) -> Value {
        this.field_or_none(fields::NAME)
    }

    #[py(setter = "name")]
    fn set_name(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::NAME, value);
    }

    /// object
    #[py(getter, member)]
    fn obj(this: Exc) -> Value {
        this.field_or_none(fields::OBJ)
    }

    #[py(setter = "obj")]
    fn set_obj(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::OBJ, value);
    }
}

pub struct NameErrorMethods;

#[pymethods]
impl NameErrorMethods {
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(cx: &mut Cx, this: Exc, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
        init(cx, this, args)?;
        let given = keywords(cx, "NameError", kwargs, ["name"])?;
        set_given(cx, this, &[fields::NAME], &given);
        Ok(())
    }

    /// name
    #[py(getter, member)]
    fn name(this: Exc) -> Value {
        this.field_or_none(fields::NAME)
    }

    #[py(setter = "name")]
    fn set_name(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::NAME, value);
    }
}

pub struct ImportErrorMethods;

/// `ImportError.msg`: the only argument.
fn message(this: Exc) -> Value {
    match this.field(fields::MSG).some() {
        Some(m) => m,
        None if this.args_tuple().len() == 1 => this.args_tuple().get(0),
        None => Value::none(),
    }
}

const IMPORT_FIELDS: [(&str, usize); 3] = [
    ("name", fields::NAME),
    ("path", fields::PATH),
    ("name_from", fields::NAME_FROM),
];

#[pymethods]
impl ImportErrorMethods {
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(cx: &mut Cx, this: Exc, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
        init(cx, this, args)?;
        let given = keywords(cx, "ImportError", kwargs, IMPORT_FIELDS.map(|f| f.0))?;
        for (_, index) in IMPORT_FIELDS {
            this.set_field(cx, index, Value::none());
        }
        set_given(cx, this, &IMPORT_FIELDS.map(|f| f.1), &given);
        let message = match args {
            [message] => *message,
            _ => Value::none(),
        };
        this.set_field(cx, fields::MSG, message);
        Ok(())
    }

    /// Return str(self).
    #[py(sig = "($self, /)")]
    fn __str__(cx: &mut Cx, this: Exc) -> PyResult<Value> {
        match Gc::<Str>::from_value(message(this)) {
            Some(m) if m.is_exact() => Ok(m.value()),
            _ => text(cx, this),
        }
    }

    #[py(sig = "($self, /)", doc = "")]
    fn __reduce__(cx: &mut Cx, this: Exc) -> PyResult<Value> {
        let mut state = attributes(cx, this)?;
        for (name, index) in IMPORT_FIELDS {
            if let Some(v) = this.field(index).some().filter(|v| !v.is_none()) {
                let d = match state {
                    Some(d) => d,
                    None => cx.new_dict(),
                };
                let key = cx.intern(name);
                d.set_str(cx, key, v);
                state = Some(d);
            }
        }
        Ok(reduced(cx, this, this.args.get(), state.map(|d| d.value())))
    }

    /// exception message
    #[py(getter, member)]
    fn msg(this: Exc) -> Value {
        message(this)
    }

    #[py(setter = "msg")]
    fn set_msg(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::MSG, value);
    }

    /// module name
    #[py(getter, member)]
    fn name(this: Exc) -> Value {
        this.field_or_none(fields::NAME)
    }

    #[py(setter = "name")]
    fn set_name(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::NAME, value);
    }

    /// module path
    #[py(getter, member)]
    fn path(this: Exc) -> Value {
        this.field_or_none(fields::PATH)
    }

    #[py(setter = "path")]
    fn set_path(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::PATH, value);
    }

    /// name imported from module
    #[py(getter, member)]
    fn name_from(this: Exc) -> Value {
        this.field_or_none(fields::NAME_FROM)
    }

    #[py(setter = "name_from")]
    fn set_name_from(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::NAME_FROM, value);
    }
}
