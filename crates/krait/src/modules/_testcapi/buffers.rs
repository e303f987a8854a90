//! Exporters and buffers.

use std::sync::atomic::{AtomicI64, Ordering};

use krait_runtime::protocol::buffer::{Buffer, BufferProcs, flags as request, register_exporter};
use krait_runtime::types::bytes::RawBytes;
use krait_runtime::types::memoryview::MemoryView;
use krait_stdlib::prelude::*;

/// An exporter that counts the buffers it lent.
#[derive(Trace)]
pub struct TestBuf {
    data: Slot,
    references: AtomicI64,
}
impl Native for TestBuf {
    const PY_NAME: &'static str = "testBuf";
}

type This = Obj<TestBuf>;

pub static TEST_BUF: TypeSpec = TypeSpec {
    name: "testBuf",
    layout: Layout::native::<TestBuf>(),
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

static PROCS: BufferProcs = BufferProcs {
    get: |cx, v, _| {
        let Some(this) = NativeObj::<TestBuf>::from_value(v) else {
            return Err(cx.buffer_error("no buffer"));
        };
        this.references.fetch_add(1, Ordering::AcqRel);
        let data: Gc<RawBytes> = Gc::from_value_unchecked(this.data.get());
        Ok(Buffer::bytes(v, data.data(), data.capacity(), true))
    },
    release: |_, b| {
        if let Some(this) = NativeObj::<TestBuf>::from_value(b.owner) {
            this.references.fetch_sub(1, Ordering::AcqRel);
        }
    },
    exports: None,
};

pub fn register(cx: &Cx) {
    register_exporter(cx, &TEST_BUF, &PROCS);
}

/// A copy of `bytes` where it stays.
fn kept(cx: &mut Cx, bytes: &[u8]) -> PyResult<Gc<RawBytes>> {
    let data = RawBytes::alloc(cx, bytes.len())?;
    // SAFETY: fresh memory of that size.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), data.data(), bytes.len()) };
    Ok(data)
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type)")]
    fn __new__(cx: &mut Cx, _class: Value) -> PyResult<Value> {
        let data = kept(cx, b"test")?;
        let class = cx.native_type(&TEST_BUF)?;
        let new = TestBuf {
            data: slot(data.value()),
            references: AtomicI64::new(0),
        };
        Ok(NativeObj::alloc(cx, class, new).value())
    }

    #[py(getter, member)]
    fn references(this: This) -> i64 {
        this.references.load(Ordering::Acquire)
    }

    #[py(sig = "($self, flags, /)")]
    fn __buffer__(cx: &mut Cx, this: This, flags: i32) -> PyResult<Value> {
        MemoryView::lent(cx, this.value(), flags)
    }

    #[py(sig = "($self, buffer, /)")]
    fn __release_buffer__(cx: &mut Cx, this: This, buffer: Value) -> PyResult<()> {
        MemoryView::release_of(cx, this.value(), buffer)
    }
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// A view of a copy of a bytes object, made for a request.
    #[py(sig = "($module, source, readonly, flags, /)", hide_sig)]
    fn buffer_fill_info(
        cx: &mut Cx,
        source: Gc<krait_runtime::types::bytes::Bytes>,
        readonly: i32,
        flags: i32,
    ) -> PyResult<Value> {
        if flags == 0x100 || flags == 0x200 {
            return Err(cx.system_error("bad argument to internal function"));
        }
        if readonly != 0 && flags as u32 & request::WRITABLE != 0 {
            return Err(cx.buffer_error("Object is not writable."));
        }
        let data = kept(cx, source.as_bytes())?;
        let (owner, len) = (source.value(), data.capacity());
        let buffer = Buffer {
            token: data.value(),
            ..Buffer::bytes(owner, data.data(), len, readonly != 0)
        };
        Ok(MemoryView::from_buffer(cx, buffer)?.value())
    }
}
