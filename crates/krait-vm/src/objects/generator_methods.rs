//! What Python code sees of generators and coroutines, and the operations behind it.
//!
//! Source: the language reference, "Generator-iterator methods" and "Coroutine Objects"; PEP 342,
//! PEP 380, PEP 492.

use std::sync::atomic::Ordering;

use krait_macros::{Trace, pymethods};
use krait_runtime::error::{Exception, Raised};
use krait_runtime::native::{Cx, Layout, Native, NativeObj, Outcome, PyResult, TypeSpec, Value};
use krait_runtime::object::{Gc, Slot};
use krait_runtime::types::exceptions::base::{as_exception, is_exception_class, set_traceback};
use krait_runtime::types::str::Str;
use krait_runtime::types::typeobj::flags;

use super::generator::{
    self, ASYNC_GENERATOR, COROUTINE, CREATED, FINISHED, GENERATOR, GeneratorObj, RUNNING,
    SUSPENDED, as_generator,
};
use super::{code, function};
use crate::window::{self, FRAME};

// ---- Operations -----------------------------------------------------------------------------

/// The next value, `EMPTY` when the generator ends with None.
pub fn next(cx: &mut Cx, g: GeneratorObj) -> PyResult<Value> {
    match generator::send(cx, g, Value::none())? {
        Outcome::Yielded(v) => Ok(v),
        Outcome::Returned(v) if v.is_none() => Ok(Value::EMPTY),
        Outcome::Returned(v) => Err(cx.stop_iteration(v)),
    }
}

/// A yielded value, or how the end shows.
pub fn visible(cx: &mut Cx, g: GeneratorObj, outcome: Outcome) -> PyResult<Value> {
    match outcome {
        Outcome::Yielded(v) => Ok(v),
        Outcome::Returned(_) if g.flavour == ASYNC_GENERATOR => {
            let class = cx.types().stop_async_iteration;
            Err(cx.error_with(class, &[]))
        }
        Outcome::Returned(v) => Err(cx.stop_iteration(v)),
    }
}

/// `g.send(v)`.
pub fn send(cx: &mut Cx, g: GeneratorObj, v: Value) -> PyResult<Value> {
    let outcome = generator::send(cx, g, v)?;
    visible(cx, g, outcome)
}

/// Runs `f` while `g` counts as running, because it waits for the iterator it delegates to.
fn while_delegating<R>(
    cx: &mut Cx,
    g: GeneratorObj,
    f: impl FnOnce(&mut Cx) -> PyResult<R>,
) -> PyResult<R> {
    if g.state
        .compare_exchange(SUSPENDED, RUNNING, Ordering::AcqRel, Ordering::Acquire)
        .is_err()
    {
        return Err(already_executing(cx, g));
    }
    let r = generator::with_frame(cx, g, f);
    g.state.store(SUSPENDED, Ordering::Release);
    r
}

fn already_executing(cx: &mut Cx, g: GeneratorObj) -> Raised {
    let what = noun(g);
    cx.value_error(format!("{what} already executing"))
}

fn noun(g: GeneratorObj) -> &'static str {
    match g.flavour {
        COROUTINE => "coroutine",
        ASYNC_GENERATOR => "async generator",
        _ => "generator",
    }
}

/// Whether `v` is closed and thrown into without looking for methods.
fn is_native_delegate(v: Value) -> Option<GeneratorObj> {
    as_generator(v).filter(|g| g.flavour == GENERATOR || g.flavour == COROUTINE)
}

/// Closes the iterator that a generator delegates to.
fn close_delegate(cx: &mut Cx, it: Value) -> PyResult<()> {
    if let Some(g) = is_native_delegate(it) {
        return close(cx, g).map(|_| ());
    }
    if let Some(w) = NativeObj::<CoroutineWrapper>::from_value(it) {
        return close(cx, w.coroutine()).map(|_| ());
    }
    match cx.lookup_attr(it, cx.names().close) {
        Ok(Some(m)) => cx.call(m, &[]).map(|_| ()),
        Ok(None) => Ok(()),
        Err(e) => {
            cx.unraisable(e, "Exception ignored while closing generator", it);
            Ok(())
        }
    }
}

/// Throws `e` into `g`. `closing`: a GeneratorExit closes the iterator it delegates to first.
pub fn throw(cx: &mut Cx, g: GeneratorObj, e: Raised, closing: bool) -> PyResult<Outcome> {
    let Some(it) = generator::delegate(cx, g) else {
        return generator::throw_here(cx, g, e);
    };
    // One native level for each generator that delegates.
    cx.check_native_stack()?;
    if closing && e.is(cx, cx.types().generator_exit) {
        let e = match while_delegating(cx, g, |cx| close_delegate(cx, it)) {
            Ok(()) => e,
            Err(closing_failed) => closing_failed,
        };
        return generator::throw_here(cx, g, e);
    }
    let r = while_delegating(cx, g, |cx| {
        let inner = match NativeObj::<CoroutineWrapper>::from_value(it) {
            Some(w) => Some(w.coroutine()),
            None => is_native_delegate(it),
        };
        if let Some(inner) = inner {
            let outcome = throw(cx, inner, e, closing)?;
            return visible(cx, inner, outcome).map(Some);
        }
        match cx.lookup_attr(it, cx.names().throw)? {
            Some(m) => cx.call(m, &[e.value()]).map(Some),
            None => Ok(None),
        }
    });
    match r {
        Ok(Some(v)) => Ok(Outcome::Yielded(v)),
        Ok(None) => generator::throw_here(cx, g, e),
        // The end of the delegate shows as StopIteration, which CLEANUP_THROW waits for.
        Err(inner) => generator::throw_here(cx, g, inner),
    }
}

/// `g.close()`: the value the generator returned on GeneratorExit.
pub fn close(cx: &mut Cx, g: GeneratorObj) -> PyResult<Value> {
    cx.check_native_stack()?;
    if g.state
        .compare_exchange(CREATED, FINISHED, Ordering::AcqRel, Ordering::Acquire)
        .is_ok()
    {
        g.forget_registers();
        return Ok(Value::none());
    }
    if generator::settled_state(cx, g) == FINISHED {
        return Ok(Value::none());
    }
    let mut e = None;
    if let Some(it) = generator::delegate(cx, g) {
        e = while_delegating(cx, g, |cx| close_delegate(cx, it)).err();
    }
    let exit = cx.types().generator_exit;
    let e = match e {
        Some(e) => e,
        None => {
            let e = cx.error_with(exit, &[]);
            crate::unwind::set_context(cx, e.exception());
            e
        }
    };
    match generator::throw_here(cx, g, e) {
        Ok(Outcome::Yielded(_)) => {
            let what = noun(g);
            Err(cx.runtime_error(format!("{what} ignored GeneratorExit")))
        }
        Ok(Outcome::Returned(v)) => Ok(v),
        Err(e) if e.is(cx, exit) => Ok(Value::none()),
        Err(e) => Err(e),
    }
}

/// The exception that `throw(*args)` asks for.
pub fn thrown(cx: &mut Cx, args: &[Value]) -> PyResult<Raised> {
    let none = Value::none();
    let (kind, value, tb) = (
        args[0],
        args.get(1).copied().unwrap_or(none),
        args.get(2).copied().unwrap_or(none),
    );
    if !tb.is_none() && super::traceback::as_traceback(tb).is_none() {
        return Err(cx.type_error("throw() third argument must be a traceback object"));
    }
    let exc = if is_exception_class(kind) {
        match instantiate(cx, kind, value) {
            Ok(e) => e,
            // What came up instead goes the same way.
            Err(e) => return Ok(e),
        }
    } else if let Some(e) = as_exception(kind) {
        if !value.is_none() {
            return Err(cx.type_error("instance exception may not have a separate value"));
        }
        e
    } else {
        let got = cx.type_name(kind);
        return Err(cx.type_error(format!(
            "exceptions must be classes or instances deriving from BaseException, not {got}"
        )));
    };
    if !tb.is_none() {
        set_traceback(cx, exc, tb)?;
    }
    Ok(Raised::new(exc))
}

/// An instance of the exception class `class` from the value beside it: an instance already, a
/// tuple of arguments, or one argument.
fn instantiate(cx: &mut Cx, class: Value, value: Value) -> PyResult<Gc<Exception>> {
    if let Some(e) = as_exception(value)
        && cx.isinstance(value, class)?
    {
        return Ok(e);
    }
    let made = if value.is_none() {
        cx.call(class, &[])?
    } else if let Some(t) = Gc::<krait_runtime::types::tuple::Tuple>::from_value(value) {
        cx.call(class, t.as_slice())?
    } else {
        cx.call(class, &[value])?
    };
    match as_exception(made) {
        Some(e) => Ok(e),
        None => {
            let (class, got) = (cx.repr_string(class)?, cx.type_name(made));
            Err(cx.type_error(format!(
                "calling {class} should have returned an instance of BaseException, not {got}"
            )))
        }
    }
}

/// Checks the number of arguments of `throw` and warns about the old form.
pub fn check_throw_args(cx: &mut Cx, method: &str, args: &[Value]) -> PyResult<()> {
    match args.len() {
        1 => Ok(()),
        0 => Err(cx.type_error(format!("{method} expected at least 1 argument, got 0"))),
        2 | 3 => {
            cx.warn_deprecated(&format!("the (type, exc, tb) signature of {method}() is deprecated, use the single-arg signature instead."))
        }
        n => Err(cx.type_error(format!("{method} expected at most 3 arguments, got {n}"))),
    }
}

fn throw_visible(cx: &mut Cx, g: GeneratorObj, args: &[Value]) -> PyResult<Value> {
    check_throw_args(cx, "throw", args)?;
    let e = thrown(cx, args)?;
    let outcome = throw(cx, g, e, true)?;
    visible(cx, g, outcome)
}

/// `gi_frame`: None when the generator has ended.
pub fn frame_of(cx: &mut Cx, g: GeneratorObj) -> Value {
    match generator::settled_state(cx, g) {
        FINISHED => Value::none(),
        RUNNING => {
            let running = window::frames(cx).find(|f| f.word(FRAME) == g.value());
            match running {
                Some(f) => super::frame::object_for(cx, f).value(),
                None => super::frame::object_for_generator(cx, g).value(),
            }
        }
        _ => super::frame::object_for_generator(cx, g).value(),
    }
}

/// `gi_code`.
pub fn code_of(g: GeneratorObj) -> Value {
    let code =
        function::as_function(g.function.get()).and_then(|f| function::as_code(f.code.get()));
    code.map_or(Value::none(), |c| code::public(c).value())
}

/// `repr` of all flavours.
pub fn repr(cx: &mut Cx, g: GeneratorObj, what: &str) -> PyResult<String> {
    let name = cx.str_string(g.qualname.get())?;
    Ok(format!("<{what} object {name} at {:#x}>", cx.id(g.value())))
}

/// Sets `__name__` or `__qualname__`.
pub fn set_text(
    cx: &mut Cx,
    g: GeneratorObj,
    qualified: bool,
    value: Option<Value>,
) -> PyResult<()> {
    match value {
        Some(v) if Gc::<Str>::from_value(v).is_some() => {
            let slot = if qualified { &g.qualname } else { &g.name };
            slot.set(cx, g, v);
            Ok(())
        }
        _ => {
            let name = if qualified {
                "__qualname__"
            } else {
                "__name__"
            };
            Err(cx.type_error(format!("{name} must be set to a string object")))
        }
    }
}

/// What the generator waits for, or None.
pub fn delegate_or_none(cx: &Cx, g: GeneratorObj) -> Value {
    generator::delegate(cx, g).unwrap_or(Value::none())
}

// ---- Generators -----------------------------------------------------------------------------

pub struct GeneratorMethods;

#[pymethods]
impl GeneratorMethods {
    /// Implement iter(self).
    #[py]
    fn __iter__(this: Value) -> Value {
        this
    }
    /// Implement next(self).
    #[py]
    fn __next__(cx: &mut Cx, this: GeneratorObj) -> PyResult<Value> {
        next(cx, this)
    }
    /// send(value) -> send 'value' into generator,
    /// return next yielded value or raise StopIteration.
    #[py(sig = "($self, object, /)")]
    fn send(cx: &mut Cx, this: GeneratorObj, object: Value) -> PyResult<Value> {
        send(cx, this, object)
    }
    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// Raise exception in generator, return next yielded value or raise
    /// StopIteration.
    /// the (type, val, tb) signature is deprecated,
    /// and may be removed in a future version of Python.
    #[py(sig = "($self, *args)", hide_sig)]
    fn throw(cx: &mut Cx, this: GeneratorObj, args: &[Value]) -> PyResult<Value> {
        throw_visible(cx, this, args)
    }
    /// close() -> raise GeneratorExit inside generator.
    #[py]
    fn close(cx: &mut Cx, this: GeneratorObj) -> PyResult<Value> {
        close(cx, this)
    }
    /// Called when the instance is about to be destroyed.
    #[py]
    fn __del__(cx: &mut Cx, this: GeneratorObj) {
        generator::finalize(cx, this.value());
    }
    #[py(getter)]
    fn gi_running(cx: &mut Cx, this: GeneratorObj) -> bool {
        generator::settled_state(cx, this) == RUNNING
    }
    #[py(getter)]
    fn gi_suspended(cx: &mut Cx, this: GeneratorObj) -> bool {
        generator::settled_state(cx, this) == SUSPENDED
    }
    #[py(getter)]
    fn gi_frame(cx: &mut Cx, this: GeneratorObj) -> Value {
        frame_of(cx, this)
    }
    #[py(getter)]
    fn gi_code(this: GeneratorObj) -> Value {
        code_of(this)
    }
    #[py(getter, doc = "object being iterated by yield from, or None")]
    fn gi_yieldfrom(cx: &mut Cx, this: GeneratorObj) -> Value {
        delegate_or_none(cx, this)
    }
    #[py(getter, doc = "name of the generator")]
    fn __name__(this: GeneratorObj) -> Value {
        this.name.get()
    }
    #[py(setter = "__name__")]
    fn set_name(cx: &mut Cx, this: GeneratorObj, value: Option<Value>) -> PyResult<()> {
        set_text(cx, this, false, value)
    }
    #[py(getter, doc = "qualified name of the generator")]
    fn __qualname__(this: GeneratorObj) -> Value {
        this.qualname.get()
    }
    #[py(setter = "__qualname__")]
    fn set_qualname(cx: &mut Cx, this: GeneratorObj, value: Option<Value>) -> PyResult<()> {
        set_text(cx, this, true, value)
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: GeneratorObj) -> PyResult<String> {
        repr(cx, this, "generator")
    }
    /// generators are generic over the types of their yield, send, and return values
    #[py(classmethod, sig = "($type, object, /)")]
    fn __class_getitem__(cx: &mut Cx, class: Value, object: Value) -> PyResult<Value> {
        cx.generic_alias(class, object)
    }
}

// ---- Coroutines -----------------------------------------------------------------------------

pub struct CoroutineMethods;

#[pymethods]
impl CoroutineMethods {
    /// Return an iterator to be used in await expression.
    #[py]
    fn __await__(cx: &mut Cx, this: GeneratorObj) -> PyResult<Value> {
        let class = cx.native_type(&WRAPPER_SPEC)?;
        Ok(NativeObj::alloc(
            cx,
            class,
            CoroutineWrapper {
                coroutine: Slot::new(this.value()),
            },
        )
        .value())
    }
    /// send(arg) -> send 'arg' into coroutine,
    /// return next iterated value or raise StopIteration.
    #[py(sig = "($self, object, /)")]
    fn send(cx: &mut Cx, this: GeneratorObj, object: Value) -> PyResult<Value> {
        send(cx, this, object)
    }
    /// throw(value)
    /// throw(type[,value[,traceback]])
    ///
    /// Raise exception in coroutine, return next iterated value or raise
    /// StopIteration.
    /// the (type, val, tb) signature is deprecated,
    /// and may be removed in a future version of Python.
    #[py(sig = "($self, *args)", hide_sig)]
    fn throw(cx: &mut Cx, this: GeneratorObj, args: &[Value]) -> PyResult<Value> {
        throw_visible(cx, this, args)
    }
    /// close() -> raise GeneratorExit inside coroutine.
    #[py]
    fn close(cx: &mut Cx, this: GeneratorObj) -> PyResult<Value> {
        close(cx, this)
    }
    /// Called when the instance is about to be destroyed.
    #[py]
    fn __del__(cx: &mut Cx, this: GeneratorObj) {
        generator::finalize(cx, this.value());
    }
    #[py(getter)]
    fn cr_running(cx: &mut Cx, this: GeneratorObj) -> bool {
        generator::settled_state(cx, this) == RUNNING
    }
    #[py(getter)]
    fn cr_suspended(cx: &mut Cx, this: GeneratorObj) -> bool {
        generator::settled_state(cx, this) == SUSPENDED
    }
    #[py(getter)]
    fn cr_frame(cx: &mut Cx, this: GeneratorObj) -> Value {
        frame_of(cx, this)
    }
    #[py(getter)]
    fn cr_code(this: GeneratorObj) -> Value {
        code_of(this)
    }
    #[py(getter, member)]
    fn cr_origin(this: GeneratorObj) -> Value {
        this.origin.get()
    }
    #[py(getter, doc = "object being awaited on, or None")]
    fn cr_await(cx: &mut Cx, this: GeneratorObj) -> Value {
        delegate_or_none(cx, this)
    }
    #[py(getter, doc = "name of the coroutine")]
    fn __name__(this: GeneratorObj) -> Value {
        this.name.get()
    }
    #[py(setter = "__name__")]
    fn set_name(cx: &mut Cx, this: GeneratorObj, value: Option<Value>) -> PyResult<()> {
        set_text(cx, this, false, value)
    }
    #[py(getter, doc = "qualified name of the coroutine")]
    fn __qualname__(this: GeneratorObj) -> Value {
        this.qualname.get()
    }
    #[py(setter = "__qualname__")]
    fn set_qualname(cx: &mut Cx, this: GeneratorObj, value: Option<Value>) -> PyResult<()> {
        set_text(cx, this, true, value)
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: GeneratorObj) -> PyResult<String> {
        repr(cx, this, "coroutine")
    }
    /// coroutines are generic over the types of their yield, send, and return values
    #[py(classmethod, sig = "($type, object, /)")]
    fn __class_getitem__(cx: &mut Cx, class: Value, object: Value) -> PyResult<Value> {
        cx.generic_alias(class, object)
    }
}

/// What `coroutine.__await__()` returns: the coroutine as an iterator.
#[derive(Trace)]
pub struct CoroutineWrapper {
    coroutine: Slot,
}

impl Native for CoroutineWrapper {
    const PY_NAME: &'static str = "coroutine_wrapper";
    const NEEDS_DROP: bool = false;
}

static WRAPPER_SPEC: TypeSpec = TypeSpec {
    name: "coroutine_wrapper",
    doc: Some("A wrapper object implementing __await__ for coroutines."),
    layout: Layout::native::<CoroutineWrapper>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[WrapperMethods::DEFS],
    ..TypeSpec::DEFAULT
};

impl CoroutineWrapper {
    fn coroutine(&self) -> GeneratorObj {
        as_generator(self.coroutine.get()).expect("a wrapper holds a coroutine")
    }
}

/// The coroutine that awaiting the iterator `v` runs, if it is a wrapper of one.
pub fn wrapped_coroutine(v: Value) -> Option<GeneratorObj> {
    NativeObj::<CoroutineWrapper>::from_value(v).map(|w| w.coroutine())
}

type Wrapper = Gc<NativeObj<CoroutineWrapper>>;

struct WrapperMethods;

#[pymethods]
impl WrapperMethods {
    /// Implement iter(self).
    #[py]
    fn __iter__(this: Value) -> Value {
        this
    }
    /// Implement next(self).
    #[py]
    fn __next__(cx: &mut Cx, this: Wrapper) -> PyResult<Value> {
        next(cx, this.coroutine())
    }
    /// send(arg) -> send 'arg' into coroutine,
    /// return next iterated value or raise StopIteration.
    #[py(sig = "($self, object, /)")]
    fn send(cx: &mut Cx, this: Wrapper, object: Value) -> PyResult<Value> {
        send(cx, this.coroutine(), object)
    }
    /// throw(value)
    /// throw(type[,value[,traceback]])
    ///
    /// Raise exception in coroutine, return next iterated value or raise
    /// StopIteration.
    #[py(sig = "($self, *args)", hide_sig)]
    fn throw(cx: &mut Cx, this: Wrapper, args: &[Value]) -> PyResult<Value> {
        throw_visible(cx, this.coroutine(), args)
    }
    /// close() -> raise GeneratorExit inside coroutine.
    #[py]
    fn close(cx: &mut Cx, this: Wrapper) -> PyResult<Value> {
        close(cx, this.coroutine())
    }
}
