//! Removing characters at the ends.

use krait_macros::pymethods;
use krait_unicode::{ctype, wtf8};

use super::Str;
use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;

pub(super) struct StrStrip;

#[pymethods]
impl StrStrip {
    /// Return a copy of the string with leading and trailing whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[py(sig = "($self, chars=None, /)")]
    fn strip(cx: &mut Cx, this: Gc<Str>, chars: Option<Value>) -> PyResult<Gc<Str>> {
        strip(cx, this, chars, "strip", (true, true))
    }

    /// Return a copy of the string with leading whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[py(sig = "($self, chars=None, /)")]
    fn lstrip(cx: &mut Cx, this: Gc<Str>, chars: Option<Value>) -> PyResult<Gc<Str>> {
        strip(cx, this, chars, "lstrip", (true, false))
    }

    /// Return a copy of the string with trailing whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[py(sig = "($self, chars=None, /)")]
    fn rstrip(cx: &mut Cx, this: Gc<Str>, chars: Option<Value>) -> PyResult<Gc<Str>> {
        strip(cx, this, chars, "rstrip", (false, true))
    }
}

fn strip(
    cx: &mut Cx,
    this: Gc<Str>,
    chars: Option<Value>,
    method: &str,
    ends: (bool, bool),
) -> PyResult<Gc<Str>> {
    let bytes = this.as_bytes();
    let (from, to) = match chars.filter(|v| !v.is_none()) {
        None => stripped(bytes, ends, ctype::is_space),
        Some(v) => {
            let Some(set) = Gc::<Str>::from_value(v) else {
                return Err(cx.type_error(format!("{method} arg must be None or str")));
            };
            if set.is_ascii() {
                let set = set.as_bytes();
                stripped(bytes, ends, |c| c < 0x80 && set.contains(&(c as u8)))
            } else {
                let set = wtf8::to_utf32(set.as_bytes());
                stripped(bytes, ends, |c| set.contains(&c))
            }
        }
    };
    this.slice_bytes(cx, from, to)
}

/// The byte range that is left when characters that pass `test` are removed at the given ends.
fn stripped(
    bytes: &[u8],
    (left, right): (bool, bool),
    test: impl Fn(u32) -> bool,
) -> (usize, usize) {
    let (mut from, mut to) = (0, bytes.len());
    while left && from < to {
        let (code, len) = wtf8::decode_at(bytes, from);
        if !test(code) {
            break;
        }
        from += len;
    }
    while right && to > from {
        let (code, len) = wtf8::decode_before(bytes, to);
        if !test(code) {
            break;
        }
        to -= len;
    }
    (from, to)
}
