//! What awaiting a future gives: it yields the future while that is not done, then its result.

use std::sync::atomic::Ordering;

use krait_runtime::native::{Outcome, SendFn};
use krait_runtime::protocol::iter::known;
use krait_runtime::types::exceptions::base::{as_exception, is_exception_class};
use krait_stdlib::prelude::*;
use krait_vm::objects::generator_methods as generators;
use krait_vm::objects::traceback::as_traceback;

use super::future::{self, FutureRef};

#[derive(Trace)]
pub struct FutureIter {
    /// `EMPTY` once it is closed.
    future: Slot,
}
impl Native for FutureIter {
    const PY_NAME: &'static str = "_asyncio.FutureIter";
    const SEND: Option<SendFn> = Some(|cx, it, _| step(cx, known(it)));
}

type This = Obj<FutureIter>;

pub static FUTURE_ITER: TypeSpec = TypeSpec {
    name: "FutureIter",
    module: "_asyncio",
    layout: Layout::native::<FutureIter>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[Methods::DEFS, IterSelf::DEFS],
    ..TypeSpec::DEFAULT
};

pub fn new(cx: &mut Cx, f: FutureRef) -> PyResult<Value> {
    future::check_initialized(cx, f)?;
    let class = cx.native_type(&FUTURE_ITER)?;
    let new = FutureIter {
        future: slot(f.value()),
    };
    Ok(NativeObj::alloc(cx, class, new).value())
}

fn step(cx: &mut Cx, this: This) -> PyResult<Outcome> {
    let Some(f) = FutureRef::of(this.future.get()) else {
        return Ok(Outcome::Returned(Value::none()));
    };
    if f.is_pending() {
        if f.blocking.load(Ordering::Acquire) {
            return Err(cx.runtime_error("await wasn't used with future"));
        }
        f.blocking.store(true, Ordering::Release);
        return Ok(Outcome::Yielded(f.value()));
    }
    Ok(Outcome::Returned(future::result(cx, f)?))
}

fn visible(cx: &mut Cx, outcome: Outcome) -> PyResult<Value> {
    match outcome {
        Outcome::Yielded(v) => Ok(v),
        Outcome::Returned(v) => Err(cx.stop_iteration(v)),
    }
}

struct Methods;

#[pymethods]
impl Methods {
    /// Implement next(self).
    #[py(sig = "($self, /)")]
    fn __next__(cx: &mut Cx, this: This) -> PyResult<Value> {
        let outcome = step(cx, this)?;
        visible(cx, outcome)
    }
    #[py(hide_sig)]
    fn send(cx: &mut Cx, this: This, _value: Value) -> PyResult<Value> {
        let outcome = step(cx, this)?;
        visible(cx, outcome)
    }
    #[py(hide_sig)]
    fn throw(cx: &mut Cx, this: This, args: &[Value]) -> PyResult<Value> {
        generators::check_throw_args(cx, "throw", args)?;
        if args
            .get(2)
            .is_some_and(|&tb| !tb.is_none() && as_traceback(tb).is_none())
        {
            return Err(cx.type_error("throw() third argument must be a traceback"));
        }
        if !is_exception_class(args[0]) && as_exception(args[0]).is_none() {
            return Err(cx.type_error(
                "exceptions must be classes deriving BaseException or instances of such a class",
            ));
        }
        let e = generators::thrown(cx, args)?;
        this.future.set_immediate(Value::EMPTY);
        Err(e)
    }
    #[py(hide_sig)]
    fn close(this: This) {
        this.future.set_immediate(Value::EMPTY);
    }
}
