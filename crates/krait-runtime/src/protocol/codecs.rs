//! Encoding and decoding text by the name of an encoding.
//!
//! UTF-8, ASCII, Latin-1, UTF-16 and UTF-32 go straight to the kernels of `krait-unicode`;
//! everything else through the registry of search functions, as the `codecs` module documents it.
//! The module `_codecs` is a thin layer over this.

mod handlers;
mod registry;
mod transcode;

pub use handlers::{
    HANDLERS, Handler, unicode_decode_error, unicode_encode_error, unicode_translate_error,
};
pub use registry::{
    lookup, lookup_error, normalize, register, register_error, text_codec, unregister,
    unregister_error,
};
pub use transcode::{Native, decode_with, encode_with};

use crate::cx::Cx;
use crate::error::{PyResult, Raised};
use crate::object::Gc;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::Value;

/// UnicodeEncodeError for a text that cannot be UTF-8.
#[cold]
pub fn surrogates_not_allowed(cx: &mut Cx, s: Gc<Str>) -> Raised {
    let mut sink = Vec::new();
    match krait_unicode::codecs::encode_utf8(s.as_bytes(), 0, &mut sink) {
        Err(e) => {
            let range = e.char_range(s.as_bytes());
            unicode_encode_error(cx, "utf-8", s, range, e.reason)
        }
        Ok(()) => cx.system_error("text without surrogates was refused as UTF-8"),
    }
}

impl Cx {
    /// `s.encode(encoding, errors)`: a `bytes`. `None` stands for UTF-8 and `strict`.
    pub fn encode(
        &mut self,
        s: Gc<Str>,
        encoding: Option<&str>,
        errors: Option<&str>,
    ) -> PyResult<Value> {
        check_names(self, encoding, errors)?;
        let Some(native) = Native::from_name(encoding.unwrap_or("utf-8")) else {
            return encode_by_registry(self, s, encoding.unwrap_or_default(), errors);
        };
        if native == Native::Utf8 && !s.has_surrogates() || native == Native::Ascii && s.is_ascii()
        {
            return Ok(Bytes::from_slice(self, s.as_bytes())?.value());
        }
        match native.encode(self, s, errors) {
            Ok(bytes) => Ok(Bytes::from_slice(self, &bytes)?.value()),
            Err(e) => Err(note_unless_common(self, e, Direction::Encode, encoding)),
        }
    }

    /// `bytes.decode(encoding, errors)`: a `str`. `None` stands for UTF-8 and `strict`.
    pub fn decode(
        &mut self,
        bytes: &[u8],
        encoding: Option<&str>,
        errors: Option<&str>,
    ) -> PyResult<Value> {
        check_names(self, encoding, errors)?;
        let Some(native) = Native::from_name(encoding.unwrap_or("utf-8")) else {
            if bytes.is_empty() {
                return Ok(crate::types::str::EMPTY.gc().value());
            }
            let object = Bytes::from_slice(self, bytes)?;
            return decode_by_registry(self, object.value(), encoding.unwrap_or_default(), errors);
        };
        if native == Native::Utf8
            && let Ok(text) = std::str::from_utf8(bytes)
        {
            return Ok(Str::from_utf8(self, text)?.value());
        }
        match native.decode(self, bytes, errors, true) {
            Ok((text, _)) => Ok(text),
            Err(e) => Err(note_unless_common(self, e, Direction::Decode, encoding)),
        }
    }

    /// `v.decode(encoding, errors)` of a bytes or bytearray.
    pub fn decode_object(
        &mut self,
        v: Value,
        encoding: Option<&str>,
        errors: Option<&str>,
    ) -> PyResult<Value> {
        check_names(self, encoding, errors)?;
        if Native::from_name(encoding.unwrap_or("utf-8")).is_none() {
            // Nothing needs no codec.
            if self.bytes_like(v, <[u8]>::is_empty)? {
                return Ok(crate::types::str::EMPTY.gc().value());
            }
            return decode_by_registry(self, v, encoding.unwrap_or_default(), errors);
        }
        if let Some(b) = Gc::<Bytes>::from_value(v) {
            return self.decode(b.as_bytes(), encoding, errors);
        }
        // A handler may change a bytearray.
        let copy = match Gc::<ByteArray>::from_value(v) {
            Some(b) => b.as_bytes().to_vec(),
            None => self.bytes_like(v, <[u8]>::to_vec)?,
        };
        self.decode(&copy, encoding, errors)
    }

    /// A file name or the like as the OS has it: UTF-8, lone surrogates stand for other bytes.
    pub fn fs_encode(&mut self, s: Gc<Str>) -> PyResult<Vec<u8>> {
        match s.as_str() {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => Native::Utf8.encode(self, s, Some("surrogateescape")),
        }
    }

    /// The reverse of `fs_encode`.
    pub fn fs_decode(&mut self, bytes: &[u8]) -> PyResult<Value> {
        self.decode(bytes, None, Some("surrogateescape"))
    }
}

/// In development mode, names of codecs and error handlers are looked up even if nothing needs them.
fn check_names(cx: &mut Cx, encoding: Option<&str>, errors: Option<&str>) -> PyResult<()> {
    if !cx.interp().config.dev_mode {
        return Ok(());
    }
    if let Some(errors) = errors {
        lookup_error(cx, errors)?;
    }
    // Those that are native always exist, and the registry may not be ready for them.
    match encoding.filter(|e| Native::from_name(e).is_none()) {
        Some(encoding) => lookup(cx, encoding).map(|_| ()),
        None => Ok(()),
    }
}

fn encode_by_registry(
    cx: &mut Cx,
    s: Gc<Str>,
    encoding: &str,
    errors: Option<&str>,
) -> PyResult<Value> {
    let codec = text_codec(cx, encoding, "codecs.encode()")?;
    let errors = errors.map(|e| cx.new_str(e));
    let result = call_codec(cx, codec, Direction::Encode, encoding, s.value(), errors)?;
    if let Some(b) = Gc::<ByteArray>::from_value(result) {
        return Ok(Bytes::from_slice(cx, b.as_bytes())?.value());
    }
    if Gc::<Bytes>::from_value(result).is_none() {
        let got = cx.type_name(result);
        return Err(cx.type_error(format!(
            "'{encoding}' encoder returned '{got}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types"
        )));
    }
    Ok(result)
}

fn decode_by_registry(
    cx: &mut Cx,
    object: Value,
    encoding: &str,
    errors: Option<&str>,
) -> PyResult<Value> {
    let codec = text_codec(cx, encoding, "codecs.decode()")?;
    let errors = errors.map(|e| cx.new_str(e));
    let result = call_codec(cx, codec, Direction::Decode, encoding, object, errors)?;
    if Gc::<Str>::from_value(result).is_none() {
        let got = cx.type_name(result);
        return Err(cx.type_error(format!(
            "'{encoding}' decoder returned '{got}' instead of 'str'; use codecs.decode() to decode to arbitrary types"
        )));
    }
    Ok(result)
}

/// The first item of what an encoder or decoder function, taken from `codec`, returns. An exception gets
/// a note that names the encoding.
pub fn call_codec(
    cx: &mut Cx,
    codec: Value,
    direction: Direction,
    encoding: &str,
    object: Value,
    errors: Option<Value>,
) -> PyResult<Value> {
    let (index, complaint) = match direction {
        Direction::Encode => (0, "encoder must return a tuple (object, integer)"),
        Direction::Decode => (1, "decoder must return a tuple (object,integer)"),
    };
    let function = cx.get_item(codec, Value::small(index))?;
    let result = match errors {
        Some(e) => cx.call(function, &[object, e]),
        None => cx.call(function, &[object]),
    };
    let result = match result {
        Ok(r) => r,
        Err(e) => return Err(noted(cx, e, direction, encoding)),
    };
    match Gc::<Tuple>::from_value(result) {
        Some(t) if t.len() == 2 => Ok(t.get(0)),
        _ => Err(cx.type_error(complaint)),
    }
}

/// `e` with a note that names the encoding.
fn noted(cx: &mut Cx, e: Raised, direction: Direction, encoding: &str) -> Raised {
    let doing = match direction {
        Direction::Encode => "encoding",
        Direction::Decode => "decoding",
    };
    let note = cx.new_str(&format!("{doing} with '{encoding}' codec failed"));
    // The note is a courtesy: an exception that takes none is passed on as it is.
    let _ = crate::types::exceptions::add_note(cx, e, note);
    e
}

/// An error of a native codec. CPython asks the registry, which notes the encoding, for all but a few
/// spellings of the most common ones.
fn note_unless_common(
    cx: &mut Cx,
    e: Raised,
    direction: Direction,
    encoding: Option<&str>,
) -> Raised {
    match encoding.filter(|name| !transcode::is_common(name)) {
        Some(name) => noted(cx, e, direction, name),
        None => e,
    }
}

/// Which of a codec's functions is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Encode,
    Decode,
}
