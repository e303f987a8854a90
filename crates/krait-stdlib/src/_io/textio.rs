//! `TextIOWrapper`: its parts and how it is set up.

use std::sync::atomic::{AtomicBool, Ordering};

use krait_macros::Trace;
use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::native::{Layout, Native as NativePayload, NativeObj, TypeSpec};
use krait_runtime::object::{Gc, Slot};
use krait_runtime::types::str::Str;
use krait_runtime::types::typeobj::flags;
use krait_runtime::value::Value;

use super::iobase::TEXT_IO_BASE;
use super::newline::Newlines;
use super::text_codec::{self, Native, Policy};
use super::{textio_methods, textio_write};
use crate::support::lock::{Held, Monitor};

/// What ends lines, by the `newline` argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum NewlineMode {
    /// `None`: all kinds are read as `\n`.
    #[default]
    Translate,
    /// `''`: all kinds end a line, and are kept.
    Universal,
    Lf,
    Cr,
    CrLf,
}

impl NewlineMode {
    /// The argument: `None` for [`NewlineMode::Translate`].
    pub fn text(self) -> Option<&'static str> {
        match self {
            NewlineMode::Translate => None,
            NewlineMode::Universal => Some(""),
            NewlineMode::Lf => Some("\n"),
            NewlineMode::Cr => Some("\r"),
            NewlineMode::CrLf => Some("\r\n"),
        }
    }

    /// What is written for `\n`, if that is something else.
    pub fn replace_on_write(self) -> Option<&'static str> {
        match self {
            NewlineMode::Cr => Some("\r"),
            NewlineMode::CrLf => Some("\r\n"),
            _ => None,
        }
    }

    fn reads_universal(self) -> bool {
        matches!(self, NewlineMode::Translate | NewlineMode::Universal)
    }
}

/// A `newline` argument; `what` begins the message about a wrong type.
pub fn newline_arg(cx: &mut Cx, v: Value, what: &str) -> PyResult<NewlineMode> {
    if v.is_none() {
        return Ok(NewlineMode::Translate);
    }
    let Some(s) = Gc::<Str>::from_value(v) else {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!("{what} must be str or None, not {got}")));
    };
    Ok(match s.as_bytes() {
        b"" => NewlineMode::Universal,
        b"\n" => NewlineMode::Lf,
        b"\r" => NewlineMode::Cr,
        b"\r\n" => NewlineMode::CrLf,
        _ => {
            let shown = cx.repr_string(v)?;
            return Err(cx.value_error(format!("illegal newline value: {shown}")));
        }
    })
}

#[derive(Trace)]
pub struct TextIo {
    pub buffer: Slot,
    pub encoding: Slot,
    pub errors: Slot,
    /// Incremental codecs, `None` where the native ones do (or there is nothing to do).
    pub encoder: Slot,
    pub decoder: Slot,
    pub ready: AtomicBool,
    pub detached: AtomicBool,
    pub finalizing: AtomicBool,
    pub state: Monitor<TextState>,
}
impl NativePayload for TextIo {
    const PY_NAME: &'static str = "_io.TextIOWrapper";
}

/// A point in the input from which decoding can start again, for `tell`.
#[derive(Clone, Default)]
pub struct Snapshot {
    pub flags: i64,
    pub input: Vec<u8>,
}

pub struct TextState {
    /// Native coding, unless a codec object is used.
    pub native: Option<(Native, Policy)>,
    pub can_read: bool,
    pub can_write: bool,
    pub mode: NewlineMode,
    pub newlines: Option<Newlines>,
    pub line_buffering: bool,
    pub write_through: bool,
    /// Encoded text that the buffer has not got yet.
    pub pending: Vec<u8>,
    /// Decoded text, from `used` on still to be read.
    pub decoded: Vec<u8>,
    pub used: usize,
    /// Bytes of an incomplete character, for native decoding.
    pub tail: Vec<u8>,
    pub snapshot: Option<Snapshot>,
    pub seekable: bool,
    /// `False` while the stream is iterated over.
    pub telling: bool,
    pub has_read1: bool,
    pub chunk_size: usize,
    /// Bytes per character in the last chunk: where `tell` begins to look.
    pub ratio: f64,
    /// A closed stream below does not need `flush`.
    pub closed: bool,
}

impl Default for TextState {
    fn default() -> TextState {
        TextState {
            native: None,
            can_read: false,
            can_write: false,
            mode: NewlineMode::Translate,
            newlines: None,
            line_buffering: false,
            write_through: false,
            pending: Vec::new(),
            decoded: Vec::new(),
            used: 0,
            tail: Vec::new(),
            snapshot: None,
            seekable: false,
            telling: false,
            has_read1: false,
            chunk_size: 8192,
            ratio: 0.0,
            closed: false,
        }
    }
}

impl TextState {
    /// Decoded text that was not read yet.
    pub fn rest(&self) -> &[u8] {
        &self.decoded[self.used..]
    }

    pub fn set_decoded(&mut self, text: Vec<u8>) {
        self.decoded = text;
        self.used = 0;
    }
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "TextIOWrapper",
    module: "_io",
    doc: Some(
        "Character and line based layer over a BufferedIOBase object, buffer.\n\nencoding gives the name of the encoding that the stream will be\ndecoded or encoded with. It defaults to locale.getencoding().\n\n\
         errors determines the strictness of encoding and decoding (see\nhelp(codecs.Codec) or the documentation for codecs.register) and\ndefaults to \"strict\".\n\n\
         newline controls how line endings are handled. It can be None, '',\n'\\n', '\\r', and '\\r\\n'. On input, None turns every kind of line ending into\n'\\n', '' recognises every kind but keeps it, and any other value is the only\n\
         one that ends a line. On output, None and '\\r\\n' or '\\r' translate '\\n' to the\nsystem's line ending or to that value.\n\n\
         If line_buffering is True, a call to flush is implied when a call to\nwrite contains a newline character.",
    ),
    base: Some(&TEXT_IO_BASE),
    layout: Layout::native::<TextIo>(),
    flags: flags::BASETYPE | flags::INSTANCE_DICT | flags::WEAKREFABLE | flags::FINALIZER,
    defs: &[
        textio_methods::Methods::DEFS,
        textio_methods::Attributes::DEFS,
    ],
    alloc: Some(|cx, class| alloc(cx, class).value()),
    ..TypeSpec::DEFAULT
};

pub type TextRef = Gc<NativeObj<TextIo>>;

pub const ORDER: Ordering = Ordering::Relaxed;

/// Arguments of the constructor.
pub struct Options {
    pub encoding: Value,
    pub errors: Value,
    pub newline: Value,
    pub line_buffering: bool,
    pub write_through: bool,
}

pub fn alloc(cx: &mut Cx, class: Gc<krait_runtime::types::typeobj::Type>) -> TextRef {
    let t = TextIo {
        buffer: Slot::empty(),
        encoding: Slot::new(Value::none()),
        errors: Slot::new(Value::none()),
        encoder: Slot::new(Value::none()),
        decoder: Slot::new(Value::none()),
        ready: AtomicBool::new(false),
        detached: AtomicBool::new(false),
        finalizing: AtomicBool::new(false),
        state: Monitor::new(TextState::default()),
    };
    NativeObj::alloc(cx, class, t)
}

/// `TextIOWrapper(buffer, ...)`.
pub fn make(cx: &mut Cx, buffer: Value, options: &Options) -> PyResult<TextRef> {
    let class = cx.native_type(&SPEC)?;
    let t = alloc(cx, class);
    initialize(cx, t, buffer, options)?;
    Ok(t)
}

fn text_or(cx: &mut Cx, v: Value, what: &str, default: &str) -> PyResult<Gc<Str>> {
    if v.is_none() {
        return Ok(cx.intern(default));
    }
    let Some(s) = Gc::<Str>::from_value(v) else {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!(
            "TextIOWrapper() argument '{what}' must be str or None, not {got}"
        )));
    };
    if cx.utf8(s)?.contains('\0') {
        return Err(cx.value_error("embedded null character"));
    }
    Ok(s)
}

/// The name of an encoding: of the locale's for `"locale"`, and for `None` outside of UTF-8 mode.
fn encoding_name(cx: &mut Cx, v: Value) -> PyResult<Gc<Str>> {
    let name = text_or(cx, v, "encoding", "locale")?;
    if name.as_bytes() != b"locale" {
        return Ok(name);
    }
    if v.is_none() && super::open::utf8_mode(cx)? {
        return Ok(cx.intern("utf-8"));
    }
    Ok(cx.intern(&crate::_locale::encoding()))
}

/// What `-X warn_default_encoding` and `-X dev` say of encoding and errors.
fn check_coding(cx: &mut Cx, options: &Options) -> PyResult<()> {
    let Some(flags) = cx.sys_get("flags") else {
        return Ok(());
    };
    let is_set = |cx: &mut Cx, name: &str| match cx.lookup_attr_str(flags, name) {
        Ok(Some(v)) => cx.is_true(v),
        Ok(None) => Ok(false),
        Err(e) => Err(e),
    };
    if options.encoding.is_none() && is_set(cx, "warn_default_encoding")? {
        let category = cx.types().encoding_warning;
        crate::support::warn(cx, category, "'encoding' argument not specified", 1)?;
    }
    if let Some(errors) = Gc::<Str>::from_value(options.errors)
        && is_set(cx, "dev_mode")?
    {
        let name = cx.utf8(errors)?;
        krait_runtime::protocol::codecs::lookup_error(cx, name)?;
    }
    Ok(())
}

pub fn initialize(cx: &mut Cx, t: TextRef, buffer: Value, options: &Options) -> PyResult<()> {
    t.ready.store(false, ORDER);
    t.detached.store(false, ORDER);
    check_coding(cx, options)?;
    let mode = newline_arg(cx, options.newline, "TextIOWrapper() argument 'newline'")?;
    let encoding = encoding_name(cx, options.encoding)?;
    let errors = text_or(cx, options.errors, "errors", "strict")?;
    let asks = |cx: &mut Cx, method: &str| -> PyResult<bool> {
        let v = cx.call_method_str(buffer, method, &[])?;
        cx.is_true(v)
    };
    let mut st = TextState {
        line_buffering: options.line_buffering,
        write_through: options.write_through,
        ..TextState::default()
    };
    let able = (asks(cx, "readable")?, asks(cx, "writable")?);
    set_codecs(cx, t, &mut st, encoding, errors, mode, able)?;
    t.buffer.set(cx, t, buffer);
    st.seekable = asks(cx, "seekable")?;
    st.telling = st.seekable;
    st.has_read1 = super::buffered_types::exact(cx, buffer).is_some()
        || cx.lookup_attr_str(buffer, "read1")?.is_some();
    fix_encoder_start(cx, t, &st, buffer)?;
    *t.state.enter(cx, t.value())? = st;
    t.ready.store(true, ORDER);
    Ok(())
}

/// Chooses codecs and sets everything that depends on encoding, errors and newlines.
pub fn set_codecs(
    cx: &mut Cx,
    t: TextRef,
    st: &mut TextState,
    encoding: Gc<Str>,
    errors: Gc<Str>,
    mode: NewlineMode,
    (can_read, can_write): (bool, bool),
) -> PyResult<()> {
    let name = encoding.as_str().unwrap_or_default();
    let native = Native::of(name).zip(errors.as_str().and_then(Policy::of));
    let (mut encoder, mut decoder) = (Value::none(), Value::none());
    if native.is_none() {
        let info = text_codec::lookup(cx, name)?;
        if can_read {
            decoder = text_codec::incremental(cx, info, "incrementaldecoder", errors.value())?;
        }
        if can_write {
            encoder = text_codec::incremental(cx, info, "incrementalencoder", errors.value())?;
        }
    }
    t.encoding.set(cx, t, encoding.value());
    t.errors.set(cx, t, errors.value());
    t.encoder.set(cx, t, encoder);
    t.decoder.set(cx, t, decoder);
    st.native = native;
    st.can_read = can_read;
    st.can_write = can_write;
    st.mode = mode;
    st.newlines =
        (can_read && mode.reads_universal()).then(|| Newlines::new(mode == NewlineMode::Translate));
    Ok(())
}

/// An encoder with a byte order mark must not write it in the middle of a file.
pub fn fix_encoder_start(cx: &mut Cx, t: TextRef, st: &TextState, buffer: Value) -> PyResult<()> {
    let encoder = t.encoder.get();
    if !st.seekable || encoder.is_none() {
        return Ok(());
    }
    let at = cx.call_method_str(buffer, "tell", &[])?;
    if at != Value::small(0) {
        cx.call_method_str(encoder, "setstate", &[Value::small(0)])?;
    }
    Ok(())
}

/// The buffer; ValueError if there is none (any more).
pub fn buffer(cx: &mut Cx, t: TextRef) -> PyResult<Value> {
    if t.ready.load(ORDER) {
        return Ok(t.buffer.get());
    }
    let detached = t.detached.load(ORDER);
    Err(cx.value_error(if detached {
        "underlying buffer has been detached"
    } else {
        "I/O operation on uninitialized object"
    }))
}

/// For what does not need the buffer: ValueError if the stream was never initialised.
pub fn check_initialized(cx: &mut Cx, t: TextRef) -> PyResult<()> {
    if t.detached.load(ORDER) {
        return Ok(());
    }
    buffer(cx, t).map(|_| ())
}

pub fn is_closed(cx: &mut Cx, t: TextRef) -> PyResult<bool> {
    let buffer = buffer(cx, t)?;
    if let Some(b) = super::buffered_types::exact(cx, buffer) {
        return super::buffered::is_closed(cx, b);
    }
    super::iobase::is_closed(cx, buffer)
}

/// Enters the state of an open stream.
pub fn enter<'a>(cx: &mut Cx, t: &'a TextRef) -> PyResult<Held<'a, TextState>> {
    if is_closed(cx, *t)? {
        return Err(super::iobase::closed_error(cx));
    }
    t.state.enter(cx, t.value())
}

/// An encoding given to `reconfigure`: one with a null character is unknown, not malformed.
fn new_encoding(cx: &mut Cx, v: Value) -> PyResult<Gc<Str>> {
    if let Some(s) = Gc::<Str>::from_value(v)
        && let Some((name, _)) = cx.utf8(s)?.split_once('\0')
    {
        return Err(cx.lookup_error(format!("unknown encoding: {name}")));
    }
    encoding_name(cx, v)
}

/// Arguments of `reconfigure`, `None` for those that stay.
pub struct Changes {
    pub encoding: Option<Value>,
    pub errors: Option<Value>,
    pub newline: Option<NewlineMode>,
    pub line_buffering: Option<bool>,
    pub write_through: Option<bool>,
}

pub fn reconfigure(cx: &mut Cx, t: TextRef, changes: &Changes) -> PyResult<()> {
    buffer(cx, t)?;
    let mut st = t.state.enter(cx, t.value())?;
    if (changes.encoding.is_some() || changes.errors.is_some() || changes.newline.is_some())
        && (!st.decoded.is_empty() || st.snapshot.is_some())
    {
        return Err(super::unsupported(
            cx,
            "It is not possible to set the encoding or newline of stream after the first read",
        ));
    }
    textio_write::write_pending(cx, t, &mut st)?;
    drop(st);
    cx.call_method_str(t.value(), "flush", &[])?;
    let buffer = buffer(cx, t)?;
    let mut st = t.state.enter(cx, t.value())?;
    if changes.encoding.is_some() || changes.errors.is_some() || changes.newline.is_some() {
        let old_encoding: Gc<Str> = Gc::from_value_unchecked(t.encoding.get());
        let encoding = match changes.encoding {
            Some(v) => new_encoding(cx, v)?,
            None => old_encoding,
        };
        let errors = match changes.errors {
            Some(v) => text_or(cx, v, "errors", "strict")?,
            None if changes.encoding.is_some() => cx.intern("strict"),
            None => Gc::from_value_unchecked(t.errors.get()),
        };
        let mode = changes.newline.unwrap_or(st.mode);
        let able = (st.can_read, st.can_write);
        set_codecs(cx, t, &mut st, encoding, errors, mode, able)?;
        fix_encoder_start(cx, t, &st, buffer)?;
    }
    if let Some(v) = changes.line_buffering {
        st.line_buffering = v;
    }
    if let Some(v) = changes.write_through {
        st.write_through = v;
    }
    Ok(())
}
