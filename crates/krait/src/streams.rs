//! The standard streams.

use krait_runtime::native::{Cx, PyResult, Value};

use crate::state;

/// Makes `sys.stdin`, `sys.stdout` and `sys.stderr`, and `builtins.open`.
pub fn init(cx: &mut Cx) -> PyResult<()> {
    let io = cx.import("_io")?;
    let open = cx.get_attr_str(io, "open")?;
    let builtins = cx.import("builtins")?;
    cx.set_attr_str(builtins, "open", open)?;
    let unbuffered = state::config(cx).unbuffered;
    let (encoding, errors) = io_encoding(cx);
    for (fd, name, mode, default_errors) in [
        (0, "stdin", "r", "strict"),
        (1, "stdout", "w", "strict"),
        (2, "stderr", "w", "backslashreplace"),
    ] {
        let errors = if fd == 2 {
            default_errors
        } else {
            errors.as_deref().unwrap_or(default_errors)
        };
        let stream = if is_open(fd) {
            krait_stdlib::_io::open_text_fd(cx, fd, &format!("<{name}>"), mode, errors, unbuffered)?
        } else {
            Value::none()
        };
        if let Some(e) = &encoding
            && !stream.is_none()
        {
            reconfigure(cx, stream, e)?;
        }
        cx.sys_set(name, stream);
        cx.sys_set(&format!("__{name}__"), stream);
    }
    Ok(())
}

/// `sys.stderr` for what the import system says (`-v`) before there are streams.
pub fn init_early(cx: &mut Cx) -> PyResult<()> {
    let stream = if is_open(2) {
        krait_stdlib::_io::open_text_fd(cx, 2, "<stderr>", "w", "backslashreplace", true)?
    } else {
        Value::none()
    };
    cx.sys_set("stderr", stream);
    Ok(())
}

/// Encoding and error handler of `PYTHONIOENCODING`, and the handler that the C locale asks for.
fn io_encoding(cx: &Cx) -> (Option<String>, Option<String>) {
    let wish = state::config(cx).io_encoding.clone().unwrap_or_default();
    let (encoding, errors) = wish.split_once(':').unwrap_or((&wish, ""));
    let nonempty = |s: &str| (!s.is_empty()).then(|| s.to_owned());
    (nonempty(encoding), nonempty(errors).or_else(locale_errors))
}

/// In the POSIX locale bytes that are no UTF-8 pass through unchanged (PEP 538, PEP 540).
fn locale_errors() -> Option<String> {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|n| std::env::var(n).ok().filter(|v| !v.is_empty()));
    match set.as_deref() {
        None | Some("C" | "POSIX" | "C.UTF-8" | "C.utf8") => Some("surrogateescape".to_owned()),
        Some(_) => None,
    }
}

fn reconfigure(cx: &mut Cx, stream: Value, encoding: &str) -> PyResult<()> {
    let f = cx.get_attr_str(stream, "reconfigure")?;
    let (encoding, key) = (cx.new_str(encoding), cx.intern("encoding").value());
    cx.call_kw(f, &[encoding], &[key])?;
    Ok(())
}

fn is_open(fd: i32) -> bool {
    // SAFETY: asks about a descriptor, open or not.
    unsafe { libc::fcntl(fd, libc::F_GETFD) != -1 }
}

/// Writes text to `sys.stderr`, or to the descriptor where there is no such stream.
pub fn write_stderr(cx: &mut Cx, text: &str) {
    if let Some(stream) = cx.sys_get("stderr").filter(|s| !s.is_none()) {
        let v = cx.new_str(text);
        if cx.call_method_str(stream, "write", &[v]).is_ok() {
            let _ = cx.call_method_str(stream, "flush", &[]);
            return;
        }
    }
    if cx.sys_get("stderr").is_none() {
        eprint!("{text}");
    }
}

/// Keeps the standard streams open while everything else is finalized; they are flushed after that.
pub fn exempt_standard(cx: &mut Cx) {
    for name in [
        "stdin",
        "stdout",
        "stderr",
        "__stdin__",
        "__stdout__",
        "__stderr__",
    ] {
        let mut layer = cx.sys_get(name);
        for inner in ["buffer", "raw", ""] {
            let Some(stream) = layer.filter(|s| !s.is_none()) else {
                break;
            };
            krait_runtime::finalize::exempt(stream);
            layer = cx.lookup_attr_str(stream, inner).ok().flatten();
        }
    }
}

/// Flushes a standard stream; an error is reported. `false` if there was one.
pub fn flush(cx: &mut Cx, name: &str, report: bool) -> bool {
    let Some(stream) = cx.sys_get(name).filter(|s| !s.is_none()) else {
        return true;
    };
    let closed = cx
        .lookup_attr_str(stream, "closed")
        .ok()
        .flatten()
        .is_some_and(|v| cx.is_true(v).unwrap_or(false));
    if closed {
        return true;
    }
    match cx.call_method_str(stream, "flush", &[]) {
        Ok(_) => true,
        Err(e) => {
            if report {
                cx.unraisable(
                    e,
                    &format!("Exception ignored while flushing sys.{name}"),
                    Value::none(),
                );
            }
            false
        }
    }
}
