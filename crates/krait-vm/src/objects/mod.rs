//! The virtual machine's own object types: code, functions, frames, tracebacks, generators.

pub mod async_generator;
pub mod code;
pub mod code_methods;
pub mod frame;
pub mod frame_locals;
pub mod frame_methods;
pub mod function;
pub mod function_methods;
pub mod generator;
pub mod generator_methods;
pub mod traceback;

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::object::Gc;
use krait_runtime::types::typeobj::Type;
use std::sync::OnceLock;

/// Type objects of this crate, per interpreter.
pub struct VmTypes {
    pub code: Gc<Type>,
    pub function: Gc<Type>,
    pub frame: Gc<Type>,
    pub traceback: Gc<Type>,
    pub generator: Gc<Type>,
    pub coroutine: Gc<Type>,
    pub async_generator: Gc<Type>,
    pub async_asend: Gc<Type>,
    pub async_wrapped: Gc<Type>,
}

/// Where an interpreter keeps them.
#[derive(Default)]
struct Holder(OnceLock<VmTypes>);

// SAFETY: type objects registered as native types live as long as the interpreter.
unsafe impl Send for Holder {}
// SAFETY: as above.
unsafe impl Sync for Holder {}

/// Makes the types; part of starting an interpreter.
pub fn init(cx: &mut Cx) -> PyResult<()> {
    let types = VmTypes {
        code: cx.native_type(&code::SPEC)?,
        function: cx.native_type(&function::SPEC)?,
        frame: cx.native_type(&frame::SPEC)?,
        traceback: cx.native_type(&traceback::SPEC)?,
        generator: cx.native_type(&generator::SPEC)?,
        coroutine: cx.native_type(&generator::COROUTINE_SPEC)?,
        async_generator: cx.native_type(&generator::ASYNC_GENERATOR_SPEC)?,
        async_asend: cx.native_type(&async_generator::ASEND_SPEC)?,
        async_wrapped: cx.native_type(&async_generator::WRAPPED_SPEC)?,
    };
    assert!(
        cx.state::<Holder>().0.set(types).is_ok(),
        "types are made once"
    );
    // SAFETY: this thread starts the interpreter; the types live as long as it does.
    unsafe { crate::thread::vm(cx).types = cx.state::<Holder>().0.get() };
    Ok(())
}

/// The types of the running interpreter.
#[inline]
pub fn types(cx: &Cx) -> &'static VmTypes {
    // SAFETY: the thread's state outlives this use.
    match unsafe { (*crate::thread::vm_ptr(cx)).types } {
        Some(t) => t,
        None => cx
            .state::<Holder>()
            .0
            .get()
            .expect("the virtual machine's types are made when the interpreter starts"),
    }
}
