//! Builtin functions that make text of objects.

use krait_macros::pyfunctions;

use crate::native::{Cx, PyResult, Value};
use crate::object::{Gc, Kind, is_kind};
use crate::protocol::text::shown_type;
use crate::types::bytes::Bytes;
use crate::types::str::Str;

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Return an ASCII-only representation of an object.
    ///
    /// As repr(), return a string containing a printable representation of an
    /// object, but escape the non-ASCII characters in the string returned by
    /// repr() using \\x, \\u or \\U escapes. This generates a string similar
    /// to that returned by repr() in Python 2.
    #[py(sig = "($module, obj, /)")]
    fn ascii(cx: &mut Cx, obj: Value) -> PyResult<Gc<Str>> {
        cx.ascii(obj)
    }

    /// Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.
    #[py(sig = "($module, i, /)")]
    fn chr(cx: &mut Cx, i: Value) -> PyResult<Value> {
        let code = cx.index_i64(i)?.and_then(|n| u32::try_from(n).ok());
        match code.filter(|&c| c < 0x11_0000) {
            Some(c) => Ok(cx.new_char(c)),
            None => Err(cx.value_error("chr() arg not in range(0x110000)")),
        }
    }

    /// Return type(value).__format__(value, format_spec).
    ///
    /// Many built-in types implement format_spec according to the
    /// Format Specification Mini-language. See help('FORMATTING')
    /// for details.
    #[py(sig = "($module, value, format_spec='', /)")]
    fn format(cx: &mut Cx, value: Value, format_spec: Option<Value>) -> PyResult<Gc<Str>> {
        let spec = match format_spec {
            None => cx.new_str(""),
            Some(s) => s,
        };
        match Gc::<Str>::from_value(spec) {
            Some(s) => cx.format(value, s),
            None => {
                let got = shown_type(cx, spec);
                Err(cx.type_error(format!("format() argument 2 must be str, not {got}")))
            }
        }
    }

    /// Return the ordinal value of a character.
    ///
    /// If the argument is a one-character string, return the Unicode code
    /// point of that character.
    ///
    /// If the argument is a bytes or bytearray object of length 1, return its
    /// single byte value.
    #[py(sig = "($module, character, /)")]
    fn ord(cx: &mut Cx, character: Value) -> PyResult<i64> {
        let (only, len) = if let Some(s) = Gc::<Str>::from_value(character) {
            let n = s.char_len();
            (if n == 1 { s.char_at(0) } else { 0 }, n)
        } else if let Some(b) = Gc::<Bytes>::from_value(character) {
            (b.as_bytes().first().map_or(0, |&b| u32::from(b)), b.len())
        } else if is_kind(character, Kind::ByteArray) {
            let copy = cx.bytes_of(character)?;
            (
                copy.as_bytes().first().map_or(0, |&b| u32::from(b)),
                copy.len(),
            )
        } else {
            let got = cx.type_name(character);
            return Err(cx.type_error(format!(
                "ord() expected string of length 1, but {got} found"
            )));
        };
        if len == 1 {
            return Ok(i64::from(only));
        }
        Err(cx.type_error(format!(
            "ord() expected a character, but string of length {len} found"
        )))
    }

    /// Return the canonical string representation of the object.
    ///
    /// For many object types, including most builtins, eval() will return
    /// the original object.
    #[py(sig = "($module, obj, /)")]
    fn repr(cx: &mut Cx, obj: Value) -> PyResult<Gc<Str>> {
        cx.repr(obj)
    }
}
