//! What several modules share: errors of system calls, retried calls, paths, constants.

pub mod accounts;
pub mod feeder;
pub mod fs_path;
pub mod lock;
pub mod names;
pub mod random;
pub mod time_arg;

use krait_runtime::cx::Cx;
use krait_runtime::error::{PyResult, Raised};
use krait_runtime::native::{Layout, TypeSpec};
use krait_runtime::object::Gc;
use krait_runtime::types::module::Module;
use krait_runtime::value::Value;

pub use fs_path::{FsPath, PathRules};

/// The calling thread's `errno`.
pub fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// What the C library says about an error number.
pub fn strerror(code: i32) -> String {
    let mut buffer = [0u8; 256];
    // SAFETY: the buffer has the length given; the result is a C string in it.
    let text = unsafe {
        libc::strerror_r(code, buffer.as_mut_ptr().cast(), buffer.len());
        std::ffi::CStr::from_ptr(buffer.as_ptr().cast())
    };
    text.to_string_lossy().into_owned()
}

/// `OSError(code, strerror(code))`, of the subclass that belongs to the code.
#[cold]
pub fn os_error(cx: &mut Cx, code: i32) -> Raised {
    os_error_args(cx, code, &[])
}

/// An `OSError` about a file.
#[cold]
pub fn os_error_path(cx: &mut Cx, code: i32, path: Value) -> Raised {
    os_error_args(cx, code, &[path])
}

/// An `OSError` about two files: `rename`, `link`...
#[cold]
pub fn os_error_paths(cx: &mut Cx, code: i32, from: Value, to: Value) -> Raised {
    os_error_args(cx, code, &[from, Value::none(), to])
}

fn os_error_args(cx: &mut Cx, code: i32, rest: &[Value]) -> Raised {
    let class = cx.types().os_error;
    os_error_of(cx, class, code, &strerror(code), rest)
}

/// `class(code, message, *rest)`, where `class` is `OSError` or a subclass.
pub fn os_error_of(
    cx: &mut Cx,
    class: Gc<krait_runtime::types::typeobj::Type>,
    code: i32,
    message: &str,
    rest: &[Value],
) -> Raised {
    let message = cx.new_str(message);
    let mut args = [
        Value::small(code as i64),
        message,
        Value::none(),
        Value::none(),
        Value::none(),
    ];
    args[2..2 + rest.len()].copy_from_slice(rest);
    match cx.call(class.value(), &args[..2 + rest.len()]) {
        Ok(e) => match Gc::from_value(e) {
            Some(e) => Raised::new(e),
            None => cx.type_error("exceptions must derive from BaseException"),
        },
        Err(e) => e,
    }
}

/// Runs what signal handlers asked for; an error is that of a Python handler.
pub fn check_signals(cx: &mut Cx) -> PyResult<()> {
    match cx.hooks().run_pending {
        Some(f) => f(cx),
        None => Ok(()),
    }
}

/// Runs a blocking system call with the thread parked, again whenever a signal interrupts it
/// (PEP 475). `f` returns what the call returns: negative means an error, whose number is the `Err`.
pub fn retry(cx: &mut Cx, mut f: impl FnMut() -> isize) -> PyResult<Result<isize, i32>> {
    loop {
        let (result, code) = cx.blocking(|| {
            let r = f();
            (r, if r < 0 { errno() } else { 0 })
        });
        if result >= 0 {
            return Ok(Ok(result));
        }
        if code != libc::EINTR {
            return Ok(Err(code));
        }
        check_signals(cx)?;
    }
}

/// [`retry`] with the error raised as `OSError`.
pub fn call(cx: &mut Cx, f: impl FnMut() -> isize) -> PyResult<isize> {
    match retry(cx, f)? {
        Ok(n) => Ok(n),
        Err(code) => Err(os_error(cx, code)),
    }
}

/// A system call that does not block: negative results are raised.
pub fn check(cx: &mut Cx, result: i32) -> PyResult<i32> {
    if result < 0 {
        Err(os_error(cx, errno()))
    } else {
        Ok(result)
    }
}

/// A file descriptor argument: an int, or an object with `fileno()`.
pub fn fd_arg(cx: &mut Cx, v: Value) -> PyResult<i32> {
    let number = if krait_runtime::types::int::is_int(v) {
        if cx.type_of(v) == cx.types().bool {
            let class = cx.types().runtime_warning;
            cx.warn(class, "bool is used as a file descriptor")?;
        }
        v
    } else {
        let Some(method) = cx.lookup_attr_str(v, "fileno")? else {
            return Err(cx.type_error("argument must be an int, or have a fileno() method."));
        };
        let n = cx.call(method, &[])?;
        if !krait_runtime::types::int::is_int(n) {
            return Err(cx.type_error("fileno() returned a non-integer"));
        }
        n
    };
    let Some(fd) = cx.index_i64(number)?.and_then(|n| i32::try_from(n).ok()) else {
        return Err(cx.overflow_error("Python int too large to convert to C int"));
    };
    if fd < 0 {
        return Err(cx.value_error(format!(
            "file descriptor cannot be a negative integer ({fd})"
        )));
    }
    Ok(fd)
}

/// Sets or clears the close-on-exec flag.
pub fn set_inheritable(fd: i32, inheritable: bool) -> Result<(), i32> {
    // SAFETY: fcntl with these commands touches no memory of ours.
    unsafe {
        let old = libc::fcntl(fd, libc::F_GETFD);
        if old < 0 {
            return Err(errno());
        }
        let new = if inheritable {
            old & !libc::FD_CLOEXEC
        } else {
            old | libc::FD_CLOEXEC
        };
        if new != old && libc::fcntl(fd, libc::F_SETFD, new) < 0 {
            return Err(errno());
        }
    }
    Ok(())
}

/// Adds integer constants to a module.
pub fn add_ints(cx: &mut Cx, m: Gc<Module>, list: &[(&str, i64)]) {
    for &(name, n) in list {
        let v = cx.new_int(n);
        m.set(cx, name, v);
    }
}

/// `[("NAME", libc::NAME as i64), ...]`.
#[macro_export]
macro_rules! libc_constants {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}

/// The specification of an exception that a module defines.
pub const fn exception_spec(
    module: &'static str,
    name: &'static str,
    doc: Option<&'static str>,
    base: &'static TypeSpec,
) -> TypeSpec {
    use krait_runtime::types::typeobj::flags;
    TypeSpec {
        name,
        module,
        doc,
        base: Some(base),
        layout: Layout::of::<krait_runtime::error::Exception>(),
        flags: flags::BASETYPE | flags::EXC_SUBCLASS | flags::INSTANCE_DICT | flags::WEAKREFABLE,
        ..TypeSpec::DEFAULT
    }
}

/// A warning through `warnings.warn`.
pub fn warn(
    cx: &mut Cx,
    category: Gc<krait_runtime::types::typeobj::Type>,
    message: &str,
    stacklevel: i64,
) -> PyResult<()> {
    let warnings = cx.import("warnings")?;
    let message = cx.new_str(message);
    cx.call_method_str(
        warnings,
        "warn",
        &[message, category.value(), Value::small(stacklevel)],
    )?;
    Ok(())
}
