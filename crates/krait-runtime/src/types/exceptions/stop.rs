//! `StopIteration`, `SystemExit`, `KeyError`.

use krait_macros::pymethods;

use super::base::{init, no_keywords, text};
use super::fields;
use crate::error::Exception;
use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;

type Exc = Gc<Exception>;

/// `BaseException.__init__` of the class of `this`, which accepts no keywords.
fn positional_init(cx: &mut Cx, this: Exc, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
    if kwargs.is_some() {
        let name = cx.type_name(this.value());
        no_keywords(cx, &name, kwargs)?;
    }
    init(cx, this, args)
}

pub struct StopIterationMethods;

#[pymethods]
impl StopIterationMethods {
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(cx: &mut Cx, this: Exc, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
        positional_init(cx, this, kwargs, args)?;
        this.set_field(
            cx,
            fields::VALUE,
            args.first().copied().unwrap_or(Value::none()),
        );
        Ok(())
    }

    /// generator return value
    #[py(getter, member)]
    fn value(this: Exc) -> Value {
        this.field_or_arg(fields::VALUE, 0)
    }

    #[py(setter = "value")]
    fn set_value(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::VALUE, value);
    }
}

pub struct SystemExitMethods;

/// The code that `SystemExit(*args)` stands for.
fn exit_code(this: Exc) -> Value {
    let args = this.args_tuple();
    match args.len() {
        0 => Value::none(),
        1 => args.get(0),
        _ => args.value(),
    }
}

#[pymethods]
impl SystemExitMethods {
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(cx: &mut Cx, this: Exc, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
        positional_init(cx, this, kwargs, args)?;
        if !args.is_empty() {
            let code = exit_code(this);
            this.set_field(cx, fields::VALUE, code);
        }
        Ok(())
    }

    /// exception code
    #[py(getter, member)]
    fn code(this: Exc) -> Value {
        this.field(fields::VALUE)
            .some()
            .unwrap_or_else(|| exit_code(this))
    }

    #[py(setter = "code")]
    fn set_code(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::VALUE, value);
    }
}

pub struct KeyErrorMethods;

#[pymethods]
impl KeyErrorMethods {
    /// Return str(self).
    #[py(sig = "($self, /)")]
    fn __str__(cx: &mut Cx, this: Exc) -> PyResult<Value> {
        let args = this.args_tuple();
        // The key as it was looked up: KeyError('') would show nothing otherwise.
        if args.len() == 1 {
            Ok(cx.repr(args.get(0))?.value())
        } else {
            text(cx, this)
        }
    }
}
