//! Text of the operating system: both ways of the file system encoding, which is UTF-8.

use krait_stdlib::prelude::*;

/// Refuses what the operating system's codec does not know.
fn check_handler(cx: &mut Cx, errors: &str) -> PyResult<()> {
    match errors {
        "strict" | "surrogateescape" | "surrogatepass" => Ok(()),
        _ => Err(cx.value_error("unsupported error handler")),
    }
}

/// `value.method("utf-8", errors)`; a codec's error becomes a RuntimeError that says where.
fn recode(
    cx: &mut Cx,
    value: Value,
    method: &str,
    errors: &str,
    codec_error: Gc<Type>,
) -> PyResult<Value> {
    check_handler(cx, errors)?;
    let (encoding, handler) = (cx.new_str("utf-8"), cx.new_str(errors));
    match cx.call_method_str(value, method, &[encoding, handler]) {
        Err(e) if e.is(cx, codec_error) => {
            let start = cx.get_attr_str(e.value(), "start")?;
            let (at, reason) = (cx.str_string(start)?, cx.get_attr_str(e.value(), "reason")?);
            let reason = cx.str_string(reason)?;
            Err(cx.runtime_error(format!("{method} error: pos={at}, reason={reason}")))
        }
        result => result,
    }
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    #[py(
        name = "EncodeLocaleEx",
        sig = "($module, text, current_locale=0, errors=None, /)",
        hide_sig
    )]
    fn encode_locale(
        cx: &mut Cx,
        text: Gc<Str>,
        _current_locale: Option<i32>,
        errors: Option<Gc<Str>>,
    ) -> PyResult<Value> {
        let errors = errors.map_or_else(|| "strict".to_owned(), |e| e.to_string_lossy());
        let class = cx.types().unicode_encode_error;
        recode(cx, text.value(), "encode", &errors, class)
    }

    #[py(
        name = "DecodeLocaleEx",
        sig = "($module, bytes, current_locale=0, errors=None, /)",
        hide_sig
    )]
    fn decode_locale(
        cx: &mut Cx,
        bytes: Gc<krait_runtime::types::bytes::Bytes>,
        _current_locale: Option<i32>,
        errors: Option<Gc<Str>>,
    ) -> PyResult<Value> {
        let errors = errors.map_or_else(|| "strict".to_owned(), |e| e.to_string_lossy());
        let class = cx.types().unicode_decode_error;
        recode(cx, bytes.value(), "decode", &errors, class)
    }
}
