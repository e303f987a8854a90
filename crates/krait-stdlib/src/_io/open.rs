//! `open`, `open_code`, `text_encoding`.

use krait_macros::pyfunctions;
use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::object::Gc;
use krait_runtime::types::str::Str;
use krait_runtime::value::Value;

use super::buffered_types::{self, RANDOM, READER, WRITER};
use super::fileio::{self, FileRef};
use super::textio::{self, Options};
use crate::support::{self, fs_path};

/// A parsed `mode`.
#[derive(Default)]
struct Mode {
    creating: bool,
    reading: bool,
    writing: bool,
    appending: bool,
    updating: bool,
    text: bool,
    binary: bool,
}

impl Mode {
    fn parse(cx: &mut Cx, mode: &str) -> PyResult<Mode> {
        let mut m = Mode::default();
        for (i, c) in mode.char_indices() {
            let field = match c {
                'x' => &mut m.creating,
                'r' => &mut m.reading,
                'w' => &mut m.writing,
                'a' => &mut m.appending,
                '+' => &mut m.updating,
                't' => &mut m.text,
                'b' => &mut m.binary,
                _ => return Err(cx.value_error(format!("invalid mode: '{mode}'"))),
            };
            *field = true;
            if mode[..i].contains(c) {
                return Err(cx.value_error(format!("invalid mode: '{mode}'")));
            }
        }
        if m.text && m.binary {
            return Err(cx.value_error("can't have text and binary mode at once"));
        }
        let kinds = [m.creating, m.reading, m.writing, m.appending];
        if kinds.iter().filter(|&&k| k).count() != 1 {
            return Err(cx.value_error("must have exactly one of create/read/write/append mode"));
        }
        Ok(m)
    }

    fn raw(&self) -> String {
        let letters = [
            (self.creating, 'x'),
            (self.reading, 'r'),
            (self.writing, 'w'),
            (self.appending, 'a'),
            (self.updating, '+'),
        ];
        letters
            .iter()
            .filter(|(on, _)| *on)
            .map(|(_, c)| *c)
            .collect()
    }
}

/// Arguments of `open` beyond file and mode.
pub struct OpenOptions {
    pub buffering: isize,
    pub encoding: Value,
    pub errors: Value,
    pub newline: Value,
    pub closefd: bool,
    pub opener: Value,
}

impl Default for OpenOptions {
    fn default() -> OpenOptions {
        let none = Value::none();
        OpenOptions {
            buffering: -1,
            encoding: none,
            errors: none,
            newline: none,
            closefd: true,
            opener: none,
        }
    }
}

/// `open(file, mode, ...)`.
pub fn open_file(cx: &mut Cx, file: Value, mode: &str, options: &OpenOptions) -> PyResult<Value> {
    let file = if krait_runtime::types::int::is_int(file) || cx.is_index(file) {
        file
    } else {
        fs_path::fspath(cx, file)?
    };
    let m = Mode::parse(cx, mode)?;
    if m.binary {
        for (v, what) in [
            (options.encoding, "an encoding"),
            (options.errors, "an errors"),
            (options.newline, "a newline"),
        ] {
            if !v.is_none() {
                return Err(cx.value_error(format!("binary mode doesn't take {what} argument")));
            }
        }
        if options.buffering == 1 {
            let category = cx.types().runtime_warning;
            let message = "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used";
            support::warn(cx, category, message, 1)?;
        }
    }
    let raw = fileio::open(cx, file, &m.raw(), options.closefd, options.opener)?;
    match wrap(cx, raw, &m, mode, options) {
        Ok(v) => Ok(v),
        Err(e) => {
            // The error that matters is the first one.
            let _ = cx.call_method_str(raw.value(), "close", &[]);
            Err(e)
        }
    }
}

fn wrap(cx: &mut Cx, raw: FileRef, m: &Mode, mode: &str, options: &OpenOptions) -> PyResult<Value> {
    let is_tty = if options.buffering < 0 {
        let v = cx.call_method_str(raw.value(), "_isatty_open_only", &[])?;
        cx.is_true(v)?
    } else {
        false
    };
    let line_buffering = options.buffering == 1 && !m.binary || is_tty;
    let size = match options.buffering {
        n if n < 0 || n == 1 => raw.block_size().clamp(super::DEFAULT_BUFFER_SIZE, 8 << 20),
        0 if m.binary => return Ok(raw.value()),
        0 => return Err(cx.value_error("can't have unbuffered text I/O")),
        n => n as usize,
    };
    let spec = match () {
        () if m.updating => &RANDOM,
        () if m.reading => &READER,
        () => &WRITER,
    };
    let buffer = buffered_types::make(cx, spec, raw.value(), size)?;
    if m.binary {
        return Ok(buffer);
    }
    let text = textio::make(
        cx,
        buffer,
        &Options {
            encoding: options.encoding,
            errors: options.errors,
            newline: options.newline,
            line_buffering,
            write_through: false,
        },
    )?;
    let mode = cx.new_str(mode);
    cx.set_attr_str(text.value(), "mode", mode)?;
    Ok(text.value())
}

/// A text stream on a standard descriptor: `sys.stdin`, `sys.stdout`, `sys.stderr`.
pub fn open_text_fd(
    cx: &mut Cx,
    fd: i32,
    name: &str,
    mode: &str,
    errors: &str,
    unbuffered: bool,
) -> PyResult<Value> {
    let raw = fileio::open(cx, Value::small(fd as i64), mode, false, Value::none())?;
    let shown = cx.new_str(name);
    cx.set_attr_str(raw.value(), "name", shown)?;
    let below = match (unbuffered && mode != "r", mode) {
        (true, _) => raw.value(),
        (false, "r") => buffered_types::make(cx, &READER, raw.value(), super::DEFAULT_BUFFER_SIZE)?,
        (false, _) => buffered_types::make(cx, &WRITER, raw.value(), super::DEFAULT_BUFFER_SIZE)?,
    };
    // SAFETY: a plain library call.
    let is_tty = unsafe { libc::isatty(fd) } == 1;
    let options = Options {
        encoding: cx.new_str("utf-8"),
        errors: cx.new_str(errors),
        newline: if mode == "r" {
            Value::none()
        } else {
            cx.new_str("\n")
        },
        line_buffering: mode != "r" && (fd == 2 || is_tty),
        write_through: unbuffered && mode != "r",
    };
    let text = textio::make(cx, below, &options)?;
    let mode = cx.new_str(mode);
    cx.set_attr_str(text.value(), "mode", mode)?;
    Ok(text.value())
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Open file and return a stream.  Raise OSError upon failure.
    ///
    /// file is a path (str, bytes or os.PathLike) or a file descriptor that is
    /// wrapped. A descriptor is closed with the stream unless closefd is False.
    ///
    /// mode says what the file is opened for: 'r' reading (the default), 'w'
    /// writing, truncating the file first, 'x' writing a file that must not exist
    /// yet, 'a' appending. '+' adds the other direction. 'b' makes a binary
    /// stream, 't' (the default) a text stream.
    ///
    /// buffering is 0 for none (binary only), 1 for line buffering (text only),
    /// above 1 the size of the buffer. encoding, errors and newline are those of
    /// TextIOWrapper. opener is called with path and flags to make the descriptor.
    #[py(
        sig = "($module, /, file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)"
    )]
    fn open(
        cx: &mut Cx,
        file: Value,
        mode: Option<String>,
        buffering: Option<isize>,
        encoding: Option<Value>,
        errors: Option<Value>,
        newline: Option<Value>,
        closefd: Option<bool>,
        opener: Option<Value>,
    ) -> PyResult<Value> {
        let none = Value::none();
        for (v, name) in [
            (encoding, "encoding"),
            (errors, "errors"),
            (newline, "newline"),
        ] {
            if let Some(v) = v.filter(|v| !v.is_none() && Gc::<Str>::from_value(*v).is_none()) {
                let got = cx.type_name(v);
                return Err(cx.type_error(format!(
                    "open() argument '{name}' must be str or None, not {got}"
                )));
            }
        }
        let options = OpenOptions {
            buffering: buffering.unwrap_or(-1),
            encoding: encoding.unwrap_or(none),
            errors: errors.unwrap_or(none),
            newline: newline.unwrap_or(none),
            closefd: closefd.unwrap_or(true),
            opener: opener.unwrap_or(none),
        };
        open_file(cx, file, mode.as_deref().unwrap_or("r"), &options)
    }
    /// Opens the provided file with the intent to import the contents.
    ///
    /// This may perform extra validation beyond open(), but is otherwise interchangeable
    /// with calling open(path, 'rb').
    #[py(sig = "($module, /, path)")]
    fn open_code(cx: &mut Cx, path: Value) -> PyResult<Value> {
        krait_runtime::types::str::str_arg(cx, path, "open_code() argument 'path'")?;
        open_file(cx, path, "rb", &OpenOptions::default())
    }
    /// A helper function to choose the text encoding.
    ///
    /// When encoding is not None, this function returns it.
    /// Otherwise, this function returns the default text encoding
    /// (i.e. "locale" or "utf-8" depends on UTF-8 mode).
    ///
    /// This function emits an EncodingWarning if encoding is None and
    /// sys.flags.warn_default_encoding is true.
    ///
    /// This can be used in APIs with an encoding=None parameter.
    /// However, please consider using encoding="utf-8" for new APIs.
    #[py(sig = "($module, encoding, stacklevel=2, /)")]
    fn text_encoding(cx: &mut Cx, encoding: Value, stacklevel: Option<i32>) -> PyResult<Value> {
        if !encoding.is_none() {
            return Ok(encoding);
        }
        if let Some(flags) = cx.sys_get("flags") {
            if let Some(v) = cx.lookup_attr_str(flags, "warn_default_encoding")?
                && cx.is_true(v)?
            {
                let category = cx.types().encoding_warning;
                support::warn(
                    cx,
                    category,
                    "'encoding' argument not specified",
                    stacklevel.unwrap_or(2) as i64,
                )?;
            }
        }
        let name = if utf8_mode(cx)? { "utf-8" } else { "locale" };
        Ok(cx.new_str(name))
    }
}

/// `sys.flags.utf8_mode`
pub fn utf8_mode(cx: &mut Cx) -> PyResult<bool> {
    let Some(flags) = cx.sys_get("flags") else {
        return Ok(false);
    };
    match cx.lookup_attr_str(flags, "utf8_mode")? {
        Some(v) => cx.is_true(v),
        None => Ok(false),
    }
}
