//! `faulthandler`: tracebacks on demand, and a word before a fatal signal kills the process.
//!
//! The handler of fatal signals names the signal only: walking Python's frames is not safe there.

use std::io::Write;
use std::os::fd::FromRawFd;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use crate::prelude::*;
use crate::support;

pub static MODULE: ModuleDef = ModuleDef {
    name: "faulthandler",
    doc: Some("faulthandler module."),
    functions: &[Functions::DEFS],
    ..ModuleDef::DEFAULT
};

static ENABLED: AtomicBool = AtomicBool::new(false);
/// Where the handler writes.
static TARGET: AtomicI32 = AtomicI32::new(2);

/// Signals that kill, and what is said of them.
const FATAL: [(i32, &[u8]); 5] = [
    (libc::SIGBUS, b"Fatal Python error: Bus error\n\n"),
    (libc::SIGILL, b"Fatal Python error: Illegal instruction\n\n"),
    (
        libc::SIGFPE,
        b"Fatal Python error: Floating-point exception\n\n",
    ),
    (libc::SIGABRT, b"Fatal Python error: Aborted\n\n"),
    (libc::SIGSEGV, b"Fatal Python error: Segmentation fault\n\n"),
];

extern "C" fn on_fatal(signal: i32) {
    let text = FATAL
        .iter()
        .find(|f| f.0 == signal)
        .map_or(&b"Fatal Python error\n\n"[..], |f| f.1);
    // SAFETY: only functions that are safe in signal handlers; the default action comes next.
    unsafe {
        libc::write(
            TARGET.load(Ordering::Relaxed),
            text.as_ptr().cast(),
            text.len(),
        );
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}

fn install(handler: libc::sighandler_t) {
    for (signal, _) in FATAL {
        // SAFETY: plain data; the handler stays valid. It runs on the thread's alternate stack, if
        // it has one: a stack that overflowed is of no use.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = handler;
            action.sa_flags = libc::SA_NODEFER | libc::SA_ONSTACK;
            libc::sigaction(signal, &raw const action, std::ptr::null_mut());
        }
    }
}

/// The descriptor of the `file` argument: `sys.stderr`, an int, or a file, which is flushed.
fn descriptor(cx: &mut Cx, file: Option<Value>) -> PyResult<i32> {
    let file = match file.filter(|f| !f.is_none()) {
        Some(f) => f,
        None => {
            let sys = cx.import("sys")?;
            match cx.lookup_attr_str(sys, "stderr")?.filter(|f| !f.is_none()) {
                Some(f) => f,
                None => return Err(cx.runtime_error("unable to get sys.stderr")),
            }
        }
    };
    let number = if krait_runtime::types::int::is_int(file) {
        file
    } else {
        cx.call_method_str(file, "fileno", &[])?
    };
    let Some(fd) = cx.index_i64(number)?.and_then(|n| i32::try_from(n).ok()) else {
        return Err(cx.overflow_error("Python int too large to convert to C int"));
    };
    if fd < 0 {
        let what = if number == file {
            "file is not a valid file descriptor"
        } else {
            "file.fileno() is not a valid file descriptor"
        };
        return Err(if number == file {
            cx.value_error(what)
        } else {
            cx.runtime_error(what)
        });
    }
    if number != file {
        // A stream that cannot be flushed gets its traceback all the same.
        let _ = cx.call_method_str(file, "flush", &[]);
    }
    Ok(fd)
}

/// As many frames of a thread are shown.
const MAX_FRAMES: usize = 100;

/// Appends the lines of a chain of frames, the innermost first.
fn frames(cx: &mut Cx, mut frame: Value, out: &mut String) -> PyResult<()> {
    for depth in 0.. {
        if frame.is_none() {
            break;
        }
        if depth == MAX_FRAMES {
            out.push_str("  ...\n");
            break;
        }
        let code = attr(cx, frame, "f_code")?;
        let (file, name, line) = (
            attr(cx, code, "co_filename")?,
            attr(cx, code, "co_name")?,
            attr(cx, frame, "f_lineno")?,
        );
        let (file, name, line) = (
            cx.str_string(file)?,
            cx.str_string(name)?,
            cx.str_string(line)?,
        );
        out.push_str(&format!("  File \"{file}\", line {line} in {name}\n"));
        frame = attr(cx, frame, "f_back")?;
    }
    Ok(())
}

fn attr(cx: &mut Cx, v: Value, name: &str) -> PyResult<Value> {
    Ok(cx.lookup_attr_str(v, name)?.unwrap_or(Value::none()))
}

fn traceback(cx: &mut Cx, all_threads: bool) -> PyResult<String> {
    let sys = cx.import("sys")?;
    let mut out = String::new();
    let current = cx.call_method_str(sys, "_getframe", &[])?;
    if !all_threads {
        out.push_str("Stack (most recent call first):\n");
        frames(cx, current, &mut out)?;
        return Ok(out);
    }
    let own = crate::_thread::ident();
    let threads = cx.call_method_str(sys, "_current_frames", &[])?;
    let items = cx.call_method_str(threads, "items", &[])?;
    for &item in cx.collect(items)?.as_slice() {
        let Some(pair) = Gc::<Tuple>::from_value(item) else {
            continue;
        };
        let ident = cx.index_i64(pair.get(0))?.unwrap_or(0) as u64;
        if ident != own {
            out.push_str(&format!("Thread {ident:#018x} (most recent call first):\n"));
            frames(cx, pair.get(1), &mut out)?;
            out.push('\n');
        }
    }
    out.push_str(&format!(
        "Current thread {own:#018x} (most recent call first):\n"
    ));
    frames(cx, current, &mut out)?;
    Ok(out)
}

fn write_all(cx: &mut Cx, fd: i32, text: &str) -> PyResult<()> {
    // SAFETY: the descriptor is borrowed: `ManuallyDrop` keeps it open.
    let mut file = std::mem::ManuallyDrop::new(unsafe { std::fs::File::from_raw_fd(fd) });
    match cx.blocking(|| file.write_all(text.as_bytes())) {
        Ok(()) => Ok(()),
        Err(e) => Err(support::os_error(cx, e.raw_os_error().unwrap_or(libc::EIO))),
    }
}

fn absent(cx: &mut Cx, name: &str) -> Raised {
    cx.not_implemented_error(format!("faulthandler.{name}() is not implemented"))
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Enable the fault handler.
    #[py(sig = "($module, /, file=sys.stderr, all_threads=True)")]
    fn enable(cx: &mut Cx, file: Option<Value>, _all_threads: Option<bool>) -> PyResult<()> {
        let fd = descriptor(cx, file)?;
        TARGET.store(fd, Ordering::Relaxed);
        install(on_fatal as *const () as libc::sighandler_t);
        ENABLED.store(true, Ordering::Relaxed);
        Ok(())
    }
    /// Disable the fault handler.
    #[py]
    fn disable() -> bool {
        let was = ENABLED.swap(false, Ordering::Relaxed);
        if was {
            install(libc::SIG_DFL);
        }
        was
    }
    /// Check if the handler is enabled.
    #[py]
    fn is_enabled() -> bool {
        ENABLED.load(Ordering::Relaxed)
    }
    /// Dump the traceback of the current thread, or of all threads if all_threads is True, into file.
    #[py(sig = "($module, /, file=sys.stderr, all_threads=True)")]
    fn dump_traceback(cx: &mut Cx, file: Option<Value>, all_threads: Option<bool>) -> PyResult<()> {
        let fd = descriptor(cx, file)?;
        let text = traceback(cx, all_threads.unwrap_or(true))?;
        write_all(cx, fd, &text)
    }
    /// Not implemented.
    #[py(sig = "($module, /, *args, **kwargs)", hide_sig)]
    fn dump_traceback_later(cx: &mut Cx, _kwargs: Option<Value>, _args: &[Value]) -> PyResult<()> {
        Err(absent(cx, "dump_traceback_later"))
    }
    /// Cancel the previous call to dump_traceback_later(): there is none.
    #[py]
    fn cancel_dump_traceback_later() {}
    /// Not implemented.
    #[py(sig = "($module, /, *args, **kwargs)", hide_sig)]
    fn register(cx: &mut Cx, _kwargs: Option<Value>, _args: &[Value]) -> PyResult<()> {
        Err(absent(cx, "register"))
    }
    /// Unregister the handler of the signal 'signum' registered by register(): there is none.
    #[py(sig = "($module, signum, /)")]
    fn unregister(_signum: i32) -> bool {
        false
    }
}
