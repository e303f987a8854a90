//! `sys`: running frames and the exception being handled.

use krait_macros::pyfunctions;
use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::str::Str;

/// The frame `depth` levels above the caller; ValueError if there is none.
fn frame(cx: &mut Cx, depth: Option<i32>) -> PyResult<Value> {
    let depth = depth.unwrap_or(0).max(0) as usize;
    match cx.hooks().frame.and_then(|f| f(cx, depth)) {
        Some(f) => Ok(f),
        None => Err(cx.value_error("call stack is not deep enough")),
    }
}

/// The thread's identifier as `threading.get_ident()` has it.
fn thread_ident(cx: &mut Cx) -> PyResult<Value> {
    let key = cx.intern("_thread");
    let module = super::modules(cx).and_then(|d| d.get_str(cx, key));
    match module {
        Some(m) => cx.call_method_str(m, "get_ident", &[]),
        None => Ok(Value::small(cx.thread_id as i64)),
    }
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Return a frame object from the call stack.
    ///
    /// If optional integer depth is given, return the frame object that many
    /// calls below the top of the stack.  If that is deeper than the call
    /// stack, ValueError is raised.  The default for depth is zero, returning
    /// the frame at the top of the call stack.
    ///
    /// This function should be used for internal and specialized purposes
    /// only.
    #[py(sig = "($module, depth=0, /)")]
    fn _getframe(cx: &mut Cx, depth: Option<i32>) -> PyResult<Value> {
        let f = frame(cx, depth)?;
        super::audit(cx, "sys._getframe", &[f])?;
        Ok(f)
    }

    /// Return the name of the module for a calling frame.
    ///
    /// The default depth returns the module containing the call to this API.
    /// A more typical use in a library will pass a depth of 1 to get the user's
    /// module rather than the library module.
    ///
    /// If no frame, module, or name can be found, returns None.
    #[py(sig = "($module, /, depth=0)")]
    fn _getframemodulename(cx: &mut Cx, depth: Option<i32>) -> PyResult<Value> {
        super::audit(
            cx,
            "sys._getframemodulename",
            &[Value::small(depth.unwrap_or(0).into())],
        )?;
        let depth = depth.unwrap_or(0).max(0) as usize;
        let Some(f) = cx.hooks().frame.and_then(|f| f(cx, depth)) else {
            return Ok(Value::none());
        };
        let globals = cx.get_attr_str(f, "f_globals")?;
        let key = cx.names().__name__;
        let name = Gc::<Dict>::from_value(globals).and_then(|d| d.get_str(cx, key));
        Ok(name.unwrap_or(Value::none()))
    }

    /// Return a dict mapping each thread's thread id to its current stack frame.
    ///
    /// This function should be used for specialized purposes only.
    #[py(sig = "($module, /)")]
    fn _current_frames(cx: &mut Cx) -> PyResult<Value> {
        let d = cx.new_dict();
        if let Some(f) = cx.hooks().frame.and_then(|f| f(cx, 0)) {
            let id = thread_ident(cx)?;
            d.set(cx, id, f)?;
        }
        Ok(d.value())
    }

    /// Return a dict mapping each thread's identifier to its current raised exception.
    ///
    /// This function should be used for specialized purposes only.
    #[py(sig = "($module, /)")]
    fn _current_exceptions(cx: &mut Cx) -> PyResult<Value> {
        let d = cx.new_dict();
        let id = thread_ident(cx)?;
        let handled = krait_vm::unwind::handled(cx);
        d.set(cx, id, handled)?;
        Ok(d.value())
    }

    /// Return current exception information: (type, value, traceback).
    ///
    /// Return information about the most recent exception caught by an except
    /// clause in the current stack frame or in an older stack frame.
    #[py(sig = "($module, /)")]
    fn exc_info(cx: &mut Cx) -> PyResult<Value> {
        let e = krait_vm::unwind::handled(cx);
        if e.is_none() {
            return Ok(cx.new_tuple(&[e, e, e]));
        }
        let tb = cx.get_attr(e, cx.names().__traceback__)?;
        Ok(cx.new_tuple(&[cx.type_of(e).value(), e, tb]))
    }

    /// Return the current exception.
    ///
    /// Return the most recent exception caught by an except clause
    /// in the current stack frame or in an older stack frame, or None
    /// if no such clause exists.
    #[py(sig = "($module, /)")]
    fn exception(cx: &mut Cx) -> Value {
        krait_vm::unwind::handled(cx)
    }

    /// Call func(*args), while tracing is enabled.
    ///
    /// The tracing state is saved, and restored afterwards.  This is intended
    /// to be called from a debugger from a checkpoint, to recursively debug
    /// some other code.
    #[py(sig = "($module, func, args, /)")]
    fn call_tracing(cx: &mut Cx, func: Value, args: Value) -> PyResult<Value> {
        let args = cx.tuple_from(args)?;
        let args = Gc::<krait_runtime::types::tuple::Tuple>::from_value_unchecked(args);
        cx.call(func, args.as_slice())
    }

    /// Exit the interpreter by raising SystemExit(status).
    ///
    /// If the status is omitted or None, it defaults to zero (i.e., success).
    /// If the status is an integer, it will be used as the system exit status.
    /// If it is another kind of object, it will be printed and the system
    /// exit status will be one (i.e., failure).
    #[py(sig = "($module, status=None, /)")]
    fn exit(cx: &mut Cx, status: Option<Value>) -> PyResult<Value> {
        let class = cx.types().system_exit;
        let args: &[Value] = match &status {
            Some(v) if !v.is_none() => std::slice::from_ref(v),
            _ => &[],
        };
        // A tuple as status stands for all arguments of the exception.
        if let [v] = args
            && let Some(t) = Gc::<krait_runtime::types::tuple::Tuple>::from_value(*v)
        {
            return Err(raise_system_exit(cx, t.as_slice())?);
        }
        Err(match args {
            [v] => raise_system_exit(cx, &[*v])?,
            _ => cx.error_with(class, &[]),
        })
    }

    /// ``Intern'' the given string.
    ///
    /// This enters the string in the (global) table of interned strings whose
    /// purpose is to speed up dictionary lookups. Return the string itself or
    /// the previously interned string object with the same value.
    #[py(sig = "($module, string, /)")]
    fn intern(cx: &mut Cx, string: Value) -> PyResult<Value> {
        match Gc::<Str>::from_value(string) {
            Some(s) if s.is_exact() => Ok(cx.intern_str(s).value()),
            Some(_) => {
                let got = cx.type_name(string);
                Err(cx.type_error(format!("can't intern {got}")))
            }
            None => {
                let got = cx.type_name(string);
                Err(cx.type_error(format!("intern() argument must be str, not {got}")))
            }
        }
    }

    /// Return True if the given string is "interned".
    #[py(sig = "($module, string, /)")]
    fn _is_interned(cx: &mut Cx, string: Value) -> PyResult<bool> {
        match Gc::<Str>::from_value(string) {
            Some(s) => Ok(s.is_interned()),
            None => {
                let got = cx.type_name(string);
                Err(cx.type_error(format!("_is_interned() argument must be str, not {got}")))
            }
        }
    }
}

fn raise_system_exit(cx: &mut Cx, args: &[Value]) -> PyResult<krait_runtime::error::Raised> {
    let class = cx.types().system_exit.value();
    let e = cx.call(class, args)?;
    Ok(krait_runtime::error::Raised::new(Gc::from_value_unchecked(
        e,
    )))
}
