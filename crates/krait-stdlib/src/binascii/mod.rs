//! `binascii`: binary data as text and back.

mod base64;
pub(crate) mod checksums;
mod quoted;
mod uu;

use krait_runtime::types::bytes::Bytes;
use krait_runtime::types::exceptions;

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "binascii",
    doc: Some("Conversion between binary data and ASCII"),
    functions: &[Functions::DEFS],
    types: &[&ERROR, &INCOMPLETE],
    init: None,
};

static ERROR: TypeSpec = exception_class("binascii", "Error", None, &exceptions::VALUE_ERROR);
static INCOMPLETE: TypeSpec =
    exception_class("binascii", "Incomplete", None, &exceptions::EXCEPTION);

#[cold]
fn error(cx: &mut Cx, message: impl AsRef<str>) -> Raised {
    raise(cx, &ERROR, message.as_ref())
}

/// The bytes of an ASCII str or a buffer.
fn ascii_bytes(cx: &mut Cx, v: Value) -> PyResult<Vec<u8>> {
    if let Some(s) = Gc::<Str>::from_value(v) {
        if !s.is_ascii() {
            return Err(cx.value_error("string argument should contain only ASCII characters"));
        }
        return Ok(s.as_bytes().to_vec());
    }
    if !cx.is_buffer(v) {
        let name = cx.type_name(v);
        return Err(cx.type_error(format!(
            "argument should be bytes, buffer or ASCII string, not '{name}'"
        )));
    }
    krait_runtime::protocol::buffer::to_vec(cx, v)
}

fn data_bytes(cx: &mut Cx, v: Value) -> PyResult<Vec<u8>> {
    cx.bytes_like(v, <[u8]>::to_vec)
}

fn unhex(cx: &mut Cx, v: Value) -> PyResult<Value> {
    let text = ascii_bytes(cx, v)?;
    if text.len() % 2 != 0 {
        return Err(error(cx, "Odd-length string"));
    }
    let digit = |b: u8| (b as char).to_digit(16);
    let pairs = text
        .as_chunks()
        .0
        .iter()
        .map(|&[a, b]| Some((digit(a)? << 4 | digit(b)?) as u8));
    match pairs.collect::<Option<Vec<u8>>>() {
        Some(bytes) => cx.try_new_bytes(&bytes),
        None => Err(error(cx, "Non-hexadecimal digit found")),
    }
}

/// The separator of `hexlify`: one character of Latin-1.
fn separator(cx: &mut Cx, sep: Value) -> PyResult<u8> {
    if cx.len(sep)? != 1 {
        return Err(cx.value_error("sep must be length 1."));
    }
    if let Some(s) = Gc::<Str>::from_value(sep) {
        return u8::try_from(s.char_at(0)).map_err(|_| cx.value_error("sep must be ASCII."));
    }
    match Gc::<Bytes>::from_value(sep) {
        Some(b) => Ok(b.as_bytes()[0]),
        None => Err(cx.type_error("sep must be str or bytes.")),
    }
}

fn hex(cx: &mut Cx, data: Value, sep: Option<Value>, group: Option<i32>) -> PyResult<Value> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let bytes = data_bytes(cx, data)?;
    let sep = match sep {
        Some(s) => Some(separator(cx, s)?),
        None => None,
    };
    let group = group.unwrap_or(1);
    let size = group.unsigned_abs() as usize;
    let mut out = Vec::with_capacity(bytes.len() * 3);
    for (i, b) in bytes.iter().enumerate() {
        // Groups are counted from the right, from the left if the number is negative.
        let boundary = i != 0
            && size != 0
            && if group > 0 {
                (bytes.len() - i) % size == 0
            } else {
                i % size == 0
            };
        if let Some(s) = sep.filter(|_| boundary) {
            out.push(s);
        }
        out.extend([DIGITS[(b >> 4) as usize], DIGITS[(b & 15) as usize]]);
    }
    cx.try_new_bytes(&out)
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// Decode a line of base64 data.
    ///
    ///   strict_mode
    ///     When set to True, bytes that are not in the base64 standard are not allowed.
    ///     The same applies to excess data after padding (= / ==).
    #[py(sig = "($module, data, /, *, strict_mode=False)")]
    fn a2b_base64(cx: &mut Cx, data: Value, strict_mode: Option<bool>) -> PyResult<Value> {
        let text = ascii_bytes(cx, data)?;
        match base64::decode(&text, strict_mode == Some(true)) {
            Ok(bytes) => cx.try_new_bytes(&bytes),
            Err(message) => Err(error(cx, message)),
        }
    }
    /// Base64-code line of data.
    #[py(sig = "($module, data, /, *, newline=True)")]
    fn b2a_base64(cx: &mut Cx, data: Value, newline: Option<bool>) -> PyResult<Value> {
        let bytes = data_bytes(cx, data)?;
        let mut text = base64::encode(&bytes);
        if newline != Some(false) {
            text.push(b'\n');
        }
        cx.try_new_bytes(&text)
    }
    /// Decode a line of uuencoded data.
    #[py]
    fn a2b_uu(cx: &mut Cx, data: Value) -> PyResult<Value> {
        let text = ascii_bytes(cx, data)?;
        match uu::decode(&text) {
            Ok(bytes) => cx.try_new_bytes(&bytes),
            Err(message) => Err(error(cx, message)),
        }
    }
    /// Uuencode line of data.
    #[py(sig = "($module, data, /, *, backtick=False)")]
    fn b2a_uu(cx: &mut Cx, data: Value, backtick: Option<bool>) -> PyResult<Value> {
        let bytes = data_bytes(cx, data)?;
        if bytes.len() > 45 {
            return Err(error(cx, "At most 45 bytes at once"));
        }
        let text = uu::encode(&bytes, backtick == Some(true));
        cx.try_new_bytes(&text)
    }
    /// Decode a string of qp-encoded data.
    #[py(sig = "($module, /, data, header=False)")]
    fn a2b_qp(cx: &mut Cx, data: Value, header: Option<bool>) -> PyResult<Value> {
        let text = ascii_bytes(cx, data)?;
        let bytes = quoted::decode(&text, header == Some(true));
        cx.try_new_bytes(&bytes)
    }
    /// Encode a string using quoted-printable encoding.
    ///
    /// On encoding, when istext is set, newlines are not encoded, and white
    /// space at end of lines is.  When istext is not set, \r and \n (CR/LF)
    /// are both encoded.  When quotetabs is set, space and tabs are encoded.
    #[py(sig = "($module, /, data, quotetabs=False, istext=True, header=False)")]
    fn b2a_qp(
        cx: &mut Cx,
        data: Value,
        quotetabs: Option<bool>,
        istext: Option<bool>,
        header: Option<bool>,
    ) -> PyResult<Value> {
        let bytes = data_bytes(cx, data)?;
        let options = quoted::Options {
            tabs: quotetabs == Some(true),
            text: istext != Some(false),
            header: header == Some(true),
        };
        let text = quoted::encode(&bytes, options);
        cx.try_new_bytes(&text)
    }
    /// Hexadecimal representation of binary data.
    ///
    /// sep and bytes_per_sep group the digits as bytes.hex() does.
    #[py(sig = "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn b2a_hex(
        cx: &mut Cx,
        data: Value,
        sep: Option<Value>,
        bytes_per_sep: Option<i32>,
    ) -> PyResult<Value> {
        hex(cx, data, sep, bytes_per_sep)
    }
    /// Hexadecimal representation of binary data.
    ///
    /// sep and bytes_per_sep group the digits as bytes.hex() does.
    #[py(sig = "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hexlify(
        cx: &mut Cx,
        data: Value,
        sep: Option<Value>,
        bytes_per_sep: Option<i32>,
    ) -> PyResult<Value> {
        hex(cx, data, sep, bytes_per_sep)
    }
    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    /// This function is also available as "unhexlify()".
    #[py]
    fn a2b_hex(cx: &mut Cx, hexstr: Value) -> PyResult<Value> {
        unhex(cx, hexstr)
    }
    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    #[py]
    fn unhexlify(cx: &mut Cx, hexstr: Value) -> PyResult<Value> {
        unhex(cx, hexstr)
    }
    /// Compute CRC-32 incrementally.
    #[py(sig = "($module, data, crc=0, /)")]
    fn crc32(cx: &mut Cx, data: Value, crc: Option<Value>) -> PyResult<Value> {
        let start = low_word(cx, crc)?;
        let sum = cx.bytes_like(data, |b| checksums::crc32(b, start))?;
        Ok(Value::small(sum as i64))
    }
    /// Compute CRC-CCITT incrementally.
    #[py]
    fn crc_hqx(cx: &mut Cx, data: Value, crc: Value) -> PyResult<Value> {
        let start = low_word(cx, Some(crc))?;
        let sum = cx.bytes_like(data, |b| checksums::crc_hqx(b, start as u16))?;
        Ok(Value::small(sum as i64))
    }
}

/// The low 32 bits of an int.
fn low_word(cx: &mut Cx, v: Option<Value>) -> PyResult<u32> {
    let Some(v) = v else { return Ok(0) };
    let n = cx.index(v)?;
    let mask = Value::small(u32::MAX as i64);
    let low = cx.binary(Special::And, n, mask)?;
    Ok(low.as_small().unwrap_or(0) as u32)
}
