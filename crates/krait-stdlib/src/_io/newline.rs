//! Universal newlines: translation of decoded text, and `IncrementalNewlineDecoder`.

use krait_macros::{Trace, pymethods};
use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::native::{Layout, Native, NativeObj, TypeSpec};
use krait_runtime::object::{Gc, Slot};
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::str::Str;
use krait_runtime::types::tuple::Tuple;
use krait_runtime::types::typeobj::{Type, flags};
use krait_runtime::value::Value;

use crate::support::lock::Monitor;

const SEEN_LF: u8 = 1;
const SEEN_CR: u8 = 2;
const SEEN_CRLF: u8 = 4;

/// State of newline translation between chunks.
#[derive(Default, Clone)]
pub struct Newlines {
    pub translate: bool,
    /// The last chunk ended in `\r`, which is held back: `\n` may follow.
    pub pending_cr: bool,
    seen: u8,
}

impl Newlines {
    pub fn new(translate: bool) -> Newlines {
        Newlines {
            translate,
            ..Newlines::default()
        }
    }

    pub fn reset(&mut self) {
        self.pending_cr = false;
        self.seen = 0;
    }

    /// Handles one chunk of decoded text.
    pub fn decode(&mut self, mut text: Vec<u8>, is_final: bool) -> Vec<u8> {
        if self.pending_cr && (!text.is_empty() || is_final) {
            text.insert(0, b'\r');
            self.pending_cr = false;
        }
        if !is_final && text.last() == Some(&b'\r') {
            text.pop();
            self.pending_cr = true;
        }
        if memchr::memchr(b'\r', &text).is_none() {
            if self.seen & SEEN_LF == 0 && memchr::memchr(b'\n', &text).is_some() {
                self.seen |= SEEN_LF;
            }
            return text;
        }
        let mut out = if self.translate {
            Vec::with_capacity(text.len())
        } else {
            Vec::new()
        };
        let mut i = 0;
        while i < text.len() {
            let next = memchr::memchr2(b'\r', b'\n', &text[i..]).map_or(text.len(), |n| i + n);
            if self.translate {
                out.extend_from_slice(&text[i..next]);
            }
            if next == text.len() {
                break;
            }
            let crlf = text[next] == b'\r' && text.get(next + 1) == Some(&b'\n');
            self.seen |= if crlf {
                SEEN_CRLF
            } else if text[next] == b'\r' {
                SEEN_CR
            } else {
                SEEN_LF
            };
            if self.translate {
                out.push(b'\n');
            }
            i = next + 1 + crlf as usize;
        }
        if self.translate { out } else { text }
    }

    /// `newlines` attributes: `None`, a str or a tuple of strs.
    pub fn seen(&self, cx: &mut Cx) -> Value {
        let kinds = [(SEEN_CR, "\r"), (SEEN_LF, "\n"), (SEEN_CRLF, "\r\n")];
        let mut found = [Value::EMPTY; 3];
        let mut n = 0;
        for (bit, text) in kinds {
            if self.seen & bit != 0 {
                found[n] = cx.new_str(text);
                n += 1;
            }
        }
        match n {
            0 => Value::none(),
            1 => found[0],
            _ => cx.new_tuple(&found[..n]),
        }
    }
}

/// The end of the first line of `text` (behind its newline), with all three newlines recognised.
pub fn universal_line_end(text: &[u8]) -> Option<usize> {
    let i = memchr::memchr2(b'\r', b'\n', text)?;
    Some(if text[i] == b'\r' && text.get(i + 1) == Some(&b'\n') {
        i + 2
    } else {
        i + 1
    })
}

#[derive(Trace)]
pub struct NewlineDecoder {
    decoder: Slot,
    errors: Slot,
    state: Monitor<Newlines>,
}
impl Native for NewlineDecoder {
    const PY_NAME: &'static str = "_io.IncrementalNewlineDecoder";
}

pub static SPEC: TypeSpec = TypeSpec {
    name: "IncrementalNewlineDecoder",
    module: "_io",
    doc: Some(
        "Codec used when reading a file in universal newlines mode.\n\nIt wraps another incremental decoder, translating \\r\\n and \\r into \\n.\nIt also records the types of newlines encountered.  When used with\n\
         translate=False, it ensures that the newline sequence is returned in\none piece. When used with decoder=None, it expects unicode strings as\ndecode input and translates newlines without first invoking an external\ndecoder.",
    ),
    layout: Layout::native::<NewlineDecoder>(),
    flags: flags::BASETYPE,
    defs: &[Methods::DEFS],
    alloc: Some(alloc),
    ..TypeSpec::DEFAULT
};

fn alloc(cx: &mut Cx, class: Gc<Type>) -> Value {
    let d = NewlineDecoder {
        decoder: Slot::empty(),
        errors: Slot::empty(),
        state: Monitor::new(Newlines::default()),
    };
    NativeObj::alloc(cx, class, d).value()
}

type Decoder = Gc<NativeObj<NewlineDecoder>>;

fn decoder(cx: &mut Cx, this: Decoder) -> PyResult<Value> {
    match this.decoder.get().some() {
        Some(d) => Ok(d),
        None => Err(cx.value_error("IncrementalNewlineDecoder.__init__() not called")),
    }
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(sig = "($self, /, decoder, translate, errors='strict')", hide_sig)]
    fn __init__(
        cx: &mut Cx,
        this: Decoder,
        decoder: Value,
        translate: bool,
        errors: Option<Value>,
    ) -> PyResult<()> {
        let errors = errors.unwrap_or_else(|| cx.intern("strict").value());
        this.decoder.set(cx, this, decoder);
        this.errors.set(cx, this, errors);
        *this.state.enter(cx, this.value())? = Newlines::new(translate);
        Ok(())
    }
    #[py(sig = "($self, /, input, final=False)")]
    fn decode(cx: &mut Cx, this: Decoder, input: Value, r#final: Option<bool>) -> PyResult<Value> {
        let is_final = r#final.unwrap_or(false);
        let inner = decoder(cx, this)?;
        let text = if inner.is_none() {
            input
        } else {
            cx.call_method_str(inner, "decode", &[input, Value::bool(is_final)])?
        };
        let Some(text) = Gc::<Str>::from_value(text) else {
            let got = cx.type_name(text);
            return Err(cx.type_error(format!(
                "decoder should return a string result, not '{got}'"
            )));
        };
        let out = this
            .state
            .enter(cx, this.value())?
            .decode(text.as_bytes().to_vec(), is_final);
        Ok(Str::from_wtf8(cx, &out)?.value())
    }
    #[py(sig = "($self, /)")]
    fn getstate(cx: &mut Cx, this: Decoder) -> PyResult<Value> {
        let inner = decoder(cx, this)?;
        let (buffer, flag) = if inner.is_none() {
            (cx.new_bytes(b""), 0)
        } else {
            let state = cx.call_method_str(inner, "getstate", &[])?;
            state_parts(cx, state)?
        };
        let pending = this.state.enter(cx, this.value())?.pending_cr;
        let flag = cx.new_int(flag << 1 | pending as i64);
        Ok(cx.new_tuple(&[buffer, flag]))
    }
    #[py(sig = "($self, state, /)")]
    fn setstate(cx: &mut Cx, this: Decoder, state: Value) -> PyResult<()> {
        let inner = decoder(cx, this)?;
        let (buffer, flag) = state_parts(cx, state)?;
        this.state.enter(cx, this.value())?.pending_cr = flag & 1 != 0;
        if !inner.is_none() {
            let flag = cx.new_int(flag >> 1);
            let state = cx.new_tuple(&[buffer, flag]);
            cx.call_method_str(inner, "setstate", &[state])?;
        }
        Ok(())
    }
    #[py(sig = "($self, /)")]
    fn reset(cx: &mut Cx, this: Decoder) -> PyResult<()> {
        let inner = decoder(cx, this)?;
        this.state.enter(cx, this.value())?.reset();
        if !inner.is_none() {
            cx.call_method_str(inner, "reset", &[])?;
        }
        Ok(())
    }
    #[py(getter)]
    fn newlines(cx: &mut Cx, this: Decoder) -> PyResult<Value> {
        decoder(cx, this)?;
        let state = this.state.enter(cx, this.value())?.clone();
        Ok(state.seen(cx))
    }
}

/// `(buffer, flag)` of an incremental decoder.
pub fn state_parts(cx: &mut Cx, state: Value) -> PyResult<(Value, i64)> {
    let Some(t) = Gc::<Tuple>::from_value(state) else {
        return Err(cx.type_error("state argument must be a tuple"));
    };
    if t.len() != 2 {
        return Err(cx.type_error("illegal decoder state"));
    }
    if Gc::<Bytes>::from_value(t.get(0)).is_none() {
        let got = cx.type_name(t.get(0));
        return Err(cx.type_error(format!(
            "illegal decoder state: the first item should be a bytes object, not '{got}'"
        )));
    }
    match cx.index_i64(t.get(1))? {
        Some(flag) => Ok((t.get(0), flag)),
        None => Err(cx.overflow_error("int too big to convert")),
    }
}
