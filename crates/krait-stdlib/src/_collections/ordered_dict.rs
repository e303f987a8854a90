//! `OrderedDict`: a dict that can reorder its items and compares them in order.
//!
//! Every dict keeps insertion order, so the layout is that of `dict`. `move_to_end(key, last=False)` rebuilds the
//! table; everything else costs what it costs for a dict.

use krait_runtime::types::dict;

use crate::prelude::*;

pub static ORDERED_DICT: TypeSpec = TypeSpec {
    name: "OrderedDict",
    module: "collections",
    doc: Some("Dictionary that remembers insertion order"),
    base: Some(&dict::SPEC),
    layout: Layout::of::<Dict>(),
    flags: flags::BASETYPE
        | flags::DICT_SUBCLASS
        | flags::MAPPING
        | flags::INSTANCE_DICT
        | flags::WEAKREFABLE,
    defs: &[Methods::DEFS],
    ..TypeSpec::DEFAULT
};

/// Sets the items of `other` (a mapping or pairs), through `__setitem__` as subclasses expect.
fn update_from(cx: &mut Cx, this: Gc<Dict>, other: Value) -> PyResult<()> {
    if let Some(d) = Gc::<Dict>::from_value(other).filter(|d| d.is_exact()) {
        let mut pos = 0;
        while let Some((k, v)) = d.next_entry(&mut pos) {
            set(cx, this, k, v)?;
        }
        return Ok(());
    }
    if cx.lookup_attr(other, cx.names().keys)?.is_some() {
        let keys = cx.call_method(other, cx.names().keys, &[])?;
        return cx.for_each(keys, |cx, k| {
            let v = cx.get_item(other, k)?;
            set(cx, this, k, v)
        });
    }
    if cx.lookup_attr(other, cx.names().items)?.is_some() {
        let items = cx.call_method(other, cx.names().items, &[])?;
        return set_pairs(cx, this, items);
    }
    set_pairs(cx, this, other)
}

fn set_pairs(cx: &mut Cx, this: Gc<Dict>, pairs: Value) -> PyResult<()> {
    cx.for_each(pairs, |cx, pair| {
        let items = cx.collect(pair)?;
        match items.as_slice() {
            [k, v] => set(cx, this, *k, *v),
            [] | [_] => Err(cx.value_error(format!(
                "need more than {} value{} to unpack",
                items.len(),
                if items.len() == 1 { "" } else { "s" }
            ))),
            _ => Err(cx.value_error("too many values to unpack (expected 2)")),
        }
    })
}

fn is_exact(cx: &mut Cx, v: Value) -> PyResult<bool> {
    Ok(cx.type_of(v) == cx.native_type(&ORDERED_DICT)?)
}

fn set(cx: &mut Cx, this: Gc<Dict>, key: Value, value: Value) -> PyResult<()> {
    if is_exact(cx, this.value())? {
        this.set(cx, key, value)
    } else {
        cx.set_item(this.value(), key, value)
    }
}

fn update_args(cx: &mut Cx, this: Gc<Dict>, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
    if args.len() > 1 {
        return Err(cx.type_error(format!("expected at most 1 argument, got {}", args.len())));
    }
    if let [other] = args {
        update_from(cx, this, *other)?;
    }
    match kwargs.and_then(Gc::<Dict>::from_value) {
        Some(d) => update_from(cx, this, d.value()),
        None => Ok(()),
    }
}

/// The OrderedDict behind `v`, instances of subclasses included.
fn as_ordered(cx: &mut Cx, v: Value) -> PyResult<Option<Gc<Dict>>> {
    let class = cx.native_type(&ORDERED_DICT)?;
    Ok(if cx.is_instance(v, class) {
        Gc::from_value(v)
    } else {
        None
    })
}

/// Changes when keys come or go.
fn state(this: Gc<Dict>) -> (usize, usize) {
    (this.len(), this.end())
}

#[cold]
fn mutated(cx: &mut Cx) -> Raised {
    cx.runtime_error("OrderedDict mutated during iteration")
}

/// The KeyError of a key that is the whole of its arguments: none for None, the items of a tuple.
#[cold]
fn missing(cx: &mut Cx, key: Value) -> Raised {
    let class = cx.types().key_error;
    match Gc::<Tuple>::from_value(key) {
        Some(t) => cx.error_with(class, t.as_slice()),
        None if key.is_none() => cx.error_with(class, &[]),
        None => cx.key_error(key),
    }
}

/// Equality of the items in order, with a dict that is no OrderedDict in any order.
fn equal(cx: &mut Cx, this: Gc<Dict>, other: Value) -> PyResult<Option<bool>> {
    let Some(other_dict) = Gc::<Dict>::from_value(other) else {
        return Ok(None);
    };
    let dict = cx.types().dict;
    let Some(eq) = dict.special(cx, Special::Eq) else {
        return Ok(None);
    };
    let same = cx.call(eq, &[this.value(), other])?;
    if !cx.is_true(same)? || as_ordered(cx, other)?.is_none() {
        return Ok(Some(same == Value::bool(true)));
    }
    let (mut i, mut j) = (0, 0);
    let states = (state(this), state(other_dict));
    loop {
        match (this.next_entry(&mut i), other_dict.next_entry(&mut j)) {
            (Some((a, _)), Some((b, _))) => {
                let same = a.is(b) || cx.eq(a, b)?;
                if (state(this), state(other_dict)) != states {
                    return Err(mutated(cx));
                }
                if !same {
                    return Ok(Some(false));
                }
            }
            (None, None) => return Ok(Some(true)),
            _ => return Ok(Some(false)),
        }
    }
}

fn copy_of(cx: &mut Cx, this: Gc<Dict>) -> PyResult<Value> {
    let class = cx.type_of(this.value()).value();
    let new = cx.call(class, &[])?;
    let exact = is_exact(cx, this.value())?;
    let before = state(this);
    let mut pos = 0;
    while let Some((k, v)) = this.next_entry(&mut pos) {
        match Gc::<Dict>::from_value(new).filter(|_| exact) {
            Some(d) => d.set(cx, k, v)?,
            None => {
                let v = if exact {
                    v
                } else {
                    cx.get_item(this.value(), k)?
                };
                cx.set_item(new, k, v)?;
            }
        }
        if state(this) != before {
            return Err(mutated(cx));
        }
    }
    Ok(new)
}

fn move_to_front(cx: &mut Cx, this: Gc<Dict>, key: Value, value: Value) -> PyResult<()> {
    let old = this.copy(cx)?;
    this.clear(cx);
    this.set(cx, key, value)?;
    let mut pos = 0;
    while let Some(e) = old.next_full_entry(&mut pos) {
        this.set_known_hash(cx, e.key, e.hash, e.value)?;
    }
    Ok(())
}

struct Methods;

#[pymethods]
impl Methods {
    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(
        cx: &mut Cx,
        this: Gc<Dict>,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<()> {
        update_args(cx, this, kwargs, args)
    }
    /// D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.
    #[py(sig = "($self, /, *args, **kwargs)", hide_sig)]
    fn update(cx: &mut Cx, this: Gc<Dict>, kwargs: Option<Value>, args: &[Value]) -> PyResult<()> {
        update_args(cx, this, kwargs, args)
    }
    /// Create a new ordered dictionary with keys from iterable and values set to value.
    #[py(classmethod, sig = "($type, /, iterable, value=None)")]
    fn fromkeys(
        cx: &mut Cx,
        class: Value,
        iterable: Value,
        value: Option<Value>,
    ) -> PyResult<Value> {
        let new = cx.call(class, &[])?;
        let value = value.unwrap_or(Value::none());
        cx.for_each(iterable, |cx, k| cx.set_item(new, k, value))?;
        Ok(new)
    }
    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    #[py(sig = "($self, /, key, default=None)")]
    fn setdefault(
        cx: &mut Cx,
        this: Gc<Dict>,
        key: Value,
        default: Option<Value>,
    ) -> PyResult<Value> {
        let default = default.unwrap_or(Value::none());
        if is_exact(cx, this.value())? {
            return Ok(this.set_default(cx, key, default)?.0);
        }
        if cx.contains(this.value(), key)? {
            return cx.get_item(this.value(), key);
        }
        cx.set_item(this.value(), key, default)?;
        Ok(default)
    }
    /// od.pop(key[,default]) -> v, remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    #[py(sig = "($self, /, key, default=<unrepresentable>)")]
    fn pop(cx: &mut Cx, this: Gc<Dict>, key: Value, default: Option<Value>) -> PyResult<Value> {
        match this.remove(cx, key)?.or(default) {
            Some(v) => Ok(v),
            None => Err(missing(cx, key)),
        }
    }
    /// Remove and return a (key, value) pair from the dictionary.
    ///
    /// Pairs are returned in LIFO order if last is true or FIFO order if false.
    #[py(sig = "($self, /, last=True)")]
    fn popitem(cx: &mut Cx, this: Gc<Dict>, last: Option<bool>) -> PyResult<Value> {
        if last == Some(false) {
            let mut pos = 0;
            if let Some(e) = this.next_full_entry(&mut pos) {
                this.remove_known_hash(cx, e.key, e.hash)?;
                return Ok(cx.new_tuple(&[e.key, e.value]));
            }
        } else if let Some((k, v)) = this.pop_last(cx) {
            return Ok(cx.new_tuple(&[k, v]));
        }
        Err(cx.key_error_message("dictionary is empty"))
    }
    /// Move an existing element to the end (or beginning if last is false).
    ///
    /// Raise KeyError if the element does not exist.
    #[py(sig = "($self, /, key, last=True)")]
    fn move_to_end(cx: &mut Cx, this: Gc<Dict>, key: Value, last: Option<bool>) -> PyResult<()> {
        let hash = cx.dict_key_hash(key)?;
        let last = last.unwrap_or(true);
        // Nothing to do if it is there already.
        let mut pos = this.end();
        let mut start = 0;
        let at = if last {
            this.previous_entry(&mut pos)
        } else {
            this.next_entry(&mut start)
        };
        if at.is_some_and(|(k, _)| k.is(key)) {
            return Ok(());
        }
        let Some(value) = this.remove_known_hash(cx, key, hash)? else {
            return Err(missing(cx, key));
        };
        if last {
            this.set_known_hash(cx, key, hash, value)
        } else {
            move_to_front(cx, this, key, value)
        }
    }
    #[py]
    fn __repr__(cx: &mut Cx, this: Gc<Dict>) -> PyResult<Value> {
        let name = cx.type_of(this.value()).name_string();
        if this.is_empty() {
            return Ok(cx.new_str(&format!("{name}()")));
        }
        let me = this.value();
        guarded_repr(cx, me, "...", |cx| {
            let plain = cx.new_dict();
            let exact = is_exact(cx, me)?;
            if exact {
                plain.update(cx, this)?;
            } else {
                let items = cx.call_method(me, cx.names().items, &[])?;
                plain.update_from_pairs(cx, items)?;
            }
            let shown = cx.repr_string(plain.value())?;
            Ok(cx.new_str(&format!("{name}({shown})")))
        })
    }
    #[py]
    fn __eq__(cx: &mut Cx, this: Gc<Dict>, other: Value) -> PyResult<Value> {
        Ok(equal(cx, this, other)?.map_or(Value::not_implemented(), Value::bool))
    }
    #[py]
    fn __ne__(cx: &mut Cx, this: Gc<Dict>, other: Value) -> PyResult<Value> {
        Ok(equal(cx, this, other)?.map_or(Value::not_implemented(), |e| Value::bool(!e)))
    }
    #[py]
    fn __or__(cx: &mut Cx, this: Value, other: Value) -> PyResult<Value> {
        or(cx, this, this, other)
    }
    #[py]
    fn __ror__(cx: &mut Cx, this: Value, other: Value) -> PyResult<Value> {
        or(cx, this, other, this)
    }
    #[py]
    fn __ior__(cx: &mut Cx, this: Gc<Dict>, other: Value) -> PyResult<Value> {
        update_from(cx, this, other)?;
        Ok(this.value())
    }
    /// A shallow copy of ordered dict.
    #[py(sig = "($self, /)")]
    fn copy(cx: &mut Cx, this: Gc<Dict>) -> PyResult<Value> {
        copy_of(cx, this)
    }
    /// Return state information for pickling
    #[py(sig = "($self, /)")]
    fn __reduce__(cx: &mut Cx, this: Gc<Dict>) -> PyResult<Value> {
        let class = cx.type_of(this.value()).value();
        let state = krait_runtime::types::type_::reduce::default_getstate(cx, this.value())?;
        let items = cx.call_method(this.value(), cx.names().items, &[])?;
        let items = cx.iter(items)?;
        let args = cx.empty_tuple();
        Ok(cx.new_tuple(&[class, args, state, Value::none(), items]))
    }
}

/// `left | right`, an object of the type of `like`.
fn or(cx: &mut Cx, like: Value, left: Value, right: Value) -> PyResult<Value> {
    if Gc::<Dict>::from_value(left).is_none() || Gc::<Dict>::from_value(right).is_none() {
        return Ok(Value::not_implemented());
    }
    let class = cx.type_of(like).value();
    let new = cx.call(class, &[left])?;
    match Gc::<Dict>::from_value(new) {
        Some(d) => update_from(cx, d, right)?,
        None => return Err(cx.type_error("expected a dict")),
    }
    Ok(new)
}
