//! Frame objects: a view of a window, made only when somebody asks.
//!
//! While the frame runs, the object refers to its window and the window's frame word refers to
//! the object. When the frame ends, the object takes a copy of the registers.

use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

use krait_macros::Trace;
use krait_runtime::cx::Cx;
use krait_runtime::native::{Layout, Native, NativeObj, TypeSpec};
use krait_runtime::object::{Array, Gc, Kind, Slot, is_kind};
use krait_runtime::types::typeobj::flags;
use krait_runtime::value::Value;

use super::function::{FunctionExt, FunctionObj, as_function};
use crate::window::{self, FRAME};

#[derive(Trace)]
pub struct FrameData {
    /// Register 0 while the frame runs; null after.
    #[trace(skip)]
    pub base: AtomicPtr<Value>,
    /// Where it was when it was last seen running.
    #[trace(skip)]
    pub pc: AtomicPtr<u64>,
    pub function: Slot,
    /// The frame word this object replaced: a mark, or a generator.
    pub mark: Slot,
    /// Copy of the registers after the frame ended: an array. A suspended generator has its own.
    pub registers: Slot,
    /// `f_back` after the frame ended.
    pub back: Slot,
    pub trace: Slot,
    /// Bit 0: `f_trace_lines`; bit 1: `f_trace_opcodes`; bit 2: cleared.
    pub bits: AtomicU32,
    /// What was written to `f_locals` beyond the variables.
    pub extra_locals: Slot,
    /// The line set through `f_lineno`, or the line of a trace event; 0 if none.
    pub line: AtomicU32,
}

pub type FrameObj = Gc<NativeObj<FrameData>>;

impl Native for FrameData {
    const PY_NAME: &'static str = "frame";
    const NEEDS_DROP: bool = false;
    const KIND: Kind = Kind::Frame;
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "frame",
    layout: Layout::native::<FrameData>(),
    flags: flags::NO_INSTANTIATION | flags::WEAKREFABLE,
    defs: &[super::frame_methods::Methods::DEFS],
    ..TypeSpec::DEFAULT
};

pub fn as_frame(v: Value) -> Option<FrameObj> {
    NativeObj::<FrameData>::from_value(v)
}

/// The frame object of a running frame.
pub fn object_for(cx: &mut Cx, f: window::Frame) -> FrameObj {
    let word = f.word(FRAME);
    if let Some(o) = as_frame(word) {
        return o;
    }
    if let Some(g) = super::generator::as_generator(word) {
        if let Some(o) = as_frame(g.frame.get()) {
            o.base.store(f.base, Ordering::Release);
            return o;
        }
        let o = alloc(cx, f, word);
        g.frame.set(cx, g, o.value());
        return o;
    }
    let o = alloc(cx, f, word);
    f.set_word(FRAME, o.value());
    o
}

fn alloc(cx: &mut Cx, f: window::Frame, mark: Value) -> FrameObj {
    let class = super::types(cx).frame;
    let data = FrameData::new(f.base, f.pc.cast_mut(), f.function(), mark);
    NativeObj::alloc(cx, class, data)
}

/// The frame object of a suspended or finished generator.
pub fn object_for_generator(cx: &mut Cx, g: super::generator::GeneratorObj) -> FrameObj {
    if let Some(o) = as_frame(g.frame.get()) {
        return o;
    }
    let f = as_function(g.function.get()).expect("a generator runs a function");
    let class = super::types(cx).frame;
    let pc = g.pc.load(Ordering::Relaxed);
    let data = FrameData::new(std::ptr::null_mut(), pc, f, g.value());
    let o = NativeObj::alloc(cx, class, data);
    g.frame.set(cx, g, o.value());
    o
}

/// Ends the connection between the frame at `base` and its object, if it has one: the object gets
/// a copy of the registers. Returns the mark of the frame.
pub fn detach(cx: &mut Cx, base: *mut Value) -> Value {
    let f = window::Frame { base, pc: cx.pc };
    let word = f.word(FRAME);
    if !is_kind(word, Kind::Frame) {
        return word;
    }
    let Some(o) = as_frame(word) else { return word };
    copy_registers(cx, o, f);
    if let Some(back) = f.caller() {
        let back = object_for(cx, back);
        o.back.set(cx, o, back.value());
    }
    let mark = o.mark.get();
    f.set_word(FRAME, mark);
    mark
}

/// How many registers of a frame its object keeps: the variables.
pub fn kept_registers(f: window::Frame) -> usize {
    let n = f.function().nregs.load(Ordering::Relaxed) as usize;
    n.min(f.code().unit.first_temp() as usize)
}

/// Copies the registers of a frame that ends, or suspends, to its object.
pub fn copy_registers(cx: &mut Cx, o: FrameObj, f: window::Frame) {
    // SAFETY: so many registers are in the window.
    let registers = unsafe { std::slice::from_raw_parts(f.base, kept_registers(f)) };
    keep_registers(cx, o, registers);
    o.pc.store(f.pc.cast_mut(), Ordering::Release);
    o.base.store(std::ptr::null_mut(), Ordering::Release);
}

fn keep_registers(cx: &mut Cx, o: FrameObj, registers: &[Value]) {
    let array: Gc<Array> = cx.new_array(registers.len());
    for (slot, &v) in array.slots().iter().zip(registers) {
        slot.set_immediate(v);
    }
    cx.write_barrier(array.header());
    o.registers.set(cx, o, array.value());
}

/// The object of a frame of `f` that has ended at `pc` with these registers.
pub fn ended(cx: &mut Cx, f: FunctionObj, pc: *mut u64, registers: &[Value]) -> FrameObj {
    let o = NativeObj::alloc(
        cx,
        super::types(cx).frame,
        FrameData::new(std::ptr::null_mut(), pc, f, Value::EMPTY),
    );
    keep_registers(cx, o, registers);
    o
}

impl FrameData {
    fn new(base: *mut Value, pc: *mut u64, f: FunctionObj, mark: Value) -> FrameData {
        FrameData {
            base: AtomicPtr::new(base),
            pc: AtomicPtr::new(pc),
            function: Slot::new(f.value()),
            mark: Slot::new(mark),
            registers: Slot::empty(),
            back: Slot::new(Value::none()),
            trace: Slot::new(Value::none()),
            bits: AtomicU32::new(1),
            extra_locals: Slot::new(Value::none()),
            line: AtomicU32::new(0),
        }
    }

    /// Whether the frame is the one whose window begins at `base`.
    pub fn is_at(&self, base: *mut Value) -> bool {
        self.base.load(Ordering::Acquire) == base
    }

    /// The running window behind this object.
    pub fn running(&self, cx: &Cx) -> Option<window::Frame> {
        let base = self.base.load(Ordering::Acquire);
        if base.is_null() {
            return None;
        }
        window::frames(cx).find(|f| f.base == base)
    }

    pub fn function(&self) -> FunctionObj {
        as_function(self.function.get()).expect("a frame runs a function")
    }

    /// Where the frame is.
    pub fn current_pc(&self, cx: &Cx) -> *const u64 {
        match self.running(cx) {
            Some(f) => f.pc,
            None => self.pc.load(Ordering::Acquire),
        }
    }

    /// The line being executed, `None` where there is none.
    pub fn lineno(&self, cx: &Cx) -> Option<i32> {
        let pc = self.current_pc(cx);
        let body = self.function().body();
        let code = if body.contains(pc) {
            body
        } else {
            crate::caches::code_containing(self.function(), pc)?
        };
        let p = code.position(pc);
        p.is_some().then_some(p.line)
    }

    /// Register `r`, of the window or of the copy.
    pub fn register(&self, cx: &Cx, r: usize) -> Value {
        if let Some(f) = self.running(cx) {
            return f.register(r);
        }
        if let Some(v) = self.suspended().and_then(|g| g.saved_register(r)) {
            return v;
        }
        match Gc::<Array>::from_value(self.registers.get()) {
            Some(a) => a.values().get(r).copied().unwrap_or(Value::UNBOUND),
            None => Value::UNBOUND,
        }
    }

    /// The generator that owns the registers while it is suspended.
    fn suspended(&self) -> Option<super::generator::GeneratorObj> {
        super::generator::as_generator(self.mark.get())
    }
}

/// Writes register `r` of the window or of the copy.
pub fn set_register(cx: &mut Cx, o: FrameObj, r: usize, v: Value) {
    if let Some(f) = o.running(cx) {
        // SAFETY: a variable's register of this frame's code.
        unsafe { *f.base.add(r) = v };
        return;
    }
    if let Some(g) = o.suspended()
        && g.saved_register(r).is_some()
    {
        // SAFETY: a saved register; the thread that looks at a suspended generator may write it.
        unsafe { *g.words().add(r) = v };
        cx.write_barrier(g.header());
        return;
    }
    if let Some(a) = Gc::<Array>::from_value(o.registers.get())
        && let Some(s) = a.slots().get(r)
    {
        s.set(cx, a, v);
    }
}
