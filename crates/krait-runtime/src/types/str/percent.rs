//! `format % args` for `str` and `bytes`: fetching and converting arguments.

use krait_unicode::format::percent::{Count, PercentError, Piece, Specifier, Wanted, pieces};
use krait_unicode::wtf8;

use super::builder::Pieces;
use super::format::format_error;
use super::{Str, StrBuilder};
use crate::cx::Cx;
use crate::error::{PyResult, Raised};
use crate::object::Gc;
use crate::special::Special;
use crate::types::bytearray::ByteArray;
use crate::types::bytes::Bytes;
use crate::types::int::{self, Decimal, as_int};
use crate::types::tuple::Tuple;
use crate::value::Value;

/// The arguments of one formatting operation.
pub struct Percent {
    args: Value,
    tuple: Option<Gc<Tuple>>,
    next: usize,
    /// A mapping, for `%(key)s`.
    mapping: Option<Value>,
    /// A key was used: unused arguments are no error then.
    used_key: bool,
    /// The item that the last key named.
    current: Option<Value>,
}

impl Percent {
    /// `for_bytes`: bytes are text then, and a mapping, from ints to ints, for a text format.
    fn new(cx: &mut Cx, args: Value, for_bytes: bool) -> Percent {
        let tuple = Gc::<Tuple>::from_value(args);
        let is_bytes = || {
            Gc::<Bytes>::from_value(args).is_some() || Gc::<ByteArray>::from_value(args).is_some()
        };
        let is_text = Gc::<Str>::from_value(args).is_some() || for_bytes && is_bytes();
        let mapping = tuple.is_none() && !is_text && cx.has_special(args, Special::GetItem);
        Percent {
            args,
            tuple,
            next: 0,
            mapping: mapping.then_some(args),
            used_key: false,
            current: None,
        }
    }

    /// `format % args` for text.
    pub fn format_str(cx: &mut Cx, format: Gc<Str>, args: Value) -> PyResult<Value> {
        let mut this = Percent::new(cx, args, false);
        let bytes = format.as_bytes();
        let mut out = Pieces::new(StrBuilder::with_capacity(bytes.len() + 32));
        let mut scratch = Vec::new();
        let mut count = 0;
        for piece in pieces(bytes, false) {
            count += 1;
            match piece.map_err(|e| this.malformed(cx, e))? {
                Piece::Literal(range) => out.push_part(format, &bytes[range]),
                Piece::Specifier(specifier) => {
                    // Text and ints without any options: no copy.
                    if is_plain(&specifier) {
                        let v = this.argument(cx)?;
                        if !push_plain(cx, specifier.conversion, v, &mut out)? {
                            this.current = Some(v);
                            scratch.clear();
                            this.convert(cx, specifier, bytes, false, &mut scratch)?;
                            out.out.push_wtf8(&scratch);
                        }
                        continue;
                    }
                    scratch.clear();
                    this.convert(cx, specifier, bytes, false, &mut scratch)?;
                    out.out.push_wtf8(&scratch);
                }
            }
        }
        this.finish(cx, "not all arguments converted during string formatting")?;
        // Of several pieces even the only one that is not empty is copied.
        match count {
            1 => out.finish(cx),
            _ => out.out.finish(cx),
        }
    }

    /// `format % args` for bytes.
    pub fn format_bytes(cx: &mut Cx, format: &[u8], args: Value) -> PyResult<Vec<u8>> {
        let mut this = Percent::new(cx, args, true);
        let mut out = Vec::with_capacity(format.len() + 32);
        for piece in pieces(format, true) {
            match piece.map_err(|e| this.malformed(cx, e))? {
                Piece::Literal(range) => out.extend_from_slice(&format[range]),
                Piece::Specifier(specifier) => {
                    this.convert(cx, specifier, format, true, &mut out)?
                }
            }
        }
        this.finish(cx, "not all arguments converted during bytes formatting")?;
        Ok(out)
    }

    fn malformed(&self, cx: &mut Cx, e: PercentError) -> Raised {
        if e.after_key && self.mapping.is_none() {
            return cx.type_error("format requires a mapping");
        }
        cx.value_error(e.message)
    }

    fn finish(&self, cx: &mut Cx, message: &str) -> PyResult<()> {
        let unused = match self.tuple {
            Some(t) => self.next < t.len(),
            None => self.next == 0 && self.mapping.is_none(),
        };
        if unused && !self.used_key {
            Err(cx.type_error(message))
        } else {
            Ok(())
        }
    }

    /// The next argument: the keyed one, the next of the tuple, or the only one.
    fn argument(&mut self, cx: &mut Cx) -> PyResult<Value> {
        if let Some(v) = self.current.take() {
            return Ok(v);
        }
        let v = match self.tuple {
            Some(t) => t.items().get(self.next).copied(),
            None => (self.next == 0 && !self.used_key).then_some(self.args),
        };
        self.next += 1;
        match v {
            Some(v) => Ok(v),
            None => Err(cx.type_error("not enough arguments for format string")),
        }
    }

    fn convert(
        &mut self,
        cx: &mut Cx,
        mut specifier: Specifier,
        format: &[u8],
        is_bytes: bool,
        out: &mut Vec<u8>,
    ) -> PyResult<()> {
        if let Some(range) = specifier.key.clone() {
            let Some(mapping) = self.mapping else {
                return Err(cx.type_error("format requires a mapping"));
            };
            let key = match is_bytes {
                true => Bytes::from_slice(cx, &format[range])?.value(),
                false => Str::from_wtf8(cx, &format[range])?.value(),
            };
            self.current = Some(cx.get_item(mapping, key)?);
            self.used_key = true;
        }
        if specifier.width == Count::Star {
            let n = self.star(
                cx,
                isize::MIN as i64,
                isize::MAX as i64,
                "Python int too large to convert to C ssize_t",
            )?;
            if n == isize::MIN as i64 {
                return Err(cx.overflow_error("width too big"));
            }
            specifier.set_width(n);
        }
        if specifier.precision == Count::Star {
            let n = self.star(
                cx,
                i64::from(i32::MIN),
                i64::from(i32::MAX),
                "Python int too large to convert to C int",
            )?;
            specifier.set_precision(n as i32);
        }
        let v = self.argument(cx)?;
        let written = match specifier.wanted(is_bytes) {
            Wanted::Text(kind) if is_bytes => {
                let text = bytes_text(cx, v, kind)?;
                specifier.write_text(out, &text, true)
            }
            Wanted::Text(kind) => {
                let text = match kind {
                    b'r' => cx.repr(v)?,
                    b'a' => cx.ascii(v)?,
                    _ => cx.str(v)?,
                };
                specifier.write_text(out, text.as_bytes(), false)
            }
            Wanted::Char if is_bytes => specifier.write_padded(out, &[byte_arg(cx, v)?], true),
            Wanted::Char => {
                let (bytes, len) = wtf8::encode(char_arg(cx, v)?);
                specifier.write_padded(out, &bytes[..len], false)
            }
            Wanted::Int(base) => {
                let (negative, digits) = int_arg(cx, v, &specifier, base)?;
                specifier.write_int(out, negative, &digits)
            }
            Wanted::Float => {
                let x = float_arg(cx, v, is_bytes)?;
                specifier.write_float(out, x)
            }
            Wanted::Unsupported => Err(specifier.unsupported(is_bytes)),
        };
        written.map_err(|e| format_error(cx, e))
    }

    /// The argument for a `*`.
    fn star(&mut self, cx: &mut Cx, min: i64, max: i64, too_large: &str) -> PyResult<i64> {
        let v = self.argument(cx)?;
        match as_int(v) {
            None => Err(cx.type_error("* wants int")),
            Some(n) => match n.to_i64() {
                Some(n) if (min..=max).contains(&n) => Ok(n),
                _ => Err(cx.overflow_error(too_large)),
            },
        }
    }
}

/// Whether nothing but the conversion matters.
fn is_plain(s: &Specifier) -> bool {
    s.key.is_none()
        && s.width == Count::Default
        && s.precision == Count::Default
        && !(s.plus || s.space || s.alternate)
}

/// Appends `v` converted without any options, if that is text or the digits of a small int.
fn push_plain(cx: &mut Cx, conversion: u32, v: Value, out: &mut Pieces) -> PyResult<bool> {
    match (u8::try_from(conversion), v.as_small()) {
        (Ok(b's' | b'd' | b'i' | b'u' | b'r' | b'a'), Some(n)) => {
            out.out.push_ascii(Decimal::of(n).as_bytes());
        }
        (Ok(b's'), None) => out.push(cx.str(v)?),
        (Ok(b'r'), None) => out.push(cx.repr(v)?),
        _ => return Ok(false),
    }
    Ok(true)
}

/// `%c` of text: a character or a code point.
fn char_arg(cx: &mut Cx, v: Value) -> PyResult<u32> {
    if let Some(s) = Gc::<Str>::from_value(v) {
        if s.char_len() == 1 {
            return Ok(s.char_at(0));
        }
        let n = s.char_len();
        return Err(cx.type_error(format!(
            "%c requires an int or a unicode character, not a string of length {n}"
        )));
    }
    if !cx.has_special(v, Special::Index) && !int::is_int(v) {
        let got = cx.type_of(v).shown_name(cx);
        return Err(cx.type_error(format!(
            "%c requires an int or a unicode character, not {got}"
        )));
    }
    match cx.index_i64(v)? {
        Some(n @ 0..0x11_0000) => Ok(n as u32),
        _ => Err(cx.overflow_error("%c arg not in range(0x110000)")),
    }
}

/// `%c` of bytes: a byte or an int below 256.
fn byte_arg(cx: &mut Cx, v: Value) -> PyResult<u8> {
    let single = Gc::<Bytes>::from_value(v)
        .map(|b| (b.as_bytes(), "bytes"))
        .or_else(|| Gc::<ByteArray>::from_value(v).map(|b| (b.as_bytes(), "bytearray")));
    match single {
        Some(([b], _)) => return Ok(*b),
        Some((bytes, kind)) => {
            let n = bytes.len();
            return Err(cx.type_error(format!("%c requires an integer in range(256) or a single byte, not a {kind} object of length {n}")));
        }
        None => {}
    }
    if !cx.has_special(v, Special::Index) && !int::is_int(v) {
        let got = cx.type_of(v).shown_name(cx);
        return Err(cx.type_error(format!(
            "%c requires an integer in range(256) or a single byte, not {got}"
        )));
    }
    match cx.index_i64(v)?.and_then(|n| u8::try_from(n).ok()) {
        Some(b) => Ok(b),
        None => Err(cx.overflow_error("%c arg not in range(256)")),
    }
}

/// The text that `%s`, `%b`, `%a`, `%r` of bytes insert.
fn bytes_text(cx: &mut Cx, v: Value, kind: u8) -> PyResult<Vec<u8>> {
    if kind == b'r' || kind == b'a' {
        return Ok(cx.ascii(v)?.as_bytes().to_vec());
    }
    if let Some(b) = Gc::<Bytes>::from_value(v)
        && b.is_exact()
    {
        return Ok(b.as_bytes().to_vec());
    }
    if let Some(b) = cx.call_special(v, Special::Bytes, &[])? {
        let Some(b) = Gc::<Bytes>::from_value(b) else {
            let got = cx.type_name(b);
            return Err(cx.type_error(format!("__bytes__ returned non-bytes (type {got})")));
        };
        return Ok(b.as_bytes().to_vec());
    }
    if cx.is_buffer(v) {
        return cx.bytes_like(v, <[u8]>::to_vec);
    }
    let got = cx.type_name(v);
    Err(cx.type_error(format!(
        "%b requires a bytes-like object, or an object that implements __bytes__, not '{got}'"
    )))
}

/// Sign and lower-case digits for an integer conversion.
fn int_arg(cx: &mut Cx, v: Value, specifier: &Specifier, base: u32) -> PyResult<(bool, String)> {
    let code = char::from(specifier.conversion as u8);
    let number = if int::is_int(v) {
        v
    } else if base == 10 {
        decimal_number(cx, v, code)?
    } else {
        match cx.index(v) {
            Err(e) if e.is(cx, cx.types().type_error) => {
                let got = cx.type_name(v);
                return Err(
                    cx.type_error(format!("%{code} format: an integer is required, not {got}"))
                );
            }
            result => result?,
        }
    };
    let text = match as_int(number) {
        Some(n) if base == 10 => int::to_decimal(cx, n)?,
        Some(n) => int::to_radix(n, base),
        None => return Err(cx.type_error("an integer is required")),
    };
    Ok(match text.strip_prefix('-') {
        Some(digits) => (true, digits.to_owned()),
        None => (false, text),
    })
}

/// `%d` also takes other real numbers.
fn decimal_number(cx: &mut Cx, v: Value, code: char) -> PyResult<Value> {
    let refused = |cx: &mut Cx| {
        let got = cx.type_name(v);
        cx.type_error(format!(
            "%{code} format: a real number is required, not {got}"
        ))
    };
    if !cx.has_special(v, Special::Int) && !cx.has_special(v, Special::Index) {
        return Err(refused(cx));
    }
    match int::int_from_number(cx, v) {
        Err(e) if e.is(cx, cx.types().type_error) => Err(refused(cx)),
        result => result,
    }
}

fn float_arg(cx: &mut Cx, v: Value, is_bytes: bool) -> PyResult<f64> {
    if let Some(x) = v.as_immediate_float() {
        return Ok(x);
    }
    match cx.as_f64(v) {
        Err(e) if is_bytes && e.is(cx, cx.types().type_error) => {
            let got = cx.type_name(v);
            Err(cx.type_error(format!("float argument required, not {got}")))
        }
        result => result,
    }
}
