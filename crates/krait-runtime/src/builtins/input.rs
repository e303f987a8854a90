//! `input`.

use krait_macros::pyfunctions;

use super::print::stream;
use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::types::str::Str;

/// `sys.name`, which must be there and not `None`.
fn required(cx: &mut Cx, name: Gc<Str>) -> PyResult<Value> {
    match stream(cx, name).filter(|f| !f.is_none()) {
        Some(f) => Ok(f),
        None => {
            let name = name.to_string_lossy();
            Err(cx.runtime_error(format!("input(): lost sys.{name}")))
        }
    }
}

/// Whether `file` is the process's file `fd`, and a terminal.
fn is_terminal(cx: &mut Cx, file: Value, fd: i32) -> bool {
    let Ok(number) = cx.call_method_str(file, "fileno", &[]) else {
        return false;
    };
    // SAFETY: asks about a file descriptor, valid or not.
    number.as_small() == Some(fd.into()) && unsafe { libc::isatty(fd) } == 1
}

/// Flushes a stream; that it cannot be flushed is no reason not to read.
fn flush(cx: &mut Cx, file: Value) {
    let name = cx.names().flush;
    let _ = cx.call_method(file, name, &[]);
}

/// A line of `file` without the line feed at its end. EOFError if there is none.
fn read_line(cx: &mut Cx, file: Value) -> PyResult<Value> {
    let name = cx.names().readline;
    let line = cx.call_method(file, name, &[])?;
    let Some(s) = Gc::<Str>::from_value(line) else {
        return Err(cx.type_error("object.readline() returned non-string"));
    };
    match s.as_bytes() {
        [] => Err(cx.eof_error("EOF when reading a line")),
        [rest @ .., b'\n'] => Ok(Str::from_wtf8(cx, rest)?.value()),
        _ => Ok(line),
    }
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Read a string from standard input.  The trailing newline is stripped.
    ///
    /// The prompt string, if given, is printed to standard output without a
    /// trailing newline before reading input.
    ///
    /// If the user hits EOF (*nix: Ctrl-D, Windows: Ctrl-Z+Return), raise EOFError.
    /// On *nix systems, readline is used if available.
    #[py(sig = "($module, prompt='', /)")]
    fn input(cx: &mut Cx, prompt: Option<Value>) -> PyResult<Value> {
        let names = cx.names();
        let (stdin, stdout, stderr) = (
            required(cx, names.stdin)?,
            required(cx, names.stdout)?,
            required(cx, names.stderr)?,
        );
        flush(cx, stderr);
        let prompt = match prompt {
            Some(p) => Some(cx.str(p)?),
            None => None,
        };
        if let Some(edit) = cx.hooks().read_line
            && is_terminal(cx, stdin, 0)
            && is_terminal(cx, stdout, 1)
        {
            flush(cx, stdout);
            let text = prompt.map_or_else(String::new, |p| p.to_string_lossy());
            return match edit(cx, &text)? {
                Some(line) => Ok(line),
                None => Err(cx.error_with(cx.types().eof_error, &[])),
            };
        }
        if let Some(p) = prompt {
            cx.call_method(stdout, names.write, &[p.value()])?;
        }
        flush(cx, stdout);
        read_line(cx, stdin)
    }
}
