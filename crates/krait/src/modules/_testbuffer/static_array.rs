//! An exporter of memory that is always there.

use std::sync::atomic::{AtomicBool, Ordering};

use krait_runtime::protocol::buffer::{Buffer, BufferProcs};
use krait_stdlib::prelude::*;

static ITEMS: [u8; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

#[derive(Trace)]
pub struct StaticArray {
    /// Whether buffers do not say whose they are.
    legacy: AtomicBool,
}
impl Native for StaticArray {
    const PY_NAME: &'static str = "staticarray";
}

pub static STATIC_ARRAY: TypeSpec = TypeSpec {
    name: "staticarray",
    layout: Layout::native::<StaticArray>(),
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

pub static PROCS: BufferProcs = BufferProcs {
    get: |_, v, _| {
        let legacy = NativeObj::<StaticArray>::from_value(v)
            .is_some_and(|a| a.legacy.load(Ordering::Relaxed));
        let owner = if legacy { Value::none() } else { v };
        let ptr = ITEMS.as_ptr().cast_mut();
        Ok(Buffer::bytes(owner, ptr, ITEMS.len(), true))
    },
    release: |_, _| {},
    exports: None,
};

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, legacy_mode=False)")]
    fn __new__(cx: &mut Cx, _class: Value, legacy_mode: Option<bool>) -> PyResult<Value> {
        let class = cx.native_type(&STATIC_ARRAY)?;
        let legacy = AtomicBool::new(legacy_mode.unwrap_or(false));
        Ok(NativeObj::alloc(cx, class, StaticArray { legacy }).value())
    }
}
