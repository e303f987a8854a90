//! Asynchronous generators: their methods and the awaitables these return.
//!
//! An asynchronous generator yields for two reasons: to hand out an item, and because something it
//! awaits has to wait. Items are wrapped (ASYNC_GEN_WRAP) so that the awaitable can tell. Source:
//! PEP 525; the states and messages follow CPython.

use std::sync::atomic::{AtomicU8, Ordering};

use krait_macros::{Trace, pymethods};
use krait_runtime::cx::thread_slot;
use krait_runtime::error::Raised;
use krait_runtime::native::{
    Cx, Layout, Native, NativeObj, Outcome, PyResult, SendFn, TypeSpec, Value,
};
use krait_runtime::object::{Array, Gc, Slot};
use krait_runtime::protocol::iter::known;
use krait_runtime::types::typeobj::flags;

use super::generator::{self, FINISHED, GeneratorObj, SUSPENDED, as_generator};
use super::generator_methods as gen_ops;

/// Bits of `Generator::async_bits`.
const HOOKS_DONE: u8 = 1;
const CLOSED: u8 = 2;
const OPERATION_RUNNING: u8 = 4;

/// States of an awaitable.
const INIT: u8 = 0;
const ITER: u8 = 1;
const DONE: u8 = 2;

/// An item on its way out of the generator.
#[derive(Trace)]
pub struct Wrapped {
    value: Slot,
}

/// What `__anext__()` and `asend()` return.
#[derive(Trace)]
pub struct Asend {
    generator: Slot,
    /// What the first step sends.
    sent: Slot,
    state: AtomicU8,
}

/// What `athrow()` and `aclose()` return.
#[derive(Trace)]
pub struct Athrow {
    generator: Slot,
    /// Arguments of `athrow`, an array; `EMPTY`: this is `aclose()`.
    args: Slot,
    state: AtomicU8,
}

impl Native for Wrapped {
    const PY_NAME: &'static str = "async_generator_wrapped_value";
    const NEEDS_DROP: bool = false;
}
impl Native for Asend {
    const PY_NAME: &'static str = "async_generator_asend";
    const NEEDS_DROP: bool = false;
    const SEND: Option<SendFn> = Some(|cx, it, v| known::<Asend>(it).step(cx, Step::Send(v)));
}
impl Native for Athrow {
    const PY_NAME: &'static str = "async_generator_athrow";
    const NEEDS_DROP: bool = false;
    const SEND: Option<SendFn> = Some(|cx, it, v| known::<Athrow>(it).step(cx, Step::Send(v)));
}

pub static WRAPPED_SPEC: TypeSpec = TypeSpec {
    name: "async_generator_wrapped_value",
    layout: Layout::native::<Wrapped>(),
    flags: flags::NO_INSTANTIATION,
    ..TypeSpec::DEFAULT
};
pub static ASEND_SPEC: TypeSpec = TypeSpec {
    name: "async_generator_asend",
    layout: Layout::native::<Asend>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[AsendMethods::DEFS],
    ..TypeSpec::DEFAULT
};
static ATHROW_SPEC: TypeSpec = TypeSpec {
    name: "async_generator_athrow",
    layout: Layout::native::<Athrow>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[AthrowMethods::DEFS],
    ..TypeSpec::DEFAULT
};

type AsendObj = Gc<NativeObj<Asend>>;
type AthrowObj = Gc<NativeObj<Athrow>>;

/// Wraps an item before it is yielded.
pub fn wrap(cx: &mut Cx, v: Value) -> Value {
    let class = super::types(cx).async_wrapped;
    NativeObj::alloc(
        cx,
        class,
        Wrapped {
            value: Slot::new(v),
        },
    )
    .value()
}

fn unwrapped(v: Value) -> Option<Value> {
    NativeObj::<Wrapped>::from_value(v).map(|w| w.value.get())
}

/// Whether awaiting `v` needs no `__await__` call.
pub fn is_asend(v: Value) -> bool {
    NativeObj::<Asend>::from_value(v).is_some()
}

fn bit(g: GeneratorObj, which: u8) -> bool {
    g.async_bits.load(Ordering::Acquire) & which != 0
}

fn set_bit(g: GeneratorObj, which: u8) {
    g.async_bits.fetch_or(which, Ordering::AcqRel);
}

fn clear_bit(g: GeneratorObj, which: u8) {
    g.async_bits.fetch_and(!which, Ordering::AcqRel);
}

/// Tells the event loop of a generator that is used for the first time.
fn first_use(cx: &mut Cx, g: GeneratorObj) -> PyResult<()> {
    if g.async_bits.fetch_or(HOOKS_DONE, Ordering::AcqRel) & HOOKS_DONE != 0 {
        return Ok(());
    }
    let hook = |cx: &Cx, i: usize| cx.locals[i].get().some().filter(|v| !v.is_none());
    if let Some(finalizer) = hook(cx, thread_slot::ASYNC_FINALIZER) {
        g.origin.set(cx, g, finalizer);
    }
    if let Some(first) = hook(cx, thread_slot::ASYNC_FIRSTITER) {
        cx.call(first, &[g.value()])?;
    }
    Ok(())
}

/// What one step of an awaitable does to the generator.
enum Step {
    Send(Value),
    Throw(Raised),
}

/// Resumes the generator. The end of it is StopAsyncIteration.
fn resume(cx: &mut Cx, g: GeneratorObj, step: Step, closing: bool) -> PyResult<Value> {
    let outcome = match step {
        Step::Send(v) => generator::send(cx, g, v)?,
        Step::Throw(e) => gen_ops::throw(cx, g, e, closing)?,
    };
    gen_ops::visible(cx, g, outcome)
}

fn is_end(cx: &Cx, e: Raised) -> bool {
    e.is(cx, cx.types().stop_async_iteration) || e.is(cx, cx.types().generator_exit)
}

/// Turns what the generator gave into what the awaitable gives: an item is its result.
fn unwrap(cx: &mut Cx, g: GeneratorObj, r: PyResult<Value>) -> PyResult<Outcome> {
    match r {
        Ok(v) => match unwrapped(v) {
            Some(item) => {
                clear_bit(g, OPERATION_RUNNING);
                Ok(Outcome::Returned(item))
            }
            None => Ok(Outcome::Yielded(v)),
        },
        Err(e) => {
            if is_end(cx, e) {
                set_bit(g, CLOSED);
            }
            clear_bit(g, OPERATION_RUNNING);
            Err(e)
        }
    }
}

/// How a step's outcome shows to Python code; the end with None is `EMPTY` if `native`.
fn show(cx: &mut Cx, r: PyResult<Outcome>, native: bool) -> PyResult<Value> {
    match r? {
        Outcome::Yielded(v) => Ok(v),
        Outcome::Returned(v) if native && v.is_none() => Ok(Value::EMPTY),
        Outcome::Returned(v) => Err(cx.stop_iteration(v)),
    }
}

/// The end of `close()` of an awaitable, which threw GeneratorExit.
fn show_close(cx: &mut Cx, r: PyResult<Outcome>) -> PyResult<Value> {
    match r {
        Ok(Outcome::Yielded(_)) => Err(cx.runtime_error("coroutine ignored GeneratorExit")),
        Ok(Outcome::Returned(_)) => Ok(Value::none()),
        Err(e) if is_end(cx, e) || e.is(cx, cx.types().stop_iteration) => Ok(Value::none()),
        Err(e) => Err(e),
    }
}

fn generator_exit(cx: &mut Cx) -> Raised {
    let class = cx.types().generator_exit;
    cx.error_with(class, &[])
}

/// Marks an operation of the generator as running.
fn begin(cx: &mut Cx, g: GeneratorObj, state: &AtomicU8, what: &str) -> PyResult<()> {
    if g.async_bits.fetch_or(OPERATION_RUNNING, Ordering::AcqRel) & OPERATION_RUNNING != 0 {
        state.store(DONE, Ordering::Release);
        return Err(cx.runtime_error(format!(
            "{what}(): asynchronous generator is already running"
        )));
    }
    state.store(ITER, Ordering::Release);
    Ok(())
}

trait Awaitable: Copy {
    fn step(self, cx: &mut Cx, step: Step) -> PyResult<Outcome>;
    fn is_done(self) -> bool;
}

impl Awaitable for AsendObj {
    fn step(self, cx: &mut Cx, step: Step) -> PyResult<Outcome> {
        let g = as_generator(self.generator.get()).expect("made for a generator");
        let mut step = step;
        match self.state.load(Ordering::Acquire) {
            DONE => {
                return Err(cx.runtime_error("cannot reuse already awaited __anext__()/asend()"));
            }
            INIT => {
                begin(cx, g, &self.state, "anext")?;
                if let Step::Send(v) = step
                    && v.is_none()
                {
                    step = Step::Send(self.sent.get());
                }
            }
            _ => set_bit(g, OPERATION_RUNNING),
        }
        let r = resume(cx, g, step, true);
        let r = unwrap(cx, g, r);
        if !matches!(r, Ok(Outcome::Yielded(_))) {
            self.state.store(DONE, Ordering::Release);
        }
        r
    }

    fn is_done(self) -> bool {
        self.state.load(Ordering::Acquire) == DONE
    }
}

impl Awaitable for AthrowObj {
    fn step(self, cx: &mut Cx, step: Step) -> PyResult<Outcome> {
        let g = as_generator(self.generator.get()).expect("made for a generator");
        let closes = self.args.get().is_empty();
        let state = self.state.load(Ordering::Acquire);
        if state == DONE {
            return Err(cx.runtime_error("cannot reuse already awaited aclose()/athrow()"));
        }
        let mut step = step;
        let mut close_delegate = true;
        if let Step::Send(sent) = step {
            if g.state.load(Ordering::Acquire) == FINISHED {
                self.state.store(DONE, Ordering::Release);
                return Ok(Outcome::Returned(Value::none()));
            }
            if state == INIT {
                step = Step::Throw(self.start(cx, g, sent)?);
                close_delegate = false;
            }
        } else if state == INIT {
            begin(cx, g, &self.state, if closes { "aclose" } else { "athrow" })?;
        }
        let r = resume(cx, g, step, close_delegate);
        let r = if closes {
            self.end_of_close(cx, g, r)
        } else {
            unwrap(cx, g, r)
        };
        if !matches!(r, Ok(Outcome::Yielded(_))) {
            self.state.store(DONE, Ordering::Release);
        }
        r
    }

    fn is_done(self) -> bool {
        self.state.load(Ordering::Acquire) == DONE
    }
}

trait AthrowExt: Copy {
    fn start(self, cx: &mut Cx, g: GeneratorObj, sent: Value) -> PyResult<Raised>;
    fn end_of_close(self, cx: &mut Cx, g: GeneratorObj, r: PyResult<Value>) -> PyResult<Outcome>;
}

impl AthrowExt for AthrowObj {
    /// The first step: what to throw.
    fn start(self, cx: &mut Cx, g: GeneratorObj, sent: Value) -> PyResult<Raised> {
        let args = Gc::<Array>::from_value(self.args.get());
        let what = if args.is_none() { "aclose" } else { "athrow" };
        if bit(g, OPERATION_RUNNING) {
            self.state.store(DONE, Ordering::Release);
            return Err(cx.runtime_error(format!(
                "{what}(): asynchronous generator is already running"
            )));
        }
        if bit(g, CLOSED) {
            self.state.store(DONE, Ordering::Release);
            let class = cx.types().stop_async_iteration;
            return Err(cx.error_with(class, &[]));
        }
        if !sent.is_none() {
            return Err(cx.runtime_error("can't send non-None value to a just-started coroutine"));
        }
        begin(cx, g, &self.state, what)?;
        let Some(args) = args else {
            set_bit(g, CLOSED);
            return Ok(generator_exit(cx));
        };
        match gen_ops::thrown(cx, args.values()) {
            Ok(e) => Ok(e),
            Err(e) => {
                clear_bit(g, OPERATION_RUNNING);
                self.state.store(DONE, Ordering::Release);
                Err(e)
            }
        }
    }

    /// `aclose()`: an item is an error, the end of the generator the success.
    fn end_of_close(self, cx: &mut Cx, g: GeneratorObj, r: PyResult<Value>) -> PyResult<Outcome> {
        match r {
            Ok(v) if unwrapped(v).is_some() => {
                clear_bit(g, OPERATION_RUNNING);
                Err(cx.runtime_error("async generator ignored GeneratorExit"))
            }
            Ok(v) => Ok(Outcome::Yielded(v)),
            Err(e) => {
                clear_bit(g, OPERATION_RUNNING);
                if is_end(cx, e) {
                    Ok(Outcome::Returned(Value::none()))
                } else {
                    Err(e)
                }
            }
        }
    }
}

fn make_asend(cx: &mut Cx, g: GeneratorObj, sent: Value) -> PyResult<Value> {
    first_use(cx, g)?;
    let class = super::types(cx).async_asend;
    let payload = Asend {
        generator: Slot::new(g.value()),
        sent: Slot::new(sent),
        state: AtomicU8::new(INIT),
    };
    Ok(NativeObj::alloc(cx, class, payload).value())
}

fn make_athrow(cx: &mut Cx, g: GeneratorObj, args: Value) -> PyResult<Value> {
    first_use(cx, g)?;
    let class = cx.native_type(&ATHROW_SPEC)?;
    let payload = Athrow {
        generator: Slot::new(g.value()),
        args: Slot::new(args),
        state: AtomicU8::new(INIT),
    };
    Ok(NativeObj::alloc(cx, class, payload).value())
}

/// The awaitable of the next item for `async for`, if `it` is a generator. It is awaited at once, so
/// that nobody need watch whether it dies unused.
pub fn next_item(cx: &mut Cx, it: Value) -> Option<PyResult<Value>> {
    let g = as_generator(it).filter(|g| g.flavour == generator::ASYNC_GENERATOR)?;
    Some(make_asend(cx, g, Value::none()))
}

/// Has an awaitable that a program asked for warn when it dies unused.
fn to_be_awaited(cx: &mut Cx, awaitable: Value) -> Value {
    // SAFETY: the object was just made.
    unsafe { krait_runtime::finalize::watch(cx, awaitable.object_unchecked()) };
    awaitable
}

fn warn_never_awaited(cx: &mut Cx, g: Value, state: &AtomicU8, method: &str) -> PyResult<()> {
    let Some(g) = as_generator(g).filter(|_| state.load(Ordering::Acquire) == INIT) else {
        return Ok(());
    };
    let name = cx.str_string(g.qualname.get())?;
    let category = cx.types().runtime_warning;
    cx.warn(
        category,
        &format!("coroutine method '{method}' of '{name}' was never awaited"),
    )
}

pub struct Methods;

#[pymethods]
impl Methods {
    /// Return an awaitable, that resolves in asynchronous iterator.
    #[py]
    fn __aiter__(this: Value) -> Value {
        this
    }
    /// Return a value or raise StopAsyncIteration.
    #[py]
    fn __anext__(cx: &mut Cx, this: GeneratorObj) -> PyResult<Value> {
        let made = make_asend(cx, this, Value::none())?;
        Ok(to_be_awaited(cx, made))
    }
    /// asend(v) -> send 'v' in generator.
    #[py(sig = "($self, object, /)")]
    fn asend(cx: &mut Cx, this: GeneratorObj, object: Value) -> PyResult<Value> {
        let made = make_asend(cx, this, object)?;
        Ok(to_be_awaited(cx, made))
    }
    /// athrow(value)
    /// athrow(type[,value[,tb]])
    ///
    /// raise exception in generator.
    /// the (type, val, tb) signature is deprecated,
    /// and may be removed in a future version of Python.
    #[py(sig = "($self, *args)", hide_sig)]
    fn athrow(cx: &mut Cx, this: GeneratorObj, args: &[Value]) -> PyResult<Value> {
        gen_ops::check_throw_args(cx, "athrow", args)?;
        let array = cx.new_array(args.len());
        for (slot, &v) in array.slots().iter().zip(args) {
            slot.set(cx, array, v);
        }
        let made = make_athrow(cx, this, array.value())?;
        Ok(to_be_awaited(cx, made))
    }
    /// aclose() -> raise GeneratorExit inside generator.
    #[py]
    fn aclose(cx: &mut Cx, this: GeneratorObj) -> PyResult<Value> {
        let made = make_athrow(cx, this, Value::EMPTY)?;
        Ok(to_be_awaited(cx, made))
    }
    /// Called when the instance is about to be destroyed.
    #[py]
    fn __del__(cx: &mut Cx, this: GeneratorObj) {
        generator::finalize(cx, this.value());
    }
    #[py(getter, member)]
    fn ag_running(this: GeneratorObj) -> bool {
        bit(this, OPERATION_RUNNING)
    }
    #[py(getter)]
    fn ag_suspended(this: GeneratorObj) -> bool {
        this.state.load(Ordering::Acquire) == SUSPENDED
    }
    #[py(getter)]
    fn ag_frame(cx: &mut Cx, this: GeneratorObj) -> Value {
        gen_ops::frame_of(cx, this)
    }
    #[py(getter)]
    fn ag_code(this: GeneratorObj) -> Value {
        gen_ops::code_of(this)
    }
    #[py(getter, doc = "object being awaited on, or None")]
    fn ag_await(cx: &mut Cx, this: GeneratorObj) -> Value {
        gen_ops::delegate_or_none(cx, this)
    }
    #[py(getter, doc = "name of the async generator")]
    fn __name__(this: GeneratorObj) -> Value {
        this.name.get()
    }
    #[py(setter = "__name__")]
    fn set_name(cx: &mut Cx, this: GeneratorObj, value: Option<Value>) -> PyResult<()> {
        gen_ops::set_text(cx, this, false, value)
    }
    #[py(getter, doc = "qualified name of the async generator")]
    fn __qualname__(this: GeneratorObj) -> Value {
        this.qualname.get()
    }
    #[py(setter = "__qualname__")]
    fn set_qualname(cx: &mut Cx, this: GeneratorObj, value: Option<Value>) -> PyResult<()> {
        gen_ops::set_text(cx, this, true, value)
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: GeneratorObj) -> PyResult<String> {
        gen_ops::repr(cx, this, "async_generator")
    }
    /// async generators are generic over the types of their yield and send values
    #[py(classmethod, sig = "($type, object, /)")]
    fn __class_getitem__(cx: &mut Cx, class: Value, object: Value) -> PyResult<Value> {
        cx.generic_alias(class, object)
    }
}

/// `throw(*args)` of an awaitable.
fn throw_into(cx: &mut Cx, this: impl Awaitable, args: &[Value]) -> PyResult<Value> {
    gen_ops::check_throw_args(cx, "throw", args)?;
    let e = gen_ops::thrown(cx, args)?;
    let r = this.step(cx, Step::Throw(e));
    show(cx, r, false)
}

/// `close()` of an awaitable.
fn close_awaitable(cx: &mut Cx, this: impl Awaitable) -> PyResult<Value> {
    if this.is_done() {
        return Ok(Value::none());
    }
    let e = generator_exit(cx);
    let r = this.step(cx, Step::Throw(e));
    show_close(cx, r)
}

struct AsendMethods;

#[pymethods]
impl AsendMethods {
    /// Return an iterator to be used in await expression.
    #[py]
    fn __await__(this: Value) -> Value {
        this
    }
    /// Implement iter(self).
    #[py]
    fn __iter__(this: Value) -> Value {
        this
    }
    /// Implement next(self).
    #[py]
    fn __next__(cx: &mut Cx, this: AsendObj) -> PyResult<Value> {
        let r = this.step(cx, Step::Send(Value::none()));
        show(cx, r, true)
    }
    /// send(arg) -> send 'arg' into generator,
    /// return next yielded value or raise StopIteration.
    #[py(sig = "($self, object, /)")]
    fn send(cx: &mut Cx, this: AsendObj, object: Value) -> PyResult<Value> {
        let r = this.step(cx, Step::Send(object));
        show(cx, r, false)
    }
    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// Raise exception in generator, return next yielded value or raise
    /// StopIteration.
    #[py(sig = "($self, *args)", hide_sig)]
    fn throw(cx: &mut Cx, this: AsendObj, args: &[Value]) -> PyResult<Value> {
        throw_into(cx, this, args)
    }
    /// close() -> raise GeneratorExit inside generator.
    #[py]
    fn close(cx: &mut Cx, this: AsendObj) -> PyResult<Value> {
        close_awaitable(cx, this)
    }
    /// Called when the instance is about to be destroyed.
    #[py]
    fn __del__(cx: &mut Cx, this: AsendObj) -> PyResult<()> {
        warn_never_awaited(cx, this.generator.get(), &this.state, "asend")
    }
}

struct AthrowMethods;

#[pymethods]
impl AthrowMethods {
    /// Return an iterator to be used in await expression.
    #[py]
    fn __await__(this: Value) -> Value {
        this
    }
    /// Implement iter(self).
    #[py]
    fn __iter__(this: Value) -> Value {
        this
    }
    /// Implement next(self).
    #[py]
    fn __next__(cx: &mut Cx, this: AthrowObj) -> PyResult<Value> {
        let r = this.step(cx, Step::Send(Value::none()));
        show(cx, r, true)
    }
    /// send(arg) -> send 'arg' into generator,
    /// return next yielded value or raise StopIteration.
    #[py(sig = "($self, object, /)")]
    fn send(cx: &mut Cx, this: AthrowObj, object: Value) -> PyResult<Value> {
        let r = this.step(cx, Step::Send(object));
        show(cx, r, false)
    }
    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// Raise exception in generator, return next yielded value or raise
    /// StopIteration.
    #[py(sig = "($self, *args)", hide_sig)]
    fn throw(cx: &mut Cx, this: AthrowObj, args: &[Value]) -> PyResult<Value> {
        throw_into(cx, this, args)
    }
    /// close() -> raise GeneratorExit inside generator.
    #[py]
    fn close(cx: &mut Cx, this: AthrowObj) -> PyResult<Value> {
        close_awaitable(cx, this)
    }
    /// Called when the instance is about to be destroyed.
    #[py]
    fn __del__(cx: &mut Cx, this: AthrowObj) -> PyResult<()> {
        let closes = this.args.get().is_empty();
        let method = if closes { "aclose" } else { "athrow" };
        warn_never_awaited(cx, this.generator.get(), &this.state, method)
    }
}
