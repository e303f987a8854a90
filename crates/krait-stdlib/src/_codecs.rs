//! `_codecs`: the codec registry and the encodings that are native.

use krait_runtime::protocol::codecs::{
    self as registry, Direction, Native as Encoding, decode_with, encode_with,
};
use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::str::StrArg;
use krait_unicode::codecs::{self as kernels, ByteOrder, CharmapError, EncodingMap};
use krait_unicode::wtf8;

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_codecs",
    functions: &[
        Registry::DEFS,
        SimpleEncoders::DEFS,
        Encoders::DEFS,
        SimpleDecoders::DEFS,
        Decoders::DEFS,
    ],
    types: &[&ENCODING_MAP],
    ..ModuleDef::DEFAULT
};

fn pair(cx: &mut Cx, v: Value, n: usize) -> PyResult<Value> {
    Ok(cx.new_tuple(&[v, Value::small(n as i64)]))
}

fn encoded(cx: &mut Cx, s: Gc<Str>, bytes: &[u8]) -> PyResult<Value> {
    let b = Bytes::from_slice(cx, bytes)?.value();
    pair(cx, b, s.char_len())
}

/// An `errors` argument: absent or `None` means strict.
fn errors_arg(cx: &mut Cx, v: Option<Value>, function: &str) -> PyResult<Option<StrArg>> {
    let Some(v) = v.filter(|v| !v.is_none()) else {
        return Ok(None);
    };
    let Some(s) = Gc::<Str>::from_value(v) else {
        let got = cx.type_name(v);
        return Err(cx.type_error(format!(
            "{function}() argument 'errors' must be str or None, not {got}"
        )));
    };
    if cx.utf8(s)?.contains('\0') {
        return Err(cx.value_error("embedded null character"));
    }
    Ok(Some(StrArg(s)))
}

fn name(errors: &Option<StrArg>) -> Option<&str> {
    errors.as_ref().map(|e| e.as_str())
}

fn encode(cx: &mut Cx, encoding: Encoding, s: Gc<Str>, errors: Option<Value>) -> PyResult<Value> {
    let errors = errors_arg(cx, errors, "encode")?;
    let bytes = encoding.encode(cx, s, name(&errors))?;
    encoded(cx, s, &bytes)
}

/// A str in place of bytes is taken as UTF-8, as some of the decoders do.
fn data_bytes(cx: &mut Cx, data: Value, str_allowed: bool) -> PyResult<Vec<u8>> {
    match Gc::<Str>::from_value(data) {
        Some(s) if str_allowed => Ok(cx.utf8(s)?.as_bytes().to_vec()),
        _ => cx.bytes_like(data, <[u8]>::to_vec),
    }
}

fn decode(
    cx: &mut Cx,
    encoding: Encoding,
    data: Value,
    errors: Option<Value>,
    is_final: bool,
) -> PyResult<Value> {
    let errors = errors_arg(cx, errors, "decode")?;
    let bytes = data_bytes(cx, data, false)?;
    let (text, used) = encoding.decode(cx, &bytes, name(&errors), is_final)?;
    pair(cx, text, used)
}

fn order(n: i32) -> Option<ByteOrder> {
    match n {
        0 => None,
        n if n < 0 => Some(ByteOrder::Little),
        _ => Some(ByteOrder::Big),
    }
}

/// `utf_16_ex_decode` and `utf_32_ex_decode`: text, bytes used, byte order found.
fn ex_decode(
    cx: &mut Cx,
    wide: bool,
    data: Value,
    errors: Option<Value>,
    byteorder: i32,
    is_final: bool,
) -> PyResult<Value> {
    let errors = errors_arg(cx, errors, "decode")?;
    let bytes = data_bytes(cx, data, false)?;
    let mark = if wide {
        kernels::utf32_byte_order(&bytes)
    } else {
        kernels::utf16_byte_order(&bytes)
    };
    let asked = order(byteorder);
    let encoding = |o| {
        if wide {
            Encoding::Utf32(o)
        } else {
            Encoding::Utf16(o)
        }
    };
    let (text, used) = encoding(asked).decode(cx, &bytes, name(&errors), is_final)?;
    let found = match asked.or(mark) {
        None => 0,
        Some(ByteOrder::Little) => -1,
        Some(ByteOrder::Big) => 1,
    };
    Ok(cx.new_tuple(&[text, Value::small(used as i64), Value::small(found)]))
}

struct Registry;

#[pyfunctions]
impl Registry {
    /// Register a codec search function.
    ///
    /// Search functions are expected to take one argument, the encoding name in
    /// all lower case letters, and either return None, or a tuple of functions
    /// (encoder, decoder, stream_reader, stream_writer) (or a CodecInfo object).
    #[py(sig = "($module, search_function, /)")]
    fn register(cx: &mut Cx, search_function: Value) -> PyResult<()> {
        if !cx.is_callable(search_function) {
            return Err(cx.type_error("argument must be callable"));
        }
        registry::register(cx, search_function)
    }
    /// Unregister a codec search function and clear the registry's cache.
    ///
    /// If the search function is not registered, do nothing.
    #[py(sig = "($module, search_function, /)")]
    fn unregister(cx: &mut Cx, search_function: Value) -> PyResult<()> {
        registry::unregister(cx, search_function)
    }
    /// Looks up a codec tuple in the Python codec registry and returns a CodecInfo object.
    #[py(sig = "($module, encoding, /)")]
    fn lookup(cx: &mut Cx, encoding: StrArg) -> PyResult<Value> {
        registry::lookup(cx, encoding.as_str())
    }
    /// Encodes obj using the codec registered for encoding.
    ///
    /// The default encoding is 'utf-8'.  errors may be given to set a
    /// different error handling scheme.  Default is 'strict' meaning that encoding
    /// errors raise a ValueError.
    #[py(sig = "($module, /, obj, encoding='utf-8', errors='strict')")]
    fn encode(
        cx: &mut Cx,
        obj: Value,
        encoding: Option<StrArg>,
        errors: Option<StrArg>,
    ) -> PyResult<Value> {
        transcode(cx, obj, encoding, errors, Direction::Encode)
    }
    /// Decodes obj using the codec registered for encoding.
    ///
    /// Default encoding is 'utf-8'.  errors may be given to set a
    /// different error handling scheme.  Default is 'strict' meaning that encoding
    /// errors raise a ValueError.
    #[py(sig = "($module, /, obj, encoding='utf-8', errors='strict')")]
    fn decode(
        cx: &mut Cx,
        obj: Value,
        encoding: Option<StrArg>,
        errors: Option<StrArg>,
    ) -> PyResult<Value> {
        transcode(cx, obj, encoding, errors, Direction::Decode)
    }
    /// Register the specified error handler under the name errors.
    ///
    /// handler must be a callable object, that
    /// will be called with an exception instance containing
    /// information about the location of the encoding/decoding
    /// error and must return a (replacement, new position) tuple.
    #[py(sig = "($module, errors, handler, /)")]
    fn register_error(cx: &mut Cx, errors: StrArg, handler: Value) -> PyResult<()> {
        if !cx.is_callable(handler) {
            return Err(cx.type_error("handler must be callable"));
        }
        registry::register_error(cx, errors.0.value(), handler)
    }
    /// Un-register the specified error handler for the error handling `errors'.
    ///
    /// Only custom error handlers can be un-registered. An exception is raised
    /// if the error handling is a built-in one (e.g., 'strict'), or if an error
    /// occurs.
    ///
    /// Otherwise, this returns True if a custom handler has been successfully
    /// un-registered, and False if no custom handler for the specified error
    /// handling exists.
    #[py(sig = "($module, errors, /)")]
    fn _unregister_error(cx: &mut Cx, errors: StrArg) -> PyResult<bool> {
        registry::unregister_error(cx, errors.as_str())
    }
    /// Return the error handler for the specified error handling name.
    ///
    /// Raise a LookupError, if no handler exists under this name.
    #[py(sig = "($module, name, /)")]
    fn lookup_error(cx: &mut Cx, name: StrArg) -> PyResult<Value> {
        registry::lookup_error(cx, name.as_str())
    }
}

/// The codec's encoder or decoder called with `obj`.
fn transcode(
    cx: &mut Cx,
    obj: Value,
    encoding: Option<StrArg>,
    errors: Option<StrArg>,
    direction: Direction,
) -> PyResult<Value> {
    let encoding = encoding.as_ref().map_or("utf-8", |e| e.as_str());
    let info = registry::lookup(cx, encoding)?;
    let errors = errors.map(|e| e.0.value());
    registry::call_codec(cx, info, direction, encoding, obj, errors)
}

macro_rules! simple_encoders {
    ($($name:ident => $encoding:expr),*;) => {
        struct SimpleEncoders;

        #[pyfunctions]
        impl SimpleEncoders {
            $(#[py(sig = "($module, str, errors=None, /)")]
            fn $name(cx: &mut Cx, s: Gc<Str>, errors: Option<Value>) -> PyResult<Value> {
                encode(cx, $encoding, s, errors)
            })*
        }
    };
}

simple_encoders! {
    utf_8_encode => Encoding::Utf8,
    ascii_encode => Encoding::Ascii,
    latin_1_encode => Encoding::Latin1,
    utf_16_le_encode => Encoding::Utf16(Some(ByteOrder::Little)),
    utf_16_be_encode => Encoding::Utf16(Some(ByteOrder::Big)),
    utf_32_le_encode => Encoding::Utf32(Some(ByteOrder::Little)),
    utf_32_be_encode => Encoding::Utf32(Some(ByteOrder::Big));
}

struct Encoders;

#[pyfunctions]
impl Encoders {
    #[py(sig = "($module, str, errors=None, byteorder=0, /)")]
    fn utf_16_encode(
        cx: &mut Cx,
        s: Gc<Str>,
        errors: Option<Value>,
        byteorder: Option<i32>,
    ) -> PyResult<Value> {
        encode(
            cx,
            Encoding::Utf16(order(byteorder.unwrap_or(0))),
            s,
            errors,
        )
    }
    #[py(sig = "($module, str, errors=None, byteorder=0, /)")]
    fn utf_32_encode(
        cx: &mut Cx,
        s: Gc<Str>,
        errors: Option<Value>,
        byteorder: Option<i32>,
    ) -> PyResult<Value> {
        encode(
            cx,
            Encoding::Utf32(order(byteorder.unwrap_or(0))),
            s,
            errors,
        )
    }
    #[py(sig = "($module, str, errors=None, /)")]
    fn utf_7_encode(cx: &mut Cx, s: Gc<Str>, _errors: Option<Value>) -> PyResult<Value> {
        let bytes = kernels::encode_utf7(s.as_bytes());
        encoded(cx, s, &bytes)
    }
    #[py(sig = "($module, str, errors=None, /)")]
    fn unicode_escape_encode(cx: &mut Cx, s: Gc<Str>, _errors: Option<Value>) -> PyResult<Value> {
        let bytes = kernels::encode_unicode_escape(s.as_bytes());
        encoded(cx, s, &bytes)
    }
    #[py(sig = "($module, str, errors=None, /)")]
    fn raw_unicode_escape_encode(
        cx: &mut Cx,
        s: Gc<Str>,
        _errors: Option<Value>,
    ) -> PyResult<Value> {
        let bytes = kernels::encode_raw_unicode_escape(s.as_bytes());
        encoded(cx, s, &bytes)
    }
    #[py(sig = "($module, data, errors=None, /)")]
    fn readbuffer_encode(cx: &mut Cx, data: Value, _errors: Option<Value>) -> PyResult<Value> {
        let bytes = data_bytes(cx, data, true)?;
        let b = Bytes::from_slice(cx, &bytes)?.value();
        pair(cx, b, bytes.len())
    }
    #[py(sig = "($module, data, errors=None, /)")]
    fn escape_encode(cx: &mut Cx, data: Gc<Bytes>, _errors: Option<Value>) -> PyResult<Value> {
        let mut out = Vec::with_capacity(data.len());
        for &b in data.as_bytes() {
            match b {
                b'\\' | b'\'' => out.extend_from_slice(&[b'\\', b]),
                b'\t' => out.extend_from_slice(b"\\t"),
                b'\n' => out.extend_from_slice(b"\\n"),
                b'\r' => out.extend_from_slice(b"\\r"),
                0x20..0x7F => out.push(b),
                _ => out.extend_from_slice(format!("\\x{b:02x}").as_bytes()),
            }
        }
        let b = Bytes::from_slice(cx, &out)?.value();
        pair(cx, b, data.len())
    }
    #[py(sig = "($module, str, errors=None, mapping=None, /)")]
    fn charmap_encode(
        cx: &mut Cx,
        s: Gc<Str>,
        errors: Option<Value>,
        mapping: Option<Value>,
    ) -> PyResult<Value> {
        charmap_encode(cx, s, errors, mapping.unwrap_or(Value::none()))
    }
    #[py(sig = "($module, map, /)")]
    fn charmap_build(cx: &mut Cx, map: Gc<Str>) -> PyResult<Value> {
        let class = cx.native_type(&ENCODING_MAP)?;
        Ok(NativeObj::alloc(
            cx,
            class,
            Map {
                map: EncodingMap::new(map.as_bytes()),
            },
        )
        .value())
    }
}

macro_rules! simple_decoders {
    ($($name:ident => $encoding:expr),*;) => {
        struct SimpleDecoders;

        #[pyfunctions]
        impl SimpleDecoders {
            $(#[py(sig = "($module, data, errors=None, final=False, /)")]
            fn $name(cx: &mut Cx, data: Value, errors: Option<Value>, r#final: Option<bool>) -> PyResult<Value> {
                decode(cx, $encoding, data, errors, r#final.unwrap_or(false))
            })*
        }
    };
}

simple_decoders! {
    utf_8_decode => Encoding::Utf8,
    utf_16_decode => Encoding::Utf16(None),
    utf_16_le_decode => Encoding::Utf16(Some(ByteOrder::Little)),
    utf_16_be_decode => Encoding::Utf16(Some(ByteOrder::Big)),
    utf_32_decode => Encoding::Utf32(None),
    utf_32_le_decode => Encoding::Utf32(Some(ByteOrder::Little)),
    utf_32_be_decode => Encoding::Utf32(Some(ByteOrder::Big));
}

struct Decoders;

#[pyfunctions]
impl Decoders {
    #[py(sig = "($module, data, errors=None, /)")]
    fn ascii_decode(cx: &mut Cx, data: Value, errors: Option<Value>) -> PyResult<Value> {
        decode(cx, Encoding::Ascii, data, errors, true)
    }
    #[py(sig = "($module, data, errors=None, /)")]
    fn latin_1_decode(cx: &mut Cx, data: Value, errors: Option<Value>) -> PyResult<Value> {
        decode(cx, Encoding::Latin1, data, errors, true)
    }
    #[py(sig = "($module, data, errors=None, byteorder=0, final=False, /)")]
    fn utf_16_ex_decode(
        cx: &mut Cx,
        data: Value,
        errors: Option<Value>,
        byteorder: Option<i32>,
        r#final: Option<bool>,
    ) -> PyResult<Value> {
        ex_decode(
            cx,
            false,
            data,
            errors,
            byteorder.unwrap_or(0),
            r#final.unwrap_or(false),
        )
    }
    #[py(sig = "($module, data, errors=None, byteorder=0, final=False, /)")]
    fn utf_32_ex_decode(
        cx: &mut Cx,
        data: Value,
        errors: Option<Value>,
        byteorder: Option<i32>,
        r#final: Option<bool>,
    ) -> PyResult<Value> {
        ex_decode(
            cx,
            true,
            data,
            errors,
            byteorder.unwrap_or(0),
            r#final.unwrap_or(false),
        )
    }
    #[py(sig = "($module, data, errors=None, final=False, /)")]
    fn utf_7_decode(
        cx: &mut Cx,
        data: Value,
        errors: Option<Value>,
        r#final: Option<bool>,
    ) -> PyResult<Value> {
        let errors = errors_arg(cx, errors, "utf_7_decode")?;
        let bytes = data_bytes(cx, data, false)?;
        let is_final = r#final.unwrap_or(false);
        let (text, used) = decode_with(cx, "utf7", &bytes, 0, name(&errors), &|b,
                                                                               at,
                                                                               out: &mut Vec<
            u8,
        >| {
            kernels::decode_utf7(b, at, is_final, out)
        })?;
        pair(cx, text, used)
    }
    #[py(sig = "($module, data, errors=None, final=True, /)")]
    fn unicode_escape_decode(
        cx: &mut Cx,
        data: Value,
        errors: Option<Value>,
        r#final: Option<bool>,
    ) -> PyResult<Value> {
        unicode_escape_decode(cx, data, errors, r#final.unwrap_or(true))
    }
    #[py(sig = "($module, data, errors=None, final=True, /)")]
    fn raw_unicode_escape_decode(
        cx: &mut Cx,
        data: Value,
        errors: Option<Value>,
        r#final: Option<bool>,
    ) -> PyResult<Value> {
        let errors = errors_arg(cx, errors, "raw_unicode_escape_decode")?;
        let bytes = data_bytes(cx, data, true)?;
        let is_final = r#final.unwrap_or(true);
        let (text, used) = decode_with(
            cx,
            "rawunicodeescape",
            &bytes,
            0,
            name(&errors),
            &|b, at, out: &mut Vec<u8>| kernels::decode_raw_unicode_escape(b, at, is_final, out),
        )?;
        pair(cx, text, used)
    }
    #[py(sig = "($module, data, errors=None, /)")]
    fn escape_decode(cx: &mut Cx, data: Value, errors: Option<Value>) -> PyResult<Value> {
        escape_decode(cx, data, errors)
    }
    #[py(sig = "($module, data, errors=None, mapping=None, /)")]
    fn charmap_decode(
        cx: &mut Cx,
        data: Value,
        errors: Option<Value>,
        mapping: Option<Value>,
    ) -> PyResult<Value> {
        charmap_decode(cx, data, errors, mapping.unwrap_or(Value::none()))
    }
}

/// DeprecationWarning about a backslash that means nothing.
fn warn_escape(cx: &mut Cx, bytes: &[u8], i: kernels::InvalidEscape) -> PyResult<()> {
    let rest = &bytes[i.offset..];
    if i.is_octal {
        let digits = String::from_utf8_lossy(&rest[..rest.len().min(4)]).into_owned();
        return cx.warn_deprecated(&format!("\"{digits}\" is an invalid octal escape sequence"));
    }
    let shown = rest
        .get(1)
        .map_or(String::new(), |&b| (b as char).to_string());
    cx.warn_deprecated(&format!("\"\\{shown}\" is an invalid escape sequence"))
}

fn unicode_escape_decode(
    cx: &mut Cx,
    data: Value,
    errors: Option<Value>,
    is_final: bool,
) -> PyResult<Value> {
    let errors = errors_arg(cx, errors, "unicode_escape_decode")?;
    let bytes = data_bytes(cx, data, true)?;
    let invalid = std::cell::Cell::new(None);
    let (text, used) = decode_with(
        cx,
        "unicodeescape",
        &bytes,
        0,
        name(&errors),
        &|b, at, out: &mut Vec<u8>| {
            let done = kernels::decode_unicode_escape(b, at, is_final, out)?;
            if let Some(i) = done.invalid {
                invalid.set(Some(i));
            }
            Ok(done.consumed)
        },
    )?;
    if let Some(i) = invalid.get() {
        warn_escape(cx, &bytes, i)?;
    }
    pair(cx, text, used)
}

fn escape_decode(cx: &mut Cx, data: Value, errors: Option<Value>) -> PyResult<Value> {
    use kernels::EscapePolicy;
    let errors = errors_arg(cx, errors, "escape_decode")?;
    let bytes = data_bytes(cx, data, true)?;
    let policy = match name(&errors) {
        None | Some("strict") => EscapePolicy::Strict,
        Some("replace") => EscapePolicy::Replace,
        Some("ignore") => EscapePolicy::Ignore,
        Some(other) => {
            return Err(cx.value_error(format!(
                "decoding error; unknown error handling code: {other}"
            )));
        }
    };
    match kernels::decode_bytes_escape(&bytes, policy) {
        Ok((out, invalid)) => {
            if let Some(i) = invalid {
                warn_escape(cx, &bytes, i)?;
            }
            let b = Bytes::from_slice(cx, &out)?.value();
            pair(cx, b, bytes.len())
        }
        Err(e) => Err(cx.value_error(e.message())),
    }
}

// ---- Character maps ------------------------------------------------------------------------------

/// What `charmap_build` makes: a map from characters to bytes.
#[derive(Trace)]
struct Map {
    #[trace(skip)]
    map: EncodingMap,
}
impl Native for Map {
    const PY_NAME: &'static str = "EncodingMap";
}

static ENCODING_MAP: TypeSpec = TypeSpec {
    name: "EncodingMap",
    layout: Layout::native::<Map>(),
    flags: flags::NO_INSTANTIATION,
    ..TypeSpec::DEFAULT
};

/// The bytes that `mapping[code]` means; `None`: undefined.
fn mapped_bytes(cx: &mut Cx, mapping: Value, code: u32) -> PyResult<Option<Vec<u8>>> {
    let v = match cx.get_item(mapping, Value::small(code as i64)) {
        Ok(v) => v,
        Err(e) if e.is(cx, cx.types().lookup_error) => return Ok(None),
        Err(e) => return Err(e),
    };
    if v.is_none() {
        return Ok(None);
    }
    if let Some(b) = Gc::<Bytes>::from_value(v) {
        return Ok(Some(b.as_bytes().to_vec()));
    }
    match v.as_small() {
        Some(n @ 0..=255) => Ok(Some(vec![n as u8])),
        Some(_) => Err(cx.type_error("character mapping must be in range(256)")),
        None => {
            let got = cx.type_name(v);
            Err(cx.type_error(format!(
                "character mapping must return integer, bytes or None, not {got}"
            )))
        }
    }
}

/// The bytes of each distinct character of `text`, asked of a Python mapping beforehand: kernels
/// cannot call Python.
fn python_map(
    cx: &mut Cx,
    mapping: Value,
    codes: impl Iterator<Item = u32>,
) -> PyResult<std::collections::HashMap<u32, Option<Vec<u8>>>> {
    let mut known = std::collections::HashMap::new();
    for code in codes {
        if let std::collections::hash_map::Entry::Vacant(entry) = known.entry(code) {
            entry.insert(mapped_bytes(cx, mapping, code)?);
        }
    }
    Ok(known)
}

fn charmap_encode(
    cx: &mut Cx,
    s: Gc<Str>,
    errors: Option<Value>,
    mapping: Value,
) -> PyResult<Value> {
    if mapping.is_none() {
        return encode(cx, Encoding::Latin1, s, errors);
    }
    let errors = errors_arg(cx, errors, "charmap_encode")?;
    let native = NativeObj::<Map>::from_value(mapping);
    let known = match native {
        Some(_) => Default::default(),
        // What replaces an error is usually a question mark or a numeric escape.
        None => python_map(
            cx,
            mapping,
            wtf8::code_points(s.as_bytes())
                .chain("?&#;\\xuUN{}0123456789abcdef".chars().map(u32::from)),
        )?,
    };
    let kernel = |text: &[u8], at: usize, out: &mut Vec<u8>| {
        let result =
            kernels::encode_charmap(text, at, out, |code, out: &mut Vec<u8>| match native {
                Some(m) => m.map.lookup(code, out),
                None => {
                    let bytes = known.get(&code).and_then(Option::as_ref);
                    out.extend(bytes.into_iter().flatten());
                    Ok::<bool, std::convert::Infallible>(bytes.is_some())
                }
            });
        result.map_err(|e| match e {
            CharmapError::Undefined(e) => e,
            CharmapError::Lookup(never) => match never {},
        })
    };
    let bytes = encode_with(cx, "charmap", s, name(&errors), &kernel, Vec::new())?;
    encoded(cx, s, &bytes)
}

/// The text that `mapping[byte]` means; `None`: undefined.
fn mapped_text(cx: &mut Cx, mapping: Value, byte: u8) -> PyResult<Option<Vec<u8>>> {
    let v = match cx.get_item(mapping, Value::small(byte as i64)) {
        Ok(v) => v,
        Err(e) if e.is(cx, cx.types().lookup_error) => return Ok(None),
        Err(e) => return Err(e),
    };
    if v.is_none() {
        return Ok(None);
    }
    if let Some(s) = Gc::<Str>::from_value(v) {
        let undefined = s.char_len() == 1 && s.char_at(0) == 0xFFFE;
        return Ok((!undefined).then(|| s.as_bytes().to_vec()));
    }
    match v.as_small() {
        Some(0xFFFE) => Ok(None),
        Some(n) if (0..0x110000).contains(&n) => Ok(Some(wtf8::from_code_points([n as u32]))),
        Some(_) => Err(cx.type_error("character mapping must be in range(0x110000)")),
        None => Err(cx.type_error("character mapping must return integer, None or str")),
    }
}

fn charmap_decode(
    cx: &mut Cx,
    data: Value,
    errors: Option<Value>,
    mapping: Value,
) -> PyResult<Value> {
    if mapping.is_none() {
        return decode(cx, Encoding::Latin1, data, errors, true);
    }
    let errors = errors_arg(cx, errors, "charmap_decode")?;
    let bytes = data_bytes(cx, data, false)?;
    let table = Gc::<Str>::from_value(mapping).map(|s| wtf8::to_utf32(s.as_bytes()));
    let mut texts: Vec<Option<Vec<u8>>> = Vec::new();
    if table.is_none() {
        let mut used = [false; 256];
        bytes.iter().for_each(|&b| used[b as usize] = true);
        for b in 0..=255u8 {
            texts.push(if used[b as usize] {
                mapped_text(cx, mapping, b)?
            } else {
                None
            });
        }
    }
    let kernel = |input: &[u8], at: usize, out: &mut Vec<u8>| {
        let result = kernels::decode_charmap(input, at, out, |b, out: &mut Vec<u8>| match &table {
            Some(t) => Ok::<bool, std::convert::Infallible>(kernels::push_from_table(t, b, out)),
            None => {
                let text = texts[b as usize].as_ref();
                out.extend(text.into_iter().flatten());
                Ok(text.is_some())
            }
        });
        result.map_err(|e| match e {
            CharmapError::Undefined(e) => e,
            CharmapError::Lookup(never) => match never {},
        })
    };
    let (text, used) = decode_with(cx, "charmap", &bytes, 0, name(&errors), &kernel)?;
    pair(cx, text, used)
}
