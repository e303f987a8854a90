//! Scanners, and `finditer` on top of them.

use std::sync::atomic::{AtomicBool, Ordering};

use krait_runtime::sync::Guarded;
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::iterators::functional::CallIter;
use krait_runtime::types::memoryview::MemoryView;
use krait_sre::{Method, Scan};

use super::match_::Match;
use super::pattern::{Pattern, Window};
use crate::prelude::*;

/// A series of matches that the program steps through.
#[derive(Trace)]
pub struct Scanner {
    pattern: Slot,
    string: Slot,
    /// A memoryview that keeps the memory of a buffer where it is, until the series is over.
    view: Slot,
    pos: usize,
    endpos: usize,
    /// A step is under way.
    executing: AtomicBool,
    #[trace(skip)]
    scan: Guarded<Scan>,
}
impl Native for Scanner {
    const PY_NAME: &'static str = "_sre.SRE_Scanner";
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "SRE_Scanner",
    module: "_sre",
    layout: Layout::native::<Scanner>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

type This = Obj<Scanner>;

impl Scanner {
    pub fn alloc(
        cx: &mut Cx,
        pattern: Obj<Pattern>,
        string: Value,
        pos: Option<isize>,
        endpos: Option<isize>,
    ) -> PyResult<Value> {
        let (window, scan) = pattern.apply(cx, string, |cx, input, _| {
            let window = Window::new(input, pos, endpos);
            let scan = window.scan(cx, input)?;
            Ok((window, scan))
        })?;
        let fixed =
            Gc::<Str>::from_value(string).is_some() || Gc::<Bytes>::from_value(string).is_some();
        let view = if fixed {
            Value::EMPTY
        } else {
            MemoryView::new(cx, string)?.value()
        };
        let class = cx.native_type(&SPEC)?;
        let payload = Scanner {
            pattern: slot(pattern.value()),
            string: slot(string),
            view: slot(view),
            pos: window.pos,
            endpos: window.endpos,
            executing: AtomicBool::new(false),
            scan: Guarded::new(scan),
        };
        Ok(NativeObj::alloc(cx, class, payload).value())
    }
}

fn step(cx: &mut Cx, this: This, method: Method) -> PyResult<Value> {
    let Some(pattern) = NativeObj::<Pattern>::from_value(this.pattern.get()) else {
        return Ok(Value::none());
    };
    if this.executing.swap(true, Ordering::Acquire) {
        return Err(cx.value_error("regular expression scanner already executing"));
    }
    let result = pattern.apply(cx, this.string.get(), |cx, input, scratch| {
        let mut scan = *this.scan.lock(cx);
        let found = pattern.step(cx, input, &mut scan, method, scratch)?;
        *this.scan.lock(cx) = scan;
        if !found {
            return Ok(Value::none());
        }
        let window = Window {
            pos: this.pos,
            endpos: this.endpos,
        };
        Ok(Match::alloc(cx, pattern, input.value(), &window, scratch)?.value())
    });
    if let Ok(v) = result
        && v.is_none()
        && let Some(view) = this.view.get().some().and_then(MemoryView::from_value)
    {
        this.view.set_immediate(Value::EMPTY);
        view.release(cx)?;
    }
    this.executing.store(false, Ordering::Release);
    result
}

/// `callable_iterator` over the matches.
pub fn finditer(
    cx: &mut Cx,
    pattern: Obj<Pattern>,
    string: Value,
    pos: Option<isize>,
    endpos: Option<isize>,
) -> PyResult<Value> {
    let scanner = Scanner::alloc(cx, pattern, string, pos, endpos)?;
    let search = cx.get_attr_str(scanner, "search")?;
    Ok(CallIter::start(cx, search, Value::none()).value())
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(name = "match", sig = "($self, /)")]
    fn match_(cx: &mut Cx, this: This) -> PyResult<Value> {
        step(cx, this, Method::Match)
    }
    #[py(sig = "($self, /)")]
    fn search(cx: &mut Cx, this: This) -> PyResult<Value> {
        step(cx, this, Method::Search)
    }
    #[py(getter)]
    fn pattern(this: This) -> Value {
        this.pattern.get()
    }
}
