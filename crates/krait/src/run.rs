//! Running programs: a file, `-c`, `-m`, standard input, a terminal; and how they end.

use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use krait_runtime::builtins::compile_flags;
use krait_runtime::cx::Root;
use krait_runtime::error::Raised;
use krait_runtime::native::{Cx, PyResult, Value};
use krait_runtime::object::Gc;
use krait_runtime::types::dict::Dict;
use krait_runtime::types::list::List;
use krait_runtime::types::module::Module;
use krait_syntax::{Mode, Origin};

use crate::modules::sys;
use crate::{compile, source, state, streams, traceback_print};

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The exit code that its end asks for.
    Exit(i32),
    /// A KeyboardInterrupt that nobody caught: the process should die of the signal.
    Interrupted,
}

/// Runs `f`; an exception is reported and becomes the outcome.
pub fn finish(cx: &mut Cx, f: impl FnOnce(&mut Cx) -> PyResult<()>) -> Outcome {
    match f(cx) {
        Ok(()) => Outcome::Exit(0),
        Err(e) => outcome_of(cx, e),
    }
}

/// Reports an exception that nobody caught.
pub fn outcome_of(cx: &mut Cx, e: Raised) -> Outcome {
    if e.is(cx, cx.types().system_exit) {
        return Outcome::Exit(exit_code(cx, e));
    }
    report(cx, e);
    if e.is(cx, cx.types().keyboard_interrupt) {
        Outcome::Interrupted
    } else {
        Outcome::Exit(1)
    }
}

/// The exit code of a SystemExit; what is no number is printed.
fn exit_code(cx: &mut Cx, e: Raised) -> i32 {
    streams::flush(cx, "stdout", false);
    let code = cx.get_attr_str(e.value(), "code").unwrap_or(Value::none());
    if code.is_none() {
        return 0;
    }
    if krait_runtime::types::int::is_int(code) {
        return match cx.index_i64(code) {
            Ok(Some(n)) => (n as i32) & 0xFF,
            _ => 255,
        };
    }
    if let Ok(text) = cx.str_string(code) {
        streams::write_stderr(cx, &format!("{text}\n"));
    }
    1
}

/// Calls `sys.excepthook`.
pub fn report(cx: &mut Cx, e: Raised) {
    let class = cx.type_of(e.value()).value();
    let tb = e.exception().traceback.get();
    for (name, v) in [
        ("last_exc", e.value()),
        ("last_type", class),
        ("last_value", e.value()),
        ("last_traceback", tb),
    ] {
        cx.sys_set(name, v);
    }
    streams::flush(cx, "stdout", false);
    let Some(hook) = cx.sys_get("excepthook") else {
        streams::write_stderr(cx, "sys.excepthook is missing\n");
        traceback_print::print_to_stderr(cx, e.value());
        return;
    };
    if hook.is_none() {
        traceback_print::print_to_stderr(cx, e.value());
    } else if let Err(second) = cx.call(hook, &[class, e.value(), tb]) {
        if second.is(cx, cx.types().system_exit) {
            return;
        }
        streams::write_stderr(cx, "Error in sys.excepthook:\n");
        traceback_print::print_to_stderr(cx, second.value());
        streams::write_stderr(cx, "\nOriginal exception was:\n");
        traceback_print::print_to_stderr(cx, e.value());
    }
}

fn main_module(cx: &mut Cx) -> PyResult<Gc<Module>> {
    let m = cx.import("__main__")?;
    match Gc::<Module>::from_value(m) {
        Some(m) => Ok(m),
        None => Err(cx.runtime_error("__main__ is not a module")),
    }
}

/// Inserts the folder that a program's own modules are found in.
fn insert_path(cx: &mut Cx, entry: &OsStr) -> PyResult<()> {
    if state::config(cx).safe_path {
        return Ok(());
    }
    // Codecs are the library's whatever stands beside a program: CPython has them by now.
    let shadowed = |name| Path::new(entry).join(name).exists();
    if shadowed("encodings.py") || shadowed("encodings") {
        cx.import("encodings")?;
    }
    let v = sys::os_string(cx, entry)?;
    cx.set_root(Root::FirstPathEntry, v);
    match cx.sys_get("path").and_then(Gc::<List>::from_value) {
        Some(path) => path.insert(cx, 0, v),
        None => Ok(()),
    }
}

fn exec_in_main(cx: &mut Cx, code: Value) -> PyResult<()> {
    let d = main_module(cx)?.namespace();
    krait_vm::start::exec(cx, code, d.value(), d.value(), None).map(|_| ())
}

/// `source` without the white space that all its lines begin with. Lines of white space become empty.
fn dedent(source: &str) -> String {
    let lines = || source.split_inclusive('\n');
    let is_blank = |line: &str| line.trim_matches([' ', '\t', '\n']).is_empty();
    let mut common: Option<&str> = None;
    for line in lines().filter(|l| !is_blank(l)) {
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        let known = common.unwrap_or(indent);
        let same = known
            .bytes()
            .zip(indent.bytes())
            .take_while(|(a, b)| a == b);
        common = Some(&known[..same.count()]);
    }
    let margin = common.map_or(0, str::len);
    if margin == 0 {
        return source.to_owned();
    }
    lines()
        .map(|line| match is_blank(line) {
            true if line.ends_with('\n') => "\n",
            true => "",
            false => &line[margin..],
        })
        .collect()
}

/// `-c`.
pub fn command(cx: &mut Cx, source: &str) -> PyResult<()> {
    let source = &*dedent(source);
    insert_path(cx, OsStr::new(""))?;
    let _ = state::of(cx)
        .main_source
        .set(("<string>".to_owned(), source.to_owned()));
    let code = compile::compile_text(cx, source.to_owned(), "<string>", Mode::Exec, 0, -1)?;
    cx.set_root(Root::MainCode, code);
    exec_in_main(cx, code)
}

/// `-m`.
pub fn module(cx: &mut Cx, name: &str) -> PyResult<()> {
    let folder = std::env::current_dir().map_or_else(|_| OsString::new(), OsString::from);
    insert_path(cx, &folder)?;
    run_module_as_main(cx, name, true)
}

fn run_module_as_main(cx: &mut Cx, name: &str, set_argv0: bool) -> PyResult<()> {
    let runpy = cx.import("runpy")?;
    let name = cx.new_str(name);
    cx.call_method_str(
        runpy,
        "_run_module_as_main",
        &[name, Value::bool(set_argv0)],
    )
    .map(|_| ())
}

/// A folder or a zip file, which has a module `__main__` of its own.
fn is_import_root(path: &Path) -> bool {
    if path.is_dir() {
        return true;
    }
    let Ok(mut f) = std::fs::File::open(path) else {
        return false;
    };
    // The record at the end of a zip file names its directory; scripts may stand before it.
    let mut head = [0u8; 4];
    f.read_exact(&mut head).is_ok() && head == *b"PK\x03\x04" || ends_like_zip(path)
}

fn ends_like_zip(path: &Path) -> bool {
    use std::io::{Seek, SeekFrom};
    let Ok(mut f) = std::fs::File::open(path) else {
        return false;
    };
    let mut tail = [0u8; 22];
    f.seek(SeekFrom::End(-22)).is_ok()
        && f.read_exact(&mut tail).is_ok()
        && tail.starts_with(b"PK\x05\x06")
}

/// The path from the root; links and inner dots stay.
fn absolute(path: &OsStr) -> OsString {
    let p = Path::new(path);
    if p.is_absolute() {
        return path.to_owned();
    }
    let inner = p.strip_prefix(".").unwrap_or(p);
    std::env::current_dir().map_or_else(|_| path.to_owned(), |d| d.join(inner).into_os_string())
}

/// A script, or a folder or zip file with a `__main__`.
pub fn file(cx: &mut Cx, path: &OsStr) -> PyResult<()> {
    let path = &absolute(path);
    let p = Path::new(path);
    if is_import_root(p) {
        let v = sys::os_string(cx, path)?;
        if let Some(list) = cx.sys_get("path").and_then(Gc::<List>::from_value) {
            list.insert(cx, 0, v)?;
        }
        return run_module_as_main(cx, "__main__", false);
    }
    let bytes = match std::fs::read(p) {
        Ok(b) => b,
        Err(e) => return Err(cannot_open(cx, path, &e)),
    };
    let folder = p
        .canonicalize()
        .ok()
        .and_then(|p| p.parent().map(Path::to_owned))
        .unwrap_or_default();
    insert_path(cx, folder.as_os_str())?;
    script(cx, path, bytes)
}

/// What the command prints for a script that cannot be read; the exit code is 2.
fn cannot_open(cx: &mut Cx, path: &OsStr, e: &std::io::Error) -> Raised {
    let number = e.raw_os_error().unwrap_or(0);
    // SAFETY: the result is a valid string until the next call; it is copied at once.
    let reason = unsafe { std::ffi::CStr::from_ptr(libc::strerror(number)) }
        .to_string_lossy()
        .into_owned();
    let shown = sys::os_string(cx, path)
        .and_then(|v| cx.repr_string(v))
        .unwrap_or_default();
    streams::write_stderr(
        cx,
        &format!("krait: can't open file {shown}: [Errno {number}] {reason}\n"),
    );
    let class = cx.types().system_exit.value();
    match cx.call(class, &[Value::small(2)]) {
        Ok(v) => Raised::new(Gc::from_value_unchecked(v)),
        Err(e) => e,
    }
}

fn script(cx: &mut Cx, path: &OsStr, mut bytes: Vec<u8>) -> PyResult<()> {
    let m = main_module(cx)?;
    let name = sys::os_string(cx, path)?;
    m.set(cx, "__file__", name);
    m.set(cx, "__cached__", Value::none());
    let external = cx.import("_frozen_importlib_external")?;
    let is_cache = path.as_bytes().ends_with(b".pyc");
    let loader = if is_cache {
        "SourcelessFileLoader"
    } else {
        "SourceFileLoader"
    };
    let main = cx.new_str("__main__");
    let loader = cx.call_method_str(external, loader, &[main, name])?;
    m.set(cx, "__loader__", loader);
    let code = if is_cache {
        cx.call_method_str(loader, "get_code", &[main])?
    } else {
        if state::config(cx).skip_first_line {
            let end = bytes
                .iter()
                .position(|&b| b == b'\n')
                .unwrap_or(bytes.len());
            bytes.drain(..end);
        }
        let shown = path.to_string_lossy().into_owned();
        let text = source::decode(cx, &bytes, Origin::File(&shown), &shown)?;
        compile::compile_text(cx, text, &shown, Mode::Exec, 0, -1)
            .map_err(|e| compile::forget_source(cx, e))?
    };
    exec_in_main(cx, code)
}

/// Standard input that is no terminal, as a whole.
pub fn stdin(cx: &mut Cx) -> PyResult<()> {
    insert_path(cx, OsStr::new(""))?;
    let mut bytes = Vec::new();
    let read = cx.blocking(|| std::io::stdin().lock().read_to_end(&mut bytes));
    if read.is_err() {
        return Err(cx.error(cx.types().os_error, "cannot read standard input"));
    }
    let text = source::decode(cx, &bytes, Origin::File("<stdin>"), "<stdin>")?;
    let code = compile::compile_text(cx, text, "<stdin>", Mode::Exec, 0, -1)?;
    exec_in_main(cx, code)
}

// ---- The interactive loop -----------------------------------------------------------------------

fn prompt(cx: &mut Cx, name: &str) -> String {
    cx.sys_get(name)
        .and_then(|v| cx.str_string(v).ok())
        .unwrap_or_default()
}

/// A line of standard input after a prompt; `None` at its end.
fn read_line(cx: &mut Cx, prompt_text: &str) -> PyResult<Option<String>> {
    use std::io::{IsTerminal, Write};
    streams::flush(cx, "stdout", false);
    streams::flush(cx, "stderr", false);
    let line = cx.blocking(|| {
        // As the C library's readers do it: on a terminal the prompt is output.
        let _ = if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
            let mut out = std::io::stdout();
            out.write_all(prompt_text.as_bytes())
                .and_then(|()| out.flush())
        } else {
            std::io::stderr().write_all(prompt_text.as_bytes())
        };
        let mut line = String::new();
        match std::io::stdin().read_line(&mut line) {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(line),
        }
    });
    if let Some(run) = cx.hooks().run_pending {
        run(cx)?;
    }
    Ok(line)
}

/// One statement of the user's: lines until it is complete. `future` are the flags of the future
/// statements so far.
fn read_statement(cx: &mut Cx, future: u32) -> PyResult<Option<Value>> {
    let (ps1, ps2) = (prompt(cx, "ps1"), prompt(cx, "ps2"));
    let Some(mut text) = read_line(cx, &ps1)? else {
        return Ok(None);
    };
    loop {
        if text.trim().is_empty() {
            return Ok(Some(Value::none()));
        }
        let flags =
            future | compile_flags::ALLOW_INCOMPLETE_INPUT | compile_flags::DONT_IMPLY_DEDENT;
        let compile = |cx: &mut Cx, text: &str, flags| -> PyResult<Option<Value>> {
            let code =
                compile::compile_text(cx, text.to_owned(), source::TYPED, Mode::Single, flags, -1)?;
            source::note_typed(cx, code, text)?;
            Ok(Some(code))
        };
        // Lines without the end of the last one: a block ends with an empty line.
        match compile(cx, text.strip_suffix('\n').unwrap_or(&text), flags) {
            Err(e) if e.is(cx, cx.types().incomplete_input_error) => {}
            result => return result,
        }
        match read_line(cx, &ps2)? {
            Some(line) => text.push_str(&line),
            None => return compile(cx, &text, future),
        }
    }
}

/// Reads and runs statements until the input ends.
pub fn interactive(cx: &mut Cx) -> PyResult<()> {
    insert_path(cx, OsStr::new(""))?;
    for (name, text) in [("ps1", ">>> "), ("ps2", "... ")] {
        if cx.sys_get(name).is_none() {
            let v = cx.new_str(text);
            cx.sys_set(name, v);
        }
    }
    let namespace: Gc<Dict> = main_module(cx)?.namespace();
    let mut future = 0;
    loop {
        let step = match read_statement(cx, future) {
            Ok(None) => break,
            Ok(Some(code)) if code.is_none() => Ok(()),
            Ok(Some(code)) => {
                if let Some(code) = crate::code::as_code(code) {
                    future |= code.unit.flags & compile_flags::FUTURE_MASK;
                }
                krait_vm::start::exec(cx, code, namespace.value(), namespace.value(), None)
                    .map(|_| ())
            }
            Err(e) => Err(e),
        };
        match step {
            Ok(()) => {}
            Err(e) if e.is(cx, cx.types().system_exit) => return Err(e),
            Err(e) if e.is(cx, cx.types().keyboard_interrupt) => {
                streams::write_stderr(cx, "\nKeyboardInterrupt\n")
            }
            Err(e) => report(cx, e),
        }
    }
    streams::write_stderr(cx, "\n");
    Ok(())
}
