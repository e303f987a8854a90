//! `sys`: what the interpreter calls back: display, exceptions, audit events.

use std::sync::atomic::Ordering;

use krait_macros::pyfunctions;
use krait_runtime::error::Raised;
use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::exceptions::base::as_exception;
use krait_runtime::types::list::List;
use krait_runtime::types::structseq;

use super::info;
use crate::state;
use crate::traceback_print;

/// The list of audit hooks: no Python object refers to it, so that no program can take one away.
const HOOKS: krait_runtime::cx::Root = krait_runtime::cx::Root::SysHooks;

/// Tells the audit hooks of an event.
pub fn announce(cx: &mut Cx, event: &str, args: &[Value]) -> PyResult<()> {
    if !state::of(cx).audited.load(Ordering::Relaxed) {
        return Ok(());
    }
    let event = cx.intern(event).value();
    let args = cx.try_new_tuple(args)?;
    raise_event(cx, event, args)
}

fn raise_event(cx: &mut Cx, event: Value, args: Value) -> PyResult<()> {
    let Some(hooks) = Gc::<List>::from_value(cx.root(HOOKS)) else {
        return Ok(());
    };
    let mut i = 0;
    while let Some(hook) = hooks.get(i) {
        cx.call(hook, &[event, args])?;
        i += 1;
    }
    Ok(())
}

/// `sys.displayhook`.
pub fn display(cx: &mut Cx, v: Value) -> PyResult<()> {
    let builtins = cx.import("builtins")?;
    if v.is_none() {
        return Ok(());
    }
    cx.set_attr_str(builtins, "_", Value::none())?;
    let out = match cx.sys_get("stdout") {
        Some(f) if !f.is_none() => f,
        _ => return Err(cx.runtime_error("lost sys.stdout")),
    };
    let text = cx.repr(v)?;
    if let Err(e) = cx.call_method_str(out, "write", &[text.value()]) {
        if !e.is(cx, cx.types().unicode_encode_error) {
            return Err(e);
        }
        display_escaped(cx, out, text)?;
    }
    let newline = cx.new_str("\n");
    cx.call_method_str(out, "write", &[newline])?;
    cx.set_attr_str(builtins, "_", v)
}

/// Writes text that the stream's encoding lacks characters for.
fn display_escaped(
    cx: &mut Cx,
    out: Value,
    text: Gc<krait_runtime::types::str::Str>,
) -> PyResult<()> {
    let encoding = cx.get_attr_str(out, "encoding")?;
    let encoding = cx.str_string(encoding)?;
    let bytes = cx.encode(text, Some(&encoding), Some("backslashreplace"))?;
    if let Some(buffer) = cx.lookup_attr_str(out, "buffer")? {
        cx.call_method_str(buffer, "write", &[bytes])?;
    } else {
        let escaped = cx.decode_object(bytes, Some(&encoding), None)?;
        cx.call_method_str(out, "write", &[escaped])?;
    }
    Ok(())
}

/// Calls `sys.unraisablehook` for an exception that nobody can handle.
pub fn print_unraisable(cx: &mut Cx, e: Raised, message: &str, object: Value) {
    if let Err(second) = call_unraisable_hook(cx, e, message, object) {
        traceback_print::print_to_stderr(cx, second.value());
    }
}

fn call_unraisable_hook(cx: &mut Cx, e: Raised, message: &str, object: Value) -> PyResult<()> {
    let class = cx.type_of(e.value()).value();
    let message = if message.is_empty() {
        Value::none()
    } else {
        cx.new_str(message)
    };
    let values = [
        class,
        e.value(),
        e.exception().traceback.get(),
        message,
        object,
    ];
    let args = structseq::new(cx, &info::UNRAISABLE_ARGS, &values)?;
    match cx.sys_get("unraisablehook") {
        Some(hook) if !hook.is_none() => cx.call(hook, &[args]).map(|_| ()),
        _ => default_unraisable(cx, args),
    }
}

fn default_unraisable(cx: &mut Cx, args: Value) -> PyResult<()> {
    let [value, traceback, message, object] =
        ["exc_value", "exc_traceback", "err_msg", "object"].map(|n| cx.get_attr_str(args, n));
    let (value, traceback, message, object) = (value?, traceback?, message?, object?);
    let head = if message.is_none() {
        "Exception ignored in".to_owned()
    } else {
        cx.str_string(message)?
    };
    let mut text = match (object.is_none(), message.is_none()) {
        (true, true) => String::new(),
        (true, false) => format!("{head}:\n"),
        (false, _) => {
            let shown = cx
                .repr_string(object)
                .unwrap_or_else(|_| "<object repr() failed>".to_owned());
            format!("{head}: {shown}\n")
        }
    };
    if let Some(e) = as_exception(value) {
        text.push_str(&traceback_print::short_text(cx, e, traceback));
    }
    crate::streams::write_stderr(cx, &text);
    Ok(())
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Print an object to sys.stdout and also save it in builtins._
    #[py(sig = "($module, object, /)")]
    fn displayhook(cx: &mut Cx, object: Value) -> PyResult<()> {
        display(cx, object)
    }

    /// Handle an exception by displaying it with a traceback on sys.stderr.
    #[py(sig = "($module, exctype, value, traceback, /)")]
    fn excepthook(cx: &mut Cx, _exctype: Value, value: Value, traceback: Value) -> PyResult<()> {
        let Some(e) = as_exception(value) else {
            let got = cx.type_name(value);
            crate::streams::write_stderr(
                cx,
                &format!(
                    "TypeError: print_exception(): Exception expected for value, {got} found\n"
                ),
            );
            return Ok(());
        };
        if !traceback.is_none() && e.traceback.get().is_none() {
            krait_runtime::types::exceptions::base::set_traceback(cx, e, traceback)?;
        }
        traceback_print::print_to_stderr(cx, value);
        Ok(())
    }

    /// Handle an unraisable exception.
    ///
    /// The unraisable argument has the following attributes:
    ///
    /// * exc_type: Exception type.
    /// * exc_value: Exception value, can be None.
    /// * exc_traceback: Exception traceback, can be None.
    /// * err_msg: Error message, can be None.
    /// * object: Object causing the exception, can be None.
    #[py(sig = "($module, unraisable, /)")]
    fn unraisablehook(cx: &mut Cx, unraisable: Value) -> PyResult<()> {
        let class = structseq::type_of(cx, &info::UNRAISABLE_ARGS)?;
        if cx.type_of(unraisable) != class {
            return Err(
                cx.type_error("sys.unraisablehook argument type must be UnraisableHookArgs")
            );
        }
        default_unraisable(cx, unraisable)
    }

    /// This hook function is called by built-in breakpoint().
    #[py(sig = "($module, /, *args, **kwargs)", hide_sig)]
    fn breakpointhook(cx: &mut Cx, kwargs: Option<Value>, args: &[Value]) -> PyResult<Value> {
        let c = state::config(cx);
        let wish = if c.ignore_environment {
            None
        } else {
            std::env::var("PYTHONBREAKPOINT")
                .ok()
                .filter(|s| !s.is_empty())
        };
        let wish = wish.unwrap_or_else(|| "pdb.set_trace".to_owned());
        if wish == "0" {
            return Ok(Value::none());
        }
        let (module, name) = wish.rsplit_once('.').unwrap_or(("builtins", &wish));
        let module = if module.is_empty() {
            None
        } else {
            Some(module)
        };
        let found = module.map(|m| cx.import(m).and_then(|m| cx.get_attr_str(m, name)));
        match found {
            Some(Ok(f)) => cx.call_with_kwargs(f, args, kwargs),
            Some(Err(e))
                if !(e.is(cx, cx.types().import_error) || e.is(cx, cx.types().attribute_error)) =>
            {
                Err(e)
            }
            _ => {
                let class = cx.types().runtime_warning;
                cx.warn(
                    class,
                    &format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{wish}\""),
                )?;
                Ok(Value::none())
            }
        }
    }

    /// Passes the event to any hooks that are attached.
    #[py(sig = "($module, event, /, *args)", hide_sig)]
    fn audit(cx: &mut Cx, event: Value, args: &[Value]) -> PyResult<()> {
        if Gc::<krait_runtime::types::str::Str>::from_value(event).is_none() {
            let got = cx.type_name(event);
            return Err(cx.type_error(format!("audit() argument 1 must be str, not {got}")));
        }
        let args = cx.try_new_tuple(args)?;
        raise_event(cx, event, args)
    }

    /// Adds a new audit hook callback.
    #[py(sig = "($module, /, hook)")]
    fn addaudithook(cx: &mut Cx, hook: Value) -> PyResult<()> {
        // A hook that is there already may forbid more of them, by an exception.
        match announce(cx, "sys.addaudithook", &[]) {
            Ok(()) => {}
            Err(e) if e.is(cx, cx.types().exception) => return Ok(()),
            Err(e) => return Err(e),
        }
        if Gc::<List>::from_value(cx.root(HOOKS)).is_none() {
            let list = cx.new_list(&[]);
            cx.set_root(HOOKS, list);
        }
        Gc::<List>::from_value_unchecked(cx.root(HOOKS)).push(cx, hook)?;
        state::of(cx).audited.store(true, Ordering::Relaxed);
        Ok(())
    }
}
