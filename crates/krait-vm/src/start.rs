//! Connecting the virtual machine to a new interpreter, and running code in it.

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::object::Gc;
use krait_runtime::types::dict::Dict;
use krait_runtime::value::Value;

use crate::objects::code::CodeObj;
use crate::objects::function;

/// Prepares the first thread of an interpreter and installs the hooks.
pub fn init(cx: &mut Cx) -> PyResult<()> {
    if !crate::thread::prepare(cx) {
        return Err(cx.memory_error());
    }
    {
        let mut hooks = cx.interp().hooks.write().unwrap_or_else(|e| e.into_inner());
        hooks.trace_thread = Some(|cx, t| {
            if !cx.vm.is_null() {
                crate::window::trace(cx, t)
            }
        });
        hooks.after_marking = Some(crate::caches::after_marking);
        hooks.has_ended = Some(crate::objects::generator::has_ended);
        hooks.must_finalize = Some(crate::objects::generator::must_finalize);
        hooks.finalize_generator = Some(crate::objects::generator::finalize);
        hooks.purge_caches = Some(crate::caches::purge);
        hooks.run_pending = Some(crate::pending::run);
        hooks.frame = Some(crate::objects::frame_methods::frame_at_depth);
        hooks.globals = Some(crate::objects::frame_methods::current_globals);
        hooks.builtins = Some(crate::objects::frame_methods::current_builtins);
        hooks.is_iterable_coroutine = Some(|v| {
            crate::objects::generator::as_generator(v).is_some_and(|g| g.iterable_coroutine)
        });
        hooks.inherited_flags =
            Some(|cx| crate::window::Frame::top(cx).map_or(0, |f| f.code().unit.flags));
        hooks.locals = Some(crate::objects::frame_methods::current_locals);
        hooks.super_arguments = Some(crate::objects::frame_methods::super_arguments);
        hooks.call_class_body = Some(class_body);
        hooks.exec_code = Some(exec);
        hooks.thread_start = Some(start_thread);
        hooks.thread_end = Some(crate::thread::release);
    }
    crate::objects::init(cx)
}

/// Gives the context of a new thread its register stack.
fn start_thread(cx: &mut Cx) -> bool {
    if !crate::thread::prepare(cx) {
        return false;
    }
    let types = crate::objects::types(cx);
    // SAFETY: the new thread's own state.
    unsafe { crate::thread::vm(cx).types = Some(types) };
    crate::instrument::start_thread(cx);
    true
}

/// Runs the body of a class statement with its namespace; the result is the class cell or None.
fn class_body(cx: &mut Cx, f: Value, namespace: Value) -> PyResult<Value> {
    match function::as_function(f) {
        Some(f) => crate::call::run_with_namespace(cx, f, namespace),
        None => Err(cx.type_error("__build_class__: func must be a function")),
    }
}

/// Runs a code object with globals, a namespace for its names, and cells for its free variables.
pub fn exec(
    cx: &mut Cx,
    code: Value,
    globals: Value,
    locals: Value,
    closure: Option<Value>,
) -> PyResult<Value> {
    let Some(code) = function::as_code(code) else {
        return Err(cx.type_error("expected a code object"));
    };
    let Some(globals) = Gc::<Dict>::from_value(globals) else {
        return Err(cx.type_error("globals must be a dict"));
    };
    run_code(cx, code, globals, locals, closure)
}

/// As `exec`, with the parts already checked.
pub fn run_code(
    cx: &mut Cx,
    code: CodeObj,
    globals: Gc<Dict>,
    locals: Value,
    closure: Option<Value>,
) -> PyResult<Value> {
    let code = if locals == globals.value() {
        code
    } else {
        crate::objects::code::detached(cx, code)
    };
    let f = function::new(cx, code, globals, code.qualname.get());
    if let Some(c) = closure {
        f.closure.set(cx, f, c);
    }
    if code.unit.has_namespace() {
        return crate::call::run_with_namespace(cx, f, locals);
    }
    cx.call(f.value(), &[])
}
