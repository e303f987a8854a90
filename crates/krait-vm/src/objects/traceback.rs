//! Tracebacks: one entry for each frame an exception passed.
//!
//! The entry of a frame that ends because of the exception, with nobody interested in either so far,
//! is a *record*: it holds what a frame object would keep, and makes that only when it is asked for.

use std::sync::atomic::{AtomicI64, AtomicPtr, Ordering};

use krait_macros::pymethods;
use krait_runtime::cx::Cx;
use krait_runtime::error::Exception;
use krait_runtime::heap::Tracer;
use krait_runtime::native::{Layout, Native, NativeObj, PyResult, Trace, TypeSpec, Value};
use krait_runtime::object::{Gc, Slot, copy_few};

use super::frame::{self, FrameObj};
use super::function::{FunctionExt, FunctionObj, as_function};
use crate::window::Frame;

#[repr(C)]
pub struct Traceback {
    pub next: Slot,
    /// The frame object; `EMPTY` in a record that nobody has asked for it.
    frame: Slot,
    /// Offset of the instruction in bytes of `co_code`, whatever a program gave.
    pub lasti: AtomicI64,
    /// The line, or -1 if it has to be looked up.
    pub lineno: AtomicI64,
    /// In a record, the function that ran. The others have `EMPTY`.
    function: Slot,
    /// In a record, the entry of the frame that called this one, or that frame's object.
    caller: Slot,
    /// In a record, where the frame ended.
    pc: AtomicPtr<u64>,
    /// How many registers a record has behind this payload.
    registers: usize,
}

// SAFETY: reports all slots, and the registers of a record.
unsafe impl Trace for Traceback {
    fn trace(&self, t: &mut Tracer<'_>) {
        for s in [&self.next, &self.frame, &self.function, &self.caller] {
            t.word(s.get().bits());
        }
        if self.frame.get().is_empty() {
            // The frame object, once it is there, has them, or was cleared.
            self.saved().iter().for_each(|v| t.word(v.bits()));
        }
    }
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

/// An entry with a frame object.
fn plain_entry(next: Value, frame: Value, lasti: i64, lineno: i64) -> Traceback {
    Traceback {
        next: Slot::new(next),
        frame: Slot::new(frame),
        lasti: AtomicI64::new(lasti),
        lineno: AtomicI64::new(lineno),
        function: Slot::empty(),
        caller: Slot::empty(),
        pc: AtomicPtr::new(std::ptr::null_mut()),
        registers: 0,
    }
}

fn offset_in_bytes(f: Frame) -> i64 {
    f.code().offset_of(f.pc) as i64 * super::code_methods::WORD_BYTES
}

/// Adds the running frame to the traceback of `exc`.
pub fn add_entry(cx: &mut Cx, exc: Gc<Exception>) {
    if let Some(f) = Frame::top(cx) {
        add_entry_of(cx, exc, f);
    }
}

/// Adds a frame that has not ended to the traceback of `exc`.
pub fn add_entry_of(cx: &mut Cx, exc: Gc<Exception>, f: Frame) {
    let lasti = offset_in_bytes(f);
    let object = frame::object_for(cx, f);
    let class = super::types(cx).traceback;
    let inner = exc.traceback.get();
    let entry = plain_entry(inner, object.value(), lasti, -1);
    let tb = NativeObj::alloc(cx, class, entry);
    exc.traceback.set(cx, exc, tb.value());
    set_caller(cx, inner, tb.value());
}

/// Adds a record of the frame `f`, which ends, to the traceback of `exc`, an unseen exception that was
/// raised at `raised_at`.
pub fn add_record(
    cx: &mut Cx,
    exc: Gc<Exception>,
    f: Frame,
    raised_at: *const u64,
) -> TracebackObj {
    let class = super::types(cx).traceback;
    let registers = frame::kept_registers(f);
    let inner = exc.traceback.get();
    let entry = Traceback {
        function: Slot::new(f.function().value()),
        pc: AtomicPtr::new(f.pc.cast_mut()),
        registers,
        ..plain_entry(
            inner,
            Value::EMPTY,
            offset_in_bytes(Frame { pc: raised_at, ..f }),
            -1,
        )
    };
    let tb = NativeObj::alloc_with_room(cx, class, entry, registers * size_of::<Value>());
    let tb = cx.expect_memory(tb);
    // SAFETY: that much room is behind the payload, and nobody else knows the object; the registers
    // are those of the frame.
    unsafe { copy_few(f.base, tb.room(), registers) };
    exc.traceback.set(cx, exc, tb.value());
    set_caller(cx, inner, tb.value());
    tb
}

/// Says who called the frame of the record `inner`, if it is one that does not know: an entry, or a
/// frame object.
pub fn set_caller(cx: &mut Cx, inner: Value, caller: Value) {
    if let Some(inner) = as_traceback(inner)
        && inner.is_record()
        && inner.caller.get().is_empty()
    {
        inner.caller.set(cx, inner, caller);
    }
}

pub fn as_traceback(v: Value) -> Option<TracebackObj> {
    NativeObj::<Traceback>::from_value(v)
}

impl Traceback {
    fn is_record(&self) -> bool {
        !self.function.get().is_empty()
    }

    /// The first word behind the payload.
    fn room(&self) -> *mut Value {
        // SAFETY: the end of the object's fixed part.
        unsafe { (&raw const *self).add(1).cast_mut().cast() }
    }

    /// The registers of a record.
    fn saved(&self) -> &[Value] {
        // SAFETY: that many words are behind the payload, which change no more once they are written.
        unsafe { std::slice::from_raw_parts(self.room(), self.registers) }
    }

    /// The frame object that there is already.
    pub fn known_frame(&self) -> Option<FrameObj> {
        frame::as_frame(self.frame.get())
    }

    /// The function whose frame this is.
    pub fn function(&self) -> FunctionObj {
        match self.known_frame() {
            Some(f) => f.function(),
            None => as_function(self.function.get()).expect("a record has a function"),
        }
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
        let code = self.function().body();
        let word = self.lasti.load(Ordering::Relaxed) / super::code_methods::WORD_BYTES;
        code.unit.positions.lookup(word as u32)
    }
}

/// The frame object of an entry, and of those that called its frame.
pub fn frame_of(cx: &mut Cx, entry: TracebackObj) -> FrameObj {
    if let Some(f) = entry.known_frame() {
        return f;
    }
    let first = make_frame(cx, entry);
    let (mut at, mut inner) = (entry, first);
    loop {
        let caller = at.caller.get();
        let outer = as_traceback(caller);
        let known = outer.and_then(|t| t.known_frame());
        if let Some(f) = known.or_else(|| frame::as_frame(caller)) {
            inner.back.set(cx, inner, f.value());
            return first;
        }
        let Some(outer) = outer else { return first };
        let f = make_frame(cx, outer);
        inner.back.set(cx, inner, f.value());
        (at, inner) = (outer, f);
    }
}

/// The frame object of a record, without `f_back`.
fn make_frame(cx: &mut Cx, entry: TracebackObj) -> FrameObj {
    let made = frame::ended(
        cx,
        entry.function(),
        entry.pc.load(Ordering::Relaxed),
        entry.saved(),
    );
    match entry
        .frame
        .compare_exchange(cx, entry, Value::EMPTY, made.value())
    {
        Ok(()) => made,
        // Another thread was faster.
        Err(_) => entry.known_frame().unwrap_or(made),
    }
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(
        new,
        sig = "($type, /, tb_next, tb_frame, tb_lasti, tb_lineno)",
        shown = "($type, tb_next, tb_frame, tb_lasti, tb_lineno)"
    )]
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
        let entry = plain_entry(tb_next, tb_frame, tb_lasti.into(), tb_lineno as i64);
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
    fn tb_frame(cx: &mut Cx, this: TracebackObj) -> Value {
        frame_of(cx, this).value()
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
