//! `StringIO`: a text stream in memory.
//!
//! As long as text is only appended it is kept as bytes; the first read, seek or write elsewhere
//! turns it into an array of code points, so that positions are indices.

use krait_macros::{Trace, pymethods};
use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::native::{Layout, Native, NativeObj, TypeSpec};
use krait_runtime::object::Gc;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::typeobj::flags;
use krait_runtime::value::Value;
use krait_unicode::wtf8;

use super::iobase::{self, TEXT_IO_BASE};
use super::newline::Newlines;
use super::textio::{NewlineMode, newline_arg};
use crate::support::lock::{Held, Monitor};

#[derive(Trace)]
pub struct StringIo {
    state: Monitor<Contents>,
}
impl Native for StringIo {
    const PY_NAME: &'static str = "_io.StringIO";
}

#[derive(Default)]
struct Contents {
    /// Everything, while text was only appended.
    appended: Option<Vec<u8>>,
    chars: Vec<u32>,
    at: usize,
    closed: bool,
    mode: NewlineMode,
    newlines: Option<Newlines>,
}

impl Contents {
    fn realize(&mut self) {
        if let Some(bytes) = self.appended.take() {
            self.chars = wtf8::to_utf32(&bytes);
            self.at = self.chars.len();
        }
    }

    fn text(&self) -> Vec<u8> {
        match &self.appended {
            Some(b) => b.clone(),
            None => wtf8::from_code_points(self.chars.iter().copied()),
        }
    }

    /// Bytes that writing `text` may need in one piece.
    fn needed(&self, text: &[u8]) -> usize {
        let held = match &self.appended {
            Some(all) if all.capacity() - all.len() >= text.len() => 0,
            Some(all) => 2 * all.len(),
            None if self.chars.capacity() >= self.at + text.len() => 0,
            None => 8 * self.chars.len(),
        };
        held + 4 * text.len()
    }

    fn write(&mut self, text: &[u8]) {
        let decoded = self
            .newlines
            .as_mut()
            .map(|n| n.decode(text.to_vec(), true));
        let text = decoded.as_deref().unwrap_or(text);
        let replaced = self
            .mode
            .replace_on_write()
            .map(|nl| replace_newlines(text, nl.as_bytes()));
        let text = replaced.as_deref().unwrap_or(text);
        if let Some(all) = &mut self.appended {
            all.extend_from_slice(text);
            return;
        }
        // Nothing written behind the end does not fill the gap.
        if text.is_empty() {
            return;
        }
        let codes = wtf8::to_utf32(text);
        let end = self.at + codes.len();
        if end > self.chars.len() {
            self.chars.resize(end, 0);
        }
        self.chars[self.at..end].copy_from_slice(&codes);
        self.at = end;
    }

    /// The end of the line that starts at the position.
    fn line_end(&self, limit: isize) -> usize {
        let rest = self.chars.get(self.at..).unwrap_or(&[]);
        let room = if limit < 0 {
            rest.len()
        } else {
            rest.len().min(limit as usize)
        };
        let rest = &rest[..room];
        let (cr, lf) = (b'\r' as u32, b'\n' as u32);
        let found = match self.mode {
            NewlineMode::Universal => rest.iter().position(|&c| c == cr || c == lf).map(|i| {
                if rest[i] == cr && rest.get(i + 1) == Some(&lf) {
                    i + 2
                } else {
                    i + 1
                }
            }),
            NewlineMode::Cr => rest.iter().position(|&c| c == cr).map(|i| i + 1),
            NewlineMode::CrLf => rest.windows(2).position(|w| w == [cr, lf]).map(|i| i + 2),
            NewlineMode::Translate | NewlineMode::Lf => {
                rest.iter().position(|&c| c == lf).map(|i| i + 1)
            }
        };
        self.at + found.unwrap_or(room)
    }

    fn take(&mut self, end: usize) -> Vec<u8> {
        let start = self.at.min(self.chars.len());
        let text = wtf8::from_code_points(self.chars[start..end.max(start)].iter().copied());
        self.at = self.at.max(end);
        text
    }

    fn take_line(&mut self, limit: isize) -> Vec<u8> {
        self.realize();
        if self.at >= self.chars.len() {
            return Vec::new();
        }
        let end = self.line_end(limit);
        self.take(end)
    }
}

/// `\n` in `text` replaced by `with`.
pub fn replace_newlines(text: &[u8], with: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 16);
    for (i, line) in text.split(|&b| b == b'\n').enumerate() {
        if i > 0 {
            out.extend_from_slice(with);
        }
        out.extend_from_slice(line);
    }
    out
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "StringIO",
    module: "_io",
    doc: Some(
        "Text I/O implementation using an in-memory buffer.\n\nThe initial_value argument sets the value of object.  The newline\nargument is like the one of TextIOWrapper's constructor.",
    ),
    base: Some(&TEXT_IO_BASE),
    layout: Layout::native::<StringIo>(),
    flags: flags::BASETYPE | flags::INSTANCE_DICT | flags::WEAKREFABLE | flags::UNFINALIZED,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

type This = Gc<NativeObj<StringIo>>;

fn open<'a>(cx: &mut Cx, this: &'a This) -> PyResult<Held<'a, Contents>> {
    let st = this.state.enter(cx, this.value())?;
    if st.closed {
        Err(cx.value_error("I/O operation on closed file"))
    } else {
        Ok(st)
    }
}

fn new_text(cx: &mut Cx, text: &[u8]) -> PyResult<Value> {
    Ok(Str::from_wtf8(cx, text)?.value())
}

fn initialize(cx: &mut Cx, this: This, initial: Option<Value>, mode: NewlineMode) -> PyResult<()> {
    let text = match initial.filter(|v| !v.is_none()) {
        None => None,
        Some(v) => match Gc::<Str>::from_value(v) {
            Some(s) => Some(s),
            None => {
                let got = cx.type_name(v);
                return Err(cx.type_error(format!("initial_value must be str or None, not {got}")));
            }
        },
    };
    let newlines = match mode {
        NewlineMode::Translate => Some(Newlines::new(true)),
        NewlineMode::Universal => Some(Newlines::new(false)),
        _ => None,
    };
    let mut st = this.state.enter(cx, this.value())?;
    *st = Contents {
        mode,
        newlines,
        ..Contents::default()
    };
    match text.filter(|t| !t.is_empty()) {
        Some(t) => {
            cx.ensure_memory(st.needed(t.as_bytes()))?;
            st.write(t.as_bytes());
            st.at = 0;
        }
        None => st.appended = Some(Vec::new()),
    }
    Ok(())
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(new, sig = "($type, *args, **kwargs)", hide_sig)]
    fn __new__(cx: &mut Cx, class: Value, _kwargs: Option<Value>, _args: &[Value]) -> Value {
        let s = StringIo {
            state: Monitor::new(Contents {
                mode: NewlineMode::Lf,
                ..Contents::default()
            }),
        };
        NativeObj::alloc(cx, Gc::from_value_unchecked(class), s).value()
    }
    #[py(sig = "($self, /, initial_value='', newline='\\n')", hide_sig)]
    fn __init__(
        cx: &mut Cx,
        this: This,
        initial_value: Option<Value>,
        newline: Option<Value>,
    ) -> PyResult<()> {
        let mode = match newline {
            None => NewlineMode::Lf,
            Some(v) => newline_arg(cx, v, "StringIO() argument 2")?,
        };
        initialize(cx, this, initial_value, mode)
    }
    /// Retrieve the entire contents of the object.
    #[py(sig = "($self, /)")]
    fn getvalue(cx: &mut Cx, this: This) -> PyResult<Value> {
        let st = open(cx, &this)?;
        match &st.appended {
            Some(b) => new_text(cx, b),
            None => new_text(cx, &st.text()),
        }
    }
    /// Tell the current file position.
    #[py(sig = "($self, /)")]
    fn tell(cx: &mut Cx, this: This) -> PyResult<usize> {
        let st = open(cx, &this)?;
        Ok(match &st.appended {
            Some(b) => wtf8::count(b),
            None => st.at,
        })
    }
    /// Read at most size characters, returned as a string.
    ///
    /// If the argument is negative or omitted, read until EOF
    /// is reached. Return an empty string at EOF.
    #[py(sig = "($self, size=-1, /)")]
    fn read(cx: &mut Cx, this: This, size: Option<Value>) -> PyResult<Value> {
        let n = iobase::size_arg(cx, size)?;
        let mut st = open(cx, &this)?;
        st.realize();
        let left = st.chars.len().saturating_sub(st.at);
        let n = if n < 0 { left } else { left.min(n as usize) };
        let end = st.at + n;
        let text = if n == 0 { Vec::new() } else { st.take(end) };
        new_text(cx, &text)
    }
    /// Read until newline or EOF.
    ///
    /// Returns an empty string if EOF is hit immediately.
    #[py(sig = "($self, size=-1, /)")]
    fn readline(cx: &mut Cx, this: This, size: Option<Value>) -> PyResult<Value> {
        let limit = iobase::size_arg(cx, size)?;
        let line = open(cx, &this)?.take_line(limit);
        new_text(cx, &line)
    }
    #[py]
    fn __next__(cx: &mut Cx, this: This) -> PyResult<Value> {
        let line = open(cx, &this)?.take_line(-1);
        if line.is_empty() {
            Ok(Value::EMPTY)
        } else {
            new_text(cx, &line)
        }
    }
    /// Truncate size to pos.
    ///
    /// The pos argument defaults to the current file position, as
    /// returned by tell().  The current file position is unchanged.
    /// Returns the new absolute position.
    #[py(sig = "($self, pos=None, /)")]
    fn truncate(cx: &mut Cx, this: This, pos: Option<Value>) -> PyResult<usize> {
        let size = match pos.filter(|v| !v.is_none()) {
            Some(v) => Some(cx.size_index(v)?),
            None => None,
        };
        let mut st = open(cx, &this)?;
        st.realize();
        let size = match size {
            Some(n) if n < 0 => return Err(cx.value_error(format!("Negative size value {n}"))),
            Some(n) => n as usize,
            None => st.at,
        };
        st.chars.truncate(size);
        Ok(size)
    }
    /// Change stream position.
    ///
    /// Seek to character offset pos relative to position indicated by whence:
    ///     0  Start of stream (the default).  pos should be >= 0;
    ///     1  Current position - pos must be 0;
    ///     2  End of stream - pos must be 0.
    /// Returns the new absolute position.
    #[py(sig = "($self, pos, whence=0, /)")]
    fn seek(cx: &mut Cx, this: This, pos: isize, whence: Option<i32>) -> PyResult<usize> {
        let mut st = open(cx, &this)?;
        let whence = whence.unwrap_or(0);
        if !(0..=2).contains(&whence) {
            return Err(cx.value_error(format!("Invalid whence ({whence}, should be 0, 1 or 2)")));
        }
        if pos < 0 && whence == 0 {
            return Err(cx.value_error(format!("Negative seek position {pos}")));
        }
        if whence != 0 && pos != 0 {
            return Err(super::os_error_message(
                cx,
                "Can't do nonzero cur-relative seeks",
            ));
        }
        st.realize();
        st.at = match whence {
            0 => pos as usize,
            1 => st.at,
            _ => st.chars.len(),
        };
        Ok(st.at)
    }
    /// Write string to file.
    ///
    /// Returns the number of characters written, which is always equal to
    /// the length of the string.
    #[py(sig = "($self, s, /)")]
    fn write(cx: &mut Cx, this: This, s: Value) -> PyResult<usize> {
        let Some(text) = Gc::<Str>::from_value(s) else {
            let got = cx.type_name(s);
            return Err(cx.type_error(format!("string argument expected, got '{got}'")));
        };
        let mut st = open(cx, &this)?;
        cx.ensure_memory(st.needed(text.as_bytes()))?;
        st.write(text.as_bytes());
        Ok(text.char_len())
    }
    /// Close the IO object.
    ///
    /// Attempting any further operation after the object is closed
    /// will raise a ValueError.
    ///
    /// This method has no effect if the file is already closed.
    #[py(sig = "($self, /)")]
    fn close(cx: &mut Cx, this: This) -> PyResult<()> {
        *this.state.enter(cx, this.value())? = Contents {
            closed: true,
            ..Contents::default()
        };
        Ok(())
    }
    /// Returns True if the IO object can be read.
    #[py(sig = "($self, /)")]
    fn readable(cx: &mut Cx, this: This) -> PyResult<bool> {
        open(cx, &this).map(|_| true)
    }
    /// Returns True if the IO object can be written.
    #[py(sig = "($self, /)")]
    fn writable(cx: &mut Cx, this: This) -> PyResult<bool> {
        open(cx, &this).map(|_| true)
    }
    /// Returns True if the IO object can be seeked.
    #[py(sig = "($self, /)")]
    fn seekable(cx: &mut Cx, this: This) -> PyResult<bool> {
        open(cx, &this).map(|_| true)
    }
    #[py(sig = "($self, /)", doc = "")]
    fn __getstate__(cx: &mut Cx, this: This) -> PyResult<Value> {
        let (text, at, mode) = {
            let mut st = open(cx, &this)?;
            st.realize();
            (st.text(), st.at, st.mode)
        };
        let text = new_text(cx, &text)?;
        let newline = mode.text().map_or(Value::none(), |t| cx.new_str(t));
        let asked_for = cx.own_dict(this.value()).is_some();
        let dict = match cx.instance_attributes_dict(this.value())? {
            Some(d) if !d.is_empty() || asked_for => d.copy(cx)?.value(),
            _ => Value::none(),
        };
        Ok(cx.new_tuple(&[text, newline, Value::small(at as i64), dict]))
    }
    #[py(sig = "($self, state, /)", doc = "")]
    fn __setstate__(cx: &mut Cx, this: This, state: Value) -> PyResult<()> {
        open(cx, &this)?;
        let Some(t) = Gc::<Tuple>::from_value(state).filter(|t| t.len() >= 4) else {
            let class = cx.type_of(this.value()).full_name(cx);
            let got = cx.type_name(state);
            return Err(cx.type_error(format!(
                "{class}.__setstate__ argument should be 4-tuple, got {got}"
            )));
        };
        let mode = newline_arg(cx, t.get(1), "newline")?;
        let text = t.get(0);
        let chars = match Gc::<Str>::from_value(text) {
            Some(text) => wtf8::to_utf32(text.as_bytes()),
            None if text.is_none() => Vec::new(),
            None => {
                let got = cx.type_name(text);
                return Err(cx.type_error(format!("initial_value must be str or None, not {got}")));
            }
        };
        // The text was translated when it was written.
        initialize(cx, this, None, mode)?;
        {
            let mut st = this.state.enter(cx, this.value())?;
            st.appended = None;
            st.chars = chars;
        }
        let at =
            iobase::state_position(cx, t.get(2), "third item of state must be an integer, got")?;
        this.state.enter(cx, this.value())?.at = at;
        let dict = iobase::state_dict(cx, t.get(3), "fourth")?;
        iobase::restore_dict(cx, this.value(), dict)
    }
    #[py(getter)]
    fn closed(cx: &mut Cx, this: This) -> PyResult<bool> {
        Ok(this.state.enter(cx, this.value())?.closed)
    }
    #[py(getter)]
    fn newlines(cx: &mut Cx, this: This) -> PyResult<Value> {
        let newlines = open(cx, &this)?.newlines.clone();
        Ok(newlines.map_or(Value::none(), |n| n.seen(cx)))
    }
    #[py(getter)]
    fn line_buffering(cx: &mut Cx, this: This) -> PyResult<bool> {
        open(cx, &this).map(|_| false)
    }
}
