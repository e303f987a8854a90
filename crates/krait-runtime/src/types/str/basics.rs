//! Construction, comparison, sequence operations.

use krait_macros::pymethods;

use super::percent::Percent;
use super::{Str, StrArg, StrIter, args, text_arg};
use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::types::slice::SliceRange;
use crate::types::typeobj::Type;

pub const DOC: &str = "str(object='') -> str
str(bytes_or_buffer[, encoding[, errors]]) -> str

Text made from the given object. With encoding or errors, the object must
be a buffer, which is decoded with that encoding and error handler. Without
them it is object.__str__() if there is one, else repr(object).
encoding defaults to 'utf-8', errors to 'strict'.";

pub(super) struct StrMethods;

#[pymethods]
impl StrMethods {
    #[py(
        new,
        hide_sig,
        sig = "($type, object='', encoding='utf-8', errors='strict')"
    )]
    fn __new__(
        cx: &mut Cx,
        class: Value,
        object: Option<Value>,
        encoding: Option<Value>,
        errors: Option<Value>,
    ) -> PyResult<Value> {
        let text = new_text(cx, object, encoding, errors)?;
        let class = Gc::<Type>::from_value_unchecked(class);
        if class == cx.types().str {
            return Ok(text.value());
        }
        Ok(Str::of_class(cx, class, text.as_bytes())?.value())
    }

    /// Return repr(self).
    #[py(sig = "($self, /)")]
    fn __repr__(cx: &mut Cx, this: Gc<Str>) -> PyResult<Gc<Str>> {
        let text = krait_unicode::escape::str_repr(this.as_bytes());
        Str::from_wtf8(cx, &text)
    }

    /// Return str(self).
    #[py(sig = "($self, /)")]
    fn __str__(cx: &mut Cx, this: Gc<Str>) -> PyResult<Gc<Str>> {
        if this.is_exact() {
            Ok(this)
        } else {
            Str::from_wtf8(cx, this.as_bytes())
        }
    }

    /// Return hash(self).
    #[py(sig = "($self, /)")]
    fn __hash__(cx: &mut Cx, this: Gc<Str>) -> i64 {
        this.hash(cx)
    }

    /// Return self==value.
    #[py(sig = "($self, value, /)")]
    fn __eq__(this: Gc<Str>, other: Value) -> Value {
        compared(other, |o| this.eq_str(o))
    }

    /// Return self!=value.
    #[py(sig = "($self, value, /)")]
    fn __ne__(this: Gc<Str>, other: Value) -> Value {
        compared(other, |o| !this.eq_str(o))
    }

    // UTF-8 and WTF-8 sort like their code points.

    /// Return self<value.
    #[py(sig = "($self, value, /)")]
    fn __lt__(this: Gc<Str>, other: Value) -> Value {
        compared(other, |o| this.as_bytes() < o.as_bytes())
    }

    /// Return self<=value.
    #[py(sig = "($self, value, /)")]
    fn __le__(this: Gc<Str>, other: Value) -> Value {
        compared(other, |o| this.as_bytes() <= o.as_bytes())
    }

    /// Return self>value.
    #[py(sig = "($self, value, /)")]
    fn __gt__(this: Gc<Str>, other: Value) -> Value {
        compared(other, |o| this.as_bytes() > o.as_bytes())
    }

    /// Return self>=value.
    #[py(sig = "($self, value, /)")]
    fn __ge__(this: Gc<Str>, other: Value) -> Value {
        compared(other, |o| this.as_bytes() >= o.as_bytes())
    }

    /// Return len(self).
    #[py(sig = "($self, /)")]
    fn __len__(this: Gc<Str>) -> usize {
        this.char_len()
    }

    /// Implement iter(self).
    #[py(sig = "($self, /)")]
    fn __iter__(cx: &mut Cx, this: Gc<Str>) -> Value {
        StrIter::new(cx, this)
    }

    /// Return bool(key in self).
    #[py(sig = "($self, key, /)")]
    fn __contains__(cx: &mut Cx, this: Gc<Str>, key: Value) -> PyResult<bool> {
        match Gc::<Str>::from_value(key) {
            Some(needle) => {
                Ok(crate::types::bytes::search::find(this.as_bytes(), needle.as_bytes()).is_some())
            }
            None => {
                let got = cx.type_name(key);
                Err(cx.type_error(format!(
                    "'in <string>' requires string as left operand, not {got}"
                )))
            }
        }
    }

    /// Return self[key].
    #[py(sig = "($self, key, /)")]
    fn __getitem__(cx: &mut Cx, this: Gc<Str>, key: Value) -> PyResult<Value> {
        get_item(cx, this, key)
    }

    /// Return self+value.
    #[py(sig = "($self, value, /)")]
    fn __add__(cx: &mut Cx, this: Gc<Str>, value: Value) -> PyResult<Gc<Str>> {
        match Gc::<Str>::from_value(value) {
            Some(other) => Str::concat(cx, this, other),
            None => {
                let got = cx.type_name(value);
                Err(cx.type_error(format!("can only concatenate str (not \"{got}\") to str")))
            }
        }
    }

    /// Return self*value.
    #[py(sig = "($self, value, /)")]
    fn __mul__(cx: &mut Cx, this: Gc<Str>, value: Value) -> PyResult<Gc<Str>> {
        let n = args::repeat_count(cx, value)?;
        repeat(cx, this, n)
    }

    /// Return value*self.
    #[py(sig = "($self, value, /)")]
    fn __rmul__(cx: &mut Cx, this: Gc<Str>, value: Value) -> PyResult<Gc<Str>> {
        let n = args::repeat_count(cx, value)?;
        repeat(cx, this, n)
    }

    /// Return self%value.
    #[py(sig = "($self, value, /)")]
    fn __mod__(cx: &mut Cx, this: Gc<Str>, value: Value) -> PyResult<Value> {
        Percent::format_str(cx, this, value)
    }

    /// Return value%self.
    #[py(sig = "($self, value, /)")]
    fn __rmod__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        match Gc::<Str>::from_value(value) {
            Some(format) => Percent::format_str(cx, format, this),
            None => Ok(Value::not_implemented()),
        }
    }

    #[py]
    fn __getnewargs__(cx: &mut Cx, this: Gc<Str>) -> PyResult<Value> {
        let plain = Str::from_wtf8(cx, this.as_bytes())?;
        Ok(cx.new_tuple(&[plain.value()]))
    }

    /// Return the size of the string in memory, in bytes.
    #[py(sig = "($self, /)")]
    fn __sizeof__(this: Gc<Str>) -> usize {
        Str::size_for(this.byte_len(), this.is_ascii()).next_multiple_of(16)
    }
}

/// The text that `str(object, encoding, errors)` makes.
fn new_text(
    cx: &mut Cx,
    object: Option<Value>,
    encoding: Option<Value>,
    errors: Option<Value>,
) -> PyResult<Gc<Str>> {
    let encoding = text_arg(cx, encoding, "str", "encoding")?;
    let errors = text_arg(cx, errors, "str", "errors")?;
    let Some(object) = object else {
        return Ok(super::EMPTY.gc());
    };
    if encoding.is_none() && errors.is_none() {
        return cx.str(object);
    }
    if Gc::<Str>::from_value(object).is_some() {
        return Err(cx.type_error("decoding str is not supported"));
    }
    if !cx.is_buffer(object) {
        let got = cx.type_name(object);
        return Err(cx.type_error(format!(
            "decoding to str: need a bytes-like object, {got} found"
        )));
    }
    let bytes = cx.bytes_of(object)?;
    let [encoding, errors] = [encoding, errors].map(|text| text.map(StrArg::as_str));
    let text = cx.decode(bytes.as_bytes(), encoding, errors)?;
    args::str_arg(cx, text, "decoding result")
}

#[inline]
fn compared(other: Value, test: impl FnOnce(Gc<Str>) -> bool) -> Value {
    match Gc::<Str>::from_value(other) {
        Some(o) => Value::bool(test(o)),
        None => Value::not_implemented(),
    }
}

/// `s[key]`.
pub fn get_item(cx: &mut Cx, s: Gc<Str>, key: Value) -> PyResult<Value> {
    let len = s.char_len();
    if let Some(n) = key.as_small() {
        let i = if n < 0 { n + len as i64 } else { n };
        if i < 0 || i >= len as i64 {
            return Err(cx.index_error("string index out of range"));
        }
        return s.char_str(cx, i as usize);
    }
    if let Some(range) = args::slice_range(cx, key, len)? {
        return slice(cx, s, range);
    }
    if !cx.is_index(key) {
        let got = cx.type_name(key);
        return Err(cx.type_error(format!("string indices must be integers, not '{got}'")));
    }
    let i = cx.index_isize(key)?;
    let at = if i < 0 {
        len.checked_add_signed(i)
    } else {
        Some(i as usize)
    };
    match at.filter(|&i| i < len) {
        Some(i) => s.char_str(cx, i),
        None => Err(cx.index_error("string index out of range")),
    }
}

pub(crate) fn slice(cx: &mut Cx, s: Gc<Str>, range: SliceRange) -> PyResult<Value> {
    if range.step == 1 {
        return Ok(s
            .substring(cx, range.start as usize, range.start as usize + range.count)?
            .value());
    }
    let mut out = super::StrBuilder::with_capacity(range.count);
    if s.is_ascii() {
        let bytes = s.as_bytes();
        for i in range.indices() {
            out.push_ascii(&bytes[i..i + 1]);
        }
    } else if range.count > 0 {
        let codes = krait_unicode::wtf8::to_utf32(s.as_bytes());
        for i in range.indices() {
            out.push(codes[i]);
        }
    }
    out.finish(cx)
}

/// `s * n`.
pub fn repeat(cx: &mut Cx, s: Gc<Str>, n: usize) -> PyResult<Gc<Str>> {
    if n == 0 || s.is_empty() {
        return Ok(super::EMPTY.gc());
    }
    if n == 1 && s.is_exact() {
        return Ok(s);
    }
    if s.char_len() > isize::MAX as usize / n {
        return Err(cx.overflow_error("repeated string is too long"));
    }
    let bytes = s.as_bytes();
    let Some(len) = bytes
        .len()
        .checked_mul(n)
        .filter(|&n| n < isize::MAX as usize / 2)
    else {
        return Err(cx.memory_error());
    };
    Str::fill_repeated(cx, s, len, n)
}
