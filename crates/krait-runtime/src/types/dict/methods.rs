//! What Python code sees of dicts.

use krait_macros::pymethods;

use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::special::Special;
use crate::types::dict::Dict;
use crate::types::dict::construct::OnDuplicate;
use crate::types::dictviews::DictView;
use crate::types::iterators::dict::{DictIter, DictReverseIter, ITEMS, KEYS, VALUES};
use crate::types::str::StrBuilder;
use crate::types::typeobj::Type;

/// Whether two dicts have equal items. Either may change while items are compared.
fn equal(cx: &mut Cx, a: Gc<Dict>, b: Gc<Dict>) -> PyResult<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    cx.check_native_stack()?;
    let mut pos = 0;
    while let Some(e) = a.next_full_entry(&mut pos) {
        match b.get_known_hash(cx, e.key, e.hash)? {
            Some(v) if v == e.value || cx.eq(e.value, v)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

fn repr_body(cx: &mut Cx, this: Gc<Dict>) -> PyResult<StrBuilder> {
    let mut text = StrBuilder::new();
    text.push_str("{");
    let (mut pos, mut first) = (0, true);
    while let Some((k, v)) = this.next_entry(&mut pos) {
        if !first {
            text.push_str(", ");
        }
        first = false;
        let key = cx.repr(k)?;
        text.push_gc(key);
        text.push_str(": ");
        let value = cx.repr(v)?;
        text.push_gc(value);
    }
    text.push_str("}");
    Ok(text)
}

/// `self[key]` for a missing key: `__missing__` of subclasses, else KeyError.
#[cold]
fn missing(cx: &mut Cx, this: Gc<Dict>, key: Value) -> PyResult<Value> {
    if !this.is_exact()
        && let Some(v) = cx.call_special(this.value(), Special::Missing, &[key])?
    {
        return Ok(v);
    }
    Err(cx.key_error(key))
}

impl Gc<Dict> {
    /// `dict.__getitem__(self, key)`.
    #[inline]
    pub fn item(self, cx: &mut Cx, key: Value) -> PyResult<Value> {
        match self.get(cx, key)? {
            Some(v) => Ok(v),
            None => missing(cx, self, key),
        }
    }
}

pub struct DictMethods;

#[pymethods]
impl DictMethods {
    #[py(new, sig = "($type, *args, **kwargs)")]
    fn __new__(cx: &mut Cx, class: Gc<Type>, _kwargs: Option<Value>, _args: &[Value]) -> Value {
        Dict::alloc(cx, class).value()
    }

    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(
        cx: &mut Cx,
        this: Gc<Dict>,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<()> {
        this.update_from_call(cx, "dict", kwargs, args)
    }

    #[py]
    fn __repr__(cx: &mut Cx, this: Gc<Dict>) -> PyResult<Value> {
        if this.is_empty() {
            return Ok(cx.new_str("{}"));
        }
        if !cx.repr_enter(this.value()) {
            return Ok(cx.new_str("{...}"));
        }
        let text = repr_body(cx, this);
        cx.repr_leave(this.value());
        text?.finish(cx)
    }

    #[py]
    fn __eq__(cx: &mut Cx, this: Gc<Dict>, value: Value) -> PyResult<Value> {
        match Gc::<Dict>::from_value(value) {
            Some(other) => Ok(Value::bool(equal(cx, this, other)?)),
            None => Ok(Value::not_implemented()),
        }
    }

    #[py]
    fn __ne__(cx: &mut Cx, this: Gc<Dict>, value: Value) -> PyResult<Value> {
        match Gc::<Dict>::from_value(value) {
            Some(other) => Ok(Value::bool(!equal(cx, this, other)?)),
            None => Ok(Value::not_implemented()),
        }
    }

    #[py]
    fn __iter__(cx: &mut Cx, this: Gc<Dict>) -> Value {
        DictIter::<KEYS>::start(cx, this).value()
    }

    #[py]
    fn __or__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        let (Some(a), Some(b)) = (Gc::<Dict>::from_value(this), Gc::<Dict>::from_value(value))
        else {
            return Ok(Value::not_implemented());
        };
        let new = a.copy(cx)?;
        new.merge(cx, b.value(), OnDuplicate::Replace)?;
        Ok(new.value())
    }

    #[py]
    fn __ror__(cx: &mut Cx, this: Value, value: Value) -> PyResult<Value> {
        Self::__or__(cx, value, this)
    }

    #[py]
    fn __ior__(cx: &mut Cx, this: Gc<Dict>, value: Value) -> PyResult<Value> {
        this.update(cx, value)?;
        Ok(this.value())
    }

    #[py]
    fn __len__(this: Gc<Dict>) -> usize {
        this.len()
    }

    /// Return self[key].
    #[py]
    fn __getitem__(cx: &mut Cx, this: Gc<Dict>, key: Value) -> PyResult<Value> {
        this.item(cx, key)
    }

    #[py]
    fn __setitem__(cx: &mut Cx, this: Gc<Dict>, key: Value, value: Value) -> PyResult<()> {
        this.set(cx, key, value)
    }

    #[py]
    fn __delitem__(cx: &mut Cx, this: Gc<Dict>, key: Value) -> PyResult<()> {
        match this.remove(cx, key)? {
            Some(_) => Ok(()),
            None => Err(cx.key_error(key)),
        }
    }

    /// True if the dictionary has the specified key, else False.
    #[py]
    fn __contains__(cx: &mut Cx, this: Gc<Dict>, key: Value) -> PyResult<bool> {
        this.contains(cx, key)
    }

    /// Return the size of the dict in memory.
    #[py]
    fn __sizeof__(this: Gc<Dict>) -> usize {
        this.byte_size()
    }

    /// Return the value for key if key is in the dictionary, else default.
    #[py(sig = "($self, key, default=None, /)")]
    fn get(cx: &mut Cx, this: Gc<Dict>, key: Value, default: Option<Value>) -> PyResult<Value> {
        Ok(this.get(cx, key)?.or(default).unwrap_or(Value::none()))
    }

    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    #[py(sig = "($self, key, default=None, /)")]
    fn setdefault(
        cx: &mut Cx,
        this: Gc<Dict>,
        key: Value,
        default: Option<Value>,
    ) -> PyResult<Value> {
        Ok(this
            .set_default(cx, key, default.unwrap_or(Value::none()))?
            .0)
    }

    /// D.pop(k[,d]) -> v, remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    #[py(sig = "($self, key, default=<unrepresentable>, /)")]
    fn pop(cx: &mut Cx, this: Gc<Dict>, key: Value, default: Option<Value>) -> PyResult<Value> {
        let removed = if this.is_empty() {
            None
        } else {
            this.remove(cx, key)?
        };
        match removed.or(default) {
            Some(v) => Ok(v),
            None => Err(cx.key_error(key)),
        }
    }

    /// Remove and return a (key, value) pair as a 2-tuple.
    ///
    /// Pairs are returned in LIFO (last-in, first-out) order.
    /// Raises KeyError if the dict is empty.
    #[py]
    fn popitem(cx: &mut Cx, this: Gc<Dict>) -> PyResult<Value> {
        match this.pop_last(cx) {
            Some((k, v)) => Ok(cx.new_tuple(&[k, v])),
            None => Err(cx.key_error_message("popitem(): dictionary is empty")),
        }
    }

    /// Return a set-like object providing a view on the dict's keys.
    #[py]
    fn keys(cx: &mut Cx, this: Gc<Dict>) -> Value {
        DictView::<KEYS>::of(cx, this)
    }

    /// Return a set-like object providing a view on the dict's items.
    #[py]
    fn items(cx: &mut Cx, this: Gc<Dict>) -> Value {
        DictView::<ITEMS>::of(cx, this)
    }

    /// Return an object providing a view on the dict's values.
    #[py]
    fn values(cx: &mut Cx, this: Gc<Dict>) -> Value {
        DictView::<VALUES>::of(cx, this)
    }

    /// D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.
    /// If E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]
    /// If E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v
    /// In either case, this is followed by: for k in F:  D[k] = F[k]
    #[py(sig = "($self, /, *args, **kwargs)", hide_sig)]
    fn update(cx: &mut Cx, this: Gc<Dict>, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
        this.update_from_call(cx, "update", kwargs, args)
    }

    /// Create a new dictionary with keys from iterable and values set to value.
    #[py(classmethod, sig = "($type, iterable, value=None, /)")]
    fn fromkeys(
        cx: &mut Cx,
        class: Value,
        iterable: Value,
        value: Option<Value>,
    ) -> PyResult<Value> {
        let value = value.unwrap_or(Value::none());
        let new = cx.call(class, &[])?;
        if let Some(d) = Gc::<Dict>::from_value(new).filter(|d| d.is_exact()) {
            d.add_keys(cx, iterable, value)?;
            return Ok(new);
        }
        cx.for_each(iterable, |cx, k| cx.set_item(new, k, value))?;
        Ok(new)
    }

    /// Remove all items from the dict.
    #[py]
    fn clear(cx: &mut Cx, this: Gc<Dict>) {
        this.clear(cx);
    }

    /// Return a shallow copy of the dict.
    #[py]
    fn copy(cx: &mut Cx, this: Gc<Dict>) -> PyResult<Value> {
        Ok(this.copy(cx)?.value())
    }

    /// Return a reverse iterator over the dict keys.
    #[py]
    fn __reversed__(cx: &mut Cx, this: Gc<Dict>) -> Value {
        DictReverseIter::<KEYS>::start(cx, this).value()
    }

    /// See PEP 585
    #[py(classmethod, sig = "($type, object, /)")]
    fn __class_getitem__(cx: &mut Cx, class: Value, object: Value) -> PyResult<Value> {
        cx.generic_alias(class, object)
    }
}
