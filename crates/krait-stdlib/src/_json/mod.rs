//! `_json`: what `json.decoder` and `json.encoder` do for each character.

mod encoder;
mod escape;
mod scanner;
mod text;

use krait_runtime::types::str::StrBuilder;

use crate::prelude::*;

pub static MODULE: ModuleDef = ModuleDef {
    name: "_json",
    doc: Some("json speedups\n"),
    functions: &[Functions::DEFS],
    init: Some(init),
    ..ModuleDef::DEFAULT
};

fn init(cx: &mut Cx, m: Gc<Module>) -> PyResult<()> {
    let scanner = cx.native_type(&scanner::SPEC)?;
    m.set(cx, "make_scanner", scanner.value());
    let encoder = cx.native_type(&encoder::SPEC)?;
    m.set(cx, "make_encoder", encoder.value());
    Ok(())
}

fn text_argument(cx: &mut Cx, v: Value) -> PyResult<Gc<Str>> {
    match Gc::<Str>::from_value(v) {
        Some(s) => Ok(s),
        None => {
            let got = cx.type_name(v);
            Err(cx.type_error(format!("first argument must be a string, not {got}")))
        }
    }
}

/// `json.JSONDecodeError(message, doc, position)`, the position in characters.
#[cold]
fn decode_error(cx: &mut Cx, message: &str, doc: Gc<Str>, byte: usize) -> Raised {
    let made = (|| {
        let decoder = cx.import("json.decoder")?;
        let class = cx.get_attr_str(decoder, "JSONDecodeError")?;
        let position = doc.char_index_indexed(cx, byte)?;
        let message = cx.new_str(message);
        cx.call(
            class,
            &[message, doc.value(), Value::small(position as i64)],
        )
    })();
    match made.map(Gc::from_value) {
        Ok(Some(e)) => Raised::new(e),
        Ok(None) => cx.type_error("exceptions must derive from BaseException"),
        Err(e) => e,
    }
}

struct Functions;

#[pyfunctions]
impl Functions {
    /// encode_basestring(string) -> string
    ///
    /// Return a JSON representation of a Python string
    #[py(sig = "($module, object, /)")]
    fn encode_basestring(cx: &mut Cx, object: Value) -> PyResult<Value> {
        let s = text_argument(cx, object)?;
        let mut out = StrBuilder::with_capacity(s.byte_len() + 2);
        escape::push_quoted(&mut out, s);
        out.finish(cx)
    }
    /// encode_basestring_ascii(string) -> string
    ///
    /// Return an ASCII-only JSON representation of a Python string
    #[py(sig = "($module, object, /)")]
    fn encode_basestring_ascii(cx: &mut Cx, object: Value) -> PyResult<Value> {
        let s = text_argument(cx, object)?;
        let mut out = StrBuilder::with_capacity(s.byte_len() + 2);
        escape::push_quoted_ascii(&mut out, s);
        out.finish(cx)
    }
    /// scanstring(string, end, strict=True) -> (string, end)
    ///
    /// Read the JSON string in string whose opening quote stands before the
    /// character with the index end, and resolve its escapes. A text that is no
    /// JSON string raises ValueError; control characters in it do so only if
    /// strict is true.
    ///
    /// Returns the decoded string and the index of the character behind the
    /// closing quote.
    #[py(sig = "($module, string, end, strict=True, /)", hide_sig)]
    fn scanstring(cx: &mut Cx, string: Value, end: isize, strict: Option<bool>) -> PyResult<Value> {
        let s = text_argument(cx, string)?;
        let Some(end) = usize::try_from(end).ok().filter(|&e| e <= s.char_len()) else {
            return Err(cx.value_error("end is out of bounds"));
        };
        let start = s.byte_offset_indexed(cx, end)?;
        let (decoded, next) = text::scan(cx, s, start, strict.unwrap_or(true))?;
        let next = s.char_index_indexed(cx, next)?;
        Ok(cx.new_tuple(&[decoded.value(), Value::small(next as i64)]))
    }
}
