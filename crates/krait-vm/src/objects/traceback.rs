//! Tracebacks: one entry for each frame an exception passed.

use std::sync::atomic::{AtomicI64, Ordering};

use krait_macros::{Trace, pymethods};
use krait_runtime::cx::Cx;
use krait_runtime::error::Exception;
use krait_runtime::native::{Layout, Native, NativeObj, PyResult, TypeSpec, Value};
use krait_runtime::object::{Gc, Slot};

use super::frame::{self, FrameObj};
use super::function::FunctionExt;
use crate::window::Frame;

#[derive(Trace)]
pub struct Traceback {
    pub next: Slot,
    pub frame: Slot,
    /// Offset of the instruction in bytes of `co_code`, whatever a program gave.
    pub lasti: AtomicI64,
    /// The line, or -1 if it has to be looked up.
    pub lineno: AtomicI64,
}

pub type TracebackObj = Gc<NativeObj<Traceback>>;

impl Native for Traceback {
    const PY_NAME: &'static str = "traceback";
    const NEEDS_DROP: bool = false;
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "traceback",
    doc: Some("Create a new traceback object."),
    layout: Layout::native::<Traceback>(),
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

/// Adds the running frame to the traceback of `exc`.
pub fn add_entry(cx: &mut Cx, exc: Gc<Exception>) {
    if cx.base.is_null() {
        return;
    }
    let f = Frame {
        base: cx.base,
        pc: cx.pc,
    };
    let lasti = f.code().offset_of(f.pc) as i64 * super::code_methods::WORD_BYTES;
    let object = frame::object_for(cx, f);
    let class = super::types(cx).traceback;
    let entry = Traceback {
        next: Slot::new(exc.traceback.get()),
        frame: Slot::new(object.value()),
        lasti: AtomicI64::new(lasti),
        lineno: AtomicI64::new(-1),
    };
    let tb = NativeObj::alloc(cx, class, entry);
    exc.traceback.set(cx, exc, tb.value());
}

pub fn as_traceback(v: Value) -> Option<TracebackObj> {
    NativeObj::<Traceback>::from_value(v)
}

impl Traceback {
    pub fn frame_object(&self) -> FrameObj {
        frame::as_frame(self.frame.get()).expect("a traceback entry has a frame")
    }

    /// The line, `None` where the code has none.
    pub fn line(&self) -> Option<i64> {
        let known = self.lineno.load(Ordering::Relaxed);
        if known != -1 {
            return Some(known);
        }
        let p = self.position();
        p.is_some().then_some(p.line as i64)
    }

    pub fn position(&self) -> krait_bytecode::Position {
        let code = self.frame_object().function().body();
        let word = self.lasti.load(Ordering::Relaxed) / super::code_methods::WORD_BYTES;
        code.unit.positions.lookup(word as u32)
    }
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, /, tb_next, tb_frame, tb_lasti, tb_lineno)")]
    fn __new__(
        cx: &mut Cx,
        _class: Value,
        tb_next: Value,
        tb_frame: Value,
        tb_lasti: i32,
        tb_lineno: i32,
    ) -> PyResult<Value> {
        if !tb_next.is_none() && as_traceback(tb_next).is_none() {
            let got = cx.type_name(tb_next);
            return Err(cx.type_error(format!("expected traceback object or None, got '{got}'")));
        }
        if frame::as_frame(tb_frame).is_none() {
            let got = cx.type_name(tb_frame);
            return Err(cx.type_error(format!(
                "traceback() argument 'tb_frame' must be frame, not {got}"
            )));
        }
        let class = super::types(cx).traceback;
        let entry = Traceback {
            next: Slot::new(tb_next),
            frame: Slot::new(tb_frame),
            lasti: AtomicI64::new(tb_lasti.into()),
            lineno: AtomicI64::new(tb_lineno as i64),
        };
        Ok(NativeObj::alloc(cx, class, entry).value())
    }
    #[py(getter)]
    fn tb_next(this: TracebackObj) -> Value {
        this.next.get()
    }
    #[py(setter = "tb_next")]
    fn set_tb_next(cx: &mut Cx, this: TracebackObj, value: Option<Value>) -> PyResult<()> {
        let Some(v) = value else {
            return Err(cx.type_error("can't delete tb_next attribute"));
        };
        if !v.is_none() && as_traceback(v).is_none() {
            let got = cx.type_name(v);
            return Err(cx.type_error(format!("expected traceback object or None, got '{got}'")));
        }
        let mut at = as_traceback(v);
        while let Some(t) = at {
            if t == this {
                return Err(cx.value_error("traceback loop detected"));
            }
            at = as_traceback(t.next.get());
        }
        this.next.set(cx, this, v);
        Ok(())
    }
    #[py(getter, member)]
    fn tb_frame(this: TracebackObj) -> Value {
        this.frame.get()
    }
    #[py(getter, member)]
    fn tb_lasti(this: TracebackObj) -> i64 {
        this.lasti.load(Ordering::Relaxed)
    }
    #[py(getter)]
    fn tb_lineno(this: TracebackObj) -> Option<i64> {
        this.line()
    }
    #[py(sig = "($self, /)")]
    fn __dir__(cx: &mut Cx, _this: Value) -> Value {
        let names = ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"].map(|n| cx.new_str(n));
        cx.new_list(&names)
    }
}
