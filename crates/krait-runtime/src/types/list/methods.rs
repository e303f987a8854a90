//! What Python code sees of lists.

use krait_macros::pymethods;

use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::protocol::compare::CompareOp;
use crate::protocol::iter::shape_of;
use crate::protocol::sequence::{Subscript, normalize_index};
use crate::special::Special;
use crate::types::iterators::reversed::ListReverseIter;
use crate::types::iterators::sequence::ListIter;
use crate::types::list::{List, compare, sort};
use crate::types::shape_id;
use crate::types::slice::Unpacked;
use crate::types::str::StrBuilder;
use crate::types::tuple::Tuple;
use crate::types::tuple::methods::{repeated_len, search_bounds};
use crate::types::typeobj::Type;
use crate::vec::ValueVec;

/// A container's constructor, `name` in the message, takes no keyword arguments.
pub(crate) fn no_keywords(cx: &mut Cx, name: &str, kwargs: Option<Value>) -> PyResult<()> {
    if kwargs.is_some_and(|k| cx.known_len(k) != Some(0)) {
        return Err(cx.type_error(format!("{name}() takes no keyword arguments")));
    }
    Ok(())
}

/// The one optional argument of a container's constructor, `name` in messages.
pub(crate) fn constructor_argument(
    cx: &mut Cx,
    name: &str,
    kwargs: Option<Value>,
    args: &[Value],
) -> PyResult<Option<Value>> {
    no_keywords(cx, name, kwargs)?;
    match args {
        [] => Ok(None),
        &[v] => Ok(Some(v)),
        _ => Err(cx.type_error(format!(
            "{name} expected at most 1 argument, got {}",
            args.len()
        ))),
    }
}

/// What is assigned to a slice, whose step may be 1.
fn assigned_items(cx: &mut Cx, value: Value) -> PyResult<ValueVec> {
    let class = cx.type_of(value);
    if class.special(cx, Special::Iter).is_none_or(Value::is_none) && !cx.is_old_sequence(class) {
        return Err(cx.type_error("must assign iterable to extended slice"));
    }
    crate::types::str::collect(cx, value)
}

/// Assigns to the items that a slice selects; `None` deletes them.
pub(crate) fn assign_slice(
    cx: &mut Cx,
    this: Gc<List>,
    unpacked: Unpacked,
    value: Option<Value>,
) -> PyResult<()> {
    let Some(value) = value else {
        let r = unpacked.adjust(this.len());
        if r.step == 1 {
            return this.splice(cx, r.start as usize, r.count, &[]);
        }
        this.delete_stepped(cx, r);
        return Ok(());
    };
    if unpacked.step == 1 {
        // Nobody else can change them meanwhile.
        let exact = match shape_of(value) {
            shape_id::LIST if !cx.mutator.is_multithreaded() && value != this.value() => {
                Some(Gc::<List>::from_value_unchecked(value).as_slice())
            }
            shape_id::TUPLE => Some(Gc::<Tuple>::from_value_unchecked(value).as_slice()),
            _ => None,
        };
        if let Some(items) = exact {
            let r = unpacked.adjust(this.len());
            return this.splice(cx, r.start as usize, r.count, items);
        }
        // The new items first: making them may change the list.
        let items = assigned_items(cx, value)?;
        let r = unpacked.adjust(this.len());
        return this.splice(cx, r.start as usize, r.count, items.as_slice());
    }
    let items = assigned_items(cx, value)?;
    let r = unpacked.adjust(this.len());
    if items.len() != r.count {
        let (n, count) = (items.len(), r.count);
        let message =
            format!("attempt to assign sequence of size {n} to extended slice of size {count}");
        return Err(cx.value_error(message));
    }
    this.store_stepped(cx, r, items.as_slice());
    Ok(())
}

fn assign(cx: &mut Cx, this: Gc<List>, key: Value, value: Option<Value>) -> PyResult<()> {
    match cx.subscript("list", key)? {
        Subscript::Index(i) => {
            let done = match (normalize_index(i, this.len()), value) {
                (Some(i), Some(v)) => this.set(cx, i, v),
                (Some(i), None) => this.remove_at(cx, i).is_some(),
                (None, _) => false,
            };
            if done {
                Ok(())
            } else {
                Err(cx.index_error("list assignment index out of range"))
            }
        }
        Subscript::Slice(s) => {
            let unpacked = s.unpack(cx)?;
            assign_slice(cx, this, unpacked, value)
        }
    }
}

pub struct ListMethods;

#[pymethods]
impl ListMethods {
    #[py(
        new,
        sig = "($type, *args, **kwargs)",
        shown = "($type, iterable=(), /)"
    )]
    fn __new__(cx: &mut Cx, class: Gc<Type>, _kwargs: Option<Value>, _args: &[Value]) -> Value {
        List::alloc(cx, class).value()
    }

    #[py(sig = "($self, /, *args, **kwargs)")]
    fn __init__(
        cx: &mut Cx,
        this: Gc<List>,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<()> {
        let types = cx.types();
        let class = cx.type_of(this.value());
        // A subclass with its own `__new__` may have keyword arguments for that.
        let own_new = class != types.list
            && class.special(cx, Special::New) != types.list.special(cx, Special::New);
        let kwargs = if own_new { None } else { kwargs };
        let iterable = constructor_argument(cx, "list", kwargs, args)?;
        if !this.is_empty() {
            this.clear(cx);
        }
        match iterable {
            Some(v) => this.extend(cx, v),
            None => Ok(()),
        }
    }

    #[py]
    fn __repr__(cx: &mut Cx, this: Gc<List>) -> PyResult<Value> {
        if this.is_empty() {
            return Ok(cx.new_str("[]"));
        }
        if !cx.repr_enter(this.value()) {
            return Ok(cx.new_str("[...]"));
        }
        let done = repr_body(cx, this);
        cx.repr_leave(this.value());
        done?.finish(cx)
    }

    #[py(compare)]
    fn compare(cx: &mut Cx, this: Gc<List>, value: Value, op: CompareOp) -> PyResult<Value> {
        compare::compare(cx, op, this, value)
    }

    #[py]
    fn __iter__(cx: &mut Cx, this: Gc<List>) -> Value {
        ListIter::start(cx, this).value()
    }

    #[py]
    fn __len__(this: Gc<List>) -> usize {
        this.len()
    }

    /// Return self[index].
    #[py]
    fn __getitem__(cx: &mut Cx, this: Gc<List>, index: Value) -> PyResult<Value> {
        match cx.subscript("list", index)? {
            Subscript::Index(i) => match normalize_index(i, this.len()).and_then(|i| this.get(i)) {
                Some(v) => Ok(v),
                None => Err(cx.index_error("list index out of range")),
            },
            Subscript::Slice(s) => {
                let r = s.unpack(cx)?.adjust(this.len());
                Ok(this.slice(cx, r)?.value())
            }
        }
    }

    #[py]
    fn __setitem__(cx: &mut Cx, this: Gc<List>, key: Value, value: Value) -> PyResult<()> {
        assign(cx, this, key, Some(value))
    }

    #[py]
    fn __delitem__(cx: &mut Cx, this: Gc<List>, key: Value) -> PyResult<()> {
        assign(cx, this, key, None)
    }

    #[py]
    fn __add__(cx: &mut Cx, this: Gc<List>, value: Value) -> PyResult<Value> {
        let Some(other) = Gc::<List>::from_value(value) else {
            let name = cx.type_name(value);
            return Err(cx.type_error(format!(
                "can only concatenate list (not \"{name}\") to list"
            )));
        };
        let new = cx.try_new_list(&[])?;
        new.reserve_exact(cx, this.len() + other.len())?;
        new.extend_from_slice(cx, this.as_slice())?;
        new.extend_from_slice(cx, other.as_slice())?;
        Ok(new.value())
    }

    #[py]
    fn __mul__(cx: &mut Cx, this: Gc<List>, value: Value) -> PyResult<Value> {
        let (len, _) = repeated_len(cx, this.len(), value)?;
        Ok(this.repeat(cx, len)?.value())
    }

    #[py]
    fn __rmul__(cx: &mut Cx, this: Gc<List>, value: Value) -> PyResult<Value> {
        Self::__mul__(cx, this, value)
    }

    #[py]
    fn __contains__(cx: &mut Cx, this: Gc<List>, key: Value) -> PyResult<bool> {
        Ok(find(cx, this, key, 0, usize::MAX)?.is_some())
    }

    #[py]
    fn __iadd__(cx: &mut Cx, this: Gc<List>, value: Value) -> PyResult<Value> {
        this.extend(cx, value)?;
        Ok(this.value())
    }

    #[py]
    fn __imul__(cx: &mut Cx, this: Gc<List>, value: Value) -> PyResult<Value> {
        let (len, _) = repeated_len(cx, this.len(), value)?;
        if len != this.len() {
            let repeated = this.repeat(cx, len)?;
            this.replace_storage(cx, repeated.array(), repeated.len());
        }
        Ok(this.value())
    }

    /// Return a reverse iterator over the list.
    #[py]
    fn __reversed__(cx: &mut Cx, this: Gc<List>) -> Value {
        ListReverseIter::start(cx, this).value()
    }

    /// Return the size of the list in memory, in bytes.
    #[py]
    fn __sizeof__(this: Gc<List>) -> usize {
        let capacity = this.array().len;
        size_of::<List>()
            + if capacity == 0 {
                0
            } else {
                crate::object::Array::size_for(capacity)
            }
    }

    /// Remove all items from list.
    #[py]
    fn clear(cx: &mut Cx, this: Gc<List>) {
        this.clear(cx);
    }

    /// Return a shallow copy of the list.
    #[py]
    fn copy(cx: &mut Cx, this: Gc<List>) -> PyResult<Value> {
        Ok(cx.try_new_list(this.as_slice())?.value())
    }

    /// Append object to the end of the list.
    #[py]
    fn append(cx: &mut Cx, this: Gc<List>, object: Value) -> PyResult<()> {
        this.push(cx, object)
    }

    /// Insert object before index.
    #[py]
    fn insert(cx: &mut Cx, this: Gc<List>, index: isize, object: Value) -> PyResult<()> {
        this.insert(cx, index, object)
    }

    /// Extend list by appending elements from the iterable.
    #[py]
    fn extend(cx: &mut Cx, this: Gc<List>, iterable: Value) -> PyResult<()> {
        this.extend(cx, iterable)
    }

    /// Remove and return item at index (default last).
    ///
    /// Raises IndexError if list is empty or index is out of range.
    #[py(sig = "($self, index=-1, /)")]
    fn pop(cx: &mut Cx, this: Gc<List>, index: Option<isize>) -> PyResult<Value> {
        let index = index.unwrap_or(-1);
        if this.is_empty() {
            return Err(cx.index_error("pop from empty list"));
        }
        // The last item is whichever it is when the list is locked: other threads may pop as well.
        if index == -1 {
            let popped = this.pop_last(cx);
            this.shrink(cx);
            return popped.ok_or_else(|| cx.index_error("pop from empty list"));
        }
        let popped = normalize_index(index, this.len()).and_then(|i| this.remove_at(cx, i));
        popped.ok_or_else(|| cx.index_error("pop index out of range"))
    }

    /// Remove first occurrence of value.
    ///
    /// Raises ValueError if the value is not present.
    #[py]
    fn remove(cx: &mut Cx, this: Gc<List>, value: Value) -> PyResult<()> {
        match find(cx, this, value, 0, usize::MAX)? {
            Some(i) => {
                this.remove_at(cx, i);
                Ok(())
            }
            None => Err(cx.value_error("list.remove(x): x not in list")),
        }
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[py(sig = "($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(
        cx: &mut Cx,
        this: Gc<List>,
        value: Value,
        start: Option<Value>,
        stop: Option<Value>,
    ) -> PyResult<usize> {
        let (start, stop) = search_bounds(cx, start, stop, this.len())?;
        match find(cx, this, value, start, stop)? {
            Some(i) => Ok(i),
            None => Err(cx.value_error("list.index(x): x not in list")),
        }
    }

    /// Return number of occurrences of value.
    #[py]
    fn count(cx: &mut Cx, this: Gc<List>, value: Value) -> PyResult<usize> {
        let (mut n, mut i) = (0, 0);
        while let Some(v) = this.get(i) {
            n += (v == value || cx.eq(v, value)?) as usize;
            i += 1;
        }
        Ok(n)
    }

    /// Reverse *IN PLACE*.
    #[py]
    fn reverse(cx: &mut Cx, this: Gc<List>) {
        this.reverse(cx);
    }

    /// Sort the list in ascending order and return None.
    ///
    /// The sort is in-place (i.e. the list itself is modified) and stable (i.e. the
    /// order of two equal elements is maintained).
    ///
    /// If a key function is given, apply it once to each list item and sort them,
    /// ascending or descending, according to their function values.
    ///
    /// The reverse flag can be set to sort in descending order.
    #[py(sig = "($self, /, *, key=None, reverse=False)")]
    fn sort(
        cx: &mut Cx,
        this: Gc<List>,
        key: Option<Value>,
        reverse: Option<bool>,
    ) -> PyResult<()> {
        sort::sort(
            cx,
            this,
            key.filter(|k| !k.is_none()),
            reverse.unwrap_or(false),
        )
    }

    /// See PEP 585
    #[py(classmethod, sig = "($type, object, /)")]
    fn __class_getitem__(cx: &mut Cx, class: Value, object: Value) -> PyResult<Value> {
        cx.generic_alias(class, object)
    }
}

/// The first index in `start..stop` whose item equals `value`; the list may change meanwhile.
fn find(
    cx: &mut Cx,
    this: Gc<List>,
    value: Value,
    start: usize,
    stop: usize,
) -> PyResult<Option<usize>> {
    let mut i = start;
    while i < stop
        && let Some(v) = this.get(i)
    {
        if v == value || cx.eq(v, value)? {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

fn repr_body(cx: &mut Cx, this: Gc<List>) -> PyResult<StrBuilder> {
    let mut text = StrBuilder::new();
    text.push_str("[");
    let mut i = 0;
    while let Some(v) = this.get(i) {
        if i > 0 {
            text.push_str(", ");
        }
        let item = cx.repr(v)?;
        text.push_gc(item);
        i += 1;
    }
    text.push_str("]");
    Ok(text)
}
