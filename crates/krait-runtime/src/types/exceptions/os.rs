//! `OSError`: the class follows from `errno` (PEP 3151).

use krait_macros::pymethods;

use super::base::{attributes, no_keywords, reduced, text};
use super::fields;
use crate::error::{Exception, Raised};
use crate::native::{Cx, NativeFn, PyResult, Value};
use crate::object::Gc;
use crate::special::Special;
use crate::types::native_function::BuiltinFunction;
use crate::types::str::StrBuilder;
use crate::types::typeobj::Type;

type Exc = Gc<Exception>;

/// The subclass of OSError for an error number.
fn class_for(cx: &Cx, errno: i32) -> Gc<Type> {
    let t = cx.types();
    // Some platforms give two of these names the same number: no match on patterns.
    match errno {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => t.blocking_io_error,
        e if e == libc::EWOULDBLOCK => t.blocking_io_error,
        libc::EPIPE | libc::ESHUTDOWN => t.broken_pipe_error,
        libc::ECHILD => t.child_process_error,
        libc::ECONNABORTED => t.connection_aborted_error,
        libc::ECONNREFUSED => t.connection_refused_error,
        libc::ECONNRESET => t.connection_reset_error,
        libc::EEXIST => t.file_exists_error,
        libc::ENOENT => t.file_not_found_error,
        libc::EISDIR => t.is_a_directory_error,
        libc::ENOTDIR => t.not_a_directory_error,
        libc::EINTR => t.interrupted_error,
        libc::EACCES | libc::EPERM => t.permission_error,
        libc::ESRCH => t.process_lookup_error,
        libc::ETIMEDOUT => t.timeout_error,
        _ => t.os_error,
    }
}

/// The text of an error number, as `os.strerror` gives it.
pub fn strerror(errno: i32) -> String {
    let mut buffer = [0 as libc::c_char; 256];
    // SAFETY: writes at most the buffer's length, a terminating zero included.
    let failed = unsafe { libc::strerror_r(errno, buffer.as_mut_ptr(), buffer.len()) } != 0;
    // SAFETY: the buffer holds a zero-terminated string: it was zeroed and is larger than any text.
    let text = unsafe { std::ffi::CStr::from_ptr(buffer.as_ptr()) }
        .to_string_lossy()
        .into_owned();
    if failed && text.is_empty() {
        format!("Unknown error {errno}")
    } else {
        text
    }
}

impl Cx {
    /// The OSError for `errno`, of the subclass that stands for it; with the file it is about.
    #[cold]
    pub fn os_error(&mut self, errno: i32, filename: Option<Value>) -> Raised {
        self.os_error2(errno, filename, None)
    }

    /// The OSError for `errno` in an operation on two files.
    #[cold]
    pub fn os_error2(
        &mut self,
        errno: i32,
        filename: Option<Value>,
        filename2: Option<Value>,
    ) -> Raised {
        let class = class_for(self, errno);
        let (number, message) = (Value::small(errno as i64), self.new_str(&strerror(errno)));
        let raised = self.error_with(class, &[number, message]);
        let e = raised.exception();
        e.set_field(self, fields::ERRNO, number);
        e.set_field(self, fields::STRERROR, message);
        for (index, name) in [(fields::FILENAME, filename), (fields::FILENAME2, filename2)] {
            if let Some(v) = name.filter(|v| !v.is_none()) {
                e.set_field(self, index, v);
            }
        }
        raised
    }

    /// The OSError for an error of Rust's library.
    #[cold]
    pub fn io_error(&mut self, error: &std::io::Error, filename: Option<Value>) -> Raised {
        match error.raw_os_error() {
            Some(errno) => self.os_error(errno, filename),
            None => {
                let class = self.types().os_error;
                self.error(class, &error.to_string())
            }
        }
    }

    /// The OSError for the C library's `errno`.
    #[cold]
    pub fn last_os_error(&mut self, filename: Option<Value>) -> Raised {
        let error = std::io::Error::last_os_error();
        self.io_error(&error, filename)
    }
}

/// Whether `__init__` sets the fields: in a subclass that overrides `__init__` but not `__new__`,
/// so that such classes may take other arguments.
fn uses_init(cx: &mut Cx, class: Gc<Type>) -> bool {
    let own_init = class
        .special(cx, Special::Init)
        .is_some_and(|m| crate::protocol::attr::is_native(m, Methods::__py___init__));
    let own_new = class
        .special(cx, Special::New)
        .is_some_and(|m| is_builtin(m, Methods::__py___new__));
    !own_init && own_new
}

fn is_builtin(v: Value, f: NativeFn) -> bool {
    Gc::<BuiltinFunction>::from_value(v).is_some_and(|b| std::ptr::fn_addr_eq(b.def.func, f))
}

/// `errno`, `strerror`, `filename`, (`winerror`,) `filename2` of the arguments; `EMPTY` if absent.
fn parse(args: &[Value]) -> [Value; 4] {
    let at = |i: usize| args.get(i).copied().unwrap_or(Value::EMPTY);
    if (2..=5).contains(&args.len()) {
        [at(0), at(1), at(2), at(4)]
    } else {
        [Value::EMPTY; 4]
    }
}

fn set_fields(cx: &mut Cx, this: Exc, args: &[Value], parsed: [Value; 4]) -> PyResult<()> {
    let [errno, strerror, filename, filename2] = parsed;
    let mut kept = args;
    if !filename.is_empty() && !filename.is_none() {
        let blocking = cx.type_of(this.value()) == cx.types().blocking_io_error;
        // A number in this place is how many characters were written before the call blocked.
        if blocking && cx.is_number(filename) {
            let Some(n) = cx.index_i64(filename)? else {
                let name = cx.type_name(filename);
                return Err(
                    cx.value_error(format!("cannot fit '{name}' into an index-sized integer"))
                );
            };
            // -1 stands for "not set".
            if n != -1 {
                let n = cx.new_int(n);
                this.set_field(cx, fields::CHARACTERS_WRITTEN, n);
            }
        } else {
            this.set_field(cx, fields::FILENAME, filename);
            if !filename2.is_empty() && !filename2.is_none() {
                this.set_field(cx, fields::FILENAME2, filename2);
            }
            // File names do not stay in `args`, as programs from before PEP 3151 expect.
            kept = &args[..2];
        }
    }
    if !errno.is_empty() {
        this.set_field(cx, fields::ERRNO, errno);
        this.set_field(cx, fields::STRERROR, strerror);
    }
    let args = cx.try_new_tuple(kept)?;
    this.args.set(cx, this, args);
    Ok(())
}

fn present(v: Value) -> bool {
    !v.is_empty() && !v.is_none()
}

pub struct Methods;

#[pymethods]
impl Methods {
    /// Create and return a new object.  See help(type) for accurate signature.
    #[py(new, sig = "($type, *args, **kwargs)")]
    fn __new__(
        cx: &mut Cx,
        class: Value,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        let mut class: Gc<Type> = Gc::from_value_unchecked(class);
        let empty = cx.empty_tuple();
        if uses_init(cx, class) {
            return Ok(Exception::alloc(cx, class, empty).value());
        }
        if kwargs.is_some() {
            let name = class.name_string();
            no_keywords(cx, &name, kwargs)?;
        }
        let parsed = parse(args);
        if class == cx.types().os_error
            && let Some(errno) = parsed[0]
                .some()
                .and_then(crate::types::int::as_int)
                .and_then(|n| n.to_i64())
                .and_then(|n| i32::try_from(n).ok())
        {
            class = class_for(cx, errno);
        }
        let this = Exception::alloc(cx, class, empty);
        set_fields(cx, this, args, parsed)?;
        Ok(this.value())
    }

    /// Initialize self.  See help(type(self)) for accurate signature.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(cx: &mut Cx, this: Exc, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
        let class = cx.type_of(this.value());
        if !uses_init(cx, class) {
            return Ok(());
        }
        if kwargs.is_some() {
            let name = class.name_string();
            no_keywords(cx, &name, kwargs)?;
        }
        set_fields(cx, this, args, parse(args))
    }

    /// Return str(self).
    #[py(sig = "($self, /)")]
    fn __str__(cx: &mut Cx, this: Exc) -> PyResult<Value> {
        let (errno, strerror) = (
            this.field_or_none(fields::ERRNO),
            this.field_or_none(fields::STRERROR),
        );
        let (filename, filename2) = (this.field(fields::FILENAME), this.field(fields::FILENAME2));
        let named = present(filename);
        let known =
            !this.field(fields::ERRNO).is_empty() && !this.field(fields::STRERROR).is_empty();
        if !named && !known {
            return text(cx, this);
        }
        let mut out = StrBuilder::new();
        let (errno, strerror) = (cx.str(errno)?, cx.str(strerror)?);
        out.push_str("[Errno ");
        out.push_gc(errno);
        out.push_str("] ");
        out.push_gc(strerror);
        if named {
            let name = cx.repr(filename)?;
            out.push_str(": ");
            out.push_gc(name);
            if present(filename2) {
                let name = cx.repr(filename2)?;
                out.push_str(" -> ");
                out.push_gc(name);
            }
        }
        out.finish(cx)
    }

    #[py(sig = "($self, /)", doc = "")]
    fn __reduce__(cx: &mut Cx, this: Exc) -> PyResult<Value> {
        let (args, filename, filename2) = (
            this.args_tuple(),
            this.field(fields::FILENAME),
            this.field(fields::FILENAME2),
        );
        let args = match (args.len() == 2 && present(filename), present(filename2)) {
            (false, _) => args.value(),
            (true, false) => cx.new_tuple(&[args.get(0), args.get(1), filename]),
            // The fourth is `winerror`, which other systems do not have.
            (true, true) => {
                cx.new_tuple(&[args.get(0), args.get(1), filename, Value::none(), filename2])
            }
        };
        let state = attributes(cx, this)?.map(|d| d.value());
        Ok(reduced(cx, this, args, state))
    }

    /// POSIX exception code
    #[py(getter, member)]
    fn errno(this: Exc) -> Value {
        this.field_or_none(fields::ERRNO)
    }

    #[py(setter = "errno")]
    fn set_errno(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::ERRNO, value);
    }

    /// exception strerror
    #[py(getter, member)]
    fn strerror(this: Exc) -> Value {
        this.field_or_none(fields::STRERROR)
    }

    #[py(setter = "strerror")]
    fn set_strerror(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::STRERROR, value);
    }

    /// exception filename
    #[py(getter, member)]
    fn filename(this: Exc) -> Value {
        this.field_or_none(fields::FILENAME)
    }

    #[py(setter = "filename")]
    fn set_filename(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::FILENAME, value);
    }

    /// second exception filename
    #[py(getter, member)]
    fn filename2(this: Exc) -> Value {
        this.field_or_none(fields::FILENAME2)
    }

    #[py(setter = "filename2")]
    fn set_filename2(cx: &mut Cx, this: Exc, value: Option<Value>) {
        this.assign_field(cx, fields::FILENAME2, value);
    }

    #[py(getter)]
    fn characters_written(cx: &mut Cx, this: Exc) -> PyResult<Value> {
        match this.field(fields::CHARACTERS_WRITTEN).some() {
            Some(n) => Ok(n),
            None => Err(cx.attribute_error("characters_written")),
        }
    }

    #[py(setter = "characters_written")]
    fn set_characters_written(cx: &mut Cx, this: Exc, value: Option<Value>) -> PyResult<()> {
        let n = match value {
            Some(v) => {
                let n = cx.index_isize(v)?;
                // -1 has always stood for "not set".
                if n == -1 {
                    Value::EMPTY
                } else {
                    cx.new_int(n as i64)
                }
            }
            None if this.field(fields::CHARACTERS_WRITTEN).is_empty() => {
                return Err(cx.attribute_error("characters_written"));
            }
            None => Value::EMPTY,
        };
        this.set_field(cx, fields::CHARACTERS_WRITTEN, n);
        Ok(())
    }
}
