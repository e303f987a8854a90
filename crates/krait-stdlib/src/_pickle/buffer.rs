//! `PickleBuffer`: an object's memory that may travel beside the pickle.

use krait_runtime::protocol::buffer::{Buffer, BufferProcs, flags as request, register_exporter};
use krait_runtime::types::memoryview::MemoryView;

use crate::prelude::*;

/// The exporter, and a view that keeps its memory where it is; `EMPTY` once released.
#[derive(Trace)]
pub struct PickleBuffer {
    object: Slot,
    view: Slot,
}
impl Native for PickleBuffer {
    const PY_NAME: &'static str = "pickle.PickleBuffer";
}

type This = Obj<PickleBuffer>;

pub static SPEC: TypeSpec = TypeSpec {
    name: "PickleBuffer",
    module: "pickle",
    doc: Some("Wrapper for potentially out-of-band buffers"),
    layout: Layout::native::<PickleBuffer>(),
    flags: flags::WEAKREFABLE,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

static PROCS: BufferProcs = BufferProcs {
    get: export,
    // What is exported is the object's own buffer, which it takes back itself.
    release: |_, _| {},
    exports: None,
};

pub fn register(cx: &Cx) {
    register_exporter(cx, &SPEC, &PROCS);
}

fn export(cx: &mut Cx, v: Value, flags: u32) -> PyResult<Buffer> {
    match NativeObj::<PickleBuffer>::from_value(v).and_then(|b| b.object.get().some()) {
        Some(object) => cx.buffer(object, flags),
        None => Err(cx.value_error("operation forbidden on released PickleBuffer object")),
    }
}

/// The memory in one dimension of bytes, to be released by the caller; BufferError if it has gaps.
pub fn raw(cx: &mut Cx, this: Value) -> PyResult<Buffer> {
    let buffer = export(cx, this, request::FULL_RO)?;
    if !buffer.is_c_contiguous() && !buffer.is_f_contiguous() {
        buffer.release(cx)?;
        return Err(cx.buffer_error("cannot extract raw buffer from non-contiguous buffer"));
    }
    Ok(Buffer {
        itemsize: 1,
        format: Value::EMPTY,
        ndim: 1,
        dims: None,
        indirect: false,
        ..buffer
    })
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, object, /)", hide_sig)]
    fn __new__(cx: &mut Cx, class: Gc<Type>, object: Value) -> PyResult<Value> {
        let view = MemoryView::with_flags(cx, object, request::FULL_RO)?;
        let payload = PickleBuffer {
            object: slot(object),
            view: slot(view),
        };
        Ok(NativeObj::alloc(cx, class, payload).value())
    }
    /// Return a memoryview of the raw memory underlying this buffer.
    /// Will raise BufferError is the buffer isn't contiguous.
    #[py(name = "raw", sig = "($self, /)")]
    fn raw_(cx: &mut Cx, this: This) -> PyResult<Value> {
        let buffer = raw(cx, this.value())?;
        MemoryView::from_buffer(cx, buffer).map(|v| v.value())
    }
    /// Release the underlying buffer exposed by the PickleBuffer object.
    #[py(sig = "($self, /)")]
    fn release(cx: &mut Cx, this: This) -> PyResult<()> {
        let view = this.view.get();
        this.object.set_immediate(Value::EMPTY);
        this.view.set_immediate(Value::EMPTY);
        match view.some().and_then(MemoryView::from_value) {
            Some(view) => view.release(cx),
            None => Ok(()),
        }
    }
}
