//! Builtin functions on iterables.

use krait_macros::pyfunctions;

use super::anext::AnextAwaitable;
use crate::native::{Cx, PyResult, Value};
use crate::object::Gc;
use crate::protocol::compare::{CompareOp, compare_small};
use crate::special::Special;
use crate::types::dict::Dict;
use crate::types::iterators::functional::CallIter;
use crate::types::list::List;

/// `max` and `min`: the first item for which no other `op`-compares.
fn extreme(
    cx: &mut Cx,
    name: &str,
    op: CompareOp,
    args: &[Value],
    key: Option<Value>,
    default: Option<Value>,
) -> PyResult<Value> {
    let key = key.filter(|k| !k.is_none());
    let mut best: Option<(Value, Value)> = None;
    let mut consider = |cx: &mut Cx, item: Value| {
        let rank = match key {
            Some(f) => cx.call(f, &[item])?,
            None => item,
        };
        let is_better = match best {
            None => true,
            Some((_, known)) => match compare_small(op, rank, known) {
                Some(better) => better,
                None => cx.compare_is_true(op, rank, known)?,
            },
        };
        if is_better {
            best = Some((item, rank));
        }
        Ok(())
    };
    match *args {
        [] => return Err(cx.type_error(format!("{name} expected at least 1 argument, got 0"))),
        [iterable] => {
            let mut items = cx.iterate(iterable)?;
            while let Some(item) = items.next(cx)? {
                consider(cx, item)?;
            }
        }
        _ if default.is_some() => {
            return Err(cx.type_error(format!(
                "Cannot specify a default for {name}() with multiple positional arguments"
            )));
        }
        _ => args.iter().try_for_each(|&item| consider(cx, item))?,
    }
    let found = best.map(|b| b.0).or(default);
    extreme_found(cx, name, found.unwrap_or(Value::EMPTY))
}

/// What `max` or `min` returns when it has looked at all items; `found` is `EMPTY` if there were none.
pub fn extreme_found(cx: &mut Cx, name: &str, found: Value) -> PyResult<Value> {
    match found.some() {
        Some(v) => Ok(v),
        None => Err(cx.value_error(format!("{name}() iterable argument is empty"))),
    }
}

pub struct Functions;

#[pyfunctions]
impl Functions {
    /// Return an AsyncIterator for an AsyncIterable object.
    #[py(sig = "($module, async_iterable, /)")]
    fn aiter(cx: &mut Cx, async_iterable: Value) -> PyResult<Value> {
        let Some(it) = cx.call_special(async_iterable, Special::AIter, &[])? else {
            let name = cx.type_name(async_iterable);
            return Err(cx.type_error(format!("'{name}' object is not an async iterable")));
        };
        if !cx.has_special(it, Special::ANext) {
            let name = cx.type_name(it);
            return Err(cx.type_error(format!(
                "aiter() returned not an async iterator of type '{name}'"
            )));
        }
        Ok(it)
    }

    /// Return True if bool(x) is True for all values x in the iterable.
    ///
    /// If the iterable is empty, return True.
    #[py(sig = "($module, iterable, /)")]
    fn all(cx: &mut Cx, iterable: Value) -> PyResult<bool> {
        let mut items = cx.iterate(iterable)?;
        while let Some(v) = items.next(cx)? {
            if !cx.is_true(v)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Return the next item from the async iterator.
    ///
    /// If default is given and the async iterator is exhausted,
    /// it is returned instead of raising StopAsyncIteration.
    #[py(sig = "($module, aiterator, default=<unrepresentable>, /)")]
    fn anext(cx: &mut Cx, aiterator: Value, default: Option<Value>) -> PyResult<Value> {
        let Some(awaitable) = cx.call_special(aiterator, Special::ANext, &[])? else {
            let name = cx.type_name(aiterator);
            return Err(cx.type_error(format!("'{name}' object is not an async iterator")));
        };
        match default {
            None => Ok(awaitable),
            Some(d) => AnextAwaitable::start(cx, awaitable, d),
        }
    }

    /// Return True if bool(x) is True for any x in the iterable.
    ///
    /// If the iterable is empty, return False.
    #[py(sig = "($module, iterable, /)")]
    fn any(cx: &mut Cx, iterable: Value) -> PyResult<bool> {
        let mut items = cx.iterate(iterable)?;
        while let Some(v) = items.next(cx)? {
            if cx.is_true(v)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// iter(iterable) -> iterator
    /// iter(callable, sentinel) -> iterator
    ///
    /// Get an iterator from an object. In the first form the argument supplies its own
    /// iterator or is a sequence; in the second the callable is called until it returns
    /// the sentinel.
    #[py(sig = "($module, object, sentinel=None, /)", hide_sig)]
    fn iter(cx: &mut Cx, object: Value, sentinel: Option<Value>) -> PyResult<Value> {
        let Some(sentinel) = sentinel else {
            return cx.iter(object);
        };
        if !cx.is_callable(object) {
            return Err(cx.type_error("iter(v, w): v must be callable"));
        }
        Ok(CallIter::start(cx, object, sentinel).value())
    }

    /// Return the number of items in a container.
    #[py(sig = "($module, obj, /)", at_once = Len)]
    fn len(cx: &mut Cx, obj: Value) -> PyResult<usize> {
        cx.len(obj)
    }

    /// max(iterable, *[, default=obj, key=func]) -> value
    /// max(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its biggest item. The default is
    /// returned if the iterable is empty. With two or more positional arguments,
    /// return the largest argument.
    #[py(sig = "($module, *args, key=None, default=None)", hide_sig)]
    fn max(
        cx: &mut Cx,
        key: Option<Value>,
        default: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        extreme(cx, "max", CompareOp::Gt, args, key, default)
    }

    /// min(iterable, *[, default=obj, key=func]) -> value
    /// min(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its smallest item. The default is
    /// returned if the iterable is empty. With two or more positional arguments,
    /// return the smallest argument.
    #[py(sig = "($module, *args, key=None, default=None)", hide_sig)]
    fn min(
        cx: &mut Cx,
        key: Option<Value>,
        default: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        extreme(cx, "min", CompareOp::Lt, args, key, default)
    }

    /// next(iterator[, default])
    ///
    /// Return the next item from the iterator. If default is given and the iterator
    /// is exhausted, it is returned instead of raising StopIteration.
    #[py(sig = "($module, iterator, default=None, /)", hide_sig)]
    fn next(cx: &mut Cx, iterator: Value, default: Option<Value>) -> PyResult<Value> {
        if let Some(d) = default {
            return Ok(cx.next(iterator)?.unwrap_or(d));
        }
        let Some(f) = cx
            .type_of(iterator)
            .special(cx, Special::Next)
            .filter(|f| !f.is_none())
        else {
            let name = cx.type_name(iterator);
            return Err(cx.type_error(format!("'{name}' object is not an iterator")));
        };
        // Not `cx.next`: the StopIteration of a generator carries its value.
        match cx.call_slot(f, &[iterator])?.some() {
            Some(v) => Ok(v),
            None => Err(cx.stop_iteration(Value::none())),
        }
    }

    /// Return a new list containing all items from the iterable in ascending order.
    ///
    /// A custom key function can be supplied to customize the sort order, and the
    /// reverse flag can be set to request the result in descending order.
    #[py(
        sig = "($module, /, *args, key=None, reverse=False, **kwargs)",
        shown = "($module, iterable, /, *, key=None, reverse=False)"
    )]
    fn sorted(
        cx: &mut Cx,
        key: Option<Value>,
        reverse: Option<Value>,
        kwargs: Option<Value>,
        args: &[Value],
    ) -> PyResult<Value> {
        let &[iterable] = args else {
            let n = args.len();
            return Err(cx.type_error(format!("sorted expected 1 argument, got {n}")));
        };
        let items = cx.collect(iterable)?;
        let list = List::from_vec(cx, items);
        if let Some(others) = kwargs {
            // The keywords are those of `list.sort`, which says so if there are others.
            let others: Gc<Dict> = Gc::from_value_unchecked(others);
            for (name, v) in [("key", key), ("reverse", reverse)] {
                if let Some(v) = v {
                    let name = cx.intern(name);
                    others.set_str(cx, name, v);
                }
            }
            let sort = cx.get_attr_str(list.value(), "sort")?;
            return cx.call_with_kwargs(sort, &[], kwargs);
        }
        let reverse = match reverse {
            Some(v) => cx.is_true(v)?,
            None => false,
        };
        let key = key.filter(|k| !k.is_none());
        crate::types::list::sort::sort(cx, list, key, reverse)?;
        Ok(list.value())
    }
}
