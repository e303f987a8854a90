//! Encoding.

use krait_macros::pymethods;

use super::{Str, StrArg};
use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;

pub(super) struct StrCodec;

#[pymethods]
impl StrCodec {
    /// Encode the string using the codec registered for encoding.
    ///
    ///   encoding
    ///     The encoding in which to encode the string.
    ///   errors
    ///     The error handling scheme to use for encoding errors.
    ///     The default is 'strict' meaning that encoding errors raise a
    ///     UnicodeEncodeError. Other possible values are 'ignore', 'replace'
    ///     and 'xmlcharrefreplace' as well as any other name registered with
    ///     codecs.register_error that can handle UnicodeEncodeErrors.
    #[py(sig = "($self, /, encoding='utf-8', errors='strict')")]
    fn encode(
        cx: &mut Cx,
        this: Gc<Str>,
        encoding: Option<Value>,
        errors: Option<Value>,
    ) -> PyResult<Value> {
        let encoding = text_arg(cx, encoding, "encode", "encoding")?;
        let errors = text_arg(cx, errors, "encode", "errors")?;
        cx.encode(
            this,
            encoding.map(StrArg::as_str),
            errors.map(StrArg::as_str),
        )
    }
}

/// An optional name: "encode() argument 'encoding' must be str, not int".
pub fn text_arg(
    cx: &mut Cx,
    v: Option<Value>,
    method: &str,
    param: &str,
) -> PyResult<Option<StrArg>> {
    let Some(v) = v else { return Ok(None) };
    let s = match Gc::<Str>::from_value(v) {
        Some(s) => s,
        None => super::str_arg(cx, v, &format!("{method}() argument '{param}'"))?,
    };
    if cx.utf8(s)?.bytes().fold(false, |found, b| found | (b == 0)) {
        return Err(cx.value_error("embedded null character"));
    }
    Ok(Some(StrArg(s)))
}
