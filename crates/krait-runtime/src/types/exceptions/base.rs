//! `BaseException`: arguments, chaining, notes; and what the families of exceptions share.
//!
//! Native code makes exceptions without running `__init__` ([`Cx::error_with`]). So a field that
//! was never set (`EMPTY`) has the value that `__init__` would have given it: it is read from
//! `args` where the class says so. A field that a program deleted holds `None`.

use krait_macros::pymethods;

use crate::error::{Exception, Raised};
use crate::native::{Cx, NamedLayout, PyResult, Value};
use crate::object::Gc;
use crate::types::dict::Dict;
use crate::types::list::List;
use crate::types::str::Str;
use crate::types::str::StrBuilder;
use crate::types::tuple::Tuple;
use crate::types::typeobj::{Type, flags};

impl NamedLayout for Exception {
    const PY_NAME: &'static str = "BaseException";
}

impl Gc<Exception> {
    /// `self.args`, which is always a tuple.
    pub fn args_tuple(self) -> Gc<Tuple> {
        Gc::from_value_unchecked(self.args.get())
    }

    /// Field `index`, `None` if it is not set.
    pub fn field_or_none(self, index: usize) -> Value {
        self.field(index).some().unwrap_or(Value::none())
    }

    /// Field `index`, or argument `position` if it was never set, or `None`.
    pub fn field_or_arg(self, index: usize, position: usize) -> Value {
        match self.field(index).some() {
            Some(v) => v,
            None => self
                .args_tuple()
                .items()
                .get(position)
                .copied()
                .unwrap_or(Value::none()),
        }
    }

    /// Stores what a program assigned to a field; deleting leaves `None`.
    pub fn assign_field(self, cx: &mut Cx, index: usize, value: Option<Value>) {
        self.set_field(cx, index, value.unwrap_or(Value::none()));
    }
}

/// The exception behind `v`, an instance of a subclass of BaseException.
pub fn as_exception(v: Value) -> Option<Gc<Exception>> {
    Gc::from_value(v)
}

/// Whether `v` is a class that derives from BaseException.
pub fn is_exception_class(v: Value) -> bool {
    Gc::<Type>::from_value(v).is_some_and(|t| t.flags() & flags::EXC_SUBCLASS != 0)
}

/// Whether exception `v` (an instance or a class) matches `pattern`, a class or a tuple of them,
/// as an `except` clause does. Other patterns match by identity only.
pub fn matches(cx: &mut Cx, v: Value, pattern: Value) -> PyResult<bool> {
    if let Some(t) = Gc::<Tuple>::from_value(pattern) {
        cx.check_native_stack()?;
        for i in 0..t.len() {
            if matches(cx, v, t.get(i))? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    let class = if as_exception(v).is_some() {
        cx.type_of(v).value()
    } else {
        v
    };
    if is_exception_class(class) && is_exception_class(pattern) {
        let (sub, class): (Gc<Type>, Gc<Type>) = (
            Gc::from_value_unchecked(class),
            Gc::from_value_unchecked(pattern),
        );
        return Ok(sub.is_subtype(class));
    }
    Ok(class == pattern)
}

/// TypeError if there are keyword arguments, in the words of all exceptions.
pub(super) fn no_keywords(cx: &mut Cx, name: &str, kwargs: Option<Value>) -> PyResult<()> {
    match kwargs.and_then(Gc::<Dict>::from_value) {
        Some(d) if !d.is_empty() => {
            Err(cx.type_error(format!("{name}() takes no keyword arguments")))
        }
        _ => Ok(()),
    }
}

/// `BaseException.__init__`: the arguments.
pub(super) fn init(cx: &mut Cx, this: Gc<Exception>, args: &[Value]) -> PyResult<()> {
    // Usually `__new__` has stored the same ones.
    if this.args_tuple().as_slice() != args {
        let args = cx.try_new_tuple(args)?;
        this.args.set(cx, this, args);
    }
    Ok(())
}

/// The keyword arguments of an `__init__` that accepts exactly `names`; `EMPTY` where not given.
pub(super) fn keywords<const N: usize>(
    cx: &mut Cx,
    function: &str,
    kwargs: Option<Value>,
    names: [&str; N],
) -> PyResult<[Value; N]> {
    let mut found = [Value::EMPTY; N];
    let Some(d) = kwargs.and_then(Gc::<Dict>::from_value) else {
        return Ok(found);
    };
    let mut pos = 0;
    while let Some((k, v)) = d.next_entry(&mut pos) {
        let text = Gc::<Str>::from_value(k).map_or_else(String::new, |s| s.to_string_lossy());
        match names.iter().position(|n| *n == text) {
            Some(i) => found[i] = v,
            None => {
                return Err(cx.type_error(format!(
                    "{function}() got an unexpected keyword argument '{text}'"
                )));
            }
        }
    }
    Ok(found)
}

/// `BaseException.__str__`.
pub(super) fn text(cx: &mut Cx, this: Gc<Exception>) -> PyResult<Value> {
    let args = this.args_tuple();
    Ok(match args.len() {
        0 => cx.new_str(""),
        1 => cx.str(args.get(0))?.value(),
        _ => cx.str(args.value())?.value(),
    })
}

/// A copy of the instance's attributes, `None` if it has none.
pub(super) fn attributes(cx: &mut Cx, this: Gc<Exception>) -> PyResult<Option<Gc<Dict>>> {
    let stored = cx.instance_attributes(this.value());
    if stored.is_empty() {
        return match cx.own_dict(this.value()) {
            Some(d) => Ok(Some(d.copy(cx)?)),
            None => Ok(None),
        };
    }
    let copy = cx.new_dict();
    for (k, v) in stored {
        copy.set_str(cx, k, v);
    }
    Ok(Some(copy))
}

/// The result of `__reduce__`: class, arguments, and the state if there is some.
pub(super) fn reduced(
    cx: &mut Cx,
    this: Gc<Exception>,
    args: Value,
    state: Option<Value>,
) -> Value {
    let class = cx.type_of(this.value()).value();
    match state {
        Some(s) => cx.new_tuple(&[class, args, s]),
        None => cx.new_tuple(&[class, args]),
    }
}

/// Adds `note`, a str, to the exception being raised.
pub fn add_note(cx: &mut Cx, raised: Raised, note: Value) -> PyResult<()> {
    append_note(cx, raised.exception(), note)
}

fn append_note(cx: &mut Cx, this: Gc<Exception>, note: Value) -> PyResult<()> {
    let name = cx.names().__notes__;
    match cx.lookup_attr(this.value(), name)? {
        None => {
            let notes = cx.new_list(&[note]);
            cx.set_attr(this.value(), name, notes)
        }
        Some(notes) => match Gc::<List>::from_value(notes) {
            Some(l) => l.push(cx, note),
            None => Err(cx.type_error("Cannot add note: __notes__ is not a list")),
        },
    }
}

/// The value for `__context__` or `__cause__`: `None` or an exception.
fn chained(cx: &mut Cx, name: &str, value: Option<Value>) -> PyResult<Value> {
    match value {
        None => Err(cx.type_error(format!("__{name}__ may not be deleted"))),
        Some(v) if v.is_none() || as_exception(v).is_some() => Ok(v),
        Some(_) => Err(cx.type_error(format!(
            "exception {name} must be None or derive from BaseException"
        ))),
    }
}

/// Sets `__traceback__`: a traceback or `None`. Tracebacks are made by the crate above, known by
/// the name of their type.
pub fn set_traceback(cx: &mut Cx, this: Gc<Exception>, tb: Value) -> PyResult<()> {
    let known = tb.is_none() || cx.type_of(tb).spec.is_some_and(|s| s.name == "traceback");
    if !known {
        return Err(cx.type_error("__traceback__ must be a traceback or None"));
    }
    this.traceback.set(cx, this, tb);
    Ok(())
}

/// Sets `__cause__`, as `raise ... from cause` does.
pub fn set_cause(cx: &mut Cx, this: Gc<Exception>, cause: Value) {
    this.cause.set(cx, this, cause);
    this.suppress_context.set_immediate(Value::bool(true));
}

/// The `__new__` of `BaseException`, which most classes have anew.
pub struct New;

#[pymethods]
impl New {
    /// Create and return a new object.  See help(type) for accurate signature.
    #[py(new, sig = "($type, *args, **kwargs)")]
    fn __new__(
        cx: &mut Cx,
        class: Value,
        _kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        let args = cx.try_new_tuple(args)?;
        Ok(Exception::alloc(cx, Gc::from_value_unchecked(class), args).value())
    }
}

pub struct Methods;

#[pymethods]
impl Methods {
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(
        cx: &mut Cx,
        this: Gc<Exception>,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<()> {
        if kwargs.is_some() {
            let name = cx.type_name(this.value());
            no_keywords(cx, &name, kwargs)?;
        }
        init(cx, this, args)
    }

    /// Return repr(self).
    #[py(sig = "($self, /)")]
    fn __repr__(cx: &mut Cx, this: Gc<Exception>) -> PyResult<Value> {
        let mut out = StrBuilder::new();
        let name = cx.type_of(this.value()).name_string();
        out.push_str(&name);
        let args = this.args_tuple();
        if args.len() == 1 {
            let arg = cx.repr(args.get(0))?;
            out.push_str("(");
            out.push_gc(arg);
            out.push_str(")");
        } else {
            let all = cx.repr(args.value())?;
            out.push_gc(all);
        }
        out.finish(cx)
    }

    /// Return str(self).
    #[py(sig = "($self, /)")]
    fn __str__(cx: &mut Cx, this: Gc<Exception>) -> PyResult<Value> {
        text(cx, this)
    }

    #[py(sig = "($self, /)", doc = "")]
    fn __reduce__(cx: &mut Cx, this: Gc<Exception>) -> PyResult<Value> {
        let state = attributes(cx, this)?.map(|d| d.value());
        Ok(reduced(cx, this, this.args.get(), state))
    }

    #[py(sig = "($self, state, /)", doc = "")]
    fn __setstate__(cx: &mut Cx, this: Gc<Exception>, state: Value) -> PyResult<()> {
        if state.is_none() {
            return Ok(());
        }
        let Some(d) = Gc::<Dict>::from_value(state) else {
            return Err(cx.type_error("state is not a dictionary"));
        };
        let mut pos = 0;
        while let Some((k, v)) = d.next_entry(&mut pos) {
            let name = cx.attribute_name(k)?;
            cx.set_attr(this.value(), name, v)?;
        }
        Ok(())
    }

    /// Set self.__traceback__ to tb and return self.
    #[py(sig = "($self, tb, /)")]
    fn with_traceback(cx: &mut Cx, this: Gc<Exception>, tb: Value) -> PyResult<Value> {
        set_traceback(cx, this, tb)?;
        Ok(this.value())
    }

    /// Add a note to the exception
    #[py(sig = "($self, note, /)")]
    fn add_note(cx: &mut Cx, this: Gc<Exception>, note: Value) -> PyResult<()> {
        if Gc::<Str>::from_value(note).is_none() {
            let got = crate::protocol::text::shown_type(cx, note);
            return Err(cx.type_error(format!("add_note() argument must be str, not {got}")));
        }
        append_note(cx, this, note)
    }

    #[py(getter, member)]
    fn __suppress_context__(this: Gc<Exception>) -> Value {
        this.suppress_context.get()
    }

    #[py(setter = "__suppress_context__")]
    fn set_suppress_context(
        cx: &mut Cx,
        this: Gc<Exception>,
        value: Option<Value>,
    ) -> PyResult<()> {
        match value {
            None => Err(cx.type_error("can't delete numeric/char attribute")),
            Some(v) if v.as_bool().is_some() => {
                this.suppress_context.set_immediate(v);
                Ok(())
            }
            Some(_) => Err(cx.type_error("attribute value type must be bool")),
        }
    }

    #[py(getter)]
    fn __dict__(cx: &mut Cx, this: Value) -> PyResult<Value> {
        crate::types::type_::create::InstanceAttributes::__dict__(cx, this)
    }

    #[py(setter = "__dict__")]
    fn set_dict(cx: &mut Cx, this: Value, value: Option<Value>) -> PyResult<()> {
        crate::types::type_::create::InstanceAttributes::set_dict(cx, this, value)
    }

    #[py(getter)]
    fn args(this: Gc<Exception>) -> Value {
        this.args.get()
    }

    #[py(setter = "args")]
    fn set_args(cx: &mut Cx, this: Gc<Exception>, value: Option<Value>) -> PyResult<()> {
        let Some(v) = value else {
            return Err(cx.type_error("args may not be deleted"));
        };
        let args = cx.tuple_from(v)?;
        this.args.set(cx, this, args);
        Ok(())
    }

    #[py(getter)]
    fn __traceback__(this: Gc<Exception>) -> Value {
        this.traceback.get()
    }

    #[py(setter = "__traceback__")]
    fn set_traceback(cx: &mut Cx, this: Gc<Exception>, value: Option<Value>) -> PyResult<()> {
        match value {
            None => Err(cx.type_error("__traceback__ may not be deleted")),
            Some(tb) => set_traceback(cx, this, tb),
        }
    }

    #[py(getter)]
    fn __context__(this: Gc<Exception>) -> Value {
        this.context.get()
    }

    #[py(setter = "__context__")]
    fn set_context(cx: &mut Cx, this: Gc<Exception>, value: Option<Value>) -> PyResult<()> {
        let v = chained(cx, "context", value)?;
        this.context.set(cx, this, v);
        Ok(())
    }

    #[py(getter)]
    fn __cause__(this: Gc<Exception>) -> Value {
        this.cause.get()
    }

    #[py(setter = "__cause__")]
    fn set_cause(cx: &mut Cx, this: Gc<Exception>, value: Option<Value>) -> PyResult<()> {
        let v = chained(cx, "cause", value)?;
        set_cause(cx, this, v);
        Ok(())
    }
}
