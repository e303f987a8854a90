//! Methods of `bytes`.

use krait_macros::pymethods;

use super::args::{HexGroups, Needle, fill_byte, hex, parse_hex};
use super::shared::{self, ByteString, strip_set};
use super::shared_methods::shared_methods;
use super::{Bytes, construct, ops, search};
use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::protocol::buffer::BufferFlags;
use crate::protocol::buffer::BytesArg;
use crate::types::list::List;
use crate::types::memoryview::MemoryView;
use crate::types::str::{Percent, StrArg, slice_range, text_arg};
use crate::types::typeobj::Type;

shared_methods!(BytesShared, Bytes);

pub(super) struct BytesMethods;

#[pymethods]
impl BytesMethods {
    #[py(new, hide_sig, sig = "($type, source=b'', encoding=None, errors=None)")]
    fn __new__(
        cx: &mut Cx,
        class: Value,
        source: Option<Value>,
        encoding: Option<Value>,
        errors: Option<Value>,
    ) -> PyResult<Value> {
        let class = Gc::<Type>::from_value_unchecked(class);
        let made = construct::new_bytes(cx, source, encoding, errors)?;
        if class == cx.types().bytes {
            return Ok(made.value());
        }
        Ok(Bytes::of_class(cx, class, made.as_bytes())?.value())
    }

    /// Return repr(self).
    #[py(sig = "($self, /)")]
    fn __repr__(cx: &mut Cx, this: Gc<Bytes>) -> Value {
        let text = krait_unicode::escape::bytes_repr(this.as_bytes());
        cx.new_ascii(&text)
    }

    /// Return str(self).
    #[py(sig = "($self, /)")]
    fn __str__(cx: &mut Cx, this: Gc<Bytes>) -> Value {
        let text = krait_unicode::escape::bytes_repr(this.as_bytes());
        cx.new_ascii(&text)
    }

    /// Return hash(self).
    #[py(sig = "($self, /)")]
    fn __hash__(cx: &mut Cx, this: Gc<Bytes>) -> i64 {
        this.hash(cx)
    }

    /// Return self==value.
    #[py(sig = "($self, value, /)")]
    fn __eq__(this: Gc<Bytes>, other: Value) -> Value {
        compared(other, |o| this.as_bytes() == o)
    }

    /// Return self!=value.
    #[py(sig = "($self, value, /)")]
    fn __ne__(this: Gc<Bytes>, other: Value) -> Value {
        compared(other, |o| this.as_bytes() != o)
    }

    /// Return self<value.
    #[py(sig = "($self, value, /)")]
    fn __lt__(this: Gc<Bytes>, other: Value) -> Value {
        compared(other, |o| this.as_bytes() < o)
    }

    /// Return self<=value.
    #[py(sig = "($self, value, /)")]
    fn __le__(this: Gc<Bytes>, other: Value) -> Value {
        compared(other, |o| this.as_bytes() <= o)
    }

    /// Return self>value.
    #[py(sig = "($self, value, /)")]
    fn __gt__(this: Gc<Bytes>, other: Value) -> Value {
        compared(other, |o| this.as_bytes() > o)
    }

    /// Return self>=value.
    #[py(sig = "($self, value, /)")]
    fn __ge__(this: Gc<Bytes>, other: Value) -> Value {
        compared(other, |o| this.as_bytes() >= o)
    }

    /// Implement iter(self).
    #[py(sig = "($self, /)")]
    fn __iter__(cx: &mut Cx, this: Gc<Bytes>) -> PyResult<Value> {
        super::iter::new(cx, this.value(), &super::iter::ITER_SPEC)
    }

    /// Return self[key].
    #[py(sig = "($self, key, /)")]
    fn __getitem__(cx: &mut Cx, this: Gc<Bytes>, key: Value) -> PyResult<Value> {
        if let Some(range) = slice_range(cx, key, this.len())? {
            return Ok(shared::slice(cx, this, range)?.value());
        }
        if !cx.is_index(key) {
            let got = cx.type_name(key);
            return Err(cx.type_error(format!(
                "byte indices must be integers or slices, not {got}"
            )));
        }
        let i = shared::item(cx, this, key, "index out of range")?;
        Ok(Value::small(i64::from(this.as_bytes()[i])))
    }

    /// Convert this value to exact type bytes.
    #[py(sig = "($self, /)")]
    fn __bytes__(cx: &mut Cx, this: Gc<Bytes>) -> PyResult<Gc<Bytes>> {
        Bytes::unchanged(cx, this)
    }

    #[py(sig = "($self, /)")]
    fn __getnewargs__(cx: &mut Cx, this: Gc<Bytes>) -> PyResult<Value> {
        let plain = Bytes::unchanged(cx, this)?;
        Ok(cx.new_tuple(&[plain.value()]))
    }

    /// Return a buffer object that exposes the underlying memory of the object.
    #[py(sig = "($self, flags, /)")]
    fn __buffer__(cx: &mut Cx, this: Gc<Bytes>, flags: BufferFlags) -> PyResult<Value> {
        MemoryView::lent(cx, this.value(), flags.0)
    }
}

fn compared(other: Value, test: impl FnOnce(&[u8]) -> bool) -> Value {
    match Gc::<Bytes>::from_value(other) {
        Some(o) => Value::bool(test(o.as_bytes())),
        None => Value::not_implemented(),
    }
}
