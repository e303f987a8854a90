//! Arguments that are C strings.

use std::ffi::CString;

use krait_runtime::cx::Cx;
use krait_runtime::error::PyResult;
use krait_runtime::native::{ArgSite, FromArg, wrong_type};
use krait_runtime::object::Gc;
use krait_runtime::types::str::Str;
use krait_runtime::value::Value;

/// A str in the file system's encoding, without NUL.
pub struct CName(pub CString);

impl FromArg for CName {
    fn from_arg(cx: &mut Cx, v: Value, site: ArgSite) -> PyResult<CName> {
        let Some(s) = Gc::<Str>::from_value(v) else {
            return Err(wrong_type(cx, site, "str", v));
        };
        let bytes = super::fs_path::fs_encode(cx, s)?;
        match CString::new(bytes) {
            Ok(c) => Ok(CName(c)),
            Err(_) => Err(cx.value_error("embedded null character")),
        }
    }
}
