//! The type `function`: constructor and attributes.

use krait_bytecode::flags::{CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR};
use krait_macros::pymethods;
use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::{Gc, Kind, Slot, is_kind};
use krait_runtime::types::dict::Dict;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;

use super::code::{self, CodeObj};
use super::function::{self, FunctionExt, FunctionObj, as_code};

/// What an optional slot shows: None when unset.
fn shown(slot: &Slot) -> Value {
    slot.get().some().unwrap_or(Value::none())
}

/// Checks and completes `closure` for a function of `code`.
fn check_closure(cx: &mut Cx, code: CodeObj, closure: Value) -> PyResult<Value> {
    let free = code.unit.freevars.len();
    let cells = Gc::<Tuple>::from_value(closure);
    if cells.is_none() && (free != 0 || !closure.is_none()) {
        let what = if free != 0 { "tuple" } else { "None or tuple" };
        return Err(cx.type_error(format!("arg 5 (closure) must be {what}")));
    }
    let given = cells.map_or(0, |c| c.len());
    if given != free {
        let name = code.unit.name.to_lossy().into_owned();
        return Err(cx.value_error(format!(
            "{name} requires closure of length {free}, not {given}"
        )));
    }
    for &cell in cells.iter().flat_map(|c| c.as_slice()) {
        if !is_kind(cell, Kind::Cell) {
            let got = cx.type_name(cell);
            return Err(cx.type_error(format!("arg 5 (closure) expected cell, found {got}")));
        }
    }
    Ok(if free == 0 { Value::none() } else { closure })
}

/// An optional argument of the constructor that must be None or of one type.
fn optional(
    cx: &mut Cx,
    v: Option<Value>,
    ok: fn(Value) -> bool,
    message: &str,
) -> PyResult<Value> {
    let v = v.unwrap_or(Value::none());
    if v.is_none() || ok(v) {
        Ok(v)
    } else {
        Err(cx.type_error(message))
    }
}

/// Runs `__annotate__` on first use (PEP 649).
fn annotations(cx: &mut Cx, f: FunctionObj) -> PyResult<Value> {
    if let Some(d) = f.annotations.get().some() {
        return Ok(d);
    }
    let annotate = f.annotate.get();
    let d = if annotate.is_none() || annotate.is_empty() {
        cx.new_dict().value()
    } else {
        cx.call_annotate(annotate)?
    };
    f.annotations.set(cx, f, d);
    Ok(d)
}

/// Which kind of object calling a function of this code makes.
fn generator_bits(code: CodeObj) -> u32 {
    code.unit.flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)
}

fn set_checked(
    cx: &mut Cx,
    f: FunctionObj,
    slot: &Slot,
    value: Option<Value>,
    ok: fn(Value) -> bool,
    message: &str,
) -> PyResult<()> {
    match value {
        Some(v) if ok(v) => {
            slot.set(cx, f, v);
            Ok(())
        }
        _ => Err(cx.type_error(message)),
    }
}

fn is_str(v: Value) -> bool {
    Gc::<Str>::from_value(v).is_some()
}

fn is_tuple(v: Value) -> bool {
    Gc::<Tuple>::from_value(v).is_some()
}

fn is_dict(v: Value) -> bool {
    Gc::<Dict>::from_value(v).is_some()
}

/// Deleting a defaults attribute sets it to None.
fn set_optional(
    cx: &mut Cx,
    f: FunctionObj,
    slot: &Slot,
    value: Option<Value>,
    ok: fn(Value) -> bool,
    message: &str,
) -> PyResult<()> {
    let v = value.unwrap_or(Value::none());
    if !v.is_none() && !ok(v) {
        return Err(cx.type_error(message));
    }
    slot.set(cx, f, v);
    Ok(())
}

/// Takes over the docstring of the code that the function was made of.
fn keep_doc(cx: &mut Cx, f: FunctionObj) -> PyResult<()> {
    if f.doc.get().is_empty()
        && let Some(code) = as_code(f.code.get())
    {
        let doc = code::docstring(cx, code::public(code))?;
        let _ = f.doc.compare_exchange(cx, f, Value::EMPTY, doc);
    }
    Ok(())
}

pub struct Methods;

#[pymethods]
impl Methods {
    #[py(
        new,
        sig = "($type, code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)",
        shown = "($type, code, globals, name=None, argdefs=None, closure=None,\n         kwdefaults=None)"
    )]
    #[expect(
        clippy::too_many_arguments,
        reason = "the constructor's own parameters"
    )]
    fn __new__(
        cx: &mut Cx,
        _class: Value,
        code: Value,
        globals: Value,
        name: Option<Value>,
        argdefs: Option<Value>,
        closure: Option<Value>,
        kwdefaults: Option<Value>,
    ) -> PyResult<Value> {
        let Some(code) = as_code(code) else {
            let got = cx.type_name(code);
            return Err(cx.type_error(format!(
                "function() argument 'code' must be code, not {got}"
            )));
        };
        let Some(globals) = Gc::<Dict>::from_value(globals) else {
            let got = cx.type_name(globals);
            return Err(cx.type_error(format!(
                "function() argument 'globals' must be dict, not {got}"
            )));
        };
        let name = optional(cx, name, is_str, "arg 3 (name) must be None or string")?;
        let defaults = optional(
            cx,
            argdefs,
            is_tuple,
            "arg 4 (defaults) must be None or tuple",
        )?;
        let closure = check_closure(cx, code, closure.unwrap_or(Value::none()))?;
        let kwdefaults = optional(
            cx,
            kwdefaults,
            is_dict,
            "arg 6 (kwdefaults) must be None or dict",
        )?;
        let f = function::new(cx, code, globals, code.qualname.get());
        if !name.is_none() {
            f.name.set(cx, f, name);
        }
        f.defaults.set(cx, f, defaults);
        f.closure.set(cx, f, closure);
        f.kwdefaults.set(cx, f, kwdefaults);
        Ok(f.value())
    }
    #[py(sig = "($self, /, *args, **kwargs)", doc = "Call self as a function.")]
    fn __call__(
        cx: &mut Cx,
        this: FunctionObj,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        cx.call_with_kwargs(this.value(), args, kwargs)
    }
    #[py(
        sig = "($self, instance, owner=None, /)",
        doc = "Return an attribute of instance, which is of type owner."
    )]
    fn __get__(
        cx: &mut Cx,
        this: FunctionObj,
        instance: Value,
        owner: Option<Value>,
    ) -> PyResult<Value> {
        if !instance.is_none() {
            return Ok(krait_runtime::types::method::BoundMethod::alloc(
                cx,
                this.value(),
                instance,
            )
            .value());
        }
        if owner.is_none_or(|o| o.is_none()) {
            return Err(cx.type_error("__get__(None, None) is invalid"));
        }
        Ok(this.value())
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: FunctionObj) -> PyResult<String> {
        let name = cx.str_string(this.qualname.get())?;
        Ok(format!("<function {name} at {:#x}>", cx.id(this.value())))
    }
    #[py(getter)]
    fn __code__(this: FunctionObj) -> Value {
        as_code(this.code.get()).map_or(Value::none(), |c| code::public(c).value())
    }
    #[py(setter = "__code__")]
    fn set_code(cx: &mut Cx, this: FunctionObj, value: Option<Value>) -> PyResult<()> {
        let Some(code) = value.and_then(as_code) else {
            return Err(cx.type_error("__code__ must be set to a code object"));
        };
        let (needs, has) = (
            code.unit.freevars.len(),
            Gc::<Tuple>::from_value(this.closure.get()).map_or(0, |c| c.len()),
        );
        if needs != has {
            let name = cx.str_string(this.name.get())?;
            return Err(cx.value_error(format!(
                "{name}() requires a code object with {has} free vars, not {needs}"
            )));
        }
        if as_code(this.code.get()).is_some_and(|old| generator_bits(old) != generator_bits(code)) {
            cx.warn_deprecated("Assigning a code object of non-matching type is deprecated (e.g., from a generator to a plain function)")?;
        }
        keep_doc(cx, this)?;
        FunctionExt::set_code(this, cx, code);
        Ok(())
    }
    #[py(getter)]
    fn __defaults__(this: FunctionObj) -> Value {
        shown(&this.defaults)
    }
    #[py(setter = "__defaults__")]
    fn set_defaults(cx: &mut Cx, this: FunctionObj, value: Option<Value>) -> PyResult<()> {
        set_optional(
            cx,
            this,
            &this.defaults,
            value,
            is_tuple,
            "__defaults__ must be set to a tuple object",
        )
    }
    #[py(getter)]
    fn __kwdefaults__(this: FunctionObj) -> Value {
        shown(&this.kwdefaults)
    }
    #[py(setter = "__kwdefaults__")]
    fn set_kwdefaults(cx: &mut Cx, this: FunctionObj, value: Option<Value>) -> PyResult<()> {
        set_optional(
            cx,
            this,
            &this.kwdefaults,
            value,
            is_dict,
            "__kwdefaults__ must be set to a dict object",
        )
    }
    #[py(getter, member)]
    fn __closure__(this: FunctionObj) -> Value {
        shown(&this.closure)
    }
    #[py(setter = "__closure__")]
    fn set_closure(cx: &mut Cx, _this: FunctionObj, _value: Option<Value>) -> PyResult<()> {
        Err(cx.attribute_error("readonly attribute"))
    }
    #[py(getter, member)]
    fn __globals__(this: FunctionObj) -> Value {
        this.globals.get()
    }
    #[py(setter = "__globals__")]
    fn set_globals(cx: &mut Cx, _this: FunctionObj, _value: Option<Value>) -> PyResult<()> {
        Err(cx.attribute_error("readonly attribute"))
    }
    #[py(getter, member)]
    fn __builtins__(this: FunctionObj) -> Value {
        this.builtins.get()
    }
    #[py(setter = "__builtins__")]
    fn set_builtins(cx: &mut Cx, _this: FunctionObj, _value: Option<Value>) -> PyResult<()> {
        Err(cx.attribute_error("readonly attribute"))
    }
    #[py(getter)]
    fn __name__(this: FunctionObj) -> Value {
        this.name.get()
    }
    #[py(setter = "__name__")]
    fn set_name(cx: &mut Cx, this: FunctionObj, value: Option<Value>) -> PyResult<()> {
        set_checked(
            cx,
            this,
            &this.name,
            value,
            is_str,
            "__name__ must be set to a string object",
        )
    }
    #[py(getter)]
    fn __qualname__(this: FunctionObj) -> Value {
        this.qualname.get()
    }
    #[py(setter = "__qualname__")]
    fn set_qualname(cx: &mut Cx, this: FunctionObj, value: Option<Value>) -> PyResult<()> {
        set_checked(
            cx,
            this,
            &this.qualname,
            value,
            is_str,
            "__qualname__ must be set to a string object",
        )
    }
    #[py(getter, member)]
    fn __module__(this: FunctionObj) -> Value {
        shown(&this.module)
    }
    #[py(setter = "__module__")]
    fn set_module(cx: &mut Cx, this: FunctionObj, value: Option<Value>) {
        this.module.set(cx, this, value.unwrap_or(Value::none()));
    }
    #[py(getter, member)]
    fn __doc__(cx: &mut Cx, this: FunctionObj) -> PyResult<Value> {
        keep_doc(cx, this)?;
        Ok(shown(&this.doc))
    }
    #[py(setter = "__doc__")]
    fn set_doc(cx: &mut Cx, this: FunctionObj, value: Option<Value>) {
        this.doc.set(cx, this, value.unwrap_or(Value::none()));
    }
    #[py(getter)]
    fn __dict__(cx: &mut Cx, this: FunctionObj) -> PyResult<Value> {
        let d = cx.instance_dict(this.value())?;
        Ok(d.map_or(Value::none(), |d| d.value()))
    }
    #[py(setter = "__dict__")]
    fn set_dict(cx: &mut Cx, this: FunctionObj, value: Option<Value>) -> PyResult<()> {
        let Some(v) = value else {
            return Err(cx.type_error("cannot delete __dict__"));
        };
        let Some(d) = Gc::<Dict>::from_value(v) else {
            let got = cx.type_name(v);
            return Err(cx.type_error(format!(
                "__dict__ must be set to a dictionary, not a '{got}'"
            )));
        };
        cx.set_instance_dict(this.value(), d).map(|_| ())
    }
    /// Dict of annotations in a function object.
    #[py(getter)]
    fn __annotations__(cx: &mut Cx, this: FunctionObj) -> PyResult<Value> {
        annotations(cx, this)
    }
    #[py(setter = "__annotations__")]
    fn set_annotations(cx: &mut Cx, this: FunctionObj, value: Option<Value>) -> PyResult<()> {
        let v = value.filter(|v| !v.is_none()).unwrap_or(Value::EMPTY);
        if !v.is_empty() && !is_dict(v) {
            return Err(cx.type_error("__annotations__ must be set to a dict object"));
        }
        this.annotations.set(cx, this, v);
        this.annotate.set_immediate(Value::EMPTY);
        Ok(())
    }
    /// Get the code object for a function.
    #[py(getter)]
    fn __annotate__(this: FunctionObj) -> Value {
        shown(&this.annotate)
    }
    #[py(setter = "__annotate__")]
    fn set_annotate(cx: &mut Cx, this: FunctionObj, value: Option<Value>) -> PyResult<()> {
        let Some(v) = value else {
            return Err(cx.type_error("__annotate__ cannot be deleted"));
        };
        if v.is_none() {
            this.annotate.set(cx, this, v);
            return Ok(());
        }
        if !cx.is_callable(v) {
            return Err(cx.type_error("__annotate__ must be callable or None"));
        }
        this.annotate.set(cx, this, v);
        this.annotations.set_immediate(Value::EMPTY);
        Ok(())
    }
    /// Get the declared type parameters for a function.
    #[py(getter)]
    fn __type_params__(cx: &mut Cx, this: FunctionObj) -> Value {
        match this.type_params.get().some() {
            Some(t) => t,
            None => cx.empty_tuple(),
        }
    }
    #[py(setter = "__type_params__")]
    fn set_type_params(cx: &mut Cx, this: FunctionObj, value: Option<Value>) -> PyResult<()> {
        set_checked(
            cx,
            this,
            &this.type_params,
            value,
            is_tuple,
            "__type_params__ must be set to a tuple",
        )
    }
}
