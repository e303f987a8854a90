//! What all code objects of an interpreter have in common: purging inline caches when a class
//! changes, and finding code by address.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use krait_bytecode::{Op, instructions};
use krait_runtime::cx::Cx;
use krait_runtime::native::NativeObj;
use krait_runtime::object::Gc;
use krait_runtime::types::typeobj::Type;

use crate::objects::code::{Code, CodeObj};
use crate::objects::function::FunctionObj;

/// State of the caches of one interpreter.
#[derive(Default)]
struct State {
    /// Serialises filling while there are several threads.
    filling: Mutex<()>,
    /// Purges so far.
    purges: AtomicU64,
}

/// Called for each new code object. Code is found through the heap when caches are purged, so
/// there is nothing to remember.
pub fn register(_cx: &mut Cx, _code: CodeObj) {}

/// The right to fill a cache while other threads run.
pub fn claim(cx: &Cx) -> MutexGuard<'static, ()> {
    cx.state::<State>().filling.lock().unwrap_or_else(|e| e.into_inner())
}

/// Empties every attribute cache: a method or descriptor of `class` changed. All threads are
/// stopped meanwhile.
pub fn purge(cx: &mut Cx, _class: Gc<Type>) {
    cx.state::<State>().purges.fetch_add(1, Ordering::Relaxed);
    cx.mutator.stop_world(|world| {
        world.for_each_object(|o| {
            // SAFETY: a live object; code objects have this kind.
            if unsafe { (*o).kind() } == krait_runtime::object::Kind::Code as u8
                && let Some(code) = NativeObj::<Code>::from_value(krait_runtime::value::Value::from_object(o))
            {
                empty_attribute_caches(&code);
            }
        });
    });
}

fn empty_attribute_caches(code: &Code) {
    for i in instructions(&code.unit.words) {
        if matches!(i.op, Op::LoadAttr | Op::StoreAttr | Op::LoadMethod) {
            code.word(i.pc + 1).store(0, Ordering::Release);
        }
    }
}

/// The code object whose instructions contain `pc`, for a frame of `f` whose `__code__` was
/// assigned while it ran.
pub fn code_containing(f: FunctionObj, pc: *const u64) -> Option<CodeObj> {
    let mut at = NativeObj::<Code>::from_value(f.code.get());
    while let Some(code) = at {
        if code.contains(pc) {
            return Some(code);
        }
        at = NativeObj::<Code>::from_value(code.origin.get());
    }
    None
}
