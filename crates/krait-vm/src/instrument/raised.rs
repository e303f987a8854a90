//! The events of exceptions, reported by the unwinder. A callback that raises replaces the
//! exception.

use krait_runtime::cx::Cx;
use krait_runtime::error::{PyResult, Raised};
use krait_runtime::value::Value;

use super::monitoring::{self, Event};
use super::{is_active, report, state};
use crate::window::Frame;

/// Runs `report` for the running frame if events are wanted, and says which exception goes on.
fn reporting(
    cx: &mut Cx,
    e: Raised,
    report: impl FnOnce(&mut Cx, Frame, Value) -> PyResult<()>,
) -> Raised {
    match Frame::top(cx) {
        Some(frame) if is_active(cx) => report(cx, frame, e.value()).err().unwrap_or(e),
        _ => e,
    }
}

fn fire(cx: &mut Cx, event: Event, frame: Frame, exc: Value) -> PyResult<()> {
    let code = frame.code();
    monitoring::fire_at(cx, event, code, code.offset_of(frame.pc), &[exc])
}

/// The running frame's instruction raised `e`, or a call it made did.
pub fn raised(cx: &mut Cx, e: Raised) -> Raised {
    reporting(cx, e, |cx, frame, exc| {
        fire(cx, Event::Raise, frame, exc)?;
        let class = cx.type_of(exc).value();
        let traceback = e.exception().traceback.get();
        let triple = cx.new_tuple(&[class, exc, traceback]);
        report::trace(cx, frame, "exception", triple)
    })
}

/// `e` goes on after a `finally` or an `except` that did not want it.
pub fn reraised(cx: &mut Cx, e: Raised) -> Raised {
    reporting(cx, e, |cx, frame, exc| fire(cx, Event::Reraise, frame, exc))
}

/// The running frame has a handler for `e`.
pub fn handled(cx: &mut Cx, e: Raised) -> PyResult<()> {
    let next = reporting(cx, e, |cx, frame, exc| {
        fire(cx, Event::ExceptionHandled, frame, exc)
    });
    if next.value() == e.value() {
        Ok(())
    } else {
        Err(next)
    }
}

/// `e` leaves the running frame.
pub fn unwound(cx: &mut Cx, e: Raised) -> Raised {
    reporting(cx, e, |cx, frame, exc| {
        let line = state(cx).watched.last_line(frame);
        let r =
            fire(cx, Event::PyUnwind, frame, exc).and_then(|()| report::unwound(cx, frame, line));
        state(cx).watched.leave(frame);
        r
    })
}

/// `e` is thrown into the generator whose frame runs now.
pub fn thrown(cx: &mut Cx, e: Raised) -> Raised {
    reporting(cx, e, |cx, frame, exc| {
        state(cx).watched.enter_by_throw(frame);
        fire(cx, Event::PyThrow, frame, exc)?;
        report::begin(cx, frame)
    })
}
