//! `sys`: settings that a program can change at run time, and figures it can ask for.

use std::sync::atomic::Ordering;

use krait_macros::pyfunctions;
use krait_runtime::cx::thread_slot;
use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::int::{DigitLimit, is_int};
use krait_runtime::types::module::Module;

use super::info;
use crate::state;

/// `sys.getswitchinterval()` unless set: threads do not take turns here, it is only remembered.
const DEFAULT_SWITCH_INTERVAL: f64 = 0.005;

/// Sets the trace or profile function of this thread.
fn set_hook(cx: &mut Cx, slot: usize, what: &str, f: Value) -> PyResult<()> {
    super::audit(cx, &format!("sys.{what}"), &[])?;
    krait_vm::instrument::set_function(cx, slot, f);
    Ok(())
}

fn local(cx: &Cx, slot: usize) -> Value {
    cx.locals[slot].get().some().unwrap_or(Value::none())
}

fn check_callable_or_none(cx: &mut Cx, what: &str, v: Value) -> PyResult<()> {
    if v.is_none() || cx.is_callable(v) {
        return Ok(());
    }
    let got = cx.type_name(v);
    Err(cx.type_error(format!("callable {what} expected, got {got}")))
}

/// `sys.monitoring` and `sys._jit`.
pub fn namespaces(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let jit = Module::new(cx, "sys._jit", None);
    krait_runtime::types::module::fill(cx, jit, &JIT)?;
    m.set(cx, "_jit", jit.value());
    let monitoring = super::super::monitoring::new(cx)?;
    m.set(cx, "monitoring", monitoring);
    Ok(())
}

static JIT: krait_runtime::native::ModuleDef = krait_runtime::native::ModuleDef {
    name: "sys._jit",
    functions: &[JitFunctions::DEFS],
    ..krait_runtime::native::ModuleDef::DEFAULT
};

struct JitFunctions;

#[pyfunctions]
impl JitFunctions {
    /// Return True if the current Python executable supports JIT compilation, and False otherwise.
    #[py(sig = "($module, /)")]
    fn is_available() -> bool {
        false
    }

    /// Return True if JIT compilation is enabled for the current Python process (implies sys._jit.is_available()), and False otherwise.
    #[py(sig = "($module, /)")]
    fn is_enabled() -> bool {
        false
    }

    /// Return True if the topmost Python frame is currently executing JIT code (implies sys._jit.is_enabled()), and False otherwise.
    #[py(sig = "($module, /)")]
    fn is_active() -> bool {
        false
    }
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Return the current value of the recursion limit.
    ///
    /// The recursion limit is the maximum depth of the Python interpreter
    /// stack.  This limit prevents infinite recursion from causing an overflow
    /// of the C stack and crashing Python.
    #[py(sig = "($module, /)")]
    fn getrecursionlimit(cx: &mut Cx) -> i64 {
        cx.recursion_limit.into()
    }

    /// Set the maximum depth of the Python interpreter stack to n.
    ///
    /// This limit prevents infinite recursion from causing an overflow of the C
    /// stack and crashing Python.  The highest possible limit is platform-
    /// dependent.
    #[py(sig = "($module, limit, /)")]
    fn setrecursionlimit(cx: &mut Cx, limit: i32) -> PyResult<()> {
        if limit < 1 {
            return Err(cx.value_error("recursion limit must be greater or equal than 1"));
        }
        if cx.depth >= limit as u32 {
            let depth = cx.depth;
            return Err(cx.recursion_error(format!("cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low")));
        }
        cx.recursion_limit = limit as u32;
        Ok(())
    }

    /// Return the size of object in bytes.
    #[py(sig = "($module, /, object, default=<unrepresentable>)", hide_sig)]
    fn getsizeof(cx: &mut Cx, object: Value, default: Option<Value>) -> PyResult<Value> {
        let name = cx.names().__sizeof__;
        let class = cx.type_of(object);
        let size = match class.lookup(cx, name) {
            Some(f) => match cx.call_slot(f, &[object]) {
                Ok(v) if !is_int(v) => Err(cx.type_error("an integer is required")),
                size => size,
            },
            None => {
                let got = class.name_string();
                Err(cx.type_error(format!("Type {got} doesn't define __sizeof__")))
            }
        };
        let size = size.and_then(|v| cx.c_ssize(v).map(|_| v));
        match (size, default) {
            (Ok(v), _) if cx.lt(v, Value::small(0))? => {
                Err(cx.value_error("__sizeof__() should return >= 0"))
            }
            (Ok(v), _) => Ok(v),
            (Err(e), Some(d)) if e.is(cx, cx.types().type_error) => Ok(d),
            (Err(e), _) => Err(e),
        }
    }

    /// Return a plausible reference count: objects have none here.
    ///
    /// Krait's collector traces references. The result is what CPython gives
    /// for an object with one reference.
    #[py(sig = "($module, object, /)")]
    fn getrefcount(_object: Value) -> i64 {
        2
    }

    /// Private function for clearing certain descriptors from a type's dictionary
    #[py(sig = "($module, type, /)")]
    fn _clear_type_descriptors(
        cx: &mut Cx,
        class: Gc<krait_runtime::types::typeobj::Type>,
    ) -> PyResult<()> {
        let names = cx.names();
        for name in [names.__dict__, names.__weakref__] {
            class.namespace().remove_str(cx, name);
        }
        class.modified(cx);
        Ok(())
    }

    /// Return the number of memory blocks currently allocated: 16 bytes each.
    #[py(sig = "($module, /)")]
    fn getallocatedblocks(cx: &mut Cx) -> usize {
        cx.interp().heap.used_bytes() / 16
    }

    /// Return the current encoding used by the Unicode implementation.
    #[py(sig = "($module, /)")]
    fn getdefaultencoding() -> &'static str {
        "utf-8"
    }

    /// Return the encoding used to convert Unicode filenames to OS filenames.
    #[py(sig = "($module, /)")]
    fn getfilesystemencoding() -> &'static str {
        "utf-8"
    }

    /// Return the error mode used to convert Unicode filenames to OS filenames.
    #[py(sig = "($module, /)")]
    fn getfilesystemencodeerrors() -> &'static str {
        "surrogateescape"
    }

    /// Return the current thread switch interval; see sys.setswitchinterval().
    #[py(sig = "($module, /)")]
    fn getswitchinterval(cx: &mut Cx) -> f64 {
        match state::of(cx).switch_interval.load(Ordering::Relaxed) {
            0 => DEFAULT_SWITCH_INTERVAL,
            bits => f64::from_bits(bits),
        }
    }

    /// Set the ideal thread switching delay inside the Python interpreter.
    ///
    /// The actual frequency of switching threads can be lower if the
    /// interpreter executes long sequences of uninterruptible code
    /// (this is implementation-specific and workload-dependent).
    #[py(sig = "($module, interval, /)")]
    fn setswitchinterval(cx: &mut Cx, interval: f64) -> PyResult<()> {
        if interval <= 0.0 {
            return Err(cx.value_error("switch interval must be strictly positive"));
        }
        state::of(cx)
            .switch_interval
            .store(interval.to_bits(), Ordering::Relaxed);
        Ok(())
    }

    /// Return the maximum string digits limit for non-binary int<->str conversions.
    #[py(sig = "($module, /)")]
    fn get_int_max_str_digits(cx: &mut Cx) -> usize {
        DigitLimit::get(cx)
    }

    /// Set the maximum string digits limit for non-binary int<->str conversions.
    #[py(sig = "($module, /, maxdigits)")]
    fn set_int_max_str_digits(cx: &mut Cx, maxdigits: i32) -> PyResult<()> {
        if maxdigits != 0 && (maxdigits as usize) < DigitLimit::THRESHOLD || maxdigits < 0 {
            let least = DigitLimit::THRESHOLD;
            return Err(cx.value_error(format!("maxdigits must be >= {least} or 0 for unlimited")));
        }
        DigitLimit::set(cx, maxdigits as usize);
        Ok(())
    }

    /// Set the global debug tracing function.
    ///
    /// It will be called on each function call.  See the debugger chapter
    /// in the library manual.
    #[py(sig = "($module, function, /)")]
    fn settrace(cx: &mut Cx, function: Value) -> PyResult<()> {
        set_hook(cx, thread_slot::TRACE, "settrace", function)
    }

    /// Return the global debug tracing function set with sys.settrace.
    ///
    /// See the debugger chapter in the library manual.
    #[py(sig = "($module, /)")]
    fn gettrace(cx: &mut Cx) -> Value {
        local(cx, thread_slot::TRACE)
    }

    /// Set the profiling function.
    ///
    /// It will be called on each function call and return.  See the profiler
    /// chapter in the library manual.
    #[py(sig = "($module, function, /)")]
    fn setprofile(cx: &mut Cx, function: Value) -> PyResult<()> {
        set_hook(cx, thread_slot::PROFILE, "setprofile", function)
    }

    /// Return the profiling function set with sys.setprofile.
    ///
    /// See the profiler chapter in the library manual.
    #[py(sig = "($module, /)")]
    fn getprofile(cx: &mut Cx) -> Value {
        local(cx, thread_slot::PROFILE)
    }

    /// Set the global debug tracing function in all running threads belonging to the current interpreter.
    ///
    /// It will be called on each function call. See the debugger chapter
    /// in the library manual.
    #[py(sig = "($module, arg, /)")]
    fn _settraceallthreads(cx: &mut Cx, arg: Value) -> PyResult<()> {
        krait_vm::instrument::set_function_everywhere(cx, thread_slot::TRACE, arg)
    }

    /// Set the profiling function in all running threads belonging to the current interpreter.
    ///
    /// It will be called on each function call and return.  See the profiler
    /// chapter in the library manual.
    #[py(sig = "($module, arg, /)")]
    fn _setprofileallthreads(cx: &mut Cx, arg: Value) -> PyResult<()> {
        krait_vm::instrument::set_function_everywhere(cx, thread_slot::PROFILE, arg)
    }

    /// set_asyncgen_hooks([firstiter] [, finalizer])
    ///
    /// Set a finalizer for async generators objects.
    #[py(
        sig = "($module, /, firstiter=<unrepresentable>, finalizer=<unrepresentable>)",
        hide_sig
    )]
    fn set_asyncgen_hooks(
        cx: &mut Cx,
        firstiter: Option<Value>,
        finalizer: Option<Value>,
    ) -> PyResult<()> {
        if let Some(f) = finalizer {
            check_callable_or_none(cx, "finalizer", f)?;
        }
        if let Some(f) = firstiter {
            check_callable_or_none(cx, "firstiter", f)?;
            super::audit(cx, "sys.set_asyncgen_hooks_firstiter", &[])?;
            cx.locals[thread_slot::ASYNC_FIRSTITER].set_immediate(f);
        }
        if let Some(f) = finalizer {
            super::audit(cx, "sys.set_asyncgen_hooks_finalizer", &[])?;
            cx.locals[thread_slot::ASYNC_FINALIZER].set_immediate(f);
        }
        Ok(())
    }

    /// Return the installed asynchronous generators hooks.
    ///
    /// This returns a namedtuple of the form (firstiter, finalizer).
    #[py(sig = "($module, /)")]
    fn get_asyncgen_hooks(cx: &mut Cx) -> PyResult<Value> {
        let (firstiter, finalizer) = (
            local(cx, thread_slot::ASYNC_FIRSTITER),
            local(cx, thread_slot::ASYNC_FINALIZER),
        );
        info::asyncgen_hooks(cx, firstiter, finalizer)
    }

    /// Check status of origin tracking for coroutine objects in this thread.
    #[py(sig = "($module, /)")]
    fn get_coroutine_origin_tracking_depth(cx: &mut Cx) -> i64 {
        // SAFETY: no other reference to the thread's state.
        unsafe { krait_vm::thread::vm(cx).origin_depth as i64 }
    }

    /// Enable or disable origin tracking for coroutine objects in this thread.
    ///
    /// Coroutine objects will track 'depth' frames of traceback information
    /// about where they came from, available in their cr_origin attribute.
    ///
    /// Set a depth of 0 to disable.
    #[py(sig = "($module, /, depth)")]
    fn set_coroutine_origin_tracking_depth(cx: &mut Cx, depth: i32) -> PyResult<()> {
        if depth < 0 {
            return Err(cx.value_error("depth must be >= 0"));
        }
        // SAFETY: no other reference to the thread's state.
        unsafe { krait_vm::thread::vm(cx).origin_depth = depth as usize };
        Ok(())
    }

    /// Return True if Python is exiting.
    #[py(sig = "($module, /)")]
    fn is_finalizing(cx: &mut Cx) -> bool {
        state::of(cx).finalizing.load(Ordering::Relaxed)
    }

    /// Return the current value of the flags that are used for dlopen calls.
    #[py(sig = "($module, /)")]
    fn getdlopenflags(cx: &mut Cx) -> i64 {
        match state::of(cx).dlopen_flags.load(Ordering::Relaxed) {
            0 => libc::RTLD_NOW.into(),
            flags => flags.into(),
        }
    }

    /// Set the flags used by the interpreter for dlopen calls.
    #[py(sig = "($module, flags, /)")]
    fn setdlopenflags(cx: &mut Cx, flags: i32) {
        state::of(cx)
            .dlopen_flags
            .store(flags as u32, Ordering::Relaxed);
    }

    /// Return True if the GIL is currently enabled: there is none.
    #[py(sig = "($module, /)")]
    fn _is_gil_enabled() -> bool {
        false
    }

    /// Return True if the given object is "immortal" per PEP 683.
    #[py(sig = "($module, op, /)")]
    fn _is_immortal(op: Value) -> bool {
        op.as_object().is_none() || op.is_none() || op.as_bool().is_some()
    }

    /// Return True if remote debugging is enabled, False otherwise.
    #[py(sig = "($module, /)")]
    fn is_remote_debug_enabled() -> bool {
        false
    }

    /// Return True if a stack profiler trampoline is active.
    #[py(sig = "($module, /)")]
    fn is_stack_trampoline_active() -> bool {
        false
    }

    /// Clear the internal type lookup cache.
    #[py(sig = "($module, /)")]
    fn _clear_type_cache() {}

    /// Clear all internal performance-related caches.
    #[py(sig = "($module, /)")]
    fn _clear_internal_caches() {}

    /// Get the cpu_count value of the command line option, -1 if not set.
    #[py(sig = "($module, /)")]
    fn _get_cpu_count_config(cx: &mut Cx) -> i64 {
        state::config(cx).cpu_count.map_or(-1, i64::from)
    }
}
