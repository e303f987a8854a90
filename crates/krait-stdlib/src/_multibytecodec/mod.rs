//! `_multibytecodec` and the modules of the encodings of East Asia: objects around the steps of
//! `krait_unicode::codecs::multibyte`.

mod incremental;
mod stream;

use std::cell::{Cell, RefCell};

use krait_runtime::protocol::codecs::{decode_with, encode_with, unicode_decode_error};
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::str::StrArg;
use krait_unicode::codecs::multibyte::{self, Codec, Decoded, State, Trouble};
use krait_unicode::codecs::{DecodeError, EncodeError};
use krait_unicode::wtf8;

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_multibytecodec",
    types: &[
        &incremental::ENCODER,
        &incremental::DECODER,
        &stream::READER,
        &stream::WRITER,
    ],
    ..ModuleDef::DEFAULT
};

macro_rules! codec_modules {
    ($($id:ident $functions:ident $name:literal;)*) => {$(
        pub static $id: ModuleDef = ModuleDef {
            name: $name,
            functions: &[$functions::DEFS],
            ..ModuleDef::DEFAULT
        };

        struct $functions;

        #[pyfunctions]
        impl $functions {
            #[py(sig = "($module, object, /)")]
            fn getcodec(cx: &mut Cx, object: Value) -> PyResult<Value> {
                codec_named(cx, $name, object)
            }
        }
    )*};
}

codec_modules! {
    CN CnFunctions "_codecs_cn";
    HK HkFunctions "_codecs_hk";
    ISO2022 Iso2022Functions "_codecs_iso2022";
    JP JpFunctions "_codecs_jp";
    KR KrFunctions "_codecs_kr";
    TW TwFunctions "_codecs_tw";
}

fn codec_named(cx: &mut Cx, module: &str, name: Value) -> PyResult<Value> {
    let Some(name) = Gc::<Str>::from_value(name) else {
        return Err(cx.type_error("encoding name must be a string."));
    };
    match name.as_str().and_then(|name| multibyte::find(module, name)) {
        Some(codec) => {
            let class = cx.native_type(&CODEC)?;
            Ok(NativeObj::alloc(cx, class, MultibyteCodec { codec }).value())
        }
        None => {
            let class = cx.types().lookup_error;
            Err(cx.error(class, "no such codec is supported."))
        }
    }
}

#[derive(Trace)]
struct MultibyteCodec {
    #[trace(skip)]
    codec: &'static Codec,
}
impl Native for MultibyteCodec {
    const PY_NAME: &'static str = "_multibytecodec.MultibyteCodec";
}

static CODEC: TypeSpec = TypeSpec {
    name: "MultibyteCodec",
    module: "_multibytecodec",
    layout: Layout::native::<MultibyteCodec>(),
    flags: flags::NO_INSTANTIATION,
    defs: &[CodecMethods::DEFS],
    ..TypeSpec::DEFAULT
};

/// The codec that a class has as `codec`.
fn codec_of(cx: &mut Cx, class: Gc<Type>) -> PyResult<&'static Codec> {
    let codec = cx.get_attr_str(class.value(), "codec")?;
    match NativeObj::<MultibyteCodec>::from_value(codec) {
        Some(codec) => Ok(codec.codec),
        None => Err(cx.type_error("codec is unexpected type")),
    }
}

/// Text to encode: anything else is shown by `str()`.
fn text_of(cx: &mut Cx, input: Value) -> PyResult<Gc<Str>> {
    match Gc::<Str>::from_value(input) {
        Some(s) => Ok(s),
        None => cx.str(input),
    }
}

/// Encodes `s`; what may go on in text that follows is left, unless `flush`: gives the bytes, and
/// the offset where that begins.
fn encode(
    cx: &mut Cx,
    codec: &'static Codec,
    state: &mut State,
    s: Gc<Str>,
    errors: Option<&str>,
    flush: bool,
) -> PyResult<(Vec<u8>, usize)> {
    let (current, rest) = (RefCell::new(*state), Cell::new(s.as_bytes().len()));
    let whole = s.as_bytes();
    let kernel = |text: &[u8], at: usize, out: &mut Vec<u8>| {
        // What a handler puts in place of a character stands for itself.
        let last = flush || !std::ptr::eq(text, whole);
        let mut state = current.borrow_mut();
        let end = encode_from(codec, &mut state, text, at, last, out)?;
        if std::ptr::eq(text, whole) {
            rest.set(end);
        }
        Ok::<(), EncodeError>(())
    };
    let bytes = encode_with(cx, codec.name, s, errors, &kernel, Vec::new())?;
    *state = current.into_inner();
    Ok((bytes, rest.get()))
}

/// Encodes from `at` on; gives where it stopped.
fn encode_from(
    codec: &Codec,
    state: &mut State,
    text: &[u8],
    mut at: usize,
    flush: bool,
    out: &mut Vec<u8>,
) -> Result<usize, EncodeError> {
    while at < text.len() {
        let (first, len) = wtf8::decode_at(text, at);
        let (mut chars, mut ends) = ([first, 0], [at + len; 2]);
        let known = if ends[0] < text.len() {
            let (second, len) = wtf8::decode_at(text, ends[0]);
            chars[1] = second;
            ends[1] += len;
            2
        } else {
            1
        };
        match codec.encode(state, &chars[..known], flush, out) {
            Ok(taken) => at = ends[taken - 1],
            Err(Trouble::Incomplete) => return Ok(at),
            Err(Trouble::Illegal(_)) => {
                return Err(EncodeError {
                    start: at,
                    end: ends[0],
                    reason: ILLEGAL,
                });
            }
        }
    }
    Ok(at)
}

const ILLEGAL: &str = "illegal multibyte sequence";
const INCOMPLETE: &str = "incomplete multibyte sequence";

/// Decodes `bytes`; an incomplete end is left, unless `is_final`: gives the text, and how many bytes
/// were used.
fn decode(
    cx: &mut Cx,
    codec: &'static Codec,
    state: &mut State,
    bytes: &[u8],
    errors: Option<&str>,
    is_final: bool,
) -> PyResult<(Value, usize)> {
    let current = RefCell::new(*state);
    let kernel = |bytes: &[u8], mut at: usize, out: &mut Vec<u8>| {
        let mut state = current.borrow_mut();
        while at < bytes.len() {
            let (len, reason) = match codec.decode(&mut state, &bytes[at..]) {
                Ok((used, decoded)) => {
                    push(out, decoded);
                    at += used;
                    continue;
                }
                Err(Trouble::Incomplete) if !is_final => return Ok(at),
                Err(Trouble::Incomplete) => (bytes.len() - at, INCOMPLETE),
                Err(Trouble::Illegal(len)) => (len, ILLEGAL),
            };
            return Err(DecodeError {
                start: at,
                end: bytes.len().min(at + len),
                reason,
            });
        }
        Ok(at)
    };
    let result = decode_with(cx, codec.name, bytes, 0, errors, &kernel);
    *state = current.into_inner();
    result
}

fn push(out: &mut Vec<u8>, decoded: Decoded) {
    match decoded {
        Decoded::Nothing => {}
        Decoded::One(c) => wtf8::push(out, c),
        Decoded::Pair(a, b) => {
            wtf8::push(out, a);
            wtf8::push(out, b);
        }
    }
}

/// The `errors` argument of a codec.
fn handler_arg(cx: &mut Cx, errors: Option<Value>, function: &str) -> PyResult<Option<StrArg>> {
    match errors.filter(|v| !v.is_none()) {
        None => Ok(None),
        Some(v) => match Gc::<Str>::from_value(v) {
            Some(s) => Ok(Some(StrArg(s))),
            None => {
                let got = cx.type_name(v);
                let message =
                    format!("{function}() argument 'errors' must be str or None, not {got}");
                Err(cx.type_error(message))
            }
        },
    }
}

struct CodecMethods;

#[pymethods]
impl CodecMethods {
    /// Return an encoded string version of 'input'.
    ///
    /// errors names the error handler; None is 'strict'.
    #[py(sig = "($self, /, input, errors=None)")]
    fn encode(
        cx: &mut Cx,
        this: Obj<MultibyteCodec>,
        input: Value,
        errors: Option<Value>,
    ) -> PyResult<Value> {
        let (codec, text) = (this.codec, text_of(cx, input)?);
        let mut state = State::default();
        codec.start_encoding(&mut state);
        let errors = handler_arg(cx, errors, "encode")?;
        let errors = errors.as_ref().map(|e| e.as_str());
        let (mut bytes, _) = encode(cx, codec, &mut state, text, errors, true)?;
        codec.finish_encoding(&mut state, &mut bytes);
        let bytes = cx.try_new_bytes(&bytes)?;
        Ok(cx.new_tuple(&[bytes, Value::small(text.char_len() as i64)]))
    }

    /// Decodes 'input'.
    ///
    /// errors names the error handler; None is 'strict'.
    #[py(sig = "($self, /, input, errors=None)")]
    fn decode(
        cx: &mut Cx,
        this: Obj<MultibyteCodec>,
        input: Value,
        errors: Option<Value>,
    ) -> PyResult<Value> {
        let bytes = cx.bytes_like(input, <[u8]>::to_vec)?;
        let mut state = State::default();
        this.codec.start_decoding(&mut state);
        let errors = handler_arg(cx, errors, "decode")?;
        let errors = errors.as_ref().map(|e| e.as_str());
        let (text, used) = decode(cx, this.codec, &mut state, &bytes, errors, true)?;
        Ok(cx.new_tuple(&[text, Value::small(used as i64)]))
    }
}

// ---- What the four kinds of objects have in common ------------------------------------------------

/// A codec, its error handler, and what is between two calls.
#[derive(Trace)]
struct Base {
    #[trace(skip)]
    codec: &'static Codec,
    errors: Slot,
    rest: crate::support::lock::Monitor<Rest>,
}

/// The state, and input that was not complete.
#[derive(Clone, Default)]
struct Rest {
    state: State,
    pending: Vec<u8>,
}

impl Base {
    fn new(cx: &mut Cx, codec: &'static Codec, errors: Option<Value>, decodes: bool) -> Base {
        let mut rest = Rest::default();
        if decodes {
            codec.start_decoding(&mut rest.state);
        } else {
            codec.start_encoding(&mut rest.state);
        }
        let errors = errors.unwrap_or_else(|| cx.intern("strict").value());
        Base {
            codec,
            errors: slot(errors),
            rest: crate::support::lock::Monitor::new(rest),
        }
    }

    /// What is between two calls; error handlers may call again.
    fn take(&self, cx: &mut Cx, owner: Value) -> PyResult<Rest> {
        Ok(self.rest.enter(cx, owner)?.clone())
    }

    fn put(&self, cx: &mut Cx, owner: Value, rest: Rest) -> PyResult<()> {
        *self.rest.enter(cx, owner)? = rest;
        Ok(())
    }

    fn errors_string(&self, cx: &mut Cx) -> PyResult<String> {
        cx.str_string(self.errors.get())
    }

    /// Encodes behind what is pending.
    fn encode(&self, cx: &mut Cx, owner: Value, input: Value, last: bool) -> PyResult<Vec<u8>> {
        let mut text = text_of(cx, input)?;
        let mut rest = self.take(cx, owner)?;
        if !rest.pending.is_empty() {
            rest.pending.extend_from_slice(text.as_bytes());
            text = Str::from_wtf8(cx, &rest.pending)?;
        }
        let errors = self.errors_string(cx)?;
        let (mut bytes, end) = encode(cx, self.codec, &mut rest.state, text, Some(&errors), last)?;
        rest.pending = text.as_bytes()[end..].to_vec();
        if last {
            self.codec.finish_encoding(&mut rest.state, &mut bytes);
        }
        self.put(cx, owner, rest)?;
        Ok(bytes)
    }

    /// Decodes behind what is pending.
    fn decode(&self, cx: &mut Cx, owner: Value, input: &[u8], last: bool) -> PyResult<Value> {
        let mut rest = self.take(cx, owner)?;
        let mut bytes = std::mem::take(&mut rest.pending);
        bytes.extend_from_slice(input);
        let errors = self.errors_string(cx)?;
        let (text, used) = decode(cx, self.codec, &mut rest.state, &bytes, Some(&errors), last)?;
        rest.pending = bytes[used.min(bytes.len())..].to_vec();
        if rest.pending.len() > MAX_PENDING {
            return Err(too_much(
                cx,
                self.codec,
                &rest.pending,
                "pending buffer overflow",
            ));
        }
        self.put(cx, owner, rest)?;
        Ok(text)
    }
}

/// Bytes that may be pending.
const MAX_PENDING: usize = 8;

#[cold]
fn too_much(cx: &mut Cx, codec: &Codec, pending: &[u8], why: &str) -> Raised {
    match Bytes::from_slice(cx, pending) {
        Ok(object) => {
            let range = 0..pending.len();
            unicode_decode_error(cx, codec.name, object, range, why)
        }
        Err(e) => e,
    }
}

/// The `errors` argument of a constructor.
fn errors_arg(cx: &mut Cx, errors: Option<Value>, function: &str) -> PyResult<Option<Value>> {
    match errors {
        Some(v) if Gc::<Str>::from_value(v).is_none() => {
            let got = if v.is_none() {
                "None".to_owned()
            } else {
                cx.type_name(v)
            };
            let message = format!("{function}() argument 1 must be str, not {got}");
            Err(cx.type_error(message))
        }
        errors => Ok(errors),
    }
}

/// What `errors` of the objects becomes.
fn new_errors(cx: &mut Cx, value: Option<Value>) -> PyResult<Value> {
    match value {
        None => Err(cx.attribute_error("cannot delete attribute")),
        Some(v) if Gc::<Str>::from_value(v).is_some() => Ok(v),
        Some(_) => Err(cx.type_error("errors must be a string")),
    }
}

/// All is done by `__new__`.
struct NoInit;

#[pymethods]
impl NoInit {
    /// Initialize self.  See help(type(self)) for accurate signature.
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(_this: Value, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
        let _ = (kwargs, args);
        Ok(())
    }
}
